"""A page that starts is laid out section by section; no place in it is ever wrong for that."""

from __future__ import annotations

import pytest
from pages import CHAPTER, STARTED

# Sections follow one another once the fonts are there: here, when the test says so.
HELD = 'Object.defineProperty(document.fonts, "ready", { value: new Promise((go) => (window.go = go)) });'
AT_FIRST = (
    'addEventListener("DOMContentLoaded", () => (window.atFirst = document.documentElement.matches(".starting")));'
)
SHOWN = """() => [...document.querySelectorAll(".bd-article > section > section > p")]
  .map((it) => it.checkVisibility({ contentVisibilityAuto: true }))"""
TOP = "document.getElementById('common-mistakes').getBoundingClientRect().top"
BOXES = "textarea.prediction"


@pytest.fixture
def begun(chromium, addresses):
    """Give a function that opens a page with a script of the test in it, which runs before all others."""
    contexts = []

    def opened(script, place=""):
        contexts.append(chromium.new_context(viewport={"width": 390, "height": 844}))
        page = contexts[-1].new_page()
        page.add_init_script(script)
        page.goto(f"{addresses['http']}/{CHAPTER}{place}", wait_until="load")
        return page

    yield opened
    for context in contexts:
        context.close()


def test_sections_far_from_the_window_are_laid_out_last(begun):
    page = begun(HELD)
    shown, boxes = page.evaluate(SHOWN), page.locator(BOXES).count()
    assert not any(shown[len(shown) // 2 :]), "what is far away is not laid out"
    page.evaluate("go()")
    page.wait_for_function(STARTED)
    assert all(page.evaluate(SHOWN))
    assert 0 < boxes < page.locator(BOXES).count(), "a section has its boxes when it is laid out"
    style = "(all) => all.some((it) => it.getAttribute('style'))"
    assert not page.locator(".bd-article > section > section").evaluate_all(style), "nothing is left behind"


def test_a_link_within_a_page_that_starts_leads_to_its_place(begun):
    page = begun(HELD)
    page.evaluate("document.querySelector('a[href=\"#common-mistakes\"]').click()")
    assert page.evaluate(STARTED)
    page.wait_for_function("scrollY > 0")
    early = page.evaluate(TOP)
    page.wait_for_timeout(300)
    assert page.evaluate(TOP) == pytest.approx(early, abs=1), "nothing above it changes its height any more"
    direct = begun("", "#common-mistakes")
    direct.wait_for_timeout(300)
    assert early == pytest.approx(direct.evaluate(TOP), abs=1)
    page.evaluate("go()")  # too late: all is laid out
    assert page.evaluate(STARTED)


def test_where_a_place_is_asked_for_all_is_laid_out_at_once(begun):
    page = begun(AT_FIRST)
    assert page.evaluate("atFirst")
    page.reload()
    assert not page.evaluate("atFirst"), "the reader stays at the same place"
    assert not begun(AT_FIRST, "#common-mistakes").evaluate("atFirst")
