"""Chapter 10's exercises on many at once: the references by hand, and against the library; the questions asked."""

import numpy as np
import pytest
from bad_input import test_bad_input_is_named  # noqa: F401
from checking import SEEDS, cases, example

from gradlab.checks import check
from gradlab.checks.questions.fleets import LATER, WORKERS, Edge
from gradlab.checks.tasks.fleets import bisected, machines_step, train_all, worker_rngs
from gradlab.mlp import MLP

INF, NAN = np.inf, np.nan

# --- workers ----------------------------------------------------------------------------------------------------------


def test_no_two_workers_of_some_runs_draw_the_same():
    draws = [rng.random() for seed in range(4) for epoch in range(5) for rng in worker_rngs(seed, epoch, workers=6)]
    assert len(set(draws)) == 4 * 5 * 6
    assert [rng.random() for rng in worker_rngs(2, 3, 4)] == [rng.random() for rng in worker_rngs(2, 3, 4)]
    assert all(isinstance(rng, np.random.Generator) for rng in worker_rngs(0, 0, 2))


def asked(function, case=0):
    return [float(value) for value in WORKERS.run(function, cases(worker_rngs)[case])[0]]


def test_what_is_asked_of_right_generators():
    assert asked(worker_rngs) == [2, 1, 1, 1, 1, 1, 1, 1]
    assert asked(worker_rngs, 1)[0] == 12


@pytest.mark.parametrize(
    ("words", "found"),
    [
        (lambda seed, epoch, k: [seed, epoch], [0, 1, 0, 1, 1, 1, 1]),
        (lambda seed, epoch, k: [seed, k], [1, 0, 0, 1, 1, 1, 1]),
        (lambda seed, epoch, k: [epoch, k], [1, 1, 1, 1, 0, 0, 1]),
        (lambda seed, epoch, k: [seed, epoch + k], [1, 1, 0, 1, 1, 1, 1]),
        (lambda seed, epoch, k: [seed + k, epoch], [1, 1, 1, 1, 1, 0, 1]),
        (lambda seed, epoch, k: None, [1, 1, 1, 0, 1, 1, 1]),
    ],
)
def test_what_is_asked_of_other_generators(words, found):
    def rngs(seed, epoch, workers):
        return [np.random.default_rng(words(seed, epoch, k)) for k in range(workers)]

    assert asked(rngs, 1)[1:] == found


@pytest.mark.parametrize("later", LATER)
def test_every_later_epoch_is_looked_at(later):
    def rngs(seed, epoch, workers):
        return worker_rngs(seed, 0 if epoch == later else epoch, workers)

    assert asked(rngs)[3] == 0


def test_the_global_generator_is_looked_after():
    def draws(seed, epoch, workers):
        np.random.random()  # noqa: NPY002
        return worker_rngs(seed, epoch, workers)

    before = np.random.get_state()  # noqa: NPY002
    assert asked(draws) == [2, 1, 1, 1, 1, 1, 1, 0]
    after = np.random.get_state()  # noqa: NPY002
    assert np.array_equal(before[1], after[1]) and before[2:] == after[2:]

    def seeds_and_draws_a_normal_number(seed, epoch, workers):
        np.random.set_state(before)  # noqa: NPY002
        np.random.standard_normal()  # noqa: NPY002
        np.random.set_state((*before[:3], 1, 0.5))  # noqa: NPY002
        return worker_rngs(seed, epoch, workers)

    assert asked(seeds_and_draws_a_normal_number)[-1] == 0


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (None, "returns None: is a `return` missing?"),
        (3, "returns an int, where a list of generators was asked for"),
        ("abc", "returns a str, where numbers were asked for"),
        ([1, 2], "returns an int in the list, where a generator was asked for"),
        ([np.random.PCG64(0)] * 2, "returns a PCG64 in the list, where a generator was asked for"),
        ([np.random.SeedSequence(0)] * 2, "returns a SeedSequence in the list, where a generator was asked for"),
    ],
)
def test_what_is_no_list_of_generators_is_told(answer, said):
    assert said in str(check(lambda *_: answer, like=worker_rngs))


# --- machines ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("cuts", [(4,), (1, 6), (3, 3, 9), (0, 5)])
def test_machines_make_the_step_of_one_with_all_examples(cuts):
    rng = np.random.default_rng(3)
    X, y, net = rng.normal(size=(10, 3)), rng.integers(4, size=10), MLP([3, 4])
    theta, shards = net.start(0), [*zip(np.split(X, cuts), np.split(y, cuts), strict=True)]
    gradients = [net.grad(theta, *shard) if len(shard[0]) else np.full(net.P, NAN) for shard in shards]
    found = machines_step(theta, gradients, [len(shard[0]) for shard in shards], lr=0.2, lr_size=5)
    np.testing.assert_allclose(found, theta - 0.4 * net.grad(theta, X, y))


