"""What the head of a page says, and the files beside the pages, with and without an address of the site."""

from datetime import date
from types import SimpleNamespace
from xml.etree import ElementTree

import pytest
from bs4 import BeautifulSoup
from docutils import nodes
from sphinx.errors import ConfigError

from gradlab_course.book import cards, heads

ADDRESS = "https://example.org/book/"
PAGES = {"index": "A & B", "chapters/01_one": "One"}


@pytest.fixture
def app(tmp_path, monkeypatch):
    """A book of two pages, which has a card and an address."""
    monkeypatch.setattr(cards, "of", lambda app, page: cards.Card("_static/cards/a.png?v=1", 'A "picture".'))
    env = SimpleNamespace(
        titles={page: nodes.title("", title) for page, title in PAGES.items()},
        found_docs=set(PAGES),
        metadata={page: {} for page in PAGES},
        gradlab_days={"index": date(2025, 3, 2)},
        get_doctree=lambda page: nodes.section("", nodes.paragraph("", "What it is about.")),
    )
    config = SimpleNamespace(html_baseurl=ADDRESS, root_doc="index", html_title="gradlab", language="en-GB")
    builder = SimpleNamespace(format="html", get_target_uri="{}.html".format)
    return SimpleNamespace(env=env, config=config, builder=builder, outdir=tmp_path)


def told(app, page):
    context = {}
    heads.describe(app, page, "", context, app.env.get_doctree(page))
    found = BeautifulSoup(context["metatags"], "html.parser").find_all("meta")
    return {one.get("property", one.get("name")): one["content"] for one in found}


def test_a_page_has_a_card_with_its_own_address_and_picture(app):
    said = told(app, "chapters/01_one")
    assert said["description"] == said["og:description"] == "What it is about."
    assert said["og:url"] == f"{ADDRESS}chapters/01_one.html"
    assert said["og:image"] == f"{ADDRESS}_static/cards/a.png?v=1"
    assert (said["og:image:width"], said["og:image:height"], said["og:image:alt"]) == ("1200", "630", 'A "picture".')
    assert (said["og:type"], said["twitter:card"]) == ("article", "summary_large_image")
    assert (told(app, "index")["og:type"], told(app, "index")["og:title"]) == ("website", "A & B")


def test_without_an_address_a_page_has_a_description_and_nothing_else(app):
    app.config.html_baseurl = ""
    assert set(told(app, "index")) == {"description"}


def test_a_page_without_a_picture_has_a_card_without_one(app, monkeypatch):
    monkeypatch.setattr(cards, "of", lambda app, page: None)
    said = told(app, "index")
    assert said["twitter:card"] == "summary"
    assert not [name for name in said if "image" in name]


@pytest.mark.parametrize(
    ("address", "name", "whole"),
    [
        ("https://a.org", "b.html", "https://a.org/b.html"),
        ("https://a.org/c/", "b/d.html", "https://a.org/c/b/d.html"),
        ("https://a.org/c", "", "https://a.org/c/"),
        ("", "b.html", ""),
    ],
)
def test_an_address_may_end_with_a_stroke_or_not(address, name, whole):
    assert heads.address(SimpleNamespace(html_baseurl=address), name) == whole


@pytest.mark.parametrize("address", ["example.org/book", "/book/", "ftp://example.org"])
def test_an_address_that_is_none_stops_the_build(address):
    with pytest.raises(ConfigError, match=r"baseurl in _config\.yml"):
        heads.check_address(None, SimpleNamespace(html_baseurl=address))


def test_the_files_beside_the_pages_lead_to_them(app):
    heads.write(app, None)
    urls = ElementTree.fromstring((app.outdir / "sitemap.xml").read_text(encoding="utf-8"))
    assert [[part.text for part in url] for url in urls] == [
        [f"{ADDRESS}chapters/01_one.html"],
        [f"{ADDRESS}index.html", "2025-03-02"],
    ]
    assert f"Sitemap: {ADDRESS}sitemap.xml" in (app.outdir / "robots.txt").read_text()
    front = BeautifulSoup((app.outdir / "index.html").read_text(encoding="utf-8"), "html.parser")
    assert front.find("meta", {"http-equiv": "refresh"})["content"] == "0; url=index.html"
    assert front.find("link", rel="canonical")["href"] == f"{ADDRESS}index.html"
    assert front.title.text == front.a.text == "A & B"
    assert front.find("meta", property="og:image")


def test_without_an_address_there_are_no_such_files_nor_old_ones(app):
    heads.write(app, None)
    app.config.html_baseurl = ""
    heads.write(app, None)
    assert [path.name for path in app.outdir.iterdir()] == ["index.html"]
    assert "http" not in (app.outdir / "index.html").read_text(encoding="utf-8").replace("http-equiv", "")
