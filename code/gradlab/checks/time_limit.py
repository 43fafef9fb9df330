"""A limit of time for what may never end, such as a student's loop."""

import signal
import threading
from contextlib import contextmanager


class Endless(Exception):
    """What was run has not come to an end in time."""


@contextmanager
def time_limit(seconds):
    """Raise `Endless` in the body of a `with` after so many seconds, and again every second until it ends.

    Only the main thread can be stopped so, and not on Windows: elsewhere there is no limit.
    """
    if not hasattr(signal, "setitimer") or threading.current_thread() is not threading.main_thread():
        yield
        return

    def stop(*_):
        raise Endless

    before = signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, seconds, 1)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
