"""The student's kernel: a process of its own, in which the cells of one submission run.

    with Kernel(student_library(folder, ["rules.momentum"])) as kernel:
        outputs, trouble = kernel.run("def f(x): return 2 * x", timeout=30)
        kernel.ask({"call": "f", "arguments": {"list": [21]}, "keywords": {"dict": []}}, timeout=30)

This module is the marker's side: it starts the kernel, sends it cells and questions, reads the replies and removes
everything at the end. `kernel.launcher` is the student's side; it limits the process from within.

What is covered here:
- Time: a cell that takes too long is interrupted. If it ignores that, its kernel is killed.
- Output: a cell that shows too much is interrupted, and only the beginning is kept.
- Threads: a kernel with too many of them is killed.
- Replies: the marker reads them as JSON text of limited length. It never executes or unpickles anything.
- Connections: the kernel listens at sockets in its own folder, and only the marker and it have the key.
- Forbidden actions: the marker gets a list of those that the code tried, in words.
- Traces: at the end all processes of the kernel are killed, and its folder is removed.

What `kernel.launcher` covers: files, other programs and processes, the network, memory, processor time. Its docstring
says how, and lists the gaps.

What is not covered: the truth of the replies. The student's code can replace everything in its own process, and so send
any answer. But it has neither the right answers nor the tests: those stay in the marker.
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

import zmq
from jupyter_client.blocking import BlockingKernelClient
from jupyter_client.connect import write_connection_file
from nbformat.v4 import output_from_msg

from gradlab_course import LIBRARY
from gradlab_course.kernel import protocol

STOP_SECONDS = 3  # for a cell that was interrupted to stop, and for the last messages of one that ended
MAX_MESSAGE = 24 << 20  # bytes of a message: the longest reply that `protocol` allows, and Jupyter's additions to it
MAX_THREADS = 500
MAX_REFUSED = 50  # entries in `refused`, each of at most 300 characters
PIPE_BYTES = 1 << 16  # that Linux keeps in a pipe
NEARLY_FULL = PIPE_BYTES - (1 << 12)  # bytes in a pipe, above which it may refuse to take one more line


class Ended(Exception):
    """The kernel has ended, or there is no time left for it. The message says why."""


class Kernel:
    """A student's kernel, to be used in a `with`.

    library     folder of the library that the student's code imports, from `student_library`
    forbidden   folders that the student's code may not read, even if they are part of an allowed folder
    memory      bytes of address space
    seconds     of processor time, for all cells together
    output      bytes that one cell may show before it is interrupted
    kept        bytes of these that are kept

    Attributes: `refused` lists the actions that the code tried and was refused, in words; `protected` is True if the
    operating system's own limits hold (see `kernel.linux`), False if only the audit hook protects the marker;
    `folders` are the folders with the kernel's files and modules; `ended` says why the kernel ended, "" while it runs.
    """

    def __init__(self, library, forbidden=(), memory=2 << 30, seconds=600, output=50 << 20, kept=8 << 20):
        self.library, self.output, self.kept = Path(library).resolve(), output, kept
        self.limits = {"memory": memory, "seconds": seconds, "file": 64 << 20}
        self.forbidden = [str(Path(path).resolve()) for path in (LIBRARY, *forbidden)]
        self.refused, self.protected, self.ended = [], False, ""
        self._report_is_closed = False

    def __enter__(self):
        self.folder = folder = Path(tempfile.mkdtemp(prefix="gradlab-")).resolve()
        # Sockets in its own folder, not ports: two kernels could want the same port, and other programs can reach one.
        file, _ = write_connection_file(
            str(folder / "kernel.json"), transport="ipc", ip=str(folder / "s"), key=secrets.token_hex().encode()
        )
        shutil.copytree(self.library / "fonts", folder / "matplotlib")
        packages = list(dict.fromkeys(sysconfig.get_path(name) for name in ("purelib", "platlib")))
        self.folders = [str(folder), str(self.library), *packages]
        self._report, report = os.pipe()
        settings = self.limits | {
            "folder": str(folder), "library": str(self.library), "packages": packages,
            "forbidden": self.forbidden, "connection": file, "report": report,
        }  # fmt: skip
        script = self.library / "gradlab_course" / "kernel" / "launcher.py"
        nowhere = subprocess.DEVNULL
        self.process = subprocess.Popen(
            [sys.executable, "-I", "-S", "-B", str(script), json.dumps(settings)],
            cwd=folder, env=_environment(folder), pass_fds=[report], stdin=nowhere, stdout=nowhere, stderr=nowhere,
            start_new_session=True,  # a process group of its own, which can be killed as a whole
        )  # fmt: skip
        for end in (self._report, report):
            os.set_blocking(end, False)  # when the pipe is full, lines are lost, but neither process waits
        os.close(report)
        self.client = BlockingKernelClient(connection_file=file)
        self.client.load_connection_file()
        # An endless loop of prints sends messages of tens of MB. A larger message ends the connection.
        self.client.context.setsockopt(zmq.MAXMSGSIZE, 64 << 20)
        self.client.start_channels(stdin=False, hb=False, control=False)
        try:
            self.client.wait_for_ready(timeout=60)
            self._read_report()
            # The launcher has reported this before any code of the student's ran. The libraries' own attempts to do
            # something forbidden, while they were imported, are not the student's.
            self.protected = "limits 1" in self.refused
            self.refused.clear()
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
        """Execute a cell.

        code      the cell's source
        timeout   seconds

        Returns its outputs, as a notebook holds them, and words on how it was stopped, "" if it came to its end.
        """
        outputs = []

        def collect(message):
            if message["msg_type"] in ("stream", "display_data", "execute_result", "error"):
                with contextlib.suppress(Exception):  # a malformed message gives no output
                    outputs.append(output_from_msg(message))

        try:
            _, trouble = self._execute(code, timeout, collect, store_history=True)
        except Ended as error:
            trouble = str(error)
        self._read_report()
        return outputs, trouble

    def ask(self, request, timeout):
        """Send a request of `protocol`, and return the reply: JSON, of any content.

        request   a dictionary
        timeout   seconds

        Raises Ended when the kernel sends no reply, and ValueError when the reply is not JSON.
        """
        module = "__import__('gradlab_course.kernel.protocol', fromlist=['reply_to'])"
        expression = f"{module}.reply_to({json.dumps(request)!r}, get_ipython().user_ns)"
        reply, trouble = self._execute("", timeout, lambda message: None, user_expressions={"reply": expression})
        self._read_report()
        if trouble:
            raise Ended(trouble)
        try:
            return protocol.read(reply["user_expressions"]["reply"]["data"][protocol.MIME])
        except (KeyError, TypeError):
            raise ValueError("nothing that can be read") from None

    def _execute(self, code, timeout, collect, is_second_try=False, **options):
        """Send code to the kernel; call `collect` with each message that it causes.

        Returns the kernel's reply, and words on how the code was stopped, "" if it came to its end. Raises Ended when
        the kernel ends.
        """
        if self.ended or timeout <= 0:
            raise Ended(self.ended or "not run, the notebook took too long")
        sent = self.client.execute(code, silent=not code, allow_stdin=False, stop_on_error=False, **options)
        end, size, reply, idle, trouble = monotonic() + timeout, 0, None, False, ""
        channels = {channel.socket: channel for channel in (self.client.shell_channel, self.client.iopub_channel)}
        poller = zmq.Poller()
        for socket in channels:
            poller.register(socket, zmq.POLLIN)
        while not (reply and idle):
            ready = dict(poller.poll(max(0, min(end - monotonic(), 0.1)) * 1000))
            for socket in ready:
                frames, is_output = socket.recv_multipart(), channels[socket] is self.client.iopub_channel
                length = sum(map(len, frames))
                size += length if is_output else 0
                if length > (self.output if is_output else MAX_MESSAGE):
                    continue  # not even parsed, which would take many times its length of memory
                message = self._message(frames)
                if message.get("parent_header", {}).get("msg_id") != sent or not isinstance(message["content"], dict):
                    continue
                if not is_output:
                    reply = message["content"]
                    if "ask_exit" in str(reply.get("payload")):
                        raise Ended(self._kill("called exit(), which ended its kernel"))
                    end = min(end, monotonic() + STOP_SECONDS)  # for its remaining outputs
                elif message["msg_type"] == "status":
                    idle = message["content"].get("execution_state") == "idle"
                elif not trouble and size <= self.kept:
                    collect(message)
            if not ready and self.process.poll() is not None:
                raise Ended(self._kill(_how_it_ended(self.process.poll())))
            if self._threads() > MAX_THREADS:
                raise Ended(self._kill(f"started more than {MAX_THREADS} threads and was stopped with its kernel"))
            if reply and monotonic() > end:
                # The message "idle" is missing. Either it was lost among thousands of messages, or the connection has
                # ended and all messages are lost. An empty request finds out.
                if is_second_try:
                    raise Ended(self._kill("showed more than can be read and was stopped with its kernel"))
                self._execute("", STOP_SECONDS, lambda message: None, is_second_try=True)
                break
            if not trouble and (size > self.output or monotonic() > end):
                cause = f"showed more than {self.output} bytes" if size > self.output else f"ran for {timeout:.0f} s"
                trouble, end = f"{cause} and was stopped", monotonic() + STOP_SECONDS
                os.killpg(self.process.pid, signal.SIGINT)
            elif trouble and monotonic() > end:
                raise Ended(self._kill(f"{trouble} with its kernel, since it ignored the interrupt"))
        return reply, trouble

    def _threads(self):
        try:
            return len(os.listdir(f"/proc/{self.process.pid}/task"))
        except OSError:  # this is not Linux, or the process has ended
            return 0

    def _message(self, frames):
        """The message that some frames hold, {} if there is none."""
        with contextlib.suppress(Exception):  # the student's process may send anything
            _, frames = self.client.session.feed_identities(frames)
            return self.client.session.deserialize(frames)
        return {}

    def _kill(self, why=""):
        """Kill the kernel and all processes of its group; return why it ended."""
        self.ended = self.ended or why
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        return self.ended

    def _read_report(self):
        """Read the lines that the launcher's hook has written into the pipe, and add them to `refused`.

        The student's code runs in the same process, and may also write into the pipe, fill it or close it.
        """
        try:
            text = os.read(self._report, PIPE_BYTES).decode(errors="replace")
        except BlockingIOError:  # the pipe is empty
            return
        is_closed = not text and self.process.poll() is None
        if len(text) >= NEARLY_FULL or (is_closed and not self._report_is_closed):
            self._add_refused("fill or close the marker's report")
        self._report_is_closed = is_closed
        for line in text.splitlines():
            try:
                entry = str(json.loads(line))
            except (ValueError, RecursionError):
                entry = ""
            # The launcher reports its limits once, before any code of the student's runs.
            is_forged = not entry or (self.protected and entry.startswith("limits "))
            self._add_refused("write into the marker's report" if is_forged else entry)

    def _add_refused(self, entry):
        if entry[:300] not in self.refused and len(self.refused) < MAX_REFUSED:
            self.refused.append(entry[:300])


def remove(folder):
    """Remove a folder, however deep the folders in it are: shutil.rmtree fails on very deep ones."""
    subprocess.run(["rm", "-rf", "--", str(folder)], stderr=subprocess.DEVNULL)


def _how_it_ended(status):
    """Words on how a process ended, from its return code."""
    if status < 0:
        return f"ended its kernel ({signal.Signals(-status).name})"
    return f"ended its kernel (exit status {status})"


def _environment(folder):
    """The environment variables of the kernel. The marker's own are not passed on, except for library paths."""
    own_folder = ("HOME", "TMPDIR", "IPYTHONDIR", "JUPYTER_RUNTIME_DIR", "JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR")
    threads = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS")
    library_paths = {name: os.environ[name] for name in ("LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH") if name in os.environ}
    return {
        **dict.fromkeys(own_folder, str(folder)),
        **dict.fromkeys(threads, "1"),
        **library_paths,
        "PATH": "/usr/bin:/bin",
        "LANG": "C.UTF-8",
        "PYTHONUTF8": "1",
        "MPLCONFIGDIR": str(folder / "matplotlib"),
        "JOBLIB_MULTIPROCESSING": "0",  # joblib would create semaphores outside of the folder
    }
