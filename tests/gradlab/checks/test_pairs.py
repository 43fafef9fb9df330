"""Two mistakes at once: both are named, and nothing is guessed."""

import numpy as np
import pytest

from gradlab import rules
from gradlab.checks import REFERENCES, check, pairs
from gradlab.checks.question import answers
from gradlab.checks.tasks.networks import network_slopes
from gradlab.checks.variants import variant

TWO = [
    (rules.momentum, ("x - lr * v", "x + lr * v"), ("beta * v + g", "beta * v + (1 - beta) * g")),
    (rules.rmsprop, ("x - lr", "x + lr"), ("v**0.5", "v")),
]
NAMES = ["EWMA for heavy ball, and update's sign", "root missing, and update's sign"]


@pytest.mark.parametrize(("row", "name"), [*zip(TWO, NAMES, strict=True)])
def test_both_mistakes_are_named(row, name):
    reference, *edits = row
    verdict = check(variant(reference, *edits), like=reference)
    assert verdict.names == (name,)
    assert "The gradient points uphill." in str(verdict)


def test_nothing_is_guessed():
    verdict = check(lambda x, g, *, lr: x - lr * g - 0.01 * (g < 0), like=rules.sgd)
    assert verdict.names == ()


def test_pairs_that_are_in_each_others_way_are_left_out():
    one = variant(rules.sgd, ("x - lr * g", "x + lr * g"))
    other = variant(rules.sgd, ("x - lr * g", "x - g"))
    assert pairs._together(rules.sgd, one, other) is None


def test_no_more_than_two_pairs_are_named(monkeypatch):
    monkeypatch.setattr(pairs, "_gives", lambda *_: True)
    question, known = REFERENCES[network_slopes]
    cases = list(question.cases(network_slopes, np.random.default_rng(0)))
    given = answers(network_slopes, question, network_slopes)
    assert pairs.at_once(given, cases, question, network_slopes, known) == []
