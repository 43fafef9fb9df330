"""Reference for chapter 6's exercises: how long a descent stays at a saddle."""

from gradlab._arguments import checked
from gradlab._conditions import FRACTION, POSITIVE, one_number


@checked(mu=one_number(POSITIVE), lr=one_number(POSITIVE), s=one_number(FRACTION))
def steps_to_leave(mu, *, lr, s):
    """The number of steps after which gradient descent has left a saddle.

        f(x, y) = ½ (x² − mu · y²)        from (1, s) until |y| ≥ 1 for the first time

    mu   the curvature downwards, above 0
    lr   the learning rate, above 0
    s    the asymmetry of the start, strictly between 0 and 1

    Returns an integer: ⌈ln(1/s) / ln(1 + lr · mu)⌉. Raises ValueError for a wrong argument, naming it.
    """
    y, steps = s, 0
    while abs(y) < 1:
        y = y + lr * mu * y
        steps += 1
    return steps
