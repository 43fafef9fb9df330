"""The folders of a class: one for each student, and in it the notebooks that were handed in."""

import os
import re
from contextlib import suppress
from pathlib import Path

from gradlab_course.marking.submissions import is_untouched

UNUSABLE = re.compile(r"^[.\s]|\s$|[\[\]*?{}+!]")  # in the name of a folder, for nbgrader
NOT_HANDED_IN = {".ipynb_checkpoints", "__MACOSX"}  # folders that Jupyter and macOS put beside a notebook


def submission_folders(folder):
    """The folders of the students, by name, and the names of other entries.

    folder   that of the class
    """
    entries = [path for path in sorted(Path(folder).iterdir()) if not path.name.startswith((".", "__MACOSX"))]
    usable = [path for path in entries if path.is_dir() and not UNUSABLE.search(path.name)]
    return {path.name: path for path in usable}, [path.name for path in entries if path not in usable]


def find(folder, name, only, released):
    """The notebook of a student for one assignment, "" if there is none, and remarks.

    folder     the student's folder
    name       of the assignment
    only       True when there is only one assignment: then a notebook of any name is taken for it
    released   the student edition, a notebook: of several notebooks, one that differs from it is taken
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
