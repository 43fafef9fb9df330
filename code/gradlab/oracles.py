"""Gradient oracles: take a gradient function, give back another.

    grad -> grad

Clipping, noise, minibatches and the like belong here and not in the rules, so that each combines
with every rule: `descend(clip_by_norm(grad, 1.0), x0, adam)`. A method takes a problem, and so one with
that gradient: `descend.Objective(f, clip_by_norm(grad, 1.0))`.

A gradient with noise or on minibatches is another function at each call: a `Stochastic`. An oracle that calls it
twice within a step, as `sam` does, must call the same function both times, and so takes one draw of it a step. All
oracles here do. In an oracle of your own, let the function of x begin with `one = drawn(grad)`, and call `one`; within
`train` this is not needed.

Every oracle raises ValueError for a grad that is no function, and for an argument outside its range.
"""

from collections.abc import Callable, Sequence
from functools import cache, wraps
from typing import Any

import numpy as np

from gradlab._arguments import ArgumentError, checked, require_batch_size, tried
from gradlab._arrays import apart, clip, fitted, is_tensor, like, or_one, scaled, unit, where
from gradlab._conditions import COUNT, FUNCTION, NON_NEGATIVE, NUMBERS, POSITIVE_OR_INF, SEEDS, stays
from gradlab.descend import Array, Hyper, Oracle

#: An integer; or a list of K, one for each network of a grid.
Seeds = int | Sequence[int]


class Stochastic:
    """A stochastic gradient: at each call another function, of the next minibatch or with new noise.

        g = draw()(x)

    draw      called without arguments, it returns the next function of x, one that stays as it is
    sources   what moves on with each draw, so that a checkpoint can keep where it is: NumPy's generators, and things
              with a `state` that can be read and set

    What needs one function for all its calls, such as `hessian_vector` or `lbfgs`, refuses a `Stochastic`; give it one
    draw, `oracle.draw()`. A loss whose units drop out at random is a `Stochastic`, too. Raises ValueError when draw is
    no function.
    """

    @checked(draw=FUNCTION)
    def __init__(self, draw: Callable[[], Oracle], sources: Sequence[Any] = ()):
        self.draw, self.sources = draw, tuple(sources)

    def __call__(self, x: Array, *data: Array) -> Array:
        """The gradient at x, and on data if it takes any, by the next function."""
        return self.draw()(x, *data)


def drawn(function: Any) -> Any:
    """One draw of a `Stochastic`; any other function is what it is."""
    return function if stays(function) else function.draw()


def sources_of(function: Any) -> tuple:
    """The sources of a `Stochastic`; none for any other function."""
    return getattr(function, "sources", ())


def _each_draw(oracle):
    """An oracle for functions that stay, made one for a `Stochastic` too: each draw of the result has one draw of it.

    Its grad is `apart`, so that it can go on with x, and with what grad returned.
    """

    @wraps(oracle)
    def of_either(grad, *settings):
        if stays(grad):
            return oracle(apart(grad), *settings)
        return Stochastic(lambda: oracle(apart(grad.draw()), *settings), sources_of(grad))

    return of_either


@checked(max_value=POSITIVE_OR_INF)
@_each_draw
def clip_by_value(grad: Oracle, max_value: Hyper) -> Oracle:
    """Limit every coordinate of the gradient to [−max_value, max_value].

        gᵢ ← min(max(gᵢ, −max_value), max_value)

    This may turn the gradient. max_value must be positive; it may be inf.
    Twin: `torch.nn.utils.clip_grad_value_`.
    """

    def clipped(x):
        g = _asked(grad, x)
        limit = fitted(max_value, g)
        return clip(g, -limit, limit)

    return clipped


@checked(max_norm=POSITIVE_OR_INF)
@_each_draw
def clip_by_norm(grad: Oracle, max_norm: Hyper) -> Oracle:
    """Shorten the gradient to length max_norm where it is longer; its direction stays.

        g ← g / max(‖g‖ / max_norm, 1)

    The norm runs over the last axis. max_norm must be positive; it may be inf. However long g is, no square overflows.

    Pascanu, Mikolov & Bengio (2013), Algorithm 1.
    Twin: `torch.nn.utils.clip_grad_norm_`, which divides by ‖g‖ + 10⁻⁶.
    """

    def clipped(x):
        g = _asked(grad, x)
        limit = fitted(max_norm, g)
        small, scale, length = scaled(g)  # g = small · scale, ‖g‖ = length · scale
        with np.errstate(over="ignore"):  # a length beyond the type's range is longer than the limit, and that is all
            factor = where(scale * length <= limit, scale, limit / or_one(length))
        return like(small * factor, g)

    return clipped


@checked
@_each_draw
def l2(grad: Oracle, weight_decay: Hyper) -> Oracle:
    """The gradient of the loss with the penalty weight_decay · ‖x‖² / 2 added: L2 regularisation.

        g ← g + weight_decay · x

    With `sgd` this is decoupled weight decay; with momentum or Adam it is not, for the penalty then
    passes through their averages (Loshchilov & Hutter, 2019). Krogh & Hertz (1991). Twin: the `weight_decay` of
    `torch.optim.SGD` and `torch.optim.Adam`.
    """

    def penalised(x):
        g = _asked(grad, x)
        return g + fitted(weight_decay, g) * x

    return penalised


