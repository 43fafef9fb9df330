"""Parses submissions, and repairs them, so that every submission can be marked like the exercise that was handed out.

Of a submission only three things are used: the sources of its cells, their names (which cell of the exercise each one
is), and attached pictures. All other metadata, and the text of the tests, come from the exercise.
"""

import ast
import json
from collections import Counter
from pathlib import Path

from gradlab_course.exercises import nbgrader_of
from gradlab_course.marking.sanitise import sanitised, with_pictures
from gradlab_course.notebooks import canonical, text

MAX_FILE = 50_000_000  # bytes
MAX_CELL = 100_000  # characters: to parse a cell of 2 MB takes gigabytes
CELL_TYPES = ("code", "markdown", "raw")
PUT_BACK = "put-back"  # tag of a deleted solution that was put back; executed, it would replace answers elsewhere


def parse_submission(path, released, source):
    """The notebook to mark, made from a submission, and remarks on everything odd about it.

    path       the file; None if there is none
    released   the student edition of the exercise, a notebook
    source     the source notebook that the student edition was made from

    Deleted cells are put back, edited tests are replaced, and words in a cell beside an untouched answer are moved into
    it. If the file is not a notebook, the untouched exercise takes its place. No submission causes an error.
    """
    try:
        cells, remarks = _read_cells(path)
    except ValueError as problem:
        return _notebook(released["cells"], released), [str(problem)]
    known = {nbgrader_of(cell)["grade_id"]: cell for cell in released["cells"] if "grade_id" in nbgrader_of(cell)}
    handed_out = {text(cell["source"]) for nb in (released, source) for cell in nb["cells"]}
    remarks += [*_restore_names(cells, released), *_remove_wrong_names(cells, known)]
    remarks += _edited_tests(cells, known, source)
    put_back = _put_back(cells, released)
    remarks += [*put_back, *_move_answers(cells, known, handed_out)]
    now = {cell["grade_id"]: cell["source"] for cell in cells}
    if not put_back and all(now[name] == text(cell["source"]) for name, cell in known.items()):
        remarks.append("nothing was changed: all cells of the tasks are as they were handed out")
    return _notebook([_final_cell(cell, known, handed_out) for cell in cells], released), remarks


def is_untouched(path, released):
    """True if a file is a notebook without any text that the exercise does not have.

    path       the file
    released   the student edition of the exercise, a notebook
    """
    try:
        cells, _ = _read_cells(path)
    except ValueError:
        return False
    handed_out = {text(cell["source"]).strip() for cell in released["cells"]} | {""}
    return all(cell["source"].strip() in handed_out for cell in cells)


def related(path, editions):
    """The name of the assignment that a file is a notebook of, told by its cells; "" if they do not say.

    path       the file
    editions   name of an assignment -> its student edition, a notebook

    Cells are known by their names, or by their text if none has a name. Names and texts that several assignments have
    do not count, and the file must have more than twice as many cells of one assignment as of any other.
    """
    try:
        cells, _ = _read_cells(path)
    except ValueError:
        return ""
    found = {cell["grade_id"] for cell in cells} - {None} or {cell["source"].strip() for cell in cells} - {""}
    traits = {name: _traits(nb) for name, nb in editions.items()}
    count = Counter(trait for own in traits.values() for trait in own)
    shared = {name: sum(count[trait] == 1 for trait in found & own) for name, own in traits.items()}
    first, second, *_ = [*sorted(shared.values(), reverse=True), 0, 0]
    return max(shared, key=shared.get) if first > 2 * second else ""


def _traits(released):
    """The names of the cells of an exercise, and their texts."""
    names = {nbgrader_of(cell)["grade_id"] for cell in released["cells"] if "grade_id" in nbgrader_of(cell)}
    return names | {text(cell["source"]).strip() for cell in released["cells"]}


def trouble(path):
    """Why a file is not a notebook that can be read, "" if it is one."""
    try:
        _read_cells(path)
    except ValueError as problem:
        return str(problem)
    return ""


# --- which cell is which: these functions change the list of cells, and return or yield remarks -----------------------


