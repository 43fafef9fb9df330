"""Slider figures that move on a page with no kernel, and with ipywidgets where there is one.

A figure is a function that draws it with matplotlib. Parameters without a default are panels, from left to right; each
of the others is a control, and its default is the value shown first:

    def one_descent(plane, lr=0.1):
        \"""Contour lines of a bowl, and the path of gradient descent to its lowest point.\"""
        points = descend(bowl.grad, [2, 1], sgd, steps=20, lr=lr)
        figures.descent(plane, bowl, points)
        return f"after 20 steps the loss is {bowl.f(points[-1]):.2g}"

    explore(one_descent, caption="**The best rate is near the limit**: 0.18.", lr=[0.01, 0.1, 0.18, 0.2])

The docstring describes the picture for people who do not see it: it becomes the text alternative. The sentence that the
function returns stands under the picture; let it say what to notice in this state.

The function draws each state in full; compute outside of it the things that all states share. Take the colours from
`gradlab.figures`: they follow the reader's light or dark theme. Fix the limits of the axes, as `contours` does: no
slider may move them, or change scales, ticks or spines.

Say in the caption what to see. A value in it may be a button, as in `[0.2](lr=0.2)` (see `captions`). A slider called
`step` can be played. Every figure has an address, which also tells its state.

In a live kernel the sliders are ipywidgets. While the book is built (`GRADLAB_BOOK` is set), the same function computes
every state, and the page gets them all as compressed SVG fragments, which `explore.js` swaps in. A figure without
controls is a still picture in the same style.
"""

import base64
import inspect
import itertools
import json
import math
import os
import time
import warnings
import zlib
from dataclasses import dataclass, field
from html import escape

from gradlab.explore import captions
from gradlab.explore.controls import Control, minus
from gradlab.explore.panels import Panel
from gradlab.figures import styled

PAGE_BUDGET = 350_000  # bytes of compressed states that all figures of one page may have together
MOST_STATES = 5_000  # of one figure: more are a mistake, and would take long to find out
SIZES = {1: (310, 230), 2: (310, 165)}  # points; by the number of panels, which a phone shows one below the other


def explore(draw, *, caption, alt=None, trace=False, point=None, angle=None, **controls):
    """Show the figure that `draw` draws, with a control for each of its keyword arguments.

    draw      a function `draw(ax, ..., lr=0.1, ...)` that draws with matplotlib. Parameters without a default get a
              panel each, one or two; the defaults of the others are the state shown first. A string that it returns is
              shown under the picture and read out when it changes.
    caption   one or two sentences. In a page `[0.1](lr=0.1)` is a button that sets a control; `**…**` is bold.
    alt       a description of the picture for people who do not see it; without it, the docstring of `draw`.
    trace     True to show, pale, the state from which the reader has come.
    point     the names of two sliders that together are a point of the first panel, ("x", "y"): the reader can also set
              them by pointing at the panel.
    angle     the name of a slider that is a direction on the first panel, in degrees, and the place from which it is
              measured, ("direction", (0.0, 0.0)): the reader can also set it by pointing at the panel.
    controls  for each parameter: a sequence of values for a slider, a dict {label: value} for a choice, True or False
              for a checkbox.

    Raises ValueError, naming the figure, when there is neither `alt` nor a docstring, the controls are not those of
    `draw`, a default is not among the values, the caption sets a value that a control does not have, `point` or `angle`
    names what is no slider of numbers, `draw` fails or warns in some state (which is named) or changes the axes
    themselves in it, the page has a figure of this name already, or its states exceed PAGE_BUDGET.
    """
    figure = Explorer(draw, alt, caption, controls, trace, point, angle)
    if os.environ.get("GRADLAB_BOOK"):
        figure.compute()
    return figure


@dataclass
class Page:
    """The cost so far of the figures of this kernel, and so of this page."""

    states: int = 0
    seconds: float = 0.0
    sizes: dict = field(default_factory=dict)  # figure name -> bytes


page = Page()


