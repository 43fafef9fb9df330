"""References for chapter 2's exercises: the batches of some epochs, one batch in pieces, its error, a size that pays.

The library draws batches in `oracles.minibatch`.
"""

import numpy as np

from gradlab._arguments import ArgumentError, checked
from gradlab._arrays import floating, to_numpy, wide
from gradlab._conditions import BOOLEAN, COUNT, Condition

TABLE = Condition(
    "be finite, of shape (n, d)",
    lambda X: X.ndim == 2 and X.size and np.isfinite(X).all(),
    lambda X: wide(to_numpy(floating(X))),
)
ROW = Condition(
    "be positive numbers, at least one",
    lambda v: v.ndim == 1 and v.size and (v > 0).all(),
    lambda v: to_numpy(floating(v)),
)
GENERATOR = Condition("be a Generator", lambda v: isinstance(v, np.random.Generator))


@checked(X=TABLE, b=COUNT, epochs=COUNT, rng=GENERATOR)
def epoch_batches(X, y, *, b, epochs, rng):
    """The batches of some epochs: in each epoch all examples once, in an order drawn anew.

        B = order[kb : (k + 1) b]        for k = 0, 1, …; the rest of an epoch is a smaller batch

    X, y     n examples, shape (n, d), and their targets, n of them
    b        the batch size, from 1 to n
    epochs   1 or more
    rng      a `numpy.random.Generator`

    Returns a list of pairs (X[B], y[B]). Raises ValueError for a wrong argument, naming it.
    """
    _require_targets(X, y)
    _require_at_most(b, len(X))
    pairs = []
    for _ in range(epochs):
        order = rng.permutation(len(X))
        for first in range(0, len(X), b):
            B = order[first : first + b]
            pairs.append((X[B], y[B]))
    return pairs


@checked(X=TABLE, size=COUNT)
def accumulated(grad, X, y, *, size):
    """The gradient of a batch, computed in pieces.

        ∇L_B = Σₖ bₖ / b · ∇L_Bₖ

    grad   (inputs, targets) ↦ the mean gradient over these examples
    X, y   the batch: shape (b, d), and b targets
    size   how many examples each piece has; the last one may have fewer

    Returns what grad does. Raises ValueError for a wrong argument, naming it.
    """
    _require_targets(X, y)
    total = 0
    for first in range(0, len(X), size):
        piece = slice(first, first + size)
        total = total + len(X[piece]) / len(X) * grad(X[piece], y[piece])
    return total


@checked(each=TABLE, b=COUNT, replace=BOOLEAN, draws=COUNT, rng=GENERATOR)
def batch_error(each, *, b, replace, draws, rng):
    """The typical error of a batch's gradient: the root of its mean squared distance from the full one, by theory.

        √(tr Σ / b)        with replacement        √(tr Σ / b · (n − b) / (n − 1))        without

    each       the gradients of n examples, n at least 2, shape (n, d); tr Σ is their mean squared distance from the
               mean
    b          the batch size; without replacement at most n
    replace    whether an example may be drawn twice
    draws      how many batches a measurement draws; not used here
    rng        a `numpy.random.Generator` to draw with; not used here

    Raises ValueError for a wrong argument, naming it.
    """
    n = len(each)
    if n < 2:
        raise ArgumentError(f"each must have two rows or more, got {each!r}")
    if not replace:
        _require_at_most(b, n)
    off = each - each.mean(axis=0)
    correction = 1 if replace else (n - b) / (n - 1)
    return np.sqrt(correction * (off**2).sum(axis=1).mean() / b)


@checked(sizes=ROW, steps=ROW)
def largest_that_pays(sizes, steps):
    """The largest batch size at which training takes at most twice as many examples as at the best one.

        max { b : b · steps(b) ≤ 2 min b′ · steps(b′) }

    sizes   batch sizes, shape (k,)
    steps   how many steps training takes with each, shape (k,); inf where it does not arrive

    Where steps = S + E / b, that is the critical batch size E / S. Raises ValueError for a wrong argument, naming it.
    McCandlish et al. (2018).
    """
    if sizes.shape != steps.shape or not np.isfinite(steps).any():
        raise ArgumentError(f"steps must be one number for each batch size, not all of them inf, got {steps!r}")
    examples = sizes * steps
    return int(sizes[examples <= 2 * examples.min()].max())


def _require_targets(X, y):
    if np.shape(y)[:1] != (len(X),):
        raise ArgumentError(f"y must have {len(X)} targets, one for each example, got {y!r}")


def _require_at_most(b, n):
    if b > n:
        raise ArgumentError(f"b must be at most {n}, the number of examples, got {b}")
