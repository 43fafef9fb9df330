"""Curvature against full Hessians, slices against what their equations say, basins against gradient flow's."""

from itertools import permutations

import numpy as np
import pytest
import torch
from bad_input import test_bad_input_is_named  # noqa: F401
from hypothesis import given
from hypothesis import strategies as st
from scipy.sparse.linalg import LinearOperator, eigsh
from strategies import vectors

from gradlab.landscape import (
    barrier,
    basins,
    filter_normalised,
    hessian_vector,
    interpolate,
    matched,
    permuted,
    slice_1d,
    slice_2d,
    top_eigenvalues,
)
from gradlab.methods import backtracking
from gradlab.mlp import MLP
from gradlab.oracles import minibatch, noisy, sam
from gradlab.rules import sgd
from gradlab.surfaces import himmelblau, quadratic, rosenbrock, saddle, six_hump_camel

RNG = np.random.default_rng(0)
X, Y = RNG.standard_normal((30, 3)), RNG.integers(0, 4, 30)
NET = MLP([3, 5, 4])
PROBLEM = NET.bind(X, Y)
THETA = NET.start(range(3))


def hessian(theta):
    """The full Hessian of the network's loss, by automatic differentiation twice."""
    f = NET.bind(torch.tensor(X), torch.tensor(Y)).f
    return torch.autograd.functional.hessian(f, torch.tensor(theta)).numpy()


# --- curvature ---------------------------------------------------------------------------------------------------


@given(x=vectors(2, bound=3), v=vectors(4, 2, bound=3))
@pytest.mark.parametrize("surface", [rosenbrock(), six_hump_camel(), quadratic(1, 100)], ids=lambda s: s.name)
def test_hessian_times_vector_is_that_of_automatic_differentiation(surface, x, v):
    H = torch.autograd.functional.hessian(surface.f, torch.tensor(x)).numpy()
    scale = abs(H).max() * abs(v).max() + abs(surface.grad(x)).max()
    np.testing.assert_allclose(hessian_vector(surface.grad, x, v), v @ H, atol=1e-7 * (1 + scale))


def test_hessian_times_vector_for_a_grid_of_networks():
    v = RNG.standard_normal(THETA.shape)
    ours = hessian_vector(PROBLEM.grad, THETA, v)
    for k in range(3):
        np.testing.assert_allclose(ours[k], hessian(THETA[k]) @ v[k], atol=1e-8)
    tensors = NET.bind(torch.tensor(X), torch.tensor(Y))
    np.testing.assert_allclose(hessian_vector(tensors.grad, torch.tensor(THETA), torch.tensor(v)), ours, atol=1e-9)


def test_it_is_linear_in_the_length_of_v_and_zero_for_zero():
    x, v = np.array([0.5, -1.0]), np.array([1.0, 2.0])
    once = hessian_vector(rosenbrock().grad, x, v)
    np.testing.assert_allclose(hessian_vector(rosenbrock().grad, x, 1e6 * v), 1e6 * once, rtol=1e-9)
    assert np.array_equal(hessian_vector(rosenbrock().grad, x, 0 * v), [0, 0])


def test_the_default_step_is_near_the_best():
    """No step of a fine grid is more than 30 times as exact, far from the origin or near it, in either precision."""
    for size, dtype in ((1, np.float64), (100, np.float64), (1, np.float32)):
        x, v = np.array([0.7, -0.4], dtype) * dtype(size), np.array([0.6, 0.8], dtype)
        exact = torch.autograd.functional.hessian(rosenbrock().f, torch.tensor(x, dtype=torch.float64)).numpy() @ v
        error = abs(hessian_vector(rosenbrock().grad, x, v) - exact).max()
        steps = np.geomspace(1e-8, 10, 60) * size
        best = min(abs(hessian_vector(rosenbrock().grad, x, v, eps=dtype(h)) - exact).max() for h in steps)
        assert error <= 30 * best + np.finfo(dtype).eps * abs(exact).max()


def test_the_step_has_the_length_eps():
    asked = []
    hessian_vector(lambda x: asked.append(x) or x, np.array([1.0, 2.0]), np.array([3.0, 4.0]), eps=0.5)
    np.testing.assert_allclose(asked, [[1.3, 2.4], [0.7, 1.6]])


@pytest.mark.parametrize(("x", "size"), [([0.3, 0.4], 1), ([0.0, 1.5], 1.5), ([30.0, -40.0], 50)])
def test_the_default_step_grows_with_x_where_x_is_long(x, size):
    asked = []
    hessian_vector(lambda x: asked.append(x) or x, np.array(x), np.array([0.0, 1.0]))
    np.testing.assert_allclose(asked[0] - asked[1], [0, 2 * 2 ** (-52 / 3) * size], rtol=1e-9)


