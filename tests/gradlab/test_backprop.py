"""The passes and the losses: by hand, and against torch's functions and autograd."""

from itertools import pairwise

import numpy as np
import pytest
import torch

from gradlab.activations import relu, tanh
from gradlab.backprop import LOSSES, backward, cross_entropy, dropped, forward, squared_error

RNG = np.random.default_rng(0)


def agree(ours, theirs, rtol=1e-9):
    np.testing.assert_allclose(ours, theirs, rtol=rtol, atol=1e-9)


# --- losses -----------------------------------------------------------------------------------------------------


def test_cross_entropy_by_hand():
    scores = np.log([[1.0, 3.0], [2.0, 6.0]])  # p = ¼, ¾ twice
    loss, d = cross_entropy(scores, np.array([0, 1]))
    assert loss == pytest.approx((np.log(4) + np.log(4 / 3)) / 2)
    np.testing.assert_allclose(d, [[-3 / 8, 3 / 8], [1 / 8, -1 / 8]])


@pytest.mark.filterwarnings("error")
def test_cross_entropy_of_large_scores_is_exact():
    loss, d = cross_entropy(np.array([[1000.0, 0.0]]), np.array([1]))
    assert loss == 1000
    assert d.tolist() == [[1, -1]]


@pytest.mark.filterwarnings("error")
def test_a_wrong_class_may_be_ruled_out_and_a_right_one_has_no_finite_loss_then():
    scores, inf = np.array([[0.0, 1.0, -np.inf]]), float("inf")
    loss, d = cross_entropy(scores, np.array([1]))
    assert loss == pytest.approx(0.3132616875182228, rel=1e-14)
    agree(d, [[1 / (1 + np.e), -1 / (1 + np.e), 0]])
    tensor, _ = cross_entropy(torch.tensor(scores), torch.tensor([1]))
    agree(tensor, torch.nn.functional.cross_entropy(torch.tensor(scores), torch.tensor([1])))
    assert cross_entropy(scores, np.array([2]))[0] == inf
    assert torch.isnan(cross_entropy(torch.tensor([[0.0, inf]]), torch.tensor([0]))[0]), "as in torch"


@pytest.mark.parametrize("form", [np.array, torch.tensor])
def test_scores_may_lie_as_far_apart_as_their_type_reaches(form):
    dtype = np.float32 if form is np.array else torch.float32
    scores = form([[3e38, -3e38]], dtype=dtype)
    with np.errstate(over="ignore"):
        loss, d = cross_entropy(scores, form([0]))
    assert loss == 0
    assert d.tolist() == [[0, 0]]


@pytest.mark.parametrize("dtype", [np.uint8, np.int64, np.float16, torch.uint8, torch.float16])
def test_losses_of_integers_and_of_half_precision(dtype):
    outputs, labels, targets = np.array([[3, 200], [7, 1]]), np.array([1, 1]), np.array([[3, 0], [9, 1]])
    if isinstance(dtype, type):
        scores, y, t = outputs.astype(dtype), labels, targets.astype(dtype)
    else:
        scores, y, t = torch.tensor(outputs).to(dtype), torch.tensor(labels), torch.tensor(targets).to(dtype)
    loss, d = cross_entropy(scores, y)
    agree(loss, (np.log1p(np.exp(-197)) + np.log1p(np.exp(6))) / 2, 1e-6)
    agree(d, [[0, 0], [0.5 / (1 + np.exp(-6)), -0.5 / (1 + np.exp(-6))]], 1e-6)
    loss, d = squared_error(scores, t)
    assert loss == (200**2 + 2**2) / 4
    assert d.tolist() == [[0, 100], [-1, 0]]


def test_squared_error_by_hand():
    outputs, y = np.array([[1.0, 2.0], [0.0, 0.0]]), np.array([[1.0, 5.0], [1.0, 0.0]])
    loss, d = squared_error(outputs, y)
    assert loss == (9 + 1) / 4
    assert d.tolist() == [[0, -1.5], [-0.5, 0]]


def targets(loss, n, width):
    return RNG.integers(0, width, n) if loss is cross_entropy else RNG.normal(size=(n, width))


