"""The equations of docstrings, from Unicode to LaTeX.

A docstring is read in an editor, so its equations are plain text; in the book they are typeset. Names stay
those of the code: Greek ones become letters (`beta1`, `eps`), others stand upright (`lr`, `weight_decay`).

    a / b                a fraction: what touches the stroke on its left, over the one factor on its right
    a/b                  a stroke; but 1/n and ∂f/∂x are fractions
    A for C,  else B     two cases
    two spaces, three    some room, a new column
    words                stay words
"""

import re
import unicodedata
from typing import NamedTuple

RAISED, LOWERED = "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁽⁾ⁱʲᵏᵐⁿᵖᵗᶻᵀ", "₀₁₂₃₄₅₆₇₈₉₊₋₍₎ₐₑₕᵢⱼₖₗₘₙₒₚₛₜₓ"
DIGITS = "0123456789+-()"
SCRIPTS = dict(zip(RAISED + LOWERED, [*DIGITS, *"ijkmnptz", r"\top", *DIGITS, *"aehijklmnopstx"], strict=True))
ACCENTS = {"\u0302": r"\hat", "\u0303": r"\tilde", "\u0304": r"\bar", "\u0307": r"\dot"}
GREEK = {char: "\\" + unicodedata.name(char).split()[-1].lower() for char in "αβγδζηθικμνξπρστυχψω"}
GREEK |= {char: "\\" + unicodedata.name(char).split()[-1].title() for char in "ΓΔΘΞΦΨΩ"}
GREEK |= {"ε": r"\varepsilon", "λ": r"\lambda", "Λ": r"\Lambda", "φ": r"\varphi", "ℓ": r"\ell"}
LETTERS = {tex[1:]: tex for tex in GREEK.values()} | {"eps": r"\varepsilon"}  # by their names in the code
FUNCTIONS = {name: rf"\{name}" for name in ("arg", "cos", "exp", "log", "max", "min", "sin", "tanh")}
FUNCTIONS |= {name: rf"\operatorname{{{name}}}" for name in ("Im", "Var", "mean", "sign", "softmax")}
SUMS = {"Σ": r"\sum", "Π": r"\prod", "∫": r"\int"}
SYMBOLS = {"…": r"\dots", "...": r"\dots", "..": r"\dots", "∞": r"\infty", "∇": r"\nabla", "∂": r"\partial"}
SYMBOLS |= {char: rf"\tfrac{{1}}{{{unicodedata.normalize('NFKC', char)[2:]}}}" for char in "½⅓¼⅕⅙⅛"}
SIGNS = {"+": "+", "−": "-", "±": r"\pm", "·": r"\cdot", "×": r"\times", "⊙": r"\odot", "<": "<", ">": ">", "≥": r"\ge",
         "≠": r"\ne", "∈": r"\in"}  # fmt: skip
RELATIONS = {"←": r"\leftarrow", "=": "=", "~": r"\sim", "↦": r"\mapsto", "→": r"\to", "∝": r"\propto",
             "≈": r"\approx", "≤": r"\le"}  # at the first of which lines are aligned  # fmt: skip
COMMAS = dict(zip(",;:.", ",;:.", strict=True))
BRACKETS = {"(": ("(", ")"), "[": ("[", "]"), "{": (r"\{", r"\}"), "|": (r"\lvert", r"\rvert"),
            "‖": (r"\lVert", r"\rVert"), "⌊": (r"\lfloor", r"\rfloor")}  # fmt: skip
TOUCHING = {"factor", "number", "function", "sum", "word", "text"}  # what may stand side by side with no sign between
CLOSING = {"(": ")", "[": "]", "{": "}", "|": "|", "‖": "‖", "⌊": "⌋"}

