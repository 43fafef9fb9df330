"""Scalers: inputs on one scale, with the statistics of the training set and of nothing else.

    scaler = standardise(X_train)
    scaler.apply(X_train), scaler.apply(X_test)

Each column is shifted and divided by two numbers that are found once. To find them on all data, before it is split,
leaks the test set into training. What comes out is a NumPy array, even where X is a tensor.
"""

from typing import NamedTuple

import numpy as np

from gradlab._arguments import ArgumentError, checked
from gradlab._arrays import floating, like, norm, to_numpy, wide
from gradlab._conditions import FINITE, Condition, examples, one_number
from gradlab.descend import Array

ARRAY = examples()._replace(read=lambda X: wide(to_numpy(floating(X))))
TRAINING_SET = Condition(f"{ARRAY.words}, and finite", lambda X: ARRAY.holds(X) and np.isfinite(X).all(), ARRAY.read)


class Scaler(NamedTuple):
    """A shift and a scale for each column; made by `min_max` or `standardise`.

    shift, scale   shape (..., 1, d)
    """

    shift: np.ndarray
    scale: np.ndarray

    @checked(X=ARRAY)
    def apply(self, X: Array) -> np.ndarray:
        """X scaled. It must have the columns of the training set, but may be other examples.

            Z = (X − shift) / scale

        X   shape (..., n, d)

        Raises ValueError for another number of columns.
        """
        self._require_columns(X=X)
        return (X - self.shift) / self.scale

    @checked(Z=ARRAY)
    def invert(self, Z: Array) -> np.ndarray:
        """The X that `apply` makes Z of.

            X = Z · scale + shift

        Z   shape (..., n, d)

        Raises ValueError for another number of columns.
        """
        self._require_columns(Z=Z)
        return Z * self.scale + self.shift

    def _require_columns(self, **given):
        d = self.shift.shape[-1]
        for name, X in given.items():
            if X.shape[-1] != d:
                raise ArgumentError(f"{name} must have {d} columns, as the training set had, got {X.shape}")


@checked(X=TRAINING_SET, low=one_number(FINITE), high=one_number(FINITE))
def min_max(X: Array, low: float = 0.0, high: float = 1.0) -> Scaler:
    """The scaler that takes each column of X to [low, high], its least entry to low, its largest to high.

        Z = low + (high − low) · (X − min X) / (max X − min X)

    X           shape (n, d), the training set; each of a grid (..., n, d) has its own statistics
    low, high   numbers, low < high

    Other data may leave the range. A column that is constant in X counts as one whose range is 1, so
    that it becomes low. Twin: `sklearn.preprocessing.MinMaxScaler`.
    Raises ValueError when X is empty or not finite, and unless low and high are finite and low < high.
    """
    if low >= high:
        raise ArgumentError(f"high must be above low = {low!r}, got {high!r}")
    least, width = X.min(-2, keepdims=True), np.ptp(X, -2, keepdims=True)
    scale = np.where(width, width, 1.0) / (high - low)
    return Scaler(least - low * scale, scale)


@checked(X=TRAINING_SET)
def standardise(X: Array) -> Scaler:
    """The scaler that gives each column of X mean 0 and standard deviation 1.

        Z = (X − μ) / σ,  μ = mean X,  σ² = mean (X − μ)²        over the n examples

    X   shape (n, d), the training set; each of a grid (..., n, d) has its own statistics

    A column that is constant in X counts as one whose σ is 1, so that it becomes 0.
    Twin: `sklearn.preprocessing.StandardScaler`. Raises ValueError when X is empty or not finite.
    """
    varies = np.ptp(X, -2, keepdims=True)  # rounding may leave the σ of a constant column above 0
    mean = X.mean(-2, keepdims=True, dtype=float)
    sd = norm(X - mean, -2) / X.shape[-2] ** 0.5  # no square overflows in it
    return Scaler(like(mean, X), like(np.where(varies, sd, 1.0), X))
