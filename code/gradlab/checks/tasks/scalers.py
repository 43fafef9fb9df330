"""References for the exercises on preparing data: `scalers.standardise(X_train).apply(X)` in one function."""

import numpy as np

from gradlab._arguments import ArgumentError, checked
from gradlab._arrays import floating, to_numpy, wide
from gradlab._conditions import Condition

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
