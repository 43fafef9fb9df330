"""The book on paper: a small one is put together and printed."""

import re
from concurrent.futures import ThreadPoolExecutor

import pytest
from bs4 import BeautifulSoup

from gradlab_course.book import offline
from gradlab_course.editions import __main__ as editions
from gradlab_course.editions import paper, pdf

PAGE = """<html><body><nav>menu</nav><article class="bd-article"><section id="{id}">
<h1><span class="section-number">{n}. </span>{title}<a class="headerlink" href="#{id}">#</a></h1>
<p class="downloads"><a href="../_sources/x.ipynb">Download</a></p>{body}</section></article></body></html>"""
ONE = """<p>We use <a href="02_two.html#here">two</a>, <a href="02_two.html#gone">it</a>,
<a href="reference/rules.html#adam">adam</a>, <a href="https://host/x">x</a>, <a href="#why">why</a> and
<math><mi>x</mi></math>, too.</p>
<details class="hide"><summary>Show</summary><pre>folded</pre></details>
<pre><a class="entry" href="reference/rules.html"><span class="n">adam</span></a><span class="p">(</span><span
class="k">None</span><span class="p">)</span></pre>
<section id="why"><h2>Why &amp; how<a class="headerlink" href="#why">#</a></h2><p>So.</p></section>
<figure class="explore" id="same"><svg><defs><clipPath id="c"></clipPath><path id="m" d="M0 0"></path></defs>
<g clip-path="url(#c)"><use href="#m"></use></g></svg><fieldset disabled><label for="lr">lr</label><input id="lr"
type="range"><output for="lr">0.1</output><button class="play">Play</button></fieldset></figure>
<img src="../_images/a.svg"><textarea class="prediction"></textarea>"""
TWO = '<section id="here"><h2>Here</h2><p>And <a href="01_one.html">back</a>.</p></section><p id="same">Same.</p>'
TOC = "format: jb-book\nroot: chapters/index\nchapters:\n" + "".join(
    f"  - file: chapters/{name}\n" for name in ("playground", "01_one", "02_two", "instructors", "notation")
)
CONTENTS = paper.contents
PAGES = ["chapters/01_one", "chapters/02_two", "chapters/notation"]


@pytest.fixture
def root(tmp_path):
    """Make a repository with a site of three pages that are printed, and a landing page."""
    site = tmp_path / "_build" / "html"
    (site / "chapters").mkdir(parents=True)
    bodies = {"01_one": ("Gradient descent", ONE), "02_two": ("Batches", TWO), "notation": ("Notation", "<p>x</p>")}
    for n, (name, (title, body)) in enumerate(bodies.items(), 1):
        html = PAGE.format(id="top", n=n, title=title, body=body)
        (site / "chapters" / f"{name}.html").write_text(html, encoding="utf-8")
    (site / offline.LANDING).write_text("<div data-downloads></div>")
    (tmp_path / "_toc.yml").write_text(TOC)
    (tmp_path / "_config.yml").write_text("copyright: free\nrepository:\n  url: https://host/me/book\n")
    about = "title: 'small: a book'\nversion: 1.2\ndate-released: 2026-11-05\nauthors: [{name: Ann}, {name: Bob}]\n"
    (tmp_path / "CITATION.cff").write_text(about)
    return tmp_path


@pytest.fixture
def trees(root):
    """Give the parts of the small book, joined, of which nobody knows where it is published."""
    found = paper.articles(root / paper.SITE, paper.parts(root))
    paper.join(found, "")
    return found


def test_chapters_and_what_stands_at_the_back_are_printed_in_order(root):
    assert paper.parts(root) == PAGES


def test_what_is_of_use_on_a_screen_alone_is_left_out(trees):
    one = trees["chapters/01_one"]
    assert "disabled" not in one.fieldset.attrs, "the controls' values are printed"
    assert one.output.get_text() == "0.1"
    assert not one.select("button, textarea, .headerlink, .downloads, details")
    assert "folded" not in one.get_text()


def test_links_stay_in_the_document_where_they_can(trees):
    links = {link.get_text(): link["href"] for link in trees["chapters/01_one"].select("a")}
    assert links == {"two": "#02_two--here", "it": "#02_two", "x": "https://host/x", "why": "#01_one--why"}
    assert "adam," in trees["chapters/01_one"].p.get_text(), "its text stays where the link goes"
    assert trees["chapters/02_two"].a["href"] == "#01_one"


