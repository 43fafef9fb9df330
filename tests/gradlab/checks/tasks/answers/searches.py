"""Answers to chapter 3's project as students write them."""

import math
import statistics

import numpy as np

from gradlab.checks.tasks.searches import choose, log_grid, paired


def by_exponents(low, high, n):
    return 10 ** np.linspace(np.log10(low), np.log10(high), n)


def in_a_loop(low, high, n):
    rates, factor = [low], (high / low) ** (1 / (n - 1))
    while len(rates) < n:
        rates.append(rates[-1] * factor)
    return rates


def with_a_wrong_factor(low, high, n):
    factor = (high / low) ** (1 / n)
    return np.array([low * factor**k for k in range(n)])


def in_a_python_loop(losses):
    best, at = math.inf, None
    for i, row in enumerate(losses):
        mean = sum(row) / len(row)
        if mean < best:  # never for nan
            best, at = mean, i
    return [at, at == 0 or at + 1 == len(losses)]


def as_an_array(losses):
    i = np.where(np.isnan(losses).any(axis=1), 99, losses.mean(axis=1)).argmin()
    return np.array([i, i % (len(losses) - 1) == 0])


def naive(losses):
    i = losses.mean(axis=1).argmin()
    return i, i == 0 or i == len(losses) - 1


def forgiving(losses):
    i = np.nanargmin(np.nanmean(losses, axis=1))
    return i, i in (0, len(losses) - 1)


def lucky(losses):
    i, _ = np.unravel_index(np.nanargmin(losses), losses.shape)
    return i, i == 0 or i == len(losses) - 1


def past_the_end(losses):
    i = np.nanargmin(losses.mean(axis=1))
    return i, i == 0 or i == len(losses)


def without_the_diverged(losses):
    rows = losses[~np.isnan(losses).any(axis=1)]
    i = rows.mean(axis=1).argmin()
    return i, i in (0, len(rows) - 1)


def index_alone(losses):
    return np.nanargmin(losses.mean(axis=1))


def three_things(losses):
    return *in_a_python_loop(losses), 0


def with_statistics(a, b):
    d = [one - other for one, other in zip(a, b, strict=True)]
    return [statistics.mean(d), statistics.stdev(d) / math.sqrt(len(d))]


def by_n_minus_1(a, b):
    return np.array([(a - b).mean(), np.std(a - b) / np.sqrt(len(a) - 1)], np.float32)


ANSWERS = [
    (log_grid, by_exponents, ""),
    (log_grid, in_a_loop, ""),
    (log_grid, with_a_wrong_factor, "the last rate missing"),
    (log_grid, lambda low, high, n: np.linspace(low, high, n), "linear scale"),
    (log_grid, lambda low, high, n: np.logspace(low, high, n), "bounds taken for exponents"),
    (log_grid, lambda low, high, n: np.exp(np.linspace(np.log10(low), np.log10(high), n)), "two bases mixed"),
    (log_grid, lambda low, high, n: [low, *[(low * high) ** 0.5] * (n - 2), high * 1.01], None),
    (choose, in_a_python_loop, ""),
    (choose, as_an_array, ""),
    (choose, naive, "nan taken for the best"),
    (choose, forgiving, "diverged seeds left out"),
    (choose, lucky, "one lucky seed"),
    (choose, past_the_end, "highest edge forgotten"),
    (choose, without_the_diverged, "diverged peaks taken out of the grid"),
    (choose, index_alone, None),
    (choose, three_things, None),
    (paired, with_statistics, ""),
    (paired, by_n_minus_1, ""),
    (paired, lambda a, b: (np.mean(a) - np.mean(b), np.std(a - b, ddof=1)), "sd for the standard error"),
    (paired, lambda a, b: (np.mean(a - b), np.std(a - b) / len(a) ** 0.5), "population for sample"),
    (paired, lambda a, b: (np.mean(b - a), np.std(b - a, ddof=1) / len(a) ** 0.5), "sign of the difference"),
    (
        paired,
        lambda a, b: (a.mean() - b.mean(), np.sqrt(a.var(ddof=1) / len(a) + b.var(ddof=1) / len(b))),
        "not seed by seed",
    ),
    (
        paired,
        lambda a, b: ((a - b).mean(), 1.96 * np.std(a - b, ddof=1) / len(a) ** 0.5),
        "two standard errors for one",
    ),
    (paired, lambda a, b: ((a - b).mean(), (a - b).std(ddof=1) / 8**0.5), "eight taken for n"),
    (paired, lambda a, b: (np.max(a - b), (a - b).std(ddof=1) / len(a) ** 0.5), None),
    (paired, lambda a, b: (a - b, (a - b).std(ddof=1) / len(a) ** 0.5), None),
]
