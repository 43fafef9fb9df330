"""Questions for chapter 3's project: which rates are tried, which is chosen, and how far are two methods apart?"""

import numpy as np

from gradlab.checks.question import Case, Question, Unreadable, call, formatted, numbers, returned, type_in_words

NAN = np.nan


def _grid_cases(reference, rng):
    for low, high, n in ((1.0, 100.0, 3), (0.01, 10.0, 4), (0.1, 10.0, 5)):
        yield Case((low, high, n), {})
    low = round(rng.uniform(0.001, 0.01), 4)
    yield Case((low, round(low * rng.uniform(20, 900), 3), int(rng.integers(6, 9))), {})


def _tell_grid(case, i):
    low, high, n = case.arguments
    return f"For low = {low:g}, high = {high:g}, n = {n}: the rates"


def _table_cases(reference, rng):
    for losses in (
        [[3.0, 3.0], [1.0, 1.0], [2.0, 2.0]],
        [[1.0, 1.0], [2.0, 2.0], [3.0, 3.0]],  # the lower edge
        [[3.0, 3.0], [2.0, 2.0], [1.0, 1.0]],  # the upper edge
        [[3.0, 3.0], [2.0, 1.0], [0.5, 3.0], [4.0, 4.0]],  # a lucky seed
        [[3.0, 3.0], [0.5, 2.6], [2.0, 2.2], [4.0, 4.0]],  # an unlucky one
        [[3.0, 3.0], [2.0, 2.0], [4.0, 4.0], [NAN, NAN]],
        [[3.0, 3.0, 3.0], [2.0, 2.0, 2.0], [NAN, 1.0, 1.0], [5.0, 5.0, 5.0]],
        # the first nan is in another row than the lowest mean, without the nan or with zeros in its place
        [[3.0, 3.0, 3.0], [2.0, 2.0, 2.0], [NAN, 7.0, 7.0], [1.9, 1.9, NAN], [4.0, 4.0, 4.0]],
        [[3.0, 3.0], [2.0, 2.0], [1.0, 1.0], [NAN, NAN]],  # the last peak but one is not the edge
        [[NAN, 1.0], [3.0, 3.0], [2.0, 2.0], [4.0, 4.0]],  # nor is a place counted without the rows that diverged
        [[2.0, 2.0, 2.0], [1.6, 1.6, 1.7], [1.0, 1.5, 3.0], [2.0, 2.0, 2.0]],  # a median is lower, and a mean is not
    ):
        yield Case((np.array(losses),), {})
    for _ in range(3):
        losses = rng.uniform(1, 3, (7, 4)).round(2)
        losses[-1, :2] = NAN
        yield Case((losses,), {})


def _pair(function, case):
    """The two things that a function returns, and the arguments that it changed in place."""
    value, modified = call(function, case)
    if value is None:
        raise Unreadable("None: is a `return` missing?")
    if not isinstance(value, (tuple, list, np.ndarray)):
        raise Unreadable(f"{type_in_words(value)}, where two things were asked for")
    if len(value) != 2:
        raise Unreadable(f"{len(value)} things, where two were asked for")
    return [numbers(one) for one in value], modified


def _tell_table(case, i):
    asked = ("the index of the best", "at the edge of the grid (1) or not (0)")[i]
    return f"For losses = {formatted(case.arguments[0])}: {asked}"


def _paired_cases(reference, rng):
    for a, b in (([3.0, 5.0], [1.0, 2.0]), ([1.0, 2.0, 6.0], [2.0, 4.0, 3.0])):
        yield Case((np.array(a), np.array(b)), {})
    for n in (5, 8):
        seeds = rng.normal(size=n)
        yield Case(tuple((seeds + rng.normal(size=n) / 2 + at).round(2) for at in (1.0, 2.0)), {})


def _tell_paired(case, i):
    a, b = map(formatted, case.arguments)
    return f"For a = {a}, b = {b}: {('the mean difference', 'its standard error')[i]}"


GRID = Question(_grid_cases, returned, _tell_grid)
CHOICE = Question(_table_cases, _pair, _tell_table)
PAIRED = Question(_paired_cases, _pair, _tell_paired)
