"""Mistakes that people make with the factor of momentum on a bowl, and with its best pair.

Each row has the name of a mistake, and edits of the reference: its text, and the wrong text (see `variants`).
"""

from gradlab.checks.questions.swings import FACTOR, PAIR
from gradlab.checks.tasks import swings
from gradlab.checks.variants import mistakes

#: name -> hint
HINTS = {
    "root of a negative number": "What does NumPy make of the root of a negative number, and what of a complex one?",
    "the real part alone": "How large is 3 + 4i: 3, or 5?",
    "one root for the larger": "Where it creeps, and where it turns its sign: which of the two real roots is larger?",
    "the smaller root": "In the long run, which of the two roots is left to see?",
    "the best direction for the worst": "Which direction is still far away when the others have arrived?",
    "mean of the directions": "Which direction is still far away when the others have arrived?",
    "steepest direction alone": "Which direction is slow where the rate is low?",
    "flattest direction alone": "Which direction diverges where the rate is high?",
    "first direction alone": "Must the first of the curvatures be the one that decides?",
    "√β everywhere": "What if the roots are real?",
    "β for the factor": "The product of the two roots is β. How large is each, if they are a conjugate pair?",
    "the half forgotten": "Put your z into the equation: is the result 0?",
    "factor of gradient descent": "Where is β in your formula?",
    "factor of Nesterov's form": "Whose equation is this: that of the ball, or that of the look ahead?",
    "no absolute value": "How large is 3 + 4i? And which factor shrinks the distance faster, −0.9 or 0.1?",
    "discriminant's sign": "The roots of z² − b z + c: what stands below their root?",
    "4 forgotten": "The roots of z² − b z + c: what stands below their root?",
    "sign in the middle": "Without momentum one of the roots is 1 − lr · λ. Is it in yours, where β is 0? And 1 + β?",
    "rate and β exchanged": "Which of the two was asked for first?",
    "square forgotten": "Put both numbers into the equation for z: do the roots of the flattest direction coincide?",
    "κ for √κ": "Multiply all curvatures by 100: by how much should the rate fall? And what does momentum do to κ?",
    "gradient descent's rate": "May the rate of momentum be higher than the best rate of gradient descent?",
    "Nesterov's pair": "For whose form of momentum is this pair the best?",
    "largest rate for the best": "At your rate, how large is the root of the steepest direction?",
    "0.9 whatever the bowl": "At which β does the flattest direction just begin to swing?",
    "λmin taken for 1": "Multiply all curvatures by 4: by how much should the rate change?",
    "order of the curvatures taken for granted": "Must the smallest of the curvatures be the first?",
    "difference for sum": "What should the rate be on a round bowl, where all curvatures are equal?",
    "the 2 forgotten": "Take a round bowl of curvature 1: where should one step at the best rate lead?",
}

_B, _ROOT = "1 + beta - lr * curvatures", "np.emath.sqrt(b**2 - 4 * beta)"
_SIZES = "np.abs([b + root, b - root])"
_REAL = "np.maximum(b**2 - 4 * beta, 0) ** 0.5"
_LR, _BETA = "(2 / (high + low)) ** 2", "((high - low) / (high + low)) ** 2"
_LOW, _HIGH = "curvatures.min() ** 0.5", "curvatures.max() ** 0.5"
_EXTREMES = f"{_LOW}, {_HIGH}"
_SQUARES = "curvatures.min(), curvatures.max()"

