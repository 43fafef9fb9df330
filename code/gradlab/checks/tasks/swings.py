"""References for chapter 4's project: the factor of momentum on a bowl, and the rate and β that make it smallest."""

import numpy as np

from gradlab._arguments import checked
from gradlab._arrays import floating, to_numpy
from gradlab._conditions import DECAY, POSITIVE, Condition, one_number

CURVATURES = Condition(
    "be finite and above 0, of shape (d,)",
    lambda x: x.ndim == 1 and x.size and (x > 0).all() and np.isfinite(x).all(),
    lambda x: to_numpy(floating(x)),
)


@checked(curvatures=CURVATURES, lr=one_number(POSITIVE), beta=one_number(DECAY))
def worst_factor(curvatures, *, lr, beta):
    """The factor by which a step of momentum multiplies the worst direction of a bowl in the long run.

        z² − (1 + beta − lr · λ) z + beta = 0        the largest |z|, over both roots and all λ

    curvatures   shape (d,): the curvatures λ, above 0, in any order
    lr           above 0
    beta         in [0, 1)

    Returns a number. Raises ValueError for a wrong argument, naming it. Polyak (1964).
    """
    b = 1 + beta - lr * curvatures
    root = np.emath.sqrt(b**2 - 4 * beta)
    return np.abs([b + root, b - root]).max() / 2


@checked(curvatures=CURVATURES)
def best_pair(curvatures):
    """The rate and the β at which momentum shrinks the worst direction of a bowl most.

        lr = (2 / (√λ_max + √λ_min))²,  beta = ((√κ − 1) / (√κ + 1))²        κ = λ_max / λ_min

    curvatures   shape (d,): above 0, in any order

    Returns (lr, beta). Raises ValueError for a wrong argument, naming it. Polyak (1964).
    """
    low, high = curvatures.min() ** 0.5, curvatures.max() ** 0.5
    return (2 / (high + low)) ** 2, ((high - low) / (high + low)) ** 2
