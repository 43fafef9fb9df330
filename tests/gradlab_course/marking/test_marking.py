"""A class handed in, marked in one run: good, idle, careless and hostile submissions."""

import csv
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
import zipfile
from pathlib import Path
from types import SimpleNamespace

import pytest
import submitted
from sqlalchemy import event
from sqlalchemy.engine import Engine
from traitlets.config import Config

from gradlab_course import ROOT
from gradlab_course.exercises import sources
from gradlab_course.fingerprints import fingerprint, of_code
from gradlab_course.marking import course, folders, gradebook, reports, submissions, workers
from gradlab_course.marking.__main__ import main
from gradlab_course.marking.rosters import read_roster

RIGHT = 5  # points that tests give
OTHERS = {
    "good": submitted.GOOD,
    "idle": submitted.RELEASED,
    "source": submitted.SOURCE,
    "half": submitted.handed_in(prediction="prediction = 10"),
    "nothing": None,
    "Ann Bé_12": submitted.GOOD,  # as learning-management systems name folders
}


def command(folder, *more):
    module = [
        sys.executable,
        "-m",
        "gradlab_course.marking",
        str(folder / "class"),
        "--sources",
        str(folder / "sources"),
    ]
    return [*module, "--timeout", "4", *more]


def environment(folder):
    """With a copy of the library: if it were edited while the tests run, everything would be marked again."""
    return os.environ | {"PYTHONPATH": str(folder / "code")}


def results(folder):
    """name -> when its result was written."""
    return {
        path.stem: path.stat().st_mtime_ns for path in (folder / "class-marks" / "results" / "small").glob("*.json")
    }


@pytest.fixture(scope="session")
def marked(tmp_path_factory):
    """The results of two runs: the first was interrupted, the second went on."""
    folder = tmp_path_factory.mktemp("course")
    (folder / "sources").mkdir()
    (folder / "sources" / "small.ipynb").write_text(json.dumps(submitted.SOURCE))
    hostile = {name: nb for name, (nb, _) in submitted.HOSTILE.items()}
    submitted.hand_in(folder / "class", OTHERS | submitted.HONEST | hostile, folder / "sources")
    (folder / "class" / "loose.ipynb").write_text("{}")
    (folder / "class" / "[odd]").mkdir()
    shutil.copytree(ROOT / "code", folder / "code", ignore=shutil.ignore_patterns("__pycache__"))
    (folder / "temporary").mkdir()
    known = {"env": environment(folder) | {"TMPDIR": str(folder / "temporary")}, "text": True}
    run = subprocess.Popen(command(folder), stderr=subprocess.PIPE, start_new_session=True, **known)
    end = time.monotonic() + 60
    while len(results(folder)) < 3 and time.monotonic() < end:
        time.sleep(0.05)
    os.killpg(run.pid, signal.SIGINT)  # what Ctrl-C does
    _, interrupted = run.communicate(timeout=30)
    early = results(folder)
    again = subprocess.run(command(folder), capture_output=True, timeout=240, **known)
    to = folder / "class-marks"
    report = (to / "report.md").read_text()
    parts = {part.split(",")[0].strip(): part for part in report.split("\n## ")[1:]}
    with (to / "small.csv").open(newline="", encoding="utf-8-sig") as file:
        rows = {row["student"]: row for row in csv.DictReader(file)}
    return SimpleNamespace(
        **{
            "folder": folder,
            "temporary": folder / "temporary",
            "to": to,
            "report": report,
            "parts": parts,
            "rows": rows,
            "early": early,
        },
        **{"status": (run.returncode, again.returncode), "said": (interrupted, again.stdout + again.stderr)},
    )


def test_the_command_ends_with_status_0_and_names_the_report(marked):
    count = len(OTHERS) + len(submitted.HONEST) + len(submitted.HOSTILE)
    assert marked.status == (130, 0)
    counted = f"{count - 2} notebooks from {count - 2} of {count} students, "  # one has an empty folder, one a link
    assert f"Marked: {counted}" in marked.said[1] and "report.md" in marked.said[1]
    assert "loose.ipynb: not marked" in marked.said[1] and "[odd]: not marked" in marked.said[1]
    assert "\n- loose.ipynb\n" in marked.report
    assert "## Not marked at all\n" in marked.report and "\n- [odd]\n" in marked.report
    assert counted in marked.report


