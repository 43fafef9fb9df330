"""Converts values into a form that JSON can hold, and back: for answers on record, and those from another process.

    plain([1, np.array([0.5])])    {"list": [1, {"array": ["f", [1], [0.5]]}]}
    restored(plain(value))         value again

Pickle would not do: to read a pickle can run any code, and the sender may be a student's process. `restored` makes
numbers, strings, ranges, arrays, lists, tuples and dictionaries, and never code.
"""

import contextlib

import numpy as np

MAX_DEPTH = 20  # of lists in lists
MAX_LENGTH = 1_000_000  # of a range: a list of it is larger than its plain form
DTYPES = {"b": bool, "i": np.int64, "f": np.float64}  # kinds of arrays and of NumPy's scalars -> their restored type


def plain(value, depth=MAX_DEPTH):
    """A value in a form that JSON can hold.

    value   None, a truth value, number, string, range or array (NumPy's, or another library's that NumPy can convert),
            or a list, tuple or dictionary of them; of a function the name is kept, of any other object the name of
            its type
    depth   how many levels of lists in lists are allowed

    Raises ValueError when there are more levels.
    """
    if depth < 0:
        raise ValueError(f"plain: value must be lists no deeper than {MAX_DEPTH}, got deeper ones")
    if hasattr(value, "__array__") and not isinstance(value, (type, np.ndarray, np.generic)):
        with contextlib.suppress(Exception):  # NumPy cannot convert a tensor that requires gradients
            value = np.asarray(value)
    if isinstance(value, (np.ndarray, np.generic)):
        kind = {"u": "i"}.get(value.dtype.kind, value.dtype.kind)
        if kind in DTYPES:
            flat = value.astype(DTYPES[kind]).ravel().tolist()
            return {"scalar": [kind, flat[0]]} if np.isscalar(value) else {"array": [kind, list(value.shape), flat]}
    if value is None or isinstance(value, (bool, int, float, str)):
        return value
    if isinstance(value, (list, tuple)):
        return {"list" if isinstance(value, list) else "tuple": [plain(item, depth - 1) for item in value]}
    if isinstance(value, range):
        return {"range": [value.start, value.stop, value.step]}
    if isinstance(value, dict):
        return {"dict": [[plain(key, depth - 1), plain(item, depth - 1)] for key, item in value.items()]}
    if callable(value):
        return {"function": str(getattr(value, "__name__", "a function"))}
    return {"other": type(value).__name__}


def restored(data, function=None, depth=MAX_DEPTH):
    """The value that `plain` was given.

    data       its plain form, as read from JSON
    function   name -> an object to take the place of the function of that name
    depth      how many levels of lists in lists are allowed

    Raises ValueError when `plain` cannot have made data, and for an object of which only the type was kept.
    """
    if depth >= 0:
        match data:
            case None | bool() | int() | float() | str():
                return data
            case {"list": [*items]}:
                return [restored(item, function, depth - 1) for item in items]
            case {"tuple": [*items]}:
                return tuple(restored(item, function, depth - 1) for item in items)
            case {"dict": [*items]} if all(isinstance(item, list) and len(item) == 2 for item in items):
                columns = ({"list": [item[i] for item in items]} for i in (0, 1))
                keys, values = (restored(column, function, depth) for column in columns)
                if all(key is None or isinstance(key, (bool, int, float, str, tuple)) for key in keys):
                    return dict(zip(keys, values, strict=True))
            case {"range": [int() as a, int() as end, int() as step]} if step and (end - a) // step <= MAX_LENGTH:
                return range(a, end, step)
            case {"array": [str(kind), [*shape], [*flat]]} if kind in DTYPES:
                with contextlib.suppress(TypeError, ValueError, OverflowError):
                    return np.array(flat, DTYPES[kind]).reshape([int(n) for n in shape])
            case {"scalar": [str(kind), bool() | int() | float() as number]} if kind in DTYPES:
                with contextlib.suppress(ValueError, OverflowError):
                    return np.array(number, DTYPES[kind])[()]
            case {"function": str(name)} if function:
                return function(name)
            case {"other": str(name)}:
                raise ValueError(f"an object of type {name:.50}")
    raise ValueError("nothing that can be read")
