"""Derivatives by differences: what a gradient must be, found without deriving it.

    n = numerical_grad(surface.f, x)
    relative_error(surface.grad(x), n)

A difference of losses has two errors. The error of the formula grows with the step h, the error of rounding grows as
h shrinks; in a plot with logarithmic axes their sum is a V.
"""

from collections.abc import Callable, Iterator
from functools import partial

import numpy as np

from gradlab._arguments import ArgumentError, checked, values_of
from gradlab._arrays import apart, fitted, like, maximum, namespace, norm, or_one, stack, to_numpy
from gradlab._conditions import NUMBERS, POINT, POSITIVE, SAME_FUNCTION, VECTOR, one_of
from gradlab.descend import Array, Hyper

#: x -> value, from shape (..., d) to (...)
Function = Callable[[Array], Array]


def _imaginary(f, x, step):
    value = f(x + 1j * step)
    if "complex" not in str(getattr(value, "dtype", type(value))):
        raise ArgumentError(f"f must return complex numbers for complex x, got {value!r}")
    return value.imag


#: method -> (h times the derivative along a step of length h; the power of u that is its best h)
DIFFERENCES = {
    "forward": (lambda f, x, step: f(x + step) - f(x), 1 / 2),
    "central": (lambda f, x, step: (f(x + step) - f(x - step)) / 2, 1 / 3),
    "complex": (_imaginary, None),
}


@checked(f=SAME_FUNCTION, x=POINT, method=one_of(*DIFFERENCES), eps=POSITIVE)
def numerical_grad(f: Function, x: Array, method: str = "central", *, eps: Hyper = None) -> Array:
    """The gradient of f by differences, coordinate by coordinate.

        forward    (f(x + h eᵢ) − f(x)) / h
        central    (f(x + h eᵢ) − f(x − h eᵢ)) / 2h
        complex    Im f(x + i h eᵢ) / h

    f        maps (..., d) to (...)
    x        shape (..., d): a point, or a grid of them
    method   "central", "forward" or "complex"
    eps      h = eps · max(1, |xᵢ|); a number, or an array that broadcasts with x, such as (K, 1). None
             for the best of its order, u being the spacing of x's floats at 1: √u for forward, ∛u for
             central, 1e-20 for complex

    eᵢ is 1 at coordinate i and else 0. Two errors meet: that of the formula grows with h, as h forward and
    as h² central; that of rounding grows as u/h. Their sum is a V in a plot with logarithmic axes, with its
    least at √u or ∛u. The complex step subtracts nothing, so its h can be as small as one likes; f must be
    analytic, and written for complex numbers.

    Central: Nocedal & Wright (2006), section 8.1. Complex: Squire & Trapp (1998); Martins, Sturdza &
    Alonso (2003). Second source: `torch.autograd.gradcheck`. Raises ValueError for a wrong argument, naming it.
    """
    difference, order = DIFFERENCES[method]
    f = apart(f)
    h = steps_for(x, eps, order)
    columns = []
    for step, length in along_axes(h):
        rise = difference(f, x, step)
        if np.shape(rise) != length.shape:
            raise ArgumentError(f"f must return shape {tuple(length.shape)}, got {np.shape(rise)}")
        columns.append(rise / length)
    return stack(columns)


@checked(f=SAME_FUNCTION, x=POINT, u=POINT, eps=POSITIVE)
def directional_derivative(f: Function, x: Array, u: Array, *, eps: Hyper = None) -> Array:
    """How fast f grows along u: what gᵀu must be, g being the gradient.

        (f(x + h u) − f(x − h u)) / 2h

    f      maps (..., d) to (...)
    x, u   shape (..., d): a point and a direction, or grids of them
    eps    h = eps · max(1, ‖x‖) / ‖u‖; None for the cube root of the spacing of x's floats at 1

    Two losses test all d coordinates at once: with many weights, a few random directions find
    nearly any bug, though not its place. Raises ValueError for a wrong argument, naming it.
    """
    if x.shape[-1] != u.shape[-1]:
        raise ArgumentError(f"u must have {x.shape[-1]} entries, got shape {tuple(u.shape)}")
    u = like(u, x)
    h = steps_for(norm(x), eps, 1 / 3) / or_one(norm(u))
    central, _ = DIFFERENCES["central"]
    return central(partial(values_of, apart(f)), x, h * u) / h.squeeze(-1)


@checked(before=NUMBERS, after=NUMBERS, lr=POSITIVE)
def weight_difference(before: Array, after: Array, lr: Hyper) -> Array:
    """The gradient that a step of plain gradient descent must have used.

        g = (before − after) / lr

    before, after   the weights, arrays or tensors of one shape
    lr              the learning rate of that step, above 0

    It checks a training loop as it is, from outside. It holds for x ← x − lr · g and for nothing else:
    after a step of momentum it gives the velocity, after Adam's first step something near the signs of g.
    Raises ValueError for a wrong argument, naming it.
    """
    if before.shape != after.shape:
        wanted, got = (tuple(it.shape) for it in (before, after))
        say = f"after must be of shape {wanted}, as before is, got {got}"
        raise ArgumentError(say)
    lr = fitted(lr, before)
    return (before - after) / lr


