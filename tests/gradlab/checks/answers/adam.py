"""The rules of Adam's family as students write them."""

import numpy as np

from gradlab import rules


def averages(g, m, v, beta1, beta2):
    return beta1 * m + (1 - beta1) * g, beta2 * v + (1 - beta2) * g * g


def adam_step(x, t, m, v, *, lr, beta1, beta2, eps):
    return x - lr * m / (1 - beta1**t) / (np.sqrt(v / (1 - beta2**t)) + eps)


def plain_adam(x, g, t=0, m=0, v=0, *, lr, beta1, beta2, eps):
    m, v = averages(g, m, v, beta1, beta2)
    return adam_step(x, t + 1, m, v, lr=lr, beta1=beta1, beta2=beta2, eps=eps), t + 1, m, v


def adam_as_in_the_paper(x, g, t=0, m=0, v=0, *, lr, beta1, beta2, eps):
    """The faster order of the paper, with its eps translated."""
    t += 1
    m, v = m + (1 - beta1) * (g - m), v + (1 - beta2) * (g * g - v)
    scale = np.sqrt(1 - beta2**t)
    return x - lr * scale / (1 - beta1**t) * m / (np.sqrt(v) + eps * scale), t, m, v


def adam_by_coordinate(x, g, t=0, m=0, v=0, *, lr, beta1, beta2, eps):
    t, new = t + 1, np.array(x, float)
    m, v = np.zeros(x.shape) + m, np.zeros(x.shape) + v
    for one in np.ndindex(x.shape):
        m[one] = beta1 * m[one] + (1 - beta1) * g[one]
        v[one] = beta2 * v[one] + (1 - beta2) * g[one] ** 2
        new[one] -= lr * m[one] / (1 - beta1**t) / ((v[one] / (1 - beta2**t)) ** 0.5 + eps)
    return new, t, m, v


def adam_in_float32(x, g, t=0, m=0, v=0, *, lr, beta1, beta2, eps):
    g = np.float32(g)
    m, v = averages(g, np.float32(m), np.float32(v), beta1, beta2)
    return adam_step(x, t + 1, m, v, lr=lr, beta1=beta1, beta2=beta2, eps=eps), t + 1, m, v


def adam_that_powers_its_betas(x, g, p1=1, p2=1, m=0, v=0, *, lr, beta1, beta2, eps):
    p1, p2 = p1 * beta1, p2 * beta2
    m, v = averages(g, m, v, beta1, beta2)
    return x - lr * m / (1 - p1) / (np.sqrt(v / (1 - p2)) + eps), p1, p2, m, v


def adam_begins_at_1(x, g, t=1, m=0, v=0, *, lr, beta1, beta2, eps):
    t += 1
    m, v = averages(g, m, v, beta1, beta2)
    return adam_step(x, t, m, v, lr=lr, beta1=beta1, beta2=beta2, eps=eps), t, m, v


def adam_stores_the_corrected(x, g, t=0, m=0, v=0, *, lr, beta1, beta2, eps):
    t, (m, v) = t + 1, averages(g, m, v, beta1, beta2)
    m /= 1 - beta1**t
    v /= 1 - beta2**t
    return x - lr * m / (np.sqrt(v) + eps), t, m, v


def adam_without_a_power(x, g, t=0, m=0, v=0, *, lr, beta1, beta2, eps):
    m, v = averages(g, m, v, beta1, beta2)
    return x - lr * m / (1 - beta1) / (np.sqrt(v / (1 - beta2)) + eps), t, m, v


def adam_counts_no_steps(x, g, t=0, m=0, v=0, *, lr, beta1, beta2, eps):
    m, v = averages(g, m, v, beta1, beta2)
    return adam_step(x, t + 1, m, v, lr=lr, beta1=beta1, beta2=beta2, eps=eps), t, m, v


def adam_of_sums(x, g, t=0, m=0, v=0, *, lr, beta1, beta2, eps):
    t, m, v = t + 1, beta1 * m + g, beta2 * v + g**2
    return adam_step(x, t, m, v, lr=lr, beta1=beta1, beta2=beta2, eps=eps), t, m, v


def adam_multiplies(x, g, t=0, m=0, v=0, *, lr, beta1, beta2, eps):
    t, (m, v) = t + 1, averages(g, m, v, beta1, beta2)
    return x - lr * m * (1 - beta1**t) / (np.sqrt(v * (1 - beta2**t)) + eps), t, m, v


def adam_of_keras(x, g, t=0, m=0, v=0, *, lr, beta1, beta2, eps):
    t, (m, v) = t + 1, averages(g, m, v, beta1, beta2)
    return x - lr * np.sqrt(1 - beta2**t) / (1 - beta1**t) * m / (np.sqrt(v) + eps), t, m, v


