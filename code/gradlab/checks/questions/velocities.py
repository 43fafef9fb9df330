"""Questions for chapter 4's exercises: to a path with a look ahead, and to a schedule of β."""

from typing import NamedTuple

import numpy as np

from gradlab.checks.question import Case, Question, formatted, returned, settings
from gradlab.checks.questions.descents import PATH, Bowl
from gradlab.checks.questions.schedules import values_at

STEPS = range(8)


def _path_cases(reference, rng):
    # No beta is a half: it would be its own 1 − beta.
    for H, x0, steps in (([[2.0]], [1.0], 1), ([[2.0]], [1.0], 3), ([[2.0, 1.0], [1.0, 3.0]], [1.0, 1.0], 3)):
        yield Case((Bowl(H).grad, np.array(x0)), {"lr": 0.25, "beta": 0.8, "steps": steps})
    yield Case((Bowl([[2.0, 1.0], [1.0, 3.0]]).grad, np.array([3, 2])), {"lr": 0.25, "beta": 0.8, "steps": 3})
    # All 60 steps are to be made, also those that no longer move x.
    yield Case((Bowl([[2.0]]).grad, np.array([1.0])), {"lr": 0.25, "beta": 0.2, "steps": 60})
    A = rng.normal(size=(3, 3))
    hyper = {"lr": 0.1, "beta": round(rng.uniform(0.6, 0.9), 2), "steps": int(rng.integers(6, 20))}
    yield Case((Bowl((A @ A.T + np.eye(3)).round(2)).grad, rng.normal(size=3).round(2)), hyper)


class Rates(NamedTuple):
    """A schedule: the rates of the first steps, and then the last of them."""

    first: tuple

    def __call__(self, t):
        """The rate of step t. Raises ValueError where there is no such step."""
        if t < 0:
            raise ValueError(f"lr: t must be 0 or more, got {t}")
        return self.first[min(t, len(self.first) - 1)]


def _schedule_cases(reference, rng):
    for rates, beta in (((0.4, 0.1), 0.8), ((0.1, 0.2, 0.4), 0.8), ((1.0, 1.0, 0.5, 0.5, 2.0), 0.9)):
        yield Case((Rates(rates),), {"beta": beta})
    for _ in range(2):
        rates = tuple(rng.uniform(0.1, 2, 6).round(2).tolist())
        yield Case((Rates(rates),), {"beta": round(rng.uniform(0.6, 0.95), 2)})


def _tell_schedule(case, t):
    (lr,) = case.arguments
    *first, last = map(formatted, lr.first)
    rates = f"{', '.join(first)}, and {last} from t = {len(first)} on"
    return f"With the rates {rates}, {settings(case.hyper)}: the value at t = {t}"


#: It is told and read as a path of gradient descent is.
LOOK_AHEAD = Question(_path_cases, returned, PATH.tell, form=PATH.form)
#: A case is asked again backwards: a schedule that counts its calls, or keeps the rate before, then gives other values.
BETAS = Question(_schedule_cases, values_at(STEPS), _tell_schedule, again=values_at(STEPS[::-1]))
