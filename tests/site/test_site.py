"""The built site in a real browser: what a reader gets, through a server and from the file system."""

from __future__ import annotations

import gzip
import json
import os
import re
import shutil
import struct
import subprocess
import sys
import zipfile
from base64 import b64decode
from html import unescape
from io import BytesIO
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit
from xml.etree import ElementTree

import canary_search
import pytest
import yaml
from browser import ROOT
from bs4 import BeautifulSoup
from canaries import SECRETS, SHOWN, all_shown, found, source_notebook
from fontTools.ttLib import TTFont
from pages import CHAPTER, CHAPTERS, COLOURS, MODULES, NOTES, PAGES, REACHED, WEIGHT, faults, toc

from gradlab_course.book import mathfont, search
from gradlab_course.book.listings import module
from gradlab_course.book.reference import PAGES as REFERENCE
from gradlab_course.book.reference import rst
from gradlab_course.exercises import EXERCISES, SOURCES, sources
from gradlab_course.notebooks import to_text

# --- every page -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("scheme", COLOURS)
@pytest.mark.parametrize("name", PAGES)
def test_no_error_and_no_other_host(seen, name, scheme):
    page = seen(name, scheme)
    assert page.wrong == []
    assert [url for url in page.asked if not url.startswith((page.root, "data:"))] == []
    assert page.theme == COLOURS[scheme]


@pytest.mark.parametrize("name", PAGES)
def test_axe_finds_nothing_and_nothing_scrolls_sideways(seen, name):
    page = seen(name, "http")
    assert not page.is_wider
    assert page.faults == []


# A narrow window has all of a page's own content, and makes wide things scroll. What a wide one has besides, the menus
# at its sides, is the same on every page; so are the variables for colours. One page of each kind is enough for these.
@pytest.mark.parametrize("colours", ["light", "dark"])
@pytest.mark.parametrize("name", ["chapters/index.html", CHAPTER, f"{REFERENCE}rules.html", *NOTES[:1], "search.html"])
def test_axe_finds_nothing_in_a_wide_window(visit, name, colours):
    assert faults(visit(name, colours=colours), 1280) == []


@pytest.mark.parametrize("name", [*toc(), "search.html"])
def test_each_page_has_language_description_and_icon(site, name):
    text = (site / name).read_text(encoding="utf-8")
    assert '<html lang="en-GB"' in text
    assert len(re.findall(r'<meta name="description" content="[^"]{20,}"', text)) == 1
    assert len(re.findall("<h1", text)) == 1
    icon = re.search(r'rel="icon" href="([^"]+)"', text)[1]
    assert ((site / name).parent / icon).is_file()


@pytest.mark.parametrize("name", [*toc(), "search.html"])
def test_ids_are_unique(site, name):
    text = re.sub(
        r"<defs>.*?</defs>", "", (site / name).read_text(encoding="utf-8"), flags=re.S
    )  # equal ones may recur
    ids = re.findall(r'\sid="([^"<]+)"', text)  # with a <, it stands in the source of something
    assert sorted(one for one in set(ids) if ids.count(one) > 1) == []


def test_of_a_chapter_only_the_first_page_has_numbers(site):
    seen = set()
    for name in CHAPTERS:
        html = (site / name).read_text(encoding="utf-8")
        article = html[html.index("<article") : html.index("</article>")]
        numbers = re.findall(r'<h[12]><span class="section-number">([\d.]+)', article)
        chapter = re.match(r"chapters/(\d\d)_", name)[1]
        first, seen = chapter not in seen, seen | {chapter}
        assert numbers[:2] == ([f"{int(chapter)}.", f"{int(chapter)}.1."] if first else [])
    assert len(seen) < len(CHAPTERS), "this test would find what it looks for"


def test_links_lead_somewhere(site):
    texts = {path: path.read_text(encoding="utf-8") for path in site.rglob("*.html")}
    ids = {path: set(re.findall(r'\s(?:id|name)="([^"]+)"', text)) for path, text in texts.items()}
    dead = []
    for path, text in texts.items():
        for link in re.findall(r'(?:href|src)="([^"]*)"', re.sub("<base [^>]*>", "", text)):
            parts = urlsplit(link)
            if parts.scheme or parts.netloc:
                continue
            target = (path.parent / unquote(parts.path)).resolve() if parts.path else path
            place = unquote(parts.fragment).partition("?")[0]  # behind it stands what a figure shows
            lost = place and place not in ids.get(target, ())
            if not target.is_file() or lost:
                dead.append(f"{path.relative_to(site)}: {link}")
    assert dead == []


