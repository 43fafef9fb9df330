"""The network against torch's layers and autograd, against finite differences, and against numbers worked by hand."""

import numpy as np
import pytest
import torch
from bad_input import test_bad_input_is_named  # noqa: F401
from hypothesis import given
from hypothesis import strategies as st
from strategies import TORCHS

from gradlab.backprop import LOSSES
from gradlab.descend import Objective, descend
from gradlab.methods import backtracking
from gradlab.mlp import MLP
from gradlab.oracles import Stochastic, minibatch
from gradlab.rules import adam, sgd

RNG = np.random.default_rng(0)


def agree(ours, theirs):
    np.testing.assert_allclose(ours, theirs, rtol=1e-9, atol=1e-9)


# --- the network ------------------------------------------------------------------------------------------------


@st.composite
def cases(draw, grid=(), dropout=(0.0,)):
    """A network, its parameters θ of shape (*grid, P), and data."""
    sizes = draw(st.lists(st.integers(1, 4), min_size=2, max_size=4))
    loss = draw(st.sampled_from(sorted(LOSSES)))
    net = MLP(
        sizes, activation=draw(st.sampled_from(sorted(TORCHS))), loss=loss, dropout=draw(st.sampled_from(dropout))
    )
    n, rng = draw(st.integers(1, 5)), np.random.default_rng(draw(st.integers(0, 2**32)))
    X = rng.normal(size=(n, sizes[0]))
    y = rng.integers(0, sizes[-1], n) if loss == "cross_entropy" else rng.normal(size=(n, sizes[-1]))
    return net, rng.normal(size=(*grid, net.P)), X, y


def by_torch(net, theta, X, y, seed=None):
    """Loss and gradient of one network by torch's own layers and autograd."""
    layers, parts, last = [], [], 0
    for fan_in, fan_out in zip(net.sizes[:-1], net.sizes[1:], strict=True):
        linear = torch.nn.Linear(fan_in, fan_out, dtype=torch.float64)
        for parameter, shape in ((linear.weight, (fan_in, fan_out)), (linear.bias, (fan_out,))):
            size = int(np.prod(shape))
            parameter.data = torch.tensor(theta[last : last + size].reshape(shape).T.copy())
            parts, last = [*parts, parameter], last + size
        layers.append(linear)
    rng = np.random.default_rng(seed)
    a = torch.tensor(X)
    for layer in layers[:-1]:
        a = TORCHS[net.activation](layer(a))
        if seed is not None:
            stay = 1 - net.dropout
            a = a * torch.tensor(rng.uniform(size=a.shape) < stay) / stay
    outputs, y = layers[-1](a), torch.tensor(y)
    if net.loss == "cross_entropy":
        loss = torch.nn.functional.cross_entropy(outputs, y)
    else:
        loss = torch.nn.functional.mse_loss(outputs, y, reduction="sum") / 2 / len(X)
    loss.backward()
    return loss.item(), np.concatenate([part.grad.numpy().T.ravel() for part in parts]), outputs.detach().numpy()


@given(case=cases())
def test_loss_gradient_and_outputs_are_those_of_torch(case):
    net, theta, X, y = case
    loss, gradient, outputs = by_torch(*case)
    agree(net.f(theta, X, y), loss)
    agree(net.grad(theta, X, y), gradient)
    agree(net.outputs(theta, X), outputs)


@given(case=cases(dropout=(0.25, 0.5, 0.9)), seed=st.integers(0, 1000))
def test_with_the_same_units_dropped_so_are_those_with_dropout(case, seed):
    net, theta, X, y = case
    loss, gradient, outputs = by_torch(*case, seed=seed)
    agree(net.f(theta, X, y, seed), loss)
    agree(net.grad(theta, X, y, seed), gradient)
    agree(net.outputs(theta, X, seed), outputs)


