"""A wrong argument gives a ValueError that names the argument; each hyperparameter is tried with each wrong value."""

import re
from types import SimpleNamespace

import numpy as np
import pytest
import torch
from strategies import RULES, WRONG, each

from gradlab import _conditions, data, methods, rules, schedules
from gradlab._arguments import (
    ArgumentError,
    at_each_step,
    checked,
    each_named,
    everywhere,
    fit,
    hyperparameters,
    named,
    require,
    require_settings,
    tried,
    values_of,
)
from gradlab._conditions import CONDITIONS, is_count
from gradlab.descend import descend, is_method, iterates
from gradlab.surfaces import quadratic

bowl = quadratic(1, 10)
X = np.ones(2)

METHODS = [f for f in vars(methods).values() if is_method(f) and f.__module__ == methods.__name__]


RIGHT = {
    "lr": [0, 3],
    "history_size": [1, np.int64(7)],
    **each("eps weight_decay momentum_decay", [0, 2]),
    **each("c1 shrink", [1e-9, 0.999]),
    **each("beta beta1 beta2 rho", [0, 0.999]),
}

HYPER = [(function, name) for function in [*RULES, *METHODS] for name in hyperparameters(function)]
SQUARE = np.ones((2, 2))  # a matrix, for Muon


def cases(values):
    return [pytest.param(f, n, v, id=f"{f.__name__}-{n}={v}") for f, n in HYPER for v in values[n]]


def use(function, **hyper):
    """One step with these hyperparameters."""
    first = bowl if is_method(function) else SQUARE
    result = function(first, bowl.grad(SQUARE), **hyper)
    with np.errstate(all="ignore"):
        return next(result) if is_method(function) else result


@pytest.mark.parametrize(("function", "name", "value"), cases(WRONG))
@pytest.mark.parametrize("run", [descend, iterates])
def test_wrong_hyperparameters_are_named_before_the_first_step(run, function, name, value):
    problem = bowl if is_method(function) else bowl.grad
    with pytest.raises(ValueError, match=f"^{function.__name__}: {name} must be .*, got {value!r}"):
        run(problem, SQUARE, function, **{name: value})


@pytest.mark.parametrize(("function", "name"), HYPER)
def test_schedules_are_checked_where_they_begin_and_as_they_run(function, name):
    problem = bowl if is_method(function) else bowl.grad
    with pytest.raises(ValueError, match=f"^{function.__name__}: {name} must be .*, got -1"):
        iterates(problem, SQUARE, function, **{name: lambda t: -1})
    right = RIGHT[name][1]
    path = iterates(problem, SQUARE, function, **{name: lambda t: right if t < 3 else np.nan})
    for _ in range(3):
        next(path)
    with pytest.raises(ValueError, match=f"^{function.__name__} at t = 3: {name} must be .*, got nan"):
        next(path)


@pytest.mark.parametrize(("function", "name", "value"), cases(RIGHT))
def test_the_ends_of_each_range_are_as_documented(function, name, value):
    use(function, **{name: value})


@pytest.mark.parametrize("wrong", [np.array([[0.1], [-0.1]]), torch.tensor([0.1, np.nan]), [0.1, 0.2]])
@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_one_wrong_entry_of_an_array_is_enough_and_a_list_is_no_array(rule, wrong):
    with pytest.raises(ValueError, match=f"{rule.__name__}: lr must be"):
        rule(X, X, lr=wrong)


@pytest.mark.parametrize("function", [*RULES, *METHODS], ids=lambda function: function.__name__)
def test_unknown_hyperparameters_are_named(function):
    with pytest.raises(ValueError, match=f"^{function.__name__}: no hyperparameter 'gamma'; there are: lr"):
        use(function, gamma=1)


def test_a_rule_without_hyperparameters_says_so():
    def halve(x, g):
        return (x / 2,)

    with pytest.raises(ValueError, match=r"^halve: no hyperparameter 'lr'; there are: none"):
        descend(bowl.grad, X, halve, lr=1)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
