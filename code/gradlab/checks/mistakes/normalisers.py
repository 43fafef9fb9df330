"""Mistakes that people make in normalisers.

Each row has the name of a mistake, and edits of the reference: its text, and the wrong text (see `variants`).
"""

from gradlab import normalisers
from gradlab.checks.questions.normalisers import BACKWARD, FORWARD, RUNNING, TRAINING
from gradlab.checks.variants import at_once, mistakes, variant

#: name -> hint
HINTS = {
    "wrong axis": "Which numbers have one mean together: a column, or a row?",
    "axis lost": "What is the shape of your mean, and along which axis is it laid beside x?",
    "one mean for all numbers": "How many means are there?",
    "sample for population variance": "Is it n or n − 1 that is divided by, here?",
    "population for sample variance": "Is it n or n − 1 that is divided by, here?",
    "variance for sd": "Measure the data in millimetres, no longer in metres: should the result change?",
    "sd for variance": "Is the spread that you were given a variance, or the root of one?",
    "root missing": "Measure the data in millimetres, no longer in metres: should the result change?",
    "1 / n missing": "Write all the numbers that share a mean down twice: should the slope by one of them change?",
    "divided by σ²": "How often is x̂ divided by σ, and how often is its derivative by x?",
    "not divided by σ": "How often is x̂ divided by σ, and how often is its derivative by x?",
    "standard deviation for the root mean square": "Add 1 to all of x: should what is divided by stay what it was?",
    "not scaled": "Measure the data in millimetres, no longer in metres: should the result change?",
    "not centred": "Add 1 to all of the data, and so to their mean: is the result what it was before?",
    "mean subtracted": "Add 1 to all of x: should the result be what it was before?",
    "sum for mean": "Write all the numbers that share their statistics down twice: should those change?",
    "eps outside the root": "Where all numbers are equal: is it eps that is divided by, or its root?",
    "eps missing": "What is divided by where all numbers are equal?",
    "γ and β exchanged": "Which of them multiplies, and which is added? What do they start with?",
    "γ missing": "Double γ: what should change?",
    "β missing": "Add 1 to β: what should change?",
    "β's sign": "Add 1 to β: should y grow?",
    "evaluation with batch statistics": "May the result for one example depend on who else is in the batch?",
    "mean and variance exchanged": "Which of the two says where the numbers are, and which how far they spread?",
    "weights of old and new exchanged": "Let momentum be nearly 0: should one batch change much or little?",
    "sum for running average": "Give it the same batch for ever: where should the statistics go?",
    "the past forgotten": "After two batches, does the first still count?",
    "detached mean": "Move one number of x: does μ move with it?",
    "detached variance": "Move one number of x: does σ move with it?",
    "detached mean and variance": "Add 1 to all of x: what becomes of y? So what must the sum of dx be?",
    "sign of the correction": "Add 1 to all of x: what becomes of y? So what must the sum of dx be?",
    "γ pulled out of the means": "Is γ the same for all the numbers that share a mean?",
    "γ in dγ and dβ": "In y = γ x̂ + β, what is the derivative by γ?",
    "mean for sum in dγ and dβ": "One γ serves all examples: what becomes of their shares?",
    "no sum in dγ and dβ": "How many γ are there, and how many numbers has your dγ?",
    "dγ and dβ over the wrong axis": "How many γ are there, and how many numbers has your dγ?",
    "dγ and dβ exchanged": "In y = γ x̂ + β, what is the derivative by γ, and what that by β?",
    "x̂ missing in dγ": "In y = γ x̂ + β, what is the derivative by γ?",
    "x − μ for x̂ in dγ": "In y = γ x̂ + β, what is the derivative by γ?",
    "number of groups for their size": "How many features has a group?",
    "interleaved groups": "Are the features of a group neighbours?",
    "groups ignored": "How many means has one example?",
}

# --- forward ----------------------------------------------------------------------------------------------------------

SUM = "(centred**2).sum(axis, keepdims=True)"
SQUARES = SUM.replace("sum", "mean")
SD, OUT = f"({SQUARES} + eps) ** 0.5", "gamma * x_hat + beta"

X_HAT = [
    ("sample for population variance", (SQUARES, f"{SUM} / (x.shape[axis] - 1)")),
    ("sum for mean", (SQUARES, SUM)),
    ("eps outside the root", (SD, f"{SQUARES} ** 0.5 + eps")),
    ("eps missing", (" + eps", "")),
    ("variance for sd", (" ** 0.5", "")),
    ("variance for sd", (SD, SQUARES)),
    ("not scaled", ("centred / sd", "centred")),
    ("not centred", ("centred = x - x.mean(axis, keepdims=True)", "centred = x")),
    ("not centred", ("centred / sd", "x / sd")),
    ("one mean for all numbers", ("centred = x", "axis = None\n    centred = x")),
]
AFFINE = [
    ("γ and β exchanged", (OUT, "beta * x_hat + gamma")),
    ("γ missing", (OUT, "x_hat + beta")),
    ("β missing", (OUT, "gamma * x_hat")),
    ("β's sign", (OUT, "gamma * x_hat - beta")),
]


