"""Mistakes that people make in update rules.

Each row has the name of a mistake, and edits of the reference: its text, and the wrong text (see `variants`).
"""

from inspect import signature

from gradlab import rules
from gradlab._arguments import hyperparameters
from gradlab.checks.questions.rules import RULE
from gradlab.checks.variants import mistakes

#: name -> hint
HINTS = {
    "update's sign": "The gradient points uphill.",
    "velocity's sign": "Give it the same gradient twice: should the second step be longer or shorter than the first?",
    "lr missing": "Set lr to 0: should x still move?",
    "beta missing": "Set beta to 0: what should be left of the past?",
    "the gradient's length lost": "Make the gradient ten times as long: should the step grow?",
    "the gradient's size lost": "Make the gradient ten times as long: should the step grow?",
    "the step for the point": "What was asked for: where to go, or how far?",
    "momentum missing": "Set the second gradient to 0: should x still move?",
    "EWMA for heavy ball": "Give it the same gradient for ever: how long should the velocity become?",
    "heavy ball for EWMA": "Give it the same gradient for ever: how large should what remembers it become?",
    "weights of old and new exchanged": "Let beta be nearly 1: should the average remember much or little?",
    "lr inside the velocity": "Change lr half-way: do the gradients from before count with the old rate or the new?",
    "lr outside the velocity": "Change lr half-way: do the gradients from before count with the old rate or the new?",
    "state forgotten between steps": "What does the second step know of the first, and who tells it?",
    "the state before the point": "The point comes first, and after it what is to be remembered.",
    "old velocity in the step": "Should x move at the first step, when the velocity was still 0?",
    "Nesterov without look-ahead": "Where is the gradient taken: where we stand, or where the velocity leads?",
    "look-ahead where none belongs": "How often does the gradient of this step count in this step?",
    "gradient at the look-ahead missing": "Set beta to 0: which rule should be left?",
    "the point before never moves on": "What is to be remembered for the next step?",
    "velocity's sign, and lr inside the velocity": "Give it the same gradient twice: should the second step be longer?",
    "update's sign, and lr inside the velocity": "The gradient points uphill.",
    "starts at the origin": "Before the first step nothing has moved yet: where was the point then, at 0 or at x?",
    "eps inside the root": "Where the gradient has always been 0: is it eps that is divided by, or its root?",
    "eps outside the root": "Where the gradient has always been 0: is it eps that is divided by, or its root?",
    "eps missing": "What is divided by where the gradient has always been 0?",
    "sum for running average": "Give it the same gradient for ever: should v come to g², or grow above it?",
    "the sum begins at 0.1 (Keras's default)": "What has been added up before the first gradient?",
    "the sum begins above 0": "What has been added up before the first gradient?",
    "running average for sum": "Give it the same gradient for ever: do the steps become shorter and shorter?",
    "old average in the step": "Does the newest gradient count in this step already?",
    "g or |g| for g²": "With a tiny eps, multiply all gradients by 10: should the steps change?",
    "root missing": "With a tiny eps, multiply all gradients by 10: should the steps change?",
    "square of the sum": "Let the gradients be 1 and −1 by turns: does what is divided by grow?",
    "eps added to the step": "What is divided by: the root alone, or the root and eps together?",
    "a scalar where a vector belongs": "Each coordinate has its own value. Where are several of them made one?",
    "L2 for decoupled decay": "Let weight_decay be large and g be 0: does the decay pass through the averages?",
    "decay not scaled by lr": "Set lr to 0: should x still shrink?",
    "decay after instead of before": "Is it x from before the step that is shrunk, or from after?",
    "decay's sign": "Set g to 0: should x come closer to 0, or go farther away?",
    "decay missing": "Set g to 0: should x stay where it is?",
    "gradients for steps in an average": "Which of the two averages is of the gradient, and which of the steps?",
}


