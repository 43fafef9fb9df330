"""Files for the teacher: a table for a learning-management system, and a report on submissions with remarks."""

import csv
from html import escape
from pathlib import Path

from gradlab_course.exercises import nbgrader_of, tasks
from gradlab_course.marking.sanitise import one_line
from gradlab_course.notebooks import read


def table(path, source, scores, roster=()):
    """Write the CSV of one assignment, with a column for each task.

    path     where to
    source   the path of the source notebook
    scores   student -> scores, from `gradebook.scores`
    roster   rows from `read_roster`: their columns come first; students without a submission have empty points
    """
    _, nb = read(source)
    columns = {}
    for task in tasks(nb):
        graded = [nbgrader_of(cell)["grade_id"] for cell in nb["cells"][task.cells] if nbgrader_of(cell).get("grade")]
        if graded:
            columns[f"Task {task.number}: {task.title}"] = graded
    key, people = _rows(roster, scores)
    # The byte order mark of utf-8-sig tells Excel that the file is in UTF-8.
    with Path(path).open("w", encoding="utf-8-sig", errors="backslashreplace", newline="") as file:
        rows = csv.writer(file)
        rows.writerow([*people[0], *columns, "total", "max", "to be marked by hand"] if people else [])
        for person in people:
            own = scores.get(person[key])
            points = [sum(own[name][0] for name in graded) for graded in columns.values()] if own else []
            most_and_waiting = [sum(score[i] for score in own.values()) for i in (1, 2)] if own else []
            rows.writerow([*person.values(), *points, *([sum(points), *most_and_waiting] if own else [])])


def read_roster(path):
    """The rows of a class list, a CSV with a line of headings: heading -> entry.

    path   the file, as a learning-management system exports it

    Raises ValueError when it cannot be read or has no rows.
    """
    try:
        with Path(path).open(encoding="utf-8-sig", newline="") as file:
            rows = [{key: value or "" for key, value in row.items() if key} for row in csv.DictReader(file)]
    except (OSError, UnicodeDecodeError, csv.Error) as problem:
        raise ValueError(f"roster: {path} must be a CSV file in UTF-8 ({problem})") from None
    if not rows:
        raise ValueError(f"roster: {path} must have a line of headings and a row for each student")
    return rows


def _rows(roster, scores):
    """The first columns of the table: the one that has the names of the students' folders, and all rows.

    Students who are not on the roster get a row at the end.
    """
    if not roster:
        return "student", [{"student": student} for student in sorted(scores)]
    key = max(roster[0], key=lambda column: sum(row[column] in scores for row in roster))
    listed = {row[key] for row in roster}
    others = [dict.fromkeys(roster[0], "") | {key: student} for student in sorted(scores) if student not in listed]
    return key, [*roster, *others]


def report(path, results, scores, total):
    """Write the report, which lists the submissions with remarks; return their number.

    path      where to
    results   from `course.mark`; a submission that could not be marked has a result without the entry "protected"
    scores    assignment -> student -> scores, from `gradebook.scores`
    total     the number of students
    """
    odd = [result for result in results if result["remarks"]]
    lines = ["# Marking", "", f"{len(results)} submissions of {total} students, {len(odd)} with remarks.", ""]
    if any(result.get("protected") is False for result in results):
        lines += [
            "**The operating system's limits are not available here** (they need Linux with Landlock and seccomp). "
            "Only a hook in Python kept students from files, programs and the network. Mark students whom you do not "
            "know in a container."
        ]
    for result in sorted(odd, key=lambda r: (r["student"], r["assignment"])):
        own = scores[result["assignment"]].get(result["student"], {}).values()
        points, most = (sum(score[i] for score in own) for i in (0, 1))
        student = escape(one_line(result["student"]), quote=False)
        lines += ["", f"## {student}, {result['assignment']}: {points:g} of {most:g} points", ""]
        lines += [f"- {escape(words, quote=False)}" for words in dict.fromkeys(map(one_line, result["remarks"]))]
    Path(path).write_text("\n".join(lines) + "\n", encoding="utf-8", errors="backslashreplace")
    return len(odd)
