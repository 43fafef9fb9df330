"""Formulas at build: LaTeX to MathML, what is refused, and what Sphinx writes and says."""

import re
from io import StringIO
from xml.etree import ElementTree

import pytest
from sphinx.application import Sphinx
from sphinx.util.docutils import docutils_namespace

from gradlab_course.book.formulas import RENDERER, mathml


def tree(tex, **options):
    """The formula as a tree: what is drawn, without its annotation."""
    math = ElementTree.fromstring(mathml(tex, **options))
    drawn, annotation = math.find("semantics")
    assert annotation.attrib == {"encoding": "application/x-tex"}
    return drawn


def outline(node):
    """The tree in short: a token is its text, and anything else its name with what is in it."""
    inside = [outline(child) for child in node if child.tag != "mspace" or child.attrib]
    name = node.tag.removeprefix("m")
    if name == "space":
        return node.attrib["width"]
    if name in ("i", "n", "o", "text"):
        return node.text
    return inside[0] if name == "row" and len(inside) == 1 else (name, *inside)


def operators(tex, **options):
    return {mo.text: mo.attrib for mo in tree(tex, **options).iter("mo")}


@pytest.mark.parametrize(
    ("tex", "drawn"),
    [
        (r"\theta", "θ"),
        (r"\nabla L", ("row", "∇", "L")),
        (r"\partial\theta_j", ("row", "∂", ("sub", "θ", "j"))),
        (r"x_{t+1}", ("sub", "x", ("row", "t", "+", "1"))),
        (r"x_i^2", ("subsup", "x", "i", "2")),
        (r"10^{-12}", ("sup", "10", ("row", "−", "12"))),
        (r"X^\top", ("sup", "X", "⊤")),
        ("f'(x)", ("row", ("sup", "f", "′"), "(", "x", ")")),
        ("f''", ("sup", "f", "″")),
        (r"\mathrm{lr}'_t", ("subsup", "lr", "t", "′")),
        (r"\hat y", ("over", "y", "ˆ")),
        (r"\bar{m}", ("over", "m", "¯")),
        (r"\frac{1}{2n}", ("frac", "1", ("row", "2", "n"))),
        (r"\tfrac12 x", ("row", ("frac", "1", "2"), "x")),
        (r"\sqrt{v}", ("sqrt", "v")),
        (r"\lambda_\min", ("sub", "λ", "min")),
        (r"L_\text{least}", ("sub", "L", "least")),
        (r"\text{for some } \xi", ("row", "for\xa0some\xa0", "ξ")),
        (r"a \qquad b", ("row", "a", "2em", "b")),
        (r"\sum_{i=1}^n x", ("row", ("underover", "∑", ("row", "i", "=", "1"), "n"), "x")),
        (r"\max(0, z)", ("row", "max", "\u2061", ("row", "(", "0", ",", "z", ")"))),
        (r"\lVert\nabla f\rVert", ("row", "‖", "∇", "f", "‖")),
        (r"\left( \frac{a}{b} \right)", ("row", "(", ("frac", "a", "b"), ")")),
        (r"\mathbb{E}[x]", ("row", "𝔼", "[", "x", "]")),
        (r"\mathcal{N}", "𝒩"),
        (r"\mathbf{x}", "𝐱"),
        (r"\mathrm{weight\_decay}", "weight_decay"),
        (r"\begin{pmatrix} a & b \\ c & d \end{pmatrix}",
         ("row", "(", ("table", ("tr", ("td", "a"), ("td", "b")), ("tr", ("td", "c"), ("td", "d"))), ")")),
        (r"\begin{cases} 1 & x \\ 0 & y \end{cases}",
         ("row", "{", ("table", ("tr", ("td", "1"), ("td", "x")), ("tr", ("td", "0"), ("td", "y"))), "\u2063")),
        (r"\begin{aligned} a &= b \\ &= c \end{aligned}",
         ("table", ("tr", ("td", "a"), ("td", "=", "b")), ("tr", ("td",), ("td", "=", "c")))),
    ],
)  # fmt: skip
def test_mathml(tex, drawn):
    assert outline(tree(tex)) == outline(tree(tex, display=True)) == drawn


def test_limits_are_below_an_operator_in_a_line_of_its_own():
    for display, script in ((True, "under"), (False, "sub")):
        minimum = ("row", (script, "min", "θ"), "\u2061", "L")
        assert outline(tree(r"\arg\min_\theta L", display=display)) == ("row", "arg", "\u2061", minimum)


def test_a_formula_in_its_own_line_is_a_block_and_keeps_its_latex():
    tex = r"a < b \& c"
    for display in (False, True):
        math = ElementTree.fromstring(mathml(f"  {tex}\n", display=display))
        assert math.get("display") == ("block" if display else None)
        assert math.find("semantics/annotation").text == tex


