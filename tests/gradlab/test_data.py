"""The data sets: their shapes and laws, that they come from their seed alone, and that no example is in two parts."""

import hashlib
import inspect
import random
import socket

import numpy as np
import pytest
from bad_input import test_bad_input_is_named  # noqa: F401
from mnist1d.data import get_dataset_args, make_dataset
from sklearn.datasets import load_digits, make_moons

from gradlab.data import Split, digits, line, mnist1d, moons, regression, spirals


def small_mnist1d(**options):
    return mnist1d(100, **options)


EVERY = [digits, small_mnist1d, line, regression, moons, spirals]
CLASSES = [(digits, 10), (small_mnist1d, 10), (moons, 2), (spirals, 3)]
each = pytest.mark.parametrize("make", EVERY)


def whole(split):
    """All examples, sorted, labels last."""
    rows = np.concatenate([np.column_stack(part) for part in zip(split[::2], split[1::2], strict=True)])
    return rows[np.lexsort(rows.T)]


def ordered(X, y):
    rows = np.column_stack([X, y])
    return rows[np.lexsort(rows.T)]


@each
def test_a_set_is_cut_into_three_parts(make):
    split = make()
    assert isinstance(split, Split)
    n = sum(map(len, split[::2]))
    for X, y, share in zip(split[::2], split[1::2], (0.6, 0.2, 0.2), strict=True):
        assert X.ndim == 2
        assert y.shape == (len(X),)
        assert len(X) == pytest.approx(share * n, abs=5)
        assert X.dtype == float
    assert len(np.unique(whole(split), axis=0)) == len(np.unique(whole(make(valid=0, test=0)), axis=0))


@each
def test_the_shares_are_those_asked_for_and_the_examples_are_the_same(make):
    if make is regression:
        return  # its inputs are shaped by its training part
    default, other, undivided = make(), make(valid=0.1, test=0.5), make(valid=0, test=0)
    n = len(undivided.X_train)
    assert len(undivided.X_valid) == len(undivided.X_test) == len(undivided.y_valid) == len(undivided.y_test) == 0
    assert len(other.X_valid) == pytest.approx(0.1 * n, abs=5)
    assert len(other.X_test) == pytest.approx(0.5 * n, abs=5)
    assert np.array_equal(whole(default), whole(undivided))
    assert np.array_equal(whole(other), whole(undivided))


@each
def test_a_set_comes_from_its_seed_alone(make):
    first, again, other = make(seed=3), make(seed=3), make(seed=4)
    assert all(map(np.array_equal, first, again))
    assert not np.array_equal(first.X_train, other.X_train)
    seed = 42 if make is small_mnist1d else 0
    assert all(map(np.array_equal, make(), make(seed=seed)))
    assert not np.array_equal(make(seed=2**32 - 1).X_train, other.X_train)


@pytest.mark.parametrize(("make", "classes"), CLASSES)
def test_each_class_is_cut_in_the_same_proportions(make, classes):
    split = make(valid=0.25, test=0.15)
    counts = [np.bincount(y, minlength=classes) for y in split[1::2]]
    total = np.sum(counts, axis=0)
    assert len(total) == classes
    for count, share in zip(counts, (0.6, 0.25, 0.15), strict=True):
        assert (abs(count - share * total) <= 1).all()
        assert (np.diff(split.y_train) != 0).any()  # shuffled, not sorted


def test_the_sets_are_what_they_were_when_this_was_written():
    """The numbers of the book hang on the data, so a library that draws otherwise must not go unnoticed."""
    exact = b"".join(array.astype("<f4").tobytes() for array in digits())
    assert hashlib.sha256(exact).hexdigest()[:12] == "8c3b0cb158d5"
    assert spirals().X_train[0] == pytest.approx([-0.4848901, -0.8024039], abs=1e-6)
    assert line().y_test[0] == pytest.approx(2.8421983, abs=1e-6)
    assert regression(condition=100).y_valid[0] == pytest.approx(-0.3895497, abs=1e-6)


