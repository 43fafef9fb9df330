"""Feedback: unread answers are labelled, and scores are visible on a phone."""

import json
import re
import zipfile

import pytest
import submitted
from bs4 import BeautifulSoup
from nbformat import from_dict

from gradlab_course import ROOT
from gradlab_course.exercises import nbgrader_of, sources
from gradlab_course.marking import course, gradebook
from gradlab_course.marking.feedback import KeepFormulas, finished, labels, zipped
from gradlab_course.notebooks import read

LIMITS = {"timeout": 30, "total": 100, "memory": 2 << 30}
# A student's, the first line made to look like the template's.
WORDS = "Score: 0.0 / 9 <a name='words'></a> Score: 1.0 / 4.0\n\n# So $a_1 < b_2$\n\nand $$\n\\frac{1}{2}\n$$"


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
    assert '<li><a href="#words">Task 3: in words</a> (Not marked yet, up to 4.0)</li>' in others
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


def typeset(markdown):
    """What becomes of a cell's Markdown, without what Markdown itself would do."""
    node = from_dict(submitted.cell("markdown", markdown) | {"source": markdown})
    return finished(KeepFormulas().preprocess_cell(node, {}, 0)[0].source, {})


@pytest.mark.parametrize(
    ("markdown", "tags"),
    [
        ("the rate $a_1 < b_2$ is", ["<msub>", "&lt;"]),
        ("so\n\n$$\n\\frac{1}{2}\n$$\n", ["<mfrac>", 'display="block"']),
        ("$x_1$ and $y_1$", ["<mi>x</mi>", "<mi>y</mi>"]),
    ],
)
def test_formulas_are_typeset_without_another_host(markdown, tags):
    assert all(tag in typeset(markdown) for tag in tags) and "$" not in typeset(markdown)


@pytest.mark.parametrize(
    "markdown",
    [
        "it costs $5 and `$x$`",
        "between $5 and $10, or $ 5 and $",
        "```\n$x$ and $y$\n```",
        "$\\unknown{x}$",
        "gradlabformulalffz",  # a student's word that looks like one of ours, and is no text
        "<b>$</b>",
    ],
)
def test_what_is_no_formula_stays_as_it_was_written(markdown):
    assert typeset(markdown) == markdown


def test_a_word_that_looks_like_a_formula_cannot_run():
    word = f"gradlabformulal{b'<script>run()</script>'.hex()}z"
    assert "<script" not in finished(word, {})


def test_the_page_of_a_real_submission_has_its_formulas_typeset(course_folder):
    folder, job, result = course_folder
    with gradebook.opened(job["db"]) as book:
        book.find_comment("words", "small", "small", "ada").manual_comment = "Rather $c_3$."
        book.db.commit()
    course.write_feedback(job, result)
    soup = BeautifulSoup(page(folder), "html.parser")
    found = [formula.annotation.get_text() for formula in soup.find_all("math")]
    assert found == ["a_1 < b_2", "\\frac{1}{2}", "c_3"] and "$" not in soup.body.get_text()
    heading = soup.find("math").parent
    assert heading.name == "h1" and heading["id"] and "math" not in heading["id"]


def test_the_page_of_a_real_submission_asks_no_other_host(course_folder):
    folder, *_ = course_folder
    assert not re.search(r"<(?:script|link|img)[^>]*https?:", page(folder))


def test_tasks_have_their_names(course_folder):
    folder, *_ = course_folder
    names = labels(submitted.SOURCE)
    assert names["momentum"] == names["momentum-test"] == "Task 1: momentum"
    assert "Test of Task 1: momentum" in page(folder) and "Test cell" not in page(folder)


def test_the_parts_of_a_task_are_told_apart():
    heading = "## Task 1: {}\n\n*assignment · easy · 5 minutes · {} points, 1 of them marked by hand*"
    known = {"grade": True, "locked": True, "points": 1}
    nb = submitted.notebook(
        submitted.cell("markdown", heading.format("three things", 4)),
        submitted.cell("code", "def f(x): return x\nrng = 1", grade_id="f", solution=True),
        submitted.cell("code", "assert f(n) == 2", grade_id="f-test", **known),
        submitted.cell("code", "a, b = 1, {}\nn = 2", grade_id="pair", solution=True),
        submitted.cell("code", "assert a == 1", grade_id="a-test", **known),
        submitted.cell("code", "assert b['x'] == 1\nassert len(b) == 1", grade_id="b-test", **known),
        submitted.cell("markdown", "YOUR ANSWER HERE", grade_id="words", grade=True, solution=True, points=1),
    )
    assert labels(nb) == {
        "f": "Task 1, f: three things",
        "f-test": "Task 1, f, n: three things",
        "pair": "Task 1, a, b, n: three things",
        "a-test": "Task 1, a: three things",
        "b-test": "Task 1, b['x']: three things",
        "words": "Task 1, in words: three things",
    }


@pytest.mark.skipif(not sources(ROOT), reason="the public tree has no source notebooks")
def test_no_two_tests_have_one_name():
    for path in sources(ROOT):
        nb = read(path)[1]
        graded = [nbgrader_of(cell)["grade_id"] for cell in nb["cells"] if nbgrader_of(cell).get("grade")]
        names = [labels(nb)[name] for name in graded]
        assert len(set(names)) == len(names), path.name


def test_the_zip_has_the_names_by_which_systems_know_a_student(tmp_path):
    handed_in = {
        "Ann Bé_12_assignsubmission_file": "class/Ann Bé_12_assignsubmission_file/small.ipynb",
        "beann_123": "class/beann_LATE_123_456_small-1.ipynb",
        "ada": "class/ada/small.ipynb",
        "none": "class/none/small.ipynb",
    }
    for student in list(handed_in)[:3]:
        (tmp_path / student / "small").mkdir(parents=True)
        (tmp_path / student / "small" / "small.html").write_text(student)
    zipped(tmp_path / "small-feedback.zip", tmp_path, "small", handed_in)
    with zipfile.ZipFile(tmp_path / "small-feedback.zip") as archive:
        assert {name: archive.read(name).decode() for name in archive.namelist()} == {
            "Ann Bé_12_assignsubmission_file/small.html": "Ann Bé_12_assignsubmission_file",
            "ada/small.html": "ada",
            "beann_LATE_123_456_small-1.html": "beann_123",
        }
    assert not list(tmp_path.glob("*.part"))
