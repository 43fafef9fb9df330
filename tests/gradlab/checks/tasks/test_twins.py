"""The twins of the exercises: their own solutions are confirmed, known mistakes named, the assignments' answers not."""

import ast

import numpy as np
import pytest

from gradlab.checks import confirm, hashed
from gradlab_course import ROOT
from gradlab_course.exercises import nbgrader_of, sources, tasks
from gradlab_course.notebooks import read, text

ROOT2 = np.sqrt(2)
SUM = 0.36 * 50 * 199 / 150  # of the variances, in errors-twin
# Of eps: the first step for a gradient of 0.002 and an eps of 0.001, and float16's least number. Of longest-alone: the
# longest step where β₁ is 0.99 and β₂ 0.7.
INSIDE, BESIDE, LEAST = 0.002 / (4e-6 + 1e-3) ** 0.5, 1 / (1 + 0.5 * 1000**0.5), 2.0**-24
LONGEST_EXCHANGED = max((1 - 0.99**k) / (1 - 0.7**k) ** 0.5 for k in range(1, 501))
TENTH = 10 ** (1 / 15)  # the factor per step, in saddle-twin
HALF = np.log(1e4) / np.log((1 + TENTH) / 2)  # the steps at half the rate
MEAN_OF_BENT = 1.5 / (2 * np.pi) ** 0.5  # of |z| for z > 0, and of half of it else, in bent-twin
SD_OF_BENT = (0.625 - MEAN_OF_BENT**2) ** 0.5

SOFTMAX_TWICE = np.log(1 + 2 / np.e)  # the least loss for three classes

