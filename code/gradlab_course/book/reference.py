"""The reference: a page for each module of the library, from its docstrings, with the source one click away.

The folders of the package have none: among them are the answers to the exercises.

Autodoc finds the members, their signatures and their anchors. What is here reads a docstring (CONTRIBUTING.md says how
one is written) and writes what Sphinx sets: equations, tables of arguments, links, how to import it, what a rule's
state is, and the source, folded. Which modules have a page, in which order, and which of them are for authors, is said
in _toc.yml and nowhere else.
"""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path
from textwrap import dedent, indent
from typing import ClassVar

from sphinx.util.docutils import SphinxDirective

from gradlab_course import ROOT
from gradlab_course.book import twins
from gradlab_course.book.equations import LOWERED, RAISED, RELATIONS, latex
from gradlab_course.book.listings import module

BIBLIOGRAPHY = ROOT / "chapters" / "references.bib"
PAGES = "chapters/reference/"
OVERVIEWS = {"index", "authors"}  # the pages there that are not of a module
OPTIONS = {
    "autodoc_default_options": {"members": True, "no-value": True},
    "autodoc_member_order": "bysource",
    "autodoc_typehints": "none",
    "autodoc_preserve_defaults": True,  # lr=1e-3, not 0.001
    "add_module_names": False,
    "toc_object_entries_show_parents": "hide",
    "html_domain_indices": False,
    "nitpick_ignore_regex": [("py:.*", r"(collections\.abc|typing|numpy)\..*")],  # what a type is an alias of
}

JOINT = "".join(RELATIONS)
CODE = re.compile(r"->|\*\*|[(, ]\w+=[\w.\[\"]|\(\)|\w\.\w+\(|\w\(\"|^ *(?:def|python|torchrun) ", re.M)
ROW = re.compile(rf"(?!\w+\()(\w(?:[\w ,()]*[\w)])?) {{2,}}(?![{JOINT}])(\S.*)", re.S)
EXPLAINED = re.compile(r"(\S[^\n]*?) {2,}(?!#)(\S.*)", re.S)  # code, and what it is
FORMULA = re.compile(r".* ← |(?!(.*[a-z]{3}){3}).*(√| [=/] )")
# A formula in a sentence has one of these signs; letters beside it and what signs of operation join to it belong to it.
SIGNS = f"[{RAISED}{LOWERED}‖√∛∂∇½′^←]"
INSIDE = r"\((?:[^()`]|\([^()`]*\))*\)"
CALL = rf"(?<=[\w√^′])(?:{INSIDE}|\[[^\[\]`]*\])|{INSIDE}(?=\^)"
TIGHT = rf"(?:‖[^‖`]+‖|[\w√∛∂∇^/·−½⅓{RAISED}{LOWERED}′]|\.(?=\d)|{CALL})+"
BESIDE = rf"(?:(?=\S*{SIGNS}){TIGHT}|(?<!\w)[b-zA-Zα-ωΑ-Ω](?!\w))"
TERM = rf"(?:(?:\d+ )?{BESIDE}(?: {BESIDE})*|Var \w(?!\w)|(?!\d+e-){TIGHT}|{INSIDE}|\|[^|`]+\|)"
IN_PROSE = re.compile(rf"{TERM}(?: [=·+−/<>≤≥←] {TERM})*")
NAME = r"(?:[Vv]an |[Vv]on )?[^\W\d_a-z][\w’-]+"
CITATION = re.compile(rf"({NAME}(?:(?:, {NAME})* & {NAME}| et al\.)?),? \(?(\d{{4}})\b\)?")


# --- docstrings -------------------------------------------------------------------------------------------------


def rst(docstring, link):
    """A docstring as reStructuredText; `link` maps what stands in backticks to the member it names, or to None."""
    return "\n\n".join(_block(block, link) for block in re.split(r"\n\s*\n", docstring))


def _block(block, link):
    """A block between blank lines: a paragraph, a table of arguments or an example; indented, code or equations."""
    lines = dedent(block)
    if block.startswith(">>> "):
        return f".. code-block:: pycon\n\n{indent(lines, '   ')}"
    rows = re.split(r"\n(?! )", lines)
    if block.startswith("    ") and CODE.search(block):
        return _code(lines, [EXPLAINED.fullmatch(row) for row in rows], link)
    rows = [ROW.fullmatch(row) for row in rows]
    if all(rows):
        return _table(rows, link, formulas=block.startswith("    "))
    if block.startswith("    "):
        return "\n\n".join(_text(run, link) if words else f".. math:: {latex(run)}" for words, run in _runs(lines))
    return _text(block, link)


def _code(lines, rows, link):
    """Code that is explained line by line as a list of definitions; other code as Python, if it is Python."""
    if all(rows):
        return _classed("arguments", [(f"``{row[1]}``", _text(row[2], link)) for row in rows])
    try:
        ast.parse(lines)
        lexer = "python"
    except SyntaxError:  # a signature
        lexer = "text"
    return f".. code-block:: {lexer}\n\n{indent(lines, '   ')}"


