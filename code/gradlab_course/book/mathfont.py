"""The font of the formulas: as much of STIX Two Math as the pages of the site use, some tens of KB.

Few systems have a font that knows how a formula is set (how a root grows, where an index goes), so the site brings its
own. It is part of the stylesheet, so that no text moves when it arrives. (A file would have to be preloaded for that,
which Chromium refuses to do from file://.)
The whole font comes with the package ziamath, of which nothing else is used. Its licence, the SIL Open Font License, is
static/OFL.txt, and goes into the site.
"""

from __future__ import annotations

import importlib.util
import logging
import re
import unicodedata
from base64 import b64encode
from collections.abc import Iterable
from functools import cache
from html import unescape
from io import BytesIO
from pathlib import Path

from fontTools import subset
from fontTools.pens.recordingPen import DecomposingRecordingPen
from fontTools.pens.transformPen import TransformPen
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib import TTFont
from fontTools.ttLib.tables.otTables import MathGlyphVariantRecord

FORMULA = re.compile(r"<math\b.*?</math>", re.S)
ANNOTATION = re.compile(r"<annotation\b.*?</annotation>", re.S)
LETTER = re.compile(r"<mi>(.)</mi>", re.S)
FAMILY = "book math"  # as book.css calls it
LICENCE = "OFL.txt"
ROOT = "√"  # drawn by the browser; no character of the page
PRIMES = "′″‴⁗"
BARS, BAR_SIZES = "|‖", (1187, 1427, 1667, 1907, 2145, 2625, 3101, 3821)  # those of the brackets
FENCES = "()[]{}⌊⌋⌈⌉⟨⟩"
ROOMY = 3  # the size of a bracket whose width is enough for all of them
CONSTANTS = {
    # Just below a pixel, so that it is one everywhere: of 1.2 pixels a browser makes one here and two there.
    "FractionRuleThickness": 50,
    "RadicalRuleThickness": 50,
    "RadicalVerticalGap": 130,  # browsers leave less than is said here: the line of a root would touch what is below
    "RadicalDisplayStyleVerticalGap": 200,
    # TeX moves a script up or down for a tall or deep base only if that is more than a letter.
    "SubscriptBaselineDropMin": -20,
    "SuperscriptBaselineDropMax": 390,
}

logging.getLogger("fontTools").setLevel(logging.WARNING)  # it tells of each table, where Jupyter Book lets it

# A browser draws a letter alone, <mi>x</mi>, as a mathematical italic, which has a code of its own.
ITALICS = {
    chr(int(unicodedata.decomposition(chr(code)).split()[1], 16)): chr(code)
    for code in range(0x1D434, 0x1D71C)
    if unicodedata.name(chr(code), "").startswith("MATHEMATICAL ITALIC ")
} | {"h": "ℎ"}


def characters(pages: Iterable[str]) -> set[str]:
    """The characters that the formulas of pages are drawn with."""
    found = set()
    for page in pages:
        for formula in FORMULA.findall(page):
            markup = ANNOTATION.sub("", formula)
            found.update(unescape(re.sub(r"<[^>]*>", "", markup)))
            found.update(ITALICS[letter] for letter in LETTER.findall(markup) if letter in ITALICS)
            if re.search("<(msqrt|mroot)", markup):
                found.add(ROOT)
    return found - set("\n")


def whole() -> Path:
    """The file of the whole font."""
    return Path(importlib.util.find_spec("ziamath").origin).parent / "fonts" / "STIXTwoMath-Regular.ttf"


@cache
def known() -> set[str]:
    """The characters that the whole font has."""
    with TTFont(whole(), lazy=True) as font:
        return set(map(chr, font.getBestCmap()))


def css(chars: Iterable[str]) -> str:
    """The rule of a stylesheet that makes it a font of the page; none without characters."""
    if not chars:
        return ""
    data = b64encode(woff2(chars)).decode()
    return f'@font-face{{font-family:"{FAMILY}";src:url(data:font/woff2;base64,{data}) format("woff2")}}'


