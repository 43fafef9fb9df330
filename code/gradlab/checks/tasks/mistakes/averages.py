"""Mistakes that people make in moving averages of weights.

Each row has the name of a mistake, and edits of the reference: its text, and the wrong text (see `variants`).
"""

from gradlab.checks.questions.averages import AVERAGES, LOSS
from gradlab.checks.tasks import averages
from gradlab.checks.variants import mistakes

#: name -> hint
HINTS = {
    "beta and 1 − beta exchanged": "Let beta be nearly 1: should the average move fast or slowly?",
    "no correction": "Let all points be equal: is the average equal to them, from the first on?",
    "begun at the first point": "After n points, which share of your average is the first point alone?",
    "correction of the step before": "How many points are in the average when it is corrected for the first time?",
    "correction of the step after": "How many points are in the average when it is corrected for the first time?",
    "one correction for all": "Do the weights of the first average sum to the same as those of the last?",
    "correction without its power": "To what do the weights of n points sum?",
    "power of 1 − beta": "Which of the two is multiplied n times, on the way of the first point: beta or 1 − beta?",
    "weights in the wrong order": "Which point should count most, the first or the newest?",
    "multiplied by the correction": "The weights sum to less than 1: should the average grow or shrink?",
    "divided by the share of the start": "To what do the weights sum: to the share of the start, or to the rest?",
    "corrected average carried on": "Which of the two does the next step start from: m, or the corrected average?",
    "weights that sum to more than 1": "Let all points be equal: is the average equal to them, after the second?",
    "plain mean": "Should the first point count as much as the last?",
    "every row the same array": "Print the first average after the first point and at the end: has it changed?",
    "the last average alone": "Where have the averages on the way gone?",
    "the start among the averages": "How many averages are there after one point?",
    "rows and columns exchanged": "Which axis counts the points?",
    "average of the coordinates": "How many numbers has one average?",
    "the points themselves": "What is left of the points before?",
    "the losses averaged, not the points": "Is the loss of a mean the same as the mean of the losses? Try a bowl.",
    "loss of the last point": "What is averaged, before the loss is taken?",
    "loss of the plain mean": "Should the first point count as much as the last?",
    "loss of an average without correction": "Let all points be equal: where is the average after the first?",
    "loss of the first average": "Which of the averages is the newest?",
    "the average for its loss": "What was asked for: where the average is, or how good it is?",
    "loss of every average": "How many numbers were asked for?",
}

_STEP, _GIVEN, _ALL = "beta * mean + (1 - beta) * x", "averages.append(mean / (1 - beta**n))", "np.array(averages)"
_CORRECTION, _START = "(1 - beta**n)", "mean, averages = 0 * points[0], []"
_FIRST = ("mean, averages = 0 * points[0], []", "mean, averages = points[0], []")
_SKIP = (f"mean = {_STEP}", f"mean = x if n == 1 else {_STEP}")

EMA = [
    ("beta and 1 − beta exchanged", (_STEP, "(1 - beta) * mean + beta * x")),
    ("beta and 1 − beta exchanged", (_STEP, "(1 - beta) * mean + beta * x"), (_CORRECTION, "(1 - (1 - beta) ** n)")),
    ("beta and 1 − beta exchanged", (_STEP, "(1 - beta) * mean + beta * x"), (f" / {_CORRECTION}", "")),
    ("no correction", (f" / {_CORRECTION}", "")),
    ("begun at the first point", _FIRST),
    ("begun at the first point", _FIRST, (f" / {_CORRECTION}", "")),
    ("begun at the first point", _SKIP),
    ("begun at the first point", _SKIP, (f" / {_CORRECTION}", " / (1 if n == 1 else 1 - beta**n)")),
    ("correction of the step before", (_CORRECTION, "(1 - beta ** (n - 1))")),
    ("correction of the step before", (_CORRECTION, "(1 - beta ** max(n - 1, 1))")),
    ("correction of the step before", (_GIVEN, "averages.append(mean / (1 - beta ** (n - 1)) if n > 1 else mean)")),
    ("correction of the step before", (_GIVEN, "averages.append(mean / (1 - beta ** (n - 1)) if n > 1 else x)")),
    ("correction of the step after", (_CORRECTION, "(1 - beta ** (n + 1))")),
    ("one correction for all", (_CORRECTION, "(1 - beta ** len(points))")),
    ("weights that sum to more than 1", (_CORRECTION, "(1 - beta)")),
    ("correction without its power", (_CORRECTION, "(1 - beta * n)")),
    ("power of 1 − beta", (_CORRECTION, "(1 - beta) ** n")),
    ("power of 1 − beta", (_CORRECTION, "(1 - (1 - beta) ** n)")),
    ("weights in the wrong order", (_STEP, "mean + beta ** (n - 1) * (1 - beta) * x")),
    ("multiplied by the correction", (f"/ {_CORRECTION}", f"* {_CORRECTION}")),
    ("divided by the share of the start", (_CORRECTION, "beta**n")),
    ("corrected average carried on", (_GIVEN, f"mean = mean / {_CORRECTION}\n        averages.append(mean)")),
    ("weights that sum to more than 1", (_STEP, "beta * mean + x")),
    ("plain mean", (_STEP, "mean + x"), (_CORRECTION, "n")),
    ("the points themselves", (_GIVEN, "averages.append(x)")),
]

