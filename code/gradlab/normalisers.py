"""Normalisation layers: batch, layer, group and RMS norm, forward and backward by hand.

    norm(x, gamma, beta) -> (y, cache)
    norm_backward(dy, cache) -> (dx, dgamma, dbeta)

x             shape (..., n, d): n examples of d features; the axes before are a grid, each point of
              which is normalised by itself
gamma, beta   scale and shift, which are learned; shape (..., 1, d) or what broadcasts to it, such as
              (d,) or a number; start with 1 and 0
dy, dx        ∂L/∂y and ∂L/∂x, L being the loss, of x's shape; dgamma and dbeta have shape (..., 1, d), one sum over the
              examples for each grid point and feature
cache         a `Cache`: what the backward pass needs of the forward pass

The first three differ only in the numbers whose mean and variance are taken:

    batch norm    each feature, over the n examples: the outputs of one example depend on the others
    layer norm    each example, over its d features
    group norm    each example, over each of several groups of its features
    RMS norm      as layer norm, but no mean is subtracted, and there is no beta

Arrays and tensors both work, and what comes out is of x's float type, but float32 for float16. Every layer
raises ValueError for an x that is not (..., n, d), a gamma or beta that does not fit it, and a negative eps;
every backward pass for what is no `Cache`, or a dy that is not of x's shape.
"""

from typing import NamedTuple

import numpy as np

from gradlab._arguments import ArgumentError, checked, require_broadcast
from gradlab._arrays import fitted, like
from gradlab._conditions import COUNT, NON_NEGATIVE, UNIT, Condition, examples
from gradlab.descend import Array

EXAMPLES, FEATURES = -2, -1  # axes

#: What a forward pass returns: y, and what the backward pass needs.
Forward = tuple[Array, "Cache"]


class Cache(NamedTuple):
    """What a backward pass needs: x̂, what was divided by (√(σ² + eps), or the like), and γ."""

    x_hat: np.ndarray
    sd: np.ndarray
    gamma: np.ndarray


CACHE = Condition("be what the forward pass returned", lambda v: isinstance(v, Cache))


def _normalise(x, axis, eps):
    """x̂ = (x − μ) / σ with μ = mean x and σ = √(mean (x − μ)² + eps) along an axis; and σ."""
    centred = x - x.mean(axis, keepdims=True)
    sd = ((centred**2).mean(axis, keepdims=True) + eps) ** 0.5
    return centred / sd, sd


def _normalise_backward(dx_hat, x_hat, sd, axis):
    """∂L/∂x from ∂L/∂x̂: what would only move μ or σ is taken out, the rest divided by σ."""
    # For m numbers along the axis, with δᵢⱼ = 1 where i = j and else 0:
    #   ∂μ/∂xⱼ = 1/m
    #   ∂σ/∂xⱼ = 1/(2σ) · ∂/∂xⱼ mean (xᵢ − μ)²
    #          = 1/(2σ) · 2 (xⱼ − μ)/m = x̂ⱼ/m
    #     (that μ moves too adds nothing: the mean of xᵢ − μ is 0)
    #   ∂x̂ᵢ/∂xⱼ = (δᵢⱼ − ∂μ/∂xⱼ)/σ − (xᵢ − μ)/σ² · ∂σ/∂xⱼ
    #            = (δᵢⱼ − 1/m − x̂ᵢ x̂ⱼ/m)/σ
    # and so dxⱼ = Σᵢ dx̂ᵢ ∂x̂ᵢ/∂xⱼ = (dx̂ⱼ − mean dx̂ − x̂ⱼ · mean (dx̂ x̂))/σ.
    moves_mean = dx_hat.mean(axis, keepdims=True)
    moves_sd = x_hat * (dx_hat * x_hat).mean(axis, keepdims=True)
    return (dx_hat - moves_mean - moves_sd) / sd


@checked(x=examples(2))
def batch_norm(x: Array, gamma: Array, beta: Array, *, eps: float = 1e-5) -> Forward:
    """Batch norm while training: each feature is normalised over the examples of the batch.

        y = γ · (x − μ) / √(σ² + eps) + β        μ and σ² over the n examples, σ² with 1/n

    Ioffe & Szegedy (2015), Algorithm 1. Twin: `torch.nn.functional.batch_norm(training=True)`; like it,
    this raises ValueError for a batch of one, too: that is its own mean, and y would be β whatever x is.
    """
    gamma, beta = _fitting(x, gamma=gamma, beta=beta)
    x_hat, sd = _normalise(x, EXAMPLES, eps)
    return gamma * x_hat + beta, Cache(x_hat, sd, gamma)


