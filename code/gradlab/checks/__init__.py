"""Checks a student's function against a reference; if it is wrong, names the mistake.

    check(my_adam, like=rules.adam)

Four words are used throughout. A *question* asks both functions the same *cases* (the modules in `questions`), and gets
their *answers*. Where the student's answers differ from the reference's, they are compared with those of known-wrong
variants of the reference, the *mistakes* (the modules in `mistakes`). So the verdict can be "this is Adam without bias
correction", and not only a list of numbers. Functions that only exercises ask for are in `tasks`, with mistakes of
their own; no module of that folder is published.

    confirm(best_rate, record)

compares a number, or a list of numbers, with hashes of the right ones (`hashed` makes such records).
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from inspect import signature
from numbers import Integral
from pkgutil import iter_modules

import numpy as np

from gradlab._arguments import ArgumentError, checked
from gradlab._conditions import FUNCTION
from gradlab.checks import hashed, messages, mistakes
from gradlab.checks.compare import agree, difference, value
from gradlab.checks.likeness import likeness
from gradlab.checks.pairs import at_once
from gradlab.checks.question import Answers, answers
from gradlab.checks.tasks import mistakes as mistakes_in_tasks


def _gathered():
    found = {}
    for package in (mistakes, mistakes_in_tasks):
        for module in iter_modules(package.__path__):
            own = import_module(f"{package.__name__}.{module.name}").MISTAKES
            if twice := [reference.__name__ for reference in own if reference in found]:
                known = ", ".join(twice)
                raise ValueError(f"{module.name}: MISTAKES must hold no reference of another module, got {known}")
            found |= own
    return found


#: reference -> (its question, its mistakes), from all modules in `mistakes` and `tasks.mistakes`
REFERENCES = _gathered()


@dataclass(frozen=True)
class Verdict:
    """The result of `check`. To read it, print it.

    right     True or False
    names     the names of the mistakes that give the same answers; several, if the answers cannot tell them apart
    message   the text for the student, one line or several
    """

    right: bool
    names: tuple
    message: str

    def __bool__(self):
        """True if right: `if check(...)`."""
        return self.right

    def __str__(self):
        """The message."""
        return self.message

    __repr__ = __str__  # a notebook shows this for a cell that ends with check(...)

    def raise_if_wrong(self):
        """The verdict, if it is right; otherwise raises AssertionError with the message, for tests.

        The error's attribute `names` has the names of the mistakes, so that they can be counted.
        """
        if not self.right:
            error = _failed(self.message, self.names)
            error._render_traceback_ = lambda: [self.message]  # IPython then shows no traceback
            raise error
        return self


@checked(student=FUNCTION)
def check(student: Callable, like: Callable, seed: int = 0) -> Verdict:
    """Compare a function with a reference, and name the mistake if there is one.

    student   the function to check
    like      the reference, one of `REFERENCES`, such as `rules.adam`
    seed      of the random cases

    Returns a `Verdict`. Raises ValueError when student is not a function, and when like is not one of `REFERENCES`.
    """
    question, _ = _entry(like)
    return judge(_ask(student, question, like, seed), like, seed, _name(student))


@checked
def confirm(answer: object, record: str) -> Verdict:
    """Compare a number with a record that does not show it; if it is a known wrong one, name the mistake.

    answer   a number, or a list of numbers; None as long as there is none
    record   a text, made by `hashed.record`

    A number is right if rounding it, up or down, gives the number on record: so a small error of rounding never makes
    it wrong. Whole numbers are compared exactly. A call takes some 0.2 s.

    The hashes keep anyone from seeing the answer by accident, in the notebook, in its file or in a search. They do not
    stop anyone who wants to know it: a computer tries all numbers of three digits in a minute or two, and all small
    whole numbers in seconds. So no number that earns points may be on record.

    Returns a `Verdict`. Raises ValueError when answer is made of anything but real numbers, and when record is not the
    whole text of a record.
    """
    known = hashed.read(record)
    if answer is None or (isinstance(answer, (list, tuple)) and any(one is None for one in answer)):
        return _not_yet(messages.UNWRITTEN)
    values = hashed.values_of(answer, "answer")
    shape = () if known.size is None else (known.size,)
    if values.shape != shape:
        return _not_yet(
            messages.SHAPE, f": {f'a list of {known.size} numbers' if shape else 'one number'} is asked for."
        )
    if not np.isfinite(values).all():
        return _not_yet(messages.NOT_FINITE)
    if known.kind == "whole" and (values != np.round(values)).any():
        return _not_yet(without_a_name=": whole numbers are asked for.")
    said, places = hashed.look_up(values, known)
    if said == "":
        return Verdict(True, (), f"✓ Right{known.compared and f', to {known.compared}'}.")
    if said:
        return _not_yet(messages.Mistake(said, None, ""))
    return _not_yet(without_a_name=messages.places(places if shape else []) + messages.how_exact(known.compared))


def _not_yet(mistake=None, without_a_name="."):
    return Verdict(False, messages.names([mistake] if mistake else []), messages.not_yet(mistake, without_a_name))


def whole_number(value: int, name: str) -> int:
    """Check that a student's number is a whole number above 0; return it.

    value   the number
    name    its name in the notebook

    Raises AssertionError, as a test does, when it is anything else. The error has `names`, as `Verdict.raise_if_wrong`.
    """
    if isinstance(value, bool) or not isinstance(value, Integral) or value < 1:
        found = messages.UNWRITTEN.name if value is None else messages.NOT_WHOLE
        raise _failed(f"{name} must be a whole number above 0, such as 12, yours is {value!r}", (found,))
    return int(value)


def _failed(message, names):
    """The error of a test, which has the names of the mistakes, for who counts them."""
    error = AssertionError(message)
    error.names = names
    return error


@checked
def judge(given: Answers, like: Callable, seed: int = 0, name: str = "your function") -> Verdict:
    """The verdict on answers, which may come from another process.

    given   an `Answers`
    like    the reference
    seed    of the random cases that were asked
    name    of the function that answered

    Raises ValueError when like is not one of `REFERENCES`.
    """
    question, known = _entry(like)
    cases, right = list(question.cases(like, np.random.default_rng(seed))), _known(like, question, like, seed)
    last = len(given.values) - bool(given.error) - 1  # the last case that the function finished
    if place := difference([given.again], given.values[last : last + 1], question.tolerance):
        _, i = place
        then, once = value([given.again], 0, i), given.values[last][i]
        example = messages.beside(question, cases[last], i, ("second answer", then), ("first answer", once))
        return _wrong(name, [messages.SHARED], example)
    place, changes = difference(given.values, right.values, question.tolerance), _changes(given.modified, like)
    if place is None and changes:
        return _wrong(name, [messages.MODIFIED], changes)
    if place is None and given.form:
        return _wrong(name, [messages.FORM], "  Its numbers are right.", f": it {given.form}")
    if place is None:
        return Verdict(True, (), f"✓ {name} is right.")
    # Mistakes with the same answers are named together, since the answers cannot tell which of them it was.
    alike = [m for m in known if agree(given, _known(m.function, question, like, seed), question.tolerance)]
    k, i = place
    yours, wanted = value(given.values, k, i), right.values[k][i]
    said = given.error if yours is None and given.error else yours
    example = messages.beside(question, cases[k], i, ("yours", said), ("right", wanted))
    if not alike:
        alike = [] if given.error else at_once(given, cases, question, like, known)
        seen = None if given.error or alike else likeness(given.values, right.values, question.tolerance)
        alike = alike or [seen or messages.general_mistake(yours, wanted, given.error)]
        alike = [*[messages.MODIFIED] * bool(changes), *alike]
        where = f"  It happens in {given.place}" if yours is None and given.place else ""
        example = "\n".join(filter(None, [example, where, changes]))
    error = yours is None and given.error.split(":")[0]
    return _wrong(name, alike, example, f": it {error}" if error else ", in a way that has no name here")


def _wrong(name, found, example, without_a_name=""):
    return Verdict(False, messages.names(found), messages.wrong(name, found, example, without_a_name))


def _ask(function, question, like, seed):
    """The answers of a function. A proxy of a function in another process, or on record, has a method for them."""
    ask = getattr(function, "answers", None)
    return ask(like, seed) if ask else answers(function, question, like, seed)


_known = cache(_ask)  # for references and their mistakes, whose answers are the same for all students


def _changes(modified, like):
    """A line that names the arguments that a function changes in place, as the reference names them."""
    argument = {f"argument {i}": name for i, name in enumerate(signature(like).parameters, 1)}
    return f"  It changes {' and '.join(argument.get(one, one) for one in modified)}." if modified else ""


def _name(student):
    """The name of a function; "your function" if it has none."""
    student = getattr(student, "func", student)  # the function in a functools.partial
    name = getattr(student, "__name__", type(student).__name__)
    return "your function" if name == "<lambda>" else name


def _entry(like):
    """The question and the mistakes of a reference. Raises ArgumentError if there are none."""
    try:
        return REFERENCES[like]
    except (KeyError, TypeError):
        known = ", ".join(reference.__name__ for reference in REFERENCES)
        raise ArgumentError(f"like must be one of the references {known}, got {like!r}") from None
