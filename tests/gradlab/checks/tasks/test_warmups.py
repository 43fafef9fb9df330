"""Chapter 3's schedule with a warm-up: the reference by hand and against the library; the questions asked."""

import numpy as np
import pytest
from bad_input import test_bad_input_is_named  # noqa: F401
from checking import SEEDS, cases, example

from gradlab.checks import check
from gradlab.checks.questions.warmups import WARM_UP
from gradlab.checks.tasks.warmups import warm_up_cosine
from gradlab.schedules import cosine, warm_up

SETTING = {"epochs": 5, "climb": 2, "per_epoch": 3, "lr_min": 0.1}


def test_rates_worked_by_hand():
    rate = warm_up_cosine(8.0, epochs=3, climb=1, per_epoch=2, lr_min=4.0)
    assert [rate(t) for t in range(8)] == pytest.approx([4, 8, 6 + 2**0.5, 6, 6 - 2**0.5, 4, 4, 4])


def test_it_is_the_librarys_warm_up_and_cosine():
    """Their climb begins at `start` and ends at the step after its last; ours has the peak one step earlier."""
    W, T = 6, 15
    twin = warm_up(cosine(2.0, steps=T - W, lr_min=0.1), steps=W - 1, start=2.0 / W)
    rate = warm_up_cosine(2.0, **SETTING)
    np.testing.assert_allclose([rate(t) for t in range(25)], twin(np.arange(25)))


def test_no_step_is_lost_and_one_has_the_peak():
    rates = [warm_up_cosine(1.0, **SETTING)(t) for t in range(15)]
    assert min(rates) > 0 and rates.count(1.0) == 1 and rates.index(1.0) == 5
    assert rates[-1] == pytest.approx(0.1) and rates[-2] > 0.11


def test_without_a_lowest_rate_it_ends_at_0():
    assert warm_up_cosine(1.0, epochs=2, climb=1, per_epoch=1)(1) == pytest.approx(0)


# --- the questions ----------------------------------------------------------------------------------------------------


def test_all_are_asked_past_their_end_and_have_a_climb_and_a_fall():
    for seed in SEEDS:
        for case in cases(warm_up_cosine, seed):
            hyper = case.hyper
            assert 1 <= hyper["climb"] < hyper["epochs"] and hyper["per_epoch"] > 1
            values, modified = WARM_UP.run(warm_up_cosine, case)
            assert len(values) == 40 > hyper["epochs"] * hyper["per_epoch"] + 5
            assert modified == []


def test_the_draws_cover_their_ranges():
    drawn = [case.hyper for seed in range(100) for case in cases(warm_up_cosine, seed)[3:]]
    assert {hyper["climb"] for hyper in drawn} == {1, 2, 3}
    assert {hyper["epochs"] - hyper["climb"] for hyper in drawn} == {2, 3}
    assert {hyper["per_epoch"] for hyper in drawn} == {3, 4, 5}


def test_the_smallest_example_is_shown():
    assert example(warm_up_cosine, "the peak twice") == [
        "With lr = 1, epochs = 3, climb = 1, per_epoch = 2, lr_min = 0: the value at t = 2",
        "yours 1",
        "right 0.853553",
    ]


def test_a_schedule_that_counts_its_calls_is_found_out():
    def counting(lr, *, epochs, climb, per_epoch, lr_min):
        rate, steps = (
            warm_up_cosine(lr, epochs=epochs, climb=climb, per_epoch=per_epoch, lr_min=lr_min),
            iter(range(99)),
        )
        return lambda t: rate(next(steps))

    assert check(counting, like=warm_up_cosine).names == ("state shared between calls",)


# --- bad input --------------------------------------------------------------------------------------------------------

GOOD = {"lr": 1.0} | SETTING
BAD_INPUT = [
    *((warm_up_cosine, GOOD | {"lr": wrong}, "lr") for wrong in (0.0, -1.0, np.nan, "fast", [1.0, 2.0])),
    *(
        (warm_up_cosine, GOOD | {name: w}, name)
        for name in ("epochs", "climb", "per_epoch")
        for w in (0, -1, 1.5, "two")
    ),
    *((warm_up_cosine, GOOD | {"climb": wrong}, "epochs") for wrong in (5, 6)),
    *((warm_up_cosine, GOOD | {"lr_min": wrong}, "lr_min") for wrong in (-0.1, 1.5, np.nan)),
]