def test_top_eigenvalues_of_networks_are_those_of_the_full_hessian():
    values, v = top_eigenvalues(PROBLEM.grad, THETA, 3, steps=500, tolerance=1e-5)
    assert values.shape == (3, 3)
    assert v.shape == (3, 3, NET.P)
    for k in range(3):
        H = hessian(THETA[k])
        every = np.linalg.eigvalsh(H)
        np.testing.assert_allclose(values[k], every[np.argsort(-abs(every))[:3]], rtol=1e-6)
        np.testing.assert_allclose(v[k] @ v[k].T, np.eye(3), atol=1e-8)
        np.testing.assert_allclose(v[k] @ H, values[k][:, None] * v[k], atol=2e-5 * abs(values[k]).max())
        operator = LinearOperator(H.shape, matvec=lambda v, k=k: hessian_vector(PROBLEM.grad, THETA[k], v.ravel()))
        np.testing.assert_allclose(eigsh(operator, 1, which="LM")[0], values[k, :1], rtol=1e-6)


def test_a_tensor_has_the_same_eigenvalues():
    problem = NET.bind(torch.tensor(X), torch.tensor(Y))
    values, v = top_eigenvalues(problem.grad, torch.tensor(THETA), 2)
    ours, _ = top_eigenvalues(PROBLEM.grad, THETA, 2)
    assert torch.is_tensor(values)
    assert torch.is_tensor(v)
    np.testing.assert_allclose(values, ours, rtol=1e-6)


@given(lam=st.lists(st.integers(-9, 9).filter(bool), min_size=4, max_size=4, unique_by=abs))
def test_all_eigenvalues_of_a_bowl_in_order_of_magnitude(lam):
    values, _ = top_eigenvalues(quadratic(*lam).grad, np.ones(4), 4, steps=500, tolerance=1e-5)
    np.testing.assert_allclose(values, sorted(lam, key=abs, reverse=True), atol=1e-6)


def test_the_other_end_of_the_spectrum_is_found_by_a_shift():
    bowl = quadratic(5, 1, -2)
    (top,), _ = top_eigenvalues(bowl.grad, np.ones(3), tolerance=1e-6)
    (lowest,), [v] = top_eigenvalues(bowl.grad, np.ones(3), tolerance=1e-6, shift=top)
    np.testing.assert_allclose([top, lowest], [5, -2], rtol=1e-9)
    np.testing.assert_allclose(abs(v), [0, 0, 1], atol=1e-5)


def test_shifts_for_each_point_of_a_grid():
    x = np.zeros((2, 2))
    values, _ = top_eigenvalues(saddle().grad, x, shift=np.array([[1.0], [-1.0]]))
    np.testing.assert_allclose(values, [[-1], [1]])


def test_the_iteration_ends_by_its_tolerance_or_its_steps():
    calls = []

    def grad(x):
        calls.append(1)
        return quadratic(1, 0.9).grad(x)

    ones = np.ones(2)
    for steps in (1, 7):
        calls.clear()
        top_eigenvalues(grad, ones, steps=steps, tolerance=0)
        assert len(calls) == 2 * steps
    calls.clear()
    top_eigenvalues(grad, ones, steps=1000, tolerance=1e-2)
    assert len(calls) < 100
    (value,), [v] = top_eigenvalues(grad, ones, tolerance=1e-2)
    assert 1e-6 < np.linalg.norm(quadratic(1, 0.9).grad(v) - value * v) <= 1e-2 * value  # what it promises, no more


def test_without_an_end_in_sight_it_takes_a_hundred_steps():
    calls = []
    top_eigenvalues(lambda x: calls.append(1) or saddle().grad(x), np.ones(2))  # its eigenvalues are 1 and −1
    assert len(calls) == 2 * 100


def test_the_default_tolerance_is_a_thousandth():
    def steps(**tolerance):
        calls = []
        top_eigenvalues(lambda x: calls.append(1) or quadratic(1, 0.9).grad(x), np.ones(2), **tolerance)
        return len(calls)

    assert steps(tolerance=1e-4) > steps() == steps(tolerance=1e-3) > steps(tolerance=1e-2)


def test_the_seed_decides_where_it_starts():
    start = [top_eigenvalues(rosenbrock().grad, np.ones(2), steps=1, **s)[1] for s in ({}, {"seed": 0}, {"seed": 1})]
    assert np.array_equal(start[0], start[1])
    assert not np.array_equal(start[0], start[2])
    np.testing.assert_allclose(np.linalg.norm(start, axis=-1), 1)


def test_a_vector_of_any_length_is_normalised_even_of_length_one():
    """Each step of the iteration is one long, whatever the eigenvalue: 1, or −1, or 1e-6."""
    for lam in (1.0, -1.0, 1e-6):
        (value,), [v] = top_eigenvalues(quadratic(lam, lam / 2).grad, np.ones(2), tolerance=1e-6)
        assert value == pytest.approx(lam, rel=1e-9)
        assert np.linalg.norm(v) == pytest.approx(1)


