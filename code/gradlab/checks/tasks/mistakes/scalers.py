"""Mistakes that people make when they scale data.

Each row has the name of a mistake, and edits of the reference: its text, and the wrong text (see `variants`).
"""

from gradlab.checks.mistakes.normalisers import HINTS as LAYER_HINTS
from gradlab.checks.questions.normalisers import SCALED
from gradlab.checks.tasks import scalers
from gradlab.checks.variants import mistakes

#: name -> hint
HINTS = LAYER_HINTS | {
    "statistics from the test data": "Scale one example alone, then among others: may the results differ?",
    "statistics of both sets": "What may be known of the test set in training?",
    "the training set scaled": "Which of the two data sets was to be scaled?",
    "one mean for all columns": "How many means are there?",
    "smallest and largest for mean and sd": "What are the mean and the standard deviation of the training set, scaled?",
}

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
    )
}
