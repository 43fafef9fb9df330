"""The exercises: reads a source notebook, and makes the student edition and the zip from it.

A source notebook is in chapters/solutions. It is one of nbgrader's: the metadata of its cells say which of them are
solutions and which are tests. Each task begins with a cell

    ## Task 2: the whole way down

    *assignment · easy · 15 minutes · 4 points*

and goes on until the next task begins. Behind an assignment may stand a small self-study task on the same idea, its
*twin*, which has its number: `## Task 2, for yourself: …`.

Lines mark the beginning and the end of the text that students must not see:

    ### BEGIN SOLUTION           ### END SOLUTION
    ### BEGIN HIDDEN TESTS       ### END HIDDEN TESTS
    === BEGIN MARK SCHEME ===    === END MARK SCHEME ===      in an answer in words: its rubric

A cell that is marked as a solution and has none of these lines is hidden as a whole.
"""

import json
import re
from dataclasses import dataclass
from pathlib import Path

from gradlab_course.archives import archive, source_zip
from gradlab_course.notebooks import CHECKED, canonical, read, text, to_text

SOURCES = Path("chapters/solutions")
EXERCISES = Path("chapters/exercises")

HEADING = re.compile(r"## Task (\d+)(, for yourself)?[^:]*: (.+)")
TERMS = re.compile(
    r"\*(self-study|assignment) · (easy|medium|hard) · (\d+) minutes"
    r"(?: · (\d+) points?(, (?:(\d+) of them )?marked by hand)?)?\*"
)
DELIMITERS = {f"### {edge} {what}" for edge in ("BEGIN", "END") for what in ("SOLUTION", "HIDDEN TESTS")} | {
    f"=== {edge} MARK SCHEME ===" for edge in ("BEGIN", "END")
}
SKIPPED = "raises-exception"  # Jupyter runs on after a cell with this tag, also if its task was skipped
LIKE_A_DELIMITER = re.compile(r"\s*(?:#+|=+)\s*(?:begin|end)\b", re.IGNORECASE)
SOLUTION_EDGE = re.compile(r"^\s*### (?:BEGIN|END) SOLUTION *\n?", re.M)
TO_REPLACE = re.compile(r"^.* = None  # replace None\n", re.M)
MARK_SCHEME = re.compile(r"^=== BEGIN MARK SCHEME ===.*?^=== END MARK SCHEME ===\n?", re.M | re.S)

README = """Exercises on how networks learn
===============================

Each folder holds one notebook. You need Python 3.11 or newer, and once, in this folder:

    python3 -m venv .venv
    .venv/bin/pip install jupyterlab "{package}"

(on Windows `py -m venv .venv` and `.venv\\Scripts\\pip`{explained}). Then `.venv/bin/jupyter lab` opens the notebooks.

Put your work in the place of YOUR CODE HERE and YOUR ANSWER HERE, and run the tests below it: they say what is wrong,
and often why. Do not change the cells with tests.

The chapters that the exercises belong to are {place}, in the folder chapters; links to them do not work from here.

To hand in: restart the kernel, run all cells, save, and hand in the notebook. Do not rename it. Where a test stops the
run, go on below it with "Run Selected Cell and All Below", in the menu Run.
"""


@dataclass(frozen=True)
class Task:
    """One task of a source notebook.

    number, title   as in its heading
    kind            "self-study" or "assignment"
    difficulty      "easy", "medium" or "hard"
    minutes         how long it takes
    points          for the whole task; 0 for self-study
    by_hand         points of its answers in words
    cells           the slice of the notebook's cells that belong to it
    twin            True for a self-study task on the idea of the assignment whose number it has
    """

    number: int
    title: str
    kind: str
    difficulty: str
    minutes: int
    points: int
    by_hand: int
    cells: slice
    twin: bool = False

    @property
    def label(self):
        """Its number, which a twin shares with its assignment: "3, for yourself"."""
        return f"{self.number}{', for yourself' * self.twin}"


def nbgrader_of(cell):
    """The metadata of a cell that belong to nbgrader: grade_id, grade, solution, locked, points, …; {} without any."""
    return cell["metadata"].get("nbgrader", {})


def _points(cells):
    return sum(nbgrader_of(cell)["points"] for cell in cells if nbgrader_of(cell).get("grade"))


