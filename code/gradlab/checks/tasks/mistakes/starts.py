"""Mistakes that people make with a start: in the gains of an activation, with dead units, and in output biases.

Each row has the name of a mistake, and edits of the reference: its text, and the wrong text (see `variants`).
"""

from gradlab.checks.questions.starts import DEAD, GAINS, PRIOR
from gradlab.checks.tasks import starts
from gradlab.checks.variants import mistakes

#: name -> hint
HINTS = {
    "standard deviation of φ": "The next weights have mean 0. Do they see the mean of φ, or does it vanish in them?",
    "standard deviation of the slope": "A slope that is the same everywhere: is there nothing to make up for?",
    "the reciprocal missing": "An activation that doubles everything: should the weights be larger or smaller?",
    "the root missing": "An activation that doubles everything: by how much should the weights be smaller?",
    "the root and the reciprocal missing": "An activation that doubles everything: by how much should the weights be "
    "smaller?",
    "the square missing": "Does a gain keep the mean, or the mean square?",
    "mean of the sizes": "Does a gain keep the mean size, or the mean square?",
    "square of the mean": "Of −1 and 1, is the mean of the squares the square of the mean?",
    "sum for mean": "Give it twice as many draws: should the gain change?",
    "forward and back exchanged": "Which of the two needs the slopes?",
    "forward twice": "Which of the two needs the slopes?",
    "back twice": "Which of the two needs the values?",
    "the slope at 0": "Are all z so small that only the slope at 0 counts?",
    "φ of the squares": "What is squared: what goes into the activation, or what comes out?",
    "φ taken for its slope": "By what does the way back multiply: by the values or by the slopes?",
    "dead for one example": "A unit sleeps for one image and answers the next one: is it dead?",
    "dead for most examples": "A unit answers one image in a hundred: does a gradient reach its weights?",
    "mean of z for all z": "May a unit whose mean is negative be awake for some examples?",
    "the first example alone": "How many examples must a unit sleep through to be dead?",
    "examples for units": "Along which axis do the examples lie, and along which the units?",
    "zeros counted, not units": "How often does one dead unit count, if there are ten examples?",
    "the living counted": "Which were to be counted: the dead or those that answer some example?",
    "the dead are never off": "On which side of 0 does ReLU pass nothing?",
    "z = 0 taken for alive": "What is the output of ReLU at 0, and what is its slope?",
    "z = 0 alone": "Is it z that is 0, or what ReLU makes of it?",
    "a share for a number": "Was the number of dead units asked for, or their share?",
    "layers counted": "How many units of a layer are dead, if some are?",
    "the last layer alone": "How many numbers were asked for?",
    "the first layer alone": "How many numbers were asked for?",
    "added from layer to layer": "Are the dead of the first layer counted again in the second?",
    "shares for their logarithms": "The scores go through exp before they are probabilities. What undoes exp?",
    "numbers for their logarithms": "The scores go through exp before they are probabilities. What undoes exp?",
    "the sign": "Which class needs the larger score: a frequent or a rare one?",
    "logarithm of another base": "Put your biases into the softmax: exp is to base e.",
    "the sigmoid's logit": "This is right for one score and a sigmoid. Is it for several in a softmax?",
    "a share of the wrong number": "Do the shares sum to 1?",
    "all biases equal": "What does a softmax give if all scores are equal?",
    "a root of the shares": "Put your biases into the softmax: is a class twice as frequent given twice as much?",
    "in order of frequency": "Which class does the first bias belong to?",
}

_A, _S = "np.mean(a**2) ** -0.5", "np.mean(slope**2) ** -0.5"
_BOTH = f"{_A}, {_S}"


def _each(pattern):
    """An edit: both gains by one pattern, which has x for the values or the slopes."""
    return _BOTH, f"{pattern.replace('x', 'a')}, {pattern.replace('x', 'slope')}"


GAIN = [
    ("standard deviation of φ", (_A, "1 / np.std(a)")),
    ("standard deviation of φ", _each("1 / np.std(x)")),
    ("standard deviation of φ", (_A, "1 / np.std(a, ddof=1)")),
    ("standard deviation of φ", _each("1 / np.std(x, ddof=1)")),
    ("standard deviation of φ", (_A, "np.std(z) / np.std(a)")),
    ("standard deviation of φ", _each("np.std(z) / np.std(x)")),
    ("standard deviation of the slope", (_S, "1 / np.std(slope)")),
    ("the reciprocal missing", _each("np.mean(x**2) ** 0.5")),
    ("the root missing", _each("1 / np.mean(x**2)")),
    ("the root and the reciprocal missing", _each("np.mean(x**2)")),
    ("the square missing", _each("1 / np.sqrt(np.mean(x))")),
    ("mean of the sizes", _each("1 / np.mean(abs(x))")),
    ("mean of the sizes", _each("1 / np.sqrt(np.mean(abs(x)))")),
    ("square of the mean", _each("1 / abs(np.mean(x))")),
    ("square of the mean", _each("1 / np.mean(x)")),
    ("sum for mean", _each("1 / np.sqrt(np.sum(x**2))")),
    ("forward and back exchanged", (_BOTH, f"{_S}, {_A}")),
    ("forward twice", (_BOTH, f"{_A}, {_A}")),
    ("back twice", (_BOTH, f"{_S}, {_S}")),
    ("the slope at 0", (_S, "1 / phi(np.zeros(1))[1][0]")),
    ("φ of the squares", (_A, "np.mean(phi(z**2)[0]) ** -0.5"), (_S, "np.mean(phi(z**2)[1]) ** -0.5")),
    ("φ of the squares", (_A, "np.mean(phi(z**2)[0]) ** -0.5")),
]

