"""Each rule against its twin in torch, and against numbers worked out by hand.

Both are needed: the twins could share a mistake with us, and by hand one checks but a few steps.
"""

import inspect
from itertools import islice

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from strategies import RULES, TWINS, replay, torch_path, vectors

from gradlab import rules
from gradlab.descend import descend, iterates

STEPS = 12
each_twin = pytest.mark.parametrize("twin", TWINS, ids=lambda twin: twin.rule.__name__)
each_rule = pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)


def agree(ours, torchs):
    np.testing.assert_allclose(ours, torchs, rtol=1e-9, atol=1e-9)


def test_every_rule_has_a_twin():
    public = [
        f for name, f in vars(rules).items() if inspect.isfunction(f) and f.__module__ == rules.__name__
    ]
    assert public == RULES


@each_twin
@given(data=st.data())
def test_rule_agrees_with_torch(twin, data):
    x0, gradients = data.draw(vectors(3)), data.draw(vectors(STEPS, 3))
    hyper = data.draw(st.fixed_dictionaries(twin.hyper))
    ours = descend(replay(gradients), x0, twin.rule, STEPS, **hyper)
    agree(ours, torch_path(twin.optimiser, twin.renamed(**hyper), x0, gradients))


@each_twin
@given(data=st.data())
def test_arrays_of_hyperparameters_agree_with_one_optimiser_of_torch_each(twin, data):
    x0, gradients = data.draw(vectors(2)), data.draw(vectors(STEPS, 2))
    settings = data.draw(st.lists(st.fixed_dictionaries(twin.hyper), min_size=2, max_size=4))
    grid = {name: np.array([[s[name]] for s in settings]) for name in twin.hyper}
    ours = descend(replay(gradients), x0, twin.rule, STEPS, **grid)
    for k, hyper in enumerate(settings):
        agree(ours[:, k], torch_path(twin.optimiser, twin.renamed(**hyper), x0, gradients))


@each_twin
@given(data=st.data())
def test_schedule_agrees_with_setting_lr_in_torch_before_each_step(twin, data):
    x0, gradients = data.draw(vectors(2)), data.draw(vectors(STEPS, 2))
    lrs = data.draw(st.lists(st.floats(0, 1), min_size=STEPS, max_size=STEPS))
    hyper = data.draw(st.fixed_dictionaries(twin.hyper))
    ours = descend(replay(gradients), x0, twin.rule, STEPS, **hyper | {"lr": lambda t: lrs[t]})
    agree(ours, torch_path(twin.optimiser, twin.renamed(**hyper), x0, gradients, lrs))


@each_twin
def test_defaults_are_those_of_torch(twin):
    ours = inspect.signature(twin.rule).parameters
    ours = {name: p.default for name, p in ours.items() if p.kind is p.KEYWORD_ONLY}
    assert ours.keys() == twin.hyper.keys()
    torchs = inspect.signature(twin.optimiser).parameters
    for name, default in twin.renamed(**ours).items():
        if name not in ("momentum", "nesterov"):  # SGD's own defaults switch these off
            assert default == torchs[name].default, name
    assert ours.get("beta", 0.9) == 0.9


# Worked out by hand: the gradient is the same at each step, so that the sums are geometric.

G = np.array([0.5, -2.0])
X0 = np.array([1.0, 1.0])


def moved(rule, steps=1, g=G, **hyper):
    """How far `rule` has moved after `steps` steps with the constant gradient g."""
    return descend(lambda x: g, X0, rule, steps, **hyper)[-1] - X0


def visited(n, rule, **hyper):
    """The first n pairs (x, state) that `rule` yields with the constant gradient G."""
    return list(islice(iterates(lambda x: G, X0, rule, **hyper), n))


def close(actual, expected):
    np.testing.assert_allclose(actual, expected, rtol=1e-12, atol=1e-14)


def test_sgd_on_a_quadratic_shrinks_each_coordinate_by_its_own_factor():
    lam = np.array([1.0, 10.0])
    path = descend(lambda x: lam * x, X0, rules.sgd, 30, lr=0.15)
    close(path, (1 - 0.15 * lam) ** np.arange(31)[:, None])


@pytest.mark.parametrize("n", [1, 2, 5])
def test_momentum_with_a_constant_gradient_is_a_geometric_sum(n):
    beta = 0.8
    x, (v,) = visited(n, rules.momentum, lr=0.1, beta=beta)[-1]
    close(v, G * (1 - beta**n) / (1 - beta))
    close(x, X0 - 0.1 * G * sum((1 - beta**k) / (1 - beta) for k in range(1, n + 1)))


def test_two_steps_of_nesterov():
    # v = g: the step is (1 + beta) g. Then v = (1 + beta) g: the step is (1 + beta + beta²) g.
    close(moved(rules.nesterov, 1, lr=0.1, beta=0.5), -0.1 * 1.5 * G)
    close(moved(rules.nesterov, 2, lr=0.1, beta=0.5), -0.1 * (1.5 + 1.75) * G)


