"""Links from the names of the library to the reference: what a name means, in code and in prose."""

import re

import pytest
from sphinx.highlighting import PygmentsBridge

from gradlab_course.book.names import Reader, link

ENTRIES = {
    path: f"reference/{path.split('.')[1]}.html#{path}"
    for path in ("gradlab.rules", "gradlab.rules.sgd", "gradlab.rules.adam", "gradlab.surfaces", "gradlab.descend",
                 "gradlab.surfaces.quadratic", "gradlab.surfaces.Surface", "gradlab.surfaces.Surface.grad",
                 "gradlab.descend.descend", "gradlab.data")
}  # fmt: skip
IMPORTS = "from gradlab import data, surfaces\nfrom gradlab.rules import adam as optimiser, sgd\n"


def found(code, before=""):
    """The names of the library in a piece of code, each with what it means."""
    reader = Reader(ENTRIES)
    reader.read(before)
    uses = reader.read(code)
    return [(code[use.start : use.end], use.path.removeprefix("gradlab.")) for use in uses]


def test_imports_lead_to_modules_and_members():
    assert found(f"import numpy as np\n{IMPORTS}") == [
        ("data", "data"),
        ("surfaces", "surfaces"),
        ("gradlab.rules", "rules"),
        ("adam", "rules.adam"),
        ("sgd", "rules.sgd"),
    ]
    assert found("import gradlab.rules as r; r.sgd") == [("gradlab.rules", "rules"), ("r.sgd", "rules.sgd")]
    assert found("import gradlab.rules\nGet(gradlab.rules.adam)")[1:] == [("gradlab.rules.adam", "rules.adam")]
    assert found("from gradlab.rules import (\n    adam,\n    none,\n)") == [
        ("gradlab.rules", "rules"),
        ("adam", "rules.adam"),
    ]
    assert found("from . import sgd\nfrom numpy import sgd\nsgd") == []


@pytest.mark.parametrize(
    ("code", "names"),
    [
        ("bowl = surfaces.quadratic([1, 2]); bowl.grad", [("surfaces.quadratic", "surfaces.quadratic")]),
        ("surfaces.Surface.grad.__doc__", [("surfaces.Surface.grad", "surfaces.Surface.grad")]),
        ("surfaces.none(1)", [("surfaces", "surfaces")]),
        ("def f(x, rule=sgd):\n    return optimiser(x)", [("sgd", "rules.sgd"), ("optimiser", "rules.adam")]),
        ('print("žluť", sgd)', [("sgd", "rules.sgd")]),
        ("%timeit sgd\n!ls\nsgd", [("sgd", "rules.sgd")]),
        ("%%time\nfor _ in range(3):\n    sgd(1, 2)", [("sgd", "rules.sgd")]),
        ("sgd.lr, other.sgd, 'sgd'  # sgd", [("sgd", "rules.sgd")]),
        # what the page, a function or a comprehension binds itself is not the library's
        ("sgd = sgd(1)\nsgd", [("sgd", "rules.sgd")]),
        ("def f(sgd):\n    return sgd", []),
        ("f = lambda sgd: sgd", []),
        ("[sgd for sgd in data]; sgd", [("data", "data"), ("sgd", "rules.sgd")]),
        ("def sgd(x):\n    return x\nsgd", []),
        ("for sgd in range(3):\n    sgd", []),
        ("this is no code: sgd", []),
    ],
)
def test_a_name_means_what_python_would_find(code, names):
    assert found(code, IMPORTS) == names


LITERAL = r'<code class="docutils literal notranslate"><span class="pre">\1</span></code>'


def page(*blocks):
    """A page of cells, and of paragraphs."""
    parts = []
    for kind, text in blocks:
        if kind == "prose":
            parts.append(re.sub("`([^`]*)`", LITERAL, text))
            continue
        code = PygmentsBridge("html").highlight_block(text, "ipython3")
        code = f'<div class="highlight-{"python" if kind == "shown" else "ipython3"} notranslate">{code}</div>'
        parts.append(f'<div class="cell_input docutils container">\n{code}</div>' if kind == "cell" else code)
    return "\n".join(parts)


LINK = re.compile(r"<a class=\"([^\"]*)\" href=\"([^\"]*)\"([^>]*)>(.*?)</a>", re.S)


def links(*blocks):
    """The links that a page gets: the words, where they lead, and whether the keyboard stops there."""
    before = page(*blocks)
    after = link(before, ENTRIES)
    assert LINK.sub(r"\4", after) == LINK.sub(r"\4", before), "nothing else changes"
    return [
        (re.sub("<[^>]*>", "", words), address.partition("#")[2].removeprefix("gradlab."), not attributes)
        for _, address, attributes, words in LINK.findall(after)
        if address != "else"
    ]


def test_in_prose_the_first_use_is_a_link_and_in_code_each():
    assert links(
        ("prose", "<h2>`sgd`</h2><p>See <a class='x' href='else'>`sgd`</a>, `sgd()`, `sgd`, `surfaces.quadratic`.</p>"),
        ("cell", IMPORTS),
        ("cell", "sgd(surfaces.quadratic, sgd, optimiser, optimiser)"),
        ("prose", "`quadratic`, `adam`, `sgd(x)` and `data.frame`; `gradlab.rules`"),
    ) == [
        ("sgd()", "rules.sgd", True),
        ("surfaces.quadratic", "surfaces.quadratic", True),
        ("data", "data", False),
        ("surfaces", "surfaces", False),
        ("gradlab.rules", "rules", False),
        ("adam", "rules.adam", False),
        ("sgd", "rules.sgd", False),
        ("sgd", "rules.sgd", False),
        ("surfaces.quadratic", "surfaces.quadratic", False),
        ("sgd", "rules.sgd", False),
        ("optimiser", "rules.adam", True),
        ("optimiser", "rules.adam", False),
        ("gradlab.rules", "rules", True),
    ]


def test_what_is_only_shown_binds_nothing():
    shown = ("shown", "def sgd(x):\n    return optimiser(x)")
    assert links(("cell", IMPORTS), shown, ("cell", "sgd"))[-2:] == [
        ("optimiser", "rules.adam", True),
        ("sgd", "rules.sgd", True),
    ]
    assert links(("cell", IMPORTS), ("cell", shown[1]), ("cell", "sgd"), ("prose", "`sgd`"))[-1][0] == "optimiser"
