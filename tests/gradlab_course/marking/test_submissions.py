"""Submissions: any file becomes a notebook that can be marked, with remarks on everything odd."""

import json
import re

import pytest
import submitted

from gradlab_course.marking.submissions import MAX_CELL, PUT_BACK, is_untouched, parse_submission


def parsed(tmp_path, nb):
    path = tmp_path / "nb.ipynb"
    path.write_text(nb if isinstance(nb, str) else json.dumps(nb))
    return parse_submission(path, submitted.RELEASED, submitted.SOURCE)


def names(nb):
    return [cell["metadata"].get("nbgrader", {}).get("grade_id") for cell in nb["cells"]]


def test_an_untouched_notebook_gets_a_remark(tmp_path):
    nb, remarks = parsed(tmp_path, submitted.RELEASED)
    assert nb["cells"] == submitted.RELEASED["cells"]
    assert remarks == ["nothing was changed: all cells of the tasks are as they were handed out"]


def test_a_good_submission_and_the_source_itself_get_no_remarks(tmp_path):
    assert parsed(tmp_path, submitted.GOOD)[1] == parsed(tmp_path, submitted.SOURCE)[1] == []


@pytest.mark.parametrize("gone", [["momentum-test"], ["momentum", "momentum-test"], ["momentum"], ["words"]])
def test_deleted_cells_are_put_back_where_they_were(tmp_path, gone):
    nb, remarks = parsed(tmp_path, submitted.without(submitted.RELEASED, *gone))
    assert [name for name in names(nb) if name] == [name for name in names(submitted.RELEASED) if name]
    assert remarks == [f"{name}: the cell was deleted; it was put back" for name in gone]


def test_all_cells_may_be_deleted(tmp_path):
    nb, remarks = parsed(tmp_path, {"nbformat": 4, "cells": []})
    assert names(nb) == [name for name in names(submitted.RELEASED) if name]
    assert len(remarks) == 5


def test_points_locks_and_types_of_cells_come_from_the_exercise(tmp_path):
    nb = json.loads(json.dumps(submitted.GOOD))
    for cell in nb["cells"]:
        if "nbgrader" in cell["metadata"]:
            cell["metadata"]["nbgrader"] = {"grade_id": cell["metadata"]["nbgrader"]["grade_id"], "points": 99}
            cell["cell_type"] = "raw"
    kept, _ = parsed(tmp_path, nb)
    wanted = {names({"cells": [c]})[0]: c for c in submitted.RELEASED["cells"]}
    for cell, name in zip(kept["cells"], names(kept), strict=True):
        if name:
            assert (cell["metadata"], cell["cell_type"]) == (wanted[name]["metadata"], wanted[name]["cell_type"])


@pytest.mark.parametrize(
    "content",
    [
        "",
        "{",
        "[]",
        "3",
        '{"nbformat": 3, "cells": []}',
        '{"nbformat": 4}',
        '{"nbformat": 4, "cells": {}}',
        "[" * 10**5,
    ],
)
def test_a_file_that_is_not_a_notebook_becomes_the_untouched_exercise(tmp_path, content):
    nb, remarks = parsed(tmp_path, content)
    assert nb["cells"] == submitted.RELEASED["cells"] and len(remarks) == 1 and remarks[0].startswith("the file is no")


def test_files_that_are_not_text_or_too_large_or_missing_get_a_remark(tmp_path, monkeypatch):
    path = tmp_path / "x.ipynb"
    path.write_bytes(b"\xff\xfe\xff")
    assert parse_submission(path, submitted.RELEASED, submitted.SOURCE)[1][0].startswith("the file is not JSON")
    monkeypatch.setattr("gradlab_course.marking.submissions.MAX_FILE", 2)
    assert "larger than" in parse_submission(path, submitted.RELEASED, submitted.SOURCE)[1][0]
    assert parse_submission(None, submitted.RELEASED, submitted.SOURCE)[1] == ["nothing was handed in"]


@pytest.mark.parametrize(
    "odd",
    [
        {"cell_type": "code"},
        {"cell_type": "code", "source": None},
        {"cell_type": "code", "source": [1]},
        {"cell_type": "heading", "source": "x"},
        {"cell_type": 3, "source": "x"},
        3,
        None,
    ],
)
def test_a_cell_that_cannot_be_read_is_left_out(tmp_path, odd):
    nb = {**submitted.GOOD, "cells": [odd, *submitted.GOOD["cells"]]}
    kept, remarks = parsed(tmp_path, nb)
    assert kept == parsed(tmp_path, submitted.GOOD)[0]
    assert remarks == ["cell 1 cannot be read, and was left out"]


@pytest.mark.parametrize("metadata", [None, 3, {"nbgrader": 3}, {"nbgrader": {"grade_id": 3}}, {"nbgrader": None}])
def test_a_cell_with_broken_metadata_is_kept(tmp_path, metadata):
    cell = {"cell_type": "code", "source": "x = '\ud800'", "metadata": metadata}
    nb, _ = parsed(tmp_path, {"nbformat": 4, "cells": [cell]})
    assert ["x = '?'"] in [cell["source"] for cell in nb["cells"]]


