"""What watches the loss: a schedule that falls on a plateau, and the time to stop.

Unlike `schedules` these have a memory: call `update(loss)` after each epoch. For a grid of K networks the loss
has shape (K,), and each network its own memory. A nan never counts as an improvement.

The memory is that of one run: `descend`, `iterates` and `train` begin with a `reset` of what watches the loss.
"""

from bisect import bisect_right
from math import inf

import numpy as np

from gradlab._arguments import ArgumentError, checked, require_order
from gradlab._arrays import like, maximum, to_numpy, where
from gradlab._conditions import COUNT_FROM_0, DECAY, FRACTION, NON_NEGATIVE, point
from gradlab._runs import find


class ReduceOnPlateau:
    """A rate that falls whenever the loss has not improved for a while.

        lr ← max(factor · lr, lr_min)        after more than `patience` updates without improvement

    lr          the rate to begin with, a number or of shape (K, 1)
    factor      strictly between 0 and 1
    patience    updates without improvement before the rate falls
    threshold   loss < best · (1 − threshold) is an improvement; so losses should be positive
    cooldown    after a fall, for how many updates nothing is counted
    lr_min      the lowest rate, at most lr

    It is a schedule: make `plateau = ReduceOnPlateau(0.1)`, run with `lr=plateau`, and call
    `plateau.update(loss)` meanwhile; `train` does that, even where the plateau is inside another schedule. `plateau.lr`
    is the rate now. For losses of shape (K,) lr has shape (K, 1).

    Raises ValueError for an argument outside its range, and for lr_min > lr. Twin:
    `torch.optim.lr_scheduler.ReduceLROnPlateau(eps=0)`, whose lr_min is min_lr.
    """

    @checked(factor=FRACTION, patience=COUNT_FROM_0, threshold=DECAY, cooldown=COUNT_FROM_0)
    def __init__(self, lr, *, factor=0.1, patience=10, threshold=1e-4, cooldown=0, lr_min=0):
        require_order(lr_min, lr)
        self.factor, self.patience, self.threshold, self.cooldown = factor, patience, threshold, cooldown
        self.lr_min, self._first = lr_min, lr
        self.reset()

    def reset(self):
        """Begin anew, with the rate that it was made with, and no loss seen."""
        self.lr = self._first
        self.best = inf
        self.bad = 0  # updates without improvement, counted from −cooldown after a fall
        self._last, self._steps, self._rates = 0, [0], [self.lr]  # the latest step; from which step on, which rate

    @checked
    def update(self, loss):
        """Take in the loss, a number or an array of shape (K,); raises ValueError for anything else."""
        loss = _loss(loss, self.best)
        better = loss < self.best * (1 - self.threshold)
        self.best = where(better, loss, self.best)
        self.bad = self.bad + 1
        self.bad = self.bad - better * maximum(self.bad, 0)  # 0, but no sooner than the cooldown ends
        worn = self.bad > self.patience
        self.bad = self.bad - worn * (self.bad + self.cooldown)  # −cooldown
        fall = self.factor ** like(worn, loss)  # factor, or 1
        fall = fall[..., None] if np.ndim(fall) else float(fall)
        self.lr = maximum(self.lr * fall, self.lr_min)

    def __call__(self, t):
        """The rate of step t: what it was then, or what it is now. For an array of steps, an array."""
        find(self)
        if np.ndim(t):
            return np.stack(np.broadcast_arrays(*(to_numpy(self._rate(step)) for step in t)))
        if t >= self._last:
            self._last = t
            if self.lr is not self._rates[-1]:
                self._steps.append(t)
                self._rates.append(self.lr)
        return self._rate(t)

    def _rate(self, t):
        return self.lr if t > self._last else self._rates[bisect_right(self._steps, t) - 1]


class EarlyStopping:
    """Tell when the loss on the validation set has not improved for a while, and which step was the best.

        stop after more than `patience` updates since the last loss < best − min_delta

    patience    updates without improvement before the training stops
    min_delta   by how much a loss must be lower to be an improvement

    `best` is the loss at the last improvement, `best_step` the number of that update, the first being 0 (−1 if there is
    none yet), and `stopped` tells whether it is time to stop; each of shape (K,) for losses of that shape. Once a
    network has stopped, its `best` and `best_step` stay.

    Raises ValueError for an argument outside its range. Prechelt (1998). Twin: the count is that of
    `torch.optim.lr_scheduler.ReduceLROnPlateau(threshold_mode="abs")`; Keras stops one update earlier.
    """

    @checked(patience=COUNT_FROM_0, min_delta=NON_NEGATIVE)
    def __init__(self, *, patience=10, min_delta=0.0):
        self.patience, self.min_delta = patience, min_delta
        self.reset()

    def reset(self):
        """Begin anew, with no loss seen."""
        self.best, self.best_step, self.stopped = inf, -1, False
        self.step = 0

    @checked
    def update(self, loss):
        """Take in the loss, a number or an array of shape (K,); True when all have stopped."""
        loss = _loss(loss, self.best)
        better = (loss < self.best - self.min_delta) > self.stopped  # and not stopped
        self.best = where(better, loss, self.best)[()]  # a number, if it has no axes
        self.best_step = self.step * better + self.best_step * ~better
        self.stopped = self.step - self.best_step > self.patience
        self.step += 1
        return bool(self.stopped.all())


def _loss(loss, before):
    """The loss as a float64 or an array or tensor of floats, of the shape that the losses before had."""
    try:
        floats = point(loss) if np.ndim(loss) else np.float64(float(loss))
    except (TypeError, ValueError):
        raise ArgumentError(f"loss must be a number or an array of numbers, got {loss!r}") from None
    if np.shape(before) not in ((), np.shape(loss)):
        raise ArgumentError(f"loss must be of shape {np.shape(before)}, as before, got {np.shape(loss)}")
    return floats
