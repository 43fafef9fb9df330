"""Statistics found anew, as students write them."""

import numpy as np
import torch

from gradlab.checks.tasks.running import recomputed
from gradlab.normalisers import running_statistics


def with_torchs_layer(batches):
    layer = torch.nn.BatchNorm1d(batches[0].shape[1], momentum=None).double()
    for x in batches:
        layer(torch.tensor(x))
    return layer.running_mean, layer.running_var


def with_growing_momentum(batches):
    mean, var = 0.0, 1.0
    for k, x in enumerate(batches):
        mean, var = running_statistics(x, mean, var, momentum=1 / (k + 1))
    return mean, var


def in_single_precision(batches):
    batches = [np.float32(x) for x in batches]
    mean = sum(x.mean(0) for x in batches) / len(batches)
    var = sum(((x - x.mean(0)) ** 2).sum(0) / (len(x) - 1) for x in batches) / len(batches)
    return [mean, var]


def population(batches):
    return np.mean([x.mean(0) for x in batches], 0), np.mean([x.var(0) for x in batches], 0)


def stacked(batches):
    x = np.vstack(batches)
    return x.mean(0), x.var(0, ddof=1)


def stacked_by_n(batches):
    x = np.concatenate(batches)
    return x.mean(0), x.var(0)


def default_momentum(batches):
    mean, var = 0.0, 1.0
    for x in batches:
        mean, var = running_statistics(x, mean, var, momentum=0.1)
    return mean, var


def kept_the_start(batches):
    mean, var = 0.0, 1.0
    for k, x in enumerate(batches):
        mean, var = running_statistics(x, mean, var, momentum=1 / (k + 2))
    return mean, var


def spread(batches):
    return np.mean([x.mean(0) for x in batches], 0), np.mean([x.std(0, ddof=1) for x in batches], 0)


def the_last(batches):
    for x in batches:
        mean, var = x.mean(0), x.var(0, ddof=1)
    return mean, var


def mean_alone(batches):
    return np.mean([x.mean(0) for x in batches], 0)


def each_batchs(batches):
    return [x.mean(0) for x in batches], [x.var(0, ddof=1) for x in batches]


def centres_in_place(batches):
    means = [x.mean(0) for x in batches]
    for x in batches:
        x -= x.mean(0)
    return np.mean(means, 0), np.mean([(x**2).sum(0) / (len(x) - 1) for x in batches], 0)


ANSWERS = [
    *((recomputed, right, "") for right in (with_torchs_layer, with_growing_momentum, in_single_precision)),
    (recomputed, population, "variances divided by n"),
    (recomputed, stacked, "all batches as one"),
    (recomputed, stacked_by_n, "all batches as one, and variances divided by n"),
    (recomputed, default_momentum, "an exponential average"),
    (recomputed, kept_the_start, "the start counts as a batch"),
    (recomputed, spread, "standard deviations"),
    (recomputed, the_last, "the last batch alone"),
    (recomputed, mean_alone, None),
    (recomputed, each_batchs, None),
    (recomputed, centres_in_place, "input modified in place"),
]
