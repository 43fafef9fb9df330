"""The built site in a real browser: what a reader gets, through a server and from the file system."""

from __future__ import annotations

import gzip
import os
import re
import subprocess
import sys
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
import yaml
from browser import ARGUMENTS, ROOT, SITE, find_browser, serve

# The rule about labels is off by default in axe; Lighthouse counts it.
AXE = {"rules": {"label-content-name-mismatch": {"enabled": True}}}
WEIGHT = 1_200_000  # bytes, gzipped, of a page with all that it loads
CHAPTER = "chapters/01_gradient_descent.html"


@pytest.fixture(scope="session")
def site():
    """Build the book (what did not change is not built again) and give the folder of the site."""
    subprocess.run([sys.executable, "-m", "gradlab.book"], cwd=ROOT, check=True)
    return SITE


def toc():
    """Name the pages of the table of contents, as paths of the site."""
    contents = yaml.safe_load((ROOT / "_toc.yml").read_text(encoding="utf-8"))
    names = [contents["root"], *(one["file"] for part in contents["parts"] for one in part["chapters"])]
    return [f"{name}.html" for name in names]


PAGES = [*toc(), "search.html"]
CHAPTERS = [name for name in PAGES if re.match(r"chapters/\d\d_", name)]


@pytest.fixture(scope="session")
def chromium():
    """Start the browser that this machine has."""
    path = find_browser()
    if path is None:
        message = "NO BROWSER ON THIS MACHINE: the built site is not tested. Install Chromium, or set CHROME_PATH."
        (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)(message)
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def addresses(site):
    """Give the site's address through a server and from the file system."""
    with serve(site) as http:
        yield {"http": http, "file": site.as_uri()}


@pytest.fixture
def visit(chromium, addresses):
    """Open a page; it keeps a record of what went wrong (`wrong`) and of what it asked for (`asked`)."""
    contexts = []

    def open_page(name, scheme="http", colours="light", width=1280, scripts=True):
        context = chromium.new_context(
            viewport={"width": width, "height": 900}, color_scheme=colours, java_script_enabled=scripts
        )
        contexts.append(context)
        page = context.new_page()
        page.wrong, page.asked, page.root = [], [], addresses[scheme]
        page.on("console", lambda said: page.wrong.append(said.text) if said.type == "error" else None)
        page.on("pageerror", lambda error: page.wrong.append(str(error)))
        page.on("requestfailed", lambda request: page.wrong.append(f"failed: {request.url}"))
        page.on("request", lambda request: page.asked.append(request.url))
        page.goto(f"{addresses[scheme]}/{name}", wait_until="load")
        if scripts:  # the equations come in small portions
            page.wait_for_function("!document.querySelector('.math:not(:has(mjx-container))')", timeout=60_000)
        return page

    yield open_page
    for context in contexts:
        context.close()


# --- every page -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("scheme", ["http", "file"])
@pytest.mark.parametrize("name", PAGES)
def test_no_error_and_no_other_host(visit, name, scheme):
    page = visit(name, scheme)
    page.wait_for_timeout(200)
    assert page.wrong == []
    assert [url for url in page.asked if not url.startswith((page.root, "data:"))] == []
    assert page.locator("mjx-merror").count() == 0


@pytest.mark.parametrize("colours", ["light", "dark"])
@pytest.mark.parametrize("name", PAGES)
def test_axe_finds_nothing_and_nothing_scrolls_sideways(visit, name, colours):
    from axe_playwright_python.sync_playwright import Axe

    page = visit(name, colours=colours)
    assert page.locator("html").get_attribute("data-theme") == colours
    for width in (1280, 360):
        page.set_viewport_size({"width": width, "height": 800})
        page.wait_for_timeout(500)  # the theme waits before it looks again at what scrolls
        found = Axe().run(page, options=AXE).response["violations"]
        assert [(one["id"], one["nodes"][0]["html"]) for one in found] == []
        assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("name", PAGES)
def test_head(site, name):
    text = (site / name).read_text(encoding="utf-8")
    assert '<html lang="en-GB"' in text
    assert len(re.findall(r'<meta name="description" content="[^"]{20,}"', text)) == 1
    assert len(re.findall("<h1", text)) <= 2  # the second one, on paper only
    icon = re.search(r'rel="icon" href="([^"]+)"', text)[1]
    assert ((site / name).parent / icon).is_file()


@pytest.mark.parametrize("name", PAGES)
def test_ids_are_unique(site, name):
    text = re.sub(
        r"<defs>.*?</defs>", "", (site / name).read_text(encoding="utf-8"), flags=re.S
    )  # equal ones may recur
    ids = re.findall(r'\sid="([^"]+)"', text)
    assert sorted(one for one in set(ids) if ids.count(one) > 1) == []


def test_links_lead_somewhere(site):
    texts = {path: path.read_text(encoding="utf-8") for path in site.rglob("*.html")}
    ids = {path: set(re.findall(r'\s(?:id|name)="([^"]+)"', text)) for path, text in texts.items()}
    dead = []
    for path, text in texts.items():
        for link in re.findall(r'(?:href|src)="([^"]*)"', text):
            parts = urlsplit(link)
            if parts.scheme or parts.netloc:
                continue
            target = (path.parent / unquote(parts.path)).resolve() if parts.path else path
            lost = parts.fragment and unquote(parts.fragment) not in ids.get(target, ())
            if not target.is_file() or lost:
                dead.append(f"{path.relative_to(site)}: {link}")
    assert dead == []


def test_only_the_contents_are_published(site):
    sources = site / "_sources"
    published = {path.relative_to(sources).with_suffix(".html").as_posix() for path in sources.rglob("*.*")}
    assert published == set(toc())
    assert {path.relative_to(site).as_posix() for path in site.rglob("*.html")} == {*PAGES, "index.html"}


