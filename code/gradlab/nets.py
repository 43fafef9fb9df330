"""The torch side: many small networks trained at once, by the same rules, on whatever device there is.

The parameters of a network are one vector θ of length P. A tensor of shape (K, P) is K networks, and
since a rule is plain arithmetic, `iterates(nets.grad, theta, sgd, lr=lr[:, None])` trains all K, each
with a learning rate of its own.
"""

import math

import torch

from gradlab.arguments import require_count


def choose_device():
    """The best device that torch finds here: "cuda", "mps" or "cpu"."""
    if torch.cuda.is_available():
        return "cuda"
    return "mps" if torch.backends.mps.is_available() else "cpu"


class Classifiers:
    """Classifiers with one hidden tanh layer, sharing their data: a problem with `f` and `grad`.

    h = tanh(X W₁ + b₁)        scores = h W₂ + b₂
    f(θ) = mean over examples of −log softmax(scores)[label]

    X       shape (n, d), the examples
    labels  shape (n,), integers 0 … C − 1
    hidden  the number of hidden units, H; a network has P = (d + 1) H + (H + 1) C parameters

    f maps θ of shape (K, P) to K losses. Raises ValueError when the shapes do not fit, a label is
    negative, or `hidden` is not a positive integer.
    """

    def __init__(self, X, labels, hidden, *, device="cpu", dtype=torch.float32):
        require_count("Classifiers", "hidden", hidden, least=1)
        self.X = torch.as_tensor(X, dtype=dtype, device=device)
        self.labels = torch.as_tensor(labels, dtype=torch.int64, device=device)
        if self.X.ndim != 2 or not len(self.X) or self.labels.shape != (len(self.X),):
            shapes = tuple(self.X.shape), tuple(self.labels.shape)
            raise ValueError(f"Classifiers: X must be (n, d) and labels (n,), got {shapes[0]} and {shapes[1]}")
        if self.labels.min() < 0:
            raise ValueError(f"Classifiers: labels must not be negative, got {self.labels.min()}")
        inputs, classes = self.X.shape[1], int(self.labels.max()) + 1
        self.shapes = [(inputs, hidden), (1, hidden), (hidden, classes), (1, classes)]

    def start(self, seeds):
        """One random start for each seed, shape (len(seeds), P): weights N(0, 1/fan_in), biases 0.

        Each network has a generator of its own, on the CPU, so that a start depends neither on the
        device nor on which other networks are trained beside it.
        """
        return torch.stack([self._start(seed) for seed in seeds]).to(self.X)

    def _start(self, seed):
        generator = torch.Generator().manual_seed(int(seed))
        parts = []
        for (fan_in, fan_out), biases in zip(self.shapes[::2], self.shapes[1::2], strict=True):
            weights = torch.randn(fan_in * fan_out, generator=generator, dtype=torch.float64)
            parts += [weights / math.sqrt(fan_in), torch.zeros(math.prod(biases), dtype=torch.float64)]
        return torch.cat(parts)

    def unpack(self, theta):
        """The parameters (K, P) as [W₁ (K, d, H), b₁ (K, 1, H), W₂ (K, H, C), b₂ (K, 1, C)]."""
        sizes = [rows * columns for rows, columns in self.shapes]
        parts = theta.split(sizes, dim=-1)
        return [part.unflatten(-1, shape) for part, shape in zip(parts, self.shapes, strict=True)]

    def scores(self, theta, X=None):
        """The scores (K, n, C) of every example (those of the training set when X is None)."""
        w1, b1, w2, b2 = self.unpack(theta)
        X = self.X if X is None else torch.as_tensor(X).to(self.X)
        return torch.tanh(X @ w1 + b1) @ w2 + b2

    def f(self, theta):
        """The mean cross-entropy of each network, shape (K,)."""
        log_p = torch.log_softmax(self.scores(theta), -1)
        return -log_p.gather(-1, self.labels.expand(log_p.shape[:-1])[..., None]).mean((-1, -2))

    def grad(self, theta):
        """Its gradient for each network, shape (K, P), by automatic differentiation."""
        theta = theta.detach().requires_grad_()
        # A network's loss depends on its own row alone, so the gradient of the sum holds them all.
        return torch.autograd.grad(self.f(theta).sum(), theta)[0]

    def accuracy(self, theta, X, labels):
        """The share of the given examples that each network gets right, shape (K,)."""
        guesses = self.scores(theta, X).argmax(-1).cpu()
        return (guesses == torch.as_tensor(labels)).double().mean(-1)
