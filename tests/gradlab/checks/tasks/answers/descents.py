"""Answers to chapter 1's exercises as students write them."""

import numpy as np

from gradlab.checks.tasks.descents import backtracking_step, best_lr, gradient_descent, largest_lr


def sequential(grad, x0, *, lr, steps):
    x = list(x0)
    path = [list(x)]
    for _ in range(steps):
        for i in range(len(x)):
            x[i] -= lr * grad(np.array(x))[i]
        path.append(list(x))
    return np.array(path)


def aliased(grad, x0, *, lr, steps):
    x = np.array(x0)
    path = [x]
    for _ in range(steps):
        x -= lr * grad(x)
        path.append(x)
    return np.array(path)


def moves_first(grad, x0, *, lr, steps):
    path, x = [], np.array(x0, float)
    for _ in range(steps + 1):
        x = x - lr * grad(x)
        path.append(x)
    return np.array(path)


def no_start(grad, x0, *, lr, steps):
    path = []
    for _ in range(steps):
        x0 = x0 - lr * grad(x0)
        path.append(x0)
    return np.array(path)


def in_place(grad, x0, *, lr, steps):
    path = [x0.copy()]
    for _ in range(steps):
        x0 -= lr * grad(x0)
        path.append(x0.copy())
    return np.array(path)


def start_apart(grad, x0, *, lr, steps):
    path, x = [x0], x0.copy()
    for _ in range(steps):
        x -= lr * grad(x)
        path.append(x)
    return np.array(path)


def start_moved(grad, x0, *, lr, steps):
    path, x = [x0], x0
    for _ in range(steps):
        x -= lr * grad(x)
        path.append(x.copy())
    return np.array(path)


def from_zeros(grad, x0, *, lr, steps):
    path = np.zeros((steps + 1, len(x0)))
    for t in range(steps):
        path[t + 1] = path[t] - lr * grad(path[t])
    return path


def unpacks_nothing(grad, x0, *, lr, steps):
    path = [x0]
    for _ in range(steps):
        path.append((path[-1] - lr * grad(path[-1]),))
    return np.array(path)


def in_whole_numbers(grad, x0, *, lr, steps):
    path = np.zeros((steps + 1, len(x0)), dtype=int)
    path[0] = x0
    for t in range(steps):
        path[t + 1] = path[t] - lr * grad(path[t])
    return path


def columns(grad, x0, *, lr, steps):
    path = np.zeros((len(x0), steps + 1))
    path[:, 0] = x0
    for t in range(steps):
        path[:, t + 1] = path[:, t] - lr * grad(path[:, t])
    return path


def returns_in_the_loop(grad, x0, *, lr, steps):
    path = [x0]
    for _ in range(steps):
        path.append(path[-1] - lr * grad(path[-1]))
        return np.array(path)


def last_only(grad, x0, *, lr, steps):
    for _ in range(steps):
        x0 = x0 - lr * grad(x0)
    return x0


def shrinks_first(f, x, g, *, lr, shrink, c1):
    while True:
        lr *= shrink
        if f(x - lr * g) <= f(x) - c1 * lr * np.sum(g**2):
            return lr


def any_decrease(f, x, g, *, lr, shrink, c1):
    while f(x - lr * g) > f(x):
        lr *= shrink
    return lr


def norm_not_squared(f, x, g, *, lr, shrink, c1):
    while f(x - lr * g) > f(x) - c1 * lr * np.linalg.norm(g):
        lr *= shrink
    return lr


def once(f, x, g, *, lr, shrink, c1):
    if f(x - lr * g) > f(x) - c1 * lr * g @ g:
        lr *= shrink
    return lr


def point(f, x, g, *, lr, shrink, c1):
    while f(x - lr * g) > f(x) - c1 * lr * g @ g:
        lr *= shrink
    return x - lr * g


def halves(f, x, g, *, lr, shrink, c1):
    while f(x - lr * g) > f(x) - c1 * lr * g.dot(g):
        lr /= 2
    return lr


def by_the_first_rate(f, x, g, *, lr, shrink, c1):
    a = lr
    while f(x - a * g) > f(x) - c1 * lr * g.dot(g):
        a *= shrink
    return a


def by_no_rate(f, x, g, *, lr, shrink, c1):
    enough = f(x) - c1 * g.dot(g)
    while f(x - lr * g) > enough:
        lr = lr * shrink
    return lr


