"""Differences against derivatives known by formula, by automatic differentiation, and by the theory of their errors."""

import numpy as np
import pytest
import torch
from bad_input import test_bad_input_is_named  # noqa: F401
from hypothesis import given
from hypothesis import strategies as st
from strategies import SURFACES, vectors

from gradlab.descend import descend
from gradlab.differences import (
    directional_derivative,
    kinks,
    noise_level,
    numerical_grad,
    relative_error,
    weight_difference,
)
from gradlab.mlp import MLP
from gradlab.oracles import Stochastic
from gradlab.rules import adam, momentum, sgd
from gradlab.surfaces import quadratic, rosenbrock

METHODS = ["forward", "central", "complex"]

each_surface = pytest.mark.parametrize("surface", SURFACES, ids=lambda surface: surface.name)
each_method = pytest.mark.parametrize("method", METHODS)


def wave(x):
    """Smooth, not even, not a polynomial; for arrays of complex numbers too, and tensors."""
    return (np.exp(np.sin(x)) if isinstance(x, np.ndarray) else x.sin().exp()).sum(-1)


def slope(x):
    return np.cos(x) * np.exp(np.sin(x))


# --- the gradient ------------------------------------------------------------------------------------------------


@each_surface
@each_method
@given(data=st.data())
def test_the_gradient_of_each_surface(surface, method, data):
    x = data.draw(vectors(3, len(surface.start), bound=2))
    exact = surface.grad(x)
    tolerance = {"forward": 1e-4, "central": 1e-6, "complex": 1e-12}[method]
    ours = numerical_grad(surface.f, x, method)
    assert ours.shape == x.shape
    np.testing.assert_allclose(ours, exact, atol=tolerance * (1 + abs(exact).max() + abs(surface.f(x)).max()))


def test_the_complex_step_is_exact_to_the_last_digits():
    x = np.linspace(-3, 3, 50)[:, None]
    np.testing.assert_allclose(numerical_grad(wave, x, "complex"), slope(x), rtol=4e-16, atol=1e-16)


@pytest.mark.parametrize(("method", "order"), [("forward", 1), ("central", 2), ("complex", 2)])
def test_the_error_of_the_formula_has_the_order_that_theory_says(method, order):
    x, steps = np.array([0.4]), np.array([1e-1, 1e-2, 1e-3])
    errors = [abs(numerical_grad(wave, x, method, eps=h) - slope(x)).item() for h in steps]
    np.testing.assert_allclose(np.diff(np.log10(errors)), -order, atol=0.1)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("method", ["forward", "central"])
def test_the_default_step_is_at_the_bottom_of_the_v(method, dtype):
    x = np.linspace(0.3, 0.9, 40, dtype=dtype)[:, None]  # the mean over points smooths the V

    def error(**eps):
        return abs(numerical_grad(wave, x, method, **eps).astype(float) - slope(x.astype(float))).mean()

    best = min(error(eps=h) for h in np.geomspace(1e-13, 1, 80))
    assert error() < 5 * best
    assert error(eps=1e-13) > 100 * best  # rounding
    assert error(eps=1.0) > 100 * best  # the formula


def test_the_best_step_of_each_kind():
    asked = []

    def f(x):
        asked.append(x)
        return x.sum(-1)

    u = 2.0**-52
    for method, step in (("forward", u**0.5), ("central", u ** (1 / 3)), ("complex", 1e-20)):
        asked.clear()
        numerical_grad(f, np.array([0.5, -100.0]), method)
        moved = abs(np.array(asked) - [0.5, -100.0]).max(0)
        np.testing.assert_allclose(moved, [step, 100 * step], rtol=1e-6)  # times max(1, |x|)


def test_single_precision_stays_single_and_tensors_stay_tensors():
    x = np.array([0.3, 2.0], np.float32)
    assert numerical_grad(wave, x).dtype == np.float32
    for method in METHODS:
        ours = numerical_grad(wave, torch.tensor(x, dtype=torch.float64), method)
        assert torch.is_tensor(ours)
        np.testing.assert_allclose(ours, slope(x.astype(float)), rtol=1e-6)


def test_f_may_return_a_number_of_pythons():
    x = np.array([0.3, 2.0])
    for method in ("forward", "central"):
        assert numerical_grad(lambda x: float(wave(x)), x, method).tolist() == numerical_grad(wave, x, method).tolist()
    assert directional_derivative(lambda x: float(wave(x)), x, x) == directional_derivative(wave, x, x)


def test_the_default_is_the_central_difference():
    x = np.array([0.3, 2.0])
    assert np.array_equal(numerical_grad(wave, x), numerical_grad(wave, x, "central"))


