"""Mistakes that people make in Adam and its family, and in the rules that came after them.

Each row has the name of a mistake, and edits of the reference: its text, and the wrong text (see `variants`).
"""

import numpy as np

from gradlab import rules
from gradlab.checks.mistakes.rules import HINTS as RULE_HINTS
from gradlab.checks.mistakes.rules import entry
from gradlab.checks.questions.rules import RULE
from gradlab.checks.variants import Mistake, at_once, variant

#: name -> hint
HINTS = RULE_HINTS | {
    "no bias correction": "The averages start at 0. How large are they after the first step, beside g and g²?",
    "bias correction of one moment only": "How many averages start at 0?",
    "bias correction where none belongs": "Does the maximum start too small, as an average does?",
    "t starting at 0": "How many gradients has the average seen when it is corrected for the first time?",
    "t one too high": "How many gradients has the average seen at the first step?",
    "correction of the first step for ever": "Are the averages as much too small after a hundred steps as after one?",
    "correction upside down": "Is an average that began at 0 too small or too large?",
    "corrections exchanged": "Each average has its own memory. Which of the two needs the stronger correction?",
    "corrected averages stored": "Does the next step start from the averages before the correction, or after it?",
    "1 − β₁ missing": "Give it the same gradient for ever: should m come to g, or grow above it?",
    "1 − β missing in both averages": "Give it the same gradient for ever: should the averages come to g and g²?",
    "variance for mean square": "Give it the same gradient for ever: what is divided by, and how long are the steps?",
    "v from m for g²": "Of which numbers is v the average: of the gradients, or of what is an average already?",
    "eps beside the uncorrected root": "Is eps added to the root before the correction, or after it?",
    "eps added to the quotient": "What is divided by: the root alone, or the root and eps together?",
    "correction outside the root": "By one factor v is too small. By which factor is its root too small?",
    "decay inside the quotient": "Let all gradients be a hundred times as large: should x still shrink as fast?",
    "decay twice": "Set g to 0: which share of x does one step take, and by which ways?",
    "β₁ and β₂ exchanged": "There are two memories, one longer than the other. Which is whose?",
    "maximum missing": "What is divided by is the larger of two numbers. Which two does your function compare?",
    "maximum after the correction": "What is compared with the largest so far: v, or v after its correction?",
    "maximum carried on as v": "Which average goes into the next step: v, or the largest so far?",
    "β₁ in both averages": "There are two averages, of different memory. Which β does each of them have?",
    "sum for maximum": "After a far larger gradient: does the size of a small one count in the divisor?",
    "running average for maximum": "After a far larger gradient: does the size of a small one count in the divisor?",
    "maximum that never fades": "After one large gradient and many small ones: may what is divided by shrink?",
    "absolute value missing": "Turn the signs of all gradients: should what is divided by change?",
    "g² for |g|": "With a tiny eps, multiply all gradients by 10: should the steps change?",
    "eps outside the maximum": "Does eps count in every step, or only where it makes a gradient the largest?",
    "warm-up missing": "Is the momentum as long at the first step as at the hundredth?",
    "momentum of this step for that of the next": "The next step is looked ahead to. With which momentum is it made?",
    "power for product": "Does the correction know every momentum so far, or the last one only?",
    "rectification missing": "What are the first steps divided by, when v has seen few gradients?",
    "rectification's factor missing": "Is v as good after ten gradients as after a thousand?",
    "rectification's root missing": "How large is the error of a mean of n squares: like 1 / n, or like 1 / √n?",
    "no step before v is ready": "What is done with the first gradients, while v is not yet of use?",
    "the paper's threshold": "From which length of the average on is v used? Papers and libraries differ.",
    "sign missing": "Multiply all gradients by 10: should the steps change?",
    "sign of the wrong average": "There are two averages, of different memory. Which of them gives the direction?",
    "sequential for simultaneous update": "Is the direction made from the average of before, or from the new one?",
    "decay inside the sign": "Make weight_decay ten times as large: should x shrink faster?",
    "orthogonalisation missing": "What are the singular values of the step?",
    "one iteration for five": "How near to 1 are the singular values of the step?",
    "exact orthogonalisation": "Are the singular values of the step 1 exactly, or nearly?",
    "factor of the shape missing": "Should the steps of a tall matrix be as long as those of a square one?",
    "rows and columns exchanged": "Which matrices have the longer steps, the tall ones or the wide ones?",
    "root of the factor missing": "How much longer are the steps of a matrix with four times as many rows as columns?",
    "eps added to the length": "Does eps change a length that is far above it?",
}

