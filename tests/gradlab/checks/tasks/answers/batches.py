"""Answers to chapter 2's exercises on batches as students write them."""

import random
from itertools import pairwise

import numpy as np
import torch

from gradlab.checks.tasks.batches import accumulated, batch_error, epoch_batches, largest_that_pays

# --- the batches of some epochs ---------------------------------------------------------------------------------------


def yields(X, y, *, b, epochs, rng):
    n = len(X)
    for _ in range(epochs):
        order = np.arange(n)
        rng.shuffle(order)
        for k in range(int(np.ceil(n / b))):
            rows = order[k * b : (k + 1) * b]
            yield X[rows], y[rows]


def drawn_by_choice(X, y, *, b, epochs, rng):
    found = []
    for _ in range(epochs):
        left = rng.choice(len(X), len(X), replace=False).tolist()
        while left:
            rows, left = left[:b], left[b:]
            found.append([X[rows], y[rows]])
    return found


def shuffled_by_keys(X, y, b, epochs, rng):
    for _ in range(epochs):
        order = np.argsort(rng.random(len(X)))
        yield from ((X[rows], y[rows]) for rows in np.split(order, range(b, len(X), b)))


def shuffled_again_and_again(X, y, *, b, epochs, rng):
    batches = []
    for _ in range(epochs):
        order = rng.permutation(len(X))
        X, y = X[order], y[order]
        batches += [(X[i : i + b], y[i : i + b]) for i in range(0, len(X), b)]
    return batches


def sorted_within_a_batch(X, y, *, b, epochs, rng):
    for inputs, targets in yields(X, y, b=b, epochs=epochs, rng=rng):
        order = np.argsort(inputs[:, 0])
        yield inputs[order], targets[order]


def as_tensors(X, y, *, b, epochs, rng):
    for inputs, targets in yields(X, y, b=b, epochs=epochs, rng=rng):
        yield torch.tensor(inputs, dtype=torch.float32), torch.tensor(targets, dtype=torch.float32)


def the_rest_first(X, y, *, b, epochs, rng):
    for _ in range(epochs):
        order, rest = rng.permutation(len(X)), len(X) % b
        cuts = [0, *range(rest or b, len(X) + 1, b)]
        yield from ((X[order[i:j]], y[order[i:j]]) for i, j in pairwise(cuts))


def shuffled_before_the_loop(X, y, *, b, epochs, rng):
    order = rng.permutation(len(X))
    X, y = X[order], y[order]
    for _ in range(epochs):
        for i in range(0, len(X), b):
            yield X[i : i + b], y[i : i + b]


def shuffled_before_and_full_ones_only(X, y, *, b, epochs, rng):
    order = rng.permutation(len(X))
    for _ in range(epochs):
        for i in range(0, len(X) - b + 1, b):
            yield X[order[i : i + b]], y[order[i : i + b]]


def random_rows(X, y, *, b, epochs, rng):
    for _ in range(epochs):
        for i in range(0, len(X), b):
            rows = rng.integers(len(X), size=min(b, len(X) - i))
            yield X[rows], y[rows]


