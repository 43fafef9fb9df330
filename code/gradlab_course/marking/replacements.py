"""Words for the report on what a student's code replaces. No defence: there are ways that it does not see."""

import ast
import builtins
from collections import deque


def replaced(code, names):
    """What a student's cell replaces that tests use: names of the source's imports, exceptions, attributes.

    code    the source of a cell
    names   what `imports` gave

    Words for the report, not a defence: there are ways to replace something that it does not see.
    """
    try:
        return list(_replaced(ast.parse(code), names))
    except (SyntaxError, ValueError, RecursionError, MemoryError):  # to parse it, or to write a piece of it down
        return []


def _replaced(tree, names):
    exceptions = {name for name in dir(builtins) if name.endswith(("Error", "Exception"))}
    known, own = {*names, *exceptions}, {*names, "builtins", "gradlab", "gradlab_course"}
    for node in _walk(tree):
        if isinstance(node, ast.Import | ast.ImportFrom):
            for alias in node.names:
                bound = alias.asname or alias.name.split(".")[0]
                origin = f"{node.module}.{alias.name}" if isinstance(node, ast.ImportFrom) else alias.name
                if origin.split(".")[0] in ("gradlab", "gradlab_course", "builtins"):
                    own.add(bound)
                elif bound in names and origin.split(".")[0] not in ("numpy", "matplotlib", "sklearn"):
                    yield bound
        elif isinstance(node, ast.FunctionDef | ast.ClassDef) and node.name in known:
            yield node.name
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store) and node.id in known:
            yield node.id
        elif isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store) and _root(node) in own:
            yield ast.unparse(node)
        elif isinstance(node, ast.Call) and _root(node.func) == "setattr" and node.args and _root(node.args[0]) in own:
            yield ast.unparse(node.args[0])[:80]


def _walk(tree):
    """The nodes of a module, without what is only a function's or a class's own: names, and functions in it."""
    waiting = deque([(tree, False)])
    while waiting:
        node, inside = waiting.popleft()
        if not (inside and isinstance(node, ast.Name | ast.FunctionDef | ast.ClassDef | ast.Import | ast.ImportFrom)):
            yield node
        inside = inside or isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.Lambda)
        waiting += [(child, inside) for child in ast.iter_child_nodes(node)]


def _root(node):
    """The name that an attribute of an attribute of … belongs to, "" if it is none."""
    while isinstance(node, ast.Attribute):
        node = node.value
    return node.id if isinstance(node, ast.Name) else ""
