"""Gains: the integrals against closed forms and SciPy's quadrature, torch's table against torch, and the claims."""

from math import prod

import numpy as np
import pytest
import torch
from bad_input import test_bad_input_is_named  # noqa: F401
from hypothesis import given
from hypothesis import strategies as st
from scipy import integrate, special

from gradlab.activations import ACTIVATIONS
from gradlab.gains import TORCH, gain, gaussian_mean

BAD_INPUT = [
    (gain, {"activation": "relu6", "definition": "forward", "negative_slope": 0.1}, "activation"),
    (gain, {"activation": ["relu"], "definition": "forward", "negative_slope": 0.1}, "activation"),
    (gain, {"activation": None, "definition": "forward", "negative_slope": 0.1}, "activation"),
    (gain, {"activation": "relu", "definition": "forwards", "negative_slope": 0.1}, "definition"),
    (gain, {"activation": "relu", "definition": None, "negative_slope": 0.1}, "definition"),
    (gain, {"activation": "leaky_relu", "definition": "forward", "negative_slope": np.nan}, "negative_slope"),
    (gain, {"activation": "leaky_relu", "definition": "forward", "negative_slope": np.inf}, "negative_slope"),
    (gain, {"activation": "leaky_relu", "definition": "forward", "negative_slope": [0.1, 0.2]}, "negative_slope"),
    (gain, {"activation": "leaky_relu", "definition": "forward", "negative_slope": "steep"}, "negative_slope"),
    (gain, {"activation": "relu", "definition": "slope", "negative_slope": 0.1}, "activation"),
    (gain, {"activation": "leaky_relu", "definition": "slope", "negative_slope": 0.1}, "activation"),
    (gain, {"activation": "selu", "definition": "slope", "negative_slope": 0.1}, "activation"),
    (gaussian_mean, {"f": 1.0}, "f"),
]


def test_the_choices_are_listed_when_one_is_unknown():
    with pytest.raises(ValueError, match="linear, sigmoid, tanh, relu, leaky_relu, selu, got 'relu6'"):
        gain("relu6")
    with pytest.raises(ValueError, match="forward, backward, slope, torch, got 'up'"):
        gain("relu", "up")


def close(actual, expected, rtol=1e-13):
    np.testing.assert_allclose(actual, expected, rtol=rtol, atol=0)


# --- the mean --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("k", range(0, 13, 2))
def test_even_moments_of_the_normal_distribution_are_double_factorials(k):
    close(gaussian_mean(lambda z: z**k), prod(range(1, k, 2)), rtol=1e-12)


def test_kinks_and_jumps_at_0_cost_no_accuracy():
    close(gaussian_mean(abs), (2 / np.pi) ** 0.5)
    close(gaussian_mean(lambda z: z > 0), 0.5)
    close(gaussian_mean(lambda z: np.maximum(z, 0)), (2 * np.pi) ** -0.5)
    close(gaussian_mean(lambda z: np.where(z > 0, z**3, -(z**2))), (2 / np.pi) ** 0.5 - 0.5)


@given(t=st.floats(-2, 2))
def test_the_moment_generating_and_the_characteristic_function(t):
    close(gaussian_mean(lambda z: np.exp(t * z)), np.exp(t**2 / 2))
    close(gaussian_mean(lambda z: np.cos(t * z)), np.exp(-(t**2) / 2))


# --- the gains -------------------------------------------------------------------------------------------------


def gain_by_scipy(phi, part):
    """1/√E[φ²] or 1/√E[φ′²], by adaptive quadrature on either side of 0."""

    def integrand(z):
        return phi(np.array(z))[part] ** 2 * np.exp(-(z**2) / 2) / (2 * np.pi) ** 0.5

    halves = [integrate.quad(integrand, *ends, epsabs=1e-13, epsrel=1e-11)[0] for ends in ((-30, 0), (0, 30))]
    return sum(halves) ** -0.5


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_gains_agree_with_adaptive_quadrature(name):
    close(gain(name, "forward"), gain_by_scipy(ACTIVATIONS[name], 0), rtol=1e-10)
    close(gain(name, "backward"), gain_by_scipy(ACTIVATIONS[name], 1), rtol=1e-10)
    assert gain(name) == gain(name, "forward")


