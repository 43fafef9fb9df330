"""`descend` and `iterates`: grids, schedules, tensors, divergence, and what a rule must return."""

import warnings
from functools import partial
from itertools import islice
from types import SimpleNamespace

import numpy as np
import pytest
import torch
from bad_input import test_bad_input_is_named  # noqa: F401
from hypothesis import given
from hypothesis import strategies as st
from strategies import TWINS

from gradlab.descend import descend, is_method, iterates
from gradlab.methods import backtracking
from gradlab.rules import adam, heavy_ball, momentum, muon, rmsprop, sgd
from gradlab.schedules import cosine
from gradlab.surfaces import quadratic, rosenbrock

bowl = quadratic(1, 10)
banana = rosenbrock()


@pytest.mark.parametrize("twin", TWINS, ids=lambda twin: twin.rule.__name__)
@given(data=st.data())
def test_a_grid_is_a_loop(twin, data):
    """Starting points along one axis, settings along another: each path is the one it has alone."""
    settings = data.draw(st.lists(st.fixed_dictionaries(twin.hyper), min_size=2, max_size=3))
    rows = twin.shape[:-1]  # of a matrix, if that is what the rule takes; bowl.grad takes each row for a point
    starts = np.random.default_rng(0).normal(size=(2, *rows, 2))
    column = (-1, 1) + (1,) * len(twin.shape)
    grid = {name: np.reshape([s[name] for s in settings], column) for name in twin.hyper}
    steps = 4 if twin.rule is muon else 8  # each step of muon multiplies a rounding error up to 500 times
    paths = descend(bowl.grad, starts, twin.rule, steps, **grid)
    assert paths.shape == (steps + 1, len(settings), 2, *rows, 2)
    for k, hyper in enumerate(settings):
        for j, start in enumerate(starts):
            alone = descend(bowl.grad, start, twin.rule, steps, **hyper)
            # Not bit for bit: NumPy's powers of arrays and of numbers may differ in the last place.
            np.testing.assert_allclose(paths[:, k, j], alone, rtol=1e-10, atol=1e-10)


@pytest.mark.parametrize("twin", TWINS, ids=lambda twin: twin.rule.__name__)
def test_a_grid_of_starts_and_rates_is_exactly_a_loop(twin):
    rows, rates = twin.shape[:-1], [1e-3, 0.01, 0.1]
    starts = np.random.default_rng(0).normal(size=(3, *rows, 2))
    lr = np.reshape(rates, (-1,) + (1,) * len(twin.shape))
    paths = descend(banana.grad, starts[:, None], twin.rule, 30, lr=lr)
    # Products of matrices may sum in another order when there are several.
    same = partial(np.allclose, rtol=1e-10) if rows else np.array_equal
    for j, start in enumerate(starts):
        for k, rate in enumerate(rates):
            alone = descend(banana.grad, start, twin.rule, 30, lr=rate)
            assert same(paths[:, j, k], alone, equal_nan=True)


def test_trajectory_begins_at_x0_and_follows_the_rule():
    path = descend(bowl.grad, [1.0, 1.0], sgd, 2, lr=0.05)
    np.testing.assert_allclose(path, [[1, 1], [0.95, 0.5], [0.9025, 0.25]], rtol=1e-15)


def test_no_steps_give_the_start_alone():
    assert descend(bowl.grad, [1.0, 2.0], sgd, 0).tolist() == [[1.0, 2.0]]


def test_a_hundred_steps_unless_told():
    assert len(descend(bowl.grad, [1.0, 2.0], sgd)) == 101


@pytest.mark.parametrize(
    ("x0", "dtype"),
    [([3, 4], float), (np.array([3, 4]), float), ([True, False], float), (np.ones(2, np.float32), np.float32)],
)
def test_integers_become_floats_and_floats_stay_what_they_are(x0, dtype):
    path = descend(bowl.grad, x0, sgd, 1, lr=0.25)
    assert path.dtype == dtype
    assert path[1, 0] == 0.75 * path[0, 0]


