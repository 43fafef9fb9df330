"""Find the names that a slider figure looks up when it is moved, and that a later cell of its notebook changes.

While the book is built, a figure is computed at its place in the notebook. In a reader's kernel it is drawn again after
all cells have run. If a later cell has changed one of its names, it then shows something else, or fails.
"""

import ast
import symtable
from dataclasses import dataclass
from functools import cached_property

FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda, ast.ClassDef)


def statements(cells):
    """The top-level statements of the code cells of a notebook."""
    for cell in cells:
        if cell["cell_type"] == "code":
            lines = "".join(cell["source"]).splitlines()
            body = ast.parse("\n".join("" if line.startswith(("%", "!")) else line for line in lines)).body
            yield from (Statement(node, is_shown=node is body[-1]) for node in body)


@dataclass(eq=False)
class Statement:
    """A statement of a notebook, and whether it ends a cell, so that its value is shown."""

    node: ast.stmt
    is_shown: bool = False

    @cached_property
    def changes(self):
        """The names that it binds or deletes, writes into (x[0] = 1), or whose method it calls, as in x.sort()."""
        table = symtable.symtable(ast.unparse(self.node), "cell", "exec")
        names = {s.get_name() for s in table.get_symbols() if s.is_assigned() or s.is_imported()}
        symbols = [s for t in inner(table) for s in t.get_symbols()]
        names |= {s.get_name() for s in symbols if s.is_declared_global() and s.is_assigned()}
        for node in outside(self.node):
            if isinstance(node, (ast.Subscript, ast.Attribute)) and not isinstance(node.ctx, ast.Load):
                names.add(root(node))
            is_call = isinstance(node, ast.Expr) and isinstance(node.value, ast.Call)
            if is_call and isinstance(node.value.func, ast.Attribute) and not (self.is_shown and node is self.node):
                names.add(root(node.value.func))
        return names - {None}

    def functions(self):
        """The functions, lambdas and classes in it, but for those inside of others."""
        return [node for node in outside(self.node) if isinstance(node, FUNCTIONS)]

    def names(self):
        """The names that it looks up at once."""
        return {node.id for node in outside(self.node) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)}

    def draws(self):
        """What its calls of `explore` are given to draw with."""
        for node in outside(self.node):
            if isinstance(node, ast.Call) and "explore" in (
                getattr(node.func, "id", ""),
                getattr(node.func, "attr", ""),
            ):
                yield next(iter([*node.args, *(k.value for k in node.keywords if k.arg == "draw")]))


def inner(table):
    """All tables inside of a symbol table."""
    for child in table.get_children():
        yield child
        yield from inner(child)


def outside(node):
    """A node and all in it that is not inside of a function; the function itself is among them."""
    yield node
    if not isinstance(node, FUNCTIONS):
        for child in ast.iter_child_nodes(node):
            yield from outside(child)


def root(node):
    """The name that an expression such as `a.b[0]` begins with, if it begins with one."""
    while isinstance(node, (ast.Subscript, ast.Attribute)):
        node = node.value
    return getattr(node, "id", None)


def reads(function):
    """The names of the notebook that a function looks up when it is called."""
    node = function if isinstance(function, ast.stmt) else ast.Expr(function)
    tables = inner(symtable.symtable(ast.unparse(node), "cell", "exec"))
    return {s.get_name() for table in tables for s in table.get_symbols() if s.is_global() and s.is_referenced()}


def late(names, before):
    """The names that are looked up when what these names hold is called.

    names    those that are looked up now
    before   the statements that have run
    """
    found, seen = set(), set()
    waiting = list(names)
    while waiting:
        name = waiting.pop()
        if name in seen:
            continue
        seen.add(name)
        for statement in before:
            if name in statement.changes:
                own = set().union(*map(reads, statement.functions()))
                found |= own
                # A function that was handed on, as in partial(f, 2), is called later, too.
                handed = {n for n in statement.names() if any(is_definition(s.node, n) for s in before)}
                waiting += own | handed
    return found


def is_definition(node, name):
    """True for the `def` of this name."""
    return isinstance(node, FUNCTIONS) and node.name == name


def is_generator(statement, name):
    """True if the statement makes this name a random Generator, which gives other numbers at each call."""
    node = statement.node
    made = getattr(node, "value", None) if name in statement.changes else None
    return isinstance(made, ast.Call) and getattr(made.func, "attr", getattr(made.func, "id", "")) == "default_rng"


def changed(cells):
    """The names that slider figures look up late and find changed, each with its draw; a random Generator always is."""
    every, found = list(statements(cells)), []
    for i, statement in enumerate(every):
        for draw in statement.draws():
            now = Statement(ast.Expr(draw))
            own = set().union(*map(reads, now.functions()))
            names = own | late(own | now.names(), every[:i])
            for name in sorted(names):
                if any(name in s.changes for s in every[i + 1 :]) or any(is_generator(s, name) for s in every[:i]):
                    found.append((ast.unparse(draw), name))
    return found
