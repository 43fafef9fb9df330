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
from matplotlib.text import Text

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
        titles = [child for child in self._axes.get_children() if isinstance(child, Text)]
        self._plain = {text: _plain(text) for text in (*titles, self._axes.xaxis.label, self._axes.yaxis.label)}
        self._renderer = _Renderer(width, height)
        self._previous, self._calls = [], []
        self._base = None

    def __getattr__(self, name):
        attribute = getattr(self._axes, name)
        if not callable(attribute) or name.startswith("get_"):
            return attribute
        return partial(self._call, name)

    def begin(self):
        """Start a new state; what the last one drew may be used again, also when it failed half-way."""
        self._previous, self._calls = self._previous + self._calls, []
        self._axes.set_prop_cycle(None)

    def end(self):
        """Finish the state. Returns its fragments, in the order in which they are painted."""
        live = {id(artist) for call in self._calls for artist in call.artists}
        for call in self._previous:
            call.remove(live)
        self._previous = []
        if self._base is None:
            self._settle()
        elif self._scales() != self._settled:  # as by set(xlim=..., title=...), which returns an artist
            raise ValueError("the limits, scales or ticks differ from those of the first state: they are drawn once")
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
        if name == "legend":
            kwargs = self._legend_arguments(args, kwargs)
        before = self._colours_taken()
        key = (name, args, kwargs, before)
        # The best place for a legend depends on all the others, so that it is looked for anew.
        anew = name == "legend" and kwargs.get("loc", "best") == "best"
        kept = None if anew else next((c for c in self._previous if _same(c.key, key)), None)
        if kept is not None:
            self._previous = [c for c in self._previous if c is not kept]
            self._take_colours(before, kept.colours_taken)
        else:
            result = getattr(self._axes, name)(*args, **kwargs)
            if isinstance(result, Text) and result in self._plain:  # forget a colour set in another state
                result.update_from(self._plain[result])
                getattr(self._axes, name)(*args, **kwargs)
            if isinstance(result, Axes):
                raise ValueError(f"{name}() makes further axes; give draw another panel instead")
            mine = {*self._axes.get_children(), *self._plain}  # what else there is, such as ticks, belongs to the base
            artists = [artist for artist in _leaves(result) if artist in mine]
            kept = _Call(_frozen(key), result, artists, self._colours_taken())
            if self._base is not None and not kept.artists:
                raise ValueError(f"{name}() changes the axes themselves, which are drawn once for all states")
        self._calls.append(kept)
        return kept.result

    def _legend_arguments(self, args, kwargs):
        """Name the artists of this state; left to itself, a legend lists those of the last one too."""
        if len(args) == 2 or "handles" in kwargs:
            return kwargs
        if args or "labels" in kwargs:
            raise ValueError("legend() takes its labels from the artists: write plot(..., label=...)")
        return {"handles": [h for call in self._calls for h in _labelled(call.result)]} | kwargs

    def _cycles(self):
        return self._axes._get_lines, self._axes._get_patches_for_fill

    def _colours_taken(self):
        """How far this state has gone in the colour cycles of lines and of areas."""
        palette = matplotlib.rcParams["axes.prop_cycle"].by_key()["color"]
        # To go once round a cycle shows where it stands, and leaves it there.
        rounds = ([cycle.get_next_color() for _ in palette] for cycle in self._cycles())
        return [palette.index(first) for first, *_ in rounds]

    def _take_colours(self, before, after):
        """Take the colours that a call took when it was made, so that the next one finds its own."""
        n = len(matplotlib.rcParams["axes.prop_cycle"])
        for cycle, i, j in zip(self._cycles(), before, after, strict=True):
            for _ in range((j - i) % n):
                cycle.get_next_color()

    def _scales(self):
        axes = (self._axes.xaxis, self._axes.yaxis)
        return [(axis.get_scale(), *axis.get_view_interval(), *axis.get_majorticklocs()) for axis in axes]

    def _settle(self):
        """Fix limits and layout, and render the base: all that the states have in common."""
        axes = self._axes
        if axes.get_autoscalex_on() or axes.get_autoscaley_on():
            raise ValueError("the limits are not fixed: call set_xlim and set_ylim, so that no slider moves the axes")
        self._figure.draw_without_rendering()
        self._figure.set_layout_engine("none")
        artists = [artist for call in self._calls for artist in call.artists]
        places = {text: text.get_position() for text in artists if isinstance(text, Text)}
        for artist in artists:
            artist.set_visible(False)
        self._base, self._settled = self._renderer.render(self._figure), self._scales()
        for artist in artists:
            artist.set_visible(True)
        for text, place in places.items():  # matplotlib moves a title that it does not see
            text.set_position(place)


class _Call:
    """A call on the axes, what it returned, the artists in that, and how many colours were taken by then."""

    def __init__(self, key, result, artists, colours_taken):
        self.key, self.result, self.artists, self.colours_taken = key, result, artists, colours_taken
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
        self._svg._path_collection_id = 0  # else ids would depend on what was rendered before
        artist.draw(self._svg)
        return re.sub(r"<defs>(.*?)</defs>\s*", self._set_aside, _tidy(self._take()), flags=re.DOTALL)

    def definitions(self):
        """Markers, hatches and clip paths of everything rendered so far."""
        self._svg._write_hatches()
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
    tag = re.sub(r"(?<!opacity: )-?\d+\.\d{2,}(e-?\d+)?", lambda m: f"{round(float(m[0]), 1):g}", match[0])
    tag = re.sub(r"#[0-9a-f]{6}\b", lambda m: _VARIABLES.get(m[0], m[0]), tag)
    tag = re.sub(r"'DejaVu Sans'[^;\"]*", "var(--gl-font, sans-serif)", tag)
    tag = re.sub(r' transform="rotate\(-0 [^)]*\)"', "", tag)
    return re.sub(r"^<g id=\"[^\"]*\"", "<g", tag).replace("xlink:href", "href")


def _plain(text):
    """A text with the looks that `text` has now."""
    copy = Text()
    copy.update_from(text)
    return copy


def _leaves(result):
    """The artists in what a matplotlib call returned."""
    if isinstance(result, Artist):
        yield result
    elif isinstance(result, (list, tuple, Container)):
        for part in result:
            yield from _leaves(part)


def _labelled(result):
    """What a legend lists of what a matplotlib call returned."""
    if isinstance(result, (Artist, Container)) and not (result.get_label() or "_").startswith("_"):
        yield result
    elif isinstance(result, (list, tuple)):
        for part in result:
            yield from _labelled(part)


def _same(a, b):
    """Equality that understands arrays, inside tuples and dicts too."""
    if a is b:
        return True
    if isinstance(a, np.ndarray) or isinstance(b, np.ndarray):
        both = isinstance(a, np.ndarray) and isinstance(b, np.ndarray)
        return both and np.array_equal(a, b, equal_nan=a.dtype.kind == "f")
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
