"""The student's side of marking: the library without what is asked for, the fence, what crosses it."""

import json
import os
import subprocess
import sys
from inspect import signature
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from gradlab import rules
from gradlab.kernel import fence, wire
from gradlab.marker.sandbox import Ended, Kernel
from gradlab.marker.withheld import LIBRARY, student_library
from gradlab.publishing.exercises import sources

TIMEOUT = 30


@pytest.fixture(scope="module")
def library(tmp_path_factory):
    return student_library(tmp_path_factory.mktemp("student") / "library", ["rules.momentum", "descend.iterates"])


@pytest.fixture(scope="module")
def outside(tmp_path_factory):
    folder = tmp_path_factory.mktemp("outside")
    (folder / "tests.py").write_text("hidden")
    return folder


@pytest.fixture(scope="module")
def kernel(library, outside):
    with Kernel(library, forbidden=[outside]) as kernel:
        yield kernel


def run(kernel, code):
    """Error of a cell, its text, and what it was refused."""
    kernel.refused.clear()
    outputs, trouble = kernel.run(code, TIMEOUT)
    errors = [output for output in outputs if output.output_type == "error"]
    shown = "".join(o.get("text", "") + o.get("data", {}).get("text/plain", "") for o in outputs)
    return errors[0].ename if errors else trouble, shown, list(kernel.refused)


# --- the library ------------------------------------------------------------------------------------------------------


def test_the_library_holds_neither_bank_nor_marker_nor_exercises(library):
    names = {path.stem for path in (library / "gradlab").rglob("*.py")}
    assert {"rules", "rule_trials", "wire", "fence", "surfaces", "task_descents"} <= names
    assert not {name for name in names if name.startswith("wrong_")}
    assert not names & {"marking", "stand_ins", "grade", "course", "sandbox", "variants", "exercises", "editions"}


def test_what_is_withheld_keeps_its_signature_and_nothing_else(library):
    there = (library / "gradlab" / "rules.py").read_text()
    assert "beta * v + g" not in there.split("def momentum")[1].split("@checked")[0]
    assert "rho * v + (1 - rho)" in there, "the others are whole"
    script = (
        "from gradlab import rules, descend; from inspect import signature; print(signature(rules.momentum))\n"
        "for f in (rules.momentum.unchecked, rules.momentum, lambda g, x: descend.iterates(g, x, rules.sgd)):\n"
        "    try: f(1.0, 2.0)\n"
        "    except NotImplementedError as e: print(e)\n"
    )
    said = subprocess.run(
        [sys.executable, "-c", script], env={"PYTHONPATH": str(library)}, capture_output=True, text=True, check=True
    )
    asked = "is what you were asked to write"
    assert said.stdout.splitlines() == [
        str(signature(rules.momentum)),
        *[f"gradlab.rules.momentum {asked}"] * 2,
        f"gradlab.descend.iterates {asked}",
    ]


BAD_INPUT = [
    (student_library, {"folder": "never", "withheld": ["rules.nothing"]}, "withheld"),
    (student_library, {"folder": "never", "withheld": ["nowhere.momentum"]}, "withheld"),
    (student_library, {"folder": "never", "withheld": ["rules.np"]}, "withheld"),
    (student_library, {"folder": "never", "withheld": ["../rules.momentum"]}, "withheld"),
    (student_library, {"folder": "never", "withheld": [rules.momentum]}, "withheld"),
    (wire.plain, {"value": [[1]], "depth": 1}, "value"),
]


@pytest.mark.skipif(not sources(LIBRARY.parents[1]), reason="the public tree has nothing but heads")
def test_what_only_tasks_ask_for_is_always_withheld(library):
    for path in (LIBRARY / "tasks").glob("task_*.py"):
        there, whole = ((folder / path.name).read_text() for folder in (library / "gradlab" / "tasks", path.parent))
        heads = [line.split("(")[0] for line in whole.splitlines() if line.startswith("def ")]
        assert [line.split("(")[0] for line in there.splitlines() if line.startswith("def ")] == heads
        assert there.count("raise NotImplementedError('gradlab.tasks.") == len(heads) > 0
        assert "return" not in there