def test_a_step_worked_by_hand():
    # the mean of 1, 4, 4 and 4, at the rate of a batch twice as large
    assert machines_step([1.0], [[1.0], [4.0]], [1, 3], lr=0.5, lr_size=2) == pytest.approx(1 - 3.25)


# --- networks ---------------------------------------------------------------------------------------------------------


def test_models_trained_at_once_are_those_of_the_librarys_network():
    """Its bias stays 0, as each input has a mirror image, with a target of the other sign."""
    rng = np.random.default_rng(5)
    X, y = rng.normal(size=(4, 3)), rng.normal(size=4)
    X, y = np.concatenate([X, -X]), np.concatenate([y, -y])
    net = MLP([3, 1], activation="linear", loss="squared_error")
    starts, rates = rng.normal(size=(2, 3)), np.array([0.1, 0.3])
    found = train_all(starts, rates, X, y, np.tile(np.arange(8), (5, 2, 1)))
    for w, rate, end in zip(starts, rates, found, strict=True):
        theta = np.append(w, 0.0)
        for _ in range(5):
            theta = theta - rate * net.grad(theta, X, y)
        np.testing.assert_allclose(np.append(end, 0), theta, atol=1e-12)


def test_each_model_is_as_it_is_alone():
    starts, rates, X, y, rows = cases(train_all)[-1].arguments
    found = train_all(starts, rates, X, y, rows)
    for k in range(len(starts)):
        alone = train_all(starts[[k]], rates[[k]], X, y, rows[:, [k]])
        np.testing.assert_allclose(found[[k]], alone)


def test_a_model_worked_by_hand():
    # w = 0 sees x = 2 with the target 1: the slope is −2; then x = 1 with 3: it is 1 − 3
    found = train_all([[0.0]], [0.5], [[2.0], [1.0]], [1.0, 3.0], [[[0]], [[1]]])
    np.testing.assert_allclose(found, [[2]])
    assert train_all(np.float32([[0]]), [0.5], [[2.0]], [1.0], [[[0]]]).tolist() == [[1]]


# --- edges ------------------------------------------------------------------------------------------------------------


def test_the_bracket_shrinks_by_its_root_and_keeps_the_edge():
    for edge in (0.02, 0.5, 7.0):
        for halvings in range(1, 12):
            low, high = bisected(lambda lr, edge=edge: lr < edge, 0.01, 10.0, halvings)
            assert low < edge <= high
            assert np.log(high / low) == pytest.approx(np.log(1000) / 2**halvings)


def test_a_bracket_worked_by_hand():
    assert bisected(lambda lr: lr < 3, 1, 16, 1) == (1, 4)
    assert bisected(lambda lr: lr < 3, 1, 16, 2) == (2, 4)
    tried = []
    bisected(lambda lr: tried.append(lr), 1.0, 16.0, 3)
    np.testing.assert_allclose(tried, [4, 2, 2**0.5])


def test_an_edge_and_its_words():
    one, two = Edge(3.0), Edge(3.0, (5.0, 6.0))
    assert [one(lr) for lr in (2.9, 3.0, 5.5)] == [True, False, False]
    assert [two(lr) for lr in (2.9, 3.0, 5.0, 5.5, 6.0)] == [True, False, False, True, False]
    assert str(one) == "lr < 3" and str(two) == "lr < 3 or 5 < lr < 6"


# --- the questions ----------------------------------------------------------------------------------------------------


def test_one_machine_is_alone_and_one_is_idle():
    for seed in SEEDS:
        asked_of = [case.arguments[2] for case in cases(machines_step, seed)]
        assert any(len(sizes) == 1 for sizes in asked_of) and any((sizes == 0).any() for sizes in asked_of)
        assert all(len(set(sizes.tolist())) == len(sizes) for sizes in asked_of)


def test_some_networks_are_as_many_as_their_inputs_and_steps():
    shapes = [(case.arguments[0].shape, case.arguments[4].shape) for case in cases(train_all)]
    assert ((2, 2), (2, 2, 1)) in shapes
    assert all(rows[1] == starts[0] for starts, rows in shapes)