def test_only_the_contents_are_published(site):
    sources = site / "_sources"
    published = {path.relative_to(sources).with_suffix(".html").as_posix() for path in sources.rglob("*.*")}
    assert published == set(toc())
    beside = {"search.html", "index.html", "404.html"}
    assert {path.relative_to(site).as_posix() for path in site.rglob("*.html")} == {*toc(), *beside}


@pytest.mark.parametrize("name", PAGES)
def test_pages_are_light(seen, site, name):
    page = seen(name, "http")
    files = {site / unquote(urlsplit(url).path)[1:] for url in page.asked if url.startswith(page.root)}
    assert sum(len(gzip.compress(path.read_bytes())) for path in files) <= WEIGHT
    assert not [path for path in files if re.search("fontawesome|thebe|require", path.name)]


def test_static_files_are_few(site):
    """The editor's, Brython among them, are counted apart: no page asks for them before its button is pressed."""
    files = [path for path in (site / "_static").rglob("*") if path.is_file()]
    editor = [path for path in files if "playground" in path.relative_to(site).parts and path.name != "data.js"]
    assert any(path.name == "brython.js" for path in editor)
    assert sum(path.stat().st_size for path in set(files) - set(editor)) < 4_000_000
    assert sum(path.stat().st_size for path in editor) < 3_000_000


LANDING = "chapters/index.html"


def test_the_book_begins_with_a_figure_that_moves_and_the_way_to_begin(visit):
    page = visit(LANDING, width=390)
    page.set_viewport_size({"width": 390, "height": 844})
    figure = page.locator("figure.playground.alive")
    assert figure.locator("svg.plane").evaluate("(it) => it.getBoundingClientRect().bottom") < 844
    was = figure.locator("p.says").inner_text()
    figure.get_by_role("button", name="Start").focus()
    page.keyboard.press("Shift+ArrowUp")
    page.wait_for_function("([it, was]) => it.innerText !== was", arg=[figure.locator("p.says").element_handle(), was])
    begin = page.get_by_role("link", name="Begin with chapter 1")
    begin.scroll_into_view_if_needed()
    page.wait_for_load_state("networkidle")  # thumbnails come into view, and must not be broken off
    begin.click()
    page.wait_for_load_state()
    assert page.url.endswith(CHAPTER)
    assert page.wrong == []


def test_the_landing_page_lists_all_chapters_with_their_minutes(visit):
    page = visit(LANDING)
    links = page.locator("ol.chapters a").evaluate_all("(all) => all.map((it) => it.href)")
    assert [urlsplit(link).path.lstrip("/") for link in links] == CHAPTERS
    for picture in page.locator("ol.chapters img").all():
        picture.scroll_into_view_if_needed()
        page.wait_for_function("(it) => it.complete && it.naturalWidth > 0", arg=picture.element_handle())
    times = page.locator("ol.chapters .takes").all_inner_texts()
    assert len(times) == len(links)
    assert all(10 <= int(time.removesuffix(" minutes")) <= 90 for time in times)


def test_a_page_says_how_long_it_takes_and_where_one_is(visit):
    page = visit(CHAPTER, width=390)
    told = page.locator("p.takes").inner_text()
    exercises = r"\d+ exercises \(\d+ minutes\), \d+ more for yourself \(\d+ minutes\)"
    whole, figures = re.fullmatch(rf"(\d+) minutes · (\d+) figures · {exercises}", told).groups()
    assert page.locator("figure.explore").count() == int(figures)
    sections = page.locator(".page-toc .minutes").evaluate_all("(all) => all.map((it) => parseInt(it.textContent))")
    assert abs(sum(sections) - int(whole)) < len(sections)
    bar, line = page.locator(".here"), page.locator(".read")
    assert bar.inner_text() == ""
    name = "1.7. How long a step?"
    page.get_by_role("heading", name=name).scroll_into_view_if_needed()
    page.wait_for_function("document.querySelector('.here').textContent !== ''")
    page.evaluate("scrollBy(0, 300)")
    page.wait_for_function(f"document.querySelector('.here').textContent === '{name}'")
    assert 0 < line.bounding_box()["width"] < 390
    assert page.locator(".page-toc [aria-current]").first.evaluate("(it) => it.textContent").startswith(name)


@pytest.mark.parametrize("name", CHAPTERS)
def test_code_is_shown_whole_on_a_laptop(seen, name):
    blocks = seen(name, "http").code
    assert len(blocks) > 10
    assert [block for block in blocks if block[0] > block[1]] == []


SCROLLS = "(it) => it.scrollWidth > it.clientWidth === (it.getAttribute('tabindex') === '0') && it.scrollWidth"