@pytest.mark.parametrize("address", ["https://site.org/book", "https://site.org/book/"])
def test_other_links_lead_to_the_site_if_it_has_an_address(root, address):
    found = paper.articles(root / paper.SITE, PAGES)
    paper.join(found, address)
    links = {link.get_text(): link["href"] for link in found["chapters/01_one"].select("a")}
    assert links["adam"] == "https://site.org/book/chapters/reference/rules.html#adam"
    assert links["two"] == "#02_two--here"


def test_ids_are_told_apart_and_what_names_them_follows(trees):
    one = trees["chapters/01_one"]
    assert one.figure["id"] == "01_one--same" and trees["chapters/02_two"].select("p")[-1]["id"] == "02_two--same"
    assert (
        one.select_one("g")["clip-path"] == "url(#01_one--c)"
        and one.select_one("clippath, clipPath")["id"] == "01_one--c"
    )
    assert one.use["href"] == "#01_one--m" and one.path["id"] == "01_one--m"
    assert one.label["for"] == one.output["for"] == one.input["id"] == "01_one--lr"
    assert one.img["src"] == "html/chapters/../_images/a.svg"


def test_a_mark_behind_a_formula_stays_with_it_and_code_keeps_its_text(trees):
    one = trees["chapters/01_one"]
    assert one.select_one("span.held").get_text() == "x,"
    assert one.p.get_text().endswith("x, too.")
    assert one.pre.get_text() == "adam(None)"
    assert [tag["class"] for tag in one.pre.find_all(True)] == [["k"]]


def test_the_contents_name_parts_and_the_sections_of_chapters(trees):
    html = paper.contents(trees, {"01_one": 3, "01_one--why": 14})
    lines = [line.get_text(" ", strip=True) for line in BeautifulSoup(html, "html.parser").select("p")]
    assert lines == [
        "Contents",
        "1. Gradient descent 3",
        "Why & how 14",
        "2. Batches 000",
        "Here 000",
        "3. Notation 000",
    ]


def test_the_cover_tells_what_it_is_a_copy_of(root):
    told = BeautifulSoup(paper.cover(root), "html.parser").get_text(" ", strip=True)
    assert told.startswith("small A book Ann and Bob Version 1.2, 5 November 2026")
    assert "They move at https://host/me/book" in told
    (root / "_config.yml").write_text("copyright: free\n")
    assert "They move" not in paper.cover(root)
    (root / "_config.yml").write_text("copyright: free\nhtml:\n  baseurl: https://site.org\n")
    assert "They move at <a href" in paper.cover(root)


@pytest.mark.slow  # Chromium starts twice: only what it has printed tells whether the numbers are right
@pytest.mark.skipif(not pdf.find_browser(), reason="no browser on this machine")
def test_a_book_is_printed_with_its_outline_and_numbers_of_pages(root, monkeypatch):
    shown = []
    monkeypatch.setattr(paper, "contents", lambda trees, numbers: shown.append(numbers) or CONTENTS(trees, numbers))
    # In a thread of its own: in this one, Playwright may already run for other tests, and it runs only once in each.
    with ThreadPoolExecutor(1) as thread:
        sheets = thread.submit(paper.print_book, root).result()
    assert sheets == 5  # a cover, the contents, and a sheet for each part
    content = (root / paper.SITE / offline.PDF).read_bytes()
    told = [shown[-1][name] for name in ("01_one", "01_one--why", "02_two", "02_two--here", "notation")]
    assert told == [3, 3, 4, 4, 5]
    titles = {title.decode() for title in re.findall(rb"/Title \((.*?)\)", content)}
    assert {"1. Gradient descent", "Why & how", "2. Batches", "Here", "3. Notation"} <= titles
    assert "(PDF, " in (root / paper.SITE / offline.LANDING).read_text()
    assert not (root / paper.DOCUMENT).exists()


def test_without_a_book_nothing_is_printed(root, capsys):
    (root / paper.SITE / "chapters" / "02_two.html").unlink()
    assert editions.main(["pdf"], root) == 2
    said = "there is no built book with the page chapters/02_two: run `make book` first"
    assert capsys.readouterr().err == f"{said}\n"
    assert not (root / paper.SITE / offline.PDF).exists()


def test_what_chromium_has_not_printed_has_no_page_numbers():
    with pytest.raises(ValueError, match="content must be a PDF that Chromium has printed"):
        pdf.page_numbers(b"%PDF-1.7 by another")
