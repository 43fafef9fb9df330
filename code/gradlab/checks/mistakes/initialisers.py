"""Mistakes that people make in initialisers.

Each row has the name of a mistake, and edits of the reference: its text, and the wrong text (see `variants`).
"""

import numpy as np

from gradlab import initialisers
from gradlab.checks.questions.initialisers import INITIALISER
from gradlab.checks.variants import mistakes, variant

#: name -> hint
HINTS = {
    "the same numbers for every layer": "Draw two layers with one rng. Who makes your random numbers, from which seed?",
    "rng not used": "Draw twice with rngs of the same seed. Where do your random numbers come from?",
    "axes exchanged": "A layer is X W: how many rows has W?",
    "fan_out for fan_in": "Each output is a sum of how many products? Which of the two sizes is that?",
    "fan_avg for fan_in": "Is it the way forward alone that counts, or a compromise with the way back?",
    "fan_in for fan_avg": "Is it the way forward alone that counts, or a compromise with the way back?",
    "fan_out for fan_avg": "Is it the way back alone that counts, or a compromise with the way forward?",
    "fan_in for fan_out": "Which of the two sizes keeps the variance on the way back?",
    "fan ignored": "Ask for each fan: do the weights differ?",
    "sum for mean of the fans": "With as many inputs as outputs, what should fan_avg be?",
    "sum of the fans for fan_in": "Should the number of outputs matter?",
    "number of weights for the fan": "Each output is a sum of how many products?",
    "fan missing": "Should a layer of 1000 inputs have weights as large as one of 10?",
    "gain missing": "Double the gain: should the weights double? And which gain belongs to ReLU?",
    "gain squared": "Double the gain: should the weights double, or be four times as large?",
    "root of the gain": "Double the gain: should the weights double?",
    "divided by the gain": "Double the gain: should the weights become larger or smaller?",
    "variance for sd": "Is it the variance or its root that the random numbers are multiplied by?",
    "sd for variance": "Is it the variance or its root that the random numbers are multiplied by?",
    "sd missing": "Double sd: should the weights double?",
    "sd as the mean": "What is the mean of your weights? In which order does the generator take its arguments?",
    "bound missing": "Double the bound: should the weights double?",
    "bound used as sd": "Of numbers spread evenly up to a bound, what is the standard deviation?",
    "sd used as bound": "Of numbers spread evenly up to a bound, what is the standard deviation?",
    "6 outside of the root": "Of numbers spread evenly up to your bound, what is the variance? Is it the one wanted?",
    "width for bound": "How far is it from the smallest weight to the largest, and how far from 0?",
    "normal for uniform": "Which is the largest weight that may occur?",
    "uniform for normal": "Draw a histogram: where are the most weights?",
    "He's factor": "Which share of the variance does the activation let through: all of it, or half?",
    "He's start for Xavier's": "Is it the way forward alone that counts, and is it ReLU that follows?",
    "root missing": "Of a layer four times as large, how much smaller should the weights be?",
    "root missing, and normal for uniform": "Of a layer four times as large, how much smaller should the weights be?",
    "truncated": "Draw a histogram: what should happen far from 0?",
    "only positive weights": "What should the mean of the weights be?",
    "Gaussian for orthogonal": "What is WᵀW?",
    "unit columns, not orthogonal": "What is WᵀW beside its diagonal?",
    "columns not of unit length": "What is WᵀW on its diagonal?",
    "fewer inputs than outputs forgotten": "Draw a layer of 2 inputs and 3 outputs, and look at its shape.",
    "positive numbers for normal ones": "Draw a hundred of them: which signs has the first column?",
    "signs not corrected": "Draw a hundred of them: which signs has the first weight? Is that uniform over rotations?",
}


def _entry(reference, *table):
    """The mistakes of one initialiser: rows of a name and edits, or of a name and another function."""
    everyone = [
        ("the same numbers for every layer", lambda shape, rng, **hyper: reference(shape, 0, **hyper)),
        ("rng not used", lambda shape, rng, **hyper: reference(shape, np.random.default_rng(), **hyper)),
        ("axes exchanged", lambda shape, rng, **hyper: reference(shape, rng, **hyper).T),
    ]
    return INITIALISER, mistakes(HINTS, reference, *everyone, *table)


# --- distributions ----------------------------------------------------------------------------------------------------

