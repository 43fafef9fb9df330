"""What a chapter shows besides figures: the tested source itself, next to its equation."""

import ast
import inspect
import textwrap
from collections.abc import Callable
from typing import Any


def source(function: Callable) -> Any:
    """The source of `function` as a notebook displays code, without decorators and docstring.

    So the page cannot show other code than the tests test. Raises ValueError for what has no Python
    source.
    """
    from IPython.display import Markdown

    return Markdown(f"```python\n{body(function)}\n```")


def body(function) -> str:
    """The text that `source` shows: the signature, and the statements after the docstring."""
    return "".join(parts(function)).rstrip("\n")


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
