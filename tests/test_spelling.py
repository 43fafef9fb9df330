"""Every word of the prose is in a British dictionary, or in the project's own list, words.txt."""

import re
from functools import cache
from importlib import metadata
from pathlib import Path

import hunspell
import pytest
from prose import Piece, docstring, markdown, pieces, python

from gradlab_course import ROOT
from gradlab_course.exercises import sources

LIST = ROOT / "tests" / "words.txt"
QUOTED = {("chapters/07_initialisation_in_practice.ipynb", "normalization")}  # in somebody else's words
LETTERS = "A-Za-zÀ-ÖØ-öø-ž"
WORD = re.compile(rf"(?<![\w.@])[{LETTERS}]{{2,}}(?:['’][{LETTERS}]+)*(?![\w(\u0302\u0303]|\.\w)")
POSSESSIVE = re.compile(r"['’]s?$")


@cache
def dictionary():
    """Give the dictionary of British English, with -ise and not -ize, that JupyterLab's spell checker brings along."""
    files = metadata.distribution("jupyterlab-spellchecker").files
    (found,) = (Path(file.locate()) for file in files if file.name == "en_GB-ise.dic")
    return hunspell.Hunspell("en_GB-ise", hunspell_data_dir=str(found.resolve().parent))


@cache
def listed():
    return frozenset(LIST.read_text(encoding="utf-8").splitlines())


@cache
def authors():
    """Give the names of those whom the bibliography names."""
    entries = (ROOT / "chapters" / "references.bib").read_text(encoding="utf-8")
    return frozenset(WORD.findall(" ".join(re.findall(r"^\s*author\s*=\s*\{(.*)\}", entries, re.M))))


@cache
def is_word(word):
    return dictionary().spell(word.replace("’", "'"))


def is_known(word, names=frozenset()):
    """Is it a word, as it stands or without its 's? A word of the list may begin a sentence."""
    bare = POSSESSIVE.sub("", word)
    forms = {word, bare, bare[0].lower() + bare[1:]}
    return any(is_word(one) or one in listed() or one in authors() or one in names for one in forms)


def mistakes(found):
    """List the unknown words of some pieces, each with its file and what stands around it."""
    wrong = []
    for piece in found:
        for match in WORD.finditer(piece.text):
            if not is_known(match[0], piece.names) and (piece.file, match[0]) not in QUOTED:
                around = piece.text[max(match.start() - 40, 0) : match.end() + 40]
                wrong.append(f"{piece.file}: {match[0]}: …{' '.join(around.split())}…")
    return wrong


@pytest.fixture(scope="module")
def prose():
    return list(pieces())


def test_every_word_is_spelt_as_in_britain(prose):
    """Not in the dictionary but right? Add it to words.txt; code stands in backticks."""
    files = {piece.file for piece in prose}
    assert {"README.md", "chapters/01_gradient_descent.ipynb", "code/gradlab/rules.py"} <= files
    assert sum(len(WORD.findall(piece.text)) for piece in prose) > 100_000
    assert mistakes(prose) == []


@pytest.mark.parametrize("word", ["color", "optimizer", "initialize", "teh", "gradiant", "Normalization", "analyze"])
def test_a_mistake_would_be_found(word):
    """In Markdown, in a docstring, in a comment and in a caption."""
    code = f'def f(x):\n    """Draw the {word} of it."""\n    return x  # the {word} of it\n'
    code += f'says = f"the {word} of {{f}}"\n'
    found = mistakes([Piece("a.md", markdown(f"the {word} of it")), *python("a.py", code)])
    assert [one.split(": ")[:2] for one in found] == [[file, word] for file in ("a.md", *["a.py"] * 3)]


def test_what_is_no_prose_is_passed_over():
    text = """Take `foo_barr` and $\\alhpa$, [as here](pgae.md#plcae); <div clas="x"></div> in code/grdlab/rules.py

```sh
mkae book
```

    """
    assert WORD.findall(markdown(text)) == ["Take", "and", "as", "here", "in"]
    assert WORD.findall(docstring("Take a step.\n\n    x ← lrr · gg\n\nxx, yy   where we are\n\n>>> stpe(1)\n")) == [
        "Take",
        "step",
        "where",
        "we",
        "are",
    ]


def test_the_list_is_in_order_and_repeats_no_dictionary():
    words = LIST.read_text(encoding="utf-8").splitlines()
    assert words == sorted(set(words), key=lambda word: (word.lower(), word))
    assert [word for word in words if is_word(word)] == []


@pytest.mark.skipif(not sources(ROOT), reason="the public tree lacks the source notebooks, and their words")
def test_each_word_of_the_list_is_used(prose):
    used = {POSSESSIVE.sub("", word) for piece in prose for word in WORD.findall(piece.text)}
    used |= {word[0].lower() + word[1:] for word in used}
    assert listed() - used == set()
