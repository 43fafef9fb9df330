"""A module as a text: its docstrings, and its source cut up so that each line is shown once."""

from __future__ import annotations

import ast
import re
from functools import cache
from textwrap import dedent

from gradlab_course import LIBRARY


class Module:
    """The source of a module, cut up so that each line is shown once: with a member, or with the rest."""

    def __init__(self, name):
        package = LIBRARY / name / "__init__.py"
        self.name, self.path = name, package if package.exists() else LIBRARY / f"{name}.py"
        self.lines = self.path.read_text(encoding="utf-8").splitlines()
        self.tree = ast.parse("\n".join(self.lines))
        self.members = dict(self._documented(self.tree.body))

    def _documented(self, body, owner=""):
        """Yield the name (`MLP.grad`) and the node of each member that has a docstring, or a comment `#:`."""
        for node in body:
            if isinstance(node, ast.Assign) and self.lines[node.lineno - 2].startswith("#:"):
                yield node.targets[0].id, node
            elif isinstance(node, (ast.FunctionDef, ast.ClassDef)) and not node.name.startswith("_"):
                if ast.get_docstring(node):
                    yield owner + node.name, node
                if isinstance(node, ast.ClassDef):
                    yield from self._documented(node.body, f"{owner}{node.name}.")

    def docstring(self, member=""):
        """The docstring of a member, or the module's; of data, the comment before it."""
        node = self.members.get(member, self.tree)
        if isinstance(node, ast.Assign):
            start = self._extent(node)[0]
            return "\n".join(line.removeprefix("#:").strip() for line in self.lines[start - 1 : node.lineno - 1])
        return ast.get_docstring(node) or ""

    def source(self, member=""):
        """The source of a member, or of the rest: without docstrings and decorators, and without members within."""
        node = self.members.get(member, self.tree)
        first, last = (node.lineno, node.end_lineno) if member else (1, len(self.lines))
        within = [one for name, one in self.members.items() if name.startswith(f"{member}." if member else "")]
        hidden = {line for one in within for line in self._extent(one)}
        if not isinstance(node, ast.Assign) and ast.get_docstring(node):
            hidden.update(range(node.body[0].lineno, node.body[0].end_lineno + 1))
        shown = "\n".join(self.lines[line - 1] for line in range(first, last + 1) if line not in hidden)
        return re.sub(r"\n{3,}", "\n\n" if member else "\n\n\n", dedent(shown)).strip("\n")

    def _extent(self, node):
        """The lines of a member from its first decorator, or from the comment that documents it, on."""
        first = min([node.lineno, *(one.lineno for one in getattr(node, "decorator_list", ()))])
        while self.lines[first - 2].startswith("#:"):
            first -= 1
        return range(first, node.end_lineno + 1)

    def arguments(self, member):
        """The names of a function's arguments."""
        found = ast.walk(self.members.get(member, ast.Pass()))
        return {node.arg for node in found if isinstance(node, ast.arg)}

    def positional(self, member):
        """The names of the arguments that a function takes by position, in order."""
        node = self.members.get(member)
        return [one.arg for one in node.args.args] if isinstance(node, ast.FunctionDef) else []


@cache
def module(name):
    """The module of this name."""
    return Module(name)
