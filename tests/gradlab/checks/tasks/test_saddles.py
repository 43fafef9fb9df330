"""Chapter 6's saddle: the reference by hand, against the law and a descent; the questions asked."""

import math

import numpy as np
from bad_input import test_bad_input_is_named  # noqa: F401
from checking import SEEDS, cases, example
from hypothesis import given
from hypothesis import strategies as st

from gradlab.checks import check
from gradlab.checks.tasks.saddles import steps_to_leave
from gradlab.descend import descend
from gradlab.rules import sgd
from gradlab.surfaces import quadratic

above_0 = st.floats(0.05, 2)


def law(mu, lr, s):
    return math.log(1 / s) / math.log(1 + lr * mu)


def test_two_steps_worked_by_hand():
    # y: 0.5, 0.75, 1.125
    assert steps_to_leave(1.0, lr=0.5, s=0.5) == 2


@given(mu=above_0, lr=above_0, zeros=st.floats(0.5, 10))
def test_it_is_the_law_of_the_chapter_and_a_descent(mu, lr, zeros):
    s = 10**-zeros
    steps = steps_to_leave(mu, lr=lr, s=s)
    assert law(mu, lr, s) - 1e-6 <= steps < law(mu, lr, s) + 1 + 1e-6
    if lr < 1.9:
        path = descend(quadratic(1.0, -mu).grad, [1.0, s], sgd, steps, lr=lr)
        assert np.flatnonzero(abs(path[:, 1]) >= 1 - 1e-9)[0] >= steps - 1
        assert abs(path[-1, 1]) >= 1 - 1e-9


# --- the questions ----------------------------------------------------------------------------------------------------


def test_no_law_is_nearly_a_whole_number_and_both_ways_of_rounding_differ_from_rounding_up():
    for seed in SEEDS:
        parts = [law(*case.arguments, **case.hyper) % 1 for case in cases(steps_to_leave, seed)]
        assert all(1e-6 < part < 1 - 1e-6 for part in parts)
        assert min(parts) < 0.5


def test_a_number_that_is_not_an_integer_is_told():
    said = str(check(lambda mu, *, lr, s: float(steps_to_leave(mu, lr=lr, s=s)), like=steps_to_leave))
    assert ": it returns a float, where a whole number was asked for." in said
    assert check(lambda mu, *, lr, s: np.int64(steps_to_leave(mu, lr=lr, s=s)), like=steps_to_leave)


def test_the_smallest_examples_are_shown():
    assert example(steps_to_leave, "a step too many") == [
        "For mu = 1, lr = 0.5, s = 0.5: the steps",
        "yours 3",
        "right 2",
    ]
    assert example(steps_to_leave, "rounded to the nearest")[0] == "For mu = 0.5, lr = 0.2, s = 0.001: the steps"


# --- bad input --------------------------------------------------------------------------------------------------------

GOOD = {"mu": 1.0, "lr": 0.1, "s": 0.01}
WRONG = (0.0, -0.1, np.nan, "much", None, [0.1, 0.2])
BAD_INPUT = [
    *((steps_to_leave, GOOD | {name: w}, name) for name in GOOD for w in WRONG),
    *((steps_to_leave, GOOD | {name: np.inf}, name) for name in ("mu", "lr")),
    *((steps_to_leave, GOOD | {"s": w}, "s") for w in (1.0, 2.0)),
]
