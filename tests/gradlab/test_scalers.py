"""Scalers against scikit-learn's, by hand, and by what they promise."""

import numpy as np
import pytest
import torch
from bad_input import test_bad_input_is_named  # noqa: F401
from hypothesis import given
from hypothesis import strategies as st
from sklearn.preprocessing import MinMaxScaler, StandardScaler
from strategies import vectors

from gradlab.scalers import min_max, standardise

TRAIN = np.array([[1.0, 10.0], [2.0, 30.0], [3.0, 50.0]])
NOT_DATA = ["data", None, TRAIN[0], TRAIN[:0], TRAIN[:, :0], 3.0]
NOT_FINITE = [np.array([[1.0], [np.nan]]), np.array([[np.inf], [1.0]])]
BAD_INPUT = [
    *((min_max, {"X": X, "low": 0, "high": 1}, "X") for X in NOT_DATA + NOT_FINITE),
    *((min_max, {"X": TRAIN, "low": low, "high": 1}, "low") for low in [np.nan, -np.inf, "low", None, [0, 0]]),
    *((min_max, {"X": TRAIN, "low": 0, "high": high}, "high") for high in [np.nan, np.inf, "high", 0, -1]),
    *((standardise, {"X": X}, "X") for X in NOT_DATA + NOT_FINITE),
    *((standardise(TRAIN).apply, {"X": X}, "X") for X in [*NOT_DATA, np.ones((3, 1)), np.ones((3, 3))]),
    *((standardise(TRAIN).invert, {"Z": Z}, "Z") for Z in [*NOT_DATA, np.ones((3, 1)), np.ones((3, 3))]),
]


def agree(ours, theirs):
    np.testing.assert_allclose(ours, theirs, rtol=1e-9, atol=1e-9)


# A column that varies by less than rounding is taken for constant by scikit-learn, and by us if all entries are equal.
VARYING = vectors(6, 3).filter(lambda X: not ((np.ptp(X, 0) > 0) & (np.ptp(X, 0) < 1e-3)).any())


@given(X=VARYING, other=vectors(4, 3), low=st.floats(-5, 5), width=st.floats(0.1, 10))
def test_min_max_agrees_with_scikit_learn(X, other, low, width):
    ours, theirs = min_max(X, low, low + width), MinMaxScaler((low, low + width)).fit(X)
    for data in (X, other):
        agree(ours.apply(data), theirs.transform(data))
        agree(ours.invert(data), theirs.inverse_transform(data))
    agree(min_max(X).apply(other), MinMaxScaler().fit(X).transform(other))


@given(X=VARYING, other=vectors(4, 3))
def test_standardise_agrees_with_scikit_learn(X, other):
    ours, theirs = standardise(X), StandardScaler().fit(X)
    for data in (X, other):
        agree(ours.apply(data), theirs.transform(data))
        agree(ours.invert(data), theirs.inverse_transform(data))


@pytest.mark.parametrize("make", [min_max, standardise])
@pytest.mark.parametrize("dtype", [torch.float64, torch.bfloat16])
def test_tensors_may_have_a_graph_or_a_type_that_numpy_lacks(make, dtype):
    X = torch.tensor(TRAIN, dtype=dtype, requires_grad=True)
    Z, ours = make(X).apply(X), make(TRAIN).apply(TRAIN)
    assert isinstance(Z, np.ndarray)
    np.testing.assert_allclose(Z, ours, atol=1e-6)
    np.testing.assert_allclose(make(X).invert(torch.tensor(Z, requires_grad=True)), TRAIN, rtol=1e-6)


@given(X=VARYING)
def test_the_training_set_gets_what_was_promised(X):
    varies = np.ptp(X, 0) > 0
    Z = min_max(X, -1, 1).apply(X)
    agree(Z.min(0), -1)
    agree(Z.max(0), np.where(varies, 1, -1))
    Z = standardise(X).apply(X)
    agree(Z.mean(0), 0)
    agree(Z.std(0), varies)


@given(X=VARYING, other=vectors(4, 3))
def test_invert_undoes_apply(X, other):
    for scaler in (min_max(X, -1, 1), standardise(X)):
        np.testing.assert_allclose(scaler.invert(scaler.apply(other)), other, rtol=1e-12, atol=1e-12)
        np.testing.assert_allclose(scaler.apply(scaler.invert(other)), other, rtol=1e-9, atol=1e-9)


def test_scaled_data_worked_by_hand():
    assert min_max(TRAIN).apply(TRAIN).tolist() == [[0, 0], [0.5, 0.5], [1, 1]]
    assert min_max(TRAIN, -1, 1).apply(TRAIN).tolist() == [[-1, -1], [0, 0], [1, 1]]
    assert min_max(TRAIN, high=2).apply(TRAIN).tolist() == [[0, 0], [1, 1], [2, 2]]
    assert min_max(TRAIN, low=-1).apply(TRAIN).tolist() == [[-1, -1], [0, 0], [1, 1]]
    agree(standardise(TRAIN).apply(TRAIN), np.outer([-1, 0, 1], [1.5**0.5] * 2))
    narrow = [[0.25], [0.5]]
    assert min_max(narrow).apply(narrow).tolist() == [[0], [1]]
    assert standardise(narrow).apply(narrow).tolist() == [[-1], [1]]