MISTAKES = {
    swings.worst_factor: (
        FACTOR,
        mistakes(
            HINTS,
            swings.worst_factor,
            ("root of a negative number", (_ROOT, "(b**2 - 4 * beta) ** 0.5")),
            (
                "root of a negative number",
                (_ROOT, "(b**2 - 4 * beta) ** 0.5"),
                (f"{_SIZES}.max()", f"np.nanmax({_SIZES})"),
            ),
            (
                "root of a negative number",
                (_ROOT, "(b**2 - 4 * beta) ** 0.5"),
                (_SIZES, "np.array([b + root, b - root])"),
            ),
            ("root of a negative number", (_ROOT, "(b**2 - 4 * beta) ** 0.5"), (_SIZES, "np.abs(b + root)")),
            ("root of a negative number", (_ROOT, "(b**2 - 4 * beta) ** 0.5"), (_SIZES, "(b + root)")),
            ("the real part alone", (_ROOT, _REAL)),
            ("the real part alone", (_SIZES, "np.real([b + root, b - root])")),
            ("the real part alone", (_ROOT, _REAL), (_SIZES, "np.array([b + root, b - root])")),
            ("one root for the larger", (_SIZES, "np.abs(b + root)")),
            ("one root for the larger", (_SIZES, "np.abs(b - root)")),
            ("one root for the larger", (_SIZES, "np.abs(b + root)"), (_ROOT, _REAL)),
            ("the smaller root", (f"{_SIZES}.max()", f"{_SIZES}.min(axis=0).max()")),
            ("the smaller root", (f"{_SIZES}.max()", f"{_SIZES}.min()")),
            ("the best direction for the worst", (f"{_SIZES}.max()", f"{_SIZES}.max(axis=0).min()")),
            ("mean of the directions", (f"{_SIZES}.max()", f"{_SIZES}.max(axis=0).mean()")),
            ("mean of the directions", (_B, "1 + beta - lr * curvatures.mean()")),
            ("steepest direction alone", (_B, "1 + beta - lr * curvatures.max()")),
            ("flattest direction alone", (_B, "1 + beta - lr * curvatures.min()")),
            ("first direction alone", (_B, "1 + beta - lr * curvatures[0]")),
            ("first direction alone", (_B, "1 + beta - lr * curvatures[-1]")),
            ("√β everywhere", (f"{_SIZES}.max() / 2", "beta**0.5")),
            ("β for the factor", (f"{_SIZES}.max() / 2", "beta")),
            ("β for the factor", (f"{_SIZES}.max() / 2", f"{_SIZES}.max() ** 2 / 4")),
            ("the half forgotten", (".max() / 2", ".max()")),
            ("factor of gradient descent", (f"{_SIZES}.max() / 2", "np.abs(1 - lr * curvatures).max()")),
            (
                "factor of Nesterov's form",
                (_B, "(1 + beta) * (1 - lr * curvatures)"),
                (_ROOT, "np.emath.sqrt(b**2 - 4 * beta * (1 - lr * curvatures))"),
            ),
            ("no absolute value", (_SIZES, "np.array([b + root, b - root])")),
            ("no absolute value", (_SIZES, "(b + root)")),
            ("discriminant's sign", ("- 4 * beta", "+ 4 * beta")),
            ("4 forgotten", ("- 4 * beta", "- beta")),
            ("sign in the middle", (_B, "1 - beta - lr * curvatures")),
            ("sign in the middle", (_B, "1 + beta + lr * curvatures")),
            ("sign in the middle", (_B, "beta - lr * curvatures")),
            ("sign in the middle", (_B, "1 - lr * curvatures")),
        ),
    ),
    swings.best_pair: (
        PAIR,
        mistakes(
            HINTS,
            swings.best_pair,
            ("rate and β exchanged", (f"{_LR}, {_BETA}", f"{_BETA}, {_LR}")),
            ("square forgotten", (_LR, "2 / (high + low)")),
            ("square forgotten", (_BETA, "(high - low) / (high + low)")),
            ("square forgotten", (f"{_LR}, {_BETA}", "2 / (high + low), (high - low) / (high + low)")),
            ("κ for √κ", (_EXTREMES, _SQUARES)),
            ("κ for √κ", (_EXTREMES, _SQUARES), (f"{_LR}, {_BETA}", "2 / (high + low), (high - low) / (high + low)")),
            ("κ for √κ", (_BETA, "((high**2 - low**2) / (high**2 + low**2)) ** 2")),
            ("κ for √κ", (_BETA, "(high**2 - low**2) / (high**2 + low**2)")),
            ("κ for √κ", (_EXTREMES, _SQUARES), (_LR, "2 / (high + low)")),
            ("κ for √κ", (_LR, "(2 / (high**2 + low**2)) ** 2")),
            ("gradient descent's rate", (_LR, "2 / (high**2 + low**2)")),
            ("gradient descent's rate", (_LR, "1 / high**2")),
            ("gradient descent's rate", (_LR, "2 / high**2")),
            ("Nesterov's pair", (f"{_LR}, {_BETA}", "1 / high**2, (high - low) / (high + low)")),
            (
                "Nesterov's pair",
                (f"{_LR}, {_BETA}", "4 / (3 * high**2 + low**2), 1 - 4 / ((3 * (high / low) ** 2 + 1) ** 0.5 + 2)"),
            ),
            ("largest rate for the best", (_LR, f"2 * (1 + {_BETA}) / high**2")),
            ("0.9 whatever the bowl", (_BETA, "0.9")),
            ("0.9 whatever the bowl", (f"{_LR}, {_BETA}", "3.8 / high**2, 0.9")),
            ("0.9 whatever the bowl", (f"{_LR}, {_BETA}", "2 / (high**2 + low**2), 0.9")),
            ("λmin taken for 1", (_LR, "(2 / (1 + high / low)) ** 2")),
            ("order of the curvatures taken for granted", (_EXTREMES, "curvatures[0] ** 0.5, curvatures[-1] ** 0.5")),
            ("order of the curvatures taken for granted", (_EXTREMES, "curvatures[-1] ** 0.5, curvatures[0] ** 0.5")),
            ("difference for sum", (_LR, "(2 / (high - low)) ** 2")),
            ("the 2 forgotten", (_LR, "(1 / (high + low)) ** 2")),
        ),
    ),
}
