"""All known mistakes: each gets its own name and a hint."""

import re
from importlib import import_module
from pkgutil import iter_modules
from types import SimpleNamespace

import numpy as np
import pytest
from checking import SEEDS, TWINS, WRITTEN, label

from gradlab import checks, rules
from gradlab.checks import REFERENCES, check, judge, mistakes
from gradlab.checks.question import SECONDS, Question, answers
from gradlab.checks.tasks import mistakes as mistakes_in_tasks

each_reference = pytest.mark.parametrize("reference", WRITTEN, ids=label)


@each_reference
def test_the_reference_is_right(reference):
    for seed in SEEDS:
        said = check(reference, like=reference, seed=seed)
        assert said
        assert said.names == ()
        assert str(said) == f"✓ {reference.__name__} is right."


def verdict(mistake, reference, seed=0):
    """What `check` says of a mistake, from the answers that it keeps of each: they are asked for once."""
    question, _ = REFERENCES[reference]
    return judge(checks._known(mistake.function, question, reference, seed), reference, seed)


@each_reference
def test_every_variant_gets_its_own_name_and_no_other(reference):
    """The confusion table: nothing is off the diagonal but twins, and those are twins for every seed."""
    twins = TWINS.get(reference, frozenset())
    named = [
        (m.name, {frozenset(verdict(m, reference, seed).names) for seed in SEEDS}) for m in REFERENCES[reference][1]
    ]
    unnoticed = {name for name, names in named if frozenset() in names}
    assert not unnoticed, f"taken for right: {unnoticed}; no Case in checks/questions tells them from the reference"
    not_alone = [(name, names) for name, names in named if names != {frozenset({name})}]
    assert [(name, names) for name, names in not_alone if names != {twins}] == []
    assert {name for name, _ in not_alone} == twins


@each_reference
def test_messages_show_an_example_and_end_with_the_hint(reference):
    _, mistakes = REFERENCES[reference]
    for m in mistakes:
        found, *hints = str(verdict(m, reference)).split("\nHint: ")
        first, question, *_, yours, right = found.splitlines()
        assert first.startswith("✗ ") and m.name in first
        assert question.startswith("  ") and yours.startswith("    yours ") and right.startswith("    right ")
        assert m.hint in hints and len(hints) <= 2
        assert f"within {SECONDS} s" not in found, "a class would wait for this mistake"


@each_reference
def test_hints_are_sentences_without_code(reference):
    _, mistakes = REFERENCES[reference]
    assert mistakes
    for m in mistakes:
        assert m.hint[0].isupper() or m.hint[0] in "πκλ1"
        assert m.hint[-1] in ".?"
        assert not re.search(r"[*\[\]`]|==|\w\w\(|\b(return|lambda|def)\b", m.hint)


def test_every_hint_is_used():
    packages = (mistakes, mistakes_in_tasks)
    modules = [import_module(f"{p.__name__}.{m.name}") for p in packages for m in iter_modules(p.__path__)]
    hints = {hint for module in modules for hint in getattr(module, "HINTS", {}).items()}
    assert hints == {(m.name, m.hint) for reference in WRITTEN for m in REFERENCES[reference][1]}


def test_no_reference_is_in_two_modules(monkeypatch):
    monkeypatch.setattr(checks, "iter_modules", lambda path: [SimpleNamespace(name="gradients")] * 2)
    with pytest.raises(ValueError, match=r"^gradients: MISTAKES must hold no reference of another"):
        checks._gathered()


def test_each_rule_has_mistakes_and_there_are_hundreds():
    public = {f for f in vars(rules).values() if hasattr(f, "unchecked")}
    assert len(public) == 16 and public <= set(REFERENCES)
    assert sum(len(mistakes) for _, mistakes in REFERENCES.values()) > 700


@each_reference
def test_single_precision_is_right(reference):
    question, _ = REFERENCES[reference]

    def run(function, case):
        values, modified = question.run(function, case)
        return [np.float32(value).astype(float) for value in values], modified

    single = Question(question.cases, run, question.tell)
    assert judge(answers(reference, single, reference), like=reference)
