"""Mistakes that people make in chapter 1's exercises.

Each row has the name of a mistake, and edits of the reference: its text, and the wrong text (see `variants`).
"""

from gradlab.checks.questions.descents import MATRIX, PATH, SEARCH
from gradlab.checks.tasks import descents
from gradlab.checks.variants import mistakes

#: name -> hint
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
    "a tuple for the point": "What comes back from your rule for one step, and what is to be taken out of it?",
    "whole numbers only": "Which numbers can your array hold?",
    "rows and columns exchanged": "Which axis counts the steps?",
    "one step only": "How often does your loop run, and what ends it?",
    "gradient of the start in every step": "At which point is the gradient taken in the second step?",
    "every step from the start": "From which point does the second step begin?",
    "the end for the path": "Where have the points on the way gone?",
    "1 / λmax for the best rate": "What does the flattest direction gain when the rate is raised a little?",
    "largest rate for the best": "By which number is the steepest direction multiplied at your rate?",
    "best rate for the largest": "By which number is the steepest direction multiplied at your rate?",
    "twice the best rate for the largest": "At your rate, by which number is the steepest direction multiplied?",
    "1 / λmax for the largest rate": "By which number is the steepest direction multiplied at your rate?",
    "sum of the eigenvalues for λmax": "Which one direction diverges first?",
    "λmin for λmax": "Which direction is the first to diverge when the rate grows?",
    "entries of H for its eigenvalues": "Turn the bowl: should the rate change? Do the entries of H?",
    "mean for sum": "At your rate, what are the factors of the flattest and of the steepest direction?",
    "sum of all eigenvalues": "Which directions decide what is best for the worst of them?",
    "mean of all eigenvalues": "Which directions decide what is best for the worst of them?",
    "the two smallest for the extremes": "Which directions decide what is best for the worst of them?",
    "the two largest for the extremes": "Which directions decide what is best for the worst of them?",
    "the factor for the rate": "Is this a rate, or what is left of the distance after a step?",
    "1 / (λmin + λmax) for the best rate": "At your rate, what are the factors of the flattest and of the steepest?",
    "λmin taken for 1": "Double H: by how much should the rate change?",
    "order of the eigenvalues taken for granted": "In which order does NumPy give the eigenvalues?",
    "difference for sum": "At your rate, what are the factors of the flattest and of the steepest direction?",
    "product for sum": "At your rate, what are the factors of the flattest and of the steepest direction?",
    "row sums for eigenvalues": "Turn the bowl: should the rate change? Do the row sums?",
    "any decrease will do": "What should c1 change?",
    "c1 missing": "What should c1 change?",
    "‖g‖ for ‖g‖²": "Take a gradient ten times as long: how much more should f fall?",
    "sign of the decrease": "Must f at the new point be lower than f(x), or may it be higher?",
    "1 − c1 for c1": "Let c1 be nearly 0: is nearly every decrease enough, as it should be?",
    "a share of f for the decrease": "Add 1000 to f everywhere: should another step be taken?",
    "starts at 1": "Which step is tried first?",
    "shrink subtracted": "Of the steps to be tried, is it the difference that stays, or the ratio?",
    "shrunk before the first try": "Which step is tried first?",
    "shrunk once more at the end": "Which of the steps that were tried is to be returned?",
    "a half for shrink": "What does shrink change in your function?",
    "the rate for the step in the condition": "How much less must f fall when the step is halved?",
    "the step missing in the condition": "How much less must f fall when the step is halved?",
    "goes on when it should stop": "Does your loop go on when the step is good, or when it is too long?",
    "the point moved while searching": "From which point does each of the steps begin?",
    "shrunk once only": "What if the second try is still too long?",
    "the point for the step": "What was asked for: where to go, or how far?",
}

