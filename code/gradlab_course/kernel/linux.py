"""Linux's own limits on a student's process, which hold for native code too.

limit             memory, processor time, the size of files
drop_privileges   none of root's powers but reading; killed together with the marker
landlock          files: only the listed ones; programs: none (Linux 6.2 or newer); TCP: none (6.7 or newer)
seccomp           system calls: no connections, no other processes, nothing that lasts or changes files elsewhere

`landlock` and `seccomp` return True if they hold. A process can add such limits to itself, and can never remove them.

What is not covered: Windows and macOS, where only `limit` does anything; processors other than x86_64 and arm64, which
`seccomp` leaves alone; and many small files, which can fill the disk.
"""

import ctypes
import os
import signal
import struct
import sys

EPERM, ENOSYS = 1, 38
CLONE_THREAD = 0x10000
PR_SET_PDEATHSIG = 1

# fmt: off
#: System calls that are always refused -> their numbers on x86_64 and on arm64 (None: there is no such call).
REFUSED = {
    # The marker and other kernels listen at Unix sockets. io_uring could connect without any of these calls.
    "connect": (42, 203), "sendmsg": (46, 211), "sendmmsg": (307, 269), "io_uring_setup": (425, 425),
    "fork": (57, None), "vfork": (58, None), "execve": (59, 221), "execveat": (322, 281),
    "unshare": (272, 97), "setns": (308, 268),
    # other processes: their memory, files, priority and signals
    "ptrace": (101, 117), "process_vm_readv": (310, 270), "process_vm_writev": (311, 271),
    "process_madvise": (440, 440), "pidfd_getfd": (438, 438), "pidfd_send_signal": (424, 424),
    "setpriority": (141, 140), "ioprio_set": (251, 30),
    "sched_setparam": (142, 118), "sched_setattr": (314, 274),
    "tkill": (200, 130), "rt_sigqueueinfo": (129, 138), "rt_tgsigqueueinfo": (297, 240),
    # memory that the limit does not count, or that outlives the process
    "memfd_create": (319, 279), "memfd_secret": (447, 447), "shmget": (29, 194), "shmat": (30, 196),
    "semget": (64, 190), "msgget": (68, 186), "mq_open": (240, 180),
    # watching files elsewhere
    "inotify_init": (253, None), "inotify_init1": (294, 26), "inotify_add_watch": (254, 27),
    "fanotify_init": (300, 262), "fanotify_mark": (301, 263),
    "close_range": (436, 436),  # see `kept` in `seccomp`
    # parts of the system that no notebook needs
    "bpf": (321, 280), "perf_event_open": (298, 241), "userfaultfd": (323, 282), "open_by_handle_at": (304, 265),
    "add_key": (248, 217), "request_key": (249, 218), "keyctl": (250, 219),
}
#: Calls that do nothing and report success: shutil.copy and ZeroMQ fail on an error. Landlock does not cover file
#: modes and times, so without this a student could chmod the shared library.
PRETENDED = {
    "chmod": (90, None), "fchmod": (91, 52), "fchmodat": (268, 53), "fchmodat2": (452, 452),
    "chown": (92, None), "fchown": (93, 55), "lchown": (94, None), "fchownat": (260, 54),
    "setxattr": (188, 5), "lsetxattr": (189, 6), "fsetxattr": (190, 7), "setxattrat": (463, 463),
    "removexattr": (197, 14), "lremovexattr": (198, 15), "fremovexattr": (199, 16), "removexattrat": (466, 466),
    "utime": (132, None), "utimes": (235, None), "futimesat": (261, None), "utimensat": (280, 88),
    "sched_setscheduler": (144, 119),
}
# fmt: on
#: Uses of fcntl that are refused: to block other processes that open a file (leases), to watch a folder, to redirect
#: signals, to shrink the pipe of the report.
FCNTL = {"F_SETLEASE": 1024, "F_NOTIFY": 1026, "F_SETOWN": 8, "F_SETOWN_EX": 15, "F_SETSIG": 10, "F_SETPIPE_SZ": 1031}
IOCTL = {"FIOSETOWN": 0x8901, "SIOCSPGRP": 0x8902}  # the same for ioctl: to redirect signals
#: machine -> its column above, Linux's number for the machine, and the number of the call `seccomp`
MACHINES = {"x86_64": (0, 0xC000003E, 317), "aarch64": (1, 0xC00000B7, 277)}


def limit(memory, seconds, file):
    """Limit this process, which may have 1024 files open.

    memory    bytes of address space
    seconds   of processor time
    file      bytes of the largest file
    """
    import resource

    for name, value in {"AS": memory, "CPU": seconds, "FSIZE": file, "CORE": 0, "NOFILE": 1024}.items():
        kind = getattr(resource, f"RLIMIT_{name}", None)
        if kind is not None:
            # RLIMIT_NPROC is no help: it counts all processes of the user, and does not hold for root.
            resource.setrlimit(kind, (value, value))