@pytest.mark.parametrize(
    ("x", "g", "message"),
    [
        (X, np.ones(3), r"g must be of x's shape \(2,\), got \(3,\)"),
        (X, 1.0, r"g must be of x's shape \(2,\), got \(\)"),
        (1, X, r"g must be of x's shape \(\), got \(2,\)"),
        ([1.0, 1.0], X, r"x must be a number, an array or a tensor, got \[1.0, 1.0\]"),
        (X, [1.0, 1.0], r"g must be a number, an array or a tensor, got \[1.0, 1.0\]"),
        (X, None, "g must be a number, an array or a tensor, got None"),
    ],
)
def test_x_and_g_must_be_alike(rule, x, g, message):
    with pytest.raises(ValueError, match=f"^{rule.__name__}: {message}"):
        rule(x, g)


def test_every_hyperparameter_has_a_condition_and_is_tried_here():
    assert {name for _, name in HYPER} == WRONG.keys() == RIGHT.keys()
    assert WRONG.keys() <= CONDITIONS.keys()


TINY, BEYOND_1 = np.nextafter(0, 1), np.nextafter(1, 2)
BELOW_1 = np.nextafter(1, 0)
ENDS = [
    (_conditions.NON_NEGATIVE, [0, TINY, 1.5, 1e308], [-TINY, -1, np.inf, -np.inf, np.nan]),
    (_conditions.POSITIVE, [TINY, 1.5, 1e308], [0, -TINY, -1, np.inf, -np.inf, np.nan]),
    (_conditions.POSITIVE_OR_INF, [TINY, 1, np.inf], [0, -TINY, -1, -np.inf, np.nan]),
    (_conditions.DECAY, [0, TINY, 0.5, BELOW_1], [-TINY, 1, 2, -np.inf, np.inf, np.nan]),
    (_conditions.FINITE, [0, -1e308, 1e308], [np.inf, -np.inf, np.nan]),
    (
        _conditions.one_number(_conditions.FINITE),
        [0, -1e308, 1e308, np.float64(2)],
        [np.inf, np.nan, np.zeros(2), np.zeros(1)],
    ),
    (_conditions.FRACTION, [TINY, 0.5, BELOW_1], [0, 1, -0.5, 2, np.nan]),
    (_conditions.UNIT, [0, 0.5, 1], [-TINY, BEYOND_1, np.nan]),
    (data.CONDITION_NUMBER, [1, BEYOND_1, 1e308], [BELOW_1, 0, -1, np.inf, np.nan, np.ones(1)]),
    (data.SEED, [0, 2**32 - 1], [-1, 2**32, 1.0, None]),
    (schedules.AT_LEAST_1, [1, 2.5, np.inf], [BELOW_1, 0, -1, np.nan]),
    (_conditions.BOOLEAN, [True, False], [0, 1, None, "True"]),
    (_conditions.COUNT, [1, 2, np.int64(3)], [0, -1, 1.0, True, None, "1"]),
    (_conditions.COUNT_FROM_0, [0, 1, np.int64(3)], [-1, 0.0, False, None, "0"]),
    (_conditions.one_of("a", "b"), ["a", "b"], ["c", "", 1, None]),
    (_conditions.FUNCTION, [len, lambda: 0], [3, "len", None]),
    (
        _conditions.RULE,
        [rules.adam, rules.adam.unchecked, methods.lbfgs, lambda x, g: (x,)],
        [torch.optim.Adam, "sgd", None],
    ),
    (_conditions.SAME_FUNCTION, [len, lambda: 0], [3, "len", None]),
    (_conditions.PROBLEM, [SimpleNamespace(f=1, grad=1)], [SimpleNamespace(f=1), SimpleNamespace(grad=1), None]),
    (_conditions.POINT, [[1.0], np.ones((2, 3)), torch.ones(2), []], [3.0, np.array(3.0)]),
    (_conditions.VECTOR, [[1.0], np.ones(2), torch.ones(2)], [3.0]),
    (_conditions.NUMBERS, [3, [1.0], np.ones((2, 3))], []),
    (_conditions.examples(), [np.ones((1, 1)), np.ones((2, 0, 1, 1))], [3.0]),
]


