"""What watches the loss: against torch's scheduler, by hand, and one network of a grid against itself alone."""

import inspect
import math
from itertools import islice

import numpy as np
import pytest
import torch
from bad_input import test_bad_input_is_named  # noqa: F401
from hypothesis import given
from hypothesis import strategies as st
from strategies import RATE
from torch.optim.lr_scheduler import ReduceLROnPlateau

from gradlab.descend import iterates
from gradlab.plateau import EarlyStopping, ReduceOnPlateau
from gradlab.rules import sgd
from gradlab.schedules import warm_up
from gradlab.surfaces import quadratic


def close(actual, expected):
    np.testing.assert_allclose(actual, expected, rtol=1e-9)


# On a plateau.

# Few values, so that losses often equal one another and the bounds.
LOSS = st.integers(0, 16).map(lambda n: n / 4)
LOSSES = st.lists(LOSS | st.sampled_from([math.nan, math.inf]), min_size=20, max_size=40)
PLATEAU = {
    "factor": st.floats(0.05, 0.95),
    "patience": st.integers(0, 4),
    "threshold": st.sampled_from([0, 0.25, 0.5]),
    "cooldown": st.integers(0, 4),
}


def torch_plateau(losses, lr, lr_min=0, eps=0, **hyper):
    """torch's rates before each update, and after all of them."""
    optimiser = torch.optim.SGD([torch.zeros(1)], lr=lr)
    scheduler, rates = ReduceLROnPlateau(optimiser, min_lr=lr_min, eps=eps, **hyper), []
    for loss in [*losses, None]:
        rates.append(optimiser.param_groups[0]["lr"])
        if loss is not None:
            scheduler.step(loss)
    return rates, scheduler


def our_plateau(losses, lr, **hyper):
    plateau, rates = ReduceOnPlateau(lr, **hyper), []
    for t, loss in enumerate(losses):
        rates.append(plateau(t))
        plateau.update(loss)
    return [*rates, plateau(len(losses))], plateau


@given(losses=LOSSES, lr=RATE, share=st.floats(0, 1), hyper=st.fixed_dictionaries(PLATEAU))
def test_reduce_on_plateau_agrees_with_torch(losses, lr, share, hyper):
    rates, theirs = torch_plateau(losses, lr, lr * share, **hyper)
    values, plateau = our_plateau(losses, lr, **hyper, lr_min=lr * share)
    close(values, rates)
    assert plateau.best == theirs.best
    assert all(type(value) is float for value in values)


def test_defaults_of_reduce_on_plateau_are_those_of_torch():
    theirs = inspect.signature(ReduceLROnPlateau).parameters
    for name, parameter in inspect.signature(ReduceOnPlateau).parameters.items():
        if name != "lr":
            assert parameter.default == theirs[{"lr_min": "min_lr"}.get(name, name)].default, name


GRID = st.integers(1, 30).flatmap(
    lambda n: st.lists(st.lists(st.floats(0, 4), min_size=3, max_size=3), min_size=n, max_size=n)
)


@given(losses=GRID, hyper=st.fixed_dictionaries(PLATEAU), tensors=st.booleans())
def test_each_network_of_a_grid_has_its_own_plateau(losses, hyper, tensors):
    rows = [torch.tensor(row, dtype=float) if tensors else np.array(row) for row in losses]
    values, plateau = our_plateau(rows, 0.3, **hyper, lr_min=1e-3)
    assert values[0] == 0.3
    for k in range(3):
        alone, _ = our_plateau([row[k] for row in losses], 0.3, **hyper, lr_min=1e-3)
        np.testing.assert_allclose([v[k, 0] for v in values[1:]], alone[1:], rtol=1e-12)
    assert plateau.lr.shape == (3, 1)


