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
from os import PathLike
from time import perf_counter
from typing import Any, NamedTuple

import numpy as np

from gradlab._arguments import ArgumentError, checked, hyperparameters, named, require_names
from gradlab._arrays import copied, detached, empty, to_numpy, where
from gradlab._conditions import BOOLEAN, COUNT, FUNCTION, SEEDS, Condition, stays
from gradlab._runs import Run, find
from gradlab.checkpoints import PATH, fingerprint, put_back, resumed, save, states
from gradlab.descend import Array, Hyper, Objective, Oracle, Rule, is_method, iterates
from gradlab.mlp import MLP
from gradlab.oracles import Seeds, Stochastic, drawn, sources_of


class History(NamedTuple):
    """What `train` saw, in R records: one before the first step, then one every so many steps.

    theta          the parameters at the end, shape (..., P)
    steps          shape (R,): the number of steps before each record
    epochs         shape (R,): the same in passes over the training set
    seconds        shape (R,): the time that the steps took so far, without the time for the records
    losses         shape (R, ...): of the whole training set, nothing dropped out
    valid_losses   shape (R, ...): of the validation set; None without one
    accuracy       shape (R, ...): on the validation set; None without one, or without classes
    best           the parameters with the least validation loss, each network its own; None without a validation set
    observed       R entries: what `observe` returned; None without it
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
    seed=SEEDS,
    checkpoint=PATH,
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
    seed: Seeds = 0,
    validation: tuple[Array, Array] | None = None,
    stop: Any = None,
    oracle: Callable[[Oracle], Oracle] | None = None,
    observe: Callable[[int, Array], Any] | None = None,
    progress: bool = False,
    checkpoint: str | PathLike | None = None,
    **hyper: Hyper,
) -> History:
    """Train a network, or a grid of them, and record how it goes.

        θ, state ← rule(θ, ∇L_B(θ), state)        for each minibatch B

    net          an `MLP`
    theta        where to start, shape (..., P), of X's kind. It is broadcast against the
                 hyperparameters: `lr=lr[:, None]` with lr of shape (K,) trains K networks, which all
                 see the same minibatches, unless seed is a list.
    rule         an update rule, or a method, whose problem has the gradient on minibatches and f on the whole
                 training set, nothing dropped out. All gradients that a step asks for are on one minibatch.
    X, y         the training set
    batch_size   examples in a minibatch; None for all of them
    epochs       passes over the training set; or, instead,
    steps        the number of steps
    every        steps from one record to the next; None for an epoch
    seed         of the minibatches, and of the units that are dropped out. A list of K seeds is for K networks,
                 each of which sees what it would see if it were trained alone, with its seed.
    validation   (X, y), to be judged by at each record
    stop         an `EarlyStopping`, or an object like it: its `update` gets the validation losses at each
                 record, so its steps count records, and the training ends when it returns True. Networks of a
                 grid that its `stopped` marks run on with the others, but their `best` stays. It begins anew, by
                 its `reset`; one that has no `reset`, and has stopped already, is refused.
    oracle       grad → grad, such as `partial(clip_by_norm, max_norm=1.0)`
    observe      called as `observe(step, theta)` at each record
    progress     True for a bar, drawn by tqdm
    checkpoint   path of a file: written at each record, and if it is there, the training goes on from it, as if it
                 had never been interrupted. More steps than before may be asked for; all else must be as it was.
                 What an oracle or a rule of your own draws at random must be in the `sources` of a `Stochastic`.
                 A checkpoint is of an update rule; a method keeps its state to itself.
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
    if checkpoint is not None and is_method(rule):
        raise ArgumentError(f"rule must be an update rule to have a checkpoint, got the method {rule.__name__}")
    if np.ndim(seed):
        theta = _one_each(theta, np.size(seed))
    before = None
    if checkpoint is not None:
        given = {"rule": rule, "X": X, "y": y, "batch_size": batch_size, "every": every, "seed": seed} | hyper
        given |= {
            "net": (net.sizes, net.activation, net.loss, net.dropout),
            "theta": theta,
            "validation": validation,
            "stop": stop,
            "oracle": oracle,
            "observe": observe,
        }
        about = {name: fingerprint(value) for name, value in given.items()}
        before = resumed(checkpoint, about, theta)
    with named("train", ValueError):
        judges = {"losses": net.bind(X, y).f}
        judges["losses"](theta)
        # other numbers than those of the minibatches
        rng = (
            [np.random.default_rng([int(s), 1]) for s in np.ravel(seed)]
            if np.ndim(seed)
            else np.random.default_rng([seed, 1])
        )
        grad = _OneDraw(net.bind(X, y, batch_size=batch_size, seed=seed, rng=rng).grad)
        problem = Objective(judges["losses"], grad.through(oracle))
        sources = list({id(source): source for source in sources_of(problem.grad) + grad.sources}.values())
        state, t = (), 0
        if before:
            theta, state, t = (before[name] for name in ("theta", "state", "t"))
            put_back(sources, before["sources"])
            grad.move_on()  # what it had drawn was the first
        with Run([record["valid_losses"] for record in before["records"]] if before and watching else ()) as run:
            for thing in watching.values():
                find(thing)
            path = _each_step(iterates(problem, theta, rule, state=state, t=t, **hyper), run, grad)
    if validation is not None:
        with named("train: validation", ValueError):
            judges["valid_losses"] = net.bind(*validation).f
            judges["valid_losses"](theta)
        if net.classifies:
            judges["accuracy"] = lambda theta: net.accuracy(theta, *validation)
    an_epoch = ceil(len(X) / (batch_size or len(X)))
    total: Any = steps if epochs is None else epochs * an_epoch

    theta = detached(theta)
    records, observed, best = [], [], None if validation is None else theta
    least: Any = np.inf
    past = 0.0
    if before:
        records, observed, best, least = (before[name] for name in ("records", "observed", "best", "least"))
        if t > total:
            raise ArgumentError(f"checkpoint must have at most the {total} steps that are asked for, got {t}")
        path, past = islice(path, 0 if before["ended"] else total - t), records[-1]["seconds"]
    else:
        path = islice(path, total)
    laps = _laps(theta, _bar(path, total, t) if progress else path, every or an_epoch, state, t)
    if before:
        next(laps)  # was seen before the file was written
    record = records[-1] if before else {}
    for t, seconds, theta, state in laps:
        with np.errstate(all="ignore"):
            judged = {name: to_numpy(judge(theta)) for name, judge in judges.items()}
        record = {"steps": t, "epochs": t / an_epoch, "seconds": past + seconds} | judged
        records.append(record)
        ended = False
        if observe is not None:
            observed.append(observe(t, copied(theta)))
        if validation is None and run.found:  # inside another schedule
            (watcher, _), *_ = run.found
            raise ArgumentError(f"validation must be given for {watcher!r} to watch, got None")
        if validation is not None:
            loss = record["valid_losses"]
            better = (loss < least) & ~np.asarray(getattr(stop, "stopped", False))
            best, least = where(better[..., None], theta, best), np.where(better, loss, least)
            ended = run.tell(copied(loss))
        if checkpoint is not None and t and (ended or t % (every or an_epoch) == 0):
            now = {"theta": theta, "state": state, "t": t, "sources": states(sources), "ended": ended}
            now |= {"records": records, "observed": observed, "best": best, "least": least}
            with named("train", ValueError):
                save(checkpoint, {"about": about, "run": now})
        if ended:
            break
    # A start is broadcast by the first step: what was seen of it holds for the whole grid.
    columns = {name: np.stack(np.broadcast_arrays(*(seen[name] for seen in records))) for name in record}
    return History(theta, **columns, best=best, observed=observed or None)


