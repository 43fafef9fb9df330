"""Marks a folder of submissions, one folder in it for each student: `python -m gradlab_course.marking SUBMISSIONS`.

Everything is written into the folder SUBMISSIONS-marks, or --to: gradebook.db, feedback for each student, a CSV for
each assignment, and report.md, which names the submissions that were not marked cleanly, and says why. It is a course
folder of nbgrader's: to mark the answers in words, start JupyterLab there and choose Formgrader. Run again, this marks
what is new or has changed, writes feedback again for students who were given points or comments meanwhile, and updates
the tables.
"""

import argparse
import json
import sys
from pathlib import Path

from sqlalchemy.exc import SQLAlchemyError

from gradlab_course import ROOT, exercises
from gradlab_course.exercises import student as student_edition
from gradlab_course.fingerprints import fingerprint
from gradlab_course.marking import course, gradebook, reports, workers
from gradlab_course.marking.folders import find, submission_folders
from gradlab_course.marking.submissions import content
from gradlab_course.notebooks import read


def jobs(options, folder, db):
    """The jobs to do, the results that are still valid, the students' folders, and the names of other entries."""
    sources = sorted(Path(options.sources).glob("*.ipynb"))
    if not sources:
        raise ValueError(f"there are no source notebooks in {options.sources}")
    forbidden = [str(path) for path in (ROOT / "chapters", ROOT / "tests", ROOT / "code", folder, options.submissions)]
    students, others = submission_folders(options.submissions)
    if not students:
        raise ValueError(f"there are no folders of students in {options.submissions}: each needs one of his or her own")
    limits = {"timeout": options.timeout, "total": options.total, "memory": options.memory << 20}
    todo, done = [], []
    for source in sources:
        job = course.prepare(folder, source, db)
        given, released = gradebook.manual_grades(db, source.stem), student_edition(read(source)[1])
        for student, own_folder in students.items():
            path, remarks = find(own_folder, source.stem, len(sources) == 1, released)
            state = fingerprint(job["state"].encode(), content(path), repr((remarks, limits)).encode())
            result = folder / "results" / source.stem / f"{student}.json"
            before = json.loads(result.read_text(encoding="utf-8")) if result.exists() else {}
            own = {"student": student, "path": path, "remarks": remarks, "result": str(result), "state": state}
            known = before.get("state") == state and student in given
            if known and before["given"] == given[student]:
                done.append(before)
                continue
            todo.append(job | own | {"forbidden": forbidden, "limits": limits, "marked": before if known else None})
    return todo, done, students, others


def main(argv=None):
    """Mark a folder of submissions; return the exit status."""
    parser = argparse.ArgumentParser(
        prog="python -m gradlab_course.marking", description=main.__doc__.split(";")[0] + "."
    )
    parser.add_argument("submissions", help="a folder with one folder for each student", type=Path)
    parser.add_argument("--to", help="the course folder (SUBMISSIONS-marks)", type=Path)
    parser.add_argument("--db", help="URL of the gradebook, any of SQLAlchemy's (SQLite in the course folder)")
    parser.add_argument("--roster", help="a CSV of the class, whose columns the tables shall begin with", type=Path)
    parser.add_argument("--jobs", help="how many at once (%(default)s)", type=int, default=2)
    parser.add_argument("--sources", help="the source notebooks (chapters/solutions)", default=ROOT / exercises.SOURCES)
    parser.add_argument("--timeout", help="seconds for one cell (%(default)s)", type=float, default=60)
    parser.add_argument("--total", help="seconds for one notebook (%(default)s)", type=float, default=300)
    parser.add_argument("--memory", help="MB for one notebook (%(default)s)", type=int, default=2048)
    options = parser.parse_args(argv)
    if not options.submissions.is_dir():
        print(f"{options.submissions} is no folder", file=sys.stderr)
        return 2
    submissions = options.submissions = options.submissions.resolve()
    folder = (options.to or submissions.with_name(f"{submissions.name}-marks")).resolve()
    folder.mkdir(parents=True, exist_ok=True)
    try:
        roster = reports.read_roster(options.roster) if options.roster else ()
        db = gradebook.database(folder, options.db)
        todo, results, students, others = jobs(options, folder, db)
    except (ValueError, RuntimeError, ImportError, SQLAlchemyError) as problem:
        # Of the database's messages the first line says enough: no driver, no server, a wrong URL.
        print(str(problem).partition("\n")[0], file=sys.stderr)
        return 2
    from tqdm import tqdm

    total = len(todo) + len(results)
    gradebook.configure(folder, db)
    with tqdm(total=total, initial=len(results), desc="marking", unit="notebook", disable=None) as bar:
        try:
            for result in workers.work(todo, max(1, options.jobs)):
                results.append(result)
                bar.update()
        except KeyboardInterrupt:
            print(f"\nInterrupted after {len(results)} of {total}; started again, it goes on there.", file=sys.stderr)
            return 130
    found = {}
    for source in sorted(Path(options.sources).glob("*.ipynb")):
        found[source.stem] = gradebook.scores(db, source.stem)
        reports.table(folder / f"{source.stem}.csv", source, found[source.stem], roster)
    odd = reports.report(folder / "report.md", results, found, len(students))
    for name in others:
        print(f"{name}: neither a folder nor a usable name of one; ignored", file=sys.stderr)
    print(f"{total} marked, {odd} with remarks: see {folder / 'report.md'}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
