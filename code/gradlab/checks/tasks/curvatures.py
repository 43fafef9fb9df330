"""References for chapter 6's exercises: the Hessian times a vector, and its eigenvalues by power iteration.

The library has the first as `landscape.hessian_vector` and the others as `landscape.top_eigenvalues`.
"""

import numpy as np

from gradlab._arguments import ArgumentError, checked
from gradlab._arrays import floating, to_numpy
from gradlab._conditions import COUNT, FUNCTION, POSITIVE, Condition, one_number
from gradlab.checks.tasks.descents import ONE_VECTOR

NOT_ZERO = Condition(
    "be one finite vector other than 0",
    lambda v: v.ndim == 1 and np.isfinite(v).all() and v.any(),
    lambda v: to_numpy(floating(v)),
)


@checked(x=ONE_VECTOR, v=NOT_ZERO, eps=one_number(POSITIVE))
def hessian_product(grad, x, v, *, eps):
    """The Hessian times a vector, by a central difference of gradients.

        H v ≈ (∇f(x + h v) − ∇f(x − h v)) / 2h        h = eps / ‖v‖

    grad   the gradient, which maps (d,) to (d,)
    x, v   shape (d,): a point, and a direction that is not 0
    eps    how long the step to either side is

    Returns shape (d,). Raises ValueError for a wrong argument, naming it.
    """
    if len(v) != len(x):
        raise ArgumentError(f"v must have {len(x)} entries, as x has, got {len(v)}")
    h = eps / np.linalg.norm(v)
    return (grad(x + h * v) - grad(x - h * v)) / (2 * h)


@checked(product=FUNCTION, v=NOT_ZERO, steps=COUNT)
def power_iteration(product, v, *, steps):
    """The curvature along a vector that was multiplied by the Hessian again and again, and that vector.

        v ← H v / ‖H v‖        steps times, then vᵀ H v

    product   v -> H v, from (d,) to (d,), with H symmetric
    v         the start, shape (d,), not 0
    steps     how many times, 1 or more

    Returns a number and a vector of length 1, which tend to the eigenvalue of largest magnitude and its eigenvector.
    Raises ValueError for a wrong argument, naming it. von Mises & Pollaczek-Geiringer (1929).
    """
    for _ in range(steps):
        v = product(v)
        v = v / np.linalg.norm(v)
    return v @ product(v), v


@checked(product=FUNCTION, v=NOT_ZERO, steps=COUNT)
def other_end(product, v, *, steps):
    """The eigenvalue at the other end of the spectrum than the one of largest magnitude.

        λ of H by power iteration, then μ of H − λ I        λ + μ

    product, v, steps   as for `power_iteration`, with so many steps that both have converged

    Returns a number. Raises ValueError for a wrong argument, naming it.
    """
    first, _ = power_iteration(product, v, steps=steps)
    value, _ = power_iteration(lambda u: product(u) - first * u, v, steps=steps)
    return value + first
