"""Initialisers as students write them."""

import numpy as np
from scipy import stats

from gradlab import initialisers


def same_he(shape, rng):
    fan_in, fan_out = shape
    return rng.normal(0, np.sqrt(2 / fan_in), size=(fan_in, fan_out)).astype(np.float32)


def same_xavier(shape, rng):
    bound = np.sqrt(6 / sum(shape))
    return rng.uniform(-bound, bound, shape)


def same_lecun(shape, rng):
    return stats.norm.rvs(scale=shape[0] ** -0.5, size=shape, random_state=rng)


def rotation_by_svd(shape, rng, *, gain=1.0):
    U, _, V = np.linalg.svd(rng.normal(size=shape), full_matrices=False)
    return gain * U @ V


def rotation_by_scipy(shape, rng, *, gain=1.0):
    n = max(shape)
    return gain * stats.ortho_group.rvs(n, random_state=rng)[: shape[0], : shape[1]]


def he_of_outputs(shape, rng):
    return rng.normal(0, np.sqrt(2 / shape[1]), shape)


def he_variance(shape, rng):
    return rng.normal(0, 2 / shape[0], shape)


def he_without_gain(shape, rng):
    return rng.normal(size=shape) / np.sqrt(shape[0])


def he_transposed(shape, rng):
    fan_in, fan_out = shape
    return rng.normal(0, np.sqrt(2 / fan_in), (fan_out, fan_in))


def he_seeded(shape, rng):
    rng = np.random.default_rng(42)
    return rng.normal(0, np.sqrt(2 / shape[0]), shape)


def he_seeded_globally(shape, rng):
    np.random.seed(0)  # noqa: NPY002
    return np.random.normal(0, np.sqrt(2 / shape[0]), shape)  # noqa: NPY002


def he_of_global_numbers(shape, rng):
    return np.random.randn(*shape) * np.sqrt(2 / shape[0])  # noqa: NPY002


def he_of_one_number(shape, rng):
    return rng.normal(0, np.sqrt(2 / shape[0]))


def he_as_mean(shape, rng):
    return rng.normal(np.sqrt(2 / shape[0]), size=shape)


def xavier_normal_with_bound(shape, rng):
    return rng.normal(0, np.sqrt(6 / sum(shape)), shape)


def xavier_sd_as_bound(shape, rng):
    sd = np.sqrt(2 / sum(shape))
    return rng.uniform(-sd, sd, shape)


def xavier_of_six(shape, rng):
    bound = 6 / np.sqrt(sum(shape))
    return rng.uniform(-bound, bound, shape)


def xavier_of_inputs(shape, rng):
    bound = np.sqrt(6 / shape[0])
    return rng.uniform(-bound, bound, shape)


def xavier_sum(shape, rng):
    bound = np.sqrt(3 / sum(shape))
    return rng.uniform(-bound, bound, shape)


def xavier_positive(shape, rng):
    return rng.random(shape) * np.sqrt(6 / sum(shape))


def truncated_lecun(shape, rng):
    return stats.truncnorm.rvs(-2, 2, scale=shape[0] ** -0.5, size=shape, random_state=rng)


def truncated_lecun_of_right_sd(shape, rng):
    W = stats.truncnorm.rvs(-2, 2, size=shape, random_state=rng)
    return W / stats.truncnorm.std(-2, 2) * shape[0] ** -0.5


def plain_qr(shape, rng, *, gain=1.0):
    if shape[0] < shape[1]:
        return plain_qr(shape[::-1], rng, gain=gain).T
    Q, _ = np.linalg.qr(rng.normal(size=shape))
    return gain * Q


def tall_qr(shape, rng, *, gain=1.0):
    Q, R = np.linalg.qr(rng.normal(size=shape))
    return gain * Q * np.sign(np.diag(R))


def unit_columns(shape, rng, *, gain=1.0):
    W = rng.normal(size=shape)
    return gain * W / np.linalg.norm(W, axis=0)


def rotation_of_positive_numbers(shape, rng, *, gain):
    fan_in, fan_out = shape
    Q, R = np.linalg.qr(rng.random((max(shape), min(shape))))
    Q = Q * np.sign(np.diag(R))
    return gain * (Q if fan_in >= fan_out else Q.T)


ANSWERS = [
    (initialisers.orthogonal, rotation_of_positive_numbers, "positive numbers for normal ones"),
    (initialisers.xavier, lambda shape, rng: rng.uniform(-1, 1, shape) * (12 / sum(shape)) ** 0.5, "He's factor"),
    (initialisers.xavier, lambda shape, rng: rng.uniform(-1, 1, shape) * 6 / sum(shape), "root missing"),
    (initialisers.lecun, lambda shape, rng: rng.normal(0, (2 / shape[0]) ** 0.5, shape), "He's factor"),
    (initialisers.he, same_he, ""),
    (initialisers.xavier, same_xavier, ""),
    (initialisers.lecun, same_lecun, ""),
    (initialisers.orthogonal, rotation_by_svd, ""),
    (initialisers.orthogonal, rotation_by_scipy, ""),
    (initialisers.he, he_of_outputs, "fan_out for fan_in"),
    (initialisers.he, he_variance, "variance for sd"),
    (initialisers.he, he_without_gain, "gain missing"),
    (initialisers.he, he_transposed, "axes exchanged"),
    (initialisers.he, he_seeded, "the same numbers for every layer"),
    (initialisers.he, he_seeded_globally, "the same numbers for every layer"),
    (initialisers.he, he_of_global_numbers, "rng not used"),
    (initialisers.he, he_of_one_number, "a scalar where a vector belongs"),
    (initialisers.he, he_as_mean, "sd as the mean"),
    (initialisers.xavier, xavier_normal_with_bound, "bound used as sd"),
    (initialisers.xavier, xavier_sd_as_bound, "sd used as bound"),
    (initialisers.xavier, xavier_of_six, "6 outside of the root"),
    (initialisers.xavier, xavier_of_inputs, "fan_in for fan_avg"),
    (initialisers.xavier, xavier_sum, "sum for mean of the fans"),
    (initialisers.xavier, xavier_positive, "only positive weights"),
    (initialisers.lecun, truncated_lecun, "truncated"),
    (initialisers.lecun, truncated_lecun_of_right_sd, "truncated"),
    (initialisers.orthogonal, plain_qr, "signs not corrected"),
    (initialisers.orthogonal, tall_qr, "fewer inputs than outputs forgotten"),
    (initialisers.orthogonal, unit_columns, "unit columns, not orthogonal"),
]
