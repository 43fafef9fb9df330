"""Slider figures that move on a page with no kernel, and with ipywidgets where there is one.

A figure is a function that draws it with matplotlib. Parameters without a default are panels, from left to right; each
of the others is a control, and its default is the value shown first:

    def one_descent(plane, lr=0.1):
        \"""Contour lines of a bowl, and the path of gradient descent to its lowest point.\"""
        points = descend(bowl.grad, [2, 1], sgd, steps=20, lr=lr)
        figures.descent(plane, bowl, points)
        return f"after 20 steps the loss is {bowl.f(points[-1]):.2g}"

    explore(one_descent, caption="Find the best rate.", lr=[0.01, 0.1, 0.18, 0.2])

The docstring describes the picture for people who do not see it: it becomes the text alternative. The sentence that the
function returns stands under the picture; let it say what to notice in this state.

The function draws each state in full; compute outside of it the things that all states share. Take the colours from
`gradlab.figures`: they follow the reader's light or dark theme. Fix the limits of the axes, as `contours` does: no
slider may move them, or change scales, ticks or spines.

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

from gradlab.explore.controls import Control, minus
from gradlab.explore.panels import Panel
from gradlab.figures import styled

PAGE_BUDGET = 350_000  # bytes of compressed states that all figures of one page may have together
MOST_STATES = 5_000  # of one figure: more are a mistake, and would take long to find out
SIZES = {1: (330, 240), 2: (310, 250), 3: (240, 220)}  # points; by the number of panels


def explore(draw, *, caption, alt=None, **controls):
    """Show the figure that `draw` draws, with a control for each of its keyword arguments.

    draw      a function `draw(ax, ..., lr=0.1, ...)` that draws with matplotlib. Parameters without a default get a
              panel each; the defaults of the others are the state shown first. A string that it returns is shown under
              the picture and read out when it changes.
    caption   one or two sentences.
    alt       a description of the picture for people who do not see it; without it, the docstring of `draw`.
    controls  for each parameter: a sequence of values for a slider, a dict {label: value} for a choice, True or False
              for a checkbox.

    Raises ValueError, naming the figure, when there is neither `alt` nor a docstring, the controls are not those of
    `draw`, a default is not among the values, `draw` fails or warns in some state (which is named) or changes the
    axes themselves in it, the page has a figure of this name already, or its states exceed PAGE_BUDGET.
    """
    figure = Explorer(draw, alt, caption, controls)
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

    def __init__(self, draw, alt, caption, controls):
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
            raise self._error(f"draw must have one to three parameters without a default, got {count}")
        for name in controls:
            if name not in defaults:
                raise self._error(f"draw takes no control {name!r}; it takes: {', '.join(defaults) or 'none'}")
        try:
            self.controls = [Control.make(name, controls[name], defaults[name]) for name in controls]
        except ValueError as error:
            raise self._error(error) from None
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

    def picture(self, fragments):
        """One state as an <svg> element: the panels side by side (the style sheet can stack them)."""
        n = len(self.panels)
        width, height = SIZES[n]
        panels = "".join(
            panel.svg(parts, f'transform="translate({i * width} 0)" style="--i:{i}"')
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
        caption = f"<figcaption>{escape(self.caption)}</figcaption>"
        if not self.controls:
            return f'<figure class="still">{picture}{caption}</figure>'
        controls = "".join(c.html(f"{self.name}_{c.name}") for c in self.controls)
        return (
            f'<figure class="explore" id="figure-{self.name}">{picture}'
            f'<p class="says" role="status">{escape(says)}</p>'
            # The script enables the controls, so that without it nothing pretends to work.
            f'<fieldset disabled><legend>Controls</legend>{controls}<button type="button">Reset</button></fieldset>'
            "<noscript><p>The controls need JavaScript; the picture shows their starting values.</p></noscript>"
            f'{caption}<script type="application/x-deflate">{self._states}</script></figure>'
        )

    def widget(self):
        """The figure with ipywidgets, for a live kernel."""
        import ipywidgets

        picture, message = ipywidgets.HTML(), ipywidgets.HTML()
        inputs = [c.widget() for c in self.controls]

        def show(_=None):
            try:
                with styled(self.name):
                    fragments, says = self.state(tuple(int(i.value) for i in inputs))
                    svg = self.picture(fragments)
                picture.value, message.value = f'<div class="gradlab">{LIVE_STYLE}{svg}</div>', escape(says)
            except ValueError as error:
                message.value = f"<strong>{escape(str(error))}</strong>"

        for control in inputs:
            control.observe(show, "value")
        show()
        return ipywidgets.VBox([picture, message, *inputs, ipywidgets.HTML(escape(self.caption))])

    def _repr_mimebundle_(self, include=None, exclude=None):
        if os.environ.get("GRADLAB_BOOK"):
            return {"text/html": self.html(), "text/plain": f"<figure {self.name}>"}
        return self.widget()._repr_mimebundle_(include=include, exclude=exclude)

    def _error(self, message):
        return ValueError(f"explore: figure {self.name}: {message}")


#: A notebook has no style sheet of ours: keep the picture readable on dark themes too.
LIVE_STYLE = "<style>.gradlab svg{background:#fff;max-width:46em;stroke-linejoin:round}</style>"


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
