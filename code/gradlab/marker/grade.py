"""Marks a folder of submissions: `python -m gradlab.marker.grade SUBMISSIONS`, one folder in it for each student.

Into the folder SUBMISSIONS-marks, or --to, come gradebook.db, feedback for each student, a CSV for each assignment,
and report.md, which names who was not marked cleanly and why. It is a course folder of nbgrader's: for the answers in
words start JupyterLab there, and choose Formgrader. Started again, it marks what is new or was changed, writes the
feedback of those who were given points or comments since, and the tables anew.
"""

import argparse
import json
import os
import re
import signal
import sys
import tempfile
import time
from contextlib import suppress
from multiprocessing import connection, get_context
from pathlib import Path

from sqlalchemy.exc import SQLAlchemyError

from gradlab.marker import course, gradebook, tables
from gradlab.marker.fingerprints import fingerprint
from gradlab.marker.sandbox import remove
from gradlab.marker.submissions import content, is_untouched
from gradlab.publishing import exercises
from gradlab.publishing.exercises import student as student_edition
from gradlab.publishing.notebooks import read

ROOT = Path(__file__).resolve().parents[3]
UNUSABLE = re.compile(r"^[.\s]|\s$|[\[\]*?{}+!]")  # in the name of a folder, for nbgrader
NOT_HANDED_IN = {".ipynb_checkpoints", "__MACOSX"}  # what Jupyter and macOS put beside it
ROOM = 2 << 30  # bytes that the marker may take besides what a notebook may: what is sent to it may be made to grow
SLACK = 120  # seconds that the marker may take besides what a notebook may


def students(folder):
    """The folders of the students, by name, and what lies there besides.

    folder   that of the submissions
    """
    entries = [path for path in sorted(Path(folder).iterdir()) if not path.name.startswith((".", "__MACOSX"))]
    usable = [path for path in entries if path.is_dir() and not UNUSABLE.search(path.name)]
    return {path.name: path for path in usable}, [path.name for path in entries if path not in usable]


def find(folder, name, only, released):
    """The notebook of a student for one assignment, "" if there is none, and remarks.

    folder     the student's
    name       of the assignment
    only       whether it is the only one, so that any notebook must be meant for it
    released   the student edition, a notebook: of several, one that is untouched is not meant
    """
    files = sorted(_files(Path(folder)))
    there = [path for path in files if path.suffix.lower() == ".ipynb"]
    alike = [path for path in there if _plain(name) in _plain(path.stem)] or (there if only else [])
    meant = sorted(alike, key=lambda p: (p.stem != name, not _plain(p.stem).startswith(_plain(name)), str(p)))
    if not meant:
        return "", [f"no notebook called {name}.ipynb"]
    if len(meant) > 1:
        meant.sort(key=lambda path: _usable(path, folder) and is_untouched(path, released))
    path = meant[0]
    if not _usable(path, folder):
        return "", [f"{path.name} is a link to elsewhere, no file, or not to be read"]
    remarks = [f"the notebook was called {path.name}"] if path.stem != name else []
    others = ", ".join(str(p.relative_to(folder)) for p in meant[1:])
    modules = ", ".join(str(p.relative_to(folder)) for p in files if p.suffix == ".py")
    remarks += [f"{path.name} was marked, and not {others}"] if others else []
    return str(path), [*remarks, *([f"only the notebook is marked, without {modules}"] if modules else [])]


def _plain(name):
    """A name as programs change it on its way: in small letters, with one kind of sign between words."""
    return re.sub(r"[\W_]+", "_", name.casefold())


def _usable(path, folder):
    try:
        inside = path.resolve().is_relative_to(Path(folder).resolve())
        return inside and path.is_file() and os.access(path, os.R_OK)
    except (OSError, RuntimeError):  # a link to itself
        return False


def _files(folder):
    """Yield the files in a folder and its folders, however deep they lie, links among them."""
    waiting = [folder]  # and no recursion: a student may nest them as deep as the system allows
    while waiting:
        with suppress(OSError), os.scandir(waiting.pop()) as entries:
            for entry in entries:
                if entry.is_dir(follow_symlinks=False):
                    waiting += [Path(entry.path)] if entry.name not in NOT_HANDED_IN else []
                elif not entry.name.startswith("._"):  # macOS puts ._x beside x
                    yield Path(entry.path)