@checked(radius=NON_NEGATIVE)
@_each_draw
def sam(grad: Oracle, radius: Hyper = 0.05) -> Oracle:
    """Sharpness-aware minimisation: the gradient where, within this radius, the loss is largest.

        g ← ∇f(x + radius · g / ‖g‖)

    Largest, that is, to first order in the radius. Where g = 0 there is no way up, and the gradient is that at x; a g
    so short that its squares vanish still has a direction. The norm runs over the last axis. Each call asks grad twice,
    and both times on one minibatch if grad is stochastic.

    Foret et al. (2021), equations 2 and 3, whose ρ is the radius. Twin: `optax.contrib.sam`.
    """

    def at_the_worst_point_near(x):
        g = _asked(grad, x)
        return grad(x + fitted(radius, g) * unit(g))

    return at_the_worst_point_near


@checked(sd=NON_NEGATIVE)
def noisy(grad: Oracle, sd: Hyper, seed: int = 0) -> Oracle:
    """Add independent Gaussian noise of standard deviation sd to every coordinate.

        g ← g + sd · ξ,  ξ ~ N(0, I)

    The noise is a fresh draw at each call, from a generator that starts at `seed` when the oracle
    is made: make a new oracle to repeat a run. Returns a `Stochastic`.
    """
    rng = np.random.default_rng(seed)

    def draw():
        now, noise = apart(drawn(grad)), cache(rng.standard_normal)  # the same ξ wherever this draw is asked

        def with_noise(x):
            g = _asked(now, x)
            return g + fitted(sd, g) * like(noise(tuple(g.shape)), g)

        return with_noise

    return Stochastic(draw, [*sources_of(grad), rng])


@checked(batch_size=COUNT, seed=SEEDS)
def minibatch(grad: Callable[..., Array], *data: Array, batch_size: int, seed: Seeds = 0) -> Oracle:
    """The gradient on a random minibatch, drawn without replacement until an epoch is over.

        g = grad(x, X[B], y[B]),  |B| = batch_size

    `grad(x, *data)` is the mean gradient over the examples given; `data` are arrays or tensors, such as X and
    y, that have one row an example, or what NumPy can make an array of. B holds the numbers of the rows drawn. Each
    epoch shuffles anew; its last batch is smaller when batch_size does not divide the number of examples. All points
    of a grid see the same batch, unless seed is a list of K seeds: then B has shape (K, batch_size), and row k is the
    batch that seed k alone draws. Batches follow one another from call to call: make a new oracle to repeat a run.
    Returns a `Stochastic`.

    Robbins & Monro (1951); Bottou, Curtis & Nocedal (2018), section 3.
    Raises ValueError also for no data, arrays of different length, or a batch_size that is not between 1
    and the number of examples.
    """
    try:  # the rows of a table of pandas would be looked up by their labels
        arrays = [array if is_tensor(array) else np.asanyarray(array) for array in data]
    except ValueError:
        raise ArgumentError(f"data must be arrays, got {data!r}") from None
    lengths = {len(array) for array in arrays if array.ndim}
    if len(lengths) != 1 or not all(array.ndim for array in arrays):
        raise ArgumentError(f"data must be arrays of one length, got lengths {sorted(lengths)}")
    (n,) = lengths
    require_batch_size(batch_size, n)
    batches = _Batches(n, batch_size, seed)

    def draw():
        now, rows = drawn(grad), next(batches)
        return apart(lambda x: now(x, *(array[rows] for array in arrays)))

    return Stochastic(draw, [*sources_of(grad), batches])


def _asked(grad, x):
    """The gradient at x, as floats."""
    return tried("what grad returns", grad(x), NUMBERS)


def _orders(rngs, n):
    """The order of an epoch, for each generator."""
    return [rng.permutation(n) for rng in rngs]


class _Batches:
    """The rows of each minibatch, one after another: shape (batch_size,), or (K, batch_size) for K seeds.

    state   what it takes to go on from here: it can be read, and set
    """

    def __init__(self, n, batch_size, seed):
        self._n, self._size = n, batch_size
        self._rngs = [np.random.default_rng(s) for s in (seed if np.ndim(seed) else [seed])]
        self._shape = np.shape(seed)
        self._order, self._start = None, n  # the next batch begins a new epoch

    def __next__(self):
        if self._start >= self._n:
            self._order, self._start = np.reshape(_orders(self._rngs, self._n), (*self._shape, self._n)), 0
        first, self._start = self._start, self._start + self._size
        return self._order[..., first : self._start]

    @property
    def state(self):
        """The state of each generator, the order of this epoch, and where the next batch begins."""
        return [rng.bit_generator.state for rng in self._rngs], self._order, self._start

    @state.setter
    def state(self, state):
        states, self._order, self._start = state
        for rng, now in zip(self._rngs, states, strict=True):
            rng.bit_generator.state = now