def entry(hints, reference, *table, **names):
    """The question to a rule with a state, and its mistakes: a table's, the state forgotten, and the state put first.

    hints       name of a mistake -> hint
    reference   the rule
    table       rows, as for `variants.mistakes`
    names       name -> object: other meanings of names, in all variants
    """
    hyper = hyperparameters(reference)
    state = [name for name in [*signature(reference).parameters][2:] if name not in hyper]
    without = [_forgetful(reference, slice(i, i + 1)) for i in range(1, len(state) + 1)]
    rows = [("state forgotten between steps", f) for f in (_forgetful(reference, slice(1, None)), *without)]
    rows += [("the state before the point", _state_first(reference, order)) for order in _orders(state)]
    return RULE, mistakes(hints, reference, *table, *rows, **names)


def _forgetful(reference, forgotten):
    """The rule, but it does not return a part of its state."""

    def rule(x, g, *state, **hyper):
        after = list(reference.unchecked(x, g, *state, **hyper))
        del after[forgotten]
        return after

    return rule


def _orders(state):
    """The orders in which people keep a state: that of the reference, and with the count of steps at the end.

    There are none for a state that is the point before: whoever puts that first gives the answers of a rule that stands
    still, and nobody could tell which of the two it was.
    """
    if state == ["previous"]:
        return []
    orders = [range(len(state)), sorted(range(len(state)), key=lambda i: state[i] == "t")]
    return list(dict.fromkeys(map(tuple, orders)))


def _state_first(reference, order):
    """The rule, but the point is the last of what it returns; the state comes in another order, too."""

    def rule(x, g, *state, **hyper):
        known = [value for _, value in sorted(zip(order, state, strict=False), key=lambda pair: pair[0])]
        x, *after = reference.unchecked(x, g, *known, **hyper)
        return *(after[i] for i in order), x

    return rule


def _heavy_ball_from_the_origin(x, g, previous=0, *, lr, beta):
    """The heavy ball, as if it had come from 0."""
    return x - lr * g + beta * (x - previous), x


def _adagrad_from(start):
    """AdaGrad whose sum is not 0 before the first gradient."""

    def adagrad(x, g, s=start, *, lr, eps):
        return rules.adagrad.unchecked(x, g, s, lr=lr, eps=eps)

    return adagrad


def _nesterov_from_the_origin(x, g, y=0, *, lr, beta):
    """Nesterov's two sequences, the one of plain steps beginning at 0."""
    new = x - lr * g
    return new + beta * (new - y), new


# --- one line, one velocity -------------------------------------------------------------------------------------------

SGD = [
    ("update's sign", ("x - lr * g", "x + lr * g")),
    ("lr missing", ("x - lr * g", "x - g")),
    ("a scalar where a vector belongs", ("lr * g", "lr * g.sum()")),
    ("a scalar where a vector belongs", ("lr * g", "lr * g.mean()")),
    ("the gradient's length lost", ("lr * g", "lr * g / (g**2).sum() ** 0.5")),
    ("the gradient's length lost", ("lr * g", "lr * g / norm(g, -1)")),
    ("the gradient's size lost", ("lr * g", "lr * sign(g)")),
    ("the step for the point", ("x - lr * g", "-lr * g")),
    ("the step for the point", ("x - lr * g", "lr * g")),
]

MOMENTUM = [
    ("update's sign", ("x - lr * v", "x + lr * v")),
    ("velocity's sign", ("beta * v + g", "g - beta * v")),
    ("EWMA for heavy ball", ("beta * v + g", "beta * v + (1 - beta) * g")),
    ("lr inside the velocity", ("beta * v + g", "beta * v + lr * g"), ("x - lr * v", "x - v")),
    ("old velocity in the step", ("v = beta * v + g", "old, v = v, beta * v + g"), ("x - lr * v", "x - lr * old")),
    ("look-ahead where none belongs", ("x - lr * v", "x - lr * (g + beta * v)")),
    ("velocity's sign, and lr inside the velocity", ("beta * v + g", "lr * g - beta * v"), ("x - lr * v", "x - v")),
    ("update's sign, and lr inside the velocity", ("beta * v + g", "beta * v + lr * g"), ("x - lr * v", "x + v")),
    ("starts at the origin", _heavy_ball_from_the_origin),
    ("beta missing", ("beta * v + g", "v + g")),
    ("momentum missing", ("x - lr * v", "x - lr * g")),
    ("lr missing", ("x - lr * v", "x - v")),
    ("a scalar where a vector belongs", ("x - lr * v", "x - lr * v.sum()")),
    ("a scalar where a vector belongs", ("x - lr * v", "x - lr * v.mean()")),
]