M, V = "beta1 * m + (1 - beta1) * g\n", "beta2 * v + (1 - beta2) * g * g"
M_HAT, V_HAT = "m / (1 - beta1**t)", "v / (1 - beta2**t)"


def _entry(reference, *table):
    """As in `mistakes.rules`, and one mistake more: the two betas exchanged."""

    def exchanged(x, g, *state, beta1, beta2, **hyper):
        return reference.unchecked(x, g, *state, beta1=beta2, beta2=beta1, **hyper)

    return entry(HINTS, reference, *table, ("β₁ and β₂ exchanged", exchanged))


# --- mistakes that all of them can have -------------------------------------------------------------------------------

FIRST = [
    ("update's sign", ("x - lr", "x + lr")),
    ("lr missing", ("x - lr * ", "x - ")),
    ("1 − β₁ missing", (M, "beta1 * m + g\n")),
    # Python's own numbers raise an error when they are divided by 0, arrays give inf.
    ("t starting at 0", ("t = t + 1", "t"), (", t, m, ", ", t + 1, m, ")),
]
SECOND = [
    ("weights of old and new exchanged", (M, "(1 - beta1) * m + beta1 * g\n"), (V, "(1 - beta2) * v + beta2 * g**2")),
    ("weights of old and new exchanged", (M, "(1 - beta1) * m + beta1 * g\n")),
    ("weights of old and new exchanged", (V, "(1 - beta2) * v + beta2 * g**2")),
    ("β₁ and β₂ exchanged", (M, "beta2 * m + (1 - beta2) * g\n"), (V, "beta1 * v + (1 - beta1) * g**2")),
    ("sum for running average", (V, "v + g**2")),
    ("sum for running average", (V, "beta2 * v + g**2")),
    ("g or |g| for g²", (V, "beta2 * v + (1 - beta2) * g")),
    ("g or |g| for g²", (V, "beta2 * v + (1 - beta2) * abs(g)")),
    ("a scalar where a vector belongs", (V, "beta2 * v + (1 - beta2) * (g**2).sum()")),
    ("a scalar where a vector belongs", (V, "beta2 * v + (1 - beta2) * (g**2).mean()")),
]


def _corrected(v):
    """Mistakes of rules that correct m and the average v, and divide by the root of v; v is the name of the average."""
    hat, root = f"{v}**0.5 / (1 - beta2**t) ** 0.5", f"root_{v}_hat"
    return [
        *FIRST,
        *SECOND,
        (
            *("t starting at 0", ("t = t + 1", "t"), (", t, m, ", ", t + 1, m, ")),
            *((M_HAT, "1 / (1 - beta1**t) * m"), (hat, f"1 / (1 - beta2**t) ** 0.5 * {v}**0.5")),
        ),
        ("no bias correction", (M_HAT, "m"), (hat, f"{v}**0.5")),
        ("bias correction of one moment only", (M_HAT, "m")),
        ("bias correction of one moment only", (hat, f"{v}**0.5")),
        ("old average in the step", ("t = t + 1", "t, old = t + 1, m"), (M_HAT, "old / (1 - beta1**t)")),
        ("old average in the step", ("t = t + 1", f"t, old = t + 1, {v}"), (hat, hat.replace(v, "old", 1))),
        ("momentum missing", ("lr * m_hat", "lr * g")),
        ("eps inside the root", (f"({root} + eps)", f"({root}**2 + eps) ** 0.5")),
        ("eps missing", (f"({root} + eps)", root)),
        ("root missing", (f"({root} + eps)", f"({root}**2 + eps)")),
    ]