def test_integer_tensors_become_floats():
    path = descend(bowl.grad, torch.tensor([4, 4]), sgd, 1, lr=0.25)
    assert path.dtype == torch.get_default_dtype()
    assert path[1, 0] == 3


def test_a_tensor_path_is_the_numpy_path():
    x0, lr = np.ones((2, 1, 2)), np.array([[0.01], [0.02]])
    numpys = descend(bowl.grad, x0, adam, 10, lr=lr)
    torchs = descend(bowl.grad, torch.tensor(x0), adam, 10, lr=torch.tensor(lr))
    assert tuple(torchs.shape) == numpys.shape == (11, 2, 2, 2)
    np.testing.assert_allclose(torchs, numpys, rtol=1e-12)


def test_the_arguments_are_left_alone_and_the_result_is_the_callers():
    x0, lr = np.ones(2), np.array([[0.01], [0.02]])
    x0.flags.writeable = lr.flags.writeable = False
    path = descend(bowl.grad, x0, momentum, 3, lr=lr)
    path[:] = 0  # a path of its own, not views of x0
    assert x0.tolist() == [1, 1]
    assert descend(bowl.grad, x0, momentum, 3, lr=lr)[-1].all()


def test_tensors_are_left_alone():
    x0 = torch.ones(2)
    descend(bowl.grad, x0, momentum, 3, lr=0.1)[:] = 0
    assert x0.tolist() == [1, 1]


def test_divergence_runs_on_without_a_warning():
    with warnings.catch_warnings(), np.errstate(all="raise"):
        warnings.simplefilter("error")
        path = descend(banana.grad, [1.0, 3.0], sgd, 30, lr=1.0)
    assert len(path) == 31
    assert np.isnan(path[-1]).all()


def test_the_callers_own_warnings_are_left_alone():
    """What `iterates` silences are its own steps, not what the caller does between them."""
    with np.errstate(over="raise"):
        for _ in islice(iterates(banana.grad, [1.0, 3.0], sgd, lr=1.0), 9):
            assert np.geterr()["over"] == "raise"


def test_iterates_yields_points_with_their_states_one_at_a_time():
    asked = []

    def grad(x):
        asked.append(x.tolist())
        return bowl.grad(x)

    path = iterates(grad, [1, 1], momentum, lr=0.1, beta=0.5)
    assert asked == []  # nothing is computed before it is wanted
    x, state = next(path)
    np.testing.assert_allclose(x, [0.9, 0])
    assert [v.tolist() for v in state] == [[1, 10]]
    assert isinstance(state, tuple)
    assert asked == [[1, 1]]
    next(path)
    assert asked[1:] == [x.tolist()]
    assert state[0].tolist() == [1, 10]  # an old state is not overwritten by the next


def test_iterates_and_descend_visit_the_same_points():
    path = descend(bowl.grad, [1.0, 1.0], rmsprop, 5)
    points = [x for x, _ in islice(iterates(bowl.grad, [1.0, 1.0], rmsprop), 5)]
    assert np.array_equal(path[1:], points)


def test_schedules_count_from_zero():
    path = descend(lambda x: np.ones_like(x), [0.0], sgd, 3, lr=lambda t: 10.0**t)
    assert path[:, 0].tolist() == [0, -1, -11, -111]


def test_a_schedule_is_asked_for_no_more_than_the_steps_there_are():
    assert descend(lambda x: np.ones_like(x), [0.0], sgd, 1, lr=[5.0].__getitem__).tolist() == [[0], [-5]]


def test_any_hyperparameter_may_be_a_schedule():
    # beta = 0, 1/2, 2/3 makes v the sum 1, 3/2, 2.
    path = descend(lambda x: np.ones_like(x), [0.0], momentum, 3, lr=1.0, beta=lambda t: t / (t + 1))
    np.testing.assert_allclose(path[:, 0], [0, -1, -2.5, -4.5])


