"""Mistakes that people make in chapter 6's exercises on two solutions: in orders of units, and in barriers.

Each row has the name of a mistake, and edits of the reference: its text, and the wrong text (see `variants`).
"""

import numpy as np

from gradlab.checks.questions.valleys import LOSSES, NETWORK, ORDER, WAY
from gradlab.checks.tasks import valleys
from gradlab.checks.variants import mistakes

#: name -> hint
HINTS = {
    "W2 left as it is": "Where does the output of a unit go, once the unit has another number?",
    "b1 left as it is": "Which bias belongs to the unit that has moved?",
    "W1 left as it is": "Which weights enter the unit that has moved?",
    "only W1": "What belongs to a unit besides the weights that enter it?",
    "W2's columns": "Of what does W2 have a row, and of what a column?",
    "W1's rows": "Of what does W1 have a row, and of what a column?",
    "the inverse order": "Which old unit is the first of the new ones?",
    "the inverse order in W2": "Which old unit is the first of the new ones? And whose weights leave it?",
    "from b to a": "Where is the walk when s is 0?",
    "the last place missing": "What is the loss at the last of your places, and what at b?",
    "the first place missing": "What is the loss at the first of your places, and what at a?",
    "ends left out": "How many places are asked for, and are the ends among them?",
    "one place too many": "How many places were asked for?",
    "losses mixed, not weights": "How often is f asked, and where?",
    "not on the way between": "Where is the walk when s is 1: at b, or beyond it?",
    "places for losses": "What was asked for: where the places are, or how high the loss is there?",
    "nothing subtracted": "If both ends are at 1 and nothing lies higher, how high is the hill?",
    "the mean of the ends for the line": "How high is the line beside the first end: is it half-way between the two?",
    "the lower end for the line": "From which height is the hill measured, at each place of the way?",
    "the higher end for the line": "From which height is the hill measured, at each place of the way?",
    "the first end for the line": "From which height is the hill measured, at each place of the way?",
    "the last end for the line": "From which height is the hill measured, at each place of the way?",
    "half-way only": "Must the highest place be half-way?",
    "the mean of the hill": "How high is a hill: its highest place, or the mean of all?",
    "the area of the hill": "How high is a hill: its highest place, or the sum of all?",
    "the place for the height": "What was asked for: where the hill is highest, or how high?",
    "a dip counted as a hill": "If the losses between the ends lie below the line, is there a hill?",
    "the ends exchanged": "How high is your line at the first place?",
    "a share of the ends": "Add 1 to all losses: should the height of the hill change?",
    "from the lowest place": "From which height is the hill measured, at each place of the way?",
    "the least alike": "Should the sum be as large as it can be, or as small?",
    "each takes its favourite": "Can two of A's units get the same unit of B?",
    "B's units choose": "Can two of B's units get the same unit of A?",
    "first come, first served": "May the first unit take what another needs more?",
    "the most alike pair first": "May the most alike pair be worse for all the others?",
    "numbers of A's units": "Whose unit has the number at place k of your order: one of A's, or one of B's?",
    "rows for columns": "Where are the weights of a unit: in a row or in a column?",
    "cosines for products": "Do long units count more than short ones, in the sum that is to be large?",
    "distances for products": "Does a distance say the same as a product? What about its square?",
    "correlations for products": "Is the mean to be subtracted?",
    "counted from 1": "Which number has B's first unit?",
    "sorted by length": "Do two units do the same because they are equally long?",
    "the order as it is": "Is the sum larger for another order?",
}

_MATRICES = "[W1[:, order], b1[:, order], W2[order]]"
_BACK = "np.argsort(order)"
_PLACES, _POINT = "np.linspace(0, 1, n)", "(1 - s) * a + s * b"
_WAY = f"[f({_POINT}) for s in {_PLACES}]"
_LINE, _HEIGHT = "(1 - s) * losses[0] + s * losses[-1]", "(losses - line).max()"
_GAINS, _BEST = "A.T @ B", "_, order = linear_sum_assignment(gains, maximize=True)"


def _chosen_in_turn(gains):
    """Each unit of A, from the first on, takes the best of B's that is left."""
    gains, order = gains.copy(), []
    for row in gains:
        order.append(int(row.argmax()))
        gains[:, order[-1]] = -np.inf
    return np.array(order)


def _best_pairs(gains):
    """The most alike pair is taken out, again and again."""
    gains, order = gains.copy(), np.zeros(len(gains), int)
    for _ in gains:
        i, j = np.unravel_index(gains.argmax(), gains.shape)
        order[i] = j
        gains[i], gains[:, j] = -np.inf, -np.inf
    return order


_SORTED = "order = np.argsort((B**2).sum(0))[np.argsort(np.argsort((A**2).sum(0)))]"

