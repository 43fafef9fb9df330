"""The student's side of marking: the library without solutions, the limits on the kernel, and the kernel's replies."""

import os
import subprocess
import sys
from inspect import signature
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from bad_input import test_bad_input_is_named  # noqa: F401

from gradlab import rules
from gradlab.checks.plain import plain
from gradlab_course import LIBRARY, ROOT
from gradlab_course.exercises import sources
from gradlab_course.kernel import launcher
from gradlab_course.marking.sandbox import Ended, Kernel
from gradlab_course.marking.student_copy import student_library

TIMEOUT = 30
NO_LIMITS = "this system has no Landlock and seccomp"


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
    """Execute a cell; return the name of its error, the text it shows, and the entries of `refused`."""
    kernel.refused.clear()
    outputs, trouble = kernel.run(code, TIMEOUT)
    errors = [output for output in outputs if output.output_type == "error"]
    shown = "".join(o.get("text", "") + o.get("data", {}).get("text/plain", "") for o in outputs)
    return errors[0].ename if errors else trouble, shown, list(kernel.refused)


# --- the library ------------------------------------------------------------------------------------------------------


def test_the_library_holds_neither_mistakes_nor_marker(library):
    names = {path.relative_to(library).as_posix() for path in library.rglob("*.py")}
    assert {"gradlab/rules.py", "gradlab/checks/questions/rules.py", "gradlab/checks/tasks/descents.py"} <= names
    assert {"gradlab_course/kernel/launcher.py", "gradlab_course/kernel/protocol.py"} <= names
    assert not {name for name in names if "/mistakes/" in name}
    course = {name for name in names if name.startswith("gradlab_course/")}
    assert {Path(name).parent.as_posix() for name in course} == {"gradlab_course", "gradlab_course/kernel"}


def test_a_withheld_function_keeps_its_signature_and_nothing_else(library):
    there = (library / "gradlab" / "rules.py").read_text()
    assert "beta * v + g" not in there.split("def momentum")[1].split("@checked")[0]
    assert "rho * v + (1 - rho)" in there, "other functions are unchanged"
    script = (
        "from gradlab import rules, descend; from inspect import signature; print(signature(rules.momentum))\n"
        "for f in (rules.momentum.unchecked, rules.momentum, lambda x, g: descend.iterates(abs, [x], rules.sgd)):\n"
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
]


@pytest.mark.skipif(not sources(ROOT), reason="the public tree has only the heads of these functions")
def test_all_functions_of_checks_tasks_are_withheld(library):
    for path in (LIBRARY / "checks" / "tasks").glob("[a-z]*.py"):
        there, whole = (folder / path.name for folder in (library / "gradlab" / "checks" / "tasks", path.parent))
        there, whole = there.read_text(), whole.read_text()
        heads = [line.split("(")[0] for line in whole.splitlines() if line.startswith("def ")]
        assert [line.split("(")[0] for line in there.splitlines() if line.startswith("def ")] == heads
        assert there.count("raise NotImplementedError('gradlab.checks.tasks.") == len(heads) > 0
        assert "return" not in there


def test_every_module_of_checks_tasks_is_imported_without_its_functions(library):
    """A student's notebook imports them; so none of them may call a function of its own while it is imported."""
    modules = [f"gradlab.checks.tasks.{path.stem}" for path in (LIBRARY / "checks" / "tasks").glob("[a-z]*.py")]
    done = subprocess.run(
        [sys.executable, "-c", f"import {', '.join(modules)}"],
        env={"PYTHONPATH": str(library)},
        capture_output=True,
        text=True,
    )
    assert modules and done.stderr == ""


# --- limits -----------------------------------------------------------------------------------------------------------


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


def test_the_kernel_has_its_own_library_and_environment_variables(kernel, library):
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
def test_a_forbidden_action_is_refused_and_reported(kernel, outside, library, code, refused):
    folders = {"outside": outside.resolve(), "library": library.resolve(), "rules": Path(rules.__file__).resolve()}
    error, _, reported = run(kernel, code.format(**folders))
    assert error == "PermissionError"
    assert refused.format(**folders) in reported
    assert (outside / "tests.py").read_text() == "hidden" and len(list(outside.iterdir())) == 1


