"""Time our rules against loops over torch.optim, and slider states against fresh SVGs: both sides in one run.

    make bench

Prints ratios, each the median of paired rounds on one thread. No test: machines differ.
"""
# ruff: noqa: E402

import os

for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[variable] = "1"  # before NumPy and torch start their threads
os.environ["GRADLAB_BOOK"] = "1"

import io
import json
from contextlib import redirect_stdout
from functools import partial
from math import prod
from pathlib import Path
from statistics import median
from time import perf_counter

import matplotlib.pyplot as plt
import numpy as np
import torch
from strategies import TWINS

import gradlab.explore
from gradlab import surfaces
from gradlab.descend import descend
from gradlab.figures import styled

STEPS = 100
ROUNDS = 5
TIMED = 2  # settings that torch's loop is timed on; all of them would take minutes
LOWEST, HIGHEST = 1e-4, 1e-2  # learning rates
SURFACES = [surfaces.rosenbrock(), surfaces.beale(), surfaces.himmelblau(), surfaces.quadratic(1, 100)]
CHAPTER = Path(__file__).parents[1] / "chapters" / "01_gradient_descent.ipynb"


def seconds(function):
    """How long one call takes."""
    start = perf_counter()
    function()
    return perf_counter() - start


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


def compare(settings):
    """Print how many times faster one broadcast `descend` is: the median over rounds and surfaces."""
    print(f"\n{settings:,} settings x {STEPS} steps, {len(SURFACES)} surfaces: times faster than torch.optim in a loop")
    lr = np.geomspace(LOWEST, HIGHEST, settings)[:, None]
    every = []
    for twin in TWINS:
        ratios = []
        for surface in SURFACES:
            ours = partial(descend, surface.grad, surface.start, twin.rule, STEPS, lr=lr)
            theirs = partial(loop_over_torch, twin, surface)
            ours(), theirs()  # warm up
            rounds = [seconds(theirs) / TIMED * settings / seconds(ours) for _ in range(ROUNDS)]
            ratios.append(median(rounds))
        print(f"  {twin.rule.__name__:10} {median(ratios):8,.0f}")
        every += ratios
    print(f"  {'all':10} {median(every):8,.0f}")


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
    print(f"Torch's loop is timed on {TIMED} settings and scaled up; medians of {ROUNDS} paired rounds, one thread.")
    compare(100)
    compare(4096)
    if CHAPTER.exists():
        slider_states()
