"""The editions of the exercises: their contents, and that only the instructor edition shows solutions and the like."""

import ast
import io
import json
import os
import re
import shutil
import subprocess
import zipfile
from html import unescape
from textwrap import dedent

import nbclient
import nbformat
import pytest
import yaml
from canaries import SECRETS, SHOWN, all_shown, found, source_notebook
from sphinx.highlighting import PygmentsBridge

from gradlab import rules
from gradlab.checks import REFERENCES, check
from gradlab_course import ROOT
from gradlab_course.editions import __main__ as editions
from gradlab_course.editions import instructor, mistakes_page, pdf, public, shading
from gradlab_course.exercises import (
    EXERCISES,
    SOURCES,
    Task,
    out_of_step,
    sources,
    student_edition,
    tasks,
    totals,
    zipped,
)
from gradlab_course.notebooks import canonical, to_text

WHERE = ("https://host/me/course", "here")
STUDENTS = sorted((ROOT / EXERCISES).glob("*/*.ipynb"))


def text_of(cell):
    return "".join(cell["source"])


@pytest.fixture
def tree(tmp_path):
    """Make a repository of one source notebook."""
    root = tmp_path / "repository"
    (root / SOURCES).mkdir(parents=True)
    (root / SOURCES / "small.ipynb").write_text(to_text(source_notebook()), encoding="utf-8")
    (root / "Makefile").write_text("all:\n")
    (root / "run").write_text("#!/bin/sh\n")
    (root / "run").chmod(0o755)
    subprocess.run(["git", "init", "-q"], cwd=root, check=True)
    assert editions.main(["student"], root) == 0
    subprocess.run(["git", "add", "."], cwd=root, check=True)
    (root / "untracked").write_text("mine")
    return root


def edition_of(root):
    """The path of the student edition of the small source notebook."""
    return root / EXERCISES / "small" / "small.ipynb"


# --- the source ---------------------------------------------------------------------------------------------------


def test_tasks_are_read():
    assert tasks(source_notebook()) == [
        Task(1, "one step", "self-study", "easy", 5, 0, 0, slice(2, 5)),
        Task(2, "ten steps", "assignment", "hard", 45, 3, 0, slice(5, 8)),
        Task(3, "why", "assignment", "medium", 15, 5, 5, slice(8, 11)),
    ]


TWIN = "## Task 2, for yourself: two steps\n\n*self-study · easy · 6 minutes*"


def with_twin(heading=TWIN, before=8):
    """A source notebook with a twin of one of its tasks."""
    nb = source_notebook()
    answer = {"grade": False, "grade_id": "two", "locked": False, "schema_version": 3, "solution": True, "task": False}
    test = answer | {"grade_id": "two-test", "locked": True, "solution": False}
    cells = [{"cell_type": "markdown", "metadata": {}, "source": [heading]}]
    for known, source in (
        (answer, "two = None  # replace None\n### BEGIN SOLUTION\ntwo = 2\n### END SOLUTION"),
        (test, "assert two"),
    ):
        cells.append({"cell_type": "code", "metadata": {"nbgrader": known}, "execution_count": None, "outputs": []})
        cells[-1]["source"] = [source]
    nb["cells"][before:before] = cells
    return nb


def test_a_twin_shares_the_number_of_its_assignment_and_counts_by_itself():
    found = tasks(with_twin())
    assert [(task.number, task.label, task.twin) for task in found] == [
        (1, "1", False), (2, "2", False), (2, "2, for yourself", True), (3, "3", False)
    ]  # fmt: skip
    assert found[2] == Task(2, "two steps", "self-study", "easy", 6, 0, 0, slice(8, 11), True)
    assert totals(found) == [(3, 65), (1, 6)]
    assert totals(tasks(source_notebook())) == [(3, 65), (0, 0)]


