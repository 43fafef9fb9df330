"""Descent: apply an update rule again and again.

    rule(x, g, *state, **hyper) -> (x, *state)        an update rule: one pure function
    method(problem, x, **hyper) -> yields (x, state)  what does not fit: it asks for f, or for
                                                      gradients elsewhere

With a rule, `descend` is this loop, and keeps the points:

    state = ()
    for t in range(steps):
        x, *state = adam(x, grad(x), *state, lr=0.1)

The last axis of x holds the coordinates; the axes before it are a grid of independent descents.
"""

import inspect
from itertools import islice

import numpy as np

from gradlab._arguments import (
    at_each_step,
    hyperparameters,
    require_count,
    require_function,
    require_names,
    require_point,
    require_settings,
)
from gradlab._arrays import empty


def descend(grad, x0, rule, steps=100, **hyper):
    """Return the trajectory x_0, ..., x_steps of `rule`, stacked along a new first axis.

        x_{t+1} = rule(x_t, grad(x_t), *state, lr=..., ...)

    grad   maps x of shape (..., d) to the gradient, of the same shape. A method (such as
           `backtracking`) takes a problem instead: anything with `f` and `grad`.
    x0     shape (..., d); integers become floats. It is broadcast against every hyperparameter, so
           `lr=lr[:, None]` with `lr` of shape (K,) runs K descents at once. A shape of (d,) is
           one rate for each coordinate.
    rule   an update rule or a method.
    steps  how many, 0 or more.
    hyper  hyperparameters of the rule: each a number, an array, or a schedule `t -> value` with t
           counting from 0.

    Returns an array of shape (steps + 1, *grid, d) and of x0's dtype, or a tensor when x0 is one. A
    path that diverges runs on to inf and nan without a warning.

    Raises ValueError for a wrong argument, naming it.
    """
    require_count("descend", "steps", steps)
    x0 = _start("descend", "x0", x0, rule, hyper)
    path = empty((steps + 1, *x0.shape), x0)
    path[0] = x0
    t = 0
    for t, (x, _) in enumerate(islice(_path("descend", grad, x0, rule, hyper), steps), 1):
        path[t] = x
    return path[: t + 1]  # a method may end before


def iterates(grad, x, rule, **hyper):
    """Yield the points that `rule` visits after `x`, each with the rule's state there.

        x_{t+1}, *state = rule(x_t, grad(x_t), *state, lr=..., ...)

    The arguments are those of `descend`. This is the form for long runs: nothing is stored, and
    the caller decides when to stop. Yields pairs (x, state), `state` being a tuple.

    Raises ValueError for a wrong argument, naming it, before the first step.
    """
    return _path("iterates", grad, _start("iterates", "x", x, rule, hyper), rule, hyper)


def is_method(rule):
    """True for a generator `method(problem, x, **hyper)`, False for a rule `rule(x, g, *state)`."""
    return inspect.isgeneratorfunction(_bare(rule))


def _path(owner, grad, x, rule, hyper):
    """The points after x, once `_start` has checked the arguments and broadcast x."""
    if is_method(rule):
        return _quietly(rule(grad, x, **hyper))
    require_function(owner, grad=grad)
    return _quietly(_apply(owner, grad, x, rule, hyper))


def _apply(owner, grad, x, rule, hyper):
    step, name = _bare(rule), _name(rule)
    state = ()
    for values in at_each_step(name, **hyper):
        g = grad(x)
        if getattr(g, "shape", ()) != x.shape:
            kind = type(g).__name__
            raise ValueError(
                f"{owner}: grad must return the shape of x, {tuple(x.shape)}, got {kind} of shape {np.shape(g)}"
            )
        result = step(x, g, *state, **dict(zip(hyper, values, strict=True)))
        if not isinstance(result, tuple):
            raise ValueError(
                f"{owner}: rule {name} must return a tuple (x, *state), got {type(result).__name__}; "
                "a rule without state returns `x,` with a comma"
            )
        moved, *state = result
        if getattr(moved, "shape", ()) != x.shape:
            raise ValueError(f"{owner}: rule {name} must keep the shape of x, {tuple(x.shape)}, got {np.shape(moved)}")
        x = moved
        yield x, tuple(state)


def _start(owner, argument, x, rule, hyper):
    """x as floats, broadcast against every hyperparameter, after checking them all."""
    require_function(owner, rule=rule)
    name, allowed = _name(rule), hyperparameters(_bare(rule))
    require_names(name, hyper, allowed)
    x = require_point(owner, argument, x)
    shape = tuple(x.shape)
    for k, value in require_settings(name, **hyper).items():
        try:
            shape = np.broadcast_shapes(shape, np.shape(value))
        except ValueError:
            raise ValueError(
                f"{name}: {k} of shape {np.shape(value)} does not broadcast with {shape}; the last "
                f"axis is the coordinates, so a sweep is {k}[:, None]"
            ) from None
    start = empty(shape, x)
    start[...] = x
    return start


def _quietly(path):
    """The same path, its overflows silenced; the caller's own warnings are left alone."""
    while True:
        with np.errstate(all="ignore"):
            point = next(path, None)
        if point is None:  # a method that is done
            return
        yield point


def _bare(rule):
    """The function under `checked`: its arguments are checked once, not at every step."""
    return getattr(rule, "unchecked", rule)


def _name(rule):
    return getattr(rule, "__name__", repr(rule))
