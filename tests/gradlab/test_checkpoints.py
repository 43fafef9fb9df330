"""Checkpoints: what is loaded is what was saved, and a run that goes on is the run that was never interrupted."""

import os
import signal
import subprocess
import sys
from functools import partial
from itertools import islice

import numpy as np
import pytest
import torch
from bad_input import test_bad_input_is_named  # noqa: F401

from gradlab.checkpoints import load, put_back, save, states
from gradlab.descend import iterates
from gradlab.methods import backtracking
from gradlab.mlp import MLP
from gradlab.nets import together
from gradlab.oracles import Stochastic, minibatch, noisy, sam
from gradlab.plateau import EarlyStopping, ReduceOnPlateau
from gradlab.rules import adam, momentum, sgd
from gradlab.schedules import cosine
from gradlab.train import train

RNG = np.random.default_rng(0)
X, VALID_X = RNG.normal(size=(20, 3)), RNG.normal(size=(9, 3))
Y, VALID_Y = RNG.integers(0, 4, 20), RNG.integers(0, 4, 9)
NET, DROPPING = MLP([3, 5, 4]), MLP([3, 5, 4], dropout=0.3)
START, STARTS = NET.start(0), NET.start([0, 1, 2])
BATCHES = {"batch_size": 6, "every": 3}


def same(ours, theirs):
    """True if both are the same to the last bit, of the same types."""
    assert type(ours) is type(theirs)
    if isinstance(ours, dict):
        assert list(ours) == list(theirs)
        ours, theirs = list(ours.values()), list(theirs.values())
    if isinstance(ours, (list, tuple)):
        assert len(ours) == len(theirs)
        for one, other in zip(ours, theirs, strict=True):
            same(one, other)
    elif isinstance(ours, torch.Tensor):
        assert ours.dtype == theirs.dtype
        assert torch.equal(ours, theirs)
    elif isinstance(ours, (np.ndarray, np.generic)):
        assert ours.dtype == theirs.dtype
        np.testing.assert_array_equal(ours, theirs)
    else:
        assert ours == theirs


@pytest.mark.parametrize(
    "state",
    [
        {"a": [1, 2.5, "word", None, True], 3: (), "nested": ({"b": (1,)}, [])},
        [0.1 + 0.2, 1e-320, np.inf, -0.0, 2**200],
        [np.float32(0.1), np.int8(3), np.bool_(True), np.array(2.0), np.array("word")],
        (np.arange(6.0).reshape(2, 3), np.arange(6).reshape(2, 3).T, np.zeros((0, 3)), np.float16([1, np.nan])),
        (torch.arange(6.0).reshape(2, 3).T, torch.tensor([1, 2]), torch.tensor(1.5, dtype=torch.float64)),
        torch.tensor([0.1, 1e30], dtype=torch.bfloat16),
    ],
)
def test_what_is_loaded_was_saved(state, tmp_path):
    save(tmp_path / "run.npz", state)
    same(load(str(tmp_path / "run.npz")), state)
    with open(tmp_path / "run.npz", "rb") as file:
        same(load(file), state)


def test_the_order_in_memory_is_kept(tmp_path):
    x = np.moveaxis(np.arange(24.0).reshape(2, 3, 4), 0, -1)
    save(tmp_path / "run.npz", x)
    assert load(tmp_path / "run.npz").strides == x.strides
    tensor = torch.arange(24.0).reshape(2, 3, 4).mT
    save(tmp_path / "run.npz", tensor)
    assert load(tmp_path / "run.npz").stride() == tensor.stride()


@pytest.mark.parametrize("bits", [np.random.PCG64, np.random.MT19937, np.random.Philox])
def test_generators_go_on(bits, tmp_path):
    ours, torchs = np.random.Generator(bits(3)), torch.Generator().manual_seed(5)
    ours.random(7), torch.rand(7, generator=torchs)
    save(tmp_path / "run.npz", [ours, torchs])
    again, torchs_again = load(tmp_path / "run.npz")
    same(again.normal(size=9), ours.normal(size=9))
    same(torch.rand(9, generator=torchs_again), torch.rand(9, generator=torchs))


def test_a_file_is_the_old_one_or_the_new(tmp_path, monkeypatch):
    path = tmp_path / "run.npz"
    save(path, 1)

    def full(*_):
        raise OSError("no space left on device")

    monkeypatch.setattr("gradlab.checkpoints.os.fsync", full)
    with pytest.raises(OSError, match="no space"):
        save(path, 2)
    assert load(path) == 1
    assert [p.name for p in tmp_path.iterdir()] == ["run.npz"]


