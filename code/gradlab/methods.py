"""Methods: what needs more than the gradient at the point where we stand.

    method(problem, x, **hyper) -> yields (x, state)

`problem` is anything with `f`, mapping (..., d) to (...), and `grad`, mapping (..., d) to (..., d);
every surface is one. `iterates` and `descend` take a method wherever they take a rule, and broadcast
x against the hyperparameters: each a number, an array, or a schedule `t -> value`.

Every method raises ValueError, before its first step, for a hyperparameter outside its range (see
`_conditions.CONDITIONS`) and for a problem that lacks f or grad.
"""

from gradlab._arguments import ArgumentError, at_each_step, checked, gradient_of, values_of
from gradlab._arrays import dot, namespace, norm, or_one, where
from gradlab._conditions import stays
from gradlab.descend import Array, Path, Problem


@checked
def nesterov_lookahead(problem: Problem, x: Array, *, lr=1e-3, beta=0.9) -> Path:
    """Nesterov's accelerated gradient as usually explained: go where the velocity leads, then correct.

        g = ∇f(x − lr · beta · v)
        v ← beta · v + g
        x ← x − lr · v

    The gradient is taken where a step with g = 0 would lead; lr is part of that step, since v is a sum of gradients.
    State: (v,). `rules.nesterov` follows y = x − lr · beta · v, the points where gradients are taken: the same descent
    as long as the product lr · beta is constant.

    Nesterov (1983); Sutskever et al. (2013), equations 3 and 4, who have lr inside the velocity.
    """
    v = 0 * x
    for hyper in at_each_step(lr=lr, beta=beta):
        lr, beta = hyper.values()
        g = gradient_of(problem.grad, x - lr * beta * v)
        v = beta * v + g
        x = x - lr * v
        yield x, (v,)


@checked
def schedule_free_sgd(problem: Problem, x: Array, *, lr=1.0, beta=0.9, weight_decay=0.0) -> Path:
    """Schedule-Free SGD: z descends, x averages it, and the gradient is asked for between the two.

        y = (1 − beta) · z + beta · x
        z ← z − lr · (∇f(y) + weight_decay · y)
        x ← (1 − c) · x + c · z        c = lr² / the sum of all lr² so far

    With a constant lr, c = 1/t and x is the mean of all z. A schedule is needed for warm-up only.
    State: (y, z, sum of lr²). Train at y, evaluate at x.

    Defazio et al. (2024). Twin: `schedulefree.SGDScheduleFree`, which weighs by the square of the largest lr so far:
    the same as long as lr does not fall.
    """
    z, s = x, 0
    for hyper in at_each_step(lr=lr, beta=beta, weight_decay=weight_decay):
        lr, beta, weight_decay = hyper.values()
        y = (1 - beta) * z + beta * x
        z = z - lr * (gradient_of(problem.grad, y) + weight_decay * y)
        x, s = _averaged(x, z, s, lr)
        yield x, (y, z, s)


@checked
def schedule_free_adamw(
    problem: Problem, x: Array, *, lr=2.5e-3, beta1=0.9, beta2=0.999, eps=1e-8, weight_decay=0.0
) -> Path:
    """Schedule-Free AdamW: Schedule-Free SGD with AdamW's step in place of SGD's; averaging replaces m.

        t ← t + 1
        y = (1 − beta1) · z + beta1 · x,  g = ∇f(y)
        v ← beta2 · v + (1 − beta2) · g²        v̂ = v / (1 − beta2ᵗ)
        z ← z − lr · (g / (√v̂ + eps) + weight_decay · y)
        x ← (1 − c) · x + c · z                 c = lr² / the sum of all lr² so far

    State: (t, y, z, v, sum of lr²). Train at y, evaluate at x.

    Defazio et al. (2024), Algorithm 1; in their experiments √(1 − beta2ᵗ) is part of lr and so of c, as in
    `schedulefree.AdamWScheduleFreePaper`. Twin: `schedulefree.AdamWScheduleFree`, which weighs by the square of the
    largest lr so far.
    """
    z, s, v, t = x, 0, 0, 0
    for hyper in at_each_step(lr=lr, beta1=beta1, beta2=beta2, eps=eps, weight_decay=weight_decay):
        lr, beta1, beta2, eps, weight_decay = hyper.values()
        t = t + 1
        y = (1 - beta1) * z + beta1 * x
        g = gradient_of(problem.grad, y)
        v = beta2 * v + (1 - beta2) * g * g
        root_v_hat = v**0.5 / (1 - beta2**t) ** 0.5
        z = z - lr * (g / (root_v_hat + eps) + weight_decay * y)
        x, s = _averaged(x, z, s, lr)
        yield x, (t, y, z, v, s)


def _averaged(x, z, s, lr):
    """The average x with z taken in, and the sum of the weights lr² so far."""
    s = s + lr**2
    c = lr**2 / or_one(s)  # while every lr so far is 0, z == x, so c does not matter
    return (1 - c) * x + c * z, s


