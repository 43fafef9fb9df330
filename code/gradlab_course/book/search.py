"""What readers search: the sections of the book and the members of the reference, each with its address.

The build writes one file, which a page asks for when somebody searches. It holds the text of each section as a reader
sees it: without code, outputs, what is folded, lists of contents and displayed formulas; a formula in a line of text
is written in Unicode. The page's script, static/search.js, finds the places in it with MiniSearch.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, replace
from html import unescape
from pathlib import Path

from docutils import nodes
from pybtex.backends.plaintext import Backend
from sphinx import addnodes

from gradlab_course.book import reference
from gradlab_course.book.inline import inline

#: What readers say for the same thing: whoever searches one of a row finds the others. Several words, in small letters.
SYNONYMS = [
    "learning rate, step size, step length, lr",
    "optimiser, optimizer, rule, update rule",
    "loss, cost, error function, objective function",
    "diverge, divergence, blow up, explode, unstable",
    "minimum, optimum",
    "minibatch, mini batch, batch",
    "sgd, stochastic gradient descent",
    "initialisation, initializer, init, starting weights",
    "weight decay, l2 regularisation, ridge",
    "backpropagation, backprop, chain rule, automatic differentiation, autograd",
    "line search, backtracking, armijo",
    "second derivative, hessian, curvature",
    "condition number, conditioning, ill conditioned, kappa",
    "schedule, scheduler, decay",
    "warm up, warmup",
    "standardise, scale, centre, center",
    "relu, rectifier",
    "network, neural net, mlp, multilayer perceptron",
]

#: Where somebody who finds nothing may go on: the words, a page, and a place on it.
ELSEWHERE = [
    ("How long a step? The learning rate, in chapter 1", "chapters/01_gradient_descent", "how-long-a-step"),
    ("The reference: every function of the library", "chapters/reference/index", ""),
    ("The exercises", "chapters/exercises/index", ""),
]

#: In the rows of this page's tables: a question, and the answer with links; the first leads to what answers it.
QUESTIONS = "chapters/questions"

#: Sections that say again what others have said: their titles are found, and not their words.
REPEATS = re.compile(r"Summary|Further reading|Common mistakes")
#: Where a source is to be had, which nobody types
ADDRESS = re.compile(r" (?:doi:|arXiv:|URL:? )\S+")

INDEX = "search-index.js"
FILES = ("search.js", "minisearch.js", INDEX)  # what a page asks for once somebody searches
NO_CLASSES = FILES[1:]  # their words are none of the stylesheet's classes
ORDER = ("page", "kind", "number", "title", "anchor", "text", "terms", "asked")  # what is alike close by: gzip likes it
COMMENT = re.compile(r"^[ \t]*(?:/\*(?!!).*?\*/[ \t]*|//[^\n]*)\n", re.M | re.S)  # of whole lines; /*! is a licence
INDENT = re.compile(r"^[ \t]+", re.M)
MODULE = re.compile(rf"{reference.PAGES}(?!index$)")
LONGEST = 3  # words of a term
DEEPEST = 3  # h4 and what is deeper belongs to its h3
BLOCKS = (nodes.paragraph, nodes.term, nodes.rubric, nodes.caption, nodes.line, nodes.attribution)
LEFT_OUT = (
    nodes.literal_block, nodes.doctest_block, nodes.math_block, nodes.comment, nodes.title, nodes.image, nodes.topic,
    nodes.section, addnodes.desc, addnodes.toctree, addnodes.index, addnodes.desc_signature,
)  # fmt: skip
LISTS = {"formulas", "modules", "course"}  # equations; contents, found on the pages they list
CAPTION = re.compile(r"<figcaption>(.*?)</figcaption>", re.S)
NUMBER = re.compile(r'<a class="number".*?</a>', re.S)
TAG = re.compile(r"<[^>]*>")


@dataclass
class Place:
    """Where a search may lead."""

    page: str  # the name of the file, as _toc.yml has it
    anchor: str  # empty for the top of a page
    title: str
    number: str = ""  # 1.7
    kind: str = "section"  # or page, member, source
    terms: str = ""  # what the text stresses: a term, where it is explained
    text: str = ""  # its blocks, one a line
    asked: str = ""  # the questions that it answers, one a line


# --- text -------------------------------------------------------------------------------------------------------


def blocks(node):
    """Yield the texts below a node, a paragraph or a row of a table at a time, and pass over what is folded."""
    folded = 0
    for child in node.children:
        if isinstance(child, nodes.raw):
            html = child.astext()
            for caption in CAPTION.findall(html):
                yield _said(caption)
            folded += html.count("<details") - html.count("</details")
        elif folded > 0 or isinstance(child, LEFT_OUT) or LISTS.intersection(_classes(child)):
            continue
        elif isinstance(child, nodes.row):
            yield ": ".join(filter(None, (" ".join(map(inline, entry.children)) for entry in child.children)))
        elif isinstance(child, nodes.definition_list_item):
            term, *rest = child.children
            yield ": ".join(filter(None, (inline(term), " ".join(text for one in rest for text in blocks(one)))))
        elif isinstance(child, BLOCKS):
            yield inline(child)
        elif not isinstance(child, nodes.Text):
            yield from blocks(child)


def _classes(node):
    return getattr(node, "attributes", {}).get("classes", ())


def _said(caption):
    """The words of a figure's caption: without its number, which it gets when its page is written."""
    return unescape(TAG.sub("", NUMBER.sub("", caption)))


