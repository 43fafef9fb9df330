"""Averages of points: against torch's averaged model, against NumPy's mean, and by what they are for."""

import copy
from itertools import islice

import numpy as np
import pytest
import torch
from bad_input import test_bad_input_is_named  # noqa: F401
from hypothesis import given
from hypothesis import strategies as st
from strategies import vectors
from torch.optim.swa_utils import AveragedModel, get_ema_avg_fn, get_swa_avg_fn

from gradlab.averaging import ema, running_mean
from gradlab.descend import descend, iterates
from gradlab.oracles import noisy
from gradlab.rules import sgd
from gradlab.schedules import cosine_restarts
from gradlab.surfaces import quadratic

DECAY = st.floats(0, 0.999)
PATH = st.integers(1, 12).flatmap(lambda n: vectors(n, 3))


def close(actual, expected):
    np.testing.assert_allclose(actual, expected, rtol=1e-9, atol=1e-9)


def averaged_by_torch(path, avg_fn):
    model = torch.nn.ParameterList([torch.zeros(3, dtype=torch.float64)])
    average, means = AveragedModel(model, avg_fn=avg_fn), []
    for x in path:
        model[0].data = torch.tensor(x)
        average.update_parameters(model)
        means.append(average.module[0].detach().numpy().copy())
    return means


def test_averages_have_no_graph_which_would_grow_with_the_points():
    points = [torch.tensor([1.0, k], requires_grad=True) for k in (2.0, 4.0)]
    for average in (running_mean(points), ema(points, decay=0.5)):
        for mean in average:
            assert not mean.requires_grad
        assert mean.tolist() == [1, 3]


@given(path=PATH)
def test_the_running_mean_agrees_with_torch_and_with_the_mean(path):
    means = list(running_mean(path))
    close(means, averaged_by_torch(path, get_swa_avg_fn()))
    close(means, [path[: n + 1].mean(0) for n in range(len(path))])


@given(path=PATH, decay=DECAY)
def test_the_exponential_average_agrees_with_torch(path, decay):
    close(list(ema(path, decay=decay)), averaged_by_torch(path, get_ema_avg_fn(decay)))


@given(path=PATH, decay=DECAY)
def test_the_weights_of_the_exponential_average_sum_to_one(path, decay):
    n = len(path)
    weights = np.array([decay ** (n - 1), *(1 - decay) * decay ** np.arange(n - 2, -1, -1)])
    assert weights.sum() == pytest.approx(1)
    close(list(ema(path, decay=decay))[-1], weights @ path)


def test_averages_worked_by_hand():
    points = [4.0, 0.0, 2.0, 10.0]
    assert list(running_mean(points)) == [4, 2, 2, 4]
    assert list(ema(points, decay=0.5)) == [4, 2, 2, 6]
    assert list(ema(points, decay=0)) == points
    assert next(running_mean([1e-30])) == next(ema([1e-30], decay=0.5)) == 1e-30
    assert list(running_mean([])) == list(ema([], decay=0.5)) == []


@pytest.mark.parametrize("average", [running_mean, lambda points: ema(points, decay=0.5)])
def test_points_are_left_alone_and_the_averages_are_new(average):
    path = np.arange(6.0).reshape(3, 2)
    path.flags.writeable = False
    means = list(average(path))
    kept = copy.deepcopy(means)
    means[0][:] = 9  # not the first point itself, nor a buffer that is used again
    assert path[0].tolist() == [0, 1]
    assert np.array_equal(means[1:], kept[1:])


@pytest.mark.parametrize("average", [running_mean, lambda points: ema(points, decay=0.5)])
def test_precision_stays_and_integers_become_floats(average):
    for ones in (np.ones(2, np.float32), torch.ones(2)):
        assert [mean.dtype for mean in average([ones] * 3)] == [ones.dtype] * 3
    assert [mean.dtype for mean in average(np.ones((3, 2), int))] == [float] * 3


def test_a_decay_for_each_point_of_a_grid():
    path = np.random.default_rng(0).normal(size=(5, 3, 2))
    decays = np.array([[0.0], [0.5], [0.9]])
    means = np.array(list(ema(path, decay=decays)))
    for k, [decay] in enumerate(decays):
        close(means[:, k], list(ema(path[:, k], decay=float(decay))))


