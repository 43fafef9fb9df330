"""The methods: look-ahead Nesterov, Schedule-Free, line search and L-BFGS, each against its twin or its theorem."""

import inspect
from itertools import islice
from types import SimpleNamespace

import numpy as np
import pytest
import schedulefree
import scipy.optimize
import torch
from bad_input import test_bad_input_is_named  # noqa: F401
from hypothesis import given
from hypothesis import strategies as st
from strategies import DECAY, EPS, SURFACES, WEIGHT_DECAY, vectors, wrong_settings

from gradlab.conversions import momentum_to_heavy_ball
from gradlab.descend import descend, iterates
from gradlab.methods import backtracking, lbfgs, nesterov_lookahead, schedule_free_adamw, schedule_free_sgd
from gradlab.mlp import MLP
from gradlab.oracles import noisy, sam
from gradlab.rules import nesterov, sgd
from gradlab.surfaces import himmelblau, quadratic, rosenbrock

STEPS = 8
METHODS = [nesterov_lookahead, schedule_free_sgd, schedule_free_adamw, backtracking, lbfgs]
each_method = pytest.mark.parametrize("method", METHODS, ids=lambda method: method.__name__)

banana = rosenbrock()
bowl = quadratic(1, 10)
stiff = quadratic(4)


def problem_of(grad):
    """A problem whose value nobody asks for."""
    return SimpleNamespace(f=None, grad=grad)


def ramp(x):
    """Twice the gradient of a bowl with a corner: not linear, so that it matters where one asks."""
    return np.sign(x) + x


# Nesterov's look-ahead.


def lookahead(problem, x0, lrs, betas):
    """The points of the method, and the points it looked at."""
    looked = []

    def grad(x):
        looked.append(x)
        return problem.grad(x)

    path = descend(problem_of(grad), x0, nesterov_lookahead, STEPS, lr=lrs.__getitem__, beta=betas.__getitem__)
    return path, np.array(looked)


def listed(values):
    return st.lists(values, min_size=STEPS, max_size=STEPS)


@given(x0=vectors(2), lr=st.floats(1e-3, 0.15), beta=DECAY)
def test_what_nesterovs_rule_follows_are_the_points_looked_at(x0, lr, beta):
    path, looked = lookahead(bowl, x0, [lr] * STEPS, [beta] * STEPS)
    rule = descend(bowl.grad, x0, nesterov, STEPS, lr=lr, beta=beta)
    np.testing.assert_allclose(looked, rule[:-1], rtol=1e-9, atol=1e-9)
    # y = x − lr beta v, with v from x's last step x − x_before = −lr v.
    np.testing.assert_allclose(path[1:] + beta * np.diff(path, axis=0), rule[1:], rtol=1e-9, atol=1e-9)


@given(x0=vectors(2), lrs=listed(st.floats(0.01, 0.15)))
def test_under_schedules_they_are_the_same_as_long_as_lr_times_beta_is(x0, lrs):
    betas = [0.009 / lr for lr in lrs]
    _, looked = lookahead(bowl, x0, lrs, betas)
    schedules = {"lr": lrs.__getitem__, "beta": betas.__getitem__}
    rule = descend(bowl.grad, x0, nesterov, STEPS, **schedules)
    np.testing.assert_allclose(looked, rule[:-1], rtol=1e-9, atol=1e-9)


@given(x0=vectors(2), lrs=listed(st.floats(1e-3, 1)), betas=listed(DECAY))
def test_converted_lookahead_is_sutskevers_under_any_schedule(x0, lrs, betas):
    """Sutskever et al. (2013), equations 3 and 4: v ← μ v − ε ∇f(x + μ v), x ← x + v."""
    path, _ = lookahead(problem_of(ramp), x0, lrs, betas)
    inside = momentum_to_heavy_ball(lr=lrs.__getitem__, beta=betas.__getitem__)
    x, v = x0, 0 * x0
    for t in range(STEPS):
        lr, beta = inside["lr"](t), inside["beta"](t)
        v = beta * v - lr * ramp(x + beta * v)
        x = x + v
        scale = 1e-9 * max(1, abs(path).max())
        np.testing.assert_allclose(path[t + 1], x, rtol=1e-9, atol=scale)


