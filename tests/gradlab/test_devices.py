"""Measurements: with their machine and date, stored and read again, drawn beside each other. No GPU is needed."""

import datetime
import platform
from dataclasses import replace

import numpy as np
import pytest
import torch
from bad_input import test_bad_input_is_named  # noqa: F401
from matplotlib.figure import Figure

from gradlab import devices
from gradlab.devices import Measurement, beside, machine, measure, store, stored, told
from gradlab.explore import explore
from gradlab.figures import BLUE, VERMILLION
from gradlab.workloads import SIZES, batches, widths

LINES = {"slow": ([1, 4], [4e-6, 2e-6]), "quick": ([1, 4], [3e-6, 0.0])}
OWN = Measurement("batches", "cpu", "one thread of a CPU (abacus)", "2.4.0", "3.11.7", "2030-12-31", LINES)
KEPT = replace(
    OWN, device="cuda", machine="A Great GPU", date="2031-01-01", lines={"quick": ([1, 4, 16], [5e-6, 1e-6, 1e-7])}
)

BAD_INPUT = [
    *((function, {"workload": workload}, "workload") for function in (measure, stored) for workload in ("batches", [])),
    (measure, {"workload": batches, "device": "gpu"}, "device"),
    (machine, {"device": "gpu"}, "device"),
    *((store, {"measurement": one}, "measurement") for one in (LINES, OWN)),
    *((function, {"own": None, "kept": KEPT} | ax, "own") for function, ax in ((beside, {"ax": None}), (told, {}))),
    *((function, {"own": OWN, "kept": LINES} | ax, "kept") for function, ax in ((beside, {"ax": None}), (told, {}))),
    (beside, {"ax": None, "own": OWN, "free": 1}, "free"),
    *((beside, {"ax": None, "own": OWN, "unit": unit}, "unit") for unit in (0, -1.0, [1.0, 2.0])),
]


@pytest.fixture
def folder(monkeypatch, tmp_path):
    monkeypatch.setattr(devices, "FOLDER", tmp_path / "measurements")
    return tmp_path / "measurements"


@pytest.fixture
def ax():
    return Figure().add_subplot()


def test_a_measurement_knows_where_and_when_it_was_made(monkeypatch):
    asked = []

    def workload(device, sizes):
        asked.append((device, sizes))
        return {"a line": (sizes, np.array([1.0, 2.0]))}

    monkeypatch.setitem(SIZES, workload, ([1, 2], [3, 4]))
    before = datetime.date.today().isoformat()
    found = measure(workload, "cpu")
    assert (found.workload, found.device, found.torch) == ("workload", "cpu", torch.__version__)
    assert (found.python, found.machine) == (platform.python_version(), f"one thread of a CPU ({platform.machine()})")
    assert before <= found.date <= datetime.date.today().isoformat()
    assert found.lines == {"a line": ([1, 2], [1.0, 2.0])}
    monkeypatch.setattr(torch.cuda, "get_device_name", lambda: "A Great GPU")
    monkeypatch.setattr(devices, "choose_device", lambda: "cuda")
    assert (measure(workload).machine, measure(workload, "mps").device) == ("A Great GPU", "mps")
    assert asked == [("cpu", [1, 2]), ("cuda", [3, 4]), ("mps", [3, 4])]


def test_what_is_stored_is_read_again(folder):
    assert stored(batches) is None
    assert store(KEPT) == folder / "batches.json"
    assert stored(batches) == KEPT
    assert stored(widths) is None
    newer = replace(KEPT, date="2032-01-01")
    store(newer)
    assert stored(batches) == newer


@pytest.mark.parametrize("workload", SIZES, ids=lambda workload: workload.__name__)
def test_what_the_package_stores_is_of_a_gpu(workload):
    kept = stored(workload)
    assert kept is None or (kept.device != "cpu" and kept.workload == workload.__name__)


