"""Surfaces: gradients against automatic differentiation, minima against what is known of them."""

import numpy as np
import pytest
import torch
from bad_input import test_bad_input_is_named  # noqa: F401
from hypothesis import given
from hypothesis import strategies as st
from strategies import SURFACES

from gradlab import rules, surfaces
from gradlab.descend import descend
from gradlab.schedules import cosine

each_surface = pytest.mark.parametrize("surface", SURFACES, ids=lambda s: s.name)


@each_surface
@given(data=st.data())
def test_gradient_is_the_derivative_of_f(surface, data):
    points = st.tuples(*(st.floats(low, high) for low, high in surface.frame))
    x = torch.tensor(data.draw(points), dtype=torch.float64, requires_grad=True)
    surface.f(x).backward()
    np.testing.assert_allclose(surface.grad(x.detach().numpy()), x.grad, rtol=1e-9, atol=1e-9)


@each_surface
def test_leading_axes_are_a_grid(surface):
    d = len(surface.start)
    x = np.random.default_rng(0).normal(size=(2, 3, d))
    assert surface.f(x).shape == (2, 3)
    assert surface.grad(x).shape == (2, 3, d)
    np.testing.assert_allclose(surface.f(x)[1, 2], surface.f(x[1, 2]), rtol=1e-12)
    np.testing.assert_allclose(surface.grad(x)[1, 2], surface.grad(x[1, 2]), rtol=1e-12)


@each_surface
def test_tensors_of_single_precision_stay_what_they_are(surface):
    x = torch.tensor(surface.start, dtype=torch.float32)
    for function in (surface.f, surface.grad):
        value = function(x)
        assert value.dtype == torch.float32
        np.testing.assert_allclose(value, function(surface.start), rtol=1e-4, atol=1e-4)


@each_surface
def test_x_is_not_modified(surface):
    x = surface.start.copy()
    x.flags.writeable = False
    surface.f(x), surface.grad(x)


@each_surface
def test_minima_are_minima(surface):
    """The gradient is zero there and the Hessian, from differences of it, positive definite."""
    for x in surface.minima:
        np.testing.assert_allclose(surface.grad(x), 0, atol=1e-9)
        step = 1e-5 * np.eye(len(x))
        hessian = (surface.grad(x + step) - surface.grad(x - step)) / 2e-5
        assert (np.linalg.eigvalsh(hessian) > 0).all()


@each_surface
def test_minima_are_all_different_and_the_best_comes_first(surface):
    assert (np.diff(surface.f(surface.minima)) >= -1e-12).all()
    for i, x in enumerate(surface.minima):
        assert (np.abs(surface.minima[:i] - x).max(1, initial=0) > 1e-3).all()


@each_surface
def test_frame_shows_the_minima_and_the_start(surface):
    low, high = np.transpose(surface.frame)
    for x in (surface.start, *surface.minima):
        assert (low < x).all()
        assert (x < high).all()


@pytest.mark.parametrize(
    ("surface", "minima", "best"),
    [
        (surfaces.quadratic(1, 100), 1, 0),
        (surfaces.quadratic(1, 0), 0, None),
        (surfaces.quadratic(1, -1), 0, None),
        (surfaces.saddle(), 0, None),
        (surfaces.rosenbrock(), 1, 0),
        (surfaces.beale(), 1, 0),
        (surfaces.himmelblau(), 4, 0),
        (surfaces.six_hump_camel(), 6, -1.0316284534898774),
    ],
    ids=lambda value: getattr(value, "name", ""),
)
def test_known_minima(surface, minima, best):
    assert surface.minima.shape == (minima, len(surface.start))
    if best is not None:
        assert surface.f(surface.minima[0]) == pytest.approx(best, abs=1e-14)


def test_values_worked_by_hand():
    """One value each, where no term vanishes: autograd cannot tell whether f itself is right."""
    point = np.array([2.0, -1.0])
    assert surfaces.quadratic(3, 4).f(point) == (3 * 4 + 4 * 1) / 2
    assert surfaces.saddle().f(point) == 1.5
    assert surfaces.rosenbrock().f(point) == 1 + 100 * 25
    assert surfaces.beale().f(point) == (1.5 - 4) ** 2 + (2.25 - 0) ** 2 + (2.625 - 4) ** 2
    assert surfaces.himmelblau().f(point) == 64 + 16
    assert surfaces.six_hump_camel().f(point) == pytest.approx((4 - 8.4 + 16 / 3) * 4 - 2 + 0)


def test_minima_of_himmelblau_and_of_the_camel_are_equally_good():
    himmelblau, camel = surfaces.himmelblau(), surfaces.six_hump_camel()
    np.testing.assert_allclose(himmelblau.f(himmelblau.minima), 0, atol=1e-20)
    heights = camel.f(camel.minima)
    np.testing.assert_allclose(heights[::2], heights[1::2])  # f(−x) = f(x)
    assert len(np.unique(heights.round(6))) == 3


