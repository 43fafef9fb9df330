"""Canonical notebooks."""

import json
import os

import nbformat
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gradlab_course.notebooks import CHECKED, canonical, main, to_text

TEXT = st.text("aé×\t\r\n\u2028", max_size=12)  # \r and U+2028 end a line for str.splitlines
METADATA = st.dictionaries(st.sampled_from(["collapsed", "id", "scrolled", "trusted"]), st.booleans()) | st.just(
    {"jupyter": {"source_hidden": True, "outputs_hidden": True}}  # as JupyterLab leaves it
)
TAGS = st.lists(st.sampled_from([CHECKED, "hide-input", "slide"]), unique=True)
STREAM = {"output_type": st.just("stream"), "name": st.sampled_from(["stdout", "stderr"]), "text": TEXT}
DATA = st.fixed_dictionaries({"text/plain": TEXT}, optional={"image/png": st.just("aGk="), "text/html": TEXT})
RESULT = {
    "output_type": st.just("execute_result"),
    "execution_count": st.integers(1, 99),
    "data": DATA,
    "metadata": st.just({}),
}
PICTURE = {"output_type": "display_data", "data": {"image/png": "aGk="}, "metadata": {}}
OUTPUTS = st.lists(
    st.fixed_dictionaries(STREAM) | st.fixed_dictionaries(RESULT) | st.builds(dict, st.just(PICTURE)), max_size=4
)


@st.composite
def notebooks(draw):
    cells = []
    for position in range(draw(st.integers(0, 4))):
        kind = draw(st.sampled_from(["code", "markdown", "raw"]))
        metadata = draw(METADATA) | draw(st.sampled_from([{}, {"tags": draw(TAGS)}, {"editable": False}]))
        cell = {"cell_type": kind, "id": f"cell{position}", "metadata": metadata, "source": draw(TEXT)}
        if kind == "code":
            cell |= {"execution_count": draw(st.none() | st.integers(1, 9)), "outputs": draw(OUTPUTS)}
        cells.append(cell)
    metadata = draw(st.sampled_from([{}, {"kernelspec": {"name": "mine", "display_name": "Mine"}, "toc": {}}]))
    return {"cells": cells, "metadata": metadata, "nbformat": 4, "nbformat_minor": 5}


