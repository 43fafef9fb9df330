"""What several test files share: the rules beside their twins in torch, and what is drawn at random."""

from collections.abc import Callable
from contextlib import contextmanager
from functools import partial
from typing import NamedTuple
from unittest import mock

import numpy as np
import torch
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from gradlab import rules, surfaces
from gradlab._arguments import hyperparameters

# The same examples in each run: a test that fails today fails tomorrow. No deadlines: the cores may be busy.
each_run_the_same = settings(
    max_examples=20, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)
settings.register_profile("gradlab", each_run_the_same)
settings.load_profile("gradlab")

RATE = st.floats(1e-4, 1)
DECAY = st.floats(0.01, 0.999)  # not 0: torch refuses nesterov=True without momentum
EPS = st.floats(1e-10, 1e-2)
WEIGHT_DECAY = st.floats(0, 1)
ADAM = {"lr": RATE, "beta1": DECAY, "beta2": DECAY, "eps": EPS}


class Twin(NamedTuple):
    """One of our rules, torch's class for it, and how to go from the one to the other."""

    rule: Callable
    optimiser: type
    hyper: dict  # hyperparameter -> strategy
    renamed: Callable  # our hyperparameters -> torch's
    shape: tuple = (3,)  # of x


def betas(beta1, beta2, **rest):
    return {"betas": (beta1, beta2)} | rest


def momentum(beta, **rest):
    return {"momentum": beta} | rest


# Twins made of a class of torch's that is fed with other gradients, and of one class from elsewhere.


class SGDFedWithNewParts(torch.optim.SGD):
    """What the moving average takes in of each gradient is what SGD's velocity sums."""

    def step(self):
        (group,) = self.param_groups
        (x,) = group["params"]
        x.grad = (1 - group["momentum"]) * x.grad
        super().step()


class SGDFedWithSteps(torch.optim.SGD):
    """A velocity that holds lr is one that sums lr · g, and is followed at rate 1."""

    def step(self):
        (group,) = self.param_groups
        (x,) = group["params"]
        x.grad = group["lr"] * x.grad
        group["lr"] = 1
        super().step()


class MuonInFullPrecision(torch.optim.Muon):
    """torch's own Muon, but for the rounding to bfloat16 before it orthogonalises."""

    def step(self):
        with mock.patch.object(torch.Tensor, "bfloat16", torch.Tensor.clone):
            super().step()


class Optax(torch.optim.Optimizer):
    """An optimiser of optax, as if it were torch's."""

    def __init__(self, params, make, **options):
        super().__init__(params, options)
        self.make, self.memory = make, None

    def step(self):
        import jax

        (group,) = self.param_groups
        (x,) = group["params"]
        with jax.enable_x64(True):
            here, g = jax.numpy.asarray(x.detach().numpy()), jax.numpy.asarray(x.grad.numpy())
            optimiser = self.make(**{name: value for name, value in group.items() if name != "params"})
            self.memory = self.memory or optimiser.init(here)
            step, self.memory = optimiser.update(g, self.memory, here)
            x.data += torch.tensor(np.array(step))


class Lion(Optax):
    def __init__(self, params, **options):
        from optax import lion

        super().__init__(params, lambda lr, betas, **rest: lion(lr, *betas, **rest), **options)


#: activation -> its twin
TORCHS = {
    "linear": torch.nn.Identity(),
    "sigmoid": torch.nn.Sigmoid(),
    "tanh": torch.nn.Tanh(),
    "relu": torch.nn.ReLU(),
    "leaky_relu": torch.nn.LeakyReLU(),
    "selu": torch.nn.SELU(),
}

