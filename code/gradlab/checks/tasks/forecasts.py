"""References for chapter 1's project: data prepared in four ways, the Hessian of their loss, and a number of steps.

The loss is that of `surfaces.least_squares`.
"""

import numpy as np

from gradlab._arguments import one_number, require, require_examples

WAYS = "raw", "centred", "scaled", "both"
ABOVE_ONE = one_number(("finite and above 1", lambda v: (v > 1) & (v < np.inf)))


def prepare(X, how):
    """X prepared in one of four ways, with a column of ones.

        raw: X,  centred: X − μ,  scaled: X / σ,  both: (X − μ) / σ

    X     shape (n, d); μ and σ are the means and the standard deviations of its columns, over n
    how   "raw", "centred", "scaled" or "both"

    Returns an array of shape (n, d + 1). Raises ValueError for another way, for X that is not finite or of another
    shape, and when a column is to be scaled that does not vary.
    """
    X = _table("prepare", X)
    if not (isinstance(how, str) and how in WAYS):
        raise ValueError(f"prepare: how must be one of {', '.join(WAYS)}, got {how!r}")
    if how in ("scaled", "both") and not np.ptp(X, 0).all():
        raise ValueError(f"prepare: X must vary in each column, got {X!r}")
    mean, sd = X.mean(0), X.std(0)
    if how in ("centred", "both"):
        X = X - mean
    if how in ("scaled", "both"):
        X = X / sd
    return np.column_stack([X, np.ones(len(X))])


def hessian(X):
    """The second derivatives of the mean squared error of a linear model.

        H = Xᵀ X / n        of J(θ) = ‖X θ − y‖² / 2n

    X   shape (n, d)

    Returns shape (d, d). Raises ValueError for X that is not finite or of another shape.
    """
    X = _table("hessian", X)
    return X.T @ X / len(X)


def predict_steps(X, factor):
    """The number of steps at the best rate after which the distance to the minimum is divided by factor, or by more.

        steps = ⌈ln factor / ln ((κ + 1) / (κ − 1))⌉,  κ = λ_max / λ_min        of the Hessian

    X        shape (n, d)
    factor   above 1

    Returns an integer, 1 where all curvatures are equal. Raises ValueError for a wrong argument, naming it, and when X
    has a direction without curvature.
    """
    H = hessian(_table("predict_steps", X))
    require("predict_steps", {"factor": ABOVE_ONE}, factor=factor)
    lam = np.linalg.eigvalsh(H)
    if lam[0] <= 1e-12 * lam[-1]:
        raise ValueError(f"predict_steps: X must have independent columns, got {X!r}")
    ratio = lam[-1] / lam[0]
    with np.errstate(divide="ignore"):
        return max(1, int(np.ceil(np.log(factor) / np.log((ratio + 1) / (ratio - 1)))))


def _table(owner, X):
    X = np.asarray(require_examples(owner, "X", X))
    if X.shape[:-2] or not np.isfinite(X).all():
        raise ValueError(f"{owner}: X must be finite, of shape (n, d), got {X!r}")
    return X
