"""Slider figures that move on a page with no kernel, and with ipywidgets where there is one.

    def draw(ax, lr=0.1):                   # a panel for each parameter without a default,
        ax.plot(...)                        # a control for each one with
        return f"reaches the minimum in {n} steps"

    explore(draw, alt="…", caption="…", lr=[0.01, 0.1, 1.0])

In a live kernel the sliders are ipywidgets. While the book is built (`GRADLAB_BOOK` is set), every
state is computed by the same `draw`, and the page gets them all as compressed SVG fragments that
`static/explore.js` swaps in. A figure without controls is a still picture in the same style.
"""

import base64
import inspect
import itertools
import json
import math
import os
import re
import time
import warnings
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from html import escape

import numpy as np

from gradlab.explore.panels import Panel
from gradlab.figures import styled

PAGE_BUDGET = 350_000  # bytes of compressed states that all figures of one page may have together
MOST_STATES = 5_000  # of one figure: more are a mistake, and would take long to find out
SIZES = {1: (330, 240), 2: (310, 250), 3: (240, 220)}  # points; by the number of panels


def explore(draw, *, alt, caption, **controls):
    """Show the figure that `draw` draws, with a control for each of its keyword arguments.

    draw      a function `draw(ax, ..., lr=0.1, ...)` that draws with matplotlib. Parameters without a
              default get a panel each; the defaults of the others are the state shown first. A
              string that it returns is shown under the picture and read out when it changes.
    alt       what the picture shows, for those who do not see it.
    caption   one or two sentences.
    controls  for each parameter: a sequence of values for a slider, a dict {label: value} for a
              choice, True or False for a checkbox.

    Raises ValueError, naming the figure, when the controls are not those of `draw`, a default is not
    among the values, `draw` fails or warns in some state (which is named), the page has a figure of
    this name already, or its states exceed PAGE_BUDGET.
    """
    figure = Explorer(draw, alt, caption, controls)
    if os.environ.get("GRADLAB_BOOK"):
        figure.compute()
    return figure


@dataclass
class Page:
    """What the figures of this kernel, and so of this page, have cost so far."""

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
        self.draw, self.alt, self.caption = draw, alt, caption
        for argument, text in (("alt", alt), ("caption", caption)):
            if not isinstance(text, str) or not text.strip():
                raise self._error(f"{argument} must be a text that is not empty, got {text!r}")
        parameters = inspect.signature(draw).parameters.values()
        defaults = {p.name: p.default for p in parameters if p.default is not p.empty}
        count = len(parameters) - len(defaults)
        if count not in SIZES:
            raise self._error(f"draw must have one to three parameters without a default, got {count}")
        for name in controls:
            if name not in defaults:
                raise self._error(f"draw takes no control {name!r}; it takes: {', '.join(defaults) or 'none'}")
        self.controls = [self._control(name, controls[name], defaults[name]) for name in controls]
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
                return [panel.end() for panel in self.panels], _minus(says or "")
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
        inputs = [c.widget(ipywidgets) for c in self.controls]

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

    def _control(self, name, given, default):
        if isinstance(given, (bool, np.bool_)):
            kind, labels, values = "checkbox", ["off", "on"], [False, True]
        elif isinstance(given, Mapping):
            kind, labels, values = "select", [str(k) for k in given], list(given.values())
        elif isinstance(given, (Sequence, np.ndarray)) and not isinstance(given, str):
            kind, values = "range", [v.item() if isinstance(v, np.generic) else v for v in given]
            labels = [_minus(f"{v:.4g}" if isinstance(v, float) else str(v)) for v in values]
        else:
            raise self._error(f"control {name} must be a sequence, a dict or a bool, got {given!r}")
        if len(values) < 2:
            raise self._error(f"control {name} needs at least two values, got {values!r}")
        for i, value in enumerate(values):
            if value is default or value == default or _close(value, default):
                return Control(name, kind, labels, values, i)
        raise self._error(f"the default {name} = {default!r} is not among the values of its control")

    def _error(self, message):
        return ValueError(f"explore: figure {self.name}: {message}")


@dataclass(frozen=True)
class Control:
    """One control: its values, their labels, and which of them is the default."""

    name: str
    kind: str  # "range", "select" or "checkbox"
    labels: list
    values: list
    default: int

    @property
    def title(self):
        """The name as readers see it."""
        return self.name.replace("_", " ")

    def html(self, id):
        """A labelled HTML control whose value is an index, and an <output> with what it stands for."""
        labels = escape(json.dumps(self.labels, ensure_ascii=False))
        shown = escape(self.labels[self.default])
        common = f'id="{id}" data-labels="{labels}" data-default="{self.default}"'
        if self.kind == "range":
            box = (
                f'<input type="range" {common} min="0" max="{len(self.values) - 1}" step="1" '
                f'value="{self.default}" aria-valuetext="{shown}">'
            )
        elif self.kind == "checkbox":
            box = f'<input type="checkbox" {common}{" checked" if self.default else ""}>'
        else:
            options = "".join(
                f'<option value="{i}"{" selected" if i == self.default else ""}>{escape(label)}</option>'
                for i, label in enumerate(self.labels)
            )
            box = f"<select {common}>{options}</select>"
        label = f'<label for="{id}">{escape(self.title)}</label>'
        return f'<div class="control">{label}{box}<output for="{id}">{shown}</output></div>'

    def widget(self, ipywidgets):
        """The same as an ipywidget, whose value is the index too (a checkbox's is a bool)."""
        look = {"description": self.title, "style": {"description_width": "initial"}}
        if self.kind == "checkbox":
            return ipywidgets.Checkbox(value=bool(self.default), **look)
        options = [(label, i) for i, label in enumerate(self.labels)]
        make = ipywidgets.SelectionSlider if self.kind == "range" else ipywidgets.Dropdown
        return make(options=options, value=self.default, **look)


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


def _minus(text):
    """The text with a minus sign, not a hyphen, before its negative numbers."""
    return re.sub(r"(?<!\w)-(?=\d)", "−", text)


def _close(a, b):
    both = isinstance(a, (int, float)) and isinstance(b, (int, float))
    return both and math.isclose(a, b, rel_tol=1e-9)
