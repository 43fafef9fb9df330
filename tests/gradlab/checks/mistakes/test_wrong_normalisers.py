"""Normalisers got wrong, as students write them: each gets its name."""

import json

import numpy as np
import pytest
import torch

from gradlab import normalisers
from gradlab.checks import check
from gradlab.checks.mistakes.normalisers import MISTAKES
from gradlab.checks.questions.normalisers import BACKWARD, FORWARD, RUNNING

SEEDS = range(5)
each = pytest.mark.parametrize("like", MISTAKES, ids=lambda like: like.__name__)


def cases(like, seed=0):
    return list(MISTAKES[like][0].cases(like, np.random.default_rng(seed)))


@each
def test_questions_are_plain_and_grow(like):
    sizes = [sum(value.size for value in case.arguments) for case in cases(like)]
    assert sizes[0] == min(sizes)
    assert sizes[0] <= 24
    for case in cases(like):
        json.dumps([case.hyper, [value.tolist() for value in case.arguments]])


@each
def test_questions_differ_with_the_seed_from_the_first_random_one_on(like):
    def told(seed):
        question = MISTAKES[like][0]
        return [question.tell(case, 0) for case in cases(like, seed)]

    for one, other in zip(told(0)[:2], told(1)[:2], strict=True):
        assert one == other
    for one, other in zip(told(0)[-2:], told(1)[-2:], strict=True):
        assert one != other


@pytest.mark.parametrize("like", [normalisers.batch_norm_backward, normalisers.layer_norm_backward])
def test_caches_are_such_as_a_forward_pass_leaves(like):
    axis = 0 if like is normalisers.batch_norm_backward else 1
    for seed in SEEDS:
        for case in cases(like, seed):
            dy, x_hat, sd, gamma = case.arguments
            assert dy.shape == x_hat.shape == np.broadcast_shapes(x_hat.shape, sd.shape, gamma.shape)
            np.testing.assert_allclose(x_hat.mean(axis), 0, atol=1e-12)
            assert ((x_hat**2).mean(axis) < 1).all()  # below 1 by eps / σ²
            assert (sd > 0).all()


# --- what students write ----------------------------------------------------------------------------------------------


def torchs_layer_norm(x, gamma, beta, *, eps):
    x, gamma, beta = map(torch.as_tensor, (x, gamma, beta))
    return torch.nn.functional.layer_norm(x, gamma.shape, gamma, beta, eps).numpy()


def batch_norm_in_single_precision(x, gamma, beta, *, eps):
    x = np.float32(x)
    return gamma * (x - x.mean(0)) / np.sqrt(x.var(0) + eps) + beta, ("cache", x)


def same_running_statistics(x, mean, var, *, momentum):
    mean += momentum * (x.mean(axis=0) - mean)
    return mean, (1 - momentum) * var + momentum * np.var(x, axis=0, ddof=1)


def pure_running_statistics(x, mean, var, *, momentum):
    return mean + momentum * (x.mean(axis=0) - mean), (1 - momentum) * var + momentum * np.var(x, axis=0, ddof=1)


def torchs_group_norm(x, gamma, beta, *, groups, eps):
    x, gamma, beta = map(torch.as_tensor, (x, gamma, beta))
    return torch.nn.functional.group_norm(x, groups, gamma, beta, eps).numpy()


def chained_backward(dy, cache):
    """Node by node, as in CS231n's second assignment."""
    n, centred = len(dy), cache.x_hat * cache.sd
    dx_hat = dy * cache.gamma
    dvar = (dx_hat * centred).sum(0) * -0.5 * cache.sd**-3
    dmu = -(dx_hat / cache.sd).sum(0) + dvar * (-2 * centred).mean(0)
    dx = dx_hat / cache.sd + dvar * 2 * centred / n + dmu / n
    return dx, (dy * cache.x_hat).sum(0), dy.sum(0)


def layer_backward(dy, cache):
    dx_hat = dy * cache.gamma
    inner = dx_hat - dx_hat.mean(1, keepdims=True) - cache.x_hat * (dx_hat * cache.x_hat).mean(1, keepdims=True)
    return inner / cache.sd, np.sum(dy * cache.x_hat, axis=0), np.sum(dy, axis=0)


