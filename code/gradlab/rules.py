"""Update rules, in order of increasing complexity.

Each is one pure function, written the way its equation is written:

    rule(x, g, *state, **hyper) -> (x, *state)

x is where we are and g the gradient there, of the same shape: numbers, NumPy arrays or torch tensors. In the first step
leave the state out; in each later one pass what the step before returned. Hyperparameters are keyword-only, may be
arrays that broadcast with x, and have torch's defaults and, by and large, its names; a schedule goes to `descend`. No
argument is changed.

x stays of its float type, whatever the type of g and of the hyperparameters. A step from float16 is made in float32,
and so is the state, since squares overflow or vanish in half precision. In float32 squares overflow above 1.8e19: where
g is much larger, the rules that divide by the root of a mean of squares stand still, as those of torch do.

Every rule raises ValueError for a hyperparameter outside its range (see `_conditions.CONDITIONS`), and when g and x
differ in shape.
"""

import numpy as np

from gradlab._arguments import ArgumentError, checked
from gradlab._arrays import maximum, norm, sign, where


@checked
def sgd(x, g, *, lr=1e-3):
    """Gradient descent; "stochastic" when g is the gradient of a minibatch.

        x ← x − lr · g

    Cauchy (1847); Robbins & Monro (1951) for noisy g. Twin: `torch.optim.SGD`.

    >>> sgd(2.0, 4.0, lr=0.25)
    (1.0,)
    """
    return (x - lr * g,)


@checked
def momentum(x, g, v=0, *, lr=1e-3, beta=0.9):
    """Momentum: v sums the gradients so far, each multiplied by beta in every step after its own.

        v ← beta · v + g
        x ← x − lr · v

    Polyak (1964), with lr outside the velocity, as torch has it; for other forms see `conversions`.
    Twin: `torch.optim.SGD(momentum=beta)`, whose own default of 0 would switch it off.

    >>> x, v = momentum(0.0, 1.0, lr=0.5, beta=0.5)
    >>> momentum(x, 1.0, v, lr=0.5, beta=0.5)  # half as much again
    (-1.25, 1.5)
    """
    v = beta * v + g
    return x - lr * v, v


@checked
def ewma_momentum(x, g, m=0, *, lr=1e-3, beta=0.9):
    """Momentum as an exponentially weighted moving average of the gradients.

        m ← beta · m + (1 − beta) · g
        x ← x − lr · m

    m starts at zero and so is too short at first; `adam` corrects that. In the long run the mean of m is
    that of g, while the v of `momentum` becomes 1 / (1 − beta) times as long. Twin:
    `torch.optim.SGD(momentum=beta)` fed with (1 − beta) · g; its own `dampening=beta` leaves the first gradient
    undamped.

    >>> x, m = ewma_momentum(0.0, 1.0, lr=0.5, beta=0.5)
    >>> ewma_momentum(x, 1.0, m, lr=0.5, beta=0.5)
    (-0.625, 0.75)
    """
    m = beta * m + (1 - beta) * g
    return x - lr * m, m


@checked
def heavy_ball(x, g, previous=None, *, lr=1e-3, beta=0.9):
    """The heavy ball in its two-point form: a step downhill, plus beta times the step before.

        xₜ₊₁ = xₜ − lr · g + beta · (xₜ − xₜ₋₁)        x₋₁ = x₀

    Polyak (1964). The same as a velocity that holds lr: v ← beta · v − lr · g, x ← x + v,
    as in Sutskever et al. (2013) and Keras. Twin: `torch.optim.SGD(lr=1, momentum=beta)` fed with lr · g.

    >>> x, previous = heavy_ball(0.0, 1.0, lr=0.5, beta=0.5)
    >>> heavy_ball(x, 1.0, previous, lr=0.5, beta=0.5)
    (-1.25, -0.5)
    """
    previous = x if previous is None else previous
    return x - lr * g + beta * (x - previous), x


