"""What another device changes: measured on the reader's own, beside stored results of a GPU.

    own, kept = measure(batches), stored(batches)     a workload of the module `workloads`
    def a_step(view):
        \"""Time for one example against the batch size.\"""
        beside(view, own, kept, unit=1e-6, free=True)
    explore(a_step, caption=f"**First the line falls.** {told(own, kept)}")

On a machine with a GPU `python -m gradlab.devices` writes the results of all workloads into the package, and
`python -m gradlab.devices batches` those of one. It needs NumPy and torch alone. A result is stored as it was measured,
with the machine, the versions and the date. Without a GPU nothing is stored.
"""

import argparse
import datetime
import json
import platform
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

from gradlab._arguments import ArgumentError, checked
from gradlab._conditions import BOOLEAN, POSITIVE, Condition, one_number
from gradlab.nets import choose_device
from gradlab.workloads import DEVICE, SIZES, Lines

FOLDER = Path(__file__).parent / "measurements"  # one file for each workload, as JSON
BY_NAME = {workload.__name__: workload for workload in SIZES}


@dataclass(frozen=True)
class Measurement:
    """What a workload gave on one device.

    workload   its name
    device     "cuda", "mps" or "cpu"
    machine    what the device calls itself
    torch      torch's version
    python     Python's
    date       of the measurement, with the year first
    lines      what the workload returned
    """

    workload: str
    device: str
    machine: str
    torch: str
    python: str
    date: str
    lines: Lines

    def __str__(self):
        return f"{self.machine}, torch {self.torch}, Python {self.python}, {self.date}"


WORKLOAD = Condition(f"be one of gradlab.workloads ({', '.join(BY_NAME)})", lambda v: v in SIZES)
MEASUREMENT = Condition("be a Measurement", lambda v: isinstance(v, Measurement))
MEASUREMENT_OR_NONE = Condition("be a Measurement or None", lambda v: v is None or isinstance(v, Measurement))


@checked(workload=WORKLOAD, device=DEVICE)
def measure(workload: Callable[..., Lines], device: str | None = None) -> Measurement:
    """Run a workload on a device, at its sizes for a CPU or for a GPU.

    workload   a function of `workloads`
    device     "cuda", "mps" or "cpu"; None for what `choose_device` finds

    Raises ValueError for what is no such function, and for another device.
    """
    import torch

    device = device or choose_device()
    few, many = SIZES[workload]
    lines = workload(device, few if device == "cpu" else many)
    return Measurement(
        workload.__name__,
        device,
        machine(device),
        str(torch.__version__),
        platform.python_version(),
        datetime.date.today().isoformat(),
        {name: (list(x), list(y)) for name, (x, y) in lines.items()},
    )


@checked(device=DEVICE)
def machine(device: str) -> str:
    """What a device calls itself.

    device   "cuda", "mps" or "cpu"

    Raises ValueError for another device.
    """
    import torch

    if device == "cuda":
        return torch.cuda.get_device_name()
    if device == "mps":
        return f"GPU of a {platform.machine()} Mac"
    return f"one thread of a CPU ({platform.machine()})"


@checked(measurement=MEASUREMENT)
def store(measurement: Measurement) -> Path:
    """Write a measurement of a GPU into the package, in place of an older one; returns the file.

    Raises ValueError for what is no measurement, and for one of a CPU, which every reader has.
    """
    if measurement.device == "cpu":
        raise ArgumentError("measurement must be of a GPU, got one of a CPU")
    FOLDER.mkdir(exist_ok=True)
    file = FOLDER / f"{measurement.workload}.json"
    file.write_text(json.dumps(asdict(measurement), indent=1) + "\n", encoding="utf-8")
    return file


@checked(workload=WORKLOAD)
def stored(workload: Callable[..., Lines]) -> Measurement | None:
    """The stored measurement of a workload, or None where there is none.

    workload   a function of `workloads`

    Raises ValueError for what is no such function.
    """
    file = FOLDER / f"{workload.__name__}.json"
    if not file.exists():
        return None
    fields = json.loads(file.read_text(encoding="utf-8"))
    fields["lines"] = {name: (x, y) for name, (x, y) in fields["lines"].items()}
    return Measurement(**fields)


