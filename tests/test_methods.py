"""Backtracking line search: each step satisfies Armijo's condition, and none searches for ever."""

import inspect
from itertools import islice
from types import SimpleNamespace

import numpy as np
import pytest
import torch
from strategies import SURFACES

from gradlab.descend import descend, iterates
from gradlab.methods import backtracking
from gradlab.rules import sgd
from gradlab.surfaces import himmelblau, quadratic, rosenbrock

banana = rosenbrock()
stiff = quadratic(4)


def first(problem, x, **hyper):
    """The first point and its step size."""
    x, (a,) = next(iterates(problem, x, backtracking, **hyper))
    return x.tolist(), a.tolist()


def test_first_step_worked_by_hand():
    # f(x) = 2 x² at 1: a = 1 would rise to x = −3, a = ½ stays level at x = −1, a = ¼ hits the minimum.
    assert first(stiff, [1.0]) == ([0.0], [0.25])
    assert first(stiff, [1.0], lr=0.2) == ([1 - 0.2 * 4], [0.2])  # the first guess is good enough
    x, a = first(stiff, [1.0], shrink=0.3)
    assert a == pytest.approx([0.3])
    assert x == pytest.approx([-0.2])


def test_defaults_are_those_of_the_book_by_nocedal_and_wright():
    assert inspect.signature(backtracking).parameters["c1"].default == 1e-4


def test_each_search_begins_at_lr_again():
    # f = x⁴/4 from 3: only a = 1/8 is short enough at first, on the flat ground beyond a = 1 is.
    flat = SimpleNamespace(f=lambda x: (x**4).sum(-1) / 4, grad=lambda x: x**3)
    steps = [a.item() for _, (a,) in islice(iterates(flat, [3.0], backtracking), 2)]
    assert steps == [0.125, 1]


def test_steps_that_overflow_are_shortened_without_a_warning():
    with np.errstate(all="raise"):
        path = descend(banana, [1e30, 1.0], backtracking, 3)
    assert banana.f(path[-1]) < banana.f(path[0]) < np.inf


def test_armijos_bound_on_a_quadratic():
    # The decrease suffices when a ≤ 2 (1 − c₁) / λ, here 0.35.
    assert first(stiff, [1.0], c1=0.3, lr=0.349)[1] == [0.349]
    assert first(stiff, [1.0], c1=0.3, lr=0.351, shrink=0.9)[1] == pytest.approx([0.351 * 0.9])


@pytest.mark.parametrize("surface", SURFACES, ids=lambda s: s.name)
def test_every_step_satisfies_armijos_condition(surface):
    x, c1 = surface.start, 0.2
    for ahead, (a,) in islice(iterates(surface, x, backtracking, c1=c1), 20):
        g = surface.grad(x)
        assert surface.f(ahead) <= surface.f(x) - c1 * a[0] * (g @ g)
        np.testing.assert_allclose(ahead, x - a * g)
        x = ahead


def test_it_descends_where_the_fixed_step_diverges():
    path = descend(banana, banana.start, backtracking, 200, lr=0.1)
    assert (np.diff(banana.f(path)) < 0).all()
    assert np.isnan(descend(banana.grad, banana.start, sgd, 200, lr=0.1)[-1]).all()


def test_a_grid_is_a_loop():
    surface = himmelblau()
    starts, rates = np.random.default_rng(0).uniform(-4, 4, size=(3, 2)), [0.01, 1.0]
    shrinks, c1s = [0.5, 0.8], [1e-4, 0.4]
    grid = {"lr": np.array(rates)[:, None, None], "shrink": np.array(shrinks)[:, None, None]}
    paths = descend(surface, starts, backtracking, 15, **grid, c1=np.array(c1s)[:, None, None])
    assert paths.shape == (16, 2, 3, 2)
    for k in range(2):
        for j, start in enumerate(starts):
            alone = descend(surface, start, backtracking, 15, lr=rates[k], shrink=shrinks[k], c1=c1s[k])
            assert np.array_equal(paths[:, k, j], alone)


def test_it_stays_at_a_minimum():
    assert (descend(banana, [1.0, 1.0], backtracking, 5) == 1).all()
    assert first(stiff, [0.0]) == ([0.0], [1.0])  # the first guess loses nothing there


def test_it_stays_where_no_step_helps_and_says_so():
    """nan, an infinite gradient, and a gradient that points the wrong way; each beside a healthy neighbour."""
    uphill = SimpleNamespace(f=stiff.f, grad=lambda x: -stiff.grad(x))
    assert first(uphill, [1.0]) == ([1.0], [pytest.approx(0)])
    cliff = SimpleNamespace(f=stiff.f, grad=lambda x: np.where(x > 1, np.inf, stiff.grad(x)))
    assert first(cliff, [[2.0], [1.0]]) == ([[2.0], [0.0]], [[0.0], [0.25]])
    x, (a,) = next(iterates(stiff, [[np.nan], [1.0]], backtracking))
    np.testing.assert_array_equal(x, [[np.nan], [0.0]])
    assert a.tolist() == [[0.0], [0.25]]


def test_no_step_at_rate_zero():
    assert first(stiff, [1.0], lr=0.0) == ([1.0], [0.0])


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_tensors(dtype):
    starts = np.array([[-1.5, 2.0], [0.5, 0.5]])
    path = descend(banana, torch.tensor(starts, dtype=dtype), backtracking, 10)
    assert path.dtype == dtype
    tolerance = 1e-10 if dtype == torch.float64 else 1e-4
    np.testing.assert_allclose(
        path.numpy(), descend(banana, starts, backtracking, 10), rtol=tolerance, atol=tolerance
    )


def test_nothing_is_modified_in_place():
    x0 = np.array([1.0, 1.0])
    x0.flags.writeable = False
    path = iterates(quadratic(1, 10), x0, backtracking)
    x, (a,) = next(path)
    before = x.copy(), a.copy()
    next(path)
    assert np.array_equal(x, before[0])
    assert np.array_equal(a, before[1])


@pytest.mark.parametrize("problem", [banana.grad, SimpleNamespace(f=banana.f), None])
def test_the_problem_must_have_a_value_and_a_gradient(problem):
    with pytest.raises(ValueError, match="backtracking: problem must have f and grad"):
        descend(problem, [1.0, 1.0], backtracking)
