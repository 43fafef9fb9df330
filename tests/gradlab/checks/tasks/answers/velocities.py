"""Answers to chapter 4's tasks on velocities as students write them."""

import numpy as np

from gradlab.checks.tasks.velocities import beta_outside, corrected_momentum, look_ahead

# --- a look ahead -----------------------------------------------------------------------------------------------------


def rate_inside(grad, x0, *, lr, beta, steps):
    x, u = np.array(x0, float), np.zeros(len(x0))
    path = np.empty((steps + 1, len(x0)))
    path[0] = x
    for t in range(steps):
        u = beta * u - lr * grad(x + beta * u)
        x = x + u
        path[t + 1] = x
    return path


def jump_then_correct(grad, x0, *, lr, beta, steps):
    path, v = [np.asarray(x0, float)], 0
    while len(path) <= steps:
        ahead = path[-1] - lr * beta * v
        g = grad(ahead)
        v = beta * v + g
        path += [ahead - lr * g]
    return np.stack(path)


def two_points(grad, x0, *, lr, beta, steps):
    x = before = np.array(x0, np.float64)
    out = [x]
    for _ in range(steps):
        y = x + beta * (x - before)
        before, x = x, y - lr * grad(y)
        out.append(x)
    return np.vstack(out)


def stored_place(grad, x0, *, lr, beta, steps):
    y, v = np.array(x0, float), 0.0
    path = [y]
    for _ in range(steps):
        g = grad(y)
        v = beta * v + g
        y = y - lr * (g + beta * v)
        path.append(y)
    return np.array(path)


def blind(grad, x0, *, lr, beta, steps):
    x, v = x0.astype(float), 0
    path = [x]
    for _ in range(steps):
        v = v * beta + grad(x)
        x = x - v * lr
        path.append(x)
    return np.array(path)


def much_too_far(grad, x0, *, lr, beta, steps):
    x, v = x0.astype(float), 0
    path = [x]
    for _ in range(steps):
        ahead = x - beta * v
        v = beta * v + grad(ahead)
        x = x - lr * v
        path.append(x)
    return np.array(path)


def no_friction_ahead(grad, x0, *, lr, beta, steps):
    x, v = x0.astype(float), 0
    path = [x]
    for _ in range(steps):
        v = beta * v + grad(x - lr * v)
        x = x - lr * v
        path.append(x)
    return np.array(path)


def plus(grad, x0, *, lr, beta, steps):
    x, v = x0.astype(float), 0
    path = [x]
    for _ in range(steps):
        v = beta * v + grad(x + lr * beta * v)
        x = x - lr * v
        path.append(x)
    return np.array(path)


def stays_where_it_looked(grad, x0, *, lr, beta, steps):
    x, v = x0.astype(float), 0
    path = [x]
    for _ in range(steps):
        x = x - lr * beta * v
        v = beta * v + grad(x)
        x = x - lr * v
        path.append(x)
    return np.array(path)


def keras_with_a_rate_ahead(grad, x0, *, lr, beta, steps):
    x, u = x0.astype(float), 0
    path = [x]
    for _ in range(steps):
        u = beta * u - lr * grad(x + lr * beta * u)
        x = x + u
        path.append(x)
    return np.array(path)


def keras_with_a_sign_and_a_rate_ahead(grad, x0, *, lr, beta, steps):
    path, u = [x0], np.zeros(len(x0))
    for i in range(steps):
        u = beta * u - lr * grad(path[i] - lr * beta * u)
        path.append(path[i] + u)
    return np.array(path)


def torch_on_top(grad, x0, *, lr, beta, steps):
    x, v = x0.astype(float), 0
    path = [x]
    for _ in range(steps):
        g = grad(x - lr * beta * v)
        v = beta * v + g
        x = x - lr * (g + beta * v)
        path.append(x)
    return np.array(path)


def averaged(grad, x0, *, lr, beta, steps):
    x, v = x0.astype(float), 0
    path = [x]
    for _ in range(steps):
        v = beta * v + (1 - beta) * grad(x - lr * beta * v)
        x = x - lr * v
        path.append(x)
    return np.array(path)


