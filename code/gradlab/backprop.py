"""The forward and the backward pass of a network, and its losses, each as the derivation has it.

Arrays and tensors both work, and axes before those named are a grid. Nothing is checked here, in the inner
loop: `mlp.MLP` does that once.
"""

from gradlab._arrays import floating, like, namespace, transposed, wide


def forward(layers, X, activations):
    """From the inputs to the outputs, layer by layer.

        z = a W + b,  a ← φ(z)        from a = X on; the last layer has no φ

    layers        pairs (W, b) of shapes (..., fan_in, fan_out) and (..., 1, fan_out)
    X             shape (n, fan_in), one row an example
    activations   z ↦ (φ(z), φ′(z)), one for each layer but the last

    Returns the outputs, shape (..., n, C) for C units in the last layer, and a list of the pairs
    (a, φ′(z)) of the hidden layers.
    """
    *before, (W_last, b_last) = layers
    a, hidden = X, []
    for (W, b), phi in zip(before, activations, strict=True):
        a, slope = phi(a @ W + b)
        hidden.append((a, slope))
    return a @ W_last + b_last, hidden


def backward(layers, X, hidden, d):
    """From the derivative with respect to the outputs to those with respect to all parameters, by the chain rule.

        ∂L/∂W = aᵀ d        ∂L/∂b = Σ_examples d        d ← d Wᵀ · φ′(z) for the layer before

    layers, X   as in `forward`
    hidden      the list of pairs that `forward` returned
    d           ∂L/∂outputs, shape (..., n, C)

    In the equations d is ∂L/∂z of the layer, shape (..., n, fan_out), and a what went into the layer, shape
    (..., n, fan_in): X for the first. d Wᵀ is a product of matrices, and φ′(z) multiplies it entry by entry.

    Returns [∂L/∂W₁, ∂L/∂b₁, ∂L/∂W₂, …]. Rumelhart, Hinton & Williams (1986).
    """
    inputs = [X, *(a for a, _ in hidden)]
    parts = []
    for i in reversed(range(len(layers))):
        parts = [inputs[i].mT @ d, d.sum(-2, keepdims=True), *parts]
        if i:
            W, b = layers[i]
            a, slope = hidden[i - 1]
            d = d @ W.mT * slope
    return parts


def dropped(phi, keep):
    """The activation φ with units dropped out.

        z ↦ (keep · φ(z), keep · φ′(z))

    keep   0 for a unit dropped, 1 / (1 − dropout) for one that stays, so that the mean stays too; dropout is
           the share of units dropped
    """

    def on_what_is_kept(z):
        a, slope = phi(z)
        return keep * a, keep * slope

    return on_what_is_kept


def cross_entropy(scores, y):
    """The mean of −log p of the right class, p being the softmax of the scores; and its derivative.

        log p = s − log Σₖ exp sₖ        L = −1/n Σᵢ log p[i, yᵢ]        ∂L/∂s = (p − onehot y) / n

    scores   shape (..., n, C)
    y        shape (n,), integers 0 … C − 1

    The largest score is subtracted first, which changes nothing and keeps exp from overflowing. A class that is ruled
    out may have the score −inf. Twin: `torch.nn.functional.cross_entropy`.
    """
    xp, (n, classes) = namespace(scores), scores.shape[-2:]
    s = transposed(wide(floating(scores)))  # one example a column: short rows are slow to add up
    s = s - xp.amax(s, -2, keepdims=True)
    exp_s = xp.exp(s)
    total = exp_s.sum(-2, keepdims=True)
    is_right = xp.arange(classes, device=y.device)[:, None] == y[..., None, :]
    # Chosen, not multiplied by 0 and 1: the score of a wrong class may be −inf.
    log_p = xp.where(is_right, s, 0).sum(-2) - xp.log(total).squeeze(-2)  # of the right class
    return -log_p.mean(-1), ((exp_s / total - like(is_right, s)) / n).mT


def squared_error(outputs, y):
    """Half the squared distance from the targets, averaged over the examples; and its derivative.

        L = 1/(2n) Σᵢ ‖oᵢ − yᵢ‖²        ∂L/∂o = (o − y) / n

    outputs, y   shapes (..., n, C) and (n, C)

    `torch.nn.functional.mse_loss` divides by n · C and does not halve.
    """
    d, n = wide(floating(outputs)) - y, outputs.shape[-2]
    return (d**2).sum(-1).mean(-1) / 2, d / n


#: name -> function
LOSSES = {loss.__name__: loss for loss in (cross_entropy, squared_error)}
