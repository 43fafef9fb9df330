"""Chapter 2's exercises on batches: the references by hand and against the library; the questions asked."""

import numpy as np
import pytest
from bad_input import test_bad_input_is_named  # noqa: F401
from checking import SEEDS, cases, example
from hypothesis import given
from hypothesis import strategies as st
from strategies import vectors

from gradlab.checks import check
from gradlab.checks.question import answers
from gradlab.checks.questions.batches import ASKED, BATCHES, DRAWS, ERROR, Room
from gradlab.checks.tasks.batches import accumulated, batch_error, epoch_batches, largest_that_pays
from gradlab.oracles import minibatch

X, Y = np.arange(14.0).reshape(7, 2), np.arange(7.0)


def rng(seed=0):
    return np.random.default_rng(seed)


# --- the references ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("b", [1, 3, 7])
def test_batches_are_those_of_the_librarys_minibatches(b):
    seen = []
    oracle = minibatch(lambda x, *batch: seen.append(batch) or x, X, Y, batch_size=b, seed=3)
    ours = epoch_batches(X, Y, b=b, epochs=4, rng=rng(3))
    for _ in ours:
        oracle(np.ones(1))
    assert len(ours) == 4 * -(-7 // b)
    for pair, batch in zip(ours, seen, strict=True):
        for part, wanted in zip(pair, batch, strict=True):
            np.testing.assert_array_equal(part, wanted)


def test_each_epoch_has_each_example_once():
    targets = np.concatenate([y for _, y in epoch_batches(X, Y, b=3, epochs=5, rng=rng())]).reshape(5, 7)
    assert (np.sort(targets) == np.arange(7)).all()
    assert len({tuple(order) for order in targets}) == 5


@given(X=vectors(7, 2), y=vectors(7), size=st.integers(1, 9))
def test_pieces_make_the_gradient_of_the_whole(X, y, size):
    np.testing.assert_allclose(accumulated(Room(size).grad, X, y, size=size), Room(7).grad(X, y), rtol=1e-9, atol=1e-9)


def test_a_machine_has_room_for_so_many_examples():
    assert Room(2).grad(np.ones((2, 1)), np.array([1.0, 3.0])).tolist() == [2]
    with pytest.raises(MemoryError, match=r"^3 examples at once, with room for 2$"):
        Room(2).grad(np.ones((3, 1)), np.ones(3))


def test_errors_worked_by_hand():
    each = [[0.0], [0.0], [4.0], [4.0]]  # tr Σ = 4
    options = {"draws": 1, "rng": rng()}
    assert batch_error(each, b=1, replace=True, **options) == batch_error(each, b=1, replace=False, **options) == 2
    assert batch_error(each, b=4, replace=True, **options) == 1
    assert batch_error(each, b=4, replace=False, **options) == 0
    assert batch_error(each, b=2, replace=False, **options) == pytest.approx((4 / 3) ** 0.5)


@pytest.mark.parametrize("replace", [True, False])
def test_the_error_is_that_of_many_draws(replace):
    each, draw = rng(1).normal(size=(9, 3)), rng(2)
    sets = [draw.choice(9, 4, replace=replace) for _ in range(20_000)]
    off = [each[rows].mean(axis=0) - each.mean(axis=0) for rows in sets]
    measured = np.sqrt(np.mean(np.sum(np.square(off), axis=1)))
    assert batch_error(each, b=4, replace=replace, draws=1, rng=draw) == pytest.approx(measured, rel=0.02)


def test_sizes_that_pay_by_hand():
    # examples: 64, 64, 128, 256
    assert largest_that_pays([1, 4, 16, 64], [64, 16, 8, 4]) == 16
    assert largest_that_pays([1, 4, 16, 64], [64, 16, 8.1, 4]) == 4
    assert largest_that_pays([8], [3]) == 8
    assert isinstance(largest_that_pays([2.0, 4.0], [1, 1]), int)


@given(S=st.floats(1, 100), critical=st.integers(2, 500))
def test_where_steps_are_s_and_e_over_b_the_critical_size_pays_just(S, critical):
    sizes = np.array([1e-6, critical * 0.999, critical * 1.001])
    assert largest_that_pays(sizes, S + S * critical / sizes) == int(critical * 0.999)


# --- the questions ----------------------------------------------------------------------------------------------------


def test_what_is_asked_of_batches_has_an_answer_each():
    for case in cases(epoch_batches):
        values, modified = BATCHES.run(epoch_batches.unchecked, case)
        assert len(values) == len(ASKED) and modified == []
        assert values[0].sum() == len(case.arguments[0]) * case.hyper["epochs"]
        assert all(value in (0, 1) for value in values[1:])
    assert BATCHES.tell(case, 1).endswith(f"rng = default_rng({case.hyper['seed']}): {ASKED[1]}")


def test_every_answer_for_a_batch_of_usual_size_is_yes():
    values, _ = BATCHES.run(epoch_batches.unchecked, cases(epoch_batches)[1])
    assert values[0].tolist() == 12 * [5] + 6 * [2]
    assert values[1:] == [1] * (len(ASKED) - 1)


def test_random_epochs_have_20_to_29_examples_in_batches_of_6_to_8():
    last = [cases(epoch_batches, seed)[-1] for seed in range(200)]
    assert {len(case.arguments[0]) for case in last} == {case.hyper["seed"] for case in last} == {*range(20, 30)}
    assert {case.hyper["b"] for case in last} == {6, 7, 8}


def test_a_function_may_give_so_many_batches_and_no_more():
    def gives(times):
        return answers(lambda X, y, *, b, epochs, rng: times * [(X, y)], BATCHES, epoch_batches).error

    assert gives(1000) == ""
    assert gives(1001) == "does not come to an end: it gives more than 1000 batches"


@pytest.mark.parametrize("seed", range(20))
def test_no_right_draw_is_refused_at_any_seed(seed):
    def by_keys(X, y, *, b, epochs, rng):
        for _ in range(epochs):
            order = np.argsort(rng.random(len(X)))
            yield from ((X[order[i : i + b]], y[order[i : i + b]]) for i in range(0, len(X), b))

    assert check(by_keys, like=epoch_batches, seed=seed)


def test_a_generator_that_writes_into_its_arguments_is_noticed():
    def careless(X, y, *, b, epochs, rng):
        yield from epoch_batches(X, y, b=b, epochs=epochs, rng=rng)
        X[:] = 0

    verdict = check(careless, like=epoch_batches)
    assert verdict.names == ("input modified in place",) and "It changes X." in str(verdict)


@pytest.mark.parametrize(
    ("returned", "said"),
    [
        (None, "returns None: is a `return` missing?"),
        (3.0, "returns a float, where batches were asked for"),
        ([], "returns no batches"),
        ([X], "returns a batch that is an array of shape (7, 2), where a pair (inputs, targets) was asked for"),
        ([(X, Y, Y)], "returns a batch that is a tuple of 3, where a pair"),
        ([(X, Y[:3])], "returns a batch with inputs of shape (7, 2) and targets of shape (3,), where (examples, 2)"),
        ([(X, Y[:, None])], "returns a batch with inputs of shape (7, 2) and targets of shape (7, 1), where"),
        ([7], "returns a batch that is an int, where a pair"),
    ],
)
def test_what_are_no_batches_is_called_so(returned, said):
    verdict = check(lambda X, y, *, b, epochs, rng: returned, like=epoch_batches)
    assert f"yours {said}" in str(verdict)


def test_an_error_within_a_generator_is_the_functions_own():
    def broken(X, y, *, b, epochs, rng):
        yield X[:b], y[:b]
        yield X[None + 1]

    message = str(check(broken, like=epoch_batches))
    assert "yours raises TypeError: unsupported operand" in message and "yield X[None + 1]" in message


def test_a_measurement_passes_at_any_seed():
    """The tolerance is several times the error of a measurement with so many draws."""

    def measured(each, *, b, replace, draws, rng):
        off = [each[rng.choice(len(each), b, replace=replace)].mean(0) - each.mean(0) for _ in range(draws)]
        return np.sqrt(np.mean(np.sum(np.square(off), axis=1)))

    worst = 0
    for seed in range(5):
        right = answers(batch_error.unchecked, ERROR, batch_error, seed).values
        found = answers(measured, ERROR, batch_error, seed).values
        ratios = [a[0] / b[0] for a, b in zip(found, right, strict=True) if b[0] > 1e-9]
        worst = max(worst, *(abs(ratio - 1) for ratio in ratios))
    assert worst < ERROR.tolerance * 0.6 and DRAWS == 2000


def test_the_sizes_asked_for_grow_and_one_of_them_pays_just():
    for seed in SEEDS:
        for sizes, steps in (case.arguments for case in cases(largest_that_pays, seed)):
            assert (np.diff(sizes) > 0).all() and (np.diff(steps) < 0).all()
    examples = [np.prod(case.arguments, axis=0) for case in cases(largest_that_pays)]
    assert any((each == 2 * each.min()).any() for each in examples)


def test_the_smallest_examples_are_shown():
    assert example(epoch_batches, "the same order in each epoch") == [
        "12 examples, b = 4, epochs = 6, rng = default_rng(0): have the epochs different orders? (1 is yes, 0 is no)",
        "yours 0",
        "right 1",
    ]
    assert example(accumulated, "mean of means") == [
        "For grad(X, y) = X.T @ y / len(X), X = [[1], [2], [6]], y = [1, 1, 1], size = 2",
        "yours 3.75",
        "right 3",
    ]
    assert example(batch_error, "1/b for 1/√b") == [
        "For each = [[0], [0], [4], [4]], b = 4, replace = True, draws = 2000, rng = default_rng(0)",
        "yours 0.5",
        "right 1",
    ]
    assert example(largest_that_pays, "the size with the fewest examples") == [
        "For sizes = [1, 4, 16], steps = [100, 30, 20]",
        "yours 1",
        "right 4",
    ]


# --- bad input --------------------------------------------------------------------------------------------------------

DRAWN = {"X": X, "y": Y, "b": 3, "epochs": 2, "rng": rng()}
PIECES = {"grad": Room(9).grad, "X": X, "y": Y, "size": 3}
MEASURED = {"each": X, "b": 3, "replace": False, "draws": 10, "rng": rng()}
NO_TABLES = ["here", None, 2.0, [1.0], X[:0], X[:, :0], X[None], X * [1, np.nan]]
BAD_INPUT = [
    *((epoch_batches, DRAWN | {"X": wrong}, "X") for wrong in NO_TABLES),
    *(
        (f, given | {"y": w}, "y")
        for f, given in ((epoch_batches, DRAWN), (accumulated, PIECES))
        for w in (3.0, Y[:3], np.arange(8.0))
    ),
    *((epoch_batches, DRAWN | {"b": wrong}, "b") for wrong in (0, 8, 2.0, None, True)),
    *((epoch_batches, DRAWN | {"epochs": wrong}, "epochs") for wrong in (0, 1.5, "two")),
    *((epoch_batches, DRAWN | {"rng": wrong}, "rng") for wrong in (0, None, np.random)),
    *((accumulated, PIECES | {"grad": wrong}, "grad") for wrong in (None, 3.0)),
    *((accumulated, PIECES | {"X": wrong}, "X") for wrong in NO_TABLES),
    *((accumulated, PIECES | {"size": wrong}, "size") for wrong in (0, 2.0, None)),
    *((batch_error, MEASURED | {"each": wrong}, "each") for wrong in [*NO_TABLES, X[:1]]),
    *((batch_error, MEASURED | {"b": wrong}, "b") for wrong in (0, 8, 2.0)),
    *((batch_error, MEASURED | {"replace": wrong}, "replace") for wrong in (0, None, "no")),
    *((batch_error, MEASURED | {"draws": wrong}, "draws") for wrong in (0, 2.0)),
    *((batch_error, MEASURED | {"rng": wrong}, "rng") for wrong in (0, None)),
    *(
        (largest_that_pays, {"sizes": wrong, "steps": [1, 2]}, "sizes")
        for wrong in (3, [0, 1], [-1, 1], [[1, 2]], "ab", [])
    ),
    *(
        (largest_that_pays, {"sizes": [1, 2], "steps": w}, "steps")
        for w in (3, [1], [0, 1], [-1, 1], [1, 2, 3], [np.inf, np.inf], None)
    ),
]
