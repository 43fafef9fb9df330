"""Each row of the table "Conventions of momentum" in chapters/notation.md, against a second source.

The second sources are torch, optax, and Keras's formulas as its documentation of `SGD` prints them.
"""

import re
from functools import partial
from itertools import islice

import numpy as np
import pytest
import torch
from bad_input import test_bad_input_is_named  # noqa: F401
from hypothesis import given
from hypothesis import strategies as st
from strategies import Optax, replay, vectors

from gradlab import conversions
from gradlab.conversions import (
    dampening_to_momentum,
    ewma_to_momentum,
    heavy_ball_to_momentum,
    momentum_to_ewma,
    momentum_to_heavy_ball,
)
from gradlab.descend import descend
from gradlab.methods import nesterov_lookahead
from gradlab.rules import ewma_momentum, heavy_ball, momentum, nesterov
from gradlab.surfaces import quadratic
from gradlab_course import ROOT

STEPS = 8
CONSTANT, FALLING = (lambda t: 0.1), (lambda t: 0.1 if t < 4 else 0.01)
RATES = pytest.mark.parametrize("lr", [CONSTANT, FALLING], ids=["constant", "falling"])
GRADIENTS = np.random.default_rng(0).normal(size=(STEPS, 2))


def of_ours(rule, gradients=GRADIENTS, **hyper):
    return descend(replay(gradients), np.zeros(2), rule, len(gradients), **hyper)


def of_torch(make, lr, gradients=GRADIENTS, **settings):
    """The path of an optimiser of torch's kind, its rate set before each step."""
    x = torch.zeros(2, dtype=torch.float64, requires_grad=True)
    optimiser, path = make([x], lr=lr(0), **settings), [np.zeros(2)]
    for t, g in enumerate(gradients):
        optimiser.param_groups[0]["lr"] = lr(t)
        x.grad = torch.tensor(g)
        optimiser.step()
        path.append(x.detach().numpy().copy())
    return np.array(path)


def of_optax(lr, **settings):
    from optax import sgd

    return of_torch(lambda x, **options: Optax(x, lambda lr, **rest: sgd(lr, **rest), **options), lr, **settings)


def of_keras(lr, momentum, nesterov=False):
    """https://keras.io/api/optimizers/sgd, "Update rule", word by word."""
    w, velocity, path = np.zeros(2), 0, [np.zeros(2)]
    for t, g in enumerate(GRADIENTS):
        learning_rate = lr(t)
        velocity = momentum * velocity - learning_rate * g
        w = w + momentum * velocity - learning_rate * g if nesterov else w + velocity
        path.append(w)
    return np.array(path)


def same(path, other):
    np.testing.assert_allclose(path, other, rtol=1e-9, atol=1e-12)


def differ(path, other):
    assert np.abs(path - other).max() > 0.01


# lr outside


@RATES
@pytest.mark.parametrize("of_theirs", [partial(of_torch, torch.optim.SGD), of_optax], ids=["torch", "optax"])
def test_torch_and_optax_have_lr_outside(of_theirs, lr):
    same(of_ours(momentum, lr=lr, beta=0.9), of_theirs(lr, momentum=0.9))
    same(of_ours(nesterov, lr=lr, beta=0.9), of_theirs(lr, momentum=0.9, nesterov=True))


# lr inside


@RATES
def test_keras_has_lr_inside(lr):
    keras = of_keras(lr, momentum=0.9)
    same(of_ours(heavy_ball, lr=lr, beta=0.9), keras)
    same(of_ours(momentum, **heavy_ball_to_momentum(lr=lr, beta=0.9)), keras)


def test_from_torch_to_keras_beta_is_converted_while_lr_changes():
    goal = of_torch(torch.optim.SGD, FALLING, momentum=0.9)
    same(of_ours(heavy_ball, **momentum_to_heavy_ball(lr=FALLING, beta=0.9)), goal)
    differ(of_keras(FALLING, momentum=0.9), goal)
    same(of_keras(CONSTANT, momentum=0.9), of_torch(torch.optim.SGD, CONSTANT, momentum=0.9))