@pytest.mark.parametrize("name", [CHAPTER, f"{REFERENCE}rules.html", *NOTES[:1]])
def test_the_keyboard_reaches_code_that_scrolls_and_no_other(visit, name):
    page = visit(name, width=390)
    page.wait_for_timeout(500)
    assert page.locator("pre[tabindex='-1']").count() == 0, "the theme measures them, too"
    reached = 0
    for block in page.locator(".bd-article pre").all()[:20]:
        if block.is_visible():
            block.scroll_into_view_if_needed()  # measured when it comes near
            page.wait_for_function(SCROLLS, arg=block.element_handle())
            reached += block.get_attribute("tabindex") == "0"
    assert reached > 2
    page.set_viewport_size({"width": 3000, "height": 900})  # then there is room for most code
    page.wait_for_function(REACHED)
    assert page.locator(".bd-article pre[tabindex='0']").count() < reached
    assert page.wrong == []


# The heights of code, of what it prints and of pictures: as they are at first, far from the window, and laid out.
HEIGHTS = """(boxes) => {
  const heights = () => boxes.map((box) => box.getBoundingClientRect().height);
  const first = heights();
  boxes.forEach((box) => (box.style.contentVisibility = "visible"));
  return [first, heights()];
}"""


@pytest.mark.parametrize("width", [390, 1280])
def test_what_waits_far_from_the_window_takes_the_room_that_it_will_need(visit, width):
    boxes = visit(CHAPTER, width=width).locator("div.highlight pre, figure.explore > svg")
    assert boxes.first.evaluate("(it) => getComputedStyle(it).contentVisibility") == "auto"
    first, later = boxes.evaluate_all(HEIGHTS)
    assert len(first) > 20 and first == pytest.approx(later, abs=1)


@pytest.mark.parametrize("scheme", ["http", "file"])
def test_a_prediction_is_kept_and_shown_beside_the_result(visit, scheme):
    page = visit(CHAPTER, scheme)
    boxes, places = page.locator("textarea.prediction"), page.locator("[data-prediction]")
    assert boxes.count() == places.count() >= 3
    assert places.nth(0).inner_text() == ""
    boxes.nth(0).fill("all but <2.1>")
    assert places.nth(0).inner_text() == "You predicted: all but <2.1>"
    page.reload()
    assert boxes.nth(0).input_value() == "all but <2.1>"
    assert places.nth(0).inner_text() == "You predicted: all but <2.1>"
    assert [places.nth(i).inner_text() for i in (1, 2)] == ["", ""]
    boxes.nth(0).fill(" ")
    assert places.nth(0).inner_text() == ""
    assert page.wrong == []


@pytest.mark.parametrize("name", CHAPTERS)
def test_each_prediction_is_answered_once(seen, name):
    page = seen(name, "http")
    assert sorted(page.answers) == list(range(1, page.predictions + 1))
    assert page.predictions >= 2


def test_download_and_launch(chapter):
    name, page = chapter
    source = (ROOT / name).with_suffix(".ipynb").read_bytes()
    with page.expect_download() as download:
        page.get_by_role("link", name="Download the notebook").click()
    assert Path(download.value.path()).read_bytes() == source
    page.locator("summary[aria-label*=Download]").click()
    with page.expect_download() as download:
        page.locator("details.menu a[download]").click()
    assert Path(download.value.path()).read_bytes() == source
    page.keyboard.press("Escape")
    assert page.locator("details.menu[open]").count() == 0
    notebook = Path(name).with_suffix(".ipynb").as_posix()
    for place, address in (("Colab", "https://colab.research.google.com/"), ("Binder", "https://mybinder.org/")):
        link = page.get_by_role("link", name=f"Open in {place}").get_attribute("href")
        assert link.startswith(address)
        assert link.endswith(notebook)


@pytest.mark.parametrize("name", ["chapters/index.html", CHAPTER])
def test_a_file_to_download_is_a_notebook(site, name):
    menus = re.findall('<details class="menu">.*?</details>', (site / name).read_text(encoding="utf-8"), re.S)
    offered = re.findall('href="([^"]*)"', "".join(menus))
    assert "Print to PDF" in "".join(menus)
    assert [Path(file).suffix for file in offered] == ([".ipynb"] if name == CHAPTER else [])


def test_colours_are_chosen_by_hand_and_kept(visit):
    page = visit(CHAPTER, colours="light")
    page.locator(".theme-switch-button").first.click()
    assert page.locator("html").get_attribute("data-theme") == "dark"
    page.reload()
    assert page.locator("html").get_attribute("data-theme") == "dark"


# --- where a page is found and shared ---------------------------------------------------------------------------------

ADDRESS = yaml.safe_load((ROOT / "_config.yml").read_text(encoding="utf-8"))["html"]["baseurl"]


