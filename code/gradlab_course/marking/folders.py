"""Finds the folders of a class, one for each student, and the notebooks in them."""

import os
import re
from contextlib import suppress
from pathlib import Path

from gradlab_course.marking.submissions import is_untouched

UNUSABLE = re.compile(r"^[.\s]|\s$|[\[\]*?{}+!]")  # names of folders that nbgrader cannot use
NOT_HANDED_IN = {".ipynb_checkpoints", "__MACOSX"}  # folders that Jupyter and macOS create beside a notebook


def submission_folders(folder):
    """name -> path, for the students' folders; and the names of other entries, which are ignored.

    folder   the folder of the class
    """
    entries = [path for path in sorted(Path(folder).iterdir()) if not path.name.startswith((".", "__MACOSX"))]
    usable = [path for path in entries if path.is_dir() and not UNUSABLE.search(path.name)]
    return {path.name: path for path in usable}, [path.name for path in entries if path not in usable]


def find(folder, name, only, released):
    """Find a student's notebook for one assignment.

    folder     the student's folder
    name       of the assignment
    only       True if there is only one assignment: a notebook of any name may then be meant for it
    released   the student edition, a notebook: of several notebooks, one that differs from it is chosen

    Returns the path, "" if there is none, and remarks.
    """
    files = sorted(_files(Path(folder)))
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
    remarks = [f"the notebook was called {path.name}"] if path.stem != name else []
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
