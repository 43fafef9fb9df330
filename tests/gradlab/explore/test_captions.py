"""Captions: their markup in a page and in a kernel, and what an author may do wrong in it."""

import json
import re

import pytest

from gradlab.explore.captions import interactive, plain
from gradlab.explore.controls import Control

CONTROLS = [
    Control.make("lr", [-1, 0.1, 1 / 3, 1.9], 0.1),
    Control.make("rule", {"heavy ball": max, "sgd": min}, min),
    Control.make("noise", True, False),
    Control.make("path", {"all, from 0": 1, "the last": 2}, 2),
]


@pytest.mark.parametrize(
    ("asked", "set_"),
    [
        ("lr=0.1", {"lr": 1}),
        ("lr=1.9, rule=heavy ball", {"lr": 3, "rule": 0}),
        ("lr=-1", {"lr": 0}),
        ("lr=−1, noise=on", {"lr": 0, "noise": 1}),
        ("noise=False", {"noise": 0}),
        ("lr=0.3333", {"lr": 2}),
        ("path=all, from 0, lr=0.1", {"path": 0, "lr": 1}),
    ],
)
def test_a_value_is_a_button_that_sets_controls(asked, set_):
    text = interactive(f"Try [this]({asked}) now.", CONTROLS)
    button = re.fullmatch(r'Try <button type="button" class="set" disabled data-set="([^"]*)">this</button> now.', text)
    assert json.loads(button[1].replace("&quot;", '"')) == set_


def test_what_is_bold_and_what_is_escaped():
    caption = '**n < 4** & "so" [1.9](lr=1.9), **[0.1](lr=0.1)**; f(x) [no button]'
    page = interactive(caption, CONTROLS)
    assert page.startswith('<strong>n &lt; 4</strong> &amp; "so" <button')
    assert page.endswith("0.1</button></strong>; f(x) [no button]")
    assert plain(caption) == (
        "<strong>n &lt; 4</strong> &amp; &quot;so&quot; 1.9, <strong>0.1</strong>; f(x) [no button]"
    )


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        ("lr=0.2", "lr = 0.2 is not among the values of its control: −1, 0.1, 0.3333, 1.9"),
        ("rate=0.1", r"caption: \(rate=0.1\) must set controls, as in \(lr=0.1\); there are: lr, rule, noise, path"),
        ("here", r"caption: \(here\) must set controls"),
        ("lr=0.1,rule=sgd", "lr = 0.1,rule=sgd is not among"),
    ],
)
def test_what_sets_nothing_is_an_error(asked, message):
    with pytest.raises(ValueError, match=message):
        interactive(f"[x]({asked})", CONTROLS)