def test_the_tolerance_is_a_share_of_the_eigenvalue():
    def steps(scale):
        calls = []
        top_eigenvalues(lambda x: calls.append(1) or quadratic(scale, 0.5 * scale).grad(x), np.ones(2))
        return len(calls)

    assert steps(1e-3) == steps(1.0) == steps(1e3)


def test_where_the_loss_is_flat_the_eigenvalue_is_zero():
    calls = []
    values, v = top_eigenvalues(lambda x: calls.append(1) or 0 * x, np.ones(3))
    assert values.tolist() == [0]
    assert len(calls) == 2  # there is nothing to look for
    assert np.isfinite(v).all()


def test_sharpness_is_not_invariant_under_rescaling_a_relu_network():
    """Dinh et al. (2017): the same function, another largest eigenvalue."""
    net = MLP([3, 5, 4], activation="relu")
    problem = net.bind(X, Y)
    theta = net.start(0)
    w1, b1, w2, b2 = net.unpack(theta)
    scaled = net.pack([3 * w1, 3 * b1, w2 / 3, b2])
    np.testing.assert_allclose(problem.f(scaled), problem.f(theta), rtol=1e-12)
    before, after = (top_eigenvalues(problem.grad, t)[0] for t in (theta, scaled))
    assert after > 2 * before


# --- slices ------------------------------------------------------------------------------------------------------


def test_each_unit_of_a_normalised_direction_is_as_long_as_that_of_theta():
    theta, d = RNG.standard_normal((2, *THETA.shape))
    scaled = filter_normalised(d, theta, NET.shapes)
    for before, after, w in zip(NET.unpack(d), NET.unpack(scaled), NET.unpack(theta), strict=True):
        if w.shape[-2] == 1:
            assert not after.any()
            continue
        np.testing.assert_allclose(np.linalg.norm(after, axis=-2), np.linalg.norm(w, axis=-2))
        cosine = (before * after).sum(-2) / np.linalg.norm(before, axis=-2) / np.linalg.norm(after, axis=-2)
        np.testing.assert_allclose(cosine, 1)
    tensors = filter_normalised(torch.tensor(d), torch.tensor(theta), NET.shapes)
    np.testing.assert_allclose(tensors, scaled)
    assert np.array_equal(filter_normalised(0 * d, theta, NET.shapes), 0 * d)


def test_weights_from_a_single_input_are_no_biases():
    net = MLP([1, 3, 2])
    theta, d = net.start(0), RNG.standard_normal(net.P)
    w1, b1, _, b2 = net.unpack(filter_normalised(d, theta, net.shapes))
    np.testing.assert_allclose(abs(w1), abs(net.unpack(theta)[0]))
    assert not b1.any()
    assert not b2.any()


def test_slices_of_a_rescaled_relu_network_are_the_same_if_normalised():
    net = MLP([3, 5, 4], activation="relu")
    problem, theta, d = net.bind(X, Y), net.start(0), RNG.standard_normal(NET.P)
    w1, b1, w2, b2 = net.unpack(theta)
    scaled = net.pack([7 * w1, 7 * b1, w2 / 7, b2])
    ours, theirs = (slice_1d(problem.f, t, filter_normalised(d, t, net.shapes))[1] for t in (theta, scaled))
    np.testing.assert_allclose(ours, theirs, rtol=1e-9)
    assert not np.allclose(slice_1d(problem.f, theta, d)[1], slice_1d(problem.f, scaled, d)[1], rtol=0.1)


def test_a_slice_of_a_bowl_is_a_parabola():
    bowl, x, d = quadratic(1, 4), np.array([1.0, -1.0]), np.array([0.5, 2.0])
    a, losses = slice_1d(bowl.f, x, d, span=3, n=61)
    assert a[[0, 30, -1]].tolist() == [-3, 0, 3]
    np.testing.assert_allclose(losses, ((1 + 0.5 * a) ** 2 + 4 * (-1 + 2 * a) ** 2) / 2)
    assert slice_1d(bowl.f, x, d)[0].tolist() == np.linspace(-1, 1, 51).tolist()
    assert slice_1d(bowl.f, x, d, n=2)[0].tolist() == [-1, 1]


