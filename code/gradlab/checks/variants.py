"""Known-wrong variants of a reference, each with the name of its mistake.

A variant is the reference's own source with the one line that is usually got wrong, written wrong:

    variant(adam, ("1 / (1 - beta1**t) * m", "m"))

So it differs from the reference in that and in nothing else, and changes with it.
"""

import ast
import inspect
import sys
from collections.abc import Callable
from textwrap import dedent
from typing import NamedTuple


class Mistake(NamedTuple):
    """A way to get a function wrong.

    name       what it is called: "no bias correction"
    function   the reference, got wrong in this way; None for a mistake that any function may have
    hint       what to think about; it must not give the answer away
    """

    name: str
    function: Callable | None
    hint: str


def variant(reference, *edits, **names):
    """The function `reference`, unchecked, with parts of its source replaced.

    reference   a function of a module, with a docstring
    edits       pairs (old, new) of source text; old must occur exactly once
    names       what other names of its module shall mean in it

    Raises ValueError for another reference, and where an old text occurs never or more than once.
    """
    function = inspect.unwrap(reference)
    if not (inspect.isfunction(function) and function.__doc__):
        raise ValueError(f"variant: reference must be a function with a docstring, got {reference!r}")
    source = dedent(inspect.getsource(function))
    definition, *_ = ast.parse(source).body
    docstring, *_ = definition.body
    lines = source.splitlines(keepends=True)
    head = "".join(lines[definition.lineno - 1 : docstring.lineno - 1])
    body = "".join(lines[docstring.end_lineno :])  # where the equations are code
    for old, new in edits:
        if body.count(old) != 1:
            raise ValueError(
                f"variant: edits must occur once in {function.__name__}, {old!r} does {body.count(old)} times"
            )
        body = body.replace(old, new)
    namespace = vars(sys.modules[function.__module__]) | names
    exec(compile(head + body, f"<variant of {function.__name__}>", "exec"), namespace)
    return namespace[function.__name__]


def mistakes(hints, reference, *table, **names):
    """The mistakes of one reference, from a table.

    hints       name -> what to think about
    reference   a function of a module
    table       rows of a name and edits, as for `variant`, or of a name and another function
    names       what other names of its module shall mean in all of them
    """
    return [
        Mistake(name, edits[0] if callable(edits[0]) else variant(reference, *edits, **names), hints[name])
        for name, *edits in table
    ]
