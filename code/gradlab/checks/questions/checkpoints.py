"""Questions to a function that goes on from a checkpoint: is a run that was stopped the same run?"""

import json
from copy import deepcopy

import numpy as np

from gradlab.checks.question import Case, Question, Unreadable, formatted, numbers, settings, type_in_words


def gradient(x, rows):
    """x minus the mean of the numbers of the rows: each pulls x towards its own number."""
    return x - np.mean(rows)


def rate(t):
    """The rate of step t. Divided by 3, 4, …, each x has so many digits that a lost one shows."""
    return 1 / (3 + t)


def _cases(reference, rng):
    small = {"n": 5, "b": 2, "beta": 0.5, "decay": 0.75}
    for until, stops in ((3, (1,)), (5, (2,)), (6, (3, 4))):
        yield Case(({"x": [1.0], "seed": 3}, until, stops), small)
    for _ in range(3):
        x, stop = rng.normal(size=2).round(2).tolist(), int(rng.integers(2, 6))
        hyper = {name: round(rng.uniform(0.3, 0.9), 2) for name in ("beta", "decay")}
        sizes = {"n": int(rng.integers(7, 12)), "b": int(rng.integers(2, 4))}
        first = {"x": x, "seed": int(rng.integers(100))}
        yield Case((first, stop + int(rng.integers(3, 7)), (stop, stop + 1)), sizes | hyper)
    yield Case((first, 12, None), sizes | hyper)  # a stop after every step


def _run(go_on, case):
    """The point and the average in one go, then after stops, then again from the last checkpoint to a step earlier.

    With a stop after every step: a 1, if each has the same numbers, bit by bit, as a run to there in one go; else a 0.
    """
    first, until, stops = case.arguments
    changed = False

    def asked(saved, until):
        nonlocal changed
        before = deepcopy(saved)
        after = go_on(saved, until, grad=gradient, lr=rate, **case.hyper)
        changed |= _as_text(saved) != _as_text(before)
        return after, _read(after)

    def in_one_go(until):
        return asked(deepcopy(first), until)[1]

    saved, found = deepcopy(first), []
    for stop in range(1, until + 1) if stops is None else stops:
        after, numbers_there = asked(saved, stop)
        saved = json.loads(_as_text(after))
        found.append(numbers_there)
    if stops is None:
        pairs = zip(found, map(in_one_go, range(1, until + 1)), strict=True)
        values = [np.array(float(all(np.array_equal(a, b) for pair in pairs for a, b in zip(*pair, strict=True))))]
    else:
        values = [*in_one_go(until), *asked(saved, until)[1], asked(saved, until - 1)[1][0]]
    return values, ["argument 1"] * changed


def _as_text(checkpoint):
    try:
        return json.dumps(checkpoint)
    except (TypeError, ValueError) as error:
        raise Unreadable(f"a checkpoint that JSON cannot hold: {error}") from error


def _read(checkpoint):
    """The point and the average of a checkpoint."""
    if checkpoint is None:
        raise Unreadable("None: is a `return` missing?")
    if not isinstance(checkpoint, dict):
        raise Unreadable(f"{type_in_words(checkpoint)}, where a dictionary was asked for")
    for name in ("x", "average"):
        if name not in checkpoint:
            raise Unreadable(f'a dictionary without "{name}"')
    return [numbers(checkpoint["x"]), numbers(checkpoint["average"])]


def _tell(case, i):
    first, until, stops = case.arguments
    at = "every step" if stops is None else f"step {' and '.join(map(str, stops))}"
    stopped = f"Stopped after {at}, saved as JSON and continued"
    if stops is None:
        asked = f"{stopped}: the same as in one go, bit by bit (1), or not (0)"
    else:
        asked = [
            f"In one go: x after step {until}",
            f"In one go: the average after step {until}",
            f"{stopped}: x after step {until}",
            f"{stopped}: the average after step {until}",
            f"Continued once more from the checkpoint of step {stops[-1]}: x after step {until - 1}",
        ][i]
    run = f"x = {formatted(first['x'])}, seed = {first['seed']}, {settings(case.hyper)}"
    return f"{asked}; from {run}, grad(x, rows) = x − rows.mean(), lr(t) = 1 / (3 + t)"


CHECKPOINT = Question(_cases, _run, _tell)
