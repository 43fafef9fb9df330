"""Reference for chapter 6's exercises: a direction as long, unit by unit, as the weights of a network.

The library has it, for a network's weights in one vector, as `landscape.filter_normalised`.
"""

import numpy as np

from gradlab._arguments import ArgumentError, checked
from gradlab._arrays import floating, to_numpy
from gradlab._conditions import Condition


def _read(parts):
    return [to_numpy(floating(part)) for part in parts]


def _are_layers(parts):
    """True for finite matrices in pairs: weights, and biases of shape (1, units)."""
    pairs = zip(parts[::2], parts[1::2], strict=False)
    return (
        len(parts) > 0
        and len(parts) % 2 == 0
        and all(W.ndim == 2 and W.size and b.shape == (1, W.shape[1]) for W, b in pairs)
        and all(np.isfinite(part).all() for part in parts)
    )


LAYERS = Condition("be a list of finite matrices, weights, biases, weights, …", _are_layers, _read)


@checked(direction=LAYERS, theta=LAYERS)
def normalised(direction, theta):
    """The direction with the incoming weights of each unit as long as those of the network.

        d_u ← d_u · ‖θ_u‖ / ‖d_u‖ for each unit u, a column        d ← 0 for biases

    direction, theta   lists [W₁, b₁, W₂, b₂, …], as `MLP.unpack` returns them; no column of direction is 0

    Returns such a list. Raises ValueError for a wrong argument, naming it. Li et al. (2018), section 4.
    """
    if [d.shape for d in direction] != [part.shape for part in theta]:
        raise ArgumentError(f"theta must have the shapes of direction, got {[part.shape for part in theta]}")
    found = []
    for d, b, W in zip(direction[::2], direction[1::2], theta[::2], strict=True):
        found.append(d * np.linalg.norm(W, axis=0) / np.linalg.norm(d, axis=0))
        found.append(0 * b)
    return found
