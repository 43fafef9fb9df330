"""The tracer: call a rule on numbers that record what is done to them, and keep the record as a program.

    program = record(lambda x, g, lr: x - lr * g, x=(2,), g=(2,), lr=())

A program is what `engine.js` turns into a JavaScript function. It is a dict of four lists:

    inputs      names: x0, x1, g0, g1, lr
    constants   numbers
    ops         [name, value, ...], such as ["*", 4, 2]
    outputs     values

Values are numbered: first the inputs, then the constants, then what each op gives. The ops stand in the order in which
Python makes them, and nothing is simplified, so that the program rounds as Python does.

This file is plain Python without imports. In the page, Brython runs this very file on the rule that a reader types.
"""

MOST_OPS = 20_000  # in one program: more come from a loop that does not end
FILE = "<your rule>"  # the name under which a reader's text is compiled


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
        """A new input."""
        self.inputs.append(name)
        return Number(self, ("input", len(self.inputs) - 1))

    def constant(self, value):
        """The place of a constant, each written down once."""
        value = float(value)
        key = repr(value)  # 0.0 and -0.0 are two
        if key not in self._known:
            self._known[key] = len(self.constants)
            self.constants.append(value)
        return ("constant", self._known[key])

    def op(self, name, *parts):
        """Write down one op on numbers; return its result."""
        if len(self.ops) >= MOST_OPS:
            raise TraceError(f"one step takes more than {MOST_OPS} operations: does a loop never end?")
        self.ops.append((name, [self.place(part) for part in parts]))
        return Number(self, ("op", len(self.ops) - 1))

    def place(self, part):
        """Where a number is: kind, and its number of that kind."""
        return part.place if isinstance(part, Number) else self.constant(part)

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


def _is_plain(value):
    return isinstance(value, (int, float))


class _Value:
    """What numbers and arrays of them share: Python's operators, each recorded."""

    __hash__ = None

    def __add__(self, other):
        return _apply("+", self, other)

    def __radd__(self, other):
        return _apply("+", other, self)

    def __sub__(self, other):
        return _apply("-", self, other)

    def __rsub__(self, other):
        return _apply("-", other, self)

    def __mul__(self, other):
        return _apply("*", self, other)

    def __rmul__(self, other):
        return _apply("*", other, self)

    def __truediv__(self, other):
        return _apply("/", self, other)

    def __rtruediv__(self, other):
        return _apply("/", other, self)

    def __floordiv__(self, other):
        return _apply("//", self, other)

    def __rfloordiv__(self, other):
        return _apply("//", other, self)

    def __mod__(self, other):
        return _apply("%", self, other)

    def __rmod__(self, other):
        return _apply("%", other, self)

    def __pow__(self, other):
        # NumPy takes these two of an array as a product and a root; the root of a number is a power to Python.
        if isinstance(self, Array) and _is_plain(other) and other in (0.5, 2):
            return _apply("*", self, self) if other == 2 else _apply("sqrt", self)
        return _apply("**", self, other)

    def __rpow__(self, other):
        return _apply("**", other, self)

    def __neg__(self):
        return _apply("neg", self)

    def __pos__(self):
        return self

    def __abs__(self):
        return _apply("abs", self)

    def __lt__(self, other):
        return _apply("<", self, other)

    def __le__(self, other):
        return _apply("<=", self, other)

    def __gt__(self, other):
        return _apply(">", self, other)

    def __ge__(self, other):
        return _apply(">=", self, other)

    def __eq__(self, other):
        if other is None or isinstance(other, str):
            return False
        return _apply("==", self, other)

    def __ne__(self, other):
        if other is None or isinstance(other, str):
            return True
        return _apply("!=", self, other)

    def __and__(self, other):
        return _apply("&", self, other)

    def __or__(self, other):
        return _apply("|", self, other)

    def __invert__(self):
        return _apply("not", self)

    def __matmul__(self, other):
        return matmul(self, other)

    def __rmatmul__(self, other):
        return matmul(other, self)

    def __bool__(self):
        tape = _tape_of(self)
        if tape.valid:
            return False
        raise TraceError(
            "Python must decide here (if, while, and, or, not, max or min), but the answer depends on the numbers of "
            "each step. Write where(condition, a, b) for a choice, maximum(a, b) or minimum(a, b) for the larger or "
            "smaller, & for and, | for or"
        )

    def __float__(self):
        raise TraceError(
            "float, or a function of the module math, needs a number that is known now, but this one changes from step "
            "to step. The functions here are: " + ", ".join(sorted(WORDS))
        )

    __int__ = __index__ = __round__ = __float__

    def __getattr__(self, name):
        raise TraceError(f"a value here has no .{name}" + _nearest(name, METHODS))


