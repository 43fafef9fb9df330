"""Marking: tests run in the marker, functions in the student's kernel."""

import json
import re
from time import monotonic

import nbformat
import numpy as np
import pytest
import submitted

from gradlab import checks, rules
from gradlab_course.exercises import nbgrader_of
from gradlab_course.marking.outputs import run_cell
from gradlab_course.marking.preprocessor import Mark, imports, is_test, run_test
from gradlab_course.marking.sandbox import Kernel
from gradlab_course.marking.student_copy import student_library

TIMEOUT = 30


@pytest.fixture(scope="module")
def kernel(tmp_path_factory):
    folder = tmp_path_factory.mktemp("student") / "library"
    with Kernel(student_library(folder, ["rules.momentum"])) as kernel:
        yield kernel


def marked(kernel, code, test):
    """The error of a test, "" if none, after a student's cell."""
    if code:
        assert run_cell(code, kernel, TIMEOUT)[1] == ""
    outputs, *_ = run_test(test, imports(submitted.SOURCE), kernel, lambda: TIMEOUT)
    errors = [f"{output.ename}: {output.evalue}" for output in outputs if output.output_type == "error"]
    return errors[0] if errors else ""


CHECK = "check(my_momentum, like=rules.momentum).raise_if_wrong()"


# --- values and functions ---------------------------------------------------------------------------------------------


def test_a_right_function_is_right(kernel):
    assert marked(kernel, f"def my_momentum(x, g, v=0, *, lr, beta):\n{submitted.RIGHT}", CHECK) == ""


def test_a_mistake_gets_its_name(kernel):
    wrong = submitted.RIGHT.replace("+ g", "+ (1 - beta) * g")
    error = marked(kernel, f"def my_momentum(x, g, v=0, *, lr, beta):\n{wrong}", CHECK)
    assert error.startswith("AssertionError: ✗ my_momentum is not right: EWMA for heavy ball")


@pytest.mark.parametrize(
    ("code", "test"),
    [
        ("n = 3", "assert n == 3 and type(n) is int"),
        ("p = 2.5; s = 'a'; b = True; nothing = None", "assert (p, s, b, nothing) == (2.5, 'a', True, None)"),
        ("d = {'a': [1, (2, 3)]}", "assert d == {'a': [1, (2, 3)]} and type(d['a'][1]) is tuple"),
        ("import numpy as np; a = np.eye(2)", "assert a.shape == (2, 2) and np.trace(a) == 2"),
        ("def f(x, *, k=1): return {'y': [k * x]}", "assert f(2.0, k=3) == {'y': [6.0]}"),
        ("def f(x): return x", "assert f(range(2, 5)) == range(2, 5) and f([range(3)]) == [range(3)]"),
        ("def f(x): return x.sum(0)", "assert np.allclose(f(np.ones((2, 3))), [2, 2, 2])"),
        ("def f(x): raise KeyError('k')", "try:\n    f(1)\nexcept KeyError:\n    pass\nelse:\n    assert False"),
        ("def f(x): return x", "assert [f(i) for i in range(3)] == [0, 1, 2] and (lambda: f(7))() == 7"),
        ("len = min = max = 0", "assert len([1]) == 1, 'what Python has is the marker`s'"),
        ("np = check = rules = None", "assert np.ones(2).sum() == 2 and callable(check)"),
    ],
)
def test_values_and_functions_come_over(kernel, code, test):
    assert marked(kernel, code, test) == ""


