"""The look of every figure, and the few drawings that all chapters share.

Each function draws on the axes that it is given. `COLOURS` are the only colours to use: in the page
each is a CSS variable, so that a figure follows the reader's light or dark theme.
"""

from functools import lru_cache

import matplotlib.pyplot as plt
import numpy as np

STYLE = "gradlab.gradlab"  # the style sheet gradlab.mplstyle, found through the package

# Okabe & Ito's colour-blind safe palette, and the greys of ink and paper.
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

#: All of them, by the names of the page's CSS variables.
COLOURS = {
    "ink": INK, "axis": AXIS, "contour": CONTOUR, "grid": GRID, "blue": BLUE, "vermillion": VERMILLION,
    "green": GREEN, "purple": PURPLE, "orange": ORANGE, "sky": SKY,
}  # fmt: skip


def styled(salt="gradlab"):
    """A context in which matplotlib draws in the book's style; `salt` makes ids of SVG parts."""
    return plt.style.context([STYLE, {"svg.hashsalt": salt}])


def contours(ax, surface, levels=14):
    """Contour lines of a 2-D surface over its frame, closer together near the bottom.

    `levels` is how many. The heights are equal steps of √(f − min f), under which a quadratic bowl
    has evenly spaced contours.
    """
    (x0, x1), (y0, y1) = surface.frame
    x, y, z, heights = _heights(surface, levels)
    ax.contour(x, y, z, levels=heights, colors=COLOURS["contour"], linewidths=0.7)
    ax.set_xlim(x0, x1)
    ax.set_ylim(y0, y1)


@lru_cache(maxsize=64)
def _heights(surface, levels):
    """The grid over a surface's frame: computed once, for all the states of a slider."""
    x, y = (np.linspace(low, high, 121) for low, high in surface.frame)
    z = surface.f(np.stack(np.meshgrid(x, y), -1))
    low, high = z.min(), np.quantile(z, 0.97)
    return x, y, z, low + (high - low) * (np.arange(1, levels + 1) / levels) ** 2


def path(ax, points, colour="blue", **style):
    """A descent path over a contour plot: a line through dots, a ring at the start, a disc at the end.

    `points` has shape (steps + 1, 2). The part beyond the first non-finite point is not drawn.
    """
    points = finite_part(points)
    line = {"marker": ".", "markersize": 4, "linewidth": 1.2, "color": COLOURS[colour]} | style
    ax.plot(points[:, 0], points[:, 1], **line)
    ax.plot(*points[:1].T, "o", markerfacecolor="none", markersize=7, color=COLOURS[colour])
    ax.plot(*points[-1:].T, "o", markersize=6, color=COLOURS[colour])


def minima(ax, points):
    """A star at each of the known minima, shape (k, 2)."""
    points = np.asarray(points)
    ax.plot(points[:, 0], points[:, 1], "*", markersize=9, color=COLOURS["orange"])


def finite_part(points):
    """The points before the first one that is not finite, or lies beyond what SVG can draw."""
    points = np.asarray(points)
    good = (np.abs(points) < 1e6).reshape(len(points), -1).all(1)  # nan compares as False
    return points if good.all() else points[: max(1, int(np.argmin(good)))]
