"""Training: the same as the loop written out, as torch's, and as one network at a time."""

from functools import partial
from itertools import islice

import numpy as np
import pytest
import torch
from bad_input import test_bad_input_is_named  # noqa: F401

from gradlab.conversions import momentum_to_ewma, momentum_to_heavy_ball
from gradlab.descend import descend, iterates
from gradlab.methods import backtracking, lbfgs
from gradlab.mlp import MLP
from gradlab.nets import together
from gradlab.oracles import clip_by_norm, minibatch, noisy, sam
from gradlab.plateau import EarlyStopping, ReduceOnPlateau
from gradlab.rules import adam, heavy_ball, momentum, sgd
from gradlab.schedules import warm_up
from gradlab.train import History, train

RNG = np.random.default_rng(0)
X, VALID_X = RNG.normal(size=(20, 3)), RNG.normal(size=(9, 3))
TEACHER = RNG.normal(size=(3, 4))
Y, VALID_Y = (np.argmax(a @ TEACHER + 0.5 * RNG.normal(size=(len(a), 4)), 1) for a in (X, VALID_X))
VALID = VALID_X, VALID_Y
NET = MLP([3, 5, 4])
START = NET.start(0)


def agree(ours, theirs):
    np.testing.assert_allclose(ours, theirs, rtol=1e-9, atol=1e-9)


def tensors(*arrays):
    return [torch.tensor(array) for array in arrays]


@pytest.mark.parametrize("rule", [sgd, momentum, adam])
@pytest.mark.parametrize(("options", "loop"), [({}, {}), ({"seed": 3}, {"seed": 3})])
def test_it_is_the_loop_over_minibatches_written_out(rule, options, loop):
    history = train(NET, START, rule, X, Y, batch_size=6, epochs=5, lr=0.1, **options)
    oracle = minibatch(NET.grad, X, Y, batch_size=6, **loop)
    thetas = [START, *(theta for theta, _ in islice(iterates(oracle, START, rule, lr=0.1), 20))]
    agree(history.theta, thetas[-1])
    assert history.steps.tolist() == [0, 4, 8, 12, 16, 20]
    assert history.epochs.tolist() == [0, 1, 2, 3, 4, 5]
    agree(history.losses, [NET.f(theta, X, Y) for theta in thetas[::4]])
    assert isinstance(history, History)
    assert history.valid_losses is history.accuracy is history.best is history.observed is None


def test_train_does_what_a_loop_in_torch_does():
    history = train(NET, START, adam, X, Y, batch_size=8, epochs=4, lr=0.05)
    layers = [torch.nn.Linear(3, 5, dtype=torch.float64), torch.nn.Linear(5, 4, dtype=torch.float64)]
    w1, b1, w2, b2 = tensors(*NET.unpack(START))
    for layer, w, b in zip(layers, (w1, w2), (b1, b2), strict=True):
        layer.weight.data, layer.bias.data = w.T.clone(), b[0].clone()
    net = torch.nn.Sequential(layers[0], torch.nn.Tanh(), layers[1])
    optimiser, rows = torch.optim.Adam(net.parameters(), lr=0.05), minibatch(lambda _, i: i, range_of(X), batch_size=8)
    inputs, labels = tensors(X, Y)
    losses = []
    for step in range(13):
        if step % 3 == 0:
            losses.append(torch.nn.functional.cross_entropy(net(inputs), labels).item())
        batch = rows(None)
        optimiser.zero_grad()
        torch.nn.functional.cross_entropy(net(inputs[batch]), labels[batch]).backward()
        if step < 12:
            optimiser.step()
    agree(history.losses, losses)
    agree(history.theta, NET.pack([part.detach().numpy() for part in transposed(layers)]))


def range_of(X):
    return np.arange(len(X))


def transposed(layers):
    return [part for layer in layers for part in (layer.weight.T, layer.bias[None])]


def test_all_examples_at_once_make_an_epoch_of_one_step():
    history = train(NET, START, sgd, X, Y, epochs=6, lr=0.3)
    path = descend(lambda theta: NET.grad(theta, X, Y), START, sgd, 6, lr=0.3)
    agree(history.losses, NET.f(path, X, Y))
    assert history.steps.tolist() == history.epochs.tolist() == [0, 1, 2, 3, 4, 5, 6]


