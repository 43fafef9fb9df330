"""Mistakes that people make in chapter 5's exercises.

Each row has the name of a mistake, and edits of the reference: its text, and the wrong text (see `variants`).
"""

import numpy as np

from gradlab.checks.questions.adaptive import CLIPPED, LEFT, RATES, STEP
from gradlab.checks.tasks import adaptive
from gradlab.checks.variants import mistakes

#: name -> hint
HINTS = {
    "each array clipped by itself": "After your clipping, are the arrays as long beside each other as before?",
    "clipped by value": "Does what comes back still point the way that the gradient did?",
    "lengthened to the limit": "What becomes of gradients that are shorter than the limit?",
    "long and short exchanged": "Which gradients are to stay as they are: those below the limit, or those above?",
    "root missing": "Make all gradients ten times as long: how much longer is what you compare with the limit?",
    "sum of the lengths": "How long is a vector of two parts at right angles, of which one is 3 long and the other 4?",
    "the longest array's length": "How long is a vector of two parts at right angles, of which one is 3 long, one 4?",
    "largest entry for the length": "How long is the vector (3, 4)?",
    "sum of the entries for the length": "How long is the vector (3, 4)?",
    "mean for sum of the squares": "How long is the vector (3, 4)?",
    "shortened to length 1": "How long are they to be together, if they were too long?",
    "lengthened instead of shortened": "Is a gradient beyond the limit longer than before, or shorter?",
    "thrown away instead of shortened": "What is left of a gradient beyond the limit, and where does it point?",
    "length of one array alone": "Which of the arrays count towards the length?",
    "clipping missing": "Take a gradient a thousand times as long: how long is what you use of it?",
    "clipped before the mean": "Two parts that nearly cancel: is their mean too long?",
    "mean after a clipped sum": "Which is to be compared with the limit: the sum of the parts, or their mean?",
    "the velocity clipped": "Let the velocity be long and the gradient short: which of the two has a limit?",
    "the step clipped": "Set lr to a tenth: should the limit matter less?",
    "sum for mean": "Hand in each part twice: should the step change?",
    "one part alone": "Do all parts of the minibatch have a say?",
    "a step for each part": "How many steps are made with one minibatch?",
    "update's sign": "The gradient points uphill.",
    "lr missing": "Set lr to 0: should anything change?",
    "beta missing": "Set beta to 0: what should be left of the past?",
    "momentum missing": "Set all parts to 0: should x still move?",
    "EWMA for heavy ball": "Give it the same gradient for ever: how long should the velocity become?",
    "old velocity in the step": "Should x move at the first step, when the velocity was still 0?",
    "the state before the point": "The point comes first, and after it what is to be remembered.",
    "sum for product": "After the first step the weight is smaller. Of what does the second step take its share?",
    "exponential for product": "For small rates this is nearly right. Is it with one step, at the rate 0.5?",
    "one rate for all steps": "Which rate has each of the steps?",
    "mean rate for all steps": "Two steps, at 0.8 and 0.2: is that the same as two at 0.5? Multiply it out.",
    "what is lost for what is left": "With no decay at all, which share is left?",
    "decay's sign": "Does the weight come closer to 0, or go farther away?",
    "one step only": "How often does your loop run, and what ends it?",
    "the last step alone": "Of what does a step take its share: of all, or of what the step before it has left?",
    "every step's share for the last one's": "How many numbers were asked for?",
    "the present gradient missing": "Has the first gradient of all something to be divided by?",
    "mean for sum": "Give it the same gradient for ever: do the rates fall?",
    "running average for sum": "Give it the same gradient for ever: do the rates fall for ever?",
    "square of the sum": "Let the gradients be 1 and −1 by turns: does what is divided by grow?",
    "|g| for g²": "With no eps: after gradients of 3 and then 4, by what is lr divided?",
    "eps inside the root": "Where the gradient has always been 0: is it eps that is divided by, or its root?",
    "eps added to the rate": "What is divided by: the root alone, or the root and eps together?",
    "eps missing": "What is divided by where the gradient has always been 0?",
    "steps for rates": "Is the gradient itself part of the rate?",
    "steps and weights exchanged": "Which axis counts the steps?",
    "one sum for all weights": "Each weight has its own rate. Where are several of them made one?",
    "the last rates alone": "Which rate had the first gradient?",
    "the sum of the whole run": "What does the first step know of later gradients?",
    "the present gradient alone": "Does a weight remember the gradients that it has met?",
}

