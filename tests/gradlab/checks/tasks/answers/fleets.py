"""Answers to chapter 10's exercises on many at once as students write them."""

import random

import numpy as np
import torch

from gradlab.checks.tasks.fleets import bisected, machines_step, train_all, worker_rngs

# --- generators for workers -------------------------------------------------------------------------------------------


def spawned(seed, epoch, workers):
    return [np.random.default_rng(s) for s in np.random.SeedSequence((seed, epoch)).spawn(workers)]


def of_spawned_generators(seed, epoch, workers):
    return np.random.default_rng([seed, epoch]).spawn(workers)


def by_the_key(seed, epoch, workers):
    return tuple(
        np.random.Generator(np.random.PCG64(np.random.SeedSequence(seed, spawn_key=(epoch, k)))) for k in range(workers)
    )


def jumped(seed, epoch, workers):
    bits = np.random.PCG64([seed, epoch])
    return [np.random.Generator(bits.jumped(k)) for k in range(workers)]


def drawn_seeds(seed, epoch, workers):
    rng = np.random.default_rng((epoch, seed))
    return [np.random.default_rng(s) for s in rng.integers(0, 2**63, workers)]


def far_apart(seed, epoch, workers):
    return [np.random.default_rng(seed * 10**9 + epoch * 10**5 + k) for k in range(workers)]


def of_the_old_kind(seed, epoch, workers):
    states = np.random.SeedSequence([seed, epoch]).generate_state(4 * workers).reshape(workers, 4)
    return [np.random.RandomState(np.random.MT19937(np.random.SeedSequence(s.tolist()))) for s in states]


def of_python(seed, epoch, workers):
    return [random.Random(f"{seed} {epoch} {k}") for k in range(workers)]


def same_seed(seed, epoch, workers):
    return [np.random.default_rng(seed) for _ in range(workers)]


def of_the_epoch(seed, epoch, workers):
    return [np.random.default_rng([seed, epoch])] * workers


def shared_bits(seed, epoch, workers):
    bits = np.random.PCG64([seed, epoch])
    return [np.random.Generator(bits) for _ in range(workers)]


def plus_the_worker(seed, epoch, workers):
    return [np.random.default_rng(seed + k) for k in range(workers)]


def three_added(seed, epoch, workers):
    return [np.random.default_rng(seed + epoch + k) for k in range(workers)]


def in_thousands(seed, epoch, workers):
    return [np.random.default_rng(1000 * seed + 100 * epoch + k) for k in range(workers)]


def no_epoch(seed, epoch, workers):
    return [np.random.default_rng(s) for s in np.random.SeedSequence(seed).spawn(workers)]


def of_the_clock(seed, epoch, workers):
    return [np.random.default_rng() for _ in range(workers)]


def sets_the_global_one(seed, epoch, workers):
    np.random.seed(seed + 1000 * epoch)  # noqa: NPY002
    return [np.random.default_rng(s) for s in np.random.randint(0, 2**31, (workers, 4)).tolist()]  # noqa: NPY002


def seeds_alone(seed, epoch, workers):
    return [[seed, epoch, k] for k in range(workers)]


# --- a step of several machines ---------------------------------------------------------------------------------------


def averaged(x, gradients, sizes, *, lr, lr_size):
    return x - lr * np.sum(sizes) / lr_size * np.average(np.nan_to_num(gradients), axis=0, weights=sizes)


def in_a_loop(x, gradients, sizes, lr, lr_size):
    total, new = sum(sizes), list(x)
    for g, n in zip(gradients, sizes, strict=True):
        if n:
            for i in range(len(new)):
                new[i] -= lr * total / lr_size * n / total * g[i]
    return new


def cancelled(x, gradients, sizes, *, lr, lr_size):
    return x - lr / lr_size * np.nansum(sizes[:, None] * gradients, axis=0)


def in_torch(x, gradients, sizes, *, lr, lr_size):
    x, g, n = torch.tensor(x), torch.tensor(gradients), torch.tensor(sizes)
    g = torch.where(n[:, None] > 0, g, torch.zeros_like(g))
    return x - lr / lr_size * (n.double() @ g)


def mean_of_means(x, gradients, sizes, *, lr, lr_size):
    return x - lr * sizes.sum() / lr_size * np.nanmean(gradients, axis=0)