HAT, STATE = "v**0.5 / (1 - beta2**t) ** 0.5", ", t, m, v"
ADAM = [
    *_corrected("v"),
    ("t one too high", (M_HAT, "m / (1 - beta1 ** (t + 1))"), (HAT, "v**0.5 / (1 - beta2 ** (t + 1)) ** 0.5")),
    ("correction of the first step for ever", (M_HAT, "m / (1 - beta1)"), (HAT, "v**0.5 / (1 - beta2) ** 0.5")),
    ("correction of the first step for ever", (M_HAT, "m / (1 - beta1)")),
    ("correction of the first step for ever", (HAT, "v**0.5 / (1 - beta2) ** 0.5")),
    ("correction upside down", (M_HAT, "m * (1 - beta1**t)"), (HAT, "v**0.5 * (1 - beta2**t) ** 0.5")),
    ("corrections exchanged", (M_HAT, "m / (1 - beta2**t)"), (HAT, "v**0.5 / (1 - beta1**t) ** 0.5")),
    ("corrected averages stored", (STATE, ", t, m_hat, root_v_hat**2")),
    ("corrected averages stored", (STATE, ", t, m_hat, v")),
    ("corrected averages stored", (STATE, ", t, m, root_v_hat**2")),
    ("1 − β missing in both averages", (M, "beta1 * m + g\n"), (V, "beta2 * v + g * g")),
    ("variance for mean square", (V, "beta2 * v + (1 - beta2) * (g - m) ** 2")),
    ("v from m for g²", (V, "beta2 * v + (1 - beta2) * m * m")),
    ("eps beside the uncorrected root", (HAT, "v**0.5"), (M_HAT, f"{M_HAT} * (1 - beta2**t) ** 0.5")),
    ("eps added to the quotient", ("(root_v_hat + eps)", "root_v_hat + eps")),
    ("eps added to the quotient", ("m_hat / (root_v_hat + eps)", "(m_hat / root_v_hat + eps)")),
    ("correction outside the root", (HAT, "v**0.5 / (1 - beta2**t)")),
]
# Whoever has eps inside the root often has the correction wrong as well.
INSIDE = ("eps inside the root", ("(root_v_hat + eps)", "(root_v_hat**2 + eps) ** 0.5"))
WITH_EPS = "no bias correction", "corrected averages stored", "correction of the first step for ever", "t one too high"
BOTH, BOTH_HINTS = at_once(HINTS, [row for row in ADAM if row[0] in WITH_EPS], [INSIDE])
HINTS |= BOTH_HINTS
ADAM += BOTH

MISTAKES = {
    rules.adam: _entry(rules.adam, *ADAM),
    rules.amsgrad: _entry(
        rules.amsgrad,
        *_corrected("s"),
        ("maximum missing", ("maximum(v, s)", "v")),
        (
            "maximum after the correction",
            ("s = maximum(v, s)", f"s = maximum({V_HAT}, s)"),
            ("s**0.5 / (1 - beta2**t) ** 0.5", "s**0.5"),
        ),
        ("sum for maximum", ("maximum(v, s)", "v + s")),
        ("maximum carried on as v", ("s = maximum(v, s)", "s = v = maximum(v, s)")),
        (
            "maximum carried on as v",
            ("s = maximum(v, s)", "s = v = maximum(v, old)"),
            ("    v = b", "    old = v\n    v = b"),
        ),
    ),
}

# --- weight decay -----------------------------------------------------------------------------------------------------

STEP = "return adam.unchecked(x, g, t, m, v, lr=lr, beta1=beta1, beta2=beta2, eps=eps)"
SHRINK = "x = x - lr * weight_decay * x"


