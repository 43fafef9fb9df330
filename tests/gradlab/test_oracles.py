"""Gradient oracles: clipping against torch, noise by its statistics, minibatches by counting."""

import numpy as np
import pytest
import torch
from bad_input import test_bad_input_is_named  # noqa: F401
from hypothesis import given
from hypothesis import strategies as st
from strategies import vectors

from gradlab.descend import descend
from gradlab.oracles import Stochastic, clip_by_norm, clip_by_value, drawn, l2, minibatch, noisy, sam
from gradlab.rules import adam, momentum, sgd
from gradlab.surfaces import least_squares, quadratic

bowl = quadratic(1, 4, 9)
LIMITS = [
    (clip_by_value, "max_value"),
    (clip_by_norm, "max_norm"),
    (l2, "weight_decay"),
    (sam, "radius"),
    (noisy, "sd"),
]


def constant(g):
    """An oracle that answers g, as an array of x's grid."""
    return lambda x: np.broadcast_to(g, x.shape)


def clipped_by_torch(clip_, g, limit):
    x = torch.zeros(len(g), dtype=torch.float64, requires_grad=True)
    x.grad = torch.tensor(g)
    clip_([x], limit)
    return x.grad.numpy()


@given(g=vectors(3), limit=st.floats(0.1, 20))
def test_clipping_agrees_with_torch(g, limit):
    by_value = clip_by_value(constant(g), limit)(np.zeros(3))
    assert np.array_equal(by_value, clipped_by_torch(torch.nn.utils.clip_grad_value_, g, limit))
    by_norm = clip_by_norm(constant(g), limit)(np.zeros(3))
    # torch divides by ‖g‖ + 1e-6, so that what it clips is shorter by the factor 1 + 1e-6/‖g‖.
    theirs = clipped_by_torch(torch.nn.utils.clip_grad_norm_, g, limit)
    np.testing.assert_allclose(by_norm, theirs, rtol=1.1e-6 / max(np.linalg.norm(g), limit), atol=1e-12)


@given(g=vectors(4), limit=st.floats(1e-3, 100))
def test_clipping_by_norm_shortens_and_does_not_turn(g, limit):
    clipped = clip_by_norm(constant(g), limit)(np.zeros(4))
    norm = np.linalg.norm(g)
    assert np.linalg.norm(clipped) == pytest.approx(min(norm, limit), rel=1e-12)
    np.testing.assert_allclose(clipped * norm, g * np.linalg.norm(clipped), atol=1e-9)
    if norm < limit:
        assert np.array_equal(clipped, g)


def test_clipping_by_hand():
    g = np.array([[3.0, -4.0], [0.3, 0.4], [0.0, 0.0]])
    np.testing.assert_allclose(clip_by_norm(constant(g), 2.5)(g), [[1.5, -2.0], [0.3, 0.4], [0, 0]])
    assert clip_by_value(constant(g), 2.5)(g).tolist() == [[2.5, -2.5], [0.3, 0.4], [0, 0]]


@pytest.mark.parametrize("clip", [clip_by_norm, clip_by_value])
def test_a_limit_for_each_point_of_a_grid(clip):
    limits = np.array([[1.0], [2.5], [np.inf]])
    g = np.array([3.0, -4.0])
    x = np.zeros((3, 2))
    loop = [clip(constant(g), limit)(x[0]) for limit in limits[:, 0]]
    assert np.array_equal(clip(constant(g), limits)(x), loop)


@pytest.mark.parametrize("clip", [clip_by_norm, clip_by_value])
def test_an_infinite_limit_clips_nothing_and_nan_stays_nan(clip):
    g = np.array([3.0, -4.0])
    assert np.array_equal(clip(constant(g), np.inf)(g), g)
    assert np.isnan(clip(constant([np.nan, 1.0]), 1.0)(g)).any()


@pytest.mark.parametrize("clip", [clip_by_norm, clip_by_value])
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_clipping_tensors(clip, dtype):
    g = torch.tensor([[3.0, -4.0], [0.3, 0.4]], dtype=dtype)
    clipped = clip(lambda x: g, 2.5)(g)
    assert clipped.dtype == dtype
    np.testing.assert_allclose(clipped, clip(lambda x: g.numpy(), 2.5)(g.numpy()), rtol=1e-6)
    assert g[0].tolist() == [3, -4]  # not in place


