"""Questions to a normaliser: what does it return for a few examples, and what gradients in the backward pass?"""

import numpy as np

from gradlab.checks.question import (
    Case,
    Question,
    Unreadable,
    call,
    formatted,
    numbers,
    returned,
    settings,
    type_in_words,
)
from gradlab.normalisers import Cache

#: layer -> a batch whose statistics are whole numbers
EASY_BATCHES = {
    "batch_norm": [[1, 2], [3, 8]],
    "batch_norm_eval": [[3, 5]],  # a single example, which is possible after training
    "running_statistics": [[1, 2], [3, 8]],
    "layer_norm": [[1, 3], [2, 8]],
    "group_norm": [[1, 3, 2, 8, 0, 4]],
    "rms_norm": [[1, 7], [14, 2]],
}

# The arguments of a layer after x, each with three pairs: values for the easy batch that change nothing, values for it
# that do, and the bounds of random values.
GAMMA, BETA = ((1, 1), (2, 3), (0.5, 2)), ((0, 0), (4, -1), (-2, 2))
MEAN, VAR = ((1, 2), (0, 1), (-2, 2)), ((3.5, 8.5), (0.5, 3.5), (0.5, 4))
PARAMETERS = {"batch_norm_eval": (GAMMA, BETA, MEAN, VAR), "running_statistics": (MEAN, VAR), "rms_norm": (GAMMA,)}

HYPER = {
    "batch_norm_eval": [{"eps": 0.5}, {"eps": 0.5}],
    "running_statistics": [{"momentum": 0.1}, {"momentum": 0.25}],
    "group_norm": [{"groups": 3, "eps": 0.0}, {"groups": 3, "eps": 0.5}],
}


def _forward_cases(layer, rng):
    x = np.array(EASY_BATCHES[layer.__name__], float)
    parameters = PARAMETERS.get(layer.__name__, (GAMMA, BETA))
    easy = HYPER.get(layer.__name__, [{"eps": 0.0}, {"eps": 0.5}])
    for i, hyper in enumerate(easy):
        yield Case((x, *(np.resize(values[i], x.shape[1]).astype(float) for values in parameters)), hyper)
    for n, d in ((2, 6), (5, 9)):
        # Each example and each feature varies around a number of its own, so that no two means are alike.
        x = (rng.normal(size=(n, d)) + rng.uniform(-3, 3, (n, 1)) + rng.uniform(-3, 3, d)).round(2)
        *others, rate = hyper
        drawn = {name: hyper[name] for name in others} | {rate: round(rng.uniform(0.1, 0.4), 2)}
        yield Case((x, *(rng.uniform(*bounds, d).round(2) for *_, bounds in parameters)), drawn)


def _forward(layer, case):
    """The output y of a layer, which may return a cache beside it."""
    value, modified = call(layer, case)
    return [numbers(value[0] if isinstance(value, tuple) else value)], modified


def _pair(layer, case):
    """Words on what batch norm in training returns, if there is nothing beside y for the backward pass; else ""."""
    value, _ = call(layer, case)
    return (
        ""
        if isinstance(value, (tuple, list)) and len(value) == 2
        else f"{type_in_words(value)}, where y and a cache were asked for"
    )


def row(value):
    """One number for each feature, as a vector; the function may have kept the axis of the examples, of length 1."""
    value = numbers(value)
    return value[0] if value.ndim == 2 and len(value) == 1 else value


def things(value, *names, kinds=(tuple, list)):
    """The things that a function returns. Raises Unreadable when it does not return as many as have names.

    kinds   what may hold them; an array can only hold things of one shape
    """
    if value is None:
        raise Unreadable("None: is a `return` missing?")
    if not isinstance(value, kinds) or len(value) != len(names):
        raise Unreadable(f"{type_in_words(value)}, where {', '.join(names[:-1])} and {names[-1]} were asked for")
    return value


def two_rows(value):
    """A mean and a variance for each feature."""
    if isinstance(value, np.ndarray) and value.ndim == 1:
        raise Unreadable("one row of numbers, where mean and var were asked for")
    return [row(one) for one in things(value, "mean", "var", kinds=(tuple, list, np.ndarray))]


def _statistics(layer, case):
    value, modified = call(layer, case)
    return two_rows(value), modified


