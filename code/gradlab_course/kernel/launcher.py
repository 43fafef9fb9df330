"""Starts a student's kernel: limits its own process, then becomes the kernel.

    python -I -S -B launcher.py SETTINGS

Two protections are set up before any code of the student's runs: the operating system's own limits (`linux`), which
hold for native code too, and an audit hook in Python, which also reports each forbidden action to the marker.

What is covered:
- Files: the kernel writes only into its own folder, and reads only that, Python's libraries and a few system files.
- Other programs, other processes and signals to them: refused.
- The network: refused.
- Memory, processor time and the size of a file: limited.

What is not covered:
- The audit hook lives in the student's interpreter. Python code can remove it, and native code bypasses it. Where
  `linux` is not available (see there), the hook is the only protection.
- Landlock can only allow whole folders. Native code can therefore read a gradlab that was installed into site-packages;
  install it with -e.
- Many small files can fill the disk.

So mark students whom you do not know in a container without network: see *For instructors*.
"""

import json
import os
import sys
from contextlib import suppress

READABLE = (
    "/usr", "/lib", "/lib64", "/dev/null", "/dev/urandom", "/dev/zero", "/proc/cpuinfo", "/proc/meminfo", "/proc/stat",
    # Not all of /proc/self: /proc/self/net lists the sockets of the whole machine, those of other kernels among them.
    *(f"/proc/self/{name}" for name in ("maps", "stat", "statm", "status", "cgroup", "mounts", "mountinfo", "cmdline")),
    "/sys/devices/system/cpu", "/etc/fonts", "/etc/ld.so.cache", "/etc/localtime", "/etc/mime.types",
    "/etc/nsswitch.conf", "/etc/passwd",
)  # fmt: skip

#: audit event that writes -> how many of its arguments are paths
WRITES = {
    **dict.fromkeys(("os.remove", "os.mkdir", "os.rmdir", "os.chmod", "os.chown", "os.truncate", "os.utime"), 1),
    **dict.fromkeys(("sqlite3.connect", "os.setxattr", "os.removexattr"), 1),
    **dict.fromkeys(("os.rename", "os.link"), 2),
}
READS = ("os.listdir", "os.scandir")

#: audit event -> the action in words; always refused
REFUSED = {
    **dict.fromkeys(("subprocess.Popen", "os.system", "os.exec", "os.posix_spawn", "os.spawn"), "start a program"),
    **dict.fromkeys(("os.fork", "os.forkpty", "pty.spawn"), "start another process"),
    **dict.fromkeys(("os.kill", "os.killpg", "signal.pthread_kill"), "send a signal"),
    **dict.fromkeys(("socket.connect", "socket.sendto", "socket.sendmsg"), "use the network"),
    **dict.fromkeys(("socket.getaddrinfo", "socket.gethostbyname", "socket.gethostbyaddr"), "use the network"),
}
#: the same; refused only when the student's code asks, since libraries need these
PRIVATE = {
    **dict.fromkeys(("gc.get_objects", "gc.get_referrers", "gc.get_referents"), "look into the interpreter"),
    **dict.fromkeys(("ctypes.dlopen", "ctypes.dlsym", "ctypes.cdata", "ctypes.string_at"), "call native code"),
    "socket.bind": "use the network",  # some libraries try it when they are imported
}


def hook(folder, readable, forbidden, report):
    """The audit hook: it raises PermissionError for each forbidden action, and reports the action.

    folder      the one folder that may be written to
    readable    folders and files that may be read; the first is the student's library
    forbidden   folders that may not be read, though they are in readable ones; never the folder and the library
    report      text -> None, called with the action in words
    """
    # Bound here, once: the student may later give these names to other things.
    realpath, decoded, is_a, starts_with = os.path.realpath, os.fsdecode, isinstance, str.startswith
    writing = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
    folder, readable, forbidden = realpath(folder), [*map(realpath, readable)], [*map(realpath, forbidden)]
    libraries = [*readable, realpath(sys.base_prefix)]
    frame, refusal = sys._getframe, PermissionError

    def under(path, folders):
        return any(path == f or starts_with(path, f.rstrip("/") + "/") for f in folders)

    def refuse(action):
        report(action)
        raise refusal(f"this notebook may not {action}")

    def check_path(path, write):
        if path is None or is_a(path, int) or path == ":memory:":
            return
        path = realpath(decoded(path))
        allowed = [folder, os.devnull] if write else [folder, os.devnull, *readable]
        if not under(path, allowed) or (under(path, forbidden) and not under(path, (folder, readable[0]))):
            refuse(f"open {path} for {'writing' if write else 'reading'}")

    def asked_by_student():
        """True if the innermost code outside of Python's standard library is no library's."""
        at = frame(2)
        while at and (under(at.f_code.co_filename, (stdlib,)) or starts_with(at.f_code.co_filename, "<frozen")):
            at = at.f_back
        return at is not None and not under(at.f_code.co_filename, libraries)

    stdlib = realpath(os.path.dirname(os.__file__))

    def watch(event, arguments):
        if event == "open":
            check_path(arguments[0], bool(arguments[2] & writing))
        elif event in READS:
            check_path(arguments[0] or ".", False)
        elif event in WRITES:
            for path in arguments[: WRITES[event]]:
                check_path(path, True)
        elif event in REFUSED:
            refuse(f"{REFUSED[event]} ({event})")
        elif event in PRIVATE and asked_by_student():
            refuse(f"{PRIVATE[event]} ({event})")
        elif event == "gradlab.disabled":
            report(f"call {arguments[0]}")

    return watch


def main(settings):
    """Limit this process, and become the kernel.

    settings   JSON: folder, which may be written to; library and packages, folders to import from; forbidden, folders
               that may not be read; memory, seconds and file, as for `linux.limit`; connection, path of the connection
               file; report, file descriptor of the pipe for reports
    """
    settings = json.loads(settings)
    folder, library, packages = settings["folder"], settings["library"], settings["packages"]

    def report(text):
        with suppress(OSError):  # the pipe may be full, or the student may have closed it
            os_write(settings["report"], (json.dumps(text) + "\n").encode())

    os_write = os.write
    sys.path += [library, *packages]
    from gradlab_course.kernel import linux

    readable = [library, *packages, sys.base_prefix, *READABLE]
    linux.limit(settings["memory"], settings["seconds"], settings["file"])
    linux.drop_privileges()
    files = linux.landlock(readable, [folder, os.devnull])
    sys.argv[1:] = []
    from ipykernel.kernelapp import IPKernelApp

    sys.addaudithook(hook(folder, readable, settings["forbidden"], report))
    options = ["--log-level=ERROR", "--HistoryManager.enabled=False"]
    app = IPKernelApp.instance()
    app.initialize([f"-f={settings['connection']}", *options])
    # Not earlier: when ZeroMQ starts, it asks the system for its networks, and fails if that is refused.
    calls = linux.seccomp([settings["report"]])
    report(f"limits {files and calls:d}")
    sys.path.insert(0, folder)  # as in Jupyter: a notebook can import a module that it has written
    app.start()


if __name__ == "__main__":
    main(sys.argv[1])