def _restore_names(cells, released):
    """If no cell has a name, name the cells as in the exercise. Some programs drop the names with other metadata.

    A cell is recognised by its text or, if the student has changed that, by its neighbours.
    """
    if any(cell["grade_id"] for cell in cells):
        return []
    texts = [text(cell["source"]) for cell in released["cells"]]
    index = {cell["source"]: i for i, cell in reversed(list(enumerate(cells)))}
    positions = [index.get(words) for words in texts]  # of each cell of the exercise, None if it was not recognised
    kinds = [cell["cell_type"] for cell in cells]
    for i, wanted in enumerate(released["cells"]):
        for neighbour, step in ((i - 1, 1), (i + 1, -1)):
            if positions[i] is None and 0 <= neighbour < len(positions) and positions[neighbour] is not None:
                guess = positions[neighbour] + step
                if 0 <= guess < len(cells) and guess not in positions and kinds[guess] == wanted["cell_type"]:
                    positions[i] = guess
        if positions[i] is not None:
            cells[positions[i]]["grade_id"] = nbgrader_of(wanted).get("grade_id")
    if not any(cell["grade_id"] for cell in cells):
        return []
    return ["the cells had lost their names (metadata); they were recognised by the cells around them"]


def _remove_wrong_names(cells, known):
    """Remove names that an earlier cell has, and names that no cell of the exercise has."""
    seen = set()
    for cell in cells:
        name = cell["grade_id"]
        if name and (name in seen or name not in known):
            cell["grade_id"] = None
            yield f"{name}: two cells have this name, or it belongs to no task"
        seen.add(name)


def _edited_tests(cells, known, source):
    """Yield a remark on each test that differs from the one that was handed out, and from the one in the source."""
    tests = {nbgrader_of(cell).get("grade_id"): text(cell["source"]) for cell in source["cells"]}
    for cell in cells:
        name = cell["grade_id"]
        if name and nbgrader_of(known[name])["locked"]:
            originals = text(known[name]["source"]).rstrip(), tests.get(name, "").rstrip()
            if cell["source"].rstrip() not in originals:
                yield f"{name}: the tests were edited; the original ones count"


def _put_back(cells, released):
    """Put deleted cells back, each before the cells that follow it in the exercise; return remarks."""
    remarks, position = [], len(cells)
    for wanted in reversed(released["cells"]):
        name, words = nbgrader_of(wanted).get("grade_id"), text(wanted["source"])
        there = [i for i, cell in enumerate(cells) if cell["grade_id"] == name and (name or cell["source"] == words)]
        if there:
            position = there[-1]
        elif name:
            cell = {"cell_type": wanted["cell_type"], "source": words, "grade_id": name, "attachments": {}}
            cells.insert(position, cell | {"put_back": True})
            remarks.append(f"{name}: the cell was deleted; it was put back")
    return remarks[::-1]


def _move_answers(cells, known, handed_out):
    """Move words into an untouched answer from the student's own cells above and below it."""
    for name, wanted in known.items():
        entry = nbgrader_of(wanted)
        at = next(i for i, cell in enumerate(cells) if cell["grade_id"] == name)
        is_words = entry.get("grade") and entry.get("solution") and wanted["cell_type"] != "code"
        if not is_words or cells[at]["source"].rstrip() != text(wanted["source"]).rstrip():
            continue
        # Cells for experiments, which give no points, may stand between the question and the answer.
        code = {n for n, cell in known.items() if nbgrader_of(cell)["solution"] and not nbgrader_of(cell)["grade"]}
        above, below = _own_words(cells[:at][::-1], handed_out, code), _own_words(cells[at + 1 :], handed_out)
        own = [*above[::-1], *below]
        if own:
            answer = cells[at]
            answer["source"] = "\n\n".join(_without_question(cell, handed_out) for cell in own)
            for cell in own:
                answer["attachments"] |= cell["attachments"]
            cells[:] = [cell for cell in cells if cell is answer or not any(cell is other for other in own)]
            yield f"{name}: the answer was written in a cell beside its own, and was taken from there"


def _own_words(cells, handed_out, passed=()):
    """The cells with words of the student's, up to the next cell of the exercise.

    cells        in the order in which to look
    handed_out   texts of the exercise's cells; a cell that begins with one and has words added to it is the last
    passed       names of cells of the exercise at which not to stop
    """
    own = []
    for cell in cells:
        if cell["grade_id"] in passed:
            continue
        if cell["grade_id"] or cell["source"] in handed_out:
            break
        if cell["source"].strip() and (cell["cell_type"] != "code" or _is_prose(cell["source"])):
            own.append(cell)
        if _question(cell, handed_out):
            break
    return own


