"""Makes the editions of the exercises: `python -m gradlab_course.editions EDITION`.

student      the notebooks of chapters/exercises, which are pages of the book; --check only compares them
instructor   a local site and a PDF of each notebook, with solutions, rubrics and points, in _build/instructor
public       this repository without the files that only instructors may see, to publish
pdf          the chapters as one PDF, from the built site, which then offers it
"""

import argparse
import sys

from gradlab_course import ROOT, exercises
from gradlab_course.book import offline
from gradlab_course.editions import instructor, paper, public
from gradlab_course.notebooks import write


def write_student_editions(root):
    """Write the student editions that are not in step with their sources; return the paths of those."""
    written = []
    for path, content in exercises.student_editions(root).items():
        if not path.exists() or path.read_text(encoding="utf-8") != content:
            path.parent.mkdir(parents=True, exist_ok=True)
            write(path, content)
            written.append(path)
    return written


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
    command.add_argument("folder", help="where to; must be empty, and outside this repository")
    commands.add_parser("pdf", help="the chapters as one PDF, from the built site")
    options = parser.parse_args(argv)
    try:
        if options.edition == "instructor":
            return instructor.build(root)
        if options.edition == "public":
            print(f"{public.export(root, options.folder)} files in {options.folder}")
            return 0
        if options.edition == "pdf":
            print(f"{paper.print_book(root)} pages in {root / paper.SITE / offline.PDF}")
            return 0
        if not options.check:
            written, known = write_student_editions(root), len(exercises.sources(root))
            for path in written:
                print(f"{path.relative_to(root)}: written")
            if known:
                print(f"notebooks written: {len(written)} of {known}; the others were in step")
            else:
                print(f"nothing to write: there are no sources in {exercises.SOURCES.as_posix()}")
        problems = exercises.out_of_step(root)
        print(*problems, sep="\n", end="\n" * bool(problems))
        return int(bool(problems))
    except ValueError as problem:
        print(problem, file=sys.stderr)
        return 2


if __name__ == "__main__":
    sys.exit(main())