def stressed(node):
    """Yield the terms that the text of a section stresses: those of its sections are theirs."""
    for child in node.children:
        if isinstance(child, (nodes.strong, nodes.emphasis)):
            yield inline(child)
        elif not isinstance(child, (*LEFT_OUT, nodes.Text)):
            yield from stressed(child)


def tidy(texts) -> str:
    """Blocks of text, one a line."""
    return "\n".join(filter(None, (" ".join(text.split()) for text in texts)))


# --- places -----------------------------------------------------------------------------------------------------


def places(page, doctree, numbers=None):
    """Yield the places of a page.

    page      its name
    doctree   as it was read
    numbers   of its sections, by anchor: Sphinx's toc_secnumbers
    """
    numbers = numbers or {}
    for section in doctree.children:
        if isinstance(section, nodes.section):
            yield from _sections(page, section, numbers, 1)


def _sections(page, section, numbers, level):
    """Yield a section, and those in it."""
    anchor = section["ids"][0] if level > 1 else ""
    number = ".".join(map(str, numbers.get(f"#{anchor}" if anchor else "", ()) or ()))
    deeper = [child for child in section.children if isinstance(child, nodes.section)]
    own = [section] if level < DEEPEST else [section, *section.findall(nodes.section, include_self=False)]
    text = tidy(text for one in own for text in blocks(one))
    terms = tidy(term for one in own for term in stressed(one))
    title = inline(section.next_node(nodes.title))
    yield Place(page, anchor, title, number, "section" if anchor else "page", terms, text)
    for one in own:
        for child in one.children:
            yield from _members(page, child)
    if level < DEEPEST:
        for child in deeper:
            yield from _sections(page, child, numbers, level + 1)


def _members(page, node):
    """Yield the functions, classes and methods below a node."""
    for desc in [node] if isinstance(node, addnodes.desc) else ():
        signature = desc.next_node(addnodes.desc_signature)
        content = desc.next_node(addnodes.desc_content)
        if signature["ids"]:
            title = signature.get("fullname", signature.astext())
            yield Place(page, signature["ids"][0], title, kind="member", text=tidy(blocks(content)))
        for child in content.children:
            yield from _members(page, child)


def literature(env):
    """Yield the entries of bibliographies; their nodes have no text in a build that does not write their page anew."""
    titles = {key: f"{names[0]}{_others(names)} ({year})" for key, names, year in reference.bibliography()}
    plain = Backend()  # by its name, it would be looked for in all that is installed, once for each entry
    for source in env.get_domain("cite").citations:
        text = ADDRESS.sub("", tidy([source.formatted_entry.text.render(plain)]))
        page = source.bibliography_key.docname
        yield Place(page, source.citation_id, titles.get(source.key, source.key), kind="source", text=text)


def _others(names):
    return {1: "", 2: f" & {names[-1]}"}.get(len(names), " et al.")


def every_place(env):
    """The places of the book, in the order of its contents."""
    found, asked = [], []
    for page in _in_order(env):
        _, questions, its_places = env.gradlab_places[page]
        asked += questions
        found += map(replace, its_places)  # copies, as what follows changes them
    explain_once(found)
    for place in found:
        if place.kind == "section" and REPEATS.fullmatch(place.title):
            place.text = ""
    put_questions(found, asked, {page: data.get("myst_slugs", {}) for page, data in env.metadata.items()})
    if "cite" in env.domains:
        found += literature(env)
    return found


