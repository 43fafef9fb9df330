"""A network's slopes as students write them."""

import numpy as np
import torch

from gradlab.checks.tasks.networks import network_slopes, score_slopes


def softmax(scores):
    p = np.exp(scores - scores.max(axis=1, keepdims=True))
    return p / p.sum(axis=1, keepdims=True)


# --- the slopes by the scores -----------------------------------------------------------------------------------------


def in_a_loop(scores, y):
    slopes = np.zeros(scores.shape)
    for i in range(len(y)):
        largest = max(scores[i])
        e = [np.exp(s - largest) for s in scores[i]]
        for k in range(len(e)):
            slopes[i, k] = (e[k] / sum(e) - (1 if k == y[i] else 0)) / len(y)
    return slopes.tolist()


def in_place_of_p(scores, y):
    p = softmax(scores)
    p[range(len(y)), y] -= 1.0
    p /= scores.shape[0]
    return p


def by_logsumexp(scores, y):
    log_sum = np.logaddexp.reduce(scores, axis=1)[:, None]
    return (np.exp(scores - log_sum) - (np.arange(scores.shape[1]) == y[:, None])) / len(scores)


def in_single_precision(scores, y):
    return in_place_of_p(scores.astype(np.float32), y)


def by_torch(scores, y):
    s = torch.tensor(scores, requires_grad=True)
    torch.nn.functional.cross_entropy(s, torch.tensor(y)).backward()
    return s.grad


def overflowing(scores, y):
    e = np.exp(scores)
    p = e / e.sum(axis=1)[:, None]
    p[np.arange(len(y)), y] -= 1
    return p / len(y)


def minus_the_largest_of_all(scores, y):
    e = np.exp(scores - np.max(scores))
    p = e / e.sum(axis=1, keepdims=True)
    p[np.arange(len(y)), y] -= 1
    return p / len(y)


def not_averaged(scores, y):
    p = softmax(scores)
    p[np.arange(len(y)), y] -= 1
    return p


def averaged_over_all(scores, y):
    p = softmax(scores)
    p[np.arange(len(y)), y] -= 1
    return p / p.size


def whole_columns(scores, y):
    p = softmax(scores)
    p[:, y] -= 1
    return p / len(y)


def whole_rows(scores, y):
    p = softmax(scores)
    p[y] -= 1
    return p / len(y)


def uphill(scores, y):
    return (np.eye(scores.shape[1])[y] - softmax(scores)) / len(y)


def summed_over_all(scores, y):
    e = np.exp(scores - scores.max())
    return (e / e.sum() - np.eye(scores.shape[1])[y]) / len(y)


def with_the_sigmoids_slope(scores, y):
    p = softmax(scores)
    return (p - np.eye(scores.shape[1])[y]) * p * (1 - p) / len(y)


def probabilities(scores, y):
    return softmax(scores) / len(y)


def minus_the_label(scores, y):
    return (softmax(scores) - y.reshape(-1, 1)) / len(y)


def scores_shifted_in_place(scores, y):
    scores -= scores.max(axis=1, keepdims=True)
    return in_place_of_p(scores, y)


def squared(scores, y):  # nobody's known mistake
    return (softmax(scores) ** 2 - np.eye(scores.shape[1])[y]) / len(y)


# --- there and back ---------------------------------------------------------------------------------------------------


def one_example_after_the_other(W1, b1, W2, b2, X, y):
    dW1, db1, dW2, db2 = (np.zeros_like(part) for part in (W1, b1, W2, b2))
    for x, target in zip(X, y, strict=True):
        a = np.tanh(x @ W1 + b1)
        d = (a @ W2 + b2 - target) / len(X)
        d1 = (W2 @ d) * (1 - a * a)
        dW2 += np.outer(a, d)
        db2 += d
        dW1 += np.outer(x, d1)
        db1 += d1
    return dW1, db1, dW2, db2


def biases_as_rows(W1, b1, W2, b2, X, y):
    Z = X @ W1 + b1
    O = np.tanh(Z) @ W2 + b2  # noqa: E741
    D = (O - y) / X.shape[0]
    D1 = np.multiply(np.dot(D, W2.T), 1 / np.cosh(Z) ** 2)
    return [X.T @ D1, D1.sum(axis=0, keepdims=True), np.tanh(Z).T @ D, D.sum(axis=0, keepdims=True)]


def mean_at_the_end(W1, b1, W2, b2, X, y):
    A = np.tanh(X @ W1 + b1)
    D = A @ W2 + b2 - y
    D1 = D @ W2.T * (1 - A**2)
    n = len(X)
    return [X.T @ D1 / n, D1.mean(axis=0), A.T @ D / n, D.mean(axis=0)]


