"""The map of what trains: one network for each pixel, over learning rate and scale of the start.

    seen = what_trains(lr=1.0, scale=1.0, resolution=64)
    seen.trains                                           # shape (64, 64): True where the network trains
    box_dimension(seen.trains).dimension                  # of the boundary: 1 for a smooth line

`stored()` has finer maps, which came out of the same function: `python -m gradlab.trainability` makes them again.
After Sohl-Dickstein (2024), whose measure it is; a network that has diverged is given up here, and not trained on.
"""

import argparse
import io
import json
import platform
from collections.abc import Mapping
from concurrent.futures import ProcessPoolExecutor
from datetime import date
from importlib.resources import files
from math import log
from pathlib import Path
from typing import NamedTuple

import numpy as np

from gradlab._arguments import ArgumentError, checked
from gradlab._arrays import namespace, to_numpy
from gradlab._conditions import COUNT, POSITIVE, Condition, at_least, one_number, one_of
from gradlab.mlp import MLP

WIDTH = 16  # inputs, hidden units, and examples
SPAN = 2.0  # decades along each axis, at zoom 1
LIMIT = 1e6  # a loss of so many times the first: given up
LAST = 20  # steps at the end over whose mean a network is judged, since losses swing
BLOCK = 96  # networks worked on at once: they fit into a core's cache
ON_GPU = 2**17  # and on a GPU, whose memory they are to fit into
DATA = "what_trains.npz"

#: name -> the arguments of `what_trains` for the maps that are stored: four zooms to one place, and three places more.
WINDOWS = {
    name: {"lr": lr, "scale": scale, "zoom": zoom, "resolution": 128, "steps": 300}
    for name, lr, scale, zoom in (
        ("zoom 1", 0.91261, 0.100752, 1),
        ("zoom 8", 0.91261, 0.100752, 8),
        ("zoom 64", 0.91261, 0.100752, 64),
        ("zoom 512", 0.91261, 0.100752, 512),
        ("scale 0.3", 1.00058, 0.3, 64),
        ("scale 1", 1.1059, 1.0, 64),
        ("scale 4", 0.67335, 4.0, 64),
    )
}


class Map(NamedTuple):
    """What `what_trains` found, for scales from below upward (rows) and rates from left to right (columns).

    lr      shape (R,)
    scale   shape (R,)
    level   shape (R, R), integers: more than 0 for what trains, less for what diverged, 0 for what did neither. From 1
            to 127 and from −1 to −127: the closer to 0, the faster.
    """

    lr: np.ndarray
    scale: np.ndarray
    level: np.ndarray

    @property
    def trains(self) -> np.ndarray:
        """True where the network trains, shape (R, R)."""
        return self.level > 0


class BoxCount(NamedTuple):
    """How many boxes of each size the boundary goes through, and the exponent with which that grows."""

    sizes: np.ndarray
    counts: np.ndarray
    dimension: float


ONE = one_number(POSITIVE)
WINDOW = {"lr": ONE, "scale": ONE, "zoom": ONE, "resolution": at_least(2)}


@checked(**WINDOW)
def axes(lr: float, scale: float, zoom: float, resolution: int) -> tuple[np.ndarray, np.ndarray]:
    """The rates and the scales of a window, in equal ratios: the middles of its pixels.

        lrᵢ = lr · 10^(((i + ½) / R − ½) · span)        span = 2 / zoom decades, the same for the scales

    The arguments are those of `what_trains`. Raises ValueError for a wrong one, naming it.
    """
    at = ((np.arange(resolution) + 0.5) / resolution - 0.5) * SPAN / zoom
    return lr * 10**at, scale * 10**at


