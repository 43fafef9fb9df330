"""A wrong argument gives a ValueError that names the argument; each hyperparameter is tried with each wrong value."""

import numpy as np
import pytest
import torch
from strategies import RULES

from gradlab.arguments import CONDITIONS, hyperparameters, require_count
from gradlab.descend import descend, iterates
from gradlab.methods import backtracking
from gradlab.surfaces import quadratic

bowl = quadratic(1, 10)
X = np.ones(2)

NOT_A_DECAY = [-0.1, 1.0, 1.5, np.nan]
NOT_A_FRACTION = [0.0, 1.0, -0.1, np.nan]
WRONG = {
    "lr": [-0.1, np.nan, np.inf, "fast", None],
    "eps": [-1e-8, np.nan, np.inf],
    "weight_decay": [-0.1, np.nan, np.inf],
    "c1": NOT_A_FRACTION,
    "shrink": NOT_A_FRACTION,
} | dict.fromkeys(("beta", "beta1", "beta2", "rho"), NOT_A_DECAY)
RIGHT = {
    "lr": [0, 3],
    "eps": [0],
    "weight_decay": [0, 2],
    "c1": [1e-9, 0.999],
    "shrink": [1e-9, 0.999],
} | {name: [0, 0.999] for name in ("beta", "beta1", "beta2", "rho")}

HYPER = [(rule, name) for rule in [*RULES, backtracking] for name in hyperparameters(rule)]


def cases(values):
    return [pytest.param(f, n, v, id=f"{f.__name__}-{n}={v}") for f, n in HYPER for v in values[n]]


def use(function, **hyper):
    """One step with these hyperparameters."""
    if function is backtracking:
        return next(backtracking(bowl, X, **hyper))
    return function(X, bowl.grad(X), **hyper)


@pytest.mark.parametrize(("function", "name", "value"), cases(WRONG))
def test_wrong_hyperparameters_are_named(function, name, value):
    message = f"^{function.__name__}: {name} must be .*, got {value!r}"
    problem = bowl if function is backtracking else bowl.grad
    for call in (
        lambda: use(function, **{name: value}),
        lambda: descend(problem, X, function, **{name: value}),
        lambda: iterates(problem, X, function, **{name: value}),  # before anything is asked of it
    ):
        with pytest.raises(ValueError, match=message):
            call()


@pytest.mark.parametrize(("function", "name", "value"), cases(RIGHT))
def test_the_ends_of_each_range_are_as_documented(function, name, value):
    use(function, **{name: value})


@pytest.mark.parametrize("wrong", [np.array([[0.1], [-0.1]]), torch.tensor([0.1, np.nan]), [0.1, 0.2]])
@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_one_wrong_entry_of_an_array_is_enough_and_a_list_is_no_array(rule, wrong):
    with pytest.raises(ValueError, match=f"{rule.__name__}: lr must be"):
        rule(X, X, lr=wrong)


@pytest.mark.parametrize("rule", [*RULES, backtracking], ids=lambda rule: rule.__name__)
def test_unknown_hyperparameters_are_named(rule):
    with pytest.raises(ValueError, match=f"{rule.__name__}: no hyperparameter 'gamma'; there are: lr"):
        use(rule, gamma=1)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
@pytest.mark.parametrize(
    ("x", "g", "message"),
    [
        (X, np.ones(3), r"g has shape \(3,\), but x has shape \(2,\)"),
        (X, 1.0, r"g has shape \(\), but x has shape \(2,\)"),
        ([1.0, 1.0], X, r"x must be a number, an array or a tensor, got \[1.0, 1.0\]"),
        (X, [1.0, 1.0], r"g must be a number, an array or a tensor, got \[1.0, 1.0\]"),
        (X, None, "g must be a number, an array or a tensor, got None"),
    ],
)
def test_x_and_g_must_be_alike(rule, x, g, message):
    with pytest.raises(ValueError, match=f"{rule.__name__}: {message}"):
        rule(x, g)


def test_every_hyperparameter_has_a_condition_and_is_tried_here():
    assert {name for _, name in HYPER} == WRONG.keys() == RIGHT.keys()
    assert WRONG.keys() <= CONDITIONS.keys()


@pytest.mark.parametrize("value", [-1, 2.0, "3", True, None, np.nan])
def test_counts_are_integers(value):
    with pytest.raises(ValueError, match=f"here: n must be an integer of at least 0, got {value!r}"):
        require_count("here", "n", value)


def test_integers_of_numpy_count_too():
    require_count("here", "n", np.int64(3))
    require_count("here", "n", 0)