def test_a_schedule_of_arrays_widens_the_grid():
    rates = np.array([[0.1], [0.2]])
    path = descend(bowl.grad, [1.0, 1.0], sgd, 3, lr=lambda t: rates / (t + 1))
    assert path.shape == (4, 2, 2)
    for k, rate in enumerate((0.1, 0.2)):
        assert np.array_equal(path[:, k], descend(bowl.grad, [1.0, 1.0], sgd, 3, lr=lambda t, r=rate: r / (t + 1)))


def test_a_schedule_is_checked_as_it_runs():
    with pytest.raises(ValueError, match="sgd at t = 2: lr must be finite and not negative"):
        descend(bowl.grad, [1.0, 1.0], sgd, 5, lr=lambda t: 1 - t)
    with pytest.raises(ValueError, match="momentum at t = 3: beta must be finite and not negative, got inf"):
        descend(bowl.grad, [1.0, 1.0], momentum, 5, beta=lambda t: 0.5 if t < 3 else np.inf)


def test_a_schedule_of_beta_may_pass_1_and_a_constant_may_not():
    path = descend(lambda x: np.ones_like(x), [0.0], momentum, 3, lr=1.0, beta=[1.5, 2.0, 0.0].__getitem__)
    assert path[:, 0].tolist() == [0, -1, -4, -5]
    with pytest.raises(ValueError, match=r"momentum: beta must be in \[0, 1\), got 1.5"):
        descend(bowl.grad, [1.0], momentum, beta=1.5)


def test_descend_takes_a_method_where_it_takes_a_rule():
    path = descend(bowl, [1, 1], backtracking, 4)
    assert path.shape == (5, 2)
    assert np.array_equal(path[1:], [x for x, _ in islice(iterates(bowl, [1, 1], backtracking), 4)])
    assert is_method(backtracking)
    assert not is_method(sgd)


def test_a_method_that_comes_to_its_end_ends_the_path():
    def three_steps(problem, x):
        for _ in range(3):
            x = x / 2
            yield x, ()

    assert descend(bowl, [8.0], three_steps, 10).tolist() == [[8], [4], [2], [1]]


def test_a_method_may_end_before_it_begins():
    def nothing_to_do(problem, x):
        yield from ()

    assert descend(bowl, [8.0], nothing_to_do, 10).tolist() == [[8]]


def test_a_readers_own_rule_may_be_any_function():
    def shrink(x, g, *, lr=0.5):
        return (x - lr * x,)

    assert descend(bowl.grad, [8.0, 0.0], shrink, 2)[:, 0].tolist() == [8, 4, 2]
    path = descend(bowl.grad, [8.0, 0.0], partial(sgd, lr=0.5), 2)
    assert path[:, 0].tolist() == [8, 4, 2]


# What a gradient may do.


def doubles_its_argument(x):
    x *= 2
    return x


KINDS = [np.array, torch.tensor]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("rule", [sgd, heavy_ball, momentum, adam])
def test_a_gradient_may_write_into_its_argument(rule, kind):
    x0 = kind([1.0, 3.0])
    path = descend(doubles_its_argument, x0, rule, 4, lr=0.1)
    assert np.array_equal(path, descend(lambda x: 2 * x, x0, rule, 4, lr=0.1))
    assert x0.tolist() == [1, 3]
    points = [x for x, _ in islice(iterates(doubles_its_argument, x0, rule, lr=0.1), 4)]
    assert all(map(np.array_equal, path[1:], points))


def optimistic(x, g, last=0, *, lr=0.1):
    """It keeps the gradient itself: Popov (1980)."""
    return x - lr * (2 * g - last), g


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("rule", [sgd, momentum, adam, optimistic])
def test_a_gradient_may_return_the_same_memory_each_time(rule, kind):
    out = kind([0.0, 0.0])

    def reused(x):
        out[...] = 2 * x
        return out

    x0 = kind([1.0, 3.0])
    assert np.array_equal(descend(reused, x0, rule, 4, lr=0.1), descend(lambda x: 2 * x, x0, rule, 4, lr=0.1))