TOKEN = re.compile(
    rf"""\s*(?: `(?P<code>[^`]+)`
    | (?P<text>[A-Za-z]+['’][a-z]+ | [A-Za-z]{{2,}}(?:[-–][A-Za-z]+)+)
    | (?P<number>\d+(?:\.\d+)?)
    | (?P<differential>d(?=[α-ω]))
    | (?P<name>[A-Za-z]+\d*(?:_[A-Za-z][A-Za-z0-9]*)*)
    | (?P<raised>[{RAISED}]+) | (?P<lowered>[{LOWERED}]+) | (?P<primes>′+)
    | (?P<symbol>\.\.\.? | \S)
    )""",
    re.VERBOSE,
)
JOINT = "|".join(map(re.escape, RELATIONS))
CASES = re.compile(rf"(.+?) ({JOINT}) (.+) (for|where|if) (.+?), else (.+)")


def latex(block):
    """The LaTeX of the lines of an equation, or of several, aligned at their first relation.

    Raises ValueError for a sign that is not known here, and for a bracket that is not closed.
    """
    lines = [re.sub(rf" +(for|where|if|else|{JOINT})(?= )", r" \1", line.strip()) for line in block.splitlines()]
    rows = [[_sides(cell, i) for i, cell in enumerate(re.split(" {3,}", line))] for line in lines]
    if len(rows) == 1:
        return r" \qquad ".join(" ".join(filter(None, sides)) for sides in rows[0])
    lines = [" & ".join(" & ".join(sides) for sides in row) for row in rows]
    rows = r" \\ ".join(lines)
    return rf"\begin{{aligned}} {rows} \end{{aligned}}"


def _sides(cell, column):
    """What stands left of the first relation, and the rest; a sentence in a column of its own is all rest."""
    if cases := CASES.fullmatch(cell):
        left, relation, one, when, condition, other = cases.groups()
        other = other.removeprefix(f"{left} {relation} ")
        left, one, condition, other = map(_line, (left, one, f"{when} {condition}", other))
        both = rf"\begin{{cases}} {one} & {condition} \\ {other} & \text{{else}} \end{{cases}}"
        return left, f"{RELATIONS[relation]} {both}"
    first, *more = cell.split("  ")
    items = Reader(first).items()
    is_sentence = column and sum(item.kind in ("word", "text") for item in items) > 2
    at = 0 if is_sentence else next((i for i, item in enumerate(items) if item.kind == "relation"), 0)
    return join(items[:at]), r" \quad ".join([join(items[at:]), *map(_line, more)])


def _line(text):
    return join(Reader(text).items())


# --- from characters to items -------------------------------------------------------------------------------------


class Item(NamedTuple):
    """A piece of LaTeX: its kind, whether a space is before it, what is in it if it is in brackets that may go."""

    tex: str
    kind: str = "factor"  # or number, function, sum, word, text; relation, sign, stroke, comma
    spaced: bool = False
    inside: str | None = None

    def bare(self):
        """Without the brackets that the line of a fraction, a root or a script makes superfluous."""
        return join([self]) if self.inside is None else self.inside


