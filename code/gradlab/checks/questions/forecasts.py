"""Questions for chapter 1's project: how are a few examples prepared, and how many steps will descent need?"""

from numbers import Integral

import numpy as np

from gradlab.checks.question import Case, Question, call, formatted, returned, type_in_words

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
    return f'For X = {formatted(X)}, how = "{how}"'


def _tables(reference, rng):
    yield Case((np.array([[1.0, 2.0], [3.0, 4.0]]),), {})
    yield Case((np.array([[1.0, 2.0], [3.0, 4.0], [5.0, 0.0]]),), {})
    for n, d in ((6, 3), (4, 2)):
        yield Case((rng.normal(size=(n, d)).round(2),), {})


def _tell_table(case, i):
    return f"For X = {formatted(case.arguments[0])}"


def _forecasts(reference, rng):
    # Before they are rounded, the numbers of steps are 20.6, 20.2 and 9.6: whoever rounds to the nearest is off in one.
    easy = [[1.0, 0.0], [0.0, 3.0]]
    for X, factor in ((easy, 100.0), (easy, 90.0), ([[2.0, 0.0], [0.0, 3.0], [0.0, 0.0]], 1e4)):
        yield Case((np.array(X), factor), {})
    for factor in (10.0, 1e4):
        # No two columns of one length, so that no two curvatures are nearly equal.
        X = np.linalg.qr(rng.normal(size=(7, 3)))[0] * np.sort(rng.uniform(1, 2, 3)) * [1, 3, 8]
        yield Case((X.round(2), factor), {})


def _tell_forecast(case, i):
    X, factor = case.arguments
    return f"For X = {formatted(X)}, factor = {factor:g}"


def _whole(function, case):
    """Words on the type of a number of steps that is not an integer; "" if it is one."""
    steps, _ = call(function, case)
    return "" if isinstance(steps, Integral) else f"{type_in_words(steps)}, where a whole number was asked for"


PREPARED = Question(_ways, returned, _tell_way)
TABLE = Question(_tables, returned, _tell_table)
FORECAST = Question(_forecasts, returned, _tell_forecast, form=_whole)
