"""Schedules got wrong, as students write them: each gets its name."""

import json
from math import ceil, cos, pi

import numpy as np
import pytest

from gradlab import schedules
from gradlab.checks import check
from gradlab.checks.mistakes import cycles
from gradlab.checks.mistakes import schedules as falling
from gradlab.checks.mistakes.schedules import entry
from gradlab.checks.questions.schedules import EASY_SETTINGS, SCHEDULE

REFERENCES = falling.MISTAKES | cycles.MISTAKES
SEEDS = range(5)


def test_every_schedule_that_changes_is_in_the_bank():
    makers = [f for f in vars(schedules).values() if getattr(f, "__module__", "") == schedules.__name__]
    public = {f for f in makers if hasattr(f, "__wrapped__") and not f.__name__.startswith("_")}
    assert set(REFERENCES) == public - {schedules.constant}
    assert {like.__name__ for like in REFERENCES} == set(EASY_SETTINGS)
    assert {question for question, _ in REFERENCES.values()} == {SCHEDULE}


def test_cases_are_plain_and_go_past_every_end():
    for like in REFERENCES:
        for case in SCHEDULE.cases(like, np.random.default_rng(0)):
            json.dumps(case)  # nothing of numpy's
            values, modified = SCHEDULE.run(like, case)
            assert len(values) == 40 > case.hyper.get("steps", 0) + 10
            assert modified == []


def test_cases_differ_with_the_seed_but_for_the_first():
    one, other = (list(SCHEDULE.cases(schedules.cosine, np.random.default_rng(seed))) for seed in (0, 1))
    assert one[:2] == other[:2]
    assert all(a != b for a, b in zip(one[2:], other[2:], strict=True))


def test_stairs_are_short_and_have_more_than_one_step():
    asked = [case for seed in range(50) for case in SCHEDULE.cases(schedules.step, np.random.default_rng(seed))]
    assert {case.hyper["step_size"] for case in asked} == {2, 3, 4, 5}


def test_a_misconception_needs_a_hint():
    with pytest.raises(KeyError):
        entry({}, schedules.step, ("lr missing", ("lr * ", "")))


# --- what students write ----------------------------------------------------------------------------------------------


def same_half_cosine(lr, *, steps, lr_min=0):
    # cos² of half the angle: at the end not quite 0
    return lambda t: lr_min + (lr - lr_min) * np.cos(np.pi / 2 * min(t, steps) / steps) ** 2


def same_triangle(lr, *, period, lr_min=0):
    def schedule(t):
        p = t / period - t // period
        return lr_min + (lr - lr_min) * (2 * p if p < 0.5 else 2 - 2 * p)

    return schedule


def same_restarts(lr, *, period, mult=1, lr_min=0):
    def schedule(t):
        start, length = 0, period
        while t >= start + length:
            start, length = start + length, length * mult
        return lr_min + 0.5 * (lr - lr_min) * (1 + cos(pi * (t - start) / length))

    return schedule


def same_stairs(lr, *, step_size, gamma):
    def schedule(t):
        value = lr
        for k in range(1, t + 1):
            if k % step_size == 0:
                value *= gamma
        return value

    return schedule


def same_trapezium(lr, *, steps, warm_up_steps, decay_steps):
    knots = [0, warm_up_steps, steps - decay_steps, steps]
    return lambda t: np.float32(np.interp(t, knots, [0, lr, lr, 0]))


@pytest.mark.parametrize(
    ("student", "like"),
    [
        (same_half_cosine, schedules.cosine),
        (same_triangle, schedules.triangular),
        (same_restarts, schedules.cosine_restarts),
        (same_stairs, schedules.step),
        (same_trapezium, schedules.warm_up_stable_decay),
    ],
)
def test_another_way_to_the_same_is_right(student, like):
    for seed in SEEDS:
        check(student, like=like, seed=seed).raise_if_wrong()


def degrees_cosine(lr, *, steps, lr_min=0):
    def schedule(t):
        if t > steps:
            return lr_min
        return lr_min + 0.5 * (lr - lr_min) * (1 + np.cos(np.degrees(np.pi * t / steps)))

    return schedule


def climbing_cosine(lr, *, steps, lr_min=0):
    return lambda t: lr_min + 0.5 * (lr - lr_min) * (1 + cos(pi * t / steps))


def full_cosine(lr, *, steps, lr_min=0):
    return lambda t: lr_min + 0.5 * (lr - lr_min) * (1 + cos(2 * pi * min(t, steps) / steps))


def late_milestones(lr, *, milestones, gamma=0.1):
    def schedule(t):
        value = lr
        for milestone in milestones:
            if t > milestone:
                value *= gamma
        return value

    return schedule


def ceil_stairs(lr, *, step_size, gamma=0.1):
    return lambda t: lr * gamma ** ceil(t / step_size)


def growing_by_addition(lr, *, period, mult=1, lr_min=0):
    def schedule(t):
        length = period
        while t >= length:
            t -= length
            length += mult
        return lr_min + 0.5 * (lr - lr_min) * (1 + cos(pi * t / length))

    return schedule


