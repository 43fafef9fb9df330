"""References for chapter 1's exercises: the loop of gradient descent, two rates for a bowl, a line search.

The library has the loop as `descend.descend` with `rules.sgd`, and the line search as a step of `methods.backtracking`.
"""

import numpy as np

from gradlab._arguments import ArgumentError, checked
from gradlab._arrays import floating, to_numpy
from gradlab._conditions import COUNT_FROM_0, FRACTION, POSITIVE, Condition, one_number


def _read(x):
    return to_numpy(floating(x))


ONE_VECTOR = Condition(
    "be one finite vector, of shape (d,)", lambda x: x.ndim == 1 and len(x) and np.isfinite(x).all(), _read
)
SYMMETRIC = Condition(
    "be a symmetric matrix", lambda H: H.ndim == 2 and H.shape == H.T.shape and H.size and np.allclose(H, H.T), _read
)


@checked(x0=ONE_VECTOR, steps=COUNT_FROM_0)
def gradient_descent(grad, x0, *, lr, steps):
    """The path of gradient descent, with its start.

        x_{t+1} = x_t − lr · ∇f(x_t)

    grad    the gradient, which maps (d,) to (d,)
    x0      shape (d,)
    lr      a number, not negative
    steps   the number of steps, 0 or more

    Returns an array of shape (steps + 1, d). Raises ValueError for a wrong argument, naming it. Cauchy (1847).
    """
    path = [np.array(x0)]
    for _ in range(steps):
        x = path[-1]
        path.append(x - lr * grad(x))
    return np.array(path)


@checked(H=SYMMETRIC)
def best_lr(H):
    """The rate at which gradient descent on a bowl shrinks the distance most in the worst direction.

        lr = 2 / (λ_min + λ_max)

    H   shape (d, d), symmetric, with eigenvalues above 0: the second derivatives

    Each direction is multiplied by 1 − lr · λ; at this rate those of λ_min and λ_max are the same but for their
    signs. Raises ValueError when H is no such matrix.
    """
    lam = _curvatures(H)
    return 2 / (lam[0] + lam[-1])


@checked(H=SYMMETRIC)
def largest_lr(H):
    """The smallest rate at which gradient descent on a bowl does not converge.

        lr = 2 / λ_max

    H   shape (d, d), symmetric, with eigenvalues above 0: the second derivatives

    There the factor of the steepest direction, 1 − lr · λ_max, is −1. Raises ValueError when H is no such matrix.
    """
    return 2 / _curvatures(H)[-1]


@checked(x=ONE_VECTOR, g=ONE_VECTOR, lr=one_number(POSITIVE), shrink=one_number(FRACTION), c1=one_number(FRACTION))
def backtracking_step(f, x, g, *, lr, shrink, c1):
    """The first of lr, shrink · lr, shrink² · lr, … that lowers f enough.

        f(x − a · g) ≤ f(x) − c1 · a · ‖g‖²

    f        the function, which maps (d,) to a number
    x, g     shape (d,): a point and the gradient there
    lr       the first step to try, above 0
    shrink   strictly between 0 and 1, as is c1

    Returns the step a. Raises ValueError for a wrong argument, naming it. Armijo (1966).
    """
    a = lr
    while not f(x - a * g) <= f(x) - c1 * a * (g @ g):
        a = shrink * a
    return a


def _curvatures(H):
    """The eigenvalues of H, the smallest first."""
    lam = np.linalg.eigvalsh(H)
    if lam[0] <= 0:
        raise ArgumentError(f"H must have eigenvalues above 0, got {lam}")
    return lam
