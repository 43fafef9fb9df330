"""What a teacher gets of a marking: a table for a learning-management system, and a report on what was odd."""

import csv
from html import escape
from pathlib import Path

from gradlab_course.exercises import marks, tasks
from gradlab_course.marking.sanitise import remark
from gradlab_course.notebooks import read


def table(path, source, found, roster=()):
    """Write the CSV of one assignment, a column for each task.

    path     where to
    source   the path of the source notebook
    found    what `gradebook.scores` gave
    roster   rows of `read_roster`: their columns come first, and who handed in nothing has empty points
    """
    _, nb = read(source)
    columns = {}
    for task in tasks(nb):
        graded = [marks(cell)["grade_id"] for cell in nb["cells"][task.cells] if marks(cell).get("grade")]
        if graded:
            columns[f"Task {task.number}: {task.title}"] = graded
    key, people = _matched(roster, found)
    with Path(path).open(
        "w", encoding="utf-8-sig", errors="backslashreplace", newline=""
    ) as file:  # Excel wants to be told that it is UTF-8
        rows = csv.writer(file)
        rows.writerow([*people[0], *columns, "total", "max", "waiting for a hand"] if people else [])
        for person in people:
            grades = found.get(person[key])
            points = [sum(grades[name][0] for name in graded) for graded in columns.values()] if grades else []
            sums = [sum(grade[i] for grade in grades.values()) for i in (1, 2)] if grades else []
            rows.writerow([*person.values(), *points, *([sum(points), *sums] if grades else [])])


def read_roster(path):
    """The rows of a class list, a CSV with a line of headings: heading -> entry.

    path   the file, as a learning-management system exports it

    Raises ValueError when it has no rows.
    """
    try:
        with Path(path).open(encoding="utf-8-sig", newline="") as file:
            rows = [{key: value or "" for key, value in row.items() if key} for row in csv.DictReader(file)]
    except (OSError, UnicodeDecodeError, csv.Error) as problem:
        raise ValueError(f"roster: {path} must be a CSV file in UTF-8 ({problem})") from None
    if not rows:
        raise ValueError(f"roster: {path} must have a line of headings and a row for each student")
    return rows


def _matched(roster, found):
    """The column of a roster that names the students' folders, and its rows, with those who are not on it."""
    if not roster:
        return "student", [{"student": who} for who in sorted(found)]
    key = max(roster[0], key=lambda column: sum(row[column] in found for row in roster))
    there = {row[key] for row in roster}
    others = [dict.fromkeys(roster[0], "") | {key: who} for who in sorted(found) if who not in there]
    return key, [*roster, *others]


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
            "**No walls of the system's here** (they need Linux with Landlock and seccomp): only a hook in Python kept "
            "students from files. Mark strangers in a container."
        ]
    for result in sorted(odd, key=lambda r: (r["student"], r["assignment"])):
        grades = found[result["assignment"]].get(result["student"], {}).values()
        got, most = (sum(grade[i] for grade in grades) for i in (0, 1))
        lines += [
            "",
            f"## {escape(remark(result['student']), quote=False)}, {result['assignment']}: {got:g} of {most:g} points",
            "",
        ]
        lines += [f"- {escape(words, quote=False)}" for words in dict.fromkeys(map(remark, result["remarks"]))]
    Path(path).write_text("\n".join(lines) + "\n", encoding="utf-8", errors="backslashreplace")
    return len(odd)
