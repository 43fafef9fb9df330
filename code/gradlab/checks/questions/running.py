"""Questions for chapter 8's exercises: which statistics for evaluation do a few batches give?"""

import numpy as np

from gradlab.checks.question import Case, Question, changed, formatted
from gradlab.checks.questions.normalisers import two_rows


def _batch_cases(reference, rng):
    for batches in ([[[1], [3]]], [[[1], [3]], [[5], [9]]], [[[1, 2], [3, 6]], [[5, 0], [9, 2]], [[2, 4], [4, 4]]]):
        yield Case(([np.array(x, float) for x in batches],), {})
    for sizes, d in (((3, 3, 3), 3), ((4, 2, 3), 2)):
        # The batches differ from each other, and so do the features.
        mean, sd = rng.uniform(-5, 5, d), rng.uniform(1, 3, d)
        batches = [(mean + rng.normal(size=d) * 2 + sd * rng.normal(size=(n, d))).round(2) for n in sizes]
        yield Case((batches,), {})


def _both(function, case):
    """Mean and variance, each a row or with an axis of length 1 before it, and what the function changed."""
    (batches,) = case.arguments
    given = [x.copy() for x in batches]
    values = two_rows(function(given))
    modified = any(changed(now, before) for now, before in zip(given, batches, strict=True))
    return values, ["argument 1"] * modified


def _tell(case, i):
    (batches,) = case.arguments
    return f"For batches = [{', '.join(map(formatted, batches))}]: the {('mean', 'variance')[i]}"


RECOMPUTED = Question(_batch_cases, _both, _tell)
