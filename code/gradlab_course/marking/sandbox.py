"""The student's kernel, behind a fence.

    with Kernel(student_library(folder, ["rules.momentum"])) as kernel:
        outputs = kernel.run("def f(x): return 2 * x", timeout=30)
        kernel.ask({"call": "f", "arguments": {"list": [21]}, "keywords": {"dict": []}}, timeout=30)

What the fence holds, and what needs a container, stands in `fence`.
"""

import contextlib
import json
import os
import secrets
import shutil
import signal
import subprocess
import sys
import sysconfig
import tempfile
from pathlib import Path
from time import monotonic

from gradlab_course import LIBRARY
from gradlab_course.kernel import protocol

GRACE = 3  # seconds that an interrupted cell has to stop
LATE = "not run, the notebook took too long"
LARGEST = 24 << 20  # bytes of a message: an answer of `protocol.LENGTH`, and what is put around it
THREADS = 500
PIPE = (1 << 16) - (1 << 12)  # bytes in a pipe, after which it may not take what somebody writes at once


class Ended(Exception):
    """The kernel has ended; the words say how."""


class Kernel:
    """A kernel behind the fence, to be used in a `with`.

    library     what `student_library` gave
    forbidden   folders that it may not read, wherever they lie
    memory      bytes of address space
    seconds     of processor time, in all
    output      bytes that one cell may show before it is stopped
    kept        bytes of it that are kept

    What it was refused is in `refused`, a list of words; `walled` tells whether the system's `walls` stand; `places`
    are the folders that its modules and files lie in.
    """

    def __init__(self, library, forbidden=(), memory=2 << 30, seconds=600, output=50 << 20, kept=8 << 20):
        self.library, self.output, self.kept = Path(library).resolve(), output, kept
        self.limits = {"memory": memory, "seconds": seconds, "file": 64 << 20}
        self.forbidden = [str(Path(path).resolve()) for path in (LIBRARY, *forbidden)]
        self.refused, self.walled, self.ended = [], False, ""
        self.unheard = False  # whether somebody closed the pipe

    def __enter__(self):
        from jupyter_client.blocking import BlockingKernelClient
        from jupyter_client.connect import write_connection_file

        self.folder = folder = Path(tempfile.mkdtemp(prefix="gradlab-")).resolve()
        # Sockets in its own folder: no ports that two kernels could want, and none that others could knock at.
        file, _ = write_connection_file(
            str(folder / "kernel.json"), transport="ipc", ip=str(folder / "s"), key=secrets.token_hex().encode()
        )
        shutil.copytree(self.library / "fonts", folder / "matplotlib")
        packages = list(dict.fromkeys(sysconfig.get_path(name) for name in ("purelib", "platlib")))
        self.places = [str(folder), str(self.library), *packages]
        read, write = os.pipe()
        settings = self.limits | {
            **{"folder": str(folder), "library": str(self.library), "packages": packages},
            **{"forbidden": self.forbidden, "connection": file, "report": write},
        }
        script = self.library / "gradlab_course" / "kernel" / "launcher.py"
        self.process = subprocess.Popen(
            [sys.executable, "-I", "-S", "-B", str(script), json.dumps(settings)],
            **{"cwd": folder, "env": _environment(folder), "pass_fds": [write]},
            **{"stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL},
            start_new_session=True,  # a process group of its own, which can be killed as a whole
        )
        for end in (read, write):
            os.set_blocking(end, False)  # whoever tells too much is heard no longer, but holds nobody up
        os.close(write)
        self._report = read
        self.client = BlockingKernelClient(connection_file=file)
        self.client.load_connection_file()
        # Somebody who prints for ever sends tens of MB at once; what is larger ends the connection.
        self.client.context.setsockopt(_zmq().MAXMSGSIZE, 64 << 20)
        self.client.start_channels(stdin=False, hb=False, control=False)
        try:
            self.client.wait_for_ready(timeout=60)
            self._read_report()
            self.walled = "limits 1" in self.refused  # said before anything of the student's has run
            self.refused.clear()  # also of what the kernel itself tried
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *exception):
        self._read_report()
        self._kill()
        self.client.stop_channels()
        self.client.context.destroy(linger=0)
        os.close(self._report)
        remove(self.folder)

    def run(self, code, timeout):
        """The outputs of a cell, as a notebook holds them, and what is to be said of how it ended, "" if nothing.

        code      the cell's source
        timeout   seconds
        """
        from nbformat.v4 import output_from_msg

        outputs = []

        def show(message):
            if message["msg_type"] in ("stream", "display_data", "execute_result", "error"):
                with contextlib.suppress(Exception):  # what is malformed is not shown
                    outputs.append(output_from_msg(message))

        try:
            _, trouble = self._execute(code, timeout, show, store_history=True)
        except Ended as error:
            trouble = str(error)
        self._read_report()
        return outputs, trouble

    def ask(self, request, timeout):
        """The student's reply to a request of `protocol`: JSON, unchecked.

        request   a dictionary
        timeout    seconds

        Raises Ended when the kernel gives none, ValueError when it is none.
        """
        protocol_there = "__import__('gradlab_course.kernel.protocol', fromlist=['reply_to'])"
        expression = f"{protocol_there}.reply_to({json.dumps(request)!r}, get_ipython().user_ns)"
        reply, trouble = self._execute("", timeout, lambda message: None, user_expressions={"reply": expression})
        self._read_report()
        if trouble:
            raise Ended(trouble)
        try:
            return protocol.read(reply["user_expressions"]["reply"]["data"][protocol.MIME])
        except (KeyError, TypeError):
            raise ValueError("nothing that can be read") from None

    def _execute(self, code, timeout, show, asked_again=False, **options):
        """Send code; hand the messages that belong to it to `show`; return the reply, and words on how it ended."""
        if self.ended or timeout <= 0:
            raise Ended(self.ended or LATE)
        sent = self.client.execute(code, silent=not code, allow_stdin=False, stop_on_error=False, **options)
        end, size, reply, idle, trouble = monotonic() + timeout, 0, None, False, ""
        channels = {channel.socket: channel for channel in (self.client.shell_channel, self.client.iopub_channel)}
        poller = _zmq().Poller()
        for socket in channels:
            poller.register(socket, _zmq().POLLIN)
        while not (reply and idle):
            ready = dict(poller.poll(max(0, min(end - monotonic(), 0.1)) * 1000))
            for socket in ready:
                frames, shown = socket.recv_multipart(), channels[socket] is self.client.iopub_channel
                length = sum(map(len, frames))
                size += length if shown else 0
                if length > (self.output if shown else LARGEST):
                    continue  # not even read, which takes many times its length
                message = self._message(frames)
                if message.get("parent_header", {}).get("msg_id") != sent or not isinstance(message["content"], dict):
                    continue
                if not shown:
                    reply = message["content"]
                    if "ask_exit" in str(reply.get("payload")):
                        raise Ended(self._kill("called exit(), which ended its kernel"))
                    end = min(end, monotonic() + GRACE)  # for what it has still to show
                elif message["msg_type"] == "status":
                    idle = message["content"].get("execution_state") == "idle"
                elif not trouble and size <= self.kept:
                    show(message)
            if not ready and self.process.poll() is not None:
                raise Ended(self._kill(_how(self.process.poll())))
            if self._threads() > THREADS:
                raise Ended(self._kill(f"started more than {THREADS} threads and was stopped with its kernel"))
            if reply and monotonic() > end:
                # The message that it is idle was lost: one of thousands, or with the connection all that would follow.
                if asked_again:
                    raise Ended(self._kill("showed more than can be read and was stopped with its kernel"))
                self._execute("", GRACE, lambda message: None, asked_again=True)
                break
            if not trouble and (size > self.output or monotonic() > end):
                what = f"showed more than {self.output} bytes" if size > self.output else f"ran for {timeout:.0f} s"
                trouble, end = f"{what} and was stopped", monotonic() + GRACE
                os.killpg(self.process.pid, signal.SIGINT)
            elif trouble and monotonic() > end:
                raise Ended(self._kill(f"{trouble} with its kernel, which did not listen"))
        return reply, trouble

    def _threads(self):
        try:
            return len(os.listdir(f"/proc/{self.process.pid}/task"))
        except OSError:  # no Linux, or no process
            return 0

    def _message(self, frames):
        """The message in some frames, {} if it is none."""
        with contextlib.suppress(Exception):  # whatever the student's process may send
            _, frames = self.client.session.feed_identities(frames)
            return self.client.session.deserialize(frames)
        return {}

    def _kill(self, why=""):
        self.ended = self.ended or why
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        return self.ended

    def _read_report(self):
        try:
            said = os.read(self._report, 1 << 16).decode(errors="replace")
        except BlockingIOError:  # nothing
            return
        closed = not said and self.process.poll() is None
        if len(said) >= PIPE or (closed and not self.unheard):
            self._tell("hide what it was refused")
        self.unheard = closed
        for line in said.splitlines():
            try:
                what = str(json.loads(line))
            except (ValueError, RecursionError):
                what = ""
            if not what or (self.walled and what.startswith("limits ")):  # which the fence says once, at the beginning
                what = "write into the marker's report"
            self._tell(what)

    def _tell(self, what):
        if what[:300] not in self.refused and len(self.refused) < 50:
            self.refused.append(what[:300])


def remove(folder):
    """Remove a folder, however deep the folders in it are: Python's own way gives up."""
    subprocess.run(["rm", "-rf", "--", str(folder)], stderr=subprocess.DEVNULL)


def _zmq():
    import zmq

    return zmq


def _how(code):
    if code < 0:
        return f"ended its kernel ({signal.Signals(-code).name})"
    return f"ended its kernel (exit status {code})"


def _environment(folder):
    """The environment of the kernel: nothing of the marker's own."""
    own = ("HOME", "TMPDIR", "IPYTHONDIR", "JUPYTER_RUNTIME_DIR", "JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR")
    threads = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS")
    kept = {name: os.environ[name] for name in ("LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH") if name in os.environ}
    return {
        **dict.fromkeys(own, str(folder)),
        **dict.fromkeys(threads, "1"),
        **kept,
        **{"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8", "PYTHONUTF8": "1", "MPLCONFIGDIR": str(folder / "matplotlib")},
        "JOBLIB_MULTIPROCESSING": "0",  # which would want more than this folder
    }
