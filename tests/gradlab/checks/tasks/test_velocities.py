"""Chapter 4's velocities: the references by hand, against the library and PyTorch; the questions asked."""

from itertools import islice

import numpy as np
import pytest
import torch
from bad_input import test_bad_input_is_named  # noqa: F401
from checking import SEEDS, cases, example
from hypothesis import given
from hypothesis import strategies as st
from strategies import vectors, wrong_settings

from gradlab import rules
from gradlab.checks import check
from gradlab.checks.questions.velocities import BETAS, STEPS, Rates
from gradlab.checks.tasks.velocities import beta_outside, corrected_momentum, look_ahead
from gradlab.conversions import heavy_ball_to_momentum
from gradlab.descend import descend
from gradlab.methods import nesterov_lookahead
from gradlab.surfaces import himmelblau, quadratic, rosenbrock

betas = st.floats(0, 0.99)


def test_two_looks_ahead_worked_by_hand():
    # v: 4, x: 0.6; looked at 0.6 − 0.32 = 0.28, v: 3.2 + 1.12, x: 0.6 − 0.432
    path = look_ahead(lambda x: 4 * x, [1.0], lr=0.1, beta=0.8, steps=2)
    np.testing.assert_allclose(path, [[1], [0.6], [0.168]])


@pytest.mark.parametrize("surface", [rosenbrock(), himmelblau(), quadratic(1, 10)], ids=lambda s: s.name)
def test_the_loop_is_the_librarys_method(surface):
    path = look_ahead(surface.grad, surface.start, lr=1e-4, beta=0.8, steps=20)
    steps = islice(nesterov_lookahead(surface, surface.start, lr=1e-4, beta=0.8), 20)
    np.testing.assert_allclose(path, [surface.start, *(x for x, _ in steps)])


@given(x=vectors(2), beta=betas)
def test_the_places_looked_at_are_the_points_of_the_rule(x, beta):
    bowl = quadratic(1.0, 3.0)
    path = look_ahead(bowl.grad, x, lr=0.2, beta=beta, steps=9)
    # x_{t+1} − x_t is −lr · v
    places = path[1:] + beta * np.diff(path, axis=0)
    np.testing.assert_allclose(places, descend(bowl, x, rules.nesterov, 9, lr=0.2, beta=beta)[1:], atol=1e-9)


def test_no_steps_leave_the_start_alone():
    x0 = np.ones(2)
    path = look_ahead(lambda x: x, x0, lr=0.1, beta=0.5, steps=3)
    path[:] = 0
    assert x0.tolist() == [1, 1]
    assert look_ahead(lambda x: x, x0, lr=0.1, beta=0.5, steps=0).tolist() == [[1, 1]]


@given(rates=st.lists(st.floats(0.01, 10), min_size=2, max_size=6), beta=betas)
def test_the_beta_outside_is_the_librarys_conversion(rates, beta):
    lr = Rates(tuple(rates))
    ours, theirs = beta_outside(lr, beta=beta), heavy_ball_to_momentum(lr=lr, beta=beta)["beta"]
    np.testing.assert_allclose([ours(t) for t in range(8)], [theirs(t) for t in range(8)])


def test_a_fall_and_a_climb_worked_by_hand():
    lr = Rates((0.2, 0.2, 0.05, 0.1))
    assert [beta_outside(lr, beta=0.8)(t) for t in range(6)] == pytest.approx([0.8, 0.8, 3.2, 0.4, 0.8, 0.8])


@given(x=vectors(2), gradients=vectors(5, 2), beta=betas)
def test_with_it_pytorch_makes_the_descent_of_keras(x, gradients, beta):
    lr = Rates((0.3, 0.1, 0.1, 0.5, 0.2))
    outside = beta_outside(lr, beta=beta)
    twin, keras, u = torch.tensor(x, requires_grad=True), x, 0
    optimiser = torch.optim.SGD([twin], lr=1.0, momentum=0.5)
    for t, g in enumerate(gradients):
        u = beta * u - lr(t) * g
        keras = keras + u
        optimiser.param_groups[0].update(lr=lr(t), momentum=outside(t))
        twin.grad = torch.tensor(g)
        optimiser.step()
        np.testing.assert_allclose(twin.detach().numpy(), keras, rtol=1e-9, atol=1e-9)


@given(x=vectors(2), gradients=vectors(6, 2), beta=betas)
def test_the_corrected_average_is_adams(x, gradients, beta):
    mine, state, m = x, (), 0
    for t, g in enumerate(gradients, 1):
        mine, *state = corrected_momentum(mine, g, *state, lr=0.5, beta=beta)
        _, _, m, _ = rules.adam(x, g, t - 1, m, 0, lr=0.5, beta1=beta)
        np.testing.assert_allclose(state[1], m, atol=1e-12)
        x = x - 0.5 * m / (1 - beta**t)
        np.testing.assert_allclose(mine, x, atol=1e-9)


def test_on_a_steady_slope_every_step_is_lr_long():
    x, state = 0.0, ()
    for t in range(1, 6):
        x, *state = corrected_momentum(x, 1.0, *state, lr=0.5, beta=0.9)
        assert x == pytest.approx(-0.5 * t)


