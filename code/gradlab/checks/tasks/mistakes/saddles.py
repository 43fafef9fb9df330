"""Mistakes that people make in chapter 6's exercises when they count the steps to leave a saddle.

Each row has the name of a mistake, and edits of the reference: its text, and the wrong text (see `variants`).
"""

import math

from gradlab.checks.questions.saddles import LEAVING
from gradlab.checks.tasks import saddles
from gradlab.checks.variants import mistakes

#: name -> hint
HINTS = {
    "a step too many": "How many steps have been made when y is at least 1 for the first time?",
    "a step too few": "How many steps have been made when y is at least 1 for the first time?",
    "rounded to the nearest": "After that many steps, is y at least 1 already?",
    "not a whole number": "How many steps can be made: a whole number, or any?",
    "the small-rate law": "Each step multiplies y by something. Is the logarithm of that as large as you take it?",
    "the steep direction counted in": "Which of the two coordinates leads out, and how large is the other?",
    "lr missing": "By what does one step multiply y?",
    "mu missing": "By what does one step multiply y?",
    "mu squared": "The derivative of the loss by y: what is left of the square?",
    "twice the slope": "The derivative of the loss by y: what becomes of the ½?",
    "half the slope": "The derivative of the loss by y: what becomes of the 2 of the square?",
    "two kinds of logarithm": "Are both logarithms of the same base?",
    "growth added, not multiplied": "Does y grow by the same amount in each step, or by the same factor?",
    "until it has doubled": "When does the count end: where has y to be?",
}

_STEP, _GROWTH, _RETURN = "y = y + lr * mu * y", "lr * mu * y", "return steps"


def _law(formula):
    """Edits that put a formula in the place of the count."""
    return (
        ("    while abs(y) < 1:\n        y = y + lr * mu * y\n        steps += 1\n", ""),
        (_RETURN, f"return {formula}"),
    )


MISTAKES = {
    saddles.steps_to_leave: (
        LEAVING,
        mistakes(
            HINTS,
            saddles.steps_to_leave,
            ("a step too many", ("y, steps = s, 0", "y, steps = s, 1")),
            ("a step too few", (_RETURN, "return steps - 1")),
            ("rounded to the nearest", *_law("round(math.log(1 / s) / math.log(1 + lr * mu))")),
            ("not a whole number", *_law("math.log(1 / s) / math.log(1 + lr * mu)")),
            ("the small-rate law", *_law("math.ceil(math.log(1 / s) / (lr * mu))")),
            ("the small-rate law", *_law("math.log(1 / s) / (lr * mu)")),
            ("the steep direction counted in", ("abs(y) < 1", "(1 - lr) ** (2 * steps) + y**2 < 1")),
            ("lr missing", (_GROWTH, "mu * y")),
            ("mu missing", (_GROWTH, "lr * y")),
            ("mu squared", (_GROWTH, "lr * mu**2 * y")),
            ("twice the slope", (_GROWTH, "2 * lr * mu * y")),
            ("half the slope", (_GROWTH, "lr * mu * y / 2")),
            ("two kinds of logarithm", *_law("math.ceil(math.log10(1 / s) / math.log(1 + lr * mu))")),
            ("two kinds of logarithm", *_law("math.ceil(math.log(1 / s) / math.log10(1 + lr * mu))")),
            ("growth added, not multiplied", *_law("math.ceil((1 - s) / (s * lr * mu))")),
            ("until it has doubled", ("abs(y) < 1", "abs(y) < 2 * s")),
            math=math,
        ),
    )
}
