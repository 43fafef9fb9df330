"""Mistakes that people make in the schedules that climb as well as fall.

Each row has the name of a mistake, and edits of the reference: its text, and the wrong text (see `variants`).
"""

from gradlab import schedules
from gradlab.checks.mistakes.schedules import HINTS as FALLING_HINTS
from gradlab.checks.mistakes.schedules import LOW, entry
from gradlab.checks.variants import variant

#: name -> hint
HINTS = FALLING_HINTS | {
    "period of one way": "At which t is the first peak, and at which is the value the lowest again?",
    "upside down": "Where does the first cycle begin, at the lowest value or at the highest?",
    "jumps instead of coming down": "How does the value get from the peak to the next cycle?",
    "one cycle only": "What happens after the first cycle?",
    "halving where none belongs": "How high is the second peak?",
    "halving missing": "How high is the second peak?",
    "halved one cycle too early": "How high is the first peak?",
    "halved on each way": "How often is the height halved in a cycle?",
    "lr_min halved too": "What is the lowest value of the second cycle?",
    "divided by 2, 3, … for halved again": "How high is the third peak, beside the second?",
    "peak at the wrong step": "At which t is the highest value, when t = 0 is the first of the steps?",
    "last value from the highest, not the first": "Is the highest value divided by final_div_factor, or the first?",
    "last value as the first": "How far below the first value does the last one lie?",
    "starts at 0": "What is the value at t = 0?",
    "anneal ignored": "Ask for both ways to anneal: do the values differ between the ends?",
    "three_phase ignored": "In three phases, when is the first value reached again?",
    "starts at the full rate": "What is the value at t = 0?",
    "clock running while warming up": "Which t should the other schedule be given at the end of the warm-up?",
    "start ignored": "What is the value at t = 0?",
    "start added on top": "Raise start a little: should the value at the end of the warm-up change?",
    "start added in the ramp only": "What is the last value of the warm-up, beside the first after it?",
    "falls instead of warming up": "Is the value at t = 0 the lowest or the highest of the warm-up?",
    "the other schedule never runs": "What should happen after the warm-up?",
    "not cut at lr": "Which is the highest value?",
    "stable part missing": "How many steps stay at lr between the warm-up and the decay?",
    "start of the decay for its length": "What does decay_steps say: when the decay begins, or how long it takes?",
    "steps counted from the end of the warm-up": "Are the steps of the warm-up some of all the steps?",
    "decay missing": "What is the value at t = steps?",
    "below 0 after its end": "Ask for t far past the end: can a rate be negative?",
    "way down longer than the way up": "How many steps go up, and how many down to the first value?",
}

# --- triangles --------------------------------------------------------------------------------------------------------

UP = "2 * (t % period) / period"
HEIGHT = f"(1 - abs({UP} - 1))"

TRIANGLE = [
    ("period of one way", (UP, "(t % (2 * period)) / period")),
    ("off by one: the end comes a step early", (UP, "2 * (t % period) / (period - 1)")),
    ("upside down", (HEIGHT, f"abs({UP} - 1)")),
    ("jumps instead of coming down", (HEIGHT, "(t % period) / period")),
    ("one cycle only", (UP, "2 * t / period")),
    ("one cycle only", (UP, "2 * _min(t / period, 1)")),
]
OWN, HALVED = "(lr - lr_min,", "0.5 ** (t // period)"

MISTAKES = {
    schedules.triangular: entry(
        HINTS,
        schedules.triangular,
        *TRIANGLE,
        *LOW,
        ("cut off at lr_min", (f"lr_min + (lr - lr_min) * {HEIGHT}", f"max(lr_min, lr * {HEIGHT})")),
        ("halving where none belongs", schedules.triangular2),
    ),
    schedules.triangular2: entry(
        HINTS,
        schedules.triangular2,
        *(
            (name, variant(schedules.triangular2, triangular=variant(schedules.triangular, *edits)))
            for name, *edits in TRIANGLE
        ),
        ("lr missing", (OWN, "(1 - lr_min,")),
        ("lr_min ignored", (OWN, "(lr,"), ("lr_min + wave", "wave")),
        ("lr_min added on top", (OWN, "(lr,")),
        ("lr_min halved too", ("lr_min + wave(t)", "(lr_min + wave(t))")),
        ("halving missing", (f" * {HALVED}", "")),
        ("halved one cycle too early", (HALVED, "0.5 ** (t // period + 1)")),
        ("halved on each way", (HALVED, "0.5 ** (2 * t // period)")),
        ("whole part missing", ("//", "/")),
        ("divided by 2, 3, … for halved again", (f"* {HALVED}", "/ (t // period + 1)")),
    ),
}

