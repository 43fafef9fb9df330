"""Wrong arguments: a ValueError names the function, the argument, and what is wrong with it.

    @checked(period=COUNT)
    def triangular(lr, *, period, lr_min=0): ...

    triangular(0.1, period=0)        ValueError: triangular: period must be an integer of at least 1, got 0

`checked` tries each argument against its condition before the call. `_conditions` has those that are shared; any other
condition stands at its function. A function raises `ArgumentError` for what the condition of one argument cannot say,
such as two that do not fit each other. So the body of a rule stays its equation.
"""

import functools
import inspect
from collections.abc import Callable
from itertools import count, repeat
from typing import ParamSpec, TypeVar, overload

import numpy as np

from gradlab._arrays import Apart, detached, empty, fitted, is_complex, is_tensor, like, wide
from gradlab._conditions import COMMON, CONDITIONS, FUNCTION, NUMBERS, POINT, SAME_FUNCTION, SCHEDULED, Condition, stays


class ArgumentError(ValueError):
    """A wrong argument. The message begins with its name; `checked` puts the name of the function before it.

    t   the step at which a schedule gave the wrong value; None where no schedule did
    """

    def __init__(self, message, t=None):
        super().__init__(message)
        self.where = "" if t is None else f" at t = {t}"


# --- the decorator ------------------------------------------------------------------------------------------------


P = ParamSpec("P")
T = TypeVar("T")


@overload
def checked(function: Callable[P, T], /) -> Callable[P, T]: ...
@overload
def checked(**conditions: Condition) -> Callable[[Callable[P, T]], Callable[P, T]]: ...
def checked(function=None, /, **conditions):
    """Check the arguments of a function before each call, and name the function in the error.

    conditions   argument -> `Condition`, besides those in `COMMON`, and for rules and methods in `CONDITIONS`

    An argument that is its own default is not checked. Floats of NumPy become Python's, which leave float32 as it is.
    A rule gets floats, and hyperparameters that fit them. The wrapper has `conditions`, all of them, and `unchecked`,
    the bare function: a loop that has seen to all that already (`iterates`) calls that.
    """
    if function is None:
        return functools.partial(checked, **conditions)
    signature, allowed = inspect.signature(function), hyperparameters(function)
    is_rule, is_method = [*signature.parameters][:2] == ["x", "g"], inspect.isgeneratorfunction(function)
    shared = CONDITIONS if is_rule or is_method else COMMON
    known = {name: c for name, c in (shared | conditions).items() if name in signature.parameters}
    owner = function.__qualname__.rpartition("<locals>.")[2].removesuffix(".__init__")  # such as "MLP.grad"

    def call(*args, **kwargs):
        with named(owner):
            try:
                given = signature.bind(*args, **kwargs)
            except TypeError as error:
                raise ArgumentError(str(error)) from None
            for name, value in given.arguments.items():
                if isinstance(value, np.floating):
                    given.arguments[name] = value = value.item()
                if name in known and value is not signature.parameters[name].default:
                    given.arguments[name] = tried(name, value, known[name])
            return function(*given.args, **given.kwargs)

    def rule(x=None, g=None, *state, **hyper):  # without them: x must be an array, not Python's own complaint
        with named(owner):
            require_names(hyper, allowed)
            require(known, **hyper)
            require_alike(x, g)
            if not hasattr(x, "dtype"):  # one of Python's numbers
                return function(x, g, *state, **hyper)
            x = tried("x", x, NUMBERS)
            inside = wide(x)
            if getattr(g, "dtype", None) is not inside.dtype:
                g = like(tried("g", g, NUMBERS), inside)
            hyper = {name: fitted(value, inside) for name, value in hyper.items()}
            return of_type(x, function(inside, g, *state, **hyper))

    def method(problem=None, x=None, **hyper):
        with named(owner):
            require_names(hyper, allowed)
            require_settings(known, **hyper)
            require(known, problem=problem)
            if not getattr(x, "shape", ()):
                raise ArgumentError(f"x must be an array or a tensor of shape (..., d), got {x!r}")
            x = tried("x", x, POINT)
            if wide(x) is not x:
                raise ArgumentError(f"x must be of float32 or float64 for a method, got {x.dtype}")
        return each_named(owner, function(Apart(problem), x, **fit(hyper, x)))

    if is_rule:
        wrapper = functools.wraps(function)(rule)
    elif is_method:
        wrapper = functools.wraps(function)(method)
    else:
        wrapper = functools.wraps(function)(call) if known else named(owner)(function)
    wrapper.unchecked, wrapper.conditions = function, known
    return wrapper


