"""Initialisers: their scales against torch and jax, distributions by statistics, theorems in deep networks."""

import inspect
from itertools import pairwise

import jax
import numpy as np
import pytest
import torch
from bad_input import test_bad_input_is_named  # noqa: F401
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from gradlab import initialisers
from gradlab.activations import ACTIVATIONS
from gradlab.gains import gain
from gradlab.initialisers import (
    constant,
    fixup_scales,
    he,
    lecun,
    lsuv,
    normal,
    orthogonal,
    residual_scale,
    uniform,
    variance_scaling,
    xavier,
    zeros,
)

FAMILIES = [variance_scaling, lecun, xavier, he]
ALL = [zeros, constant, normal, uniform, *FAMILIES, orthogonal]
NEEDED = {constant: {"value": 0.5}}  # the hyperparameters without a default
each = pytest.mark.parametrize("init", ALL, ids=lambda init: init.__name__)
each_family = pytest.mark.parametrize("init", FAMILIES, ids=lambda init: init.__name__)

X = np.random.default_rng(0).standard_normal((30, 4))
LAYERS = [np.ones((4, 3)), np.ones((3, 2))]
NOT_A_SHAPE = [(3,), (), 3, None, (3, 0), (3, -2), (0, 3), (3, 2.0), (True, 3), "34"]
BAD_INPUT = [
    *((init, {"shape": shape, "rng": 0} | NEEDED.get(init, {}), "shape") for init in ALL for shape in NOT_A_SHAPE),
    *((init, {"shape": (3, 2), "rng": rng} | NEEDED.get(init, {}), "rng") for init in ALL for rng in [-1, 0.5, None]),
    *(
        (init, {"shape": (3, 2), "rng": 0, name: value}, name)
        for init, name in [(normal, "sd"), (uniform, "bound"), (orthogonal, "gain"), *((f, "gain") for f in FAMILIES)]
        for value in [-1.0, np.nan, np.inf, "wide", None, np.ones(3), np.ones((4, 1, 1))]
    ),
    *((constant, {"shape": (3, 2), "rng": 0, "value": v}, "value") for v in [np.nan, np.inf, "one", None, np.ones(3)]),
    *((f, {"shape": (3, 2), "rng": 0, "fan": fan}, "fan") for f in FAMILIES for fan in ["fan_max", None, ["fan_in"]]),
    *((f, {"shape": (3, 2), "rng": 0, "distribution": d}, "distribution") for f in FAMILIES for d in ["gauss", None]),
    (lsuv, {"weights": LAYERS, "X": X, "activation": "square"}, "activation"),
    (lsuv, {"weights": LAYERS, "X": X, "activation": np.tanh}, "activation"),
    (lsuv, {"weights": LAYERS, "X": X[0], "activation": "tanh"}, "X"),
    (lsuv, {"weights": LAYERS, "X": X[:0], "activation": "tanh"}, "X"),
    (lsuv, {"weights": LAYERS, "X": "data", "activation": "tanh"}, "X"),
    (lsuv, {"weights": LAYERS[0], "X": X, "activation": "tanh"}, "weights"),
    (lsuv, {"weights": LAYERS[1:], "X": X, "activation": "tanh"}, "weights of layer 1"),
    (lsuv, {"weights": LAYERS[:1] * 2, "X": X, "activation": "tanh"}, "weights of layer 2"),
    (lsuv, {"weights": [LAYERS[0], np.zeros((3, 2))], "X": X, "activation": "tanh"}, "weights of layer 2"),
    (lsuv, {"weights": [LAYERS[0], np.full((3, 2), np.nan)], "X": X, "activation": "tanh"}, "weights of layer 2"),
    (lsuv, {"weights": [LAYERS[0][0]], "X": X, "activation": "tanh"}, "weights of layer 1"),
    (lsuv, {"weights": [None], "X": X, "activation": "tanh"}, "weights of layer 1"),
    *((residual_scale, {"depth": depth}, "depth") for depth in [0, -1, 2.0, None, True]),
    *((fixup_scales, {"depth": depth, "layers": 2}, "depth") for depth in [0, 2.0]),
    *((fixup_scales, {"depth": 4, "layers": layers}, "layers") for layers in [1, 2.0, None]),
]