@checked
def nesterov(x, g, v=0, *, lr=1e-3, beta=0.9):
    """Nesterov's accelerated gradient, rewritten so that g is the gradient at x itself.

        v ← beta · v + g
        x ← x − lr · (g + beta · v)

    Nesterov (1983); rewritten so by Bengio, Boulanger-Lewandowski & Pascanu (2013), lr outside as in torch.
    x is the point at which `methods.nesterov_lookahead` takes the gradient.
    Twin: `torch.optim.SGD(momentum=beta, nesterov=True)`.

    >>> nesterov(0.0, 1.0, lr=0.5, beta=0.5)
    (-0.75, 1.0)
    """
    v = beta * v + g
    return x - lr * (g + beta * v), v


@checked
def adagrad(x, g, s=0, *, lr=1e-2, eps=1e-10):
    """AdaGrad: each coordinate's rate falls with the sum of its squared gradients so far.

        s ← s + g²
        x ← x − lr · g / (√s + eps)

    Duchi, Hazan & Singer (2011), diagonal form. Twin: `torch.optim.Adagrad`.

    >>> x, s = adagrad(0.0, 3.0, lr=0.5, eps=0)
    >>> adagrad(x, 4.0, s, lr=0.5, eps=0)
    (-0.9, 25.0)
    """
    s = s + g**2
    return x - lr * g / (s**0.5 + eps), s


@checked
def rmsprop(x, g, v=0, *, lr=1e-2, rho=0.99, eps=1e-8):
    """RMSProp: AdaGrad with the sum replaced by an exponentially weighted mean.

        v ← rho · v + (1 − rho) · g²
        x ← x − lr · g / (√v + eps)

    Tieleman & Hinton (2012), lecture 6.5, who use rho = 0.9. Twin: `torch.optim.RMSprop(alpha=rho)`.

    >>> rmsprop(0.0, 3.0, lr=0.5, rho=0.75, eps=0)
    (-1.0, 2.25)
    """
    v = rho * v + (1 - rho) * g * g
    return x - lr * g / (v**0.5 + eps), v