@given(case=cases(dropout=(0.0, 0.5)), direction=st.integers(0, 2**32))
def test_finite_differences_agree_with_the_gradient(case, direction):
    net, theta, X, y = case
    u = np.random.default_rng(direction).normal(size=net.P)
    step = 1e-6 * u / np.linalg.norm(u)
    rise = net.f(theta + step, X, y, 3) - net.f(theta - step, X, y, 3)
    slope = 2 * step @ net.grad(theta, X, y, 3)
    if net.activation in ("tanh", "sigmoid", "linear"):  # at a kink the difference quotient is not the derivative
        assert rise == pytest.approx(slope, rel=1e-5, abs=1e-13)


@given(case=cases(grid=(2, 3), dropout=(0.0, 0.5)))
def test_a_grid_of_networks_is_each_by_itself(case):
    net, thetas, X, y = case
    data = X, y
    together = net.f_and_grad(thetas, *data, 5)
    hidden, outputs = net.hidden(thetas, X, 5), net.outputs(thetas, X)
    assert together[0].shape == (2, 3)
    assert together[1].shape == thetas.shape
    agree(net.f(thetas, *data, 5), together[0])
    agree(net.grad(thetas, *data, 5), together[1])
    for k in np.ndindex(2, 3):
        loss, gradient = net.f_and_grad(thetas[k], *data, 5)
        agree(together[0][k], loss)
        agree(together[1][k], gradient)
        agree(outputs[k], net.outputs(thetas[k], X))
        for both, alone in zip(hidden, net.hidden(thetas[k], X, 5), strict=True):
            agree(both[0][k], alone[0])
            agree(both[1][k], alone[1])


@given(case=cases(grid=(2, 1), dropout=(0.0, 0.5)))
def test_a_grid_of_batches_is_each_by_itself(case):
    net, thetas, X, y = case
    turns = range(3)
    losses, gradients = net.f_and_grad(
        thetas, np.stack([X + k for k in turns]), np.stack([np.roll(y, k, 0) for k in turns]), 2
    )
    assert losses.shape == (2, 3)
    for j, k in np.ndindex(2, 3):
        loss, gradient = net.f_and_grad(thetas[j, 0], X + k, np.roll(y, k, 0), 2)
        agree(losses[j, k], loss)
        agree(gradients[j, k], gradient)


@given(case=cases(grid=(2,), dropout=(0.0, 0.5)))
def test_tensors_give_what_arrays_give(case):
    net, theta, X, y = case
    tensors = [torch.tensor(array) for array in (theta, X, y)]
    for theirs, ours in zip(net.f_and_grad(*tensors, 7), net.f_and_grad(*case[1:], 7), strict=True):
        assert theirs.dtype == torch.float64
        agree(theirs, ours)
    agree(net.outputs(*tensors[:2]), net.outputs(theta, X))
    for torchs, numpys in zip(net.hidden(*tensors[:2]), net.hidden(theta, X), strict=True):
        agree(torchs[0], numpys[0])
        agree(torchs[1], numpys[1])


@pytest.mark.parametrize("loss", sorted(LOSSES))
@pytest.mark.parametrize("kind", [np.float32, torch.float32])
def test_single_precision_stays_single(loss, kind):
    net = MLP([3, 4, 2], loss=loss, dropout=0.5)
    y = RNG.integers(0, 2, 5) if loss == "cross_entropy" else RNG.normal(size=(5, 2)).astype("f4")
    arrays = [net.start([0, 1]).astype("f4"), RNG.normal(size=(5, 3)).astype("f4"), y]
    if kind is torch.float32:
        arrays = [torch.tensor(array) for array in arrays]
    assert {part.dtype for part in net.f_and_grad(*arrays, 3)} == {np.dtype(kind) if kind is np.float32 else kind}
    assert net.f(*arrays).dtype == arrays[0].dtype


def test_a_network_worked_out_by_hand():
    # x = 3: z = 7, a = 7, o = −6.5, d = −2; x = −3: z = −5, a = 0, o = 0.5, d = 0. All divided by n = 2.
    net = MLP([1, 1, 1], activation="relu", loss="squared_error")
    theta, X, y = np.array([2.0, 1.0, -1.0, 0.5]), np.array([[3.0], [-3.0]]), np.array([-4.5, 0.5])
    assert net.outputs(theta, X).tolist() == [[-6.5], [0.5]]
    assert net.f(theta, X, y) == 1
    assert net.grad(theta, X, y).tolist() == [3, 1, -7, -1]
    assert [(z.tolist(), a.tolist()) for z, a in net.hidden(theta, X)] == [([[7], [-5]], [[7], [0]])]


