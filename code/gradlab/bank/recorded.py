"""Answers on record: what stands for a function where nobody may read how it comes by them.

    @recorded
    def best_lr(H):
        "The rate that shrinks the distance most in the worst direction."

A check needs what a reference answers to its questions, and what its known-wrong variants answer, but none of their
lines. So the public tree has, in the place of each module that gives a task away, one with nothing but these heads, and
a record beside it (`publishing.recording` writes both). It answers the questions of one seed only; marking asks
others, and is done where the functions are.
"""

import inspect
import json
from functools import cache, update_wrapper
from importlib import import_module
from pathlib import Path

from gradlab.bank.variants import Misconception
from gradlab.kernel import wire
from gradlab.trials.trial import Answers

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
        return Answers(*wire.restored(self._kept))


def packed(given):
    """Answers as JSON can hold them.

    given   an `Answers`
    """
    return wire.plain(given.parts())


def recorded(function):
    """A function whose answers are in the record beside its module, in the place of one without a body."""
    return Recorded(function, _record(inspect.getfile(function))[function.__name__]["answers"])


def bank(module):
    """reference -> (how it is tried, its misconceptions), as in every bank, of the functions of a module.

    module   one with `recorded` functions
    """
    found = {}
    for name, entry in _record(module.__file__).items():
        reference, (where, trial) = getattr(module, name), entry["trial"]
        wrong = [
            Misconception(m["name"], Recorded(reference, m["answers"]), m["hint"]) for m in entry["misconceptions"]
        ]
        found[reference] = getattr(import_module(where), trial), wrong
    return found


@cache
def _record(path):
    """The record beside a module."""
    return json.loads(Path(path).with_suffix(".json").read_text(encoding="utf-8"))