def _layer(layer, *table, question=FORWARD):
    """The question to a layer that normalises its x by `_normalise`, and its mistakes."""
    wrong = [(name, variant(layer, _normalise=variant(normalisers._normalise, *edits))) for name, *edits in X_HAT]
    return question, mistakes(HINTS, layer, *table, *AFFINE, *wrong)


def _axis_lost(x, gamma, beta, *, eps):
    """Layer norm that subtracts the means of the rows as if they were the means of the columns."""
    return gamma * (x - x.mean(1)) / (x.var(1) + eps) ** 0.5 + beta


SPLIT, BATCH = "_split(x, groups)", "x.{}(EXAMPLES, keepdims=True)"
MEAN, VAR, SAMPLE = BATCH.format("mean"), BATCH.format("var"), f"{BATCH.format('var')} * len(x) / np.array(len(x) - 1)"
SQUARE = "(x**2).mean(FEATURES, keepdims=True)"

MISTAKES = {
    normalisers.batch_norm: _layer(
        normalisers.batch_norm, ("wrong axis", ("EXAMPLES", "FEATURES")), ("wrong axis", _axis_lost), question=TRAINING
    ),
    normalisers.layer_norm: _layer(
        normalisers.layer_norm, ("wrong axis", ("FEATURES", "EXAMPLES")), ("axis lost", _axis_lost)
    ),
    normalisers.group_norm: _layer(
        normalisers.group_norm,
        ("wrong axis", (f"{SPLIT}, FEATURES", f"{SPLIT}, (0, 2)")),
        ("wrong axis", (f"{SPLIT}, FEATURES", "x, EXAMPLES")),
        ("number of groups for their size", (SPLIT, "_split(x, x.shape[-1] // groups)")),
        ("interleaved groups", (f"{SPLIT}, FEATURES", "x.reshape(len(x), -1, groups), 1")),
        ("groups ignored", (SPLIT, "x")),
    ),
    normalisers.batch_norm_eval: (
        FORWARD,
        mistakes(
            HINTS,
            normalisers.batch_norm_eval,
            ("evaluation with batch statistics", ("sd = (", f"mean, var = {MEAN}, {VAR}\n    sd = (")),
            ("evaluation with batch statistics", ("sd = (", f"mean, var = {MEAN}, {SAMPLE}\n    sd = (")),
            ("evaluation with batch statistics", ("- mean", f"- {MEAN}")),
            ("evaluation with batch statistics", ("(var + eps)", f"({VAR} + eps)")),
            ("mean and variance exchanged", ("(var + eps)", "(mean + eps)"), ("- mean", "- var")),
            ("eps outside the root", ("(var + eps) ** 0.5", "var**0.5 + eps")),
            ("eps missing", ("(var + eps)", "var")),
            ("variance for sd", (" ** 0.5", "")),
            ("variance for sd", ("(var + eps) ** 0.5", "var")),
            ("not scaled", ("(x - mean) / sd", "x - mean")),
            ("not centred", ("(x - mean)", "x")),
            *AFFINE,
        ),
    ),
    normalisers.rms_norm: (
        FORWARD,
        mistakes(
            HINTS,
            normalisers.rms_norm,
            ("mean subtracted", ("rms = (", "x = x - x.mean(FEATURES, keepdims=True)\n    rms = (")),
            ("mean subtracted", ("x / rms", "(x - x.mean(FEATURES, keepdims=True)) / rms")),
            ("standard deviation for the root mean square", (SQUARE, "x.var(FEATURES, keepdims=True)")),
            ("wrong axis", ("FEATURES", "EXAMPLES")),
            ("axis lost", (SQUARE, "(x**2).mean(FEATURES)")),
            ("one mean for all numbers", ("FEATURES", "None")),
            ("sum for mean", (".mean(", ".sum(")),
            ("eps outside the root", (f"({SQUARE} + eps) ** 0.5", f"{SQUARE} ** 0.5 + eps")),
            ("eps missing", (" + eps", "")),
            ("root missing", (" ** 0.5", "")),
            ("not scaled", ("x / rms", "x")),
            ("γ missing", ("gamma * x_hat", "x_hat")),
        ),
    ),
}

# --- statistics -------------------------------------------------------------------------------------------------------

MU, UNBIASED = "x.mean(EXAMPLES, keepdims=True)", "((x - mu) ** 2).sum(EXAMPLES, keepdims=True) / (n - 1)"
OLD_MEAN, OLD_VAR = "(1 - momentum) * mean + momentum * mu", "(1 - momentum) * var + momentum * unbiased"

