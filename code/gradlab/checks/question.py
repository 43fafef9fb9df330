"""Questions: a question asks a student's function and a reference the same, and gets their answers as numbers.

A question contains no right answers, so it can be asked in a process that does not have the reference. The answers are
lists of numbers, which `checks.judge` can compare in another process.
"""

import sys
from collections.abc import Callable, Iterator
from contextlib import nullcontext, redirect_stdout, suppress
from dataclasses import dataclass
from io import StringIO
from textwrap import shorten
from traceback import extract_tb
from typing import NamedTuple
from warnings import catch_warnings, simplefilter

import numpy as np

from gradlab.checks.time_limit import Endless, time_limit

SECONDS = 10  # for each question; right answers take milliseconds


class Case(NamedTuple):
    """One call of the function.

    arguments   its arguments by position
    hyper       its arguments by keyword, mostly hyperparameters
    """

    arguments: tuple
    hyper: dict


@dataclass
class Answers:
    """The answers of a function to all cases.

    values     for each case a list of arrays: the steps of a rule, the entries of a schedule, …; after an error, the
               last list has the values before it
    error      "raises KeyError: …", "returns None: …" or "does not come to an end …"; "" if there was no error
    modified   names of the arguments that the function changed in place
    again      the values of the last finished case, when it was asked again at the end
    form       "returns an array, …", if the numbers can be read but are not in the form that was asked for; else ""
    place      the line of the function that raised the error, if it is known: "line 3: x = y"; else ""
    """

    values: list
    error: str
    modified: list
    again: list
    form: str = ""
    place: str = ""

    def parts(self):
        """All fields in a list: `Answers(*parts)` is an equal object."""
        return [self.values, self.error, self.modified, self.again, self.form, self.place]


class Unreadable(TypeError):
    """A function returned something that is not made of numbers."""


class Stopped(Exception):
    """A case ended in the middle. The arguments are the values before that; the cause is the error."""


@dataclass(frozen=True)
class Question:
    """A kind of question.

    cases       (reference, Generator) -> the cases, with the easiest ones first
    run         (function, case) -> (values, names of the arguments that the function changed in place); may raise
                `Stopped`
    tell        (case, i) -> the question in words that the i-th value of a case answers
    again       as `run`, for asking a case again; None for `run` itself
    form        (function, case) -> "an array, where a tuple was asked for"; "" if the form is as asked for
    tolerance   relative to the largest number in a value; rounding in single precision stays below it, mistakes do not
    """

    cases: Callable[[Callable, np.random.Generator], Iterator[Case]]
    run: Callable
    tell: Callable[[Case, int], str]
    again: Callable | None = None
    form: Callable[[Callable, Case], str] | None = None
    tolerance: float = 1e-5


def address(question):
    """The module and the name of a question, by which another process can import it.

    Raises ValueError when no imported module of `gradlab.checks.questions` has it.
    """
    for module_name, module in sorted(sys.modules.items()):
        if module_name.startswith("gradlab.checks.questions."):
            for name, value in vars(module).items():
                if value is question:
                    return module_name, name
    raise ValueError(f"address: question must have a name in a module of gradlab.checks.questions, got {question!r}")


def answers(function, question, reference, seed=0):
    """Run a function on each case until one fails; then repeat the last case that it finished.

    The repetition shows whether the function keeps state between calls.

    function    the function
    question    a `Question`
    reference   a function; the cases depend on its name and the names of its hyperparameters, but it is not called
    seed        of the random cases

    Returns `Answers`. Only the output of the first case is printed. Each case is stopped after ten seconds, except on
    Windows.
    """
    given, unfinished = Answers([], "", [], []), []
    cases = list(question.cases(reference, np.random.default_rng(seed)))
    with np.errstate(all="ignore"), catch_warnings():
        simplefilter("ignore", RuntimeWarning)  # NumPy's on numbers: the student is told of wrong ones in words
        try:
            for k, case in enumerate(cases):
                with time_limit(SECONDS), redirect_stdout(StringIO()) if k else nullcontext():
                    values, modified = question.run(function, case)
                given.values.append(values)
                given.modified = list(dict.fromkeys([*given.modified, *modified]))
        except Stopped as stop:
            unfinished = [*stop.args]
            given.error, given.place = _complaint(stop.__cause__, function)
        except Exception as error:  # a student's function may raise anything
            unfinished = [[]]
            given.error, given.place = _complaint(error, function)
        if given.values:
            # A function that fails only now leaves `again` empty.
            with suppress(Exception), time_limit(SECONDS), redirect_stdout(StringIO()):
                given.again, _ = (question.again or question.run)(function, cases[len(given.values) - 1])
                form = question.form(function, cases[0]) if question.form else ""
                given.form = form and f"returns {form}"
    given.values += unfinished
    return given


def _complaint(error, function):
    """Words on an error, and the line of the function that raised it."""
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
    """A copy of a returned value, as an array of floats. Raises Unreadable when it is not made of real numbers."""
    try:
        array = np.asarray(value)
    except ValueError:  # lists of unequal lengths
        array = np.array(None)
    except (RuntimeError, TypeError) as error:  # a tensor that requires gradients, or is on another device
        raise Unreadable(f"{type_in_words(value)}, whose numbers cannot be read: {error}") from error
    if value is None:
        raise Unreadable("None: is a `return` missing?")
    if array.dtype.kind not in "biuf":
        found = "complex numbers" if array.dtype.kind == "c" else type_in_words(value)
        raise Unreadable(f"{found}, where numbers were asked for")
    return array.astype(float)


def call(function, case):
    """The value that a function returns, and the names of the arguments that it changed in place."""
    given = [value.copy() if isinstance(value, np.ndarray) else value for value in case.arguments]
    returned = function(*given, **case.hyper)
    pairs = enumerate(zip(given, case.arguments, strict=True), 1)
    return returned, [f"argument {i}" for i, (now, before) in pairs if changed(now, before)]


def returned(function, case):
    """The value that a function returns, as a list of one array, and the arguments that it changed in place."""
    value, modified = call(function, case)
    return [numbers(value)], modified


def type_in_words(value):
    """The type of a value with an article, such as "a list" or "an array"."""
    name = {"ndarray": "array"}.get(type(value).__name__, type(value).__name__)
    return f"{'an' if name[0] in 'aeiou' else 'a'} {name}"


def changed(now, before):
    """True if an array differs from what it was before."""
    return isinstance(before, np.ndarray) and not np.array_equal(now, before, equal_nan=True)


def settings(hyper):
    """Hyperparameters as text: "lr = 0.1, fan = fan_in"."""
    words = {name: value if isinstance(value, (str, bool)) else formatted(value) for name, value in hyper.items()}
    return ", ".join(f"{name} = {value}" for name, value in words.items())


def formatted(value):
    """A number or a small array as text, with six digits."""
    if not np.ndim(value):
        return f"{np.asarray(value).item():.6g}"
    written = {"float_kind": "{:.6g}".format}
    return np.array2string(np.asarray(value), formatter=written, separator=", ").replace("\n", "")
