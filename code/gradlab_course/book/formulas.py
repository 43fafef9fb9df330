r"""Formulas, typeset at build: LaTeX becomes MathML, which browsers draw themselves, without a script.

Sphinx hands over every formula of the book, whether it comes from a notebook, a page in Markdown or a docstring. A
formula that cannot be converted is a warning that names its page, and so fails the build. The LaTeX goes with the
MathML as an annotation, for those who copy a formula.

Refused, since browsers would silently draw something else: a line break outside an environment such as `aligned`, and
the room after one, as in `\\[1em]` (the stylesheet sets it). Numbers of equations are Sphinx's.
"""

from __future__ import annotations

import re
from html import escape

from docutils import nodes
from math_core import LatexError, LatexToMathML
from sphinx.util import logging
from sphinx.util.math import get_node_equation_number

from gradlab_course.book import mathfont

RENDERER = "mathml"
CONVERTER = LatexToMathML(annotation=True, fancy_error=False)
NUMBERED = re.compile(r"\\(begin|end)\{(align|equation|gather|multline)\}")
BREAK = re.compile(r"\\\\(\s*\[)?|\\begin\b|\\end\b")
BIG = re.compile(r"(<m(?:sub|sup|subsup)>)(<mo [^>]*\bminsize=[^>]*>[^<]*</mo>)")
CHANCERY = "\ufe00"  # asks for another shape of a script letter, which the font does not have

logger = logging.getLogger(__name__)


def mathml(tex: str, *, display: bool = False) -> str:
    r"""The MathML of a formula.

    tex       LaTeX, without the dollars around it
    display   whether it stands in a line of its own

    Raises ValueError, which says why, for a formula that cannot be typeset.
    """
    _require_breaks_in_environments(tex)
    try:
        markup = CONVERTER.convert_with_local_state(NUMBERED.sub(r"\\\1{\2*}", tex.strip()), displaystyle=display)
    except LatexError as problem:
        raise ValueError(f"mathml: tex must be LaTeX that is known here: {problem}") from None
    markup = markup.replace("<math", '<math class="notranslate"', 1)
    markup = markup.replace("&ApplyFunction;", "\u2061").replace(CHANCERY, "")
    markup = BIG.sub(r"\1<mrow>\2</mrow>", markup)  # Chromium makes nothing big that has an index
    if missing := mathfont.characters([markup]) - mathfont.known():
        raise ValueError(f"mathml: tex must hold characters that the font has, got {''.join(sorted(missing))}")
    return markup


def _require_breaks_in_environments(tex):
    depth = 0
    for token in BREAK.finditer(tex):
        if token[1]:
            raise ValueError(r"mathml: tex must not say how much room there is between lines, got \\[")
        depth += {r"\begin": 1, r"\end": -1}.get(token[0], 0)
        if depth == 0 and token[0] == r"\\":
            raise ValueError(r"mathml: tex must have its line breaks in an environment such as aligned, got \\ outside")


# --- Sphinx -----------------------------------------------------------------------------------------------------


def _typeset(translator, node, display):
    """The MathML of a node; of a wrong one a warning, and its LaTeX."""
    tex = node.astext()
    try:
        return mathml(tex, display=display)
    except ValueError as problem:
        sources = (place for place in (node, node.parent) if place.source)
        where = next(sources, translator.builder.current_docname)  # a notebook, a page, a docstring
        logger.warning("the formula %s: %s", " ".join(tex.split()), problem, location=where)
        return f"<code>{escape(tex)}</code>"


def visit_math(self, node):
    """A formula in a line of text."""
    self.body.append(_typeset(self, node, display=False))
    raise nodes.SkipNode


def visit_math_block(self, node):
    """A formula in a line of its own, with its number if it has one."""
    self.body.append(self.starttag(node, "div", CLASS="formula"))
    if node.get("number"):
        self.body.append(f'<span class="eqno">({get_node_equation_number(self, node)})')
        self.add_permalink_ref(node, "Link to this equation")
        self.body.append("</span>")
    self.body.append(f"{_typeset(self, node, display=True)}</div>\n")
    raise nodes.SkipNode


def setup(app):
    """Register with Sphinx; `sphinx_ext` calls this."""
    app.add_html_math_renderer(RENDERER, (visit_math, None), (visit_math_block, None))
