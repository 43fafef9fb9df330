"""The pages of the built site, and what tests do with them in a browser."""

from __future__ import annotations

import re
from pathlib import Path

from browser import ROOT
from sphinx_external_toc.parsing import parse_toc_yaml

from gradlab_course.book.reference import OVERVIEWS
from gradlab_course.book.reference import PAGES as REFERENCE
from gradlab_course.exercises import EXERCISES

# The rule about labels is off by default in axe; Lighthouse counts it. What passes is not described: half the time.
AXE = {"rules": {"label-content-name-mismatch": {"enabled": True}}, "resultTypes": ["violations"]}
WEIGHT = 1_200_000  # bytes, gzipped, of a page with all that it loads
CHAPTER = "chapters/01_gradient_descent.html"


def toc():
    """Name the pages of the table of contents, as paths of the site."""
    return [f"{name}.html" for name in parse_toc_yaml(ROOT / "_toc.yml")]


MODULES = [name for name in toc() if name.startswith(REFERENCE) and Path(name).stem not in OVERVIEWS]
LIKE_ALL_MODULES = [f"{REFERENCE}{name}.html" for name in ("rules", "mlp")]  # these two are looked at closely
PAGES = [*(name for name in toc() if name not in MODULES), *LIKE_ALL_MODULES, "search.html", "404.html"]
CHAPTERS = [name for name in PAGES if re.match(r"chapters/\d\d_", name)]
NOTES = [name for name in PAGES if re.match(rf"{EXERCISES.as_posix()}/\w+/", name)]  # exercises


# A page takes seconds to open. So each is opened once through a server, in light colours, and once from the file
# system, in dark ones; all tests that change nothing look at what was noted there.
COLOURS = {"http": "light", "file": "dark"}


STARTED = "!document.documentElement.matches('.starting')"  # all sections are laid out


def open_page(context, root, name):
    """Open a page; it keeps a record of what went wrong (`wrong`) and of what it asked for (`asked`)."""
    page = context.new_page()
    page.wrong, page.asked, page.root = [], [], root
    page.on("console", lambda said: page.wrong.append(said.text) if said.type == "error" else None)
    page.on("pageerror", lambda error: page.wrong.append(str(error)))
    page.on("requestfailed", lambda request: page.wrong.append(f"failed: {request.url}"))
    page.on("request", lambda request: page.asked.append(request.url))
    page.goto(f"{root}/{name}", wait_until="load")
    page.wait_for_function(STARTED)
    return page


# The element whose background one sees behind another.
BEHIND = """const behind = (it) =>
  getComputedStyle(it).backgroundColor === "rgba(0, 0, 0, 0)" && it.parentElement ? behind(it.parentElement) : it;
"""

# Of code, axe would look at each of some thousand words in a handful of colours. One word of each look is enough for
# it, and the others become plain text: a quarter of the time.
ONE_WORD_OF_EACH_LOOK = (
    f"() => {{ {BEHIND}"
    """
  const seen = new Set(), again = [];
  for (const word of document.querySelectorAll("pre span:not(:has(*))")) {
    if (!word.checkVisibility()) continue;
    const { color, fontSize, fontWeight, opacity } = getComputedStyle(word);
    const look = [color, fontSize, fontWeight, opacity, getComputedStyle(behind(word)).backgroundColor].join();
    if (seen.has(look)) again.push(word);
    seen.add(look);
  }
  again.forEach((word) => word.replaceWith(word.textContent));
}"""
)

# The same for formulas, whose parts are as many: one of each look keeps them. (Done when nothing is measured any more.)
ONE_FORMULA_OF_EACH_LOOK = (
    f"() => {{ {BEHIND}"
    """
  const seen = new Set();
  for (const formula of document.querySelectorAll("math")) {
    const { color, fontSize, opacity } = getComputedStyle(formula);
    const look = [color, fontSize, opacity, formula.tabIndex, getComputedStyle(behind(formula)).backgroundColor].join();
    if (seen.has(look)) formula.replaceChildren();
    seen.add(look);
  }
}"""
)

# A playground with three rules and 500 steps each: more than a reader is likely to drag.
THREE_RULES = """(figure) => {
  const { playground } = figure, { data } = playground;
  const defaults = (rule) => Object.fromEntries(data.rules[rule].hyper.map((it) => [it.name, it.default]));
  const rules = ["sgd", "momentum", "adam"].map((rule) => (
    { rule, schedule: null, hyper: { ...defaults(rule), lr: rule === "adam" ? 0.05 : 0.0003 } }));
  playground.set({ ...playground.situation, steps: 500, step: 500, rules });
}"""

# The pictures of slider figures, each with its size and the number of things drawn.
PICTURES = """(all) => all.map((it) => {
  const { width, height } = it.getBoundingClientRect();
  return [width, height, it.querySelectorAll("path, polyline, line, use, image").length];
})"""


# The keyboard reaches each box of code, output, table or formula that scrolls, and none that doesn't. (Code that is
# far from the window is passed over: nothing of it is laid out yet.)
REACHED = """() => {
  const code = "pre, .cell_output > .output, .pst-scrollable-table-container";
  const scrolls = (it) => it.scrollWidth > it.clientWidth || (it.scrollHeight > it.clientHeight && it.matches(code));
  const here = (it) => it.firstElementChild?.checkVisibility({ contentVisibilityAuto: true }) && !it.closest("figure");
  const boxes = [...document.querySelectorAll(`${code}, div.formula`)].filter(here);
  return boxes.every((it) => scrolls(it) === (it.getAttribute("tabindex") === "0"));
}"""


def faults(page, width):
    """What axe finds on a page in a window of this width, and whether it scrolls sideways."""
    from axe_playwright_python.sync_playwright import Axe

    page.evaluate("document.querySelectorAll('details.source').forEach((box) => (box.open = true))")
    page.evaluate(ONE_WORD_OF_EACH_LOOK)
    page.set_viewport_size({"width": width, "height": 800})
    page.wait_for_function(REACHED)
    is_wider = page.evaluate("document.documentElement.scrollWidth") > width
    page.evaluate(ONE_FORMULA_OF_EACH_LOOK)
    violations = Axe().run(page, options=AXE).response["violations"]
    return [(one["id"], one["nodes"][0]["html"]) for one in violations] + ["scrolls sideways"] * is_wider


# The states of slider figures are loaded last: they fill these scripts.
LOADED = "[...document.querySelectorAll('figure.explore > script')].every((it) => it.text)"
