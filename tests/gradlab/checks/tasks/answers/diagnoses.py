"""Answers to chapter 9's exercises as students write them."""

import numpy as np
import torch

from gradlab.checks.tasks.diagnoses import entry_slopes, first_not_finite, gradient_of_step, gradients_of_path, log_loss

# --- slopes of all entries --------------------------------------------------------------------------------------------


def with_nditer(f, x, *, eps):
    x = x.astype(np.float64)
    grad = np.empty_like(x)
    it = np.nditer(x, flags=["multi_index"])
    while not it.finished:
        i = it.multi_index
        old = x[i]
        h = eps * np.maximum(1.0, np.abs(old))
        x[i] = old + h
        plus = f(x)
        x[i] = old - h
        minus = f(x)
        x[i] = old
        grad[i] = (plus - minus) / (2 * h)
        it.iternext()
    return grad


def flattened(f, x, *, eps):
    flat = np.array(x, dtype=float).ravel()
    found = []
    for i, value in enumerate(flat):
        h = eps * max(1, abs(value))
        e = np.zeros(len(flat))
        e[i] = h
        found.append((f((flat + e).reshape(x.shape)) - f((flat - e).reshape(x.shape))) / 2 / h)
    return np.reshape(found, x.shape)


def masks(f, x, *, eps):
    x = x * 1.0
    out = np.zeros(np.shape(x), dtype="d")
    for index in np.ndindex(*np.shape(x)):
        mask = np.zeros(np.shape(x))
        mask[index] = 1
        h = eps * max(1, abs(float(x[index])))
        out[index] = (f(x + h * mask) - f(x - h * mask)) / (2 * h)
    return out


def in_the_array_itself(f, x, *, eps):
    """Right for floats of double precision, and x is put back; but small steps from others lead nowhere."""
    g = np.zeros(x.shape)
    for i in np.ndindex(x.shape):
        old = x[i]
        h = eps * max(1, abs(old))
        x[i] = old + h
        up = f(x)
        x[i] = old - h
        g[i] = (up - f(x)) / (2 * h)
        x[i] = old
    return g


def never_put_back(f, x, *, eps):
    g = np.zeros(x.shape)
    x = x.astype(float)
    for i in np.ndindex(x.shape):
        h = eps * max(1, abs(x[i]))
        x[i] += h
        up = f(x)
        x[i] -= 2 * h
        g[i] = (up - f(x)) / (2 * h)
    return g


def plain_eps(f, x, *, eps):
    x = np.array(x, float)
    g = np.zeros_like(x)
    for i in np.ndindex(x.shape):
        up, down = x.copy(), x.copy()
        up[i] += eps
        down[i] -= eps
        g[i] = (f(up) - f(down)) / (2 * eps)
    return g


def plain_eps_of_any_type(f, x, *, eps):
    g = np.zeros_like(x)
    for i in np.ndindex(x.shape):
        old = x[i]
        x[i] = old + eps
        up = f(x)
        x[i] = old - eps
        down = f(x)
        x[i] = old
        g[i] = (up - down) / (2 * eps)
    return g


def forward(f, x, *, eps):
    x, base = np.array(x, float), f(np.array(x, float))
    g = np.zeros_like(x)
    for i in np.ndindex(x.shape):
        h = eps * max(1, abs(x[i]))
        y = x.copy()
        y[i] += h
        g[i] = (f(y) - base) / h
    return g


def forward_with_plain_eps(f, x, *, eps):
    x = np.array(x, float)
    g = np.zeros_like(x)
    for i in np.ndindex(x.shape):
        y = x.copy()
        y[i] += eps
        g[i] = (f(y) - f(x)) / eps
    return g


def by_rows(f, x, *, eps):
    x = np.array(x, float)
    g = np.zeros_like(x)
    for i in range(len(x)):
        up, down = x.copy(), x.copy()
        up[i] += eps
        down[i] -= eps
        g[i] = (f(up) - f(down)) / (2 * eps)
    return g


