"""Each activation and its derivative against torch's function and autograd."""

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from strategies import TORCHS, vectors

from gradlab.activations import ACTIVATIONS, leaky_relu

each_activation = pytest.mark.parametrize("name", TORCHS)


def agree(ours, theirs):
    np.testing.assert_allclose(ours, theirs, rtol=1e-9, atol=1e-9)


def test_every_activation_has_a_twin():
    assert set(ACTIVATIONS) == set(TORCHS)


@each_activation
@given(z=vectors(8, bound=30))  # zeros among them, where three of the six have a kink
def test_activations_and_their_derivatives_are_those_of_torch(name, z):
    x = torch.tensor(z, requires_grad=True)
    theirs = TORCHS[name](x)
    theirs.sum().backward()
    a, slope = ACTIVATIONS[name](z)
    agree(a, theirs.detach())
    agree(slope, x.grad)


@given(z=vectors(8), negative_slope=st.floats(-2, 2))
def test_leaky_relu_has_the_slope_it_is_told(z, negative_slope):
    a, slope = leaky_relu(z, negative_slope)
    agree(a, torch.nn.functional.leaky_relu(torch.tensor(z), negative_slope))
    assert slope.tolist() == [1 if v > 0 else negative_slope for v in z]


@each_activation
@pytest.mark.filterwarnings("error")
def test_activations_do_not_overflow(name):
    a, slope = ACTIVATIONS[name](np.array([-1e4, 1e4]))
    assert np.isfinite(a).all()
    assert np.isfinite(slope).all()


@each_activation
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_activations_keep_shape_and_number_type(name, dtype):
    z = torch.tensor(np.random.default_rng(0).normal(size=(3, 2)), dtype=dtype)
    for torchs, numpys in zip(ACTIVATIONS[name](z), ACTIVATIONS[name](z.numpy()), strict=True):
        assert torchs.dtype == dtype
        assert torchs.shape == numpys.shape == (3, 2)
        assert numpys.dtype == z.numpy().dtype
        np.testing.assert_allclose(torchs, numpys, rtol=1e-6)