GAUSS, EVEN = "sd * rng.standard_normal(shape)", "bound * rng.uniform(-1, 1, shape)"
CLIPPED = "sd * np.clip(rng.standard_normal(shape), -2, 2)"


def _resampled(shape, rng, *, sd):
    """Gaussian weights; those beyond two standard deviations are drawn again."""
    W = rng.standard_normal(shape)
    while (far := abs(W) > 2).any():
        W[far] = rng.standard_normal(far.sum())
    return sd * W


def _resampled_to_sd(shape, rng, *, sd):
    return _resampled(shape, rng, sd=sd / 0.8796)  # truncation reduces the standard deviation by this factor


NORMAL = [
    ("sd as the mean", (GAUSS, "rng.normal(sd, 1, shape)")),
    ("truncated", (GAUSS, CLIPPED)),
    ("truncated", _resampled),
    ("truncated", _resampled_to_sd),
    ("only positive weights", (GAUSS, f"abs({GAUSS})")),
    ("uniform for normal", (GAUSS, "3**0.5 * sd * rng.uniform(-1, 1, shape)")),
    ("sd used as bound", (GAUSS, "sd * rng.uniform(-1, 1, shape)")),
    ("bound used as sd", (GAUSS, "3**0.5 * sd * rng.standard_normal(shape)")),
]
UNIFORM = [
    ("width for bound", (EVEN, f"{EVEN} / 2")),
    ("only positive weights", (EVEN, "bound * rng.uniform(0, 1, shape)")),
    ("normal for uniform", (EVEN, "3**-0.5 * bound * rng.standard_normal(shape)")),
    ("bound used as sd", (EVEN, "bound * rng.standard_normal(shape)")),
    ("sd used as bound", (EVEN, f"{EVEN} / 3**0.5")),
]

MISTAKES = {
    initialisers.normal: _entry(
        initialisers.normal,
        *NORMAL,
        ("variance for sd", (GAUSS, GAUSS.replace("sd", "sd**2"))),
        ("sd for variance", (GAUSS, GAUSS.replace("sd", "sd**0.5", 1))),
        ("sd missing", (GAUSS, GAUSS.removeprefix("sd * "))),
    ),
    initialisers.uniform: _entry(
        initialisers.uniform, *UNIFORM, ("bound missing", (EVEN, EVEN.removeprefix("bound * ")))
    ),
}

# --- scales -----------------------------------------------------------------------------------------------------------

SD, IN, OUT, MEAN = "gain / n**0.5", '"fan_in": fan_in', '"fan_out": fan_out', "(fan_in + fan_out) / 2"


def _within(init, scaling):
    """An initialiser that calls this one in place of `variance_scaling`."""
    return scaling if init is initialisers.variance_scaling else variant(init, variance_scaling=scaling)


def _scaled(init, table, distributions):
    """The mistakes of an initialiser that scales its variance: in the scaling, and in the distribution.

    init            the initialiser
    table           rows for `variance_scaling`
    distributions   pairs of a function that draws, and rows for it
    """
    scaling = initialisers.variance_scaling
    rows = [(name, variant(scaling, *edits)) for name, *edits in table]
    for draw, wrong in distributions:
        for name, edit in wrong:
            drawn = edit if callable(edit) else variant(draw, edit)
            rows.append((name, variant(scaling, **{draw.__name__: drawn})))
    return _entry(init, *((name, _within(init, wrong)) for name, wrong in rows))


