"""Where each source is cited: noted when a page is read, told at its entry."""

from types import SimpleNamespace

import pytest
from docutils import nodes
from sphinx import addnodes

from gradlab_course.book import citations
from gradlab_course.book.citations import LIST

CHAPTER, FURTHER, MODULE = "chapters/01_a", "chapters/01_b", "chapters/reference/rules"
ENTRY = '<div class="citation" id="{0}" role="listitem">\n<p>{0}.</p>\n</div>\n'


def cites(key):
    """A link to an entry, as MyST makes it of [x](references.md#key)."""
    return nodes.paragraph("", "", addnodes.pending_xref("", reftarget=LIST, reftargetid=key))


def section(name, title, *children):
    return nodes.section("", nodes.title("", title), *children, ids=[name])


def document(*children):
    page = nodes.document("", "")
    page.extend(children)
    return page


PAGES = {
    CHAPTER: document(section("a", "A", cites("ada"), section("b", "B", cites("ada"), cites("bea"), cites("ada")))),
    FURTHER: document(section("c", "C", cites("ada"), section("d", "D", cites("bea")))),
    MODULE: document(
        section(
            "rules",
            "rules",
            addnodes.desc(
                "",
                addnodes.desc_signature("", ids=["gradlab.rules.adam"]),
                nodes.paragraph("", "", nodes.reference(refuri="../references.html#ada")),
                nodes.paragraph("", "", nodes.reference(refuri="https://example.org/x.html#cleo")),
            ),
        )
    ),
    LIST: document(section("references", "References", cites("bea"))),
}


@pytest.fixture
def app():
    """Pages that have been read."""
    env = SimpleNamespace(
        config=SimpleNamespace(external_site_map=dict.fromkeys(PAGES)),
        found_docs=set(PAGES),
        metadata={page: {} for page in PAGES},
        titles={CHAPTER: nodes.title("", "A"), FURTHER: nodes.title("", "C"), MODULE: nodes.title("", "rules")},
        toc_secnumbers={CHAPTER: {"": (1,), "#b": (1, 1)}, FURTHER: {"": None, "#d": None}},
    )
    app = SimpleNamespace(env=env)
    for env.docname, doctree in PAGES.items():
        citations.note_citations(app, doctree)
    return app


def test_an_entry_tells_where_it_is_cited(app):
    assert citations.citations(app.env) == {
        "ada": [
            (CHAPTER, "", "1", "A"),
            (CHAPTER, "b", "1.1", "B"),
            (FURTHER, "", "C", ""),
            (MODULE, "gradlab.rules.adam", "rules.adam", ""),
        ],
        "bea": [(CHAPTER, "b", "1.1", "B"), (FURTHER, "d", "C: D", "")],
    }
    assert citations.first(app.env) == ["bea"]


def test_the_links_stand_in_the_entries(app):
    context = {"body": "".join(map(ENTRY.format, ("ada", "bea", "cleo"))), "pathto": lambda page: f"{page}.html"}
    citations.tell(app, CHAPTER, None, {"pathto": None}, None)
    citations.tell(app, LIST, None, context, None)
    ada, bea, cleo = context["body"].split("</div>\n")[:3]
    assert f'<a href="{CHAPTER}.html#b" title="B">1.1</a>' in ada and citations.FIRST not in ada
    assert f'<a href="{FURTHER}.html#d">C: D</a>' in bea and citations.FIRST in bea
    assert cleo + "</div>\n" == ENTRY.format("cleo")


def test_the_list_is_written_anew_when_it_is_cited_elsewhere(app):
    assert citations.changed(app, app.env) == [LIST]
    assert citations.changed(app, app.env) == []
    app.env.toc_secnumbers[CHAPTER]["#b"] = (1, 2)
    assert citations.changed(app, app.env) == [LIST]
