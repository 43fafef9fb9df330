"""The questions about gradient checks: cubics, points whose steps are exact, and small examples."""

import numpy as np
import pytest
from checking import SEEDS, cases, example

from gradlab.checks.questions.gradients import Cubic
from gradlab.differences import numerical_grad, relative_error, weight_difference


def test_a_cubic_and_its_formula():
    f = Cubic((1, 2, 3), 4.0)
    assert str(f) == "x₁³ + 2 x₂³ + 3 x₃³ + 4 x₁ x₂ x₃"
    assert f([1, 2, 3]) == 1 + 16 + 81 + 24
    np.testing.assert_array_equal(f(np.array([[1.0, 2.0, 3.0], [0.0, 1.0, 0.0]])), [122, 2])
    assert str(Cubic((1.0,), 0.0)) == "x₁³"


def test_points_lie_near_0_and_steps_from_them_are_exact():
    """A step of eps is one of eps · max(1, |x|) here, and steps there and back leave no rounding behind."""
    for seed in SEEDS:
        for case in cases(numerical_grad, seed):
            _, x = case.arguments
            assert (abs(x) <= 1).all()
            for number in [*x, case.hyper["eps"]]:
                assert (16 * number).is_integer()


@pytest.mark.parametrize(
    ("reference", "name", "lines"),
    [
        (
            numerical_grad,
            "forward for central",
            ["For f(x) = x₁³, x = [0.5], eps = 0.25", "yours 1.1875", "right 0.8125"],
        ),
        (
            numerical_grad,
            "the step accumulates",
            ["For f(x) = x₁³ + 2 x₂³ + 4 x₁ x₂, x = [0.5, -0.5], eps = 0.25", "at [1]:", "yours 2.4375", "right 3.625"],
        ),
        (relative_error, "absolute value missing above", ["For a = [1], b = [4]", "yours -0.75", "right 0.75"]),
        (
            relative_error,
            "the sum for the larger (CS231n's convention)",
            ["For a = [3], b = [1]", "yours 0.5", "right 0.666667"],
        ),
        (weight_difference, "update's sign", ["For before = [1], after = [0.5], lr = 0.25", "yours -2", "right 2"]),
    ],
)
def test_the_smallest_example_is_shown(reference, name, lines):
    assert example(reference, name) == lines