def _within_adamw(name, *edits):
    """AdamW with a mistake in its step of Adam."""
    wrong = variant(rules.adam, *edits)
    wrong.unchecked = wrong
    return Mistake(name, variant(rules.adamw, adam=wrong), HINTS[name])


def _decay_inside_the_quotient(x, g, t=0, m=0, v=0, *, lr, beta1, beta2, eps, weight_decay):
    t = t + 1
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g * g
    root_v_hat = v**0.5 / (1 - beta2**t) ** 0.5
    return x - lr * (m / (1 - beta1**t) + weight_decay * x) / (root_v_hat + eps), t, m, v


_, DECAY = _entry(
    rules.adamw,
    ("L2 for decoupled decay", (SHRINK, "g = g + weight_decay * x")),
    ("decay not scaled by lr", (SHRINK, "x = x - weight_decay * x")),
    (
        "decay after instead of before",
        (SHRINK, ""),
        (STEP, STEP.replace("return", "x, *state =") + "\n    return x - lr * weight_decay * x, *state"),
    ),
    ("decay's sign", (SHRINK, "x = x + lr * weight_decay * x")),
    ("decay missing", (SHRINK, "")),
    ("decay inside the quotient", _decay_inside_the_quotient),
    ("decay twice", (SHRINK, f"g = g + weight_decay * x\n    {SHRINK}")),
    ("decay twice", (SHRINK, f"{SHRINK}\n    g = g + weight_decay * x")),
)
MISTAKES[rules.adamw] = RULE, DECAY + [_within_adamw(*row) for row in ADAM]

# --- a maximum, a look-ahead, a rectification -------------------------------------------------------------------------

U, LARGEST = "(1 - beta2) * abs(g)", "maximum(abs(g) + eps, beta2 * u)"
MU = "(beta1 * (1 - 0.5 * 0.96 ** (k * momentum_decay)) for k in (t, t + 1))"
NEXT, NOW = "mu_next / (1 - p * mu_next)", "(1 - mu) / (1 - p) * g"
RECTIFIED, CORRECTED = "(h / h_inf) ** 0.5", "(1 - beta2**t) ** 0.5 / (v"

