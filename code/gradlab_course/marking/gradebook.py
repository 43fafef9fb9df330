"""nbgrader's gradebook and its converters: one place that opens them.

A gradebook is one course of nbgrader's, in a database that may be any of SQLAlchemy's.
"""

import logging
import os
import sys
import warnings
from contextlib import suppress
from pathlib import Path

from gradlab_course.fingerprints import fingerprint

COURSE = "gradlab"  # databases that enforce foreign keys want one with a name
CONFIG = "# Written by `make grade`; delete this line to keep your own version.\n"


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


def opened(db):
    """The gradebook, to be used in a `with`; it is made if there is none.

    db   what `database` gave
    """
    from nbgrader.api import Gradebook

    # nbgrader starts alembic, which is installed beside Python, for each new gradebook.
    folder = str(Path(sys.executable).parent)
    if folder not in os.environ.get("PATH", os.defpath).split(os.pathsep):
        os.environ["PATH"] = os.pathsep.join([folder, os.environ.get("PATH", os.defpath)])
    return Gradebook(db, COURSE)


def configure(folder, db):
    """Tell nbgrader's formgrader, started in the course folder, which gradebook is meant.

    folder   the course folder
    db       what `database` gave; it may hold a password
    """
    path = Path(folder) / "nbgrader_config.py"
    if path.exists() and not path.read_text(encoding="utf-8").startswith(CONFIG):
        return
    course = {"root": str(Path(folder).resolve()), "db_url": db, "course_id": COURSE}
    path.touch(mode=0o600)
    lines = [f"c.CourseDirectory.{name} = {value!r}\n" for name, value in course.items()]
    path.write_text(CONFIG + "c = get_config()\n" + "".join(lines), encoding="utf-8")


def converter(name, job, **config):
    """One of nbgrader's converters, for one assignment.

    name     of its class
    job      folder, db, assignment, and student where it is for one
    config   what else it and its preprocessors are to be told
    """
    from nbgrader import converters
    from nbgrader.coursedir import CourseDirectory
    from traitlets.config import Config

    course = {"root": job["folder"], "db_url": job["db"], "course_id": COURSE, "assignment_id": job["assignment"]}
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


def run(converter):
    """Run a converter; RuntimeError with what it complained of if it fails."""
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


def is_known(db, assignment):
    """True if a gradebook has an assignment: somebody may have deleted the gradebook, or named a new one."""
    from nbgrader.api import MissingEntry

    with opened(db) as gradebook, suppress(MissingEntry):
        return bool(gradebook.find_assignment(assignment))
    return False


def manual_grades(db, assignment, student=None):
    """student -> the fingerprint of points and comments, which changes with them; or that of one student.

    db           what `database` gave
    assignment   its name
    student      the one, or None for all
    """
    with opened(db) as gradebook:
        if student is not None:
            return _manual_grades(gradebook.find_submission(assignment, student))
        return {one.student.id: _manual_grades(one) for one in gradebook.assignment_submissions(assignment)}


def _manual_grades(submission):
    parts = [part for notebook in submission.notebooks for part in (*notebook.grades, *notebook.comments)]
    told = ("name", "score", "needs_manual_grade", "comment")
    return fingerprint(repr(sorted([str(getattr(part, what, "")) for what in told] for part in parts)).encode())


def waiting_again(db, assignment, student):
    """The answers of a student that have points by hand from before, and wait for a hand once more."""
    with opened(db) as gradebook:
        grades = [g for n in gradebook.find_submission(assignment, student).notebooks for g in n.grades]
        return [g.name for g in grades if g.manual_score is not None and g.needs_manual_grade]


def scores(db, assignment):
    """student -> what `score` gives.

    db           what `database` gave
    assignment   its name
    """
    with opened(db) as gradebook:
        return {one.student.id: _scores(one) for one in gradebook.assignment_submissions(assignment)}


def score(db, assignment, student):
    """grade_id -> (points, the most, whether it waits for a hand), of one student."""
    with opened(db) as gradebook:
        return _scores(gradebook.find_submission(assignment, student))


def _scores(submission):
    return {
        grade.name: (float(grade.score), float(grade.max_score), bool(grade.needs_manual_grade))
        for notebook in submission.notebooks
        for grade in notebook.grades
    }
