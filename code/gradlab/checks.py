"""Checks: is a student's function right, and if not, what is it instead?

    check(my_adam, like=rules.adam)

Both are asked the same questions. Where the answers differ, they are compared with those of a bank of
known-wrong variants of the reference (the modules `wrong_…`), so that the verdict can be "this is Adam
without bias correction" and not a wall of numbers.
"""

import re
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from inspect import signature
from numbers import Integral
from pkgutil import iter_modules

import numpy as np

from gradlab import bank
from gradlab.arguments import require_count
from gradlab.bank.variants import Misconception
from gradlab.trials.trial import answers, shown

ROUNDING = 1e-9  # beside numbers of about 1; what is 0 in one formula is not quite in another


def _gathered():
    found = {}
    for name in sorted(module.name for module in iter_modules(bank.__path__) if module.name.startswith("wrong_")):
        own = import_module(f"{bank.__name__}.{name}").BANK
        if twice := [reference.__name__ for reference in own if reference in found]:
            raise ValueError(f"{name}: BANK must hold what no other bank holds, got {', '.join(twice)} again")
        found |= own
    return found


#: reference -> (how it is tried, its misconceptions), of all modules `wrong_…` in the bank
BANK = _gathered()


def _asked(function, trial, like, seed):
    """The answers of a function. A stand-in for one that lives elsewhere, or is on record, brings them itself."""
    ask = getattr(function, "answers", None)
    return ask(like, seed) if ask else answers(function, trial, like, seed)


_known = cache(_asked)  # of the references and the bank: the same for a whole class

# What can be told from the answers alone, whatever the reference.
SHARED = Misconception(
    "state shared between calls",
    None,
    "The second time the same questions got other answers. What does your function keep from one call to the next?",
)
MODIFIED = Misconception(
    "input modified in place",
    None,
    "Whoever calls your function still holds the arrays that it was given. Which lines write into them?",
)
SCALAR = Misconception(
    "a scalar where a vector belongs",
    None,
    "Each coordinate has its own value. Where are several of them made one?",
)
NOT_FINITE = Misconception(
    "not finite", None, "The result is inf or nan. What is divided by 0, or grows without bound?"
)
UNWRITTEN = Misconception("not written yet", None, "Put your lines in the place of `raise NotImplementedError()`.")
BORROWED = Misconception(
    "the library's own function", None, "Here it does not answer. Write down the lines that it stands for."
)
ENDLESS = Misconception("endless", None, "What ends the loop, and which of your lines brings it nearer to that?")
SHAPE = Misconception("", None, "The shape is not the one asked for. Should it be a number, a vector, or more?")
ERROR = Misconception(
    "",
    None,
    "Call it yourself with these numbers. What comes back? If it is an error, read it from its last line upwards.",
)
NOTHING = Misconception("", None, "`print` shows a value, `return` hands it over.")
FORM = Misconception("", None, "Look again at what you were asked to return.")
NAMELESS = Misconception("", None, "Work this example by hand, one line of your function after the other.")
#: how an error begins -> what can be said of it
KINDS = {
    r"raises NotImplementedError$": UNWRITTEN,
    r"raises NotImplementedError: \S+ is what you \w+ asked to write": BORROWED,  # `withheld` or `recorded`
    "does not come": ENDLESS,
    "returns None": NOTHING,
    "": ERROR,
}