def test_after_an_interruption_only_the_rest_is_marked(marked):
    assert "run the same command again to go on" in marked.said[0] and "Traceback" not in marked.said[0]
    assert 3 <= len(marked.early) < len(marked.rows)
    assert marked.early.items() <= results(marked.folder).items(), "what was marked is not marked again"
    assert set(results(marked.folder)) == set(marked.rows)


def test_interrupted_while_it_prepares_the_command_ends_with_a_sentence(tmp_path, monkeypatch, capsys):
    def interrupt(*_):
        raise KeyboardInterrupt

    submitted.hand_in(tmp_path / "class", {"ada": submitted.GOOD}, tmp_path)
    (tmp_path / "small.ipynb").write_text(json.dumps(submitted.SOURCE))
    monkeypatch.setattr(course, "student_library", interrupt)
    assert main([str(tmp_path / "class"), "--sources", str(tmp_path)]) == 130
    said = "Interrupted. What is marked is kept: run the same command again to go on."
    assert capsys.readouterr().err.strip() == said
    monkeypatch.undo()
    assert main([str(tmp_path / "class"), "--sources", str(tmp_path), "--jobs", "1"]) == 0


def test_ctrl_c_waits_until_a_new_gradebook_is_whole(tmp_path, monkeypatch):
    made = []

    def slow(*arguments):
        shown = "import os, signal; os.kill(os.getpid(), signal.SIGINT); print('whole')"  # as alembic is started
        signal.raise_signal(signal.SIGINT)
        made.append(subprocess.run([sys.executable, "-c", shown], capture_output=True, text=True))

    monkeypatch.setattr(gradebook, "Gradebook", slow)
    with pytest.raises(KeyboardInterrupt):
        gradebook.opened(gradebook.database(tmp_path))
    assert [(run.returncode, run.stdout, run.stderr) for run in made] == [(0, "whole\n", "")]
    assert signal.SIGINT not in signal.pthread_sigmask(signal.SIG_BLOCK, set())


def test_no_process_and_no_folder_is_left(marked):
    library = str(marked.to / "library")
    lines = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            lines.append(path.read_text())
        except OSError:
            continue
    assert not [line for line in lines if library in line]
    assert not list(marked.temporary.iterdir())


@pytest.mark.parametrize("name", ["good", "source", "Ann Bé_12"])
def test_a_solution_gets_all_points_that_tests_give(marked, name):
    assert float(marked.rows[name]["total"]) == RIGHT and float(marked.rows[name]["max"]) == 9
    assert marked.rows[name]["to be marked by hand"] == "1"
    assert name not in marked.parts


@pytest.mark.parametrize("name", submitted.HONEST)
def test_honest_submissions_of_odd_form_get_all_points(marked, name):
    assert float(marked.rows[name]["total"]) == RIGHT
    assert marked.rows[name]["to be marked by hand"] == "1"
    assert "tried to" not in marked.parts.get(name, "") and "could not be marked" not in marked.parts.get(name, "")
    assert feedback(marked, name)


def test_each_task_has_its_column(marked):
    row = marked.rows["half"]
    assert list(row)[:5] == ["student", "Task 1: momentum", "Task 2: a prediction", "Task 3: in words", "total"]
    assert [float(row[name]) for name in list(row)[1:5]] == [0, 2, 0, 2]


def feedback(marked, name):
    return (marked.to / "feedback" / name / "small" / "small.html").read_text()


def test_an_untouched_notebook_gets_no_points_and_a_remark(marked):
    assert float(marked.rows["idle"]["total"]) == 0 and marked.rows["idle"]["to be marked by hand"] == "0"
    assert "nothing was changed" in marked.parts["idle"]
    shown = feedback(marked, "idle")
    assert "nothing was changed" in shown and "yours raises NotImplementedError" in shown
    assert "prediction must be a whole number" in shown


def test_where_nothing_was_handed_in_nothing_is_executed(marked):
    result = json.loads((marked.to / "results" / "small" / "nothing.json").read_text())
    assert result["protected"] is None and result["mistakes"] == {} and not result["answered"]
    assert float(marked.rows["nothing"]["total"]) == 0 and marked.rows["nothing"]["to be marked by hand"] == "0"
    assert "nothing was handed in" in marked.parts["nothing"]
    shown = feedback(marked, "nothing")
    assert "Not handed in" in shown and "yours raises NotImplementedError" not in shown


