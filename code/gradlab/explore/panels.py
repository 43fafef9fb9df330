"""Panels: axes that draw the next state of a picture by redrawing only the artists that changed.

A `Panel` stands in for matplotlib's Axes. It remembers every call made on it; a call that is made again with equal
arguments is not repeated, and its drawing is kept. A state of the picture is then a list of SVG fragments,
one for each artist, over a base (frame, ticks) that is rendered once. A fresh SVG costs about 95 ms, the fragment of a
line 0.6 ms.

A state looks as if it had been drawn on fresh axes, or it is an error:

- An artist that the drawing function gets hold of is made anew in each state, since it may change it (see `handles`).
- So is an artist whose colour comes from the cycle, since the calls before it decide on the colour.
- The axes themselves, such as limits and ticks, must be the same in every state. Calls on their parts, such as
  `ax.spines["top"]`, are recorded too, and must be the same.
"""

from collections.abc import MappingView, Sequence
from functools import partial
from typing import NamedTuple
from weakref import WeakSet

from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.spines import Spines, SpinesProxy
from matplotlib.text import Text
from matplotlib.ticker import TickHelper

from gradlab.explore.calls import Call, frozen, labelled, leaves, same
from gradlab.explore.handles import Part, opened
from gradlab.explore.svg import Renderer

REFUSED = {
    "cla": "each state begins with empty axes",
    "clear": "each state begins with empty axes",
    "findobj": "keep the results of the calls that draw",
    "set_prop_cycle": "name the colour in each call",
}
ONCE = "the axes themselves, which are drawn once for all states"