@pytest.mark.parametrize(
    ("student", "like"),
    [
        (torchs_layer_norm, normalisers.layer_norm),
        (batch_norm_in_single_precision, normalisers.batch_norm),
        (pure_running_statistics, normalisers.running_statistics),
        (torchs_group_norm, normalisers.group_norm),
        (chained_backward, normalisers.batch_norm_backward),
        (layer_backward, normalisers.layer_norm_backward),
    ],
)
def test_another_way_to_the_same_is_right(student, like):
    for seed in SEEDS:
        check(student, like=like, seed=seed).raise_if_wrong()


def unbiased(x, gamma, beta, *, eps):
    return gamma * (x - x.mean(0)) / np.sqrt(x.var(0, ddof=1) + eps) + beta


def by_rows(x, gamma, beta, *, eps):
    return gamma * (x - x.mean(1, keepdims=True)) / np.sqrt(x.var(1, keepdims=True) + eps) + beta


def by_rows_carelessly(x, gamma, beta, *, eps):
    return gamma * (x - x.mean(1)) / np.sqrt(x.var(1) + eps) + beta


def eps_outside(x, gamma, beta, *, eps):
    return gamma * (x - x.mean(0)) / (x.std(0) + eps) + beta


def evaluated_as_in_training(x, gamma, beta, mean, var, *, eps):
    return gamma * (x - x.mean(0)) / np.sqrt(x.var(0) + eps) + beta


def evaluated_as_in_training_unbiased(x, gamma, beta, mean, var, *, eps):
    var = ((x - x.mean(0)) ** 2).sum(0) / np.float64(len(x) - 1)
    return gamma * (x - x.mean(0)) / np.sqrt(var + eps) + beta


def keras_momentum(x, mean, var, *, momentum):
    return momentum * mean + (1 - momentum) * x.mean(0), momentum * var + (1 - momentum) * x.var(0, ddof=1)


def biased_running(x, mean, var, *, momentum):
    return (1 - momentum) * mean + momentum * x.mean(0), (1 - momentum) * var + momentum * x.var(0)


def every_third_feature(x, gamma, beta, *, groups, eps):
    y = np.empty_like(x)
    for i in range(groups):
        part = x[:, i::groups]
        y[:, i::groups] = (part - part.mean(1, keepdims=True)) / np.sqrt(part.var(1, keepdims=True) + eps)
    return gamma * y + beta


def groups_of_so_many(x, gamma, beta, *, groups, eps):
    y = np.empty_like(x)
    for i in range(0, x.shape[1], groups):
        part = x[:, i : i + groups]
        y[:, i : i + groups] = (part - part.mean(1, keepdims=True)) / np.sqrt(part.var(1, keepdims=True) + eps)
    return gamma * y + beta


def rms_by_var(x, gamma, *, eps):
    return gamma * x / np.sqrt(x.var(1, keepdims=True) + eps)


def rms_by_norm(x, gamma, *, eps):
    return gamma * x / np.sqrt((x**2).sum(1, keepdims=True) + eps)


def constants_backward(dy, cache):
    return dy * cache.gamma / cache.sd, (dy * cache.x_hat).sum(0), dy.sum(0)


def mean_forgotten(dy, cache):
    n, centred = len(dy), cache.x_hat * cache.sd
    dx_hat = dy * cache.gamma
    dvar = (dx_hat * centred).sum(0) * -0.5 * cache.sd**-3
    return dx_hat / cache.sd + dvar * 2 * centred / n, (dy * cache.x_hat).sum(0), dy.sum(0)


def means_of_shares(dy, cache):
    dx, *_ = chained_backward(dy, cache)
    return dx, (dy * cache.x_hat).mean(0), dy.mean(0)


def gamma_at_the_end(dy, cache):
    inner = dy - dy.mean(1, keepdims=True) - cache.x_hat * (dy * cache.x_hat).mean(1, keepdims=True)
    return cache.gamma * inner / cache.sd, np.sum(dy * cache.x_hat, axis=0), np.sum(dy, axis=0)


