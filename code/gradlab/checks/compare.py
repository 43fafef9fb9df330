"""Compares answers: finds the first difference, and tells whether two of them are the same.

The values of `Answers` are a list with an entry for each case, and each entry is a list of arrays. Two arrays count as
equal if they differ by less than `tolerance` times their largest number. So a sum in another order passes.
"""

import numpy as np

ROUNDING = 1e-9  # smaller differences always pass: where one formula gives 0, another may give a rounding error


def apart(a, b, tolerance):
    """An array of truth values: True where two arrays of the same shape differ."""
    scale = np.abs(b[np.isfinite(b)]).max(initial=ROUNDING / tolerance)
    return ~np.isclose(a, b, rtol=0, atol=tolerance * scale, equal_nan=True)


def agree(a, b, tolerance):
    """True if two `Answers` are the same.

    Their errors need only be of the same kind; but if there is nothing else to compare, the words must be the same too.
    """
    one, other = (given.error.split(":")[0] if any(a.values) else given.error for given in (a, b))
    return one == other and _equal_values(a.values, b.values, tolerance)


def value(values, k, i):
    """The i-th array of the k-th case, None if it is missing."""
    try:
        return values[k][i]
    except IndexError:
        return None


def difference(given, right, tolerance):
    """The numbers (k, i) of the first case and its first array that is missing or different; None if there is none."""
    for k, case in enumerate(right):
        for i, wanted in enumerate(case):
            yours = value(given, k, i)
            if yours is None or not _equal(yours, wanted, tolerance):
                return k, i
    return None


def _equal(a, b, tolerance):
    return a.shape == b.shape and not apart(a, b, tolerance).any()


def _equal_values(a, b, tolerance):
    return list(map(len, a)) == list(map(len, b)) and all(
        _equal(v, w, tolerance) for x, y in zip(a, b, strict=True) for v, w in zip(x, y, strict=True)
    )
