"""Known mistakes in Adam's family: what one of its rules can get wrong, the others can too."""

import pytest

from gradlab import rules
from gradlab.checks import REFERENCES


@pytest.mark.parametrize(
    "rule",
    [rules.adam, rules.adamw, rules.amsgrad, rules.adamax, rules.nadam, rules.radam],
    ids=lambda rule: rule.__name__,
)
def test_all_of_adams_family_share_these_mistakes(rule):
    names = {m.name for m in REFERENCES[rule][1]}
    assert names >= {
        *("update's sign", "lr missing", "no bias correction", "t starting at 0", "β₁ and β₂ exchanged"),
        *("eps missing", "momentum missing", "a scalar where a vector belongs"),
        *("weights of old and new exchanged", "state forgotten between steps"),
    }
    assert rule is rules.adamax or names >= {"eps inside the root", "sum for running average", "g or |g| for g²"}
    assert rule is rules.adamax or "bias correction of one moment only" in names
    assert "1 − β₁ missing" in names


@pytest.mark.parametrize("rule", [rules.adamw, rules.lion, rules.muon], ids=lambda rule: rule.__name__)
def test_decay_has_the_same_mistakes_in_every_rule(rule):
    names = {m.name for m in REFERENCES[rule][1]}
    assert names >= {
        *("L2 for decoupled decay", "decay not scaled by lr", "decay after instead of before"),
        *("decay's sign", "decay missing", "update's sign", "lr missing"),
    }
