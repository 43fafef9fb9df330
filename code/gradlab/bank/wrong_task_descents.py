"""Chapter 1's exercises as people get them wrong.

Each line is an edit of the reference (see `variants`): what it says there, and what is written instead.
"""

from gradlab.bank.variants import misconceptions
from gradlab.tasks import task_descents
from gradlab.trials.descent_trials import MATRIX, PATH, SEARCH

#: name -> what to think about
HINTS = {
    "update's sign": "The gradient points uphill.",
    "lr missing": "Set lr to 0: should the path move?",
    "sequential for simultaneous update": "How often do you ask for the gradient in one step, and at which points?",
    "path without its start": "How many points are there after one step?",
    "a step too few": "How many points are there after one step?",
    "a step too many": "How many points are there after one step?",
    "every row the same array": "Print the path after the first step and after the second: has what it held changed?",
    "the start moved": "Print the path's first row before the loop and after it.",
    "the start left out of account": "What is the first row of the path?",
    "gradient of the start in every step": "At which point is the gradient taken in the second step?",
    "the end for the path": "Where have the points on the way gone?",
    "1 / λmax for the best rate": "What does the flattest direction gain when the rate is raised a little?",
    "largest rate for the best": "By which number is the steepest direction multiplied at your rate?",
    "best rate for the largest": "By which number is the steepest direction multiplied at your rate?",
    "twice the best rate for the largest": "At your rate, by which number is the steepest direction multiplied?",
    "half the largest rate": "By which number is the steepest direction multiplied at your rate?",
    "λmin for λmax": "Which direction gives out first when the rate grows?",
    "diagonal entries for eigenvalues": "Turn the bowl: should the rate change? Do the diagonal entries?",
    "mean for sum": "At your rate, what are the factors of the flattest and of the steepest direction?",
    "sum of all eigenvalues": "Which directions decide what is best for the worst of them?",
    "mean of all eigenvalues": "Which directions decide what is best for the worst of them?",
    "the two smallest for the extremes": "Which directions decide what is best for the worst of them?",
    "the two largest for the extremes": "Which directions decide what is best for the worst of them?",
    "the factor for the rate": "Is this a rate, or what is left of the distance after a step?",
    "half the best rate": "At your rate, what are the factors of the flattest and of the steepest direction?",
    "product for sum": "Double H: by how much should the rate change?",
    "row sums for eigenvalues": "Turn the bowl: should the rate change? Do the row sums?",
    "any decrease will do": "What should c1 change?",
    "c1 missing": "What should c1 change?",
    "‖g‖ for ‖g‖²": "Take a gradient ten times as long: how much more should f fall?",
    "sign of the decrease": "Must f at the new point be lower than f(x), or may it be higher?",
    "shrunk before the first try": "Which step is tried first?",
    "shrunk once only": "What if the second try is still too long?",
    "the point for the step": "What was asked for: where to go, or how far?",
}

_STEP = "x = path[-1]\n        path.append(x - lr * grad(x))"
_SEQUENTIAL = """x = path[-1].copy()
        for i in range(len(x)):
            x[i] = x[i] - lr * grad(x)[i]
        path.append(x)"""
_REST_THE_SAME = """if len(path) == 1:
            x = path[0].copy()
        x -= lr * grad(x)
        path.append(x)"""
_START_MOVED = """if len(path) == 1:
            x = path[0]
        x -= lr * grad(x)
        path.append(x.copy())"""
_SAME = """x = path[-1]
        x -= lr * grad(x)
        path.append(x)"""
_BEST = "2 / (lam[0] + lam[-1])"
_DECREASE = "<= f(x) - c1 * a * (g @ g)"