class Reader:
    """Reads a line from left to right."""

    def __init__(self, line):
        self.line = "".join(map(_apart, line))
        self.tokens = [(m.lastgroup, m[m.lastgroup], m[0][0].isspace()) for m in TOKEN.finditer(self.line)]
        self.in_script = False  # where it is too narrow for fractions

    def next(self):
        """The text of the next token if no space is before it, else nothing."""
        return self.tokens[0][1] if self.tokens and not self.tokens[0][2] else ""

    def items(self, closing=None):
        """The items up to a closing bracket, which goes with them, or to the end."""
        found = []
        while self.tokens and self.tokens[0][1] != closing:
            found.append(self.item())
        if closing and not self.tokens:
            raise ValueError(f"latex: block must close its brackets, got no {closing!r} in {self.line!r}")
        del self.tokens[: closing is not None]
        return found

    def item(self):
        """The next sign or factor."""
        _, text, spaced = self.tokens[0]
        stroke = "sign" if self.in_script else "stroke"
        for kind, known in ("relation", RELATIONS), ("sign", SIGNS), (stroke, {"/": "/"}), ("comma", COMMAS):
            if text in known:
                self.tokens.pop(0)
                return Item(known[text], kind, spaced)
        return self.factor()._replace(spaced=spaced)

    def factor(self):
        """The next factor, with all that belongs to it: scripts, arguments, what stands under a root."""
        kind, text, _ = self.tokens.pop(0) if self.tokens else ("end", "", True)
        if kind in ("text", "code"):
            return Item(text, "text") if kind == "text" else Item(_upright("mathtt", text))
        if kind == "differential":
            return Item(rf"\mathrm{{d}}{self.factor().tex}")
        if text == "√":
            return Item(rf"\sqrt{{{self.factor().bare()}}}")
        if text == "∛":
            return Item(rf"\sqrt[3]{{{self.factor().bare()}}}")
        if text in ("∂", "∇") and self.next()[:1].isalpha():
            return Item(f"{SYMBOLS[text]} {join([self.factor()])}")
        if kind == "name":
            return self.extended(self.name(text), applied=True)
        if kind == "number":
            return self.extended(Item(text, "number"))
        if text in BRACKETS:
            return self.extended(self.group(text))
        if text in SUMS:
            return self.extended(Item(SUMS[text], "sum"))
        if text in GREEK or text in SYMBOLS:
            return self.extended(Item((GREEK | SYMBOLS)[text]), applied=text in GREEK)
        raise ValueError(f"latex: block must hold signs that are known, got {text!r} in {self.line!r}")

    def name(self, text):
        """A name of the code: a letter in italics or in Greek, else upright."""
        text, hat = re.subn("_hat$", "", text)
        accent = r"\hat" if hat else ACCENTS[self.tokens.pop(0)[1]] if self.next() in ACCENTS else ""
        follows = self.next()
        stem, digits, below = re.fullmatch(r"([A-Za-z]+)(\d*)(?:_(\w+))?", text).groups()
        letter = stem if len(stem) == 1 else LETTERS.get(stem)
        if text == "E" and follows == "[":
            return Item(r"\mathbb{E}")
        if text in ("N", "U") and follows == "(":
            return Item(rf"\mathcal{{{text}}}")
        if letter and not (below and len(stem) > 1):
            return Item(_accented(accent, letter) + (f"_{{{digits or _lowered(below)}}}" if digits or below else ""))
        if re.fullmatch("d[a-z]", text):
            return Item(rf"\mathrm{{d}}{_accented(accent, text[1])}")
        if text in FUNCTIONS:
            return Item(FUNCTIONS[text], "function")
        if follows in ("(", "["):
            return Item(_upright("operatorname", text))
        if text.isalpha() and not accent and not re.match(f"[{RAISED}{LOWERED}′_^]", follows):
            return Item(text, "word")
        return Item(_accented(accent, _upright("mathrm", text)))

    def extended(self, base, *, applied=False):
        """`base` with the scripts that follow it without a space and, for a function, its arguments."""
        tex = base.tex
        while text := self.next():
            kind = self.tokens[0][0]
            if kind in ("raised", "lowered"):
                tex += f"{'^' if kind == 'raised' else '_'}{{{''.join(map(SCRIPTS.get, text))}}}"
            elif kind == "primes":
                tex += "'" * len(text)
            elif text in ACCENTS:
                tex = _accented(ACCENTS[text], tex)
            elif text == "∞":
                tex += r"_{\infty}"
            elif text not in ("_", "^") and not (applied and text in ("(", "[")):
                break
            self.tokens.pop(0)
            if text in ("(", "["):
                tex += self.group(text).tex
            elif text in ("_", "^"):
                tex += f"{text}{{{self.script()}}}"
        return base if tex == base.tex else Item(tex, "sum" if base.kind == "sum" else "factor")

    def script(self):
        """What is raised or lowered by ^ or _."""
        if self.next().isalpha():
            return _lowered(self.tokens.pop(0)[1])
        outside, self.in_script = self.in_script, True
        script = self.factor()
        self.in_script = outside
        return script.bare()

    def group(self, bracket):
        """What stands in brackets, the first of which has been read; they are as high as what they hold."""
        inside = join(self.items(CLOSING[bracket]), in_brackets=True)
        left, right = BRACKETS[bracket]
        if re.search(r"\\(frac|sum|prod|int|sqrt)\b", inside):
            left, right = rf"\mathopen{{}}\left{left}", rf"\right{right}"
        may_go = bracket == "(" or (bracket == "{" and self.in_script)
        return Item(f"{left} {inside} {right}", inside=inside if may_go else None)


