"""Planted bugs are found and named, right gradients are not accused."""

from dataclasses import FrozenInstanceError

import numpy as np
import pytest
import torch
from bad_input import test_bad_input_is_named  # noqa: F401
from hypothesis import given
from hypothesis import strategies as st
from strategies import SURFACES, vectors

from gradlab.differences import noise_level
from gradlab.gradcheck import check_gradient
from gradlab.mlp import MLP
from gradlab.oracles import Stochastic, noisy

RNG = np.random.default_rng(0)
X, Y = RNG.standard_normal((20, 3)), RNG.integers(0, 3, 20)
NET = MLP([3, 3, 3])
PROBLEM = NET.bind(X, Y)
THETA = NET.start(0)


def check(change, net=NET, theta=THETA, **options):
    """The report on the network's gradient after `change` has been made to its matrices [W1, b1, W2, b2]."""
    problem = net.bind(X, Y)

    def grad(theta):
        parts = [part.copy() for part in net.unpack(problem.grad(theta))]
        return net.pack(change(parts) or parts)

    return check_gradient(problem.f, grad, theta, shapes=net.shapes, **options)


def nothing(parts):
    return None


# --- right gradients ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("activation", ["linear", "sigmoid", "tanh", "relu", "leaky_relu", "selu"])
@pytest.mark.parametrize("seed", range(3))
def test_right_gradients_of_networks_pass(activation, seed):
    net = MLP([3, 4, 3], activation=activation)
    report = check(nothing, net, net.start(seed))
    assert report.ok
    assert report.wrong == report.kinks == []
    assert str(report) == "The gradient agrees with central differences in all 31 entries."
    assert torch.autograd.gradcheck(
        net.bind(torch.tensor(X), torch.tensor(Y)).f, torch.tensor(net.start(seed), requires_grad=True)
    )


@pytest.mark.parametrize("surface", SURFACES, ids=lambda surface: surface.name)
@given(data=st.data())
def test_right_gradients_of_surfaces_pass(surface, data):
    x = data.draw(vectors(len(surface.start), bound=2))
    assert check_gradient(surface.f, surface.grad, x).ok
    assert check_gradient(surface.f, surface.grad, x.astype(np.float32)).ok


@pytest.mark.parametrize("scale", [1e-12, 1e-6, 1e6, 1e12])
def test_a_right_gradient_passes_whatever_its_size(scale):
    assert check_gradient(lambda t: scale * PROBLEM.f(t), lambda t: scale * PROBLEM.grad(t), THETA).ok
    assert check_gradient(lambda t: 1e3 + PROBLEM.f(t), PROBLEM.grad, THETA).ok
    far = (1 + scale) * np.array([1.0, -2.0])  # h grows with x
    assert check_gradient(lambda x: (np.log(x**2)).sum(-1), lambda x: 2 / x, far).ok
    assert not check_gradient(lambda x: (np.log(x**2)).sum(-1), lambda x: 2.001 / x, far).ok


def test_a_right_gradient_passes_at_a_minimum_and_where_it_is_flat():
    for surface in SURFACES:
        for minimum in surface.minima:
            assert check_gradient(surface.f, surface.grad, minimum).ok
    flat = check_gradient(lambda x: 0 * x.sum(-1), lambda x: 0 * x, np.ones(3))
    assert flat.ok
    assert not flat.kinks


@pytest.mark.parametrize("activation", ["tanh", "relu", "selu"])
@pytest.mark.parametrize("scale", [1, 5, 30])
def test_in_single_precision_right_gradients_pass_and_wrong_ones_do_not(activation, scale):
    net = MLP([3, 6, 3], activation=activation)
    problem = net.bind(X.astype(np.float32), Y)
    for seed in range(4):
        theta = (scale * net.start(seed)).astype(np.float32)
        assert check_gradient(problem.f, problem.grad, theta).ok
        assert not check_gradient(problem.f, lambda t: -problem.grad(t), theta).ok