def test_two_corrected_steps_worked_by_hand():
    # m: 1, then 0.5 + 2; the weights: 1/2, then 3/4
    x, t, m = corrected_momentum(0.0, 2.0, lr=1.0, beta=0.5)
    assert (x, t, m) == (-2, 1, 1)
    assert corrected_momentum(x, 4.0, t, m, lr=1.0, beta=0.5) == (pytest.approx(-2 - 10 / 3), 2, 2.5)


# --- the questions ----------------------------------------------------------------------------------------------------


def test_no_beta_of_a_path_is_a_half_and_one_start_holds_whole_numbers():
    for seed in SEEDS:
        asked = cases(look_ahead, seed)
        assert all(abs(case.hyper["beta"] - 0.5) > 0.05 for case in asked)
        assert [case.arguments[1].dtype.kind for case in asked].count("i") == 1


def test_the_random_paths_converge():
    drawn = [cases(look_ahead, seed)[-1] for seed in range(100)]
    assert {case.hyper["steps"] for case in drawn} == {*range(6, 20)}
    for case in drawn:
        H = case.arguments[0].__self__.H
        assert 0.6 <= case.hyper["beta"] <= 0.9
        assert (H == H.T).all() and np.linalg.eigvalsh(H).min() > 0.5


def test_there_are_rates_that_fall_that_climb_and_that_stay():
    rates = [case.arguments[0] for case in cases(beta_outside)]
    changes = [np.sign([lr(t + 1) - lr(t) for t in range(5)]).tolist() for lr in rates]
    assert {-1, 0} <= set(changes[0]) and {1, 0} <= set(changes[1]) and {-1, 0, 1} == set(changes[2])
    assert all(lr(t) > 0 for lr in rates for t in STEPS)


def test_there_is_no_rate_before_the_first():
    with pytest.raises(ValueError, match=r"^lr: t must be 0 or more, got -1$"):
        Rates((0.1,))(-1)
    assert [Rates((0.1, 0.2))(t) for t in (0, 1, 2, 9)] == [0.1, 0.2, 0.2, 0.2]


@pytest.mark.parametrize(
    ("answer", "said"),
    [(None, "returns None: is a `return` missing?"), (0.9, "returns a float, where a function of t was asked for")],
)
def test_a_function_of_t_is_asked_for(answer, said):
    assert said in str(check(lambda lr, *, beta: answer, like=beta_outside))


def test_a_case_is_asked_forwards_and_then_backwards():
    asked = []

    def noting(lr, *, beta):
        return lambda t: asked.append(t) or 0.0

    case = cases(beta_outside)[0]
    BETAS.run(noting, case)
    BETAS.again(noting, case)
    assert asked == [*STEPS, *STEPS[::-1]]


def test_a_path_in_a_list_is_not_an_array():
    def listed(grad, x0, *, lr, beta, steps):
        return look_ahead(grad, x0, lr=lr, beta=beta, steps=steps).tolist()

    assert ": it returns a list, where an array was asked for." in str(check(listed, like=look_ahead))


def test_the_smallest_examples_are_shown():
    assert example(look_ahead, "look-ahead missing") == [
        "From grad(x) = 2 x, x0 = [1], lr = 0.25, beta = 0.8, steps = 3: the path",
        "at [2, 0]:",
        "yours -0.15",
        "right 0.05",
    ]
    assert example(beta_outside, "the other direction") == [
        "With the rates 0.4, and 0.1 from t = 1 on, beta = 0.8: the value at t = 1",
        "yours 0.2",
        "right 3.2",
    ]
    assert example(corrected_momentum, "no bias correction")[0] == (
        "From x = [1], beta = 0.5, lr = 0.5, g = [2]: x after step 1"
    )


# --- bad input --------------------------------------------------------------------------------------------------------

PATH = {"grad": np.ones_like, "x0": [1.0, 2.0], "lr": 0.1, "beta": 0.5, "steps": 2}
NO_BETAS = (-0.1, 1.0, 1.5, np.nan, "slow", [0.5, 0.6], None)
BAD_INPUT = [
    *((look_ahead, PATH | {"grad": w}, "grad") for w in (None, 3.0)),
    *((look_ahead, PATH | {"x0": w}, "x0") for w in ("here", None, 3.0, [], [[1.0]], [np.nan])),
    *((look_ahead, PATH | {"lr": w}, "lr") for w in (-0.1, np.nan, np.inf, "fast", [0.1, 0.2])),
    *((look_ahead, PATH | {"beta": w}, "beta") for w in NO_BETAS),
    *((look_ahead, PATH | {"steps": w}, "steps") for w in (-1, 2.0, "two", None)),
    *((beta_outside, {"lr": w, "beta": 0.5}, "lr") for w in (None, 0.1, "fast")),
    *((beta_outside, {"lr": np.ones_like, "beta": w}, "beta") for w in NO_BETAS),
    *wrong_settings(corrected_momentum, x=1.0, g=1.0),
    (corrected_momentum, {"x": "here", "g": 1.0}, "x"),
    (corrected_momentum, {"x": 1.0, "g": "up"}, "g"),
    (corrected_momentum, {"x": np.ones(2), "g": np.ones(3)}, "g"),
]
