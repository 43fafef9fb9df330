"""Initialisers: where the weights of a layer start.

    init(shape, rng, *, ...) -> weights

shape   (..., fan_in, fan_out): a layer is X W, and the leading axes are a grid of independent draws
rng     a `numpy.random.Generator`, which moves on, or an integer, the seed of a new one; layers drawn
        with one integer share their numbers, so give the layers of a network one Generator

fan_in is the number of inputs of a unit, fan_out the number of units. torch's `Linear` keeps its
weight the other way round, (fan_out, fan_in), and computes X Wᵀ.

Every one raises ValueError when the shape has fewer than two axes or one that is not a positive
integer, when rng is neither an integer of at least 0 nor a Generator, and for a hyperparameter that is
outside its range or that does not broadcast to the shape.
"""

from collections.abc import Sequence
from functools import wraps

import numpy as np

from gradlab._arguments import ArgumentError, checked, require_broadcast, tried
from gradlab._conditions import COUNT, FINITE, NON_NEGATIVE, Condition, at_least, examples, is_count, one_of
from gradlab.activations import ACTIVATIONS
from gradlab.descend import Array

SHAPE = Condition("be (..., fan_in, fan_out)", lambda v: isinstance(v, (tuple, list)) and len(v) > 1)
RNG = Condition(
    "be an integer of at least 0, or a Generator", lambda v: is_count(v, 0) or isinstance(v, np.random.Generator)
)
FAN = one_of("fan_in", "fan_out", "fan_avg")
DISTRIBUTION = one_of("normal", "uniform")


def _initialiser(**conditions):
    """As `checked`: the axes of the shape, the generator, and hyperparameters that broadcast to the shape too."""

    def decorate(draw):
        @checked(shape=SHAPE, rng=RNG, **conditions)
        @wraps(draw)
        def initialiser(shape, rng, **hyper):
            for size in shape:
                if not is_count(size, 1):
                    raise ArgumentError(f"each axis of shape must be an integer of at least 1, got {size!r}")
            require_broadcast(tuple(shape), **hyper)
            return draw(tuple(shape), np.random.default_rng(rng), **hyper)

        return initialiser

    return decorate


@_initialiser()
def zeros(shape, rng):
    """All weights 0: every unit of a layer then gets the same gradient, for ever. Right for biases.

        W = 0

    Twin: `torch.nn.init.zeros_`.

    >>> zeros((2, 3), 0)
    array([[0., 0., 0.],
           [0., 0., 0.]])
    """
    return np.zeros(shape)


@_initialiser(value=FINITE)
def constant(shape, rng, *, value):
    """All weights equal, which breaks the symmetry between units as little as zeros do.

        W = value

    Twin: `torch.nn.init.constant_`.

    >>> constant((2, 3), 0, value=0.5)
    array([[0.5, 0.5, 0.5],
           [0.5, 0.5, 0.5]])
    """
    return np.full(shape, value, float)


@_initialiser(sd=NON_NEGATIVE)
def normal(shape, rng, *, sd=1.0):
    """Gaussian weights.

        W ~ N(0, sd²)

    Twin: `torch.nn.init.normal_`.

    >>> normal((1000, 1000), 0, sd=0.5).std().round(3)
    np.float64(0.5)
    """
    return sd * rng.standard_normal(shape)


@_initialiser(bound=NON_NEGATIVE)
def uniform(shape, rng, *, bound=1.0):
    """Weights spread evenly about 0; their standard deviation is bound / √3.

        W ~ U(−bound, bound)

    Twin: `torch.nn.init.uniform_(a=-bound, b=bound)`.

    >>> uniform((1000, 1000), 0, bound=3**0.5).std().round(3)
    np.float64(1.0)
    """
    return bound * rng.uniform(-1, 1, shape)