def test_a_well_worked_by_hand():
    x = np.array([1.0, 1.0])
    shallow = surfaces.wells([[1, 0]], depths=[2], widths=[0.5])  # on a floor of 0.1
    assert shallow.f(x) == pytest.approx(0.05 * 2 - 2 * np.exp(-1 / 0.5))
    pit = surfaces.wells([[1, 0]], depths=[2], widths=[0.5], floor=0.3)
    assert pit.f(x) == pytest.approx(0.15 * 2 - 2 * np.exp(-1 / 0.5))
    assert pit.grad(x) == pytest.approx([0.3, 0.3 + 2 * np.exp(-2) * 1 / 0.25])


def test_wells_lie_near_their_centres_the_deepest_first():
    centres = np.array([[-2.0, 0], [2, 0], [0, 2]])
    surface = surfaces.wells(centres, depths=[1, 3, 2], widths=[0.3, 0.4, 0.5])
    np.testing.assert_allclose(surface.minima, centres[[1, 2, 0]], atol=0.1)


def test_wells_that_merge_have_one_minimum():
    assert len(surfaces.wells([[-0.1], [0.1]], depths=[1, 1], widths=[1, 1]).minima) == 1


@given(
    wells=st.lists(
        st.tuples(st.floats(-2, 2), st.floats(-2, 2), st.floats(0.1, 2), st.floats(0.1, 1.5)), min_size=1, max_size=3
    ),
    floor=st.sampled_from([0, 0.1]),
)
def test_the_minima_found_for_any_wells_are_minima(wells, floor):
    x, y, depths, widths = np.transpose(wells)
    surface = surfaces.wells(np.stack([x, y], -1), depths, widths, floor)
    assert 1 <= len(surface.minima) <= len(wells)
    np.testing.assert_allclose(surface.grad(surface.minima), 0, atol=1e-12)
    near = surface.minima[:, None] + 1e-2 * np.array([[1, 0], [-1, 0], [0, 1], [0, -1]])
    assert (surface.f(near) > surface.f(surface.minima)[:, None]).all()


def test_wells_near_each_other_are_told_apart():
    surface = surfaces.wells([[-0.4], [0.4]], depths=[1, 2], widths=[0.1, 0.1])
    np.testing.assert_allclose(surface.minima, [[0.4], [-0.4]], atol=0.01)


def test_a_well_as_flat_as_can_be_has_its_minimum():
    assert surfaces.wells([[1.0]], depths=[0.1], widths=[1]).minima.shape == (1, 1)  # curvature about 0.2


def test_a_narrow_well_in_a_wide_one_has_its_minimum():
    """Newton's method alone, without care to go down, never arrives from this centre."""
    surface = surfaces.wells([[-0.3], [0.3]], depths=[1.6, 1.0], widths=[1.1, 0.2])
    np.testing.assert_allclose(surface.minima, [[0.25]], atol=0.05)


@pytest.mark.parametrize("order", [[0, 1, 2], [2, 0, 1]])
@pytest.mark.parametrize("depth", [0.2, 1])
def test_a_centre_on_a_hilltop_is_no_minimum(depth, order):
    centres, depths, widths = np.array([[-1.0], [1], [0]]), np.array([depth, depth, 1e-3]), np.array([0.6, 0.6, 0.3])
    surface = surfaces.wells(centres[order], depths[order], widths[order])
    assert surface.grad(np.zeros(1)) == 0
    np.testing.assert_allclose(abs(surface.minima), 1, atol=0.2)
    assert len(surface.minima) == 2


def test_a_centre_on_a_pass_is_no_minimum():
    surface = surfaces.wells([[0, 0], [-1, 0], [1, 0]], depths=[1e-3, 1, 1], widths=[0.3, 0.6, 0.6])
    assert surface.grad(np.zeros(2)).tolist() == [0, 0]
    assert len(surface.minima) == 2


def test_a_well_too_shallow_for_the_bowl_leaves_only_the_minima_there_are():
    surface = surfaces.wells([[0, 0], [3, 0]], depths=[1, 1e-3], widths=[0.5, 0.5], floor=1.0)
    assert len(surface.minima) == 1
    assert np.abs(surface.minima).max() < 0.01