@pytest.mark.parametrize(
    ("heading", "before", "complaint"),
    [
        (TWIN.replace("Task 2", "Task 3"), 8, "task 2: must begin with '## Task 2: title'"),
        (TWIN.replace("Task 2", "Task 1"), 5, "task 1, for yourself: must stand behind the assignment"),
        (TWIN.replace("Task 2", "Task 1"), 2, "task 1, for yourself: must stand behind the assignment"),
        (TWIN.replace("self-study", "assignment"), 8, "task 2: an assignment gives points"),
        (
            TWIN.replace("self-study · easy · 6 minutes", "assignment · easy · 6 minutes · 0 points"),
            8,
            "task 2, for yourself: must be self-study",
        ),
    ],
)
def test_a_twin_must_stand_behind_its_assignment_and_give_no_points(heading, before, complaint):
    with pytest.raises(ValueError, match=complaint):
        tasks(with_twin(heading, before))


def test_two_twins_of_one_task_are_refused():
    nb = with_twin()
    nb["cells"][11:11] = nb["cells"][8:11]
    with pytest.raises(ValueError, match="task 2, for yourself: must stand behind the assignment"):
        tasks(nb)


def test_the_editions_of_a_twin():
    cells = student_edition(with_twin())["cells"]
    at = next(i for i, cell in enumerate(cells) if text_of(cell).startswith("## Task 2, for"))
    assert text_of(cells[at + 1]) == "two = None  # replace None\n# YOUR CODE HERE\nraise NotImplementedError()"
    assert text_of(cells[at + 3]) == ("<details><summary>Solution</summary>\n\n```python\ntwo = 2\n```\n\n</details>")
    shown = [text_of(cell) for cell in instructor.instructor_edition(with_twin())["cells"]]
    assert "| 2, for yourself | two steps | self-study | easy | 6 | 0 | 0 |" in "\n".join(shown)
    assert "two = None  # replace None\n### BEGIN SOLUTION\ntwo = 2\n### END SOLUTION" in shown


def test_all_cells_can_be_run_though_self_study_was_skipped():
    """Jupyter stops at a cell that fails, unless it has this tag."""
    tags = {}
    for cell in student_edition(with_twin())["cells"]:
        if "nbgrader" in cell["metadata"]:
            tags[cell["metadata"]["nbgrader"]["grade_id"]] = "raises-exception" in cell["metadata"].get("tags", [])
    wanted = {"step", "step-test", "two", "two-test"}
    assert {name for name, tagged in tags.items() if tagged} == wanted
    assert tags.keys() > wanted


def test_some_of_the_points_may_be_given_by_hand():
    nb = source_notebook()
    nb["cells"] = nb["cells"][:2] + nb["cells"][5:8] + nb["cells"][9:]
    nb["cells"][2]["source"] = ["## Task 1: both\n*assignment · hard · 9 minutes · 8 points, 5 of them marked by hand*"]
    assert [(task.points, task.by_hand) for task in tasks(nb)] == [(8, 5)]


WRONG = [
    (2, "## Task 1:", "## Task 2:", "task 1: must begin with '## Task 1: title'"),
    (2, "## Task 1:", "### Task 1:", "task 1: must begin with"),
    (2, "## Task 1: one step", "## Task 1", "task 1: must begin with"),
    (2, "## Task", "Text.\n\n## Task", "cell 3: the heading of a task must be the first line"),
    (5, "Go on.", "Go on.\n\n## Task 3: and more", "task 2: .*|cell 6: the heading of a task"),
    (2, "easy", "simple", "task 1: the second line must be like"),
    (2, "*self-study · easy · 5 minutes*", "", "task 1: the second line must be like"),
    (5, "3 points", "4 points", "task 2: promises 4 points, 0 of them by hand; its cells give 3, 0 of them by hand"),
    (5, "3 points", "3 points, marked by hand", "task 2: promises 3 points, 3 of them by hand"),
    (8, ", marked by hand", "", "task 3: promises 5 points, 0 of them by hand; its cells give 5, 5 of them by hand"),
    (8, ", marked by hand", ", 4 of them marked by hand", "task 3: promises 5 points, 4 of them by hand"),
    (5, "assignment", "self-study", "task 2: an assignment gives points, self-study none"),
    (2, "self-study", "assignment", "task 1: an assignment gives points, self-study none"),
    (6, "### BEGIN SOLUTION", "## BEGIN SOLUTION", "cell 7: '## BEGIN SOLUTION' looks like a delimiter"),
    (7, "### BEGIN HIDDEN TESTS", "### BEGIN HIDDEN TEST", "cell 8: '### BEGIN HIDDEN TEST' looks like a delimiter"),
    (
        7,
        "### BEGIN HIDDEN TESTS",
        "#### begin hidden tests",
        "cell 8: '#### begin hidden tests' looks like a delimiter",
    ),
    (7, "### BEGIN HIDDEN TESTS\n", "", "cell 8: '### END HIDDEN TESTS' has no beginning"),
    (7, "### END HIDDEN TESTS", "", "cell 8: '### END HIDDEN TESTS' is missing"),
    (7, "### END HIDDEN TESTS", "### END SOLUTION", "cell 8: expected '### END HIDDEN TESTS', got '### END SOLUTION'"),
    (6, "x = 1.0", "### BEGIN SOLUTION", "cell 7: expected '### END SOLUTION', got '### BEGIN SOLUTION'"),
    (10, "=== BEGIN MARK SCHEME ===", "=== BEGIN MARKSCHEME ===", "cell 11: .* looks like a delimiter"),
    (5, "Go on.", "### BEGIN SOLUTION\nGo.\n### END SOLUTION", "Solution region detected in a non-solution cell"),
    (
        4,
        "check(",
        "### BEGIN HIDDEN TESTS\n1\n### END HIDDEN TESTS\ncheck(",
        "Hidden test region detected in a non-grade cell",
    ),
]


