"""One test of bad input for all test files that have a table of it.

A table BAD_INPUT is a list of triples: a function, its arguments, and the name of the wrong argument. A test file that
holds such a table imports `test_bad_input_is_named`; conftest.py then runs it on each row.
"""

import inspect
import re

import pytest


def name_of(function):
    return getattr(function, "__name__", None) or function.func.__name__


def call(function, arguments):
    """Call a function with arguments by name, those of `*args` too."""
    given, positional = dict(arguments), []
    for name, parameter in inspect.signature(function).parameters.items():
        if parameter.kind is parameter.VAR_POSITIONAL:
            return function(*positional, *given.pop(name, ()), **given)
        if name in given and parameter.kind is not parameter.KEYWORD_ONLY:
            positional.append(given.pop(name))
    return function(**arguments)


def test_bad_input_is_named(function, arguments, wrong):
    """A ValueError names the function (of a method: it or its class), the argument, and what is wrong."""
    owner = "|".join([name_of(function), *getattr(function, "__qualname__", "").split(".")[:1]])
    with pytest.raises(ValueError, match=rf"^({owner})\b.*: .*\b{wrong}\b") as error:
        call(function, arguments)
    assert re.search(" must |no hyperparameter|does not broadcast", str(error.value))