@pytest.fixture(scope="module")
def heads(site):
    """The heads of the pages of the contents, and of index.html, which leads to the first of them."""
    texts = {name: (site / name).read_text(encoding="utf-8") for name in [*toc(), "index.html"]}
    return {name: BeautifulSoup(text.partition("<body")[0], "html.parser") for name, text in texts.items()}


def test_each_page_has_one_canonical_address_and_a_card_with_a_picture(site, heads):
    titles, pictures = set(), {}
    for name, head in heads.items():
        told = {one["property"]: one["content"] for one in head.find_all("meta", property=True)}
        (canonical,) = (one["href"] for one in head.find_all("link", rel="canonical"))
        assert canonical == told["og:url"] == ADDRESS + (name if name != "index.html" else LANDING)
        assert told["og:description"] == head.find("meta", attrs={"name": "description"})["content"]
        assert len(told["og:image:alt"]) > 20
        titles.add(told["og:title"])
        pictures[name] = site / urlsplit(told["og:image"].removeprefix(ADDRESS)).path
    assert len(titles) == len(toc())
    assert len({pictures[name] for name in CHAPTERS}) == len(CHAPTERS), "a chapter has its own"
    for path in set(pictures.values()):
        assert path.read_bytes()[16:24] == struct.pack(">II", 1200, 630), "a PNG has its size there"
    assert sum(path.stat().st_size for path in set(pictures.values())) < 1_500_000


def test_the_map_of_the_site_has_all_pages_and_robots_find_it(site):
    (robots,) = re.findall("Sitemap: (.*)", (site / "robots.txt").read_text())
    assert robots == f"{ADDRESS}sitemap.xml"
    rows = ElementTree.parse(site / "sitemap.xml").getroot()
    assert sorted(row[0].text for row in rows) == sorted(ADDRESS + name for name in toc())


@pytest.mark.parametrize("name", toc())
def test_a_mistake_is_reported_from_each_page_and_section(site, name):
    page = BeautifulSoup((site / name).read_text(encoding="utf-8"), "html.parser")
    sections = [it["id"] for it in page.select("article > section > section")]
    links = [parse_qs(urlsplit(it["href"]).query) for it in page.find_all("a", href=re.compile("/issues/new"))]
    version = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))["version"]
    assert all(f"Version: {version}" in link["body"][0].splitlines() for link in links)
    places = [re.search("^Address: (.*)", link["body"][0], re.M)[1] for link in links]
    assert places == [*(f"{ADDRESS}{name}#{section}" for section in sections), f"{ADDRESS}{name}"]


def test_an_address_that_leads_nowhere_shows_the_chapters_and_search(visit, site):
    """At any depth, below the path that the site has at its own host."""
    page, path = visit("404.html"), urlsplit(ADDRESS).path
    assert page.wrong == []

    def answer(route):
        asked = site / unquote(urlsplit(route.request.url).path.removeprefix(path))
        route.fulfill(path=asked if asked.is_file() else site / "404.html", status=200 if asked.is_file() else 404)

    page.route("https://elsewhere.test/**", answer)
    page.goto(f"https://elsewhere.test{path}chapters/deep/er/nowhere.html")
    assert page.get_by_role("link", name="Skip to main content").evaluate("(it) => it.href").endswith("#main-content")
    links = page.locator("article ol a").evaluate_all("(all) => all.map((it) => it.pathname)")
    first = [name for name in CHAPTERS if not name.endswith("_in_practice.html")]
    assert links == [path + name for name in first]
    page.locator("article").get_by_role("button", name="Search").click()
    page.locator("dialog input").fill("momentum")
    page.locator("dialog li a").first.click()
    page.wait_for_url(re.compile(f"https://elsewhere.test{path}chapters/.*momentum"))


# --- names of the library -------------------------------------------------------------------------------------------

COLOUR = "(all) => all.map((it) => [getComputedStyle(it).color, getComputedStyle(it.closest('pre')).color])"


@pytest.mark.parametrize("name", CHAPTERS)
def test_names_in_code_and_prose_lead_to_the_reference(site, name):
    html = (site / name).read_text(encoding="utf-8")
    in_code = re.findall(r'<a class="entry" href="(reference/[^"]+)"( tabindex="-1")?>', html)
    in_prose = re.findall(r'href="(reference/[^"]+)"><code', html)
    assert len(in_code) > 40
    stops = [*in_prose, *(address for address, passed in in_code if not passed)]
    assert len(stops) == len(set(stops)), "the keyboard stops once at what leads to the same place"
    cells = json.loads((ROOT / name).with_suffix(".ipynb").read_text(encoding="utf-8"))["cells"]
    code = "\n".join("".join(cell["source"]) for cell in cells if cell["cell_type"] == "code")
    rows = re.findall(r"(?m)^from gradlab\.rules import (?:\(([^)]*)\)|(.*))$", code)
    rules = re.findall(r"\w+", " ".join("".join(row) for row in rows))
    used = [it for it in rules if len(re.findall(rf"\b{it}\b", code)) > 1]
    expected = {f"reference/rules.html#gradlab.rules.{it}" for it in used}
    assert {"reference/explore.html#gradlab.explore.explore"} | expected <= set(stops)


