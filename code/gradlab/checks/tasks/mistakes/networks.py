"""Mistakes that people make in chapter 2's exercises on a network's gradient.

Each row has the name of a mistake, and edits of the reference: its text, and the wrong text (see `variants`).
"""

from gradlab.checks.questions.networks import SCORES, SLOPES
from gradlab.checks.tasks import networks
from gradlab.checks.variants import at_once, mistakes

#: name -> hint
HINTS = {
    "not divided by n": "Write all examples down twice: should the slopes change?",
    "another number than n": "What is the loss a mean over: the examples, or all outputs of all examples?",
    "divided by n twice": "Where is the mean over the examples taken, and how often?",
    "the sign": "A score that is too high: should a step downhill raise it or lower it?",
    "targets minus outputs": "An output that is too high: what is the sign of the loss's slope by it?",
    # the scores
    "the right class left out": "Is the slope of the right class's score above 0 or below it?",
    "exp overflows": "What is e to the power of 1000? Which number may be taken from all scores of an example?",
    "one maximum for all examples": "Each example has its own largest score. What is e to the power of −1000?",
    "softmax over the examples": "Which numbers add up to 1: those of an example, or those of a class?",
    "softmax over everything": "Which numbers add up to 1: those of an example, or all of them?",
    "not divided by the sum": "Do the probabilities of an example add up to 1?",
    "exp missing": "May a score be below 0, and a probability?",
    "1 taken from more than the right class": "How many entries of the slopes belong to right classes?",
    "the likeliest class for the right one": "Which class is the right one: that of the largest score, or y's?",
    "the label for its place": "Number the classes in another way: should the loss change?",
    "log p for p": "What does the slope by a score add up to over the classes of an example?",
    "the loss for its slopes": "How many slopes are there for each example?",
    "the slope by p": "You have the slope by the probability. How does that depend on the scores?",
    "the softmax's slope once more": "Do the factors of the softmax cancel in the slope by a score, or stay?",
    # the network
    "factor 2": "The loss has a half. What becomes of it when the square is differentiated?",
    "activation's slope missing": "What lies between the hidden units' outputs and their z, on the way back?",
    "slope at the wrong place": "Which numbers went through tanh on the way forwards, and what comes back through it?",
    "slope taken at a": "The slope of tanh is needed at z. With a = tanh z, is the tanh in it already?",
    "slope taken with z for a": "What is the slope of tanh at z = 3: nearly 0, or far below it?",
    "square missing in the slope": "What is the slope of tanh at z, and at −z?",
    "slope of another activation": "What is the derivative of tanh, written with tanh itself?",
    "the activation for its slope": "At z = 0 tanh is 0. Is it flat there?",
    "a slope for the outputs": "Has the last layer an activation?",
    "activation on the outputs": "Has the last layer an activation?",
    "activation missing forwards": "What becomes of z before the second layer gets it?",
    "biases left out forwards": "Change a bias: does your loss change?",
    "W2 not transposed": "Which way does a row of the outputs' slopes go through the second layer, on the way back?",
    "W2 missing on the way back": "By which factor does a hidden unit act on an output?",
    "slopes transposed": "Which shape has a matrix of weights, and which its slopes?",
    "biases summed over the wrong axis": "A bias acts on all examples. Which axis counts the examples?",
    "one number for all biases of a layer": "How many biases has a layer?",
    "biases not summed": "How many slopes does a bias have, when there are five examples?",
    "mean for sum in the biases": "Where has the mean over the examples been taken already?",
    "sum for mean in the biases": "Write all examples down twice: should the slope by a bias change?",
    "the inputs of the wrong layer": "What does an entry of the first matrix multiply, and what one of the second?",
    "the slopes of the wrong layer": "Which slopes come just behind the first layer, and which behind the second?",
    "the last layer first": "In which order are the slopes asked for?",
    "weights first, then biases": "In which order are the slopes asked for?",
    "only the last example": "A weight acts in every example. What becomes of the parts of the others?",
}

_P = "np.exp(s) / np.exp(s).sum(axis=1, keepdims=True)"
_MAX = " - scores.max(axis=1, keepdims=True)"
_RIGHT, _SLOPES = "np.eye(scores.shape[1])[y]", "(p - right) / len(scores)"
_MINUS = "return (p - right) / len(scores)"

_D, _D1 = "D = (A @ W2 + b2 - y) / len(X)", "D1 = D @ W2.T * (1 - A**2)"
_PARTS = "[X.T @ D1, D1.sum(axis=0), A.T @ D, D.sum(axis=0)]"