def test_tensors_are_checked_as_arrays_are():
    problem = NET.bind(torch.tensor(X), torch.tensor(Y))
    theta = torch.tensor(THETA, requires_grad=True)
    report, ours = check_gradient(problem.f, problem.grad, theta), check_gradient(PROBLEM.f, PROBLEM.grad, THETA)
    assert report.ok
    assert isinstance(report.numerical, np.ndarray)
    np.testing.assert_allclose(report.numerical, ours.numerical, atol=1e-9)
    assert not check_gradient(problem.f, lambda t: 2 * problem.grad(t), theta).ok
    single = NET.bind(torch.tensor(X, dtype=torch.float32), torch.tensor(Y))
    assert check_gradient(single.f, single.grad, theta.float()).ok


def test_it_asks_for_four_losses_an_entry_eight_at_x_and_those_that_tell_how_exact_f_is():
    asked, exact = [], []
    x = np.array([1.0, 2.0])
    check_gradient(lambda x: asked.append(x.tolist()) or x.sum(-1), np.ones_like, x, eps=0.25)
    noise_level(lambda x: exact.append(x.tolist()) or x.sum(-1), x)
    steps = [[k * 0.25 * size for k in (1, -1, 2, -2)] for size in (1, 2)]
    around = [*([1 + h, 2] for h in steps[0]), *([1, 2 + h] for h in steps[1])]
    assert asked == [*[[1, 2]] * 7, *exact, *around, [1, 2]]
    assert len(exact) == 37


# --- planted bugs ------------------------------------------------------------------------------------------------


def wrong_sign(parts):
    parts[0] *= -1


def forgot_the_mean(parts):
    return [len(X) * part for part in parts]


def transposed(parts):
    parts[2] = parts[2].mT


def forgot_the_bias(parts):
    parts[3] *= 0


def one_entry(parts):
    parts[2][1, 0] *= 1.001


def broken(parts):
    parts[1] *= np.nan


def weight_decay_in_one_only(parts):
    parts[0] += 1e-3 * NET.unpack(THETA)[0]


@pytest.mark.parametrize(
    ("bug", "sentences"),
    [
        (wrong_sign, ["W1: 9 of 9 entries are wrong, all of the wrong sign."]),
        (
            forgot_the_mean,
            [f"{name} of {n} entries are wrong, all 20 times the right value."
             for name, n in (("W1: 9", 9), ("b1: 3", 3), ("W2: 9", 9), ("b2: 3", 3))],
        ),
        (transposed, ["W2: 6 of 9 entries are wrong: the matrix is transposed."]),
        (forgot_the_bias, ["b2: 3 of 3 entries are wrong, all 0: as if they were never computed."]),
        (one_entry, ["W2: 1 of 9 entries are wrong."]),
        (broken, ["b1: 3 of 3 entries are wrong, all nan."]),
        (weight_decay_in_one_only, ["W1: 9 of 9 entries are wrong."]),
    ],
)  # fmt: skip
def test_planted_bugs_are_found_and_described(bug, sentences):
    report = check(bug)
    assert not report.ok
    wrong = sum(int(sentence.split()[1]) for sentence in sentences)
    assert report.findings == [f"The gradient is wrong in {wrong} of 24 entries.", *sentences]
    assert len(report.wrong) == wrong
    assert not report.kinks


