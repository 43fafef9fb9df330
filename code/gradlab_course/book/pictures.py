"""The pictures of slider figures as PNGs, for places that show no SVG, without a browser.

It reads the SVG that `gradlab.explore` writes, and no other: paths of absolute M, L, C, Q and z, markers, words,
images, and groups that are moved, turned or clipped. Matplotlib, which has computed that SVG, paints it.
"""

from __future__ import annotations

import re
from base64 import b64decode
from io import BytesIO
from xml.etree import ElementTree

import numpy as np
from matplotlib.image import BboxImage, imread
from matplotlib.patches import PathPatch
from matplotlib.path import Path
from matplotlib.text import Text
from matplotlib.transforms import Affine2D, Bbox, TransformedBbox

DPI = 100
POINT = 72 / DPI  # of a pixel
CODES = {"M": (1, Path.MOVETO), "L": (1, Path.LINETO), "Q": (2, Path.CURVE3), "C": (3, Path.CURVE4)}
COMMAND = re.compile(r"([A-Za-z])([^A-Za-z]*)")
NUMBER = re.compile(r"-?[\d.]+(?:e-?\d+)?")
VARIABLE = re.compile(r"var\(--[\w-]+, ([^)]+)\)")  # a colour of the theme: its value on white
ANCHORS = {"start": "left", "middle": "center", "end": "right"}
PASSED_OVER = {"defs", "clipPath", "title", "desc"}


def paint(figure, svg: str, place: tuple[float, float, float, float]) -> None:
    """Paint a picture on a matplotlib figure of DPI dots per inch, as large as its place allows, at its left.

    figure   what to paint on; its pixels are counted from below
    svg      the <svg> element, with a viewBox
    place    left, bottom, width and height, in pixels

    Raises ValueError for what it cannot paint.
    """
    root = ElementTree.fromstring(svg)
    left, bottom, width, height = place
    _, _, wide, high = map(float, root.get("viewBox").split())
    scale = min(width / wide, height / high)
    middle = bottom + (height - scale * high) / 2
    start = Affine2D().translate(0, -high).scale(scale, -scale).translate(left, middle)
    _Painter(figure, root, scale).walk(root, start, {}, None)


