"""Update rules, in order of increasing complexity.

Each is one pure function, written the way its equation is written:

    rule(x, g, *state, **hyper) -> (x, *state)

x is where we are and g the gradient there, of the same shape: numbers, NumPy arrays or torch
tensors. The defaults of the state arguments are the "initialise" line of the algorithm box.
Hyperparameters are keyword-only, may be arrays that broadcast with x, and have torch's names and
defaults. Nothing is modified in place.

Every rule raises ValueError for a hyperparameter outside its range (see `arguments.CONDITIONS`)
and when g and x differ in shape.
"""

from gradlab.arguments import checked


@checked
def sgd(x, g, *, lr=1e-3):
    """Gradient descent; "stochastic" when g is the gradient of a minibatch.

    x ← x − lr · g

    Cauchy (1847); Robbins & Monro (1951) for noisy g. Twin: `torch.optim.SGD`.
    """
    return (x - lr * g,)


@checked
def momentum(x, g, v=0, *, lr=1e-3, beta=0.9):
    """Heavy-ball momentum: v sums past gradients, each step back weighing beta times less.

    v ← beta · v + g
    x ← x − lr · v

    Polyak (1964). Here lr stands outside the velocity, as in torch; Sutskever et al. (2013) have it
    inside, which gives the same points as long as lr and beta are constant.
    Twin: `torch.optim.SGD(momentum=beta)`, whose own default of 0 would switch it off.
    """
    v = beta * v + g
    return x - lr * v, v


@checked
def nesterov(x, g, v=0, *, lr=1e-3, beta=0.9):
    """Nesterov's accelerated gradient, rewritten so that g is taken where we stand.

    v ← beta · v + g
    x ← x − lr · (g + beta · v)

    Nesterov (1983); rewritten so by Bengio, Boulanger-Lewandowski & Pascanu (2013), lr outside as in torch.
    Twin: `torch.optim.SGD(momentum=beta, nesterov=True)`.
    """
    v = beta * v + g
    return x - lr * (g + beta * v), v


@checked
def adagrad(x, g, s=0, *, lr=1e-2, eps=1e-10):
    """AdaGrad: each coordinate's rate falls with the sum of its squared gradients so far.

    s ← s + g²
    x ← x − lr · g / (√s + eps)

    Duchi, Hazan & Singer (2011), diagonal form. Twin: `torch.optim.Adagrad`.
    """
    s = s + g**2
    return x - lr * g / (s**0.5 + eps), s


@checked
def rmsprop(x, g, v=0, *, lr=1e-2, rho=0.99, eps=1e-8):
    """RMSProp: AdaGrad with the sum replaced by an exponentially weighted mean.

    v ← rho · v + (1 − rho) · g²
    x ← x − lr · g / (√v + eps)

    Tieleman & Hinton (2012), lecture 6.5, who use rho = 0.9.
    Twin: `torch.optim.RMSprop(alpha=rho)`.
    """
    v = rho * v + (1 - rho) * g**2
    return x - lr * g / (v**0.5 + eps), v


@checked
def adadelta(x, g, v=0, u=0, *, lr=1.0, rho=0.9, eps=1e-6):
    """AdaDelta: RMSProp whose rate is the root-mean-square of its own recent steps.

    v ← rho · v + (1 − rho) · g²
    d = √(u + eps) / √(v + eps) · g
    u ← rho · u + (1 − rho) · d²
    x ← x − lr · d

    Zeiler (2012), Algorithm 1, which has lr = 1. Twin: `torch.optim.Adadelta`.
    """
    v = rho * v + (1 - rho) * g**2
    d = (u + eps) ** 0.5 / (v + eps) ** 0.5 * g
    u = rho * u + (1 - rho) * d**2
    return x - lr * d, v, u


@checked
def adam(x, g, t=0, m=0, v=0, *, lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8):
    """Adam: momentum on g and RMSProp on g², both corrected for having started at zero.

    t ← t + 1
    m ← beta1 · m + (1 − beta1) · g         m̂ = m / (1 − beta1ᵗ)
    v ← beta2 · v + (1 − beta2) · g²        v̂ = v / (1 − beta2ᵗ)
    x ← x − lr · m̂ / (√v̂ + eps)

    Kingma & Ba (2015), Algorithm 1. Twin: `torch.optim.Adam`.
    """
    t = t + 1
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g**2
    m_hat = m / (1 - beta1**t)
    v_hat = v / (1 - beta2**t)
    return x - lr * m_hat / (v_hat**0.5 + eps), t, m, v


@checked
def adamw(x, g, t=0, m=0, v=0, *, lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8, weight_decay=1e-2):
    """AdamW: Adam after shrinking x, so that the decay does not pass through v.

    x ← x − lr · weight_decay · x
    then Adam, with the gradient from before the shrinking

    Loshchilov & Hutter (2019), Algorithm 2, as torch has it: the paper decays by η·λ, where η is the
    schedule and not the rate α, so weight_decay here is its λ/α. Twin: `torch.optim.AdamW`.
    """
    x = x - lr * weight_decay * x
    return adam.unchecked(x, g, t, m, v, lr=lr, beta1=beta1, beta2=beta2, eps=eps)