class Number(_Value):
    """A number that records what is done to it."""

    def __init__(self, tape, place):
        self.tape, self.place = tape, place

    shape, ndim, size = (), 0, 1

    def item(self):
        """Itself: it is one number."""
        return self

    def __iter__(self):
        raise TraceError("a single number is no list: it cannot be looped over or taken apart")

    def __len__(self):
        raise TraceError("a single number has no length")

    def __getitem__(self, key):
        raise TraceError("a single number has no parts: [...] is for x and g, which have one part a coordinate")

    def sum(self, axis=None):
        """Itself."""
        return self

    mean = max = min = sum

    def astype(self, kind):
        """Itself."""
        return self

    copy = item


class Array(_Value):
    """An array of numbers, with as much of NumPy's ways as rules and surfaces need.

    cells   one after the other, the last axis first; recorded numbers, or plain ones
    """

    def __init__(self, cells, shape):
        self.cells, self.shape = list(cells), tuple(shape)

    @property
    def ndim(self):
        """How many axes."""
        return len(self.shape)

    @property
    def size(self):
        """How many cells."""
        return len(self.cells)

    @property
    def mT(self):
        """The last two axes exchanged."""
        if self.ndim < 2:
            raise TraceError(f"only a matrix can be transposed, and this has shape {self.shape}")
        rows, columns = self.shape[-2:]
        step = rows * columns
        cells = [
            self.cells[start + r * columns + c]
            for start in range(0, self.size, step)
            for c in range(columns)
            for r in range(rows)
        ]
        return Array(cells, (*self.shape[:-2], columns, rows))

    @property
    def T(self):
        """The transpose."""
        return self if self.ndim < 2 else self.mT

    def __len__(self):
        if not self.shape:
            raise TraceError("a single number has no length")
        return self.shape[0]

    def __iter__(self):
        return iter([self[i] for i in range(len(self))])

    def __getitem__(self, key):
        keys = list(key) if isinstance(key, tuple) else [key]
        if any(isinstance(k, _Value) for k in keys):
            raise TraceError("a place in [...] must be a plain number such as 0; for a choice write where(...)")
        real = [k for k in keys if k is not None and k is not Ellipsis]
        if len(real) > self.ndim:
            raise TraceError(f"[...] names {len(real)} axes, but there are {self.ndim}")
        gap = [slice(None)] * (self.ndim - len(real))
        if Ellipsis in [k for k in keys if not isinstance(k, slice)]:
            at = [k is Ellipsis for k in keys].index(True)
            keys = keys[:at] + gap + keys[at + 1 :]
        else:
            keys = keys + gap
        shape, picked, axis, stride = [], [0], 0, self.size
        for k in keys:
            if k is None:
                shape.append(1)
                continue
            n = self.shape[axis]
            axis, stride = axis + 1, stride // max(n, 1)
            if isinstance(k, slice):
                places = list(range(n))[k]
                shape.append(len(places))
            elif isinstance(k, int):
                if not -n <= k < n:
                    raise TraceError(f"there is no [{k}]: this has {n} parts, the first is [0]")
                places = [k % n]
            else:
                raise TraceError(f"a place in [...] must be a plain number such as 0, got {k!r}")
            picked = [start + stride * place for start in picked for place in places]
        cells = [self.cells[i] for i in picked]
        return Array(cells, shape) if shape else cells[0]

    def __setitem__(self, key, value):
        raise TraceError(
            "parts of an array are not changed here: make a new one, such as array([a, b]) or where(condition, a, b)"
        )

    def __contains__(self, value):
        raise TraceError("`in` asks for an answer now, but the numbers are not known before the step")

    def _along(self, axis, keepdims, fold):
        axes = range(self.ndim) if axis is None else axis if isinstance(axis, tuple) else (axis,)
        axes = [a % self.ndim for a in axes]
        kept = [1 if i in axes else n for i, n in enumerate(self.shape)]
        groups = [[] for _ in range(_product(kept))]
        for i, cell in enumerate(self.cells):
            place, rest = 0, i
            for _, k, stride in zip(self.shape, kept, _strides(self.shape)):  # noqa: B905
                index, rest = rest // stride, rest % stride
                place = place * k + (index if k > 1 else 0)
            groups[place].append(cell)
        cells = [fold(group) for group in groups]
        shape = tuple(kept) if keepdims else tuple(n for i, n in enumerate(self.shape) if i not in axes)
        return Array(cells, shape) if shape else cells[0]

    def sum(self, axis=None, keepdims=False):
        """The sum, from first to last."""
        return self._along(axis, keepdims, _added)

    def mean(self, axis=None, keepdims=False):
        """The sum over how many there are."""
        return self._along(axis, keepdims, lambda group: _added(group) / len(group))

    def max(self, axis=None, keepdims=False):
        """The largest."""
        return self._along(axis, keepdims, lambda group: _folded(maximum, group))

    def min(self, axis=None, keepdims=False):
        """The smallest."""
        return self._along(axis, keepdims, lambda group: _folded(minimum, group))

    def dot(self, other):
        """The matrix product, of vectors the sum of the products."""
        return matmul(self, other)

    def copy(self):
        """Itself: nothing can change it."""
        return self

    def astype(self, kind):
        """Itself: all numbers here are floats."""
        return self

    def item(self):
        """The number, if it is one."""
        if self.size != 1:
            raise TraceError(f"this has {self.size} numbers, not one")
        return self.cells[0]


