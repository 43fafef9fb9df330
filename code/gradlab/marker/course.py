"""One course folder of nbgrader's: what it needs before anything can be marked, one submission marked, and the tables.

The folder is nbgrader's own (source, submitted, autograded, feedback, gradebook.db): its formgrader works there.
"""

import csv
import hashlib
import json
import logging
import os
import shutil
import sys
import warnings
from contextlib import suppress
from html import escape
from pathlib import Path

from gradlab.marker.withheld import LIBRARY, student_library
from gradlab.publishing.exercises import marks, student, tasks
from gradlab.publishing.notebooks import read, to_text


def fingerprint(*contents):
    """A short name for some bytes, which changes when they do."""
    return hashlib.sha256(b"\0".join(hashlib.sha256(content).digest() for content in contents)).hexdigest()[:16]


def library_print():
    """The fingerprint of gradlab itself: what is marked with another version is marked anew."""
    return fingerprint(*(path.read_bytes() for path in sorted(LIBRARY.rglob("*.py"))))


def database(folder, url=None):
    """The URL of the gradebook: SQLite's waits for its turn, since several processes write.

    folder   the course folder
    url      any of SQLAlchemy's; gradebook.db in the folder if None
    """
    from sqlalchemy.engine import make_url

    made = make_url(url or f"sqlite:///{Path(folder).resolve()}/gradebook.db")
    if made.get_backend_name() == "sqlite" and "timeout" not in made.query:
        made = made.update_query_dict({"timeout": "60"})
    return made.render_as_string(hide_password=False)


def _converter(name, job, **config):
    """One of nbgrader's converters, for one assignment."""
    from nbgrader import converters
    from nbgrader.coursedir import CourseDirectory
    from traitlets.config import Config

    course = {"root": job["folder"], "db_url": job["db"], "assignment_id": job["assignment"]}
    course |= {"student_id": job["student"]} if "student" in job else {}
    config = Config({**config, "CourseDirectory": course})
    return getattr(converters, name)(coursedir=CourseDirectory(config=config), config=config, force=True)


class _Log(logging.Handler):
    """Keeps nbgrader's complaints for an error, instead of showing them among a progress bar."""

    def __init__(self):
        super().__init__(logging.ERROR)
        self.lines = []

    def emit(self, record):
        self.lines.append(record.getMessage().strip())


def _run(converter):
    from traitlets.log import get_logger

    logger, kept = get_logger(), _Log()
    logger.handlers[:] = [kept]
    logger.propagate = False
    try:
        with warnings.catch_warnings(action="ignore"):  # SQLAlchemy's, of nbgrader's ways
            converter.start()
    except Exception as problem:
        traces = [line.splitlines()[-1] for line in kept.lines if line.startswith("Traceback")]
        raise RuntimeError((traces or kept.lines or [str(problem)])[-1]) from problem


def prepare(folder, source, db):
    """Put an assignment into the course folder and the gradebook; return its job, less the student.

    folder   the course folder
    source   the path of a source notebook
    db       what `database` gave

    Raises ValueError where the source is no source notebook.
    """
    folder, name = Path(folder).resolve(), Path(source).stem
    _, nb = read(source)
    released = student(nb)
    withheld = nb["metadata"].get("gradlab", {}).get("withheld", [])
    state = fingerprint(Path(source).read_bytes(), library_print().encode(), db.encode())
    library, place = folder / "library" / f"{name}-{state}", folder / "source" / name / f"{name}.ipynb"
    job = {"assignment": name, "folder": str(folder), "db": db, "source": str(place), "state": state}
    if not _known(db, name) or not (library / "done").exists():
        shutil.rmtree(library, ignore_errors=True)
        shutil.rmtree(folder / "results" / name, ignore_errors=True)
        student_library(library, withheld)
        place.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(source, place)
        _run(_converter("GenerateAssignment", job, ClearMarkScheme={"enforce_metadata": False}))
        (folder / "release" / name / f"{name}.ipynb").write_text(to_text(released), encoding="utf-8")
        (library / "done").touch()
    return job | {"library": str(library)}


def _known(db, assignment):
    """True if a gradebook has an assignment: somebody may have deleted the gradebook, or named a new one."""
    from nbgrader.api import Gradebook, MissingEntry

    # nbgrader starts alembic, which is installed beside Python, for each new gradebook.
    os.environ["PATH"] = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", os.defpath)])
    with Gradebook(db) as gradebook, suppress(MissingEntry):
        return bool(gradebook.find_assignment(assignment))
    return False