def test_an_assignment_that_nobody_handed_in_is_not_marked(tmp_path):
    for name in ("small", "later"):
        (tmp_path / f"{name}.ipynb").write_text(json.dumps(submitted.SOURCE))
    submitted.hand_in(tmp_path / "class", {"ada": submitted.GOOD, "none": None}, tmp_path)
    assert main([str(tmp_path / "class"), "--sources", str(tmp_path), "--jobs", "1"]) == 0
    marks = tmp_path / "class-marks"
    assert {path.name for path in (marks / "results").iterdir()} == {"small"} and not (marks / "later.csv").exists()
    assert len((marks / "small.csv").read_text(encoding="utf-8-sig").splitlines()) == 3
    report = (marks / "report.md").read_text()
    assert "## Handed in by nobody\n\nThese assignments were not marked.\n\n- later\n" in report
    assert "1 notebook from 1 of 2 students, 0 with remarks" in report and "later:" not in report


@pytest.mark.parametrize("name", submitted.HOSTILE)
def test_hostile_and_broken_submissions_gain_nothing_and_are_named(marked, name):
    assert float(marked.rows[name]["total"]) == 0
    _, remarks = submitted.HOSTILE[name]
    places = {"SOURCES": str(marked.folder / "sources"), "SUBMISSIONS": str(marked.folder / "class")}
    for remark in [remarks] if isinstance(remarks, str) else remarks:
        for word, place in places.items():
            remark = remark.replace(word, place)
        assert remark in marked.parts.get(name, "" if not remark else None)
    assert "could not be marked" not in marked.report
    assert feedback(marked, name)


def test_a_hostile_submission_does_not_change_files_of_others(marked):
    handed_in = marked.folder / "class" / "good"
    assert [path.name for path in handed_in.iterdir()] == ["small.ipynb"]
    assert json.loads((handed_in / "small.ipynb").read_text()) == submitted.GOOD


def test_feedback_shows_neither_hidden_tests_nor_rubrics_nor_what_would_run(marked):
    pages = {path.parts[-3]: path.read_text() for path in marked.to.glob("feedback/*/*/*.html")}
    assert set(pages) == set(marked.rows)
    for page in pages.values():
        assert submitted.SECRET not in page and "HIDDEN TESTS" not in page and "4: everything" not in page
        assert "<script>run()" not in page and 'href="javascript' not in page
    assert "✓ my_momentum is right." not in pages["good"], "the marker shows only verdicts that a cell prints"


def test_the_class_page_the_zip_and_the_report_say_who_is_stuck(marked):
    page = (marked.to / "class.html").read_text()
    assert "A small exercise" in page and "students handed in answers" in page and "Task 1: momentum" in page
    assert not any(name in page for name in ("Ann Bé_12", "source", "loop-in-function"))
    assert "wrong, without a name" in page and "stopped by the marker" in page
    with zipfile.ZipFile(marked.to / "small-feedback.zip") as archive:
        assert {"good/small.html", "Ann Bé_12/small.html"} <= set(archive.namelist())
        assert "nothing/small.html" not in archive.namelist()
    assert "`momentum-test`, stopped by the marker: " in marked.report and "loop-in-function" in marked.report


def test_nbgraders_gradebook_has_the_scores(marked):
    found = gradebook.scores(gradebook.database(marked.to), "small")
    assert set(found) == set(marked.rows)
    assert found["good"]["momentum-test"] == (3.0, 3.0, False) and found["good"]["words"] == (0.0, 4.0, True)


def test_points_and_comments_given_by_hand_are_in_feedback_and_tables_and_stay(marked):

    with gradebook.opened(gradebook.database(marked.to)) as book:
        given = book.find_grade("words", "small", "small", "good")
        given.manual_score, given.needs_manual_grade = 3, False
        book.db.commit()
        book.find_comment("words", "small", "small", "good").manual_comment = "Well argued."
        book.db.commit()
    before, feedback = results(marked.folder), marked.to / "feedback" / "good" / "small" / "small.html"
    assert "Well argued." not in feedback.read_text()
    for _ in range(2):
        again = subprocess.run(command(marked.folder), capture_output=True, timeout=60, env=environment(marked.folder))
        assert again.returncode == 0
    after = results(marked.folder)
    assert {name for name in after if after[name] != before[name]} == {"good"}
    assert "Well argued." in feedback.read_text()
    assert "Score: 8.0 / 9.0" in feedback.read_text()
    with (marked.to / "small.csv").open(newline="", encoding="utf-8-sig") as file:
        rows = {row["student"]: row for row in csv.DictReader(file)}
    assert (rows["good"]["total"], rows["good"]["to be marked by hand"]) == ("8.0", "0")


