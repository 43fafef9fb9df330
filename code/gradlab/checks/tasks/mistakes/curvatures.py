"""Mistakes that people make in chapter 6's exercises on curvature: in products with the Hessian, in power iteration.

Each row has the name of a mistake, and edits of the reference: its text, and the wrong text (see `variants`).
"""

from gradlab.checks.questions.curvatures import END, POWER, PRODUCT
from gradlab.checks.tasks import curvatures
from gradlab.checks.variants import mistakes

#: name -> hint
HINTS = {
    "forward for central": "At which two points is the gradient asked, and do they lie on both sides of x?",
    "backward for central": "At which two points is the gradient asked, and do they lie on both sides of x?",
    "eps not divided by the length of v": "Make v ten times longer: how far from x are the two points then?",
    "eps divided by the squared length": "How long is the step from x to each of the two points?",
    "the length of v lost": "Make v twice as long: by how much should the product grow?",
    "the 2 missing": "How far apart are the two points at which the gradient is asked?",
    "not divided by the step": "Make eps ten times smaller: should the result become ten times smaller?",
    "brackets missing": "What is divided by what? Put all that is below into brackets.",
    "half a step": "How far from x are the two points at which the gradient is asked?",
    "sign": "On a bowl, should the product point along v or against it?",
    "the curvature along v": "How many numbers has the product of a matrix and a vector?",
    "the gradient times v": "How many times is the gradient asked, and where?",
    "every axis for v": "How many gradients does your function ask for? Two would do, along v itself.",
    "v not in the step": "Along which direction do you step away from x?",
    "never shortened": "How long is your vector after many steps?",
    "shortened only at the end": "How long has your vector become when you shorten it?",
    "the length for the eigenvalue": "A length is never negative. And is it the curvature before all has converged?",
    "the sign lost": "An eigenvalue can be negative. Can yours?",
    "one step behind": "Your two results belong together: is it the curvature along that vector?",
    "largest in value for largest in magnitude": "Which grows faster: what is multiplied by 2 each time, or by −3?",
    "the exact eigenvalue": "After one step the iteration has not arrived. How many were asked for?",
    "stopped before it has converged": "A small change from step to step: does it mean that little is left to go?",
    "one step too many": "How many times is v multiplied before the end?",
    "one step too few": "How many times is v multiplied before the end?",
    "divided by the largest entry": "Which length should v have?",
    "divided by the sum": "Which length should v have? And what if its entries add up to 0?",
    "divided by the squared length": "Which length does v have after the division?",
    "every step from the start": "Which vector is multiplied in the second step?",
    "the product for the vector": "How long is the vector at the end?",
    "the vector first": "In which order are the two asked for?",
    "a quotient of entries": "Do all entries of H v have the same ratio to those of v?",
    "not divided by the squared length": "The curvature along a vector of length 1: is yours of length 1?",
    "shift not added back": "Whose eigenvalue is yours: that of H, or that of the shifted matrix?",
    "the shift of the other sign": "Which number must be subtracted so that the first eigenvalue becomes 0?",
    "the same end again": "Yours is the eigenvalue of largest magnitude. On which side of it are all the others?",
    "the second largest for the other end": "Is there an eigenvalue that is still further from the first one?",
    "the one nearest to 0": "The other end of the spectrum: is it where the eigenvalues are small, or furthest away?",
    "always the lowest": "If the eigenvalue of largest magnitude is negative, where is the other end?",
    "always the highest": "If the eigenvalue of largest magnitude is positive, where is the other end?",
    "the distance for its end": "How far apart are the two ends, and where does the other one lie?",
    "opposite of the first": "Must the spectrum reach as far to the other side?",
}

_QUOTIENT = "(grad(x + h * v) - grad(x - h * v)) / (2 * h)"
_BEHIND, _H = "grad(x - h * v)", "h = eps / np.linalg.norm(v)"
_SHORT, _RETURN = "v = v / np.linalg.norm(v)", "return v @ product(v), v"
_STEP = "        v = product(v)\n        v = v / np.linalg.norm(v)\n"
_NO_STEP = ("    for _ in range(steps):\n", ""), (f"{_STEP}", "")
_SECOND = "value, _ = power_iteration(lambda u: product(u) - first * u, v, steps=steps)"
_ALL = (_SECOND, "lam = np.linalg.eigvalsh(product(np.eye(len(v))))")
_START = ("    for _", "    start = v\n    for _")
_EIGH = "lam, Q = np.linalg.eigh(product(np.eye(len(v))))\n"


