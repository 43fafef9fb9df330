"""Exercises: what a source notebook says, and the student edition that is made from it.

A source notebook, in chapters/solutions, is nbgrader's. Each of its tasks begins with a cell

    ## Task 2: the whole way down

    *assignment · easy · 15 minutes · 4 points*

and lasts until the next one does. What students must not see stands between ### BEGIN SOLUTION and ### END SOLUTION,
### BEGIN HIDDEN TESTS and ### END HIDDEN TESTS, or, in an answer in words, === BEGIN MARK SCHEME === and
=== END MARK SCHEME ===; of a cell marked as a solution that has none of these, all is.
"""

import io
import json
import re
import zipfile
from dataclasses import dataclass
from pathlib import Path

from gradlab_course.notebooks import CHECKED, canonical, read, text, to_text

SOURCES = Path("chapters/solutions")
EXERCISES = Path("chapters/exercises")

HEADING = re.compile(r"## Task (\d+)[^:]*: (.+)")
TERMS = re.compile(
    r"\*(self-study|assignment) · (easy|medium|hard) · (\d+) minutes"
    r"(?: · (\d+) points?(, (?:(\d+) of them )?marked by hand)?)?\*"
)
DELIMITERS = {f"### {edge} {what}" for edge in ("BEGIN", "END") for what in ("SOLUTION", "HIDDEN TESTS")} | {
    f"=== {edge} MARK SCHEME ===" for edge in ("BEGIN", "END")
}
LIKE_A_DELIMITER = re.compile(r"\s*(?:#+|=+)\s*(?:begin|end)\b", re.IGNORECASE)
SOLUTION_EDGE = re.compile(r"^\s*### (?:BEGIN|END) SOLUTION *\n?", re.M)
MARK_SCHEME = re.compile(r"^=== BEGIN MARK SCHEME ===.*?^=== END MARK SCHEME ===\n?", re.M | re.S)

README = """Exercises on how networks learn
===============================

Each folder holds one notebook. You need Python 3.11 or newer, and once, in this folder:

    python3 -m venv .venv
    .venv/bin/pip install jupyterlab scikit-learn {address}/archive/refs/heads/{branch}.zip

(on Windows `py -m venv .venv` and `.venv\\Scripts\\pip`). Then `.venv/bin/jupyter lab` opens the notebooks.

Replace what says YOUR CODE HERE and YOUR ANSWER HERE, and run the tests below: they say what is wrong, and often why.
Cells with tests stay as they are.

The chapters that the exercises belong to are at {address}, in the folder chapters.

To hand in: restart the kernel, run all cells, save, and give in the notebook under the name that it has.
"""


@dataclass(frozen=True)
class Task:
    """One task of a source notebook.

    number, title   of its heading
    kind            self-study or assignment
    difficulty      easy, medium or hard
    minutes         that it takes
    points          in all; 0 for self-study
    by_hand         points of the answers in words
    cells           the slice of the notebook's cells that it is
    """

    number: int
    title: str
    kind: str
    difficulty: str
    minutes: int
    points: int
    by_hand: int
    cells: slice


def marks(cell):
    """What nbgrader knows of a cell."""
    return cell["metadata"].get("nbgrader", {})


def _points(cells):
    return sum(marks(cell)["points"] for cell in cells if marks(cell).get("grade"))


def tasks(nb):
    """Read the tasks of a source notebook.

    Raises ValueError where a task does not begin as it should, or does not promise the points that its cells give.
    """
    cells = nb["cells"]
    starts = []
    for i, cell in enumerate(cells):
        # With a heading further down, a cell's tasks would belong to the task before, which may show its solutions.
        found = [m.start() for m in re.finditer(r"^#+ *Task\b", text(cell["source"]), re.M | re.I)]
        if cell["cell_type"] == "markdown" and found:
            if found != [0]:
                raise ValueError(f"cell {i + 1}: a task begins with its cell")
            starts.append(i)
    stops = [*starts[1:], len(cells)]
    return [_task(number, cells, i, j) for number, (i, j) in enumerate(zip(starts, stops, strict=True), 1)]


def _task(number, cells, start, stop):
    lines = [line.strip() for line in text(cells[start]["source"]).splitlines() if line.strip()]
    heading, terms = HEADING.fullmatch(lines[0]), TERMS.fullmatch(lines[1] if len(lines) > 1 else "")
    if not heading or int(heading[1]) != number:
        raise ValueError(f"task {number}: must begin with '## Task {number}: title', got {lines[0]!r}")
    if not terms:
        example = "*assignment · easy · 15 minutes · 4 points*"
        raise ValueError(f"task {number}: the second line must be like {example}, got {lines[1:2]}")
    kind, difficulty, minutes, points, by_hand, some = terms.groups(default="")
    promised = int(points or 0), int(some or points) if by_hand else 0
    task = cells[start:stop]
    given = _points(task), _points(cell for cell in task if marks(cell).get("solution"))
    if promised != given:
        raise ValueError(
            f"task {number}: promises {promised[0]} points, {promised[1]} of them by hand; "
            f"its cells give {given[0]:g}, {given[1]:g} of them by hand"
        )
    if (kind == "assignment") != bool(points):
        raise ValueError(f"task {number}: an assignment gives points, self-study none")
    return Task(number, heading[2], kind, difficulty, int(minutes), *promised, slice(start, stop))


