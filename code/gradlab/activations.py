"""Activations: each gives its value and its derivative in one go, z ↦ (φ(z), φ′(z)).

Both have z's shape and kind; z is an array or a tensor. The derivative is mostly cheapest to compute from
the value, so both come at once, and a backward pass need not ask again. Where φ has a kink, at 0, the
derivative is the one from the left, as in torch.
"""

from functools import wraps

from gradlab._arrays import fitted, floating, maximum, namespace

SELU_ALPHA = 1.6732632423543772
SELU_SCALE = 1.0507009873554805


def _activation(phi):
    """φ, for lists and integers too: they become floats."""

    @wraps(phi)
    def of_floats(z, *args, **kwargs):
        return phi(floating(z), *args, **kwargs)

    return of_floats


@_activation
def linear(z):
    """The identity, which makes every network a linear map.

        φ(z) = z        φ′(z) = 1

    Twin: `torch.nn.Identity`.
    """
    return z, namespace(z).ones_like(z)


@_activation
def sigmoid(z):
    """The logistic function, between 0 and 1.

        φ(z) = 1 / (1 + e⁻ᶻ) = eᶻ / (1 + eᶻ)        φ′ = φ (1 − φ)

    The first form is for z ≥ 0 and the second for z < 0: so the power is at most 1. (1 + tanh(z / 2)) / 2 would not
    overflow either, but where z is far below 0 its digits cancel. Twin: `torch.sigmoid`.
    """
    xp = namespace(z)
    power = xp.exp(-abs(z))
    a = xp.where(z < 0, power, 1) / (1 + power)
    return a, a * (1 - a)


@_activation
def tanh(z):
    """The hyperbolic tangent, between −1 and 1: the sigmoid, centred.

        φ(z) = tanh z        φ′ = 1 − φ²

    Twin: `torch.tanh`.
    """
    a = namespace(z).tanh(z)
    return a, 1 - a**2


@_activation
def relu(z):
    """The rectified linear unit: what is positive passes, the rest is 0.

        φ(z) = max(z, 0)        φ′(z) = sign φ(z), which is 1 for z > 0 and else 0

    Nair & Hinton (2010). Twin: `torch.nn.functional.relu`.
    """
    a = maximum(z, 0)
    return a, namespace(z).sign(a)


@_activation
def leaky_relu(z, negative_slope=0.01):
    """A ReLU that lets through a little of what is negative, so that no unit is ever without gradient.

        φ(z) = φ′(z) · z        φ′(z) = 1 for z > 0, else negative_slope

    Maas, Hannun & Ng (2013). Twin: `torch.nn.functional.leaky_relu`.
    """
    xp = namespace(z)
    slope = xp.where(z > 0, xp.ones_like(z), fitted(negative_slope, z))
    return slope * z, slope


@_activation
def selu(z):
    """The scaled exponential linear unit, whose constants make mean 0 and variance 1 a fixed point.

        φ(z)  = scale · z for z > 0,  else scale · alpha · (eᶻ − 1)
        φ′(z) = scale     for z > 0,  else φ(z) + scale · alpha

    alpha = 1.6733 and scale = 1.0507 hold the variance when weights start as N(0, 1/fan_in).
    Klambauer et al. (2017), equation 2. Twin: `torch.nn.functional.selu`.
    """
    xp = namespace(z)
    below = xp.expm1(-maximum(-z, 0))  # eᶻ − 1 where z is negative, else 0
    a = SELU_SCALE * (maximum(z, 0) + SELU_ALPHA * below)
    return a, xp.where(z > 0, SELU_SCALE, a + SELU_SCALE * SELU_ALPHA)


#: name -> function
ACTIVATIONS = {phi.__name__: phi for phi in (linear, sigmoid, tanh, relu, leaky_relu, selu)}
