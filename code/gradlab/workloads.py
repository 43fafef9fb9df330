"""What the sections *On a GPU* measure: one function for each subject, the same on every device.

    workload(device, sizes) -> {line: (sizes, measured)}

device   what `nets.choose_device` gave: "cuda", "mps" or "cpu"
sizes    how much is worked on at once, a list; of `widths` the widths, of `precisions` the ε, of `orders` the numbers
line     a name for the legend; with it go the sizes and what was measured at each, two lists of numbers

Most of them measure seconds for one of k things that are worked on at once. While that falls as 1/k, more of them take
no longer: the device was not busy. Where it is level, each further one takes as long again. Numbers are random, as the
time does not depend on them. `devices.measure` runs a workload at the sizes of `SIZES`. Each raises ValueError for
another device, and for sizes that are not positive.
"""

import time
from collections.abc import Callable, Sequence
from functools import partial

import numpy as np

from gradlab._arguments import checked
from gradlab._conditions import FUNCTION, Condition, one_of
from gradlab.mlp import MLP
from gradlab.nets import on_device
from gradlab.normalisers import layer_norm
from gradlab.rules import adam, momentum, nesterov, sgd

#: What a workload returns: line -> (sizes, what was measured at each).
Lines = dict[str, tuple[list[float], list[float]]]

LONG_ENOUGH = 0.03  # seconds in which a work is repeated: a step of microseconds, a thousand times
DEVICE = one_of("cuda", "mps", "cpu")
LIST = Condition("be a list of one positive number or more", lambda v: len(v) > 0 and all(k > 0 for k in v))


@checked(work=FUNCTION, sizes=LIST, device=DEVICE)
def timed(work: Callable[[int], Callable], sizes: Sequence[int], device: str) -> tuple[list[float], list[float]]:
    """Seconds for one of k, at each k: the least over repetitions, on one thread of a CPU.

        time for one = (time for k at once) / k

    The least, as whatever else the machine does can only lengthen a time.

    work     k -> a function without arguments, which works on k of them at once
    sizes    the k
    device   "cuda", "mps" or "cpu": a GPU goes on while Python is ahead, so the clock waits for it

    Returns the sizes and the seconds. Raises ValueError for a work that is no function, and for no sizes.
    The repeating is left to the Timer of torch's own benchmarks.
    """
    from torch.utils.benchmark import Timer

    seconds = []
    for k in sizes:
        timer = Timer("work()", globals={"work": work(k)}, timer=partial(_clock, device))
        seconds.append(min(timer.blocked_autorange(min_run_time=LONG_ENOUGH).times) / k)
    return list(sizes), seconds


def _clock(device):
    """The time, when the device has done what it was asked."""
    import torch

    if device == "cuda":
        torch.cuda.synchronize()
    elif device == "mps":
        torch.mps.synchronize()
    return time.perf_counter()


def _normal(*shape):
    return np.random.default_rng(0).standard_normal(shape)


# --- time for one of k ----------------------------------------------------------------------------------------------


@checked(device=DEVICE, sizes=LIST)
def descents(device: str, sizes: Sequence[int]) -> Lines:
    """A step of gradient descent, for k networks of 1210 weights at once on 200 examples; seconds for each network."""
    net = MLP([64, 16, 10])
    X, y = _normal(200, 64), np.arange(200) % 10

    def step(k):
        theta, *data = on_device(device, net.start(range(k)), X, y)
        grad = net.bind(*data).grad
        return lambda: sgd(theta, grad(theta), lr=0.1)

    return {"a step": timed(step, sizes, device)}


@checked(device=DEVICE, sizes=LIST)
def batches(device: str, sizes: Sequence[int]) -> Lines:
    """A step of one network with 1024 hidden units, on a batch of k examples; seconds for each example."""
    net = MLP([64, 1024, 10])

    def step(k):
        X, y = _normal(k, 64), np.arange(k) % 10
        theta, X, y = on_device(device, net.start(0), X, y)
        return lambda: sgd(theta, net.grad(theta, X, y), lr=0.01)

    return {"a step": timed(step, sizes, device)}


@checked(device=DEVICE, sizes=LIST)
def runs(device: str, sizes: Sequence[int]) -> Lines:
    """A step of k runs at once, each with a rate and a minibatch of 64 examples of its own; seconds for each run."""
    import torch

    net = MLP([40, 32, 10])
    data = _normal(1000, 40), np.arange(1000) % 10

    def step(k):
        peaks = np.geomspace(0.2, 2, k)[:, None]
        arrays = net.start(range(k)), *data, peaks
        theta, X, y, peaks = on_device(device, *arrays)

        def go(share=0.5):  # of its peak each rate has now, by the schedule
            rows = torch.randint(1000, (k, 64), device=device)
            g = net.grad(theta, X[rows], y[rows])
            return sgd(theta, g, lr=peaks * share)

        return go

    return {"a step": timed(step, sizes, device)}


