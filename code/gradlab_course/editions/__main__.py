"""The editions of the exercises, one command each: `python -m gradlab_course.editions EDITION`.

student      the notebooks of chapters/exercises, which are pages of the book; --check tells whether they are in step
instructor   a local site and a PDF of each notebook, with solutions, rubrics and points, in _build/instructor
public       this repository without what only instructors may see, to publish
"""

import argparse
import shutil
import subprocess
import sys
from pathlib import Path

from gradlab_course import ROOT, exercises
from gradlab_course.editions import instructor, recording
from gradlab_course.notebooks import read, text, write

BOOK = ("chapters", "code", "tests")  # whatever lies there should be in the public tree, or ignored


def students(root):
    """Write the student edition of each source notebook that is not in step; return the paths of those written."""
    written = []
    for path, content in exercises.editions(root).items():
        if not path.exists() or path.read_text(encoding="utf-8") != content:
            path.parent.mkdir(parents=True, exist_ok=True)
            write(path, content)
            written.append(path)
    return written


def public(root, folder):
    """Export the tracked files to an empty folder, less what only instructors may see; return how many there are.

    The sources of the exercises stay here, and so do the modules that give tasks away (see `recording`).
    Raises ValueError when the folder is not empty (a bare .git may be in it), when root is no git checkout, when the
    exercises are not in step, when git does not know a file of the book, which would silently be left out, or when a
    notebook would be exported that holds solutions or hidden tests.
    """
    folder = Path(folder)
    if folder.exists() and (not folder.is_dir() or {path.name for path in folder.iterdir()} - {".git"}):
        raise ValueError(f"public: folder must be empty, got {str(folder)!r}")
    listing = subprocess.run(["git", "ls-files", "-z"], cwd=root, capture_output=True, text=True)
    if listing.returncode:
        raise ValueError(f"public: root must be a git checkout, got {str(root)!r}")
    if late := exercises.out_of_step(root):
        raise ValueError("\n".join(late))
    if unknown := untracked(root):
        raise ValueError(f"public: add to git, or have it ignored: {', '.join(unknown)}")
    tracked = [name for name in listing.stdout.split("\0") if name and (root / name).is_file()]  # not deleted since
    told = [name for name in tracked if recording.gives_away(name)]
    files = [name for name in tracked if name not in told and not name.startswith(f"{exercises.SOURCES.as_posix()}/")]
    for name in files:
        if name.endswith(".ipynb") and holds_secrets(root / name):
            raise ValueError(f"public: {name} holds solutions or hidden tests; sources belong into {exercises.SOURCES}")
    written = recording.recordings(told)
    for name in [*files, *written]:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
    for name in files:
        shutil.copy2(root / name, folder / name)
    for name, content in written.items():
        (folder / name).write_text(content, encoding="utf-8")
    return len(files) + len(written)


def untracked(root):
    """The files of the book, named as git does, that git neither tracks nor ignores."""
    command = ["git", "ls-files", "-z", "--others", "--exclude-standard", "--", *BOOK]
    listing = subprocess.run(command, cwd=root, capture_output=True, text=True, check=True)
    return sorted(filter(None, listing.stdout.split("\0")))


def holds_secrets(path):
    """Tell whether a notebook has a line that delimits a solution, a hidden test or a rubric."""
    lines = (line for cell in read(path)[1]["cells"] for line in text(cell["source"]).splitlines())
    return any(line.strip() in exercises.DELIMITERS for line in lines)


def main(argv=None, root=ROOT):
    """Make an edition of the exercises; return the exit status."""
    parser = argparse.ArgumentParser(
        prog="python -m gradlab_course.editions", description=main.__doc__.split(";")[0] + "."
    )
    commands = parser.add_subparsers(dest="edition", required=True)
    command = commands.add_parser("student", help="the notebooks that students work in")
    command.add_argument("--check", action="store_true", help="change nothing; exit status 1 if one is not in step")
    commands.add_parser("instructor", help="a site and PDFs with solutions, rubrics and points")
    command = commands.add_parser("public", help="this repository without solutions and hidden tests")
    command.add_argument("folder", help="where to; must be empty")
    options = parser.parse_args(argv)
    try:
        if options.edition == "instructor":
            return instructor.build(root)
        if options.edition == "public":
            print(f"{public(root, options.folder)} files in {options.folder}")
            return 0
        if not options.check:
            for path in students(root):
                print(f"{path.relative_to(root)}: written")
        late = exercises.out_of_step(root)
        print(*late, sep="\n", end="\n" * bool(late))
        return int(bool(late))
    except ValueError as problem:
        print(problem, file=sys.stderr)
        return 2


if __name__ == "__main__":
    sys.exit(main())
