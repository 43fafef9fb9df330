"""The picture of a playground's first situation, drawn when the book is built: for paper, and where scripts are off.

`drawing.js` draws the same picture again, with these sizes, whenever the reader changes something.
"""

from html import escape

import numpy as np

from gradlab.figures import finite_part

LEFT, TOP, SIDE = 38, 6, 320  # of the plane
WIDTH, HEIGHT = 364, 352
GRAPH = {"left": 50, "top": 22, "wide": 298, "high": 122, "width": 364, "height": 172}
COLOURS = ("blue", "vermillion", "green")
DASHES = ("", "7 3", "2 3")
FLOOR = 1e-16


def points(d):
    """Which two coordinates of a point are drawn together: of a 2 × 2 matrix each column, one point each."""
    return [(0, 1)] if d == 2 else [(0, 2), (1, 3)]


def frame(about):
    """The window that the plane shows: of a matrix one for both columns."""
    pairs = points(about["d"])
    each = [[about["frame"][pair[axis]] for pair in pairs] for axis in (0, 1)]
    return [(min(low for low, _ in axis), max(high for _, high in axis)) for axis in each]


def span(surface):
    """The least and the most of a surface in its frame."""
    grid = np.stack(np.meshgrid(*(np.linspace(low, high, 61) for low, high in surface.frame)), -1)
    z = surface.f(grid)
    return [float(f"{edge:.6g}") for edge in (z.min(), z.max())]


def plane(about, paths, step, alt, name):
    """The contour plot with the paths, as an <svg>."""
    (x0, x1), (y0, y1) = frame(about)
    corner, scale = np.array([x0, y1]), np.array([SIDE / (x1 - x0), SIDE / (y0 - y1)])

    def placed(point):
        return np.clip((np.asarray(point) - corner) * scale + (LEFT, TOP), -4000, 4000).round(1)

    found = about.get("contours", {"lines": "", "shades": []})
    ground = "".join(f'<path class="shade" d="{d}"/>' for d in found["shades"])
    ground += f'<path class="contour" d="{found["lines"]}"/>'
    stars = "".join(
        f'<path class="star" d="{_star(*placed([minimum[i], minimum[j]]))}"/>'
        for minimum in about["minima"]
        for i, j in points(about["d"])
    )
    ticks = "".join(_text(placed([x, y0])[0], TOP + SIDE + 16, _shown(x), "middle") for x in _ticks(x0, x1))
    ticks += "".join(_text(LEFT - 5, placed([x0, y])[1] + 4, _shown(y), "end") for y in _ticks(y0, y1))
    runs = "".join(
        _run(placed(finite_part(path[: step + 1])[:, [i, j]]), slot)
        for slot, path in enumerate(paths)
        for i, j in points(about["d"])
    )
    clip = f"plane-{name}"
    return (
        f'<svg class="plane" xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" '
        f'aria-label="{escape(alt)}"><defs>{_clip(clip, LEFT, TOP, SIDE, SIDE)}</defs>'
        f'<g class="ground"><g transform="translate({LEFT} {TOP})">{ground}</g>{stars}'
        f'<rect class="frame" x="{LEFT}" y="{TOP}" width="{SIDE}" height="{SIDE}"/>{ticks}</g>'
        f'<g class="runs" clip-path="url(#{clip})">{runs}</g></svg>'
    )


