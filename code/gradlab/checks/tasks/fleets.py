"""References for chapter 10's exercises: generators for workers, a step of several machines, many networks in one
array, and the edge of training by bisection.

`gradlab.parallel` has machines that are processes, and `MLP` has grids of networks with hidden layers.
"""

import numpy as np

from gradlab._arguments import ArgumentError, checked
from gradlab._arrays import floating, to_numpy, wide
from gradlab._conditions import COUNT, COUNT_FROM_0, FUNCTION, NON_NEGATIVE, POSITIVE, Condition, one_number


def _read(x):
    return wide(to_numpy(floating(x)))


def _whole(x):
    x = to_numpy(x)
    if x.dtype.kind not in "iu":
        raise ValueError("whole numbers are needed")
    return x


POINT = Condition("be a finite vector", lambda x: x.ndim == 1 and x.size and np.isfinite(x).all(), _read)
GRADIENTS = Condition("be of shape (machines, d)", lambda x: x.ndim == 2 and x.size, _read)
SIZES = Condition(
    "be whole numbers, not negative and not all 0", lambda x: x.ndim == 1 and (x >= 0).all() and x.any(), _whole
)
MATRIX = Condition("be a finite matrix", lambda x: x.ndim == 2 and x.size and np.isfinite(x).all(), _read)
ROWS = Condition(
    "be whole numbers of shape (steps, K, b), not negative", lambda x: x.ndim == 3 and x.size and (x >= 0).all(), _whole
)
RATE = one_number(POSITIVE)


@checked(seed=COUNT_FROM_0, epoch=COUNT_FROM_0, workers=COUNT)
def worker_rngs(seed, epoch, workers):
    """A random generator for each worker of an epoch; no two of them draw the same numbers.

    seed      the seed of the run, an integer of at least 0
    epoch     an integer of at least 0
    workers   how many, at least 1

    The same call gives the same generators again. Returns a list of `numpy.random.Generator`. Raises ValueError for a
    wrong argument, naming it. Twin: `numpy.random.SeedSequence.spawn`.
    """
    root = np.random.SeedSequence([seed, epoch])
    return [np.random.default_rng(child) for child in root.spawn(workers)]


@checked(x=POINT, gradients=GRADIENTS, sizes=SIZES, lr=one_number(NON_NEGATIVE), lr_size=COUNT)
def machines_step(x, gradients, sizes, *, lr, lr_size):
    """A step of SGD of several machines, each with the mean gradient of its own examples.

        g = Σᵣ nᵣ gᵣ / N        x ← x − lr · N / lr_size · g        N = Σᵣ nᵣ

    x           where the step begins, shape (d,)
    gradients   gᵣ, shape (machines, d); that of a machine without examples does not count, whatever it is
    sizes       nᵣ, shape (machines,): how many examples each machine has
    lr          the rate that is right for a batch of lr_size examples, not negative
    lr_size     an integer of at least 1

    The rate follows the total batch (Goyal et al., 2017). Returns shape (d,). Raises ValueError for a wrong argument,
    naming it.
    """
    if gradients.shape != (len(sizes), len(x)):
        raise ArgumentError(f"gradients must be of shape {(len(sizes), len(x))}, got {gradients.shape}")
    there = sizes > 0
    total = sizes.sum()
    g = sizes[there] @ gradients[there] / total
    return x - lr * total / lr_size * g


@checked(starts=MATRIX, rates=POINT, X=MATRIX, y=POINT, rows=ROWS)
def train_all(starts, rates, X, y, rows):
    """K linear models, trained at once by SGD, each with its own rate and its own minibatches.

        wₖ ← wₖ − rateₖ · mean over i in rows[t, k] of (wₖ · xᵢ − yᵢ) xᵢ        t = 0, 1, …

    starts   shape (K, d)
    rates    shape (K,)
    X, y     shapes (n, d) and (n,)
    rows     shape (steps, K, b): the examples of each minibatch, integers 0 … n − 1

    The loss of an example is ½ (w · x − y)². Returns shape (K, d). Raises ValueError for a wrong argument, naming it.
    """
    (K, d), n = starts.shape, len(X)
    for name, x, wanted in (("rates", rates, (K,)), ("X", X, (n, d)), ("y", y, (n,))):
        if x.shape != wanted:
            raise ArgumentError(f"{name} must be of shape {wanted}, got {x.shape}")
    if rows.shape[1] != K or rows.max() >= n:
        raise ArgumentError(f"rows must be of shape (steps, {K}, b), of integers below {n}, got {rows!r}")
    w = starts
    for batch in rows:
        x = X[batch]
        error = (x * w[:, None]).sum(axis=2) - y[batch]
        g = (error[:, :, None] * x).mean(axis=1)
        w = w - rates[:, None] * g
    return w


@checked(trains=FUNCTION, low=RATE, high=RATE, halvings=COUNT)
def bisected(trains, low, high, halvings):
    """A narrow bracket of the rate above which training fails, by bisection on a logarithmic scale.

        m = √(low · high); if m trains, low ← m, else high ← m

    trains      lr ↦ True or False
    low, high   above 0: a rate that trains, and a higher one that does not
    halvings    how often, at least 1

    Returns both ends. Raises ValueError for a wrong argument, naming it.
    """
    if low >= high:
        raise ArgumentError(f"high must be above low, {low}, got {high}")
    for _ in range(halvings):
        middle = (low * high) ** 0.5
        if trains(middle):
            low = middle
        else:
            high = middle
    return low, high
