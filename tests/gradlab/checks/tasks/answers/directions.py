"""Answers to chapter 6's exercise on filter normalisation as students write them."""

import numpy as np

from gradlab.checks.tasks.directions import normalised


def column_by_column(direction, theta):
    new = [np.zeros_like(part) for part in direction]
    for layer in (0, 2):
        for u in range(direction[layer].shape[1]):
            d, w = direction[layer][:, u], theta[layer][:, u]
            new[layer][:, u] = d * np.sqrt(np.sum(w**2)) / np.sqrt(np.sum(d**2))
    return new


def by_einsum(direction, theta):
    def length(W):
        return np.sqrt(np.einsum("ij,ij->j", W, W))

    (W1, b1, W2, b2), (V1, _, V2, _) = direction, theta
    return W1 * length(V1) / length(W1), b1 * 0, W2 * (length(V2) / length(W2)), np.zeros(b2.shape)


def layer_by_layer(direction, theta):
    return [d * np.linalg.norm(w) / np.linalg.norm(d) for d, w in zip(direction, theta, strict=True)]


def rows(direction, theta):
    new = []
    for i, (d, w) in enumerate(zip(direction, theta, strict=True)):
        if i in (1, 3):
            new.append(np.zeros_like(d))
        else:
            new.append((d.T * np.linalg.norm(w, axis=1) / np.linalg.norm(d, axis=1)).T)
    return new


def all_four(direction, theta):
    return [d * np.linalg.norm(w, axis=0) / np.linalg.norm(d, axis=0) for d, w in zip(direction, theta, strict=True)]


def with_biases(direction, theta):
    W1, _, W2, _ = by_einsum(direction, theta)
    return [W1, direction[1], W2, direction[3]]


def unit_columns(direction, theta):
    return [d / np.linalg.norm(d, axis=0) * (i % 2 == 0) for i, d in enumerate(direction)]


def in_place(direction, theta):
    for i, (d, w) in enumerate(zip(direction, theta, strict=True)):
        d *= np.linalg.norm(w, axis=0) / np.linalg.norm(d, axis=0) if i % 2 == 0 else 0
    return direction


def in_one(direction, theta):
    return np.concatenate([part.ravel() for part in by_einsum(direction, theta)])


ANSWERS = [
    (normalised, column_by_column, ""),
    (normalised, by_einsum, ""),
    (normalised, layer_by_layer, "the layer for the unit"),
    (normalised, rows, "outgoing for incoming weights"),
    (normalised, all_four, "biases normalised"),
    (normalised, with_biases, "biases kept"),
    (normalised, unit_columns, "not as long as the weights"),
    (normalised, in_place, "input modified in place"),
    (normalised, in_one, None),
    (normalised, lambda direction, theta: direction, None),
    (normalised, lambda direction, theta: by_einsum(theta, direction), "the two lists exchanged"),
]
