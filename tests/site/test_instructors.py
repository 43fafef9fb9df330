"""The pages for instructors: what they tell people to type does what they say; what is computed in them is there."""

import os
import re
import shutil
import subprocess
import sys

import pytest
from pages import CHAPTERS

from gradlab.checks import confirm
from gradlab_course import ROOT
from gradlab_course.exercises import HEADING, TERMS
from gradlab_course.marking.folders import CANVAS

PAGES = [(ROOT / "chapters" / f"{name}.md").read_text(encoding="utf-8") for name in ("instructors", "add_a_task")]
BLOCKS = [block for page in PAGES for block in re.findall(r"^( *)```(\w+)\n(.*?)^\1```$", page, re.M | re.S)]


def blocks(kind, part):
    """The blocks of one kind in which some words stand, as they are typed."""
    return [re.sub(f"^{indent}", "", text, flags=re.M) for indent, of, text in BLOCKS if of == kind and part in text]


def test_the_names_that_the_page_gives_are_those_that_the_marker_knows():
    (loose,) = re.findall(r"`(\S+_01_gradient_descent\.ipynb)`: leave them", PAGES[0].replace(" instead", ""))
    assert CANVAS.fullmatch(loose)["student"] == "beann_12345"


def test_the_record_of_a_number_works_as_it_is_printed(capsys):
    """The call prints a record, which confirms the numbers and knows the mistake."""
    (call,) = blocks("python", "print(record(")
    names = {}
    exec(call, names)
    printed = capsys.readouterr().out
    (shown,) = blocks("text", "_record = ")
    assert printed.startswith(shown.splitlines()[1] + "\n")
    cell = shown.replace(shown[shown.index("2 numbers") : shown.rindex('"""')], printed)
    known = {"confirm": confirm, "best": names["right"][0], "longest": names["right"][1]}
    exec(cell, known)
    [(said, mistake)] = names["wrong"]
    with pytest.raises(AssertionError, match=said):
        exec(cell, known | {"best": mistake[0], "longest": mistake[1]})


def test_the_page_shows_a_twin_as_the_commands_read_it():
    (heading,) = blocks("text", ", for yourself: ")
    title, _, terms = heading.rstrip().splitlines()
    assert HEADING.fullmatch(title)[2] and TERMS.fullmatch(terms)[1] == "self-study"


ASKED = """
from gradlab.checks import REFERENCES, check
from gradlab.checks.tasks import means


def my_mean(x):
    return sum(x) / len(x)

print(check(my_mean, like=means.geometric_mean))
_, mistakes = REFERENCES[means.geometric_mean]
print([check(m.function, like=means.geometric_mean).names == (m.name,) for m in mistakes])
print(check(lambda x: x.prod() ** (1 / len(x)), like=means.geometric_mean))
"""


def test_the_three_modules_of_a_task_work_as_they_are_printed(tmp_path):
    ignore = shutil.ignore_patterns("__pycache__")
    shutil.copytree(ROOT / "code" / "gradlab", tmp_path / "code" / "gradlab", ignore=ignore)
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    modules = dict(text.removeprefix("# ").split("\n", 1) for text in blocks("python", "# code/gradlab/"))
    assert len(modules) == 3
    for name, source in modules.items():
        (tmp_path / name).write_text(source, encoding="utf-8")
    environment = os.environ | {"PYTHONPATH": str(tmp_path / "code"), "PYTHONUTF8": "1"}
    options = {"capture_output": True, "encoding": "utf-8", "env": environment, "cwd": tmp_path}
    run = subprocess.run([sys.executable, "-c", ASKED], **options)
    assert run.returncode == 0, run.stderr
    (shown,) = blocks("text", "my_mean is not right")
    assert run.stdout == f"{shown}[True, True]\n✓ your function is right.\n"
    for command in (["check"], ["format", "--check"]):
        run = subprocess.run([sys.executable, "-m", "ruff", *command, *modules], **options)
        assert run.returncode == 0, run.stdout


def test_the_page_says_what_the_course_holds(visit):
    page = visit("chapters/instructors.html")
    assert page.locator("article h2").first.inner_text().startswith("Is this for your course?")
    rows = page.locator("table.course tbody tr").all()
    chapters = {re.match(r"chapters/(\d\d)_", name)[1] for name in CHAPTERS}
    assert [row.locator("strong").first.inner_text() for row in rows] == [str(int(n)) for n in sorted(chapters)]
    told = rows[0].inner_text()
    assert (
        "write gradient descent in one line" in told
        and "7 tasks" in told
        and "37 points" in told
        and "5 more for self-study" in told
    )
    assert re.search(r"Gradient descent, \d\d minutes", told)
    assert page.locator("article a[href$='/issues']").count() == 1
    assert (
        page.locator(".feedback pre.error").inner_text().startswith("AssertionError: ✗ gradient_descent is not right")
    )


@pytest.mark.parametrize(("width", "displayed"), [(1280, "table-cell"), (390, "block")])
def test_a_phone_stacks_the_table(visit, width, displayed):
    page = visit("chapters/instructors.html", width=width)
    cells = page.locator("table.course td").evaluate_all("(all) => all.map((it) => getComputedStyle(it).display)")
    assert set(cells) == {displayed}
    assert page.evaluate("document.documentElement.scrollWidth") <= width