@pytest.mark.parametrize(("condition", "inside", "outside"), ENDS, ids=[condition.words for condition, *_ in ENDS])
def test_the_ends_of_each_condition(condition, inside, outside):
    for value in inside:
        tried("x", value, condition)
    for value in outside:
        with pytest.raises(ArgumentError, match=f"^x must {re.escape(condition.words)}, got {re.escape(repr(value))}"):
            tried("x", value, condition)


@pytest.mark.parametrize("shape", [(2,), (0, 2), (2, 0), (4, 3, 0), (4, 0, 3)])
def test_a_wrong_shape_is_told_and_not_the_entries(shape):
    with pytest.raises(ArgumentError, match=rf"^X must be of shape .*, got shape {re.escape(str(shape))}$"):
        tried("X", np.ones(shape), _conditions.examples())


def test_a_matrix_is_no_vector():
    with pytest.raises(ArgumentError, match=r"^x must be a vector, got shape \(1, 2\)$"):
        tried("x", np.ones((1, 2)), _conditions.VECTOR)


@pytest.mark.parametrize("value", ["here", None, {}, [[1.0], [1.0, 2.0]]])
def test_what_is_read_must_be_numbers(value):
    with pytest.raises(ArgumentError, match=r"^x must be an array of numbers, got "):
        tried("x", value, _conditions.POINT)


@pytest.mark.parametrize("value", [np.ones(2) + 1j, np.complex128(0.1), torch.ones(2) + 1j, torch.tensor(0.1 + 0j)])
@pytest.mark.parametrize("condition", [_conditions.POINT, _conditions.NUMBERS, _conditions.NON_NEGATIVE])
def test_complex_numbers_are_refused(value, condition):
    with pytest.raises(ArgumentError, match=r"^x must be an array of real numbers, got "):
        tried("x", value, condition)


def test_what_numpy_cannot_look_at_is_no_number():
    with pytest.raises(ArgumentError, match=r"^x must be a number or an array, got "):
        tried("x", (torch.tensor(1.0, requires_grad=True),), _conditions.FINITE)
    with pytest.raises(ArgumentError, match=r"^x must be an array of numbers, got "):
        tried("x", (torch.tensor(1.0, requires_grad=True),), _conditions.POINT)


def test_a_function_that_moves_on_is_told_where_one_is_that_stays():
    moves = SimpleNamespace(draw=lambda: len)
    moves_on = type("Moves", (), {"__call__": len, "draw": moves.draw})()
    with pytest.raises(ArgumentError, match=r"^f must be a function that stays .*, got <.*>; its .draw\(\) is one$"):
        tried("f", moves_on, _conditions.SAME_FUNCTION)
    assert tried("f", moves_on, _conditions.FUNCTION) is moves_on
    for condition in (_conditions.FUNCTION, _conditions.SAME_FUNCTION):
        with pytest.raises(ArgumentError, match=r"; its .f is one$"):
            tried("f", SimpleNamespace(f=len), condition)


@pytest.mark.parametrize("condition", [_conditions.POINT, _conditions.VECTOR])
def test_a_point_has_no_graph(condition):
    x = torch.ones(2, requires_grad=True)
    assert not tried("x", 2 * x, condition).requires_grad


def test_what_has_no_condition_is_let_through():
    require({"lr": _conditions.NON_NEGATIVE}, x="anything", lr=0.1)
    with pytest.raises(ArgumentError, match=r"^lr must be "):
        require({"lr": _conditions.NON_NEGATIVE}, x="anything", lr=-0.1)


@pytest.mark.parametrize("value", [-1, 2.0, "3", True, None, np.nan])
def test_counts_are_integers(value):
    assert not is_count(value, 0)


def test_integers_of_numpy_count_too():
    assert is_count(np.int64(3), 3) and is_count(0, 0)


