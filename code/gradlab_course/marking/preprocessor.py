"""Marking: tests in the marker's process, of functions that live in the student's.

    check(my_momentum, like=rules.momentum).raise_if_wrong()

In a test cell `check`, `rules` and `np` are the real ones, imported as the source notebook imports them. Any other
name is the student's: a number, a list or an array comes over as its value, a function as a stand-in that asks the
student's kernel. Neither tests nor right answers ever reach that kernel, so whatever was replaced there, `check`,
AssertionError or all of Python, changes the student's own answers and nothing else.
"""

import ast
import contextlib
import html
import io
import json
import traceback
import warnings
from pathlib import Path
from time import monotonic

from nbformat.v4 import new_markdown_cell, new_output
from nbgrader.preprocessors import NbGraderPreprocessor
from nbgrader.utils import compute_checksum, is_grade, is_solution
from traitlets import Float, Integer, List, Unicode

from gradlab_course.exercises import marks, student
from gradlab_course.marking.outputs import cut, failed, run_cell
from gradlab_course.marking.proxies import Names
from gradlab_course.marking.replacements import replaced
from gradlab_course.marking.sandbox import Ended, Kernel
from gradlab_course.marking.sanitise import remark
from gradlab_course.marking.submissions import PUT_BACK

HIDDEN = "### BEGIN HIDDEN TESTS", "### END HIDDEN TESTS"
MOST = 50  # remarks on one submission
OFTEN = 5  # remarks on what one cell tried: what it starts may try the same in fifty ways


class Mark(NbGraderPreprocessor):
    """What nbgrader runs in the place of its own `Execute`.

    What was odd goes into the notebook's metadata, gradlab.remarks, and into a cell at the top.
    """

    source = Unicode(help="the source notebook").tag(config=True)
    library = Unicode(help="what sandbox.student_library gave").tag(config=True)
    forbidden = List(Unicode(), help="folders that students may not read").tag(config=True)
    timeout = Float(60, help="seconds for a cell, or for one question to a student's function").tag(config=True)
    total = Float(300, help="seconds for a notebook").tag(config=True)
    memory = Integer(2 << 30, help="bytes of address space").tag(config=True)
    output = Integer(50 << 20, help="bytes that a cell may print or show").tag(config=True)
    shown = Integer(20 << 20, help="characters of what cells show that are kept of a notebook").tag(config=True)

    def preprocess(self, nb, resources):
        """Execute the student's cells in his kernel, and the tests here."""
        source = json.loads(Path(self.source).read_text(encoding="utf-8"))
        tests = {marks(cell).get("grade_id"): "".join(cell["source"]) for cell in source["cells"] if is_test(cell)}
        given = {marks(cell).get("grade_id"): "".join(cell["source"]) for cell in student(source)["cells"]}
        names, end, room = imports(source), monotonic() + self.total, self.shown

        def left():
            """Seconds for what comes next."""
            return min(self.timeout, end - monotonic())

        remarks = nb.metadata.setdefault("gradlab", {}).setdefault("remarks", [])
        with Kernel(self.library, self.forbidden, self.memory, int(self.total) + 60, self.output) as kernel:
            for number, cell in enumerate(nb.cells, 1):
                name = marks(cell).get("grade_id")
                if is_grade(cell) and is_solution(cell) and cell.source == given.get(name):
                    cell.metadata.nbgrader["checksum"] = compute_checksum(cell)  # nbgrader's way to say "no answer"
                if cell.cell_type != "code" or not cell.source.strip() or PUT_BACK in cell.metadata.get("tags", []):
                    continue
                where, ended = name or f"cell {number}", kernel.ended
                # The source decides what is a test, and says it: in this process nothing of the student's is executed.
                if name in tests:
                    cell.outputs, trouble = run_test(tests[name], names, kernel, left)
                else:
                    remarks += [f"{where}: replaces {what}, not the marker's" for what in replaced(cell.source, names)]
                    cell.outputs, trouble = run_cell(cell.source, kernel, left())
                    room -= len(json.dumps(cell.outputs))
                    if room < 0:
                        cell.outputs, trouble = [], trouble or "shows more than is kept of a notebook"
                remarks += [f"{where}: {what}" for what in _oddities("" if ended else trouble, kernel.refused)]
                kernel.refused.clear()
            nb.metadata.gradlab.walled = kernel.walled
        remarks[:] = list(dict.fromkeys(map(remark, remarks)))[:MOST]
        if remarks:
            lines = [f"- {html.escape(words, quote=False)}" for words in remarks]
            nb.cells.insert(0, new_markdown_cell("\n".join(["**Remarks of the marker**", "", *lines])))
            del nb.cells[0]["id"]  # which nbformat 4.4 does not know
        return nb, resources


def _oddities(trouble, refused):
    """What is to be said of one cell: how it ended, and what it tried."""
    tried = [f"tried to {what}" for what in refused[:OFTEN]]
    return [*filter(None, [trouble]), *tried, *(["and more like this"] if len(refused) > OFTEN else [])]


def is_test(cell):
    """Tell whether a cell of a source notebook is a test: one that is graded, or locked and calls `check`."""
    known = marks(cell)
    if cell["cell_type"] != "code" or known.get("solution") or not known.get("locked"):
        return False
    return known.get("grade") or "check(" in "".join(cell["source"])


def imports(source):
    """name -> module or object that the cells of a source notebook import, but for those that students write.

    source   the notebook, as read from JSON
    """
    names = {}
    for cell in source["cells"]:
        if cell["cell_type"] == "code" and not marks(cell).get("solution"):
            nodes = ast.parse("".join(cell["source"])).body
            body = [node for node in nodes if isinstance(node, ast.Import | ast.ImportFrom)]
            exec(compile(ast.Module(body, []), "<imports>", "exec"), names)
    names.pop("__builtins__", None)
    return names


def run_test(code, names, kernel, left):
    """The outputs of a test cell, executed here; an error among them means no points.

    code     its source, from the source notebook
    names    what `imports` gave
    kernel   the student's `Kernel`
    left     () -> seconds that the next question to it may take
    """
    printed, output, trouble = io.StringIO(), [], ""
    try:
        with contextlib.redirect_stdout(printed), warnings.catch_warnings(action="ignore"):
            exec(compile(code, "<test>", "exec"), Names(names, kernel, left))
    except Ended as error:
        trouble = str(error)
        output = [failed("Stopped", trouble)]
    except (Exception, SystemExit) as error:
        # No traceback: it would show the hidden tests.
        where = "In a further test, which is not shown: " if _is_hidden(code, error) else ""
        output = [failed(type(error).__name__, where + (cut(error) or "a test failed"))]
    text = cut(printed.getvalue())
    return [*([new_output("stream", name="stdout", text=text)] if text else []), *output], trouble


def _is_hidden(code, error):
    """True if it was raised between the delimiters of hidden tests, in the code of a test cell."""
    lines = [line for frame, line in traceback.walk_tb(error.__traceback__) if frame.f_code.co_filename == "<test>"]
    before = "\n".join(code.splitlines()[: lines[0]]) if lines else ""
    return before.count(HIDDEN[0]) > before.count(HIDDEN[1])
