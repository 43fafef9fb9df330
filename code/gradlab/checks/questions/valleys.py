"""Questions for chapter 6's exercises: a network in another order, a straight way and its barrier, the best order."""

import numpy as np
from scipy.optimize import linear_sum_assignment

from gradlab.checks.question import (
    Case,
    Question,
    Unreadable,
    call,
    formatted,
    numbers,
    returned,
    settings,
    type_in_words,
)
from gradlab.checks.questions.descents import Bowl

PARTS = "W1", "b1", "W2"


def _told(names, case):
    return ", ".join(f"{name} = {formatted(value)}" for name, value in zip(names, case.arguments, strict=True))


def _network_cases(reference, rng):
    yield Case((np.array([[1.0, 2.0]]), np.array([[3.0, 4.0]]), np.array([[5.0], [6.0]]), np.array([1, 0])), {})
    square = [[1.0, 2.0, 3.0], [4.0, 5.0, 6.0], [7.0, 8.0, 9.0]]
    yield Case((np.array(square), np.array([[0.1, 0.2, 0.3]]), -np.array(square), np.array([1, 2, 0])), {})
    for d, hidden, outputs in ((2, 4, 3), (3, 5, 2)):
        order = np.roll(np.arange(hidden), rng.choice([-1, 1]))  # no order that is its own inverse
        shapes = (d, hidden), (1, hidden), (hidden, outputs)
        yield Case((*(rng.normal(size=shape).round(2) for shape in shapes), order), {})


def _tell_network(case, i):
    return f"For {_told((*PARTS, 'order'), case)}: the new {PARTS[i]}"


def _three(function, case):
    """The three matrices that a function returns, and the arguments that it changed in place."""
    found, modified = call(function, case)
    if not isinstance(found, (list, tuple)):
        numbers(found)  # says of None, and of what holds no numbers, what it is
        raise Unreadable(f"{type_in_words(found)}, where a list of three matrices was asked for")
    if len(found) != 3:
        raise Unreadable(f"{len(found)} parts, where three were asked for")
    return list(map(numbers, found)), modified


def _way_cases(reference, rng):
    for H, a, b, n in (
        ([[2.0]], [1.0], [3.0], 2),
        ([[2.0]], [1.0], [-3.0], 3),
        ([[2, 1], [1, 3]], [0.0, 2.0], [4.0, -2.0], 5),
    ):
        yield Case((Bowl(H).f, np.array(a), np.array(b)), {"n": n})
    for n in (4, 7):
        A = rng.normal(size=(3, 3))
        a, b = rng.normal(size=(2, 3)).round(2)
        yield Case((Bowl((A @ A.T + np.eye(3)).round(2)).f, a, b), {"n": n})


def _tell_way(case, i):
    f, a, b = case.arguments
    bowl = f"f(x) = ½ xᵀ H x with H = {formatted(f.__self__.H)}"
    return f"For {bowl}, a = {formatted(a)}, b = {formatted(b)}, {settings(case.hyper)}: the losses"


def _loss_cases(reference, rng):
    for losses in (
        [1.0, 4.0, 1.0],
        [1.0, 4.0, 3.0],
        [3.0, 4.0, 1.0],
        [1.0, 5.0, 6.0, 6.5, 9.0],  # the highest of all is an end, and the highest above the line not half-way
        [2.0, 1.0, 1.0, 2.0],  # no hill
        [2.0, 0.5, 2.0, 3.0, 2.0],  # a dip that is deeper than the hill is high
    ):
        yield Case((np.array(losses),), {})
    for n in (6, 9):
        yield Case((rng.uniform(0, 3, n).round(2),), {})


def _tell_losses(case, i):
    return f"For {_told(['losses'], case)}: the barrier"


# Both units of A have the same favourite, and it is not the most alike pair that makes the sum large.
_GREEDY = [[3.0, 0.0], [0.0, 3.0]], [[3.0, 2.0], [2.0, -1.0]]


def _differs(A, B):
    """True if products, cosines and distances give three orders, and the first is clear and not its own inverse."""
    gains, lengths = A.T @ B, [np.linalg.norm(X, axis=0) for X in (A, B)]
    apart = np.linalg.norm(A[:, :, None] - B[:, None], axis=0)
    orders = [linear_sum_assignment(-one)[1] for one in (gains, gains / np.outer(*lengths), -apart)]
    best = orders[0]
    units = np.arange(len(best))
    without = [np.where((units[:, None] == k) & (units == best[k]), -1e3, gains) for k in units]
    close = max(one[linear_sum_assignment(-one)].sum() for one in without)
    return len(set(map(tuple, orders))) == 3 and (best[best] != units).any() and gains[units, best].sum() - close > 0.01


def _order_cases(reference, rng):
    for A, B in (([[2.0, 0.0], [0.0, 1.0]], [[0.0, 3.0], [2.0, 0.0]]), _GREEDY):
        yield Case((np.array(A), np.array(B)), {})
    for m, hidden in ((3, 5), (4, 6), (3, 7)):
        while True:
            A, B = (rng.normal(size=(2, m, hidden)) * rng.uniform(0.3, 3, (2, 1, hidden))).round(2)
            if _differs(A, B):
                break
        yield Case((A, B), {})


def _tell_order(case, i):
    return f"For {_told('AB', case)}: the order"


NETWORK = Question(_network_cases, _three, _tell_network)
WAY = Question(_way_cases, returned, _tell_way)
LOSSES = Question(_loss_cases, returned, _tell_losses)
ORDER = Question(_order_cases, returned, _tell_order)
