"""Mistakes that people make in chapter 2's exercises on batches.

Each row has the name of a mistake, and edits of the reference: its text, and the wrong text (see `variants`).
"""

import numpy as np

from gradlab.checks.questions.batches import BATCHES, ERROR, PIECES, SIZES
from gradlab.checks.tasks import batches
from gradlab.checks.variants import at_once, mistakes

#: name -> hint
HINTS = {
    # the batches of some epochs
    "with replacement": "Write down which examples came in one epoch. Which came twice, and which never?",
    "drawn afresh for each batch": "How often do you shuffle in an epoch? Which examples came in it, and which never?",
    "the same order in each epoch": "Print the first batch of each epoch. Where do you shuffle: how often is that?",
    "never shuffled": "Print the rows of the first batch. What if the data were sorted by class?",
    "not the generator that was given": "Call your function twice with generators of the same seed, then of another.",
    "a generator made anew": "What does a generator that is made from the same seed draw first, each time?",
    "the rest dropped": "How many examples are there in all batches of an epoch?",
    "the last batch filled up": "How large is the last batch, and which of its examples came before?",
    "an empty batch": "Print the sizes of the batches when b divides the number of examples.",
    "b taken for the number of batches": "Is b how many batches there are, or how many examples in each?",
    "pieces of nearly equal size": "Which of the batches may be smaller than b?",
    "inputs and targets shuffled apart": "Print a few inputs beside their targets. Do they still belong together?",
    "targets left in their old order": "Print a few inputs beside their targets. Do they still belong together?",
    "inputs left in their old order": "Print a few inputs beside their targets. Do they still belong together?",
    "one epoch only": "How many batches come back for 2 epochs, and for 4?",
    "one batch only": "How many batches has an epoch?",
    "the batches shuffled, not the examples": "Which examples share a batch in the first epoch, and in the second?",
    "shuffled within the batches only": "Which examples share a batch in the first epoch, and in the second?",
    "row numbers for examples": "What is to be in a batch: which rows, or the rows themselves?",
    "epochs kept apart": "Is your result a list of batches, or a list of lists?",
    "targets before inputs": "In which order are the two parts of a batch asked for?",
    # pieces
    "mean of means": "How many examples has the last piece? How much should it count?",
    "means added up": "Take pieces of one example each: is your result the mean of their gradients?",
    "not divided by the whole": "Write all examples down twice: should the gradient change?",
    "the last piece counted as a full one": "How many examples has the last piece? How much should it count?",
    "the rest left out": "Which piece has the last example?",
    "a piece too few counted": "How many pieces are there, when the last one is smaller?",
    "only the last piece": "What becomes of the gradients of the pieces before?",
    "the whole batch at once": "What does the task say of the room for examples?",
    "the targets of the first piece for all": "Which targets belong to the second piece?",
    "an empty piece": "What is the mean over no examples? Print the sizes of your pieces.",
    "size taken for the number of pieces": "Is it how many pieces there are, or how many examples in each?",
    # the error of a batch
    "not rooted": "Multiply all gradients by 10: by how much should their typical error grow?",
    "distances averaged before they are squared": "What is first: the square, the mean, or the root?",
    "1/b for 1/√b": "How many examples does it take for half the error?",
    "b left out of account": "Should the error of a larger batch be smaller?",
    "sum for mean": "Is a batch's gradient the sum or the mean of its examples' gradients?",
    "the full gradient not subtracted": "How far from what is the distance to be?",
    "relative to the gradient": "Multiply all gradients by 10: should the error stay, or grow as they do?",
    "per coordinate": "What is the length of a vector, and what the mean of its coordinates?",
    "always with replacement": "With b = n and without replacement, what is left of the error?",
    "always without replacement": "With b = n and with replacement, is each example drawn once?",
    "with and without exchanged": "With which of the two is nothing left of the error when b = n?",
    # a batch size that pays
    "steps for examples": "Which number grows with the size of a batch that is too large: steps, or examples?",
    "compared with the smallest batch": "Does the smallest batch always take the fewest examples?",
    "compared with the size before": "With which of all sizes is each to be compared?",
    "the size with the fewest examples": "May it take twice as many examples, or must it be the fewest?",
    "the smallest that pays": "Which of the sizes that pay was asked for?",
    "the first that does not pay": "Does your size pay itself, or is it one too far?",
    "stopped at the first that does not pay": "May a larger size pay though a smaller one does not?",
    "fewer than twice for at most twice": "Does a size pay that takes just twice as many examples?",
    "place for size": "Is your result the size, or where it stands in the list?",
}

