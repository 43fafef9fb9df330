"""Predictions from chosen features, as students write them."""

import numpy as np

from gradlab.checks.tasks.leaks import predicted


def by_mask(X, y, train, test, k):
    agreement = (y[train][:, None] * X[train]).mean(axis=0)
    kept = np.abs(agreement) >= np.sort(np.abs(agreement))[-k]
    return np.where((X[test] * agreement * kept).sum(axis=1) > 0, 1, -1)


def in_loops(X, y, train, test, k):
    agreement = [sum(y[i] * X[i, j] for i in train) for j in range(X.shape[1])]
    best = sorted(range(X.shape[1]), key=lambda j: abs(agreement[j]))[-k:]
    return [1 if sum(agreement[j] * X[i, j] for j in best) > 0 else -1 for i in test]


def differences_of_sums(X, y, train, test, k):
    F, t = X[train], y[train]
    a = F[t == 1].sum(0) - F[t == -1].sum(0)
    best = np.argpartition(abs(a), -k)[-k:]
    return np.sign(X[np.ix_(test, best)] @ a[best]).tolist()


def filtered_first(X, y, train, test, k):
    X = X[:, np.argsort(abs(y @ X))[-k:]]
    return np.sign(X[test] @ (y[train] @ X[train]))


def leaky_throughout(X, y, train, test, k):
    a = y @ X
    best = np.argsort(abs(a))[::-1][:k]
    return np.sign(X[test][:, best] @ a[best])


def largest(X, y, train, test, k):
    a = y[train] @ X[train]
    best = np.argsort(a)[-k:]
    return np.sign(X[test][:, best] @ a[best])


def truths(X, y, train, test, k):
    a = y[train] @ X[train]
    best = np.argsort(-abs(a))[:k]
    return X[test][:, best] @ a[best] > 0


def how_many(X, y, train, test, k):
    return (differences_of_sums(X, y, train, test, k) == y[test]).mean()


def on_training(X, y, train, test, k):
    return in_loops(X, y, train, train, k)


def cheating(X, y, train, test, k):
    return y[test]


def by_correlation(X, y, train, test, k):
    r = np.array([np.corrcoef(X[train, j], y[train])[0, 1] for j in range(X.shape[1])])
    best = np.argsort(-abs(r))[:k]
    return np.sign(X[test][:, best] @ r[best])


def z_scores(X, y, train, test, k):
    mean, sd = X[train].mean(axis=0), X[train].std(axis=0) + 1e-12
    Z = (X - mean) / sd
    agreement = y[train] @ Z[train]
    top = np.argsort(np.abs(agreement))[::-1][:k]
    return np.where(Z[test][:, top] @ agreement[top] >= 0, 1, -1)


ANSWERS = [
    *((predicted, right, "") for right in (by_mask, in_loops, differences_of_sums)),
    (predicted, filtered_first, "chosen on all cases"),
    (predicted, leaky_throughout, "chosen and weighted by all cases"),
    (predicted, largest, "only positive agreement"),
    (predicted, truths, "0 for −1"),
    (predicted, how_many, "a share for the labels"),
    (predicted, on_training, "the training cases predicted"),
    (predicted, cheating, None),
    *((predicted, wrong, "features standardised") for wrong in (by_correlation, z_scores)),
]
