"""References for chapter 5's exercises: clipping all gradients at once, one clipped step, decay, AdaGrad's rates.

The rules themselves are in `rules`. The library clips one gradient, with `oracles.clip_by_norm`.
"""

import numpy as np

from gradlab._arguments import checked
from gradlab._arrays import floating, to_numpy
from gradlab._conditions import DECAY, NON_NEGATIVE, POSITIVE, Condition, one_number


def _read(x):
    return to_numpy(floating(x))


def _read_all(arrays):
    if not isinstance(arrays, (list, tuple)):
        raise TypeError
    return [_read(one) for one in arrays]


ARRAYS = Condition("be a list of finite arrays", lambda gs: gs and all(np.isfinite(g).all() for g in gs), _read_all)
VECTOR = Condition("be finite, of shape (d,)", lambda x: x.ndim == 1 and x.size and np.isfinite(x).all(), _read)
TABLE = Condition("be finite, of shape (n, d)", lambda x: x.ndim == 2 and x.size and np.isfinite(x).all(), _read)
ONE_RATE, ONE_LIMIT, ONE_DECAY = one_number(NON_NEGATIVE), one_number(POSITIVE), one_number(DECAY)


@checked(gradients=ARRAYS, max_norm=ONE_LIMIT)
def clip_all(gradients, *, max_norm):
    """The gradients of all arrays of weights, shortened together if together they are too long.

        ‖g‖² = Σ ‖gᵢ‖²        gᵢ ← gᵢ / max(1, ‖g‖ / max_norm)

    gradients   a list of arrays, of any shapes
    max_norm    a number above 0

    Returns a list of arrays. Raises ValueError for a wrong argument, naming it.
    Pascanu, Mikolov & Bengio (2013), Algorithm 1. Twin: `torch.nn.utils.clip_grad_norm_`, which divides by ‖g‖ + 10⁻⁶.
    """
    length = sum((g**2).sum() for g in gradients) ** 0.5
    return [g / max(1, length / max_norm) for g in gradients]


@checked(parts=TABLE, x=VECTOR, v=VECTOR, lr=ONE_RATE, beta=ONE_DECAY, max_norm=ONE_LIMIT)
def clipped_step(parts, x, v, *, lr, beta, max_norm):
    """A step of momentum with the mean of several gradients, which is clipped by its norm.

        g = mean of the parts        g ← g / max(1, ‖g‖ / max_norm)
        v ← beta · v + g
        x ← x − lr · v

    parts      shape (n, d): the gradients of n equal parts of the minibatch
    x, v       shape (d,): the point, and the velocity that the step before returned
    lr         not negative
    beta       in [0, 1)
    max_norm   above 0

    Returns (x, v). Raises ValueError for a wrong argument, naming it. Pascanu, Mikolov & Bengio (2013), Algorithm 1.
    """
    g = parts.mean(axis=0)
    g = g / max(1, np.linalg.norm(g) / max_norm)
    v = beta * v + g
    return x - lr * v, v


@checked(rates=VECTOR, weight_decay=ONE_RATE)
def decay_left(rates, *, weight_decay):
    """The share of a weight that decoupled decay leaves of it, when nothing else moves it.

        Π (1 − rateₜ · weight_decay)

    rates          shape (d,): the learning rate of each step
    weight_decay   not negative, as in `rules.adamw`

    Returns a number. Raises ValueError for a wrong argument, naming it. Loshchilov & Hutter (2019), as torch has it.
    """
    return np.prod(1 - rates * weight_decay)


@checked(gradients=TABLE, lr=ONE_RATE, eps=ONE_RATE)
def adagrad_rates(gradients, *, lr, eps):
    """The rate of each weight at each step of AdaGrad: what its gradient is multiplied by.

        sₜ = g₁² + … + gₜ²        lr / (√sₜ + eps)

    gradients   shape (n, d): the gradient of each step
    lr, eps     not negative; as in `rules.adagrad`

    Returns an array of shape (n, d); inf where eps is 0 and all gradients so far were 0. Raises ValueError for a wrong
    argument, naming it. Duchi, Hazan & Singer (2011), diagonal form.
    """
    s = np.cumsum(gradients**2, axis=0)
    with np.errstate(divide="ignore"):
        return lr / (s**0.5 + eps)