def test_no_drawn_edge_is_near_a_rate_that_is_tried():
    for seed in SEEDS:
        for case in cases(bisected, seed):
            trains, *rest = case.arguments
            tried = []
            bisected(lambda lr, trains=trains, tried=tried: tried.append(lr) or trains(lr), *rest)
            assert all(abs(np.log(lr / trains.edge)) > 1e-4 for lr in tried)


@pytest.mark.parametrize(
    ("reference", "answer", "said"),
    [
        (machines_step, None, "returns None: is a `return` missing?"),
        (train_all, None, "returns None: is a `return` missing?"),
        (bisected, 2.0, "returns a float, where two things were asked for"),
    ],
)
def test_an_answer_of_another_form_is_told(reference, answer, said):
    assert said in str(check(lambda *_, **__: answer, like=reference))


def test_the_smallest_examples_are_shown():
    assert example(worker_rngs, "all workers alike") == [
        "For seed = 0, epoch = 0, workers = 2: do the workers draw different numbers? (1 is yes, 0 is no)",
        "yours 0",
        "right 1",
    ]
    assert example(machines_step, "plain average") == [
        "For x = [0], gradients = [[1], [4]], sizes = [1, 3], lr = 0.5, lr_size = 4: the new x",
        "yours -1.25",
        "right -1.625",
    ]
    assert example(train_all, "sum for the mean")[0] == (
        "For starts = [[0], [0]], rates = [0.5, 0.25], X = [[2], [1]], y = [1, 3], "
        "rows = [[[0, 1],  [1, 1]]]: the weights at the end"
    )
    assert example(bisected, "arithmetic middle") == [
        "For trains(lr) = lr < 3, low = 1, high = 16, halvings = 1: the lowest known not to",
        "yours 8.5",
        "right 4",
    ]


# --- bad input --------------------------------------------------------------------------------------------------------

SEEDED = {"seed": 0, "epoch": 0, "workers": 2}
STEP = {"x": [1.0], "gradients": [[1.0], [2.0]], "sizes": [1, 2], "lr": 0.1, "lr_size": 4}
FLEET = {"starts": [[1.0], [2.0]], "rates": [0.1, 0.2], "X": [[1.0]], "y": [1.0], "rows": [[[0], [0]]]}
EDGE = {"trains": bool, "low": 1.0, "high": 2.0, "halvings": 3}
BAD_INPUT = [
    *((worker_rngs, SEEDED | {name: w}, name) for name in ("seed", "epoch") for w in (None, -1, 0.5, "0", True)),
    *((worker_rngs, SEEDED | {"workers": wrong}, "workers") for wrong in (None, 0, 1.0)),
    *((machines_step, STEP | {"x": wrong}, "x") for wrong in (None, "x", [], [[1.0]], [NAN])),
    *(
        (machines_step, STEP | {"gradients": wrong}, "gradients")
        for wrong in (None, [1.0, 2.0], [[1.0]], [[1.0, 1.0]] * 2, np.ones((0, 1)))
    ),
    *((machines_step, STEP | {"sizes": wrong}, "sizes") for wrong in (None, 3, [0, 0], [-1, 2], [0.5, 1], [[1, 2]])),
    *((machines_step, STEP | {"lr": wrong}, "lr") for wrong in (None, -1, INF, [0.1])),
    *((machines_step, STEP | {"lr_size": wrong}, "lr_size") for wrong in (None, 0, 1.5)),
    *((train_all, FLEET | {"starts": wrong}, "starts") for wrong in (None, [1.0], [[NAN]], np.ones((0, 1)))),
    *((train_all, FLEET | {"rates": wrong}, "rates") for wrong in (None, 0.1, [0.1], [0.1, INF], [[0.1], [0.2]])),
    *((train_all, FLEET | {"X": wrong}, "X") for wrong in (None, [1.0], [[1.0, 2.0]], [[NAN]])),
    *((train_all, FLEET | {"y": wrong}, "y") for wrong in (None, [], [1.0, 2.0], [[1.0]])),
    *(
        (train_all, FLEET | {"rows": wrong}, "rows")
        for wrong in (None, [0], [[[0]]], [[[0], [1]]], [[[0], [-1]]], [[[0.0], [0.0]]], np.ones((0, 2, 1), int))
    ),
    *((bisected, EDGE | {"trains": wrong}, "trains") for wrong in (None, 1.0)),
    *((bisected, EDGE | {"low": wrong}, "low") for wrong in (None, 0, -1, NAN, [1.0])),
    *((bisected, EDGE | {"high": wrong}, "high") for wrong in (None, 0, 1.0, 0.5, INF)),
    *((bisected, EDGE | {"halvings": wrong}, "halvings") for wrong in (None, 0, 2.5)),
]