# What is forgotten most often, beside another mistake
_NO_N = [("not divided by n", (" / len(scores)", ""))]
_SCORES_AT_ONCE, _MORE = at_once(
    HINTS,
    [
        ("exp overflows", (_MAX, "")),
        ("the right class left out", ("(p - right)", "p")),
        ("the sign", ("(p - right)", "(right - p)")),
        ("softmax over everything", (_P, "np.exp(s) / np.exp(s).sum()"), (_MAX, " - scores.max()")),
        ("1 taken from more than the right class", ("(p - right)", "(p - 1)")),
    ],
    _NO_N,
)
HINTS |= _MORE
_SLOPES_AT_ONCE, _MORE = at_once(
    HINTS,
    [
        ("activation's slope missing", (" * (1 - A**2)", "")),
        ("slope taken at a", ("(1 - A**2)", "(1 - np.tanh(A) ** 2)")),
        ("square missing in the slope", ("(1 - A**2)", "(1 - A)")),
        ("slope of another activation", ("(1 - A**2)", "A * (1 - A)")),
        ("the activation for its slope", ("(1 - A**2)", "A")),
        ("W2 not transposed", ("W2.T", "W2")),
        ("slopes transposed", ("X.T @ D1", "D1.T @ X"), ("A.T @ D,", "D.T @ A,")),
        ("one number for all biases of a layer", ("D1.sum(axis=0)", "D1.sum()"), ("D.sum(axis=0)", "D.sum()")),
        ("biases not summed", ("D1.sum(axis=0)", "D1"), ("D.sum(axis=0)", "D")),
    ],
    [
        ("not divided by n", (" / len(X)", "")),
        ("factor 2", (" / len(X)", " / len(X) * 2")),
        ("targets minus outputs", ("(A @ W2 + b2 - y)", "(y - A @ W2 - b2)")),
    ],
)
HINTS |= _MORE