def test_two_steps_of_the_lookahead():
    # f = 2 x²: v = 4 from x = 1. Then it looks at x − lr beta v, not at x − beta v.
    path = descend(stiff, [1.0], nesterov_lookahead, 2, lr=0.1, beta=0.5)
    v = 0.5 * 4 + 4 * (0.6 - 0.1 * 0.5 * 4)
    np.testing.assert_allclose(path[:, 0], [1, 0.6, 0.6 - 0.1 * v])
    states = [state for _, state in islice(iterates(stiff, [1.0], nesterov_lookahead, lr=0.1, beta=0.5), 2)]
    assert [v.tolist() for (v,) in states] == [[4.0], [pytest.approx(v)]]


def test_defaults_of_the_lookahead_are_those_of_the_rule():
    assert keywords(nesterov_lookahead) == keywords(nesterov)


def keywords(function):
    kinds = inspect.signature(function).parameters.values()
    return {p.name: p.default for p in kinds if p.kind is p.KEYWORD_ONLY}


# Schedule-Free.

FREE = {"lr": st.floats(1e-3, 0.3), "beta": DECAY, "weight_decay": WEIGHT_DECAY}
FREE_ADAMW = {"lr": st.floats(1e-3, 0.3), "beta1": DECAY, "beta2": DECAY, "eps": EPS, "weight_decay": WEIGHT_DECAY}
TWINS = [
    (
        schedule_free_sgd,
        (schedulefree.SGDScheduleFreeReference, schedulefree.SGDScheduleFreeClosure),
        FREE,
        lambda beta, **rest: {"momentum": beta} | rest,
    ),
    (
        schedule_free_adamw,
        (schedulefree.AdamWScheduleFreeReference, schedulefree.AdamWScheduleFreeClosure),
        FREE_ADAMW,
        lambda beta1, beta2, **rest: {"betas": (beta1, beta2)} | rest,
    ),
]
each_free = pytest.mark.parametrize(("method", "twins", "hyper", "renamed"), TWINS, ids=["sgd", "adamw"])


def by_reference(optimiser, x0, options):
    """The points of evaluation, and the points where a gradient was asked for."""
    x = torch.tensor(x0, requires_grad=True)
    optimiser = optimiser([x], **options)
    evaluated, trained = [], []
    for _ in range(STEPS):
        optimiser.train()
        trained.append(x.detach().numpy().copy())
        x.grad = torch.tensor(ramp(trained[-1]))
        optimiser.step()
        optimiser.eval()
        evaluated.append(x.detach().numpy().copy())
    return evaluated, trained


def by_closure(optimiser, x0, options):
    """The same, asked for by the optimiser itself."""
    x = torch.tensor(x0, requires_grad=True)
    optimiser = optimiser([x], **options)
    evaluated, trained = [], []

    def closure():
        trained.append(x.detach().numpy().copy())
        x.grad = torch.tensor(ramp(trained[-1]))

    for _ in range(STEPS):
        optimiser.step(closure)
        evaluated.append(x.detach().numpy().copy())
    return evaluated, trained


@each_free
@given(data=st.data())
def test_schedule_free_agrees_with_its_package(method, twins, hyper, renamed, data):
    x0, warmup = data.draw(vectors(2)), data.draw(st.integers(0, 6))
    hyper = data.draw(st.fixed_dictionaries(hyper))
    lr = hyper["lr"]
    ours = hyper | {"lr": (lambda t: lr * min(1, (t + 1) / warmup)) if warmup else lr}
    points = list(islice(iterates(problem_of(ramp), x0, method, **ours), STEPS))
    evaluated, trained = (
        [x for x, _ in points],
        [state[-3 if method is schedule_free_sgd else 1] for _, state in points],
    )
    options = renamed(**hyper) | {"warmup_steps": warmup}
    for twin, play in zip(twins, (by_reference, by_closure), strict=True):
        theirs = play(twin, x0, options)
        np.testing.assert_allclose(evaluated, theirs[0], rtol=1e-9, atol=1e-9)
        np.testing.assert_allclose(trained, theirs[1], rtol=1e-9, atol=1e-9)