@pytest.mark.parametrize(("function", "arguments", "name"), BAD_INPUT)
def test_bad_input_is_named(function, arguments, name):
    with pytest.raises(ValueError, match=f"{function.__name__}: {name} must be .*, got "):
        function(**arguments)
    assert not Path("never").exists()


# --- the wire ---------------------------------------------------------------------------------------------------------

SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5)
VALUES = st.recursive(
    SCALARS, lambda v: st.lists(v, max_size=3) | st.tuples(v, v) | st.dictionaries(st.text(max_size=3), v, max_size=3)
)


def alike(a, b):
    if type(a) is not type(b):
        return False
    if isinstance(a, (list, tuple)):
        return len(a) == len(b) and all(map(alike, a, b))
    if isinstance(a, dict):
        return list(a) == list(b) and all(alike(a[key], b[key]) for key in a)
    return a == b or a != a


@given(VALUES)
def test_plain_values_come_over_as_they_are(value):
    assert alike(wire.restored(wire.read(json.dumps(wire.plain(value)))), value)


@pytest.mark.parametrize(
    "value",
    [np.arange(6).reshape(2, 3), np.array([True, False]), np.array(2.5), np.zeros((0, 2)), np.array([np.nan, np.inf])],
)
def test_arrays_come_over_with_kind_and_shape(value):
    back = wire.restored(json.loads(json.dumps(wire.plain(value))))
    assert back.dtype == value.dtype and back.shape == value.shape
    np.testing.assert_array_equal(back, value)


def test_arrays_of_other_libraries_come_over_as_numpys():
    back = wire.restored(wire.plain({"w": torch.eye(2, dtype=torch.float64)}))["w"]
    assert type(back) is np.ndarray
    np.testing.assert_array_equal(back, np.eye(2))
    assert wire.plain(torch.ones(1, requires_grad=True)) == {"other": "Tensor"}
    assert wire.plain(np.ndarray) == {"function": "ndarray"}


@pytest.mark.parametrize("value", [np.float64(2.5), np.int64(3), np.bool_(True)])
def test_a_scalar_of_numpy_stays_one(value):
    back = wire.restored(wire.plain(value))
    assert back == value and type(back) is type(value)


def test_a_function_becomes_its_name_and_any_other_object_its_type():
    assert wire.plain(len) == {"function": "len"}
    assert wire.restored({"function": "f"}, str.upper) == "F"
    with pytest.raises(ValueError, match="an object of type set"):
        wire.restored([{"list": [wire.plain({1})]}][0])


@pytest.mark.parametrize(
    "said",
    [
        *([1], {}, {"list": 1}, {"list": [[1]]}, {"dict": [1]}, {"dict": [[{"list": []}, 1]]}, {"set": [1]}),
        *({"array": ["f", [2], [1.0]]}, {"array": ["O", [1], [1]]}, {"array": ["f", ["x"], [1]]}, {"array": 3}),
        *({"array": ["f", [1], [{}]]}, {"scalar": ["f", "x"]}, {"scalar": ["x", 1]}, {"function": "f"}, {"other": 1}),
        *({"array": ["i", [1], [10**400]]}, {"scalar": ["i", 10**400]}),
    ],
)
def test_what_plain_does_not_make_is_refused(said):
    with pytest.raises(ValueError, match="nothing that can be read"):
        wire.restored(said)


def test_depth_and_length_are_bounded():
    said = 1
    for _ in range(1000):
        said = {"list": [said]}
    with pytest.raises(ValueError, match="nothing that can be read"):
        wire.restored(said)
    with pytest.raises(ValueError, match="without end"):
        wire.read("[" * 10**6)
    with pytest.raises(ValueError, match="more than can be read"):
        wire.read(" " * (wire.LENGTH + 1))


# --- the fence --------------------------------------------------------------------------------------------------------


