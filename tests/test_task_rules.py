"""Rules that students are asked to write: against torch, against the library, by hand; got wrong as students do."""

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from strategies import vectors, wrong_settings

from gradlab import rules
from gradlab.checks import BANK, check
from gradlab.tasks.task_rules import momentum_l2


@given(
    x=vectors(3),
    gradients=vectors(5, 3),
    hyper=st.fixed_dictionaries(
        {"lr": st.floats(0, 0.5), "beta": st.floats(0, 0.99), "weight_decay": st.floats(0, 0.5)}
    ),
)
def test_it_is_that_of_torch(x, gradients, hyper):
    twin = torch.tensor(x, requires_grad=True)
    optimiser = torch.optim.SGD([twin], hyper["lr"], momentum=hyper["beta"], weight_decay=hyper["weight_decay"])
    state = ()
    for g in gradients:
        x, *state = momentum_l2(x, g, *state, **hyper)
        twin.grad = torch.tensor(g)
        optimiser.step()
        np.testing.assert_allclose(x, twin.detach().numpy(), rtol=1e-9, atol=1e-9)


def test_by_hand():
    # g + 0.5 · 2 = 4, v = 0.5 · 1 + 4
    assert momentum_l2(2.0, 3.0, 1.0, lr=0.1, beta=0.5, weight_decay=0.5) == (2 - 0.45, 4.5)


def test_without_decay_it_is_momentum():
    assert momentum_l2(1.0, 2.0, 3.0) == rules.momentum(1.0, 2.0, 3.0)


def test_the_decay_goes_through_the_velocity():
    x, v = momentum_l2(1.0, 0.0, lr=0.5, beta=0.5, weight_decay=0.5)
    assert (x, v) == (0.75, 0.5)
    assert momentum_l2(x, 0.0, v, lr=0.5, beta=0.5, weight_decay=0.5) == (0.4375, 0.625)


def test_nothing_is_modified_in_place():
    x, g, v = np.ones(2), np.ones(2), np.ones(2)
    momentum_l2(x, g, v, weight_decay=0.5)
    assert x.tolist() == g.tolist() == v.tolist() == [1, 1]


BAD_INPUT = [
    *wrong_settings(momentum_l2, x=1.0, g=1.0),
    (momentum_l2, {"x": "here", "g": 1.0}, "x"),
    (momentum_l2, {"x": 1.0, "g": "up"}, "g"),
    (momentum_l2, {"x": np.ones(2), "g": np.ones(3)}, "g"),
]


@pytest.mark.parametrize(("function", "arguments", "wrong"), BAD_INPUT)
def test_bad_input(function, arguments, wrong):
    with pytest.raises(ValueError, match=f"^{function.__name__}: {wrong} must be "):
        function(**arguments)


# --- what students write ----------------------------------------------------------------------------------------------


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
    plain, with_l2 = ({m.name for m in BANK[rule][1]} for rule in (rules.momentum, momentum_l2))
    assert plain < with_l2
