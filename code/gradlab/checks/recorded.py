"""Functions whose answers are on record: the public tree has these in place of the solutions of tasks.

    @recorded
    def best_lr(H):
        "The rate that shrinks the distance most in the worst direction."

A check needs the answers of a reference and of its known-wrong variants, but none of their lines. So in the public
tree each module of `tasks` holds nothing but such heads, with a record of answers beside it
(`gradlab_course.editions.recording` writes both). The record answers the questions of one seed only. Marking asks those
of other seeds, and is done where the functions are.
"""

import inspect
import json
from functools import cache, update_wrapper
from importlib import import_module
from pathlib import Path

from gradlab.checks.plain import plain, restored
from gradlab.checks.question import Answers
from gradlab.checks.variants import Mistake

SEED = 0  # that of `check` in the students' notebooks


class Recorded:
    """A function of which only the answers are known.

    function   one with its name, signature and docstring; never called
    kept       its answers, as `packed` gave them
    """

    def __init__(self, function, kept):
        update_wrapper(self, function)
        self._kept = kept

    def __call__(self, *arguments, **hyper):
        """Raise NotImplementedError."""
        raise NotImplementedError(f"{self.__name__} is what you are asked to write: only its answers are here")

    def answers(self, like, seed):
        """Its `Answers`, as `checks` asks for them. Raises ValueError for a seed that is not on record."""
        if seed != SEED:
            raise ValueError(f"check: seed must be {SEED}, the only one whose answers are on record, got {seed!r}")
        return Answers(*restored(self._kept))


def packed(given):
    """Answers as JSON can hold them.

    given   an `Answers`
    """
    return plain(given.parts())


def recorded(function):
    """A function whose answers are in the record beside its module, in the place of one without a body."""
    return Recorded(function, _record(inspect.getfile(function))[function.__name__]["answers"])


def mistakes(module):
    """reference -> (its question, its mistakes) for the functions of a module, as in every module of mistakes.

    module   one with `recorded` functions
    """
    found = {}
    for name, entry in _record(module.__file__).items():
        reference, (where, question) = getattr(module, name), entry["question"]
        wrong = [Mistake(m["name"], Recorded(reference, m["answers"]), m["hint"]) for m in entry["mistakes"]]
        found[reference] = getattr(import_module(where), question), wrong
    return found


@cache
def _record(path):
    """The record beside a module."""
    return json.loads(Path(path).with_suffix(".json").read_text(encoding="utf-8"))
