"""Search in a real browser: where it leads, by keyboard alone, through a server and from the file system."""

from __future__ import annotations

import gzip
import json
import re
import subprocess
import sys
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from browser import ROOT
from pages import CHAPTER, CHAPTERS, WEIGHT, faults

from gradlab_course.book import search
from gradlab_course.book.reference import PAGES as REFERENCE

ENOUGH = 250_000  # bytes, gzipped, of all that a search needs; a page has 1.2 MB
DIALOG = "#pst-search-dialog"
LEADS = {
    "learning rate": ("01_gradient_descent", "the-rule"),
    "step size": ("01_gradient_descent", "the-rule"),
    "diverges": ("01_gradient_descent", "how-long-a-step"),
    "gradeint": ("01_gradient_descent", "the-derivatives-by-hand"),
    "momentum optimiser": ("reference/rules", "gradlab.rules.momentum"),
    "adam optimizer": ("reference/rules", "gradlab.rules.adam"),
}


@pytest.fixture(scope="module")
def index(site):
    """Give what the index holds."""
    text = (site / "_static" / search.INDEX).read_text(encoding="utf-8")
    return json.loads(text[text.index("{") : text.rindex("}") + 1])


def ask(page, text):
    """Open the dialog with the keyboard and type; give what is listed once it is there."""
    page.keyboard.press("Control+k")
    page.keyboard.type(text)
    listed = page.locator(f"{DIALOG} .found li")
    listed.first.wait_for()
    return listed


def scripts(page):
    """The scripts of the search that a page has asked for."""
    return {Path(urlsplit(url).path).name for url in page.asked} & set(search.FILES)


def marked(page):
    """The words that are marked on a page."""
    return page.evaluate("[...(CSS.highlights.get('found') || [])].map(String)")


# --- what is indexed --------------------------------------------------------------------------------------------


def test_each_place_is_there(site, index):
    ids = {}
    for place in index["places"]:
        _, address = index["pages"][place["page"]]
        if address not in ids:
            text = (site / address).read_text(encoding="utf-8")
            ids[address] = {"", *re.findall(r'\sid="([^"]+)"', text)}
        assert place.get("anchor", "") in ids[address], place
    kinds = [place["kind"] for place in index["places"]]
    assert all(kinds.count(kind) > 10 for kind in ("page", "section", "member", "source"))
    addresses = [(place["page"], place.get("anchor", "")) for place in index["places"]]
    assert len(addresses) == len(set(addresses))


def test_another_build_finds_the_same(site, index):
    assert [place["title"] for place in index["places"] if place["kind"] == "source" and "text" not in place] == []
    path = site / "_static" / search.INDEX
    before = path.read_bytes()
    subprocess.run([sys.executable, "-m", "gradlab_course.book"], cwd=ROOT, check=True)
    assert path.read_bytes() == before


def test_no_code_no_output_and_no_tex_is_indexed(index):
    text = "\n".join(place.get("text", "") for place in index["places"])
    assert len(text) > 50_000
    assert not re.search(r"\\[a-zA-Z]{2,}|\\\(", text)
    written, prose = set(), set()
    for name in CHAPTERS:
        for cell in json.loads((ROOT / name).with_suffix(".ipynb").read_text(encoding="utf-8"))["cells"]:
            outputs = [line for one in cell.get("outputs", ()) for line in one.get("text", ())]
            lines = [*"".join(cell["source"]).splitlines(), *outputs]
            (written if cell["cell_type"] == "code" else prose).update(map(str.strip, lines))
    assert [line for line in written if len(line) > 25 and line in text] == []
    assert len([line for line in prose if len(line) > 25 and line in text]) > 20, "this test would find what it seeks"


def test_the_index_is_light(site):
    files = [(site / "_static" / name).read_bytes() for name in search.FILES]
    assert sum(len(gzip.compress(file)) for file in files) <= ENOUGH
    assert not (site / "searchindex.js").exists() and not list(site.rglob("searchtools.js"))


def test_sections_that_repeat_are_found_by_their_titles_alone(index):
    repeated = [place for place in index["places"] if place["title"] in ("Summary", "Common mistakes")]
    assert len(repeated) > 30 and not any("text" in place for place in repeated)


def test_the_scripts_come_without_comments(site):
    engine, ours = ((site / "_static" / name).read_text(encoding="utf-8") for name in ("minisearch.js", "search.js"))
    assert engine.startswith("/*! MiniSearch") and "Permission is hereby granted" in engine, "its licence stays"
    assert not re.search(r"^\s*(//|/\*\*)", engine + ours, re.M)
    assert sum(len(gzip.compress(code.encode())) for code in (engine, ours)) < 15_000, "with comments they have 25,000"


