"""References for the exercises on preparing data.

`standardised` is `scalers.standardise(X_train).apply(X)` in one function, `ranged` is
`scalers.min_max(X_train, low, high).apply(X)`.
"""

import numpy as np

from gradlab._arguments import ArgumentError, checked
from gradlab._arrays import floating, to_numpy, wide
from gradlab._conditions import FINITE, Condition, one_number

TABLE = Condition(
    "be finite, of shape (n, d)",
    lambda X: X.ndim == 2 and X.size and np.isfinite(X).all(),
    lambda X: wide(to_numpy(floating(X))),
)


@checked(X_train=TABLE, X=TABLE)
def standardised(X_train, X):
    """X, with each column shifted and scaled so that the training set would have mean 0 and standard deviation 1.

        Z = (X − μ) / σ,  μ = mean X_train,  σ² = mean (X_train − μ)²        over the n_train examples

    X_train   shape (n_train, d), the training set
    X         shape (n, d): the same, or data that were not seen in training

    Twin: `sklearn.preprocessing.StandardScaler`. Raises ValueError when one of them is not finite or of another
    shape, and when a column of X_train does not vary.
    """
    if X.shape[1] != X_train.shape[1]:
        raise ArgumentError(f"X must have the columns of X_train, {X_train.shape[1]}, got {X.shape[1]}")
    if not np.ptp(X_train, 0).all():
        raise ArgumentError(f"X_train must vary in each column, got {X_train!r}")
    mean, sd = X_train.mean(0), X_train.std(0)
    return (X - mean) / sd


@checked(X_train=TABLE, X=TABLE, low=one_number(FINITE), high=one_number(FINITE))
def ranged(X_train, X, low, high):
    """X, with each column shifted and scaled so that the training set would reach from low to high.

        Z = low + (high − low) · (X − min X_train) / (max X_train − min X_train)

    X_train     shape (n_train, d), the training set; a column that does not vary counts as one whose range is 1
    X           shape (n, d): the same, or data that were not seen in training; it may leave the range
    low, high   numbers, low < high

    Twin: `sklearn.preprocessing.MinMaxScaler`. Raises ValueError for a wrong argument, naming it.
    """
    if X.shape[1] != X_train.shape[1]:
        raise ArgumentError(f"X must have the columns of X_train, {X_train.shape[1]}, got {X.shape[1]}")
    if low >= high:
        raise ArgumentError(f"high must be above low = {low!r}, got {high!r}")
    least, most = X_train.min(0), X_train.max(0)
    width = np.where(most > least, most - least, 1)
    return low + (high - low) * (X - least) / width
