"""The built site in a real browser: what a reader gets, through a server and from the file system."""

from __future__ import annotations

import gzip
import json
import os
import re
import shutil
import subprocess
import sys
import zipfile
from base64 import b64decode
from functools import cache
from html import unescape
from io import BytesIO
from pathlib import Path
from types import SimpleNamespace
from urllib.parse import unquote, urlsplit

import canary_search
import pytest
import yaml
from browser import ARGUMENTS, ROOT, SITE, find_browser, serve
from canaries import SECRETS, all_shown, found, source_notebook
from fontTools.ttLib import TTFont
from sphinx_external_toc.parsing import parse_toc_yaml

from gradlab_course.book import mathfont
from gradlab_course.book.listings import module
from gradlab_course.book.reference import PAGES as REFERENCE
from gradlab_course.book.reference import rst
from gradlab_course.exercises import EXERCISES, SOURCES, sources
from gradlab_course.notebooks import to_text

# The rule about labels is off by default in axe; Lighthouse counts it. What passes is not described: half the time.
AXE = {"rules": {"label-content-name-mismatch": {"enabled": True}}, "resultTypes": ["violations"]}
WEIGHT = 1_200_000  # bytes, gzipped, of a page with all that it loads
CHAPTER = "chapters/01_gradient_descent.html"


@pytest.fixture(scope="session")
def site():
    """Build the book (what did not change is not built again) and give the folder of the site."""
    subprocess.run([sys.executable, "-m", "gradlab_course.book"], cwd=ROOT, check=True)
    return SITE


def toc():
    """Name the pages of the table of contents, as paths of the site."""
    return [f"{name}.html" for name in parse_toc_yaml(ROOT / "_toc.yml")]


MODULES = [name for name in toc() if name.startswith(REFERENCE) and name != f"{REFERENCE}index.html"]
LIKE_ALL_MODULES = [f"{REFERENCE}{name}.html" for name in ("rules", "mlp")]  # these two are looked at closely
PAGES = [*(name for name in toc() if name not in MODULES), *LIKE_ALL_MODULES, "search.html"]
CHAPTERS = [name for name in PAGES if re.match(r"chapters/\d\d_", name)]
NOTES = [name for name in PAGES if re.match(rf"{EXERCISES.as_posix()}/\w+/", name)]  # exercises


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


def open_page(context, root, name):
    """Open a page; it keeps a record of what went wrong (`wrong`) and of what it asked for (`asked`)."""
    page = context.new_page()
    page.wrong, page.asked, page.root = [], [], root
    page.on("console", lambda said: page.wrong.append(said.text) if said.type == "error" else None)
    page.on("pageerror", lambda error: page.wrong.append(str(error)))
    page.on("requestfailed", lambda request: page.wrong.append(f"failed: {request.url}"))
    page.on("request", lambda request: page.asked.append(request.url))
    page.goto(f"{root}/{name}", wait_until="load")
    return page


@pytest.fixture
def visit(chromium, addresses):
    """Give a function that opens a page for one test, which may do anything with it."""
    contexts = []

    def visited(name, scheme="http", colours="light", width=1280, scripts=True):
        context = chromium.new_context(
            viewport={"width": width, "height": 900}, color_scheme=colours, java_script_enabled=scripts
        )
        contexts.append(context)
        return open_page(context, addresses[scheme], name)

    yield visited
    for context in contexts:
        context.close()


@pytest.fixture(scope="module", params=CHAPTERS)
def chapter(request, chromium, addresses):
    """Open a chapter for all tests that leave it as they found it."""
    context = chromium.new_context(viewport={"width": 1280, "height": 900})
    yield request.param, open_page(context, addresses["http"], request.param)
    context.close()


# --- every page -------------------------------------------------------------------------------------------------

# A page takes seconds to open. So each is opened once through a server, in light colours, and once from the file
# system, in dark ones; all tests that change nothing look at what was noted there.
COLOURS = {"http": "light", "file": "dark"}