_LENGTH, _FACTOR = "sum((g**2).sum() for g in gradients) ** 0.5", "max(1, length / max_norm)"
_ALL = f"[g / {_FACTOR} for g in gradients]"
_NUMBERS = "np.concatenate([g.ravel() for g in gradients])"

_MEAN, _CLIP = "g = parts.mean(axis=0)", "g = g / max(1, np.linalg.norm(g) / max_norm)"
_V, _STEP = "v = beta * v + g", "return x - lr * v, v"
_EACH = "parts = parts / np.maximum(1, np.linalg.norm(parts, axis=1) / max_norm)[:, None]"

_LENGTHENED = "parts = parts / np.linalg.norm(parts, axis=1)[:, None] * max_norm"


def _clip(vector):
    return f"{vector} / max(1, np.linalg.norm({vector}) / max_norm)"


def _a_step_for_each_part(parts, x, v, *, lr, beta, max_norm):
    for part in parts:
        x, v = adaptive.clipped_step(part[None], x, v, lr=lr, beta=beta, max_norm=max_norm)
    return x, v


_SHARES, _LEFT = "1 - rates * weight_decay", "np.prod(1 - rates * weight_decay)"
_S, _RATE = "np.cumsum(gradients**2, axis=0)", "lr / (s**0.5 + eps)"


def _average(gradients, rho):
    s, rows = 0 * gradients[0], []
    for g in gradients:
        s = rho * s + (1 - rho) * g**2
        rows.append(s)
    return np.array(rows)