@pytest.mark.parametrize(
    ("options", "steps", "epochs"),
    [
        ({"epochs": 2}, [0, 3, 6], [0, 1, 2]),
        ({"steps": 6}, [0, 3, 6], [0, 1, 2]),
        ({"steps": 7}, [0, 3, 6, 7], [0, 1, 2, 7 / 3]),
        ({"steps": 1}, [0, 1], [0, 1 / 3]),
        ({"epochs": 1, "every": 2}, [0, 2, 3], [0, 2 / 3, 1]),
        ({"steps": 4, "every": 1}, [0, 1, 2, 3, 4], [0, 1 / 3, 2 / 3, 1, 4 / 3]),
        ({"steps": 3, "every": 100}, [0, 3], [0, 1]),
    ],
)
def test_losses_are_taken_at_the_steps_asked_for(options, steps, epochs):
    history = train(NET, START, sgd, X, Y, batch_size=8, observe=lambda step, theta: (step, theta), **options)
    assert history.steps.tolist() == steps
    agree(history.epochs, epochs)
    assert [step for step, _ in history.observed] == steps
    thetas = np.array([theta for _, theta in history.observed])
    agree(history.losses, NET.f(thetas, X, Y))
    agree(thetas[0], START)
    agree(thetas[-1], history.theta)
    assert history.losses.shape == history.seconds.shape == (len(steps),)


@pytest.mark.parametrize("kind", [np.asarray, torch.tensor])
def test_a_grid_of_networks_is_each_trained_by_itself(kind):
    net, lr = MLP([3, 5, 4], dropout=0.3), np.array([0.03, 0.3, 3.0])
    starts, data, valid = net.start([0, 1, 2]), (kind(X), kind(Y)), (kind(VALID_X), kind(VALID_Y))
    options = {"batch_size": 6, "epochs": 30, "validation": valid, "seed": 5}
    together = train(net, kind(starts), adam, *data, lr=kind(lr[:, None]), **options)
    assert together.losses.shape == together.valid_losses.shape == together.accuracy.shape == (31, 3)
    for k in range(3):
        alone = train(net, kind(starts[k]), adam, *data, lr=lr[k], **options)
        for ours, theirs in zip(together[4:7], alone[4:7], strict=True):
            np.testing.assert_allclose(ours[:, k], theirs, rtol=1e-6, atol=1e-9)
        np.testing.assert_allclose(together.theta[k], alone.theta, rtol=1e-6, atol=1e-7)
        np.testing.assert_allclose(together.best[k], alone.best, rtol=1e-6, atol=1e-7)


@pytest.mark.parametrize("kind", [np.asarray, torch.tensor])
@pytest.mark.parametrize("batch_size", [6, None])
@pytest.mark.parametrize("seeds", [[3, 1, 4], range(2), np.array([5])])
def test_each_of_a_list_of_seeds_is_the_run_of_that_seed_alone(kind, batch_size, seeds):
    net = MLP([3, 5, 4], dropout=0.3)
    options = {"batch_size": batch_size, "epochs": 4, "lr": 0.1}
    data, starts = (kind(X), kind(Y)), net.start(seeds)
    grid = train(net, kind(starts), momentum, *data, seed=seeds, **options)
    same = train(net, kind(START), momentum, *data, seed=seeds, **options)
    assert same.theta.shape == grid.theta.shape == (len(seeds), net.P)
    for k, seed in enumerate(seeds):
        for history, start in ((grid, starts[k]), (same, START)):
            alone = train(net, kind(start), momentum, *data, seed=seed, **options)
            np.testing.assert_allclose(history.theta[k], alone.theta, rtol=0, atol=1e-12)
            np.testing.assert_allclose(history.losses[:, k], alone.losses, rtol=0, atol=1e-12)


def test_there_are_as_many_networks_as_seeds():
    with pytest.raises(ValueError, match="train: theta must be of 2 networks, as there are seeds"):
        train(NET, NET.start([0, 1, 2]), sgd, X, Y, steps=1, seed=[0, 1])


def test_one_start_is_broadcast_against_the_hyperparameters():
    lr = np.array([0.1, 1.0])
    history = train(NET, START, sgd, X, Y, epochs=3, validation=VALID, lr=lr[:, None])
    assert history.theta.shape == history.best.shape == (2, NET.P)
    assert history.losses.shape == (4, 2)
    agree(history.losses[0], [NET.f(START, X, Y)] * 2)
    for k in range(2):
        agree(history.losses[:, k], train(NET, START, sgd, X, Y, epochs=3, lr=lr[k]).losses)


