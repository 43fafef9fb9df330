"""Schedules: hyperparameters that change from step to step.

    schedule(t) -> value        t = 0 before the first step

Each function here makes one, which can stand wherever a hyperparameter can, beta as well as lr:

    descend(grad, x0, sgd, lr=cosine(0.1, steps=100))

Throughout, lr is the highest rate and lr_min the lowest; only a gamma above 1 makes rates grow beyond lr. Rates may
be arrays that broadcast with x (a sweep: shape (K, 1)). To draw a schedule, call it with an array of steps: the values
have its shape. After its end a schedule holds its last value.

Each raises ValueError for an argument outside its range. The twins are classes of `torch.optim.lr_scheduler`.
"""

from collections.abc import Sequence
from itertools import pairwise
from math import log, pi

import numpy as np

from gradlab._arguments import ArgumentError, checked, everywhere, require_order
from gradlab._conditions import BOOLEAN, COUNT, FRACTION, NON_NEGATIVE, POSITIVE, Condition, is_count, one_of
from gradlab.descend import Hyper, Schedule

SCHEDULE = Condition("be a function t -> value", callable)
AT_LEAST_1 = Condition("be at least 1", lambda v: v >= 1)


def _is_increasing(values):
    """True for a list, a tuple or an array of increasing integers, at least one, the first at least 1."""
    if not isinstance(values, (list, tuple, range, np.ndarray)) or not len(values):
        return False
    return all(is_count(v, 1) for v in values) and all(v < w for v, w in pairwise(values))


def _plain(function):
    """The same function, but for numbers it gives one of Python's numbers: np.float64 would widen float32."""

    def plain(*args):
        value = function(*args)
        return value if np.ndim(value) else value.item()

    return plain


_cos, _min, _max = map(_plain, (np.cos, np.minimum, np.maximum))

#: how the share of the way that is behind us grows with the share of the time
ANNEAL = {"cosine": lambda p: (1 - _cos(pi * p)) / 2, "linear": lambda p: p}


@checked
def constant(lr: Hyper) -> Schedule:
    """The same value at every step.

        lr(t) = lr

    With noisy gradients, x does not settle: it keeps wandering around the minimum, and the larger
    lr, the farther. Twin: `ConstantLR(factor=1)`.

    >>> lr = constant(0.1)
    >>> lr(0), lr(50)
    (0.1, 0.1)
    """
    return lambda t: lr + 0 * t  # of t's shape


