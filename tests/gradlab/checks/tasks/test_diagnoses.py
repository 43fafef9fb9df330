"""Chapter 9's exercises: the references by hand, against the library and torch; the questions asked."""

import numpy as np
import pytest
import torch
from bad_input import test_bad_input_is_named  # noqa: F401
from checking import SEEDS, cases, example
from hypothesis import given
from hypothesis import strategies as st

from gradlab.backprop import cross_entropy
from gradlab.checks import check
from gradlab.checks.questions.diagnoses import FIRST, Cubes
from gradlab.checks.tasks.diagnoses import entry_slopes, first_not_finite, gradient_of_step, gradients_of_path, log_loss
from gradlab.descend import descend
from gradlab.differences import numerical_grad
from gradlab.rules import momentum
from gradlab.surfaces import quadratic

INF, NAN = np.inf, np.nan
numbers = st.floats(-3, 3)


# --- slopes -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("shape", [(4,), (2, 3), (2, 1, 2)])
def test_slopes_are_those_of_the_library(shape):
    x = np.random.default_rng(0).normal(size=shape) * 3
    a = np.arange(x.size) + 1.0
    found = entry_slopes(lambda x: (a * np.sin(x.ravel())).sum(), x, eps=1e-3)
    flat = numerical_grad(lambda x: (a * np.sin(x)).sum(-1), x.ravel(), eps=1e-3)
    np.testing.assert_allclose(found, flat.reshape(shape), rtol=1e-9)


def test_slopes_worked_by_hand():
    f = Cubes((1, 1), 0.0)
    # x³ at 4 with a step of 1, and at 0 with a step of a quarter
    assert entry_slopes(f, [4, 0], eps=0.25).tolist() == [49, 1 / 16]
    assert entry_slopes(f, np.float32([4, 0]), eps=0.25).dtype == np.float64
    x = np.array([[2], [3]])
    entry_slopes(f, x, eps=0.25)
    assert x.tolist() == [[2], [3]]


def test_steps_that_float32_cannot_make_are_made_in_float64():
    x = np.ones(2, np.float32)
    np.testing.assert_allclose(entry_slopes(Cubes((1, 2), 0.0), x, eps=1e-8), [3, 6], rtol=1e-6)


# --- steps and paths --------------------------------------------------------------------------------------------------


@given(w=numbers, g=numbers, lr=st.floats(0.01, 1), decay=st.floats(0, 1))
def test_a_step_tells_its_gradient(w, g, lr, decay):
    after = w - lr * (g + decay * w)
    assert gradient_of_step([w], [after], lr=lr, weight_decay=decay) == pytest.approx(g, abs=1e-10)


def test_torchs_sgd_has_used_this_gradient():
    w = torch.tensor([1.0, -2.0], dtype=torch.float64, requires_grad=True)
    before, rule = w.detach().clone(), torch.optim.SGD([w], lr=0.1, weight_decay=0.3)
    (w**3).sum().backward()
    rule.step()
    np.testing.assert_allclose(gradient_of_step(before, w.detach(), lr=0.1, weight_decay=0.3), 3 * before**2)


@pytest.mark.parametrize("beta", [0, 0.5, 0.9])
def test_a_run_of_momentum_tells_its_gradients(beta):
    bowl = quadratic(1.0, 5.0)
    path = descend(bowl, np.array([1.0, -2.0]), momentum, 12, lr=0.1, beta=beta)
    np.testing.assert_allclose(gradients_of_path(path, lr=0.1, beta=beta), bowl.grad(path[:-1]), atol=1e-12)


def test_a_path_worked_by_hand():
    # velocities 1 and 3
    np.testing.assert_allclose(gradients_of_path([[2.0], [1.5], [0]], lr=0.5, beta=0.5), [[1], [2.5]])
    assert gradients_of_path([[2.0], [1.5]], lr=0.5, beta=0.5).tolist() == [[1]]


# --- losses and runs --------------------------------------------------------------------------------------------------


@given(scores=st.lists(st.lists(st.floats(-2000, 2000), min_size=3, max_size=3), min_size=1, max_size=4))
def test_the_loss_is_the_librarys_and_torchs(scores):
    y = np.arange(len(scores)) % 3
    found = log_loss(scores, y)
    assert found == pytest.approx(cross_entropy(np.array(scores), y)[0])
    wanted = torch.nn.functional.cross_entropy(torch.tensor(scores, dtype=torch.float64), torch.tensor(y))
    assert found == pytest.approx(float(wanted), abs=1e-12)


