"""Worker processes: they mark several submissions at once, and one that fails does not stop the others."""

import signal
import tempfile
import time
from contextlib import suppress
from multiprocessing import connection, get_context

from gradlab_course.marking import course
from gradlab_course.marking.sandbox import remove

EXTRA_BYTES = 2 << 30  # memory of a worker, beyond the limit of a notebook: a reply takes more of it than its text
EXTRA_SECONDS = 120  # time of a worker, beyond the limit of a notebook


def work(todo, count):
    """Mark submissions in worker processes; yield each result when it is there.

    todo    the jobs (see `course.mark`); one with a result under "marked" only has its feedback written again
    count   how many workers there are

    A worker that ends or takes too long is killed, and its submission gets a result with a remark that says so.
    """
    # "spawn", not "forkserver": a fork server listens at a socket, to which a student's kernel could send a program.
    context = get_context("spawn")
    waiting, idle, busy = list(reversed(todo)), {}, {}  # idle and busy: pipe -> worker
    folder = tempfile.mkdtemp(prefix="gradlab-")
    try:
        while waiting or busy:
            while waiting and len(busy) < count:
                pipe, process = idle.popitem() if idle else _start_worker(context, folder)
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
                    process.kill()  # Linux then kills its kernel too (see `linux.drop_privileges`)
                    result = _failed(job, str(problem) or "the marker itself ended")
                yield result
    finally:
        for process in [*idle.values(), *(process for process, *_ in busy.values())]:
            process.kill()
            process.join()
        remove(folder)  # workers that were killed could not remove their files


def _start_worker(context, folder):
    pipe, other_end = context.Pipe()
    process = context.Process(target=_worker, args=(other_end, folder), daemon=True)
    process.start()
    other_end.close()
    return pipe, process


def _worker(pipe, folder):
    """In a worker process: take jobs from a pipe until it is closed, and send back a result for each.

    folder   for temporary files
    """
    tempfile.tempdir = folder
    signal.signal(signal.SIGINT, lambda *_: None)  # after Ctrl-C, the main process kills this one
    with suppress(EOFError):
        while True:
            job = pipe.recv()
            limit_memory(job["limits"]["memory"] + EXTRA_BYTES)
            try:
                pipe.send(course.write_feedback(job, job["marked"]) if job.get("marked") else course.mark(job))
            except Exception as problem:
                pipe.send(_failed(job, f"{type(problem).__name__}: {problem}"))


def limit_memory(size):
    """Limit the memory of this process, and of those that it starts, on systems that have such a limit.

    size   bytes
    """
    import resource

    _, most = resource.getrlimit(resource.RLIMIT_DATA)
    with suppress(ValueError):  # there is a lower limit already
        resource.setrlimit(resource.RLIMIT_DATA, (size, most))


def _failed(job, why):
    """The result of a submission that could not be marked. No file keeps it, so the next run tries again."""
    remarks = [*job["remarks"], f"could not be marked: {why}"]
    return {"student": job["student"], "assignment": job["assignment"], "remarks": remarks}
