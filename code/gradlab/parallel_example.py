"""Train on the digits with as many workers as there are: one script for one process, one machine, or many.

    python -m gradlab.parallel_example
    torchrun --nproc-per-node 2 -m gradlab.parallel_example

On several machines, the same on each, with the address of one of them:

    torchrun --nnodes 2 --nproc-per-node 2 --rdzv-backend c10d --rdzv-endpoint HOST:29500 -m gradlab.parallel_example

With `--checkpoint run.npz` the run is kept in a file, and goes on from it. Run as a module it is `main`, whose options
`--help` lists.
"""

import argparse
from collections.abc import Sequence
from hashlib import sha256
from itertools import islice
from typing import Any

import torch

from gradlab._arrays import to_numpy
from gradlab.checkpoints import put_back, save, states
from gradlab.data import digits
from gradlab.descend import Array, iterates
from gradlab.mlp import MLP
from gradlab.nets import on_device
from gradlab.oracles import minibatch, sources_of
from gradlab.parallel import all_reduced, group
from gradlab.rules import momentum


def main(arguments: Sequence[str] | None = None) -> Array:
    """Train, print the loss as it goes, and return the parameters, shape (P,).

    arguments   as on the command line; None for those of the process
    """
    options = _options(arguments)
    with group(options.timeout) as workers:
        data, net = digits(), MLP([64, 32, 10])
        to_start = data.X_train, data.y_train, net.start(options.seed)
        X, y, start = on_device(workers.device, *to_start, dtype=torch.float64)
        grad = minibatch(all_reduced(net.grad, workers), X, y, batch_size=options.batch_size, seed=options.seed)
        theta, state, t = workers.broadcast(start), (), 0
        saved: Any = workers.load(options.checkpoint) if options.checkpoint else None
        if saved:
            theta, state, t = saved["theta"], saved["state"], saved["t"]
            put_back(sources_of(grad), saved["sources"])
        first = workers.rank == 0  # which alone prints and writes
        if first:
            print(f"{workers.world_size} workers, from step {t}", flush=True)
        path = iterates(grad, theta, momentum, state=state, t=t, lr=options.lr, beta=0.9)
        for t, (theta, state) in enumerate(islice(path, max(options.steps - t, 0)), t + 1):  # noqa: B020
            if first and (t % options.every == 0 or t == options.steps):
                print(f"step {t}: loss {net.f(theta, X, y):.6f}", flush=True)
                if options.checkpoint:
                    now = {"theta": theta, "state": state, "t": t, "sources": states(sources_of(grad))}
                    save(options.checkpoint, now)
        if first:
            print("parameters", sha256(to_numpy(theta).tobytes()).hexdigest()[:16], flush=True)
        return theta


def _options(arguments):
    parser = argparse.ArgumentParser("gradlab.parallel_example", description=__doc__.splitlines()[0])
    for name, default, what in (
        ("steps", 200, "steps in all, those in the checkpoint included"),
        ("batch-size", 64, "examples in a minibatch, of all workers together"),
        ("lr", 0.1, "learning rate"),
        ("seed", 0, "of the start and the minibatches"),
        ("every", 20, "steps from one checkpoint to the next"),
        ("timeout", 30.0, "seconds that a worker waits for the others"),
    ):
        parser.add_argument(f"--{name}", type=type(default), default=default, help=f"{what} (default: {default})")
    parser.add_argument("--checkpoint", help="a file to keep the run in, and to go on from")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    main()
