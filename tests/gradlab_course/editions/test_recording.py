"""What the public tree has instead of modules that give tasks away: the same verdicts, and none of their lines."""

import ast
import json
import os
import subprocess
import sys

import canary_search
import pytest

from gradlab_course import ROOT
from gradlab_course.editions import __main__ as editions
from gradlab_course.editions import recording
from gradlab_course.exercises import EXERCISES, sources

with_sources = pytest.mark.skipif(not sources(ROOT), reason="in the public tree they are on record already")
in_checkout = pytest.mark.skipif(not (ROOT / ".git").exists(), reason="not a git checkout")


def test_which_files_give_tasks_away():
    told = [
        "code/gradlab/checks/tasks/means.py",
        "code/gradlab/checks/tasks/mistakes/means.py",
        "tests/gradlab/checks/tasks/test_means.py",
    ]
    kept = [
        "code/gradlab/checks/tasks/__init__.py",
        "code/gradlab/checks/tasks/mistakes/__init__.py",
        "code/gradlab/checks/mistakes/rules.py",
        "chapters/tasks.md",
        "tests/tasks.py",
    ]
    assert [name for name in told + kept if recording.gives_away(name)] == told


# --- the public tree of this repository -------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def public(tmp_path_factory):
    folder = tmp_path_factory.mktemp("public") / "tree"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(editions, "untracked", lambda root: [])  # tests are also run before a commit
        editions.public(ROOT, folder)
    return folder


@with_sources
@in_checkout
def test_no_line_that_gives_a_task_away_is_in_the_public_tree(public):
    withheld, shown = canary_search.lines(ROOT)
    assert len(withheld) > 200 and len(shown) > 20
    assert canary_search.found(withheld, public) == set()
    assert canary_search.found(shown, public) == shown, "this test would find what it looks for"
    assert not (public / "tests" / "gradlab" / "checks" / "tasks").exists()


CHECKS = """
import sys
from gradlab import checks
from gradlab.checks.recorded import Recorded
names = {}
exec(sys.stdin.read(), names)
for reference in checks.REFERENCES:
    if isinstance(reference, Recorded) and reference.__name__ in names:
        print(checks.check(names[reference.__name__], like=reference))
"""


@with_sources
@in_checkout
def test_the_public_tree_checks_answers_to_the_tasks(public):
    """The solutions of the source notebooks are right there, and what is wrong has its name."""
    given = "import numpy as np\n"
    for path in sources(ROOT):
        cells = [c for c in json.loads(path.read_text(encoding="utf-8"))["cells"] if c["cell_type"] == "code"]
        nodes = [node for cell in cells for node in ast.parse("".join(cell["source"])).body]
        given += "\n".join(ast.unparse(node) for node in nodes if isinstance(node, ast.FunctionDef)) + "\n"

    def said(code):
        environment = os.environ | {"PYTHONPATH": str(public / "code"), "PYTHONUTF8": "1"}
        options = {"capture_output": True, "encoding": "utf-8", "env": environment, "cwd": public}
        done = subprocess.run([sys.executable, "-c", CHECKS], input=code, **options)
        assert done.returncode == 0, done.stderr
        return done.stdout.splitlines()

    right = said(given)
    assert len(right) >= 4 and all(line.endswith(" is right.") for line in right)
    wrong = said("def best_lr(H): return 2 / H.trace()")
    assert wrong[0] == "✗ best_lr is not right: sum of all eigenvalues."


@with_sources
@in_checkout
def test_the_public_tree_is_as_tidy_as_this_one(public):
    for command in (["check"], ["format", "--check"]):
        run = subprocess.run([sys.executable, "-m", "ruff", *command, "code", "tests"], cwd=public, capture_output=True)
        assert run.returncode == 0, run.stdout.decode()
    assert (public / EXERCISES).is_dir()
