"""What wrong answers have in common with right ones: named if it holds for all cases, and for none else."""

import numpy as np
import pytest
from checking import WRITTEN, label

from gradlab.checks import REFERENCES, check, judge
from gradlab.checks.likeness import likeness
from gradlab.checks.question import answers
from gradlab.checks.tasks.descents import gradient_descent
from gradlab.checks.tasks.valleys import best_order
from gradlab.normalisers import batch_norm

RIGHT = [[np.array([[1.0, 2.0], [3.0, 5.0]])], [np.array([[4.0, -1.0]])]]


def seen(change):
    found = likeness([[change(value) for value in case] for case in RIGHT], RIGHT, 1e-5)
    return found and found.name


@pytest.mark.parametrize(
    ("change", "name"),
    [
        (np.ravel, "the right numbers in another shape"),
        (lambda a: a[None], "the right numbers in another shape"),
        (lambda a: a[:1], "the end missing"),
        (lambda a: a[:, ::-1], "the right numbers in another order"),
        (np.transpose, "the right numbers in another order"),
        (lambda a: -a, "the opposite sign"),
        (lambda a: 0.5 * a, "0.5 times the right numbers"),
        (lambda a: a[:, :1], None),
        (lambda a: a[:0], None),
        (lambda a: a + 1, None),
        (lambda a: a**2, None),
        (lambda a: 0 * a, None),
        (lambda a: a * np.nan, None),
    ],
)
def test_a_likeness_has_a_name(change, name):
    assert seen(change) == name


def test_one_case_alone_proves_nothing():
    assert likeness([[-RIGHT[0][0]], RIGHT[1]], RIGHT, 1e-5) is None
    assert likeness([[np.array([2.0])]], [[np.array([1.0])]], 1e-5) is None


def test_a_whole_number_too_many():
    right = [[np.array(n)] for n in (3, 7, 12)]
    assert likeness([[one + 1] for [one] in right], right, 1e-5).name == "1 too high, always"
    assert likeness([[one - 2] for [one] in right], right, 1e-5).name == "2 too low, always"
    assert likeness([[one + 0.5] for [one] in right], right, 1e-5) is None


def test_another_order_of_places_is_no_likeness():
    assert check(lambda A, B: np.arange(A.shape[1])[::-1], like=best_order).names == ()


def test_a_path_that_ends_early_is_told_so():
    def early(grad, x0, *, lr, steps):
        return gradient_descent(grad, x0, lr=lr, steps=min(steps, 15))

    assert check(early, like=gradient_descent).names == ("the end missing",)


def test_batch_norm_must_leave_something_for_the_backward_pass():
    def bare(x, gamma, beta, *, eps):
        return batch_norm(x, gamma, beta, eps=eps)[0]

    said = str(check(bare, like=batch_norm))
    assert ": it returns an array, where y and a cache were asked for.\n  Its numbers are right." in said


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
@pytest.mark.parametrize("reference", WRITTEN, ids=label)
def test_numbers_that_are_not_finite_get_a_verdict_like_others(reference, bad):
    """Each number of each right answer is replaced: whatever is looked for in wrong answers must bear it."""
    question, _ = REFERENCES[reference]
    given = answers(reference, question, reference)
    given.values = [[np.full_like(value, bad) for value in case] for case in given.values]
    given.again = given.values[-1]
    verdict = judge(given, reference)
    assert not verdict.right and verdict.names
