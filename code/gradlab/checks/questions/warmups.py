"""Questions to a function that makes a schedule with a warm-up, in epochs: what are its values at t = 0, 1, 2, …?"""

from gradlab.checks.question import Case, Question
from gradlab.checks.questions.schedules import SCHEDULE

EASY = {"epochs": 3, "climb": 1, "per_epoch": 2, "lr_min": 0.0}


def _cases(make, rng):
    yield Case((1.0,), EASY)
    yield Case((1.0,), EASY | {"lr_min": 0.2})
    yield Case((1.0,), {"epochs": 5, "climb": 2, "per_epoch": 4, "lr_min": 0.0})
    for _ in range(3):
        climb = int(rng.integers(1, 4))
        hyper = {"epochs": climb + int(rng.integers(2, 4)), "climb": climb, "per_epoch": int(rng.integers(3, 6))}
        yield Case((round(rng.uniform(0.5, 2), 2),), hyper | {"lr_min": round(rng.uniform(0.1, 0.4), 2)})


#: As in `SCHEDULE`, a case is asked again backwards.
WARM_UP = Question(_cases, SCHEDULE.run, SCHEDULE.tell, again=SCHEDULE.again)