def test_a_grid_is_its_points_one_by_one():
    x = np.random.default_rng(0).normal(size=(2, 3, 4))
    for method in METHODS:
        alone = [[numerical_grad(wave, point, method) for point in row] for row in x]
        np.testing.assert_allclose(numerical_grad(wave, x, method), alone, rtol=1e-12)


def test_a_grid_of_steps_is_a_v_in_one_call():
    x, steps = np.array([0.3, 2.0]), np.geomspace(1e-10, 0.1, 5)
    for method in METHODS:
        alone = [numerical_grad(wave, x, method, eps=h) for h in steps]
        assert np.array_equal(numerical_grad(wave, x, method, eps=steps[:, None]), alone)


def test_a_network_and_torchs_own_verdict():
    rng = np.random.default_rng(0)
    X, y = rng.standard_normal((8, 3)), rng.integers(0, 2, 8)
    net = MLP([3, 4, 2])
    theta = net.start(0)
    np.testing.assert_allclose(numerical_grad(net.bind(X, y).f, theta), net.grad(theta, X, y), atol=1e-9)
    f = net.bind(torch.tensor(X), torch.tensor(y)).f
    assert torch.autograd.gradcheck(f, torch.tensor(theta, requires_grad=True))


# --- along a direction -------------------------------------------------------------------------------------------


@each_surface
@given(data=st.data())
def test_the_slope_along_a_direction_is_the_gradients_part_in_it(surface, data):
    d = len(surface.start)
    x, u = data.draw(vectors(3, d, bound=2)), data.draw(vectors(d, bound=2))
    exact = surface.grad(x) @ u
    scale = 1 + abs(surface.grad(x)).max() + abs(surface.f(x)).max()
    np.testing.assert_allclose(directional_derivative(surface.f, x, u), exact, atol=1e-6 * scale)


def test_the_length_of_the_direction_counts_but_not_in_the_step():
    asked = []

    def f(x):
        asked.append(x)
        return wave(x)

    x, u = np.array([0.3, -0.2]), np.array([3.0, 4.0])
    short, long = (directional_derivative(f, x, k * u, eps=0.01) for k in (1, 1000))
    assert long == pytest.approx(1000 * short, rel=1e-9)
    np.testing.assert_allclose(asked[0], [0.306, -0.192])
    np.testing.assert_allclose(asked[1], [0.294, -0.208])
    assert directional_derivative(f, x, 0 * u) == 0


def test_the_best_step_along_a_direction():
    asked = []

    def f(x):
        asked.append(x)
        return x.sum(-1)

    directional_derivative(f, np.array([3.0, 4.0]), np.array([0.0, 10.0]))
    np.testing.assert_allclose((asked[0] - asked[1]) / 2, [0, 5 * 2 ** (-52 / 3)], rtol=1e-6)  # times max(1, ‖x‖)


# --- after one step ----------------------------------------------------------------------------------------------


@given(x=vectors(3), lr=st.floats(1e-3, 1))
def test_one_step_of_gradient_descent_gives_its_gradient_away(x, lr):
    bowl = quadratic(1, 2, 3)
    before, after = descend(bowl.grad, x, sgd, 1, lr=lr)
    np.testing.assert_allclose(weight_difference(before, after, lr), bowl.grad(x), atol=1e-10)


def test_weight_differences_are_velocities_or_nearly_signs():
    bowl, lr = quadratic(1, 2), 0.1
    path = descend(bowl.grad, [1.0, -3.0], momentum, 2, lr=lr, beta=0.9)
    velocity = 0.9 * bowl.grad(path[0]) + bowl.grad(path[1])
    np.testing.assert_allclose(weight_difference(path[1], path[2], lr), velocity)
    path = descend(bowl.grad, [1.0, -3.0], adam, 1, lr=lr)
    np.testing.assert_allclose(weight_difference(path[0], path[1], lr), [1, -1], rtol=1e-6)


def test_weight_difference_for_tensors_and_grids():
    before = torch.tensor([[1.0, 2.0], [3.0, 4.0]])
    assert weight_difference(before, before - 0.5, torch.tensor([[0.5], [0.25]])).tolist() == [[1, 1], [2, 2]]


# --- the relative error ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("a", "b", "error"),
    [(1, 1, 0), (1, 2, 0.5), (2, 1, 0.5), (1, -1, 2), (-3, -4, 0.25), (0, 0, 0), (0, 5, 1), (5, 0, 1), (-4, 1, 1.25)],
)
def test_relative_error_by_hand(a, b, error):
    assert relative_error(a, b) == error
    assert relative_error(float(a), b) == error
    assert relative_error(np.array([a, a]), np.array([b, b])).tolist() == [error] * 2
    assert relative_error(torch.tensor([float(a)]), torch.tensor([float(b)])).tolist() == [error]


