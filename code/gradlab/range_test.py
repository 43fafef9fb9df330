"""The learning-rate range test: one short run that shows which rates are worth trying."""

from itertools import islice

import numpy as np

from gradlab._arguments import (
    FINITE,
    POSITIVE,
    hyperparameters,
    is_count,
    one_number,
    require,
    require_function,
    require_names,
    require_point,
)
from gradlab._arrays import namespace
from gradlab.descend import is_method, iterates
from gradlab.schedules import exponential

CONDITIONS = {
    "problem": ("something with f and grad", lambda v: hasattr(v, "f") and hasattr(v, "grad")),
    "lr_min": one_number(POSITIVE),
    "lr_max": one_number(FINITE),
    "steps": ("an integer of at least 2", lambda v: is_count(v, 2)),
}


def lr_range_test(problem, x0, rule, *, lr_min, lr_max, steps, **hyper):
    """Let the rate rise from lr_min to lr_max within one run, and return the rates and the losses.

        lrs[t] = lr_min · (lr_max / lr_min)^(t / (steps − 1))
        losses[t] = f(x_{t+1})        the loss after the step with lrs[t]

    problem   anything with `f` and `grad`
    x0        shape (..., d)
    rule      an update rule or a method
    lr_min    positive
    lr_max    more than lr_min
    steps     how many rates, at least 2
    hyper     hyperparameters of the rule other than lr, as for `descend`

    Returns `lrs` of shape (steps,), and `losses` of shape (steps, *grid), a tensor if x0 is one. The losses fall,
    and from some rate on they rise: stay well below it. For gradient descent on a quadratic whose largest curvature
    is λ_max, every step with lr > 2 / λ_max leads uphill along the steepest direction; but what was gained there
    before has to be lost again first, so that unless x0 lies in that direction the losses turn later, the later the
    slower lr rises.

    Raises ValueError for a wrong argument, naming it. Smith (2017), section 3.3, where the rate rises in a
    straight line; in equal ratios it covers several orders of magnitude.
    """
    name = "lr_range_test"
    require(name, CONDITIONS, problem=problem, lr_min=lr_min, lr_max=lr_max, steps=steps)
    require(name, {"lr_max": ("more than lr_min", lambda v: v > lr_min)}, lr_max=lr_max)
    x0 = require_point(name, "x0", x0)
    require_function(name, rule=rule)
    require_names(name, hyper, [known for known in hyperparameters(rule) if known != "lr"])
    lr = exponential(lr_min, gamma=(lr_max / lr_min) ** (1 / (steps - 1)))
    path = iterates(problem if is_method(rule) else problem.grad, x0, rule, lr=lr, **hyper)
    with np.errstate(all="ignore"):  # it is meant to diverge
        losses = [problem.f(x) for x, _ in islice(path, steps)]
    return lr(np.arange(steps)), namespace(x0).stack(losses)