MISTAKES = {
    averages.corrected_ema: (
        AVERAGES,
        mistakes(
            HINTS,
            averages.corrected_ema,
            *EMA,
            ("every row the same array", (_ALL, "np.array([averages[-1]] * len(points))")),
            ("every row the same array", (_ALL, "np.array([mean] * len(points))")),
            ("every row the same array", (_ALL, "np.array([mean / (1 - beta**k) for k in range(1, len(points) + 1)])")),
            (
                "every row the same array",
                (_START, "mean, averages = 0.0 * points[0], []"),
                (f"mean = {_STEP}", "mean *= beta\n        mean += (1 - beta) * x"),
                (_GIVEN, f"mean /= {_CORRECTION}\n        averages.append(mean)"),
            ),
            ("begun at the first point", _SKIP, (f" / {_CORRECTION}", ""), (_ALL, "np.array(averages[1:])")),
            ("the last average alone", (_ALL, "averages[-1]")),
            ("the start among the averages", (_ALL, "np.array([0 * points[0], *averages])")),
            ("the start among the averages", (_ALL, "np.array([points[0], *averages])")),
            ("rows and columns exchanged", (_ALL, "np.array(averages).T")),
            ("average of the coordinates", (_ALL, "np.array(averages).mean(axis=1)")),
        ),
    ),
    averages.loss_of_average: (
        LOSS,
        mistakes(
            HINTS,
            averages.loss_of_average,
            (
                "the losses averaged, not the points",
                (
                    "f(corrected_ema(points, beta=beta)[-1])",
                    "corrected_ema([[f(x)] for x in points], beta=beta)[-1, 0]",
                ),
            ),
            (
                "the losses averaged, not the points",
                ("f(corrected_ema(points, beta=beta)[-1])", "np.mean([f(x) for x in points])"),
            ),
            (
                "the losses averaged, not the points",
                (
                    "f(corrected_ema(points, beta=beta)[-1])",
                    "np.mean([f(x) for x in corrected_ema(points, beta=beta)])",
                ),
            ),
            (
                "the losses averaged, not the points",
                (
                    "f(corrected_ema(points, beta=beta)[-1])",
                    "(1 - beta**len(points)) * corrected_ema([[f(x)] for x in points], beta=beta)[-1, 0]",
                ),
            ),
            ("loss of the last point", ("corrected_ema(points, beta=beta)[-1]", "points[-1]")),
            ("loss of the plain mean", ("corrected_ema(points, beta=beta)[-1]", "points.mean(axis=0)")),
            (
                "loss of an average without correction",
                ("corrected_ema(points", "(1 - beta ** len(points)) * corrected_ema(points"),
            ),
            ("loss of the first average", ("[-1]", "[0]")),
            (
                "the average for its loss",
                ("f(corrected_ema(points, beta=beta)[-1])", "corrected_ema(points, beta=beta)[-1]"),
            ),
            (
                "loss of every average",
                (
                    "f(corrected_ema(points, beta=beta)[-1])",
                    "np.array([f(x) for x in corrected_ema(points, beta=beta)])",
                ),
            ),
        ),
    ),
}