POPULATION = ("population for sample variance", ("/ (n - 1)", "/ n"))
WEIGHTS = [
    (
        "weights of old and new exchanged",
        (OLD_MEAN, "momentum * mean + (1 - momentum) * mu"),
        (OLD_VAR, "momentum * var + (1 - momentum) * unbiased"),
    ),
    ("sum for running average", (OLD_MEAN, "mean + momentum * mu"), (OLD_VAR, "var + momentum * unbiased")),
    ("the past forgotten", (OLD_MEAN, "mu"), (OLD_VAR, "unbiased")),
]
BOTH, HINTS_ON_BOTH = at_once(HINTS, WEIGHTS, [POPULATION])
HINTS |= HINTS_ON_BOTH

MISTAKES |= {
    normalisers.running_statistics: (
        RUNNING,
        mistakes(
            HINTS,
            normalisers.running_statistics,
            POPULATION,
            *WEIGHTS,
            *BOTH,
            ("sd for variance", ("/ (n - 1)", "/ (n - 1)\n    unbiased = unbiased**0.5")),
            ("mean and variance exchanged", (f"{OLD_MEAN}, {OLD_VAR}", f"{OLD_VAR}, {OLD_MEAN}")),
            ("wrong axis", (MU, "x.mean(1)"), (UNBIASED, "x.var(1, ddof=1)")),
            ("wrong axis", (MU, "x.mean(1, keepdims=True)"), (UNBIASED, "x.var(1, ddof=1, keepdims=True)")),
            ("one mean for all numbers", (MU, "x.mean()"), (UNBIASED, "x.var(ddof=1)")),
        ),
    )
}

# --- backward ---------------------------------------------------------------------------------------------------------

MOVES, DGAMMA, DBETA = "dx_hat - moves_mean - moves_sd", "(dy * x_hat).sum(", "dy.sum("
KEPT = "EXAMPLES, keepdims=True)"

DX = [
    ("detached mean", (MOVES, "dx_hat - moves_sd")),
    ("detached variance", (MOVES, "dx_hat - moves_mean")),
    ("detached mean and variance", (MOVES, "dx_hat")),
    ("sign of the correction", (MOVES, "dx_hat + moves_mean + moves_sd")),
    ("sum for mean", ("dx_hat.mean(", "dx_hat.sum("), ("x_hat).mean(", "x_hat).sum(")),
    ("sum for mean", ("dx_hat.mean(", "dx_hat.sum(")),
    ("sum for mean", ("x_hat).mean(", "x_hat).sum(")),
    ("1 / n missing", (f"({MOVES})", f"dx_hat.shape[axis] * ({MOVES})")),
    ("divided by σ²", (" / sd", " / sd**2")),
    ("not divided by σ", (" / sd", "")),
]
SHARES = [
    ("mean for sum in dγ and dβ", (DGAMMA, "(dy * x_hat).mean("), (DBETA, "dy.mean(")),
    ("no sum in dγ and dβ", (f"{DGAMMA}{KEPT}", "dy * x_hat"), (f"{DBETA}{KEPT}", "dy")),
    ("dγ and dβ over the wrong axis", (f"{DGAMMA}{KEPT}", f"{DGAMMA}1)"), (f"{DBETA}{KEPT}", f"{DBETA}1)")),
    (
        "dγ and dβ over the wrong axis",
        (f"{DGAMMA}EXAMPLES", f"{DGAMMA}FEATURES"),
        (f"{DBETA}EXAMPLES", f"{DBETA}FEATURES"),
    ),
    ("x̂ missing in dγ", ("(dy * x_hat)", "dy")),
]


def _way_back(backward, axis, other, *table):
    """The mistakes of a backward pass through statistics along an axis."""
    wrong = [
        (name, variant(backward, **{part.__name__: variant(part, *edits)}))
        for part, table in ((normalisers._normalise_backward, DX), (normalisers._scale_and_shift, SHARES))
        for name, *edits in table
    ]
    return BACKWARD, mistakes(
        HINTS,
        backward,
        ("wrong axis", (axis, other)),
        ("γ missing", ("gamma * dy", "dy")),
        ("γ in dγ and dβ", ("_scale_and_shift(dy", "_scale_and_shift(gamma * dy")),
        ("x − μ for x̂ in dγ", ("_scale_and_shift(dy, x_hat)", "_scale_and_shift(dy, x_hat * sd)")),
        ("dγ and dβ exchanged", ("*_scale_and_shift(dy, x_hat)", "*_scale_and_shift(dy, x_hat)[::-1]")),
        *wrong,
        *table,
    )


MISTAKES |= {
    normalisers.batch_norm_backward: _way_back(normalisers.batch_norm_backward, "EXAMPLES", "FEATURES"),
    normalisers.layer_norm_backward: _way_back(
        normalisers.layer_norm_backward,
        "FEATURES",
        "EXAMPLES",
        ("γ pulled out of the means", ("_normalise_backward(gamma * dy", "gamma * _normalise_backward(dy")),
    ),
}