def test_every_initialiser_is_tested():
    def takes_shape_and_rng(f):
        return list(inspect.signature(f).parameters)[:2] == ["shape", "rng"]

    public = [f for name, f in vars(initialisers).items() if inspect.isfunction(f) and not name.startswith("_")]
    assert [f for f in public if f.__module__ == initialisers.__name__ and takes_shape_and_rng(f)] == ALL


# --- what all share ---------------------------------------------------------------------------------------------


@each
def test_shape_and_type_are_as_asked(init):
    for shape in ((3, 5), (5, 3), (4, 4), (1, 1), (2, 3, 4, 5), [3, 5], (np.int64(3), 5)):
        weights = init(shape, 0, **NEEDED.get(init, {}))
        assert weights.shape == tuple(shape)
        assert weights.dtype == float


@each
def test_an_integer_is_the_seed_of_a_generator_and_a_generator_moves_on(init):
    hyper = NEEDED.get(init, {})
    rng = np.random.default_rng(7)
    first, second = init((3, 4), rng, **hyper), init((3, 4), rng, **hyper)
    assert np.array_equal(first, init((3, 4), 7, **hyper))
    assert np.array_equal(first, init((3, 4), np.int64(7), **hyper))
    if init not in (zeros, constant):
        assert not np.isin(second, first).any()
        assert not np.isin(init((3, 4), 8, **hyper), first).any()


@each
def test_the_draws_of_a_grid_are_independent_and_alike(init):
    if init in (zeros, constant):
        return
    draws = init((4_000, 3, 2), 1).reshape(4_000, 6)
    assert np.abs(np.corrcoef(draws.T) - np.eye(6)).max() < 4.5 / 4_000**0.5
    np.testing.assert_allclose(draws.std(0) / draws.std(), 1, atol=0.05)
    lag = (draws[1:] * draws[:-1]).mean() / draws.var()
    assert abs(lag) < 4 / 24_000**0.5


@pytest.mark.parametrize(
    ("init", "name"), [(normal, "sd"), (uniform, "bound"), (orthogonal, "gain"), *((f, "gain") for f in FAMILIES)]
)
def test_the_scale_is_a_factor_and_may_differ_over_the_grid(init, name):
    scales = np.array([0.0, 0.5, 3.0])[:, None, None]
    grid = init((3, 4, 5), 0, **{name: scales})
    one = init((3, 4, 5), 0, **{name: 1.0})
    np.testing.assert_allclose(grid, scales * one, rtol=1e-14)


def test_constant_weights():
    assert (zeros((2, 3), 0) == 0).all()
    assert (constant((2, 3), 0, value=-0.5) == -0.5).all()
    assert (constant((2, 3, 4), 0, value=np.array([[1.0]])) == 1).all()
    assert np.array_equal(constant((3, 3), 0, value=np.eye(3)), np.eye(3))


# --- scales: exact, against torch and jax ----------------------------------------------------------------------


SIZES = st.integers(1, 40)
GAINS = st.floats(0.01, 10)


def ours_by_draw(init, shape, **hyper):
    """What `init` multiplies standard draws with: those of N(0, 1), and of U(−1, 1)."""
    rng = np.random.default_rng(3)
    standard = rng.uniform(-1, 1, shape) if hyper["distribution"] == "uniform" else rng.standard_normal(shape)
    return init(shape, 3, **hyper) / standard


def torchs_by_draw(init_, shape, distribution, **options):
    """The same for torch, which keeps its weight the other way round."""

    def draw(fill_, **options):
        return fill_(torch.empty(shape[::-1], dtype=float), generator=torch.Generator().manual_seed(3), **options)

    standard = {"normal": torch.nn.init.normal_, "uniform": lambda t, generator: t.uniform_(-1, 1, generator=generator)}
    return (draw(init_, **options) / draw(standard[distribution])).numpy().T