def adam_without_brackets(x, g, t=0, m=0, v=0, *, lr, beta1, beta2, eps):
    t, (m, v) = t + 1, averages(g, m, v, beta1, beta2)
    return x - lr * (m / (1 - beta1**t)) / np.sqrt(v / (1 - beta2**t)) + eps, t, m, v


def adam_of_the_variance(x, g, t=0, m=0, v=0, *, lr, beta1, beta2, eps):
    t, m = t + 1, beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * (g - m) ** 2
    return adam_step(x, t, m, v, lr=lr, beta1=beta1, beta2=beta2, eps=eps), t, m, v


def adam_corrects_outside(x, g, t=0, m=0, v=0, *, lr, beta1, beta2, eps):
    t, (m, v) = t + 1, averages(g, m, v, beta1, beta2)
    return x - lr * (m / (1 - beta1**t)) / (np.sqrt(v) / (1 - beta2**t) + eps), t, m, v


def adam_squares_m(x, g, t=0, m=0, v=0, *, lr, beta1, beta2, eps):
    t, m = t + 1, beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * m**2
    return adam_step(x, t, m, v, lr=lr, beta1=beta1, beta2=beta2, eps=eps), t, m, v


def adam_that_halves(x, g, t=0, m=0, v=0, *, lr, beta1, beta2, eps):
    x, *state = plain_adam(x, g, t, m, v, lr=lr / 2, beta1=beta1, beta2=beta2, eps=eps)
    return x, *state


def adamw(x, g, t=0, m=0, v=0, *, lr, beta1, beta2, eps, weight_decay):
    return plain_adam((1 - lr * weight_decay) * x, g, t, m, v, lr=lr, beta1=beta1, beta2=beta2, eps=eps)


def adamw_in_one_line(x, g, t=0, m=0, v=0, *, lr, beta1, beta2, eps, weight_decay):
    t, (m, v) = t + 1, averages(g, m, v, beta1, beta2)
    return x - lr * (m / (1 - beta1**t) / (np.sqrt(v / (1 - beta2**t)) + eps) + weight_decay * x), t, m, v


def adamw_in_the_numerator(x, g, t=0, m=0, v=0, *, lr, beta1, beta2, eps, weight_decay):
    t, (m, v) = t + 1, averages(g, m, v, beta1, beta2)
    return x - lr * (m / (1 - beta1**t) + weight_decay * x) / (np.sqrt(v / (1 - beta2**t)) + eps), t, m, v


def adamw_both_ways(x, g, *state, lr, beta1, beta2, eps, weight_decay):
    return adamw(x, g + weight_decay * x, *state, lr=lr, beta1=beta1, beta2=beta2, eps=eps, weight_decay=weight_decay)


def amsgrad(x, g, t=0, m=0, v=0, largest=None, *, lr, beta1, beta2, eps):
    m, v = averages(g, m, v, beta1, beta2)
    largest = v if largest is None else np.maximum(v, largest)
    return adam_step(x, t + 1, m, largest, lr=lr, beta1=beta1, beta2=beta2, eps=eps), t + 1, m, v, largest


def amsgrad_of_corrected(x, g, t=0, m=0, v=0, largest=0, *, lr, beta1, beta2, eps):
    t = t + 1
    m, v = averages(g, m, v, beta1, beta2)
    largest = np.maximum(largest, v / (1 - beta2**t))
    return x - lr * m / (1 - beta1**t) / (np.sqrt(largest) + eps), t, m, v, largest


def amsgrad_kept_in_v(x, g, t=0, m=0, v=0, *, lr, beta1, beta2, eps):
    m, v = beta1 * m + (1 - beta1) * g, np.maximum(v, beta2 * v + (1 - beta2) * g**2)
    return adam_step(x, t + 1, m, v, lr=lr, beta1=beta1, beta2=beta2, eps=eps), t + 1, m, v


def adamax(x, g, t=0, m=0, u=None, *, lr, beta1, beta2, eps):
    m, u = beta1 * m + (1 - beta1) * g, np.abs(g) + eps if u is None else np.maximum(beta2 * u, np.abs(g) + eps)
    return x - lr / (1 - beta1 ** (t + 1)) * m / u, t + 1, m, u


def adamax_corrected_twice(x, g, t=0, m=0, u=0, *, lr, beta1, beta2, eps):
    t, m, u = t + 1, beta1 * m + (1 - beta1) * g, np.maximum(beta2 * u, np.abs(g) + eps)
    return x - lr * (m / (1 - beta1**t)) / (u / (1 - beta2**t)), t, m, u


