"""Chapter 1's exercises: the references against the library, by hand and against a search; the questions asked."""

import numpy as np
import pytest
from bad_input import test_bad_input_is_named  # noqa: F401
from checking import SEEDS, cases, example
from hypothesis import given
from hypothesis import strategies as st

from gradlab.checks import check
from gradlab.checks.question import answers
from gradlab.checks.questions.descents import PATIENCE, SEARCH
from gradlab.checks.tasks import descents as tasks
from gradlab.descend import descend, iterates
from gradlab.methods import backtracking
from gradlab.rules import sgd
from gradlab.surfaces import himmelblau, quadratic, rosenbrock

TILTED = np.array([[2.0, 1.0], [1.0, 3.0]])
curvatures = st.lists(st.floats(0.1, 100), min_size=1, max_size=4)


@pytest.mark.parametrize("surface", [rosenbrock(), himmelblau(), quadratic(1, 10)], ids=lambda s: s.name)
def test_the_loop_is_that_of_descend(surface):
    path = tasks.gradient_descent(surface.grad, surface.start, lr=1e-3, steps=20)
    np.testing.assert_allclose(path, descend(surface.grad, surface.start, sgd, 20, lr=1e-3))
    assert tasks.gradient_descent(surface.grad, surface.start, lr=1e-3, steps=0).tolist() == [surface.start.tolist()]


def test_the_start_is_left_alone():
    x0 = np.ones(2)
    tasks.gradient_descent(lambda x: x, x0, lr=0.1, steps=3)
    assert x0.tolist() == [1, 1]


@given(curvatures=curvatures)
def test_the_best_rate_is_better_than_its_neighbours(curvatures):
    lam = np.array(curvatures)

    def worst(lr):
        return abs(1 - lr * lam).max()

    best = tasks.best_lr(np.diag(lam))
    assert all(worst(best) <= worst(best * k) for k in (0.9, 0.999, 1.001, 1.1))


@given(curvatures=curvatures)
def test_the_largest_rate_parts_what_converges_from_what_does_not(curvatures):
    lam = np.array(curvatures)
    largest = tasks.largest_lr(np.diag(lam))
    assert abs(1 - 0.999 * largest * lam).max() < 1 < abs(1 - 1.001 * largest * lam).max()


def test_rates_of_a_tilted_bowl_by_hand():
    # Eigenvalues (5 ± √5) / 2: their sum is the trace, 5.
    assert tasks.best_lr(TILTED) == pytest.approx(2 / 5)
    assert tasks.largest_lr(TILTED) == pytest.approx(4 / (5 + 5**0.5))


@pytest.mark.parametrize("surface", [rosenbrock(), himmelblau()], ids=lambda s: s.name)
def test_the_line_search_is_that_of_the_method(surface):
    x, g = surface.start, surface.grad(surface.start)
    _, (a, *_) = next(iterates(surface, x, backtracking, lr=1.0, shrink=0.6, c1=0.2))
    assert tasks.backtracking_step(surface.f, x, g, lr=1.0, shrink=0.6, c1=0.2) == pytest.approx(a.item())


@pytest.mark.parametrize(("c1", "step"), [(0.1, 0.25), (0.5, 0.25), (0.51, 0.125), (0.75, 0.125), (0.8, 0.0625)])
def test_line_searches_worked_by_hand(c1, step):
    # 2 (1 − 4a)² ≤ 2 − c1 · a · 16 holds up to a = (1 − c1) / 2, and there too.
    assert tasks.backtracking_step(lambda x: 2 * x @ x, [1.0], [4.0], lr=1.0, shrink=0.5, c1=c1) == step


# --- the questions ----------------------------------------------------------------------------------------------------


def test_matrices_asked_for_are_bowls():
    for seed in SEEDS:
        for case in cases(tasks.best_lr, seed):
            [H] = case.arguments
            assert (H == H.T).all()
            assert np.linalg.eigvalsh(H).min() > 0.5


def test_what_is_told_of_a_bowl_is_true():
    for case in cases(tasks.backtracking_step):
        f, x, g = case.arguments
        H = f.__self__.H
        assert f(x) == pytest.approx(0.5 * np.sum(np.outer(x, x) * H))
        assert g == pytest.approx(np.sum(H * x, axis=1))