@pytest.mark.parametrize("classes", [2, 10])
def test_a_network_that_knows_nothing_has_the_loss_log_c(classes):
    net = MLP([3, 5, classes])
    y = RNG.integers(0, classes, 8)
    assert net.f(np.zeros(net.P), RNG.normal(size=(8, 3)), y) == pytest.approx(np.log(classes))


def test_accuracy_is_the_share_of_right_guesses():
    net = MLP([2, 3], loss="squared_error")  # with the weights below it guesses x's larger coordinate
    theta = np.stack([net.pack([np.eye(2, 3), np.zeros((1, 3))]), net.pack([-np.eye(2, 3), np.zeros((1, 3))])])
    X, y = np.array([[2.0, 1.0], [1.0, 2.0], [3.0, 1.0], [4.0, 5.0]]), np.array([0, 1, 1, 2])
    assert net.accuracy(theta, X, y).tolist() == [0.5, 0.25]
    assert net.accuracy(theta[0], X, y) == 0.5
    tensors = torch.tensor(theta), torch.tensor(X), torch.tensor(y)
    assert net.accuracy(*tensors).tolist() == [0.5, 0.25]


# --- parameters -------------------------------------------------------------------------------------------------


def test_shapes_and_their_order():
    net = MLP([4, 3, 2])
    assert net.sizes == (4, 3, 2)
    assert net.shapes == [(4, 3), (1, 3), (3, 2), (1, 2)]
    assert net.P == 4 * 3 + 3 + 3 * 2 + 2 == 23
    assert (net.activation, net.loss, net.dropout) == ("tanh", "cross_entropy", 0)
    assert net.classifies
    assert not MLP([4, 3, 2], loss="squared_error").classifies
    w1, b1, w2, b2 = net.unpack(np.arange(23))
    assert w1.tolist() == [[0, 1, 2], [3, 4, 5], [6, 7, 8], [9, 10, 11]]
    assert b1.tolist() == [[12, 13, 14]]
    assert w2.tolist() == [[15, 16], [17, 18], [19, 20]]
    assert b2.tolist() == [[21, 22]]


@pytest.mark.parametrize("grid", [(), (3,), (2, 3)])
@pytest.mark.parametrize("kind", [np.asarray, torch.tensor])
def test_packing_undoes_unpacking(grid, kind):
    net = MLP((4, 3, 2))
    theta = kind(RNG.normal(size=(*grid, net.P)))
    parts = net.unpack(theta)
    assert [tuple(part.shape) for part in parts] == [(*grid, *shape) for shape in net.shapes]
    assert (net.pack(parts) == theta).all()
    parts[2][..., 1, 0] = 9  # a view
    assert (theta[..., 17] == 9).all()


def test_a_start_depends_on_its_seed_alone():
    net = MLP([5, 4, 3])
    together = net.start([7, 8])
    assert together.shape == (2, net.P)
    assert net.start(8).shape == (net.P,)
    assert np.array_equal(together[1], net.start(8))
    assert np.array_equal(net.start(range(7, 9)), together)
    assert np.array_equal(net.start(np.array([7, 8])), together)
    assert not np.array_equal(together[0], together[1])


def test_weights_start_with_variance_one_over_fan_in_and_biases_at_zero():
    net = MLP([100, 400, 50])
    w1, b1, w2, b2 = net.unpack(net.start(0))
    assert w1.std() == pytest.approx(1 / 10, rel=0.02)
    assert w2.std() == pytest.approx(1 / 20, rel=0.02)
    assert abs(w1.mean()) < 4 / 10 / 200
    assert not b1.any()
    assert not b2.any()


