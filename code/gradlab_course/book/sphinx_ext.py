"""What the book's build needs beyond _config.yml: fresh outputs, plain-link citations, light pages.

A page of the finished site loads one stylesheet, in which the formulas' font is, and a handful of deferred scripts;
everything comes from the site itself, so that it also works from file:// and without a network.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
from functools import cache
from pathlib import Path

from docutils import nodes

from gradlab_course import LIBRARY, ROOT
from gradlab_course.book import (
    chapters,
    citations,
    course,
    dates,
    editing,
    formulas,
    heads,
    mathfont,
    missing,
    names,
    reference,
    reports,
    search,
)
from gradlab_course.book.stylesheet import bundle
from gradlab_course.fingerprints import of_files

HERE = Path(__file__).parent
CODE = LIBRARY.parent
SLIDERS = LIBRARY / "explore"
PLAYGROUND = LIBRARY / "playground"
PLAYGROUND_SCRIPTS = ("engine.js", "situation.js", "drawing.js", "playground.js")  # in this order

# Scripts that no page needs: for tabs and a version switcher, which we don't have, and for Sphinx's search.
UNNEEDED = re.compile(r"design-tabs|DOCUMENTATION_OPTIONS\.|sphinx_highlight")
A_PLAYGROUND = '<figure class="playground'
FOLDING = re.compile(r'class="[^"]*\b(toggle|dropdown)\b')  # what togglebutton folds up
STATES = re.compile(r'(<figure class="explore" id="([^"]+)".*?<script type="application/x-deflate")>([^<]+)', re.S)

BLOCK = re.compile("<pre>.*?</pre>", re.S)
PLAIN = re.compile(r'<span class="(?:n|nn|p|pm|w)">([^<]*)</span>')  # what has the colour of code in general
LONG = 15  # lines
LAST = 900  # priority of a page's last script

# The theme's script has a list of what may scroll. It measures a block and changes it, then the next, and the page is
# laid out anew for each. book.js measures all of them first, so we leave the theme's script nothing to measure.
THEME = "scripts/pydata-sphinx-theme.js"
MEASURED = re.compile(r'\["pre",[^\]]*\]\.join\(", "\)')

# The stylesheets that `finish` makes into one, in the order of the cascade.
STYLES = ("basic.css", "styles/pydata-sphinx-theme.css", "pygments.css", "styles/sphinx-book-theme.css", "mystnb.*.css",
          "togglebutton.css", "copybutton.css", "sphinx-design.min.css", "book.css", "explore.css",
          "playground.css")  # fmt: skip


# --- what a page depends on -------------------------------------------------------------------------------------


def sources() -> tuple[list[Path], list[Path]]:
    """Split the code into files that a chapter's outputs depend on, and files that only shape its pages."""
    files = [path for path in CODE.rglob("*") if path.is_file() and path.suffix != ".pyc"]
    outputs = [path for path in files if LIBRARY in path.parents and path.suffix not in (".js", ".css")]
    return outputs, [path for path in files if path not in outputs and "egg-info" not in str(path)]


def cache_path(root: Path = ROOT) -> Path:
    """Where executed notebooks are kept: a place of its own for each state of the code and of what it stands on."""
    return Path(root) / "_build" / ".jupyter_cache" / of_files([*sources()[0], ROOT / "constraints.txt"], ROOT)


def configure(app, config):
    """Point myst-nb to the cache, Sphinx to our templates. A changed value here makes Sphinx rebuild every page."""
    config.nb_execution_cache_path = str(cache_path(Path(app.srcdir)))
    config.gradlab_pages = of_files([*sources()[1], reference.BIBLIOGRAPHY], ROOT)
    config.templates_path.insert(0, str(HERE / "templates"))
    figures = [SLIDERS / "explore.js", SLIDERS / "explore.css", PLAYGROUND / "playground.css"]
    figures += [PLAYGROUND / name for name in PLAYGROUND_SCRIPTS]
    config.html_static_path += map(str, (HERE / "static", *figures))
    config.html_math_renderer = formulas.RENDERER


# --- text -------------------------------------------------------------------------------------------------------