def test_a_page_loads_nothing_of_it_before_one_searches(visit, site):
    page = visit(CHAPTER)
    page.wait_for_load_state("networkidle")
    assert scripts(page) == set()
    ask(page, "rate")
    assert scripts(page) == set(search.FILES)
    files = {site / unquote(urlsplit(url).path)[1:] for url in page.asked if url.startswith(page.root)}
    assert sum(len(gzip.compress(path.read_bytes())) for path in files) <= WEIGHT


# --- by keyboard ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("scheme", ["http", "file"])
@pytest.mark.parametrize("text", LEADS)
def test_the_first_suggestion_is_a_sensible_place(visit, scheme, text):
    name, anchor = LEADS[text]
    page = visit("chapters/index.html", scheme)
    listed = ask(page, text)
    assert 1 < listed.count() <= 6
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/chapters/{name}.html*")
    assert urlsplit(page.url).fragment == anchor
    heading = page.locator(f"[id='{anchor}']").first
    heading.wait_for()
    assert heading.evaluate("(it) => it.getBoundingClientRect().top < innerHeight")
    assert page.wrong == []


@pytest.mark.parametrize("scheme", ["http", "file"])
def test_enter_leads_to_all_results_and_the_arrows_through_them(visit, scheme):
    page = visit(CHAPTER, scheme)
    ask(page, "gradient")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search.html?q=gradient")
    page.locator("main .found li").first.wait_for()
    assert page.locator("main .found li").count() == 30
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    second = page.locator("main .found li a").nth(1)
    assert second.evaluate("(it) => it === document.activeElement")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("End")
    page.keyboard.type("s of dropout")
    page.wait_for_url("**/search.html?q=gradients+of+dropout")
    assert page.wrong == []


def test_suggestions_follow_what_is_typed(visit):
    page = visit(CHAPTER)
    listed = ask(page, "moment")
    assert "momentum" in listed.first.inner_text()
    page.keyboard.press("Control+a")
    page.keyboard.type("saddle")
    page.locator(f"{DIALOG} .found mark", has_text="saddle").first.wait_for()
    assert not page.locator(f"{DIALOG} .found", has_text="momentum_to").count()
    page.keyboard.press("Escape")
    assert not page.locator(DIALOG).is_visible()


def test_a_place_says_its_page_and_shows_a_sentence_with_the_words(visit):
    page = visit(CHAPTER)
    first = ask(page, "diverges").first
    assert re.fullmatch(r"1\.7 How long a step\? +Gradient descent", first.inner_text().splitlines()[0])
    assert first.locator("mark").all_inner_texts() == ["diverges"]
    assert ask_again(page, "adam optimizer").first.inner_text().splitlines()[0] == "adam Reference: rules"


def ask_again(page, text):
    """Type something else; give what is listed then."""
    before = page.locator(f"{DIALOG} .found ol").element_handle()
    page.keyboard.press("Control+a")
    page.keyboard.type(text)
    page.wait_for_function("(it) => !it.isConnected", arg=before)
    return page.locator(f"{DIALOG} .found li")


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("why must I call zero_grad", "Sum or mean, and emptying the gradient"),
        ("batch size power of two", "The last batch of an epoch"),
        ("validation loss below training loss", "Curves that look wrong"),
        ("model.eval() worse than model.train()", "8.5 Training mode and evaluation mode"),
        ("frozen batch norm changes", "Frozen layers that move"),
        ("adam weight_decay L2 or AdamW", "5.7 Weight decay is not L2 here"),
        ("kaiming_uniform_ a = sqrt 5 nn.Linear", "7.7 torch’s a = √5"),
        ("epoch loss average of batch averages", "One large batch in pieces"),
    ],
)
def test_a_question_leads_to_the_section_that_answers_it(visit, text, title):
    page = visit(f"search.html?q={text}")
    page.locator("main .found li").first.wait_for()
    assert title in page.locator("main .found li a").all_inner_texts()[:2]


def test_each_question_is_found(index):
    written = (ROOT / search.QUESTIONS).with_suffix(".md").read_text(encoding="utf-8")
    asked = [line for place in index["places"] for line in place.get("asked", "").splitlines()]
    assert len(asked) == len(set(asked)) == written.count("\n| ") - written.count("\n| you ask |") > 100
    assert [place["title"] for place in index["places"] if index["pages"][place["page"]][0] == "Questions"] == [
        "Questions"
    ]


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("blow up", "1.7 How long a step?"),
        ("lr", "1.4 The rule"),
        ("explode", "1.7 How long a step?"),
        ("kappa", "1.8 Two directions, one rate"),
    ],
)
def test_who_says_it_otherwise_finds_it_too(visit, text, title):
    page = visit(f"search.html?q={text}")
    page.locator("main .found li").first.wait_for()
    assert title in page.locator("main .found li a").all_inner_texts()[:3]


