"""The network of this book, a multilayer perceptron with a hand-written gradient.

Its parameters are one vector θ = (W₁, b₁, W₂, b₂, …) of length P, so that rules and methods treat it as
any other point. θ of shape (K, P) is a grid of K networks, which are computed at once.
"""

import reprlib
from collections.abc import Callable, Sequence
from functools import cache, partial
from itertools import pairwise
from typing import Any

import numpy as np

from gradlab._arguments import ArgumentError, checked, named, require_batch_size, tried
from gradlab._arrays import like, namespace
from gradlab._conditions import COUNT, COUNT_FROM_0, DECAY, SEEDS, Condition, is_count, one_number, one_of
from gradlab.activations import ACTIVATIONS
from gradlab.backprop import LOSSES, backward, cross_entropy, dropped, forward
from gradlab.descend import Array, Objective
from gradlab.initialisers import lecun
from gradlab.oracles import Seeds, Stochastic, minibatch


def _is_random(value):
    return is_count(value, 0) or isinstance(value, np.random.Generator)


RNG = Condition(
    "be an integer of at least 0, or a Generator, or a list of such",
    lambda v: _is_random(v) or (isinstance(v, (list, tuple)) and len(v) > 0 and all(map(_is_random, v))),
)


#: What decides which units drop out: a seed, or a generator that moves on, or a list of such. None for no dropout.
Random = int | np.random.Generator | Sequence[int | np.random.Generator] | None


