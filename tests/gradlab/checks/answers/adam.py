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


ANSWERS = [
    (rules.amsgrad, amsgrad, ""),
    (rules.adamax, adamax, ""),
    (rules.radam, radam, ""),
    (rules.lion, lion, ""),
    (rules.muon, muon, ""),
    (rules.amsgrad, plain_adam, "maximum missing"),
    (rules.amsgrad, amsgrad_of_corrected, "maximum after the correction"),
    (rules.amsgrad, amsgrad_kept_in_v, None),
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
