"""Scaled data got wrong, as students write it: each gets its name."""

import numpy as np
import pytest

from gradlab.checks import check
from gradlab.checks.questions.normalisers import SCALED
from gradlab.checks.tasks.mistakes.scalers import MISTAKES
from gradlab.checks.tasks.scalers import standardised

SEEDS = range(5)


def test_trial():
    assert MISTAKES[standardised][0] is SCALED


def cases(seed):
    return list(SCALED.cases(standardised, np.random.default_rng(seed)))


def test_questions_grow_and_differ_with_the_seed_from_the_first_random_one_on():
    sizes = [sum(value.size for value in case.arguments) for case in cases(0)]
    assert sizes[0] == min(sizes)
    one, other = ([SCALED.tell(case, 0) for case in cases(seed)] for seed in (0, 1))
    assert [a == b for a, b in zip(one, other, strict=True)] == [True, True, False, False]


def scaled_by_hand(X_train, X):
    mean = sum(X_train) / len(X_train)
    return (X - mean) / (sum((X_train - mean) ** 2) / len(X_train)) ** 0.5


def test_another_way_to_the_same_is_right():
    for seed in SEEDS:
        check(scaled_by_hand, like=standardised, seed=seed).raise_if_wrong()


def per_set(X_train, X):
    return (X - X.mean(axis=0)) / X.std(axis=0)


def all_at_once(X_train, X):
    return (X - X_train.mean()) / X_train.std()


def pandas_scaled(X_train, X):
    return (X - X_train.mean(0)) / X_train.std(0, ddof=1)


def leaking(X_train, X):
    everything = np.vstack([X_train, X])
    return (X - everything.mean(0)) / everything.std(0)


@pytest.mark.parametrize(
    ("student", "name"),
    [
        (per_set, "statistics from the test data"),
        (all_at_once, "one mean for all columns"),
        (pandas_scaled, "sample for population variance"),
        (leaking, "statistics of both sets"),
    ],
)
def test_student_is_told_the_misconception(student, name):
    for seed in SEEDS:
        assert check(student, like=standardised, seed=seed).names == (name,)


def test_the_smallest_example():
    example = str(check(pandas_scaled, like=standardised)).splitlines()[1]
    assert example == "  For X_train = [[1], [5]], X = [[7]]: X scaled"
    values, _ = SCALED.run(standardised, cases(0)[0])
    assert values[0].tolist() == [[2]]
