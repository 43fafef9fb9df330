"""Scaling as students write it."""

import numpy as np

from gradlab.checks.tasks.scalers import standardised


def scaled_by_hand(X_train, X):
    mean = sum(X_train) / len(X_train)
    return (X - mean) / (sum((X_train - mean) ** 2) / len(X_train)) ** 0.5


def per_set(X_train, X):
    return (X - X.mean(axis=0)) / X.std(axis=0)


def all_at_once(X_train, X):
    return (X - X_train.mean()) / X_train.std()


def pandas_scaled(X_train, X):
    return (X - X_train.mean(0)) / X_train.std(0, ddof=1)


def leaking(X_train, X):
    everything = np.vstack([X_train, X])
    return (X - everything.mean(0)) / everything.std(0)


ANSWERS = [
    (standardised, scaled_by_hand, ""),
    (standardised, per_set, "statistics from the test data"),
    (standardised, all_at_once, "one mean for all columns"),
    (standardised, pandas_scaled, "sample for population variance"),
    (standardised, leaking, "statistics of both sets"),
]