def _runs(block):
    """The lines of a block in runs: whether it is a sentence, which has many words and no relation, and the lines."""
    runs = []
    for line in block.splitlines():
        words = {*re.findall(r"(?<!\w)[A-Za-z]{2,}(?!\w)", line)}
        sentence = len(words) > 5 and not re.search(f" [{JOINT}] ", line)
        if runs and runs[-1][0] == sentence:
            line = f"{runs.pop()[1]}\n{line}"
        runs.append((sentence, line))
    return runs


def _table(rows, link, formulas):
    """Rows `name   text`, whose text may go on in indented lines, as a list of definitions."""
    if not formulas:
        terms = [("``" + row[1].replace(", ", "``, ``") + "``", _text(row[2], link)) for row in rows]
        return _classed("arguments", terms)

    def cell(text):
        return rf":math:`\displaystyle {latex(text)}`" if FORMULA.match(text) else _text(text, link)

    terms = [(row[1], "\u2003".join(map(cell, re.split(" {2,}", row[2])))) for row in rows]
    return _classed("formulas", terms)


def _classed(name, terms):
    """A list of definitions, marked for the stylesheet."""
    text = "\n".join(f"{term}\n{indent(definition, '   ')}" for term, definition in terms)
    return f".. rst-class:: {name}\n\n{indent(text, '   ')}"


def _text(text, link):
    """A paragraph: names and code in backticks, *stress* in stars, citations linked to the bibliography, formulas."""
    pieces = " ".join(text.split()).split("`")
    for i, piece in enumerate(pieces):
        if i % 2 == 0:
            pieces[i] = _prose(piece)
        elif target := link(piece):
            pieces[i] = f":py:obj:`{piece} <{target}>`"
        elif twins.address(piece):
            pieces[i] = f":twin:`{piece}`"
        else:
            pieces[i] = f"``{piece}``"
    return r"\ ".join(pieces)


def _prose(text):
    """What stands between backticks."""
    parts, at = [], 0
    for match in IN_PROSE.finditer(text):
        if re.search(SIGNS, match[0]):
            parts += [_words(text[at : match.start()]), f":math:`{latex(match[0])}`"]
            at = match.end()
    return r"\ ".join([*parts, _words(text[at:])])


def _words(text):
    escaped = re.sub(r"([\\|_<*])", r"\\\1", text)
    return CITATION.sub(_cited, re.sub(r"\\\*(\w+)\\\*", r"*\1*", escaped))


def _cited(citation):
    key = entry(*citation.groups())
    return f"`{citation[0]} <../references.html#{key}>`__" if key else citation[0]


@cache
def bibliography():
    """The key of each entry, the surnames of its authors, its year."""
    text = BIBLIOGRAPHY.read_text(encoding="utf-8")
    entries = re.findall(r"^@\w+{(\w+),.*?^ +author += {(.*?)},$.*?^ +year += {(\d+)}", text, re.M | re.S)
    return [(key, [name.partition(",")[0] for name in authors.split(" and ")], year) for key, authors, year in entries]


def entry(authors, year):
    """The key of what is cited as, say, "Kingma & Ba" and "2015", or None: two are named, one or all, or one et al."""
    cited = re.split(", | & ", authors.removesuffix(" et al."))
    for key, names, when in bibliography():
        if year == when and (names[:1] == cited if authors.endswith(" et al.") and len(names) > 2 else names == cited):
            return key
    return None


# --- Sphinx -----------------------------------------------------------------------------------------------------


def folded(title, source):
    """Source in a box that opens at a click, as reStructuredText."""
    code = f".. code-block:: python\n\n{indent(source, '   ')}\n\n"
    return "\n\n" + boxed(f"<details class='source'>{title}", code)


def boxed(start, text):
    """What stands in an HTML element `details`, as reStructuredText."""
    return f".. raw:: html\n\n   {start}\n\n{text}.. raw:: html\n\n   </details>\n\n"


def library(config):
    """The modules that have a page, in the order of _toc.yml."""
    pages = [page.removeprefix(PAGES) for page in config.external_site_map if page.startswith(PAGES)]
    return [module(name) for name in pages if name not in OVERVIEWS]


def copied(code):
    """A line of code to copy, as reStructuredText."""
    return f".. code-block:: python\n   :class: import\n\n   {code}\n\n"


class ModulePage(SphinxDirective):
    """`module-page:: rules`: the docstring of a module, its members, and what else is in it."""

    required_arguments = 1

    def run(self):
        """Leave it to autodoc."""
        (name,) = self.arguments
        rest = folded("<summary>The rest of the module</summary>", module(name).source())
        return self.parse_text_to_nodes(f".. automodule:: gradlab.{name}{rest}")


