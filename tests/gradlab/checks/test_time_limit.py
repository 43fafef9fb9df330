"""The time limit stops code that never ends."""

import signal
import threading
import time

import pytest

from gradlab.checks.time_limit import Endless, time_limit

pytestmark = pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="Windows has no timer that interrupts")


def run_for_ever():
    while True:
        pass


def limited(function):
    with time_limit(0.05):
        function()


def test_a_loop_is_stopped_in_time():
    start = time.monotonic()
    with pytest.raises(Endless):
        limited(run_for_ever)
    assert 0.04 < time.monotonic() - start < 5


def test_code_that_waits_for_the_processor_gets_three_times_as_long():
    start = time.monotonic()
    limited(lambda: time.sleep(0.1))  # twice the limit, in which it does nothing
    with pytest.raises(Endless):
        limited(lambda: time.sleep(60))
    assert 0.25 < time.monotonic() - start < 5


def test_code_that_catches_the_first_stop_gets_another():
    stops = []

    def stubborn():
        while len(stops) < 2:
            try:
                run_for_ever()
            except Exception as stop:
                stops.append(stop)
        raise stops[-1]

    with pytest.raises(Endless):
        limited(stubborn)
    assert len(stops) == 2


def test_code_that_ends_in_time_is_not_stopped_and_the_timer_is_reset():
    before = signal.getsignal(signal.SIGALRM)
    with time_limit(60):
        left, again = signal.getitimer(signal.ITIMER_REAL)
        assert left > 50 and again == 1
    assert signal.getitimer(signal.ITIMER_REAL) == (0, 0)
    assert signal.getsignal(signal.SIGALRM) is before
    with pytest.raises(KeyError), time_limit(60):
        raise KeyError
    assert signal.getitimer(signal.ITIMER_REAL) == (0, 0)
    assert signal.getsignal(signal.SIGALRM) is before


@pytest.mark.filterwarnings("error")
def test_in_other_threads_there_is_no_limit():
    said = []

    def work():
        with time_limit(0.01):
            time.sleep(0.1)
            said.append("done")

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert said == ["done"]
    assert signal.getitimer(signal.ITIMER_REAL) == (0, 0)
