"""Chapter 2's exercises on a network's gradient: against the library, torch, differences and a pencil."""

import numpy as np
import pytest
import torch
from bad_input import test_bad_input_is_named  # noqa: F401
from checking import SEEDS, cases, example
from hypothesis import given
from hypothesis import strategies as st
from strategies import vectors

from gradlab import backprop
from gradlab.checks import check
from gradlab.checks.tasks.networks import network_slopes, score_slopes
from gradlab.differences import numerical_grad
from gradlab.mlp import MLP

SMALL = {
    "W1": [[1.0, 2.0], [-1.0, 1.0]],
    "b1": [0.0, -1.0],
    "W2": [[1.0], [0.5]],
    "b2": [0.5],
    "X": [[1.0, 2.0], [3.0, 2.0]],
    "y": [[4.0], [1.0]],
}


@given(scores=vectors(4, 3), y=st.lists(st.integers(0, 2), min_size=4, max_size=4))
def test_slopes_by_scores_are_those_of_torch_and_the_library(scores, y):
    twin = torch.tensor(scores, requires_grad=True)
    torch.nn.functional.cross_entropy(twin, torch.tensor(y)).backward()
    ours = score_slopes(scores, y)
    np.testing.assert_allclose(ours, twin.grad.numpy(), rtol=1e-9, atol=1e-12)
    np.testing.assert_allclose(ours, backprop.cross_entropy(scores, np.array(y))[1], rtol=1e-9, atol=1e-12)


def test_slopes_by_scores_worked_by_hand():
    # The chapter's example: the exponentials are 3, 1, 1.
    np.testing.assert_allclose(score_slopes([[np.log(3), 0, 0]], [0]), [[-0.4, 0.2, 0.2]])
    np.testing.assert_allclose(score_slopes([[0, 0], [1000, 0]], [1, 0]), [[0.25, -0.25], [0, 0]])


@pytest.mark.parametrize("sizes", [[3, 4, 2], [2, 5, 1], [1, 1, 1]])
def test_slopes_of_a_network_are_those_of_the_library_and_of_differences(sizes):
    net, rng = MLP(sizes, loss="squared_error"), np.random.default_rng(0)
    theta, X, y = rng.normal(size=net.P), rng.normal(size=(6, sizes[0])), rng.normal(size=(6, sizes[-1]))
    W1, b1, W2, b2 = net.unpack(theta)
    slopes = network_slopes(W1, b1[0], W2, b2[0], X, y)
    assert [part.shape for part in slopes] == [W1.shape, b1[0].shape, W2.shape, b2[0].shape]
    in_one = np.concatenate([part.ravel() for part in slopes])
    np.testing.assert_allclose(in_one, net.grad(theta, X, y), rtol=1e-12, atol=1e-14)
    np.testing.assert_allclose(in_one, numerical_grad(lambda th: net.f(th, X, y), theta), rtol=1e-6, atol=1e-8)


def test_slopes_of_a_network_worked_by_hand():
    # z = 0 and a = 0, so that o = 1, D = 1, and D1 = 2 · 1.
    w1, b1, w2, b2 = network_slopes([[1]], [-2], [[2]], [1], [[2]], [[0]])
    assert (w1, b1, w2, b2) == (4, 2, 0, 1)


def test_nothing_is_modified_in_place():
    given = {name: np.array(value) for name, value in SMALL.items()}
    network_slopes(**given)
    scores, y = np.array([[1.0, 2.0]]), np.array([1])
    score_slopes(scores, y)
    assert scores.tolist() == [[1, 2]] and {name: value.tolist() for name, value in given.items()} == SMALL


def test_the_error_tells_which_labels_there_are():
    with pytest.raises(ValueError, match=r"^score_slopes: y must be 1 integers from 0 to 2, got array\(\[3\]\)$"):
        score_slopes([[0, 0, 0]], [3])


# --- the questions ----------------------------------------------------------------------------------------------------