@pytest.mark.parametrize(("number", "old", "new", "complaint"), WRONG)
def test_an_invalid_source_notebook_is_refused(tree, capsys, number, old, new, complaint):
    nb = source_notebook()
    source = text_of(nb["cells"][number])
    assert source.count(old) == 1
    nb["cells"][number]["source"] = [source.replace(old, new)]
    with pytest.raises(ValueError, match=complaint):
        student_edition(nb)
    before = edition_of(tree).read_bytes()
    (tree / SOURCES / "small.ipynb").write_text(to_text(nb), encoding="utf-8")
    assert editions.main(["student"], tree) == 2
    assert "chapters/solutions/small.ipynb: " in capsys.readouterr().err.replace(os.sep, "/")
    assert edition_of(tree).read_bytes() == before


def test_two_cells_of_one_name_are_refused():
    nb = source_notebook()
    nb["cells"][6]["metadata"]["nbgrader"]["grade_id"] = "step"
    with pytest.raises(ValueError, match="metadata"):
        student_edition(nb)


# --- the student edition --------------------------------------------------------------------------------------------


def test_student_edition_holds_what_a_student_needs():
    before = source_notebook()
    cells = student_edition(source_notebook())["cells"]
    assert source_notebook() == before
    assert [text_of(cell) for cell in cells[:3]] == [text_of(cell) for cell in before["cells"][:3]]
    assert text_of(cells[3]) == (
        "def my_sgd(x, g, *, lr):\n    '''One step.'''\n    # YOUR CODE HERE\n    raise NotImplementedError()"
    )
    assert text_of(cells[5]) == (
        "<details><summary>Solution</summary>\n\n```python\ndef my_sgd(x, g, *, lr):\n"
        f"    '''One step.'''\n    return (x - lr * g,)  # {SHOWN['self-study']}\n```\n\n</details>"
    )
    assert text_of(cells[7]) == "x = None\n# YOUR CODE HERE\nraise NotImplementedError()\nx"
    assert text_of(cells[8]).rstrip() == 'assert isinstance(x, float), "x must be a number."'
    assert text_of(cells[10]) == "YOUR ANSWER HERE"
    assert text_of(cells[11]).strip() == "YOUR ANSWER HERE"
    assert "attachments" not in cells[10]
    assert cells[7]["metadata"]["tags"] == ["wide"]
    assert all(cell.get("execution_count") is None for cell in cells), "nbval would run it"