KAIMING = {"normal": torch.nn.init.kaiming_normal_, "uniform": torch.nn.init.kaiming_uniform_}
XAVIER = {"normal": torch.nn.init.xavier_normal_, "uniform": torch.nn.init.xavier_uniform_}


def agree(ours, theirs, rtol=1e-9):
    np.testing.assert_allclose(ours, theirs, rtol=rtol)


@given(SIZES, SIZES, st.sampled_from(sorted(KAIMING)), st.sampled_from(["fan_in", "fan_out"]))
def test_he_and_lecun_agree_with_torch(fan_in, fan_out, distribution, fan):
    shape = fan_in, fan_out
    hyper = {"fan": fan, "distribution": distribution}
    options = {"mode": fan, "distribution": distribution}
    theirs = torchs_by_draw(KAIMING[distribution], shape, nonlinearity="relu", **options)
    agree(ours_by_draw(he, shape, **hyper), theirs)
    theirs = torchs_by_draw(KAIMING[distribution], shape, nonlinearity="linear", **options)
    agree(ours_by_draw(lecun, shape, **hyper), theirs)
    theirs = torchs_by_draw(KAIMING[distribution], shape, a=0.3, **options)
    for family in FAMILIES:  # they differ in their defaults alone
        g = gain("leaky_relu", "torch", negative_slope=0.3)
        agree(ours_by_draw(family, shape, gain=g, **hyper), theirs)


@given(SIZES, SIZES, st.sampled_from(sorted(XAVIER)), GAINS)
def test_xavier_agrees_with_torch(fan_in, fan_out, distribution, g):
    shape = fan_in, fan_out
    theirs = torchs_by_draw(XAVIER[distribution], shape, distribution, gain=g)
    agree(ours_by_draw(xavier, shape, gain=g, distribution=distribution), theirs)
    for family in FAMILIES:
        agree(ours_by_draw(family, shape, gain=g, fan="fan_avg", distribution=distribution), theirs)


@pytest.mark.parametrize("distribution", ["normal", "uniform"])
@pytest.mark.parametrize("fan", ["fan_in", "fan_out", "fan_avg"])
def test_variance_scaling_agrees_with_jax_whose_shapes_are_ours(fan, distribution):
    key, shape = jax.random.PRNGKey(0), (3, 7)
    theirs = jax.nn.initializers.variance_scaling(1.5**2, fan, distribution)(key, shape)
    standard = jax.random.normal(key, shape) if distribution == "normal" else jax.random.uniform(key, shape, minval=-1)
    ours = ours_by_draw(variance_scaling, shape, gain=1.5, fan=fan, distribution=distribution)
    agree(ours, np.asarray(theirs) / np.asarray(standard), rtol=1e-5)  # jax computes in single precision


def test_defaults_are_those_of_the_papers():
    shape = 6, 3
    for init, expected in (
        (variance_scaling, np.random.default_rng(0).standard_normal(shape) / 6**0.5),
        (lecun, np.random.default_rng(0).standard_normal(shape) / 6**0.5),
        (he, np.random.default_rng(0).standard_normal(shape) * (2 / 6) ** 0.5),
        (xavier, np.random.default_rng(0).uniform(-1, 1, shape) * 6**0.5 / (6 + 3) ** 0.5),
        (normal, np.random.default_rng(0).standard_normal(shape)),
        (uniform, np.random.default_rng(0).uniform(-1, 1, shape)),
    ):
        agree(init(shape, 0), expected, rtol=1e-14)


def test_xaviers_bound_is_root_6_over_the_root_of_the_sum():
    """And not 6/√(fan_in + fan_out), as is sometimes printed: that is 2.4 times as wide."""
    shape = 40, 60
    widest = np.abs(xavier((50, *shape), 0)).max()
    assert 0.999 * 6**0.5 / 10 < widest <= 6**0.5 / 10