@each_free
def test_defaults_of_schedule_free_are_those_of_its_package(method, twins, hyper, renamed):
    ours = keywords(method)
    assert ours.keys() == hyper.keys()
    for twin in twins:
        theirs = inspect.signature(twin).parameters
        for name, default in renamed(**ours).items():
            assert default == theirs[name].default, name


def test_at_a_constant_rate_x_is_the_mean_of_all_z():
    zs = []
    for x, (_, z, total) in islice(iterates(problem_of(ramp), [3.0, -1.0], schedule_free_sgd, lr=0.1), 5):
        zs.append(z)
        np.testing.assert_allclose(x, np.mean(zs, axis=0))
        assert total == pytest.approx(len(zs) * 0.01)


def test_a_falling_rate_weighs_by_its_square():
    lrs, zs = [0.3, 0.2, 0.0, 0.1], []
    path = iterates(problem_of(ramp), [3.0, -1.0], schedule_free_sgd, lr=lrs.__getitem__)
    for t, (x, (_, z, _)) in enumerate(islice(path, 4)):
        zs.append(z)
        np.testing.assert_allclose(x, np.average(zs, axis=0, weights=np.square(lrs[: t + 1])))


@pytest.mark.parametrize("method", [schedule_free_sgd, schedule_free_adamw])
def test_schedule_free_may_be_warmed_up_from_0(method):
    path = descend(problem_of(ramp), [3.0], method, 3, lr=lambda t: 0.1 * t)
    alone = descend(problem_of(ramp), [3.0], method, 2, lr=lambda t: 0.1 * (t + 1))
    assert path[1] == 3
    if method is schedule_free_sgd:  # AdamW's v and t have seen the first gradient
        np.testing.assert_allclose(path[2:], alone[1:])
    assert (descend(problem_of(ramp), [3.0], method, 3, lr=0) == 3).all()


def test_adamw_counts_its_steps_from_one():
    states = [state for _, state in islice(iterates(bowl, [1.0, 1.0], schedule_free_adamw), 3)]
    assert [t for t, *_ in states] == [1, 2, 3]


# Backtracking.


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


def test_backtracking_on_a_grid_is_a_loop_over_its_points():
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


def test_backtracking_stays_at_a_minimum():
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


def test_it_ends_its_search_where_f_has_no_value():
    nowhere = SimpleNamespace(f=lambda x: np.full(x.shape[:-1], np.nan), grad=stiff.grad)
    assert first(nowhere, [1.0], lr=0.3) == ([1.0], [0.0])  # from where no step leads to 0 exactly


def test_backtracking_takes_no_step_at_rate_0():
    assert first(stiff, [1.0], lr=0.0) == ([1.0], [0.0])


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_backtracking_works_on_tensors(dtype):
    starts = np.array([[-1.5, 2.0], [0.5, 0.5]])
    path = descend(banana, torch.tensor(starts, dtype=dtype), backtracking, 10)
    assert path.dtype == dtype
    tolerance = 1e-10 if dtype == torch.float64 else 1e-4
    np.testing.assert_allclose(path.numpy(), descend(banana, starts, backtracking, 10), rtol=tolerance, atol=tolerance)


def test_nothing_is_modified_in_place():
    x0 = np.array([1.0, 1.0])
    x0.flags.writeable = False
    path = iterates(quadratic(1, 10), x0, backtracking)
    x, (a,) = next(path)
    before = x.copy(), a.copy()
    next(path)
    assert np.array_equal(x, before[0])
    assert np.array_equal(a, before[1])


def test_backtracking_follows_schedules():
    steps = [a.item() for _, (a,) in islice(iterates(stiff, [1.0], backtracking, lr=[0.1, 0.2].__getitem__), 2)]
    assert steps == [0.1, 0.2]


# L-BFGS.


