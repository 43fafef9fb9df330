"""Chapter 5's exercises: the references against torch, against the library, by hand; the questions asked."""

import numpy as np
import pytest
import torch
from bad_input import test_bad_input_is_named  # noqa: F401
from checking import SEEDS, cases, example
from hypothesis import given
from hypothesis import strategies as st
from strategies import vectors

from gradlab import rules
from gradlab.checks import check
from gradlab.checks.tasks.adaptive import adagrad_rates, clip_all, clipped_step, decay_left
from gradlab.oracles import clip_by_norm


@given(a=vectors(3), b=vectors(2, 2), max_norm=st.floats(0.1, 20))
def test_clipping_all_is_that_of_torch(a, b, max_norm):
    twins = [torch.zeros(g.shape, dtype=torch.float64, requires_grad=True) for g in (a, b)]
    for twin, g in zip(twins, (a, b), strict=True):
        twin.grad = torch.tensor(g)
    torch.nn.utils.clip_grad_norm_(twins, max_norm)
    for twin, g in zip(twins, clip_all([a, b], max_norm=max_norm), strict=True):
        np.testing.assert_allclose(g, twin.grad.numpy(), rtol=1e-4, atol=1e-5)  # torch adds 10⁻⁶ to the length


def test_clipping_worked_by_hand():
    halves = clip_all([np.array([3.0, 4.0]), np.array([[12.0]])], max_norm=6.5)
    assert [g.tolist() for g in halves] == [[1.5, 2], [[6]]]
    same = clip_all([np.array([3.0, 4.0]), np.array([[12.0]])], max_norm=13)
    assert [g.tolist() for g in same] == [[3, 4], [[12]]]
    assert clip_all([np.zeros(2)], max_norm=1)[0].tolist() == [0, 0]


@given(parts=vectors(4, 3), x=vectors(3), v=vectors(3), max_norm=st.floats(0.1, 20))
def test_a_clipped_step_is_momentum_with_a_clipped_gradient(parts, x, v, max_norm):
    g = clip_by_norm(lambda x: parts.mean(0), max_norm)(x)
    wanted = rules.momentum(x, g, v, lr=0.1, beta=0.9)
    found = clipped_step(parts, x, v, lr=0.1, beta=0.9, max_norm=max_norm)
    np.testing.assert_allclose(found, wanted, rtol=1e-9, atol=1e-9)


def test_a_clipped_step_worked_by_hand():
    # The mean is (3, 4), clipped to (0.6, 0.8); v = 0.5 · (2, 0) + that.
    x, v = clipped_step([[3, 0], [3, 8]], [1, 1], [2, 0], lr=0.5, beta=0.5, max_norm=1)
    np.testing.assert_allclose(x, [0.2, 0.6])
    np.testing.assert_allclose(v, [1.6, 0.8])


@given(rates=vectors(6), weight_decay=st.floats(0, 0.1))
def test_decay_is_that_of_adamw_without_a_gradient(rates, weight_decay):
    rates, x, state = abs(rates), 1.0, ()
    for lr in rates:
        x, *state = rules.adamw(x, 0.0, *state, lr=lr, weight_decay=weight_decay)
    assert decay_left(rates, weight_decay=weight_decay) == pytest.approx(x, rel=1e-9, abs=1e-9)


def test_decay_worked_by_hand():
    assert decay_left([0.5, 0.5], weight_decay=0.5) == 0.75**2
    assert decay_left([1.0], weight_decay=0.0) == 1


@given(gradients=vectors(5, 2))
def test_the_rates_are_those_of_adagrad(gradients):
    rates, x, s = adagrad_rates(gradients, lr=0.5, eps=0.25), np.zeros(2), 0
    for g, rate in zip(gradients, rates, strict=True):
        ahead, s = rules.adagrad(x, g, s, lr=0.5, eps=0.25)
        np.testing.assert_allclose(x - ahead, rate * g, rtol=1e-6, atol=1e-9)
        x = ahead


def test_rates_worked_by_hand():
    assert adagrad_rates([[3.0], [4.0]], lr=1, eps=0).tolist() == [[1 / 3], [1 / 5]]
    assert adagrad_rates([[0.0], [2.0]], lr=1, eps=0).tolist() == [[np.inf], [0.5]]


def test_nothing_is_modified_in_place():
    g, parts, x, v = np.full(2, 5.0), np.full((2, 2), 5.0), np.ones(2), np.ones(2)
    clip_all([g], max_norm=1)
    clipped_step(parts, x, v, lr=1, beta=0.5, max_norm=1)
    assert g.tolist() == [5, 5] and (parts == 5).all() and x.tolist() == v.tolist() == [1, 1]