def test_fan_in_is_the_first_of_our_axes_and_the_second_of_torchs():
    layer = torch.nn.Linear(3, 500)
    assert tuple(layer.weight.shape) == (500, 3)
    assert he((3, 500), 0).std() == pytest.approx((2 / 3) ** 0.5, rel=0.1)
    torch.manual_seed(0)
    assert torch.nn.init.kaiming_normal_(layer.weight).std().item() == pytest.approx((2 / 3) ** 0.5, rel=0.1)


def test_where_torchs_linear_layer_starts():
    """U(±1/√fan_in), which is LeCun's with a gain of 1/√3."""
    torch.manual_seed(0)
    theirs = torch.nn.Linear(25, 4_000).weight.detach().numpy().T
    ours = lecun((25, 4_000), 0, gain=3**-0.5, distribution="uniform")
    for weights in (theirs, ours):
        assert 0.999 / 5 < np.abs(weights).max() <= 1 / 5 + 1e-7
    assert stats.ks_2samp(ours.ravel(), theirs.ravel()).pvalue > 0.01


@each_family
@pytest.mark.parametrize("distribution", ["normal", "uniform"])
def test_draws_have_the_distribution_that_torchs_have(init, distribution):
    ours = init((100, 100), 5, distribution=distribution).ravel()
    generator = torch.Generator().manual_seed(5)
    theirs = KAIMING[distribution](torch.empty(100, 100), generator=generator).numpy().ravel()
    standardised = {"normal": stats.norm, "uniform": stats.uniform(-(3**0.5), 2 * 3**0.5)}[distribution]
    sd = {he: 2**0.5}.get(init, 1.0) / 10
    assert stats.kstest(ours / sd, standardised.cdf).pvalue > 0.01
    assert stats.ks_2samp(ours / sd, theirs * 10 / 2**0.5).pvalue > 0.01


# --- orthogonal ------------------------------------------------------------------------------------------------


@given(SIZES, SIZES, GAINS, st.integers(0, 5))
def test_columns_or_rows_are_orthogonal_and_of_length_gain(fan_in, fan_out, g, seed):
    W = orthogonal((2, fan_in, fan_out), seed, gain=g)
    if fan_in >= fan_out:
        np.testing.assert_allclose(W.mT @ W, g**2 * np.stack([np.eye(fan_out)] * 2), atol=1e-12 * g**2)
    if fan_in <= fan_out:
        np.testing.assert_allclose(W @ W.mT, g**2 * np.stack([np.eye(fan_in)] * 2), atol=1e-12 * g**2)
        x = np.arange(1.0, fan_in + 1)
        agree(np.linalg.norm(x @ W, axis=-1), g * np.linalg.norm(x))


class Replayed(np.random.Generator):
    """A generator that hands out one given array."""

    def __init__(self, numbers):
        super().__init__(np.random.PCG64(0))
        self.numbers = numbers

    def standard_normal(self, shape):
        assert self.numbers.shape == shape
        return self.numbers


@given(SIZES, SIZES, GAINS)
def test_orthogonal_agrees_with_torch_from_the_same_numbers(fan_in, fan_out, g):
    generator = torch.Generator().manual_seed(1)
    theirs = torch.empty(fan_out, fan_in, dtype=float)
    torch.nn.init.orthogonal_(theirs, gain=g, generator=generator)
    numbers = torch.empty(fan_out, fan_in, dtype=float).normal_(generator=generator.manual_seed(1)).numpy()
    tall = numbers if fan_out >= fan_in else numbers.T
    if fan_in == fan_out:  # either of W and Wᵀ will do: torch factors Wᵀ, which it stores
        np.testing.assert_allclose(orthogonal((fan_in, fan_out), Replayed(numbers), gain=g), theirs, atol=1e-9 * g)
    else:
        np.testing.assert_allclose(orthogonal((fan_in, fan_out), Replayed(tall), gain=g), theirs.T, atol=1e-9 * g)


def test_rotations_are_uniform():
    """The square of an entry is Beta(1/2, (m − 1)/2), both signs and both handednesses are equally likely."""
    n, m = 4_000, 3
    W = orthogonal((n, m, m), 0)
    for i, j in np.ndindex(m, m):
        entry = W[:, i, j]
        assert stats.kstest(entry**2, stats.beta(0.5, (m - 1) / 2).cdf).pvalue > 1e-3
        assert abs((entry > 0).mean() - 0.5) < 4 * 0.5 / n**0.5
    assert abs((np.linalg.det(W) > 0).mean() - 0.5) < 4 * 0.5 / n**0.5


