"""The operating system's limits on native code. Each test needs a process of its own: a limit cannot be removed."""

import json
import os
import platform
import re
import subprocess
import sys
from pathlib import Path
from time import monotonic, sleep

import pytest

from gradlab_course.kernel import linux

pytestmark = pytest.mark.skipif(
    not sys.platform.startswith("linux") or platform.machine() not in linux.MACHINES,
    reason="this system has no such limits",
)
START = """
import ctypes, errno, json, os, socket, threading
from gradlab_course.kernel import linux
libc = ctypes.CDLL(None, use_errno=True)
def tried(call, *arguments):
    return errno.errorcode.get(ctypes.get_errno(), "") if libc.syscall(call, *arguments) == -1 else "done"
def outcome(f):
    try: return f()
    except OSError as error: return errno.errorcode[error.errno]
"""


def printed(code):
    """Run a program; return the JSON that it prints."""
    process = subprocess.run([sys.executable, "-c", START + code], capture_output=True, text=True, timeout=60)
    assert process.returncode == 0, process.stderr
    return json.loads(process.stdout)


@pytest.mark.parametrize(("calls", "answer"), [(linux.REFUSED, "EPERM"), (linux.PRETENDED, "done")])
def test_native_calls_are_refused_or_pretended(calls, answer):
    column = linux.MACHINES[platform.machine()][0]
    calls = {name: numbers[column] for name, numbers in calls.items() if numbers[column] is not None}
    code = f"calls = {calls}\nassert linux.seccomp()\n"
    result = printed(code + "print(json.dumps({name: tried(call, *[-1] * 6) for name, call in calls.items()}))")
    assert result == dict.fromkeys(calls, answer)


def test_the_numbers_of_calls_are_those_of_linuxs_headers():
    headers = [Path("/usr/include/x86_64-linux-gnu/asm/unistd_64.h"), Path("/usr/include/asm-generic/unistd.h")]
    if not all(header.exists() for header in headers):
        pytest.skip("no headers of Linux here")
    for column, header in enumerate(headers):
        there = {name: int(n) for name, n in re.findall(r"#define __NR(?:3264)?_(\w+)\s+(\d+)", header.read_text())}
        for name, numbers in {**linux.REFUSED, **linux.PRETENDED}.items():
            new = name in ("fchmodat2", "setxattrat", "removexattrat", "memfd_secret")  # younger than many headers
            assert numbers[column] == there.get(name, numbers[column] if new else None), name


def test_calls_that_notebooks_need_still_work():
    result = printed("""
assert linux.seccomp()
a, b = socket.socketpair()
a.send(b"x")
thread = threading.Thread(target=lambda: said.append(b.recv(1).decode()))
said = []
thread.start(); thread.join()
with socket.socket(socket.AF_UNIX) as listening:
    listening.bind("\\0gradlab-test"); listening.listen()
import resource, signal
signal.signal(signal.SIGUSR1, lambda *_: said.append("signal"))
os.kill(os.getpid(), signal.SIGUSR1)
resource.prlimit(0, resource.RLIMIT_NOFILE); os.sched_getaffinity(0)
print(json.dumps(said))
""")
    assert result == ["x", "signal"]


def test_other_processes_cannot_be_reached():
    result = printed("""
import fcntl, resource, signal, sys
other = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
other.bind("\\0gradlab-other")
assert linux.seccomp()
mine, parent = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM), os.getppid()
print(json.dumps([outcome(f) for f in (
    lambda: mine.sendto(b"x", "\\0gradlab-other"), lambda: mine.connect("\\0gradlab-other"),
    lambda: mine.sendmsg([b"x"], [], 0, "\\0gradlab-other"),
    lambda: socket.socket(type=socket.SOCK_DGRAM).sendto(b"x", ("127.0.0.1", 9)),
    os.fork, lambda: os.execv(sys.executable, [sys.executable, "-c", ""]),
    lambda: os.posix_spawn("/bin/true", ["true"], {}),
    lambda: os.kill(parent, 0), lambda: os.kill(0, 0), lambda: os.kill(-1, 0),
    lambda: resource.prlimit(parent, resource.RLIMIT_CPU),
    lambda: fcntl.fcntl(0, 1024, 1), lambda: fcntl.fcntl(0, 8, os.getpid()), lambda: fcntl.fcntl(0, 10, 9),
    lambda: fcntl.ioctl(0, 0x8901, bytes(4)), lambda: os.memfd_create("x"),
    lambda: os.setpriority(os.PRIO_PROCESS, parent, 19), lambda: os.sched_setaffinity(parent, {0}),
)]))
""")
    assert result == ["EPERM"] * 18


