"""Features chosen by their labels: by hand, on noise; the questions asked."""

import numpy as np
import pytest
from bad_input import test_bad_input_is_named  # noqa: F401
from checking import SEEDS, cases, example

from gradlab.checks.tasks.leaks import predicted

X = np.array([[3.0, 1.0], [-3.0, 2.0], [2.0, -1.0], [-2.0, 1.0]])


def test_labels_predicted_by_hand():
    y, first, second = np.array([1, -1, 1, 1]), [0, 1], [3, 2, 0]
    assert predicted(X, y, first, second, 1).tolist() == [-1, 1, 1]  # 6 x₁
    assert predicted(X * [1, 7], y, first, second, 2).tolist() == [-1, 1, -1]  # 6 x₁ − 7 x₂, x₂ times 7
    assert predicted(-X, y, first, second, 1).tolist() == [-1, 1, 1]


def test_the_labels_of_the_test_cases_are_not_seen():
    rng = np.random.default_rng(0)
    noise, y = rng.normal(size=(40, 300)), np.tile([1, -1], 20)
    first, second = np.arange(20), np.arange(20, 40)
    other = np.where(np.arange(40) < 20, y, -y)
    said = [predicted(noise, labels, first, second, 5) for labels in (y, other)]
    np.testing.assert_array_equal(*said)


def test_the_error_tells_how_many_features_there_are():
    with pytest.raises(ValueError, match=r"k must be at most the number of features, 2, got 3$"):
        predicted(X, [1, -1, 1, 1], [0, 1], [2, 3], 3)


def test_noise_is_predicted_half_of_the_time():
    y, rows, right = np.tile([1, -1], 30), np.arange(60), []
    for seed in range(60):
        noise = np.random.default_rng(seed).normal(size=(60, 200))
        right.append((predicted(noise, y, rows[:30], rows[30:], 10) == y[30:]).mean())
    assert abs(np.mean(right) - 0.5) < 0.05


# --- the questions ----------------------------------------------------------------------------------------------------


def test_training_and_test_are_apart_and_agreements_differ():
    for seed in (*SEEDS, 26):  # of which two features went equally well
        for X, y, train, test, k in (case.arguments for case in cases(predicted, seed)):
            assert sorted([*train, *test]) == list(range(len(X)))
            agreement = np.sort(abs(y[train] @ X[train]))[::-1]
            assert agreement[k - 1] > agreement[k] + 1e-9
            assert predicted(X, y, train, test, k).all()  # no score is 0


def test_the_smallest_example_is_shown():
    assert example(predicted, "chosen on all cases") == [
        "For X = [[-3, 2], [3, 1], [1, 9], [2, 7]], y = [1, -1, 1, 1], train = [0, 1], test = [2, 3], k = 1: the "
        "labels of the test cases",
        "at [0]:",
        "yours 1",
        "right -1",
    ]


GOOD = {"X": X, "y": [1, -1, 1, 1], "train": [0, 1], "test": [2, 3], "k": 1}
BAD_INPUT = [
    *((predicted, GOOD | {"X": wrong}, "X") for wrong in (None, "a", X[0], X[:0], X * np.nan, X[None])),
    *(
        (predicted, GOOD | {"y": wrong}, "y")
        for wrong in (None, [1, -1], [1] * 5, [0, 1, 0, 1], [[1, 1, 1, 1]], 1, "a")
    ),
    *(
        (predicted, GOOD | {name: wrong}, name)
        for name in ("train", "test")
        for wrong in (None, [], [0.5], [-1], [4], [9], [[0]], [True], 1)
    ),
    *((predicted, GOOD | {"k": wrong}, "k") for wrong in (None, 0, -1, 3, 1.5, "a")),
]