@pytest.mark.parametrize(
    ("surface", "frame", "start"),
    [
        (surfaces.quadratic(1, 9, 4), [(-2.5, 2.5)] * 3, [2, 2, 2]),
        (surfaces.saddle(), [(-2, 2), (-2, 2)], [1.5, 1e-3]),
        (surfaces.rosenbrock(), [(-2, 2), (-1, 3)], [-1.5, 2]),
        (surfaces.beale(), [(-4.5, 4.5), (-4.5, 4.5)], [1, 1.5]),
        (surfaces.himmelblau(), [(-5, 5), (-5, 5)], [0, 0]),
        (surfaces.six_hump_camel(), [(-2.2, 2.2), (-1.3, 1.3)], [1.9, 1.1]),
        # Two of the larger width beyond the furthest centre; off the first centre by its width.
        (surfaces.wells([[1, 2], [-5, 0], [0, 1]], [1, 1, 1], [0.5, 0.75, 0.25]), [(-6.5, 6.5)] * 2, [1.5, 2.5]),
        # The best slope is 2: three to either side and one more; from no slope at all.
        (surfaces.least_squares([[1.0], [2.0]], [2.0, 4.0]), [(-2, 6)], [0]),
    ],
    ids=lambda value: getattr(value, "name", ""),
)
def test_window_and_start(surface, frame, start):
    """Figures rest on these: whoever changes one redraws chapters."""
    np.testing.assert_allclose(surface.frame, frame)
    assert surface.start.tolist() == start


def test_a_surface_is_not_changed_and_equals_only_itself():
    surface = surfaces.saddle()
    with pytest.raises(AttributeError):
        surface.name = "pass"
    assert surface in {surface: "can be hashed"}
    assert surface != surfaces.saddle()


def test_least_squares_is_least_where_numpy_says():
    X, y = np.random.default_rng(1).normal(size=(20, 3)), np.arange(20.0)
    surface = surfaces.least_squares(X, y)
    best, (residual,), *_ = np.linalg.lstsq(X, y)
    np.testing.assert_allclose(surface.minima, [best])
    assert surface.f(best) == pytest.approx(residual / 40)
    theta = np.array([1.0, -2.0, 0.5])
    np.testing.assert_allclose(surface.grad(theta), X.T @ (X @ theta - y) / 20)


def test_least_squares_by_hand():
    # The line y = 2x through (1, 2), (2, 4), at slope 1: J = (1 + 4) / 4, J' = −(1·1 + 2·2) / 2.
    line = surfaces.least_squares([[1.0], [2.0]], [2.0, 4.0])
    assert line.minima == pytest.approx(np.array([[2.0]]))
    assert line.f(np.array([1.0])) == 1.25
    assert line.grad(np.array([1.0])).tolist() == [-2.5]


# What a point may be.


@each_surface
@pytest.mark.parametrize("dtype", [bool, np.uint8, np.int8, np.int64, torch.bool, torch.uint8, torch.int64])
def test_integers_are_taken_for_floats(surface, dtype):
    point = np.resize([1, 0] if dtype in (bool, torch.bool) else [3, 7, 1], (2, len(surface.start)))
    x = point.astype(dtype) if isinstance(dtype, type) else torch.tensor(point).to(dtype)
    for function in (surface.f, surface.grad):
        np.testing.assert_allclose(function(x), function(point.astype(float)), rtol=1e-5, atol=1e-5)


def test_values_at_integers_by_hand():
    bowl = surfaces.quadratic(0.5, 2)
    assert bowl.f(np.array([3, 1])) == 3.25
    assert bowl.grad(np.array([3, 1])).tolist() == [1.5, 2]
    line = surfaces.least_squares([[1.0, 0.5], [1.0, 1.5], [1.0, 2.5]], [1.25, 2.25, 3.25])
    assert line.f(np.array([1, 1])) == 0.03125
    assert line.grad(np.array([1, 1])).tolist() == [0.25, 0.375]


@each_surface
def test_a_point_may_be_a_list_or_of_half_precision(surface):
    x = surface.start.round(2)
    half = np.float16(x)
    for function in (surface.f, surface.grad):
        assert np.array_equal(function(x.tolist()), function(x))
        assert function(half).dtype == np.float32
        np.testing.assert_allclose(function(half), function(half.astype(float)), rtol=1e-5)


def test_half_precision_has_no_room_for_squares():
    assert surfaces.quadratic(1).f(np.array([300], np.float16)) == 45_000
    assert surfaces.quadratic(2).f(torch.tensor([300], dtype=torch.float16)) == 90_000


@each_surface
@pytest.mark.parametrize("kind", [np.asarray, torch.tensor])
def test_the_number_of_coordinates_must_be_right(surface, kind):
    d, owner = len(surface.start), surface.name.replace("-", " ").replace(" ", "_")
    for name in ("f", "grad"):
        for shape in ((), (d + 1,), (d - 1,), (d, d + 1)):
            wanted = rf"x must have {d} coordinates along its last axis, got shape \({', '.join(map(str, shape))},?\)"
            with pytest.raises(ValueError, match=rf"^{owner}\.{name}: {wanted}$"):
                getattr(surface, name)(kind(np.ones(shape)))