@pytest.mark.parametrize("scheme", ["http", "file"])
def test_a_name_in_code_looks_as_before_is_copied_as_before_and_is_a_link(visit, scheme):
    page = visit(CHAPTER, scheme)
    link = page.locator("div.cell_input a.entry", has_text=re.compile("^descend$")).first
    assert page.locator("pre > a.entry").evaluate_all(COLOUR)
    assert all(own == others for own, others in page.locator("pre > a.entry").evaluate_all(COLOUR))
    line = "(it) => getComputedStyle(it).textDecorationColor"
    assert link.evaluate(line) == "rgba(0, 0, 0, 0)"
    link.hover()
    page.wait_for_function(f"(it) => ({line})(it) !== 'rgba(0, 0, 0, 0)'", arg=link.element_handle())
    if scheme == "http":
        page.context.grant_permissions(["clipboard-read", "clipboard-write"])
        page.locator("div.cell_input button.copybtn").first.click()
        copied = page.evaluate("navigator.clipboard.readText()")
        assert "from gradlab.descend import descend\nfrom gradlab.explore import explore\n" in copied
    link.click()
    page.wait_for_load_state()
    assert page.url.endswith("reference/descend.html#gradlab.descend.descend")
    assert page.locator("[id='gradlab.descend.descend']").is_visible()


def test_what_a_cell_prints_has_no_button_to_copy_it(chapter):
    _, page = chapter
    page.wait_for_selector("div.cell_input .copybtn", state="attached")
    assert page.locator(".cell_output .output.stream .copybtn").count() == 0


# --- paper ------------------------------------------------------------------------------------------------------

NOT_PRINTED = (
    ".report, .copybtn, .play, button.link, button.reset, .downloads, details.hide > summary, textarea.prediction"
)
LONG = """(all) => all.filter((it) => it.checkVisibility() && it.textContent.split("\\n").length > 17).map((it) => {
  const chain = [];
  for (; it.matches(":not(article)"); it = it.parentElement) chain.push(getComputedStyle(it));
  return chain.every(({ breakInside, overflow }) => breakInside === "auto" && overflow === "visible");
})"""


def test_paper_has_the_text_and_nothing_to_press(visit):
    page = visit(CHAPTER)
    page.wait_for_selector(".copybtn", state="attached")
    page.locator("textarea.prediction").first.fill("all of them")
    page.emulate_media(media="print")
    shown = [it.get_attribute("class") for it in page.locator(NOT_PRINTED).all() if it.is_visible()]
    assert shown == ["prediction"], "only the one that has a text"
    assert page.locator("h1:visible").all_inner_texts() == ["1. Gradient descent"]
    broken = page.locator("pre").evaluate_all(LONG)
    assert broken and all(broken)
    assert page.locator("pre:not(.long)").first.evaluate("(it) => getComputedStyle(it).breakInside") == "avoid"


def test_each_sheet_names_the_book_the_address_the_date_and_its_number(visit, tmp_path):
    page = visit(CHAPTER)
    figure = page.locator("#figure-how-long-a-step")
    figure.get_by_role("button", name="1.9", exact=True).click()
    page.pdf(path=tmp_path / "page.pdf", prefer_css_page_size=True)
    foot = page.evaluate("[...document.head.querySelectorAll('style')].map((it) => it.textContent).join()")
    assert re.search(r'1\. Gradient descent — gradlab · http://\S+/01_gradient_descent\.html · \d+ \w+ 20\d\d"', foot)
    assert figure.locator("output").inner_text() == "1.9", "it is printed as the reader has set it"
    tool = shutil.which("pdftotext")
    if tool:
        text = subprocess.run([tool, "-layout", tmp_path / "page.pdf", "-"], capture_output=True, text=True).stdout
        sheets = text.rstrip("\f").split("\f")
        assert len(sheets) < 26
        for number, sheet in enumerate(sheets, 1):
            assert re.search(rf"Gradient descent — gradlab · .*20\d\d +{number} / {len(sheets)}", sheet)
        assert re.search(r"lr\) +1\.9\b", text)
        assert "Show the code" not in text


# --- formulas ---------------------------------------------------------------------------------------------------

FORMULA = re.compile(r"<math .*?</math>", re.S)