TWINS = [
    Twin(rules.sgd, torch.optim.SGD, {"lr": RATE}, dict),
    Twin(rules.momentum, torch.optim.SGD, {"lr": RATE, "beta": DECAY}, momentum),
    Twin(rules.ewma_momentum, SGDFedWithNewParts, {"lr": RATE, "beta": DECAY}, momentum),
    Twin(rules.heavy_ball, SGDFedWithSteps, {"lr": RATE, "beta": DECAY}, momentum),
    Twin(rules.nesterov, torch.optim.SGD, {"lr": RATE, "beta": DECAY}, partial(momentum, nesterov=True)),
    Twin(rules.adagrad, torch.optim.Adagrad, {"lr": RATE, "eps": EPS}, dict),
    Twin(
        rules.rmsprop,
        torch.optim.RMSprop,
        {"lr": RATE, "rho": DECAY, "eps": EPS},
        lambda rho, **rest: {"alpha": rho} | rest,
    ),
    Twin(rules.adadelta, torch.optim.Adadelta, {"lr": RATE, "rho": DECAY, "eps": EPS}, dict),
    Twin(rules.adam, torch.optim.Adam, ADAM, betas),
    Twin(rules.adamw, torch.optim.AdamW, ADAM | {"weight_decay": WEIGHT_DECAY}, betas),
    Twin(rules.amsgrad, torch.optim.Adam, ADAM, partial(betas, amsgrad=True)),
    Twin(rules.adamax, torch.optim.Adamax, ADAM, betas),
    Twin(rules.nadam, torch.optim.NAdam, ADAM | {"momentum_decay": st.floats(0, 1)}, betas),
    Twin(rules.radam, torch.optim.RAdam, ADAM, betas),
    Twin(rules.lion, Lion, {"lr": RATE, "beta1": DECAY, "beta2": DECAY, "weight_decay": WEIGHT_DECAY}, betas),
    Twin(
        rules.muon,
        MuonInFullPrecision,
        {"lr": RATE, "beta": DECAY, "eps": EPS, "weight_decay": WEIGHT_DECAY},
        momentum,
        shape=(3, 2),
    ),
]
RULES = [twin.rule for twin in TWINS]


def each(names, values):
    return dict.fromkeys(names.split(), values)


WRONG = {  # values that a hyperparameter of a rule or a method must not have
    "lr": [-0.1, np.nan, np.inf, "fast", None],
    "history_size": [0, -1, 2.0, np.nan, "3", True, None],
    **each("eps weight_decay momentum_decay", [-1e-8, np.nan, np.inf]),
    **each("c1 shrink", [0.0, 1.0, -0.1, np.nan]),
    **each("beta beta1 beta2 rho", [-0.1, 1.0, 1.5, np.nan]),
}


def wrong_settings(function, **right):
    """Rows of a table BAD_INPUT: the right arguments and one wrong hyperparameter."""
    return [(function, right | {name: v}, name) for name in hyperparameters(function) for v in WRONG[name]]


def vectors(*shape, bound=10):
    """Arrays of float64 with exact zeros among their entries, but none so small that its products underflow."""
    numbers = st.floats(-bound, bound).map(lambda value: value if abs(value) > 1e-50 else 0.0)
    return arrays(float, shape, elements=numbers | st.just(0.0))


def replay(gradients):
    """A gradient oracle that hands out the given gradients one after another, wherever it is asked."""
    rest = iter(gradients)
    return lambda x: np.broadcast_to(next(rest), x.shape)


@contextmanager
def default_dtype(dtype):
    """In it, torch makes tensors of this dtype unless told otherwise."""
    before = torch.get_default_dtype()
    torch.set_default_dtype(dtype)
    try:
        yield
    finally:
        torch.set_default_dtype(before)


def torch_path(twin, x0, gradients, **hyper):
    """The points that the twin of a rule visits when it is fed these gradients; schedules are lists."""
    steps = [{k: v[t] if isinstance(v, list) else v for k, v in hyper.items()} for t in range(len(gradients))]
    x = torch.tensor(x0, requires_grad=True)
    path = [np.array(x0)]
    with default_dtype(torch.float64):  # in which NAdam keeps a product
        optimiser = twin.optimiser([x], **twin.renamed(**steps[0]))
        for g, now in zip(gradients, steps, strict=True):
            optimiser.param_groups[0].update(twin.renamed(**now))
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