def test_student_edition_is_valid_for_nbgrader():
    from nbgrader.preprocessors import CheckCellMetadata
    from nbgrader.utils import compute_checksum

    result = student_edition(source_notebook())
    assert result == canonical(result)
    assert set(result["metadata"]) == {"kernelspec", "language_info"}
    node = nbformat.reads(json.dumps(result), as_version=4)
    nbformat.validate(node)
    CheckCellMetadata().preprocess(node, {})
    known = {cell.metadata.nbgrader.grade_id: cell for cell in node.cells if "nbgrader" in cell.metadata}
    assert set(known) == {"step", "step-test", "ten", "ten-test", "why", "more"}
    for name, cell in known.items():
        assert cell.metadata.nbgrader.checksum == compute_checksum(cell)
        assert cell.metadata.deletable is False
        assert cell.metadata.get("editable", True) == (not name.endswith("-test"))
    assert [known[name].metadata.nbgrader.get("points") for name in ("ten-test", "why", "step-test")] == [3, 4, None]


def test_editions_made_twice_are_equal_byte_by_byte(tree):
    first, path = edition_of(tree).read_bytes(), edition_of(tree)
    archive = zipped([path], *WHERE)
    path.unlink()
    editions.write_student_editions(tree)
    os.utime(path, (1e9, 1e9))
    path.chmod(0o600)
    assert path.read_bytes() == first
    assert zipped([path], *WHERE) == archive


def readme(archive):
    return archive.read("gradlab-exercises/README.txt").decode()


def test_zip_holds_a_readme_and_each_notebook_in_its_folder(tree):
    archive = zipfile.ZipFile(io.BytesIO(zipped([edition_of(tree)], *WHERE)))
    assert archive.namelist() == ["gradlab-exercises/README.txt", "gradlab-exercises/small/small.ipynb"]
    assert archive.read("gradlab-exercises/small/small.ipynb") == edition_of(tree).read_bytes()
    package = "gradlab[data,torch] @ https://host/me/course/archive/refs/heads/here.zip"  # what every notebook needs
    assert f'install jupyterlab "{package}"' in readme(archive)
    assert "are at https://host/me/course, in" in readme(archive)
    assert {entry.external_attr >> 16 for entry in archive.infolist()} == {0o644}


def test_without_an_address_the_readme_of_the_zip_names_none(tree):
    archive = zipfile.ZipFile(io.BytesIO(zipped([edition_of(tree)], "", "main")))
    told = readme(archive)
    assert "://" not in told and "None" not in told
    assert 'pip install jupyterlab "BOOK[data,torch]"\n' in told and "BOOK is the folder of the book" in told


def altered(root):
    path = edition_of(root)
    path.write_text(path.read_text(encoding="utf-8") + "\n", encoding="utf-8")


def lost(root):
    edition_of(root).unlink()


def orphaned(root):
    other = root / EXERCISES / "other" / "other.ipynb"
    other.parent.mkdir()
    shutil.copy(edition_of(root), other)


@pytest.mark.parametrize(
    ("change", "said", "cured"),
    [
        (altered, "small/small.ipynb: not in step with its source; run `make exercises`", True),
        (lost, "small/small.ipynb: not in step with its source; run `make exercises`", True),
        (orphaned, "other/other.ipynb: has no source; delete it", False),
    ],
)
def test_check_lists_editions_that_are_not_in_step_and_changes_nothing(tree, capsys, change, said, cured):
    assert editions.main(["student", "--check"], tree) == 0
    assert editions.main(["student"], tree) == 0
    capsys.readouterr()
    change(tree)
    before = {path: path.read_bytes() for path in tree.rglob("*.ipynb")}
    assert editions.main(["student", "--check"], tree) == 1
    assert capsys.readouterr().out == f"chapters/exercises/{said}\n"
    assert {path: path.read_bytes() for path in tree.rglob("*.ipynb")} == before
    assert editions.main(["student"], tree) == (0 if cured else 1)
    assert bool(out_of_step(tree)) != cured
    summary = f"notebooks written: {int(cured)} of 1; the others were in step"
    assert summary in capsys.readouterr().out.splitlines()


def test_without_sources_every_student_edition_is_in_step(tree, capsys):
    shutil.rmtree(tree / SOURCES)
    assert editions.main(["student", "--check"], tree) == 0
    capsys.readouterr()
    assert editions.main(["student"], tree) == 0
    assert capsys.readouterr().out == "nothing to write: there are no sources in chapters/solutions\n"
    assert editions.main(["instructor"], tree) == 1
    assert edition_of(tree).exists()


