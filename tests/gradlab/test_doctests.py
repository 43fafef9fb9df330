"""The examples in docstrings are right, and every rule, schedule, initialiser and `descend` have one."""

import doctest
import importlib
import inspect
import pkgutil

import pytest

import gradlab
from gradlab import descend, initialisers, rules, schedules

MODULES = [module.name for module in pkgutil.iter_modules(gradlab.__path__)]


@pytest.mark.parametrize("name", MODULES)
def test_examples_are_right(name):
    failed, _ = doctest.testmod(importlib.import_module(f"gradlab.{name}"))
    assert failed == 0


def public(module):
    return [
        f for n, f in vars(module).items() if inspect.isfunction(f) and f.__module__ == module.__name__ and n[0] != "_"
    ]


RULES = [f for f in public(rules) if hasattr(f, "unchecked")]
SCHEDULES = [f for f in public(schedules) if hasattr(f, "unchecked")]
INITIALISERS = [f for f in public(initialisers) if [*inspect.signature(f).parameters][:2] == ["shape", "rng"]]


@pytest.mark.parametrize(
    "function", [*RULES, *SCHEDULES, *INITIALISERS, descend.descend], ids=lambda function: function.__name__
)
def test_there_is_an_example(function):
    assert ">>> " in function.__doc__


def test_these_are_all():
    assert len(RULES) >= 16 and len(SCHEDULES) >= 13 and len(INITIALISERS) >= 9
