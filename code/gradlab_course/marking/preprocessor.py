"""Executes a submission: the student's cells in a kernel of their own, the test cells in the marker.

    check(my_momentum, like=rules.momentum).raise_if_wrong()

In a test cell, `check`, `rules` and `np` are the real ones, imported as the source notebook imports them. Every other
name is the student's. A number, a list or an array is fetched as its value. A function becomes a proxy that asks the
student's kernel (see `proxies`).

The kernel never gets the tests or the right answers. A student can replace `check`, AssertionError or all of Python
there: this changes the student's own answers and nothing else.
"""

import ast
import contextlib
import html
import io
import json
import re
import traceback
import warnings
from pathlib import Path
from time import monotonic

from nbformat.v4 import new_markdown_cell, new_output
from nbgrader.preprocessors import NbGraderPreprocessor
from nbgrader.utils import compute_checksum, is_grade, is_solution
from traitlets import Bool, Float, Integer, List, Unicode

from gradlab.checks.messages import UNDEFINED, UNWRITTEN
from gradlab_course.exercises import nbgrader_of, student_edition
from gradlab_course.marking.outputs import cut, failed, run_cell
from gradlab_course.marking.proxies import Names
from gradlab_course.marking.replacements import replaced
from gradlab_course.marking.sandbox import Ended, Kernel
from gradlab_course.marking.sanitise import one_line
from gradlab_course.marking.submissions import PUT_BACK
from gradlab_course.marking.unread import SYNTAX, defined, is_unread, read, told

HIDDEN = "### BEGIN HIDDEN TESTS", "### END HIDDEN TESTS"
STOPPED = "stopped by the marker"  # the name, in counts, of a test that met a limit of time or memory
SENTENCE = re.compile(r".*?(?:[.?](?=\s|$)|$)", re.S)
MAX_REMARKS = 50  # on one submission
MAX_PER_CELL = 5  # remarks on one cell's refused attempts: code in a loop may try the same in many ways


class Mark(NbGraderPreprocessor):
    """Replaces nbgrader's preprocessor `Execute`.

    It writes its remarks into the notebook's metadata, as gradlab.remarks, and into a cell at the top. The entry
    gradlab.protected says whether the operating system's limits held (see `sandbox.Kernel`), and gradlab.mistakes has
    the names of the mistakes for each test that failed: grade_id -> names, none where the mistake has no name. Of an
    exercise that was not handed in nothing is executed: its tests fail, and gradlab.protected is None.
    """

    source = Unicode(help="path of the source notebook").tag(config=True)
    library = Unicode(help="folder of the student's library, from student_library").tag(config=True)
    forbidden = List(Unicode(), help="folders that the student's code may not read").tag(config=True)
    # `course` sets all of these, from the options of `gradlab_course.marking`.
    timeout = Float(60, help="seconds for a cell, or for one question to a student's function").tag(config=True)
    total = Float(300, help="seconds for a notebook").tag(config=True)
    memory = Integer(2 << 30, help="bytes of address space").tag(config=True)
    output = Integer(50 << 20, help="bytes that a cell may print or show").tag(config=True)
    is_absent = Bool(False, help="whether nothing was handed in").tag(config=True)
    kept = Integer(20 << 20, help="characters of outputs that are kept of a notebook").tag(config=True)

    def preprocess(self, nb, resources):
        """Execute the student's cells in their kernel, and the tests here; return the notebook and resources."""
        source = json.loads(Path(self.source).read_text(encoding="utf-8"))
        tests = {nbgrader_of(cell).get("grade_id"): _source(cell) for cell in source["cells"] if is_test(cell)}
        released = {nbgrader_of(cell).get("grade_id"): _source(cell) for cell in student_edition(source)["cells"]}
        remarks = nb.metadata.setdefault("gradlab", {}).setdefault("remarks", [])
        for cell in nb.cells:
            name = nbgrader_of(cell).get("grade_id")
            if is_grade(cell) and is_solution(cell) and cell.source == released.get(name):
                # By this checksum nbgrader knows that there is no answer.
                cell.metadata.nbgrader["checksum"] = compute_checksum(cell)
            if self.is_absent and name in tests:
                cell.outputs = [failed("Not handed in", "")]
        found = {"protected": None, "mistakes": {}}
        if not self.is_absent:
            found = self._execute(nb, imports(source), tests, released, remarks)
        nb.metadata.gradlab.update(found)
        remarks[:] = list(dict.fromkeys(map(one_line, remarks)))[:MAX_REMARKS]
        if remarks:
            lines = [f"- {html.escape(words, quote=False)}" for words in remarks]
            nb.cells.insert(0, new_markdown_cell("\n".join(["**Remarks of the marker**", "", *lines])))
            del nb.cells[0]["id"]  # nbformat 4.4 has no ids of cells
        return nb, resources

    def _execute(self, nb, names, tests, released, remarks):
        """Fill in the outputs of all cells, and add to the remarks; return what else the metadata has."""
        end, budget, mistakes = monotonic() + self.total, self.kept, {}
        unread = {}  # a name -> the cell that should give it a value, and has a syntax error

        def left():
            """Seconds that the next cell or question may take."""
            return min(self.timeout, end - monotonic())

        with Kernel(self.library, self.forbidden, self.memory, int(self.total) + 60, self.output) as kernel:
            for number, cell in enumerate(nb.cells, 1):
                name = nbgrader_of(cell).get("grade_id")
                if cell.cell_type != "code" or not cell.source.strip() or PUT_BACK in cell.metadata.get("tags", []):
                    continue
                label, had_ended = name or f"cell {number}", kernel.ended
                # Which cells are tests, and their code, comes from the source notebook. So the marker's process never
                # executes code of the student's.
                if name in tests:
                    outputs, trouble, found = run_test(tests[name], names, kernel, left)
                    notes, elsewhere = told(tests[name], unread, kernel, left)
                    cell.outputs = [*notes, *outputs]
                    remarks += [f"{label}: {words}" for words in elsewhere]
                    if found is not None:
                        mistakes[name] = [SYNTAX] if notes else found
                else:
                    remarks += [
                        f"{label}: replaces {replacement}, without effect on the marking"
                        for replacement in replaced(cell.source, names)
                    ]
                    cell.outputs, trouble = run_cell(cell.source, kernel, left())
                    if name and is_unread(cell.outputs):
                        unread |= dict.fromkeys(defined(released.get(name, "")), name)
                    budget -= len(json.dumps(cell.outputs))
                    if budget < 0:
                        cell.outputs = []
                        trouble = trouble or "its output was left out, since the notebook shows too much"
                remarks += [f"{label}: {words}" for words in _oddities("" if had_ended else trouble, kernel.refused)]
                kernel.refused.clear()
            return {"protected": kernel.protected, "mistakes": mistakes}