def checked_notebook(source="print(6 * 7)", text="42\n"):
    """A canonical notebook of one checked cell."""
    output = {"output_type": "stream", "name": "stdout", "text": text}
    cell = {"cell_type": "code", "metadata": {"tags": [CHECKED]}, "source": source, "outputs": [output]}
    return canonical({"cells": [cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 4})


@settings(deadline=None)  # the first validation reads a schema
@given(notebooks())
def test_canonical_form(nb):
    before = json.dumps(nb)
    result = canonical(nb)
    assert json.dumps(nb) == before, "the argument must not be changed"
    assert canonical(result) == result
    assert (result["nbformat"], result["nbformat_minor"]) == (4, 4)
    assert set(result["metadata"]) == {"kernelspec", "language_info"}
    assert result["metadata"]["kernelspec"]["name"] == "python3"
    nbformat.validate(nbformat.from_dict(result))
    assert ["".join(cell["source"]) for cell in result["cells"]] == [cell["source"] for cell in nb["cells"]]
    for cell, old in zip(result["cells"], nb["cells"], strict=True):
        assert "id" not in cell
        assert set(cell["metadata"]) <= {"tags", "nbgrader", "deletable", "editable", "jupyter"}
        is_folded = cell["cell_type"] == "code" and "hide-input" in cell["metadata"].get("tags", [])
        assert cell["metadata"].get("jupyter") == ({"source_hidden": True} if is_folded else None)
        assert cell["metadata"].get("tags", []) == old["metadata"].get("tags", [])
        if cell["cell_type"] != "code":
            continue
        if CHECKED not in cell["metadata"].get("tags", []):
            assert cell["outputs"] == []
            assert cell["execution_count"] is None
            continue
        assert cell["execution_count"] == 1
        shown = "".join("".join(o["text"] if "text" in o else o["data"]["text/plain"]) for o in cell["outputs"])
        assert shown == "".join(o["text"] if "text" in o else o["data"].get("text/plain", "") for o in old["outputs"])
        assert all(set(o.get("data", {})) <= {"text/html", "text/plain"} for o in cell["outputs"])
        tables = ["".join(o["data"]["text/html"]) for o in cell["outputs"] if "text/html" in o.get("data", {})]
        assert tables == [o["data"]["text/html"] for o in old["outputs"] if "text/html" in o.get("data", {})]


@settings(deadline=None)
@given(notebooks())
def test_file_is_written_as_nbformat_writes_it(nb):
    content = to_text(nb)
    assert content == nbformat.writes(nbformat.reads(content, as_version=4)) + "\n"


@pytest.mark.parametrize("call", ["explore(\n    draw,\n)", "playground(\n    surface,\n)"])
def test_a_figure_that_needs_a_kernel_says_that_it_waits(call):
    """And nothing of what a reader's kernel has shown there is committed."""
    shown = {"output_type": "display_data", "data": {"text/plain": "VBox(…)"}, "metadata": {}}
    cells = [
        {"cell_type": "code", "metadata": {}, "source": f"{source}\n", "outputs": [shown], "execution_count": 3}
        for source in (call, "import explore")
    ]
    figure, other = canonical({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 4})["cells"]
    assert ["".join(it["data"]["text/plain"]) for it in figure["outputs"]] == [
        "A figure with sliders. It waits for Run All Cells."
    ]
    assert figure["execution_count"] == 1, "nbval refuses a cell that has outputs and was never run"
    assert other["outputs"] == []


def test_nbgrader_metadata_is_kept():
    kept = {"nbgrader": {"grade": True, "grade_id": "a"}, "deletable": False, "editable": False}
    cell = {"cell_type": "markdown", "metadata": kept | {"collapsed": True}, "source": "α × β"}
    nb = {"cells": [cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 4}
    assert canonical(nb)["cells"][0]["metadata"] == kept
    assert "α × β" in to_text(nb)


@pytest.mark.parametrize(
    ("nb", "complaint"),
    [
        (None, "nbformat 4"),
        ([], "nbformat 4"),
        ({"nbformat": 3, "worksheets": []}, "nbformat 4"),
        ({"nbformat": 4}, "nbformat 4"),
        ({"nbformat": 4, "cells": [1]}, "malformed cell"),
        ({"nbformat": 4, "cells": [{"cell_type": "markdown", "metadata": {}}]}, "source"),
    ],
)
def test_a_value_that_is_not_a_notebook_is_refused(nb, complaint):
    with pytest.raises(ValueError, match=f"nb .*{complaint}"):
        canonical(nb)


def test_check_names_the_file_and_changes_nothing(tmp_path, capsys):
    path = tmp_path / "untidy.ipynb"
    path.write_text(json.dumps(checked_notebook()), encoding="utf-8")
    before = path.read_bytes()
    assert main(["--check", str(path)]) == 1
    assert "untidy.ipynb: not canonical" in capsys.readouterr().out
    assert path.read_bytes() == before
    assert main([str(path)]) == 0
    assert path.read_text(encoding="utf-8") == to_text(checked_notebook())
    assert main(["--check", str(path)]) == 0


@pytest.mark.parametrize(("content", "complaint"), [("{", "not JSON"), ("[]", "nbformat 4"), ("\xff", "utf-8")])
def test_bad_file_is_named_and_left_alone(tmp_path, capsys, content, complaint):
    bad, good = tmp_path / "bad.ipynb", tmp_path / "good.ipynb"
    bad.write_bytes(content.encode("latin-1"))
    good.write_text(json.dumps(checked_notebook()), encoding="utf-8")
    assert main([str(bad), str(good)]) == 2
    errors = capsys.readouterr().err
    assert str(bad) in errors
    assert complaint in errors
    assert bad.read_bytes() == content.encode("latin-1")
    assert good.read_text(encoding="utf-8") == to_text(checked_notebook()), "a good file after a bad one is rewritten"


def test_missing_file_is_named(tmp_path, capsys):
    assert main([str(tmp_path / "none.ipynb")]) == 2
    assert "none.ipynb: No such file" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_interrupted_writing_leaves_the_old_file(tmp_path, monkeypatch):
    path = tmp_path / "a.ipynb"
    path.write_text(json.dumps(checked_notebook()), encoding="utf-8")
    before = path.read_bytes()

    def interrupt(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "replace", interrupt)
    with pytest.raises(KeyboardInterrupt):
        main([str(path)])
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]


def test_run_refreshes_the_outputs_a_reader_sees(tmp_path, monkeypatch):
    monkeypatch.setenv("GRADLAB_BOOK", "1")
    path = tmp_path / "a.ipynb"
    stale = checked_notebook("import os\nprint(6 * 7, 'GRADLAB_BOOK' in os.environ)", "41\n")
    path.write_text(to_text(stale), encoding="utf-8")
    assert main(["--run", str(path)]) == 0
    [cell] = json.loads(path.read_text(encoding="utf-8"))["cells"]
    assert cell["outputs"] == [{"name": "stdout", "output_type": "stream", "text": ["42 False\n"]}]


def test_run_of_a_failing_notebook_keeps_the_file(tmp_path, capsys):
    path = tmp_path / "a.ipynb"
    path.write_text(to_text(checked_notebook("1 / 0")), encoding="utf-8")
    before = path.read_bytes()
    assert main(["--run", str(path)]) == 2
    errors = capsys.readouterr().err
    assert "a.ipynb" in errors
    assert "ZeroDivisionError" in errors
    assert path.read_bytes() == before