def test_tensors_are_trained_as_arrays_are():
    options = {"batch_size": 6, "epochs": 4, "lr": 0.1}
    ours = train(NET, START, adam, X, Y, validation=VALID, **options)
    theirs = train(NET, *tensors(START), adam, *tensors(X, Y), validation=tensors(*VALID), **options)
    for numpys, torchs in zip(ours, theirs, strict=True):
        if numpys is not None and numpys is not ours.seconds:
            agree(numpys, torchs)
    assert isinstance(theirs.losses, np.ndarray)
    assert theirs.theta.dtype == theirs.best.dtype == torch.float64


# --- validation -------------------------------------------------------------------------------------------------


def test_validation_is_of_the_validation_set():
    history = train(NET, START, adam, X, Y, epochs=5, validation=VALID, observe=lambda step, theta: theta, lr=0.1)
    agree(history.valid_losses, NET.f(np.array(history.observed), *VALID))
    agree(history.accuracy, NET.accuracy(np.array(history.observed), *VALID))


def test_the_best_of_each_network_is_kept():
    lr = np.array([[0.003], [0.3]])  # the first goes on getting better, the second overfits
    history = train(
        NET, START, adam, X, Y, epochs=60, validation=VALID, observe=lambda step, theta: theta + 0 * lr, lr=lr
    )
    least = history.valid_losses.argmin(axis=0)
    assert least[0] == 60
    assert 0 < least[1] < 60
    for k in range(2):
        agree(history.best[k], history.observed[least[k]][k])
    agree(NET.f(history.best, *VALID), history.valid_losses.min(axis=0))


def test_a_start_that_only_gets_worse_is_the_best():
    history = train(NET, START, sgd, X, Y, epochs=3, validation=(VALID_X, (VALID_Y + 1) % 4), lr=3.0)
    assert (history.valid_losses[1:] > history.valid_losses[0]).all()
    agree(history.best, START)


def test_targets_have_no_accuracy():
    net = MLP([3, 1], loss="squared_error")
    history = train(net, net.start(0), sgd, X, X[:, 0], epochs=2, validation=(VALID_X, VALID_X[:, 0]), lr=0.1)
    assert history.accuracy is None
    assert history.valid_losses.shape == (3,)


class Stop:
    """Marks network k as stopped after its turn; True when all are."""

    def __init__(self, turns):
        self.turns, self.seen = np.asarray(turns), []
        self.stopped = np.zeros(self.turns.shape, bool)

    def update(self, losses):
        self.seen.append(losses)
        self.stopped = len(self.seen) > self.turns
        return self.stopped.all()


def test_stopping_ends_the_training():
    stop = Stop(3)
    options = {"batch_size": 10, "epochs": 9, "validation": VALID, "lr": 0.1}
    history, full = (train(NET, START, adam, X, Y, stop=s, **options) for s in (stop, None))
    assert history.steps.tolist() == [0, 2, 4, 6]
    agree(history.losses, full.losses[:4])
    agree(stop.seen, history.valid_losses)


def test_a_stopped_network_keeps_its_best_while_the_others_run_on():
    lr, turns = np.array([0.01, 0.02, 0.03]), [2, 5, 4]
    options = {"epochs": 9, "validation": VALID}
    together = train(NET, START, adam, X, Y, stop=Stop(turns), lr=lr[:, None], **options)
    assert together.steps.tolist() == [0, 1, 2, 3, 4, 5]
    assert (np.diff(together.valid_losses, axis=0) < 0).all()  # so that each record would be the best
    for k in range(3):
        agree(together.best[k], train(NET, START, adam, X, Y, stop=Stop(turns[k]), lr=lr[k], **options).best)


@pytest.mark.parametrize("kind", [np.asarray, torch.tensor])
def test_early_stopping_finds_the_best_that_train_keeps(kind):
    lr, stop = kind([[0.1], [0.3], [1e-4]]), EarlyStopping(patience=5)
    data = kind(X), kind(Y)
    history = train(NET, kind(START), adam, *data, epochs=60, validation=tuple(map(kind, VALID)), stop=stop, lr=lr)
    assert history.steps[-1] == 60  # the third still gets better
    assert stop.stopped.tolist() == [True, True, False]
    agree(stop.best, history.valid_losses[stop.best_step, range(3)])
    agree(NET.f(np.asarray(history.best), *VALID), stop.best)
    both = train(
        NET,
        kind(START),
        adam,
        *data,
        epochs=60,
        validation=tuple(map(kind, VALID)),
        stop=EarlyStopping(patience=5),
        lr=lr[:2],
    )
    assert both.steps[-1] == max(stop.best_step[:2]) + 6
    agree(both.best, history.best[:2])


