"""Momentum on a loss with a penalty as students get it wrong: each gets its name."""

import numpy as np
import pytest

from gradlab import rules
from gradlab.checks import check
from gradlab.checks.mistakes import rules as wrong_rules
from gradlab.checks.tasks.mistakes.rules import MISTAKES
from gradlab.checks.tasks.rules import momentum_l2

MISCONCEPTIONS = MISTAKES[momentum_l2][1]


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


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize(
    ("student", "name"),
    [
        (decoupled, "decoupled decay for L2"),
        (not_scaled, "decay not scaled by lr"),
        (away_from_0, "decay's sign"),
        (forgotten, "decay missing"),
        (twice, "half of the penalty missing"),
        (penalty, "penalty for its gradient"),
        (lr_again, "lr counted twice"),
    ],
)
def test_what_students_write_gets_its_name(student, name, seed):
    assert check(student, like=momentum_l2, seed=seed).names == (name,)


def test_right_ones_are_right():
    assert check(right_but_longer, like=momentum_l2)


def test_it_can_be_got_wrong_in_all_the_ways_of_momentum():
    assert {m.name for m in wrong_rules.MISTAKES[rules.momentum][1]} < {m.name for m in MISCONCEPTIONS}
