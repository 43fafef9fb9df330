"""Questions for chapter 8's project: which labels do the test cases get, from features chosen on the training cases?

The features are small whole numbers in the easy cases. In the random ones it is clear which k go best.
"""

import numpy as np

from gradlab.checks.question import Case, Question, formatted, returned


def _drawn(rng, n, d, k):
    """Features, labels, and which cases are for training and for the test."""
    while True:
        X, rows = rng.normal(size=(n, d)).round(2), rng.permutation(n)
        y = rng.permutation(np.resize([1.0, -1.0, 1.0], n))
        X[:, 0] += y  # there is something to learn
        train, test = rows[: n // 2], rows[n // 2 :]
        agreement = np.sort(abs(y[train] @ X[train]))[::-1]
        if agreement[k - 1] > agreement[k] + 1e-3:  # else two features would have the same right to be kept
            return X.round(2), y, train, test


def _cases(reference, rng):
    for X, y, train, test, k in (
        ([[3, 1], [-3, 2], [2, -1], [-2, 1]], [1, -1, 1, -1], [0, 1], [2, 3], 1),
        (
            [[-3, 2], [3, 1], [1, 9], [2, 7]],
            [1, -1, 1, 1],
            [0, 1],
            [2, 3],
            1,
        ),  # the second feature goes with the test labels
        ([[-3, 1], [3, 2], [1, 9], [2, 7]], [1, -1, 1, 1], [0, 1], [2, 3], 1),  # and here in the other direction
        ([[2, -2, 2], [1, 3, -1], [9, 1, 1], [-9, -1, 1]], [1, -1, 1, -1], [0, 1], [2, 3], 2),
    ):
        yield Case((np.array(X, float), np.array(y, float), np.array(train), np.array(test), k), {})
    for n, d, k in ((20, 12, 3), (24, 16, 4), (30, 10, 2), (40, 20, 5), (40, 15, 3)):
        yield Case((*_drawn(rng, n, d, k), k), {})


def _tell(case, i):
    names = zip(("X", "y", "train", "test", "k"), case.arguments, strict=True)
    return f"For {', '.join(f'{name} = {formatted(value)}' for name, value in names)}: the labels of the test cases"


PREDICTED = Question(_cases, returned, _tell)