@checked(device=DEVICE, sizes=LIST)
def memories(device: str, sizes: Sequence[int]) -> Lines:
    """A step of rules that keep no array or one, once the gradient is there, for k weights; seconds for each weight."""

    def step(rule, k):
        x, g = on_device(device, _normal(k), _normal(k))
        _, *state = rule(x, g, lr=0.01)
        return lambda: rule(x, g, *state, lr=0.01)

    rules = {"sgd": sgd, "momentum": momentum, "nesterov": nesterov}
    works = {name: partial(step, rule) for name, rule in rules.items()}
    return {name: timed(works[name], sizes, device) for name in works}


@checked(device=DEVICE, sizes=LIST)
def adams(device: str, sizes: Sequence[int]) -> Lines:
    """A step of Adam as written in this book, as torch writes it, and as one operation; seconds for each weight."""
    import torch

    def ours(k):
        x, g = on_device(device, _normal(k), _normal(k))
        _, *state = adam(x, g, lr=0.001)
        return lambda: adam(x, g, *state, lr=0.001)

    def torchs(k, **how):
        x, g = on_device(device, _normal(k), _normal(k))
        x.grad = g
        return torch.optim.Adam([x], lr=0.001, **how).step

    works: dict[str, Callable] = {
        "rules.adam": ours,
        "torch, foreach": partial(torchs, foreach=True),
        "torch, fused": partial(torchs, fused=True),
    }
    return {name: timed(works[name], sizes, device) for name in works}


@checked(device=DEVICE, sizes=LIST)
def slices(device: str, sizes: Sequence[int]) -> Lines:
    """The loss at k points of a plane of weights at once, on 100 examples; seconds for each point."""
    net = MLP([64, 64, 10], activation="relu")
    X, y = _normal(100, 64), np.arange(100) % 10

    def losses(k):
        u, v = net.start([1, 2])
        points = net.start(0) + _normal(k, 1) * u + _normal(k, 1) * v
        points, *data = on_device(device, points, X, y)
        f = net.bind(*data).f
        return lambda: f(points)

    return {"loss": timed(losses, sizes, device)}


@checked(device=DEVICE, sizes=LIST)
def norm_passes(device: str, sizes: Sequence[int]) -> Lines:
    """Norms forward and backward, for k examples of 512 features, as torch has them and as written in this book.

    In seconds for each example.
    """
    import torch

    def passes(norm, k):
        x, dy = on_device(device, _normal(k, 512), _normal(k, 512) ** 2)
        x.requires_grad_()
        return lambda: torch.autograd.grad(norm(x), x, dy)

    F = torch.nn.functional
    ways = {
        "layer norm, torch's": lambda x: F.layer_norm(x, (512,)),
        "RMS norm, torch's": lambda x: F.rms_norm(x, (512,)),
        "layer norm, ours": lambda x: layer_norm(x, 1.0, 0.0)[0],
    }
    works = {name: partial(passes, norm) for name, norm in ways.items()}
    return {name: timed(works[name], sizes, device) for name in works}


@checked(device=DEVICE, sizes=LIST)
def formats(device: str, sizes: Sequence[int]) -> Lines:
    """k examples through a layer of 512 inputs and 512 units, in numbers of 32 bits and of 16; seconds for an example.

        Z = X W

    X has the shape (k, 512), W (512, 512), and both have the same type.
    """
    import torch

    def products(kind, k):
        X, W = on_device(device, _normal(k, 512), _normal(512, 512))
        X, W = X.to(kind), W.to(kind)
        return lambda: X @ W

    lines = {}
    for name in ("float32", "float16", "bfloat16"):
        kind = getattr(torch, name)
        lines[name] = timed(partial(products, kind), sizes, device)
    return lines


# --- what is not a time ---------------------------------------------------------------------------------------------


@checked(device=DEVICE, sizes=LIST)
def widths(device: str, sizes: Sequence[int]) -> Lines:
    """How far 64 starts differ after 20 ReLU layers of n units with He's variance: the sd of ln of the signal left.

        sd of ln(‖a₂₀‖² / ‖a₀‖²) ≈ √(5 · 20 / n)

    A layer is a ← relu(a W), and the entries of W have variance 2/n. The formula is derived in chapter 7.
    """
    import torch

    how = {"device": device, "dtype": torch.float32}
    draw, spread = torch.Generator(device).manual_seed(0), []
    for n in sizes:
        a = torch.ones((64, 1, n), **how)
        for _ in range(20):
            W = torch.randn((64, n, n), generator=draw, **how)
            a = torch.relu(a @ W * (2 / n) ** 0.5)
        left = (a**2).mean(dim=(1, 2))
        spread.append(torch.log(left).std().item())
    return {"64 starts": (list(sizes), spread)}


