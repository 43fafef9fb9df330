"""Mistakes that people make when they choose features by their labels.

Each row has the name of a mistake, and edits of the reference: its text, and the wrong text (see `variants`).
"""

from gradlab.checks.questions.leaks import PREDICTED
from gradlab.checks.tasks import leaks
from gradlab.checks.variants import mistakes

#: name -> hint
HINTS = {
    "chosen on all cases": "Which labels does the choice of the features see?",
    "weighted by all cases": "Which labels do the weights see?",
    "chosen and weighted by all cases": "Which labels are seen before the prediction is made?",
    "chosen on the test cases": "Which labels does the choice of the features see?",
    "chosen and weighted by the test cases": "Which labels are seen before the prediction is made?",
    "only positive agreement": "A feature is high where the label is low: does it tell anything?",
    "only negative agreement": "A feature is high where the label is high: does it tell anything?",
    "the worst features": "Which features go best with the labels: those far from 0, or those near it?",
    "all features kept": "How many features were to be kept?",
    "the first features": "What is sorted: all features, or a few of them?",
    "ranks for places": "What comes out of argsort: places, or the rank of each feature?",
    "scores for labels": "Which two values may a label have?",
    "0 for −1": "Which two values may a label have?",
    "the other class": "A feature is high where the label is 1: which label has a case where it is high?",
    "the training cases predicted": "Whose labels were asked for?",
    "all cases predicted": "Whose labels were asked for?",
    "signs for weights": "Does a feature that goes better with the labels count more?",
    "weights missing": "A feature is high where the label is low: which way does it count?",
    "labels ignored": "What do the labels say of a feature?",
    "features standardised": "Was the agreement asked for with the features as they are, or scaled?",
    "a share for the labels": "Was it asked how many are right, or which label each has?",
}

_AGREE, _BEST = "agreement = y[train] @ X[train]", "np.argsort(-abs(agreement))[:k]"
_WEIGHTS, _OUT = "agreement[best]", "np.sign(X[test][:, best] @ agreement[best])"
_MEAN, _SD = "X[train].mean(0)", "X[train].std(0)"
_DIVIDED, _CENTRED = f"agreement = y[train] @ X[train] / {_SD}", f"X = X - {_MEAN}\n    {_AGREE}"
_STANDARD = [f"X = (X - {_MEAN}) / ({_SD} + {eps})\n    {_AGREE}" for eps in (0, 1e-12, 1e-8)]
_CORRELATED = f"agreement = (y[train] - y[train].mean()) @ X[train] / {_SD}"


def _chosen(rows):
    """An edit: the features are chosen on some rows."""
    return _BEST, f"np.argsort(-abs(y{rows} @ X{rows}))[:k]"


TABLE = [
    ("chosen on all cases", _chosen("")),
    ("weighted by all cases", (_WEIGHTS, "(y @ X)[best]")),
    ("chosen and weighted by all cases", (_AGREE, "agreement = y @ X")),
    ("chosen on the test cases", _chosen("[test]")),
    ("chosen and weighted by the test cases", (_AGREE, "agreement = y[test] @ X[test]")),
    ("only positive agreement", (_BEST, "np.argsort(-agreement)[:k]")),
    ("only positive agreement", (_BEST, "np.argsort(agreement)[-k:]")),
    ("the worst features", (_BEST, "np.argsort(abs(agreement))[:k]")),
    ("the worst features", (_BEST, "np.argsort(-abs(agreement))[-k:]")),
    ("only negative agreement", (_BEST, "np.argsort(agreement)[:k]")),
    ("all features kept", (_BEST, "np.arange(X.shape[1])")),
    ("the first features", (_BEST, "np.argsort(-abs(agreement)[:k])")),
    ("ranks for places", (_BEST, "np.argsort(np.argsort(-abs(agreement)))[:k]")),
    ("scores for labels", (_OUT, "X[test][:, best] @ agreement[best]")),
    ("scores for labels", (_OUT, "X[test][:, best] @ agreement[best] / len(train)")),
    ("0 for −1", (_OUT, "(X[test][:, best] @ agreement[best] > 0).astype(int)")),
    ("the other class", (_OUT, f"-{_OUT}")),
    ("the training cases predicted", ("X[test][:, best]", "X[train][:, best]")),
    ("all cases predicted", ("X[test][:, best]", "X[:, best]")),
    ("signs for weights", (_WEIGHTS, "np.sign(agreement[best])")),
    ("weights missing", (_OUT, "np.sign(X[test][:, best].sum(1))")),
    ("weights missing", (_OUT, "np.sign(X[test][:, best] @ abs(agreement[best]))")),
    ("labels ignored", (_AGREE, "agreement = X[train].sum(0)")),
    *(
        ("features standardised", (_AGREE, row), (_BEST, best))
        for row in (_DIVIDED, _CORRELATED, _CENTRED, *_STANDARD)
        for best in (_BEST, "np.argsort(abs(agreement))[::-1][:k]")  # of two training cases, many go equally well
    ),
    ("a share for the labels", (_OUT, f"({_OUT} == y[test]).mean()")),
]

MISTAKES = {leaks.predicted: (PREDICTED, mistakes(HINTS, leaks.predicted, *TABLE))}
