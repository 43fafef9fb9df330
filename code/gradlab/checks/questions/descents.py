"""Questions for chapter 1's exercises: to the loop of gradient descent, to a rate for a matrix, to a line search."""

from itertools import count

import numpy as np

from gradlab.checks.question import Case, Question, call, formatted, returned, settings, type_in_words
from gradlab.checks.time_limit import Endless

PATIENCE = 1000  # calls of f in one search; a right search makes a hundred at most


def _form(descent, case):
    """Words on the type of a path that is not an array; "" if it is one, of any library."""
    path, _ = call(descent, case)
    return "" if hasattr(path, "__array__") else f"{type_in_words(path)}, where an array was asked for"


def _tilted(rng, d):
    """A symmetric matrix with positive eigenvalues, whose eigenvectors are not along the axes of the coordinates."""
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


# The gradient that is handed to the function is a method of a Bowl, from which `_tell_path` gets H for the question.


def _path_cases(reference, rng):
    for H, x0, steps in (([[2.0]], [1.0], 1), ([[2.0]], [1.0], 3), ([[2.0, 1.0], [1.0, 3.0]], [1.0, 1.0], 3)):
        yield Case((Bowl(H).grad, np.array(x0)), {"lr": 0.25, "steps": steps})
    # All 60 steps are to be made, also those that no longer move x.
    yield Case((Bowl([[2.0]]).grad, np.array([1.0])), {"lr": 0.25, "steps": 60})
    # Whole numbers at the start: the points after it are not whole, and do not fit into an array of its type.
    yield Case((Bowl([[2.0, 1.0], [1.0, 3.0]]).grad, np.array([3, 1])), {"lr": 0.25, "steps": 3})
    x0, steps = rng.normal(size=3).round(2), int(rng.integers(6, 20))
    yield Case((Bowl(_tilted(rng, 3)).grad, x0), {"lr": 0.1, "steps": steps})


def _path(descent, case):
    """The path. A function that raises TypeError for whole numbers, as `x -= ...` does, gets them as floats."""
    try:
        return returned(descent, case)
    except TypeError:
        grad, x0 = case.arguments
        if x0.dtype.kind != "i":
            raise
        return returned(descent, Case((grad, x0.astype(float)), case.hyper))


def _tell_path(case, i):
    grad, x0 = case.arguments
    H = grad.__self__.H
    gradient = f"grad(x) = {f'{H.item():g} x' if H.size == 1 else f'H @ x with H = {formatted(H)}'}"
    return f"From {gradient}, x0 = {formatted(x0)}, {settings(case.hyper)}: the path"


def _matrix_cases(reference, rng):
    for H in ([[1, 0], [0, 4]], [[2, 1], [1, 3]], [[2, 1, 0], [1, 2, 0], [0, 0, 5]], _tilted(rng, 3), _tilted(rng, 4)):
        yield Case((np.array(H, float),), {})


def _tell_matrix(case, i):
    return f"H = {formatted(case.arguments[0])}"


def _search_cases(reference, rng):
    for H, x, hyper in (
        ([[0.5]], [1.0], {"lr": 1.0, "shrink": 0.5, "c1": 0.1}),  # the first step is good enough
        ([[4.0]], [1.0], {"lr": 1.0, "shrink": 0.4, "c1": 0.1}),
        ([[4.0]], [1.0], {"lr": 2.0, "shrink": 0.5, "c1": 0.1}),
        ([[4.0]], [1.0], {"lr": 0.49, "shrink": 0.5, "c1": 0.3}),  # the first step lowers f, but not enough
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
    bowl = f"f(x) = ½ xᵀ H x with H = {formatted(f.__self__.H)}"
    return f"{bowl}, x = {formatted(x)}, g = {formatted(g)}, {settings(case.hyper)}"


def _search(search, case):
    """The step that a line search returns. A search that calls f too often is stopped."""
    f, *rest = case.arguments
    calls = count(1)

    def counted(x):
        if next(calls) > PATIENCE:
            raise Endless(f": it has called f {PATIENCE} times")
        return f(x)

    return returned(search, Case((counted, *rest), case.hyper))


PATH = Question(_path_cases, _path, _tell_path, form=_form)
MATRIX = Question(_matrix_cases, returned, _tell_matrix)
SEARCH = Question(_search_cases, _search, _tell_search)
