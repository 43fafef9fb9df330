"""Schedules against their twins in torch, and by hand where they turn and end."""

import inspect
import math
import warnings
from typing import NamedTuple

import numpy as np
import pytest
import torch
from bad_input import test_bad_input_is_named  # noqa: F401
from hypothesis import given
from hypothesis import strategies as st
from strategies import RATE
from torch.optim import lr_scheduler as torchs

from gradlab import schedules
from gradlab.descend import descend
from gradlab.rules import momentum, sgd
from gradlab.schedules import (
    _is_increasing,
    constant,
    cosine,
    cosine_restarts,
    exponential,
    inverse_time,
    multi_step,
    one_cycle,
    polynomial,
    step,
    triangular,
    triangular2,
    warm_up,
    warm_up_stable_decay,
)
from gradlab.surfaces import quadratic

N = 80
GAMMA = st.floats(0.1, 1.1)
COUNT = st.integers(1, 30)
SHARE = st.floats(0, 1)
TIMES = np.arange(N)


def close(actual, expected):
    np.testing.assert_allclose(actual, expected, rtol=1e-9, atol=1e-12)


def torch_groups(make, lr, n=N, optimiser=torch.optim.SGD, **options):
    """The option groups of an optimiser before each of n steps, while the scheduler `make(optimiser)` steps."""
    optimiser = optimiser([torch.zeros(1, requires_grad=True)], lr=lr, **options)
    scheduler, groups = make(optimiser), []
    for _ in range(n):
        groups.append(dict(optimiser.param_groups[0]))
        optimiser.step()
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # its own, about the order of calls
            scheduler.step()
    return groups


def torch_rates(make, lr, n=N):
    return [group["lr"] for group in torch_groups(make, lr, n)]


def ours(schedule, n=N):
    return [schedule(t) for t in range(n)]


class Twin(NamedTuple):
    """A schedule, the strategy for its arguments, torch's twin as optimiser -> scheduler, and how long they agree."""

    make: object
    drawn: dict
    twin: object
    steps: object = lambda **hyper: N


def trapezoid(t, steps, warm_up_steps, decay_steps):
    if t < warm_up_steps:
        return t / warm_up_steps
    if t <= steps - decay_steps:
        return 1
    return (steps - t) / decay_steps if t < steps else 0


def cyclic(mode):
    # lr_min arrives as a share of lr, here and below, so that it is never above it.
    return lambda optimiser, lr, period, lr_min: torchs.CyclicLR(
        optimiser, lr_min, lr, step_size_up=period / 2, mode=mode, cycle_momentum=False
    )


MILESTONES = st.lists(st.integers(1, N), min_size=1, max_size=5, unique=True).map(sorted)
TWINS = [
    Twin(constant, {}, lambda optimiser, lr: torchs.ConstantLR(optimiser, factor=1)),
    Twin(step, {"step_size": COUNT, "gamma": GAMMA}, lambda optimiser, lr, **hyper: torchs.StepLR(optimiser, **hyper)),
    Twin(
        multi_step,
        {"milestones": MILESTONES, "gamma": GAMMA},
        lambda optimiser, lr, **hyper: torchs.MultiStepLR(optimiser, **hyper),
    ),
    Twin(exponential, {"gamma": GAMMA}, lambda optimiser, lr, gamma: torchs.ExponentialLR(optimiser, gamma)),
    Twin(
        inverse_time,
        {"decay": st.floats(0, 2)},
        lambda optimiser, lr, decay: torchs.LambdaLR(optimiser, lambda t: 1 / (1 + decay * t)),
    ),
    Twin(
        polynomial,
        {"steps": COUNT, "power": st.floats(0.1, 3)},
        lambda optimiser, lr, steps, power: torchs.PolynomialLR(optimiser, total_iters=steps, power=power),
    ),
    Twin(
        cosine,
        {"steps": COUNT, "lr_min": SHARE},
        lambda optimiser, lr, steps, lr_min: torchs.CosineAnnealingLR(optimiser, T_max=steps, eta_min=lr_min),
        lambda steps, **hyper: steps + 1,
    ),
    Twin(
        cosine_restarts,
        {"period": COUNT, "mult": st.integers(1, 4), "lr_min": SHARE},
        lambda optimiser, lr, period, mult, lr_min: torchs.CosineAnnealingWarmRestarts(
            optimiser, T_0=period, T_mult=mult, eta_min=lr_min
        ),
    ),
    Twin(triangular, {"period": COUNT, "lr_min": SHARE}, cyclic("triangular")),
    Twin(triangular2, {"period": COUNT, "lr_min": SHARE}, cyclic("triangular2")),
    Twin(
        one_cycle,
        {
            "steps": st.integers(20, N),
            "rise": st.floats(0.06, 0.5),
            "anneal": st.sampled_from(["cosine", "linear"]),
            "div_factor": st.floats(1, 100),
            "final_div_factor": st.floats(1, 100),
            "three_phase": st.booleans(),
        },
        lambda optimiser, lr, steps, rise, anneal, **hyper: torchs.OneCycleLR(
            optimiser, lr, steps, pct_start=rise, anneal_strategy=anneal[:3].replace("lin", "linear"),
            cycle_momentum=False, **hyper,
        ),
        lambda steps, **hyper: steps,
    ),
    Twin(
        warm_up_stable_decay,
        {"steps": st.integers(20, N), "warm_up_steps": st.integers(1, 10), "decay_steps": st.integers(1, 10)},
        lambda optimiser, lr, **hyper: torchs.LambdaLR(optimiser, lambda t: trapezoid(t, **hyper)),
    ),
]  # fmt: skip
each_twin = pytest.mark.parametrize("twin", TWINS, ids=lambda twin: twin.make.__name__)