def by_torch(loss, outputs, y):
    if loss is cross_entropy:
        return torch.nn.functional.cross_entropy(outputs, y)
    return torch.nn.functional.mse_loss(outputs, y, reduction="sum") / 2 / len(y)


@pytest.mark.parametrize("loss", LOSSES.values(), ids=LOSSES)
@pytest.mark.parametrize(("n", "width"), [(1, 1), (1, 4), (5, 1), (5, 3)])
def test_losses_and_their_derivatives_are_those_of_torch(loss, n, width):
    outputs, y = 3 * RNG.normal(size=(n, width)), targets(loss, n, width)
    theirs = torch.tensor(outputs, requires_grad=True)
    value = by_torch(loss, theirs, torch.tensor(y))
    value.backward()
    ours, d = loss(outputs, y)
    agree(ours, value.item())
    agree(d, theirs.grad)
    for numpys, torchs in zip((ours, d), loss(torch.tensor(outputs), torch.tensor(y)), strict=True):
        assert torchs.dtype == torch.float64
        agree(numpys, torchs)


@pytest.mark.parametrize("loss", LOSSES.values(), ids=LOSSES)
def test_losses_of_a_grid_are_each_by_itself(loss):
    outputs, y = RNG.normal(size=(2, 3, 5, 4)), targets(loss, 5, 4)
    values, d = loss(outputs, y)
    assert values.shape == (2, 3)
    for k in np.ndindex(2, 3):
        value, derivative = loss(outputs[k], y)
        agree(values[k], value)
        agree(d[k], derivative)


# --- passes -----------------------------------------------------------------------------------------------------


def test_two_layers_by_hand():
    # z = 3 · 2 + 1 = 7 and −3 · 2 + 1 = −5, a = 7 and 0; the outputs are −7 + ½ and ½.
    layers = [(np.array([[2.0]]), np.array([[1.0]])), (np.array([[-1.0]]), np.array([[0.5]]))]
    X, d = np.array([[3.0], [-3.0]]), np.array([[-2.0], [10.0]])
    outputs, hidden = forward(layers, X, [relu])
    assert outputs.tolist() == [[-6.5], [0.5]]
    assert [(a.tolist(), slope.tolist()) for a, slope in hidden] == [([[7], [0]], [[1], [0]])]
    # For W₂: 7 · −2 + 0 · 10; b₂: −2 + 10; then d = (2, −10) · (1, 0), so W₁: 3 · 2, b₁: 2.
    assert [part.item() for part in backward(layers, X, hidden, d)] == [6, 2, -14, 8]


@pytest.mark.parametrize("sizes", [[3, 2], [3, 4, 2], [3, 4, 1, 5, 2]])
def test_backward_is_autograd(sizes):
    shapes = [shape for fans in pairwise(sizes) for shape in (fans, (1, fans[1]))]
    parts = [torch.tensor(RNG.normal(size=shape), requires_grad=True) for shape in shapes]
    X, d = (torch.tensor(RNG.normal(size=(6, width))) for width in (sizes[0], sizes[-1]))
    layers = list(zip(parts[::2], parts[1::2], strict=True))
    outputs, _ = forward(layers, X, [tanh] * (len(sizes) - 2))
    theirs = torch.autograd.grad((outputs * d).sum(), parts)
    with torch.no_grad():
        again, hidden = forward(layers, X, [tanh] * (len(sizes) - 2))
        ours = backward(layers, X, hidden, d)
    assert torch.equal(again, outputs)
    assert len(hidden) == len(sizes) - 2
    for mine, their in zip(ours, theirs, strict=True):
        agree(mine, their)


def test_as_many_activations_as_hidden_layers():
    layers = [(np.eye(2), np.zeros((1, 2)))] * 3
    for count in (1, 3):
        with pytest.raises(ValueError, match="zip"):
            forward(layers, np.eye(2), [tanh] * count)


def test_a_unit_dropped_gives_nothing_and_learns_nothing():
    keep = np.array([[0.0, 2.0], [2.0, 0.0]])
    z = np.array([[1.0, 0.5], [-1.0, 3.0]])
    a, slope = dropped(tanh, keep)(z)
    agree(a, keep * np.tanh(z))
    agree(slope, keep / np.cosh(z) ** 2)