def test_noise_has_the_mean_and_the_spread_it_should():
    n, sd = 40_000, 0.5
    draws = noisy(constant([1.0, -2.0]), sd, seed=3)(np.zeros((n, 2)))
    # Four standard errors of a mean and of a standard deviation.
    np.testing.assert_allclose(draws.mean(0), [1, -2], atol=4 * sd / n**0.5)
    np.testing.assert_allclose(draws.std(0), sd, rtol=4 / (2 * n) ** 0.5)
    assert abs(np.corrcoef(draws.T)[0, 1]) < 4 / n**0.5  # the coordinates are independent


def test_noise_is_fresh_at_each_call_and_the_same_for_the_same_seed():
    x = np.zeros(3)
    first, again, other = (noisy(constant(1.0), 0.1, seed) for seed in (7, 7, 8))
    draws = [first(x) for _ in range(3)]
    assert np.array_equal(draws, [again(x) for _ in range(3)])
    assert len(np.unique(draws)) == 9
    assert not np.array_equal(draws[0], other(x))
    assert np.array_equal(noisy(constant(1.0), 0.1)(x), noisy(constant(1.0), 0.1, seed=0)(x))


def test_noise_is_what_numpys_generator_draws_from_that_seed():
    drawn = np.random.default_rng(5).standard_normal((2, 3))
    np.testing.assert_allclose(noisy(constant(1.0), 0.1, seed=5)(np.zeros((2, 3))), 1 + 0.1 * drawn)


def test_noise_for_tensors_and_for_a_grid_of_spreads():
    x = torch.zeros(4, dtype=torch.float32)
    assert noisy(lambda x: x, 0.1)(x).dtype == torch.float32
    np.testing.assert_allclose(noisy(lambda x: x, 0.1)(x), noisy(lambda x: x, 0.1)(x.numpy()), rtol=1e-6)
    spread = noisy(constant(0.0), np.array([[0.0], [1.0]]))(np.zeros((2, 3)))
    assert (spread[0] == 0).all()
    assert spread[1].all()


X = np.random.default_rng(0).normal(size=(12, 2))
y = X @ [1.0, -1.0] + 0.1


def mean_gradient(theta, X, y):
    return least_squares(X, y).grad(theta)


def rows_of(oracle, calls):
    """The examples that each of the next calls sees; the oracle must show them as its gradient."""
    return [oracle(None).tolist() for _ in range(calls)]


@pytest.mark.parametrize(
    ("n", "batch_size", "sizes"), [(12, 4, [4, 4, 4]), (10, 4, [4, 4, 2]), (5, 5, [5]), (7, 1, [1] * 7)]
)
def test_each_epoch_uses_each_example_once(n, batch_size, sizes):
    oracle = minibatch(lambda x, rows: rows, np.arange(n), batch_size=batch_size)
    orders = []
    for _ in range(3):
        batches = rows_of(oracle, len(sizes))
        assert [len(rows) for rows in batches] == sizes
        orders.append([row for rows in batches for row in rows])
        assert sorted(orders[-1]) == list(range(n))
    assert orders[0] != orders[1]  # shuffled anew


def test_the_mean_over_an_epoch_of_equal_batches_is_the_full_gradient():
    oracle = minibatch(mean_gradient, X, y, batch_size=3)
    theta = np.array([[0.5, 2.0], [-1.0, 0.0]])  # a grid: all its points see the same batch
    batches = [oracle(theta) for _ in range(4)]
    np.testing.assert_allclose(np.mean(batches, axis=0), mean_gradient(theta, X, y))
    assert not np.allclose(batches[0], batches[1])


def test_a_batch_of_all_is_the_full_gradient():
    full = descend(lambda theta: mean_gradient(theta, X, y), [0.0, 0.0], sgd, 5, lr=0.1)
    path = descend(minibatch(mean_gradient, X, y, batch_size=12), [0.0, 0.0], sgd, 5, lr=0.1)
    np.testing.assert_allclose(path, full, rtol=1e-12)


def test_arrays_are_drawn_alike_and_tensors_too():
    oracle = minibatch(lambda x, a, b: np.stack([a, b]), np.arange(6), torch.arange(6), batch_size=2)
    for a, b in rows_of(oracle, 6):
        assert a == b