def everything_moves(f, x, *, eps):
    h = eps * np.maximum(1, np.abs(x))
    return (f(x + h) - f(x - h)) / (2 * h)


def a_list(f, x, *, eps):
    x = np.array(x, float)
    g = []
    for i in np.ndindex(x.shape):
        h = eps * max(1, abs(x[i]))
        up, down = x.copy(), x.copy()
        up[i] += h
        down[i] -= h
        g.append((f(up) - f(down)) / (2 * h))
    return np.array(g)


def relative_step(f, x, *, eps):
    x = np.array(x, float)
    g = np.zeros_like(x)
    for i in np.ndindex(x.shape):
        h = eps * abs(x[i])
        up, down = x.copy(), x.copy()
        up[i] += h
        down[i] -= h
        g[i] = (f(up) - f(down)) / (2 * h)
    return g


def half_divided(f, x, *, eps):
    x = np.array(x, float)
    g = np.zeros_like(x)
    for i in np.ndindex(x.shape):
        h = eps * max(1, abs(x[i]))
        up, down = x.copy(), x.copy()
        up[i] += h
        down[i] -= h
        g[i] = (f(up) - f(down)) / h
    return g


def half_a_step(f, x, *, eps):
    return with_nditer(f, x, eps=eps / 2)


def leaves_x_moved(f, x, *, eps):
    g = with_nditer(f, x, eps=eps)
    x += 1
    return g


# --- steps and paths --------------------------------------------------------------------------------------------------


def solved(before, after, *, lr, weight_decay):
    return -((after - before) / lr + weight_decay * before)


def as_written(before, after, *, lr, weight_decay):
    return (before - after - lr * weight_decay * before) / lr


def with_after(before, after, *, lr, weight_decay):
    return (before - after) / lr - weight_decay * after


def plain(before, after, *, lr, weight_decay):
    return (before - after) / lr


def decay_over_lr(before, after, *, lr, weight_decay):
    return (before - after - weight_decay * before) / lr


def decayed_first(before, after, *, lr, weight_decay):
    return (before * (1 - weight_decay) - after) / lr


def with_a_loop(path, *, lr, beta):
    v, found = np.zeros(path.shape[1]), []
    for t in range(len(path) - 1):
        new = (path[t] - path[t + 1]) / lr
        found.append(new - beta * v)
        v = new
    return found


def with_diff(path, *, lr, beta):
    v = -np.diff(path, axis=0) / lr
    v[1:] = v[1:] - beta * v[:-1]
    return v


def of_gradients(path, *, lr, beta):
    v = (path[:-1] - path[1:]) / lr
    for t in range(1, len(v)):
        v[t] = v[t] - beta * v[t - 1]
    return v


def velocities(path, *, lr, beta):
    return (path[:-1] - path[1:]) / lr


def without_the_first(path, *, lr, beta):
    v = (path[:-1] - path[1:]) / lr
    return v[1:] - beta * v[:-1]


def rolled(path, *, lr, beta):
    v = (path[:-1] - path[1:]) / lr
    return v - beta * np.roll(v, 1, axis=0)


def uphill(path, *, lr, beta):
    v = np.diff(path, axis=0) / lr
    return v - beta * np.vstack([np.zeros(path.shape[1]), v[:-1]])


# --- losses -----------------------------------------------------------------------------------------------------------


def logaddexp(scores, y):
    return float(np.mean(np.logaddexp.reduce(scores, axis=1) - np.take_along_axis(scores, y[:, None], 1)[:, 0]))


def in_torch(scores, y):
    return torch.nn.functional.cross_entropy(torch.tensor(scores), torch.tensor(y))


def a_loop(scores, y):
    total = 0
    for s, k in zip(scores, y, strict=True):
        m = max(s)
        total += m + np.log(sum(np.exp(v - m) for v in s)) - s[k]
    return total / len(y)