def tasks(nb):
    """The tasks of a source notebook.

    nb   as read from JSON

    Raises ValueError when a task does not begin as it should, and when the points it promises are not those of its
    cells.
    """
    cells = nb["cells"]
    starts = []
    for i, cell in enumerate(cells):
        # A heading further down in a cell would count as part of the task before it. If that is self-study, its
        # solutions are shown.
        found = [m.start() for m in re.finditer(r"^#+ *Task\b", text(cell["source"]), re.M | re.I)]
        if cell["cell_type"] == "markdown" and found:
            if found != [0]:
                raise ValueError(f"cell {i + 1}: the heading of a task must be the first line of its cell")
            starts.append(i)
    stops = [*starts[1:], len(cells)]
    found = []
    for start, stop in zip(starts, stops, strict=True):
        found.append(_task(found[-1] if found else None, cells, start, stop))
    return found


def _task(before, cells, start, stop):
    """The task in some cells; `before` is the one before it."""
    lines = [line.strip() for line in text(cells[start]["source"]).splitlines() if line.strip()]
    heading, terms = HEADING.fullmatch(lines[0]), TERMS.fullmatch(lines[1] if len(lines) > 1 else "")
    twin = bool(heading and heading[2])
    number = (before.number if before else 0) + (not twin)
    if twin and not (before and before.kind == "assignment"):
        raise ValueError(f"task {heading[1]}, for yourself: must stand behind the assignment of its number")
    if not heading or int(heading[1]) != number:
        raise ValueError(f"task {number}: must begin with '## Task {number}: title', got {lines[0]!r}")
    if not terms:
        example = "*assignment · easy · 15 minutes · 4 points*"
        raise ValueError(f"task {number}: the second line must be like {example}, got {lines[1:2]}")
    kind, difficulty, minutes, points, by_hand, some = terms.groups(default="")
    promised = int(points or 0), int(some or points) if by_hand else 0
    task = cells[start:stop]
    actual = _points(task), _points(cell for cell in task if nbgrader_of(cell).get("solution"))
    if promised != actual:
        raise ValueError(
            f"task {number}: promises {promised[0]} points, {promised[1]} of them by hand; "
            f"its cells give {actual[0]:g}, {actual[1]:g} of them by hand"
        )
    if (kind == "assignment") != bool(points):
        raise ValueError(f"task {number}: an assignment gives points, self-study none")
    if twin and kind != "self-study":
        raise ValueError(f"task {number}, for yourself: must be self-study")
    return Task(number, heading[3], kind, difficulty, int(minutes), *promised, slice(start, stop), twin)


def totals(found):
    """How many tasks there are, and how long they take, in two pairs: without twins, and the twins.

    found   from `tasks`
    """
    groups = [[task for task in found if task.twin == twin] for twin in (False, True)]
    return [(len(group), sum(task.minutes for task in group)) for group in groups]


def graded_cells(nb):
    """ "Task 2: title" -> the names of its cells that give points, for the tasks that have such cells.

    nb   a source notebook, as read from JSON
    """
    named = {f"Task {task.number}: {task.title}": nb["cells"][task.cells] for task in tasks(nb)}
    points = {title: [nbgrader_of(cell) for cell in cells] for title, cells in named.items()}
    graded = {title: [one["grade_id"] for one in known if one.get("grade")] for title, known in points.items()}
    return {title: names for title, names in graded.items() if names}


def _check_delimiters(nb):
    """Raise ValueError for a misspelt delimiter, and for one without its partner.

    nbgrader ignores both, and would then show the text that they should hide.
    """
    for i, cell in enumerate(nb["cells"], 1):
        expected = None  # the line that ends the part that is open
        for line in filter(LIKE_A_DELIMITER.match, text(cell["source"]).splitlines()):
            edge = line.strip()
            if edge not in DELIMITERS:
                raise ValueError(f"cell {i}: {edge!r} looks like a delimiter, but is none of {sorted(DELIMITERS)}")
            if expected and edge != expected:
                raise ValueError(f"cell {i}: expected {expected!r}, got {edge!r}")
            if not expected and " END " in edge:
                raise ValueError(f"cell {i}: {edge!r} has no beginning")
            expected = None if expected else edge.replace("BEGIN", "END")
        if expected:
            raise ValueError(f"cell {i}: {expected!r} is missing")


