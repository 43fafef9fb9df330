"""Normalisers, forward against torch's functions and backward against its automatic differentiation; and by hand."""

import inspect
from typing import NamedTuple

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from bad_input import test_bad_input_is_named  # noqa: F401
from hypothesis import given
from hypothesis import strategies as st
from strategies import vectors

from gradlab import normalisers
from gradlab.normalisers import (
    Cache,
    batch_norm,
    batch_norm_backward,
    batch_norm_eval,
    batch_norm_eval_backward,
    group_norm,
    group_norm_backward,
    layer_norm,
    layer_norm_backward,
    rms_norm,
    rms_norm_backward,
    running_statistics,
)

N, D, GROUPS = 5, 6, 3
MEAN, VAR = np.linspace(-1, 1, D), np.linspace(0.1, 3, D)


class Twin(NamedTuple):
    """One of our layers as (x, gamma, beta, eps) -> (y, cache), its backward pass, and torch's function."""

    forward: object
    backward: object
    torchs: object


def tensor(a):
    return torch.tensor(a, dtype=float)


TWINS = {
    "batch": Twin(
        lambda x, gamma, beta, eps: batch_norm(x, gamma, beta, eps=eps),
        batch_norm_backward,
        lambda x, gamma, beta, eps: F.batch_norm(x, None, None, gamma, beta, True, eps=eps),
    ),
    "batch, evaluated": Twin(
        lambda x, gamma, beta, eps: batch_norm_eval(x, gamma, beta, MEAN, VAR, eps=eps),
        batch_norm_eval_backward,
        lambda x, gamma, beta, eps: F.batch_norm(x, tensor(MEAN), tensor(VAR), gamma, beta, False, eps=eps),
    ),
    "layer": Twin(
        lambda x, gamma, beta, eps: layer_norm(x, gamma, beta, eps=eps),
        layer_norm_backward,
        lambda x, gamma, beta, eps: F.layer_norm(x, (D,), gamma, beta, eps),
    ),
    "group": Twin(
        lambda x, gamma, beta, eps: group_norm(x, gamma, beta, groups=GROUPS, eps=eps),
        group_norm_backward,
        lambda x, gamma, beta, eps: F.group_norm(x, GROUPS, gamma, beta, eps),
    ),
    "RMS": Twin(
        lambda x, gamma, beta, eps: rms_norm(x, gamma, eps=eps),
        rms_norm_backward,
        lambda x, gamma, beta, eps: F.rms_norm(x, (D,), gamma, eps),
    ),
}
each = pytest.mark.parametrize("twin", TWINS.values(), ids=TWINS)

rng = np.random.default_rng(0)
X, DY = rng.normal(1, 2, (2, N, D))
GAMMA, BETA = rng.normal(1, 0.5, (2, D))
AFFINE = {"x": X, "gamma": GAMMA, "beta": BETA}
STATISTICS = {"mean": MEAN, "var": VAR}
FORWARD = [
    (batch_norm, AFFINE),
    (batch_norm_eval, AFFINE | STATISTICS),
    (layer_norm, AFFINE),
    (group_norm, AFFINE | {"groups": GROUPS}),
    (rms_norm, {"x": X, "gamma": GAMMA}),
]
BACKWARD = [twin.backward for twin in TWINS.values()]
NOT_DATA = ["x", None, X[0], X[:0], X[:, :0], 1.0]
NO_FIT = [D + 1, (N, D), (N, 1), (2, D), (0, D), (2, 1, D)]
NOT_A_PARAMETER = ["one", None, [1.0] * D, *(np.ones(shape) for shape in NO_FIT)]
NEGATIVE = [-1e-9, np.nan, np.inf, "small", None]
CACHE = layer_norm(X, GAMMA, BETA)[1]
BAD_INPUT = [
    *((f, given | {"eps": 1e-5, "x": x}, "x") for f, given in FORWARD for x in NOT_DATA),
    *((f, given | {"eps": 1e-5, "gamma": g}, "gamma") for f, given in FORWARD for g in NOT_A_PARAMETER),
    *((f, given | {"eps": 1e-5, "beta": b}, "beta") for f, given in FORWARD[:-1] for b in NOT_A_PARAMETER),
    *((f, given | {"eps": eps}, "eps") for f, given in FORWARD for eps in NEGATIVE),
    (batch_norm, AFFINE | {"x": X[:1]}, "x"),
    *((group_norm, AFFINE | {"groups": groups}, "groups") for groups in [0, -1, 4, 12, 2.0, True, None]),
    *((batch_norm_eval, AFFINE | STATISTICS | {"mean": mean}, "mean") for mean in NOT_A_PARAMETER),
    *((batch_norm_eval, AFFINE | STATISTICS | {"var": v}, "var") for v in [*NOT_A_PARAMETER, -VAR, np.full(D, np.nan)]),
    *((running_statistics, {"x": x} | STATISTICS, "x") for x in [*NOT_DATA, X[:1]]),
    *((running_statistics, {"x": X} | STATISTICS | {"mean": mean}, "mean") for mean in NOT_A_PARAMETER),
    *((running_statistics, {"x": X} | STATISTICS | {"var": v}, "var") for v in [*NOT_A_PARAMETER, -VAR]),
    *((running_statistics, {"x": X, "momentum": m} | STATISTICS, "momentum") for m in [-0.1, 1.1, np.nan, "high"]),
    *((f, {"dy": dy, "cache": CACHE}, "dy") for f in BACKWARD for dy in [DY[:1], DY[0], DY[None], 1.0, None, "dy"]),
    *((f, {"dy": DY, "cache": cache}, "cache") for f in BACKWARD for cache in [tuple(CACHE), X, None]),
]