def jobs(options, folder, db):
    """What is to be marked, or only given back anew, and the results of what needs neither."""
    sources = sorted(Path(options.sources).glob("*.ipynb"))
    if not sources:
        raise ValueError(f"there are no source notebooks in {options.sources}")
    forbidden = [str(path) for path in (ROOT / "chapters", ROOT / "tests", ROOT / "code", folder, options.submissions)]
    who, besides = students(options.submissions)
    if not who:
        raise ValueError(f"there are no folders of students in {options.submissions}: each needs one of his or her own")
    limits = {"timeout": options.timeout, "total": options.total, "memory": options.memory << 20}
    todo, done = [], []
    for source in sources:
        job = course.prepare(folder, source, db)
        given, released = gradebook.given(db, source.stem), student_edition(read(source)[1])
        for student, place in who.items():
            path, remarks = find(place, source.stem, len(sources) == 1, released)
            state = fingerprint(job["state"].encode(), content(path), repr((remarks, limits)).encode())
            result = folder / "results" / source.stem / f"{student}.json"
            before = json.loads(result.read_text(encoding="utf-8")) if result.exists() else {}
            own = {"student": student, "path": path, "remarks": remarks, "result": str(result), "state": state}
            known = before.get("state") == state and student in given
            if known and before["given"] == given[student]:
                done.append(before)
                continue
            todo.append(job | own | {"forbidden": forbidden, "limits": limits, "marked": before if known else None})
    return todo, done, who, besides


def _worker(line, place):
    """Mark what comes along a line, or give it back once more, and say along it what came of each.

    place   a folder for what is there only while a notebook is marked
    """
    tempfile.tempdir = place
    signal.signal(signal.SIGINT, lambda *_: None)  # it is the main process that ends this one
    with suppress(EOFError):
        while True:
            job = line.recv()
            contain(job["limits"]["memory"] + ROOM)
            try:
                line.send(course.give_back(job, job["marked"]) if job.get("marked") else course.mark(job))
            except Exception as problem:
                line.send(_failed(job, f"{type(problem).__name__}: {problem}"))


def contain(memory):
    """Limit what this process and those that it starts may allocate, where the system knows such a limit.

    memory   bytes
    """
    import resource  # Windows has none

    _, most = resource.getrlimit(resource.RLIMIT_DATA)
    with suppress(ValueError):  # a lower limit is there already
        resource.setrlimit(resource.RLIMIT_DATA, (memory, most))


def _failed(job, why):
    """The result of a submission that could not be marked; it is not kept, so that the next run tries again."""
    remarks = [*job["remarks"], f"could not be marked: {why}"]
    return {"student": job["student"], "assignment": job["assignment"], "remarks": remarks}


def work(todo, count):
    """Yield the results of jobs, `count` at once, in processes that may fail or be stopped without the others."""
    # Not a fork server: that listens at a socket, to which a student's kernel could send a program.
    context = get_context("spawn")
    waiting, idle, busy = list(reversed(todo)), {}, {}
    place = tempfile.mkdtemp(prefix="gradlab-")
    try:
        while waiting or busy:
            while waiting and len(busy) < count:
                line, process = idle.popitem() if idle else _start(context, place)
                job = waiting.pop()
                busy[line] = process, job, time.monotonic() + job["limits"]["total"] + SLACK
                line.send(job)
            ready = connection.wait(list(busy), timeout=1)
            late = [line for line, (*_, end) in busy.items() if time.monotonic() > end and line not in ready]
            for line in [*ready, *late]:
                process, job, _ = busy.pop(line)
                try:
                    if line in late:
                        raise TimeoutError("the marker took too long")
                    result = line.recv()
                    idle[line] = process
                except (OSError, EOFError) as problem:
                    process.kill()  # its kernel dies with it
                    result = _failed(job, str(problem) or "the marker itself ended")
                yield result
    finally:
        for process in [*idle.values(), *(process for process, *_ in busy.values())]:
            process.kill()
            process.join()
        remove(place)  # also what those leave behind that were stopped


def _start(context, place):
    here, there = context.Pipe()
    process = context.Process(target=_worker, args=(there, place), daemon=True)
    process.start()
    there.close()
    return here, process


def main(argv=None):
    """Mark a folder of submissions; return the exit status."""
    parser = argparse.ArgumentParser(
        prog="python -m gradlab.marker.grade", description=main.__doc__.split(";")[0] + "."
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
        roster = tables.read_roster(options.roster) if options.roster else ()
        db = gradebook.database(folder, options.db)
        todo, results, who, besides = jobs(options, folder, db)
    except (ValueError, RuntimeError, ImportError, SQLAlchemyError) as problem:
        # The database's are long, and say it first; the driver may be missing, or the server.
        print(str(problem).partition("\n")[0], file=sys.stderr)
        return 2
    from tqdm import tqdm

    total = len(todo) + len(results)
    gradebook.configure(folder, db)
    with tqdm(total=total, initial=len(results), desc="marking", unit="notebook", disable=None) as bar:
        try:
            for result in work(todo, max(1, options.jobs)):
                results.append(result)
                bar.update()
        except KeyboardInterrupt:
            print(f"\nInterrupted after {len(results)} of {total}; started again, it goes on there.", file=sys.stderr)
            return 130
    found = {}
    for source in sorted(Path(options.sources).glob("*.ipynb")):
        found[source.stem] = gradebook.scores(db, source.stem)
        tables.table(folder / f"{source.stem}.csv", source, found[source.stem], roster)
    odd = tables.report(folder / "report.md", results, found, len(who))
    for name in besides:
        print(f"{name}: neither a folder nor a usable name of one; ignored", file=sys.stderr)
    print(f"{total} marked, {odd} with remarks: see {folder / 'report.md'}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
