"""References for chapter 3's exercises: a run that can be stopped anywhere and continued, bit by bit the same."""

import numpy as np

from gradlab._arguments import ArgumentError, checked
from gradlab._conditions import COUNT, DECAY, FUNCTION, Condition, one_number

CHECKPOINT = Condition("be a dictionary with x and seed", lambda v: isinstance(v, dict) and {"x", "seed"} <= set(v))


@checked(
    saved=CHECKPOINT,
    until=COUNT,
    grad=FUNCTION,
    n=COUNT,
    b=COUNT,
    lr=FUNCTION,
    beta=one_number(DECAY),
    decay=one_number(DECAY),
)
def go_on(saved, until, *, grad, n, b, lr, beta, decay):
    """Continue a run of SGD with momentum and a moving average from a checkpoint; return the next checkpoint.

        v ← beta · v + grad(x, rows),  x ← x − lr(t) · v,  m ← decay · m + (1 − decay) · x

    saved    a checkpoint; the first has only x, a list, and the seed
    until    how many steps the whole run has made at the end, counted from its start
    grad     (x, rows) -> the gradient on these rows, of shape (d,)
    n, b     the numbers of all examples and of those in a minibatch; fewer than b left in an epoch are not used
    lr       the schedule, a function of the step
    beta     of the momentum
    decay    of the average, which is corrected: m / (1 − decayᵘⁿᵗⁱˡ)

    Returns a dictionary that JSON can hold, with "x", the "average" and whatever the next step reads. Raises ValueError
    for a wrong argument, naming it.
    """
    if b > n:
        raise ArgumentError(f"b must be at most n, got {b!r}")
    x, start = np.array(saved["x"], float), saved.get("t", 0)
    v, m = (np.array(saved.get(name, np.zeros_like(x))) for name in ("v", "m"))
    left = np.array(saved.get("left", []), int)
    rng = np.random.default_rng(saved["seed"])
    rng.bit_generator.state = saved.get("generator", rng.bit_generator.state)
    for t in range(start, until):
        if len(left) < b:
            left = rng.permutation(n)
        rows, left = left[:b], left[b:]
        v = beta * v + grad(x, rows)
        x = x - lr(t) * v
        m = decay * m + (1 - decay) * x
    average = m / (1 - decay**until)
    return {
        "x": x.tolist(),
        "average": average.tolist(),
        "seed": saved["seed"],
        "t": until,
        "v": v.tolist(),
        "m": m.tolist(),
        "left": left.tolist(),
        "generator": rng.bit_generator.state,
    }
