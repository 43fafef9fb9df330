"""Class lists, as learning-management systems export them, and which row of one belongs to which folder.

A folder may have the name of a student, or the name that a system gave it when its submissions were downloaded:

    Ann Bé_12_assignsubmission_file     Moodle: the full name, the number of the participant
    beann_123                           Canvas: the name in small letters, the number of the student
"""

import csv
import re
import unicodedata
from collections import Counter
from pathlib import Path

MOODLE = re.compile(r"(?P<name>[^_]*)_(?P<number>\d+)_assignsubmission_\w+")
CANVAS = re.compile(r"(?P<name>.+)_(?P<number>\d+)")
DELIMITERS = ",;\t"


def read_roster(path):
    """The rows of a class list, a CSV with a line of headings: heading -> entry.

    path   the file, whose columns are separated by commas, semicolons or tabs

    Raises ValueError when it cannot be read or has no rows.
    """
    try:
        with Path(path).open(encoding="utf-8-sig", newline="") as file:
            headings = file.readline()
            file.seek(0)
            # A heading can hold the other characters only in quotation marks, so the most frequent one separates.
            between = max(DELIMITERS, key=re.sub(r'"[^"]*"', "", headings).count)
            rows = [
                {key: value or "" for key, value in row.items() if key}
                for row in csv.DictReader(file, delimiter=between)
            ]
    except (OSError, UnicodeDecodeError, csv.Error) as problem:
        raise ValueError(f"roster: {path} must be a CSV file in UTF-8 ({problem})") from None
    if not rows:
        raise ValueError(f"roster: {path} must have a line of headings and a row for each student")
    return rows


def people(roster, students):
    """The rows of a table of the class: pairs of the name of a folder, None if there is none, and the first columns.

    roster     rows from `read_roster`; without any, there is one column, the name of the folder
    students   the names of the folders

    Students who are not on the roster get a row at the end.
    """
    students = sorted(students)
    if not roster:
        return [(student, {"student": student}) for student in students]
    names = {column: _matches([row[column] for row in roster], students) for column in roster[0]}
    column = max(names, key=lambda one: len(names[one]))
    found = names[column]
    rows = [(found.get(i), row) for i, row in enumerate(roster)]
    listed = set(found.values())
    others = [(one, dict.fromkeys(roster[0], "") | {column: one}) for one in students if one not in listed]
    return [*rows, *others]


def require_match(roster, students):
    """Raise ValueError when a class list names none of the folders: then it is another list, or of another kind.

    roster, students   as for `people`
    """
    if roster and not any(student for student, _ in people(roster, students)[: len(roster)]):
        columns = ", ".join(roster[0])
        raise ValueError(f"roster: no column names the folders, such as {min(students)!r}; its columns are {columns}")


def _matches(entries, students):
    """row -> student, for the entries of one column; none where two entries or two students would fit."""
    found = {}
    # From the surest to the least sure: a name as it is, then what a system made of it.
    for keys in (_as_it_is, _normalised, _number, _full_name):
        free = [student for student in students if student not in found.values()]
        owners = _unique((key, student) for student in free for key in keys(student))
        rows = _unique((_plain(entry), i) for i, entry in enumerate(entries) if i not in found)
        if keys is _as_it_is:
            rows = _unique((entry, i) for i, entry in enumerate(entries))
        found |= {rows[key]: student for key, student in owners.items() if key in rows}
    return found


def _unique(pairs):
    pairs = list(pairs)
    count = Counter(key for key, _ in pairs)
    return {key: value for key, value in pairs if key and count[key] == 1}


def _plain(name):
    """A name without what differs between systems: composed or decomposed letters, capitals, spaces at and in it."""
    return " ".join(unicodedata.normalize("NFC", name).casefold().split())


def _as_it_is(student):
    return [student]


def _normalised(student):
    return [_plain(student)]


def _number(student):
    known = MOODLE.fullmatch(student) or CANVAS.fullmatch(student)
    return [known["number"], f"participant {known['number']}"] if known else []


def _full_name(student):
    known = MOODLE.fullmatch(student) or CANVAS.fullmatch(student)
    return [_plain(known["name"])] if known else []