def drawn(data, twin, lr):
    hyper = data.draw(st.fixed_dictionaries(twin.drawn))
    return hyper | ({"lr_min": lr * hyper["lr_min"]} if "lr_min" in hyper else {})


def test_every_schedule_has_a_twin():
    public = [
        f for name, f in vars(schedules).items() if inspect.isfunction(f) and not name.startswith("_")
        and f.__module__ == schedules.__name__ and inspect.signature(f).parameters.keys() & {"lr", "schedule"}
    ]  # fmt: skip
    assert {f.__name__ for f in public} == {twin.make.__name__ for twin in TWINS} | {"warm_up"}


@each_twin
@given(lr=RATE, data=st.data())
def test_schedule_agrees_with_torch(twin, lr, data):
    hyper = drawn(data, twin, lr)
    n = twin.steps(**hyper)
    expected = torch_rates(lambda optimiser: twin.twin(optimiser, lr, **hyper), lr, n)
    schedule = twin.make(lr, **hyper)
    close(ours(schedule, n), expected)
    close(schedule(TIMES[:n]), expected)


@given(lr=RATE, share=st.floats(0.01, 1), steps=COUNT, data=st.data())
def test_warm_up_agrees_with_torch(lr, share, steps, data):
    after, theirs = data.draw(
        st.sampled_from(
            [
                (step(lr, step_size=7, gamma=0.5), lambda optimiser: torchs.StepLR(optimiser, 7, 0.5)),
                (exponential(lr, gamma=0.9), lambda optimiser: torchs.ExponentialLR(optimiser, 0.9)),
                (cosine(lr, steps=90), lambda optimiser: torchs.CosineAnnealingLR(optimiser, 90)),
            ]
        )
    )

    def twin(optimiser):
        first = torchs.LinearLR(optimiser, start_factor=share, total_iters=steps)
        return torchs.SequentialLR(optimiser, [first, theirs(optimiser)], [steps])

    schedule = warm_up(after, steps=steps, start=share * lr)
    close(ours(schedule), torch_rates(twin, lr))
    close(schedule(TIMES), ours(schedule))


@each_twin
def test_other_defaults_than_the_twins_are_in_the_docstring(twin):
    assert "Twin: `" in " ".join(twin.make.__doc__.split())
    parameters = inspect.signature(twin.make).parameters.values()
    defaults = {p.name: p.default for p in parameters if p.default is not p.empty}
    renamed = {"power": "power", "mult": "T_mult", "lr_min": "eta_min", "rise": "pct_start"}
    classes = {
        step: torchs.StepLR,
        multi_step: torchs.MultiStepLR,
        polynomial: torchs.PolynomialLR,
        cosine: torchs.CosineAnnealingLR,
        cosine_restarts: torchs.CosineAnnealingWarmRestarts,
        one_cycle: torchs.OneCycleLR,
    }
    if twin.make not in classes:
        assert defaults == ({"lr_min": 0} if "lr_min" in twin.drawn else {})
        return
    theirs = inspect.signature(classes[twin.make]).parameters
    if twin.make is one_cycle:
        assert defaults.pop("anneal")[:3] == theirs["anneal_strategy"].default
    for name, default in defaults.items():
        assert default == theirs[renamed.get(name, name)].default, name


