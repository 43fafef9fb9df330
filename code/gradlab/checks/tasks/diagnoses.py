"""References for chapter 9's exercises: gradients from losses and from steps, a loss for any scores, the first nan.

The library has such gradients as `differences.numerical_grad` and `differences.weight_difference`, for vectors and for
plain gradient descent, and the loss as `backprop.cross_entropy`.
"""

import numpy as np

from gradlab._arguments import ArgumentError, checked
from gradlab._arrays import floating, to_numpy, wide
from gradlab._conditions import DECAY, FUNCTION, NON_NEGATIVE, POSITIVE, Condition, one_number


def _read(x):
    return wide(to_numpy(floating(x)))


ARRAY = Condition("be a finite array", lambda x: x.size and np.isfinite(x).all(), _read)
PATH = Condition(
    "be finite, of shape (T + 1, d) with T of at least 1",
    lambda x: x.ndim == 2 and x[1:].size and np.isfinite(x).all(),
    _read,
)
SCORES = Condition("be finite, of shape (n, C)", lambda x: x.ndim == 2 and x.size and np.isfinite(x).all(), _read)
STEPS = Condition(
    "be a list of dictionaries, name -> array",
    lambda steps: isinstance(steps, (list, tuple)) and all(isinstance(step, dict) for step in steps),
)


@checked(f=FUNCTION, x=ARRAY, eps=one_number(POSITIVE))
def entry_slopes(f, x, *, eps):
    """The slopes of f by all entries of an array, by central differences in float64.

        (f(x + h eᵢ) − f(x − h eᵢ)) / 2h        h = eps · max(1, |xᵢ|)

    f     maps an array of x's shape to a number
    x     an array of any shape, of floats or whole numbers, which is left as it is
    eps   above 0

    Returns an array of x's shape. Raises ValueError for a wrong argument, naming it.
    """
    x, slopes = np.array(x, float), np.zeros(np.shape(x))
    for i in np.ndindex(x.shape):
        h = eps * max(1, abs(x[i]))
        up, down = x.copy(), x.copy()
        up[i] += h
        down[i] -= h
        slopes[i] = (f(up) - f(down)) / (2 * h)
    return slopes


@checked(before=ARRAY, after=ARRAY, lr=one_number(POSITIVE), weight_decay=one_number(NON_NEGATIVE))
def gradient_of_step(before, after, *, lr, weight_decay):
    """The gradient of the loss without its penalty, from the weights before and after a step of SGD with decay.

        g = (before − after) / lr − weight_decay · before

    before, after   arrays of one shape
    lr              above 0
    weight_decay    λ of the penalty ½ λ ‖w‖², not negative

    Returns an array of this shape. Raises ValueError for a wrong argument, naming it.
    """
    if before.shape != after.shape:
        raise ArgumentError(f"after must be of shape {before.shape}, as before is, got {after.shape}")
    return (before - after) / lr - weight_decay * before


@checked(path=PATH, lr=one_number(POSITIVE), beta=one_number(DECAY))
def gradients_of_path(path, *, lr, beta):
    """The gradients that a run of momentum must have used, from its path.

        vₜ = (xₜ − xₜ₊₁) / lr        gₜ = vₜ − beta · vₜ₋₁        v₋₁ = 0

    path   shape (T + 1, d): the points, from the start on
    lr     above 0
    beta   in [0, 1)

    Momentum: v ← beta · v + g, x ← x − lr · v. Returns shape (T, d). Raises ValueError for a wrong argument, naming it.
    """
    v = (path[:-1] - path[1:]) / lr
    before = np.vstack([0 * v[:1], v[:-1]])
    return v - beta * before


@checked(scores=SCORES)
def log_loss(scores, y):
    """The mean cross-entropy of scores of any size.

        log Σₖ exp sₖ − s of the right class

    scores   shape (n, C)
    y        shape (n,), integers 0 … C − 1

    Returns a number. Raises ValueError for a wrong argument, naming it.
    """
    n, classes = scores.shape
    if np.shape(y) != (n,) or np.asarray(y).dtype.kind not in "iu" or min(y) < 0 or max(y) >= classes:
        raise ArgumentError(f"y must be {n} integers from 0 to {classes - 1}, got {y!r}")
    s = scores - scores.max(axis=1, keepdims=True)
    right = s[np.arange(n), y]
    return np.mean(np.log(np.exp(s).sum(axis=1)) - right)


@checked(steps=STEPS)
def first_not_finite(steps):
    """The first tensor of a run that holds an inf or a nan, as a pair (t, name); None if there is none.

    steps   a list with a dictionary for each step t = 0, 1, …: name -> array, in the order of their computation

    Raises ValueError for a wrong argument, naming it.
    """
    for t, tensors in enumerate(steps):
        for name, x in tensors.items():
            if not np.isfinite(x).all():
                return t, name
    return None