@pytest.mark.parametrize("rule", [rules.momentum, rules.nesterov])
def test_without_momentum_they_are_gradient_descent(rule):
    close(moved(rule, 5, lr=0.1, beta=0.0), moved(rules.sgd, 5, lr=0.1))


def test_the_nth_step_of_adagrad_has_length_lr_over_root_n():
    path = descend(lambda x: G, X0, rules.adagrad, 9, lr=0.3, eps=0)
    close(np.diff(path, axis=0), -0.3 * np.sign(G) / np.arange(1, 10)[:, None] ** 0.5)


def test_the_first_step_of_rmsprop_is_too_long_by_one_over_root_one_minus_rho():
    close(moved(rules.rmsprop, lr=0.1, rho=0.99, eps=0), -0.1 * np.sign(G) / 0.01**0.5)


def test_the_first_step_of_adadelta():
    v, eps = 0.1 * G**2, 1e-6
    d = (eps / (v + eps)) ** 0.5 * G
    close(moved(rules.adadelta, lr=0.5), -0.5 * d)
    (_, (v1, u1)) = visited(1, rules.adadelta)[0]
    close(v1, v)
    close(u1, 0.1 * d**2)


@pytest.mark.parametrize("n", [1, 2, 20])
def test_adam_with_a_constant_gradient_steps_by_lr(n):
    """Bias correction makes m̂ = g and v̂ = g² from the very first step on."""
    close(moved(rules.adam, n, lr=0.1, eps=1e-2), -n * 0.1 * G / (abs(G) + 1e-2))


def test_adam_counts_its_steps_from_one():
    assert [state[0] for _, state in visited(3, rules.adam)] == [1, 2, 3]


def test_eps_stands_outside_the_root():
    # With g = eps = 1 each of these halves its step; under the root it would divide by √2.
    one = np.ones(2)
    for rule, hyper in ((rules.adagrad, {}), (rules.adam, {}), (rules.rmsprop, {"rho": 0.0})):
        close(moved(rule, g=one, lr=0.1, eps=1.0, **hyper), -0.1 * one / 2)


def test_decay_is_decoupled():
    """A parameter whose gradient is zero shrinks by exactly lr · weight_decay; Adam leaves it alone."""
    zero = np.zeros(2)
    assert (moved(rules.adam, g=zero, lr=0.1) == 0).all()
    close(moved(rules.adamw, 3, g=zero, lr=0.1, weight_decay=0.5), X0 * ((1 - 0.1 * 0.5) ** 3 - 1))
    close(moved(rules.adamw, g=G, lr=0.1, weight_decay=0.5, eps=0), -0.1 * 0.5 * X0 - 0.1 * np.sign(G))


# What all rules share.


@each_rule
def test_nothing_is_modified_in_place(rule):
    x, g = X0.copy(), G.copy()
    _, *state = rule(x, g)
    inputs = [x, g, *map(np.asarray, state)]
    for array in inputs:
        array.flags.writeable = False  # from here on, writing into any of them raises
    before = [array.copy() for array in inputs]
    first = rule(x, g, *state)
    assert all(map(np.array_equal, first, rule(x, g, *state)))
    assert all(map(np.array_equal, inputs, before))
    assert not any(np.shares_memory(new, old) for new in first for old in inputs)


@each_rule
def test_numbers_do_as_well_as_arrays(rule):
    x, *state = rule(1.0, 0.5)
    again, *_ = rule(x, -2.0, *state)
    path = descend(replay([[0.5], [-2.0]]), [1.0], rule, 2)
    close([x, again], path[1:, 0])


@each_rule
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_rules_work_on_tensors(rule, dtype):
    gradients = np.random.default_rng(1).normal(size=(STEPS, 2, 3))
    hyper = {"lr": np.array([[0.1], [0.2]])}
    numpys = descend(replay(gradients), np.ones(3), rule, STEPS, **hyper)
    rest = iter(torch.tensor(gradients, dtype=dtype))
    x0, lr = torch.ones(3, dtype=dtype), torch.tensor(hyper["lr"], dtype=dtype)
    torchs = descend(lambda x: next(rest), x0, rule, STEPS, lr=lr)
    assert torchs.dtype == dtype
    tolerance = 1e-12 if dtype == torch.float64 else 1e-5
    np.testing.assert_allclose(torchs.numpy(), numpys, rtol=tolerance, atol=tolerance)


@each_rule
def test_tensors_are_not_modified_in_place(rule):
    x, g = torch.ones(3), torch.tensor([1.0, -2.0, 0.0])
    _, *state = rule(x, g)
    inputs = [x, g, *map(torch.as_tensor, state)]
    before = [tensor.clone() for tensor in inputs]
    rule(x, g, *state)
    assert all(map(torch.equal, inputs, before))