@pytest.mark.parametrize("share", [0, 0.2, 0.5, 0.9, 0.99])
def test_a_file_that_is_not_whole_is_refused(share, tmp_path):
    save(tmp_path / "run.npz", {"theta": RNG.normal(size=1000), "t": 3})
    whole = (tmp_path / "run.npz").read_bytes()
    (tmp_path / "cut.npz").write_bytes(whole[: int(share * len(whole))])
    with pytest.raises(ValueError, match=r"load: path must be of a whole checkpoint, got '.*cut.npz'"):
        load(tmp_path / "cut.npz")
    spoilt = bytearray(whole)
    spoilt[len(whole) // 2] ^= 1
    (tmp_path / "cut.npz").write_bytes(spoilt)
    with pytest.raises(ValueError, match="path must be of a whole checkpoint"):
        load(tmp_path / "cut.npz")


def test_no_pickle_is_loaded(tmp_path):
    np.savez(tmp_path / "run.npz", **{"gradlab-checkpoint": np.array([print], dtype=object)})
    with pytest.raises(ValueError, match="path must be of a whole checkpoint"):
        load(tmp_path / "run.npz")


# --- runs ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("rule", [sgd, momentum, adam])
def test_iterates_goes_on(rule, tmp_path):
    lr = cosine(0.3, steps=20)
    path = list(islice(iterates(minibatch(NET.grad, X, Y, batch_size=6), START, rule, lr=lr), 20))
    oracle = minibatch(NET.grad, X, Y, batch_size=6)
    *_, (theta, state) = islice(iterates(oracle, START, rule, lr=lr), 7)
    save(tmp_path / "run.npz", {"theta": theta, "state": state, "sources": states(oracle.sources)})
    saved, oracle = load(tmp_path / "run.npz"), minibatch(NET.grad, X, Y, batch_size=6)
    put_back(oracle.sources, saved["sources"])
    same(list(islice(iterates(oracle, saved["theta"], rule, state=saved["state"], t=7, lr=lr), 13)), path[7:])


class Killed(Exception):
    """What ends a run in between."""


class Dying:
    """An observer that ends the run at a step, if it is to."""

    def __init__(self, at):
        self.at = at

    def __call__(self, step, theta):
        if step == self.at:
            raise Killed
        return {"step": step, "first": theta[..., 0]}


WAYS = {
    "momentum": lambda: (NET, START, momentum, {"lr": 0.1}),
    "adam, cosine": lambda: (NET, START, adam, {"lr": cosine(0.1, steps=24)}),
    "dropout": lambda: (DROPPING, START, adam, {"lr": 0.1, "seed": 3}),
    "seeds": lambda: (DROPPING, STARTS, adam, {"lr": 0.1, "seed": [3, 1, 4]}),
    "noise": lambda: (NET, START, adam, {"lr": 0.1, "oracle": partial(noisy, sd=0.1)}),
    "noise within": lambda: (NET, START, sgd, {"lr": 0.1, "oracle": lambda grad: sam(noisy(grad, sd=0.1))}),
    "two rules": lambda: (
        NET, STARTS, together((sgd, 1, {"lr": 0.1}), (adam, 2, {"lr": lambda t: ReduceOnPlateau(0.1)(t)})), {}
    ),
    "stopping": lambda: (NET, STARTS, adam, {"lr": 0.3, "stop": EarlyStopping(patience=2)}),
    "plateau": lambda: (NET, START, adam, {"lr": ReduceOnPlateau(0.3, patience=0, factor=0.5)}),
}  # fmt: skip


@pytest.mark.parametrize("kind", [np.asarray, torch.tensor])
@pytest.mark.parametrize("at", [3, 12, 24])
@pytest.mark.parametrize("way", WAYS)
def test_a_run_goes_on_to_the_last_bit(way, at, kind, tmp_path):
    def run(at, **more):
        net, start, rule, options = WAYS[way]()
        data = {"validation": (kind(VALID_X), kind(VALID_Y)), "observe": Dying(at)} | BATCHES
        return train(net, kind(start), rule, kind(X), kind(Y), steps=25, **data, **options, **more)

    whole = run(None)
    if at <= whole.steps[-1]:
        with pytest.raises(Killed):
            run(at, checkpoint=tmp_path / "run.npz")
    for _ in range(2):  # goes on, and then is over
        after = run(None, checkpoint=tmp_path / "run.npz")
        same(after._replace(seconds=0), whole._replace(seconds=0))
        assert (np.diff(after.seconds) > 0).all()


def test_more_steps_may_be_asked_for(tmp_path):
    for steps in (7, 12, 20):
        part = train(NET, START, adam, X, Y, steps=steps, checkpoint=tmp_path / "run.npz", **BATCHES)
        same(part._replace(seconds=0), train(NET, START, adam, X, Y, steps=steps, **BATCHES)._replace(seconds=0))
    with pytest.raises(ValueError, match="train: checkpoint must have at most the 6 steps that are asked for, got 18"):
        train(NET, START, adam, X, Y, steps=6, checkpoint=tmp_path / "run.npz", **BATCHES)


def test_an_oracle_of_ones_own_goes_on_by_its_sources(tmp_path):
    def own(grad, rng):
        def draw():
            noise = rng.normal()
            return lambda theta: grad(theta) + noise

        return Stochastic(draw, [rng])

    def run(steps, **more):
        oracle = partial(own, rng=np.random.default_rng(8))
        return train(NET, START, adam, X, Y, steps=steps, every=2, oracle=oracle, **more).theta

    run(4, checkpoint=tmp_path / "run.npz")
    same(run(9, checkpoint=tmp_path / "run.npz"), run(9))


SCRIPT = """
import os, signal, sys
import numpy as np
from gradlab.checkpoints import save
from gradlab.mlp import MLP
from gradlab.rules import adam
from gradlab.train import train

folder, at = sys.argv[1], int(sys.argv[2])
def observe(step, theta):
    if step == at:
        os.kill(os.getpid(), signal.SIGKILL)
rng = np.random.default_rng(0)
X, y = rng.normal(size=(20, 3)), rng.integers(0, 4, 20)
net = MLP([3, 5, 4], dropout=0.3)
options = {"batch_size": 6, "steps": 30, "every": 4, "observe": observe}
history = train(net, net.start(0), adam, X, y, checkpoint=f"{folder}/run.npz", **options)
save(f"{folder}/end.npz", history.theta)
"""


@pytest.mark.slow  # starts three processes: a kill is what checkpoints are for
def test_a_killed_process_goes_on(tmp_path):
    def run(folder, at):
        folder.mkdir(exist_ok=True)
        return subprocess.run([sys.executable, "-c", SCRIPT, folder, str(at)], check=False).returncode

    assert run(tmp_path / "whole", -1) == 0
    assert run(tmp_path / "killed", 16) == -signal.SIGKILL
    assert load(tmp_path / "killed" / "run.npz")["run"]["t"] == 12
    assert run(tmp_path / "killed", -1) == 0
    same(load(tmp_path / "killed" / "end.npz"), load(tmp_path / "whole" / "end.npz"))


GIVEN = {"net": NET, "theta": START, "rule": adam, "X": X, "y": Y, "steps": 4, "lr": 0.1} | BATCHES
OTHERS = {
    "net": MLP([3, 5, 4], activation="relu"),
    "theta": START + 1e-9,
    "rule": sgd,
    "X": X + 1e-9,
    "y": (Y + 1) % 4,
    "batch_size": 5,
    "every": 2,
    "seed": 1,
    "lr": 0.2,
    "beta1": 0.8,
    "oracle": sam,
    "observe": print,
    "validation": (X, Y),
}


@pytest.mark.parametrize("name", OTHERS)
def test_the_file_of_another_run_is_refused(name, tmp_path):
    train(**GIVEN, checkpoint=tmp_path / "run.npz")
    with pytest.raises(ValueError, match=f"train: checkpoint must be of this very run, but {name} was another"):
        train(**GIVEN | {name: OTHERS[name]}, checkpoint=tmp_path / "run.npz")


def test_a_file_that_train_has_not_written_is_refused(tmp_path):
    for state in ({"theta": 1}, 3):
        save(tmp_path / "run.npz", state)
        with pytest.raises(ValueError, match="train: checkpoint must be a file that train has written"):
            train(**GIVEN, checkpoint=tmp_path / "run.npz")
    (tmp_path / "run.npz").write_text("no checkpoint")
    with pytest.raises(ValueError, match=r"train: .*path must be of a whole checkpoint"):
        train(**GIVEN, checkpoint=tmp_path / "run.npz")


def test_a_method_has_no_checkpoint(tmp_path):
    with pytest.raises(ValueError, match="train: rule must be an update rule to have a checkpoint"):
        train(NET, START, backtracking, X, Y, steps=2, checkpoint=tmp_path / "run.npz")
    with pytest.raises(ValueError, match="iterates: rule must be an update rule to go on"):
        iterates(NET.bind(X, Y), START, backtracking, t=3)
    with pytest.raises(ValueError, match="iterates: x must be of float32 or float64 to go on"):
        iterates(lambda x: x, np.float16([1, 2]), momentum, state=(np.float32([0, 0]),), t=3)


class Thing:
    """What has no place in a checkpoint."""


BAD_INPUT = [
    *[(save, {"path": path, "state": 1}, "path") for path in (None, 3, "no/such/folder/run.npz")],
    *[
        (save, {"path": os.devnull, "state": state}, place)
        for state, place in (
            (Thing(), "state"), ([1, {"a": Thing()}], r"state\[1\]\['a"), (np.array([None]), "state"),
            ({(): 1}, "state"),
        )
    ],
    *[(load, {"path": path}, "path") for path in (None, 3, "no/such/folder/run.npz", os.devnull)],
    *[(train, GIVEN | {"checkpoint": value}, "checkpoint") for value in (3, ["run.npz"])],
    *[(iterates, {"problem": sum, "x": START, "rule": adam, "state": v}, "state") for v in (None, [1], 3)],
    *[(iterates, {"problem": sum, "x": START, "rule": adam, "t": v}, "t") for v in (-1, 0.5, None)],
]  # fmt: skip
