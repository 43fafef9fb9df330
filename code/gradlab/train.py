"""Training: loss curves, validation and early stopping around the loop that `iterates` is.

    X, y, X_valid, y_valid, *_ = moons()
    net = MLP([2, 16, 2])
    history = train(net, net.start(0), adam, X, y, lr=0.01, batch_size=32, epochs=20, validation=(X_valid, y_valid))

Then `history.losses` has the loss on the training set before the first step and after each epoch, and
`history.theta` the trained parameters.
"""

from collections import deque
from collections.abc import Callable
from itertools import islice
from math import ceil
from time import perf_counter
from typing import Any, NamedTuple

import numpy as np

from gradlab._arguments import ArgumentError, checked, hyperparameters, named, require_names
from gradlab._arrays import copied, detached, to_numpy, where
from gradlab._conditions import BOOLEAN, COUNT, FUNCTION, Condition, stays
from gradlab._runs import Run, find
from gradlab.descend import Array, Hyper, Objective, Oracle, Rule, iterates
from gradlab.mlp import MLP
from gradlab.oracles import Stochastic, drawn


class History(NamedTuple):
    """What `train` saw, in R records: one before the first step, then one every so many steps.

    theta          the parameters at the end, shape (..., P)
    steps          shape (R,): the number of steps before each record
    epochs         shape (R,): the same in passes over the training set
    seconds        shape (R,): what the steps took, without the time for looking
    losses         shape (R, ...): of the whole training set, nothing dropped out
    valid_losses   shape (R, ...): of the validation set; None without one
    accuracy       shape (R, ...): on the validation set; None without one, or without classes
    best           the parameters with the least validation loss, each network its own; or None
    observed       R entries: what `observe` returned; or None
    """

    theta: object
    steps: np.ndarray
    epochs: np.ndarray
    seconds: np.ndarray
    losses: np.ndarray
    valid_losses: np.ndarray | None = None
    accuracy: np.ndarray | None = None
    best: object = None
    observed: list | None = None


