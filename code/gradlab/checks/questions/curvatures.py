"""Questions for chapter 6's exercises: what is the Hessian times a vector, and what does power iteration find?

The steps of the differences are long, so that the errors of the formulas are large: these tell the formulas apart.
"""

from typing import NamedTuple

import numpy as np

from gradlab.checks.question import (
    Case,
    Question,
    Unreadable,
    call,
    formatted,
    numbers,
    returned,
    settings,
    type_in_words,
)
from gradlab.checks.questions.descents import Bowl


class Quartic(NamedTuple):
    """The function Σ aᵢ xᵢ⁴ + b Π xᵢ. Its third derivatives change from place to place, so differences have errors."""

    a: tuple
    b: float

    def grad(self, x):
        """The gradient at x."""
        others = [np.prod(np.delete(x, i)) for i in range(len(self.a))]
        return 4 * np.array(self.a) * np.asarray(x) ** 3 + self.b * np.array(others)

    def __str__(self):
        """The formula of the function."""
        x = [f"x{place}" for place, _ in zip("₁₂₃₄", self.a, strict=False)]
        terms = [*((a, f"{xi}⁴") for a, xi in zip(self.a, x, strict=True)), (self.b, " ".join(x))]
        return " + ".join(f"{factor:g} {term}".removeprefix("1 ") for factor, term in terms if factor)


# What is handed to the function is a method of a Quartic, or of a Bowl, from which `tell` gets the formula.


def _product_cases(reference, rng):
    for f, x, v, eps in (
        (Quartic((1.0,), 0.0), [1.0], [1.0], 0.5),
        (Quartic((1.0,), 0.0), [1.0], [2.0], 0.5),
        (Quartic((1.0, 0.5), 4.0), [1.0, -0.5], [3.0, 4.0], 0.5),
    ):
        yield Case((f.grad, np.array(x), np.array(v)), {"eps": eps})
    for d in (3, 4):
        f = Quartic(tuple(rng.integers(1, 4, d).tolist()), float(rng.integers(2, 6)))
        yield Case((f.grad, rng.normal(size=d).round(2), (3 * rng.normal(size=d)).round(2)), {"eps": 0.25})


def _tell_product(case, i):
    grad, x, v = case.arguments
    return f"For grad of f(x) = {grad.__self__}, x = {formatted(x)}, v = {formatted(v)}, {settings(case.hyper)}"


def _tell_matrix(case):
    product, v = case.arguments
    return (
        f"For product(v) = H @ v with H = {formatted(product.__self__.H)}, v = {formatted(v)}, {settings(case.hyper)}"
    )


def _power_cases(reference, rng):
    for H, v, steps in (
        ([[3, 0], [0, 1]], [1.0, 3.0], 1),
        ([[3, 0], [0, 1]], [1.0, 3.0], 2),
        ([[1, 2], [2, -2]], [1.0, 0.0], 3),  # the eigenvalue of largest magnitude is negative
        ([[1, 0], [0, 0.95]], [1.0, 2.0], 100),  # slow
        ([[40, 0, 0], [0, -20, 0], [0, 0, 10]], [1.0, 1.0, 1.0], 300),  # no number in floats is as large as 40³⁰⁰
    ):
        yield Case((Bowl(H).grad, np.array(v)), {"steps": steps})
    for d in (3, 4):
        A = rng.normal(size=(d, d))
        yield Case((Bowl((A + A.T).round(2)).grad, rng.normal(size=d).round(2)), {"steps": int(rng.integers(2, 6))})


def _pair(function, case):
    """The eigenvalue and the vector that a function returns, and the arguments that it changed in place."""
    found, modified = call(function, case)
    if found is None:
        raise Unreadable("None: is a `return` missing?")
    if not isinstance(found, (tuple, list)):
        raise Unreadable(f"{type_in_words(found)}, where an eigenvalue and a vector were asked for")
    if len(found) != 2:
        raise Unreadable(f"{len(found)} things, where an eigenvalue and a vector were asked for")
    return [numbers(one) for one in found], modified


def _tell_power(case, i):
    return f"{_tell_matrix(case)}: the {('eigenvalue', 'vector')[i]}"


def _spectrum(rng, values):
    """A symmetric matrix with about these eigenvalues, whose eigenvectors are not along the axes."""
    Q, _ = np.linalg.qr(rng.normal(size=(len(values), len(values))))
    H = Q @ np.diag(values) @ Q.T
    return ((H + H.T) / 2).round(2)


def _end_cases(reference, rng):
    for H, v in (
        ([[2, 0], [0, -1]], [1.0, 1.0]),
        ([[3, 0], [0, 1]], [1.0, 1.0]),
        ([[1, 2], [2, -2]], [1.0, 1.0]),
        (np.diag([6, 4, 0.5, -1]), [1.0, 1.0, 1.0, 1.0]),
    ):
        yield Case((Bowl(H).grad, np.array(v)), {"steps": 200})
    for ends in ((-8, 3), (7, -2)):
        values = [*ends, *rng.uniform(-0.8, 0.8, 2), np.sign(ends[0]) * rng.uniform(4, 5)]
        yield Case((Bowl(_spectrum(rng, values)).grad, rng.uniform(0.5, 1.5, 5).round(2)), {"steps": 200})


def _tell_end(case, i):
    return _tell_matrix(case)


PRODUCT = Question(_product_cases, returned, _tell_product)
POWER = Question(_power_cases, _pair, _tell_power)
END = Question(_end_cases, returned, _tell_end)
