"""The mutation tester, tried on toy modules whose survivors are known."""

import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from mutants import mutants

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="mutation testing needs fork")

MODULES = {
    "__init__": "",
    # 2 * 2 is also 2 + 2 and 2 ** 2: a weak test.
    "weak": "def double(x):\n    return 2 * x\n",
    "strong": "def double(x):\n    return 2 * x\n",
    "endless": "def first(f, numbers):\n    for i in numbers:\n        if f(i):\n            break\n    return i\n",
    "explained": "def positive(x):\n    return x > 0\n",
    "stale": "def double(x):\n    return 2 * x\n",
    "failing": "x = 1\n",
    "ordered": "x = 1\n",
    "figures": "x = 1\n",
    "part/__init__": "",
    "part/weak": "x = 1\n",
}
TESTS = {
    "weak": "from gradlab.weak import double\n\ndef test():\n    assert double(2) == 4\n",
    "strong": "from gradlab.strong import double\n\ndef test():\n    assert double(3) == 6\n",
    "endless": "from itertools import count\nfrom gradlab.endless import first\n\n"
    "def test():\n    assert first(lambda i: i > 5, count()) == 6\n",
    "explained": "from gradlab.explained import positive\n\ndef test():\n    assert positive(1) and not positive(-1)\n",
    "stale": "from gradlab.stale import double\n\ndef test():\n    assert double(3) == 6\n",
    "failing": "def test():\n    assert False, 'broken from the start'\n",
    "figures": "from gradlab.figures import x\n\ndef test():\n    assert x == 1\n",
    "part/test_weak": "from gradlab.part.weak import x\n\ndef test():\n    assert x == 1\n",
    "ordered": "seen = []\n\ndef test_a():\n    seen.append(1)\n\ndef test_b():\n    assert seen\n",
}
EXPLANATIONS = """
[[explained]]
in = "positive"
line = "return x > 0"
mutant = "return x >= 0"
why = "the toy's test asks neither for 0"

[[explained]]
in = "positive"
line = "return x > 0"
mutant = "return x > -1"
why = "nor between -1 and 0"

[[stale]]
in = "double"
line = "return 2 * x"
mutant = "return 2 + x"
why = "was once true"

[[stale]]
in = "double"
line = "return 3 * x"
mutant = "return 3 + x"
why = "the line has changed"
"""


@pytest.fixture(scope="module")
def toy(tmp_path_factory):
    """A work tree with one toy module for each thing that can happen."""
    root = tmp_path_factory.mktemp("toy")
    (root / "code" / "gradlab" / "part").mkdir(parents=True)
    (root / "tests" / "gradlab" / "part").mkdir(parents=True)
    (root / "tests" / "tools").mkdir()
    for name, source in MODULES.items():
        (root / "code" / "gradlab" / f"{name}.py").write_text(source)
    for name, source in TESTS.items():
        (root / "tests" / "gradlab" / (f"{name}.py" if "/" in name else f"test_{name}.py")).write_text(source)
    (root / "tests" / "tools" / "survivors.toml").write_text(EXPLANATIONS)
    return root


def command(root, *modules):
    tool = Path(__file__).with_name("mutants.py")
    return [sys.executable, str(tool), "--jobs", "2", "--root", str(root), *modules]


def run(root, *modules):
    return subprocess.run(command(root, *modules), capture_output=True, text=True)


@pytest.fixture(scope="module")
def everything(toy):
    """What the tool says of all toy modules, after a look whether it left the work tree as it was."""
    files = {path: path.read_bytes() for path in toy.rglob("*") if path.is_file()}
    said = run(toy)
    assert {path: path.read_bytes() for path in toy.rglob("*") if path.is_file()} == files
    return said


def counts(said, module):
    """The numbers of mutants, killed, timed out, explained and unexplained."""
    [line] = re.findall(rf"^{module} +([\d ]+?) +[\d.]+%", said.stdout, re.MULTILINE)
    return [int(number) for number in line.split()]


def test_a_survivor_is_found(everything):
    assert counts(everything, "weak") == [6, 4, 0, 0, 2]
    for mutant in ("2 + x", "2 ** x"):
        assert f"code/gradlab/weak.py:2  in 'double'\n  - return 2 * x\n  + return {mutant}\n" in everything.stdout
    assert everything.returncode == 1


def test_all_are_killed_by_a_good_test(everything):
    assert counts(everything, "strong") == [6, 6, 0, 0, 0]
    assert "strong.py" not in everything.stdout


def test_an_endless_loop_is_stopped(everything):
    assert counts(everything, "endless") == [3, 3, 1, 0, 0]  # continue instead of break


def test_an_explained_survivor_is_accepted(toy, everything):
    assert counts(everything, "explained") == [4, 2, 0, 2, 0]
    said = run(toy, "explained", "strong")
    assert said.returncode == 0, said.stdout + said.stderr


def test_a_stale_explanation_is_refused(toy):
    said = run(toy, "stale")
    assert said.returncode == 1
    assert counts(said, "stale") == [6, 6, 0, 0, 0]
    assert "explains what is killed: [[stale]] in 'double'\n  - return 2 * x\n  + return 2 + x\n" in said.stdout
    assert "explains what does not exist: [[stale]] in 'double'\n  - return 3 * x\n" in said.stdout


def test_tests_that_fail_anyhow_prove_nothing(everything):
    assert "failing: its tests fail without any mutation" in everything.stdout
    assert "broken from the start" in everything.stdout
    assert "ordered: its tests fail without any mutation" in everything.stdout  # backwards
    assert not re.search("^(failing|ordered) .*%", everything.stdout, re.MULTILINE)