@checked(step_size=COUNT, gamma=POSITIVE)
def step(lr: Hyper, *, step_size: int, gamma: Hyper = 0.1) -> Schedule:
    """Multiply by gamma every step_size steps.

        lr(t) = lr · gamma^⌊t / step_size⌋

    step_size   how many steps have the same rate
    gamma       the factor between one stair and the next

    Twin: `StepLR`.

    >>> step(8.0, step_size=10, gamma=0.5)(np.array([0, 9, 10, 20]))
    array([8., 8., 4., 2.])
    """
    return lambda t: lr * gamma ** (t // step_size)


@checked(milestones=Condition("be increasing integers, the first at least 1", _is_increasing), gamma=POSITIVE)
def multi_step(lr: Hyper, *, milestones: Sequence[int], gamma: Hyper = 0.1) -> Schedule:
    """Multiply by gamma at each milestone.

        lr(t) = lr · gamma^(how many milestones are ≤ t)

    milestones   increasing integers, the first at least 1; step t = milestone is the first with the new rate

    Twin: `MultiStepLR`.

    >>> multi_step(8.0, milestones=[10, 15], gamma=0.5)(np.array([9, 10, 15]))
    array([8., 4., 2.])
    """
    milestones = tuple(milestones)
    return lambda t: lr * gamma ** sum(t >= milestone for milestone in milestones)


@checked(gamma=POSITIVE)
def exponential(lr: Hyper, *, gamma: Hyper) -> Schedule:
    """Multiply by gamma at every step.

        lr(t) = lr · gammaᵗ

    The form lr · e^(−k·t) is gamma = e^(−k); for the factor d every n steps, gamma = d^(1/n). All steps of
    `sgd` together go no farther than lr / (1 − gamma) times the largest gradient: too fast a decay stops
    short of the minimum. Twin: `ExponentialLR`.

    >>> exponential(8.0, gamma=0.5)(np.arange(4))
    array([8., 4., 2., 1.])
    """
    return lambda t: lr * gamma**t


@checked(decay=NON_NEGATIVE)
def inverse_time(lr: Hyper, *, decay: Hyper) -> Schedule:
    """Fall like 1/t.

        lr(t) = lr / (1 + decay · t)

    decay   after 1 / decay steps the rate is lr / 2, after 2 / decay steps lr / 3

    The rates sum to infinity, so that every point can be reached, and their squares do not, so that the
    noise dies out: the conditions of Robbins & Monro (1951) for converging in spite of noisy gradients.
    `constant` violates the second, `exponential` the first. Twin: `LambdaLR(lambda t: 1 / (1 + decay * t))`.

    >>> inverse_time(12.0, decay=0.5)(np.array([0, 2, 4]))
    array([12.,  6.,  4.])
    """
    return lambda t: lr / (1 + decay * t)


@checked(steps=COUNT, power=POSITIVE)
def polynomial(lr: Hyper, *, steps: int, power: Hyper = 1) -> Schedule:
    """Fall to 0 along a straight line, or a power of it.

        lr(t) = lr · (1 − t / steps)^power        0 from t = steps on

    steps   the first step that stands still: the last of `steps` steps, t = steps − 1, still moves

    Twin: `PolynomialLR`, whose steps are `total_iters`.

    >>> polynomial(8.0, steps=4, power=2)(np.arange(6))
    array([8. , 4.5, 2. , 0.5, 0. , 0. ])
    """
    return lambda t: lr * (1 - _min(t / steps, 1)) ** power


@checked(steps=COUNT)
def cosine(lr: Hyper, *, steps: int, lr_min: Hyper = 0) -> Schedule:
    """Fall to lr_min along half a cosine: slowly at first and at last.

        lr(t) = lr_min + (lr − lr_min) · (1 + cos(π · t / steps)) / 2        lr_min from t = steps on

    Loshchilov & Hutter (2017), equation 5, without its restarts. Raises ValueError also for lr_min > lr.
    Twin: `CosineAnnealingLR`, whose steps are `T_max` and lr_min is `eta_min`; after `T_max` it climbs again.

    >>> cosine(8.0, steps=4, lr_min=4.0)(np.arange(6)).round(2)
    array([8.  , 7.41, 6.  , 4.59, 4.  , 4.  ])
    """
    require_order(lr_min, lr)

    def schedule(t):
        p = _min(t / steps, 1)
        return lr_min + (lr - lr_min) * (1 + _cos(pi * p)) / 2

    return schedule


@checked(period=COUNT, mult=COUNT)
def cosine_restarts(lr: Hyper, *, period: int, mult: int = 1, lr_min: Hyper = 0) -> Schedule:
    """SGDR: half a cosine again and again, each mult times as long as the one before.

        lr(t) = lr_min + (lr − lr_min) · (1 + cos(π · p)) / 2        p = the share of this cycle that is over

    period   steps of the first cycle; t = period is the first of the second and has the full lr again
    mult     an integer of at least 1

    Loshchilov & Hutter (2017), equation 5. Raises ValueError also for lr_min > lr. Twin:
    `CosineAnnealingWarmRestarts`, whose period is `T_0`, mult is `T_mult` and lr_min is `eta_min`; told the
    epoch, its `step(epoch)` misses a restart where rounding makes a logarithm too small (`T_0=1, T_mult=3`: 121).

    >>> cosine_restarts(8.0, period=2, mult=2)(np.arange(7)).round(2)
    array([8.  , 4.  , 8.  , 6.83, 4.  , 1.17, 8.  ])
    """
    require_order(lr_min, lr)

    def schedule(t):
        if mult == 1:
            p = t % period / period
        else:
            # n cycles take period · (multⁿ − 1) / (mult − 1) steps. The logarithm of an integer may be
            # a rounding error too small; half an integer farther it rounds down to the same n safely.
            n = np.floor(np.log(t // period * (mult - 1) + 1.5) / log(mult))
            p = (t - period * (mult**n - 1) / (mult - 1)) / (period * mult**n)
        return lr_min + (lr - lr_min) * (1 + _cos(pi * p)) / 2

    return schedule


@checked(period=COUNT)
def triangular(lr: Hyper, *, period: int, lr_min: Hyper = 0) -> Schedule:
    """Up and down along straight lines, again and again.

        lr(t) = lr_min + (lr − lr_min) · (1 − |2p − 1|)        p = t / period, without its whole part

    period   steps there and back; the peak is half-way

    Smith (2017), section 3, whose stepsize is half a period. Raises ValueError also for lr_min > lr. Twin:
    `CyclicLR`, whose lr is max_lr, lr_min is base_lr, and step_size_up is half a period.

    >>> triangular(8.0, period=4)(np.arange(9))
    array([0., 4., 8., 4., 0., 4., 8., 4., 0.])
    """
    require_order(lr_min, lr)
    return lambda t: lr_min + (lr - lr_min) * (1 - abs(2 * (t % period) / period - 1))


@checked(period=COUNT)
def triangular2(lr: Hyper, *, period: int, lr_min: Hyper = 0) -> Schedule:
    """Up and down along straight lines, each time half as high as the time before.

        lr(t) = lr_min + (lr − lr_min) · (1 − |2p − 1|) / 2ⁿ        n = ⌊t / period⌋, p = t / period − n

    period   steps there and back

    Smith (2017), section 3. Raises ValueError also for lr_min > lr. Twin: `CyclicLR(mode="triangular2")`.

    >>> triangular2(8.0, period=4)(np.arange(9))
    array([0., 4., 8., 4., 0., 2., 4., 2., 0.])
    """
    require_order(lr_min, lr)
    wave = triangular(lr - lr_min, period=period)
    return lambda t: lr_min + wave(t) * 0.5 ** (t // period)


@checked(
    steps=COUNT,
    rise=FRACTION,
    anneal=one_of(*ANNEAL),
    div_factor=AT_LEAST_1,
    final_div_factor=AT_LEAST_1,
    three_phase=BOOLEAN,
)
def one_cycle(
    lr: Hyper,
    *,
    steps: int,
    rise: Hyper = 0.3,
    anneal: str = "cosine",
    div_factor: Hyper = 25,
    final_div_factor: Hyper = 1e4,
    three_phase: bool = False,
) -> Schedule:
    """One cycle: up from lr / div_factor to lr, then down to next to nothing.

        t              0                 rise · steps − 1    steps − 1
        lr(t)          lr / div_factor   lr                  lr / div_factor / final_div_factor

    rise          the share of the steps that climb
    anneal        between these points: "cosine" (half of one) or "linear"
    three_phase   come down as fast as up, to lr / div_factor at t = 2 · rise · steps − 2; then fall on

    Unlike `cosine`, it has its lowest rate at the last of `steps` steps. Momentum goes the other way, as in
    torch between 0.95 and 0.85: beta = 0.95 − one_cycle(0.1, steps=steps, div_factor=inf)(t).

    Smith & Topin (2019), straight and in three phases. Raises ValueError also when rise leaves a phase no time.
    Twin: `OneCycleLR`, whose lr is max_lr, steps are total_steps, rise is pct_start and anneal is
    anneal_strategy ("cos"); after its end the twin raises an error.

    >>> one_cycle(8.0, steps=10, rise=0.5, div_factor=4, final_div_factor=2)(np.array([0, 4, 9]))
    array([2., 8., 1.])
    """
    low, knots = 1 / div_factor, [0, rise * steps - 1, steps - 1]
    shares = [low, 1, low / final_div_factor]
    if three_phase:
        knots.insert(2, 2 * rise * steps - 2)
        shares.insert(2, low)
    phases = list(zip(pairwise(knots), shares[1:], strict=True))
    if not all(everywhere(start < end) for (start, end), _ in phases):
        raise ArgumentError(f"rise must give each phase some of the {steps} steps, got {rise!r}")

    def schedule(t):
        share, *_ = shares
        for (start, end), after in phases:
            p = _max(_min((t - start) / (end - start), 1), 0)  # how much of the phase is over
            way = ANNEAL[anneal](p)
            share = (1 - way) * share + way * after
        return lr * share

    return schedule


@checked(schedule=SCHEDULE, steps=COUNT, start=NON_NEGATIVE)
def warm_up(schedule: Schedule, *, steps: int, start: Hyper = 0) -> Schedule:
    """Climb from start to where another schedule begins, then follow it.

        value(t) = start + (schedule(0) − start) · t / steps        t < steps
        value(t) = schedule(t − steps)                              from t = steps on

    schedule   any function t -> value. Its clock stands at 0 during warm-up: `warm_up(cosine(0.1, steps=90),
               steps=10)` ends at t = 100
    steps      how many have less than the full value
    start      the value at t = 0; an lr that starts at 0 makes the first step stand still

    For momentum: `beta=warm_up(constant(0.9), steps=500, start=0.5)`.

    Goyal et al. (2017), section 2.2. Twin: `SequentialLR` of `LinearLR` and another, with steps as total_iters
    and milestone, and start as start_factor · lr, which cannot be 0.

    >>> warm_up(constant(8.0), steps=4)(np.arange(6))
    array([0., 2., 4., 6., 8., 8.])
    """

    def warmed_up(t):
        p = _min(t / steps, 1)
        return (1 - p) * start + p * schedule(_max(t - steps, 0))

    return warmed_up


@checked(steps=COUNT, warm_up_steps=COUNT, decay_steps=COUNT)
def warm_up_stable_decay(lr: Hyper, *, steps: int, warm_up_steps: int, decay_steps: int) -> Schedule:
    """Climb from 0 to lr, stay there, and fall to 0 at the end, along straight lines.

        lr(t) = lr · min(t / warm_up_steps, 1, (steps − t) / decay_steps)        0 from t = steps on

    The stable part needs no end that is known beforehand: the decay can start from any point of it.

    Hu et al. (2024), whose decay is exponential; the straight one is in Hägele et al. (2024). Raises
    ValueError also when warm-up and decay together take more than `steps` steps. Twin: `LambdaLR`; of
    torch's own, `SequentialLR` of `LinearLR`, `ConstantLR` and `LinearLR`, but that cannot start at 0.

    >>> warm_up_stable_decay(8.0, steps=10, warm_up_steps=2, decay_steps=4)(np.arange(11))
    array([0., 4., 8., 8., 8., 8., 8., 6., 4., 2., 0.])
    """
    if steps < warm_up_steps + decay_steps:
        raise ArgumentError(f"steps must be at least warm_up_steps + decay_steps, got {steps!r}")

    def schedule(t):
        slopes = _min(t / warm_up_steps, (steps - t) / decay_steps)
        return lr * _max(_min(slopes, 1), 0)

    return schedule