def explain_once(found):
    """Leave of what is stressed the terms, and each where it comes first: there the book explains it."""
    known = set()
    for place in found:
        terms = place.terms.splitlines()
        new = [term for term in dict.fromkeys(terms) if term.lower() not in known and len(term.split()) <= LONGEST]
        place.terms = "\n".join(new)
        known.update(map(str.lower, new))


def take_questions(doctree):
    """Take the sections out of the page of questions: what they say belongs to the sections that answer it.

    Returns triples: a question, the page that answers it, and the name of the section in links to it.
    """
    asked = []
    for row in doctree.findall(nodes.row):
        if link := row.next_node(addnodes.pending_xref):
            asked.append((tidy([inline(row.children[0])]), link["reftarget"], link.get("reftargetid") or ""))
    for section in [*doctree.findall(nodes.section)][1:]:
        section.parent.remove(section)
    return asked


def put_questions(found, asked, slugs):
    """Put each question to the place that answers it.

    found   places
    asked   what `take_questions` returns
    slugs   for each page: the name of a section in links -> (line, anchor, title)
    """
    known = {(place.page, place.anchor): place for place in found}
    for question, page, slug in asked:
        _, anchor, _ = slugs.get(page, {}).get(slug, ("", slug, ""))
        if place := known.get((page, anchor)):  # of a dead link the build has warned
            place.asked = tidy([*place.asked.splitlines(), question])


def _in_order(env):
    order = list(getattr(env.config, "external_site_map", ()))
    return sorted(env.found_docs, key=lambda page: order.index(page) if page in order else len(order))


def script(found, titles, address) -> str:
    """The file that a page asks for.

    found     places
    titles    of the pages, by name
    address   a function from the name of a page to its address in the site
    """
    pages = list(dict.fromkeys(place.page for place in found))
    rows = [{name: getattr(place, name) for name in ORDER} | {"page": pages.index(place.page)} for place in found]
    known = {(place.page, place.anchor) for place in found}
    data = {
        "pages": [[titles[page], address(page)] for page in pages],
        "places": [{name: value for name, value in row.items() if value != ""} for row in rows],
        "synonyms": [row.split(", ") for row in SYNONYMS],
        "elsewhere": [
            [words, f"{address(page)}#{anchor}".rstrip("#")]
            for words, page, anchor in ELSEWHERE
            if (page, anchor) in known
        ],
    }
    return f"var bookIndex = {json.dumps(data, ensure_ascii=False, separators=(',', ':'))};\n"


def bare(code: str) -> str:
    """A script without the lines that are comments and without indents: half of the engine is comments.

    It must have no text of several lines, in which a line may look like a comment.
    """
    return INDENT.sub("", COMMENT.sub("", code))


# --- Sphinx -----------------------------------------------------------------------------------------------------


def look(app, env):
    """Find the places of the pages that were read. Those of the others are kept: to load all pages takes long."""
    kept = env.gradlab_places = getattr(env, "gradlab_places", {})
    for page in env.found_docs:
        numbers = env.toc_secnumbers.get(page)
        if page not in kept or kept[page][0] != numbers:
            doctree = env.get_doctree(page)
            kept[page] = (
                numbers,
                take_questions(doctree) if page == QUESTIONS else [],
                [*places(page, doctree, numbers)],
            )
    return []


def forget(app, env, page):
    """Forget a page that is read anew, or is gone."""
    getattr(env, "gradlab_places", {}).pop(page, None)


def switch_off(app):
    """Keep Sphinx from writing its own index, of whole pages with their code."""
    app.builder.search = False


def page(app):
    """The page that shows all results; the builder writes it only together with Sphinx's own index."""
    return [("search", {}, "search.html")]


def write(app, exception):
    """Write the index beside the scripts, and leave out of these what only their authors read."""
    if exception or app.builder.format != "html":
        return
    env = app.env
    titles = {name: inline(title) for name, title in env.titles.items()}
    titles |= {name: f"Reference: {title}" for name, title in titles.items() if MODULE.match(name)}
    text = script(every_place(env), titles, app.builder.get_target_uri)
    static = Path(app.outdir) / "_static"
    (static / INDEX).write_text(text, encoding="utf-8")
    for name in FILES:
        if name != INDEX:
            code = (static / name).read_text(encoding="utf-8")
            (static / name).write_text(bare(code), encoding="utf-8")


def setup(app):
    """Register with Sphinx; `sphinx_ext` calls this."""
    app.connect("builder-inited", switch_off)
    app.connect("env-purge-doc", forget)
    app.connect("env-get-updated", look, priority=950)  # once the sections have their numbers
    app.connect("html-collect-pages", page)
    app.connect("build-finished", write)