def test_stored_lines_are_dashed_and_have_the_colour_of_their_name(ax):
    beside(ax, OWN, KEPT, unit=1e-6)
    slow, quick, kept = ax.lines
    assert [line.get_color() for line in ax.lines] == [BLUE, VERMILLION, VERMILLION]
    assert [line.get_linestyle() for line in ax.lines] == ["-", "-", "--"]
    assert np.allclose(slow.get_ydata(), [4, 2]) and np.allclose(kept.get_ydata(), [5, 1, 0.1])
    assert quick.get_xydata().tolist() == [[1, pytest.approx(3)]], "a logarithmic axis has no 0"
    assert [text.get_text() for text in ax.get_legend().texts] == ["slow", "quick"]
    (left, right), (bottom, top) = ax.get_xlim(), ax.get_ylim()
    assert 0.5 < left < 1 and 16 < right < 32
    assert 0.05 < bottom < 0.1 and 5 < top < 10


def test_short_axes_have_ticks_between_the_powers_of_ten(ax):
    beside(ax, OWN, KEPT, unit=1e-6)
    assert [text.get_text() for text in ax.get_xticklabels()] == ["1", "2", "5", "10"]
    assert [text.get_text() for text in ax.get_yticklabels()] == ["0.1", "0.2", "0.5", "1", "2", "5"]
    beside(ax, replace(OWN, lines={"a step": ([1, 1000], [1e-6, 1e-9])}), unit=1e-6)
    assert not any(ax.xaxis.get_minor_formatter().format_ticks([2, 5]))


def test_one_line_needs_no_legend(ax):
    beside(ax, replace(OWN, lines={"a step": LINES["slow"]}))
    assert len(ax.lines) == 1 and ax.get_legend() is None


def test_the_dotted_line_is_one_divided_by_k(ax):
    beside(ax, replace(OWN, lines={"a step": LINES["slow"]}), unit=1e-6, free=True)
    _, dotted = ax.lines
    (k, right), (each, last) = dotted.get_data()
    assert (k, each, dotted.get_linestyle()) == (1, pytest.approx(4), ":")
    assert last == pytest.approx(4 / right) and right == ax.get_xlim()[1]
    assert [text.get_text() for text in ax.get_legend().texts] == ["a step", "no extra time"]
    assert ax.get_ylim()[1] < 5, "it does not move the limits"


def test_a_caption_says_where_it_was_measured():
    assert told(OWN) == (
        "Measured on one thread of a CPU (abacus), torch 2.4.0, Python 3.11.7, 2030-12-31. "
        "No results of a GPU are stored with this book."
    )
    both = told(OWN, KEPT)
    assert f"Solid: measured on {OWN}." in both and f"stored with this book: {KEPT}." in both
    assert "No results" not in both


def test_a_chapters_figure_is_a_still_picture_with_both():
    def an_example(view):
        """Time for one example."""
        beside(view, OWN, KEPT, unit=1e-6)
        view.set(xlabel="b", title="µs for one example")

    page = explore(an_example, caption=f"**The line falls.** {told(OWN, KEPT)}").html()
    assert '<figure class="still"' in page and 'aria-label="Time for one example."' in page
    assert "A Great GPU, torch 2.4.0" in page and page.count("stroke-dasharray") == 1


def test_the_command_stores_only_what_a_gpu_measured(folder, monkeypatch, capsys):
    monkeypatch.setattr(devices, "choose_device", lambda: "cpu")
    with pytest.raises(SystemExit, match="no GPU here"):
        devices._main(["batches"])
    assert not folder.exists()
    monkeypatch.setattr(devices, "choose_device", lambda: "cuda")
    monkeypatch.setattr(devices, "measure", lambda workload: replace(KEPT, workload=workload.__name__))
    devices._main(["batches"])
    assert [file.name for file in folder.iterdir()] == ["batches.json"]
    devices._main([])
    assert {file.stem for file in folder.iterdir()} == {workload.__name__ for workload in SIZES}
    with pytest.raises(SystemExit):
        devices._main(["batch"])
    assert "no workload 'batch'" in capsys.readouterr().err