def test_every_layer_is_tested():
    public = [
        f for name, f in vars(normalisers).items() if inspect.isfunction(f) and f.__module__ == normalisers.__name__
    ]
    backward = [f for f in public if f.__name__.endswith("norm_backward") or f.__name__.endswith("eval_backward")]
    assert backward == BACKWARD


def agree(ours, theirs, tolerance=1e-9):
    np.testing.assert_allclose(ours, theirs, rtol=tolerance, atol=tolerance)


# --- against torch ----------------------------------------------------------------------------------------------

INPUTS = {
    "x": vectors(N, D),
    "gamma": vectors(D, bound=3),
    "beta": vectors(D, bound=3),
    "dy": vectors(N, D),
    "eps": st.floats(1e-4, 1),
}


def torchs(twin, x, gamma, beta, dy, eps):
    """torch's y, and its gradients by automatic differentiation."""
    inputs = [tensor(a).requires_grad_() for a in (x, gamma, beta)]
    y = twin.torchs(*inputs, eps)
    grads = torch.autograd.grad(y, inputs, tensor(dy), allow_unused=True)
    return y.detach().numpy(), [g.numpy() for g in grads if g is not None]


@each
@given(inputs=st.fixed_dictionaries(INPUTS))
def test_forward_and_backward_agree_with_torch(twin, inputs):
    y, cache = twin.forward(*(inputs[name] for name in ("x", "gamma", "beta", "eps")))
    dx, *dparameters = twin.backward(inputs["dy"], cache)
    their_y, (their_dx, *theirs) = torchs(twin, **inputs)
    agree(y, their_y)
    agree(dx, their_dx)
    for ours, their in zip(dparameters, theirs, strict=True):
        assert ours.shape == (1, D)
        agree(ours[0], their)


def test_defaults_are_those_of_torch():
    x = tensor(X) / 100  # so small that eps shows
    for ours, theirs in (
        (batch_norm(X / 100, 1, 0), F.batch_norm(x, None, None, training=True)),
        (batch_norm_eval(X / 100, 1, 0, 0, 1), F.batch_norm(x, torch.zeros(D).double(), torch.ones(D).double())),
        (layer_norm(X / 100, 1, 0), F.layer_norm(x, (D,))),
        (group_norm(X / 100, 1, 0, groups=2), F.group_norm(x, 2)),
        (rms_norm(X / 1e8, 1), F.rms_norm(x / 1e6, (D,))),
    ):
        agree(ours[0], theirs)
    eps = {f.__name__: inspect.signature(f).parameters["eps"].default for f, _ in FORWARD}
    assert eps == dict.fromkeys(eps, 1e-5) | {"rms_norm": np.finfo(float).eps}
    assert inspect.signature(running_statistics).parameters["momentum"].default == torch.nn.BatchNorm1d(D).momentum


@given(batches=st.lists(vectors(4, D), min_size=1, max_size=4), momentum=st.floats(0, 1))
def test_running_statistics_agree_with_a_layer_of_torch(batches, momentum):
    layer = torch.nn.BatchNorm1d(D, momentum=momentum, dtype=float)
    statistics = ()
    for x in batches:
        layer(tensor(x))
        statistics = running_statistics(x, *statistics, momentum=momentum)
    for ours, theirs in zip(statistics, (layer.running_mean, layer.running_var), strict=True):
        assert ours.shape == (1, D)
        agree(ours[0], theirs)
    y, _ = batch_norm_eval(batches[0], 1, 0, *statistics)
    agree(y, layer.eval()(tensor(batches[0])).detach())


