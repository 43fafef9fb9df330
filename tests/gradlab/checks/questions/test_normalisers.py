"""The questions to normalisers: small at first, worked by hand, with caches as a forward pass leaves them."""

import numpy as np
import pytest
from checking import SEEDS, cases, example

from gradlab import normalisers
from gradlab.checks import REFERENCES, check


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


@pytest.mark.parametrize(
    ("like", "name", "question"),
    [
        (
            normalisers.batch_norm,
            "sample for population variance",
            "x = [[1, 2], [3, 8]], γ = [1, 1], β = [0, 0], eps = 0: y",
        ),
        (
            normalisers.batch_norm_eval,
            "evaluation with batch statistics",
            "x = [[3, 5]], γ = [1, 1], β = [0, 0], mean = [1, 2], var = [3.5, 8.5], eps = 0.5: y",
        ),
        (
            normalisers.running_statistics,
            "population for sample variance",
            "x = [[1, 2], [3, 8]], mean = [1, 2], var = [3.5, 8.5], momentum = 0.1: var",
        ),
        (
            normalisers.batch_norm_backward,
            "detached mean and variance",
            "dy = [[3], [0], [6]], x̂ = [[-1], [0], [1]], σ = [[2]], γ = [1]: dx",
        ),
        (
            normalisers.batch_norm_backward,
            "mean for sum in dγ and dβ",
            "dy = [[3], [0], [6]], x̂ = [[-1], [0], [1]], σ = [[2]], γ = [1]: dγ",
        ),
    ],
)
def test_the_smallest_example_is_shown(like, name, question):
    assert example(like, name)[0] == f"For {question}"


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


def test_first_answers_are_those_worked_by_hand():
    def right(like):
        question, _ = REFERENCES[like]
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


@pytest.mark.parametrize(
    ("like", "answer", "said"),
    [
        (normalisers.running_statistics, None, "returns None: is a `return` missing?"),
        (normalisers.running_statistics, (1.0, 2.0, 3.0), "returns a tuple, where mean and var were asked for"),
        (normalisers.running_statistics, 1.0, "returns a float, where mean and var were asked for"),
        (normalisers.batch_norm_backward, None, "returns None: is a `return` missing?"),
        (normalisers.layer_norm_backward, [[1.0], [2.0]], "returns a list, where dx, dγ and dβ were asked for"),
        # its three rows are not three things
        (normalisers.batch_norm_backward, np.ones((3, 1)), "returns an array, where dx, dγ and dβ were asked for"),
    ],
)
def test_an_answer_of_another_form_is_told(like, answer, said):
    assert said in str(check(lambda *_, **__: answer, like=like))


def test_mean_and_variance_may_be_two_rows_of_an_array():
    def student(*batch, momentum):
        return np.stack([one[0] for one in normalisers.running_statistics(*batch, momentum=momentum)])

    assert check(student, like=normalisers.running_statistics)
