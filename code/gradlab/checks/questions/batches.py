"""Questions for chapter 2's exercises on batches: to a function that cuts epochs into batches, to one that adds up
pieces, to a measurement of a batch's error, and to a choice of the batch size.

The batches that a function draws are not compared with those of the reference: there are many right ways to draw. The
question asks what every right way has in common, and the answers are numbers, with 1 for yes and 0 for no.
"""

from itertools import islice

import numpy as np

from gradlab.checks.question import (
    Case,
    Question,
    Unreadable,
    changed,
    formatted,
    numbers,
    returned,
    settings,
    type_in_words,
)
from gradlab.checks.time_limit import Endless

EPOCHS = 6  # so many that a wrong way to draw has no chance of looking right
PATIENCE = 1000  # batches; right answers have 72 at most
DRAWS = 2000  # batches in a measurement: its error is then 1 to 2%


def _hyper(case):
    """What a case gives a function by keyword, but for the generator, which is made anew from a seed for each call."""
    return {name: value for name, value in case.hyper.items() if name != "seed"}


def _settings(case):
    return f"{settings(_hyper(case))}, rng = default_rng({case.hyper['seed']})"


# --- the batches of some epochs ---------------------------------------------------------------------------------------

#: what is asked of the batches, in this order
ASKED = (
    "the sizes of all batches, the largest first",
    "does each target stand beside its own inputs? (1 is yes, 0 is no)",
    "does each epoch have each example once? (1 is yes, 0 is no)",
    "are the examples of a batch all different? (1 is yes, 0 is no)",
    "does the first epoch have the examples in another order than X? (1 is yes, 0 is no)",
    "have the epochs different orders? (1 is yes, 0 is no)",
    "are the first batches of the epochs made of different examples? (1 is yes, 0 is no)",
    "are the batches of each epoch put together in another way? (1 is yes, 0 is no)",
    "are the targets in another order than y? (1 is yes, 0 is no)",
    "does an rng with the same seed give the same batches again? (1 is yes, 0 is no)",
    "does an rng with another seed give other batches? (1 is yes, 0 is no)",
)


def _epoch_cases(reference, rng):
    for n, b in ((12, 4), (12, 5), (12, 1), (12, 12)):
        yield Case(_examples(n), {"b": b, "epochs": EPOCHS, "seed": 0})
    n, b = rng.integers([20, 6], [30, 9]).tolist()
    yield Case(_examples(n), {"b": b, "epochs": EPOCHS, "seed": n})


def _examples(n):
    """X and y, in which each example can be told by its number: the first input, and the target less 100."""
    number = np.arange(n, dtype=float)
    return np.stack([number, number], axis=1), 100 + number


def _tell_epochs(case, i):
    X, _ = case.arguments
    return f"{len(X)} examples, {_settings(case)}: {ASKED[i]}"


def _drawn(function, case, seed):
    """The numbers of the examples in each batch, told by their inputs and by their targets, and what was modified."""
    given = [argument.copy() for argument in case.arguments]
    batches, pairs = function(*given, **_hyper(case), rng=np.random.default_rng(seed)), []
    try:
        batches = list(islice(batches, PATIENCE + 1))
    except TypeError:
        if batches is not None and hasattr(batches, "__iter__"):
            raise  # by the function itself, which goes on as it is asked for its batches
        numbers(batches)  # says of None what it is
        raise Unreadable(f"{type_in_words(batches)}, where batches were asked for") from None
    if len(batches) > PATIENCE:
        raise Endless(f": it gives more than {PATIENCE} batches")
    for batch in batches:
        x, y = _pair(batch, case.arguments[0].shape[1])
        pairs.append((x[:, 0], y - 100))
    if not pairs:
        raise Unreadable("no batches")
    changes = enumerate(zip(given, case.arguments, strict=True), 1)
    return pairs, [f"argument {i}" for i, (now, before) in changes if changed(now, before)]


def _pair(batch, d):
    """The inputs and the targets of a batch, as arrays; raises Unreadable where it is none."""
    if not isinstance(batch, (list, tuple)) or len(batch) != 2:
        found = (
            f"{type_in_words(batch)} of shape {np.shape(batch)}" if hasattr(batch, "shape") else type_in_words(batch)
        )
        found += f" of {len(batch)}" if isinstance(batch, (list, tuple)) else ""
        raise Unreadable(f"a batch that is {found}, where a pair (inputs, targets) was asked for")
    x, y = map(numbers, batch)
    if y.ndim != 1 or x.shape != (len(y), d):
        shapes = f"inputs of shape {x.shape} and targets of shape {y.shape}"
        raise Unreadable(f"a batch with {shapes}, where (examples, {d}) and (examples,) were asked for")
    return x, y


