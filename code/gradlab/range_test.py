"""The learning-rate range test: one short run that shows which rates are worth trying."""

from itertools import islice

import numpy as np

from gradlab._arguments import ArgumentError, checked, hyperparameters, require_names, values_of
from gradlab._arrays import apart, namespace
from gradlab._conditions import FINITE, POINT, POSITIVE, at_least, one_number
from gradlab.descend import Array, Hyper, Problem, Rule, iterates
from gradlab.schedules import exponential


@checked(x0=POINT, lr_min=one_number(POSITIVE), lr_max=one_number(FINITE), steps=at_least(2))
def lr_range_test(
    problem: Problem, x0: Array, rule: Rule, *, lr_min: float, lr_max: float, steps: int, **hyper: Hyper
) -> tuple[np.ndarray, Array]:
    """Let the rate rise from lr_min to lr_max within one run, and return the rates and the losses.

        lrs[t] = lr_min · (lr_max / lr_min)^(t / (steps − 1))
        losses[t] = f(xₜ₊₁)        the loss after the step with lrs[t]

    problem   anything with `f` and `grad`
    x0        shape (..., d)
    rule      an update rule or a method
    lr_min    positive
    lr_max    more than lr_min
    steps     how many rates, at least 2
    hyper     hyperparameters of the rule other than lr, as for `descend`

    Returns `lrs` of shape (steps,), and `losses` of shape (steps, *grid), a tensor if x0 is one. The losses fall, and
    from some rate on they rise: a constant rate should stay well below that one, the peak of a rate that falls may be
    near it. For gradient descent on a quadratic whose largest curvature is λ_max, every step with lr > 2 / λ_max leads
    uphill along the steepest direction; but what was gained there before has to be lost again first. So unless x0 lies
    in that direction, the losses turn only at a larger lr, and mostly at a larger one the more steps there are.

    Raises ValueError for a wrong argument, naming it. Smith (2017), section 3.3, where the rate rises in a
    straight line; in equal ratios it covers several orders of magnitude.
    """
    if lr_max <= lr_min:
        raise ArgumentError(f"lr_max must be more than lr_min, got {lr_max!r}")
    require_names(hyper, [name for name in hyperparameters(rule) if name != "lr"])
    lr = exponential(lr_min, gamma=(lr_max / lr_min) ** (1 / (steps - 1)))
    path = iterates(problem, x0, rule, lr=lr, **hyper)
    f = apart(problem.f)
    with np.errstate(all="ignore"):  # it is meant to diverge
        losses = [values_of(f, x) for x, _ in islice(path, steps)]
    return lr(np.arange(steps)), namespace(x0).stack(losses)