def test_kept_file_descriptors_cannot_be_closed_or_redirected():
    result = printed("""
import fcntl
kept, other = os.pipe()
assert linux.seccomp([kept])
tried_it = [outcome(f) for f in (lambda: os.close(kept), lambda: os.dup2(0, kept), lambda: os.dup2(0, kept, False))]
os.close(os.dup2(0, other))
print(json.dumps([*tried_it, fcntl.fcntl(other - 1, fcntl.F_GETFD) >= 0]))
""")
    assert result == ["EPERM", "EPERM", "EPERM", True]


def test_the_process_cannot_choose_to_outlive_the_marker():
    code = """
assert linux.seccomp()
PR_SET_PDEATHSIG, PR_GET_NAME = 1, 16
print(json.dumps([libc.prctl(PR_SET_PDEATHSIG, 0), libc.prctl(PR_GET_NAME, ctypes.create_string_buffer(16))]))
"""
    assert printed(code) == [-1, 0]


def test_the_process_is_killed_when_the_marker_ends():
    inner = "from gradlab_course.kernel import linux; import time\n"
    inner += "assert linux.drop_privileges(); print('up', flush=True); time.sleep(60)"
    outer = f"import subprocess, sys\np = subprocess.Popen([sys.executable, '-c', {inner!r}], stdout=subprocess.PIPE)\n"
    outer += "p.stdout.readline(); print(p.pid)"
    run = subprocess.run([sys.executable, "-c", outer], capture_output=True, text=True, timeout=30, check=True)
    end = monotonic() + 10
    while Path(f"/proc/{run.stdout.strip()}").exists() and monotonic() < end:
        sleep(0.05)
    assert not Path(f"/proc/{run.stdout.strip()}").exists()


def test_calls_under_other_numbers_are_refused_too():
    if platform.machine() != "x86_64":
        pytest.skip("x32 is x86_64's")
    assert printed("assert linux.seccomp()\nprint(json.dumps([tried(0x40000000 + 39), tried(435, 0, 0)]))") == [
        "EPERM",
        "ENOSYS",
    ]


def test_calls_for_modes_and_scheduling_do_nothing_and_report_success(tmp_path):
    result = printed(f"""
assert linux.seccomp()
os.chdir({str(tmp_path)!r})
import shutil
open("a", "w").write("x")
os.chmod("a", 0)
with open("a") as file: os.fchmod(file.fileno(), 0)
os.sched_setscheduler(0, os.SCHED_BATCH, os.sched_param(0))
print(json.dumps([os.stat("a").st_mode & 0o600, open(shutil.copy("a", "b")).read(), os.sched_getscheduler(0)]))
""")
    assert result == [0o600, "x", os.SCHED_OTHER]


def test_threads_that_run_already_are_limited_too():
    result = printed("""
begin, said = threading.Event(), []
thread = threading.Thread(target=lambda: (begin.wait(), said.append(outcome(os.fork))))
thread.start()
assert linux.seccomp()
begin.set(); thread.join()
print(json.dumps(said))
""")
    assert result == ["EPERM"]


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root has powers to give up")
def test_roots_powers_are_given_up(tmp_path):
    (tmp_path / "private").write_text("x")
    os.chown(tmp_path / "private", 1000, 1000)
    (tmp_path / "private").chmod(0o600)
    result = printed(f"""
assert linux.drop_privileges()
path = {str(tmp_path / "private")!r}
print(json.dumps([outcome(f) for f in (
    lambda: open(path).read(), lambda: open(path, "a").close(), lambda: os.setuid(1000),
    lambda: os.chown(path, 0, 0), lambda: socket.sethostname("x"), lambda: os.nice(-5), lambda: os.chroot("/"),
)]))
""")
    assert result == ["x", "EACCES", *["EPERM"] * 5]


def test_limits_hold():
    result = printed("""
import resource
linux.limit(2 << 30, 60, 1 << 20)
kinds = (resource.RLIMIT_AS, resource.RLIMIT_CPU, resource.RLIMIT_FSIZE, resource.RLIMIT_CORE, resource.RLIMIT_NOFILE)
print(json.dumps([resource.getrlimit(kind) for kind in kinds]))
""")
    assert result == [[2 << 30] * 2, [60, 60], [1 << 20] * 2, [0, 0], [1024, 1024]]
