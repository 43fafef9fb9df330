"""Answers to chapter 4's project as students write them."""

import numpy as np

from gradlab.checks.tasks.swings import best_pair, worst_factor


def by_np_roots(curvatures, *, lr, beta):
    return max(np.abs(np.roots([1, -(1 + beta - lr * lam), beta])).max() for lam in curvatures)


def by_regions(curvatures, *, lr, beta):
    worst = 0
    for lam in curvatures:
        b = 1 + beta - lr * lam
        d = b * b - 4 * beta
        worst = max(worst, beta**0.5 if d < 0 else (abs(b) + d**0.5) / 2)
    return worst


def of_a_matrix(curvatures, *, lr, beta):
    found = [
        np.abs(np.linalg.eigvals([[1 + beta - lr * lam, -beta], [1, 0]])).max() if beta else abs(1 - lr * lam)
        for lam in curvatures
    ]
    return np.float32(max(found))


def two_complex_arrays(curvatures, *, lr, beta):
    b = (1 + beta - lr * curvatures).astype(complex)
    z1, z2 = (b + np.sqrt(b**2 - 4 * beta)) / 2, (b - np.sqrt(b**2 - 4 * beta)) / 2
    return max(abs(z1).max(), abs(z2).max())


def with_nan(curvatures, *, lr, beta):
    b = 1 + beta - lr * curvatures
    root = np.sqrt(b**2 - 4 * beta)
    return np.maximum(abs(b + root), abs(b - root)).max() / 2


def with_nan_and_no_size(curvatures, *, lr, beta):
    b = 1 + beta - lr * curvatures
    root = np.sqrt(b**2 - 4 * beta)
    return np.max([b + root, b - root]) / 2


def not_a_number(curvatures, *, lr, beta):
    b = 1 + beta - lr * curvatures
    root = np.nan_to_num(np.sqrt(b**2 - 4 * beta))
    return np.maximum(abs(b + root), abs(b - root)).max() / 2


def plus_alone(curvatures, *, lr, beta):
    b = 1 + beta - lr * curvatures
    return abs(b + np.emath.sqrt(b**2 - 4 * beta)).max() / 2


def swinging(curvatures, *, lr, beta):
    return np.sqrt(beta)


def a_list(curvatures, *, lr, beta):
    return [by_np_roots([lam], lr=lr, beta=beta) for lam in curvatures]


def plus_beta(curvatures, *, lr, beta):
    return by_np_roots(curvatures, lr=lr, beta=beta) + beta


def by_kappa(curvatures):
    kappa = max(curvatures) / min(curvatures)
    beta = ((np.sqrt(kappa) - 1) / (np.sqrt(kappa) + 1)) ** 2
    return [(1 + np.sqrt(beta)) ** 2 / max(curvatures), beta]


def as_an_array(curvatures):
    r = np.sqrt(curvatures)
    return np.array([4 / (r.min() + r.max()) ** 2, (1 - 2 * r.min() / (r.min() + r.max())) ** 2], np.float32)


def factor_for_beta(curvatures):
    lr, beta = by_kappa(curvatures)
    return lr, beta**0.5


def swapped(curvatures):
    return by_kappa(curvatures)[::-1]


def without_a_root(curvatures):
    kappa = curvatures.max() / curvatures.min()
    return by_kappa(curvatures)[0], ((kappa - 1) / (kappa + 1)) ** 2


def in_order(curvatures):
    low, high = np.sqrt(curvatures[0]), np.sqrt(curvatures[-1])
    return (2 / (low + high)) ** 2, ((high - low) / (high + low)) ** 2


def textbook(curvatures):
    root = np.sqrt(curvatures.max() / curvatures.min())
    return 1 / curvatures.max(), (root - 1) / (root + 1)


def three(curvatures):
    lr, beta = by_kappa(curvatures)
    return lr, beta, beta**0.5


def careful(curvatures):
    lr, beta = by_kappa(curvatures)
    return 0.9 * lr, beta


ANSWERS = [
    *((worst_factor, right, "") for right in (by_np_roots, by_regions, of_a_matrix, two_complex_arrays)),
    (worst_factor, with_nan, "root of a negative number"),
    (worst_factor, with_nan_and_no_size, "root of a negative number"),
    (worst_factor, not_a_number, "the real part alone"),
    (worst_factor, plus_alone, "one root for the larger"),
    (worst_factor, swinging, "√β everywhere"),
    (worst_factor, lambda curvatures, *, lr, beta: beta, "β for the factor"),
    (worst_factor, lambda curvatures, *, lr, beta: abs(1 - lr * curvatures).max(), "factor of gradient descent"),
    (worst_factor, a_list, None),
    (worst_factor, plus_beta, None),
    (best_pair, by_kappa, ""),
    (best_pair, as_an_array, ""),
    (best_pair, factor_for_beta, "square forgotten"),
    (best_pair, swapped, "rate and β exchanged"),
    (best_pair, without_a_root, "κ for √κ"),
    (best_pair, in_order, "order of the curvatures taken for granted"),
    (best_pair, textbook, "Nesterov's pair"),
    (best_pair, three, None),
    (best_pair, careful, None),
]
