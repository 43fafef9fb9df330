"""Answers to chapter 5's exercises as students write them."""

import numpy as np
import torch

from gradlab.checks.tasks.adaptive import adagrad_rates, clip_all, clipped_step, decay_left


def flat(gradients):
    return np.concatenate([g.ravel() for g in gradients])


def clip_if(gradients, *, max_norm):
    norm = np.linalg.norm(flat(gradients))
    if norm > max_norm:
        gradients = [g * max_norm / norm for g in gradients]
    return gradients


def clip_in_a_tuple(gradients, *, max_norm):
    total = 0
    for g in gradients:
        for entry in g.flat:
            total += entry * entry
    factor = 1.0 if total == 0 else min(1.0, max_norm / total**0.5)
    return tuple(factor * g for g in gradients)


def clip_with_torch(gradients, *, max_norm):
    weights = [torch.zeros(g.shape, dtype=torch.float64, requires_grad=True) for g in gradients]
    for w, g in zip(weights, gradients, strict=True):
        w.grad = torch.tensor(g)
    torch.nn.utils.clip_grad_norm_(weights, max_norm)
    return [w.grad.numpy() for w in weights]


def clip_in_single_precision(gradients, *, max_norm):
    gradients = [g.astype(np.float32) for g in gradients]
    norm = np.sqrt(sum(np.vdot(g, g) for g in gradients))
    return [
        g * np.minimum(np.float32(1), np.float32(max_norm) / np.maximum(norm, np.float32(1e-12))) for g in gradients
    ]


def clip_each(gradients, *, max_norm):
    return [g * min(1, max_norm / np.linalg.norm(g)) if g.any() else g for g in gradients]


def clip_values(gradients, *, max_norm):
    return [np.minimum(np.maximum(g, -max_norm), max_norm) for g in gradients]


def clip_always(gradients, *, max_norm):
    return [max_norm * g / np.linalg.norm(flat(gradients)) for g in gradients]


def clip_always_with_eps(gradients, *, max_norm):
    return [max_norm * g / (np.linalg.norm(flat(gradients)) + 1e-6) for g in gradients]


def clip_max(gradients, *, max_norm):
    norm = np.linalg.norm(flat(gradients))
    return [g * max(1, max_norm / norm) if norm else g for g in gradients]


def clip_squares(gradients, *, max_norm):
    norm = sum(np.sum(g**2) for g in gradients)
    return [g * min(1, max_norm / norm) if norm else g for g in gradients]


def clip_sum(gradients, *, max_norm):
    norm = sum(np.linalg.norm(g) for g in gradients)
    return [g * min(1, max_norm / norm) if norm else g for g in gradients]


def clip_in_place(gradients, *, max_norm):
    norm = np.linalg.norm(flat(gradients))
    for g in gradients:
        g *= min(1, max_norm / norm) if norm else 1
    return gradients


def clip_to_unit(gradients, *, max_norm):
    norm = np.linalg.norm(flat(gradients))
    return [g / norm if norm > max_norm else g for g in gradients]


def clip_to_nothing(gradients, *, max_norm):
    return [0 * g if np.linalg.norm(flat(gradients)) > max_norm else g for g in gradients]


def clip_flat(gradients, *, max_norm):
    return flat(clip_if(gradients, max_norm=max_norm))


def clip_half(gradients, *, max_norm):
    return [g / 2 for g in clip_if(gradients, max_norm=max_norm)]


def shortened(g, limit):
    norm = np.linalg.norm(g)
    return g * limit / norm if norm > limit else g


def step(parts, x, v, *, lr, beta, max_norm):
    v = beta * v + shortened(sum(parts) / len(parts), max_norm)
    return np.stack([x - lr * v, v])[0], v


def step_listed(parts, x, v, *, lr, beta, max_norm):
    g = clip_if([np.average(parts, axis=0)], max_norm=max_norm)[0]
    return [x - lr * (beta * v + g), beta * v + g]


def step_each(parts, x, v, *, lr, beta, max_norm):
    g = np.mean([shortened(part, max_norm) for part in parts], axis=0)
    v = beta * v + g
    return x - lr * v, v


def step_each_lengthened(parts, x, v, *, lr, beta, max_norm):
    v = beta * v + np.mean([max_norm * part / np.linalg.norm(part) for part in parts], axis=0)
    return x - lr * v, v


def step_velocity(parts, x, v, *, lr, beta, max_norm):
    v = shortened(beta * v + parts.mean(0), max_norm)
    return x - lr * v, v


def step_reversed(parts, x, v, *, lr, beta, max_norm):
    return step(parts, x, v, lr=lr, beta=beta, max_norm=max_norm)[::-1]


def step_after(parts, x, v, *, lr, beta, max_norm):
    v = beta * v + parts.mean(0)
    return x - shortened(lr * v, max_norm), v


def step_summed(parts, x, v, *, lr, beta, max_norm):
    v = beta * v + shortened(parts.sum(0), max_norm)
    return x - lr * v, v


def step_summed_then_divided(parts, x, v, *, lr, beta, max_norm):
    v = beta * v + shortened(parts.sum(0), max_norm) / len(parts)
    return x - lr * v, v


def step_by_step(parts, x, v, *, lr, beta, max_norm):
    for part in parts:
        v = beta * v + shortened(part, max_norm)
        x = x - lr * v
    return x, v


def step_not_clipped(parts, x, v, *, lr, beta, max_norm):
    v = beta * v + parts.mean(0)
    return x - lr * v, v


def step_with_old_v(parts, x, v, *, lr, beta, max_norm):
    return x - lr * v, beta * v + shortened(parts.mean(0), max_norm)