def test_a_method_of_the_readers_own_gets_functions_that_spoil_nothing():
    out = np.empty(2)

    def two_gradients(problem, x, *, lr=0.1):
        assert problem.name == "anything else is there"
        while True:
            g = problem.grad(x)
            x = x - lr * (g + problem.grad(x - lr * g))
            yield x, ()

    def spoils(x):
        x *= 2
        return np.copyto(out, x) or out

    problem = SimpleNamespace(grad=spoils, name="anything else is there")
    fine = SimpleNamespace(grad=lambda x: 2 * x, name="anything else is there")
    paths = (descend(p, [1.0, 3.0], two_gradients, 4) for p in (problem, fine))
    assert np.array_equal(*paths)


# Tensors with a graph.


@pytest.mark.parametrize("rule", [sgd, momentum, adam, backtracking])
def test_a_path_has_no_graph(rule):
    problem = SimpleNamespace(f=lambda x: scale * (x**2).sum(-1), grad=lambda x: 2 * scale * x)
    scale, x0 = torch.tensor(1.0, requires_grad=True), torch.ones(2, requires_grad=True)
    lr = torch.tensor(0.1, requires_grad=True)
    for rate in (0.1, lr, lambda t: lr):
        assert not descend(problem, x0, rule, 3, lr=rate).requires_grad
        for x, state in islice(iterates(problem, x0, rule, lr=rate), 3):
            assert not any(torch.is_tensor(part) and part.requires_grad for part in (x, *state))
    assert x0.requires_grad


def test_bfloat16_descends():
    path = descend(bowl.grad, torch.ones(2, dtype=torch.bfloat16), sgd, 2, lr=0.05)
    assert path.dtype == torch.bfloat16
    np.testing.assert_allclose(path.float(), descend(bowl.grad, [1.0, 1.0], sgd, 2, lr=0.05), rtol=0.01)


# What goes wrong, and says so.


def forgets_the_comma(x, g, *, lr=0.1):
    return (x - lr * g)  # fmt: skip


def sums(x, g):
    return x.sum(-1), x


def doubles(x, g):
    return (np.stack([x, x]),)


def grad_of_a_list(x):
    return [1.0, 1.0]


RIGHT = {"problem": bowl.grad, "x0": [1.0, 1.0], "rule": sgd, "steps": 3}
BAD_INPUT = [
    (descend, RIGHT | {"problem": None}, "problem"),
    (descend, RIGHT | {"problem": SimpleNamespace(f=bowl.f)}, "problem"),
    (descend, RIGHT | {"problem": bowl.f}, "grad"),
    (descend, RIGHT | {"problem": grad_of_a_list}, "grad"),
    (descend, RIGHT | {"problem": lambda x: np.ones((2, 2))}, "grad"),
    (descend, RIGHT | {"x0": 3.0}, "x0"),
    (descend, RIGHT | {"x0": "here"}, "x0"),
    (descend, RIGHT | {"x0": {}}, "x0"),
    (descend, RIGHT | {"x0": np.array([1 + 1j])}, "x0"),
    (descend, RIGHT | {"x0": torch.tensor([1 + 1j])}, "x0"),
    (iterates, {"problem": bowl.grad, "x": torch.tensor([1 + 1j]), "rule": sgd}, "x"),
    (descend, RIGHT | {"x0": [[1.0], [1.0, 2.0]]}, "x0"),
    (descend, RIGHT | {"rule": "sgd"}, "rule"),
    (descend, RIGHT | {"rule": forgets_the_comma}, "rule"),
    (descend, RIGHT | {"rule": sums}, "rule"),
    (descend, RIGHT | {"rule": doubles}, "rule"),
    (descend, RIGHT | {"steps": -1}, "steps"),
    (descend, RIGHT | {"steps": 2.0}, "steps"),
    (descend, RIGHT | {"steps": True}, "steps"),
    (iterates, {"problem": None, "x": [1.0], "rule": sgd}, "problem"),
    (iterates, {"problem": bowl.grad, "x": 3.0, "rule": sgd}, "x"),
    (iterates, {"problem": bowl.grad, "x": "here", "rule": sgd}, "x"),
    (iterates, {"problem": bowl.grad, "x": [1.0], "rule": None}, "rule"),
]


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"rule": forgets_the_comma}, "rule forgets_the_comma must return a tuple.*got ndarray; .*with a comma"),
        ({"rule": sums}, r"rule sums must keep the shape of x, \(2,\), got \(\)"),
        ({"problem": bowl.f}, r"grad must return the shape of x, \(2,\), got float64 of shape \(\)"),
        ({"problem": 3}, "problem must be a problem with grad, or a gradient function, got 3"),
        ({"x0": 3.0}, r"x0 must have a last axis for the coordinates, such as \[1.0, 2.0\], got 3.0"),
        ({"x0": torch.tensor([1j])}, "x0 must be an array of real numbers, got tensor"),
        ({"x0": "here"}, "x0 must be an array of numbers, got 'here'"),
        ({"steps": -1}, "steps must be an integer of at least 0, got -1"),
    ],
)
def test_messages_say_what_was_wrong(wrong, message):
    with pytest.raises(ValueError, match=f"^descend: {message}"):
        descend(**RIGHT | wrong)