METHODS = ("shape", "ndim", "size", "sum", "mean", "max", "min", "dot", "T", "mT", "copy")


def _added(group):
    return _folded(lambda a, b: a + b, group)


def _folded(function, group):
    result = group[0]
    for one in group[1:]:
        result = function(result, one)
    return result


def _product(numbers):
    result = 1
    for n in numbers:
        result = result * n
    return result


def _strides(shape):
    return [_product(shape[i + 1 :]) for i in range(len(shape))]


def _tape_of(*parts):
    """The tape of the first recorded number among these; None if there is none."""
    for part in parts:
        for cell in part.cells if isinstance(part, Array) else [part]:
            if isinstance(cell, Number):
                return cell.tape
    return None


def _broadcast(*parts):
    """The shape that all have together, and for each the cells that it then has."""
    shapes = [part.shape if isinstance(part, Array) else () for part in parts]
    n = max(len(shape) for shape in shapes)
    padded = [(1,) * (n - len(shape)) + shape for shape in shapes]
    common = tuple(max(sizes) for sizes in zip(*padded)) if n else ()  # noqa: B905
    for shape in padded:
        if any(size not in (1, most) for size, most in zip(shape, common)):  # noqa: B905
            words = " and ".join(str(shape) for shape in shapes)
            raise TraceError(f"the shapes {words} do not go together: each part needs a partner, or a single number")
    cells = []
    for part, shape in zip(parts, padded):  # noqa: B905
        if not isinstance(part, Array):
            cells.append([part] * _product(common))
            continue
        strides = [0 if size == 1 else stride for size, stride in zip(shape, _strides(shape))]  # noqa: B905
        places = [0]
        for size, stride in zip(common, strides):  # noqa: B905
            places = [place + i * stride for place in places for i in range(size)]
        cells.append([part.cells[place] for place in places])
    return common, cells


