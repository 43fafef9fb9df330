"""Questions to a function that goes on from a checkpoint: is a run that was stopped the same run?"""

import json
from copy import deepcopy

import numpy as np

from gradlab.checks.question import Case, Question, Unreadable, formatted, numbers, settings, type_in_words


def gradient(x, rows):
    """x minus the mean of the numbers of the rows: each pulls x towards its own number."""
    return x - np.mean(rows)


def rate(t):
    """The rate of step t."""
    return 0.3 / (1 + t)


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


def _run(go_on, case):
    """The point and the average in one go, then after stops, then again from the last checkpoint to a step earlier.

    Last a 1, if the run with stops ended with the same numbers, bit by bit, as the run in one go; else a 0.
    """
    first, until, stops = case.arguments
    changed = False

    def asked(saved, until):
        nonlocal changed
        before = deepcopy(saved)
        after = go_on(saved, until, grad=gradient, lr=rate, **case.hyper)
        changed |= _as_text(saved) != _as_text(before)
        return after

    whole, saved = asked(deepcopy(first), until), deepcopy(first)
    for stop in stops:
        saved = json.loads(_as_text(asked(saved, stop)))
    values = [*_read(whole), *_read(asked(saved, until)), *_read(asked(saved, until - 1))[:1]]
    same = all(map(np.array_equal, values[:2], values[2:4]))
    return [*values, np.array(float(same))], ["argument 1"] * changed


def _as_text(checkpoint):
    try:
        return json.dumps(checkpoint)
    except (TypeError, ValueError) as error:
        raise Unreadable(f"a checkpoint that JSON cannot hold: {error}") from error


def _read(checkpoint):
    if not isinstance(checkpoint, dict):
        raise Unreadable(f"{type_in_words(checkpoint)}, where a dictionary was asked for")
    for name in ("x", "average"):
        if name not in checkpoint:
            raise Unreadable(f'a dictionary without "{name}"')
    return [numbers(checkpoint["x"]), numbers(checkpoint["average"])]


def _tell(case, i):
    first, until, stops = case.arguments
    stopped = f"topped after step {' and '.join(map(str, stops))}, saved as JSON and gone on with"
    asked = [
        f"In one go: x after step {until}",
        f"In one go: the average after step {until}",
        f"S{stopped}: x after step {until}",
        f"S{stopped}: the average after step {until}",
        f"Gone on with once more from the checkpoint of step {stops[-1]}: x after step {until - 1}",
        f"Is a run that is s{stopped} the same as in one go, bit by bit (1), or not (0)",
    ][i]
    run = f"x = {formatted(first['x'])}, seed = {first['seed']}, {settings(case.hyper)}"
    return f"{asked}; from {run}, grad(x, rows) = x − rows.mean(), lr(t) = 0.3 / (1 + t)"


CHECKPOINT = Question(_cases, _run, _tell)
