"""Wrong arguments: one table says what each may be, one decorator asks it.

The bodies of the rules stay equations. What they assume stands here.
"""

import functools
import inspect
from itertools import count, pairwise
from math import inf

import numpy as np

from gradlab._arrays import floating


def one_of(*names):
    """The condition that a value is one of these strings."""
    return f"one of {', '.join(names)}", lambda v: isinstance(v, str) and v in names


def one_number(condition):
    """The same condition, of one number and not of an array of them."""
    wanted, holds = condition
    return f"one number, {wanted}", lambda v: not np.ndim(v) and holds(v)


NON_NEGATIVE = "finite and not negative", lambda v: (v >= 0) & (v < inf)
POSITIVE = "finite and positive", lambda v: (v > 0) & (v < inf)
POSITIVE_OR_INF = "positive", lambda v: v > 0
DECAY = "in [0, 1)", lambda v: (v >= 0) & (v < 1)
FINITE = "finite", np.isfinite
FRACTION = "strictly between 0 and 1", lambda v: (v > 0) & (v < 1)
UNIT = "in [0, 1]", lambda v: (v >= 0) & (v <= 1)
AT_LEAST_1 = "at least 1", lambda v: v >= 1
BOOLEAN = "True or False", lambda v: isinstance(v, bool)
COUNT = "an integer of at least 1", lambda v: is_count(v, 1)
COUNT_FROM_0 = "an integer of at least 0", lambda v: is_count(v, 0)

#: argument name -> (what it must be, in words; the same as a predicate that broadcasts)
CONDITIONS = {
    "lr": NON_NEGATIVE,  # schedules end at 0
    "eps": NON_NEGATIVE,
    "weight_decay": NON_NEGATIVE,
    "beta": DECAY,
    "beta1": DECAY,
    "beta2": DECAY,
    "rho": DECAY,
    "momentum_decay": NON_NEGATIVE,
    "eps_hat": NON_NEGATIVE,
    "shrinkage": NON_NEGATIVE,
    "radius": NON_NEGATIVE,
    "c1": FRACTION,
    "shrink": FRACTION,
    "history_size": COUNT,
    "max_value": POSITIVE_OR_INF,
    "max_norm": POSITIVE_OR_INF,
    "sd": NON_NEGATIVE,
    "curvatures": FINITE,
    "floor": NON_NEGATIVE,
    "centres": FINITE,
    "depths": POSITIVE,
    "widths": POSITIVE,
    # schedules
    "lr_min": NON_NEGATIVE,
    "lr_max": POSITIVE,
    "gamma": POSITIVE,
    "decay": NON_NEGATIVE,  # of inverse_time; the one of averaging.ema is another thing, a DECAY
    "power": POSITIVE,
    "start": NON_NEGATIVE,
    "steps": COUNT,
    "step_size": COUNT,
    "period": COUNT,
    "mult": COUNT,
    "warm_up_steps": COUNT,
    "decay_steps": COUNT,
    "milestones": ("increasing integers, the first at least 1", lambda v: is_increasing(v)),
    "rise": FRACTION,
    "anneal": one_of("cosine", "linear"),
    "div_factor": AT_LEAST_1,
    "final_div_factor": AT_LEAST_1,
    "three_phase": BOOLEAN,
    "schedule": ("a function t -> value", callable),
    "factor": FRACTION,
    "threshold": DECAY,
    "patience": COUNT_FROM_0,
    "cooldown": COUNT_FROM_0,
    "min_delta": NON_NEGATIVE,
    # initialisers, gains, normalisers, scalers
    "gain": NON_NEGATIVE,
    "bound": NON_NEGATIVE,
    "value": FINITE,
    "fan": one_of("fan_in", "fan_out", "fan_avg"),
    "distribution": one_of("normal", "uniform"),
    "activation": one_of("linear", "sigmoid", "tanh", "relu", "leaky_relu", "selu"),
    "definition": one_of("forward", "backward", "slope", "torch"),
    "negative_slope": one_number(FINITE),
    "momentum": UNIT,
    "var": NON_NEGATIVE,
    "low": one_number(FINITE),
    "high": one_number(FINITE),
    # networks, data
    "dropout": one_number(DECAY),
    "loss": one_of("cross_entropy", "squared_error"),
    "valid": one_number(DECAY),
    "test": one_number(DECAY),
    "noise": one_number(NON_NEGATIVE),
    "condition": one_number(("finite and at least 1", lambda v: (v >= 1) & (v < inf))),
    "intercept": one_number(FINITE),
    "slope": one_number(FINITE),
    "turns": one_number(FINITE),
    # landscapes
    "span": POSITIVE,
    "shift": FINITE,
    "tolerance": NON_NEGATIVE,
}

# A beta translated from another convention (see `conversions`) may pass 1 for a step or two.
SCHEDULED = CONDITIONS | {"beta": NON_NEGATIVE}


def require(owner, conditions=CONDITIONS, /, **values):
    """Raise a ValueError that names the first argument in `values` which breaks its condition."""
    for name, value in values.items():
        if name not in conditions:
            continue
        wanted, holds = conditions[name]
        try:
            verdict = holds(value)  # nan fails every comparison, so it fails here too
        except TypeError:
            hint = "; a schedule goes to `descend`, or is called" if callable(value) else ""
            raise ValueError(f"{owner}: {name} must be a number or an array, got {value!r}{hint}") from None
        if not everywhere(verdict):
            raise ValueError(f"{owner}: {name} must be {wanted}, got {value!r}")


def everywhere(verdict):
    """True if a truth value, or each entry of an array or a tensor of them, is true."""
    return bool(verdict.all() if hasattr(verdict, "all") else verdict)


