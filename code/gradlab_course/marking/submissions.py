"""Submissions: what students hand in, read with care and put back into the form that was handed out.

Of a submission nothing counts but the sources of its cells, which cell of the exercise each of them is, and pictures.
"""

import ast
import json
from pathlib import Path

from gradlab_course.exercises import marks
from gradlab_course.marking.sanitise import harmless, with_pictures
from gradlab_course.notebooks import canonical, text

LARGEST = 50_000_000  # bytes
LONGEST = 100_000  # characters of a cell: to parse 2 MB takes gigabytes
KINDS = ("code", "markdown", "raw")
PUT_BACK = "put-back"  # the tag of a deleted solution: to execute it would undo what was written elsewhere


def received(path, released, source):
    """A submission as a notebook that can be marked, and remarks on what is odd about it.

    path       the file; None where there is none
    released   the student edition of the exercise, a notebook
    source     the source notebook that it was made from

    Cells that were deleted are put back as they were, tests that were edited are replaced; words beside an untouched
    answer are put into it. In the place of a file that is no notebook comes the untouched exercise. Never raises for
    what a student may have handed in.
    """
    try:
        cells, remarks = _cells(path)
    except ValueError as problem:
        return _notebook(released["cells"], released), [str(problem)]
    known = {marks(cell)["grade_id"]: cell for cell in released["cells"] if "grade_id" in marks(cell)}
    handed_out = {text(cell["source"]) for nb in (released, source) for cell in nb["cells"]}
    remarks += [*_named(cells, released), *_doubled(cells, known), *_edited(cells, known, source)]
    put_back = _put_back(cells, released)
    remarks += [*put_back, *_gathered(cells, known, handed_out)]
    now = {cell["grade_id"]: cell["source"] for cell in cells}
    if not put_back and all(now[name] == text(cell["source"]) for name, cell in known.items()):
        remarks.append("nothing was changed: all cells of the tasks are as they were handed out")
    return _notebook([_final(cell, known, handed_out) for cell in cells], released), remarks


def is_untouched(path, released):
    """True if a file has nothing that the exercise did not have.

    path       the file
    released   the student edition of the exercise, a notebook
    """
    try:
        cells, _ = _cells(path)
    except ValueError:
        return False
    handed_out = {text(cell["source"]).strip() for cell in released["cells"]} | {""}
    return all(cell["source"].strip() in handed_out for cell in cells)


# --- which cell is which: each of these changes the cells, and gives remarks ------------------------------------------


def _named(cells, released):
    """Give cells without names, which other programs than Jupyter may take away, those of the exercise."""
    if any(cell["grade_id"] for cell in cells):
        return []
    texts = [text(cell["source"]) for cell in released["cells"]]
    there = {cell["source"]: i for i, cell in reversed(list(enumerate(cells)))}
    places = [there.get(words) for words in texts]
    kinds = [cell["cell_type"] for cell in cells]
    for i, wanted in enumerate(released["cells"]):
        for neighbour, step in ((i - 1, 1), (i + 1, -1)):  # what was written into stands where it stood
            if places[i] is None and 0 <= neighbour < len(places) and places[neighbour] is not None:
                place = places[neighbour] + step
                if 0 <= place < len(cells) and place not in places and kinds[place] == wanted["cell_type"]:
                    places[i] = place
        if places[i] is not None:
            cells[places[i]]["grade_id"] = marks(wanted).get("grade_id")
    if not any(cell["grade_id"] for cell in cells):
        return []
    return ["the cells had lost their names (metadata); they were known by what stands around them"]


def _doubled(cells, known):
    """Take away names that were given before, or that the exercise does not have."""
    seen = set()
    for cell in cells:
        name = cell["grade_id"]
        if name and (name in seen or name not in known):
            cell["grade_id"] = None
            yield f"{name}: a cell of this name is there twice, or belongs to no task"
        seen.add(name)


def _edited(cells, known, source):
    """Tell which tests are not as they were handed out, nor as they are in the source."""
    tests = {marks(cell).get("grade_id"): text(cell["source"]) for cell in source["cells"]}
    for cell in cells:
        name = cell["grade_id"]
        if name and marks(known[name])["locked"]:
            meant = text(known[name]["source"]).rstrip(), tests.get(name, "").rstrip()
            if cell["source"].rstrip() not in meant:
                yield f"{name}: the tests were edited; the original ones count"


def _put_back(cells, released):
    """Put cells back that were deleted, each before what is there of what followed it."""
    remarks, place = [], len(cells)
    for wanted in reversed(released["cells"]):
        name, words = marks(wanted).get("grade_id"), text(wanted["source"])
        there = [i for i, cell in enumerate(cells) if cell["grade_id"] == name and (name or cell["source"] == words)]
        if there:
            place = there[-1]
        elif name:
            cell = {"cell_type": wanted["cell_type"], "source": words, "grade_id": name, "attachments": {}}
            cells.insert(place, cell | {"put_back": True})
            remarks.append(f"{name}: the cell was deleted; it was put back")
    return remarks[::-1]


