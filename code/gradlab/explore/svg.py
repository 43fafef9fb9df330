"""Artists as short pieces of SVG in the colours of the page's theme."""

import hashlib
import re
from functools import lru_cache
from io import StringIO

import matplotlib
import numpy as np
from matplotlib.backends.backend_svg import RendererSVG

from gradlab.figures import COLOURS

NO_METADATA = dict.fromkeys(("Creator", "Date", "Format", "Type"))
_VARIABLES = {value: f"var(--gl-{name}, {value})" for name, value in COLOURS.items()}
_CLIP = re.compile(r'<clipPath id="(\w+)">\s*<path d="([^"]*)"')
_NUMBER = re.compile(r"matrix\([^)]*\)|(?<!opacity: )-?\d+\.\d{2,}(?:e-?\d+)?")
_LINES = re.compile(r'(?<= d=")M[^"CQ]*(?=")')  # a path without curves
TOLERANCE = 0.1  # how far a line may be moved, in points: twice as far as by rounding to one digit
MANY = 12  # points; a line of no more stays as it is
_DEFINITION = re.compile(r'<(\w+)\b[^>]*?\bid="([^"]*)"[^>]*?(?:/>|>.*?</\1>)', re.DOTALL)


class Renderer:
    """Matplotlib's own SVG renderer, for one artist at a time. Definitions (markers, clip paths) are collected."""

    def __init__(self, width, height):
        self._size = width, height
        self._definitions = {}  # id -> element; defined once for all states

    def render(self, artist):
        """The SVG of one artist, with its definitions set aside."""
        buffer = StringIO()
        svg = RendererSVG(*self._size, buffer, image_dpi=144, metadata=NO_METADATA)
        artist.draw(svg)
        svg.finalize()
        body = buffer.getvalue().partition("</defs>")[2].rpartition("</svg>")[0]  # without matplotlib's own style
        for name, path in _CLIP.findall(body):  # named by their number in this drawing: others have the same
            body = body.replace(name, _name(path))
        return re.sub(r"<defs>(.*?)</defs>\s*", self._set_aside, _tidy(body), flags=re.DOTALL)

    def definitions(self):
        """Markers, hatches and clip paths of everything rendered so far."""
        return "".join(self._definitions.values())

    def _set_aside(self, match):
        self._definitions |= {element[2]: element[0] for element in _DEFINITION.finditer(match[1])}
        return ""


def _name(path):
    """An id for a clip path, made of its contents and the figure's salt."""
    content = f"{matplotlib.rcParams['svg.hashsalt']} {path}"
    return f"c{hashlib.sha256(content.encode()).hexdigest()[:10]}"


def _tidy(svg):
    """Matplotlib's SVG in theme colours, with short numbers, without ids that no one refers to."""
    # Only tags are edited: a number in a label is the author's.
    return re.sub(r"\s*\n\s*", " ", re.sub(r"<[^>]+>", lambda tag: _tidy_tag(tag[0]), svg))


@lru_cache(maxsize=1024)  # the drawings of two states differ in a few tags
def _tidy_tag(tag):
    tag = _LINES.sub(lambda lines: " ".join(map(_thinned, re.findall(r"M[^M]*", lines[0]))), tag)
    tag = _NUMBER.sub(_short, tag)
    tag = re.sub(r"#[0-9a-f]{6}\b", lambda m: _VARIABLES.get(m[0], m[0]), tag)
    tag = re.sub(r"'DejaVu Sans'[^;\"]*", "var(--gl-font, sans-serif)", tag)
    tag = re.sub(r' transform="rotate\(-0 [^)]*\)"', "", tag)
    return re.sub(r"^<g id=\"[^\"]*\"", "<g", tag).replace("xlink:href", "href")


def _thinned(line):
    """A line without the points that are nearly on the line through the others.

    By Douglas and Peucker's algorithm: of all points between two that stay, the farthest from the straight line
    through these stays too, if it is farther than TOLERANCE.
    """
    words = line.split()
    points = np.array([word for word in words if word[0] not in "MLz"], dtype=float).reshape(-1, 2)
    if len(points) <= MANY:
        return line
    stays, between = {0, len(points) - 1}, [(0, len(points) - 1)]
    while between:
        a, b = between.pop()
        along, away = points[b] - points[a], points[a + 1 : b] - points[a]
        length = np.hypot(*along)
        far = np.abs(away @ [-along[1], along[0]]) / length if length else np.hypot(*away.T)
        if far.size and far.max() > TOLERANCE:
            middle = a + 1 + int(far.argmax())
            stays.add(middle)
            between += [(a, middle), (middle, b)]
    kept = " L ".join(f"{x:.3f} {y:.3f}" for x, y in points[sorted(stays)])
    return f"M {kept} z" if words[-1] == "z" else f"M {kept}"


def _short(number):
    """A number with one digit after the point; an image's matrix as it is: its error would count once a pixel."""
    return number[0] if number[0].startswith("matrix") else f"{round(float(number[0]), 1):g}"
