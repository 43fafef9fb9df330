"""Variants: the reference with one line written otherwise."""

import numpy as np
import pytest
from bad_input import test_bad_input_is_named  # noqa: F401

from gradlab import rules
from gradlab.checks.variants import Mistake, at_once, mistakes, variant


def test_a_variant_differs_in_the_edited_line_alone():
    uphill = variant(rules.sgd, ("x - lr", "x + lr"))
    assert uphill(1.0, 2.0, lr=0.1) == (1.2,)
    assert uphill.__name__ == "sgd"
    assert rules.sgd(1.0, 2.0, lr=0.1) == (0.8,)


def test_a_variant_is_not_checked():
    assert variant(rules.sgd, ("x - lr", "x + lr"))(1.0, 2.0, lr=-1) == (-1.0,)


def test_several_edits_and_other_meanings_of_names():
    both = variant(rules.momentum, ("beta * v + g", "beta * v + lr * g"), ("x - lr * v", "x - v"))
    assert both(1.0, 2.0, 3.0, lr=0.5, beta=0.1) == (1 - 1.3, 1.3)
    deaf = variant(rules.adagrad)
    assert deaf(np.float64(1.0), 2.0) == rules.adagrad(np.float64(1.0), 2.0)
    silent = lambda *args, **hyper: ("silent",)  # noqa: E731
    silent.unchecked = silent
    assert variant(rules.adamw, adam=silent)(1.0, 2.0) == ("silent",)


def undocumented(x):
    return x


BAD_INPUT = [
    (variant, {"reference": rules.sgd, "edits": [("x * lr", "x")]}, "edits"),  # never there
    (variant, {"reference": rules.adam, "edits": [("beta1", "beta2")]}, "edits"),  # more than once
    (variant, {"reference": rules.adadelta, "edits": [("d = √(u", "")]}, "edits"),  # in the docstring only
    (variant, {"reference": rules.sgd, "edits": [("lr=1e-3", "lr=1")]}, "edits"),  # in its first line only
    (variant, {"reference": rules.momentum, "edits": [("beta * v", "v"), ("beta * v", "v")]}, "edits"),  # no longer
    (variant, {"reference": undocumented, "edits": []}, "reference"),
    (variant, {"reference": None, "edits": []}, "reference"),
    (variant, {"reference": len, "edits": []}, "reference"),
]


def test_edits_are_made_one_after_the_other():
    thrice = variant(rules.sgd, ("lr * g", "lr * 2 * g"), ("2 * g", "3 * g"))
    assert thrice(1.0, 2.0, lr=0.5) == (-2.0,)


def test_a_table_of_mistakes():
    hints = {"uphill": "Which way is down?", "other": "Is it this rule?"}
    table = mistakes(hints, rules.sgd, ("uphill", ("x - lr", "x + lr")), ("other", rules.momentum))
    assert [(m.name, m.hint) for m in table] == list(hints.items())
    assert table[0].function(1.0, 2.0, lr=0.1) == (1.2,)
    assert table[1] == Mistake("other", rules.momentum, "Is it this rule?")


def test_two_mistakes_at_once():
    hints = {"uphill": "Which way is down?", "no rate": "How far?", "twice": "How often?"}
    uphill, others = ("uphill", ("x - lr", "x + lr")), [("no rate", ("lr * g", "g")), ("twice", ("* g", "* 2 * g"))]
    rows, both = at_once(hints, [uphill], others)
    assert both == {
        "uphill, and no rate": "Which way is down? How far?",
        "uphill, and twice": "Which way is down? How often?",
    }
    one, other = mistakes(both, rules.sgd, *rows)
    assert one.function(1.0, 2.0, lr=0.5) == (3.0,) and other.function(1.0, 2.0, lr=0.5) == (3.0,)
    assert (one.name, other.hint) == ("uphill, and no rate", "Which way is down? How often?")


def test_a_row_that_no_longer_fits_its_reference_is_named():
    with pytest.raises(
        ValueError, match=r"^the mistake 'uphill' of sgd quotes its source: variant: edits must occur once"
    ):
        mistakes({"uphill": "Which way is down?"}, rules.sgd, ("uphill", ("x * lr", "x")))
