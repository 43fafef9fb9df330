"""Checkpoints: all that a run needs to go on, in one file.

    save("run.npz", {"theta": theta, "state": state, "t": t, "rng": rng})
    saved = load("run.npz")

A run that goes on from its checkpoint is the run that was never interrupted, to the last bit, if the file has all that
changes on the way: the parameters, the state of the rule, the number of steps, and each generator of random
numbers. `train(…, checkpoint=path)` does all of this; with `iterates(…, state=, t=)` it is done by hand.

The file is NumPy's `.npz`: one entry for each array, and one that says in JSON how they are nested. Loading it runs no
code, while loading a pickle can.
"""

import json
import os
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any
from zipfile import BadZipFile
from zlib import error as ZlibError

import numpy as np

from gradlab._arguments import ArgumentError, checked, named
from gradlab._arrays import is_tensor
from gradlab._conditions import Condition

PATH = Condition("be a path", lambda v: isinstance(v, (str, os.PathLike)))
FILE = Condition("be a path or a file", lambda v: isinstance(v, (str, os.PathLike)) or hasattr(v, "read"))

#: the name of the entry that says how the arrays are nested
TREE = "gradlab-checkpoint"


@checked(path=PATH)
def save(path: str | os.PathLike, state: Any) -> None:
    """Write a state to a file, all of it or nothing: whenever the process dies, the file is the old one or the new.

    path    of the file, which is replaced if it is there
    state   any nesting of dicts, lists and tuples of numbers, strings, booleans, None, NumPy's arrays and generators,
            torch's tensors and generators. The keys of a dict are strings or integers.

    The new file is written beside the old one, forced to the disk, and renamed, which replaces a file in one step.
    Raises ValueError for a part of the state that is none of these, naming its place, and for a path whose folder does
    not exist.
    """
    path = Path(path)
    arrays: list[np.ndarray] = []
    tree = json.dumps(_taken_apart(state, "state", arrays))
    if not path.parent.is_dir():
        raise ArgumentError(f"path must lie in a folder that exists, got {str(path)!r}")
    beside = path.with_name(f".{path.name}.part")  # that of a process that died is overwritten by the next
    try:
        with open(beside, "wb") as file:
            entries: Any = {TREE: np.array(tree)} | {f"{i}": array for i, array in enumerate(arrays)}
            np.savez(file, **entries)
            file.flush()
            os.fsync(file.fileno())
        os.replace(beside, path)
    except BaseException:
        beside.unlink(missing_ok=True)
        raise
    _to_disk(path.parent)


@checked(path=FILE)
def load(path: Any, device: str = "cpu") -> Any:
    """Read a state that `save` wrote: arrays of the same types and order in memory, generators at the same place.

    path     of the file, or a file that is open for reading bytes
    device   for the tensors

    Raises ValueError for a file that does not exist, that `save` did not write, or that is not whole.
    """
    what = repr(str(path)) if isinstance(path, (str, os.PathLike)) else "a file"
    try:
        with np.load(path, allow_pickle=False) as file:
            arrays = {name: file[name] for name in file.files}
        tree = json.loads(arrays.pop(TREE).item())
    except FileNotFoundError:
        raise ArgumentError(f"path must be of a file that exists, got {what}") from None
    except (BadZipFile, ZlibError, EOFError, OSError, ValueError, KeyError, AttributeError, TypeError) as error:
        raise ArgumentError(f"path must be of a whole checkpoint, got {what}: {error}") from None
    return _put_together(tree, arrays, device)


def _to_disk(folder):
    """Force the new name to the disk, where the system can."""
    if os.name == "posix":
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


# --- for a run ----------------------------------------------------------------------------------------------------


def fingerprint(value: Any) -> str:
    """What stands for an argument in comparing two runs: a hash of its numbers, or the name of a function or class."""
    if callable(value) or (hasattr(value, "update") and not isinstance(value, dict)):
        return getattr(value, "__qualname__", type(value).__name__)
    arrays: list[np.ndarray] = []
    tree = json.dumps(_taken_apart(list(value) if isinstance(value, range) else value, "value", arrays))
    digest = sha256(tree.encode())
    for array in arrays:
        digest.update(f"{array.dtype}{array.shape}".encode() + array.tobytes())
    return digest.hexdigest()


