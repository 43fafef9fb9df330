"""The chapters' form. nbval, which pytest runs over chapters/*.ipynb, executes them and compares the checked cells."""

import ast
import importlib
import importlib.util
import json
import re
import shlex
import subprocess
import sys
import tomllib
from types import SimpleNamespace

import late_names
import pytest
import yaml
from IPython.core.interactiveshell import InteractiveShell
from packaging.requirements import Requirement
from sphinx_external_toc.parsing import parse_toc_yaml

from gradlab import show
from gradlab_course import ROOT
from gradlab_course.archives import source_zip
from gradlab_course.exercises import sources
from gradlab_course.marking.student_copy import by_module
from gradlab_course.notebooks import CHECKED, canonical, is_checked, to_text

NOTEBOOKS = sorted((ROOT / "chapters").glob("*.ipynb"))
CHAPTERS = [path for path in NOTEBOOKS if re.match(r"\d\d_", path.stem)]  # the others are no text to learn from


def name(path):
    return path.stem


def test_every_notebook_is_in_the_book():
    contents = {str(entry).removesuffix(".ipynb") for entry in parse_toc_yaml(ROOT / "_toc.yml")}
    assert NOTEBOOKS
    assert {f"chapters/{path.stem}" for path in NOTEBOOKS} <= contents


def test_further_pages_of_a_chapter_stand_under_its_first_one():
    """Pages of a chapter have the same number; exercises have the name of the first one."""
    contents, chapters = parse_toc_yaml(ROOT / "_toc.yml"), {}
    for entry in contents:
        if number := re.match(r"chapters/(\d\d)_", entry):
            chapters.setdefault(number[1], []).append(entry)
    assert "chapters/01_descent_in_practice" in chapters["01"], "this test would find what it looks for"
    for first, *further in chapters.values():
        assert [str(page) for tree in contents[first].subtrees for page in tree.items] == further
    firsts = {first.removeprefix("chapters/") for first, *_ in chapters.values()}
    assert {path.stem for path in sources(ROOT)} <= firsts


def anchors(path):
    """The names in links of a page's first two levels of headings, which _config.yml asks MyST for."""
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".ipynb":
        cells = json.loads(text)["cells"]
        text = "\n".join("".join(cell["source"]) for cell in cells if cell["cell_type"] == "markdown")
    titles = re.findall(r"^##? (.+)$", text, re.M)
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


@pytest.mark.parametrize("page", ["questions", "troubleshooting"])
def test_each_row_of_an_index_leads_to_a_heading(page):
    chapters = ROOT / "chapters"
    lines = (chapters / f"{page}.md").read_text(encoding="utf-8").splitlines()
    rows = [
        line for line in lines if line.startswith("| ") and not line.startswith(("| you ask |", "| what you see |"))
    ]
    assert len(rows) >= 50
    assert len({row.split(" | ")[0] for row in rows}) == len(rows), "each once"
    known = {path.name: anchors(path) for path in [*NOTEBOOKS, *chapters.glob("*.md")]}
    assert "torchs-a--5" in known["07_initialisation.ipynb"], "the names are those of MyST"
    links = {row: re.findall(r"\]\(([^)#]+)(?:#([^)]+))?\)", row) for row in rows}
    assert [row for row, targets in links.items() if not targets] == []
    dead = [(target, anchor) for targets in links.values() for target, anchor in targets if anchor not in known[target]]
    assert dead == []


@pytest.mark.parametrize("path", NOTEBOOKS, ids=name)
def test_notebook_is_canonical(path):
    content = path.read_text(encoding="utf-8")
    assert content == to_text(json.loads(content)), "run `make canon`"


@pytest.mark.parametrize("path", CHAPTERS, ids=name)
def test_chapter_has_checked_cells_that_nbval_compares(path):
    cells = [cell for cell in json.loads(path.read_text(encoding="utf-8"))["cells"] if is_checked(cell)]
    assert len(cells) >= 8
    for cell in cells:
        source = "".join(cell["source"])
        assert cell["cell_type"] == "code", source
        assert cell["execution_count"] is not None, f"nbval would not compare this cell:\n{source}"
        text = "".join("".join(o["text"] if "text" in o else o["data"]["text/plain"]) for o in cell["outputs"])
        assert text.strip(), f"this checked cell prints nothing; run `make outputs`:\n{source}"