def test_what_draws_is_mutated_only_when_named(toy, everything):
    assert not re.search("^figures ", everything.stdout, re.MULTILINE)
    assert counts(run(toy, "figures"), "figures") == [2, 2, 0, 0, 0]


def test_the_tests_of_a_folder_lie_in_a_folder_of_its_name(everything):
    assert counts(everything, "part.weak") == [2, 2, 0, 0, 0]


def test_an_interrupted_run_stops_its_children_and_says_what_it_has(toy, tmp_path):
    environment = os.environ | {"TMPDIR": str(tmp_path)}
    process = subprocess.Popen(
        command(toy, "weak", "endless"), stdout=subprocess.PIPE, text=True, env=environment, cwd=tmp_path
    )
    line = process.stdout.readline()
    while line and "weak.py" not in line:  # from now on it has something to say
        line = process.stdout.readline()
    time.sleep(1)
    process.send_signal(signal.SIGINT)
    said = process.communicate(timeout=60)[0]
    assert process.returncode == 130
    assert "Interrupted" in said
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("module", "explanations", "message"),
    [
        ("weka", "", "no such module with tests: weka; there are: .*weak"),
        ("weak", "[[weka]]\nin = 'f'\nline = 'a'\nmutant = 'b'\nwhy = 'c'\n", "no such module with tests: weka"),
        ("weak", "[[weak]]\nin = 'f'\nline = 'a'\nmutant = 'b'\n", "this one does not"),
        ("weak", "[[weak]]\nin = 'f'\nline = 'a'\nmutant = 'b'\nwhy = ''\n", "this one does not"),
    ],
)
def test_wrong_names_are_refused(toy, tmp_path, module, explanations, message):
    (tmp_path / "code").symlink_to(toy / "code")
    (tmp_path / "tests" / "gradlab").mkdir(parents=True)
    (tmp_path / "tests" / "tools").mkdir()
    (tmp_path / "tests" / "gradlab" / "test_weak.py").write_text(TESTS["weak"])
    (tmp_path / "tests" / "tools" / "survivors.toml").write_text(explanations)
    said = run(tmp_path, module)
    assert said.returncode not in (0, 130)
    assert re.search(message, said.stderr)


def mutated(source):
    """What the mutants make of the lines of a source, without spaces."""
    return {mutant.after.replace(" ", "") for mutant in mutants(source)}


@pytest.mark.parametrize(
    ("source", "after"),
    [
        ("x = a + b", "x=a-b x=a*b x=a/b x=a**b"),
        ("x = a // b", "x=a*b x=a/b"),
        ("x = a % b", "x=a*b x=a//b"),
        ("x = a & b", "x=a|b"),
        ("x = a < b", "x=a<=b x=a!=b"),
        ("x = a == b", "x=a!=b x=a<=b x=a>=b"),
        ("x = a == 'b'", "x=a!='b'"),
        ("x = a is b", "x=aisnotb"),
        ("x = -a", "x=a"),
        ("x = ~a", "x=a"),
        ("x = not a", "x=a"),
        ("x = a and b", "x=aorb"),
        ("x = True", "x=False"),
        ("x = 0.5", "x=1.5 x=-0.5"),
        ("def f(lr=1): pass", "deff(lr=2):pass deff(lr=0):pass"),
        ("def f(x, *, lr): return {**x}, lambda *, y: y", ""),  # no products
        ("if a: pass", "ifnota:pass"),
        ("if a := b: pass", ""),  # `not` would need parentheses
        ("for x in a: pass", "forxin[]:pass"),
        ("while a: break", "whilenota:break whilea:continue"),
        ("try: a\nexcept E: pass", "exceptCosmicRayTestingException:pass"),
        ("x: 'a' + 'b'\ndef f(x: 1) -> 2: pass", ""),  # type hints
        ("__all__ = ['a'] + ['b']", ""),
        ("zip(a, b, strict=True)", ""),
        ('"""1 + 1, not True."""', ""),
        ("x = 'a'  # 1 + 1", ""),
    ],
)
def test_what_is_changed(source, after):
    assert mutated(source) == set(after.split())


def test_a_decorator_is_removed():
    [mutant] = mutants("@f\n@g\ndef h():\n    pass\n")[:1]
    assert mutant[:4] == (1, "h", "@f", "")


def test_a_mutant_is_named_by_where_it_is_and_what_it_changes():
    source = "class A:\n    def f(self):\n        def g():\n            return 1 + b\n        return g\n\n\nx = True\n"
    keys = {(mutant.line, *mutant.key) for mutant in mutants(source)}
    assert (4, "A.f.g", "return 1 + b", "return 1 - b") in keys
    assert (8, "", "x = True", "x = False") in keys


def test_no_two_mutants_do_the_same():
    # The negation is that of the one comparison and of the whole condition.
    assert mutated("while True: pass") == {"whileFalse:pass", "whilenotTrue:pass"}
    assert mutated("x = 1 - 1 if a is b else c") == {
        *("x=1+1ifaisbelsec", "x=1*1ifaisbelsec", "x=1/1ifaisbelsec", "x=1**1ifaisbelsec"),
        *("x=2-1ifaisbelsec", "x=0-1ifaisbelsec", "x=1-2ifaisbelsec", "x=1-0ifaisbelsec"),
        *("x=1-1ifaisnotbelsec", "x=1-1ifnotaisbelsec"),
    }