# --- its parts --------------------------------------------------------------------------------------------------------


def test_sqlite_waits_its_turn_and_other_databases_are_left_alone(tmp_path):
    assert gradebook.database(tmp_path) == f"sqlite:///{tmp_path}/gradebook.db?timeout=60"
    assert gradebook.database(tmp_path, "sqlite:///x.db?timeout=5") == "sqlite:///x.db?timeout=5"
    url = "postgresql+psycopg://marker:secret@host/grades"
    assert gradebook.database(tmp_path, url) == url


def test_a_fingerprint_depends_on_how_contents_are_split():
    assert fingerprint(b"ab", b"c") != fingerprint(b"a", b"bc") != fingerprint(b"abc")
    assert fingerprint(b"ab") == fingerprint(b"ab")
    assert re.fullmatch("[0-9a-f]{16}", of_code())


ONLY = {"small": submitted.RELEASED}
MISSING = "there is no notebook of small"


@pytest.mark.parametrize(
    ("files", "only", "found", "remarks"),
    [
        (["small.ipynb"], True, "small.ipynb", []),
        (["small.ipynb", "x.ipynb"], True, "small.ipynb", []),
        (["small.ipynb.txt"], False, "small.ipynb.txt", ["the notebook was called small.ipynb.txt"]),
        (
            ["small.ipynb", "small-1.ipynb", "x.ipynb"],
            True,
            "small.ipynb",
            ["small.ipynb was marked, and not small-1.ipynb"],
        ),
        (
            ["smithjohn_12_small-1.ipynb"],
            False,
            "smithjohn_12_small-1.ipynb",
            ["the notebook was called smithjohn_12_small-1.ipynb"],
        ),
        (["small/small.ipynb", "other/other.ipynb"], False, "small/small.ipynb", []),
        (["small (1).ipynb"], False, "small (1).ipynb", ["the notebook was called small (1).ipynb"]),
        (["Small.ipynb"], False, "Small.ipynb", ["the notebook was called Small.ipynb"]),
        (["SMALL.IPYNB"], False, "SMALL.IPYNB", ["the notebook was called SMALL.IPYNB"]),
        (
            ["small.ipynb", "mine/helpers.py"],
            True,
            "small.ipynb",
            ["only the notebook is marked, without mine/helpers.py"],
        ),
        (["mine.ipynb"], True, "mine.ipynb", ["the notebook was called mine.ipynb"]),
        (
            ["mine.ipynb"],
            False,
            "",
            [MISSING, "mine.ipynb was not recognised: the file is not a notebook of nbformat 4"],
        ),
        (["homework.zip"], True, "", [MISSING, "homework.zip was not recognised: it is not a notebook"]),
        ([".ipynb_checkpoints/small.ipynb"], True, "", [MISSING]),
        (["._small.ipynb", "__MACOSX/._small.ipynb"], True, "", [MISSING]),
        (["small.ipynb/small.ipynb"], True, "small.ipynb/small.ipynb", []),
        (["a/small.ipynb", "b/small.ipynb"], True, "a/small.ipynb", ["small.ipynb was marked, and not b/small.ipynb"]),
    ],
)
def test_the_notebook_is_found(tmp_path, files, only, found, remarks):
    for name in files:
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("{}")
    editions = ONLY | ({} if only else {"later": submitted.RELEASED})
    own, _ = folders.sort_out(tmp_path, editions)
    assert own["small"] == (str(tmp_path / found) if found else "", remarks)


def test_of_two_notebooks_the_one_that_was_changed_is_marked(tmp_path):
    (tmp_path / "small.ipynb").write_text(json.dumps(submitted.RELEASED))
    (tmp_path / "small-Copy1.ipynb").write_text(json.dumps(submitted.GOOD))
    path, remarks = folders.sort_out(tmp_path, ONLY)[0]["small"]
    assert path.endswith("small-Copy1.ipynb") and "small-Copy1.ipynb was marked, and not small.ipynb" in remarks


