"""Normalisers as students write them."""

import numpy as np
import torch

from gradlab import normalisers


def torchs_layer_norm(x, gamma, beta, *, eps):
    x, gamma, beta = map(torch.as_tensor, (x, gamma, beta))
    return torch.nn.functional.layer_norm(x, gamma.shape, gamma, beta, eps).numpy()


def batch_norm_in_single_precision(x, gamma, beta, *, eps):
    x = np.float32(x)
    return gamma * (x - x.mean(0)) / np.sqrt(x.var(0) + eps) + beta, ("cache", x)


def same_running_statistics(x, mean, var, *, momentum):
    mean += momentum * (x.mean(axis=0) - mean)
    return mean, (1 - momentum) * var + momentum * np.var(x, axis=0, ddof=1)


def pure_running_statistics(x, mean, var, *, momentum):
    return mean + momentum * (x.mean(axis=0) - mean), (1 - momentum) * var + momentum * np.var(x, axis=0, ddof=1)


def torchs_group_norm(x, gamma, beta, *, groups, eps):
    x, gamma, beta = map(torch.as_tensor, (x, gamma, beta))
    return torch.nn.functional.group_norm(x, groups, gamma, beta, eps).numpy()


def chained_backward(dy, cache):
    """Node by node, as in CS231n's second assignment."""
    n, centred = len(dy), cache.x_hat * cache.sd
    dx_hat = dy * cache.gamma
    dvar = (dx_hat * centred).sum(0) * -0.5 * cache.sd**-3
    dmu = -(dx_hat / cache.sd).sum(0) + dvar * (-2 * centred).mean(0)
    dx = dx_hat / cache.sd + dvar * 2 * centred / n + dmu / n
    return dx, (dy * cache.x_hat).sum(0), dy.sum(0)


def layer_backward(dy, cache):
    dx_hat = dy * cache.gamma
    inner = dx_hat - dx_hat.mean(1, keepdims=True) - cache.x_hat * (dx_hat * cache.x_hat).mean(1, keepdims=True)
    return inner / cache.sd, np.sum(dy * cache.x_hat, axis=0), np.sum(dy, axis=0)


def unbiased(x, gamma, beta, *, eps):
    return gamma * (x - x.mean(0)) / np.sqrt(x.var(0, ddof=1) + eps) + beta


def by_rows(x, gamma, beta, *, eps):
    return gamma * (x - x.mean(1, keepdims=True)) / np.sqrt(x.var(1, keepdims=True) + eps) + beta


def by_rows_carelessly(x, gamma, beta, *, eps):
    return gamma * (x - x.mean(1)) / np.sqrt(x.var(1) + eps) + beta


def eps_outside(x, gamma, beta, *, eps):
    return gamma * (x - x.mean(0)) / (x.std(0) + eps) + beta


def evaluated_as_in_training(x, gamma, beta, mean, var, *, eps):
    return gamma * (x - x.mean(0)) / np.sqrt(x.var(0) + eps) + beta


def evaluated_as_in_training_unbiased(x, gamma, beta, mean, var, *, eps):
    var = ((x - x.mean(0)) ** 2).sum(0) / np.float64(len(x) - 1)
    return gamma * (x - x.mean(0)) / np.sqrt(var + eps) + beta


def keras_momentum(x, mean, var, *, momentum):
    return momentum * mean + (1 - momentum) * x.mean(0), momentum * var + (1 - momentum) * x.var(0, ddof=1)


def keras_momentum_biased(x, mean, var, *, momentum):
    return momentum * mean + (1 - momentum) * x.mean(0), momentum * var + (1 - momentum) * x.var(0)


def nothing_returned(x, mean, var, *, momentum):
    mean = (1 - momentum) * mean + momentum * x.mean(0)


def evaluated_by_variance(x, gamma, beta, mean, var, *, eps):
    return gamma * (x - mean) / var + beta


def dx_alone(dy, cache):
    return dy * cache.gamma


def biased_running(x, mean, var, *, momentum):
    return (1 - momentum) * mean + momentum * x.mean(0), (1 - momentum) * var + momentum * x.var(0)


def every_third_feature(x, gamma, beta, *, groups, eps):
    y = np.empty_like(x)
    for i in range(groups):
        part = x[:, i::groups]
        y[:, i::groups] = (part - part.mean(1, keepdims=True)) / np.sqrt(part.var(1, keepdims=True) + eps)
    return gamma * y + beta