@pytest.mark.parametrize("name", PAGES)
def test_weight(visit, site, name):
    page = visit(name)
    files = {site / unquote(urlsplit(url).path)[1:] for url in page.asked if url.startswith(page.root)}
    assert sum(len(gzip.compress(path.read_bytes())) for path in files) <= WEIGHT
    assert not [path for path in files if re.search("fontawesome|thebe|require", path.name)]


def test_static_files_are_few(site):
    assert sum(path.stat().st_size for path in (site / "_static").rglob("*") if path.is_file()) < 4_000_000


@pytest.mark.parametrize("scheme", ["http", "file"])
def test_search(visit, scheme):
    page = visit(CHAPTER, scheme)
    page.keyboard.press("Control+k")
    page.locator("#pst-search-dialog input").fill("gradient")
    page.keyboard.press("Enter")
    page.locator("#search-results li a", has_text="Gradient descent").first.click()
    page.wait_for_load_state()
    assert Path(urlsplit(page.url).path).name == Path(CHAPTER).name


@pytest.mark.parametrize("name", CHAPTERS)
def test_download_and_launch(visit, name):
    page = visit(name)
    page.locator("summary[aria-label*=Download]").click()
    with page.expect_download() as download:
        page.locator("details.menu a[download]").click()
    assert Path(download.value.path()).read_bytes() == (ROOT / name).with_suffix(".ipynb").read_bytes()
    page.keyboard.press("Escape")
    assert page.locator("details.menu[open]").count() == 0
    page.locator("summary[aria-label*=Launch]").click()
    links = page.locator("details.menu[open] a").evaluate_all("links => links.map((link) => link.href)")
    assert any("mybinder.org" in link for link in links) and any("colab.research.google.com" in link for link in links)


def test_colours_are_chosen_by_hand_and_kept(visit):
    page = visit(CHAPTER, colours="light")
    page.locator(".theme-switch-button").first.click()
    assert page.locator("html").get_attribute("data-theme") == "dark"
    page.reload()
    assert page.locator("html").get_attribute("data-theme") == "dark"


# --- slider figures ---------------------------------------------------------------------------------------------

CONTROLS = "input[type=range], input[type=checkbox], select"
PICTURE = "(figure) => figure.querySelector('svg').outerHTML"
CHANGED = "([figure, picture]) => figure.querySelector('svg').outerHTML !== picture"
RESTORED = CHANGED.replace("!==", "===")


def press(control):
    """Move a control by the keyboard, and give the keys that bring it back."""
    kind = control.get_attribute("type") or "select"
    if kind == "checkbox":
        return " ", " "
    range_at, choice_at = "[Number(it.value), Number(it.max)]", "[it.selectedIndex, it.length - 1]"
    at, last = control.evaluate(f"(it) => it.type === 'range' ? {range_at} : {choice_at}")
    step = ("ArrowRight", "ArrowLeft") if kind == "range" else ("ArrowDown", "ArrowUp")
    return step if at < last else step[::-1]


@pytest.mark.parametrize("scheme", ["http", "file"])
@pytest.mark.parametrize("name", CHAPTERS)
def test_each_slider_moves_its_picture(visit, name, scheme):
    page = visit(name, scheme)
    figures = page.locator("figure.explore").all()
    assert len(figures) >= 4
    for figure in figures:
        default = figure.evaluate(PICTURE)
        controls = figure.locator(CONTROLS).all()
        assert controls and len(controls) == figure.locator("output").count()
        for number, control in enumerate(controls):
            assert control.evaluate("(it) => it.labels.length && it.labels[0].textContent.trim()")
            output = figure.locator("output").nth(number)
            shown = output.inner_text()
            there, back = press(control)
            control.focus()
            page.keyboard.press(there)
            page.wait_for_function(CHANGED, arg=[figure.element_handle(), default])  # the first move unpacks the states
            assert output.inner_text() != shown
            page.keyboard.press(back)
            page.wait_for_function(RESTORED, arg=[figure.element_handle(), default])
            assert output.inner_text() == shown
    assert page.wrong == []


@pytest.mark.parametrize("name", CHAPTERS)
def test_every_state_can_be_reached(visit, name):
    page = visit(name)
    for figure in page.locator("figure.explore").all():
        for control in figure.locator("input[type=range]").all():
            control.focus()
            page.keyboard.press("Home")
            seen = [control.input_value()]
            last = control.get_attribute("max")
            while seen[-1] != last and len(seen) < 1000:
                page.keyboard.press("ArrowRight")
                seen.append(control.input_value())
            assert len(seen) == len(set(seen)) == int(last) + 1
            page.keyboard.press("End")
            assert control.input_value() == last
    assert page.wrong == []


@pytest.mark.parametrize("name", CHAPTERS)
def test_figures_have_a_text_alternative(visit, name):
    page = visit(name)
    for svg in page.locator("figure.explore > svg, figure.still > svg").all():
        assert svg.get_attribute("role") == "img"
        assert len(svg.get_attribute("aria-label")) > 20


@pytest.mark.parametrize("name", CHAPTERS)
def test_pictures_without_scripts_and_on_paper(visit, name):
    plain = visit(name, scripts=False)
    assert plain.locator("figure.explore").count() >= 4
    page = visit(name)
    page.emulate_media(media="print")
    for one in (plain, page):
        for svg in one.locator("figure.explore > svg").all():
            box = svg.bounding_box()
            assert box["width"] > 200 and box["height"] > 100
            assert svg.locator("path, polyline, line, use").count() > 5