def test_iterates_is_the_owner_of_its_errors():
    with pytest.raises(ValueError, match=r"^iterates: grad must return"):
        next(iterates(bowl.f, [1.0, 1.0], sgd))


@pytest.mark.parametrize("function", [descend, iterates])
@pytest.mark.parametrize(
    ("hyper", "message"),
    [
        ({"rate": 0.1}, "sgd: no hyperparameter 'rate'; there are: lr"),
        ({"lr": -0.1}, "sgd: lr must be finite and not negative, got -0.1"),
        ({"lr": lambda t: -0.1}, "sgd: lr must be finite and not negative, got -0.1"),
        ({"lr": np.ones(5)}, r"sgd: lr of shape \(5,\) does not broadcast with \(2,\).*lr\[:, None\]"),
    ],
)
def test_wrong_hyperparameters_are_refused_before_the_first_step(function, hyper, message):
    def grad(x):
        raise AssertionError("no gradient is asked for")

    with pytest.raises(ValueError, match=message):
        function(grad, [1.0, 1.0], sgd, **hyper)


# Types.

SINGLE = [np.ones(2, np.float32), torch.ones(2)]
RATES = np.array([[0.1], [0.2]])


@pytest.mark.parametrize("x0", SINGLE, ids=["array", "tensor"])
@pytest.mark.parametrize(
    "lr",
    [
        *(0.1, np.float64(0.1), np.array(0.1), RATES, RATES.astype(np.float32), torch.tensor(RATES)),
        *(
            lambda t: np.float64(0.1),
            lambda t: RATES / (t + 1),
            cosine(RATES, steps=9),
            cosine(np.float64(0.1), steps=9),
        ),
    ],
)
@pytest.mark.parametrize("rule", [sgd, adam, backtracking])
def test_rates_of_any_type_leave_that_of_x(x0, lr, rule):
    path = descend(bowl, x0, rule, 3, lr=lr)
    first = lr(0) if callable(lr) else lr
    wanted = descend(bowl, np.ones(2), rule, 3, lr=lr if callable(lr) else np.asarray(lr))
    assert type(path) is type(x0)
    assert path.dtype == x0.dtype
    assert tuple(path.shape) == (4, *np.broadcast_shapes((2,), np.shape(first)))
    np.testing.assert_allclose(path, wanted, rtol=1e-4, atol=1e-6)
    for x, _ in islice(iterates(bowl, x0, rule, lr=lr), 3):
        assert type(x) is type(x0)
        assert x.dtype == x0.dtype


