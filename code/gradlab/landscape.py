"""Loss landscapes: how curved the loss is, what it looks like along lines and planes, where descents end.

Nothing here needs more than f, mapping (..., P) to (...), or its gradient, mapping (..., P) to (..., P):
those of a surface of P coordinates, or of a network of P weights and biases that is bound to its data
(`MLP.bind`). Arrays and tensors both work. θ and x alike stand for a point.

A picture of a line or a plane shows one or two of P directions. Nor does curvature alone say how flat a minimum is:
scale one layer of a ReLU network by c and the next by 1/c, and the network is the same function, but the
largest eigenvalue of its Hessian, the matrix of second derivatives, changes. Dinh et al. (2017).
"""

from collections import deque
from collections.abc import Sequence
from itertools import islice
from math import prod

import numpy as np
from scipy.optimize import linear_sum_assignment

from gradlab._arguments import ArgumentError, checked, gradient_of, values_of
from gradlab._arrays import apart, dot, fitted, like, namespace, norm, or_one, to_numpy, unit
from gradlab._conditions import (
    COUNT,
    FINITE,
    NON_NEGATIVE,
    POINT,
    POSITIVE,
    SAME_FUNCTION,
    VECTOR,
    Condition,
    at_least,
    point,
)
from gradlab.descend import TO_DESCEND, Array, Hyper, Oracle, Problem, Rule, iterates
from gradlab.differences import Function, steps_for

#: Places along a line, and the losses there, both of shape (n,).
Slice = tuple[np.ndarray, np.ndarray]

TWO_VECTORS = Condition(
    "be two vectors", lambda v: len(v) == 2 and v[0].ndim == v[1].ndim == 1, lambda v: [point(one) for one in v]
)
BLOCK = 64  # points of a slice that are worked out at once: as fast as all of them, and they fit in memory


@checked(grad=SAME_FUNCTION, x=POINT, v=POINT, eps=POSITIVE)
def hessian_vector(grad: Oracle, x: Array, v: Array, *, eps: Hyper = None) -> Array:
    """The Hessian times a vector, without the Hessian: how the gradient changes along v.

        H v ≈ ‖v‖ · (∇f(x + eps · e) − ∇f(x − eps · e)) / (2 · eps)        e = v / ‖v‖

    grad   maps (..., P) to (..., P)
    x, v   shape (..., P): a point and a direction, or grids of them
    eps    the length of the step; None for ∛u · max(1, ‖x‖), u being the spacing of x's floats at 1:
           the error from the step (~ eps²) and that from rounding (~ u/eps) are then about equal

    Exact up to rounding where f is quadratic. Automatic differentiation gets it without the first
    error for as much work: Pearlmutter (1994).
    Raises ValueError for a wrong argument, naming it.
    """
    [v] = _fitting(x, v=v)
    grad = apart(grad)
    eps = steps_for(norm(x), None, 1 / 3) if eps is None else fitted(eps, x)
    h = eps / or_one(norm(v))
    ahead = gradient_of(grad, x + h * v)
    behind = gradient_of(grad, x - h * v)
    return (ahead - behind) / (2 * h)


