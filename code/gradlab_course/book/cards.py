"""The picture that a chapter's page is shared with: its title, and a figure of it in the state shown first.

The figure is read from the page, where it stands as SVG, so that nothing is computed or drawn a second time.
"""

from __future__ import annotations

import hashlib
import re
import textwrap
from dataclasses import dataclass
from html import unescape
from io import BytesIO
from pathlib import Path

from gradlab_course.book.chapters import PAGE, first_pages, telling_figure
from gradlab_course.book.inline import inline

SIZE = WIDTH, HEIGHT = 1200, 630  # what the networks on which pages are shared ask for
MARGIN = 60
COLOURS = 96  # of a picture: a third of the bytes, and no difference that one sees
INK, MUTED, LINE = "#22262b", "#4f5a66", "#14557b"  # of the light theme, as in book.css
LETTERS = 34  # of a line of the title
FOOT = "An executable course. The sliders of its figures move on the page."
PICTURE = re.compile(r'<svg\b[^>]*?aria-label="([^"]*)".*?</svg>', re.S)


@dataclass(frozen=True)
class Card:
    """A picture of a page: where it is in the site, and what it shows in words."""

    address: str
    alt: str


def draw(title: str, above: str, below: str, svg: str) -> bytes:
    """The picture, as a PNG.

    title   of the page, in two lines at most
    above   a few words over it
    below   a few words at the foot
    svg     the figure
    """
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure
    from matplotlib.patches import Rectangle
    from PIL import Image

    from gradlab_course.book import pictures

    figure = Figure(figsize=(WIDTH / pictures.DPI, HEIGHT / pictures.DPI), dpi=pictures.DPI, facecolor="white")
    canvas = FigureCanvasAgg(figure)
    figure.add_artist(Rectangle((0, 0), 12 / WIDTH, 1, color=LINE, linewidth=0))

    def write(words, up, size, colour, weight="normal", **more):
        options = {"fontsize": size * pictures.POINT, "color": colour, "fontweight": weight, "parse_math": False}
        figure.text(MARGIN / WIDTH, up / HEIGHT, words, verticalalignment="baseline", **options, **more)

    lines = textwrap.wrap(title, LETTERS, max_lines=2, placeholder=" …")
    write(above, HEIGHT - 84, 26, MUTED)
    for number, line in enumerate(lines, 1):
        write(line, HEIGHT - 96 - 60 * number, 52, INK, "bold")
    write(below, 34, 22, MUTED)
    room = HEIGHT - 96 - 60 * len(lines) - 30  # below the title
    pictures.paint(figure, svg, (MARGIN, 80, WIDTH - 2 * MARGIN, room - 80))
    canvas.draw()
    file = BytesIO()
    picture = Image.frombuffer("RGBA", SIZE, canvas.buffer_rgba()).convert("RGB")
    picture.quantize(COLOURS, dither=Image.Dither.NONE).save(file, "PNG", optimize=True)
    return file.getvalue()


def put(folder: Path, name: str, picture: bytes) -> str:
    """Write a picture into the site; give its address there, which changes with the picture.

    Who has shown a page keeps the picture by its address.
    """
    target = Path(folder) / "_static" / "cards" / f"{name}.png"
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(picture)
    return f"_static/cards/{name}.png?v={hashlib.sha256(picture).hexdigest()[:8]}"


def of(app, page: str) -> Card | None:
    """The card of a page: a chapter's own, and for other pages the book's; None if there is no figure to show."""
    page = page if PAGE.match(page) else app.config.root_doc
    known = app.__dict__.setdefault("gradlab_cards", {})  # the book's would be drawn for each of its pages
    if page not in known:
        known[page] = _made(app, page)
    return known[page]


def _made(app, page):
    env, chapter = app.env, PAGE.match(page)
    pages = [page] if chapter else first_pages(env)
    figure = next(filter(None, (telling_figure(env, one) for one in pages)), "")
    if not (picture := PICTURE.search(figure)):
        return None
    above = f"{app.config.html_title} · chapter {int(chapter[1])}" if chapter else app.config.html_title
    drawn = draw(inline(env.titles[page]), above, FOOT, picture[0])
    return Card(put(Path(app.outdir), Path(page).name, drawn), unescape(picture[1]))
