"""What the public tree has instead of modules that give tasks away: the same verdicts, and none of their lines."""

import ast
import importlib.util
import inspect
import json
import os
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import leaks
import numpy as np
import pytest

from gradlab import differences
from gradlab.bank import recorded
from gradlab.bank.recorded import Recorded
from gradlab.checks import BANK, check
from gradlab.publishing import editions, recording
from gradlab.publishing.exercises import EXERCISES, sources
from gradlab.trials.trial import address, answers

ROOT = Path(__file__).parents[1]
TASKS = sorted(path.stem for path in (ROOT / "code" / "gradlab" / "tasks").glob("task_*.py"))
with_sources = pytest.mark.skipif(not sources(ROOT), reason="in the public tree they are on record already")
in_checkout = pytest.mark.skipif(not (ROOT / ".git").exists(), reason="not a git checkout")


def modules():
    """Name the modules that can be recorded here: any that has references with a body."""
    yield "gradlab.differences"
    yield from (f"gradlab.tasks.{name}" for name in TASKS if sources(ROOT))


@pytest.fixture
def heads(tmp_path, monkeypatch):
    """A function that gives a module as the public tree has it, its references known to `check`."""

    def made(module):
        path = tmp_path / "heads.py"
        path.write_text(recording.heads(module), encoding="utf-8")
        path.with_suffix(".json").write_text(recording.record(module), encoding="utf-8")
        spec = importlib.util.spec_from_file_location("heads", path)
        found = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(found)
        for reference, entry in recorded.bank(found).items():
            monkeypatch.setitem(BANK, reference, entry)
        return found

    return made


@pytest.mark.parametrize("name", list(modules()))
def test_a_record_gives_the_verdicts_of_the_functions(heads, name):
    module = import_module(name)
    public = heads(module)
    references = [f for f in BANK if f.__module__ == name]
    assert references
    for f in references:
        on_record = getattr(public, f.__name__)
        assert isinstance(on_record, Recorded)
        assert check(f, like=on_record)
        (trial, known), (kept_trial, kept) = BANK[f], BANK[on_record]
        assert kept_trial is trial
        assert [(m.name, m.hint) for m in kept] == [(m.name, m.hint) for m in known]
        for m in known:
            assert check(m.function, like=on_record) == check(m.function, like=f)
        assert check(lambda *arguments, **hyper: 7.0, like=on_record) == check(lambda *a, **h: 7.0, like=f)


def test_what_is_on_record_looks_like_the_function_and_does_nothing(heads):
    f = heads(differences).numerical_grad
    assert f.__name__ == "numerical_grad"
    assert inspect.signature(f).parameters.keys() == inspect.signature(differences.numerical_grad).parameters.keys()
    assert f.__doc__ == differences.numerical_grad.__doc__.splitlines()[0]
    with pytest.raises(NotImplementedError, match=r"^numerical_grad is what you are asked to write"):
        f(np.sin, 1.0)


def test_only_the_seed_on_record_can_be_asked(heads):
    f = heads(differences).numerical_grad
    with pytest.raises(ValueError, match=r"^check: seed must be 0, the only one .* got 1$"):
        check(differences.numerical_grad, like=f, seed=1)


def test_packing_loses_nothing():
    given = answers(differences.numerical_grad, BANK[differences.numerical_grad][0], differences.numerical_grad)
    given.values[0][0] = np.array([[np.nan, np.inf, -0.0]])
    kept = Recorded(differences.numerical_grad, json.loads(json.dumps(recorded.packed(given))))
    back = kept.answers(differences.numerical_grad, 0)
    assert repr(back) == repr(given)


def test_a_trial_is_found_where_it_stands():
    where = address(BANK[differences.numerical_grad][0])
    assert where == ("gradlab.trials.gradient_trials", "GRADIENT")
    with pytest.raises(ValueError, match=r"^address: trial must have a name"):
        address(None)


def test_which_files_give_tasks_away():
    told = ["code/gradlab/tasks/task_x.py", "code/gradlab/bank/wrong_task_x.py", "tests/test_wrong_task_x.py"]
    kept = [
        "code/gradlab/tasks/__init__.py",
        "code/gradlab/bank/wrong_rules.py",
        "chapters/task_x.md",
        "tests/tasks.py",
    ]
    assert [name for name in told + kept if recording.gives_away(name)] == told


# --- the public tree of this repository -------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def public(tmp_path_factory):
    folder = tmp_path_factory.mktemp("public") / "tree"
    editions.public(ROOT, folder)
    return folder


@with_sources
@in_checkout
def test_no_line_that_gives_a_task_away_is_in_the_public_tree(public):
    withheld, shown = leaks.lines(ROOT)
    assert len(withheld) > 200 and len(shown) > 20
    assert leaks.found(withheld, public) == set()
    assert leaks.found(shown, public) == shown, "this test would find what it looks for"
    assert not list(public.rglob("test_*task_*"))


CHECKS = """
import sys
from gradlab import checks
from gradlab.bank.recorded import Recorded
names = {}
exec(sys.stdin.read(), names)
for reference in checks.BANK:
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