def _gathered(cells, known, handed_out):
    """Put words from cells of the student's own, above or below, into an untouched answer."""
    for name, wanted in known.items():
        mark = marks(wanted)
        at = next(i for i, cell in enumerate(cells) if cell["grade_id"] == name)
        is_words = mark.get("grade") and mark.get("solution") and wanted["cell_type"] != "code"
        if not is_words or cells[at]["source"].rstrip() != text(wanted["source"]).rstrip():
            continue
        code = {other for other, cell in known.items() if marks(cell)["solution"] and not marks(cell)["grade"]}
        above, below = _own(cells[:at][::-1], handed_out, code), _own(cells[at + 1 :], handed_out)
        own = [*above[::-1], *below]
        if own:
            answer = cells[at]
            answer["source"] = "\n\n".join(_words(cell, handed_out) for cell in own)
            for cell in own:
                answer["attachments"] |= cell["attachments"]
            cells[:] = [cell for cell in cells if cell is answer or not any(cell is other for other in own)]
            yield f"{name}: the answer stood in a cell beside its own, and was taken from there"


def _own(cells, handed_out, passed=()):
    """Those of some cells that hold words, up to the next one of the exercise, or that has words added to it.

    passed   names of cells of the exercise at which not to stop
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


def _words(cell, handed_out):
    words = cell["source"].removeprefix(_question(cell, handed_out)).strip()
    return f"```\n{words}\n```" if cell["cell_type"] == "code" else words


def _is_prose(code):
    """True if a cell of code holds nothing but comments and texts, printed or not, or what is no Python."""
    if any(line.lstrip().startswith(("%", "!")) for line in code.splitlines()):
        return False
    try:
        nodes = ast.parse(code).body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return True
    return all(isinstance(node, ast.Expr) and _is_text(node.value) for node in nodes)


def _is_text(node):
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "print":
        return all(map(_is_text, node.args))
    return isinstance(node, ast.Constant) and isinstance(node.value, str)


# --- the notebook that is marked --------------------------------------------------------------------------------------


def _final(cell, known, handed_out):
    wanted = known.get(cell["grade_id"])
    if wanted and marks(wanted)["locked"]:
        return wanted
    kind = wanted["cell_type"] if wanted else cell["cell_type"]  # what it is, whatever it says it is
    source = cell["source"] if cell["source"] in handed_out else harmless(cell["source"], kind)
    metadata = wanted["metadata"] if wanted else {}
    if cell.get("put_back") and kind == "code":
        metadata = metadata | {"tags": [*metadata.get("tags", []), PUT_BACK]}
    return {"cell_type": kind, "metadata": metadata, "source": source, "attachments": cell["attachments"]}


def _notebook(cells, released):
    return canonical({**released, "cells": [{**cell, "outputs": [], "execution_count": None} for cell in cells]})


# --- reading a file ---------------------------------------------------------------------------------------------------


def content(path):
    """The bytes of a file, no more than are needed to see that it is too large; none where there is no path."""
    if not path:
        return b""
    with Path(path).open("rb") as file:
        return file.read(LARGEST + 1)


def _cells(path):
    """Type, source, name and pictures of each cell in a file, and remarks on cells that cannot be taken as they are."""
    if path is None:
        raise ValueError("nothing was handed in")
    try:
        read = content(path)
    except OSError as problem:
        raise ValueError(f"the file cannot be read ({problem.strerror})") from None
    if len(read) > LARGEST:
        raise ValueError(f"the file is larger than {LARGEST // 10**6} MB")
    try:
        nb = json.loads(read)
    except (ValueError, RecursionError, MemoryError) as problem:  # of JSON, or of its encoding
        raise ValueError(f"the file is not JSON ({str(problem) or type(problem).__name__:.100})") from None
    if not isinstance(nb, dict) or nb.get("nbformat") != 4 or not isinstance(nb.get("cells"), list):
        raise ValueError("the file is no notebook of nbformat 4")
    cells, remarks = [], []
    for number, cell in enumerate(nb["cells"], 1):
        found = _read(cell, number)
        if found is None:
            remarks.append(f"cell {number} cannot be read, and was left out")
            continue
        if len(found["source"]) > LONGEST:
            remarks.append(f"cell {number} is longer than {LONGEST} characters; what is more was left out")
            is_code = found["cell_type"] == "code"  # of which no half is of use
            found["source"] = "# This cell was too long." if is_code else found["source"][:LONGEST]
        cells.append(found)
    return cells, remarks


def _read(cell, number):
    match cell:
        case {"cell_type": str(kind), "source": str() | list() as source} if kind in KINDS:
            if isinstance(source, str) or all(isinstance(line, str) for line in source):
                name, pictures = None, {}
                match cell.get("metadata"):
                    case {"nbgrader": {"grade_id": str(name)}}:
                        pass
                # Half a surrogate pair is JSON, but cannot be written to a file.
                words = text(source).replace("\r\n", "\n").encode(errors="replace").decode()
                if kind != "code":
                    words, pictures = with_pictures(words, cell.get("attachments"), number)
                return {"cell_type": kind, "source": words, "grade_id": name, "attachments": pictures}
    return None