def _oracle(oracle, grad):
    """The oracle made of the gradient; an ArgumentError says what was probably forgotten."""
    hint = "; give its settings in a partial, as in partial(clip_by_norm, max_norm=1.0)"
    try:
        made = oracle(grad)
    except (TypeError, ValueError) as error:
        raise ArgumentError(f"oracle must take a gradient function alone: {error}{hint}") from None
    if not callable(made):
        raise ArgumentError(f"oracle must return a gradient function, got {made!r}{hint}")
    return made


def _one_each(theta, K):
    """θ for K networks: of shape (..., K, P)."""
    shape = np.shape(theta)
    if len(shape) > 1 and shape[-2] not in (1, K):
        raise ArgumentError(f"theta must be of {K} networks, as there are seeds, got shape {tuple(shape)}")
    if not shape or not hasattr(theta, "dtype"):
        return theta  # is refused later
    grid = empty((*shape[:-2], K, shape[-1]), theta)
    grid[...] = detached(theta)
    return grid


class _OneDraw:
    """A gradient of which one draw is asked, however often and through whatever oracle, until it is to move on."""

    def __init__(self, grad):
        self._grad, self.sources = grad, sources_of(grad)
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
        return wrapped if stays(self) or not stays(wrapped) else Stochastic(lambda: wrapped, self.sources)


def _each_step(path, run, grad):
    """The path, each step of which is part of the run and has one draw of the gradient."""
    while True:
        with run:
            point = next(path, None)
        if point is None:  # a method that is done
            return
        yield point
        grad.move_on()


def _laps(theta, path, every, state, t):
    """Yield (t, seconds, θ, state) at the start, after every so many steps, and at the end; steps alone are timed."""
    path, last, seconds = enumerate(path, t + 1), [(t, (theta, state))], 0.0
    while last:
        [(t, (theta, state))] = last
        yield t, seconds, theta, state
        began = perf_counter()
        last = deque(islice(path, every), maxlen=1)
        any(theta.any() for _, (theta, _) in last)  # asks for a value, and so waits for a GPU
        seconds += perf_counter() - began


def _bar(path, steps, done):
    from tqdm.auto import tqdm

    return tqdm(path, total=steps, initial=done) if done else tqdm(path, total=steps)