def test_no_two_axes_of_the_random_networks_are_of_one_length():
    """So that a product of the wrong arrays does not fit."""
    for seed in SEEDS:
        for W1, _, W2, _, X, _ in (case.arguments for case in cases(network_slopes, seed)[2:]):
            axes = [*W1.shape, W2.shape[1], len(X)]
            assert len(set(axes)) == len(axes)


def test_slopes_by_biases_may_be_rows():
    def rows(*given):
        return [part if i % 2 == 0 else part[None] for i, part in enumerate(network_slopes(*given))]

    def columns(*given):
        return [part if i % 2 == 0 else part[:, None] for i, part in enumerate(network_slopes(*given))]

    assert check(rows, like=network_slopes)
    assert "yours has shape (2, 1)\n    right has shape (2,)" in str(check(columns, like=network_slopes))


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        (lambda *parts: None, "yours returns None: is a `return` missing?"),
        (lambda *parts: dict(enumerate(parts)), "yours returns a dict, where"),
        (lambda *parts: parts[0], "yours returns an array, where a list of four arrays was asked for"),
        (lambda *parts: parts[:2], "yours returns 2 parts, where four were asked for"),
        (lambda *parts: [*parts, 0.0], "yours returns 5 parts, where four were asked for"),
        (lambda *parts: ["w", *parts[1:]], "yours returns a str, where numbers were asked for"),
    ],
)
def test_what_is_no_list_of_four_arrays_is_called_so(changed, said):
    verdict = check(lambda *given: changed(*network_slopes(*given)), like=network_slopes)
    assert not verdict.names and said in str(verdict)


def test_the_smallest_examples_are_shown():
    assert example(score_slopes, "the sign") == [
        "For scores = [[0, 0]], y = [1]: the slopes",
        "at [0, 0]:",
        "yours -0.5",
        "right 0.5",
    ]
    assert example(score_slopes, "exp overflows")[0] == "For scores = [[1000, 0], [0, 1]], y = [0, 0]: the slopes"
    assert example(network_slopes, "targets minus outputs") == [
        "For W1 = [[1]], b1 = [-2], W2 = [[2]], b2 = [1], X = [[2]], y = [[0]]: the slopes by W1",
        "yours -4",
        "right 4",
    ]


# --- bad input --------------------------------------------------------------------------------------------------------

NO_TABLES = ["here", None, 2.0, [1.0], np.ones((0, 2)), np.ones((2, 0)), np.ones((1, 2, 1)), [[np.nan, 1.0]]]
NO_ROWS = ["here", None, 2.0, [[1.0, 2.0]], [], [np.inf, 1.0], [1.0, 2.0, 3.0]]
BAD_INPUT = [
    *((score_slopes, {"scores": wrong, "y": [0]}, "scores") for wrong in NO_TABLES),
    *(
        (score_slopes, {"scores": np.ones((2, 3)), "y": wrong}, "y")
        for wrong in ([0], [0, 3], [0, 4], [0, -1], [0.0, 1.0], [[0], [1]], None, "ab")
    ),
    *((network_slopes, SMALL | {name: wrong}, name) for name in ("W1", "W2", "X", "y") for wrong in NO_TABLES),
    *((network_slopes, SMALL | {"b1": wrong}, "b1") for wrong in NO_ROWS),
    *((network_slopes, SMALL | {"b2": wrong}, "b2") for wrong in [*NO_ROWS, [1.0, 2.0]]),
    (network_slopes, SMALL | {"W2": np.ones((3, 1))}, "W2"),
    (network_slopes, SMALL | {"X": np.ones((2, 3))}, "X"),
    (network_slopes, SMALL | {"X": np.ones((2, 1))}, "X"),
    (network_slopes, SMALL | {"y": np.ones((2, 2))}, "y"),
    (network_slopes, SMALL | {"y": np.ones((3, 1))}, "y"),
]
