"""The public tree: the files of this repository that students may see.

Three kinds of files are left out:
- the source notebooks, which hold solutions, hidden tests and rubrics;
- the modules of `checks.tasks`, which are the functions that students are asked to write, and those of
  `checks.tasks.mistakes`, which quote lines of these functions;
- the tests of these modules.

`check` gives the same verdicts without the second kind. In its place the public tree has the heads of the functions
and a record of their answers, and of the answers of their known-wrong variants (see `checks.recorded`).
"""

import ast
import json
import shutil
import subprocess
from importlib import import_module
from pathlib import Path, PurePosixPath

from gradlab import checks
from gradlab.checks import question, recorded
from gradlab_course import exercises
from gradlab_course.notebooks import read, text

BOOK = ("chapters", "code", "tests")  # git must track or ignore every file in these folders
SOLUTIONS = "code/gradlab/checks/tasks"
TESTS = "tests/gradlab/checks/tasks"
MODULE = '"""{about}\n\nWritten by `make public`: the functions themselves are with the teachers.\n"""\n\n{lines}\n'


def export(root, folder):
    """Write the public tree into an empty folder; return the number of files.

    root     this repository
    folder   where to; a bare .git may be in it

    Raises ValueError when the folder is not empty or is within root, when root is no git checkout, when a notebook in
    chapters/exercises is not in step with its source, when git neither tracks nor ignores a file of the book (it would
    be left out without a word), and when a notebook outside of chapters/solutions holds solutions or hidden tests.
    """
    folder = Path(folder)
    if folder.exists() and (not folder.is_dir() or {path.name for path in folder.iterdir()} - {".git"}):
        raise ValueError(f"public: folder must be empty, got {str(folder)!r}")
    if folder.resolve().is_relative_to(Path(root).resolve()):
        raise ValueError(f"public: folder must be outside of this repository, as ../public is, got {str(folder)!r}")
    listing = subprocess.run(["git", "ls-files", "-z"], cwd=root, capture_output=True, text=True)
    if listing.returncode:
        raise ValueError(f"public: root must be a git checkout, got {str(root)!r}")
    if problems := exercises.out_of_step(root):
        raise ValueError("\n".join(problems))
    if unknown := untracked(root):
        raise ValueError(f"public: git must track or ignore every file, and does neither with {', '.join(unknown)}")
    tracked = [name for name in listing.stdout.split("\0") if name and (root / name).is_file()]  # not deleted since
    solutions = [name for name in tracked if gives_away(name)]
    hidden = {*solutions, *(name for name in tracked if name.startswith(f"{exercises.SOURCES.as_posix()}/"))}
    shown = [name for name in tracked if name not in hidden]
    for name in shown:
        if name.endswith(".ipynb") and holds_secrets(root / name):
            raise ValueError(f"public: {name} holds solutions or hidden tests; move it into {exercises.SOURCES}")
    written = replacements(solutions)
    for name in [*shown, *written]:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
    for name in shown:
        shutil.copy2(root / name, folder / name)
    for name, content in written.items():
        (folder / name).write_text(content, encoding="utf-8")
    return len(shown) + len(written)


def untracked(root):
    """The files of the book that git neither tracks nor ignores, named as git names them."""
    command = ["git", "ls-files", "-z", "--others", "--exclude-standard", "--", *BOOK]
    listing = subprocess.run(command, cwd=root, capture_output=True, text=True, check=True)
    return sorted(filter(None, listing.stdout.split("\0")))


def holds_secrets(path):
    """True if a notebook has a line that begins or ends a solution, a hidden test or a rubric."""
    lines = (line for cell in read(path)[1]["cells"] for line in text(cell["source"]).splitlines())
    return any(line.strip() in exercises.DELIMITERS for line in lines)


# --- heads of functions, and a record of their answers ----------------------------------------------------------------


def gives_away(name):
    """True if a tracked file, named as git names it, shows how a task is solved."""
    return name.startswith((f"{SOLUTIONS}/", f"{TESTS}/")) and not name.endswith("/__init__.py")


def _first_line(documented):
    return ast.get_docstring(documented).splitlines()[0]


def heads(module):
    """The text of a module that has only the heads of the references in another module.

    module   one with references of `checks.REFERENCES`
    """
    with open(module.__file__, encoding="utf-8") as file:
        tree = ast.parse(file.read())
    names, found = {f.__name__ for f in references(module)}, []
    for node in tree.body:
        if isinstance(node, ast.FunctionDef) and node.name in names:
            node.decorator_list, node.returns = [ast.Name("recorded")], None
            for argument in (one for one in ast.walk(node.args) if isinstance(one, ast.arg)):
                argument.annotation = None  # the public module does not import its names
            node.body = [ast.Expr(ast.Constant(_first_line(node)))]
            found.append(ast.unparse(node))
    lines = "\n\n\n".join(["from gradlab.checks.recorded import recorded", *found])
    return MODULE.format(about=_first_line(tree), lines=lines)


def _recorded_mistakes(tasks):
    imports = f"from gradlab.checks.recorded import mistakes\nfrom gradlab.checks.tasks import {tasks}"
    about = f"How people get the tasks of {tasks} wrong, by their answers alone."
    return MODULE.format(about=about, lines=f"{imports}\n\nMISTAKES = mistakes({tasks})")


def references(module):
    """The functions of a module that answers are compared with."""
    return [f for f in checks.REFERENCES if f.__module__ == module.__name__]


def record(module):
    """The text that `checks.recorded` reads, in JSON: function -> its question, its answers, and its mistakes.

    module   one with references of `checks.REFERENCES`
    """

    def answers(function, like):
        given = question.answers(function, checks.REFERENCES[like][0], like, recorded.SEED)
        given.place = ""  # a line of the function, which may be one of the solution
        return recorded.to_record(given)

    entries = {
        f.__name__: {
            "question": question.address(checks.REFERENCES[f][0]),
            "answers": answers(f, f),
            "mistakes": [
                {"name": m.name, "hint": m.hint, "answers": answers(m.function, f)} for m in checks.REFERENCES[f][1]
            ],
        }
        for f in references(module)
    }
    return json.dumps(entries, ensure_ascii=False)


def replacements(names, record=record):
    """path -> text, for the files that the public tree has in the place of those that give tasks away.

    names    the paths of the files that give tasks away, as git names them; nothing replaces their tests
    record   module -> the text of its record; another than `record` where the answers are not needed, which take long
    """
    texts = {}
    for path in map(PurePosixPath, names):
        if str(path.parent) == SOLUTIONS:
            module = import_module(f"gradlab.checks.tasks.{path.stem}")
            texts[str(path)] = heads(module)
            texts[str(path.with_suffix(".json"))] = record(module)
        elif str(path.parent) == f"{SOLUTIONS}/mistakes":
            texts[str(path)] = _recorded_mistakes(path.stem)
    return texts
