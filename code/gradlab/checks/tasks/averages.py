"""References for chapter 3's exercises: a moving average of weights whose cold start is corrected, and its loss."""

import numpy as np

from gradlab._arguments import checked
from gradlab._arrays import floating, to_numpy
from gradlab._conditions import DECAY, FUNCTION, Condition, one_number

POINTS = Condition(
    "be finite, of shape (n, d)",
    lambda x: x.ndim == 2 and x.size and np.isfinite(x).all(),
    lambda x: to_numpy(floating(x)),
)
SHARE = one_number(DECAY)


@checked(points=POINTS, beta=SHARE)
def corrected_ema(points, *, beta):
    """The moving averages of some points, begun at zero and corrected for that.

        m ← beta · m + (1 − beta) · θ,  average = m / (1 − betaⁿ)        after n points

    points   shape (n, d), the points θ in the order of the run
    beta     in [0, 1), the share of the old average that stays

    Returns the average after each point, shape (n, d). Raises ValueError for a wrong argument, naming it.
    """
    mean, averages = 0 * points[0], []
    for n, x in enumerate(points, 1):
        mean = beta * mean + (1 - beta) * x
        averages.append(mean / (1 - beta**n))
    return np.array(averages)


@checked(f=FUNCTION, points=POINTS, beta=SHARE)
def loss_of_average(f, points, *, beta):
    """The loss at the last of the corrected moving averages.

        f(average)        and not the average of f

    f        the loss, which maps (d,) to a number
    points   shape (n, d)
    beta     as in `corrected_ema`

    Returns a number. Raises ValueError for a wrong argument, naming it.
    """
    return f(corrected_ema(points, beta=beta)[-1])
