"""Time the library against what else one would use: both sides of each ratio in one run.

    make bench

Prints ratios, each the median of paired rounds on one thread. No test: machines differ.
"""
# ruff: noqa: E402

import os

for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS"):
    os.environ[variable] = "1"  # before NumPy, torch and numba start their threads
os.environ["XLA_FLAGS"] = "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1"
os.environ["JAX_PLATFORMS"] = "cpu"
os.environ["GRADLAB_BOOK"] = "1"

import inspect
import io
import json
from contextlib import redirect_stdout
from functools import partial
from itertools import islice
from math import prod
from statistics import median
from time import perf_counter

import jax
import jax.numpy as jnp
import matplotlib.pyplot as plt
import numba
import numpy as np
import torch
from strategies import TWINS

import gradlab.explore
from gradlab import rules, surfaces
from gradlab.descend import descend, iterates
from gradlab.figures import styled
from gradlab.mlp import MLP
from gradlab.show import body
from gradlab.trainability import what_trains

STEPS = 100
ROUNDS = 7
TIMED = 2  # settings that torch's loop is timed on; all of them would take minutes
LOWEST, HIGHEST = 1e-4, 1e-2  # learning rates
SURFACES = [surfaces.rosenbrock(), surfaces.beale(), surfaces.himmelblau(), surfaces.quadratic(1, 100)]
PLAIN = [rules.sgd, rules.momentum, rules.nesterov, rules.adagrad, rules.rmsprop, rules.adadelta, rules.adam]
from gradlab_course import ROOT

CHAPTER = ROOT / "chapters" / "01_gradient_descent.ipynb"


def seconds(function):
    """How long one call takes."""
    start = perf_counter()
    function()
    return perf_counter() - start


def times_faster(ours, theirs):
    """How many times longer `theirs` takes than `ours`: the median of paired rounds."""
    ours(), theirs()  # warm up
    return median(seconds(theirs) / seconds(ours) for _ in range(ROUNDS))


# --- a sweep of learning rates on surfaces ----------------------------------------------------------------------


def loop_over_torch(twin, surface):
    """One optimiser a setting, the gradient by autograd: how courses write it."""
    options = twin.renamed(lr=0, beta=0.9) if "beta" in twin.hyper else {}  # torch's SGD has none unless told
    for lr in np.geomspace(LOWEST, HIGHEST, TIMED).tolist():
        x = torch.tensor(surface.start, requires_grad=True)
        optimiser = twin.optimiser([x], **options | {"lr": lr})
        path = [x.detach().clone()]
        for _ in range(STEPS):
            optimiser.zero_grad()
            surface.f(x).backward()
            optimiser.step()
            path.append(x.detach().clone())


FUSED = """
def run(start, lrs, paths):
    for k in range(len(lrs)):
        x, y = start
        {begin}
        paths[k, 0] = x, y
        for n in range(1, paths.shape[1]):
            gx, gy = grad(x, y)
            x, {of_x} = step(x, gx, {of_x} lr=lrs[k])
            y, {of_y} = step(y, gy, {of_y} lr=lrs[k])
            paths[k, n] = x, y
"""
SCALAR = {  # the gradients of SURFACES, on plain numbers
    "rosenbrock": "-2 * (1 - x) - 400 * x * (y - x**2), 200 * (y - x**2)",
    "beale": "-2 * ((1-y) * (1.5 - x * (1-y)) + (1-y*y) * (2.25 - x * (1-y*y)) + (1-y*y*y) * (2.625 - x * (1-y*y*y))), "
    "2 * x * (1.5 - x * (1-y) + 2*y * (2.25 - x * (1-y*y)) + 3*y*y * (2.625 - x * (1-y*y*y)))",
    "himmelblau": "4*x * (x*x + y - 11) + 2 * (x + y*y - 7), 2 * (x*x + y - 11) + 4*y * (x + y*y - 7)",
    "quadratic": "x, 100 * y",
}


