"""What several test files share: the rules beside their twins in torch, and what is drawn at random."""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import torch
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from gradlab import rules, surfaces

# The same examples in each run: a test that fails today fails tomorrow. No deadlines: the cores may be busy.
each_run_the_same = settings(
    max_examples=30, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)
settings.register_profile("gradlab", each_run_the_same)
settings.load_profile("gradlab")

RATE = st.floats(1e-4, 1)
DECAY = st.floats(0.01, 0.999)  # not 0: torch refuses nesterov=True without momentum
EPS = st.floats(1e-10, 1e-2)
ADAM = {"lr": RATE, "beta1": DECAY, "beta2": DECAY, "eps": EPS}


class Twin(NamedTuple):
    """One of our rules, torch's class for it, and how to go from the one to the other."""

    rule: Callable
    optimiser: type
    hyper: dict  # hyperparameter -> strategy
    renamed: Callable  # our hyperparameters -> torch's


def betas(beta1, beta2, **rest):
    return {"betas": (beta1, beta2)} | rest


TWINS = [
    Twin(rules.sgd, torch.optim.SGD, {"lr": RATE}, dict),
    Twin(
        rules.momentum,
        torch.optim.SGD,
        {"lr": RATE, "beta": DECAY},
        lambda lr, beta: {"lr": lr, "momentum": beta},
    ),
    Twin(
        rules.nesterov,
        torch.optim.SGD,
        {"lr": RATE, "beta": DECAY},
        lambda lr, beta: {"lr": lr, "momentum": beta, "nesterov": True},
    ),
    Twin(rules.adagrad, torch.optim.Adagrad, {"lr": RATE, "eps": EPS}, dict),
    Twin(
        rules.rmsprop,
        torch.optim.RMSprop,
        {"lr": RATE, "rho": DECAY, "eps": EPS},
        lambda rho, **rest: {"alpha": rho} | rest,
    ),
    Twin(rules.adadelta, torch.optim.Adadelta, {"lr": RATE, "rho": DECAY, "eps": EPS}, dict),
    Twin(rules.adam, torch.optim.Adam, ADAM, betas),
    Twin(rules.adamw, torch.optim.AdamW, ADAM | {"weight_decay": st.floats(0, 1)}, betas),
]
RULES = [twin.rule for twin in TWINS]


def vectors(*shape, bound=10):
    """Arrays of float64 with exact zeros among their entries."""
    return arrays(float, shape, elements=st.floats(-bound, bound) | st.just(0.0))


def replay(gradients):
    """A gradient oracle that hands out the given gradients one after another, wherever it is asked."""
    rest = iter(gradients)
    return lambda x: np.broadcast_to(next(rest), x.shape)


def torch_path(optimiser, options, x0, gradients, lrs=None):
    """The points that an optimiser of torch visits when it is fed these gradients; `lrs` is a schedule."""
    x = torch.tensor(x0, requires_grad=True)
    optimiser = optimiser([x], foreach=False, **options)
    path = [np.array(x0)]
    for t, g in enumerate(gradients):
        if lrs is not None:
            optimiser.param_groups[0]["lr"] = lrs[t]
        x.grad = torch.tensor(g)
        optimiser.step()
        path.append(x.detach().numpy().copy())
    return np.array(path)


rng = np.random.default_rng(0)
SURFACES = [
    surfaces.quadratic(1, 100),
    surfaces.quadratic(3),
    surfaces.saddle(),
    surfaces.rosenbrock(),
    surfaces.beale(),
    surfaces.himmelblau(),
    surfaces.six_hump_camel(),
    surfaces.wells([[-1, 0], [1, 0.5]], depths=[1, 2], widths=[0.4, 0.6]),
    surfaces.least_squares(rng.normal(size=(9, 3)), rng.normal(size=9)),
]