def random_rows_of_all(X, y, *, b, epochs, rng):
    for _ in range(epochs * len(X) // b):
        rows = rng.choice(len(X), b)
        yield X[rows], y[rows]


def choice_for_each(X, y, *, b, epochs, rng):
    for _ in range(epochs):
        for i in range(0, len(X), b):
            rows = rng.choice(len(X), min(b, len(X) - i), replace=False)
            yield X[rows], y[rows]


def shuffled_for_each_batch(X, y, *, b, epochs, rng):
    for _ in range(epochs):
        for i in range(0, len(X), b):
            order = rng.permutation(len(X))
            yield X[order[i : i + b]], y[order[i : i + b]]


def full_ones_only(X, y, *, b, epochs, rng):
    for _ in range(epochs):
        order = rng.permutation(len(X))
        for k in range(len(X) // b):
            yield X[order[k * b : k * b + b]], y[order[k * b : k * b + b]]


def apart(X, y, *, b, epochs, rng):
    for _ in range(epochs):
        shuffled_X, shuffled_y = rng.permutation(X), rng.permutation(y)
        for i in range(0, len(X), b):
            yield shuffled_X[i : i + b], shuffled_y[i : i + b]


def apart_and_in_place(X, y, *, b, epochs, rng):
    for _ in range(epochs):
        rng.shuffle(X)
        rng.shuffle(y)
        for i in range(0, len(X), b):
            yield X[i : i + b].copy(), y[i : i + b].copy()


def inputs_alone(X, y, *, b, epochs, rng):
    for _ in range(epochs):
        X = rng.permutation(X)
        for i in range(0, len(X), b):
            yield X[i : i + b], y[i : i + b]


def once_and_the_inputs_alone(X, y, *, b, epochs, rng):
    X = X[rng.permutation(len(X))]
    for _ in range(epochs):
        for i in range(0, len(X), b):
            yield X[i : i + b], y[i : i + b]


def in_order(X, y, *, b, epochs, rng):
    return [(X[i : i + b], y[i : i + b]) for _ in range(epochs) for i in range(0, len(X), b)]


def global_generator(X, y, *, b, epochs, rng):
    np.random.seed(0)  # noqa: NPY002
    for _ in range(epochs):
        order = np.random.permutation(len(X))  # noqa: NPY002
        for i in range(0, len(X), b):
            yield X[order[i : i + b]], y[order[i : i + b]]


def pythons_generator(X, y, *, b, epochs, rng):
    for _ in range(epochs):
        order = list(range(len(X)))
        random.shuffle(order)
        for i in range(0, len(X), b):
            yield X[order[i : i + b]], y[order[i : i + b]]


def seeded_in_the_loop(X, y, *, b, epochs, rng):
    for _ in range(epochs):
        rng = np.random.default_rng(42)
        order = rng.permutation(len(X))
        for i in range(0, len(X), b):
            yield X[order[i : i + b]], y[order[i : i + b]]


def split_in_b(X, y, *, b, epochs, rng):
    for _ in range(epochs):
        for rows in np.array_split(rng.permutation(len(X)), b):
            yield X[rows], y[rows]


def list_of_lists(X, y, *, b, epochs, rng):
    return [list(yields(X, y, b=b, epochs=1, rng=rng)) for _ in range(epochs)]


def numbers_of_rows(X, y, *, b, epochs, rng):
    for _ in range(epochs):
        order = rng.permutation(len(X))
        for i in range(0, len(X), b):
            yield order[i : i + b]


def returned_within_the_loop(X, y, *, b, epochs, rng):
    for _ in range(epochs):
        return list(yields(X, y, b=b, epochs=1, rng=rng))


def only_one_batch(X, y, *, b, epochs, rng):
    order = rng.permutation(len(X))
    return X[order[:b]], y[order[:b]]


def for_ever(X, y, *, b, epochs, rng):
    while True:
        yield from yields(X, y, b=b, epochs=epochs, rng=rng)


def nothing(X, y, *, b, epochs, rng):
    list(yields(X, y, b=b, epochs=epochs, rng=rng))


def one_step_too_wide(X, y, *, b, epochs, rng):  # nobody's known mistake
    for _ in range(epochs):
        order = rng.permutation(len(X))
        for i in range(0, len(X), b + 1):
            yield X[order[i : i + b]], y[order[i : i + b]]


# --- one batch in pieces ----------------------------------------------------------------------------------------------


def weighted_mean(grad, X, y, *, size):
    cuts = [*range(0, len(X), size), len(X)]
    parts = [grad(X[i:j], y[i:j]) for i, j in pairwise(cuts)]
    return np.average(parts, axis=0, weights=np.diff(cuts))


def sums_divided_at_the_end(grad, X, y, *, size):
    total, n = np.zeros(X.shape[1], np.float32), 0
    while n < len(X):
        inputs, targets = X[n : n + size], y[n : n + size]
        total += len(inputs) * grad(inputs, targets)
        n += len(inputs)
    return total / n


def one_at_a_time(grad, X, y, *, size):
    return np.mean([grad(X[i : i + 1], y[i : i + 1]) for i in range(len(X))], axis=0)


def means_of_means(grad, X, y, *, size):
    parts = [grad(X[i : i + size], y[i : i + size]) for i in range(0, len(X), size)]
    return sum(parts) / len(parts)


def sum_of_means(grad, X, y, *, size):
    return sum(grad(X[i : i + size], y[i : i + size]) for i in range(0, len(X), size))


def without_the_rest(grad, X, y, *, size):
    pieces = len(X) // size
    return sum(grad(X[k * size : (k + 1) * size], y[k * size : (k + 1) * size]) for k in range(pieces)) / pieces


def all_full(grad, X, y, *, size):
    total = 0
    for i in range(0, len(X), size):
        total += size * grad(X[i : i + size], y[i : i + size])
    return total / len(X)


def overwritten(grad, X, y, *, size):
    for i in range(0, len(X), size):
        g = grad(X[i : i + size], y[i : i + size])
    return g


def at_once(grad, X, y, *, size):
    return grad(X, y)


def so_many_pieces(grad, X, y, *, size):
    parts = zip(np.array_split(X, size), np.array_split(y, size), strict=True)
    return sum(len(inputs) / len(X) * grad(inputs, targets) for inputs, targets in parts)


def divided_by_size(grad, X, y, *, size):  # nobody's known mistake
    return sum(grad(X[i : i + size], y[i : i + size]) for i in range(0, len(X), size)) / size


# --- the error of a batch ---------------------------------------------------------------------------------------------


def drawn_at_once(each, *, b, replace, draws, rng):
    if replace:
        rows = rng.integers(0, len(each), (draws, b))
    else:
        rows = np.argsort(rng.random((draws, len(each))), axis=1)[:, :b]
    return np.linalg.norm(each[rows].mean(axis=1) - each.mean(axis=0)) / np.sqrt(draws)


def in_a_plain_loop(each, *, b, replace, draws, rng):
    total = 0.0
    for _ in range(draws):
        off = each[rng.choice(len(each), size=b, replace=replace)].mean(0) - each.mean(0)
        total += off @ off
    return (total / draws) ** 0.5


def by_the_law(each, *, b, replace, draws, rng):
    n, variance = len(each), each.var(axis=0).sum()
    return np.sqrt(variance / b if replace else variance / b * (n - b) / (n - 1))


def mean_norm(each, *, b, replace, draws, rng):
    off = [each[rng.choice(len(each), b, replace=replace)].mean(0) - each.mean(0) for _ in range(draws)]
    return np.mean([np.linalg.norm(o) for o in off])


def squared_norm(each, *, b, replace, draws, rng):
    off = [each[rng.choice(len(each), b, replace=replace)].mean(0) - each.mean(0) for _ in range(draws)]
    return np.mean(np.sum(np.square(off), axis=1))


def rms_of_entries(each, *, b, replace, draws, rng):
    off = [each[rng.choice(len(each), b, replace=replace)].mean(0) - each.mean(0) for _ in range(draws)]
    return np.sqrt(np.mean(np.square(off)))


def default_replacement(each, *, b, replace, draws, rng):
    off = [each[rng.choice(len(each), b)].mean(0) - each.mean(0) for _ in range(draws)]
    return np.sqrt(np.mean(np.sum(np.square(off), axis=1)))


def mean_norm_with_replacement(each, *, b, replace, draws, rng):
    off = [np.linalg.norm(each[rng.choice(len(each), b)].mean(0) - each.mean(0)) for _ in range(draws)]
    return np.mean(off)


def lengths(each, *, b, replace, draws, rng):
    gs = [each[rng.choice(len(each), b, replace=replace)].mean(0) for _ in range(draws)]
    return np.sqrt(np.mean(np.sum(np.square(gs), axis=1)))


def batch_sums(each, *, b, replace, draws, rng):
    off = [each[rng.choice(len(each), b, replace=replace)].sum(0) - each.mean(0) for _ in range(draws)]
    return np.sqrt(np.mean(np.sum(np.square(off), axis=1)))


def mean_first(each, *, b, replace, draws, rng):  # next to nothing, and another number at each seed: has no name
    off = [each[rng.choice(len(each), b, replace=replace)].mean(0) - each.mean(0) for _ in range(draws)]
    return np.linalg.norm(np.mean(off, axis=0))


# --- a batch size that pays -------------------------------------------------------------------------------------------


def listed(sizes, steps):
    fewest = min(b * s for b, s in zip(sizes, steps, strict=True))
    return [b for b, s in zip(sizes, steps, strict=True) if b * s <= 2 * fewest][-1]


def backwards_through_the_list(sizes, steps):
    for b, s in reversed(list(zip(sizes, steps, strict=True))):
        if b * s <= 2 * np.min(np.array(sizes) * steps):
            return float(b)


def by_steps(sizes, steps):
    return sizes[steps <= 2 * steps.min()].max()


def against_the_first(sizes, steps):
    examples = sizes * steps
    return max(sizes[examples <= 2 * examples[0]])


def breaks(sizes, steps):
    best, fewest = sizes[0], min(sizes * steps)
    for b, s in zip(sizes, steps, strict=True):
        if b * s > 2 * fewest:
            break
        best = b
    return best


def strictly(sizes, steps):
    return sizes[sizes * steps < 2 * (sizes * steps).min()].max()


def first_beyond_twice_the_first(sizes, steps):
    for b, s in zip(sizes, steps, strict=True):
        if b * s > 2 * sizes[0] * steps[0]:
            return b
    return sizes[-1]


def where(sizes, steps):
    return np.where(sizes * steps <= 2 * np.min(sizes * steps))[0][-1]


def cheapest(sizes, steps):
    return sizes[np.argmin(sizes * steps)]


RIGHT_BATCHES = [yields, drawn_by_choice, shuffled_by_keys, shuffled_again_and_again, sorted_within_a_batch]
RIGHT_BATCHES += [as_tensors, the_rest_first, epoch_batches]

ANSWERS = [
    *((epoch_batches, f, "") for f in RIGHT_BATCHES),
    (epoch_batches, shuffled_before_the_loop, "the same order in each epoch"),
    (epoch_batches, shuffled_before_and_full_ones_only, "the same order in each epoch, and the rest dropped"),
    (epoch_batches, random_rows, "with replacement"),
    (epoch_batches, random_rows_of_all, "with replacement"),
    (epoch_batches, choice_for_each, "drawn afresh for each batch"),
    (epoch_batches, shuffled_for_each_batch, "drawn afresh for each batch"),
    (epoch_batches, full_ones_only, "the rest dropped"),
    (epoch_batches, apart, "inputs and targets shuffled apart"),
    (epoch_batches, apart_and_in_place, "inputs and targets shuffled apart"),
    (epoch_batches, inputs_alone, "targets left in their old order"),
    (epoch_batches, once_and_the_inputs_alone, "targets left in their old order"),
    (epoch_batches, in_order, "never shuffled"),
    (epoch_batches, global_generator, "not the generator that was given"),
    (epoch_batches, pythons_generator, "not the generator that was given"),
    (epoch_batches, seeded_in_the_loop, "a generator made anew"),
    (epoch_batches, split_in_b, "b taken for the number of batches"),
    (epoch_batches, list_of_lists, "epochs kept apart"),
    (epoch_batches, numbers_of_rows, "row numbers for examples"),
    (epoch_batches, returned_within_the_loop, "one epoch only"),
    (epoch_batches, only_one_batch, "one batch only"),
    (epoch_batches, for_ever, "endless"),
    (epoch_batches, nothing, None),
    (epoch_batches, one_step_too_wide, None),
    *((accumulated, f, "") for f in (weighted_mean, sums_divided_at_the_end, one_at_a_time)),
    (accumulated, means_of_means, "mean of means"),
    (accumulated, sum_of_means, "means added up"),
    (accumulated, without_the_rest, "the rest left out"),
    (accumulated, all_full, "the last piece counted as a full one"),
    (accumulated, overwritten, "only the last piece"),
    (accumulated, at_once, "the whole batch at once"),
    (accumulated, so_many_pieces, "size taken for the number of pieces"),
    (accumulated, divided_by_size, None),
    *((batch_error, f, "") for f in (drawn_at_once, in_a_plain_loop, by_the_law)),
    (batch_error, mean_norm, "distances averaged before they are squared"),
    (batch_error, squared_norm, "not rooted"),
    (batch_error, rms_of_entries, "per coordinate"),
    (batch_error, default_replacement, "always with replacement"),
    (
        batch_error,
        mean_norm_with_replacement,
        "distances averaged before they are squared, and always with replacement",
    ),
    (batch_error, lengths, "the full gradient not subtracted"),
    (batch_error, batch_sums, "sum for mean"),
    (batch_error, mean_first, None),
    *((largest_that_pays, f, "") for f in (listed, backwards_through_the_list)),
    (largest_that_pays, by_steps, "steps for examples"),
    (largest_that_pays, against_the_first, "compared with the smallest batch"),
    (largest_that_pays, breaks, "stopped at the first that does not pay"),
    (largest_that_pays, strictly, "fewer than twice for at most twice"),
    (
        largest_that_pays,
        first_beyond_twice_the_first,
        "the first that does not pay, and compared with the smallest batch",
    ),
    (largest_that_pays, where, "place for size"),
    (largest_that_pays, cheapest, "the size with the fewest examples"),
]