def without(pattern, html):
    return re.sub(pattern, " ", html, flags=re.S)


@pytest.mark.parametrize("name", toc())
def test_formulas_are_mathml_and_none_is_left_raw(site, name):
    html = (site / name).read_text(encoding="utf-8")
    article = html[html.index("<article") : html.index("</article>")]
    for formula in FORMULA.findall(article):
        drawn = text(without("<annotation.*?</annotation>", formula))
        assert drawn.strip() and not re.search(r"[\\$]", drawn)
        assert '<annotation encoding="application/x-tex">' in formula
    prose = text(without("<(pre|code|script|style|svg)\\b.*?</\\1>|<math .*?</math>", article))
    assert not re.search(r"\\[a-zA-Z(\[]|\$\S[^$\n]*\$", prose)
    assert not re.search('(src|href)="[^"]*mathjax', html, re.I)


def test_every_formula_of_a_chapter_is_in_the_site(site):
    found = 0
    for name in CHAPTERS:
        cells = json.loads((ROOT / name).with_suffix(".ipynb").read_text(encoding="utf-8"))["cells"]
        prose = "\n".join("".join(cell["source"]) for cell in cells if cell["cell_type"] == "markdown")
        formulas = re.findall(r"\$\$.+?\$\$|(?<!\\)\$.+?\$", without("```.*?```|`[^`]*`", prose), re.S)
        assert len(FORMULA.findall((site / name).read_text(encoding="utf-8"))) == len(formulas)
        found += len(formulas)
    assert found > 100, "this test would find what it looks for"


def test_the_font_of_formulas_has_all_that_they_are_drawn_with(site):
    css = (site / "_static" / "site.css").read_text(encoding="utf-8")
    (data,) = re.findall(r'@font-face{font-family:"book math";src:url\(data:font/woff2;base64,([^)]+)\)', css)
    with TTFont(BytesIO(b64decode(data))) as font:
        known = set(map(chr, font.getBestCmap()))
    pages = [path.read_text(encoding="utf-8") for path in site.rglob("*.html")]
    assert len(known) > 100
    assert mathfont.characters(pages) - known == set()
    assert len(data) < 60_000
    assert (site / "_static" / "OFL.txt").read_text(encoding="utf-8").startswith("Copyright 2001-2020 The STIX Fonts")


def test_formulas_are_drawn_in_that_font(visit):
    page = visit(CHAPTER, "file")
    fonts = page.evaluate("document.fonts.ready.then((all) => [...all].map((it) => [it.family, it.status]))")
    assert fonts == [[mathfont.FAMILY, "loaded"]]
    family = page.locator("math").first.evaluate("(it) => getComputedStyle(it).fontFamily")
    assert family.startswith(f'"{mathfont.FAMILY}"')


def test_a_wide_formula_scrolls_in_a_box_that_the_keyboard_reaches(visit):
    page = visit(CHAPTER, width=360)
    boxes = page.locator("div.formula").evaluate_all(
        "all => all.map((it) => [it.scrollWidth > it.clientWidth, it.tabIndex])"
    )
    assert {True, False} == {wide for wide, _ in boxes}, "this test would find what it looks for"
    assert all((tab == 0) == wide for wide, tab in boxes)


# --- the reference ----------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def tour(chromium, addresses):
    """Open all pages of modules one after another, in one narrow window; give what is not as it should be."""
    page = chromium.new_page(viewport={"width": 360, "height": 800})
    wrong = []
    page.on("console", lambda said: wrong.append(said.text) if said.type == "error" else None)
    page.on("pageerror", lambda error: wrong.append(str(error)))
    # Going on to the next page may abort a request, such as that for the icon.
    page.on("requestfailed", lambda r: wrong.append(f"failed: {r.url}") if r.failure != "net::ERR_ABORTED" else None)
    page.on("request", lambda request: request.url.startswith(addresses["http"]) or wrong.append(request.url))
    for name in MODULES:
        page.goto(f"{addresses['http']}/{name}", wait_until="load")
        page.evaluate("document.querySelectorAll('details.source').forEach((box) => (box.open = true))")
        if page.evaluate("document.documentElement.scrollWidth") > 360:
            wrong.append(f"{name}: scrolls sideways")
    yield wrong
    page.close()


def test_no_page_of_a_module_is_wrong_or_scrolls_sideways(tour):
    assert tour == []


def test_a_helper_named_in_the_source_is_a_link_to_its_own(visit):
    page = visit(f"{REFERENCE}rules.html")
    page.locator("dd:has-text('Muon') > details.source > summary").click()
    page.locator("a.n", has_text="_newton_schulz").first.click()
    place = page.locator("#_newton_schulz")
    assert place.is_visible() and place.inner_text() == "_newton_schulz"
    assert page.locator("details.source[open]").count() == 2