def test_a_plane_has_a_row_for_each_b():
    bowl, x = quadratic(1, 4), np.array([1.0, -1.0])
    a, b, losses = slice_2d(bowl.f, x, ([1.0, 0.0], [0.0, 1.0]), span=2, n=5)
    assert a.tolist() == b.tolist() == [-2, -1, 0, 1, 2]
    np.testing.assert_allclose(losses, ((1 + a) ** 2 + 4 * (-1 + b[:, None]) ** 2) / 2)
    a, b, losses = slice_2d(bowl.f, x, np.eye(2))
    assert losses.shape == (25, 25)
    assert (a[0], a[-1]) == (b[0], b[-1]) == (-1, 1)
    assert slice_2d(bowl.f, x, np.eye(2), n=2)[2].shape == (2, 2)


def test_more_points_than_a_block_and_tensors():
    points = torch.tensor(THETA[0])
    f = NET.bind(torch.tensor(X), torch.tensor(Y)).f
    a, losses = slice_1d(f, points, torch.ones(NET.P, dtype=torch.float64), n=131)
    assert isinstance(losses, np.ndarray)
    np.testing.assert_allclose(losses, [PROBLEM.f(THETA[0] + step) for step in a], rtol=1e-12)
    ours = slice_2d(PROBLEM.f, THETA[0], (THETA[1], THETA[2]), n=3)[2]
    np.testing.assert_allclose(slice_2d(f, points, tuple(torch.tensor(THETA[1:])), n=3)[2], ours)


def test_the_way_from_one_solution_to_another():
    s, losses = interpolate(PROBLEM.f, THETA[0], THETA[1], n=5)
    assert s.tolist() == [0, 0.25, 0.5, 0.75, 1]
    np.testing.assert_allclose(losses[[0, -1]], PROBLEM.f(THETA[:2]))
    np.testing.assert_allclose(losses[1], PROBLEM.f(0.75 * THETA[0] + 0.25 * THETA[1]))
    assert len(interpolate(PROBLEM.f, THETA[0], THETA[1])[0]) == 51
    assert len(interpolate(PROBLEM.f, THETA[0], THETA[1], n=2)[0]) == 2


@given(a=vectors(2), b=vectors(2))
def test_a_convex_loss_has_no_barrier(a, b):
    assert barrier(interpolate(quadratic(1, 10).f, a, b)[1]) == pytest.approx(0, abs=1e-9)


def test_the_height_of_a_barrier_is_above_the_line_between_the_ends():
    assert barrier([1, 5, 3]) == 3
    assert barrier([1, 5]) == 0
    assert barrier([1, 2, 7, 4]) == pytest.approx(4)
    assert barrier([[1, 0], [5, -1], [3, 0]]).tolist() == [3, 0]
    # Between the two wells of x⁴ − 2x², at ±1, lies a hill of height 1.
    _, losses = interpolate(lambda x: (x**4 - 2 * x**2).sum(-1), [-1.0], [1.0])
    assert barrier(losses) == pytest.approx(1)


# --- two networks ------------------------------------------------------------------------------------------------

DEEP = MLP([3, 4, 5, 2], activation="relu")
ORDERS = [[2, 0, 3, 1], [4, 1, 0, 2, 3]]


@pytest.mark.parametrize("form", [np.asarray, torch.tensor])
def test_units_in_another_order_are_the_same_network(form):
    theta, inputs = form(DEEP.start(range(2))), form(X)
    other = permuted(theta, ORDERS, DEEP.shapes)
    assert type(other) is type(theta)
    assert not np.allclose(other, theta)
    np.testing.assert_allclose(DEEP.outputs(other, inputs), DEEP.outputs(theta, inputs), atol=1e-12)
    before, after = (DEEP.hidden(t, inputs) for t in (theta, other))
    for (_, a), (_, b), order in zip(before, after, ORDERS, strict=True):
        np.testing.assert_allclose(b, a[..., order])


@pytest.mark.parametrize("form", [np.asarray, torch.tensor])
def test_a_network_is_matched_with_its_own_shuffle(form):
    theta = form(DEEP.start(0))
    ours = matched(theta, permuted(theta, ORDERS, DEEP.shapes), DEEP.shapes)
    assert type(ours) is type(theta)
    np.testing.assert_array_equal(ours, theta)


def test_no_other_order_of_the_units_is_more_alike():
    """The second source: all 120 orders of five units."""
    for seed in range(5):
        theta, other = NET.start([seed, seed + 10])
        theta[-30:], other[-30:] = RNG.standard_normal((2, 30))  # biases count, too
        every = [permuted(other, [order], NET.shapes) for order in permutations(range(5))]
        best = max(every, key=lambda one: theta @ one)
        np.testing.assert_array_equal(matched(theta, other, NET.shapes), best)


def test_layers_are_matched_until_no_single_layer_gains():
    for seed in range(5):
        theta, other = DEEP.start([seed, seed + 10])
        ours = matched(theta, other, DEEP.shapes)
        for first in permutations(range(4)):
            assert theta @ permuted(ours, [first, range(5)], DEEP.shapes) <= theta @ ours + 1e-12
        for second in permutations(range(5)):
            assert theta @ permuted(ours, [range(4), second], DEEP.shapes) <= theta @ ours + 1e-12