@_initialiser(gain=NON_NEGATIVE, fan=FAN, distribution=DISTRIBUTION)
def variance_scaling(shape, rng, *, gain=1.0, fan="fan_in", distribution="normal"):
    """Weights that shrink as the layer grows, so that sums over its units do not grow.

        sd = gain / √fan        W ~ N(0, sd²)  or  W ~ U(−√3 · sd, √3 · sd)

    gain           see `gains.gain`
    fan            "fan_in" keeps the variance on the way forward, "fan_out" that of the gradient on the
                   way back; "fan_avg" is their mean, a compromise
    distribution   "normal" or "uniform"

    With z = X W and independent entries, Var z = fan_in · E[x²] · Var W; hence fan_in. The gradient
    is passed back through Wᵀ; hence fan_out. `lecun`, `xavier` and `he` differ in the defaults alone.
    torch's `Linear` starts with gain = 1/√3, uniform: U(−1/√fan_in, 1/√fan_in).
    Twin: `jax.nn.initializers.variance_scaling(scale=gain**2)`.

    >>> variance_scaling((1600, 400), 0, fan="fan_out").std().round(3)
    np.float64(0.05)
    """
    fan_in, fan_out = shape[-2:]
    fan_avg = (fan_in + fan_out) / 2
    n = {"fan_in": fan_in, "fan_out": fan_out, "fan_avg": fan_avg}[fan]
    sd = gain / n**0.5
    match distribution:
        case "normal":
            return normal(shape, rng, sd=sd)
        case "uniform":
            return uniform(shape, rng, bound=3**0.5 * sd)


@_initialiser(gain=NON_NEGATIVE, fan=FAN, distribution=DISTRIBUTION)
def lecun(shape, rng, *, gain=1.0, fan="fan_in", distribution="normal"):
    """LeCun's: outputs have the variance of the inputs, for linear units; also the start for SELU.

        sd = 1 / √fan_in

    LeCun, Bottou, Orr & Müller (1998), section 4.6, for any distribution; normal for SELU in Klambauer
    et al. (2017). Twin: `torch.nn.init.kaiming_normal_(nonlinearity="linear")`.

    >>> lecun((1600, 400), 0).std().round(4)
    np.float64(0.025)
    """
    return variance_scaling(shape, rng, gain=gain, fan=fan, distribution=distribution)


@_initialiser(gain=NON_NEGATIVE, fan=FAN, distribution=DISTRIBUTION)
def xavier(shape, rng, *, gain=1.0, fan="fan_avg", distribution="uniform"):
    """Xavier Glorot's: a compromise between what the forward and the backward pass need.

        sd = √2 / √(fan_in + fan_out)        bound = √3 · sd = √6 / √(fan_in + fan_out)

    Glorot & Bengio (2010), equations 12 and 16. Twin: `torch.nn.init.xavier_uniform_`.

    >>> xavier((1600, 400), 0).std().round(3)
    np.float64(0.032)
    """
    return variance_scaling(shape, rng, gain=gain, fan=fan, distribution=distribution)


@_initialiser(gain=NON_NEGATIVE, fan=FAN, distribution=DISTRIBUTION)
def he(shape, rng, *, gain=2**0.5, fan="fan_in", distribution="normal"):
    """He's: Xavier's argument for ReLU, which lets half of the second moment pass.

        sd = √2 / √fan_in

    He et al. (2015), equation 10; fan_out is their equation 14. Twin: `torch.nn.init.kaiming_normal_`.

    >>> he((1600, 400), 0).std().round(4)
    np.float64(0.0354)
    """
    return variance_scaling(shape, rng, gain=gain, fan=fan, distribution=distribution)


@_initialiser(gain=NON_NEGATIVE)
def orthogonal(shape, rng, *, gain=1.0):
    """A random rotation or reflection, or a part of one: for fan_in ≤ fan_out it keeps every length and every angle.

        A = Q R with A ~ N(0, 1) and R's diagonal positive        W = gain · Q

    Where fan_in ≤ fan_out, W Wᵀ = gain² I, and so ‖x W‖ = gain · ‖x‖ for every x. Where fan_in ≥ fan_out,
    Wᵀ W = gain² I: x loses its part at right angles to W's fan_out columns. An entry's variance is
    gain² / max(fan_in, fan_out). Without the condition on R, Q depends on how the library chooses signs
    and is not uniformly distributed over all orthogonal matrices.

    Saxe, McClelland & Ganguli (2014); Mezzadri (2007) for the signs. Twin: `torch.nn.init.orthogonal_`.

    >>> W = orthogonal((3, 2), 0)
    >>> np.allclose(W.T @ W, np.eye(2))
    True
    """
    *grid, fan_in, fan_out = shape
    A = rng.standard_normal((*grid, max(fan_in, fan_out), min(fan_in, fan_out)))
    Q, R = np.linalg.qr(A)
    Q = Q * np.sign(np.diagonal(R, axis1=-2, axis2=-1))[..., None, :]
    return gain * (Q if fan_in >= fan_out else Q.mT)