def of_differences(scores, y):
    d = scores - scores[np.arange(len(y)), y][:, None]
    m = d.max(axis=1)
    return (m + np.log(np.exp(d - m[:, None]).sum(1))).mean()


def naive(scores, y):
    e = np.exp(scores)
    p = e / e.sum(axis=1, keepdims=True)
    return -np.mean(np.log(p[np.arange(len(y)), y]))


def stable_softmax(scores, y):
    e = np.exp(scores - scores.max(axis=1, keepdims=True))
    p = e / e.sum(axis=1, keepdims=True)
    return -np.mean(np.log(p[np.arange(len(y)), y]))


def plus_tiny(scores, y):
    e = np.exp(scores - scores.max(axis=1, keepdims=True))
    p = e / e.sum(axis=1, keepdims=True)
    return -np.log(p[np.arange(len(y)), y] + 1e-12).mean()


def clipped_p(scores, y):
    e = np.exp(scores - scores.max(axis=1, keepdims=True))
    p = np.clip(e / e.sum(axis=1, keepdims=True), 1e-15, 1 - 1e-15)
    return -np.log(p[np.arange(len(y)), y]).mean()


def clipped_scores(scores, y):
    s = np.clip(scores, -500, 500)
    return np.mean(np.log(np.exp(s).sum(axis=1)) - s[np.arange(len(y)), y])


def one_maximum(scores, y):
    s = scores - np.max(scores)
    return np.mean(np.log(np.exp(s).sum(axis=1)) - s[np.arange(len(y)), y])


def not_added_back(scores, y):
    m = scores.max(axis=1, keepdims=True)
    return np.mean(np.log(np.exp(scores - m).sum(axis=1)) - scores[np.arange(len(y)), y])


def summed(scores, y):
    return len(y) * logaddexp(scores, y)


def for_each(scores, y):
    return np.logaddexp.reduce(scores, axis=1) - scores[np.arange(len(y)), y]


def of_probabilities(scores, y):
    e = np.exp(scores - scores.max(axis=1, keepdims=True))
    return logaddexp(e / e.sum(axis=1, keepdims=True), y)


def hinge(scores, y):
    return np.maximum(0, 1 + scores - scores[np.arange(len(y)), y][:, None]).sum()


# --- runs -------------------------------------------------------------------------------------------------------------


def with_any(steps):
    for t in range(len(steps)):
        for name in steps[t]:
            x = steps[t][name]
            if np.any(np.isnan(x)) or np.any(np.isinf(x)):
                return [t, name]


def by_next(steps):
    return next(((t, name) for t, d in enumerate(steps) for name, x in d.items() if (~np.isfinite(x)).sum() > 0), None)


def by_times_0(steps):
    for t, step in enumerate(steps):
        for name, x in step.items():
            if not (0 * x == 0).all():
                return t, name
    return None


def only_nan(steps):
    for t, step in enumerate(steps):
        for name, x in step.items():
            if np.isnan(x).any():
                return t, name


def only_inf(steps):
    for t, step in enumerate(steps):
        for name, x in step.items():
            if np.isinf(x).any():
                return t, name


def equal_to_nan(steps):
    for t, step in enumerate(steps):
        for name, x in step.items():
            if (x == np.nan).any() or (x == np.inf).any():
                return t, name


def by_the_sum(steps):
    for t, step in enumerate(steps):
        for name, x in step.items():
            if not np.isfinite(np.sum(x)):
                return t, name


def all_of_it(steps):
    for t, step in enumerate(steps):
        for name, x in step.items():
            if (~np.isfinite(x)).all():
                return t, name


def name_first(steps):
    for name in steps[0]:
        for t, step in enumerate(steps):
            if not np.isfinite(step[name]).all():
                return t, name


def the_last(steps):
    found = None
    for t, step in enumerate(steps):
        for name, x in step.items():
            if not np.isfinite(x).all():
                found = t, name
    return found