def test_files_that_canvas_names_belong_to_their_students(tmp_path):
    names = ["beann_123_456_small.ipynb", "beann_123_457_small-1.ipynb", "loveada_LATE_9_460_small.ipynb"]
    for name in names:
        (tmp_path / name).write_text("{}")
    (tmp_path / "notes.ipynb").write_text("{}")
    places, ignored = folders.submission_folders(tmp_path)
    assert ignored == ["notes.ipynb"]
    assert {student: [path.name for path in paths] for student, paths in places.items()} == {
        "beann_123": names[:2],
        "loveada_9": names[2:],
    }
    path, remarks = folders.sort_out(places["loveada_9"], ONLY)[0]["small"]
    assert path == str(tmp_path / names[2]) and remarks == []
    (tmp_path / "beann_123").mkdir()
    assert "beann_123_456_small.ipynb" in folders.submission_folders(tmp_path)[1], "a folder of the name is there"


def test_capitals_and_punctuation_in_the_name_of_a_notebook_do_not_matter(tmp_path):
    (tmp_path / "01-Gradient Descent (1).ipynb").write_text("{}")
    editions = {"01_gradient_descent": submitted.RELEASED, "later": submitted.RELEASED}
    path, _ = folders.sort_out(tmp_path, editions)[0]["01_gradient_descent"]
    assert path.endswith("01-Gradient Descent (1).ipynb")


def test_deeply_nested_folders_and_names_with_spaces_at_an_end(tmp_path):
    here = os.getcwd()
    try:
        os.chdir(tmp_path)
        for _ in range(1500):  # more than Python calls functions in functions
            os.mkdir("d")
            os.chdir("d")
        Path("small.ipynb").write_text("{}")
    finally:
        os.chdir(here)
    path, remarks = folders.sort_out(tmp_path, ONLY)[0]["small"]
    subprocess.run(["rm", "-r", str(tmp_path / "d")], check=True)
    assert path.endswith("d/d/d/small.ipynb") and remarks == []
    (tmp_path / " ada").mkdir()
    (tmp_path / "bob ").mkdir()
    assert folders.submission_folders(tmp_path) == ({}, [" ada", "bob "])


def test_a_file_that_is_too_large_is_not_read_to_its_end(tmp_path):
    with (tmp_path / "small.ipynb").open("wb") as file:
        file.truncate(1 << 40)  # a hole: it takes no room
    assert len(submissions.content(tmp_path / "small.ipynb")) == submissions.MAX_FILE + 1
    assert submissions.content("") == b""


def test_the_memory_of_a_worker_is_limited():
    code = "from gradlab_course.marking.workers import limit_memory\nlimit_memory(1 << 28)\n"
    code += "try:\n    x = bytearray(1 << 29)\nexcept MemoryError:\n    print('limited')\n"
    code += "small = bytearray(1 << 20)\nlimit_memory(1 << 60)\n"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    if sys.platform.startswith("linux"):
        assert (run.returncode, run.stdout) == (0, "limited\n"), run.stderr


def test_a_worker_that_fails_does_not_stop_the_others():
    broken = {"student": "a", "assignment": "b", "remarks": ["seen"], "limits": {"total": 5, "memory": 2 << 30}}
    found = list(workers.work([broken, {**broken, "student": "c"}], 2))
    assert sorted(result["student"] for result in found) == ["a", "c"]
    assert all(result["remarks"] == ["seen", "could not be marked: KeyError: 'folder'"] for result in found)


class Does:
    """Does something in the process that reads it."""

    def __init__(self, *what):
        self.what = what

    def __reduce__(self):
        return self.what[0], self.what[1:]


def test_a_worker_that_dies_or_hangs_is_replaced(monkeypatch):
    job = {"student": "a", "assignment": "b", "remarks": [], "limits": {"total": 30, "memory": 2 << 30}}
    found = list(workers.work([{**job, "bomb": Does(os._exit, 1)}, job], 1))
    assert [r["remarks"] for r in found] == [
        ["could not be marked: the marker itself ended"],
        ["could not be marked: KeyError: 'folder'"],
    ]
    monkeypatch.setattr(workers, "EXTRA_SECONDS", -30)
    (late,) = workers.work([{**job, "bomb": Does(time.sleep, 60)}], 1)
    assert late["remarks"] == ["could not be marked: the marker took too long"]


