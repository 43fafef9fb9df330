"""What the public tree has in the place of modules that give tasks away: heads of functions, and a record of answers.

The modules of `checks.tasks` hold what students are asked to write, and those of `checks.tasks.mistakes` quote lines of
it. Neither is published, nor are their tests. `check` gives the same verdicts without them (see `checks.recorded`).
"""

import ast
import json
from importlib import import_module
from pathlib import PurePosixPath

from gradlab import checks
from gradlab.checks import question, recorded

SOLUTIONS = "code/gradlab/checks/tasks"
TESTS = "tests/gradlab/checks/tasks"
WRITTEN = '"""{about}\n\nWritten by `make public`: the functions themselves are with the teachers.\n"""\n\n{lines}\n'


def gives_away(name):
    """Tell whether a tracked file, named as git does, shows how a task is solved."""
    return name.startswith((f"{SOLUTIONS}/", f"{TESTS}/")) and not name.endswith("/__init__.py")


def recordings(names):
    """path -> text of what the public tree has instead.

    names   the paths of tracked files that give tasks away, as git names them; tests leave nothing behind
    """
    made = {}
    for path in map(PurePosixPath, names):
        if str(path.parent) == SOLUTIONS:
            module = import_module(f"gradlab.checks.tasks.{path.stem}")
            made[str(path)] = heads(module)
            made[str(path.with_suffix(".json"))] = record(module)
        elif str(path.parent) == f"{SOLUTIONS}/mistakes":
            made[str(path)] = _mistakes(path.stem)
    return made


def _first_line(documented):
    return ast.get_docstring(documented).splitlines()[0]


def heads(module):
    """The text of a module with nothing but the heads of the functions that are checked.

    module   one with references of `checks.REFERENCES`
    """
    with open(module.__file__, encoding="utf-8") as file:
        tree = ast.parse(file.read())
    names, found = {f.__name__ for f in _references(module)}, []
    for node in tree.body:
        if isinstance(node, ast.FunctionDef) and node.name in names:
            node.decorator_list, node.returns = [ast.Name("recorded")], None
            for argument in (one for one in ast.walk(node.args) if isinstance(one, ast.arg)):
                argument.annotation = None  # the names in it are not imported there
            node.body = [ast.Expr(ast.Constant(_first_line(node)))]
            found.append(ast.unparse(node))
    lines = "\n\n\n".join(["from gradlab.checks.recorded import recorded", *found])
    return WRITTEN.format(about=_first_line(tree), lines=lines)


def _mistakes(tasks):
    imports = f"from gradlab.checks.recorded import mistakes\nfrom gradlab.checks.tasks import {tasks}"
    about = f"How people get the tasks of {tasks} wrong, by their answers alone."
    return WRITTEN.format(about=about, lines=f"{imports}\n\nMISTAKES = mistakes({tasks})")


def _references(module):
    return [f for f in checks.REFERENCES if f.__module__ == module.__name__]


def record(module):
    """The text that `recorded` reads: function -> its question, its answers, and its mistakes with theirs.

    module   one with references of `checks.REFERENCES`
    """

    def answers(function, like):
        return recorded.packed(question.answers(function, checks.REFERENCES[like][0], like, recorded.SEED))

    known = {
        f.__name__: {
            "question": question.address(checks.REFERENCES[f][0]),
            "answers": answers(f, f),
            "mistakes": [
                {"name": m.name, "hint": m.hint, "answers": answers(m.function, f)} for m in checks.REFERENCES[f][1]
            ],
        }
        for f in _references(module)
    }
    return json.dumps(known, ensure_ascii=False)
