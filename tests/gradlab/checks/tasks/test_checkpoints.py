"""Chapter 3's checkpoint: the reference against a run without stops and the library; the questions asked."""

import json
from copy import deepcopy
from itertools import pairwise

import numpy as np
import pytest
from bad_input import test_bad_input_is_named  # noqa: F401
from checking import SEEDS, cases, example

from gradlab.averaging import ema
from gradlab.checks import check
from gradlab.checks.questions.checkpoints import CHECKPOINT, gradient, rate
from gradlab.checks.tasks.checkpoints import go_on
from gradlab.rules import momentum

FIRST = {"x": [1.0, -1.0], "seed": 3}
SETTING = {"grad": gradient, "n": 7, "b": 3, "lr": rate, "beta": 0.5, "decay": 0.75}


def test_a_run_worked_by_hand():
    """One example, so that each epoch is one step and the gradient is x − 0."""
    after = go_on({"x": [6.0], "seed": 0}, 2, **SETTING | {"n": 1, "b": 1})
    # x: 6 − 6/3 = 4, then v = 3 + 4 = 7 and 4 − 7/4 = 9/4; m: 1, then 3/4 + 9/16 = 21/16, over 7/16
    assert after["x"] == [pytest.approx(9 / 4)] and after["average"] == [pytest.approx(3)]


def test_the_rule_and_the_average_are_the_librarys():
    rng, x, state, left, points = np.random.default_rng(3), np.array(FIRST["x"]), (), [], []
    for t in range(9):
        left = left if len(left) >= 3 else rng.permutation(7)
        x, *state = momentum(x, gradient(x, left[:3]), *state, lr=rate(t), beta=0.5)
        left = left[3:]
        points.append(x)
    after = go_on(FIRST, 9, **SETTING)
    np.testing.assert_allclose(after["x"], x)
    *_, begun_at_zero = ema([0 * x, *points], decay=0.75)
    np.testing.assert_allclose(after["average"], begun_at_zero / (1 - 0.75**9))


@pytest.mark.parametrize("stops", [(1,), (2,), (3,), (1, 2, 3, 4, 5), (4, 4)])
def test_a_run_with_stops_is_the_same_bit_by_bit(stops):
    saved = FIRST
    for stop in stops:
        saved = json.loads(json.dumps(go_on(saved, stop, **SETTING)))
    before = deepcopy(saved)
    assert go_on(saved, 8, **SETTING) == go_on(FIRST, 8, **SETTING)
    assert saved == before


# --- the questions ----------------------------------------------------------------------------------------------------


def test_stops_are_asked_within_an_epoch_and_at_the_end_of_one():
    for seed in SEEDS:
        *asked, last = cases(go_on, seed)
        assert last.arguments[1:] == (12, None)
        for case in asked:
            _, until, stops = case.arguments
            assert all(before < after for before, after in pairwise((0, *stops, until - 1)))
            assert case.hyper["beta"] and case.hyper["decay"] and case.hyper["n"] > 2 * case.hyper["b"]
        steps = [(case.hyper["n"] // case.hyper["b"], stop) for case in asked for stop in case.arguments[2]]
        assert {stop % epoch == 0 for epoch, stop in steps} == {True, False}


def test_the_draws_cover_their_ranges():
    drawn = [case for seed in range(100) for case in cases(go_on, seed)[3:-1]]
    assert {case.hyper["n"] for case in drawn} == set(range(7, 12))
    assert {case.hyper["b"] for case in drawn} == {2, 3}
    assert {stop for case in drawn for stop in case.arguments[2][:1]} == set(range(2, 6))
    assert {case.arguments[1] - case.arguments[2][0] for case in drawn} == set(range(3, 7))


def test_the_last_question_is_whether_every_bit_is_the_same():
    for case in cases(go_on):
        values, modified = CHECKPOINT.run(go_on, case)
        assert len(values) == (5 if case.arguments[2] else 1) and modified == []
    assert values == [1]


@pytest.mark.parametrize("change", [lambda saved: saved.pop("average", 0), lambda saved: saved.update(note=1)])
def test_a_checkpoint_that_changes_is_noticed_though_the_numbers_are_right(change):
    def careless(saved, until, **setting):
        after = go_on(saved, until, **setting)
        change(saved)
        return after

    verdict = check(careless, like=go_on)
    assert verdict.names == ("input modified in place",) and "It changes saved." in str(verdict)


def test_the_least_loss_of_digits_is_found():
    def careless(saved, until, **setting):
        after = go_on(saved, until, **setting)
        return after | {"v": [np.nextafter(v, 9) for v in after["v"]]}

    assert check(careless, like=go_on).names == ("digits lost",)


def test_the_smallest_example_is_shown():
    question, *values = example(go_on, "velocity forgotten")
    assert question.startswith(
        "Stopped after step 1, saved as JSON and continued: x after step 3; from x = [1], seed = 3"
    )
    assert len(values) == 2


def refused(change):
    def changed(saved, until, **setting):
        return change(go_on(saved, until, **setting))

    return str(check(changed, like=go_on))


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda after: after | {"v": np.ones(1)}, "returns a checkpoint that JSON cannot hold: Object of type ndarray"),
        (lambda after: [*after], "returns a list, where a dictionary was asked for"),
        (lambda after: {"x": after["x"]}, 'returns a dictionary without "average"'),
        (lambda after: {"average": after["average"]}, 'returns a dictionary without "x"'),
        (lambda after: None, "returns None: is a `return` missing?"),
    ],
)
def test_what_is_no_checkpoint_is_refused_with_a_reason(change, said):
    assert said in refused(change)


# --- bad input --------------------------------------------------------------------------------------------------------

GOOD = {"saved": FIRST, "until": 3} | SETTING
BAD_INPUT = [
    *((go_on, GOOD | {"saved": wrong}, "saved") for wrong in (None, [1.0], {}, {"x": [1.0]}, {"seed": 1})),
    *((go_on, GOOD | {name: wrong}, name) for name in ("until", "n", "b") for wrong in (0, -1, 1.5, None)),
    *((go_on, GOOD | {name: wrong}, name) for name in ("grad", "lr") for wrong in (None, 3.0)),
    *((go_on, GOOD | {name: w}, name) for name in ("beta", "decay") for w in (-0.1, 1.0, np.nan, [0.5])),
    (go_on, GOOD | {"b": 8}, "b"),
]
