"""Update rules as students write them."""

import numpy as np

from gradlab import rules


def adam(x, g, t=0, m=0, v=0, *, lr, beta1, beta2, eps):
    """A right one, for the wrong ones to differ from."""
    t += 1
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g * g
    step = lr * (m / (1 - beta1**t)) / (np.sqrt(v / (1 - beta2**t)) + eps)
    return x - step, t, m, v


def no_correction(x, g, m=0, v=0, *, lr, beta1, beta2, eps):
    m, v = beta1 * m + (1 - beta1) * g, beta2 * v + (1 - beta2) * g**2
    return x - lr * m / (np.sqrt(v) + eps), m, v


def only_m(x, g, t=0, m=0, v=0, *, lr, beta1, beta2, eps):
    m, v = beta1 * m + (1 - beta1) * g, beta2 * v + (1 - beta2) * g**2
    return x - lr * (m / (1 - beta1 ** (t + 1))) / (np.sqrt(v) + eps), t + 1, m, v


def from_zero(x, g, t=0, m=0, v=0, *, lr, beta1, beta2, eps):
    m, v = beta1 * m + (1 - beta1) * g, beta2 * v + (1 - beta2) * g**2
    return x - lr * (m / (1 - beta1**t)) / (np.sqrt(v / (1 - beta2**t)) + eps), t + 1, m, v


def eps_inside(x, g, t=0, m=0, v=0, *, lr, beta1, beta2, eps):
    t, m, v = t + 1, beta1 * m + (1 - beta1) * g, beta2 * v + (1 - beta2) * g**2
    return x - lr * (m / (1 - beta1**t)) / np.sqrt(v / (1 - beta2**t) + eps), t, m, v


def exchanged(x, g, t=0, m=0, v=0, *, lr, beta1, beta2, eps):
    return adam(x, g, t, m, v, lr=lr, beta1=beta2, beta2=beta1, eps=eps)


def one_v_for_all(x, g, t=0, m=0, v=0, *, lr, beta1, beta2, eps):
    t, m, v = t + 1, beta1 * m + (1 - beta1) * g, beta2 * v + (1 - beta2) * np.sum(g**2)
    return x - lr * (m / (1 - beta1**t)) / (np.sqrt(v / (1 - beta2**t)) + eps), t, m, v


def g_for_its_square(x, g, t=0, m=0, v=0, *, lr, beta1, beta2, eps):
    t, m, v = t + 1, beta1 * m + (1 - beta1) * g, beta2 * v + (1 - beta2) * abs(g)
    return x - lr * (m / (1 - beta1**t)) / (np.sqrt(v / (1 - beta2**t)) + eps), t, m, v


def averaged(x, g, v=0, *, lr, beta):
    v = beta * v + (1 - beta) * g
    return x - lr * v, v


def keras(x, g, v=0, *, lr, beta):
    v = beta * v - lr * g
    return x + v, v


def wrong_sign(x, g, v=0, *, lr, beta):
    v = beta * v + g
    return x + lr * v, v


def old_v(x, g, v=0, *, lr, beta):
    return x - lr * v, beta * v + g


def plain(x, g, v=0, *, lr, beta):
    v = beta * v + g
    return x - lr * v, v


def velocity_first(x, g, v=None, *, lr, beta):
    v = g.copy() if v is None else beta * v + g
    return v, x - lr * v


def steps_first(x, g, t=0, m=0, v=0, *, lr, beta1, beta2, eps):
    x, *state = adam(x, g, t, m, v, lr=lr, beta1=beta1, beta2=beta2, eps=eps)
    return *state, x


def averages_first(x, g, m=0, v=0, t=0, *, lr, beta1, beta2, eps):
    x, t, m, v = adam(x, g, t, m, v, lr=lr, beta1=beta1, beta2=beta2, eps=eps)
    return m, v, t, x


def stands_still(x, g, previous=0, *, lr, beta):
    return x, previous


def summed(x, g, v=0, *, lr, rho, eps):
    v = v + g**2
    return x - lr * g / (np.sqrt(v) + eps), v


def forgetful(x, g, v=0, *, lr, eps):
    v = 0.9 * v + 0.1 * g**2
    return x - lr * g / (np.sqrt(v) + eps), v


def adagrad_of_the_sum(x, g, total=0, *, lr, eps):
    total = total + g
    return x - lr * g / (np.sqrt(total**2) + eps), total


def adagrad_without_brackets(x, g, s=0, *, lr, eps):
    s = s + g**2
    return x - lr * (g / np.sqrt(s) + eps), s


def adagrad_of_the_past(x, g, s=0, *, lr, eps):
    return x - lr * g / (np.sqrt(s) + eps), s + g**2


