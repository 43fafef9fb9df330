"""Finds names of the tests that a student's code replaces, for remarks in the report.

It has no part in the protection of the marker: tests do not use the student's names anyway (see `preprocessor`), and
there are ways to replace something that this module does not recognise.
"""

import ast
import builtins
import sys
from collections import deque


def replaced(code, names):
    """The names and attributes, such as "rules.momentum", that a student's cell replaces and tests use.

    code    the source of the cell
    names   names that tests use, from `preprocessor.imports`; built-in exceptions count as well

    Returns none for code that cannot be parsed.
    """
    try:
        return list(_replaced(ast.parse(code), names))
    except (SyntaxError, ValueError, RecursionError, MemoryError):  # raised by `parse`, or by `unparse`
        return []


def _replaced(tree, names):
    exceptions = {name for name in dir(builtins) if name.endswith(("Error", "Exception"))}
    known, own = {*names, *exceptions}, {*names, "builtins", "gradlab", "gradlab_course"}
    for node in _outer_nodes(tree):
        if isinstance(node, ast.Import | ast.ImportFrom):
            for alias in node.names:
                bound = alias.asname or alias.name.split(".")[0]
                origin = f"{node.module}.{alias.name}" if isinstance(node, ast.ImportFrom) else alias.name
                if origin.split(".")[0] in ("gradlab", "gradlab_course", "builtins"):
                    own.add(bound)
                elif bound in names and not _same(names[bound], origin):
                    yield bound
        elif isinstance(node, ast.FunctionDef | ast.ClassDef) and node.name in known:
            yield node.name
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store) and node.id in known:
            yield node.id
        elif isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store) and _first_name(node) in own:
            yield ast.unparse(node)
        elif (
            isinstance(node, ast.Call)
            and _first_name(node.func) == "setattr"
            and node.args
            and _first_name(node.args[0]) in own
        ):
            yield ast.unparse(node.args[0])[:80]


def _same(value, origin):
    """True if what is imported is what the tests have under this name, such as json; or is of a usual library."""
    module, _, name = origin.rpartition(".")
    imported = sys.modules.get(origin) or getattr(sys.modules.get(module), name, None)
    return imported is value or origin.split(".")[0] in ("numpy", "matplotlib", "sklearn")


def _outer_nodes(tree):
    """The nodes of a module, without names, functions, classes and imports that are local to a function or a class."""
    waiting = deque([(tree, False)])
    while waiting:
        node, inside = waiting.popleft()
        if not (inside and isinstance(node, ast.Name | ast.FunctionDef | ast.ClassDef | ast.Import | ast.ImportFrom)):
            yield node
        inside = inside or isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.Lambda)
        waiting += [(child, inside) for child in ast.iter_child_nodes(node)]


def _first_name(node):
    """The name that a chain of attributes begins with: "a" of a.b.c; "" if it begins with something else."""
    while isinstance(node, ast.Attribute):
        node = node.value
    return node.id if isinstance(node, ast.Name) else ""
