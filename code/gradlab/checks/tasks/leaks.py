"""References for chapter 8's project: features that are chosen by the training labels alone, without a leak."""

import numpy as np

from gradlab._arguments import ArgumentError, checked
from gradlab._arrays import floating, to_numpy, wide
from gradlab._conditions import COUNT, Condition


def _are_places(rows):
    return rows.ndim == 1 and rows.size and rows.dtype.kind in "iu" and (rows >= 0).all()


TABLE = Condition(
    "be finite, of shape (n, d)",
    lambda X: X.ndim == 2 and X.size and np.isfinite(X).all(),
    lambda X: wide(to_numpy(floating(X))),
)
LABELS = Condition("be −1 or 1 for each case", lambda y: np.isin(y, [-1, 1]).all(), np.asarray)
ROWS = Condition("be whole numbers from 0, of shape (n,)", _are_places, np.asarray)


@checked(X=TABLE, y=LABELS, train=ROWS, test=ROWS, k=COUNT)
def predicted(X, y, train, test, k):
    """The labels of the test cases, by the k features that go best with the labels of the training cases.

        agreement of a feature = Σ y x over the training cases
        label of a test case   = sign Σ agreement · x over the k features whose agreement is farthest from 0

    X             shape (n, d)
    y             shape (n,), −1 or 1
    train, test   indices of cases
    k             how many features are kept

    Returns shape (len(test),). Raises ValueError for a wrong argument, naming it.
    """
    if y.shape != X.shape[:1]:
        raise ArgumentError(f"y must have a label for each of the {len(X)} cases, got {y!r}")
    for name, rows in (("train", train), ("test", test)):
        if rows.max() >= len(X):
            raise ArgumentError(f"{name} must be below the number of cases, {len(X)}, got {rows!r}")
    if k > X.shape[1]:
        raise ArgumentError(f"k must be at most the number of features, {X.shape[1]}, got {k!r}")
    agreement = y[train] @ X[train]
    best = np.argsort(-abs(agreement))[:k]
    return np.sign(X[test][:, best] @ agreement[best])
