"""The questions of chapter 1's project: what is made of a few examples, and how many steps will it take?"""

from numbers import Integral

import numpy as np

from gradlab.checks.question import Case, Question, a, call, returned, shown

SMALL = [[1.0, 10.0], [3.0, 10.0], [5.0, 40.0]]


def _ways(reference, rng):
    columns = np.array([[1.0], [3.0]])
    for how in ("raw", "centred", "scaled", "both"):
        yield Case((columns, how), {})
    for how in ("raw", "centred", "scaled", "both"):
        yield Case((np.array(SMALL), how), {})
    for how in ("scaled", "both", "centred"):
        yield Case(((rng.normal(size=(5, 3)) * rng.uniform(0.5, 5, 3) + rng.uniform(-5, 5, 3)).round(2), how), {})


def _tell_way(case, i):
    X, how = case.arguments
    return f'For X = {shown(X)}, how = "{how}"'


def _tables(reference, rng):
    yield Case((np.array([[1.0, 2.0], [3.0, 4.0]]),), {})
    yield Case((np.array([[1.0, 2.0], [3.0, 4.0], [5.0, 0.0]]),), {})
    for n, d in ((6, 3), (4, 2)):
        yield Case((rng.normal(size=(n, d)).round(2),), {})


def _tell_table(case, i):
    return f"For X = {shown(case.arguments[0])}"


def _forecasts(reference, rng):
    for X, factor in (([[1.0, 0.0], [0.0, 3.0]], 100.0), ([[2.0, 0.0], [0.0, 3.0], [0.0, 0.0]], 1e4)):
        yield Case((np.array(X), factor), {})
    for factor in (10.0, 1e4):
        # No two columns of one length, so that no two curvatures are nearly equal.
        X = np.linalg.qr(rng.normal(size=(7, 3)))[0] * np.sort(rng.uniform(1, 2, 3)) * [1, 3, 8]
        yield Case((X.round(2), factor), {})


def _tell_forecast(case, i):
    X, factor = case.arguments
    return f"For X = {shown(X)}, factor = {factor:g}"


def _whole(function, case):
    """Whether a number of steps is a whole one."""
    steps, _ = call(function, case)
    return "" if isinstance(steps, Integral) else f"{a(steps)}, where a whole number was asked for"


PREPARED = Question(_ways, returned, _tell_way)
TABLE = Question(_tables, returned, _tell_table)
FORECAST = Question(_forecasts, returned, _tell_forecast, form=_whole)
