"""Proxies, in the marker's process, for what lives in a student's kernel.

A function becomes an object that sends each call there, or has all questions answered there. Any other name
becomes its value, if that is plain (see `checks.plain`). Nothing that comes back is executed, and all of it is checked
for its type.
"""

import builtins

import numpy as np

from gradlab import checks
from gradlab.checks.plain import plain, restored
from gradlab.checks.question import Answers, address

LONGEST = 20_000  # characters of a message


class Names(dict):
    """The names of a test cell: what is not there is asked of the student's kernel.

    names     what `imports` gave
    kernel    a `Kernel`
    left      () -> seconds that the next request may take
    """

    def __init__(self, names, kernel, left):
        super().__init__(names)
        self._remote = Remote(kernel, left)

    def __missing__(self, name):
        if hasattr(builtins, name):
            raise KeyError(name)
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
        """The value of a name, a `Function` if it is one. Raises NameError, or ValueError for no plain value."""
        return self.ask(name, {"value": name})

    def ask(self, name, request):
        """The reply to a request of `protocol`; an error of the student's function is raised here too."""
        match self.kernel.ask(request, self.left()):
            case {"raised": [str(kind), str(message)]}:
                raise _exception(kind)(message[:LONGEST])
            case {"ok": said}:
                try:
                    value = restored(said, lambda found: Function(name, self))
                except ValueError as problem:
                    raise ValueError(f"{name} is {problem}, which cannot be marked") from None
                if "answers" not in request and _empty(value):
                    raise AssertionError(f"{name} holds an array or a list without entries.")
                return value
        raise ValueError(f"{name} gave nothing that can be read")


def _exception(kind):
    """The class of a built-in exception that takes one string, for others RuntimeError."""
    kind = kind[:100]
    known = getattr(builtins, kind, None)
    fits = isinstance(known, type) and issubclass(known, Exception) and not issubclass(known, UnicodeError)
    return known if fits else type(kind if kind.isidentifier() else "Error", (RuntimeError,), {})


def _empty(value):
    """True if an array, list or tuple in it has no entries: `np.allclose` of that and anything is true."""
    if isinstance(value, (list, tuple)):
        return not value or any(map(_empty, value))
    if isinstance(value, dict):
        return any(map(_empty, value.values()))
    return isinstance(value, np.ndarray) and not value.size


class Function:
    """A function of the student's.

    name     what it is called
    remote   the `Remote` to ask
    """

    def __init__(self, name, remote):
        self.__name__, self._remote = name, remote

    def __call__(self, *arguments, **keywords):
        """What it returns. Arguments must be plain: for functions of functions there is `check`."""
        request = {"call": self.__name__, "arguments": plain(arguments), "keywords": plain(keywords)}
        return self._remote.ask(self.__name__, request)

    def answers(self, like, seed):
        """Its `Answers` to the question of a reference, asked there: in the student's kernel.

        like   the reference, one of `checks.REFERENCES`
        seed   of the questions
        """
        addresses = [address(checks.REFERENCES[like][0]), (like.__module__, like.__name__)]
        request = {"answers": self.__name__, "like": addresses, "seed": seed}
        match self._remote.ask(self.__name__, request):
            case [[*values], str(error), [*modified], [*again], str(form), str(place)] if all(
                map(_arrays, [*values, again])
            ):
                modified = [str(name)[:100] for name in modified]
                return Answers(values, error[:300], modified, again, form[:300], place[:300])
        raise ValueError(f"{self.__name__} gave no answers that can be read")


def _arrays(values):
    return isinstance(values, list) and all(isinstance(v, np.ndarray) and v.dtype == float for v in values)