@pytest.mark.slow  # starts pytest and a kernel: without it, a chapter's numbers might be compared with nothing
def test_nbval_notices_an_altered_number(tmp_path):
    cells = []
    for stored in ("2.625\n", "2.624\n"):
        output = {"output_type": "stream", "name": "stdout", "text": stored}
        cells.append({"cell_type": "code", "metadata": {"tags": [CHECKED]}, "outputs": [output]})
        cells[-1]["source"] = "value = 6 * 7 / 16\nprint(f'{value:.3f}')"
    nb = canonical({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 4})
    (tmp_path / "small.ipynb").write_text(to_text(nb), encoding="utf-8")
    options = ["--nbval-lax", "--nbval-current-env", "-p", "no:cacheprovider", "-rA"]
    command = [sys.executable, "-m", "pytest", *options, "small.ipynb"]
    run = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)
    assert "PASSED small.ipynb::Cell 0" in run.stdout, run.stdout
    assert "FAILED small.ipynb::Cell 1" in run.stdout, run.stdout
    assert "2.624" in run.stdout


DECIMAL = re.compile(r"(?<![\w.])\d+\.\d+")
NOT_MEASURED = re.compile(r'section \d+\.\d+|\]\([^)]*\)|href="[^"]*"')  # of a book; the target of a link


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


@pytest.mark.parametrize("path", CHAPTERS, ids=name)
def test_no_name_that_a_figure_uses_is_changed_by_a_later_cell(path):
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    assert [draw for statement in late_names.statements(cells) for draw in statement.draws()], "it has no slider figure"
    assert late_names.changed(cells) == []


DRAW = "def draw(ax, lr=0.1):\n    ax.plot(xs, helper(lr))\nexplore(draw, lr=[0.1, 0.2])"
BEFORE = "xs = start = [1]\ndef helper(lr):\n    return [lr * scale for _ in xs]\nscale = 2"


@pytest.mark.parametrize(
    ("cells", "found"),
    [
        ([BEFORE, DRAW], []),
        ([BEFORE, DRAW, "start = lr = ax = 3\nlr += 1\ny = xs[0] + scale\nxs.count(1)"], []),
        ([BEFORE, "xs = [2]", DRAW], []),
        ([BEFORE, DRAW, "def draw(ax):\n    xs = 3"], []),  # the figure keeps its own
        ([BEFORE, DRAW, "xs = [2]"], ["xs"]),
        ([BEFORE, DRAW + "\nxs = [2]"], ["xs"]),
        ([BEFORE, DRAW, "for start, xs in []:\n    pass"], ["xs"]),
        ([BEFORE, DRAW, "xs[0] = 2"], ["xs"]),
        ([BEFORE, DRAW, "if start:\n    xs.append(2)"], ["xs"]),
        ([BEFORE, DRAW, "import numpy as xs"], ["xs"]),
        ([BEFORE, DRAW, "def f():\n    global xs\n    xs = 3"], ["xs"]),
        ([BEFORE, DRAW, "def helper(lr):\n    return 3"], ["helper"]),
        ([BEFORE, DRAW, "scale = 3"], ["scale"]),  # of the helper
        ([BEFORE, "helper = lambda lr: more", DRAW, "more = 3"], ["more"]),
        ([BEFORE, "class helper:\n    def __iter__(self):\n        return more", DRAW, "more = 3"], ["more"]),
        ([BEFORE, "helper = partial(helper)", DRAW, "scale = 3"], ["scale"]),  # looked up by the first one
        ([BEFORE, "explore(partial(helper, 1), lr=[1])", "scale = 3"], ["scale"]),
        ([BEFORE, "xs = np.random.default_rng(0)", DRAW], ["xs"]),  # each draw would find other numbers
        ([BEFORE, "explore(lambda ax, lr=1: ax.plot(xs), lr=[1])\n%time 1", "xs = 3"], ["xs"]),
    ],
)
def test_a_name_that_a_later_cell_changes_is_found(cells, found):
    changed = late_names.changed([{"cell_type": "code", "source": cell} for cell in cells])
    assert [name for _, name in changed] == found