# By hand: where a schedule turns, and how it ends.


@pytest.mark.parametrize(
    ("schedule", "values"),
    [
        (constant(0.3), {0: 0.3, 1: 0.3, 10**6: 0.3}),
        (step(8, step_size=3, gamma=0.5), {0: 8, 2: 8, 3: 4, 5: 4, 6: 2}),
        (step(8, step_size=1), {0: 8, 1: 0.8, 2: 0.08}),
        (multi_step(8, milestones=[2, 3, 7], gamma=0.5), {0: 8, 1: 8, 2: 4, 3: 2, 6: 2, 7: 1, 99: 1}),
        (multi_step(8, milestones=range(1, 3)), {0: 8, 1: 0.8, 2: 0.08, 99: 0.08}),
        (exponential(8, gamma=0.5), {0: 8, 1: 4, 3: 1}),
        (exponential(8, gamma=math.exp(-0.3)), {t: 8 * math.exp(-0.3 * t) for t in (0, 1, 10)}),
        (inverse_time(8, decay=0.5), {0: 8, 2: 4, 6: 2}),
        (polynomial(8, steps=4), {0: 8, 1: 6, 3: 2, 4: 0, 5: 0}),
        (polynomial(8, steps=4, power=2), {0: 8, 2: 2, 3: 0.5, 4: 0, 5: 0}),
        (cosine(8, steps=4), {0: 8, 2: 4, 3: 4 - 8**0.5, 4: 0, 5: 0}),
        (cosine(8, steps=3, lr_min=2), {0: 8, 1: 6.5, 2: 3.5, 3: 2, 4: 2}),
        (cosine_restarts(8, period=2), {0: 8, 1: 4, 2: 8, 3: 4, 4: 8}),
        # Cycles of 2, 4 and 8 steps start at 0, 2, 6 and 14.
        (cosine_restarts(8, period=2, mult=2, lr_min=2), {1: 5, 2: 8, 4: 5, 6: 8, 10: 5, 14: 8, 22: 5}),
        (triangular(8, period=4), {0: 0, 1: 4, 2: 8, 3: 4, 4: 0, 6: 8}),
        (triangular(8, period=3, lr_min=2), {0: 2, 1: 6, 2: 6, 3: 2}),
        (triangular2(9, period=4, lr_min=1), {0: 1, 1: 5, 2: 9, 4: 1, 6: 5, 7: 3, 10: 3, 12: 1, 14: 2}),
        # Up until t = 0.4 · 10 − 1 = 3, down until the last of ten steps, t = 9.
        (
            one_cycle(8, steps=10, rise=0.4, anneal="linear", div_factor=4, final_div_factor=2),
            {0: 2, 1: 4, 3: 8, 6: 4.5, 9: 1, 10: 1},
        ),
        (
            one_cycle(8, steps=10, rise=0.4, div_factor=4, final_div_factor=2),
            {0: 2, 1: 3.5, 2: 6.5, 3: 8, 6: 4.5, 9: 1, 10: 1},
        ),
        (
            one_cycle(8, steps=10, rise=0.4, div_factor=4, final_div_factor=2, three_phase=True),
            {0: 2, 3: 8, 4: 6.5, 5: 3.5, 6: 2, 9: 1, 10: 1},
        ),
        (warm_up(constant(8), steps=4), {0: 0, 1: 2, 3: 6, 4: 8, 5: 8}),
        (warm_up(constant(0.9), steps=4, start=0.5), {0: 0.5, 1: 0.6, 3: 0.8, 4: 0.9, 5: 0.9}),
        # The clock of what comes after starts with the first step after warm-up.
        (warm_up(step(8, step_size=2, gamma=0.5), steps=4), {3: 6, 4: 8, 5: 8, 6: 4, 8: 2}),
        (warm_up([8, 7, 6].__getitem__, steps=1), {0: 0, 1: 8, 2: 7, 3: 6}),
        (
            warm_up_stable_decay(8, steps=9, warm_up_steps=2, decay_steps=4),
            {0: 0, 1: 4, 2: 8, 5: 8, 6: 6, 8: 2, 9: 0, 99: 0},
        ),
        (warm_up_stable_decay(8, steps=2, warm_up_steps=1, decay_steps=1), {0: 0, 1: 8, 2: 0, 3: 0}),
    ],
)  # fmt: skip
def test_schedules_worked_by_hand(schedule, values):
    for t, value in values.items():
        assert schedule(t) == pytest.approx(value, rel=1e-12, abs=1e-12), t


