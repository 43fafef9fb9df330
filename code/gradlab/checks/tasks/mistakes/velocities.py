"""Mistakes that people make with velocities: in a look ahead, in a β for other rates, in an average from the start on.

Each row has the name of a mistake, and edits of the reference: its text, and the wrong text (see `variants`).
"""

from gradlab.checks.mistakes.adam import HINTS as RULE_HINTS
from gradlab.checks.mistakes.rules import entry
from gradlab.checks.questions.velocities import BETAS, LOOK_AHEAD
from gradlab.checks.tasks import velocities
from gradlab.checks.tasks.mistakes.averages import HINTS as AVERAGE_HINTS
from gradlab.checks.tasks.mistakes.descents import HINTS as PATH_HINTS
from gradlab.checks.variants import mistakes

# At each step the weights are those of a velocity without its 1 − beta: the points are the same.
_FOR_EVER = "heavy ball for EWMA, or the correction of the first step for ever"

#: name -> hint
HINTS = (
    PATH_HINTS
    | AVERAGE_HINTS
    | RULE_HINTS
    | {
        "look-ahead missing": "Where is the gradient taken: where we stand, or where the velocity leads?",
        "look-ahead without the rate": "How far would the next step lead, if its gradient were 0?",
        "look-ahead without β": "Which share of the velocity is left in the next step, if its gradient is 0?",
        "look-ahead uphill": "In which direction will the velocity carry x: that of v, or the opposite?",
        "look-ahead uphill, and a rate too many in it": "Where will the velocity carry x? And has it the rate in "
        "it already?",
        "look-ahead by the new velocity": "Which velocity is known before the gradient is asked for?",
        "looks ahead twice": "The gradient knows where the velocity leads. Does the step need to know it again?",
        "the jump made twice": "From which point does the step begin: from x, or from the place that was looked at?",
        "a rate too many in the look-ahead": "Is the rate in your velocity already?",
        "places looked at for the path": "Which points were asked for: where x is, or where the gradient was taken?",
        "the velocity forgotten": "What does the second step know of the first?",
        "the gradient for the velocity": "Set the gradient to 0: should x still move?",
        "the other direction": "The rate falls, and Keras goes on with long steps: must PyTorch's β grow or shrink?",
        "β left as it is": "Let the rate fall to a tenth. How long are Keras's next steps, and how long PyTorch's?",
        "the rate after for the rate before": "Which rate is in the old velocity: that of the step before, or after?",
        "compared with the first rate": "Once the rate has fallen and stays: what should β be from then on?",
        "β missing": "While the rate stays the same, what should β be?",
        "an average's conversion": "Does a 1 − β stand in either of the two forms?",
        "capped": "Is a β above 1 wrong if it lasts one step? Compare both velocities after a fall.",
        "another β at the first step": "What did the task want at t = 0, where the velocity is 0?",
        "a step before the first": "Which rate is before that of t = 0?",
        "ratio squared": "How many steps lie between the old velocity and the new one?",
        _FOR_EVER: "Do the weights given so far have the same sum after "
        "a hundred steps as after one? And what does your function say of t to the next step?",
        "the first gradient in full": "Is the first gradient better than the others, that it should weigh more?",
    }
)

_HEAD = "x, v = np.array(x0), 0 * x0"
_V, _X = "v = beta * v + grad(x - lr * beta * v)", "x = x - lr * v"
_STEP = f"{_V}\n        {_X}\n        path.append(x)"
_PATH = "np.array(path)"

