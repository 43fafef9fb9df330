"""Comparing answers: where they differ, and which of them are the same.

An answer is a list of cases, a case a list of arrays. Numbers are equal when they differ by less than `tolerance` times
the largest number beside them, so that another order of summation passes.
"""

import numpy as np

ROUNDING = 1e-9  # beside numbers of about 1; what is 0 in one formula is not quite in another


def apart(a, b, tolerance):
    """Where two arrays of one shape differ, as an array of truth values."""
    scale = np.abs(b[np.isfinite(b)]).max(initial=ROUNDING / tolerance)
    return ~np.isclose(a, b, rtol=0, atol=tolerance * scale, equal_nan=True)


def agree(a, b, tolerance):
    """True if two `Answers` are the same. Errors may differ in their words, but not if they are all there is."""
    one, other = (given.error.split(":")[0] if any(a.values) else given.error for given in (a, b))
    return one == other and _same_values(a.values, b.values, tolerance)


def value(values, k, i):
    """The i-th value of the k-th case, None if it is missing."""
    try:
        return values[k][i]
    except IndexError:
        return None


def difference(given, right, tolerance):
    """The first case, and in it the first value, that is missing or different; None if there is none."""
    for k, case in enumerate(right):
        for i, wanted in enumerate(case):
            yours = value(given, k, i)
            if yours is None or not _same(yours, wanted, tolerance):
                return k, i
    return None


def _same(a, b, tolerance):
    return a.shape == b.shape and not apart(a, b, tolerance).any()


def _same_values(a, b, tolerance):
    return list(map(len, a)) == list(map(len, b)) and all(
        _same(v, w, tolerance) for x, y in zip(a, b, strict=True) for v, w in zip(x, y, strict=True)
    )
