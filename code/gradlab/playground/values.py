"""Numbers and arrays of them that record what is done to them. For the tracer; see `trace`."""

from gradlab.playground.tape import PLAIN, TraceError, is_plain, nearest, product, strides

METHODS = ("shape", "ndim", "size", "sum", "mean", "max", "min", "dot", "T", "mT", "copy")


class Value:
    """What numbers and arrays of them share: Python's operators, each recorded."""

    __hash__ = None  # type: ignore[assignment]

    def __pow__(self, other):
        # NumPy takes these two of an array as a product and a root; the root of a number is a power to Python.
        if isinstance(self, Array) and is_plain(other) and other in (0.5, 2):
            return apply("*", self, self) if other == 2 else apply("sqrt", self)
        return apply("**", self, other)

    def __rpow__(self, other):
        return apply("**", other, self)

    def __neg__(self):
        return apply("neg", self)

    def __pos__(self):
        return self

    def __abs__(self):
        return apply("abs", self)

    def __eq__(self, other):
        if other is None or isinstance(other, str):
            return False
        return apply("==", self, other)

    def __ne__(self, other):
        if other is None or isinstance(other, str):
            return True
        return apply("!=", self, other)

    def __invert__(self):
        return apply("not", self)

    def __xor__(self, other):
        raise TraceError("^ is no power in Python: write **")

    __rxor__ = __xor__

    def __matmul__(self, other):
        return matmul(self, other)

    def __rmatmul__(self, other):
        return matmul(other, self)

    def __bool__(self):
        tape = tape_of(self)
        if tape.valid:
            return False
        raise TraceError(
            "Python must decide here (if, while, and, or, not), but this number is not known yet: it is another one at "
            "each step, or has a slider. Write where(condition, a, b) for a choice, & for and, | for or"
        )

    def __float__(self):
        raise TraceError(
            "float, or a function of the module math, needs a number that is known now, but this one changes from step "
            "to step. Call functions by their bare names, such as sqrt, exp, log or floor"
        )

    __int__ = __index__ = __round__ = __float__

    def __getattr__(self, name):
        raise TraceError(f"a value here has no .{name}" + nearest(name, METHODS))


#: Python's operators, by the names of their methods; those of the first list have one for numbers on the left, too
OPERATORS = {"add": "+", "sub": "-", "mul": "*", "truediv": "/", "floordiv": "//", "mod": "%"}
COMPARISONS = {"lt": "<", "le": "<=", "gt": ">", "ge": ">=", "and": "&", "or": "|"}


def _method(op, turned=False):
    return lambda self, other: apply(op, other, self) if turned else apply(op, self, other)


for word, op in (OPERATORS | COMPARISONS).items():
    setattr(Value, f"__{word}__", _method(op))
for word, op in OPERATORS.items():
    setattr(Value, f"__r{word}__", _method(op, turned=True))


class Number(Value):
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


class Array(Value):
    """An array of numbers, with as much of NumPy's ways as rules and surfaces need.

    cells   one after the other, the last axis first; recorded numbers, or plain ones
    name    of an array that was handed to the rule, which must not write into it
    """

    def __init__(self, cells, shape, name=""):
        self.cells, self.shape, self.name = list(cells), tuple(shape), name

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
        if any(isinstance(k, Value) for k in keys):
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

    def _written(self, name, other):
        if self.name:
            raise TraceError(
                f"{self.name} {name}= … writes into the {self.name} that the rule was given, which others still use: "
                f"write {self.name} = {self.name} {name} …"
            )
        return apply(name, self, other)

    def __iadd__(self, other):
        return self._written("+", other)

    def __isub__(self, other):
        return self._written("-", other)

    def __imul__(self, other):
        return self._written("*", other)

    def __itruediv__(self, other):
        return self._written("/", other)

    def __contains__(self, value):
        raise TraceError("`in` asks for an answer now, but the numbers are not known before the step")

    def _along(self, axis, keepdims, fold):
        axes = range(self.ndim) if axis is None else axis if isinstance(axis, tuple) else (axis,)
        if any(not -self.ndim <= a < self.ndim for a in axes):
            raise TraceError(f"there is no axis {axis}: this has {self.ndim}, the first is 0")
        axes = [a % self.ndim for a in axes]
        kept = [1 if i in axes else n for i, n in enumerate(self.shape)]
        groups = [[] for _ in range(product(kept))]
        for i, cell in enumerate(self.cells):
            place, rest = 0, i
            for _, k, stride in zip(self.shape, kept, strides(self.shape)):  # noqa: B905
                index, rest = rest // stride, rest % stride
                place = place * k + (index if k > 1 else 0)
            groups[place].append(cell)
        cells = [fold(group) for group in groups]
        shape = tuple(kept) if keepdims else tuple(n for i, n in enumerate(self.shape) if i not in axes)
        return Array(cells, shape) if shape else cells[0]

    def sum(self, axis=None, keepdims=False):
        """The sum, from first to last."""
        return self._along(axis, keepdims, added)

    def mean(self, axis=None, keepdims=False):
        """The sum over how many there are."""
        return self._along(axis, keepdims, lambda group: added(group) / len(group))

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