def test_rates_of_a_grid_may_differ_and_precision_stays():
    plateau = ReduceOnPlateau(np.array([[0.1], [0.2]]), patience=0)
    for loss in ([1, 1], [0.5, 1]):
        plateau.update(np.array(loss))
    np.testing.assert_allclose(plateau.lr, [[0.1], [0.02]])
    for floats in (np.float32, torch.float32):
        losses = np.ones(2, floats) if floats is np.float32 else torch.ones(2)
        plateau = ReduceOnPlateau(0.1, patience=0)
        plateau.update(losses)
        plateau.update(losses)
        assert plateau(0).dtype == floats
        np.testing.assert_allclose(plateau(0), [[0.01], [0.01]], rtol=1e-6)
    plateau = ReduceOnPlateau(np.full((2, 1), 0.1, np.float32), patience=0)
    plateau.update(1.0)
    assert plateau(0).dtype == np.float32


def test_a_plateau_by_hand():
    # 3 is an improvement; then 3 updates are borne with patience 3, and the fourth is too many.
    rates, plateau = our_plateau([4, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3], 1.0, factor=0.5, patience=3, cooldown=2)
    assert rates == [1] * 6 + [0.5] * 6
    plateau.update(3)  # two updates of cooldown are not counted: the 7th after the fall is its fourth
    assert plateau.lr == 0.25
    # Improvements by a half or less do not count; during the cooldown, one that does ends nothing.
    losses = [8, 4, 4, 1, 3, 3, 3]
    rates, plateau = our_plateau(losses, 1.0, factor=0.5, patience=1, threshold=0.5, cooldown=3)
    assert rates == [1, 1, 1, 0.5, 0.5, 0.5, 0.5, 0.5]
    assert plateau.best == 1
    plateau.update(3)  # the fall was by the third; three updates of cooldown; this is the second that counts
    assert plateau.lr == 0.25
    # With eps, torch passes over falls that are tiny; we do not.
    tiny, _ = our_plateau([1, 1, 1], 1e-8, patience=0)
    close(tiny, [1e-8, 1e-8, 1e-9, 1e-10])
    assert torch_plateau([1, 1, 1], 1e-8, eps=1e-8, patience=0)[0] == [1e-8] * 4


def test_what_never_improves_is_a_plateau_from_the_start():
    assert our_plateau([math.nan] * 4, 1.0, factor=0.5, patience=1)[0] == [1, 1, 0.5, 0.5, 0.25]


def test_a_plateau_in_a_descent():
    bowl, plateau, rates = quadratic(1), ReduceOnPlateau(2.5, factor=0.3, patience=1), []
    for x, _ in islice(iterates(bowl.grad, [1.0], sgd, lr=plateau), 12):
        rates.append(plateau.lr)
        plateau.update(float(bowl.f(x)))
    # The first loss is the best one; the third update is the second that is not.
    close(rates, [2.5] * 3 + [0.75] * 9)
    assert x[0] == pytest.approx((-1.5) ** 3 * 0.25**9)


def test_a_plateau_remembers_the_rate_of_each_step():
    rates, plateau = our_plateau([4, 3, 3, 3, 2, 2, 2], 1.0, factor=0.5, patience=0)
    assert rates == [1, 1, 1, 0.5, 0.25, 0.25, 0.125, 0.0625]
    assert [plateau(t) for t in (3, 0, 7, 5, 4, 2, 6)] == [0.5, 1, 0.0625, 0.25, 0.25, 1, 0.125]
    assert plateau(np.arange(9)).tolist() == [*rates, 0.0625]  # to draw it; the last step has not come yet
    plateau.update(2)
    assert plateau(6) == 0.125
    assert plateau(7) == plateau(8) == plateau.lr == 0.03125  # step 7 is the present one


def test_to_draw_the_rates_to_come_changes_nothing():
    plateau = ReduceOnPlateau(1.0, factor=0.5, patience=0)
    plateau(np.arange(100))
    rates = []
    for t in range(4):
        rates.append(plateau(t))
        plateau.update(1.0)
    assert rates == [1, 1, 0.5, 0.25]


