"""A time limit for code that may never end, such as a student's loop."""

import signal
import threading
import time
from contextlib import contextmanager


class Endless(Exception):
    """The time limit is over, and the code has not ended."""


@contextmanager
def time_limit(seconds):
    """Raise `Endless` in the body of a `with` after a number of seconds, and again every second until the body ends.

    On a busy machine, code that others keep from the processor for more than half of that time gets three times as
    long: to import torch may take seconds there, and is no endless loop.

    What is not covered: threads other than the main one, and Windows. There the code runs without a limit.
    """
    if not hasattr(signal, "setitimer") or threading.current_thread() is not threading.main_thread():
        yield
        return

    begun, worked = time.monotonic(), time.process_time()

    def stop(*_):
        if time.process_time() - worked > seconds / 2 or time.monotonic() - begun > 3 * seconds:
            raise Endless

    before = signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, seconds, min(seconds, 1))
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