MISTAKES |= {
    rules.adamax: _entry(
        rules.adamax,
        *FIRST,
        ("t starting at 0", ("t = t + 1", "t"), (", t, m, ", ", t + 1, m, ")),
        ("weights of old and new exchanged", (M, "(1 - beta1) * m + beta1 * g\n")),
        ("β₁ and β₂ exchanged", (M, "beta2 * m + (1 - beta2) * g\n"), ("beta2 * u", "beta1 * u")),
        ("no bias correction", (M_HAT, "m")),
        ("bias correction where none belongs", ("m_hat / u", "m_hat / (1 / (1 - beta2**t) * u)")),
        ("old average in the step", ("t = t + 1", "t, old = t + 1, m"), (M_HAT, "old / (1 - beta1**t)")),
        ("momentum missing", ("lr * m_hat", "lr * g")),
        ("maximum missing", (LARGEST, "abs(g) + eps")),
        ("maximum that never fades", ("beta2 * u)", "u)")),
        ("sum for maximum", (LARGEST, "abs(g) + eps + beta2 * u")),
        ("running average for maximum", (LARGEST, f"beta2 * u + {U} + eps")),
        ("running average for maximum", (LARGEST, f"beta2 * u + {U}")),
        ("running average for maximum", (LARGEST, f"beta2 * u + {U}"), ("m_hat / u", "m_hat / (u + eps)")),
        ("running average for maximum", (LARGEST, "beta2 * u + (1 - beta2) * (abs(g) + eps)")),
        ("running average for maximum", (LARGEST, "beta2 * u + abs(g)"), ("m_hat / u", "m_hat / (u + eps)")),
        ("absolute value missing", ("abs(g)", "g")),
        ("g² for |g|", ("abs(g)", "g**2")),
        ("eps missing", ("abs(g) + eps", "abs(g)")),
        ("eps outside the maximum", ("abs(g) + eps", "abs(g)"), ("m_hat / u", "m_hat / (u + eps)")),
        ("a scalar where a vector belongs", ("abs(g)", "abs(g).max()")),
        ("a scalar where a vector belongs", ("abs(g)", "(g**2).sum() ** 0.5")),
    ),
    rules.nadam: _entry(
        rules.nadam,
        *FIRST,
        *SECOND,
        ("no bias correction", (NEXT, "mu_next"), (NOW, "(1 - mu) * g"), (V_HAT, "v")),
        ("bias correction of one moment only", (NEXT, "mu_next"), (NOW, "(1 - mu) * g")),
        ("bias correction of one moment only", (V_HAT, "v")),
        ("Nesterov without look-ahead", (f"{NEXT} * m + {NOW}", M_HAT)),
        ("Nesterov without look-ahead", (f"{NEXT} * m + {NOW}", "1 / (1 - p) * m")),
        ("warm-up missing", (MU, "(beta1, beta1)")),
        ("momentum of this step for that of the next", ("(t, t + 1)", "(t, t)")),
        ("power for product", ("p = p * mu", "p = mu**t")),
        ("power for product", ("p = p * mu", "p = beta1**t")),
        ("gradient at the look-ahead missing", (f" + {NOW}", "")),
        ("momentum missing", ("lr * m_hat", "lr * g")),
        ("eps inside the root", ("(v_hat**0.5 + eps)", "(v_hat + eps) ** 0.5")),
        ("eps missing", ("(v_hat**0.5 + eps)", "v_hat**0.5")),
        ("root missing", ("v_hat**0.5", "v_hat")),
    ),
    rules.radam: _entry(
        rules.radam,
        *FIRST,
        *SECOND,
        ("no bias correction", (M_HAT, "m"), (CORRECTED, "1 / (v")),
        ("bias correction of one moment only", (M_HAT, "m")),
        ("bias correction of one moment only", (CORRECTED, "1 / (v")),
        ("old average in the step", ("t = t + 1", "t, old = t + 1, m"), (M_HAT, "old / (1 - beta1**t)")),
        ("momentum missing", ("* m_hat", "* g")),
        ("rectification missing", ("where(rho > 5, r * a, 1.0)", "a")),
        ("rectification's factor missing", ("r * a", "a")),
        ("rectification's root missing", (RECTIFIED, "h / h_inf")),
        ("no step before v is ready", ("r * a, 1.0", "r * a, 0.0")),
        ("the paper's threshold", ("maximum(rho, 5)", "maximum(rho, 4.000001)"), ("rho > 5", "rho > 4")),
        ("eps inside the root", ("(v**0.5 + eps)", "(v + eps) ** 0.5")),
        ("eps missing", ("(v**0.5 + eps)", "v**0.5")),
        ("root missing", ("(v**0.5", "(v")),
    ),
}

# --- a sign, a matrix -------------------------------------------------------------------------------------------------

C, LION = "c = beta1 * m + (1 - beta1) * g\n    ", "(sign(c) + weight_decay * x)"
M_LION = "m = beta2 * m + (1 - beta2) * g\n"
M_MUON, LOOK = "m = beta * m + (1 - beta) * g\n", "_newton_schulz(beta * m + (1 - beta) * g, eps)"
SHRUNK, FACTOR = "x - lr * weight_decay * x", "max(1, rows / columns) ** 0.5"
LENGTH = "maximum(norm(u, (-2, -1)), eps)"


def _orthogonal(u, eps):
    U, _, Vt = np.linalg.svd(u, full_matrices=False)
    return U @ Vt