def test_line_ends_of_windows_are_not_an_edit(tmp_path):
    nb = json.loads(json.dumps(submitted.GOOD))
    for cell in nb["cells"]:
        cell["source"] = "".join(cell["source"]).replace("\n", "\r\n")
    assert parsed(tmp_path, nb) == parsed(tmp_path, submitted.GOOD)


def test_words_lose_active_parts_and_keep_pictures(tmp_path):
    words = "$a<b$ <b onclick='x'> [l](javascript:x) [k]: data:x ![p](attachment:p.png) <https://a.b> [m](https://a.b)"
    nb = json.loads(json.dumps(submitted.handed_in(words=words)))
    number = len(nb["cells"])
    nb["cells"][-1]["attachments"] = {"p.png": {"image/png": "aGk="}, "q.svg": {"image/svg+xml": "<svg>"}}
    kept = parsed(tmp_path, nb)[0]["cells"][-1]
    assert kept["attachments"] == {f"{number}-1.png": {"image/png": "aGk="}}
    said = "".join(kept["source"])
    assert "< b onclick" in said and "](javascript" not in said and "]:" not in said
    assert f"](attachment:{number}-1.png)" in said and "](https://a.b)" in said


def test_an_answer_in_words_is_sanitised_even_if_its_type_is_code(tmp_path):
    nb = submitted.handed_in(words="<script>run()</script> [a](javascript:run())")
    for cell in nb["cells"]:
        if cell["metadata"].get("nbgrader", {}).get("grade_id") == "words":
            cell["cell_type"] = "code"
    path = tmp_path / "small.ipynb"
    path.write_text(json.dumps(nb))
    kept, _ = parse_submission(path, submitted.RELEASED, submitted.SOURCE)
    (words,) = [c for c in kept["cells"] if c["metadata"].get("nbgrader", {}).get("grade_id") == "words"]
    assert words["cell_type"] == "markdown"
    assert "<script" not in "".join(words["source"]) and "](javascript" not in "".join(words["source"])


def test_of_a_cell_that_is_too_long_only_the_beginning_is_kept(tmp_path):
    kept, remarks = parsed(tmp_path, submitted.handed_in(momentum="a=1;" * 50_000, words="long " * 50_000))
    assert remarks == [
        "cell 4 is longer than 100000 characters; the rest was left out",
        f"cell {len(submitted.RELEASED['cells'])} is longer than 100000 characters; the rest was left out",
    ]
    assert len(words_of(kept)) == MAX_CELL and words_of(kept, "momentum") == "# This cell was too long."
    picture = f"![x](data:image/png;base64,{'a' * 300_000})"
    kept, remarks = parsed(tmp_path, submitted.handed_in(words=picture))
    assert remarks == [] and "attachment:" in words_of(kept), "a picture does not count"


def words_of(nb, name="words"):
    (found,) = [cell for cell in nb["cells"] if cell["metadata"].get("nbgrader", {}).get("grade_id") == name]
    return "".join(found["source"])


BESIDE = "words: the answer was written in a cell beside its own, and was taken from there"


def test_words_in_cells_beside_an_untouched_answer_become_the_answer(tmp_path):
    nb = json.loads(json.dumps(submitted.handed_in(submitted.WRONG)))
    picture = {"attachments": {"a.png": {"image/png": "aGk="}}}
    pasted = [submitted.cell("markdown", "![a](attachment:a.png)") | picture for _ in range(2)]
    nb["cells"] += [*pasted, submitted.cell("code", "x = 1"), submitted.cell("markdown", " ")]
    nb["cells"].insert(-5, submitted.cell("markdown", "Above."))
    kept, remarks = parsed(tmp_path, nb)
    picture = r"!\[a\]\(attachment:\d+-1\.png\)"
    assert re.fullmatch(rf"Above\.\n\n{picture}\n\n{picture}", words_of(kept))
    (answer,) = [c for c in kept["cells"] if names({"cells": [c]}) == ["words"]]
    assert len(answer["attachments"]) == 2, "two pictures of one name are two pictures"
    assert remarks == [BESIDE]
    assert ["x = 1"] in [cell["source"] for cell in kept["cells"]], "code stays in its place"


def test_words_in_a_copy_of_the_answers_cell_become_the_answer(tmp_path):
    nb = json.loads(json.dumps(submitted.handed_in(submitted.WRONG)))
    nb["cells"].append(submitted.cell("markdown", "And so.", grade_id="words"))
    kept, remarks = parsed(tmp_path, nb)
    assert words_of(kept) == "And so." and remarks[-1] == BESIDE


@pytest.mark.parametrize(
    "code", ["# Because it is.\n# Always.", '"Because it is."', "Because it is so.", "print('So it is.')"]
)
def test_words_in_a_code_cell_become_the_answer(tmp_path, code):
    nb = json.loads(json.dumps(submitted.handed_in(submitted.WRONG)))
    nb["cells"].append(submitted.cell("code", code))
    kept, remarks = parsed(tmp_path, nb)
    assert words_of(kept) == f"```\n{code}\n```" and remarks == [BESIDE]