_DRAW, _CUT, _EACH = "rng.permutation(len(X))", "order[first : first + b]", "range(0, len(X), b)"
_PAIR, _LOOP = "pairs.append((X[B], y[B]))", "    for _ in range(epochs):\n        order = rng.permutation(len(X))\n"
_ONCE = "    order = rng.permutation(len(X))\n    for _ in range(epochs):\n"
_FULL, _WHOLE = "range(0, len(X) - b + 1, b)", "range(len(X) // b)"
_PIECES = "for first in range(0, len(X), b):\n            B = order[first : first + b]"

_APART = (
    "inputs and targets shuffled apart",
    (_DRAW, "rng.permutation(len(X))\n        other = rng.permutation(len(X))"),
    (_PAIR, "pairs.append((X[B], y[other[first : first + b]]))"),
)

_SHARE, _SIZES = "len(X[piece]) / len(X)", "range(0, len(X), size)"
_ADD, _NUMBER = "total + len(X[piece]) / len(X) * grad", "-(-len(X) // size)"

_ERROR = "np.sqrt(correction * (off**2).sum(axis=1).mean() / b)"
_FEWEST = "examples.min()"
_PAYS = "sizes[examples <= 2 * examples.min()].max()"


def _off(each, b, replace, draws, rng):
    """How far the gradients of so many batches are from the full one: shape (draws, d)."""
    return np.stack([each[rng.choice(len(each), b, replace=replace)].mean(axis=0) for _ in range(draws)]) - each.mean(0)


def _measuring(sizes_of, always=None):
    """A measurement of the error with a mistake in it.

    sizes_of   (errors, full gradient, b) -> what the function returns
    always     whether it draws with replacement, whatever it is asked; None for as it is asked
    """

    def measured(each, *, b, replace, draws, rng):
        return sizes_of(_off(each, b, replace if always is None else always, draws, rng), each.mean(axis=0), b)

    return measured


def _rms(off):
    return np.sqrt((off**2).sum(axis=1).mean())


_MEAN_DISTANCE = "distances averaged before they are squared", lambda off, full, b: np.linalg.norm(off, axis=1).mean()
_NOT_SUBTRACTED = "the full gradient not subtracted", lambda off, full, b: _rms(off + full)
_SUMS = "sum for mean", lambda off, full, b: _rms(b * (off + full) - full)
_WITH = "always with replacement"


def _stopped(sizes, steps):
    """The last size before the first that does not pay."""
    best, fewest = sizes[0], (sizes * steps).min()
    for b, needed in zip(sizes, steps, strict=True):
        if b * needed > 2 * fewest:
            break
        best = b
    return best


def _stopped_after_the_best(sizes, steps):
    """The last size, from the best one on, before the first that does not pay."""
    examples = sizes * steps
    i = int(examples.argmin())
    while i + 1 < len(sizes) and examples[i + 1] <= 2 * examples.min():
        i += 1
    return sizes[i]