class _Painter:
    """Paints the elements of one picture in their order."""

    def __init__(self, figure, root, scale):
        self.figure, self.scale, self.order = figure, scale, 0
        self.known = {element.get("id"): element for element in root.iter() if element.get("id")}

    def walk(self, element, transform, style, clip):
        """Paint an element and what is in it.

        transform   from its units to pixels
        style       what it inherits
        clip        the path beyond which nothing is seen, in pixels, or None
        """
        kind = element.tag.rpartition("}")[2]
        if kind in PASSED_OVER:
            return
        transform = _moved(element.get("transform", "")) + transform
        style = style | _declared(element)
        if "clip-path" in element.attrib:
            clip = self._clip(element.get("clip-path")[5:-1], transform)
        match kind:
            case "path":
                self._path(_path(element.get("d")), transform, style, clip)
            case "use":
                marker = self.known[element.get("href")[1:]]
                place = Affine2D().translate(float(element.get("x", 0)), float(element.get("y", 0)))
                self.walk(marker, place + transform, style, clip)
            case "text" | "tspan":
                if element.text and element.text.strip():
                    self._words(element, transform, style, clip)
            case "image":
                self._image(element, transform, clip)
            case "svg" | "g":
                pass
            case _:
                raise ValueError(f"a picture has a <{kind}>, which cannot be painted")
        for child in element:
            self.walk(child, transform, style, clip)

    def _add(self, artist, clip):
        self.order += 1
        artist.set(zorder=self.order, clip_on=clip is not None)
        self.figure.add_artist(artist, clip=False)
        if clip is not None:
            artist.set_clip_path(clip, Affine2D())

    def _clip(self, name, transform):
        (shape,) = self.known[name]
        if shape.tag.endswith("rect"):
            x, y, width, height = (float(shape.get(key)) for key in ("x", "y", "width", "height"))
            path = Path([(x, y), (x + width, y), (x + width, y + height), (x, y + height), (x, y)], closed=True)
        else:
            path = _path(shape.get("d"))
        return path.transformed(transform)

    def _path(self, path, transform, style, clip):
        opacity = float(style.get("opacity", 1))
        fill, line = (style.get(key, usual) for key, usual in (("fill", "black"), ("stroke", "none")))
        line_width = float(style.get("stroke-width", 1)) * self.scale * POINT
        dashes = [float(dash) * self.scale * POINT for dash in NUMBER.findall(style.get("stroke-dasharray", ""))]
        patch = PathPatch(
            path.transformed(transform),
            transform=Affine2D(),
            facecolor="none" if fill == "none" else (fill, opacity * float(style.get("fill-opacity", 1))),
            edgecolor="none" if line == "none" else (line, opacity * float(style.get("stroke-opacity", 1))),
            linewidth=0 if line == "none" else line_width,
            capstyle={"square": "projecting"}.get(style.get("stroke-linecap"), style.get("stroke-linecap", "butt")),
            joinstyle=style.get("stroke-linejoin", "round"),
        )
        if dashes:
            patch.set_linestyle((0, [dash / line_width for dash in dashes]))  # matplotlib counts widths of the line
        self._add(patch, clip)

    def _words(self, element, transform, style, clip):
        x, y = transform.transform((float(element.get("x", 0)), float(element.get("y", 0))))
        (a, _, _), (b, _, _) = transform.get_matrix()[:2]
        words = Text(
            x, y, " ".join(element.text.split()), transform=Affine2D(), color=style.get("fill", "black"),
            fontsize=float(NUMBER.match(style["font-size"])[0]) * self.scale * POINT,
            fontweight="bold" if style.get("font-weight") in ("700", "bold") else "normal",
            horizontalalignment=ANCHORS[style.get("text-anchor", "start")], verticalalignment="baseline",
            rotation=np.degrees(np.arctan2(b, a)), rotation_mode="anchor", parse_math=False,
        )  # fmt: skip
        self._add(words, clip)

    def _image(self, element, transform, clip):
        kind, _, content = element.get("href").partition(",")
        pixels = imread(BytesIO(b64decode(content)), format=kind.partition("/")[2].partition(";")[0])
        x, y, width, height = (float(element.get(key, 0)) for key in ("x", "y", "width", "height"))
        (x0, y0), (x1, y1) = transform.transform([(x, y), (x + width, y + height)])
        if x1 < x0:
            pixels = pixels[:, ::-1]
        if y1 > y0:  # its first row stands below
            pixels = pixels[::-1]
        box = TransformedBbox(Bbox([(min(x0, x1), min(y0, y1)), (max(x0, x1), max(y0, y1))]), Affine2D())
        image = BboxImage(box, interpolation="nearest", origin="upper")
        image.set_data(pixels)
        self._add(image, clip)


def _declared(element):
    """What an element says of its looks."""
    rows = (row.partition(":") for row in VARIABLE.sub(r"\1", element.get("style", "")).split(";"))
    return {name.strip(): value.strip() for name, _, value in rows if value}


def _moved(text):
    """A transform of SVG; those written first are made last."""
    whole = Affine2D()
    for name, inside in re.findall(r"(\w+)\(([^)]*)\)", text):
        numbers = [float(number) for number in NUMBER.findall(inside)]
        match name, numbers:
            case "translate", _:
                step = Affine2D().translate(*numbers, *[0] * (2 - len(numbers)))
            case "rotate", [angle, *centre]:
                step = Affine2D().rotate_deg_around(*(centre or (0, 0)), angle)
            case "scale", _:
                step = Affine2D().scale(*numbers)
            case "matrix", _:
                step = Affine2D.from_values(*numbers)
            case _:
                raise ValueError(f"a picture has the transform {name}, which cannot be painted")
        whole = step + whole
    return whole


def _path(text):
    """A path of SVG."""
    vertices, codes, start = [], [], (0.0, 0.0)
    for letter, inside in COMMAND.findall(text):
        if letter in "zZ":
            vertices.append(start)
            codes.append(Path.CLOSEPOLY)
            continue
        if letter not in CODES:
            raise ValueError(f"a picture has a path with {letter}, which cannot be painted")
        count, code = CODES[letter]
        points = np.array(NUMBER.findall(inside), dtype=float).reshape(-1, 2)
        if len(points) % count:
            raise ValueError(f"a picture has a path with half a {letter}")
        if letter == "M":
            start = tuple(points[0])
        vertices += points.tolist()
        codes += [code] + [code if letter != "M" else Path.LINETO] * (len(points) - 1)
    return Path(vertices, codes)