def test_a_folder_that_cannot_be_marked_is_named(tmp_path, capsys):
    assert main([str(tmp_path / "nowhere")]) == 2
    assert "is not a folder" in capsys.readouterr().err
    (tmp_path / "class").mkdir()
    assert main([str(tmp_path / "class"), "--sources", str(tmp_path / "none")]) == 2
    assert "there are no source notebooks in" in capsys.readouterr().err
    (tmp_path / "small.ipynb").write_text(json.dumps(submitted.SOURCE))
    (tmp_path / "class" / "smith_small.ipynb").write_text(json.dumps(submitted.GOOD))
    (tmp_path / "class" / "__MACOSX").mkdir()
    assert main([str(tmp_path / "class"), "--sources", str(tmp_path)]) == 2
    assert "there are no folders of students in" in capsys.readouterr().err
    (tmp_path / "class" / "ada").mkdir()
    (tmp_path / "class" / "ada" / "homework.ipynb").write_text(json.dumps(submitted.GOOD))
    (tmp_path / "other.ipynb").write_text(json.dumps(submitted.SOURCE))
    assert main([str(tmp_path / "class"), "--sources", str(tmp_path)]) == 2
    assert (
        "no folder has a notebook of an assignment, such as other.ipynb; ada: homework.ipynb was not"
        in capsys.readouterr().err
    )


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--db", "nothing://x"], "nothing"),
        (["--db", "mysql+nodriver://x"], "nodriver"),
        (["--db", "sqlite:////nowhere/at/all.db"], "unable to open database file"),
        (["--db", "no url"], "Could not parse SQLAlchemy URL"),
        (["--roster", "nowhere.csv"], "roster: nowhere.csv must be a CSV file"),
    ],
)
def test_an_error_of_the_database_or_the_roster_is_one_line(tmp_path, capsys, arguments, said):
    submitted.hand_in(tmp_path / "class", {"ada": submitted.GOOD}, tmp_path)
    (tmp_path / "small.ipynb").write_text(json.dumps(submitted.SOURCE))
    assert main([str(tmp_path / "class"), "--sources", str(tmp_path), *arguments]) == 2
    err = capsys.readouterr().err
    assert said in err and err.count("\n") == 1


# --- one submission after the other -----------------------------------------------------------------------------------


@pytest.fixture
def strict():
    """SQLite that enforces foreign keys, as database servers do."""

    def enforce(connection, _):
        connection.execute("PRAGMA foreign_keys = ON")

    event.listen(Engine, "connect", enforce)
    yield
    event.remove(Engine, "connect", enforce)


def test_a_submission_marked_again_keeps_points_given_by_hand_until_they_are_confirmed(tmp_path, strict):
    """Marked, given points by hand, handed in once more, and at last the exercise itself is another one."""
    source = tmp_path / "small.ipynb"
    source.write_text(json.dumps(submitted.SOURCE))
    db = gradebook.database(tmp_path)
    handed_in = tmp_path / "handed_in.ipynb"
    result = tmp_path / "results" / "small" / "ada.json"
    limits = {"timeout": 30, "total": 100, "memory": 2 << 30}

    def marked(notebook):
        handed_in.write_text(json.dumps(notebook))
        own = {"student": "ada", "path": str(handed_in), "remarks": [], "result": str(result), "forbidden": []}
        return course.mark(course.prepare(tmp_path, source, db) | own | {"limits": limits})

    assert marked(submitted.GOOD)["remarks"] == []
    assert gradebook.scores(db, "small")["ada"]["words"] == (0, 4, True)
    with gradebook.opened(db) as book:
        given = book.find_grade("words", "small", "small", "ada")
        given.manual_score, given.needs_manual_grade = 3, False
        book.db.commit()
    assert gradebook.answers_to_confirm(db, "small", "ada") == []
    (remark,) = marked(submitted.handed_in(prediction="prediction = 10"))["remarks"]
    assert remark.startswith("words: the points given by hand for an earlier version stay until")
    assert gradebook.scores(db, "small")["ada"]["words"] == (3, 4, True)
    fewer = submitted.SOURCE | {"cells": submitted.SOURCE["cells"][:-2]}
    source.write_text(json.dumps(fewer))
    with pytest.raises(ValueError, match=r"^small has been marked with other cells; mark this version into another"):
        marked(submitted.GOOD)


