"""What the build finds out about a chapter: its pages, how long they take, and the numbers of their figures.

A chapter is a page called `NN_name`, and the further pages nested under it in `_toc.yml`. Its figures are counted
through all its pages: figure 1.9 may be the first one of a further page.
"""

from __future__ import annotations

import re
from pathlib import Path

from bs4 import BeautifulSoup
from docutils import nodes

from gradlab_course import ROOT
from gradlab_course.exercises import EXERCISES, tasks, totals
from gradlab_course.notebooks import CHECKED, FIGURE_CALL, read, text

PAGE = re.compile(r"chapters/(\d\d)_\w+$")
FIGURE = re.compile(r'<figure class="(?:explore|still|playground[^"]*)"')
WORD = re.compile(r"[A-Za-z]{2,}")
NO_PROSE = re.compile(r"\$[^$]*\$|\]\([^)]*\)")  # formulas, addresses of links
# What was measured on somebody who read chapter 1 slowly, in words and lines a minute, and in minutes.
WORDS, LINES, A_FIGURE, AN_OUTPUT = 150, 13, 2, 0.5
COUNTED = (
    f"The minutes are estimated: a minute for {WORDS} words or for {LINES} lines of code that are not folded, "
    f"{A_FIGURE} minutes for a figure, and {60 * AN_OUTPUT:g} seconds for what a checked cell prints."
)
NUMBER = re.compile(r'(<a class="number" href="#[^"]+">Figure)(</a>)')


def count_figures(app, doctree):
    """Note how many figures a page has, when it is read."""
    raw = (node.astext() for node in doctree.findall(nodes.raw))
    app.env.metadata[app.env.docname]["figures"] = sum(len(FIGURE.findall(text)) for text in raw)


def pages_of(env, pagename) -> list[str]:
    """The pages of the chapter to which a page belongs, in order; none if it belongs to none."""
    if not PAGE.match(pagename):
        return []
    first = next(
        (page for page, nested in env.toctree_includes.items() if PAGE.match(page) and pagename in nested), pagename
    )
    return [first, *env.toctree_includes.get(first, ())]


def first_pages(env) -> list[str]:
    """The first page of each chapter, in order."""
    return [page for page in sorted(env.found_docs) if PAGE.match(page) and pages_of(env, page)[0] == page]


def figures_before(env, pagename) -> int:
    """How many figures the pages before this one have in its chapter."""
    pages = pages_of(env, pagename)
    return sum(env.metadata[page].get("figures", 0) for page in pages[: pages.index(pagename)]) if pages else 0


def renumbered(app, env):
    """The pages to be written anew, as the number of their first figure has changed since the last build."""
    before = getattr(env, "gradlab_figures", {})
    env.gradlab_figures = {page: figures_before(env, page) for page in env.found_docs if PAGE.match(page)}
    return [page for page, number in env.gradlab_figures.items() if before.get(page, number) != number]


def number_figures(app, pagename, templatename, context, doctree):
    """Put the numbers into the captions of a page; those of a page that is no chapter's have none."""
    chapter, number = PAGE.match(pagename), figures_before(app.env, pagename)
    if "body" not in context:
        return
    if not chapter:
        context["body"] = NUMBER.sub("", context["body"])
        return

    def numbered(match):
        nonlocal number
        number += 1
        return f"{match[1]} {int(chapter[1])}.{number}{match[2]}"

    context["body"] = NUMBER.sub(numbered, context["body"])


# --- how long it takes ------------------------------------------------------------------------------------------------


def minutes(cells) -> dict[str, float]:
    """The minutes that each section of a notebook takes, by its heading; under "" what comes before the first one."""
    spent, section = {"": 0.0}, ""
    for cell in cells:
        source = text(cell["source"])
        if cell["cell_type"] == "markdown":
            for i, part in enumerate(re.split(r"^## +(.+)$", source, flags=re.M)):
                if i % 2:
                    section = part.strip()
                    spent[section] = 0.0
                else:
                    spent[section] += len(WORD.findall(NO_PROSE.sub(" ", part))) / WORDS
        elif cell["cell_type"] == "code":
            tags = cell["metadata"].get("tags", [])
            if not {"hide-input", "hide-cell", "remove-cell"}.intersection(tags):
                spent[section] += sum(bool(line.strip()) for line in source.splitlines()) / LINES
            spent[section] += A_FIGURE * len(FIGURE_CALL.findall(source)) + AN_OUTPUT * (CHECKED in tags)
    return spent


def summary(env, pagename, counted) -> str:
    """A line on a page of a chapter: how long it takes, what moves in it, and its exercises.

    counted   the address at which stands what the minutes count
    """
    parts = [f'<a href="{counted}">{sum(minutes(_cells(env, pagename)).values()):.0f} minutes</a>']
    figures = env.metadata[pagename].get("figures", 0)
    if figures:
        parts.append(f"{figures} figure{'s' * (figures > 1)}")
    name = Path(pagename).name
    exercises = ROOT / EXERCISES / name / f"{name}.ipynb"
    if exercises.exists():
        _, notebook = read(exercises)
        (count, spent), (twins, more) = totals(tasks(notebook))
        link = f'<a href="exercises/{name}/{name}.html">{count} exercises</a>'
        for_yourself = f", {twins} more for yourself ({more} minutes)" if twins else ""
        parts.append(f"{link} ({spent} minutes){for_yourself}")
    return f'<p class="takes">{" · ".join(parts)}</p>'


