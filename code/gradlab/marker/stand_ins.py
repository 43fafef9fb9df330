"""Stand-ins: in the marker's process, what lives in a student's kernel.

A function becomes an object that asks there, for numbers with numbers, or for the answers to all questions of a trial;
whatever else is plain comes over as its value. Nothing that comes back is executed, and nothing is believed to be of
a type that it was not checked for.
"""

import builtins

import numpy as np

from gradlab import checks
from gradlab.kernel import wire
from gradlab.trials.trial import Answers, address

LONGEST = 20_000  # characters of a message


class Names(dict):
    """The names of a test cell: what is not there is asked of the student's kernel.

    names     what `imports` gave
    kernel    a `Kernel`
    left      () -> seconds that the next question may take
    """

    def __init__(self, names, kernel, left):
        super().__init__(names)
        self._student = Student(kernel, left)

    def __missing__(self, name):
        if hasattr(builtins, name):
            raise KeyError(name)
        self[name] = self._student.value(name)
        return self[name]


class Student:
    """Whoever answers in the student's kernel.

    kernel    a `Kernel`
    left      () -> seconds that the next question may take
    """

    def __init__(self, kernel, left):
        self.kernel, self.left = kernel, left

    def value(self, name):
        """The value of a name, a `Function` if it is one. Raises NameError, or ValueError for no plain value."""
        return self.ask(name, {"value": name})

    def ask(self, name, question):
        """The answer to a question of `wire`; what the student's function raised is raised here."""
        match self.kernel.ask(question, self.left()):
            case {"raised": [str(kind), str(message)]}:
                raise _exception(kind)(message[:LONGEST])
            case {"ok": said}:
                try:
                    value = wire.restored(said, lambda found: Function(name, self))
                except ValueError as problem:
                    raise ValueError(f"{name} is {problem}, which cannot be marked") from None
                if "answers" not in question and _empty(value):
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

    name      what it is called
    student   the `Student` to ask
    """

    def __init__(self, name, student):
        self.__name__, self._student = name, student

    def __call__(self, *arguments, **keywords):
        """What it returns. Arguments must be plain: for functions of functions there is `check`."""
        question = {"call": self.__name__, "arguments": wire.plain(arguments), "keywords": wire.plain(keywords)}
        return self._student.ask(self.__name__, question)

    def answers(self, like, seed):
        """Its `Answers` to the trial of a reference, asked there: in the student's kernel.

        like   the reference, one of `checks.BANK`
        seed   of the questions
        """
        addresses = [address(checks.BANK[like][0]), (like.__module__, like.__name__)]
        question = {"answers": self.__name__, "like": addresses, "seed": seed}
        match self._student.ask(self.__name__, question):
            case [[*values], str(error), [*modified], [*again], str(form), str(place)] if all(
                map(_arrays, [*values, again])
            ):
                modified = [str(name)[:100] for name in modified]
                return Answers(values, error[:300], modified, again, form[:300], place[:300])
        raise ValueError(f"{self.__name__} gave no answers that can be read")


def _arrays(values):
    return isinstance(values, list) and all(isinstance(v, np.ndarray) and v.dtype == float for v in values)