OF_XAVIER = [
    ("root missing", (SD, "3**0.5 / n")),
    (
        "root missing, and normal for uniform",
        (SD, "1 / n"),
        ('case "normal":', 'case "uniform":'),
        ('case "uniform":\n            return u', 'case "normal":\n            return u'),
    ),
    (
        "He's start for Xavier's",
        (SD, "(2 / fan_in) ** 0.5"),
        ('case "normal":', 'case "uniform":'),
        ('case "uniform":\n            return u', 'case "normal":\n            return u'),
    ),
]
MISSING = [("fan missing", (SD, "gain")), ("number of weights for the fan", (SD, "gain / (fan_in * fan_out) ** 0.5"))]
OF_FAN_IN = [
    ("fan_out for fan_in", (IN, '"fan_in": fan_out')),
    ("fan_avg for fan_in", (IN, f'"fan_in": {MEAN}')),
    ("sum of the fans for fan_in", (IN, '"fan_in": fan_in + fan_out')),
]
OF_FAN_AVG = [
    ("fan_in for fan_avg", (MEAN, "fan_in")),
    ("fan_out for fan_avg", (MEAN, "fan_out")),
    ("sum for mean of the fans", (MEAN, "fan_in + fan_out")),
]
OF_BOUND = [  # the bound is √6 / √(fan_in + fan_out)
    ("6 outside of the root", (SD, "(6 / n) ** 0.5")),
    ("fan_in for fan_avg", (MEAN, "fan_in / 2")),
    ("fan_out for fan_avg", (MEAN, "fan_out / 2")),
]
HE = [("He's factor", (SD, "gain * (2 / n) ** 0.5"))]
SCALE = [("variance for sd", (SD, "gain**2 / n"))]
GAIN = [
    ("gain missing", (SD, "1 / n**0.5")),
    ("gain squared", (SD, "gain**2 / n**0.5")),
    ("root of the gain", (SD, "(gain / n) ** 0.5")),
    ("divided by the gain", (SD, "1 / (gain * n**0.5)")),
    ("variance for sd", (SD, "gain / n")),
]
FROM_NORMAL, FROM_UNIFORM = (initialisers.normal, NORMAL), (initialisers.uniform, UNIFORM)

MISTAKES |= {
    initialisers.variance_scaling: _scaled(
        initialisers.variance_scaling,
        [
            *OF_FAN_IN,
            *OF_FAN_AVG,
            *MISSING,
            *SCALE,
            *GAIN,
            ("fan_out for fan_in", ("fan_in, fan_out = shape", "fan_out, fan_in = shape")),
            ("fan_in for fan_out", (OUT, '"fan_out": fan_in')),
            *(("fan ignored", ("[fan]", f'["{fan}"]')) for fan in ("fan_in", "fan_out", "fan_avg")),
        ],
        [FROM_NORMAL, FROM_UNIFORM],
    ),
    initialisers.lecun: _scaled(initialisers.lecun, OF_FAN_IN + MISSING + SCALE + HE, [FROM_NORMAL]),
    initialisers.xavier: _scaled(
        initialisers.xavier, OF_FAN_AVG + OF_BOUND + MISSING + SCALE + HE + OF_XAVIER, [FROM_UNIFORM]
    ),
    initialisers.he: _scaled(initialisers.he, OF_FAN_IN + MISSING + SCALE + GAIN, [FROM_NORMAL]),
}

# --- rotations --------------------------------------------------------------------------------------------------------

CORRECTED, ROTATED = "np.sign(np.diagonal(R, axis1=-2, axis2=-1))", "gain * (Q if fan_in >= fan_out else Q.mT)"


def _gaussian(scale):
    """Independent Gaussian weights instead of orthogonal ones."""
    return lambda shape, rng, *, gain: gain * scale(*shape) * rng.standard_normal(shape)


def _unit_columns(shape, rng, *, gain):
    """Gaussian weights, each column divided by its length, even if there are more columns than rows."""
    W = rng.standard_normal(shape)
    return gain * W / (W**2).sum(0) ** 0.5


MISTAKES |= {
    initialisers.orthogonal: _entry(
        initialisers.orthogonal,
        ("Gaussian for orthogonal", _gaussian(lambda fan_in, fan_out: 1)),
        ("Gaussian for orthogonal", _gaussian(lambda fan_in, fan_out: fan_in**-0.5)),
        ("Gaussian for orthogonal", _gaussian(lambda fan_in, fan_out: max(fan_in, fan_out) ** -0.5)),
        ("Gaussian for orthogonal", _gaussian(lambda fan_in, fan_out: (2 / (fan_in + fan_out)) ** 0.5)),
        ("unit columns, not orthogonal", ("np.linalg.qr(A)", "A / (A**2).sum(0) ** 0.5, A.mT @ A")),
        ("unit columns, not orthogonal", _unit_columns),
        ("columns not of unit length", (CORRECTED, CORRECTED.replace("np.sign", ""))),
        ("gain missing", ("gain * ", "")),
        ("gain squared", ("gain * ", "gain**2 * ")),
        (
            "fewer inputs than outputs forgotten",
            ("max(fan_in, fan_out), min(fan_in, fan_out)", "fan_in, fan_out"),
            (ROTATED, "gain * Q"),
        ),
        ("positive numbers for normal ones", ("rng.standard_normal((", "rng.uniform(0, 1, (")),
        ("signs not corrected", (CORRECTED, f"abs({CORRECTED})")),
    )
}