MISTAKES |= {
    rules.lion: _entry(
        rules.lion,
        ("update's sign", ("x - lr", "x + lr")),
        ("update's sign", ("(sign(c)", "(-sign(c)")),
        ("lr missing", ("x - lr * ", "x - ")),
        ("sign missing", ("sign(c)", "c")),
        ("sign of the wrong average", ("sign(c)", "sign(m)")),
        ("sequential for simultaneous update", (C, ""), (M_LION, f"{M_LION}    {C.strip()}\n")),
        ("old average in the step", (C, "c = m\n    ")),
        ("β₁ in both averages", (M_LION, "m = beta1 * m + (1 - beta1) * g\n")),
        ("momentum missing", ("sign(c)", "sign(g)")),
        ("heavy ball for EWMA", (C, "c = beta1 * m + g\n    "), (M_LION, "m = beta2 * m + g\n")),
        ("heavy ball for EWMA", (C, "c = beta1 * m + g\n    ")),
        ("weights of old and new exchanged", (C, "c = (1 - beta1) * m + beta1 * g\n    ")),
        ("weights of old and new exchanged", (M_LION, "m = (1 - beta2) * m + beta2 * g\n")),
        ("a scalar where a vector belongs", ("sign(c)", "sign(c.sum())")),
        ("L2 for decoupled decay", (C, f"g = g + weight_decay * x\n    {C}"), (LION, "sign(c)")),
        ("decay inside the sign", (LION, "sign(c + weight_decay * x)")),
        ("decay not scaled by lr", (f"lr * {LION}", "lr * sign(c) - weight_decay * x")),
        ("decay after instead of before", (f"x - lr * {LION}", "(x - lr * sign(c)) * (1 - lr * weight_decay)")),
        ("decay's sign", ("+ weight_decay * x", "- weight_decay * x")),
        ("decay missing", (" + weight_decay * x", "")),
    ),
    rules.muon: entry(
        HINTS,
        rules.muon,
        ("update's sign", ("- lr * scale", "+ lr * scale")),
        ("lr missing", ("- lr * scale", "- scale")),
        ("orthogonalisation missing", (LOOK, "beta * m + (1 - beta) * g")),
        ("orthogonalisation missing", (LOOK, "m")),
        ("one iteration for five", (LOOK, f"once{LOOK}")),
        ("exact orthogonalisation", (LOOK, f"exactly{LOOK}")),
        ("Nesterov without look-ahead", (LOOK, "_newton_schulz(m, eps)")),
        ("momentum missing", (LOOK, "_newton_schulz(g, eps)")),
        ("heavy ball for EWMA", (M_MUON, "m = beta * m + g\n")),
        ("heavy ball for EWMA", (M_MUON, "m = beta * m + g\n"), (LOOK, "_newton_schulz(beta * m + g, eps)")),
        ("weights of old and new exchanged", (M_MUON, "m = (1 - beta) * m + beta * g\n")),
        ("factor of the shape missing", ("scale * ", "")),
        ("rows and columns exchanged", ("rows / columns", "columns / rows")),
        ("root of the factor missing", (FACTOR, "max(1, rows / columns)")),
        ("eps missing", (LOOK, LOOK.replace("eps", "0"))),
        ("eps added to the length", (LOOK, f"added{LOOK}")),
        ("L2 for decoupled decay", (M_MUON, f"g = g + weight_decay * x\n    {M_MUON}"), (SHRUNK, "x")),
        ("decay not scaled by lr", (SHRUNK, "x - weight_decay * x")),
        (
            "decay after instead of before",
            (f"{SHRUNK} - lr * scale * o", "(x - lr * scale * o) * (1 - lr * weight_decay)"),
        ),
        ("decay's sign", (SHRUNK, "x + lr * weight_decay * x")),
        ("decay missing", (SHRUNK, "x")),
        once_newton_schulz=variant(rules._newton_schulz, ("range(5)", "range(1)")),
        exactly_newton_schulz=_orthogonal,
        added_newton_schulz=variant(
            rules._newton_schulz, (LENGTH, LENGTH.replace("maximum", "").replace(", eps", " + eps"))
        ),
    ),
}