@each
def test_no_network_is_asked(make, monkeypatch):
    def refuse(*args, **kwargs):
        raise AssertionError("a socket was opened")

    monkeypatch.setattr(socket, "socket", refuse)
    make()


def test_digits_are_those_of_scikit_learn_divided_by_16():
    X, y = load_digits(return_X_y=True)
    split = digits()
    assert np.array_equal(whole(split), ordered(X / 16, y))
    assert split.X_train.min() == 0
    assert split.X_train.max() == 1


def test_mnist1d_is_that_of_its_authors_and_leaves_global_generators():
    args = get_dataset_args()
    args.num_samples, args.seed = 200, 7
    theirs = make_dataset(args)
    random.seed(1)
    np.random.seed(1)  # noqa: NPY002
    before = random.getstate(), np.random.get_state()[1].copy()  # noqa: NPY002
    split = mnist1d(200, seed=7)
    assert random.getstate() == before[0]
    assert np.array_equal(np.random.get_state()[1], before[1])  # noqa: NPY002
    X, y = np.concatenate([theirs["x"], theirs["x_test"]]), np.concatenate([theirs["y"], theirs["y_test"]])
    assert np.array_equal(whole(split), ordered(X, y))
    assert mnist1d(10, valid=0, test=0).X_train.shape == (10, 40)
    assert inspect.signature(mnist1d).parameters["n"].default == 4000


def test_line_is_scattered_about_a_line():
    X, y, *_ = line(50_000, intercept=-1, slope=3, noise=0.2, valid=0, test=0)
    residual = y + 1 - 3 * X[:, 0]
    assert abs(residual.mean()) < 4 * 0.2 / 50_000**0.5
    assert residual.std() == pytest.approx(0.2, rel=0.02)
    assert X.shape == (50_000, 1)
    assert X.min() == pytest.approx(-1, abs=1e-3)
    assert X.max() == pytest.approx(1, abs=1e-3)
    X, y, *_ = line(noise=0)
    np.testing.assert_allclose(y, 1 + 2 * X[:, 0])
    assert len(line(valid=0, test=0).X_train) == 100
    X, y, *_ = line(20_000, valid=0, test=0)
    assert (y - 1 - 2 * X[:, 0]).std() == pytest.approx(0.5, rel=0.02)


@pytest.mark.parametrize(("d", "condition"), [(1, 1.0), (2, 50.0), (7, 1000.0)])
def test_regression_has_the_condition_number_asked_for(d, condition):
    X, *_, X_test, _ = regression(200, d, condition=condition)
    assert X.shape == (120, d)
    eigenvalues = np.linalg.eigvalsh(X.T @ X / 120)
    np.testing.assert_allclose(eigenvalues, np.geomspace(1 / condition if d > 1 else 1, 1, d), rtol=1e-6)
    assert X_test.shape == (40, d)
    if d > 1:  # turned: no input is an axis of the bowl
        assert (abs((X.T @ X / 120)[0, 1:]) > 1e-6).all()


def test_the_other_parts_of_regression_have_nearly_the_same_law():
    X, y, X_valid, y_valid, X_test, y_test = regression(30_000, 3, condition=10, noise=0.3)
    w = np.linalg.lstsq(X, y, rcond=None)[0]
    for inputs, targets in ((X, y), (X_valid, y_valid), (X_test, y_test)):
        np.testing.assert_allclose(inputs.T @ inputs / len(inputs), X.T @ X / len(X), atol=0.05)
        assert (targets - inputs @ w).std() == pytest.approx(0.3, rel=0.05)
    assert regression().X_train.shape == (600, 10)
    X, y, *_ = regression()
    np.testing.assert_allclose(np.linalg.eigvalsh(X.T @ X / 600), 1)  # condition 1
    assert (y - X @ np.linalg.lstsq(X, y, rcond=None)[0]).std() == pytest.approx(0.1, rel=0.1)