def test_an_initialiser_gets_the_fans_and_one_generator_a_network():
    seen = []

    def weights(shape, rng):
        seen.append((shape, rng))
        return np.full(shape, rng.integers(1, 1000), float)

    net = MLP([4, 3, 2])
    w1, b1, w2, b2 = net.unpack(net.start([5, 6], weights))
    assert [shape for shape, _ in seen] == [(4, 3), (3, 2)] * 2
    (_, first), (_, same), (_, second), _ = seen
    assert first is same
    assert first is not second
    rng = np.random.default_rng(6)
    assert w1[1].ravel().tolist() == [rng.integers(1, 1000)] * 12
    assert w2[1].ravel().tolist() == [rng.integers(1, 1000)] * 6
    assert not b1.any()
    assert not b2.any()


# --- dropout ----------------------------------------------------------------------------------------------------

WIDE, ONES = MLP([1, 2000, 300, 1], activation="linear", loss="squared_error", dropout=0.2), np.ones((20, 1))


def activations(rng, dropout=0.2):
    net = MLP([1, 2000, 300, 1], activation="linear", loss="squared_error", dropout=dropout)
    theta = net.pack([np.ones(shape) for shape in net.shapes])
    return [a for _, a in net.hidden(theta, ONES, rng)]


def test_dropout_drops_its_share_and_keeps_the_mean():
    first, second = activations(3)
    assert set(np.unique(first)) == {0.0, 2.5}  # the weight 1 and the bias 1, divided by 0.8
    assert (first == 0).mean() == pytest.approx(0.2, abs=0.01)
    assert (second == 0).mean() == pytest.approx(0.2, abs=0.02)
    assert first.mean() == pytest.approx(2, rel=0.01)


def test_each_example_and_each_layer_have_masks_of_their_own():
    first, second = activations(3)
    assert len(np.unique(first == 0, axis=0)) == 20
    assert not np.array_equal(first[:, :300] == 0, second == 0)


def test_an_integer_gives_the_same_masks_and_a_generator_fresh_ones():
    generator = np.random.default_rng(3)
    fixed, again, fresh, next_ = (activations(rng)[0] for rng in (3, 3, generator, generator))
    assert np.array_equal(fixed, again)
    assert np.array_equal(fixed, fresh)
    assert not np.array_equal(fresh, next_)
    assert (activations(None)[0] == 2).all()
    assert (activations(3, dropout=0.0)[0] == 2).all()


# --- a problem --------------------------------------------------------------------------------------------------

NET = MLP([3, 4, 3])
X, Y = RNG.normal(size=(12, 3)), RNG.integers(0, 3, 12)


def test_a_bound_network_is_a_problem():
    problem, thetas = NET.bind(X, Y), NET.start([0, 1])
    assert isinstance(problem, Objective)
    agree(problem.f(thetas), NET.f(thetas, X, Y))
    agree(problem.grad(thetas), NET.grad(thetas, X, Y))
    path = descend(problem, thetas, backtracking, 20)
    losses = problem.f(path)
    assert (np.diff(losses, axis=0) < 0).all()


@pytest.mark.parametrize("y", [RNG.normal(size=12), RNG.normal(size=(12, 1))])
def test_one_target_an_example_may_be_a_vector_or_a_column(y):
    net = MLP([3, 1], loss="squared_error")
    theta = net.start(0)
    residual = (X @ theta[:3])[:, None] - y.reshape(12, 1)
    agree(net.f(theta, X, y), (residual**2).mean() / 2)
    agree(net.bind(X, y).f(theta), (residual**2).mean() / 2)
    agree(net.bind(X, y, batch_size=12).grad(theta), net.grad(theta, X, y))


def test_minibatches_of_the_oracle_and_of_a_bound_network_are_the_same():
    theta = NET.start(0)
    for options in ({}, {"seed": 4}):
        oracle = minibatch(NET.grad, X, Y, batch_size=4, **options)
        bound = NET.bind(X, Y, batch_size=4, **options)
        batches = [oracle(theta) for _ in range(5)]
        agree([bound.grad(theta) for _ in range(5)], batches)
        agree(np.mean(batches[:3], axis=0), NET.grad(theta, X, Y))
        agree(bound.f(theta), NET.f(theta, X, Y))  # f is that of all examples
    assert np.isfinite(NET.bind(X, Y, batch_size=1).grad(theta)).all()
    other = NET.bind(X, Y, batch_size=4).grad(theta)
    assert not np.allclose(other, batches[0])


