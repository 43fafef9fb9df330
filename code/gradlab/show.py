"""What a chapter shows besides figures: the tested source itself, next to its equation."""

import ast
import inspect
import textwrap


def source(function):
    """The source of `function` as a notebook displays code, without decorators and docstring.

    So the page cannot show other code than the tests test. Raises ValueError for what has no Python
    source.
    """
    from IPython.display import Markdown

    return Markdown(f"```python\n{body(function)}\n```")


def body(function):
    """The text that `source` shows: the signature, and the statements after the docstring."""
    function = inspect.unwrap(function)
    try:
        text = textwrap.dedent(inspect.getsource(function))
        definition = ast.parse(text).body[0]
        first = definition.body[0]
    except (TypeError, OSError, SyntaxError, AttributeError):
        raise ValueError(f"source: function must be one written in Python, got {function!r}") from None
    lines = text.splitlines()
    if ast.get_docstring(definition) is not None:
        del lines[first.lineno - 1 : first.end_lineno]
    return "\n".join(lines[definition.lineno - 1 :])
