"""Chapter 6's curvatures: the references by hand, against the library and NumPy; the questions asked."""

import numpy as np
import pytest
from bad_input import test_bad_input_is_named  # noqa: F401
from checking import SEEDS, cases, example
from hypothesis import given
from hypothesis import strategies as st
from strategies import vectors

from gradlab.checks import check
from gradlab.checks.questions.curvatures import Quartic
from gradlab.checks.tasks.curvatures import hessian_product, other_end, power_iteration
from gradlab.differences import numerical_grad
from gradlab.landscape import hessian_vector, top_eigenvalues
from gradlab.surfaces import rosenbrock


def by(H):
    return lambda v: np.array(H) @ v


def test_a_product_worked_by_hand():
    # f = x⁴: (4 · 1.5³ − 4 · 0.5³) / 1 = 13, and twice that for v = 2
    for v in (1.0, 2.0):
        assert hessian_product(lambda x: 4 * x**3, [1.0], [v], eps=0.5) == pytest.approx(13 * v)


@given(v=vectors(2).filter(np.any))
def test_the_product_is_the_librarys(v):
    f, x = rosenbrock(), np.array([0.5, -0.5])
    np.testing.assert_allclose(
        hessian_product(f.grad, x, v, eps=1e-3), hessian_vector(f.grad, x, v, eps=1e-3), rtol=1e-6, atol=1e-9
    )


def test_the_steps_are_eps_long():
    asked = []
    hessian_product(lambda x: asked.append(x) or x, [1.0, 2.0], [30.0, 40.0], eps=0.5)
    np.testing.assert_allclose(asked, [[1.3, 2.4], [0.7, 1.6]])


def test_two_steps_worked_by_hand():
    value, v = power_iteration(by([[3, 0], [0, 1]]), [1.0, 3.0], steps=1)
    assert value == pytest.approx(2)
    np.testing.assert_allclose(v, [0.5**0.5] * 2)
    value, v = power_iteration(by([[3, 0], [0, 1]]), [1.0, 3.0], steps=2)
    assert value == pytest.approx(2.8)
    np.testing.assert_allclose(v, np.array([3, 1]) / 10**0.5)


@given(seed=st.integers(0, 1000), values=st.sampled_from([(-5, 1, 2), (7, 3, -1, -2), (4, -3.9, 1)]))
def test_both_ends_are_those_of_numpy_and_of_the_library(seed, values):
    rng = np.random.default_rng(seed)
    Q, _ = np.linalg.qr(rng.normal(size=(len(values), len(values))))
    H, start = Q @ np.diag(values) @ Q.T, Q @ np.ones(len(values))
    first, v = power_iteration(by(H), start, steps=2000)
    low, high = np.linalg.eigvalsh(H)[[0, -1]]
    assert first == pytest.approx(max(low, high, key=abs))
    np.testing.assert_allclose(H @ v, first * v, atol=1e-6)
    found = other_end(by(H), start, steps=2000)
    assert found == pytest.approx(min(low, high, key=abs))
    (theirs,), _ = top_eigenvalues(by(H), 0 * start, shift=first, steps=2000, tolerance=1e-8)
    assert found == pytest.approx(theirs)


# --- the questions ----------------------------------------------------------------------------------------------------


def test_the_gradient_is_that_of_the_formula():
    f = Quartic((1.0, 0.5, 2.0), 3.0)
    assert str(f) == "x₁⁴ + 0.5 x₂⁴ + 2 x₃⁴ + 3 x₁ x₂ x₃"
    x = np.array([0.5, -1.0, 2.0])

    def value(x):
        return (np.array(f.a) * x**4).sum(-1) + f.b * x.prod(-1)

    np.testing.assert_allclose(f.grad(x), numerical_grad(value, x), rtol=1e-6)


def test_no_direction_but_the_first_is_of_length_1_and_the_formula_has_an_error():
    for seed in SEEDS:
        first, *others = cases(hessian_product, seed)
        assert np.linalg.norm(first.arguments[2]) == 1
        assert all(abs(np.linalg.norm(case.arguments[2]) - 1) > 0.01 for case in others)
        for case in (first, *others):
            exact = hessian_product(*case.arguments, eps=1e-5)
            assert abs(hessian_product(*case.arguments, **case.hyper) / exact - 1).max() > 1e-3


def test_some_eigenvalue_of_largest_magnitude_is_negative_and_some_is_not_the_first():
    found = [np.linalg.eigvalsh(case.arguments[0].__self__.H) for case in cases(power_iteration)]
    assert {abs(lam[0]) > lam[-1] for lam in found} == {True, False}


def test_some_ends_are_on_either_side_of_0_and_both_iterations_converge():
    for seed in SEEDS:
        signs = set()
        for case in cases(other_end, seed):
            product, v = case.arguments
            lam, Q = np.linalg.eigh(product.__self__.H)
            far, near = (lam[0], lam[-1]) if abs(lam[0]) > abs(lam[-1]) else (lam[-1], lam[0])
            assert other_end(product, v, **case.hyper) == pytest.approx(near, rel=1e-7)
            signs.add((far > 0, near > 0))
            assert abs(Q.T @ v).min() > 1e-3
        assert signs == {(True, False), (False, True), (True, True)}


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (None, "returns None: is a `return` missing?"),
        (3.0, "returns a float, where an eigenvalue and a vector were asked for"),
        ((3.0,), "returns 1 things, where an eigenvalue and a vector were asked for"),
    ],
)
def test_an_eigenvalue_and_a_vector_are_asked_for(answer, said):
    assert said in str(check(lambda product, v, *, steps: answer, like=power_iteration))


def test_the_smallest_examples_are_shown():
    assert example(hessian_product, "the length of v lost") == [
        "For grad of f(x) = x₁⁴, x = [1], v = [2], eps = 0.5",
        "yours 13",
        "right 26",
    ]
    assert example(power_iteration, "the length for the eigenvalue") == [
        "For product(v) = H @ v with H = [[3, 0], [0, 1]], v = [1, 3], steps = 1: the eigenvalue",
        "yours 2.23607",
        "right 2",
    ]
    assert example(other_end, "shift not added back") == [
        "For product(v) = H @ v with H = [[2, 0], [0, -1]], v = [1, 1], steps = 200",
        "yours -3",
        "right -1",
    ]


# --- bad input --------------------------------------------------------------------------------------------------------

PRODUCT = {"grad": np.ones_like, "x": [1.0, 2.0], "v": [1.0, 0.0], "eps": 0.1}
POWER = {"product": np.ones_like, "v": [1.0, 0.0], "steps": 2}
NO_VECTORS = ("here", None, 3.0, [], [[1.0]], [np.nan, 1.0])
BAD_INPUT = [
    *((hessian_product, PRODUCT | {"grad": w}, "grad") for w in (None, 3.0)),
    *((hessian_product, PRODUCT | {"x": w}, "x") for w in NO_VECTORS),
    *((hessian_product, PRODUCT | {"v": w}, "v") for w in (*NO_VECTORS, [0.0, 0.0], [1.0, 2.0, 3.0])),
    *((hessian_product, PRODUCT | {"eps": w}, "eps") for w in (0.0, -0.1, np.nan, np.inf, "small", [0.1, 0.2])),
    *(
        (function, POWER | {name: w}, name)
        for function in (power_iteration, other_end)
        for name, wrong in (("product", (None, 3.0)), ("v", (*NO_VECTORS, [0.0, 0.0])), ("steps", (0, 2.0, None)))
        for w in wrong
    ),
]
