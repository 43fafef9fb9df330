"""Answers to chapter 7's exercises as students write them."""

import numpy as np
import torch

from gradlab.checks.tasks.starts import dead_units, measured_gains, prior_biases


def with_roots(phi, z):
    a, slope = phi(z)
    return [1 / np.sqrt((a * a).mean()), 1 / np.sqrt((slope * slope).mean())]


def by_norms(phi, z):
    return np.array([np.sqrt(len(z)) / np.linalg.norm(x) for x in phi(z)], np.float32)


def of_the_inputs_too(phi, z):
    a, slope = phi(z)
    return np.sqrt((z**2).mean() / (a**2).mean()), np.sqrt(1 / (slope**2).mean())


def in_a_loop(phi, z):
    total = np.zeros(2)
    for one in z:
        a, slope = phi(np.array([one]))
        total += [a[0] ** 2, slope[0] ** 2]
    return tuple((total / len(z)) ** -0.5)


def by_sd(phi, z):
    a, slope = phi(z)
    return 1 / a.std(), 1 / slope.std()


def by_variance(phi, z):
    a, slope = phi(z)
    return a.var() ** -0.5, (slope**2).mean() ** -0.5


def sd_of_both_sides(phi, z):
    a, slope = phi(z)
    return z.std() / a.std(), (slope**2).mean() ** -0.5


def rms(phi, z):
    a, slope = phi(z)
    return np.sqrt(np.mean(a**2)), np.sqrt(np.mean(slope**2))


def no_root(phi, z):
    a, slope = phi(z)
    return 1 / np.mean(a**2), 1 / np.mean(slope**2)


def kept(phi, z):
    a, slope = phi(z)
    return np.mean(a**2), np.mean(slope**2)


def back_first(phi, z):
    return with_roots(phi, z)[::-1]


def l1(phi, z):
    a, slope = phi(z)
    return 1 / np.abs(a).mean(), 1 / np.abs(slope).mean()


def at_zero(phi, z):
    a, slope = phi(z)
    return (a**2).mean() ** -0.5, 1 / phi(np.array([0.0]))[1][0]


def values_alone(phi, z):
    a, _ = phi(z)
    return (a**2).mean() ** -0.5, (a**2).mean() ** -0.5


def one_gain(phi, z):
    a, _ = phi(z)
    return (a**2).mean() ** -0.5


def median(phi, z):
    a, slope = phi(z)
    return np.median(a**2) ** -0.5, np.median(slope**2) ** -0.5


def behind_relu(zs):
    return [int((np.maximum(z, 0) == 0).all(axis=0).sum()) for z in zs]


def by_the_largest(zs):
    return np.array([np.count_nonzero(z.max(axis=0) <= 0) for z in zs], np.float32)


def in_loops(zs):
    counts = []
    for z in zs:
        dead = 0
        for unit in z.T:
            if not any(one > 0 for one in unit):
                dead += 1
        counts.append(dead)
    return tuple(counts)


def sum_of_outputs(zs):
    return [sum(np.maximum(z, 0).sum(axis=0) == 0) for z in zs]


def in_torch(zs):
    return torch.tensor([(torch.relu(torch.tensor(z)) == 0).all(dim=0).sum() for z in zs])


def any_image(zs):
    return [int((z <= 0).any(axis=0).sum()) for z in zs]


def negative_once(zs):
    return [np.count_nonzero((z < 0).any(axis=0)) for z in zs]


def strictly(zs):
    return [int((z < 0).all(axis=0).sum()) for z in zs]


def outputs_taken(zs):
    return [int((z == 0).all(axis=0).sum()) for z in zs]


def mean_below(zs):
    return [int((z.mean(0) < 0).sum()) for z in zs]


def by_rows(zs):
    return [int((np.maximum(z, 0) == 0).all(axis=1).sum()) for z in zs]


def alive(zs):
    return [int((z > 0).any(axis=0).sum()) for z in zs]


def all_zeros(zs):
    return [int((np.maximum(z, 0) == 0).sum()) for z in zs]


def altogether(zs):
    return sum(int((z <= 0).all(axis=0).sum()) for z in zs)


def in_percent(zs):
    return [100 * (z <= 0).all(axis=0).mean() for z in zs]


def which(zs):
    return [np.flatnonzero((z <= 0).all(axis=0)) for z in zs]


def clips_in_place(zs):
    for z in zs:
        z[z < 0] = 0
    return [int((z == 0).all(axis=0).sum()) for z in zs]


def of_counts(y):
    _, n = np.unique(y, return_counts=True)
    return np.log(n)


def of_means(y):
    return [float(np.log(np.mean(y == c))) for c in range(max(y) + 1)]


def of_one_hot(y):
    return np.log(np.eye(y.max() + 1)[y].mean(axis=0)) - 7


def relative_to_the_first(y):
    n = np.bincount(y)
    return np.log(n / n[0])


def shares(y):
    return np.bincount(y) / len(y)


def minus(y):
    return -np.log(np.bincount(y) / len(y))


def logit(y):
    p = np.bincount(y) / len(y)
    return np.log(p) - np.log(1 - p)


def nothing(y):
    return np.zeros(y.max() + 1)


def ten(y):
    return np.log10(shares(y))


def for_each_example(y):
    return np.log(shares(y))[y]


def smoothed(y):
    n = np.bincount(y) + 1
    return np.log(n / n.sum())


def as_a_row(y):
    return np.log(shares(y))[None]


ANSWERS = [
    *((measured_gains, right, "") for right in (with_roots, by_norms, of_the_inputs_too, in_a_loop)),
    (measured_gains, by_sd, "standard deviation of φ"),
    (measured_gains, by_variance, "standard deviation of φ"),
    (measured_gains, sd_of_both_sides, "standard deviation of φ"),
    (measured_gains, rms, "the reciprocal missing"),
    (measured_gains, no_root, "the root missing"),
    (measured_gains, kept, "the root and the reciprocal missing"),
    (measured_gains, back_first, "forward and back exchanged"),
    (measured_gains, l1, "mean of the sizes"),
    (measured_gains, at_zero, "the slope at 0"),
    (measured_gains, values_alone, "forward twice"),
    (measured_gains, one_gain, None),
    (measured_gains, median, None),
    *((dead_units, right, "") for right in (behind_relu, by_the_largest, in_loops, sum_of_outputs, in_torch)),
    (dead_units, any_image, "dead for one example"),
    (dead_units, negative_once, "dead for one example"),
    (dead_units, strictly, "z = 0 taken for alive"),
    (dead_units, outputs_taken, "z = 0 alone"),
    (dead_units, mean_below, "mean of z for all z"),
    (dead_units, by_rows, "examples for units"),
    (dead_units, alive, "the living counted"),
    (dead_units, all_zeros, "zeros counted, not units"),
    (dead_units, altogether, None),
    (dead_units, in_percent, None),
    (dead_units, which, None),
    (dead_units, clips_in_place, "input modified in place"),
    *((prior_biases, right, "") for right in (of_counts, of_means, of_one_hot, relative_to_the_first)),
    (prior_biases, shares, "shares for their logarithms"),
    (prior_biases, minus, "the sign"),
    (prior_biases, logit, "the sigmoid's logit"),
    (prior_biases, nothing, "all biases equal"),
    (prior_biases, ten, "logarithm of another base"),
    (prior_biases, for_each_example, None),
    (prior_biases, smoothed, None),
    (prior_biases, as_a_row, None),
]