def is_count(value, least):
    """True for an integer, Python's or NumPy's, of at least `least`."""
    return isinstance(value, (int, np.integer)) and not isinstance(value, bool) and value >= least


def is_increasing(values):
    """True for a list, a tuple or an array of increasing integers, at least one, the first at least 1."""
    if not isinstance(values, (list, tuple, range, np.ndarray)) or not len(values):
        return False
    return all(is_count(v, 1) for v in values) and all(v < w for v, w in pairwise(values))


def require_count(owner, name, value, least=0):
    """Raise a ValueError unless `value` is an integer that is at least `least`."""
    if not is_count(value, least):
        raise ValueError(f"{owner}: {name} must be an integer of at least {least}, got {value!r}")


def require_numbers(owner, name, x):
    """x as an array or tensor of floats; a ValueError if it is none."""
    try:
        return floating(x)
    except (TypeError, ValueError):
        raise ValueError(f"{owner}: {name} must be an array of numbers, got {x!r}") from None


def require_point(owner, name, x):
    """x as floats; a ValueError unless it has a last axis, for the coordinates."""
    x = require_numbers(owner, name, x)
    if not x.ndim:
        raise ValueError(f"{owner}: {name} must have a last axis for the coordinates: [{x}], got {x}")
    return x


def require_examples(owner, name, x, least=1):
    """x as floats; a ValueError unless its shape is (..., n, d), with n at least `least` and d at least 1."""
    x = require_numbers(owner, name, x)
    if x.ndim < 2 or x.shape[-2] < least or x.shape[-1] < 1:
        wanted = f"(..., n, d) with n of at least {least} and d of at least 1"
        raise ValueError(f"{owner}: {name} must be of shape {wanted}, got {tuple(x.shape)}")
    return x


def require_broadcast(owner, shape, **values):
    """Raise a ValueError that names the first of `values` which does not broadcast to this very shape."""
    for name, value in values.items():
        try:
            fits = np.broadcast_shapes(np.shape(value), shape) == shape
        except ValueError:
            fits = False
        if not fits:
            raise ValueError(f"{owner}: {name} must broadcast to shape {shape}, got shape {np.shape(value)}")


def require_function(owner, **functions):
    """Raise a ValueError that names the first of `functions` which cannot be called."""
    for name, function in functions.items():
        if not callable(function):
            hint = f"; its .{name} is one" if callable(getattr(function, name, None)) else ""
            raise ValueError(f"{owner}: {name} must be a function, got {function!r}{hint}")


def require_problem(owner, problem, x):
    """Raise a ValueError unless `problem` has a value and a gradient, and x coordinates."""
    if not (hasattr(problem, "f") and hasattr(problem, "grad")):
        raise ValueError(f"{owner}: problem must have f and grad, got {problem!r}")
    if not getattr(x, "shape", ()):
        raise ValueError(f"{owner}: x must be an array or a tensor of shape (..., d), got {x!r}")


def require_alike(owner, x, g):
    """Raise a ValueError unless x and g are numbers, arrays or tensors of one shape."""
    for name, value in (("x", x), ("g", g)):
        if not (hasattr(value, "shape") or isinstance(value, (int, float))):
            raise ValueError(f"{owner}: {name} must be a number, an array or a tensor, got {value!r}")
    if np.shape(x) != np.shape(g):
        raise ValueError(f"{owner}: g must be of x's shape {np.shape(x)}, got {np.shape(g)}")


def bound(function, *args, **kwargs):
    """The arguments of a call by their names, with the defaults; a ValueError if the function does not take them."""
    try:
        given = inspect.signature(function).bind(*args, **kwargs)
    except TypeError as error:
        raise ValueError(f"{function.__name__}: {error}") from None
    given.apply_defaults()
    return given.arguments


def hyperparameters(function):
    """The names that `function` takes by keyword only."""
    kinds = inspect.signature(function).parameters.values()
    return [p.name for p in kinds if p.kind is p.KEYWORD_ONLY]


def require_names(owner, given, allowed):
    """Raise a ValueError that names the first of `given` that `owner` does not take."""
    for name in given:
        if name not in allowed:
            known = ", ".join(allowed) or "none"
            raise ValueError(f"{owner}: no hyperparameter {name!r}; there are: {known}")


def require_settings(owner, **hyper):
    """Check each hyperparameter, a schedule `t -> value` where it begins; return the values at t = 0."""
    start = {name: value(0) if callable(value) else value for name, value in hyper.items()}
    for name, value in hyper.items():
        require(owner, SCHEDULED if callable(value) else CONDITIONS, **{name: start[name]})
    return start


def at_each_step(owner, **hyper):
    """Yield the values of the hyperparameters at t = 0, 1, 2, …, checking those that are schedules."""
    schedules = {name: value for name, value in hyper.items() if callable(value)}
    for t in count():
        now = {name: schedule(t) for name, schedule in schedules.items()}
        require(f"{owner} at t = {t}", SCHEDULED, **now)
        yield tuple((hyper | now).values())


def checked(function):
    """Check the arguments of a rule or a method before each call.

    A loop that has checked them already (`iterates`) calls the bare function, `rule.unchecked`.
    """
    name, allowed = function.__name__, hyperparameters(function)

    def rule(x, g, *state, **hyper):
        require_names(name, hyper, allowed)
        require(name, **hyper)
        require_alike(name, x, g)
        return function(x, g, *state, **hyper)

    def method(problem, x, **hyper):
        require_names(name, hyper, allowed)
        require_settings(name, **hyper)
        require_problem(name, problem, x)
        return function(problem, x, **hyper)

    wrapper = functools.wraps(function)(method if "problem" in inspect.signature(function).parameters else rule)
    wrapper.unchecked = function
    return wrapper
