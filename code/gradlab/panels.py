"""Panels: axes that draw the next state of a picture by redrawing only what changed.

A `Panel` stands in for matplotlib's Axes. It remembers every call made on it; a call that is made
again with equal arguments is not repeated, and what was drawn for it is kept. A state of the
picture is then a list of SVG fragments, one for each artist, over a base (frame, ticks) that is
rendered once. A fresh SVG costs about 95 ms, a fragment well under 1 ms.
"""

import re
from functools import partial
from io import StringIO

import matplotlib
import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.backends.backend_svg import RendererSVG
from matplotlib.container import Container
from matplotlib.figure import Figure

from gradlab.figures import COLOURS

_VARIABLES = {value: f"var(--gl-{name}, {value})" for name, value in COLOURS.items()}


class Panel:
    """One axes of a slider figure, `width` × `height` in points. Use it as matplotlib's Axes.

    begin() … draw … end() brackets a state. Everything that is not an artist (limits, scales,
    ticks) belongs to the base and must be the same in every state. Use it within
    `figures.styled(salt)`; the salt keeps the ids of two figures on a page apart.
    """

    def __init__(self, width, height):
        self.width, self.height = width, height
        self._figure = Figure(figsize=(width / 72, height / 72), dpi=72, layout="constrained")
        self._axes = self._figure.add_subplot()
        self._renderer = _Renderer(width, height)
        self._previous, self._calls = [], []
        self._base = None

    def __getattr__(self, name):
        attribute = getattr(self._axes, name)
        if not callable(attribute) or name.startswith("get_"):
            return attribute
        return partial(self._call, name)

    def begin(self):
        """Start a new state; what the last one drew may be used again."""
        self._previous, self._calls = self._calls, []

    def end(self):
        """Finish the state. Returns its fragments, in the order in which they are painted."""
        live = {id(artist) for call in self._calls for artist in call.artists}
        for call in self._previous:
            call.remove(live)
        if self._base is None:
            self._settle()
        drawn = [(artist.get_zorder(), call, i) for call in self._calls for i, artist in enumerate(call.artists)]
        drawn.sort(key=lambda item: item[0])  # stable: equal zorder keeps the order of the calls
        return [call.fragment(i, self._renderer) for _, call, i in drawn]

    def svg(self, fragments, attributes=""):
        """The panel as a <g> element: its base, and over it the fragments of one state."""
        layers = "".join(f"<g>{fragment}</g>" for fragment in fragments)
        return (
            f'<g class="panel" {attributes}><defs>{self._renderer.definitions()}</defs>'
            f'{self._base}<g class="state">{layers}</g></g>'
        )

    def _call(self, name, *args, **kwargs):
        key = (name, args, kwargs)
        # A legend reads the other artists, so that equal arguments do not mean an equal legend.
        kept = None if name == "legend" else next((c for c in self._previous if _same(c.key, key)), None)
        if kept is not None:
            self._previous = [c for c in self._previous if c is not kept]
        else:
            self._rewind_colours()
            kept = _Call(_frozen(key), getattr(self._axes, name)(*args, **kwargs))
            if any(isinstance(artist, Axes) for artist in kept.artists):
                raise ValueError(f"{name}() makes further axes; give draw another panel instead")
            if self._base is not None and not kept.artists:
                raise ValueError(f"{name}() changes the axes themselves, which are drawn once for all states")
        self._calls.append(kept)
        return kept.result

    def _rewind_colours(self):
        """Let the next line take the colour that it would have on fresh axes."""
        used = sum(len(call.artists) for call in self._calls if call.key[0] == "plot")
        cycle = matplotlib.rcParams["axes.prop_cycle"]
        self._axes.set_prop_cycle(cycle[used % len(cycle) :].concat(cycle[: used % len(cycle)]))

    def _settle(self):
        """Fix limits and layout, and render the base: all that the states have in common."""
        axes = self._axes
        if axes.get_autoscalex_on() or axes.get_autoscaley_on():
            raise ValueError("the limits are not fixed: call set_xlim and set_ylim, so that no slider moves the axes")
        self._figure.draw_without_rendering()
        self._figure.set_layout_engine("none")
        artists = [artist for call in self._calls for artist in call.artists]
        for artist in artists:
            artist.set_visible(False)
        self._base = self._renderer.render(self._figure)
        for artist in artists:
            artist.set_visible(True)


