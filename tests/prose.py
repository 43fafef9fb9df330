"""The prose of the project, piece by piece, without code, formulas, addresses and names of files."""

import ast
import inspect
import io
import json
import re
import tokenize
from typing import NamedTuple

from gradlab_course import ROOT
from gradlab_course.exercises import sources


class Piece(NamedTuple):
    """Some prose: the file in which it stands, the text, and the names of the code around it."""

    file: str
    text: str
    names: frozenset[str] = frozenset()


#: What is no prose, in Markdown and in docstrings, in the order in which it is taken out.
NO_PROSE = [
    re.compile(r"^(?P<fence>`{3,}|~{3,})(?!\{(?:note|tip|warning|admonition)\b).*?^(?P=fence)\s*$", re.M | re.S),
    re.compile(r"<!--.*?-->", re.S),
    re.compile(r"<(style|script|svg)\b.*?</\1>", re.S),
    re.compile(r"(?<!`)(`+)(?!`).+?(?<!`)\1(?!`)", re.S),
    re.compile(r"\$\$.+?\$\$", re.S),
    re.compile(r"(?<![\\\w])\$[^$]+\$"),
    re.compile(r"(?<=\])\([^()\s]*(?:\([^()]*\)[^()\s]*)*(?: [^()]*)?\)"),  # where a link leads, what a button sets
    re.compile(r"</?[A-Za-z][^>]*>|&\w+;"),
    re.compile(r"\b(?:https?|file):\S+|\S+@\S+\.\w+"),
    re.compile(r"\S*[/\\]\S*[/\\.]\S*|[\w.*-]+\.(?:py|ipynb|md|js|css|txt|toml|yml|json|html|bib|zip|csv|npz|db)\b"),
    re.compile(r"(?<![\w.])\w+(?:\.\w+)+"),  # torch.optim, 1.0
    re.compile(r"(?<![\w-])--?[A-Za-z][\w-]*|-(?:th|st|nd|rd)\b"),  # -n, --run; the n-th
]
EXAMPLE = re.compile(r"^ *>>> .*?(?:\n\s*\n|\Z)", re.M | re.S)
SET_OFF = re.compile(r"(?:\A|\n\n) {4,}\S.*?(?=\n\n|\Z)", re.S)  # a paragraph that is indented: an equation, a command
ARGUMENT = re.compile(r"^\*{0,2}\w+(?:, \*{0,2}\w+)* {2,}", re.M)  # "x, g   where we are, and the gradient there"
DOCUMENTED = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
CODE = re.compile(
    r"[{}<>\\|]|\w[(\[]|\w\) |^\s*[#.@%]|\*\*\w|\w = |[0-9a-f]{12}|keepdims"
    r"|^(?:for|if|return|import|from|def|class) "
)


SYNONYMS = "code/gradlab_course/book/search.py"  # its strings are what readers type, in American too


def pieces():
    """Yield the prose of Markdown pages, of notebooks, and of the code of both packages."""
    for path in sorted([*ROOT.glob("*.md"), *ROOT.glob("chapters/**/*.md")]):
        yield Piece(name(path), markdown(path.read_text(encoding="utf-8")))
    exercises = sources(ROOT) or sorted(ROOT.glob("chapters/exercises/*/*.ipynb"))  # the latter are made from sources
    for path in [*sorted(ROOT.glob("chapters/*.ipynb")), *exercises]:
        cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
        texts = [(cell["cell_type"], "".join(cell["source"])) for cell in cells]
        yield from (Piece(name(path), markdown(text)) for kind, text in texts if kind == "markdown")
        code = "\n\n".join(re.sub(r"^[%!].*$", "", text, flags=re.M) for kind, text in texts if kind == "code")
        yield from python(name(path), code)
    for path in sorted(ROOT.glob("code/**/*.py")):
        yield from python(name(path), path.read_text(encoding="utf-8"))


def name(path):
    return path.relative_to(ROOT).as_posix()


def markdown(text):
    """Take out what is no prose."""
    for pattern in NO_PROSE:
        text = pattern.sub(" ", text)
    return text


def docstring(text):
    """Take out of a docstring the examples, what is set off, and the names of the arguments."""
    text = EXAMPLE.sub("\n", inspect.cleandoc(text))
    return markdown(ARGUMENT.sub("", SET_OFF.sub("\n", text)))


def python(file, source):
    """Yield the docstrings, the comments and the sentences in strings (captions, messages) of some code."""
    nodes = list(ast.walk(ast.parse(source)))
    names = frozenset(found for node in nodes for found in named(node))
    first = [node.body[0] for node in nodes if isinstance(node, DOCUMENTED) and node.body]
    docs = {id(it.value) for it in first if isinstance(it, ast.Expr) and is_string(it.value)}
    joined = [node for node in nodes if isinstance(node, ast.JoinedStr)]
    nested = {id(part) for node in joined for part in ast.walk(node)}
    for node in nodes:
        if id(node) in docs:
            yield Piece(file, docstring(node.value), names)
        elif is_string(node) and id(node) not in nested:
            yield from sentence(file, node.value, names)
    for node in joined:
        yield from sentence(file, "".join(part.value if is_string(part) else "0" for part in node.values), names)
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type == tokenize.COMMENT:
            yield Piece(file, markdown(re.sub("# (?:type|fmt|noqa).*", "", token.string)), names)


def sentence(file, text, names):
    """Yield a string if it is prose: some words, and none of the signs of code."""
    if text.count(" ") > 1 and file != SYNONYMS:
        text = markdown(text)
        if len(re.findall(r"[^\W\d_]{2,}", text)) > 2 and not CODE.search(text):
            yield Piece(file, text, names)


def is_string(node):
    return isinstance(node, ast.Constant) and isinstance(node.value, str)


def named(node):
    """Yield the names that a piece of code gives or uses."""
    match node:
        case ast.Name(id=found) | ast.Attribute(attr=found) | ast.arg(arg=found) | ast.keyword(arg=str(found)):
            yield found
        case ast.FunctionDef(name=found) | ast.ClassDef(name=found):
            yield found
        case ast.alias(name=path, asname=other):
            yield from (*path.split("."), *([other] if other else []))