# What is forgotten most often, beside another mistake
_BATCHES_AT_ONCE, _MORE = at_once(
    HINTS,
    [
        ("the same order in each epoch", (_LOOP, _ONCE)),
        ("never shuffled", (_DRAW, "np.arange(len(X))")),
        ("a generator made anew", (_DRAW, "np.random.default_rng(0).permutation(len(X))")),
        ("not the generator that was given", (_DRAW, "np.random.permutation(len(X))")),
        ("not the generator that was given", ("pairs = []", "pairs, rng = [], np.random.default_rng(0)")),
        ("targets left in their old order", (_PAIR, "pairs.append((X[B], y[first : first + b]))")),
        ("inputs left in their old order", (_PAIR, "pairs.append((X[first : first + b], y[B]))")),
        _APART,
    ],
    [("the rest dropped", (_EACH, _FULL))],
)
HINTS |= _MORE
_ERRORS_AT_ONCE, _MORE = at_once(
    HINTS,
    [
        ("not rooted", ("np.sqrt(", "(")),
        ("per coordinate", ("(off**2).sum(axis=1).mean()", "(off**2).mean()")),
        ("relative to the gradient", (_ERROR, f"{_ERROR} / np.linalg.norm(each.mean(axis=0))")),
    ],
    [(_WITH, ("1 if replace else (n - b) / (n - 1)", "1"))],
)
HINTS |= _MORE | {f"{name}, and {_WITH}": f"{HINTS[name]} {HINTS[_WITH]}" for name, _ in (_MEAN_DISTANCE, _SUMS)}
_SIZES_AT_ONCE, _MORE = at_once(
    HINTS,
    [("the first that does not pay", (_PAYS, f"min([*sizes[examples > 2 * {_FEWEST}], sizes[-1]])"))],
    [("compared with the smallest batch", (_FEWEST, "examples[0]"))],
)
HINTS |= _MORE