def link_citations(app, env):
    """Let a plain link such as [Polyak (1964)](references.md#polyak1964) find its entry in the bibliography.

    Such a link reads well in a notebook, where a citation role would stand as raw text.
    """
    for bibliography, entry in env.get_domain("cite").bibliographies.items():
        slugs = env.metadata[bibliography.docname].setdefault("myst_slugs", {})
        for key, node in entry.citation_nodes.items():
            slugs[key] = (0, node["ids"][0], key)


def number_as_sphinx_did(app, env):
    """Give further pages the numbers back that Sphinx gave: it writes all pages anew whose numbers are not the same."""
    env.toc_secnumbers |= getattr(env, "gradlab_numbers", {})
    return []


def unnumber_further_pages(app, env):
    """Take the numbers from a chapter's further pages: they go on counting after its last section, as 1.20, 1.20.1."""
    env.gradlab_numbers = {}
    for name, title in env.titles.items():
        if len(title.get("secnumber") or ()) > 1:  # nested under a page that has a number
            title["secnumber"] = None
            env.gradlab_numbers[name] = env.toc_secnumbers[name]
            env.toc_secnumbers[name] = dict.fromkeys(env.toc_secnumbers[name])
            for entry in env.tocs[name].findall(nodes.reference):
                entry["secnumber"] = None
    return []


# --- what a page loads ------------------------------------------------------------------------------------------


def short_hash(text) -> str:
    """Tell one version of a file from another: a browser that keeps the old one asks for the new one."""
    return hashlib.sha256(text.encode()).hexdigest()[:8]


def lighten(app, pagename, templatename, context, doctree):
    """Drop the scripts that a page doesn't need, and defer the others."""
    body = context.get("body", "")
    unneeded = [UNNEEDED]
    if not FOLDING.search(body):
        unneeded.append(re.compile("toggle(button|Hint|Open)"))
    if 'class="highlight' not in body:
        unneeded.append(re.compile("clipboard|copybutton"))
    if "<strong>Predict" not in body:
        unneeded.append(re.compile("predict"))
    if A_PLAYGROUND not in body:
        unneeded.append(re.compile("|".join(map(re.escape, PLAYGROUND_SCRIPTS))))
    kept = {}
    for script in context["script_files"]:
        what = script.attributes.get("body") or str(script.filename)
        if any(pattern.search(what) for pattern in unneeded):
            continue
        if script.filename:
            script = type(script)(script.filename, priority=script.priority, **{**script.attributes, "defer": "defer"})
        kept[what] = script  # once: some are registered twice
    context["script_files"] = list(kept.values())
    if body:
        # Docutils gives references a deprecated role, and myst-nb a folded cell a name that is not the one it shows.
        body = body.replace('role="doc-biblioentry"', 'role="listitem"').replace(
            ' aria-label="Toggle hidden content"', ""
        )
        body = BLOCK.sub(lighter, body)
        body = move_states(app, pagename, body, context["pathto"])
        context["body"] = with_playground_data(app, body, context["pathto"])


def lighter(block):
    """A block of code or of what it prints, with half as many elements in it.

    It says how many lines it has, so that a browser knows its height without laying it out; one of more than LONG
    lines may be broken between two sheets of paper.
    """
    html = PLAIN.sub(r"\1", block[0])
    lines = html.count("\n")
    kind = ' class="long"' if lines > LONG else ""
    return html.replace("<pre>", f'<pre{kind} style="--lines: {lines}">', 1)


def move_states(app, pagename, body, pathto) -> str:
    """Move the states of the page's slider figures into a file, which explore.js asks for once the page is there."""
    states = STATES.findall(body)
    if not states:
        return body
    put = "document.querySelector('figure[id={}] > script').textContent = '{}';\n"
    text = "".join(put.format(json.dumps(figure), data) for _, figure, data in states)
    name = f"_static/states/{pagename.replace('/', '-')}.js"
    target = Path(app.outdir) / name
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(text, encoding="utf-8")
    return STATES.sub(rf'\1 data-src="{pathto(name, 1)}?v={short_hash(text)}">', body)


