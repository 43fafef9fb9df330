"""The student's copy of gradlab: without the known mistakes, and with the solutions of tasks disabled.

student_library(folder, ["rules.momentum"])
"""

import ast
import compileall
import shutil
from pathlib import Path

from gradlab_course import LIBRARY

COURSE = LIBRARY.parent / "gradlab_course"
LEFT_OUT = ("__pycache__", "mistakes")  # names of folders, wherever they lie

CHECKS = '''"""Checks, in the marker's copy: they say nothing, the marker does."""


class Verdict:
    """What `check` says here."""

    def __init__(self, name):
        self.name = name

    def __repr__(self):
        return f"{self.name} will be marked."

    def raise_if_wrong(self):
        """The verdict itself."""
        return self


def check(student, like, seed=0):
    """Nothing: the marker checks."""
    return Verdict(getattr(student, "__name__", "your function"))


def whole_number(value, name):
    """The value: the marker looks at it."""
    return value
'''


def student_library(folder, withheld):
    """A copy of gradlab for the student's kernel: without the known mistakes, and with some functions disabled.

    folder     where to put it; it must not exist
    withheld   functions to disable, such as "rules.momentum"; calling one raises NotImplementedError. All functions in
               `checks.tasks` are disabled too. Their signatures stay, since questions depend on the names of
               hyperparameters

    Returns the folder. Raises ValueError when one of withheld is no function of gradlab.
    """
    folder, names = Path(folder), {}
    for name in withheld:
        module, _, function = name.rpartition(".") if isinstance(name, str) else ("", "", "")
        path = LIBRARY / f"{module.replace('.', '/')}.py"
        known = module.replace(".", "_").isidentifier() and path.is_file()
        if not (known and function in _functions(ast.parse(path.read_text(encoding="utf-8")))):
            raise ValueError(f"student_library: withheld must be functions of gradlab's modules, got {name!r}")
        names.setdefault(module, set()).add(function)
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
    compileall.compile_dir(str(folder), quiet=1)  # kernels may not write there
    _fonts(folder / "fonts")
    return folder


def _functions(tree):
    return {node.name: node for node in tree.body if isinstance(node, ast.FunctionDef)}


def _fonts(folder):
    """The list of fonts, which Matplotlib would take seconds to make again in each kernel."""
    import matplotlib
    from matplotlib import font_manager  # makes it, if need be

    folder.mkdir()
    for path in Path(matplotlib.get_cachedir()).glob(f"fontlist-v{font_manager.FontManager.__version__}*.json"):
        shutil.copy(path, folder)