class named:
    """Within it, the message of an `ArgumentError` gets the name of a function before it; a decorator, too.

    owner   the name
    kind    the class of errors: ValueError names those again that have the name of another function already
    """

    __slots__ = "kind", "owner"

    def __init__(self, owner, kind=ArgumentError):
        self.owner, self.kind = owner, kind

    def __enter__(self):
        """Nothing to do."""

    def __exit__(self, kind, error, trace):
        """Name the error."""
        if isinstance(error, self.kind):
            raise ValueError(f"{self.owner}{getattr(error, 'where', '')}: {error}") from None

    def __call__(self, function):
        """The function, its errors named."""

        @functools.wraps(function)
        def wrapper(*args, **kwargs):
            with self:
                return function(*args, **kwargs)

        return wrapper


def each_named(owner, items):
    """The items of an iterator; an `ArgumentError` that it raises is named, as in `named`."""
    while True:
        with named(owner):
            try:
                item = next(items)
            except StopIteration:
                return
        yield item


def tried(name, value, condition):
    """The value of an argument, read as its condition says; raises ArgumentError if it breaks the condition."""
    words, holds, read, of_shape = condition
    try:
        found = read(value) if read else value
        if not isinstance(found, (int, float)) and is_complex(found):
            raise TypeError
    except (TypeError, ValueError, RuntimeError):  # torch's errors are RuntimeErrors
        numbers = "real numbers" if is_complex(value) else "numbers"
        raise ArgumentError(f"{name} must be an array of {numbers}, got {value!r}") from None
    try:
        verdict = holds(found)  # nan fails every comparison, so it fails here too
    except (TypeError, RuntimeError):
        hint = "; a schedule goes to `descend`, or is called" if callable(value) else ""
        raise ArgumentError(f"{name} must be a number or an array, got {value!r}{hint}") from None
    if not everywhere(verdict):
        hint = _hint(name, value) if condition in (FUNCTION, SAME_FUNCTION) else ""
        got = f"shape {tuple(found.shape)}" if of_shape and found.ndim else repr(value)
        raise ArgumentError(f"{name} must {words}, got {got}{hint}")
    return found


def _hint(name, value):
    """Where the function is to be found that was meant."""
    if not stays(value):
        return "; its .draw() is one"
    return f"; its .{name} is one" if callable(getattr(value, name, None)) else ""


def everywhere(verdict):
    """True if a truth value, or each entry of an array or a tensor of them, is true."""
    return bool(verdict.all() if hasattr(verdict, "all") else verdict)


# --- hyperparameters, and what takes several arguments to say -----------------------------------------------------


def hyperparameters(function):
    """The names that `function` takes by keyword only."""
    kinds = inspect.signature(function).parameters.values()
    return [p.name for p in kinds if p.kind is p.KEYWORD_ONLY]


def require(conditions, /, **values):
    """Raise ArgumentError for the first of `values` that breaks its condition; those without one are right."""
    for name, value in values.items():
        if name in conditions:
            tried(name, value, conditions[name])


def require_names(given, allowed):
    """Raise ArgumentError for the first of `given` that is not `allowed`."""
    for name in given:
        if name not in allowed:
            raise ArgumentError(f"no hyperparameter {name!r}; there are: {', '.join(allowed) or 'none'}")


