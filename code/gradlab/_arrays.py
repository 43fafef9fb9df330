"""The few operations that NumPy and torch spell differently.

The rules are plain arithmetic and need none of this. torch is looked up only when the caller
already holds a tensor, so `gradlab` works without it.
"""

import sys

import numpy as np

FEW = 8  # coordinates


def is_tensor(x):
    """True for a torch tensor."""
    torch = sys.modules.get("torch")
    return torch is not None and isinstance(x, torch.Tensor)


def namespace(x):
    """`torch` for a tensor, else `numpy`."""
    return sys.modules["torch"] if is_tensor(x) else np


def is_complex(x):
    """True for an array or a tensor of complex numbers."""
    return x.is_complex() if is_tensor(x) else isinstance(x, (np.ndarray, np.generic)) and x.dtype.kind == "c"


def floating(x):
    """x as an array or tensor of floats; integers become the default float. ValueError for what is no real number."""
    if type(x) is np.ndarray and x.dtype.kind == "f":  # mostly
        return x
    if is_tensor(x):
        if x.is_complex():
            raise ValueError(f"real numbers are needed, got {x!r}")  # torch would drop the imaginary part
        return x if x.is_floating_point() else x.to(sys.modules["torch"].get_default_dtype())
    x = np.asarray(x)
    if x.dtype.kind not in "fiub":
        raise ValueError(f"real numbers are needed, got {x!r}")  # astype would make nan of None, and 1.0 of "1"
    return x if x.dtype.kind == "f" else x.astype(float)


def wide(x):
    """x, but float16 as float32: in half precision 256² is inf, and an eps of 1e-8 is 0."""
    if not is_tensor(x):
        return x.astype(np.float32) if x.dtype.char == "e" else x
    torch = sys.modules["torch"]
    return x.to(torch.float32) if x.dtype == torch.float16 else x


def like(values, x):
    """`values` (an array, a tensor, or numbers) as an array or tensor of x's kind, dtype and device."""
    if is_tensor(x):
        return sys.modules["torch"].as_tensor(values, dtype=x.dtype, device=x.device)
    if getattr(values, "dtype", None) is x.dtype:  # mostly
        return values
    return np.asarray(to_numpy(values), dtype=x.dtype)


def fitted(value, x):
    """A hyperparameter in a form that leaves x's kind and dtype as they are, where it meets x.

    NumPy's own numbers would make float64 of float32, and its arrays do not go together with tensors.
    """
    if not (hasattr(value, "dtype") and hasattr(x, "dtype")):
        return value  # Python's numbers leave x as it is
    return like(value, x) if np.ndim(value) or is_tensor(value) else value.item()


def to_numpy(x):
    """x as a NumPy array, whatever device it is on. Floats that NumPy lacks, such as bfloat16, become float32."""
    if not is_tensor(x):
        return np.asarray(x)
    x = x.detach().cpu()
    return x.numpy() if hasattr(np, str(x.dtype).removeprefix("torch.")) else x.float().numpy()


def detached(x):
    """x without torch's graph, which would grow from step to step; all else as it is."""
    return x.detach() if is_tensor(x) else x


def copied(x):
    """x in memory of its own, in the same order, and without torch's graph; a number as it is."""
    if isinstance(x, np.ndarray):
        return x.copy("K")
    return x.detach().clone() if is_tensor(x) else x


def apart(function):
    """The same function of x, but safe to call where this one writes into x, or into what it has returned before.

    It gets and gives copies. If it moves on from call to call (see `oracles.Stochastic`), so does each draw of it.
    """

    def alone(x):
        return copied(function(copied(x)))

    if hasattr(function, "draw"):
        alone.draw = lambda: apart(function.draw())
    return alone


class Apart:
    """A problem whose f and grad are `apart`; whatever else it has is there, too."""

    def __init__(self, problem):
        self._problem = problem
        for name in ("f", "grad"):
            if hasattr(problem, name):
                setattr(self, name, apart(getattr(problem, name)))

    def __getattr__(self, name):
        """What the problem has besides."""
        return getattr(self._problem, name)

    def __repr__(self):
        """As the problem's own, for messages."""
        return repr(self._problem)


