"""Conditions: what an argument must be, in words and as a predicate. `_arguments.checked` tries them.

The conditions of names that mean the same in all functions are in `COMMON`, those of the hyperparameters of rules and
methods in `CONDITIONS`. A function that asks for anything else has its conditions beside it.
"""

from collections.abc import Callable
from math import inf
from typing import Any, NamedTuple

import numpy as np

from gradlab._arrays import detached, floating, to_numpy, wide


class Condition(NamedTuple):
    """What an argument must be.

    words      come after "must": "be finite"
    holds      value -> True or False, or an array of them; TypeError for what can be no such value
    read       value -> what the function gets; TypeError or ValueError if the value cannot be read
    of_shape   True if the shape is what may be wrong: then the error tells it, and not the entries
    """

    words: str
    holds: Callable[[Any], Any]
    read: Callable[[Any], Any] | None = None
    of_shape: bool = False


def _floats(value):
    """The value in floats of a type in which they can be squared."""
    return wide(floating(value))


def is_count(value, least):
    """True for an integer, Python's or NumPy's, of at least `least`."""
    return isinstance(value, (int, np.integer)) and not isinstance(value, bool) and value >= least


def _are_seeds(value):
    """True for one seed or more, side by side."""
    return isinstance(value, (list, tuple, range, np.ndarray)) and len(value) > 0 and all(is_count(v, 0) for v in value)


def point(x):
    """x as an array or tensor of floats, without torch's graph. ValueError for what is no real number."""
    return detached(floating(x))


def stays(function):
    """False for what is another function at each call, such as a gradient on minibatches: see `oracles.Stochastic`."""
    return not hasattr(function, "draw")


def one_of(*names):
    """The condition that a value is one of these strings."""
    return Condition(f"be one of {', '.join(names)}", lambda v: isinstance(v, str) and v in names)


def one_number(condition):
    """The same condition, for one number and not an array of them."""
    words = f"be one number, {condition.words.removeprefix('be ')}"
    return Condition(words, lambda v: not np.ndim(v) and condition.holds(v))


def at_least(least):
    """The condition that a value is an integer of at least `least`."""
    return Condition(f"be an integer of at least {least}", lambda v: is_count(v, least))


def examples(least=1):
    """The condition that a value is an array of shape (..., n, d), with n at least `least`.

    It is read as floats, float16 as float32.
    """
    words = f"be of shape (..., n, d) with n of at least {least} and d of at least 1"
    return Condition(words, lambda x: x.ndim > 1 and x.shape[-2] >= least and x.shape[-1] > 0, _floats, True)


NON_NEGATIVE = Condition("be finite and not negative", lambda v: (v >= 0) & (v < inf))
POSITIVE = Condition("be finite and positive", lambda v: (v > 0) & (v < inf))
POSITIVE_OR_INF = Condition("be positive", lambda v: v > 0)
DECAY = Condition("be in [0, 1)", lambda v: (v >= 0) & (v < 1))
FINITE = Condition("be finite", lambda v: np.isfinite(to_numpy(v)))  # of a tensor on a GPU, too
FRACTION = Condition("be strictly between 0 and 1", lambda v: (v > 0) & (v < 1))
UNIT = Condition("be in [0, 1]", lambda v: (v >= 0) & (v <= 1))
BOOLEAN = Condition("be True or False", lambda v: isinstance(v, bool))
COUNT, COUNT_FROM_0 = at_least(1), at_least(0)
SEEDS = Condition("be an integer of at least 0, or a list of such", lambda v: is_count(v, 0) or _are_seeds(v))
FUNCTION = Condition("be a function", callable)
RULE = Condition(
    "be an update rule or a method, such as gradlab.rules.adam", lambda v: callable(v) and not isinstance(v, type)
)
SAME_FUNCTION = Condition("be a function that stays the same from call to call", lambda v: callable(v) and stays(v))
NUMBERS = Condition("be an array of numbers", lambda x: True, floating)
POINT = Condition("have a last axis for the coordinates, such as [1.0, 2.0]", lambda x: x.ndim > 0, point)
VECTOR = Condition("be a vector", lambda x: x.ndim == 1, point, True)
PROBLEM = Condition("have f and grad", lambda v: hasattr(v, "f") and hasattr(v, "grad"))

#: argument -> its condition, where the name means the same in all functions
COMMON = {
    "f": FUNCTION,
    "grad": FUNCTION,
    "rule": RULE,
    "problem": PROBLEM,
    "seed": COUNT_FROM_0,
    "lr": NON_NEGATIVE,  # schedules end at 0
    "lr_min": NON_NEGATIVE,
    "eps": NON_NEGATIVE,
    "weight_decay": NON_NEGATIVE,
}

#: hyperparameter -> its condition, for rules and methods
CONDITIONS = COMMON | {
    "beta": DECAY,
    "beta1": DECAY,
    "beta2": DECAY,
    "rho": DECAY,
    "momentum_decay": NON_NEGATIVE,
    "shrink": FRACTION,
    "c1": FRACTION,
    "history_size": COUNT,
}

# A beta that was converted from another convention (see `conversions`) may be more than 1 for a step or two.
SCHEDULED = {"beta": NON_NEGATIVE}
