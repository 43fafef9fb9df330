"""Gradient checking: is a gradient that was derived by hand the gradient of the loss?

    report = check_gradient(problem.f, problem.grad, theta, shapes=net.shapes)
    print(report)

Each entry is compared with a number that needs no derivation, a difference of losses. That difference has an error of
its own, also because f itself is rounded. `check_gradient` estimates this error, and reports an entry only when it is
off by more; at a kink any value between the slopes to either side is right.
"""

from dataclasses import dataclass
from functools import partial
from math import prod
from typing import Any

import numpy as np

from gradlab._arguments import ArgumentError, checked
from gradlab._arrays import apart, is_complex, to_numpy
from gradlab._conditions import POSITIVE, SAME_FUNCTION, VECTOR
from gradlab.descend import Array, Hyper, Oracle
from gradlab.differences import Function, along_axes, noise_level, relative_error, roundoff, steps_for

SHOWN = 5  # wrong entries in a printed report
CALLS = 8  # of f at x: two equal values may be chance
COARSE = 1000  # roundings: f is called less exact than x if it is off by more
COARSEST = 1e-3  # the u of float16: for an f still less exact, differences would be taken too far away


@dataclass(frozen=True)
class Entry:
    """One entry of the gradient: its tensor, its index there, and what was found."""

    tensor: str
    index: tuple
    yours: float
    numerical: float
    relative_error: float

    def __str__(self):
        """In one line, with the ratio, which often is the key to the mistake."""
        place = f"{self.tensor}[{', '.join(map(str, self.index))}]"
        ratio = f", ratio {self.yours / self.numerical:.4g}" if self.numerical else ""
        numbers = f"yours {self.yours:.6g}, numerical {self.numerical:.6g}"
        return f"{place}: {numbers}, relative error {self.relative_error:.2g}{ratio}"


@dataclass(frozen=True)
class Report:
    """What `check_gradient` found; print it to read it.

    ok          True if no entry is wrong
    wrong       every wrong entry, the worst first
    findings    sentences about them all: which tensors, and any pattern
    kinks       the entries near a kink: right as far as one can tell, being between the slopes there
    numerical   the gradient by central differences, shape (d,)
    error       an estimate of its own error, shape (d,)
    noise       how far single values of f are off, as found by `noise_level`
    """

    ok: bool
    wrong: list
    findings: list
    kinks: list
    numerical: np.ndarray
    error: np.ndarray
    noise: float = 0.0

    def __str__(self):
        """The findings, then the worst entries."""
        lines = [*self.findings, *(f"  {entry}" for entry in self.wrong[:SHOWN])]
        if len(self.wrong) > SHOWN:
            lines.append(f"  and {len(self.wrong) - SHOWN} more")
        return "\n".join(lines)


@checked(f=SAME_FUNCTION, grad=SAME_FUNCTION, x=VECTOR, tolerance=POSITIVE, eps=POSITIVE)
def check_gradient(
    f: Function, grad: Oracle, x: Array, *, shapes: Any = None, tolerance: float | None = None, eps: Hyper = None
) -> Report:
    """Compare a gradient with central differences, entry by entry, and say what is wrong with it.

        wrong if |gᵢ − nᵢ| > tolerance · max(|gᵢ|, |nᵢ|) + 10 · errorᵢ + |D − D′ / 2|

    f, grad     map (d,) to a number and to (d,)
    x           shape (d,), an array or a tensor
    shapes      of the tensors that make up x, in its order: a dict name → shape; or a list such as
                `MLP.shapes`, whose tensors are then called W1, b1, W2, …; None for one tensor, x
    tolerance   None for ∛u: 6e-6 for float64, 5e-3 for float32
    eps         of the difference, as in `numerical_grad`

    n is the central difference with h, n′ that with 2 h, and σ the `noise_level` of f. The two parts of
    error = |n − n′| / 3 + max(u · |f|, σ) / h say how far n is off through the step, and through rounding. So an entry
    of 1e-12 among others of 1 is not wrong for want of digits. Where f is much less exact than x, as one that computes
    in float32 inside, σ / |f| takes the place of u, and a finding says so.

    D is the slope to the right less the slope to the left, over h, and D′ over 2 h. Where f is smooth D′ = 2 D, up to
    h³; at a kink D′ = D, and n ± D / 2 are the slopes.

    Use few examples, and float64: in float32 h is 5e-3, a step over many kinks of a ReLU network, and
    kinks to either side that bend in opposite ways look smooth. Where f is not finite up to 2 h away,
    nothing can be told, and the entry counts as wrong.

    Returns a `Report`. Raises ValueError for a wrong argument, naming it, and when f or grad gives two values at one
    point: minibatches, noise and units that drop out at random must be held still.
    """
    tensors = _tensors(shapes, len(x))
    f, grad, u = apart(f), apart(grad), roundoff(x)
    here, yours = to_numpy(f(x)), to_numpy(grad(x))
    for name, value in (("f", here), ("grad", yours)):
        if is_complex(value):
            raise ArgumentError(f"{name} must return real numbers, got {value!r}")
    if here.shape:
        raise ArgumentError(f"f must return a number, got shape {here.shape}")
    if yours.shape != x.shape:
        raise ArgumentError(f"grad must return the shape of x, {tuple(x.shape)}, got {yours.shape}")
    here, yours = float(here), yours.astype(float)
    with np.errstate(all="ignore"):  # what is inf or nan is wrong, and that is all
        for _ in range(CALLS - 2):
            _require_one_value("f", here, float(f(x)), 100 * u)
        _require_one_value("grad", yours, to_numpy(grad(x)).astype(float), u**0.5)
        h, noise = steps_for(x, eps, 1 / 3), np.nan_to_num(noise_level(f, x))
        around = _around(f, x, h)
        coarse = np.divide(noise, max(abs(here), abs(around).max()))
        is_coarse = COARSE * u < coarse < np.inf
        if is_coarse:
            u = min(coarse, COARSEST)
            if eps is None:
                h = steps_for(x, u ** (1 / 3), None)
                around = _around(f, x, h)
            elif 10 * noise > abs(around - here).max():
                raise ArgumentError(f"eps must be larger for an f that is exact to {noise:.0e} only, got {eps!r}")
        _require_one_value("f", here, float(f(x)), 100 * u)
        tolerance = u ** (1 / 3) if tolerance is None else tolerance
        report = _judged(tensors, yours, here, around, to_numpy(h), u, noise, tolerance)
    if is_coarse:
        report.findings.append(
            f"f is exact to {noise:.0e} only, x to far more digits: an error of {tolerance:.0e} of an entry passes."
        )
    if (around == here).all():
        report.findings.append("f is the same at all places tried. If it is rounded to few digits, take a larger eps.")
    return report