def test_the_same_seed_gives_the_same_batches():
    first, again, other = (minibatch(lambda x, rows: rows, np.arange(9), batch_size=3, seed=s) for s in (5, 5, 6))
    drawn = rows_of(first, 6)
    assert drawn == rows_of(again, 6)
    default, zero = (minibatch(lambda x, rows: rows, np.arange(9), batch_size=3, **s) for s in ({}, {"seed": 0}))
    assert rows_of(default, 3) == rows_of(zero, 3)
    assert drawn != rows_of(other, 6)


# Gradients that move on from call to call.


def rows_seen(oracle_of, calls=3, **options):
    """The batches, one list a call, that an oracle around `minibatch` asks for."""
    seen = []

    def grad(x, rows):
        seen[-1].append(rows.tolist())
        return x

    oracle = oracle_of(minibatch(grad, np.arange(6), batch_size=2, **options))
    for _ in range(calls):
        seen.append([])
        oracle(np.ones(2))
    return seen


ALONE = [rows[0] for rows in rows_seen(lambda grad: grad, 6)]


def own_sam(grad):
    def ascend_first(x):
        one = drawn(grad)
        return one(x + 0.05 * one(x))

    return ascend_first


@pytest.mark.parametrize(
    ("oracle_of", "times"),
    [
        (sam, 2),
        (lambda grad: sam(clip_by_norm(grad, 1.0)), 2),
        (lambda grad: clip_by_value(l2(sam(grad), 0.1), 1.0), 2),
        (lambda grad: sam(noisy(grad, 0.1)), 2),
        (lambda grad: noisy(sam(grad), 0.1), 2),
        (lambda grad: sam(sam(grad)), 4),
        (own_sam, 2),
    ],
)
def test_a_batch_is_drawn_once_a_step_however_often_it_is_asked(oracle_of, times):
    assert rows_seen(oracle_of, 6) == [[rows] * times for rows in ALONE]


def test_sam_asks_the_same_batch_as_the_paper_does():
    theta, radius = np.array([0.5, 2.0]), 0.3
    step, alone = (minibatch(mean_gradient, X, y, batch_size=3) for _ in range(2))
    for _ in range(5):
        here = drawn(alone)
        g = here(theta)
        expected = here(theta + radius * g / np.linalg.norm(g))
        np.testing.assert_allclose(sam(step, radius)(theta), expected, rtol=1e-12)


def test_within_a_draw_the_noise_stays():
    oracle, x = noisy(bowl.grad, 0.5), np.ones(3)
    one, other = oracle.draw(), oracle.draw()
    assert np.array_equal(one(x), one(x))
    np.testing.assert_allclose(one(2 * x) - one(x), bowl.grad(x))
    assert not np.array_equal(one(x), other(x))
    with_noise = sam(noisy(bowl.grad, 0.5), 0.3)(x)
    here = noisy(bowl.grad, 0.5).draw()
    np.testing.assert_allclose(with_noise, here(x + 0.3 * here(x) / np.linalg.norm(here(x))))


def test_draws_do_not_disturb_each_other():
    oracle = sam(minibatch(lambda x, rows: rows + 0 * x, np.arange(6.0), batch_size=2))
    first, second = oracle.draw(), oracle.draw()
    assert second(np.ones(2)).tolist() == ALONE[1]
    assert first(np.ones(2)).tolist() == ALONE[0]


def test_what_stays_is_its_own_draw():
    assert drawn(bowl.grad) is bowl.grad
    for oracle in (clip_by_norm(bowl.grad, 1.0), clip_by_value(bowl.grad, 1.0), l2(bowl.grad, 0.1), sam(bowl.grad)):
        assert not isinstance(oracle, Stochastic)
        assert drawn(oracle) is oracle
    calls = []
    counting = Stochastic(lambda: calls.append(1) or bowl.grad)
    assert np.array_equal(counting(np.ones(3)), bowl.grad(np.ones(3)))
    assert drawn(counting) is bowl.grad
    assert len(calls) == 2


ORACLES = [
    sam,
    lambda grad: l2(grad, 0.1),
    lambda grad: clip_by_norm(grad, 1.0),
    lambda grad: clip_by_value(grad, 9.0),
    lambda grad: noisy(grad, 0.0),
]