@pytest.mark.parametrize(
    ("text", "title"),
    [("lr", "1.4 The rule"), ("step size", "1.4 The rule"), ("kappa", "1.8 Two directions, one rate")],
)
def test_where_a_term_is_explained_comes_first(visit, text, title):
    page = visit(f"search.html?q={text}")
    page.locator("main .found li").first.wait_for()
    assert page.locator("main .found li a").first.inner_text() == title


def test_spelling_and_endings_do_not_matter(visit):
    found = []
    for text in ("optimizer rates", "optimiser rate", "Optimizers’ rates"):
        page = visit(f"search.html?q={text}")
        page.locator("main .found li").first.wait_for()
        found.append(page.locator("main .found li a").all_inner_texts())
    assert found[0] == found[1] == found[2]


@pytest.mark.parametrize(
    ("wrong", "right"),
    [("gradeint", "gradient"), ("momentun", "momentum"), ("backtraking", "backtracking"), ("saddlle", "saddle")],
)
def test_one_edit_is_forgiven_and_said(visit, wrong, right):
    page = visit("search.html?q=" + wrong)
    page.locator("main .found li").first.wait_for()
    said = page.locator("main .found [role=status]").inner_text()
    assert said.startswith(f"Nothing found for “{wrong}”: shown is “{right}”.")
    found = page.locator("main .found li a").all_inner_texts()
    right_page = visit("search.html?q=" + right)
    right_page.locator("main .found li").first.wait_for()
    assert right_page.locator("main .found li a").all_inner_texts() == found


@pytest.mark.parametrize("scheme", ["http", "file"])
def test_where_nothing_is_found_three_links_help(visit, site, scheme):
    page = visit("search.html", scheme)
    page.keyboard.type("xyzzyq")
    links = page.locator("main .found ul a")
    links.first.wait_for()
    assert page.locator("main .found [role=status]").inner_text() == "Nothing found for “xyzzyq”. These may help:"
    places = [urlsplit(link) for link in links.evaluate_all("(all) => all.map((it) => it.href)")]
    assert [(Path(place.path).name, place.fragment) for place in places] == [
        ("01_gradient_descent.html", "how-long-a-step"), ("index.html", ""), ("index.html", "")
    ]  # fmt: skip
    assert [REFERENCE in place.path for place in places] == [False, True, False]
    assert "exercises" in places[2].path


# --- marks ------------------------------------------------------------------------------------------------------


def test_words_are_marked_only_where_a_result_leads_and_can_be_unmarked(visit):
    page = visit(CHAPTER)
    assert marked(page) == [] and page.locator(".marks").count() == 0
    ask(page, "diverges")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_url("**highlight=diverges*")
    page.locator(".marks").wait_for()
    assert set(marked(page)) == {"diverges"}
    within = (
        "[...CSS.highlights.get('found')].every((it) => it.startContainer.parentElement.closest('#how-long-a-step'))"
    )
    assert page.evaluate(within)
    look = "getComputedStyle(document.querySelector('#how-long-a-step p'), '::highlight(found)').backgroundColor"
    assert page.evaluate(look) == "rgb(255, 224, 138)"
    assert "Hide Search Matches" not in page.content()
    assert scripts(page) >= {"search.js"}
    page.get_by_role("button", name="Take the marks away").click()
    assert marked(page) == [] and page.locator(".marks").count() == 0
    assert "highlight" not in page.url
    page.reload()
    assert marked(page) == []


def test_marks_need_no_index(visit):
    page = visit(f"{CHAPTER}?highlight=diverges#how-long-a-step")
    page.locator(".marks").wait_for()
    assert scripts(page) == {"search.js"}
    page.keyboard.press("Escape")
    assert page.locator(".marks").count() == 0


def test_an_address_cannot_bring_markup(visit):
    page = visit(f"{CHAPTER}?highlight=(,<img src=x>,step#how-long-a-step")
    page.locator(".marks").wait_for()
    assert page.locator(".marks img").count() == 0
    assert {word.lower() for word in marked(page)} == {"step"}
    assert page.wrong == []


# --- for everybody ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("colours", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1280])
def test_axe_finds_nothing_in_what_is_found(visit, colours, width):
    page = visit("search.html?q=learning rate", colours=colours, width=width)
    page.locator("main .found li").first.wait_for()
    assert faults(page, width) == []
    page = visit(f"{REFERENCE}rules.html?highlight=adam#gradlab.rules.adam", colours=colours, width=width)
    page.locator(".marks").wait_for()
    ask(page, "adam")
    assert faults(page, width) == []


def test_without_scripts_the_page_says_so(visit):
    page = visit("search.html", scripts=False)
    assert "Search needs JavaScript" in page.locator("main").inner_text()
