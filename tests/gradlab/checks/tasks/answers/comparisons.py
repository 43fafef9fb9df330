"""Answers to chapter 10's exercises on comparisons as students write them."""

import math
from statistics import NormalDist, mean, stdev

import numpy as np
import torch

from gradlab.checks.tasks.comparisons import expected_best, gap_and_error, seeds_needed, spread

# --- where the spread comes from --------------------------------------------------------------------------------------


def with_loops(results):
    found = []
    for axis in range(3):
        lines = np.moveaxis(results, axis, -1).reshape(-1, results.shape[axis])
        found.append(np.sqrt(np.mean([np.var(line, ddof=1) for line in lines])))
    return tuple(found)


def in_torch(results):
    x = torch.tensor(results)
    return torch.stack([x.var(dim=k).mean().sqrt() for k in range(3)])


def in_float32(results):
    return [np.float32(np.sqrt((np.std(results, axis=k, ddof=1) ** 2).mean())) for k in range(3)]


def by_hand(results):
    n = np.array(results.shape)
    squares = [((results - results.mean(axis=k, keepdims=True)) ** 2).sum() for k in range(3)]
    return np.sqrt(squares / (results.size * (n - 1) / n))


def of_numpys_default(results):
    return [np.sqrt(results.var(axis=k).mean()) for k in range(3)]


def mean_of_sds(results):
    return [results.std(axis=k, ddof=1).mean() for k in range(3)]


def of_means(results):
    return [results.mean(axis=other).std(ddof=1) for other in ((1, 2), (0, 2), (0, 1))]


def no_root(results):
    return [results.var(axis=k, ddof=1).mean() for k in range(3)]


def last_axis_first(results):
    return [np.sqrt(results.var(axis=k, ddof=1).mean()) for k in (-1, -2, -3)]


def all_of_it(results):
    return [results.std(ddof=1)] * 3


def one_line(results):
    return [results[:, 0, 0].std(ddof=1), results[0, :, 0].std(ddof=1), results[0, 0].std(ddof=1)]


def two_numbers(results):
    return spread(results)[:2]


# --- how far apart ----------------------------------------------------------------------------------------------------


def in_statistics(a, b, *, paired):
    if paired:
        d = [x - y for x, y in zip(a, b, strict=True)]
        return mean(d), stdev(d) / math.sqrt(len(d))
    return mean(a) - mean(b), math.hypot(stdev(a) / math.sqrt(len(a)), stdev(b) / math.sqrt(len(b)))


def by_covariance(a, b, paired):
    n, m = len(a), len(b)
    error = np.var(a, ddof=1) / n + np.var(b, ddof=1) / m
    if paired:
        error -= 2 * np.cov(a, b)[0, 1] / n
    return np.array([np.mean(a) - np.mean(b), np.sqrt(error)])


def in_tensors(a, b, *, paired):
    a, b = torch.tensor(a), torch.tensor(b)
    if paired:
        return (a - b).mean(), (a - b).std() / len(a) ** 0.5
    return a.mean() - b.mean(), (a.var() / len(a) + b.var() / len(b)).sqrt()


def never_paired(a, b, *, paired):
    return a.mean() - b.mean(), np.sqrt(a.var(ddof=1) / len(a) + b.var(ddof=1) / len(b))


def always_paired(a, b, *, paired):
    n = min(len(a), len(b))
    return a.mean() - b.mean(), (a[:n] - b[:n]).std(ddof=1) / n**0.5


def plain_std(a, b, *, paired):
    if paired:
        return (a - b).mean(), (a - b).std() / np.sqrt(len(a))
    return a.mean() - b.mean(), np.sqrt(a.std() ** 2 / len(a) + b.std() ** 2 / len(b))


def sd_only(a, b, *, paired):
    if paired:
        return (a - b).mean(), (a - b).std(ddof=1)
    return a.mean() - b.mean(), np.sqrt(a.var(ddof=1) + b.var(ddof=1))


