"""Finds the folders of a class, one for each student, and the notebooks in them.

Canvas has no folders: its loose files, `beann_123_456_01_gradient_descent.ipynb`, are sorted by their students.
"""

import os
import re
from contextlib import suppress
from pathlib import Path

from gradlab_course.marking.submissions import is_untouched

UNUSABLE = re.compile(r"^[.\s]|\s$|[\[\]*?{}+!]")  # names of folders that nbgrader cannot use
#: a file as Canvas names it: the student's name, whether it was late, two numbers, and its own name
CANVAS = re.compile(r"(?P<student>[^_]+(?:_LATE)?_\d+)_\d+_(?P<file>.+\.ipynb)", re.IGNORECASE)
NOT_HANDED_IN = {".ipynb_checkpoints", "__MACOSX"}  # folders that Jupyter and macOS create beside a notebook


def submission_folders(folder):
    """name -> path, for the students' folders; and the names of other entries, which are ignored.

    folder   the folder of the class

    A student whose files lie loose, as Canvas names them, has a list of paths instead.
    """
    entries = [path for path in sorted(Path(folder).iterdir()) if not _belongs_to_no_student(path)]
    places, ignored = {}, []
    for path in entries:
        loose = CANVAS.fullmatch(path.name)
        student = loose["student"].replace("_LATE", "") if loose else path.name
        is_new = student not in places or (loose and isinstance(places[student], list))
        if UNUSABLE.search(student) or not is_new or not (loose or path.is_dir()):
            ignored.append(path.name)
        elif loose:
            places.setdefault(student, []).append(path)
        else:
            places[student] = path
    return places, ignored


def _belongs_to_no_student(path):
    """True for what systems put beside the folders: hidden files, and hidden folders without a notebook."""
    if not path.name.startswith("."):
        return path.name.startswith("__MACOSX")
    return path.name in NOT_HANDED_IN or not path.is_dir() or not any(path.glob("*.ipynb"))


def find(place, name, only, released):
    """Find a student's notebook for one assignment.

    place      the student's folder, or a list of the student's files, from `submission_folders`
    name       of the assignment
    only       True if there is only one assignment: a notebook of any name may then be meant for it
    released   the student edition, a notebook: of several notebooks, one that differs from it is chosen

    Returns the path, "" if there is none, and remarks.
    """
    folder = place[0].parent if isinstance(place, list) else Path(place)
    files = place if isinstance(place, list) else sorted(_files(folder))
    notebooks = [path for path in files if path.suffix.lower() == ".ipynb"]
    wanted = _normalised(name)
    candidates = [p for p in notebooks if wanted in _normalised(p.stem)] or (notebooks if only else [])
    candidates.sort(key=lambda p: (p.stem != name, not _normalised(p.stem).startswith(wanted), str(p)))
    if not candidates:
        return "", [f"no notebook called {name}.ipynb"]
    if len(candidates) > 1:
        candidates.sort(key=lambda path: _is_usable(path, folder) and is_untouched(path, released))
    path = candidates[0]
    if not _is_usable(path, folder):
        return "", [f"{path.name} is a link to somewhere else, or not a file, or cannot be read"]
    called = CANVAS.fullmatch(path.name)["file"] if isinstance(place, list) else path.name
    remarks = [f"the notebook was called {path.name}"] if called != f"{name}.ipynb" and path.stem != name else []
    others = ", ".join(str(p.relative_to(folder)) for p in candidates[1:])
    modules = ", ".join(str(p.relative_to(folder)) for p in files if p.suffix == ".py")
    remarks += [f"{path.name} was marked, and not {others}"] if others else []
    return str(path), [*remarks, *([f"only the notebook is marked, without {modules}"] if modules else [])]


def _normalised(name):
    """A name in small letters, with "_" between its words: other programs change capitals, spaces and punctuation."""
    return re.sub(r"[\W_]+", "_", name.casefold())


def _is_usable(path, folder):
    """True if a path is a file that can be read, and no link out of the folder."""
    try:
        inside = path.resolve().is_relative_to(Path(folder).resolve())
        return inside and path.is_file() and os.access(path, os.R_OK)
    except (OSError, RuntimeError):  # a link to itself
        return False


def _files(folder):
    """Yield the files in a folder and its folders, however deep they are; links too."""
    waiting = [folder]  # no recursion: a student may nest folders deeper than Python can call functions
    while waiting:
        with suppress(OSError), os.scandir(waiting.pop()) as entries:
            for entry in entries:
                if entry.is_dir(follow_symlinks=False):
                    waiting += [Path(entry.path)] if entry.name not in NOT_HANDED_IN else []
                elif not entry.name.startswith("._"):  # macOS creates ._x beside x
                    yield Path(entry.path)
