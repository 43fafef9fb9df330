"""Questions for chapter 10's exercises on many at once: generators for workers, a step of several machines, many
networks in one array, and the edge of training.

There are many right ways to seed the workers, which draw different numbers. The question asks what all of them have in
common, and the answers are numbers, with 1 for yes and 0 for no.
"""

from copy import deepcopy
from typing import NamedTuple

import numpy as np

from gradlab.checks.question import Case, Question, Unreadable, formatted, numbers, returned, settings
from gradlab.checks.question import type_in_words as kind
from gradlab.checks.questions.searches import _pair

# --- generators for workers -------------------------------------------------------------------------------------------

LATER = (1, 2, 3, 10, 100)  # epochs: how far they are from the first
#: what is asked of the generators, in this order
ASKED = (
    "how many generators",
    "do the workers draw different numbers? (1 is yes, 0 is no)",
    "does a worker draw other numbers in the next epoch? (1 is yes, 0 is no)",
    "in this epoch and 1, 2, 3, 10 and 100 later, are all numbers drawn different? (1 is yes, 0 is no)",
    "does the same call give the same numbers again? (1 is yes, 0 is no)",
    "does another seed give a worker other numbers? (1 is yes, 0 is no)",
    "in these epochs, have this seed and the next no numbers in common? (1 is yes, 0 is no)",
    "is NumPy's global generator left alone? (1 is yes, 0 is no)",
)


def _worker_cases(reference, rng):
    yield Case((0, 0, 2), {})
    yield Case((0, 0, 12), {})
    yield Case((int(rng.integers(1, 1000)), int(rng.integers(1, 9)), int(rng.integers(11, 16))), {})


def _tell_workers(case, i):
    seed, epoch, workers = case.arguments
    return f"For seed = {seed}, epoch = {epoch}, workers = {workers}: {ASKED[i]}"


def _drawn(function, seed, epoch, workers):
    """What each of the workers draws first, as if each were a process of its own: a list of pairs of numbers."""
    given = function(seed, epoch, workers)
    if given is None or not hasattr(given, "__iter__") or isinstance(given, (str, dict)):
        numbers(given)  # says of None what it is
        raise Unreadable(f"{kind(given)}, where a list of generators was asked for")
    found = []
    for one in given:
        if isinstance(one, np.random.BitGenerator):
            raise Unreadable(f"{kind(one)} in the list, where a generator was asked for")
        draw = getattr(deepcopy(one), "random", None)  # a process gets a copy
        if not callable(draw):
            raise Unreadable(f"{kind(one)} in the list, where a generator was asked for")
        found.append((float(draw()), float(draw())))
    return found


def _workers(function, case):
    """The answers to ASKED, on the generators that a function returns."""
    seed, epoch, workers = case.arguments
    state = np.random.get_state()  # noqa: NPY002
    try:
        now = _drawn(function, seed, epoch, workers)
        again = _drawn(function, seed, epoch, workers)
        epochs = [_drawn(function, seed, epoch + k, workers) for k in LATER]
        others = [_drawn(function, seed + 1, epoch + k, workers) for k in (0, *LATER)]
        after = np.random.get_state()  # noqa: NPY002
    finally:
        np.random.set_state(state)  # noqa: NPY002
    run, other_run = ([pair for one in some for pair in one] for some in ([now, *epochs], others))
    found = [
        len(set(now)) == len(now),
        all(one != other for one, other in zip(now, epochs[0], strict=False)),
        len(set(run)) == len(run),
        now == again,
        all(one != other for one, other in zip(now, others[0], strict=False)),
        not set(run) & set(other_run),
        _same_state(state, after),
    ]
    return [np.array(float(len(now))), *(np.array(float(answer)) for answer in found)], []


def _same_state(one, other):
    return np.array_equal(one[1], other[1]) and one[2:] == other[2:]


# --- a step of several machines ---------------------------------------------------------------------------------------

NAN = np.nan


