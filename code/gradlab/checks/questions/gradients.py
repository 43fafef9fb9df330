"""Questions to functions that check gradients: what is the slope of this function, and how far apart are two slopes?

No coordinate of a point is larger than 1, so that a step of eps · max(1, |x|) is a step of eps. The steps are long, so
that the errors of the formulas are large: these errors tell the formulas apart.
"""

from typing import NamedTuple

import numpy as np

from gradlab.checks.question import Case, Question, formatted, returned, settings


class Cubic(NamedTuple):
    """The function Σ aᵢ xᵢ³ + b Π xᵢ. Its slope along one axis depends on the other coordinates too."""

    a: tuple
    b: float

    def __call__(self, x):
        """The value at x."""
        x = np.asarray(x)
        return (np.array(self.a) * x**3).sum(-1) + self.b * x.prod(-1)

    def __str__(self):
        """The formula, with all its coordinates."""
        x = [f"x{place}" for place, _ in zip("₁₂₃₄", self.a, strict=False)]
        terms = [*((a, f"{xi}³") for a, xi in zip(self.a, x, strict=True)), (self.b, " ".join(x))]
        return " + ".join(f"{factor:g} {term}".removeprefix("1 ") for factor, term in terms if factor)


def _gradient_cases(reference, rng):
    for f, x, eps in (
        (Cubic((1.0,), 0.0), [0.5], 0.25),
        (Cubic((2.0,), 0.0), [-0.5], 0.125),
        (Cubic((1.0, 2.0), 4.0), [0.5, -0.5], 0.25),
    ):
        yield Case((f, np.array(x)), {"eps": eps})
    for d in (3, 4):
        # Sums and differences of sixteenths are exact: after a step there and back, a point is exactly where it was.
        f = Cubic(tuple(rng.integers(1, 6, d).tolist()), 8.0)
        yield Case((f, rng.choice([-1, 1], d) * rng.integers(4, 16, d) / 16), {"eps": 0.125})


def _tell_gradient(case, i):
    f, x = case.arguments
    return f"For f(x) = {f}, x = {formatted(x)}, {settings(case.hyper)}"


def _error_cases(reference, rng):
    for a, b in (([3.0], [1.0]), ([1.0], [4.0]), ([-1.0], [-4.0]), ([-2.0], [1.0]), ([1.0, -3.0], [2.0, 0.0])):
        yield Case((np.array(a), np.array(b)), {})
    yield Case(tuple(rng.normal(size=(2, 5)).round(2)), {})
    yield Case((np.array([0.0, 2.0]), np.array([0.0, 1.0])), {})


def _tell_error(case, i):
    return "For a = {}, b = {}".format(*map(formatted, case.arguments))


def _step_cases(reference, rng):
    yield Case((np.array([1.0]), np.array([0.5]), 0.25), {})
    yield Case((*rng.normal(size=(2, 3)).round(2), round(rng.uniform(0.1, 0.9), 2)), {})


def _tell_step(case, i):
    return "For before = {}, after = {}, lr = {}".format(*map(formatted, case.arguments))


GRADIENT = Question(_gradient_cases, returned, _tell_gradient)
ERROR = Question(_error_cases, returned, _tell_error)
STEP = Question(_step_cases, returned, _tell_step)
