"""Questions for chapter 5's exercises: to a function that clips, to a clipped step, to a decay, to AdaGrad's rates."""

import numpy as np

from gradlab.checks.question import (
    Case,
    Question,
    Unreadable,
    call,
    changed,
    formatted,
    numbers,
    returned,
    settings,
    type_in_words,
)


def _listed(arrays):
    return f"[{', '.join(map(formatted, arrays))}]"


def _gradients(reference, rng):
    for gradients, max_norm in (
        ([[3, 4]], 1),
        ([[3, 4], [12]], 6.5),
        ([[0.3, 0.4], [1.2]], 2),  # they are short enough
        ([[6, 8], [1], [2]], 5),  # one of them alone is too long
        ([[0, 0], [0]], 1),
        ([[[1, -2], [0, 2]], [2, -1], [5, 1, -3]], 3.5),
    ):
        yield Case(([np.array(g, float) for g in gradients],), {"max_norm": max_norm})
    for shapes, share in ((((3, 2), (2,)), 0.6), (((4,), (2, 3), (3,)), 1.6)):
        gradients = [rng.normal(size=shape).round(2) for shape in shapes]
        length = np.linalg.norm(np.concatenate([g.ravel() for g in gradients]))
        yield Case((gradients,), {"max_norm": round(share * length, 2)})


def _tell_gradients(case, i):
    (gradients,) = case.arguments
    return f"For gradients = {_listed(gradients)}, {settings(case.hyper)}: array {i + 1} of {len(gradients)}"


def _parts_of(value, count, wanted):
    """The arrays in a list or a tuple of so many; `wanted` says in words what was asked for."""
    if not isinstance(value, (list, tuple)):
        numbers(value)  # says of None, and of what holds no numbers, what it is
        raise Unreadable(f"{type_in_words(value)}, where {wanted} asked for")
    if len(value) != count:
        raise Unreadable(f"{len(value)} {'array' if len(value) == 1 else 'arrays'}, where {count} were asked for")
    return [numbers(part) for part in value]


def _clipped(clip, case):
    """The gradients that come back, and whether those that were handed in were changed."""
    (gradients,) = case.arguments
    lent = [g.copy() for g in gradients]
    parts = _parts_of(clip([*lent], **case.hyper), len(gradients), "a list of arrays was")
    return parts, ["argument 1"] * any(map(changed, lent, gradients))


def _steps(reference, rng):
    for parts, x, v, max_norm in (
        ([[6], [-2]], [1], [0], 1),
        ([[6], [-2]], [1], [1], 10),  # short enough
        ([[3, 0], [3, 8]], [1, -1], [1, -1], 1),
        ([[1, 0], [0, 1]], [0, 0], [6, 8], 2),  # the velocity is longer than the limit
        ([[9, 0], [0, 3], [0, 3]], [1, 2], [2, 0], 3),
    ):
        given = tuple(np.array(value, float) for value in (parts, x, v))
        yield Case(given, {"lr": 0.5, "beta": 0.75, "max_norm": max_norm})
    for n, share in ((4, 0.7), (3, 1.4)):
        parts, x, v = (rng.normal(size=shape).round(2) for shape in ((n, 3), 3, 3))
        limit = round(share * np.linalg.norm(parts.mean(axis=0)), 2) + 0.01
        yield Case((parts, x, v), {"lr": 0.3, "beta": round(rng.uniform(0.3, 0.9), 2), "max_norm": limit})


def _tell_step(case, i):
    given = ", ".join(f"{n} = {formatted(a)}" for n, a in zip(("parts", "x", "v"), case.arguments, strict=True))
    return f"For {given}, {settings(case.hyper)}: {'the new x' if i == 0 else 'the new v'}"


def _stepped(step, case):
    """x and v after the step."""
    value, modified = call(step, case)
    return _parts_of(value, 2, "both x and v were"), modified


def _rates(reference, rng):
    for rates in ([0.5], [0.5, 0.5], [0.8, 0.4, 0.2], [0.4, 0.0]):
        yield Case((np.array(rates),), {"weight_decay": 0.5})
    for n in (4, 7):
        yield Case((rng.uniform(0.1, 0.9, n).round(2),), {"weight_decay": round(rng.uniform(0.2, 0.6), 2)})


def _tell_rates(case, i):
    (rates,) = case.arguments
    return f"For rates = {formatted(rates)}, {settings(case.hyper)}"


def _streams(reference, rng):
    yield Case((np.array([[3.0], [4.0]]),), {"lr": 1.0, "eps": 0.0})
    yield Case((np.array([[2.0], [0.0], [-1.5]]),), {"lr": 0.5, "eps": 0.25})
    yield Case((np.array([[3.0, 0.0], [-4.0, 1.0], [0.0, 2.0]]),), {"lr": 0.5, "eps": 0.25})
    for n, d in ((5, 3), (4, 2)):
        gradients = rng.normal(size=(n, d)).round(2)
        yield Case((gradients,), {"lr": round(rng.uniform(0.2, 0.9), 2), "eps": round(rng.uniform(0.1, 0.4), 2)})


def _tell_stream(case, i):
    (gradients,) = case.arguments
    return f"For gradients = {formatted(gradients)}, {settings(case.hyper)}: the rates"


CLIPPED = Question(_gradients, _clipped, _tell_gradients)
STEP = Question(_steps, _stepped, _tell_step)
LEFT = Question(_rates, returned, _tell_rates)
RATES = Question(_streams, returned, _tell_stream)