# --- basins ------------------------------------------------------------------------------------------------------


def test_each_minimum_is_reached_from_near_it():
    surface = himmelblau()
    starts = surface.minima + 0.1 * RNG.standard_normal((5, 4, 2))
    assert np.array_equal(basins(surface.grad, starts, sgd, surface.minima, lr=0.01), np.tile(range(4), (5, 1)))
    assert basins(surface, starts[0], backtracking, surface.minima[::-1], steps=200).tolist() == [3, 2, 1, 0]
    moved = starts[:, [1, 2, 3, 0]]
    assert np.array_equal(basins(surface.grad, moved, sgd, surface.minima, lr=0.01), np.tile([1, 2, 3, 0], (5, 1)))


def test_a_descent_has_a_thousand_steps_to_come_within_a_thousandth():
    calls = []
    starts = [[1.0011, 0.0], [1.0009, 0.0]]
    assert basins(lambda x: calls.append(1) or 0 * x, starts, sgd, [[1.0, 0.0]]).tolist() == [-1, 0]
    assert len(calls) == 1000


def test_who_has_not_arrived_is_in_no_basin():
    bowl = quadratic(1, 1)
    starts = [[4.0, 0.0], [0.5, 0.0], [np.nan, 0.0]]
    assert basins(bowl.grad, starts, sgd, [[0.0, 0.0]], steps=2, tolerance=1.0, lr=0.5).tolist() == [0, 0, -1]
    assert basins(bowl.grad, [starts], sgd, [[0.0, 0.0]], steps=2, tolerance=1.0, lr=0.5).tolist() == [[0, 0, -1]]
    assert basins(bowl.grad, starts, sgd, [[0.0, 0.0]], steps=1, tolerance=1.0, lr=0.5).tolist() == [-1, 0, -1]
    assert basins(bowl.grad, starts, sgd, [[0.0, 0.0]], lr=3.0).tolist() == [-1, -1, -1]  # diverged
    tensors = torch.tensor(starts, dtype=torch.float64)
    assert basins(bowl.grad, tensors, sgd, [[0.0, 0.0]], steps=2, tolerance=1.0, lr=0.5).tolist() == [0, 0, -1]


# --- types, and what f returns -------------------------------------------------------------------------------------

WRONG_VALUES = [lambda x: (x**2).sum(0), lambda x: (x**2).sum(), lambda x: 1.0, lambda x: x, lambda x: None]


@pytest.mark.parametrize("f", WRONG_VALUES)
@pytest.mark.parametrize("n", [2, 51, 70])  # not 3, as the points have coordinates: no shape would tell
def test_a_slice_has_one_loss_for_each_of_its_points(f, n):
    zero, (one, other, _) = np.zeros(3), np.eye(3)
    for owner, make in {
        "slice_1d": lambda: slice_1d(f, zero, one, n=n),
        "slice_2d": lambda: slice_2d(f, zero, (one, other), n=n),
        "interpolate": lambda: interpolate(f, zero, one, n=n),
    }.items():
        with pytest.raises(
            ValueError, match=rf"^{owner}: f must return shape \({min(n, 64)},\) for x of shape .*, got "
        ):
            make()


@pytest.mark.parametrize("function", [hessian_vector, top_eigenvalues])
def test_a_gradient_has_the_shape_of_its_point(function):
    rest = {"v": np.ones(2)} if function is hessian_vector else {}
    for grad in (quadratic(1, 4).f, lambda x: [1.0, 1.0], lambda x: x[None]):
        with pytest.raises(ValueError, match=r"grad must return the shape of x, \(2,\), got "):
            function(grad, np.ones(2), **rest)


def test_the_losses_of_a_slice_may_be_a_list():
    assert slice_1d(lambda x: x.sum(-1).tolist(), np.zeros(2), np.ones(2), n=3)[1].tolist() == [-2, 0, 2]


