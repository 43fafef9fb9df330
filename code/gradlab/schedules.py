"""Schedules: hyperparameters that change from step to step.

    schedule(t) -> value        t = 0 before the first step

Each function here makes one, which can stand wherever a hyperparameter can, beta as well as lr:

    descend(grad, x0, sgd, lr=cosine(0.1, steps=100))

Throughout, lr is the highest rate and lr_min the lowest. Rates may be arrays that broadcast with x (a
sweep: shape (K, 1)). To draw a schedule, call it with an array of steps: the values have its shape.
After its end a schedule holds its last value.

Each raises ValueError for an argument outside its range (see `arguments.CONDITIONS`). The twins are
classes of `torch.optim.lr_scheduler`.
"""

import functools
from math import log, pi

import numpy as np

from gradlab._arguments import bound, require


def _checked(make):
    """Check the arguments of a function that makes a schedule."""

    @functools.wraps(make)
    def checked(*args, **kwargs):
        require(make.__name__, **bound(make, *args, **kwargs))
        return make(*args, **kwargs)

    return checked


def _require_order(owner, lr_min, lr):
    require(owner, {"lr_min": ("at most lr", lambda v: v <= lr)}, lr_min=lr_min)


def _plain(function):
    """The same function, but for numbers it gives one of Python's numbers: np.float64 would widen float32."""

    def plain(*args):
        value = function(*args)
        return value if np.ndim(value) else value.item()

    return plain


_cos, _interp, _min, _max = map(_plain, (np.cos, np.interp, np.minimum, np.maximum))

#: how the share of the way that is behind us grows with the share of the time
ANNEAL = {"cosine": lambda p: (1 - _cos(pi * p)) / 2, "linear": lambda p: p}


@_checked
def constant(lr):
    """The same value at every step.

        lr(t) = lr

    With noisy gradients, x does not settle: it keeps wandering around the minimum, the farther the
    larger lr. Twin: `ConstantLR(factor=1)`.
    """
    return lambda t: lr + 0 * t  # of t's shape


