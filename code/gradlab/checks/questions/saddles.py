"""Questions for chapter 6's exercises: how many steps does a descent take to leave a saddle?"""

from numbers import Integral

from gradlab.checks.question import Case, Question, call, returned, settings, type_in_words

# Some of the law's numbers have a fraction below ½, and some above: this tells rounding from rounding up.
ASKED = (1.0, 0.5, 0.5), (1.0, 0.5, 0.1), (0.5, 0.2, 1e-3), (0.2, 0.3, 1e-4)


def _cases(reference, rng):
    for mu, lr, s in ASKED:
        yield Case((mu,), {"lr": lr, "s": s})
    for size in (2, 6, 9):
        mu, lr = round(rng.uniform(0.2, 0.9), 2), round(rng.uniform(0.2, 0.9), 2)
        yield Case((mu,), {"lr": lr, "s": round(rng.uniform(2, 8), 2) * 10.0**-size})


def _tell(case, i):
    return f"For mu = {case.arguments[0]:g}, {settings(case.hyper)}: the steps"


def _whole(function, case):
    """Words on the type of a number of steps that is not an integer; "" if it is one."""
    steps, _ = call(function, case)
    return "" if isinstance(steps, Integral) else f"{type_in_words(steps)}, where a whole number was asked for"


LEAVING = Question(_cases, returned, _tell, form=_whole)
