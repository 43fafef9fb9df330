"""The questions to initialisers: the answers are statistics, which do not depend on the numbers that were drawn."""

import numpy as np
import pytest
from checking import SEEDS, cases, example

from gradlab import initialisers
from gradlab.checks import check
from gradlab.checks.mistakes.initialisers import MISTAKES
from gradlab.checks.questions.initialisers import HYPER, INITIALISER, ROTATION, SIGNS

VARIANTS = [(like, m) for like, (_, mistakes) in MISTAKES.items() for m in mistakes]
each = pytest.mark.parametrize("like", MISTAKES, ids=lambda like: like.__name__)


def elsewhere(init):
    """The same initialiser, but from other random numbers than those of the reference."""

    def moved(shape, rng, **hyper):
        return init(shape, np.random.default_rng(rng.integers(2**32)), **hyper)

    return moved


def test_every_random_initialiser_has_mistakes():
    random = {"normal", "uniform", "variance_scaling", "lecun", "xavier", "he", "orthogonal"}
    assert {like.__name__ for like in MISTAKES} == random > set(HYPER)


@each
def test_the_reference_is_right_from_any_numbers(like):
    for seed in SEEDS:
        check(elsewhere(like), like=like, seed=seed).raise_if_wrong()


@pytest.mark.parametrize(("like", "wrong"), VARIANTS, ids=[f"{like.__name__}: {m.name}" for like, m in VARIANTS])
def test_a_variant_gets_its_own_name_from_any_numbers(like, wrong):
    for seed in SEEDS[1:]:  # test_mistakes.py asks seed 0, too
        assert check(elsewhere(wrong.function), like=like, seed=seed).names == (wrong.name,)


@each
def test_statistics_are_known_to_a_fifth_of_the_tolerance(like):
    def values(seed):
        return [value for case in cases(like, seed) for value in INITIALISER.run(like, case)[0] if value.ndim == 0]

    drawn = np.array([values(seed) for seed in range(12)])
    # Two draws, the student's and the reference's, differ by √2 of this.
    assert (2**0.5 * drawn.std(0) <= INITIALISER.tolerance / 5 * drawn.mean(0)).all()


def test_orthogonal_weights_have_a_diagonal_gram_matrix_of_equal_entries():
    like = initialisers.orthogonal
    measured = [INITIALISER.run(like, case)[0] for case in cases(like) if max(case.arguments[0]) == 600]
    assert [[off_diagonal, one_length] for _, off_diagonal, one_length in measured] == [[0, 1], [0, 1]]


def test_the_share_off_the_diagonal_is_one_of_norms():
    W = np.array([[1.0, 1.0], [0.0, 1.0], [0.0, 0.0]])  # WᵀW = [[1, 1], [1, 2]]
    off_diagonal = ROTATION["the share of WᵀW (WWᵀ with more outputs than inputs) off its diagonal"]
    assert off_diagonal(W) == off_diagonal(W.T) == 0.534522  # √2 / √7


def test_the_signs_of_60_layers_are_looked_at():
    asked = []
    signs, of_the_column = SIGNS.values()
    assert signs(None, lambda rng: asked.append(rng) or np.ones((3, 2)), None, "rng") == 1
    assert asked == ["rng"] * 60
    assert of_the_column(None, lambda rng: np.ones((3, 2)), None, "rng") == 1


def test_each_case_draws_from_a_seed_of_its_own():
    seeds = [case.arguments[1] for seed in range(20) for case in cases(initialisers.he, seed)]
    assert len(seeds) == len(set(seeds)) == 100
    assert 0 <= min(seeds) < 2**28 and 2**31 < max(seeds) < 2**32


def test_layers_have_very_unequal_fans():
    assert {(1000, 250), (250, 1000)} < {case.arguments[0] for case in cases(initialisers.he)}


def test_the_message_about_a_scale_has_four_digits():
    question, yours, wanted = example(initialisers.he, "fan_out for fan_in")
    assert question == "For 1000 inputs and 250 outputs: the standard deviation of the weights"
    assert float(yours.removeprefix("yours ")) == pytest.approx(0.0894, rel=0.01)
    assert float(wanted.removeprefix("right ")) == pytest.approx(0.0447, rel=0.01)
    assert len(wanted) <= len("right 0.04472")


def test_the_message_about_a_shape_tells_both_shapes_and_the_gain():
    assert example(initialisers.he, "axes exchanged")[:2] == [
        "For 3 inputs and 2 outputs: the shape of the weights",
        "yours has shape (2, 3)",
    ]
    question, *_ = example(initialisers.orthogonal, "fewer inputs than outputs forgotten")
    assert question == "For 2 inputs and 3 outputs, gain = 1: the shape of the weights"


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