def test_a_bound_network_drops_units_when_it_is_given_a_generator():
    net = MLP([3, 4, 3], dropout=0.5)
    theta, fixed = net.start(0), net.bind(X, Y, rng=3)
    agree(fixed.grad(theta), net.grad(theta, X, Y, 3))
    agree(fixed.f(theta), net.f(theta, X, Y, 3))
    fresh = net.bind(X, Y, rng=np.random.default_rng(3))
    agree(fresh.f(theta), net.f(theta, X, Y, 3))
    assert not np.allclose(fresh.f(theta), net.f(theta, X, Y, 3))
    agree(net.bind(X, Y, batch_size=12, rng=3).f(theta), net.f(theta, X, Y, 3))


@pytest.mark.parametrize("batch_size", [None, 5])
def test_one_draw_of_a_bound_network_has_one_minibatch_and_the_same_units_dropped_out(batch_size):
    net = MLP([3, 6, 6, 3], dropout=0.5)
    theta = net.start(0)
    drawn, called = (net.bind(X, Y, batch_size=batch_size, rng=np.random.default_rng(3)) for _ in range(2))
    for _ in range(4):  # the last minibatch of an epoch is smaller
        one = drawn.grad.draw()
        agree(one(theta), called.grad(theta))
        agree(one(theta), one(theta))
        assert not np.allclose(one(theta), drawn.grad.draw()(theta))
        called.grad(theta)
    f = drawn.f.draw()
    assert f(theta) == f(theta) != drawn.f(theta)


def test_what_does_not_change_from_call_to_call_is_no_stochastic_gradient():
    net = MLP([3, 4, 3], dropout=0.5)
    for problem in (NET.bind(X, Y, rng=np.random.default_rng(3)), net.bind(X, Y), net.bind(X, Y, rng=3)):
        assert not isinstance(problem.f, Stochastic)
        assert not isinstance(problem.grad, Stochastic)
    assert isinstance(NET.bind(X, Y, batch_size=12).grad, Stochastic)
    assert not isinstance(NET.bind(X, Y, batch_size=12).f, Stochastic)


@pytest.mark.parametrize("rule", [sgd, adam])
def test_networks_trained_at_once_are_those_trained_one_by_one(rule):
    starts, rates = NET.start([3, 4, 5]), np.array([0.01, 0.1, 0.5])
    together = descend(NET.bind(X, Y, batch_size=5).grad, starts, rule, steps=30, lr=rates[:, None])
    for k in range(3):
        alone = descend(NET.bind(X, Y, batch_size=5).grad, starts[k], rule, steps=30, lr=rates[k])
        np.testing.assert_allclose(together[:, k], alone, atol=1e-9)


@pytest.mark.skipif(not torch.cuda.is_available(), reason="no GPU on this machine")
def test_a_gpu_gives_the_gradients_of_the_cpu():
    net = MLP([3, 4, 3], dropout=0.5)
    arrays = net.start([0, 1]), X, Y
    on_gpu = net.f_and_grad(*(torch.tensor(array, device="cuda") for array in arrays), 3)
    for ours, theirs in zip(net.f_and_grad(*arrays, 3), on_gpu, strict=True):
        agree(ours, theirs.cpu())


# --- bad input --------------------------------------------------------------------------------------------------

MADE = {"sizes": [3, 2], "activation": "tanh", "loss": "cross_entropy", "dropout": 0.0}
REGRESSOR, ONE = MLP([3, 2], loss="squared_error"), MLP([3, 1], loss="squared_error")
THETA = NET.start(0)
GIVEN = {"theta": THETA, "X": X, "y": Y}
WRONG = {
    "theta": [THETA[1:], np.append(THETA, 0), THETA.astype("f4"), torch.tensor(THETA), THETA.tolist(), 0.5, None],
    "X": [X.astype("f4"), torch.tensor(X), X[0], X[:, 1:], X[:, [0, 1, 2, 2]], X[:0], X.astype(int), X.tolist(), None],
    "y": [Y[1:], Y[:, None], Y - 1, Y + 1, Y + 5, Y / 1, Y.tolist(), Y > 0, torch.tensor(Y), 1, None],
    "rng": [-1, 0.5, "seed", torch.Generator()],
}