def test_rates_of_a_grid_can_be_drawn():
    plateau = ReduceOnPlateau(0.5, factor=0.5, patience=0)
    for t, losses in enumerate(([1, 1], [1, 0.5], [1, 0.25])):
        plateau(t)
        plateau.update(np.array(losses))
    assert plateau(np.arange(4))[..., 0].tolist() == [[0.5, 0.5], [0.5, 0.5], [0.25, 0.5], [0.125, 0.5]]


@pytest.mark.parametrize("kind", [np.array, torch.tensor])
def test_each_run_begins_anew(kind):
    plateau, stop = ReduceOnPlateau(0.5, factor=0.5, patience=0), EarlyStopping(patience=0)
    for _ in range(2):
        paths = []
        for losses in ([[3.0, 3.0], [3.0, 2.0]], [[1.0], [2.0]], [4.0, 5.0]):  # of three networks, one, or a number
            rates = []
            iterates(quadratic(1).grad, [1.0], sgd, lr=plateau)
            stop.reset()
            for loss in losses:
                rates.append(plateau.lr)
                plateau.update(kind(loss))
                stop.update(kind(loss))
            assert rates[0] == 0.5
            assert np.ndim(stop.stopped) == np.ndim(losses[0])
            paths.append(rates)
    plateau.reset()
    assert (plateau.lr, plateau.best, plateau(0)) == (0.5, math.inf, 0.5)
    stop.reset()
    assert (stop.best, stop.best_step, stop.stopped, stop.step) == (math.inf, -1, False, 0)


def test_a_plateau_inside_another_schedule_begins_anew_too():
    plateau = ReduceOnPlateau(0.5, factor=0.5, patience=0)
    for wrapped in (warm_up(plateau, steps=2), lambda t: plateau(t) / 2):
        plateau.update(1.0)
        plateau.update(1.0)
        assert plateau.lr == 0.25
        next(iterates(quadratic(1).grad, [1.0], sgd, lr=wrapped))
        assert plateau.lr == 0.5


def test_a_run_that_goes_on_is_not_begun_anew():
    plateau, rates = ReduceOnPlateau(0.5, factor=0.5, patience=0), []
    for _ in islice(iterates(quadratic(1).grad, [1.0], sgd, lr=plateau), 4):
        rates.append(plateau.lr)
        plateau.update(1.0)
    assert rates == [0.5, 0.5, 0.25, 0.125]


# When to stop.


def test_early_stopping_by_hand():
    stop = EarlyStopping(patience=2, min_delta=0.5)
    assert (stop.stopped, stop.best_step) == (False, -1)
    # 3.5 is not lower than 4 by more than 0.5; 3.4 is.
    answers = [stop.update(loss) for loss in (4, 3.5, 3.4, 3, 3, 3)]
    assert answers == [False] * 5 + [True]
    assert (stop.best, stop.best_step, bool(stop.stopped)) == (3.4, 2, True)
    assert type(answers[-1]) is bool
    stop.update(0)  # it stays as it is
    assert (stop.best, stop.best_step, bool(stop.stopped)) == (3.4, 2, True)


def test_without_patience_the_first_loss_that_is_no_improvement_stops():
    stop = EarlyStopping(patience=0)
    assert [stop.update(loss) for loss in (2, 1, 1)] == [False, False, True]


def test_nan_is_no_improvement():
    stop = EarlyStopping(patience=2)
    assert [stop.update(math.nan) for _ in range(3)] == [False, False, True]
    assert (stop.best, stop.best_step) == (math.inf, -1)


def test_ten_updates_are_borne_unless_told_and_any_improvement_counts():
    stop = EarlyStopping()
    assert [stop.update(1) for _ in range(12)] == [False] * 11 + [True]
    assert not EarlyStopping().update(1)
    stop = EarlyStopping(patience=0)
    assert not any(stop.update(1 - 1e-9 * t) for t in range(5))


