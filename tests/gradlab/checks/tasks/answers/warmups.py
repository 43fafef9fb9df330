"""Answers to chapter 3's schedule with a warm-up as students write them."""

import math

import numpy as np

from gradlab import schedules
from gradlab.checks.tasks.warmups import warm_up_cosine


def from_a_table(lr, *, epochs, climb, per_epoch, lr_min):
    W, T = climb * per_epoch, epochs * per_epoch
    up = np.linspace(lr / W, lr, W)
    down = lr_min + (lr - lr_min) * np.cos(np.linspace(0, np.pi / 2, T - W + 1)) ** 2
    rates = np.concatenate([up, down[1:]])
    return lambda t: rates[min(t, T - 1)]


def from_the_library(lr, *, epochs, climb, per_epoch, lr_min):
    W, T = climb * per_epoch, epochs * per_epoch
    fall = schedules.cosine(lr, steps=T - W, lr_min=lr_min)
    return schedules.warm_up(fall, steps=W - 1, start=lr / W)


def in_three_branches(lr, *, epochs, climb, per_epoch, lr_min):
    def rate(t):
        if t + 1 <= climb * per_epoch:
            return np.float32((t + 1) / (climb * per_epoch) * lr)
        if t + 1 >= epochs * per_epoch:
            return lr_min
        share = (t + 1 - climb * per_epoch) / ((epochs - climb) * per_epoch)
        return lr_min + 0.5 * (lr - lr_min) * (1 + math.cos(math.pi * share))

    return rate


def first_step_lost(lr, *, epochs, climb, per_epoch, lr_min):
    fall = schedules.cosine(lr, steps=(epochs - climb) * per_epoch, lr_min=lr_min)
    return schedules.warm_up(fall, steps=climb * per_epoch)


def linspace_from_0(lr, *, epochs, climb, per_epoch, lr_min):
    W, T = climb * per_epoch, epochs * per_epoch
    up = np.linspace(0, lr, W)

    def rate(t):
        if t < W:
            return up[t]
        return lr_min + (lr - lr_min) * (1 + np.cos(np.pi * min((t - W + 1) / (T - W), 1))) / 2

    return rate


def in_epochs(lr, *, epochs, climb, per_epoch, lr_min):
    def rate(t):
        if t < climb:
            return lr * (t + 1) / climb
        if t >= epochs:
            return lr_min
        return lr_min + (lr - lr_min) * (1 + math.cos(math.pi * (t - climb + 1) / (epochs - climb))) / 2

    return rate


def once_an_epoch(lr, *, epochs, climb, per_epoch, lr_min):
    by_epoch = in_epochs(lr, epochs=epochs, climb=climb, per_epoch=1, lr_min=lr_min)
    return lambda t: by_epoch(t // per_epoch)


def peak_twice(lr, *, epochs, climb, per_epoch, lr_min):
    W, T = climb * per_epoch, epochs * per_epoch

    def rate(t):
        if t < W:
            return lr * (t + 1) / W
        return lr_min + (lr - lr_min) * (1 + math.cos(math.pi * min(t - W, T - W) / (T - W))) / 2

    return rate


def jumps(lr, *, epochs, climb, per_epoch, lr_min):
    W, T = climb * per_epoch, epochs * per_epoch

    def rate(t):
        if t < W:
            return lr * (t + 1) / W
        return lr_min + (lr - lr_min) * (1 + math.cos(math.pi * min(t, T - 1) / (T - 1))) / 2

    return rate


def of_t_alone(lr, *, epochs, climb, per_epoch, lr_min):
    W = climb * per_epoch

    def rate(t):
        if t < W:
            return lr * (t + 1) / W
        return lr_min + (lr - lr_min) * (1 + math.cos(math.pi * t)) / 2

    return rate


def in_degrees(lr, *, epochs, climb, per_epoch, lr_min):
    W, T = climb * per_epoch, epochs * per_epoch

    def rate(t):
        if t < W:
            return lr * (t + 1) / W
        return lr_min + (lr - lr_min) * (1 + math.cos(180 * min((t + 1 - W) / (T - W), 1))) / 2

    return rate


def unit_steps(lr, *, epochs, climb, per_epoch, lr_min):
    W = climb * per_epoch
    return lambda t: lr * (t + 1) / W if t < W else lr


def counting(lr, *, epochs, climb, per_epoch, lr_min):
    calls = []

    def rate(t):
        calls.append(t)
        return in_three_branches(lr, epochs=epochs, climb=climb, per_epoch=per_epoch, lr_min=lr_min)(len(calls) - 1)

    return rate


def without_an_end(lr, *, epochs, climb, per_epoch, lr_min):
    W, T = climb * per_epoch, epochs * per_epoch

    def rate(t):
        if t < W:
            return lr * t / W
        return lr_min + 0.5 * (lr - lr_min) * (1 + np.cos(np.pi * (t - W) / (T - W)))

    return rate


def counted_from_the_climb(lr, *, epochs, climb, per_epoch, lr_min):
    W, T = climb * per_epoch, epochs * per_epoch

    def rate(t):
        if t < W:
            return lr * (t + 1) / W
        if t < T:
            return lr_min + 0.5 * (lr - lr_min) * (1 + np.cos(np.pi * (t + 1 - W) / T))
        return lr_min

    return rate


def rates_in_a_list(lr, *, epochs, climb, per_epoch, lr_min):
    return [from_a_table(lr, epochs=epochs, climb=climb, per_epoch=per_epoch, lr_min=lr_min)(t) for t in range(40)]


def falls_like_a_root(lr, *, epochs, climb, per_epoch, lr_min):
    W = climb * per_epoch
    return lambda t: lr * (t + 1) / W if t < W else max(lr_min, lr * (W / (t + 1)) ** 0.5)


ANSWERS = [
    *((warm_up_cosine, right, "") for right in (from_a_table, from_the_library, in_three_branches)),
    (warm_up_cosine, first_step_lost, "warm-up from 0: the first step stands still"),
    (warm_up_cosine, linspace_from_0, "warm-up from 0: the first step stands still"),
    (warm_up_cosine, in_epochs, "epochs for steps"),
    (warm_up_cosine, once_an_epoch, "one rate for a whole epoch"),
    (warm_up_cosine, peak_twice, "the peak twice"),
    (warm_up_cosine, jumps, "clock running while warming up"),
    (warm_up_cosine, of_t_alone, "angle of t, not of its share"),
    (warm_up_cosine, in_degrees, "degrees for radians"),
    (warm_up_cosine, unit_steps, "the fall missing"),
    (warm_up_cosine, counting, "state shared between calls"),
    (warm_up_cosine, without_an_end, "warm-up from 0: the first step stands still"),
    (warm_up_cosine, counted_from_the_climb, "steps counted from the end of the warm-up"),
    (warm_up_cosine, rates_in_a_list, None),
    (warm_up_cosine, falls_like_a_root, None),
]