@checked(grad=SAME_FUNCTION, x=POINT, k=COUNT, steps=COUNT, tolerance=NON_NEGATIVE, shift=FINITE)
def top_eigenvalues(
    grad: Oracle, x: Array, k: int = 1, *, steps: int = 100, tolerance: float = 1e-3, shift: Hyper = 0.0, seed: int = 0
) -> tuple[Array, Array]:
    """The k eigenvalues of the Hessian that lie furthest from `shift`, by power iteration.

        λ = vᵀ H v
        v ← (H − shift · I) v / ‖(H − shift · I) v‖

    grad        maps (..., P) to (..., P)
    x           shape (..., P): a point, or a grid of them
    k           how many; each v is kept at right angles to those before
    steps       of the iteration, at most, for each; a step costs two gradients
    tolerance   the iteration ends when ‖H v − λ v‖ ≤ tolerance · |λ|: an eigenvalue is then as near to λ as that
    shift       0 gives the largest in magnitude. That one, given as shift, gives the one at the other
                end: where the two differ in sign, as on a saddle, f curves up along one direction and down along
                another. A number, or an array of shape (..., 1)
    seed        of the first v

    Returns the eigenvalues, shape (..., k), and the vectors, shape (..., k, P), and says nothing when
    `steps` did not suffice. A step shrinks the error by the ratio of the second largest |λ − shift| to the largest:
    slow where the two are alike, endless where they are equal, as for λ and −λ without a shift.

    von Mises & Pollaczek-Geiringer (1929); Golub & Van Loan (2013), section 8.2. Second sources:
    `numpy.linalg.eigvalsh`, `scipy.sparse.linalg.eigsh`. Raises ValueError for a wrong argument, naming it.
    """
    if k > x.shape[-1]:
        raise ArgumentError(f"k must be at most the number of entries of x, {x.shape[-1]}, got {k}")
    rng = np.random.default_rng(seed)
    values: list[Array] = []
    vectors: list[Array] = []
    for _ in range(k):
        v = _orthonormal(like(rng.standard_normal(tuple(x.shape)), x), vectors)
        for _ in range(steps):
            Hv = hessian_vector(grad, x, v)
            value = dot(v, Hv)
            if (norm(Hv - value * v) <= tolerance * abs(value)).all():
                break
            v = _orthonormal(Hv - fitted(shift, x) * v, vectors)
        values.append(value)
        vectors.append(v)
    xp = namespace(x)
    return xp.concatenate(values, -1), xp.stack(vectors, -2)


def _orthonormal(v, others):
    """v less its part along each of the others, which are orthonormal, made one long."""
    for u in others:
        v = v - dot(u, v) * u
    return unit(v)


# --- slices ------------------------------------------------------------------------------------------------------


@checked(direction=POINT, theta=POINT)
def filter_normalised(direction: Array, theta: Array, shapes: Sequence[tuple[int, int]]) -> Array:
    """A direction in which each unit's incoming weights are as long as those of θ.

        d_u ← d_u · ‖θ_u‖ / ‖d_u‖ for each unit u        d ← 0 for biases

    direction   shape (..., P), for example a random one
    theta       shape (..., P)
    shapes      of the matrices in θ, as `MLP.shapes`: weights, biases, weights, …

    Scale one layer of a ReLU network by c > 1 and the next by 1/c: the network computes the same, but along an
    unchanged direction in the first of them the loss would seem flatter. Normalised like this, the direction grows
    with the weights, and slices can be compared. Li et al. (2018), section 4. Raises ValueError for shapes that do not
    make up θ.
    """
    [direction] = _fitting(theta, direction=direction)
    ways = [unit(d, -2) for d in _matrices(direction, shapes)]
    lengths = [norm(w, -2) for w in _matrices(theta, shapes)]
    lengths[1::2] = [0 * length for length in lengths[1::2]]  # of biases
    return _in_one(d * n for d, n in zip(ways, lengths, strict=True))


@checked(f=SAME_FUNCTION, theta=VECTOR, direction=VECTOR, span=POSITIVE, n=at_least(2))
def slice_1d(f: Function, theta: Array, direction: Array, *, span: float = 1.0, n: int = 51) -> Slice:
    """The loss along a line through θ.

        loss(a) = f(θ + a · d)        a from −span to span

    f           maps (..., P) to (...)
    theta       shape (P,)
    direction   shape (P,), for example from `filter_normalised`, or an eigenvector
    span        how far to either side
    n           the number of points; an odd one has θ among them

    Returns a and the losses, shapes (n,). Raises ValueError for a wrong argument, naming it.
    """
    [direction] = _fitting(theta, direction=direction)
    a = np.linspace(-span, span, n)
    return a, _in_blocks(f, theta + like(a, theta)[:, None] * direction)


