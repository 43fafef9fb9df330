"""The model solutions, marked like the notebooks of students: in a kernel without the tests and the solutions."""

import pytest

from gradlab_course import ROOT
from gradlab_course.exercises import sources
from gradlab_course.marking import course, gradebook

LIMITS = {"timeout": 60, "total": 300, "memory": 2 << 30}


@pytest.mark.slow  # a whole chapter each: what a test hands to a student's function must come over, in every task
@pytest.mark.parametrize("source", sources(ROOT), ids=lambda path: path.stem)
def test_a_model_solution_gets_all_points_that_tests_give(tmp_path, source):
    db = gradebook.database(tmp_path)
    job = course.prepare(tmp_path, source, db) | {"student": "model", "path": str(source), "limits": LIMITS}
    job |= {"remarks": [], "forbidden": [], "result": str(tmp_path / "result.json")}
    result = course.mark(job)
    assert result["mistakes"] == {} and result["remarks"] == []
    scores = gradebook.score(db, source.stem, "model")
    assert len(scores) > 5
    assert {name for name, (points, most, by_hand) in scores.items() if points != most and not by_hand} == set()