LOOK = [
    ("look-ahead missing", ("x - lr * beta * v)", "x)")),
    ("look-ahead without the rate", ("x - lr * beta * v)", "x - beta * v)")),
    ("look-ahead without the rate", ("x - lr * beta * v)", "x + beta * v)")),
    ("look-ahead without β", ("x - lr * beta * v)", "x - lr * v)")),
    ("look-ahead uphill", ("x - lr * beta * v)", "x + lr * beta * v)")),
    ("look-ahead uphill", (_V, "v = beta * v - lr * grad(x - beta * v)"), (_X, "x = x + v")),
    (
        "look-ahead uphill, and a rate too many in it",
        (_V, "v = beta * v - lr * grad(x - lr * beta * v)"),
        (_X, "x = x + v"),
    ),
    (
        "look-ahead by the new velocity",
        (_V, "v = beta * v + grad(x)\n        v = v - grad(x) + grad(x - lr * beta * v)"),
    ),
    ("look-ahead by the new velocity", (_V, "v = beta * v + grad(x - lr * (beta * v + grad(x)))")),
    (
        "looks ahead twice",
        (_X, "g = v - old\n        x = x - lr * (g + beta * v)"),
        (_V, f"old = beta * v\n        {_V}"),
    ),
    ("the jump made twice", (_X, "x = x - lr * beta * old - lr * v"), (_V, f"old = v\n        {_V}")),
    ("a rate too many in the look-ahead", (_V, "v = beta * v + lr * grad(x - lr * beta * v)"), (_X, "x = x - v")),
    ("a rate too many in the look-ahead", (_V, "v = beta * v - lr * grad(x + lr * beta * v)"), (_X, "x = x + v")),
    ("places looked at for the path", ("path.append(x)", "path.append(x - lr * beta * v)")),
    ("places looked at for the path", ("path.append(x)", ""), (_V, f"path.append(x - lr * beta * v)\n        {_V}")),
    (
        "places looked at for the path",
        ("path = [x]", "path = []"),
        ("path.append(x)", ""),
        (_V, f"path.append(x - lr * beta * v)\n        {_V}"),
        (_PATH, "np.array([*path, x])"),
    ),
    ("update's sign", (_X, "x = x + lr * v")),
    ("update's sign", (_V, "v = beta * v - grad(x - lr * beta * v)")),
    ("update's sign", (_V, "v = beta * v + grad(x + lr * beta * v)"), (_X, "x = x + lr * v")),
    ("velocity's sign", (_V, "v = -beta * v + grad(x - lr * beta * v)")),
    ("velocity's sign", (_V, "v = -beta * v + grad(x + lr * beta * v)")),
    ("lr missing", (_X, "x = x - v")),
    ("lr missing", (_V, "v = beta * v + grad(x - beta * v)"), (_X, "x = x - v")),
    ("beta missing", (_V, "v = v + grad(x - lr * v)")),
    ("beta missing", (_V, "v = v + grad(x - lr * beta * v)")),
    ("EWMA for heavy ball", (_V, "v = beta * v + (1 - beta) * grad(x - lr * beta * v)")),
    ("the velocity forgotten", (_V, "v = grad(x)")),
    ("the gradient for the velocity", (_X, "x = x - lr * (v - old)"), (_V, f"old = beta * v\n        {_V}")),
    ("gradient of the start in every step", (_V, "v = beta * v + grad(path[0])")),
    ("old velocity in the step", (_V, f"old = v\n        {_V}"), (_X, "x = x - lr * old")),
    ("path without its start", (_PATH, "np.array(path[1:])")),
    ("path without its start", ("path = [x]", "path = []")),
    ("a step too few", ("range(steps)", "range(steps - 1)")),
    ("a step too many", ("range(steps)", "range(steps + 1)")),
    ("one step only", ("range(steps)", "range(min(steps, 1))")),
    ("the end for the path", (_PATH, "x")),
    ("every row the same array", (_PATH, "np.array([x] * len(path))")),
    ("every row the same array", ("path.append(x)", "path[1:] = [x] * (len(path))")),
    ("the start left out of account", (_HEAD, "x = v = 0.0 * np.array(x0)")),
    ("the start left out of account", ("range(steps)", "range(steps + 1)"), (_PATH, "np.array(path[1:])")),
    ("rows and columns exchanged", (_PATH, "np.array(path).T")),
    ("whole numbers only", (_PATH, "np.array(path).astype(x0.dtype)")),
    ("whole numbers only", (_X, "x = (x - lr * v).astype(x0.dtype)")),
]

_BETA = "beta * lr(t - 1) / lr(t)"
_LATER = f"{_BETA} if t else beta"

SCHEDULED = [
    ("the other direction", (_BETA, "beta * lr(t) / lr(t - 1)")),
    ("β left as it is", (_BETA, "beta")),
    ("the rate after for the rate before", (_LATER, "beta * lr(t + 1) / lr(t)")),
    ("the rate after for the rate before", (_BETA, "beta * lr(t + 1) / lr(t)")),
    ("the rate after for the rate before", (_LATER, "beta * lr(t) / lr(t + 1)")),
    ("the rate after for the rate before", (_BETA, "beta * lr(t) / lr(t + 1)")),
    ("compared with the first rate", (_BETA, "beta * lr(0) / lr(t)")),
    ("compared with the first rate", (_BETA, "beta * lr(t) / lr(0)")),
    ("β missing", (_BETA, "lr(t - 1) / lr(t)")),
    ("β missing", (_LATER, "lr(t - 1) / lr(t) if t else 1")),
    ("an average's conversion", (_LATER, "lr(t) / (1 - beta)")),
    ("an average's conversion", (_LATER, "lr(t) * (1 - beta)")),
    ("an average's conversion", (_BETA, "lr(t) / (1 - beta)")),
    ("an average's conversion", (_BETA, "lr(t) * (1 - beta)")),
    *(("capped", (_BETA, f"min({_BETA}, {top})")) for top in ("1", "0.99", "0.999", "0.9999", "1 - 1e-6")),
    ("another β at the first step", (_LATER, f"{_BETA} if t else 0")),
    ("another β at the first step", (_LATER, f"{_BETA} if t else 1")),
    ("another β at the first step", (_LATER, f"{_BETA} if t else beta * lr(0)")),
    ("a step before the first", (_LATER, _BETA)),
    ("ratio squared", (_BETA, "beta * (lr(t - 1) / lr(t)) ** 2")),
]

