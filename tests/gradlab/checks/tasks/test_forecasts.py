"""Chapter 1's project: the references by hand, against the library and gradient descent; the questions asked."""

import numpy as np
from bad_input import test_bad_input_is_named  # noqa: F401
from checking import cases, example
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import vectors

from gradlab import surfaces
from gradlab.checks import check
from gradlab.checks.tasks.forecasts import WAYS, hessian, predict_steps, prepare
from gradlab.scalers import standardise

X = np.array([[1.0, 10.0], [3.0, 30.0]])
NOT_DATA = ["data", None, X[0], X[:0], X[:, :0], 3.0, X[None], X * [1, np.nan], X * [np.inf, 1]]
BAD_INPUT = [
    *((prepare, {"X": data, "how": "raw"}, "X") for data in NOT_DATA),
    *((prepare, {"X": X[:, :1] * [1, 0], "how": how}, "X") for how in ("scaled", "both")),
    *((prepare, {"X": X, "how": how}, "how") for how in ("centered", "", None, 3, ["raw"])),
    *((hessian, {"X": data}, "X") for data in NOT_DATA),
    *((predict_steps, {"X": data, "factor": 10.0}, "X") for data in [*NOT_DATA, X[:, :1] * [1, 2]]),
    *(
        (predict_steps, {"X": np.diag([1.0, 3.0]), "factor": f}, "factor")
        for f in (1.0, 0.5, np.nan, np.inf, "ten", None, [10.0, 20.0])
    ),
]


def test_four_ways_to_prepare_a_small_table():
    wanted = {
        "raw": [[1, 10, 1], [3, 30, 1]],
        "centred": [[-1, -10, 1], [1, 10, 1]],
        "scaled": [[1, 1, 1], [3, 3, 1]],
        "both": [[-1, -1, 1], [1, 1, 1]],
    }
    assert tuple(wanted) == WAYS
    before = X.copy()
    for how, rows in wanted.items():
        np.testing.assert_allclose(prepare(X, how), rows)
    np.testing.assert_array_equal(X, before)


def test_both_is_the_librarys_standardisation():
    data = np.random.default_rng(0).normal(size=(7, 3))
    np.testing.assert_allclose(prepare(data, "both")[:, :3], standardise(data).apply(data))


def test_a_column_that_does_not_vary_can_be_centred():
    np.testing.assert_array_equal(prepare([[2.0], [2.0]], "centred"), [[0, 1], [0, 1]])


@given(data=vectors(5, 3), theta=vectors(3))
def test_the_hessian_is_that_of_the_librarys_loss(data, theta):
    bowl = surfaces.least_squares(data, np.zeros(5))
    np.testing.assert_allclose(hessian(data) @ theta, bowl.grad(theta), rtol=1e-9, atol=1e-9)


def test_the_hessian_of_a_small_table():
    np.testing.assert_array_equal(hessian([[1, 2], [3, 4]]), [[5, 7], [7, 10]])


def test_small_numbers_of_steps_worked_by_hand():
    # Curvatures 1/2 and 9/2: each step shrinks by 8/10, and 0.8²⁰ > 1/100 > 0.8²¹.
    assert predict_steps([[1, 0], [0, 3]], 100) == 21
    assert predict_steps(np.eye(2), 1e9) == 1
    assert isinstance(predict_steps([[1, 0], [0, 3]], 10.0), int)


@settings(deadline=None)
@given(ratio=st.floats(1.1, 30), factor=st.floats(1.5, 1e4))
def test_so_many_steps_suffice_and_one_fewer_does_not(ratio, factor):
    """From the worst start, where both extreme directions have their share."""
    data, x = np.diag([1.0, ratio**0.5]), np.ones(2)
    curvatures = np.array([1.0, ratio]) / 2
    distances = [np.linalg.norm(x)]
    steps = predict_steps(data, factor)
    for _ in range(steps):
        x = x - 2 / curvatures.sum() * curvatures * x
        distances.append(np.linalg.norm(x))
    assert distances[-1] <= distances[0] / factor * (1 + 1e-9)
    assert distances[-2] >= distances[0] / factor * (1 - 1e-9)


# --- the questions ----------------------------------------------------------------------------------------------------


def test_the_first_question_is_the_smallest():
    for reference in (prepare, hessian, predict_steps):
        sizes = [case.arguments[0].size for case in cases(reference)]
        assert sizes[0] == min(sizes)


def test_a_number_of_steps_must_be_a_whole_number():
    def floating(X, factor):
        return float(predict_steps(X, factor))

    message = str(check(floating, like=predict_steps))
    assert message.startswith("✗ floating is not right: it returns a float, where a whole number was asked for.")


def test_the_smallest_examples_are_shown():
    assert example(prepare, "the mean stays")[0] == 'For X = [[1], [3]], how = "centred"'
    assert example(predict_steps, "rounded down") == ["For X = [[1, 0], [0, 3]], factor = 100", "yours 20", "right 21"]
