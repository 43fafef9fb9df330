"""Chapter 3's averages: the references by hand and against the library; the questions asked."""

import numpy as np
import pytest
from bad_input import test_bad_input_is_named  # noqa: F401
from checking import cases, example
from hypothesis import given
from hypothesis import strategies as st
from strategies import vectors

from gradlab.averaging import ema
from gradlab.checks import check
from gradlab.checks.tasks.averages import corrected_ema, loss_of_average

POINTS = np.array([[1.0, 0.0], [3.0, -1.0], [2.0, 4.0]])
betas = st.floats(0, 0.99)


def test_averages_worked_by_hand():
    # m: 1/4, then 3/16 + 3/4 = 15/16; the sums of the weights: 1/4, then 7/16
    np.testing.assert_allclose(corrected_ema([[1], [3]], beta=0.75), [[1], [15 / 7]])
    assert loss_of_average(lambda x: x @ x, [[1], [3]], beta=0.75) == pytest.approx((15 / 7) ** 2)


@given(point=vectors(3), beta=betas)
def test_equal_points_are_their_own_average(point, beta):
    np.testing.assert_allclose(corrected_ema(np.tile(point, (5, 1)), beta=beta), np.tile(point, (5, 1)), rtol=1e-9)


@given(points=vectors(6, 2), beta=betas)
def test_the_share_of_the_start_is_all_that_parts_it_from_the_librarys(points, beta):
    """That one begins at the first point: β^(n − 1) of it too much."""
    begun = np.array([*ema(points, decay=beta)])
    share = beta ** np.arange(1, 7)[:, None]
    from_zero = begun - share * points[0]
    np.testing.assert_allclose(corrected_ema(points, beta=beta) * (1 - share), from_zero, atol=1e-9)


def test_the_points_stay_as_they_are():
    points = POINTS.copy()
    averages = corrected_ema(points, beta=0.9)
    averages[:] = 0
    np.testing.assert_array_equal(points, POINTS)


def test_beta_0_leaves_the_points():
    np.testing.assert_array_equal(corrected_ema(POINTS, beta=0), POINTS)


# --- the questions ----------------------------------------------------------------------------------------------------


def test_no_beta_is_a_half_and_no_run_is_shorter_than_its_window_throughout():
    for reference in (corrected_ema, loss_of_average):
        asked = [(case.arguments[-1], case.hyper["beta"]) for case in cases(reference)]
        assert all(abs(beta - 0.5) > 0.05 for _, beta in asked)
        assert any(len(points) > 2 / (1 - beta) for points, beta in asked)


def test_the_easiest_question_is_one_point():
    assert example(corrected_ema, "no correction") == [
        "For points = [[2]], beta = 0.75: the averages",
        "yours 0.5",
        "right 2",
    ]


def test_what_is_told_of_a_bowl_is_true():
    for case in cases(loss_of_average):
        f, points = case.arguments
        assert f(points[0]) == pytest.approx(points[0] @ f.__self__.H @ points[0] / 2)


def test_an_average_needs_a_row_for_each_point():
    def flat(points, *, beta):
        return corrected_ema(points, beta=beta).ravel()

    assert "    yours has shape (1,)\n    right has shape (1, 1)\n" in str(check(flat, like=corrected_ema))


# --- bad input --------------------------------------------------------------------------------------------------------

NO_POINTS = ["here", None, 3.0, [1.0], np.ones((0, 2)), np.ones((2, 0)), POINTS[None], [[1.0, np.nan]]]
NO_BETAS = [-0.1, 1.0, 1.5, np.nan, "slow", [0.5, 0.6]]
BAD_INPUT = [
    *((corrected_ema, {"points": wrong, "beta": 0.5}, "points") for wrong in NO_POINTS),
    *((corrected_ema, {"points": POINTS, "beta": wrong}, "beta") for wrong in NO_BETAS),
    *((loss_of_average, {"f": np.sum, "points": wrong, "beta": 0.5}, "points") for wrong in NO_POINTS),
    *((loss_of_average, {"f": np.sum, "points": POINTS, "beta": wrong}, "beta") for wrong in NO_BETAS),
    *((loss_of_average, {"f": wrong, "points": POINTS, "beta": 0.5}, "f") for wrong in (None, 3.0)),
]