def adamax_without_decay(x, g, t=0, m=0, u=0, *, lr, beta1, beta2, eps):
    t, m, u = t + 1, beta1 * m + (1 - beta1) * g, np.maximum(u, np.abs(g) + eps)
    return x - lr * (m / (1 - beta1**t)) / u, t, m, u


def adamax_eps_below(x, g, t=0, m=0, u=0, *, lr, beta1, beta2, eps):
    t, m, u = t + 1, beta1 * m + (1 - beta1) * g, np.maximum(beta2 * u, np.abs(g))
    return x - lr * (m / (1 - beta1**t)) / (u + eps), t, m, u


def adam_for_nadam(x, g, t=0, m=0, v=0, *, lr, beta1, beta2, eps, momentum_decay):
    return plain_adam(x, g, t, m, v, lr=lr, beta1=beta1, beta2=beta2, eps=eps)


def nadam_of_keras_docs(x, g, t=0, m=0, v=0, *, lr, beta1, beta2, eps, momentum_decay):
    t = t + 1
    m, v = averages(g, m, v, beta1, beta2)
    m_hat = beta1 * m / (1 - beta1 ** (t + 1)) + (1 - beta1) * g / (1 - beta1**t)
    return x - lr * m_hat / (np.sqrt(v / (1 - beta2**t)) + eps), t, m, v


def radam(x, g, t=0, m=0, v=0, *, lr, beta1, beta2, eps, least=5, adapt=True, factor=True):
    t = t + 1
    m, v = averages(g, m, v, beta1, beta2)
    top = 2 / (1 - beta2) - 1
    rho = top - 2 * t * beta2**t / (1 - beta2**t)
    step = m / (1 - beta1**t)
    if rho > least or not adapt:
        r = ((rho - 4) * (rho - 2) * top / ((top - 4) * (top - 2) * rho)) ** 0.5 if factor else 1
        step = r * step * (1 - beta2**t) ** 0.5 / (np.sqrt(v) + eps)
    return x - lr * step, t, m, v


def radam_of_the_paper(x, g, *state, **hyper):
    return radam(x, g, *state, **hyper, least=4)


def radam_at_once(x, g, *state, **hyper):
    return radam(x, g, *state, **hyper, adapt=False, factor=False)


def radam_without_its_factor(x, g, *state, **hyper):
    return radam(x, g, *state, **hyper, factor=False)


def lion(x, g, m=0, *, lr, beta1, beta2, weight_decay):
    direction = np.sign(m + (1 - beta1) * (g - m))
    return x * (1 - lr * weight_decay) - lr * direction, m + (1 - beta2) * (g - m)


def lion_updated_first(x, g, m=0, *, lr, beta1, beta2, weight_decay):
    m = beta2 * m + (1 - beta2) * g
    c = beta1 * m + (1 - beta1) * g
    return x - lr * (np.sign(c) + weight_decay * x), m


def sign_of_momentum(x, g, m=0, *, lr, beta1, beta2, weight_decay):
    m = beta2 * m + (1 - beta2) * g
    return x - lr * (np.sign(m) + weight_decay * x), m


def lion_without_sign(x, g, m=0, *, lr, beta1, beta2, weight_decay):
    c, m = beta1 * m + (1 - beta1) * g, beta2 * m + (1 - beta2) * g
    return x - lr * (c + weight_decay * x), m


def lion_with_l2(x, g, m=0, *, lr, beta1, beta2, weight_decay):
    return lion(x, g + weight_decay * x, m, lr=lr, beta1=beta1, beta2=beta2, weight_decay=0)


def newton_schulz(m, eps, steps=5):
    m = m / max(np.sqrt(np.sum(m**2)), eps)
    for _ in range(steps):
        a = m @ m.T
        m = 3.4445 * m + (-4.7750 * a + 2.0315 * a @ a) @ m
    return m


def muon(x, g, m=0, *, lr, beta, eps, weight_decay):
    m = beta * m + (1 - beta) * g
    rows, columns = x.shape
    step = max(1, rows / columns) ** 0.5 * newton_schulz(beta * m + (1 - beta) * g, eps)
    return (1 - lr * weight_decay) * x - lr * step, m


def muon_of_m(x, g, m=0, *, lr, beta, eps, weight_decay):
    m = beta * m + (1 - beta) * g
    step = max(1, x.shape[0] / x.shape[1]) ** 0.5 * newton_schulz(m, eps)
    return (1 - lr * weight_decay) * x - lr * step, m


def muon_by_svd(x, g, m=0, *, lr, beta, eps, weight_decay):
    m = beta * m + (1 - beta) * g
    u, _, vt = np.linalg.svd(beta * m + (1 - beta) * g, full_matrices=False)
    return x - lr * weight_decay * x - lr * max(1, x.shape[0] / x.shape[1]) ** 0.5 * (u @ vt), m