def _epochs(function, case):
    """The answers to ASKED, on the batches that a function gives."""
    n, epochs, seed = len(case.arguments[0]), case.hyper["epochs"], case.hyper["seed"]
    pairs, modified = _drawn(function, case, seed)
    again, another = (_drawn(function, case, other)[0] for other in (seed, seed + 1))
    sizes = np.sort([float(len(inputs)) for inputs, _ in pairs])[::-1]
    paired = all(np.array_equal(inputs, targets) for inputs, targets in pairs)
    if case.hyper["b"] == n:  # any order of the examples within a batch will do
        pairs, again, another = ([tuple(map(np.sort, pair)) for pair in some] for some in (pairs, again, another))
    inputs, targets = zip(*pairs, strict=True)
    each_epoch = max(1, len(inputs) // epochs)
    by_epoch = [inputs[i : i + each_epoch] for i in range(0, len(inputs), each_epoch)]
    orders = [np.concatenate(batches) for batches in by_epoch]
    sets = [{frozenset(batch.tolist()) for batch in batches} for batches in by_epoch]
    in_order = np.arange(n)
    found = [
        paired,
        len(orders) == epochs and all(np.array_equal(np.sort(order), in_order) for order in orders),
        all(len(np.unique(batch)) == len(batch) for batch in inputs),
        not np.array_equal(orders[0], in_order[: len(orders[0])]),
        any(not np.array_equal(order, orders[0]) for order in orders),
        any(set(batches[0].tolist()) != set(inputs[0].tolist()) for batches in by_epoch),
        any(one != sets[0] for one in sets),
        not np.array_equal(np.concatenate(targets)[:n], in_order[: sum(map(len, targets))]),
        _alike(pairs, again),
        not _alike(pairs, another),
    ]
    return [sizes, *(np.array(float(answer)) for answer in found)], modified


def _alike(one, other):
    """True if two lists of pairs hold the same inputs."""
    return len(one) == len(other) and all(np.array_equal(x, u) for (x, _), (u, _) in zip(one, other, strict=True))


# --- one batch in pieces ----------------------------------------------------------------------------------------------


class Room:
    """The mean of targetᵢ · inputsᵢ over examples, on a machine that has room for only `size` of them."""

    def __init__(self, size):
        self.size = size

    def grad(self, X, y):
        """The mean over these examples, shape (d,). Raises MemoryError when they are too many."""
        if len(X) > self.size:
            raise MemoryError(f"{len(X)} examples at once, with room for {self.size}")
        return X.T @ y / len(X)


def _piece_cases(reference, rng):
    for X, y, size in (
        ([[1], [2], [3], [6]], [1, 1, 1, 1], 2),
        ([[1], [2], [6]], [1, 1, 1], 2),
        ([[1, 0], [2, 1], [6, 2]], [1, -1, 2], 3),
    ):
        yield Case((Room(size).grad, np.array(X, float), np.array(y, float)), {"size": size})
    for n, size in ((7, 2), (11, 4)):
        X, y = rng.normal(size=(n, 3)).round(2), rng.normal(size=n).round(2)
        yield Case((Room(size).grad, X, y), {"size": size})


def _tell_pieces(case, i):
    _, X, y = case.arguments
    given = f"X = {formatted(X)}, y = {formatted(y)}, {settings(case.hyper)}"
    return f"For grad(X, y) = X.T @ y / len(X), {given}"


# --- the error of a batch ---------------------------------------------------------------------------------------------


def _error_cases(reference, rng):
    for each, b, replace in (
        ([[0], [2]], 1, True),
        ([[0], [0], [4], [4]], 4, True),
        ([[0], [0], [4], [4]], 2, False),
        ([[0, 1], [0, 5], [4, 2], [4, 1], [3, 1], [1, 2]], 6, False),
    ):
        yield Case((np.array(each, float),), {"b": b, "replace": replace, "draws": DRAWS, "seed": 0})
    for n, d, b, replace in ((8, 3, 3, False), (9, 4, 5, True)):
        yield Case((rng.normal(1, 2, (n, d)).round(2),), {"b": b, "replace": replace, "draws": DRAWS, "seed": n})


def _tell_error(case, i):
    return f"For each = {formatted(case.arguments[0])}, {_settings(case)}"


def _error(function, case):
    """The error that a function measures, with a generator made for this case."""
    rng = np.random.default_rng(case.hyper["seed"])
    return returned(function, Case(case.arguments, _hyper(case) | {"rng": rng}))


# --- a batch size that pays -------------------------------------------------------------------------------------------


def _size_cases(reference, rng):
    for sizes, steps in (
        ([1, 4, 16], [100, 30, 20]),
        ([1, 4, 16, 64], [64, 16, 8, 4]),  # 16 takes just twice as many examples
        ([2, 8, 32, 128], [500, 100, 30, 14]),  # the fewest examples are not those of the smallest
        ([1, 4, 16, 64, 256], [40, 12, 9, 1.25, 1]),  # 16 takes more than twice as many, 64 fewer again
        ([4, 16, 64], [np.inf, 50, 20]),  # 4 has not arrived
    ):
        yield Case((np.array(sizes), np.array(steps, float)), {})
    for count in (5, 6):
        sizes, (S, E) = 2 ** np.arange(1, 2 * count, 2), rng.uniform([5, 200], [30, 2000])
        yield Case((sizes, (S + E / sizes).round(1)), {})


def _tell_sizes(case, i):
    sizes, steps = case.arguments
    return f"For sizes = {sizes.tolist()}, steps = {formatted(steps)}"


BATCHES = Question(_epoch_cases, _epochs, _tell_epochs)
PIECES = Question(_piece_cases, returned, _tell_pieces)
ERROR = Question(_error_cases, _error, _tell_error, tolerance=0.08)  # five times the error of a measurement, or more
SIZES = Question(_size_cases, returned, _tell_sizes)
