"""Functions of gradient checks as students write them."""

import numpy as np

from gradlab.differences import numerical_grad, relative_error, weight_difference


def in_place_and_back(f, x, *, eps):
    gradient = np.zeros_like(x)
    for i in range(x.size):
        old = x[i]
        x[i] = old + eps
        up = f(x)
        x[i] = old - eps
        gradient[i] = (up - f(x)) / (2 * eps)
        x[i] = old
    return gradient


def up_and_down_again(f, x, eps):
    gradient = []
    for i in range(len(x)):
        x[i] += eps
        up = f(x)
        x[i] -= 2 * eps
        down = f(x)
        x[i] += eps
        gradient.append((up - down) / 2 / eps)
    return gradient


def by_rows_of_the_identity(f, x, eps):
    return np.array([(f(x + eps * e) - f(x - eps * e)) / (2 * eps) for e in np.eye(len(x))])


def with_a_tiny_number(a, b):
    return np.abs(a - b) / np.maximum(1e-12, np.maximum(np.abs(a), np.abs(b)))


def with_a_condition(a, b):
    largest = np.maximum(np.abs(a), np.abs(b))
    return np.divide(np.abs(a - b), largest, out=np.zeros_like(largest), where=largest > 0)


def forward(f, x, eps):
    return np.array([(f(x + eps * e) - f(x)) / eps for e in np.eye(len(x))])


def twice_too_large(f, x, eps):
    return np.array([(f(x + eps * e) - f(x - eps * e)) / eps for e in np.eye(len(x))])


def brackets_missing(f, x, eps):
    return np.array([(f(x + eps * e) - f(x - eps * e)) / 2 * eps for e in np.eye(len(x))])


def all_at_once(f, x, eps):
    return (f(x + eps) - f(x - eps)) / (2 * eps)


def two_copies(f, x, eps):
    up, down, gradient = x.copy(), x.copy(), np.zeros_like(x)
    for i in range(len(x)):
        up[i] += eps
        down[i] -= eps
        gradient[i] = (f(up) - f(down)) / (2 * eps)
    return gradient


def never_put_back(f, x, eps):
    gradient = np.zeros_like(x)
    for i in range(len(x)):
        x[i] += eps
        up = f(x)
        x[i] -= 2 * eps
        gradient[i] = (up - f(x)) / (2 * eps)
    return gradient


def returns_in_the_loop(f, x, eps):
    for e in np.eye(len(x)):
        return (f(x + eps * e) - f(x - eps * e)) / (2 * eps)


def last_put_back_only(f, x, eps):
    """Right numbers, but the caller's x has moved."""
    gradient = by_rows_of_the_identity(f, x, eps)
    x += eps
    return gradient


def naked(a, b):
    return (a - b) / np.maximum(a, b)


def naked_above(a, b):
    return (a - b) / np.maximum(np.abs(a), np.abs(b))


def naked_below(a, b):
    return np.abs(a - b) / np.maximum(a, b)


def cs231n(a, b):
    return np.abs(a - b) / np.maximum(1e-8, np.abs(a) + np.abs(b))


def cs231n_largest(a, b):
    return np.max(np.abs(a - b) / np.maximum(1e-8, np.abs(a) + np.abs(b)))


def of_norms(a, b):
    return np.linalg.norm(a - b) / (np.linalg.norm(a) + np.linalg.norm(b))


def of_the_second(a, b):
    return np.abs(a - b) / np.abs(b)


def absolute(a, b):
    return np.abs(a - b)


def nan_for_0(a, b):
    return np.abs(a - b) / np.maximum(np.abs(a), np.abs(b))


ANSWERS = [
    (numerical_grad, in_place_and_back, ""),
    (numerical_grad, up_and_down_again, ""),
    (numerical_grad, by_rows_of_the_identity, ""),
    (relative_error, with_a_tiny_number, ""),
    (relative_error, with_a_condition, ""),
    (weight_difference, lambda before, after, lr: -(after - before) / lr, ""),
    (numerical_grad, forward, "forward for central"),
    (numerical_grad, twice_too_large, "divided by eps for 2 eps"),
    (numerical_grad, brackets_missing, "brackets missing"),
    (numerical_grad, all_at_once, "all coordinates stepped at once"),
    (numerical_grad, two_copies, "the step accumulates"),
    (numerical_grad, never_put_back, "the step accumulates"),
    (numerical_grad, returns_in_the_loop, "a scalar where a vector belongs"),
    (numerical_grad, last_put_back_only, "input modified in place"),
    (relative_error, naked, "absolute values missing"),
    (relative_error, naked_above, "absolute value missing above"),
    (relative_error, naked_below, "absolute values missing below"),
    (relative_error, cs231n, "the sum for the larger (CS231n's convention)"),
    (relative_error, cs231n_largest, "one number for all entries"),
    (relative_error, of_norms, "one number for all entries"),
    (relative_error, of_the_second, "one of the two for the larger"),
    (relative_error, absolute, "not divided"),
    (relative_error, nan_for_0, "0 / 0"),
    (weight_difference, lambda before, after, lr: after - before, None),
    (weight_difference, lambda before, after, lr: before - after, "lr missing"),
]
