"""Each argument of each public function of the library is tried with something wrong, in the table of its test file.

A table is BAD_INPUT, a list of triples: the function, its arguments, and the name of the one that is wrong. Its test
file checks that each raises a ValueError which names it; here we check that none has been forgotten.
"""

import dataclasses
import importlib
import inspect
from pathlib import Path

import pytest
from mutants import is_library, modules
from strategies import RULES

from gradlab.publishing.exercises import sources

ROOT = Path(__file__).parents[1]
#: name -> where to import it from
MODULES = {
    name: ".".join(path.relative_to(ROOT / "code").with_suffix("").parts)
    for name, path in modules(ROOT).items()
    if is_library(path) and (sources(ROOT) or "task_" not in name)  # of which the public tree has nothing but heads
}
INNER = {"activations", "arguments", "backprop", "ops"}  # called by the other modules, which have checked
INNER |= {"trial", "time_limit", *(name for name in MODULES if name.endswith("_trials"))}
INNER |= {"wrong_cycles", "wrong_rules", "wrong_schedules", "recorded"}  # like the trials called by checks alone

#: (function, argument) -> why nothing can be wrong with it, or where else it is tried
EXCUSED = {
    ("is_method", "rule"): "anything may be asked whether it is a method",
    ("steps_for", "*"): "for the module gradcheck",
    ("along_axes", "*"): "for the module gradcheck",
    ("roundoff", "*"): "for the module gradcheck",
    ("on_device", "device"): "torch says what is wrong with it",
    ("on_device", "dtype"): "torch says what is wrong with it",
    ("train", "progress"): "anything is true or false",
    ("judge", "given"): "what `answers` returned",
    ("judge", "seed"): "as in check",
    ("judge", "name"): "is only printed",
    ("whole_number", "*"): "fails as tests do, with an AssertionError",
    ("misconceptions", "*"): "for the modules wrong_…",
}


def public(module):
    """The functions of a module, and its classes, with the methods that they define; but not mere records."""
    for name, thing in vars(module).items():
        if name.startswith("_") or getattr(thing, "__module__", None) != module.__name__:
            continue
        if inspect.isfunction(thing):
            yield thing
        elif inspect.isclass(thing):
            if not dataclasses.is_dataclass(thing) and not issubclass(thing, (tuple, Exception)):
                yield thing
            yield from (f for n, f in vars(thing).items() if inspect.isfunction(f) and not n.startswith("_"))


def arguments(function):
    """Its arguments, but for a rule's state, which is what the rule has returned, and what is handed on (**hyper)."""
    for name, parameter in inspect.signature(function).parameters.items():
        rule = function in RULES or function.__module__ == "gradlab.tasks.task_rules"
        state = rule and parameter.kind is not parameter.KEYWORD_ONLY and name not in ("x", "g")
        if not (name == "self" or state or parameter.kind is parameter.VAR_KEYWORD):
            yield name


def name_of(function):
    return getattr(function, "__name__", None) or function.func.__name__


@pytest.mark.parametrize("module", sorted(MODULES.keys() - INNER))
def test_every_argument_is_tried(module):
    tables = [importlib.import_module(f"test_{name}") for name in (module, "arguments")]
    tried = {(name_of(f), wrong) for table in tables for f, _, wrong in getattr(table, "BAD_INPUT", [])}
    wanted = {(f.__name__, name) for f in public(importlib.import_module(MODULES[module])) for name in arguments(f)}
    excused = {(f, name) for f, name in wanted if (f, "*") in EXCUSED or (f, name) in EXCUSED}
    assert wanted - tried - excused == set()


def test_no_excuse_is_out_of_date():
    every = {
        (f.__name__, name)
        for address in MODULES.values()
        for f in public(importlib.import_module(address))
        for name in (*arguments(f), "*")
    }
    assert set(EXCUSED) <= every