@pytest.mark.parametrize("history_size", [1, 3, 100])
@pytest.mark.parametrize("surface", SURFACES, ids=lambda s: s.name)
def test_lbfgs_steps_where_dense_bfgs_points(surface, history_size):
    """The inverse Hessian as a matrix: Nocedal & Wright (2006), equations 6.17 and 7.20."""
    x, eye = surface.start, np.eye(len(surface.start))
    scale, pairs = 1.0, []
    for ahead, (a, kept) in islice(iterates(surface, x, lbfgs, history_size=history_size), 12):
        g = surface.grad(x)
        H = scale * eye
        for s, y, used in pairs[-history_size:]:
            if used:
                rho = 1 / (y @ s)
                H = (eye - rho * np.outer(s, y)) @ H @ (eye - rho * np.outer(y, s)) + rho * np.outer(s, s)
        np.testing.assert_allclose(ahead - x, -a * (H @ g), rtol=1e-6, atol=1e-9)
        assert surface.f(ahead) <= surface.f(x) - 1e-4 * a[0] * (g @ H @ g)
        s, y = ahead - x, surface.grad(ahead) - g
        used = s @ y > 1e-6 * np.linalg.norm(g) * (s @ s)
        scale = (s @ y) / (y @ y) if used else scale
        pairs.append((s, y, used))
        assert len(kept) == min(len(pairs), history_size)
        assert np.array_equal(kept[-1][:2], (s, y))
        np.testing.assert_allclose(kept[-1][2], 1 / (s @ y) if used else 0, rtol=1e-12)
        x = ahead
        if np.linalg.norm(surface.grad(x)) < 1e-6:  # from here on rounding decides
            break


@pytest.mark.parametrize("surface", SURFACES[:1] + SURFACES[3:], ids=lambda s: s.name)
def test_lbfgs_finds_the_minimum_that_scipy_finds(surface):
    theirs = scipy.optimize.minimize(surface.f, surface.start, jac=surface.grad, method="L-BFGS-B", tol=1e-12)
    x = descend(surface, surface.start, lbfgs, 60)[-1]
    assert np.linalg.norm(surface.grad(x)) < 1e-6
    assert min(np.linalg.norm(x - m) for m in surface.minima) < 1e-5
    assert surface.f(x) <= theirs.fun + 1e-9


@pytest.mark.parametrize(("history_size", "steps"), [(10, 250), (100, 60)])
def test_lbfgs_in_ten_dimensions(history_size, steps):
    """A condition number of 10⁴. scipy, with a history of 10, takes 203 steps to where rounding ends it."""
    surface = quadratic(*np.geomspace(1, 1e4, 10))
    end = descend(surface, np.ones(10), lbfgs, steps, history_size=history_size)[-1]
    assert surface.f(end) < 1e-12
    assert surface.f(descend(surface, np.ones(10), backtracking, steps)[-1]) > 1


def test_in_one_dimension_the_second_step_is_newtons():
    path = descend(quadratic(0.5), [3.0], lbfgs, 2)
    np.testing.assert_allclose(path[:, 0], [3, 1.5, 0], atol=1e-15)


@pytest.mark.parametrize("history_size", [2, 5])
def test_lbfgs_agrees_with_torch(history_size):
    """torch searches no line and shortens its first step: so begin where the first guess is short enough for both."""
    scales = np.array([0.9, 0.5, 0.2, 0.1])

    def f(x):
        return (x**2 @ scales) / 2 + (x**4).sum(-1) / 40

    def grad(x):
        return scales * x + x**3 / 10

    x0 = np.array([0.3, -0.5, 0.8, -0.4])
    assert abs(grad(x0)).sum() < 1
    points = list(islice(iterates(SimpleNamespace(f=f, grad=grad), x0, lbfgs, history_size=history_size), 8))
    assert all(a == 1 for _, (a, _) in points)
    x = torch.tensor(x0, requires_grad=True)
    optimiser = torch.optim.LBFGS([x], max_iter=1, history_size=history_size, tolerance_grad=0, tolerance_change=0)

    def closure():
        x.grad = torch.tensor(grad(x.detach().numpy()))
        return f(x.detach().numpy())

    for ours, _ in points:
        optimiser.step(closure)
        np.testing.assert_allclose(ours, x.detach().numpy(), rtol=1e-9, atol=1e-12)


def test_torchs_first_step_is_shorter_where_the_gradient_is_long():
    x0, g = np.array([3.0, -1.0]), np.array([0.6, -0.8]) * 5
    x = torch.tensor(x0, requires_grad=True)

    def closure():
        x.grad = torch.tensor(g)
        return 0.0

    torch.optim.LBFGS([x], lr=0.5, max_iter=1).step(closure)
    np.testing.assert_allclose(x.detach().numpy(), x0 - 0.5 / abs(g).sum() * g)