#: grade_id -> wrong answers, each with a part of what is said of it
WRONG = {
    "bowl-twin": {
        (4 / 7, 2 / 3, 5 / 7): "not the curvatures yet",
        (1 / 3, 2 / 7, 5 / 7): "in the other order",
        (1 / 6, 1 / 3, 5 / 6): "for the steep direction alone",
    },
    "loss-twin": {31: "how long the distance takes", 15: "a little above", 17: "not a step"},
    "search-twin": {0.5: "as high as before", 0.25: "squared", 1: "first step tried", 1 / 16: "accepted already"},
    "rates-twin": {(20, 5): "smaller one comes first", (2.5, 10): "2/λ"},
    "centred-twin": {
        (3 + 2 * ROOT2, 1): "largest curvature",
        ((3 - 2 * ROOT2) / (3 + 2 * ROOT2), 1): "upside down",
        (5, 1): "on its diagonal",
    },
    "chain-twin": {
        (1.125, 9): "comes first",
        (3, 1.125): "derivative of φ is missing",
        (13.5, 1.125): "belongs at z",
        (4.5, 1.125): "w₂",
        (18, 2.25): "½",
    },
    "machines-twin": {(1, -1): "plain means", (2.3, 0.8): "are left"},
    "errors-twin": {
        (0.6 * 50**0.5, 0.6 / ROOT2): "with replacement",
        (SUM, 0.12): "squared errors",
        (SUM**0.5, (SUM / 100) ** 0.5): "the second",
    },
    "floor-twin": {2: "in proportion to the batch", 1: "root", 0.125: "larger rate"},
    "critical-twin": {(40, 3000, 6000): "how many examples", (40, 3000, 40 / 3000): "upside down"},
    "line-twin": {
        (0, 0.9, 0.45, 0): "first step is lost",
        (0, 0.675, 0.6, 0.15): "too late",
        (0.225, 0.9, 0.6, 0.15): "at the peak",
        (0.225, 0.9, 0.54, 0): "two steps",
    },
    "average-twin": {
        (5, 3.5, 12.25): "cold start",
        (20 / 3, 4, 160 / 7): "average of the losses",
        (8, 40 / 7, (40 / 7) ** 2): "goes on from m",
    },
    "rate-twin": {0.8 / 3: "a third of the rate", 0.8 / 3**0.5: "not squared", 4 / 11: "λ is 2"},
    "resumed-twin": {(-0.075, -0.595): "other order", (0.521, 0.657): "in full"},
    "paired-twin": {
        (0.03, (0.001 / 3) ** 0.5): "standard deviation",
        (0.03, 0.001**0.5 / 4): "divided by three",
        (0.03, 0.0005**0.5): "as if the seeds",
    },
    "start-twin": {10: "a little below", 5: "the window", 22: "for β = 0.9", 12: "a step too many"},
    "keras-twin": {
        (0.8, 3.2, 0.4): "other direction",
        (0.2, 1.6, 0.8): "the step after",
        (0.8, 0.8, 0.8): "as long as the rate stays",
        (0.8, 0.2, 0.4): "compared with the first",
        (1, 0.25, 2): "where is β",
        (0.8, 0.2, 1): "no mistake",
    },
    "swing-twin": {
        (0.7, 3.4 / 0.745): "not the factor",
        (0.7**0.5, 2 * (1 + 0.7**0.5) / 0.745): "the root of",
        (0.49, 2 / 0.745): "gradient descent",
        (0.49, 2.98 / 1.98 / 0.745): "Nesterov",
        (4, 0.49): "comes second",
    },
    "look-twin": {
        (0.28, 0.04): "that of the ball",
        (0.6, 0.04): "does not look ahead",
        (-2.6, 1.32): "much too far",
        (0.2, 0.2): "which share",
        (0.92, -0.088): "uphill",
        (0.28, -0.152): "where it stands",
    },
    "pair-twin": {
        (0.04, 0.6, 0.6): "not the factor yet",
        (0.04, 0.36, 0.36): "is not β",
        (0.2, 0.36, 0.6): "not squared",
        ((2 / 68) ** 2, (60 / 68) ** 2, 60 / 68): "roots of the curvatures",
        (2 / 68, 0.36, 0.6): "the rate of gradient descent",
        (2 / 68, 0, 60 / 68): "gradient descent at its best",
    },
    "factor-alone": {0.7: "it creeps", 0.98: "gradient descent"},
    "adam-twin": {
        (0.5**0.5, 0.5): "without the correction",
        (1, (2 / 3) ** 0.5): "goes on from corrected averages",
        ((2 / 3) ** 0.5, (2 / 7) ** 0.5): "one too high",
        (0.5, 0.5): "root is missing",
        (2, 2 / 3): "not the steps",
    },
    "decay-twin": {
        (3.996, 3.996, 3.992, 3.992): "with SGD",
        (3.99, 3.6, 3.99, 3.2): "if the rate is 0",
        (3.996, 3.99, 3.992, 3.99): "other order",
        (3.99, 3.986, 3.99, 3.982): "besides",
    },
    "clip-twin": {
        (1.56, 2.08, 2.6): "shortened by itself",
        (2.6, 2.6, 2.6): "cut off at the limit",
        (3 / 13, 4 / 13, 12 / 13): "is 1 now",
        (7.8 / 17, 10.4 / 17, 31.2 / 17): "do not add up like numbers",
    },
    "silence-twin": {(0.95, 0.9): "through its root", (0.99, 0.9975): "other order", (0.0025, 0.01): "1 − β₂"},
    "words-twin": {
        (0.0625, 0.0025, 2500): "not squares",
        (0.03125, 0.00125, 2500): "root is missing",
        (1.25, 0.25, 2500): "mean was taken",
        (0.125, 0.025, 500): "not with the number",
    },
    "longest-alone": {1: "which t has a run", 3: "a lone gradient", LONGEST_EXCHANGED: "exchanged"},
    "eps": {
        (INSIDE, 2 / 3, BESIDE, LEAST): "other order",
        (2 / 3, INSIDE, 10**0.5 * BESIDE, LEAST): "lacks the factor",
        (2 / 3, INSIDE, BESIDE, 2.0**-14): "smallest normal number",
        (2 / 3, INSIDE, BESIDE, 2.0**-10): "just above 1",
    },
    "product-twin": {
        (2.5, 3, 3.9): "not H e",
        (25, 30, 7.8): "how far apart",
        (12.5, 15, 97.5): "has the length 1",
        (12.5, 15, 19.5): "e stands twice",
        (-12.5, -15, -3.9): "which gradient comes first",
    },
    "power-twin": {
        (2, 0.25, -8): "in magnitude, not in value",
        (8, 0.25, 2): "has a sign",
        (-8, 0.0625, 2): "for the eigenvalue",
        (-8, 4, 2): "upside down",
        (-8, 0.25, 10): "the shifted matrix",
    },
    "saddle-twin": {
        (60_000, TENTH, HALF): "three more zeros",
        (105, TENTH - 1, HALF): "1 more than its growth",
        (105, TENTH, 120): "half the logarithm",
        (105, TENTH, np.log(1e4) / np.log(2 / TENTH)): "not halved",
        (105, TENTH, np.log(1e4) / np.log(2 * TENTH - 1)): "takes longer",
    },
    "filter-twin": {
        (2, 16.0625, 2.375**2 / 2): "before it was normalised",
        (2, 16.0625, 1.5625): "has a ½",
        (1, 16, 0.78125): "on the diagonal",
        (2, 16.0625, 4.5): "by half its length",
        (2, 16.0625, 2.25): "not yet the loss",
    },
    "hill-twin": {
        (0.9, 8): "the highest loss",
        (0.4, 8): "not level",
        (0.8, 8): "from the lower end",
        (0.2, 8): "half-way",
        (0.3, 6): "the most alike pair first",
        (0.3, 9): "the same partner",
    },
    "bound-twin": {
        (2 / 150) ** 0.5: "standard deviation",
        0.02**0.5: "half of the signal",
        (1 / 30) ** 0.5: "Xavier",
        0.2**0.5: "how many products",
        6 / 150**0.5: "below the root",
        0.04: "root is missing",
        150**-0.5: "torch's default",
    },
    "bent-twin": {
        (SD_OF_BENT**-1, 1.6**0.5): "standard deviation of φ",
        (SD_OF_BENT**-1, 4 / 3): "standard deviations",
        (0.625**0.5, 0.625**0.5): "reciprocal",
        (1.6, 1.6): "square",
        (0.8**0.5, 0.8**0.5): "how often",
        (ROOT2, ROOT2): "ReLU",
        (MEAN_OF_BENT**-1, 4 / 3): "mean sizes",
    },
    "wait-twin": {
        (160, 1.2302585): "not quite x",
        (160, 0.2302585): "its logarithm",
        (160, 0.1): "to base 10",
        (160, 1.1): "give 2.6",
        (100, 10**0.1): "longer",
        (160, 10): "what ten steps do",
        (60e10, 10**0.1): "in proportion",
        (10**0.1, 160): "in the other order",
    },
    "deadly-twin": {
        -2: "(1, 1, 1)",
        -6: "not the largest",
        -3: "two inputs",
        4: "other sign",
        -1: "in the middle",
        2: "not the smallest",
    },
    "loss-by-hand": {
        (np.log2(3), 1.5): "base 2",
        (np.log(3), 5 * np.log(2) / 3): "as frequent",
        (1.5 * np.log(2), np.log(3)): "in the other order",
        (np.log(3), -1.5 * np.log(2)): "negative",
        (np.log(3), np.log(3)): "leave the loss as it is",
        (np.log(3), 0): "only how frequent",
        (np.log(3), 0.5 * np.log(2)): "no further mean",
    },
    "parting-alone": {
        38: "this is the law: measure",
        37: "rounded down",
        39: "too few",
        41: "too many",
        155: "sigmoid",
    },
    "range-twin": {
        (6.171, 1): "from 0 to 1",
        (1.5, 1): "not yet divided",
        (0.333, 1): "upside down",
        (1, 1): "is the mean of z in the middle of the range?",
        (1, 3): "the range comes first",
    },
    "momentum-twin": {
        (6.75, 2.75): "the two libraries are exchanged",
        (2, 6): "does the first batch still count?",
        (3, 9): "the old average keeps its full weight",
        (6, 6): "a plain mean, with no momentum",
        (5, 7): "but from 0",
    },
    "cell-twin": {
        (1.225, 1.414, 1.492): "rows and columns are exchanged",
        (1.155, 1, 1.492): "divide by n, not by n − 1",
        (0.5, 0.5, 0.318): "divided by the variance: a root is missing",
        (1.414, 1.225, 1.225): "RMS norm subtracts no mean",
        (1.414, 1.225, 2.858): "not the row's variance",
        (1.414, 1.225, 0.862): "the mean of the squares, not their sum",
        (4, 3, 7): "not yet divided",
    },
    "scale-twin": {
        (4, 16): "the slope is smaller where the same change is a longer way",
        (0.25, 4): "a step as long as before: is it the same share of W?",
        (1, 4): "the loss stays, but does its slope?",
        (4, 1): "the slope is smaller where the same change is a longer way",
        (0.25, 0.0625): "should the step become longer or shorter?",
        (0.0625, 64): "the loss stays: only the way is four times as long",
    },
    "coin-twin": {
        (20 / 64, 1 - (63 / 64) ** 20): "the opposite is perfect, too",
        (20 / 64, 1 - (31 / 32) ** 20): "the opposite counts for the first number, too",
        (20 / 32, 20 / 32): "no probability",
        (20 / 32, (31 / 32) ** 20): "that none does",
        (20 / 12, 1 - (5 / 6) ** 20): "how many outcomes have six throws?",
    },
    "quartic-twin": {
        (4.641, 4.04, 0.01): "how far above",
        (0.04, 0.641, 0.01): "in the other order",
        (0.641, 0.04, 0.001): "with its square",
        (0.641, 4.08, 0.01): "two steps apart",
        (0.6, 0.04, 0.01): "cubes",
        (0.641, 0.04, 0.0004 / 6): "the forward one was taken",
    },
    "seen-twin": {
        (2, 3, 1): "the velocity yet",
        (0.2, 0.2, 0.1): "not divided by the rate",
        (2, 2, 0.003): "cannot be seen",
        (2, 4, 1): "holds half of the first",
        (2, 1, 1): "where is β",
        (-2, -2, -1): "sign of the gradients",
    },
    "loss-twin-of-two": {
        (np.log(4 / 3), np.log(1 + np.exp(-0.5)), SOFTMAX_TWICE): "the other class",
        (np.log(4), np.log(1 + np.exp(0.5)), 0): "cannot",
        (2, np.log2(1 + np.exp(0.5)), np.log2(1 + 2 / np.e)): "base 2",
        (np.log(4), np.log(1 + np.exp(0.5)), np.log(1 + 9 / np.e)): "ten classes",
        (0.25, 1 / (1 + np.exp(0.5)), 1 / (1 + 2 / np.e)): "no loss yet",
        (np.log(4), np.log(1 + np.exp(0.5)), np.log(1 + 1 / np.e)): "two classes",
    },
    "check-error-alone": {
        0.010782254: "forward difference",
        0.010793997: "a single entry",
        0.00010537939: "sum of the two lengths",
        0.00021662498: "all images, not",
        0.0018287755: "not yet divided",
        0.30818203: "the slopes are not",
    },
    "coarse-twin": {
        (2.0**-25 / 1e-4, 2.0**-14 / 1e-4): "how far apart",
        (2.0**-23 / 2e-4, 2.0**-23 / 2e-4): "between 1 and 2",
        (2.0**-25, 2.0**-14): "not yet divided",
        (2.0**-25 / 1e-4, 2.0**-14 / 2e-4): "between a half and 1",
        (2.0**-14 / 2e-4, 2.0**-25 / 2e-4): "other order",
        (2.0**-54 / 2e-4, 2.0**-43 / 2e-4): "float64",
    },
    "report-twin": {
        (1, 3, 2, 4, 5): "a and c",
        (2, 3, 1, 4, 6): "e: ",
        (2, 4, 1, 3, 5): "b and d",
        (2, 1, 3, 4, 5): "b and c",
    },
    "spread-twin": {
        (3.625**0.5, 4.625**0.5): "one less",
        (7.25, 9.25): "a root is missing",
        (3.5 / ROOT2, 3.5 / ROOT2): "take the root afterwards",
        (1.5 / ROOT2, 2.5 / ROOT2): "averaged out first",
        (9.25**0.5, 7.25**0.5): "exchanged",
        ((20.75 / 3) ** 0.5, (20.75 / 3) ** 0.5): "in one heap",
    },
    "is-paired": {
        (1, 0, 0, 0): "the third:",
        (1, 0, 1, 1): "the fourth:",
        (1, 0, 0, 1): "the third and the fourth",
        (1, 1, 1, 0): "the second",
        (0, 1, 0, 1): "the opposite",
    },
    "seeds-twin": {
        (0.25, 0.6, 9): "more runs or fewer",
        (4, 0.5, 9): "1 − ρ",
        (4, 0.8, 9): "taken away twice",
        (4, 0.4, 9): "the share that is saved",
        (4, 0.6, 3): "the gap's power",
        (2, 0.6, 9): "variances, or to deviations",
        (4, 5 / 3, 9): "upside down",
    },
    "best-twin": {
        (260 / 3, 2 / 3): "without replacement",
        (80, 1 / 3): "that is one run",
        (80, 5 / 9): "the mean of all three",
        (760 / 9, 4 / 9): "that it is not 90",
        (760 / 9, 1 / 9): "need not be 90",
        (760 / 9, 2 / 3): "is one, not two",
        (680 / 9, 5 / 9): "the worse one",
    },
    "factors-twin": {
        (0.2, 0.3, 0.5): "by the number of machines, too",
        (2, 3, 5): "who divides by ten",
        (1, 1, 1): "a plain average",
        (6, 9, 15): "left to divide by",
        (5 / 3, 10 / 9, 2 / 3): "upside down",
        (2 / 30, 0.1, 5 / 30): "or undone",
        (3, 3, 3): "its share",
    },
    "memory-twin": {
        (5.784, 2.4576): "float32",
        (11.3664, 4.9152): "biases",
        (11.568, 0.008192): "one network",
        (1.446, 0.6144): "how many bytes",
        (11.568, 0.1536): "one example",
        (11.032, 4.6875): "a million bytes here",
        (92.544, 39.3216): "eight bytes",
    },
    "one-run-alone": {(4, 13): "for the first time", (6, 15): "too many"},
    "floor-alone": {0.15: "no loss yet"},
}
#: grade_id -> answers of its assignment, or of the chapter
NOT_THIS = {
    "bowl-twin": [[2 / 41, 1 / 20, 39 / 41], [2 / 11, 1 / 5, 9 / 11]],
    "loss-twin": [92, 93],
    "rates-twin": [[1, 2], [1, 10], [1, 100]],
    "centred-twin": [[185_318, 155], [185_168, 46]],
    "chain-twin": [[6, 2]],
    "errors-twin": [[100, 65]],
    "floor-twin": [0.02, 0.4, 1.6],
    "critical-twin": [[3, 17.3, 16], [10, 279, 64]],
    "line-twin": [[0.5, 1, 0.5, 0]],
    "rate-twin": [0.41, 0.45, 0.225],
    "silence-twin": [[0.9996, 0.9996], [0.999, 0.999]],
    "longest-alone": [15.07, 6.57, 1.72],
    "paired-twin": [[-0.051, 0.006], [0.02, 0.009]],
    "keras-twin": [[9, 0.9, 0.9], [0.09, 0.9, 0.9]],
    "swing-twin": [[0.656, 0.8], [0.64, 5]],
    "look-twin": [[0.5, 0.05], [1, 0.5]],
    "pair-twin": [[0.908, 0.831, 0.912]],
    "factor-alone": [0.8, 0.949, 0.937, 1.05],
    "power-twin": [[-5, 0.4, 2], [7, 3 / 7, -2]],
    "saddle-twin": [[114, 1.2, 217], [105, 1.2, 116]],
    "hill-twin": [[0.41, 0.07], [0.75, 8]],
    "bound-twin": [0.024**0.5, (6 / 96) ** 0.5],
    "bent-twin": [[1.677, 1.623]],
    "wait-twin": [[193, 1.1], [746, 1.025]],
    "deadly-twin": [9, 19, 6, 0],
    "loss-by-hand": [[1.386, 0.932]],
    "parting-alone": [53, 101, 198, 79, 380],
    "range-twin": [[6.854, 1]],
    "momentum-twin": [[0.05, 0.8], [44, 459]],
    "coin-twin": [[1.95, 0.858]],
    "quartic-twin": [[0.61, 0.01, 0.1]],
    "seen-twin": [[3, 3, 0.003]],
    "loss-twin-of-two": [[0.693, 1.099, 1.461]],
    "check-error-alone": [2.342e-5, 2.342e-7, 0.051, 0.0055],
    "coarse-twin": [[0.0238, 4.44e-11]],
    "seeds-twin": [[41, 17, 0.35]],
    "best-twin": [[0.465, 0.667]],
    "one-run-alone": [[3, 10], [11, np.inf]],
    "floor-alone": [0.41, 4.5],
}