class Explorer:
    """A slider figure. Displaying it shows widgets, or HTML while the book is built."""

    def __init__(self, draw, alt, caption, controls, trace=False, point=None, angle=None):
        name = getattr(draw, "__name__", "")
        if not name.isidentifier():
            raise ValueError(f"explore: draw must be a function with a name, got {draw!r}")
        self.name = name.replace("_", "-")
        if alt is None:
            alt = " ".join((inspect.getdoc(draw) or "").split())
            if not alt:
                raise self._error(
                    "draw has no docstring: say in it what the picture shows, for those who do not see it"
                )
        for argument, text in (("alt", alt), ("caption", caption)):
            if not isinstance(text, str) or not text.strip():
                raise self._error(f"{argument} must be a text that is not empty, got {text!r}")
        self.draw, self.alt, self.caption = draw, alt, caption
        parameters = inspect.signature(draw).parameters.values()
        defaults = {p.name: p.default for p in parameters if p.default is not p.empty}
        count = len(parameters) - len(defaults)
        if count not in SIZES:
            raise self._error(f"draw must have one or two parameters without a default, got {count}")
        for name in controls:
            if name not in defaults:
                raise self._error(f"draw takes no control {name!r}; it takes: {', '.join(defaults) or 'none'}")
        try:
            self.controls = [Control.make(name, controls[name], defaults[name]) for name in controls]
            self._caption = captions.interactive(caption, self.controls)
            self.point, self.angle = point, _seen_from(angle)
            self._pointed = _pointed(self.controls, point, self.angle)
        except ValueError as error:
            raise self._error(error) from None
        self.trace = trace
        if math.prod(len(c.values) for c in self.controls) > MOST_STATES:
            raise self._error(f"more than {MOST_STATES} states: give the controls fewer values")
        with styled(self.name):
            self.panels = [Panel(*SIZES[count]) for _ in range(count)]
        self._states = None

    @property
    def default(self):
        """The default state: an index into each control's values."""
        return tuple(c.default for c in self.controls)

    def state(self, choice):
        """Draw one state. Returns (fragments of each panel, the sentence that draw returned).

        Call it within `styled(self.name)`, which is too slow to enter for each state.
        """
        values = {c.name: c.values[i] for c, i in zip(self.controls, choice, strict=True)}
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("error")
                for panel in self.panels:
                    panel.begin()
                says = self.draw(*self.panels, **values)
                return [panel.end() for panel in self.panels], minus(says or "")
        except Exception as error:
            where = ", ".join(f"{k} = {v!r}" for k, v in values.items()) or "its only state"
            raise self._error(f"{type(error).__name__} in the state {where}: {error}") from error

    def picture(self, fragments, trace=()):
        """One state as an <svg> element: the panels side by side (the style sheet can stack them).

        trace   the fragments of another state, of which what is not in this one is shown pale
        """
        n = len(self.panels)
        width, height = SIZES[n]
        before = [[part for part in then if part not in now] for then, now in zip(trace, fragments, strict=False)]
        panels = "".join(
            panel.svg(parts, f'transform="translate({i * width} 0)" style="--i:{i}"', *before[i : i + 1])
            for i, (panel, parts) in enumerate(zip(self.panels, fragments, strict=True))
        )
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {n * width} {height}" role="img" '
            f'preserveAspectRatio="xMinYMin" aria-label="{escape(self.alt)}" '
            f'style="--n:{n};--w:{width};--h:{height}">{panels}</svg>'
        )

    def compute(self):
        """Compute every state, for the page, and add them to the page's account."""
        if self.name in page.sizes:
            raise self._error("the page has a figure of this name already: rename draw")
        start = time.perf_counter()
        # The default comes first: it settles the base, whose definitions must be complete
        # (markers and clip paths of all states) before the picture is written out.
        choices = itertools.product(*(range(len(c.values)) for c in self.controls))
        with styled(self.name):
            shown, says = self.state(self.default)
            states = [self.state(choice) for choice in choices]
            self._shown = self.picture(shown), says
        self._states = _packed(states) if self.controls else ""
        page.states += len(states)
        page.seconds += time.perf_counter() - start
        page.sizes[self.name] = len(self._states) * 3 // 4  # base64 has four letters for three bytes
        if sum(page.sizes.values()) > PAGE_BUDGET:
            sizes = ", ".join(f"{name} {size:,}" for name, size in page.sizes.items())
            raise self._error(f"the page's states exceed {PAGE_BUDGET:,} bytes ({sizes}): use fewer values")

    def html(self):
        """The figure for the page: the default state, the controls, and all states compressed."""
        if self._states is None:
            self.compute()
        picture, says = self._shown
        address, kind = f"figure-{self.name}", "explore" if self.controls else "still"
        figure = f'<figure class="{kind}" id="{address}"{self._script_data()}>{picture}'
        # The build of the book puts the number in.
        caption = f'<figcaption><a class="number" href="#{address}">Figure</a> {self._caption}</figcaption>'
        if not self.controls:
            return f"{figure}{caption}</figure>"
        controls = "".join(c.html(f"{self.name}_{c.name}", c.name in self._pointed) for c in self.controls)
        return (
            f"{figure}"
            f'<p class="says" role="status">{escape(says)}</p>'
            # The script enables the controls, so that without it nothing pretends to work.
            f"<fieldset disabled><legend>Controls</legend>{controls}</fieldset>"
            "<noscript><p>The controls need JavaScript; the picture shows their starting values.</p></noscript>"
            f'{caption}<div class="buttons" hidden><button type="button" class="reset">Reset</button> '
            '<button type="button" class="link">Copy link</button></div>'
            f'<script type="application/x-deflate">{self._states}</script></figure>'
        )

    def _script_data(self):
        """What the script has to know of the figure, as attributes."""
        data = {"trace": ""} if self.trace else {}
        if self._pointed:
            data |= {"plane": self.panels[0].plane(), "point": self.point, "angle": self.angle}
        return "".join(
            f' data-{name}="{escape(json.dumps(value)) if value else ""}"'
            for name, value in data.items()
            if value is not None
        )

    def widget(self):
        """The figure with ipywidgets, for a live kernel."""
        import ipywidgets

        picture, message = ipywidgets.HTML(), ipywidgets.HTML()
        inputs = [c.widget() for c in self.controls]
        rows = [c.player(i) if c.plays else i for c, i in zip(self.controls, inputs, strict=True)]
        before = []

        def show(_=None):
            try:
                with styled(self.name):
                    fragments, says = self.state(tuple(int(i.value) for i in inputs))
                    svg = self.picture(fragments, before)
                before[:] = fragments if self.trace else ()
                picture.value, message.value = f'<div class="gradlab">{LIVE_STYLE}{svg}</div>', escape(says)
            except ValueError as error:
                message.value = f"<strong>{escape(str(error))}</strong>"

        for control in inputs:
            control.observe(show, "value")
        show()
        box = ipywidgets.VBox([picture, message, *rows, ipywidgets.HTML(captions.plain(self.caption))])
        return box.add_class("gradlab-figure")

    def _repr_mimebundle_(self, include=None, exclude=None):
        if os.environ.get("GRADLAB_BOOK"):
            return {"text/html": self.html(), "text/plain": f"<figure {self.name}>"}
        return self.widget()._repr_mimebundle_(include=include, exclude=exclude)

    def _error(self, message):
        return ValueError(f"explore: figure {self.name}: {message}")