@pytest.mark.parametrize("x", [np.array([1.0, -1.0], np.float32), torch.tensor([1.0, -1.0])])
@pytest.mark.parametrize("form", [np.array, torch.tensor])
def test_directions_and_numbers_of_any_type_leave_that_of_the_point(x, form):
    bowl, seen = quadratic(1, 4), set()

    def f(x):
        seen.add((type(x), x.dtype))
        return bowl.f(x)

    def grad(x):
        seen.add((type(x), x.dtype))
        return bowl.grad(x)

    v = form(np.array([0.5, 2.0]))
    rows = form(np.array([[1e-3], [1e-2]]))
    for result, wanted in [
        (hessian_vector(grad, x, v), [0.5, 8]),
        (hessian_vector(grad, x, v, eps=np.float64(1e-2)), [0.5, 8]),
        (hessian_vector(grad, x, v, eps=rows), [[0.5, 8]] * 2),
        (top_eigenvalues(grad, x, shift=np.float64(4))[0], [1]),
        (top_eigenvalues(grad, x[None], shift=form([[4.0]]))[0], [[1]]),
        (filter_normalised(form(np.ones(6)), x[[0, 0, 0, 0, 0, 0]], [(2, 2), (1, 2)]), [1, 1, 1, 1, 0, 0]),
    ]:
        assert type(result) is type(x)
        assert result.dtype == x.dtype
        np.testing.assert_allclose(result, wanted, rtol=1e-2)
    np.testing.assert_allclose(slice_1d(f, x, v, n=3)[1], [bowl.f(x + a * np.array([0.5, 2])) for a in (-1, 0, 1)])
    np.testing.assert_allclose(interpolate(f, x, v, n=2)[1], [2.5, 8.125])
    assert slice_2d(f, x, (v, v), n=3)[2].shape == (3, 3)
    assert seen == {(type(x), x.dtype)}


@pytest.mark.parametrize("size", [1e-170, 1e-30, 1e30, 1e160])
def test_directions_of_any_length(size):
    bowl, x, v = quadratic(1, 4), np.zeros(2), np.array([3.0, 4.0]) * size
    np.testing.assert_allclose(hessian_vector(bowl.grad, x, v) / size, [3, 16], rtol=1e-6)
    steep = quadratic(size, 4 * size)
    np.testing.assert_allclose(top_eigenvalues(steep.grad, x)[0] / size, [4], rtol=1e-3)


def test_of_nan_there_comes_nan():
    """A descent may have ended there: that is no wrong argument."""
    for x in (np.full(2, np.nan), np.array([np.inf, 1.0])):
        values, vectors = top_eigenvalues(quadratic(1, 4).grad, x, k=2)
        assert np.isnan(values).all() and np.isnan(vectors).all()
        assert np.isnan(hessian_vector(quadratic(1, 4).grad, x, np.ones(2))).any()
    grid, _ = top_eigenvalues(quadratic(1, 4).grad, np.array([[np.nan, 1.0], [1.0, 1.0]]))
    np.testing.assert_allclose(grid, [[np.nan], [4]], rtol=1e-3)


@pytest.mark.parametrize(
    "shapes",
    [
        [(2, 2), (2,)],
        [(2, 2), (2, 1)],
        [(2,), (2, 2)],
        [(1, 2), (2, 2)],
        [(3, 2), ()],
        [2, 2, 2],
        [(2, 1), (1, 1), (1, 2), (1, 1)],
    ],
)
def test_layers_are_pairs_of_weights_and_biases(shapes):
    """Those of torch are others: (fan_out, fan_in), (fan_out,)."""
    with pytest.raises(
        ValueError, match=r"^filter_normalised: shapes must be pairs \(fan_in, fan_out\), \(1, fan_out\), "
    ):
        filter_normalised(np.ones(6), np.ones(6), shapes)


# --- functions that spoil, move on, or have a graph --------------------------------------------------------------


@pytest.mark.parametrize("kind", [np.array, lambda x: torch.tensor(x, dtype=torch.float64)])
def test_functions_may_write_into_their_argument_and_use_memory_again(kind):
    H, room = kind([1.0, 10.0]), {}

    def reused(name, value):
        if name not in room or room[name].shape != value.shape:
            room[name] = value + 0
        room[name][...] = value
        return room[name]

    def grad(x):
        x *= H
        return reused("grad", x)

    def f(x):
        x *= x
        return reused("f", (x * H).sum(-1) / 2)

    bowl, x, v = quadratic(1, 10), kind([1.0, 2.0]), kind([3.0, 4.0])
    np.testing.assert_allclose(hessian_vector(grad, x, v), [3, 40], rtol=1e-6)
    np.testing.assert_allclose(top_eigenvalues(grad, x, tolerance=1e-6)[0], [10], rtol=1e-6)
    for n in (65, 130):  # several blocks
        np.testing.assert_allclose(slice_1d(f, x, v, n=n)[1], slice_1d(bowl.f, x, v, n=n)[1])
        np.testing.assert_allclose(interpolate(f, x, v, n=n)[1], interpolate(bowl.f, x, v, n=n)[1])
    np.testing.assert_allclose(slice_2d(f, x, (v, x), n=5)[2], slice_2d(bowl.f, x, (v, x), n=5)[2])
    np.testing.assert_allclose(basins(grad, x[None], sgd, bowl.minima, lr=0.1), [0])
    assert x.tolist() == [1, 2]
    assert v.tolist() == [3, 4]