@given(losses=LOSSES, patience=st.integers(0, 5), min_delta=st.sampled_from([0, 0.25, 1]))
def test_it_is_time_to_stop_when_torch_would_reduce_the_rate(losses, patience, min_delta):
    rates, _ = torch_plateau(losses, 1.0, factor=0.5, patience=patience, threshold=min_delta, threshold_mode="abs")
    stop = EarlyStopping(patience=patience, min_delta=min_delta)
    reduced = [rate < 1 for rate in rates[1:]]
    assert [stop.update(loss) for loss in losses] == reduced
    if stop.best_step >= 0:
        assert losses[stop.best_step] == stop.best
        before = reduced.index(True) if True in reduced else len(losses)
        _, theirs = torch_plateau(losses[:before], 1.0, patience=patience, threshold=min_delta, threshold_mode="abs")
        assert theirs.best == stop.best


@given(losses=GRID, patience=st.integers(0, 4), tensors=st.booleans())
def test_each_network_of_a_grid_stops_by_itself(losses, patience, tensors):
    grid, alone = EarlyStopping(patience=patience), [EarlyStopping(patience=patience) for _ in range(3)]
    for row in losses:
        done = grid.update(torch.tensor(row, dtype=float) if tensors else np.array(row))
        one_by_one = [stop.update(loss) for stop, loss in zip(alone, row, strict=True)]
        assert done == all(one_by_one)
        assert grid.stopped.tolist() == one_by_one
        assert grid.best.tolist() == [stop.best for stop in alone]
        assert grid.best_step.tolist() == [stop.best_step for stop in alone]


@pytest.mark.parametrize("make", [EarlyStopping, lambda: ReduceOnPlateau(0.1)])
@pytest.mark.parametrize("loss", [1.0, np.ones(2), np.ones((3, 1))])
def test_losses_keep_their_shape(make, loss):
    watch = make()
    watch.update(np.ones(3))
    with pytest.raises(
        ValueError, match=r"^(EarlyStopping|ReduceOnPlateau)\.update: loss must be of shape \(3,\), as before"
    ):
        watch.update(loss)


# Wrong arguments.

NOT_A_RATE = [-0.1, math.nan, math.inf, "fast", None, [0.1, 0.2]]
NOT_FROM_0 = [-1, 1.0, True, "3", None, math.nan]
WRONG = {
    (ReduceOnPlateau, "lr"): [*NOT_A_RATE, np.array([0.1, -0.1])],
    (ReduceOnPlateau, "factor"): [0, 1, -0.1, 1.5, math.nan, "half", None],
    (ReduceOnPlateau, "patience"): NOT_FROM_0,
    (ReduceOnPlateau, "threshold"): [-0.1, 1, math.nan, "low", None],
    (ReduceOnPlateau, "cooldown"): NOT_FROM_0,
    (ReduceOnPlateau, "lr_min"): [*NOT_A_RATE, 0.2],
    (EarlyStopping, "patience"): NOT_FROM_0,
    (EarlyStopping, "min_delta"): NOT_A_RATE,
}
VALID = {ReduceOnPlateau: {"lr": 0.1}, EarlyStopping: {}}
BAD_INPUT = [
    (function, VALID[function] | {argument: value}, argument)
    for (function, argument), values in WRONG.items()
    for value in values
] + [
    (watch.update, {"loss": loss}, "loss")
    for watch in (EarlyStopping(), ReduceOnPlateau(0.1))
    for loss in ("low", None, ["low"], {})
]


def test_the_ends_of_the_ranges_are_allowed():
    EarlyStopping(patience=0, min_delta=0)
    ReduceOnPlateau(0.1, patience=0, cooldown=0, threshold=0, lr_min=0.1)
    ReduceOnPlateau(np.array([[0.1], [0.2]]), lr_min=np.array([[0.0], [0.2]]))
