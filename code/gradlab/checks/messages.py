"""Writes the message of a verdict: the name of the mistake, an example, and a hint."""

import re

import numpy as np

from gradlab.checks.compare import apart
from gradlab.checks.question import formatted
from gradlab.checks.variants import Mistake

# Mistakes that the answers show by themselves, for any reference. Those without a name only give a hint.
SHARED = Mistake(
    "state shared between calls",
    None,
    "The second time the same questions got other answers. What does your function keep from one call to the next?",
)
MODIFIED = Mistake(
    "input modified in place",
    None,
    "Whoever calls your function still holds the arrays that it was given. Which lines write into them?",
)
SCALAR = Mistake(
    "a scalar where a vector belongs", None, "Each coordinate has its own value. Where are several of them made one?"
)
NOT_FINITE = Mistake("not finite", None, "The result is inf or nan. What is divided by 0, or grows without bound?")
UNWRITTEN = Mistake("not written yet", None, "Put your lines in the place of `raise NotImplementedError()`.")
BORROWED = Mistake(
    "the library's own function", None, "Here it does not answer. Write down the lines that it stands for."
)
UNDEFINED = Mistake(
    "a name that is not defined",
    None,
    "Which line gives this name its value, and has it run before? Compare how the name is written in both places.",
)
ENDLESS = Mistake("endless", None, "What ends the loop, and which of your lines brings it nearer to that?")
SHAPE = Mistake("", None, "Print the shapes of your arrays, line by line. Where does the wrong one come in?")
ERROR = Mistake(
    "",
    None,
    "Call it yourself with these numbers. What comes back? If it is an error, read it from its last line upwards.",
)
NOTHING = Mistake("", None, "`print` shows a value, `return` hands it over.")
FORM = Mistake("", None, "Look again at what you were asked to return.")
NAMELESS = Mistake(
    "", None, "Go through your function line by line, with as small a case as you can. More than one thing may differ."
)

NOT_WHOLE = "not a whole number above 0"  # the name, in counts, of what `whole_number` refuses

#: how an error begins -> the mistake that it shows
ERRORS = {
    r"raises NotImplementedError$": UNWRITTEN,
    r"raises NotImplementedError: \S+ is what you \w+ asked to write": BORROWED,  # a disabled or a recorded function
    r"raises (NameError|UnboundLocalError)\b": UNDEFINED,
    "does not come": ENDLESS,
    "returns None": NOTHING,
    "": ERROR,
}


def general_mistake(yours, wanted, error):
    """The mistake that a wrong value or an error shows by itself, when none of the reference's mistakes fits."""
    if yours is None:
        return next((mistake for start, mistake in ERRORS.items() if error and re.match(start, error)), NAMELESS)
    if yours.size == 1 and yours.shape < wanted.shape:  # () < (1,) < (3,), but not (1, 1) < (1,)
        return SCALAR
    if yours.shape != wanted.shape:
        return SHAPE
    return NOT_FINITE if np.isfinite(wanted).all() and not np.isfinite(yours).all() else NAMELESS


def names(mistakes):
    """The names of some mistakes, each once."""
    return tuple(dict.fromkeys(m.name for m in mistakes if m.name))


def wrong(function, mistakes, example, without_a_name=""):
    """The message on a wrong answer.

    function         the name of the function
    mistakes         the mistakes that give the same answers
    example          lines that show one wrong number
    without_a_name   ends the first line if no mistake has a name
    """
    found = names(mistakes)
    called = f": {', or '.join(found)}" if found else without_a_name
    hints = dict.fromkeys(f"Hint: {m.hint}" for m in mistakes)
    return "\n".join([f"✗ {function} is not right{called}.", example, *hints])


def not_yet(mistake=None, without_a_name="."):
    """The message on a number that is not right.

    mistake          a `Mistake`, if it is known
    without_a_name   ends the first line if the mistake has no name
    """
    name, hint = (mistake.name, mistake.hint) if mistake else ("", "")
    first = f": {name}{'' if name.endswith(('.', '?')) else '.'}" if name else without_a_name
    return f"✗ Not yet{first}" + f"\nHint: {hint}" * bool(hint)


def places(off):
    """Which numbers of a list are not right, in words that end a first line; a full stop if there are none."""
    if not off:
        return "."
    one, be = ("number", "is") if len(off) == 1 else ("numbers", "are")
    return f": the {one} at {', '.join(f'[{i}]' for i in off)} {be} not right."


def how_exact(compared):
    """A second line that says how many digits count; nothing for whole numbers."""
    return f"\n  What counts: {compared}." if compared else ""


def beside(question, case, i, one, other):
    """Lines that show a case and two answers to it.

    question       the `Question`
    case, i        the case, and the number of the array in its answer
    one, other     pairs of a label and an answer: an array, or for the first also words, or None if it is missing

    Of two arrays of the same shape, only the first number that differs is shown.
    """
    (one_name, a), (other_name, b) = one, other
    a = "is missing" if a is None else a
    lines = [f"  {question.tell(case, i)}"]
    if isinstance(a, str):
        b = formatted(b)
    elif a.shape != b.shape:
        a, b = f"has shape {a.shape}", f"has shape {b.shape}"
    else:
        place = np.unravel_index(np.argmax(apart(a, b, question.tolerance)), b.shape)
        lines += [f"    at {[int(index) for index in place]}:"] * (b.size > 1)
        a, b = formatted(a[place]), formatted(b[place])
    return "\n".join([*lines, f"    {one_name} {a}", f"    {other_name} {b}"])
