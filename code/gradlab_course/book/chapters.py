"""What the build finds out about a chapter: its pages, and the numbers of their figures.

A chapter is a page called `NN_name`, and the further pages nested under it in `_toc.yml`. Its figures are counted
through all its pages: figure 1.9 may be the first one of a further page.
"""

from __future__ import annotations

import re

from docutils import nodes

PAGE = re.compile(r"chapters/(\d\d)_\w+$")
FIGURE = re.compile(r'<figure class="(?:explore|still)"')
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
    """Put the numbers into the captions of a page."""
    chapter, number = PAGE.match(pagename), figures_before(app.env, pagename)
    if not chapter or "body" not in context:
        return

    def numbered(match):
        nonlocal number
        number += 1
        return f"{match[1]} {int(chapter[1])}.{number}{match[2]}"

    context["body"] = NUMBER.sub(numbered, context["body"])


def setup(app):
    """Register with Sphinx."""
    app.connect("doctree-read", count_figures)
    app.connect("env-updated", renumbered)
    app.connect("html-page-context", number_figures)