# A moving average


@RATES
def test_a_moving_average_is_torch_fed_with_damped_gradients(lr):
    goal = of_torch(torch.optim.SGD, lr, gradients=0.1 * GRADIENTS, momentum=0.9)
    same(of_ours(ewma_momentum, lr=lr, beta=0.9), goal)
    same(of_ours(momentum, **ewma_to_momentum(lr=lr, beta=0.9)), goal)


@RATES
def test_lr_of_a_sum_is_divided_by_one_minus_beta(lr):
    same(of_ours(ewma_momentum, **momentum_to_ewma(lr=lr, beta=0.9)), of_torch(torch.optim.SGD, lr, momentum=0.9))


# Dampening


@RATES
@given(beta=st.floats(0, 0.99), dampening=st.floats(0, 0.99), gradients=vectors(STEPS, 2))
def test_dampening(lr, beta, dampening, gradients):
    goal = of_torch(torch.optim.SGD, lr, gradients=gradients, momentum=beta, dampening=dampening)
    if beta == 0:  # torch then leaves out the velocity, and its dampening with it
        dampening = 0
    converted = dampening_to_momentum(lr=lr, beta=beta, dampening=dampening)
    np.testing.assert_allclose(of_ours(momentum, gradients=gradients, **converted), goal, rtol=1e-9, atol=1e-9)


def test_dampening_worked_by_hand():
    converted = dampening_to_momentum(lr=0.5, beta=0.75, dampening=0.5)
    assert [converted["lr"](t) for t in range(4)] == [0.5, 0.25, 0.25, 0.25]
    assert [converted["beta"](t) for t in range(4)] == [0.75, 1.5, 0.75, 0.75]


def test_dampening_as_large_as_beta_is_no_moving_average_from_zero():
    damped = of_torch(torch.optim.SGD, CONSTANT, momentum=0.9, dampening=0.9)
    differ(damped, of_ours(ewma_momentum, lr=0.1, beta=0.9))
    steady = np.diff(of_torch(torch.optim.SGD, lambda t: 1.0, np.ones((4, 2)), momentum=0.9, dampening=0.9), axis=0)
    np.testing.assert_allclose(steady, -1)


# Nesterov


def test_nesterov_of_torch_and_keras_have_the_same_numbers_at_a_constant_rate_only():
    for lr, compare in ((CONSTANT, same), (FALLING, differ)):
        torchs = of_torch(torch.optim.SGD, lr, momentum=0.9, nesterov=True)
        compare(of_keras(lr, momentum=0.9, nesterov=True), torchs)


def test_the_point_of_nesterov_is_the_one_that_the_look_ahead_looks_at():
    bowl, start, lr, beta = quadratic(1.0, 10.0), np.array([1.0, 1.0]), 0.05, 0.9
    path = islice(nesterov_lookahead(bowl, start, lr=lr, beta=beta), STEPS)
    looked_at = [start, *(x - lr * beta * v for x, (v,) in path)]
    same(looked_at, descend(bowl, start, nesterov, STEPS, lr=lr, beta=beta))


# The page


def test_the_table_names_each_conversion_of_momentum():
    text = (ROOT / "chapters" / "notation.md").read_text(encoding="utf-8")
    (section,) = re.findall(r"^## Conventions of momentum$(.*?)(?=^## |\Z)", text, re.M | re.S)
    named = set(re.findall(r"`(\w+_to_\w+)`", section))
    assert named == {
        "momentum_to_heavy_ball",
        "heavy_ball_to_momentum",
        "momentum_to_ewma",
        "ewma_to_momentum",
        "dampening_to_momentum",
    }
    assert all(callable(getattr(conversions, name)) for name in named)


BAD_INPUT = [
    (dampening_to_momentum, {"lr": 0.1, "beta": 0.9, "dampening": 1.0}, "dampening"),
    (dampening_to_momentum, {"lr": 0.1, "beta": 1.0, "dampening": 0.5}, "beta"),
    (dampening_to_momentum, {"lr": -0.1, "beta": 0.9, "dampening": 0.5}, "lr"),
]