# Of code, axe would look at each of some thousand words in a handful of colours. One word of each look is enough for
# it, and the others become plain text: a quarter of the time.
ONE_WORD_OF_EACH_LOOK = """() => {
  const seen = new Set(), again = [];
  const behind = (it) =>
    getComputedStyle(it).backgroundColor === "rgba(0, 0, 0, 0)" && it.parentElement ? behind(it.parentElement) : it;
  for (const word of document.querySelectorAll("pre span:not(:has(*))")) {
    if (!word.checkVisibility()) continue;
    const { color, fontSize, fontWeight, opacity } = getComputedStyle(word);
    const look = [color, fontSize, fontWeight, opacity, getComputedStyle(behind(word)).backgroundColor].join();
    if (seen.has(look)) again.push(word);
    seen.add(look);
  }
  again.forEach((word) => word.replaceWith(word.textContent));
}"""

# The pictures of slider figures, each with its size and the number of things drawn.
PICTURES = """(all) => all.map((it) => {
  const { width, height } = it.getBoundingClientRect();
  return [width, height, it.querySelectorAll("path, polyline, line, use").length];
})"""


def faults(page, width):
    """What axe finds on a page in a window of this width, and whether it scrolls sideways."""
    from axe_playwright_python.sync_playwright import Axe

    page.evaluate("document.querySelectorAll('details.source').forEach((box) => (box.open = true))")
    page.evaluate(ONE_WORD_OF_EACH_LOOK)
    page.set_viewport_size({"width": width, "height": 800})
    page.wait_for_timeout(500)  # the theme waits before it looks again at what scrolls
    violations = Axe().run(page, options=AXE).response["violations"]
    is_wider = page.evaluate("document.documentElement.scrollWidth") > width
    return [(one["id"], one["nodes"][0]["html"]) for one in violations] + ["scrolls sideways"] * is_wider


# The states of slider figures are loaded last: they fill these scripts.
LOADED = "[...document.querySelectorAll('figure.explore > script')].every((it) => it.text)"


@pytest.fixture(scope="session")
def seen(chromium, addresses):
    """Give a function that looks at a page once, by http or file, and gives what it noted."""

    @cache
    def look(name, scheme):
        context = chromium.new_context(viewport={"width": 1280, "height": 900}, color_scheme=COLOURS[scheme])
        page = open_page(context, addresses[scheme], name)
        page.wait_for_function(LOADED)
        page.wait_for_timeout(200)
        noted = SimpleNamespace(wrong=[*page.wrong], asked=[*page.asked], root=page.root)
        noted.theme = page.locator("html").get_attribute("data-theme")
        if scheme == "http":
            noted.labels = page.locator("figure.explore > svg, figure.still > svg").evaluate_all(
                "(all) => all.map((it) => [it.getAttribute('role'), it.getAttribute('aria-label')])"
            )
            page.emulate_media(media="print")
            noted.on_paper = page.locator("figure.explore > svg").evaluate_all(PICTURES)
            page.emulate_media(media="screen")
            noted.is_wider = page.evaluate("document.documentElement.scrollWidth > innerWidth")
            noted.faults = faults(page, 360)
        context.close()
        return noted

    return look


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
    assert len(re.findall("<h1", text)) <= 2  # the second one, on paper only
    icon = re.search(r'rel="icon" href="([^"]+)"', text)[1]
    assert ((site / name).parent / icon).is_file()


@pytest.mark.parametrize("name", [*toc(), "search.html"])
def test_ids_are_unique(site, name):
    text = re.sub(
        r"<defs>.*?</defs>", "", (site / name).read_text(encoding="utf-8"), flags=re.S
    )  # equal ones may recur
    ids = re.findall(r'\sid="([^"]+)"', text)
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
    assert {path.relative_to(site).as_posix() for path in site.rglob("*.html")} == {*toc(), "search.html", "index.html"}


