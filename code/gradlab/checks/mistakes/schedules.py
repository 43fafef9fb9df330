"""Mistakes that people make in schedules.

Each row has the name of a mistake, and edits of the reference: its text, and the wrong text (see `variants`).
Schedules that count their calls need no row: when a case is asked again backwards, they give other values.
"""

from math import exp, prod

from gradlab import schedules
from gradlab.checks.questions.schedules import SCHEDULE
from gradlab.checks.variants import mistakes

#: name -> hint
HINTS = {
    "off by one: a step early": "What is the value at t = 0, before the first step?",
    "off by one: a step late": "At which t does the first change happen?",
    "off by one: the end comes a step early": "At which t is the end reached, when t = 0 is before the first step?",
    "off by one: the end comes a step late": "At which t is the end reached, when t = 0 is before the first step?",
    "lr missing": "Double lr: should the values double?",
    "lr_min ignored": "What is the lowest value, and should it depend on lr_min?",
    "lr_min added on top": "Raise lr_min a little: should the highest value change?",
    "cut off at lr_min": "Is lr_min where the curve is cut, or where it arrives?",
    "goes on after its end": "Ask for t far past the end: what should the value be there?",
    "starts again after its end": "Ask for t far past the end: what should the value be there?",
    "0 after its end": "Ask for t far past the end: what should the value be there?",
    "climbs instead of falling": "Which should be larger, the value at t = 0 or that at the end?",
    "gamma applied every step": "How many steps have the same value?",
    "gamma applied once only": "How many times smaller is the value after two falls?",
    "gamma forgotten at the next step": "Once the value has fallen, what is it one step later?",
    "1 − gamma for gamma": "Let gamma be nearly 1: should the values fall fast or slowly?",
    "gamma times t for a power": "What is the value at t = 0, where nothing has been multiplied yet?",
    "gamma as an exponent's rate": "What is the value at t = 1 divided by that at t = 0?",
    "ceil for floor": "Does the value fall at the beginning of each stretch of steps, or at its end?",
    "whole part missing": "Should the value change at every step, or in stairs?",
    "milestones as lengths": "Does a milestone say when, or how long after the one before?",
    "milestones ahead counted": "How many milestones are behind us at t = 0?",
    "decay applied to the last value": "After 1 / decay steps, what should be left of lr? And after 2 / decay?",
    "1 missing below": "What is divided by at t = 0?",
    "brackets missing": "Let t be large: should the value be large?",
    "decay divided by": "Let decay be 0: what should the values be?",
    "root where none belongs": "After 1 / decay steps, what should be left of lr?",
    "straight line for a curve": "Draw it: is it straight, and should it be?",
    "power of the time": "What is raised to the power: how much of the time is over, or how much is left?",
    "power missing": "Change power: should the curve change?",
    "full period for half a one": "How often should the cosine come down on the way? Where is it half-way?",
    "quarter period for half a one": "Draw it: is it as flat at the end as at the beginning?",
    "degrees for radians": "How far does the angle go, and what does cos take it in?",
    "π missing": "How far does the angle go from the beginning to the end?",
    "angle of t, not of its share": "How far does the angle go from the beginning to the end?",
    "sine for cosine": "What is the value at t = 0?",
    "half missing": "Between which two numbers does 1 + cos vary?",
    "1 + missing": "Between which two numbers does cos vary?",
    "no restart": "What is the value at t = period?",
    "restarts a step late": "What is the value at t = period, and is it ever lr_min itself?",
    "mult ignored": "How long is the second cycle?",
    "restarts counted wrongly": "Write down how long the first four cycles are, and at which t each begins.",
    "time since the beginning for time since the restart": "How much of a cycle is over at its restart?",
    "each cycle lower": "What is the value at a restart?",
}


def moved(make, clock):
    """A function that makes the same schedules, with clock(t) in the place of t."""

    def at_other_times(*args, **hyper):
        schedule = make.__wrapped__(*args, **hyper)
        return lambda t: schedule(clock(t))

    return at_other_times


def entry(hints, reference, *table):
    """The question to a function that makes schedules, and its mistakes: those of a table, and a step early or late.

    hints       name of a mistake -> hint
    reference   the function that makes the schedule
    table       rows of a name and edits (see `variants.variant`), or of a name and another function
    """
    clocks = [
        ("off by one: a step early", moved(reference, lambda t: t + 1)),
        ("off by one: a step late", moved(reference, lambda t: t - 1)),
        ("off by one: a step late", moved(reference, lambda t: max(t - 1, 0))),
    ]
    return SCHEDULE, mistakes(hints, reference, *clocks, *table)