def require_settings(conditions, /, **hyper):
    """Check each hyperparameter, a schedule `t -> value` where it begins; return the values at t = 0."""
    start = {name: value(0) if callable(value) else value for name, value in hyper.items()}
    for name, value in hyper.items():
        require(conditions | SCHEDULED if callable(value) else conditions, **{name: start[name]})
    return start


def at_each_step(conditions=CONDITIONS, first=0, /, **hyper):
    """Yield the hyperparameters at t = first, first + 1, … as dicts, checking those that are schedules."""
    schedules = {name: value for name, value in hyper.items() if callable(value)}
    if not schedules:
        yield from repeat(hyper)
    known = conditions | SCHEDULED
    for t in count(first):
        now = {name: detached(schedule(t)) for name, schedule in schedules.items()}
        try:
            require(known, **now)
        except ArgumentError as error:
            raise ArgumentError(str(error), t) from None
        yield hyper | now


def fit(hyper, x):
    """The hyperparameters, schedules among them, in the form that leaves x's type as it is: see `_arrays.fitted`."""

    def at_each(schedule):
        one = empty((1,), x)  # of x's type; x itself would be kept for as long as the schedule is
        return lambda t: fitted(schedule(t), one)

    return {name: at_each(value) if callable(value) else fitted(value, x) for name, value in hyper.items()}


def of_type(x, after):
    """What a rule returned or a method yielded, its first part in x's kind and dtype."""
    return after if getattr(after[0], "dtype", None) is x.dtype else (like(after[0], x), *after[1:])


def require_alike(x, g):
    """Raise ArgumentError unless x and g are numbers, arrays or tensors of one shape."""
    for name, value in (("x", x), ("g", g)):
        if not (hasattr(value, "shape") or isinstance(value, (int, float))):
            raise ArgumentError(f"{name} must be a number, an array or a tensor, got {value!r}")
    if np.shape(x) != np.shape(g):
        raise ArgumentError(f"g must be of x's shape {np.shape(x)}, got {np.shape(g)}")


def values_of(f, x):
    """f(x), as an array or a tensor; ArgumentError unless it has a value for each point of x, shape (..., d)."""
    values = f(x)
    if np.shape(values) != tuple(x.shape[:-1]):
        wanted = f"shape {tuple(x.shape[:-1])} for x of shape {tuple(x.shape)}"
        raise ArgumentError(f"f must return {wanted}, got {type(values).__name__} of shape {np.shape(values)}")
    return values if hasattr(values, "dtype") and is_tensor(values) == is_tensor(x) else like(values, x)


def gradient_of(grad, x):
    """grad(x), of x's kind and dtype; ArgumentError unless it has x's shape."""
    g = grad(x)
    if getattr(g, "shape", ()) != x.shape:
        got = f"{type(g).__name__} of shape {np.shape(g)}"
        raise ArgumentError(f"grad must return the shape of x, {tuple(x.shape)}, got {got}")
    return g if g.dtype is x.dtype else like(tried("what grad returns", g, NUMBERS), x)


def require_broadcast(shape, **values):
    """Raise ArgumentError for the first of `values` that does not broadcast to this very shape."""
    for name, value in values.items():
        try:
            fits = np.broadcast_shapes(np.shape(value), shape) == shape
        except ValueError:
            fits = False
        if not fits:
            raise ArgumentError(f"{name} must broadcast to shape {shape}, got shape {np.shape(value)}")


def require_order(lr_min, lr):
    """Raise ArgumentError where lr_min is more than lr."""
    if not everywhere(lr_min <= lr):
        raise ArgumentError(f"lr_min must be at most lr, got {lr_min!r}")


def require_batch_size(batch_size, n):
    """Raise ArgumentError for a batch_size of more than the n examples."""
    if batch_size > n:
        raise ArgumentError(f"batch_size must be at most {n}, the number of examples, got {batch_size}")