def test_a_plateau_of_the_validation_loss_lowers_the_rate():
    plateau, seen = ReduceOnPlateau(0.3, factor=0.5, patience=2), []
    history = train(
        NET,
        START,
        adam,
        X,
        Y,
        epochs=40,
        validation=VALID,
        lr=plateau,
        observe=lambda step, theta: seen.append(plateau.lr),
    )
    alone = ReduceOnPlateau(0.3, factor=0.5, patience=2)
    lrs = [alone.lr]
    for loss in history.valid_losses:
        alone.update(loss)
        lrs.append(alone.lr)
    assert seen == lrs[:-1]
    assert lrs[-1] < 0.3
    again = train(NET, START, adam, X, Y, epochs=40, validation=VALID, lr=lambda t: lrs[t + 1])
    agree(again.losses, history.losses)


def test_of_equally_good_parameters_the_first_are_the_best():
    net = MLP([3, 4], activation="linear")
    start, step = net.start(0), net.pack([np.ones((3, 4)), np.zeros((1, 4))])
    history = train(
        net, start, sgd, X, Y, steps=3, validation=(0 * VALID_X, VALID_Y), oracle=lambda grad: lambda theta: step
    )
    assert len(set(history.valid_losses)) == 1  # only weights have moved, and those inputs are 0
    assert not np.array_equal(history.theta, start)
    agree(history.best, start)


# --- what goes into a step --------------------------------------------------------------------------------------


def test_a_schedule_counts_steps():
    seen = []
    train(NET, START, sgd, X, Y, batch_size=6, epochs=2, lr=lambda t: seen.append(t) or 0.1)
    assert list(dict.fromkeys(seen)) == list(range(8))


def test_an_oracle_goes_around_the_gradient():
    history = train(NET, START, sgd, X, Y, epochs=5, oracle=partial(clip_by_norm, max_norm=0.01), lr=1.0)
    path = descend(clip_by_norm(NET.bind(X, Y).grad, 0.01), START, sgd, 5, lr=1.0)
    agree(history.theta, path[-1])
    still = train(NET, START, sgd, X, Y, batch_size=6, epochs=1, oracle=lambda grad: np.zeros_like, lr=1.0)
    agree(still.theta, START)


def test_units_are_dropped_out_in_training_alone():
    net = MLP([3, 5, 4], dropout=0.5)
    history = train(net, START, sgd, X, Y, batch_size=6, epochs=3, seed=4, lr=0.5)
    oracle = minibatch(partial(net.grad, rng=np.random.default_rng([4, 1])), X, Y, batch_size=6, seed=4)
    agree(history.theta, descend(oracle, START, sgd, 12, lr=0.5)[-1])
    agree(history.losses[[0, -1]], [NET.f(theta, X, Y) for theta in (START, history.theta)])


def test_a_method_gets_the_problem():
    history = train(NET, START, backtracking, X, Y, epochs=8, lr=4.0)
    path = descend(NET.bind(X, Y), START, backtracking, 8, lr=4.0)
    agree(history.losses, NET.f(path, X, Y))
    seen = []

    def own(problem, x, *, lr=0.1):
        while True:
            seen.append(problem.f(x))
            x = x - lr * problem.grad(x)
            yield x, ()

    stochastic = train(NET, START, own, X, Y, batch_size=6, steps=9)
    agree(stochastic.theta, train(NET, START, sgd, X, Y, batch_size=6, steps=9, lr=0.1).theta)
    agree(seen[0], NET.f(START, X, Y))  # f is that of all examples


def test_a_method_may_end_before():
    def three(problem, x):
        for _ in range(3):
            x = x - problem.grad(x)
            yield x, ()

    history = train(NET, START, three, X, Y, steps=10, every=2)
    assert history.steps.tolist() == [0, 2, 3]
    agree(history.theta, descend(NET.bind(X, Y).grad, START, sgd, 3, lr=1.0)[-1])


@pytest.mark.filterwarnings("error")
def test_a_network_that_diverges_runs_on_without_a_warning():
    net = MLP([3, 5, 1], activation="linear", loss="squared_error")
    options = {"batch_size": 6, "epochs": 50, "validation": (VALID_X, VALID_X[:, 0])}
    history = train(net, net.start(0), sgd, X, X[:, 0], lr=np.array([[0.01], [10.0]]), **options)
    assert np.isfinite(history.losses[:, 0]).all()
    assert not np.isfinite(history.losses[-1, 1])
    assert np.isfinite(history.best).all()
    fine = train(net, net.start(0), sgd, X, X[:, 0], lr=0.01, **options)
    agree(history.losses[:, 0], fine.losses)