@_checked
def step(lr, *, step_size, gamma=0.1):
    """Multiply by gamma every step_size steps.

        lr(t) = lr · gamma^⌊t / step_size⌋

    step_size   how many steps have the same rate
    gamma       the factor between one stair and the next

    Twin: `StepLR`.
    """
    return lambda t: lr * gamma ** (t // step_size)


@_checked
def multi_step(lr, *, milestones, gamma=0.1):
    """Multiply by gamma at each milestone.

        lr(t) = lr · gamma^(how many milestones are ≤ t)

    milestones   increasing integers, the first at least 1; step t = milestone is the first with the new rate

    Twin: `MultiStepLR`.
    """
    milestones = tuple(milestones)
    return lambda t: lr * gamma ** sum(t >= milestone for milestone in milestones)


@_checked
def exponential(lr, *, gamma):
    """Multiply by gamma at every step.

        lr(t) = lr · gammaᵗ

    The form lr · e^(−k·t) is gamma = e^(−k); for the factor d every n steps, gamma = d^(1/n). All steps of
    `sgd` together go no farther than lr / (1 − gamma) times the largest gradient: too fast a decay stops
    short of the minimum. Twin: `ExponentialLR`.
    """
    return lambda t: lr * gamma**t


@_checked
def inverse_time(lr, *, decay):
    """Fall like 1/t.

        lr(t) = lr / (1 + decay · t)

    decay   after 1 / decay steps the rate is lr / 2, after 2 / decay steps lr / 3

    The rates sum to infinity, so that every point can be reached, and their squares do not, so that the
    noise dies out: the conditions of Robbins & Monro (1951) for converging in spite of noisy gradients.
    `constant` violates the second, `exponential` the first. Twin: `LambdaLR(lambda t: 1 / (1 + decay * t))`.
    """
    return lambda t: lr / (1 + decay * t)


@_checked
def polynomial(lr, *, steps, power=1):
    """Fall to 0 along a straight line, or a power of it.

        lr(t) = lr · (1 − t / steps)^power        0 from t = steps on

    steps   the first step that stands still: the last of `steps` steps, t = steps − 1, still moves

    Twin: `PolynomialLR`, whose steps are total_iters.
    """
    return lambda t: lr * (1 - _min(t / steps, 1)) ** power


@_checked
def cosine(lr, *, steps, lr_min=0):
    """Fall to lr_min along half a cosine: slowly at first and at last.

        lr(t) = lr_min + (lr − lr_min) · (1 + cos(π · t / steps)) / 2        lr_min from t = steps on

    Loshchilov & Hutter (2017), equation 5, without its restarts. Raises ValueError also for lr_min > lr.
    Twin: `CosineAnnealingLR`, whose steps are T_max and lr_min is eta_min; after T_max it climbs again.
    """
    _require_order("cosine", lr_min, lr)
    return lambda t: lr_min + (lr - lr_min) * (1 + _cos(pi * _min(t / steps, 1))) / 2


@_checked
def cosine_restarts(lr, *, period, mult=1, lr_min=0):
    """SGDR: half a cosine again and again, each mult times as long as the one before.

        lr(t) = lr_min + (lr − lr_min) · (1 + cos(π · p)) / 2        p = the share of this cycle that is over

    period   steps of the first cycle; t = period is the first of the second and has the full lr again
    mult     an integer of at least 1

    Loshchilov & Hutter (2017), equation 5. Raises ValueError also for lr_min > lr. Twin:
    `CosineAnnealingWarmRestarts`, whose period is T_0, mult is T_mult and lr_min is eta_min; told the
    epoch, its `step(epoch)` misses a restart where rounding makes a logarithm too small (T_0=1, T_mult=3: 121).
    """
    _require_order("cosine_restarts", lr_min, lr)

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


@_checked
def triangular(lr, *, period, lr_min=0):
    """Up and down along straight lines, again and again.

        lr(t) = lr_min + (lr − lr_min) · (1 − |2p − 1|)        p = t / period, without its whole part

    period   steps there and back; the peak is half-way

    Smith (2017), section 3, whose stepsize is half a period. Raises ValueError also for lr_min > lr. Twin:
    `CyclicLR`, whose lr is max_lr, lr_min is base_lr, and step_size_up is half a period.
    """
    _require_order("triangular", lr_min, lr)
    return lambda t: lr_min + (lr - lr_min) * (1 - abs(2 * (t % period) / period - 1))


@_checked
def triangular2(lr, *, period, lr_min=0):
    """Up and down along straight lines, each time half as high as the time before.

        lr(t) = lr_min + (lr − lr_min) · (1 − |2p − 1|) / 2ⁿ        n = ⌊t / period⌋, p = t / period − n

    period   steps there and back

    Smith (2017), section 3. Raises ValueError also for lr_min > lr. Twin: `CyclicLR(mode="triangular2")`.
    """
    _require_order("triangular2", lr_min, lr)
    wave = triangular(lr - lr_min, period=period)
    return lambda t: lr_min + wave(t) * 0.5 ** (t // period)


@_checked
def one_cycle(lr, *, steps, rise=0.3, anneal="cosine", div_factor=25, final_div_factor=1e4, three_phase=False):
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
    anneal_strategy ("cos"); it raises an error after its end.
    """
    low, knots = 1 / div_factor, [0, rise * steps - 1, steps - 1]
    shares = [low, 1, low / final_div_factor]
    if three_phase:
        knots.insert(2, 2 * rise * steps - 2)
        shares.insert(2, low)
    lasting = {"rise": (f"such that each phase of {steps} steps lasts", lambda v: (np.diff(knots) > 0).all())}
    require("one_cycle", lasting, rise=rise)
    phases = range(len(knots))

    def schedule(t):
        i = _interp(t, knots, phases)  # the phase, and how much of it is over
        return lr * _interp(i // 1 + ANNEAL[anneal](i % 1), phases, shares)

    return schedule


@_checked
def warm_up(schedule, *, steps, start=0):
    """Climb from start to where another schedule begins, then follow it.

        value(t) = start + (schedule(0) − start) · t / steps        t < steps
        value(t) = schedule(t − steps)                              from t = steps on

    schedule   any function t -> value. Its clock stands at 0 during warm-up: `warm_up(cosine(0.1, steps=90),
               steps=10)` ends at t = 100
    steps      how many have less than the full value
    start      the value at t = 0; with lr = 0 the first step stands still

    For momentum: `beta=warm_up(constant(0.9), steps=500, start=0.5)`.

    Goyal et al. (2017), section 2.2. Twin: `SequentialLR` of `LinearLR` and another, with steps as total_iters
    and milestone, and start as start_factor · lr, which cannot be 0.
    """

    def warmed_up(t):
        p = _min(t / steps, 1)
        return (1 - p) * start + p * schedule(_max(t - steps, 0))

    return warmed_up


@_checked
def warm_up_stable_decay(lr, *, steps, warm_up_steps, decay_steps):
    """Climb from 0 to lr, stay there, and fall to 0 at the end, along straight lines.

        lr(t) = lr · min(t / warm_up_steps, 1, (steps − t) / decay_steps)        0 from t = steps on

    The stable part needs no end that is known beforehand: the decay can start from any point of it.

    Hu et al. (2024), whose decay is exponential; the straight one is in Hägele et al. (2024). Raises
    ValueError also when warm-up and decay together take more than `steps` steps. Twin: `LambdaLR`; of
    torch's own, `SequentialLR` of `LinearLR`, `ConstantLR` and `LinearLR`, but that cannot start at 0.
    """
    fits = {"steps": ("at least warm_up_steps + decay_steps", lambda v: v >= warm_up_steps + decay_steps)}
    require("warm_up_stable_decay", fits, steps=steps)

    def schedule(t):
        slopes = _min(t / warm_up_steps, (steps - t) / decay_steps)
        return lr * _max(_min(slopes, 1), 0)

    return schedule