DROPS = MLP([3, 5, 4], dropout=0.5).bind(X, Y, rng=np.random.default_rng(0))
MOVING = [
    NET.bind(X, Y, batch_size=10).grad,
    DROPS.grad,
    noisy(PROBLEM.grad, 0.1),
    sam(NET.bind(X, Y, batch_size=10).grad),
]


@pytest.mark.parametrize("grad", MOVING)
def test_curvature_is_not_that_of_a_gradient_that_moves_on(grad):
    for run in (lambda: hessian_vector(grad, THETA, THETA), lambda: top_eigenvalues(grad, THETA)):
        with pytest.raises(ValueError, match=r"^(hessian_vector|top_eigenvalues): grad must be a function that stays"):
            run()
    one = grad.draw()
    assert np.array_equal(hessian_vector(one, THETA, THETA), hessian_vector(one, THETA, THETA))


def test_the_curvature_on_one_minibatch():
    rows = minibatch(lambda x, rows: rows, np.arange(30), batch_size=10)(None)
    one = NET.bind(X, Y, batch_size=10).grad.draw()
    alone = NET.bind(X[rows], Y[rows]).grad
    np.testing.assert_allclose(top_eigenvalues(one, THETA)[0], top_eigenvalues(alone, THETA)[0])


def test_slices_of_a_loss_that_moves_on_are_refused():
    theta = THETA[0]
    for f in (slice_1d, interpolate):
        with pytest.raises(ValueError, match=rf"^{f.__name__}: f must be a function that stays"):
            f(DROPS.f, theta, theta)
    with pytest.raises(ValueError, match=r"^slice_2d: f must be a function that stays"):
        slice_2d(DROPS.f, theta, (theta, theta))
    slice_1d(DROPS.f.draw(), theta, theta)


@pytest.mark.parametrize("dtype", [torch.float64, torch.bfloat16])
def test_tensors_with_a_graph_and_types_that_numpy_lacks(dtype):
    bowl = quadratic(1, 10)
    x, v = (torch.tensor(a, dtype=dtype, requires_grad=True) for a in ([1.0, 2.0], [0.0, 1.0]))
    for found in (hessian_vector(bowl.grad, x, v), *top_eigenvalues(bowl.grad, x)):
        assert not found.requires_grad
    for losses in (slice_1d(bowl.f, x, v)[1], interpolate(bowl.f, x, v)[1], slice_2d(bowl.f, x, (v, x), n=3)[2]):
        assert isinstance(losses, np.ndarray)
        assert np.isfinite(losses).all()
    assert barrier(torch.tensor([1.0, 5.0, 3.0], dtype=dtype, requires_grad=True)) == 3
    assert basins(bowl, x[None], sgd, bowl.minima, lr=0.1).tolist() == [0]


# --- wrong arguments ---------------------------------------------------------------------------------------------

