"""Links from the names of the library to their entries in the reference.

Authors write nothing for it. What a name means is read from the imports of its page: in code each use of it is a link,
in prose the first one, `descend` or `surfaces.quadratic`. Of all links of a page to one entry the keyboard stops at
one: that in prose, or else the first in code that is no import.
"""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass
from html import unescape

from gradlab_course.book.reference import PAGES

BLOCK = re.compile(
    r'(<div class="cell_input[^>]*>\s*)?<div class="highlight-(?:ipython3|python)[^>]*><div class="highlight">'
    "<pre>(.*?)</pre>",
    re.S,
)
PIECE = re.compile(r'<span class="[^"]*">[^<]+</span>|<[^>]*>|[^<]+')
TAG = re.compile("<[^>]*>")
MAGIC = re.compile(r"^(\s*)[%!]", re.M)
LITERAL = r'<code class="docutils literal notranslate"><span class="pre">([A-Za-z_][\w.]*)(?:\(\))?</span></code>'
# What is a link or a heading already, is drawn, or is code in a block of its own stays as it is.
PROSE = re.compile(rf"<(a|h[1-6]|pre|summary|svg|script)\b.*?</\1>|{LITERAL}", re.S)
SCOPES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda, ast.ListComp, ast.SetComp, ast.DictComp,
          ast.GeneratorExp)  # fmt: skip

UNSTOPPED = ' tabindex="-1"'


@dataclass
class Use:
    """A name in a piece of code."""

    start: int  # its place in the code
    end: int
    path: str  # gradlab.surfaces.quadratic
    imported: bool = False  # here it is only imported


class Reader:
    """Finds the names of the library in pieces of code, one after another, as Python would run them."""

    def __init__(self, entries):
        self.entries = entries  # the paths that have an entry
        self.known = {}  # name -> path, of what is imported so far

    def read(self, code, runs=True):
        """The uses of names in a piece of code; what it binds counts later on only if it `runs`.

        A line of IPython's own, such as %pip, is passed over; so is what is no code.
        """
        try:
            tree = ast.parse(MAGIC.sub(r"\1#", code))
        except SyntaxError:
            return []
        self._lines = [0]
        for line in code.splitlines(keepends=True):
            self._lines.append(self._lines[-1] + len(line))
        self._code = code
        known = dict(self.known)
        uses = [*self._uses(tree, self.known)]
        if not runs:
            self.known = known
        return uses

    def entry(self, path):
        """The longest beginning of a path that has an entry, or None."""
        while path and path not in self.entries:
            path = path.rpartition(".")[0]
        return path or None

    def _uses(self, node, known):
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            yield from self._imported(node, known)
        elif isinstance(node, (ast.Name, ast.Attribute)) and (name := _dotted(node)):
            first, _, rest = name.partition(".")
            if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load):
                known.pop(name, None)
            elif first in known:
                yield from self._used(node, f"{known[first]}.{rest}".rstrip("."), name)
        elif isinstance(node, SCOPES):
            bound = _bound(node)
            inner = {name: path for name, path in known.items() if name not in bound}
            for child in ast.iter_child_nodes(node):
                yield from self._uses(child, inner)
            known.pop(getattr(node, "name", None), None)
        else:
            children = ast.iter_child_nodes(node)
            for child in reversed([*children]) if isinstance(node, ast.Assign) else children:  # first the value
                yield from self._uses(child, known)

    def _imported(self, node, known):
        origin = getattr(node, "module", "") or ""
        if origin.split(".")[0] == "gradlab" and origin in self.entries:
            start = self._place(node.lineno, node.col_offset) + len("from ")
            yield Use(start, start + len(origin), origin, imported=True)
        for alias in node.names:
            path = f"{origin}.{alias.name}".lstrip(".")
            bound = alias.asname or (alias.name if origin else alias.name.split(".")[0])
            known.pop(bound, None)
            if path.split(".")[0] == "gradlab":
                known[bound] = path if origin or alias.asname else "gradlab"
                if path in self.entries:
                    start = self._place(alias.lineno, alias.col_offset)
                    yield Use(start, start + len(alias.name), path, imported=True)

    def _used(self, node, path, name):
        """One link for `surfaces.quadratic`; of `surfaces.quadratic.f` the end is none of it."""
        found = self.entry(path)
        if found is None:
            return
        for _ in range(path.count(".") - found.count(".")):
            if not isinstance(node, ast.Attribute):
                return  # an entry for what the name is in, and none for itself
            node = node.value
        start, end = self._place(node.lineno, node.col_offset), self._place(node.end_lineno, node.end_col_offset)
        if self._code[start:end].startswith(name.partition(".")[0]):  # in an f-string Python 3.11 gives other places
            yield Use(start, end, found)

    def _place(self, line, column):
        """Python counts columns in bytes."""
        start = self._lines[line - 1]
        return start + len(self._code[start:].encode()[:column].decode(errors="ignore"))


def _dotted(node):
    """`surfaces.quadratic` as it is written, or None for an attribute of anything else than a name."""
    parts = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    return ".".join([node.id, *reversed(parts)]) if isinstance(node, ast.Name) else None


def _bound(scope):
    """The names that a function, class or comprehension binds, and what is in it."""
    nodes = [*ast.walk(scope)]
    arguments = {node.arg for node in nodes if isinstance(node, ast.arg)}
    return arguments | {node.id for node in nodes if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}


# --- pages ------------------------------------------------------------------------------------------------------


def link(body, entries):
    """The body of a page with its links.

    entries   {path: address}
    """
    reader = Reader(entries)
    uses = [reader.read(_plain(block[2]), runs=bool(block[1])) for block in BLOCK.finditer(body)]
    seen = set()

    def in_prose(found):
        first, dot, rest = (found[2] or "").partition(".")
        path = found[2] if first == "gradlab" else reader.known.get(first, "") + dot + rest
        if path not in entries or path in seen:
            return found[0]
        seen.add(path)
        return f'<a class="reference internal" href="{entries[path]}">{found[0]}</a>'

    def in_code(block):
        return block[0].replace(block[2], _put(block[2], uses.pop(0), entries, seen))

    return BLOCK.sub(in_code, PROSE.sub(in_prose, body))


def _plain(html):
    return unescape(TAG.sub("", html))


def _put(html, uses, entries, seen):
    """Put links around words of highlighted code: a link begins and ends where words do."""
    opens, closes, at = {}, {}, 0
    for piece in PIECE.finditer(html):
        opens[at] = piece.start()
        at += len(_plain(piece[0]))
        closes[at] = piece.end()
    parts, done = [], 0
    for use in sorted(uses, key=lambda use: use.start):
        start, end = opens.get(use.start, -1), closes.get(use.end)
        if start < done or end is None:
            continue
        stop = not use.imported and use.path not in seen
        seen.update([use.path] if stop else [])
        link = f'<a class="entry" href="{entries[use.path]}"{"" if stop else UNSTOPPED}>'
        parts += [html[done:start], link, html[start:end], "</a>"]
        done = end
    return "".join([*parts, html[done:]])


def link_names(app, pagename, templatename, context, doctree):
    """Put the links into a page; the reference has its own."""
    if doctree is None or pagename.startswith(PAGES):
        return
    objects = app.env.get_domain("py").objects
    entries = {
        path: context["pathto"](entry.docname) + ("" if entry.objtype == "module" else f"#{entry.node_id}")
        for path, entry in objects.items()
    }
    context["body"] = link(context["body"], entries)


def setup(app):
    """Register with Sphinx; `sphinx_ext` calls this."""
    app.connect("html-page-context", link_names)