#: A notebook has no style sheet of ours: keep the picture readable on dark themes too, and say so where the controls do
#: nothing: their kernel was restarted, or the notebook opened again.
LIVE_STYLE = (
    "<style>.gradlab svg{background:#fff;max-width:46em;stroke-linejoin:round}.trace{opacity:.3}"
    ".gradlab-figure.jupyter-widgets-disconnected::after{content:'The controls wait for Run All Cells.'}</style>"
)


def _seen_from(angle):
    """An angle's name and its place, as plain numbers; ValueError for anything else."""
    if angle is None:
        return None
    try:
        name, (x, y) = angle
        return name, (float(x), float(y))
    except (TypeError, ValueError):
        raise ValueError(f"angle must be a name and a place (x, y), got {angle!r}") from None


def _pointed(controls, point, angle):
    """The names of the controls that a pointer sets; ValueError unless they are sliders of numbers."""
    if point is not None and (angle is not None or isinstance(point, str) or len(point) != 2):
        raise ValueError(f"point must be two names, and not with an angle, got {point!r}")
    names = [*(point or ()), *(angle or ())[:1]]
    sliders = {c.name for c in controls if c.kind == "range" and all(isinstance(v, (int, float)) for v in c.values)}
    for name in names:
        if name not in sliders:
            raise ValueError(f"a pointer can only set sliders of numbers ({', '.join(sorted(sliders))}), got {name!r}")
    return names


def _packed(states):
    """All states, deflated, in base64: {fragments, states: [[panel, ...], ...], says}."""
    table, says = {}, {}

    def number(known, text):
        return known.setdefault(text, len(known))

    rows = [
        [[[number(table, part) for part in panel] for panel in panels], number(says, sentence)]
        for panels, sentence in states
    ]
    data = {"fragments": list(table), "says": list(says), "states": rows}
    text = json.dumps(data, separators=(",", ":"), ensure_ascii=False)
    return base64.b64encode(zlib.compress(text.encode(), 9)).decode()