def adagrad_in_a_list(x, g, s=None, *, lr, eps):
    s = g * g if s is None else s + g * g
    return [x - (lr / (np.sqrt(s) + eps)) * g, s]


def coupled(x, g, t=0, m=0, v=0, *, lr, beta1, beta2, eps, weight_decay):
    return adam(x, g + weight_decay * x, t, m, v, lr=lr, beta1=beta1, beta2=beta2, eps=eps)


def unscaled(x, g, t=0, m=0, v=0, *, lr, beta1, beta2, eps, weight_decay):
    return adam(x * (1 - weight_decay), g, t, m, v, lr=lr, beta1=beta1, beta2=beta2, eps=eps)


def afterwards(x, g, t=0, m=0, v=0, *, lr, beta1, beta2, eps, weight_decay):
    x, *state = adam(x, g, t, m, v, lr=lr, beta1=beta1, beta2=beta2, eps=eps)
    return x - lr * weight_decay * x, *state


def remembers():
    memory = {"v": 0}

    def momentum(x, g, *, lr, beta):
        memory["v"] = beta * memory["v"] + g
        return (x - lr * memory["v"],)

    return momentum


def mutable_default(x, g, state={}, *, lr, beta):  # noqa: B006
    state["v"] = beta * state.get("v", 0) + g
    return (x - lr * state["v"],)


def in_place(x, g, v=0, *, lr, beta):
    v = beta * v + g
    x -= lr * v
    return x, v


def in_single_precision(x, g, v=0, *, lr, beta):
    v = beta * v + g
    return (x - lr * v).astype(np.float32), v.astype(np.float32)


def lion_of_one_memory(x, g, m=0, *, lr, beta1, beta2, weight_decay):
    m = beta1 * m + (1 - beta1) * g
    return x - lr * (np.sign(m) + weight_decay * x), m


def adamax_of_a_mean(x, g, t=0, m=0, u=0, *, lr, beta1, beta2, eps):
    t, m, u = t + 1, beta1 * m + (1 - beta1) * g, beta2 * u + (1 - beta2) * abs(g)
    return x - lr * m / (1 - beta1**t) / (u + eps), t, m, u


ANSWERS = [
    (rules.lion, lion_of_one_memory, "β₁ in both averages"),
    (rules.adamax, adamax_of_a_mean, "running average for maximum"),
    (rules.sgd, lambda x, g, *, lr: (x - lr * g / np.linalg.norm(g),), "the gradient's length lost"),
    (rules.sgd, lambda x, g, *, lr: (x - lr * np.sign(g),), "the gradient's size lost"),
    (rules.sgd, lambda x, g, *, lr: (-lr * g,), "the step for the point"),
    (rules.adam, adam, ""),
    (rules.momentum, in_single_precision, ""),
    (rules.sgd, lambda x, g, *, lr: [(x - lr * g).tolist()], ""),
    (rules.momentum, velocity_first, "the state before the point"),
    (rules.adam, steps_first, "the state before the point"),
    (rules.adam, averages_first, "the state before the point"),
    (rules.heavy_ball, stands_still, None),
    (rules.adam, no_correction, "no bias correction"),
    (rules.adam, only_m, "bias correction of one moment only"),
    (rules.adam, from_zero, "t starting at 0"),
    (rules.adam, eps_inside, "eps inside the root"),
    (rules.adam, exchanged, "β₁ and β₂ exchanged"),
    (rules.adam, one_v_for_all, "a scalar where a vector belongs"),
    (rules.adam, g_for_its_square, "g or |g| for g²"),
    (rules.momentum, averaged, "EWMA for heavy ball"),
    (rules.momentum, keras, "lr inside the velocity"),
    (rules.momentum, wrong_sign, "update's sign"),
    (rules.momentum, old_v, "old velocity in the step"),
    (rules.ewma_momentum, plain, "heavy ball for EWMA"),
    (rules.nesterov, plain, "Nesterov without look-ahead"),
    (rules.rmsprop, summed, "sum for running average"),
    (rules.adagrad, forgetful, "running average for sum"),
    (rules.adagrad, adagrad_in_a_list, ""),
    (rules.adagrad, adagrad_of_the_sum, "square of the sum"),
    (rules.adagrad, adagrad_without_brackets, "eps added to the step"),
    (rules.adagrad, adagrad_of_the_past, "old average in the step"),
    (rules.adamw, coupled, "L2 for decoupled decay"),
    (rules.adamw, unscaled, "decay not scaled by lr"),
    (rules.adamw, afterwards, "decay after instead of before"),
    (rules.momentum, remembers(), "state shared between calls"),
    (rules.momentum, mutable_default, "state shared between calls"),
    (rules.momentum, in_place, "input modified in place"),
]
