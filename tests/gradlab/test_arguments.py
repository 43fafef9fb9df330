"""A wrong argument gives a ValueError that names the argument; each hyperparameter is tried with each wrong value."""

import re
from types import SimpleNamespace

import numpy as np
import pytest
import torch
from strategies import RULES, WRONG, each

from gradlab import _arguments, methods
from gradlab._arguments import (
    CONDITIONS,
    at_each_step,
    everywhere,
    hyperparameters,
    require,
    require_count,
    require_settings,
)
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
    (_arguments.NON_NEGATIVE, [0, TINY, 1.5, 1e308], [-TINY, -1, np.inf, -np.inf, np.nan]),
    (_arguments.POSITIVE, [TINY, 1.5, 1e308], [0, -TINY, -1, np.inf, -np.inf, np.nan]),
    (_arguments.POSITIVE_OR_INF, [TINY, 1, np.inf], [0, -TINY, -1, -np.inf, np.nan]),
    (_arguments.DECAY, [0, TINY, 0.5, BELOW_1], [-TINY, 1, 2, -np.inf, np.inf, np.nan]),
    (_arguments.FINITE, [0, -1e308, 1e308], [np.inf, -np.inf, np.nan]),
    (
        _arguments.one_number(_arguments.FINITE),
        [0, -1e308, 1e308, np.float64(2)],
        [np.inf, np.nan, np.zeros(2), np.zeros(1)],
    ),
    (_arguments.FRACTION, [TINY, 0.5, BELOW_1], [0, 1, -0.5, 2, np.nan]),
    (_arguments.UNIT, [0, 0.5, 1], [-TINY, BEYOND_1, np.nan]),
    (CONDITIONS["condition"], [1, BEYOND_1, 1e308], [BELOW_1, 0, -1, np.inf, np.nan, np.ones(1)]),
    (_arguments.AT_LEAST_1, [1, 2.5, np.inf], [BELOW_1, 0, -1, np.nan]),
    (_arguments.BOOLEAN, [True, False], [0, 1, None, "True"]),
    (_arguments.COUNT, [1, 2, np.int64(3)], [0, -1, 1.0, True, None, "1"]),
    (_arguments.COUNT_FROM_0, [0, 1, np.int64(3)], [-1, 0.0, False, None, "0"]),
    (_arguments.one_of("a", "b"), ["a", "b"], ["c", "", 1, None]),
]


@pytest.mark.parametrize(("condition", "inside", "outside"), ENDS, ids=[condition[0] for condition, *_ in ENDS])
def test_the_ends_of_each_condition(condition, inside, outside):
    words, holds = condition
    assert all(everywhere(holds(value)) is True for value in inside)
    assert not any(everywhere(holds(value)) for value in outside)
    for value in outside:
        with pytest.raises(ValueError, match=f"^here: x must be {re.escape(words)}, got {re.escape(repr(value))}"):
            require("here", {"x": condition}, x=value)


def test_what_has_no_condition_is_let_through():
    require("here", x="anything", lr=0.1)
    with pytest.raises(ValueError, match=r"^here: lr must be "):
        require("here", x="anything", lr=-0.1)  # what follows it is not


@pytest.mark.parametrize(
    ("values", "verdict"),
    [
        ([1], True),
        ((1, 3, 4), True),
        (range(2, 5), True),
        (np.array([2, 7]), True),
        ([], False),
        ([0, 1], False),
        ([1, 1], False),
        ([3, 2], False),
        ([1, 2.5], False),
        ("12", False),
        ({1, 2}, False),
        (7, False),
        (None, False),
    ],
)
def test_increasing_integers(values, verdict):
    assert _arguments.is_increasing(values) is verdict


@pytest.mark.parametrize("shape", [(2,), (0, 2), (2, 0), (4, 3, 0), (4, 0, 3)])
def test_examples_have_rows_and_columns(shape):
    with pytest.raises(ValueError, match=r"^here: X must be of shape "):
        _arguments.require_examples("here", "X", np.ones(shape))
    assert _arguments.require_examples("here", "X", np.ones((2, 0, 1, 1))).shape == (2, 0, 1, 1)  # an empty grid


def test_a_problem_has_a_value_and_a_gradient():
    x = np.ones(2)
    _arguments.require_problem("here", SimpleNamespace(f=1, grad=1), x)
    for problem in (SimpleNamespace(f=1), SimpleNamespace(grad=1), None):
        with pytest.raises(ValueError, match=r"^here: problem must have f and grad"):
            _arguments.require_problem("here", problem, x)


@pytest.mark.parametrize("value", [-1, 2.0, "3", True, None, np.nan])
def test_counts_are_integers(value):
    with pytest.raises(ValueError, match=f"here: n must be an integer of at least 0, got {value!r}"):
        require_count("here", "n", value)


def test_integers_of_numpy_count_too():
    require_count("here", "n", np.int64(3))
    require_count("here", "n", 0)


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


def test_settings_come_back_as_they_begin():
    assert require_settings("here", lr=lambda t: 5 + t, beta=0.5) == {"lr": 5, "beta": 0.5}


def test_each_schedule_is_asked_once_a_step():
    asked = []

    def lr(t):
        asked.append(t)
        return 10 - t

    steps = at_each_step("here", beta=0.5, lr=lr, eps=0)
    assert [next(steps) for _ in range(3)] == [(0.5, 10, 0), (0.5, 9, 0), (0.5, 8, 0)]
    assert asked == [0, 1, 2]


def test_what_was_probably_meant():
    bowl = SimpleNamespace(f=sum, grad=len)
    with pytest.raises(ValueError, match=r"^here: grad must be a function, got .*; its \.grad is one$"):
        _arguments.require_function("here", grad=bowl)
    with pytest.raises(ValueError, match=r"^here: grad must be a function, got 3$"):
        _arguments.require_function("here", grad=3)
    with pytest.raises(ValueError, match=r"^here: lr must be a number .*; a schedule goes to `descend`, or is called$"):
        require("here", lr=lambda t: 0.1)
    with pytest.raises(ValueError, match=r"^here: lr must be a number or an array, got 'fast'$"):
        require("here", lr="fast")


def test_a_call_is_bound_to_names():
    def start(x, /, y=2, *, z=3):
        """Something to call."""

    assert _arguments.bound(start, 1, z=5) == {"x": 1, "y": 2, "z": 5}
    with pytest.raises(ValueError, match=r"^start: missing a required "):
        _arguments.bound(start)
