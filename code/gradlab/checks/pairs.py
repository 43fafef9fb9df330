"""Finds two mistakes that were made at once, when no known mistake alone gives the same answers.

Two known mistakes are written into the reference together, where their edits are not in each other's way, and the
function that comes out is asked the same questions. Most pairs give other answers to the first case already. A pair is
looked for only among mistakes that are edits of a source (see `variants`): where answers are on record, there are none.
"""

from collections import defaultdict
from itertools import combinations_with_replacement
from warnings import catch_warnings, simplefilter

import numpy as np

from gradlab.checks.compare import apart
from gradlab.checks.question import Answers, Question
from gradlab.checks.time_limit import time_limit
from gradlab.checks.variants import Mistake, variant

MOST = 2500  # pairs that are tried, so that nobody waits for more than a few seconds
OF_ONE_NAME = 3  # ways to make one mistake that are tried
SECONDS = 1  # for each case


def at_once(given: Answers, cases: list, question: Question, reference, known: list[Mistake]) -> list[Mistake]:
    """The pairs of mistakes that give these answers, each as one `Mistake` with both names and both hints.

    given       the `Answers`, without an error
    cases       the cases that were asked
    question    their `Question`
    reference   the function that was meant
    known       its mistakes, of which each alone gives other answers

    Returns a list: empty if there is no such pair, or if there are more than two, of which one could only guess.
    """
    if len(given.values) != len(cases):
        return []
    rows = defaultdict(list)
    for mistake in known:
        if getattr(mistake.function, "edits", ()):
            rows[mistake.name].append(mistake)
    written = [mistake for alike in rows.values() for mistake in alike[:OF_ONE_NAME]]
    found: dict[str, Mistake] = {}
    for tried, (one, other) in enumerate(combinations_with_replacement(written, 2)):
        if tried == MOST or len(found) > 2:
            break
        both = None if one is other else _together(reference, one.function, other.function)
        if both and _gives(both, given, cases, question):
            pair = [one] if one.name == other.name else sorted((one, other), key=lambda m: m.name)
            name = ", and ".join(m.name for m in pair)
            found[name] = Mistake(name, both, " ".join(dict.fromkeys(m.hint for m in pair)))
    return list(found.values()) if len(found) <= 2 else []


def _together(reference, one, other):
    """The reference with the edits of two variants; None if they are in each other's way."""
    if one.names.keys() & other.names.keys():
        return None
    try:
        return variant(reference, *one.edits, *other.edits, **one.names, **other.names)
    except (ValueError, SyntaxError):
        return None


def _gives(function, given, cases, question):
    """True if a function gives these answers to all cases; it is asked no further than to the first that differs."""
    with np.errstate(all="ignore"), catch_warnings():
        simplefilter("ignore")
        for case, wanted in zip(cases, given.values, strict=True):
            try:
                with time_limit(SECONDS):
                    values, _ = question.run(function, case)
            except Exception:  # two mistakes at once may raise anything
                return False
            if len(values) != len(wanted):
                return False
            if any(
                a.shape != b.shape or apart(a, b, question.tolerance).any() for a, b in zip(values, wanted, strict=True)
            ):
                return False
    return True
