"""Light pages: what is left out of a listing changes nothing that a reader sees."""

from __future__ import annotations

import re
from html import unescape

import pytest
from sphinx.highlighting import PygmentsBridge

from gradlab_course.book.sphinx_ext import BLOCK, PLAIN, lighter

STYLES = ["a11y-high-contrast-light", "a11y-high-contrast-dark"]  # those of the theme

CODE = '''import numpy as np


def double(x):
    """Twice x."""
    return 2 * x if x > 1 else np.add(x, x)  # why "not"
'''


def listing(code):
    html = PygmentsBridge("html", STYLES[0]).highlight_block(code, "python")
    return BLOCK.search(html.replace("<span></span>", ""))


@pytest.mark.parametrize("style", STYLES)
def test_only_words_in_the_colour_of_plain_code_lose_their_element(style):
    looks = dict(re.findall(r"^\.highlight ?(\S*) \{ ([^}]*)\}", PygmentsBridge("html", style).get_stylesheet(), re.M))
    plain = re.search(r"(?<!-)color: (#\w+)", looks[""])[1]
    kinds = re.search(r"\(\?:([\w|]+)\)", PLAIN.pattern)[1].split("|")
    assert len(kinds) > 3
    assert [looks[f".{kind}"].strip().casefold() for kind in kinds] == [f"color: {plain}".casefold()] * len(kinds)


def test_a_lighter_listing_has_the_same_text_and_says_how_many_lines_it_has():
    before = listing(CODE)
    after = lighter(before)
    assert unescape(re.sub("<[^>]*>", "", after)) == CODE
    assert after.count("<span") < before[0].count("<span") / 2
    assert after.startswith('<pre style="--lines: 6">')
    assert '<span class="k">return</span> ' in after and '<span class="c1"># why "not"</span>' in unescape(after)


def test_only_a_long_listing_may_be_broken_between_two_sheets():
    kinds = {lines: lighter(listing("x = 1\n" * lines)).partition(">")[0] for lines in (1, 15, 16)}
    assert [lines for lines, start in kinds.items() if 'class="long"' in start] == [16]
