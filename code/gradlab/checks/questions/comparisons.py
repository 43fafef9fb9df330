"""Questions for chapter 10's exercises on comparisons: which source spreads the results, how far are two methods
apart, how many seeds does it take, and how good is the best of some runs?
"""

import numpy as np

from gradlab.checks.question import Case, Question, formatted, returned, settings
from gradlab.checks.questions.searches import _pair

# --- where the spread comes from --------------------------------------------------------------------------------------


def _spread_cases(reference, rng):
    splits, starts, orders = np.ix_([0.0, 4.0], [0.0, 2.0, 4.0], [0.0, 1.0])
    yield Case((splits + 0 * starts + 0 * orders,), {})
    yield Case((splits + starts + orders,), {})
    # how far two orders are apart depends on the split: the mean of deviations, or a median, is another number
    yield Case((orders * np.array([1.0, 5.0, 9.0])[:, None, None] + starts[:, :2],), {})
    for shape in ((4, 3, 2), (2, 5, 3)):
        parts = (rng.normal(size=shape[k]) * sd for k, sd in enumerate((3, 2, 1)))
        yield Case((sum(np.ix_(*parts)) + rng.normal(size=shape).round(2),), {})


def _tell_spread(case, i):
    results = case.arguments[0]
    return f"For results of shape {results.shape}, {formatted(results)}: the sd due to split, start and order"


# --- how far apart ----------------------------------------------------------------------------------------------------


def _gap_cases(reference, rng):
    for a, b, paired in (
        ([3.0, 5.0], [1.0, 2.0], True),
        ([3.0, 5.0], [1.0, 2.0], False),
        ([1.0, 2.0, 6.0], [2.0, 4.0, 3.0], True),
        ([1.0, 2.0, 6.0], [2.0, 4.0], False),
        ([1.0, 3.0], [2.0, 2.0, 5.0, 7.0, 4.0], False),
    ):
        yield Case((np.array(a), np.array(b)), {"paired": paired})
    for n, m in ((6, 6), (8, 5)):
        seeds = rng.normal(size=n) * 2
        a, b = (seeds + at + rng.normal(size=n) * sd for at, sd in ((1.0, 0.5), (2.0, 1.5)))
        yield Case((a.round(2), b.round(2)[:m]), {"paired": n == m})


def _tell_gap(case, i):
    a, b = map(formatted, case.arguments)
    return f"For a = {a}, b = {b}, {settings(case.hyper)}: {('the mean difference', 'its standard error')[i]}"


# --- how many seeds ---------------------------------------------------------------------------------------------------


def _number_cases(reference, rng):
    """No number is near to a whole one, so that quantiles of two decimals, 1.96 and 0.84, do as well."""
    for sd_a, sd_b, gap, correlation, power in (
        (1.0, 1.0, 1.0, 0.0, 0.8),
        (1.0, 1.0, 1.2, 0.0, 0.8),
        (2.0, 1.0, 1.0, 0.0, 0.8),
        (2.0, 1.0, 1.0, 0.5, 0.8),
        (1.0, 1.0, -1.0, 0.4, 0.9),  # the sign of a gap does not matter
        (1.0, 1.0, 20.0, 0.0, 0.8),  # one run has no standard deviation
    ):
        yield Case((sd_a, sd_b, gap), {"correlation": correlation, "power": power})
    drawn = 0
    while drawn < 3:
        sd_a, sd_b, gap = (round(x, 2) for x in rng.uniform([1, 1, 0.8], [3, 3, 2]))
        hyper = {"correlation": round(rng.uniform(0.2, 0.8), 2), "power": float(rng.choice([0.8, 0.9, 0.95]))}
        variance = sd_a**2 + sd_b**2 - 2 * hyper["correlation"] * sd_a * sd_b
        roughly = {0.8: 7.849, 0.9: 10.507, 0.95: 12.995}[hyper["power"]] * variance / gap**2
        if 5 < roughly < 60 and 0.25 < roughly % 1 < 0.75:
            drawn += 1
            yield Case((sd_a, sd_b, gap), hyper)


def _tell_number(case, i):
    sd_a, sd_b, gap = case.arguments
    return f"For sd_a = {sd_a:g}, sd_b = {sd_b:g}, gap = {gap:g}, {settings(case.hyper)}: the runs of each method"


# --- the best of some -------------------------------------------------------------------------------------------------


def _best_cases(reference, rng):
    for scores, n in (
        ([0.0, 1.0], 1),
        ([0.0, 1.0], 2),
        ([1.0, 5.0, 2.0], 2),
        ([4.0, 4.0, 1.0, 8.0], 3),
        ([-3.0, -1.0], 2),
        ([0.0, 1.0, 2.0], 5),  # more are drawn than there are: with replacement
    ):
        yield Case((np.array(scores), n), {})
    for size, n in ((6, 4), (5, 3)):
        yield Case((rng.normal(2, 1, size).round(2), n), {})


def _tell_best(case, i):
    scores, n = case.arguments
    return f"For scores = {formatted(scores)}, n = {n}: the mean of the best of n"


SPREAD = Question(_spread_cases, returned, _tell_spread)
GAP = Question(_gap_cases, _pair, _tell_gap)
NUMBER = Question(_number_cases, returned, _tell_number)
BEST = Question(_best_cases, returned, _tell_best)
