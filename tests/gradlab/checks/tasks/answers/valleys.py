"""Answers to chapter 6's exercises on two solutions as students write them."""

from itertools import permutations

import numpy as np
from scipy.optimize import linear_sum_assignment

from gradlab.checks.tasks.valleys import barrier, best_order, reordered, straight


def with_take(W1, b1, W2, order):
    return W1.take(order, axis=1), b1.take(order, axis=1), W2.take(order, axis=0)


def by_a_matrix(W1, b1, W2, order):
    P = np.eye(len(order))[:, order]
    return [W1 @ P, b1 @ P, P.T @ W2]


def scattered(W1, b1, W2, order):
    new = [np.zeros_like(part) for part in (W1, b1, W2)]
    for k, old in enumerate(order):
        new[0][:, old], new[1][:, old], new[2][old] = W1[:, k], b1[:, k], W2[k]
    return new


def swapped_in_place(W1, b1, W2, order):
    W1[:], b1[:], W2[:] = W1[:, order], b1[:, order], W2[order]
    return [W1, b1, W2]


def with_steps(f, a, b, *, n):
    return [float(f(a + k / (n - 1) * (b - a))) for k in range(n)]


def as_one_array(f, a, b, *, n):
    t = np.linspace(0, 1, n)[:, None]
    return np.array([f(x) for x in a + t * (b - a)], np.float32)


def with_nth(f, a, b, *, n):
    return np.array([f(a + k / n * (b - a)) for k in range(n)])


def both(f, a, b, *, n):
    s = np.linspace(0, 1, n)
    return s, np.array([f((1 - t) * a + t * b) for t in s])


def in_a_loop(losses):
    n, best = len(losses), 0.0
    for k, loss in enumerate(losses):
        line = losses[0] + k / (n - 1) * (losses[-1] - losses[0])
        best = max(best, loss - line)
    return best


def by_interp(losses):
    s = np.arange(len(losses))
    return np.max(losses - np.interp(s, [0, s[-1]], [losses[0], losses[-1]]))


def by_ends(losses):
    return max(losses) - (losses[0] + losses[-1]) / 2


def clipped(losses):
    return max(0, max(losses) - max(losses[0], losses[-1]))


def by_trying_all(A, B):
    gains = A.T @ B
    units = range(gains.shape[0])
    return max(permutations(units), key=lambda order: sum(gains[k, order[k]] for k in units))


def by_costs(A, B):
    return linear_sum_assignment(-(A.T @ B))[1]


def by_squared_distances(A, B):
    return linear_sum_assignment(((A[:, :, None] - B[:, None]) ** 2).sum(0))[1].tolist()


def smallest(A, B):
    return linear_sum_assignment(A.T @ B)[1]


def favourites(A, B):
    return np.array([np.argmax([a @ b for b in B.T]) for a in A.T])


def left_over(A, B):
    taken = []
    for a in A.T:
        taken.append(max((j for j in range(B.shape[1]) if j not in taken), key=lambda j: a @ B[:, j]))
    return taken


def pairs(A, B):
    return linear_sum_assignment(A.T @ B, maximize=True)


ANSWERS = [
    (reordered, with_take, ""),
    (reordered, by_a_matrix, ""),
    (reordered, scattered, "the inverse order"),
    (reordered, swapped_in_place, "input modified in place"),
    (reordered, lambda W1, b1, W2, order: [W1[:, order], b1[:, order], W2], "W2 left as it is"),
    (reordered, lambda W1, b1, W2, order: [W1[:, order], b1, W2[order]], "b1 left as it is"),
    (reordered, lambda W1, b1, W2, order: [W1[order], b1[:, order], W2[order]], "W1's rows"),
    (reordered, lambda W1, b1, W2, order: (W1, b1, W2), "the right numbers in another order"),
    (reordered, lambda W1, b1, W2, order: [W1[:, order], W2[order]], None),
    (straight, with_steps, ""),
    (straight, as_one_array, ""),
    (straight, with_nth, "the last place missing"),
    (straight, both, None),
    (straight, lambda f, a, b, *, n: np.linspace(f(a), f(b), n), "losses mixed, not weights"),
    (straight, lambda f, a, b, *, n: np.array([f(s * a + (1 - s) * b) for s in np.linspace(0, 1, n)]), "from b to a"),
    (straight, lambda f, a, b, *, n: f((a + b) / 2), "a scalar where a vector belongs"),
    (barrier, in_a_loop, ""),
    (barrier, by_interp, ""),
    (barrier, by_ends, "the mean of the ends for the line"),
    (barrier, clipped, "the higher end for the line"),
    (barrier, max, "nothing subtracted"),
    (barrier, lambda losses: losses[len(losses) // 2] - (losses[0] + losses[-1]) / 2, "half-way only"),
    (barrier, lambda losses: losses - np.linspace(losses[0], losses[-1], len(losses)), None),
    (barrier, lambda losses: np.ptp(losses), "from the lowest place"),
    (barrier, lambda losses: losses.std(), None),
    (best_order, by_trying_all, ""),
    (best_order, by_costs, ""),
    (best_order, by_squared_distances, ""),
    (best_order, smallest, "the least alike"),
    (best_order, favourites, "each takes its favourite"),
    (best_order, left_over, "first come, first served"),
    (best_order, pairs, None),
    (best_order, lambda A, B: A.T @ B, None),
    (best_order, lambda A, B: np.arange(A.shape[1])[::-1], None),
]
