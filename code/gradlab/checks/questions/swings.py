"""Questions for chapter 4's project: by what does momentum shrink a distance, and which rate and β are best?"""

import numpy as np

from gradlab.checks.question import Case, Question, formatted, returned, settings
from gradlab.checks.questions.searches import PAIRED


def _factor_cases(reference, rng):
    for curvatures, lr, beta in (
        ([1.0], 0.5, 0.81),  # it swings
        ([1.0], 0.2, 0.25),  # it creeps
        ([1.0], 2.4, 0.25),  # it turns its sign at each step
        ([0.5, 0.25], 0.5, 0.25),  # one creeps faster than the other
        ([1.0, 3.0], 0.5, 0.36),  # both swing
        ([4.0, 0.1, 1.0], 0.5, 0.36),  # the second one creeps
        ([2.0, 1.0, 9.0], 0.3, 0.36),  # the last one turns its sign
    ):
        yield Case((np.array(curvatures),), {"lr": lr, "beta": beta})
    for lr in (0.5, 3.0):  # a flat direction decides, and then the steepest
        curvatures = np.append(10 ** rng.uniform(-2, -0.5, 3), 1.0).round(3)
        rng.shuffle(curvatures)
        yield Case((curvatures,), {"lr": lr, "beta": round(rng.uniform(0.3, 0.5), 2)})


def _tell_factor(case, i):
    (curvatures,) = case.arguments
    return f"For curvatures = {formatted(curvatures)}, {settings(case.hyper)}"


def _pair_cases(reference, rng):
    for curvatures in ([1.0, 9.0], [4.0, 1.0], [0.25, 16.0, 4.0]):
        yield Case((np.array(curvatures),), {})
    for d in (3, 5):
        yield Case((rng.uniform(0.1, 9, d).round(2),), {})


def _tell_pair(case, i):
    (curvatures,) = case.arguments
    return f"For curvatures = {formatted(curvatures)}: the best {('rate', 'β')[i]}"


FACTOR = Question(_factor_cases, returned, _tell_factor)
PAIR = Question(_pair_cases, PAIRED.run, _tell_pair)