def test_only_the_steps_are_timed(monkeypatch):
    clock = [100.0]

    def slow(x, g, *, lr=0.1):
        clock[0] += 3
        return (x - lr * g,)

    def looks(step, theta):
        clock[0] += 1000

    monkeypatch.setattr("gradlab.train.perf_counter", lambda: clock[0])
    history = train(NET, START, slow, X, Y, steps=6, every=2, observe=looks)
    assert history.seconds.tolist() == [0, 6, 12, 18]


def test_a_bar_counts_the_steps_when_it_is_wanted(monkeypatch):
    totals = []

    def tqdm(path, total):
        totals.append(total)
        for count, point in enumerate(path, 1):
            totals.append(count)
            yield point

    monkeypatch.setattr("tqdm.auto.tqdm", tqdm)
    silent = train(NET, START, sgd, X, Y, batch_size=8, epochs=2, lr=0.1)
    assert totals == []
    shown = train(NET, START, sgd, X, Y, batch_size=8, epochs=2, progress=True, lr=0.1)
    assert totals == [6, 1, 2, 3, 4, 5, 6]
    agree(shown.theta, silent.theta)


def test_the_bar_of_tqdm_is_drawn(capsys):
    train(NET, START, sgd, X, Y, steps=5, progress=True)
    assert "5/5" in capsys.readouterr().err


# --- one minibatch a step ---------------------------------------------------------------------------------------


class Watched(MLP):
    """A network that keeps the data of which it is asked the gradient."""

    def __init__(self, *args, **options):
        super().__init__(*args, **options)
        self.asked = []

    def _f_and_grad(self, theta, X, y, rng):
        self.asked.append(X.tolist())
        return super()._f_and_grad(theta, X, y, rng)


def own_sam(grad):
    """As someone may write it who has not heard of draws."""
    return lambda theta: grad(theta + 0.05 * grad(theta))


def extragradient(problem, x, *, lr=0.1):
    """A method that asks twice."""
    while True:
        x = x - lr * problem.grad(x - lr * problem.grad(x))
        yield x, ()


TWICE = [(sam, sgd), (own_sam, sgd), (lambda grad: clip_by_norm(sam(grad), 1.0), adam), (None, extragradient)]


@pytest.mark.parametrize(("oracle", "rule"), TWICE)
def test_an_epoch_goes_through_the_training_set_once_though_each_step_asks_twice(oracle, rule):
    net = Watched([3, 5, 4])
    history = train(net, START, rule, X, Y, batch_size=5, epochs=3, oracle=oracle, lr=0.1)
    assert net.asked[::2] == net.asked[1::2]
    assert history.epochs.tolist() == [0, 1, 2, 3]
    for epoch in range(3):
        rows = [row for batch in net.asked[8 * epoch : 8 * (epoch + 1) : 2] for row in batch]
        assert sorted(rows) == sorted(X.tolist())
    single = Watched([3, 5, 4])
    train(single, START, sgd, X, Y, batch_size=5, epochs=3, lr=0.1)
    assert single.asked == net.asked[::2]


def test_training_with_sam_is_sam_on_one_batch_each():
    history = train(NET, START, sgd, X, Y, batch_size=6, steps=9, oracle=partial(sam, radius=0.2), lr=0.1)
    batches, theta = minibatch(lambda _, rows: rows, range_of(X), batch_size=6), START
    for _ in range(9):
        rows = batches(None)
        g = NET.grad(theta, X[rows], Y[rows])
        theta = theta - 0.1 * NET.grad(theta + 0.2 * g / np.linalg.norm(g), X[rows], Y[rows])
    agree(history.theta, theta)


@pytest.mark.parametrize("batch_size", [6, None])
@pytest.mark.parametrize(("oracle", "rule"), TWICE[:2])
def test_both_gradients_of_a_step_have_the_same_units_dropped_out(batch_size, oracle, rule):
    class Masked(MLP):
        def _activations(self, X, rng):
            layers = super()._activations(X, rng)
            if rng is not None:
                seen.append([phi(np.ones((len(X), 5)))[0].tolist() for phi in layers])
            return layers

    seen, net = [], Masked([3, 5, 5, 4], dropout=0.5)
    train(net, net.start(0), rule, X, Y, batch_size=batch_size, steps=5, oracle=oracle, lr=0.1)
    assert len(seen) == 10
    assert seen[::2] == seen[1::2]
    assert len({str(masks) for masks in seen}) == 5
    assert seen[0][0] != seen[0][1]  # each layer has masks of its own


