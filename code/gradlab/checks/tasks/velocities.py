"""References for chapter 4's exercises: Nesterov's look ahead, a β for other rates, an average from the first step on.

The library has the first as `methods.nesterov_lookahead`, the second as `conversions.heavy_ball_to_momentum`, and the
third as the numerator of `rules.adam`.
"""

import numpy as np

from gradlab._arguments import checked
from gradlab._conditions import COUNT_FROM_0, DECAY, FUNCTION, NON_NEGATIVE, one_number
from gradlab.checks.tasks.descents import ONE_VECTOR


@checked(x0=ONE_VECTOR, lr=one_number(NON_NEGATIVE), beta=one_number(DECAY), steps=COUNT_FROM_0)
def look_ahead(grad, x0, *, lr, beta, steps):
    """The path of Nesterov's momentum, which takes the gradient where the velocity leads.

        v ← beta · v + ∇f(x − lr · beta · v)
        x ← x − lr · v

    grad    the gradient, which maps (d,) to (d,)
    x0      shape (d,); the velocity begins at 0
    lr      a number, not negative
    beta    in [0, 1)
    steps   the number of steps, 0 or more

    Returns the points x, not those that are looked at, as an array of shape (steps + 1, d). Raises ValueError for a
    wrong argument, naming it. Nesterov (1983), in the form of Sutskever et al. (2013), with lr outside.
    """
    x, v = np.array(x0), 0 * x0
    path = [x]
    for _ in range(steps):
        v = beta * v + grad(x - lr * beta * v)
        x = x - lr * v
        path.append(x)
    return np.array(path)


@checked(lr=FUNCTION, beta=one_number(DECAY))
def beta_outside(lr, *, beta):
    """The schedule of β with which PyTorch's momentum makes the same descent as Keras's with a constant β.

        betaₜ = beta · lr(t − 1) / lr(t)        beta₀ = beta

    lr     a schedule t -> rate, for t = 0, 1, 2, …, with rates above 0: both have it
    beta   Keras's momentum, in [0, 1)

    Keras: v ← beta · v − lr · g, x ← x + v. PyTorch: v ← beta · v + g, x ← x − lr · v. Returns a function t -> beta.
    Raises ValueError for a wrong argument, naming it.
    """

    def schedule(t):
        return beta * lr(t - 1) / lr(t) if t else beta

    return schedule


@checked
def corrected_momentum(x, g, t=0, m=0, *, lr=1e-3, beta=0.9):
    """Momentum by a moving average of the gradients, corrected for having begun at zero: Adam's numerator.

        t ← t + 1
        m ← beta · m + (1 − beta) · g
        x ← x − lr · m / (1 − betaᵗ)

    x, g   numbers, arrays or tensors of one shape
    t, m   the number of steps, and the average, as the step before returned them; 0 at the first step
    lr     as in `rules.ewma_momentum`
    beta   as in `rules.ewma_momentum`

    Returns (x, t, m). Raises ValueError for a wrong argument, naming it. Kingma & Ba (2015), section 3.
    """
    t = t + 1
    m = beta * m + (1 - beta) * g
    return x - lr * m / (1 - beta**t), t, m
