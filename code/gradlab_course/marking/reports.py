"""Files for the teacher: a table for a learning-management system, and a report that names students."""

import csv
from html import escape
from pathlib import Path

from gradlab_course.exercises import graded_cells
from gradlab_course.marking import rosters
from gradlab_course.marking.sanitise import one_line
from gradlab_course.notebooks import read


def table(path, source, scores, roster=()):
    """Write the CSV of one assignment, with a column for each task.

    path     where to
    source   the path of the source notebook
    scores   student -> scores, from `gradebook.scores`
    roster   rows from `rosters.read_roster`: their columns come first; students without a submission have empty points
    """
    columns = graded_cells(read(source)[1])
    people = rosters.people(roster, scores)
    # The byte order mark of `utf-8-sig` tells Excel that the file is in UTF-8.
    with Path(path).open("w", encoding="utf-8-sig", errors="backslashreplace", newline="") as file:
        rows = csv.writer(file)
        rows.writerow([*people[0][1], *columns, "total", "max", "to be marked by hand"] if people else [])
        for student, person in people:
            own = scores.get(student)
            points = [sum(own[name][0] for name in graded) for graded in columns.values()] if own else []
            most_and_waiting = [sum(score[i] for score in own.values()) for i in (1, 2)] if own else []
            rows.writerow([*person.values(), *points, *([sum(points), *most_and_waiting] if own else [])])


def report(path, results, scores, students, roster=(), ignored=(), left_out=(), strange=()):
    """Write the report, which names students; return its first sentence, without a full stop.

    path       where to
    results    from `course.mark`; a submission that could not be marked has a result without the entry "protected"
    scores     assignment -> student -> scores, from `gradebook.scores`
    students   the names of the students' folders
    roster     rows from `rosters.read_roster`
    ignored    the names of what else there is in the folder of submissions
    left_out   the names of assignments for which nobody has handed in a notebook
    strange    a remark on each file of a student that was not recognised
    """
    odd = [result for result in results if result["remarks"]]
    said = _counted(results, students)
    lines = ["# Marking", "", f"{said}.", ""]
    if any(result.get("protected") is False for result in results):
        lines += [
            "**The operating system's limits are not available here** (they need Linux with Landlock and seccomp). "
            "Only a hook in Python kept students from files, programs and the network. Mark students whom you do not "
            "know in a container."
        ]
    lines += _listed(
        "Not marked at all",
        "These are neither folders nor notebooks as Canvas names them, or nbgrader cannot use their names, which may "
        "have no brackets, no `* ? ! +`, and no full stop or space at an end. Rename them, and mark again.",
        ignored,
    )
    lines += _listed("Not recognised", "These files in the folders of students were not marked.", strange)
    lines += _listed("Handed in by nobody", "These assignments were not marked.", left_out)
    without = [" ".join(filter(None, row.values())) for student, row in rosters.people(roster, students) if not student]
    lines += _listed("On the roster, without a folder", "They have a row in the tables, with no points.", without)
    for result in sorted(odd, key=lambda r: (r["student"], r["assignment"])):
        own = scores[result["assignment"]].get(result["student"], {}).values()
        points, most = (sum(score[i] for score in own) for i in (0, 1))
        lines += ["", f"## {_safe(result['student'])}, {result['assignment']}: {points:g} of {most:g} points", ""]
        lines += [f"- {words}" for words in dict.fromkeys(map(_safe, result["remarks"]))]
    for assignment in sorted(scores):
        lines += _who_is_stuck(assignment, [result for result in results if result["assignment"] == assignment])
    Path(path).write_text("\n".join(lines) + "\n", encoding="utf-8", errors="backslashreplace")
    return said


def _counted(results, students):
    """How many notebooks were handed in, by how many of the students, and how many of them have remarks, in words."""
    own = [result for result in results if result.get("protected", True) is not None]  # None: nothing was handed in
    names, odd = {result["student"] for result in own}, sum(bool(result["remarks"]) for result in own)
    return (
        f"{len(own)} notebook{'s' * (len(own) != 1)} from {len(names)} of {len(students)} students, {odd} with remarks"
    )


def _listed(title, words, names):
    return ["", f"## {title}", "", words, "", *(f"- {_safe(name)}" for name in names)] if names else []


def _who_is_stuck(assignment, results):
    """A list of the mistakes that have a name, with who made them; who makes one can be asked to explain another."""
    made = {}
    for result in results:
        for cell, names in result.get("mistakes", {}).items():
            for name in names:
                made.setdefault((cell, name), []).append(_safe(result["student"]))
    if not made:
        return []
    order = sorted(made, key=lambda one: (-len(made[one]), one))
    return [
        "",
        f"## Who is stuck where, {assignment}",
        "",
        *(f"- `{cell}`, {name}: {', '.join(sorted(made[cell, name]))}" for cell, name in order),
    ]


def _safe(words):
    return escape(one_line(words), quote=False)
