"""The pages at the back of the book, and the reference as a reader meets it."""

import re

import pytest
from pages import CHAPTER

from gradlab_course.book.reference import PAGES as REFERENCE
from gradlab_course.book.reference import bibliography

BROKEN = """(all) => all.filter((it) => {
  const lines = new Set([...it.getClientRects()].map((box) => Math.round(box.top)));
  const table = it.closest(".pst-scrollable-table-container").getBoundingClientRect();
  return lines.size > 1 || it.getBoundingClientRect().right > table.right;
}).map((it) => it.innerText)"""


@pytest.mark.parametrize("width", [1280, 390])
def test_notation_breaks_no_code_and_hides_none(visit, width):
    page = visit("chapters/notation.html", width=width)
    code = page.locator("table.notation code")
    assert code.count() > 20
    assert code.evaluate_all(BROKEN) == []


def test_the_book_leads_from_its_first_page_by_the_playground_to_chapter_1(visit):
    page = visit("chapters/index.html")
    for name in ("chapters/playground.html", CHAPTER):
        page.locator("a.right-next").click()
        page.wait_for_url(f"**/{name}")


def test_each_source_tells_where_it_is_cited(site):
    html = (site / "chapters" / "references.html").read_text(encoding="utf-8")
    entries = dict(re.findall(r'<div class="citation" id="([^"]+)"(.*?)</div>', html, re.S))
    assert set(entries) == {key for key, *_ in bibliography()}
    assert [key for key, text in entries.items() if '<p class="cited">' not in text] == []
    assert 'href="reference/rules.html#gradlab.rules.adam">rules.adam</a>' in entries["kingma2015"]
    assert sum('<p class="first">' in text for text in entries.values()) == 5


def test_modules_for_authors_are_folded(visit):
    page = visit(f"{REFERENCE}index.html")
    link = page.locator("article a[href='_arrays.html#module-gradlab._arrays']").first
    aside = page.locator("nav.bd-docs-nav a[href='_arrays.html']")
    assert page.locator("article a", has_text="adam").first.is_visible()
    assert not link.is_visible() and not aside.is_visible()
    page.locator("details.more > summary").click()
    assert link.is_visible()


def test_an_entry_has_its_import_to_copy_and_links_to_its_twin(visit):
    page = visit(f"{REFERENCE}rules.html", scheme="file")
    entry = page.locator("dl.py", has=page.locator("[id='gradlab.rules.adam']")).last
    assert entry.locator("div.import pre").text_content().strip() == "from gradlab.rules import adam"
    assert entry.locator("div.import button.copybtn").count() == 1
    twin = entry.locator("a", has_text="torch.optim.Adam").get_attribute("href")
    assert twin == "https://docs.pytorch.org/docs/stable/generated/torch.optim.Adam.html"