def test_the_error_tells_the_classes():
    with pytest.raises(ValueError, match=r"y must be 1 integers from 0 to 1, got \[2\]$"):
        log_loss([[1.0, 2.0]], [2])


def test_losses_worked_by_hand():
    assert log_loss([[1000, 0]], [1]) == 1000
    assert log_loss([[-1000, -1000], [5, 5]], [1, 0]) == pytest.approx(np.log(2))


@pytest.mark.parametrize(
    ("steps", "found"),
    [
        ([], None),
        ([{}], None),
        ([{"a": [1.0]}, {"a": [2.0]}], None),
        ([{"a": [1e308, 1e308]}], None),
        ([{"a": [1.0], "b": 2.0}, {"a": [1.0], "b": -INF}], (1, "b")),
        ([{"a": [1.0], "b": [NAN, 1.0]}, {"a": [INF]}], (0, "b")),
    ],
)
def test_the_first_that_breaks_is_found(steps, found):
    assert first_not_finite(steps) == found


# --- the questions ----------------------------------------------------------------------------------------------------


def test_a_function_of_cubes_and_its_formula():
    f = Cubes((1, 2, 3, 4), 0.5)
    x = np.array([[1.0, 2.0], [0.5, -1.0]])
    assert f(x) == 1 + 16 + 3 / 8 - 4 - 0.5
    assert str(f) == "([1, 2, 3, 4] * x.ravel()**3).sum() + 0.5 * x.prod()"
    assert str(Cubes((1, 2), 0.0)) == "([1, 2] * x.ravel()**3).sum()"
    assert str(Cubes((3,), 0.0)) == "3 x³"


def test_every_step_there_and_back_ends_where_it_began():
    for seed in SEEDS:
        for case in cases(entry_slopes, seed):
            _, x = case.arguments
            x = x.astype(float)
            h = case.hyper["eps"] * np.maximum(1, abs(x))
            assert ((x + h) - 2 * h + h == x).all()


def test_some_arrays_hold_whole_numbers_float32_and_zeros():
    of = [case.arguments[1] for case in cases(entry_slopes)]
    assert {x.dtype.name for x in of} == {"float64", "int64", "float32"}
    assert {x.ndim for x in of} == {1, 2, 3}
    assert all(case.arguments[0].b == 0 for case in cases(entry_slopes) if case.arguments[1].size == 1)  # not told
    assert any((x == 0).any() for x in of) and any((abs(x) > 1).any() for x in of)


def test_no_beta_is_its_own_rest():
    for seed in SEEDS:
        assert all(case.hyper["beta"] != 0.5 for case in cases(gradients_of_path, seed))


def test_in_runs_drawn_at_random_the_first_break_lies_inside():
    for seed in SEEDS:
        for case in cases(first_not_finite, seed)[-2:]:
            (steps,) = case.arguments
            t, name = first_not_finite(steps)
            assert 0 < t < 3 and name == "A"
            broken = [k for k, x in enumerate(steps) if not np.isfinite(x["Z"]).all()]
            assert broken == list(range(t + 1, 4))


@pytest.mark.parametrize(
    ("found", "read"), [(None, [-1, -1]), ((0, "L"), [0, 1]), ([1, "A"], [1, 0]), ((np.int64(1), "L"), [1, 1])]
)
def test_a_pair_is_read_as_two_numbers(found, read):
    [values], modified = FIRST.run(lambda steps: found, cases(first_not_finite)[1])
    assert values.tolist() == read and modified == []


def test_a_tensor_that_is_changed_is_told():
    def mends(steps):
        found = first_not_finite(steps)
        for step in steps:
            step["A"][:] = 0
        return found

    verdict = check(mends, like=first_not_finite)
    assert verdict.names == ("input modified in place",)
    assert "It changes steps." in verdict.message

    def mends_and_finds_nothing(steps):
        for step in steps:
            step["A"][:] = 0

    _, modified = FIRST.run(mends_and_finds_nothing, cases(first_not_finite)[2])
    assert modified == ["argument 1"]