class MLP:
    """A multilayer perceptron, or a grid of them: θ ↦ outputs, loss, gradient.

        P = Σ_layers (fan_in + 1) · fan_out

    sizes        the widths from the inputs to the outputs: [64, 32, 10] is d = 64, one hidden layer
                 of 32 units, and C = 10
    activation   of the hidden layers: "linear", "sigmoid", "tanh", "relu", "leaky_relu" or "selu"
    loss         "cross_entropy", for labels y of shape (n,), integers 0 … C − 1; or "squared_error",
                 for targets y of shape (n, C), or (n,) when C = 1
    dropout      the share of hidden units that are left out when `f`, `grad` and the like are given an `rng`

    θ of shape (K, P) is K networks on the same data; X of shape (B, n, d), with y alike, is B batches for
    one network, or one for each of B networks. θ and X are both arrays, or both tensors on one device, of one float
    type, which is not float16; what comes out is of the same kind and type.

    rng   None; or an integer, for the same masks at each call, so that f remains a function; or a
          `numpy.random.Generator`, for fresh ones. All networks of a grid have the same masks, unless it is a list
          of K of these, one for each of K networks.

    Dropout: Srivastava et al. (2014), "inverted": the units that stay are scaled up, in training only.
    Twin: `torch.nn.Sequential` of `Linear`, an activation and `Dropout`.
    The class and its methods raise ValueError for a wrong argument, naming it.
    """

    @checked(activation=one_of(*ACTIVATIONS), loss=one_of(*LOSSES), dropout=one_number(DECAY))
    def __init__(
        self, sizes: Sequence[int], *, activation: str = "tanh", loss: str = "cross_entropy", dropout: float = 0.0
    ):
        if not isinstance(sizes, (list, tuple)) or len(sizes) < 2:
            raise ArgumentError(f"sizes must be a list of two widths or more, got {sizes!r}")
        for width in sizes:
            tried("each of sizes", width, COUNT)
        self.sizes, self.activation, self.loss, self.dropout = tuple(sizes), activation, loss, dropout
        self.classifies = LOSSES[loss] is cross_entropy
        self.shapes = [shape for fans in pairwise(sizes) for shape in (fans, (1, fans[1]))]
        self.P, self._cuts = 0, []
        for rows, columns in self.shapes:
            start, self.P = self.P, self.P + rows * columns
            self._cuts.append((slice(start, self.P), (rows, columns)))

    # The parameters

    @checked
    def start(self, seeds: Any, weights: Callable = lecun) -> np.ndarray:
        """Random weights, and biases of 0: shape (P,) for an integer, (K, P) for a list of K.

        seeds     each network has a generator of its own, so that a start depends on its seed alone
        weights   an initialiser (see `initialisers`), called as `weights((fan_in, fan_out), rng)`: `he` suits
                  ReLU; with arguments, `partial(xavier, gain=5 / 3)`
        """
        if not np.ndim(seeds):
            return self._start(seeds, weights)
        if not len(seeds):
            raise ArgumentError("seeds must be an integer or a list of at least one, got none")
        return np.stack([self._start(seed, weights) for seed in seeds])

    def _start(self, seed, weights):
        tried("each of seeds", seed, COUNT_FROM_0)
        if not callable(weights):
            raise ArgumentError(f"weights must be an initialiser, got {weights!r}")
        rng = np.random.default_rng(seed)
        parts = []
        for fans in pairwise(self.sizes):
            W = weights(fans, rng)
            if np.shape(W) != fans:
                raise ArgumentError(f"weights must return shape {fans}, got {np.shape(W)}")
            parts += [W, np.zeros((1, fans[1]))]
        return self._pack(parts)

    @checked
    def unpack(self, theta: Array) -> list[Array]:
        """θ as its matrices [W₁ (..., d, H), b₁ (..., 1, H), W₂, b₂, …], which are views of it.

        The gradient, unpacked, is the gradient layer by layer.
        """
        self._require_theta(theta)
        return self._unpack(theta)

    @checked
    def pack(self, parts: Sequence[Array]) -> Array:
        """θ from its matrices: `unpack` undone."""
        ends = [tuple(np.shape(part)[-2:]) for part in parts]
        if ends != self.shapes:
            raise ArgumentError(f"parts must be matrices of shapes {self.shapes}, got {ends}")
        return self._pack(parts)

    # What is asked of a network

    @checked
    def outputs(self, theta: Array, X: Array, rng: Random = None) -> Array:
        """The outputs of the last layer: scores of the classes, or predictions; shape (..., n, C)."""
        self._require_inputs(theta, X, rng)
        return self._forward(theta, X, rng)[0]

    @checked
    def hidden(self, theta: Array, X: Array, rng: Random = None) -> list[tuple[Array, Array]]:
        """For each hidden layer the pair (z, a), before and after the activation, each (..., n, H)."""
        self._require_inputs(theta, X, rng)
        after = [a for a, _ in self._forward(theta, X, rng)[1]]
        layers = zip([X, *after], self._layers(theta), after, strict=False)
        return [(before @ W + b, a) for before, (W, b), a in layers]

    @checked
    def accuracy(self, theta: Array, X: Array, y: Array) -> Array:
        """The share of examples whose largest output is that of their label y: shape (...,).

        Where the largest output is not finite, the example counts as wrong: a network that has diverged is never right.
        """
        self._require_inputs(theta, X)
        self._require_labels(X, y)
        outputs, xp = self._forward(theta, X)[0], namespace(X)
        is_right = (outputs.argmax(-1) == y) & xp.isfinite(xp.amax(outputs, -1))
        return like(is_right, theta).mean(-1)

    @checked
    def f(self, theta: Array, X: Array, y: Array, rng: Random = None) -> Array:
        """The mean loss over the examples, shape (...,)."""
        self._require_inputs(theta, X, rng)
        return self._f(theta, X, self._targets(X, y), rng)

    @checked
    def grad(self, theta: Array, X: Array, y: Array, rng: Random = None) -> Array:
        """The gradient of the mean loss, shape (..., P)."""
        self._require_inputs(theta, X, rng)
        return self._f_and_grad(theta, X, self._targets(X, y), rng)[1]

    @checked
    def f_and_grad(self, theta: Array, X: Array, y: Array, rng: Random = None) -> tuple[Array, Array]:
        """Both, for little more than the gradient alone."""
        self._require_inputs(theta, X, rng)
        return self._f_and_grad(theta, X, self._targets(X, y), rng)

    @checked(batch_size=COUNT, seed=SEEDS)
    def bind(
        self, X: Array, y: Array, *, batch_size: int | None = None, seed: Seeds = 0, rng: Random = None
    ) -> Objective:
        """The problem of fitting these data, which are checked here, once.

            f(θ) = f(θ, X, y)        grad(θ) = grad(θ, X[B], y[B])

        batch_size   B is a random minibatch of so many examples, a fresh one at each call, as in
                     `oracles.minibatch`; None for all examples
        seed         of the minibatches; a list of K seeds draws for each of K networks its own

        Returns an `Objective`. Rules descend its `grad`, methods take it whole. What changes from call to call, grad
        on minibatches, or f and grad with a Generator for dropout, is an `oracles.Stochastic`: each draw of it has a
        minibatch, or masks, that stay.
        """
        self._require_data(X, rng)
        data = X, self._targets(X, y)
        require_batch_size(batch_size or 1, len(X))
        if batch_size is not None and X.ndim > 2:
            raise ArgumentError(f"X must be of shape (n, d) to draw minibatches from, got {_described(X)}")

        @named("MLP.grad")
        def grad(rng, theta, X, y):
            self._require_theta(theta, X)
            return self._f_and_grad(theta, X, y, rng)[1]

        @named("MLP.f")
        def f(rng, theta):
            self._require_theta(theta, X)
            return self._f(theta, *data, rng)

        def dropping(function):
            """The function with units dropped out: by a Generator, other ones at each call, the same within a draw."""
            several = rng if isinstance(rng, (list, tuple)) else [rng]
            generators = [r for r in several if isinstance(r, np.random.Generator)]
            if not (self.dropout and generators):
                return partial(function, rng)
            return Stochastic(lambda: partial(function, cache(partial(self._masks, rng=rng))), generators)

        if batch_size is None:
            return Objective(dropping(f), dropping(lambda rng, theta: grad(rng, theta, *data)))
        return Objective(dropping(f), minibatch(dropping(grad), *data, batch_size=batch_size, seed=seed))

    # The same, unchecked

    def _unpack(self, theta):
        grid = theta.shape[:-1]
        return [theta[..., cut].reshape(*grid, *shape) for cut, shape in self._cuts]

    def _pack(self, parts):
        first, *_ = flat = [part.reshape(*part.shape[:-2], -1) for part in parts]
        return namespace(first).concatenate(flat, -1)

    def _layers(self, theta):
        return list(pairwise(self._unpack(theta)))[::2]

    def _masks(self, n, rng):
        """Which units stay for each of n examples, scaled up: one array for each hidden layer."""
        if isinstance(rng, (list, tuple)):
            return [np.stack(masks) for masks in zip(*(self._masks(n, one) for one in rng), strict=True)]
        rng, stay = np.random.default_rng(rng), 1 - self.dropout
        return [(rng.random((n, width)) < stay) / stay for width in self.sizes[1:-1]]

    def _activations(self, X, rng):
        """One for each hidden layer. rng may also be a function from the number of examples to masks."""
        phi, n = ACTIVATIONS[self.activation], X.shape[-2]
        if rng is None or not self.dropout:
            return [phi] * len(self.sizes[1:-1])
        masks = rng(n) if callable(rng) else self._masks(n, rng)
        return [dropped(phi, like(mask, X)) for mask in masks]

    def _forward(self, theta, X, rng=None):
        return forward(self._layers(theta), X, self._activations(X, rng))

    def _f(self, theta, X, y, rng):
        return LOSSES[self.loss](self._forward(theta, X, rng)[0], y)[0]

    def _f_and_grad(self, theta, X, y, rng):
        outputs, hidden = self._forward(theta, X, rng)
        loss, d = LOSSES[self.loss](outputs, y)
        return loss, self._pack(backward(self._layers(theta), X, hidden, d))

    # The checks: cheap ones, but for the range of the labels, for which a GPU has to be waited for

    def _require_theta(self, theta, X=None):
        if np.shape(theta)[-1:] != (self.P,):
            raise ArgumentError(f"theta must have a last axis of {self.P}, got {_described(theta)}")
        if X is not None and _kind(theta) != _kind(X):
            raise ArgumentError(f"theta must be of X's kind, {_described(X)}, got {_described(theta)}")
        if X is not None and X.ndim > 2:
            self._require_grids(theta.shape[:-1], X.shape[:-2])

    def _require_inputs(self, theta, X, rng=None):
        self._require_data(X, rng)
        self._require_theta(theta, X)

    def _require_data(self, X, rng=None):
        if rng is not None:
            tried("rng", rng, RNG)
        shape = np.shape(X)
        if not _is("float", X) or len(shape) < 2 or not shape[-2] or shape[-1] != self.sizes[0]:
            wanted = f"an array or tensor of floats, of shape (n, {self.sizes[0]})"
            raise ArgumentError(f"X must be {wanted}, got {_described(X)}")
        if _name(X.dtype) == "float16":
            raise ArgumentError(f"X must be of float32 or float64, as a loss overflows in float16, got {_described(X)}")

    @staticmethod
    def _require_grids(networks, batches):
        try:
            np.broadcast_shapes(networks, batches)
        except ValueError:
            both = f"{tuple(networks)} networks and X of {tuple(batches)} batches"
            raise ArgumentError(f"theta must have one network, or one for each batch: got theta of {both}") from None

    def _require_labels(self, X, y):
        rows, classes = X.shape[:-1], self.sizes[-1]
        if not _is("int", y) or y.shape != rows or _kind(y)[1] != _kind(X)[1]:
            raise ArgumentError(f"y must be integer labels of shape {tuple(rows)}, kept as X is, got {_described(y)}")
        if y.min() < 0 or y.max() >= classes:
            raise ArgumentError(f"y must lie in 0 … {classes - 1}, got {int(y.min())} … {int(y.max())}")

    def _targets(self, X, y):
        """y in the shape that the loss asks for."""
        if self.classifies:
            self._require_labels(X, y)
            return y
        wanted = (*X.shape[:-1], self.sizes[-1])
        shape = (*np.shape(y), *(1,) * (X.ndim - np.ndim(y)))  # a vector is taken for a column
        if _kind(y) != _kind(X) or shape != wanted:
            raise ArgumentError(f"y must be of X's kind and of shape {wanted}, got {_described(y)}")
        return y.reshape(shape)


def _kind(x):
    """What must not be mixed: number types, devices, arrays with tensors (whose "cpu" is another)."""
    return getattr(x, "dtype", None), getattr(x, "device", None)


@cache  # a dtype's name costs as much as a small matrix product
def _name(dtype):
    return str(dtype).removeprefix("torch.")


def _is(number, x):
    """True when x is an array or tensor whose dtype is a "float" or an "int"."""
    return number in _name(_kind(x)[0])


def _described(x):
    dtype, device = _kind(x)
    return f"{type(x).__name__} of shape {tuple(np.shape(x))}, {dtype} on {device}" if dtype else reprlib.repr(x)
