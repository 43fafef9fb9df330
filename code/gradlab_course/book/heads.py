"""What the head of a page says of it, to search engines and where somebody shares it.

Every page has a description. The rest needs the site's address, `baseurl` under `html` in _config.yml: canonical links,
cards (Open Graph), sitemap.xml and robots.txt. Without an address none of them is written, as they would lead nowhere.
"""

from __future__ import annotations

from html import escape
from pathlib import Path
from urllib.parse import urljoin, urlsplit
from xml.sax.saxutils import escape as escape_xml

from docutils import nodes
from sphinx.errors import ConfigError

from gradlab_course.book import cards, dates
from gradlab_course.book.inline import inline

ABOUT = "An executable course on how neural networks are optimised and initialised."
LONGEST = 160  # letters of a description that search engines show


def address(config, name: str = "") -> str:
    """The address of a file of the site, or of the site itself; empty as long as the site has none."""
    return urljoin(f"{config.html_baseurl.rstrip('/')}/", name) if config.html_baseurl else ""


def check_address(app, config):
    """Stop the build at an address that is none."""
    parts = urlsplit(config.html_baseurl)
    if config.html_baseurl and not (parts.scheme in ("http", "https") and parts.netloc):
        raise ConfigError(f"html: baseurl in _config.yml must be like https://host/path/, got {config.html_baseurl!r}")


def description(doctree, front_matter) -> str:
    """The page's own description, or its first plain paragraph up to the letters that search engines show."""
    if "description" in front_matter:
        return front_matter["description"]
    for paragraph in doctree.findall(nodes.paragraph) if doctree else ():
        if not any(paragraph.findall(nodes.math)):
            text = " ".join(paragraph.astext().split())
            return text if len(text) <= LONGEST else text[: LONGEST - 3].rsplit(" ", 1)[0].rstrip(",;:") + " …"
    return ABOUT


def meta(told: dict[str, str], key: str = "name") -> str:
    """Lines for the head of a page."""
    return "".join(f'\n    <meta {key}="{name}" content="{escape(content)}" />' for name, content in told.items())


def sharing(app, page: str, about: str) -> str:
    """The lines from which a page's card is made where it is shared; none as long as the site has no address."""
    target = address(app.config, app.builder.get_target_uri(page))
    if not target:
        return ""
    card = cards.of(app, page)
    told = {
        "og:type": "website" if page == app.config.root_doc else "article",
        "og:site_name": app.config.html_title or app.config.project,
        "og:title": inline(app.env.titles[page]),
        "og:description": about,
        "og:url": target,
        "og:locale": "en_GB",
    }
    if card:
        width, height = cards.SIZE
        told |= {"og:image": address(app.config, card.address), "og:image:type": "image/png"}
        told |= {"og:image:width": f"{width}", "og:image:height": f"{height}", "og:image:alt": card.alt}
    return meta(told, "property") + meta({"twitter:card": "summary_large_image" if card else "summary"})


def describe(app, pagename, templatename, context, doctree):
    """Put the description and the card of a page into its head."""
    tags = context.setdefault("metatags", "")
    about = description(doctree, context.get("meta") or {})
    if 'name="description"' not in tags:
        tags += meta({"description": about})
    context["metatags"] = tags + (sharing(app, pagename, about) if pagename in app.env.found_docs else "")


# --- files beside the pages -----------------------------------------------------------------------------------------


def write_front(app):
    """Write index.html, which leads to the first page: it is the address that people pass on, so it has a card, too."""
    env, first = app.env, app.config.root_doc
    target, title = app.builder.get_target_uri(first), inline(env.titles[first])
    about = description(env.get_doctree(first), env.metadata[first])
    whole = address(app.config, target)
    canonical = f'\n    <link rel="canonical" href="{whole}" />' if whole else ""
    (Path(app.outdir) / "index.html").write_text(
        f'<!DOCTYPE html>\n<html lang="{app.config.language}">\n  <head>\n    <meta charset="utf-8" />\n'
        f"    <title>{escape(title)}</title>\n"
        f'    <meta http-equiv="refresh" content="0; url={target}" />{canonical}'
        f"{meta({'description': about})}{sharing(app, first, about)}\n  </head>\n"
        f'  <body><a href="{target}">{escape(title)}</a></body>\n</html>\n',
        encoding="utf-8",
    )


def write_map(app):
    """Write sitemap.xml, and robots.txt, which crawlers read where the site is at the root of its host."""
    folder = Path(app.outdir)
    if not address(app.config):
        for name in ("sitemap.xml", "robots.txt"):
            (folder / name).unlink(missing_ok=True)
        return
    rows = []
    for page in sorted(app.env.found_docs):
        day = dates.of(app.env, page)
        lastmod = f"<lastmod>{day.isoformat()}</lastmod>" if day else ""
        rows.append(
            f"<url><loc>{escape_xml(address(app.config, app.builder.get_target_uri(page)))}</loc>{lastmod}</url>"
        )
    (folder / "sitemap.xml").write_text(
        '<?xml version="1.0" encoding="UTF-8"?>\n<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n'
        + "\n".join(rows)
        + "\n</urlset>\n",
        encoding="utf-8",
    )
    robots = f"User-agent: *\nAllow: /\nSitemap: {address(app.config, 'sitemap.xml')}\n"
    (folder / "robots.txt").write_text(robots, encoding="utf-8")


def write(app, exception):
    """Write the files that stand beside the pages."""
    if not exception and app.builder.format == "html":
        write_front(app)
        write_map(app)


def setup(app):
    """Register with Sphinx; `sphinx_ext` calls this."""
    app.connect("config-inited", check_address)
    app.connect("html-page-context", describe, priority=900)  # after the extensions have added what they add
    app.connect("build-finished", write, priority=400)  # before the table of contents would write an index.html
