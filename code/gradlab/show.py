"""What a chapter shows besides figures: tables of what was measured, and the tested source itself."""

import ast
import inspect
import numbers
import re
import textwrap
from collections.abc import Callable, Iterable, Sequence
from html import escape
from typing import Any

WIDTH = 77  # columns that a page shows whole on a laptop


def table(columns: Sequence[str], rows: Iterable[Sequence]) -> "Table":
    """A table that a notebook shows as one, and that nbval compares like printed text.

    columns   the names of the columns, none empty
    rows      a sequence of cells each, the first of which says what the row is about

    A text or an integer stands as it is; any other number is shown with three significant digits. As the last
    expression of a cell the table is its output; otherwise pass it to `display`. Raises ValueError for an empty name,
    and for a row that does not have one cell for each column.
    """
    columns, rows = [str(name) for name in columns], [list(row) for row in rows]
    for i, name in enumerate(columns):
        if not name.strip():
            raise ValueError(f"table: columns[{i}] must be a name, got {name!r}")
    for i, row in enumerate(rows):
        if len(row) != len(columns):
            raise ValueError(f"table: rows[{i}] must have {len(columns)} cells, one for each column, got {len(row)}")
    return Table(columns, [[_written(cell) for cell in row] for row in rows])


class Table:
    """What `table` returns: `columns` and `rows`, all texts, which a notebook shows as an HTML table."""

    def __init__(self, columns: list[str], rows: list[list[str]]):
        self.columns, self.rows = columns, rows

    def __repr__(self) -> str:
        columns = [[name, *cells] for name, cells in zip(self.columns, self._by_column(), strict=True)]
        widths = [max(map(len, column)) for column in columns]
        padded = [
            [cell.rjust(width) if i else cell.ljust(width) for cell in column]
            for i, (column, width) in enumerate(zip(columns, widths, strict=True))
        ]
        return "\n".join("  ".join(line).rstrip() for line in zip(*padded, strict=True))

    def _repr_html_(self) -> str:
        head = "".join(f'<th scope="col">{escape(name)}</th>' for name in self.columns)
        lines = ['<table class="measured">', f"<thead><tr>{head}</tr></thead>", "<tbody>"]
        for first, *others in self.rows:
            cells = "".join(f"<td>{escape(cell)}</td>" for cell in others)
            lines.append(f'<tr><th scope="row">{escape(first)}</th>{cells}</tr>')
        return "\n".join([*lines, "</tbody></table>"])

    def _by_column(self) -> list[list[str]]:
        return [[row[i] for row in self.rows] for i in range(len(self.columns))]


def _written(cell: Any) -> str:
    """A cell's text."""
    whole = isinstance(cell, numbers.Integral) or not isinstance(cell, numbers.Real)
    return str(cell) if whole else f"{cell:.3g}"


def source(function: Callable) -> Any:
    """The source of `function` as a notebook displays code, without decorators, docstring and type hints.

    So the code on the page is always the code that the tests run. Raises ValueError for what has no Python
    source.
    """
    from IPython.display import Markdown

    return Markdown(f"```python\n{body(function)}\n```")


def body(function) -> str:
    """The text that `source` shows: the signature without type hints, and the statements after the docstring."""
    head, statements = parts(function)
    return (_unhinted(head) + statements).rstrip("\n")


def _unhinted(head):
    """A signature without its type hints, which the reference has: one line that can be read."""
    signature: Any = ast.parse(f"{head} ...").body[0]
    arguments = [node for node in ast.walk(signature.args) if isinstance(node, ast.arg) and node.annotation]
    hints = [(f"{node.arg}: {ast.get_source_segment(head, node.annotation)}", node.arg) for node in arguments]
    if signature.returns:
        head = head.replace(f" -> {ast.get_source_segment(head, signature.returns)}", "")
    for hint, name in hints:
        head = head.replace(f"{hint} = ", f"{name}=").replace(hint, name)
    if len(head.rstrip("\n")) > WIDTH and head.count("\n") == 1:
        head = re.sub(r"\((.*)\):", r"(\n    \1\n):", head)
    return head


def parts(function) -> tuple[str, str]:
    """The source of a function in two: its signature, and the statements after its docstring.

    Decorators and the docstring are left out. Raises ValueError for what has no Python source.
    """
    function = inspect.unwrap(function)
    try:
        text = textwrap.dedent(inspect.getsource(function))
        definition: Any = ast.parse(text).body[0]
        first = definition.body[0]
    except (TypeError, OSError, SyntaxError, AttributeError):
        raise ValueError(f"source: function must be one written in Python, got {function!r}") from None
    lines = text.splitlines(keepends=True)
    documented = ast.get_docstring(definition) is not None
    head = lines[definition.lineno - 1 : first.lineno - 1]
    return "".join(head), "".join(lines[first.end_lineno if documented else first.lineno - 1 :])
