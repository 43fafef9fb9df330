"""Many small networks at once: equal to one at a time, and to the formula written out in NumPy."""

import numpy as np
import pytest
import torch

from gradlab import nets
from gradlab.descend import descend
from gradlab.nets import Classifiers
from gradlab.rules import adam, sgd

RNG = np.random.default_rng(0)
X, LABELS = RNG.standard_normal((20, 3)), RNG.integers(0, 4, 20)


@pytest.fixture
def problem():
    return Classifiers(X, LABELS, hidden=5, dtype=torch.float64)


def by_hand(theta):
    """Loss and gradient of one network, written out in NumPy."""
    w1, b1, w2, b2 = theta[:15].reshape(3, 5), theta[15:20], theta[20:40].reshape(5, 4), theta[40:]
    h = np.tanh(X @ w1 + b1)
    scores = h @ w2 + b2
    p = np.exp(scores) / np.exp(scores).sum(1, keepdims=True)
    right = np.eye(4)[LABELS]
    d_scores = (p - right) / len(X)
    d_z = d_scores @ w2.T * (1 - h**2)
    gradient = [X.T @ d_z, d_z.sum(0), h.T @ d_scores, d_scores.sum(0)]
    return -np.log((p * right).sum(1)).mean(), np.concatenate([part.ravel() for part in gradient])


def test_loss_and_gradient_are_those_of_the_formula(problem):
    theta = torch.tensor(RNG.standard_normal((6, 44)))
    for k in range(6):
        loss, gradient = by_hand(theta[k].numpy())
        assert problem.f(theta)[k].item() == pytest.approx(loss, rel=1e-12)
        assert problem.grad(theta)[k].numpy() == pytest.approx(gradient, rel=1e-9, abs=1e-12)


@pytest.mark.parametrize("rule", [sgd, adam])
def test_networks_trained_at_once_are_those_trained_one_by_one(problem, rule):
    starts, rates = problem.start([3, 4, 5]), torch.tensor([0.01, 0.1, 0.5], dtype=torch.float64)
    together = descend(problem.grad, starts, rule, steps=30, lr=rates[:, None])
    for k in range(3):
        alone = descend(problem.grad, starts[k : k + 1], rule, steps=30, lr=rates[k].item())
        assert (together[:, k] - alone[:, 0]).abs().max() < 1e-9


def test_a_start_depends_on_its_seed_alone(problem):
    assert torch.equal(problem.start([7, 8])[1], problem.start([8])[0])
    assert not torch.equal(problem.start([7])[0], problem.start([8])[0])
    single = Classifiers(X, LABELS, hidden=5).start([7])
    assert torch.equal(single, problem.start([7]).float())


def test_weights_start_with_variance_one_over_fan_in_and_biases_at_zero():
    wide = Classifiers(RNG.standard_normal((2, 100)), [0, 1], hidden=400, dtype=torch.float64)
    w1, b1, w2, b2 = wide.unpack(wide.start([0]))
    assert w1.std().item() == pytest.approx(1 / 10, rel=0.02)
    assert w2.std().item() == pytest.approx(1 / 20, rel=0.1)
    assert not b1.any()
    assert not b2.any()


def test_one_hidden_unit_and_one_input_are_weights_not_biases():
    w1, _, w2, _ = (net := Classifiers([[0.5], [1.0]], [0, 1], hidden=1)).unpack(net.start([0]))
    assert w1.all()
    assert w2.all()


def test_accuracy_is_the_share_of_right_guesses(problem):
    theta = problem.start([0, 1])
    guesses = problem.scores(theta, X).argmax(-1)
    expected = (guesses == torch.as_tensor(LABELS)).double().mean(-1)
    assert torch.equal(problem.accuracy(theta, X, LABELS), expected)
    assert torch.equal(problem.accuracy(theta, X, guesses[1].numpy())[1:], torch.ones(1, dtype=torch.float64))


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        ((X, LABELS[:-1], 5), "labels"),
        ((X[0], LABELS, 5), "X"),
        ((X[:0], LABELS[:0], 5), "X"),
        ((X, LABELS - 1, 5), "labels"),
        ((X, LABELS, 0), "hidden"),
        ((X, LABELS, 2.5), "hidden"),
    ],
)
def test_bad_input_is_named(arguments, named):
    with pytest.raises(ValueError, match=named):
        Classifiers(*arguments)


@pytest.mark.parametrize(
    ("cuda", "mps", "best"), [(True, False, "cuda"), (True, True, "cuda"), (False, True, "mps"), (False, False, "cpu")]
)
def test_the_best_device_is_chosen(monkeypatch, cuda, mps, best):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: cuda)
    monkeypatch.setattr(torch.backends.mps, "is_available", lambda: mps)
    assert nets.choose_device() == best


@pytest.mark.skipif(nets.choose_device() == "cpu", reason="no GPU on this machine")
def test_a_gpu_gives_the_losses_of_the_cpu():
    on_cpu, on_gpu = Classifiers(X, LABELS, 5), Classifiers(X, LABELS, 5, device=nets.choose_device())
    ends = [descend(p.grad, p.start([0, 1]), sgd, steps=20, lr=0.1)[-1] for p in (on_cpu, on_gpu)]
    assert (ends[0] - ends[1].cpu()).abs().max() < 1e-4
