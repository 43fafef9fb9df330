"""Marks a folder of submissions, which has one folder for each student.

    python -m gradlab_course.marking SUBMISSIONS

All results go into the folder SUBMISSIONS-marks, or --to:
- gradebook.db, nbgrader's gradebook;
- feedback for each student;
- a CSV for each assignment;
- report.md, which names the submissions that were not marked cleanly, and says why.

The folder is a course folder of nbgrader's: to mark the answers in words, start JupyterLab there and choose Formgrader.

Run the command again whenever something has changed. It marks submissions that are new or have changed, writes feedback
again for students whose points or comments have changed in the gradebook, and updates the tables.
"""

import argparse
import sys
from pathlib import Path

from gradlab_course import ROOT, exercises


def main(argv=None):
    """Mark a folder of submissions; return the exit status."""
    parser = argparse.ArgumentParser(
        prog="python -m gradlab_course.marking", description=main.__doc__.split(";")[0] + "."
    )
    parser.add_argument("submissions", help="a folder with one folder for each student", type=Path)
    parser.add_argument("--to", help="the course folder (SUBMISSIONS-marks)", type=Path)
    parser.add_argument("--db", help="URL of the gradebook, any of SQLAlchemy's (SQLite in the course folder)")
    parser.add_argument("--roster", help="a CSV of the class; the tables begin with its columns", type=Path)
    parser.add_argument("--jobs", help="how many submissions to mark at once (%(default)s)", type=int, default=2)
    parser.add_argument("--sources", help="the source notebooks (chapters/solutions)", default=ROOT / exercises.SOURCES)
    parser.add_argument("--timeout", help="seconds for one cell (%(default)s)", type=float, default=60)
    parser.add_argument("--total", help="seconds for one notebook (%(default)s)", type=float, default=300)
    parser.add_argument("--memory", help="MB for one notebook (%(default)s)", type=int, default=2048)
    options = parser.parse_args(argv)
    if sys.platform == "win32":  # no signals to a group of processes, no pipes that are passed on
        print("Marking needs Linux or macOS. On Windows use WSL 2, or a container.", file=sys.stderr)
        return 2
    if not options.submissions.is_dir():
        print(f"{options.submissions} is not a folder", file=sys.stderr)
        return 2
    try:
        # Imported here: it needs nbgrader, which takes seconds to load, and --help or a wrong path should be quick.
        from gradlab_course.marking.whole_class import mark_class

        return mark_class(options)
    except KeyboardInterrupt:
        print("\nInterrupted. What is marked is kept: run the same command again to go on.", file=sys.stderr)
        return 130


if __name__ == "__main__":
    sys.exit(main())