@pytest.mark.parametrize(
    ("student", "like", "name"),
    [
        (unbiased, normalisers.batch_norm, "sample for population variance"),
        (by_rows, normalisers.batch_norm, "wrong axis"),
        (by_rows_carelessly, normalisers.batch_norm, "wrong axis"),
        (by_rows_carelessly, normalisers.layer_norm, "axis lost"),
        (eps_outside, normalisers.batch_norm, "eps outside the root"),
        (unbiased, normalisers.layer_norm, None),  # the wrong axis and the wrong variance: two mistakes have no name
        (evaluated_as_in_training, normalisers.batch_norm_eval, "evaluation with batch statistics"),
        (evaluated_as_in_training_unbiased, normalisers.batch_norm_eval, "evaluation with batch statistics"),
        (keras_momentum, normalisers.running_statistics, "weights of old and new exchanged"),
        (biased_running, normalisers.running_statistics, "population for sample variance"),
        (same_running_statistics, normalisers.running_statistics, "input modified in place"),
        (every_third_feature, normalisers.group_norm, "interleaved groups"),
        (groups_of_so_many, normalisers.group_norm, "number of groups for their size"),
        (by_rows, normalisers.layer_norm, "right"),
        (rms_by_var, normalisers.rms_norm, "mean subtracted"),
        (rms_by_norm, normalisers.rms_norm, "sum for mean"),
        (constants_backward, normalisers.batch_norm_backward, "detached mean and variance"),
        (constants_backward, normalisers.layer_norm_backward, "detached mean and variance"),
        (mean_forgotten, normalisers.batch_norm_backward, "detached mean"),
        (means_of_shares, normalisers.batch_norm_backward, "mean for sum in dγ and dβ"),
        (gamma_at_the_end, normalisers.layer_norm_backward, "γ pulled out of the means"),
    ],
)
def test_student_is_told_the_misconception(student, like, name):
    for seed in SEEDS:
        verdict = check(student, like=like, seed=seed)
        assert verdict.right == (name == "right")
        assert verdict.names == ((name,) if name not in (None, "right") else ())


# --- what is said -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("student", "like", "example"),
    [
        (unbiased, normalisers.batch_norm, "x = [[1, 2], [3, 8]], γ = [1, 1], β = [0, 0], eps = 0: y"),
        (
            evaluated_as_in_training,
            normalisers.batch_norm_eval,
            "x = [[3, 5]], γ = [1, 1], β = [0, 0], mean = [1, 2], var = [3.5, 8.5], eps = 0.5: y",
        ),
        (
            biased_running,
            normalisers.running_statistics,
            "x = [[1, 2], [3, 8]], mean = [1, 2], var = [3.5, 8.5], momentum = 0.1: var",
        ),
        (
            constants_backward,
            normalisers.batch_norm_backward,
            "dy = [[3], [0], [6]], x̂ = [[-1], [0], [1]], σ = [[2]], γ = [1]: dx",
        ),
        (
            means_of_shares,
            normalisers.batch_norm_backward,
            "dy = [[3], [0], [6]], x̂ = [[-1], [0], [1]], σ = [[2]], γ = [1]: dγ",
        ),
    ],
)
def test_the_smallest_example(student, like, example):
    assert str(check(student, like=like)).splitlines()[1] == f"  For {example}"


@pytest.mark.parametrize(
    ("reshaped", "shape"),
    [
        (lambda mean: np.tile(mean, (2, 1)), "(2, 2)"),
        (lambda mean: np.empty((0, 2)), "(0, 2)"),
        (lambda mean: mean.reshape(1, 1, 2), "(1, 1, 2)"),
    ],
)
def test_of_one_row_the_axis_may_be_kept_and_no_other(reshaped, shape):
    def student(x, mean, var, *, momentum):
        mean, var = normalisers.running_statistics(x, mean, var, momentum=momentum)
        return reshaped(mean), var

    message = str(check(student, like=normalisers.running_statistics))
    assert f": mean\n    yours has shape {shape}\n    right has shape (2,)\n" in message


def test_right_numbers_are_those_one_gets_by_hand():
    def right(like):
        question = MISTAKES[like][0]
        values, _ = question.run(like, cases(like)[0])
        return [value.tolist() for value in values]

    assert right(normalisers.batch_norm) == [[[-1, -1], [1, 1]]]
    assert right(normalisers.layer_norm) == [[[-1, 1], [-1, 1]]]
    assert right(normalisers.group_norm) == [[[-1, 1, -1, 1, -1, 1]]]
    assert right(normalisers.batch_norm_eval) == [[[1, 1]]]
    assert right(normalisers.rms_norm) == [[[0.2, 1.4], [1.4, 0.2]]]
    np.testing.assert_allclose(right(normalisers.running_statistics), [[1.1, 2.3], [3.35, 9.45]])
    assert right(normalisers.batch_norm_backward) == [[[0.5], [-1.5], [1]], [3], [9]]
    assert right(normalisers.layer_norm_backward) == [[[0.5, -1.5, 1]], [-3, 0, 6], [3, 0, 6]]


def test_trials():
    assert {question for question, _ in MISTAKES.values()} == {FORWARD, RUNNING, BACKWARD}