@pytest.mark.parametrize(
    ("reference", "answer", "said"),
    [
        (first_not_finite, 3, "returns an int, where a step and a name were asked for"),
        (first_not_finite, (1,), "returns 1 things, where two were asked for"),
        (first_not_finite, (0, "K"), "returns 'K' after the step, and no tensor has this name"),
        (entry_slopes, None, "returns None: is a `return` missing?"),
        (log_loss, None, "returns None: is a `return` missing?"),
    ],
)
def test_an_answer_of_another_form_is_told(reference, answer, said):
    assert said in str(check(lambda *_, **__: answer, like=reference))


def test_the_smallest_examples_are_shown():
    assert example(entry_slopes, "forward for central") == [
        "For f(x) = 1 x³, x = [0.5], eps = 0.25",
        "yours 1.1875",
        "right 0.8125",
    ]
    assert example(entry_slopes, "the type of the array kept") == [
        "For f(x) = ([1, 1] * x.ravel()**3).sum(), x = [2, 3] of int64, eps = 0.25",
        "at [0]:",
        "yours 7",
        "right 12.25",
    ]
    assert example(entry_slopes, "float32 for float64")[:1] == [
        "For f(x) = ([1, 1] * x.ravel()**3).sum(), x = [0.5, -1] of float32, eps = 9.31323e-10"
    ]
    assert example(gradient_of_step, "decay missing") == [
        "For before = [1], after = [0.5], lr = 0.25, weight_decay = 0.5",
        "yours 2",
        "right 1.5",
    ]
    assert example(gradients_of_path, "velocities for gradients") == [
        "For path = [[2], [1], [0.5]], lr = 0.25, beta = 0.75: the gradients",
        "at [1, 0]:",
        "yours 2",
        "right -1",
    ]
    assert example(log_loss, "the logarithm of 0") == [
        "For scores = [[1000, 0]], y = [1]: the loss",
        "yours inf",
        "right 1000",
    ]
    assert example(first_not_finite, "inf alone") == [
        "For steps = [{A: [1, nan], L: [nan]}]: the step and the tensor, counted from 0, or −1 and −1 for None",
        "at [0]:",
        "yours -1",
        "right 0",
    ]


# --- bad input --------------------------------------------------------------------------------------------------------

SLOPE = {"f": np.sum, "x": [1.0], "eps": 0.1}
STEP = {"before": [1.0, 2.0], "after": [1.0, 3.0], "lr": 0.1, "weight_decay": 0.1}
PATH = {"path": [[1.0], [2.0]], "lr": 0.1, "beta": 0.5}
BAD_INPUT = [
    *((entry_slopes, SLOPE | {"f": wrong}, "f") for wrong in (None, 1.0)),
    *((entry_slopes, SLOPE | {"x": wrong}, "x") for wrong in (None, "x", [], [NAN], [[INF]])),
    *((entry_slopes, SLOPE | {"eps": wrong}, "eps") for wrong in (None, 0, -1, NAN, [0.1])),
    *((gradient_of_step, STEP | {name: w}, name) for name in ("before", "after") for w in (None, "w", [], [NAN, 1.0])),
    *((gradient_of_step, STEP | {"after": wrong}, "after") for wrong in ([1.0], [1.0, 2.0, 3.0])),
    *((gradient_of_step, STEP | {"lr": wrong}, "lr") for wrong in (None, 0, -1, INF, [0.1, 0.1])),
    *((gradient_of_step, STEP | {"weight_decay": wrong}, "weight_decay") for wrong in (None, -1, NAN, [0.1, 0.1])),
    *(
        (gradients_of_path, PATH | {"path": wrong}, "path")
        for wrong in (None, "p", [1.0], [1.0, 2.0], np.ones((2, 1, 1)), np.ones((2, 0)), [[1.0]], [[NAN], [1.0]], [])
    ),
    *((gradients_of_path, PATH | {"lr": wrong}, "lr") for wrong in (None, 0, -1)),
    *((gradients_of_path, PATH | {"beta": wrong}, "beta") for wrong in (None, 1, -0.1, [0.5])),
    *((log_loss, {"scores": wrong, "y": [0]}, "scores") for wrong in (None, "s", [1.0], [], [[NAN, 1.0]], [[[1.0]]])),
    *(
        (log_loss, {"scores": [[1.0, 2.0]], "y": wrong}, "y")
        for wrong in (None, 0, [2], [3], [-1], [0, 1], [0.0], [[0]])
    ),
    *((first_not_finite, {"steps": wrong}, "steps") for wrong in (None, {}, {"a": [1.0]}, [[1.0]], "steps")),
]
