"""Questions for chapter 7's exercises: what is the gain of an activation, what is dead, what do biases say?"""

from typing import NamedTuple

import numpy as np

from gradlab.activations import ACTIVATIONS
from gradlab.checks.question import Case, Question, Unreadable, changed, formatted, numbers, returned
from gradlab.checks.questions.searches import PAIRED


class Bent(NamedTuple):
    """The activation of two half-lines that meet at (0, height)."""

    left: float
    right: float
    height: float = 0.0

    def __call__(self, z):
        """The values and the slopes at z."""
        slope = np.where(np.asarray(z) > 0, self.right, self.left)
        return slope * z + self.height, slope

    def __str__(self):
        """The two formulas."""
        height = f" + {self.height:g}" * bool(self.height)
        return f"{self.right:g} z{height} for z > 0, else " + (f"{self.left:g} z{height}" if self.left else "0")


class Named(NamedTuple):
    """An activation of the library."""

    name: str

    def __call__(self, z):
        """The values and the slopes at z."""
        return ACTIVATIONS[self.name](z)

    def __str__(self):
        """Its name."""
        return f"{self.name}(z)"


def _gain_cases(reference, rng):
    # The mean square of z is 1: whoever divides by it gets the same.
    for phi, z in (
        (Bent(0.0, 4.0), [1.0, -1.0]),
        (Bent(0.5, 2.0, 1.0), [1.0, -1.0]),
        (Bent(-3.0, 1.0), [1.0, -1.0, 1.0, 1.0]),
    ):
        yield Case((phi, np.array(z)), {})
    for phi in (Bent(-0.5, 3.0, 0.5), Named("sigmoid"), Named("tanh")):
        z = rng.normal(size=5)
        yield Case((phi, z / np.mean(z**2) ** 0.5), {})


def _tell_gain(case, i):
    phi, z = case.arguments
    return f"For φ(z) = {phi}, z = {formatted(z)}: the gain on the way {('forward', 'back')[i]}"


def _dead_cases(reference, rng):
    for layers in (
        [[[-1, 2]]],
        [[[-1, -2, 1], [-3, 1, -1]]],
        [[[0, 0, -3], [-2, 5, 1]]],  # a z of 0, which ReLU does not pass
        [[[-9, -1, -1], [1, -2, 9], [1, -2, -1]], [[3, 1], [2, 2], [1, 4]]],  # neither mean nor majority decides
        [[[-1, -1, -1, 2], [-2, -3, -1, 3]], [[2, -1], [1, -2]], [[1], [2]]],
    ):
        yield Case(([np.array(z, float) for z in layers],), {})
    for n in (4, 5):
        # Each unit is off for all, some or none of the examples.
        shift = [rng.permutation([-9.0, 9.0, 0.0, *[-9.0] * k]) for k in rng.integers(3, size=2)]
        yield Case(([(rng.normal(size=(n, len(s))) + s).round(1) for s in shift],), {})


def _layers(function, case):
    """The numbers for the layers as one array, and what the function changed."""
    (zs,) = case.arguments
    given = [z.copy() for z in zs]
    counts = numbers(function(given))
    if not counts.ndim:
        raise Unreadable("one number, where a list was asked for")
    modified = any(changed(now, before) for now, before in zip(given, zs, strict=True))
    return [counts], ["argument 1"] * modified


def _tell_dead(case, i):
    (zs,) = case.arguments
    return f"For zs = [{', '.join(map(formatted, zs))}]: the dead units of each layer"


def _label_cases(reference, rng):
    for y in ([0, 0, 0, 1], [1, 0, 1, 2, 2, 2, 2, 1]):
        yield Case((np.array(y),), {})
    for classes in (3, 4):
        y = np.repeat(np.arange(classes), rng.permutation(np.arange(1, classes + 1) ** 2))
        yield Case((rng.permutation(y),), {})


def _probabilities(function, case):
    """The probabilities that biases give: a constant added to all of them changes nothing."""
    [b], modified = returned(function, case)
    if b.ndim != 1:
        raise Unreadable(f"an array of shape {b.shape}, where one number for each class was asked for")
    with np.errstate(all="ignore"):
        p = np.exp(b - b.max())
        return [p / p.sum()], modified


def _tell_labels(case, i):
    (y,) = case.arguments
    return f"For y = {formatted(y)}: the probabilities that the biases give"


GAINS = Question(_gain_cases, PAIRED.run, _tell_gain)
DEAD = Question(_dead_cases, _layers, _tell_dead)
PRIOR = Question(_label_cases, _probabilities, _tell_labels)