BOWL = quadratic(1, 10)
V = {"grad": BOWL.grad, "x": np.ones(2), "v": np.ones(2)}
TOP = {"grad": BOWL.grad, "x": np.ones(2)}
DIRECTION = {"direction": np.ones(6), "theta": np.ones(6), "shapes": [(2, 2), (1, 2)]}
LINE = {"f": BOWL.f, "theta": np.ones(2), "direction": np.ones(2)}
PLANE = {"f": BOWL.f, "theta": np.ones(2), "directions": np.eye(2)}
WAY = {"f": BOWL.f, "a": np.ones(2), "b": np.zeros(2)}
ENDS = {"problem": BOWL.grad, "starts": np.ones((3, 2)), "rule": sgd, "minima": BOWL.minima}
NO_POINTS = ["here", 3.0, None, [[1.0], [1.0, 2.0]]]
NO_COUNTS = [0, -1, 2.5, "3", None]
SHAPES = [(1, 2), (1, 2), (2, 1), (1, 1)]
SHUFFLE = {"theta": np.ones(7), "orders": [[1, 0]], "shapes": SHAPES}
PAIR = {"theta": np.ones(7), "other": np.ones(7), "shapes": SHAPES}
BAD_INPUT = [
    *((f, right | {"grad": wrong}, "grad") for f, right in ((hessian_vector, V), (top_eigenvalues, TOP))
      for wrong in (None, BOWL)),
    *((basins, ENDS | {"problem": wrong}, "problem") for wrong in (None, 3)),
    *((hessian_vector, V | {name: wrong}, name) for name in "xv" for wrong in NO_POINTS),
    (hessian_vector, V | {"v": np.ones(3)}, "v"),
    *((hessian_vector, V | {"eps": wrong}, "eps") for wrong in (0, -1e-3, np.nan, [1.0], "small")),
    *((top_eigenvalues, TOP | {"x": wrong}, "x") for wrong in NO_POINTS),
    *((top_eigenvalues, TOP | {"k": wrong}, "k") for wrong in [*NO_COUNTS, 3]),
    (top_eigenvalues, TOP | {"x": np.ones((5, 2)), "k": 3}, "k"),
    *((top_eigenvalues, TOP | {"steps": wrong}, "steps") for wrong in NO_COUNTS),
    *((top_eigenvalues, TOP | {"seed": wrong}, "seed") for wrong in (-1, 0.5, None)),
    *((top_eigenvalues, TOP | {"tolerance": wrong}, "tolerance") for wrong in (-1e-3, np.nan, "fine")),
    *((top_eigenvalues, TOP | {"shift": wrong}, "shift") for wrong in (np.nan, np.inf, "up")),
    *((filter_normalised, DIRECTION | {name: wrong}, name) for name in ("direction", "theta") for wrong in NO_POINTS),
    (filter_normalised, DIRECTION | {"direction": np.ones(5)}, "direction"),
    *((filter_normalised, DIRECTION | {"shapes": wrong}, "shapes")
      for wrong in ([(2, 2)], [(2, 4)], [6], [], None, [(1, 2, 3)])),
    *((f, right | {"f": wrong}, "f") for f, right in ((slice_1d, LINE), (slice_2d, PLANE), (interpolate, WAY))
      for wrong in (None, 3.0)),
    *((slice_1d, LINE | {"theta": wrong}, "theta") for wrong in [*NO_POINTS, np.ones((1, 2))]),
    *((slice_1d, LINE | {"direction": wrong}, "direction") for wrong in [*NO_POINTS, np.ones((1, 2))]),
    (slice_1d, LINE | {"direction": np.ones(3)}, "direction"),
    *((slice_2d, PLANE | {"theta": wrong}, "theta") for wrong in [*NO_POINTS, np.ones((1, 2))]),
    *((slice_2d, PLANE | {"directions": wrong}, "directions")
      for wrong in (np.ones((3, 2)), np.eye(2)[:1], np.ones((2, 3)), None, 3.0, ([1.0, 0.0], [1.0]), ("x", [1.0]))),
    *((f, right | {"span": wrong}, "span") for f, right in ((slice_1d, LINE), (slice_2d, PLANE))
      for wrong in (0, -1.0, np.nan, np.inf, "wide")),
    *((f, right | {"n": wrong}, "n") for f, right in ((slice_1d, LINE), (slice_2d, PLANE), (interpolate, WAY))
      for wrong in [*NO_COUNTS, 1]),
    *((interpolate, WAY | {name: wrong}, name) for name in "ab" for wrong in NO_POINTS),
    (interpolate, WAY | {"b": np.zeros(3)}, "b"),
    *((barrier, {"losses": wrong}, "losses") for wrong in ([], [1.0], 3.0, "high")),
    *((permuted, SHUFFLE | {"theta": wrong}, "theta") for wrong in NO_POINTS),
    *((permuted, SHUFFLE | {"orders": wrong}, "orders")
      for wrong in ([], [[0, 0]], [[0, 1], [0, 1]], [[0, 2]], [[0.5, 1.0]], [0, 1], None, 3)),
    (permuted, SHUFFLE | {"shapes": [(2, 2)]}, "shapes"),
    *((matched, PAIR | {name: wrong}, name) for name in ("theta", "other") for wrong in NO_POINTS),
    (matched, PAIR | {"other": np.ones(3)}, "other"),
    (matched, PAIR | {"shapes": [(2, 2)]}, "shapes"),
    *((basins, ENDS | {"steps": wrong}, "steps") for wrong in NO_COUNTS),
    *((basins, ENDS | {"starts": wrong}, "starts") for wrong in ("here", 3.0, None)),
    *((basins, ENDS | {"rule": wrong}, "rule") for wrong in (None, "sgd")),
    *((basins, ENDS | {"minima": wrong}, "minima")
      for wrong in (np.zeros(2), np.zeros((1, 1)), np.zeros((1, 1, 2)), np.zeros((1, 3)), np.zeros((0, 2)), "there")),
    *((basins, ENDS | {"tolerance": wrong}, "tolerance") for wrong in (-1.0, np.nan)),
]  # fmt: skip


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (
            lambda: top_eigenvalues(BOWL.grad, np.ones((5, 2)), 3),
            "k must be at most the number of entries of x, 2, got 3",
        ),
        (lambda: hessian_vector(BOWL.grad, np.ones((5, 2)), np.ones(3)), r"v must have 2 entries, got shape \(3,\)"),
        (lambda: slice_1d(BOWL.f, np.ones((1, 2)), np.ones(2)), r"theta must be a vector, got shape \(1, 2\)"),
    ],
)
def test_messages_name_the_number_that_is_wanted(call, message):
    with pytest.raises(ValueError, match=message):
        call()
