"""The questions of chapter 1's exercises: a loop, a rate for a matrix, a line search."""

from itertools import count

import numpy as np

from gradlab.checks.question import Case, Question, a, call, returned, settings, shown
from gradlab.checks.time_limit import Endless

PATIENCE = 1000  # questions to f in one search; right ones ask a hundred times at most


def _form(descent, case):
    """Whether a path is an array, of whatever library."""
    path, _ = call(descent, case)
    return "" if hasattr(path, "__array__") else f"{a(path)}, where an array was asked for"


def _tilted(rng, d):
    """A symmetric matrix with positive eigenvalues, whose axes are not those of the coordinates."""
    A = rng.normal(size=(d, d))
    return (A @ A.T + np.eye(d)).round(2)


class Bowl:
    """½ xᵀ H x, and its gradient."""

    def __init__(self, H):
        self.H = np.array(H, float)

    def f(self, x):
        """The value at x."""
        return x @ self.H @ x / 2

    def grad(self, x):
        """The gradient at x."""
        return self.H @ x


# Each of these bowls has its H beside its gradient, so that a question can be told.


def _path_cases(reference, rng):
    for H, x0, steps in (([[2.0]], [1.0], 1), ([[2.0]], [1.0], 3), ([[2.0, 1.0], [1.0, 3.0]], [1.0, 1.0], 3)):
        yield Case((Bowl(H).grad, np.array(x0)), {"lr": 0.25, "steps": steps})
    yield Case((Bowl([[2.0]]).grad, np.array([1.0])), {"lr": 0.25, "steps": 60})  # to the end, though nothing moves
    x0, steps = rng.normal(size=3).round(2), int(rng.integers(6, 20))
    yield Case((Bowl(_tilted(rng, 3)).grad, x0), {"lr": 0.1, "steps": steps})


def _tell_path(case, i):
    grad, x0 = case.arguments
    H = grad.__self__.H
    given = f"grad(x) = {f'{H.item():g} x' if H.size == 1 else f'H @ x with H = {shown(H)}'}, x0 = {shown(x0)}"
    return f"From {given}, {settings(case.hyper)}: the path"


def _matrix_cases(reference, rng):
    for H in ([[1, 0], [0, 4]], [[2, 1], [1, 3]], [[2, 1, 0], [1, 2, 0], [0, 0, 5]], _tilted(rng, 3), _tilted(rng, 4)):
        yield Case((np.array(H, float),), {})


def _tell_matrix(case, i):
    return f"H = {shown(case.arguments[0])}"


def _search_cases(reference, rng):
    for H, x, hyper in (
        ([[0.5]], [1.0], {"lr": 1.0, "shrink": 0.5, "c1": 0.1}),  # the first try will do
        ([[4.0]], [1.0], {"lr": 1.0, "shrink": 0.4, "c1": 0.1}),
        ([[4.0]], [1.0], {"lr": 2.0, "shrink": 0.5, "c1": 0.1}),
        ([[4.0]], [1.0], {"lr": 0.49, "shrink": 0.5, "c1": 0.3}),  # lower, but not enough
        ([[4.0]], [0.1], {"lr": 0.34, "shrink": 0.9, "c1": 0.3}),
        ([[4.0]], [2.0], {"lr": 0.34, "shrink": 0.9, "c1": 0.3}),
    ):
        bowl, x = Bowl(H), np.array(x)
        yield Case((bowl.f, x, bowl.grad(x)), hyper)
    for _ in range(3):
        bowl, x = Bowl(_tilted(rng, 3)), rng.normal(size=3).round(2)
        yield Case((bowl.f, x, bowl.grad(x)), {"lr": 3.0, "shrink": 0.8, "c1": round(rng.uniform(0.2, 0.6), 2)})


def _tell_search(case, i):
    f, x, g = case.arguments
    return f"f(x) = ½ xᵀ H x with H = {shown(f.__self__.H)}, x = {shown(x)}, g = {shown(g)}, {settings(case.hyper)}"


def _search(search, case):
    """The step; a search that asks for f again and again is stopped."""
    f, *rest = case.arguments
    asked = count(1)

    def counted(x):
        if next(asked) > PATIENCE:
            raise Endless(f": it has asked for f {PATIENCE} times")
        return f(x)

    return returned(search, Case((counted, *rest), case.hyper))


PATH = Question(_path_cases, returned, _tell_path, form=_form)
MATRIX = Question(_matrix_cases, returned, _tell_matrix)
SEARCH = Question(_search_cases, _search, _tell_search)
