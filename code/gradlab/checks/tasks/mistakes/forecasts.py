"""Mistakes that people make in chapter 1's project.

Each row has the name of a mistake, and edits of the reference: its text, and the wrong text (see `variants`).
"""

from gradlab.checks.questions.forecasts import FORECAST, PREPARED, TABLE
from gradlab.checks.tasks import forecasts
from gradlab.checks.variants import mistakes

#: name -> hint
HINTS = {
    "scaled also subtracts the mean": "What is the mean of a column that was scaled, and nothing else?",
    "the mean stays": "Print the columns' means for each of the four words: for which should they be 0?",
    "the spread stays": "Print the columns' spreads for each of the four words: for which should they be 1?",
    "sample for population": "Is it n or n − 1 that is divided by, here?",
    "variance for standard deviation": "Multiply X by 10: is the scaled column as it was?",
    "both does nothing": "Which two preparations does the word both ask for?",
    "rows for columns": "Which numbers have one mean together: a column of X, or a row?",
    "the ones prepared too": "What is the spread of a column of ones, and what is left of it without its mean?",
    "scaled, then the old mean subtracted": "Once the columns are scaled, is their mean still what it was?",
    "range for standard deviation": "How far is the largest number from the mean, in what you divide by?",
    "one mean for all columns": "How many means are there?",
    "ones in front": "Where should the column of ones stand?",
    "ones missing": "How many columns come back?",
    "number of columns for examples": "What is n, when X has the shape (n, d)?",
    "not divided by n": "Write all examples down twice: should the bowl change?",
    "factor 2": "The loss divides by 2n. What becomes of the 2 when you differentiate twice?",
    "half": "The loss divides by 2n. What becomes of the 2 when you differentiate twice?",
    "examples for columns": "How many weights are there, and how many rows has your matrix?",
    "centred first": "Is anything subtracted from X in the loss?",
    "diagonal alone": "Do two columns that are nearly alike make a narrow valley?",
    "not rounded up": "Can half a step be taken?",
    "rounded to the nearest": "Is the distance small enough after that many steps, or nearly?",
    "loss for distance": "Is it the loss that is divided by factor, or the distance?",
    "square of the distance": "Is it the distance that is divided by factor, or its square?",
    "approximation without its half": "For a large κ, by which share does κ + 1 exceed κ − 1: is it 1/κ, or 2/κ?",
    "loss for distance, and approximation for large κ": "Is it the loss that is divided by factor, or the distance?",
    "rounded down": "Is the distance small enough after that many steps, or nearly?",
    "a step too many": "How large is the distance after one step fewer?",
    "condition number of X for that of H": "Stretch one column by 10: by how much does its curvature grow?",
    "largest rate for the best": "At the best rate, what are the factors of the flattest and the steepest direction?",
    "1 / λmax for the best rate": "At the best rate, what are the factors of the flattest and the steepest direction?",
    "approximation for large κ": "How good is your approximation when κ is 4?",
    "logarithm to base 10": "Are both logarithms of the same kind?",
}

_MEAN, _SD = "X.mean(0)", "X.std(0)"
_CENTRE, _SCALE = (
    'if how in ("centred", "both"):\n        X = X - mean',
    'if how in ("scaled", "both"):\n        X = X / sd',
)
_ONES = "np.column_stack([X, np.ones(len(X))])"
_ROW_MEAN, _ROW_SD = "X.mean(1, keepdims=True)", "X.std(1, keepdims=True)"
#: the statistics where the column of ones is among the columns already; the last two spare its spread, which is 0
_OF_ONES = (
    f"mean, sd = {_MEAN}, {_SD}",
    f"mean, sd = {_MEAN}, np.append({_SD}[:-1], 1)",
    f"mean, sd = {_MEAN} * np.append(np.ones(X.shape[1] - 1), 0), {_SD}",
)
_STEPS = "np.log(factor) / np.log((ratio + 1) / (ratio - 1))"
_WHOLE = f"max(1, int(np.ceil({_STEPS})))"