def test_a_batch_of_one_is_refused_by_torch_as_well_and_only_in_training():
    with pytest.raises(ValueError, match="more than 1 value per channel when training"):
        torch.nn.BatchNorm1d(D)(torch.ones(1, D))
    with pytest.raises(ValueError, match="n of at least 2"):
        batch_norm(X[:1], GAMMA, BETA)
    y, _ = batch_norm_eval(X[:1], GAMMA, BETA, MEAN, VAR)
    agree(y, batch_norm_eval(X, GAMMA, BETA, MEAN, VAR)[0][:1])
    for f, given_ in ((layer_norm, {}), (group_norm, {"groups": 2})):  # an example by itself is all they need
        agree(f(X[:1], GAMMA, BETA, **given_)[0], f(X, GAMMA, BETA, **given_)[0][:1])


# --- by hand -----------------------------------------------------------------------------------------------------


def test_a_batch_of_two_by_hand():
    """x = 1, 3 has mean 2 and variance 1; with eps = 3 the sd is 2 and x̂ = −½, ½."""
    x, dy = np.array([[1.0], [3.0]]), np.array([[1.0], [5.0]])
    y, cache = batch_norm(x, 4.0, 10.0, eps=3.0)
    assert y.tolist() == [[8], [12]]
    assert cache.x_hat.tolist() == [[-0.5], [0.5]]
    assert cache.sd.tolist() == [[2]]
    # dx̂ = 4, 20: mean 12, mean of dx̂ · x̂ = (−2 + 10)/2 = 4; dx = (4 − 12 + 2)/2, (20 − 12 − 2)/2.
    dx, dgamma, dbeta = batch_norm_backward(dy, cache)
    assert dx.tolist() == [[-3], [3]]
    assert dgamma.tolist() == [[2]]
    assert dbeta.tolist() == [[6]]


def test_with_eps_0_two_numbers_become_1_and_minus_1_without_gradient():
    y, cache = batch_norm(np.array([[1.0], [30.0]]), 1.0, 0.0, eps=0.0)
    assert y.tolist() == [[-1], [1]]
    dx, _, _ = batch_norm_backward(np.array([[1.0], [5.0]]), cache)
    assert dx.tolist() == [[0], [0]]


def test_the_same_two_numbers_as_features_of_one_example():
    x, dy = np.array([[1.0, 3.0]]), np.array([[1.0, 5.0]])
    y, cache = layer_norm(x, np.array([4.0, 4.0]), np.array([10.0, 0.0]), eps=3.0)
    assert y.tolist() == [[8, 2]]
    dx, dgamma, dbeta = layer_norm_backward(dy, cache)
    assert dx.tolist() == [[-3, 3]]
    assert dgamma.tolist() == [[-0.5, 2.5]]
    assert dbeta.tolist() == [[1, 5]]


def test_rms_norm_by_hand():
    """x = 1, 7 has the mean square 25; x̂ = 1/5, 7/5."""
    y, cache = rms_norm(np.array([[1.0, 7.0]]), 10.0, eps=0.0)
    agree(y, [[2, 14]])
    # dx̂ = 10, 0: mean of dx̂ · x̂ = 1; dx = (10 − 1/5)/5, (0 − 7/5)/5.
    dx, dgamma = rms_norm_backward(np.array([[1.0, 0.0]]), cache)
    agree(dx, [[1.96, -0.28]])
    agree(dgamma, [[0.2, 0]])


def test_evaluation_by_hand():
    """mean = 1, var + eps = 4: x = 5 becomes x̂ = 2."""
    y, cache = batch_norm_eval(np.array([[5.0]]), 3.0, 1.0, 1.0, 3.5, eps=0.5)
    assert y.tolist() == [[7]]
    dx, dgamma, dbeta = batch_norm_eval_backward(np.array([[2.0]]), cache)
    assert [dx.item(), dgamma.item(), dbeta.item()] == [3, 4, 2]


def test_running_statistics_by_hand():
    """x = 1, 3: mean 2, and variance 2 with 1/(n − 1); where nothing is given, torch starts: 0 and 1."""
    x = np.array([[1.0], [3.0]])
    agree(running_statistics(x), [[[0.2]], [[1.1]]])
    agree(running_statistics(x, momentum=1), [[[2]], [[2]]])
    agree(running_statistics(x, 4.0, 8.0, momentum=0.5), [[[3]], [[5]]])


