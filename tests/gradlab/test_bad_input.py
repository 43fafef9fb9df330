"""Each argument of each public function of the library is tried with something wrong: none is missing from the tables.

The tables are in the test files of the modules; `bad_input`, in the folder above, says what they hold and tries them.
"""

import dataclasses
import importlib
import importlib.util
import inspect
import re

import pytest
from bad_input import name_of

from gradlab_course import LIBRARY, ROOT
from gradlab_course.exercises import sources

# Called by other modules, which have checked their arguments: these raise nothing of their own.
INNER = {
    "_arguments",
    "_arrays",
    "_conditions",
    "_runs",
    "activations",
    "backprop",
    "checks.compare",
    "checks.likeness",
    "checks.messages",
    "checks.pairs",
    "checks.recorded",
}
INNER |= {"checks.question", "checks.time_limit"}
INNER |= {
    f"playground.{name}" for name in ("tape", "values", "words", "trace", "programs", "page")
}  # errors are TraceErrors
# `tests/gradlab/playground/test_playground.py` tries what is wrong with a figure, which is all that these get.
INNER |= {"playground", "playground.contours", "playground.live", "playground.picture"}
DRAWING = ("explore", "figures", "show")  # `test_explore` tries what is wrong with a figure

#: (function, argument) -> why nothing can be wrong with it, or where else it is tried
EXCUSED = {
    ("is_method", "rule"): "anything may be asked whether it is a method",
    ("begin", "seed"): "for the playground's page, whose control has only right ones",
    ("draw", "*"): "for noisy, and for the playground's page",
    ("sources_of", "function"): "any function has sources, or none",
    ("Stochastic", "sources"): "a list of the author's own generators",
    ("load", "device"): "torch says what is wrong with it",
    ("Workers", "device"): "torch says what is wrong with it",
    ("fingerprint", "*"): "for train, which names the argument",
    ("resumed", "*"): "for train, which tries other files and other runs",
    ("states", "*"): "sources that a Stochastic has",
    ("put_back", "*"): "what `states` returned",
    ("main", "arguments"): "argparse says what is wrong with them",
    ("drawn", "function"): "any function has a draw, itself or another one",
    ("steps_for", "*"): "for the module gradcheck",
    ("along_axes", "*"): "for the module gradcheck",
    ("lost", "told"): "what the command of the same module prints",
    ("roundoff", "*"): "for the module gradcheck",
    ("on_device", "device"): "torch says what is wrong with it",
    ("on_device", "dtype"): "torch says what is wrong with it",
    ("beside", "ax"): "of matplotlib, which says what is wrong with it",
    ("train", "progress"): "anything is true or false",
    ("judge", "given"): "what `answers` returned",
    ("judge", "seed"): "as in check",
    ("judge", "name"): "is only printed",
    ("whole_number", "*"): "fails as tests do, with an AssertionError",
    ("read", "text"): "for confirm, which names it record",
    ("values_of", "*"): "for confirm and record, which name the argument",
    ("look_up", "*"): "for confirm, which has read both",
    ("mistakes", "*"): "for the modules of mistakes",
    ("at_once", "*"): "for the modules of mistakes",
    ("plain", "depth"): "counts itself down",
    ("restored", "*"): "is tried with all that a student's process might send",
}


def module_names():
    """The modules whose functions are tried: those of the library, and of the tasks where they are not on record."""
    for path in sorted(LIBRARY.rglob("*.py")):
        name = ".".join(path.relative_to(LIBRARY).with_suffix("").parts).removesuffix(".__init__")
        if name == "__init__" or name in INNER or name.startswith(DRAWING):
            continue
        if re.match(r"checks\.(questions|mistakes|tasks\.mistakes)\b", name):  # called by `check` alone
            continue
        if sources(ROOT) or not name.startswith("checks.tasks"):
            yield name


def tables():
    """All tables, one after another."""
    found = []
    for path in sorted((ROOT / "tests").rglob("test_*.py")):
        if re.search("^BAD_INPUT = ", path.read_text(encoding="utf-8"), re.M):
            spec = importlib.util.spec_from_file_location(f"table_{path.stem}", path)
            module = importlib.util.module_from_spec(spec)
            spec.loader.exec_module(module)
            found += module.BAD_INPUT
    return found


ROWS = tables()


def public(module):
    """The functions of a module, and its classes, with the methods that they define; but not mere records."""
    for name, thing in vars(module).items():
        if name.startswith("_") or getattr(thing, "__module__", None) != module.__name__:
            continue
        if inspect.isfunction(thing):
            yield thing
        elif inspect.isclass(thing):
            if getattr(thing, "_is_protocol", False):
                continue
            if not dataclasses.is_dataclass(thing) and not issubclass(thing, (tuple, Exception)):
                yield thing
            yield from (f for n, f in vars(thing).items() if inspect.isfunction(f) and not n.startswith("_"))


def arguments_of(function):
    """Its arguments, but for a rule's state, which is what the rule has returned, and what is handed on (**hyper)."""
    parameters = inspect.signature(function).parameters
    is_rule = [*parameters][:2] == ["x", "g"]
    for name, parameter in parameters.items():
        is_state = is_rule and parameter.kind is not parameter.KEYWORD_ONLY and name not in ("x", "g")
        if not (name == "self" or is_state or parameter.kind is parameter.VAR_KEYWORD):
            yield name


@pytest.mark.parametrize("module", list(module_names()))
def test_every_argument_is_tried(module):
    tried = {(name_of(f), wrong) for f, _, wrong in ROWS}
    functions = public(importlib.import_module(f"gradlab.{module}"))
    wanted = {(f.__name__, name) for f in functions for name in arguments_of(f)}
    excused = {(f, name) for f, name in wanted if (f, "*") in EXCUSED or (f, name) in EXCUSED}
    assert wanted - tried - excused == set(), (
        "add them to BAD_INPUT in the module's file of tests, each with what is wrong"
    )


def test_no_excuse_is_out_of_date():
    every = {
        (f.__name__, name)
        for module in module_names()
        for f in public(importlib.import_module(f"gradlab.{module}"))
        for name in (*arguments_of(f), "*")
    }
    assert set(EXCUSED) <= every