@pytest.mark.parametrize(
    "options", [{"batch_size": 6}, {"oracle": partial(noisy, sd=0.1)}, {"batch_size": 6, "oracle": own_sam}]
)
def test_lbfgs_is_told_that_it_cannot_learn_from_gradients_that_move_on(options):
    with pytest.raises(ValueError, match=r"^lbfgs: problem must have a grad that stays the same"):
        train(NET, START, lbfgs, X, Y, steps=2, **options)
    dropping = MLP([3, 5, 4], dropout=0.5)
    with pytest.raises(ValueError, match=r"^lbfgs: problem must have a grad that stays the same"):
        train(dropping, START, lbfgs, X, Y, steps=2)
    full = train(NET, START, lbfgs, X, Y, steps=20)
    assert full.losses[-1] < full.losses[0]


def test_a_line_search_measures_the_loss_of_all_examples_with_nothing_dropped_out():
    net = MLP([3, 5, 4], dropout=0.5)
    history = train(net, START, backtracking, X, Y, batch_size=6, steps=20)
    assert (np.diff(history.losses) <= 0).all()


# --- what has a memory ------------------------------------------------------------------------------------------

LONG = {"batch_size": 5, "epochs": 30, "validation": VALID}


def test_early_stopping_used_again_begins_anew():
    stop, alone = EarlyStopping(patience=1), []
    for seed in range(3):
        history = train(NET, NET.start(seed), adam, X, Y, lr=0.3, stop=stop, **LONG)
        fresh = train(NET, NET.start(seed), adam, X, Y, lr=0.3, stop=EarlyStopping(patience=1), **LONG)
        assert 0 < history.steps[-1] == fresh.steps[-1] < 120
        agree(history.theta, fresh.theta)
        agree(history.best, fresh.best)
        alone.append(history.steps[-1])
    assert stop.best == history.valid_losses.min()
    grid = train(NET, NET.start([0, 1, 2]), adam, X, Y, lr=0.3, stop=stop, **LONG)  # of another shape
    assert grid.steps[-1] == max(alone)


def test_a_stop_that_has_stopped_and_cannot_begin_anew_is_refused():
    stop = Stop(1)
    train(NET, START, adam, X, Y, stop=stop, **LONG)
    with pytest.raises(ValueError, match=r"^train: stop must not have stopped already, got "):
        train(NET, START, adam, X, Y, stop=stop, **LONG)


WRAPS = [
    lambda plateau: plateau,
    lambda plateau: warm_up(plateau, steps=10, start=0.2),
    lambda plateau: lambda t: plateau(t) / 2,
    lambda plateau: warm_up(lambda t: 2 * plateau(t), steps=3),
    lambda plateau: lambda t: 0.01 if t < 6 else plateau(t),  # first asked after an epoch
    lambda plateau: momentum_to_ewma(lr=plateau, beta=0.9)["lr"],
]


@pytest.mark.parametrize("wrap", WRAPS)
def test_a_plateau_is_told_the_losses_however_it_is_wrapped(wrap):
    plateau = ReduceOnPlateau(0.3, factor=0.5, patience=1)
    for _ in range(2):  # the second time it begins anew
        history = train(NET, START, adam, X, Y, lr=wrap(plateau), **LONG)
        alone = ReduceOnPlateau(0.3, factor=0.5, patience=1)
        for loss in history.valid_losses:
            alone.update(loss)
        assert plateau.lr == alone.lr < 0.3
        assert plateau.best == alone.best == history.valid_losses.min()


@pytest.mark.parametrize("wrap", WRAPS)
def test_a_plateau_that_nobody_tells_is_refused_however_it_is_wrapped(wrap):
    with pytest.raises(ValueError, match=r"^train: validation must be given for (lr|<.*Plateau.*>) to watch"):
        train(NET, START, adam, X, Y, lr=wrap(ReduceOnPlateau(0.3)), steps=20, batch_size=5)


