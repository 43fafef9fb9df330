"""Questions for chapter 8's project: which labels have the test cases, by the features that go best with the others?

The features are small whole numbers in the easy cases. No two agreements are as far from 0, in the random ones.
"""

import numpy as np

from gradlab.checks.question import Case, Question, formatted, returned


def _cases(reference, rng):
    for X, y, train, test, k in (
        ([[3, 1], [-3, 2], [2, -1], [-2, 1]], [1, -1, 1, -1], [0, 1], [2, 3], 1),
        ([[-3, 2], [3, 1], [1, 9], [2, 7]], [1, -1, 1, 1], [0, 1], [2, 3], 1),  # the second feature tells of the test
        ([[-3, 1], [3, 2], [1, 9], [2, 7]], [1, -1, 1, 1], [0, 1], [2, 3], 1),  # and here in the other direction
        ([[2, -2, 2], [1, 3, -1], [9, 1, 1], [-9, -1, 1]], [1, -1, 1, -1], [0, 1], [2, 3], 2),
    ):
        yield Case((np.array(X, float), np.array(y, float), np.array(train), np.array(test), k), {})
    for n, d, k in ((20, 12, 3), (24, 16, 4), (30, 10, 2), (40, 20, 5), (40, 15, 3)):
        X, rows = rng.normal(size=(n, d)).round(2), rng.permutation(n)
        y = rng.permutation(np.resize([1.0, -1.0, 1.0], n))
        X[:, 0] = (X[:, 0] + y).round(2)  # there is something to learn
        yield Case((X, y, rows[: n // 2], rows[n // 2 :], k), {})


def _tell(case, i):
    names = zip(("X", "y", "train", "test", "k"), case.arguments, strict=True)
    return f"For {', '.join(f'{name} = {formatted(value)}' for name, value in names)}: the labels of the test cases"


PREDICTED = Question(_cases, returned, _tell)
