"""Networks trained at once equal networks trained one by one; rules side by side; devices; autograd."""

from itertools import islice

import numpy as np
import pytest
import torch
from bad_input import test_bad_input_is_named  # noqa: F401
from hypothesis import given
from hypothesis import strategies as st
from strategies import vectors

from gradlab import nets
from gradlab.checkpoints import put_back, states
from gradlab.descend import descend, iterates
from gradlab.initialisers import he, lecun, xavier
from gradlab.mlp import MLP
from gradlab.nets import autograd, choose_device, on_device, together
from gradlab.plateau import ReduceOnPlateau
from gradlab.rules import adam, momentum, rmsprop, sgd
from gradlab.schedules import cosine
from gradlab.surfaces import quadratic, rosenbrock

RNG = np.random.default_rng(0)
X, Y = RNG.standard_normal((20, 3)), RNG.integers(0, 4, 20)
NET = MLP([3, 5, 4])
STEPS = 25


def tensors(*arrays):
    return [torch.as_tensor(array) for array in arrays]


def as_they_are(*arrays):
    return arrays


@pytest.mark.parametrize("kind", [as_they_are, tensors], ids=["numpy", "torch"])
def test_networks_trained_at_once_are_those_trained_one_by_one(kind):
    """Six that differ in learning rate, seed, initialisation and rule, one of them under a schedule."""
    one_by_one = [
        (sgd, {"lr": 0.5}, 0, lecun),
        (sgd, {"lr": 0.1}, 1, he),
        (momentum, {"lr": cosine(0.2, steps=STEPS), "beta": 0.8}, 1, xavier),
        (adam, {"lr": 0.01, "beta1": 0.5}, 2, lecun),
        (adam, {"lr": 0.03, "beta1": 0.9}, 3, he),
        (adam, {"lr": 0.1, "beta1": 0.9}, 3, xavier),
    ]
    starts, x, y = kind(np.stack([NET.start(seed, weights) for _, _, seed, weights in one_by_one]), X, Y)
    columns = [[0.5], [0.1]], [[0.01], [0.03], [0.1]], [[0.5], [0.9], [0.9]]
    rates, adam_rates, beta1 = kind(*map(np.array, columns))
    rule = together(
        (sgd, 2, {"lr": rates}), (momentum, 1, one_by_one[2][1]), (adam, 3, {"lr": adam_rates, "beta1": beta1})
    )
    grad = NET.bind(x, y).grad
    at_once = descend(grad, starts, rule, STEPS)
    assert at_once.shape == (STEPS + 1, 6, NET.P)
    for k, (rule, hyper, _, _) in enumerate(one_by_one):
        alone = descend(grad, starts[k], rule, STEPS, **hyper)
        assert abs(at_once[:, k] - alone).max() < 1e-9
        assert abs(alone[-1] - alone[0]).max() > 1e-3  # it did move


@given(x0=vectors(3, 2), gradients=vectors(6, 3, 2))
def test_each_row_moves_by_its_own_rule(x0, gradients):
    rest = iter(gradients)
    rule = together((rmsprop, 1, {}), (sgd, 2, {"lr": 0.5}))
    path = descend(lambda x: next(rest), x0, rule, 6)
    parts = [(rmsprop, slice(0, 1), {}), (sgd, slice(1, 3), {"lr": 0.5})]
    for rule, rows, hyper in parts:
        rest_of = iter(gradients[:, rows])
        alone = descend(lambda x, rest_of=rest_of: next(rest_of), x0[rows], rule, 6, **hyper)
        assert np.array_equal(path[:, rows], alone)


def test_the_state_of_a_rule_made_of_several_counts_steps_and_holds_theirs():
    x, g = np.ones((3, 2)), np.full((3, 2), 0.5)
    rule = together((sgd, 1, {}), (adam, 2, {}))
    _, *state = rule(x, g)
    _, t, of_each = rule(x, g, *state)
    assert t == 2
    assert of_each[0] == ()
    assert of_each[1][0] == 2  # Adam's own count
    assert of_each[1][1].shape == (2, 2)