def test_plateaus_of_rules_side_by_side_watch_their_own_networks():
    starts, lr = NET.start([0, 1, 2]), np.array([[0.3], [0.1]])
    first, second = ReduceOnPlateau(0.3, factor=0.5, patience=0), ReduceOnPlateau(lr, factor=0.5, patience=0)
    rule = together((adam, 1, {"lr": first}), (momentum, 2, {"lr": lambda t: second(t)}))
    for _ in range(2):
        history = train(NET, starts, rule, X, Y, **LONG)
        for rule_alone, rows, rate, plateau in ((adam, slice(0, 1), 0.3, first), (momentum, slice(1, 3), lr, second)):
            alone = ReduceOnPlateau(rate, factor=0.5, patience=0)
            theirs = train(NET, starts[rows], rule_alone, X, Y, lr=alone, **LONG)
            agree(history.valid_losses[:, rows], theirs.valid_losses)
            agree(plateau.lr, alone.lr)
    assert (np.ravel(second.lr) < np.ravel(lr)).all()


def test_a_heavy_ball_under_a_plateau_is_the_momentum_under_it():
    plateau = ReduceOnPlateau(0.3, factor=0.5, patience=1)
    ours = train(NET, START, momentum, X, Y, lr=plateau, beta=0.9, **LONG)
    assert plateau.lr < 0.1
    theirs = train(NET, START, heavy_ball, X, Y, **momentum_to_heavy_ball(lr=plateau, beta=0.9), **LONG)
    agree(ours.theta, theirs.theta)


# --- what is handed out, and what comes in ----------------------------------------------------------------------


def test_who_looks_on_may_write_into_what_it_sees():
    def spoils(step, theta):
        theta[...] = np.nan

    class Spoils(EarlyStopping):
        def update(self, losses):
            super().update(losses)
            losses[...] = np.nan

    options = {"batch_size": 5, "epochs": 3, "validation": VALID, "lr": 0.1}
    history = train(NET, START, adam, X, Y, observe=spoils, stop=Spoils(), **options)
    fine = train(NET, START, adam, X, Y, **options)
    for name in ("theta", "losses", "valid_losses", "best"):
        agree(getattr(history, name), getattr(fine, name))
    assert np.isfinite(START).all()


@pytest.mark.parametrize("rule", [sgd, momentum, adam, backtracking])
def test_parameters_that_require_gradients_are_trained_without_a_graph(rule):
    theta, inputs, labels = tensors(START, X, Y)
    options = {"epochs": 3, "lr": 0.1, "observe": lambda step, theta: theta}
    fine = train(NET, theta, rule, inputs, labels, validation=tensors(*VALID), **options)
    theta = theta.clone().requires_grad_()
    with_graph = inputs.clone().requires_grad_()
    history = train(NET, theta, rule, with_graph, labels, validation=tensors(*VALID), **options)
    agree(history.losses, fine.losses)
    for tensor in (history.theta, history.best, *history.observed):
        assert not tensor.requires_grad
    assert theta.requires_grad


@pytest.mark.parametrize("rule", [sgd, adam])
def test_bfloat16_is_trained(rule):
    theta, inputs, *_ = half = [torch.tensor(a).to(torch.bfloat16) for a in (NET.start([0, 1]), X, VALID_X)]
    labels, valid_labels = tensors(Y, VALID_Y)
    options = {"batch_size": 10, "epochs": 4, "lr": 0.1, "stop": EarlyStopping()}
    history = train(NET, theta, rule, inputs, labels, validation=(half[2], valid_labels), **options)
    assert history.theta.dtype == history.best.dtype == torch.bfloat16
    assert history.losses.dtype == np.float32
    assert np.isfinite(history.losses).all()
    assert (history.losses[-1] < history.losses[0]).all()


# --- bad input --------------------------------------------------------------------------------------------------

GIVEN = {"net": NET, "theta": START, "rule": sgd, "X": X, "y": Y, "epochs": 1, "validation": VALID, "lr": 0.1}
BAD_INPUT = [
    (train, GIVEN | {name: value}, name)
    for name, values in {
        "net": [None, [3, 2], START],
        "theta": [START[1:], START.astype("f4"), torch.tensor(START), START.tolist(), None],
        "rule": [None, "adam", 0.1],
        "X": [X[1:, 1:], X[0], X.astype(int), X.tolist(), None],
        "y": [Y[1:], Y - 1, Y + 1, Y / 1, None],
        "batch_size": [0, 21, 2.5, -1, "all", True],
        "epochs": [0, -1, 1.5, "one", None],
        "every": [0, -2, 0.5, "epoch"],
        "seed": [-1, 0.5, "a", None],
        "validation": [X, (X,), (X, Y, Y), (X, Y[1:]), (X[:, 1:], Y), tuple(tensors(*VALID)), (X[:0], Y[:0]), 0.2],
        "stop": [3, True],
        "oracle": [0.1, "clip"],
        "observe": [0.1, []],
        "progress": [None, 1, "bar"],
        "lr": [-1, np.nan, "auto", np.ones(7)],
    }.items()
    for value in values
] + [
    (train, GIVEN | {"epochs": 1, "steps": 1}, "steps"),
    *[(train, GIVEN | {"epochs": None, "steps": value}, "steps") for value in (None, 0, -1, 2.5, "many")],
    (train, GIVEN | {"validation": None, "stop": Stop(3)}, "stop"),
    (train, GIVEN | {"validation": None, "lr": ReduceOnPlateau(0.1)}, "lr"),
    (train, GIVEN | {"beta": 0.9}, "beta"),
]