@pytest.mark.parametrize("oracle_of", ORACLES)
def test_each_oracle_moves_on_if_its_gradient_does(oracle_of):
    oracle = oracle_of(minibatch(mean_gradient, X, y, batch_size=3))
    assert isinstance(oracle, Stochastic)
    theta, one = np.array([0.5, 2.0]), oracle.draw()
    assert np.array_equal(one(theta), one(theta))
    assert not np.allclose(one(theta), oracle(theta))


@pytest.mark.parametrize(
    "oracle_of", [*ORACLES, lambda grad: minibatch(lambda x, rows: grad(x), np.arange(6), batch_size=2)]
)
def test_a_gradient_inside_an_oracle_may_write_into_its_argument_and_use_memory_again(oracle_of):
    out, x = np.empty(3), np.array([1.0, -0.5, 0.2])

    def spoils(x):
        x *= [1, 4, 9]
        return np.copyto(out, x) or out

    np.testing.assert_allclose(oracle_of(spoils)(x), oracle_of(bowl.grad)(x), rtol=1e-12)
    assert x.tolist() == [1, -0.5, 0.2]


class Series:
    """As one of pandas: rows are looked up by their labels."""

    def __init__(self, values, labels):
        self.values, self.labels = np.asarray(values), list(labels)

    def __array__(self, dtype=None, copy=None):
        return self.values

    def __len__(self):
        return len(self.values)

    ndim = 1

    def __getitem__(self, labels):
        return self.values[[self.labels.index(label) for label in labels]]


def test_rows_are_rows_whatever_their_labels():
    X = np.arange(6.0)
    for y in (Series(10 * X, [5, 3, 1, 0, 2, 4]), Series(10 * X, "abcdef"), list(10 * X), tuple(10 * X)):
        pairs = minibatch(lambda x, X, y: np.stack([X, y]), X, y, batch_size=3)
        for _ in range(4):
            a, b = pairs(None)
            assert b.tolist() == (10 * a).tolist()


# Weight decay as a penalty.


@pytest.mark.parametrize(
    ("rule", "optimiser", "options"),
    [(sgd, torch.optim.SGD, {}), (momentum, torch.optim.SGD, {"momentum": 0.9}), (adam, torch.optim.Adam, {})],
)
@given(x0=vectors(3), weight_decay=st.floats(0, 1))
def test_l2_is_the_weight_decay_of_torchs_sgd_and_adam(rule, optimiser, options, x0, weight_decay):
    path = descend(l2(bowl.grad, weight_decay), x0, rule, 6, lr=0.1)
    x = torch.tensor(x0, requires_grad=True)
    optimiser = optimiser([x], lr=0.1, weight_decay=weight_decay, **options)
    for ours in path[1:]:
        x.grad = torch.tensor(bowl.grad(x.detach().numpy()))
        optimiser.step()
        np.testing.assert_allclose(ours, x.detach().numpy(), rtol=1e-9, atol=1e-9)


def test_l2_is_the_gradient_of_the_penalised_loss():
    x, weight_decay = np.array([0.3, -1.2, 2.0]), 0.7
    for i in range(3):
        step = 1e-6 * np.eye(3)[i]
        f = [bowl.f(y) + weight_decay / 2 * (y @ y) for y in (x - step, x + step)]
        assert l2(bowl.grad, weight_decay)(x)[i] == pytest.approx((f[1] - f[0]) / 2e-6, rel=1e-6)


# Sharpness-aware minimisation.


def test_sam_by_hand():
    # f = (x² + 10 y²) / 2 at (3, 0.4): the gradient is (3, 4), and the worst point half a unit further (3.3, 0.8).
    grad = quadratic(1, 10).grad
    np.testing.assert_allclose(sam(grad, 0.5)(np.array([3, 0.4])), [3.3, 8])


@given(x0=vectors(3), radius=st.floats(0.01, 2))
def test_sam_agrees_with_optax(x0, radius):
    import jax
    import optax

    if not x0.any():
        return  # optax divides by zero
    path = descend(sam(bowl.grad, radius), x0, sgd, 3, lr=0.05)
    with jax.enable_x64(True):
        inner = optax.chain(optax.contrib.normalize(), optax.sgd(radius))
        twin = optax.contrib.sam(optax.sgd(0.05), inner, sync_period=2)
        x = jax.numpy.asarray(x0)
        memory = twin.init(x)
        for _ in range(6):  # up, down, up, ...
            step, memory = twin.update(jax.numpy.asarray(bowl.grad(np.array(x))), memory, x)
            x = x + step
    np.testing.assert_allclose(path[-1], x, rtol=1e-9, atol=1e-9)


