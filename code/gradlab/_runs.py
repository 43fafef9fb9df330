"""What watches the loss of a run, as a plateau does, is found when the run asks its schedules for their values.

    run = Run()
    with run:
        lr = schedule(0)  # a plateau in it begins anew, and is found
    run.tell(loss)

`iterates` and `train` are runs. So a plateau begins anew in each of them, and `train` can tell it the losses even where
it is wrapped in other schedules, and `train` sees no more than a `lambda`.
"""

from contextlib import contextmanager, nullcontext
from contextvars import ContextVar


class Run:
    """A run: the objects that watch its loss, each with the rows of the loss that it watches."""

    def __init__(self, losses=()):
        """losses: those of the run so far, if it goes on."""
        self.found, self.rows, self._losses = [], ..., list(losses)

    def tell(self, loss):
        """Tell the loss to all that were found; True if one of them says that the run is to end."""
        self._losses.append(loss)
        verdicts = [watcher.update(loss[rows]) for watcher, rows in self.found]
        return any(verdicts)

    def __enter__(self):
        self._token = _RUN.set(self)
        return self

    def __exit__(self, *error):
        _RUN.reset(self._token)


# the run for which rates are asked at the moment, if it is for one
_RUN: ContextVar[Run | None] = ContextVar("run", default=None)


def this_run():
    """A context: that of the run that is on, or else of a new one."""
    return nullcontext() if _RUN.get() else Run()


def find(watcher):
    """Register what watches the loss, which calls this when asked for a rate. The first call in a run resets it."""
    run = _RUN.get()
    if run and all(known is not watcher for known, _ in run.found):
        if hasattr(watcher, "reset"):
            watcher.reset()
        for loss in run._losses:  # those before it was asked first
            watcher.update(loss[run.rows])
        run.found.append((watcher, run.rows))


@contextmanager
def watching(rows):
    """Within it, what is found in this run watches these rows of the loss, and not all of them."""
    run = _RUN.get() or Run()
    before, run.rows = run.rows, rows
    try:
        yield
    finally:
        run.rows = before