@pytest.mark.parametrize(
    ("code", "test", "error"),
    [
        ("", "unknown", "NameError: name 'unknown' is not defined"),
        ("odd = object()", "odd", "ValueError: odd is an object of type object, which cannot be marked"),
        ("def f(x): return []", "assert np.allclose(f(1), 3)", "AssertionError: f holds an array or a list without"),
        (
            "def f(x): return range(0)",
            "assert np.allclose(f(1), 3)",
            "AssertionError: f holds an array or a list without",
        ),
        ("r = [range(3, 3)]", "r", "AssertionError: r holds an array or a list without"),
        ("import numpy as np; z = {'a': np.zeros((0, 2))}", "z", "AssertionError: z holds an array or a list without"),
        ("def f(x): raise SystemExit", "f(1)", "SystemExit: "),
        ("class Own(Exception): pass\ndef f(x): raise Own('mine')", "f(1)", "Own: mine"),
        ("def f(x): return 1", "assert f(1) == 2", "AssertionError: a test failed"),
        (
            "def f(x): raise NotImplementedError()",
            "f(1)",
            "NotImplementedError: not written yet.\nHint: Put your lines",
        ),
        ("def f(x): raise NotImplementedError('mine')", "f(1)", "NotImplementedError: mine"),
        ("def f(x): return 1", "f(print)", "nothing that can be read"),
        ("f = 3", "check(f, like=rules.momentum)", "ValueError: check: student must be a function"),
        ("def f(x): return x", "check(f, like=np.sin)", "ValueError: check: like must be one of"),
    ],
)
def test_an_error_of_the_students_function_becomes_an_error_of_the_test(kernel, code, test, error):
    found = marked(kernel, code, test)
    assert error in found


def test_a_test_cell_shows_what_it_prints_and_no_traceback(kernel):
    outputs, trouble, _ = run_test(
        f"print('seen')\nassert False, 'why'  # {submitted.SECRET}", {}, kernel, lambda: TIMEOUT
    )
    assert [o.output_type for o in outputs] == ["stream", "error"] and trouble == ""
    assert outputs[0].text == "seen\n" and outputs[1].traceback == ["AssertionError: why"]
    assert submitted.SECRET not in json.dumps(outputs)


@pytest.mark.parametrize(
    ("code", "test", "names"),
    [
        ("", "assert False, 'Off by one. Which is the first?'", ["Off by one"]),
        ("", "assert False, (\n    'Such as 2.5: is it '\n    'the root?'\n)", ["Such as 2.5: is it the root?"]),
        ("a = 'Ada'", "assert False, f'{a} norm: why? Ask {a}.'", ["… norm: why?"]),
        ("def f(): return 1", "def g():\n    assert f() == 2, 'Not two.'\ng()", ["Not two"]),
        ("def f(): raise AssertionError('I am Ada.')", "assert f(), 'Not f.'", []),
        ("def f(): return 1", "assert f() == 2", []),
        ("", "assert unknown == 1, 'Not one.'", ["a name that is not defined: `unknown`"]),
        ("def f(): return ada", "assert f() == 1, 'Not one.'", ["a name that is not defined"]),
        ("def f():\n    y = y\n    return y", "assert f() == 1, 'Not one.'", ["a name that is not defined"]),
        ("def my_momentum(x, g, v=0, *, lr, beta): return ada", CHECK, ["a name that is not defined"]),
        ("n = 2.5", "from gradlab.checks import whole_number\nwhole_number(n, 'n')", ["not a whole number above 0"]),
        ("n = None", "from gradlab.checks import whole_number\nwhole_number(n, 'n')", ["not written yet"]),
        ("def f(): return 1", "assert f() == 1, 'Not one.'", None),
        ("def f(): raise NotImplementedError", "assert f() == 1, 'Not one.'", ["not written yet"]),
        ("def my_momentum(x, g, v=0, *, lr, beta): raise NotImplementedError", CHECK, ["not written yet"]),
    ],
)
def test_a_message_that_explains_a_mistake_is_its_name(kernel, code, test, names):
    run_cell(code, kernel, TIMEOUT)
    *_, found = run_test(test, imports(submitted.SOURCE), kernel, lambda: TIMEOUT)
    assert found == names


def test_the_message_of_a_hidden_test_says_that_it_is_hidden(kernel):
    test = "{0}\n### BEGIN HIDDEN TESTS\n{1}\n### END HIDDEN TESTS\n{2}"
    wrong, hidden = "assert False, 'why'", "AssertionError: In a further test, which is not shown: why"
    assert marked(kernel, "", test.format(wrong, "", "")) == "AssertionError: why"
    assert marked(kernel, "", test.format("", wrong, "")) == hidden
    assert marked(kernel, "", test.format("", f"def f():\n    {wrong}\nf()", "")) == hidden
    assert marked(kernel, "", test.format("", "", wrong)) == "AssertionError: why"


