"""The book on paper: its chapters, and what stands at the back, in one document that Chromium prints.

Each page of the built site becomes a part of it, with its figures as they are before a slider moves, and without the
code that the page folds away. Links between parts stay in the document; others lead to the site, if _config.yml says
where that is published.
"""

from __future__ import annotations

import posixpath
import re
from html import escape
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import yaml
from bs4 import BeautifulSoup, NavigableString
from sphinx_external_toc.parsing import parse_toc_yaml

from gradlab_course.book import offline
from gradlab_course.book.chapters import PAGE
from gradlab_course.book.course import CITATION
from gradlab_course.editions.pdf import page_numbers, print_pages

BUILD = Path("_build")
SITE = BUILD / "html"
DOCUMENT = BUILD / "gradlab-book.html"
AT_THE_BACK = ("chapters/questions", "chapters/notation", "chapters/references")
STYLE = Path(__file__).with_name("paper.css")
DROPPED = "script, noscript, textarea, a.headerlink, a.skip, .downloads, details.hide, button.play, figure .buttons"
# Names, signs and numbers, in code. Keywords, strings and comments keep their colours.
UNCOLOURED = {"n", "p", "o", "w", "nn", "nb", "bp", "fm", "nc", "nf", "py", "vm", "si", "sa", "mi", "mf", "kc"}
CLOSING = re.compile(r"[.,;:?!)\]]+")
POINTING = ("for", "aria-labelledby", "aria-describedby", "aria-controls", "aria-owns", "headers")  # at ids
UNKNOWN = "000"  # as wide as a number of a page, which is known once it is printed
PRINTS = 4  # at most; two, if the contents keep their lines


def parts(root: Path) -> list[str]:
    """The pages that are printed, in the order of _toc.yml."""
    return [page for page in parse_toc_yaml(root / "_toc.yml") if PAGE.match(page) or page in AT_THE_BACK]


def anchor(page: str, place: str = "") -> str:
    """The id in the document of a page, or of a place on it: two pages may have the same ids."""
    return "--".join(filter(None, (page.rpartition("/")[2], place)))


def articles(site: Path, pages: list[str]) -> dict:
    """page -> its text, as a tree, without what is only of use on a screen."""
    found = {}
    for page in pages:
        html = (site / f"{page}.html").read_text(encoding="utf-8")
        tree = BeautifulSoup(html[html.index("<article") : html.index("</article>")], "html.parser").article
        for tag in tree.select(DROPPED):
            tag.decompose()
        for tag in tree.select("fieldset[disabled]"):  # until a script wakes it; paper shows what is set
            del tag["disabled"]
        lighten(tree)
        hold_together(tree)
        found[page] = tree
    return found


def lighten(tree) -> None:
    """Take out most tags in code: in a PDF, each costs some two hundred bytes."""
    for block in tree.select("pre"):
        for tag in block.find_all(["span", "a"]):
            if tag.name == "a" or UNCOLOURED.issuperset(tag.get("class", ())):
                tag.unwrap()
        block.smooth()


def hold_together(tree) -> None:
    """Keep a full stop behind a formula on its line."""
    for formula in tree.select("math"):
        after = formula.next_sibling
        closing = isinstance(after, NavigableString) and CLOSING.match(after)
        if closing:
            after.replace_with(after[closing.end() :])
            formula.wrap(BeautifulSoup("", "html.parser").new_tag("span", attrs={"class": "held"})).append(closing[0])


def join(trees: dict, address: str) -> None:
    """Make parts of one document of pages: their ids get different names, and their links find these.

    trees     from `articles`
    address   of the published site; empty if nobody knows it
    """
    ids = {page: {tag["id"] for tag in tree.find_all(id=True)} for page, tree in trees.items()}
    for page, tree in trees.items():
        for tag in tree.find_all(True):
            _rename(tag, page)
        for picture in tree.select("img[src]"):
            if not urlsplit(picture["src"]).scheme:
                picture["src"] = posixpath.join(SITE.name, posixpath.dirname(page), picture["src"])
        for link in tree.select("a[href]"):
            target = _target(link["href"], page, ids, address)
            if target:
                link["href"] = target
            else:
                link.unwrap()


def _rename(tag, page):
    """Rename what a tag is called by, and what it calls others by; links come later."""
    if "id" in tag.attrs:
        tag["id"] = anchor(page, tag["id"])
    for name in POINTING:
        if name in tag.attrs:
            told = tag[name].split() if isinstance(tag[name], str) else tag[name]
            tag[name] = " ".join(anchor(page, one) for one in told)
    for name in ("clip-path", "mask", "fill", "style"):
        if "url(#" in tag.get(name, ""):
            tag[name] = tag[name].replace("url(#", f"url(#{anchor(page)}--")
    for name in ("href", "xlink:href"):
        if tag.name != "a" and tag.get(name, "").startswith("#"):
            tag[name] = f"#{anchor(page, tag[name][1:])}"