def world_size(x, gradients, sizes, *, lr, lr_size):
    g = sizes @ np.nan_to_num(gradients) / sizes.sum()
    return x - lr * len(sizes) * g


def both_rates(x, gradients, sizes, *, lr, lr_size):
    g = sizes @ np.nan_to_num(gradients) / sizes.sum()
    return x - lr * len(sizes) * sizes.sum() / lr_size * g


def old_rate(x, gradients, sizes, *, lr, lr_size):
    return x - lr * (sizes @ np.nan_to_num(gradients)) / sizes.sum()


def mean_and_old_rate(x, gradients, sizes, *, lr, lr_size):
    return x - lr * np.nanmean(gradients, axis=0)


def poisoned(x, gradients, sizes, *, lr, lr_size):
    return x - lr / lr_size * (sizes @ gradients)


def summed(x, gradients, sizes, *, lr, lr_size):
    return x - lr * sizes.sum() / lr_size * np.nansum(gradients, axis=0)


def root(x, gradients, sizes, *, lr, lr_size):
    N = sizes.sum()
    return x - lr * np.sqrt(N / lr_size) * (sizes @ np.nan_to_num(gradients)) / N


def in_place(x, gradients, sizes, *, lr, lr_size):
    x -= lr / lr_size * np.nansum(sizes[:, None] * gradients, axis=0)
    return x


# --- many networks ----------------------------------------------------------------------------------------------------


def with_matmul(starts, rates, X, y, rows):
    w = starts.astype(float)
    for t in range(len(rows)):
        x, target = X[rows[t]], y[rows[t]]
        error = (x @ w[:, :, None])[:, :, 0] - target
        w = w - rates[:, None] * (x.transpose(0, 2, 1) @ error[:, :, None])[:, :, 0] / rows.shape[2]
    return w


def as_before(starts, rates, X, y, rows):
    ends = []
    for k in range(len(starts)):
        w = starts[k]
        for t in range(len(rows)):
            x, target = X[rows[t, k]], y[rows[t, k]]
            w = w - rates[k] * x.T @ (x @ w - target) / len(x)
        ends.append(w)
    return ends


def in_tensors(starts, rates, X, y, rows):
    w, rates, X, y = (torch.tensor(part, dtype=torch.float32) for part in (starts, rates, X, y))
    for now in torch.tensor(rows):
        x = X[now]
        w = w - rates[:, None] * (((x * w[:, None]).sum(-1) - y[now])[..., None] * x).mean(1)
    return w


def rates_beside(starts, rates, X, y, rows):
    w = starts
    for now in rows:
        x = X[now]
        w = w - rates * (((x * w[:, None]).sum(2) - y[now])[..., None] * x).mean(1)
    return w


def one_minibatch(starts, rates, X, y, rows):
    w = starts
    for now in rows:
        x, target = X[now[0]], y[now[0]]
        w = w - rates[:, None] * (w @ x.T - target) @ x / len(x)
    return w


def mean_of_everything(starts, rates, X, y, rows):
    w = starts
    for now in rows:
        x = X[now]
        w = w - rates[:, None] * (((x * w[:, None]).sum(2) - y[now])[..., None] * x).mean((0, 1))
    return w


def of_one_loss(starts, rates, X, y, rows):
    """By torch's gradient of the mean loss of all models."""
    w, X, y = (torch.tensor(part) for part in (starts * 1.0, X * 1.0, y * 1.0))
    for now in torch.tensor(rows):
        w = w.detach().requires_grad_()
        (((X[now] * w[:, None]).sum(2) - y[now]) ** 2 / 2).mean().backward()
        w = w - torch.tensor(rates)[:, None] * w.grad
    return w.detach()


def summed_up(starts, rates, X, y, rows):
    w = starts
    for now in rows:
        x = X[now]
        w = w - rates[:, None] * (((x * w[:, None]).sum(2) - y[now])[..., None] * x).sum(1)
    return w


def twice(starts, rates, X, y, rows):
    return with_matmul(starts, 2 * rates, X, y, rows)


def writes_into_starts(starts, rates, X, y, rows):
    for now in rows:
        x = X[now]
        starts -= rates[:, None] * (((x * starts[:, None]).sum(2) - y[now])[..., None] * x).mean(1)
    return starts