@checked(**WINDOW, steps=at_least(LAST + 1), dtype=one_of("float64", "float32"), every=COUNT)
def what_trains(
    lr: float,
    scale: float,
    *,
    zoom: float = 1.0,
    resolution: int = 64,
    steps: int = 200,
    seed: int = 0,
    dtype: str = "float64",
    every: int = 1,
    device: object = None,
) -> Map:
    """Train a network for each pixel of a window, and say whether it trains, and how fast.

        vₜ = L(θₜ) / L(θ₀), t = 0 … T − 1
        trains: mean of the last 20 vₜ < 1        diverged: some vₜ > 10⁶, or not a number
        level = 127 · log Σ vₜ / log T, if it trains        −127 · log Σ 1/vₜ / log T, if it diverged

    lr, scale    the middle of the window
    zoom         the window is 2 / zoom decades wide and as high; both axes are logarithmic
    resolution   R: pixels along each axis, R² networks
    steps        T: of plain gradient descent
    seed         of the data and of the start, which all networks share
    dtype        "float64" or "float32"
    every        k: of the window's R pixels along each axis, only each k-th is computed, from the first on
    device       None for NumPy; or a torch device, such as `nets.choose_device()`

    A network has 16 inputs, 16 tanh units, one output and half the mean squared error; the 16 examples and their
    targets are normal random numbers. The pixel's scale multiplies the weights of the start (LeCun's), its lr is the
    rate. All networks of a block are rows of one θ; those that have diverged leave it. Each network is worked out by
    itself, in products too small to be shared out, so that neither the block nor the number of threads matters.

    Levels are rounded and limited to 1 … 127, or −127 … −1. Returns a `Map`. Sohl-Dickstein (2024), who counts what
    does neither as diverged, and trains networks on after they have passed 10⁶.
    Raises ValueError for a wrong argument, naming it.
    """
    rates, scales = (axis[::every] for axis in axes(lr, scale, zoom, resolution))
    rng = np.random.default_rng([seed, 1])
    X, y = rng.standard_normal((WIDTH, WIDTH)), rng.standard_normal((WIDTH, 1))
    net = MLP([WIDTH, WIDTH, 1], loss="squared_error")
    start = net.start(seed)
    each = np.stack(np.meshgrid(rates, scales), -1).reshape(-1, 2)
    block = BLOCK if device is None else ON_GPU
    levels = []
    for first in range(0, len(each), block):
        here = each[first : first + block]
        arrays = [array.astype(dtype) for array in (here[:, :1], here[:, 1:] * start, X, y)]
        if device is not None:
            arrays = _tensors(device, arrays)
        levels.append(_levels(net, arrays, steps))
    return Map(rates, scales, np.concatenate(levels).reshape(len(scales), len(rates)))


def _tensors(device, arrays):
    import torch

    try:
        return [torch.as_tensor(array, device=device) for array in arrays]
    except (RuntimeError, TypeError, AssertionError) as error:
        raise ArgumentError(f"device must be None or a device that torch has here, got {device!r}: {error}") from None


def _levels(net, arrays, steps):
    """The levels of K networks, shape (K,)."""
    lr, theta, X, y = arrays
    K, xp = len(theta), namespace(theta)
    rows, level = np.arange(K), np.zeros(K, np.int8)
    total, inverse, last = (0 * lr[:, 0] for _ in range(3))
    first = None
    with np.errstate(all="ignore"):  # some are meant to diverge
        for t in range(steps):
            loss, g = net.f_and_grad(theta, X, y)
            first = loss if t == 0 else first
            v = loss / first
            goes_on = v <= LIMIT  # False for nan
            inverse = inverse + 1 / xp.where(goes_on, v, LIMIT)
            if not goes_on.all():
                gone = to_numpy(~goes_on)
                # A network that is given up stays at LIMIT: 1 / LIMIT for each step that is left.
                rest = to_numpy(inverse)[gone] + (steps - 1 - t) / LIMIT
                level[rows[gone]] = -_level(rest, steps)
                rows = rows[~gone]
                lr, theta, g, v, first, total, inverse, last = (
                    part[goes_on] for part in (lr, theta, g, v, first, total, inverse, last)
                )
            if not len(rows):
                return level
            total = total + v
            last = last + v if t >= steps - LAST else last
            theta = theta - lr * g
    trains = to_numpy(last) < LAST
    level[rows[trains]] = _level(to_numpy(total)[trains], steps)
    return level