def test_one_average_at_a_time_is_asked_for():
    """They are as lazy as what they wrap: an endless descent can be averaged."""
    bowl = quadratic(1, 10)
    points = (x for x, _ in iterates(bowl.grad, [1.0, 1.0], sgd, lr=0.1))
    path = descend(bowl.grad, [1.0, 1.0], sgd, 8, lr=0.1)
    close(list(islice(running_mean(points), 3)), [path[1 : n + 1].mean(0) for n in (1, 2, 3)])
    close(next(points), path[4])


def test_the_mean_of_a_noisy_descent_lies_nearer_to_the_minimum():
    """On the unit bowl x keeps wandering, E x² = lr · sd² / (2 − lr); of the mean of n points, E = sd² / n."""
    lr, sd, n = 0.2, 1.0, 400
    bowl = noisy(quadratic(1).grad, sd, seed=1)
    points = (x for x, _ in iterates(bowl, np.zeros((500, 1)), sgd, lr=lr))
    wandering = list(islice(points, 100, 100 + n))
    *_, mean = running_mean(wandering)
    assert np.mean(wandering[-1] ** 2) == pytest.approx(lr * sd**2 / (2 - lr), rel=0.25)
    assert np.mean(mean**2) == pytest.approx(sd**2 / n, rel=0.25)


def test_weights_at_the_end_of_each_cycle():
    """The recipe of the docstring: the points averaged are those after the last step of a cycle."""
    bowl, lr = quadratic(1, 10), cosine_restarts(0.1, period=50, lr_min=0.01)
    points = (x for x, _ in iterates(bowl.grad, [1.0, 1.0], sgd, lr=lr))
    means = list(running_mean(islice(points, 49, 1000, 50)))
    assert len(means) == 20
    path = descend(bowl.grad, [1.0, 1.0], sgd, 1000, lr=lr)
    close(means[-1], path[50::50].mean(0))
    assert lr(49) == min(lr(np.arange(50))) < lr(50)


def test_weights_are_averaged_and_not_predictions():
    """For a model that is not linear in its weights the two differ: the mean of w² is not the square of the mean."""
    snapshots = [np.array([1.0]), np.array([3.0])]
    *_, mean = running_mean(snapshots)
    assert mean**2 == 4
    assert np.mean([x**2 for x in snapshots], axis=0) == 5


@pytest.mark.parametrize("x", [np.ones(2, np.float32), torch.ones(2)])
@pytest.mark.parametrize("decay", [np.float64(0.5), np.array([[0.5], [0.9]]), torch.tensor([[0.5], [0.9]]).double()])
def test_a_decay_of_any_type_leaves_that_of_the_points(x, decay):
    *_, mean = ema([x, 3 * x], decay=decay)
    assert type(mean) is type(x)
    assert mean.dtype == x.dtype
    np.testing.assert_allclose(mean.reshape(-1, 2)[0], 2)


def test_integers_are_averaged_as_floats():
    *_, mean = running_mean(np.array([[250, 0], [1, 2]], np.uint8))
    assert mean.tolist() == [125.5, 1]


def test_a_point_is_made_of_numbers():
    with pytest.raises(ValueError, match=r"^running_mean: each of points must be an array of numbers, got 'here'$"):
        list(running_mean(["here"]))


@pytest.mark.parametrize("d", [1, 2, 10])
def test_an_average_lies_nearer_than_most_points_once_the_descent_has_arrived(d):
    """And not before: then it lies on the way."""
    nearer = {}
    for start in (0.0, 10.0):
        shares = []
        for seed in range(20):
            oracle = noisy(quadratic(*[1] * d).grad, 0.3, seed)
            points = [x for x, _ in islice(iterates(oracle, np.full(d, start), sgd, lr=0.1), 300)]
            *_, mean = running_mean(points)
            shares.append(np.mean(np.linalg.norm(points, axis=-1) < np.linalg.norm(mean)))
        nearer[start] = np.mean(shares)
    assert nearer[0.0] < 0.25
    assert nearer[10.0] > 0.8


BAD_INPUT = [
    *((running_mean, {"points": points}, "points") for points in (None, 3, np.float64(1))),
    *((ema, {"points": points, "decay": 0.5}, "points") for points in (None, 3)),
    *((ema, {"points": [X := np.ones(2)], "decay": decay}, "decay") for decay in (1, -0.1, 1.5, np.nan, "slow", None)),
    (ema, {"points": [X], "decay": np.array([0.5, 1.0])}, "decay"),
]


def test_whoever_forgets_to_take_the_points_out_is_told():
    means = running_mean(iterates(quadratic(1).grad, [1.0], sgd))
    with pytest.raises(ValueError, match=r"^running_mean: points must be arrays; of `iterates` take `x for x, _ in"):
        next(means)