def last_of_the_first_step(steps):
    for t, step in enumerate(steps):
        bad = [name for name, x in step.items() if not np.isfinite(x).all()]
        if bad:
            return t, bad[-1]


def ends_too_early(steps):
    for t, step in enumerate(steps):
        for name, x in step.items():
            if not np.isfinite(x).all():
                return t, name
            else:
                return None


def from_1(steps):
    for t, step in enumerate(steps, start=1):
        for name, x in step.items():
            if not np.isfinite(x).all():
                return t, name


ANSWERS = [
    *((entry_slopes, right, "") for right in (with_nditer, flattened)),
    (entry_slopes, masks, ""),
    (entry_slopes, in_the_array_itself, "the type of the array kept"),
    (entry_slopes, never_put_back, "the step accumulates"),
    (entry_slopes, plain_eps, "the same step for every entry"),
    (entry_slopes, plain_eps_of_any_type, "the same step for every entry, and the type of the array kept"),
    (entry_slopes, forward, "forward for central"),
    (entry_slopes, forward_with_plain_eps, "forward for central, and the same step for every entry"),
    (entry_slopes, by_rows, "a whole row stepped at once"),
    (entry_slopes, everything_moves, "all entries stepped at once"),
    (entry_slopes, a_list, "a flat array"),
    (entry_slopes, relative_step, "a step of 0 from 0"),
    (entry_slopes, half_divided, "the 2 forgotten"),
    (entry_slopes, half_a_step, None),
    (entry_slopes, leaves_x_moved, "input modified in place"),
    *((gradient_of_step, right, "") for right in (solved, as_written)),
    (gradient_of_step, with_after, "decay of the weights after"),
    (gradient_of_step, plain, "decay missing"),
    (gradient_of_step, decay_over_lr, "decay divided by lr"),
    (gradient_of_step, decayed_first, "decay divided by lr"),
    (gradient_of_step, lambda before, after, lr, weight_decay: before - after, "decay missing, and lr missing"),
    *((gradients_of_path, right, "") for right in (with_a_loop, with_diff)),
    (gradients_of_path, of_gradients, "gradients for velocities"),
    (gradients_of_path, velocities, "velocities for gradients"),
    (gradients_of_path, without_the_first, "the first gradient missing"),
    (gradients_of_path, rolled, "the last velocity before the first step"),
    (gradients_of_path, uphill, "update's sign"),
    (gradients_of_path, lambda path, *, lr, beta: path[:-1] - path[1:], "lr missing, and velocities for gradients"),
    *((log_loss, right, "") for right in (logaddexp, in_torch, a_loop, of_differences)),
    (log_loss, naive, "nothing subtracted"),
    (log_loss, stable_softmax, "the logarithm of 0"),
    (log_loss, plus_tiny, "a tiny number in the logarithm"),
    (log_loss, clipped_p, "a tiny number in the logarithm"),
    (log_loss, clipped_scores, "scores clipped"),
    (log_loss, one_maximum, "the largest score of all examples"),
    (log_loss, not_added_back, "the largest not added back"),
    (log_loss, summed, "sum for mean"),
    (log_loss, for_each, "one loss for each example"),
    (log_loss, of_probabilities, "softmax twice"),
    (log_loss, hinge, None),
    *((first_not_finite, right, "") for right in (with_any, by_next, by_times_0)),
    (first_not_finite, only_nan, "nan alone"),
    (first_not_finite, only_inf, "inf alone"),
    (first_not_finite, equal_to_nan, "inf alone"),
    (first_not_finite, by_the_sum, "a sum that overflows"),
    (first_not_finite, all_of_it, "all entries for one"),
    (first_not_finite, name_first, "the first tensor before the first step"),
    (first_not_finite, the_last, "the last for the first"),
    (first_not_finite, last_of_the_first_step, "the last tensor of its step"),
    (first_not_finite, ends_too_early, "the first step alone"),
    (first_not_finite, from_1, "steps counted from 1"),
]
