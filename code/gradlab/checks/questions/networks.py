"""Questions for chapter 2's exercises on a network's gradient: the slopes by its scores, and by its parameters."""

import numpy as np

from gradlab.checks.question import Case, Question, Unreadable, call, formatted, numbers, returned, type_in_words

PARAMETERS = "W1", "b1", "W2", "b2"


def _told(names, case):
    return ", ".join(f"{name} = {formatted(value)}" for name, value in zip(names, case.arguments, strict=True))


def _score_cases(reference, rng):
    for scores, y in (
        ([[0, 0]], [1]),
        ([[0, 0, np.log(2)]], [0]),
        ([[0, 0], [np.log(3), 0]], [1, 0]),
        ([[1000, 0], [0, 1]], [0, 0]),  # no number in floats is as large as exp(1000)
    ):
        yield Case((np.array(scores, float), np.array(y)), {})
    for n, classes in ((4, 3), (3, 5)):
        yield Case((rng.normal(size=(n, classes)).round(2), rng.integers(0, classes, n)), {})


def _tell_scores(case, i):
    return f"For {_told(('scores', 'y'), case)}: the slopes"


def _network_cases(reference, rng):
    # With a pencil: z = 0 in the first, where tanh is 0 and its slope 1.
    yield Case(tuple(np.array(value, float) for value in ([[1]], [-2], [[2]], [1], [[2]], [[0]])), {})
    small = [[1, 0.5], [-0.5, 1]], [0.5, -0.5], [[1, -1], [0.5, 2]], [0, 1], [[1, 0], [0.5, 1]], [[2, 0], [1, -1]]
    yield Case(tuple(np.array(value, float) for value in small), {})
    for n, d, hidden, outputs in ((5, 2, 4, 3), (4, 3, 2, 1)):  # no two axes of one length
        shapes = (d, hidden), (hidden,), (hidden, outputs), (outputs,), (n, d), (n, outputs)
        yield Case(tuple(rng.normal(size=shape).round(2) for shape in shapes), {})


def _tell_slopes(case, i):
    return f"For {_told((*PARAMETERS, 'X', 'y'), case)}: the slopes by {PARAMETERS[i]}"


def _bias(slopes):
    """One slope for each unit, as a vector; the function may have kept the axis of the examples, of length 1."""
    return slopes.squeeze(0) if slopes.shape[:-1] == (1,) else slopes


def _slopes(network, case):
    """The slopes by the four parameters."""
    parts, modified = call(network, case)
    if not isinstance(parts, (list, tuple)):
        numbers(parts)  # says of None, and of what holds no numbers, what it is
        raise Unreadable(f"{type_in_words(parts)}, where a list of four arrays was asked for")
    if len(parts) != 4:
        raise Unreadable(f"{len(parts)} parts, where four were asked for")
    w1, b1, w2, b2 = map(numbers, parts)
    return [w1, _bias(b1), w2, _bias(b2)], modified


SCORES = Question(_score_cases, returned, _tell_scores)
SLOPES = Question(_network_cases, _slopes, _tell_slopes)