@pytest.mark.parametrize("code", ["x = 1", "%time x = 1", "!ls", "f()", "print(x)", "3", "print(2 * 'x')"])
def test_code_beside_an_answer_does_not_become_the_answer(tmp_path, code):
    nb = json.loads(json.dumps(submitted.handed_in(submitted.WRONG)))
    nb["cells"].append(submitted.cell("code", code))
    kept, remarks = parsed(tmp_path, nb)
    assert words_of(kept) == "YOUR ANSWER HERE" and remarks == []


def test_words_at_the_end_of_the_question_become_the_answer(tmp_path):
    nb = json.loads(json.dumps(submitted.handed_in(submitted.WRONG)))
    question = nb["cells"][-2]
    question["source"] = ["".join(question["source"]) + "\n\nBecause it is."]
    kept, remarks = parsed(tmp_path, nb)
    assert words_of(kept) == "Because it is." and remarks == [BESIDE]


def test_an_answer_that_was_deleted_and_written_anew_is_found(tmp_path):
    nb = json.loads(json.dumps(submitted.without(submitted.handed_in(submitted.WRONG), "words")))
    nb["cells"].append(submitted.cell("markdown", "Because it is."))
    kept, remarks = parsed(tmp_path, nb)
    assert words_of(kept) == "Because it is."
    assert remarks == ["words: the cell was deleted; it was put back", BESIDE]


def test_solutions_that_are_put_back_are_not_executed_and_tests_come_after_what_they_test(tmp_path):
    nb = json.loads(json.dumps(submitted.without(submitted.GOOD, "momentum", "momentum-test")))
    own = submitted.cell("code", "def my_momentum(): pass")
    nb["cells"].insert([c["source"][0][:9] for c in nb["cells"]].index("## Task 1") + 1, own)
    kept, _ = parsed(tmp_path, nb)
    tags = {names({"cells": [c]})[0]: c["metadata"].get("tags", []) for c in kept["cells"]}
    assert PUT_BACK in tags["momentum"] and PUT_BACK not in tags["prediction"]
    order = ["".join(c["source"]) for c in kept["cells"]]
    assert order.index("def my_momentum(): pass") < names(kept).index("momentum-test")


def test_is_untouched(tmp_path):
    path = tmp_path / "nb.ipynb"
    for nb, untouched in ((submitted.RELEASED, True), (submitted.GOOD, False), ("{", False), ({}, False)):
        path.write_text(nb if isinstance(nb, str) else json.dumps(nb))
        assert is_untouched(path, submitted.RELEASED) is untouched


def test_a_note_beside_an_answer_is_not_moved(tmp_path):
    nb = json.loads(json.dumps(submitted.GOOD))
    nb["cells"].append(submitted.cell("markdown", "A note."))
    kept, remarks = parsed(tmp_path, nb)
    assert "geometric" in words_of(kept) and "A note" not in words_of(kept) and remarks == []


def test_words_in_another_task_do_not_become_the_answer(tmp_path):
    nb = json.loads(json.dumps(submitted.RELEASED))
    nb["cells"].insert(2, submitted.cell("markdown", "Not an answer: it stands elsewhere."))
    kept, remarks = parsed(tmp_path, nb)
    assert words_of(kept) == "YOUR ANSWER HERE" and remarks[0].startswith("nothing was changed")


def test_cells_without_names_are_recognised_by_their_neighbours(tmp_path):
    nb = json.loads(json.dumps(submitted.GOOD))
    for cell in nb["cells"]:
        cell["metadata"] = {}
    kept, remarks = parsed(tmp_path, nb)
    named = parsed(tmp_path, submitted.GOOD)[0]
    assert [c for c in kept["cells"] if c["metadata"]] == [c for c in named["cells"] if c["metadata"]]
    assert remarks == ["the cells had lost their names (metadata); they were recognised by the cells around them"]


def test_nbgraders_delimiters_in_an_answer_do_not_stop_the_marking(tmp_path):
    nb = submitted.handed_in("### BEGIN HIDDEN TESTS\nx = 1", words="=== END MARK SCHEME ===")
    kept, _ = parsed(tmp_path, nb)
    assert words_of(kept) == "=== END_MARK SCHEME ===" and words_of(kept, "momentum").startswith("### BEGIN_HIDDEN")


def test_a_cell_for_experiments_may_stand_between_question_and_answer(tmp_path):
    experiment = submitted.cell("code", "# YOUR CODE HERE", grade_id="experiment", solution=True)
    released, source = ({**nb, "cells": [*nb["cells"]]} for nb in (submitted.RELEASED, submitted.SOURCE))
    for nb in (released, source):
        nb["cells"].insert(-1, experiment)
    handed_in = json.loads(json.dumps(released))
    question = handed_in["cells"][-3]
    question["source"] = "".join(question["source"]) + "\n\nBecause it is."
    path = tmp_path / "nb.ipynb"
    path.write_text(json.dumps(handed_in))
    kept, remarks = parse_submission(path, released, source)
    assert words_of(kept) == "Because it is." and remarks == [BESIDE]