def _target(href, page, ids, address):
    """Where a link of a page leads in the document or on the site; nothing if nobody knows."""
    if urlsplit(href).scheme:
        return href
    path, _, place = href.partition("#")
    file = posixpath.normpath(posixpath.join(posixpath.dirname(page), path)) if path else f"{page}.html"
    target = file.removesuffix(".html")
    if target in ids:
        return f"#{anchor(target, place if place in ids[target] else '')}"
    return address and urljoin(address.rstrip("/") + "/", file) + (f"#{place}" if place else "")


def heading(tag) -> str:
    """The text of a heading."""
    return " ".join(tag.get_text().split())


def contents(trees: dict, numbers: dict[str, int]) -> str:
    """The table of contents: the parts, with the sections of chapters, and the number of each one's first page.

    trees     from `join`
    numbers   id -> number of a page; the others are not known yet
    """
    lines = []
    for page, tree in trees.items():
        lines.append(_line("part", anchor(page), heading(tree.h1), numbers))
        if PAGE.match(page):
            lines += [_line("section", h2.parent["id"], heading(h2), numbers) for h2 in tree.select("section > h2")]
    return f'<nav class="overview"><p class="title">Contents</p>{"".join(lines)}</nav>'


def _line(kind, target, title, numbers):
    number = numbers.get(target, UNKNOWN)
    return f'<p class="{kind}"><a href="#{target}"><span>{escape(title)}</span> <span>{number}</span></a></p>'


def cover(root: Path) -> str:
    """The title page, from CITATION.cff and _config.yml."""
    told = yaml.safe_load((root / CITATION).read_text(encoding="utf-8"))
    settings = yaml.safe_load((root / "_config.yml").read_text(encoding="utf-8"))
    date = f"{told['date-released']:%d %B %Y}".lstrip("0")
    name, _, about = told["title"].partition(": ")
    where = site_address(settings) or settings.get("repository", {}).get("url", "")
    move = f' They move at <a href="{where}">{where}</a>.' if where else ""
    return f"""\
<header class="cover">
<p class="name">{escape(name)}</p>
<p class="about">{escape(about[:1].upper() + about[1:])}</p>
<p>{escape(" and ".join(one["name"] for one in told["authors"]))}</p>
<p>Version {told["version"]}, {date}</p>
<p>The figures are printed as they are before a slider moves.{move} The code that draws them, which the pages fold
away, is in the notebooks.</p>
<p>Licences: {escape(settings["copyright"])}.</p>
</header>"""


def site_address(settings: dict) -> str:
    """Where the site is published, from the settings of _config.yml; empty if they do not say."""
    return settings.get("html", {}).get("baseurl") or ""


def document(root: Path, trees: dict, numbers: dict[str, int]) -> str:
    """The whole document."""
    sheets = []
    for page, tree in trees.items():
        foot = heading(tree.h1).replace("\\", "").replace('"', "”")
        sheets.append(f'@page {_sheet(page)} {{ @bottom-left {{ content: "{foot}"; }} }}')
        sheets.append(f"#{_escaped(anchor(page))} {{ page: {_sheet(page)}; }}")
    body = "".join(
        f'<article class="bd-article" id="{anchor(page)}">{tree.decode_contents()}</article>'
        for page, tree in trees.items()
    )
    style = STYLE.read_text(encoding="utf-8") + "\n".join(sheets)
    return f"""\
<!DOCTYPE html>
<html lang="en-GB" data-theme="light" data-mode="light">
<head><meta charset="utf-8"><title>gradlab</title>
<link rel="stylesheet" href="{SITE.name}/_static/site.css"><style>{style}</style></head>
<body>{cover(root)}{contents(trees, numbers)}<main class="bd-main"><div class="bd-content">{body}</div></main></body>
</html>
"""


def _sheet(page):
    """The name of the sheets of a page; such a name does not begin with a digit."""
    return f"sheet-{anchor(page)}"


def _escaped(name):
    """An id as a selector names it."""
    return f"\\3{name[0]} {name[1:]}" if name[0].isdigit() else name


def print_book(root: Path) -> int:
    """Print the built book into its site, which then offers it; return the number of pages.

    Raises ValueError if there is no book, or no browser.
    """
    pages, site, pdf = parts(root), root / SITE, root / SITE / offline.PDF
    if missing := [page for page in pages if not (site / f"{page}.html").is_file()]:
        raise ValueError(f"there is no built book with the page {missing[0]}: run `make book` first")
    trees = articles(site, pages)
    join(trees, site_address(yaml.safe_load((root / "_config.yml").read_text(encoding="utf-8"))))
    source, numbers = root / DOCUMENT, {}
    try:
        for _ in range(PRINTS):
            source.write_text(document(root, trees, numbers), encoding="utf-8")
            print_pages({source: pdf})
            before, (count, numbers) = numbers, page_numbers(pdf.read_bytes())
            if numbers == before:
                break
        else:
            pdf.unlink()
            raise ValueError("the contents change the numbers of the pages that they name")
    finally:
        source.unlink(missing_ok=True)
    offline.tell(site)
    return count