@pytest.mark.parametrize(
    ("verdict", "holds"),
    [
        (True, True),
        (False, False),
        (np.bool_(False), False),
        (np.array([True, False]), False),
        (np.array([True, True]), True),
        (torch.tensor([True, False]), False),
        (torch.tensor([[True]]), True),
    ],
)
def test_everywhere_takes_arrays_tensors_and_numbers(verdict, holds):
    assert everywhere(verdict) is holds


# --- the decorator ----------------------------------------------------------------------------------------------------


@checked(x=_conditions.POINT, n=_conditions.COUNT)
def start(x, n=None, *rest, z=3, **hyper):
    """Something to call."""
    if z == n:
        raise ArgumentError(f"z must not be n, got {z}")
    return x, n, rest, z, hyper


def test_a_checked_function_reads_its_arguments_and_hands_on_the_others():
    x, n, rest, z, hyper = start([1, 2], 3, "a", "b", z=4, lr=0.1)
    assert x.dtype == float and x.tolist() == [1, 2]
    assert (n, rest, z, hyper) == (3, ("a", "b"), 4, {"lr": 0.1})
    assert start([1])[1] is None and start([1], None)[1] is None, "a default is right"


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: start(), r"start: missing a required argument: 'x'"),
        (lambda: start(1.0), r"start: x must have a last axis for the coordinates, such as \[1.0, 2.0\], got 1.0"),
        (lambda: start([1], 0), r"start: n must be an integer of at least 1, got 0"),
        (lambda: start([1], n=3), r"start: z must not be n, got 3"),
        (lambda: start([1], x=[2]), r"start: multiple values for argument 'x'"),
    ],
)
def test_the_function_is_named_before_the_argument(call, message):
    with pytest.raises(ValueError, match=f"^{message}$") as error:
        call()
    assert not isinstance(error.value, ArgumentError), "no other function puts its name before this one's"


def test_names_that_mean_different_things_have_conditions_of_their_own():
    @checked
    def layer(x, gamma, beta):
        return beta

    assert layer(1, 2, 3) == 3, "only for a rule a beta is a decay"
    assert layer.conditions == {}
    assert rules.momentum.conditions["beta"] is _conditions.DECAY


def test_a_method_of_a_class_is_named_with_its_class():
    class Box:
        @checked(size=_conditions.COUNT)
        def __init__(self, size):
            self.size = size

        @checked
        def get(self, lr):
            return lr

    with pytest.raises(ValueError, match=r"^Box: size must be"):
        Box(0)
    with pytest.raises(ValueError, match=r"^Box.get: lr must be"):
        Box(1).get(-1)


def test_errors_of_an_iterator_are_named_as_they_come():
    def items():
        yield 1
        raise ArgumentError("lr must be positive", t=3)

    path = each_named("there", items())
    assert next(path) == 1
    with pytest.raises(ValueError, match=r"^there at t = 3: lr must be positive$"):
        next(path)
    assert list(each_named("there", iter("ab"))) == ["a", "b"]


def test_an_error_may_be_named_again():
    with pytest.raises(ValueError, match=r"^outer: inner: x must be 1$"), named("outer", ValueError), named("inner"):
        raise ArgumentError("x must be 1")
    with pytest.raises(ValueError, match=r"^inner: x must be 1$"), named("outer"), named("inner"):
        raise ArgumentError("x must be 1")
    with pytest.raises(KeyError), named("here"):
        raise KeyError("other errors are let through")


def test_a_function_keeps_its_name_and_docstring_when_its_errors_are_named():
    assert named("here")(everywhere).__name__ == "everywhere"
    assert named("here")(everywhere).__doc__ == everywhere.__doc__


# --- several arguments ------------------------------------------------------------------------------------------------


def test_settings_come_back_as_they_begin():
    assert require_settings(CONDITIONS, lr=lambda t: 5 + t, beta=0.5) == {"lr": 5, "beta": 0.5}


