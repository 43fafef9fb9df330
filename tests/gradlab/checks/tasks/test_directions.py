"""Chapter 6's filter normalisation: the reference by hand and against the library; the questions asked."""

import numpy as np
import pytest
from bad_input import test_bad_input_is_named  # noqa: F401
from checking import SEEDS, cases, example

from gradlab.checks import check
from gradlab.checks.tasks.directions import normalised
from gradlab.landscape import filter_normalised
from gradlab.mlp import MLP

ONE = np.ones((1, 1))


def test_two_units_worked_by_hand():
    theta = [[[3.0, 1.0], [4.0, 0.0]], [[9.0, 9.0]], [[0.0], [2.0]], [[9.0]]]
    direction = [[[0.0, 2.0], [2.0, 0.0]], [[1.0, 1.0]], [[3.0], [-4.0]], [[1.0]]]
    W1, b1, W2, b2 = normalised(direction, theta)
    np.testing.assert_allclose(W1, [[0, 1], [5, 0]])
    np.testing.assert_allclose(W2, [[1.2], [-1.6]])
    assert not b1.any() and not b2.any() and b1.shape == (1, 2)


@pytest.mark.parametrize("sizes", [[3, 4, 2], [1, 1, 1], [2, 5, 3, 4]])
def test_it_is_the_librarys(sizes):
    net, rng = MLP(sizes), np.random.default_rng(0)
    theta, direction = rng.normal(size=(2, net.P))
    ours = net.pack(normalised(net.unpack(direction), net.unpack(theta)))
    np.testing.assert_allclose(ours, filter_normalised(direction, theta, net.shapes), rtol=1e-12)


# --- the questions ----------------------------------------------------------------------------------------------------


def test_no_entry_is_0_where_it_would_hide_a_mistake():
    for seed in SEEDS:
        for case in cases(normalised, seed):
            direction, theta = case.arguments
            assert [part.shape for part in direction] == [part.shape for part in theta]
            assert all(np.linalg.norm(W, axis=0).all() for W in direction[::2])
            assert all(part.any() for part in (*direction, *theta))


def test_in_the_last_cases_no_two_axes_are_of_one_length():
    for case in cases(normalised)[2:]:
        W1, _, W2, _ = case.arguments[0]
        assert len({*W1.shape, W2.shape[1]}) == 3


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (None, "returns None: is a `return` missing?"),
        (np.ones(4), "returns an array, where a list of four matrices was asked for"),
        ([ONE, ONE], "returns 2 parts, where four were asked for"),
        ([ONE, ONE, "W2", ONE], "returns a str, where numbers were asked for"),
    ],
)
def test_four_matrices_are_asked_for(answer, said):
    assert said in str(check(lambda direction, theta: answer, like=normalised))


def test_a_list_that_is_changed_is_named():
    def in_place(direction, theta):
        theta[1][:] = 0
        return normalised(direction, theta)

    assert "It changes theta." in str(check(in_place, like=normalised))


def test_the_smallest_example_is_shown():
    line, place, yours, right = example(normalised, "the layer for the unit")
    assert line.startswith("For direction = [[[6, 0.6], [-8, 0.8]], [[2, 4]]")
    assert line.endswith(": W1 of the new direction")
    assert (place, right) == ("at [0, 0]:", "right 3")


# --- bad input --------------------------------------------------------------------------------------------------------

NO_LISTS = (None, 3.0, [], [ONE], [ONE, np.ones((2, 1))], [ONE, np.nan * ONE], [[1.0], [1.0]], ["W", "b"])
BAD_INPUT = [
    *((normalised, {"direction": w, "theta": [ONE, ONE]}, "direction") for w in NO_LISTS),
    *((normalised, {"direction": [ONE, ONE], "theta": w}, "theta") for w in NO_LISTS),
    (normalised, {"direction": [ONE, ONE], "theta": [np.ones((2, 1)), ONE]}, "theta"),
]
