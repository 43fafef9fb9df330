"""The folders of a class: whose they are, which are told to be ignored, and which notebook is meant for what."""

import json

import pytest
import submitted

from gradlab_course import ROOT
from gradlab_course.exercises import EXERCISES, sources, student_edition
from gradlab_course.marking.__main__ import main
from gradlab_course.marking.folders import sort_out, submission_folders
from gradlab_course.notebooks import read


def other(nb, word="later"):
    """The small exercise as another assignment: all cells but the answer in words have other names and texts."""
    cells = json.loads(json.dumps(nb["cells"]))
    for cell in cells:
        known = cell["metadata"].get("nbgrader", {})
        if known.get("grade_id", "words") != "words":
            known["grade_id"] = f"{word}-{known['grade_id']}"
        cell["source"] = "".join(cell["source"]) + f"\n# {word}\n" * (cell["cell_type"] == "code")
    return {**nb, "cells": cells}


COURSE = {"small": submitted.RELEASED, "later": other(submitted.RELEASED)}


def test_a_folder_whose_name_cannot_be_used_is_told_and_a_systems_own_is_not(tmp_path):
    for name in (
        "ada",
        "Max!",
        "anna+tom@x.org",
        "a[b]",
        "sp ace ",
        ".hidden",
        ".git",
        "__MACOSX",
        ".ipynb_checkpoints",
    ):
        (tmp_path / name).mkdir()
        if name != ".git":
            (tmp_path / name / "01_small.ipynb").touch()
    (tmp_path / ".DS_Store").touch()
    found, ignored = submission_folders(tmp_path)
    assert list(found) == ["ada"]
    assert ignored == [".hidden", "Max!", "a[b]", "anna+tom@x.org", "sp ace "]


def put(folder, files):
    """Write files, a notebook or a text each."""
    folder.mkdir(exist_ok=True)
    for name, content in files.items():
        (folder / name).write_text(content if isinstance(content, str) else json.dumps(content))


def found(folder):
    """assignment -> the name of the notebook that is marked; and the remarks on what was not recognised."""
    own, strange = sort_out(folder, COURSE)
    return {name: path.rpartition("/")[2] for name, (path, _) in own.items()}, strange


def test_a_renamed_notebook_is_known_by_its_cells(tmp_path):
    put(tmp_path, {"homework final (2).ipynb": submitted.GOOD, "x.ipynb": other(submitted.GOOD)})
    assert found(tmp_path) == ({"small": "homework final (2).ipynb", "later": "x.ipynb"}, [])
    _, remarks = sort_out(tmp_path, COURSE)[0]["small"]
    assert remarks == ["the notebook was called homework final (2).ipynb"]


def test_the_cells_count_and_not_the_name_of_another_assignment(tmp_path):
    put(tmp_path, {"small.ipynb": other(submitted.GOOD)})
    assert found(tmp_path) == ({"small": "", "later": "small.ipynb"}, [])


def test_a_renamed_notebook_whose_cells_lost_their_names_is_known_by_their_text(tmp_path):
    put(tmp_path, {"mine.ipynb": submitted.HONEST["nameless"]})
    assert found(tmp_path)[0] == {"small": "mine.ipynb", "later": ""}


def test_of_several_notebooks_that_fit_the_one_that_was_changed_is_marked(tmp_path):
    put(tmp_path, {"a.ipynb": submitted.RELEASED, "b.ipynb": submitted.GOOD, "small.ipynb": "{"})
    path, remarks = sort_out(tmp_path, COURSE)[0]["small"]
    assert path.endswith("b.ipynb") and "b.ipynb was marked, and not small.ipynb, a.ipynb" in remarks


@pytest.mark.parametrize(
    ("content", "why"),
    [
        ("{ no JSON", "the file is not JSON"),
        ("", "the file is not JSON"),
        (submitted.notebook(submitted.cell("code", "1 + 1")), "its cells and its name do not say of which assignment"),
        (submitted.notebook(submitted.cell("markdown", "", grade_id="words")), "its cells and its name do not say"),
    ],
)
def test_a_notebook_that_fits_nothing_is_named(tmp_path, content, why):
    put(tmp_path, {"notes.ipynb": content})
    own, strange = sort_out(tmp_path, COURSE)
    assert len(strange) == 1 and strange[0].startswith(f"notes.ipynb was not recognised: {why}")
    assert all(path == "" and strange[0] in remarks for path, remarks in own.values())


def test_a_link_out_of_the_folder_is_named_and_not_read(tmp_path):
    put(tmp_path / "bob", {"homework.ipynb": submitted.GOOD})
    (tmp_path / "ada").mkdir()
    (tmp_path / "ada" / "mine.ipynb").symlink_to(tmp_path / "bob" / "homework.ipynb")
    assert found(tmp_path / "ada") == (
        {"small": "", "later": ""},
        ["mine.ipynb was not recognised: it is a link to somewhere else, or not a file, or cannot be read"],
    )


@pytest.mark.skipif(not sources(ROOT), reason="the public tree has no source notebooks")
def test_every_notebook_that_is_handed_out_is_known_by_its_cells(tmp_path):
    editions = {path.stem: student_edition(read(path)[1]) for path in sources(ROOT)}
    names = {f"mine {i}.ipynb": name for i, name in enumerate(editions)}
    put(tmp_path, {file: (ROOT / EXERCISES / name / f"{name}.ipynb").read_text() for file, name in names.items()})
    own, strange = sort_out(tmp_path, editions)
    assert {path.rpartition("/")[2]: name for name, (path, _) in own.items()} == names and strange == []


def test_the_report_and_the_feedback_name_a_file_that_was_not_recognised(tmp_path):
    put(tmp_path / "sources", {"small.ipynb": submitted.SOURCE, "later.ipynb": other(submitted.SOURCE)})
    (tmp_path / "class").mkdir()
    put(tmp_path / "class" / "ada", {"homework final (2).ipynb": submitted.GOOD})
    put(tmp_path / "class" / "bob", {"homework.ipynb": "{ no JSON"})
    assert main([str(tmp_path / "class"), "--sources", str(tmp_path / "sources")]) == 0
    marks = tmp_path / "class-marks"
    table = (marks / "small.csv").read_text(encoding="utf-8-sig").splitlines()
    assert [row.split(",")[0] for row in table[1:]] == ["ada", "bob"] and table[1].endswith(",5.0,9.0,1")
    report = (marks / "report.md").read_text()
    assert "## Not recognised" in report and "\n- bob: homework.ipynb was not recognised: the file is not" in report
    assert "homework.ipynb was not recognised" in (marks / "feedback" / "bob" / "small" / "small.html").read_text()
