"""Mistakes that people make in chapter 6's exercises when they normalise a direction.

Each row has the name of a mistake, and edits of the reference: its text, and the wrong text (see `variants`).
"""

from gradlab.checks.questions.directions import DIRECTION
from gradlab.checks.tasks import directions
from gradlab.checks.variants import mistakes

#: name -> hint
HINTS = {
    "the layer for the unit": "A long unit and a short one of one layer: is each of yours as long as its own?",
    "all weights at once": "Two units, a long one and a short one: is each of yours as long as its own?",
    "outgoing for incoming weights": "Which of the two holds the weights that enter a unit: a row or a column?",
    "biases kept": "What was asked for where the direction changes a bias?",
    "biases normalised": "What was asked for where the direction changes a bias?",
    "the bias counted with its unit": "Which numbers make up the length of a unit here: does its bias belong to them?",
    "not as long as the weights": "How long is each column of yours, and how long should it be?",
    "not divided by its own length": "Make the direction ten times longer: should the result change?",
    "lengths squared": "Make the weights ten times longer: how many times longer should the result be?",
    "upside down": "Make the weights ten times longer: should the result become longer or shorter?",
    "entry by entry": "Does your direction still point where it did, within a unit?",
    "the weights for the direction": "Which of the two keeps its direction, and which one lends its length?",
    "the weights added": "Is a direction asked for, or the place where it leads?",
    "the last layer forgotten": "Do the outputs have incoming weights, too?",
    "the first layer forgotten": "Do the hidden units have incoming weights, too?",
    "largest entry for length": "The length of 3 and 4 is 5. What is yours?",
    "sum for length": "The length of 3 and 4 is 5. What is yours?",
    "the two lists exchanged": "Which of the two lists comes first?",
}

_D, _W = "np.linalg.norm(d, axis=0)", "np.linalg.norm(W, axis=0)"
_NEW, _BIAS = f"d * {_W} / {_D}", "0 * b"
_APPEND = f"        found.append({_NEW})\n"


def _lengths(of, *more):
    """Edits that put another length in the place of both."""
    return (_W, of.format("W")), (_D, of.format("d")), *more


def _whole(parts):
    """The length of some parts as one vector."""
    return f"np.linalg.norm(np.concatenate([part.ravel() for part in {parts}]))"


_BIASES_TOO = (("theta[::2]", "theta[::2], theta[1::2]"), ("for d, b, W in", "for d, b, W, c in"))

MISTAKES = {
    directions.normalised: (
        DIRECTION,
        mistakes(
            HINTS,
            directions.normalised,
            ("the layer for the unit", *_lengths("np.linalg.norm({})")),
            ("the layer for the unit", *_lengths("np.linalg.norm({})"), (_BIAS, "b")),
            (
                "the layer for the unit",
                ("direction[::2], direction[1::2], theta[::2]", "direction, direction, theta"),
                *_lengths("np.linalg.norm({})"),
                (f"        found.append({_BIAS})\n", ""),
            ),
            ("all weights at once", (_W, _whole("theta")), (_D, _whole("direction"))),
            ("all weights at once", (_W, _whole("theta[::2]")), (_D, _whole("direction[::2]"))),
            (
                "all weights at once",
                (_W, _whole("theta")),
                (_D, _whole("direction")),
                (
                    _BIAS,
                    "b * np.sqrt(sum(np.sum(part**2) for part in theta) / sum(np.sum(part**2) for part in direction))",
                ),
            ),
            ("outgoing for incoming weights", *_lengths("np.linalg.norm({}, axis=1, keepdims=True)")),
            ("biases kept", (_BIAS, "b")),
            ("biases normalised", *_BIASES_TOO, (_BIAS, "b * abs(c) / abs(b)")),
            ("biases normalised", *_BIASES_TOO, (_BIAS, "b * np.linalg.norm(c) / np.linalg.norm(b)")),
            (
                "the bias counted with its unit",
                *_BIASES_TOO,
                (_W, "np.linalg.norm(np.vstack([W, c]), axis=0)"),
                (_D, "np.linalg.norm(np.vstack([d, b]), axis=0)"),
            ),
            (
                "the bias counted with its unit",
                *_BIASES_TOO,
                (
                    _APPEND,
                    "        own = np.linalg.norm(np.vstack([d, b]), axis=0)\n"
                    "        scale = np.linalg.norm(np.vstack([W, c]), axis=0) / own\n"
                    "        found.append(d * scale)\n",
                ),
                (_BIAS, "b * scale"),
            ),
            ("not as long as the weights", (_NEW, f"d / {_D}")),
            ("not divided by its own length", (_NEW, f"d * {_W}")),
            ("lengths squared", *_lengths("np.sum({}**2, axis=0)")),
            ("upside down", (_NEW, f"d * {_D} / {_W}")),
            ("entry by entry", (_NEW, "d * abs(W) / abs(np.where(d == 0, 1, d))")),
            ("the weights for the direction", (_NEW, f"W / {_D}")),
            ("the weights added", (_NEW, f"W + {_NEW}")),
            ("the weights added", *_BIASES_TOO, (_NEW, f"W + {_NEW}"), (_BIAS, "c")),
            ("the last layer forgotten", ("return found", "return [*found[:-2], *direction[-2:]]")),
            ("the last layer forgotten", ("return found", "return [*found[:-2], direction[-2], found[-1]]")),
            ("the last layer forgotten", ("return found", "return [*found[:-2], 0 * direction[-2], found[-1]]")),
            ("the first layer forgotten", ("return found", "return [direction[0], *found[1:]]")),
            ("largest entry for length", *_lengths("abs({}).max(axis=0)")),
            ("sum for length", *_lengths("abs({}).sum(axis=0)")),
            ("sum for length", *_lengths("{}.sum(axis=0)")),
            ("the two lists exchanged", ("    found = []", "    direction, theta = theta, direction\n    found = []")),
        ),
    )
}
