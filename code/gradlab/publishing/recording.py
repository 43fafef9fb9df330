"""What the public tree has in the place of modules that give tasks away: heads of functions, and a record of answers.

A module `task_…` holds what students are asked to write, and `wrong_task_…` quotes its lines. Neither is published, nor
are their tests. `checks.check` gives the same verdicts without them (see `bank.recorded`).
"""

import ast
import json
from importlib import import_module
from pathlib import PurePosixPath

from gradlab import checks
from gradlab.bank import recorded
from gradlab.trials import trial

FOLDERS = ("code/", "tests/")
WRITTEN = '"""{about}\n\nWritten by `make public`: the functions themselves are with the teachers.\n"""\n\n{lines}\n'


def gives_away(name):
    """Tell whether a tracked file, named as git does, shows how a task is solved."""
    return name.startswith(FOLDERS) and "task_" in PurePosixPath(name).name


def recordings(names):
    """path -> text of what the public tree has instead.

    names   the paths of tracked files that give tasks away, as git names them; tests leave nothing behind
    """
    made = {}
    for path in map(PurePosixPath, names):
        if path.parent.name == "tasks":
            module = import_module(f"gradlab.tasks.{path.stem}")
            made[str(path)] = heads(module)
            made[str(path.with_suffix(".json"))] = record(module)
        elif path.parent.name == "bank":
            made[str(path)] = _bank(path.stem.removeprefix("wrong_"))
    return made


def _first_line(documented):
    return ast.get_docstring(documented).splitlines()[0]


def heads(module):
    """The text of a module with nothing but the heads of the functions that are checked.

    module   one with references of `checks.BANK`
    """
    with open(module.__file__, encoding="utf-8") as file:
        tree = ast.parse(file.read())
    names, found = {f.__name__ for f in _references(module)}, []
    for node in tree.body:
        if isinstance(node, ast.FunctionDef) and node.name in names:
            node.decorator_list = [ast.Name("recorded")]
            node.body = [ast.Expr(ast.Constant(_first_line(node)))]
            found.append(ast.unparse(node))
    lines = "\n\n\n".join(["from gradlab.bank.recorded import recorded", *found])
    return WRITTEN.format(about=_first_line(tree), lines=lines)


def _bank(tasks):
    lines = f"from gradlab.bank.recorded import bank\nfrom gradlab.tasks import {tasks}\n\nBANK = bank({tasks})"
    return WRITTEN.format(about=f"How people get {tasks} wrong, by their answers alone.", lines=lines)


def _references(module):
    return [f for f in checks.BANK if f.__module__ == module.__name__]


def record(module):
    """The text that `recorded` reads: function -> its trial, its answers, and its misconceptions with theirs.

    module   one with references of `checks.BANK`
    """

    def answers(function, like):
        return recorded.packed(trial.answers(function, checks.BANK[like][0], like, recorded.SEED))

    known = {
        f.__name__: {
            "trial": trial.address(checks.BANK[f][0]),
            "answers": answers(f, f),
            "misconceptions": [
                {"name": m.name, "hint": m.hint, "answers": answers(m.function, f)} for m in checks.BANK[f][1]
            ],
        }
        for f in _references(module)
    }
    return json.dumps(known, ensure_ascii=False)