def _apply(name, *parts):
    """One op, entry by entry."""
    parts = [_read(part) for part in parts]
    if not any(isinstance(part, Array) for part in parts):
        return _one(name, *parts)
    shape, cells = _broadcast(*parts)
    return Array([_one(name, *entries) for entries in zip(*cells)], shape)  # noqa: B905


def _one(name, *parts):
    """One op on single numbers; of plain ones Python's own result."""
    tape = _tape_of(*parts)
    return PLAIN[name](*parts) if tape is None else tape.op(name, *parts)


def _read(part):
    """A part of an op: a number, an array, or a list of them."""
    if isinstance(part, (int, float, _Value)):
        return part
    if isinstance(part, (list, tuple)):
        return array(part)
    if callable(part):
        name = getattr(part, "__name__", "it")
        raise TraceError(f"{name} is a function, not a number: it must be called, as in {name}(...)")
    if part is None:
        raise TraceError("None is no number: give the state a starting value, such as m=0, or ask `if m is None`")
    raise TraceError(f"{part!r} is no number")


def _sign(x):
    return x if x != x else float((x > 0) - (x < 0))


def _larger(x, y):
    return x if x != x or x > y else y


def _smaller(x, y):
    return x if x != x or x < y else y


def _root(x):
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


# --- the functions that a rule may call ---------------------------------------------------------------------------


def maximum(x, y):
    """The larger, entry by entry."""
    return _apply("max", x, y)


def minimum(x, y):
    """The smaller, entry by entry."""
    return _apply("min", x, y)


def where(condition, x, y):
    """x where the condition holds, else y."""
    return _apply("where", condition, x, y)


def sign(x):
    """−1, 0 or 1."""
    return _apply("sign", x)


def sqrt(x):
    """The square root."""
    return _apply("sqrt", x)


def exp(x):
    """e to the power of x."""
    return _apply("exp", x)


def log(x):
    """The natural logarithm."""
    return _apply("log", x)


def sin(x):
    """The sine."""
    return _apply("sin", x)


def cos(x):
    """The cosine."""
    return _apply("cos", x)


def tanh(x):
    """The hyperbolic tangent."""
    return _apply("tanh", x)


def floor(x):
    """The whole number below."""
    return _apply("floor", x)


def absolute(x):
    """Without its sign."""
    return _apply("abs", x)


def square(x):
    """The square."""
    return _apply("*", x, x)


def power(x, y):
    """x to the power of y."""
    x = _read(x)
    return x**y


def clip(x, low, high):
    """x, not below low and not above high."""
    return minimum(maximum(x, low), high)


def norm(x, axis=-1):
    """The Euclidean length along an axis, or several, kept with length 1: as `gradlab._arrays.norm`."""
    return sqrt((x * x).sum(axis, keepdims=True))


def array(parts):
    """An array of numbers or of arrays of one shape."""
    if isinstance(parts, _Value) or _is_plain(parts):
        return parts
    parts = [array(part) for part in parts]
    shapes = [part.shape if isinstance(part, Array) else () for part in parts]
    if any(shape != shapes[0] for shape in shapes):
        raise TraceError("the parts of an array must be of one shape")
    cells = [cell for part in parts for cell in (part.cells if isinstance(part, Array) else [part])]
    return Array(cells, (len(parts), *(shapes[0] if shapes else ())))


def stack(parts):
    """Join coordinates along a new last axis: as `gradlab._arrays.stack`, for one point."""
    return array(list(parts))


def like(values, x):
    """Numbers of another array, one that is not recorded, as an array here."""
    return array(values.tolist() if hasattr(values, "tolist") and not isinstance(values, _Value) else values)


def filled(value):
    """A function that makes an array of one value, of the shape of another."""

    def make(x):
        return Array([value] * x.size, x.shape) if isinstance(x, Array) else value

    return make


zeros_like, ones_like = filled(0.0), filled(1.0)


def zeros(shape):
    """Zeros."""
    shape = shape if isinstance(shape, tuple) else (shape,)
    return Array([0.0] * _product(shape), shape)


