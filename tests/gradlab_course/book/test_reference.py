"""The reference: equations from Unicode to LaTeX, docstrings to pages, sources cut up; each module has its page."""

import ast
import re
from importlib import import_module
from operator import attrgetter
from types import SimpleNamespace

import numpy as np
import pytest
from sphinx_external_toc.parsing import parse_toc_yaml

from gradlab import checks, rules, scalers
from gradlab.show import body, parts
from gradlab_course import ROOT
from gradlab_course.book import listings, reference, twins
from gradlab_course.book.equations import latex
from gradlab_course.book.formulas import mathml
from gradlab_course.book.listings import Module, module
from gradlab_course.book.reference import CITATION, OVERVIEWS, PAGES, entry, linker, rst

TOC = parse_toc_yaml(ROOT / "_toc.yml")
LIBRARY = {path.stem for path in listings.LIBRARY.glob("*.py")} - {"__init__"} | {
    path.parent.name for path in listings.LIBRARY.glob("*/__init__.py")
}
MODULES = [module(name) for name in sorted(LIBRARY)]


DOCSTRINGS = [(f"{home.name}.{name}", home.docstring(name)) for home in MODULES for name in ["", *home.members]]


def nowhere(name):
    """Link nothing."""


# --- equations --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "tex"),
    [
        # names and letters
        ("lr", r"\mathrm{lr}"),
        ("weight_decay", r"\mathrm{weight\_decay}"),
        ("max_value", r"\mathrm{max\_value}"),
        ("beta1 · eps", r"\beta_{1} \cdot \varepsilon"),
        ("λ − ρ", r"\lambda - \rho"),
        ("Φ Δ", r"\Phi \, \Delta"),
        ("c1 + x0", r"c_{1} + x_{0}"),
        ("c_k + x_A", r"c_{k} + x_{A}"),
        ("eps_hat", r"\hat{\varepsilon}"),
        ("`torch.init_`", r"\mathtt{torch.init\_}"),
        # accents and scripts
        ("m̂ + ŝ − x̃", r"\hat{m} + \hat{s} - \tilde{x}"),
        ("dx̂ · dγ · dy", r"\mathrm{d}\hat{x} \cdot \mathrm{d}\gamma \cdot \mathrm{d}y"),
        ("θ̂", r"\hat{\theta}"),
        ("beta2ᵗ", r"\beta_{2}^{t}"),
        ("10⁻⁶ + 2³²", r"10^{-6} + 2^{32}"),
        ("lr′ₜ₋₁", r"\mathrm{lr}'_{t-1}"),
        ("XᵀX", r"X^{\top} X"),
        ("ρ∞", r"\rho_{\infty}"),
        ("x_{t+1}", r"x_{t + 1}"),
        ("0.96^(t · decay)", r"0.96^{t \cdot \mathrm{decay}}"),
        ("gamma^⌊t / step⌋", r"\gamma^{\lfloor t / \mathrm{step} \rfloor}"),
        ("depth^(−1 / (2 · n))", r"\mathrm{depth}^{- 1 / ( 2 \cdot n )}"),
        ("∇f(θ)_k", r"\nabla f( \theta )_{k}"),
        # brackets and functions
        ("f(x, y)", r"f( x , y )"),
        ("max(|g|, ‖x‖²)", r"\max( \lvert g \rvert , \lVert x \rVert^{2} )"),
        ("sign(c) · tanh z", r"\operatorname{sign}( c ) \cdot \tanh z"),
        ("mean · x", r"\mathrm{mean} \cdot x"),
        ("mean (x − μ)²", r"\operatorname{mean} ( x - \mu )^{2}"),
        ("E[φ(z)²]", r"\mathbb{E}[ \varphi( z )^{2} ]"),
        ("ξ ~ N(0, I)", r"\xi \sim \mathcal{N}( 0 , I )"),
        ("X[B]", r"X[ B ]"),
        ("E · x", r"E \cdot x"),
        ("2(x)", r"2 ( x )"),
        ("mu_x · x_a", r"\mathrm{mu\_x} \cdot x_{a}"),
        ("a, b", r"a , \  b"),
        ("grad(x)", r"\operatorname{grad}( x )"),
        ("{0, 1}", r"\{ 0 , 1 \}"),
        # roots, sums, fractions
        ("√v + √(u + eps)", r"\sqrt{v} + \sqrt{u + \varepsilon}"),
        ("∛u", r"\sqrt[3]{u}"),
        ("negative_slope²", r"\mathrm{negative\_slope}^{2}"),
        ("1 / √fan", r"\frac{1}{\sqrt{\mathrm{fan}}}"),
        ("∂loss/∂x", r"\frac{\partial \mathrm{loss}}{\partial x}"),
        ("√max(1, x)", r"\sqrt{\max( 1 , x )}"),
        ("Σᵢ xᵢ", r"\sum_{i} x_{i}"),
        ("Σ_layers n", r"\sum_{\text{layers}} n"),
        ("a / b", r"\frac{a}{b}"),
        ("(a + b) / (c − d)", r"\frac{a + b}{c - d}"),
        ("lr · g / (√s + eps)", r"\mathrm{lr} \cdot \frac{g}{\sqrt{s} + \varepsilon}"),
        ("(ρ − 4) (ρ − 2) / ρ", r"\frac{( \rho - 4 ) \, ( \rho - 2 )}{\rho}"),
        ("x² / 2n", r"\frac{x^{2}}{2 n}"),
        ("1/2n Σᵢ xᵢ", r"\tfrac{1}{2 n} \, \sum_{i} x_{i}"),
        ("1 / Σᵢ xᵢ", r"\frac{1}{\sum_{i} x_{i}}"),
        ("1 / exp z", r"\frac{1}{\exp z}"),
        ("Σᵢ xᵢ yᵢ / n", r"\sum_{i} \frac{x_{i} \, y_{i}}{n}"),
        ("all xᵀy / n", r"\text{all} \  \frac{x^{\top} y}{n}"),
        ("z²/2", r"z^{2} / 2"),
        ("−1/n Σᵢ xᵢ", r"- \tfrac{1}{n} \, \sum_{i} x_{i}"),
        ("½ ⅕", r"\tfrac{1}{2} \, \tfrac{1}{5}"),
        ("∂L/∂W", r"\frac{\partial L}{\partial W}"),
        ("∂ Σ_j f_j / ∂θ", r"\frac{\partial \, \sum_{j} f_{j}}{\partial \theta}"),
        ("∫ f(z) / √2 dz", r"\int \frac{f( z )}{\sqrt{2}} \, \mathrm{d}z"),
        ("(x / y)^p", r"\mathopen{}\left( \frac{x}{y} \right)^{p}"),
        ("lr² / the sum of all lr²", r"\frac{\mathrm{lr}^{2}}{\text{the sum of all} \  \mathrm{lr}^{2}}"),
        # words
        ("x before x₀ is x₀", r"x \  \text{before} \  x_{0} \  \text{is} \  x_{0}"),
        ("the features of a group", r"\text{the features of a group}"),
        ("R's diagonal", r"\text{R's diagonal}"),
        ("a W", r"a \, W"),
        # lines
        ("x ← x − lr · g", r"x \leftarrow x - \mathrm{lr} \cdot g"),
        ("a = b        c = d", r"a = b \qquad c = d"),
        ("a = b,  c = d", r"a = b , \quad c = d"),
        ("φ = 1 for z > 0,  else s", r"\varphi = \begin{cases} 1 & \text{for} \  z > 0 \\ s & \text{else} \end{cases}"),
        ("x ← 1 if z, else x ← s", r"x \leftarrow \begin{cases} 1 & \text{if} \  z \\ s & \text{else} \end{cases}"),
        ("v ← g\nx ← v", r"\begin{aligned} v & \leftarrow g \\ x & \leftarrow v \end{aligned}"),
        ("t ← 1\nm ← g     n = m", r"\begin{aligned} t & \leftarrow 1 \\ m & \leftarrow g & n & = m \end{aligned}"),
        ("x ← v    all t = s steps\ny ← v", r"\begin{aligned} x & \leftarrow v & \text{all} \  t & = s \  \text{steps}"
                                            r" \\ y & \leftarrow v \end{aligned}"),
        ("v ← a / b\nx ← v", r"\begin{aligned} v & \leftarrow \frac{a}{b} \\ x & \leftarrow v \end{aligned}"),
        ("x ← v    the t = 0 of all steps", r"x \leftarrow v \qquad \text{the} \  t = 0 \  \text{of all steps}"),
    ],
)  # fmt: skip
def test_equations_become_latex(line, tex):
    assert latex(line) == tex


