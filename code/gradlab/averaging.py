"""Weight averaging: the mean (SWA) and the moving average (EMA) of the points of one descent.

Each takes an iterator of points and yields the average of those so far, one for each point. A noisy
descent that has arrived wanders around the minimum, and its average lies nearer to it than most of its points. The
points on the way there would draw the average back, so leave them out: begin once the descent has arrived.

These average *weights*, and the result is one network. To average the *predictions* of networks kept on
the way is another thing, an ensemble (Huang et al., 2017: snapshot ensembles): it needs a forward pass for
each of them, and is no more than `np.mean([predict(x) for x in snapshots], axis=0)`.

Each raises ValueError for points that are no iterable of points.
"""

from collections.abc import Iterable, Iterator

from gradlab._arguments import ArgumentError, checked, each_named, tried
from gradlab._arrays import detached, fitted
from gradlab._conditions import DECAY, NUMBERS
from gradlab.descend import Array, Hyper


@checked
def running_mean(points: Iterable[Array]) -> Iterator[Array]:
    """Stochastic weight averaging (SWA): the mean of all points so far.

        mean ← mean + (x − mean) / (n + 1)        n points before this one

    points   an iterator of arrays or tensors x of shape (..., d), such as `x for x, _ in iterates(...)`

    SWA keeps the rate high, so that the points differ. The rate is constant, or it runs in cycles; then only the
    point at the end of each cycle, where the rate is lowest, is averaged:

        lr = cosine_restarts(0.1, period=50, lr_min=0.01)
        points = (x for x, _ in iterates(grad, x0, sgd, lr=lr))
        means = running_mean(islice(points, 49, 1000, 50))

    The running statistics of batch norm are not weights: compute them anew for the averaged network.

    Polyak & Juditsky (1992); Izmailov et al. (2018), Algorithm 1. Twin: `torch.optim.swa_utils.AveragedModel`.
    """
    return _average("running_mean", points, lambda n: 1 / (n + 1))


@checked(decay=DECAY)
def ema(points: Iterable[Array], *, decay: Hyper) -> Iterator[Array]:
    """Exponential moving average of the points: old points are forgotten.

        mean ← mean + (1 − decay) · (x − mean)        from the first point on

    points   an iterator of arrays or tensors x of shape (..., d)
    decay    in [0, 1), a number or of shape (K, 1); about 1 / (1 − decay) points count. It is the share that
             stays, not a rate of decay as in `schedules.inverse_time`

    It begins at the first point and not at zero, so that its weights sum to 1 from the start: the bias that
    `adam` corrects does not arise. The first point weighs more than its share, decayⁿ after n others.

    Twin: `torch.optim.swa_utils.AveragedModel(avg_fn=get_ema_avg_fn(decay))`.
    """
    return _average("ema", points, lambda n: 1 - decay if n else 1.0)


def _average(owner, points, weight):
    """mean ← mean + weight(n) · (x − mean) for the n-th point, with weight(0) = 1."""
    try:
        points = iter(points)
    except TypeError:
        raise ArgumentError(f"points must be an iterable of points, got {points!r}") from None

    def averages():
        mean = 0
        for n, x in enumerate(points):
            if isinstance(x, tuple):
                raise ArgumentError("points must be arrays; of `iterates` take `x for x, _ in iterates(...)`")
            x = detached(tried("each of points", x, NUMBERS))
            mean = mean + fitted(weight(n), x) * (x - mean)
            yield mean

    return each_named(owner, averages())