@pytest.mark.parametrize("shape", [(8, 8), (8, 3), (3, 8)])
def test_the_variance_of_an_orthogonal_matrix_is_that_of_the_longer_fan(shape):
    W = orthogonal((2_000, *shape), 0, gain=3.0)
    agree((W**2).mean(), 9 / max(shape), rtol=1e-12)
    assert abs(W.mean()) < 0.01


# --- theorems: what deep and wide networks do --------------------------------------------------------------------


def forward(weights, x, name):
    """The outputs of each layer before its activation."""
    outputs = []
    for W in weights:
        outputs.append(x @ W)
        x = ACTIVATIONS[name](outputs[-1])[0]
    return outputs


def second_moments(outputs):
    """The mean square of each layer over examples and units, shape (layers, NETS)."""
    return np.array([(z**2).mean((-2, -1)) for z in outputs])


def growth(outputs):
    """By what factor the mean square changes from layer to layer, in the mean over layers and networks."""
    moments = second_moments(outputs)
    return (moments[1:] / moments[:-1]).mean()


DEPTH, NETS = 12, 24


def network(init, widths, **hyper):
    rng = np.random.default_rng(0)
    return [init((NETS, *shape), rng, **hyper) for shape in pairwise(widths)]


def standard_outputs(width, name):
    """φ(z) for z ~ N(0, 1)."""
    return ACTIVATIONS[name](np.random.default_rng(1).standard_normal((NETS, 20, width)))[0]


