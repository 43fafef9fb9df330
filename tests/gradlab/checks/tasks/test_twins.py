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
MEAN_OF_BENT = 1.5 / (2 * np.pi) ** 0.5  # of |z| for z > 0, and of half of it else, in bent-twin
SD_OF_BENT = (0.625 - MEAN_OF_BENT**2) ** 0.5

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
    "paired-twin": [[-0.051, 0.006], [0.02, 0.009]],
    "bound-twin": [0.024**0.5, (6 / 96) ** 0.5],
    "bent-twin": [[1.677, 1.623]],
    "wait-twin": [[193, 1.1], [746, 1.025]],
    "deadly-twin": [9, 19, 6, 0],
    "loss-by-hand": [[1.386, 0.932]],
    "parting-alone": [53, 101, 198, 79, 380],
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
