"""Initialisers got wrong: each in its own way gets its own name, whatever numbers it draws."""

import numpy as np
import pytest
from scipy import stats

from gradlab import initialisers
from gradlab.checks import check
from gradlab.checks.mistakes.initialisers import MISTAKES
from gradlab.checks.questions.initialisers import HYPER, INITIALISER

VARIANTS = [(like, m) for like, (_, mistakes) in MISTAKES.items() for m in mistakes]
SEEDS = range(5)
each = pytest.mark.parametrize("like", MISTAKES, ids=lambda like: like.__name__)


def elsewhere(init):
    """The same initialiser, but from other random numbers than those of the reference."""

    def moved(shape, rng, **hyper):
        return init(shape, np.random.default_rng(rng.integers(2**32)), **hyper)

    return moved


def test_every_random_initialiser_is_in_the_bank():
    random = {"normal", "uniform", "variance_scaling", "lecun", "xavier", "he", "orthogonal"}
    assert {like.__name__ for like in MISTAKES} == random > set(HYPER)
    assert {question for question, _ in MISTAKES.values()} == {INITIALISER}


@each
def test_reference_is_right_from_any_numbers(like):
    for seed in SEEDS:
        check(elsewhere(like), like=like, seed=seed).raise_if_wrong()


@pytest.mark.parametrize(("like", "wrong"), VARIANTS, ids=[f"{like.__name__}: {m.name}" for like, m in VARIANTS])
def test_variant_gets_its_own_name_from_any_numbers(like, wrong):
    for seed in SEEDS:
        assert check(elsewhere(wrong.function), like=like, seed=seed).names == (wrong.name,)


@each
def test_statistics_are_known_to_a_fifth_of_the_tolerance(like):
    def values(seed):
        return [
            value
            for case in INITIALISER.cases(like, np.random.default_rng(seed))
            for value in INITIALISER.run(like, case)[0]
            if value.ndim == 0
        ]

    drawn = np.array([values(seed) for seed in range(12)])
    # Two draws, the student's and the reference's, differ by √2 of this.
    assert (2**0.5 * drawn.std(0) <= INITIALISER.tolerance / 5 * drawn.mean(0)).all()


def test_what_is_measured_of_orthogonal_weights():
    cases = INITIALISER.cases(initialisers.orthogonal, np.random.default_rng(0))
    measured = [INITIALISER.run(initialisers.orthogonal, case)[0] for case in cases if max(case.arguments[0]) == 600]
    assert [[off_diagonal, one_length] for _, off_diagonal, one_length in measured] == [[0, 1], [0, 1]]


def test_layers_have_very_unequal_fans():
    shapes = [case.arguments[0] for case in INITIALISER.cases(initialisers.he, np.random.default_rng(0))]
    assert {(1000, 250), (250, 1000)} < set(shapes)


# --- what students write ----------------------------------------------------------------------------------------------


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


@pytest.mark.parametrize(
    ("student", "like"),
    [
        (same_he, initialisers.he),
        (same_xavier, initialisers.xavier),
        (same_lecun, initialisers.lecun),
        (rotation_by_svd, initialisers.orthogonal),
        (rotation_by_scipy, initialisers.orthogonal),
    ],
)
def test_another_way_to_the_same_is_right(student, like):
    for seed in range(2):
        check(student, like=like, seed=seed).raise_if_wrong()


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


def xavier_sum(shape, rng):
    bound = np.sqrt(3 / sum(shape))
    return rng.uniform(-bound, bound, shape)


def xavier_positive(shape, rng):
    return rng.random(shape) * np.sqrt(6 / sum(shape))


def truncated_lecun(shape, rng):
    return stats.truncnorm.rvs(-2, 2, scale=shape[0] ** -0.5, size=shape, random_state=rng)


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


@pytest.mark.parametrize(
    ("student", "like", "name"),
    [
        (he_of_outputs, initialisers.he, "fan_out for fan_in"),
        (he_variance, initialisers.he, "variance for sd"),
        (he_without_gain, initialisers.he, "gain missing"),
        (he_transposed, initialisers.he, "axes exchanged"),
        (he_seeded, initialisers.he, "the same numbers for every layer"),
        (he_seeded_globally, initialisers.he, "the same numbers for every layer"),
        (he_of_global_numbers, initialisers.he, "rng not used"),
        (he_of_one_number, initialisers.he, "a scalar where a vector belongs"),
        (he_as_mean, initialisers.he, "sd as the mean"),
        (xavier_normal_with_bound, initialisers.xavier, "bound used as sd"),
        (xavier_sd_as_bound, initialisers.xavier, "sd used as bound"),
        (xavier_sum, initialisers.xavier, "sum for mean of the fans"),
        (xavier_positive, initialisers.xavier, "only positive weights"),
        (truncated_lecun, initialisers.lecun, "truncated"),
        (plain_qr, initialisers.orthogonal, "signs not corrected"),
        (tall_qr, initialisers.orthogonal, "fewer inputs than outputs forgotten"),
        (unit_columns, initialisers.orthogonal, "unit columns, not orthogonal"),
    ],
)
def test_student_is_told_the_misconception(student, like, name):
    for seed in range(2):
        assert check(student, like=like, seed=seed).names == (name,)


# --- what is said -----------------------------------------------------------------------------------------------------


def test_message_of_a_scale():
    head, example, yours, wanted, hint = str(check(he_of_outputs, like=initialisers.he)).splitlines()
    assert head == "✗ he_of_outputs is not right: fan_out for fan_in."
    assert example == "  For 1000 inputs and 250 outputs: the standard deviation of the weights"
    assert float(yours.removeprefix("    yours ")) == pytest.approx(0.0894, rel=0.01)
    assert float(wanted.removeprefix("    right ")) == pytest.approx(0.0447, rel=0.01)
    assert len(wanted) <= len("    right 0.04472")
    assert hint.startswith("Hint: ")


def test_message_of_a_shape_and_of_what_is_asked_for():
    assert "For 3 inputs and 2 outputs: the shape of the weights\n    yours has shape (2, 3)" in str(
        check(he_transposed, like=initialisers.he)
    )
    assert "For 2 inputs and 3 outputs, gain = 1: the shape of the weights" in str(
        check(tall_qr, like=initialisers.orthogonal)
    )


def test_weights_that_are_not_finite_are_seen():
    def student(shape, rng):
        return rng.normal(size=shape) / 0

    assert check(student, like=initialisers.he).names == ("not finite",)


def test_weights_of_0_are_finite_and_not_positive():
    def sparse(shape, rng):
        return initialisers.he(shape, rng) * 2**0.5 * (rng.random(shape) < 0.5)

    said = str(check(lambda shape, rng: np.zeros(shape), like=initialisers.he))
    assert "outputs: the standard deviation of the weights\n    yours 0\n" in said
    _, asked, yours, *_ = str(check(sparse, like=initialisers.he)).splitlines()
    assert asked.endswith("outputs: the share of positive weights")
    assert float(yours.removeprefix("    yours ")) == pytest.approx(0.25, abs=0.01)