_DEAD = "(z <= 0).all(axis=0).sum()"
_LIST = f"np.array([{_DEAD} for z in layers])"

DEATHS = [
    ("dead for one example", (_DEAD, "(z <= 0).any(axis=0).sum()")),
    ("dead for one example", (_DEAD, "(z < 0).any(axis=0).sum()")),
    ("dead for most examples", (_DEAD, "((z <= 0).mean(axis=0) > 0.5).sum()")),
    ("dead for most examples", (_DEAD, "((z <= 0).mean(axis=0) >= 0.5).sum()")),
    ("dead for most examples", (_DEAD, "((z < 0).mean(axis=0) > 0.5).sum()")),
    ("mean of z for all z", (_DEAD, "(z.mean(axis=0) <= 0).sum()")),
    ("mean of z for all z", (_DEAD, "(z.mean(axis=0) < 0).sum()")),
    ("mean of z for all z", (_DEAD, "(z.sum(axis=0) <= 0).sum()")),
    ("the first example alone", (_DEAD, "(z[0] <= 0).sum()")),
    ("the first example alone", (_DEAD, "(z[0] < 0).sum()")),
    ("examples for units", (_DEAD, "(z <= 0).all(axis=1).sum()")),
    ("examples for units", (_DEAD, "(z < 0).all(axis=1).sum()")),
    ("zeros counted, not units", (_DEAD, "(z <= 0).sum()")),
    ("zeros counted, not units", (_DEAD, "(z < 0).sum()")),
    ("the living counted", (_DEAD, "(z > 0).any(axis=0).sum()")),
    ("the dead are never off", (_DEAD, "(z > 0).all(axis=0).sum()")),
    ("the dead are never off", (_DEAD, "(z >= 0).all(axis=0).sum()")),
    ("z = 0 taken for alive", (_DEAD, "(z < 0).all(axis=0).sum()")),
    ("z = 0 alone", (_DEAD, "(z == 0).all(axis=0).sum()")),
    ("a share for a number", (_DEAD, "(z <= 0).all(axis=0).mean()")),
    ("layers counted", (_DEAD, "(z <= 0).all(axis=0).any()")),
    ("the last layer alone", (_LIST, f"np.array([{_DEAD} for z in layers[-1:]])")),
    ("the first layer alone", (_LIST, f"np.array([{_DEAD} for z in layers[:1]])")),
    ("added from layer to layer", (_LIST, f"np.cumsum([{_DEAD} for z in layers])")),
]

_SHARE, _LOG = "np.bincount(y) / len(y)", "np.log(share)"

BIASES = [
    ("shares for their logarithms", (_LOG, "share")),
    ("numbers for their logarithms", (_LOG, "np.bincount(y)")),
    ("the sign", (_LOG, "-np.log(share)")),
    ("the sign", (_LOG, "1 / share")),
    ("logarithm of another base", (_LOG, "np.log10(share)")),
    ("logarithm of another base", (_LOG, "np.log2(share)")),
    ("the sigmoid's logit", (_LOG, "np.log(share / (1 - share))")),
    ("a share of the wrong number", (_LOG, "np.log(1 + share)")),
    ("all biases equal", (_LOG, "0 * share")),
    ("a root of the shares", (_LOG, "np.log(share) / 2")),
    ("in order of frequency", (_LOG, "np.log(np.sort(share))")),
    ("in order of frequency", (_LOG, "np.log(np.sort(share)[::-1])")),
]

_HERE = {name for table in (GAIN, DEATHS, BIASES) for name, *_ in table}
HINTS = {name: hint for name, hint in HINTS.items() if name in _HERE}

MISTAKES = {
    starts.measured_gains: (GAINS, mistakes(HINTS, starts.measured_gains, *GAIN)),
    starts.dead_units: (DEAD, mistakes(HINTS, starts.dead_units, *DEATHS)),
    starts.prior_biases: (PRIOR, mistakes(HINTS, starts.prior_biases, *BIASES)),
}
