"""The feedback that instructors are shown is what the marker writes."""

import pytest

from gradlab_course import ROOT
from gradlab_course.exercises import sources
from gradlab_course.marking.example import ANSWER, EXCERPT, excerpt, feedback


@pytest.mark.slow  # it marks a whole notebook: the page must not show what no student would see
@pytest.mark.skipif(not sources(ROOT), reason="the public tree has no source notebooks")
def test_the_excerpt_is_what_the_marker_writes(tmp_path):
    shown = EXCERPT.read_text(encoding="utf-8")
    assert excerpt(feedback(tmp_path)) == shown, "run `python -m gradlab_course.marking.example`"
    assert "rows.append(x.copy())" in ANSWER and "rows.append(x.copy())" in shown
    assert "HIDDEN" not in shown