def in_place(grad, x0, *, lr, beta, steps):
    x, v = np.array(x0, float), np.zeros(len(x0))
    path = [x]
    for _ in range(steps):
        v = beta * v + grad(x - lr * beta * v)
        x -= lr * v
        path.append(x)
    return np.array(path)


def copies_of_the_start(grad, x0, *, lr, beta, steps):
    path, v = np.array([x0] * (steps + 1)), 0
    for t in range(steps):
        v = beta * v + grad(path[t] - lr * beta * v)
        path[t + 1] = path[t] - lr * v
    return path


def writes_into_x0(grad, x0, *, lr, beta, steps):
    v, path = 0, [x0.copy()]
    for _ in range(steps):
        v = beta * v + grad(x0 - lr * beta * v)
        x0[:] = x0 - lr * v
        path.append(x0.copy())
    return np.array(path)


def end_only(grad, x0, *, lr, beta, steps):
    return rate_inside(grad, x0, lr=lr, beta=beta, steps=steps)[-1]


def stops_when_it_stands(grad, x0, *, lr, beta, steps):
    path = rate_inside(grad, x0, lr=lr, beta=beta, steps=steps)
    moved = np.abs(np.diff(path, axis=0)).max(axis=1) > 1e-6
    return path[: 1 + moved.sum()]


def half_ahead(grad, x0, *, lr, beta, steps):
    x, v = x0.astype(float), 0
    path = [x]
    for _ in range(steps):
        v = beta * v + grad(x - lr * beta * v / 2)
        x = x - lr * v
        path.append(x)
    return np.array(path)


# --- a β for other rates ----------------------------------------------------------------------------------------------


def nested(lr, *, beta):
    def at(t):
        if t == 0:
            return beta
        return lr(t - 1) / lr(t) * beta

    return at


def in_single_precision(lr, *, beta):
    return lambda t: np.float32(nested(lr, beta=beta)(t))


def to_keras(lr, *, beta):
    return lambda t: beta if t == 0 else beta * lr(t) / lr(t - 1)


def too_early(lr, *, beta):
    return lambda t: beta * lr(t) / lr(t + 1)


def since_the_start(lr, *, beta):
    return lambda t: beta * lr(0) / lr(t)


def remembers(lr, *, beta):
    old = [None]

    def at(t):
        before, old[0] = old[0], lr(t)
        return beta if before is None else beta * before / lr(t)

    return at


def without_a_first(lr, *, beta):
    return lambda t: beta * lr(t - 1) / lr(t)


def never_above_1(lr, *, beta):
    return lambda t: min(nested(lr, beta=beta)(t), 0.999)


def difference(lr, *, beta):
    return lambda t: beta + lr(max(t - 1, 0)) - lr(t)


# --- a corrected average ----------------------------------------------------------------------------------------------


def by_the_sum_of_weights(x, g, t=0, m=0, *, lr, beta):
    m = m + (1 - beta) * (g - m)
    weights = sum((1 - beta) * beta**k for k in range(t + 1))
    return x - lr * m / weights, t + 1, m


def with_a_growing_beta(x, g, t=0, mean=0, *, lr, beta):
    keep = beta * (1 - beta**t) / (1 - beta ** (t + 1))
    mean = keep * mean + (1 - keep) * g
    return x - lr * mean, t + 1, mean


def as_a_list(x, g, t=0, m=None, *, lr, beta):
    t += 1
    m = (1 - beta) * g if m is None else beta * m + (1 - beta) * g
    return [(x - lr * (m / (1 - beta**t))).astype(np.float32), t, m]


def uncorrected(x, g, t=0, m=0, *, lr, beta):
    m = beta * m + (1 - beta) * g
    return x - lr * m, t + 1, m


def average_first(x, g, m=0, t=0, *, lr, beta):
    m, t = beta * m + (1 - beta) * g, t + 1
    return m, t, x - lr * m / (1 - beta**t)


def from_zero(x, g, t=0, m=0, *, lr, beta):
    m = beta * m + (1 - beta) * g
    return x - lr * m / (1 - beta**t), t + 1, m


