"""Mistakes that people make when they check gradients and losses.

Each row has the name of a mistake, and edits of the reference: its text, and the wrong text (see `variants`).
"""

import numpy as np

from gradlab.checks.questions.diagnoses import FIRST, LOSS, PATH, SLOPES, STEP
from gradlab.checks.tasks import diagnoses
from gradlab.checks.variants import at_once, mistakes

#: name -> hint
HINTS = {
    # differences
    "forward for central": "At which two points is f asked, and do they lie on both sides of x?",
    "backward for central": "At which two points is f asked, and do they lie on both sides of x?",
    "the 2 forgotten": "How far apart are the two points at which f is asked?",
    "not divided": "Make eps ten times smaller: should the result become ten times smaller?",
    "brackets missing": "Make eps ten times smaller: should the result change much? What is divided by what?",
    "slope's sign": "If f grows with an entry, what is the sign of its slope there?",
    "the same step for every entry": "How long is the step from an entry of 4, if eps is 0.25?",
    "a step of 0 from 0": "How long is the step from an entry of 0?",
    "a step for the largest entry": "Does each entry have its own step, or that of the largest one?",
    "a step that is not the one divided by": "By how much did the entry move, and what is divided by?",
    "all entries stepped at once": "The slope by one entry: what do the others do meanwhile?",
    "a whole row stepped at once": "Of a matrix, what does the first index alone select: an entry, or more?",
    "the step accumulates": "After the first entry, is x where it was before the second is stepped?",
    "the type of the array kept": "What becomes of a small step in an array of whole numbers, or of float32?",
    "float32 for float64": "How small may a step from 1 be in float32, if it is to lead anywhere?",
    "whole numbers only": "Of which type is the array that the slopes are written into?",
    "a flat array": "The slopes are right, but in which shape were they asked for?",
    # steps
    "decay missing": "Which part of the step comes from the loss, and which from the penalty?",
    "decay of the weights after": "At which weights was the gradient taken, and the penalty's too?",
    "decay's sign": "Is the penalty's gradient a part of the step, or does it come on top?",
    "decay times lr": "The step is divided by the rate: is the penalty in it as well?",
    "decay divided by lr": "The step is the rate times a sum. What is left of each part, divided by the rate?",
    "penalty without its half": "What is the slope of half a square?",
    "the weights missing in the decay": "With λ = 0 it is right. What is taken away: λ, or λ times something?",
    "update's sign": "A positive gradient: does the step lead up or down?",
    "all signs": "A positive gradient: does the step lead up or down?",
    "lr missing": "Take the same step with a smaller rate: which gradient must it have been?",
    "multiplied by lr": "Take the same step with a smaller rate: should the gradient have been larger or smaller?",
    # paths
    "velocities for gradients": "What does momentum add to the gradient before it steps?",
    "gradients for velocities": "What does the rule multiply by β: the last gradient, or the last velocity?",
    "the first gradient missing": "Before the first step, how large is the velocity?",
    "an average's gradients": "Does this rule add the gradient, or a share of it?",
    "β's sign": "The velocity holds β times the one before. To get the gradient, is that added or taken away?",
    "β missing": "Which share of the last velocity is in the next one?",
    "the velocity after for the one before": "Does a velocity remember the step before it, or the one after?",
    "v divided by the weights' sum": "Gradients that change from step to step: is each a fixed share of the velocity?",
    "the oldest velocity": "Which velocity is in the present one: that of the first step, or the one before?",
    "the last velocity before the first step": "Before the first step, how large is the velocity?",
    # losses
    "nothing subtracted": "What does floating point make of exp of 1000? And of exp of −1000?",
    "the logarithm of 0": "A probability too small for floats becomes 0. Need you have it, to have its logarithm?",
    "a tiny number in the logarithm": "How large can your loss become at most? How large should it be here?",
    "scores clipped": "How large can your loss become at most? How large should it be here?",
    "the largest score of all examples": "May the scores of one example all lie far below those of another?",
    "the largest not added back": "Add 1 to all scores: should the loss change?",
    "softmax twice": "Where all probabilities lie between 0 and 1, can their softmax come near to 1?",
    "sum for mean": "Give it each example twice: should the loss change?",
    "mean over the classes too": "By what is the sum divided: by the examples, or by the entries?",
    "loss's sign": "A loss is the smaller the better. Can this one be negative?",
    "logarithm of another base": "Two equal scores: what is the natural logarithm of 2?",
    "the likeliest class for the right one": "What does your loss do with y?",
    "classes and examples exchanged": "Along which axis do the probabilities sum to 1?",
    "logarithm of the mean": "Is it the probabilities that are averaged, or their logarithms?",
    "1 − p for the logarithm": "What should the loss be where the right class gets the probability 0?",
    "one loss for each example": "How many numbers were asked for?",
    "all classes for the right one": "Whose probability counts: that of each class, or of the right one?",
    # runs
    "nan alone": "Which other number is not finite?",
    "inf alone": "Which other number is not finite?",
    "compared with nan": "Is nan equal to itself?",
    "−inf missed": "What does the largest entry tell about the smallest?",
    "a sum that overflows": "Can a sum be infinite though all that is added up is finite?",
    "all entries for one": "How many nan does a tensor need to be broken?",
    "the last for the first": "Which of two broken tensors is the cause, the first or the last?",
    "the last tensor of its step": "Which of two broken tensors is the cause, the first or the last?",
    "the first tensor before the first step": "What comes first: a later tensor of this step, or an earlier one of "
    "the next?",
    "finite for not finite": "What does your function say of a run in which all is well?",
    "steps counted from 1": "What number has the first step?",
    "the loss alone": "Must the fault show in the loss first?",
    "the first step alone": "Where does your loop end if the first step is well?",
    "the first entry alone": "Does a tensor begin with its broken entry?",
}

