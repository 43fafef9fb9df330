"""The font of the formulas: what it holds, and what is changed in it."""

import re
import unicodedata
from base64 import b64decode
from io import BytesIO
from pathlib import Path

import pytest
from fontTools.ttLib import TTFont

from gradlab_course.book import mathfont
from gradlab_course.book.formulas import mathml

STATIC = Path(mathfont.__file__).parent / "static"


def opened(chars):
    return TTFont(BytesIO(mathfont.woff2(chars)))


def sizes(font, char):
    """The widths of all sizes of a sign, and of the pieces of which larger ones are put together."""
    variants = font["MATH"].table.MathVariants
    constructions = dict(zip(variants.VertGlyphCoverage.glyphs, variants.VertGlyphConstruction, strict=True))
    construction = constructions[font.getBestCmap()[ord(char)]]
    assembly = construction.GlyphAssembly
    pieces = [record.glyph for record in assembly.PartRecords] if assembly else []
    glyphs = [record.VariantGlyph for record in construction.MathGlyphVariantRecord]
    high = [font["glyf"][name].yMax - font["glyf"][name].yMin for name in glyphs]
    return high, [font["hmtx"][name][0] for name in [*glyphs, *pieces]]


# --- characters -------------------------------------------------------------------------------------------------


def test_a_letter_alone_is_drawn_as_an_italic():
    italics = mathfont.ITALICS
    assert italics["x"] == "𝑥" and italics["h"] == "ℎ" and italics["θ"] == "𝜃" and italics["ϵ"] == "𝜖"
    assert all(unicodedata.name(it).startswith(("MATHEMATICAL ITALIC ", "PLANCK")) for it in italics.values())
    assert len(italics) == 2 * 26 + 2 + 2 * 25 + 8  # Latin, dotless, Greek, its variants with ∂ and ∇


@pytest.mark.parametrize(
    ("tex", "chars"),
    [
        ("x", "x𝑥"),
        ("h", "hℎ"),
        (r"\theta < 2", "θ𝜃<2"),
        (r"\nabla", "∇"),
        (r"\mathrm{d}", "d"),
        (r"\mathrm{lr}", "lr"),
        (r"\sqrt 2", "2√"),
        (r"\sqrt[3] 2", "23√"),
        ("f''", "f𝑓″"),
    ],
)
def test_characters(tex, chars):
    assert mathfont.characters([f"<p>Zz {mathml(tex)} <i>q</i>"]) == set(chars)


def test_characters_of_pages_without_formulas():
    assert mathfont.characters(["<p>x</p>", ""]) == set()
    assert mathfont.css(set()) == ""


# --- the file ---------------------------------------------------------------------------------------------------


def test_the_font_holds_what_it_is_asked_for_and_little_else():
    chars = set("x𝑥θ𝜃∑()‖√′1 \u2061")
    data = mathfont.woff2(chars)
    assert data == mathfont.woff2(sorted(chars)), "the same pages, the same bytes"
    font = TTFont(BytesIO(data))
    assert set(map(chr, font.getBestCmap())) == chars
    assert font.flavor == "woff2" and "MATH" in font and "GSUB" not in font
    assert len(data) < 8_000
    assert "Open Font License" in font["name"].getDebugName(13)
    assert font["name"].getDebugName(0).startswith("Copyright")


def test_characters_that_the_font_does_not_have_are_refused():
    with pytest.raises(ValueError, match=r"^woff2: chars must be in the font, got 猫"):
        mathfont.woff2("x猫")


def test_the_rule_is_what_the_stylesheet_asks_for():
    rule = re.fullmatch(
        r'@font-face{font-family:"([^"]+)";src:url\(data:font/woff2;base64,([^)]+)\) format\("woff2"\)}',
        mathfont.css({"x", "𝑥"}),
    )
    assert f'font-family: "{rule[1]}"' in (STATIC / "book.css").read_text(encoding="utf-8")
    assert b64decode(rule[2]) == mathfont.woff2("x𝑥")
    copyright_line = (STATIC / mathfont.LICENCE).read_text(encoding="utf-8").splitlines()[0]
    with TTFont(mathfont.whole(), lazy=True) as font:
        assert font["name"].getDebugName(0) == copyright_line


# --- what is changed --------------------------------------------------------------------------------------------


def test_primes_are_those_made_to_be_raised():
    with TTFont(mathfont.whole(), lazy=True) as font:
        assert font["glyf"][font.getBestCmap()[ord("′")]].yMin > 300
    font = opened(mathfont.PRIMES)
    for prime in mathfont.PRIMES:
        assert font["glyf"][font.getBestCmap()[ord(prime)]].yMin < 150


@pytest.mark.parametrize("char", mathfont.FENCES)
def test_all_sizes_of_a_bracket_are_about_as_wide(char):
    high, wide = sizes(opened(char), char)
    assert high == sorted(high) and high[-1] > 3500
    assert max(wide) == wide[mathfont.ROOMY] < 1.3 * wide[0]


@pytest.mark.parametrize("char", mathfont.BARS)
def test_bars_have_sizes_of_their_own_around_the_axis(char):
    font = opened(char)
    high, wide = sizes(font, char)
    assert high[1:] == pytest.approx(mathfont.BAR_SIZES, abs=2) and len({*wide}) == 1
    axis = font["MATH"].table.MathConstants.AxisHeight.Value
    for name in font.getGlyphOrder()[1:]:
        glyph = font["glyf"][name]
        assert (glyph.yMax + glyph.yMin) / 2 == pytest.approx(axis, abs=20)


def test_all_sizes_of_a_root_are_equally_wide_and_meet_its_line():
    font = opened("√")
    high, wide = sizes(font, "√")
    assert len({*wide}) == 1 and high == sorted(high)
    name = font.getBestCmap()[ord("√")]
    assert font["glyf"][name].xMax >= font["hmtx"][name][0]


def test_constants_are_set():
    constants = opened("x")["MATH"].table.MathConstants
    for name, value in mathfont.CONSTANTS.items():
        assert getattr(constants, name).Value == value