MISTAKES = {
    forecasts.prepare: (
        PREPARED,
        mistakes(
            HINTS,
            forecasts.prepare,
            ("scaled also subtracts the mean", (_SCALE, _SCALE.replace("X / sd", "(X - X.mean(0)) / sd"))),
            ("the mean stays", (_CENTRE, "")),
            ("the mean stays", (_CENTRE, _CENTRE.replace(', "both"', ""))),
            ("the mean stays", (_CENTRE, _CENTRE.replace('"centred", ', ""))),
            ("the spread stays", (_SCALE, "")),
            ("the spread stays", (_SCALE, _SCALE.replace(', "both"', ""))),
            ("the spread stays", (_SCALE, _SCALE.replace('"scaled", ', ""))),
            ("both does nothing", (_CENTRE, _CENTRE.replace(', "both"', "")), (_SCALE, _SCALE.replace(', "both"', ""))),
            *(
                ("rows for columns", *edits)
                for edits in (
                    ((f"{_MEAN}, {_SD}", f"{_ROW_MEAN}, {_ROW_SD}"),),
                    ((_SD, _ROW_SD),),
                    ((_SCALE, _SCALE.replace("sd", _ROW_SD)),),
                    ((_MEAN, _ROW_MEAN),),
                )
            ),
            *(
                (
                    "the ones prepared too",
                    (f"mean, sd = {_MEAN}, {_SD}", f"X = {_ONES}\n    {stats}"),
                    (f"return {_ONES}", "return X"),
                )
                for stats in _OF_ONES
            ),
            ("scaled, then the old mean subtracted", (_CENTRE, ""), (_SCALE, f"{_SCALE}\n    {_CENTRE}")),
            ("sample for population", (_SD, "X.std(0, ddof=1)")),
            ("variance for standard deviation", (_SD, "X.var(0)")),
            ("range for standard deviation", (_SD, "np.ptp(X, 0)")),
            ("one mean for all columns", (_MEAN, "X.mean()")),
            ("one mean for all columns", (f"{_MEAN}, {_SD}", "X.mean(), X.std()")),
            ("ones in front", (_ONES, "np.column_stack([np.ones(len(X)), X])")),
            ("ones missing", (_ONES, "X")),
        ),
    ),
    forecasts.hessian: (
        TABLE,
        mistakes(
            HINTS,
            forecasts.hessian,
            ("number of columns for examples", ("len(X)", "X.shape[1]")),
            ("number of columns for examples", ("len(X)", "X.size")),
            ("not divided by n", ("/ len(X)", "")),
            ("factor 2", ("X.T @ X", "2 * X.T @ X")),
            ("half", ("/ len(X)", "/ (2 * len(X))")),
            ("sample for population", ("/ len(X)", "/ (len(X) - 1)")),
            ("examples for columns", ("X.T @ X", "X @ X.T")),
            ("centred first", ("return X.T", "X = X - X.mean(0)\n    return X.T")),
            ("diagonal alone", ("X.T @ X / len(X)", "np.diag((X**2).mean(0))")),
        ),
    ),
    forecasts.predict_steps: (
        FORECAST,
        mistakes(
            HINTS,
            forecasts.predict_steps,
            ("not rounded up", (_WHOLE, _STEPS)),
            ("rounded to the nearest", ("np.ceil(", "np.round(")),
            ("loss for distance", (_STEPS, f"{_STEPS} / 2")),
            ("square of the distance", (_STEPS, f"{_STEPS} * 2")),
            *(
                ("approximation without its half", ("np.log((ratio + 1) / (ratio - 1))", f"(1 / {near})"))
                for near in ("ratio", "(ratio + 1)")
            ),
            ("loss for distance, and approximation for large κ", ("np.log((ratio + 1) / (ratio - 1))", "(4 / ratio)")),
            ("rounded down", ("np.ceil(", "np.floor(")),
            ("a step too many", (_WHOLE, f"1 + {_WHOLE}")),
            ("condition number of X for that of H", ("lam[-1] / lam[0]", "(lam[-1] / lam[0]) ** 0.5")),
            ("largest rate for the best", ("(ratio + 1) / (ratio - 1)", "1 / abs(1 - 2 / ratio)")),
            ("1 / λmax for the best rate", ("(ratio + 1) / (ratio - 1)", "ratio / (ratio - 1)")),
            ("approximation for large κ", ("np.log((ratio + 1) / (ratio - 1))", "(2 / ratio)")),
            ("approximation for large κ", ("np.log((ratio + 1) / (ratio - 1))", "(2 / (ratio + 1))")),
            ("logarithm to base 10", ("np.log(factor)", "np.log10(factor)")),
        ),
    ),
}
