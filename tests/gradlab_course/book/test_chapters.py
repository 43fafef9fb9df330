"""What the build says of a chapter: how long its sections take, and which pages it has."""

from types import SimpleNamespace

import pytest
from docutils import nodes

from gradlab_course.book.chapters import (
    COUNTED,
    figures_before,
    first_pages,
    minutes,
    number_figures,
    pages_of,
    thumbnail,
)


def prose(text):
    return {"cell_type": "markdown", "source": text, "metadata": {}}


def code(text, *tags):
    return {"cell_type": "code", "source": text.splitlines(keepends=True), "metadata": {"tags": list(tags)}}


def test_each_section_takes_its_words_lines_figures_and_outputs():
    cells = [
        prose("# Title\n\n" + "word " * 148 + "\n\n## One\n\n$\\alpha \\beta$ a [two words](a/long/address.md)"),
        code("x = 1\n\n" * 13),
        prose("## Two\n\n" + "word " * 75 + "\n\n## Three\n"),
        code("explore(\n    draw,\n)\n", "hide-input"),
        code("print(1)\n" * 26, "nbval-check-output"),
    ]
    spent = minutes(cells)
    assert list(spent) == ["", "One", "Two", "Three"]
    assert spent[""] == pytest.approx(149 / 150)
    assert spent["One"] == pytest.approx(2 / 150 + 1)
    assert spent["Two"] == pytest.approx(0.5)
    assert spent["Three"] == pytest.approx(2 + 0.5 + 2)


def test_a_playground_takes_as_long_as_another_figure():
    assert minutes([prose("## One"), code("playground(\n    1\n)\n", "hide-input")])["One"] == 2


ENV = SimpleNamespace(
    toctree_includes={
        "chapters/index": ["chapters/01_one", "chapters/02_two", "chapters/notation"],
        "chapters/01_one": ["chapters/01_more", "chapters/01_most"],
        "chapters/exercises/index": ["chapters/exercises/01_one/01_one"],
    },
    metadata={
        "chapters/01_one": {"figures": 3},
        "chapters/01_more": {"figures": 2},
        "chapters/01_most": {},
        "chapters/02_two": {"figures": 1},
    },
)


@pytest.mark.parametrize(
    ("page", "pages", "before"),
    [
        ("chapters/01_one", ["chapters/01_one", "chapters/01_more", "chapters/01_most"], 0),
        ("chapters/01_more", ["chapters/01_one", "chapters/01_more", "chapters/01_most"], 3),
        ("chapters/01_most", ["chapters/01_one", "chapters/01_more", "chapters/01_most"], 5),
        ("chapters/02_two", ["chapters/02_two"], 0),
        ("chapters/notation", [], 0),
        ("chapters/exercises/01_one/01_one", [], 0),
    ],
)
def test_figures_are_counted_through_the_pages_of_a_chapter(page, pages, before):
    assert pages_of(ENV, page) == pages
    assert figures_before(ENV, page) == before


def test_the_list_of_chapters_has_the_first_page_of_each():
    env = SimpleNamespace(**vars(ENV), found_docs={*ENV.metadata, "chapters/index", "chapters/notation"})
    assert first_pages(env) == ["chapters/01_one", "chapters/02_two"]


def test_what_the_minutes_count_is_said_in_numbers():
    assert "150 words" in COUNTED and "13 lines" in COUNTED and "2 minutes" in COUNTED and "30 seconds" in COUNTED


def figure(mark):
    """The HTML of a figure of two panels."""
    panels = "".join(f'<g class="panel" transform="translate(9)"><path d="{mark}{i}"/><text>x</text></g>' for i in "12")
    return f'<figure class="explore" style="--w:310;--h:165"><svg>{panels}</svg></figure>'


@pytest.mark.parametrize(("tagged", "drawn"), [([], "a"), ([1], "b"), ([1, 2], "b")])
def test_the_thumbnail_is_the_last_panel_of_the_figure_that_is_tagged(tmp_path, tagged, drawn):
    page = nodes.section()
    for i, mark in enumerate("abc"):
        cell = nodes.container(classes=["cell", *(["tag_thumbnail"] if i in tagged else [])])
        cell += nodes.raw("", figure(mark), format="html")
        page += cell
    app = SimpleNamespace(env=SimpleNamespace(get_doctree=lambda name: page), outdir=tmp_path)
    svg = (tmp_path / thumbnail(app, "chapters/01_one")).read_text(encoding="utf-8")
    assert svg.count("<path") == 1
    assert f'd="{drawn}2"' in svg
    assert "<text" not in svg
    assert "translate" not in svg


def test_a_figure_outside_the_chapters_has_no_number():
    caption = '<figcaption><a class="number" href="#figure-a">Figure</a> Look.</figcaption>'
    for page, there in (("chapters/notation", False), ("chapters/02_two", True)):
        context = {"body": caption}
        number_figures(SimpleNamespace(env=ENV), page, "", context, None)
        assert ("Figure 2.1" in context["body"]) == there
        assert ("Figure" in context["body"]) == there
