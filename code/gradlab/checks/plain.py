"""Values as JSON can hold them, and back: for answers on record, and for answers from another process.

    plain([1, np.array([0.5])])    {"list": [1, {"array": ["f", [1], [0.5]]}]}
    restored(plain(value))         value again

Not pickle: to read a pickle can run any code, and the sender may be a student's process. What is restored here is a
number, string, array, list, tuple or dictionary, and never code.
"""

import contextlib

import numpy as np

DEPTH = 20  # of lists in lists
KINDS = {"b": bool, "i": np.int64, "f": np.float64}  # of arrays and NumPy's scalars


def plain(value, depth=DEPTH):
    """A value as JSON can hold it.

    value   None, a truth value, number, string, array (of NumPy's, or of a library that can make it one of NumPy's), or
            list, tuple or dictionary of them; a function becomes its name, of anything else only the type is told
    depth   how deep lists may lie in each other

    Raises ValueError when they lie deeper.
    """
    if depth < 0:
        raise ValueError(f"plain: value must be lists no deeper than {DEPTH}, got deeper ones")
    if hasattr(value, "__array__") and not isinstance(value, (type, np.ndarray, np.generic)):
        with contextlib.suppress(Exception):  # a tensor that wants gradients refuses; its type is told
            value = np.asarray(value)
    if isinstance(value, (np.ndarray, np.generic)):
        kind = {"u": "i"}.get(value.dtype.kind, value.dtype.kind)
        if kind in KINDS:
            flat = value.astype(KINDS[kind]).ravel().tolist()
            return {"scalar": [kind, flat[0]]} if np.isscalar(value) else {"array": [kind, list(value.shape), flat]}
    if value is None or isinstance(value, (bool, int, float, str)):
        return value
    if isinstance(value, (list, tuple)):
        return {"list" if isinstance(value, list) else "tuple": [plain(item, depth - 1) for item in value]}
    if isinstance(value, dict):
        return {"dict": [[plain(key, depth - 1), plain(item, depth - 1)] for key, item in value.items()]}
    if callable(value):
        return {"function": str(getattr(value, "__name__", "a function"))}
    return {"other": type(value).__name__}


def restored(said, function=None, depth=DEPTH):
    """The value that `plain` made plain; whatever else may have been sent is refused.

    said       what JSON held
    function   name -> what stands in for a function of that name
    depth      how deep lists may lie in each other

    Raises ValueError when it is nothing that plain makes, or the type of an object that it could not make plain.
    """
    if depth >= 0:
        match said:
            case None | bool() | int() | float() | str():
                return said
            case {"list": [*items]}:
                return [restored(item, function, depth - 1) for item in items]
            case {"tuple": [*items]}:
                return tuple(restored(item, function, depth - 1) for item in items)
            case {"dict": [*items]} if all(isinstance(item, list) and len(item) == 2 for item in items):
                columns = ({"list": [item[i] for item in items]} for i in (0, 1))
                keys, values = (restored(column, function, depth) for column in columns)
                if all(key is None or isinstance(key, (bool, int, float, str, tuple)) for key in keys):
                    return dict(zip(keys, values, strict=True))
            case {"array": [str(kind), [*shape], [*flat]]} if kind in KINDS:
                with contextlib.suppress(TypeError, ValueError, OverflowError):
                    return np.array(flat, KINDS[kind]).reshape([int(n) for n in shape])
            case {"scalar": [str(kind), bool() | int() | float() as number]} if kind in KINDS:
                with contextlib.suppress(ValueError, OverflowError):
                    return np.array(number, KINDS[kind])[()]
            case {"function": str(name)} if function:
                return function(name)
            case {"other": str(name)}:
                raise ValueError(f"an object of type {name:.50}")
    raise ValueError("nothing that can be read")