def muon_without_orthogonalisation(x, g, m=0, *, lr, beta, eps, weight_decay):
    m = beta * m + (1 - beta) * g
    return x - lr * weight_decay * x - lr * max(1, x.shape[0] / x.shape[1]) ** 0.5 * m, m


def muon_of_any_shape(x, g, m=0, *, lr, beta, eps, weight_decay):
    m = beta * m + (1 - beta) * g
    return x - lr * weight_decay * x - lr * newton_schulz(beta * m + (1 - beta) * g, eps), m


def adam_in_place(x, g, t=0, m=None, v=None, *, lr, beta1, beta2, eps):
    if m is None:
        m, v = np.zeros_like(x), np.zeros_like(x)
    t += 1
    m *= beta1
    m += (1 - beta1) * g
    v *= beta2
    v += (1 - beta2) * g**2
    return adam_step(x, t, m, v, lr=lr, beta1=beta1, beta2=beta2, eps=eps), t, m, v


def adam_uncorrected_and_rootless(x, g, t=0, m=0, v=0, *, lr, beta1, beta2, eps):
    m, v = averages(g, m, v, beta1, beta2)
    return x - lr * m / (v + eps), t + 1, m, v


def adam_grows(x, g, t=0, m=0, v=0, *, lr, beta1, beta2, eps):
    t, m, v = t + 1, beta1 * m + g, beta2 * v + (1 - beta2) * g**2
    return adam_step(x, t, m, v, lr=lr, beta1=beta1, beta2=beta2, eps=eps), t, m, v


ANSWERS = [
    (rules.adam, adam_in_place, "input modified in place"),
    (rules.adam, adam_uncorrected_and_rootless, "no bias correction, and root missing"),
    (rules.adam, adam_grows, "1 − β₁ missing"),
    (rules.adam, adam_as_in_the_paper, ""),
    (rules.adam, adam_by_coordinate, ""),
    (rules.adam, adam_in_float32, ""),
    (rules.adam, adam_that_powers_its_betas, ""),
    (rules.adam, adam_begins_at_1, "t one too high"),
    (rules.adam, adam_stores_the_corrected, "corrected averages stored"),
    (rules.adam, adam_without_a_power, "correction of the first step for ever"),
    (rules.adam, adam_counts_no_steps, "correction of the first step for ever"),
    (rules.adam, adam_of_sums, "1 − β missing in both averages"),
    (rules.adam, adam_multiplies, "correction upside down"),
    (rules.adam, adam_of_keras, "eps beside the uncorrected root"),
    (rules.adam, adam_without_brackets, "eps added to the quotient"),
    (rules.adam, adam_of_the_variance, "variance for mean square"),
    (rules.adam, adam_corrects_outside, "correction outside the root"),
    (rules.adam, adam_squares_m, "v from m for g²"),
    (rules.adam, adam_that_halves, None),
    (rules.adamw, adamw, ""),
    (rules.adamw, adamw_in_one_line, ""),
    (rules.adamw, adamw_in_the_numerator, "decay inside the quotient"),
    (rules.adamw, adamw_both_ways, "decay twice"),
    (rules.amsgrad, amsgrad, ""),
    (rules.adamax, adamax, ""),
    (rules.radam, radam, ""),
    (rules.lion, lion, ""),
    (rules.muon, muon, ""),
    (rules.amsgrad, plain_adam, "maximum missing"),
    (rules.amsgrad, amsgrad_of_corrected, "maximum after the correction"),
    (rules.amsgrad, amsgrad_kept_in_v, "maximum carried on as v"),
    (rules.adamax, adamax_corrected_twice, "bias correction where none belongs"),
    (rules.adamax, adamax_without_decay, "maximum that never fades"),
    (rules.adamax, adamax_eps_below, "eps outside the maximum"),
    (rules.nadam, adam_for_nadam, "Nesterov without look-ahead"),
    (rules.nadam, nadam_of_keras_docs, "warm-up missing"),
    (rules.radam, radam_of_the_paper, "the paper's threshold"),
    (rules.radam, radam_at_once, "rectification missing"),
    (rules.radam, radam_without_its_factor, "rectification's factor missing"),
    (rules.lion, lion_updated_first, "sequential for simultaneous update"),
    (rules.lion, sign_of_momentum, "sign of the wrong average"),
    (rules.lion, lion_without_sign, "sign missing"),
    (rules.lion, lion_with_l2, "L2 for decoupled decay"),
    (rules.muon, muon_of_m, "Nesterov without look-ahead"),
    (rules.muon, muon_by_svd, "exact orthogonalisation"),
    (rules.muon, muon_without_orthogonalisation, "orthogonalisation missing"),
    (rules.muon, muon_of_any_shape, "factor of the shape missing"),
]