# --- the student edition ----------------------------------------------------------------------------------------------


def student_edition(nb):
    """The student edition of a source notebook.

    nb   as read from JSON

    It has no solutions, hidden tests, rubrics and outputs. Below a self-study task, though, its solution folds out; and
    who skips it can run all cells nevertheless.
    Raises ValueError when nb is not a valid source notebook.
    """
    import nbformat
    from nbgrader import preprocessors as steps

    found = tasks(nb)
    _check_delimiters(nb)
    node, resources = nbformat.reads(json.dumps(canonical(nb)), as_version=4), {}
    folded = {task.cells.stop: _folded(nb["cells"][task.cells]) for task in found if task.kind == "self-study"}
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
    except Exception as problem:  # nbgrader raises RuntimeError, and several validators raise errors of their own
        raise ValueError(str(problem).splitlines()[0]) from problem
    for cell in node.cells:
        cell.metadata.tags = [tag for tag in cell.metadata.get("tags", []) if tag != CHECKED]
        pictures = cell.get("attachments", {})  # nbgrader keeps those of a solution
        cell["attachments"] = {name: pictures[name] for name in pictures if f"attachment:{name}" in cell.source}
    for task in found:
        for cell in node.cells[task.cells] if task.kind == "self-study" else ():
            if cell.cell_type == "code" and "nbgrader" in cell.metadata:
                cell.metadata.tags.append(SKIPPED)
    for stop, source in sorted(folded.items(), reverse=True):
        node.cells.insert(stop, {"cell_type": "markdown", "metadata": {}, "source": source})
    node.metadata.pop("gradlab", None)  # the list of withheld functions is for the marker only
    return canonical(node)


def _folded(cells):
    """Markdown that folds out the solutions of a self-study task."""
    parts = []
    for cell in cells:
        if nbgrader_of(cell).get("solution"):
            source = TO_REPLACE.sub("", MARK_SCHEME.sub("", SOLUTION_EDGE.sub("", text(cell["source"])))).strip()
            parts.append(f"```python\n{source}\n```" if cell["cell_type"] == "code" else source)
    return "\n\n".join(["<details><summary>Solution</summary>", *parts, "</details>"])


def sources(root):
    """The paths of all source notebooks; the public tree has none."""
    return sorted((root / SOURCES).glob("*.ipynb"))


def student_editions(root):
    """path -> text, for the student editions of all source notebooks.

    Raises ValueError, naming the source, when one is not valid.
    """
    texts = {}
    for path in sources(root):
        _, nb = read(path)
        try:
            texts[root / EXERCISES / path.stem / path.name] = to_text(student_edition(nb))
        except ValueError as problem:
            raise ValueError(f"{path.relative_to(root)}: {problem}") from problem
    return texts


def out_of_step(root):
    """A line for each notebook in chapters/exercises that is not the student edition of its source.

    Without sources, as in the public tree, there are no such lines.
    """
    wanted = student_editions(root)
    there = {path: path.read_text(encoding="utf-8") for path in (root / EXERCISES).glob("*/*.ipynb")} if wanted else {}
    name = {path: path.relative_to(root).as_posix() for path in {**wanted, **there}}
    changed = [path for path in wanted if there.get(path) != wanted[path]]
    return sorted(
        [f"{name[path]}: not in step with its source; run `make exercises`" for path in changed]
        + [f"{name[path]}: has no source; delete it" for path in there if path not in wanted]
    )


# --- the zip ----------------------------------------------------------------------------------------------------------


def zipped(paths, address, branch):
    """The bytes of a zip file with a README, and each notebook in a folder of its own.

    paths     of the notebooks
    address   of the public repository; empty if it has none
    branch    of the public repository

    Equal notebooks give equal bytes, on any machine and at any time.
    """
    if address:
        package = f"gradlab[data,torch] @ {source_zip(address, branch)}"  # as the first cell of a notebook installs it
        told = {"package": package, "explained": "", "place": f"at {address}"}
    else:
        explained = "; BOOK is the folder of the book that your teacher gives you"
        told = {"package": "BOOK[data,torch]", "explained": explained, "place": "there"}
    files = {"README.txt": README.format(**told).encode()}
    files |= {f"{path.stem}/{path.name}": path.read_bytes() for path in sorted(paths)}
    return archive("gradlab-exercises", files)
