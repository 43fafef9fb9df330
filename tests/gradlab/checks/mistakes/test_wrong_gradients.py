"""Gradient checks got wrong, as students write them: each gets its name."""

import numpy as np
import pytest

from gradlab import differences
from gradlab.checks import check
from gradlab.checks.mistakes.gradients import MISTAKES
from gradlab.checks.questions.gradients import ERROR, GRADIENT, STEP, Cubic

SEEDS = range(5)
each = pytest.mark.parametrize("like", MISTAKES, ids=lambda like: like.__name__)


def cases(like, seed=0):
    return list(MISTAKES[like][0].cases(like, np.random.default_rng(seed)))


def test_trials():
    assert [question for question, _ in MISTAKES.values()] == [GRADIENT, STEP, ERROR]


def test_a_cubic_and_its_formula():
    f = Cubic((1, 2, 3), 4.0)
    assert str(f) == "x₁³ + 2 x₂³ + 3 x₃³ + 4 x₁ x₂ x₃"
    assert f([1, 2, 3]) == 1 + 16 + 81 + 24
    np.testing.assert_array_equal(f(np.array([[1.0, 2.0, 3.0], [0.0, 1.0, 0.0]])), [122, 2])
    assert str(Cubic((1.0,), 0.0)) == "x₁³"


def test_steps_are_short_enough_for_both_conventions_and_exact():
    """A step of eps is one of eps · max(1, |x|) here, and steps there and back leave no rounding behind."""
    for seed in SEEDS:
        for case in cases(differences.numerical_grad, seed):
            _, x = case.arguments
            assert (abs(x) <= 1).all()
            for number in [*x, case.hyper["eps"]]:
                assert (16 * number).is_integer()


@each
def test_random_questions_differ_with_the_seed(like):
    question = MISTAKES[like][0]
    one, other = ([question.tell(case, 0) for case in cases(like, seed)] for seed in (0, 1))
    assert one[0] == other[0]
    assert one[-2 if question is ERROR else -1] != other[-2 if question is ERROR else -1]


# --- what students write ----------------------------------------------------------------------------------------------


def in_place_and_back(f, x, *, eps):
    gradient = np.zeros_like(x)
    for i in range(x.size):
        old = x[i]
        x[i] = old + eps
        up = f(x)
        x[i] = old - eps
        gradient[i] = (up - f(x)) / (2 * eps)
        x[i] = old
    return gradient


def up_and_down_again(f, x, eps):
    gradient = []
    for i in range(len(x)):
        x[i] += eps
        up = f(x)
        x[i] -= 2 * eps
        down = f(x)
        x[i] += eps
        gradient.append((up - down) / 2 / eps)
    return gradient


def by_rows_of_the_identity(f, x, eps):
    return np.array([(f(x + eps * e) - f(x - eps * e)) / (2 * eps) for e in np.eye(len(x))])


def with_a_tiny_number(a, b):
    return np.abs(a - b) / np.maximum(1e-12, np.maximum(np.abs(a), np.abs(b)))


def with_a_condition(a, b):
    largest = np.maximum(np.abs(a), np.abs(b))
    return np.divide(np.abs(a - b), largest, out=np.zeros_like(largest), where=largest > 0)


@pytest.mark.parametrize(
    ("student", "like"),
    [
        (in_place_and_back, differences.numerical_grad),
        (up_and_down_again, differences.numerical_grad),
        (by_rows_of_the_identity, differences.numerical_grad),
        (with_a_tiny_number, differences.relative_error),
        (with_a_condition, differences.relative_error),
        (lambda before, after, lr: -(after - before) / lr, differences.weight_difference),
    ],
)
def test_another_way_to_the_same_is_right(student, like):
    for seed in SEEDS:
        check(student, like=like, seed=seed).raise_if_wrong()


def forward(f, x, eps):
    return np.array([(f(x + eps * e) - f(x)) / eps for e in np.eye(len(x))])


def twice_too_large(f, x, eps):
    return np.array([(f(x + eps * e) - f(x - eps * e)) / eps for e in np.eye(len(x))])


def brackets_missing(f, x, eps):
    return np.array([(f(x + eps * e) - f(x - eps * e)) / 2 * eps for e in np.eye(len(x))])


def all_at_once(f, x, eps):
    return (f(x + eps) - f(x - eps)) / (2 * eps)


def two_copies(f, x, eps):
    up, down, gradient = x.copy(), x.copy(), np.zeros_like(x)
    for i in range(len(x)):
        up[i] += eps
        down[i] -= eps
        gradient[i] = (f(up) - f(down)) / (2 * eps)
    return gradient