MISTAKES = {
    rules.sgd: (RULE, mistakes(HINTS, rules.sgd, *SGD)),
    rules.momentum: entry(HINTS, rules.momentum, *MOMENTUM),
    rules.ewma_momentum: entry(
        HINTS,
        rules.ewma_momentum,
        ("update's sign", ("x - lr * m", "x + lr * m")),
        ("velocity's sign", ("beta * m + (1", "-beta * m + (1")),
        ("heavy ball for EWMA", ("(1 - beta) * g", "g")),
        ("weights of old and new exchanged", ("beta * m + (1 - beta) * g", "(1 - beta) * m + beta * g")),
        ("lr inside the velocity", ("(1 - beta) * g", "(1 - beta) * lr * g"), ("x - lr * m", "x - m")),
        ("old velocity in the step", ("m = beta * m", "old, m = m, beta * m"), ("x - lr * m", "x - lr * old")),
        ("momentum missing", ("x - lr * m", "x - lr * g")),
        ("lr missing", ("x - lr * m", "x - m")),
    ),
    rules.heavy_ball: entry(
        HINTS,
        rules.heavy_ball,
        ("update's sign", ("x - lr * g", "x + lr * g")),
        ("velocity's sign", ("+ beta *", "- beta *")),
        ("lr outside the velocity", rules.momentum),
        ("lr missing", ("lr * g", "g")),
        ("beta missing", ("beta * (x", "(x")),
        ("momentum missing", (" + beta * (x - previous)", "")),
        ("the point before never moves on", ("(x - previous), x", "(x - previous), previous")),
        ("starts at the origin", _heavy_ball_from_the_origin),
    ),
    rules.nesterov: entry(
        HINTS,
        rules.nesterov,
        ("update's sign", ("x - lr * (g", "x + lr * (g")),
        ("velocity's sign", ("beta * v + g\n", "g - beta * v\n")),
        ("Nesterov without look-ahead", rules.momentum),
        ("EWMA for heavy ball", ("beta * v + g\n", "beta * v + (1 - beta) * g\n")),
        (
            "lr inside the velocity",
            ("beta * v + g\n", "beta * v + lr * g\n"),
            ("lr * (g + beta * v)", "(lr * g + beta * v)"),
        ),
        ("starts at the origin", _nesterov_from_the_origin),
        ("velocity's sign", ("beta * v + g\n", "beta * v - g\n")),
        ("update's sign", ("beta * v + g\n", "beta * v - g\n"), ("x - lr * (g + beta * v)", "x + lr * (g + beta * v)")),
        ("gradient at the look-ahead missing", ("(g + beta * v)", "beta * v")),
        ("beta missing", ("(g + beta * v)", "(g + v)")),
        ("lr missing", ("x - lr * (", "x - (")),
    ),
}

# --- a rate for each coordinate ---------------------------------------------------------------------------------------

V_ADAGRAD, V_RMSPROP = "s + g**2", "rho * v + (1 - rho) * g * g"