def ones(shape):
    """Ones."""
    return zeros(shape) + 1.0


def total(x, axis=None, keepdims=False):
    """The sum."""
    return array(x).sum(axis, keepdims) if axis is not None else array(x).sum()


def mean(x, axis=None):
    """The mean."""
    return array(x).mean(axis)


def matmul(x, y):
    """The matrix product, each entry summed from first to last."""
    x, y = _read(x), _read(y)
    if not isinstance(x, Array) or not isinstance(y, Array):
        raise TraceError("@ needs two arrays")
    a = x[None, :] if x.ndim == 1 else x
    b = y[:, None] if y.ndim == 1 else y
    if a.ndim > 2 or b.ndim > 2 or a.shape[1] != b.shape[0]:
        raise TraceError(f"@ cannot multiply the shapes {x.shape} and {y.shape}")
    rows, inner, columns = a.shape[0], a.shape[1], b.shape[1]
    cells = [
        _added([a.cells[r * inner + k] * b.cells[k * columns + c] for k in range(inner)])
        for r in range(rows)
        for c in range(columns)
    ]
    shape = tuple(n for n, one in ((rows, x), (columns, y)) if one.ndim > 1)
    return Array(cells, shape) if shape else cells[0]


def ndim(x):
    """How many axes."""
    return x.ndim if isinstance(x, _Value) else 0


def shape(x):
    """How many parts along each axis."""
    return x.shape if isinstance(x, _Value) else ()


def norm_of_all(x):
    """The Euclidean length."""
    return sqrt((x * x).sum())


#: what a rule may call by its bare name
WORDS = {
    "maximum": maximum,
    "minimum": minimum,
    "where": where,
    "sign": sign,
    "sqrt": sqrt,
    "exp": exp,
    "log": log,
    "sin": sin,
    "cos": cos,
    "tanh": tanh,
    "floor": floor,
    "clip": clip,
    "norm": norm,
    "array": array,
}


class Module:
    """Stands for a module, with the functions that are known here."""

    def __init__(self, name, **members):
        self._name, self._members = name, members
        for key in members:
            setattr(self, key, members[key])

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        raise TraceError(f"{self._name}.{name} is not known here" + _nearest(name, self._members))


PI, E = 3.141592653589793, 2.718281828459045
linalg = Module("np.linalg", norm=norm_of_all)
np = Module(
    "np", **(WORDS | {"norm": norm_of_all}), abs=absolute, absolute=absolute, square=square, power=power, sum=total,
    mean=mean, zeros=zeros, ones=ones, zeros_like=zeros_like, ones_like=ones_like, asarray=array, ndim=ndim,
    shape=shape, dot=matmul, matmul=matmul, linalg=linalg, stack=stack, pi=PI, e=E, inf=float("inf"), float64=lambda x: x,
)  # fmt: skip
math = Module(
    "math", sqrt=sqrt, exp=exp, log=log, sin=sin, cos=cos, tanh=tanh, floor=floor, pow=power, fabs=absolute, pi=PI, e=E,
    inf=float("inf"),
)  # fmt: skip


def _nearest(name, known):
    """A few words on what may have been meant."""
    close = [one for one in known if _distance(one.lower(), name.lower()) <= (1 if len(name) < 5 else 2)]
    return f"; did you mean {close[0]}?" if close else "; there are: " + ", ".join(sorted(known))


def _distance(a, b):
    """How many letters are to be put in, left out or exchanged."""
    row = list(range(len(b) + 1))
    for i, letter in enumerate(a):
        last, row[0] = row[0], i + 1
        for j, other in enumerate(b):
            last, row[j + 1] = row[j + 1], min(row[j + 1] + 1, row[j] + 1, last + (letter != other))
    return row[-1]


# --- programs -----------------------------------------------------------------------------------------------------


def inputs(tape, name, shape):
    """Inputs that are one number, or an array of the shape: x0, x1."""
    if not shape:
        return tape.input(name)
    return Array([tape.input(f"{name}{i}") for i in range(_product(shape))], shape)