def fetching(path):
    """The first code cell of a notebook."""
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    return next("".join(cell["source"]) for cell in cells if cell["cell_type"] == "code")


@pytest.mark.parametrize("path", [*NOTEBOOKS, *sources(ROOT)], ids=name)
def test_the_first_cell_fetches_the_package_where_it_is_missing(path, monkeypatch):
    ran = []
    shell = SimpleNamespace(run_line_magic=lambda *asked: ran.append(asked))
    exec(fetching(path), {"get_ipython": lambda: shell})
    assert ran == [], "it is here"
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: ran or None)
    exec(fetching(path), {"get_ipython": lambda: shell})
    ((magic, line),) = ran
    assert (magic, shlex.split(line)[:-1]) == ("pip", ["install", "-q"])
    wanted = Requirement(shlex.split(line)[-1])
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    known = yaml.safe_load((ROOT / "_config.yml").read_text(encoding="utf-8"))["repository"]
    assert wanted.name == project["name"]
    assert wanted.extras == {"data", "torch"} <= set(project["optional-dependencies"])
    # The branch, or the tag of a release, from which the buttons open the notebook: so that the two are in step.
    assert wanted.url == source_zip(known["url"], known["branch"])


def test_a_first_cell_that_fetches_nothing_ends_in_one_sentence(monkeypatch, capsys):
    """A notebook without a network says what to do, and stops. The first cells are equal: one stands for all."""
    assert len({fetching(path) for path in [*NOTEBOOKS, *sources(ROOT)]}) == 1
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    monkeypatch.setattr(InteractiveShell, "run_line_magic", lambda *_: None)
    done = InteractiveShell().run_cell(fetching(NOTEBOOKS[0]))
    shown = capsys.readouterr()
    assert not done.success, "the cells below are not run"
    assert (shown.out + shown.err).splitlines() == [
        "UsageError: gradlab is still missing: go online, restart the kernel and run this again, "
        "or take a kernel that has it (`make setup` makes one)."
    ]


def too_long(cells, limit):
    """List the lines of code that the page cannot show whole."""
    lines = [line for cell in cells if cell["cell_type"] == "code" for line in "".join(cell["source"]).split("\n")]
    return [line for line in lines if len(line) > limit]


@pytest.mark.parametrize("path", [*NOTEBOOKS, *sources(ROOT)], ids=name)
def test_every_line_of_code_is_shown_whole(path):
    limit = tomllib.loads((ROOT / "chapters" / "ruff.toml").read_text(encoding="utf-8"))["line-length"]
    assert too_long(json.loads(path.read_text(encoding="utf-8"))["cells"], limit) == []
    assert too_long([{"cell_type": "code", "source": ["x = 1\n", "y" * (limit + 1)]}], limit) == ["y" * (limit + 1)]


def functions_shown(path):
    """The functions whose source a chapter shows, by the names that its cells import."""
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    code = "\n".join("".join(cell["source"]) for cell in cells if cell["cell_type"] == "code")
    origin = {}
    for node in ast.walk(ast.parse(code)):
        if isinstance(node, ast.ImportFrom):
            origin |= {alias.asname or alias.name: (node.module, alias.name) for alias in node.names}
    for shown in re.findall(r"^source\(([\w.]+)\)$", code, re.M):
        first, *attributes = shown.split(".")
        module, imported = origin[first]
        found = importlib.import_module(module)
        for attribute in (imported, *attributes):
            found = getattr(found, attribute, None) or importlib.import_module(f"{module}.{attribute}")
        yield found


@pytest.mark.parametrize("path", NOTEBOOKS, ids=name)
def test_every_line_of_a_source_is_shown_whole(path):
    for function in functions_shown(path):
        lines = [re.sub("[\u0300-\u036f]", "", line) for line in show.body(function).splitlines()]  # x̂ is one column
        assert [line for line in lines if len(line) > show.WIDTH] == [], function.__name__


@pytest.mark.parametrize("path", sources(ROOT), ids=name)
def test_what_a_source_withholds_is_there(path):
    withheld = json.loads(path.read_text(encoding="utf-8"))["metadata"]["gradlab"]["withheld"]
    assert sum(map(len, by_module(withheld).values())) == len(withheld) > 0
