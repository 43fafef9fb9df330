"""References for chapter 1's exercises: the loop of gradient descent, two rates for a bowl, a line search.

The library has the loop as `descend.descend` with `rules.sgd`, and the line search as a step of `methods.backtracking`.
"""

import numpy as np

from gradlab._arguments import (
    FINITE,
    FRACTION,
    POSITIVE,
    one_number,
    require,
    require_count,
    require_function,
    require_numbers,
    require_point,
)


def gradient_descent(grad, x0, *, lr, steps):
    """The path of gradient descent, with its start.

        x_{t+1} = x_t − lr · ∇f(x_t)

    grad    the gradient, which maps (d,) to (d,)
    x0      shape (d,)
    lr      a number, not negative
    steps   the number of steps, 0 or more

    Returns an array of shape (steps + 1, d). Raises ValueError for a wrong argument, naming it. Cauchy (1847).
    """
    require_function("gradient_descent", grad=grad)
    path = [np.array(_vector("gradient_descent", "x0", x0))]
    require("gradient_descent", lr=lr)
    require_count("gradient_descent", "steps", steps)
    for _ in range(steps):
        x = path[-1]
        path.append(x - lr * grad(x))
    return np.array(path)


def best_lr(H):
    """The rate at which gradient descent on a bowl shrinks the distance most in the worst direction.

        lr = 2 / (λ_min + λ_max)

    H   shape (d, d), symmetric, with eigenvalues above 0: the second derivatives

    Each direction is multiplied by 1 − lr · λ; at this rate those of λ_min and λ_max are the same but for their
    signs. Raises ValueError when H is no such matrix.
    """
    lam = _curvatures("best_lr", H)
    return 2 / (lam[0] + lam[-1])


def largest_lr(H):
    """The smallest rate at which gradient descent on a bowl does not converge.

        lr = 2 / λ_max

    H   shape (d, d), symmetric, with eigenvalues above 0: the second derivatives

    There the factor of the steepest direction, 1 − lr · λ_max, is −1. Raises ValueError when H is no such matrix.
    """
    return 2 / _curvatures("largest_lr", H)[-1]


def backtracking_step(f, x, g, *, lr, shrink, c1):
    """The first of lr, shrink · lr, shrink² · lr, … that lowers f enough.

        f(x − a · g) ≤ f(x) − c1 · a · ‖g‖²

    f        the function, which maps (d,) to a number
    x, g     shape (d,): a point and the gradient there
    lr       the first step to try, above 0
    shrink   strictly between 0 and 1, as is c1

    Returns the step a. Raises ValueError for a wrong argument, naming it. Armijo (1966).
    """
    require_function("backtracking_step", f=f)
    x, g = _vector("backtracking_step", "x", x), _vector("backtracking_step", "g", g)
    conditions = {"lr": one_number(POSITIVE), "shrink": one_number(FRACTION), "c1": one_number(FRACTION)}
    require("backtracking_step", conditions, lr=lr, shrink=shrink, c1=c1)
    a = lr
    while not f(x - a * g) <= f(x) - c1 * a * (g @ g):
        a = shrink * a
    return a


def _vector(owner, name, x):
    x = np.asarray(require_point(owner, name, x))
    if x.shape[:-1] or not len(x):
        raise ValueError(f"{owner}: {name} must be one vector, of shape (d,), got shape {x.shape}")
    require(owner, {name: FINITE}, **{name: x})
    return x


def _curvatures(owner, H):
    """The eigenvalues of H, the smallest first."""
    H = np.asarray(require_numbers(owner, "H", H))
    if H.ndim != 2 or H.shape != H.T.shape or not H.size or not np.allclose(H, H.T):
        raise ValueError(f"{owner}: H must be a symmetric matrix, got {H}")
    lam = np.linalg.eigvalsh(H)
    if lam[0] <= 0:
        raise ValueError(f"{owner}: H must have eigenvalues above 0, got {lam}")
    return lam
