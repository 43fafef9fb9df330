"""A Sphinx extension of the instructor edition: what students do not see is shaded, and says what it is."""

import re

from gradlab_course.exercises import SOURCES

KINDS = {"SOLUTION": "solution", "HIDDEN TESTS": "hidden tests"}
# The first line begins behind an empty span of Pygments'.
EDGE = r'(?:^|(?<=<span></span>))[ \t]*(?:<span class="w">\s*</span>)?<span class="c1">### {} {} *</span>\n'
WITHHELD = re.compile(EDGE.format("BEGIN", f"({'|'.join(KINDS)})") + "(.*?)" + EDGE.format("END", r"\1"), re.M | re.S)


def shade(html):
    """Highlighted code with a box around each solution and each part of hidden tests, in the place of its delimiters.

    html   of a page
    """
    return WITHHELD.sub(lambda m: f'<span class="withheld" data-kind="{KINDS[m[1]]}">{m[2]}</span>', html)


def shade_page(app, pagename, templatename, context, doctree):
    """Shade a page of the instructors'."""
    if doctree is not None and pagename.startswith(f"{SOURCES.as_posix()}/"):
        context["body"] = shade(context["body"])


def setup(app):
    """Register with Sphinx."""
    app.connect("html-page-context", shade_page)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
