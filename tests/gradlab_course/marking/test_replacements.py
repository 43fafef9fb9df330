"""The names of the tests that a student's code replaces."""

import json
from importlib.util import find_spec

import pytest

from gradlab_course import ROOT
from gradlab_course.exercises import sources, student_edition
from gradlab_course.marking.preprocessor import imports
from gradlab_course.marking.replacements import replaced


@pytest.mark.parametrize(
    ("code", "names"),
    [
        ("check = print", ["check"]),
        ("def check(*a): pass", ["check"]),
        ("class AssertionError(Exception): pass", ["AssertionError"]),
        ("rules.momentum = None", ["rules.momentum"]),
        ("import gradlab.rules as r\nr.momentum = None", ["r.momentum"]),
        ("import builtins\nbuiltins.AssertionError = None", ["builtins.AssertionError"]),
        ("setattr(rules, 'momentum', 3)", ["rules"]),
        ("from mine import check", ["check"]),
        ("import numpy as np\nfrom gradlab.checks import check\nx = np.ones(3)\nx[0] = 1\nself.y = 2", []),
        ("class A:\n    def check(self):\n        rules = 3\n        setattr(self, 'np', 4)\n        self.x = 1", []),
        ("def f():\n    rules = 3\n    def check(): pass", []),
        ("def f():\n    rules.momentum = 3\n    setattr(check, 'x', 1)", ["rules.momentum", "check"]),
        ("import sys, logging\nsys.tracebacklimit = 0\nlogging.raiseExceptions = False", []),
        ("for rules in range(2): pass", ["rules"]),
        ("def (", []),
    ],
)
def test_replaced_names_are_found(code, names):
    assert replaced(code, {"check": 1, "rules": 2, "np": 3}) == names


def test_a_module_that_the_tests_import_too_is_not_replaced():
    assert replaced("import json", {"json": json}) == []
    assert replaced("import mine as json", {"json": json}) == ["json"]
    assert replaced("from mine import json", {"json": json}) == ["json"]


def test_a_function_that_the_tests_import_too_is_not_replaced():
    assert replaced("from importlib.util import find_spec", {"find_spec": find_spec}) == []
    assert replaced("from mine import find_spec", {"find_spec": find_spec}) == ["find_spec"]
    assert replaced("from importlib.util import find_spec as json", {"json": json}) == ["json"]


@pytest.mark.skipif(not sources(ROOT), reason="this is the public tree, which has no source notebooks")
def test_no_cell_that_is_handed_out_replaces_anything():
    for path in sources(ROOT):
        source = json.loads(path.read_text(encoding="utf-8"))
        names, cells = imports(source), student_edition(source)["cells"]
        code = ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]
        assert len(code) > 10
        assert [replaced(cell, names) for cell in code] == [[]] * len(code), path.name


def test_code_that_python_cannot_unparse_gives_no_names():
    assert replaced("rules" + ".y" * 5000 + " = 1", {"rules": 1}) == []
    assert replaced("rules.a.a.b = 1", {"rules": 1}) == ["rules.a.a.b"]