def fused(rule, surface):
    """The same rule as one compiled loop over settings and steps, numbers in registers: its own source, by numba."""
    parameters = inspect.signature(rule).parameters.values()
    state = [p.name for p in parameters if p.kind is not p.KEYWORD_ONLY][2:]
    scope = {}
    exec(body(rule).replace("*, ", ""), scope)  # numba knows no keyword-only arguments
    exec(f"def grad(x, y):\n    return {SCALAR[surface.name]}", scope)
    scope = {"step": numba.njit(scope[rule.__name__]), "grad": numba.njit(scope["grad"])}
    begin = "; ".join(f"{s}_{c} = {'0' if s == 't' else '0.0'}" for s in state for c in "xy") or "pass"
    of_x, of_y = ("".join(f"{s}_{c}, " for s in state) for c in "xy")
    exec(FUSED.format(begin=begin, of_x=of_x, of_y=of_y), scope)
    return numba.njit(scope["run"])


def sweep(settings):
    """Print how one broadcast `descend` compares with torch's loop and with the compiled one."""
    print(
        f"\n{settings:,} settings x {STEPS} steps, {len(SURFACES)} surfaces: how many times as long as `descend` takes"
    )
    print(f"  {'':10} {'torch.optim in a loop':>22} {'one fused loop (numba)':>23}")
    lrs = np.geomspace(LOWEST, HIGHEST, settings)
    every = []
    for twin in (twin for twin in TWINS if twin.rule in PLAIN):
        ratios = []
        for surface in SURFACES:
            ours = partial(descend, surface.grad, surface.start, twin.rule, STEPS, lr=lrs[:, None])
            paths, loop = np.empty((settings, STEPS + 1, 2)), fused(twin.rule, surface)
            compiled = partial(loop, surface.start, lrs, paths)
            compiled()
            mine = np.moveaxis(ours()[:8], 0, 1)  # a few steps: rounding grows
            np.testing.assert_allclose(paths[:, :8], mine, rtol=1e-6, atol=1e-6)
            eager = times_faster(ours, partial(loop_over_torch, twin, surface)) * settings / TIMED
            ratios.append((eager, times_faster(ours, compiled)))
        print(f"  {twin.rule.__name__:10} {median(r[0] for r in ratios):22,.0f} {median(r[1] for r in ratios):23.2f}")
        every += ratios
    print(f"  {'all':10} {median(r[0] for r in every):22,.0f} {median(r[1] for r in every):23.2f}")


# --- one step of Adam -------------------------------------------------------------------------------------------


