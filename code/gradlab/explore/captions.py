"""Captions: text with a little markup, which works the same in a page and in a kernel.

    **Both are equally fast**: compare [0.1](lr=0.1) with [1.9](lr=1.9, step=20).

Words between pairs of stars are bold. In a page a value in brackets is a button that sets the controls named after it;
in a kernel it is plain text.
"""

import json
import re
from html import escape

BOLD = re.compile(r"\*\*(.+?)\*\*")
SETTING = re.compile(r"\[([^\[\]]+)\]\(([^()]+)\)")


def plain(caption):
    """The caption as a kernel shows it, in HTML."""
    return BOLD.sub(r"<strong>\1</strong>", SETTING.sub(r"\1", escape(caption)))


def interactive(caption, controls):
    """The caption as a page shows it, in HTML.

    The script enables the buttons, so that without it nothing pretends to work.
    Raises ValueError for a control that the figure does not have, or a value that the control does not have.
    """

    def button(match):
        set_ = escape(json.dumps(settings(match[2], controls)))
        return f'<button type="button" class="set" disabled data-set="{set_}">{match[1]}</button>'

    return BOLD.sub(r"<strong>\1</strong>", SETTING.sub(button, escape(caption, quote=False)))


def settings(text, controls):
    """What `lr=0.1, step=20` asks of the controls: {name: index of the value}. A value may have commas of its own."""
    known = {control.name: control for control in controls}
    asked = {}
    for part in re.split(r", (?=\w+=)", text):
        name, equals, value = part.partition("=")
        if not equals or name not in known:
            raise ValueError(f"caption: ({text}) must set controls, as in (lr=0.1); there are: {', '.join(known)}")
        asked[name] = known[name].index(value)
    return asked