def test_a_sentence_in_a_column_of_its_own_is_not_aligned_at_its_relation():
    assert latex("x ← v    the one with t = 0\ny ← v") == (
        r"\begin{aligned} x & \leftarrow v &  & \text{the one with} \  t = 0 \\ y & \leftarrow v \end{aligned}"
    )


@pytest.mark.parametrize("line", ["x ☂ y", "φ″", "(x", "f(x", "‖x", "√", "x^", "|x"])
def test_what_latex_does_not_know_is_refused(line):
    with pytest.raises(ValueError, match=r"^latex: block must"):
        latex(line)


def equations(docstring):
    """What is typeset of a docstring, as LaTeX."""
    return re.findall(r"math(?::: |:`)([^`\n]+)", rst(docstring, nowhere))


@pytest.mark.parametrize(("name", "docstring"), DOCSTRINGS, ids=[name for name, _ in DOCSTRINGS])
def test_each_equation_of_the_library_becomes_latex(name, docstring):
    for tex in equations(docstring):
        assert tex.isascii()
        bare = re.sub(r"\\[{}]", "", tex)
        assert bare.count("{") == bare.count("}")
        assert len(re.findall(r"\\left\b", tex)) == len(re.findall(r"\\right\b", tex))
        used = re.findall(r"\\(?:begin|end){(\w+)}", tex)
        assert used in ([], ["aligned"] * 2) or "cases" in used
        mathml(tex, display=True)