def _step_cases(reference, rng):
    for x, gradients, sizes, lr, lr_size in (
        ([0.0], [[1.0], [4.0]], [1, 3], 0.5, 4),
        ([1.0], [[1.0], [4.0]], [2, 6], 0.5, 2),
        ([1.0, -1.0], [[2.0, 0.0], [0.0, 4.0], [1.0, 1.0]], [5, 2, 3], 0.1, 20),
        ([0.0], [[6.0]], [8], 0.5, 4),  # a machine alone
        ([0.0], [[1.0], [NAN], [3.0]], [3, 0, 1], 0.5, 2),  # one without examples
    ):
        yield Case((np.array(x), np.array(gradients), np.array(sizes)), {"lr": lr, "lr_size": lr_size})
    for machines in (3, 4):
        gradients = rng.normal(size=(machines, 3)).round(2)
        sizes = rng.permutation(np.arange(2, 2 + 3 * machines, 3))
        hyper = {"lr": round(rng.uniform(0.1, 0.9), 2), "lr_size": int(rng.integers(3, 8))}
        yield Case((rng.normal(size=3).round(2), gradients, sizes), hyper)


def _tell_step(case, i):
    x, gradients, sizes = map(formatted, case.arguments)
    return f"For x = {x}, gradients = {gradients}, sizes = {sizes}, {settings(case.hyper)}: the new x"


# --- many networks ----------------------------------------------------------------------------------------------------


def _fleet_cases(reference, rng):
    for starts, rates, X, y, rows in (
        ([[0.0]], [0.5], [[2.0], [1.0]], [1.0, 3.0], [[[0]]]),
        ([[0.0], [1.0]], [0.5, 0.25], [[2.0], [1.0]], [1.0, 3.0], [[[0], [1]]]),
        ([[0.0], [0.0]], [0.5, 0.25], [[2.0], [1.0]], [1.0, 3.0], [[[0, 1], [1, 1]]]),
        # as many networks as inputs, and as steps: what belongs to one axis fits the other, too
        ([[0.0, 1.0], [1.0, 0.0]], [0.5, 0.25], [[2.0, 1.0], [1.0, 0.0]], [1.0, 3.0], [[[0], [1]], [[1], [1]]]),
    ):
        yield Case((*(np.array(part) for part in (starts, rates, X, y)), np.array(rows)), {})
    for K, d, steps, b in ((3, 2, 4, 2), (2, 3, 3, 4)):
        starts, X = rng.normal(size=(K, d)).round(2), rng.normal(size=(6, d)).round(2)
        rates, y = rng.uniform(0.05, 0.4, K).round(2), rng.normal(size=6).round(2)
        yield Case((starts, rates, X, y, rng.integers(6, size=(steps, K, b))), {})


def _tell_fleet(case, i):
    names = ("starts", "rates", "X", "y", "rows")
    told = ", ".join(f"{name} = {formatted(x)}" for name, x in zip(names, case.arguments, strict=True))
    return f"For {told}: the weights at the end"


# --- the edge of training ---------------------------------------------------------------------------------------------


class Edge(NamedTuple):
    """A function that says whether a run with this rate trains: below the edge, and between two rates above it."""

    edge: float
    again: tuple = ()

    def __call__(self, lr):
        """True or False."""
        return bool(lr < self.edge or (self.again and self.again[0] < lr < self.again[1]))

    def __str__(self):
        """The condition, as Python has it."""
        return f"lr < {self.edge:g}" + (" or {:g} < lr < {:g}".format(*self.again) if self.again else "")


def _edge_cases(reference, rng):
    for trains, low, high, halvings in (
        (Edge(3.0), 1.0, 16.0, 1),
        (Edge(5.0), 1.0, 16.0, 1),
        (Edge(3.0), 1.0, 16.0, 2),
        (Edge(30.0), 0.01, 100.0, 6),
        (Edge(3.0, (5.0, 6.0)), 1.0, 36.0, 4),  # more than one edge
    ):
        yield Case((trains, low, high, halvings), {})
    for halvings in (5, 8):
        low = round(rng.uniform(0.01, 0.1), 3)
        edge = round(low * 10 ** rng.uniform(0.4, 1.6), 3)
        yield Case((Edge(edge), low, round(100 * low, 3), halvings), {})


def _tell_edge(case, i):
    trains, low, high, halvings = case.arguments
    asked = ("the highest rate known to train", "the lowest known not to")[i]
    return f"For trains(lr) = {trains}, low = {low:g}, high = {high:g}, halvings = {halvings}: {asked}"


WORKERS = Question(_worker_cases, _workers, _tell_workers)
STEP = Question(_step_cases, returned, _tell_step)
FLEET = Question(_fleet_cases, returned, _tell_fleet)
EDGE = Question(_edge_cases, _pair, _tell_edge)