@checked(f=SAME_FUNCTION, theta=VECTOR, directions=TWO_VECTORS, span=POSITIVE, n=at_least(2))
def slice_2d(
    f: Function, theta: Array, directions: Sequence[Array], *, span: float = 1.0, n: int = 25
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The loss on a plane through θ.

        loss(a, b) = f(θ + a · d₁ + b · d₂)        a and b from −span to span

    f            maps (..., P) to (...)
    theta        shape (P,)
    directions   two of shape (P,)
    span, n      as in `slice_1d`

    Returns a and b, shapes (n,), and the losses, shape (n, n), one row for each b: as `contour` of
    matplotlib wants them. Li et al. (2018). Raises ValueError for a wrong argument, naming it.
    """
    [first], [second] = (_fitting(theta, directions=one) for one in directions)
    a = np.linspace(-span, span, n)
    along = like(a, theta)
    rows = [_in_blocks(f, theta + along[:, None] * first + b * second) for b in along]
    return a, a, np.stack(rows)


@checked(f=SAME_FUNCTION, a=VECTOR, b=VECTOR, n=at_least(2))
def interpolate(f: Function, a: Array, b: Array, *, n: int = 51) -> Slice:
    """The loss on the straight way from one point to another, such as two solutions.

        loss(s) = f((1 − s) · a + s · b)        s from 0 to 1

    f      maps (..., P) to (...)
    a, b   shape (P,)
    n      the number of points

    Returns s and the losses, shapes (n,). Goodfellow, Vinyals & Saxe (2015).
    Raises ValueError for a wrong argument, naming it.
    """
    [b] = _fitting(a, b=b)
    s = np.linspace(0, 1, n)
    t = like(s, a)[:, None]
    return s, _in_blocks(f, (1 - t) * a + t * b)


@checked(losses=POINT)
def barrier(losses: Array) -> np.ndarray:
    """The height of what lies between two ends: how far the losses rise above the line that joins them.

        max over s of loss(s) − ((1 − s) · loss(0) + s · loss(1))

    losses   shape (n, ...), evenly spaced along the way: the second that `interpolate` returns

    It is 0 where the loss is convex along the way. Entezari et al. (2022); Frankle et al. (2020) take the
    mean of the two ends for the line. Raises ValueError for fewer than two losses.
    """
    losses = to_numpy(losses)
    if len(losses) < 2:
        raise ArgumentError(f"losses must be two or more, got {losses!r}")
    s = np.linspace(0, 1, len(losses))
    line = np.multiply.outer(1 - s, losses[0]) + np.multiply.outer(s, losses[-1])
    return (losses - line).max(0)


# --- two networks ------------------------------------------------------------------------------------------------


@checked(theta=POINT)
def permuted(theta: Array, orders: Sequence[Sequence[int] | np.ndarray], shapes: Sequence[tuple[int, int]]) -> Array:
    """The same network with the units of its hidden layers in another order.

        W_l ← W_l[:, order]    b_l ← b_l[:, order]    W_{l+1} ← W_{l+1}[order]

    theta    shape (..., P)
    orders   for each hidden layer a permutation of 0 … H − 1: unit k is then the one that was order[k]
    shapes   of the matrices in θ, as `MLP.shapes`

    Its outputs are the same, up to rounding. Hecht-Nielsen (1990).
    Raises ValueError for orders that are no such permutations, and for shapes that do not make up θ.
    """
    parts = _matrices(theta, shapes)
    widths = [shape[1] for shape in shapes[1:-2:2]]
    try:
        right = [sorted(order) for order in orders] == [list(range(width)) for width in widths]
    except TypeError:
        right = False
    if not right:
        raise ArgumentError(f"orders must be one for each hidden layer, of {widths} units, got {orders!r}")
    for layer, order in enumerate(orders):
        W, b, after = range(2 * layer, 2 * layer + 3)
        parts[W], parts[b] = parts[W][..., order], parts[b][..., order]
        parts[after] = parts[after][..., order, :]
    return _in_one(parts)


@checked(theta=VECTOR, other=VECTOR)
def matched(theta: Array, other: Array, shapes: Sequence[tuple[int, int]]) -> Array:
    """The other network with its hidden units in the order in which its weights are most like θ's.

        maximise over orders    θ · permuted(other, orders)

    theta, other   shape (P,)
    shapes         of the matrices in θ, as `MLP.shapes`

    For one hidden layer this is an assignment problem, and solved exactly. With more, one layer is
    ordered at a time, again and again until nothing changes: a local maximum.
    Ainsworth, Hayase & Srinivasa (2023), Algorithm 1. Raises ValueError for a wrong argument, naming it.
    """
    [other] = _fitting(theta, other=other)
    one, best = _matrices(theta, shapes), -np.inf
    same = [np.arange(shape[1]) for shape in shapes[1:-2:2]]
    while (alike := float((theta * other).sum())) > best:
        best = alike
        for layer in range(len(same)):
            W, b, after = one[2 * layer :][:3]
            V, c, then = _matrices(other, shapes)[2 * layer :][:3]
            # How alike unit i and the other's unit j are.
            gains = W.mT @ V + b.mT @ c + after @ then.mT
            _, order = linear_sum_assignment(to_numpy(gains), maximize=True)
            orders = [*same[:layer], order, *same[layer + 1 :]]
            other = permuted(other, orders, shapes)
    return other


@checked(problem=TO_DESCEND, starts=POINT, minima=POINT, steps=COUNT, tolerance=NON_NEGATIVE)
def basins(
    problem: Problem | Oracle,
    starts: Array,
    rule: Rule,
    minima: Array,
    *,
    steps: int = 1000,
    tolerance: float = 1e-3,
    **hyper: Hyper,
) -> np.ndarray:
    """Where descents end: for each start the index of the minimum that it reaches, −1 for none of them.

    problem     a problem or its gradient, as for `descend`
    starts      shape (..., d), for example a grid of the plane
    rule        an update rule or a method
    minima      shape (k, d), as `surface.minima`
    steps       of each descent
    tolerance   a descent has reached a minimum when it ends no further from it than this
    hyper       the rule's

    Returns an array of integers of shape (...). Raises ValueError for a wrong argument, naming it.
    """
    if not len(minima) or tuple(minima.shape) != (len(minima), starts.shape[-1]):
        wanted = f"of shape (k, d), with d as in starts of shape {tuple(starts.shape)}"
        raise ArgumentError(f"minima must be {wanted}, got shape {tuple(minima.shape)}")
    [(x, _)] = deque(islice(iterates(problem, starts, rule, **hyper), steps), maxlen=1)
    with np.errstate(all="ignore"):  # what has diverged is in no basin
        distance = np.linalg.norm(to_numpy(x)[..., None, :] - to_numpy(minima), axis=-1)
        return np.where(distance.min(-1) <= tolerance, distance.argmin(-1), -1)


# --- what they share ---------------------------------------------------------------------------------------------


def _in_blocks(f, points):
    """f of each of the points, shape (n,), as a NumPy array."""
    f = apart(f)
    blocks = [values_of(f, points[i : i + BLOCK]) for i in range(0, len(points), BLOCK)]
    return np.concatenate([to_numpy(block) for block in blocks])


def _matrices(theta, shapes):
    """θ as its matrices [W₁, b₁, …]; an ArgumentError for shapes that do not make it up."""
    sizes = [prod(shape) for shape in shapes] if _are_layers(shapes) else []
    if sum(sizes) != theta.shape[-1]:
        wanted = "(fan_in, fan_out), (1, fan_out), … that make up theta"
        raise ArgumentError(f"shapes must be pairs {wanted} of shape {tuple(theta.shape)}, got {shapes!r}")
    cuts = zip(np.cumsum(sizes), sizes, shapes, strict=True)
    return [theta[..., end - size : end].reshape(*theta.shape[:-1], *shape) for end, size, shape in cuts]


def _in_one(parts):
    """θ from its matrices."""
    flat = [part.reshape(*part.shape[:-2], -1) for part in parts]
    return namespace(flat[0]).concatenate(flat, -1)


def _are_layers(shapes):
    """True for a list of (fan_in, fan_out), (1, fan_out), and so on, layer by layer."""
    try:
        pairs = [tuple(shape) for shape in shapes]
    except TypeError:
        return False
    layers = zip(pairs[::2], pairs[1::2], strict=False)
    return all(len(pair) == 2 for pair in pairs) and all(b == (1, fan_out) for (_, fan_out), b in layers)


def _fitting(x, **others):
    """The others in x's kind and dtype, once each is known to have as many entries as x."""
    for name, other in others.items():
        if other.shape[-1] != x.shape[-1]:
            raise ArgumentError(f"{name} must have {x.shape[-1]} entries, got shape {tuple(other.shape)}")
    return [like(other, x) for other in others.values()]