def _question(cell, handed_out):
    """The text of the exercise that a cell begins with, "" if there is none."""
    return max((words for words in handed_out if words and cell["source"].startswith(words)), key=len, default="")


def _without_question(cell, handed_out):
    words = cell["source"].removeprefix(_question(cell, handed_out)).strip()
    return f"```\n{words}\n```" if cell["cell_type"] == "code" else words


def _is_prose(code):
    """True if a code cell holds words: text that is not Python, or only comments and strings, printed or not."""
    if any(line.lstrip().startswith(("%", "!")) for line in code.splitlines()):
        return False
    try:
        nodes = ast.parse(code).body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return True
    return all(isinstance(node, ast.Expr) and _is_string(node.value) for node in nodes)


def _is_string(node):
    """True for a string, and for a call of print with strings."""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "print":
        return all(map(_is_string, node.args))
    return isinstance(node, ast.Constant) and isinstance(node.value, str)


# --- the notebook to mark ---------------------------------------------------------------------------------------------


def _final_cell(cell, known, handed_out):
    wanted = known.get(cell["grade_id"])
    if wanted and nbgrader_of(wanted)["locked"]:
        return wanted
    kind = wanted["cell_type"] if wanted else cell["cell_type"]  # the student may have changed the type
    source = cell["source"] if cell["source"] in handed_out else sanitised(cell["source"], kind)
    metadata = wanted["metadata"] if wanted else {}
    if cell.get("put_back") and kind == "code":
        metadata = metadata | {"tags": [*metadata.get("tags", []), PUT_BACK]}
    return {"cell_type": kind, "metadata": metadata, "source": source, "attachments": cell["attachments"]}


def _notebook(cells, released):
    return canonical({**released, "cells": [{**cell, "outputs": [], "execution_count": None} for cell in cells]})


# --- reading a file ---------------------------------------------------------------------------------------------------


def content(path):
    """The bytes of a file, or one byte more than allowed if it is too large; b"" for an empty path."""
    if not path:
        return b""
    with Path(path).open("rb") as file:
        return file.read(MAX_FILE + 1)


def _read_cells(path):
    """The cells in a file, each a dictionary of cell_type, source, grade_id and attachments; and remarks.

    Raises ValueError, with the words of a remark, when the file is not a notebook.
    """
    if path is None:
        raise ValueError("nothing was handed in")
    try:
        read = content(path)
    except OSError as problem:
        raise ValueError(f"the file cannot be read ({problem.strerror})") from None
    if len(read) > MAX_FILE:
        raise ValueError(f"the file is larger than {MAX_FILE // 10**6} MB")
    try:
        nb = json.loads(read)
    except (ValueError, RecursionError, MemoryError) as problem:  # it is not JSON, or not UTF-8
        raise ValueError(f"the file is not JSON ({str(problem) or type(problem).__name__:.100})") from None
    if not isinstance(nb, dict) or nb.get("nbformat") != 4 or not isinstance(nb.get("cells"), list):
        raise ValueError("the file is not a notebook of nbformat 4")
    cells, remarks = [], []
    for number, cell in enumerate(nb["cells"], 1):
        found = _read_cell(cell, number)
        if found is None:
            remarks.append(f"cell {number} cannot be read, and was left out")
            continue
        if len(found["source"]) > MAX_CELL:
            remarks.append(f"cell {number} is longer than {MAX_CELL} characters; the rest was left out")
            # The beginning of words can be marked; the beginning of code may not even be Python.
            is_code = found["cell_type"] == "code"
            found["source"] = "# This cell was too long." if is_code else found["source"][:MAX_CELL]
        cells.append(found)
    return cells, remarks


def _read_cell(cell, number):
    """One cell of a file, as `_read_cells` returns it; None if it is not a cell."""
    match cell:
        case {"cell_type": str(kind), "source": str() | list() as source} if kind in CELL_TYPES:
            if isinstance(source, str) or all(isinstance(line, str) for line in source):
                name, pictures = None, {}
                match cell.get("metadata"):
                    case {"nbgrader": {"grade_id": str(name)}}:
                        pass
                # JSON can hold half a surrogate pair, a file in UTF-8 cannot.
                words = text(source).replace("\r\n", "\n").encode(errors="replace").decode()
                if kind != "code":
                    words, pictures = with_pictures(words, cell.get("attachments"), number)
                return {"cell_type": kind, "source": words, "grade_id": name, "attachments": pictures}
    return None