def groups_of_so_many(x, gamma, beta, *, groups, eps):
    y = np.empty_like(x)
    for i in range(0, x.shape[1], groups):
        part = x[:, i : i + groups]
        y[:, i : i + groups] = (part - part.mean(1, keepdims=True)) / np.sqrt(part.var(1, keepdims=True) + eps)
    return gamma * y + beta


def rms_by_var(x, gamma, *, eps):
    return gamma * x / np.sqrt(x.var(1, keepdims=True) + eps)


def rms_by_norm(x, gamma, *, eps):
    return gamma * x / np.sqrt((x**2).sum(1, keepdims=True) + eps)


def constants_backward(dy, cache):
    return dy * cache.gamma / cache.sd, (dy * cache.x_hat).sum(0), dy.sum(0)


def mean_forgotten(dy, cache):
    n, centred = len(dy), cache.x_hat * cache.sd
    dx_hat = dy * cache.gamma
    dvar = (dx_hat * centred).sum(0) * -0.5 * cache.sd**-3
    return dx_hat / cache.sd + dvar * 2 * centred / n, (dy * cache.x_hat).sum(0), dy.sum(0)


def means_of_shares(dy, cache):
    dx, *_ = chained_backward(dy, cache)
    return dx, (dy * cache.x_hat).mean(0), dy.mean(0)


def gamma_at_the_end(dy, cache):
    inner = dy - dy.mean(1, keepdims=True) - cache.x_hat * (dy * cache.x_hat).mean(1, keepdims=True)
    return cache.gamma * inner / cache.sd, np.sum(dy * cache.x_hat, axis=0), np.sum(dy, axis=0)


def times_n(dy, cache):
    z, sd, gamma = cache
    d, n = gamma * dy, len(dy)
    return (n * d - d.sum(0) - z * (d * z).sum(0)) / sd, (dy * z).sum(0), dy.sum(0)


ANSWERS = [
    (normalisers.batch_norm_backward, times_n, "1 / n missing"),
    (normalisers.layer_norm, torchs_layer_norm, ""),
    (normalisers.layer_norm, by_rows, ""),
    (normalisers.batch_norm, batch_norm_in_single_precision, ""),
    (normalisers.running_statistics, pure_running_statistics, ""),
    (normalisers.group_norm, torchs_group_norm, ""),
    (normalisers.batch_norm_backward, chained_backward, ""),
    (normalisers.layer_norm_backward, layer_backward, ""),
    (normalisers.batch_norm, unbiased, "sample for population variance"),
    (normalisers.batch_norm, by_rows, "wrong axis"),
    (normalisers.batch_norm, by_rows_carelessly, "wrong axis"),
    (normalisers.layer_norm, by_rows_carelessly, "axis lost"),
    (normalisers.batch_norm, eps_outside, "eps outside the root"),
    (normalisers.layer_norm, unbiased, None),  # the wrong axis and the wrong variance: two mistakes have no name
    (normalisers.batch_norm_eval, evaluated_as_in_training, "evaluation with batch statistics"),
    (normalisers.batch_norm_eval, evaluated_as_in_training_unbiased, "evaluation with batch statistics"),
    (normalisers.running_statistics, keras_momentum, "weights of old and new exchanged"),
    (
        normalisers.running_statistics,
        keras_momentum_biased,
        "weights of old and new exchanged, and population for sample variance",
    ),
    (normalisers.running_statistics, nothing_returned, None),
    (normalisers.batch_norm_eval, evaluated_by_variance, "variance for sd"),
    (normalisers.batch_norm_backward, dx_alone, None),
    (normalisers.running_statistics, biased_running, "population for sample variance"),
    (normalisers.running_statistics, same_running_statistics, "input modified in place"),
    (normalisers.group_norm, every_third_feature, "interleaved groups"),
    (normalisers.group_norm, groups_of_so_many, "number of groups for their size"),
    (normalisers.rms_norm, rms_by_var, "standard deviation for the root mean square"),
    (normalisers.rms_norm, rms_by_norm, "sum for mean"),
    (normalisers.batch_norm_backward, constants_backward, "detached mean and variance"),
    (normalisers.layer_norm_backward, constants_backward, "detached mean and variance"),
    (normalisers.batch_norm_backward, mean_forgotten, "detached mean"),
    (normalisers.batch_norm_backward, means_of_shares, "mean for sum in dγ and dβ"),
    (normalisers.layer_norm_backward, gamma_at_the_end, "γ pulled out of the means"),
]