class _Call:
    """A call on the axes, what it returned, and the artists in that."""

    def __init__(self, key, result):
        self.key, self.result = key, result
        self.artists = list(_leaves(result))
        self._fragments = {}

    def fragment(self, i, renderer):
        if i not in self._fragments:
            self._fragments[i] = renderer.render(self.artists[i])
        return self._fragments[i]

    def remove(self, live):
        for artist in self.artists:
            try:
                if id(artist) not in live:  # set_title returns the same artist each time
                    artist.remove()
            except NotImplementedError:  # a title or axis label: part of every axes
                artist.set_text("")


class _Renderer:
    """Matplotlib's own SVG renderer, read piece by piece."""

    def __init__(self, width, height):
        self._buffer = StringIO()
        self._svg = RendererSVG(width, height, self._buffer, image_dpi=144, metadata={"Date": None})
        self._shared = {}  # markers: defined once for all states
        self._take()

    def render(self, artist):
        """The SVG of one artist, with its definitions set aside."""
        artist.draw(self._svg)
        return re.sub(r"<defs>(.*?)</defs>", self._set_aside, _tidy(self._take()), flags=re.DOTALL)

    def definitions(self):
        """Markers and clip paths of everything rendered so far."""
        self._svg._write_clips()
        clips = re.sub(r"</?defs>", "", _tidy(self._take()))
        return "".join(self._shared) + clips

    def _set_aside(self, match):
        self._shared[match[1]] = None
        return ""

    def _take(self):
        self._svg.writer.flush()
        text = self._buffer.getvalue()
        self._buffer.seek(0)
        self._buffer.truncate()
        return text


def _tidy(svg):
    """Matplotlib's SVG in theme colours, with short numbers, without ids that no one refers to."""
    # Only tags are edited: a number in a label is the author's.
    return re.sub(r"\s*\n\s*", " ", re.sub(r"<[^>]+>", _tidy_tag, svg))


def _tidy_tag(match):
    tag = re.sub(r"-?\d+\.\d{2,}(e-?\d+)?", lambda m: f"{round(float(m[0]), 1):g}", match[0])
    tag = re.sub(r"#[0-9a-f]{6}\b", lambda m: _VARIABLES.get(m[0], m[0]), tag)
    tag = re.sub(r"'DejaVu Sans'[^;\"]*", "var(--gl-font, sans-serif)", tag)
    tag = re.sub(r' transform="rotate\(-0 [^)]*\)"', "", tag)
    return re.sub(r"^<g id=\"[^\"]*\"", "<g", tag).replace("xlink:href", "href")


def _leaves(result):
    """The artists in what a matplotlib call returned."""
    if isinstance(result, Artist):
        yield result
    elif isinstance(result, (list, tuple, Container)):
        for part in result:
            yield from _leaves(part)


def _same(a, b):
    """Equality that understands arrays, inside tuples and dicts too."""
    if a is b:
        return True
    if isinstance(a, np.ndarray) or isinstance(b, np.ndarray):
        return isinstance(a, np.ndarray) and isinstance(b, np.ndarray) and np.array_equal(a, b, equal_nan=a.dtype.kind == "f")
    if type(a) is not type(b):
        return False
    if isinstance(a, dict):
        return a.keys() == b.keys() and all(_same(a[k], b[k]) for k in a)
    if isinstance(a, (list, tuple)):
        return len(a) == len(b) and all(map(_same, a, b))
    return a == b


def _frozen(value):
    """A copy of the arguments that the caller cannot change afterwards."""
    if isinstance(value, np.ndarray):
        return value.copy()
    if isinstance(value, (list, tuple)):
        return type(value)(map(_frozen, value))
    if isinstance(value, dict):
        return {k: _frozen(v) for k, v in value.items()}
    return value
