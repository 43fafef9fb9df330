"""References for chapter 2's exercises: a network's gradient by hand, with the slopes by its scores.

The library has both, for any number of layers, as `backprop.cross_entropy` and `backprop.backward`.
"""

import numpy as np

from gradlab._arguments import ArgumentError, checked
from gradlab._arrays import floating, to_numpy, wide
from gradlab._conditions import Condition


def _read(x):
    return wide(to_numpy(floating(x)))


def _is_table(x):
    return x.ndim == 2 and x.size and np.isfinite(x).all()


TABLE = Condition("be finite, of shape (n, d)", _is_table, _read)
MATRIX = Condition("be a finite matrix", _is_table, _read)
BIASES = Condition("be finite", lambda b: np.isfinite(b).all(), _read)
SCORES = Condition("be finite, of shape (n, C)", _is_table, _read)


@checked(scores=SCORES)
def score_slopes(scores, y):
    """The slopes of the cross-entropy by the scores, in the mean over the examples.

        p = exp s / Σₖ exp sₖ        ∂L/∂s = (p − onehot y) / n

    scores   shape (n, C)
    y        shape (n,), integers 0 … C − 1

    Returns shape (n, C). Raises ValueError for a wrong argument, naming it.
    """
    y = _labels(y, *scores.shape)
    s = scores - scores.max(axis=1, keepdims=True)
    p = np.exp(s) / np.exp(s).sum(axis=1, keepdims=True)
    right = np.eye(scores.shape[1])[y]
    return (p - right) / len(scores)


@checked(W1=MATRIX, b1=BIASES, W2=MATRIX, b2=BIASES, X=TABLE, y=TABLE)
def network_slopes(W1, b1, W2, b2, X, y):
    """The slopes of half the squared error by the parameters of a network with a hidden layer of tanh.

        A = tanh(X W₁ + b₁),  O = A W₂ + b₂        L = 1/2n Σᵢ ‖oᵢ − yᵢ‖²
        D = (O − y) / n,  D₁ = D W₂ᵀ · (1 − A²)        ∂L/∂W₂ = Aᵀ D,  ∂L/∂W₁ = Xᵀ D₁

    W1, b1   shapes (d, H) and (H,)
    W2, b2   shapes (H, C) and (C,)
    X, y     shapes (n, d) and (n, C)

    The slope by a bias is the sum of D or D₁ over the examples. Returns [∂L/∂W₁, ∂L/∂b₁, ∂L/∂W₂, ∂L/∂b₂], each of the
    shape of its parameter. Raises ValueError for a wrong argument, naming it. Rumelhart, Hinton & Williams (1986).
    """
    _require_fit(W1, b1, W2, b2, X, y)
    A = np.tanh(X @ W1 + b1)
    D = (A @ W2 + b2 - y) / len(X)
    D1 = D @ W2.T * (1 - A**2)
    return [X.T @ D1, D1.sum(axis=0), A.T @ D, D.sum(axis=0)]


def _labels(y, n, classes):
    """y as an array of n integers; ArgumentError unless each is the number of a class."""
    y = np.asarray(y)
    if y.shape != (n,) or y.dtype.kind not in "iu" or not ((y >= 0) & (y < classes)).all():
        raise ArgumentError(f"y must be {n} integers from 0 to {classes - 1}, got {y!r}")
    return y


def _require_fit(W1, b1, W2, b2, X, y):
    """Raise ArgumentError for the first parameter or array whose shape does not fit those before it."""
    (d, hidden), outputs = W1.shape, W2.shape[1]
    shapes = {"b1": (b1, (hidden,)), "W2": (W2, (hidden, outputs)), "b2": (b2, (outputs,))}
    shapes |= {"X": (X, (len(X), d)), "y": (y, (len(X), outputs))}
    for name, (value, shape) in shapes.items():
        if value.shape != shape:
            raise ArgumentError(f"{name} must be of shape {shape}, got {value.shape}")