def test_defaults_of_lbfgs_are_those_of_torch_and_of_backtracking():
    theirs = inspect.signature(torch.optim.LBFGS).parameters
    ours = keywords(lbfgs)
    assert ours["lr"] == theirs["lr"].default
    assert ours.pop("history_size") == theirs["history_size"].default
    assert ours == keywords(backtracking)


def test_a_pair_that_shows_no_curvature_is_not_used():
    """On a slope that steepens, s·y < 0, and on a straight one 0: all that is left is gradient descent."""
    for bend in (0.0, 0.1):
        hill = SimpleNamespace(
            f=lambda x, bend=bend: -x[..., 0] - bend * x[..., 0] ** 2, grad=lambda x, bend=bend: -1 - 2 * bend * x
        )
        plain = descend(hill, [0.0], backtracking, 5)
        assert np.array_equal(descend(hill, [0.0], lbfgs, 5), plain)
        for _, (_, pairs) in islice(iterates(hill, [0.0], lbfgs), 5):
            assert all(rho == 0 for _, _, rho in pairs)


@pytest.mark.parametrize(("curvature", "used"), [(0.9e-6, False), (1.1e-6, True)])
def test_the_threshold_of_the_cautious_update(curvature, used):
    # With |g| = 2 and a step s, s·y is as much as curvature · |g| · s².
    slope = SimpleNamespace(
        f=lambda x: 2 * x[..., 0] + curvature * x[..., 0] ** 2, grad=lambda x: 2 + 2 * curvature * x
    )
    _, (_, ((_, _, rho),)) = next(iterates(slope, [0.0], lbfgs))
    assert (rho > 0) == used


def test_lbfgs_stays_where_no_step_helps():
    path = list(islice(iterates(banana, [[1.0, 1.0], [np.nan, 0.0], [0.0, 0.0]], lbfgs), 3))
    for x, (a, _) in path:
        np.testing.assert_array_equal(x[:2], [[1, 1], [np.nan, 0]])
        assert a[:2].tolist() == [[1], [0]]  # at the minimum the first guess loses nothing
        assert a[2] > 0


def test_the_history_of_lbfgs_is_no_longer_than_asked_for():
    lengths = [len(pairs) for _, (_, pairs) in islice(iterates(banana, banana.start, lbfgs, history_size=3), 5)]
    assert lengths == [1, 2, 3, 3, 3]


# What all methods share.


TWO = {  # values for each hyperparameter
    "lr": [0.01, 0.02],
    "eps": [1e-8, 0.1],
    "weight_decay": [0.0, 0.1],
    "c1": [1e-4, 0.4],
    "shrink": [0.5, 0.8],
    **{name: [0.4, 0.8] for name in ("beta", "beta1", "beta2")},
}


@each_method
def test_a_grid_is_a_loop_for_every_hyperparameter(method):
    surface = himmelblau()
    starts = np.random.default_rng(0).uniform(-2, 2, size=(3, 2))
    names = keywords(method).keys() - {"history_size"}  # one for all
    grid = {name: np.reshape(TWO[name], (2, 1, 1)) for name in names}
    points = list(islice(iterates(surface, starts, method, **grid), 10))
    for part in points[-1][1]:
        np.broadcast_shapes(np.shape(part) if hasattr(part, "shape") else (), (2, 3, 2))
    for k in range(2):
        for j, start in enumerate(starts):
            alone = descend(surface, start, method, 10, **{name: TWO[name][k] for name in names})
            np.testing.assert_allclose([x[k, j] for x, _ in points], alone[1:], rtol=1e-10, atol=1e-12)


@each_method
def test_every_hyperparameter_may_be_a_schedule(method):
    """A schedule that stays is the constant; one that changes is seen."""
    surface, hyper = himmelblau(), keywords(method) | {"lr": 0.01}
    path = descend(surface, surface.start, method, 8, **hyper)
    schedules = {name: (lambda t, value=value: value) for name, value in hyper.items()}
    assert np.array_equal(path, descend(surface, surface.start, method, 8, **schedules))
    for name, value in hyper.items():
        if name not in ("eps", "shrink", "c1", "history_size"):  # which matter little or seldom
            changed = schedules | {name: lambda t, value=value: value if t < 4 else 0.5 * value + 0.001}
            other = descend(surface, surface.start, method, 8, **changed)
            assert np.array_equal(path[:5], other[:5])
            assert not np.array_equal(path[5:], other[5:])


