"""References for chapter 10's exercises: the sources of a spread, a difference and its error, the seeds that it takes,
and the best of some runs.
"""

from math import ceil
from statistics import NormalDist

import numpy as np

from gradlab._arguments import ArgumentError, checked
from gradlab._arrays import floating, to_numpy, wide
from gradlab._conditions import BOOLEAN, COUNT, FRACTION, POSITIVE, Condition, one_number


def _read(x):
    return wide(to_numpy(floating(x)))


TABLE = Condition(
    "be finite, of shape (splits, starts, orders), with at least two of each",
    lambda x: x.ndim == 3 and min(x.shape) > 1 and np.isfinite(x).all(),
    _read,
)
RESULTS = Condition(
    "be two finite numbers or more", lambda x: x.shape == (x.size,) and x.size > 1 and np.isfinite(x).all(), _read
)
SCORES = Condition(
    "be finite numbers, at least one", lambda x: x.shape == (x.size,) and x.size and np.isfinite(x).all(), _read
)
SD, LEVEL = one_number(POSITIVE), 0.05
NOT_0 = one_number(Condition("be finite and not 0", lambda v: np.isfinite(v) & (v != 0)))
CORRELATION = one_number(Condition("be above −1 and below 1", lambda v: (v > -1) & (v < 1)))


@checked(results=TABLE)
def spread(results):
    """The standard deviations due to the split, the start and the order.

        sdₖ² = the mean, over all pairs of the other two, of the variance along axis k

    results   shape (splits, starts, orders): a run for each combination

    The sum in each variance is divided by the number of runs less 1. Returns shape (3,). Raises ValueError for a wrong
    argument, naming it.
    """
    return np.array([np.sqrt(results.var(axis=k, ddof=1).mean()) for k in range(3)])


@checked(a=RESULTS, b=RESULTS, paired=BOOLEAN)
def gap_and_error(a, b, *, paired):
    """The mean difference of two methods, and its standard error.

        mean(a) − mean(b)
        paired: sd(a − b) / √n        else: √(sd(a)² / n + sd(b)² / m)

    a, b     shapes (n,) and (m,): the results of both; m is n where they are paired
    paired   True if run i of both has the same seed, split and order

    The sum in each sd² is divided by the number of runs less 1. Returns two numbers. Raises ValueError for a wrong
    argument, naming it.
    """
    if paired and len(a) != len(b):
        raise ArgumentError(f"b must have as many results as a, {len(a)}, where they are paired, got {len(b)}")
    if paired:
        d = a - b
        variance = d.var(ddof=1) / len(d)
    else:
        variance = a.var(ddof=1) / len(a) + b.var(ddof=1) / len(b)
    return a.mean() - b.mean(), np.sqrt(variance)


@checked(sd_a=SD, sd_b=SD, gap=NOT_0, correlation=CORRELATION, power=one_number(FRACTION))
def seeds_needed(sd_a, sd_b, gap, *, correlation, power):
    """How many runs of each method find a gap with this power, at a level of 5 per cent on both sides.

        n = ⌈(z(0.975) + z(power))² · (sd_a² + sd_b² − 2 · correlation · sd_a · sd_b) / gap²⌉, at least 2

    sd_a, sd_b    of the results of both methods, above 0
    gap           the difference of their means, not 0
    correlation   of paired results, above −1 and below 1; 0 where they are not paired
    power         the share of such comparisons that find the gap, between 0 and 1

    z is the quantile of the normal distribution. Returns an integer. Raises ValueError for a wrong argument, naming it.
    """
    z = NormalDist().inv_cdf
    variance = sd_a**2 + sd_b**2 - 2 * correlation * sd_a * sd_b
    n = ceil((z(1 - LEVEL / 2) + z(power)) ** 2 * variance / gap**2)
    return max(2, n)


@checked(scores=SCORES, n=COUNT)
def expected_best(scores, n):
    """The mean of the best of n runs, each drawn from the scores with replacement.

        Σᵢ x₍ᵢ₎ · ((i / N)ⁿ − ((i − 1) / N)ⁿ)        i = 1, …, N

    scores   shape (N,): those of N runs of one method; x₍₁₎ is the least of them
    n        how many are drawn, at least 1

    Returns a number. Raises ValueError for a wrong argument, naming it.
    """
    x = np.sort(scores)
    below = np.arange(len(x) + 1) / len(x)
    return np.diff(below**n) @ x