# --- what must be so ---------------------------------------------------------------------------------------------


def test_what_is_normalised_over_what():
    """Mean 0 and mean square 1: over the examples, over the features, over each half of the features?"""

    def are(y, value):
        return [np.allclose(mean, value) for mean in (y.mean(0), y.mean(1), y.reshape(N, 2, D // 2).mean(-1))]

    for (y, _), where in (
        (batch_norm(X, 1, 0, eps=0), [True, False, False]),
        (layer_norm(X, 1, 0, eps=0), [False, True, False]),
        (group_norm(X, 1, 0, groups=2, eps=0), [False, True, True]),
    ):
        assert are(y, 0) == are(y**2, 1) == where
    y, _ = rms_norm(X, 1, eps=0)
    assert are(y**2, 1) == [False, True, False]
    assert are(y, 0) == [False, False, False]


def test_one_group_is_layer_norm_and_layer_norm_of_centred_x_is_rms_norm():
    for ours, theirs in (
        (group_norm(X, GAMMA, BETA, groups=1), layer_norm(X, GAMMA, BETA)),
        (rms_norm(X - X.mean(1, keepdims=True), GAMMA, eps=1e-5), layer_norm(X, GAMMA, 0)),
    ):
        agree(ours[0], theirs[0])
    agree(
        group_norm_backward(DY, group_norm(X, GAMMA, BETA, groups=1)[1])[0],
        layer_norm_backward(DY, layer_norm(X, GAMMA, BETA)[1])[0],
    )


@given(shift=vectors(D), stretch=st.floats(0.1, 10))
def test_batch_norm_does_not_see_a_shift_or_a_stretch(shift, stretch):
    """So a bias before it does nothing, and the gradient of weights before it has no part along them."""
    agree(batch_norm(stretch * X + shift, GAMMA, BETA, eps=0)[0], batch_norm(X, GAMMA, BETA, eps=0)[0])
    dx, _, _ = batch_norm_backward(DY, batch_norm(X, GAMMA, BETA, eps=0)[1])
    agree(dx.sum(0), 0)
    agree((dx * X).sum(0), 0)


@each
def test_a_grid_is_a_loop(twin):
    K = 4
    rng = np.random.default_rng(1)
    x, dy = rng.normal(size=(2, K, 2, N, D))
    gamma, beta = rng.normal(size=(2, K, 1, 1, D))
    y, cache = twin.forward(x, gamma, beta, 1e-3)
    grid = [y, *twin.backward(dy, cache)]
    for k, j in np.ndindex(K, 2):
        y, cache = twin.forward(x[k, j], gamma[k, 0], beta[k, 0], 1e-3)
        for whole, part in zip(grid, [y, *twin.backward(dy[k, j], cache)], strict=True):
            assert whole[k, j].shape == part.shape
            agree(whole[k, j], part, 1e-13)


def test_running_statistics_of_a_grid_are_a_loop():
    x = np.random.default_rng(1).normal(size=(4, N, D))
    mean, var = np.random.default_rng(2).random((2, 4, 1, D))
    grid = running_statistics(x, mean, var)
    for k in range(4):
        for whole, part in zip(grid, running_statistics(x[k], mean[k], var[k]), strict=True):
            agree(whole[k], part, 1e-14)


@each
def test_gamma_and_beta_may_be_numbers_rows_or_matrices(twin):
    expected = twin.forward(X, np.full((1, D), 2.0), np.full((1, D), 3.0), 1e-5)
    for gamma, beta in ((2, 3), (2.0, 3.0), (np.float64(2), np.full(D, 3.0)), (np.full(D, 2.0), np.ones((1, 1)) * 3)):
        y, cache = twin.forward(X, gamma, beta, 1e-5)
        agree(y, expected[0])
        for ours, theirs in zip(twin.backward(DY, cache), twin.backward(DY, expected[1]), strict=True):
            agree(ours, theirs)


@each
def test_tensors_do_as_well(twin):
    y, cache = twin.forward(X, GAMMA, BETA, 1e-5)
    numpys = [y, *twin.backward(DY, cache)]
    if twin is TWINS["batch, evaluated"]:
        twin = twin._replace(forward=lambda x, g, b, eps: batch_norm_eval(x, g, b, tensor(MEAN), tensor(VAR), eps=eps))
    y, cache = twin.forward(tensor(X), tensor(GAMMA), tensor(BETA), 1e-5)
    for ours, theirs in zip([y, *twin.backward(tensor(DY), cache)], numpys, strict=True):
        assert isinstance(ours, torch.Tensor)
        agree(ours, theirs)


def test_running_statistics_of_tensors():
    for ours, theirs in zip(running_statistics(tensor(X)), running_statistics(X), strict=True):
        assert isinstance(ours, torch.Tensor)
        agree(ours, theirs)


@each
def test_nothing_is_modified_in_place(twin):
    inputs = [a.copy() for a in (X, GAMMA, BETA, DY)]
    x, gamma, beta, dy = inputs
    for array in inputs:
        array.flags.writeable = False
    y, cache = twin.forward(x, gamma, beta, 1e-5)
    assert isinstance(cache, Cache)
    first = [y, *twin.backward(dy, cache)]
    assert all(map(np.array_equal, first, [y, *twin.backward(dy, cache)]))


def test_integers_become_floats():
    assert batch_norm([[1], [3]], 1, 0)[0].dtype == float
    agree(running_statistics([[1], [3]]), [[[0.2]], [[1.1]]])


# Types.

LAYERS = [
    (batch_norm, batch_norm_backward, {}),
    (layer_norm, layer_norm_backward, {}),
    (group_norm, group_norm_backward, {"groups": 2}),
    (batch_norm_eval, batch_norm_eval_backward, {"mean": np.zeros(4), "var": np.ones(4)}),
    (rms_norm, rms_norm_backward, {}),
]
each_layer = pytest.mark.parametrize(
    ("layer", "backward", "more"), LAYERS, ids=[layer.__name__ for layer, *_ in LAYERS]
)
SHIFT_AND_SCALE = np.array([[1.0, 2, 3, 4], [0.5, 0, -1, 2]])


def both_ways(layer, backward, x, gamma, beta, dy, **more):
    """All that comes out of a layer, forward and backward."""
    y, cache = layer(x, gamma, **({} if layer is rms_norm else {"beta": beta}), **more)
    return [y, *cache, *backward(dy, cache)]


@each_layer
@pytest.mark.parametrize("kind", [np.float32, torch.tensor], ids=["array", "tensor"])
def test_parameters_of_any_type_leave_that_of_x(layer, backward, more, kind):
    values = np.random.default_rng(0).normal(size=(2, 5, 4)).astype(np.float32)
    x, dy = map(kind, values)
    right = both_ways(layer, backward, *values.astype(float)[[0]], *SHIFT_AND_SCALE, values[1], **more)
    for gamma, beta in (SHIFT_AND_SCALE, torch.tensor(SHIFT_AND_SCALE)):
        for slope in (dy, values[1].astype(float)):
            for ours, wanted in zip(both_ways(layer, backward, x, gamma, beta, slope, **more), right, strict=True):
                assert type(ours) is type(x)
                assert ours.dtype == x.dtype
                np.testing.assert_allclose(ours, wanted, rtol=1e-3, atol=1e-5)
    y, _ = layer(
        x, np.float64(1), **({} if layer is rms_norm else {"beta": np.float64(0)}), **more, eps=np.float64(1e-5)
    )
    assert y.dtype == x.dtype


def test_running_statistics_are_of_the_type_of_x():
    x = np.random.default_rng(0).normal(size=(5, 3)).astype(np.float32)
    for more in ((), (np.zeros(3), np.ones(3))):
        assert {part.dtype for part in running_statistics(x, *more, momentum=np.float64(0.1))} == {np.dtype(np.float32)}


@each_layer
@pytest.mark.parametrize("kind", [np.array, torch.tensor], ids=["array", "tensor"])
def test_half_precision_is_normalised_in_float32(layer, backward, more, kind):
    x = np.array([[400, -400, 300, 0], [0, 0, 0, 0], [1e-4, 0, 0, 0]])
    half = kind(x, dtype=np.float16 if kind is np.array else torch.float16)
    single, dy = np.asarray(half, np.float32), np.array([[1, 2, 0, -1], [2, 0, 1, 1], [0, 1, 3, 0]])
    for ours, wanted in zip(
        both_ways(layer, backward, half, 1, 0, kind(dy), **more),
        both_ways(layer, backward, single, 1, 0, dy, **more),
        strict=True,
    ):
        np.testing.assert_allclose(ours, wanted, rtol=1e-5, atol=1e-5 * np.abs(wanted).max())
        assert np.isfinite(np.asarray(ours)).all()


def test_half_precision_by_hand():
    np.testing.assert_allclose(layer_norm(np.array([[400, -400]], np.float16), 1, 0)[0], [[1, -1]])
    assert rms_norm(np.zeros((1, 2), np.float16), 1)[0].tolist() == [[0, 0]]