BANK = {
    task_descents.gradient_descent: (
        PATH,
        misconceptions(
            HINTS,
            task_descents.gradient_descent,
            ("update's sign", ("x - lr", "x + lr")),
            ("lr missing", ("lr * grad", "grad")),
            ("sequential for simultaneous update", (_STEP, _SEQUENTIAL)),
            ("path without its start", ("np.array(path)", "np.array(path[1:])")),
            ("a step too few", ("range(steps)", "range(steps - 1)")),
            ("a step too many", ("range(steps)", "range(steps + 1)")),
            ("every row the same array", (_STEP, _SAME)),
            ("every row the same array", (_STEP, _REST_THE_SAME)),
            ("the start moved", (_STEP, _START_MOVED)),
            ("the start left out of account", ('"x0", x0))]', '"x0", x0)) * 0]')),
            ("gradient of the start in every step", ("grad(x)", "grad(path[0])")),
            ("the end for the path", ("np.array(path)", "path[-1]")),
        ),
    ),
    task_descents.best_lr: (
        MATRIX,
        misconceptions(
            HINTS,
            task_descents.best_lr,
            ("1 / λmax for the best rate", (_BEST, "1 / lam[-1]")),
            ("largest rate for the best", (_BEST, "2 / lam[-1]")),
            ("diagonal entries for eigenvalues", ('_curvatures("best_lr", H)', "np.sort(np.diag(H))")),
            ("mean for sum", (_BEST, "2 / ((lam[0] + lam[-1]) / 2)")),
            ("mean of all eigenvalues", (_BEST, "1 / lam.mean()")),
            ("half the best rate", (_BEST, "1 / (lam[0] + lam[-1])")),
            ("product for sum", ("lam[0] + lam[-1]", "lam[0] * lam[-1]")),
            ("product for sum", (_BEST, "2 / (lam[0] * lam[-1]) ** 0.5")),
            ("sum of all eigenvalues", ("lam[0] + lam[-1]", "lam.sum()")),
            ("λmin for λmax", ("lam[0] + lam[-1]", "lam[0] + lam[0]")),
            ("λmin for λmax", (_BEST, "2 / lam[0]")),
            ("the two smallest for the extremes", ("lam[0] + lam[-1]", "lam[0] + lam[1]")),
            ("the two largest for the extremes", ("lam[0] + lam[-1]", "lam[-2] + lam[-1]")),
            ("the factor for the rate", (_BEST, "(lam[-1] - lam[0]) / (lam[-1] + lam[0])")),
            ("row sums for eigenvalues", ('_curvatures("best_lr", H)', "np.sort(abs(H).sum(0))")),
        ),
    ),
    task_descents.largest_lr: (
        MATRIX,
        misconceptions(
            HINTS,
            task_descents.largest_lr,
            ("half the largest rate", ("2 / _", "1 / _")),
            ("best rate for the largest", task_descents.best_lr),
            ("twice the best rate for the largest", lambda H: 2 * task_descents.best_lr(H)),
            ("λmin for λmax", ("[-1]", "[0]")),
            ("diagonal entries for eigenvalues", ('_curvatures("largest_lr", H)[-1]', "np.diag(H).max()")),
            ("sum of all eigenvalues", ("[-1]", ".sum()")),
            ("row sums for eigenvalues", ('_curvatures("largest_lr", H)[-1]', "abs(H).sum(0).max()")),
        ),
    ),
    task_descents.backtracking_step: (
        SEARCH,
        misconceptions(
            HINTS,
            task_descents.backtracking_step,
            ("any decrease will do", (_DECREASE, "<= f(x)")),
            ("any decrease will do", (_DECREASE, "< f(x)")),
            ("c1 missing", ("c1 * a", "a")),
            ("update's sign", ("x - a * g", "x + a * g")),
            ("‖g‖ for ‖g‖²", ("(g @ g)", "(g @ g) ** 0.5")),
            ("sign of the decrease", ("f(x) - c1", "f(x) + c1")),
            ("shrunk before the first try", ("a = lr\n", "a = shrink * lr\n")),
            ("shrunk once only", ("while", "if")),
            ("the point for the step", ("return a", "return x - a * g")),
        ),
    ),
}
