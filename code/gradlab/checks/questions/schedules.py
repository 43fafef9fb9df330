"""Questions to a function that makes a schedule: what are its values at t = 0, 1, 2, …, and after its end?"""

from typing import NamedTuple

from gradlab._arguments import hyperparameters
from gradlab.checks.question import Case, Question, Unreadable, numbers, settings, type_in_words

STEPS = range(40)  # longer than all schedules that are asked for here

#: Settings that are easy to follow, and still tell conventions apart.
EASY_SETTINGS = {
    "step": [{"step_size": 3, "gamma": 0.1}],
    "multi_step": [{"milestones": (2, 5, 9), "gamma": 0.1}],
    "exponential": [{"gamma": 0.9}],
    "inverse_time": [{"decay": 0.5}],
    "polynomial": [{"steps": 4, "power": 1}, {"steps": 4, "power": 2}],
    "cosine": [{"steps": 4, "lr_min": 0.0}, {"steps": 4, "lr_min": 0.2}],
    "cosine_restarts": [{"period": 4, "mult": m, "lr_min": low} for m, low in ((1, 0.0), (2, 0.0), (3, 0.2))],
    "triangular": [{"period": 4, "lr_min": 0.0}, {"period": 4, "lr_min": 0.2}],
    "triangular2": [{"period": 4, "lr_min": 0.0}, {"period": 4, "lr_min": 0.2}],
    "one_cycle": [
        {"steps": 16, "rise": 0.25, "anneal": way, "div_factor": 4, "final_div_factor": 10, "three_phase": three}
        for way, three in (("linear", False), ("cosine", False), ("linear", True))
    ],
    "warm_up": [{"steps": 4, "start": 0.0}, {"steps": 4, "start": 0.2}],
    "warm_up_stable_decay": [{"steps": 10, "warm_up_steps": 4, "decay_steps": 3}],
}

#: name -> function that draws a random value; there are enough steps for all phases of a schedule
DRAW = {
    "lr": lambda rng: round(rng.uniform(0.5, 2), 2),
    "lr_min": lambda rng: round(rng.uniform(0.1, 0.4), 2),
    "start": lambda rng: round(rng.uniform(0.1, 0.4), 2),
    "gamma": lambda rng: round(rng.uniform(0.6, 0.9), 2),
    "decay": lambda rng: round(rng.uniform(0.1, 2), 2),
    "steps": lambda rng: int(rng.integers(14, 30)),
    "step_size": lambda rng: int(rng.integers(2, 6)),
    "period": lambda rng: int(rng.integers(3, 8)),
    "mult": lambda rng: int(rng.integers(1, 4)),
    "power": lambda rng: int(rng.integers(1, 4)),
    "milestones": lambda rng: tuple(rng.integers(1, 8, 3).cumsum().tolist()),
    "warm_up_steps": lambda rng: int(rng.integers(2, 6)),
    "decay_steps": lambda rng: int(rng.integers(3, 8)),
    "rise": lambda rng: round(rng.uniform(0.2, 0.4), 2),
    "anneal": lambda rng: ("cosine", "linear")[rng.integers(2)],
    "div_factor": lambda rng: int(rng.integers(2, 9)),
    "final_div_factor": lambda rng: int(rng.integers(2, 9)),
    "three_phase": lambda rng: bool(rng.integers(2)),
}


class Falling(NamedTuple):
    """The schedule that follows a warm-up: first − t / 50."""

    first: float

    def __call__(self, t):
        """The value at step t."""
        return self.first - t / 50


def _cases(make, rng):
    first = Falling if make.__name__ == "warm_up" else float
    for hyper in EASY_SETTINGS[make.__name__]:
        yield Case((first(1),), hyper)
    for _ in range(3):
        yield Case((first(DRAW["lr"](rng)),), {name: DRAW[name](rng) for name in hyperparameters(make)})


def values_at(steps):
    """A function that asks a schedule for its values at these steps, in this order, and returns them sorted by time."""

    def run(make, case):
        schedule = make(*case.arguments, **case.hyper)
        if schedule is None:
            raise Unreadable("None: is a `return` missing?")
        if not callable(schedule):
            raise Unreadable(f"{type_in_words(schedule)}, where a function of t was asked for")
        values = {t: numbers(schedule(t)) for t in steps}
        return [values[t] for t in sorted(steps)], []

    return run


def _tell(case, t):
    (first,) = case.arguments
    given = f"schedule(t) = {first.first:g} − t / 50" if callable(first) else f"lr = {first:g}"
    return f"With {given}, {settings(case.hyper)}: the value at t = {t}"


#: A case is asked again backwards: a schedule that counts its calls, or keeps its last value, then gives other values.
SCHEDULE = Question(_cases, values_at(STEPS), _tell, again=values_at(STEPS[::-1]))
