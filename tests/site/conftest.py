"""The built site in a browser, for its tests."""

from __future__ import annotations

import subprocess
import sys
from functools import cache
from types import SimpleNamespace

import pytest
from browser import ROOT, SITE, serve
from pages import CHAPTERS, COLOURS, LOADED, faults, open_page

WIDTHS = "(all) => all.map((it) => [it.scrollWidth, it.clientWidth])"
ANSWERS = "(all) => all.map((it) => Number(it.dataset.prediction))"


@pytest.fixture(scope="session")
def site():
    """Build the book (what did not change is not built again) and give the folder of the site."""
    subprocess.run([sys.executable, "-m", "gradlab_course.book"], cwd=ROOT, check=True)
    return SITE


@pytest.fixture(scope="session")
def addresses(site):
    """Give the site's address through a server and from the file system."""
    with serve(site) as http:
        yield {"http": http, "file": site.as_uri()}


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
            noted.code = page.locator(".cell_input pre, .cell_output .highlight-python pre").evaluate_all(WIDTHS)
            noted.predictions = page.locator("textarea.prediction").count()
            noted.answers = page.locator("[data-prediction]").evaluate_all(ANSWERS)
            noted.is_wider = page.evaluate("document.documentElement.scrollWidth > innerWidth")
            noted.faults = faults(page, 360)
        context.close()
        return noted

    return look
