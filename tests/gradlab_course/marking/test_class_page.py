"""The class at a glance: what it says is what the results say, and it names nobody."""

import json
import re

import pytest
import submitted

from gradlab_course.marking import class_page
from gradlab_course.marking.preprocessor import STOPPED

TESTS = ("momentum-test", "prediction-test", "words")
MOST = (3.0, 2.0, 4.0)


def made(points, *, waiting=0, mistakes=(), remarks=(), answered=True, student="Ada"):
    """A result and the scores of one student: points of the three tasks, and the first `waiting` answers unread."""
    known = {"student": student, "assignment": "small", "remarks": list(remarks), "answered": answered}
    own = {t: (p, m, t == "words" and bool(waiting)) for t, p, m in zip(TESTS, points, MOST, strict=True)}
    return known | {"mistakes": dict(mistakes)}, own


@pytest.fixture
def whole():
    """A class of six, of whom one handed in nothing."""
    signs = {"momentum-test": ["sign"]}
    answers = [
        made((3, 2, 4)),
        made((0, 2, 4), mistakes=signs),
        made((0, 0, 0), waiting=1, mistakes=signs | {"prediction-test": []}),
        made((3, 0, 4), mistakes={"prediction-test": []}, remarks=["late"]),
        made((0, 0, 0), mistakes={"momentum-test": [STOPPED], "prediction-test": []}),
        made((0, 0, 0), answered=False, remarks=["nothing was changed"], mistakes=signs),
    ]
    names = ["Ada", "Bob", "Cyd", "Dee", "Eve", "Fay"]
    return [r | {"student": n} for n, (r, _) in zip(names, answers, strict=True)], {
        n: s for n, (_, s) in zip(names, answers, strict=True)
    }


def test_mean_spread_and_quartiles(whole):
    one = class_page.assignment(submitted.SOURCE, *whole, 7)
    # Totals 9, 6, 0, 7, 0: mean 4.4, deviations 4.6, 1.6, -4.4, 2.6, -4.4, sd √(69.2 / 4).
    assert one.summary.startswith("Mean 4.4 ± 4.2 of 9 points")
    assert "have 6 points or more; the middle half have 0 to 7." in one.summary
    assert one.counts == [
        "5 of 7 students handed in answers.",
        "Submissions with remarks: 1.",
        "Answers still to be marked by hand: 1; they count 0 here.",
    ]


def test_the_distribution_counts_each_submission_once(whole):
    bars = class_page.assignment(submitted.SOURCE, *whole, 7).points
    assert [int(bar.said.split()[0]) for bar in bars] == [2, 0, 0, 0, 0, 0, 1, 1, 0, 1]
    assert bars[0].label == "0 to 0.9" and bars[0].share == 1 and bars[9].share == 0.5


def test_points_by_task_and_mistakes_by_how_many_made_them(whole):
    one = class_page.assignment(submitted.SOURCE, *whole, 7)
    assert [(bar.label, bar.said) for bar in one.tasks] == [
        ("Task 1: momentum", "40% of 3 points; all of them 40%, none 60%"),
        ("Task 2: a prediction", "40% of 2 points; all of them 40%, none 60%"),
        ("Task 3: in words", "4 points; answers still to be marked by hand: 1"),
    ]
    assert [(bar.label, bar.said, bar.share) for bar in one.mistakes] == [
        ("Task 2: wrong, without a name", "3 students", 0.6),
        ("Task 1: sign", "2 students", 0.4),
        (f"Task 1: {STOPPED}", "1 student", 0.2),
    ]


def test_a_task_waits_until_enough_of_it_is_marked_by_hand(whole):
    results, scores = whole

    def said(*waiting):
        own = [(0.0 if wait else 2.0, 4.0, True) for wait in waiting]
        known = {name: scores[name] | {"words": one} for name, one in zip(scores, own, strict=False)}
        bar = class_page.assignment(submitted.SOURCE, results, known, 7).tasks[-1]
        return bar.said, bar.share

    assert said(1, 1, 1, 1, 1) == ("4 points; answers still to be marked by hand: 5", 0)
    assert said(1, 1, 1, 1, 0)[1] == 0, "everybody would know whose points they are"
    assert said(0, 0, 0, 0, 0) == ("50% of 4 points; all of them 0%, none 0%", 0.5), "points to be confirmed count"


def test_no_cell_of_a_task_hides_the_mistakes_of_another(whole):
    results, scores = whole
    terms = "*assignment · easy · 5 minutes · 9 points, 4 of them marked by hand*"
    heading = submitted.cell("markdown", f"## Task 1: both\n\n{terms}")
    cells = [cell for cell in submitted.SOURCE["cells"] if not "".join(cell["source"]).startswith("## Task")]
    nb = {**submitted.SOURCE, "cells": [*cells[:2], heading, *cells[2:]]}
    pairs = [(["sign"], []), (["sign"], ["sign"]), (["sign"], ["half"]), ([], [])]
    found = [dict(zip(TESTS, pair, strict=False)) for pair in pairs] + [{}]
    results = [{**one, "mistakes": own} for one, own in zip(results, found, strict=False)]
    assert [(bar.label, bar.said) for bar in class_page.assignment(nb, results, scores, 7).mistakes] == [
        ("Task 1: sign", "3 students"),
        ("Task 1: half", "1 student"),
        ("Task 1: wrong, without a name", "1 student"),
    ]


def test_of_few_submissions_nothing_is_said_about_points(whole):
    results, scores = whole
    one = class_page.assignment(submitted.SOURCE, results[:4], scores, 7)
    assert (one.summary, one.points, one.tasks, one.mistakes) == ("", [], [], [])


def test_the_page_names_nobody_and_shows_hostile_words_as_text(tmp_path, whole):
    results, scores = whole
    results[1]["mistakes"] = {"momentum-test": ["<script>run()</script>"]}
    (tmp_path / "small.ipynb").write_text(json.dumps(submitted.SOURCE))
    class_page.write(tmp_path / "class.html", [tmp_path / "small.ipynb"], results, {"small": scores}, 7)
    page = (tmp_path / "class.html").read_text()
    assert "A small exercise" in page and "&lt;script&gt;" in page and "<script" not in page
    assert not re.search(r"\b(Ada|Bob|Cyd|Dee|Eve|Fay)\b", page)
    assert "http" not in page, "it needs no other host"


def test_a_class_that_has_handed_in_nothing(tmp_path):
    class_page.write(tmp_path / "class.html", [], [], {}, 3)
    assert "Nobody has handed in an answer yet." in (tmp_path / "class.html").read_text()