@given(a=vectors(4), b=vectors(4), scale=st.sampled_from([1e-3, 7.0, 1e30]))
def test_relative_error_is_symmetric_without_units_and_at_most_two(a, b, scale):
    error = relative_error(a, b)
    assert np.array_equal(error, relative_error(b, a))
    assert ((error >= 0) & (error <= 2)).all()
    big = np.maximum(abs(a), abs(b)) > 1e-200  # below, scaling loses digits
    np.testing.assert_allclose(relative_error(scale * a, scale * b)[big], error[big], rtol=1e-9)


def test_relative_error_of_nan_is_nan():
    assert np.isnan(relative_error(np.nan, 1.0))


# --- kinks -------------------------------------------------------------------------------------------------------


def test_kinks_near_and_far():
    def f(x):
        return abs(x).sum(-1) + wave(x)

    x = np.array([0.0, 1e-6, -2e-6, 1e-4, 1.0, -3.0])
    assert kinks(f, x).tolist() == [True, True, True, False, False, False]
    assert kinks(f, x, eps=1e-3).tolist() == [True, True, True, True, False, False]
    assert kinks(f, x, eps=1e-9).tolist() == [True, False, False, False, False, False]
    assert kinks(f, torch.tensor(x)).tolist() == [True, True, True, False, False, False]
    assert kinks(f, np.stack([x, x + 1])).tolist() == [[True, True, True, False, False, False], [False] * 6]


@each_surface
@given(data=st.data())
def test_smooth_surfaces_have_no_kink(surface, data):
    x = data.draw(vectors(4, len(surface.start), bound=2))
    assert not kinks(surface.f, x).any()


def test_at_a_minimum_where_both_slopes_change_sign_there_is_no_kink():
    for surface in (quadratic(1, 1e-3, 1e3), rosenbrock()):
        assert not kinks(surface.f, surface.minima[0]).any()
    assert not kinks(lambda x: (x**4).sum(-1), np.zeros(2)).any()
    assert not kinks(lambda x: 1e6 + wave(x), np.array([0.3, 0.4])).any()  # rounding is no kink


def test_sums_that_cancel_have_no_kink_and_a_slope_hides_none():
    assert not kinks(lambda x: (x * [1, 2, 3.0]).sum(-1), np.array([0.3, 0.3, -0.3])).any()
    assert kinks(lambda x: abs(x).sum(-1) + 1000 * x.sum(-1), np.array([0.0, 0.5])).tolist() == [True, False]


@pytest.mark.parametrize(("away", "kink"), [(0.81, True), (0.825, False), (-0.81, True), (-0.825, False)])
def test_a_kink_is_seen_within_four_fifths_of_the_step(away, kink):
    """At a distance of r h from |x|'s kink D(h) = 2 (1 − r) and D(10 h) = 2 (1 − r / 10): a fifth at r = 40 / 49."""
    h = 2.0**-10
    assert kinks(lambda x: abs(x).sum(-1), np.array([away * h]), eps=h) == [kink]


@pytest.mark.parametrize(
    ("left", "here", "right", "far", "kink"),
    [
        (0.5, 0, 0.5, 25, False),  # D(h) = D(10 h) / 5
        (0.5, 0, 0.5, 24, True),
        (2**52 + 10, 2**52, 2**52 + 10, 2**52, False),  # 20 roundings of f
        (2**52 + 10, 2**52, 2**52 + 11, 2**52, True),
        (1 - 2**26, 0, 1 + 2**26, 0, False),  # the slopes differ in their last half of digits
        (2 - 2**26, 0, 2 + 2**26, 0, True),
    ],
)
def test_how_much_of_a_kink_is_none(left, here, right, far, kink):
    def f(x):
        x = x[..., 0]
        return np.select([x == -1, x == 0, x == 1], [left, here, right], far).astype(float)

    assert kinks(f, np.zeros(1), eps=1.0) == [kink]


def test_the_step_to_a_kink():
    asked = []

    def f(x):
        asked.append(x)
        return x.sum(-1)

    kinks(f, np.zeros(1))
    steps = np.sort(np.abs(asked), axis=None)[1:] * 2 ** (52 / 3)
    np.testing.assert_allclose(steps, [1, 1, 10, 10])


def test_kinks_in_single_precision():
    x = np.array([0.0, 1e-3, 0.5], np.float32)
    assert kinks(lambda x: abs(x).sum(-1) + wave(x), x).tolist() == [True, True, False]


