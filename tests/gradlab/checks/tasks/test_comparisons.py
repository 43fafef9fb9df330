"""Chapter 10's exercises on comparisons: the references by hand, against simulations and SciPy; the questions asked."""

from itertools import product

import numpy as np
import pytest
from bad_input import test_bad_input_is_named  # noqa: F401
from checking import SEEDS, cases, example
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from gradlab.checks import check
from gradlab.checks.tasks.comparisons import expected_best, gap_and_error, seeds_needed, spread

INF, NAN = np.inf, np.nan

# --- where the spread comes from --------------------------------------------------------------------------------------


def test_a_spread_worked_by_hand():
    # 5 and 2 apart by the split, 6 and 1 by the start; the order changes nothing
    results = np.array([[[90, 90], [96, 96]], [[95, 95], [94, 94]]])
    np.testing.assert_allclose(spread(results), [7.25**0.5, 9.25**0.5, 0])


def test_the_deviations_of_independent_sources_are_found():
    rng = np.random.default_rng(0)
    parts = [rng.normal(size=30) * sd for sd in (3, 2, 1)]
    results = sum(np.ix_(*parts))
    np.testing.assert_allclose(spread(results), [part.std(ddof=1) for part in parts])
    noisy = spread(results + 0.1 * rng.normal(size=results.shape))
    np.testing.assert_allclose(noisy**2, spread(results) ** 2 + 0.01, rtol=0.02)


def test_a_spread_is_the_root_of_the_pooled_variance():
    """The variance of all lines along an axis, which SciPy's analysis of variance calls that within groups."""
    results = np.random.default_rng(1).normal(size=(3, 4, 5))
    for k, found in enumerate(spread(results)):
        lines = np.moveaxis(results, k, -1).reshape(-1, results.shape[k])
        assert found**2 == pytest.approx(stats.describe(lines, axis=1).variance.mean())


# --- gaps -------------------------------------------------------------------------------------------------------------


@given(seed=st.integers(0, 999), n=st.integers(2, 9), m=st.integers(2, 9))
def test_the_gap_over_its_error_is_scipys_t(seed, n, m):
    rng = np.random.default_rng(seed)
    a, b, c = rng.normal(size=n), rng.normal(1, 2, n), rng.normal(size=m)
    gap, error = gap_and_error(a, b, paired=True)
    assert gap / error == pytest.approx(stats.ttest_rel(a, b).statistic)
    gap, error = gap_and_error(a, c, paired=False)
    assert gap / error == pytest.approx(stats.ttest_ind(a, c, equal_var=False).statistic)


def test_gaps_worked_by_hand():
    assert gap_and_error([3, 5], [1, 2], paired=True) == pytest.approx((2.5, 0.5))
    assert gap_and_error([3, 5], [1, 2], paired=False) == pytest.approx((2.5, 1.25**0.5))
    assert gap_and_error(np.float32([1, 3]), [2, 2, 2], paired=False) == pytest.approx((0, 1))


# --- numbers of runs --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("given", "n"),
    [
        ((1, 1, 1, 0, 0.8), 16),  # 15.7
        ((1, 1, 0.5, 0, 0.8), 63),
        ((1, 1, 0.5, 0.5, 0.8), 32),
        ((0.8, 0.8, 0.5, 0, 0.8), 41),
        ((0.8, 0.8, -0.5, 0.6, 0.8), 17),
        ((1, 1, 100, 0, 0.8), 2),
        ((2, 1, 1, 0.5, 0.9), 32),
    ],
)
def test_numbers_of_runs_worked_by_hand(given, n):
    sd_a, sd_b, gap, correlation, power = given
    found = seeds_needed(sd_a, sd_b, gap, correlation=correlation, power=power)
    assert found == n and isinstance(found, int)


@pytest.mark.parametrize(("correlation", "power"), [(0, 0.8), (0.6, 0.9), (-0.4, 0.5)])
def test_so_many_runs_find_the_gap_as_often(correlation, power):
    """A simulation of comparisons in which both deviations are known."""
    sd_a, sd_b, gap = 1.0, 1.5, 0.7
    n = seeds_needed(sd_a, sd_b, gap, correlation=correlation, power=power)
    cov = np.array([[sd_a**2, correlation * sd_a * sd_b], [correlation * sd_a * sd_b, sd_b**2]])
    a, b = np.moveaxis(np.random.default_rng(0).multivariate_normal([gap, 0], cov, (20_000, n)), -1, 0)
    error = ((cov[0, 0] + cov[1, 1] - 2 * cov[0, 1]) / n) ** 0.5
    found = (abs((a - b).mean(axis=1)) > stats.norm.ppf(0.975) * error).mean()
    assert power - 0.01 < found < power + 0.03  # n is rounded up


# --- the best of some -------------------------------------------------------------------------------------------------


@given(scores=st.lists(st.integers(-9, 9), min_size=1, max_size=4), n=st.integers(1, 5))
def test_the_best_is_that_of_all_draws(scores, n):
    draws = [max(draw) for draw in product(scores, repeat=n)]
    assert expected_best(scores, n) == pytest.approx(np.mean(draws))


def test_the_best_of_many_normal_scores():
    scores = stats.norm.ppf((np.arange(20_000) + 0.5) / 20_000)
    for n, best in ((2, np.pi**-0.5), (3, 1.5 * np.pi**-0.5), (4, 1.02938)):
        assert expected_best(scores, n) == pytest.approx(best, abs=1e-3)