def test_the_weights_of_regression_are_of_size_one():
    sizes = []
    for seed in range(200):
        X, y, *_ = regression(12, 3, noise=0, seed=seed, valid=0, test=0)
        sizes.append(np.linalg.lstsq(X, y, rcond=None)[0])
    assert np.std(sizes) == pytest.approx(1, rel=0.1)


def test_moons_are_those_of_scikit_learn():
    X, y = make_moons(300, noise=0.1, random_state=5)
    assert np.array_equal(whole(moons(300, noise=0.1, seed=5)), ordered(X, y))
    assert np.array_equal(whole(moons()), ordered(*make_moons(1000, noise=0.2, random_state=0)))


def test_spirals_by_their_formula():
    X, y, *_ = spirals(300, classes=4, turns=1.5, noise=0, valid=0, test=0)
    r = np.hypot(*X.T)
    turned = np.arctan2(X[:, 1], X[:, 0]) / (2 * np.pi) - 1.5 * r - y / 4
    np.testing.assert_allclose(turned - np.round(turned), 0, atol=1e-9)
    assert np.bincount(y).tolist() == [75] * 4
    assert r.min() < 0.02
    assert 0.98 < r.max() <= 1
    noisy = spirals(300, classes=4, turns=1.5, noise=0.01, valid=0, test=0)
    assert np.array_equal(noisy.y_train, y)
    assert (noisy.X_train - X).std() == pytest.approx(0.01, rel=0.1)


def test_spirals_unless_told_are_three_arms_of_three_quarters_of_a_turn():
    by_name = spirals(1000, classes=3, turns=0.75, noise=0.05)
    assert all(map(np.array_equal, spirals(), by_name))


COMMON = [
    *[("seed", seed) for seed in (-1, 0.5, "a", None, 2**32, 2**33)],
    *[(share, value) for share in ("valid", "test") for value in (-0.1, 1, 0.9, np.nan, "half", None, [0.1, 0.1])],
]
COUNTS = (0, -5, 2.5, "many", None, True)
NUMBERS = (np.nan, np.inf, "one", None, [1.0, 2.0])
VALID = {"seed": 0, "valid": 0.2, "test": 0.2}
BAD_INPUT = [
    *[(make, VALID | {name: value}, name) for make in (digits, mnist1d, *EVERY[2:]) for name, value in COMMON],
    *[(make, VALID | {"n": n}, "n") for make in (mnist1d, *EVERY[2:]) for n in COUNTS],
    *[(line, VALID | {"valid": 0.5, "test": 0.5}, share) for share in ("valid", "test")],
    (mnist1d, VALID | {"n": 25}, "n"),
    (mnist1d, VALID | {"n": 9}, "n"),
    *[(make, VALID | {"noise": v}, "noise") for make in EVERY[2:] for v in (*NUMBERS, -0.1)],
    *[(line, VALID | {name: v}, name) for name in ("intercept", "slope") for v in NUMBERS],
    *[(regression, VALID | {"d": d}, "d") for d in COUNTS],
    (regression, VALID | {"n": 15, "d": 10}, "n"),
    *[(regression, VALID | {"condition": v}, "condition") for v in (*NUMBERS, 0.5, 0, -1)],
    *[(spirals, VALID | {"classes": c}, "classes") for c in COUNTS],
    *[(spirals, VALID | {"turns": v}, "turns") for v in NUMBERS],
]


def test_a_share_that_falls_between_two_examples():
    """Each example stands for a fifth of the five, and goes where the middle of its fifth lies."""
    for shares, sizes in (
        ({"valid": 0, "test": 0.5}, [2, 0, 3]),
        ({"valid": 0.5, "test": 0}, [2, 3, 0]),
        ({"valid": 0.25, "test": 0.25}, [2, 2, 1]),
    ):
        assert [len(X) for X in line(5, **shares)[::2]] == sizes


def test_just_enough_examples_for_regression():
    assert regression(16, 10, condition=4).X_train.shape == (10, 10)