def test_the_test_set_has_no_say_and_may_leave_the_range():
    """Scaled with the statistics of both sets, the test set would lie within [0, 1]: it would have leaked."""
    test = np.array([[5.0, 0.0]])
    assert min_max(TRAIN).apply(test).tolist() == [[2.0, -0.25]]
    both = np.concatenate([TRAIN, test])
    assert min_max(both).apply(test).tolist() == [[1.0, 0.0]]
    alone, together = (standardise(TRAIN).apply(X) for X in (test, both))
    assert np.array_equal(alone, together[-1:])


@pytest.mark.parametrize("value", [0.0, 0.1, -1e9, 7.0])
def test_a_constant_column_is_shifted_only(value):
    X = np.full((7, 1), value)
    agree(standardise(X).scale, 1)
    agree(standardise(X).apply(X), 0)
    agree(standardise(X).apply(X + 3), 3)
    agree(min_max(X, 2, 6).apply(X), 2)
    agree(min_max(X, 2, 6).apply(X + 0.5), 4)
    for scaler in (standardise(X), min_max(X, 2, 6)):
        agree(scaler.invert(scaler.apply(X)), X)


def test_one_example_is_a_set_of_constant_columns():
    assert standardise(TRAIN[:1]).apply(TRAIN).tolist() == (TRAIN - TRAIN[0]).tolist()
    assert min_max(TRAIN[:1]).apply(TRAIN).tolist() == (TRAIN - TRAIN[0]).tolist()


@pytest.mark.parametrize("fit", [min_max, standardise])
def test_a_grid_of_training_sets_has_a_grid_of_statistics(fit):
    X, other = np.random.default_rng(0).normal(size=(2, 4, 5, 3))
    grid = fit(X)
    assert grid.shift.shape == grid.scale.shape == (4, 1, 3)
    for k in range(4):
        agree(grid.apply(other)[k], fit(X[k]).apply(other[k]))
        agree(grid.invert(other)[k], fit(X[k]).invert(other[k]))
    agree(fit(X[0]).apply(other), np.stack([fit(X[0]).apply(rows) for rows in other]))


@pytest.mark.parametrize("fit", [min_max, standardise])
def test_integers_lists_and_tensors_give_arrays_of_floats(fit):
    expected = fit(TRAIN).apply(TRAIN)
    for X in (TRAIN.astype(int), TRAIN.tolist(), torch.tensor(TRAIN)):
        Z = fit(X).apply(X)
        assert isinstance(Z, np.ndarray) and Z.dtype == float
        assert np.array_equal(Z, expected)
        assert isinstance(fit(X).invert(X), np.ndarray)


def test_scalers_are_frozen_and_leave_their_data_alone():
    before, scaler = TRAIN.copy(), standardise(TRAIN)
    scaler.invert(scaler.apply(TRAIN))
    assert np.array_equal(TRAIN, before)
    with pytest.raises(AttributeError):
        scaler.shift = 0


def test_values_that_are_wrong_are_no_error_once_fitted():
    assert np.isnan(standardise(TRAIN).apply([[np.nan, 0.0]])).tolist() == [[True, False]]


# Types, and the ends of their ranges.


@pytest.mark.parametrize("kind", [np.float16, lambda X: torch.tensor(X).half()], ids=["array", "tensor"])
def test_half_precision_has_no_room_for_the_squares_of_pixels(kind):
    pixels = np.random.default_rng(0).integers(0, 256, (5000, 1)).astype(float)
    scaler = standardise(kind(pixels))
    np.testing.assert_allclose(scaler.scale, pixels.std(), rtol=1e-6)
    np.testing.assert_allclose(scaler.shift, pixels.mean(), rtol=1e-6)
    scaled = scaler.apply(kind(pixels))
    assert scaled.std() == pytest.approx(1, rel=1e-5)
    np.testing.assert_allclose(scaler.invert(scaled), pixels, atol=1e-3)
    ends = min_max(kind([[0.0], [10.0]]), -60_000, 60_000)
    np.testing.assert_allclose(ends.apply(kind([[0.0], [10.0]])), [[-60_000], [60_000]])


@pytest.mark.parametrize(("dtype", "size"), [(np.float32, 1e30), (np.float32, 1e-30), (float, 1e200), (float, 1e-200)])
def test_no_square_of_a_deviation_overflows_or_vanishes(dtype, size):
    X = np.array([[1.0], [3.0]]) * size
    scaler = standardise(X.astype(dtype))
    np.testing.assert_allclose(scaler.apply(X.astype(dtype)), [[-1], [1]], rtol=1e-5)
    assert scaler.shift.dtype == scaler.scale.dtype == dtype


def test_many_numbers_of_single_precision_are_summed_in_double():
    X = np.full((1_000_000, 2), 1000.1, np.float32)
    X[::2] += 1
    scaler = standardise(X)
    np.testing.assert_allclose(scaler.shift, 1000.6, rtol=1e-7)
    np.testing.assert_allclose(scaler.scale, 0.5, rtol=1e-4)