def pooled(a, b, *, paired):
    if paired:
        return in_statistics(a, b, paired=True)
    n, m = len(a), len(b)
    s2 = (((a - a.mean()) ** 2).sum() + ((b - b.mean()) ** 2).sum()) / (n + m - 2)
    return a.mean() - b.mean(), np.sqrt(s2 / n + s2 / m)


def b_first(a, b, *, paired):
    gap, error = in_statistics(a, b, paired=paired)
    return -gap, error


def z_score(a, b, *, paired):
    gap, error = in_statistics(a, b, paired=paired)
    return gap, gap / error


# --- how many seeds ---------------------------------------------------------------------------------------------------


def with_two_decimals(sd_a, sd_b, gap, *, correlation, power):
    z = {0.8: 0.84, 0.9: 1.28, 0.95: 1.645}[power]
    v = sd_a * sd_a + sd_b * sd_b - 2 * correlation * sd_a * sd_b
    return max(2, math.ceil((1.96 + z) ** 2 * v / gap**2))


def in_numpy(sd_a, sd_b, gap, correlation, power):
    z = np.array([NormalDist().inv_cdf(p) for p in (0.975, power)]).sum()
    sd = np.array([sd_a, sd_b])
    v = sd @ np.array([[1, -correlation], [-correlation, 1]]) @ sd
    return np.maximum(np.ceil(z**2 * v / gap**2), 2)


def upwards(sd_a, sd_b, gap, *, correlation, power):
    z, n = NormalDist(), 2
    v = sd_a**2 + sd_b**2 - 2 * correlation * sd_a * sd_b
    while z.cdf(abs(gap) * (n / v) ** 0.5 - z.inv_cdf(0.975)) < power:
        n += 1
    return np.int64(n)


def _runs(v, gap, z):
    return max(2, math.ceil(z**2 * v / gap**2))


def _z(level, power):
    return NormalDist().inv_cdf(level) + NormalDist().inv_cdf(power)


def unpaired_always(sd_a, sd_b, gap, *, correlation, power):
    return _runs(sd_a**2 + sd_b**2, gap, _z(0.975, power))


def one_sided(sd_a, sd_b, gap, *, correlation, power):
    return _runs(sd_a**2 + sd_b**2 - 2 * correlation * sd_a * sd_b, gap, _z(0.95, power))


def two_errors(sd_a, sd_b, gap, *, correlation, power):
    return _runs(sd_a**2 + sd_b**2 - 2 * correlation * sd_a * sd_b, gap, 1.96)


def two_less_rho(sd_a, sd_b, gap, *, correlation, power):
    return _runs((sd_a**2 + sd_b**2) * (1 - correlation), gap, _z(0.975, power))


def floored(sd_a, sd_b, gap, *, correlation, power):
    return max(2, int(_z(0.975, power) ** 2 * (sd_a**2 + sd_b**2 - 2 * correlation * sd_a * sd_b) / gap**2))


def rounded(sd_a, sd_b, gap, *, correlation, power):
    return max(2, round(_z(0.975, power) ** 2 * (sd_a**2 + sd_b**2 - 2 * correlation * sd_a * sd_b) / gap**2))


def may_be_one(sd_a, sd_b, gap, *, correlation, power):
    return math.ceil(_z(0.975, power) ** 2 * (sd_a**2 + sd_b**2 - 2 * correlation * sd_a * sd_b) / gap**2)


def in_all(sd_a, sd_b, gap, *, correlation, power):
    return 2 * seeds_needed(sd_a, sd_b, gap, correlation=correlation, power=power)


def sd_for_variance(sd_a, sd_b, gap, *, correlation, power):
    v = sd_a**2 + sd_b**2 - 2 * correlation * sd_a * sd_b
    return max(2, math.ceil(_z(0.975, power) ** 2 * np.sqrt(v) / gap**2))


