"""Noise on the gradient that a page and Python make alike, digit for digit.

NumPy's generator is not to be had in a page, and logarithms and cosines are rounded differently from browser to
browser. So this noise is made of whole numbers below 2⁵³ and sums of uniform numbers alone, all exact or rounded once.
"""

from gradlab._arguments import checked
from gradlab._arrays import like
from gradlab._conditions import NON_NEGATIVE
from gradlab.descend import Hyper, Oracle
from gradlab.oracles import Stochastic, drawn

MODULUS, FACTOR = 2147483647.0, 16807.0  # 2³¹ − 1 and 7⁵
BLOCK = 65536.0


def begin(seed):
    """The first state of the generator for a seed, a whole number from 0 to 2³¹.

    The squares in it keep the streams of neighbouring seeds apart: of the generator alone, that of seed 1 would be
    twice that of seed 0.
    """
    s = seed + 1.0
    for _ in range(6):
        s = (FACTOR * s + (s % BLOCK) * (s % BLOCK)) % MODULUS
    return s + (s == 0)


def draw(s, count):
    """The next state, and `count` nearly normal numbers of mean 0 and variance 1.

        s ← 16807 · s mod (2³¹ − 1)        ξ = (the sum of twelve s / (2³¹ − 1)) − 6

    The generator is the minimal standard of Park & Miller (1988). ξ is nearly normal: it has no tail beyond ±6, and its
    kurtosis is 2.9 instead of 3.
    """
    noise = []
    for _ in range(count):
        total = -6.0
        for _ in range(12):
            s = (FACTOR * s) % MODULUS
            total = total + s / MODULUS
        noise.append(total)
    return s, noise


@checked(sd=NON_NEGATIVE)
def noisy(grad: Oracle, sd: Hyper, seed: int = 0) -> Oracle:
    """Add the noise of the playground, of standard deviation sd, to every coordinate of one point.

        g ← g + sd · ξ

    The noise is fresh at each call, from a generator that starts at `seed` when the oracle is made: make a new one to
    repeat a run. `oracles.noisy` has normal noise, and is for all else. Returns a `Stochastic`.
    """
    state = [begin(float(seed))]

    def next_draw():
        now, numbers = drawn(grad), []

        def with_noise(x):
            g = now(x)
            if not numbers:
                size = 1
                for n in g.shape:
                    size *= n
                state[0], noise = draw(state[0], size)
                numbers.extend(noise)
            return g + sd * like(numbers, g).reshape(g.shape)

        return with_noise

    return Stochastic(next_draw)