def test_ordinary_work_is_not_refused(kernel):
    code = """
import matplotlib.pyplot as plt, numpy as np, json, tempfile
from sklearn.datasets import load_wine
plt.plot(load_wine().data[:, 0]); plt.show()
open("notes.txt", "w").write("mine")
open("helper.py", "w").write("helps = 'helped'")
import helper, shutil, requests
shutil.copy("notes.txt", "copy.txt")
with tempfile.TemporaryFile() as file:
    print(open("copy.txt").read(), np.ones(3).sum(), helper.helps)
"""
    error, shown, refused = run(kernel, code)
    assert (error, refused) == ("", []) and "mine 3.0 helped" in shown and "Figure" in shown


def test_it_finds_its_own_library_and_an_environment_of_its_own(kernel, library):
    _, shown, _ = run(kernel, "import gradlab, os; print(gradlab.__path__[0]); print(sorted(os.environ))")
    assert shown.startswith(str(library / "gradlab"))
    assert "OMP_NUM_THREADS" in shown and "PYTEST" not in shown and "USER" not in shown


@pytest.mark.parametrize(
    ("code", "refused"),
    [
        ("open('{outside}/tests.py').read()", "open {outside}/tests.py for reading"),
        ("import os; os.listdir('{outside}')", "open {outside} for reading"),
        ("import os; os.open('{outside}/tests.py', os.O_RDONLY)", "open {outside}/tests.py for reading"),
        ("import os; os.symlink('{outside}', 'way'); open('way/tests.py')", "open {outside}/tests.py for reading"),
        ("open('{outside}/x', 'w')", "open {outside}/x for writing"),
        ("open('{library}/gradlab/rules.py', 'a')", "open {library}/gradlab/rules.py for writing"),
        ("open('{rules}').read()", "open {rules} for reading"),
        ("import os; os.remove('{outside}/tests.py')", "open {outside}/tests.py for writing"),
        ("import os; os.rename('notes.txt', '{outside}/notes')", "open {outside}/notes for writing"),
        ("import os; os.mkdir('{outside}/x')", "open {outside}/x for writing"),
        ("import sqlite3; sqlite3.connect('{outside}/x')", "open {outside}/x for writing"),
        ("open('/etc/hostname')", "open /etc/hostname for reading"),
        ("import os; os.system('true')", "start a program (os.system)"),
        ("import subprocess; subprocess.run(['true'])", "start a program (subprocess.Popen)"),
        ("import os; os.execv('/bin/true', ['true'])", "start a program (os.exec)"),
        ("import os; os.fork()", "start another process (os.fork)"),
        ("import os; os.kill(os.getppid(), 9)", "send a signal (os.kill)"),
        ("import socket; socket.create_connection(('127.0.0.1', 9))", "use the network (socket.getaddrinfo)"),
        ("import socket; socket.socket().connect(('127.0.0.1', 9))", "use the network (socket.connect)"),
        ("import ctypes; ctypes.CDLL(None)", "call native code (ctypes.dlopen)"),
        ("import gc; gc.get_objects()", "look into the interpreter (gc.get_objects)"),
    ],
)
def test_it_is_refused_and_told_by_name(kernel, outside, library, code, refused):
    places = {"outside": outside.resolve(), "library": library.resolve(), "rules": Path(rules.__file__).resolve()}
    error, _, told = run(kernel, code.format(**places))
    assert error == "PermissionError"
    assert refused.format(**places) in told
    assert (outside / "tests.py").read_text() == "hidden" and len(list(outside.iterdir())) == 1


def test_what_is_caught_is_told_all_the_same(kernel, outside):
    error, _, told = run(kernel, f"try:\n    open('{outside}/tests.py')\nexcept OSError:\n    pass")
    assert error == "" and told == [f"open {outside.resolve()}/tests.py for reading"]


def test_the_walls_hold_where_the_hook_does_not_hear_of_it(kernel, outside, library):
    if not kernel.walled:
        pytest.skip("no walls here")
    certificate = f"import ssl\nssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).load_verify_locations('{outside}/tests.py')"
    assert run(kernel, certificate)[::2] == ("PermissionError", [])
    program = """
import subprocess, sys
class Quiet:
    audit = staticmethod(lambda *a: None)
    __getattr__ = lambda self, name: getattr(sys, name)
subprocess.sys = Quiet()
subprocess.run(["/bin/true"])
"""
    assert run(kernel, program)[::2] == ("PermissionError", [])
    assert run(kernel, "import os; os.setpriority(os.PRIO_PROCESS, os.getppid(), 19)")[::2] == ("PermissionError", [])
    # To have a file of the library open for reading is allowed. To close it to all the others is not.
    run(kernel, "import gradlab, os\nwith open(gradlab.__file__) as file: os.fchmod(file.fileno(), 0)")
    assert (library / "gradlab" / "__init__.py").stat().st_mode & 0o400