_M, _STEPS = "m = beta * m + (1 - beta) * g", "x - lr * m / (1 - beta**t), t, m"
_SWAPPED = "m = (1 - beta) * m + beta * g"
_FULL = "m = g if t == 1 else beta * m + (1 - beta) * g"

CORRECTED = [
    ("update's sign", (_STEPS, "x + lr * m / (1 - beta**t), t, m")),
    ("velocity's sign", (_M, "m = -beta * m + (1 - beta) * g")),
    ("lr missing", ("x - lr * m", "x - m")),
    ("no bias correction", (_STEPS, "x - lr * m, t, m")),
    ("t starting at 0", ("t = t + 1", "t"), (_STEPS, "x - lr * m / (1 - beta**t), t + 1, m")),
    ("t starting at 0", ("t = t + 1", "t"), (_STEPS, "x - lr / (1 - beta**t) * m, t + 1, m")),
    ("correction of the step after", ("1 - beta**t", "1 - beta ** (t + 1)")),
    ("corrected average carried on", (_STEPS, "x - lr * m / (1 - beta**t), t, m / (1 - beta**t)")),
    ("heavy ball for EWMA", (_M, "m = beta * m + g")),
    (_FOR_EVER, (_M, "m = beta * m + g"), (_STEPS, "x - lr * m, t, m")),
    (_FOR_EVER, ("1 - beta**t", "1 - beta")),
    (_FOR_EVER, ("t = t + 1", "t = 1")),
    (_FOR_EVER, (_STEPS, "x - lr * m / (1 - beta**t), t - 1, m")),
    ("correction without its power", ("1 - beta**t", "1 - beta * t")),
    ("power of 1 − beta", ("1 - beta**t", "(1 - beta) ** t")),
    ("power of 1 − beta", ("1 - beta**t", "1 - (1 - beta) ** t")),
    ("multiplied by the correction", ("m / (1 - beta**t)", "m * (1 - beta**t)")),
    ("divided by the share of the start", ("1 - beta**t", "beta**t")),
    ("weights of old and new exchanged", (_M, _SWAPPED)),
    ("weights of old and new exchanged", (_M, _SWAPPED), (_STEPS, "x - lr * m, t, m")),
    ("weights of old and new exchanged", (_M, _SWAPPED), ("1 - beta**t", "1 - (1 - beta) ** t")),
    ("the first gradient in full", (_M, _FULL)),
    ("the first gradient in full", (_M, _FULL), (_STEPS, "x - lr * m, t, m")),
    ("the first gradient in full", (_M, _FULL), (_STEPS, "x - lr * (m if t == 1 else m / (1 - beta**t)), t, m")),
    ("old average in the step", (_M, f"old, {_M.replace(' = ', ' = m, ', 1)}"), ("lr * m /", "lr * old /")),
    ("momentum missing", (_STEPS, "x - lr * g, t, m")),
    ("lr inside the velocity", (_M, "m = beta * m + (1 - beta) * lr * g"), (_STEPS, "x - m / (1 - beta**t), t, m")),
    ("beta missing", (_M, "m = m + (1 - beta) * g")),
    ("a scalar where a vector belongs", ("lr * m /", "lr * m.sum() /")),
    ("a scalar where a vector belongs", ("lr * m /", "lr * m.mean() /")),
]

_OF_ALL_RULES = [("state forgotten between steps",), ("the state before the point",)]  # see `entry`
_HERE = {name for table in (LOOK, SCHEDULED, CORRECTED, _OF_ALL_RULES) for name, *_ in table}
HINTS = {name: hint for name, hint in HINTS.items() if name in _HERE}

MISTAKES = {
    velocities.look_ahead: (LOOK_AHEAD, mistakes(HINTS, velocities.look_ahead, *LOOK)),
    velocities.beta_outside: (BETAS, mistakes(HINTS, velocities.beta_outside, *SCHEDULED)),
    velocities.corrected_momentum: entry(HINTS, velocities.corrected_momentum, *CORRECTED),
}
