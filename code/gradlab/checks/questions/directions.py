"""Questions for chapter 6's exercises: how is a direction made as long as the weights of a network?"""

import numpy as np

from gradlab.checks.question import Case, Question, Unreadable, changed, formatted, numbers, type_in_words

PARTS = "W1", "b1", "W2", "b2"


def _cases(reference, rng):
    # With a pencil: the lengths of the columns are 5, 2 and 1 and those of the direction 10, 1 and 3.
    one = [[[3.0], [4.0]], [[7.0]], [[2.0]], [[1.0]]], [[[0.8], [-0.6]], [[2.0]], [[-4.0]], [[3.0]]]
    two = (
        [[[3.0, 0.0], [4.0, 2.0]], [[1.0, -6.0]], [[0.0], [1.0]], [[5.0]]],
        [[[6.0, 0.6], [-8.0, 0.8]], [[2.0, 4.0]], [[1.8], [2.4]], [[-2.0]]],
    )
    for theta, direction in (two, one):
        yield Case(tuple([np.array(part) for part in parts] for parts in (direction, theta)), {})
    for d, hidden, outputs in ((2, 3, 4), (4, 2, 3)):  # no two axes of one length
        shapes = (d, hidden), (1, hidden), (hidden, outputs), (1, outputs)
        yield Case(tuple([rng.normal(size=shape).round(2) for shape in shapes] for _ in range(2)), {})


def _told(parts):
    return f"[{', '.join(map(formatted, parts))}]"


def _tell(case, i):
    direction, theta = map(_told, case.arguments)
    return f"For direction = {direction}, theta = {theta}: {PARTS[i]} of the new direction"


def _four(function, case):
    """The four parts of the direction that a function returns, and the lists in which it changed arrays."""
    given = [[part.copy() for part in parts] for parts in case.arguments]
    found = function(*map(list, given))
    if not isinstance(found, (list, tuple)):
        numbers(found)  # says of None, and of what holds no numbers, what it is
        raise Unreadable(f"{type_in_words(found)}, where a list of four matrices was asked for")
    if len(found) != 4:
        raise Unreadable(f"{len(found)} parts, where four were asked for")
    pairs = enumerate(zip(given, case.arguments, strict=True), 1)
    modified = [f"argument {i}" for i, (now, before) in pairs if any(map(changed, now, before))]
    return list(map(numbers, found)), modified


DIRECTION = Question(_cases, _four, _tell)