MISTAKES = {
    networks.score_slopes: (
        SCORES,
        mistakes(
            HINTS,
            networks.score_slopes,
            ("not divided by n", (" / len(scores)", "")),
            ("another number than n", ("len(scores)", "scores.shape[1]")),
            ("another number than n", ("len(scores)", "scores.size")),
            ("divided by n twice", ("/ len(scores)", "/ len(scores) ** 2")),
            ("the sign", ("(p - right)", "(right - p)")),
            ("the right class left out", ("(p - right)", "p")),
            ("exp overflows", (_MAX, "")),
            ("one maximum for all examples", ("scores.max(axis=1, keepdims=True)", "scores.max()")),
            ("softmax over the examples", (_P, "np.exp(s) / np.exp(s).sum(axis=0)")),
            (
                "softmax over the examples",
                (_P, "np.exp(s) / np.exp(s).sum(axis=0)"),
                ("(axis=1, keepdims=True)\n", "(axis=0)\n"),
            ),
            ("softmax over everything", (_P, "np.exp(s) / np.exp(s).sum()"), (_MAX, " - scores.max()")),
            ("not divided by the sum", (_P, "np.exp(s)")),
            ("not divided by the sum", (_P, "np.exp(s)"), (_MAX, "")),
            ("exp missing", (_P, "scores / scores.sum(axis=1, keepdims=True)")),
            ("exp missing", (_P, "s / s.sum(axis=1, keepdims=True)")),
            ("exp missing", (_P, "scores")),
            ("1 taken from more than the right class", ("(p - right)", "(p - 1)")),
            ("1 taken from more than the right class", (_MINUS, f"p[y] -= 1\n    {_MINUS}"), ("(p - right)", "p")),
            ("1 taken from more than the right class", (_MINUS, f"p[:, y] -= 1\n    {_MINUS}"), ("(p - right)", "p")),
            ("the likeliest class for the right one", ("[y]", "[p.argmax(axis=1)]")),
            ("the label for its place", (_RIGHT, "y[:, None]")),
            ("log p for p", ("(p - right)", "(np.log(p) - right)")),
            ("the loss for its slopes", (_SLOPES, "-np.log((p * right).sum(axis=1)).mean()")),
            ("the loss for its slopes", (_SLOPES, "-np.log((p * right).sum(axis=1))")),
            ("the slope by p", (_SLOPES, "-right / p / len(scores)")),
            ("the softmax's slope once more", ("(p - right)", "(p - right) * p * (1 - p)")),
            *_SCORES_AT_ONCE,
        ),
    ),
    networks.network_slopes: (
        SLOPES,
        mistakes(
            HINTS,
            networks.network_slopes,
            ("not divided by n", (" / len(X)", "")),
            ("another number than n", ("len(X)", "y.size")),
            ("another number than n", ("len(X)", "y.shape[1]")),
            ("another number than n", ("len(X)", "X.shape[1]")),
            ("divided by n twice", (" / len(X)", " / len(X) ** 2")),
            ("divided by n twice", (_PARTS, f"[part / len(X) for part in {_PARTS}]")),
            ("divided by n twice", ("(1 - A**2)", "(1 - A**2) / len(X)")),
            ("targets minus outputs", ("(A @ W2 + b2 - y)", "(y - A @ W2 - b2)")),
            ("factor 2", ("(A @ W2 + b2 - y)", "2 * (A @ W2 + b2 - y)")),
            ("activation's slope missing", (" * (1 - A**2)", "")),
            ("activation's slope missing", (" * (1 - A**2)", ""), ("X.T @ D1", "X.T @ (D1 * (1 - A**2))")),
            ("slope at the wrong place", (" * (1 - A**2)", ""), ("A.T @ D,", "(A * (1 - A**2)).T @ D,")),
            ("slope at the wrong place", (" * (1 - A**2)", ""), ("A.T @ D,", "(1 - A**2).T @ D,")),
            ("slope at the wrong place", ("A.T @ D,", "(1 - A**2).T @ D,")),
            ("slope taken at a", ("(1 - A**2)", "(1 - np.tanh(A) ** 2)")),
            (
                "slope taken with z for a",
                ("(1 - A**2)", "(1 - (X @ W1 + b1) ** 2)"),
                ("np.tanh(X @ W1 + b1)\n", "np.tanh(b1 + X @ W1)\n"),
            ),
            ("square missing in the slope", ("(1 - A**2)", "(1 - A)")),
            ("slope of another activation", ("(1 - A**2)", "A * (1 - A)")),
            ("slope of another activation", ("(1 - A**2)", "(A > 0)")),
            ("the activation for its slope", ("(1 - A**2)", "A")),
            ("a slope for the outputs", (_D, "O = A @ W2 + b2\n    D = (O - y) / len(X) * (1 - O**2)")),
            ("activation on the outputs", ("(A @ W2 + b2 - y)", "(np.tanh(A @ W2 + b2) - y)")),
            ("activation on the outputs", (_D, "O = np.tanh(A @ W2 + b2)\n    D = (O - y) / len(X) * (1 - O**2)")),
            ("activation missing forwards", ("np.tanh(X @ W1 + b1)", "X @ W1 + b1")),
            ("activation missing forwards", ("np.tanh(X @ W1 + b1)", "X @ W1 + b1"), (" * (1 - A**2)", "")),
            ("biases left out forwards", (" + b1", ""), (" + b2", "")),
            ("biases left out forwards", (" + b1", "")),
            ("biases left out forwards", (" + b2", "")),
            ("W2 not transposed", ("W2.T", "W2")),
            ("W2 missing on the way back", ("D @ W2.T", "D")),
            ("slopes transposed", ("X.T @ D1", "D1.T @ X"), ("A.T @ D,", "D.T @ A,")),
            ("slopes transposed", ("X.T @ D1", "D1.T @ X")),
            ("slopes transposed", ("A.T @ D,", "D.T @ A,")),
            (
                "biases summed over the wrong axis",
                ("D1.sum(axis=0)", "D1.sum(axis=1)"),
                ("D.sum(axis=0)", "D.sum(axis=1)"),
            ),
            ("one number for all biases of a layer", ("D1.sum(axis=0)", "D1.sum()"), ("D.sum(axis=0)", "D.sum()")),
            ("biases not summed", ("D1.sum(axis=0)", "D1"), ("D.sum(axis=0)", "D")),
            ("mean for sum in the biases", ("D1.sum(axis=0)", "D1.mean(axis=0)"), ("D.sum(axis=0)", "D.mean(axis=0)")),
            (
                "sum for mean in the biases",
                (" / len(X)", ""),
                ("X.T @ D1", "X.T @ D1 / len(X)"),
                ("A.T @ D,", "A.T @ D / len(X),"),
            ),
            ("the inputs of the wrong layer", ("A.T @ D,", "X.T @ D,")),
            ("the inputs of the wrong layer", ("X.T @ D1", "A.T @ D1")),
            ("the slopes of the wrong layer", ("A.T @ D,", "A.T @ D1,")),
            ("the slopes of the wrong layer", ("A.T @ D, D.", "A.T @ D1, D1.")),
            ("the slopes of the wrong layer", ("X.T @ D1", "X.T @ D")),
            ("the last layer first", (_PARTS, f"(lambda w1, c1, w2, c2: [w2, c2, w1, c1])(*{_PARTS})")),
            ("weights first, then biases", (_PARTS, f"(lambda w1, c1, w2, c2: [w1, w2, c1, c2])(*{_PARTS})")),
            ("only the last example", (_PARTS, "[X[-1:].T @ D1[-1:], D1[-1], A[-1:].T @ D[-1:], D[-1]]")),
            *_SLOPES_AT_ONCE,
        ),
    ),
}
