"""Surfaces to descend: each has f, its gradient, its known minima, and a frame that shows them.

f maps (..., d) to (...), grad maps (..., d) to (..., d), on NumPy arrays and torch tensors alike; lists and integers
become floats. Both raise ValueError for an x that has not d coordinates along its last axis, or is not made of numbers.
The gradients are written out by hand; the tests hold them against automatic differentiation.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps

import numpy as np

from gradlab._arguments import ArgumentError, checked
from gradlab._arrays import floating, is_complex, like, namespace, stack, wide
from gradlab._conditions import FINITE, NON_NEGATIVE, POSITIVE
from gradlab.descend import Array, Oracle


def _float64(x):
    return np.asarray(floating(x), float)


FINITE_FLOATS = FINITE._replace(read=_float64)
POSITIVE_FLOATS = POSITIVE._replace(read=_float64)
FLOAT64 = np.dtype(float)


@dataclass(frozen=True, eq=False)  # compared and hashed by identity
class Surface:
    """A function to minimise, with what is known of it.

    minima   shape (k, d): the local minima, the best first; empty when there are none
    frame    ((low, high), ...) for each coordinate: a window worth plotting
    start    shape (d,): a good place to begin
    """

    name: str
    f: Callable[[Array], Array]
    grad: Oracle
    minima: np.ndarray
    frame: tuple
    start: np.ndarray


def _surface(name, f, grad, minima, frame, start):
    start = np.asarray(start, float)
    d, owner = len(start), name.replace("-", " ").replace(" ", "_")
    f, grad = _of_points(f, (d,), f"{owner}.f"), _of_points(grad, (d,), f"{owner}.grad")
    return Surface(name, f, grad, np.asarray(minima, float).reshape(-1, d), frame, start)


def _of_points(function, shape, owner):
    """The function, for any numbers: x becomes an array or a tensor of floats, and must have points of this shape.

    Complex numbers stay what they are, for derivatives by the complex step.
    """
    wanted = f"{shape[0]} coordinates along its last axis" if len(shape) == 1 else f"last axes of shape {shape}"

    @wraps(function)
    def of_points(x):
        if getattr(x, "dtype", None) is not FLOAT64:  # which is the rule
            x = _numbers(x, owner)
        if x.shape[-len(shape) :] != shape:
            raise ValueError(f"{owner}: x must have {wanted}, got shape {tuple(x.shape)}")
        return function(x)

    return of_points


def _numbers(x, owner):
    try:
        return x if is_complex(x) else wide(floating(x))
    except (TypeError, ValueError):
        raise ValueError(f"{owner}: x must be an array of numbers, got {x!r}") from None


@checked(curvatures=FINITE)
def quadratic(*curvatures: float) -> Surface:
    """The bowl with the given second derivatives along the axes.

        f(x) = ½ Σ λᵢ xᵢ²        ∇f(x) = (λ₁ x₁, …, λ_d x_d)

    curvatures   the λᵢ, one after another: `quadratic(1, 10)`

    Its minimum is at 0 when every λ is positive. Raises ValueError for a λ that is not a finite
    number, or when none is given.
    """
    lam = np.asarray(curvatures, float)
    if lam.ndim > 1 or not len(lam):
        raise ArgumentError(f"curvatures must be one number or more, got {curvatures}")
    minima = [np.zeros(len(lam))] if (lam > 0).all() else []
    return _surface(
        "quadratic",
        lambda x: (like(lam, x) * x**2).sum(-1) / 2,
        lambda x: like(lam, x) * x,
        minima,
        ((-2.5, 2.5),) * len(lam),
        [2.0] * len(lam),
    )


def saddle() -> Surface:
    """A minimum along the first axis, a maximum along the second.

        f(x, y) = (x² − y²) / 2        ∇f = (x, −y)

    It has no minimum: f falls for ever along the second axis.
    """

    def f(x):
        x, y = x[..., 0], x[..., 1]
        return (x**2 - y**2) / 2

    def grad(x):
        return stack([x[..., 0], -x[..., 1]])

    return _surface("saddle", f, grad, [], ((-2, 2), (-2, 2)), [1.5, 1e-3])


def rosenbrock() -> Surface:
    """The banana valley: easy to enter, slow to follow.

        f(x, y) = (1 − x)² + 100 (y − x²)²

    Least at (1, 1), where it is 0. Rosenbrock (1960).
    """

    def f(x):
        x, y = x[..., 0], x[..., 1]
        return (1 - x) ** 2 + 100 * (y - x**2) ** 2

    def grad(x):
        x, y = x[..., 0], x[..., 1]
        bend = y - x**2
        return stack([-2 * (1 - x) - 400 * x * bend, 200 * bend])

    return _surface("rosenbrock", f, grad, [[1, 1]], ((-2, 2), (-1, 3)), [-1.5, 2])


def beale() -> Surface:
    """A flat plain with steep corners.

        f(x, y) = Σ_{k=1..3} (c_k − x (1 − yᵏ))²        c = (1.5, 2.25, 2.625)

    Least at (3, ½), where it is 0. Beale (1958).
    """

    def residuals(x, y):
        return 1.5 - x * (1 - y), 2.25 - x * (1 - y * y), 2.625 - x * (1 - y * y * y)

    def f(x):
        a, b, c = residuals(x[..., 0], x[..., 1])
        return a**2 + b**2 + c**2

    def grad(x):
        x, y = x[..., 0], x[..., 1]
        a, b, c = residuals(x, y)
        gx = -2 * ((1 - y) * a + (1 - y * y) * b + (1 - y * y * y) * c)
        gy = 2 * x * (a + 2 * y * b + 3 * y * y * c)
        return stack([gx, gy])

    return _surface("beale", f, grad, [[3, 0.5]], ((-4.5, 4.5), (-4.5, 4.5)), [1, 1.5])


def himmelblau() -> Surface:
    """Four minima, all equally good.

        f(x, y) = (x² + y − 11)² + (x + y² − 7)²

    It is 0 at each minimum, one of which is (3, 2). Himmelblau (1972).
    """

    def f(x):
        x, y = x[..., 0], x[..., 1]
        return (x**2 + y - 11) ** 2 + (x + y**2 - 7) ** 2

    def grad(x):
        x, y = x[..., 0], x[..., 1]
        a, b = x**2 + y - 11, x + y**2 - 7
        return stack([4 * x * a + 2 * b, 2 * a + 4 * y * b])

    minima = [
        [3, 2],
        [-2.805118086952745, 3.131312518250573],
        [-3.779310253377747, -3.283185991286170],
        [3.584428340330492, -1.848126526964404],
    ]
    return _surface("himmelblau", f, grad, minima, ((-5, 5), (-5, 5)), [0, 0])


def six_hump_camel() -> Surface:
    """Six minima at three heights, the best two at f ≈ −1.0316.

        f(x, y) = (4 − 2.1 x² + x⁴/3) x² + x y + (−4 + 4 y²) y²

    Dixon & Szegő (1978).
    """

    def f(x):
        x, y = x[..., 0], x[..., 1]
        return (4 - 2.1 * x**2 + x**4 / 3) * x**2 + x * y + (-4 + 4 * y**2) * y**2

    def grad(x):
        x, y = x[..., 0], x[..., 1]
        return stack([8 * x - 8.4 * x**3 + 2 * x**5 + y, x - 8 * y + 16 * y**3])

    half = [
        [0.08984201310031807, -0.7126564030207396],
        [-1.703606714969981, 0.7960835686726251],
        [1.607104752920198, 0.5686514548841313],
    ]
    minima = [sign * np.array(m) for m in half for sign in (1, -1)]
    return _surface("six-hump camel", f, grad, minima, ((-2.2, 2.2), (-1.3, 1.3)), [1.9, 1.1])


@checked(centres=FINITE_FLOATS, depths=POSITIVE_FLOATS, widths=POSITIVE_FLOATS, floor=NON_NEGATIVE)
def wells(centres: Array, depths: Array, widths: Array, floor: float = 0.1) -> Surface:
    """A wide bowl with a Gaussian well dug at each centre: minima as narrow and deep as wanted.

        f(x) = ½ floor ‖x‖² − Σᵢ depthᵢ exp(−‖x − cᵢ‖² / (2 widthᵢ²))

    centres          shape (k, d)
    depths, widths   shape (k,), positive
    floor            the curvature of the bowl

    The minima lie near the centres, and are found from there by SciPy's trust-region Newton method,
    no step of which leads uphill. Raises ValueError for widths or depths that are not
    positive, or lengths that differ.
    """
    c, a, w = centres, depths, widths
    if c.ndim != 2 or not c.size:
        raise ArgumentError(f"centres must be of shape (k, d), got {c.shape}")
    for name, value in (("depths", a), ("widths", w)):
        if value.shape != (len(c),):
            raise ArgumentError(f"{name} must be of shape {(len(c),)}, one for each of centres, got {value.shape}")

    def pulls(x):
        away = x[..., None, :] - like(c, x)
        weight = like(a, x) * namespace(x).exp(-(away**2).sum(-1) / like(2 * w**2, x))
        return away, weight

    def f(x):
        return floor / 2 * (x**2).sum(-1) - pulls(x)[1].sum(-1)

    def grad(x):
        away, weight = pulls(x)
        return floor * x + (away * (weight / like(w**2, x))[..., None]).sum(-2)

    def hessian(x):
        away, weight = pulls(x)
        spread = np.eye(len(x)) - away[:, :, None] * away[:, None, :] / w[:, None, None] ** 2
        return floor * np.eye(len(x)) + ((weight / w**2)[:, None, None] * spread).sum(0)

    from scipy.optimize import minimize

    minima: list[np.ndarray] = []
    for centre in c:
        m = minimize(f, centre, method="trust-exact", jac=grad, hess=hessian, tol=1e-8).x
        if np.linalg.eigvalsh(hessian(m))[0] <= 0:
            continue  # the centre itself is level: a hilltop or a pass
        m = m - np.linalg.solve(hessian(m), grad(m))  # to all digits
        if not any(np.allclose(m, known, atol=1e-6) for known in minima):
            minima.append(m)  # wells that overlap may have one minimum between them
    minima.sort(key=f)
    reach = np.abs(c).max() + 2 * w.max()
    return _surface("wells", f, grad, minima, ((-reach, reach),) * c.shape[1], c[0] + w[0])


@checked(X=FINITE_FLOATS, y=FINITE_FLOATS)
def least_squares(X: Array, y: Array) -> Surface:
    """The loss surface of linear regression over its weights θ.

        J(θ) = ‖Xθ − y‖² / (2n)        ∇J(θ) = Xᵀ(Xθ − y) / n

    X   shape (n, d): one row an example; append a column of ones for an intercept
    y   shape (n,)

    Its minimum is the least-squares solution. Raises ValueError when the shapes do not fit, or for
    an entry that is not finite.
    """
    if X.ndim != 2 or not X.size:
        raise ArgumentError(f"X must be of shape (n, d), got {X.shape}")
    n = len(X)
    if y.shape != (n,):
        raise ArgumentError(f"y must be of shape {(n,)}, one for each row of X, got {y.shape}")

    def residual(theta):
        return theta @ like(X.T, theta) - like(y, theta)

    best = np.linalg.lstsq(X, y, rcond=None)[0]
    reach = 1.5 * np.abs(best) + 1
    return _surface(
        "least squares",
        lambda theta: (residual(theta) ** 2).sum(-1) / (2 * n),
        lambda theta: residual(theta) @ like(X, theta) / n,
        [best],
        tuple((b - r, b + r) for b, r in zip(best, reach, strict=True)),
        np.zeros_like(best),
    )


def correlated_inputs() -> Surface:
    """Linear regression of two outputs on two inputs that nearly agree, over the matrix W of its weights.

        J(W) = ½ tr((W − B) C (W − B)ᵀ)        ∇J(W) = (W − B) C

    B is the best W, and C = [[101, 99], [99, 101]] the covariance of the inputs: its eigenvalues are 200 where they
    agree and 2 where they differ. So J is steep in two of the four directions of W and flat in two, and no entry of W
    lies along any of them: a rate for each entry does not help. `rules.muon` steps equally far in the steep
    directions and in the flat ones.

    Unlike the other surfaces, this one has matrices for points: f maps (..., 2, 2) to (...), and grad keeps the shape.
    `start` has shape (2, 2), `minima` (1, 2, 2), and `frame` has a window for each column of W.
    """
    best, covariance = [[1.0, -1.0], [-0.5, 1.0]], [[101.0, 99.0], [99.0, 101.0]]

    def f(w):
        return ((w - like(best, w)) * grad(w)).sum((-2, -1)) / 2

    def grad(w):
        # The product of matrices, but with sums in the order that stands here: @ leaves it to the machine.
        return ((w - like(best, w))[..., None] * like(covariance, w)).sum(-2)

    start = np.array([[-1.5, -1.0], [1.5, 2.0]])
    owner = "correlated_inputs"
    f, grad = _of_points(f, (2, 2), f"{owner}.f"), _of_points(grad, (2, 2), f"{owner}.grad")
    return Surface("correlated inputs", f, grad, np.array([best]), ((-2.5, 2.5), (-2.5, 2.5)), start)
