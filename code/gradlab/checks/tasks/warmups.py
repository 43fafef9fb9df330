"""References for chapter 3's exercises: a schedule that climbs along a line and comes down along half a cosine."""

from math import pi

from gradlab._arguments import ArgumentError, checked, require_order
from gradlab._conditions import COUNT, POSITIVE, one_number
from gradlab.schedules import _cos, _min


@checked(lr=one_number(POSITIVE), epochs=COUNT, climb=COUNT, per_epoch=COUNT)
def warm_up_cosine(lr, *, epochs, climb, per_epoch, lr_min=0):
    """A schedule that climbs in a straight line to lr, and falls along half a cosine to lr_min at its last step.

        lr(t) = lr · (t + 1) / W                                     t < W = climb · per_epoch
        lr(t) = lr_min + (lr − lr_min) · (1 + cos(π · p)) / 2        p = (t + 1 − W) / (T − W),  T = epochs · per_epoch

    lr          the peak, which step t = W − 1 has
    epochs      of the whole run, more than climb
    climb       how many of the epochs climb
    per_epoch   the steps of an epoch
    lr_min      which step t = T − 1 has, and all later ones

    Returns a function t -> rate, for integers t. Raises ValueError for a wrong argument, naming it.
    """
    require_order(lr_min, lr)
    if epochs <= climb:
        raise ArgumentError(f"epochs must be more than climb, got {epochs!r}")
    up, steps = climb * per_epoch, epochs * per_epoch

    def schedule(t):
        if t < up:
            return lr * (t + 1) / up
        p = _min((t + 1 - up) / (steps - up), 1)
        return lr_min + (lr - lr_min) * (1 + _cos(pi * p)) / 2

    return schedule
