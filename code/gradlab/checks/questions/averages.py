"""Questions for chapter 3's exercises: what is the average after each point, and what is its loss?"""

import numpy as np

from gradlab.checks.question import Case, Question, formatted, returned, settings
from gradlab.checks.questions.descents import Bowl


def _runs(rng):
    """Pairs of points and beta. No beta is a half: it would be its own 1 − beta."""
    yield [[2.0]], 0.75
    yield [[1.0], [3.0]], 0.75
    yield [[1.0, 0.0], [3.0, -1.0], [2.0, 4.0]], 0.9
    yield [[3.0], [1.0], [2.0], [6.0], [0.0], [4.0]], 0.6  # 1 / (1 − beta) is fewer than all of them
    for n, d in ((7, 2), (5, 3)):
        yield rng.normal(size=(n, d)).round(2), round(rng.uniform(0.6, 0.95), 2)


def _cases(reference, rng):
    for points, beta in _runs(rng):
        yield Case((np.array(points),), {"beta": beta})


def _tell(case, i):
    (points,) = case.arguments
    return f"For points = {formatted(points)}, {settings(case.hyper)}: the averages"


def _loss_cases(reference, rng):
    for points, beta in _runs(rng):
        points = np.array(points)
        yield Case((Bowl(np.diag(np.arange(2.0, 2 + points.shape[1]))).f, points), {"beta": beta})


def _tell_loss(case, i):
    f, points = case.arguments
    bowl = f"f(x) = ½ xᵀ H x with H = {formatted(f.__self__.H)}"
    return f"For {bowl}, points = {formatted(points)}, {settings(case.hyper)}"


AVERAGES = Question(_cases, returned, _tell)
LOSS = Question(_loss_cases, returned, _tell_loss)