# --- types, and what f returns -------------------------------------------------------------------------------------


@pytest.mark.parametrize("x", [np.ones(2, np.float32), torch.ones(2)])
@pytest.mark.parametrize("form", [np.array, torch.tensor])
def test_steps_and_directions_of_any_type_leave_that_of_x(x, form):
    f = quadratic(1, 4).f
    for eps in (np.float64(0.01), form([[0.01], [0.1]])):
        assert numerical_grad(f, x, eps=eps).dtype == x.dtype
    slope = directional_derivative(f, x, form([3.0, 1.0]), eps=np.float64(0.01))
    assert slope.dtype == x.dtype
    assert slope == pytest.approx(7, rel=1e-3)
    for lr in (np.float64(0.5), form([[0.5], [0.5]])):
        g = weight_difference(x, 0 * x, lr)
        assert type(g) is type(x)
        assert g.dtype == x.dtype
        assert (g == 2).all()


@pytest.mark.parametrize("kind", [np.array, torch.tensor])
def test_f_may_return_a_number_of_python(kind):
    x = kind([0.0, 1.0], dtype=np.float64 if kind is np.array else torch.float64)
    assert kinks(lambda x: float(abs(x).sum()), x).tolist() == [True, False]
    assert directional_derivative(lambda x: float(x @ x), x, [0.0, 1.0]) == pytest.approx(2)
    np.testing.assert_allclose(numerical_grad(lambda x: float(x @ x), x), [0, 2], atol=1e-9)


def test_f_has_one_value_for_each_point():
    x = np.ones((3, 2))
    for owner, make in {
        "kinks": lambda: kinks(lambda x: x.sum(), x),
        "directional_derivative": lambda: directional_derivative(lambda x: x.sum(), x, x),
    }.items():
        with pytest.raises(
            ValueError, match=rf"^{owner}: f must return shape \(3,\) for x of shape \(3, 2\), got float64"
        ):
            make()


def test_a_kink_that_rounding_may_have_made_is_not_seen():
    """By D(h) > D(10 h) / 5 alone both were kinks."""
    for f, found in ((lambda x: 1000 + 1e-7 * abs(x).sum(-1), False), (lambda x: 1000 + 1e-3 * abs(x).sum(-1), True)):
        assert kinks(f, np.array([0.0])).tolist() == [found]


# --- how exact f is ----------------------------------------------------------------------------------------------


def curve(x):
    return np.exp(x).sum(-1)


@pytest.mark.parametrize(
    ("rounded", "low", "high"),
    [
        (lambda value: np.float32(value), 2.0**-27, 2.0**-23),  # a rounding is uniform, its sd half a spacing / √3
        (lambda value: round(float(value), 6), 1e-7, 1e-6),
        (lambda value: 1e8 + value - 1e8, 2e-9, 2e-8),
        (lambda value: value, 1e-17, 3e-15),
    ],
)
def test_the_noise_of_rounding(rounded, low, high):
    for seed in range(20):
        x = np.random.default_rng(seed).normal(size=6)
        scale = curve(x) if high < 1e-15 or low == 2.0**-27 else 1
        assert low * scale <= noise_level(lambda x: rounded(curve(x)), x) <= high * scale


def test_the_noise_of_a_generator_is_its_standard_deviation():
    rng = np.random.default_rng(0)
    found = [noise_level(lambda x: curve(x) + 1e-3 * rng.standard_normal(), np.ones(3), seed=s) for s in range(200)]
    assert 0.6e-3 < np.mean(found) < 1.1e-3  # the second least of four
    assert all(0.2e-3 < noise < 3e-3 for noise in found)


def test_noise_in_single_precision_and_of_tensors():
    x = np.random.default_rng(1).normal(size=5)
    for kind in (np.float32, torch.float32):
        single = x.astype(np.float32) if kind is np.float32 else torch.tensor(x, dtype=torch.float32)
        noise = noise_level(lambda x: (x.exp() if torch.is_tensor(x) else np.exp(x)).sum(-1), single)
        assert 2.0**-27 * curve(x) < noise < 2.0**-22 * curve(x)


def test_there_is_no_noise_where_nothing_changes_and_none_is_known_where_f_is_not_finite():
    assert noise_level(lambda x: 3.0, np.ones(2)) == 0
    assert np.isnan(noise_level(lambda x: np.nan, np.ones(2)))
    assert np.isnan(noise_level(lambda x: np.inf, np.ones(2)))