# --- secrets are in the source notebooks only -------------------------------------------------------------------------


def test_all_canaries_are_planted():
    planted = to_text(source_notebook()).encode()
    assert found([planted]) == sorted(SECRETS)
    assert all_shown([planted])


def test_no_canary_is_in_the_student_edition_its_zip_and_the_public_tree(tree, tmp_path):
    archive = zipfile.ZipFile(io.BytesIO(zipped([edition_of(tree)], *WHERE)))
    public.export(tree, tmp_path / "public")
    for texts in (
        [edition_of(tree).read_bytes()],
        [archive.read(name) for name in archive.namelist()],
        [path.read_bytes() for path in (tmp_path / "public").rglob("*") if path.is_file()],
    ):
        assert found(texts) == []
        assert all_shown(texts)


# --- the public tree --------------------------------------------------------------------------------------------------


def test_public_tree_is_the_tracked_files_without_the_sources(tree, tmp_path, capsys):
    target = tmp_path / "a" / "public"
    (tree / "Makefile").write_text("all: # edited\n")
    assert editions.main(["public", str(target)], tree) == 0
    assert capsys.readouterr().out == f"3 files in {target}\n"
    files = {path.relative_to(target).as_posix() for path in target.rglob("*") if path.is_file()}
    assert files == {"Makefile", "run", "chapters/exercises/small/small.ipynb"}
    assert (target / "Makefile").read_text() == "all: # edited\n"
    assert os.access(target / "run", os.X_OK)
    assert not (target / SOURCES).exists()


def test_a_tracked_file_that_was_deleted_is_left_out(tree, tmp_path):
    (tree / "run").unlink()
    assert public.export(tree, tmp_path / "public") == 2


def test_public_tree_may_be_written_into_an_emptied_git_checkout(tree, tmp_path):
    (tmp_path / "public" / ".git").mkdir(parents=True)
    assert public.export(tree, tmp_path / "public") == 3


def test_ignored_files_and_untracked_files_outside_of_the_book_are_left_out(tree, tmp_path):
    (tree / ".git" / "info" / "exclude").write_text("drafts/\n")
    (tree / "chapters" / "drafts").mkdir()
    shutil.copy(tree / SOURCES / "small.ipynb", tree / "chapters" / "drafts")
    assert (tree / "untracked").exists()
    assert public.export(tree, tmp_path / "public") == 3


def test_git_ignores_submissions_and_marks(tmp_path):
    subprocess.run(["git", "init", "-q"], cwd=tmp_path, check=True)
    shutil.copy(ROOT / ".gitignore", tmp_path)
    for name in ("class", "class-marks", "submitted", "submitted-marks", "marks", "chapters/class"):
        (tmp_path / name / "ada").mkdir(parents=True)
        (tmp_path / name / "ada" / "01.ipynb").write_text("{}")
    status = ["git", "status", "--porcelain", "--untracked-files=all"]
    listed = subprocess.run(status, cwd=tmp_path, capture_output=True, text=True, check=True).stdout
    assert listed.splitlines() == ["?? .gitignore", "?? chapters/class/ada/01.ipynb"]


def occupied(tree, target):
    target.mkdir()
    (target / "file").write_text("mine")
    return "folder must be empty"


def a_file(tree, target):
    target.write_text("mine")
    return "folder must be empty"


def late(tree, target):
    altered(tree)
    return "not in step"


def source_elsewhere(tree, target):
    shutil.copy(tree / SOURCES / "small.ipynb", tree / "draft.ipynb")
    subprocess.run(["git", "add", "draft.ipynb"], cwd=tree, check=True)
    return "draft.ipynb holds solutions or hidden tests"


def a_new_page(tree, target):
    (tree / "chapters" / "exercises" / "notes ä.md").write_text("# New")
    (tree / "code").mkdir()
    (tree / "code" / "new.py").write_text("")
    return "git must track or ignore every file, and does neither with chapters/exercises/notes ä.md, code/new.py"


def a_source_beside_the_sources(tree, target):
    shutil.copy(tree / SOURCES / "small.ipynb", tree / "chapters" / "draft.ipynb")
    return "git must track or ignore every file, and does neither with chapters/draft.ipynb"


