"""Scaling as students write it."""

import numpy as np

from gradlab.checks.tasks.scalers import ranged, standardised


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


def percent_style(X_train, X, low, high):
    X_train, X = np.float32(X_train), np.float32(X)
    span = np.ptp(X_train, axis=0)
    span[span == 0] = 1
    return (X - X_train.min(axis=0)) / span * (high - low) + low


def column_by_column(X_train, X, low, high):
    columns = []
    for old, new in zip(X_train.T, X.T, strict=True):
        slope = (high - low) / ((max(old) - min(old)) or 1)
        columns.append([low + slope * (x - min(old)) for x in new])
    return [list(row) for row in zip(*columns, strict=True)]


def own_range(X_train, X, low, high):
    return low + (high - low) * (X - X.min(0)) / (X.max(0) - X.min(0))


def with_eps(X_train, X, low, high):
    least, most = X_train.min(0), X_train.max(0)
    return low + (high - low) * (X - least) / (most - least + 1e-8)


def no_constant(X_train, X, low, high):
    least, most = X_train.min(0), X_train.max(0)
    return low + (high - low) * (X - least) / (most - least)


def cut_off(X_train, X, low, high):
    return np.clip(percent_style(X_train, X, low, high), low, high)


def to_one(X_train, X, low, high):
    return percent_style(X_train, X, 0, 1)


def by_everything(X_train, X, low, high):
    return percent_style(np.concatenate([X_train, X]), X, low, high)


def times_high(X_train, X, low, high):
    return percent_style(X_train, X, 0, 1) * high + low


def centred_range(X_train, X, low, high):
    mean = X_train.mean(0)
    return (low + high) / 2 + (high - low) * (X - mean) / np.ptp(X_train, 0)


ANSWERS = [
    (standardised, scaled_by_hand, ""),
    (standardised, per_set, "statistics from the test data"),
    (standardised, all_at_once, "one mean for all columns"),
    (standardised, pandas_scaled, "sample for population variance"),
    (standardised, leaking, "statistics of both sets"),
    *((ranged, right, "") for right in (percent_style, column_by_column)),
    (ranged, with_eps, "a constant column divided by nearly 0"),
    (ranged, no_constant, "a constant column divided by 0"),
    (ranged, cut_off, "clipped to the range"),
    (ranged, to_one, "always to [0, 1]"),
    (ranged, by_everything, "statistics of both sets"),
    (ranged, times_high, "high for the width"),
    (ranged, own_range, "statistics from the test data"),
    (ranged, centred_range, "mean for the middle"),
]
