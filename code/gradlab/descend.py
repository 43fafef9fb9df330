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
from collections.abc import Callable, Iterator
from functools import partial
from itertools import islice
from typing import Any, NamedTuple, Protocol

import numpy as np

from gradlab._arguments import (
    ArgumentError,
    at_each_step,
    checked,
    each_named,
    fit,
    gradient_of,
    hyperparameters,
    named,
    of_type,
    require_names,
    require_settings,
)
from gradlab._arrays import Apart, apart, detached, empty, like, wide
from gradlab._conditions import CONDITIONS, COUNT_FROM_0, POINT, Condition
from gradlab._runs import this_run

# --- the words of this library, as types --------------------------------------------------------------------------

#: A NumPy array or a torch tensor. (Any, since what holds for both cannot be said to a type checker.)
Array = Any

#: t -> value: a hyperparameter that changes from step to step, with t = 0 before the first. See `schedules`.
Schedule = Callable[[Any], Any]

#: A hyperparameter: a number, an array that broadcasts with x, or a `Schedule`.
Hyper = Any

#: x -> gradient, from shape (..., d) to the same shape. See `oracles`.
Oracle = Callable[[Array], Array]

#: (x, g, *state, **hyper) -> (x, *state): one step, as one pure function. See `rules`; a method may be given instead.
Rule = Callable[..., Any]

#: What `iterates` yields: pairs of a point and the rule's state there.
Path = Iterator[tuple[Array, tuple]]


class Problem(Protocol):
    """Something to minimise: anything with the attributes f and grad, such as a `surfaces.Surface`.

    f      maps x of shape (..., d) to the values, shape (...)
    grad   maps x of shape (..., d) to the gradients, shape (..., d)
    """

    @property
    def f(self) -> Callable[[Array], Array]:
        """The value."""

    @property
    def grad(self) -> Oracle:
        """The gradient."""


class Objective(NamedTuple):
    """The plainest `Problem`: two functions, such as `Objective(net_loss, clip_by_norm(gradient, 1.0))`."""

    f: Callable[[Array], Array]
    grad: Oracle


# --- descent ------------------------------------------------------------------------------------------------------

TO_DESCEND = Condition("be a problem with grad, or a gradient function", lambda v: callable(getattr(v, "grad", v)))


@checked(problem=TO_DESCEND, x0=POINT, steps=COUNT_FROM_0)
def descend(problem: Problem | Oracle, x0: Array, rule: Rule, steps: int = 100, **hyper: Hyper) -> Array:
    """Return the trajectory of `rule`: x₀ and the points after it, stacked along a new first axis.

        xₜ₊₁, stateₜ₊₁ = rule(xₜ, grad(xₜ), stateₜ; lr, …)

    problem   anything with `grad`, such as a surface; or only the gradient, a function of x of shape (..., d) that
              returns the same shape. A method (such as `backtracking`) needs a problem with `f` as well.
    x0        shape (..., d); integers become floats. It is broadcast against every hyperparameter, so
              `lr=lr[:, None]` with `lr` of shape (K,) runs K descents at once. A shape of (d,) is
              one rate for each coordinate.
    rule      an update rule or a method.
    steps     how many, 0 or more.
    hyper     hyperparameters of the rule: each a number, an array, or a schedule `t -> value` with t
              counting from 0.

    Returns an array of shape (steps + 1, *grid, d) and of x0's dtype, or a tensor when x0 is one; it is shorter when a
    method ends before. The hyperparameters and what grad returns may be of any type: NumPy's rates go together with a
    tensor x0. From float16, rules step in float32, and methods are refused. A path that diverges runs on to inf and nan
    without a warning.

    Raises ValueError for a wrong argument, naming it.

    >>> from gradlab import rules, surfaces
    >>> descend(surfaces.quadratic(1, 10), [2, 1], rules.sgd, steps=2, lr=0.1)
    array([[2.  , 1.  ],
           [1.8 , 0.  ],
           [1.62, 0.  ]])
    """
    x0 = _start(x0, rule, hyper)
    path = empty((steps + 1, *x0.shape), x0)
    path[0] = x0
    t = 0
    for t, (x, _) in enumerate(islice(_path(problem, x0, rule, hyper), steps), 1):
        path[t] = x
    return path[: t + 1]  # a method may end before


