"""Mistakes that people make when they compare runs.

Each row has the name of a mistake, and edits of the reference: its text, and the wrong text (see `variants`).
"""

from math import comb

import numpy as np

from gradlab.checks.questions.comparisons import BEST, GAP, NUMBER, SPREAD
from gradlab.checks.tasks import comparisons
from gradlab.checks.variants import at_once, mistakes

#: name -> hint
HINTS = {
    "one number of runs for both, and population for sample": "Whose runs do you divide by? And is it n or n − 1?",
    # sources
    "population for sample": "Is it n or n − 1 that is divided by, in the variance of n runs?",
    "variance for sd": "Multiply all results by 10: how many times larger should a deviation be?",
    "mean of deviations": "What was to be averaged: the variances, or their roots?",
    "deviation of means": "Is the deviation taken before or after the other two sources are averaged out?",
    "every run in one heap": "Of two runs that differ in all three sources: to which of them is the difference due?",
    "the other two sources": "What is held fixed while one source varies?",
    "order before split": "Which axis belongs to the split, and which one to the order?",
    "axes exchanged": "Which axis belongs to which source?",
    "median for the mean": "What was to be done with the variances: was it their mean?",
    "range for the deviation": "Does a deviation look at the two farthest runs alone?",
    "the first of the others alone": "Do all combinations of the other two count, or the first one?",
    "standard error for sd": "Repeat each run many times over: should the deviation due to a source shrink?",
    "largest for the mean": "What was to be done with the variances: was it their mean?",
    "sum for the mean": "Twice as many combinations of the other two: should the deviation grow?",
    "share of the variance": "Was it asked how large a deviation is, or which share of all?",
    # gaps
    "sign of the difference": "If a is lower than b everywhere, what sign has the mean of a minus that of b?",
    "size of the difference": "If a is lower than b everywhere, what sign has the mean of a minus that of b?",
    "sd for the standard error": "Four times the runs: how many times smaller should the error be?",
    "divided by n for √n": "Four times the runs: how many times smaller should the error be?",
    "paired for unpaired": "If the results of a stood in another order, should the unpaired error change?",
    "unpaired for paired": "Add 1 to run 3 of both methods: should the error of a paired difference change?",
    "paired the wrong way round": "In which of the two cases do you subtract run by run?",
    "one number of runs for both": "What if there are more runs of b than of a?",
    "errors added": "Do two independent errors always add up, or do they partly cancel?",
    "deviations for variances": "What adds up for independent results: their deviations, or the squares of these?",
    "error of one mean alone": "Is only one of the two means uncertain?",
    "all runs in one heap": "Is the gap between the methods part of the spread within them?",
    "common variance": "What if one method has more runs and the other spreads more?",
    "variances subtracted": "Is a difference of two uncertain numbers surer than each of them?",
    "correlation of paired runs twice": "The differences run by run hold the correlation already: is it counted again?",
    "t for the standard error": "How many errors is the difference, or how large is one of them: which was asked for?",
    "two standard errors for one": "Is an interval of 95 per cent asked for, or one standard error?",
    # numbers of runs
    "one method's spread": "Do both means have an error, or one of them?",
    "deviations added": "What adds up for independent results: their deviations, or the squares of these?",
    "mean variance": "Is the variance of a difference the mean of both variances, or their sum?",
    "correlation ignored": "If the seed explains half of the variance, does pairing save runs?",
    "correlation's sign": "If both methods are good with the same seeds, does their difference vary more, or less?",
    "correlation without its 2": "Two equal methods with the correlation 1: how much should the difference vary?",
    "correlation squared": "How does the correlation stand in the variance of a difference?",
    "1 − correlation for all": "What if the two deviations are not equal: by what is the correlation multiplied?",
    "power ignored": "With so many runs, and a true gap: how often is the gap larger than two errors?",
    "level on one side": "Did you know before which method is better? How much of the 5 per cent lies on each side?",
    "level ignored": "How often may two equal methods be called different?",
    "1 − power for power": "If more power is asked for, should the number of runs rise?",
    "quantiles squared one by one": "Is it the sum that is squared, or each of the two?",
    "not squared": "If the gap is half as large, how many times as many runs does it take?",
    "gap not squared": "If the gap is half as large, how many times as many runs does it take?",
    "root of the variance": "In which units is each part, if the results are in per cent?",
    "rounded to the nearest": "May the power be a little below what was asked for?",
    "rounded down": "May the power be a little below what was asked for?",
    "not rounded": "Can there be a part of a run?",
    "one run too many": "Is the number rounded up already?",
    "one run each": "What is the standard deviation of a single run?",
    "thirty at least": "Is a number of runs enough whatever the gap is?",
    "runs of both": "Are the runs of one method asked for, or those of both?",
    # the best of n
    "mean for the best": "Should the best of five runs be better than one run, on average?",
    "the best of all": "Do you always draw the best there is?",
    "worst for best": "Is a large score good here?",
    "without replacement": "May the same run be drawn twice?",
    "ranks from 0": "How likely is it that all draws lie at or below the largest score?",
    "not sorted": "Which of the scores is the smallest, and does your formula know?",
    "power missing": "With n = 1 and n = 2: should the same come out?",
    "power n − 1": "With n = 1, what should come out?",
    "powers not subtracted": "Do your probabilities sum to 1?",
    "times n": "With n = 2, do your probabilities sum to 1?",
    "the first n": "Which n of the scores are drawn: always the same?",
    "normal for what was measured": "Your formula is for a normal distribution: are these scores drawn from one?",
    "quantile for the mean": "Is it a score that is asked for, or a mean over all that may be drawn?",
}