MISTAKES = {
    valleys.reordered: (
        NETWORK,
        mistakes(
            HINTS,
            valleys.reordered,
            ("W2 left as it is", (_MATRICES, "[W1[:, order], b1[:, order], W2]")),
            ("b1 left as it is", (_MATRICES, "[W1[:, order], b1, W2[order]]")),
            ("W1 left as it is", (_MATRICES, "[W1, b1[:, order], W2[order]]")),
            ("only W1", (_MATRICES, "[W1[:, order], b1, W2]")),
            ("W2's columns", (_MATRICES, "[W1[:, order], b1[:, order], W2[:, order]]")),
            ("W1's rows", (_MATRICES, "[W1[order], b1[:, order], W2[order]]")),
            ("the inverse order", (_MATRICES, f"[W1[:, {_BACK}], b1[:, {_BACK}], W2[{_BACK}]]")),
            ("the inverse order in W2", (_MATRICES, f"[W1[:, order], b1[:, order], W2[{_BACK}]]")),
        ),
    ),
    valleys.straight: (
        WAY,
        mistakes(
            HINTS,
            valleys.straight,
            ("from b to a", (_POINT, "s * a + (1 - s) * b")),
            ("the last place missing", (_PLACES, "np.arange(n) / n")),
            ("the first place missing", (_PLACES, "(np.arange(n) + 1) / n")),
            ("ends left out", (_PLACES, "np.linspace(0, 1, n + 2)[1:-1]")),
            ("ends left out", (_PLACES, "np.linspace(0, 1, n)[1:-1]")),
            ("one place too many", (_PLACES, "np.linspace(0, 1, n + 1)")),
            ("losses mixed, not weights", (_WAY, f"[(1 - s) * f(a) + s * f(b) for s in {_PLACES}]")),
            ("not on the way between", (_POINT, "a + s * b")),
            ("places for losses", (_WAY, _PLACES)),
        ),
    ),
    valleys.barrier: (
        LOSSES,
        mistakes(
            HINTS,
            valleys.barrier,
            ("nothing subtracted", (_HEIGHT, "losses.max()")),
            ("nothing subtracted", (_HEIGHT, "losses[1:-1].max()")),
            ("the mean of the ends for the line", (_LINE, "(losses[0] + losses[-1]) / 2")),
            ("the lower end for the line", (_LINE, "min(losses[0], losses[-1])")),
            ("the higher end for the line", (_LINE, "max(losses[0], losses[-1])")),
            ("the first end for the line", (_LINE, "losses[0]")),
            ("the last end for the line", (_LINE, "losses[-1]")),
            ("half-way only", (_HEIGHT, "(losses - line)[len(losses) // 2]")),
            ("half-way only", (_HEIGHT, "losses[len(losses) // 2] - (losses[0] + losses[-1]) / 2")),
            ("the mean of the hill", (_HEIGHT, "(losses - line).mean()")),
            ("the mean of the hill", (_HEIGHT, "losses.mean() - (losses[0] + losses[-1]) / 2")),
            ("the area of the hill", (_HEIGHT, "(losses - line).sum()")),
            ("the place for the height", (_HEIGHT, "(losses - line).argmax()")),
            ("the place for the height", (_HEIGHT, "losses.argmax()")),
            ("the place for the height", (_HEIGHT, "s[(losses - line).argmax()]")),
            ("a dip counted as a hill", (_HEIGHT, "abs(losses - line).max()")),
            ("the ends exchanged", (_LINE, "s * losses[0] + (1 - s) * losses[-1]")),
            ("a share of the ends", (_HEIGHT, "((losses - line) / line).max()")),
            ("a share of the ends", (_HEIGHT, "(losses - line).max() / (losses[0] + losses[-1]) * 2")),
            ("from the lowest place", (_LINE, "losses.min()")),
        ),
    ),
    valleys.best_order: (
        ORDER,
        mistakes(
            HINTS,
            valleys.best_order,
            ("the least alike", ("maximize=True", "maximize=False")),
            ("each takes its favourite", (_BEST, "order = gains.argmax(axis=1)")),
            ("B's units choose", (_BEST, "order = gains.argmax(axis=0)")),
            ("first come, first served", (_BEST, "order = in_turn(gains)")),
            ("the most alike pair first", (_BEST, "order = best_pairs(gains)")),
            ("numbers of A's units", (_GAINS, "B.T @ A")),
            ("rows for columns", (_GAINS, "A @ B.T")),
            ("cosines for products", (_GAINS, "(A / np.linalg.norm(A, axis=0)).T @ (B / np.linalg.norm(B, axis=0))")),
            ("distances for products", (_GAINS, "-np.linalg.norm(A[:, :, None] - B[:, None], axis=0)")),
            ("correlations for products", (_GAINS, "np.corrcoef(A.T, B.T)[: A.shape[1], A.shape[1] :]")),
            ("counted from 1", ("return order", "return order + 1")),
            ("sorted by length", (_BEST, _SORTED)),
            ("the order as it is", ("return order", "return np.arange(len(order))")),
            in_turn=_chosen_in_turn,
            best_pairs=_best_pairs,
        ),
    ),
}