# --- the questions ----------------------------------------------------------------------------------------------------


def test_some_gradients_asked_for_are_too_long_and_some_are_not():
    for seed in SEEDS:
        for reference in (clip_all, clipped_step):
            beyond = set()
            for case in cases(reference, seed):
                first = case.arguments[0]
                g = np.concatenate([part.ravel() for part in first]) if reference is clip_all else first.mean(axis=0)
                beyond.add(bool(np.linalg.norm(g) > case.hyper["max_norm"]))
            assert beyond == {False, True}


def test_what_comes_back_must_be_a_list_of_as_many_arrays():
    def stacked(gradients, *, max_norm):
        return np.concatenate([g.ravel() for g in clip_all(gradients, max_norm=max_norm)])

    def first(gradients, *, max_norm):
        return clip_all(gradients, max_norm=max_norm)[:1]

    def velocity(*arguments, **hyper):
        return clipped_step(*arguments, **hyper)[1]

    def nothing(gradients, *, max_norm):
        clip_all(gradients, max_norm=max_norm)

    assert "an array, where a list of arrays was asked for" in str(check(stacked, like=clip_all))
    assert "returns 1 array, where 2 were asked for" in str(check(first, like=clip_all))
    assert "returns an array, where both x and v were asked for" in str(check(velocity, like=clipped_step))
    assert "returns None: is a `return` missing?" in str(check(nothing, like=clip_all))


def test_gradients_that_are_written_into_are_noticed():
    def in_place(gradients, *, max_norm):
        for g, right in zip(gradients, clip_all(gradients, max_norm=max_norm), strict=True):
            g[:] = right
        return gradients

    assert check(in_place, like=clip_all).names == ("input modified in place",)


def test_the_smallest_examples_are_shown():
    assert example(clip_all, "root missing") == [
        "For gradients = [[3, 4]], max_norm = 1: array 1 of 1",
        "at [0]:",
        "yours 0.12",
        "right 0.6",
    ]
    assert example(decay_left, "sum for product") == [
        "For rates = [0.5, 0.5], weight_decay = 0.5",
        "yours 0.5",
        "right 0.5625",
    ]
    assert example(clipped_step, "clipped before the mean")[0] == (
        "For parts = [[6], [-2]], x = [1], v = [0], lr = 0.5, beta = 0.75, max_norm = 1: the new x"
    )


# --- bad input --------------------------------------------------------------------------------------------------------

GRADIENTS = {"gradients": [np.ones(2)], "max_norm": 1.0}
STEP = {"parts": np.ones((2, 2)), "x": np.ones(2), "v": np.ones(2), "lr": 0.1, "beta": 0.5, "max_norm": 1.0}
LEFT = {"rates": np.ones(3), "weight_decay": 0.1}
STREAM = {"gradients": np.ones((3, 2)), "lr": 0.1, "eps": 0.1}
NEGATIVE = (-0.1, np.nan, np.inf, "fast", [0.1])
BAD_INPUT = [
    *(
        (clip_all, GRADIENTS | {"gradients": wrong}, "gradients")
        for wrong in (None, [], np.ones(2), ["up"], [[np.nan]])
    ),
    *((clip_all, GRADIENTS | {"max_norm": wrong}, "max_norm") for wrong in (0.0, *NEGATIVE)),
    *((clipped_step, STEP | {"parts": wrong}, "parts") for wrong in (None, np.ones(2), np.ones((0, 2)), [[np.inf, 1]])),
    *((clipped_step, STEP | {n: wrong}, n) for n in ("x", "v") for wrong in (1.0, [], [[1.0]], [np.nan], "here")),
    *((clipped_step, STEP | {"lr": wrong}, "lr") for wrong in NEGATIVE),
    *((clipped_step, STEP | {"beta": wrong}, "beta") for wrong in (1.0, *NEGATIVE)),
    *((clipped_step, STEP | {"max_norm": wrong}, "max_norm") for wrong in (0.0, *NEGATIVE)),
    *((decay_left, LEFT | {"rates": wrong}, "rates") for wrong in (0.1, [], [[0.1]], [np.nan], "fast")),
    *((decay_left, LEFT | {"weight_decay": wrong}, "weight_decay") for wrong in NEGATIVE),
    *((adagrad_rates, STREAM | {"gradients": wrong}, "gradients") for wrong in (1.0, [1.0], [[np.nan]], [[]], None)),
    *((adagrad_rates, STREAM | {n: wrong}, n) for n in ("lr", "eps") for wrong in NEGATIVE),
]