def eager_warm_up(schedule, *, steps, start=0):
    return lambda t: start + (schedule(0) - start) * t / steps if t < steps else schedule(t)


def no_ramp(schedule, *, steps, start=0):
    return lambda t: schedule(0) if t < steps else schedule(t - steps)


def early_warm_up(schedule, *, steps, start=0):
    return lambda t: start + (schedule(0) - start) * (t + 1) / steps if t < steps else schedule(t - steps)


def dividing_itself(lr, *, decay):
    def schedule(t):
        value = lr
        for k in range(t + 1):
            value = value / (1 + decay * k)
        return value

    return schedule


def long_triangle(lr, *, period, lr_min=0):
    def schedule(t):
        t = t % (2 * period)
        return lr_min + (lr - lr_min) * min(t, 2 * period - t) / period

    return schedule


def peak_late(lr, *, steps, rise=0.3, anneal="cosine", div_factor=25, final_div_factor=1e4, three_phase=False):
    low = lr / div_factor
    times = [0, rise * steps, *[2 * rise * steps - 2] * three_phase, steps - 1]
    values = [low, lr, *[low] * three_phase, low / final_div_factor]

    def schedule(t):
        t = min(t, steps - 1)
        i = next(i for i, end in enumerate(times[1:]) if t <= end)
        p = (t - times[i]) / (times[i + 1] - times[i])
        p = p if anneal == "linear" else (1 - cos(pi * p)) / 2
        return values[i] + p * (values[i + 1] - values[i])

    return schedule


def endless_polynomial(lr, *, steps, power=1):
    return lambda t: lr * (1 - t / steps) ** power


def negative_trapezium(lr, *, steps, warm_up_steps, decay_steps):
    def schedule(t):
        if t < warm_up_steps:
            return lr * t / warm_up_steps
        if t < steps - decay_steps:
            return lr
        return lr * (steps - t) / decay_steps

    return schedule


@pytest.mark.parametrize(
    ("student", "like", "name"),
    [
        (degrees_cosine, schedules.cosine, "degrees for radians"),
        (climbing_cosine, schedules.cosine, "goes on after its end"),
        (full_cosine, schedules.cosine, "full period for half a one"),
        (late_milestones, schedules.multi_step, "off by one: a step late"),
        (ceil_stairs, schedules.step, "ceil for floor"),
        (growing_by_addition, schedules.cosine_restarts, "restarts counted wrongly"),
        (eager_warm_up, schedules.warm_up, "clock running while warming up"),
        (no_ramp, schedules.warm_up, "starts at the full rate"),
        (early_warm_up, schedules.warm_up, "off by one: a step early"),
        (dividing_itself, schedules.inverse_time, "decay applied to the last value"),
        (long_triangle, schedules.triangular, "period of one way"),
        (peak_late, schedules.one_cycle, "peak at the wrong step"),
        (endless_polynomial, schedules.polynomial, "goes on after its end"),
        (negative_trapezium, schedules.warm_up_stable_decay, "below 0 after its end"),
    ],
)
def test_student_is_told_the_misconception(student, like, name):
    for seed in SEEDS:
        assert check(student, like=like, seed=seed).names == (name,)


# --- state ------------------------------------------------------------------------------------------------------------


def counting(lr, *, gamma):
    calls = 0

    def schedule(t):
        nonlocal calls
        calls += 1
        return lr * gamma ** (calls - 1)

    return schedule


def multiplying(lr, *, step_size, gamma=0.1):
    now = lr

    def schedule(t):
        nonlocal now
        if t > 0 and t % step_size == 0:
            now *= gamma
        return now

    return schedule


def counting_from_1(lr, *, steps, lr_min=0):
    calls = []

    def schedule(t):
        calls.append(t)
        return same_half_cosine(lr, steps=steps, lr_min=lr_min)(len(calls))

    return schedule


@pytest.mark.parametrize(
    ("student", "like"),
    [(counting, schedules.exponential), (multiplying, schedules.step), (counting_from_1, schedules.cosine)],
)
def test_schedule_that_counts_its_calls(student, like):
    for seed in SEEDS:
        assert check(student, like=like, seed=seed).names == ("state shared between calls",)


# --- what is said -----------------------------------------------------------------------------------------------------


def test_message_of_a_schedule():
    verdict = check(climbing_cosine, like=schedules.cosine)
    assert str(verdict).splitlines() == [
        "✗ climbing_cosine is not right: goes on after its end.",
        "  With lr = 1, steps = 4, lr_min = 0: the value at t = 5",
        "    yours 0.146447",
        "    right 0",
        "Hint: Ask for t far past the end: what should the value be there?",
    ]


def test_message_of_a_schedule_of_a_schedule_and_of_words():
    assert "With schedule(t) = 1 − t / 50, steps = 4, start = 0: the value at t = 4\n    yours 0.92\n" in str(
        check(eager_warm_up, like=schedules.warm_up)
    )
    assert "anneal = linear, div_factor = 4, final_div_factor = 10, three_phase = False: the value at t = 1\n" in str(
        check(peak_late, like=schedules.one_cycle)
    )
    assert "milestones = [2, 5, 9]" in str(check(late_milestones, like=schedules.multi_step))
