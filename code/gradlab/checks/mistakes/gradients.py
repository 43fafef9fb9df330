"""Mistakes that people make in functions that check gradients.

Each row has the name of a mistake, and edits of the reference: its text, and the wrong text (see `variants`).
"""

from gradlab import differences
from gradlab.checks.questions.gradients import ERROR, GRADIENT, STEP
from gradlab.checks.variants import mistakes, variant

#: name -> hint
HINTS = {
    "forward for central": "At which two points is f asked, and do they lie on both sides of x?",
    "backward for central": "At which two points is f asked, and do they lie on both sides of x?",
    "divided by eps for 2 eps": "How far apart are the two points at which f is asked?",
    "not divided by 2 eps": "Make eps ten times smaller: should the result become ten times smaller?",
    "brackets missing": "Make eps ten times smaller: should the result change much? What is divided by what?",
    "half a step": "How far from x are the two points at which f is asked?",
    "sign": "If f grows along an axis, what is the sign of its derivative there?",
    "all coordinates stepped at once": "The derivative by one coordinate: what do the others do meanwhile?",
    "the step accumulates": "After the first coordinate, is x where it was before the second is stepped?",
    "a scalar where a vector belongs": "How many numbers does a gradient have?",
    "absolute value missing above": "What is the error of 1 for 4, and what of −1 for −4?",
    "absolute values missing below": "What is the error of 1 for 4, and what of −1 for −4?",
    "absolute values missing": "What is the error of 1 for 4, and what of −1 for −4?",
    "the sum for the larger (CS231n's convention)": "What is the largest error there can be? Try −1 for 1.",
    "the mean for the larger": "What is divided by: the larger of the two, or a mean of both?",
    "one of the two for the larger": "Exchange the two: should the error stay as it is?",
    "the smaller for the larger": "Try 0 for 1: what is divided by?",
    "not divided": "Multiply both by 10: should a relative error change?",
    "squares for absolute values": "Multiply the difference alone by 2: by how much should the error grow?",
    "one number for all entries": "Can it be seen which entry is wrong?",
    "0 / 0": "What is the error where both are 0?",
    "lr missing": "Take the same step with a smaller rate: which gradient must it have been?",
    "multiplied by lr": "Take the same step with a smaller rate: should the gradient have been larger or smaller?",
    "update's sign": "A positive gradient: does the step lead up or down?",
}

# --- differences ------------------------------------------------------------------------------------------------------

RISE, QUOTIENT = "difference(f, x, step)", "rise / length"


def _along_axes(*edits):
    """`numerical_grad` with a mistake in its steps."""
    return variant(differences.numerical_grad, along_axes=variant(differences.along_axes, *edits))


def _not_put_back(f, x, *, eps):
    """Central differences that step up and down along an axis, but do not step back to the start."""
    x, slopes = x.copy(), []
    for i in range(len(x)):
        x[i] += eps
        up = f(x)
        x[i] -= 2 * eps
        slopes.append((up - f(x)) / (2 * eps))
    return slopes


MISTAKES = {
    differences.numerical_grad: (
        GRADIENT,
        mistakes(
            HINTS,
            differences.numerical_grad,
            ("forward for central", (RISE, "f(x + step) - f(x)")),
            ("backward for central", (RISE, "f(x) - f(x - step)")),
            ("divided by eps for 2 eps", (RISE, "f(x + step) - f(x - step)")),
            ("not divided by 2 eps", (RISE, "f(x + step) - f(x - step)"), (QUOTIENT, "rise")),
            ("not divided by 2 eps", (QUOTIENT, "rise")),
            ("brackets missing", (QUOTIENT, "rise * length")),
            ("brackets missing", (QUOTIENT, "f(x + step) - f(x - step) / (2 * length)")),
            ("half a step", (RISE, "f(x + step / 2) - f(x - step / 2)")),
            ("sign", (RISE, "(f(x - step) - f(x + step)) / 2")),
            ("all coordinates stepped at once", (RISE, "difference(f, x, h)")),
            ("all coordinates stepped at once", lambda f, x, *, eps: (f(x + eps) - f(x - eps)) / (2 * eps)),
            (
                "the step accumulates",
                _along_axes(
                    ("    for i", "    step = namespace(h).zeros_like(h)\n    for i"),
                    ("        step = namespace(h).zeros_like(h)\n", ""),
                ),
            ),
            ("the step accumulates", _not_put_back),
            *(
                ("a scalar where a vector belongs", ("stack(columns)", one))
                for one in ("columns[0]", "columns[-1]", "sum(columns)")
            ),
        ),
    ),
    differences.weight_difference: (
        STEP,
        mistakes(
            HINTS,
            differences.weight_difference,
            ("update's sign", ("(before - after)", "(after - before)")),
            ("lr missing", ("(before - after) / lr", "before - after")),
            ("multiplied by lr", (" / lr", " * lr")),
        ),
    ),
}

# --- errors -----------------------------------------------------------------------------------------------------------

ABOVE, BELOW = "abs(a - b)", "maximum(abs(a), abs(b))"

ENTRYWISE = [
    ("absolute value missing above", (ABOVE, "(a - b)")),
    ("absolute values missing below", (BELOW, "maximum(a, b)")),
    ("absolute values missing", (ABOVE, "(a - b)"), (BELOW, "maximum(a, b)")),
    ("the sum for the larger (CS231n's convention)", (BELOW, "(abs(a) + abs(b))")),
    ("the mean for the larger", (BELOW, "((abs(a) + abs(b)) / 2)")),
    ("one of the two for the larger", (BELOW, "abs(a)")),
    ("one of the two for the larger", (BELOW, "abs(b)")),
    ("the smaller for the larger", (BELOW, "np.minimum(abs(a), abs(b))")),
    ("squares for absolute values", (ABOVE, "(a - b) ** 2"), (BELOW, "maximum(a**2, b**2)")),
]
ALL = [
    ("one number for all entries", (f"{ABOVE} / or_one({BELOW})", formula))
    for formula in (
        f"({ABOVE} / or_one({BELOW})).max()",
        f"({ABOVE} / or_one({BELOW})).mean()",
        f"({ABOVE} / or_one(abs(a) + abs(b))).max()",
        "norm(a - b)[0] / max(norm(a)[0], norm(b)[0])",
        "norm(a - b)[0] / (norm(a)[0] + norm(b)[0])",
    )
]

MISTAKES |= {
    differences.relative_error: (
        ERROR,
        mistakes(
            HINTS,
            differences.relative_error,
            *ENTRYWISE,
            *((*row, ("or_one(", "(")) for row in ENTRYWISE),
            *ALL,
            ("not divided", (f"{ABOVE} / or_one({BELOW})", ABOVE)),
            ("0 / 0", ("or_one(", "(")),
        ),
    )
}
