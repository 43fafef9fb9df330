"""Worker processes: several submissions are marked at once, and one that fails does not stop the others."""

import signal
import tempfile
import time
from contextlib import suppress
from multiprocessing import connection, get_context

from gradlab_course.marking import course
from gradlab_course.marking.sandbox import remove

EXTRA_BYTES = 2 << 30  # that a worker may allocate beyond the limit of a notebook: replies may be made to grow
EXTRA_SECONDS = 120  # that a worker may take beyond the limit of a notebook


def _worker(pipe, folder):
    """Mark the submissions that come through a pipe, or only write their feedback again; send back each result.

    folder   for temporary files
    """
    tempfile.tempdir = folder
    signal.signal(signal.SIGINT, lambda *_: None)  # Ctrl-C: the main process ends this one
    with suppress(EOFError):
        while True:
            job = pipe.recv()
            contain(job["limits"]["memory"] + EXTRA_BYTES)
            try:
                pipe.send(course.write_feedback(job, job["marked"]) if job.get("marked") else course.mark(job))
            except Exception as problem:
                pipe.send(_failed(job, f"{type(problem).__name__}: {problem}"))


def contain(memory):
    """Limit what this process and those that it starts may allocate, on systems that have such a limit.

    memory   bytes
    """
    import resource  # Windows has none

    _, most = resource.getrlimit(resource.RLIMIT_DATA)
    with suppress(ValueError):  # a lower limit is there already
        resource.setrlimit(resource.RLIMIT_DATA, (memory, most))


def _failed(job, why):
    """The result of a submission that could not be marked; it is not kept, so that the next run tries again."""
    remarks = [*job["remarks"], f"could not be marked: {why}"]
    return {"student": job["student"], "assignment": job["assignment"], "remarks": remarks}


def work(todo, count):
    """Yield the results of jobs, `count` at once, each in a process that may fail or be stopped without the others."""
    # Not a fork server: it listens at a socket, and a student's kernel could send a program there.
    context = get_context("spawn")
    waiting, idle, busy = list(reversed(todo)), {}, {}
    folder = tempfile.mkdtemp(prefix="gradlab-")
    try:
        while waiting or busy:
            while waiting and len(busy) < count:
                pipe, process = idle.popitem() if idle else _start(context, folder)
                job = waiting.pop()
                busy[pipe] = process, job, time.monotonic() + job["limits"]["total"] + EXTRA_SECONDS
                pipe.send(job)
            ready = connection.wait(list(busy), timeout=1)
            late = [pipe for pipe, (*_, end) in busy.items() if time.monotonic() > end and pipe not in ready]
            for pipe in [*ready, *late]:
                process, job, _ = busy.pop(pipe)
                try:
                    if pipe in late:
                        raise TimeoutError("the marker took too long")
                    result = pipe.recv()
                    idle[pipe] = process
                except (OSError, EOFError) as problem:
                    process.kill()  # its kernel dies with it
                    result = _failed(job, str(problem) or "the marker itself ended")
                yield result
    finally:
        for process in [*idle.values(), *(process for process, *_ in busy.values())]:
            process.kill()
            process.join()
        remove(folder)  # with the files of workers that were stopped


def _start(context, folder):
    here, there = context.Pipe()
    process = context.Process(target=_worker, args=(there, folder), daemon=True)
    process.start()
    there.close()
    return here, process