@checked(X=examples(), activation=one_of(*ACTIVATIONS))
def lsuv(weights: Sequence[Array], X: Array, activation: str) -> list[Array]:
    """Layer-sequential unit variance: measure on data what the others derive, and scale by it.

        a ← X, then for each W in turn:  W ← W / √Var(a W),  a ← φ(a W)

    weights      a list of (..., fan_in, fan_out), from the first layer to the last; the paper starts
                 from `orthogonal` ones
    X            shape (n, d), some of the data
    activation   its name, as in `activations.ACTIVATIONS`

    Returns the list of scaled weights. The variance is that of all n · fan_out numbers before the
    activation. Biases are 0, and then one division does that for which the paper has a loop with a tolerance.
    With a network: `parts = net.unpack(theta); parts[::2] = lsuv(parts[::2], X, "tanh")`, and pack them.

    Mishkin & Matas (2016), Algorithm 1. Raises ValueError for an unknown activation, for matrices that
    do not fit one another or X, and for a layer whose outputs do not vary.
    """
    if not isinstance(weights, (list, tuple)):
        raise ArgumentError(f"weights must be a list of matrices, got {weights!r}")
    a, phi, scaled = X, ACTIVATIONS[activation], []
    for k, W in enumerate(weights, 1):
        W = tried(f"weights of layer {k}", W, examples())
        if W.shape[-2] != a.shape[-1]:
            raise ArgumentError(f"weights of layer {k} must take {a.shape[-1]} inputs, got {tuple(W.shape)}")
        z = a @ W
        sd = ((z - z.mean((-2, -1), keepdims=True)) ** 2).mean((-2, -1), keepdims=True) ** 0.5
        if not (sd > 0).all():
            raise ArgumentError(f"weights of layer {k} must give outputs that vary, got sd = {sd!r}")
        scaled.append(W / sd)
        a, _ = phi(z / sd)
    return scaled


@checked(depth=COUNT)
def residual_scale(depth: int) -> float:
    """The factor for the last weights of each residual branch that keeps a deep sum of branches bounded.

        x ← x + s · F(x),  s = 1 / √depth

    depth   the number of branches that are added up, two for each block of a transformer

    Where a branch has the variance of its input, each multiplies the variance by 1 + s²: together by
    2^depth for s = 1, but by (1 + 1/depth)^depth < e for this s. Where it normalises its input first,
    each adds s²: together depth for s = 1, but 1 for this s.

    Radford et al. (2019), section 2.3 (GPT-2). Raises ValueError unless depth is a positive integer.
    """
    return depth**-0.5


@checked(depth=COUNT, layers=at_least(2))
def fixup_scales(depth: int, layers: int) -> np.ndarray:
    """Fixup: the factors for the weights of a residual branch, layer by layer, with nothing normalised.

        (s, …, s, 0),  s = depth^(−1 / (2 · layers − 2))

    depth    the number of residual branches
    layers   the number of weight layers in each; at least two, since the last one is 0

    Every branch starts as 0 and the network as the identity. One step of gradient descent then changes
    what a branch adds in proportion to lr · s^(2 · layers − 2) = lr / depth, and so what all of them add
    in proportion to lr, however many they are.

    Zhang, Dauphin & Ma (2019), section 3; the paper also starts the output layer at 0 and adds scalar
    biases and multipliers. Raises ValueError unless both are integers, depth ≥ 1 and layers ≥ 2.
    """
    s = depth ** (-1 / (2 * layers - 2))
    return np.array([s] * (layers - 1) + [0.0])