@pytest.mark.parametrize(("name", "docstring"), DOCSTRINGS, ids=[name for name, _ in DOCSTRINGS])
def test_no_equation_stands_at_the_margin(name, docstring):
    for block in re.split(r"\n\s*\n", docstring):
        if not block.startswith(("    ", ">>> ")) and "rst-class" not in rst(block, nowhere):
            message = "indent it, and let a sentence follow at the margin: else ruff takes the indentation away"
            assert not re.search(r"\S {2,}\S|^\S+ [=←~] .*[^.]\Z", block), message


def test_most_members_have_an_equation():
    assert sum(bool(equations(docstring)) for _, docstring in DOCSTRINGS) > 80


# --- docstrings -------------------------------------------------------------------------------------------------


def test_paragraphs_code_and_stress():
    text = "One sentence of\ntwo lines, `f(x)`. Not *any* star: *state, a_ or |x|."
    assert rst(text, nowhere) == r"One sentence of two lines, \ ``f(x)``\ . Not *any* star: \*state, a\_ or \|x\|."


def test_names_are_linked():
    assert rst("See `adam`.", {"adam": "gradlab.rules.adam"}.get) == r"See \ :py:obj:`adam <gradlab.rules.adam>`\ ."


def test_citations_are_linked_to_the_bibliography():
    assert rst("Kingma & Ba (2015), Algorithm 1.", nowhere) == (
        "`Kingma & Ba (2015) <../references.html#kingma2015>`__, Algorithm 1."
    )
    assert rst("Nobody & Ba (2015)", nowhere) == "Nobody & Ba (2015)"


SIGNATURE = "rule(x, g, *state, **hyper) -> (x, *state)"


@pytest.mark.parametrize(
    ("code", "lexer"), [(SIGNATURE, "text"), ("x = f()", "python"), ("f(x, lr=0.1)", "python"), ("a.f(x)", "python")]
)
def test_indented_code_stays_code_and_is_coloured_if_it_is_python(code, lexer):
    shown = f"Text.\n\n.. code-block:: {lexer}\n\n   {code}\n\nText."
    assert rst(f"Text.\n\n    {code}\n\nText.", nowhere) == shown