def cells(value):
    """The numbers of a value, one after the other."""
    return value.cells if isinstance(value, Array) else [value]


def record(function, **shapes):
    """The program of a function of numbers and arrays: name -> shape, () for a number."""
    tape = Tape()
    value = function(*[inputs(tape, name, shape) for name, shape in shapes.items()])
    parts = value if isinstance(value, tuple) else (value,)
    return tape.program([cell for part in parts for cell in cells(_read(part))])


def rule(function, shape=(2,)):
    """The programs of an update rule `rule(x, g, *state, **hyper) -> (x, *state)`, for x of this shape.

    function   plain Python; what it calls must be from here

    Returns a dict: "first", the program of the first step, which begins with the state's defaults, and "later", that
    of all others, which has the state among its inputs; "state" and "sizes", names and how many numbers each has;
    "hyper", name -> default.
    """
    names, states, hyper = signature(function)
    tape = Tape()
    x, g = inputs(tape, "x", shape), inputs(tape, "g", shape)
    given = {name: tape.input(name) for name in hyper}
    after = _stepped(function, (x, g), given, names, states, shape)
    first = tape.program([cell for value in after for cell in cells(value)])
    found = [value.shape if isinstance(value, Array) else () for value in after[1:]]
    tape = Tape()
    x, g = inputs(tape, "x", shape), inputs(tape, "g", shape)
    state = [inputs(tape, name, kind) for name, kind in zip(states, found)]  # noqa: B905
    given = {name: tape.input(name) for name in hyper}
    after = _stepped(function, (x, g, *state), given, names, states, shape)
    for name, kind, value in zip(states, found, after[1:]):  # noqa: B905
        now = value.shape if isinstance(value, Array) else ()
        if now != kind:
            raise TraceError(f"the state {name} has shape {kind} after the first step, and {now} after the second")
    later = tape.program([cell for value in after for cell in cells(value)])
    sizes = [_product(kind) for kind in found]
    return {"first": first, "later": later, "state": states, "sizes": sizes, "hyper": hyper}


def signature(function):
    """The names of the arguments of a rule, of its state, and its hyperparameters with their defaults."""
    code = function.__code__
    names = list(code.co_varnames[: code.co_argcount])
    only = list(code.co_varnames[code.co_argcount : code.co_argcount + code.co_kwonlyargcount])
    defaults = list(function.__defaults__ or ())
    if len(names) < 2:
        raise TraceError(
            f"a rule takes the point and the gradient first: def {function.__name__}(x, g, *, lr=0.1), "
            f"and this takes ({', '.join(names)})"
        )
    if len(names) - len(defaults) > 2:
        missing = names[2 : len(names) - len(defaults)]
        raise TraceError(
            f"{missing[0]} needs a starting value: {missing[0]}=0 if it is a state, or, after a *, {missing[0]}=0.1 "
            "if it is a hyperparameter"
        )
    known = function.__kwdefaults__ or {}
    hyper = {}
    for name in only:
        if name not in known:
            raise TraceError(f"the hyperparameter {name} needs a default, such as {name}=0.1")
        if not _is_plain(known[name]):
            raise TraceError(f"the default of {name} must be a number, such as {name}=0.1, got {known[name]!r}")
        hyper[name] = float(known[name])
    return names, names[2:], hyper