def the_wrong_way_round(f, x, g, *, lr, shrink, c1):
    while f(x - lr * g) <= f(x) - c1 * lr * g.dot(g):
        lr *= shrink
    return lr


def once_more(f, x, g, *, lr, shrink, c1):
    a, better = lr, False
    while not better:
        better = f(x - a * g) <= f(x) - c1 * a * g.dot(g)
        a = shrink * a
    return a


def walks(f, x, g, *, lr, shrink, c1):
    while f(x - lr * g) > f(x) - c1 * lr * g.dot(g):
        x = x - lr * g
        lr = lr * shrink
    return lr


def may_rise(f, x, g, *, lr, shrink, c1):
    while f(x - lr * g) > f(x) + c1 * lr * g @ g:
        lr *= shrink
    return lr


def in_single_precision(grad, x0, *, lr, steps):
    path = np.empty((steps + 1, len(x0)), np.float32)
    path[0] = x0
    for t in range(steps):
        path[t + 1] = path[t] - lr * grad(path[t])
    return path


def filled_from_the_start(grad, x0, *, lr, steps):
    path = np.array([x0] * (steps + 1))
    for t in range(steps):
        path[t + 1] = path[t] - lr * grad(path[t])
    return path


def moved_by_a_copy(grad, x0, *, lr, steps):
    x = np.array(x0)
    path = [x.copy()]
    for _ in range(steps):
        x -= lr * grad(x)
        path.append(x.copy())
    return np.array(path)


def from_the_start(grad, x0, *, lr, steps):
    path = [x0]
    for _ in range(steps):
        path.append(x0 - lr * grad(path[-1]))
    return np.array(path)


def a_row_short(grad, x0, *, lr, steps):
    path = np.zeros((steps, len(x0)))
    path[0] = x0
    for t in range(steps - 1):
        path[t + 1] = path[t] - lr * grad(path[t])
    return path


def stops_when_flat(grad, x0, *, lr, steps):
    path = [x0]
    for _ in range(steps):
        g = grad(path[-1])
        if np.linalg.norm(g) < 1e-6:
            break
        path.append(path[-1] - lr * g)
    return np.array(path)


def appended(grad, x0, *, lr, steps):
    path = x0
    for _ in range(steps):
        x0 = x0 - lr * grad(x0)
        path = np.append(path, x0)
    return path


def all_of_the_rest(f, x, g, *, lr, shrink, c1):
    while f(x - lr * g) > f(x) - (1 - c1) * lr * g @ g:
        lr *= shrink
    return lr


def from_one(f, x, g, *, lr, shrink, c1):
    a = 1.0
    while f(x - a * g) > f(x) - c1 * a * g @ g:
        a *= shrink
    return a


def less_and_less(f, x, g, *, lr, shrink, c1):
    while f(x - lr * g) > f(x) - c1 * lr * g @ g:
        lr -= shrink
    return lr


def reversed_and_capped(f, x, g, *, lr, shrink, c1):
    for _ in range(100):
        if f(x - lr * g) > f(x) - c1 * lr * g @ g:
            break
        lr *= shrink
    return lr


def no_step_and_capped(f, x, g, *, lr, shrink, c1):
    for _ in range(50):
        if f(x - lr * g) <= f(x) - c1 * g @ g:
            break
        lr *= shrink
    return lr


def capped(f, x, g, *, lr, shrink, c1):
    for _ in range(1000):
        if f(x - lr * g) <= f(x) - c1 * lr * g @ g:
            break
        lr *= shrink
    return lr


def shrinks_first_at_any_decrease(f, x, g, *, lr, shrink, c1):
    a = lr * shrink
    while f(x - a * g) > f(x):
        a *= shrink
    return a


