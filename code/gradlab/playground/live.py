"""A playground in a live kernel: the start and the rates as sliders of `explore`, which draws with matplotlib.

A notebook in Lab, in VS Code or in Colab lets no script of ours run beside the kernel. So this is a smaller figure, of
the same situation and by the same rules; the page of the book has the rest.
"""

import copy

import numpy as np

from gradlab import figures
from gradlab.explore import explore
from gradlab.playground.picture import FLOOR, points, sentence, span

FACTORS = (0.1, 0.2, 0.5, 0.8, 1.0, 1.25, 2.0, 5.0, 10.0)
PLACES = 17  # of the start along each axis
COLOURS = (figures.BLUE, figures.VERMILLION, figures.GREEN)
REST = (
    "The page *Playground* of the book has all there is to turn: each hyperparameter, schedules, noise, single steps."
)


def live(figure):
    """The widget for a `Playground`."""
    surface, s = figure.surface(), figure.situation
    plane_like = len(s["start"]) == 2

    low = min((float(surface.f(m)) for m in surface.minima), default=None)
    first = float(surface.f(surface.start)) - (low or 0)

    @np.errstate(all="ignore")  # a path that diverges runs on to inf
    def drawn(plane, losses, x, y, rates):
        situation = copy.deepcopy(s)
        if plane_like:
            situation["start"] = [x, y]
        for one in situation["rules"]:
            one["hyper"]["lr"] *= rates
        paths = figure.paths(situation)
        values = [surface.f(path.reshape(-1, *np.shape(surface.start))) for path in paths]
        if plane_like:
            figures.contours(plane, surface)
            figures.minima(plane, surface.minima)
        else:
            window = surface.frame[0]
            plane.set(xlim=window, ylim=window)
        for path, value, colour, title in zip(paths, values, COLOURS, figure.titles, strict=False):
            for i, j in points(len(s["start"])):
                figures.path(plane, path[: s["step"] + 1, [i, j]], colour)
            finite = np.isfinite(value)
            height = np.maximum(value - (low or 0), FLOOR) if low is not None else value
            losses.plot(np.flatnonzero(finite), height[finite], color=colour, label=title)
        if low is None:
            losses.set_ylim(*span(surface))
        else:
            losses.set(yscale="log", ylim=(1e-8 * first, 1e2 * first))
        losses.set(xlim=(0, s["steps"]), xlabel="step", title="loss" if not low else "loss above the lowest")
        losses.legend(loc="upper right")
        return sentence(figure.titles, values, s["step"])

    caption = f"{figure.caption or ''} {REST.replace('*', '')}".strip()
    alt = "Left: the paths of the rules on the contour lines of the surface. Right: their losses against step."
    controls = {"rates": dict(zip((f"× {factor:g}" for factor in FACTORS), FACTORS, strict=True))}
    if plane_like:
        (x0, x1), (y0, y1) = surface.frame

        def descents(plane, losses, x=s["start"][0], y=s["start"][1], rates=1.0):
            return drawn(plane, losses, x, y, rates)

        controls = {"x": _places(x0, x1, s["start"][0]), "y": _places(y0, y1, s["start"][1])} | controls
    else:

        def descents(plane, losses, rates=1.0):  # type: ignore[misc]
            return drawn(plane, losses, None, None, rates)

    descents.__name__ = figure.name.replace("-", "_")
    return explore(descents, caption=caption, alt=alt, **controls)


def _places(low, high, start):
    """Places along an axis, the start among them."""
    return sorted({*np.linspace(low, high, PLACES - 1).round(3).tolist(), start})