def woff2(chars: Iterable[str]) -> bytes:
    """The font, cut down to some characters, as browsers load it.

    Raises ValueError for characters that it does not have.
    """
    if missing := set(chars) - known():
        raise ValueError(f"woff2: chars must be in the font, got {''.join(sorted(missing))}")
    options = subset.Options(hinting=False, notdef_outline=True, flavor="woff2", name_IDs=[*range(7), 13, 14])
    options.drop_tables += ["GPOS", "GSUB", "gasp"]  # for other scripts, and other shapes; sizes are in MATH
    font = subset.load_font(whole(), options)
    adapt(font)
    subsetter = subset.Subsetter(options)
    subsetter.populate(text="".join(chars))
    subsetter.subset(font)
    file = BytesIO()
    subset.save_font(font, file, options)
    return file.getvalue()


# --- made fit for browsers --------------------------------------------------------------------------------------


def adapt(font):
    """Change what browsers do otherwise than TeX: they place what they draw by the rules of MathML Core."""
    math = font["MATH"].table
    for name, value in CONSTANTS.items():
        getattr(math.MathConstants, name).Value = value
    _lower_primes(font)
    names, signs = font.getBestCmap(), math.MathVariants.VertGlyphCoverage.glyphs
    sizes = dict(zip(signs, math.MathVariants.VertGlyphConstruction, strict=True))
    for char in BARS:
        _add_sizes(font, names[ord(char)], sizes[names[ord(char)]])
    moved = set()  # signs share pieces
    for char in FENCES:
        _level(font, sizes[names[ord(char)]], moved)
    _level(font, sizes[names[ord(ROOT)]], moved, squeeze=True)


def _lower_primes(font):
    """Take the primes that are made to be raised: not every browser does, and the others are raised already."""
    glyphs = set(font.getGlyphOrder())
    for table in font["cmap"].tables:
        for code in map(ord, PRIMES):
            raised = f"{table.cmap.get(code)}.ssty"
            if raised in glyphs:
                table.cmap[code] = raised


def _add_sizes(font, name, construction):
    """Give a bar larger sizes: Chromium does not centre one that is put together from pieces."""
    glyphs, axis = font["glyf"], font["MATH"].table.MathConstants.AxisHeight.Value
    bar = DecomposingRecordingPen(font.getGlyphSet())
    font.getGlyphSet()[name].draw(bar)
    low, high = glyphs[name].yMin, glyphs[name].yMax
    for size in BAR_SIZES:
        scale = size / (high - low)
        pen = TTGlyphPen(None)
        bar.replay(TransformPen(pen, (1, 0, 0, scale, 0, axis - scale * (low + high) / 2)))
        record = MathGlyphVariantRecord()
        record.VariantGlyph, record.AdvanceMeasurement = f"{name}.{size}", size
        glyphs[record.VariantGlyph] = glyph = pen.glyph()
        glyph.recalcBounds(glyphs)
        font["hmtx"][record.VariantGlyph] = font["hmtx"][name]
        construction.MathGlyphVariantRecord.append(record)


def _level(font, construction, moved, *, squeeze=False):
    """Make the sizes of a sign equally wide: Chromium leaves each of them the room that the widest needs."""
    sizes = [record.VariantGlyph for record in construction.MathGlyphVariantRecord]
    assembly = construction.GlyphAssembly
    pieces = [record.glyph for record in assembly.PartRecords] if assembly else []
    wanted = font["hmtx"][sizes[0 if squeeze else ROOMY]][0]
    for name in {*sizes, *pieces} - moved:
        glyph, (width, _) = font["glyf"][name], font["hmtx"][name]
        if width <= wanted:
            continue
        if squeeze:
            glyph.coordinates.scale((wanted / width, 1))
        else:
            glyph.coordinates.translate(((wanted - width) / 2, 0))
        glyph.coordinates.toInt()
        glyph.recalcBounds(font["glyf"])
        font["hmtx"][name] = (wanted, glyph.xMin)
    moved.update(sizes, pieces)