# --- phases -----------------------------------------------------------------------------------------------------------

RAMP, REST = "_min(t / steps, 1)", "_max(t - steps, 0)"

MISTAKES |= {
    schedules.one_cycle: entry(
        HINTS,
        schedules.one_cycle,
        ("lr missing", ("return lr * ", "return ")),
        ("peak at the wrong step", ("[0, rise * steps - 1", "[0, rise * steps")),
        ("peak at the wrong step", ("[0, rise * steps - 1", "[0, rise * (steps - 1)")),
        ("off by one: the end comes a step late", ("- 1, steps - 1]", "- 1, steps]")),
        ("way down longer than the way up", ("2 * rise * steps - 2", "2 * rise * steps - 1")),
        ("way down longer than the way up", ("2 * rise * steps - 2", "2 * rise * steps")),
        ("last value from the highest, not the first", ("low / final", "1 / final")),
        ("last value as the first", ("low / final_div_factor", "low")),
        ("starts at 0", ("[low, 1", "[0, 1")),
        ("starts at the full rate", ("[low, 1", "[1, 1")),
        ("anneal ignored", ("[anneal]", '["cosine"]')),
        ("anneal ignored", ("[anneal]", '["linear"]')),
        ("three_phase ignored", ("if three_phase:", "if False:")),
        ("starts again after its end", ("(t - start)", "(t % steps - start)")),
        ("0 after its end", ("return lr *", "return (t < steps) * lr *")),
    ),
    schedules.warm_up: entry(
        HINTS,
        schedules.warm_up,
        ("off by one: a step early", (RAMP, "_min((t + 1) / steps, 1)")),
        ("off by one: the end comes a step early", (RAMP, "_min(t / (steps - 1), 1)")),
        ("off by one: the end comes a step late", (RAMP, "_min(t / (steps + 1), 1)")),
        ("goes on after its end", (RAMP, "t / steps")),
        ("starts at the full rate", ("(1 - p) * start + p * ", "")),
        ("starts at the full rate", (RAMP, "1"), (REST, "t")),
        ("clock running while warming up", (REST, "t")),
        ("clock running while warming up", (REST, "0 if t < steps else t")),
        ("clock running while warming up", (REST, "max(t, steps)")),
        ("start ignored", ("(1 - p) * start + ", "")),
        ("start added on top", ("(1 - p) * start", "start")),
        ("start added in the ramp only", ("(1 - p) * start", "(t < steps) * start")),
        ("falls instead of warming up", ("(1 - p) * start + p *", "p * start + (1 - p) *")),
        ("the other schedule never runs", (REST, "0")),
    ),
    schedules.warm_up_stable_decay: entry(
        HINTS,
        schedules.warm_up_stable_decay,
        ("lr missing", ("lr * ", "")),
        ("off by one: a step early", ("t / warm_up_steps", "(t + 1) / warm_up_steps")),
        ("off by one: the end comes a step early", ("(steps - t)", "(steps - 1 - t)")),
        ("off by one: the end comes a step late", ("(steps - t)", "(steps + 1 - t)")),
        (
            "starts at the full rate",
            ("_min(t / warm_up_steps, (steps - t) / decay_steps)", "(steps - t) / decay_steps"),
        ),
        ("decay missing", ("_min(t / warm_up_steps, (steps - t) / decay_steps)", "t / warm_up_steps")),
        ("not cut at lr", ("_min(slopes, 1)", "slopes")),
        ("stable part missing", ("(steps - t)", "(warm_up_steps + decay_steps - t)")),
        ("stable part missing", ("/ decay_steps", "/ (steps - warm_up_steps)")),
        ("start of the decay for its length", ("/ decay_steps", "/ (steps - decay_steps)")),
        ("steps counted from the end of the warm-up", ("(steps - t)", "(steps + warm_up_steps - t)")),
        ("below 0 after its end", ("_max(_min(slopes, 1), 0)", "_min(slopes, 1)")),
    ),
}