@each_method
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_methods_work_on_tensors(method, dtype):
    starts = np.array([[-1.5, 2.0], [0.5, 0.5]])
    rates = np.array([[[0.0001]], [[0.0002]]])
    path = descend(banana, torch.tensor(starts, dtype=dtype), method, 8, lr=torch.tensor(rates, dtype=dtype))
    assert path.dtype == dtype
    tolerance = 1e-9 if dtype == torch.float64 else 1e-3
    numpys = descend(banana, starts, method, 8, lr=rates)
    np.testing.assert_allclose(path.numpy(), numpys, rtol=tolerance, atol=tolerance)


@each_method
def test_what_was_yielded_stays_as_it_was(method):
    x0 = np.array([1.0, 1.0])
    x0.flags.writeable = False
    path = iterates(bowl, x0, method)
    points = list(islice(path, 3))
    before = [np.array(x) for x, _ in points]
    next(path)
    assert all(map(np.array_equal, before, (x for x, _ in points)))


@each_method
@pytest.mark.parametrize("kind", [np.array, lambda x: torch.tensor(x, dtype=torch.float64)])
def test_f_and_grad_may_write_into_x_and_use_their_memory_again(method, kind):
    x0, scales = kind([[1.0, 3.0], [0.5, -2.0]]), kind([1.0, 10.0])
    room = {"f": kind([0.0, 0.0]), "grad": 0 * x0}

    def f(x):
        x *= x
        room["f"][...] = (x * scales).sum(-1) / 2
        return room["f"]

    def grad(x):
        x *= scales
        room["grad"][...] = x
        return room["grad"]

    path = descend(SimpleNamespace(f=f, grad=grad), x0, method, 8, lr=0.05)
    np.testing.assert_allclose(path, descend(bowl, x0, method, 8, lr=0.05), rtol=1e-12)
    directly = [x for x, _ in islice(method(SimpleNamespace(f=f, grad=grad), x0, lr=0.05), 8)]
    assert all(map(np.array_equal, directly, path[1:]))
    assert x0.tolist() == [[1, 3], [0.5, -2]]


NET = MLP([2, 3, 2], dropout=0.5)
DATA = np.random.default_rng(0).normal(size=(12, 2)), np.arange(12) % 2


@pytest.mark.parametrize(
    ("method", "problem", "name"),
    [
        (lbfgs, NET.bind(*DATA, batch_size=4), "grad"),
        (lbfgs, SimpleNamespace(f=bowl.f, grad=noisy(bowl.grad, 0.1)), "grad"),
        (lbfgs, SimpleNamespace(f=bowl.f, grad=sam(noisy(bowl.grad, 0.1))), "grad"),
        (lbfgs, NET.bind(*DATA, rng=np.random.default_rng(0)), "f"),
        (backtracking, NET.bind(*DATA, rng=np.random.default_rng(0)), "f"),
    ],
)
def test_a_method_that_compares_is_told_that_the_problem_moves_on(method, problem, name):
    x = np.ones(NET.P if hasattr(problem, "_fields") else 2)
    for run in (lambda: descend(problem, x, method, 3), lambda: next(method(problem, x))):
        with pytest.raises(ValueError, match=f"^{method.__name__}: problem must have a {name} that stays the same"):
            run()


def test_a_line_search_along_gradients_of_minibatches_never_climbs():
    problem, theta = MLP([2, 3, 2]).bind(*DATA, batch_size=4), MLP([2, 3, 2]).start(0)
    losses = problem.f(descend(problem, theta, backtracking, 20))
    assert (np.diff(losses) <= 0).all()


RIGHT = {"problem": bowl, "x": np.ones(2)}
BAD_INPUT = [
    *(case for method in METHODS for case in wrong_settings(method, **RIGHT)),
    *((method, RIGHT | {"problem": p}, "problem") for method in METHODS for p in (banana.grad, None, 3.0)),
    *((method, RIGHT | {"problem": SimpleNamespace(f=banana.f)}, "problem") for method in METHODS),
    *((method, RIGHT | {"problem": SimpleNamespace(grad=banana.grad)}, "problem") for method in METHODS),
    *((method, RIGHT | {"x": x}, "x") for method in METHODS for x in ([1.0, 1.0], 1.0, np.float64(1), None)),
]