def test_random_paths_are_of_6_to_19_steps():
    last = [cases(tasks.gradient_descent, seed)[-1] for seed in range(200)]
    assert {case.hyper["steps"] for case in last} == set(range(6, 20))


def test_a_path_must_be_an_array():
    def listed(grad, x0, *, lr, steps):
        return [*tasks.gradient_descent(grad, x0, lr=lr, steps=steps)]

    assert str(check(listed, like=tasks.gradient_descent)).startswith(
        "✗ listed is not right: it returns a list, where an array was asked for.\n  Its numbers are"
    )


def test_a_path_must_have_a_row_for_each_step():
    def flat(grad, x0, *, lr, steps):
        return tasks.gradient_descent(grad, x0, lr=lr, steps=steps).ravel()

    message = str(check(flat, like=tasks.gradient_descent))
    assert ": the path\n    yours has shape (2,)\n    right has shape (2, 1)\n" in message


def test_a_path_must_go_on_when_nothing_moves_any_more():
    def impatient(grad, x0, *, lr, steps):
        return tasks.gradient_descent(grad, x0, lr=lr, steps=min(steps, 59))

    def contented(grad, x0, *, lr, steps):
        path = tasks.gradient_descent(grad, x0, lr=lr, steps=steps)
        return path[: 1 + np.argmax([*(abs(path).max(1) < 1e-12), True])]

    for student in (impatient, contented):
        message = str(check(student, like=tasks.gradient_descent))
        assert "steps = 60: the path\n    yours has shape" in message


def test_a_search_may_ask_for_f_so_many_times_and_no_more():
    def asks(times):
        def search(f, x, g, *, lr, shrink, c1):
            return sum(f(x) for _ in range(times))

        return answers(search, SEARCH, tasks.backtracking_step)

    assert asks(PATIENCE).error == ""
    assert asks(PATIENCE + 1).error == f"does not come to an end: it has called f {PATIENCE} times"


def test_the_smallest_example_is_shown():
    assert example(tasks.gradient_descent, "path without its start") == [
        "From grad(x) = 2 x, x0 = [1], lr = 0.25, steps = 1: the path",
        "yours has shape (1, 1)",
        "right has shape (2, 1)",
    ]


# --- bad input --------------------------------------------------------------------------------------------------------

DESCENT = {"grad": lambda x: x, "x0": np.ones(2), "lr": 0.1, "steps": 3}
BACKTRACKING = {"f": lambda x: x @ x, "x": np.ones(2), "g": np.ones(2), "lr": 1.0, "shrink": 0.5, "c1": 0.1}
NO_MATRICES = [*("here", 2.0, [1.0]), *(np.ones(shape) for shape in [(1, 2), (2, 1), (2, 2), (0, 0), (1, 1, 1)])]
NO_MATRICES += [[[1.0, 2.0], [0.0, 1.0]], -np.eye(2), np.diag([0.0, 1.0])]
BAD_INPUT = [
    *((tasks.gradient_descent, DESCENT | {"grad": wrong}, "grad") for wrong in (None, 3.0)),
    *((tasks.gradient_descent, DESCENT | {"x0": wrong}, "x0") for wrong in (3.0, "here", np.ones((2, 2)), [np.nan])),
    *((tasks.gradient_descent, DESCENT | {"lr": wrong}, "lr") for wrong in (-0.1, np.nan, "fast")),
    *((tasks.gradient_descent, DESCENT | {"steps": wrong}, "steps") for wrong in (-1, 2.0, None)),
    *((f, {"H": wrong}, "H") for f in (tasks.best_lr, tasks.largest_lr) for wrong in NO_MATRICES),
    *((tasks.backtracking_step, BACKTRACKING | {"f": wrong}, "f") for wrong in (None, 3.0)),
    *(
        (tasks.backtracking_step, BACKTRACKING | {n: wrong}, n)
        for n in ("x", "g")
        for wrong in (3.0, [[1.0]], [np.inf])
    ),
    *((tasks.backtracking_step, BACKTRACKING | {"lr": wrong}, "lr") for wrong in (0.0, -1.0, np.nan, [1.0], "one")),
    *((tasks.backtracking_step, BACKTRACKING | {n: w}, n) for n in ("shrink", "c1") for w in (0.0, 1.0, np.nan, [0.5])),
]