def by_einsum(W1, b1, W2, b2, X, y):
    X, y = X.astype(np.float32), y.astype(np.float32)
    A = np.tanh(X @ W1 + b1)
    D = (A @ W2 + b2 - y) / len(X)
    D1 = np.einsum("ic,hc->ih", D, W2) * (1 - A**2)
    return [np.einsum("id,ih->dh", X, D1), np.ones(len(X)) @ D1, np.einsum("ih,ic->hc", A, D), np.ones(len(X)) @ D]


def by_autograd(W1, b1, W2, b2, X, y):
    parts = [torch.tensor(part, requires_grad=True) for part in (W1, b1, W2, b2)]
    w1, c1, w2, c2 = parts
    off = torch.tanh(torch.tensor(X) @ w1 + c1) @ w2 + c2 - torch.tensor(y)
    ((off**2).sum() / 2 / len(X)).backward()
    return [part.grad for part in parts]


def no_n(W1, b1, W2, b2, X, y):
    A = np.tanh(X @ W1 + b1)
    D = A @ W2 + b2 - y
    D1 = D @ W2.T * (1 - A**2)
    return [X.T @ D1, D1.sum(0), A.T @ D, D.sum(0)]


def n_for_the_weights_alone(W1, b1, W2, b2, X, y):
    A = np.tanh(X @ W1 + b1)
    D = A @ W2 + b2 - y
    D1 = D @ W2.T * (1 - A**2)
    return [X.T @ D1 / len(X), D1.sum(0), A.T @ D / len(X), D.sum(0)]


def n_at_both_layers(W1, b1, W2, b2, X, y):
    A = np.tanh(X @ W1 + b1)
    D = (A @ W2 + b2 - y) / len(X)
    D1 = D @ W2.T * (1 - A**2) / len(X)
    return [X.T @ D1, D1.sum(0), A.T @ D, D.sum(0)]


def slope_forgotten(W1, b1, W2, b2, X, y):
    A = np.tanh(X @ W1 + b1)
    D = (A @ W2 + b2 - y) / len(X)
    D1 = D @ W2.T
    return [X.T @ D1, D1.sum(0), A.T @ D, D.sum(0)]


def slope_in_the_weights_alone(W1, b1, W2, b2, X, y):
    A = np.tanh(X @ W1 + b1)
    D = (A @ W2 + b2 - y) / len(X)
    D1 = D @ W2.T
    return [X.T @ (D1 * (1 - A**2)), D1.sum(0), A.T @ D, D.sum(0)]


def slope_of_a(W1, b1, W2, b2, X, y):
    def d_tanh(z):
        return 1 - np.tanh(z) ** 2

    A = np.tanh(X @ W1 + b1)
    D = (A @ W2 + b2 - y) / len(X)
    D1 = D @ W2.T * d_tanh(A)
    return [X.T @ D1, D1.sum(0), A.T @ D, D.sum(0)]


def no_n_and_slope_of_a(W1, b1, W2, b2, X, y):
    A = np.tanh(X @ W1 + b1)
    D = A @ W2 + b2 - y
    D1 = D @ W2.T * (1 - np.tanh(A) ** 2)
    return [X.T @ D1, D1.sum(0), A.T @ D, D.sum(0)]


def slope_at_the_outputs(W1, b1, W2, b2, X, y):
    A = np.tanh(X @ W1 + b1)
    O = A @ W2 + b2  # noqa: E741
    D = (O - y) * (1 - O**2) / len(X)
    D1 = D @ W2.T * (1 - A**2)
    return [X.T @ D1, D1.sum(0), A.T @ D, D.sum(0)]


def slope_on_the_wrong_side(W1, b1, W2, b2, X, y):
    A = np.tanh(X @ W1 + b1)
    D = (A @ W2 + b2 - y) / len(X)
    D1 = D @ W2.T
    dA = A * (1 - A**2)
    return [X.T @ D1, D1.sum(0), dA.T @ D, D.sum(0)]


def not_transposed(W1, b1, W2, b2, X, y):
    A = np.tanh(X @ W1 + b1)
    D = (A @ W2 + b2 - y) / len(X)
    D1 = np.dot(D, W2) * (1 - A**2)
    return [X.T @ D1, D1.sum(0), A.T @ D, D.sum(0)]


def transposed(W1, b1, W2, b2, X, y):
    A = np.tanh(X @ W1 + b1)
    D = (A @ W2 + b2 - y) / len(X)
    D1 = D @ W2.T * (1 - A**2)
    return [D1.T @ X, D1.sum(0), D.T @ A, D.sum(0)]


def over_the_units(W1, b1, W2, b2, X, y):
    A = np.tanh(X @ W1 + b1)
    D = (A @ W2 + b2 - y) / len(X)
    D1 = D @ W2.T * (1 - A**2)
    return [X.T @ D1, D1.sum(1), A.T @ D, D.sum(1)]


