"""Mistakes that people make when they find the statistics of a batch norm anew.

Each row has the name of a mistake, and edits of the reference: its text, and the wrong text (see `variants`).
"""

from gradlab.checks.questions.running import RECOMPUTED
from gradlab.checks.tasks import running
from gradlab.checks.variants import mistakes

#: name -> hint
HINTS = {
    "variances divided by n": "Is it n or n − 1 that is divided by for the time after training?",
    "all batches as one": "Is the spread between the means of two batches part of the spread within a batch?",
    "an exponential average": "Does the first batch have the same share as the last one?",
    "the start counts as a batch": "Of how many numbers is the mean taken?",
    "sums for means": "Give each batch twice: should the result change?",
    "standard deviations": "Is the spread asked for squared, or as it is?",
    "mean of the standard deviations, squared": "Of 1 and 3, is the mean of the squares the square of the mean?",
    "mean squares": "Add 5 to all numbers: should their variance change?",
    "the last batch alone": "Does the first batch count?",
    "the first batch alone": "Does the last batch count?",
    "mean and variance exchanged": "Which of the two says where the numbers are, and which how far they spread?",
    "over the features": "How many features are there, and how many means?",
    "one number for all features": "How many features are there, and how many means?",
    "variance of the means": "Is it the spread of the batches, or that of the examples in each?",
    "medians for means": "Is it the middle one that is asked for, or the mean?",
}

_MEANS, _VARS = "[x.mean(0) for x in batches]", "[x.var(0, ddof=1) for x in batches]"
_OUT = "np.mean(means, axis=0), np.mean(variances, axis=0)"


def _averaged(ddof, momentum, start=True):
    """Statistics as a running average keeps them, from torch's start or from the first batch."""

    def recomputed(batches):
        mean, var = (0.0, 1.0) if start else (batches[0].mean(0), batches[0].var(0, ddof=ddof))
        for k, x in enumerate(batches if start else batches[1:]):
            m = momentum(k)
            mean, var = (1 - m) * mean + m * x.mean(0), (1 - m) * var + m * x.var(0, ddof=ddof)
        return mean, var

    return recomputed


# Two mistakes at once: where there is one batch alone, only the second shows.
BOTH = "all batches as one, and variances divided by n"
HINTS[BOTH] = f"{HINTS['variances divided by n']} {HINTS['all batches as one']}"

TABLE = [
    ("variances divided by n", (_VARS, "[x.var(0) for x in batches]")),
    ("all batches as one", (_OUT, "np.concatenate(batches).mean(0), np.concatenate(batches).var(0, ddof=1)")),
    ("all batches as one", (_OUT, "np.mean(means, axis=0), np.concatenate(batches).var(0, ddof=1)")),
    (BOTH, (_OUT, "np.concatenate(batches).mean(0), np.concatenate(batches).var(0)")),
    (BOTH, (_OUT, "np.mean(means, axis=0), np.concatenate(batches).var(0)")),
    *(
        ("an exponential average", _averaged(ddof, lambda k, m=m: m, start))
        for ddof in (0, 1)
        for m in (0.1, 0.01, 0.9, 0.99, 0.5)
        for start in (True, False)
    ),
    *(("the start counts as a batch", _averaged(ddof, lambda k: 1 / (k + 2))) for ddof in (0, 1)),
    ("sums for means", (_OUT, "np.sum(means, axis=0), np.sum(variances, axis=0)")),
    *(
        ("standard deviations", (_OUT, "np.mean(means, axis=0), np.mean(np.sqrt(variances), axis=0)"), (_VARS, row))
        for row in (_VARS, "[x.var(0) for x in batches]")
    ),
    ("standard deviations", (_OUT, "np.mean(means, axis=0), np.mean(variances, axis=0) ** 0.5")),
    (
        "mean of the standard deviations, squared",
        (_OUT, "np.mean(means, axis=0), np.mean(np.sqrt(variances), axis=0) ** 2"),
    ),
    ("mean squares", (_VARS, "[(x**2).mean(0) for x in batches]")),
    ("the last batch alone", (_OUT, "means[-1], variances[-1]")),
    ("the first batch alone", (_OUT, "means[0], variances[0]")),
    ("mean and variance exchanged", (_OUT, "np.mean(variances, axis=0), np.mean(means, axis=0)")),
    ("over the features", (_MEANS, "[x.mean(1) for x in batches]"), (_VARS, "[x.var(1) for x in batches]")),
    (
        "one number for all features",
        (_MEANS, "[x.mean() for x in batches]"),
        (_VARS, "[x.var(ddof=1) for x in batches]"),
    ),
    ("one number for all features", (_MEANS, "[x.mean() for x in batches]"), (_VARS, "[x.var() for x in batches]")),
    ("variance of the means", (_OUT, "np.mean(means, axis=0), np.var(means, axis=0)")),
    ("medians for means", (_OUT, "np.median(means, axis=0), np.median(variances, axis=0)")),
]

MISTAKES = {running.recomputed: (RECOMPUTED, mistakes(HINTS, running.recomputed, *TABLE))}