def test_code_that_is_explained_becomes_a_list_of_definitions():
    text = f"    {SIGNATURE}        an update rule,\n{' ' * 40}for all\n    f(x=1)        not code"
    assert rst(text, nowhere) == (
        f".. rst-class:: arguments\n\n   ``{SIGNATURE}``\n      an update rule, for all\n   ``f(x=1)``\n      not code"
    )


def test_code_with_a_comment_stays_code():
    assert rst("    x = f()  # twice", nowhere) == ".. code-block:: python\n\n   x = f()  # twice"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("on g², both", r"on \ :math:`g^{2}`\ , both"),
        ("computes X Wᵀ.", r"computes \ :math:`X \, W^{\top}`\ ."),
        ("so that W Wᵀ = gain² I, and", r"so that \ :math:`W \, W^{\top} = \mathrm{gain}^{2} \, I`\ , and"),
        (
            "here v ← beta · v − lr · g, then",
            r"here \ :math:`v \leftarrow \beta \cdot v - \mathrm{lr} \cdot g`\ , then",
        ),
        ("is √(2 / (1 + slope²)).", r"is \ :math:`\sqrt{\frac{2}{1 + \mathrm{slope}^{2}}}`\ ."),
        ("Raises (see x) for x₀ of (a, b)", r"Raises (see x) for \ :math:`x_{0}`\  of (a, b)"),
        ("at h + 1e-6, `x²` too", r"at h + 1e-6, \ ``x²``\  too"),
    ],
)
def test_formulas_in_sentences_are_typeset(text, shown):
    assert rst(text, nowhere) == shown


@pytest.mark.parametrize(("name", "docstring"), DOCSTRINGS, ids=[name for name, _ in DOCSTRINGS])
def test_no_formula_is_left_raw(name, docstring):
    shown = re.sub(
        r"\.\. code-block::.*?(?=\n\S|\Z)|\.\. math::.*|``.*?``|:\w+(?::\w+)?:`.*?`",
        "",
        rst(docstring, nowhere),
        flags=re.S,
    )
    assert re.findall(rf"\S*(?:{reference.SIGNS}|\w_{{)\S*", shown) == []


# --- twins ------------------------------------------------------------------------------------------------------

IN_BACKTICKS = sorted({code for _, docstring in DOCSTRINGS for code in re.findall("`([^`]+)`", docstring)})
TWINS = [code for code in IN_BACKTICKS if twins.name(code)]


@pytest.mark.parametrize("code", TWINS)
def test_what_a_docstring_links_to_in_another_library_exists_there(code):
    package, _, path = twins.name(code).partition(".")
    for one in ("torch.optim.swa_utils", "sklearn.datasets", "sklearn.preprocessing"):
        import_module(one)
    assert attrgetter(path)(import_module(package)) is not None


@pytest.mark.parametrize(
    ("code", "address"),
    [
        ("torch.optim.Adam", f"{twins.TORCH}generated/torch.optim.Adam.html"),
        ("torch.optim.SGD(momentum=beta)", f"{twins.TORCH}generated/torch.optim.SGD.html"),
        ("StepLR", f"{twins.TORCH}generated/torch.optim.lr_scheduler.StepLR.html"),
        ("torch.nn.init.zeros_", f"{twins.TORCH}nn.init.html#torch.nn.init.zeros_"),
        ("torch.optim.lr_scheduler", f"{twins.TORCH}optim.html"),
        ("sklearn.datasets.make_moons", f"{twins.SKLEARN}sklearn.datasets.make_moons.html"),
        ("optax.lion", ""),
        ("lr", ""),
    ],
)
def test_the_address_of_a_twin(code, address):
    assert twins.address(code) == address
    assert rst(f"`{code}`", nowhere) == (rf"\ :twin:`{code}`\ " if address else rf"\ ``{code}``\ ")


def test_most_twins_are_linked():
    assert len(TWINS) > 50