def _stepped(function, arguments, hyper, names, states, shape):
    """What the rule returns, as a tuple that begins with a point and has as many states as the rule takes."""
    after = function(*arguments, **hyper)
    name = function.__name__
    if after is None:
        raise TraceError(f"{name} returns nothing: its last line must be `return x, ...`")
    if not isinstance(after, tuple):
        raise TraceError(
            f"{name} must return a tuple (x, *state); a rule without state returns `x,` with a comma: "
            "return x - lr * g,"
        )
    if len(after) != 1 + len(states):
        takes, gives = len(states), len(after) - 1
        hint = ""
        if gives < takes:
            extra = ", ".join(states[gives:])
            hint = (
                f". If {extra} is no state but a hyperparameter, write a * before it: "
                f"def {name}({', '.join([*names[: 2 + gives], '*', *(s + '=...' for s in states[gives:])])})"
            )
        raise TraceError(
            f"{name} takes {takes} part{'s' * (takes != 1)} of state ({', '.join(states) or 'none'}) after x and g, "
            f"but returns {gives} after x: the same number must come back, in the same order{hint}"
        )
    after = tuple(_read(value) for value in after)
    got = after[0].shape if isinstance(after[0], Array) else ()
    if got != shape:
        raise TraceError(
            f"{name} must return a new point of the shape of x, {shape}, and returns shape {got}"
            + ("" if got else ": does a sum make one number of all coordinates?")
        )
    return after


# --- the text that a reader types ---------------------------------------------------------------------------------


def source(text, shape=(2,), known=None):
    """The programs of the last function in a text of Python: what `rule` returns, and "name".

    known   name -> function, what the text may use besides

    Raises TraceError with the line of the text, for whatever is wrong with it.
    """
    space = dict(WORDS) | {"np": np, "numpy": np, "math": math, "pi": PI, "checked": _checked} | dict(known or {})
    space["ArgumentError"] = ValueError
    before = set(space)
    try:
        code = compile(_without_imports(text), FILE, "exec")
        exec(code, space)
        functions = [v for k, v in space.items() if k not in before | {"__builtins__"} and hasattr(v, "__code__")]
        redefined = [v for k, v in space.items() if hasattr(v, "__code__") and v.__code__.co_filename == FILE]
        functions = redefined or functions
        if not functions:
            raise TraceError("there is no function: begin with def rule(x, g, *, lr=0.1):")
        last = max(functions, key=lambda f: f.__code__.co_firstlineno)
        return {"name": last.__name__} | rule(last, shape)
    except Exception as error:
        raise TraceError(*explained(error, space)) from None


def _checked(function):
    """Stands for `checked`: the arguments are not checked here."""
    function.unchecked = function
    return function


def _without_imports(text):
    """The text without the imports of what is known here anyhow; TraceError for any other import."""
    lines = text.split("\n")
    for i, line in enumerate(lines):
        words = line.strip().replace(",", " ").split()
        if not words or words[0] not in ("import", "from") or (words[0] == "from" and "import" not in words):
            continue
        plain = words[0] == "import" and all(word in ("numpy", "math", "np", "as") for word in words[1:])
        if plain or (words[1] in ("math", "numpy") and all(word in WORDS or word == "pi" for word in words[3:])):
            lines[i] = line[: len(line) - len(line.lstrip())] + "pass"
        else:
            raise TraceError(
                "nothing is imported here but numpy and math, and of them: " + ", ".join(sorted(WORDS)), i + 1
            )
    return "\n".join(lines)


def explained(error, space):
    """An error in plain words, and its line in the reader's text."""
    line = getattr(error, "line", None) or _line_of(error)
    if isinstance(error, TraceError):
        return error.message, line
    said = str(error.args[0]) if error.args else ""
    if isinstance(error, SyntaxError):
        return f"this is not Python: {error.msg}", error.lineno
    if isinstance(error, NameError):
        name = said.split("'")[1] if "'" in said else said
        if "before assignment" in said or "not associated" in said or isinstance(error, UnboundLocalError):
            return f"{name} has no value yet: is it used before it is set, or missing among the arguments?", line
        known = [one for one in space if not one.startswith("_")]
        return f"{name} is not known here" + _nearest(name, known), line
    if isinstance(error, RecursionError):
        return "the function calls itself without end", line
    if isinstance(error, ZeroDivisionError):
        return "a division by 0", line
    return f"{type(error).__name__}: {said}", line


def _line_of(error):
    """The last line of the reader's text that was at work."""
    trace, line = error.__traceback__, None
    while trace is not None:
        if trace.tb_frame.f_code.co_filename == FILE:
            line = trace.tb_lineno
        trace = trace.tb_next
    return line
