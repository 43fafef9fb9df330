"""Data sets that need no network: each comes from its seed alone, cut into three parts.

    X_train, y_train, X_valid, y_valid, X_test, y_test = digits()

Only `mnist1d` comes standardised, since the statistics should come from the training part alone: see `scalers`. In what
follows X and y are the whole set, before the cut, and n counts its examples. Each function raises ValueError for a
wrong argument, naming it. The arguments that all have:

    seed          an integer, 0 … 2³² − 1: of the draw, and of the order before the cut
    valid, test   the shares of the examples that are kept apart for validation and for the test
"""

import random
from math import inf
from typing import NamedTuple

import numpy as np

from gradlab._arguments import ArgumentError, checked
from gradlab._conditions import COUNT, DECAY, FINITE, NON_NEGATIVE, Condition, is_count, one_number

# The limit of a seed is that of the older generators, on which some sets stand.
SEED = Condition("be an integer of at least 0, and below 2³²", lambda v: is_count(v, 0) and v < 2**32)
SHARE, NUMBER, NOISE = one_number(DECAY), one_number(FINITE), one_number(NON_NEGATIVE)


CONDITION_NUMBER = one_number(Condition("be finite and at least 1", lambda v: (v >= 1) & (v < inf)))

#: conditions that all sets share
CUT = {"n": COUNT, "seed": SEED, "valid": SHARE, "test": SHARE}


class Split(NamedTuple):
    """A data set in three parts: X of shape (n, d), and y of shape (n,), integers for classes."""

    X_train: np.ndarray
    y_train: np.ndarray
    X_valid: np.ndarray
    y_valid: np.ndarray
    X_test: np.ndarray
    y_test: np.ndarray


@checked(**CUT)
def digits(*, seed=0, valid=0.2, test=0.2) -> Split:
    """1797 handwritten digits of 8 × 8 pixels, each from 0 to 1: the "digits" of scikit-learn.

    X   shape (n, 64), one row an image, in the order of reading
    y   shape (n,), the digit, 0 … 9

    Alpaydin & Kaynak (1998), their test set. Twin: `sklearn.datasets.load_digits`, divided by 16.
    """
    from sklearn.datasets import load_digits

    X, y = load_digits(return_X_y=True)
    return _split(X / 16, y, seed, valid, test)


@checked(**CUT | {"n": Condition("be a positive multiple of 10", lambda v: is_count(v, 10) and v % 10 == 0)})
def mnist1d(n=4000, *, seed=42, valid=0.2, test=0.2) -> Split:
    """MNIST-1D: ten digit-like curves of 40 points, shifted, sheared and noisy; made, not downloaded.

    n   the number of examples in all, a positive multiple of 10
    X   shape (n, 40), one row a curve
    y   shape (n,), the digit, 0 … 9

    Greydanus & Kobak (2024). Twin: `mnist1d.data.make_dataset`, whose published set has n = 5000 and
    seed = 42. Unlike the other sets here, X is standardised: by one mean and one standard deviation, those of all its
    numbers, the test set's among them.
    """
    from mnist1d.data import get_dataset_args, make_dataset

    args = get_dataset_args()
    args.num_samples, args.seed = n, seed
    states = random.getstate(), np.random.get_state()  # noqa: NPY002
    try:
        made = make_dataset(args)  # seeds the global generators
    finally:
        random.setstate(states[0])
        np.random.set_state(states[1])  # noqa: NPY002
    X, y = np.concatenate([made["x"], made["x_test"]]), np.concatenate([made["y"], made["y_test"]])
    return _split(X, y, seed, valid, test)


@checked(**CUT, intercept=NUMBER, slope=NUMBER, noise=NOISE)
def line(n=100, *, intercept=1.0, slope=2.0, noise=0.5, seed=0, valid=0.2, test=0.2) -> Split:
    """Points scattered about a straight line.

        y = intercept + slope · x + noise · ξ,    x ~ U(−1, 1),  ξ ~ N(0, 1)

    n   the number of examples in all; X has shape (n, 1)
    """
    rng = np.random.default_rng(seed)
    x = rng.uniform(-1, 1, n)
    y = intercept + slope * x + noise * rng.standard_normal(n)
    return _split(x[:, None], y, seed, valid, test)


