"""References for chapter 8's exercises: statistics for evaluation, recomputed after training.

`normalisers.running_statistics` with momentum 1 / (k + 1) for the batch after k others gives the same.
"""

import numpy as np

from gradlab._arguments import ArgumentError, checked
from gradlab._arrays import floating, to_numpy, wide


@checked
def recomputed(batches):
    """The mean and the variance of each feature, averaged over batches of which each has the same share.

    batches   a list of arrays, shape (n, d), of at least two examples: what comes into the batch norm

    The sum in the variance of a batch is divided by n − 1. Returns two arrays, shape (d,). Twin: `torch.nn.BatchNorm1d`
    with momentum=None. Raises ValueError for a wrong argument, naming it.
    """
    if not isinstance(batches, (list, tuple)) or not len(batches):
        raise ArgumentError(f"batches must be a list of at least one array, got {batches!r}")
    batches = [wide(to_numpy(floating(x))) for x in batches]
    for x in batches:
        if x.ndim != 2 or len(x) < 2 or x.shape[1:] != batches[0].shape[1:] or not x.size or not np.isfinite(x).all():
            raise ArgumentError(f"each of batches must be finite, of shape (n, d) with n > 1 and one d, got {x!r}")
    means, variances = [x.mean(0) for x in batches], [x.var(0, ddof=1) for x in batches]
    return np.mean(means, axis=0), np.mean(variances, axis=0)
