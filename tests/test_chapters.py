"""The chapters' form. nbval, which pytest runs over chapters/*.ipynb, executes them and compares the checked cells."""

import json
import re
import subprocess
import sys

import pytest
from sphinx_external_toc.parsing import parse_toc_yaml

from gradlab.explore import explore
from gradlab.figures import styled
from gradlab_course import ROOT
from gradlab_course.notebooks import CHECKED, canonical, is_checked, to_text

NOTEBOOKS = sorted((ROOT / "chapters").glob("*.ipynb"))


def name(path):
    return path.stem


def test_every_notebook_is_in_the_book():
    contents = {str(entry).removesuffix(".ipynb") for entry in parse_toc_yaml(ROOT / "_toc.yml")}
    assert NOTEBOOKS
    assert {f"chapters/{path.stem}" for path in NOTEBOOKS} <= contents


@pytest.mark.parametrize("path", NOTEBOOKS, ids=name)
def test_notebook_is_canonical(path):
    content = path.read_text(encoding="utf-8")
    assert content == to_text(json.loads(content)), "run `make canon`"


@pytest.mark.parametrize("path", NOTEBOOKS, ids=name)
def test_chapter_has_checked_cells_that_nbval_compares(path):
    cells = [cell for cell in json.loads(path.read_text(encoding="utf-8"))["cells"] if is_checked(cell)]
    assert len(cells) >= 8
    for cell in cells:
        source = "".join(cell["source"])
        assert cell["cell_type"] == "code", source
        assert cell["execution_count"] is not None, f"nbval would not compare this cell:\n{source}"
        text = "".join("".join(o["text"] if "text" in o else o["data"]["text/plain"]) for o in cell["outputs"])
        assert text.strip(), f"this checked cell prints nothing; run `make outputs`:\n{source}"


def test_nbval_notices_an_altered_number(tmp_path):
    source = "value = 6 * 7 / 16\nprint(f'{value:.3f}')"
    for stem, stored in [("right", "2.625\n"), ("wrong", "2.624\n")]:
        output = {"output_type": "stream", "name": "stdout", "text": stored}
        cell = {"cell_type": "code", "metadata": {"tags": [CHECKED]}, "source": source, "outputs": [output]}
        nb = canonical({"cells": [cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 4})
        (tmp_path / f"{stem}.ipynb").write_text(to_text(nb), encoding="utf-8")
    options = ["--nbval-lax", "--nbval-current-env", "-p", "no:cacheprovider", "-rA"]
    command = [sys.executable, "-m", "pytest", *options, "right.ipynb", "wrong.ipynb"]
    run = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)
    assert "PASSED right.ipynb" in run.stdout, run.stdout
    assert "FAILED wrong.ipynb" in run.stdout, run.stdout
    assert "2.624" in run.stdout


DECIMAL = re.compile(r"(?<![\w.])\d+\.\d+")
NOT_MEASURED = re.compile(r"section \d+\.\d+|\]\([^)]*\)")  # of a book; the target of a link


def unprinted(cells):
    """List the decimal numbers of the prose that no checked cell prints."""
    outputs = [output for cell in cells if cell["cell_type"] == "code" for output in cell["outputs"]]
    printed = " ".join("".join(out.get("text") or out["data"]["text/plain"]) for out in outputs)
    prose = " ".join("".join(cell["source"]) for cell in cells if cell["cell_type"] == "markdown")
    numbers = DECIMAL.findall(NOT_MEASURED.sub(" ", prose))
    return [number for number in numbers if number not in printed]


@pytest.mark.parametrize("path", NOTEBOOKS, ids=name)
def test_every_number_of_the_prose_is_printed_by_a_checked_cell(path):
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    assert unprinted(cells) == []
    invented = {"cell_type": "markdown", "source": ["It took 0.98765 s (see section 1.2)."]}
    assert unprinted([*cells, invented]) == ["0.98765"]


@pytest.mark.parametrize("path", NOTEBOOKS, ids=name)
def test_sliders_show_the_same_when_the_whole_chapter_has_run(path):
    # A draw that reads a name which a later cell gives to something else fails only in a reader's hands.
    first = {}

    def remembering(*args, **kwargs):
        figure = explore(*args, **kwargs)
        first[figure] = ends_of(figure)
        return figure

    scope = {}
    for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
        if cell["cell_type"] == "code":
            exec(compile("".join(cell["source"]), path.name, "exec"), scope)
            if "explore" in scope:
                scope["explore"] = remembering
    assert first
    for figure, shown in first.items():
        assert ends_of(figure) == shown, figure.name


def ends_of(figure):
    """What a figure shows in its default state and with every control at its end."""
    last = tuple(len(control.values) - 1 for control in figure.controls)
    with styled(figure.name):
        return figure.state(figure.default), figure.state(last)