def test_formgraders_configuration_names_the_gradebook(tmp_path):
    path = tmp_path / "nbgrader_config.py"
    gradebook.configure(tmp_path, "postgresql+psycopg://marker:secret@database/gradlab")
    assert path.stat().st_mode & 0o077 == 0, "it may hold a password"
    names = {"get_config": Config}
    exec(path.read_text(), names)
    assert names["c"].CourseDirectory == {
        "root": str(tmp_path.resolve()),
        "db_url": "postgresql+psycopg://marker:secret@database/gradlab",
        "course_id": gradebook.COURSE,
    }
    gradebook.configure(tmp_path, "another")
    assert "another" in path.read_text()
    path.write_text("# mine\n")
    gradebook.configure(tmp_path, "another")
    assert path.read_text() == "# mine\n"


# --- tables -----------------------------------------------------------------------------------------------------------


def rows_of(tmp_path, found, roster=()):
    (tmp_path / "small.ipynb").write_text(json.dumps(submitted.SOURCE))
    reports.table(tmp_path / "small.csv", tmp_path / "small.ipynb", found, roster)
    return (tmp_path / "small.csv").read_bytes().decode("utf-8-sig").splitlines()


GRADES = {"momentum-test": (3.0, 3.0, False), "prediction-test": (1.0, 2.0, False), "words": (0.0, 4.0, True)}


def test_excel_can_read_the_table(tmp_path):
    heading, *rows = rows_of(tmp_path, {"José": GRADES, "Ada": GRADES})
    assert (tmp_path / "small.csv").read_bytes().startswith(b"\xef\xbb\xbf")
    assert heading.startswith("student,") and heading.endswith(",total,max,to be marked by hand")
    assert [row.split(",")[0] for row in rows] == ["Ada", "José"]
    assert all(row.endswith(",4.0,9.0,1") for row in rows)


def test_the_table_begins_with_the_columns_of_the_roster_and_has_all_its_rows(tmp_path):
    path = tmp_path / "class.csv"
    path.write_text("\ufeffID,Name,Section\n7,José,A\n8,Eve,\n9,Ada,B\n", encoding="utf-8")
    heading, *rows = rows_of(tmp_path, {"Ada": GRADES, "José": GRADES, "x9": GRADES}, read_roster(path))
    assert heading.startswith("ID,Name,Section,Task") or heading.startswith('ID,Name,Section,"Task')
    assert [row.split(",")[:3] for row in rows] == [
        ["7", "José", "A"],
        ["8", "Eve", ""],
        ["9", "Ada", "B"],
        ["", "x9", ""],
    ]
    assert [row.endswith(",4.0,9.0,1") for row in rows] == [True, False, True, True]
    assert rows[1] == "8,Eve,"


@pytest.mark.parametrize("content", [b"", b"a,b\n", b"\xff\xfe"])
def test_an_unreadable_roster_is_named(tmp_path, content):
    path = tmp_path / "class.csv"
    path.write_bytes(content)
    with pytest.raises(ValueError, match=r"^roster: .*class\.csv must "):
        read_roster(path)


def test_an_invalid_source_notebook_is_named(tmp_path, capsys):
    submitted.hand_in(tmp_path / "class", {"ada": submitted.GOOD}, tmp_path)
    nb = submitted.notebook(submitted.cell("markdown", "## Task 1: one\n\n*assignment · easy · 10 minutes · 3 points*"))
    (tmp_path / "small.ipynb").write_text(json.dumps(nb))
    assert main([str(tmp_path / "class"), "--sources", str(tmp_path)]) == 2
    assert "task 1: promises 3 points" in capsys.readouterr().err


def test_students_are_told_the_limits_that_are_set(capsys):
    with pytest.raises(SystemExit):
        main(["--help"])
    cell, notebook, memory = map(int, re.findall(r"for one (?:cell|notebook)\s+\((\d+)\)", capsys.readouterr().out))
    told = (
        f"stops a cell after {cell} seconds, a notebook after {notebook}, and both at {memory / 1024:g} GB of memory."
    )
    for source in sources(ROOT):
        assert told in source.read_text(encoding="utf-8"), source.name


def test_windows_is_told_what_marking_needs(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(sys, "platform", "win32")
    assert main([str(tmp_path)]) == 2
    assert "needs Linux or macOS" in capsys.readouterr().err