def empty(shape, x):
    """Room for an array of this shape, of x's kind, dtype and device.

    Few coordinates lie apart in memory, each in one run over the whole grid. Side by side, a sweep of
    4,096 points in the plane would be worked through in 4,096 runs of two numbers.
    """
    xp, kind = namespace(x), {"dtype": x.dtype, "device": x.device}
    if shape[-1] > FEW:  # the parameters of networks, which are read as matrices
        return xp.empty(shape, **kind)
    return xp.moveaxis(xp.empty((shape[-1], *shape[:-1]), **kind), 0, -1)


def stack(parts):
    """Join coordinates, each of the grid's shape, along a new last axis."""
    first, *_ = parts
    joined = empty((*first.shape, len(parts)), first)
    for i, part in enumerate(parts):
        joined[..., i] = part
    return joined


def transposed(x):
    """x with its last two axes exchanged, in memory as well."""
    return x.mT.contiguous() if is_tensor(x) else np.ascontiguousarray(x.mT)


def maximum(x, y):
    """The larger of x and y, entry by entry; nan stays nan. y may be a number."""
    if is_tensor(x):
        return x.clamp(min=y)
    larger = np.maximum(x, y)
    return larger.item() if isinstance(larger, np.floating) else larger  # np.float64 would widen float32


def sign(x):
    """−1, 0 or 1, entry by entry; nan stays nan."""
    if is_tensor(x):  # torch's sign of nan is 0: divergence would go unseen
        return where(x.isnan(), x, x.sign())
    return np.sign(x)


def where(condition, x, y):
    """x where the condition holds, else y; each a number or what broadcasts with the others."""
    tensor = next((part for part in (x, y, condition) if is_tensor(part)), None)
    if tensor is None:
        return np.where(condition, x, y)
    torch = sys.modules["torch"]
    return torch.where(torch.as_tensor(condition, device=tensor.device), x, y)


def or_one(x):
    """x with 1 in place of 0, entry by entry: what 0 may be divided by."""
    return x + (x == 0)


def clip(x, low, high):
    """x limited to [low, high], entry by entry; nan stays nan."""
    return namespace(x).clip(x, low, high)


def dot(x, y):
    """Inner product along the last axis, which is kept with length 1."""
    return (x * y).sum(-1)[..., None]


def norm(x, axis=-1):
    """Euclidean length along an axis, or several, kept with length 1."""
    _, scale, length = scaled(x, axis)
    return scale * length


def unit(x, axis=-1):
    """x / ‖x‖ along an axis, or several; 0 where x is."""
    small, _, length = scaled(x, axis)
    return like(small / or_one(length), x)


def scaled(x, axis=-1):
    """x / s, s, and ‖x / s‖ along an axis, or several: the squares of x / s neither overflow nor vanish.

    s is a power of 2, by which nothing is rounded; mostly it is 1.
    """
    xp, x, s = namespace(x), wide(x), 1
    with np.errstate(all="ignore"):
        squares = (x * x).sum(axis, keepdims=True)
        if not _are_safe(squares):
            power = xp.floor(xp.log2(or_one(xp.amax(abs(x), axis, keepdims=True))))
            s = or_one(xp.exp2(power - 1))  # half of what it could be, lest rounding make it inf
            x = x / s
            squares = (x * x).sum(axis, keepdims=True)
    return x, s, squares**0.5


def _are_safe(squares):
    """True if all are numbers, and so large that no square that counts among them has vanished.

    A GPU is not asked, as it would have to be waited for.
    """
    if is_tensor(squares) and squares.device.type != "cpu":
        return False
    least, most = (squares.item(),) * 2 if squares.shape == (1,) else (squares.min(), squares.max())
    finfo = namespace(squares).finfo(squares.dtype)
    return bool(least > finfo.tiny / finfo.eps**2 and most < finfo.max)