_STEP = "x = path[-1]\n        path.append(x - lr * grad(x))"
_SEQUENTIAL = """x = path[-1].astype(float)
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
_WHILE = f"while not f(x - a * g) {_DECREASE}"


def _capped(name, condition, *edits):
    """Rows for a search that never ends by its wrong condition, but by a number of tries, or where a is tiny."""
    for tries in (20, 30, 50, 100, 200, 500):
        loop = f"k = 0\n    {condition} and k < {tries}:\n        k = k + 1"
        yield name, (f"{_WHILE}:", loop), *edits
    for least in (1e-6, 1e-8, 1e-10, 1e-12, 1e-15, 1e-16):
        yield name, (f"{_WHILE}:", f"{condition} and a > {least}:"), *edits


MISTAKES = {
    descents.gradient_descent: (
        PATH,
        mistakes(
            HINTS,
            descents.gradient_descent,
            ("update's sign", ("x - lr", "x + lr")),
            ("lr missing", ("lr * grad", "grad")),
            ("sequential for simultaneous update", (_STEP, _SEQUENTIAL)),
            ("path without its start", ("np.array(path)", "np.array(path[1:])")),
            ("a step too few", ("range(steps)", "range(steps - 1)")),
            ("a step too many", ("range(steps)", "range(steps + 1)")),
            ("every row the same array", (_STEP, _SAME)),
            ("every row the same array", (_STEP, _REST_THE_SAME)),
            ("the start moved", (_STEP, _START_MOVED)),
            ("the start left out of account", ("[np.array(x0)]", "[np.array(x0) * 0]")),
            (
                "the start left out of account",
                ("range(steps)", "range(steps + 1)"),
                ("np.array(path)", "np.array(path[1:])"),
            ),
            ("gradient of the start in every step", ("grad(x)", "grad(path[0])")),
            ("every step from the start", ("path.append(x - lr", "path.append(path[0] - lr")),
            (
                "every step from the start",
                ("path.append(x - lr * grad(x))", "path.append(path[0] - lr * grad(path[0]))"),
            ),
            ("the end for the path", ("np.array(path)", "path[-1]")),
            ("a tuple for the point", ("path.append(x - lr * grad(x))", "path.append((x - lr * grad(x),))")),
            (
                "whole numbers only",
                ("[np.array(x0)]", "[np.array(x0).astype(int)]"),
                ("x - lr * grad(x)", "(x - lr * grad(x)).astype(int)"),
            ),
            ("whole numbers only", ("x - lr * grad(x)", "(x - lr * grad(x)).astype(path[0].dtype)")),
            ("rows and columns exchanged", ("np.array(path)", "np.array(path).T")),
            ("one step only", ("range(steps)", "range(min(steps, 1))")),
        ),
    ),
    descents.best_lr: (
        MATRIX,
        mistakes(
            HINTS,
            descents.best_lr,
            ("1 / λmax for the best rate", (_BEST, "1 / lam[-1]")),
            ("largest rate for the best", (_BEST, "2 / lam[-1]")),
            ("entries of H for its eigenvalues", ("_curvatures(H)", "np.sort(np.diag(H))")),
            ("entries of H for its eigenvalues", ("_curvatures(H)", "np.diag(H)")),
            ("entries of H for its eigenvalues", ("_curvatures(H)", "np.sort(H.ravel())")),
            ("difference for sum", ("lam[0] + lam[-1]", "lam[-1] - lam[0]")),
            ("mean for sum", (_BEST, "2 / ((lam[0] + lam[-1]) / 2)")),
            ("mean of all eigenvalues", (_BEST, "1 / lam.mean()")),
            ("1 / (λmin + λmax) for the best rate", (_BEST, "1 / (lam[0] + lam[-1])")),
            ("product for sum", ("lam[0] + lam[-1]", "lam[0] * lam[-1]")),
            ("product for sum", (_BEST, "2 / (lam[0] * lam[-1]) ** 0.5")),
            ("product for sum", (_BEST, "1 / (lam[0] * lam[-1]) ** 0.5")),
            ("sum of all eigenvalues", ("lam[0] + lam[-1]", "lam.sum()")),
            ("λmin for λmax", ("lam[0] + lam[-1]", "lam[0] + lam[0]")),
            ("λmin for λmax", (_BEST, "2 / lam[0]")),
            ("the two smallest for the extremes", ("lam[0] + lam[-1]", "lam[0] + lam[1]")),
            ("the two largest for the extremes", ("lam[0] + lam[-1]", "lam[-2] + lam[-1]")),
            ("the factor for the rate", (_BEST, "(lam[-1] - lam[0]) / (lam[-1] + lam[0])")),
            ("row sums for eigenvalues", ("_curvatures(H)", "np.sort(abs(H).sum(0))")),
            ("λmin taken for 1", (_BEST, "2 / (1 + lam[-1] / lam[0])")),
            ("order of the eigenvalues taken for granted", ("_curvatures(H)", "np.linalg.eigvals(H)")),
            ("order of the eigenvalues taken for granted", ("_curvatures(H)", "np.linalg.eigvals(H)[::-1]")),
        ),
    ),
    descents.largest_lr: (
        MATRIX,
        mistakes(
            HINTS,
            descents.largest_lr,
            ("1 / λmax for the largest rate", ("2 / _", "1 / _")),
            ("best rate for the largest", descents.best_lr),
            ("twice the best rate for the largest", lambda H: 2 * descents.best_lr(H)),
            ("λmin for λmax", ("[-1]", "[0]")),
            ("entries of H for its eigenvalues", ("_curvatures(H)[-1]", "np.diag(H).max()")),
            ("entries of H for its eigenvalues", ("_curvatures(H)[-1]", "np.diag(H)[-1]")),
            ("entries of H for its eigenvalues", ("_curvatures(H)[-1]", "np.diag(H)[0]")),
            ("sum of the eigenvalues for λmax", ("[-1]", ".sum()")),
            ("row sums for eigenvalues", ("_curvatures(H)[-1]", "abs(H).sum(0).max()")),
            ("order of the eigenvalues taken for granted", ("_curvatures(H)", "np.linalg.eigvals(H)")),
        ),
    ),
    descents.backtracking_step: (
        SEARCH,
        mistakes(
            HINTS,
            descents.backtracking_step,
            ("any decrease will do", (_DECREASE, "<= f(x)")),
            ("any decrease will do", (_DECREASE, "< f(x)")),
            ("c1 missing", ("c1 * a", "a")),
            ("update's sign", ("x - a * g", "x + a * g")),
            ("‖g‖ for ‖g‖²", ("(g @ g)", "(g @ g) ** 0.5")),
            ("sign of the decrease", ("f(x) - c1", "f(x) + c1")),
            ("shrunk before the first try", ("a = lr\n", "a = shrink * lr\n")),
            ("shrunk once only", ("while", "if")),
            ("the point for the step", ("return a", "return x - a * g")),
            ("shrunk once more at the end", ("return a", "return shrink * a")),
            ("a half for shrink", ("shrink * a", "a / 2")),
            ("the rate for the step in the condition", ("c1 * a", "c1 * lr")),
            ("the step missing in the condition", ("c1 * a", "c1")),
            ("goes on when it should stop", ("while not", "while")),
            ("1 − c1 for c1", ("c1 * a", "(1 - c1) * a")),
            ("a share of f for the decrease", (_DECREASE, "<= (1 - c1) * f(x)")),
            ("starts at 1", ("a = lr\n", "a = 1.0\n")),
            ("shrink subtracted", ("shrink * a", "a - shrink")),
            *_capped("goes on when it should stop", _WHILE.replace("not ", "")),
            *_capped("the rate for the step in the condition", _WHILE.replace("c1 * a", "c1 * lr")),
            *_capped("the step missing in the condition", _WHILE.replace("c1 * a", "c1")),
            *_capped("shrink subtracted", _WHILE, ("shrink * a", "a - shrink")),
            *_capped("update's sign", _WHILE.replace("x - a", "x + a")),
            ("the point moved while searching", ("a = shrink * a", "x, a = x - a * g, shrink * a")),
        ),
    ),
}