def test_the_reference_is_out_of_reach_and_its_use_is_told(kernel):
    code = "from gradlab import rules\nrules.momentum(1.0, 2.0, lr=0.1, beta=0.5)"
    assert run(kernel, code)[::2] == ("NotImplementedError", ["call gradlab.rules.momentum"])


def test_memory_is_limited(kernel):
    assert run(kernel, "import numpy as np; np.ones(2**30)")[0] == "MemoryError"


def test_files_are_limited(kernel):
    error, *_ = run(
        kernel, "import signal\nsignal.signal(signal.SIGXFSZ, signal.SIG_IGN)\nopen('f','wb').write(bytes(2**27))"
    )
    assert error == "OSError"


def test_a_cell_that_takes_too_long_is_interrupted_and_the_kernel_lives(kernel):
    assert kernel.run("while True: pass", 0.5)[1] == "ran for 0 s and was stopped"
    assert run(kernel, "print(1)") == ("", "1\n", [])


def test_printing_for_ever_is_interrupted_and_the_kernel_lives(kernel):
    outputs, trouble = kernel.run("while True: print('x' * 1000)", TIMEOUT)
    assert trouble == f"showed more than {kernel.output} bytes and was stopped"
    assert sum(len(o.text) for o in outputs if "text" in o) < 2 * kernel.kept
    assert run(kernel, "print(1)") == ("", "1\n", [])


PIPE = """
import os, stat
def is_pipe(n):
    try: return stat.S_ISFIFO(os.fstat(n).st_mode)
    except OSError: return False
pipe = next(n for n in range(3, 64) if is_pipe(n))  # the first that was opened
"""
OWN = "write into the marker's report"


@pytest.mark.parametrize(
    ("code", "told"),
    [
        ("os.write(pipe, b'[' * 9 + b'\\n')", [OWN]),
        ("os.write(pipe, b'\"x\"\\n' * 20000)\nopen('/etc/hostname')", ["hide what it was refused", "x"]),
        ("os.write(pipe, b'\"walls 1\"\\n' * 6553)\nopen('/etc/hostname')", ["hide what it was refused", OWN]),
    ],
)
def test_who_hides_what_was_refused_is_told(library, code, told):
    with Kernel(library) as kernel:
        if not kernel.walled:
            pytest.skip("no walls here")
        run(kernel, PIPE)
        assert run(kernel, code)[2] == told
        assert run(kernel, "print(1)") == ("", "1\n", [])


def test_the_report_cannot_be_closed_nor_led_elsewhere(library):
    with Kernel(library) as kernel:
        if not kernel.walled:
            pytest.skip("no walls here")
        run(kernel, PIPE)
        assert run(kernel, "os.close(pipe)")[0] == "PermissionError"
        assert run(kernel, "os.dup2(os.open('/dev/null', os.O_WRONLY), pipe)")[0] == "PermissionError"
        assert run(kernel, "open('/etc/hostname')")[2] == ["open /etc/hostname for reading"]


def test_without_walls_a_closed_report_is_told_once(library):
    kernel = Kernel(library)
    kernel.process = SimpleNamespace(poll=lambda: None)
    kernel._report, end = os.pipe()
    os.close(end)
    kernel._read_report()
    assert kernel.refused == ["hide what it was refused"]
    kernel.refused.clear()
    kernel._read_report()
    assert kernel.refused == []
    os.close(kernel._report)


