"""The operating system's own walls around a student's kernel, which hold for native code too.

limit      memory, processor time, the size of files
powerless  without what the system lets only root do, and no longer there than the marker
landlock   no files but some, no programs, no TCP (Linux 6.2)
seccomp    no connections, no other processes, nothing that reaches them, stays behind, or changes others' files

All but the first tell whether they stand. Nobody can take them down again.
"""

import ctypes
import os
import signal
import struct
import sys

EPERM, ENOSYS = 1, 38
CLONE_THREAD = 0x10000
PR_SET_PDEATHSIG = 1
#: what seccomp refuses altogether -> its numbers on x86_64 and on arm64, where None means that it does not exist
REFUSED = {
    # Marker and other kernels listen at Unix sockets. io_uring could connect without a call that is seen here.
    **{"connect": (42, 203), "sendmsg": (46, 211), "sendmmsg": (307, 269), "io_uring_setup": (425, 425)},
    **{"fork": (57, None), "vfork": (58, None), "execve": (59, 221), "execveat": (322, 281)},
    **{"unshare": (272, 97), "setns": (308, 268)},
    # other processes: their memory, files, priority and signals
    **{"ptrace": (101, 117), "process_vm_readv": (310, 270), "process_vm_writev": (311, 271)},
    **{"process_madvise": (440, 440), "pidfd_getfd": (438, 438), "pidfd_send_signal": (424, 424)},
    **{"setpriority": (141, 140), "ioprio_set": (251, 30)},
    **{"sched_setparam": (142, 118), "sched_setattr": (314, 274)},
    **{"tkill": (200, 130), "rt_sigqueueinfo": (129, 138), "rt_tgsigqueueinfo": (297, 240)},
    # memory that no limit counts, or that is there when the process is not
    **{"memfd_create": (319, 279), "memfd_secret": (447, 447), "shmget": (29, 194), "shmat": (30, 196)},
    **{"semget": (64, 190), "msgget": (68, 186), "mq_open": (240, 180)},
    # who does what with files elsewhere
    **{"inotify_init": (253, None), "inotify_init1": (294, 26), "inotify_add_watch": (254, 27)},
    **{"fanotify_init": (300, 262), "fanotify_mark": (301, 263)},
    "close_range": (436, 436),  # see `kept` below
    # doors into the system that no notebook needs
    **{"bpf": (321, 280), "perf_event_open": (298, 241), "userfaultfd": (323, 282), "open_by_handle_at": (304, 265)},
    **{"add_key": (248, 217), "request_key": (249, 218), "keyctl": (250, 219)},
}
#: The same for what is not done, though the process is told that it was, since shutil.copy and ZeroMQ insist on
#: setting what is set already. Landlock does not watch the rights and times of files: to have one of the shared library
#: open for reading would be enough to close it to all others.
PRETENDED = {
    **{"chmod": (90, None), "fchmod": (91, 52), "fchmodat": (268, 53), "fchmodat2": (452, 452)},
    **{"chown": (92, None), "fchown": (93, 55), "lchown": (94, None), "fchownat": (260, 54)},
    **{"setxattr": (188, 5), "lsetxattr": (189, 6), "fsetxattr": (190, 7), "setxattrat": (463, 463)},
    **{"removexattr": (197, 14), "lremovexattr": (198, 15), "fremovexattr": (199, 16), "removexattrat": (466, 466)},
    **{"utime": (132, None), "utimes": (235, None), "futimesat": (261, None), "utimensat": (280, 88)},
    **{"sched_setscheduler": (144, 119)},
}
#: What fcntl may not do: hold up whoever opens a file (leases), watch a folder, have signals sent, shrink the report.
FCNTL = {"F_SETLEASE": 1024, "F_NOTIFY": 1026, "F_SETOWN": 8, "F_SETOWN_EX": 15, "F_SETSIG": 10, "F_SETPIPE_SZ": 1031}
IOCTL = {"FIOSETOWN": 0x8901, "SIOCSPGRP": 0x8902}
#: name -> column above, Linux's number for it, and that of its call `seccomp`
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
            # No limit on the number of processes: it counts those of the whole user, and does not hold for root.
            resource.setrlimit(kind, (value, value))


def powerless():
    """Give up what only root may do, but for reading: libraries may belong to somebody else. True where it is done.

    From then on this process is killed when the one dies that started it.
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
    """Have Linux refuse this process all files but these, and TCP; True where it does.

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
    for paths, access in ((readable, read), (writable, files & ~1)):  # all but to execute
        for path in filter(os.path.exists, paths):
            fd = os.open(path, os.O_PATH)
            allowed = access if os.path.isdir(path) else access & of_files
            rule = allowed.to_bytes(8, sys.byteorder) + fd.to_bytes(4, sys.byteorder)
            call(445, rules, 1, rule, 0)
            os.close(fd)
    _no_new_privileges(libc)
    refuses_to_truncate = version >= 3  # before, files could be emptied that could not be written to
    return call(446, rules, 0) == 0 and refuses_to_truncate


def seccomp(kept=()):
    """Have Linux refuse this process, all threads of it, the calls of `REFUSED` and more; True where it does.

    kept   file descriptors that nobody may close, or make those of another file
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
    """The steps of a program for Linux's packet filter: what to do, two jumps, a number."""
    load, equal, at_least, bits, end = 0x20, 0x15, 0x35, 0x45, 0x06
    allow, pretend, refuse, unknown = ((end, 0, 0, n) for n in (0x7FFF0000, 0x50000, 0x50000 | EPERM, 0x50000 | ENOSYS))
    calls_of_x32 = 0x40000000  # the same calls under other numbers

    def only(numbers, argument, *tests, else_=refuse, then=allow):
        """Allow a call if one of some tests of the lower half of an argument holds."""
        if numbers[column] is None or not tests:
            return []
        own = [(what, len(tests) - i, 0, value) for i, (what, value) in enumerate(tests)]
        return [(equal, 0, len(tests) + 3, numbers[column]), (load, 0, 0, 16 + 8 * argument), *own, else_, then]

    def never(numbers, argument, *values):
        """Refuse a call if the lower half of an argument is one of some values."""
        return only(numbers, argument, *((equal, value) for value in values), else_=allow, then=refuse)

    def always(calls, step):
        return [s for call in calls.values() if call[column] is not None for s in ((equal, 0, 1, call[column]), step)]

    own_process = [(equal, 0), (equal, me)]
    return [
        *[(load, 0, 0, 4), (equal, 1, 0, machine), refuse],
        *[(load, 0, 0, 0), (at_least, 0, 1, calls_of_x32), refuse],
        *[*always(REFUSED, refuse), *always(PRETENDED, pretend)],
        # The flags of clone3 lie in memory, where no filter sees them. Without it libc calls clone.
        *[(equal, 0, 1, 435), unknown],
        *only((56, 220), 0, (bits, CLONE_THREAD)),
        *only((44, 206), 5, (equal, 0)),  # sendto: to whoever the socket is connected to, no address
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


def _no_new_privileges(libc):
    libc.prctl(38, 1, 0, 0, 0)