def keeps_the_corrected(x, g, t=0, m=0, *, lr, beta):
    t += 1
    m = (beta * m + (1 - beta) * g) / (1 - beta**t)
    return x - lr * m, t, m


def dampened(x, g, t=0, m=0, *, lr, beta):
    m = g if t == 0 else beta * m + (1 - beta) * g
    return x - lr * m, t + 1, m


def summed(x, g, t=0, m=0, *, lr, beta):
    m = beta * m + g
    return x - lr * m, t + 1, m


def keeps_no_count(x, g, t=0, m=0, *, lr, beta):
    m = beta * m + (1 - beta) * g
    return x - lr * m / (1 - beta ** (t + 1)), t, m


def forgets_all(x, g, t=0, m=0, *, lr, beta):
    t += 1
    m = beta * m + (1 - beta) * g
    return (x - lr * m / (1 - beta**t),)


def in_m_itself(x, g, t=0, m=None, *, lr, beta):
    m = np.zeros_like(x) if m is None else m
    x -= lr * (beta * m + (1 - beta) * g) / (1 - beta ** (t + 1))
    return x, t + 1, beta * m + (1 - beta) * g


def squared(x, g, t=0, m=0, *, lr, beta):
    t += 1
    m = beta * m + (1 - beta) * g
    return x - lr * m / (1 - beta**t) ** 2, t, m


ANSWERS = [
    *((look_ahead, right, "") for right in (rate_inside, jump_then_correct, two_points)),
    (look_ahead, stored_place, "places looked at for the path"),
    (look_ahead, blind, "look-ahead missing"),
    (look_ahead, much_too_far, "look-ahead without the rate"),
    (look_ahead, no_friction_ahead, "look-ahead without β"),
    (look_ahead, plus, "look-ahead uphill"),
    (look_ahead, stays_where_it_looked, "the jump made twice"),
    (look_ahead, keras_with_a_rate_ahead, "a rate too many in the look-ahead"),
    (look_ahead, keras_with_a_sign_and_a_rate_ahead, "look-ahead uphill, and a rate too many in it"),
    (look_ahead, torch_on_top, "looks ahead twice"),
    (look_ahead, averaged, "EWMA for heavy ball"),
    (look_ahead, in_place, "every row the same array"),
    (look_ahead, copies_of_the_start, "whole numbers only"),
    (look_ahead, writes_into_x0, "whole numbers only"),
    (look_ahead, end_only, "the end for the path"),
    (look_ahead, stops_when_it_stands, "the end missing"),
    (look_ahead, half_ahead, None),
    (beta_outside, nested, ""),
    (beta_outside, in_single_precision, ""),
    (beta_outside, to_keras, "the other direction"),
    (beta_outside, too_early, "the rate after for the rate before"),
    (beta_outside, since_the_start, "compared with the first rate"),
    (beta_outside, remembers, "state shared between calls"),
    (beta_outside, without_a_first, "a step before the first"),
    (beta_outside, never_above_1, "capped"),
    (beta_outside, lambda lr, *, beta: lambda t: beta, "β left as it is"),
    (beta_outside, lambda lr, *, beta: lambda t: lr(t) * (1 - beta), "an average's conversion"),
    (beta_outside, lambda lr, *, beta: beta, None),
    (beta_outside, difference, None),
    *((corrected_momentum, right, "") for right in (by_the_sum_of_weights, with_a_growing_beta, as_a_list)),
    (corrected_momentum, uncorrected, "no bias correction"),
    (corrected_momentum, average_first, "the state before the point"),
    (corrected_momentum, from_zero, "t starting at 0"),
    (corrected_momentum, keeps_the_corrected, "corrected average carried on"),
    (corrected_momentum, dampened, "the first gradient in full"),
    (corrected_momentum, summed, "heavy ball for EWMA, or the correction of the first step for ever"),
    (corrected_momentum, keeps_no_count, "heavy ball for EWMA, or the correction of the first step for ever"),
    (corrected_momentum, forgets_all, "state forgotten between steps"),
    (corrected_momentum, in_m_itself, "input modified in place"),
    (corrected_momentum, squared, None),
]
