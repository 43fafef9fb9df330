"""Questions for chapter 9's exercises: what is the slope, which gradient was it, what is the loss, what broke first?"""

from typing import NamedTuple

import numpy as np

from gradlab.checks.question import Case, Question, Unreadable, changed, formatted, numbers, returned, settings
from gradlab.checks.question import type_in_words as kind


class Cubes(NamedTuple):
    """The function Σ aᵢ xᵢ³ + b Π xᵢ of an array of any shape."""

    a: tuple
    b: float

    def __call__(self, x):
        """The value at x, in the type of x: what a step has lost to a narrow type stays lost."""
        x = np.asarray(x)
        return (np.array(self.a) * x.ravel() ** 3).sum() + self.b * x.prod()

    def __str__(self):
        """The formula, as Python has it."""
        if len(self.a) == 1:
            return f"{self.a[0]:g} x³"
        return f"({list(self.a)} * x.ravel()**3).sum()" + f" + {self.b:g} * x.prod()" * bool(self.b)


def _array_cases(reference, rng):
    # All numbers are sums of few powers of two: after a step there and back, an entry is exactly where it was.
    for a, b, x, eps in (
        ((1,), 0.0, [0.5], 0.25),
        ((1,), 0.0, [4.0], 0.25),  # its step is 1
        ((1, 1), 0.0, [0.0, 1.0], 0.25),  # a step of eps · |x| would be 0
        ((1, 2, 1, 3), 4.0, [[0.5, -0.5], [-2.0, 1.0]], 0.25),
        ((1, 1), 0.0, np.array([2, 3]), 0.25),
        ((1, 1), 0.0, np.array([0.5, -1], np.float32), 2.0**-30),  # in float32 such a step leads nowhere
    ):
        yield Case((Cubes(a, b), np.array(x)), {"eps": eps})
    for shape in ((2, 3), (2, 2, 2)):
        size = int(np.prod(shape))
        x = rng.choice([-1, 1], shape) * rng.integers(4, 40, shape) / 16
        yield Case((Cubes(tuple(rng.integers(1, 6, size).tolist()), 2.0), x), {"eps": 0.125})


def _tell_array(case, i):
    f, x = case.arguments
    of = f" of {x.dtype}" * (x.dtype != float)
    return f"For f(x) = {f}, x = {formatted(x)}{of}, {settings(case.hyper)}"


def _step_cases(reference, rng):
    for before, after in (([1.0], [0.5]), ([2.0, -1.0], [1.0, -2.0])):
        yield Case((np.array(before), np.array(after)), {"lr": 0.25, "weight_decay": 0.5})
    before, after = rng.normal(size=(2, 2, 3)).round(2)
    yield Case(
        (before, after), {"lr": round(rng.uniform(0.1, 0.9), 2), "weight_decay": round(rng.uniform(0.1, 0.9), 2)}
    )


def _tell_step(case, i):
    before, after = map(formatted, case.arguments)
    return f"For before = {before}, after = {after}, {settings(case.hyper)}"


def _path_cases(reference, rng):
    # No beta is a half: it would be its own 1 − beta.
    for path in ([[2.0], [1.0], [0.5]], [[2.0, 0.0], [1.0, 1.0], [0.5, 3.0], [1.0, 2.0]]):
        yield Case((np.array(path),), {"lr": 0.25, "beta": 0.75})
    path = rng.normal(size=(6, 3)).round(2)
    yield Case((path,), {"lr": round(rng.uniform(0.1, 0.9), 2), "beta": round(rng.uniform(0.6, 0.9), 2)})


def _tell_path(case, i):
    return f"For path = {formatted(case.arguments[0])}, {settings(case.hyper)}: the gradients"


def _score_cases(reference, rng):
    for scores, y in (
        ([[0, 0]], [1]),
        ([[0, 0, np.log(2)]], [0]),
        ([[0, 0], [np.log(3), 0]], [1, 1]),
        ([[1000, 1001]], [0]),  # no number in floats is as large as exp(1000)
        ([[1000, 0]], [1]),  # the probability is below the smallest float, and its logarithm is −1000
        ([[-1000, -1001]], [0]),
        ([[1000, 1001], [0, 1]], [1, 0]),  # each example has its own largest score
    ):
        yield Case((np.array(scores, float), np.array(y)), {})
    for n, classes in ((4, 3), (3, 5)):
        yield Case((rng.normal(size=(n, classes)).round(2), rng.integers(0, classes, n)), {})


def _tell_scores(case, i):
    scores, y = map(formatted, case.arguments)
    return f"For scores = {scores}, y = {y}: the loss"


def _run_cases(reference, rng):
    inf, nan = np.inf, np.nan
    for run in (
        [{"A": [1.0, nan], "L": [nan]}],
        [{"A": [1.0, 2.0], "L": [3.0]}, {"A": [1.0, inf], "L": [nan]}],
        [{"A": [1.0, 2.0], "L": [3.0]}] * 2,
        [{"A": [1e308, 1e308], "B": [2.0, -inf], "L": [1.0]}],  # a sum may overflow where no entry does
        [
            {"A": [1.0, 2.0], "B": [2.0, 0.0], "L": [1.0]},
            {"A": [1.0, 2.0], "B": [nan, 0.0], "L": [1.0]},
            {"A": [inf, inf], "B": [nan, nan], "L": [nan]},
        ],
    ):
        yield Case(([{name: np.array(x) for name, x in step.items()} for step in run],), {})
    for bad in (nan, inf):
        run = [{name: rng.normal(size=2).round(1) for name in ("Z", "A", "S", "L")} for _ in range(4)]
        at = int(rng.integers(1, 3))
        for t in range(at, 4):
            for name in ("A", "S", "L") if t == at else ("Z", "A", "S", "L"):
                run[t][name][0 if t == at else slice(None)] = bad
        yield Case((run,), {})


def _found(function, case):
    """The step, and the place of the tensor among those of its step: both −1 where none was found."""
    (steps,) = case.arguments
    given = [{name: x.copy() for name, x in step.items()} for step in steps]
    found = function(given)
    modified = any(
        changed(now.get(name), x) for now, step in zip(given, steps, strict=False) for name, x in step.items()
    )
    if found is None:
        return [numbers([-1, -1])], ["argument 1"] * modified
    if not isinstance(found, (tuple, list)):
        raise Unreadable(f"{kind(found)}, where a step and a name were asked for")
    if len(found) != 2:
        raise Unreadable(f"{len(found)} things, where two were asked for")
    t, name = found
    names = list(steps[0])
    if name not in names:
        raise Unreadable(f"{name!r} after the step, and no tensor has this name")
    return [numbers([t, names.index(name)])], ["argument 1"] * modified


def _tell_run(case, i):
    (steps,) = case.arguments
    told = ", ".join("{" + ", ".join(f"{name}: {formatted(x)}" for name, x in step.items()) + "}" for step in steps)
    return f"For steps = [{told}]: the step and the tensor, counted from 0, or −1 and −1 for None"


SLOPES = Question(_array_cases, returned, _tell_array)
STEP = Question(_step_cases, returned, _tell_step)
PATH = Question(_path_cases, returned, _tell_path)
LOSS = Question(_score_cases, returned, _tell_scores)
FIRST = Question(_run_cases, _found, _tell_run)
