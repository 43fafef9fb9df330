"""Mistakes that people make in update rules that the library does not have, and students are asked to write.

Each row has the name of a mistake, and edits of the reference: its text, and the wrong text (see `variants`).
"""

from gradlab.checks.mistakes.rules import HINTS as RULE_HINTS
from gradlab.checks.mistakes.rules import MOMENTUM, entry
from gradlab.checks.tasks import rules

#: name -> hint
HINTS = RULE_HINTS | {
    "penalty without its half": "What is the derivative of a half of x²?",
    "penalty for its gradient": "Turn x into −x: should the decay turn as well?",
    "decoupled decay for L2": "Let weight_decay be large and g be 0: does the decay pass through the velocity?",
    "lr counted twice": "Halve lr: should a step be half as long, or a quarter?",
}

L2, STEP = "g = g + weight_decay * x", "x - lr * v"

MISTAKES = {
    rules.momentum_l2: entry(
        HINTS,
        rules.momentum_l2,
        *MOMENTUM,
        ("decoupled decay for L2", (L2, ""), (STEP, "x - lr * weight_decay * x - lr * v")),
        ("decoupled decay for L2", (L2, ""), (STEP, "(1 - lr * weight_decay) * (x - lr * v)")),
        ("decay not scaled by lr", (L2, ""), (STEP, "x - weight_decay * x - lr * v")),
        ("decay not scaled by lr", (L2, ""), (STEP, "(1 - weight_decay) * (x - lr * v)")),
        ("lr counted twice", (L2, "g = g + lr * weight_decay * x")),
        ("penalty without its half", (L2, "g = g + 2 * weight_decay * x")),
        ("penalty for its gradient", (L2, "g = g + weight_decay * x**2")),
        ("penalty for its gradient", (L2, "g = g + weight_decay * (x**2).sum()")),
        ("penalty for its gradient", (L2, "g = g + 0.5 * weight_decay * x**2")),
        ("penalty for its gradient", (L2, "g = g + 0.5 * weight_decay * (x**2).sum()")),
        ("decay's sign", (L2, "g = g - weight_decay * x")),
        ("decay missing", (L2, "")),
    )
}
