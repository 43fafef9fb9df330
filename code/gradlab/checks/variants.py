"""Makes known-wrong variants of a reference, each with the name of its mistake.

A variant is the reference's own source with one mistake written into it:

    variant(adam, ("m / (1 - beta1**t)", "m"))

So it differs from the reference in the mistake only, and when the reference changes, the variant changes too.
"""

import inspect
import sys
from collections.abc import Callable
from functools import cache
from typing import NamedTuple

from gradlab.show import parts


class Mistake(NamedTuple):
    """A mistake that people make in a function.

    name       such as "no bias correction"
    function   a variant of the reference with this mistake; None for a mistake that any function may have
    hint       a question to think about, or advice; it must not give the answer away
    """

    name: str
    function: Callable | None
    hint: str


def variant(reference, *edits, **names):
    """The reference with parts of its source replaced, and without checks of its arguments.

    reference   a function of a module, with a docstring
    edits       pairs (old, new) of source text; old must occur exactly once
    names       name -> object: other meanings of names that the function uses

    Raises ValueError when reference is not such a function, and when an old text does not occur exactly once.
    """
    function = inspect.unwrap(reference)
    if not (inspect.isfunction(function) and function.__doc__):
        raise ValueError(f"variant: reference must be a function with a docstring, got {reference!r}")
    head, body = _parts(function)  # without the docstring, which may have the same equations
    for old, new in edits:
        if body.count(old) != 1:
            raise ValueError(
                f"variant: edits must occur once in {function.__name__}, {old!r} does {body.count(old)} times"
            )
        body = body.replace(old, new)
    namespace = vars(sys.modules[function.__module__]) | names
    exec(compile(head + body, f"<variant of {function.__name__}>", "exec"), namespace)
    made = namespace[function.__name__]
    made.edits, made.names = edits, names  # `pairs` writes two mistakes at once from them
    return made


_parts = cache(parts)  # to find the source of a function takes longer than all else here


def mistakes(hints, reference, *table, **names):
    """The mistakes of one reference, from a table.

    hints       name of a mistake -> hint
    reference   a function of a module
    table       rows of a name and edits, as for `variant`, or of a name and another function
    names       name -> object: other meanings of names, in all variants

    Raises ValueError, with the name of the mistake, where `variant` does.
    """

    def function(name, edits):
        try:
            return edits[0] if callable(edits[0]) else variant(reference, *edits, **names)
        except ValueError as error:
            raise ValueError(f"the mistake {name!r} of {reference.__name__} quotes its source: {error}") from error

    return [Mistake(name, function(name, edits), hints[name]) for name, *edits in table]


def at_once(hints, table, others):
    """Two mistakes at once: rows for `mistakes`, one for each pair of rows of two tables, and their hints.

    hints           name of a mistake -> hint
    table, others   rows of a name and edits; the edits of a pair must not be in each other's way

    Returns the rows, with names such as "no bias correction, and update's sign", and a dictionary: name -> hint.
    """
    pairs = [(one, other) for one in table for other in others]
    rows = [(f"{name}, and {other}", *edits, *more) for (name, *edits), (other, *more) in pairs]
    asks = [f"{hints[one[0]]} {hints[other[0]]}" for one, other in pairs]
    return rows, {row[0]: hint for row, hint in zip(rows, asks, strict=True)}
