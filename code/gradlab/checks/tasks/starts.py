"""References for chapter 7's exercises: the gains of an activation, dead units, and biases for a first guess.

The library has the gains of its own activations as `gains.gain`, by an integral.
"""

import numpy as np

from gradlab._arguments import ArgumentError, checked
from gradlab._arrays import floating, to_numpy, wide
from gradlab._conditions import FUNCTION, Condition


def _read(x):
    return wide(to_numpy(floating(x)))


def _are_labels(y):
    return y.ndim == 1 and y.size and y.dtype.kind in "iu" and (np.unique(y) == np.arange(len(np.unique(y)))).all()


DRAWS = Condition("be finite, of shape (n,)", lambda z: z.ndim == 1 and z.size and np.isfinite(z).all(), _read)
LABELS = Condition("be integers from 0, each of which occurs", _are_labels, np.asarray)


@checked(phi=FUNCTION, z=DRAWS)
def measured_gains(phi, z):
    """The gains of an activation on the way forward and back, as means over draws of N(0, 1).

        forward = 1 / √mean φ(z)²        backward = 1 / √mean φ′(z)²

    phi   maps an array to (φ, φ′), two arrays of its shape
    z     shape (n,): the draws

    Returns two numbers. Raises ValueError for a wrong argument, naming it. He et al. (2015), section 2.2.
    """
    a, slope = phi(z)
    return np.mean(a**2) ** -0.5, np.mean(slope**2) ** -0.5


@checked
def dead_units(zs):
    """How many ReLU units of each layer are dead, which means that z ≤ 0 for every example.

    zs   a list with an array for each layer, shape (n, H): what its units add up, before ReLU

    Returns an array of integers, one for each layer. Raises ValueError for a wrong argument, naming it.
    """
    if not isinstance(zs, (list, tuple)) or not len(zs):
        raise ArgumentError(f"zs must be a list of at least one array, got {zs!r}")
    layers = [_read(z) for z in zs]
    for z in layers:
        if z.ndim != 2 or not z.size or not np.isfinite(z).all():
            raise ArgumentError(f"each of zs must be finite, of shape (n, H), got {z!r}")
    return np.array([(z <= 0).all(axis=0).sum() for z in layers])


@checked(y=LABELS)
def prior_biases(y):
    """Output biases with which a network that knows nothing else gives each class its share.

        b = ln share

    y   shape (n,): labels 0 … C − 1, each of which occurs

    Returns shape (C,). Any constant may be added. Raises ValueError for a wrong argument, naming it.
    """
    share = np.bincount(y) / len(y)
    return np.log(share)