def test_restarts_come_when_they_should():
    """Where the logarithm of 3⁵ rounds down, torch's `step(epoch)` misses the restart; stepping, it does not."""
    assert int(math.log(3**5, 3)) == 4
    for mult in range(2, 12):
        schedule = cosine_restarts(1.0, period=1, mult=mult)
        starts = [(mult**n - 1) // (mult - 1) for n in range(1, 60) if mult**n < 1e12]
        assert all(schedule(t) == 1 for t in starts)
        assert (schedule(np.array(starts)) == 1).all()
        assert all(schedule(t - 1) < 0.5 for t in starts[2:])
    optimiser = torch.optim.SGD([torch.zeros(1)], lr=1.0)
    theirs = torchs.CosineAnnealingWarmRestarts(optimiser, T_0=1, T_mult=3)
    theirs.step(121)
    assert theirs.get_last_lr() == [0]
    assert cosine_restarts(1.0, period=1, mult=3)(121) == 1


def test_after_their_ends_torchs_cosine_climbs_and_its_one_cycle_raises():
    assert torch_rates(lambda optimiser: torchs.CosineAnnealingLR(optimiser, 5), 1.0, 11)[10] == pytest.approx(1)
    assert cosine(1.0, steps=5)(10) == 0
    with pytest.raises(ValueError, match="Tried to step"):
        torch_rates(lambda optimiser: torchs.OneCycleLR(optimiser, 1.0, 5, cycle_momentum=False), 1.0, 7)


@pytest.mark.parametrize("three_phase", [False, True])
@pytest.mark.parametrize("anneal", ["cosine", "linear"])
def test_the_momentum_of_one_cycle_is_a_cycle_upside_down(anneal, three_phase):
    twin = lambda optimiser: torchs.OneCycleLR(  # noqa: E731
        optimiser, 1.0, 40, anneal_strategy="cos" if anneal == "cosine" else "linear", three_phase=three_phase
    )
    groups = torch_groups(twin, 1.0, 40, momentum=0.9)
    cycle = one_cycle(0.1, steps=40, anneal=anneal, div_factor=math.inf, three_phase=three_phase)
    close([0.95 - cycle(t) for t in range(40)], [group["momentum"] for group in groups])


def test_the_conditions_of_robbins_and_monro():
    """Σ lr = ∞ and Σ lr² < ∞: of the three, 1/t alone has both."""
    t = np.arange(10**6)
    for schedule, far, calm in (
        (constant(1.0), True, False),
        (exponential(1.0, gamma=0.99), False, True),
        (inverse_time(1.0, decay=1.0), True, True),
    ):
        lr = schedule(t)
        grows = lambda terms: terms[10**5 :].sum() > 1  # noqa: E731
        assert grows(lr) == far
        assert grows(lr**2) != calm


def test_a_descent_with_an_exponential_rate_has_a_reach():
    path = descend(np.sign, [100.0], sgd, 2000, lr=exponential(0.5, gamma=0.98))
    assert 100 - path[-1, 0] == pytest.approx(0.5 / 0.02)


# What all share.

EXAMPLES = {
    constant: {},
    step: {"step_size": 3},
    multi_step: {"milestones": [2, 5]},
    exponential: {"gamma": 0.9},
    inverse_time: {"decay": 0.3},
    polynomial: {"steps": 8, "power": 2},
    cosine: {"steps": 8, "lr_min": 0.01},
    cosine_restarts: {"period": 3, "mult": 2, "lr_min": 0.01},
    triangular: {"period": 5, "lr_min": 0.01},
    triangular2: {"period": 5, "lr_min": 0.01},
    one_cycle: {"steps": 12},
    warm_up_stable_decay: {"steps": 12, "warm_up_steps": 3, "decay_steps": 4},
}


def warmed(lr, **hyper):
    return warm_up(cosine(lr, **hyper), steps=4, start=0.01)


EXAMPLES[warmed] = {"steps": 8}
each_schedule = pytest.mark.parametrize(("make", "hyper"), EXAMPLES.items(), ids=lambda v: getattr(v, "__name__", ""))


@each_schedule
def test_steps_of_any_shape_at_once(make, hyper):
    schedule, t = make(0.1, **hyper), np.arange(20).reshape(4, 5)
    values = schedule(t)
    assert values.shape == (4, 5)
    np.testing.assert_allclose(values.ravel(), ours(schedule, 20), rtol=1e-14)


@each_schedule
def test_a_sweep_of_rates_is_a_loop(make, hyper):
    rates = np.array([[0.05], [0.1], [0.2]])
    sweep = make(rates, **hyper)
    for t in range(15):
        assert sweep(t).shape == (3, 1)
        np.testing.assert_allclose(sweep(t)[:, 0], [make(lr, **hyper)(t) for lr in rates[:, 0]], rtol=1e-14)
    assert rates.tolist() == [[0.05], [0.1], [0.2]]


@each_schedule
def test_single_precision_stays_single(make, hyper):
    for t in range(15):
        assert type(make(0.1, **hyper)(t)) is float
        assert make(np.full((2, 1), 0.1, np.float32), **hyper)(t).dtype == np.float32
        assert make(torch.full((2, 1), 0.1), **hyper)(t).dtype == torch.float32


@each_schedule
def test_schedules_in_a_descent(make, hyper):
    """A grid of rates, each with its own path; momentum may have a schedule too."""
    bowl, rates = quadratic(1, 10), np.array([[0.01], [0.05], [0.1]])
    beta = warm_up(constant(0.9), steps=5, start=0.5)
    paths = descend(bowl.grad, [1.0, 1.0], momentum, 12, lr=make(rates, **hyper), beta=beta)
    for k, lr in enumerate(rates[:, 0]):
        x, v = np.ones(2), 0
        for t in range(12):
            x, v = momentum(x, bowl.grad(x), v, lr=make(lr, **hyper)(t), beta=0.5 + 0.4 * min(t, 5) / 5)
            np.testing.assert_allclose(paths[t + 1, k], x, rtol=1e-12, atol=1e-12)


@each_schedule
def test_a_rate_of_numpy_is_no_other_than_one_of_python(make, hyper):
    for t in range(15):
        value = make(np.float64(0.1), **hyper)(t)
        assert type(value) is float
        assert value == make(0.1, **hyper)(t)


ARRAYS = [
    (one_cycle, {"steps": 20}, {"div_factor": [10, 25]}),
    (one_cycle, {"steps": 20}, {"final_div_factor": [10, 1e4]}),
    (one_cycle, {"steps": 20}, {"rise": [0.2, 0.4]}),
    (one_cycle, {"steps": 20, "three_phase": True, "anneal": "linear"}, {"rise": [0.2, 0.4], "div_factor": [4, 5]}),
    (step, {"step_size": 3}, {"gamma": [0.5, 0.9]}),
    (multi_step, {"milestones": [2, 5]}, {"gamma": [0.5, 0.9]}),
    (exponential, {}, {"gamma": [0.5, 0.9]}),
    (inverse_time, {}, {"decay": [0.5, 0.9]}),
    (polynomial, {"steps": 8}, {"power": [1, 2]}),
    (cosine, {"steps": 8}, {"lr_min": [0.01, 0.02]}),
    (triangular, {"period": 5}, {"lr_min": [0.01, 0.02]}),
    (warmed, {"steps": 8}, {"lr_min": [0.01, 0.02]}),
]


@pytest.mark.parametrize(("make", "fixed", "swept"), ARRAYS)
def test_a_sweep_of_any_hyperparameter_is_a_loop(make, fixed, swept):
    columns = {name: np.reshape(values, (2, 1)) for name, values in swept.items()}
    sweep, t = make(0.1, **fixed, **columns), np.arange(25)
    for k in range(2):
        alone = make(0.1, **fixed, **{name: values[k] for name, values in swept.items()})
        np.testing.assert_allclose(sweep(t)[k], alone(t), rtol=1e-13)
        np.testing.assert_allclose([sweep(int(i))[k, 0] for i in t], alone(t), rtol=1e-13)


def test_each_rise_of_a_sweep_must_leave_each_phase_its_time():
    with pytest.raises(ValueError, match=r"^one_cycle: rise must give each phase some of the 20 steps"):
        one_cycle(0.1, steps=20, rise=np.array([[0.2], [0.01]]))


def test_a_schedule_keeps_what_it_was_given():
    milestones = [2, 5]
    schedule = multi_step(8, milestones=milestones, gamma=0.5)
    milestones.clear()
    assert schedule(9) == 2


def test_what_a_schedule_is_made_by_has_its_own_name_and_text():
    assert cosine.__name__ == "cosine"
    assert "half a cosine" in cosine.__doc__
    assert list(inspect.signature(cosine).parameters) == ["lr", "steps", "lr_min"]


def test_arguments_that_do_not_fit_are_told_with_the_name_of_the_schedule():
    with pytest.raises(ValueError, match=r"^cosine: missing a required argument: 'steps'"):
        cosine(0.1)
    with pytest.raises(ValueError, match=r"^cosine: got an unexpected keyword argument 'period'"):
        cosine(0.1, steps=3, period=3)


# Wrong arguments.

NOT_A_COUNT = [0, -1, 2.0, "3", True, None, math.nan]
NOT_A_RATE = [-0.1, math.nan, math.inf, "fast", None, [0.1, 0.2], np.array([0.1, -0.1])]
NOT_POSITIVE = [0, -0.1, math.nan, math.inf, "fast", None]
NOT_A_FRACTION = [0, 1, -0.1, 1.5, math.nan, "half", None]

VALID = {make: {"lr": 0.1} | hyper for make, hyper in EXAMPLES.items() if make is not warmed}
VALID[warm_up] = {"schedule": constant(0.1), "steps": 5, "start": 0.01}
WRONG = {
    **{(make, "lr"): NOT_A_RATE for make in VALID if make is not warm_up},
    **{(make, "gamma"): NOT_POSITIVE for make in (step, multi_step, exponential)},
    **{(make, "lr_min"): [*NOT_A_RATE, 0.2] for make in (cosine, cosine_restarts, triangular, triangular2)},
    **{(make, "steps"): NOT_A_COUNT for make in (polynomial, cosine, one_cycle, warm_up)},
    **{(make, "period"): NOT_A_COUNT for make in (cosine_restarts, triangular, triangular2)},
    (step, "step_size"): NOT_A_COUNT,
    (multi_step, "milestones"): [
        [],
        5,
        "25",
        None,
        [5, 2],
        [2, 2],
        [0, 2],
        [-1],
        [2.0],
        [True],
        [2, None],
        {2, 5},
        [[2, 5]],
    ],
    (inverse_time, "decay"): NOT_A_RATE,
    (polynomial, "power"): NOT_POSITIVE,
    (cosine_restarts, "mult"): NOT_A_COUNT,
    (one_cycle, "rise"): [*NOT_A_FRACTION, 1 / 12, 0.01],
    (one_cycle, "anneal"): ["cos", None, 1],
    (one_cycle, "div_factor"): [0.5, -1, math.nan, "big", None],
    (one_cycle, "final_div_factor"): [0.5, -1, math.nan, "big", None],
    (one_cycle, "three_phase"): [1, None, "yes"],
    (warm_up, "schedule"): [0.1, None, "cosine", np.ones(3)],
    (warm_up, "start"): NOT_A_RATE,
    (warm_up_stable_decay, "steps"): [*NOT_A_COUNT, 6],
    (warm_up_stable_decay, "warm_up_steps"): NOT_A_COUNT,
    (warm_up_stable_decay, "decay_steps"): NOT_A_COUNT,
}
BAD_INPUT = [
    (function, VALID[function] | {argument: value}, argument)
    for (function, argument), values in WRONG.items()
    for value in values
] + [
    (one_cycle, VALID[one_cycle] | {"rise": 0.55, "three_phase": True}, "rise"),
    (one_cycle, {"lr": 0.1, "steps": 2}, "rise"),
    (cosine, {"lr": np.array([[0.1], [0.3]]), "steps": 5, "lr_min": 0.2}, "lr_min"),
]


@pytest.mark.parametrize(
    ("function", "arguments"),
    [
        (constant, {"lr": 0}),
        (inverse_time, {"lr": 0.1, "decay": 0}),
        (cosine, {"lr": 0.1, "steps": 1, "lr_min": 0.1}),
        (multi_step, {"lr": 0.1, "milestones": np.array([1])}),
        (multi_step, {"lr": 0.1, "milestones": (1, 2)}),
        (one_cycle, {"lr": 0.1, "steps": 12, "div_factor": 1, "final_div_factor": 1}),
        (warm_up_stable_decay, {"lr": 0.1, "steps": 7, "warm_up_steps": 3, "decay_steps": 4}),
    ],
)
def test_the_ends_of_the_ranges_are_allowed(function, arguments):
    function(**arguments)


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
    assert _is_increasing(values) is verdict
