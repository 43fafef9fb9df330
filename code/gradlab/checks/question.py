"""Questions: what a student's function and a reference are both asked, and their answers as plain numbers.

A question knows no right answers, so it can be asked in a process that does not have the reference. What comes back
are lists of numbers; `checks.judge` compares them elsewhere.
"""

import sys
from collections.abc import Callable, Iterator
from contextlib import nullcontext, redirect_stdout, suppress
from dataclasses import dataclass
from io import StringIO
from textwrap import shorten
from traceback import extract_tb
from typing import NamedTuple

import numpy as np

from gradlab.checks.time_limit import Endless, time_limit

SECONDS = 10  # for each question; right answers take milliseconds


class Case(NamedTuple):
    """One call of the function.

    arguments   by position
    hyper       by keyword
    """

    arguments: tuple
    hyper: dict


@dataclass
class Answers:
    """What a function answered to every case; plain enough for JSON.

    values     for each case a list of arrays: the steps of a rule, the entries of a schedule, ...
    error      "raises KeyError: …", "returns None, …" or "does not come to an end …", "" if nothing went wrong; the
               last of the values are then those that came before it
    modified   the arguments that it changed in place
    again      the values of the last case that it finished, asked once more at the end
    form       "returns an array, …" where its numbers can be read, but are not in the form that was asked for
    place      the line of the function where it ended in an error, if that is known: "line 3: x = y"
    """

    values: list
    error: str
    modified: list
    again: list
    form: str = ""
    place: str = ""

    def parts(self):
        """All of it in a list, of which `Answers(*parts)` is the same again."""
        return [self.values, self.error, self.modified, self.again, self.form, self.place]


class Unreadable(TypeError):
    """What a function returned is not made of numbers."""


class Stopped(Exception):
    """A run that ended in the middle: because of its cause, after these values."""


@dataclass(frozen=True)
class Question:
    """A kind of question.

    cases       (reference, Generator) -> the cases, those that are easiest to follow first
    run         (function, case) -> (values, the arguments it changed in place); may raise `Stopped`
    tell        (case, i) -> what its i-th value is an answer to, in words
    again       how a case is asked once more: as `run`, or the same in another order
    form        (function, case) -> "an array, where a tuple was asked for", "" if it returns what was asked for
    tolerance   of the largest number in a value: single precision passes, no mistake does
    """

    cases: Callable[[Callable, np.random.Generator], Iterator[Case]]
    run: Callable
    tell: Callable[[Case, int], str]
    again: Callable | None = None
    form: Callable[[Callable, Case], str] | None = None
    tolerance: float = 1e-5


def address(question):
    """The module and the name of a question: where another process finds it.

    Raises ValueError when no module of `gradlab.checks.questions` has it.
    """
    for where, module in sorted(sys.modules.items()):
        if where.startswith("gradlab.checks.questions."):
            for name, value in vars(module).items():
                if value is question:
                    return where, name
    raise ValueError(f"address: question must have a name in a module of gradlab.checks.questions, got {question!r}")


def answers(function, question, reference, seed=0):
    """Run `function` on each case until one fails; then repeat the last case that it finished.

    The repetition shows whether the function keeps state between calls.

    reference   tells what can be asked: its name and the names of its hyperparameters are looked at,
                it is not called
    seed        of the random cases

    What it prints is shown for the first case only. After ten seconds it is stopped, except on Windows.
    """
    given, unfinished = Answers([], "", [], []), []
    cases = list(question.cases(reference, np.random.default_rng(seed)))
    with np.errstate(all="ignore"):
        try:
            for k, case in enumerate(cases):
                with time_limit(SECONDS), redirect_stdout(StringIO()) if k else nullcontext():
                    values, modified = question.run(function, case)
                given.values.append(values)
                given.modified = list(dict.fromkeys([*given.modified, *modified]))
        except Stopped as stop:
            unfinished = [*stop.args]
            given.error, given.place = _complaint(stop.__cause__, function)
        except Exception as error:  # whatever a student's function may raise
            unfinished = [[]]
            given.error, given.place = _complaint(error, function)
        if given.values:
            # What fails only now has not answered.
            with suppress(Exception), time_limit(SECONDS), redirect_stdout(StringIO()):
                given.again, _ = (question.again or question.run)(function, cases[len(given.values) - 1])
                form = question.form(function, cases[0]) if question.form else ""
                given.form = form and f"returns {form}"
    given.values += unfinished
    return given


def _complaint(error, function):
    """What went wrong, and in which line of the function."""
    match error:
        case Endless():
            said = f"does not come to an end{str(error) or f' within {SECONDS} s'}"
        case Unreadable():
            said = f"returns {error}"
        case _:
            said = f"raises {type(error).__name__}: {error}".removesuffix(": ")
    file = getattr(getattr(function, "__code__", None), "co_filename", None)
    lines = [at for at in extract_tb(error.__traceback__) if at.filename == file and at.line]
    return shorten(said, 300), shorten(f"line {lines[-1].lineno}: {lines[-1].line}", 120) if lines else ""


def numbers(value):
    """A copy of what a function returned, as an array of floats; Unreadable if it is not made of real numbers."""
    try:
        array = np.asarray(value)
    except ValueError:  # lists of unequal lengths
        array = np.array(None)
    except (RuntimeError, TypeError) as error:  # a tensor that is tracked, or on another device
        raise Unreadable(f"{a(value)}, whose numbers cannot be read: {error}") from error
    if value is None:
        raise Unreadable("None: is a `return` missing?")
    if array.dtype.kind not in "biuf":
        what = "complex numbers" if array.dtype.kind == "c" else a(value)
        raise Unreadable(f"{what}, where numbers were asked for")
    return array.astype(float)


def call(function, case):
    """What a function returns, as it is, and which of the arrays that it was given it changed."""
    given = [value.copy() if isinstance(value, np.ndarray) else value for value in case.arguments]
    returned = function(*given, **case.hyper)
    pairs = enumerate(zip(given, case.arguments, strict=True), 1)
    return returned, [f"argument {i}" for i, (now, before) in pairs if changed(now, before)]


def returned(function, case):
    """What a function returns, as a list of one array, and which of the arrays that it was given it changed."""
    value, modified = call(function, case)
    return [numbers(value)], modified


def a(value):
    """What a value is, in words."""
    name = {"ndarray": "array"}.get(type(value).__name__, type(value).__name__)
    return f"{'an' if name[0] in 'aeiou' else 'a'} {name}"


def changed(now, before):
    """True if an array is no longer what it was before."""
    return isinstance(before, np.ndarray) and not np.array_equal(now, before, equal_nan=True)


def settings(hyper):
    """Hyperparameters in words."""
    words = {name: value if isinstance(value, (str, bool)) else shown(value) for name, value in hyper.items()}
    return ", ".join(f"{name} = {value}" for name, value in words.items())


def shown(value):
    """A number or a small array in words."""
    if not np.ndim(value):
        return f"{np.asarray(value).item():.6g}"
    written = {"float_kind": "{:.6g}".format}
    return np.array2string(np.asarray(value), formatter=written, separator=", ").replace("\n", "")
