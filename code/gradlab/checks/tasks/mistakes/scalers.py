"""Mistakes that people make when they scale data.

Each row has the name of a mistake, and edits of the reference: its text, and the wrong text (see `variants`).
"""

from gradlab.checks.mistakes.normalisers import HINTS as LAYER_HINTS
from gradlab.checks.questions.normalisers import RANGED, SCALED
from gradlab.checks.tasks import scalers
from gradlab.checks.variants import mistakes

#: name -> hint
HINTS = LAYER_HINTS | {
    "statistics from the test data": "Scale one example alone, then among others: may the results differ?",
    "statistics of both sets": "What may be known of the test set in training?",
    "the training set scaled": "Which of the two data sets was to be scaled?",
    "one mean for all columns": "How many means are there?",
    "smallest and largest for mean and sd": "What are the mean and the standard deviation of the training set, scaled?",
    "mean and sd for smallest and largest": "What are the least and the largest entry of the training set, scaled?",
    "mean for the middle": "What are the least and the largest entry of the training set, scaled?",
    "one range for all columns": "How many ranges are there?",
    "always to [0, 1]": "What becomes of the least entry of the training set, and what of the largest?",
    "low missing": "What becomes of the least entry of the training set?",
    "high for the width": "What becomes of the largest entry of the training set?",
    "low and high exchanged": "What becomes of the least entry of the training set, and what of the largest?",
    "divided by the largest": "What becomes of the least entry of the training set?",
    "the least not subtracted": "What becomes of the least entry of the training set?",
    "a constant column divided by 0": "What is divided by where all entries of a column are equal?",
    "a constant column divided by nearly 0": "What becomes of a new entry that is 1 above a constant column?",
    "a constant column set to low": "What becomes of a new entry that is 1 above a constant column?",
    "a constant column left as it is": "What becomes of the training set's own entries where all are equal?",
    "clipped to the range": "A new entry is beyond all that was seen in training: may the model see that?",
}

# --- to a range -------------------------------------------------------------------------------------------------------

_ENDS, _WIDTH = "X_train.min(0), X_train.max(0)", "np.where(most > least, most - least, 1)"
_OUT, _SHARE = "low + (high - low) * (X - least) / width", "(X - least) / width"
_CONSTANT = "most > least"


def _ends(least, most):
    """An edit: other ends of the columns."""
    return _ENDS, f"{least}, {most}"


# Each of these has two forms: with the constant column as asked, and with a division by 0 besides.
ENDS = [
    ("statistics from the test data", _ends("X.min(0)", "X.max(0)")),
    ("statistics of both sets", _ends("np.minimum(X.min(0), X_train.min(0))", "np.maximum(X.max(0), X_train.max(0))")),
    ("the training set scaled", ("(X - least)", "(X_train - least)")),
    ("wrong axis", _ends("X_train.min(1)", "X_train.max(1)")),
    ("wrong axis", _ends("X_train.min(1, keepdims=True)", "X_train.max(1, keepdims=True)")),
    ("wrong axis", _ends("X.min(1, keepdims=True)", "X.max(1, keepdims=True)")),
    ("one range for all columns", _ends("X_train.min()", "X_train.max()")),
    ("mean and sd for smallest and largest", _ends("X_train.mean(0)", "X_train.mean(0) + X_train.std(0)")),
    ("mean for the middle", (_OUT, "(low + high) / 2 + (high - low) * (X - X_train.mean(0)) / width")),
    ("always to [0, 1]", (_OUT, _SHARE)),
    ("low missing", (_OUT, f"(high - low) * {_SHARE}")),
    ("high for the width", (_OUT, f"low + high * {_SHARE}")),
    ("low and high exchanged", (_OUT, f"high + (low - high) * {_SHARE}")),
    ("the least not subtracted", ("(X - least)", "X")),
]
RANGES = [
    *ENDS,
    *((name, *edits, (_WIDTH, "most - least")) for name, *edits in ENDS),
    ("divided by the largest", (_OUT, "low + (high - low) * X / np.where(most == 0, 1, most)")),
    ("divided by the largest", (_OUT, "low + (high - low) * (X - least) / np.where(most == 0, 1, most)")),
    ("divided by the largest", (_OUT, "low + (high - low) * X / most")),
    ("divided by the largest", (_OUT, "low + (high - low) * (X - least) / most")),
    ("a constant column divided by 0", (_WIDTH, "most - least")),
    *(
        ("a constant column divided by nearly 0", (_WIDTH, f"most - least + {eps}"))
        for eps in (1e-6, 1e-8, 1e-9, 1e-10, 1e-12)
    ),
    ("a constant column set to low", (_SHARE, f"np.where({_CONSTANT}, {_SHARE}, 0)")),
    ("a constant column left as it is", (_OUT, f"np.where({_CONSTANT}, {_OUT}, X)")),
    ("clipped to the range", (_OUT, f"np.clip({_OUT}, low, high)")),
    ("clipped to the range", (_OUT, f"np.clip({_OUT.replace('width', '(most - least)')}, low, high)")),
]

MISTAKES = {
    scalers.standardised: (
        SCALED,
        mistakes(
            HINTS,
            scalers.standardised,
            ("statistics from the test data", ("X_train.mean(0), X_train.std(0)", "X.mean(0), X.std(0)")),
            ("statistics from the test data", ("X_train.mean(0)", "X.mean(0)")),
            ("statistics from the test data", ("X_train.std(0)", "X.std(0)")),
            ("statistics of both sets", ("mean, sd", "X_train = np.concatenate([X_train, X])\n    mean, sd")),
            ("the training set scaled", ("(X - mean)", "(X_train - mean)")),
            ("wrong axis", ("X_train.mean(0), X_train.std(0)", "X_train.mean(1), X_train.std(1)")),
            (
                "wrong axis",
                ("X_train.mean(0), X_train.std(0)", "X_train.mean(1, keepdims=True), X_train.std(1, keepdims=True)"),
            ),
            ("wrong axis", ("X_train.mean(0), X_train.std(0)", "X.mean(1, keepdims=True), X.std(1, keepdims=True)")),
            ("one mean for all columns", ("X_train.mean(0), X_train.std(0)", "X_train.mean(), X_train.std()")),
            ("one mean for all columns", ("X_train.mean(0)", "X_train.mean()")),
            ("sample for population variance", ("std(0)", "std(0, ddof=1)")),
            ("variance for sd", ("std(0)", "var(0)")),
            ("not centred", ("(X - mean)", "X")),
            ("not scaled", ("(X - mean) / sd", "X - mean")),
            (
                "smallest and largest for mean and sd",
                ("X_train.mean(0), X_train.std(0)", "X_train.min(0), np.ptp(X_train, 0)"),
            ),
        ),
    ),
    scalers.ranged: (RANGED, mistakes(HINTS, scalers.ranged, *RANGES)),
}
