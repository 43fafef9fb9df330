"""Each activation and its derivative against torch's function and autograd."""

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from strategies import TORCHS, vectors

from gradlab.activations import ACTIVATIONS, leaky_relu, sigmoid

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


@each_activation
@pytest.mark.parametrize("z", [[1, 0, 2], [-2, 0, 3], [True, False]])
@pytest.mark.parametrize("dtype", [None, np.uint8, np.int8, np.int64, bool, torch.uint8, torch.int64, torch.bool])
def test_lists_and_integers_are_taken_for_floats(name, z, dtype):
    if dtype in (np.uint8, torch.uint8):
        z = np.abs(z).tolist()
    given = z if dtype is None else np.array(z, dtype) if isinstance(dtype, type) else torch.tensor(z, dtype=dtype)
    floats = np.array(z if dtype is None else np.asarray(given).tolist(), float)
    for ours, wanted in zip(ACTIVATIONS[name](given), ACTIVATIONS[name](floats), strict=True):
        assert "float" in str(ours.dtype)
        np.testing.assert_allclose(ours, wanted, rtol=1e-5)


def test_selu_of_1_is_its_scale_for_an_unsigned_1_too():
    assert ACTIVATIONS["selu"](np.array([1], np.uint8))[0] == pytest.approx(1.0507009873554805)


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_the_sigmoid_has_all_digits_far_below_0(dtype):
    z = -torch.tensor([0, 0.1, 1, 10, 15, 17.5, 18, 20, 30, 37, 40, 80], dtype=dtype)
    x = z.clone().requires_grad_()
    torch.sigmoid(x).sum().backward()
    for form in (z, z.numpy()):
        a, slope = sigmoid(form)
        np.testing.assert_allclose(a, torch.sigmoid(z), rtol=1e-6)
        np.testing.assert_allclose(slope, x.grad, rtol=1e-6)
    a, _ = sigmoid(z.numpy())
    np.testing.assert_allclose(a, 1 / (1 + np.exp(-z.double().numpy())), rtol=1e-6)


@pytest.mark.parametrize(
    "slope", [np.float64(0.1), np.array(0.1), np.array([[0.1], [0.2]]), torch.tensor(0.1).double()]
)
def test_a_slope_of_any_type_leaves_that_of_z(slope):
    for z in (np.float32([-1, 1]), torch.tensor([-1.0, 1.0])):
        a, derivative = leaky_relu(z, slope)
        assert type(a) is type(z)
        assert a.dtype == derivative.dtype == z.dtype
        np.testing.assert_allclose(a.reshape(-1, 2)[0], [-0.1, 1], rtol=1e-6)
