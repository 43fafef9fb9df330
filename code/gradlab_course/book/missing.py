"""The page 404.html, which a host shows for an address that leads nowhere: search, and the list of chapters.

A host shows it at any depth, so its links begin at the site's own path, which it takes from the site's address. Where
the site is served from another place, or opened as files, a script finds out.
"""

from __future__ import annotations

from urllib.parse import urlsplit

from gradlab_course.book import heads
from gradlab_course.book.chapters import PAGE, first_pages

NAME = "404"


def page(app):
    """The page, from its own template."""
    env = app.env
    chapters = [(one, int(PAGE.match(one)[1]), env.titles[one].astext()) for one in first_pages(env)]
    base = urlsplit(heads.address(app.config)).path or "/"
    return [(NAME, {"chapters": chapters, "base": base}, "404.html")]


def no_address(app, pagename, templatename, context, doctree):
    """It has no address of its own."""
    if pagename == NAME:
        context["pageurl"] = None


def setup(app):
    """Register with Sphinx; `sphinx_ext` calls this."""
    app.connect("html-collect-pages", page)
    app.connect("html-page-context", no_address)