def no_checkout(tree, target):
    shutil.rmtree(tree / ".git")
    return "root must be a git checkout"


OBSTACLES = [occupied, a_file, late, source_elsewhere, a_new_page, a_source_beside_the_sources, no_checkout]


@pytest.mark.parametrize("obstacle", OBSTACLES)
def test_public_tree_is_refused(tree, tmp_path, capsys, monkeypatch, obstacle):
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path))
    target = tmp_path / "public"
    complaint = obstacle(tree, target)
    before = sorted(target.rglob("*"))
    assert editions.main(["public", str(target)], tree) == 2
    assert complaint in capsys.readouterr().err
    assert sorted(target.rglob("*")) == before


@pytest.mark.parametrize("folder", ["chapters/pub", "_build/public", "chapters/../pub"])
def test_public_tree_is_not_written_into_the_repository(tree, capsys, monkeypatch, folder):
    monkeypatch.chdir(tree)
    assert editions.main(["public", folder], tree) == 2
    shown = capsys.readouterr().err
    assert shown == f"public: folder must be outside of this repository, as ../public is, got {folder!r}\n"
    assert not (tree / folder).exists()
    assert editions.main(["public", "../public"], tree) == 0


# --- the instructor edition -------------------------------------------------------------------------------------------


def test_instructor_edition_shows_every_part_and_the_points():
    cells = instructor.instructor_edition(source_notebook())["cells"]
    shown = "\n\n".join(text_of(cell) for cell in cells)
    assert found([shown.encode()]) == sorted(set(SECRETS) - {"metadata", "output", "picture"})
    assert all_shown([shown.encode()])
    assert "| 2 | ten steps | assignment | hard | 45 | 3 | 0 |" in shown
    assert "| | **all** | | | 65 | 8 | 5 |" in shown
    assert "**Test, marked automatically** · `ten-test` · 3 points\n\nassert" in shown
    assert "**Answer, marked by hand** · `why` · 4 points\n\nBecause" in shown
    assert "**Answer, marked by hand** · `more` · 1 point\n" in shown
    assert "**Solution**\n\ndef my_sgd" in shown
    assert "`step-test`" not in shown
    assert text_of(cells[0]).startswith("# Exercises")
    assert "### BEGIN HIDDEN TESTS" in shown, "shading looks for these lines"
    headings = [line for cell in cells if cell["cell_type"] == "markdown" for line in text_of(cell).splitlines()]
    assert not [line for line in headings if "BEGIN" in line or "END" in line]


def test_instructor_edition_is_a_book_of_its_own(tree):
    (tree / "code").mkdir()
    for file in ("_config.yml", "_toc.yml", "constraints.txt", "CITATION.cff"):
        shutil.copy(ROOT / file, tree)
    kept = tree / instructor.COPY / "_build" / "html" / "kept.html"
    kept.parent.mkdir(parents=True)
    kept.write_text("")
    for _ in range(2):
        book = instructor.copy_book(tree)
    page = SOURCES / "small" / "small"
    assert [path.relative_to(book) for path in (book / SOURCES).rglob("*.ipynb")] == [page.with_suffix(".ipynb")]
    assert edition_of(book).read_bytes() == edition_of(tree).read_bytes()
    toc, old = (yaml.safe_load((root / "_toc.yml").read_text()) for root in (book, tree))
    assert toc["parts"][:-1] == old["parts"]
    assert toc["parts"][-1]["chapters"] == [{"file": page.as_posix()}, {"file": "chapters/solutions/mistakes"}]
    settings, old = (yaml.safe_load((root / "_config.yml").read_text()) for root in (book, tree))
    assert settings["sphinx"]["config"].pop("extensions") == [
        *old["sphinx"]["config"].pop("extensions"),
        "gradlab_course.editions.shading",
    ]
    old["sphinx"]["local_extensions"]["gradlab_course.editions.shading"] = "code"
    assert old["html"].pop("baseurl"), "the address is that of the students' site"
    assert settings == old | {"title": "gradlab, instructors"}
    assert kept.exists()


