"""The questions to what checks gradients: what is the slope of this function, and how far apart are two slopes?

No point lies farther than 1 from 0, where a step of eps · max(1, |x|) is one of eps; and steps are so long that
their errors count, for these tell the formulas apart.
"""

from typing import NamedTuple

import numpy as np

from gradlab.checks.question import Case, Question, returned, settings, shown


class Cubic(NamedTuple):
    """A function whose slope along one axis depends on where the point is along the others: Σ aᵢ xᵢ³ + b Π xᵢ."""

    a: tuple
    b: float

    def __call__(self, x):
        """The value at x."""
        x = np.asarray(x)
        return (np.array(self.a) * x**3).sum(-1) + self.b * x.prod(-1)

    def __str__(self):
        """The formula, for as many coordinates as there are."""
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
        # Sixteenths, of which sums and differences are exact: a point that is put back is where it was.
        f = Cubic(tuple(rng.integers(1, 6, d).tolist()), 8.0)
        yield Case((f, rng.choice([-1, 1], d) * rng.integers(4, 16, d) / 16), {"eps": 0.125})


def _tell_gradient(case, i):
    f, x = case.arguments
    return f"For f(x) = {f}, x = {shown(x)}, {settings(case.hyper)}"


def _error_cases(reference, rng):
    for a, b in (([3.0], [1.0]), ([1.0], [4.0]), ([-1.0], [-4.0]), ([-2.0], [1.0]), ([1.0, -3.0], [2.0, 0.0])):
        yield Case((np.array(a), np.array(b)), {})
    yield Case(tuple(rng.normal(size=(2, 5)).round(2)), {})
    yield Case((np.array([0.0, 2.0]), np.array([0.0, 1.0])), {})


def _tell_error(case, i):
    return "For a = {}, b = {}".format(*map(shown, case.arguments))


def _step_cases(reference, rng):
    yield Case((np.array([1.0]), np.array([0.5]), 0.25), {})
    yield Case((*rng.normal(size=(2, 3)).round(2), round(rng.uniform(0.1, 0.9), 2)), {})


def _tell_step(case, i):
    return "For before = {}, after = {}, lr = {}".format(*map(shown, case.arguments))


GRADIENT = Question(_gradient_cases, returned, _tell_gradient)
ERROR = Question(_error_cases, returned, _tell_error)
STEP = Question(_step_cases, returned, _tell_step)
