"""The fence around a student's kernel: a script that limits its own process, and then is the kernel.

    python -I -S -B fence.py SETTINGS

Two rings, set up before any of the student's code runs:

- the system's own `walls`, on Linux: files, programs, connections and other processes are refused, to native code too,
  whatever the student does to this interpreter; memory, processor time and the size of files are limited;
- an audit hook, which refuses the same in Python, and tells the marker what was tried, by name.

An audit hook is a fence and no wall: Python code that goes about it can take it down (it lives in the process that it
watches), and native code never meets it. Without the walls it is all there is. Landlock allows whole folders and
excepts none: a gradlab that was installed into site-packages, not with -e, native code could read there. Nothing here
stops many small files from filling the disk. Whoever marks people that he does not trust runs the marker in a container
without network (see the page for instructors).
"""

import json
import os
import sys
from contextlib import suppress

READABLE = (
    *("/usr", "/lib", "/lib64", "/dev/null", "/dev/urandom", "/dev/zero", "/proc/cpuinfo"),
    # Not all of /proc/self: in its net stand the names of all sockets of this machine, those of other kernels too.
    *(f"/proc/self/{name}" for name in ("maps", "stat", "statm", "status", "cgroup", "mounts", "mountinfo", "cmdline")),
    *("/proc/meminfo", "/proc/stat", "/sys/devices/system/cpu", "/etc/fonts", "/etc/ld.so.cache", "/etc/localtime"),
    *("/etc/mime.types", "/etc/nsswitch.conf", "/etc/passwd"),
)

#: audit event -> how many of its arguments are paths; those that write
WRITES = {
    **dict.fromkeys(("os.remove", "os.mkdir", "os.rmdir", "os.chmod", "os.chown", "os.truncate", "os.utime"), 1),
    **dict.fromkeys(("sqlite3.connect", "os.setxattr", "os.removexattr"), 1),
    **dict.fromkeys(("os.rename", "os.link"), 2),
}
READS = ("os.listdir", "os.scandir")

#: audit event -> what somebody tried who raised it
REFUSED = {
    **dict.fromkeys(("subprocess.Popen", "os.system", "os.exec", "os.posix_spawn", "os.spawn"), "start a program"),
    **dict.fromkeys(("os.fork", "os.forkpty", "pty.spawn"), "start another process"),
    **dict.fromkeys(("os.kill", "os.killpg", "signal.pthread_kill"), "send a signal"),
    **dict.fromkeys(("socket.connect", "socket.sendto", "socket.sendmsg"), "use the network"),
    **dict.fromkeys(("socket.getaddrinfo", "socket.gethostbyname", "socket.gethostbyaddr"), "use the network"),
}
#: the same, where libraries have reasons to do so and students have none
PRIVATE = {
    **dict.fromkeys(("gc.get_objects", "gc.get_referrers", "gc.get_referents"), "look into the interpreter"),
    **dict.fromkeys(("ctypes.dlopen", "ctypes.dlsym", "ctypes.cdata", "ctypes.string_at"), "call native code"),
    "socket.bind": "use the network",  # some try it when they are imported, to see what there is
}


def hook(folder, readable, forbidden, report):
    """An audit hook that refuses what is outside the fence.

    folder      the one folder to write into
    readable    where to read
    forbidden   where not, within those
    report      text -> None, called with what was tried
    """
    # What it needs is bound here: the student may put other things under these names.
    real, text, whole, inside = os.path.realpath, os.fsdecode, isinstance, str.startswith
    writing = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
    folder, (readable, forbidden) = real(folder), ([real(p) for p in paths] for paths in (readable, forbidden))
    libraries = [real(path) for path in (*readable, sys.base_prefix)]
    frame, refusal = sys._getframe, PermissionError

    def under(path, folders):
        return any(path == f or inside(path, f.rstrip("/") + "/") for f in folders)

    def refuse(what):
        report(what)
        raise refusal(f"this notebook may not {what}")

    def reach(path, write):
        if path is None or whole(path, int) or path == ":memory:":
            return
        path = real(text(path))
        allowed = [folder, os.devnull] if write else [folder, os.devnull, *readable]
        if not under(path, allowed) or (under(path, forbidden) and not under(path, (folder, readable[0]))):
            refuse(f"open {path} for {'writing' if write else 'reading'}")

    def asked_by_student():
        at = frame(2)
        while at and (under(at.f_code.co_filename, (stdlib,)) or inside(at.f_code.co_filename, "<frozen")):
            at = at.f_back
        return at is not None and not under(at.f_code.co_filename, libraries)

    stdlib = real(os.path.dirname(os.__file__))

    def watch(event, arguments):
        if event == "open":
            reach(arguments[0], bool(arguments[2] & writing))
        elif event in READS:
            reach(arguments[0] or ".", False)
        elif event in WRITES:
            for path in arguments[: WRITES[event]]:
                reach(path, True)
        elif event in REFUSED:
            refuse(f"{REFUSED[event]} ({event})")
        elif event in PRIVATE and asked_by_student():
            refuse(f"{PRIVATE[event]} ({event})")
        elif event == "gradlab.withheld":
            report(f"call {arguments[0]}")

    return watch


def main(settings):
    """Set up the fence, and become the kernel.

    settings   JSON: the folder to write into; library and packages to import from; what is forbidden below them;
               memory, seconds, file as in `limit`; the connection file; report, a file descriptor to report to
    """
    settings = json.loads(settings)
    folder, library, packages = settings["folder"], settings["library"], settings["packages"]

    def report(what):
        with suppress(OSError):  # where somebody has closed it; what was refused stays refused
            os_write(settings["report"], (json.dumps(what) + "\n").encode())

    os_write = os.write
    sys.path += [library, *packages]
    from gradlab.kernel import walls

    readable = [library, *packages, sys.base_prefix, *READABLE]
    walls.limit(settings["memory"], settings["seconds"], settings["file"])
    walls.powerless()
    files = walls.landlock(readable, [folder, os.devnull])
    sys.argv[1:] = []
    from ipykernel.kernelapp import IPKernelApp

    sys.addaudithook(hook(folder, readable, settings["forbidden"], report))
    options = ["--log-level=ERROR", "--HistoryManager.enabled=False"]
    app = IPKernelApp.instance()
    app.initialize([f"-f={settings['connection']}", *options])
    calls = walls.seccomp(
        [settings["report"]]
    )  # only now: while it is set up ZeroMQ asks the system for networks, or gives up
    report(f"walls {files and calls:d}")
    sys.path.insert(0, folder)  # as for any notebook: a module that it writes it can import
    app.start()


if __name__ == "__main__":
    main(sys.argv[1])
