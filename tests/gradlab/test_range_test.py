"""The learning-rate range test, where theory says what must come out."""

import math
import warnings
from types import SimpleNamespace

import numpy as np
import pytest
import torch
from bad_input import test_bad_input_is_named  # noqa: F401

from gradlab.methods import backtracking
from gradlab.range_test import lr_range_test
from gradlab.rules import heavy_ball, momentum, rmsprop, sgd
from gradlab.surfaces import quadratic


@pytest.mark.parametrize("steps", [20, 50, 200])
@pytest.mark.parametrize(
    ("curvature", "problem", "x0"), [(3, quadratic(3), [1.0]), (100, quadratic(1, 100), [0.0, 1.0])]
)
def test_along_the_steepest_direction_losses_turn_at_2_over_lambda(curvature, problem, x0, steps):
    lrs, losses = lr_range_test(problem, x0, sgd, lr_min=1e-3 / curvature, lr_max=10 / curvature, steps=steps)
    assert lrs.shape == losses.shape == (steps,)
    before = np.concatenate([[problem.f(np.array(x0))], losses[:-1]])
    assert np.array_equal(losses > before, lrs > 2 / curvature)


def test_along_all_directions_the_losses_turn_later():
    """The steepest direction has to regain what it lost; the slower the rate rises, the later that is."""
    turns = []
    for steps in (30, 300):
        lrs, losses = lr_range_test(quadratic(1, 100), [1.0, 1.0], sgd, lr_min=1e-4, lr_max=1, steps=steps)
        turns.append(lrs[np.argmin(losses)] / (2 / 100))
    assert 1.5 < turns[0] < 2.5
    assert 4 < turns[1] < 7


def test_the_rates_rise_in_equal_ratios_from_end_to_end():
    lrs, losses = lr_range_test(quadratic(1), [1.0], sgd, lr_min=0.1, lr_max=0.4, steps=3)
    np.testing.assert_allclose(lrs, [0.1, 0.2, 0.4])
    np.testing.assert_allclose(losses, [0.9**2 / 2, (0.9 * 0.8) ** 2 / 2, (0.9 * 0.8 * 0.6) ** 2 / 2])
    lrs, _ = lr_range_test(quadratic(1), [1.0], sgd, lr_min=1e-6, lr_max=1e2, steps=2)
    np.testing.assert_allclose(lrs, [1e-6, 1e2])


def test_f_may_write_into_its_argument_and_use_its_memory_again():
    ends, out, bowl = {"lr_min": 1e-3, "lr_max": 1.0, "steps": 10}, np.empty(3), quadratic(1, 10)
    starts = np.array([[1.0, 1.0], [0.0, 2.0], [3.0, 0.0]])

    def f(x):
        out[:] = bowl.f(x)
        x *= 0
        return out

    losses = lr_range_test(SimpleNamespace(f=f, grad=bowl.grad), starts, heavy_ball, **ends)[1]
    np.testing.assert_array_equal(losses, lr_range_test(bowl, starts, heavy_ball, **ends)[1])


def test_a_grid_a_rule_with_memory_a_method_and_tensors():
    bowl, ends = quadratic(1, 10), {"lr_min": 1e-3, "lr_max": 1e3, "steps": 40}
    starts = np.array([[1.0, 1.0], [0.0, 2.0], [3.0, 0.0]])
    with warnings.catch_warnings(), np.errstate(all="raise"):
        warnings.simplefilter("error")  # to diverge is what it is for
        lrs, losses = lr_range_test(bowl, starts, momentum, **ends, beta=0.5)
    assert losses.shape == (40, 3)
    for k, x0 in enumerate(starts):
        np.testing.assert_allclose(losses[:, k], lr_range_test(bowl, x0, momentum, **ends, beta=0.5)[1], rtol=1e-9)
    assert not np.array_equal(losses, lr_range_test(bowl, starts, momentum, **ends, beta=0.6)[1])
    assert not np.array_equal(*(lr_range_test(bowl, starts, rmsprop, **ends, rho=rho)[1] for rho in (0.9, 0.5)))
    _, tensors = lr_range_test(bowl, torch.tensor(starts), momentum, **ends, beta=0.5)
    assert isinstance(tensors, torch.Tensor)
    np.testing.assert_allclose(tensors, losses, rtol=1e-9)
    _, searched = lr_range_test(bowl, starts, backtracking, **ends)
    assert (np.diff(searched, axis=0) <= 0).all()  # it shortens its steps


@pytest.mark.parametrize("kind", [np.array, torch.tensor])
def test_f_may_return_a_number_of_python(kind):
    plain, x0 = SimpleNamespace(f=lambda x: float((x**2).sum()), grad=lambda x: 2 * x), kind([1.0, 2.0])
    ends = {"lr_min": np.float64(0.1), "lr_max": np.float64(0.2), "steps": 2}
    _, losses = lr_range_test(plain, x0, sgd, **ends)
    assert type(losses) is type(x0)
    np.testing.assert_allclose(losses, [5 * 0.8**2, 5 * 0.8**2 * 0.6**2], rtol=1e-6)
    with pytest.raises(
        ValueError, match=r"^lr_range_test: f must return shape \(3,\) for x of shape \(3, 2\), got float"
    ):
        lr_range_test(plain, np.ones((3, 2)), sgd, **ends)


# Wrong arguments.

bowl = quadratic(1, 10)
VALID = {"problem": bowl, "x0": [1.0, 1.0], "rule": sgd, "lr_min": 0.1, "lr_max": 1.0, "steps": 2}
WRONG = {
    "problem": [SimpleNamespace(f=bowl.f), SimpleNamespace(grad=bowl.grad), None],
    "x0": [1.0, "here", {}, [[1.0], [1.0, 2.0]]],
    "rule": [None, "sgd"],
    "lr_min": [0, -0.1, -math.inf, math.nan, math.inf, "slow", None, np.ones(2)],
    "lr_max": [0.1, 0.01, math.nan, math.inf, "fast", None, np.ones(2)],
    "steps": [1, 0, -1, 2.0, True, None],
}
BAD_INPUT = [
    (lr_range_test, VALID | {argument: value}, argument) for argument, values in WRONG.items() for value in values
]
BAD_INPUT += [(lr_range_test, VALID | {name: 0.1}, name) for name in ("gamma", "lr")]  # lr is the test's own
