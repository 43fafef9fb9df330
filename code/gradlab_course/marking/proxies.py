"""Proxies: they stand, in the marker's process, for the names in a student's kernel.

A function becomes an object that sends each call to the kernel, or has the kernel answer all questions of a check.
Any other name becomes its value, if the value is plain (see `checks.plain`). The marker executes nothing of a reply,
and checks the types of everything in it.
"""

import builtins

import numpy as np

from gradlab import checks
from gradlab.checks.plain import plain, restored
from gradlab.checks.question import Answers, address

MAX_TEXT = 20_000  # characters of an error message, or of one output


class Names(dict):
    """The names of a test cell. A name that is missing is fetched from the student's kernel.

    names     name -> module or object, from `preprocessor.imports`
    kernel    a `Kernel`
    left      () -> seconds that the next request may take
    """

    def __init__(self, names, kernel, left):
        super().__init__(names)
        self._remote = Remote(kernel, left)

    def __missing__(self, name):
        if hasattr(builtins, name):
            raise KeyError(name)  # so that Python looks among its own
        self[name] = self._remote.value(name)
        return self[name]


class Remote:
    """The names in a student's kernel.

    kernel    a `Kernel`
    left      () -> seconds that the next request may take
    """

    def __init__(self, kernel, left):
        self.kernel, self.left = kernel, left

    def value(self, name):
        """The value of a name; a `Function` if it is one.

        Raises NameError when the kernel has no such name, and ValueError when its value is not plain.
        """
        return self.ask(name, {"value": name})

    def ask(self, name, request):
        """Send a request of `protocol` about a name; return the value in the reply.

        If the student's code raised an error, an error of the same type and message is raised here. Raises ValueError
        when the reply cannot be read.
        """
        match self.kernel.ask(request, self.left()):
            case {"raised": [str(kind), str(message)]}:
                raise _exception(kind)(message[:MAX_TEXT])
            case {"ok": reply}:
                try:
                    value = restored(reply, lambda _: Function(name, self))
                except ValueError as problem:
                    raise ValueError(f"{name} is {problem}, which cannot be marked") from None
                if "answers" not in request and _has_empty(value):
                    raise AssertionError(f"{name} holds an array or a list without entries.")
                return value
        raise ValueError(f"{name} gave nothing that can be read")


def _exception(kind):
    """A class of exceptions with this name, a built-in one if it can be made from one string, else a RuntimeError."""
    kind = kind[:100]
    known = getattr(builtins, kind, None)
    fits = isinstance(known, type) and issubclass(known, Exception) and not issubclass(known, UnicodeError)
    return known if fits else type(kind if kind.isidentifier() else "Error", (RuntimeError,), {})


def _has_empty(value):
    """True if a value is or contains an array, list, tuple or range without entries.

    Such values are refused, because `np.allclose` of an empty array and anything is True.
    """
    if isinstance(value, (list, tuple)):
        return not value or any(map(_has_empty, value))
    if isinstance(value, range):
        return not value
    if isinstance(value, dict):
        return any(map(_has_empty, value.values()))
    return isinstance(value, np.ndarray) and not value.size


class Function:
    """A function in the student's kernel.

    name     its name there
    remote   the `Remote` to ask
    """

    def __init__(self, name, remote):
        self.__name__, self._remote = name, remote

    def __call__(self, *arguments, **keywords):
        """Call the function; return its value. Arguments must be plain: `check` can also pass functions."""
        request = {"call": self.__name__, "arguments": plain(arguments), "keywords": plain(keywords)}
        return self._remote.ask(self.__name__, request)

    def answers(self, like, seed):
        """Its `Answers` to the question of a reference, which the student's kernel asks it.

        like   the reference, one of `checks.REFERENCES`
        seed   of the random cases

        Raises ValueError when the reply has another form.
        """
        addresses = [address(checks.REFERENCES[like][0]), (like.__module__, like.__name__)]
        request = {"answers": self.__name__, "like": addresses, "seed": seed}
        match self._remote.ask(self.__name__, request):
            case [[*values], str(error), [*modified], [*again], str(form), str(place)] if all(
                map(_are_arrays, [*values, again])
            ):
                modified = [str(name)[:100] for name in modified]
                return Answers(values, error[:300], modified, again, form[:300], place[:300])
        raise ValueError(f"{self.__name__} gave no answers that can be read")


def _are_arrays(values):
    return isinstance(values, list) and all(isinstance(v, np.ndarray) and v.dtype == float for v in values)