def test_what_a_rule_is_given_at_each_step_is_of_the_type_of_x():
    seen = []

    def rule(x, g, *, lr, beta, count, name):
        seen.append((x.dtype, g.dtype, lr.dtype, type(beta), count, name))
        return (np.float64(1) * x,)

    hyper = {"lr": RATES, "beta": np.float64(0.5), "count": np.int64(3), "name": "none"}
    (x, _), (y, _) = islice(iterates(lambda x: x.astype(float), SINGLE[0], rule, **hyper), 2)
    single = np.dtype(np.float32)
    assert seen == [(single, single, single, float, 3, "none")] * 2
    assert x.dtype == y.dtype == single


@pytest.mark.parametrize("x0", SINGLE, ids=["array", "tensor"])
@pytest.mark.parametrize("form", [np.float64, np.int64, torch.tensor, lambda g: torch.tensor(g).double()])
def test_gradients_of_any_type_leave_that_of_x(x0, form):
    (x, (v,)), *_ = islice(iterates(lambda x: form([2, 200]), x0, momentum, lr=0.5), 1)
    assert x.dtype == v.dtype == x0.dtype
    assert type(x) is type(x0)
    assert x.tolist() == [0, -99]


def test_unsigned_gradients_are_squared_as_floats():
    g = np.array([200, 1], np.uint8)
    np.testing.assert_array_equal(descend(lambda x: g, [1.0, 1.0], adam), descend(lambda x: g / 1.0, [1.0, 1.0], adam))


@pytest.mark.parametrize("rule", [adam, rmsprop, sgd])
@pytest.mark.parametrize("kind", [np.asarray, torch.tensor])
def test_a_path_of_half_precision_is_rounded_from_one_in_float32(kind, rule):
    x0 = kind(np.array([1.0, -0.5]))
    half, single = (x0.astype("f2"), x0.astype("f4")) if kind is np.asarray else (x0.half(), x0.float())
    asked = []

    def grad(x):
        asked.append(x.dtype)
        return bowl.grad(x)

    path = descend(grad, half, rule, 200, lr=1e-4)
    wanted = descend(bowl.grad, single, rule, 200, lr=1e-4)
    assert path.dtype == half.dtype
    assert set(asked) == {half.dtype}
    assert (path[-1] != path[0]).all(), "each step of 1e-4 is less than half precision can tell from none"
    np.testing.assert_allclose(path.tolist(), wanted, rtol=2e-3)
    x, state = next(iterates(grad, half, rule, lr=1e-4))
    assert x.dtype == half.dtype
    assert all(part.dtype == single.dtype for part in state if hasattr(part, "dtype"))


@pytest.mark.parametrize("run", [descend, iterates])
def test_complex_gradients_are_refused(run):
    with pytest.raises(ValueError, match=f"^{run.__name__}: what grad returns must be an array of real numbers, got "):
        list(islice(run(lambda x: x + 1j, [1.0, 1.0], sgd), 1))


def test_an_optimiser_of_torch_is_no_rule():
    for wrong in (torch.optim.Adam, torch.optim.Adam([torch.ones(2)])):
        with pytest.raises(
            ValueError, match=r"^descend: rule must be an update rule or a method, such as gradlab.rules.adam"
        ):
            descend(bowl, [1.0, 1.0], wrong)


def test_the_points_of_a_method_are_of_the_type_of_the_first_one():
    def half_way(problem, x):
        while True:
            x = np.float64(0.5) * x
            yield (x if x[0] > 0.3 else x.tolist()), ()

    points = [x for x, _ in islice(iterates(bowl, SINGLE[0], half_way), 3)]
    assert [x.dtype for x in points] == [np.float32] * 3
    assert points[-1].tolist() == [0.125, 0.125]


@pytest.mark.parametrize("lr", [0.1j, np.array([0.1j]), torch.tensor(0.1j), lambda t: np.array(0.1j)])
def test_a_complex_rate_is_refused(lr):
    with pytest.raises(ValueError, match=r"^sgd: lr must be "):
        descend(bowl.grad, [1.0, 1.0], sgd, 1, lr=lr)