def one_step(size):
    """Print how one step of `adam` on so many parameters compares with torch's fused one."""
    rng = np.random.default_rng(0)
    x, g, m, v = rng.random((4, size))
    parameter = torch.tensor(x, requires_grad=True)
    parameter.grad = torch.tensor(g)
    optimiser = torch.optim.Adam([parameter], fused=True)
    repeats = max(1, 100_000 // size)

    def ours():
        for _ in range(repeats):
            rules.adam(x, g, 5, m, v)

    def theirs():
        for _ in range(repeats):
            optimiser.step()

    print(f"  {size:10,} parameters {times_faster(ours, theirs):8.2f}")


# --- small networks ---------------------------------------------------------------------------------------------


def torch_net(sizes, seed=0):
    """The same network as torch's users write it, with its optimiser."""
    torch.manual_seed(seed)
    layers = [torch.nn.Linear(sizes[0], sizes[1]), torch.nn.Tanh(), torch.nn.Linear(sizes[1], sizes[2])]
    return torch.nn.Sequential(*layers)


def train_torch(sizes, X, y, steps, fused=None):
    net = torch_net(sizes)
    optimiser = torch.optim.Adam(net.parameters(), fused=fused)
    for _ in range(steps):
        optimiser.zero_grad()
        torch.nn.functional.cross_entropy(net(X), y).backward()
        optimiser.step()


def train_ours(net, theta, X, y, steps, lr=1e-3):
    for _ in islice(iterates(net.bind(X, y).grad, theta, rules.adam, lr=lr), steps):
        pass


def jax_trainer(sizes, X, y, steps):
    """The rival for many networks: one jitted scan over steps of a vmap over networks."""
    d, h, c = sizes

    def loss(theta):
        w1, b1, w2, b2 = jnp.split(theta, np.cumsum([d * h, h, h * c]))
        scores = jnp.tanh(X @ w1.reshape(d, h) + b1) @ w2.reshape(h, c) + b2
        return -jnp.take_along_axis(jax.nn.log_softmax(scores), y[:, None], 1).mean()

    def train(theta, lr):
        def step(carry, t):
            theta, m, v = carry
            g = jax.grad(loss)(theta)
            m, v = 0.9 * m + 0.1 * g, 0.999 * v + 0.001 * g**2
            theta = theta - lr * m / (1 - 0.9**t) / ((v / (1 - 0.999**t)) ** 0.5 + 1e-8)
            return (theta, m, v), None

        return jax.lax.scan(step, (theta, 0 * theta, 0 * theta), jnp.arange(1.0, steps + 1, dtype=jnp.float32))[0][0]

    return jax.jit(jax.vmap(train))


def networks(sizes, steps=50, count=64, batch=64):
    """Print how training one network, and many at once, compares with torch and JAX."""
    rng = np.random.default_rng(0)
    X, y = rng.standard_normal((batch, sizes[0]), np.float32), rng.integers(0, sizes[-1], batch)
    tensors = torch.tensor(X), torch.tensor(y)
    net = MLP(sizes)
    one, many = (net.start(seeds).astype(np.float32) for seeds in (0, range(count)))
    lrs = np.geomspace(1e-4, 1e-2, count, dtype=np.float32)
    ours = partial(train_ours, net, one, X, y, steps)
    print(f"\n{'-'.join(map(str, sizes))} network, batch of {batch}, Adam, float32: time of the others over ours")
    print(f"  torch eager          {times_faster(ours, partial(train_torch, sizes, *tensors, steps)):8.2f}")
    print(f"  torch fused Adam     {times_faster(ours, partial(train_torch, sizes, *tensors, steps, True)):8.2f}")
    at_once = partial(train_ours, net, many, X, y, steps, lrs[:, None])
    print(f"{count} of them at once, per network and step")
    loop = times_faster(at_once, partial(train_torch, sizes, *tensors, steps)) * count
    print(f"  torch eager, a loop  {loop:8.2f}")
    trainer = jax_trainer(sizes, jnp.asarray(X), jnp.asarray(y), steps)
    jitted = partial(lambda: trainer(jnp.asarray(many), jnp.asarray(lrs)).block_until_ready())
    theirs = np.asarray(trainer(jnp.asarray(many), jnp.asarray(lrs)))
    path = islice(iterates(net.bind(X, y).grad, many, rules.adam, lr=lrs[:, None]), steps)
    np.testing.assert_allclose([theta for theta, _ in path][-1], theirs, rtol=0.01, atol=1e-3)
    print(f"  JAX, vmap and scan   {times_faster(at_once, jitted):8.2f}")


def map_of_what_trains(dtype, resolution=32, steps=200):
    """Print how the map of what trains compares with a loop of torch networks over its pixels."""
    X, y = np.random.default_rng(0).standard_normal((2, 16, 16)).astype(dtype)
    X, y = torch.tensor(X), torch.tensor(y[:, :1])
    window = {"lr": 1.0, "scale": 1.0, "resolution": resolution, "steps": steps, "dtype": dtype}

    def in_a_loop():
        """One pixel, which trains: one that diverges takes the loop as long."""
        net = torch.nn.Sequential(torch.nn.Linear(16, 16), torch.nn.Tanh(), torch.nn.Linear(16, 1)).to(X.dtype)
        optimiser, losses = torch.optim.SGD(net.parameters(), lr=0.1), []
        for _ in range(steps):
            optimiser.zero_grad()
            loss = torch.nn.functional.mse_loss(net(X), y)
            loss.backward()
            optimiser.step()
            losses.append(loss.item())

    ratio = times_faster(partial(what_trains, **window), in_a_loop) * resolution**2
    share = what_trains(**window).trains.mean()
    print(f"\nmap of what trains, {resolution} x {resolution} networks, {steps} steps, {dtype}, {share:.0%} train")
    print(f"  torch eager, a loop  {ratio:8.0f}")


def torch_minibatches(sizes, X, y, steps, batch_size):
    """One network as torch's users train it with SGD on minibatches."""
    net, generator = torch_net(sizes), np.random.default_rng(0)
    optimiser = torch.optim.SGD(net.parameters(), lr=0.1)
    batches = []
    while len(batches) < steps:
        batches += torch.tensor(generator.permutation(len(X))).split(batch_size)
    for rows in batches[:steps]:
        optimiser.zero_grad()
        torch.nn.functional.cross_entropy(net(X[rows]), y[rows]).backward()
        optimiser.step()


def seeds(sizes=(64, 32, 10), steps=46, batch_size=32, n=1472):
    """Print how K networks, each with minibatches of its own seed, compare with a loop of torch's."""
    rng = np.random.default_rng(0)
    X, y = rng.standard_normal((n, sizes[0]), np.float32), rng.integers(0, sizes[-1], n)
    net, theirs = MLP(sizes), partial(torch_minibatches, sizes, torch.tensor(X), torch.tensor(y), steps, batch_size)
    print(f"\n{'-'.join(map(str, sizes))}, minibatches of {batch_size} by each network's own seed, SGD, float32")
    for count in (64, 128, 256):
        theta, mine = net.start(range(count)).astype(np.float32), range(count)

        def ours(theta=theta, mine=mine):
            grad = net.bind(X, y, batch_size=batch_size, seed=mine).grad
            for _ in islice(iterates(grad, theta, rules.sgd, lr=0.1), steps):
                pass

        ratio, rate = times_faster(ours, theirs) * count, count * steps / median(seconds(ours) for _ in range(3))
        print(
            f"  K = {count:4}: {rate:9,.0f} nets x steps a second, a loop of torch's takes {ratio:6.2f} times as long"
        )


# --- slider figures ---------------------------------------------------------------------------------------------


def fresh_svg(figure):
    """The default state of a slider figure, drawn and saved by matplotlib alone."""
    width, height = sum(panel.width for panel in figure.panels), figure.panels[0].height
    fig = plt.figure(figsize=(width / 72, height / 72), layout="constrained")
    figure.draw(*np.atleast_1d(fig.subplots(1, len(figure.panels))))
    fig.savefig(io.StringIO(), format="svg")
    plt.close(fig)


def slider_states():
    """Print what a slider state of chapter 1 cost, and what a fresh SVG of each state would have cost."""
    figures, page = [], gradlab.explore.page
    compute = gradlab.explore.Explorer.compute
    gradlab.explore.Explorer.compute = lambda self: (figures.append(self), compute(self))
    with redirect_stdout(io.StringIO()):
        scope = {}
        for cell in json.loads(CHAPTER.read_text(encoding="utf-8"))["cells"]:
            if cell["cell_type"] == "code":
                exec("".join(cell["source"]), scope)
    fresh = 0
    with styled():
        for figure in figures:
            states = prod(len(control.values) for control in figure.controls)
            fresh += states * median(seconds(partial(fresh_svg, figure)) for _ in range(ROUNDS)) / page.states
    state = page.seconds / page.states
    print(f"\nslider states of chapter 1: {page.states:,} in {page.seconds:.1f} s, {1e3 * state:.1f} ms each")
    print(f"a fresh SVG of the same states: {1e3 * fresh:.0f} ms each, {fresh / state:.0f} times as much")


if __name__ == "__main__":
    torch.set_num_threads(1)
    plt.switch_backend("agg")
    print(f"Medians of {ROUNDS} paired rounds, one thread. Torch loops are timed on {TIMED} settings and scaled up.")
    sweep(100)
    sweep(4096)
    print("\none step of Adam: how many times as long as ours torch's fused step takes")
    for size in (100, 10_000, 1_000_000):
        one_step(size)
    networks((64, 32, 10))
    networks((40, 100, 10))
    for precision in ("float32", "float64"):
        map_of_what_trains(precision)
    seeds()
    if CHAPTER.exists():
        slider_states()
