"""Contour lines of a surface as short SVG paths, for the page to draw: made once, when the book is built.

The heights are those of `figures.contours`. A line is thinned to the corners without which it would be visibly
another, since the lines of all surfaces travel with the page.
"""

import numpy as np
from matplotlib.figure import Figure

from gradlab.figures import _heights

LEVELS, SHADES = 14, 5
TOLERANCE = 0.3  # how far a thinned line may be from the true one, in the picture's units
SIDE = 320  # of the square in which lines are given


def contours(surface):
    """The contour lines of a surface of two coordinates, in a square whose side is SIDE, y downwards.

    surface  with f and frame

    Returns {"lines": the path of all lines, "shades": paths of the regions above some of the heights}.
    """
    x, y, z, heights = _heights(surface, LEVELS)
    (x0, x1), (y0, y1) = surface.frame
    scale = np.array([SIDE / (x1 - x0), -SIDE / (y1 - y0)])
    z, axes, corner = np.minimum(z, np.finfo(np.float32).max), Figure().add_subplot(), np.array([x0, y1])

    def drawn(paths, close=False):
        for path in paths:
            path.should_simplify = False  # it would be to a tenth of the surface's own units
        lines = [line for path in paths for line in path.to_polygons(closed_only=close)]
        return "".join(_path(_thin((line - corner) * scale)) + "z" * close for line in lines)

    lines = drawn(axes.contour(x, y, z, levels=heights).get_paths())
    shades = [
        drawn(axes.contourf(x, y, z, levels=[height, z.max() + 1]).get_paths(), close=True)
        for height in heights[2 :: (LEVELS - 2) // SHADES + 1]
    ]
    return {"lines": lines, "shades": shades}


def _thin(line):
    """The corners of a line that matter: Douglas & Peucker (1973)."""
    kept = np.zeros(len(line), bool)
    kept[[0, -1]] = True
    spans = [(0, len(line) - 1)]
    while spans:
        a, b = spans.pop()
        if b - a < 2:
            continue
        way, away = line[b] - line[a], line[a + 1 : b] - line[a]
        length = np.hypot(*way)
        closed = length < 1e-9  # it ends where it began
        distance = np.hypot(*away.T) if closed else abs(way[0] * away[:, 1] - way[1] * away[:, 0]) / length
        worst = int(distance.argmax())
        if distance[worst] > TOLERANCE:
            middle = a + 1 + worst
            kept[middle] = True
            spans += [(a, middle), (middle, b)]
    return line[kept]


def _path(points):
    """An SVG path through points, to a tenth: the first one, then the way from each to the next."""
    tenths = np.round(points * 10).astype(int)
    steps = np.diff(tenths, axis=0)
    steps = steps[(steps != 0).any(1)]
    return f"M{_pair(tenths[0])}l" + _joined(_pair(step) for step in steps) if len(steps) else ""


def _pair(numbers):
    return _joined(f"{n / 10:g}".replace("0.", ".", 1) if abs(n) < 10 else f"{n / 10:g}" for n in numbers)


def _joined(parts):
    """Numbers with no more between them than is needed to tell them apart."""
    text = ""
    for part in parts:
        text += part if part.startswith("-") or not text else f" {part}"
    return text
