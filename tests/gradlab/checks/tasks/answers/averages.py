"""Answers to chapter 3's averages as students write them."""

import numpy as np
from scipy.signal import lfilter

from gradlab import averaging
from gradlab.checks.tasks.averages import corrected_ema, loss_of_average


def filtered(points, *, beta):
    n = np.arange(1, len(points) + 1)[:, None]
    return lfilter([1 - beta], [1, -beta], points, axis=0) / (1 - beta**n)


def by_weights(points, *, beta):
    k = np.arange(len(points))
    W = np.tril(beta ** np.maximum(k[:, None] - k, 0))
    return W / W.sum(axis=1, keepdims=True) @ points


def with_a_growing_beta(points, *, beta):
    out = np.empty(points.shape, np.float32)
    mean = 0.0
    for n, x in enumerate(points, 1):
        keep = beta * (1 - beta ** (n - 1)) / (1 - beta**n)
        mean = keep * mean + (1 - keep) * x
        out[n - 1] = mean
    return out


def in_a_list(points, *, beta):
    m, weight, out = np.zeros_like(points[0]), 0, []
    for x in points:
        m = m * beta + x * (1 - beta)
        weight = weight * beta + (1 - beta)
        out += [m / weight]
    return out


def of_the_library(points, *, beta):
    return np.array([*averaging.ema(points, decay=beta)])


def swapped(points, *, beta):
    m, out = 0, []
    for n, x in enumerate(points):
        m = (1 - beta) * m + beta * x
        out.append(m / (1 - beta ** (n + 1)))
    return np.array(out)


def cold(points, *, beta):
    m, out = np.zeros(points.shape[1]), []
    for x in points:
        m = beta * m + (1 - beta) * x
        out.append(m)
    return np.array(out)


def counted_from_0(points, *, beta):
    m, out = np.zeros(points.shape[1]), []
    for n, x in enumerate(points):
        m = beta * m + (1 - beta) * x
        out.append(m / (1 - beta**n))
    return np.array(out)


def by_the_last_count(points, *, beta):
    return cold(points, beta=beta) / (1 - beta ** len(points))


def stored_corrected(points, *, beta):
    m, out = np.zeros(points.shape[1]), []
    for n, x in enumerate(points, 1):
        m = (beta * m + (1 - beta) * x) / (1 - beta**n)
        out.append(m)
    return np.array(out)


def in_place(points, *, beta):
    m, out = np.zeros(points.shape[1]), []
    for _n, x in enumerate(points, 1):
        m *= beta
        m += (1 - beta) * x
        out.append(m)
    return np.array(out) / (1 - beta ** np.arange(1, len(points) + 1))[:, None]


def writes_into_the_points(points, *, beta):
    m = np.zeros(points.shape[1])
    for n in range(len(points)):
        m = beta * m + (1 - beta) * points[n]
        points[n] = m / (1 - beta ** (n + 1))
    return points


def last_alone(points, *, beta):
    return filtered(points, beta=beta)[-1]


def oldest_first(points, *, beta):
    out = []
    for n in range(1, len(points) + 1):
        w = beta ** np.arange(n)
        out.append(w @ points[:n] / w.sum())
    return np.array(out)


def window(points, *, beta):
    k = round(1 / (1 - beta))
    return np.array([points[max(0, n - k) : n].mean(axis=0) for n in range(1, len(points) + 1)])


def of_losses(f, points, *, beta):
    m = 0
    for x in points:
        m = beta * m + (1 - beta) * f(x)
    return m / (1 - beta ** len(points))


def of_cold(f, points, *, beta):
    return f(cold(points, beta=beta)[-1])


ANSWERS = [
    *((corrected_ema, right, "") for right in (filtered, by_weights, with_a_growing_beta, in_a_list)),
    (corrected_ema, of_the_library, "begun at the first point"),
    (corrected_ema, swapped, "beta and 1 − beta exchanged"),
    (corrected_ema, cold, "no correction"),
    (corrected_ema, counted_from_0, "correction of the step before"),
    (corrected_ema, by_the_last_count, "one correction for all"),
    (corrected_ema, stored_corrected, "corrected average carried on"),
    (corrected_ema, in_place, "every row the same array"),
    (corrected_ema, writes_into_the_points, "input modified in place"),
    (corrected_ema, last_alone, "the last average alone"),
    (corrected_ema, oldest_first, "weights in the wrong order"),
    (corrected_ema, window, None),
    (loss_of_average, lambda f, points, *, beta: f(filtered(points, beta=beta)[-1]), ""),
    (loss_of_average, lambda f, points, *, beta: np.float32(f(by_weights(points, beta=beta)[-1])), ""),
    (loss_of_average, of_losses, "the losses averaged, not the points"),
    (loss_of_average, of_cold, "loss of an average without correction"),
    (loss_of_average, lambda f, points, *, beta: f(np.mean(points, 0)), "loss of the plain mean"),
    (loss_of_average, lambda f, points, *, beta: f(points[-1]), "loss of the last point"),
    (loss_of_average, lambda f, points, *, beta: min(map(f, points)), None),
]
