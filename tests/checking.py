"""What the tests of `gradlab.checks` share: the seeds that are asked, and mistakes that nobody can tell apart."""

import os

import numpy as np

from gradlab import rules
from gradlab.checks import REFERENCES, check
from gradlab.checks.recorded import Recorded
from gradlab.checks.tasks.rules import momentum_l2
from gradlab.checks.tasks.velocities import corrected_momentum

#: Seed 0 is the one that students get; another one draws other random questions. `SEEDS=5 make test` asks more of them.
SEEDS = range(max(2, int(os.environ.get("SEEDS", 2))))

#: In the public tree some references are on record: test_recorded.py and test_public.py look at these.
WRITTEN = [reference for reference in REFERENCES if not isinstance(reference, Recorded)]

# Mistakes that answer the same, so that nobody can tell which of them it was. Where the first step is one without
# momentum, a first step for ever is, too; where the largest so far is forgotten, the newest is the largest.
FIRST_STEPS = frozenset({"momentum missing", "state forgotten between steps"})
NEWEST = frozenset({"maximum missing", "state forgotten between steps"})
TWINS = {
    **dict.fromkeys((rules.momentum, momentum_l2, corrected_momentum, rules.heavy_ball, rules.lion), FIRST_STEPS),
    **dict.fromkeys((rules.amsgrad, rules.adamax), NEWEST),
}


def label(reference):
    """What a test calls a reference, such as "rules.adam"."""
    return f"{reference.__module__.removeprefix('gradlab.')}.{reference.__name__}"


def cases(reference, seed=0):
    """What a function like this reference is asked."""
    question, _ = REFERENCES[reference]
    return list(question.cases(reference, np.random.default_rng(seed)))


def told(reference, seed=0):
    """The questions in words: the first of each case."""
    question, _ = REFERENCES[reference]
    return [question.tell(case, 0) for case in cases(reference, seed)]


def example(reference, name):
    """The lines that show a student the first mistake of this name: the question, and two numbers."""
    wrong = next(m.function for m in REFERENCES[reference][1] if m.name == name)
    _, *lines, hint = str(check(wrong, like=reference)).splitlines()
    assert hint.startswith("Hint: ")
    return [line.strip() for line in lines]