class Panel:
    """One axes of a slider figure, `width` × `height` in points. Use it as matplotlib's Axes.

    begin() … draw … end() brackets a state. Everything that is not an artist (limits, scales, ticks) belongs to the
    base and must be the same in every state. Use it within `figures.styled(salt)`; the salt keeps the ids of two
    figures on a page apart.
    """

    __slots__ = ("_axes", "_base", "_calls", "_complete", "_figure", "_first_notes", "_gone", "_notes", "_own",
                 "_previous", "_renderer", "_settled", "_titles", "height", "width")  # fmt: skip

    def __init__(self, width, height):
        self.width, self.height = width, height
        self._renderer = Renderer(width, height)
        self._start()

    def _start(self):
        """Make the axes."""
        self._figure = Figure(figsize=(self.width / 72, self.height / 72), dpi=72, layout="constrained")
        self._axes = self._figure.add_subplot()
        self._own = set(self._axes.get_children())
        titles = [child for child in self._own if isinstance(child, Text)]
        self._titles = {text: _looks(text) for text in (*titles, self._axes.xaxis.label, self._axes.yaxis.label)}
        self._previous, self._calls = [], []
        self._gone = WeakSet()  # artists of earlier states that the drawing function may still hold
        self._notes, self._first_notes = [], []  # calls on the axes themselves, in this state and in the first
        self._base = None
        self._complete = True

    def __getattr__(self, name):
        if name in REFUSED:
            raise ValueError(f"{name}() is not for slider figures: {REFUSED[name]}")
        if name.startswith("_"):
            raise AttributeError(name)
        attribute = getattr(self._axes, name)
        if callable(attribute) and not name.startswith("get_"):
            return partial(self._call, name)
        return self._attribute(self._axes, name, name)

    def begin(self):
        """Start a new state. Drawings of the last one may be shown again, unless it failed half-way."""
        if not self._complete:
            self._start()
        self._complete = False
        for call in self._calls:
            call.shown = False
            if not call.again:
                self._retire(call)
            for text in call.titles if call.ran else ():
                text.update_from(self._titles[text])
                text.set_text("")
        self._previous, self._calls, self._notes = [call for call in self._calls if call.again], [], []
        self._axes.set_prop_cycle(None)

    def end(self):
        """Finish the state. Returns its fragments, in the order in which they are painted."""
        for call in self._previous:
            self._retire(call)
        self._previous = []
        last = self._made()
        if self._base is None:
            self._settle()
        else:
            self._check_base()
        drawn = [(artist, call) for call in self._calls for artist in call.artists if last.get(artist) is call]
        drawn.sort(key=lambda item: item[0].get_zorder())  # stable: equal zorder keeps the order of the calls
        fragments = [call.fragment(artist, self._renderer.render) for artist, call in drawn]
        self._complete = True
        return fragments

    def svg(self, fragments, attributes="", trace=()):
        """The panel as a <g> element: its base, over it a trace of an earlier state, and the fragments of one state."""
        before, now = ("".join(f"<g>{part}</g>" for part in layer) for layer in (trace, fragments))
        return (
            f'<g class="panel" {attributes}><defs>{self._renderer.definitions()}</defs>'
            f'{self._base}<g class="trace">{before}</g><g class="state">{now}</g></g>'
        )

    def plane(self):
        """Where points are in the picture: two corners of the axes, as [x, y, across, down] each.

        Known once a state was drawn. Raises ValueError for axes that are not linear.
        """
        if {self._axes.get_xscale(), self._axes.get_yscale()} != {"linear"}:
            raise ValueError("a pointer needs linear axes")
        corners = list(zip(self._axes.get_xlim(), self._axes.get_ylim(), strict=True))
        places = self._axes.transData.transform(corners).round(2).tolist()
        return [[x, y, across, self.height - up] for (x, y), (across, up) in zip(corners, places, strict=True)]

    # --- calls that draw ----------------------------------------------------------------------------------------

    def _call(self, name, *args, **kwargs):
        foreign = any(True for _ in leaves([args, kwargs]))  # an artist of the author's own, as in add_patch(patch)
        args, kwargs = opened(args), opened(kwargs)
        if name == "legend":
            kwargs = self._legend_arguments(args, kwargs)
        arguments = args, kwargs
        call = next((c for c in self._previous if c.name == name and same(c.key, arguments)), None)
        if call is not None:
            self._previous.remove(call)
            call.use_again(arguments)
        else:
            call = Call(self._axes, self._titles, name, arguments, foreign)
            if isinstance(call.result, Axes):
                raise ValueError(f"{name}() makes further axes; give draw another panel instead")
            if self._base is not None and not call.artists:
                raise ValueError(f"{name}() changes {ONCE}")
        if call.titles:
            self._share_titles(call)
        self._calls.append(call)
        if not call.artists:
            self._note(name, arguments)
            return self._seen(call.result, f"{name}()")
        if name == "set" and (rest := {k: v for k, v in kwargs.items() if k not in ("title", "xlabel", "ylabel")}):
            self._note(name, rest)
        return call.outcome

    def _share_titles(self, call):
        """Make all calls that set the same title, in order: a later one may keep some of what an earlier one set."""
        sharing = [other for other in self._calls if not set(other.titles).isdisjoint(call.titles)]
        for other in sharing:
            other.catch_up()
            other.again = False
        if sharing:
            call.run()
            call.again = False

    def _legend_arguments(self, args, kwargs):
        """Name the artists of this state; left to itself, a legend lists those of the last one too."""
        if len(args) == 2 or "handles" in kwargs:
            return kwargs
        if args or "labels" in kwargs:
            raise ValueError("legend() takes its labels from the artists: write plot(..., label=...)")
        return {"handles": [h for call in self._calls for h in labelled(call.result)]} | kwargs

    def _retire(self, call):
        call.remove()
        if call.handed_out and not call.foreign:
            for artist in call.artists:
                artist.stale = False  # until someone changes it
                self._gone.add(artist)

    def _made(self):
        """The artists of this state and the last call that made each; ValueError if there are others."""
        children = self._axes.get_children()
        there = {*children, *self._titles}  # the author may have removed one
        made = {artist: call for call in self._calls for artist in call.artists if artist in there}
        for child in children:
            if child not in made and child not in self._own:
                raise ValueError(f"a {type(child).__name__} was not drawn by a call on the axes that draw was given")
        if any(artist.stale for artist in self._gone if artist not in made):
            raise ValueError("an artist of another state was changed: draw must draw each state in full")
        return made

    # --- the axes themselves ------------------------------------------------------------------------------------

    def _attribute(self, owner, name, path):
        """An attribute of the axes or of a part of them, as the drawing function sees it."""
        value = getattr(owner, name)
        if not callable(value):
            return self._seen(value, path)
        if name.startswith("get_"):
            return lambda *args, **kwargs: self._seen(value(*opened(args), **opened(kwargs)), f"{path}()")
        return partial(self._call_part, path, value)

    def _seen(self, value, path):
        """The value at `path` of the axes as the drawing function sees it: wrapped if it is a part, or holds parts."""
        if isinstance(value, (Sequence, MappingView)) and not isinstance(value, str):
            seen = [self._seen(part, f"{path}[{i}]") for i, part in enumerate(value)]
            return seen if any(isinstance(part, Part) for part in seen) else value
        if not isinstance(value, (Artist, Spines, SpinesProxy, TickHelper)):
            return value
        if value is self._axes:
            return self
        drawn = [artist for call in (*self._previous, *self._calls) for artist in call.artists]
        if any(value is artist for artist in (*self._titles, *drawn)):
            raise ValueError(f"{path} may be of another state: keep the result of the call that drew it")
        return Part(self, value, path)

    def _call_part(self, path, function, *args, **kwargs):
        """Make a call on a part of the axes, and record it."""
        key = args, kwargs
        known = next((note for note in self._first_notes if note.path == path and same(note.key, key)), None)
        if known is None:
            result = function(*opened(args), **opened(kwargs))
            if len(self._figure.axes) > 1:
                raise ValueError(f"{path}() makes further axes; give draw another panel instead")
        else:
            result = known.result
        self._note(path, key, result)
        return self._seen(result, f"{path}()")

    def _note(self, path, key, result=None):
        if not any(note.path == path and same(note.key, key) for note in self._notes):
            self._notes.append(Note(path, frozen(key), result))

    def _settle(self):
        """Fix limits and layout, and render the base: all that the states have in common."""
        axes = self._axes
        if axes.get_autoscalex_on() or axes.get_autoscaley_on():
            raise ValueError("the limits are not fixed: call set_xlim and set_ylim, so that no slider moves the axes")
        self._figure.draw_without_rendering()
        self._figure.set_layout_engine("none")
        self._base, self._settled, self._first_notes = self._bare(), self._scales(), self._notes

    def _check_base(self):
        """Raise ValueError if this state would change the base."""
        if self._scales() != self._settled:  # as by set(xlim=..., title=...), which returns an artist
            raise ValueError("the limits, scales or ticks differ from those of the first state: they are drawn once")
        missing, new = _without(self._first_notes, self._notes), _without(self._notes, self._first_notes)
        for note in (*missing, *new):
            if sum(n.path == note.path for n in missing) != sum(n.path == note.path for n in new):
                raise ValueError(f"{note.path}() changes {ONCE}: call it in every state")
        if new and self._bare() != self._base:  # other arguments may mean the same, such as a new MultipleLocator(5)
            raise ValueError(f"{new[0].path}() changes {ONCE}")

    def _scales(self):
        axes = (self._axes.xaxis, self._axes.yaxis)
        scales = [(axis.get_scale(), *axis.get_view_interval(), *axis.get_majorticklocs()) for axis in axes]
        return [*scales, self._axes.get_aspect()]

    def _bare(self):
        """The axes without the artists of the state, as SVG."""
        artists = {artist: artist.get_visible() for call in self._calls for artist in call.artists}
        places = {text: text.get_position() for text in artists if isinstance(text, Text)}
        for artist in artists:
            artist.set_visible(False)
        base = self._renderer.render(self._figure)
        for artist, visible in artists.items():
            artist.set_visible(visible)
        for text, place in places.items():  # matplotlib moves a title that it does not see
            text.set_position(place)
        return base


class Note(NamedTuple):
    """A call on the axes themselves: its path, such as "spines['top'].set_color", its arguments and its result."""

    path: str
    key: object
    result: object


def _without(notes, others):
    """Those of some notes that are not among others."""
    return [a for a in notes if not any(a.path == b.path and same(a.key, b.key) for b in others)]


def _looks(text):
    """A text with the looks that `text` has now."""
    copy = Text()
    copy.update_from(text)
    return copy