@checked(**CUT, d=COUNT, condition=CONDITION_NUMBER, noise=NOISE)
def regression(n=1000, d=10, *, condition=1.0, noise=0.1, seed=0, valid=0.2, test=0.2) -> Split:
    """A linear model whose loss on the training part has exactly the condition number asked for.

        y = X w + noise · ξ,    w, ξ ~ N(0, I)
        eigenvalues of XᵀX / n over the training part: from 1/condition to 1, each a constant factor
        from the next, along axes turned at random

    n, d   the number of examples in all, and of inputs; at least d examples are for training
    """
    rng = np.random.default_rng(seed)
    axes, _ = np.linalg.qr(rng.standard_normal((d, d)))
    w, Z, xi = (rng.standard_normal(shape) for shape in (d, (n, d), n))
    Z_train = _split(Z, xi, seed, valid, test).X_train
    n_train = len(Z_train)
    if n_train < d:
        raise ArgumentError(f"n must leave {d} examples or more for training, got {n}, which leaves {n_train}")
    # Z_train = QR, so that Z_train R⁻¹ has orthonormal columns: no chance correlations are left in it.
    R = np.linalg.qr(Z_train, mode="r")
    X = Z @ np.linalg.inv(R) * (n_train * np.geomspace(1, 1 / condition, d)) ** 0.5 @ axes.T
    return _split(X, X @ w + noise * xi, seed, valid, test)


@checked(**CUT, noise=NOISE)
def moons(n=1000, *, noise=0.2, seed=0, valid=0.2, test=0.2) -> Split:
    """Two half circles, each reaching into the other: no straight line parts them.

    n       the number of examples in all
    noise   the standard deviation of what is added to each coordinate
    X       shape (n, 2)
    y       shape (n,), 0 or 1

    Twin: `sklearn.datasets.make_moons`.
    """
    from sklearn.datasets import make_moons

    X, y = make_moons(n, noise=noise, random_state=seed)
    return _split(X, y, seed, valid, test)


@checked(**CUT, classes=COUNT, turns=NUMBER, noise=NOISE)
def spirals(n=1000, *, classes=3, turns=0.75, noise=0.05, seed=0, valid=0.2, test=0.2) -> Split:
    """Spiral arms, one for each class: hard for a small network.

        x = r · (cos φ, sin φ) + noise · ξ,    φ = 2π (turns · r + y / classes),  r ~ U(0, 1),  ξ ~ N(0, I)

    X has shape (n, 2); y runs through 0 … classes − 1. After Lang & Witbrock (1988), who had two arms
    of three turns.
    """
    rng = np.random.default_rng(seed)
    y, r = np.arange(n) % classes, rng.random(n)
    angle = 2 * np.pi * (turns * r + y / classes)
    X = r[:, None] * np.column_stack([np.cos(angle), np.sin(angle)]) + noise * rng.standard_normal((n, 2))
    return _split(X, y, seed, valid, test)


def _split(X, y, seed, valid, test):
    """Shuffle, then cut, each class in the same proportions."""
    if valid + test >= 1:
        raise ArgumentError(f"valid and test must leave something for training, got {valid} and {test}")
    order = np.random.default_rng(seed).permutation(len(y))
    X, y = X[order], y[order]
    classes = y if np.issubdtype(y.dtype, np.integer) else np.zeros(len(y))
    place = np.empty(len(y))  # of an example among those of its class, from 0 to 1
    for label in np.unique(classes):
        mine = classes == label
        place[mine] = (np.arange(mine.sum()) + 0.5) / mine.sum()
    train, rest = place < 1 - valid - test, place < 1 - test
    parts = train, rest & ~train, ~rest
    return Split(*(array[part] for part in parts for array in (X, y)))