# --- the questions ----------------------------------------------------------------------------------------------------


def test_no_number_of_runs_hangs_on_a_quantiles_third_decimal():
    rough = {0.8: 0.84, 0.9: 1.28, 0.95: 1.645}
    for seed in SEEDS:
        for case in cases(seeds_needed, seed):
            sd_a, sd_b, gap = case.arguments
            v = sd_a**2 + sd_b**2 - 2 * case.hyper["correlation"] * sd_a * sd_b
            n = max(2, int(np.ceil((1.96 + rough[case.hyper["power"]]) ** 2 * v / gap**2)))
            assert n == seeds_needed(*case.arguments, **case.hyper)


def test_the_drawn_numbers_of_runs_have_a_correlation_and_two_deviations():
    for seed in SEEDS:
        drawn = cases(seeds_needed, seed)[6:]
        assert len(drawn) == 3
        for case in drawn:
            sd_a, sd_b, _ = case.arguments
            v = sd_a**2 + sd_b**2 - 2 * case.hyper["correlation"] * sd_a * sd_b
            n = stats.norm.ppf([0.975, case.hyper["power"]]).sum() ** 2 * v / case.arguments[2] ** 2
            assert 5 < n < 60 and 0.24 < n % 1 < 0.76
            assert case.hyper["correlation"] >= 0.2


def test_pairs_are_of_one_length_and_others_not_always():
    for seed in SEEDS:
        asked = cases(gap_and_error, seed)
        assert all(len(a) == len(b) for (a, b), hyper in asked if hyper["paired"])
        assert any(len(a) < len(b) for (a, b), _ in asked) and any(len(a) > len(b) for (a, b), _ in asked)


def test_the_axes_of_drawn_results_are_of_other_lengths():
    for seed in SEEDS:
        assert [case.arguments[0].shape for case in cases(spread, seed)] == [
            *((2, 3, 2), (2, 3, 2), (3, 2, 2)),
            *((4, 3, 2), (2, 5, 3)),
        ]


@pytest.mark.parametrize(
    ("reference", "answer", "said"),
    [
        (spread, None, "returns None: is a `return` missing?"),
        (gap_and_error, 0.5, "returns a float, where two things were asked for"),
        (gap_and_error, (1, 2, 3), "returns 3 things, where two were asked for"),
        (seeds_needed, "16", "returns a str, where numbers were asked for"),
        (expected_best, None, "returns None: is a `return` missing?"),
    ],
)
def test_an_answer_of_another_form_is_told(reference, answer, said):
    assert said in str(check(lambda *_, **__: answer, like=reference))


def test_the_smallest_examples_are_shown():
    assert example(spread, "deviation of means") == [
        "For results of shape (3, 2, 2), [[[0, 1],  [2, 3]], [[0, 5],  [2, 7]], [[0, 9],  [2, 11]]]: "
        "the sd due to split, start and order",
        "at [0]:",
        "yours 2",
        "right 2.82843",
    ]
    assert example(gap_and_error, "unpaired for paired") == [
        "For a = [3, 5], b = [1, 2], paired = True: its standard error",
        "yours 1.11803",
        "right 0.5",
    ]
    assert example(seeds_needed, "correlation ignored") == [
        "For sd_a = 2, sd_b = 1, gap = 1, correlation = 0.5, power = 0.8: the runs of each method",
        "yours 40",
        "right 24",
    ]
    assert example(expected_best, "without replacement") == [
        "For scores = [0, 1], n = 2: the mean of the best of n",
        "yours 1",
        "right 0.75",
    ]


# --- bad input --------------------------------------------------------------------------------------------------------

TABLE = np.zeros((2, 2, 2))
GAP = {"a": [1.0, 2.0], "b": [1.0, 3.0], "paired": True}
NUMBER = {"sd_a": 1.0, "sd_b": 1.0, "gap": 1.0, "correlation": 0.0, "power": 0.8}
BAD_INPUT = [
    *(
        (spread, {"results": wrong}, "results")
        for wrong in (None, "r", [], [1.0, 2.0], TABLE[0], TABLE[:1], TABLE[:, :, :1], TABLE + NAN, TABLE + INF)
    ),
    *(
        (gap_and_error, GAP | {name: w}, name)
        for name in ("a", "b")
        for w in (None, "a", [1.0], [[1.0, 2.0]], [1, NAN])
    ),
    *((gap_and_error, GAP | {"b": wrong}, "b") for wrong in ([1.0, 2.0, 3.0],)),
    *((gap_and_error, GAP | {"paired": wrong}, "paired") for wrong in (None, 1, "yes")),
    *((seeds_needed, NUMBER | {name: w}, name) for name in ("sd_a", "sd_b") for w in (None, 0, -1, NAN, INF, [1.0])),
    *((seeds_needed, NUMBER | {"gap": wrong}, "gap") for wrong in (None, 0, NAN, INF, [1.0])),
    *((seeds_needed, NUMBER | {"correlation": wrong}, "correlation") for wrong in (None, 1, -1, NAN, [0.5])),
    *((seeds_needed, NUMBER | {"power": wrong}, "power") for wrong in (None, 0, 1, 80, NAN)),
    *((expected_best, {"scores": wrong, "n": 2}, "scores") for wrong in (None, "s", [], [[1.0]], [NAN])),
    *((expected_best, {"scores": [1.0], "n": wrong}, "n") for wrong in (None, 0, -1, 1.5, True)),
]