def losses(about, values, situation, name):
    """The losses against step, as an <svg>: on a logarithmic axis above the lowest, where there is one."""
    low, steps = about["lowest"], situation["steps"]
    shape = GRAPH
    x = shape["left"] + shape["wide"] * np.arange(steps + 1) / steps
    if low is None:
        least, most = about["span"]
        heights, title = [(most - v) / (most - least) for v in values], "loss"
        marks = [((most - v) / (most - least), _shown(v)) for v in _ticks(least, most)]
    else:
        above = [np.maximum(v - low, FLOOR) for v in values]
        first = max(v[0] for v in above)
        finite = np.concatenate([v[np.isfinite(v) & (v <= 1e4 * first)] for v in above])
        least, most = (2 * f(np.log10(edge) / 2) for f, edge in ((np.floor, finite.min()), (np.ceil, finite.max())))
        most = max(most, least + 2)
        heights = [(most - np.log10(v)) / (most - least) for v in above]
        every = max(1, -int(-(most - least) // 4))
        marks = [
            ((most - k) / (most - least), f"1e{k:.0f}".replace("-", "−")) for k in np.arange(least, most + 1, every)
        ]
        title = "loss, log scale" if low == 0 else f"loss above the lowest, {_shown(float(f'{low:.3g}'))}; log scale"
    lines = ""
    for slot, height in enumerate(heights):
        y = shape["top"] + shape["high"] * height
        kept = np.isfinite(y) & (abs(y) < 4000)
        kept = kept if kept.all() else np.arange(len(y)) < np.argmin(kept)
        lines += f'<path class="curve" {_given(slot)} d="{_line(np.column_stack([x, y])[kept])}"/>'
    words = "".join(_text(shape["left"] - 5, shape["top"] + shape["high"] * at + 4, mark, "end") for at, mark in marks)
    words += "".join(_text(x[int(t)], shape["top"] + shape["high"] + 16, f"{t:g}", "middle") for t in (0, steps))
    return _graph(title, lines, "How the loss falls from step to step.", name, "losses", words)


def empty(alt, name):
    """A graph that only the script fills."""
    return _graph("step ÷ gradient", "", alt, name, "effective")


def sentence(titles, values, step):
    """What each rule has come to, for the page without scripts."""
    clauses = [
        f"{title} is at loss {_shown(float(f'{v[step]:.2g}'))}" if np.isfinite(v[step]) else f"{title} diverges"
        for title, v in zip(titles, values, strict=True)
    ]
    return f"After {step} steps: {'; '.join(clauses)}." if step else f"At the start the loss is {_shown(values[0][0])}."


def _graph(title, lines, alt, name, kind, words=""):
    g, clip = GRAPH, f"{kind}-{name}"
    return (
        f'<svg class="graph {kind}" xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {g["width"]} {g["height"]}" '
        f'role="img" aria-label="{escape(alt)}"><defs>{_clip(clip, g["left"], g["top"], g["wide"], g["high"])}</defs>'
        f"<g>{_text(g['left'], 14, title)}{words}"
        f'<rect class="frame" x="{g["left"]}" y="{g["top"]}" width="{g["wide"]}" height="{g["high"]}"/>'
        f'<g clip-path="url(#{clip})">{lines}</g></g></svg>'
    )


def _run(places, slot):
    line, (x, y) = _line(places), places[-1]
    dots = "".join(f"M{_pair(place)}h0" for place in places)
    return (
        f'<g class="run" style="--c:var(--gl-{COLOURS[slot]})"><path class="path" '
        f'stroke-dasharray="{DASHES[slot]}" d="{line}"/><path class="dots" d="{dots}"/>'
        f'<circle class="disc" cx="{x:g}" cy="{y:g}" r="4.5"/>'
        f'<circle class="first" cx="{places[0][0]:g}" cy="{places[0][1]:g}" r="6"/></g>'
    )


def _given(slot):
    return f'style="--c:var(--gl-{COLOURS[slot]})" stroke-dasharray="{DASHES[slot]}"'


def _clip(name, x, y, width, height):
    return f'<clipPath id="{name}"><rect x="{x}" y="{y}" width="{width}" height="{height}"/></clipPath>'


def _line(places):
    return "M" + "L".join(map(_pair, places)) if len(places) else ""


def _pair(place):
    return f"{place[0]:.5g} {place[1]:.5g}"


def _text(x, y, words, anchor="start"):
    return f'<text x="{x:.4g}" y="{y:.4g}" text-anchor="{anchor}">{escape(words)}</text>'


def _shown(value):
    return f"{value:.3g}".replace("e-0", "e-").replace("e+0", "e").replace("-", "−")


def _star(x, y):
    turns = np.arange(10) * np.pi / 5
    reach = np.where(np.arange(10) % 2, 2.6, 6.5)
    return _line(np.column_stack([x + reach * np.sin(turns), y - reach * np.cos(turns)])) + "z"


def _ticks(low, high):
    """Round places for ticks: some five of them between low and high."""
    rough = (high - low) / 5
    unit = 10.0 ** np.floor(np.log10(rough))
    step = next(s for s in (1, 2, 5, 10) if s * unit >= rough * 0.99) * unit
    first = int(np.ceil(low / step - 1e-9))
    return [float(f"{k * step:.12g}") for k in range(first, int(np.floor(high / step + 1e-9)) + 1)]