def test_a_refusal_is_reported_even_if_the_error_is_caught(kernel, outside):
    error, _, reported = run(kernel, f"try:\n    open('{outside}/tests.py')\nexcept OSError:\n    pass")
    assert error == "" and reported == [f"open {outside.resolve()}/tests.py for reading"]


def test_the_systems_limits_hold_for_actions_without_an_audit_event(kernel, outside, library):
    if not kernel.protected:
        pytest.skip(NO_LIMITS)
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
    # A file of the library may be opened for reading, but its mode must stay as it is: other kernels read it too.
    run(kernel, "import gradlab, os\nwith open(gradlab.__file__) as file: os.fchmod(file.fileno(), 0)")
    assert (library / "gradlab" / "__init__.py").stat().st_mode & 0o400


def test_a_reference_is_disabled_and_its_use_is_reported(kernel):
    code = "from gradlab import rules\nrules.momentum(1.0, 2.0, lr=0.1, beta=0.5)"
    assert run(kernel, code)[::2] == ("NotImplementedError", ["call gradlab.rules.momentum"])


def test_memory_is_limited(kernel):
    assert run(kernel, "import numpy as np; np.ones(2**30)")[0] == "MemoryError"


def test_files_are_limited(kernel):
    error, *_ = run(
        kernel, "import signal\nsignal.signal(signal.SIGXFSZ, signal.SIG_IGN)\nopen('f','wb').write(bytes(2**27))"
    )
    assert error == "OSError"


def test_a_cell_that_takes_too_long_is_interrupted_and_the_kernel_goes_on(kernel):
    assert kernel.run("while True: pass", 0.5)[1] == "ran for 0 s and was stopped"
    assert run(kernel, "print(1)") == ("", "1\n", [])


def test_endless_printing_is_interrupted_and_the_kernel_goes_on(kernel):
    outputs, trouble = kernel.run("while True: print('x' * 1000)", TIMEOUT)
    assert trouble == f"showed more than {kernel.output} bytes and was stopped"
    assert sum(len(o.text) for o in outputs if "text" in o) < 2 * kernel.kept
    assert run(kernel, "print(1)") == ("", "1\n", [])


def pipe_of(kernel):
    """Code that finds the report's pipe: its other end, which is here, has the same inode."""
    return f"""
import os
def inode(n):
    try: return os.fstat(n).st_ino
    except OSError: return None
pipe = next(n for n in range(3, 1024) if inode(n) == {os.fstat(kernel._report).st_ino})
"""


OWN = "write into the marker's report"


@pytest.mark.parametrize(
    ("code", "reported"),
    [
        ("os.write(pipe, b'[' * 9 + b'\\n')", [OWN]),
        ("os.write(pipe, b'\"x\"\\n' * 20000)\nopen('/etc/hostname')", ["fill or close the marker's report", "x"]),
        (
            "os.write(pipe, b'\"limits 1\"\\n' * 6553)\nopen('/etc/hostname')",
            ["fill or close the marker's report", OWN],
        ),
    ],
)
def test_false_lines_and_a_full_report_are_reported(library, code, reported):
    with Kernel(library) as kernel:
        if not kernel.protected:
            pytest.skip(NO_LIMITS)
        run(kernel, pipe_of(kernel))
        assert run(kernel, code)[2] == reported
        assert run(kernel, "print(1)") == ("", "1\n", [])


def test_the_report_cannot_be_closed_or_redirected(library):
    with Kernel(library) as kernel:
        if not kernel.protected:
            pytest.skip(NO_LIMITS)
        run(kernel, pipe_of(kernel))
        assert run(kernel, "os.close(pipe)")[0] == "PermissionError"
        assert run(kernel, "os.dup2(os.open('/dev/null', os.O_WRONLY), pipe)")[0] == "PermissionError"
        assert run(kernel, "open('/etc/hostname')")[2] == ["open /etc/hostname for reading"]


def test_without_the_systems_limits_a_closed_report_is_reported_once(library):
    kernel = Kernel(library)
    kernel.process = SimpleNamespace(poll=lambda: None)
    kernel._report, end = os.pipe()
    os.close(end)
    kernel._read_report()
    assert kernel.refused == ["fill or close the marker's report"]
    kernel.refused.clear()
    kernel._read_report()
    assert kernel.refused == []
    os.close(kernel._report)


