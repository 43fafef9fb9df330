"""Answers in cells with a syntax error: what they should have given, and that nothing handed out takes their place."""

import json

import pytest
from nbformat.v4 import new_output

from gradlab_course import ROOT
from gradlab_course.exercises import nbgrader_of, sources, student_edition
from gradlab_course.marking.outputs import failed
from gradlab_course.marking.preprocessor import is_test
from gradlab_course.marking.unread import defined, is_unread, read


@pytest.mark.parametrize(
    ("output", "unread"),
    [
        (failed("SyntaxError", "expected ':' (in this cell, line 1)"), True),
        (failed("IndentationError", "unexpected indent (in this cell, line 2)"), True),
        (failed("SyntaxError", "invalid syntax (<string>, line 1)"), False),
        (failed("ValueError", "odd (in this cell, line 2)"), False),
        (new_output("stream", text="SyntaxError (in this cell, line 1)"), False),
    ],
)
def test_a_cell_is_unread_if_the_error_is_its_own(output, unread):
    assert is_unread([new_output("stream", text="before"), output]) == unread


@pytest.mark.parametrize(
    ("code", "names"),
    [
        ("def f(x):\n    y = x\n    return y\nclass G:\n    a = 1", {"f", "G"}),
        ("a, b = 1, 2\nfor i in range(a):\n    c = i", {"a", "b", "i", "c"}),
        ("d['x'] = 1", set()),
        ("%timeit f()", set()),
    ],
)
def test_names_that_a_cell_gives(code, names):
    assert defined(code) == names


def test_names_that_a_test_has_from_other_cells():
    assert sorted(read("a = [f(i) for i in range(n)]\nassert a == f(n)")) == ["f", "n", "range"]


@pytest.mark.parametrize("source", sources(ROOT), ids=lambda path: path.stem)
def test_nothing_that_is_handed_out_is_tested_in_the_place_of_an_answer(source):
    nb = json.loads(source.read_text(encoding="utf-8"))
    asked = {name for cell in nb["cells"] if is_test(cell) for name in read(text(cell))}
    given = [cell for cell in student_edition(nb)["cells"] if cell["cell_type"] == "code" and not is_test(cell)]
    answers = [cell for cell in given if nbgrader_of(cell).get("solution")]
    promised = set().union(*(defined(text(cell)) for cell in answers)) & asked
    assert promised
    for cell in answers:
        elsewhere = set().union(*(defined(text(other)) for other in given if other is not cell))
        assert not defined(text(cell)) & asked & elsewhere, nbgrader_of(cell)["grade_id"]


def text(cell):
    return "".join(cell["source"])