def _tell(names, values):
    """A function that tells a question, from the names of the arguments and the names of the values asked for."""

    def tell(case, i):
        given = [f"{name} = {formatted(value)}" for name, value in zip(names, case.arguments, strict=False)]
        return f"For {', '.join(filter(None, [*given, settings(case.hyper)]))}: {values[i]}"

    return tell


# --- backward ---------------------------------------------------------------------------------------------------------


def _backward_cases(backward, rng):
    """Small examples first: the rows of a matrix for batch norm, its columns for layer norm; then random ones."""
    by_batch = backward.__name__ == "batch_norm_backward"
    one, two = [[-1], [0], [1]], [[-1, 0.5], [0, -1], [1, 0.5]]
    for x_hat, dy, sd, gamma in (
        (one, [[3], [0], [6]], [[2]], [1] if by_batch else [1, 1, 1]),
        (one, [[3], [0], [6]], [[2]], [4] if by_batch else [1, 2, 3]),
        (two, [[3, 1], [0, 2], [6, 0]], [[2, 4]], [1, 2] if by_batch else [1, 2, 3]),
    ):
        arrays = [np.array(values, float) for values in (dy, x_hat, sd)]
        yield Case((*(a if by_batch else a.T.copy() for a in arrays), np.array(gamma, float)), {})
    for n, d in ((4, 6), (6, 3)):
        z, dy = rng.uniform(-1, 1, (n, d)), rng.normal(size=(n, d)).round(2)
        mean = z.mean(0 if by_batch else 1, keepdims=True)
        yield Case((dy, z - mean, rng.uniform(1.5, 3, mean.shape).round(2), rng.uniform(0.5, 2, d).round(2)), {})


def _backward(backward, case):
    value, modified = call(lambda dy, *parts: backward(dy, Cache(*parts)), case)
    dx, dgamma, dbeta = things(value, "dx", "dγ", "dβ")
    return [numbers(dx), row(dgamma), row(dbeta)], modified


# --- data -------------------------------------------------------------------------------------------------------------


def _data_cases(reference, rng):
    yield Case((np.array([[1.0], [5.0]]), np.array([[7.0]])), {})
    yield Case((np.array([[1.0, 10.0], [5.0, 40.0]]), np.array([[7.0, 40.0], [3.0, 10.0]])), {})
    for n_train, n, d in ((5, 3, 2), (6, 4, 3)):
        scale, shift = rng.uniform(0.5, 5, d), rng.uniform(-5, 5, d)
        yield Case(tuple((rng.normal(size=(k, d)) * scale + shift).round(2) for k in (n_train, n)), {})


def _range_cases(reference, rng):
    yield Case((np.array([[2.0], [6.0], [3.0]]), np.array([[5.0], [3.0]])), {"low": 0.0, "high": 1.0})
    yield Case((np.array([[2.0], [6.0], [3.0]]), np.array([[5.0], [8.0]])), {"low": -1.0, "high": 1.0})
    # The second column is constant in training: as new data have it, too, and as they do not.
    yield Case((np.array([[2.0, 3.0], [6.0, 3.0]]), np.array([[5.0, 3.0], [3.0, 3.0]])), {"low": 1.0, "high": 2.0})
    yield Case((np.array([[2.0, 3.0], [6.0, 3.0]]), np.array([[5.0, 4.0], [3.0, 2.0]])), {"low": 1.0, "high": 3.0})
    for (low, high), d in (((1.0, 4.0), 2), ((-2.0, 0.5), 3)):
        scale, shift = rng.uniform(1, 5, d), rng.uniform(1, 5, d) * rng.choice([-1, 1], d)
        train, X = ((rng.normal(size=(4, d)) * scale + shift).round(2) for _ in range(2))
        yield Case((train, X), {"low": low, "high": high})


FORWARD = Question(_forward_cases, _forward, _tell(["x", "γ", "β", "mean", "var"], ["y"]))
TRAINING = Question(FORWARD.cases, FORWARD.run, FORWARD.tell, form=_pair)
RUNNING = Question(_forward_cases, _statistics, _tell(["x", "mean", "var"], ["mean", "var"]))
BACKWARD = Question(_backward_cases, _backward, _tell(["dy", "x̂", "σ", "γ"], ["dx", "dγ", "dβ"]))
SCALED = Question(_data_cases, returned, _tell(["X_train", "X"], ["X scaled"]))
RANGED = Question(_range_cases, returned, _tell(["X_train", "X"], ["X scaled"]))
