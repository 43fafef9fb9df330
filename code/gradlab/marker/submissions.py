"""Submissions: what students hand in, read with care and put back into the form that was handed out.

Of a submission nothing counts but the sources of its cells and which cell of the exercise each of them is.
"""

import json
import re
from pathlib import Path

from gradlab.publishing.exercises import marks
from gradlab.publishing.notebooks import canonical, text

LARGEST = 20_000_000  # bytes
LONGEST = 200_000  # characters of a cell: to parse 2 MB takes gigabytes
KINDS = ("code", "markdown", "raw")
BASE64 = re.compile(r"[A-Za-z0-9+/=\s]*")
#: what Markdown would make HTML, or a link to something that runs, in the browser of whoever reads it
LIVELY = re.compile(
    r"<(?=[A-Za-z/!?])|\](?=:|\((?!https?://|attachment:))"
    r"|!(?=\[)(?!\[[^\[\]]*\]\(attachment:)"  # a picture from elsewhere would tell who looks at it, and when
)
DELIMITERS = re.compile(r"(BEGIN|END) (HIDDEN TESTS|MARK SCHEME)")  # nbgrader's, and of no use to students


def received(path, released, source):
    """A submission as a notebook that can be marked, and remarks on what is odd about it.

    path       the file; None where there is none
    released   the student edition of the exercise, a notebook
    source     the source notebook that it was made from

    Cells that were deleted are put back as they were, tests that were edited are replaced. In the place of a file
    that is no notebook comes the untouched exercise. Never raises for what a student may have handed in.
    """
    try:
        cells = _cells(path)
    except ValueError as problem:
        return _notebook(released["cells"], released), [str(problem)]
    known = {marks(cell)["grade_id"]: cell for cell in released["cells"] if "grade_id" in marks(cell)}
    tests = {marks(cell).get("grade_id"): text(cell["source"]) for cell in source["cells"]}
    handed_out = {text(cell["source"]) for nb in (released, source) for cell in nb["cells"]}
    remarks = [*_named(cells, released), *_gathered(cells, known, handed_out)]
    kept, places = [], {}
    for cell in cells:
        name = cell["grade_id"]
        wanted = known.get(name) if name not in places else None
        kind = wanted["cell_type"] if wanted else cell["cell_type"]  # what it will be, whatever it says it is
        if cell["source"] not in handed_out:
            cell["source"] = DELIMITERS.sub(r"\1_\2", cell["source"])
        if kind != "code" and cell["source"] not in handed_out:
            cell["source"] = LIVELY.sub(r"\g<0> ", cell["source"])
        if wanted:
            places[name] = len(kept)
            meant = text(wanted["source"]).rstrip(), tests.get(name, "").rstrip()
            if marks(wanted)["locked"] and cell["source"].rstrip() not in meant:
                remarks.append(f"{name}: the tests were edited; the original ones count")
            kept.append(wanted if marks(wanted)["locked"] else {**wanted, **cell, "cell_type": wanted["cell_type"]})
        else:
            if name:
                remarks.append(f"{name}: a cell of this name is there twice, or belongs to no task")
            kept.append({**cell, "metadata": {}})
    if len(places) == len(known) and all(
        text(kept[i]["source"]) == text(known[name]["source"]) for name, i in places.items()
    ):
        remarks.append("nothing was changed: all cells of the tasks are as they were handed out")
    before = None
    for name, wanted in known.items():  # in their order: what was deleted comes after what stood before it
        if name not in places:
            remarks.append(f"{name}: the cell was deleted; it was put back")
            at = 0 if before is None else places[before] + 1
            kept.insert(at, wanted)
            places = {other: i + (i >= at) for other, i in places.items()} | {name: at}
        before = name
    return _notebook(kept, released), remarks


def _named(cells, released):
    """Give cells without names, which other programs than Jupyter may take away, those of the exercise; remarks."""
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


def _gathered(cells, known, handed_out):
    """Put words from cells of the student's own into the untouched answer above them; yield remarks."""
    for name, wanted in known.items():
        mark, untouched = marks(wanted), text(wanted["source"]).rstrip()
        at = next((i for i, cell in enumerate(cells) if cell["grade_id"] == name), None)
        if at is None or not (mark.get("grade") and mark.get("solution")) or cells[at]["source"].rstrip() != untouched:
            continue
        own = []
        for cell in cells[at + 1 :]:
            if cell["source"] in handed_out or (cell["grade_id"] in known and cell["grade_id"] != name):
                break
            if cell["cell_type"] != "code" and cell["source"].strip():
                own.append(cell)
        if own:
            cells[at]["source"] = "\n\n".join(cell["source"] for cell in own)
            for cell in own:
                cells[at]["attachments"] |= cell["attachments"]
            cells[:] = [cell for cell in cells if not any(cell is other for other in own)]
            yield f"{name}: the answer stood in a cell below its own, and was taken from there"


def content(path):
    """The bytes of a file, no more than are needed to see that it is too large; none where there is no path."""
    if not path:
        return b""
    with Path(path).open("rb") as file:
        return file.read(LARGEST + 1)


def remark(words):
    """Words that may hold a student's own, as one short line without what would be a link, a picture or HTML."""
    line = re.sub(r"[^ -~\u00a0-\ud7ff\ue000-\U0010ffff]+", " ", str(words))[:300]
    return LIVELY.sub(r"\g<0> ", line)


def _notebook(cells, released):
    return canonical({**released, "cells": [{**cell, "outputs": [], "execution_count": None} for cell in cells]})


def _cells(path):
    """Type, source, name and pictures of each cell in a file."""
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
    except (ValueError, RecursionError) as problem:  # of JSON, or of its encoding
        raise ValueError(f"the file is not JSON ({str(problem) or type(problem).__name__:.100})") from None
    if not isinstance(nb, dict) or nb.get("nbformat") != 4 or not isinstance(nb.get("cells"), list):
        raise ValueError("the file is no notebook of nbformat 4")
    return [_read(cell) for cell in nb["cells"]]


def _read(cell):
    match cell:
        case {"cell_type": str(kind), "source": str() | list() as source} if kind in KINDS:
            if isinstance(source, str) or all(isinstance(line, str) for line in source):
                name = None
                match cell.get("metadata"):
                    case {"nbgrader": {"grade_id": str(name)}}:
                        pass
                if sum(map(len, source)) > LONGEST:
                    raise ValueError(f"a cell is longer than {LONGEST} characters")
                # Half a surrogate pair is JSON, but cannot be written to a file.
                source = text(source).encode(errors="replace").decode()
                return {"cell_type": kind, "source": source, "grade_id": name, "attachments": _pictures(cell)}
    raise ValueError("the file is no notebook: a cell of it has no source")


def _pictures(cell):
    """What was pasted into an answer, if it is a picture."""
    found = cell.get("attachments") if isinstance(cell.get("attachments"), dict) else {}
    kept = {}
    for name, data in found.items():
        match data:
            case {"image/png": str(content)} if BASE64.fullmatch(content):
                kept[name] = {"image/png": content}
    return kept
