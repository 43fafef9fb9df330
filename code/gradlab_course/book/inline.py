"""The text of a heading or a paragraph, its formulas in Unicode: 1 − αλ₁."""

from __future__ import annotations

from xml.etree import ElementTree

from docutils import nodes

from gradlab_course.book import formulas

RAISED = str.maketrans("0123456789+−-=()ijnT⊤", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁼⁽⁾ⁱʲⁿᵀᵀ")
LOWERED = str.maketrans("0123456789+−-=()aeijkmnoprstx", "₀₁₂₃₄₅₆₇₈₉₊₋₋₌₍₎ₐₑᵢⱼₖₘₙₒₚᵣₛₜₓ")
SMALL = {*map(chr, (*RAISED.values(), *LOWERED.values()))}


def readable(tex: str) -> str:
    """A formula in a line of text, in Unicode: 1 − αλ₁."""
    try:
        math = ElementTree.fromstring(formulas.mathml(tex))
    except ValueError:
        return ""  # the page was warned of
    return " ".join(_flat(math.find("semantics")[0]).split())


def _flat(node):
    """What a formula says, in one line."""
    name, inside = node.tag.removeprefix("m"), [_flat(child) for child in node]
    match name, inside:
        case "frac", (top, bottom):
            return "½" if (top, bottom) == ("1", "2") else f"{_joined(top)}/{_joined(bottom)}"
        case "sub" | "under", (base, index):
            return base + _small(index, LOWERED, "_")
        case "sup", (base, index):
            return base + (index if index in "′″" else _small(index, RAISED, "^"))
        case "subsup" | "underover", (base, low, high):
            return base + _small(low, LOWERED, "_") + _small(high, RAISED, "^")
        case "over", (base, accent):
            return base + {"ˆ": "\u0302", "^": "\u0302", "¯": "\u0304", "~": "\u0303", "˜": "\u0303"}.get(accent, "")
        case "sqrt", _:
            return "√" + _joined("".join(inside))
        case "space", _:
            return " "
        case (("mo" | "o"), _) if node.text and node.text in "=≈≤≥<>→←≪≫∈+−±·×⋅":
            return f" {node.text} "
    return (node.text or "").strip("\u2061") + "".join(inside)


def _joined(text):
    """A text of several signs in brackets."""
    text = text.strip()
    letters = [char for char in text if char not in SMALL]
    return f"({text})" if len(letters) > 1 and not text.isdigit() else text


def _small(text, letters, sign):
    """An index above or below its letter; in words where Unicode has no small letter for it."""
    text = text.replace(" ", "")
    return text.translate(letters) if all(ord(char) in letters for char in text) else f"{sign}{text}"


def inline(node) -> str:
    """The text of a paragraph or a heading, its formulas in Unicode."""
    if isinstance(node, nodes.Text):
        return node.astext()
    if isinstance(node, (nodes.math, nodes.raw, nodes.image)):
        return readable(node.astext()) if isinstance(node, nodes.math) else ""
    return "".join(map(inline, node.children))