def text(html):
    """The text of a piece of HTML, as lines."""
    return unescape(re.sub("<[^>]*>", "", html))


@pytest.mark.parametrize("name", MODULES)
def test_members_have_an_anchor_their_equation_and_their_source(site, name):
    html, home = (site / name).read_text(encoding="utf-8"), module(Path(name).stem)
    body = html[html.index("<article") : html.index("</article>")]
    sources = [
        text(box).strip("\n") for box in re.findall(r"<details class=.source.*?<pre[^>]*>(.*?)</pre>", body, re.S)
    ]
    assert sources == [*map(home.source, home.members), home.source()]
    entries = re.split(r'(?=<dt class="sig[^>]* id="gradlab\.)', body)[1:]
    assert [re.search(r'id="gradlab\.([^"]+)"', entry)[1] for entry in entries] == [
        f"{home.name}.{member}" for member in home.members
    ]
    for entry, member in zip(entries, home.members, strict=True):
        for equation in re.findall(r"math(?::: |:`)([^`\n]+)", rst(home.docstring(member), lambda name: None)):
            assert equation in text(entry)


# --- the exercises ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", NOTES)
def test_exercises_are_downloaded_by_buttons(visit, name):
    page = visit(name)
    files = {"Download the notebook": f"{Path(name).stem}.ipynb", "All exercises (zip)": "gradlab-exercises.zip"}
    for label, file in files.items():
        with page.expect_download() as download:
            page.get_by_role("link", name=label).click()
        assert download.value.suggested_filename == file
        got = Path(download.value.path())
        notebook = (ROOT / name).with_suffix(".ipynb").read_bytes()
        if file.endswith("zip"):
            with zipfile.ZipFile(got) as archive:
                assert archive.read(f"gradlab-exercises/{Path(name).stem}/{Path(name).stem}.ipynb") == notebook
        else:
            assert got.read_bytes() == notebook


@pytest.mark.parametrize("name", NOTES)
def test_hints_and_solutions_are_folded(visit, name):
    page = visit(name)
    folded = page.locator("article details").all()
    assert len(folded) >= 6
    for box in folded:
        inside = box.locator(":scope > :not(summary)").first
        assert not inside.is_visible()
        box.locator("summary").focus()
        page.keyboard.press("Enter")
        assert inside.is_visible()


@pytest.mark.skipif(not sources(ROOT), reason="the public tree has no source notebooks")
def test_no_line_that_an_assignment_withholds_is_in_the_site(site):
    withheld, shown = canary_search.lines(ROOT)
    assert len(withheld) > 200 and len(shown) > 20
    assert canary_search.found(withheld, site) == set()
    assert canary_search.found(shown, site) == shown, "this test would find what it looks for"


@pytest.fixture(scope="module")
def planted(tmp_path_factory):
    """Build a small book whose one exercise holds a marked word in everything that it withholds."""
    root = tmp_path_factory.mktemp("planted")
    shutil.copytree(ROOT / "code", root / "code", ignore=shutil.ignore_patterns("__pycache__", "*.egg-info"))
    for file in ("_config.yml", "constraints.txt", "CITATION.cff"):
        shutil.copy(ROOT / file, root)
    (root / SOURCES).mkdir(parents=True)
    (root / SOURCES / "small.ipynb").write_text(to_text(source_notebook()), encoding="utf-8")
    pages = ("index", "a", "exercises/index")
    (root / EXERCISES).mkdir()
    for name in pages:
        (root / "chapters" / f"{name}.md").write_text("# A page\n\nWords.\n")
    (root / "chapters" / "references.bib").write_text("")
    listed = [{"file": f"chapters/{name}"} for name in (*pages[1:], "exercises/small/small")]
    toc = {"format": "jb-book", "root": "chapters/index", "parts": [{"caption": "All", "chapters": listed}]}
    (root / "_toc.yml").write_text(json.dumps(toc))

    def run(*command):
        environment = os.environ | {"PYTHONPATH": str(root / "code")}
        options = {"cwd": root, "env": environment, "capture_output": True, "text": True}
        done = subprocess.run([sys.executable, "-m", *command], **options)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    run("gradlab_course.editions", "student")
    run("gradlab_course.book")
    return root, run


def test_no_planted_marker_is_in_the_site(planted):
    root, _ = planted
    site = root / "_build" / "html"
    page = site / EXERCISES / "small" / "small.html"
    for one in ([page], (site / "_sources").rglob("*.ipynb"), site.rglob("*.zip")):
        files = [path.read_bytes() for path in one]
        assert all_shown(files), "this test would find the others"
    index = (site / "_static" / search.INDEX).read_text(encoding="utf-8")
    assert SHOWN["task"] in index and SHOWN["hint"] not in index, "what is folded is not searched"
    assert found(canary_search.contents(site)) == []