@pytest.mark.parametrize("name", PAGES)
def test_pages_are_light(seen, site, name):
    page = seen(name, "http")
    files = {site / unquote(urlsplit(url).path)[1:] for url in page.asked if url.startswith(page.root)}
    assert sum(len(gzip.compress(path.read_bytes())) for path in files) <= WEIGHT
    assert not [path for path in files if re.search("fontawesome|thebe|require", path.name)]


def test_static_files_are_few(site):
    assert sum(path.stat().st_size for path in (site / "_static").rglob("*") if path.is_file()) < 4_000_000


@pytest.mark.parametrize("scheme", ["http", "file"])
def test_search_finds_a_chapter(visit, scheme):
    page = visit(CHAPTER, scheme)
    page.keyboard.press("Control+k")
    page.locator("#pst-search-dialog input").fill("gradient")
    page.keyboard.press("Enter")
    page.locator("#search-results li a", has_text="Gradient descent").first.click()
    page.wait_for_load_state()
    assert Path(urlsplit(page.url).path).name == Path(CHAPTER).name


def test_download_and_launch(chapter):
    name, page = chapter
    page.locator("summary[aria-label*=Download]").click()
    with page.expect_download() as download:
        page.locator("details.menu a[download]").click()
    assert Path(download.value.path()).read_bytes() == (ROOT / name).with_suffix(".ipynb").read_bytes()
    page.keyboard.press("Escape")
    assert page.locator("details.menu[open]").count() == 0
    page.locator("summary[aria-label*=Launch]").click()
    links = page.locator("details.menu[open] a").evaluate_all("links => links.map((link) => link.href)")
    page.keyboard.press("Escape")
    assert any("mybinder.org" in link for link in links) and any("colab.research.google.com" in link for link in links)


def test_colours_are_chosen_by_hand_and_kept(visit):
    page = visit(CHAPTER, colours="light")
    page.locator(".theme-switch-button").first.click()
    assert page.locator("html").get_attribute("data-theme") == "dark"
    page.reload()
    assert page.locator("html").get_attribute("data-theme") == "dark"


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
    sources = [text(box).strip("\n") for box in re.findall(r"<details class=.source.*?<pre>(.*?)</pre>", body, re.S)]
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
    files = {"This notebook": f"{Path(name).stem}.ipynb", "All exercises (zip)": "gradlab-exercises.zip"}
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
    for file in ("_config.yml", "constraints.txt"):
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
    for one in ([page], [site / "searchindex.js"], (site / "_sources").rglob("*.ipynb"), site.rglob("*.zip")):
        files = [path.read_bytes() for path in one]
        assert all_shown(files), "this test would find the others"
    assert found(canary_search.contents(site)) == []


def test_the_zip_says_where_the_repository_is(planted):
    root, _ = planted
    known = yaml.safe_load((root / "_config.yml").read_text(encoding="utf-8"))["repository"]
    (path,) = (root / "_build" / "html").rglob("*.zip")
    with zipfile.ZipFile(path) as archive:
        readme = archive.read("gradlab-exercises/README.txt").decode()
    assert f"{known['url']}/archive/refs/heads/{known['branch']}.zip" in readme


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
    assert (built / "small.pdf").read_bytes().startswith(b"%PDF")
    assert found(canary_search.contents(built / "html" / EXERCISES)) == []
    assert found(canary_search.contents(root / "_build" / "html")) == []
    page = chromium.new_page()
    page.goto((built / "html" / "chapters" / "index.html").as_uri())
    assert page.title().endswith("gradlab, instructors")
    assert page.locator("nav.bd-docs-nav", has_text="For instructors").count() == 1
    page.goto(solutions.as_uri())
    shaded = page.locator(".withheld").evaluate_all("(all) => all.map((it) => [it.dataset.kind, it.innerText.trim()])")
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


# --- slider figures ---------------------------------------------------------------------------------------------

