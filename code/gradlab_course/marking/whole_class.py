"""All submissions of a class: finds those to mark, has workers mark them, and writes what the teacher reads."""

import json
import sys
from pathlib import Path

from sqlalchemy.exc import SQLAlchemyError
from tqdm import tqdm

from gradlab_course import ROOT
from gradlab_course.exercises import student_edition
from gradlab_course.fingerprints import fingerprint
from gradlab_course.marking import class_page, course, feedback, gradebook, reports, rosters, workers
from gradlab_course.marking.folders import sort_out, submission_folders
from gradlab_course.marking.submissions import content
from gradlab_course.notebooks import read


def jobs(options, folder, db, roster=()):
    """The jobs to do, and the results that are still valid.

    options   as parsed by the command
    folder    the course folder
    db        the URL of the gradebook, from `gradebook.database`
    roster    rows from `rosters.read_roster`

    Returns the jobs (see `course.mark`), the valid results, what was handed in, as assignment -> student -> path, the
    names of the students, those of entries in the folder of submissions that are ignored, and a remark on each file of
    a student that was not recognised. An assignment for which nobody has handed in a notebook has no jobs.
    Raises ValueError when there are no source notebooks, no folders of students or no notebooks in them, when the
    roster names none of them, and when a source is not valid.
    """
    sources = sorted(Path(options.sources).glob("*.ipynb"))
    if not sources:
        raise ValueError(f"there are no source notebooks in {options.sources}")
    forbidden = [str(path) for path in (ROOT / "chapters", ROOT / "tests", ROOT / "code", folder, options.submissions)]
    students, ignored = submission_folders(options.submissions)
    if not students:
        raise ValueError(f"there are no folders of students in {options.submissions}: each student needs one")
    rosters.require_match(roster, students)
    limits = {"timeout": options.timeout, "total": options.total, "memory": options.memory << 20}
    todo, valid, handed_in = [], [], {}
    editions = {source.stem: student_edition(read(source)[1]) for source in sources}
    sorted_out = {student: sort_out(place, editions) for student, place in students.items()}
    strange = [f"{student}: {words}" for student, (_, remarks) in sorted_out.items() for words in remarks]
    for source in sources:
        found = {student: own[source.stem] for student, (own, _) in sorted_out.items()}
        own_paths = handed_in[source.stem] = {student: path for student, (path, _) in found.items() if path}
        if not own_paths:
            continue
        assignment = course.prepare(folder, source, db)
        grades = gradebook.grade_fingerprints(db, source.stem)
        for student, (path, remarks) in found.items():
            state = fingerprint(assignment["state"].encode(), content(path), repr((remarks, limits)).encode())
            result = folder / "results" / source.stem / f"{student}.json"
            before = json.loads(result.read_text(encoding="utf-8")) if result.exists() else {}
            is_marked = before.get("state") == state and student in grades
            if is_marked and before["grades"] == grades[student]:
                valid.append(before)
                continue
            job = {"student": student, "path": path, "remarks": remarks, "result": str(result), "state": state}
            # If only the grades have changed since, `marked` is the result, and only the feedback is written again.
            job |= {"forbidden": forbidden, "limits": limits, "marked": before if is_marked else None}
            todo.append(assignment | job)
    if not any(handed_in.values()):
        some = "".join(f"; {words}" for words in strange[:1])
        raise ValueError(f"no folder has a notebook of an assignment, such as {sources[0].name}{some}")
    return todo, valid, handed_in, list(students), ignored, strange


def mark_class(options):
    """Mark a folder of submissions; return the exit status.

    options   as parsed by the command
    """
    submissions = options.submissions = options.submissions.resolve()
    folder = (options.to or submissions.with_name(f"{submissions.name}-marks")).resolve()
    folder.mkdir(parents=True, exist_ok=True)
    try:
        roster = rosters.read_roster(options.roster) if options.roster else ()
        db = gradebook.database(folder, options.db)
        todo, results, handed_in, students, ignored, strange = jobs(options, folder, db, roster)
    except (ValueError, RuntimeError, ImportError, SQLAlchemyError) as problem:
        # The first line of a database's message is enough to see what is wrong: no driver, no server, a wrong URL.
        print(str(problem).partition("\n")[0], file=sys.stderr)
        return 2
    gradebook.configure(folder, db)
    with tqdm(
        total=len(todo) + len(results), initial=len(results), desc="marking", unit="notebook", disable=None
    ) as bar:
        for result in workers.work(todo, max(1, options.jobs)):
            results.append(result)
            bar.update()
    sources = [Path(options.sources) / f"{name}.ipynb" for name, own in handed_in.items() if own]
    scores = {source.stem: gradebook.scores(db, source.stem) for source in sources}
    for source in sources:
        name = source.stem
        reports.table(folder / f"{name}.csv", source, scores[name], roster)
        feedback.zipped(folder / f"{name}-feedback.zip", folder / "feedback", name, handed_in[name])
    class_page.write(folder / "class.html", sources, results, scores, len(rosters.people(roster, students)))
    left_out = [name for name, own in handed_in.items() if not own]
    said = reports.report(folder / "report.md", results, scores, students, roster, ignored, left_out, strange)
    for name in ignored:
        print(f"{name}: not marked; {folder / 'report.md'} says why", file=sys.stderr)
    print(f"Marked: {said}. See {folder / 'report.md'}")
    print(f"The class at a glance: {folder / 'class.html'}")
    return 0
