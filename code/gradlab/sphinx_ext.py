"""What the book's build needs beyond _config.yml."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

HERE = Path(__file__).parent
ROOT = HERE.parents[1]


def code_hash() -> str:
    """Hash the sources that a chapter's outputs depend on; the pages' look (static, templates) is not among them."""
    digest = hashlib.sha256()
    for path in sorted(HERE.rglob("*")):
        inside = path.relative_to(HERE)
        if path.is_file() and inside.parts[0] not in ("static", "templates") and "__pycache__" not in inside.parts:
            digest.update(inside.as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()[:16]


def cache_path(root: Path = ROOT) -> Path:
    """Where executed notebooks are kept: a new place for each state of the code, so that no stale output is found."""
    return Path(root) / "_build" / ".jupyter_cache" / code_hash()


def use_cache(app, config):
    """Point myst-nb to that place. A new path also makes Sphinx read every page again, doctrees included."""
    config.nb_execution_cache_path = str(cache_path(Path(app.srcdir)))


def link_citations(app, env):
    """Let a plain link such as [Polyak (1964)](references.md#polyak1964) find its entry in the bibliography.

    Such a link reads well in a notebook, where a citation role would stand as raw text.
    """
    for bibliography, entry in env.get_domain("cite").bibliographies.items():
        slugs = env.metadata[bibliography.docname].setdefault("myst_slugs", {})
        for key, node in entry.citation_nodes.items():
            slugs[key] = (0, node["ids"][0], key)


def setup(app):
    """Register with Sphinx."""
    os.environ["GRADLAB_BOOK"] = "1"  # kernels inherit it: slider figures are precomputed, no widget is made
    app.connect("config-inited", use_cache)
    app.connect("env-updated", link_citations)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