def _level(sums, steps):
    """Sums of 1 … T as levels of 1 … 127."""
    return np.clip(np.rint(127 * np.log(sums) / log(steps)), 1, 127).astype(np.int8)


@checked(trains=Condition("be a square of truth values, 4 × 4 or more", lambda v: _is_square(v)))
def box_dimension(trains: np.ndarray) -> BoxCount:
    """Cover the boundary of a map with boxes, and see how their number grows as they shrink.

        N(s) ∝ (1/s)^D        D = −slope of log N against log s, by least squares

    trains   shape (R, R), truth values

    The boundary goes through a place where the 2 × 2 pixels around it are not all alike. Boxes of
    s = 1, 2, 4, … up to R / 8 places, of two sizes at least, are laid side by side. A smooth line has D = 1, and a
    boundary that fills the plane has D = 2. D is nan where there is no boundary.

    Raises ValueError for what is no square of truth values. Sohl-Dickstein (2024).
    """
    around = np.stack([trains[i : i + len(trains) - 1, j : j + len(trains) - 1] for i in (0, 1) for j in (0, 1)])
    boundary = around.any(0) & ~around.all(0)
    sizes = 2 ** np.arange(max(2, int(np.log2(len(trains) / 8)) + 1))
    counts = np.array([_boxes(boundary, s) for s in sizes])
    if not counts.all():
        return BoxCount(sizes, counts, float("nan"))
    return BoxCount(sizes, counts, float(-np.polyfit(np.log(sizes), np.log(counts), 1)[0]))


def _is_square(v):
    v = np.asarray(v)
    return v.dtype == bool and v.ndim == 2 and v.shape[0] == v.shape[1] >= 4


def _boxes(boundary, size):
    """How many boxes of this side hold a place of the boundary."""
    n = -(-len(boundary) // size) * size
    padded = np.zeros((n, n), bool)
    padded[: len(boundary), : len(boundary)] = boundary
    return int(padded.reshape(n // size, size, n // size, size).any((1, 3)).sum())


def stored() -> tuple[dict[str, Map], dict]:
    """The finer maps that come with the package.

    Returns name -> `Map`, for the names of `WINDOWS`; and where they were made: device, versions, date, command.
    """
    with np.load(io.BytesIO(files("gradlab").joinpath(DATA).read_bytes())) as kept:
        about = json.loads(str(kept["about"]))
        return {name: _kept(window, kept[name]) for name, window in about["windows"].items()}, about


def _kept(window, level):
    lr, scale = axes(*(window[name] for name in ("lr", "scale", "zoom", "resolution")))
    return Map(lr, scale, level)


@checked(
    path=Condition("be the path of a file", lambda v: isinstance(v, (str, Path))),
    windows=Condition("be a dict of the arguments of what_trains", lambda v: isinstance(v, Mapping)),
)
def store(path: str | Path, windows: Mapping[str, dict]) -> None:
    """Compute maps and write them to a file, for `stored` to read.

    path      of the file
    windows   name -> the arguments of `what_trains`, with lr, scale, zoom and resolution among them

    Raises ValueError for a wrong argument, naming it.
    """
    about = {
        "windows": dict(windows),
        "device": f"CPU, {platform.machine()}, {platform.system()}",
        "versions": f"Python {platform.python_version()}, NumPy {np.__version__}",
        "date": str(date.today()),
        "command": "python -m gradlab.trainability",
    }
    with ProcessPoolExecutor() as pool:  # threads would wait for each other's Python
        levels = dict(zip(windows, pool.map(_level_of, windows.values()), strict=True))
    with open(path, "wb") as file:
        np.savez_compressed(file, about=json.dumps(about), **levels)


def _level_of(window):
    return what_trains(**window).level


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Make the stored maps again.")
    parser.add_argument("path", nargs="?", default=str(files("gradlab").joinpath(DATA)), help="where to write them")
    store(parser.parse_args().path, WINDOWS)
