"""Questions to an initialiser: how are its weights distributed, and do they come from the rng?

Weights are compared by their statistics, never number by number, since there are many ways to draw from one
distribution with one rng. The matrices are large enough that the statistics are known to a few tenths of a per cent,
and their fans are so unequal that no two formulas agree.
"""

from itertools import cycle

import numpy as np

from gradlab.checks.question import Case, Question, numbers, settings

SMALL, LARGE, TALL = (3, 2), (1000, 250), (600, 150)

#: initialiser -> the settings to ask for; the other initialisers are asked for their defaults
HYPER = {
    "normal": [{"sd": 2.0}, {"sd": 0.5}],
    "uniform": [{"bound": 2.0}, {"bound": 0.5}],
    "orthogonal": [{"gain": 1.0}, {"gain": 2.0}],
    "variance_scaling": [
        {"gain": gain, "fan": fan, "distribution": distribution}
        for distribution, gain in (("normal", 2.0), ("uniform", 3.0))
        for fan in ("fan_in", "fan_out", "fan_avg")
    ],
}

# --- measures ---------------------------------------------------------------------------------------------------------

# Each table maps words to a measure, a function of four arguments: the weights; draw, rng -> the weights of one more
# layer; an rng as it was before the weights were drawn; and the rng as it is now.

SHAPE = {"the shape of the weights": lambda W, *_: 0 * W}  # zeros, and nan where W is not finite

DISTRIBUTION = {
    "the standard deviation of the weights": lambda W, *_: W.std(),
    "the share of positive weights": lambda W, *_: (W > 0).mean(),
    "the share of weights within one standard deviation of 0": lambda W, *_: (abs(W) < W.std()).mean(),
}


def _gram(W):
    """WᵀW, or WWᵀ where that is smaller: gain² I for orthogonal weights."""
    W = np.atleast_2d(W)
    return W.T @ W if W.shape[0] > W.shape[1] else W @ W.T


def _off_diagonal(W, *_):
    G = _gram(W)
    return round(np.linalg.norm(G - np.diag(np.diag(G))) / np.linalg.norm(G), 6)


def _one_length(W, *_):
    squares = np.diag(_gram(W))
    return np.allclose(squares, squares.mean(), rtol=1e-3)


ROTATION = {
    "the standard deviation of the weights": lambda W, *_: W.std(),
    "the share of WᵀW (WWᵀ with more outputs than inputs) off its diagonal": _off_diagonal,
    "are the numbers on that diagonal all the same (1) or not (0)": _one_length,
}

LAYERS = {
    "are the weights of the next layer the same (1) or others (0)": lambda W, draw, _, rng: np.array_equal(
        W, draw(rng)
    ),
    "does an equal rng give the same weights (1) or others (0)": lambda W, draw, rng, _: np.array_equal(W, draw(rng)),
}

SIGNS = {
    "how many signs has the first weight, in 60 layers": lambda W, draw, _, rng: len(
        {np.sign(draw(rng).flat[0]) for _ in range(60)}
    ),
    "how many signs has the last weight of the first column, in 60 layers": lambda W, draw, _, rng: len(
        {np.sign(draw(rng)[-1, 0]) for _ in range(60)}
    ),
}

# --- asking -----------------------------------------------------------------------------------------------------------


def _cases(init, rng):
    def case(shape, measures, hyper):
        return Case((shape, int(rng.integers(2**32)), measures), hyper)

    name = init.__name__
    asked = HYPER.get(name, [{}, {}])
    large, measures = (TALL, ROTATION) if name == "orthogonal" else (LARGE, DISTRIBUTION)
    for shape in (SMALL, SMALL[::-1]):
        yield case(shape, SHAPE, asked[0])
    for hyper, shape in zip(asked, cycle([large, large[::-1]])):
        yield case(shape, measures, hyper)
    yield case(SMALL, LAYERS, asked[0])
    if name == "orthogonal":
        yield case(SMALL, SIGNS, asked[0])


def _measure(init, case):
    shape, seed, measures = case.arguments

    def draw(rng):
        return numbers(init(shape, rng, **case.hyper))

    rng = np.random.default_rng(seed)
    W = draw(rng)
    values = [measure(W, draw, np.random.default_rng(seed), rng) for measure in measures.values()]
    # More than four digits of a statistic would be noise.
    return [numbers(value if np.ndim(value) else float(f"{float(value):.4g}")) for value in values], []


def _tell(case, i):
    (fan_in, fan_out), _, measures = case.arguments
    hyper = f", {settings(case.hyper)}" * bool(case.hyper)
    return f"For {fan_in} inputs and {fan_out} outputs{hyper}: {list(measures)[i]}"


INITIALISER = Question(_cases, _measure, _tell, tolerance=0.02)