MISTAKES = {
    batches.epoch_batches: (
        BATCHES,
        mistakes(
            HINTS,
            batches.epoch_batches,
            ("with replacement", (_DRAW, "rng.integers(0, len(X), len(X))")),
            ("with replacement", (_CUT, "rng.integers(0, len(X), b)")),
            ("with replacement", (_PIECES, f"for _ in {_WHOLE}:\n            B = rng.integers(0, len(X), b)")),
            (
                "with replacement",
                ("range(epochs)", "range(1)"),
                (_PIECES, "for _ in range(epochs * len(X) // b):\n            B = rng.integers(0, len(X), b)"),
            ),
            ("drawn afresh for each batch", (_CUT, "rng.permutation(len(X))[first : first + b]")),
            (
                "drawn afresh for each batch",
                ("range(epochs)", "range(1)"),
                (_PIECES, "for _ in range(epochs * len(X) // b):\n            B = rng.permutation(len(X))[:b]"),
            ),
            ("drawn afresh for each batch", (_CUT, "rng.permutation(len(X))[:b]")),
            (
                "drawn afresh for each batch",
                (_PIECES, f"for _ in {_WHOLE}:\n            B = rng.permutation(len(X))[:b]"),
            ),
            ("the same order in each epoch", (_LOOP, _ONCE)),
            ("never shuffled", (_DRAW, "np.arange(len(X))")),
            ("not the generator that was given", ("pairs = []", "pairs, rng = [], np.random.default_rng(0)")),
            ("not the generator that was given", (_DRAW, "np.random.permutation(len(X))")),
            ("a generator made anew", (_DRAW, "np.random.default_rng(0).permutation(len(X))")),
            ("the rest dropped", (_EACH, _FULL)),
            ("the last batch filled up", (_CUT, "order[min(first, len(X) - b) :][:b]")),
            ("an empty batch", (_EACH, "range(0, len(X) + 1, b)")),
            ("b taken for the number of batches", (_PIECES, "for B in np.array_split(order, b):")),
            ("pieces of nearly equal size", (_PIECES, "for B in np.array_split(order, -(-len(X) // b)):")),
            ("pieces of nearly equal size", (_PIECES, "for B in np.array_split(order, len(X) // b):")),
            _APART,
            (
                "inputs and targets shuffled apart",
                (_LOOP, f"    other = rng.permutation(len(X))\n{_ONCE}"),
                (_PAIR, "pairs.append((X[B], y[other[first : first + b]]))"),
            ),
            ("targets left in their old order", (_PAIR, "pairs.append((X[B], y[first : first + b]))")),
            ("targets left in their old order", (_LOOP, _ONCE), (_PAIR, "pairs.append((X[B], y[first : first + b]))")),
            ("inputs left in their old order", (_PAIR, "pairs.append((X[first : first + b], y[B]))")),
            ("one epoch only", ("range(epochs)", "range(1)")),
            (
                "the batches shuffled, not the examples",
                (_DRAW, "np.arange(len(X))"),
                (_EACH, f"rng.permutation({_EACH})"),
            ),
            ("shuffled within the batches only", (_CUT, "rng.permutation(np.arange(len(X))[first : first + b])")),
            ("one batch only", ("return pairs", "return pairs[0]")),
            ("row numbers for examples", (_PAIR, "pairs.append(B)")),
            ("row numbers for examples", (_PAIR, "pairs.append((B, y[B]))")),
            (
                "epochs kept apart",
                ("order =", "pairs.append([])\n        order ="),
                (_PAIR, "pairs[-1].append((X[B], y[B]))"),
            ),
            ("targets before inputs", (_PAIR, "pairs.append((y[B], X[B]))")),
            *_BATCHES_AT_ONCE,
        ),
    ),
    batches.accumulated: (
        PIECES,
        mistakes(
            HINTS,
            batches.accumulated,
            ("mean of means", (_SHARE, f"1 / {_NUMBER}")),
            ("means added up", (f"{_SHARE} *", "1 *")),
            ("not divided by the whole", (_SHARE, "len(X[piece])")),
            ("the last piece counted as a full one", (_SHARE, "size / len(X)")),
            ("the rest left out", (_SIZES, "range(0, len(X) - size + 1, size)")),
            ("the rest left out", (_SIZES, "range(0, len(X) - size + 1, size)"), (_SHARE, "1 / (len(X) // size)")),
            ("a piece too few counted", (_SHARE, "1 / (len(X) // size)")),
            ("only the last piece", (_ADD, "len(X[piece]) / len(X) * grad")),
            ("only the last piece", (_ADD, "grad")),
            ("the whole batch at once", (_SIZES, "[0]"), ("first + size", "len(X)")),
            ("the targets of the first piece for all", ("y[piece]", "y[: len(X[piece])]")),
            ("an empty piece", (_SIZES, "range(0, len(X) + 1, size)")),
            (
                "size taken for the number of pieces",
                (_SIZES, "range(0, len(X), -(-len(X) // size))"),
                ("first + size", "first + -(-len(X) // size)"),
            ),
        ),
    ),
    batches.batch_error: (
        ERROR,
        mistakes(
            HINTS,
            batches.batch_error,
            ("not rooted", ("np.sqrt(", "(")),
            *((name, _measuring(sizes_of)) for name, sizes_of in (_MEAN_DISTANCE, _NOT_SUBTRACTED, _SUMS)),
            ("1/b for 1/√b", ("/ b)", "/ b**2)")),
            ("b left out of account", (_ERROR, "np.sqrt((off**2).sum(axis=1).mean())")),
            ("relative to the gradient", (_ERROR, f"{_ERROR} / np.linalg.norm(each.mean(axis=0))")),
            ("per coordinate", ("(off**2).sum(axis=1).mean()", "(off**2).mean()")),
            ("always with replacement", ("1 if replace else (n - b) / (n - 1)", "1")),
            ("always without replacement", ("1 if replace else (n - b) / (n - 1)", "(n - b) / max(n - 1, 1)")),
            ("with and without exchanged", ("if replace", "if not replace")),
            *_ERRORS_AT_ONCE,
            *((f"{name}, and {_WITH}", _measuring(sizes_of, True)) for name, sizes_of in (_MEAN_DISTANCE, _SUMS)),
        ),
    ),
    batches.largest_that_pays: (
        SIZES,
        mistakes(
            HINTS,
            batches.largest_that_pays,
            ("steps for examples", ("examples = sizes * steps", "examples = steps")),
            ("compared with the smallest batch", ("examples.min()", "examples[0]")),
            ("compared with the size before", (_PAYS, "sizes[np.r_[True, examples[1:] <= 2 * examples[:-1]]].max()")),
            ("the size with the fewest examples", (_PAYS, "sizes[examples.argmin()]")),
            ("steps for examples", (_PAYS, "sizes[steps.argmin()]")),
            ("the smallest that pays", (".max()", ".min()")),
            ("the first that does not pay", (_PAYS, "min([*sizes[examples > 2 * examples.min()], sizes[-1]])")),
            ("stopped at the first that does not pay", _stopped),
            ("stopped at the first that does not pay", _stopped_after_the_best),
            ("fewer than twice for at most twice", ("<=", "<")),
            *_SIZES_AT_ONCE,
            ("place for size", (_PAYS, "np.flatnonzero(examples <= 2 * examples.min())[-1]")),
        ),
    ),
}
