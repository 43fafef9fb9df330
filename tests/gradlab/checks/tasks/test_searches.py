"""Chapter 3's project: the references by hand and against NumPy; the questions asked."""

import numpy as np
import pytest
from bad_input import test_bad_input_is_named  # noqa: F401
from checking import SEEDS, cases, example
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from gradlab.checks import check
from gradlab.checks.tasks.searches import choose, log_grid, paired

NAN, INF = np.nan, np.inf


def test_a_grid_worked_by_hand():
    np.testing.assert_allclose(log_grid(0.01, 10, 4), [0.01, 0.1, 1, 10])


@given(low=st.floats(1e-6, 1e3), times=st.floats(1.1, 1e6), n=st.integers(2, 30))
def test_the_grid_is_numpys(low, times, n):
    np.testing.assert_allclose(log_grid(low, low * times, n), np.geomspace(low, low * times, n))


@pytest.mark.parametrize(
    ("losses", "wanted"),
    [
        ([[3, 3], [1, 2], [2, 2]], (1, False)),
        ([[1, 1], [2, 2]], (0, True)),
        ([[NAN, 0], [INF, 1], [2, 2], [3, 3]], (2, False)),
        ([[2, 2], [1, NAN]], (0, True)),
        ([[5.0]], (0, True)),
    ],
)
def test_choices_worked_by_hand(losses, wanted):
    assert choose(losses) == wanted


def test_a_difference_worked_by_hand():
    # differences 2 and 3: mean 5/2, sd √½, over √2
    assert paired([3, 5], [1, 2]) == (2.5, pytest.approx(0.5))


@given(seed=st.integers(0, 1000))
def test_the_error_is_that_of_a_paired_t_test(seed):
    a, b = np.random.default_rng(seed).normal(size=(2, 8))
    mean, error = paired(a, b)
    assert mean / error == pytest.approx(stats.ttest_rel(a, b).statistic)


# --- the questions ----------------------------------------------------------------------------------------------------


def test_some_grids_are_no_powers_of_10_and_none_begins_at_its_end():
    for seed in SEEDS:
        asked = [case.arguments for case in cases(log_grid, seed)]
        assert all(high > 10 * low for low, high, _ in asked)
    assert {n for seed in range(50) for *_, n in [cases(log_grid, seed)[-1].arguments]} == {6, 7, 8}


def test_each_edge_and_the_inside_are_asked_for():
    found = [choose(case.arguments[0]) + case.arguments[0].shape[:1] for case in cases(choose)]
    assert {(i == 0, i == n - 1) for i, _, n in found} == {(True, False), (False, True), (False, False)}
    assert all(at_edge == (i in (0, n - 1)) for i, at_edge, n in found)


def test_some_peaks_lose_a_seed_and_some_lose_all():
    lost = [np.isnan(case.arguments[0]).mean(axis=1) for case in cases(choose)]
    assert {share == 1 for row in lost for share in row if share} == {True, False}


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (None, "returns None: is a `return` missing?"),
        (3, "returns an int, where two things were asked for"),
        ((1, True, 0), "returns 3 things, where two were asked for"),
        (("one", True), "returns a str, where numbers were asked for"),
    ],
)
def test_two_things_are_asked_for(answer, said):
    assert said in str(check(lambda losses: answer, like=choose))
    assert said in str(check(lambda a, b: answer, like=paired))


def test_the_smallest_examples_are_shown():
    assert example(choose, "lowest edge forgotten") == [
        "For losses = [[1, 1], [2, 2], [3, 3]]: at the edge of the grid (1) or not (0)",
        "yours 0",
        "right 1",
    ]
    assert example(paired, "not seed by seed")[0] == "For a = [3, 5], b = [1, 2]: its standard error"
    assert example(log_grid, "linear scale")[0] == "For low = 1, high = 100, n = 3: the rates"


# --- bad input --------------------------------------------------------------------------------------------------------

NO_TABLES = [
    "table",
    None,
    3.0,
    [1.0, 2.0],
    np.ones((0, 2)),
    np.ones((2, 0)),
    np.ones((2, 2, 2)),
    [[NAN, 1.0], [NAN, NAN]],
]
NO_LOSSES = ["low", None, 3.0, [], [1.0], [[1.0, 2.0]], [[1.0], [2.0]], [1.0, NAN]]
BAD_INPUT = [
    *((log_grid, {"low": wrong, "high": 1.0, "n": 3}, "low") for wrong in (0.0, -1.0, NAN, "low", [0.1, 0.2])),
    *((log_grid, {"low": 0.1, "high": wrong, "n": 3}, "high") for wrong in (0.0, -1.0, INF, None)),
    *((log_grid, {"low": 0.1, "high": 1.0, "n": wrong}, "n") for wrong in (1, 0, 2.0, None)),
    *((choose, {"losses": wrong}, "losses") for wrong in NO_TABLES),
    *((paired, {"a": wrong, "b": wrong}, "a") for wrong in NO_LOSSES),
    *((paired, {"a": [1.0, 2.0], "b": wrong}, "b") for wrong in NO_LOSSES),
    *((paired, {"a": [1.0, 2.0, 3.0], "b": [1.0] * n}, "b") for n in (2, 4)),
]