def test_a_kink_is_no_noise():
    for x in (np.zeros(3), np.array([0.0, 1.0, -1.0]), np.full(3, 1e-5)):
        assert noise_level(lambda x: 5 + abs(x).sum(-1), x) < 1e-14
        assert noise_level(lambda x: 5 + np.maximum(x - 1e-4, 0).sum(-1), x) < 1e-14


def test_the_seed_decides_where_it_looks():
    noise = [noise_level(curve, np.ones(3), **s) for s in ({}, {"seed": 0}, {"seed": 1})]
    assert noise[0] == noise[1] != noise[2]


# --- functions that spoil ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", [np.array, torch.tensor])
@pytest.mark.parametrize("shape", [(2,), (3, 2)])
def test_f_may_write_into_its_argument_and_use_its_memory_again(kind, shape):
    x = kind(np.random.default_rng(0).normal(size=shape))
    out = [kind(np.zeros(shape[:-1]))]

    def spoils(x):
        x *= x
        out[0][...] = x.sum(-1)
        return out[0]

    before = x.tolist()
    for method in ("forward", "central"):
        np.testing.assert_allclose(numerical_grad(spoils, x, method), 2 * x, rtol=1e-6, atol=1e-6)
    np.testing.assert_allclose(directional_derivative(spoils, x, 1 + 0 * x), 2 * x.sum(-1), rtol=1e-6, atol=1e-6)
    assert not kinks(spoils, x).any()
    assert x.tolist() == before


def test_what_is_found_has_no_graph():
    x = torch.ones(2, dtype=torch.float64, requires_grad=True)
    assert not numerical_grad(lambda x: (x**2).sum(-1), x).requires_grad
    assert not directional_derivative(lambda x: (x**2).sum(-1), x, x).requires_grad


# --- wrong arguments ---------------------------------------------------------------------------------------------

GRAD = {"f": wave, "x": np.ones(2)}
ALONG = GRAD | {"u": np.ones(2)}
STEP = {"before": np.ones(2), "after": np.zeros(2), "lr": 0.1}
EACH = ((numerical_grad, GRAD), (directional_derivative, ALONG), (kinks, GRAD))
NO_POINTS = ["here", 3.0, None, [[1.0], [1.0, 2.0]]]
BAD_INPUT = [
    *((f, right | {"f": Stochastic(lambda: wave)}, "f") for f, right in [*EACH, (noise_level, GRAD)]),
    *((noise_level, GRAD | {"f": wrong}, "f") for wrong in (None, 3.0)),
    *((noise_level, GRAD | {"x": wrong}, "x") for wrong in [*NO_POINTS, np.ones((2, 2))]),
    *((noise_level, GRAD | {"seed": wrong}, "seed") for wrong in (-1, 0.5, None)),
    (numerical_grad, GRAD | {"f": lambda x: x}, "f"),
    (numerical_grad, {"f": lambda x: x.sum(), "x": np.ones((3, 2))}, "f"),
    (numerical_grad, GRAD | {"f": lambda x: abs(x).sum(-1), "method": "complex"}, "f"),
    *((f, right | {"f": wrong}, "f") for f, right in EACH
      for wrong in (None, 3.0, "f")),
    *((f, right | {"x": wrong}, "x") for f, right in EACH
      for wrong in NO_POINTS),
    *((f, right | {"eps": wrong}, "eps") for f, right in EACH
      for wrong in (0, -1e-3, np.nan, np.inf, "small")),
    *((numerical_grad, GRAD | {"method": wrong}, "method") for wrong in ("backward", None, 1)),
    *((directional_derivative, ALONG | {"u": wrong}, "u")
      for wrong in [*NO_POINTS, np.ones(3), np.ones(1), np.ones((2, 3))]),
    *((weight_difference, STEP | {name: "here"}, name) for name in ("before", "after")),
    *((weight_difference, STEP | {"after": np.ones(n)}, "after") for n in (1, 3)),
    *((weight_difference, STEP | {"lr": wrong}, "lr") for wrong in (0, -0.1, np.nan, np.inf, "fast", None)),
    *((relative_error, {"a": 1.0, "b": 1.0} | {name: wrong}, name) for name in "ab" for wrong in ("one", None)),
]  # fmt: skip


def test_wrong_shapes_are_told_with_the_right_one():
    x = np.ones((3, 2))
    with pytest.raises(ValueError, match=r"f must return shape \(3,\), got \(\)$"):
        numerical_grad(lambda x: x.sum(), x)
    with pytest.raises(ValueError, match=r"u must have 2 entries, got shape \(3, 4\)$"):
        directional_derivative(wave, x, np.ones((3, 4)))