def mark(job):
    """Mark one submission: write grades, feedback and the result, which is also returned.

    job   of `prepare`, with student, path (of the notebook, "" for none), remarks, result (a path), forbidden, limits
    """
    from nbgrader import preprocessors as steps

    from gradlab.marker.marking import Mark
    from gradlab.marker.submissions import received

    folder, name, who = Path(job["folder"]), job["assignment"], job["student"]
    _, source = read(job["source"])
    nb, remarks = received(job["path"] or None, student(source), source)
    nb["metadata"]["gradlab"] = {"remarks": [*job["remarks"], *remarks]}
    place = folder / "submitted" / who / name / f"{name}.ipynb"
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_text(json.dumps(nb), encoding="utf-8")

    limits = {"source": job["source"], "library": job["library"], "forbidden": job["forbidden"], **job["limits"]}
    rest = (steps.LimitOutput, steps.SaveAutoGrades, steps.AssignLatePenalties, steps.CheckCellMetadata)
    _run(_converter("Autograde", job, Mark=limits, Autograde={"autograde_preprocessors": [Mark, *rest]}))
    marked = json.loads((folder / "autograded" / who / name / f"{name}.ipynb").read_text(encoding="utf-8"))
    return give_back(job, {"student": who, "assignment": name, "state": job["state"], **marked["metadata"]["gradlab"]})


def give_back(job, result):
    """Write the feedback of one submission that has been marked, and the result, which is also returned.

    job      as for `mark`
    result   what `mark` returned; it learns which points and comments the feedback shows
    """
    from nbgrader import preprocessors as steps
    from nbgrader.api import Gradebook

    with Gradebook(job["db"]) as gradebook:
        result = result | {"given": _given(gradebook.find_submission(job["assignment"], job["student"]))}
    first = (steps.ClearHiddenTests, steps.ClearMarkScheme, steps.GetGrades)
    _run(
        _converter(
            "GenerateFeedback",
            job,
            GenerateFeedback={"preprocessors": [*first, "nbconvert.preprocessors.CSSHTMLHeaderPreprocessor"]},
            ClearHiddenTests={"enforce_metadata": False},
            ClearMarkScheme={"enforce_metadata": False},
        )
    )
    _save(Path(job["result"]), result)
    return result


def given(db, assignment):
    """student -> the fingerprint of the points and comments in the gradebook, which changes with them.

    db           what `database` gave
    assignment   its name
    """
    from nbgrader.api import Gradebook

    with Gradebook(db) as gradebook:
        return {one.student.id: _given(one) for one in gradebook.assignment_submissions(assignment)}


def _given(submission):
    parts = [part for notebook in submission.notebooks for part in (*notebook.grades, *notebook.comments)]
    told = ("name", "score", "needs_manual_grade", "comment")
    return fingerprint(repr(sorted([str(getattr(part, what, "")) for what in told] for part in parts)).encode())


def _save(path, result):
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_suffix(".part")
    draft.write_text(json.dumps(result), encoding="utf-8")
    draft.replace(path)  # whole, or not at all


def scores(db, assignment):
    """student -> {grade_id: (points, the most, whether it waits for a hand)}, from the gradebook.

    db           what `database` gave
    assignment   its name
    """
    from nbgrader.api import Gradebook

    with Gradebook(db) as gradebook:
        return {
            submission.student.id: {
                grade.name: (float(grade.score), float(grade.max_score), bool(grade.needs_manual_grade))
                for notebook in submission.notebooks
                for grade in notebook.grades
            }
            for submission in gradebook.assignment_submissions(assignment)
        }


def table(path, source, found):
    """Write the CSV of one assignment, as learning-management systems import it, a column for each task.

    path     where to
    source   the path of the source notebook
    found    what `scores` gave
    """
    _, nb = read(source)
    columns = {}
    for task in tasks(nb):
        graded = [marks(cell)["grade_id"] for cell in nb["cells"][task.cells] if marks(cell).get("grade")]
        if graded:
            columns[f"Task {task.number}: {task.title}"] = graded
    with Path(path).open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["student", *columns, "total", "max", "waiting for a hand"])
        for who, grades in sorted(found.items()):
            points = [sum(grades[name][0] for name in graded) for graded in columns.values()]
            most, waiting = (sum(grade[i] for grade in grades.values()) for i in (1, 2))
            rows.writerow([who, *points, sum(points), most, waiting])


def report(path, results, found, total):
    """Write who was not marked cleanly, and why; return how many.

    path      where to
    results   what `mark` returned, and for those that could not be marked the same without "walled"
    found     assignment -> what `scores` gave
    total     the number of students
    """
    odd = [result for result in results if result["remarks"]]
    lines = ["# Marking", "", f"{len(results)} submissions of {total} students, {len(odd)} with remarks.", ""]
    if any(result.get("walled") is False for result in results):
        lines += [
            "**No Landlock here**: only a hook in Python kept students from files. Mark strangers in a container."
        ]
    for result in sorted(odd, key=lambda r: (r["student"], r["assignment"])):
        grades = found[result["assignment"]].get(result["student"], {}).values()
        got, most = (sum(grade[i] for grade in grades) for i in (0, 1))
        lines += [
            "",
            f"## {escape(result['student'], quote=False)}, {result['assignment']}: {got:g} of {most:g} points",
            "",
        ]
        lines += [f"- {escape(remark, quote=False)}" for remark in dict.fromkeys(result["remarks"])]
    Path(path).write_text("\n".join(lines) + "\n", encoding="utf-8")
    return len(odd)