def resumed(path: str | os.PathLike, about: dict[str, str], theta: Any) -> dict | None:
    """What a run left in the file, on θ's device; None if there is no file.

    about   argument -> its `fingerprint`

    Raises ArgumentError for a file of a run in which one of these arguments was another.
    """
    if not Path(path).exists():
        return None
    with named("train", ValueError):
        saved = load(path, str(getattr(theta, "device", "cpu")) if is_tensor(theta) else "cpu")
    if not (isinstance(saved, dict) and saved.keys() == {"about", "run"}):
        raise ArgumentError(f"checkpoint must be a file that train has written, got {str(path)!r}")
    for name in about | saved["about"]:
        if about.get(name) != saved["about"].get(name):
            raise ArgumentError(f"checkpoint must be of this very run, but {name} was another in {str(path)!r}")
    return saved["run"]


def states(sources: Sequence[Any]) -> list:
    """Where each of the sources of a `Stochastic` is."""
    return [s.bit_generator.state if isinstance(s, np.random.Generator) else s.state for s in sources]


def put_back(sources: Sequence[Any], states: Sequence[Any]) -> None:
    """Put each source to where it was."""
    for source, state in zip(sources, states, strict=True):
        if isinstance(source, np.random.Generator):
            source.bit_generator.state = state
        else:
            source.state = state


# --- a state as JSON and a list of arrays -------------------------------------------------------------------------


def _taken_apart(value, place, arrays):
    """The value in what JSON has; its arrays are appended to `arrays`, and stand there by their number."""

    def part(kind, inner, **more):
        return {"is": kind, "of": inner} | more

    if value is None or (isinstance(value, (bool, int, float, str)) and not isinstance(value, np.generic)):
        return value  # Python reads back the very float that it wrote
    if isinstance(value, (list, tuple)):
        inner = [_taken_apart(item, f"{place}[{i}]", arrays) for i, item in enumerate(value)]
        return part("list" if isinstance(value, list) else "tuple", inner)
    if isinstance(value, dict) and all(type(key) in (str, int) for key in value):
        return part("dict", [[key, _taken_apart(item, f"{place}[{key!r}]", arrays)] for key, item in value.items()])
    if isinstance(value, np.random.Generator):
        return part("numpy.Generator", _taken_apart(value.bit_generator.state, place, arrays))
    if isinstance(value, (np.ndarray, np.generic)) and not value.dtype.hasobject:
        return part("number" if isinstance(value, np.generic) else "array", _stored(np.asarray(value), arrays))
    if is_tensor(value):
        value, dtype = value.detach().cpu(), str(value.dtype).removeprefix("torch.")
        if not hasattr(np, dtype):  # bfloat16: its bits
            import torch

            value = value.view(torch.int16)
        return part("tensor", _stored(value.numpy(), arrays), dtype=dtype)
    if type(value).__module__.startswith("torch") and type(value).__name__ == "Generator":
        return part("torch.Generator", _taken_apart(value.get_state(), place, arrays), device=str(value.device))
    kinds = "numbers, strings, arrays, tensors, generators, and lists, tuples and dicts of them"
    raise ArgumentError(f"{place} must be made of {kinds}, got {type(value).__name__}")


def _stored(array, arrays):
    """[number, axes]: the array is stored with its axes in the order that they have in memory.

    Sums along an axis depend on that order, in the last digits.
    """
    axes = sorted(range(array.ndim), key=lambda axis: -abs(array.strides[axis]))
    arrays.append(np.array(array.transpose(axes), order="C"))
    return [len(arrays) - 1, axes]


def _put_together(tree, arrays, device):
    """`_taken_apart` undone."""
    if not isinstance(tree, dict):
        return tree
    kind, inner = tree["is"], tree["of"]
    if kind in ("array", "number", "tensor"):
        number, axes = inner
        array = arrays[f"{number}"].transpose(np.argsort(axes)) if axes else arrays[f"{number}"]
        return _tensor(array, tree["dtype"], device) if kind == "tensor" else array[()] if kind == "number" else array
    if kind == "dict":
        return {key: _put_together(item, arrays, device) for key, item in inner}
    if kind in ("list", "tuple"):
        items = [_put_together(item, arrays, device) for item in inner]
        return items if kind == "list" else tuple(items)
    if kind == "numpy.Generator":
        state = _put_together(inner, arrays, device)
        bits = getattr(np.random, state["bit_generator"])()
        bits.state = state
        return np.random.Generator(bits)
    import torch

    generator = torch.Generator(tree["device"])
    generator.set_state(_put_together(inner, arrays, "cpu"))
    return generator


def _tensor(array, dtype, device):
    import torch

    tensor = torch.from_numpy(array)
    return (tensor if hasattr(np, dtype) else tensor.view(getattr(torch, dtype))).to(device)