def by_row(shape, rng):
    return rng.random(shape[0])


def too_long(shape, rng):
    return rng.random((shape[0] + 1, shape[1]))


BAD_INPUT = [
    *[(MLP, MADE | {"sizes": s}, "sizes") for s in ([3], [], [3, 0], [3, -1], [3, 2.5], [True, 2], 3, "32", None)],
    *[(MLP, MADE | {"activation": a}, "activation") for a in ("swish", "Tanh", None, np.tanh, ["tanh"])],
    *[(MLP, MADE | {"loss": name}, "loss") for name in ("mse", None, [])],
    *[(MLP, MADE | {"dropout": p}, "dropout") for p in (1, 1.5, -0.1, np.nan, "half", None)],
    *[(NET.unpack, {"theta": theta}, "theta") for theta in (THETA[1:], 0.5, None, [0.5])],
    (NET.pack, {"parts": NET.unpack(THETA)[1:]}, "parts"),
    (NET.pack, {"parts": NET.unpack(THETA)[::-1]}, "parts"),
    (NET.pack, {"parts": [part.repeat(2, 1) for part in NET.unpack(THETA)]}, "parts"),
    (NET.pack, {"parts": []}, "parts"),
    *[
        (NET.start, {"seeds": s, "weights": lambda shape, rng: np.zeros(shape)}, "seeds")
        for s in (-1, 0.5, "a", None, [], [0, -1], [[0]], True)
    ],
    *[(NET.start, {"seeds": 0, "weights": w}, "weights") for w in (None, 0.1, by_row, too_long)],
    *[
        (method, {k: v for k, v in GIVEN.items() if k in takes} | {name: value}, name)
        for method, takes in (
            (NET.outputs, ("theta", "X", "rng")),
            (NET.hidden, ("theta", "X", "rng")),
            (NET.accuracy, ("theta", "X", "y")),
            (NET.f, ("theta", "X", "y", "rng")),
            (NET.grad, ("theta", "X", "y", "rng")),
            (NET.f_and_grad, ("theta", "X", "y", "rng")),
        )
        for name in takes
        for value in WRONG[name]
    ],
    *[
        (NET.bind, {"X": X, "y": Y} | {name: value}, name)
        for name in ("X", "y", "rng")
        for value in WRONG[name][2 * (name == "X") :]  # θ is not known yet, so floats of any kind do
    ],
    *[(NET.bind, {"X": X, "y": Y, "batch_size": b}, "batch_size") for b in (0, 13, 2.5, -1, "all")],
    *[(NET.bind, {"X": X, "y": Y, "batch_size": 4, "seed": s}, "seed") for s in (-1, 0.5, "a", None)],
    *[
        (REGRESSOR.f, {"theta": REGRESSOR.start(0), "X": X, "y": y}, "y")
        for y in (Y, X[:, 0], X[:, :1], X, X[:1, :2], X[:, :2].astype("f4"), torch.tensor(X[:, :2]), None)
    ],
    *[
        (ONE.grad, {"theta": ONE.start(0), "X": X, "y": y}, "y")
        for y in (Y, X[1:, 0], X[None, :, 0], X[:, :1].T, X[:, 0].tolist())
    ],
    *[(REGRESSOR.accuracy, {"theta": REGRESSOR.start(0), "X": X, "y": y}, "y") for y in (Y, X[:, :2])],
]


def test_the_message_says_what_may_be_chosen():
    with pytest.raises(ValueError, match="one of linear, sigmoid, tanh, relu, leaky_relu, selu, got 'swish'"):
        MLP([3, 2], activation="swish")
    with pytest.raises(ValueError, match="one of cross_entropy, squared_error, got 'mse'"):
        MLP([3, 2], loss="mse")
    net = MLP([2, 3, 4])
    with pytest.raises(ValueError, match=r"of shape \(n, 2\), got ndarray of shape \(12, 3\), float64 on cpu"):
        net.outputs(net.start(0), X)
    with pytest.raises(ValueError, match=r"of shape \(n, 2\), got \[\[0"):
        net.outputs(net.start(0), [[0.5, 0.5]])
    with pytest.raises(ValueError, match=r"y must lie in 0 … 2, got -1 … 1$"):
        NET.f(THETA, X, Y - 1)


