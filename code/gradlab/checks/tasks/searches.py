"""References for chapter 3's project: a grid of rates, the best of them, and a difference with its error."""

import numpy as np

from gradlab._arguments import ArgumentError, checked
from gradlab._arrays import floating, to_numpy
from gradlab._conditions import POSITIVE, Condition, at_least, one_number

RATE = one_number(POSITIVE)
TABLE = Condition(
    "be of shape (peaks, seeds), with a mean that is a number in some row",
    lambda x: x.ndim == 2 and x.size and not np.isnan(x.mean(1)).all(),
    lambda x: to_numpy(floating(x)),
)
LOSSES = Condition(
    "be two finite losses or more",
    lambda x: x.shape == (x.size,) and x.size > 1 and np.isfinite(x).all(),
    lambda x: to_numpy(floating(x)),
)


@checked(low=RATE, high=RATE, n=at_least(2))
def log_grid(low, high, n):
    """Rates from low to high, each the same number of times the one before.

        low · (high / low)^(k / (n − 1))        k = 0, 1, …, n − 1

    low, high   the first rate and the last, above 0
    n           how many, at least 2

    Returns shape (n,). Raises ValueError for a wrong argument, naming it. Twin: `numpy.geomspace`.
    """
    return low * (high / low) ** (np.arange(n) / (n - 1))


@checked(losses=TABLE)
def choose(losses):
    """The peak with the lowest mean loss, and whether it stands at the edge of the grid.

    losses   shape (peaks, seeds); nan where a run has diverged: no peak with such a run is chosen

    Returns its index, and True if it is the first or the last of the peaks. Raises ValueError for losses of another
    shape, and when every peak has a run that diverged.
    """
    mean = losses.mean(axis=1)
    i = int(np.argmin(np.where(np.isnan(mean), np.inf, mean)))
    return i, i in (0, len(losses) - 1)


@checked(a=LOSSES, b=LOSSES)
def paired(a, b):
    """The mean difference of two methods on the same seeds, and its standard error.

        mean(a − b),  sd(a − b) / √n        the sum in sd² is divided by n − 1

    a, b   shape (n,): the losses of both methods, seed by seed

    Returns two numbers. Raises ValueError for a wrong argument, naming it.
    """
    if len(a) != len(b):
        raise ArgumentError(f"b must have as many losses as a, {len(a)}, got {len(b)}")
    d = a - b
    return d.mean(), d.std(ddof=1) / len(d) ** 0.5
