"""Links to report a mistake: the repository's form for a new issue, with page, section and version filled in.

They need the repository's address, `url` under `repository` in _config.yml; without it there are none.
"""

from __future__ import annotations

from html import escape
from pathlib import Path
from urllib.parse import urlencode

import yaml
from docutils import nodes

from gradlab_course.book import heads
from gradlab_course.book.course import CITATION
from gradlab_course.book.inline import inline

WORDS = "Report a mistake here"


def version(root) -> str:
    """The version of the book, from CITATION.cff; empty where there is no such file."""
    path = Path(root) / CITATION
    return str(yaml.safe_load(path.read_text(encoding="utf-8"))["version"]) if path.exists() else ""


def form(app, page: str, section: str = "", anchor: str = "") -> str:
    """The address of the form for a mistake on a page, or in a section of it; empty without a repository."""
    repository = app.config.html_theme_options.get("repository_url")
    if not repository:
        return ""
    title = inline(app.env.titles[page])
    target = app.builder.get_target_uri(page) + (f"#{anchor}" if anchor else "")
    rows = {"Page": title, "Section": section, "Address": heads.address(app.config, target) or target}
    rows["Version"] = app.config.gradlab_version
    told = "\n".join(f"{name}: {value}" for name, value in rows.items() if value)
    subject = f"Mistake in “{section or title}”"
    asked = urlencode({"title": subject, "body": f"{told}\n\nWhat is wrong, and what would be right?\n\n"})
    return f"{repository.rstrip('/')}/issues/new?{asked}"


def add_to_sections(app, doctree, page):
    """Put a link at the end of each section that stands directly below the page's title."""
    numbers = app.env.toc_secnumbers.get(page, {})
    for section in [*doctree.findall(nodes.section)]:
        if not isinstance(section.parent, nodes.section) or isinstance(section.parent.parent, nodes.section):
            continue
        anchor = section["ids"][0]
        number = ".".join(map(str, numbers.get(f"#{anchor}") or ()))
        name = f"{number} {inline(section.next_node(nodes.title))}".strip()
        if address := form(app, page, name, anchor):
            label = escape(f"{WORDS}: {name}")
            link = f'<p class="report"><a href="{escape(address)}" aria-label="{label}">{WORDS}</a></p>'
            section += nodes.raw("", link, format="html")


def add_to_page(app, pagename, templatename, context, doctree):
    """Let the foot of a page have a link, too."""
    context["report"] = form(app, pagename) if pagename in app.env.found_docs else ""


def note_version(app, config):
    """Let all pages be made anew when the version changes."""
    config.gradlab_version = version(app.srcdir)


def setup(app):
    """Register with Sphinx; `sphinx_ext` calls this."""
    app.add_config_value("gradlab_version", "", "env")
    app.connect("config-inited", note_version)
    app.connect("doctree-resolved", add_to_sections, priority=900)
    app.connect("html-page-context", add_to_page)