def test_who_shows_much_is_left_alone_and_only_the_beginning_kept(library):
    with Kernel(library, kept=100_000) as kernel:
        outputs, trouble = kernel.run("for i in range(100_000): print(i)\nprint('end')\nx = 3", TIMEOUT)
        assert trouble == "" and sum(len(o.text) for o in outputs) < 200_000
        assert run(kernel, "print(x)")[1] == "3\n"
        _, trouble = kernel.run("for i in range(3000): display(i)\ny = 4", TIMEOUT)
        assert trouble == "" and run(kernel, "print(y)")[1] == "4\n", "lost messages are no reason to stop"


def test_threads_without_end_are_stopped(library):
    threads = "import threading\nthreading.stack_size(32768)\nstop = threading.Event()\n"
    threads += "while True: threading.Thread(target=stop.wait, daemon=True).start()"
    with Kernel(library) as kernel:
        if not kernel.walled:
            pytest.skip("no walls here")
        _, trouble = kernel.run(threads, TIMEOUT)
        assert trouble == "started more than 500 threads and was stopped with its kernel"


def test_folders_in_folders_are_removed(library):
    with Kernel(library) as kernel:
        folder = kernel.folder
        assert run(kernel, "import os\nfor _ in range(1500):\n    os.mkdir('d'); os.chdir('d')")[0] == ""
    assert not folder.exists()


def test_an_answer_comes_as_json(kernel):
    run(kernel, "def double(x, *, times=1): return 2 * x * times\nclass Odd: pass\nodd = Odd()")
    question = {"call": "double", "arguments": wire.plain([np.array([1.0, 2.0])]), "keywords": wire.plain({"times": 3})}
    assert kernel.ask(question, TIMEOUT) == {"ok": {"array": ["f", [2], [6.0, 12.0]]}}
    assert kernel.ask({"value": "odd"}, TIMEOUT) == {"ok": {"other": "Odd"}}
    assert kernel.ask({"value": "nobody"}, TIMEOUT) == {"raised": ["NameError", "name 'nobody' is not defined"]}


def test_what_is_no_answer_is_refused(kernel):
    run(kernel, "import gradlab.kernel.wire as w\nkept = w.said\nw.said = lambda *a: 7")
    with pytest.raises(ValueError, match="nothing that can be read"):
        kernel.ask({"value": "kept"}, TIMEOUT)
    run(kernel, "w.said = lambda *a: w.Said('{')")
    with pytest.raises(ValueError, match="Expecting"):
        kernel.ask({"value": "kept"}, TIMEOUT)
    run(kernel, "w.said = kept")


def test_a_kernel_that_ends_says_how_and_leaves_nothing(library):
    with Kernel(library) as kernel:
        folder, pid = kernel.folder, kernel.process.pid
        assert kernel.run("import os\nos._exit(3)", TIMEOUT) == ([], "ended its kernel (exit status 3)")
        assert kernel.run("print(1)", TIMEOUT) == ([], "ended its kernel (exit status 3)")
        with pytest.raises(Ended, match="exit status 3"):
            kernel.ask({"value": "x"}, TIMEOUT)
    assert not folder.exists()
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


def test_the_hook_tells_folders_from_folders_that_begin_alike(tmp_path):
    told = []
    (tmp_path / "mine").mkdir()
    watch = fence.hook(str(tmp_path / "mine"), [str(tmp_path / "read")], [str(tmp_path / "read" / "not")], told.append)
    watch("open", (str(tmp_path / "mine" / "x"), "w", os.O_WRONLY))
    watch("open", (3, "w", os.O_WRONLY))
    for path, flags in (("mine-too/x", os.O_WRONLY), ("mine-too/x", os.O_RDONLY), ("read/x", os.O_WRONLY)):
        with pytest.raises(PermissionError):
            watch("open", (str(tmp_path / path), "", flags))
    assert len(told) == 3


@pytest.mark.parametrize(
    "code",
    [
        "import os, resource; resource.prlimit(os.getppid(), resource.RLIMIT_CPU)",
        "open('/proc/self/net/unix').read()",
    ],
)
def test_neither_the_marker_nor_other_kernels_can_be_reached(kernel, code):
    if not kernel.walled:
        pytest.skip("no walls here")
    outputs, _ = kernel.run(code, TIMEOUT)
    assert "PermissionError" in str(outputs)
    kernel.refused.clear()