# --- differences ------------------------------------------------------------------------------------------------------

_RISE, _QUOTIENT = "(f(up) - f(down))", "(f(up) - f(down)) / (2 * h)"
_H, _EACH, _FLOAT, _OUT = (
    "eps * max(1, abs(x[i]))",
    "np.ndindex(x.shape)",
    "np.array(x, float)",
    "np.zeros(np.shape(x))",
)
_COPIES = "up, down = x.copy(), x.copy()"

FORMULAS = [
    ("forward for central", (_QUOTIENT, "(f(up) - f(x)) / h")),
    ("backward for central", (_QUOTIENT, "(f(x) - f(down)) / h")),
    ("the 2 forgotten", (_QUOTIENT, f"{_RISE} / h")),
    ("not divided", (_QUOTIENT, f"{_RISE}")),
    ("not divided", (_QUOTIENT, f"{_RISE} / 2")),
    ("brackets missing", (_QUOTIENT, f"{_RISE} / 2 * h")),
    ("brackets missing", (_QUOTIENT, "f(up) - f(down) / (2 * h)")),
    ("slope's sign", (_QUOTIENT, "(f(down) - f(up)) / (2 * h)")),
]
ONE_STEP = [("the same step for every entry", (_H, "eps"))]
TYPE_KEPT = [("the type of the array kept", (_FLOAT, "np.array(x)"))]


def _there_and_back(step):
    """Central differences in the array itself, in its own type, that step up, down, and up again."""

    def slopes(f, x, *, eps):
        x, found = x.copy(), np.zeros(x.shape)
        for i in np.ndindex(x.shape):
            h = step(eps, x[i])
            x[i] += h
            up = f(x)
            x[i] -= 2 * h
            found[i] = (up - f(x)) / (2 * h)
            x[i] += h
        return found

    return slopes


def _not_put_back(step):
    """Central differences that step up and down, but not back to the start."""

    def slopes(f, x, *, eps):
        x, found = np.array(x, float), np.zeros(x.shape)
        for i in np.ndindex(x.shape):
            h = step(eps, x[i])
            x[i] += h
            up = f(x)
            x[i] -= 2 * h
            found[i] = (up - f(x)) / (2 * h)
        return found

    return slopes