# --- the edge of training ---------------------------------------------------------------------------------------------


def recursive(trains, low, high, halvings):
    if not halvings:
        return low, high
    m = np.sqrt(low * high)
    return recursive(trains, m, high, halvings - 1) if trains(m) else recursive(trains, low, m, halvings - 1)


def of_logarithms(trains, low, high, halvings):
    ends = np.log([low, high])
    for _ in range(halvings):
        ends[0 if trains(np.exp(ends.mean())) else 1] = ends.mean()
    return np.exp(ends)


def in_float32(trains, low, high, halvings):
    low, high = np.float32(low), np.float32(high)
    for _ in range(halvings):
        m = np.exp((np.log(low) + np.log(high)) / 2)
        low, high = (m, high) if trains(m) else (low, m)
    return [low, high]


def arithmetic(trains, low, high, halvings):
    for _ in range(halvings):
        m = (low + high) / 2
        low, high = (m, high) if trains(m) else (low, m)
    return low, high


def inside_out(trains, low, high, halvings):
    for _ in range(halvings):
        m = (low * high) ** 0.5
        low, high = (low, m) if trains(m) else (m, high)
    return low, high


def high_first(trains, low, high, halvings):
    return recursive(trains, low, high, halvings)[::-1]


def one_less(trains, low, high, halvings):
    return recursive(trains, low, high, halvings - 1)


def no_root(trains, low, high, halvings):
    for _ in range(halvings):
        m = low * high
        low, high = (m, high) if trains(m) else (low, m)
    return low, high


def gives_up(trains, low, high, halvings):
    for _ in range(halvings):
        m = (low * high) ** 0.5
        if not trains(m):
            return low, m
        low = m
    return low, high


def the_middle(trains, low, high, halvings):
    low, high = recursive(trains, low, high, halvings)
    return (low * high) ** 0.5


ANSWERS = [
    *((worker_rngs, right, "") for right in (spawned, of_spawned_generators, by_the_key, jumped, drawn_seeds)),
    *((worker_rngs, right, "") for right in (far_apart, of_the_old_kind, of_python)),
    (worker_rngs, same_seed, "every worker and epoch alike"),
    *((worker_rngs, wrong, "all workers alike") for wrong in (of_the_epoch, shared_bits)),
    (worker_rngs, plus_the_worker, "every epoch alike, and two seeds share numbers"),
    (worker_rngs, three_added, "two epochs and two seeds share numbers"),
    (worker_rngs, in_thousands, "two seeds share numbers"),
    (worker_rngs, no_epoch, "every epoch alike"),
    (worker_rngs, of_the_clock, "not the same again"),
    (worker_rngs, sets_the_global_one, "the global generator set"),
    (worker_rngs, seeds_alone, None),
    *((machines_step, right, "") for right in (averaged, in_a_loop, cancelled, in_torch)),
    (machines_step, mean_of_means, "plain average"),
    (machines_step, world_size, "rate for the number of machines"),
    (machines_step, both_rates, "rate scaled twice"),
    (machines_step, old_rate, "rate not scaled"),
    (machines_step, mean_and_old_rate, "plain average, and rate not scaled"),
    (machines_step, poisoned, "nan of an idle machine"),
    (machines_step, summed, "sum for the mean"),
    (machines_step, root, "rate by the root"),
    (machines_step, in_place, "input modified in place"),
    *((train_all, right, "") for right in (with_matmul, as_before, in_tensors)),
    (train_all, rates_beside, "rates along the inputs"),
    (train_all, one_minibatch, "one's minibatch for all"),
    (train_all, mean_of_everything, "one gradient for all"),
    (train_all, of_one_loss, "mean over the networks too"),
    (train_all, summed_up, "sum for the mean"),
    (train_all, twice, "2 of the square"),
    (train_all, writes_into_starts, "input modified in place"),
    *((bisected, right, "") for right in (recursive, of_logarithms, in_float32)),
    (bisected, arithmetic, "arithmetic middle"),
    (bisected, inside_out, "sides exchanged"),
    (bisected, high_first, "the ends exchanged"),
    (bisected, one_less, "one halving too few"),
    (bisected, no_root, "root forgotten"),
    (bisected, gives_up, "ends at once where it does not train"),
    (bisected, the_middle, None),
]
