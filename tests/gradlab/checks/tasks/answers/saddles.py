"""Answers to chapter 6's exercise on leaving a saddle as students write them."""

import math
from itertools import count

import numpy as np

from gradlab import surfaces
from gradlab.checks.tasks.saddles import steps_to_leave
from gradlab.descend import descend
from gradlab.rules import sgd


def by_descend(mu, *, lr, s):
    path = descend(surfaces.quadratic(1.0, -mu).grad, [1.0, s], sgd, 5000, lr=lr)
    return int((abs(path[:, 1]) >= 1).argmax())


def by_the_law(mu, *, lr, s):
    return math.ceil(math.log(1 / s) / math.log(1 + lr * mu))


def with_count(mu, *, lr, s):
    for t in count():
        if s * (1 + lr * mu) ** t >= 1:
            return t


def of_numpys(mu, *, lr, s):
    return np.int64(np.ceil(-np.log(s) / np.log1p(lr * mu)))


def one_late(mu, *, lr, s):
    y, t = s, 0
    while True:
        t += 1
        if abs(y) >= 1:
            return t
        y += lr * mu * y


def by_distance(mu, *, lr, s):
    point, t = np.array([1.0, s]), 0
    while np.linalg.norm(point) < 1:
        point, t = point - lr * np.array([1, -mu]) * point, t + 1
    return t


def quarter(mu, *, lr, s):
    y, t = s, 0
    while y < 1:
        y, t = y + lr * mu / 2 * y, t + 1
    return t


def squared(mu, *, lr, s):
    y, t = s, 0
    while y**2 < 1:
        y, t = y + lr * y, t + 1
    return t


ANSWERS = [
    (steps_to_leave, by_descend, ""),
    (steps_to_leave, by_the_law, ""),
    (steps_to_leave, with_count, ""),
    (steps_to_leave, of_numpys, ""),
    (steps_to_leave, one_late, "a step too many"),
    (steps_to_leave, by_distance, "the steep direction counted in"),
    (steps_to_leave, quarter, "half the slope"),
    (steps_to_leave, squared, "mu missing"),
    (steps_to_leave, lambda mu, *, lr, s: int(math.log(1 / s) / math.log(1 + lr * mu)), "a step too few"),
    (steps_to_leave, lambda mu, *, lr, s: round(math.log(1 / s) / math.log(1 + lr * mu)), "rounded to the nearest"),
    (steps_to_leave, lambda mu, *, lr, s: math.log(1 / s) / math.log(1 + lr * mu), "not a whole number"),
    (steps_to_leave, lambda mu, *, lr, s: int(1 / s), None),
    (steps_to_leave, lambda mu, *, lr, s: [by_the_law(mu, lr=lr, s=s)], "the right numbers in another shape"),
]
