"""`make book`, on a copy of the library with two small notebooks: what it executes, and what it never shows."""

import os
import re
import shutil
import signal
import subprocess
import sys
import time
from html import unescape

import nbformat
import pytest

from gradlab_course import ROOT
from gradlab_course.book import __main__ as book
from gradlab_course.notebooks import canonical, to_text

COUNT = """from pathlib import Path
log = Path("{0}.log")
_ = log.write_text((log.read_text() if log.exists() else "") + "x")"""

PROBE = '''"""A module that changes between two builds."""

VALUE = "first"


def value():
    """Give the first one.

        x ← first · x

    And no other.
    """
    return VALUE
'''


def notebook(*sources):
    """Make an unexecuted notebook: a title, then code."""
    cells = [nbformat.v4.new_markdown_cell("# A page\n\nPlain text.")]
    cells += [nbformat.v4.new_code_cell(source) for source in sources]
    return nbformat.v4.new_notebook(cells=cells, metadata=canonical({"nbformat": 4, "cells": []})["metadata"])


# --- parts ------------------------------------------------------------------------------------------------------


def executed():
    """Make a notebook as if it had been executed."""
    nb = notebook("print(42)")
    nb.cells[1].outputs = [nbformat.v4.new_output("stream", text="42\n")]
    return nb


def damage_nothing(entry):
    """Leave the entry whole."""


def damage_lost(entry):
    """The record was written, the file not yet."""
    entry.unlink()


def damage_half(entry):
    """The file was cut short."""
    entry.write_text(entry.read_text()[:100])


@pytest.mark.parametrize(("damage", "found"), [(damage_nothing, True), (damage_lost, False), (damage_half, False)])
def test_half_an_entry_of_the_cache_is_replaced(tmp_path, damage, found):
    cache = book.open_cache(tmp_path / "hash")
    assert not book.is_cached(cache, executed())
    book.store(cache, tmp_path / "a.ipynb", executed(), 1.0)
    [entry] = (tmp_path / "hash").rglob("base.ipynb")
    damage(entry)
    assert book.is_cached(cache, notebook("print(42)")) == found
    book.store(cache, tmp_path / "a.ipynb", executed(), 1.0)
    assert book.is_cached(cache, notebook("print(42)"))


@pytest.mark.parametrize("content", [b"", b"no database", None])
def test_broken_cache_is_dropped(tmp_path, content):
    path = tmp_path / "hash"
    book.store(book.open_cache(path), tmp_path / "a.ipynb", executed(), 1.0)
    assert book.is_cached(book.open_cache(path), executed())
    if content is None:
        (path / "global.db").unlink()
    else:
        (path / "global.db").write_bytes(content)
    cache = book.open_cache(path)
    book.store(cache, tmp_path / "a.ipynb", executed(), 1.0)
    assert book.is_cached(cache, executed())


def test_caches_of_other_code_are_dropped(tmp_path):
    book.open_cache(tmp_path / "old")
    book.open_cache(tmp_path / "new")
    assert [path.name for path in tmp_path.iterdir()] == ["new"]


def test_failure_names_notebook_cell_and_error(tmp_path, monkeypatch):
    monkeypatch.setattr(book, "ROOT", tmp_path)
    error, _ = book.execute(tmp_path / "bad.ipynb", notebook("x = 0", "1 / x"), 60)
    assert error.startswith("bad.ipynb, cell 3:")
    assert "ZeroDivisionError" in error


# --- the whole --------------------------------------------------------------------------------------------------


@pytest.fixture
def tree(tmp_path):
    """Make a small book beside a copy of the library."""
    shutil.copytree(ROOT / "code", tmp_path / "code", ignore=shutil.ignore_patterns("__pycache__", "*.egg-info"))
    for file in ("_config.yml", "constraints.txt"):
        shutil.copy(ROOT / file, tmp_path)
    (tmp_path / "_toc.yml").write_text(
        "format: jb-book\nroot: chapters/index\nchapters:\n"
        "- file: chapters/a\n- file: chapters/b\n- file: chapters/reference/probe\n"
    )
    (tmp_path / ".venv").mkdir()
    (tmp_path / ".venv" / "README.md").write_text("no page of the book")
    (tmp_path / "chapters").mkdir()
    (tmp_path / "chapters" / "index.md").write_text("# Welcome\n\nHello.\n")
    (tmp_path / "chapters" / "references.bib").write_text("")
    (tmp_path / "chapters" / "reference").mkdir()
    page = "# probe\n\n```{eval-rst}\n.. module-page:: probe\n```\n"
    (tmp_path / "chapters" / "reference" / "probe.md").write_text(page)
    (tmp_path / "code" / "gradlab" / "probe.py").write_text(PROBE)
    sources = {"a": "print('number', 6 * 7)", "b": "from gradlab import probe\nprint('probe', probe.VALUE)"}
    for stem, source in sources.items():
        (tmp_path / "chapters" / f"{stem}.ipynb").write_text(to_text(notebook(COUNT.format(stem), source)))
    return tmp_path


