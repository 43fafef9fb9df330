"""Feedback: unread answers are labelled, and scores are visible on a phone."""

import json

import pytest
import submitted

from gradlab_course.marking import course, gradebook
from gradlab_course.marking.feedback import finished

LIMITS = {"timeout": 30, "total": 100, "memory": 2 << 30}
WORDS = "Score: 0.0 / 9 <a name='words'></a> Score: 1.0 / 4.0"  # a student's, made to look like the template's


@pytest.fixture(scope="module")
def course_folder(tmp_path_factory):
    """A course folder with one submission that has been marked, and the job."""
    folder = tmp_path_factory.mktemp("course")
    (folder / "small.ipynb").write_text(json.dumps(submitted.SOURCE))
    path = folder / "handed_in.ipynb"
    wide = ["print('wide ' * 100)", "x = '" + "long " * 60 + "'"]
    path.write_text(json.dumps(submitted.handed_in(prediction="prediction = 10", words=WORDS, before=wide)))
    own = {"student": "ada", "path": str(path), "remarks": ["x" * 200], "forbidden": [], "limits": LIMITS}
    own["result"] = str(folder / "results" / "small" / "ada.json")
    job = course.prepare(folder, folder / "small.ipynb", gradebook.database(folder)) | own
    return folder, job, course.mark(job)


def page(folder):
    return (folder / "feedback" / "ada" / "small" / "small.html").read_text(encoding="utf-8")


def lines(html):
    return [line.strip() for line in html.splitlines() if "Score:" in line or "ot marked yet" in line]


def test_an_unread_answer_is_not_marked_yet(course_folder):
    folder, job, result = course_folder
    assert gradebook.score(job["db"], "small", "ada") == {
        "momentum-test": (0, 3, False),
        "prediction-test": (2, 2, False),
        "words": (0, 4, True),
    }
    top, *others = lines(page(folder))
    assert top == "<h4>small (Score: 2.0 / 9.0, 4 of them not marked yet)</h4>"
    assert '<li><a href="#words">Written response</a> (Not marked yet, up to 4.0)</li>' in others
    assert 'Not marked yet, up to 4.0 <a href="#top">(Top)</a>' in others
    assert 'Score: 0.0 / 3.0 <a href="#top">(Top)</a>' in others, "the marker has read this one"
    assert any("Score: 1.0 / 4.0" in line for line in others), "a student's words stay as they are"


def test_points_given_by_hand_are_shown_even_if_there_are_none(course_folder):
    folder, job, result = course_folder
    with gradebook.opened(job["db"]) as book:
        given = book.find_grade("words", "small", "small", "ada")
        given.manual_score, given.needs_manual_grade = 0, False
        book.db.commit()
    course.write_feedback(job, result)
    top, *others = lines(page(folder))
    assert top == "<h4>small (Score: 2.0 / 9.0)</h4>"
    assert 'Score: 0.0 / 4.0 <a href="#top">(Top)</a>' in others
    assert "ot marked yet" not in page(folder)


def test_points_to_be_confirmed_are_shown():
    html = '<head></head>(Score: 3.0 / 4.0)<a href="#words">x</a> (Score: 3.0 / 4.0)'
    assert "ot marked yet" not in finished(html, {"words": (3.0, 4.0, True)})


@pytest.mark.parametrize("width", [390, 1280])
def test_scores_are_visible_on_phones_and_desktops(course_folder, chromium, width):
    folder, *_ = course_folder
    context = chromium.new_context(viewport={"width": width, "height": 800}, is_mobile=width < 500)
    tab = context.new_page()
    tab.route("http*://**", lambda route: route.abort())
    tab.goto((folder / "feedback" / "ada" / "small" / "small.html").as_uri(), wait_until="domcontentloaded")
    assert tab.evaluate("innerWidth") == width, "a phone would show a page that is made for a desk"
    assert tab.evaluate("document.documentElement.scrollWidth") <= width
    scores = tab.locator("h4, #toc li, .panel-heading .pull-right")
    inside = scores.evaluate_all("""(all) => all.map((it) => {
        const range = document.createRange(), bar = it.closest(".panel-heading").getBoundingClientRect();
        range.selectNodeContents(it);
        const box = range.getBoundingClientRect();
        return [box.left >= bar.left, box.right <= bar.right, box.top >= bar.top, box.bottom <= bar.bottom];
    })""")
    assert len(inside) >= 7 and all(map(all, inside))
    context.close()
