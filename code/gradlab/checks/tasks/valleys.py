"""References for chapter 6's exercises: hidden units in another order, and what lies between two solutions.

The library has them, for a network's weights in one vector, as `landscape.permuted`, `landscape.interpolate`,
`landscape.barrier` and, for whole networks, `landscape.matched`.
"""

import numpy as np
from scipy.optimize import linear_sum_assignment

from gradlab._arguments import ArgumentError, checked
from gradlab._arrays import floating, to_numpy
from gradlab._conditions import Condition, at_least
from gradlab.checks.tasks.descents import ONE_VECTOR


def _read(x):
    return to_numpy(floating(x))


MATRIX = Condition("be a finite matrix", lambda x: x.ndim == 2 and x.size and np.isfinite(x).all(), _read)
ROW = Condition("be finite, of shape (1, H)", lambda x: x.ndim == 2 and len(x) == 1 and np.isfinite(x).all(), _read)
LOSSES = Condition("be two finite losses or more", lambda x: x.ndim == 1 and x.size > 1 and np.isfinite(x).all(), _read)
ORDER = Condition(
    "be a permutation of 0 … H − 1",
    lambda order: order.ndim == 1 and order.dtype.kind in "iu" and sorted(order) == list(range(len(order))),
    np.asarray,
)


@checked(W1=MATRIX, b1=ROW, W2=MATRIX, order=ORDER)
def reordered(W1, b1, W2, order):
    """The same network with its hidden units in another order.

        W₁ ← W₁[:, order]    b₁ ← b₁[:, order]    W₂ ← W₂[order]

    W1, b1, W2   shapes (d, H), (1, H) and (H, C); the biases of the outputs stay as they are
    order        shape (H,): unit k is then the one that was order[k]

    Returns [W₁, b₁, W₂]. Raises ValueError for a wrong argument, naming it.
    """
    units = W1.shape[1]
    for name, found in (("b1", b1.shape[1]), ("W2", len(W2)), ("order", len(order))):
        if found != units:
            raise ArgumentError(f"{name} must have one entry or row for each of the {units} units, got {found}")
    moved = [W1[:, order], b1[:, order], W2[order]]
    return moved


@checked(a=ONE_VECTOR, b=ONE_VECTOR, n=at_least(2))
def straight(f, a, b, *, n):
    """The losses at n places on the straight way from a to b, both ends among them.

        f((1 − s) · a + s · b)        s = 0, …, 1, evenly spaced

    f      the loss, which maps (d,) to a number
    a, b   shape (d,)
    n      the number of places, at least 2

    Returns shape (n,). Raises ValueError for a wrong argument, naming it.
    """
    if len(a) != len(b):
        raise ArgumentError(f"b must have {len(a)} entries, as a has, got {len(b)}")
    return np.array([f((1 - s) * a + s * b) for s in np.linspace(0, 1, n)])


@checked(losses=LOSSES)
def barrier(losses):
    """How far the losses on a straight way rise above the line that joins the losses at its ends.

        max over s of loss(s) − ((1 − s) · loss(0) + s · loss(1))

    losses   shape (n,), evenly spaced along the way

    Returns a number, 0 where no loss is above the line. Raises ValueError for a wrong argument, naming it.
    """
    s = np.linspace(0, 1, len(losses))
    line = (1 - s) * losses[0] + s * losses[-1]
    return (losses - line).max()


@checked(A=MATRIX, B=MATRIX)
def best_order(A, B):
    """The order of B's units that makes them most like A's.

        maximise over orders    Σₖ A[:, k] · B[:, order[k]]

    A, B   shape (m, H): the weights of each hidden unit, in a column

    Returns integers of shape (H,). Raises ValueError for a wrong argument, naming it. Ainsworth et al. (2023).
    """
    if A.shape != B.shape:
        raise ArgumentError(f"B must be of A's shape {A.shape}, got {B.shape}")
    gains = A.T @ B
    _, order = linear_sum_assignment(gains, maximize=True)
    return order
