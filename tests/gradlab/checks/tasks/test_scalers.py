"""Scaling in one function: against scikit-learn, against the library's two, by hand; the questions asked."""

import numpy as np
import pytest
from bad_input import test_bad_input_is_named  # noqa: F401
from checking import cases, example
from hypothesis import given
from sklearn.preprocessing import MinMaxScaler, StandardScaler
from strategies import vectors

from gradlab.checks.questions.normalisers import RANGED, SCALED
from gradlab.checks.tasks.scalers import ranged, standardised
from gradlab.scalers import min_max, standardise

TRAIN = np.array([[1.0, 10.0], [2.0, 30.0], [3.0, 50.0]])
CUBE = np.arange(8.0).reshape(2, 2, 2)
NOT_DATA = [
    "data",
    None,
    TRAIN[0],
    TRAIN[:0],
    TRAIN[:, :0],
    3.0,
    TRAIN[None],
    CUBE,
    TRAIN * [1, np.nan],
    TRAIN * [np.inf, 1],
]
RANGE = {"X_train": TRAIN, "X": TRAIN, "low": 0.0, "high": 1.0}
BAD_INPUT = [
    *(
        (standardised, {"X_train": X, "X": TRAIN}, "X_train")
        for X in [*NOT_DATA, np.array([[1, 2], [1, 3]]), TRAIN[:1]]
    ),
    *((standardised, {"X_train": TRAIN, "X": X}, "X") for X in [*NOT_DATA, TRAIN[:, :1], np.ones((3, 3))]),
    *((ranged, RANGE | {"X_train": X}, "X_train") for X in NOT_DATA),
    *((ranged, RANGE | {"X": X}, "X") for X in [*NOT_DATA, TRAIN[:, :1], np.ones((3, 3))]),
    *((ranged, RANGE | {"low": wrong}, "low") for wrong in (None, "a", np.nan, [0, 1])),
    *((ranged, RANGE | {"high": wrong}, "high") for wrong in (None, "a", np.inf, 0.0, -1.0)),
]


@given(X_train=vectors(6, 3).filter(lambda X: (np.ptp(X, 0) > 1e-3).all()), X=vectors(4, 3))
def test_scaled_data_are_those_of_scikit_learn_and_the_library(X_train, X):
    ours = standardised(X_train, X)
    np.testing.assert_allclose(ours, StandardScaler().fit(X_train).transform(X), rtol=1e-9, atol=1e-9)
    np.testing.assert_allclose(ours, standardise(X_train).apply(X), rtol=1e-9, atol=1e-9)


def test_scaled_data_worked_by_hand():
    np.testing.assert_array_equal(standardised([[1, 10], [5, 40]], [[7, 40], [3, 10]]), [[2, 1], [0, -1]])


def test_one_example_does_not_depend_on_the_others():
    np.testing.assert_array_equal(standardised(TRAIN, TRAIN)[1:2], standardised(TRAIN, TRAIN[1:2]))


@pytest.mark.parametrize(("scaler", "more"), [(standardised, ()), (ranged, (0, 1))])
def test_the_error_tells_both_numbers_of_columns(scaler, more):
    with pytest.raises(ValueError, match=r"X must have the columns of X_train, 2, got 1$"):
        scaler(TRAIN, np.ones((4, 1)), *more)


@given(X_train=vectors(6, 3), X=vectors(4, 3))
def test_ranged_data_are_those_of_scikit_learn_and_the_library(X_train, X):
    X_train[:, 1] = 2.0  # constant
    ours = ranged(X_train, X, -1.0, 3.0)
    np.testing.assert_allclose(ours, min_max(X_train, -1.0, 3.0).apply(X), rtol=1e-9, atol=1e-9)
    if (np.ptp(X_train, 0)[[0, 2]] > 1e-3).all():
        theirs = MinMaxScaler((-1.0, 3.0)).fit(X_train).transform(X)
        np.testing.assert_allclose(ours, theirs, rtol=1e-9, atol=1e-9)


def test_ranged_data_worked_by_hand():
    train, X = [[2.0, 3.0], [6.0, 3.0]], [[5.0, 4.0], [8.0, 3.0]]
    np.testing.assert_array_equal(ranged(train, X, -1.0, 1.0), [[0.5, 1], [2, -1]])


# --- the questions ----------------------------------------------------------------------------------------------------


def test_the_first_question_is_the_smallest_and_worked_by_hand():
    first, *others = cases(standardised)
    size = sum(value.size for value in first.arguments)
    assert size == min(sum(value.size for value in case.arguments) for case in [first, *others])
    values, _ = SCALED.run(standardised, first)
    assert values[0].tolist() == [[2]]


def test_the_smallest_example_is_shown():
    question, *_ = example(standardised, "sample for population variance")
    assert question == "For X_train = [[1], [5]], X = [[7]]: X scaled"


def test_two_questions_on_ranges_have_a_constant_column():
    constant = [not np.ptp(case.arguments[0], 0).all() for case in cases(ranged)]
    assert constant == [False, False, True, True, False, False]
    outside = RANGED.run(ranged, cases(ranged)[1])[0][0]
    assert outside.tolist() == [[0.5], [2]]


def test_the_smallest_range_is_shown():
    question, *answers = example(ranged, "the least not subtracted")
    assert question == "For X_train = [[2], [6], [3]], X = [[5], [3]], low = 0, high = 1: X scaled"
    assert answers == ["at [0, 0]:", "yours 1.25", "right 0.75"]