def test_the_wrong_entry_is_named_with_its_numbers():
    report = check(one_entry)
    [entry] = report.wrong
    assert (entry.tensor, entry.index) == ("W2", (1, 0))
    right = NET.unpack(PROBLEM.grad(THETA))[2][1, 0]
    assert entry.yours == pytest.approx(1.001 * right, rel=1e-12)
    assert entry.numerical == pytest.approx(right, rel=1e-7)
    assert entry.relative_error == pytest.approx(0.001 / 1.001, rel=1e-4)
    assert str(entry) == (
        f"W2[1, 0]: yours {entry.yours:.6g}, numerical {right:.6g}, relative error 0.001, ratio 1.001"
    )
    assert str(report).splitlines()[-1] == f"  {entry}"


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("value", [np.inf, -np.inf, np.nan])
def test_what_is_not_finite_is_wrong(value):
    def bowl(x):
        return (x**2).sum(-1)

    one = check_gradient(bowl, lambda x: 2 * x + [0, value, 0], np.ones(3))
    assert [entry.index for entry in one.wrong] == [(1,)]
    every = check_gradient(bowl, lambda x: np.full_like(x, value), np.ones(3))
    assert len(every.wrong) == 3
    assert len(check_gradient(lambda x: value, lambda x: 2 * x, np.ones(3)).wrong) == 3


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("value", [np.inf, np.nan])
@pytest.mark.parametrize("reach", [0.5, 1.5, 2.5])
@pytest.mark.parametrize("side", [1, -1])
def test_what_cannot_be_told_does_not_pass(side, reach, value):
    """f ends a little way off, nearer than h, between h and 2 h, or further."""

    def f(x):
        return x.sum(-1) if side * x[0] < reach * 0.01 else value

    report = check_gradient(f, np.ones_like, np.zeros(2), eps=0.01)
    assert [entry.index for entry in report.wrong] == [(0,)] * (reach < 2)
    assert not report.kinks


def test_five_wrong_entries_are_shown_and_none_is_left():
    lines = str(check_gradient(lambda x: (x**2).sum(-1), lambda x: 3 * x, np.ones(5))).splitlines()
    assert len(lines) == 2 + 5


def test_a_report_stays_as_it_is():
    report = check(one_entry)
    for what, name in ((report, "ok"), (report.wrong[0], "yours")):
        with pytest.raises(FrozenInstanceError):
            setattr(what, name, 1)


def test_where_the_right_value_is_zero_there_is_no_ratio():
    [entry] = check_gradient(lambda x: (x[..., :1] ** 2).sum(-1), lambda x: 2 * x + [0, 1], np.array([3.0, 0.0])).wrong
    assert str(entry) == "x[1]: yours 1, numerical 0, relative error 1"


def test_the_worst_entries_come_first_and_a_long_list_is_cut():
    def several(parts):
        parts[0] += np.arange(9.0).reshape(3, 3)

    report = check(several)
    errors = [entry.relative_error for entry in report.wrong]
    assert errors == sorted(errors, reverse=True)
    lines = str(report).splitlines()
    assert lines[2:] == [*(f"  {entry}" for entry in report.wrong[:5]), "  and 3 more"]
    broken_too = check(lambda parts: [several(parts) or parts[0], *parts[1:3], parts[3] + np.nan])
    assert [entry.tensor for entry in broken_too.wrong[:3]] == ["b2"] * 3  # nan is worst


@pytest.mark.parametrize(
    ("shapes", "name"), [(None, "x[5]"), ({"A": (2, 2), "b": (2,)}, "b[1]"), ([(2, 3)], "W1[1, 2]")]
)
def test_entries_are_named_by_the_shapes(shapes, name):
    x = np.arange(1.0, 7)
    [entry] = check_gradient(lambda x: (x**2).sum(-1) / 2, lambda x: x * [1, 1, 1, 1, 1, 2], x, shapes=shapes).wrong
    assert str(entry).startswith(f"{name}: yours 12, numerical 6")


def patterned(yours, right):
    """What is said about a gradient that is `yours` where it should be `right`, a matrix."""
    right = np.array(right)
    shapes, yours = {"A": right.shape}, np.ravel(yours)
    report = check_gradient(lambda x: (right.ravel() * x).sum(-1), lambda x: yours, np.ones(right.size), shapes=shapes)
    return report.findings[1]