MISTAKES = {
    adaptive.clip_all: (
        CLIPPED,
        mistakes(
            HINTS,
            adaptive.clip_all,
            ("each array clipped by itself", ("length / max_norm", "(g**2).sum() ** 0.5 / max_norm")),
            ("clipped by value", (_ALL, "[np.clip(g, -max_norm, max_norm) for g in gradients]")),
            ("lengthened to the limit", (_FACTOR, "(length / max_norm)")),
            ("lengthened to the limit", (_FACTOR, "((length or max_norm) / max_norm)")),
            ("long and short exchanged", ("max(1", "min(1")),
            ("long and short exchanged", (_FACTOR, "(min(1, length / max_norm) or 1)")),
            ("root missing", (" ** 0.5", "")),
            ("sum of the lengths", (_LENGTH, "sum((g**2).sum() ** 0.5 for g in gradients)")),
            ("the longest array's length", (_LENGTH, "max((g**2).sum() ** 0.5 for g in gradients)")),
            ("largest entry for the length", (_LENGTH, "max(abs(g).max() for g in gradients)")),
            ("sum of the entries for the length", (_LENGTH, "sum(abs(g).sum() for g in gradients)")),
            ("mean for sum of the squares", (_LENGTH, f"({_NUMBERS} ** 2).mean() ** 0.5")),
            ("shortened to length 1", (_FACTOR, "(length if length > max_norm else 1)")),
            ("lengthened instead of shortened", (f"g / {_FACTOR}", f"g * {_FACTOR}")),
            ("thrown away instead of shortened", (_ALL, "[g * (length <= max_norm) for g in gradients]")),
            ("length of one array alone", (_LENGTH, "(gradients[0] ** 2).sum() ** 0.5")),
            ("length of one array alone", (_LENGTH, "(gradients[-1] ** 2).sum() ** 0.5")),
            ("clipping missing", (_ALL, "gradients")),
        ),
    ),
    adaptive.clipped_step: (
        STEP,
        mistakes(
            HINTS,
            adaptive.clipped_step,
            ("clipped before the mean", (_MEAN, f"{_EACH}\n    {_MEAN}"), (_CLIP, "g = g")),
            ("clipped before the mean", (_MEAN, f"{_LENGTHENED}\n    {_MEAN}"), (_CLIP, "g = g")),
            ("mean after a clipped sum", (_MEAN, "g = parts.sum(axis=0)"), (_CLIP, f"{_CLIP}\n    g = g / len(parts)")),
            ("clipping missing", (_CLIP, "g = g")),
            ("clipped by value", (_CLIP, "g = np.clip(g, -max_norm, max_norm)")),
            ("the velocity clipped", (_CLIP, "g = g"), (_V, f"{_V}\n    v = {_clip('v')}")),
            ("the velocity clipped", (_CLIP, "g = g"), (_STEP, f"return x - lr * {_clip('v')}, v")),
            ("the step clipped", (_CLIP, "g = g"), (_STEP, f"step = lr * v\n    return x - {_clip('step')}, v")),
            ("lengthened to the limit", (_CLIP, "g = g / np.linalg.norm(g) * max_norm")),
            ("sum for mean", (_MEAN, "g = parts.sum(axis=0)")),
            ("one part alone", (_MEAN, "g = parts[-1]")),
            ("one part alone", (_MEAN, "g = parts[0]")),
            ("a step for each part", _a_step_for_each_part),
            ("update's sign", (_STEP, "return x + lr * v, v")),
            ("lr missing", (_STEP, "return x - v, v")),
            ("beta missing", (_V, "v = v + g")),
            ("momentum missing", (_STEP, "return x - lr * g, v")),
            ("momentum missing", (_V, "v = g")),
            ("EWMA for heavy ball", (_V, "v = beta * v + (1 - beta) * g")),
            ("old velocity in the step", (_V, "old, v = v, beta * v + g"), (_STEP, "return x - lr * old, v")),
            ("the state before the point", (_STEP, "return v, x - lr * v")),
        ),
    ),
    adaptive.decay_left: (
        LEFT,
        mistakes(
            HINTS,
            adaptive.decay_left,
            ("lr missing", (_LEFT, "(1 - weight_decay) ** len(rates)")),
            ("sum for product", (_LEFT, "1 - rates.sum() * weight_decay")),
            ("exponential for product", (_LEFT, "np.exp(-rates.sum() * weight_decay)")),
            ("one rate for all steps", (_LEFT, "(1 - rates[0] * weight_decay) ** len(rates)")),
            ("one rate for all steps", (_LEFT, "(1 - rates[-1] * weight_decay) ** len(rates)")),
            ("mean rate for all steps", (_LEFT, "(1 - rates.mean() * weight_decay) ** len(rates)")),
            ("what is lost for what is left", (_LEFT, f"1 - {_LEFT}")),
            ("decay's sign", (_SHARES, "1 + rates * weight_decay")),
            ("one step only", (_LEFT, "1 - rates[0] * weight_decay")),
            ("the last step alone", (_LEFT, "1 - rates[-1] * weight_decay")),
            ("every step's share for the last one's", ("np.prod", "np.cumprod")),
        ),
    ),
    adaptive.adagrad_rates: (
        RATES,
        mistakes(
            HINTS,
            adaptive.adagrad_rates,
            ("the present gradient missing", (_S, f"{_S} - gradients**2")),
            ("mean for sum", (_S, f"{_S} / np.arange(1, len(gradients) + 1)[:, None]")),
            ("running average for sum", (_S, "average(gradients, 0.9)")),
            ("running average for sum", (_S, "average(gradients, 0.99)")),
            ("square of the sum", (_S, "np.cumsum(gradients, axis=0) ** 2")),
            ("|g| for g²", ("gradients**2", "abs(gradients)")),
            ("|g| for g²", ("gradients**2", "abs(gradients)"), ("s**0.5", "s")),
            ("root missing", ("s**0.5", "s")),
            ("eps inside the root", ("(s**0.5 + eps)", "(s + eps) ** 0.5")),
            ("eps added to the rate", ("(s**0.5 + eps)", "s**0.5 + eps")),
            ("eps missing", ("(s**0.5 + eps)", "s**0.5")),
            ("lr missing", ("lr /", "1 /")),
            ("steps for rates", (_RATE, f"gradients * {_RATE}")),
            ("steps for rates", (_RATE, f"-gradients * {_RATE}")),
            ("steps and weights exchanged", ("axis=0", "axis=1")),
            (
                "one sum for all weights",
                (_S, "np.cumsum((gradients**2).sum(axis=1, keepdims=True), axis=0) + 0 * gradients"),
            ),
            ("one sum for all weights", (_S, "np.cumsum(gradients**2).reshape(gradients.shape)")),
            ("the last rates alone", (_RATE, f"({_RATE})[-1]")),
            ("the sum of the whole run", (_S, "(gradients**2).sum(axis=0) + 0 * gradients")),
            ("the present gradient alone", (_S, "gradients**2")),
            average=_average,
        ),
    ),
}
