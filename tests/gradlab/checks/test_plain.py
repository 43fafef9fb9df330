"""Plain values: converted for JSON, and restored."""

import json

import numpy as np
import pytest
import torch
from bad_input import test_bad_input_is_named  # noqa: F401
from hypothesis import given
from hypothesis import strategies as st

from gradlab.checks.plain import plain, restored

SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5)
VALUES = st.recursive(
    SCALARS, lambda v: st.lists(v, max_size=3) | st.tuples(v, v) | st.dictionaries(st.text(max_size=3), v, max_size=3)
)


def alike(a, b):
    if type(a) is not type(b):
        return False
    if isinstance(a, (list, tuple)):
        return len(a) == len(b) and all(map(alike, a, b))
    if isinstance(a, dict):
        return list(a) == list(b) and all(alike(a[key], b[key]) for key in a)
    return a == b or a != a


@given(VALUES)
def test_plain_values_are_restored(value):
    assert alike(restored(json.loads(json.dumps(plain(value)))), value)


@pytest.mark.parametrize(
    "value",
    [np.arange(6).reshape(2, 3), np.array([True, False]), np.array(2.5), np.zeros((0, 2)), np.array([np.nan, np.inf])],
)
def test_arrays_are_restored_with_kind_and_shape(value):
    back = restored(json.loads(json.dumps(plain(value))))
    assert back.dtype == value.dtype and back.shape == value.shape
    np.testing.assert_array_equal(back, value)


@pytest.mark.parametrize("value", [range(5), range(2, 20, 3), range(5, 0, -1), range(0)])
def test_a_range_is_restored(value):
    assert restored(json.loads(json.dumps(plain(value)))) == value


@pytest.mark.parametrize("ends", [[0, 10**7, 1], [0, -(10**7), -1], [0, 10**400, 1], [0, 1, 0], [0.0, 1, 1]])
def test_a_range_that_would_fill_the_memory_is_refused(ends):
    with pytest.raises(ValueError, match="nothing that can be read"):
        restored({"range": ends})


def test_arrays_of_other_libraries_become_numpys():
    back = restored(plain({"w": torch.eye(2, dtype=torch.float64)}))["w"]
    assert type(back) is np.ndarray
    np.testing.assert_array_equal(back, np.eye(2))
    assert plain(torch.ones(1, requires_grad=True)) == {"other": "Tensor"}
    assert plain(np.ndarray) == {"function": "ndarray"}


@pytest.mark.parametrize("value", [np.float64(2.5), np.int64(3), np.bool_(True)])
def test_a_scalar_of_numpy_is_restored(value):
    back = restored(plain(value))
    assert back == value and type(back) is type(value)


def test_a_function_becomes_its_name_and_any_other_object_its_type():
    assert plain(len) == {"function": "len"}
    assert restored({"function": "f"}, str.upper) == "F"
    with pytest.raises(ValueError, match="an object of type set"):
        restored([{"list": [plain({1})]}][0])


@pytest.mark.parametrize(
    "data",
    [
        [1], {}, {"list": 1}, {"list": [[1]]}, {"dict": [1]}, {"dict": [[{"list": []}, 1]]}, {"set": [1]},
        {"array": ["f", [2], [1.0]]}, {"array": ["O", [1], [1]]}, {"array": ["f", ["x"], [1]]}, {"array": 3},
        {"array": ["f", [1], [{}]]}, {"scalar": ["f", "x"]}, {"scalar": ["x", 1]}, {"function": "f"}, {"other": 1},
        {"array": ["i", [1], [10**400]]}, {"scalar": ["i", 10**400]},
    ],
)  # fmt: skip
def test_data_that_plain_does_not_make_are_refused(data):
    with pytest.raises(ValueError, match="nothing that can be read"):
        restored(data)


def test_depth_is_bounded():
    said = 1
    for _ in range(1000):
        said = {"list": [said]}
    with pytest.raises(ValueError, match="nothing that can be read"):
        restored(said)


BAD_INPUT = [(plain, {"value": [[1]], "depth": 1}, "value")]
