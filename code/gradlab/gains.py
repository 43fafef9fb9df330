"""The gain of an activation: the factor by which the weights after it must be larger than 1/√fan.

There are several definitions, and they do not agree. Three are computed here from the activation φ
and its derivative φ′; the fourth is torch's table.
"""

from collections.abc import Callable
from functools import partial

import numpy as np

from gradlab._arguments import ArgumentError, checked
from gradlab._conditions import FINITE, one_number, one_of
from gradlab.activations import ACTIVATIONS, leaky_relu

# Gauss-Legendre on [0, 12]: beyond, the density of N(0, 1) is below 1e-31.
_nodes, _weights = np.polynomial.legendre.leggauss(100)
NODES = 6 * (1 + _nodes)
WEIGHTS = 6 * _weights * np.exp(-(NODES**2) / 2) / (2 * np.pi) ** 0.5

TORCH = {"linear": 1.0, "sigmoid": 1.0, "tanh": 5 / 3, "relu": 2**0.5, "selu": 3 / 4}


@checked
def gaussian_mean(f: Callable[[np.ndarray], np.ndarray]) -> float:
    """The mean of f(z) for z ~ N(0, 1), to some 14 digits where f varies no faster than the activations.

        E[f(z)] = ∫ f(z) exp(−z²/2) / √(2π) dz

    f   maps an array to an array of its shape; smooth on either side of 0, where it may have a kink
        or a jump, because the two half-lines are integrated apart

    Gauss–Legendre quadrature with 100 nodes on each half-line: 10 digits for tanh²(20 z), 6 for tanh²(50 z).
    Raises ValueError when f is no function.
    """
    return float(WEIGHTS @ (f(NODES) + f(-NODES)))


@checked(
    activation=one_of(*ACTIVATIONS),
    definition=one_of("forward", "backward", "slope", "torch"),
    negative_slope=one_number(FINITE),
)
def gain(activation: str, definition: str = "forward", *, negative_slope: float = 0.01) -> float:
    """The gain of an activation: the weights after it have the standard deviation gain / √fan.

        forward     1 / √E[φ(z)²]      z ~ N(0, 1) comes out of the next layer as N(0, 1); fan_in
        backward    1 / √E[φ′(z)²]     gradients keep their variance on the way back; fan_out
        slope       1 / φ′(0)          both, where z is small and φ(0) = 0, so that φ(z) is nearly φ′(0) · z
        torch       what `torch.nn.init.calculate_gain` tabulates

    activation       "linear", "sigmoid", "tanh", "relu", "leaky_relu" or "selu"
    definition       "forward", "backward", "slope" or "torch"
    negative_slope   the slope of leaky_relu to the left of 0; the others have none

    Forward and backward agree where φ is one straight line or two that meet at 0: there both are
    √(2 / (1 + negative_slope²)). For tanh they are 1.59 and 1.47, for the sigmoid 1.85 and 4.72, and
    no one number keeps both variances. It is E[φ²] and not the variance of φ, because weights whose mean
    is 0 turn a mean of φ into variance as well. The slope says little of the sigmoid, since φ(0) = ½.
    torch's 5/3 for tanh is neither, its 1 for the sigmoid fits no definition, and its 3/4 for SELU was
    found by trial; self-normalising networks need SELU's forward gain, which is 1 (Klambauer et al. 2017).

    Forward: He et al. (2015), section 2.2; Poole et al. (2016). Backward: Schoenholz et al. (2017), whose χ₁ is
    gain² · E[φ′²] where the variance of z stays at 1. Slope: Glorot & Bengio (2010), section 4.2.1.
    Raises ValueError for an unknown name or a slope that is not a finite number, and for the
    definition "slope" where φ has a kink at 0. ReLU has no tangent there: its slope is 0 from the
    left and 1 from the right.
    """
    phi = ACTIVATIONS[activation]
    if phi is leaky_relu:
        phi = partial(leaky_relu, negative_slope=negative_slope)
    if definition == "forward":
        return gaussian_mean(lambda z: phi(z)[0] ** 2) ** -0.5
    if definition == "backward":
        return gaussian_mean(lambda z: phi(z)[1] ** 2) ** -0.5
    if definition == "slope":
        return 1 / _slope_at_zero(activation, phi)
    return TORCH.get(activation, (2 / (1 + negative_slope**2)) ** 0.5)


def _slope_at_zero(activation, phi):
    left, right = phi(np.array([-1e-300, 1e-300]))[1].tolist()
    if left != right:
        raise ArgumentError(
            f"activation must have a slope at 0 for the definition 'slope', got {activation!r}, "
            f"whose slope there is {left:.4g} from the left and {right:.4g} from the right"
        )
    return left
