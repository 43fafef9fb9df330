"""What readers search: which places a page has, and which of its words are found there."""

import json
import re
from io import StringIO

import pytest
from docutils import nodes
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.util.docutils import docutils_namespace

from gradlab_course import ROOT
from gradlab_course.book import search
from gradlab_course.book.inline import inline, readable
from gradlab_course.book.search import Place, places, script

STATIC = ROOT / "code" / "gradlab_course" / "book" / "static"

PAGE = r"""
A page
======

An introduction with a *term* and :math:`1 - \alpha\lambda_1`.

.. contents::
   :local:

A section
---------

**Plain** text with ``code``.

.. code-block:: python

   codeword = 1

.. math:: displayed = 2

.. container:: cell_output

   .. raw:: html

      <figure><svg><text>drawn</text></svg><figcaption><a class="number" href="#f">Figure</a>
      <strong>It falls</strong> at <button>0.5</button>.</figcaption></figure>

.. raw:: html

   <details><summary>Solution</summary>

The secret.

.. raw:: html

   </details>

After it.

Below it
^^^^^^^^

Third level.

Deeper still
~~~~~~~~~~~~

Fourth *level*.

=====  =========
rate   happens
=====  =========
small  it creeps
=====  =========

lr
   the learning rate

Members
-------

Of a module.

.. py:function:: adam(x, g)

   Adam's step.

.. py:class:: MLP

   A network.

   .. py:method:: grad(x)

      Its gradient.
"""


@pytest.fixture(scope="module")
def doctree(tmp_path_factory):
    """Read the page."""
    root = tmp_path_factory.mktemp("page")
    (root / "index.rst").write_text(PAGE)
    warnings = StringIO()
    with docutils_namespace():  # another build in this process has registered its nodes
        app = Sphinx(root, None, root / "out", root / "out", "dummy", status=None, warning=warnings)
        app.build()
    assert warnings.getvalue() == ""
    return app.env.get_doctree("index")


@pytest.fixture(scope="module")
def found(doctree):
    return {place.title: place for place in places("index", doctree, {"": (2,), "#a-section": (2, 1)})}


def test_places_are_sections_down_to_the_third_level_and_members(found):
    assert [(one.title, one.kind, one.anchor) for one in found.values()] == [
        ("A page", "page", ""),
        ("A section", "section", "a-section"),
        ("Below it", "section", "below-it"),
        ("Members", "section", "members"),
        ("adam", "member", "adam"),
        ("MLP", "member", "MLP"),
        ("MLP.grad", "member", "MLP.grad"),
    ]
    assert (found["A page"].number, found["A section"].number, found["Members"].number) == ("2", "2.1", "")


def test_the_text_is_what_is_read_there_and_no_more(found):
    assert found["A page"].text == "An introduction with a term and 1 − αλ₁."
    assert found["A section"].text == "Plain text with code.\nIt falls at 0.5.\nAfter it."
    assert found["Below it"].text.splitlines() == [
        "Third level.",
        "Fourth level.",
        "rate: happens",
        "small: it creeps",
        "lr: the learning rate",
    ]
    assert (found["Members"].text, found["adam"].text) == ("Of a module.", "Adam’s step.")
    assert (found["MLP"].text, found["MLP.grad"].text) == ("A network.", "Its gradient.")


def test_stressed_terms_are_those_of_the_section(found):
    terms = {title: one.terms for title, one in found.items() if one.terms}
    assert terms == {"A page": "term", "A section": "Plain", "Below it": "level"}


def test_a_term_is_explained_where_it_is_stressed_first():
    first, second = Place("a", "", "A", terms="gradient\nno step is so long that it ends"), Place("b", "", "B")
    second.terms = "Gradient\nmean square\nmean square"
    search.explain_once([first, second])
    assert (first.terms, second.terms) == ("gradient", "mean square")


def questions():
    """A page as MyST reads it: a heading, words, and a section with a table of three rows."""

    def row(question, *links):
        answer = nodes.paragraph("", "", nodes.Text("Yes. "))
        for page, slug in links:
            answer += addnodes.pending_xref("", nodes.inline("", slug), reftarget=page, reftargetid=slug)
        return nodes.row("", nodes.entry("", nodes.paragraph("", "", *question)), nodes.entry("", answer))

    rows = [
        row([nodes.Text("You ask")]),
        row([nodes.Text("Is "), nodes.math("", r"\alpha"), nodes.Text(" small?")], ("a", "one--two"), ("b", "")),
        row([nodes.Text("Why?")], ("a", "one--two")),
        row([nodes.Text("Where?")], ("b", "")),
    ]
    inner = nodes.section("", nodes.title("", "On rates"), nodes.table("", nodes.tgroup("", nodes.tbody("", *rows))))
    return nodes.section("", nodes.title("", "Questions"), nodes.paragraph("", "Words."), inner, ids=["questions"])