def drop_privileges():
    """Give up all of root's powers but reading, since libraries may belong to another user; True if that worked.

    From then on the system kills this process when the process that started it ends.
    """
    if not sys.platform.startswith("linux"):
        return False
    may_read = 1 << 2  # CAP_DAC_READ_SEARCH
    libc, of_this_process = ctypes.CDLL(None), (ctypes.c_uint32 * 2)(0x20080522, 0)
    has = (ctypes.c_uint32 * 6)()  # twice: effective, permitted, inheritable
    if libc.capget(of_this_process, has) != 0:
        return False
    kept = (ctypes.c_uint32 * 6)(has[0] & may_read, has[1] & may_read)
    return libc.capset(of_this_process, kept) == 0 and libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL) == 0


def landlock(readable, writable):
    """Refuse this process all files but these, all programs, and TCP; True if the system does so.

    readable   paths, files or folders
    writable   folders
    """
    if not sys.platform.startswith("linux"):
        return False
    libc = ctypes.CDLL(None)
    call = libc.syscall
    version = call(444, None, 0, 1)
    if version < 1:
        return False
    files = (1 << {1: 13, 2: 14, 3: 15, 4: 15}.get(version, 16)) - 1
    attributes = [files, *([3] if version >= 4 else []), *([3] if version >= 6 else [])]  # files, TCP, signals
    rules = call(444, (ctypes.c_uint64 * len(attributes))(*attributes), 8 * len(attributes), 0)
    of_files, read = 0b1100000000000110 & files, 0b1100
    for paths, access in ((readable, read), (writable, files & ~1)):  # everything except executing
        for path in filter(os.path.exists, paths):
            fd = os.open(path, os.O_PATH)
            allowed = access if os.path.isdir(path) else access & of_files
            rule = allowed.to_bytes(8, sys.byteorder) + fd.to_bytes(4, sys.byteorder)
            call(445, rules, 1, rule, 0)
            os.close(fd)
    _no_new_privileges(libc)
    refuses_to_truncate = version >= 3  # older versions let a process empty files that it could not write to
    return call(446, rules, 0) == 0 and refuses_to_truncate


def seccomp(kept=()):
    """Refuse all threads of this process the calls in `REFUSED`, and some uses of others; True if the system does so.

    kept   file descriptors that may not be closed or redirected
    """
    if not sys.platform.startswith("linux") or os.uname().machine not in MACHINES or sys.maxsize < 2**32:
        return False
    column, machine, call = MACHINES[os.uname().machine]
    program = b"".join(struct.pack("=HBBI", *step) for step in _filter(column, machine, os.getpid(), kept))
    libc, text = ctypes.CDLL(None), ctypes.create_string_buffer(program)
    _no_new_privileges(libc)
    set_filter, all_threads, whole = 1, 1, struct.pack("@HP", len(program) // 8, ctypes.addressof(text))
    return libc.syscall(call, set_filter, all_threads, whole) == 0


def _filter(column, machine, me, kept):
    """The instructions of a BPF program, each an opcode, two jumps and a number."""
    load, equal, at_least, bits, end = 0x20, 0x15, 0x35, 0x45, 0x06
    allow, pretend, refuse, unknown = ((end, 0, 0, n) for n in (0x7FFF0000, 0x50000, 0x50000 | EPERM, 0x50000 | ENOSYS))
    calls_of_x32 = 0x40000000  # the same calls under other numbers

    def only(numbers, argument, *tests, else_=refuse, then=allow):
        """Allow a call only if its argument passes one of some tests (of its lower 32 bits)."""
        if numbers[column] is None or not tests:
            return []
        own = [(test, len(tests) - i, 0, value) for i, (test, value) in enumerate(tests)]
        return [(equal, 0, len(tests) + 3, numbers[column]), (load, 0, 0, 16 + 8 * argument), *own, else_, then]

    def never(numbers, argument, *values):
        """Refuse a call if its argument is one of some values (in its lower 32 bits)."""
        return only(numbers, argument, *((equal, value) for value in values), else_=allow, then=refuse)

    def always(calls, step):
        return [s for call in calls.values() if call[column] is not None for s in ((equal, 0, 1, call[column]), step)]

    own_process = [(equal, 0), (equal, me)]
    # fmt: off
    return [
        (load, 0, 0, 4), (equal, 1, 0, machine), refuse,
        (load, 0, 0, 0), (at_least, 0, 1, calls_of_x32), refuse,
        *always(REFUSED, refuse), *always(PRETENDED, pretend),
        # The flags of clone3 lie in memory, which a filter cannot read. If clone3 is unknown, libc calls clone.
        (equal, 0, 1, 435), unknown,
        *only((56, 220), 0, (bits, CLONE_THREAD)),
        *only((44, 206), 5, (equal, 0)),  # sendto: only without an address
        *only((302, 261), 0, *own_process),  # prlimit64
        *only((203, 122), 0, *own_process),  # sched_setaffinity
        *only((62, 129), 0, (equal, me)),  # kill
        *only((234, 131), 0, (equal, me)),  # tgkill
        *never((72, 25), 1, *FCNTL.values()),
        *never((16, 29), 1, *IOCTL.values()),
        *never((157, 167), 0, PR_SET_PDEATHSIG),  # prctl
        *never((3, 57), 0, *kept),  # close
        *never((33, None), 1, *kept),  # dup2
        *never((292, 24), 1, *kept),  # dup3
        allow,
    ]
    # fmt: on


def _no_new_privileges(libc):
    libc.prctl(38, 1, 0, 0, 0)
