"""Data parallelism: several workers share each minibatch, and all make the same step.

    with group() as workers:
        theta = workers.broadcast(net.start(0))
        grad = minibatch(all_reduced(net.grad, workers), X, y, batch_size=64, seed=0)
        for theta, state in islice(iterates(grad, theta, adam, lr=0.01), 100):
            ...

A worker is a process that `torchrun` has started, on this machine or another; without it there is one, and the same
code runs. They talk by `torch.distributed`: over NCCL if each has a GPU, else over Gloo. `gradlab.parallel_example` is
a whole script.
"""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

from gradlab._arguments import ArgumentError, checked, named
from gradlab._arrays import copied, is_tensor, like
from gradlab._conditions import COUNT, COUNT_FROM_0, FUNCTION, POSITIVE, Condition, one_number
from gradlab.checkpoints import PATH, load
from gradlab.descend import Array

ARRAY = Condition("be an array or a tensor of floats", lambda v: "float" in str(getattr(v, "dtype", "")))


class Workers:
    """The processes that train one network together: made by `group`.

    rank         the number of this one, 0 … world_size − 1
    world_size   how many there are
    device       where this one is to keep its tensors: "cpu", or its GPU

    All workers must call the same methods in the same order, as each waits for the others. If one is gone, the others
    get a RuntimeError. The methods raise ValueError for a wrong argument, naming it.
    """

    @checked(rank=COUNT_FROM_0, world_size=COUNT)
    def __init__(self, rank: int = 0, world_size: int = 1, device: str = "cpu"):
        if rank >= world_size:
            raise ArgumentError(f"rank must be less than world_size, {world_size}, got {rank}")
        self.rank, self.world_size, self.device = rank, world_size, device

    @checked(n=COUNT_FROM_0)
    def shard(self, n: int) -> slice:
        """Which of n examples are this worker's: a slice. The shares differ by one example at most.

        ⌊n · rank / world_size⌋ … ⌊n · (rank + 1) / world_size⌋ − 1
        """
        return slice(n * self.rank // self.world_size, n * (self.rank + 1) // self.world_size)

    @checked(g=ARRAY, n=COUNT_FROM_0)
    def mean(self, g: Array, n: int) -> Array:
        """The mean over the examples of all workers, of which this one has n, with the mean g.

            ḡ = Σ_workers n · g / Σ_workers n

        A worker without examples gives n = 0, and a g of the right shape. All get the same ḡ to the last bit, of the
        type of g. The sum is computed in that type. If none of several workers has an example, ḡ is nan; one worker
        alone gets back its g.
        """
        if self.world_size == 1:
            return copied(g)
        import torch

        flat = torch.as_tensor(g, device=self.device).reshape(-1)
        count = flat.new_full((1,), n)
        both = torch.cat([flat * n if n else torch.zeros_like(flat), count])
        self._together("mean", lambda distributed: distributed.all_reduce(both))
        return self._as(both[:-1] / both[-1], g)

    @checked(x=ARRAY)
    def broadcast(self, x: Array) -> Array:
        """The x of worker 0, at each worker. Those of the others must have its shape and type."""
        if self.world_size == 1:
            return copied(x)
        import torch

        sent = torch.as_tensor(copied(x), device=self.device).contiguous()
        self._together("broadcast", lambda distributed: distributed.broadcast(sent, 0))
        return self._as(sent, x)

    @checked(path=PATH)
    def load(self, path: Any) -> Any:
        """The checkpoint of worker 0, at each worker: see `checkpoints.load`. None if worker 0 finds no file."""
        file = Path(path)
        if self.world_size == 1:
            return load(file, self.device) if file.exists() else None
        import torch

        sent = file.read_bytes() if self.rank == 0 and file.exists() else b""
        size = torch.tensor([len(sent)], device=self.device)
        self._together("load", lambda distributed: distributed.broadcast(size, 0))
        if not size.item():
            return None
        data = torch.tensor(bytearray(sent or bytes(size.item())), dtype=torch.uint8, device=self.device)
        self._together("load", lambda distributed: distributed.broadcast(data, 0))
        return load(BytesIO(data.cpu().numpy().tobytes()), self.device)

    def _as(self, tensor, x):
        """The tensor in the shape of x, and of its kind; as a tensor it goes to the device of x."""
        tensor = tensor.reshape(tuple(x.shape))
        return tensor.to(x.device) if is_tensor(x) else like(tensor, x)

    def _together(self, name, communicate):
        """Communicate with all workers; raise a RuntimeError that says so if one is gone."""
        import torch.distributed

        try:
            communicate(torch.distributed)
        except RuntimeError as error:
            gone = f"{name}: worker {self.rank} of {self.world_size} has waited in vain for another"
            raise RuntimeError(f"{gone}; start all again, and go on from the last checkpoint ({error})") from error


@checked(timeout=one_number(POSITIVE))
@contextmanager
def group(timeout: float = 30.0) -> Iterator[Workers]:
    """Within it, the workers that a launcher has started together; one alone if there was no launcher.

    timeout   for how many seconds a worker waits for the others before it takes them for gone

    Launchers say by the variables RANK, WORLD_SIZE, LOCAL_RANK, MASTER_ADDR and MASTER_PORT who and where the
    workers are, as `torchrun` does. Worker LOCAL_RANK of a machine takes the GPU of this number, if the machine has
    enough, and NCCL carries the numbers; else all are on the CPU, and Gloo does.
    Yields `Workers`. Raises ValueError for a timeout that is not positive.
    """
    import torch

    local, here = (int(os.environ.get(name, default)) for name, default in (("LOCAL_RANK", 0), ("LOCAL_WORLD_SIZE", 1)))
    on_gpus = torch.cuda.is_available() and torch.cuda.device_count() >= here
    device = f"cuda:{local}" if on_gpus else "cpu"
    if "RANK" not in os.environ:
        yield Workers(device=device)
        return
    if on_gpus:
        torch.cuda.set_device(local)
    torch.distributed.init_process_group("nccl" if on_gpus else "gloo", timeout=timedelta(seconds=timeout))
    try:
        yield Workers(torch.distributed.get_rank(), torch.distributed.get_world_size(), device)
    finally:
        torch.distributed.destroy_process_group()


@checked(grad=FUNCTION, workers=Condition("be Workers, which `group` yields", lambda v: isinstance(v, Workers)))
def all_reduced(grad: Callable[..., Array], workers: Workers) -> Callable[..., Array]:
    """The gradient on some examples, each worker having done its shard of them.

        g(x, X, y) = Σ_workers n · grad(x, X[shard], y[shard]) / Σ_workers n,  n = |shard|

    `grad(x, *data)` is the mean gradient over the examples given, as for `oracles.minibatch`, inside of which this
    belongs: with one seed, all workers draw the same minibatch, and each does its part. The result is that of one
    process, but for the order of the sum. A worker whose shard is empty gives no gradient, but waits for the others'.

    Raises ValueError for a wrong argument, naming it; when called, for no data.
    Twin: `torch.nn.parallel.DistributedDataParallel`, which gives each worker the same weight,
    and so is wrong for shards of different sizes.
    """

    @named("all_reduced")
    def together(x, *data):
        if not data:
            raise ArgumentError("data must be arrays with one row an example, got none")
        mine = workers.shard(len(data[0]))
        n = mine.stop - mine.start
        g = grad(x, *(array[mine] for array in data)) if n else x * 0
        return workers.mean(g, n)

    return together