def _apart(char):
    """A letter and its accent, as in x̂; any other character as it is."""
    parts = unicodedata.normalize("NFD", char)
    return parts if parts[1:] in ACCENTS else char


def _accented(accent, tex):
    return f"{accent}{{{tex}}}" if accent else tex


def _upright(style, name):
    return f"\\{style}{{" + name.replace("_", r"\_") + "}"


def _lowered(text):
    return text if len(text) == 1 else rf"\text{{{text}}}"


def join(items, *, in_brackets=False):
    """The LaTeX of items that follow one another; a comma in brackets takes less room."""
    tex, before = [], ""
    for item in _with_fractions(_with_words(items)):
        side_by_side = item.spaced and {before, item.kind} <= TOUCHING
        if (side_by_side and "text" in (before, item.kind)) or (item.spaced and before == "comma" and not in_brackets):
            tex.append(r"\ ")
        elif side_by_side and before not in ("function", "sum"):
            tex.append(r"\,")
        tex.append(rf"\text{{{item.tex}}}" if item.kind == "text" else item.tex)
        before = item.kind
    return " ".join(tex)


def _with_words(items):
    """Words by the side of something are a sentence's, and stand in one piece; a word alone is a name."""
    found, kinds = [], ["", *(item.kind for item in items), ""]
    for item, before, after in zip(items, kinds, kinds[2:], strict=False):
        article = item.tex == "a" and before in ("", "word", "text") and after in ("word", "text")
        if article or (item.kind == "word" and {before, after} & TOUCHING):
            item = item._replace(kind="text")
        elif item.kind == "word" or (item.kind == "function" and after not in TOUCHING):
            item = item._replace(kind="factor", tex=rf"\mathrm{{{re.findall('[A-Za-z]+', item.tex)[-1]}}}")
        if found and item.kind == found[-1].kind == "text":
            item = item._replace(tex=f"{found[-1].tex} {item.tex}", spaced=found.pop().spaced)
        found.append(item)
    return found


def _with_fractions(items):
    """A stroke makes a fraction where it has room around it, after a number, and between derivatives."""
    at = next((i for i, item in enumerate(items) if item.kind == "stroke"), None)
    if at is None:
        return items
    over, under, spaced = _numerator(items[:at], items[at].spaced), _denominator(items[at + 1 :]), items[at].spaced
    derivative = all(part[:1] and part[0].tex.startswith(r"\partial") for part in (over, under))
    if over and under and (spaced or derivative or over[0].kind == "number"):
        top, bottom = (part[0].bare() if len(part) == 1 else join(part) for part in (over, under))
        frac = "frac" if spaced or derivative else "tfrac"
        done = [*items[: at - len(over)], Item(rf"\{frac}{{{top}}}{{{bottom}}}", spaced=over[0].spaced)]
    else:
        done = [*items[:at], Item("/", "sign"), *under]
    return _with_fractions([*done, *items[at + 1 + len(under) :]])


def _numerator(items, spaced):
    """The last item before a tight stroke; else the last that touch, from a derivative on or after a sum."""
    ends = [i + 1 for i, item in enumerate(items) if item.kind not in TOUCHING - {"text"}]
    run = items[max(ends, default=0) :] if spaced else items[-1:]
    starts = [i for i, item in enumerate(run) if item.tex.startswith(r"\partial")]
    sums = [i + 1 for i, item in enumerate(run) if item.kind == "sum"]
    return run[min(starts, default=max(sums, default=0)) :]


def _denominator(items):
    """The first item; with a number, a sum or a function what comes after it, with a word its sentence."""
    kinds = [item.kind for item in items] + ["", ""]
    if kinds[0] == "text":
        return items[: next(i for i, kind in enumerate(kinds) if kind not in TOUCHING)]
    return items[: 2 if kinds[0] in ("number", "sum", "function") and kinds[1] == "factor" else 1]
