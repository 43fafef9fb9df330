"""References for chapter 1's project: data prepared in four ways, the Hessian of their loss, and a number of steps.

The loss is that of `surfaces.least_squares`.
"""

import numpy as np

from gradlab._arguments import ArgumentError, checked
from gradlab._arrays import floating, to_numpy
from gradlab._conditions import Condition, one_number, one_of

WAYS = "raw", "centred", "scaled", "both"
ABOVE_ONE = one_number(Condition("be finite and above 1", lambda v: (v > 1) & (v < np.inf)))
TABLE = Condition(
    "be finite, of shape (n, d)",
    lambda X: X.ndim == 2 and X.size and np.isfinite(X).all(),
    lambda X: to_numpy(floating(X)),
)


@checked(X=TABLE, how=one_of(*WAYS))
def prepare(X, how):
    """X prepared in one of four ways, with a column of ones.

        raw: X,  centred: X − μ,  scaled: X / σ,  both: (X − μ) / σ

    X     shape (n, d); μ and σ are the means and the standard deviations of its columns, over n
    how   "raw", "centred", "scaled" or "both"

    Returns an array of shape (n, d + 1). Raises ValueError for another way, for X that is not finite or of another
    shape, and when a column is to be scaled that does not vary.
    """
    if how in ("scaled", "both") and not np.ptp(X, 0).all():
        raise ArgumentError(f"X must vary in each column, got {X!r}")
    mean, sd = X.mean(0), X.std(0)
    if how in ("centred", "both"):
        X = X - mean
    if how in ("scaled", "both"):
        X = X / sd
    return np.column_stack([X, np.ones(len(X))])


@checked(X=TABLE)
def hessian(X):
    """The second derivatives of the mean squared error of a linear model.

        H = Xᵀ X / n        of J(θ) = ‖X θ − y‖² / 2n

    X   shape (n, d)

    Returns shape (d, d). Raises ValueError for X that is not finite or of another shape.
    """
    return X.T @ X / len(X)


@checked(X=TABLE, factor=ABOVE_ONE)
def predict_steps(X, factor):
    """The number of steps at the best rate after which the distance to the minimum is divided by factor, or by more.

        steps = ⌈ln factor / ln ((κ + 1) / (κ − 1))⌉,  κ = λ_max / λ_min        of the Hessian

    X        shape (n, d)
    factor   above 1

    Returns an integer, 1 where all curvatures are equal. Raises ValueError for a wrong argument, naming it, and when X
    has a direction without curvature.
    """
    H = hessian(X)
    lam = np.linalg.eigvalsh(H)
    if lam[0] <= 1e-12 * lam[-1]:
        raise ArgumentError(f"X must have independent columns, got {X!r}")
    ratio = lam[-1] / lam[0]
    with np.errstate(divide="ignore"):
        return max(1, int(np.ceil(np.log(factor) / np.log((ratio + 1) / (ratio - 1)))))