@checked(device=DEVICE, sizes=LIST)
def precisions(device: str, sizes: Sequence[int | float]) -> Lines:
    """The relative error of a central difference at each ε, along the gradient, in each type of numbers.

    The types are float64 where the device has it, float32, on "cuda" TF32 (float32 whose products are taken of numbers
    with 10 bits of mantissa), and bfloat16. Only the loss itself, at the end, is always worked out in float64.
    """
    import torch

    X, y = torch.tensor(_normal(100, 64)), torch.arange(100) % 10
    W = torch.tensor(_normal(64, 256) / 8).requires_grad_()
    V = torch.tensor(_normal(256, 10) / 16)

    def loss(W, dtype, device=device):
        x, w, v = (array.to(device, dtype) for array in (X, W, V))
        scores = (torch.tanh(x @ w) @ v).cpu().double()
        return torch.nn.functional.cross_entropy(scores, y)

    exact = loss(W, torch.float64, "cpu")
    (g,) = torch.autograd.grad(exact, W)
    slope, W = g.norm(), W.detach()
    kinds = {"float64": torch.float64, "float32": torch.float32}
    if device == "mps":
        kinds = {"float32": torch.float32}
    if device == "cuda":
        kinds["TF32"] = torch.float32
    kinds["bfloat16"] = torch.bfloat16
    found, before = {}, torch.get_float32_matmul_precision()
    for name, dtype in kinds.items():
        fast = "high" if name == "TF32" else "highest"
        torch.set_float32_matmul_precision(fast)
        errors = []
        for eps in sizes:
            move = eps * g / slope
            rise = loss(W + move, dtype) - loss(W - move, dtype)
            errors.append(abs(rise / (2 * eps) / slope - 1).item())
        found[name] = [*map(float, sizes)], errors
    torch.set_float32_matmul_precision(before)
    return found


@checked(device=DEVICE, sizes=LIST)
def orders(device: str, sizes: Sequence[int]) -> Lines:
    """The error of a float32 sum of k numbers from 0 to 1, as a share of the sum, for two orders of adding.

        error = √(mean over 20 draws of (sum / exact − 1)²)

    `torch.sum` adds in parts, and then these. `index_add_` adds each number to what is there already: on a CPU
    from the first to the last, on a GPU as they come. The exact sum is that in float64.
    """
    import torch

    def in_parts(x):
        return x.sum()

    def one_by_one(x):
        places = torch.zeros(len(x), dtype=torch.int64, device=device)
        return torch.zeros(1, device=device).index_add_(0, places, x)

    found = {}
    for name, add in (("torch.sum", in_parts), ("index_add_", one_by_one)):
        errors = []
        for k in sizes:
            rng = np.random.default_rng(0)
            draws = rng.random((20, k), dtype=np.float32)
            rows = torch.tensor(draws, device=device)
            sums = [add(x).item() for x in rows]
            off = sums / draws.sum(axis=1, dtype=np.float64) - 1
            errors.append(float((off**2).mean() ** 0.5))
        found[name] = [*map(float, sizes)], errors
    return found


def _powers(first, last):
    """4^first, …, 4^last."""
    return [4**i for i in range(first, last + 1)]


_SIZES_OF_A_BATCH = [*_powers(0, 2), 61, *_powers(3, 5)]  # must it be a power of two?
_EPSILONS = [10.0**k for k in range(-9, 1)]

#: workload -> its sizes on a CPU, which take at most some three seconds, and on a GPU
SIZES = {
    descents: (_powers(0, 4), _powers(0, 7)),
    batches: (_SIZES_OF_A_BATCH, [*_SIZES_OF_A_BATCH, *_powers(6, 8)]),
    runs: (_powers(0, 4), _powers(0, 7)),
    memories: (_powers(3, 10), _powers(3, 13)),
    adams: (_powers(3, 9), _powers(3, 13)),
    slices: (_powers(0, 5), _powers(0, 8)),
    widths: ([32, 64, 128, 256], [32, 64, 128, 256, 512, 1024, 2048, 4096]),
    norm_passes: (_powers(0, 5), _powers(0, 8)),
    formats: (_powers(0, 2), _powers(0, 8)),
    precisions: (_EPSILONS, _EPSILONS),
    orders: (_powers(2, 8), _powers(2, 11)),
}