def test_as_many_examples_in_a_batch_as_there_are():
    both = (train(NET, START, sgd, X, Y, batch_size=b, steps=4, lr=0.1) for b in (20, None))
    full, none = both
    agree(full.losses, none.losses)
    assert full.steps.tolist() == none.steps.tolist()


def test_a_misspelt_argument_is_named_before_anything_else():
    with pytest.raises(ValueError, match=r"^train: no hyperparameter 'epoch'; there are: lr"):
        train(NET, START, sgd, X, Y, epoch=5)
    with pytest.raises(
        ValueError, match=r"^train: rule must be an update rule or a method, such as .*\.adam, got 'sgd'$"
    ):
        train(NET, START, "sgd", X, Y, epochs=5)


# Types.

SINGLE_START, SINGLE_X = START.astype(np.float32), X.astype(np.float32)
RATES = np.array([[0.1], [0.2]])


@pytest.mark.parametrize("lr", [0.1, np.float64(0.1), np.array(0.1), RATES, lambda t: RATES, lambda t: np.float64(0.1)])
@pytest.mark.parametrize("rule", [sgd, adam, backtracking])
@pytest.mark.parametrize("kind", [np.asarray, torch.tensor], ids=["arrays", "tensors"])
def test_a_rate_of_any_type_leaves_that_of_the_network(lr, rule, kind):
    theta, inputs, labels = map(kind, (SINGLE_START, SINGLE_X, Y))
    history = train(NET, theta, rule, inputs, labels, steps=3, lr=lr)
    assert history.theta.dtype == theta.dtype
    assert type(history.theta) is type(theta)
    grid = np.shape(lr(0) if callable(lr) else lr)[:1]
    assert tuple(history.theta.shape) == (*grid, NET.P)
    alone = train(NET, START, rule, X, Y, steps=3, lr=0.1)
    losses = history.losses if not grid else history.losses[:, 0]
    np.testing.assert_allclose(losses, alone.losses, rtol=1e-4)


def test_a_network_that_has_diverged_has_no_accuracy():
    net = MLP([3, 4], activation="linear")
    history = train(net, [[1], [np.nan]] * net.start(0), sgd, X, Y, steps=4, validation=(VALID_X, 0 * VALID_Y))
    assert np.isnan(history.valid_losses[:, 1]).all()
    assert (history.accuracy[:, 1] == 0).all()


@pytest.mark.parametrize("wrong", [torch.optim.Adam, torch.optim.Adam([torch.ones(1)])])
def test_an_optimiser_of_torch_is_no_rule(wrong):
    with pytest.raises(
        ValueError, match=r"^train: rule must be an update rule or a method, such as gradlab.rules.adam"
    ):
        train(NET, START, wrong, X, Y, steps=1)


@pytest.mark.parametrize(
    ("oracle", "message"),
    [
        (
            clip_by_norm,
            "oracle must take a gradient function alone: clip_by_norm: missing a required argument: 'max_norm'",
        ),
        (lambda grad, radius: grad, r"oracle must take a gradient function alone: .* missing 1 required .* 'radius'"),
        (lambda grad: None, "oracle must return a gradient function, got None"),
    ],
)
def test_an_oracle_without_its_arguments_is_told_how_it_gets_them(oracle, message):
    with pytest.raises(
        ValueError,
        match=rf"^train: {message}; give its settings in a partial, as in partial\(clip_by_norm, max_norm=1.0\)$",
    ):
        train(NET, START, sgd, X, Y, steps=1, oracle=oracle)


@pytest.mark.parametrize("kind", [np.float16, lambda a: torch.tensor(a).half()])
def test_half_precision_is_refused(kind):
    labels = Y if kind is np.float16 else torch.tensor(Y)
    with pytest.raises(
        ValueError, match=r"^train: MLP.bind: X must be of float32 or float64, as a loss overflows in float16"
    ):
        train(NET, kind(START), adam, kind(X), labels, steps=1)
