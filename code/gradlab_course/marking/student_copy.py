"""Makes the copy of gradlab that students' code imports while it is marked.

    student_library(folder, ["rules.momentum"])

The copy has no known mistakes, and the solutions of tasks are disabled in it. Of gradlab_course it has only `kernel`.
"""

import ast
import compileall
import shutil
from pathlib import Path

from gradlab_course import LIBRARY

COURSE = LIBRARY.parent / "gradlab_course"
LEFT_OUT = ("__pycache__", "mistakes")  # names of folders, at any depth

#: replaces the package `gradlab.checks` in the copy
CHECKS = '''"""Checks, in the copy that students' code imports while it is marked: the marker does the checking."""


class Verdict:
    """Says that a function will be marked."""

    def __init__(self, name):
        self.name = name

    def __repr__(self):
        return f"{self.name} will be marked."

    def raise_if_wrong(self):
        """Return the verdict."""
        return self


def check(student, like, seed=0):
    """Return a verdict, without a check."""
    return Verdict(getattr(student, "__name__", "your function"))


def confirm(answer, record):
    """Return a verdict, without a check."""
    return Verdict("your answer")


def whole_number(value, name):
    """Return the value, without a check."""
    return value
'''


def student_library(folder, withheld):
    """Write the copy of gradlab for a student's kernel; return its folder.

    folder     where to; it must not exist
    withheld   functions to disable, such as "rules.momentum": calling one raises NotImplementedError; all functions in
               `checks.tasks` are disabled too; signatures stay, since questions depend on the names of hyperparameters

    Raises ValueError when an entry of withheld is not a function of gradlab.
    """
    folder, names = Path(folder), by_module(withheld)
    for path in (LIBRARY / "checks" / "tasks").glob("*.py"):
        names[f"checks.tasks.{path.stem}"] = set(_functions(ast.parse(path.read_text(encoding="utf-8"))))
    package = folder / "gradlab"
    shutil.copytree(LIBRARY, package, ignore=shutil.ignore_patterns(*LEFT_OUT))
    course = folder / "gradlab_course"
    shutil.copytree(COURSE / "kernel", course / "kernel", ignore=shutil.ignore_patterns(*LEFT_OUT))
    shutil.copy(COURSE / "__init__.py", course)
    for module, functions in names.items():
        path = package / f"{module.replace('.', '/')}.py"
        tree = ast.parse(path.read_text(encoding="utf-8"))
        for name in functions:
            full = f"gradlab.{module}.{name}"
            report = f"import sys; sys.audit('gradlab.disabled', {full!r})"
            error = f"raise NotImplementedError({full + ' is what you were asked to write'!r})"
            _functions(tree)[name].body = ast.parse(f"{report}; {error}").body
        path.write_text(ast.unparse(tree), encoding="utf-8")
    (package / "checks" / "__init__.py").write_text(CHECKS, encoding="utf-8")
    compileall.compile_dir(str(folder), quiet=1)  # now, since kernels may not write there
    _copy_font_list(folder / "fonts")
    return folder


def by_module(withheld):
    """module -> its functions to disable. Raises ValueError for an entry that is not a function of gradlab."""
    names = {}
    for name in withheld:
        module, _, function = name.rpartition(".") if isinstance(name, str) else ("", "", "")
        path = LIBRARY / f"{module.replace('.', '/')}.py"
        known = module.replace(".", "_").isidentifier() and path.is_file()
        if not (known and function in _functions(ast.parse(path.read_text(encoding="utf-8")))):
            raise ValueError(f"student_library: withheld must be functions of gradlab's modules, got {name!r}")
        names.setdefault(module, set()).add(function)
    return names


def _functions(tree):
    """name -> node, for the functions of a module."""
    return {node.name: node for node in tree.body if isinstance(node, ast.FunctionDef)}


def _copy_font_list(folder):
    """Copy Matplotlib's list of fonts, which each kernel would otherwise take seconds to make."""
    import matplotlib
    from matplotlib import font_manager  # to import it makes the list, if there is none

    folder.mkdir()
    for path in Path(matplotlib.get_cachedir()).glob(f"fontlist-v{font_manager.FontManager.__version__}*.json"):
        shutil.copy(path, folder)