def test_a_question_is_found_where_it_is_answered_and_not_in_the_list():
    doctree = nodes.document(None, None, "", questions())
    asked = search.take_questions(doctree)
    assert asked == [("Is α small?", "a", "one--two"), ("Why?", "a", "one--two"), ("Where?", "b", "")]
    assert [(place.title, place.text) for place in places("q", doctree)] == [("Questions", "Words.")]
    found = [Place("a", "", "A"), Place("a", "one-two", "One & two"), Place("b", "", "B")]
    search.put_questions(found, [*asked, ("Lost?", "a", "nowhere")], {"a": {"one--two": (1, "one-two", "One & two")}})
    assert [place.asked for place in found] == ["", "Is α small?\nWhy?", "Where?"]


@pytest.mark.parametrize(
    ("tex", "text"),
    [
        (r"1 - \alpha\lambda", "1 − αλ"),
        (r"\theta_0 + \theta_1 x", "θ₀ + θ₁x"),
        (r"x_{t+1}", "xₜ₊₁"),
        (r"\alpha_\text{best}", "α_best"),
        (r"x^2", "x²"),
        (r"10^{-12}", "10⁻¹²"),
        (r"e^{-\lambda t}", "e^−λt"),
        (r"x_i^2", "xᵢ²"),
        (r"f'(x)", "f′(x)"),
        (r"\tfrac12 x^2", "½x²"),
        (r"\frac{1}{2n}", "1/(2n)"),
        (r"\frac{\lambda_{\max}}{\lambda_{\min}}", "λₘₐₓ/λₘᵢₙ"),
        (r"\sqrt{a + b}", "√(a + b)"),
        (r"\hat{y}", "y\u0302"),
        (r"\alpha \le 2/\lambda", "α ≤ 2/λ"),
        (r"\nosuch", ""),
    ],
)
def test_formulas_are_readable(tex, text):
    assert readable(tex) == text


def test_raw_tex_is_in_no_text():
    paragraph = nodes.paragraph("", "", nodes.Text("As "), nodes.math("", r"\kappa"), nodes.Text(" grows"))
    assert inline(paragraph) == "As κ grows"


def test_the_file_holds_places_synonyms_and_where_to_go_on():
    (_, page, anchor), *_ = search.ELSEWHERE
    found = [Place(page, "", "A", kind="page"), Place(page, anchor, "B", "1.7", text="Text")]
    text = script(found, {page: "A"}, lambda name: f"{name}.html")
    data = json.loads(re.fullmatch(r"var bookIndex = (.*);\n", text)[1])
    assert data["pages"] == [["A", f"{page}.html"]]
    assert data["places"][1] == {
        "page": 0, "anchor": anchor, "title": "B", "number": "1.7", "kind": "section", "text": "Text"
    }  # fmt: skip
    assert data["synonyms"][0][:2] == ["learning rate", "step size"]
    assert [where for _, where in data["elsewhere"]] == [f"{page}.html#{anchor}"], "only what there is"


def test_no_phrase_has_two_meanings():
    phrases = [phrase for row in search.SYNONYMS for phrase in row.split(", ")]
    assert len(phrases) == len(set(phrases))
    assert all(re.fullmatch(r"[a-z0-9]+( [a-z0-9]+)*", phrase) for phrase in phrases)


def test_the_engine_has_its_licence_with_it():
    text = (STATIC / "minisearch.js").read_text(encoding="utf-8")
    assert text.startswith("/*! MiniSearch 7.") and "Copyright 2022 Luca Ongaro" in text[:300]
    assert "Permission is hereby granted" in text[:400]


@pytest.mark.parametrize("name", ["search.js", "minisearch.js"])
def test_a_script_loses_its_comments_and_nothing_else(name):
    code = (STATIC / name).read_text(encoding="utf-8")
    left = iter(search.bare(code).splitlines())
    waiting, gone, inside = next(left), 0, False
    for line in map(str.lstrip, code.splitlines()):
        if line == waiting and not inside:
            waiting = next(left, None)
        else:
            assert inside or line.startswith(("//", "/*")), line
            inside, gone = (inside or line.startswith("/*")) and "*/" not in line, gone + 1
    assert waiting is None and gone > 10, "this test would see it"
    assert search.bare(search.bare(code)) == search.bare(code), "a second build changes nothing"


def test_what_looks_like_a_comment_in_a_line_stays():
    code = '/*! A\n  licence */\n  /** what\n   * it does */\n  get("https://a"); // why\n  // said\n  a /* b */ + 1;\n'
    assert search.bare(code) == '/*! A\nlicence */\nget("https://a"); // why\na /* b */ + 1;\n'


def test_where_a_source_is_to_be_had_is_no_text():
    assert search.ADDRESS.sub("", "A. Author. A title. 2023. arXiv:2209.04836.") == "A. Author. A title. 2023."
    assert search.ADDRESS.sub("", "A set. 1998. doi:10.24432/C50P49.") == "A set. 1998."


@pytest.mark.parametrize(("classes", "found"), [(["course"], ["Kept."]), ([], ["Kept.", "Words of chapters."])])
def test_the_words_of_a_table_of_contents_are_found_where_it_leads(classes, found):
    table = nodes.table("", nodes.paragraph("", "Words of chapters."), classes=classes)
    section = nodes.section("", nodes.title("", "Contents"), nodes.paragraph("", "Kept."), table, ids=["contents"])
    assert [*search.blocks(section)] == found