@checked(
    problem=TO_DESCEND,
    x=POINT,
    state=Condition("be the tuple that was yielded with x", lambda v: isinstance(v, tuple)),
    t=COUNT_FROM_0,
)
def iterates(problem: Problem | Oracle, x: Array, rule: Rule, *, state: tuple = (), t: int = 0, **hyper: Hyper) -> Path:
    """Yield the points that `rule` visits after `x`, each with the rule's state there.

        xₜ₊₁, stateₜ₊₁ = rule(xₜ, grad(xₜ), stateₜ; lr, …)

    The arguments are those of `descend`. This is the form for long runs: nothing is stored, and
    the caller decides when to stop. Yields pairs (x, state), `state` being a tuple; each x is of the first one's dtype.
    The descent goes on from the very x that it has yielded: to change it, change a copy.

    state, t   to go on where a descent has ended: the state that it yielded last, and its number of steps, from
               which schedules count. The problem must be where it was, too: see `checkpoints`.

    Raises ValueError for a wrong argument, naming it, before the first step. A method cannot go on, as it keeps its
    state to itself, nor can a descent in float16, whose x has been rounded: both raise ValueError, too.
    """
    if (state or t) and is_method(rule):
        raise ArgumentError(f"rule must be an update rule to go on with state or t, got the method {_name(rule)}")
    if state and wide(x) is not x:
        raise ArgumentError(f"x must be of float32 or float64 to go on from, got {x.dtype}")
    return each_named("iterates", _path(problem, _start(x, rule, hyper), rule, hyper, state, t))


def is_method(rule: Rule) -> bool:
    """True for a generator `method(problem, x, **hyper)`, False for a rule `rule(x, g, *state)`."""
    return inspect.isgeneratorfunction(_bare(rule))


def _loop(grad, x, rule, settings, state):
    """Every descent with a rule is this loop."""
    for hyper in settings:
        x, *state = rule(x, grad(x), *state, **hyper)
        yield x, tuple(state)


def _path(problem, x, rule, hyper, state=(), t=0):
    """The points after x, once `_start` has checked the hyperparameters and broadcast x.

    For an x of float16 the path is computed in float32 and each point rounded: in float16 short steps would be lost,
    and the squares of long gradients overflow.
    """
    start = wide(x)
    hyper = fit({name: detached(value) for name, value in hyper.items()}, start)
    if is_method(rule):
        path = rule(problem if hasattr(rule, "unchecked") else Apart(problem), x, **hyper)
    else:
        settings = each_named(_name(rule), at_each_step(_conditions(rule), t, **hyper))
        path = _loop(_gradient(problem, x), start, _step(rule, start), settings, state)
        if start is x:  # of whose type `_step` leaves it
            return _quietly(path)
    one = empty((1,), x)  # of x's type
    return (of_type(one, point) for point in _quietly(path))


def _start(x, rule, hyper):
    """x broadcast against every hyperparameter, after checking them all."""
    shape = tuple(x.shape)
    with this_run(), named(_name(rule)):
        require_names(hyper, hyperparameters(_bare(rule)))
        for k, value in require_settings(_conditions(rule), **hyper).items():
            try:
                shape = np.broadcast_shapes(shape, np.shape(value))
            except ValueError:
                raise ArgumentError(
                    f"{k} of shape {np.shape(value)} does not broadcast with {shape}; the last "
                    f"axis is the coordinates, so a sweep is {k}[:, None]"
                ) from None
    start = empty(shape, x)
    start[...] = x
    return start


def _gradient(problem, x):
    """The gradient of a problem, or the problem itself if it is one; what it returns must be of x's shape.

    It is asked for points of x's type, and becomes of the type in which steps are made.
    """
    grad = getattr(problem, "grad", problem)
    if wide(x) is x:
        return partial(gradient_of, apart(grad))
    half = empty((1,), x)
    return partial(gradient_of, apart(lambda x: grad(like(x, half))))


def _step(rule, x):
    """The rule without its checks; what it returns must be a tuple that begins with a point of x's shape.

    x stays of its type. That of a rule with float64 constants of its own would else go from float32 to float64.
    """
    step, name, shape, dtype = _bare(rule), _name(rule), x.shape, x.dtype

    def of_this_shape(x, g, *state, **hyper):
        after = step(x, g, *state, **hyper)
        if not isinstance(after, tuple):
            raise ArgumentError(
                f"rule {name} must return a tuple (x, *state), got {type(after).__name__}; "
                "a rule without state returns `x,` with a comma"
            )
        if getattr(after[0], "shape", ()) != shape:
            raise ArgumentError(f"rule {name} must keep the shape of x, {tuple(shape)}, got {np.shape(after[0])}")
        return after if after[0].dtype is dtype else of_type(x, after)

    return of_this_shape


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


def _conditions(rule):
    """The conditions of a rule's hyperparameters: its own, or for a rule of the user's those that all share."""
    return getattr(rule, "conditions", CONDITIONS)


def _name(rule):
    return getattr(rule, "__name__", repr(rule))