def _own(eps, entry):
    return eps * max(1, abs(entry))


def _all_at_once_alike(f, x, *, eps):
    return (f(x + eps) - f(x - eps)) / (2 * eps) + 0 * x


def _all_at_once(f, x, *, eps):
    h = eps * np.maximum(1, abs(x))
    return (f(x + h) - f(x - h)) / (2 * h)


_BOTH, _BOTH_HINTS = at_once(HINTS, FORMULAS, ONE_STEP)
_KEPT, _KEPT_HINTS = at_once(HINTS, ONE_STEP, TYPE_KEPT)

SLOPE = [
    *FORMULAS,
    *ONE_STEP,
    *TYPE_KEPT,
    *_BOTH,
    *_KEPT,
    ("the type of the array kept", (_FLOAT, "np.array(x)"), (_OUT, "np.zeros_like(x)")),
    ("the type of the array kept", _there_and_back(_own)),
    (_KEPT[0][0], (_H, "eps"), (_FLOAT, "np.array(x)"), (_OUT, "np.zeros_like(x)")),
    (_KEPT[0][0], _there_and_back(lambda eps, entry: eps)),
    ("float32 for float64", (_FLOAT, "np.array(x, np.float32)")),
    ("float32 for float64", (_FLOAT, "np.array(x, np.result_type(x, np.float32))")),
    ("whole numbers only", (_OUT, "np.zeros_like(x)")),
    ("whole numbers only", (_OUT, "np.zeros_like(x)"), (_H, "eps")),
    ("a step of 0 from 0", (_H, "eps * abs(x[i])")),
    ("a step of 0 from 0", (_H, "eps * x[i]")),
    ("a step for the largest entry", (_H, "eps * max(1, abs(x).max())")),
    ("a step that is not the one divided by", (_QUOTIENT, f"{_RISE} / (2 * eps)")),
    ("all entries stepped at once", _all_at_once),
    ("all entries stepped at once", _all_at_once_alike),
    ("all entries stepped at once", lambda f, x, *, eps: (f(x + eps) - f(x - eps)) / (2 * eps)),
    ("a whole row stepped at once", (_EACH, "range(len(x))"), (_H, "eps * np.maximum(1, abs(x[i]))")),
    ("a whole row stepped at once", (_EACH, "range(len(x))"), (_H, "eps")),
    ("the step accumulates", _not_put_back(_own)),
    ("the step accumulates", _not_put_back(lambda eps, entry: eps)),
    ("the step accumulates", ("for i in", f"{_COPIES}\n    for i in"), (f"        {_COPIES}\n", "")),
    ("a flat array", ("return slopes", "return slopes.ravel()")),
    ("a flat array", ("return slopes", "return slopes.ravel()"), (_H, "eps")),
]

# --- steps and paths --------------------------------------------------------------------------------------------------

_STEP, _DECAY = "(before - after) / lr", "weight_decay * before"

LESS = [("decay missing", (f" - {_DECAY}", "")), ("decay of the weights after", (_DECAY, "weight_decay * after"))]
STEPPED = [
    ("update's sign", (_STEP, "(after - before) / lr")),
    ("lr missing", (_STEP, "(before - after)")),
    ("multiplied by lr", (_STEP, "(before - after) * lr")),
]
_LESS, _LESS_HINTS = at_once(HINTS, LESS, STEPPED)

STEP_TABLE = [
    *LESS,
    *STEPPED,
    *_LESS,
    ("decay's sign", (f"- {_DECAY}", f"+ {_DECAY}")),
    ("decay times lr", (_DECAY, f"lr * {_DECAY}")),
    ("decay divided by lr", (_DECAY, f"{_DECAY} / lr")),
    ("penalty without its half", (_DECAY, f"2 * {_DECAY}")),
    ("the weights missing in the decay", (_DECAY, "weight_decay")),
    ("all signs", (f"{_STEP} - {_DECAY}", f"-({_STEP} - {_DECAY})")),
]