@each_surface
@pytest.mark.parametrize("x", ["ab", None, [[1.0], [1.0, 2.0]], [1j, 2], {}])
def test_a_point_is_made_of_numbers(surface, x):
    with pytest.raises(ValueError, match=r"\.f: x must be an array of numbers, got "):
        surface.f(x)


@each_surface
def test_complex_numbers_pass_for_derivatives_by_the_complex_step(surface):
    x = surface.start
    for i, step in enumerate(1e-20j * np.eye(len(x))):
        np.testing.assert_allclose(surface.f(x + step).imag / 1e-20, surface.grad(x)[i], rtol=1e-9, atol=1e-12)
    assert surface.f(torch.tensor(x) + 0j).dtype == torch.complex128


WELLS = {"centres": [[0.0, 1.0]], "depths": [1.0], "widths": [1.0]}
LINE = {"X": [[1.0], [2.0]], "y": [1.0, 2.0]}
BAD_INPUT = [
    *((surfaces.quadratic, {"curvatures": wrong}, "curvatures")
      for wrong in ((), (1, np.nan), (np.inf,), ("steep",), ([1, 2],))),
    *((surfaces.wells, WELLS | {"centres": wrong}, "centres")
      for wrong in ([0], [[0, np.nan]], "here", [[]], np.ones((0, 2)), np.ones((1, 1, 2)))),
    *((surfaces.wells, WELLS | {name: wrong}, name)
      for name in ("depths", "widths") for wrong in ([1, 2], 1, [-1], [0], [np.inf], ["deep"])),
    *((surfaces.wells, WELLS | {"floor": wrong}, "floor") for wrong in (-1, np.nan, "flat")),
    *((surfaces.least_squares, LINE | {"X": wrong}, "X")
      for wrong in ([1.0, 2.0], np.ones((2, 1, 1)), np.ones((0, 2)), np.ones((2, 0)), [[np.nan], [1.0]], "data")),
    *((surfaces.least_squares, LINE | {"y": wrong}, "y")
      for wrong in ([1.0], 1.0, [[1.0], [2.0]], [np.inf, 1.0], ["a", "b"])),
]  # fmt: skip


def test_correlated_inputs_have_matrices_for_points():
    """The gradient is that of f, the covariance is C, the points of a grid are apart, and a vector is refused."""
    surface = surfaces.correlated_inputs()
    w = torch.tensor(np.random.default_rng(0).normal(size=(3, 2, 2)), requires_grad=True)
    surface.f(w).sum().backward()
    np.testing.assert_allclose(surface.grad(w.detach().numpy()), w.grad, rtol=1e-12)
    assert surface.f(w).shape == (3,)
    assert surface.f(surface.minima[0]) == 0 and not surface.grad(surface.minima[0]).any()
    away = np.array([[1.0, 1.0], [1.0, -1.0]])  # where the inputs agree, and where they differ
    assert surface.grad(surface.minima[0] + away).tolist() == (away * [[200], [2]]).tolist()
    message = r"^correlated_inputs.f: x must have last axes of shape \(2, 2\), got shape \(4,\)"
    with pytest.raises(ValueError, match=message):
        surface.f(np.ones(4))


def test_muon_goes_down_correlated_inputs_faster_than_rates_for_each_entry_or_for_all():
    """Mean loss after 30 steps over ten starts: each rule with its best of 57 rates that fall to 0, and betas."""
    surface, rng = surfaces.correlated_inputs(), np.random.default_rng(1)
    x0 = np.broadcast_to(1.5 * rng.normal(size=(10, 1, 2, 2)), (10, 57, 2, 2))
    rates = np.geomspace(1e-3, 1e4, 57)

    def best(rule, *choices):
        lr, found = cosine(rates[:, None, None], steps=30), []
        for hyper in choices:
            losses = np.nan_to_num(surface.f(descend(surface, x0, rule, 30, lr=lr, **hyper)[-1]), nan=np.inf).mean(0)
            found.append((losses.min(), losses.argmin()))
        assert 0 < min(found)[1] < len(rates) - 1
        return min(found)[0]

    betas = [0.3, 0.5, 0.9]
    muon = best(rules.muon, *({"beta": beta, "weight_decay": 0} for beta in betas))
    rivals = [
        best(rules.sgd, {}),
        best(rules.momentum, *({"beta": beta} for beta in betas)),
        best(rules.rmsprop, *({"rho": rho} for rho in (0.5, 0.9, 0.99))),
        best(rules.adam, *({"beta1": beta1, "beta2": beta2} for beta1 in betas for beta2 in (0.9, 0.999))),
    ]
    assert 10 * muon < min(rivals), (muon, rivals)