@checked
def backtracking(problem: Problem, x: Array, *, lr=1.0, shrink=0.5, c1=1e-4) -> Path:
    """Gradient descent that chooses its own step: shrink a first guess until f falls enough.

        a = lr; while f(x − a·g) > f(x) − c1 · a · ‖g‖²: a ← shrink · a
        x ← x − a · g

    lr       the first guess
    shrink   the factor for a guess that fails
    c1       the share that is asked for of the decrease a · ‖g‖² that a straight line promises

    Every point of the grid has a step of its own. State: (a,), shape (..., 1). Where no step helps
    (g is not finite, or rounding hides the decrease) the point stays where it is and a = 0. f must be one function:
    of all examples, with nothing dropped out; g may be of a minibatch.

    Armijo (1966); Nocedal & Wright (2006), Algorithm 3.1, for the steepest-descent direction.
    """
    _require_same(f=problem.f)
    f = values_of(problem.f, x)[..., None]
    for hyper in at_each_step(lr=lr, shrink=shrink, c1=c1):
        lr, shrink, c1 = hyper.values()
        g = gradient_of(problem.grad, x)
        x, f, a = _armijo(problem, x, f, g, -g, lr, shrink, c1)
        yield x, (a,)


@checked
def lbfgs(problem: Problem, x: Array, *, lr=1.0, shrink=0.5, c1=1e-4, history_size=100) -> Path:
    """L-BFGS: Newton's direction, the inverse Hessian being guessed from the latest steps.

        d = −H · g
        x ← x + a · d        a = lr, shrunk until f(x + a·d) ≤ f(x) + c1 · a · g·d
        s = a · d,  y = the change of g        remembered if s·y > 10⁻⁶ · ‖g‖ · ‖s‖²

    H starts as (s·y / y·y) · I, or as I before there is a pair, and takes in each pair (s, y) remembered, so that
    H y = s for the latest; H · g costs only two loops over the pairs. Every point of the grid has a step and a history
    of its own. State: (a, pairs), the pairs (s, y, 1 / s·y) oldest first, history_size of them at most,
    with 0 in place of 1 / s·y where a pair is not to be used. Where no step helps, a = 0. Both f and its gradient must
    stay the same from step to step: between two minibatches, y would not be a change of one gradient.

    Nocedal & Wright (2006), Algorithms 7.4 and 7.5 and equation 7.20, with Armijo's condition alone; that
    leaves s·y > 0 to be checked: the cautious update of Li & Fukushima (2001). Twin: `torch.optim.LBFGS`,
    as long as lr itself passes the condition; its first step is shorter, min(1, 1 / ‖g‖₁) · lr, and it remembers
    all pairs with s·y > 10⁻¹⁰.
    """
    _require_same(f=problem.f, grad=problem.grad)
    f, g, scale = values_of(problem.f, x)[..., None], gradient_of(problem.grad, x), 1.0
    pairs: list[tuple] = []
    for hyper in at_each_step(lr=lr, shrink=shrink, c1=c1, history_size=history_size):
        lr, shrink, c1, history_size = hyper.values()
        ahead, f, a = _armijo(problem, x, f, g, -_two_loops(g, scale, pairs), lr, shrink, c1)
        g_ahead = gradient_of(problem.grad, ahead)
        s, y = ahead - x, g_ahead - g
        curvature = dot(s, y)
        use = curvature > 1e-6 * norm(g) * dot(s, s)
        scale = where(use, curvature / dot(y, y), scale)
        pairs = [*pairs, (s, y, where(use, 1 / curvature, 0.0))][-history_size:]
        x, g = ahead, g_ahead
        yield x, (a, tuple(pairs))


def _require_same(**functions):
    """Raise ArgumentError for a function of the problem that is another at each call."""
    for name, function in functions.items():
        if not stays(function):
            stochastic = "a stochastic one (of minibatches, with dropout, or with noise)"
            raise ArgumentError(f"problem must have a {name} that stays the same from call to call, got {stochastic}")


def _two_loops(g, scale, pairs):
    """H · g for the H that begins as scale · I and takes in the pairs (s, y, 1 / s·y), oldest first."""
    along = []
    for s, y, rho in reversed(pairs):
        along.append(rho * dot(s, g))
        g = g - along[-1] * y
    d = scale * g
    for s, y, rho in pairs:
        d = d + (along.pop() - rho * dot(y, d)) * s
    return d


def _armijo(problem, x, f, g, d, lr, shrink, c1):
    """The first of x + lr·d, x + shrink·lr·d, … that lowers f enough, f there, and a; else x, f and 0."""
    xp = namespace(x)
    slope = dot(g, d)
    a = lr + xp.zeros_like(slope)  # one step for each point of the grid
    while True:
        ahead = x + a * d
        f_ahead = values_of(problem.f, ahead)[..., None]
        # Written so that a nan counts as a failure to decrease.
        fails = ~(f_ahead <= f + c1 * a * slope)
        # Too small a step to move x at all ends the search, else rounding could make it endless.
        moves = (abs(ahead - x) > 0).any(-1)[..., None]
        if not (fails & moves).any():
            break
        a = xp.where(fails & moves, shrink * a, a)
    a = xp.where(fails, xp.zeros_like(a), a)
    return xp.where(fails, x, ahead), xp.where(fails, f, f_ahead), a
