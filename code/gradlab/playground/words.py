"""The functions that a rule may call: those of `_arrays`, of NumPy and of math. For the tracer; see `trace`."""

from gradlab.playground.tape import TraceError, nearest, product
from gradlab.playground.values import Array, Value, apply, array, matmul, maximum, minimum, read


def where(condition, x, y):
    """x where the condition holds, else y."""
    return apply("where", condition, x, y)


def sign(x):
    """−1, 0 or 1."""
    return apply("sign", x)


def sqrt(x):
    """The square root."""
    return apply("sqrt", x)


def exp(x):
    """e to the power of x."""
    return apply("exp", x)


def log(x):
    """The natural logarithm."""
    return apply("log", x)


def sin(x):
    """The sine."""
    return apply("sin", x)


def cos(x):
    """The cosine."""
    return apply("cos", x)


def tanh(x):
    """The hyperbolic tangent."""
    return apply("tanh", x)


def floor(x):
    """The whole number below."""
    return apply("floor", x)


def absolute(x):
    """Without its sign."""
    return apply("abs", x)


def square(x):
    """The square."""
    return apply("*", x, x)


def power(x, y):
    """x to the power of y."""
    x = read(x)
    return x**y


def clip(x, low, high):
    """x, not below low and not above high."""
    return minimum(maximum(x, low), high)


def norm(x, axis=-1):
    """The Euclidean length along an axis, or several, kept with length 1: as `gradlab._arrays.norm`."""
    return sqrt((x * x).sum(axis, keepdims=True))


def stack(parts):
    """Join coordinates along a new last axis: as `gradlab._arrays.stack`, for one point."""
    return array(list(parts))


def like(values, x):
    """Numbers of another array, one that is not recorded, as an array here."""
    return array(values.tolist() if hasattr(values, "tolist") and not isinstance(values, Value) else values)


def filled(value):
    """A function that makes an array of one value, of the shape of another."""

    def make(x):
        return Array([value] * x.size, x.shape) if isinstance(x, Array) else value

    return make


zeros_like, ones_like = filled(0.0), filled(1.0)


def zeros(shape):
    """Zeros."""
    shape = shape if isinstance(shape, tuple) else (shape,)
    return Array([0.0] * product(shape), shape)


def ones(shape):
    """Ones."""
    return zeros(shape) + 1.0


def total(x, axis=None, keepdims=False):
    """The sum."""
    return array(x).sum(axis, keepdims) if axis is not None else array(x).sum()


def mean(x, axis=None):
    """The mean."""
    return array(x).mean(axis)


def ndim(x):
    """How many axes."""
    return x.ndim if isinstance(x, Value) else 0


def shape(x):
    """How many parts along each axis."""
    return x.shape if isinstance(x, Value) else ()


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
        raise TraceError(f"{self._name}.{name} is not known here" + nearest(name, self._members))


PI, E = 3.141592653589793, 2.718281828459045
linalg = Module("np.linalg", norm=norm_of_all)
np = Module(
    "np", **(WORDS | {"norm": norm_of_all}), abs=absolute, absolute=absolute, square=square, power=power, sum=total,
    mean=mean, zeros=zeros, ones=ones, zeros_like=zeros_like, ones_like=ones_like, asarray=array, ndim=ndim,
    shape=shape, dot=matmul, matmul=matmul, linalg=linalg, stack=stack, pi=PI, e=E, inf=float("inf"),
    float64=lambda x: x,
)  # fmt: skip
math = Module(
    "math", sqrt=sqrt, exp=exp, log=log, sin=sin, cos=cos, tanh=tanh, floor=floor, pow=power, fabs=absolute, pi=PI, e=E,
    inf=float("inf"),
)  # fmt: skip


def _of_plain(function, instead):
    """A function of Python's that compares, for numbers known now; of others it says what to write."""

    def careful(*parts, **options):
        inner = [one for part in parts for one in (part if isinstance(part, (list, tuple)) else [part])]
        if any(isinstance(part, Value) for part in inner):
            raise TraceError(f"Python's {function.__name__} compares numbers now, but these change; {instead}")
        return function(*parts, **options)

    return careful


SPENT = [0]  # rounds of the loops of a text, those that stand in others too


def _short(*numbers):
    """Python's range, which ends soon enough for a page."""
    found = range(*numbers)
    if len(found) > 1000:
        raise TraceError(f"range has {len(found)} numbers, and a step of a rule may take 1000")
    SPENT[0] += len(found)
    if SPENT[0] > 20_000:
        raise TraceError("the loops make more than 20000 rounds together")
    return found


PRINTED = [0]  # how often a text has called print


def _print(*parts, **options):
    """Nothing: a text is read before there are numbers. The page says so."""
    PRINTED[0] += 1


def _not_here(name):
    def refused(*parts, **options):
        raise TraceError(f"{name} is not for rules")

    return refused


#: Python's own functions that Brython would let through, or that would not end
BUILTINS = {
    "max": _of_plain(max, "write maximum(a, b), or x.max() for the largest part of x"),
    "min": _of_plain(min, "write minimum(a, b), or x.min() for the smallest part of x"),
    "sorted": _of_plain(sorted, "write maximum(a, b) and minimum(a, b)"),
    "range": _short,
    "print": _print,
}
BUILTINS |= {name: _not_here(name) for name in ("eval", "exec", "compile", "open", "input", "breakpoint")}
