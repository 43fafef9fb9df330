"""A Sphinx extension of the instructor edition: it shades and labels the code that students do not see."""

import re

from gradlab_course.exercises import SOURCES

KINDS = {"SOLUTION": "solution", "HIDDEN TESTS": "hidden tests"}
# Pygments puts an empty span before the first line.
EDGE = r'(?:^|(?<=<span></span>))[ \t]*(?:<span class="w">\s*</span>)?<span class="c1">### {} {} *</span>\n'
HIDDEN = re.compile(EDGE.format("BEGIN", f"({'|'.join(KINDS)})") + "(.*?)" + EDGE.format("END", r"\1"), re.M | re.S)


def shade(html):
    """A page with a box around each solution and each part of hidden tests; the box replaces the delimiters.

    html   the page, with its code highlighted
    """
    return HIDDEN.sub(lambda m: f'<span class="withheld" data-kind="{KINDS[m[1]]}">{m[2]}</span>', html)


def shade_page(app, pagename, templatename, context, doctree):
    """Shade a page, if it is one of the instructors'."""
    if doctree is not None and pagename.startswith(f"{SOURCES.as_posix()}/"):
        context["body"] = shade(context["body"])


def setup(app):
    """Register the extension with Sphinx."""
    app.connect("html-page-context", shade_page)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