def _require_one_value(name, one, other, tolerance):
    """Raise ArgumentError if a function has returned two values at x that differ by more than this share of them."""
    differ = ~np.isclose(one, other, rtol=0, atol=tolerance * np.abs(one).max(), equal_nan=True)
    if differ.any():
        first, second = (np.asarray(value)[differ].flat[0] for value in (one, other))
        raise ArgumentError(f"{name} must give one value at one point, and not both {first:.10g} and {second:.10g}")


def _around(f, x, h):
    """The losses h and 2 h to the right and to the left of x along each axis, shape (d, 4)."""
    return np.array([[float(f(x + k * step)) for k in (1, -1, 2, -2)] for step, _ in along_axes(h)])


def _judged(tensors, yours, here, around, h, u, noise, tolerance):
    """The report, from the losses h and 2 h to the right and to the left of x, shape (d, 4)."""
    right, left, right_2, left_2 = around.T
    n, n_2 = (right - left) / (2 * h), (right_2 - left_2) / (4 * h)
    bend, bend_2 = (right - 2 * here + left) / h, (right_2 - 2 * here + left_2) / (2 * h)
    error = abs(n - n_2) / 3 + np.maximum(u * abs(around).max(1), noise) / h
    distance = abs(yours - n)
    allowed = tolerance * np.maximum(abs(yours), abs(n)) + 10 * error
    limit = allowed + abs(bend - bend_2 / 2)
    off = ~(distance <= limit) | np.isinf(limit)  # a nan is off too
    at_kink = ~off & (distance > allowed)
    relative = relative_error(yours, n)
    worst_first = np.argsort(-np.nan_to_num(relative, nan=np.inf), kind="stable")

    def entries(chosen):
        places = [place for place in worst_first if chosen[place]]
        return [Entry(*_place(tensors, i), *(float(a[i]) for a in (yours, n, relative))) for i in places]

    wrong, unsure = entries(off), entries(at_kink)
    return Report(not wrong, wrong, _findings(tensors, yours, n, off, unsure), unsure, n, error, noise)


def _findings(tensors, yours, n, off, unsure):
    """The sentences of a report: one for all, one for each tensor with wrong entries, one about kinks."""
    if off.any():
        lines = [f"The gradient is wrong in {off.sum()} of {off.size} entries."]
    else:
        lines = [f"The gradient agrees with central differences in all {off.size - len(unsure)} entries."]
    for name, shape, mine in tensors:
        if off[mine].any():
            pattern = _pattern(yours[mine].reshape(shape), n[mine].reshape(shape), off[mine].reshape(shape))
            lines.append(f"{name}: {off[mine].sum()} of {prod(shape)} entries are wrong{pattern}.")
    if unsure:
        places = ", ".join(str(entry).split(":")[0] for entry in unsure)
        lines.append(f"Near a kink, where any value between the slopes to either side passes: {places}.")
    return lines


def _pattern(yours, n, off):
    """What the wrong entries of one tensor have in common, if it is worth saying."""
    y, right = yours[off], n[off]
    if np.isnan(y).all():
        return ", all nan"
    if not y.any():
        return ", all 0: as if they were never computed"
    if y.size < 2:  # no pattern
        return ""
    alike = partial(np.allclose, rtol=1e-3, atol=0)
    ratio = np.median(y / right)
    if alike(y - right, (ratio - 1) * right):  # the errors, lest two small ones be called 1 times what is right
        return ", all of the wrong sign" if alike(ratio, -1) else f", all {ratio:.4g} times the right value"
    if alike(yours.reshape(n.T.shape).T, n) and not alike(yours, n):
        return ": the matrix is transposed"
    return ""


def _tensors(shapes, d):
    """Triples (name, shape, slice of x), after checking that they make up x."""
    if shapes is None:
        named = {"x": (d,)}
    elif isinstance(shapes, dict):
        named = shapes
    elif isinstance(shapes, (list, tuple)):
        named = {f"{'b' if i % 2 else 'W'}{i // 2 + 1}": shape for i, shape in enumerate(shapes)}
    else:
        named = {}
    tuples = all(isinstance(shape, tuple) for shape in named.values())
    if not (named and tuples) or sum(map(prod, named.values())) != d:
        raise ArgumentError(f"shapes must be tuples that make up the {d} entries of x, got {shapes!r}")
    tensors, end = [], 0
    for name, shape in named.items():
        end += prod(shape)
        tensors.append((name, shape, slice(end - prod(shape), end)))
    return tensors


def _place(tensors, i):
    """The tensor that entry i of x belongs to, and its index there."""
    for name, shape, mine in tensors:
        if i < mine.stop:
            return name, tuple(int(k) for k in np.unravel_index(i - mine.start, shape))