# --- sources ----------------------------------------------------------------------------------------------------------

_VAR, _SD = "results.var(axis=k, ddof=1)", "np.sqrt(results.var(axis=k, ddof=1).mean())"
_EACH = f"np.array([{_SD} for k in range(3)])"
_REST = "axis=tuple({0, 1, 2} - {k})"

INSIDE = [
    ("population for sample", (_VAR, "results.var(axis=k)")),
    ("variance for sd", (_SD, f"{_VAR}.mean()")),
    ("mean of deviations", (_SD, "results.std(axis=k, ddof=1).mean()")),
    ("median for the mean", (_SD, f"np.sqrt(np.median({_VAR}))")),
    ("largest for the mean", (_SD, f"np.sqrt({_VAR}.max())")),
    ("sum for the mean", (_SD, f"np.sqrt({_VAR}.sum())")),
]
SPREAD_TABLE = [
    *INSIDE,
    ("population for sample", (_SD, "results.std(axis=k).mean()")),
    ("median for the mean", (_SD, "np.median(results.std(axis=k, ddof=1))")),
    ("largest for the mean", (_SD, "results.std(axis=k, ddof=1).max()")),
    ("deviation of means", (_SD, f"results.mean({_REST}).std(ddof=1)")),
    ("deviation of means", (_SD, f"results.mean({_REST}).std()")),
    ("deviation of means", (_SD, f"np.median(results, {_REST}).std(ddof=1)")),
    ("every run in one heap", (_SD, "results.std(ddof=1)")),
    ("every run in one heap", (_SD, "results.std()")),
    ("the other two sources", (_SD, f"np.sqrt(results.var({_REST}, ddof=1).mean())")),
    ("the other two sources", (_SD, f"results.std({_REST}, ddof=1).mean()")),
    ("order before split", (_EACH, f"{_EACH}[::-1]")),
    ("axes exchanged", (_EACH, f"{_EACH}[[1, 2, 0]]")),
    ("axes exchanged", (_EACH, f"{_EACH}[[2, 0, 1]]")),
    ("axes exchanged", (_EACH, f"{_EACH}[[1, 0, 2]]")),
    ("axes exchanged", (_EACH, f"{_EACH}[[0, 2, 1]]")),
    ("range for the deviation", (_SD, "np.ptp(results, axis=k).mean()")),
    ("the first of the others alone", (_SD, "np.moveaxis(results, k, 0)[:, 0, 0].std(ddof=1)")),
    ("standard error for sd", (_SD, f"{_SD} / results.shape[k] ** 0.5")),
    ("standard error for sd", (_SD, f"{_SD} / results.size ** 0.5")),
    ("share of the variance", (f"return {_EACH}", f"found = {_EACH} ** 2\n    return found / found.sum()")),
    ("share of the variance", (_SD, f"{_VAR}.mean() / results.var(ddof=1)")),
]