@each_method
@pytest.mark.parametrize("run", [descend, iterates])
def test_the_problem_must_have_a_value_and_a_gradient(run, method):
    with pytest.raises(ValueError, match=f"^{method.__name__}: problem must have f and grad, got "):
        run(banana.grad, [1.0, 1.0], method)


@pytest.mark.parametrize("method", [backtracking, lbfgs])
@pytest.mark.parametrize("kind", [np.asarray, torch.tensor])
def test_f_may_return_a_number_of_python(method, kind):
    plain = SimpleNamespace(f=lambda x: float(banana.f(x)), grad=banana.grad)
    path = descend(plain, kind(np.array([-1.5, 2.0])), method, 5)
    assert path.dtype in (np.float64, torch.float64)
    np.testing.assert_allclose(path, descend(banana, [-1.5, 2.0], method, 5), rtol=1e-12)


@pytest.mark.parametrize("method", [backtracking, lbfgs])
def test_f_has_one_value_for_each_point(method):
    for f in (lambda x: x**2, lambda x: (x**2).sum()):
        with pytest.raises(
            ValueError, match=rf"^{method.__name__}: f must return shape \(3,\) for x of shape \(3, 2\)"
        ):
            descend(SimpleNamespace(f=f, grad=banana.grad), np.ones((3, 2)), method, 2)


@each_method
@pytest.mark.parametrize("x", [np.ones(2, np.float16), torch.ones(2, dtype=torch.float16)])
def test_half_precision_is_refused(method, x):
    for run in (descend, iterates):
        with pytest.raises(
            ValueError, match=rf"^{method.__name__}: x must be of float32 or float64 for a method, got "
        ):
            run(banana, x, method)


@each_method
@pytest.mark.parametrize("x", [np.ones(2, np.float32), torch.ones(2)])
def test_hyperparameters_of_any_type_leave_that_of_x(method, x):
    rates = np.array([[1e-3], [2e-3]])
    for lr in (np.float64(1e-3), rates, torch.tensor(rates), lambda t: rates, lambda t: np.float64(1e-3)):
        for path in (method(banana, x, lr=lr), iterates(banana, x, method, lr=lr)):
            for y, _ in islice(path, 3):
                assert type(y) is type(x)
                assert y.dtype == x.dtype


@each_method
def test_a_method_takes_integers_for_floats(method):
    (x, _), (y, _) = (next(method(banana, start)) for start in (np.array([2, 1]), np.array([2.0, 1.0])))
    assert x.tolist() == y.tolist()


def test_the_squares_of_schedule_free_adamw_go_as_far_as_those_of_adam():
    steep = SimpleNamespace(f=banana.f, grad=lambda x: np.full_like(x, 1e20))
    x, _ = next(schedule_free_adamw(steep, np.zeros(2, np.float32), lr=0.5))
    np.testing.assert_allclose(x, -0.5, rtol=1e-6)


@each_method
@pytest.mark.parametrize(
    ("grad", "message"),
    [
        (lambda x: [1.0, 1.0], r"grad must return the shape of x, \(2,\), got list of shape \(2,\)$"),
        (banana.f, r"grad must return the shape of x, \(2,\), got float64 of shape \(\)$"),
        (lambda x: None, r"grad must return the shape of x, \(2,\), got NoneType of shape \(\)$"),
        (lambda x: x + 1j, "what grad returns must be an array of .*numbers, got "),
    ],
)
def test_the_gradient_must_be_one(method, grad, message):
    with pytest.raises(ValueError, match=f"^{method.__name__}: {message}"):
        descend(SimpleNamespace(f=banana.f, grad=grad), [1.0, 1.0], method, 2)


@each_method
def test_gradients_of_any_type_leave_that_of_x(method):
    exact = SimpleNamespace(f=banana.f, grad=lambda x: banana.grad(x.astype(float)))
    for x, _ in islice(method(exact, np.ones(2, np.float32) / 2), 3):
        assert x.dtype == np.float32