WIDTHS = [64, 48, 80] * (DEPTH // 3) + [64]  # unequal, so that fan_in and fan_out are not the same


@pytest.mark.parametrize("distribution", ["normal", "uniform"])
@pytest.mark.parametrize("name", ["linear", "relu", "leaky_relu"])
def test_where_phi_is_two_half_lines_the_forward_gain_keeps_variance(name, distribution):
    weights = network(variance_scaling, WIDTHS, gain=gain(name), distribution=distribution)
    outputs = forward(weights, standard_outputs(WIDTHS[0], name), name)
    assert second_moments(outputs)[0].mean() == pytest.approx(1, abs=0.06)
    assert growth(outputs) == pytest.approx(1, abs=0.03)


@pytest.mark.parametrize("distribution", ["normal", "uniform"])
@pytest.mark.parametrize("name", ["tanh", "sigmoid", "selu"])
def test_where_phi_bends_only_the_forward_gain_gives_variance_1(name, distribution):
    for definition in ("forward", "backward", "torch"):
        weights = network(variance_scaling, WIDTHS, gain=gain(name, definition), distribution=distribution)
        moments = second_moments(forward(weights, standard_outputs(WIDTHS[0], name), name))
        assert (abs(moments.mean() - 1) < 0.04) == (definition == "forward")


@pytest.mark.parametrize("factor", [0.5, 2.0])
def test_a_wrong_gain_acts_as_a_power_of_the_depth(factor):
    outputs = forward(network(he, WIDTHS, gain=factor * 2**0.5), standard_outputs(WIDTHS[0], "relu"), "relu")
    assert growth(outputs) == pytest.approx(factor**2, rel=0.03)


def gradients(weights, x, name):
    """∂L/∂z of each layer, from the last back to the first, for random ∂L/∂z of the last: by torch."""
    W = [torch.tensor(w) for w in weights]
    phi = {"tanh": torch.tanh, "relu": torch.relu, "linear": torch.nn.Identity()}[name]
    z = [(torch.tensor(x) @ W[0]).requires_grad_()]
    for w in W[1:]:
        z.append(phi(z[-1]) @ w)
        z[-1].retain_grad()
    z[-1].backward(torch.tensor(np.random.default_rng(2).standard_normal(z[-1].shape)))
    return [layer.grad.numpy() for layer in z[::-1]]


@pytest.mark.parametrize("name", ["relu", "linear"])
def test_fan_out_and_the_backward_gain_keep_the_variance_of_gradients(name):
    weights = network(variance_scaling, WIDTHS, gain=gain(name, "backward"), fan="fan_out")
    assert growth(gradients(weights, standard_outputs(WIDTHS[0], name), name)) == pytest.approx(1, abs=0.03)


def test_tanh_cannot_keep_both():
    """With the forward gain z stays N(0, 1), and gradients grow by (forward / backward)² a layer."""
    weights = network(variance_scaling, [64] * (DEPTH + 1), gain=gain("tanh"))
    expected = (gain("tanh", "forward") / gain("tanh", "backward")) ** 2
    assert expected > 1.17
    assert growth(gradients(weights, standard_outputs(64, "tanh"), "tanh")) == pytest.approx(expected, rel=0.02)


def test_xavier_is_a_compromise_between_the_two_ways():
    """A layer of 100 → 300 units: the variance falls to 1/2 forward, and grows to 3/2 on the way back."""
    W = xavier((NETS, 100, 300), 0)
    assert ((standard_outputs(100, "linear") @ W) ** 2).mean() == pytest.approx(2 * 100 / 400, rel=0.05)
    assert ((standard_outputs(300, "linear") @ W.mT) ** 2).mean() == pytest.approx(2 * 300 / 400, rel=0.05)


def test_a_deep_linear_network_of_rotations_keeps_every_length():
    x = standard_outputs(50, "linear")
    for W in network(orthogonal, [50] * 101):
        x = x @ W
    agree((x**2).sum(-1), (standard_outputs(50, "linear") ** 2).sum(-1), rtol=1e-12)


def test_units_with_equal_weights_stay_equal():
    """Zeros and constants: one step of gradient descent changes all hidden units alike."""
    for W in (zeros((4, 3), 0), constant((4, 3), 0, value=0.3)):
        W1, W2 = torch.tensor(W, requires_grad=True), torch.tensor(constant((3, 1), 0, value=0.3), requires_grad=True)
        (torch.tanh(torch.tensor(X) @ W1) @ W2 - 1).square().mean().backward()
        # But for rounding: columns at the edge of a block may be summed in another order.
        torch.testing.assert_close(W1.grad, W1.grad[:, :1].expand_as(W1.grad), rtol=1e-12, atol=0)
        assert W1.grad.abs().max() > 0


# --- LSUV ------------------------------------------------------------------------------------------------------


def lsuv_as_published(weights, X, phi):
    """Mishkin & Matas (2016), Algorithm 1, with its loop and its forward passes from the start."""
    weights = [W.copy() for W in weights]
    for layer in range(len(weights)):
        for _ in range(10):
            z = X @ weights[0]
            for W in weights[1 : layer + 1]:
                z = phi(z) @ W
            if abs(np.var(z) - 1) < 1e-12:
                break
            weights[layer] /= np.sqrt(np.var(z))
    return weights


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_lsuv_agrees_with_the_published_algorithm(name):
    weights = [orthogonal(shape, seed) for seed, shape in enumerate([(4, 6), (6, 6), (6, 3)])]
    before = [W.copy() for W in weights]
    ours = lsuv(weights, 3 * X + 1, name)
    for W, theirs in zip(ours, lsuv_as_published(weights, 3 * X + 1, lambda z: ACTIVATIONS[name](z)[0]), strict=True):
        agree(W, theirs)
    agree([z.var() for z in forward(ours, 3 * X + 1, name)], 1, rtol=1e-12)
    assert all(map(np.array_equal, weights, before))  # nothing is modified in place


def test_lsuv_of_a_grid_is_a_loop_over_it():
    weights = [orthogonal((5, *shape), seed) for seed, shape in enumerate([(4, 6), (6, 3)])]
    grid = lsuv(weights, X, "relu")
    for k in range(5):
        for W, alone in zip(grid, lsuv([W[k] for W in weights], X, "relu"), strict=True):
            agree(W[k], alone, rtol=1e-13)


def test_lsuv_by_hand():
    """z = 2x and x = ±1: the sd is 2. Behind it, φ(z) = max(±1, 0) times 6 has the sd 3."""
    first, second = lsuv([[[2.0]], [[6.0]]], [[-1.0], [1.0]], "relu")
    agree([first.item(), second.item()], [1.0, 2.0], rtol=1e-15)


def test_lsuv_says_which_layer_does_not_fit():
    for data in (X, X.reshape(2, 15, 4)):
        with pytest.raises(ValueError, match=r"weights of layer 1 must take 4 inputs, got \(3, 2\)"):
            lsuv(LAYERS[1:], data, "tanh")


def test_lsuv_works_on_tensors():
    weights = [orthogonal((2, *shape), 0) for shape in [(4, 6), (6, 3)]]
    tensors = lsuv([torch.tensor(W) for W in weights], torch.tensor(X), "tanh")
    for W, tensor in zip(lsuv(weights, X, "tanh"), tensors, strict=True):
        assert isinstance(tensor, torch.Tensor)
        agree(tensor.numpy(), W, rtol=1e-12)


# --- residual networks -----------------------------------------------------------------------------------------


def test_residual_scale_by_hand():
    assert residual_scale(1) == 1
    assert residual_scale(4) == 0.5
    assert residual_scale(24) == pytest.approx(1 / 24**0.5, rel=1e-15)  # GPT-2 small: 12 blocks of two


@pytest.mark.parametrize("scaled", [True, False])
@pytest.mark.parametrize("normalised", [True, False])
def test_the_variance_of_a_residual_sum(scaled, normalised):
    """(1 + s²)^depth, or 1 + depth · s² where each branch divides its input by its root mean square."""
    depth, width = 8, 60
    s = residual_scale(depth) if scaled else 1.0
    rng = np.random.default_rng(0)
    x = rng.standard_normal((40, 20, width))
    for _ in range(depth):
        branch = x / (x**2).mean(-1, keepdims=True) ** 0.5 if normalised else x
        x = x + s * (branch @ lecun((40, width, width), rng))
    expected = {
        (True, False): (1 + 1 / depth) ** depth,
        (False, False): 2**depth,
        (True, True): 2,
        (False, True): 1 + depth,
    }[scaled, normalised]
    assert (x**2).mean() == pytest.approx(expected, rel=0.03)
    assert (1 + 1 / depth) ** depth < np.e


def test_fixup_scales_by_hand():
    """As in the authors' code: depth^(−1/2) for blocks of two layers, depth^(−1/4) for blocks of three."""
    agree(fixup_scales(9, 2), [1 / 3, 0], rtol=1e-15)
    agree(fixup_scales(16, 3), [0.5, 0.5, 0], rtol=1e-15)
    agree(fixup_scales(64, 4), [0.5, 0.5, 0.5, 0], rtol=1e-15)
    agree(fixup_scales(1, 5), [1, 1, 1, 1, 0], rtol=1e-15)


@pytest.mark.parametrize("depth", [1, 10, 1000])
@pytest.mark.parametrize("layers", [2, 3, 4])
def test_with_fixup_the_first_step_moves_a_network_alike_at_every_depth(depth, layers):
    """Branches that are products of single weights: x ← x + w₁ ⋯ w_m x, and the loss is the output."""
    lr = 1e-3
    w = torch.tensor(np.tile(fixup_scales(depth, layers), (depth, 1)), requires_grad=True)
    start = (1 + w.prod(-1)).prod()
    assert start == 1
    start.backward()
    branches = (w - lr * w.grad).prod(-1)
    assert branches.sum().item() == pytest.approx(-lr, rel=1e-9)


def test_arguments_that_do_not_fit_name_the_initialiser():
    with pytest.raises(ValueError, match=r"^he: got an unexpected keyword argument 'gains'"):
        initialisers.he((3, 2), 0, gains=1.0)
    with pytest.raises(ValueError, match=r"^constant: missing a required"):
        initialisers.constant((3, 2), 0)