# --- stairs, powers, lines --------------------------------------------------------------------------------------------

STAIRS, COUNTED = "t // step_size", "t >= milestone for milestone in milestones"

MISTAKES = {
    schedules.step: entry(
        HINTS,
        schedules.step,
        ("lr missing", ("lr * ", "")),
        ("gamma applied every step", (STAIRS, "t")),
        ("gamma applied once only", (f"({STAIRS})", "(t >= step_size)")),
        ("gamma forgotten at the next step", (f"({STAIRS})", "(t > 0 and t % step_size == 0)")),
        ("gamma forgotten at the next step", (f"({STAIRS})", "(t % step_size == 0)")),
        ("1 − gamma for gamma", ("gamma", "(1 - gamma)")),
        ("ceil for floor", (STAIRS, "-(-t // step_size)")),
        ("whole part missing", (STAIRS, "t / step_size")),
    ),
    schedules.multi_step: entry(
        HINTS,
        schedules.multi_step,
        ("lr missing", ("lr * ", "")),
        ("gamma applied every step", (f"sum({COUNTED})", "t")),
        ("gamma applied every step", (f"sum({COUNTED})", "max(t - milestones[0] + 1, 0)")),
        ("gamma applied once only", ("sum(", "any(")),
        ("gamma forgotten at the next step", (">=", "==")),
        ("1 − gamma for gamma", ("gamma", "(1 - gamma)")),
        ("milestones as lengths", ("tuple(milestones)", "np.cumsum(milestones).tolist()")),
        ("milestones ahead counted", (">=", "<")),
    ),
    schedules.exponential: entry(
        HINTS,
        schedules.exponential,
        ("lr missing", ("lr * ", "")),
        ("climbs instead of falling", ("lr * ", "lr / ")),
        ("gamma applied once only", ("gamma**t", "gamma ** (t > 0)")),
        ("1 − gamma for gamma", ("gamma", "(1 - gamma)")),
        ("gamma times t for a power", ("**", " * ")),
        ("gamma as an exponent's rate", lambda lr, *, gamma: lambda t: lr * exp(-gamma * t)),
    ),
    schedules.inverse_time: entry(
        HINTS,
        schedules.inverse_time,
        ("lr missing", ("lr /", "1 /")),
        ("decay applied to the last value", ("(1 + decay * t)", "(1 + decay) ** t")),
        (
            "decay applied to the last value",
            lambda lr, *, decay: lambda t: lr / prod(1 + decay * k for k in range(t + 1)),
        ),
        ("1 missing below", ("1 + ", "")),
        ("1 missing below", ("1 + decay * t", "decay * max(t, 1)")),
        ("1 missing below", ("1 + decay * t", "np.multiply(decay, t)")),  # which divides by 0 without an error
        ("brackets missing", ("(1 + decay * t)", "1 + decay * t")),
        ("decay divided by", ("decay * t", "t / decay")),
        ("root where none belongs", ("(1 + decay * t)", "(1 + decay * t) ** 0.5")),
        ("straight line for a curve", ("/ (1 +", "* (1 -")),
    ),
    schedules.polynomial: entry(
        HINTS,
        schedules.polynomial,
        ("lr missing", ("lr * ", "")),
        ("off by one: the end comes a step early", ("steps", "(steps - 1)")),
        ("off by one: the end comes a step late", ("steps", "(steps + 1)")),
        ("goes on after its end", ("_min(t / steps, 1)", "t / steps")),
        ("starts again after its end", ("_min(t / steps, 1)", "t % steps / steps")),
        ("climbs instead of falling", ("(1 - _min(t / steps, 1))", "_min(t / steps, 1)")),
        ("power of the time", ("(1 - _min(t / steps, 1)) ** power", "(1 - _min(t / steps, 1) ** power)")),
        ("power missing", (" ** power", "")),
    ),
}

# --- cosines ----------------------------------------------------------------------------------------------------------

WAVE = "(1 + _cos(pi * p)) / 2"
LOW = [  # the lowest value, where the last line is lr_min + (lr - lr_min) * ...
    ("lr missing", ("(lr - lr_min)", "(1 - lr_min)")),
    ("lr_min ignored", ("lr_min + (lr - lr_min)", "lr")),
    ("lr_min added on top", ("(lr - lr_min)", "lr")),
]


