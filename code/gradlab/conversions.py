"""The same descent in other words: hyperparameters from one convention to another.

    momentum (torch)            v ← beta · v + g                    x ← x − lr · v
    heavy ball (Polyak, Keras)  v ← beta · v − lr · g               x ← x + v
    moving average              m ← beta · m + (1 − beta) · g       x ← x − lr · m

    descend(grad, x0, heavy_ball, **momentum_to_heavy_ball(lr=lr, beta=0.9))

visits the points that `momentum` visits with lr and 0.9. Each function takes numbers, arrays or schedules
`t -> value`, and gives back a dict. If any argument is a schedule, all values in it are schedules, which take arrays of
steps as those of `schedules` do; those from dampening and from or to eps_hat always are. Between heavy ball and moving
average, convert to momentum first.

There is no conversion from eps inside the root, √(v + eps), to eps outside, √v + eps: their difference
depends on v, so that no one number fits all coordinates and steps. There is one for the eps of Keras, which is added to
√v before the bias of v is corrected: see `eps_hat_to_eps` and `eps_to_eps_hat`.

Every function raises ValueError for an argument outside its range, and where lr = 0 makes a conversion
impossible: a gradient met while lr = 0 still counts in a velocity that sums gradients, but not in one that
sums steps.
"""

import functools

import numpy as np

from gradlab._arguments import ArgumentError, everywhere, named, require, require_settings
from gradlab._arrays import or_one, to_numpy
from gradlab._conditions import CONDITIONS, DECAY, NON_NEGATIVE, UNIT
from gradlab.descend import Hyper

_CONDITIONS = CONDITIONS | {"dampening": DECAY, "eps_hat": NON_NEGATIVE, "shrinkage": NON_NEGATIVE, "momentum": UNIT}


def _conversion(convert):
    """Name the conversion in errors, those that its schedules raise later among them."""

    def later(schedule):
        def checked(t):
            with named(convert.__name__):
                return _at_each(schedule, t) if np.ndim(t) else schedule(t)

        return checked

    @functools.wraps(convert)
    def conversion(*args, **kwargs):
        with named(convert.__name__):
            converted = convert(*args, **kwargs)
        given = [*args, *kwargs.values()]  # a schedule that stays as it is must stay the same object
        return {k: v if not callable(v) or any(v is one for one in given) else later(v) for k, v in converted.items()}

    return conversion


@_conversion
def momentum_to_heavy_ball(lr: Hyper, beta: Hyper) -> dict[str, Hyper]:
    """From lr outside the velocity, as in torch, to lr inside, as Polyak and Keras have it.

        beta′ₜ = betaₜ · lrₜ / lrₜ₋₁

    The same number as long as lr is constant. While lr grows, beta′ may pass 1.

    Sutskever et al. (2013) have lr inside. Raises ValueError, when it comes to that t, for lrₜ₋₁ = 0
    unless betaₜ · lrₜ = 0 too.
    """
    lr, beta, form = _schedules(lr=lr, beta=beta)

    def beta_inside(t):
        return _ratio(t - 1, beta(t) * lr(t), lr(t - 1)) if t else beta(t)

    return form(lr=lr, beta=beta_inside)


@_conversion
def heavy_ball_to_momentum(lr: Hyper, beta: Hyper) -> dict[str, Hyper]:
    """From lr inside the velocity, as Polyak and Keras have it, to lr outside, as in torch.

        betaₜ = beta′ₜ · lrₜ₋₁ / lrₜ

    Raises ValueError, when it comes to that t, for lrₜ = 0 unless beta′ₜ · lrₜ₋₁ = 0 too.
    """
    lr, beta, form = _schedules(lr=lr, beta=beta)

    def beta_outside(t):
        return _ratio(t, beta(t) * lr(t - 1), lr(t)) if t else beta(t)

    return form(lr=lr, beta=beta_outside)


