"""Momentum on a loss with a penalty as students write it."""

import numpy as np

from gradlab.checks.tasks.rules import momentum_l2


def right_but_longer(x, g, velocity=None, *, lr, beta, weight_decay):
    total = g + weight_decay * x
    velocity = total if velocity is None else beta * velocity + total
    return x - lr * velocity, velocity


def decoupled(x, g, v=0, *, lr, beta, weight_decay):
    v = beta * v + g
    return x - lr * (v + weight_decay * x), v


def not_scaled(x, g, v=0, *, lr, beta, weight_decay):
    v = beta * v + g
    return x - lr * v - weight_decay * x, v


def away_from_0(x, g, v=0, *, lr, beta, weight_decay):
    v = beta * v + (g - weight_decay * x)
    return x - lr * v, v


def forgotten(x, g, v=0, *, lr, beta, weight_decay):
    v = beta * v + g
    return x - lr * v, v


def twice(x, g, v=0, *, lr, beta, weight_decay):
    v = beta * v + g + 2 * weight_decay * x
    return x - lr * v, v


def penalty(x, g, v=0, *, lr, beta, weight_decay):
    v = beta * v + g + weight_decay / 2 * np.sum(x**2)
    return x - lr * v, v


def lr_again(x, g, v=0, *, lr, beta, weight_decay):
    v = beta * v + g + lr * weight_decay * x
    return x - lr * v, v


def velocity_first(x, g, v=0, *, lr, beta, weight_decay):
    v = beta * v + g + weight_decay * x
    return v, x - lr * v


ANSWERS = [
    (momentum_l2, right_but_longer, ""),
    (momentum_l2, decoupled, "decoupled decay for L2"),
    (momentum_l2, not_scaled, "decay not scaled by lr"),
    (momentum_l2, away_from_0, "decay's sign"),
    (momentum_l2, forgotten, "decay missing"),
    (momentum_l2, twice, "penalty without its half"),
    (momentum_l2, penalty, "penalty for its gradient"),
    (momentum_l2, velocity_first, "the state before the point"),
    (momentum_l2, lr_again, "lr counted twice"),
]
