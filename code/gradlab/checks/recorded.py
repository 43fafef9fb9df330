"""Functions whose answers are on record: the public tree has these in place of the solutions of tasks.

    @recorded
    def best_lr(H):
        "The rate that shrinks the distance most in the worst direction."

A check needs the answers of a reference and of its known-wrong variants, but none of their lines. So in the public
tree each module of `tasks` has only such heads of functions, and a record of answers in a JSON file beside it
(`gradlab_course.editions.public` writes both). The record has answers to the questions of one seed only. The marker
also asks questions of other seeds; it runs in the teachers' tree, which has the functions.
"""

import inspect
import json
from functools import cache, update_wrapper
from importlib import import_module
from pathlib import Path

from gradlab.checks.plain import plain, restored
from gradlab.checks.question import Answers
from gradlab.checks.variants import Mistake

SEED = 0  # the seed of `check` in the students' notebooks


class Recorded:
    """Stands for a function; has its name, signature, docstring and answers, but not its lines.

    function   has the name, signature and docstring; it is never called
    record     its answers, as `to_record` returned them
    """

    def __init__(self, function, record):
        update_wrapper(self, function)
        self._record = record

    def __call__(self, *arguments, **hyper):
        """Raise NotImplementedError."""
        raise NotImplementedError(f"{self.__name__} is what you are asked to write: only its answers are here")

    def answers(self, like, seed):
        """Its `Answers`, for `checks`. Raises ValueError for a seed that is not on record."""
        if seed != SEED:
            raise ValueError(f"check: seed must be {SEED}, the only one whose answers are on record, got {seed!r}")
        return Answers(*restored(self._record))


def to_record(given):
    """Answers in a form that JSON can hold.

    given   an `Answers`
    """
    return plain(given.parts())


def recorded(function):
    """Decorate the head of a function: it becomes a `Recorded`, with its answers in the record of its module."""
    return Recorded(function, _record_of(inspect.getfile(function))[function.__name__]["answers"])


def mistakes(module):
    """reference -> (its question, its mistakes), for the functions of a module, as in every module of mistakes.

    module   one with `recorded` functions
    """
    found = {}
    for name, entry in _record_of(module.__file__).items():
        reference, (question_module, question) = getattr(module, name), entry["question"]
        wrong = [Mistake(m["name"], Recorded(reference, m["answers"]), m["hint"]) for m in entry["mistakes"]]
        found[reference] = getattr(import_module(question_module), question), wrong
    return found


@cache
def _record_of(path):
    """The record beside the file of a module."""
    return json.loads(Path(path).with_suffix(".json").read_text(encoding="utf-8"))