@_conversion
def momentum_to_ewma(lr: Hyper, beta: Hyper) -> dict[str, Hyper]:
    """From a sum of gradients to their moving average; s is the sum of the weights in the sum.

        sₜ = betaₜ · sₜ₋₁ + 1        s₀ = 1 / (1 − beta₀)
        lr′ₜ = lrₜ · sₜ              beta′ₜ = 1 − 1 / sₜ

    At constant beta: the same beta, and lr′ = lr / (1 − beta), the rate at which momentum descends in
    the long run.
    """
    lr, beta, form = _schedules(lr=lr, beta=beta)
    _require_decay(beta, 0)
    sums = [1 / (1 - beta(0))]

    def s(t):
        if t % 1:
            raise ArgumentError(f"t must be a whole number of steps, got {t!r}")
        if not t:
            del sums[1:]  # a new run, in which a schedule may have other values
        while len(sums) <= t:
            sums.append(beta(len(sums)) * sums[-1] + 1)
        return sums[int(t)]

    return form(lr=lambda t: lr(t) * s(t), beta=lambda t: 1 - 1 / s(t))


@_conversion
def ewma_to_momentum(lr: Hyper, beta: Hyper) -> dict[str, Hyper]:
    """From a moving average of gradients to their sum: that is, to torch's momentum.

        lrₜ = lr′ₜ · (1 − beta′ₜ)        betaₜ = beta′ₜ · (1 − beta′ₜ₋₁) / (1 − beta′ₜ)

    At constant beta: the same beta, and lr = lr′ · (1 − beta). Raises ValueError, when it comes to that
    t, for beta′ₜ ≥ 1, which would average nothing.
    """
    lr, beta, form = _schedules(lr=lr, beta=beta)

    def new(t):
        """The weight of the newest gradient in the average."""
        _require_decay(beta, t)
        return 1 - beta(t)

    return form(lr=lambda t: lr(t) * new(t), beta=lambda t: beta(t) * new(t - 1) / new(t) if t else beta(t))


@_conversion
def dampening_to_momentum(lr: Hyper, beta: Hyper, dampening: Hyper) -> dict[str, Hyper]:
    """From torch's momentum with `dampening` to momentum without: schedules, since the first step is not damped.

        v ← g  in the first step, then  v ← beta · v + (1 − dampening) · g        x ← x − lr · v
        sₜ = 1 − dampeningₜ              s₀ = 1
        lr′ₜ = lrₜ · sₜ                  beta′ₜ = betaₜ · sₜ₋₁ / sₜ

    After two steps lr′ = lr · (1 − dampening) and beta′ = beta. The first gradient, which is not damped, keeps
    1 / (1 − dampening) times the weight that it would have: dampening = beta is no moving average that began at zero.

    Twin: `torch.optim.SGD(momentum=beta, dampening=dampening)`.
    """
    lr, beta, dampening, _ = _schedules(lr=lr, beta=beta, dampening=dampening)

    def s(t):
        return 1 - dampening(t) if t else 1.0

    return {"lr": lambda t: lr(t) * s(t), "beta": lambda t: beta(t) * s(t - 1) / s(t) if t else beta(t)}


@_conversion
def weight_decay_to_shrinkage(lr: Hyper, weight_decay: Hyper) -> dict[str, Hyper]:
    """From decay per unit of lr, as torch and L2 regularisation have it, to the share of x lost in a step.

        shrinkage = lr · weight_decay

    For `sgd`, decoupled decay and `oracles.l2` are the same thing, and this is the rate between them:
    Loshchilov & Hutter (2019), Proposition 1. With momentum or Adam no rate makes them equal.
    """
    lr, weight_decay, form = _schedules(lr=lr, weight_decay=weight_decay)
    return form(lr=lr, shrinkage=lambda t: lr(t) * weight_decay(t))