def twins():
    """Yield (source, twin, its cells), for each of the sources."""
    for path in sources(ROOT):
        cells = read(path)[1]["cells"]
        for task in tasks({"cells": cells}):
            if task.twin:
                yield path.stem, task, cells[task.cells]


TWINS = {nbgrader_of(cells[-1])["grade_id"].removesuffix("-test"): (name, cells) for name, _, cells in twins()}
pytestmark = pytest.mark.skipif(not TWINS, reason="the public tree has no source notebooks")


def records():
    """Yield (grade_id, record), for each cell that calls `confirm`."""
    for path in sources(ROOT):
        for cell in read(path)[1]["cells"]:
            if cell["cell_type"] == "code" and "confirm(" in text(cell["source"]):
                for node in ast.parse(text(cell["source"])).body:
                    if isinstance(node, ast.Assign) and node.targets[0].id == "_record":
                        yield nbgrader_of(cell)["grade_id"].removesuffix("-test"), ast.literal_eval(node.value)


RECORDS = dict(records())


def test_every_record_has_its_wrong_answers_here():
    assert set(RECORDS) == set(WRONG)
    assert set(TWINS) <= set(WRONG) and set(NOT_THIS) <= set(WRONG)


@pytest.mark.parametrize("name", sorted({name for name, _ in TWINS.values()}))
def test_every_chapter_has_three_to_five_short_twins(name):
    found = [task for source, task, _ in twins() if source == name]
    assert 3 <= len(found) <= 5
    assert all(5 <= task.minutes <= 10 for task in found)