@checked(a=NUMBERS, b=NUMBERS)
def relative_error(a: Array, b: Array) -> Array:
    """How far apart two numbers are, as a share of the larger of them; between 0 and 2.

        |a − b| / max(|a|, |b|)        0 where both are 0

    a, b   numbers, arrays or tensors that broadcast

    It is taken entry by entry, and with absolute values: without them, a and −a would pass. Where a gradient in
    float64 is compared with central differences, a right one reaches 1e-7, and 1e-2 means that it is wrong; in
    between, look for kinks. Raises ValueError for what is no number.
    """
    return abs(a - b) / or_one(maximum(abs(a), abs(b)))


@checked(f=SAME_FUNCTION, x=POINT, eps=POSITIVE)
def kinks(f: Function, x: Array, *, eps: Hyper = None) -> Array:
    """Where a kink lies so near that a central difference would straddle it: True or False for each coordinate.

        D(h) = |(f(x + h eᵢ) − f(x)) / h − (f(x) − f(x − h eᵢ)) / h|
        a kink, if D(h) > ⅕ · D(10 h), and D(h) is more than rounding

    f     maps (..., d) to (...)
    x     shape (..., d)
    eps   of the difference, as in `numerical_grad`

    The slopes to the right and to the left differ by h · f″ where f is smooth: ten times less when h is ten times
    smaller. At a kink their difference stays as it is. Rounding may leave 20 u · |f(x)| / h of D(h), and √u of
    |f(x + h eᵢ) − f(x − h eᵢ)| / h, u being the spacing of x's floats at 1: a kink that is no sharper is not seen.
    Raises ValueError for a wrong argument, naming it.
    """
    f = partial(values_of, apart(f))
    h, here = steps_for(x, eps, 1 / 3), f(x)
    found = [_is_kink(f, x, here, step) for step, _ in along_axes(h)]
    return namespace(x).stack(found, -1)


def _is_kink(f, x, here, step):
    right, left = f(x + step), f(x - step)
    near, far = abs(right - 2 * here + left), abs(f(x + 10 * step) - 2 * here + f(x - 10 * step)) / 10
    # Below some roundings of f, or of the sums in it that cancel, D says nothing.
    u = roundoff(x)
    return (near > far / 5) & (near > 20 * u * abs(here)) & (near > u**0.5 * abs(right - left))


@checked(f=SAME_FUNCTION, x=VECTOR)
def noise_level(f: Function, x: Array, *, seed: int = 0) -> float:
    """How far single values of f near x are off, by rounding or by whatever else changes from place to place.

        σ² = Σ (f(x + s tᵢ p) − parabola(tᵢ))² / 6        9 places tᵢ in [0, 1], and the parabola nearest to the values

    f      maps (d,) to a number
    x      shape (d,)
    seed   of the places and of the directions p, whose entries are about as large as those of x, but at least ½

    s is 128 u, u being the spacing of x's floats at 1. So near x a smooth f is a parabola, and what is left is noise.
    It is not only that of u: an f that computes in float32, sums up millions of numbers, or ends an iteration early,
    has more of it. Where most values are equal, s is made 16 times larger, up to 1e-3. Of four directions, two and
    their opposites, the second least σ counts, lest a kink be taken for noise. σ is 0 where f does not change, nan
    where it is not finite. The best step for a central difference is some (3 σ / |f′′′|)^(1/3).

    Moré & Wild (2011), who take a table of differences at equal distances; rounded values may lie on a line there.
    Raises ValueError for a wrong argument, naming it.
    """
    f, rng, s = apart(f), np.random.default_rng(seed), 128 * roundoff(x)
    while s < 1e-3:
        t = np.append(0, np.sort(rng.uniform(size=8)))
        p = np.maximum(abs(to_numpy(x)), 1) * rng.uniform(0.5, 1, (2, *x.shape)) * rng.choice([-1, 1], (2, *x.shape))
        with np.errstate(all="ignore"):  # what is inf or nan is told below
            rise = np.array([[float(f(x + like(s * step * along, x))) for step in t] for along in (*p, *-p)]) - float(
                f(x)
            )
        if not np.isfinite(rise).all():
            return np.nan
        if (np.diff(rise) == 0).mean() < 0.5:
            parabola = np.vander(t, 3)
            residuals = rise.T - parabola @ np.linalg.lstsq(parabola, rise.T, rcond=None)[0]
            return float(np.sort((residuals**2).sum(0) / 6)[1] ** 0.5)
        s = 16 * s
    return 0.0


# --- what they share ---------------------------------------------------------------------------------------------


def roundoff(x: Array) -> float:
    """u, the spacing of x's floats at 1."""
    return float(namespace(x).finfo(x.dtype).eps)


def steps_for(x: Array, eps: Hyper, order: float | None) -> Array:
    """h for each coordinate: eps, or u to the power `order`, times max(1, |x|); 1e-20 at `order` None."""
    if eps is None:
        eps = 1e-20 if order is None else roundoff(x) ** order
    return like(fitted(eps, x) * maximum(abs(x), 1), x)


def along_axes(h: Array) -> Iterator[tuple[Array, Array]]:
    """Yield, for each coordinate, a step of length h along its axis, and h."""
    for i in range(h.shape[-1]):
        step = namespace(h).zeros_like(h)
        step[..., i] = h[..., i]
        yield step, h[..., i]