def _source(cell):
    return "".join(cell["source"])


def _oddities(trouble, refused):
    """The remarks on one cell: how it was stopped, if it was, and the first of its attempts that were refused."""
    attempts = [f"tried to {action}" for action in refused[:MAX_PER_CELL]]
    return [*filter(None, [trouble]), *attempts, *(["and more like this"] if len(refused) > MAX_PER_CELL else [])]


def is_test(cell):
    """True if a cell of a source notebook is a test: graded code, or locked code that calls `check` or `confirm`."""
    known = nbgrader_of(cell)
    if cell["cell_type"] != "code" or known.get("solution") or not known.get("locked"):
        return False
    return known.get("grade") or any(f"{call}(" in _source(cell) for call in ("check", "confirm"))


def imports(source):
    """The names that tests can use: name -> module or object, as imported by the source notebook.

    source   the notebook, as read from JSON; the imports in its solutions are not used
    """
    names = {}
    for cell in source["cells"]:
        if cell["cell_type"] == "code" and not nbgrader_of(cell).get("solution"):
            nodes = ast.parse(_source(cell)).body
            body = [node for node in nodes if isinstance(node, ast.Import | ast.ImportFrom)]
            exec(compile(ast.Module(body, []), "<imports>", "exec"), names)
    names.pop("__builtins__", None)
    return names


def run_test(code, names, kernel, left):
    """Execute a test cell, here in the marker.

    code     its source, from the source notebook
    names    from `imports`
    kernel   the student's `Kernel`
    left     () -> seconds that the next question to the kernel may take

    Returns its outputs, and words on how it was stopped, "" if it came to its end; and the names of the mistakes, None
    if the test was passed. An error among the outputs means no points.
    """
    printed, output, trouble, mistakes = io.StringIO(), [], "", None
    try:
        with contextlib.redirect_stdout(printed), warnings.catch_warnings(action="ignore"):
            exec(compile(code, "<test>", "exec"), Names(names, kernel, left))
    except Ended as error:
        trouble = str(error)
        output, mistakes = [failed("Stopped", trouble)], [STOPPED]
    except (Exception, SystemExit) as error:
        is_open = isinstance(error, NotImplementedError) and not str(error)  # as the exercise is handed out
        mistakes = [UNWRITTEN.name] if is_open else list(getattr(error, "names", ())) or _said(code, error)
        words = f"{UNWRITTEN.name}.\nHint: {UNWRITTEN.hint}" if is_open else cut(error) or "a test failed"
        # Without the traceback, which would show the hidden tests.
        prefix = "In a further test, which is not shown: " if _is_hidden(code, error) else ""
        output = [failed(type(error).__name__, prefix + words)]
    text = cut(printed.getvalue())
    return [*([new_output("stream", name="stdout", text=text)] if text else []), *output], trouble, mistakes


def _said(code, error):
    """The name of a mistake that a test cell shows without `check`: a name is not defined, or an `assert` explains it.

    The words are those of the test, not of the error: a student's function may raise any error, and the page for the
    class shows these names. So a name that is not defined is told if the test has it, and of the message of an `assert`
    the first sentence, with "…" for what the test fills in.
    """
    if isinstance(error, NameError):
        known = [f"`{name}`" for name in read(code) if f"name '{name}' is" in str(error)]
        return [": ".join([UNDEFINED.name, *known])]
    *_, (frame, line) = traceback.walk_tb(error.__traceback__)
    if frame.f_code.co_filename != "<test>":
        return []
    nodes = [node for node in ast.walk(ast.parse(code)) if isinstance(node, ast.Assert) and node.msg]
    for node in nodes:
        if node.lineno <= line <= node.end_lineno:
            parts = node.msg.values if isinstance(node.msg, ast.JoinedStr) else [node.msg]
            words = "".join(str(part.value) if isinstance(part, ast.Constant) else "…" for part in parts)
            return [SENTENCE.match(words)[0].removesuffix(".")]
    return []


def _is_hidden(code, error):
    """True if an error was raised in the hidden tests of a test cell."""
    lines = [line for frame, line in traceback.walk_tb(error.__traceback__) if frame.f_code.co_filename == "<test>"]
    before = "\n".join(code.splitlines()[: lines[0]]) if lines else ""
    return before.count(HIDDEN[0]) > before.count(HIDDEN[1])