# --- what autodoc gets ------------------------------------------------------------------------------------------


def documented(name, what="function"):
    """The reStructuredText of a member of the library."""
    lines = []
    reference.typeset(SimpleNamespace(config=SimpleNamespace(external_site_map=TOC)), what, name, None, None, lines)
    return "\n".join(lines)


def test_an_entry_begins_with_its_import_and_tells_of_the_state_before_the_example():
    text = documented("gradlab.rules.adam")
    assert text.startswith(".. code-block:: python\n   :class: import\n\n   from gradlab.rules import adam\n\nAdam: ")
    state, example = text.index("the rule's state"), text.index(">>> adam(0.0")
    assert "``t``, ``m``, ``v``\n" in text[:state] and "(x, t, m, v)" in text[state:example]


@pytest.mark.parametrize(
    ("name", "what", "line"),
    [
        ("gradlab.rules", "module", "from gradlab import rules"),
        ("gradlab.mlp.MLP", "class", "from gradlab.mlp import MLP"),
        ("gradlab.mlp.MLP.start", "method", None),
        ("gradlab.descend.Rule", "data", None),
        ("gradlab._arrays.like", "function", None),
    ],
)
def test_what_is_imported_has_a_line_for_it(name, what, line):
    assert re.findall(r":class: import\n\n   (.*)", documented(name, what)) == ([line] if line else [])


@pytest.mark.parametrize("name", ["gradlab.rules.sgd", "gradlab.descend.descend", "gradlab.methods.lbfgs"])
def test_what_has_no_state_is_not_told_of_one(name):
    assert "the rule's state" not in documented(name)


@pytest.mark.parametrize("name", [name for name in module("rules").members if name != "sgd"])
def test_the_state_is_what_a_rule_returns_beside_x(name):
    names = module("rules").positional(name)[2:]
    returned = rules.__dict__[name](*np.ones((2, 2, 2)))
    assert len(returned) == 1 + len(names)
    assert f"(x, {', '.join(names)})" in documented(f"gradlab.rules.{name}")


def test_indented_equations_are_typeset_and_sentences_among_them_are_not():
    sentence = "then go on like this until nothing changes any more"
    assert rst(f"    v ← g\n    x ← v\n    {sentence}", nowhere) == (
        rf".. math:: \begin{{aligned}} v & \leftarrow g \\ x & \leftarrow v \end{{aligned}}{chr(10) * 2}{sentence}"
    )


def test_arguments_become_a_list_of_definitions():
    text = "x        where we are,\n         of any shape\nlow, y   numbers\n\nText   with room."
    assert rst(text, nowhere) == (
        ".. rst-class:: arguments\n\n   ``x``\n      where we are, of any shape\n"
        "   ``low``, ``y``\n      numbers\n\n.. rst-class:: arguments\n\n   ``Text``\n      with room."
    )


def test_an_example_is_shown_as_python_shows_it():
    text = "Text.\n\n>>> sgd(2.0, 4.0, lr=0.25)\n(1.0,)"
    assert rst(text, nowhere) == "Text.\n\n.. code-block:: pycon\n\n   >>> sgd(2.0, 4.0, lr=0.25)\n   (1.0,)"


def test_labelled_formulas_become_a_list_of_definitions():
    text = "    torch    m ← g / 2\n    all of them    each number, over all of `x`"
    assert rst(text, nowhere) == (
        ".. rst-class:: formulas\n\n"
        "   torch\n      :math:`\\displaystyle m \\leftarrow \\frac{g}{2}`\n"
        "   all of them\n      each number, over all of \\ ``x``\\ "
    )