@checked(cache=CACHE)
def batch_norm_backward(dy: Array, cache: Cache) -> tuple[Array, ...]:
    """The backward pass of `batch_norm`; it goes through μ and σ² as well, for they depend on x.

        dx̂ = γ · dy,  dx = (dx̂ − mean dx̂ − x̂ · mean (dx̂ · x̂)) / √(σ² + eps)    means over the n examples
        dγ = Σ dy · x̂,  dβ = Σ dy

    Returns (dx, dgamma, dbeta).
    """
    dy, x_hat, sd, gamma = _opened(dy, cache)
    dx = _normalise_backward(gamma * dy, x_hat, sd, EXAMPLES)
    return dx, *_scale_and_shift(dy, x_hat)


@checked(x=examples(2), var=NON_NEGATIVE, momentum=UNIT)
def running_statistics(x: Array, mean: Array = 0.0, var: Array = 1.0, *, momentum: float = 0.1) -> tuple[Array, Array]:
    """The mean and the variance to be used after training, updated with one more batch.

        mean ← (1 − momentum) · mean + momentum · μ
        var  ← (1 − momentum) · var + momentum · σ² · n / (n − 1)

    mean, var   as returned for the batch before, shape (..., 1, d); the defaults are torch's
    momentum    the weight of the new batch, as in torch; in Keras it is that of the old ones

    μ and σ² are those of `batch_norm`. Only here is σ² made unbiased, as in torch and in Ioffe & Szegedy
    (2015), Algorithm 2. Returns (mean, var). Raises ValueError for a batch of one, a momentum outside
    [0, 1], a negative var, or shapes that do not fit.
    """
    mean, var = _fitting(x, mean=mean, var=var)
    n, mu = x.shape[EXAMPLES], x.mean(EXAMPLES, keepdims=True)
    unbiased = ((x - mu) ** 2).sum(EXAMPLES, keepdims=True) / (n - 1)
    return (1 - momentum) * mean + momentum * mu, (1 - momentum) * var + momentum * unbiased


@checked(x=examples(), var=NON_NEGATIVE)
def batch_norm_eval(x: Array, gamma: Array, beta: Array, mean: Array, var: Array, *, eps: float = 1e-5) -> Forward:
    """Batch norm after training: a fixed affine map, so that an example may come alone.

        y = γ · (x − mean) / √(var + eps) + β

    mean, var   from `running_statistics`; shape (..., 1, d) or what broadcasts to it

    Twin: `torch.nn.functional.batch_norm(training=False)`. Raises ValueError for a negative var, too.
    """
    gamma, beta, mean, var = _fitting(x, gamma=gamma, beta=beta, mean=mean, var=var)
    sd = (var + eps) ** 0.5
    x_hat = (x - mean) / sd
    return gamma * x_hat + beta, Cache(x_hat, sd, gamma)


@checked(cache=CACHE)
def batch_norm_eval_backward(dy: Array, cache: Cache) -> tuple[Array, ...]:
    """The backward pass of `batch_norm_eval`, where mean and var are constants.

        dx = γ · dy / √(var + eps),  dγ = Σ dy · x̂,  dβ = Σ dy

    Returns (dx, dgamma, dbeta).
    """
    dy, x_hat, sd, gamma = _opened(dy, cache)
    return gamma * dy / sd, *_scale_and_shift(dy, x_hat)


@checked(x=examples())
def layer_norm(x: Array, gamma: Array, beta: Array, *, eps: float = 1e-5) -> Forward:
    """Layer norm: each example is normalised over its features, in training and after alike.

        y = γ · (x − μ) / √(σ² + eps) + β        μ and σ² over the d features, σ² with 1/d

    Ba, Kiros & Hinton (2016), section 3. Twin: `torch.nn.functional.layer_norm`.
    """
    gamma, beta = _fitting(x, gamma=gamma, beta=beta)
    x_hat, sd = _normalise(x, FEATURES, eps)
    return gamma * x_hat + beta, Cache(x_hat, sd, gamma)


@checked(cache=CACHE)
def layer_norm_backward(dy: Array, cache: Cache) -> tuple[Array, ...]:
    """The backward pass of `layer_norm`.

        dx̂ = γ · dy,  dx = (dx̂ − mean dx̂ − x̂ · mean (dx̂ · x̂)) / √(σ² + eps)    means over the d features
        dγ = Σ dy · x̂,  dβ = Σ dy

    Returns (dx, dgamma, dbeta).
    """
    dy, x_hat, sd, gamma = _opened(dy, cache)
    dx = _normalise_backward(gamma * dy, x_hat, sd, FEATURES)
    return dx, *_scale_and_shift(dy, x_hat)


