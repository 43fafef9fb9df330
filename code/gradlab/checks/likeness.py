"""What wrong answers have in common with the right ones, when no known mistake gives them.

A path may stop too early, all numbers may be twice the right ones, or in another order. Such a likeness is named if it
holds for the answers to *all* cases, so that a name is never a guess from one number.
"""

import numpy as np

from gradlab.checks.compare import apart
from gradlab.checks.variants import Mistake

SHAPE = Mistake(
    "the right numbers in another shape", None, "Print the shape of what you return. Which one is asked for?"
)
BEGINNING = Mistake(
    "the end missing", None, "Yours is the beginning of what is asked for. What should follow, and what keeps it out?"
)
ORDER = Mistake("the right numbers in another order", None, "All of them are there. In which order are they asked for?")


def likeness(given, right, tolerance):
    """The `Mistake` that the values of two `Answers` show: the first of those below that holds for all; else None.

    given, right   for each case a list of arrays, as in `Answers.values`
    tolerance      of the question
    """
    if list(map(len, given)) != list(map(len, right)):
        return None
    pairs = [pair for case in zip(given, right, strict=True) for pair in zip(*case, strict=True)]
    if not all(np.isfinite(b).all() for _, b in pairs):
        return None

    def same(a, b):
        return a.shape == b.shape and not apart(a, b, tolerance).any()

    if all(a.size == b.size and same(a.ravel(), b.ravel()) for a, b in pairs):
        return SHAPE
    if all(_begins(a, b) and same(a, b[: len(a)]) for a, b in pairs):
        return BEGINNING
    together = [
        tuple(np.sort(np.concatenate([v.ravel() for v in case])) for case in both)
        for both in zip(given, right, strict=True)
    ]
    if all(same(*both) for both in together) and not all(_places(one) for _, one in together):
        return ORDER
    return _factor(pairs, same) or _offset(pairs, same)


def _begins(a, b):
    return a.ndim == b.ndim > 0 and 0 < len(a) <= len(b) and a.shape[1:] == b.shape[1:]


def _places(numbers):
    """True for 0, 1, 2, …: of an order, every other one holds the same numbers."""
    return np.array_equal(numbers, np.arange(len(numbers)))


def _factor(pairs, same):
    """A mistake if one factor, other than 1, makes wrong values of all right ones, of which three differ from 0."""
    a, b = (np.concatenate([v.ravel() for v in values]) for values in zip(*pairs, strict=True))
    if a.shape != b.shape or np.count_nonzero(b) < 3 or len(set(b[b != 0].round(9))) < 2:
        return None
    i = np.argmax(abs(b))
    factor = a[i] / b[i]
    if factor == 0 or not np.isfinite(factor) or not all(same(one, factor * other) for one, other in pairs):
        return None
    if np.isclose(factor, -1):
        return Mistake(
            "the opposite sign", None, "All your numbers have the right size. Which line turns the sign round?"
        )
    return Mistake(
        f"{factor:.4g} times the right numbers",
        None,
        "The factor is the same everywhere. Which line multiplies or divides once too often, or not at all?",
    )


def _offset(pairs, same):
    """A mistake if every answer is a single number, and each is the same whole number above or below the right one."""
    if not all(a.size == b.size == 1 for a, b in pairs) or len(pairs) < 3:
        return None
    away = (pairs[0][0] - pairs[0][1]).item()
    off = round(away) if np.isfinite(away) else 0  # the student's may be inf or nan
    if off == 0 or not all(same(a, b + off) for a, b in pairs):
        return None
    return Mistake(f"{abs(off)} too {'high' if off > 0 else 'low'}, always", None, "Try the smallest case by hand.")