class ModuleOverview(SphinxDirective):
    """`module-overview::`: each module's first sentence and its members, under the captions of _toc.yml.

    What is nested under another page, that for authors, is folded. The captions are headings of the level that is asked
    for.
    """

    option_spec: ClassVar = {"level": int}

    def run(self):
        """Follow the table of contents."""
        return self.parse_text_to_nodes(self.parts(self.env.docname))

    def parts(self, page):
        """The parts below a page."""
        text = ""
        for tree in self.config.external_site_map[page].subtrees:
            if overviews := [item for item in tree.items if item.removeprefix(PAGES) in OVERVIEWS]:
                text += "".join(map(self.rest, overviews))
                continue
            caption = f".. rubric:: {tree.caption}\n   :heading-level: {self.options['level']}\n\n"
            terms = [self.module(item.removeprefix(PAGES)) for item in tree.items]
            text += f"{caption}{_classed('modules', terms)}\n\n"
        return text

    def rest(self, page):
        """The parts below another page, folded."""
        title = re.search("^# (.*)", Path(self.env.doc2path(page)).read_text(encoding="utf-8"), re.M)[1]
        return boxed(f"<details class='more'><summary>{title}</summary>", self.parts(page))

    def module(self, name):
        """A link to a module; its first sentence, and links to its members."""
        home = module(name)
        self.env.note_dependency(str(home.path))
        about = _text(home.docstring().partition("\n\n")[0], lambda code: None)
        top = [member for member in home.members if "." not in member]
        members = ", ".join(f":py:obj:`{member} <gradlab.{name}.{member}>`" for member in top)
        return f":py:obj:`{name} <gradlab.{name}>`", f"{about}\n\n{members}\n"


def linker(modules, home, member):
    """A function from a name in the docstring of `member` to what it means: in its class, its module, or elsewhere."""
    known = {one.name for one in modules} | {f"{one.name}.{name}" for one in modules for name in one.members}
    owner = member if isinstance(home.members.get(member), ast.ClassDef) else member.rpartition(".")[0]
    arguments = home.arguments(member)

    def link(name):
        namesakes = [one for one in known if one.split(".")[1:] == [name]]
        near = [one for one in (f"{home.name}.{owner}.{name}", f"{home.name}.{name}", name) if one in known]
        meant = near[:1] or namesakes
        return f"gradlab.{meant[0]}" if len(meant) == 1 and name not in arguments else None

    return link


def typeset(app, what, name, obj, options, lines):
    """Turn the docstring of what autodoc has found into reStructuredText, and add the source."""
    _, where, *path = name.split(".")
    home, member = module(where), ".".join(path)
    link = linker(library(app.config), home, member)
    told, *examples = (rst(part, link) for part in re.split(r"\n\n(?=>>> )", home.docstring(member)))
    text = "\n\n".join(filter(None, [told, state(home, member, link), *examples]))
    if not where.startswith("_") and "." not in member and what != "data":
        text = copied(f"from gradlab.{where} import {member}" if member else f"from gradlab import {where}") + text
    if member:
        title = f'<summary>Source<span class="visually-hidden"> of {member}</span></summary>'
        text += folded(title, home.source(member))
    lines[:] = text.splitlines()


def state(home, member, link):
    """What the state of a rule is, as reStructuredText; nothing for what has none."""
    names = home.positional(member)
    if names[:2] != ["x", "g"] or not names[2:]:
        return ""
    told = (
        "the rule's state. Leave it out at the first step; afterwards hand in what the last step returned "
        f"beside x: every step returns (x, {', '.join(names[2:])}). `descend` does this for you."
    )
    return _classed("arguments", [("``" + "``, ``".join(names[2:]) + "``", _text(told, link))])


def skip_fields(app, what, name, obj, skip, options):
    """Leave out the fields of named tuples, which the docstring of the tuple tells of."""
    return True if type(obj).__name__ == "_tuplegetter" else None


def link_helpers(app, pagename, templatename, context, doctree):
    """Link the helpers named in the source, `_like_this`, to where their own is."""
    if not pagename.startswith(PAGES) or "body" not in context:
        return
    helpers = set(re.findall(r'<span class="nf">(_[a-z]\w*)</span>', context["body"]))
    for name in helpers:
        use, place = (f'<span class="{kind}">{name}</span>' for kind in ("n", "nf"))
        body = context["body"].replace(use, f'<a class="n" href="#{name}">{name}</a>')
        context["body"] = body.replace(place, f'<span class="nf" id="{name}">{name}</span>', 1)


def configure(app, config):
    """Set what autodoc asks for."""
    for name, value in OPTIONS.items():
        setattr(config, name, value)


def setup(app):
    """Register with Sphinx; `sphinx_ext` calls this."""
    app.setup_extension("sphinx.ext.autodoc")
    app.add_role("twin", twins.Twin())
    app.add_directive("module-page", ModulePage)
    app.add_directive("module-overview", ModuleOverview)
    app.connect("config-inited", configure)
    app.connect("autodoc-process-docstring", typeset)
    app.connect("autodoc-skip-member", skip_fields)
    app.connect("html-page-context", link_helpers)