def with_playground_data(app, body, pathto) -> str:
    """Let a page that has a playground find what it computes with, in a file that all pages share.

    The file fills the script as `playground.block` would, so that it works from a file system, too.
    """
    if A_PLAYGROUND not in body:
        return body
    text, version = playground_data()
    name = "_static/playground/data.js"
    target = Path(app.outdir) / name
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(text, encoding="utf-8")
    source = f"{pathto(name, 1)}?v={version}"
    editor = f"{pathto('_static/playground/editor.js', 1)}?v={editing.put(target.parent)}"
    kind = 'type="application/json" class="playground-data"'
    return f'{body}<script {kind} data-src="{source}" data-editor="{editor}"></script>'


@cache
def playground_data() -> tuple[str, str]:
    """The file that brings the data of all playgrounds, and its version."""
    from gradlab.playground import block

    data = block().partition(">")[2].rpartition("</script>")[0]
    quoted = json.dumps(data, ensure_ascii=False)[1:-1].replace('\\"', '"').replace("'", "\\'")
    text = f"document.querySelector('script.playground-data').textContent = '{quoted}';\n"
    return text, short_hash(text)


def finish(app, exception):
    """Write the one stylesheet, and sweep out of _static whatever no page asks for."""
    if exception or app.builder.format != "html":
        return
    static = Path(app.outdir) / "_static"
    if not (static / "basic.css").exists():
        return  # no page has changed: Sphinx copied no stylesheets, and ours is from the last build
    pages = {
        path: path.read_text(encoding="utf-8")
        for path in Path(app.outdir).rglob("*.html")
        if static not in path.parents
    }
    wanted = {static / name.split("?")[0] for text in pages.values() for name in re.findall(r'_static/([^"]+)', text)}
    scripts = [
        path.read_text(encoding="utf-8")
        for path in wanted
        if path.suffix == ".js" and path.exists() and path.name not in search.NO_CLASSES
    ]
    theme = static / THEME
    theme.write_text(MEASURED.sub('"nothing"', theme.read_text(encoding="utf-8")), encoding="utf-8")
    css = bundle([path for name in STYLES for path in static.glob(name)], pages.values(), scripts)
    css += mathfont.css(mathfont.characters(pages.values()))
    (static / "site.css").write_text(css, encoding="utf-8")
    versions = {name: short_hash((static / name).read_text(encoding="utf-8")) for name in ("site.css", *search.FILES)}
    for path, text in pages.items():
        linked = re.sub(
            rf"_static/({'|'.join(map(re.escape, versions))})(\?v=\w+)?",
            lambda name: f"_static/{name[1]}?v={versions[name[1]]}",
            text,
        )
        if linked != text:
            path.write_text(linked, encoding="utf-8")

    wanted.add(static / mathfont.LICENCE)
    wanted.update((static / "playground").rglob("*"))  # what the editor asks for, once it is opened
    for path in sorted(static.rglob("*"), reverse=True):
        if path.is_dir():
            if not any(path.iterdir()):
                path.rmdir()
        elif path not in wanted:
            path.unlink()


def setup(app):
    """Register with Sphinx."""
    os.environ["GRADLAB_BOOK"] = "1"  # kernels inherit it: slider figures are precomputed, no widget is made
    chapters.setup(app)
    citations.setup(app)
    course.setup(app)
    dates.setup(app)
    formulas.setup(app)
    heads.setup(app)
    missing.setup(app)
    names.setup(app)
    reference.setup(app)
    reports.setup(app)
    search.setup(app)
    app.add_config_value("gradlab_pages", "", "env")
    app.add_js_file("starting.js", priority=LAST)
    app.add_js_file("book.js", priority=LAST)
    app.add_js_file("predict.js", priority=LAST)
    app.add_js_file("explore.js", priority=LAST)
    for name in PLAYGROUND_SCRIPTS:
        app.add_js_file(name, priority=LAST)
    app.connect("config-inited", configure)
    app.connect("env-get-updated", number_as_sphinx_did, priority=100)  # before Sphinx gives them
    app.connect("env-get-updated", unnumber_further_pages, priority=900)  # once Sphinx has given them
    app.connect("env-updated", link_citations)
    app.connect("html-page-context", lighten, priority=900)  # after the extensions have added what they add
    app.connect("build-finished", finish, priority=900)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