COSINE = [  # half a period of a cosine; p is the share of the time that has passed
    *LOW,
    ("cut off at lr_min", (f"lr_min + (lr - lr_min) * {WAVE}", f"max(lr_min, lr * {WAVE})")),
    ("climbs instead of falling", ("1 + _cos", "1 - _cos")),
    ("full period for half a one", ("pi * ", "2 * pi * ")),
    ("quarter period for half a one", (WAVE, "_cos(pi / 2 * p)")),
    ("degrees for radians", ("pi * ", "180 * ")),
    ("π missing", ("pi * ", "")),
    ("sine for cosine", ("_cos(", "np.sin(")),
    ("half missing", (WAVE, WAVE.removesuffix(" / 2"))),
    ("1 + missing", ("(1 + _cos", "(_cos")),
    ("1 + missing", (WAVE, "_cos(pi * p)")),
    ("straight line for a curve", (WAVE, "(1 - p)")),
]
GROWING, SHARE = "period * mult**n", "(t - period * (mult**n - 1) / (mult - 1)) / (period * mult**n)"
ALONE, CYCLE = "p = t % period / period", "if mult == 1:"


def _lengths(length):
    """`cosine_restarts` with cycles of length(n, period, mult) steps, n = 0, 1, 2, …"""

    def make(lr, *, period, mult, lr_min):
        def schedule(t):
            n = 0
            while t >= length(n, period, mult):
                t, n = t - length(n, period, mult), n + 1
            return schedules.cosine(lr, steps=length(n, period, mult), lr_min=lr_min)(t)

        return schedule

    return make


def _restarting_late(more):
    """`cosine_restarts` with the low point of each cycle before its restart, which may take a step of its own."""

    def make(lr, *, period, mult, lr_min):
        def schedule(t):
            length = period
            while t > length:
                t, length = t - length - more, length * mult
            return schedules.cosine(lr, steps=length, lr_min=lr_min)(t)

        return schedule

    return make


MISTAKES |= {
    schedules.cosine: entry(
        HINTS,
        schedules.cosine,
        *COSINE,
        # the same mistakes, in code that treats the steps after the end in a branch of their own
        *(
            (*row, ("p = _min(", f"if t {after} steps:\n            return lr_min\n        p = _min("))
            for row in COSINE
            for after in (">", ">=")
        ),
        ("angle of t, not of its share", ("_min(t / steps, 1)", "t")),
        ("off by one: the end comes a step early", ("t / steps", "t / (steps - 1)")),
        ("off by one: the end comes a step late", ("t / steps", "t / (steps + 1)")),
        ("goes on after its end", ("_min(t / steps, 1)", "t / steps")),
        ("starts again after its end", ("_min(t / steps, 1)", "t % steps / steps")),
        ("starts again after its end", ("_min(t / steps, 1)", "t % (steps + 1) / steps")),
        ("0 after its end", ("lr_min + (", "(t <= steps) * lr_min + (")),
        ("0 after its end", ("lr_min + (", "(t < steps) * lr_min + (")),
    ),
    schedules.cosine_restarts: entry(
        HINTS,
        schedules.cosine_restarts,
        *COSINE,
        ("angle of t, not of its share", ("pi * p", "pi * t")),
        ("off by one: the end comes a step early", (ALONE, "p = t % period / (period - 1)")),
        ("no restart", (CYCLE, "if True:"), (ALONE, "p = t / period")),
        ("no restart", (CYCLE, "if True:"), (ALONE, "p = _min(t / period, 1)")),
        ("mult ignored", (CYCLE, "if True:")),
        ("restarts a step late", _restarting_late(0)),
        ("restarts a step late", _restarting_late(1)),
        ("restarts counted wrongly", _lengths(lambda n, period, mult: period * mult ** (n + 1))),
        ("restarts counted wrongly", _lengths(lambda n, period, mult: period * mult ** max(n - 1, 0))),
        ("restarts counted wrongly", _lengths(lambda n, period, mult: period * (1 + n * (mult - 1)))),
        ("restarts counted wrongly", _lengths(lambda n, period, mult: period + n * mult)),
        ("restarts counted wrongly", _lengths(lambda n, period, mult: period * mult**n + 1)),
        ("restarts counted wrongly", _lengths(lambda n, period, mult: max(period * mult**n - 1, 1))),
        ("time since the beginning for time since the restart", (SHARE, f"t / ({GROWING})")),
        ("time since the beginning for time since the restart", (SHARE, f"t % ({GROWING}) / ({GROWING})")),
        (
            "each cycle lower",
            ("            p = t % period / period", "            n, p = t // period, t % period / period"),
            ("(lr - lr_min) *", "(lr - lr_min) * 0.5**n *"),
        ),
    ),
}