def _check_delimiters(nb):
    """nbgrader overlooks what is misspelt, and an end without a beginning: what should be hidden would be shown."""
    for i, cell in enumerate(nb["cells"], 1):
        opened = None
        for line in filter(LIKE_A_DELIMITER.match, text(cell["source"]).splitlines()):
            edge = line.strip()
            if edge not in DELIMITERS:
                raise ValueError(f"cell {i}: {edge!r} is like a delimiter, but is none of {sorted(DELIMITERS)}")
            if edge != (opened or edge.replace("END", "BEGIN")):
                raise ValueError(f"cell {i}: {edge!r} stands where {opened or 'a beginning'!r} should")
            opened = None if opened else edge.replace("BEGIN", "END")
        if opened:
            raise ValueError(f"cell {i}: {opened!r} is missing")


# --- the student edition ----------------------------------------------------------------------------------------------


def student(nb):
    """The student edition of a source notebook.

    nb   as read from JSON

    Solutions, hidden tests, rubrics and outputs are gone; the solution of a self-study task folds out below it.
    Raises ValueError for what is no source notebook.
    """
    import nbformat
    from nbgrader import preprocessors as steps

    found = tasks(nb)
    _check_delimiters(nb)
    node, resources = nbformat.reads(json.dumps(canonical(nb)), as_version=4), {}
    folded = {task.cells.stop: _solution(nb["cells"][task.cells]) for task in found if task.kind == "self-study"}
    try:
        for step in (
            steps.LockCells(),
            steps.ClearSolutions(),
            steps.ClearOutput(),
            steps.ClearHiddenTests(),
            steps.ClearMarkScheme(enforce_metadata=False),  # a rubric may stand below a student's answer
            steps.ComputeChecksums(),
            steps.CheckCellMetadata(),
        ):
            node, resources = step.preprocess(node, resources)
    except Exception as problem:  # RuntimeError, and the complaints of several validators
        raise ValueError(str(problem).splitlines()[0]) from problem
    for cell in node.cells:
        cell.metadata.tags = [tag for tag in cell.metadata.get("tags", []) if tag != CHECKED]
        pictures = cell.get("attachments", {})  # nbgrader leaves those of a solution
        cell["attachments"] = {name: pictures[name] for name in pictures if f"attachment:{name}" in cell.source}
    for stop, source in sorted(folded.items(), reverse=True):
        node.cells.insert(stop, {"cell_type": "markdown", "metadata": {}, "source": source})
    node.metadata.pop("gradlab", None)  # what the marker has to know
    return canonical(node)


def _solution(cells):
    """The solutions of a self-study task, to be folded out."""
    parts = []
    for cell in cells:
        if marks(cell).get("solution"):
            source = MARK_SCHEME.sub("", SOLUTION_EDGE.sub("", text(cell["source"]))).strip()
            parts.append(f"```python\n{source}\n```" if cell["cell_type"] == "code" else source)
    return "\n\n".join(["<details><summary>Solution</summary>", *parts, "</details>"])


def sources(root):
    """The paths of all source notebooks; none in the public tree."""
    return sorted((root / SOURCES).glob("*.ipynb"))


def editions(root):
    """path -> text of the student editions of all source notebooks.

    Raises ValueError that names the source which is wrong.
    """
    made = {}
    for path in sources(root):
        _, nb = read(path)
        try:
            made[root / EXERCISES / path.stem / path.name] = to_text(student(nb))
        except ValueError as problem:
            raise ValueError(f"{path.relative_to(root)}: {problem}") from problem
    return made


def out_of_step(root):
    """Say, in lines, which student editions are not what their sources make; none without sources."""
    wanted = editions(root)
    there = {path: path.read_text(encoding="utf-8") for path in (root / EXERCISES).glob("*/*.ipynb")} if wanted else {}
    name = {path: path.relative_to(root).as_posix() for path in {**wanted, **there}}
    return sorted(
        [
            f"{name[path]}: not in step with its source; `make exercises`"
            for path in wanted
            if there.get(path) != wanted[path]
        ]
        + [f"{name[path]}: has no source; delete it" for path in there if path not in wanted]
    )


# --- the zip ----------------------------------------------------------------------------------------------------------


def packed(paths, address, branch):
    """The bytes of a zip file with a README and notebooks, each in a folder of its own; the same on any machine.

    paths     of the notebooks
    address   of the repository that the students see
    branch    of it
    """
    files = {"README.txt": README.format(address=address, branch=branch).encode()}
    files |= {f"{path.stem}/{path.name}": path.read_bytes() for path in sorted(paths)}
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as archive:  # no two zlibs compress alike
        for name, content in files.items():
            entry = zipfile.ZipInfo(f"gradlab-exercises/{name}", date_time=(1980, 1, 1, 0, 0, 0))
            entry.create_system, entry.external_attr = 3, 0o644 << 16  # wherever it is made
            archive.writestr(entry, content)
    return target.getvalue()
