"""The zip of the whole book, on a small site; tests/site opens that of the book in a browser."""

import zipfile

import pytest

from gradlab_course.book import offline
from gradlab_course.book.downloads import ZIP as EXERCISES

LANDING = """<link rel="canonical" href="https://host/index.html"><meta content="https://host/_static/cards/a.png">
<div data-downloads=""></div><a href="./one.html#place">one</a><a href="mailto:me">me</a>
<dialog data-script="../_static/search.js?v=1"></dialog><form action="../search.html"></form>"""
ONE = f"""<a href="../_sources/chapters/one.ipynb" download></a> <img src="../_images/a%20b.svg">
<a href="two.html"></a> <a href="{EXERCISES.removeprefix("chapters/")}"></a> <a href="../../outside.html"></a>"""
SITE = {
    "index.html": '<meta http-equiv="Refresh" content="0; url=chapters/index.html" />',
    "chapters/index.html": LANDING,
    "chapters/one.html": ONE,
    "chapters/two.html": '<a href="one.html">back</a>',
    "search.html": "",
    "404.html": "",
    "sitemap.xml": "",
    ".buildinfo": "",
    "_images/a b.svg": "<svg/>",
    "_sources/chapters/one.ipynb": "{}",
    "_sources/chapters/index.md": "",
    "_static/search.js": "",
    "_static/cards/a.png": "",
    "_static/playground/editor.js": "",
    EXERCISES: "z" * 260_000,
}
NEEDED = SITE.keys() - {"404.html", "sitemap.xml", ".buildinfo", "_sources/chapters/index.md", "_static/cards/a.png"}


@pytest.fixture
def site(tmp_path):
    """Write the small site; beside it is a file that no page of it may pull in."""
    (tmp_path / "outside.html").write_text("private")
    folder = tmp_path / "html"
    for name, text in SITE.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def unpacked(site):
    """The files in the zip of a site."""
    with zipfile.ZipFile(site / offline.ZIP) as opened:
        return {name.removeprefix("gradlab-book/"): opened.read(name).decode() for name in opened.namelist()}


def test_the_zip_holds_what_a_reader_needs_and_no_more(site):
    offline.write(site)
    assert unpacked(site).keys() == NEEDED


def test_the_landing_page_offers_what_there_is_with_its_size(site):
    offline.write(site)
    told = (site / offline.LANDING).read_text(encoding="utf-8")
    assert '<a href="../gradlab-book.zip" download>The whole book</a> (zip, 0.0 MB)' in told
    assert f'<a href="{EXERCISES.removeprefix("chapters/")}" download>All exercises</a> (zip, 0.3 MB)' in told
    assert ".pdf" not in told
    (site / offline.PDF).write_bytes(b"%PDF" + bytes(2_000_000))
    offline.tell(site)
    told = (site / offline.LANDING).read_text(encoding="utf-8")
    assert '<a href="../gradlab-book.pdf" download>The chapters on paper</a> (PDF, 2.0 MB)' in told
    assert told.count("<li>") == 3


def test_in_the_zip_the_landing_page_offers_only_what_is_there(site):
    (site / offline.PDF).write_bytes(b"%PDF")
    offline.write(site)
    told = unpacked(site)[offline.LANDING]
    assert "gradlab-book" not in told
    assert told.count("<li>") == 1 and "All exercises" in told


def test_equal_sites_give_equal_bytes_and_a_pdf_stays(site):
    offline.write(site)
    first, page = (site / offline.ZIP).read_bytes(), (site / offline.LANDING).read_bytes()
    (site / offline.PDF).write_bytes(b"%PDF")
    offline.write(site)
    assert (site / offline.PDF).exists()
    (site / offline.ZIP).write_bytes(first[:1000])  # a killed build
    offline.write(site)
    assert (site / offline.ZIP).read_bytes() == first
    assert (site / offline.LANDING).read_bytes() == page


def test_a_changed_page_gives_another_zip_and_takes_the_pdf_away(site):
    offline.write(site)
    (site / offline.PDF).write_bytes(b"%PDF")
    (site / "chapters/two.html").write_text("changed")
    offline.write(site)
    assert unpacked(site)["chapters/two.html"] == "changed"
    assert not (site / offline.PDF).exists()


def test_a_folder_that_is_no_site_is_refused(tmp_path):
    with pytest.raises(ValueError, match=r"site must be a folder with a built book, .* has no index\.html"):
        offline.write(tmp_path)
    assert not list(tmp_path.iterdir())


def test_what_is_no_zip_is_not_up_to_date(tmp_path):
    (tmp_path / "a.zip").write_bytes(b"no zip")
    assert not offline.is_up_to_date(tmp_path / "a.zip", {})
    assert not offline.is_up_to_date(tmp_path / "none.zip", {})
