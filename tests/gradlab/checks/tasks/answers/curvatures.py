"""Answers to chapter 6's exercises on curvature as students write them."""

import numpy as np

from gradlab.checks.tasks.curvatures import hessian_product, other_end, power_iteration


def along_a_unit_vector(grad, x, v, *, eps):
    length = np.sqrt(sum(entry**2 for entry in v))
    e = v / length
    return length * (grad(x + eps * e) - grad(x - eps * e)) / (2 * eps)


def two_halves(grad, x, v, *, eps):
    step = eps * v / np.linalg.norm(v)
    slope = (grad(x + step) - grad(x)) + (grad(x) - grad(x - step))
    return list(slope / 2 / eps * np.linalg.norm(v))


def length_lost(grad, x, v, *, eps):
    e = v / np.linalg.norm(v)
    return (grad(x + eps * e) - grad(x - eps * e)) / (2 * eps)


def textbook(grad, x, v, *, eps):
    return (grad(x + eps * v) - grad(x - eps * v)) / (2 * eps)


def textbook_forward(grad, x, v, *, eps):
    return (grad(x + eps * v) - grad(x)) / eps


def normalised_forward(grad, x, v, *, eps):
    h = eps / np.linalg.norm(v)
    return (grad(x + h * v) - grad(x)) / h


def twice(grad, x, v, *, eps):
    h = eps / np.linalg.norm(v)
    return (grad(x + h * v) - grad(x - h * v)) / h


def whole_hessian(grad, x, v, *, eps):
    columns = [(grad(x + eps * axis) - grad(x - eps * axis)) / (2 * eps) for axis in np.eye(len(x))]
    return np.array(columns).T @ v


def in_place(grad, x, v, *, eps):
    h = eps / np.linalg.norm(v)
    x += h * v
    up = grad(x)
    x -= 2 * h * v
    return (up - grad(x)) / (2 * h)


def as_told(product, v, *, steps):
    for _ in range(steps):
        Hv = product(v)
        v = Hv / np.sqrt(Hv @ Hv)
    return [np.dot(v, product(v)), v]


def normalised_first(product, v, *, steps):
    v = v / np.linalg.norm(v)
    Hv = product(v)
    while steps:
        v, steps = Hv / np.linalg.norm(Hv), steps - 1
        Hv = product(v)
    return (v * Hv).sum() / (v * v).sum(), v


def with_the_matrix(product, v, *, steps):
    H = np.array([product(axis) for axis in np.eye(len(v))])
    for _ in range(steps):
        v = H @ v
        v = v / np.linalg.norm(v)
    return v @ H @ v, v


def power_of_the_matrix(product, v, *, steps):
    H = np.array([product(axis) for axis in np.eye(len(v))])
    with np.errstate(all="ignore"):
        v = np.linalg.matrix_power(H, steps) @ v
        v = v / np.linalg.norm(v)
    return v @ H @ v, v


def lengths(product, v, *, steps):
    value = 0
    for _ in range(steps):
        v = product(v)
        value = np.linalg.norm(v)
        v = v / value
    return value, v


def chapters_loop(product, v, *, steps):
    value = 0
    for _ in range(steps):
        v = v / np.linalg.norm(v)
        Hv = product(v)
        value = v @ Hv
        v = Hv
    return value, v / np.linalg.norm(v)


def impatient(product, v, *, steps):
    old = np.inf
    for _ in range(steps):
        v = product(v)
        v = v / np.linalg.norm(v)
        new = v @ product(v)
        if abs(new - old) < 1e-4:
            break
        old = new
    return new, v


def by_eigh(product, v, *, steps):
    lam, Q = np.linalg.eigh(np.array([product(axis) for axis in np.eye(len(v))]))
    return lam[-1], Q[:, -1]


def raw(product, v, *, steps):
    for _ in range(steps):
        v = product(v)
    return v @ product(v) / (v @ v), v


def value_alone(product, v, *, steps):
    return as_told(product, v, steps=steps)[0]


def from_another_start(product, v, *, steps):
    first, _ = as_told(product, v, steps=steps)
    gap, _ = as_told(lambda u: first * u - product(u), np.arange(1, len(v) + 1) ** 0.5, steps=steps)
    return first - gap


def from_the_spectrum(product, v, *, steps):
    lam = np.linalg.eigvalsh(product(np.eye(len(v))))
    return lam[0] if abs(lam[-1]) > abs(lam[0]) else lam[-1]


def through_the_vector(product, v, *, steps):
    first, _ = as_told(product, v, steps=steps)
    _, u = as_told(lambda u: product(u) - first * u, v, steps=steps)
    return u @ product(u)


def not_added_back(product, v, *, steps):
    first, _ = as_told(product, v, steps=steps)
    return as_told(lambda u: product(u) - first * u, v, steps=steps)[0]


def by_lengths(product, v, *, steps):
    first, _ = lengths(product, v, steps=steps)
    return lengths(lambda u: product(u) - first * u, v, steps=steps)[0] + first


def deflated(product, v, *, steps):
    first, w = as_told(product, v, steps=steps)
    return as_told(lambda u: product(u) - first * (w @ u) * w, v, steps=steps)[0]


def lowest(product, v, *, steps):
    return np.linalg.eigvalsh(product(np.eye(len(v)))).min()


ANSWERS = [
    (hessian_product, along_a_unit_vector, ""),
    (hessian_product, two_halves, ""),
    (hessian_product, length_lost, "the length of v lost"),
    (hessian_product, textbook, "eps not divided by the length of v"),
    (hessian_product, textbook_forward, "forward for central"),
    (hessian_product, normalised_forward, "forward for central"),
    (hessian_product, twice, "the 2 missing"),
    (hessian_product, whole_hessian, "every axis for v"),
    (hessian_product, in_place, "input modified in place"),
    (hessian_product, lambda grad, x, v, *, eps: grad(x) * v, "the gradient times v"),
    (hessian_product, lambda grad, x, v, *, eps: grad(v), None),
    (hessian_product, lambda grad, x, v, *, eps: np.outer(v, grad(x)), None),
    (power_iteration, as_told, ""),
    (power_iteration, normalised_first, ""),
    (power_iteration, with_the_matrix, ""),
    (power_iteration, power_of_the_matrix, "shortened only at the end"),
    (power_iteration, lengths, "the length for the eigenvalue"),
    (power_iteration, chapters_loop, "one step behind"),
    (power_iteration, impatient, "stopped before it has converged"),
    (power_iteration, by_eigh, "largest in value for largest in magnitude"),
    (power_iteration, raw, "never shortened"),
    (power_iteration, value_alone, None),
    (power_iteration, lambda product, v, *, steps: (v @ product(v), v), None),
    (other_end, from_another_start, ""),
    (other_end, from_the_spectrum, ""),
    (other_end, through_the_vector, ""),
    (other_end, not_added_back, "shift not added back"),
    (other_end, by_lengths, "the length for the eigenvalue"),
    (other_end, deflated, "the second largest for the other end"),
    (other_end, lowest, "always the lowest"),
    (other_end, lambda product, v, *, steps: product(v)[0], None),
    (other_end, as_told, None),
]
