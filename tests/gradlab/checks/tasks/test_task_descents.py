"""The references of chapter 1's exercises against the library, against numbers worked by hand, and against a search."""

import numpy as np
import pytest
from bad_input import test_bad_input_is_named  # noqa: F401
from hypothesis import given
from hypothesis import strategies as st

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
def test_the_line_search_by_hand(c1, step):
    # 2 (1 − 4a)² ≤ 2 − c1 · a · 16 holds up to a = (1 − c1) / 2, and there too.
    assert tasks.backtracking_step(lambda x: 2 * x @ x, [1.0], [4.0], lr=1.0, shrink=0.5, c1=c1) == step


DESCENT = {"grad": lambda x: x, "x0": np.ones(2), "lr": 0.1, "steps": 3}
SEARCH = {"f": lambda x: x @ x, "x": np.ones(2), "g": np.ones(2), "lr": 1.0, "shrink": 0.5, "c1": 0.1}
NO_MATRICES = [*("here", 2.0, [1.0]), *(np.ones(shape) for shape in [(1, 2), (2, 1), (2, 2), (0, 0), (1, 1, 1)])]
NO_MATRICES += [[[1.0, 2.0], [0.0, 1.0]], -np.eye(2), np.diag([0.0, 1.0])]
BAD_INPUT = [
    *((tasks.gradient_descent, DESCENT | {"grad": wrong}, "grad") for wrong in (None, 3.0)),
    *((tasks.gradient_descent, DESCENT | {"x0": wrong}, "x0") for wrong in (3.0, "here", np.ones((2, 2)), [np.nan])),
    *((tasks.gradient_descent, DESCENT | {"lr": wrong}, "lr") for wrong in (-0.1, np.nan, "fast")),
    *((tasks.gradient_descent, DESCENT | {"steps": wrong}, "steps") for wrong in (-1, 2.0, None)),
    *((f, {"H": wrong}, "H") for f in (tasks.best_lr, tasks.largest_lr) for wrong in NO_MATRICES),
    *((tasks.backtracking_step, SEARCH | {"f": wrong}, "f") for wrong in (None, 3.0)),
    *((tasks.backtracking_step, SEARCH | {n: wrong}, n) for n in ("x", "g") for wrong in (3.0, [[1.0]], [np.inf])),
    *((tasks.backtracking_step, SEARCH | {"lr": wrong}, "lr") for wrong in (0.0, -1.0, np.nan, [1.0], "one")),
    *((tasks.backtracking_step, SEARCH | {n: w}, n) for n in ("shrink", "c1") for w in (0.0, 1.0, np.nan, [0.5])),
]