def test_a_traceback_does_not_name_the_markers_folders(kernel):
    outputs, _ = run_cell("from gradlab import rules\nrules.sgd(1, 'x', lr=0.1)", kernel, TIMEOUT)
    (error,) = outputs
    shown = re.sub(r"\x1b\[[0-9;]*m", "", "\n".join(error.traceback))
    assert "gradlab/rules.py" in shown or "gradlab/_arguments.py" in shown
    assert not [place for place in kernel.folders if place in shown]


@pytest.mark.parametrize(
    ("code", "told"),
    [
        ("def f(x)", "SyntaxError: expected ':' (in this cell, line 1)"),
        ("if 1:\n        x = 1\n    y = 2", "match any outer indentation level (in this cell, line 3)"),
        ("import warnings\nwarnings.warn('x')", "in a cell, line 2: UserWarning"),
    ],
)
def test_a_line_of_a_cell_is_told_without_the_name_of_a_file(kernel, code, told):
    (output,), trouble = run_cell(code, kernel, TIMEOUT)
    assert told in (trouble or output.text) and (not trouble or trouble == f"{output.ename}: {output.evalue}")
    assert not re.search(r"\d\.py", json.dumps(output))


def test_a_function_that_does_not_end_is_stopped(kernel):
    run_cell("def my_momentum(*a, **k):\n    while True: pass", kernel, TIMEOUT)
    outputs, trouble, _ = run_test(CHECK, imports(submitted.SOURCE), kernel, lambda: 0.5)
    assert trouble.endswith("and was stopped") and outputs[0].ename == "Stopped"


def test_without_time_nothing_runs(kernel):
    said = "not run, the notebook took too long"
    assert run_cell("late = 1", kernel, 0)[1] == run_test("late", {}, kernel, lambda: 0)[1] == said
    assert marked(kernel, "", "late").startswith("NameError")


@pytest.mark.parametrize(
    "answers",
    [
        "7",
        "[]",
        "[1, '', [], []]",
        "[[], 3, [], []]",
        "[[[1.0]], '', [], []]",
        "[[[np.ones(1)]], '', [], [1.0]]",
        "[[[np.array([True])]], '', [], []]",
        "[[], '', [], []]",
    ],
)
def test_forged_answers_are_not_right(kernel, answers):
    forge = (
        "import gradlab_course.kernel.protocol as w, numpy as np\nkept = w._value\n"
        f"w._value = lambda request, names: {answers} if 'answers' in request else kept(request, names)\n"
        "def my_momentum(x, g): return x"
    )
    error = marked(kernel, forge, CHECK)
    assert run_cell("w._value = kept", kernel, TIMEOUT)[1] == ""
    assert error


# --- what is a test, what is imported ---------------------------------------------------------------------------------


def test_the_source_notebook_decides_which_cells_are_tests():
    assert [c["metadata"]["nbgrader"]["grade_id"] for c in submitted.SOURCE["cells"] if is_test(c)] == [
        "momentum-test",
        "prediction-test",
    ]
    ungraded = submitted.cell("code", "check(f, like=rules.sgd)", grade_id="x", locked=True)
    assert is_test(ungraded) and not is_test(submitted.cell("code", "data = 3", grade_id="x", locked=True))
    assert is_test(submitted.cell("code", "confirm(x, y)", grade_id="x", locked=True))
    assert not is_test(submitted.cell("code", "check(f)"))


def test_tests_use_the_names_that_the_source_imports():
    names = imports(submitted.SOURCE)
    assert names == {"np": np, "rules": rules, "check": checks.check}


def test_half_a_surrogate_pair_is_replaced(kernel):
    outputs, _ = run_cell("raise ValueError('a\\ud800')", kernel, TIMEOUT)
    json.dumps(outputs, ensure_ascii=False).encode()
    error = marked(kernel, "def f(): raise ValueError('b\\ud800')", "f()")
    assert error == "ValueError: b?"


# --- whole notebooks --------------------------------------------------------------------------------------------------