def start(tree):
    environment = os.environ | {"PYTHONPATH": str(tree / "code")}
    command = [sys.executable, "-m", "gradlab_course.book"]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "text": True}
    return subprocess.Popen(command, cwd=tree, env=environment, **pipes)


def build(tree):
    """Build; return the exit status, what was said, and how often each notebook has been executed so far."""
    process = start(tree)
    said = process.communicate(timeout=300)[0]
    counts = [len(log.read_text()) for log in sorted((tree / "chapters").glob("*.log"))]
    return process.returncode, said, counts


def edit(path, old, new):
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))


def page(tree, stem):
    """Return the text of a page's article."""
    html = (tree / "_build" / "html" / "chapters" / f"{stem}.html").read_text()
    return unescape(re.sub(r"<[^>]*>", "", html[html.index("<article") : html.index("</article>")]))


@pytest.mark.slow  # two builds, of which one is interrupted
@pytest.mark.skipif(os.name == "nt", reason="no Ctrl-C can be sent to one process")
@pytest.mark.parametrize("when", ["1 of 2", "building the pages"])
def test_an_interrupted_build_says_that_the_next_goes_on(tree, when):
    waits = "import pathlib, time; [time.sleep(0.1) for _ in range(600) if not pathlib.Path('go').exists()]"
    (tree / "chapters" / "b.ipynb").write_text(to_text(notebook(COUNT.format("b"), waits)))
    if when != "1 of 2":
        (tree / "chapters" / "go").touch()
    process = start(tree)
    while when not in (line := process.stdout.readline()):
        assert process.poll() is None
    if when == "1 of 2":
        assert re.fullmatch(r"  1 of 2  chapters/a\.ipynb  [\d.]+ s\n", line)
    time.sleep(1)
    process.send_signal(signal.SIGINT)
    said = process.communicate(timeout=60)[0]
    assert (process.returncode, said.strip()) == (130, book.KEPT)
    (tree / "chapters" / "go").touch()
    status, said, counts = build(tree)
    assert status == 0, said
    assert counts[0] == 1, "what was executed is kept"


@pytest.mark.slow  # seven builds in a row: only so does what one leaves behind meet the next
def test_book_executes_what_changed_and_shows_nothing_stale(tree):
    status, said, counts = build(tree)
    assert status == 0, said
    assert "index.html" in said
    assert counts == [1, 1], "Jupyter Book did not find what was executed before"
    assert "number 42" in page(tree, "a")
    assert "probe first" in page(tree, "b")
    for shown in ("Give the first one.", r"x \leftarrow \mathrm{first} \cdot x", "return VALUE", 'VALUE = "first"'):
        assert shown in page(tree, "reference/probe")

    edit(tree / "chapters" / "a.ipynb", "6 * 7", "6 * 9")
    edit(tree / "chapters" / "b.ipynb", "Plain text", "Another text")
    status, said, counts = build(tree)
    assert status == 0, said
    assert counts == [2, 1], "one notebook's code was edited, and the other's text"
    assert "number 54" in page(tree, "a")
    assert "Another text" in page(tree, "b")

    edit(tree / "code" / "gradlab" / "probe.py", "first", "second")
    process = start(tree)
    while "executing" not in process.stdout.readline():
        assert process.poll() is None
    time.sleep(1)
    process.send_signal(getattr(signal, "SIGKILL", signal.SIGTERM))
    process.communicate()
    for doctree in (tree / "_build" / ".doctrees").rglob("*.doctree"):
        doctree.write_bytes(b"cut short")
    status, said, counts = build(tree)
    assert status == 0, said
    assert "probe second" in page(tree, "b")
    assert "Give the second one." in page(tree, "reference/probe")
    assert "first" not in page(tree, "reference/probe")

    edit(tree / "chapters" / "index.md", "Hello", r"[Hello](nowhere.md) $\nosuch$")
    for _ in range(2):  # the second time Sphinx alone would find the page unchanged, and call it a success
        status, said, _ = build(tree)
        assert status != 0
        assert "nowhere.md" in said
        assert re.search(r"chapters/index\.md.* the formula \\nosuch", said)
    edit(tree / "chapters" / "index.md", r"[Hello](nowhere.md) $\nosuch$", "Hello")
    edit(tree / "chapters" / "a.ipynb", "6 * 9", "6 / 0")
    status, said, _ = build(tree)
    assert status != 0
    assert "chapters/a.ipynb, cell 3" in said
    assert "ZeroDivisionError" in said