def shaded(code):
    """Code as the instructor edition shows it: its text, with the parts that students do not see as [kind: lines]."""
    html = shading.shade(PygmentsBridge().highlight_block(code, "ipython3"))
    html = re.sub('<span class="withheld" data-kind="([^"]*)">(.*?\n)</span>', r"[\1: \2]", html, flags=re.S)
    return unescape(re.sub("<[^>]*>", "", html)).removesuffix("\n")


@pytest.mark.parametrize(
    ("code", "shown"),
    [
        ("### BEGIN HIDDEN TESTS\nf(x)\n### END HIDDEN TESTS", "[hidden tests: f(x)\n]"),
        ("f(x)\n### BEGIN HIDDEN TESTS \ng(x)\n### END HIDDEN TESTS\nh(x)", "f(x)\n[hidden tests: g(x)\n]h(x)\n"),
        (
            'def f(x):\n    """One."""\n    ### BEGIN SOLUTION\n    s = """a\n    b"""\n    return s\n'
            "    ### END SOLUTION\n"
            "def g(x):\n\t### BEGIN SOLUTION\n\treturn x < 1\n\t### END SOLUTION\ng",
            'def f(x):\n    """One."""\n[solution:     s = """a\n    b"""\n    return s\n]'
            "def g(x):\n[solution: \treturn x < 1\n]g\n",
        ),
        ("### BEGIN SOLUTION\nf(x)\n### END HIDDEN TESTS", "### BEGIN SOLUTION\nf(x)\n### END HIDDEN TESTS\n"),
    ],
)
def test_parts_that_students_do_not_see_are_shaded(code, shown):
    assert shaded(code) == shown


def test_the_page_of_mistakes_has_each_name_under_its_function():
    page, bar = mistakes_page.page(), r"\|"
    parts = {part.partition("\n")[0]: part for part in page.split("\n## ")[1:]}
    assert len(parts) == len(REFERENCES)
    assert (
        f" {sum(len(known) for _, known in REFERENCES.values())} wrong variants of {len(REFERENCES)} functions" in page
    )
    for reference, (_, known) in REFERENCES.items():
        rows = parts[f"{reference.__module__.split('.')[-1]}.{reference.__name__}"].splitlines()[4:]
        assert [row for row in rows if row] == list(
            dict.fromkeys(f"| {' | '.join(words.replace('|', bar) for words in (m.name, m.hint))} |" for m in known)
        )


def test_without_a_browser_there_is_no_pdf(monkeypatch):
    monkeypatch.setattr(pdf, "find_browser", lambda: None)
    with pytest.raises(ValueError, match="no browser on this machine: install Chromium, or set CHROME_PATH"):
        pdf.print_pages({})


# --- the notebooks of this repository ---------------------------------------------------------------------------------

with_sources = pytest.mark.skipif(not sources(ROOT), reason="the public tree has no source notebooks")


@with_sources
def test_exercises_are_in_step_with_their_sources():
    assert out_of_step(ROOT) == []


@with_sources
def test_every_source_lists_the_functions_it_withholds_and_is_canonical():
    for path in sources(ROOT):
        content = path.read_text(encoding="utf-8")
        assert content == to_text(json.loads(content)), "run `make canon`"
        assert json.loads(content)["metadata"]["gradlab"]["withheld"]


NUMERALS = ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"]
NUMERALS += ["thirteen", "fourteen"]


@with_sources
@pytest.mark.parametrize("path", sources(ROOT), ids=lambda path: path.stem)
def test_every_source_says_how_many_tasks_there_are(path):
    nb = json.loads(path.read_text(encoding="utf-8"))
    first, found = text_of(nb["cells"][0]).partition("\n\n")[2], tasks(nb)
    twins, alone = sum(task.twin for task in found), sum(task.kind == "self-study" for task in found)
    every, numbered, twins, alone = (NUMERALS[n - 1] for n in (len(found), len(found) - twins, twins, alone))
    assert first.startswith(f"{numbered.capitalize()} tasks on [chapter ")
    assert f", and {twins} smaller ones *for yourself*, " in first
    assert f" {alone.capitalize()} of the {every} are *self-study*: " in first