@pytest.mark.parametrize("twin", TWINS)
def test_the_solution_of_a_twin_is_confirmed_by_itself(twin):
    """It needs no cell but the imports, and changes none of their names."""
    name, cells = TWINS[twin]
    names = {}
    every = [c for c in read(next(p for p in sources(ROOT) if p.stem == name))[1]["cells"] if c["cell_type"] == "code"]
    exec(text(every[1]["source"]), names)
    before = dict(names)
    *given, test = [text(cell["source"]) for cell in cells if cell["cell_type"] == "code"]
    for source in given:
        exec(source, names)
    assert all(names[one] is before[one] for one in before)
    exec(test, names)
    [call] = [node for node in ast.walk(ast.parse(test)) if isinstance(node, ast.Call) and _is_confirm(node)]
    answer = eval(ast.unparse(call.args[0]), names)
    assert confirm(answer, RECORDS[twin]).right


def _is_confirm(call):
    return isinstance(call.func, ast.Name) and call.func.id == "confirm"


@pytest.mark.parametrize(
    ("name", "wrong", "said"), [(name, *row) for name, rows in WRONG.items() for row in rows.items()]
)
def test_a_known_wrong_answer_is_told(name, wrong, said):
    verdict = confirm(list(wrong) if isinstance(wrong, tuple) else wrong, RECORDS[name])
    assert not verdict.right
    [found] = verdict.names
    assert said in found


@pytest.mark.parametrize("name", RECORDS)
def test_a_record_has_no_message_that_is_not_tried_here(name):
    assert sum(bool(entry.message) for entry in hashed.read(RECORDS[name]).entries) == len(WRONG[name])


@pytest.mark.parametrize(("name", "answer"), [(name, one) for name, rows in NOT_THIS.items() for one in rows])
def test_the_assignment_has_another_answer(name, answer):
    assert not confirm(answer, RECORDS[name]).right


def test_no_number_that_earns_points_is_on_record():
    """Whoever has a record can try numbers until one is right."""
    cells = [cell for path in sources(ROOT) for cell in read(path)[1]["cells"]]
    assert [cell for cell in cells if nbgrader_of(cell).get("grade") and "confirm(" in text(cell["source"])] == []