# --- gaps -------------------------------------------------------------------------------------------------------------

_MEANS, _ROOT = "a.mean() - b.mean()", "np.sqrt(variance)"
_PAIRED, _BOTH = "d.var(ddof=1) / len(d)", "a.var(ddof=1) / len(a) + b.var(ddof=1) / len(b)"

SIGN = [
    ("sign of the difference", (_MEANS, "b.mean() - a.mean()")),
    ("size of the difference", (_MEANS, "abs(a.mean() - b.mean())")),
]
ERROR = [
    ("population for sample", (_PAIRED, "d.var() / len(d)"), (_BOTH, "a.var() / len(a) + b.var() / len(b)")),
    ("variance for sd", (_ROOT, "variance")),
    ("sd for the standard error", (_PAIRED, "d.var(ddof=1)"), (_BOTH, "a.var(ddof=1) + b.var(ddof=1)")),
    (
        "divided by n for √n",
        (_PAIRED, "d.var(ddof=1) / len(d) ** 2"),
        (_BOTH, "a.var(ddof=1) / len(a) ** 2 + b.var(ddof=1) / len(b) ** 2"),
    ),
    ("paired for unpaired", (_BOTH, "(a[: len(b)] - b[: len(a)]).var(ddof=1) / min(len(a), len(b))")),
    ("unpaired for paired", (_PAIRED, _BOTH)),
    ("errors added", (_BOTH, "(a.std(ddof=1) / len(a) ** 0.5 + b.std(ddof=1) / len(b) ** 0.5) ** 2")),
    ("two standard errors for one", (_ROOT, "2 * np.sqrt(variance)")),
]
_SIGNS, _SIGN_HINTS = at_once(HINTS, ERROR[:4], SIGN)

GAP_TABLE = [
    *SIGN,
    *ERROR,
    *_SIGNS,
    ("paired for unpaired", ("if paired:\n        d", "if True:\n        d")),
    ("paired the wrong way round", ("if paired:\n        d", "if not paired:\n        d")),
    (
        "paired the wrong way round",
        (_BOTH, "(a[: len(b)] - b[: len(a)]).var(ddof=1) / min(len(a), len(b))"),
        (_PAIRED, _BOTH),
    ),
    ("one number of runs for both", (_BOTH, "(a.var(ddof=1) + b.var(ddof=1)) / len(a)")),
    ("one number of runs for both", (_BOTH, "(a.var(ddof=1) + b.var(ddof=1)) / len(b)")),
    ("one number of runs for both", (_BOTH, "(a.var(ddof=1) + b.var(ddof=1)) / (len(a) + len(b))")),
    ("one number of runs for both", (_BOTH, "(a.var(ddof=1) + b.var(ddof=1)) / min(len(a), len(b))")),
    ("one number of runs for both", (_BOTH, "a.var(ddof=1) / len(b) + b.var(ddof=1) / len(a)")),
    *(
        ("one number of runs for both, and population for sample", (_PAIRED, "d.var() / len(d)"), (_BOTH, both))
        for both in ("(a.var() + b.var()) / len(a)", "(a.var() + b.var()) / len(b)")
    ),
    ("deviations for variances", (_BOTH, "a.std(ddof=1) / len(a) + b.std(ddof=1) / len(b)")),
    ("error of one mean alone", (_BOTH, "a.var(ddof=1) / len(a)")),
    ("error of one mean alone", (_BOTH, "b.var(ddof=1) / len(b)")),
    ("all runs in one heap", (_BOTH, "np.concatenate([a, b]).var(ddof=1) / (len(a) + len(b))")),
    ("all runs in one heap", (_BOTH, "np.concatenate([a, b]).var(ddof=1) * (1 / len(a) + 1 / len(b))")),
    (
        "common variance",
        (
            _BOTH,
            "((len(a) - 1) * a.var(ddof=1) + (len(b) - 1) * b.var(ddof=1)) / (len(a) + len(b) - 2)"
            " * (1 / len(a) + 1 / len(b))",
        ),
    ),
    ("common variance", (_BOTH, "(a.var(ddof=1) + b.var(ddof=1)) / 2 * (1 / len(a) + 1 / len(b))")),
    ("variances subtracted", (_BOTH, "abs(a.var(ddof=1) / len(a) - b.var(ddof=1) / len(b))")),
    ("variances subtracted", (_BOTH, "a.var(ddof=1) / len(a) - b.var(ddof=1) / len(b)")),
    ("correlation of paired runs twice", (_PAIRED, f"{_PAIRED} * (1 - np.corrcoef(a, b)[0, 1])")),
    ("t for the standard error", (_ROOT, f"({_MEANS}) / np.sqrt(variance)")),
    ("two standard errors for one", (_ROOT, "1.96 * np.sqrt(variance)")),
    ("median for the mean", (_MEANS, "np.median(a) - np.median(b)")),
]

