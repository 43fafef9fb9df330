"""Mistakes that people make in a schedule that climbs and then falls along half a cosine.

Each row has the name of a mistake, and edits of the reference: its text, and the wrong text (see `variants`).
"""

import numpy as np

from gradlab.checks.mistakes.cycles import HINTS as CYCLE_HINTS
from gradlab.checks.mistakes.schedules import COSINE, moved
from gradlab.checks.questions.warmups import WARM_UP
from gradlab.checks.tasks import warmups
from gradlab.checks.variants import mistakes

#: name -> hint
HINTS = CYCLE_HINTS | {
    "off by one: a step early": "Which rate does the very first step have?",
    "off by one: a step late": "Which rate does the very first step have, and which the second?",
    "off by one: the end comes a step early": "Which rate has the last of all steps, and which the one before it?",
    "off by one: the end comes a step late": "Which rate has the last of all steps, t = T − 1?",
    "warm-up from 0: the first step stands still": "How far does a step at the rate 0 move?",
    "the peak a step late": "Which step has the peak: the last of the climb, or the one after it?",
    "the peak twice": "How many steps have the highest rate?",
    "the climb a step too long": "How many steps climb, when the first of them is t = 0?",
    "epochs for steps": "In which unit is t, and in which are epochs and climb?",
    "one rate for a whole epoch": "Does the rate change at every step, or once an epoch?",
    "sine for cosine": "Which rate does the fall begin with?",
    "climbs instead of falling": "Which should be larger, the rate after the climb or that at the end?",
    "angle of t, not of its share": "How far does the angle go from the peak to the end?",
    "clock running while warming up": "How much of the fall is over at the peak? Draw the rates: is there a jump?",
    "climb begins at lr_min": "Which share of the peak does the first step have?",
    "starts at the full rate": "Which share of the peak does the first step have?",
    "steps counted from the end of the warm-up": "Are the epochs of the climb some of all the epochs?",
    "straight line for a curve": "Draw the fall: is it straight, and should it be?",
    "lr missing": "Double lr: should all the rates double, when lr_min is 0?",
    "the fall missing": "What happens after the climb?",
    "curve for a straight line": "Draw the climb: is it straight, and should it be?",
    "goes on climbing": "What happens after the climb?",
}

_HEAD = "def schedule(t):"
_UP, _SHARE, _BRANCH = "lr * (t + 1) / up", "(t + 1 - up) / (steps - up)", "if t < up:"
_LENGTHS = "up, steps = climb * per_epoch, epochs * per_epoch"
_P = f"_min({_SHARE}, 1)"