A = [[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]


@pytest.mark.parametrize(
    ("yours", "right", "sentence"),
    [
        ([5.0, 10.0], [1.0, 2.0], "A: 2 of 2 entries are wrong, all 5 times the right value."),
        ([-1.5, -3.0], [1.0, 2.0], "A: 2 of 2 entries are wrong, all -1.5 times the right value."),
        ([2000.0, 4020.0], [1.0, 2.0], "A: 2 of 2 entries are wrong."),  # 2000 and 2010 times
        ([1.001, 2.002], [1.0, 2.0], "A: 2 of 2 entries are wrong, all 1.001 times the right value."),
        ([1.0, 2.0], [0.0, 0.0], "A: 2 of 2 entries are wrong."),
        (np.transpose(A), A, "A: 4 of 6 entries are wrong: the matrix is transposed."),
        (A, np.transpose(A), "A: 4 of 6 entries are wrong: the matrix is transposed."),
        ([[9.0, 4.0], [2.0, 3.0]], [[1.0, 2.0], [4.0, 3.0]], "A: 3 of 4 entries are wrong."),
        ([[1.0, 2.0015], [1.9995, 3.0]], [[1.0, 2.0], [2.0, 3.0]], "A: 2 of 4 entries are wrong."),
        ([1.0005, 2.0, 2.9985], [1.0, 2.0, 3.0], "A: 2 of 3 entries are wrong."),
    ],
)  # fmt: skip
def test_patterns_of_wrong_entries_are_told(yours, right, sentence):
    assert patterned(yours, right) == sentence


def test_two_entries_that_are_wrong_in_different_ways_have_no_pattern():
    report = check_gradient(lambda x: (x**2).sum(-1) / 2, lambda x: x * [1, 2, 3], np.ones(3))
    assert report.findings[1] == "x: 2 of 3 entries are wrong."
    half = check_gradient(lambda x: (x**2).sum(-1) / 2, lambda x: x * [1, 0, 3], np.ones(3))
    assert half.findings[1] == "x: 2 of 3 entries are wrong."


# --- how exact it is ---------------------------------------------------------------------------------------------


def test_the_estimate_of_the_error_holds_and_is_not_idle():
    """The difference is off by no more than a few times what the report says, and not far less."""
    for theta in NET.start(range(5)):
        report = check_gradient(PROBLEM.f, PROBLEM.grad, theta)
        off = abs(report.numerical - PROBLEM.grad(theta))
        assert (off <= 10 * report.error).all()
        assert np.median(report.error) < 100 * np.median(off)
    # A coarse step: the error is h² f‴ / 6, and known as well as that.
    x = np.array([0.5])
    report = check_gradient(lambda x: np.exp(x).sum(-1), np.exp, x, eps=0.01)
    np.testing.assert_allclose(report.error, np.exp(x) * 0.01**2 / 6, rtol=0.01)


@pytest.mark.parametrize(("times", "ok"), [(0, True), (9.5, True), (-9.5, True), (10.5, False), (-10.5, False)])
def test_ten_times_the_error_is_allowed(times, ok):
    error = 2.0**-52 * 1000 / 0.25  # the rounding of 1000
    report = check_gradient(lambda x: 1000.0, lambda x: times * error + 0 * x, np.ones(2), eps=0.25, tolerance=1e-9)
    assert report.error.tolist() == [error] * 2
    assert report.ok == ok
    assert not report.kinks


def test_the_tolerance_decides():
    for tolerance, ok in ((2e-3, True), (5e-4, False)):
        assert check(one_entry, tolerance=tolerance).ok == ok

    def slightly(parts):
        parts[2] *= 1 + 1e-5

    def hardly(parts):
        parts[2] *= 1 + 3e-6

    assert not check(slightly).ok
    assert check(hardly).ok  # ∛u = 6e-6
    single = NET.bind(X.astype(np.float32), Y)
    theta = THETA.astype(np.float32)
    for factor, ok in ((1.0, True), (1.002, True), (1.05, False)):
        assert check_gradient(single.f, lambda t, k=factor: k * single.grad(t), theta).ok == ok


# --- kinks -------------------------------------------------------------------------------------------------------


def hinge(x):
    return np.maximum(x, 0).sum(-1) + (x**2).sum(-1)


def test_an_entry_at_a_kink_is_not_accused_but_listed():
    x = np.array([1.0, 0.0, -1.0, 2e-6])
    report = check_gradient(hinge, lambda x: (x > 0) + 2 * x, x)
    assert report.ok
    assert [entry.index for entry in report.kinks] == [(1,), (3,)]
    assert report.findings == [
        "The gradient agrees with central differences in all 2 entries.",
        "Near a kink, where any value between the slopes to either side passes: x[1], x[3].",
    ]


@pytest.mark.parametrize("side", [1, -1])
@pytest.mark.parametrize("height", [1.0, -3.0])
@pytest.mark.parametrize("distance", [*np.linspace(0, 2.5, 26), 0.01, 0.99, 1.01, 1.99])
def test_the_right_slope_passes_however_far_the_kink(distance, height, side):
    """|D − D′/2| and |n − n′| are together at least the error of n, which is height · (1 − distance) / 2."""
    eps = 1e-3
    kink = side * distance * eps

    def f(x):
        return (height * np.maximum(side * (x - kink), 0) + np.sin(x)).sum(-1)

    assert check_gradient(f, np.cos, np.array([0.0]), eps=eps).ok  # 0 lies on the flat side of the kink
    assert not check_gradient(f, lambda x: np.cos(x) + 2 * side * height, np.array([0.0]), eps=eps).ok


@pytest.mark.parametrize(("value", "ok"), [(-0.01, False), (0.0, True), (0.5, True), (1.0, True), (1.01, False)])
def test_at_a_kink_what_lies_between_the_slopes_passes_and_nothing_else(value, ok):
    x = np.array([1.0, 0.0])
    report = check_gradient(hinge, lambda x: np.array([3.0, value]), x)
    assert report.ok == ok
    assert [(entry.tensor, entry.index) for entry in report.wrong] == [("x", (1,))] * (not ok)


def test_a_bug_beside_a_kink_is_still_a_bug_and_nan_at_a_kink_is_one():
    x = np.array([1.0, 0.0])
    report = check_gradient(hinge, lambda x: (x > 0) + 3 * x, x)
    assert [entry.index for entry in report.wrong] == [(0,)]
    assert [entry.index for entry in report.kinks] == [(1,)]
    assert not check_gradient(hinge, lambda x: (x > 0) + 2 * x + [0, np.nan], x).ok


# --- what f is ---------------------------------------------------------------------------------------------------


def bowl(x):
    return x @ x


def with_noise(size, seed):
    rng = np.random.default_rng(seed)
    return lambda x: x @ x + size * rng.standard_normal()


@pytest.mark.parametrize("size", [1.0, 1e-3, 1e-9])
@pytest.mark.parametrize("seed", range(20))
def test_a_noisy_f_is_refused_whatever_the_gradient(size, seed):
    x = np.random.default_rng(seed).normal(size=6)
    for grad in (lambda x: 2 * x, lambda x: 0 * x):
        with pytest.raises(ValueError, match=r"^check_gradient: f must give one value at one point, and not both "):
            check_gradient(with_noise(size, seed), grad, x)


@pytest.mark.parametrize("units", [1, 8])
@pytest.mark.parametrize("seed", range(20))
def test_units_that_drop_out_at_random_are_refused_whatever_the_gradient(units, seed):
    net, rng = MLP([3, units, 3], dropout=0.5), np.random.default_rng(seed)
    bound, theta = net.bind(X, Y, rng=rng), net.start(seed)
    for grad in (bound.grad, lambda t: 0 * t, lambda t: 0 * t - 5):
        with pytest.raises(ValueError, match=r"^check_gradient: f must be a function that stays the same"):
            check_gradient(bound.f, grad, theta)
        with pytest.raises(ValueError, match=r"^check_gradient: f must give one value at one point"):
            check_gradient(lambda t: net.f(t, X, Y, rng), lambda t, grad=grad: grad(t), theta)
    still = net.bind(X, Y, rng=seed)
    assert check_gradient(still.f, still.grad, theta).ok
    one = bound.f.draw()
    assert one(theta) == one(theta)


def test_f_that_changes_on_the_way_is_refused():
    asked = []

    def f(x):
        asked.append(x)
        return x @ x + (len(asked) > 30)

    with pytest.raises(ValueError, match=r"f must give one value at one point, and not both 2 and 3$"):
        check_gradient(f, lambda x: 2 * x, np.ones(2))


def test_a_gradient_with_two_values_at_one_point_is_refused():
    batches = NET.bind(X, Y, batch_size=5)
    with pytest.raises(
        ValueError, match=r"^check_gradient: grad must be a function that stays .*; its .draw\(\) is one$"
    ):
        check_gradient(batches.f, batches.grad, THETA)
    noise = noisy(PROBLEM.grad, 0.1)
    with pytest.raises(ValueError, match=r"^check_gradient: grad must give one value at one point, and not both"):
        check_gradient(PROBLEM.f, lambda t: noise(t), THETA)
    assert check_gradient(PROBLEM.f, noisy(PROBLEM.grad, 0.0).draw(), THETA).ok


def test_rounding_that_differs_from_call_to_call_is_no_second_value():
    rng = np.random.default_rng(0)
    report = check_gradient(
        lambda x: (x @ x) * (1 + 2.0**-52 * rng.integers(-3, 4)),
        lambda x: 2 * x * (1 + 2.0**-30 * rng.uniform(-1, 1)),
        np.array([1.0, 2.0]),
    )
    assert report.ok


def in_float32(rng, d=6):
    """f computes in float32, x is float64."""
    A = rng.normal(size=(d, d))
    A = A @ A.T
    A32 = A.astype(np.float32)
    return lambda x: float(x.astype(np.float32) @ A32 @ x.astype(np.float32)) / 2, lambda x: A @ x


def as_float32(rng, d=6):
    """f computes in float64, and returns float32."""
    return lambda x: np.float32(np.exp(x).sum()), np.exp


def to_six_places(rng, d=6):
    return lambda x: round(float(np.exp(x).sum()), 6), np.exp


def after_cancelling(rng, d=6):
    return lambda x: (1e8 + np.exp(x).sum()) - 1e8, np.exp


@pytest.mark.parametrize("kind", [in_float32, as_float32, to_six_places, after_cancelling])
def test_where_f_is_less_exact_than_x_right_gradients_pass_and_wrong_ones_do_not(kind):
    for seed in range(50):
        rng = np.random.default_rng(seed)
        (f, grad), x = kind(rng), rng.normal(size=6)
        right = check_gradient(f, grad, x)
        assert right.ok
        assert "f is exact to" in right.findings[-1]
        assert not check_gradient(f, lambda x, grad=grad: 1.01 * grad(x), x).ok
        assert not check_gradient(f, lambda x: 0 * x, x).ok


def test_a_network_that_computes_in_float32_is_checked_as_well():
    single = NET.bind(X.astype(np.float32), Y)
    for seed in range(20):
        theta = NET.start(seed)
        f = lambda t: float(single.f(t.astype(np.float32)))  # noqa: E731
        assert check_gradient(f, PROBLEM.grad, theta).ok
        assert not check_gradient(f, lambda t: 1.01 * PROBLEM.grad(t), theta).ok


def test_how_exact_f_is_is_said_and_kept_in_the_report():
    f, grad = in_float32(np.random.default_rng(0))
    report = check_gradient(f, grad, np.ones(6))
    assert 1e-8 * f(np.ones(6)) < report.noise < 1e-6 * f(np.ones(6))
    assert f"f is exact to {report.noise:.0e} only" in str(report)
    assert check_gradient(bowl, lambda x: 2 * x, np.ones(6)).noise < 1e-14
    assert "exact" not in str(check_gradient(bowl, lambda x: 2 * x, np.ones(6)))
    with pytest.raises(
        ValueError, match=r"^check_gradient: eps must be larger for an f that is exact to .* got 1e-09$"
    ):
        check_gradient(f, grad, np.ones(6), eps=1e-9)
    assert check_gradient(f, grad, np.ones(6), eps=0.1).ok


def test_an_f_that_never_changes_is_pointed_at():
    says = "f is the same at all places tried. If it is rounded to few digits, take a larger eps."
    assert says in check_gradient(lambda x: np.float16(x @ x), lambda x: 2 * x, np.ones(3)).findings
    assert says not in check_gradient(bowl, lambda x: 2 * x, np.ones(3)).findings


@pytest.mark.parametrize("offset", [0.0, 5.0])
def test_a_flat_place_beside_a_kink_is_not_taken_for_rounding(offset):
    for distance in np.geomspace(1e-4, 0.1, 20):
        f = lambda x, d=distance: offset + np.maximum(x - d, 0).sum(-1)  # noqa: E731
        assert check_gradient(f, lambda x: 0 * x, np.zeros(3)).ok
        assert not check_gradient(f, lambda x: 0 * x + 1e-3, np.zeros(3)).ok


def test_f_and_grad_may_write_into_x_and_use_their_memory_again():
    x, out, value = np.array([3.0, 4.0]), np.empty(2), np.empty(())

    def grad(x):
        x *= 2
        return np.copyto(out, x) or out

    def f(x):
        out[:] = 7  # memory that it shares with grad
        x *= x
        return np.sum(x, out=value)

    assert check_gradient(f, grad, x).ok
    assert x.tolist() == [3, 4]
    tensor = torch.tensor([3.0, 4.0], dtype=torch.float64)
    assert check_gradient(lambda x: x.mul_(x).sum(), lambda x: x.mul_(2), tensor).ok
    assert tensor.tolist() == [3, 4]


# --- wrong arguments ---------------------------------------------------------------------------------------------

RIGHT = {"f": hinge, "grad": lambda x: 2 * x, "x": np.ones(4)}
BAD_INPUT = [
    *((check_gradient, RIGHT | {name: wrong}, name) for name in ("f", "grad") for wrong in (None, 3.0)),
    (check_gradient, RIGHT | {"f": lambda x: x}, "f"),
    (check_gradient, RIGHT | {"f": lambda x: x[:1]}, "f"),
    (check_gradient, RIGHT | {"f": lambda x: 1j * x.sum()}, "f"),
    (check_gradient, RIGHT | {"f": Stochastic(lambda: hinge)}, "f"),
    (check_gradient, RIGHT | {"f": with_noise(1.0, 0)}, "f"),
    (check_gradient, RIGHT | {"grad": lambda x: 1j * x}, "grad"),
    (check_gradient, RIGHT | {"x": np.ones(4) + 0j}, "x"),
    (check_gradient, RIGHT | {"x": torch.ones(4) + 0j}, "x"),
    (check_gradient, RIGHT | {"grad": lambda x: x[:3]}, "grad"),
    (check_gradient, RIGHT | {"grad": lambda x: np.tile(x, 2)}, "grad"),
    (check_gradient, RIGHT | {"grad": lambda x: 1.0}, "grad"),
    *((check_gradient, RIGHT | {"x": wrong}, "x")
      for wrong in ("here", 3.0, None, np.ones((2, 2)), [[1.0], [1.0, 2.0]])),
    *((check_gradient, RIGHT | {"shapes": wrong}, "shapes")
      for wrong in ([(2,)], [], {}, (4,), 4, {"a": 4}, [(5,)], [None])),
    *((check_gradient, RIGHT | {"tolerance": wrong}, "tolerance") for wrong in (0, -1e-6, np.nan, np.inf, "fine")),
    *((check_gradient, RIGHT | {"eps": wrong}, "eps") for wrong in (0, -1e-6, np.nan, np.inf, "small")),
]  # fmt: skip
