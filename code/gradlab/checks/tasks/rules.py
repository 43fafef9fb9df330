"""References for update rules that students are asked to write and the library has in another form."""

from gradlab._arguments import checked


@checked
def momentum_l2(x, g, v=0, *, lr=1e-3, beta=0.9, weight_decay=0.0):
    """Momentum on a loss with a penalty, ½ · weight_decay · ‖x‖², whose gradient is weight_decay · x.

        g ← g + weight_decay · x
        v ← beta · v + g
        x ← x − lr · v

    x, g           numbers, arrays or tensors of one shape
    v              the velocity that the step before returned; 0 at the first step
    lr             as in `rules.momentum`
    beta           as in `rules.momentum`
    weight_decay   not negative; 0 leaves `rules.momentum`

    Returns (x, v). The decay is part of the velocity, so this is L2 regularisation, and not the decoupled decay of
    `rules.adamw`. Raises ValueError for a wrong argument, naming it. Polyak (1964) for the momentum.
    Twin: `torch.optim.SGD(momentum=beta, weight_decay=weight_decay)`.
    """
    g = g + weight_decay * x
    v = beta * v + g
    return x - lr * v, v
