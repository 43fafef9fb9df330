"""Finds the folders of a class, one for each student, and the notebooks in them.

Canvas has no folders: its loose files, `beann_123_456_01_gradient_descent.ipynb`, are sorted by their students.
"""

import os
import re
from contextlib import suppress
from pathlib import Path

from gradlab_course.marking.submissions import is_untouched, related, trouble

UNUSABLE = re.compile(r"^[.\s]|\s$|[\[\]*?{}+!]")  # names of folders that nbgrader cannot use
#: a file as Canvas names it: the student's name, whether it was late, two numbers, and its own name
CANVAS = re.compile(r"(?P<student>[^_]+(?:_LATE)?_\d+)_\d+_(?P<file>.+\.ipynb)", re.IGNORECASE)
NOTEBOOK = ".ipynb"  # in the name of each notebook; browsers may append ".txt" or ".json"
MOST = 5  # files that are named, of those that are no notebooks
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


def sort_out(place, editions):
    """Tell which of a student's files is meant for which assignment.

    place      the student's folder, or a list of the student's files, from `submission_folders`
    editions   name of an assignment -> its student edition, a notebook

    A notebook belongs to the assignment whose cells it has, whatever it is called. If its cells do not say, its name
    does; and if there is only one assignment, it is meant for that.

    Returns name -> (path, remarks), the path "" for none, and a remark on each file that was not recognised.
    """
    folder = place[0].parent if isinstance(place, list) else Path(place)
    files = [str(path.relative_to(folder)) for path in (place if isinstance(place, list) else sorted(_files(folder)))]
    notebooks = [file for file in files if NOTEBOOK in file.casefold()]
    kin = {file: related(folder / file, editions) if _is_usable(folder / file, folder) else "" for file in notebooks}
    chosen = {}
    for name, released in editions.items():
        wanted = _normalised(name)
        own = [
            file for file in notebooks if kin[file] == name or (not kin[file] and wanted in _normalised(_stem(file)))
        ]
        own = own or ([file for file in notebooks if not kin[file]] if len(editions) == 1 else [])
        own.sort(key=lambda file: (_stem(file) != name, not _normalised(_stem(file)).startswith(wanted), file))
        if len(own) > 1:
            own.sort(key=lambda file: _is_usable(folder / file, folder) and _is_idle(folder / file, released))
        chosen[name] = own
    meant = {file for own in chosen.values() for file in own}
    strange = [f"{file} was not recognised: {_why(folder / file, folder)}" for file in notebooks if file not in meant]
    # Data may lie beside a notebook. Where there is none, any other file may be what was handed in.
    strange += [f"{file} was not recognised: it is not a notebook" for file in files if not notebooks][:MOST]
    is_loose = isinstance(place, list)
    return {name: _found(folder, name, own, files, is_loose, strange) for name, own in chosen.items()}, strange


def _found(folder, name, own, files, is_loose, strange):
    """The path of a student's notebook for an assignment, "" for none, and remarks.

    own       the files that are meant for it, the one to be marked first
    files     all files
    is_loose  True for files as Canvas names them
    strange   remarks on the files that were not recognised
    """
    if not own:
        return "", [f"there is no notebook of {name}", *strange]
    path = folder / own[0]
    if not _is_usable(path, folder):
        return "", [f"{path.name} is a link to somewhere else, or not a file, or cannot be read"]
    called = CANVAS.fullmatch(path.name)["file"] if is_loose else path.name
    remarks = [f"the notebook was called {path.name}"] if called != f"{name}.ipynb" and path.stem != name else []
    modules = ", ".join(file for file in files if file.endswith(".py"))
    remarks += [f"{path.name} was marked, and not {', '.join(own[1:])}"] if own[1:] else []
    return str(path), [*remarks, *([f"only the notebook is marked, without {modules}"] if modules else [])]


def _is_idle(path, released):
    """True if there is nothing to mark in a file: if there is another one, that is marked."""
    return is_untouched(path, released) or bool(trouble(path))


def _why(path, folder):
    """Why a notebook was not recognised."""
    if not _is_usable(path, folder):
        return "it is a link to somewhere else, or not a file, or cannot be read"
    return trouble(path) or "its cells and its name do not say of which assignment it is"


def _stem(file):
    return Path(file).stem


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