CONTROLS = "input[type=range], input[type=checkbox], select"
PICTURE = "(figure) => figure.querySelector('svg').outerHTML"
CHANGED = "([figure, picture]) => figure.querySelector('svg').outerHTML !== picture"
RESTORED = CHANGED.replace("!==", "===")
STATES = "performance.getEntriesByType('resource').filter((it) => it.name.includes('/states/'))"


def press(control):
    """Move a control by the keyboard, and give the keys that bring it back."""
    kind = control.get_attribute("type") or "select"
    if kind == "checkbox":
        return " ", " "
    range_at, choice_at = "[Number(it.value), Number(it.max)]", "[it.selectedIndex, it.length - 1]"
    at, last = control.evaluate(f"(it) => it.type === 'range' ? {range_at} : {choice_at}")
    step = ("ArrowRight", "ArrowLeft") if kind == "range" else ("ArrowDown", "ArrowUp")
    return step if at < last else step[::-1]


def move_and_return(page, figure):
    """Move each control of a figure one step by the keyboard and back, and see what changes."""
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


def test_each_control_moves_its_picture(chapter):
    _, page = chapter
    figures = page.locator("figure.explore").all()
    assert len(figures) >= 4
    for figure in figures:
        move_and_return(page, figure)
    assert page.wrong == []


@pytest.mark.parametrize("name", CHAPTERS)
def test_states_are_found_in_the_file_system(visit, name):
    page = visit(name, "file")
    move_and_return(page, page.locator("figure.explore").first)
    assert page.wrong == []


def test_states_come_once_the_page_is_there(chapter):
    _, page = chapter
    page.wait_for_function(f"({STATES}).length")
    loaded = page.evaluate("performance.getEntriesByType('navigation')[0].loadEventEnd")
    assert all(asked >= loaded for asked in page.evaluate(f"{STATES}.map((it) => it.startTime)"))


# Go through all values of a slider, as a reader who drags it; give the labels that it should show and those it shows.
DRAGGED = """(slider) => {
  const output = document.querySelector(`output[for="${slider.id}"]`), before = slider.value, shown = [];
  const to = (value) => {
    slider.value = value;
    slider.dispatchEvent(new Event("input", { bubbles: true }));
    return Number(slider.value) === Number(value) && output.textContent;
  };
  const labels = JSON.parse(slider.dataset.labels);
  for (let value = Number(slider.min); value <= slider.max; value += Number(slider.step || 1)) shown.push(to(value));
  to(before);
  return [labels, shown];
}"""


def test_every_state_can_be_reached(chapter):
    _, page = chapter
    sliders = page.locator("figure.explore input[type=range]").all()
    for slider in sliders:
        labels, shown = slider.evaluate(DRAGGED)
        assert len(labels) > 1 and shown == labels
    keys, before = sliders[0], sliders[0].input_value()
    labels = json.loads(keys.get_attribute("data-labels"))
    keys.focus()
    page.keyboard.press("Home")
    shown = [keys.get_attribute("aria-valuetext")]
    for _ in labels[1:]:
        page.keyboard.press("ArrowRight")
        shown.append(keys.get_attribute("aria-valuetext"))
    assert shown == labels
    page.keyboard.press("Home")
    for _ in range(int(before)):
        page.keyboard.press("ArrowRight")
    assert page.wrong == []


@pytest.mark.parametrize("name", CHAPTERS)
def test_figures_have_a_text_alternative(seen, name):
    labels = seen(name, "http").labels
    assert len(labels) >= 4
    for role, label in labels:
        assert role == "img"
        assert len(label) > 20


@pytest.mark.parametrize("name", CHAPTERS)
def test_pictures_without_scripts_and_on_paper(seen, visit, name):
    plain = visit(name, scripts=False).locator("figure.explore > svg").evaluate_all(PICTURES)
    for pictures in (plain, seen(name, "http").on_paper):
        assert len(pictures) >= 4
        for width, height, drawn in pictures:
            assert width > 200 and height > 100 and drawn > 5
