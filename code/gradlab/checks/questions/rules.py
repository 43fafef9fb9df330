"""The questions to an update rule: where is x after each step along a sequence of gradients?"""

from inspect import Parameter, signature
from math import inf

import numpy as np

from gradlab._arguments import hyperparameters
from gradlab.checks.question import Case, Question, Stopped, Unreadable, a, changed, numbers, settings, shown

#: Values of hyperparameters at which no two conventions agree: eps counts, and no two are equal.
TELLING = {
    "beta": 0.5,
    "beta1": 0.5,
    "beta2": 0.75,
    "rho": 0.75,
    "eps": 0.25,
    "weight_decay": 0.5,
    "momentum_decay": 2.0,
}

EASY = 2.0, -1.5, 0.5, 3.0, -0.5, 2.75, 3.0, -0.5, -0.75, -0.75


def _rule_cases(rule, rng):
    hyper = {name: TELLING[name] for name in hyperparameters(rule) if name != "lr"}
    if rule.__name__ == "muon":  # which wants matrices, and whose eps counts only where they are small
        easy = [np.array([[g, 0], [0, 1]]) for g in EASY[:2]]
        yield Case((np.eye(2), easy[:1], [0.5]), hyper)
        yield Case((np.eye(2), easy, [0.5] * 2), hyper)
        yield Case((np.eye(2), [g / 16 for g in easy], [0.5] * 2), hyper)
    else:
        # RAdam uses v only then, and signs tell little.
        steps = 10 if rule.__name__ in ("radam", "lion") else 4
        easy = [np.array([g]) for g in EASY[:steps]]
        yield Case((np.array([1.0]), easy[:1], [0.5]), hyper)
        yield Case((np.array([1.0]), easy, [0.5] * steps), hyper)
        yield Case((np.array([1.0]), easy, [0.5, 0.5] + [0.25] * (steps - 2)), hyper)
        pairs = [np.array(pair) for pair in zip(EASY[:-2], EASY[2:], strict=True)][: steps - 2]
        yield Case((np.array([1.0, -1.0]), pairs, [0.5] * (steps - 2)), hyper)
    any_hyper = {name: round(rng.uniform(0.2, 0.9), 2) for name in hyper}
    for shape, given in (((3, 2), hyper), ((2, 3), any_hyper)):
        x, *gradients = rng.normal(size=(11, *shape)).round(2)
        yield Case((x, gradients, rng.uniform(0.1, 0.5, 10).round(2).tolist()), given)


def _follow(rule, case):
    """x after each step along a sequence of gradients, whatever they have to do with x."""
    (x, gradients, rates), state, path, lent = case.arguments, (), [], []
    takes = _takes(rule)
    for g, lr in zip(gradients, rates, strict=True):
        if 2 + len(state) > takes:
            returned, back = 1 + len(state), takes - 1
            raise Stopped(path) from Unreadable(f"{returned} things, and takes only {back} of them at the next step")
        given = x.copy(), g.copy()
        lent += zip("xg", given, (x, g), strict=True)
        try:
            x, *state = _parts(rule(*given, *state, lr=lr, **case.hyper))
            x = numbers(x)
        except Exception as error:
            raise Stopped(path) from error
        path.append(x)
        if x.shape != g.shape:
            break  # there is no next step from here
    return path, [name for name, now, before in lent if changed(now, before)]


def _takes(rule):
    """How many arguments a function takes by position."""
    try:
        kinds = [p.kind for p in signature(rule).parameters.values()]
    except (TypeError, ValueError):  # of what has no signature
        return inf
    return inf if Parameter.VAR_POSITIONAL in kinds else sum(kind <= Parameter.POSITIONAL_OR_KEYWORD for kind in kinds)


def _form(rule, case):
    """Whether x comes in a tuple, with the state, also where there is none."""
    (x, gradients, rates) = case.arguments
    after = rule(x.copy(), gradients[0].copy(), lr=rates[0], **case.hyper)
    return "" if isinstance(after, (tuple, list)) else f"{a(after)}, where a tuple was asked for"


def _parts(after):
    """x and the state, where x may also come alone."""
    if not isinstance(after, (tuple, list)):
        return (after,)
    if not after:
        raise Unreadable(f"an empty {type(after).__name__}, where x was asked for")
    return after


def _tell_step(case, i):
    x, gradients, rates = case.arguments
    rates = rates[: i + 1]
    lr, g = (", then ".join(map(shown, v)) for v in (rates if len(set(rates)) > 1 else rates[:1], gradients[: i + 1]))
    given = filter(None, [f"x = {shown(x)}", settings(case.hyper), f"lr = {lr}", f"g = {g}"])
    return f"From {', '.join(given)}: x after step {i + 1}"


RULE = Question(_rule_cases, _follow, _tell_step, form=_form)
