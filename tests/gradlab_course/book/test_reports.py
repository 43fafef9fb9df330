"""Links to report a mistake, with and without a repository."""

from types import SimpleNamespace
from urllib.parse import parse_qs

import pytest
from bs4 import BeautifulSoup
from docutils import nodes

from gradlab_course.book import reports

ADDRESS = "https://example.org/book/"


@pytest.fixture
def app():
    """A book of two pages, which has an address and a repository."""
    env = SimpleNamespace(
        titles={"index": nodes.title("", "A & B"), "chapters/01_one": nodes.title("", "One")},
        found_docs={"index", "chapters/01_one"},
        toc_secnumbers={"chapters/01_one": {"#two": (1, 1)}},
    )
    options = {"repository_url": "https://example.org/repository/"}
    config = SimpleNamespace(html_baseurl=ADDRESS, html_theme_options=options, gradlab_version="0.1")
    return SimpleNamespace(env=env, config=config, builder=SimpleNamespace(get_target_uri="{}.html".format))


def page():
    """A page of two sections, one with a section in it."""
    deeper = nodes.section("", nodes.title("", "Deeper"), ids=["deeper"])
    first = nodes.section("", nodes.title("", "Two & more"), nodes.paragraph("", "…"), deeper, ids=["two"])
    other = nodes.section("", nodes.title("", "Three"), ids=["three"])
    tree = nodes.document("", None)
    tree += nodes.section("", nodes.title("", "One"), first, other, ids=["one"])
    return tree


def links(tree):
    html = "".join(node.astext() for node in tree.findall(nodes.raw))
    return BeautifulSoup(html, "html.parser").find_all("a")


def test_each_section_ends_with_a_link_to_the_form_with_its_name_filled_in(app):
    tree = page()
    reports.add_to_sections(app, tree, "chapters/01_one")
    first, second = links(tree)
    address, _, query = first["href"].partition("?")
    assert address == "https://example.org/repository/issues/new"
    asked = parse_qs(query)
    assert asked["title"] == ["Mistake in “1.1 Two & more”"]
    assert asked["body"][0].splitlines()[:4] == [
        "Page: One",
        "Section: 1.1 Two & more",
        f"Address: {ADDRESS}chapters/01_one.html#two",
        "Version: 0.1",
    ]
    assert first["aria-label"] == "Report a mistake here: 1.1 Two & more"
    assert second["aria-label"] == "Report a mistake here: Three"


def test_the_foot_of_a_page_has_a_link_to_the_form(app):
    context = {}
    reports.add_to_page(app, "index", "", context, None)
    body = parse_qs(context["report"].partition("?")[2])["body"][0]
    assert "Page: A & B\nAddress:" in body
    reports.add_to_page(app, "search", "", context, None)
    assert context["report"] == "", "it is no page of the contents"


@pytest.mark.parametrize("options", [{}, {"repository_url": ""}])
def test_without_a_repository_there_is_no_link(app, options):
    app.config.html_theme_options = options
    tree, context = page(), {}
    reports.add_to_sections(app, tree, "chapters/01_one")
    reports.add_to_page(app, "index", "", context, None)
    assert links(tree) == []
    assert context["report"] == ""


@pytest.mark.parametrize(("content", "version"), [("version: 0.10.0\n", "0.10.0"), (None, "")])
def test_the_version_is_that_of_the_citation(tmp_path, content, version):
    if content:
        (tmp_path / "CITATION.cff").write_text(content)
    assert reports.version(tmp_path) == version