def test_sam_asks_where_the_loss_is_largest_to_first_order():
    x, radius = np.array([1.0, -0.5, 0.2]), 1e-4
    asked = []

    def grad(x):
        asked.append(x)
        return bowl.grad(x)

    sam(grad, radius)(x)
    on_the_sphere = np.random.default_rng(0).normal(size=(1000, 3))
    on_the_sphere *= radius / np.linalg.norm(on_the_sphere, axis=-1, keepdims=True)
    assert np.linalg.norm(asked[1] - x) == pytest.approx(radius)
    assert bowl.f(asked[1]) > bowl.f(x + on_the_sphere).max() - 1e-7
    assert len(asked) == 2


def test_sam_at_a_minimum_and_on_a_grid():
    grid = np.array([[[0.0, 0, 0], [1, -0.5, 0.2]]])
    both = sam(bowl.grad, np.array([[[0.1]], [[0.2]]]))(grid)
    assert both.shape == (2, 2, 3)
    assert (both[:, 0] == 0).all()
    for k, radius in enumerate((0.1, 0.2)):
        assert np.array_equal(both[k, 1], sam(bowl.grad, radius)(grid[0, 1]))


def test_the_radius_of_sam_is_the_one_of_the_paper_unless_told():
    x = np.array([1.0, -0.5, 0.2])
    assert np.array_equal(sam(bowl.grad)(x), sam(bowl.grad, 0.05)(x))


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_sam_and_l2_on_tensors(dtype):
    x = np.array([[1.0, -0.5, 0.2], [0.0, 0, 0]])
    for oracle in (sam(bowl.grad, 0.1), l2(bowl.grad, 0.1)):
        on_tensor = oracle(torch.tensor(x, dtype=dtype))
        assert on_tensor.dtype == dtype
        np.testing.assert_allclose(on_tensor, oracle(x), rtol=1e-6)


# Types, and the ends of their ranges.


def same(x):
    return x


@pytest.mark.parametrize(("oracle", "name"), LIMITS, ids=[oracle.__name__ for oracle, _ in LIMITS])
@pytest.mark.parametrize("form", [np.array, torch.tensor])
def test_integers_are_taken_for_floats(oracle, name, form):
    np.testing.assert_allclose(
        oracle(same, **{name: 0.9})(form([3, 1])), oracle(same, **{name: 0.9})(form([3.0, 1.0])), rtol=1e-6
    )


@pytest.mark.parametrize(("oracle", "name"), LIMITS, ids=[oracle.__name__ for oracle, _ in LIMITS])
@pytest.mark.parametrize("x", [np.ones(2, np.float32), torch.ones(2), np.ones(2, np.float16), torch.ones(2).half()])
def test_arguments_of_any_type_leave_that_of_the_gradient(oracle, name, x):
    right = oracle(same, **{name: 0.5})(x)
    assert right.dtype == x.dtype
    for value in (np.float64(0.5), np.array(0.5), np.array([[0.5], [0.5]]), torch.tensor([[0.5], [0.5]]).double()):
        answer = oracle(same, **{name: value})(x)
        assert type(answer) is type(x)
        assert answer.dtype == x.dtype
        if oracle is not noisy:
            np.testing.assert_allclose(answer, np.broadcast_to(right, answer.shape), rtol=1e-3)


@pytest.mark.parametrize("form", [np.array, torch.tensor])
@pytest.mark.parametrize(
    ("dtype", "sizes"),
    [("float16", [1e-4, 1, 1e4]), ("float32", [1e-30, 1, 1e19, 1e20, 8e37]), ("float64", [1e-170, 1, 1e160, 4e307])],
)
def test_gradients_of_any_length_have_a_direction(form, dtype, sizes):
    dtype = getattr(np if form is np.array else torch, dtype)
    for size in sizes:
        g = form([3 * size, 4 * size], dtype=dtype)
        short = size / 2 if size < 1 else 1.0
        np.testing.assert_allclose(clip_by_norm(same, short)(g) / short, [0.6, 0.8], rtol=5e-3)
        asked = []
        sam(lambda x: asked.append(x) or g, 0.5)(0 * g)  # noqa: B023
        np.testing.assert_allclose(asked[1], [0.3, 0.4], rtol=1e-3)