def test_schedules_of_a_group_see_each_step_once():
    seen = []
    rule = together((sgd, 1, {"lr": lambda t: seen.append(t) or 0.1}))
    descend(quadratic(1, 2).grad, np.ones((1, 2)), rule, 3)
    assert seen == [0, 1, 2]


def test_a_plateau_of_a_group_begins_anew_with_each_run():
    plateau = ReduceOnPlateau(0.5, factor=0.5, patience=0)
    rule = together((sgd, 1, {"lr": 0.1}), (sgd, 1, {"lr": lambda t: plateau(t)}))
    for _ in range(2):
        rates = []
        for _ in islice(iterates(quadratic(1, 2), np.ones((2, 2)), rule), 4):
            rates.append(plateau.lr)
            plateau.update(1.0)
        assert rates == [0.5, 0.5, 0.25, 0.125]


GROUP = (sgd, 2, {"lr": 0.1})
BAD_INPUT = [
    (together, {}, "groups"),
    *(
        (together, {"groups": (group,)}, "groups")
        for group in (sgd, (sgd, 2), (*GROUP, 1), (sgd, 2, 0.1), ("sgd", 2, {}), [*GROUP])
    ),
    *((together, {"groups": ((sgd, rows, {}),)}, "groups") for rows in (0, -1, 2.0, True)),
    (together, {"groups": ((sgd, 2, {"beta": 0.9}),)}, "groups"),
    (on_device, {"device": "cpu", "arrays": ("ten",)}, "arrays"),
    (on_device, {"device": "cpu", "arrays": ([1.0], None)}, "arrays"),
    *(
        (on_device, {"device": "cpu", "arrays": (x,)}, "arrays")
        for x in (torch.tensor([1 + 1j]), np.array([1 + 1j]), [1j], [[1.0], [1.0, 2.0]])
    ),
    (autograd, {"f": 3.0}, "f"),
]


def test_rows_may_be_matrices_as_muon_wants_them():
    x = np.arange(12.0).reshape(2, 2, 3)
    moved, *_ = together((sgd, 1, {"lr": 1.0}), (sgd, 1, {"lr": 2.0}))(x, np.ones_like(x))
    np.testing.assert_allclose(x - moved, np.stack([np.ones((2, 3)), 2 * np.ones((2, 3))]))


def test_x_must_have_as_many_rows_as_the_groups():
    for shape in ((3, 2), (2,), (1, 2)):
        with pytest.raises(ValueError, match=r"together: x must have 2 rows, as the groups have, got shape \("):
            together(GROUP)(np.ones(shape), np.ones(shape))


def test_a_wrong_hyperparameter_in_a_group_is_named():
    with pytest.raises(ValueError, match="sgd: lr must be finite and not negative"):
        together((sgd, 2, {"lr": -1}))(np.ones((2, 2)), np.ones((2, 2)))


@given(theta=vectors(4, 2), data=st.data())
def test_autograd_is_the_gradient_row_by_row(theta, data):
    surface = data.draw(st.sampled_from([rosenbrock(), quadratic(1, 10)]))
    ours = autograd(surface.f)(torch.tensor(theta)).numpy()
    np.testing.assert_allclose(ours, surface.grad(theta), rtol=1e-9, atol=1e-9)


def test_autograd_of_a_network_is_the_hand_written_gradient():
    theta, x, y = tensors(NET.start(range(3)), X, Y)
    before = theta.clone()
    np.testing.assert_allclose(autograd(NET.f)(theta, x, y), NET.grad(theta, x, y), rtol=1e-9, atol=1e-12)
    assert torch.equal(theta, before)
    assert not theta.requires_grad


def test_autograd_of_a_loss_that_moves_on_moves_on_with_it():
    net = MLP([3, 5, 4], dropout=0.5)
    theta, x, y = tensors(net.start(0), X, Y)
    ours, theirs = (net.bind(x, y, rng=np.random.default_rng(3)) for _ in range(2))
    grad = autograd(ours.f)
    for _ in range(3):
        np.testing.assert_allclose(grad(theta), theirs.grad(theta), rtol=1e-9, atol=1e-12)
    one = grad.draw()
    assert torch.equal(one(theta), one(theta))
    kept, next_one = states(grad.sources), grad(theta)
    assert not torch.equal(next_one, grad(theta))
    put_back(grad.sources, kept)
    assert torch.equal(next_one, grad(theta)), "a checkpoint keeps where its generator is"


