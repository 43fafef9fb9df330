"""The tape: what was done to numbers, written down in order. For the tracer; see `trace`."""

MOST_OPS = 20_000  # in one program: more come from a loop that does not end


class TraceError(Exception):
    """What cannot be traced, in words for the person who wrote it.

    line   of the reader's text, if it is known
    """

    def __init__(self, message, line=None):
        super().__init__(message)
        self.message, self.line = message, line

    def __str__(self):
        return self.message if self.line is None else f"line {self.line}: {self.message}"


class Tape:
    """The record that belongs together: inputs, constants and ops.

    valid   True while the arguments of a function are taken to be right: each `if` that asks is answered with no
    """

    def __init__(self):
        self.inputs, self.constants, self.ops = [], [], []
        self.valid = False
        self._known = {}

    def input(self, name):
        """The place of a new input."""
        self.inputs.append(name)
        return ("input", len(self.inputs) - 1)

    def constant(self, value):
        """The place of a constant, each written down once."""
        value = float(value)
        key = repr(value)  # 0.0 and -0.0 are two
        if key not in self._known:
            self._known[key] = len(self.constants)
            self.constants.append(value)
        return ("constant", self._known[key])

    def op(self, name, *parts):
        """Write down one op on numbers; return the place of its result."""
        if len(self.ops) >= MOST_OPS:
            raise TraceError(f"one step takes more than {MOST_OPS} operations: does a loop never end?")
        self.ops.append((name, [self.place(part) for part in parts]))
        return ("op", len(self.ops) - 1)

    def place(self, part):
        """Where a number is: kind, and its number of that kind."""
        if is_plain(part):
            return self.constant(part)
        if part.tape is not self:
            raise TraceError(
                "a number of an earlier step is used that was kept outside the function. What a rule remembers is its "
                "state: take it after g, with a starting value, and return it, as in def rule(x, g, v=0, *, lr=0.1) "
                "and return x, v"
            )
        return part.place

    def program(self, outputs):
        """The program that computes these outputs, numbers or constants."""
        places = [self.place(value) for value in outputs]
        first = {"input": 0, "constant": len(self.inputs), "op": len(self.inputs) + len(self.constants)}
        return {
            "inputs": list(self.inputs),
            "constants": [_json(value) for value in self.constants],
            "ops": [[name] + [first[kind] + i for kind, i in parts] for name, parts in self.ops],
            "outputs": [first[kind] + i for kind, i in places],
        }


def _json(value):
    """A constant as JSON can hold it: what is not finite, as a text."""
    if value != value:
        return "nan"
    if value in (float("inf"), -float("inf")):
        return "inf" if value > 0 else "-inf"
    return value


def is_plain(value):
    """True for a number that is no record."""
    return isinstance(value, (int, float))


def product(numbers):
    """The product of a list of whole numbers."""
    result = 1
    for n in numbers:
        result = result * n
    return result


def strides(shape):
    """For each axis, how far its entries lie apart."""
    return [product(shape[i + 1 :]) for i in range(len(shape))]


def nearest(name, known):
    """A few words on what may have been meant; of names that are equally near, the first."""
    most = 1 if len(name) < 5 else 2 if len(name) < 40 else -1
    far = [_distance(one.lower(), name.lower()) if most > 0 else 99 for one in known]
    if min(far, default=99) <= most:
        return f"; did you mean {list(known)[far.index(min(far))]}?"
    return "; there are: " + ", ".join(sorted(known))


def _distance(a, b):
    """How many letters are to be put in, left out or exchanged."""
    row = list(range(len(b) + 1))
    for i, letter in enumerate(a):
        last, row[0] = row[0], i + 1
        for j, other in enumerate(b):
            last, row[j + 1] = row[j + 1], min(row[j + 1] + 1, row[j] + 1, last + (letter != other))
    return row[-1]


def _sign(x):
    return x if x != x else float((x > 0) - (x < 0))


def _larger(x, y):
    return x if x != x or x > y else y


def _smaller(x, y):
    return x if x != x or x < y else y


def _root(x):
    if x < 0:
        raise TraceError(f"{x} has no root: is a sign wrong?")
    return float(x) ** 0.5


def _unknown(x):
    raise TraceError("this function of a plain number is not known here: compute the number beforehand")


#: op -> what it gives for plain numbers, which needs no record
PLAIN = {
    "+": lambda x, y: x + y,
    "-": lambda x, y: x - y,
    "*": lambda x, y: x * y,
    "/": lambda x, y: x / y,
    "//": lambda x, y: x // y,
    "%": lambda x, y: x % y,
    "**": lambda x, y: x**y,
    "neg": lambda x: -x,
    "abs": lambda x: abs(x),
    "sqrt": _root,
    "exp": lambda x: 2.718281828459045**x,
    "log": _unknown,
    "sin": _unknown,
    "cos": _unknown,
    "tanh": _unknown,
    "floor": lambda x: x // 1,
    "sign": _sign,
    "max": _larger,
    "min": _smaller,
    "<": lambda x, y: x < y,
    "<=": lambda x, y: x <= y,
    ">": lambda x, y: x > y,
    ">=": lambda x, y: x >= y,
    "==": lambda x, y: x == y,
    "!=": lambda x, y: x != y,
    "&": lambda x, y: bool(x) and bool(y),
    "|": lambda x, y: bool(x) or bool(y),
    "not": lambda x: not x,
    "where": lambda condition, x, y: x if condition else y,
}