ANSWERS = [
    (gradient_descent, moved_by_a_copy, ""),
    (gradient_descent, filled_from_the_start, "whole numbers only"),
    (gradient_descent, from_the_start, "every step from the start"),
    (gradient_descent, a_row_short, "a step too few"),
    (gradient_descent, stops_when_flat, "the end missing"),
    (gradient_descent, appended, "the right numbers in another shape"),
    (best_lr, lambda H: 2 / -np.subtract(*np.linalg.eigvalsh(H)[[0, -1]]), "difference for sum"),
    (best_lr, lambda H: 1 / np.sqrt(np.linalg.eigvalsh(H)[0] * np.linalg.eigvalsh(H)[-1]), "product for sum"),
    (best_lr, lambda H: 2 / (H.min() + H.max()), "entries of H for its eigenvalues"),
    (largest_lr, lambda H: 2 / H[-1, -1], "entries of H for its eigenvalues"),
    (backtracking_step, capped, ""),
    (backtracking_step, all_of_the_rest, "1 − c1 for c1"),
    (backtracking_step, from_one, "starts at 1"),
    (backtracking_step, less_and_less, "shrink subtracted"),
    (backtracking_step, reversed_and_capped, "goes on when it should stop"),
    (backtracking_step, no_step_and_capped, "the step missing in the condition"),
    (backtracking_step, shrinks_first_at_any_decrease, "any decrease will do, and shrunk before the first try"),
    (gradient_descent, in_single_precision, ""),
    (best_lr, lambda H: 2 / (np.linalg.norm(H, 2) + np.linalg.norm(H, -2)), ""),
    (largest_lr, lambda H: 2 / np.linalg.svd(H)[1][0], ""),
    (gradient_descent, sequential, "sequential for simultaneous update"),
    (gradient_descent, aliased, "every row the same array"),
    (gradient_descent, start_apart, "every row the same array"),
    (gradient_descent, start_moved, "the start moved"),
    (gradient_descent, from_zeros, "the start left out of account"),
    (gradient_descent, moves_first, "the start left out of account"),
    (gradient_descent, no_start, "path without its start"),
    (gradient_descent, in_place, "input modified in place"),
    (gradient_descent, last_only, "the end for the path"),
    (gradient_descent, unpacks_nothing, "a tuple for the point"),
    (gradient_descent, in_whole_numbers, "whole numbers only"),
    (gradient_descent, columns, "rows and columns exchanged"),
    (gradient_descent, returns_in_the_loop, "one step only"),
    (best_lr, lambda H: 1 / np.linalg.eigvals(H).max(), "1 / λmax for the best rate"),
    (best_lr, lambda H: 2 / (np.diag(H).min() + np.diag(H).max()), "entries of H for its eigenvalues"),
    (best_lr, lambda H: 2 / sum(sorted(np.linalg.eigvals(H))[:2]), "the two smallest for the extremes"),
    (best_lr, lambda H: 2 / sum(sorted(np.linalg.eigvals(H))[-2:]), "the two largest for the extremes"),
    (best_lr, lambda H: (np.linalg.cond(H) - 1) / (np.linalg.cond(H) + 1), "the factor for the rate"),
    (best_lr, lambda H: 2 / np.trace(H), "sum of all eigenvalues"),
    (best_lr, lambda H: 2 / (1 + np.linalg.cond(H)), "λmin taken for 1"),
    (best_lr, lambda H: 2 / np.linalg.eigvalsh(H)[-1], "largest rate for the best"),
    (best_lr, lambda H: 1 / np.mean(np.linalg.eigvalsh(H)), "mean of all eigenvalues"),
    (largest_lr, lambda H: 4 / np.linalg.eigvalsh(H)[[0, -1]].sum(), "twice the best rate for the largest"),
    (largest_lr, lambda H: 1 / np.linalg.norm(H, 2), "1 / λmax for the largest rate"),
    (largest_lr, lambda H: 2 / H.max(), "entries of H for its eigenvalues"),
    (largest_lr, lambda H: 2 / np.diag(H).max(), "entries of H for its eigenvalues"),
    (largest_lr, lambda H: 2 / np.linalg.eigvals(H)[-1], "order of the eigenvalues taken for granted"),
    (largest_lr, lambda H: 2 / np.trace(H), "sum of the eigenvalues for λmax"),
    (largest_lr, lambda H: 2 / np.linalg.norm(H, np.inf), "row sums for eigenvalues"),
    (backtracking_step, halves, "a half for shrink"),
    (backtracking_step, by_the_first_rate, "the rate for the step in the condition"),
    (backtracking_step, by_no_rate, "the step missing in the condition"),
    (backtracking_step, the_wrong_way_round, "goes on when it should stop"),
    (backtracking_step, once_more, "shrunk once more at the end"),
    (backtracking_step, walks, "the point moved while searching"),
    (backtracking_step, shrinks_first, "shrunk before the first try"),
    (backtracking_step, any_decrease, "any decrease will do"),
    (backtracking_step, norm_not_squared, "‖g‖ for ‖g‖²"),
    (backtracking_step, once, "shrunk once only"),
    (backtracking_step, point, "the point for the step"),
    (backtracking_step, may_rise, "sign of the decrease"),
]