@dataclass(frozen=True)
class Verdict:
    """What `check` found; print it to read it.

    right     True or False
    names     of the misconceptions that answer the same; several, where they cannot be told apart
    message   all there is to say, in lines
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

    __repr__ = __str__  # what a cell that ends with check(...) shows

    def raise_if_wrong(self):
        """The verdict itself, or for tests an AssertionError that says what is wrong."""
        if not self.right:
            error = AssertionError(self.message)
            error._render_traceback_ = lambda: [self.message]  # what IPython shows: no lines of this module
            raise error
        return self


def check(student, like, seed=0):
    """Compare a function with a reference, and name the misconception if there is one.

    student   the function to check
    like      the reference, such as `rules.adam`: one of those in `BANK`
    seed      of the random questions

    Returns a `Verdict`. Raises ValueError when student is no function, or like none that can be checked.
    """
    if not callable(student):
        raise ValueError(f"check: student must be a function, got {student!r}")
    trial, _ = _entry("check", like)
    require_count("check", "seed", seed)
    return judge(_asked(student, trial, like, seed), like, seed, _name(student))


def whole_number(value, name):
    """The value of a count that a student has stored.

    value   a whole number above 0
    name    what it is called in the notebook

    Raises AssertionError, as a test does, when it is anything else.
    """
    if isinstance(value, bool) or not isinstance(value, Integral) or value < 1:
        raise AssertionError(f"{name} must be a whole number above 0, such as 12, yours is {value!r}")
    return int(value)


def judge(given, like, seed=0, name="your function"):
    """The verdict on answers that were given elsewhere.

    given   an `Answers`
    like    the reference
    seed    the seed that the questions were made with
    name    of the function that answered

    Raises ValueError when like is none that can be checked.
    """
    trial, misconceptions = _entry("judge", like)
    cases, right = list(trial.cases(like, np.random.default_rng(seed))), _known(like, trial, like, seed)
    last = len(given.values) - bool(given.error) - 1  # of the cases that it finished
    if place := _difference([given.again], given.values[last : last + 1], trial.tolerance):
        _, i = place
        then = _value([given.again], 0, i)
        return _wrong(name, [SHARED], _beside(trial, cases[last], i, ("then", then), ("once", given.values[last][i])))
    found = _difference(given.values, right.values, trial.tolerance)
    changes = _changes(given.modified, like)
    if found is None and changes:
        return _wrong(name, [MODIFIED], changes)
    if found is None and given.form:
        return _wrong(name, [FORM], "  Its numbers are right.", f": it {given.form}")
    if found is None:
        return Verdict(True, (), f"✓ {name} is right.")
    # Misconceptions that answer alike are told together: nobody could say which of them it was.
    alike = [m for m in misconceptions if _agree(given, _known(m.function, trial, like, seed), trial.tolerance)]
    k, i = found
    yours, wanted = _value(given.values, k, i), right.values[k][i]
    said = given.error if yours is None and given.error else yours
    example = _beside(trial, cases[k], i, ("yours", said), ("right", wanted))
    if not alike:
        alike = [*[MODIFIED] * bool(changes), _kind(yours, wanted, given.error)]
        place = f"  It happens in {given.place}" if yours is None and given.place else ""
        example = "\n".join(filter(None, [example, place, changes]))
    error = yours is None and given.error.split(":")[0]
    return _wrong(name, alike, example, f": it {error}" if error else ", in a way that has no name here")


def _changes(modified, like):
    """A line that says which arguments a function changes, by the names that they have in the reference."""
    names = {f"argument {i}": name for i, name in enumerate(signature(like).parameters, 1)}
    return f"  It changes {' and '.join(names.get(one, one) for one in modified)}." if modified else ""


def _name(student):
    """What a function is called, if it is called anything."""
    student = getattr(student, "func", student)  # in a functools.partial
    name = getattr(student, "__name__", type(student).__name__)
    return "your function" if name == "<lambda>" else name


def _entry(owner, like):
    try:
        return BANK[like]
    except (KeyError, TypeError):
        known = ", ".join(reference.__name__ for reference in BANK)
        raise ValueError(f"{owner}: like must be one of the references {known}, got {like!r}") from None


# --- comparing --------------------------------------------------------------------------------------------------------


def _apart(a, b, tolerance):
    """Where two arrays of one shape differ."""
    scale = np.abs(b[np.isfinite(b)]).max(initial=ROUNDING / tolerance)
    return ~np.isclose(a, b, rtol=0, atol=tolerance * scale, equal_nan=True)


def _same(a, b, tolerance):
    return a.shape == b.shape and not _apart(a, b, tolerance).any()


def _alike(a, b, tolerance):
    """True if two lists of cases have the same values."""
    return list(map(len, a)) == list(map(len, b)) and all(
        _same(v, w, tolerance) for x, y in zip(a, b, strict=True) for v, w in zip(x, y, strict=True)
    )


def _agree(a, b, tolerance):
    """True if two answers are the same. Errors may differ in their words, but not if they are all there is."""
    one, other = (given.error.split(":")[0] if any(a.values) else given.error for given in (a, b))
    return one == other and _alike(a.values, b.values, tolerance)


def _value(values, k, i):
    """The i-th value of the k-th case, None if it is missing."""
    try:
        return values[k][i]
    except IndexError:
        return None


def _difference(given, right, tolerance):
    """The first case, and in it the first value, that is missing or different; None if there is none."""
    for k, case in enumerate(right):
        for i, wanted in enumerate(case):
            yours = _value(given, k, i)
            if yours is None or not _same(yours, wanted, tolerance):
                return k, i
    return None


def _kind(yours, wanted, error):
    """What can be said of a wrong answer that no misconception of the bank gives."""
    if yours is None:
        return next((kind for start, kind in KINDS.items() if error and re.match(start, error)), NAMELESS)
    if yours.size == 1 and yours.shape < wanted.shape:  # () < (1,) < (3,), but not (1, 1) < (1,)
        return SCALAR
    if yours.shape != wanted.shape:
        return SHAPE
    return NOT_FINITE if np.isfinite(wanted).all() and not np.isfinite(yours).all() else NAMELESS


# --- telling ----------------------------------------------------------------------------------------------------------


def _wrong(name, misconceptions, example, nameless=""):
    """The verdict on a wrong answer; `nameless` is said where no misconception has a name."""
    names = tuple(dict.fromkeys(m.name for m in misconceptions if m.name))
    called = f": {', or '.join(names)}" if names else nameless
    hints = dict.fromkeys(f"Hint: {m.hint}" for m in misconceptions)
    return Verdict(False, names, "\n".join([f"✗ {name} is not right{called}.", example, *hints]))


def _beside(trial, case, i, one, other):
    """A question and two answers to it, the first an array, words or None; of arrays the first number that differs."""
    (one_name, a), (other_name, b) = one, other
    a = "is missing" if a is None else a
    lines = [f"  {trial.tell(case, i)}"]
    if isinstance(a, str):
        b = shown(b)
    elif a.shape != b.shape:
        a, b = f"has shape {a.shape}", f"has shape {b.shape}"
    else:
        place = np.unravel_index(np.argmax(_apart(a, b, trial.tolerance)), b.shape)
        lines += [f"    at {[int(index) for index in place]}:"] * (b.size > 1)
        a, b = shown(a[place]), shown(b[place])
    return "\n".join([*lines, f"    {one_name} {a}", f"    {other_name} {b}"])