@pytest.mark.parametrize(
    ("authors", "year", "key"),
    [
        ("Polyak", "1964", "polyak1964"),
        ("Polyak", "1992", None),
        ("Polyak & Juditsky", "1992", "polyak1992"),
        ("Duchi, Hazan & Singer", "2011", "duchi2011"),
        ("LeCun, Bottou, Orr & Müller", "1998", "lecun1998"),
        ("He et al.", "2015", "he2015"),
        ("Kingma et al.", "2015", None),
        ("Zhang & Sennrich", "2019", "zhang2019rms"),
        ("Zhang, Dauphin & Ma", "2019", "zhang2019fixup"),
        ("Golub & Van Loan", "2013", "golub2013"),
        ("von Mises & Pollaczek-Geiringer", "1929", "mises1929"),
        ("Ba & Kingma", "2015", None),
    ],
)
def test_an_entry_is_found_by_its_authors_and_year(authors, year, key):
    assert entry(authors, year) == key
    assert CITATION.fullmatch(f"{authors} ({year})").groups() == (authors, year)


def test_the_bibliography_is_read_whole():
    text = (ROOT / "chapters" / "references.bib").read_text(encoding="utf-8")
    assert [key for key, _, _ in reference.bibliography()] == re.findall(r"^@\w+{(\w+),", text, re.M)
    years = [int(year) for _, _, year in reference.bibliography()]
    assert years == sorted(years) == [int(year) for year in re.findall(r"year += {(\d+)}", text)]


@pytest.mark.parametrize(("name", "docstring"), DOCSTRINGS, ids=[name for name, _ in DOCSTRINGS])
def test_each_source_that_a_docstring_cites_is_in_the_bibliography(name, docstring):
    text = " ".join(docstring.split())
    assert [match[0] for match in CITATION.finditer(text) if entry(*match.groups()) is None] == []
    years = re.findall(r"(?<![\w.])(?:18|19|20)\d\d(?![\w.]\w)", text)
    assert years == [match[2] for match in CITATION.finditer(text)]


# --- sources ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("home", MODULES, ids=lambda home: home.name)
def test_each_line_is_shown_once(home):
    lines = dict(enumerate(home.lines, 1))
    documented = [home.tree, *home.members.values()]
    for node in documented:
        if not isinstance(node, ast.Assign) and ast.get_docstring(node):
            for line in range(node.body[0].lineno, node.body[0].end_lineno + 1):
                del lines[line]
        for decorator in getattr(node, "decorator_list", ()):
            for line in range(decorator.lineno, decorator.end_lineno + 1):
                lines.pop(line)
    whole = [line.strip() for line in lines.values() if line.strip() and not line.startswith("#:")]
    shown = "\n".join([*map(home.source, home.members), home.source()]).splitlines()
    assert sorted(line.strip() for line in shown if line.strip()) == sorted(whole)


@pytest.mark.parametrize("function", [rules.adam, rules.muon, checks.judge, scalers.Scaler.apply])
def test_the_source_is_the_one_that_chapters_show_with_type_hints(function):
    home = module(function.__module__.split(".")[-1])
    signature, statements = parts(function)
    assert home.source(function.__qualname__) == (signature + statements).rstrip("\n")
    assert body(function).endswith(statements.rstrip("\n"))


PROBE = '''"""A module.

Its text.
"""

import math

HALF = 0.5


def double(x):
    """Twice x.

        2 · x

    No more.
    """
    return 2 * _one(x)


def _one(x):
    """x."""
    return x


class Box:
    """Holds x."""

    def __init__(self, x):
        self.x = x

    def get(self):
        """x."""
        return self.x

    def _secret(self):
        return -self.x


def undocumented():
    return HALF


#: name -> function
#: of all
TABLE = {
    "double": double,
}
'''


@pytest.fixture
def probe(tmp_path, monkeypatch):
    """Make a module to cut up."""
    monkeypatch.setattr(listings, "LIBRARY", tmp_path)
    (tmp_path / "probe.py").write_text(PROBE)
    return Module("probe")