@given(a=st.floats(-3, 3))
def test_two_half_lines_have_one_gain_forward_and_backward(a):
    expected = (2 / (1 + a**2)) ** 0.5
    for definition in ("forward", "backward"):
        close(gain("leaky_relu", definition, negative_slope=a), expected)
    close(gain("leaky_relu", "torch", negative_slope=a), expected)


@pytest.mark.parametrize("definition", ["forward", "backward"])
def test_relu_and_linear_in_closed_form(definition):
    close(gain("relu", definition), 2**0.5)
    close(gain("linear", definition), 1)
    close(gain("leaky_relu", definition), (2 / 1.0001) ** 0.5)


def test_selu_in_closed_form():
    """∫ over z < 0 of e^(kz) under the normal density is e^(k²/2) Φ(−k)."""
    scale, alpha = 1.0507009873554805, 1.6732632423543772
    e1, e2 = (np.exp(k**2 / 2) * special.ndtr(-k) for k in (1, 2))
    close(gain("selu", "forward"), (scale**2 * (0.5 + alpha**2 * (e2 - 2 * e1 + 0.5))) ** -0.5)
    close(gain("selu", "backward"), (scale**2 * (0.5 + alpha**2 * e2)) ** -0.5)
    close(gain("selu", "forward"), 1)  # what its two constants were chosen for


def test_the_numbers_of_tanh_and_of_the_sigmoid():
    table = [[gain(name, which) for which in ("forward", "backward", "slope")] for name in ("tanh", "sigmoid")]
    assert np.round(table, 2).tolist() == [[1.59, 1.47, 1.0], [1.85, 4.72, 4.0]]


def test_gains_agree_with_a_million_draws():
    z = np.random.default_rng(0).standard_normal(1_000_000)
    for name in ("tanh", "sigmoid", "selu"):
        for definition, values in zip(("forward", "backward"), ACTIVATIONS[name](z), strict=True):
            close(gain(name, definition), (values**2).mean() ** -0.5, rtol=2e-3)


def test_the_slope_at_0_is_that_of_tiny_z_for_smooth_activations_only():
    for name in ("linear", "tanh", "sigmoid"):
        _, slopes = ACTIVATIONS[name](np.array([-1e-9, 1e-9]))
        close(gain(name, "slope"), 1 / slopes.mean())
    assert gain("leaky_relu", "slope", negative_slope=1.0) == 1  # a straight line after all
    with pytest.raises(ValueError, match="'relu', whose slope there is 0 from the left and 1 from the right"):
        gain("relu", "slope")
    with pytest.raises(ValueError, match=r"slope there is 1.758 from the left and 1.051 from the right"):
        gain("selu", "slope")


def test_gains_of_torch_are_those_of_its_table():
    for name in ACTIVATIONS:
        assert gain(name, "torch") == torch.nn.init.calculate_gain(name), name
    for a in (0, 0.2, 1.0, -0.5):
        assert gain("leaky_relu", "torch", negative_slope=a) == torch.nn.init.calculate_gain("leaky_relu", a)
    assert {*TORCH, "leaky_relu"} == {*ACTIVATIONS}


def test_where_torchs_table_is_a_definition_and_where_not():
    for name in ("linear", "relu", "leaky_relu"):
        close(gain(name, "torch"), gain(name, "forward"))
    for name in ("tanh", "sigmoid", "selu"):
        ours = [gain(name, "forward"), gain(name, "backward")]
        assert min(abs(np.array(ours) / gain(name, "torch") - 1)) > 0.04, name


def test_gains_are_plain_numbers():
    for definition in ("forward", "backward", "slope", "torch"):
        assert type(gain("tanh", definition)) is float