def test_a_gradient_whose_length_is_no_number_of_its_type_is_clipped_too():
    for dtype in (np.float16, np.float32, np.float64):
        most = np.finfo(dtype).max
        np.testing.assert_allclose(clip_by_norm(same, 1.0)(np.array([most, most])), [0.5**0.5] * 2, rtol=1e-3)


@pytest.mark.filterwarnings("error")
def test_what_is_short_enough_stays_to_the_last_digit_and_zero_stays_zero():
    g = np.array([0.1, 0.7])
    for limit in (0.75, np.inf, np.array([[0.75], [np.inf]])):
        assert (clip_by_norm(same, limit)(g) == g).all()
        assert (clip_by_norm(same, limit)(0 * g) == 0).all()


def test_a_gradient_of_nan_and_inf_is_not_taken_for_short():
    for g in ([np.nan, 1.0], [np.inf, 1.0]):
        assert np.isnan(clip_by_norm(same, 1.0)(np.array(g))).any()


@pytest.mark.parametrize(("oracle", "name"), LIMITS, ids=[oracle.__name__ for oracle, _ in LIMITS])
def test_a_gradient_function_that_returns_nothing_is_named(oracle, name):
    with pytest.raises(ValueError, match="what grad returns must be an array of numbers, got None"):
        oracle(lambda x: None, **{name: 0.5})(np.ones(2))


# Wrong arguments.

NO_FUNCTION = [None, 3.0, "grad", bowl]
WRONG_SIZES = [-0.1, np.nan, np.inf, None, "much", np.array([0.1, -0.1])]
WRONG_LIMITS = [0, -1.0, np.nan, None, "much"]
WRONG_SEEDS = [-1, 0.5, None, "seed", True]
BATCHES = {"grad": mean_gradient, "batch_size": 1}
BAD_INPUT = [
    *((f, {"grad": g, name: 0.1}, "grad") for f, name in LIMITS for g in NO_FUNCTION),
    *((f, {"grad": bowl.grad, name: v}, name) for f, name in LIMITS[:2] for v in WRONG_LIMITS),
    *((f, {"grad": bowl.grad, name: v}, name) for f, name in LIMITS[2:] for v in WRONG_SIZES),
    *((noisy, {"grad": bowl.grad, "sd": 0.1, "seed": seed}, "seed") for seed in WRONG_SEEDS),
    *((minibatch, BATCHES | {"seed": seed}, "seed") for seed in WRONG_SEEDS),
    *((minibatch, BATCHES | {"grad": g}, "grad") for g in NO_FUNCTION),
    *((minibatch, BATCHES | {"batch_size": size}, "batch_size") for size in (0, -1, 2.0, None, "all", True)),
    (minibatch, BATCHES, "data"),
    (minibatch, BATCHES | {"data": ([[1.0], [1.0, 2.0]],)}, "data"),
    *((Stochastic, {"draw": draw}, "draw") for draw in (None, 3.0, "draw")),
]


@pytest.mark.parametrize(
    ("data", "batch_size", "message"),
    [
        ((X, y[:-1]), 1, r"data must be arrays of one length, got lengths \[11, 12\]"),
        ((X, 3.0), 1, r"data must be arrays of one length"),
        ((X[:0], y[:0]), 1, "batch_size must be at most 0, the number of examples, got 1"),
        ((X, y), 13, "batch_size must be at most 12, the number of examples, got 13"),
    ],
)
def test_data_that_make_no_batches(data, batch_size, message):
    with pytest.raises(ValueError, match=f"^minibatch: {message}"):
        minibatch(mean_gradient, *data, batch_size=batch_size)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: clip_by_value(bowl.grad, 0), "clip_by_value: max_value must be positive, got 0"),
        (lambda: noisy(bowl.grad, np.inf), "noisy: sd must be finite and not negative, got inf"),
        (lambda: sam(None), "sam: grad must be a function, got None"),
    ],
)
def test_messages_say_what_was_wrong(make, message):
    with pytest.raises(ValueError, match=f"^{message}$"):
        make()
