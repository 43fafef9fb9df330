"""Questions to an update rule: where is x after each step, for a given sequence of gradients?"""

from copy import copy
from inspect import Parameter, signature
from math import inf

import numpy as np

from gradlab._arguments import hyperparameters
from gradlab.checks.question import (
    Case,
    Question,
    Stopped,
    Unreadable,
    changed,
    formatted,
    numbers,
    settings,
    type_in_words,
)

#: Values of hyperparameters at which no two conventions agree: eps is large, and the betas of one rule differ.
DISTINCT_SETTINGS = {
    "beta": 0.5,
    "beta1": 0.5,
    "beta2": 0.75,
    "rho": 0.75,
    "eps": 0.25,
    "weight_decay": 0.5,
    "momentum_decay": 2.0,
}

EASY_GRADIENTS = 2.0, -1.5, 0.5, 3.0, -0.5, 2.75, 3.0, -0.5, -0.75, -0.75


def _rule_cases(rule, rng):
    hyper = {name: DISTINCT_SETTINGS[name] for name in hyperparameters(rule) if name != "lr"}
    if rule.__name__ == "muon":  # it needs matrices; its eps only has an effect on small ones
        easy = [np.array([[g, 0], [0, 1]]) for g in EASY_GRADIENTS[:2]]
        yield Case((np.eye(2), easy[:1], [0.5]), hyper)
        yield Case((np.eye(2), easy, [0.5] * 2), hyper)
        yield Case((np.eye(2), [g / 16 for g in easy], [0.5] * 2), hyper)
    else:
        # RAdam does not use v in its first steps, and Lion's steps say little, since they are only signs.
        steps = 10 if rule.__name__ in ("radam", "lion") else 4
        easy = [np.array([g]) for g in EASY_GRADIENTS[:steps]]
        yield Case((np.array([1.0]), easy[:1], [0.5]), hyper)
        yield Case((np.array([1.0]), easy, [0.5] * steps), hyper)
        yield Case((np.array([1.0]), easy, [0.5, 0.5] + [0.25] * (steps - 2)), hyper)
        pairs = [np.array(pair) for pair in zip(EASY_GRADIENTS[:-2], EASY_GRADIENTS[2:], strict=True)][: steps - 2]
        yield Case((np.array([1.0, -1.0]), pairs, [0.5] * (steps - 2)), hyper)
    random_hyper = {name: round(rng.uniform(0.2, 0.9), 2) for name in hyper}
    for shape, chosen in (((3, 2), hyper), ((2, 3), random_hyper)):
        x, *gradients = rng.normal(size=(11, *shape)).round(2)
        yield Case((x, gradients, rng.uniform(0.1, 0.5, 10).round(2).tolist()), chosen)


def _follow(rule, case):
    """x after each step. The gradients are given in advance; they do not depend on x."""
    (x, gradients, rates), state, path, lent = case.arguments, (), [], []
    takes = _takes(rule)
    for g, lr in zip(gradients, rates, strict=True):
        if 2 + len(state) > takes:
            returned, back = 1 + len(state), takes - 1
            raise Stopped(path) from Unreadable(f"{returned} things, and takes only {back} of them at the next step")
        given = x.copy(), g.copy()
        before = x, g, *(copy(one) for one in state)
        given += tuple(state)
        lent += zip(_names(len(given)), given, before, strict=True)
        try:
            x, *state = _parts(rule(*given, lr=lr, **case.hyper))
            x = numbers(x)
        except Exception as error:
            raise Stopped(path) from error
        path.append(x)
        if x.shape != g.shape:
            break  # there is no next step from here
    return path, [name for name, now, before in lent if changed(now, before)]


def _names(n):
    """What the arguments of a rule are called in `Answers.modified`: x, g, and the state by its places."""
    return ["x", "g", *(f"argument {i}" for i in range(3, n + 1))]


def _takes(rule):
    """The number of arguments that a function takes by position; inf if it is unknown or has no bound."""
    try:
        kinds = [p.kind for p in signature(rule).parameters.values()]
    except (TypeError, ValueError):  # some callables have no signature
        return inf
    return inf if Parameter.VAR_POSITIONAL in kinds else sum(kind <= Parameter.POSITIONAL_OR_KEYWORD for kind in kinds)


def _form(rule, case):
    """Words on the type that a rule returns, if it is not a tuple (of x and the state); else ""."""
    (x, gradients, rates) = case.arguments
    after = rule(x.copy(), gradients[0].copy(), lr=rates[0], **case.hyper)
    return "" if isinstance(after, (tuple, list)) else f"{type_in_words(after)}, where a tuple was asked for"


def _parts(after):
    """x and the state, from a tuple or a list of them, or from x alone."""
    if not isinstance(after, (tuple, list)):
        return (after,)
    if not after:
        raise Unreadable(f"an empty {type(after).__name__}, where x was asked for")
    return after


def _tell_step(case, i):
    x, gradients, rates = case.arguments
    rates = rates[: i + 1]
    values = rates if len(set(rates)) > 1 else rates[:1], gradients[: i + 1]
    lr, g = (", then ".join(map(formatted, v)) for v in values)
    given = filter(None, [f"x = {formatted(x)}", settings(case.hyper), f"lr = {lr}", f"g = {g}"])
    return f"From {', '.join(given)}: x after step {i + 1}"


RULE = Question(_rule_cases, _follow, _tell_step, form=_form)
