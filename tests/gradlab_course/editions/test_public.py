"""The public tree without the modules that give tasks away: it gives the same verdicts and has none of their lines."""

import ast
import json
import os
import subprocess
import sys

import canary_search
import pytest

from gradlab_course import ROOT
from gradlab_course.editions import public
from gradlab_course.exercises import EXERCISES, sources

with_sources = pytest.mark.skipif(not sources(ROOT), reason="this is the public tree, which has no source notebooks")
in_checkout = pytest.mark.skipif(not (ROOT / ".git").exists(), reason="not a git checkout")


def test_the_files_that_give_tasks_away_are_recognised():
    hidden = [
        "code/gradlab/checks/tasks/means.py",
        "code/gradlab/checks/tasks/mistakes/means.py",
        "tests/gradlab/checks/tasks/test_means.py",
    ]
    shown = [
        "code/gradlab/checks/tasks/__init__.py",
        "code/gradlab/checks/tasks/mistakes/__init__.py",
        "code/gradlab/checks/mistakes/rules.py",
        "chapters/tasks.md",
        "tests/tasks.py",
    ]
    assert [name for name in hidden + shown if public.gives_away(name)] == hidden


# --- the public tree of this repository -------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def public_tree(tmp_path_factory):
    folder = tmp_path_factory.mktemp("public") / "tree"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(public, "untracked", lambda root: [])  # tests are also run before a commit
        public.export(ROOT, folder)
    return folder


@with_sources
@in_checkout
def test_no_line_that_gives_a_task_away_is_in_the_public_tree(public_tree):
    secret, shown = canary_search.lines(ROOT)
    assert len(secret) > 200 and len(shown) > 20
    assert canary_search.found(secret, public_tree) == set()
    assert canary_search.found(shown, public_tree) == shown, "the search must find lines that are there"
    assert not (public_tree / "tests" / "gradlab" / "checks" / "tasks").exists()


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
def test_the_public_tree_checks_answers_to_the_tasks(public_tree):
    """There the solutions of the source notebooks are right, and a mistake gets its name."""
    solutions = "import numpy as np\nfrom scipy import optimize\n"
    for path in sources(ROOT):
        cells = [c for c in json.loads(path.read_text(encoding="utf-8"))["cells"] if c["cell_type"] == "code"]
        nodes = [node for cell in cells for node in ast.parse("".join(cell["source"])).body]
        solutions += "\n".join(ast.unparse(node) for node in nodes if isinstance(node, ast.FunctionDef)) + "\n"

    def verdicts(code):
        environment = os.environ | {"PYTHONPATH": str(public_tree / "code"), "PYTHONUTF8": "1"}
        options = {"capture_output": True, "encoding": "utf-8", "env": environment, "cwd": public_tree}
        done = subprocess.run([sys.executable, "-c", CHECKS], input=code, **options)
        assert done.returncode == 0, done.stderr
        return done.stdout.splitlines()

    right = verdicts(solutions)
    assert len(right) >= 4 and all(line.endswith(" is right.") for line in right)
    wrong = verdicts("def best_lr(H): return 2 / H.trace()")
    assert wrong[0] == "✗ best_lr is not right: sum of all eigenvalues."


@with_sources
@in_checkout
def test_ruff_has_no_complaints_about_the_public_tree(public_tree):
    for command in (["check"], ["format", "--check"]):
        ruff = [sys.executable, "-m", "ruff", *command, "code", "tests"]
        run = subprocess.run(ruff, cwd=public_tree, capture_output=True)
        assert run.returncode == 0, run.stdout.decode()
    assert (public_tree / EXERCISES).is_dir()
