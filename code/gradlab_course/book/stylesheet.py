"""One stylesheet for the built site: what its pages use of the theme's, at a fifth of the weight.

The theme's own stylesheets come to half a megabyte, icon fonts aside, and a page is not painted before they have
arrived. A rule stays if every class in one of its selectors occurs in a page or in a script of the site.
"""

from __future__ import annotations

import re
from pathlib import Path

CLASS = re.compile(r"\.(-?[A-Za-z_][\w-]*)")
COMMENT = re.compile(r"/\*.*?\*/", re.S)
STRING = re.compile(r'"(?:\\.|[^"\\])*"|\'(?:\\.|[^\'\\])*\'', re.S)  # a string may go on after a backslash
NEGATION = re.compile(r":not\((?:[^()]|\([^()]*\))*\)")


def blocks(css: str):
    """Yield (prelude, body) of each top-level block, and (statement, None) where there is no block."""
    start = at = 0
    while at < len(css):
        if css[at] in "\"'":
            at = STRING.match(css, at).end()
        elif css[at] == ";":
            yield css[start:at].strip(), None
            start = at = at + 1
        elif css[at] == "{":
            depth, end = 1, at + 1
            while depth:
                if css[end] in "\"'":
                    end = STRING.match(css, end).end()
                    continue
                depth += {"{": 1, "}": -1}.get(css[end], 0)
                end += 1
            yield css[start:at].strip(), css[at + 1 : end - 1].strip()
            start = at = end
        else:
            at += 1


def selectors(prelude: str):
    """Split a selector list at its top-level commas."""
    depth = start = 0
    for at, char in enumerate(prelude):
        depth += {"(": 1, "[": 1, ")": -1, "]": -1}.get(char, 0)
        if char == "," and not depth:
            yield prelude[start:at].strip()
            start = at + 1
    yield prelude[start:].strip()


def trim(css: str, used: set[str]) -> str:
    """Keep what can match: `used` holds the class names of the site. Icon fonts go, book.css draws the icons."""
    kept = []
    for prelude, body in blocks(COMMENT.sub("", css)):
        if body is None or prelude.startswith("@charset"):
            continue  # @import: the caller has put the files together
        if prelude.startswith(("@media", "@supports", "@layer", "@container")):
            inner = trim(body, used)
            if inner:
                kept.append(f"{prelude}{{{inner}}}")
        elif prelude.startswith("@"):
            if "Awesome" not in body:
                kept.append(f"{prelude}{{{body}}}")
        else:
            able = [
                one
                for one in selectors(prelude)
                if used.issuperset(CLASS.findall(NEGATION.sub("", STRING.sub("", one))))
            ]
            if able and body:
                kept.append(f"{','.join(able)}{{{body}}}")
    return "".join(kept)


def used_classes(pages, scripts) -> set[str]:
    """Collect every class of the pages and, since scripts add some, every word of the scripts."""
    used = set()
    for page in pages:
        for classes in re.findall(r'class=["\']([^"\']*)', page):
            used.update(classes.split())
        scripts = [*scripts, *re.findall(r"<script[^>]*>([^<]{1,20000})</script>", page)]
    for script in scripts:
        used.update(re.findall(r"[A-Za-z_][\w-]*", script))
    return used


def bundle(styles: list[Path], pages: list[str], scripts: list[str]) -> str:
    """Join the stylesheets in order, less what nothing on the site can match."""
    css = "\n".join(path.read_text(encoding="utf-8") for path in styles if path.exists())
    return trim(css, used_classes(pages, scripts))