# --- ops ----------------------------------------------------------------------------------------------------------


def added(group):
    """The sum of a list, from first to last."""
    return _folded(lambda a, b: a + b, group)


def _folded(function, group):
    result = group[0]
    for one in group[1:]:
        result = function(result, one)
    return result


def tape_of(*parts):
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
            cells.append([part] * product(common))
            continue
        steps = [0 if size == 1 else stride for size, stride in zip(shape, strides(shape))]  # noqa: B905
        places = [0]
        for size, stride in zip(common, steps):  # noqa: B905
            places = [place + i * stride for place in places for i in range(size)]
        cells.append([part.cells[place] for place in places])
    return common, cells


def apply(name, *parts):
    """One op, entry by entry."""
    parts = [read(part) for part in parts]
    if not any(isinstance(part, Array) for part in parts):
        return _one(name, *parts)
    shape, cells = _broadcast(*parts)
    return Array([_one(name, *entries) for entries in zip(*cells)], shape)  # noqa: B905


def _one(name, *parts):
    """One op on single numbers; of plain ones Python's own result."""
    tape = tape_of(*parts)
    return PLAIN[name](*parts) if tape is None else Number(tape, tape.op(name, *parts))


def read(part):
    """A part of an op: a number, an array, or a list of them."""
    if isinstance(part, (int, float, Value)):
        return part
    if isinstance(part, (list, tuple)):
        return array(part)
    if callable(part):
        name = getattr(part, "__name__", "it")
        raise TraceError(f"{name} is a function, not a number: it must be called, as in {name}(...)")
    if part is None:
        raise TraceError("None is no number: give the state a starting value, such as m=0, or ask `if m is None`")
    raise TraceError(f"{part!r} is no number")


def maximum(x, y):
    """The larger, entry by entry."""
    return apply("max", x, y)


def minimum(x, y):
    """The smaller, entry by entry."""
    return apply("min", x, y)


def array(parts):
    """An array of numbers or of arrays of one shape."""
    if not isinstance(parts, (list, tuple)):
        return read(parts)
    parts = [array(part) for part in parts]
    shapes = [part.shape if isinstance(part, Array) else () for part in parts]
    if any(shape != shapes[0] for shape in shapes):
        raise TraceError("the parts of an array must be of one shape")
    cells = [cell for part in parts for cell in (part.cells if isinstance(part, Array) else [part])]
    return Array(cells, (len(parts), *(shapes[0] if shapes else ())))


def matmul(x, y):
    """The matrix product, each entry summed from first to last."""
    x, y = read(x), read(y)
    if not isinstance(x, Array) or not isinstance(y, Array):
        raise TraceError("@ needs two arrays")
    a = x[None, :] if x.ndim == 1 else x
    b = y[:, None] if y.ndim == 1 else y
    if a.ndim > 2 or b.ndim > 2 or a.shape[1] != b.shape[0]:
        raise TraceError(f"@ cannot multiply the shapes {x.shape} and {y.shape}")
    rows, inner, columns = a.shape[0], a.shape[1], b.shape[1]
    cells = [
        added([a.cells[r * inner + k] * b.cells[k * columns + c] for k in range(inner)])
        for r in range(rows)
        for c in range(columns)
    ]
    shape = tuple(n for n, one in ((rows, x), (columns, y)) if one.ndim > 1)
    return Array(cells, shape) if shape else cells[0]
