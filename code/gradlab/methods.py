"""Methods: what needs more than the gradient at the point where we stand.

    method(problem, x, **hyper) -> yields (x, state)

`problem` is anything with `f`, mapping (..., d) to (...), and `grad`, mapping (..., d) to (..., d);
every surface is one. `iterates` and `descend` take a method wherever they take a rule.
"""

from gradlab import ops
from gradlab.arguments import checked


@checked
def backtracking(problem, x, *, lr=1.0, shrink=0.5, c1=1e-4):
    """Gradient descent that chooses its own step: shrink a first guess until f falls enough.

    a = lr; while f(x − a·g) > f(x) − c1 · a · ‖g‖²: a ← shrink · a
    x ← x − a · g

    Armijo (1966); Nocedal & Wright (2006), Algorithm 3.1, for the steepest-descent direction.
    Every point of the grid has a step of its own. State: (a,), shape (..., 1). Where no step helps
    (g is not finite, or rounding hides the decrease) the point stays where it is and a = 0.

    Raises ValueError for lr < 0, or shrink or c1 outside (0, 1).
    """
    if not (hasattr(problem, "f") and hasattr(problem, "grad")):
        raise ValueError(f"backtracking: problem must have f and grad, got {problem!r}")
    xp = ops.namespace(x)
    f = problem.f(x)[..., None]
    while True:
        g = problem.grad(x)
        slope = (g * g).sum(-1)[..., None]
        a = lr * xp.ones_like(slope)  # one step for each point of the grid
        while True:
            ahead = x - a * g
            f_ahead = problem.f(ahead)[..., None]
            # Written so that a nan counts as a failure to decrease.
            fails = ~(f_ahead <= f - c1 * a * slope)
            # Too small a step to move x at all ends the search, else rounding could make it endless.
            moves = (abs(ahead - x) > 0).any(-1)[..., None]
            if not (fails & moves).any():
                break
            a = xp.where(fails & moves, shrink * a, a)
        a = xp.where(fails, xp.zeros_like(a), a)
        x, f = xp.where(fails, x, ahead), xp.where(fails, f, f_ahead)
        yield x, (a,)
