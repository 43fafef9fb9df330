"""Statistics found anew: against torch and the library, by hand; the questions asked."""

import numpy as np
import pytest
import torch
from bad_input import test_bad_input_is_named  # noqa: F401
from checking import SEEDS, cases, example
from hypothesis import given
from strategies import vectors

from gradlab.checks import check
from gradlab.checks.tasks.running import recomputed
from gradlab.normalisers import running_statistics


@given(x=vectors(4, 3), more=vectors(2, 3))
def test_statistics_found_anew_are_torchs_and_those_of_a_growing_momentum(x, more):
    batches, layer, ours = [x, more, x + 1], torch.nn.BatchNorm1d(3, momentum=None).double(), (0.0, 1.0)
    for k, batch in enumerate(batches):
        layer(torch.tensor(batch))
        ours = running_statistics(batch, *ours, momentum=1 / (k + 1))
    for found, theirs, running in zip(recomputed(batches), (layer.running_mean, layer.running_var), ours, strict=True):
        np.testing.assert_allclose(found, theirs.numpy(), rtol=1e-9, atol=1e-9)
        np.testing.assert_allclose(found, running[0], rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize("kind", [list, tuple])
def test_statistics_found_anew_by_hand(kind):
    mean, var = recomputed(kind([[[1, 0], [3, 0]], [[5, 1], [9, 3]]]))
    assert (mean.tolist(), var.tolist()) == ([4.5, 1], [5, 1])


def test_the_error_shows_the_first_batch_that_is_not_as_the_first_of_all():
    with pytest.raises(ValueError, match=r"one d, got array\(\[\[1., 1.\],"):
        recomputed([GOOD, np.ones((2, 2))])


# --- the questions ----------------------------------------------------------------------------------------------------


def test_the_first_batch_is_alone_and_some_batches_are_not_alike():
    for seed in SEEDS:
        lengths = [[len(x) for x in case.arguments[0]] for case in cases(recomputed, seed)]
        assert lengths == [[2], [2, 2], [2, 2, 2], [3, 3, 3], [4, 2, 3]]
        for case in cases(recomputed, seed)[3:]:
            means = np.array([x.mean(0) for x in case.arguments[0]])
            assert np.ptp(means, axis=0).min() > 0.1 and np.ptp(means, axis=1).min() > 0.1


def test_a_row_may_have_kept_its_axis():
    assert check(lambda x: [one[None] for one in recomputed(x)], like=recomputed)


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (None, "returns None: is a `return` missing?"),
        (3.0, "returns a float, where mean and var were asked for"),
        (np.ones(2), "returns one row of numbers, where mean and var were asked for"),
        ((1.0, 2.0, 3.0), "returns a tuple, where mean and var were asked for"),
    ],
)
def test_an_answer_of_another_form_is_told(answer, said):
    assert said in str(check(lambda batches: answer, like=recomputed))


def test_the_smallest_example_is_shown():
    both = "all batches as one, and variances divided by n"
    assert example(recomputed, "all batches as one")[0] == "For batches = [[[1], [3]], [[5], [9]]]: the variance"
    assert example(recomputed, both)[0] == "For batches = [[[1], [3]]]: the variance"
    assert example(recomputed, "variances divided by n") == [
        "For batches = [[[1], [3]]]: the variance",
        "yours 1",
        "right 2",
    ]


GOOD = np.array([[1.0], [2.0]])
BAD_INPUT = [
    (recomputed, {"batches": wrong}, "batches")
    for wrong in (
        None,
        [],
        GOOD,
        [GOOD, [[1.0]]],
        [GOOD, np.ones((2, 2))],
        [np.ones((2, 2)), GOOD],
        [np.ones((2, 1, 1))],
        [np.ones((2, 0))],
        [np.ones(3)],
        [GOOD * np.nan],
        [GOOD, GOOD * np.inf],
    )
]