# --- numbers of runs --------------------------------------------------------------------------------------------------

_VARIANCE, _CROSS = "sd_a**2 + sd_b**2 - 2 * correlation * sd_a * sd_b", " - 2 * correlation * sd_a * sd_b"
_Z = "(z(1 - LEVEL / 2) + z(power)) ** 2"
_N, _CEIL = f"{_Z} * variance / gap**2", f"ceil({_Z} * variance / gap**2)"

SPREADS = [
    ("correlation ignored", (_CROSS, "")),
    ("correlation's sign", (_CROSS, " + 2 * correlation * sd_a * sd_b")),
    ("correlation without its 2", (_CROSS, " - correlation * sd_a * sd_b")),
    ("one method's spread", (_VARIANCE, "sd_a**2")),
    ("mean variance", (_VARIANCE, f"({_VARIANCE}) / 2")),
]
LEVELS = [
    ("power ignored", (_Z, "z(1 - LEVEL / 2) ** 2")),
    ("level on one side", (_Z, "(z(1 - LEVEL) + z(power)) ** 2")),
]
ROUNDED = [("rounded down", (_CEIL, f"int({_N})")), ("rounded to the nearest", (_CEIL, f"round({_N})"))]
_LEVELS, _LEVEL_HINTS = at_once(HINTS, SPREADS, LEVELS)

NUMBER_TABLE = [
    *SPREADS,
    *LEVELS,
    *ROUNDED,
    *_LEVELS,
    ("one method's spread", (_VARIANCE, "sd_a**2 * (1 - correlation)")),
    ("one method's spread", (_VARIANCE, "sd_b**2")),
    ("one method's spread", (_VARIANCE, "sd_b**2 * (1 - correlation)")),
    ("deviations added", (_VARIANCE, f"(sd_a + sd_b) ** 2{_CROSS}")),
    ("deviations added", (_VARIANCE, "(sd_a + sd_b) ** 2 * (1 - correlation)")),
    ("correlation squared", (_CROSS, " - 2 * correlation**2 * sd_a * sd_b")),
    ("1 − correlation for all", (_VARIANCE, "(sd_a**2 + sd_b**2) * (1 - correlation)")),
    ("1 − correlation for all", (_VARIANCE, "2 * sd_a * sd_b * (1 - correlation)")),
    ("1 − correlation for all", (_VARIANCE, "2 * ((sd_a + sd_b) / 2) ** 2 * (1 - correlation)")),
    ("1 − correlation for all", (_VARIANCE, "2 * sd_a**2 * (1 - correlation)")),
    ("level ignored", (_Z, "z(power) ** 2")),
    ("1 − power for power", (_Z, "(z(1 - LEVEL / 2) + z(1 - power)) ** 2")),
    ("quantiles squared one by one", (_Z, "(z(1 - LEVEL / 2) ** 2 + z(power) ** 2)")),
    ("not squared", (_N, "(z(1 - LEVEL / 2) + z(power)) * variance**0.5 / abs(gap)")),
    ("not squared", (_Z, "(z(1 - LEVEL / 2) + z(power))")),
    ("gap not squared", ("/ gap**2", "/ abs(gap)")),
    ("root of the variance", ("* variance /", "* variance**0.5 /")),
    ("not rounded", ("return max(2, n)", f"return {_N}")),
    ("not rounded", ("return max(2, n)", f"return max(2, {_N})")),
    ("one run too many", ("return max(2, n)", "return max(2, n) + 1")),
    ("one run too many", (_CEIL, f"{_CEIL} + 1")),
    ("one run each", ("return max(2, n)", "return n")),
    ("thirty at least", ("max(2, n)", "max(30, n)")),
    ("runs of both", ("return max(2, n)", "return 2 * max(2, n)")),
]