def _early(tolerance):
    """Edits that end the iteration when the curvature has changed by less than this."""
    return (
        ("    for _ in range(steps):\n", "    value = np.inf\n    for _ in range(steps):\n"),
        (
            f"        {_SHORT}\n",
            f"        {_SHORT}\n"
            f"        if abs(v @ product(v) - value) < {tolerance}:\n"
            "            break\n"
            "        value = v @ product(v)\n",
        ),
    )


MISTAKES = {
    curvatures.hessian_product: (
        PRODUCT,
        mistakes(
            HINTS,
            curvatures.hessian_product,
            ("forward for central", (_QUOTIENT, "(grad(x + h * v) - grad(x)) / h")),
            ("forward for central", (_H, "h = eps"), (_QUOTIENT, "(grad(x + h * v) - grad(x)) / h")),
            ("backward for central", (_QUOTIENT, "(grad(x) - grad(x - h * v)) / h")),
            ("eps not divided by the length of v", (_H, "h = eps")),
            ("eps divided by the squared length", (_H, "h = eps / (v @ v)")),
            ("the length of v lost", ("(2 * h)", "(2 * eps)")),
            ("the length of v lost", (_H, "v, h = v / np.linalg.norm(v), eps")),
            ("the 2 missing", ("(2 * h)", "h")),
            ("the 2 missing", (_H, "h = eps"), ("(2 * h)", "h")),
            ("the 2 missing", ("(2 * h)", "eps")),
            ("not divided by the step", ("(2 * h)", "2")),
            ("not divided by the step", (" / (2 * h)", "")),
            ("not divided by the step", (_H, "h = eps"), (" / (2 * h)", "")),
            ("brackets missing", ("(2 * h)", "2 * h")),
            ("brackets missing", (_QUOTIENT, f"grad(x + h * v) - {_BEHIND} / (2 * h)")),
            ("half a step", (_QUOTIENT, "(grad(x + h / 2 * v) - grad(x - h / 2 * v)) / h")),
            ("sign", (_QUOTIENT, "(grad(x - h * v) - grad(x + h * v)) / (2 * h)")),
            ("the curvature along v", (_QUOTIENT, f"v @ {_QUOTIENT}")),
            ("the curvature along v", (_QUOTIENT, f"v @ ({_QUOTIENT}) / (v @ v)")),
            ("the gradient times v", (_QUOTIENT, "grad(x) * v")),
            ("the gradient times v", (_QUOTIENT, "grad(x) * v * eps")),
            ("the gradient times v", (_QUOTIENT, "grad(x) @ v")),
            (
                "every axis for v",
                (_QUOTIENT, "sum(e @ v * (grad(x + eps * e) - grad(x - eps * e)) for e in np.eye(len(x))) / (2 * eps)"),
            ),
            ("v not in the step", (_QUOTIENT, "(grad(x + eps) - grad(x - eps)) / (2 * eps) * v")),
        ),
    ),
    curvatures.power_iteration: (
        POWER,
        mistakes(
            HINTS,
            curvatures.power_iteration,
            ("never shortened", (f"        {_SHORT}\n", "")),
            ("never shortened", (f"        {_SHORT}\n", ""), (_RETURN, "return v @ product(v) / (v @ v), v")),
            ("never shortened", (f"        {_SHORT}\n", ""), (_RETURN, "return np.linalg.norm(product(v)), v")),
            ("shortened only at the end", (f"        {_SHORT}\n", f"    {_SHORT}\n")),
            ("the length for the eigenvalue", (_RETURN, "return np.linalg.norm(product(v)), v")),
            (
                "the length for the eigenvalue",
                (_STEP, f"        v = product(v)\n        value = np.linalg.norm(v)\n        {_SHORT}\n"),
                (_RETURN, "return value, v"),
            ),
            ("the sign lost", (_RETURN, "return abs(v @ product(v)), v")),
            (
                "one step behind",
                (_STEP, f"        value = v @ product(v) / (v @ v)\n{_STEP}"),
                (_RETURN, "return value, v"),
            ),
            (
                "one step behind",
                (_STEP, "        v = v / np.linalg.norm(v)\n        value = v @ product(v)\n        v = product(v)\n"),
                (_RETURN, "return value, v / np.linalg.norm(v)"),
            ),
            (
                "one step too few",
                (_STEP, f"        {_SHORT}\n        Hv = product(v)\n        value, last, v = v @ Hv, v, Hv\n"),
                (_RETURN, "return value, last"),
            ),
            ("largest in value for largest in magnitude", *_NO_STEP, (_RETURN, f"{_EIGH}    return lam[-1], Q[:, -1]")),
            (
                "the exact eigenvalue",
                *_NO_STEP,
                (_RETURN, f"{_EIGH}    i = abs(lam).argmax()\n    return lam[i], Q[:, i]"),
            ),
            *(("stopped before it has converged", *_early(tolerance)) for tolerance in (1e-2, 1e-3, 1e-4, 1e-5, 1e-6)),
            ("one step too many", ("range(steps)", "range(steps + 1)")),
            ("one step too few", ("range(steps)", "range(steps - 1)")),
            ("one step too few", ("range(steps)", "range(1, steps)")),
            ("divided by the largest entry", (_SHORT, "v = v / abs(v).max()")),
            ("divided by the largest entry", (_SHORT, "v = v / v.max()")),
            (
                "divided by the largest entry",
                (_SHORT, "v = v / abs(v).max()"),
                (_RETURN, "return v @ product(v) / (v @ v), v"),
            ),
            ("divided by the sum", (_SHORT, "v = v / v.sum()")),
            ("divided by the sum", (_SHORT, "v = v / abs(v).sum()")),
            ("divided by the squared length", (_SHORT, "v = v / (v @ v)")),
            (
                "every step from the start",
                ("        v = product(v)\n", "        v = product(start)\n"),
                ("    for _", "    start = v\n    for _"),
            ),
            ("the product for the vector", (_RETURN, "return v @ product(v), product(v)")),
            ("the vector first", (_RETURN, "return v, v @ product(v)")),
            ("a quotient of entries", (_RETURN, "return product(v)[0] / v[0], v")),
            ("a quotient of entries", (_RETURN, "return np.mean(product(v) / v), v")),
            (
                "not divided by the squared length",
                (_RETURN, "return start @ product(start), v"),
                ("    for _", "    start = v\n    for _"),
            ),
        ),
    ),
    curvatures.other_end: (
        END,
        mistakes(
            HINTS,
            curvatures.other_end,
            ("shift not added back", ("value + first", "value")),
            ("the shift of the other sign", ("- first * u", "+ first * u")),
            ("the shift of the other sign", ("- first * u", "+ first * u"), ("value + first", "value")),
            ("the shift of the other sign", ("value + first", "value - first")),
            ("the same end again", ("value + first", "first")),
            (
                "the second largest for the other end",
                ("first, _", "first, w"),
                ("- first * u", "- first * w * (w @ u)"),
                ("value + first", "value"),
            ),
            ("the one nearest to 0", _ALL, ("value + first", "lam[abs(lam).argmin()]")),
            ("always the lowest", _ALL, ("value + first", "lam[0]")),
            ("always the highest", _ALL, ("value + first", "lam[-1]")),
            *(
                (
                    "the length for the eigenvalue",
                    ("    value,", "    first = abs(first)\n    value,"),
                    ("value + first", end),
                )
                for end in ("abs(value)", "abs(value) + first")
            ),
            ("the distance for its end", ("value + first", "abs(value)")),
            ("the sign lost", ("value + first", "abs(value) + first")),
            ("opposite of the first", ("value + first", "-first")),
            ("the sign lost", ("value + first", "abs(value + first)")),
        ),
    ),
}