def summarise(app, pagename, templatename, context, doctree):
    """Put the summary under the title of a page."""
    if PAGE.match(pagename) and "body" in context:
        told = summary(app.env, pagename, context["pathto"](app.config.root_doc) + "#minutes")
        context["body"] = context["body"].replace("</h1>", f"</h1>\n{told}", 1)


def time_contents(app, pagename, templatename, context, doctree):
    """Put the minutes of its sections into the contents of a page."""
    if not PAGE.match(pagename) or "toc" not in context:
        return
    contents = BeautifulSoup(context["toc"], "html.parser")
    spent = list(minutes(_cells(app.env, pagename)).values())[1:]
    for entry, section in zip(contents.ul.li.ul.find_all("li", recursive=False), spent, strict=True):
        time = contents.new_tag("span", attrs={"class": "minutes"})
        time.string = f" {max(1, round(section))} min"
        entry.a.append(time)
    context["toc"] = str(contents)


def _cells(env, pagename):
    _, notebook = read(env.doc2path(pagename))
    return notebook["cells"]


# --- the landing page -------------------------------------------------------------------------------------------------

BORROWED = re.compile(r'<div data-borrow="([^"]+)" data-figure="([^"]+)"></div>')
BEGIN = re.compile(r'<div data-begin="([^"]+)"></div>')
LIST = "<div data-chapters></div>"


def note_chapters(app, doctree):
    """Let the landing page be made anew when a chapter changes."""
    if app.env.docname == app.config.root_doc:
        for page in app.env.found_docs:
            if PAGE.match(page):
                app.env.note_dependency(app.env.doc2path(page))


def fill_landing_page(app, pagename, templatename, context, doctree):
    """Put a figure of a chapter, the way to begin, and the list of chapters into the landing page."""
    if pagename != app.config.root_doc or "body" not in context:
        return
    env, address = app.env, context["pathto"]
    body = BORROWED.sub(lambda match: _borrowed(env, address(match[1]), *match.groups()), context["body"])
    body = BEGIN.sub(lambda match: _begin(env, address(match[1]), match[1]), body)
    context["body"] = body.replace(LIST, _chapters(app, address))


def _figures(tree, kinds='explore|still|playground[^"]*'):
    """The figures in a page or a part of it, as HTML."""
    raw = "".join(node.astext() for node in tree.findall(nodes.raw))
    return re.findall(rf'<figure class="(?:{kinds})".*?</figure>', raw, re.S)


def _borrowed(env, address, page, name):
    figures = _figures(env.get_doctree(page))
    number, figure = next((i, one) for i, one in enumerate(figures, 1) if f'id="figure-{name}"' in one)
    if not PAGE.match(page):
        return NUMBER.sub("", figure)
    place = f"Figure {int(PAGE.match(page)[1])}.{figures_before(env, page) + number}"
    return NUMBER.sub(f'<a class="number" href="{address}#figure-{name}">{place}</a>', figure)


def _begin(env, address, page):
    title, spent = env.titles[page].astext(), sum(minutes(_cells(env, page)).values())
    chapter = f"chapter {int(PAGE.match(page)[1])}"
    return f'<p><a class="begin" href="{address}">Begin with {chapter}: {title} · {spent:.0f} minutes</a></p>'


def _chapters(app, address):
    """A line for each chapter, with a thumbnail."""
    env, lines = app.env, []
    for page in first_pages(env):
        pages = "".join(
            f'<li><a href="{address(one)}">{env.titles[one].astext()}</a> '
            f'<span class="takes">{sum(minutes(_cells(env, one)).values()):.0f} minutes</span></li>'
            for one in pages_of(env, page)
        )
        picture = f'<img src="{address(thumbnail(app, page), 1)}" alt="" width="150" loading="lazy">'
        lines.append(
            f'<li>{picture}<div><span class="number">{int(PAGE.match(page)[1])}</span><ul>{pages}</ul></div></li>'
        )
    return f'<ol class="chapters">{"".join(lines)}</ol><p class="takes" id="minutes">{COUNTED}</p>'


def telling_figure(env, page) -> str:
    """The figure that stands for a page, as HTML: of the cell that has the tag `thumbnail`, or the first one.

    Empty if the page has none.
    """
    tree = env.get_doctree(page)
    chosen = (cell for cell in tree.findall(nodes.container) if "tag_thumbnail" in cell["classes"])
    return next(iter(_figures(next(chosen, tree), "explore|still")), "")


def thumbnail(app, page):
    """Write the last panel of the figure that stands for a page, without words, as a picture; give its place."""
    figure = telling_figure(app.env, page)
    *_, panel = re.findall(r'<g class="panel".*?(?=<g class="panel"|</svg>)', figure, re.S)
    panel = re.sub(r"<text\b.*?</text>", "", panel, flags=re.S)
    panel = re.sub(r'transform="translate\([^)]*\)"', "", panel, count=1)  # to its place beside the others
    width, height = re.search(r"--w:([\d.]+);--h:([\d.]+)", figure).groups()
    name = f"_static/thumbnails/{Path(page).name}.svg"
    target = Path(app.outdir) / name
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}">{panel}</svg>', encoding="utf-8"
    )
    return name


def setup(app):
    """Register with Sphinx."""
    app.connect("doctree-read", count_figures)
    app.connect("doctree-read", note_chapters)
    app.connect("env-updated", renumbered)
    app.connect("html-page-context", number_figures)
    app.connect("html-page-context", time_contents, priority=400)  # before the theme takes them
    app.connect("html-page-context", summarise, priority=700)  # above the buttons
    app.connect("html-page-context", fill_landing_page)