@_conversion
def shrinkage_to_weight_decay(lr: Hyper, shrinkage: Hyper) -> dict[str, Hyper]:
    """From the share of x lost in a step, as Loshchilov & Hutter have it, to decay per unit of lr, as in torch.

        weight_decay = shrinkage / lr

    Their schedule multiplies both; torch's schedules lr, and so the shrinkage lr · weight_decay with it.

    Loshchilov & Hutter (2019), Algorithm 2, whose λ (times the schedule η) is the shrinkage. Raises
    ValueError, when it comes to that t, for lr = 0 unless the shrinkage is 0 too.
    """
    lr, shrinkage, form = _schedules(lr=lr, shrinkage=shrinkage)

    def weight_decay(t):
        return _ratio(t, shrinkage(t), lr(t))

    return form(lr=lr, weight_decay=weight_decay)


@_conversion
def eps_hat_to_eps(eps_hat: Hyper, beta2: Hyper) -> dict[str, Hyper]:
    """From Adam's eps as Keras has it to torch's: a schedule, which falls to eps_hat as the bias of v goes.

        lr · √(1 − beta2ᵗ) · m̂ / (√v + eps_hat) = lr · m̂ / (√v̂ + epsₜ)
        epsₜ = eps_hat / √(1 − beta2ᵗ),  where t counts the steps from 1

    Kingma & Ba (2015), just before section 2.1, whose ε̂ is eps_hat.
    """
    eps_hat, beta2, _ = _schedules(eps_hat=eps_hat, beta2=beta2)
    return {"eps": lambda t: eps_hat(t) / (1 - beta2(t) ** (t + 1)) ** 0.5, "beta2": beta2}


@_conversion
def eps_to_eps_hat(eps: Hyper, beta2: Hyper) -> dict[str, Hyper]:
    """From Adam's eps as torch has it to Keras's: a schedule, which rises to eps as the bias of v goes.

        eps_hatₜ = eps · √(1 − beta2ᵗ),  where t counts the steps from 1

    Kingma & Ba (2015), just before section 2.1, whose ε̂ is eps_hat.
    """
    eps, beta2, _ = _schedules(eps=eps, beta2=beta2)
    return {"eps_hat": lambda t: eps(t) * (1 - beta2(t) ** (t + 1)) ** 0.5, "beta2": beta2}


@_conversion
def batch_norm_momentum(momentum: Hyper) -> dict[str, Hyper]:
    """Between torch's momentum of batch norm's running mean and Keras's: the same formula converts both ways.

        torch     mean ← (1 − momentum) · mean + momentum · the batch's mean
        Keras     mean ← momentum · mean + (1 − momentum) · the batch's mean

    So torch's 0.1 is 0.9 in Keras. Neither is the momentum of an optimiser.

    Ioffe & Szegedy (2015). Twins: `torch.nn.BatchNorm1d`, `keras.layers.BatchNormalization`.
    """
    momentum, form = _schedules(momentum=momentum)
    return form(momentum=lambda t: 1 - momentum(t))


def _schedules(**hyper):
    """Each hyperparameter as a schedule, and the function that puts converted ones in the form of these."""
    require_settings(_CONDITIONS, **hyper)
    constant = not any(map(callable, hyper.values()))
    schedules = [value if callable(value) else lambda t, value=value: value for value in hyper.values()]
    return *schedules, lambda **new: {name: new[name](0) if constant else new[name] for name in new}


def _at_each(schedule, t):
    """The values at an array of steps, as if the schedule's formula took arrays: it may look at earlier steps."""
    t = np.asarray(t)
    values = [to_numpy(schedule(int(step) if step % 1 == 0 else step)) for step in t.ravel().tolist()]
    shape = np.broadcast_shapes(t.shape, *(value.shape for value in values))
    which = np.broadcast_to(np.arange(t.size).reshape(t.shape), shape)
    return np.take_along_axis(np.stack([np.broadcast_to(value, shape) for value in values]), which[None], 0)[0]


def _require_decay(beta, t):
    try:
        require(CONDITIONS, beta=beta(t))
    except ArgumentError as error:
        raise ArgumentError(str(error), t) from None


def _ratio(t, numerator, lr):
    """numerator / lr, 0 where both are 0; lr is that of step t."""
    if not everywhere((lr > 0) | (numerator == 0)):
        raise ArgumentError(f"lr must be positive at t = {t}, got {lr!r}")
    return numerator / or_one(lr)