MISTAKES |= {
    rules.adagrad: entry(
        HINTS,
        rules.adagrad,
        ("update's sign", ("x - lr", "x + lr")),
        ("the sum begins at 0.1 (Keras's default)", _adagrad_from(0.1)),
        ("the sum begins above 0", _adagrad_from(1.0)),
        ("running average for sum", (V_ADAGRAD, "0.9 * s + 0.1 * g**2")),
        ("running average for sum", (V_ADAGRAD, "0.99 * s + 0.01 * g**2")),
        ("eps inside the root", ("(s**0.5 + eps)", "(s + eps) ** 0.5")),
        ("eps missing", ("(s**0.5 + eps)", "s**0.5")),
        ("g or |g| for g²", (V_ADAGRAD, "s + g")),
        ("g or |g| for g²", (V_ADAGRAD, "s + abs(g)")),
        ("root missing", ("s**0.5", "s")),
        ("square of the sum", (V_ADAGRAD, "s + g"), ("s**0.5", "abs(s)")),
        ("square of the sum", (V_ADAGRAD, "(s**0.5 + g) ** 2")),
        ("eps added to the step", ("(s**0.5 + eps)", "s**0.5 + eps")),
        ("eps added to the step", ("lr * g / (s**0.5 + eps)", "lr * (g / s**0.5 + eps)")),
        ("a scalar where a vector belongs", (V_ADAGRAD, "s + (g**2).sum()")),
        ("a scalar where a vector belongs", (V_ADAGRAD, "s + (g**2).mean()")),
        ("old average in the step", ("s = s +", "old, s = s, s +"), ("(s**0.5", "(old**0.5")),
        ("lr missing", ("lr * g", "g")),
    ),
    rules.rmsprop: entry(
        HINTS,
        rules.rmsprop,
        ("update's sign", ("x - lr", "x + lr")),
        ("sum for running average", (V_RMSPROP, "v + g**2")),
        ("sum for running average", (V_RMSPROP, "rho * v + g**2")),
        ("weights of old and new exchanged", (V_RMSPROP, "(1 - rho) * v + rho * g**2")),
        ("eps inside the root", ("(v**0.5 + eps)", "(v + eps) ** 0.5")),
        ("eps missing", ("(v**0.5 + eps)", "v**0.5")),
        ("g or |g| for g²", (V_RMSPROP, "rho * v + (1 - rho) * g")),
        ("g or |g| for g²", (V_RMSPROP, "rho * v + (1 - rho) * abs(g)")),
        ("root missing", ("v**0.5", "v")),
        ("eps added to the step", ("(v**0.5 + eps)", "v**0.5 + eps")),
        ("a scalar where a vector belongs", (V_RMSPROP, "rho * v + (1 - rho) * (g**2).sum()")),
        ("a scalar where a vector belongs", (V_RMSPROP, "rho * v + (1 - rho) * (g**2).mean()")),
        ("old average in the step", ("v = rho", "old, v = v, rho"), ("(v**0.5", "(old**0.5")),
        ("lr missing", ("lr * g", "g")),
    ),
    rules.adadelta: entry(
        HINTS,
        rules.adadelta,
        ("update's sign", ("x - lr", "x + lr")),
        ("sum for running average", (V_RMSPROP, "v + g**2")),
        ("eps outside the root", ("(u + eps) ** 0.5 / (v + eps) ** 0.5", "(u**0.5 + eps) / (v**0.5 + eps)")),
        ("eps missing", ("(v + eps) ** 0.5", "v**0.5")),
        ("g or |g| for g²", (V_RMSPROP, "rho * v + (1 - rho) * abs(g)")),
        ("root missing", ("(u + eps) ** 0.5 / (v + eps) ** 0.5", "(u + eps) / (v + eps)")),
        ("a scalar where a vector belongs", (V_RMSPROP, "rho * v + (1 - rho) * (g**2).mean()")),
        ("gradients for steps in an average", ("(1 - rho) * d**2", "(1 - rho) * g**2")),
        ("old average in the step", ("v = rho", "old, v = v, rho"), ("(v + eps)", "(old + eps)")),
        ("lr missing", ("lr * d", "d")),
    ),
}