# --- the best of n ----------------------------------------------------------------------------------------------------

_X, _BELOW, _CHANCES = "np.sort(scores)", "np.arange(len(x) + 1) / len(x)", "np.diff(below**n)"
_SUM = f"{_CHANCES} @ x"


def _without_replacement(scores, n):
    """The mean of the best of n different ones; of all, if there are no n."""
    x, n = np.sort(scores), min(n, len(scores))
    chances = np.zeros(len(x))
    left = 1.0
    for i in range(len(x), n - 1, -1):  # the largest is among the n with the probability n / i
        chances[i - 1] = left * n / i
        left -= chances[i - 1]
    return chances @ x


def _normal(scores, n):
    """The mean of the best of n from a normal distribution with the mean and the deviation of the scores."""
    z = np.linspace(-9, 9, 4001)
    below = np.cumsum(np.exp(-(z**2) / 2))
    best = np.diff((below / below[-1]) ** n) @ z[1:]
    return scores.mean() + scores.std(ddof=1) * best


def _of_different_runs(scores, n):
    """As above, with an error where there are not as many runs as are drawn."""
    x, N = sorted(scores), len(scores)
    return sum(comb(i, n - 1) / comb(N, n) * x[i] for i in range(N))


BEST_TABLE = [
    ("mean for the best", (_SUM, "x.mean()")),
    ("the best of all", (_SUM, "x.max()")),
    ("worst for best", (_SUM, f"{_CHANCES} @ x[::-1]")),
    ("worst for best", (_SUM, "x.min()")),
    ("without replacement", _without_replacement),
    ("without replacement", _of_different_runs),
    ("ranks from 0", (_BELOW, "np.arange(-1, len(x)) / len(x)"), (_CHANCES, "np.diff(np.maximum(below, 0) ** n)")),
    ("ranks from 0", (_SUM, "np.diff(np.arange(len(x)) ** n / len(x) ** n) @ x[:-1]")),
    ("not sorted", (_X, "scores")),
    ("power missing", (_CHANCES, "below[1:]")),
    ("power n − 1", (_CHANCES, "np.diff(below ** (n - 1))")),
    ("powers not subtracted", (_CHANCES, "below[1:] ** n")),
    ("times n", (_CHANCES, "n * np.diff(below) * below[1:] ** (n - 1)")),
    ("times n", (_CHANCES, "n * np.diff(below) * below[:-1] ** (n - 1)")),
    ("the first n", (_SUM, "scores[:n].max()")),
    ("quantile for the mean", (_SUM, "np.quantile(x, n / (n + 1))")),
    ("quantile for the mean", (_SUM, "np.quantile(x, 1 - 1 / (n + 1))")),
    ("quantile for the mean", (_SUM, "np.quantile(x, 0.5 ** (1 / n))")),
    ("normal for what was measured", _normal),
]

HINTS |= _SIGN_HINTS | _LEVEL_HINTS

MISTAKES = {
    comparisons.spread: (SPREAD, mistakes(HINTS, comparisons.spread, *SPREAD_TABLE)),
    comparisons.gap_and_error: (GAP, mistakes(HINTS, comparisons.gap_and_error, *GAP_TABLE)),
    comparisons.seeds_needed: (NUMBER, mistakes(HINTS, comparisons.seeds_needed, *NUMBER_TABLE)),
    comparisons.expected_best: (BEST, mistakes(HINTS, comparisons.expected_best, *BEST_TABLE)),
}
