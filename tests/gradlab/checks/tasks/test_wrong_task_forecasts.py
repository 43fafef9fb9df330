"""Chapter 1's project got wrong, as students write it: each gets its name."""

import numpy as np
import pytest

from gradlab.checks import check
from gradlab.checks.questions.forecasts import FORECAST, PREPARED, TABLE
from gradlab.checks.tasks import forecasts as tasks
from gradlab.checks.tasks.mistakes.forecasts import MISTAKES

SEEDS = range(5)


def test_trials():
    assert [question for question, _ in MISTAKES.values()] == [PREPARED, TABLE, FORECAST]


@pytest.mark.parametrize("like", MISTAKES, ids=lambda like: like.__name__)
def test_questions_grow_and_differ_with_the_seed_from_the_first_random_one_on(like):
    question, _ = MISTAKES[like]

    def cases(seed):
        return list(question.cases(like, np.random.default_rng(seed)))

    sizes = [case.arguments[0].size for case in cases(0)]
    assert sizes[0] == min(sizes)
    same = [question.tell(a, 0) == question.tell(b, 0) for a, b in zip(cases(0), cases(1), strict=True)]
    assert same == sorted(same, reverse=True) and not same[-1] and not same[-2] and same[0]


# --- what students write ----------------------------------------------------------------------------------------------


def american(X, how):
    if how == "centered" or how == "both":
        X = X - X.mean(0)
    if how == "scaled" or how == "both":
        X = X / X.std(0)
    return np.c_[X, np.ones(len(X))]


def either(X, how):
    if how == "centred":
        X = X - X.mean(0)
    elif how != "raw":
        X = (X - X.mean(0)) / X.std(0)
    return np.c_[X, np.ones(len(X))]


def in_place(X, how):
    if how in ("centred", "both"):
        X -= X.mean(0)
    if how in ("scaled", "both"):
        X /= X.std(0)
    return np.c_[X, np.ones(len(X))]


def floating(X, factor):
    lam = np.linalg.eigvalsh(X.T @ X / len(X))
    return np.ceil(np.log(factor) / np.log((lam[-1] + lam[0]) / (lam[-1] - lam[0])))


def truncated(X, factor):
    return int(floating(X, factor)) - 1


@pytest.mark.parametrize(
    ("like", "student", "name"),
    [
        (tasks.prepare, american, "the mean stays"),
        (tasks.prepare, either, "scaled also subtracts the mean"),
        (tasks.prepare, in_place, "input modified in place"),
        (tasks.prepare, lambda X, how: np.c_[np.ones(len(X)), tasks.prepare(X, how)[:, :-1]], "ones in front"),
        (tasks.hessian, lambda X: X.T.dot(X) / X.shape[1], "number of columns for examples"),
        (tasks.hessian, lambda X: X.T.dot(X), "not divided by n"),
        (tasks.hessian, lambda X: np.cov(X.T, bias=True), "centred first"),
        (tasks.predict_steps, truncated, "rounded down"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_students_write_gets_its_name(like, student, name):
    assert name in check(student, like=like).names


def test_a_number_of_steps_is_a_whole_number():
    verdict = check(floating, like=tasks.predict_steps)
    assert str(verdict).startswith("✗ floating is not right: it returns a float64, where a whole number was asked for.")
    assert check(lambda X, factor: np.int64(floating(X, factor)), like=tasks.predict_steps)


def test_the_smallest_examples():
    assert 'For X = [[1], [3]], how = "centred"' in str(check(american, like=tasks.prepare))
    said = str(check(truncated, like=tasks.predict_steps))
    assert "For X = [[1, 0], [0, 3]], factor = 100\n    yours 20\n    right 21\n" in said