def one_sum(W1, b1, W2, b2, X, y):
    A = np.tanh(X @ W1 + b1)
    D = (A @ W2 + b2 - y) / len(X)
    D1 = D @ W2.T * (1 - A**2)
    return [X.T @ D1, np.sum(D1), A.T @ D, np.sum(D)]


def averaged_biases(W1, b1, W2, b2, X, y):
    A = np.tanh(X @ W1 + b1)
    D = (A @ W2 + b2 - y) / len(X)
    D1 = D @ W2.T * (1 - A**2)
    return [X.T @ D1, np.mean(D1, axis=0), A.T @ D, np.mean(D, axis=0)]


def without_the_half(W1, b1, W2, b2, X, y):
    A = np.tanh(X @ W1 + b1)
    D = 2 / len(X) * (A @ W2 + b2 - y)
    D1 = D @ W2.T * (1 - A**2)
    return [X.T @ D1, D1.sum(0), A.T @ D, D.sum(0)]


def like_mse_loss(W1, b1, W2, b2, X, y):
    A = np.tanh(X @ W1 + b1)
    D = (A @ W2 + b2 - y) / y.size
    D1 = D @ W2.T * (1 - A**2)
    return [X.T @ D1, D1.sum(0), A.T @ D, D.sum(0)]


def the_last_one_wins(W1, b1, W2, b2, X, y):
    for x, target in zip(X, y, strict=True):
        a = np.tanh(x @ W1 + b1)
        d = (a @ W2 + b2 - target) / len(X)
        d1 = W2 @ d * (1 - a**2)
        dW1, db1, dW2, db2 = np.outer(x, d1), d1, np.outer(a, d), d
    return dW1, db1, dW2, db2


def backwards(W1, b1, W2, b2, X, y):
    w1, c1, w2, c2 = network_slopes(W1, b1, W2, b2, X, y)
    return [w2, c2, w1, c1]


def as_a_dictionary(W1, b1, W2, b2, X, y):
    return dict(zip(("W1", "b1", "W2", "b2"), network_slopes(W1, b1, W2, b2, X, y), strict=True))


def a_step_at_once(W1, b1, W2, b2, X, y):
    A = np.tanh(X @ W1 + b1)
    D = (A @ W2 + b2 - y) / len(X)
    D1 = D @ W2.T * (1 - A**2)
    return [W1 - X.T @ D1, b1 - D1.sum(0), W2 - A.T @ D, b2 - D.sum(0)]


ANSWERS = [
    *((score_slopes, f, "") for f in (in_a_loop, in_place_of_p, by_logsumexp, in_single_precision, by_torch)),
    (score_slopes, overflowing, "exp overflows"),
    (score_slopes, minus_the_largest_of_all, "one maximum for all examples"),
    (score_slopes, not_averaged, "not divided by n"),
    (score_slopes, averaged_over_all, "another number than n"),
    (score_slopes, whole_columns, "1 taken from more than the right class"),
    (score_slopes, whole_rows, "1 taken from more than the right class"),
    (score_slopes, uphill, "the sign"),
    (score_slopes, summed_over_all, "softmax over everything"),
    (score_slopes, with_the_sigmoids_slope, "the softmax's slope once more"),
    (score_slopes, probabilities, "the right class left out"),
    (score_slopes, minus_the_label, "the label for its place"),
    (score_slopes, scores_shifted_in_place, "input modified in place"),
    (score_slopes, squared, None),
    *((network_slopes, f, "") for f in (one_example_after_the_other, biases_as_rows, mean_at_the_end)),
    *((network_slopes, f, "") for f in (by_einsum, by_autograd)),
    (network_slopes, no_n, "not divided by n"),
    (network_slopes, n_for_the_weights_alone, "sum for mean in the biases"),
    (network_slopes, n_at_both_layers, "divided by n twice"),
    (network_slopes, slope_forgotten, "activation's slope missing"),
    (network_slopes, slope_in_the_weights_alone, "activation's slope missing"),
    (network_slopes, slope_of_a, "slope taken at a"),
    (network_slopes, no_n_and_slope_of_a, "slope taken at a, and not divided by n"),
    (network_slopes, slope_at_the_outputs, "a slope for the outputs"),
    (network_slopes, slope_on_the_wrong_side, "slope at the wrong place"),
    (network_slopes, not_transposed, "W2 not transposed"),
    (network_slopes, transposed, "slopes transposed"),
    (network_slopes, over_the_units, "biases summed over the wrong axis"),
    (network_slopes, one_sum, "one number for all biases of a layer"),
    (network_slopes, averaged_biases, "mean for sum in the biases"),
    (network_slopes, without_the_half, "factor 2"),
    (network_slopes, like_mse_loss, "another number than n"),
    (network_slopes, the_last_one_wins, "only the last example"),
    (network_slopes, backwards, "the last layer first"),
    (network_slopes, as_a_dictionary, None),
    (network_slopes, a_step_at_once, None),
]