@checked(
    net=Condition("be an MLP", lambda v: hasattr(v, "bind")),
    batch_size=COUNT,
    epochs=COUNT,
    steps=COUNT,
    every=COUNT,
    validation=Condition("be a pair (X, y)", lambda v: isinstance(v, (tuple, list)) and len(v) == 2),
    stop=Condition("have `update`, as EarlyStopping has", lambda v: hasattr(v, "update")),
    oracle=FUNCTION,
    observe=FUNCTION,
    progress=BOOLEAN,
)
def train(
    net: MLP,
    theta: Array,
    rule: Rule,
    X: Array,
    y: Array,
    *,
    batch_size: int | None = None,
    epochs: int | None = None,
    steps: int | None = None,
    every: int | None = None,
    seed: int = 0,
    validation: tuple[Array, Array] | None = None,
    stop: Any = None,
    oracle: Callable[[Oracle], Oracle] | None = None,
    observe: Callable[[int, Array], Any] | None = None,
    progress: bool = False,
    **hyper: Hyper,
) -> History:
    """Train a network, or a grid of them, and record how it goes.

        θ, state ← rule(θ, ∇L_B(θ), state)        for each minibatch B

    net          an `MLP`
    theta        where to start, shape (..., P), of X's kind. It is broadcast against the
                 hyperparameters: `lr=lr[:, None]` with lr of shape (K,) trains K networks, which all
                 see the same minibatches.
    rule         an update rule, or a method, whose problem has the gradient on minibatches and f on the whole
                 training set, nothing dropped out. All gradients that a step asks for are on one minibatch.
    X, y         the training set
    batch_size   examples in a minibatch; None for all of them
    epochs       passes over the training set; or, instead,
    steps        the number of steps
    every        steps from one record to the next; None for an epoch
    seed         of the minibatches, and of the units that are dropped out
    validation   (X, y), to be judged by at each record
    stop         an `EarlyStopping`, or what is like it: its `update` gets the validation losses at each
                 record, so that its steps are the records', and True ends the training. Networks of a
                 grid that its `stopped` marks run on with the others, but their `best` stays. It begins anew, by
                 its `reset`; one that has none, and has stopped, is refused.
    oracle       grad → grad, such as `partial(clip_by_norm, max_norm=1.0)`
    observe      called as `observe(step, theta)` at each record
    progress     True for a bar, drawn by tqdm
    hyper        the rule's: numbers, arrays, or schedules t → value, with t counting steps; schedules that
                 watch the loss, such as `ReduceOnPlateau`, get it as `stop` does, and begin anew, too

    Returns a `History`. A network that diverges runs on to inf and nan without a warning.
    Raises ValueError for a wrong argument, naming it.
    """
    require_names(hyper, hyperparameters(rule))
    if (epochs is None) == (steps is None):
        raise ArgumentError(f"epochs or steps must be given, and not both, got {epochs!r} and {steps!r}")
    if np.all(getattr(stop, "stopped", False)) and not hasattr(stop, "reset"):
        raise ArgumentError(f"stop must not have stopped already, got {stop!r}")
    watching = {name: thing for name, thing in {"stop": stop, **hyper}.items() if hasattr(thing, "update")}
    if watching and validation is None:
        raise ArgumentError(f"validation must be given for {next(iter(watching))} to watch, got None")
    with named("train", ValueError):
        judges = {"losses": net.bind(X, y).f}
        judges["losses"](theta)
        rng = np.random.default_rng([seed, 1])  # other numbers than those of the minibatches
        grad = _OneDraw(net.bind(X, y, batch_size=batch_size, seed=seed, rng=rng).grad)
        problem = Objective(judges["losses"], grad.through(oracle))
        with Run() as run:
            for thing in watching.values():
                find(thing)
            path = _each_step(iterates(problem, theta, rule, **hyper), run, grad)
    if validation is not None:
        with named("train: validation", ValueError):
            judges["valid_losses"] = net.bind(*validation).f
            judges["valid_losses"](theta)
        if net.classifies:
            judges["accuracy"] = lambda theta: net.accuracy(theta, *validation)
    an_epoch = ceil(len(X) / (batch_size or len(X)))
    total = steps if epochs is None else epochs * an_epoch

    theta = detached(theta)
    records, observed, best = [], [], None if validation is None else theta
    least: Any = np.inf
    path = islice(path, total)
    laps = _laps(theta, _bar(path, total) if progress else path, every or an_epoch)
    for t, seconds, theta in laps:
        with np.errstate(all="ignore"):
            judged = {name: to_numpy(judge(theta)) for name, judge in judges.items()}
        record = {"steps": t, "epochs": t / an_epoch, "seconds": seconds} | judged
        records.append(record)
        if observe is not None:
            observed.append(observe(t, copied(theta)))
        if validation is None and run.found:  # inside another schedule
            (watcher, _), *_ = run.found
            raise ArgumentError(f"validation must be given for {watcher!r} to watch, got None")
        if validation is not None:
            loss = record["valid_losses"]
            better = (loss < least) & ~np.asarray(getattr(stop, "stopped", False))
            best, least = where(better[..., None], theta, best), np.where(better, loss, least)
            if run.tell(copied(loss)):
                break
    # A start is broadcast by the first step: what was seen of it holds for the whole grid.
    columns = {name: np.stack(np.broadcast_arrays(*(seen[name] for seen in records))) for name in record}
    return History(theta, **columns, best=best, observed=observed or None)


def _oracle(oracle, grad):
    """The oracle made of the gradient; an ArgumentError says what was probably forgotten."""
    hint = "; with arguments it is a partial(clip_by_norm, max_norm=1.0)"
    try:
        made = oracle(grad)
    except (TypeError, ValueError) as error:
        raise ArgumentError(f"oracle must take a gradient function alone: {error}{hint}") from None
    if not callable(made):
        raise ArgumentError(f"oracle must return a gradient function, got {made!r}{hint}")
    return made


class _OneDraw:
    """A gradient of which one draw is asked, however often and through whatever oracle, until it is to move on."""

    def __init__(self, grad):
        self._grad = grad
        if not stays(grad):
            self.draw = lambda: self._now
        self.move_on()

    def move_on(self):
        self._now = drawn(self._grad)

    def __call__(self, theta):
        return self._now(theta)

    def through(self, oracle):
        """oracle(self), which must move on if this does; or this."""
        wrapped = self if oracle is None else _oracle(oracle, self)
        return wrapped if stays(self) or not stays(wrapped) else Stochastic(lambda: wrapped)


def _each_step(path, run, grad):
    """The path, each step of which is part of the run and has one draw of the gradient."""
    while True:
        with run:
            point = next(path, None)
        if point is None:  # a method that is done
            return
        yield point
        grad.move_on()


def _laps(theta, path, every):
    """Yield (t, seconds, θ) at the start, after every so many steps, and at the end; steps alone are timed."""
    path, last, seconds = enumerate(path, 1), [(0, (theta, ()))], 0.0
    while last:
        [(t, (theta, _))] = last
        yield t, seconds, theta
        began = perf_counter()
        last = deque(islice(path, every), maxlen=1)
        any(theta.any() for _, (theta, _) in last)  # asks for a value, and so waits for a GPU
        seconds += perf_counter() - began


def _bar(path, steps):
    from tqdm.auto import tqdm

    return tqdm(path, total=steps)
