"""Chapter 6's two solutions: the references by hand and against the library; the questions asked."""

from itertools import permutations

import numpy as np
import pytest
from bad_input import test_bad_input_is_named  # noqa: F401
from checking import SEEDS, cases, example
from hypothesis import given
from hypothesis import strategies as st

from gradlab import landscape
from gradlab.checks import check
from gradlab.checks.tasks.valleys import barrier, best_order, reordered, straight
from gradlab.mlp import MLP
from gradlab.surfaces import himmelblau


@given(seed=st.integers(0, 1000))
def test_a_network_in_another_order_computes_the_same_and_is_the_librarys(seed):
    net, rng = MLP([3, 5, 2], activation="relu"), np.random.default_rng(seed)
    theta, order = rng.normal(size=net.P), rng.permutation(5)
    W1, b1, W2, b2 = net.unpack(theta)
    ours = net.pack([*reordered(W1, b1, W2, order), b2])
    X = rng.normal(size=(4, 3))
    np.testing.assert_allclose(net.outputs(ours, X), net.outputs(theta, X))
    np.testing.assert_array_equal(ours, landscape.permuted(theta, [order], net.shapes))


def test_three_units_worked_by_hand():
    W1, b1, W2 = reordered([[1.0, 2.0, 3.0]], [[4.0, 5.0, 6.0]], [[7.0], [8.0], [9.0]], [2, 0, 1])
    assert (W1.tolist(), b1.tolist(), W2.tolist()) == ([[3, 1, 2]], [[6, 4, 5]], [[9], [7], [8]])


@pytest.mark.parametrize("n", [2, 3, 8])
def test_the_way_is_the_librarys(n):
    f, a, b = himmelblau().f, np.array([3.0, 2.0]), np.array([-2.8, 3.1])
    _, theirs = landscape.interpolate(f, a, b, n=n)
    np.testing.assert_allclose(straight(f, a, b, n=n), theirs)


@given(losses=st.lists(st.floats(-5, 5), min_size=2, max_size=9))
def test_the_barrier_is_the_librarys(losses):
    assert barrier(losses) == pytest.approx(landscape.barrier(np.array(losses)), abs=1e-12)


def test_barriers_worked_by_hand():
    # the line: 1, 2, 3
    assert barrier([1.0, 4.0, 3.0]) == 2
    assert barrier([2.0, 1.0, 1.0, 2.0]) == 0


@given(seed=st.integers(0, 1000))
def test_no_other_order_is_better(seed):
    A, B = np.random.default_rng(seed).normal(size=(2, 3, 4))
    order = best_order(A, B)
    sums = [(A * B[:, list(other)]).sum() for other in permutations(range(4))]
    assert (A * B[:, order]).sum() == pytest.approx(max(sums))


def test_for_a_hidden_layer_it_is_the_librarys_matching():
    net, rng = MLP([3, 6, 2]), np.random.default_rng(1)
    a, b = rng.normal(size=(2, net.P))
    (U1, c1, U2, _), (W1, b1, W2, b2) = net.unpack(a), net.unpack(b)
    order = best_order(np.vstack([U1, c1, U2.T]), np.vstack([W1, b1, W2.T]))
    ours = net.pack([*reordered(W1, b1, W2, order), b2])
    np.testing.assert_array_equal(ours, landscape.matched(a, b, net.shapes))


# --- the questions ----------------------------------------------------------------------------------------------------


def test_all_orders_but_the_first_differ_from_their_opposites():
    for seed in SEEDS:
        first, *others = cases(reordered, seed)
        assert sorted(first.arguments[3]) == [0, 1]
        for case in others:
            order = case.arguments[3]
            assert sorted(order) == [*range(len(order))] and (order[order] != np.arange(len(order))).any()


def test_some_hills_are_highest_away_from_the_middle_and_some_ways_have_none():
    heights = [barrier(*case.arguments) for case in cases(barrier)]
    assert 0 in heights and max(heights) > 1
    lengths = {len(case.arguments[0]) % 2 for case in cases(barrier)}
    assert lengths == {0, 1}


def test_every_order_is_clearly_the_best():
    for seed in SEEDS:
        for case in cases(best_order, seed):
            A, B = case.arguments
            sums = sorted((A * B[:, list(order)]).sum() for order in permutations(range(A.shape[1])))
            assert sums[-1] - sums[-2] > 0.01


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (None, "returns None: is a `return` missing?"),
        (np.ones(3), "returns an array, where a list of three matrices was asked for"),
        ([np.ones(3)] * 4, "returns 4 parts, where three were asked for"),
    ],
)
def test_three_matrices_are_asked_for(answer, said):
    assert said in str(check(lambda W1, b1, W2, order: answer, like=reordered))


def test_the_smallest_examples_are_shown():
    assert example(reordered, "W2 left as it is") == [
        "For W1 = [[1, 2]], b1 = [[3, 4]], W2 = [[5], [6]], order = [1, 0]: the new W2",
        "at [0, 0]:",
        "yours 5",
        "right 6",
    ]
    assert example(barrier, "the mean of the ends for the line") == [
        "For losses = [1, 5, 6, 6.5, 9]: the barrier",
        "yours 4",
        "right 2",
    ]
    assert example(best_order, "each takes its favourite")[0].endswith("B = [[3, 2], [2, -1]]: the order")
    assert example(straight, "one place too many")[1:] == ["yours has shape (3,)", "right has shape (2,)"]


# --- bad input --------------------------------------------------------------------------------------------------------

NET = {"W1": [[1.0, 2.0]], "b1": [[1.0, 2.0]], "W2": [[1.0], [2.0]], "order": [1, 0]}
WAY = {"f": np.sum, "a": [1.0, 2.0], "b": [1.0, 0.0], "n": 3}
NO_MATRICES = ("here", None, 3.0, [1.0], np.ones((0, 2)), [[np.nan, 1.0]])
NO_VECTORS = ("here", None, 3.0, [], [[1.0]], [np.nan])
BAD_INPUT = [
    *((reordered, NET | {"W1": w}, "W1") for w in NO_MATRICES),
    *((reordered, NET | {"b1": w}, "b1") for w in (*NO_MATRICES[:-2], [[1.0]], [[1.0], [2.0]], [[1.0, 2.0, 3.0]])),
    *((reordered, NET | {"W2": w}, "W2") for w in (*NO_MATRICES, [[1.0]])),
    *((reordered, NET | {"order": w}, "order") for w in (None, [0, 0], [1, 2], [0.0, 1.0], [[0, 1]], [0, 1, 2], 0)),
    *((straight, WAY | {"f": w}, "f") for w in (None, 3.0)),
    *((straight, WAY | {"a": w}, "a") for w in NO_VECTORS),
    *((straight, WAY | {"b": w}, "b") for w in (*NO_VECTORS, [1.0, 2.0, 3.0])),
    *((straight, WAY | {"n": w}, "n") for w in (1, 0, 2.0, None)),
    *((barrier, {"losses": w}, "losses") for w in ("high", None, 3.0, [], [1.0], [[1.0, 2.0]], [1.0, np.nan])),
    *((best_order, {"A": w, "B": [[1.0]]}, "A") for w in NO_MATRICES),
    *((best_order, {"A": [[1.0]], "B": w}, "B") for w in (*NO_MATRICES, [[1.0, 2.0]])),
]
