"""Controls: their kinds, values and labels, and the arguments that are refused."""

import json
import re
from types import SimpleNamespace

import ipywidgets
import numpy as np
import pytest
import torch

from gradlab.explore.controls import Control, minus


@pytest.mark.parametrize(
    ("given", "default", "kind", "labels", "values", "index"),
    [
        ([1, 2, 3], 2, "range", ["1", "2", "3"], [1, 2, 3], 1),
        ((0.001, 1 / 3), 1 / 3, "range", ["0.001", "0.3333"], [0.001, 1 / 3], 1),
        (range(-1, 2), -1, "range", ["−1", "0", "1"], [-1, 0, 1], 0),
        (np.linspace(0, 0.3, 4), 0.1, "range", ["0", "0.1", "0.2", "0.3"], [0, 0.1, 0.2, 0.3], 1),
        (["raw", "scaled"], "scaled", "range", ["raw", "scaled"], ["raw", "scaled"], 1),
        ({"a disc": "o", "a star": "*"}, "o", "select", ["a disc", "a star"], ["o", "*"], 0),
        ({1: None, 2: [3]}, [3], "select", ["1", "2"], [None, [3]], 1),
        (True, False, "checkbox", ["off", "on"], [False, True], 0),
        (np.bool_(False), True, "checkbox", ["off", "on"], [False, True], 1),
    ],
)
def test_a_control_has_a_value_and_a_label_for_each_place(given, default, kind, labels, values, index):
    control = Control.make("the_name", given, default)
    assert (control.kind, control.labels, control.default) == (kind, labels, index)
    assert control.values == pytest.approx(values) if kind == "range" and not isinstance(values[0], str) else values
    assert [type(value) for value in control.values] == [type(value) for value in values] or isinstance(
        given, np.ndarray
    )
    assert control.title == "the name"
    assert not any(isinstance(value, np.generic) for value in control.values)


@pytest.mark.parametrize(
    ("name", "title"), [("kappa", "κ (kappa)"), ("lr", "α (lr)"), ("beta1", "β₁ (beta1)"), ("n", "n")]
)
def test_a_name_is_shown_as_the_text_writes_it(name, title):
    control = Control.make(name, [1, 2], 1)
    assert control.title == title
    assert f">{title}</label>" in control.html("id")
    assert control.widget().description == title


@pytest.mark.parametrize(
    ("name", "given", "plays"), [("step", [0, 1], True), ("steps", [0, 1], False), ("step", {"a": 0, "b": 1}, False)]
)
def test_only_a_slider_called_step_plays(name, given, plays):
    control = Control.make(name, given, 0)
    assert control.plays is plays
    assert ("Play" in control.html("id")) is plays


A, B = np.array([1.0, 2.0]), np.array([1.0, 3.0])
T, U = torch.tensor([1.0, 2.0]), torch.tensor([1.0, 3.0])


class Holds(SimpleNamespace):
    """An object of arrays, which cannot say whether it equals another."""


@pytest.mark.parametrize(
    ("given", "default"),
    [
        ({"left": A, "right": B}, B),
        ({"left": A, "right": B}, B.copy()),
        ([A, B], B),
        (np.stack([A, B]), B),
        ({"left": A, "right": A.copy(), "far": B[:1]}, ...),  # the second itself, which equals the first
        ({"left": T, "right": U}, U.clone()),
        ({"left": (A, B), "right": (B, A)}, (B, A)),
        ({"left": [A, 1], "right": [A, 2]}, [A.copy(), 2]),
        ({"left": {"x": A}, "right": {"x": B}}, {"x": B.copy()}),
        ({"left": {"x": A}, "right": {"y": A}}, {"y": A}),
        ({"left": A[:1], "right": A}, A.copy()),
        ({"left": np.array([1.0, 1.0]), "right": 1}, 1),
        ({"left": (A,), "right": (A, A)}, (A, A)),
        ({"left": Holds(x=A), "right": Holds(x=B)}, ...),
        ([None, "no"], "no"),
    ],
)
def test_choices_may_be_arrays_and_be_made_of_them(given, default):
    values = list(given.values()) if isinstance(given, dict) else given
    assert Control.make("start", given, values[1] if default is ... else default).default == 1


def test_an_array_that_is_none_of_the_choices_is_refused():
    for default in (A + 1, A[:1], np.stack([A, A]), "left", None, Holds(x=A)):
        with pytest.raises(ValueError, match="is not among the values of its control"):
            Control.make("start", {"left": A, "right": B, "else": Holds(x=B)}, default)


@pytest.mark.parametrize(
    ("given", "default", "message"),
    [
        (3, 3, "control n must be a sequence, a dict or a bool, got 3"),
        ("abc", "a", "control n must be a sequence, a dict or a bool, got 'abc'"),
        ([2], 2, r"control n needs at least two values, got \[2\]"),
        ({}, 1, r"control n needs at least two values, got \[\]"),
        ([1, 2], 3, "the default n = 3 is not among the values of its control"),
        ([1, 2], "1", "the default n = '1' is not among the values of its control"),
        (True, 2, "the default n = 2 is not among the values of its control"),
    ],
)
def test_what_is_no_control_is_refused(given, default, message):
    with pytest.raises(ValueError, match=message):
        Control.make("n", given, default)


@pytest.mark.parametrize(
    ("given", "default", "widget"),
    [
        ([1, 2], 2, ipywidgets.SelectionSlider),
        ({"one": 1, "two": 2}, 2, ipywidgets.Dropdown),
        (True, True, ipywidgets.Checkbox),
    ],
)
def test_page_and_kernel_begin_at_the_same_place(given, default, widget):
    control = Control.make("n", given, default)
    shown = control.widget()
    assert type(shown) is widget
    assert int(shown.value) == 1
    page = control.html("id")
    assert re.search('data-default="1"', page)
    assert re.search(f">{control.labels[1]}</output>", page)


def test_labels_are_text_in_the_page():
    page = Control.make("n", {"<b>": 1, '"&': 2}, 1).html("id")
    assert "<b>" not in page
    labels = re.search('data-labels="([^"]*)"', page)[1]
    assert json.loads(
        labels.replace("&quot;", '"').replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
    ) == ["<b>", '"&']


@pytest.mark.parametrize(
    ("text", "wanted"), [("-1 to -0.5", "−1 to −0.5"), ("3-fold, 1e-07, x-1", "3-fold, 1e-07, x-1"), ("a - 1", "a - 1")]
)
def test_negative_numbers_have_a_minus_sign(text, wanted):
    assert minus(text) == wanted