def test_the_zip_says_where_the_repository_is(planted):
    root, _ = planted
    known = yaml.safe_load((root / "_config.yml").read_text(encoding="utf-8"))["repository"]
    (path,) = (root / "_build" / "html").rglob("gradlab-exercises.zip")
    with zipfile.ZipFile(path) as archive:
        readme = archive.read("gradlab-exercises/README.txt").decode()
    assert f"{known['url']}/archive/refs/heads/{known['branch']}.zip" in readme


@pytest.mark.slow  # a build of its own: no part alone shows that the theme, too, leaves its buttons out
def test_without_the_address_of_the_repository_there_is_no_dead_button(planted, tmp_path):
    planted_root, _ = planted
    root = tmp_path / "book"
    shutil.copytree(planted_root, root, ignore=shutil.ignore_patterns("html", ".doctrees"))
    settings = yaml.safe_load((root / "_config.yml").read_text(encoding="utf-8"))
    del settings["repository"]
    settings["html"].pop("extra_footer", None)
    (root / "_config.yml").write_text(yaml.safe_dump(settings, sort_keys=False))
    (root / "chapters" / "a.md").write_text("# A page\n\n```{how-to-cite}\n```\n")
    run = subprocess.run(
        [sys.executable, "-m", "gradlab_course.book"],
        cwd=root,
        env=os.environ | {"PYTHONPATH": str(root / "code")},
        capture_output=True,
        text=True,
    )
    assert run.returncode == 0, run.stdout + run.stderr
    site = root / "_build" / "html"
    exercise = (site / EXERCISES / "small" / "small.html").read_text(encoding="utf-8")
    assert "Download the notebook" in exercise and "All exercises (zip)" in exercise
    for path in site.rglob("*.html"):
        html = path.read_text(encoding="utf-8")
        html = re.sub("<pre.*?</pre>", "", html, flags=re.DOTALL)  # in code, None may be meant
        assert not re.search(r'Open in|colab|mybinder|github\.com|href="(None|/issues|/blob)|>None<', html), path
    cited = (site / "chapters" / "a.html").read_text(encoding="utf-8")
    assert "Whom to ask" not in cited and "@software{gradlab" in text(cited)


def test_instructor_edition_shows_what_the_book_withholds(planted, chromium):
    root, run = planted
    said = run("gradlab_course.editions", "instructor")
    built = root / "_build" / "instructor"
    solutions = built / "html" / SOURCES / "small" / "small.html"
    assert re.findall(r"\S+\.(?:html|pdf)\b", said) == [solutions.as_uri(), str(built / "small.pdf")]
    html = solutions.read_text(encoding="utf-8")
    told = sorted(set(SECRETS) - {"metadata", "output", "picture"})
    assert found([text(html).encode()]) == told
    assert "3 points" in text(html) and "0.0009765625" in text(html), "executed"
    assert "Open in" in (built / "html" / EXERCISES / "small" / "small.html").read_text(encoding="utf-8")
    assert "Open in" not in html, "the public repository, which such a button asks for the notebook, does not have it"
    assert (built / "small.pdf").read_bytes().startswith(b"%PDF")
    assert found(canary_search.contents(built / "html" / EXERCISES)) == []
    assert found(canary_search.contents(root / "_build" / "html")) == []
    page = chromium.new_page()
    page.goto((built / "html" / "chapters" / "index.html").as_uri())
    assert page.title().endswith("gradlab, instructors")
    assert page.locator("nav.bd-docs-nav", has_text="For instructors").count() == 1
    page.goto(solutions.as_uri())
    shaded = page.locator(".withheld").evaluate_all(
        "(all) => all.map((it) => [it.dataset.kind, it.textContent.trim()])"
    )
    assert [kind for kind, _ in shaded] == ["solution", "solution", "hidden tests"]
    assert all(SECRETS[kind.removesuffix("s")] in told for kind, told in shaded[1:])
    page.close()


def test_paper_shows_whole_lines_of_code(planted, chromium):
    """The page as it is printed, on a narrow sheet."""
    root, _ = planted
    page = chromium.new_page(viewport={"width": 400, "height": 800})
    page.goto((root / "_build" / "html" / EXERCISES / "small" / "small.html").as_uri())
    wide = "[...document.querySelectorAll('pre')].filter((it) => it.scrollWidth > it.clientWidth).length"
    assert page.evaluate(wide) > 0, "this test would find what it looks for"
    page.emulate_media(media="print")
    assert page.evaluate(wide) == 0
    page.close()