ROWS = [
    *COSINE,
    ("warm-up from 0: the first step stands still", (_UP, "lr * t / up"), (_SHARE, "(t - up) / (steps - up)")),
    ("warm-up from 0: the first step stands still", (_UP, "lr * t / up")),
    ("warm-up from 0: the first step stands still", (_UP, "lr * t / (up - 1)")),
    ("warm-up from 0: the first step stands still", (_UP, "lr * t / up"), (_SHARE, "(t - up) / (steps - up - 1)")),
    ("warm-up from 0: the first step stands still", (_UP, "lr * t / (up - 1)"), (_SHARE, "(t - up) / (steps - up)")),
    (
        "warm-up from 0: the first step stands still",
        (_UP, "lr * t / (up - 1)"),
        (_SHARE, "(t - up) / (steps - up - 1)"),
    ),
    ("the peak a step late", (_UP, "lr * (t + 1) / (up + 1)"), (_SHARE, "(t - up) / (steps - up)")),
    ("the peak a step late", (_UP, "lr * (t + 1) / (up + 1)"), (_SHARE, "(t - up) / (steps - up - 1)")),
    ("the peak a step late", (_UP, "lr * (t + 1) / (up + 1)")),
    ("the peak twice", (_SHARE, "(t - up) / (steps - up)")),
    ("the peak twice", (_SHARE, "(t - up) / (steps - up - 1)")),
    ("off by one: the end comes a step early", (_SHARE, "(t + 1 - up) / (steps - up - 1)")),
    ("off by one: the end comes a step late", (_SHARE, "(t + 1 - up) / (steps - up + 1)")),
    ("epochs for steps", (_LENGTHS, "up, steps = climb, epochs")),
    ("epochs for steps", (_LENGTHS, "up, steps = climb, epochs * per_epoch")),
    ("epochs for steps", (_LENGTHS, "up, steps = climb * per_epoch, epochs")),
    ("one rate for a whole epoch", (_HEAD, f"{_HEAD}\n        t = t // per_epoch * per_epoch")),
    ("one rate for a whole epoch", (_HEAD, f"{_HEAD}\n        t = (t // per_epoch + 1) * per_epoch - 1")),
    (
        "epochs for steps",
        (_UP, "lr * (t / per_epoch + 1) / climb"),
        (_SHARE, "(t / per_epoch - climb + 1) / (epochs - climb)"),
    ),
    ("the climb a step too long", (_BRANCH, "if t <= up:")),
    ("angle of t, not of its share", ("pi * p", "pi * t")),
    ("angle of t, not of its share", ("pi * p", "pi * (t - up)")),
    ("angle of t, not of its share", ("pi * p", "pi * (t + 1 - up)")),
    ("clock running while warming up", (_P, "_min((t + 1) / steps, 1)")),
    ("clock running while warming up", (_P, "_min(t / steps, 1)")),
    ("clock running while warming up", (_P, "_min(t / (steps - 1), 1)")),
    ("clock running while warming up", (_P, "_min((t + 1) / (steps - up), 1)")),
    ("clock running while warming up", (_P, "_min(t / (steps - up), 1)")),
    (
        "clock running while warming up",
        (_UP, "(lr_min + (lr - lr_min) * (1 + np.cos(pi * (t + 1) / steps)) / 2) * (t + 1) / up"),
        (_P, "_min((t + 1) / steps, 1)"),
    ),
    ("steps counted from the end of the warm-up", (_P, "_min((t + 1 - up) / steps, 1)")),
    ("steps counted from the end of the warm-up", (_P, "_min((t - up) / steps, 1)")),
    ("climb begins at lr_min", (_UP, "lr_min + (lr - lr_min) * (t + 1) / up")),
    ("climb begins at lr_min", (_UP, "lr_min + (lr - lr_min) * t / up")),
    ("climb begins at lr_min", (_UP, "lr_min + (lr - lr_min) * t / (up - 1)")),
    ("starts at the full rate", (_UP, "lr")),
    ("starts at the full rate", (_BRANCH, "if t < 0:"), (_P, "_min((t + 1) / steps, 1)")),
    ("starts at the full rate", (_BRANCH, "if t < 0:"), (_P, "_min(t / steps, 1)")),
    ("curve for a straight line", (_UP, "lr * (1 - _cos(pi * (t + 1) / up)) / 2")),
]
#: the same mistakes, in code that does not see to the end, or does so in a branch of its own
ENDINGS = [("p = _min(", "p = _first("), ("p = _min(", "if t >= steps:\n            return lr_min\n        p = _min(")]

MISTAKES = {
    warmups.warm_up_cosine: (
        WARM_UP,
        mistakes(
            HINTS,
            warmups.warm_up_cosine,
            *ROWS,
            *((*row, ending) for row in ROWS for ending in ENDINGS),
            ("off by one: a step early", moved(warmups.warm_up_cosine, lambda t: t + 1)),
            ("off by one: a step late", moved(warmups.warm_up_cosine, lambda t: max(t - 1, 0))),
            ("goes on after its end", (_P, _SHARE)),
            ("0 after its end", ("lr_min + (lr", "(t < steps) * lr_min + (lr")),
            ("goes on climbing", (_BRANCH, "if True:")),
            ("the fall missing", (_BRANCH, "if t >= up:\n            return lr\n        if True:")),
            np=np,
            _first=lambda a, b: a,
        ),
    )
}