def never_put_back(f, x, eps):
    gradient = np.zeros_like(x)
    for i in range(len(x)):
        x[i] += eps
        up = f(x)
        x[i] -= 2 * eps
        gradient[i] = (up - f(x)) / (2 * eps)
    return gradient


def returns_in_the_loop(f, x, eps):
    for e in np.eye(len(x)):
        return (f(x + eps * e) - f(x - eps * e)) / (2 * eps)


def last_put_back_only(f, x, eps):
    """Right numbers, but the caller's x has moved."""
    gradient = by_rows_of_the_identity(f, x, eps)
    x += eps
    return gradient


def naked(a, b):
    return (a - b) / np.maximum(a, b)


def naked_above(a, b):
    return (a - b) / np.maximum(np.abs(a), np.abs(b))


def naked_below(a, b):
    return np.abs(a - b) / np.maximum(a, b)


def cs231n(a, b):
    return np.abs(a - b) / np.maximum(1e-8, np.abs(a) + np.abs(b))


def cs231n_largest(a, b):
    return np.max(np.abs(a - b) / np.maximum(1e-8, np.abs(a) + np.abs(b)))


def of_norms(a, b):
    return np.linalg.norm(a - b) / (np.linalg.norm(a) + np.linalg.norm(b))


def of_the_second(a, b):
    return np.abs(a - b) / np.abs(b)


def absolute(a, b):
    return np.abs(a - b)


def nan_for_0(a, b):
    return np.abs(a - b) / np.maximum(np.abs(a), np.abs(b))


@pytest.mark.parametrize(
    ("student", "like", "name"),
    [
        (forward, differences.numerical_grad, "forward for central"),
        (twice_too_large, differences.numerical_grad, "eps not divided by 2"),
        (brackets_missing, differences.numerical_grad, "brackets missing"),
        (all_at_once, differences.numerical_grad, "all coordinates stepped at once"),
        (two_copies, differences.numerical_grad, "the step accumulates"),
        (never_put_back, differences.numerical_grad, "the step accumulates"),
        (returns_in_the_loop, differences.numerical_grad, "a scalar where a vector belongs"),
        (last_put_back_only, differences.numerical_grad, "input modified in place"),
        (naked, differences.relative_error, "absolute values missing"),
        (naked_above, differences.relative_error, "absolute value missing above"),
        (naked_below, differences.relative_error, "absolute values missing below"),
        (cs231n, differences.relative_error, "the sum for the larger (CS231n's convention)"),
        (cs231n_largest, differences.relative_error, "one number for all entries"),
        (of_norms, differences.relative_error, "one number for all entries"),
        (of_the_second, differences.relative_error, "one of the two for the larger"),
        (absolute, differences.relative_error, "not divided"),
        (nan_for_0, differences.relative_error, "0 / 0"),
        (lambda before, after, lr: after - before, differences.weight_difference, None),
        (lambda before, after, lr: before - after, differences.weight_difference, "lr missing"),
    ],
)
def test_student_is_told_the_misconception(student, like, name):
    for seed in SEEDS:
        verdict = check(student, like=like, seed=seed)
        assert not verdict
        assert verdict.names == ((name,) if name else ())


# --- what is said -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("student", "like", "lines"),
    [
        (
            forward,
            differences.numerical_grad,
            ["For f(x) = x₁³, x = [0.5], eps = 0.25", "  yours 1.1875", "  right 0.8125"],
        ),
        (
            two_copies,
            differences.numerical_grad,
            [
                "For f(x) = x₁³ + 2 x₂³ + 4 x₁ x₂, x = [0.5, -0.5], eps = 0.25",
                "  at [1]:",
                "  yours 2.4375",
                "  right 3.625",
            ],
        ),
        (naked_above, differences.relative_error, ["For a = [1], b = [4]", "  yours -0.75", "  right 0.75"]),
        (cs231n, differences.relative_error, ["For a = [3], b = [1]", "  yours 0.5", "  right 0.666667"]),
        (
            lambda before, after, lr: (after - before) / lr,
            differences.weight_difference,
            ["For before = [1], after = [0.5], lr = 0.25", "  yours -2", "  right 2"],
        ),
    ],
)
def test_the_smallest_example(student, like, lines):
    _, *example, hint = str(check(student, like=like)).splitlines()
    assert [line.removeprefix("  ") for line in example] == lines
    assert hint.startswith("Hint: ")