_V, _BEFORE, _G = "(path[:-1] - path[1:]) / lr", "np.vstack([0 * v[:1], v[:-1]])", "v - beta * before"
_RECURSION = "g = np.zeros_like(v)\n    for t in range(len(v)):\n        g[t] = v[t] - beta * g[t - 1] * (t > 0)\n    "

PATH_TABLE = [
    ("velocities for gradients", (f"return {_G}", "return v")),
    ("gradients for velocities", (f"return {_G}", f"{_RECURSION}return g")),
    ("the first gradient missing", (f"return {_G}", f"return ({_G})[1:]")),
    ("an average's gradients", (_G, f"({_G}) / (1 - beta)")),
    ("an average's gradients", (_G, "v - (1 - beta) * before")),
    ("β's sign", (_G, "v + beta * before")),
    ("β missing", (_G, "v - before")),
    ("the velocity after for the one before", (_BEFORE, "np.vstack([v[1:], 0 * v[:1]])")),
    ("v divided by the weights' sum", (_G, "v * (1 - beta)")),
    ("the oldest velocity", (_BEFORE, "np.vstack([0 * v[:1], 0 * v[1:] + v[0]])")),
    ("the last velocity before the first step", (_BEFORE, "np.roll(v, 1, axis=0)")),
    ("update's sign", (_V, "(path[1:] - path[:-1]) / lr")),
    ("lr missing", (_V, "path[:-1] - path[1:]")),
    ("multiplied by lr", (_V, "(path[:-1] - path[1:]) * lr")),
]

# --- losses -----------------------------------------------------------------------------------------------------------

_S, _RIGHT = "scores - scores.max(axis=1, keepdims=True)", "s[np.arange(n), y]"
_LOSSES = "np.log(np.exp(s).sum(axis=1)) - right"
_P = "(np.exp(s) / np.exp(s).sum(axis=1, keepdims=True))"
_P_RIGHT = f"{_P}[np.arange(n), y]"
_TINY = (1e-6, 1e-7, 1e-8, 1e-9, 1e-10, 1e-12, 1e-15, 1e-16, 1e-20, 1e-30, 1e-100, 1e-300)

LOSS_TABLE = [
    ("nothing subtracted", (_S, "scores")),
    ("nothing subtracted", (_S, "scores"), (_LOSSES, f"-np.log({_P_RIGHT})")),
    ("the logarithm of 0", (_LOSSES, f"-np.log({_P_RIGHT})")),
    ("a tiny number in the logarithm", (_LOSSES, f"-np.log({_P_RIGHT} + np.finfo(float).eps)")),
    *(("a tiny number in the logarithm", (_LOSSES, f"-np.log({_P_RIGHT} + {tiny})")) for tiny in _TINY),
    *(
        ("scores clipped", (_S, f"np.clip(scores, -{most}, {most})"))
        for most in (20, 30, 50, 80, 88, 100, 500, 700, 709)
    ),
    ("scores clipped", (_S, "np.minimum(scores, 700)")),
    ("the largest score of all examples", (_S, "scores - scores.max()")),
    ("the largest score of all examples", (_S, "scores - scores.max()"), (_LOSSES, f"-np.log({_P_RIGHT})")),
    ("the largest not added back", (_RIGHT, "scores[np.arange(n), y]")),
    (
        "softmax twice",
        (_RIGHT, f"({_P} - 1)[np.arange(n), y]"),
        (_LOSSES, f"np.log(np.exp({_P} - 1).sum(axis=1)) - right"),
    ),
    ("sum for mean", (f"np.mean({_LOSSES})", f"np.sum({_LOSSES})")),
    ("mean over the classes too", (f"np.mean({_LOSSES})", f"np.mean({_LOSSES}) / classes")),
    ("loss's sign", (_LOSSES, f"right - {_LOSSES.removesuffix(' - right')}")),
    ("logarithm of another base", (_LOSSES, f"({_LOSSES}) / np.log(2)")),
    ("logarithm of another base", (_LOSSES, f"({_LOSSES}) / np.log(10)")),
    ("the likeliest class for the right one", (_RIGHT, "s.max(axis=1)")),
    (
        "classes and examples exchanged",
        (_S, "scores - scores.max(axis=0)"),
        (_LOSSES, "np.log(np.exp(s).sum(axis=0))[y] - right"),
    ),
    ("logarithm of the mean", (f"np.mean({_LOSSES})", f"-np.log(np.mean({_P_RIGHT}))")),
    ("1 − p for the logarithm", (_LOSSES, f"1 - {_P_RIGHT}")),
    ("one loss for each example", (f"np.mean({_LOSSES})", _LOSSES)),
    ("all classes for the right one", (_LOSSES, "(np.log(np.exp(s).sum(axis=1, keepdims=True)) - s).sum(axis=1)")),
    ("all classes for the right one", (_LOSSES, "(np.log(np.exp(s).sum(axis=1, keepdims=True)) - s).mean(axis=1)")),
]

