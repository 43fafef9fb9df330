"""Tells at each entry of the bibliography where it is cited, in chapters and in docstrings, and which to read first.

Those to read first are the entries that the page of the bibliography itself links to, above the list.
"""

from __future__ import annotations

import re
from html import escape

from docutils import nodes
from sphinx import addnodes

from gradlab_course.book.chapters import PAGE

LIST = "chapters/references"  # the page with the bibliography
LINK = re.compile(r"references\.html#(\w+)$")
ENTRY = re.compile(r'(<div class="citation" id="([^"]+)".*?)(</div>)', re.S)
FIRST = '<p class="first">One of the five to read first</p>'


def note_citations(app, doctree):
    """Note which entries a page cites, and in which of its parts."""
    cited = []
    for node in doctree.findall(nodes.Element):
        link = LINK.search(node.get("refuri", ""))
        if link or node.get("reftarget") == LIST:
            cited.append((link[1] if link else node.get("reftargetid"), *_place(node)))
    app.env.metadata[app.env.docname]["cited"] = list(dict.fromkeys(one for one in cited if one[0]))


def _place(node):
    """The anchor of the part of a page in which a node stands, and its name: a member's, or a section's title."""
    while node.parent is not None:
        node = node.parent
        if isinstance(node, addnodes.desc) and node[0]["ids"]:
            return node[0]["ids"][0], node[0]["ids"][0]
        if isinstance(node, nodes.section):
            return ("" if isinstance(node.parent, nodes.document) else node["ids"][0]), node[0].astext()
    return "", ""


def citations(env) -> dict[str, list[tuple[str, str, str, str]]]:
    """Where each entry is cited, in the order of the book: page, anchor, what the link says, and its title."""
    found: dict[str, list[tuple[str, str, str, str]]] = {}
    for page in env.config.external_site_map:
        for key, anchor, name in env.metadata[page].get("cited", ()) if page != LIST else ():
            found.setdefault(key, []).append((page, anchor, *_label(env, page, anchor, name)))
    return found


def _label(env, page, anchor, name):
    """What a link to a part of a page says (`1.3`, or its name), and the title of what has only a number."""
    title = env.titles[page].astext()
    if PAGE.match(page):
        number = env.toc_secnumbers.get(page, {}).get(f"#{anchor}" if anchor else "")
        return (".".join(map(str, number)), name) if number else (f"{title}: {name}" if anchor else title, "")
    return (anchor.removeprefix("gradlab."), "") if anchor.startswith("gradlab.") else (title, "")


def first(env) -> list[str]:
    """The keys of the entries to read first."""
    return [key for key, *_ in env.metadata[LIST].get("cited", ())]


def changed(app, env):
    """The bibliography is to be written anew if it is cited elsewhere than at the last build."""
    if LIST not in env.found_docs:
        return []
    before, env.gradlab_citations = getattr(env, "gradlab_citations", None), citations(env)
    return [LIST] if before != env.gradlab_citations else []


def tell(app, pagename, templatename, context, doctree):
    """Put the links into the entries."""
    if pagename != LIST or "body" not in context:
        return
    found, to_read = citations(app.env), first(app.env)

    def told(entry):
        before, key, end = entry.groups()
        links = []
        for page, anchor, label, title in found.get(key, ()):
            address = context["pathto"](page) + (f"#{anchor}" if anchor else "")
            about = f' title="{escape(title)}"' if title else ""
            links.append(f'<a href="{address}"{about}>{escape(label)}</a>')
        cited = f'<p class="cited">Cited in {", ".join(links)}.</p>' if links else ""
        return f"{before}{FIRST if key in to_read else ''}{cited}{end}"

    context["body"] = ENTRY.sub(told, context["body"])


def setup(app):
    """Register with Sphinx; `sphinx_ext` calls this."""
    app.connect("doctree-read", note_citations)
    app.connect("env-updated", changed, priority=900)  # once the sections have their numbers
    app.connect("html-page-context", tell)