@checked(own=MEASUREMENT, kept=MEASUREMENT_OR_NONE, unit=one_number(POSITIVE), free=BOOLEAN)
def beside(ax, own: Measurement, kept: Measurement | None = None, *, unit: float = 1.0, free: bool = False) -> None:
    """Draw the reader's own measurement as lines through dots, and a stored one as dashed lines through rings.

    ax     where to draw; its axes become logarithmic, with limits that hold all of both
    own    what `measure` returned
    kept   what `stored` returned
    unit   of the vertical axis, in that of the measurement: 1e-6 shows seconds in microseconds
    free   True for a dotted line that falls as 1/k from the first point: on it, k at once take no longer than one

    Lines of the same name have the same colour; a legend names them where there are several. What is 0 or not finite
    is left out. Raises ValueError for what is no measurement, and for a unit that is not positive.
    """
    from matplotlib.ticker import NullFormatter  # here: the command runs without matplotlib, too

    from gradlab.figures import BLUE, CONTOUR, GREEN, PURPLE, VERMILLION

    colours = BLUE, VERMILLION, GREEN, PURPLE
    drawn = [(own, {"linestyle": "-", "marker": "."})]
    if kept is not None:
        drawn.append((kept, {"linestyle": "--", "marker": "o", "markerfacecolor": "none"}))
    names = list(dict.fromkeys(name for measurement, _ in drawn for name in measurement.lines))
    points, told_of = [], set()
    for measurement, style in drawn:
        for name, (x, y) in measurement.lines.items():
            line = np.array([x, np.divide(y, unit)])
            line = line[:, np.isfinite(line).all(axis=0) & (line > 0).all(axis=0)]
            label = "" if name in told_of else name
            ax.plot(*line, color=colours[names.index(name) % len(colours)], label=label, **style)
            points.append(line)
            told_of.add(name)
    low, high = (edge(np.concatenate(points, axis=1), axis=1) for edge in (np.min, np.max))
    room = (high / low) ** 0.05
    (left, bottom), (right, top) = low / room, high * room
    ax.set(xscale="log", yscale="log", xlim=(left, right), ylim=(bottom, top))
    across, up = (ax.xaxis, ax.set_xticks, left, right), (ax.yaxis, ax.set_yticks, bottom, top)
    for axis, set_ticks, least, most in (across, up):
        axis.set_minor_formatter(NullFormatter())
        if most / least < 100:  # too few powers of ten
            ticks = [k for k in (m * 10.0**n for n in range(-12, 12) for m in (1, 2, 5)) if least <= k <= most]
            set_ticks(ticks, [f"{k:g}" for k in ticks])
    if free:
        k, each = points[0][:, 0]
        ax.plot([k, right], [each, each * k / right], ":", color=CONTOUR, label="no extra time")
    if len(names) + free > 1:
        ax.legend()


@checked(own=MEASUREMENT, kept=MEASUREMENT_OR_NONE)
def told(own: Measurement, kept: Measurement | None = None) -> str:
    """The sentences of a caption that say where the lines of `beside` were measured.

    Raises ValueError for what is no measurement.
    """
    if kept is None:
        return f"Measured on {own}. No results of a GPU are stored with this book."
    return f"Solid: measured on {own}. Dashed, as stored with this book: {kept}."


def _main(arguments: Sequence[str] | None = None) -> None:
    """Measure on the GPU that is here, and store what was measured; without one, end with a message."""
    parser = argparse.ArgumentParser(prog="python -m gradlab.devices", description="Measure on a GPU, and store it.")
    parser.add_argument("workload", nargs="*", help=f"of {', '.join(BY_NAME)}; all of them unless told")
    names = parser.parse_args(arguments).workload or list(BY_NAME)
    for name in names:
        if name not in BY_NAME:
            parser.error(f"there is no workload {name!r}")
    if choose_device() == "cpu":
        raise SystemExit("torch finds no GPU here: nothing was measured")
    for name in names:
        print(store(measure(BY_NAME[name])))


if __name__ == "__main__":
    _main()
