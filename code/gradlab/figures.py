"""The look of every figure, and the drawings that chapters share.

Each function draws on the axes that it is given. The colours below are the only ones to use: in the page each is a CSS
variable, so that a figure follows the reader's light or dark theme.

    from gradlab.figures import BLUE
    ax.plot(x, y, color=BLUE)
"""

from functools import lru_cache

import matplotlib.pyplot as plt
import numpy as np

STYLE = "gradlab.gradlab"  # the style sheet gradlab.mplstyle, found through the package

# The greys of ink and paper, and Okabe & Ito's palette, which colour-blind readers can tell apart.
INK = "#1f1f1f"
AXIS = "#4d4d4d"
CONTOUR = "#999999"
GRID = "#d9d9d9"
BLUE = "#0072b2"
VERMILLION = "#d55e00"
GREEN = "#009e73"
PURPLE = "#cc79a7"
ORANGE = "#e69f00"
SKY = "#56b4e9"

#: The colours by their names in explore.css, where each has a value for the light theme and one for the dark.
COLOURS = {
    "ink": INK, "axis": AXIS, "contour": CONTOUR, "grid": GRID, "blue": BLUE, "vermillion": VERMILLION,
    "green": GREEN, "purple": PURPLE, "orange": ORANGE, "sky": SKY,
}  # fmt: skip


SHADE = 0.25  # how dark the highest places of a map are


def styled(salt="gradlab"):
    """A context in which matplotlib draws in the book's style; `salt` makes ids of SVG parts."""
    return plt.style.context([STYLE, {"svg.hashsalt": salt}])


def contours(ax, surface, levels=14, fill=True):
    """Contour lines of a surface over its frame, at heights that are closer together near the bottom.

    The heights are equal steps of √(f − min f): then the lines of a quadratic bowl are evenly spaced.

    surface  a surface of two coordinates
    levels   how many lines
    fill     whether the higher places are shaded more; False over a map in colours
    """
    (x0, x1), (y0, y1) = surface.frame
    x, y, z, heights = _heights(surface, levels)
    if fill:  # coarsely, at every third height: the shade is pale, and states should be small
        edges = [*heights[2:-1:3], z.max() + 1]
        shades = [(AXIS, share) for share in np.linspace(0, SHADE, len(edges))[1:]]
        ax.contourf(x[::3], y[::3], z[::3, ::3], levels=edges, colors=shades)
    ax.contour(x, y, z, levels=heights, colors=CONTOUR, linewidths=0.7)
    ax.set_xlim(x0, x1)
    ax.set_ylim(y0, y1)


@lru_cache(maxsize=64)
def _heights(surface, levels):
    """The grid over a surface's frame: computed once, for all the states of a slider."""
    x, y = (np.linspace(low, high, 121) for low, high in surface.frame)
    z = surface.f(np.stack(np.meshgrid(x, y), -1))
    low, high = z.min(), np.quantile(z, 0.97)
    return x, y, z, low + (high - low) * (np.arange(1, levels + 1) / levels) ** 2


def path(ax, points, colour=BLUE, ends=(7, 6), **style):
    """The path of a descent: a line through dots, a ring at the start, a disc at the end.

    It ends before the first point that is not finite, or too large to be drawn.

    points  shape (steps + 1, 2): places on a contour plot, or on a graph `np.column_stack([x, f(x)])`
    colour  of all three
    ends    the sizes of the ring and of the disc
    style   more about the line, as for matplotlib's `plot`
    """
    points = finite_part(points)
    ring, disc = ends
    line = {"marker": ".", "markersize": 4, "linewidth": 1.2, "color": colour} | style
    ax.plot(points[:, 0], points[:, 1], **line)
    ax.plot(*points[:1].T, "o", markerfacecolor="none", markersize=ring, color=colour)
    ax.plot(*points[-1:].T, "o", markersize=disc, color=colour)


def descent(ax, surface, points, colour=BLUE, levels=14, fill=True):
    """A descent on its surface: `contours`, `minima` and `path`.

    surface  a surface of two coordinates
    points   shape (steps + 1, 2)
    colour   of the path
    levels   how many contour lines
    fill     whether the higher places are shaded more
    """
    contours(ax, surface, levels, fill)
    path(ax, points, colour)
    minima(ax, surface.minima)


def minima(ax, points):
    """A star at each of the known minima, shape (k, 2)."""
    points = np.asarray(points)
    ax.plot(points[:, 0], points[:, 1], "*", markersize=9, color=ORANGE, zorder=3)  # over the paths that end there


def arrow(ax, tail, vector, colour=BLUE):
    """An arrow from `tail` to `tail + vector`, shape (2,) each."""
    head = np.add(tail, vector)
    ax.annotate("", head, tail, arrowprops={"arrowstyle": "->", "color": colour, "lw": 2, "shrinkA": 0, "shrinkB": 0})


def oblique(points, height, centre, reach):
    """Where points above a plane are on the page, with the plane turned by 45° and seen from above.

        (a, b) = (point − centre) / reach
        across = a + b
        up = 0.6 (b − a) + height

    points  of the plane, shape (*grid, 2)
    height  above each of them, shape (*grid); or one number for all
    centre  the point of the plane in the middle, shape (2,)
    reach   half the side of the square that is seen between −2 and 2

    Returns across and up as one array, shape (2, *grid).
    """
    a, b = np.moveaxis((np.asarray(points) - centre) / reach, -1, 0)
    return np.stack([a + b, 0.6 * (b - a) + height])


def wire(ax, f, centre, reach):
    """A surface above a square of the plane, as a mesh of wires above a flat grid, where `oblique` puts them.

    f       the surface: a function from points, shape (n, 2), to heights, shape (n,)
    centre  the middle of the square, shape (2,)
    reach   half its side
    """
    along = np.linspace(-reach, reach, 41)
    rows = [np.stack(np.broadcast_arrays(along, at), -1) for at in np.linspace(-reach, reach, 11)]
    wires = [centre + row for row in rows + [row[:, ::-1] for row in rows]]
    gap = np.full((2, 1), np.nan)  # between the wires: one line makes a shorter SVG than 22
    for height, colour, width in ((f, CONTOUR, 0.5), (lambda points: 0, GRID, 0.7)):
        seen = [part for wire in wires for part in (oblique(wire, height(wire), centre, reach), gap)]
        ax.plot(*np.concatenate(seen, axis=1), color=colour, linewidth=width)


def finite_part(points):
    """The points before the first one that is not finite, or lies beyond what SVG can draw; at least one point."""
    points = np.asarray(points)
    good = (np.abs(points) < 1e6).reshape(len(points), -1).all(1)  # nan compares as False
    return points if good.all() else points[: max(1, int(np.argmin(good)))]
