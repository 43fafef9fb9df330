"""Chapter 4's project: the references by hand, against runs and a search; the questions asked."""

import numpy as np
import pytest
from bad_input import test_bad_input_is_named  # noqa: F401
from checking import SEEDS, cases, example
from hypothesis import given, settings
from hypothesis import strategies as st

from gradlab.checks import check
from gradlab.checks.tasks.swings import best_pair, worst_factor
from gradlab.descend import descend
from gradlab.rules import momentum
from gradlab.surfaces import quadratic

bowls = st.lists(st.floats(0.05, 20), min_size=1, max_size=4).map(np.array)


@pytest.mark.parametrize(
    ("curvatures", "lr", "beta", "factor"),
    [
        ([1], 0.5, 0.81, 0.9),  # swings
        ([1], 0.5, 0, 0.5),  # gradient descent
        ([1, 3], 1, 0, 2),
        ([1, 0.1], 0.5, 0.64, 0.8),  # (1 − 0.8)² = 0.04 < 0.05: both swing
        ([2], 0.1, 0.1, 0.9 / 2 + (0.81 - 0.4) ** 0.5 / 2),  # creeps
        ([1], 2.5, 0.25, 1),  # the limit, 2 (1 + β)
    ],
)
def test_factors_worked_by_hand(curvatures, lr, beta, factor):
    assert worst_factor(curvatures, lr=lr, beta=beta) == pytest.approx(factor)


@settings(deadline=None, max_examples=30)
@given(curvatures=bowls, share=st.floats(0.05, 1.1), beta=st.floats(0.05, 0.9))
def test_it_is_what_a_run_does_in_the_long_run(curvatures, share, beta):
    lr = share * 2 * (1 + beta) / curvatures.max()
    path = descend(quadratic(*curvatures), np.ones(len(curvatures)), momentum, 420, lr=lr, beta=beta)
    size = np.hypot(path[1:], path[:-1]).max(axis=1)
    # Coinciding roots make a size go like t·zᵗ, and swings beat: both within a per cent or so after so many steps.
    assert (size[-1] / size[-300]) ** (1 / 299) == pytest.approx(worst_factor(curvatures, lr=lr, beta=beta), rel=0.02)


@given(curvatures=bowls)
def test_the_best_pair_is_better_than_its_neighbours(curvatures):
    lr, beta = best_pair(curvatures)
    best = worst_factor(curvatures, lr=lr, beta=beta)
    assert best == pytest.approx(beta**0.5, abs=1e-6)
    for k, add in ((0.95, 0), (1.05, 0), (1, 0.02), (1, -0.02), (0.95, -0.02), (1.05, -0.02)):
        other = min(max(beta + add, 0), 0.999)
        assert worst_factor(curvatures, lr=k * lr, beta=other) >= best - 1e-6


def test_a_pair_worked_by_hand():
    assert best_pair([64.0, 9.0, 4.0]) == (pytest.approx(0.04), pytest.approx(0.36))
    assert best_pair([4.0]) == (0.25, 0)


# --- the questions ----------------------------------------------------------------------------------------------------


def regions(case):
    """Of each curvature of a case: 0 where x creeps, 1 where it swings, 2 where it turns its sign, 3 where it grows."""
    at, beta = case.hyper["lr"] * case.arguments[0], case.hyper["beta"]
    ends = (1 - beta**0.5) ** 2, (1 + beta**0.5) ** 2, 2 * (1 + beta)
    return np.searchsorted(ends, at).tolist()


def test_each_region_is_asked_for_alone_and_beside_others():
    asked = [regions(case) for case in cases(worst_factor)]
    assert asked[:3] == [[1], [0], [2]]
    assert asked[4:7] == [[1, 1], [1, 0, 1], [1, 1, 2]]


def test_the_draws_are_bowls_in_any_order():
    for reference in (worst_factor, best_pair):
        for seed in SEEDS:
            for case in cases(reference, seed):
                assert (case.arguments[0] > 0).all()
    orders = [(np.diff(case.arguments[0]) > 0).all() for seed in range(20) for case in cases(worst_factor, seed)[-2:]]
    assert not all(orders)


@pytest.mark.parametrize(
    ("answer", "said"),
    [(None, "returns None: is a `return` missing?"), (0.5, "returns a float, where two things were asked for")],
)
def test_a_pair_is_two_things(answer, said):
    assert said in str(check(lambda curvatures: answer, like=best_pair))


def test_the_smallest_examples_are_shown():
    assert example(worst_factor, "β for the factor") == [
        "For curvatures = [1], lr = 0.5, beta = 0.81",
        "yours 0.81",
        "right 0.9",
    ]
    assert example(best_pair, "square forgotten") == [
        "For curvatures = [1, 9]: the best rate",
        "yours 0.5",
        "right 0.25",
    ]


# --- bad input --------------------------------------------------------------------------------------------------------

NO_BOWLS = ["flat", None, 3.0, [], [[1.0]], [1.0, 0.0], [-1.0], [np.nan], [np.inf]]
GOOD = {"curvatures": [1.0], "lr": 0.1, "beta": 0.5}
BAD_INPUT = [
    *((worst_factor, GOOD | {"curvatures": wrong}, "curvatures") for wrong in NO_BOWLS),
    *((worst_factor, GOOD | {"lr": wrong}, "lr") for wrong in (0.0, -0.1, np.nan, np.inf, "fast", [0.1, 0.2])),
    *((worst_factor, GOOD | {"beta": wrong}, "beta") for wrong in (-0.1, 1.0, 1.5, np.nan, "slow", [0.5, 0.6])),
    *((best_pair, {"curvatures": wrong}, "curvatures") for wrong in NO_BOWLS),
]
