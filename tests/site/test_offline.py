"""The zip of the whole book, unpacked and opened from the file system as its reader does."""

import re
import zipfile
from urllib.parse import urljoin

import pytest
from pages import open_page

from gradlab_course.book import offline

PLAYGROUND = "chapters/playground.html"
SITUATION = "(it) => JSON.stringify(it.playground?.situation)"


@pytest.fixture(scope="module")
def unpacked(site, tmp_path_factory):
    """Unpack the zip of the site that was built."""
    folder = tmp_path_factory.mktemp("offline")
    with zipfile.ZipFile(site / offline.ZIP) as packed:
        packed.extractall(folder)
    return folder / "gradlab-book"


def test_the_landing_page_offers_the_book_and_says_how_large_it_is(site):
    html = (site / offline.LANDING).read_text(encoding="utf-8")
    size = (site / offline.ZIP).stat().st_size
    assert f'<a href="../{offline.ZIP}" download>The whole book</a> (zip, {size / 1e6:.1f} MB)' in html
    assert size < 12_000_000


def test_nothing_is_in_the_zip_twice(unpacked):
    contents = [path.read_bytes() for path in unpacked.rglob("*") if path.is_file() and path.stat().st_size > 500]
    assert len(contents) > 100
    assert len(set(contents)) == len(contents)


def test_every_link_of_the_zip_leads_somewhere(unpacked):
    """To a file, that is; whether its places are there is asked of the site."""
    pages = list(unpacked.rglob("*.html"))
    assert len(pages) > 60
    for page in pages:
        for address in re.findall(
            r' (?:href|src|action|data-\w+)="([\w./-]+\.\w+)["?#]', page.read_text(encoding="utf-8")
        ):
            assert (page.parent / address).exists(), (page, address)


@pytest.mark.slow  # a reader's whole way through an unpacked book, in one browser
def test_the_unpacked_book_works_without_a_server(unpacked, chromium):
    context = chromium.new_context(offline=True, viewport={"width": 1280, "height": 900})
    page = open_page(context, unpacked.as_uri(), offline.START)
    page.wait_for_url("**/chapters/index.html")
    assert page.locator("[data-downloads] a").count() == 1, "what is not in the zip is not offered"
    page.keyboard.press("Control+k")
    page.keyboard.type("diverges")
    found = page.locator("#pst-search-dialog .found li a").first
    found.wait_for()
    assert "01_gradient_descent.html" in found.get_attribute("href")
    page.goto(urljoin(page.url, found.get_attribute("href")), wait_until="load")
    figure = page.locator("figure.explore").first
    before = figure.locator("> svg").inner_html()
    figure.locator("input[type=range]").first.focus()
    page.keyboard.press("ArrowRight")
    page.wait_for_function(
        "([it, was]) => it.innerHTML !== was", arg=[figure.locator("> svg").element_handle(), before]
    )
    page.goto(f"{unpacked.as_uri()}/{PLAYGROUND}", wait_until="load")
    page.wait_for_selector("figure.playground.alive")
    figure = page.locator("figure.playground").first
    before = figure.evaluate(SITUATION)
    figure.locator(".handle").first.focus()
    page.keyboard.press("ArrowRight")
    assert figure.evaluate(SITUATION) != before
    page.get_by_role("button", name="Edit the rule").first.click()
    page.wait_for_selector("figure.playground textarea")
    page.wait_for_function("window.__BRYTHON__")
    assert page.wrong == []
    assert [url for url in page.asked if not url.startswith((unpacked.as_uri(), "data:"))] == []
    context.close()
