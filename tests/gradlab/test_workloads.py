"""Each workload does what it says, by a second source; and the clock divides by how many there are."""

import math
import time

import numpy as np
import pytest
import torch
from bad_input import test_bad_input_is_named  # noqa: F401

from gradlab import workloads
from gradlab.mlp import MLP
from gradlab.workloads import (
    SIZES,
    adams,
    batches,
    descents,
    formats,
    memories,
    norm_passes,
    orders,
    precisions,
    runs,
    slices,
    timed,
    widths,
)

BAD_INPUT = [
    (timed, {"work": 3, "sizes": [1], "device": "cpu"}, "work"),
    (timed, {"work": abs, "sizes": [], "device": "cpu"}, "sizes"),
    (timed, {"work": abs, "sizes": [1], "device": "gpu"}, "device"),
    *((workload, {"device": "gpu", "sizes": [1]}, "device") for workload in SIZES),
    *((workload, {"device": "cpu", "sizes": sizes}, "sizes") for workload in SIZES for sizes in ([], [0, 1], 3)),
]


@pytest.fixture
def done(monkeypatch):
    """A function that returns what a workload's works return, in place of the time that they take."""
    monkeypatch.setattr(workloads, "timed", lambda work, sizes, device: [work(k)() for k in sizes])
    return lambda workload, *sizes: workload("cpu", list(sizes))


def agree(a, b, tolerance=1e-5):
    assert a.shape == b.shape
    assert abs(a - b).max() < tolerance


def network(theta, sizes, X, activation=torch.tanh):
    """The outputs of one network with a hidden layer, written out for torch."""
    d, hidden, classes = sizes
    W, b, V, c = theta.split([d * hidden, hidden, hidden * classes, classes])
    return activation(X @ W.view(d, hidden) + b) @ V.view(hidden, classes) + c


def stepped(theta, sizes, X, y, lr):
    """Where gradient descent goes from θ, with torch's own derivative."""
    theta = theta.clone().requires_grad_()
    loss = torch.nn.functional.cross_entropy(network(theta, sizes, X), y)
    return theta.detach() - lr * torch.autograd.grad(loss, theta)[0]


def normal(*shape):
    return torch.tensor(np.random.default_rng(0).standard_normal(shape), dtype=torch.float32)


def labels(n):
    return torch.arange(n) % 10


def started(sizes, seeds):
    return torch.tensor(MLP(sizes).start(seeds), dtype=torch.float32)


def test_descents_are_steps_of_separate_networks(done):
    (one,), (three,) = done(descents, 1, 3)["a step"]
    sizes = [64, 16, 10]
    for moved, start in zip((*one, *three), started(sizes, [0, 0, 1, 2]), strict=True):
        agree(moved, stepped(start, sizes, normal(200, 64), labels(200), 0.1))


def test_batches_are_steps_on_so_many_examples(done):
    for k, (moved,) in zip((1, 7), done(batches, 1, 7)["a step"], strict=True):
        sizes = [64, 1024, 10]
        agree(moved, stepped(started(sizes, 0), sizes, normal(k, 64), labels(k), 0.01))


def test_runs_have_rates_and_batches_of_their_own(done):
    torch.manual_seed(3)
    ((moved,),) = done(runs, 3)["a step"]
    torch.manual_seed(3)
    rows, sizes = torch.randint(1000, (3, 64)), [40, 32, 10]
    for k, rate in enumerate((0.1, 10**-0.5, 1.0)):
        X, y = normal(1000, 40)[rows[k]], labels(1000)[rows[k]]
        agree(moved[k], stepped(started(sizes, k), sizes, X, y, rate))


def test_memories_are_second_steps(done):
    results = done(memories, 5)
    x = normal(5)
    assert [*results] == ["sgd", "momentum", "nesterov"]
    for name, share in (("sgd", 1), ("momentum", 1.9), ("nesterov", 1 + 0.9 * 1.9)):  # of the gradient, which is x
        agree(results[name][0][0], x - 0.01 * share * x)


def test_all_ways_of_adam_make_the_same_step(done, monkeypatch):
    (ours, *_), *_ = done(adams, 5)["rules.adam"]
    agree(ours, normal(5) - 0.001 * normal(5).sign(), 1e-6)  # the gradients so far are all alike
    made, Adam = [], torch.optim.Adam
    monkeypatch.setattr(torch.optim, "Adam", lambda *given, **how: made.append(Adam(*given, **how)) or made[-1])
    done(adams, 5)
    how = [(optimiser.defaults["foreach"], optimiser.defaults["fused"]) for optimiser in made]
    assert how == [(True, None), (None, True)]
    for optimiser in made:
        agree(optimiser.param_groups[0]["params"][0], ours, 1e-6)