@with_sources
@pytest.mark.parametrize("path", sources(ROOT), ids=lambda path: path.stem)
def test_no_message_of_a_hidden_test_has_a_number(path):
    """Feedback shows the message to students, who may hand in again."""
    cells = [text_of(cell) for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]]
    hidden = re.findall("### BEGIN HIDDEN TESTS\n(.*?)### END HIDDEN TESTS", "\n".join(cells), re.S)
    nodes = [node for part in hidden for node in ast.walk(ast.parse(part)) if isinstance(node, ast.Assert)]
    assert nodes
    for node in nodes:
        assert node.msg and not re.search(r"\d", ast.unparse(node.msg)), ast.unparse(node)


def test_no_page_is_built_from_a_source():
    contents = (ROOT / "_toc.yml").read_text(encoding="utf-8")
    assert SOURCES.as_posix() not in contents
    assert f"{SOURCES.as_posix()}/*.ipynb" in yaml.safe_load((ROOT / "_config.yml").read_text())["exclude_patterns"]
    for path in STUDENTS:
        assert path.relative_to(ROOT).with_suffix("").as_posix() in contents


def test_the_page_of_exercises_shows_a_verdict_as_it_is():
    def my_sgd(x, g, *, lr):
        return (x + lr * g,)

    page = (ROOT / EXERCISES / "index.md").read_text(encoding="utf-8")
    (shown,) = re.findall(r"^   ```text\n(   ✗ my_sgd.*?)^   ```$", page, re.M | re.S)
    assert dedent(shown).rstrip() == str(check(my_sgd, like=rules.sgd))


def errors_of(nb, folder):
    """Execute every cell, also after an error; return the errors: position of the cell -> (kind, message)."""
    node = nbformat.reads(json.dumps(nb), as_version=4)
    options = {"extra_arguments": ["--log-level=ERROR"], "resources": {"metadata": {"path": str(folder)}}}
    nbclient.NotebookClient(node, timeout=120, allow_errors=True, **options).execute()
    outputs = {i: cell.outputs for i, cell in enumerate(node.cells) if cell.cell_type == "code"}
    return {i: (out.ename, out.evalue) for i in outputs for out in outputs[i] if out.output_type == "error"}


def check_open_tasks(nb, errors):
    """Check that no cell before the first open task fails, and that every test after it says what is missing.

    Returns source of a cell -> its error.
    """
    known = {i: cell["metadata"]["nbgrader"] for i, cell in enumerate(nb["cells"]) if "nbgrader" in cell["metadata"]}
    code = [i for i, cell in enumerate(nb["cells"]) if cell["cell_type"] == "code"]
    first = next(i for i in code if i in known and known[i]["solution"])
    assert min(errors) >= first, errors[min(errors)]
    tests = [i for i in code if i in known and not known[i]["solution"]]
    assert tests
    for i in tests:
        kind, said = errors.get(i, ("nothing", ""))
        assert kind == "NotImplementedError" or (kind == "AssertionError" and said), (
            text_of(nb["cells"][i]),
            kind,
            said,
        )
    for i in set(errors) - set(tests):
        assert errors[i][0] in ("NotImplementedError", "NameError"), (text_of(nb["cells"][i]), errors[i])
    return {text_of(nb["cells"][i]): errors[i] for i in errors}


def test_in_an_untouched_notebook_every_test_says_what_is_missing(tmp_path):
    nb = student_edition(source_notebook())
    errors = check_open_tasks(nb, errors_of(nb, tmp_path))
    assert [kind for kind, _ in errors.values()] == ["AssertionError", "NotImplementedError", "AssertionError"]
    verdict, _, number = [message for _, message in errors.values()]
    assert "my_sgd is not right" in verdict
    assert "yours raises NotImplementedError" in verdict
    assert number == "x must be a number."


def test_a_source_runs_with_its_solutions(tmp_path):
    assert errors_of(source_notebook(), tmp_path) == {}


@pytest.mark.parametrize("path", STUDENTS, ids=lambda path: path.stem)
def test_student_notebook_runs_up_to_its_first_open_task(path):
    nb = json.loads(path.read_text(encoding="utf-8"))
    check_open_tasks(nb, errors_of(nb, path.parent))