# --- runs -------------------------------------------------------------------------------------------------------------

_WELL, _FOUND = "np.isfinite(x).all()", "return t, name"
_LOOPS = "for t, tensors in enumerate(steps):\n        for name, x in tensors.items():"


def _last_of_its_step(steps):
    for t, tensors in enumerate(steps):
        broken = [name for name, x in tensors.items() if not np.isfinite(x).all()]
        if broken:
            return t, broken[-1]
    return None


FIRST_TABLE = [
    ("nan alone", (_WELL, "(x == x).all()")),
    ("nan alone", (_WELL, "(np.sum(x) == np.sum(x))")),
    ("inf alone", (_WELL, "(abs(np.nan_to_num(x, nan=0, posinf=np.inf, neginf=-np.inf)) < np.inf).all()")),
    ("inf alone", (_WELL, "not (x == np.inf).any()")),
    ("compared with nan", (_WELL, "not (x == np.nan).any()")),
    ("−inf missed", (_WELL, "np.isfinite(x.max())")),
    ("a sum that overflows", (_WELL, "np.isfinite(x.sum())")),
    ("a sum that overflows", (_WELL, "np.isfinite(np.linalg.norm(x))")),
    ("all entries for one", (_WELL, "np.isfinite(x).any()")),
    (
        "the last for the first",
        (_FOUND, "last = t, name"),
        ("return None", "return last"),
        ("for t,", "last = None\n    for t,"),
    ),
    (
        "the first tensor before the first step",
        (_LOOPS, "for name in steps[0]:\n        for t, x in enumerate(s[name] for s in steps):"),
    ),
    ("the last tensor of its step", _last_of_its_step),
    ("finite for not finite", (f"not {_WELL}", _WELL)),
    ("steps counted from 1", ("enumerate(steps)", "enumerate(steps, 1)")),
    ("the loss alone", ("tensors.items()", "list(tensors.items())[-1:]")),
    ("the first step alone", (_FOUND, f"{_FOUND}\n            return None")),
    ("the first step alone", ("    return None", "        return None\n    return None")),
    ("the first entry alone", (_WELL, "np.isfinite(x.flat[0])")),
]

_TABLES = (SLOPE, STEP_TABLE, PATH_TABLE, LOSS_TABLE, FIRST_TABLE)
HINTS |= _BOTH_HINTS | _KEPT_HINTS | _LESS_HINTS

MISTAKES = {
    diagnoses.entry_slopes: (SLOPES, mistakes(HINTS, diagnoses.entry_slopes, *SLOPE)),
    diagnoses.gradient_of_step: (STEP, mistakes(HINTS, diagnoses.gradient_of_step, *STEP_TABLE)),
    diagnoses.gradients_of_path: (PATH, mistakes(HINTS, diagnoses.gradients_of_path, *PATH_TABLE)),
    diagnoses.log_loss: (LOSS, mistakes(HINTS, diagnoses.log_loss, *LOSS_TABLE)),
    diagnoses.first_not_finite: (FIRST, mistakes(HINTS, diagnoses.first_not_finite, *FIRST_TABLE)),
}
