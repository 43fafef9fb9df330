"""Chapter 7's exercises: the references by hand, against the library and torch; the questions asked."""

import numpy as np
import pytest
import torch
from bad_input import test_bad_input_is_named  # noqa: F401
from checking import SEEDS, cases, example
from hypothesis import given
from hypothesis import strategies as st

from gradlab.activations import ACTIVATIONS
from gradlab.checks import check
from gradlab.checks.questions.starts import PRIOR, Bent, Named
from gradlab.checks.tasks.starts import dead_units, measured_gains, prior_biases
from gradlab.gains import gain
from gradlab.mlp import MLP


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_many_draws_give_the_librarys_gains(name):
    z = np.random.default_rng(0).standard_normal(400_000)
    expected = gain(name), gain(name, "backward")
    assert measured_gains(ACTIVATIONS[name], z) == pytest.approx(expected, rel=0.01)


def test_gains_worked_by_hand():
    assert measured_gains(ACTIVATIONS["relu"], [2.0, -1.0]) == (pytest.approx(0.5**0.5), pytest.approx(2**0.5))
    assert measured_gains(Bent(-3.0, 1.0, 1.0), [1.0, -1.0]) == (pytest.approx(0.1**0.5), pytest.approx(0.2**0.5))


@pytest.mark.parametrize(
    ("zs", "dead"), [([[[-1, 2, 0]]], [2]), ([[[-1, -2, 0], [3, -1, 0]], [[1], [-1]], [[0], [-1]]], [2, 0, 1])]
)
def test_dead_units_counted_by_hand(zs, dead):
    assert dead_units(zs).tolist() == dead
    assert dead_units(tuple(np.array(z) for z in zs)).tolist() == dead


def test_dead_units_get_no_gradient():
    net, rng = MLP([3, 12, 10, 2], activation="relu"), np.random.default_rng(1)
    theta, X = net.start(3), rng.normal(size=(8, 3))
    parts = net.unpack(theta)
    parts[1][:] -= 1
    parts[3][:] -= 0.2
    slopes = net.unpack(net.grad(theta, X, rng.integers(0, 2, 8)))
    dead = dead_units([z for z, _ in net.hidden(theta, X)])
    assert all(0 < n < width for n, width in zip(dead, (12, 10), strict=True))
    assert [(~W.any(axis=0)).sum() for W in (slopes[0], slopes[2])] == pytest.approx(dead)


@given(y=st.lists(st.integers(0, 2), max_size=20))
def test_the_biases_give_each_class_its_share(y):
    y = np.array([0, 1, 2, *y])
    p = torch.softmax(torch.tensor(prior_biases(y)), 0).numpy()
    np.testing.assert_allclose(p, [(y == c).mean() for c in range(3)])


def test_no_other_biases_alone_have_a_lower_loss():
    y, net = np.array([0, 0, 0, 1, 2, 2]), MLP([1, 3])
    theta = net.pack([np.zeros((1, 3)), prior_biases(y)[None]])
    X = np.zeros((6, 1))
    assert net.f(theta, X, y) == pytest.approx(np.log(2) / 2 + np.log(6) / 6 + np.log(3) / 3)
    np.testing.assert_allclose(net.grad(theta, X, y), 0, atol=1e-15)


def test_biases_worked_by_hand():
    np.testing.assert_allclose(prior_biases([0, 1, 1, 0, 1, 1, 1, 1]), np.log([0.25, 0.75]))


# --- the questions ----------------------------------------------------------------------------------------------------


def test_whoever_divides_by_the_mean_square_of_z_gets_the_same():
    for seed in SEEDS:
        for case in cases(measured_gains, seed):
            assert np.mean(case.arguments[1] ** 2) == pytest.approx(1)


def test_an_activation_gives_its_values_and_slopes_and_its_formula():
    phi = Bent(-0.5, 3.0, 0.5)
    np.testing.assert_array_equal(phi(np.array([1.0, 0.0, -2.0])), [[3.5, 0.5, 1.5], [3, -0.5, -0.5]])
    assert str(phi) == "3 z + 0.5 for z > 0, else -0.5 z + 0.5"
    assert str(Bent(0.0, 4.0)) == "4 z for z > 0, else 0"
    assert str(Named("tanh")) == "tanh(z)"
    assert Named("tanh")(np.zeros(1))[1] == 1


def test_some_units_are_dead_in_most_layers_and_not_all():
    for seed in SEEDS:
        for case in cases(dead_units, seed)[-2:]:
            (zs,) = case.arguments
            assert len(zs) == 2 and len({len(z) for z in zs}) == 1
            assert all(0 < n < z.shape[1] for n, z in zip(dead_units(zs), zs, strict=True))


def test_every_class_occurs_and_no_two_are_as_frequent():
    for seed in SEEDS:
        for case in cases(prior_biases, seed)[2:]:
            n = np.bincount(case.arguments[0])
            assert sorted(n) == [(k + 1) ** 2 for k in range(len(n))]


@pytest.mark.parametrize("constant", [0, -3, 1000])
def test_biases_are_compared_by_their_probabilities(constant):
    [values], modified = PRIOR.run(lambda y: np.log([3, 1]) + constant, cases(prior_biases)[0])
    np.testing.assert_allclose(values, [0.75, 0.25])
    assert modified == []


@pytest.mark.parametrize(
    ("reference", "answer", "said"),
    [
        (dead_units, None, "returns None: is a `return` missing?"),
        (dead_units, 3, "returns one number, where a list was asked for"),
        (measured_gains, None, "returns None: is a `return` missing?"),
        (measured_gains, 1.4, "returns a float, where two things were asked for"),
        (prior_biases, [[0.0, 1.0]], "returns an array of shape (1, 2), where one number for each class"),
        (prior_biases, 0.5, "returns an array of shape (), where one number for each class"),
    ],
)
def test_an_answer_of_another_form_is_told(reference, answer, said):
    assert said in str(check(lambda *_: answer, like=reference))


def test_the_smallest_examples_are_shown():
    assert example(measured_gains, "the root missing") == [
        "For φ(z) = 4 z for z > 0, else 0, z = [1, -1]: the gain on the way forward",
        "yours 0.125",
        "right 0.353553",
    ]
    assert example(dead_units, "dead for one example") == [
        "For zs = [[[-1, -2, 1], [-3, 1, -1]]]: the dead units of each layer",
        "yours 3",
        "right 1",
    ]
    assert example(prior_biases, "the sign")[:2] == [
        "For y = [0, 0, 0, 1]: the probabilities that the biases give",
        "at [0]:",
    ]


# --- bad input --------------------------------------------------------------------------------------------------------

GAIN = {"phi": ACTIVATIONS["tanh"], "z": [1.0, -1.0]}
BAD_INPUT = [
    *((measured_gains, GAIN | {"phi": wrong}, "phi") for wrong in (None, "tanh", 1.0)),
    *((measured_gains, GAIN | {"z": wrong}, "z") for wrong in (None, "draws", 1.0, [], [[1.0]], [np.nan], [np.inf])),
    *(
        (dead_units, {"zs": w}, "zs")
        for w in (None, [], np.ones((2, 3)), [[1.0]], [np.ones((0, 2))], [[[np.nan]]], [[[[1.0]]]])
    ),
    *((prior_biases, {"y": wrong}, "y") for wrong in (None, 0, [], [0.0, 1.0], [[0, 1]], [-1, 0], [0, 2], ["a"])),
]