@checked
def adadelta(x, g, v=0, u=0, *, lr=1.0, rho=0.9, eps=1e-6):
    """AdaDelta: RMSProp whose rate is the root-mean-square of its own recent steps.

        v ← rho · v + (1 − rho) · g²
        d = √(u + eps) / √(v + eps) · g
        u ← rho · u + (1 − rho) · d²
        x ← x − lr · d

    Zeiler (2012), Algorithm 1, which has lr = 1. Twin: `torch.optim.Adadelta`.

    >>> adadelta(0.0, 4.0, rho=0, eps=9)[0]  # √9 / √25 · 4
    -2.4
    """
    v = rho * v + (1 - rho) * g * g
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

    >>> adam(0.0, 3.0, lr=0.5, beta1=0.5, beta2=0.75, eps=0)  # the first step is lr long
    (-0.5, 1, 1.5, 2.25)
    >>> adam(0.0, 300.0, lr=0.5, beta1=0.5, beta2=0.75, eps=0)[0]
    -0.5
    """
    t = t + 1
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g * g
    m_hat = m / (1 - beta1**t)
    # v itself, divided, could overflow in float32.
    root_v_hat = v**0.5 / (1 - beta2**t) ** 0.5
    return x - lr * m_hat / (root_v_hat + eps), t, m, v


@checked
def adamw(x, g, t=0, m=0, v=0, *, lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8, weight_decay=1e-2):
    """AdamW: Adam after shrinking x, so that the decay does not pass through v.

        x ← x − lr · weight_decay · x
        then Adam, with the gradient from before the shrinking

    Loshchilov & Hutter (2019), Algorithm 2, as torch has it; the paper shrinks x by its λ itself, see
    `conversions.shrinkage_to_weight_decay`. Twin: `torch.optim.AdamW`.

    >>> x, *_ = adamw(1.0, 3.0, lr=0.5, eps=0, weight_decay=0.5)
    >>> x  # 1 − 0.25, and then a step of 0.5
    0.25
    """
    x = x - lr * weight_decay * x
    return adam.unchecked(x, g, t, m, v, lr=lr, beta1=beta1, beta2=beta2, eps=eps)


@checked
def amsgrad(x, g, t=0, m=0, v=0, s=0, *, lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8):
    """AMSGrad: Adam that divides by the largest v so far, so that its rates do not grow in the long run.

        t ← t + 1
        m ← beta1 · m + (1 − beta1) · g         m̂ = m / (1 − beta1ᵗ)
        v ← beta2 · v + (1 − beta2) · g²
        s ← max(s, v)                           ŝ = s / (1 − beta2ᵗ)
        x ← x − lr · m̂ / (√ŝ + eps)

    The largest v never falls. The paper does not correct it, so there the rates never grow; here, as in torch, the
    correction still lets them grow during the first 1 / (1 − beta2) steps or so.

    Reddi, Kale & Kumar (2018), Algorithm 2, who correct neither mean and have no eps.
    Twin: `torch.optim.Adam(amsgrad=True)`.

    >>> x, t, m, v, s = amsgrad(0.0, 2.0, lr=0.5, beta1=0.5, beta2=0.75, eps=0)
    >>> amsgrad(x, 0.0, t, m, v, s, beta1=0.5, beta2=0.75)[3:]  # v falls, the largest v stays
    (0.75, 1.0)
    """
    t = t + 1
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g * g
    s = maximum(v, s)
    m_hat = m / (1 - beta1**t)
    root_s_hat = s**0.5 / (1 - beta2**t) ** 0.5
    return x - lr * m_hat / (root_s_hat + eps), t, m, v, s


@checked
def adamax(x, g, t=0, m=0, u=0, *, lr=2e-3, beta1=0.9, beta2=0.999, eps=1e-8):
    """AdaMax: Adam with the root-mean-square replaced by a maximum that fades.

        t ← t + 1
        m ← beta1 · m + (1 − beta1) · g         m̂ = m / (1 − beta1ᵗ)
        u ← max(beta2 · u, |g| + eps)
        x ← x − lr · m̂ / u

    Kingma & Ba (2015), Algorithm 2, which has no eps. Twin: `torch.optim.Adamax`.

    >>> adamax(0.0, 3.0, lr=0.5, beta1=0.5, eps=0)
    (-0.5, 1, 1.5, 3.0)
    """
    t = t + 1
    m = beta1 * m + (1 - beta1) * g
    u = maximum(abs(g) + eps, beta2 * u)
    m_hat = m / (1 - beta1**t)
    return x - lr * m_hat / u, t, m, u


@checked
def nadam(x, g, t=0, m=0, v=0, p=1, *, lr=2e-3, beta1=0.9, beta2=0.999, eps=1e-8, momentum_decay=4e-3):
    """NAdam: Adam that looks ahead as `nesterov` does, its momentum warmed up from half of beta1.

        t ← t + 1
        m ← beta1 · m + (1 − beta1) · g
        v ← beta2 · v + (1 − beta2) · g²        v̂ = v / (1 − beta2ᵗ)
        μₜ = beta1 · (1 − ½ · 0.96^(t · momentum_decay)),  μₜ₊₁ alike
        p ← p · μₜ
        m̂ = μₜ₊₁ / (1 − p · μₜ₊₁) · m + (1 − μₜ) / (1 − p) · g
        x ← x − lr · m̂ / (√v̂ + eps)

    Dozat (2016), who lets m itself decay by μₜ; torch and Keras decay it by beta1. Twin: `torch.optim.NAdam`.

    >>> x, *_ = nadam(0.0, 3.0, lr=0.5, eps=0)
    >>> round(x, 4)
    -0.5282
    """
    t = t + 1
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g * g
    mu, mu_next = (beta1 * (1 - 0.5 * 0.96 ** (k * momentum_decay)) for k in (t, t + 1))
    p = p * mu
    m_hat = mu_next / (1 - p * mu_next) * m + (1 - mu) / (1 - p) * g
    v_hat = v / (1 - beta2**t)
    return x - lr * m_hat / (v_hat**0.5 + eps), t, m, v, p


@checked
def radam(x, g, t=0, m=0, v=0, *, lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8):
    """RAdam: Adam that divides by √v only once v has seen enough gradients, and then with care.

        t ← t + 1
        m ← beta1 · m + (1 − beta1) · g         m̂ = m / (1 − beta1ᵗ)
        v ← beta2 · v + (1 − beta2) · g²        a = √(1 − beta2ᵗ) / (√v + eps)
        ρ∞ = 2 / (1 − beta2) − 1                ρ = ρ∞ − 2 t · beta2ᵗ / (1 − beta2ᵗ)
        r = √(h(ρ) / h(ρ∞))                     h(ρ) = (ρ − 4) (ρ − 2) / ρ
        x ← x − lr · r · a · m̂ where ρ > 5, else x ← x − lr · m̂

    ρ is the length of the plain average that v stands for: how many gradients count in it. Liu et al. (2020),
    Algorithm 2, which has no eps and asks for ρ > 4. Twin: `torch.optim.RAdam`.

    >>> radam(0.0, 3.0, lr=0.5)[0]  # v has seen too few gradients yet
    np.float64(-1.5)
    """
    t = t + 1
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g * g
    m_hat = m / (1 - beta1**t)
    rho_inf = 2 / (1 - beta2) - 1
    rho = rho_inf - 2 * t * beta2**t / (1 - beta2**t)
    # A ρ below 5 is not used, but below 4 the root would not be real.
    h, h_inf = ((k - 4) * (k - 2) / k for k in (maximum(rho, 5), maximum(rho_inf, 5)))
    r = (h / h_inf) ** 0.5
    a = (1 - beta2**t) ** 0.5 / (v**0.5 + eps)
    return x - lr * where(rho > 5, r * a, 1.0) * m_hat, t, m, v


@checked
def lion(x, g, m=0, *, lr=1e-4, beta1=0.9, beta2=0.99, weight_decay=0.0):
    """Lion: every coordinate steps by lr, against the sign of a mean of its recent gradients.

        c = beta1 · m + (1 − beta1) · g
        x ← x − lr · (sign(c) + weight_decay · x)
        m ← beta2 · m + (1 − beta2) · g

    Chen et al. (2023), Algorithm 2; the defaults are those of their code. Twin: `optax.lion`, whose
    own default of weight_decay is 1e-3.

    >>> lion(0.0, 3.0, lr=0.5, beta1=0.5, beta2=0.75)
    (np.float64(-0.5), 0.75)
    """
    c = beta1 * m + (1 - beta1) * g
    m = beta2 * m + (1 - beta2) * g
    return x - lr * (sign(c) + weight_decay * x), m


@checked
def muon(x, g, m=0, *, lr=1e-3, beta=0.95, eps=1e-7, weight_decay=0.1):
    """Muon: momentum whose step is made nearly orthogonal, so that its singular values are nearly equal.

        m ← beta · m + (1 − beta) · g
        O = NewtonSchulz(beta · m + (1 − beta) · g)
        x ← x − lr · weight_decay · x − lr · √max(1, rows / columns) · O

    The last two axes of x are the matrix. torch's weights have shape (fan_out, fan_in), and the factor is
    meant for those: hand in the transpose of a weight of shape (fan_in, fan_out).

    Jordan et al. (2024), whose m is the sum of `momentum`, which has the same O, and who have no decay.
    Raises ValueError also when x has fewer than two axes. Twin: `torch.optim.Muon`, which orthogonalises in
    bfloat16.

    >>> steep, flat = np.diag([100.0, 1.0]), np.zeros((2, 2))
    >>> muon(flat, steep, lr=1.0, weight_decay=0.0)[0].round(1)  # both directions, nearly alike
    array([[-0.7,  0. ],
           [ 0. , -0.7]])
    """
    if np.ndim(x) < 2:
        wanted, shape = "a matrix, or a grid of them", tuple(np.shape(x))
        raise ArgumentError(f"x must be {wanted}, got shape {shape}")
    rows, columns = x.shape[-2:]
    scale = max(1, rows / columns) ** 0.5
    m = beta * m + (1 - beta) * g
    o = _newton_schulz(beta * m + (1 - beta) * g, eps)
    return x - lr * weight_decay * x - lr * scale * o, m


def _newton_schulz(u, eps):
    """U S Vᵀ ↦ U s(S) Vᵀ with s(S) between 0.68 and 1.21: five rounds of the quintic a·σ + b·σ³ + c·σ⁵.

    Where σ is less than 0.0015 of the length ‖u‖, s(σ) is less as well: 0.05 at 10⁻⁴.
    """
    u = u / maximum(norm(u, (-2, -1)), eps)
    for _ in range(5):
        gram = u.mT @ u
        u = 3.4445 * u + u @ (-4.7750 * gram + 2.0315 * gram @ gram)
    return u
