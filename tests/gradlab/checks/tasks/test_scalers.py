"""Scaling in one function: against scikit-learn, against the library's two, by hand; the questions asked."""

import numpy as np
import pytest
from bad_input import test_bad_input_is_named  # noqa: F401
from checking import cases, example
from hypothesis import given
from sklearn.preprocessing import StandardScaler
from strategies import vectors

from gradlab.checks.questions.normalisers import SCALED
from gradlab.checks.tasks.scalers import standardised
from gradlab.scalers import standardise

TRAIN = np.array([[1.0, 10.0], [2.0, 30.0], [3.0, 50.0]])
NOT_DATA = ["data", None, TRAIN[0], TRAIN[:0], TRAIN[:, :0], 3.0, TRAIN[None], TRAIN * [1, np.nan], TRAIN * [np.inf, 1]]
BAD_INPUT = [
    *(
        (standardised, {"X_train": X, "X": TRAIN}, "X_train")
        for X in [*NOT_DATA, np.array([[1, 2], [1, 3]]), TRAIN[:1]]
    ),
    *((standardised, {"X_train": TRAIN, "X": X}, "X") for X in [*NOT_DATA, TRAIN[:, :1], np.ones((3, 3))]),
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


def test_the_error_tells_both_numbers_of_columns():
    with pytest.raises(ValueError, match=r"X must have the columns of X_train, 2, got 1$"):
        standardised(TRAIN, np.ones((4, 1)))


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