def test_slices_are_losses_on_a_plane(done):
    (losses,) = done(slices, 4)["loss"]
    sizes, along = [64, 64, 10], normal(4, 1)
    origin, u, v = started(sizes, [0, 1, 2])
    for loss, theta in zip(losses, origin + along * u + along * v, strict=True):
        scores = network(theta, sizes, normal(100, 64), torch.relu)
        agree(loss, torch.nn.functional.cross_entropy(scores, labels(100)))


def test_norms_have_the_gradients_of_the_formula(done):
    ways = {name: results[0][0] for name, results in done(norm_passes, 3).items()}
    x, dy = normal(3, 512).double().requires_grad_(), normal(3, 512).double() ** 2
    centred = x - x.mean(dim=1, keepdim=True)
    layer = centred / ((centred**2).mean(dim=1, keepdim=True) + 1e-5).sqrt()
    rms = x / (x**2).mean(dim=1, keepdim=True).sqrt()
    wanted = [torch.autograd.grad(y, x, dy, retain_graph=True)[0] for y in (layer, rms, layer)]
    assert len(ways) == 3
    for found, right in zip(ways.values(), wanted, strict=True):
        agree(found, right, 1e-4)
    assert abs(wanted[0] - wanted[1]).max() > 0.1


def test_formats_keep_as_many_digits_as_they_have(done):
    found = {name: results[0] for name, results in done(formats, 3).items()}
    right = normal(3, 512).double() @ normal(512, 512).double()
    off = {name: float((z.double() - right).norm() / right.norm()) for name, z in found.items()}
    assert {name: str(z.dtype) for name, z in found.items()} == {name: f"torch.{name}" for name in found}
    assert off["float32"] < 1e-5 < off["float16"] < 2**-10 < off["bfloat16"] < 2**-7


def test_the_spread_over_starts_falls_with_the_width_as_in_theory():
    sizes, spread = widths("cpu", [32, 128])["64 starts"]
    assert sizes == [32, 128]
    assert spread == pytest.approx(np.sqrt(5 * 20 / np.array(sizes)), rel=0.25)
    assert spread == widths("cpu", [32, 128])["64 starts"][1]


def test_each_type_of_numbers_has_its_best_eps():
    before = torch.get_float32_matmul_precision()
    found = precisions("cpu", [1e-9, 1e-5, 1e-2, 1.0])
    assert torch.get_float32_matmul_precision() == before
    assert [*found] == ["float64", "float32", "bfloat16"]
    double, single, coarse = (errors for _, errors in found.values())
    assert double[1] < 1e-9 < double[0]
    assert 1e-9 < min(single) < 1e-3 < max(single)
    assert coarse[0] == 1  # a step so small is lost: the difference is 0
    assert min(coarse) > min(single)
    assert double[3] == pytest.approx(single[3], rel=1e-3)  # truncation alone


def test_a_time_is_for_one_of_k(monkeypatch):
    monkeypatch.setattr(workloads, "LONG_ENOUGH", 0.01)
    sizes, seconds = timed(lambda k: lambda: time.sleep(0.004 * k), [1, 4], "cpu")
    assert sizes == [1, 4]
    assert all(0.004 <= each < 0.008 for each in seconds), seconds


@pytest.mark.parametrize(("device", "other"), [("cuda", "mps"), ("mps", "cuda")])
def test_the_clock_waits_for_the_device(monkeypatch, device, other):
    waited = []
    monkeypatch.setattr(workloads, "LONG_ENOUGH", 0.001)
    monkeypatch.setattr(getattr(torch, device), "synchronize", lambda: waited.append(True))
    monkeypatch.setattr(getattr(torch, other), "synchronize", lambda: pytest.fail("there is no such device"))
    timed(lambda k: lambda: time.sleep(0.001), [1], device)
    assert len(waited) >= 2


@pytest.mark.parametrize("workload", SIZES, ids=lambda workload: workload.__name__)
def test_a_gpu_goes_on_where_a_cpu_ends(workload):
    few, many = SIZES[workload]
    assert list(many[: len(few)]) == list(few), "so that one can be drawn beside the other"


def test_numbers_added_one_by_one_are_off_as_a_running_sum_is():
    found = orders("cpu", [16, 4096])
    assert set(found) == {"torch.sum", "index_add_"}
    assert all(sizes == [16, 4096] for sizes, _ in found.values())
    x = np.random.default_rng(0).random((20, 4096), dtype=np.float32)
    off = np.array([float(np.cumsum(row)[-1]) / math.fsum(row.tolist()) - 1 for row in x])
    (_, in_parts), (_, one_by_one) = found.values()
    assert one_by_one[1] == pytest.approx(np.sqrt((off**2).mean()), rel=1e-3)
    assert 0 < in_parts[1] < one_by_one[1] / 3