def test_each_schedule_is_asked_once_a_step():
    asked = []

    def lr(t):
        asked.append(t)
        return 10 - t

    steps = at_each_step(beta=0.5, lr=lr, eps=0)
    assert [next(steps) for _ in range(3)] == [{"beta": 0.5, "lr": rate, "eps": 0} for rate in (10, 9, 8)]
    assert asked == [0, 1, 2]


def test_what_was_probably_meant():
    bowl = SimpleNamespace(f=sum, grad=len)
    with pytest.raises(ArgumentError, match=r"^grad must be a function, got .*; its \.grad is one$"):
        require(CONDITIONS, grad=bowl)
    with pytest.raises(ArgumentError, match=r"^grad must be a function, got 3$"):
        require(CONDITIONS, grad=3)
    with pytest.raises(ArgumentError, match=r"^lr must be a number .*; a schedule goes to `descend`, or is called$"):
        require(CONDITIONS, lr=lambda t: 0.1)
    with pytest.raises(ArgumentError, match=r"^lr must be a number or an array, got 'fast'$"):
        require(CONDITIONS, lr="fast")


def test_settings_that_do_not_change_are_the_same_at_each_step():
    steps = at_each_step(lr=0.1, beta=0.5)
    assert [next(steps) for _ in range(3)] == [{"lr": 0.1, "beta": 0.5}] * 3


@pytest.mark.parametrize("x", [np.ones(2, np.float32), torch.ones(2)])
def test_hyperparameters_that_are_fitted_leave_the_type_of_x(x):
    rates = np.array([[0.5], [0.25]])
    hyper = fit({"lr": rates, "beta": np.float64(0.5), "eps": lambda t: rates * t, "rho": lambda t: np.float64(t)}, x)
    now = {name: value(2) if callable(value) else value for name, value in hyper.items()}
    assert all((value * x).dtype == x.dtype for value in now.values())
    assert now["lr"].tolist() == [[0.5], [0.25]] and now["eps"].tolist() == [[1], [0.5]]
    assert (now["beta"], now["rho"]) == (0.5, 2)


def test_numbers_of_numpy_become_those_of_python():
    for given in (np.float64(0.5), np.float32(0.5)):
        assert type(start([1], z=given)[3]) is float
    assert type(start([1], np.int64(2))[1]) is np.int64


@pytest.mark.parametrize(("f", "x"), [(lambda x: 3.0, np.ones(2)), (lambda x: [3.0, 3], np.ones((2, 1)))])
def test_values_may_be_numbers_and_lists(f, x):
    for point in (x, torch.tensor(x)):
        values = values_of(f, point)
        assert type(values) is type(point) and values.dtype == point.dtype
        assert values.shape == point.shape[:-1] and (values == 3).all()


def test_values_keep_their_own_type():
    values = np.ones(2)
    assert values_of(lambda x: values, np.ones((2, 3), np.float32)) is values
    assert isinstance(values_of(lambda x: np.float64(3), torch.ones(2)), torch.Tensor)


@pytest.mark.parametrize(
    ("f", "message"),
    [
        (lambda x: (x**2).sum(), r"f must return shape \(2,\) for x of shape \(2, 3\), got float64 of shape \(\)$"),
        (lambda x: x, r"f must return shape \(2,\) for x of shape \(2, 3\), got ndarray of shape \(2, 3\)$"),
        (lambda x: None, r"f must return shape \(2,\) for x of shape \(2, 3\), got NoneType of shape \(\)$"),
    ],
)
def test_f_has_a_value_for_each_point(f, message):
    with pytest.raises(ArgumentError, match=message):
        values_of(f, np.ones((2, 3)))


@pytest.mark.parametrize("function", [*RULES, *METHODS], ids=lambda function: function.__name__)
def test_a_rule_is_not_made_of_its_hyperparameters_first_as_an_optimiser_of_torch_is(function):
    missing = "problem must have f and grad" if is_method(function) else "x must be a number, an array or a tensor"
    with pytest.raises(ValueError, match=f"^{function.__name__}: {missing}, got None$"):
        function(lr=0.1)