@pytest.mark.parametrize("y", [Y, torch.tensor(Y)])
@pytest.mark.parametrize("dtype", ["int8", "uint8", "int32", "int64"])
def test_labels_may_be_integers_of_any_width(y, dtype):
    y = y.astype(dtype) if isinstance(y, np.ndarray) else y.to(getattr(torch, dtype))
    theta, inputs = (a if isinstance(y, np.ndarray) else torch.tensor(a) for a in (THETA, X))
    agree(NET.f(theta, inputs, y), NET.f(THETA, X, Y))


def test_a_bound_problem_names_a_wrong_theta():
    problem = NET.bind(X, Y)
    for function in problem:
        with pytest.raises(ValueError, match="theta must have a last axis of 31"):
            function(THETA[1:])
        with pytest.raises(ValueError, match=r"theta must be of X's kind, ndarray .* got Tensor"):
            function(torch.tensor(THETA))


def test_a_network_that_has_diverged_is_never_right():
    one = MLP([1, 2], activation="linear")  # the scores are W x + b, with W = (θ₁, θ₂) and b = (θ₃, θ₄)
    inputs, labels, inf = np.ones((3, 1)), np.array([0, 1, 0]), np.inf
    theta = np.array(
        [[0.0, 0, 1, 0], [np.nan] * 4, [0, 0, np.nan, 0], [0, 0, inf, inf], [0, 0, inf, 0], [0, 0, -inf, -inf]]
    )
    for kind in (np.asarray, torch.tensor):
        assert one.accuracy(kind(theta), kind(inputs), kind(labels)).tolist() == [2 / 3, 0, 0, 0, 0, 0]
    assert one.accuracy(np.array([0.0, 0, 1, -inf]), inputs, labels) == 2 / 3, (
        "a class that is ruled out is no divergence"
    )


@pytest.mark.parametrize("method", [NET.f, NET.grad, NET.f_and_grad, NET.accuracy])
def test_as_many_networks_as_batches_or_one(method):
    inputs, labels = RNG.normal(size=(2, 5, 3)), RNG.integers(0, 3, (2, 5))
    with pytest.raises(
        ValueError, match=r"theta must have one network.* got theta of \(3,\) networks and X of \(2,\) batches"
    ):
        method(NET.start(range(3)), inputs, labels)
    for grid in (NET.start(0), NET.start(range(2)), NET.start(range(3))[:, None]):
        method(grid, inputs, labels)
    problem = NET.bind(inputs, labels)
    for function in problem:
        with pytest.raises(ValueError, match=r"^MLP.* theta must have one network"):
            function(NET.start(range(3)))


@pytest.mark.parametrize("kind", [np.asarray, torch.tensor])
def test_half_precision_is_refused(kind):
    theta, inputs, labels = kind(NET.start(0)), kind(X), kind(Y)
    theta, inputs = (a.astype("f2") if kind is np.asarray else a.half() for a in (theta, inputs))
    for method in (NET.f, NET.grad, NET.accuracy):
        with pytest.raises(
            ValueError, match=r"X must be of float32 or float64, as a loss overflows in float16, got .*float16 on cpu"
        ):
            method(theta, inputs, labels)
    with pytest.raises(ValueError, match=r"^MLP.bind: X must be of float32"):
        NET.bind(inputs, labels)


def test_bfloat16_reaches_as_far_as_float32():
    theta, inputs = torch.tensor(NET.start(0)).bfloat16(), torch.tensor(X).bfloat16()
    np.testing.assert_allclose(NET.f(theta, inputs, torch.tensor(Y)).item(), NET.f(NET.start(0), X, Y), rtol=0.02)


def test_minibatches_are_drawn_from_one_set_of_examples():
    with pytest.raises(ValueError, match=r"^MLP.bind: X must be of shape \(n, d\) to draw minibatches from, got "):
        NET.bind(RNG.normal(size=(2, 5, 3)), RNG.integers(0, 3, (2, 5)), batch_size=2)
