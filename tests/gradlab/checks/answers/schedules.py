"""Schedules as students write them."""

from math import ceil, cos, pi

import numpy as np

from gradlab import schedules


def same_half_cosine(lr, *, steps, lr_min=0):
    # cos² of half the angle: at the end not quite 0
    return lambda t: lr_min + (lr - lr_min) * np.cos(np.pi / 2 * min(t, steps) / steps) ** 2


def same_triangle(lr, *, period, lr_min=0):
    def schedule(t):
        p = t / period - t // period
        return lr_min + (lr - lr_min) * (2 * p if p < 0.5 else 2 - 2 * p)

    return schedule


def same_restarts(lr, *, period, mult=1, lr_min=0):
    def schedule(t):
        start, length = 0, period
        while t >= start + length:
            start, length = start + length, length * mult
        return lr_min + 0.5 * (lr - lr_min) * (1 + cos(pi * (t - start) / length))

    return schedule


def same_stairs(lr, *, step_size, gamma):
    def schedule(t):
        value = lr
        for k in range(1, t + 1):
            if k % step_size == 0:
                value *= gamma
        return value

    return schedule


def same_trapezium(lr, *, steps, warm_up_steps, decay_steps):
    knots = [0, warm_up_steps, steps - decay_steps, steps]
    return lambda t: np.float32(np.interp(t, knots, [0, lr, lr, 0]))


def degrees_cosine(lr, *, steps, lr_min=0):
    def schedule(t):
        if t > steps:
            return lr_min
        return lr_min + 0.5 * (lr - lr_min) * (1 + np.cos(np.degrees(np.pi * t / steps)))

    return schedule


def climbing_cosine(lr, *, steps, lr_min=0):
    return lambda t: lr_min + 0.5 * (lr - lr_min) * (1 + cos(pi * t / steps))


def full_cosine(lr, *, steps, lr_min=0):
    return lambda t: lr_min + 0.5 * (lr - lr_min) * (1 + cos(2 * pi * min(t, steps) / steps))


def late_milestones(lr, *, milestones, gamma=0.1):
    def schedule(t):
        value = lr
        for milestone in milestones:
            if t > milestone:
                value *= gamma
        return value

    return schedule


def ceil_stairs(lr, *, step_size, gamma=0.1):
    return lambda t: lr * gamma ** ceil(t / step_size)


def growing_by_addition(lr, *, period, mult=1, lr_min=0):
    def schedule(t):
        length = period
        while t >= length:
            t -= length
            length += mult
        return lr_min + 0.5 * (lr - lr_min) * (1 + cos(pi * t / length))

    return schedule


def eager_warm_up(schedule, *, steps, start=0):
    return lambda t: start + (schedule(0) - start) * t / steps if t < steps else schedule(t)


def no_ramp(schedule, *, steps, start=0):
    return lambda t: schedule(0) if t < steps else schedule(t - steps)


def early_warm_up(schedule, *, steps, start=0):
    return lambda t: start + (schedule(0) - start) * (t + 1) / steps if t < steps else schedule(t - steps)


def dividing_itself(lr, *, decay):
    def schedule(t):
        value = lr
        for k in range(t + 1):
            value = value / (1 + decay * k)
        return value

    return schedule


def long_triangle(lr, *, period, lr_min=0):
    def schedule(t):
        t = t % (2 * period)
        return lr_min + (lr - lr_min) * min(t, 2 * period - t) / period

    return schedule


def peak_late(lr, *, steps, rise=0.3, anneal="cosine", div_factor=25, final_div_factor=1e4, three_phase=False):
    low = lr / div_factor
    times = [0, rise * steps, *[2 * rise * steps - 2] * three_phase, steps - 1]
    values = [low, lr, *[low] * three_phase, low / final_div_factor]

    def schedule(t):
        t = min(t, steps - 1)
        i = next(i for i, end in enumerate(times[1:]) if t <= end)
        p = (t - times[i]) / (times[i + 1] - times[i])
        p = p if anneal == "linear" else (1 - cos(pi * p)) / 2
        return values[i] + p * (values[i + 1] - values[i])

    return schedule


def endless_polynomial(lr, *, steps, power=1):
    return lambda t: lr * (1 - t / steps) ** power


def negative_trapezium(lr, *, steps, warm_up_steps, decay_steps):
    def schedule(t):
        if t < warm_up_steps:
            return lr * t / warm_up_steps
        if t < steps - decay_steps:
            return lr
        return lr * (steps - t) / decay_steps

    return schedule


def counting(lr, *, gamma):
    calls = 0

    def schedule(t):
        nonlocal calls
        calls += 1
        return lr * gamma ** (calls - 1)

    return schedule


def multiplying(lr, *, step_size, gamma=0.1):
    now = lr

    def schedule(t):
        nonlocal now
        if t > 0 and t % step_size == 0:
            now *= gamma
        return now

    return schedule


def counting_from_1(lr, *, steps, lr_min=0):
    calls = []

    def schedule(t):
        calls.append(t)
        return same_half_cosine(lr, steps=steps, lr_min=lr_min)(len(calls))

    return schedule


def restarts_late(lr, *, period, mult, lr_min):
    def schedule(t):
        n = period
        while t > n:
            t, n = t - n, n * mult
        return lr_min + (lr - lr_min) * (1 + cos(pi * t / n)) / 2

    return schedule


def cosine_of_0(lr, *, steps, lr_min):
    return lambda t: 0.0 if t >= steps else lr_min + (lr - lr_min) * (1 + cos(pi * t / steps)) / 2


def ramp_on_start(schedule, *, steps, start):
    return lambda t: start + schedule(0) * t / steps if t < steps else schedule(t - steps)


ANSWERS = [
    (schedules.cosine_restarts, restarts_late, "restarts a step late"),
    (schedules.cosine, cosine_of_0, "0 after its end"),
    (schedules.warm_up, ramp_on_start, "start added in the ramp only"),
    (schedules.cosine, same_half_cosine, ""),
    (schedules.triangular, same_triangle, ""),
    (schedules.cosine_restarts, same_restarts, ""),
    (schedules.step, same_stairs, ""),
    (schedules.warm_up_stable_decay, same_trapezium, ""),
    (schedules.cosine, degrees_cosine, "degrees for radians"),
    (schedules.cosine, climbing_cosine, "goes on after its end"),
    (schedules.cosine, full_cosine, "full period for half a one"),
    (schedules.multi_step, late_milestones, "off by one: a step late"),
    (schedules.step, ceil_stairs, "ceil for floor"),
    (schedules.cosine_restarts, growing_by_addition, "restarts counted wrongly"),
    (schedules.warm_up, eager_warm_up, "clock running while warming up"),
    (schedules.warm_up, no_ramp, "starts at the full rate"),
    (schedules.warm_up, early_warm_up, "off by one: a step early"),
    (schedules.inverse_time, dividing_itself, "decay applied to the last value"),
    (schedules.triangular, long_triangle, "period of one way"),
    (schedules.one_cycle, peak_late, "peak at the wrong step"),
    (schedules.polynomial, endless_polynomial, "goes on after its end"),
    (schedules.warm_up_stable_decay, negative_trapezium, "below 0 after its end"),
    (schedules.exponential, counting, "state shared between calls"),
    (schedules.step, multiplying, "state shared between calls"),
    (schedules.cosine, counting_from_1, "state shared between calls"),
]
