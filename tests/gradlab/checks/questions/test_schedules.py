"""The questions to schedules: every schedule is asked past its end, and messages tell with which settings."""

import numpy as np
import pytest
from checking import cases, example

from gradlab import schedules
from gradlab.checks import check
from gradlab.checks.mistakes import cycles
from gradlab.checks.mistakes import schedules as falling
from gradlab.checks.mistakes.schedules import entry
from gradlab.checks.questions.schedules import EASY_SETTINGS, SCHEDULE

REFERENCES = falling.MISTAKES | cycles.MISTAKES


def test_every_schedule_that_changes_has_mistakes():
    makers = [f for f in vars(schedules).values() if getattr(f, "__module__", "") == schedules.__name__]
    public = {f for f in makers if hasattr(f, "__wrapped__") and not f.__name__.startswith("_")}
    assert set(REFERENCES) == public - {schedules.constant}
    assert {like.__name__ for like in REFERENCES} == set(EASY_SETTINGS)


def test_all_are_asked_past_their_end():
    for like in REFERENCES:
        for case in cases(like):
            values, modified = SCHEDULE.run(like, case)
            assert len(values) == 40 > case.hyper.get("steps", 0) + 10
            assert modified == []


def test_stairs_are_short_and_have_more_than_one_step():
    asked = [case for seed in range(50) for case in cases(schedules.step, seed)]
    assert {case.hyper["step_size"] for case in asked} == {2, 3, 4, 5}


def test_a_mistake_needs_a_hint():
    with pytest.raises(KeyError):
        entry({}, schedules.step, ("lr missing", ("lr * ", "")))


def test_the_message_tells_the_settings_and_both_values():
    def climbing_cosine(lr, *, steps, lr_min=0):
        return lambda t: lr_min + 0.5 * (lr - lr_min) * (1 + np.cos(np.pi * t / steps))

    assert str(check(climbing_cosine, like=schedules.cosine)).splitlines() == [
        "✗ climbing_cosine is not right: goes on after its end.",
        "  With lr = 1, steps = 4, lr_min = 0: the value at t = 5",
        "    yours 0.146447",
        "    right 0",
        "Hint: Ask for t far past the end: what should the value be there?",
    ]


@pytest.mark.parametrize(
    ("made", "said"),
    [
        ([1.0, 0.5], "returns a list, where a function of t was asked for"),
        (None, "returns None: is a `return` missing?"),
    ],
)
def test_a_function_of_t_is_asked_for(made, said):
    assert said in str(check(lambda lr, **hyper: made, like=schedules.cosine))


def test_settings_may_be_a_schedule_words_or_several_numbers():
    question, *values = example(schedules.warm_up, "clock running while warming up")
    assert question == "With schedule(t) = 1 − t / 50, steps = 4, start = 0: the value at t = 1"
    assert values == ["yours 0.245", "right 0.25"]
    question, *_ = example(schedules.one_cycle, "peak at the wrong step")
    assert question.endswith(
        "anneal = linear, div_factor = 4, final_div_factor = 10, three_phase = False: the value at t = 1"
    )
    question, *_ = example(schedules.multi_step, "off by one: a step late")
    assert "milestones = [2, 5, 9]" in question
