"""The controls of a slider figure: sliders, choices and checkboxes, in a page and in a kernel."""

import json
import math
import operator
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape

import numpy as np

#: Parameters that the text writes with a Greek letter.
LETTERS = {"lr": "α", "alpha": "α", "beta": "β", "beta1": "β₁", "beta2": "β₂", "gamma": "γ", "kappa": "κ", "eps": "ε",
           "theta0": "θ₀", "theta1": "θ₁", "sigma": "σ", "tau": "τ"}  # fmt: skip


@dataclass(frozen=True)
class Control:
    """One control of a figure: its values, their labels, and which of them is the default.

    name     the parameter of the drawing function
    kind     "range", "select" or "checkbox"
    labels   a string for each value, for the reader
    values   those that the drawing function gets
    default  the index of the value shown first
    """

    name: str
    kind: str
    labels: list
    values: list
    default: int

    @classmethod
    def make(cls, name, given, default):
        """Make the control for the parameter `name` of a drawing function.

        given    a sequence for a slider, a dict {label: value} for a choice, True or False for a checkbox
        default  the parameter's default, one of the values

        Raises ValueError for anything else, for fewer than two values, and for a default that is not among them.
        """
        if isinstance(given, (bool, np.bool_)):
            kind, labels, values = "checkbox", ["off", "on"], [False, True]
        elif isinstance(given, Mapping):
            kind, labels, values = "select", [str(k) for k in given], list(given.values())
        elif isinstance(given, (Sequence, np.ndarray)) and not isinstance(given, str):
            kind, values = "range", [v.item() if isinstance(v, np.generic) else v for v in given]
            labels = [minus(f"{v:.4g}" if isinstance(v, float) else str(v)) for v in values]
        else:
            raise ValueError(f"control {name} must be a sequence, a dict or a bool, got {given!r}")
        if len(values) < 2:
            raise ValueError(f"control {name} needs at least two values, got {values!r}")
        for same in (operator.is_, _same):  # of two equal values, the default itself if it is among them
            for i, value in enumerate(values):
                if same(value, default):
                    return cls(name, kind, labels, values, i)
        raise ValueError(f"the default {name} = {default!r} is not among the values of its control")

    @property
    def title(self):
        """The name as readers see it, with the letter that the text has for it: "κ (kappa)"."""
        name = self.name.replace("_", " ")
        return f"{LETTERS[self.name]} ({name})" if self.name in LETTERS else name

    @property
    def plays(self):
        """True for a slider that a reader may watch running: that of the parameter `step`."""
        return self.kind == "range" and self.name == "step"

    def index(self, text):
        """The place of a value, given as the reader sees it, or as Python writes it. ValueError if there is none."""
        for i, (label, value) in enumerate(zip(self.labels, self.values, strict=True)):
            if minus(text) == label or text == str(value):
                return i
        raise ValueError(f"{self.name} = {text} is not among the values of its control: {', '.join(self.labels)}")

    def html(self, id, pointed=False):
        """A labelled HTML control whose value is an index, and an <output> with what it stands for.

        pointed   whether a pointer may set it too, which must find the nearest of its values
        """
        labels = escape(json.dumps(self.labels, ensure_ascii=False))
        shown = escape(self.labels[self.default])
        common = f'id="{id}" name="{self.name}" data-labels="{labels}" data-default="{self.default}"'
        if pointed:
            common += f' data-values="{json.dumps([round(value, 6) for value in self.values])}"'
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
        play = '<button type="button" class="play">Play</button>' if self.plays else ""
        return f'<div class="control">{label}{box}<output for="{id}">{shown}</output>{play}</div>'

    def widget(self):
        """The same as an ipywidget, whose value is the index too (a checkbox's is a bool)."""
        import ipywidgets  # only a live kernel needs it

        look = {"description": self.title, "style": {"description_width": "initial"}}
        if self.kind == "checkbox":
            return ipywidgets.Checkbox(value=bool(self.default), **look)
        options = [(label, i) for i, label in enumerate(self.labels)]
        make = ipywidgets.SelectionSlider if self.kind == "range" else ipywidgets.Dropdown
        return make(options=options, value=self.default, **look)

    def player(self, widget):
        """A button that lets the slider run, eight steps a second."""
        import ipywidgets

        play = ipywidgets.Play(max=len(self.values) - 1, interval=125, value=self.default)
        ipywidgets.jslink((play, "value"), (widget, "index"))
        return ipywidgets.HBox([widget, play])


def minus(text):
    """The text with a minus sign, not a hyphen, before its negative numbers."""
    return re.sub(r"(?<!\w)-(?=\d)", "−", text)


def _same(a, b):
    """True for equal numbers, but for rounding, for arrays with the same entries, and for what is made of them."""
    if isinstance(a, (int, float)) and isinstance(b, (int, float)):
        return math.isclose(a, b, rel_tol=1e-9)
    if isinstance(a, (list, tuple)) and isinstance(b, (list, tuple)):
        return len(a) == len(b) and all(map(_same, a, b))
    if isinstance(a, Mapping) and isinstance(b, Mapping):
        return a.keys() == b.keys() and all(_same(a[key], b[key]) for key in a)
    try:
        return np.shape(a) == np.shape(b) and bool(np.asarray(a == b).all())
    except (TypeError, ValueError, RuntimeError):  # made of arrays, and cannot say whether it equals another
        return False