def step_averaged(parts, x, v, *, lr, beta, max_norm):
    v = beta * v + (1 - beta) * shortened(parts.mean(0), max_norm)
    return x - lr * v, v


def step_without_v(parts, x, v, *, lr, beta, max_norm):
    return x - lr * (beta * v + shortened(parts.mean(0), max_norm))


def looped(rates, *, weight_decay):
    left = 1.0
    for rate in rates:
        left -= left * rate * weight_decay
    return left


def by_logarithms(rates, *, weight_decay):
    return np.float32(np.exp(np.log1p(-weight_decay * rates).sum()))


def adds_up(rates, *, weight_decay):
    left = 1.0
    for rate in rates:
        left -= rate * weight_decay
    return left


def cumulated(rates, *, weight_decay):
    return (1 - rates * weight_decay).cumprod()


def returns_at_once(rates, *, weight_decay):
    left = 1.0
    for rate in rates:
        left *= 1 - rate * weight_decay
        return left


def begins_anew(rates, *, weight_decay):
    for rate in rates:
        left = 1 - rate * weight_decay
    return left


def rates_in_a_loop(gradients, *, lr, eps):
    s, rows = np.zeros(gradients.shape[1]), []
    for g in gradients:
        s = s + g * g
        rows.append([lr / (root + eps) for root in np.sqrt(s)])
    return rows


def rates_with_norms(gradients, *, lr, eps):
    return np.array(
        [lr / (np.linalg.norm(gradients[: t + 1], axis=0) + eps) for t in range(len(gradients))], np.float32
    )


def rates_shifted(gradients, *, lr, eps):
    s, rows = np.zeros(gradients.shape[1]), []
    for g in gradients:
        rows.append(lr / (np.sqrt(s) + eps))
        s = s + g**2
    return np.array(rows)


def rates_root_mean_square(gradients, *, lr, eps):
    return np.array([lr / (np.sqrt((gradients[: t + 1] ** 2).mean(0)) + eps) for t in range(len(gradients))])


def rates_of_abs(gradients, *, lr, eps):
    return lr / (np.cumsum(np.abs(gradients), 0) + eps)


def rates_of_rows(gradients, *, lr, eps):
    return lr / (np.sqrt(np.cumsum(gradients**2, 1)) + eps)


def rates_everywhere(gradients, *, lr, eps):
    return lr / (np.sqrt(np.cumsum(gradients**2)) + eps)


def rates_at_the_end(gradients, *, lr, eps):
    return lr / (np.sqrt((gradients**2).sum(0)) + eps)


def rates_without_brackets(gradients, *, lr, eps):
    return lr / np.sqrt(np.cumsum(gradients**2, 0)) + eps


ANSWERS = [
    (clip_all, clip_if, ""),
    (clip_all, clip_in_a_tuple, ""),
    (clip_all, clip_with_torch, ""),
    (clip_all, clip_in_single_precision, ""),
    (clip_all, clip_each, "each array clipped by itself"),
    (clip_all, clip_values, "clipped by value"),
    (clip_all, clip_always, "lengthened to the limit"),
    (clip_all, clip_always_with_eps, "lengthened to the limit"),
    (clip_all, clip_max, "long and short exchanged"),
    (clip_all, clip_squares, "root missing"),
    (clip_all, clip_sum, "sum of the lengths"),
    (clip_all, clip_in_place, "input modified in place"),
    (clip_all, clip_to_unit, "shortened to length 1"),
    (clip_all, clip_to_nothing, "thrown away instead of shortened"),
    (clip_all, clip_flat, None),
    (clip_all, clip_half, "0.5 times the right numbers"),
    (clipped_step, step, ""),
    (clipped_step, step_listed, ""),
    (clipped_step, step_reversed, "the state before the point"),
    (clipped_step, step_each, "clipped before the mean"),
    (clipped_step, step_each_lengthened, "clipped before the mean"),
    (clipped_step, step_velocity, "the velocity clipped"),
    (clipped_step, step_after, "the step clipped"),
    (clipped_step, step_summed, "sum for mean"),
    (clipped_step, step_summed_then_divided, "mean after a clipped sum"),
    (clipped_step, step_by_step, "a step for each part"),
    (clipped_step, step_not_clipped, "clipping missing"),
    (clipped_step, step_with_old_v, "old velocity in the step"),
    (clipped_step, step_averaged, "EWMA for heavy ball"),
    (clipped_step, step_without_v, None),
    (decay_left, looped, ""),
    (decay_left, by_logarithms, ""),
    (decay_left, adds_up, "sum for product"),
    (decay_left, cumulated, "every step's share for the last one's"),
    (decay_left, returns_at_once, "one step only"),
    (decay_left, begins_anew, "the last step alone"),
    (decay_left, lambda rates, *, weight_decay: (1 - weight_decay) ** len(rates), "lr missing"),
    (decay_left, lambda rates, *, weight_decay: np.exp(-weight_decay * sum(rates)), "exponential for product"),
    (decay_left, lambda rates, *, weight_decay: np.prod(1 - rates) * weight_decay, None),
    (adagrad_rates, rates_in_a_loop, ""),
    (adagrad_rates, rates_with_norms, ""),
    (adagrad_rates, rates_shifted, "the present gradient missing"),
    (adagrad_rates, rates_root_mean_square, "mean for sum"),
    (adagrad_rates, rates_of_abs, "|g| for g²"),
    (adagrad_rates, rates_of_rows, "steps and weights exchanged"),
    (adagrad_rates, rates_everywhere, None),
    (adagrad_rates, rates_at_the_end, "the last rates alone"),
    (adagrad_rates, rates_without_brackets, "eps added to the rate"),
]