class Labelled:
    """As a Series of pandas whose index is that of a shuffled split."""

    def __array__(self, dtype=None, copy=None):
        return np.array([3.0, 1.0, 2.0])

    def __len__(self):
        return 3

    def __getitem__(self, label):
        return {7: 3.0, 0: 1.0, 1: 2.0}[label]


def test_on_device_takes_what_numpy_can_make_an_array_of():
    assert on_device("cpu", Labelled())[0].tolist() == [3, 1, 2]
    assert on_device("cpu", [[1, 2], [3, 4]])[0].tolist() == [[1, 2], [3, 4]]


def test_on_device_keeps_labels_whole_and_makes_the_rest_float32():
    theta, labels, mask = on_device("cpu", np.ones((2, 3)), np.arange(3, dtype=np.int32), np.array([True, False]))
    assert [t.dtype for t in (theta, labels, mask)] == [torch.float32, torch.int64, torch.int64]
    assert theta.shape == (2, 3)
    assert labels.tolist() == [0, 1, 2]
    (double,) = on_device(torch.device("cpu"), torch.ones(2), dtype=torch.float64)
    assert double.dtype == torch.float64
    assert double.device.type == "cpu"
    assert on_device("meta", np.ones(2))[0].device.type == "meta"


@pytest.mark.parametrize(
    ("cuda", "mps", "best"), [(True, False, "cuda"), (True, True, "cuda"), (False, True, "mps"), (False, False, "cpu")]
)
def test_the_best_device_is_chosen(monkeypatch, cuda, mps, best):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: cuda)
    monkeypatch.setattr(torch.backends.mps, "is_available", lambda: mps)
    assert nets.choose_device() == best


@pytest.mark.skipif(choose_device() == "cpu", reason="no GPU on this machine")
@pytest.mark.parametrize("rule", [sgd, adam])
def test_a_gpu_trains_to_the_losses_of_the_cpu(rule):
    losses = []
    for device in ("cpu", choose_device()):
        theta, x, y, lr = on_device(device, NET.start(range(4)), X, Y, np.geomspace(0.01, 0.1, 4)[:, None])
        problem = NET.bind(x, y)
        losses.append(problem.f(descend(problem.grad, theta, rule, steps=20, lr=lr)[-1]).cpu())
    assert (losses[0] - losses[1]).abs().max() < 1e-4


@pytest.mark.parametrize("x", [np.ones((2, 3), np.float32), torch.ones(2, 3)])
@pytest.mark.parametrize("bare", [sgd, sgd.unchecked])
def test_rules_side_by_side_leave_the_type_of_x(x, bare):
    rates = np.array([[0.5]])
    for lr in (np.float64(0.5), rates, lambda t: rates, lambda t: np.float64(0.5)):
        rule = together((bare, 1, {"lr": lr}), (bare, 1, {"lr": 0.5}))
        after, *_ = rule(x, x)
        assert after.dtype == x.dtype
        assert (after == 0.5).all()


def test_an_optimiser_of_torch_is_no_rule():
    with pytest.raises(ValueError, match=r"^together: groups must be triples"):
        together((torch.optim.Adam, 1, {}))


@pytest.mark.parametrize(
    ("f", "theta", "message"),
    [
        (quadratic(1, 2).f, np.ones(2), "theta must be a tensor, got ndarray"),
        (quadratic(1, 2).f, [1.0, 2.0], "theta must be a tensor, got list"),
        (lambda x: 1.0, torch.ones(2), "f must return a tensor that is worked out from theta by torch, got 1.0"),
        (
            lambda x: torch.ones(()),
            torch.ones(2),
            r"f must return a tensor that is worked out from theta .*tensor\(1\.\)",
        ),
    ],
)
def test_what_torch_cannot_differentiate_is_named(f, theta, message):
    with pytest.raises(ValueError, match=f"^autograd: {message}$"):
        autograd(f)(theta)


def test_integer_tensors_are_differentiated_as_floats():
    assert autograd(quadratic(1, 2).f)(torch.tensor([3, 1])).tolist() == [3, 2]