def remarks_on(tmp_path, nb, **limits):
    """The remarks of the marker on a notebook, and the notebook marked."""
    (tmp_path / "source.ipynb").write_text(json.dumps(submitted.SOURCE))
    library = str(student_library(tmp_path / "library", ["rules.momentum"]))
    mark = Mark(source=str(tmp_path / "source.ipynb"), library=library, timeout=TIMEOUT, **limits)
    nb = nb | {"metadata": nb["metadata"] | {"gradlab": {"remarks": []}}}
    marked, _ = mark.preprocess(nbformat.reads(json.dumps(nb), 4), {})
    return marked.metadata.gradlab.remarks, marked


def test_outputs_of_a_whole_notebook_are_limited(tmp_path):
    """Each cell may show much, but not all of them."""
    remarks, marked = remarks_on(tmp_path, submitted.handed_in(before=["print('x' * 9000)"] * 3), kept=20_000)
    assert "cell 5: its output was left out, since the notebook shows too much" in remarks
    assert 18_000 < len(json.dumps(marked.cells)) < 30_000
    (test,) = [cell for cell in marked.cells if nbgrader_of(cell).get("grade_id") == "prediction-test"]
    assert test.outputs[0].output_type == "error", "what a test says is never left out: it would be taken for right"


STALE = "momentum-test: my_momentum is from another cell, since the cell momentum has a syntax error"
BROKEN = "def my_momentum(x, g, v=0, *, lr, beta)\n    return x - lr * v, v"


def told(marked, name):
    (cell,) = [cell for cell in marked.cells if nbgrader_of(cell).get("grade_id") == name]
    return [output.get("text") or output.evalue for output in cell.outputs]


def test_of_an_answer_with_a_syntax_error_it_is_told_that_nothing_was_run(tmp_path):
    remarks, marked = remarks_on(tmp_path, submitted.handed_in(BROKEN, "prediction = 10"))
    said = ["The cell momentum has a syntax error, so nothing of it was run.\n", "name 'my_momentum' is not defined"]
    assert told(marked, "momentum-test") == said and STALE not in remarks
    assert told(marked, "prediction-test") == []
    assert marked.metadata.gradlab.mistakes == {"momentum-test": ["a syntax error in the cell of the answer"]}


@pytest.mark.parametrize("place", ["before", "after"])
def test_an_answer_from_another_cell_counts_and_has_a_remark_if_its_own_cell_was_not_run(tmp_path, place):
    """What was handed out is in the cell itself: what is tested instead is the student's own."""
    right = f"def my_momentum(x, g, v=0, *, lr, beta):\n{submitted.RIGHT}"
    nb = submitted.handed_in(BROKEN, before=[right] if place == "before" else [])
    if place == "after":
        at = next(i for i, cell in enumerate(nb["cells"]) if nbgrader_of(cell).get("grade_id") == "momentum")
        nb["cells"].insert(at + 1, submitted.cell("code", right))
    remarks, marked = remarks_on(tmp_path, nb)
    assert told(marked, "momentum-test") == [] and STALE in remarks
    assert list(marked.metadata.gradlab.mistakes) == ["prediction-test"]


def test_of_many_refusals_in_a_cell_the_first_five_are_reported(tmp_path):
    code = "for i in range(40):\n    try:\n        open(f'/nowhere/{i}', 'w')\n    except OSError:\n        pass"
    remarks, _ = remarks_on(tmp_path, submitted.handed_in(before=[code]))
    told = [words for words in remarks if words.startswith("cell 3")]
    assert told[0] == "cell 3: tried to open /nowhere/0 for writing"
    assert len(told) == 6 and told[-1] == "cell 3: and more like this"


@pytest.mark.slow  # less than five seconds might be too few to start a kernel in
def test_the_time_for_a_whole_notebook_is_limited(tmp_path):
    """Nor are many questions of one test, each of which ends in time."""
    slow = "import time\ndef my_momentum(x, g, v=0, *, lr, beta):\n    time.sleep(0.2)\n    return x, v"
    start = monotonic()
    remarks, _ = remarks_on(tmp_path, submitted.handed_in(slow), total=5)
    assert monotonic() - start < 5 + 10
    assert any(words.startswith("momentum-test: ran for") for words in remarks)
    assert "prediction: not run, the notebook took too long" in remarks