def wrong_tail(sd_a, sd_b, gap, *, correlation, power):
    return _runs(sd_a**2 + sd_b**2 - 2 * correlation * sd_a * sd_b, gap, _z(0.975, 1 - power))


# --- the best of some -------------------------------------------------------------------------------------------------


def enumerated(scores, n):
    grid = np.meshgrid(*[scores] * n)
    return np.max(grid, axis=0).mean()


def survival(scores, n):
    x = sorted(scores)
    steps = np.diff(x)
    return x[0] + sum(step * (1 - ((i + 1) / len(x)) ** n) for i, step in enumerate(steps))


def tensors(scores, n):
    x, _ = torch.sort(torch.tensor(scores, dtype=torch.float32))
    p = (torch.arange(len(x) + 1) / len(x)) ** n
    return ((p[1:] - p[:-1]) * x).sum()


def average(scores, n):
    return np.mean(scores)


def highest(scores, n):
    return np.max(scores)


def unsorted(scores, n):
    N = len(scores)
    return sum(scores[i] * (((i + 1) / N) ** n - (i / N) ** n) for i in range(N))


def from_0(scores, n):
    x, N = np.sort(scores), len(scores)
    return sum(x[i] * ((i / N) ** n - ((i - 1) / N) ** n) for i in range(1, N))


def combinations(scores, n):
    x, N = np.sort(scores), len(scores)
    n = min(n, N)
    return sum(x[i] * math.comb(i, n - 1) for i in range(N)) / math.comb(N, n)


def downwards(scores, n):
    x, N = np.sort(scores)[::-1], len(scores)
    return sum(x[i] * (((i + 1) / N) ** n - (i / N) ** n) for i in range(N))


def drawn(scores, n):
    rng = np.random.default_rng(0)
    return rng.choice(scores, size=(1000, n)).max(axis=1).mean()


ANSWERS = [
    *((spread, right, "") for right in (with_loops, in_torch, in_float32, by_hand)),
    (spread, of_numpys_default, "population for sample"),
    (spread, mean_of_sds, "mean of deviations"),
    (spread, of_means, "deviation of means"),
    (spread, no_root, "variance for sd"),
    (spread, last_axis_first, "order before split"),
    (spread, all_of_it, "every run in one heap"),
    (spread, one_line, "the first of the others alone"),
    (spread, two_numbers, "the end missing"),
    *((gap_and_error, right, "") for right in (in_statistics, by_covariance, in_tensors)),
    (gap_and_error, never_paired, "unpaired for paired"),
    (gap_and_error, always_paired, "paired for unpaired"),
    (gap_and_error, plain_std, "population for sample"),
    (gap_and_error, sd_only, "sd for the standard error"),
    (gap_and_error, pooled, "common variance"),
    (gap_and_error, b_first, "sign of the difference"),
    (gap_and_error, z_score, "t for the standard error"),
    *((seeds_needed, right, "") for right in (with_two_decimals, in_numpy, upwards)),
    (seeds_needed, unpaired_always, "correlation ignored"),
    (seeds_needed, one_sided, "level on one side"),
    (seeds_needed, two_errors, "power ignored"),
    (seeds_needed, two_less_rho, "1 − correlation for all"),
    (seeds_needed, floored, "rounded down"),
    (seeds_needed, rounded, "rounded to the nearest"),
    (seeds_needed, may_be_one, "one run each"),
    (seeds_needed, in_all, "runs of both"),
    (seeds_needed, sd_for_variance, "root of the variance"),
    (seeds_needed, wrong_tail, "1 − power for power"),
    *((expected_best, right, "") for right in (enumerated, survival, tensors)),
    (expected_best, average, "mean for the best"),
    (expected_best, highest, "the best of all"),
    (expected_best, unsorted, "not sorted"),
    (expected_best, from_0, "ranks from 0"),
    (expected_best, combinations, "without replacement"),
    (expected_best, downwards, "worst for best"),
    (expected_best, drawn, None),
]