def test_what_stands_alone_is_upright_where_it_is_no_variable():
    assert tree(r"\nabla").find(".//mi").get("mathvariant") == "normal"
    assert tree(r"\mathrm{d}x").find(".//mi").get("mathvariant") == "normal"
    assert tree("x").get("mathvariant") is None


def test_delimiters_leave_no_room_inside_and_do_not_grow_unasked():
    for tex in (r"\lVert x\rVert", r"\lvert x\rvert"):
        left, right = tree(tex).iter("mo")
        assert (left.get("form"), right.get("form")) == ("prefix", "postfix")
        assert left.get("stretchy") == right.get("stretchy") == "false"
    assert all(mo.get("stretchy") == "false" for mo in tree("f(x)").iter("mo"))


def test_a_minus_is_a_sign_or_an_operator():
    assert operators(r"x = -1")["−"] == {"lspace": "0", "rspace": "0"}
    assert operators(r"\lvert -x \rvert")["−"] == {"lspace": "0", "rspace": "0"}
    assert operators(r"x - 1")["−"] == {}


def test_delimiters_of_a_chosen_size_have_it_with_an_index_too():
    formula = tree(r"\bigl(x\bigr)^2", display=True)
    assert [float(mo.get("minsize").removesuffix("em")) for mo in formula.iter("mo")] == [1.2, 1.2]
    base, index = formula.find("msup")
    assert base.tag == "mrow" and base.find("mo").text == ")" and index.text == "2"


def test_small_fractions_are_small_everywhere():
    assert tree(r"\tfrac12", display=True).get("displaystyle") == "false"
    assert tree(r"\frac12", display=True).get("displaystyle") is None


def test_equations_are_not_numbered_here():
    assert mathml(r"\begin{align} a &= b \\ c &= d \end{align}", display=True).count("(1)") == 0


@pytest.mark.parametrize(
    ("tex", "why"),
    [
        (r"\nosuch x", r"known here: .*\\nosuch"),
        (r"\begin{nosuch} x \end{nosuch}", "known here: .*nosuch"),
        (r"\frac{a}{b", "known here"),
        (r"\left( x", "known here"),
        ("a & b", "known here"),
        (r"a \\ b", "line breaks in an environment"),
        (r"\begin{aligned} a \end{aligned} \\ b", "line breaks in an environment"),
        (r"\begin{aligned} a \\[0.4em] b \end{aligned}", "how much room"),
        (r"x = \text{猫}", "characters that the font has, got 猫"),
    ],
)
def test_what_cannot_be_typeset_is_refused(tex, why):
    with pytest.raises(ValueError, match=rf"^mathml: tex must .*{why}"):
        mathml(tex, display=True)


# --- Sphinx -----------------------------------------------------------------------------------------------------

PAGE = r"""Title
=====

The bowl :math:`f(x) = x^2` and

.. math:: g = 2x
   :label: slope

is :eq:`slope`. {more}
"""


@pytest.fixture
def build(tmp_path):
    """Build a page; give its HTML and what was warned of."""

    def run(more):
        (tmp_path / "index.rst").write_text(PAGE.replace("{more}", more))
        settings = {"extensions": ["gradlab_course.book.formulas"], "html_math_renderer": RENDERER}
        warnings = StringIO()
        folders = [tmp_path, None, tmp_path / "out", tmp_path / "out"]
        with docutils_namespace():  # the next build in this process registers its nodes anew
            Sphinx(*folders, "html", confoverrides=settings, status=None, warning=warnings).build()
        return (tmp_path / "out" / "index.html").read_text(encoding="utf-8"), warnings.getvalue()

    return run


def test_sphinx_writes_mathml_and_the_numbers_of_equations(build):
    html, warnings = build("")
    assert warnings == ""
    assert f"<p>The bowl {mathml('f(x) = x^2')} and</p>" in html
    block = re.search(r'<div class="formula" id="equation-slope">(.*?)</div>', html, re.S)[1]
    assert mathml("g = 2x", display=True) in block
    assert '<span class="eqno">(1)' in block
    assert '<a class="reference internal" href="#equation-slope">(1)</a>' in html
    assert "mathjax" not in html.lower()


def test_a_wrong_formula_is_warned_of_and_names_its_page(build):
    html, warnings = build(r":math:`\nosuch{<}`")
    assert re.search(r"index\.rst:\d+: WARNING: the formula \\nosuch\{<\}: mathml: tex must", warnings)
    assert r"<code>\nosuch{&lt;}</code>" in html
