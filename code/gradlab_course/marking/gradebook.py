"""nbgrader's gradebook and converters. Only this module opens them.

A gradebook holds one course of nbgrader's. It is a database, any that SQLAlchemy knows.
"""

import logging
import os
import signal
import sys
import warnings
from contextlib import suppress
from pathlib import Path

from nbgrader import converters
from nbgrader.api import Gradebook, MissingEntry
from nbgrader.coursedir import CourseDirectory
from sqlalchemy.engine import make_url
from traitlets.config import Config
from traitlets.log import get_logger

from gradlab_course.fingerprints import fingerprint

COURSE = "gradlab"  # a database that enforces foreign keys needs a course with a name
CONFIG = "# Written by `make grade`; delete this line to keep your own version.\n"


def database(folder, url=None):
    """The URL of the gradebook.

    folder   the course folder
    url      of any database that SQLAlchemy knows; None for SQLite, as gradebook.db in the folder

    SQLite gets a timeout of a minute, since several processes write and each must wait for its turn.
    """
    parsed = make_url(url or f"sqlite:///{Path(folder).resolve()}/gradebook.db")
    if parsed.get_backend_name() == "sqlite" and "timeout" not in parsed.query:
        parsed = parsed.update_query_dict({"timeout": "60"})
    return parsed.render_as_string(hide_password=False)


def opened(db):
    """The gradebook, to be used in a `with`. It is made if there is none.

    db   the URL, from `database`
    """
    # For each new gradebook, nbgrader starts the program alembic, which is in the same folder as Python.
    folder = str(Path(sys.executable).parent)
    if folder not in os.environ.get("PATH", os.defpath).split(os.pathsep):
        os.environ["PATH"] = os.pathsep.join([folder, os.environ.get("PATH", os.defpath)])
    if make_url(db).get_backend_name() != "sqlite":
        return Gradebook(db, COURSE)  # to reach a server may take minutes: Ctrl-C must end that
    # Ctrl-C waits until a new gradebook is whole. alembic, which inherits this, would print a traceback.
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        return Gradebook(db, COURSE)
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def configure(folder, db):
    """Write the file in the course folder from which nbgrader's formgrader knows the gradebook.

    folder   the course folder
    db       the URL, from `database`; it may contain a password, so only the owner may read the file

    A file whose first line is not ours is left as it is.
    """
    path = Path(folder) / "nbgrader_config.py"
    if path.exists() and not path.read_text(encoding="utf-8").startswith(CONFIG):
        return
    course = {"root": str(Path(folder).resolve()), "db_url": db, "course_id": COURSE}
    path.touch(mode=0o600)
    lines = [f"c.CourseDirectory.{name} = {value!r}\n" for name, value in course.items()]
    path.write_text(CONFIG + "c = get_config()\n" + "".join(lines), encoding="utf-8")


class _Errors(logging.Handler):
    """Collects nbgrader's error messages. Otherwise they would be printed into the progress bar."""

    def __init__(self):
        super().__init__(logging.ERROR)
        self.messages = []

    def emit(self, record):
        self.messages.append(record.getMessage().strip())


def convert(name, job, **config):
    """Run one of nbgrader's converters on one assignment.

    name     of the converter's class
    job      has folder, db and assignment; also student, if the converter is to work on one student's submission
    config   settings of the converter and its preprocessors: class -> settings

    Raises RuntimeError, with the converter's last error message, when it fails.
    """
    course = {"root": job["folder"], "db_url": job["db"], "course_id": COURSE, "assignment_id": job["assignment"]}
    course |= {"student_id": job["student"]} if "student" in job else {}
    config = Config({**config, "CourseDirectory": course})
    converter = getattr(converters, name)(coursedir=CourseDirectory(config=config), config=config, force=True)
    logger, errors = get_logger(), _Errors()
    logger.handlers[:] = [errors]
    logger.propagate = False
    try:
        with warnings.catch_warnings(action="ignore"):  # SQLAlchemy warns about nbgrader's queries
            converter.start()
    except Exception as problem:
        traces = [message.splitlines()[-1] for message in errors.messages if message.startswith("Traceback")]
        raise RuntimeError((traces or errors.messages or [str(problem)])[-1]) from problem


def is_known(db, assignment):
    """True if a gradebook has an assignment. A deleted gradebook has none, and neither has a newly named one."""
    with opened(db) as gradebook, suppress(MissingEntry):
        return bool(gradebook.find_assignment(assignment))
    return False


def grade_fingerprints(db, assignment):
    """student -> the fingerprint of all grades and comments, which changes when a teacher enters or changes one."""
    with opened(db) as gradebook:
        return {one.student.id: _fingerprint(one) for one in gradebook.assignment_submissions(assignment)}


def grade_fingerprint(db, assignment, student):
    """The fingerprint of the grades and comments of one student."""
    with opened(db) as gradebook:
        return _fingerprint(gradebook.find_submission(assignment, student))


def _fingerprint(submission):
    entries = [entry for notebook in submission.notebooks for entry in (*notebook.grades, *notebook.comments)]
    columns = ("name", "score", "needs_manual_grade", "comment")
    return fingerprint(repr(sorted([str(getattr(entry, c, "")) for c in columns] for entry in entries)).encode())


def answers_to_confirm(db, assignment, student):
    """The names of a student's answers that have points by hand, but for an earlier version of the answer."""
    with opened(db) as gradebook:
        grades = [g for n in gradebook.find_submission(assignment, student).notebooks for g in n.grades]
        return [g.name for g in grades if g.manual_score is not None and g.needs_manual_grade]


def scores(db, assignment):
    """student -> the scores of the student, as `score` returns them."""
    with opened(db) as gradebook:
        return {one.student.id: _scores(one) for one in gradebook.assignment_submissions(assignment)}


def score(db, assignment, student):
    """grade_id -> (points, the most points, whether it is still to be marked by hand), for one student."""
    with opened(db) as gradebook:
        return _scores(gradebook.find_submission(assignment, student))


def _scores(submission):
    return {
        grade.name: (float(grade.score), float(grade.max_score), bool(grade.needs_manual_grade))
        for notebook in submission.notebooks
        for grade in notebook.grades
    }