def test_a_cell_with_much_output_runs_to_its_end_and_only_the_beginning_is_kept(library):
    with Kernel(library, kept=100_000) as kernel:
        outputs, trouble = kernel.run("for i in range(100_000): print(i)\nprint('end')\nx = 3", TIMEOUT)
        assert trouble == "" and sum(len(o.text) for o in outputs) < 200_000
        assert run(kernel, "print(x)")[1] == "3\n"
        _, trouble = kernel.run("for i in range(3000): display(i)\ny = 4", TIMEOUT)
        assert trouble == "" and run(kernel, "print(y)")[1] == "4\n", "a cell is not stopped because messages are lost"


def test_a_kernel_with_too_many_threads_is_stopped(library):
    threads = "import threading\nthreading.stack_size(32768)\nstop = threading.Event()\n"
    threads += "while True: threading.Thread(target=stop.wait, daemon=True).start()"
    with Kernel(library) as kernel:
        if not kernel.protected:
            pytest.skip(NO_LIMITS)
        _, trouble = kernel.run(threads, TIMEOUT)
        assert trouble == "started more than 500 threads and was stopped with its kernel"


def test_deeply_nested_folders_are_removed(library):
    with Kernel(library) as kernel:
        folder = kernel.folder
        assert run(kernel, "import os\nfor _ in range(1500):\n    os.mkdir('d'); os.chdir('d')")[0] == ""
    assert not folder.exists()


def test_a_reply_is_json(kernel):
    run(kernel, "def double(x, *, times=1): return 2 * x * times\nclass Odd: pass\nodd = Odd()")
    call = {"arguments": plain([np.array([1.0, 2.0])]), "keywords": plain({"times": 3})}
    assert kernel.ask({"call": "double"} | call, TIMEOUT) == {"ok": {"array": ["f", [2], [6.0, 12.0]]}}
    assert kernel.ask({"value": "odd"}, TIMEOUT) == {"ok": {"other": "Odd"}}
    assert kernel.ask({"value": "nobody"}, TIMEOUT) == {"raised": ["NameError", "name 'nobody' is not defined"]}


def test_a_reply_that_is_not_json_is_refused(kernel):
    run(kernel, "import gradlab_course.kernel.protocol as p\nkept = p.reply_to\np.reply_to = lambda *a: 7")
    with pytest.raises(ValueError, match="nothing that can be read"):
        kernel.ask({"value": "kept"}, TIMEOUT)
    run(kernel, "p.reply_to = lambda *a: p.Reply('{')")
    with pytest.raises(ValueError, match="Expecting"):
        kernel.ask({"value": "kept"}, TIMEOUT)
    run(kernel, "p.reply_to = kept")


def test_the_end_of_a_kernel_is_explained_and_nothing_is_left(library):
    with Kernel(library) as kernel:
        folder, pid = kernel.folder, kernel.process.pid
        assert kernel.run("import os\nos._exit(3)", TIMEOUT) == ([], "ended its kernel (exit status 3)")
        assert kernel.run("print(1)", TIMEOUT) == ([], "ended its kernel (exit status 3)")
        with pytest.raises(Ended, match="exit status 3"):
            kernel.ask({"value": "x"}, TIMEOUT)
    assert not folder.exists()
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


def test_a_folder_whose_name_begins_with_an_allowed_one_is_refused(tmp_path):
    reported = []
    (tmp_path / "mine").mkdir()
    watch = launcher.hook(
        str(tmp_path / "mine"), [str(tmp_path / "read")], [str(tmp_path / "read" / "not")], reported.append
    )
    watch("open", (str(tmp_path / "mine" / "x"), "w", os.O_WRONLY))
    watch("open", (3, "w", os.O_WRONLY))
    for path, flags in (("mine-too/x", os.O_WRONLY), ("mine-too/x", os.O_RDONLY), ("read/x", os.O_WRONLY)):
        with pytest.raises(PermissionError):
            watch("open", (str(tmp_path / path), "", flags))
    assert len(reported) == 3


@pytest.mark.parametrize(
    "code",
    ["import os, resource; resource.prlimit(os.getppid(), resource.RLIMIT_CPU)", "open('/proc/self/net/unix').read()"],
)
def test_neither_the_marker_nor_other_kernels_can_be_reached(kernel, code):
    if not kernel.protected:
        pytest.skip(NO_LIMITS)
    outputs, _ = kernel.run(code, TIMEOUT)
    assert "PermissionError" in str(outputs)
    kernel.refused.clear()