@checked(x=examples(), groups=COUNT)
def group_norm(x: Array, gamma: Array, beta: Array, *, groups: int, eps: float = 1e-5) -> Forward:
    """Group norm: layer norm for each of `groups` runs of d / groups features.

        y = γ · (x − μ) / √(σ² + eps) + β        μ and σ² over the features of a group

    Wu & He (2018), section 3. Twin: `torch.nn.functional.group_norm`.
    Raises ValueError, too, unless groups is a positive integer that divides d.
    """
    gamma, beta = _fitting(x, gamma=gamma, beta=beta)
    if x.shape[FEATURES] % groups:
        raise ArgumentError(f"groups must divide the {x.shape[FEATURES]} features, got {groups}")
    x_hat, sd = _normalise(_split(x, groups), FEATURES, eps)
    x_hat = x_hat.reshape(x.shape)
    return gamma * x_hat + beta, Cache(x_hat, sd, gamma)


@checked(cache=CACHE)
def group_norm_backward(dy: Array, cache: Cache) -> tuple[Array, ...]:
    """The backward pass of `group_norm`.

        dx̂ = γ · dy,  dx = (dx̂ − mean dx̂ − x̂ · mean (dx̂ · x̂)) / √(σ² + eps)    means over the features of a group
        dγ = Σ dy · x̂,  dβ = Σ dy

    Returns (dx, dgamma, dbeta).
    """
    dy, x_hat, sd, gamma = _opened(dy, cache)
    groups = sd.shape[-2]
    dx = _normalise_backward(_split(gamma * dy, groups), _split(x_hat, groups), sd, FEATURES)
    return dx.reshape(dy.shape), *_scale_and_shift(dy, x_hat)


@checked(x=examples())
def rms_norm(x: Array, gamma: Array, *, eps: float = 2.0**-52) -> Forward:
    """RMS norm: layer norm without μ and β.

        y = γ · x / √(mean x² + eps)        the mean over the d features

    Zhang & Sennrich (2019), who have no eps. Twin: `torch.nn.functional.rms_norm`, whose eps is by
    default the machine epsilon of x's float type; here it is that of double precision.
    """
    [gamma] = _fitting(x, gamma=gamma)
    rms = ((x**2).mean(FEATURES, keepdims=True) + eps) ** 0.5
    x_hat = x / rms
    return gamma * x_hat, Cache(x_hat, rms, gamma)


@checked(cache=CACHE)
def rms_norm_backward(dy: Array, cache: Cache) -> tuple[Array, ...]:
    """The backward pass of `rms_norm`: that of layer norm without what would move the mean.

        dx̂ = γ · dy,  dx = (dx̂ − x̂ · mean (dx̂ · x̂)) / √(mean x² + eps)    means over the d features
        dγ = Σ dy · x̂

    Returns (dx, dgamma).
    """
    dy, x_hat, rms, gamma = _opened(dy, cache)
    dx_hat = gamma * dy
    # As in `_normalise_backward`, ∂rms/∂xⱼ = x̂ⱼ/d; what has no μ has no ∂μ/∂xⱼ.
    moves_rms = x_hat * (dx_hat * x_hat).mean(FEATURES, keepdims=True)
    return (dx_hat - moves_rms) / rms, (dy * x_hat).sum(EXAMPLES, keepdims=True)


def _scale_and_shift(dy, x_hat):
    """∂L/∂γ and ∂L/∂β for y = γ x̂ + β: all examples share one γ and one β, so their shares add up."""
    return (dy * x_hat).sum(EXAMPLES, keepdims=True), dy.sum(EXAMPLES, keepdims=True)


def _split(x, groups):
    return x.reshape(*x.shape[:-1], groups, -1)


def _fitting(x, **parameters):
    """The parameters in x's kind and dtype.

    ArgumentError unless each is a number, or one for each grid point and feature.
    """
    for name, value in parameters.items():
        if not (hasattr(value, "shape") or isinstance(value, (int, float))):
            raise ArgumentError(f"{name} must be a number, an array or a tensor, got {value!r}")
    require_broadcast((*x.shape[:-2], 1, x.shape[-1]), **parameters)
    return [fitted(value, x) for value in parameters.values()]


def _opened(dy, cache):
    """dy in the kind and dtype of the cache, and the parts of that, once they are known to fit."""
    shape = tuple(cache.x_hat.shape)
    if tuple(getattr(dy, "shape", ())) != shape:
        raise ArgumentError(f"dy must be an array or a tensor of shape {shape}, got {dy!r}")
    return like(dy, cache.x_hat), *cache
