"""Data parallelism: several processes make the steps that one would make."""

import os
import re
import signal
import socket
import subprocess
import sys
from itertools import islice
from time import perf_counter

import numpy as np
import pytest
import torch
from bad_input import test_bad_input_is_named  # noqa: F401

from gradlab.checkpoints import load, save
from gradlab.descend import iterates
from gradlab.mlp import MLP
from gradlab.oracles import minibatch
from gradlab.parallel import Workers, all_reduced, group
from gradlab.parallel_example import main
from gradlab.rules import adam

RNG = np.random.default_rng(0)
X, Y = RNG.normal(size=(23, 3)), RNG.integers(0, 4, 23)
NET = MLP([3, 5, 4])
START = NET.start(0)


@pytest.mark.parametrize("n", [0, 1, 2, 7, 12])
@pytest.mark.parametrize("world_size", [1, 2, 3, 5])
def test_shards_are_all_examples_once(n, world_size):
    shards = [range(n)[Workers(rank, world_size).shard(n)] for rank in range(world_size)]
    assert [i for shard in shards for i in shard] == list(range(n))
    assert max(map(len, shards)) - min(map(len, shards)) <= 1


@pytest.mark.parametrize("kind", [np.asarray, torch.tensor])
def test_without_a_launcher_there_is_one_worker(kind, tmp_path):
    data, theta = (kind(X), kind(Y)), kind(START)
    with group() as workers:
        assert (workers.rank, workers.world_size) == (0, 1)
        np.testing.assert_array_equal(all_reduced(NET.grad, workers)(theta, *data), NET.grad(theta, *data))
        np.testing.assert_array_equal(workers.broadcast(theta), theta)
        assert workers.load(tmp_path / "run.npz") is None
        save(tmp_path / "run.npz", 3)
        assert workers.load(tmp_path / "run.npz") == 3
    with pytest.raises(ValueError, match="all_reduced: data must be"):
        all_reduced(NET.grad, workers)(theta)


def test_the_example_goes_on(tmp_path, capsys):
    path = tmp_path / "run.npz"
    whole = main(["--steps", "6", "--every", "2"])
    main(["--steps", "4", "--every", "2", "--checkpoint", f"{path}"])
    assert torch.equal(main(["--steps", "6", "--every", "2", "--checkpoint", f"{path}"]), whole)
    assert "1 workers, from step 4" in capsys.readouterr().out


WORKER = """
import sys
from itertools import islice
import numpy as np
from gradlab.checkpoints import save
from gradlab.descend import iterates
from gradlab.mlp import MLP
from gradlab.oracles import minibatch
from gradlab.parallel import all_reduced, group
from gradlab.rules import adam

rng = np.random.default_rng(0)
X, y = rng.normal(size=(23, 3)), rng.integers(0, 4, 23)
net = MLP([3, 5, 4])
with group(20.0) as workers:
    theta = workers.broadcast(net.start(workers.rank))
    grad = minibatch(all_reduced(net.grad, workers), X, y, batch_size=7, seed=1)  # 7 = 3 + 4, and 2 at the end
    *_, (after, _) = islice(iterates(grad, theta, adam, lr=0.05), 12)
    mine = workers.shard(7)
    g = net.grad(theta, X[mine], y[mine])
    means = workers.mean(g, mine.stop - mine.start), workers.mean(g, 1), workers.mean(g, 1 - workers.rank)
    save(f"{sys.argv[1]}/{workers.rank}.npz", [theta, after, *means])
"""


def started(arguments, world_size=2):
    """So many processes that know of each other as torchrun would tell them."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    shared = os.environ | {"MASTER_ADDR": "127.0.0.1", "MASTER_PORT": f"{port}", "WORLD_SIZE": f"{world_size}"}
    shared |= {"LOCAL_WORLD_SIZE": f"{world_size}", "OMP_NUM_THREADS": "1"}
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "text": True}
    return [
        subprocess.Popen(
            [sys.executable, *map(str, arguments)], env=shared | {"RANK": f"{r}", "LOCAL_RANK": f"{r}"}, **pipes
        )
        for r in range(world_size)
    ]


@pytest.mark.slow  # two processes: what is sent between them cannot be tried in one
def test_two_workers_do_what_one_does(tmp_path):
    for process in started(["-c", WORKER, tmp_path]):
        output, _ = process.communicate(timeout=120)
        assert process.returncode == 0, output
    ours, others = (load(tmp_path / f"{rank}.npz") for rank in (0, 1))
    np.testing.assert_array_equal(ours[:4], others[:4])
    theta, after, weighted, plain, alone = ours
    np.testing.assert_array_equal(theta, START)
    *_, (whole, _) = islice(iterates(minibatch(NET.grad, X, Y, batch_size=7, seed=1), START, adam, lr=0.05), 12)
    np.testing.assert_allclose(after, whole, rtol=0, atol=1e-12)
    batch = NET.grad(START, X[:7], Y[:7])
    np.testing.assert_allclose(weighted, batch, rtol=0, atol=1e-12)
    assert np.abs(plain - batch).max() > 1e-3  # each worker the same weight: wrong for 3 and 4 examples
    np.testing.assert_allclose(alone, NET.grad(START, X[:3], Y[:3]), rtol=0, atol=1e-12)


@pytest.mark.slow  # two processes, of which one is killed
def test_a_killed_worker_is_told_and_nothing_is_lost(tmp_path):
    path, example = tmp_path / "run.npz", ["-m", "gradlab.parallel_example", "--every", "5"]
    first, second = started([*example, "--steps", "1000000", "--checkpoint", path])
    for line in first.stdout:
        if line.startswith("step 10:"):
            break
    second.send_signal(signal.SIGKILL)
    began = perf_counter()
    output, _ = first.communicate(timeout=120)
    seconds = perf_counter() - began
    print(f"{seconds:.2f} s from the kill to the end of the other")
    assert seconds < 15
    assert first.returncode != 0
    assert "worker 0 of 2 has waited in vain for another" in output
    second.communicate()
    t = load(path)["t"]
    assert t % 5 == 0
    ends = []
    for more in (["--checkpoint", path], []):
        processes = started([*example, "--steps", t + 10, *more])
        outputs = [process.communicate(timeout=120)[0] for process in processes]
        assert [process.returncode for process in processes] == [0, 0], outputs
        ends.append(re.search("parameters (.*)", outputs[0])[1])
    assert ends[0] == ends[1]


BAD_INPUT = [
    *[(group, {"timeout": value}, "timeout") for value in (0, -1, None, [1.0, 2.0])],
    *[(all_reduced, {"grad": value, "workers": Workers()}, "grad") for value in (None, 3)],
    *[(all_reduced, {"grad": NET.grad, "workers": value}, "workers") for value in (None, 2)],
    *[(Workers, {"rank": value, "world_size": 2}, "rank") for value in (-1, 2, 0.5)],
    *[(Workers, {"world_size": value}, "world_size") for value in (0, 0.5)],
    *[(Workers().shard, {"n": value}, "n") for value in (-1, 0.5)],
    *[(Workers().mean, {"g": value, "n": 1}, "g") for value in (None, [1.0], np.arange(3))],
    *[(Workers().mean, {"g": START, "n": value}, "n") for value in (-1, 0.5)],
    *[(Workers().broadcast, {"x": value}, "x") for value in (None, [1.0])],
    *[(Workers().load, {"path": value}, "path") for value in (None, 3)],
]
