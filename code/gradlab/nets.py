"""Many small networks at once: rules side by side, devices, automatic differentiation.

The networks themselves are in `mlp`, and K of them are K rows of one array θ of shape (K, P). What may
differ from row to row: the learning rate (`lr` of shape (K, 1)), the seed and the initialisation (the
rows of the start), and, with `together`, the rule. One gradient call serves them all. A tensor in is a
tensor out, so the same lines train them on a GPU:

    net, device = MLP([64, 16, 10]), choose_device()
    theta, X, y = on_device(device, net.start(range(K)), X, y)
    path = iterates(net.bind(X, y).grad, theta, adam, lr=lr)
"""

from collections.abc import Callable
from contextlib import nullcontext
from typing import Any

import numpy as np

from gradlab._arguments import ArgumentError, checked, hyperparameters, named, require_names, tried
from gradlab._arrays import fitted, floating, is_tensor, namespace
from gradlab._conditions import COUNT, RULE, stays
from gradlab._runs import this_run, watching
from gradlab.descend import Array, Hyper, Rule
from gradlab.oracles import Stochastic, drawn, sources_of


def choose_device() -> str:
    """The best device that torch finds here: "cuda", "mps" or "cpu"."""
    import torch

    if torch.cuda.is_available():
        return "cuda"
    return "mps" if torch.backends.mps.is_available() else "cpu"


@checked
def on_device(device: str, *arrays: Array, dtype: Any = None) -> list[Array]:
    """The arrays as tensors on a device, in a list: floats in `dtype`, integers (such as labels) as int64.

    device   what `choose_device` gave, or any other name of torch's
    arrays   NumPy arrays or tensors, of any shape
    dtype    torch.float32 unless told: GPUs are slow at float64, and "mps" has none

    Raises ValueError for what is no array of numbers.
    """
    import torch

    tensors = []
    for array in arrays:
        try:
            tensor = array if is_tensor(array) else torch.tensor(np.asarray(array))
        except (TypeError, ValueError, RuntimeError):
            raise ArgumentError(f"arrays must be arrays of numbers, got {array!r}") from None
        if tensor.is_complex():
            raise ArgumentError(f"arrays must be arrays of real numbers, got {array!r}")
        kind = (dtype or torch.float32) if tensor.is_floating_point() else torch.int64
        tensors.append(tensor.to(device=device, dtype=kind))
    return tensors


@checked
def autograd(f: Callable[..., Array]) -> Callable[..., Array]:
    """The gradient of f by torch's automatic differentiation, as an oracle for tensors.

        ∇f(θ)_k = ∂ Σ_j f(θ)_j / ∂θ_k

    f maps (..., P), and any data after it, to (...). A row's value must depend on that row alone: then the
    gradient of the sum holds the gradient of each. Use it where no backward pass is written by hand; where one is, it
    is the second source. Of a loss that is drawn anew at each call, a `Stochastic`, it is the stochastic gradient, an
    `oracles.Stochastic` too.
    Raises ValueError when f is no function, and later for a θ or a value that is no tensor.
    """
    import torch

    if not stays(f):
        return Stochastic(lambda: autograd(drawn(f)), sources_of(f))

    @named("autograd")
    def grad(theta, *data):
        if not is_tensor(theta):
            raise ArgumentError(f"theta must be a tensor, got {type(theta).__name__}")
        theta = floating(theta).detach().requires_grad_()
        values = f(theta, *data)
        if not (is_tensor(values) and values.requires_grad):
            raise ArgumentError(f"f must return a tensor that is worked out from theta by torch, got {values!r}")
        (g,) = torch.autograd.grad(values.sum(), theta)
        return g

    return grad


@checked
def together(*groups: tuple[Rule, int, dict[str, Hyper]]) -> Rule:
    """One rule made of several: the first rows of x move by the first rule, the next by the second, ...

        x = (x_A, x_B, …)        x_A ← A(x_A, g_A),  x_B ← B(x_B, g_B),  …

    groups   triples (rule, rows, hyper): an update rule, the number of rows of x (along its first
             axis) that it moves, and its hyperparameters, each a number, an array of shape (rows, 1),
             or a schedule; a `ReduceOnPlateau` among them gets from `train` the losses of these rows

    Its state is the number of steps so far, then the states of the rules, one tuple a rule.

    Raises ValueError for no group, for a group that is no such triple or has unknown hyperparameters,
    and, when applied, for an x that has not as many rows as all groups together.
    """
    if not groups:
        raise ArgumentError("groups must be one triple (rule, rows, hyper) or more, got none")
    for group in groups:
        if not (isinstance(group, tuple) and len(group) == 3 and RULE.holds(group[0]) and isinstance(group[2], dict)):
            raise ArgumentError(f"groups must be triples (rule, rows, hyper), got {group!r}")
        rule, rows, hyper = group
        tried("rows in groups", rows, COUNT)
        with named("together: groups"):
            require_names(hyper, hyperparameters(rule))
    total, no_states = sum(rows for _, rows, _ in groups), ((),) * len(groups)

    @named("together")
    def side_by_side(x, g, t=0, states=no_states):
        if x.ndim < 2 or len(x) != total:
            raise ArgumentError(f"x must have {total} rows, as the groups have, got shape {tuple(x.shape)}")
        moved, after, last = [], [], 0
        for (rule, rows, hyper), state in zip(groups, states, strict=True):
            mine, last = slice(last, last + rows), last + rows
            with nullcontext() if t else this_run(), watching(mine):
                now = {name: fitted(value(t) if callable(value) else value, x) for name, value in hyper.items()}
            new, *state = rule(x[mine], g[mine], *state, **now)
            moved.append(new)
            after.append(tuple(state))
        return namespace(x).concatenate(moved), t + 1, tuple(after)

    return side_by_side