def test_a_module_in_pieces(probe):
    assert probe.docstring() == "A module.\n\nIts text."
    assert probe.docstring("double") == "Twice x.\n\n    2 · x\n\nNo more."
    assert probe.docstring("TABLE") == "name -> function\nof all"
    assert list(probe.members) == ["double", "Box", "Box.get", "TABLE"]
    assert probe.source("double") == "def double(x):\n    return 2 * _one(x)"
    assert probe.source("Box.get") == "def get(self):\n    return self.x"
    assert probe.source("TABLE") == 'TABLE = {\n    "double": double,\n}'
    start, secret = "def __init__(self, x):\n        self.x = x", "def _secret(self):\n        return -self.x"
    assert probe.source("Box") == f"class Box:\n\n    {start}\n\n    {secret}"
    one, other = 'def _one(x):\n    """x."""\n    return x', "def undocumented():\n    return HALF"
    assert probe.source() == f"import math\n\nHALF = 0.5\n\n\n{one}\n\n\n{other}"
    assert probe.arguments("Box.get") == {"self"}
    assert probe.arguments("TABLE") == set()


# --- links ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("where", "member", "name", "meant"),
    [
        ("rules", "adamw", "adam", "rules.adam"),
        ("methods", "backtracking", "rules.nesterov", "rules.nesterov"),
        ("rules", "momentum", "conversions", "conversions"),
        ("conversions", "", "momentum", "rules.momentum"),
        ("scalers", "Scaler.invert", "apply", "scalers.Scaler.apply"),
        ("scalers", "Scaler", "apply", "scalers.Scaler.apply"),
        ("scalers", "min_max", "apply", None),  # of which class?
        ("oracles", "minibatch", "data", None),  # the argument, not the module
        ("rules", "adam", "torch.optim.Adam", None),
        ("rules", "adam", "_newton_schulz", None),
        ("rules", "adam", "constant", None),  # the initialiser or the schedule?
        ("initialisers", "zeros", "constant", "initialisers.constant"),
        ("checks", "judge", "Answers", None),  # in a folder
    ],
)
def test_names_are_looked_up_from_where_they_stand(where, member, name, meant):
    assert linker(MODULES, module(where), member)(name) == (meant and f"gradlab.{meant}")


def test_helpers_are_linked_to_where_they_stand():
    rest = '<span class="n">_other</span> <span class="nf">f</span>'
    html = f'<span class="n">_help</span> <span class="nf">_help</span> {rest}'
    context = {"body": html}
    reference.link_helpers(None, "chapters/01_gradient_descent", None, context, None)
    assert context["body"] == html
    reference.link_helpers(None, f"{PAGES}rules", None, context, None)
    linked = '<a class="n" href="#_help">_help</a> <span class="nf" id="_help">_help</span>'
    assert context["body"] == f"{linked} {rest}"


# --- pages ------------------------------------------------------------------------------------------------------


def test_each_module_of_the_library_has_its_page_in_the_contents():
    pages = {name.removeprefix(PAGES) for name in TOC if name.startswith(PAGES)}
    assert pages == LIBRARY | OVERVIEWS
    assert {path.stem for path in (ROOT / PAGES).glob("*.md")} == pages


def test_the_overview_holds_them_all_under_captions():
    trees = [tree for page in ("index", "authors") for tree in TOC[PAGES + page].subtrees]
    pages = [page.removeprefix(PAGES) for tree in trees for page in tree.items if page != f"{PAGES}authors"]
    assert sorted(pages) == sorted(LIBRARY)
    assert all(tree.caption for tree in trees)
    assert [home.name for home in reference.library(SimpleNamespace(external_site_map=TOC))] == pages


def test_what_no_exercise_needs_is_among_the_pages_for_authors():
    pages = {page.removeprefix(PAGES) for tree in TOC[f"{PAGES}authors"].subtrees for page in tree.items}
    assert pages == {name for name in LIBRARY if name.startswith("_")} | {"explore", "figures", "playground", "show"}


@pytest.mark.parametrize("name", sorted(LIBRARY))
def test_a_page_says_no_more_than_which_module_it_is(name):
    text = (ROOT / PAGES / f"{name}.md").read_text(encoding="utf-8")
    assert text == f"# {name}\n\n```{{eval-rst}}\n.. module-page:: {name}\n```\n"


@pytest.mark.parametrize("home", MODULES, ids=lambda home: home.name)
def test_a_module_begins_with_a_sentence_that_can_describe_it(home):
    assert 20 <= len(home.docstring().partition("\n\n")[0]) <= 160
