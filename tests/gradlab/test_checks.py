"""Checks: what a verdict can be."""

import re
from dataclasses import FrozenInstanceError
from functools import partial

import numpy as np
import pytest
import torch
from bad_input import test_bad_input_is_named  # noqa: F401

from gradlab import normalisers, rules, schedules
from gradlab.checks import REFERENCES, Verdict, check, judge, question, whole_number
from gradlab.checks.compare import ROUNDING
from gradlab.checks.question import Answers, answers
from gradlab.checks.questions.rules import RULE
from gradlab.checks.recorded import Recorded
from gradlab.checks.tasks import descents as task_descents
from gradlab.checks.tasks import scalers as task_scalers

# --- verdicts ---------------------------------------------------------------------------------------------------------


def momentum(x, g, v=0, *, lr, beta):
    return x - lr * (beta * v + (1 - beta) * g), beta * v + (1 - beta) * g


def test_a_verdict_tells_the_name_the_smallest_example_and_a_hint():
    verdict = check(momentum, like=rules.momentum)
    assert verdict.names == ("EWMA for heavy ball",)
    assert str(verdict).splitlines() == [
        "✗ momentum is not right: EWMA for heavy ball.",
        "  From x = [1], beta = 0.5, lr = 0.5, g = [2]: x after step 1",
        "    yours 0.5",
        "    right 0",
        "Hint: Give it the same gradient for ever: how long should the velocity become?",
    ]
    assert repr(verdict) == str(verdict)
    with pytest.raises(AssertionError, match="EWMA for heavy ball"):
        verdict.raise_if_wrong()


def test_a_right_verdict_is_handed_on():
    verdict = check(rules.sgd, like=rules.sgd)
    assert verdict.raise_if_wrong() is verdict


def test_twins_are_told_together_with_both_hints():
    verdict = check(lambda x, g, v=0, *, lr, beta: x - lr * g, like=rules.momentum)
    assert verdict.names == ("momentum missing", "state forgotten between steps")
    first, *_, one, other = str(verdict).splitlines()
    assert first == "✗ your function is not right: momentum missing, or state forgotten between steps."
    assert one.startswith("Hint: ") and other.startswith("Hint: ") and one != other


def test_what_is_in_no_bank_is_told_by_its_first_wrong_step():
    verdict = check(lambda x, g, *, lr: x - lr * g - 0.01 * (g < 0), like=rules.sgd)
    assert verdict.names == ()
    assert str(verdict).splitlines() == [
        "✗ your function is not right, in a way that has no name here.",
        "  From x = [1], lr = 0.5, g = [2], then [-1.5]: x after step 2",
        "    yours 0.74",
        "    right 0.75",
        "Hint: Go through your function line by line, with as small a case as you can. More than one thing may differ.",
    ]


def test_of_several_coordinates_the_one_that_differs_is_shown():
    message = str(check(lambda x, g, *, lr: x - lr * np.where(x < 0, 2 * g, g), like=rules.sgd))
    assert "g = [2, 0.5]: x after step 1\n    at [1]:\n    yours -1.5\n    right -1.25\n" in message
    far = str(check(lambda x, g, *, lr: x - lr * g * (1 + (x.shape == (2, 3)) * (g == g.min())), like=rules.sgd))
    assert re.search(r"x after step 1\n    at \[[01], [012]\]:\n    yours -?\d", far)


# --- answers of other kinds -------------------------------------------------------------------------------------------


def gives(value):
    return lambda x, g, *, lr: value


@pytest.mark.parametrize(
    ("student", "said"),
    [
        (lambda x, g: x, "yours raises TypeError: "),
        (lambda x, g, lr, beta: x, "missing 1 required positional argument: 'beta'"),
        (lambda x, g, rate: x, "got an unexpected keyword argument 'lr'"),
        (lambda x, g, lr, /: x, "positional-only arguments passed as keyword arguments: 'lr'"),
        (lambda x, g, *, lr: 1 / 0, "yours raises ZeroDivisionError: division by zero\n    right [0]\n"),
        (lambda x, g, *, lr: x.nonsense, "yours raises AttributeError: "),
        (gives(None), "yours returns None: is a `return` missing?\n    right [0]\n"),
        (gives((None, 0)), "yours returns None: is a `return` missing?\n"),
        (gives("up"), "yours returns a str, where numbers were asked for"),
        (gives("0"), "yours returns a str, where numbers were asked for"),
        (gives(()), "yours returns an empty tuple, where x was asked for"),
        (gives([]), "yours returns an empty list, where x was asked for"),
        (lambda x, g, *, lr: x - lr * g + 0j, "yours returns complex numbers, where numbers were asked for"),
        (lambda x, g, *, lr: (yield x - lr * g), "yours returns a generator, where numbers were asked for"),
        (lambda x, g, *, lr: {"x": x - lr * g}, "yours returns a dict, where numbers were asked for"),
        (lambda x, g, *, lr: (x - lr * g).sum(), "yours has shape ()\n    right has shape (1,)\nHint: Each coordinate"),
        (
            lambda x, g, *, lr: np.concatenate([x, g]),
            "no name here.\n  From x = [1], lr = 0.5, g = [2]: x after step 1\n",
        ),
        (
            lambda x, g, *, lr: (x - lr * g).ravel(),
            "yours has shape (6,)\n    right has shape (3, 2)\nHint: Print the shape",
        ),
        (
            lambda x, g, *, lr: np.sum(x - lr * g, keepdims=True),
            "yours has shape (1,)\n    right has shape (2,)\nHint: E",
        ),
        (
            lambda x, g, *, lr: (x - lr * g)[:2],
            "yours has shape (2, 2)\n    right has shape (3, 2)\nHint: Print the shape",
        ),
        (lambda x, g, *, lr: (x - lr * g)[None], "has shape (1, 1)\n    right has shape (1,)\nHint: Print the shape"),
        (lambda x, g, *, lr: x * np.nan, "    yours nan\n    right 0\n"),
        (lambda x, g, *, lr: x + np.inf, "    yours inf\n    right 0\n"),
    ],
)
def test_answers_of_other_kinds(student, said):
    verdict = check(student, like=rules.sgd)
    assert not verdict
    assert said in str(verdict)


@pytest.mark.parametrize(
    ("student", "names"),
    [
        (lambda x, g, *, lr: (x - lr * g).sum(), ("a scalar where a vector belongs",)),
        (lambda x, g, *, lr: x - lr * g.sum(), ("a scalar where a vector belongs",)),
        (lambda x, g, *, lr: np.concatenate([x, g]), ()),
        (lambda x, g, *, lr: (x[:0],), ()),
        (lambda x, g, *, lr: x * np.nan, ("not finite",)),
        (lambda x, g, *, lr: x / 0, ("not finite",)),
        (gives(None), ()),
        (lambda x, g, *, lr: 1 / 0, ()),
    ],
)
def test_names_of_answers_of_other_kinds(student, names):
    assert check(student, like=rules.sgd).names == names


def in_the_markers_copy(x, g, *, lr):
    raise NotImplementedError("gradlab.rules.sgd is what you were asked to write")


def in_the_public_tree(x, g, *, lr):
    return Recorded(rules.sgd, None)(x, g, lr=lr)


@pytest.mark.parametrize("student", [in_the_markers_copy, in_the_public_tree])
def test_whoever_hands_on_to_a_function_that_does_not_answer_is_told_so(student):
    verdict = check(student, like=rules.sgd)
    assert verdict.names == ("the library's own function",)
    assert " is what you " in str(verdict)
    assert str(verdict).endswith("\nHint: Here it does not answer. Write down the lines that it stands for.")


def test_what_is_not_written_yet_is_told():
    def later(x, g, *, lr):
        raise NotImplementedError()

    verdict = check(later, like=rules.sgd)
    assert verdict.names == ("not written yet",)
    assert str(verdict).endswith("\nHint: Put your lines in the place of `raise NotImplementedError()`.")


def test_what_is_not_implemented_for_a_reason_tells_it():
    def picky(x, g, *, lr):
        raise NotImplementedError("no vectors")

    verdict = check(picky, like=rules.sgd)
    assert verdict.names == ()
    assert str(verdict).startswith("✗ picky is not right: it raises NotImplementedError.\n")
    assert "    yours raises NotImplementedError: no vectors\n" in str(verdict)
    assert "read it from its last line upwards" in str(verdict)


def test_arrays_of_other_libraries_are_numbers_too():
    def tensor(x, g, *, lr):
        return (torch.tensor(x) - lr * torch.tensor(g),)

    def path(grad, x0, *, lr, steps):
        points = [x0]
        for _ in range(steps):
            points.append(points[-1] - lr * grad(points[-1]))
        return torch.tensor(np.array(points))

    def tracked(x, g, *, lr):
        return (tensor(x, g, lr=lr)[0].requires_grad_(),)

    assert check(tensor, like=rules.sgd)
    assert check(path, like=task_descents.gradient_descent)
    said = str(check(tracked, rules.sgd))
    assert said.startswith("✗ tracked is not right: it returns a Tensor, whose numbers cannot be read.\n")
    assert "cannot be read: Can't call numpy() on Tensor that requires grad. Use tensor.detach().numpy() inst" in said


def test_errors_and_their_hints():
    def broken(x, g, *, lr):
        return x - lr * gradient  # noqa: F821

    line = broken.__code__.co_firstlineno + 1
    assert str(check(broken, like=rules.sgd)).splitlines() == [
        "✗ broken is not right: a name that is not defined.",
        "  From x = [1], lr = 0.5, g = [2]: x after step 1",
        "    yours raises NameError: name 'gradient' is not defined",
        "    right [0]",
        f"  It happens in line {line}: return x - lr * gradient # noqa: F821",
        "Hint: Which line gives this name its value, and has it run before? Compare how the name is written in both "
        "places.",
    ]
    first, *_, hint = str(check(gives(None), like=rules.sgd)).splitlines()
    assert first.endswith("not right: it returns None.")
    assert hint == "Hint: `print` shows a value, `return` hands it over."


def test_a_name_without_a_value_is_not_defined():
    def uses_it_before(x, g, v=0, *, lr, beta):
        step = lr * new  # noqa: F821
        new = beta * v + g
        return x - step, new

    assert check(uses_it_before, like=rules.momentum).names == ("a name that is not defined",)
    assert check(lambda x, g, *, lr: x - lr * g.gradient, like=rules.sgd).names == ()


def test_an_error_half_way_is_told_where_it_happens():
    def forgets_v(x, g, t=0, m=0, v=None, *, lr, beta1, beta2, eps):
        v = 0 if t == 0 else v  # which was not returned
        v = beta2 * v + (1 - beta2) * g**2
        t, m = t + 1, beta1 * m + (1 - beta1) * g
        return x - lr * m / (1 - beta1**t) / ((v / (1 - beta2**t)) ** 0.5 + eps), t, m

    verdict = check(forgets_v, like=rules.adam)
    assert verdict.names == ()
    assert "g = [2], then [-1.5]: x after step 2\n    yours raises TypeError: " in str(verdict)
    assert "\n    right [0.6" in str(verdict)


def test_a_wrong_value_before_an_error_comes_first():
    def student(x, g, *, lr):
        if x.ndim > 1:
            raise KeyError("matrix")
        return x - lr * g - 0.01

    assert "yours -0.01\n    right 0\nHint: Go" in str(check(student, like=rules.sgd))


def test_an_error_of_the_same_type_alone_is_not_a_known_mistake():
    # Adam with t from 0 raises ZeroDivisionError at the first step too, but says so of floats.
    assert check(lambda x, g, *, lr, **hyper: 1 // 0, like=rules.adam).names == ()
    t_from_0 = next(m.function for m in REFERENCES[rules.adam][1] if m.name == "t starting at 0")
    assert check(t_from_0, like=rules.adam).names == ("t starting at 0",)


def test_after_equal_answers_errors_may_differ_in_their_words():
    def axis_1(X_train, X):
        return (X - X_train.mean(1, keepdims=True)) / X_train.std(1, keepdims=True)

    def axis_1_told_otherwise(X_train, X):
        try:
            return axis_1(X_train, X)
        except ValueError:
            raise ValueError("these do not fit") from None

    names = {check(f, like=task_scalers.standardised).names for f in (axis_1, axis_1_told_otherwise)}
    assert names == {("wrong axis",)}


# --- state and places -------------------------------------------------------------------------------------------------


def closure():
    v = 0

    def remembers(x, g, *, lr, beta):
        nonlocal v
        v = beta * v + g
        return (x - lr * v,)

    return remembers


def mutable_default(x, g, state={}, *, lr, beta):  # noqa: B006
    state["v"] = beta * state.get("v", 0) + g
    return x - lr * state["v"], state


def attribute(x, g, *, lr, beta):
    attribute.v = beta * getattr(attribute, "v", 0) + g
    return (x - lr * attribute.v,)


def attribute_in_place(x, g, *, lr, beta):
    if not hasattr(attribute_in_place, "v"):
        attribute_in_place.v = np.zeros_like(x)
    attribute_in_place.v *= beta
    attribute_in_place.v += g  # an error when the shape changes
    return (x - lr * attribute_in_place.v,)


class Remembers:
    def __init__(self):
        self.v = 0

    def __call__(self, x, g, *, lr, beta):
        self.v = beta * self.v + g
        return (x - lr * self.v,)


@pytest.mark.parametrize("student", [closure(), mutable_default, attribute, attribute_in_place, Remembers()])
def test_state_shared_between_calls(student):
    verdict = check(student, like=rules.momentum)
    assert verdict.names == ("state shared between calls",)
    assert re.search(
        r"x after step 1\n(    at .*\n)?    second answer -?[\d.]+\n    first answer -?[\d.]+\nHint: The second time",
        str(verdict),
    )


def test_what_fails_only_when_asked_again_keeps_something():
    asked = []

    def tired(x, g, *, lr):
        asked.append(g)
        if len(asked) > sum(len(case.arguments[1]) for case in cases):
            raise RuntimeError("tired")
        return x - lr * g

    cases = list(RULE.cases(rules.sgd, np.random.default_rng(0)))
    verdict = check(tired, like=rules.sgd)
    assert verdict.names == ("state shared between calls",)
    assert "    second answer is missing\n    first answer " in str(verdict)


def test_chance_is_told_like_a_state():
    rng = np.random.default_rng(0)
    verdict = check(lambda x, g, *, lr: x - lr * g + rng.normal(), like=rules.sgd)
    assert verdict.names == ("state shared between calls",)


def test_changed_arguments_are_named():
    def descends(x, g, *, lr):
        x -= lr * g
        return (x,)

    def both(x, g, v=0, *, lr, beta):
        g += beta * v
        x -= lr * g
        return x, g

    for student, like, names in ((descends, rules.sgd, "x"), (both, rules.momentum, "x and g")):
        verdict = check(student, like=like)
        assert verdict.names == ("input modified in place",)
        assert f"\n  It changes {names}.\nHint: Whoever calls" in str(verdict)


def climbs(x, g, *, lr):
    x += lr * g
    return x


def test_a_wrong_answer_is_worse_than_a_changed_argument():
    assert check(climbs, like=rules.sgd).names == ("update's sign",)


# --- functions of other kinds -----------------------------------------------------------------------------------------


class Descent:
    """Callable, without a name of its own."""

    def __call__(self, x, g, *, lr):
        return (x - lr * g,)


def with_more(x, g, rate=None, *, lr, **hyper):
    return (x - lr * g,)


@pytest.mark.parametrize(
    ("student", "name"),
    [
        (Descent(), "Descent"),
        (partial(with_more, unused=3), "with_more"),
        (partial(partial(lambda x, g, sign, lr: (x + sign * lr * g,)), sign=-1), "your function"),
        (lambda x, g, *, lr: (x - lr * g,), "your function"),
        (lambda *args, **kwargs: (args[0] - kwargs["lr"] * args[1],), "your function"),
        (lambda x, g, state=None, /, *, lr: (x - lr * g, "state"), "your function"),
        (lambda x, g, lr: (np.vectorize(lambda x, g: x - lr * g)(x, g),), "your function"),
        (with_more, "with_more"),
        (lambda x, g, *state, lr: (np.float32(x - lr * g), "state"), "your function"),
        (lambda x, g, *, lr: (torch.tensor(x) - lr * torch.tensor(g),), "your function"),
        (lambda x, g, *, lr: [(x - lr * g).tolist()], "your function"),
    ],
)
def test_whatever_can_be_called_is_asked(student, name):
    assert str(check(student, like=rules.sgd)) == f"✓ {name} is right."


@pytest.mark.parametrize(
    ("student", "what"),
    [
        (lambda x, g, *, lr: x - lr * g, "an array"),
        (np.vectorize(lambda x, g, lr: x - lr * g), "an array"),
        (lambda x, g, *, lr: torch.tensor(x) - lr * torch.tensor(g), "a Tensor"),
    ],
)
def test_a_rule_returns_a_tuple_also_without_a_state(student, what):
    assert str(check(student, like=rules.sgd)).splitlines() == [
        f"✗ your function is not right: it returns {what}, where a tuple was asked for.",
        "  Its numbers are right.",
        "Hint: Look again at what you were asked to return.",
    ]


def test_a_state_that_cannot_be_taken_back_is_told():
    for state in ("g",), ("g", "lr"):
        verdict = check(lambda x, g, *, lr, state=state: (x - lr * g, *state), like=rules.sgd)
        said = f"returns {1 + len(state)} things, and takes only 1 of them at the next step"
        assert f"x after step 2\n    yours {said}\n" in str(verdict)
    assert check(lambda x, g, *anything, lr: (x - lr * g, g, lr), like=rules.sgd)


def test_what_is_printed_shows_for_the_first_question(capsys):
    assert check(lambda x, g, *, lr: print(lr) or (x - lr * g,), like=rules.sgd)
    assert capsys.readouterr().out == "0.5\n"  # once, not for each step of each question


def about(factor, term):
    def descends(x, g, s=0, *, lr, eps):
        x, s = rules.adagrad.unchecked(x, g, s, lr=lr, eps=eps)
        return x * factor + term, s

    return descends


def test_almost_right_is_right():
    assert check(about(1 + 1e-7, ROUNDING), like=rules.adagrad)
    assert not check(about(1 + 1e-4, 0), like=rules.adagrad)
    assert not check(about(1, 1e-4), like=rules.adagrad)
    assert check(lambda x, g, *, lr: (x - lr * g + ROUNDING / 8,), like=rules.sgd)  # where right is 0
    assert not check(lambda x, g, *, lr: (x - lr * g + 2 * ROUNDING,), like=rules.sgd)


@pytest.mark.parametrize("rule", [r for r in REFERENCES if hasattr(rules, r.__name__)], ids=lambda rule: rule.__name__)
def test_rules_in_single_precision_are_right(rule):
    def single(x, g, *state, lr, **hyper):
        hyper = {name: np.float32(value) for name, value in hyper.items()}
        x, *state = rule.unchecked(np.float32(x), np.float32(g), *state, lr=np.float32(lr), **hyper)
        assert x.dtype == np.float32
        return x, *state

    for seed in range(5):
        assert check(single, like=rule, seed=seed)


def test_a_function_elsewhere_answers_for_itself():
    class StandIn:
        __name__ = "theirs"

        def __call__(self):
            raise AssertionError("asked here")

        def answers(self, like, seed):
            assert (like, seed) == (rules.sgd, 5)
            return answers(like, RULE, like, seed)

    assert str(check(StandIn(), like=rules.sgd, seed=5)) == "✓ theirs is right."


def test_judging_needs_the_seed_of_the_questions():
    given = answers(rules.adam, RULE, rules.adam, 3)
    assert judge(given, rules.adam, 3, "mine") == Verdict(True, (), "✓ mine is right.")
    assert not judge(given, rules.adam, 4)


def test_no_answers_are_not_right():
    verdict = judge(Answers([], "", [], []), rules.sgd)
    assert str(verdict).startswith("✗ your function is not right, in a way that has no name here.")
    assert "    yours is missing\n    right [0]\nHint: Go" in str(verdict)


def test_too_few_answers_are_not_right():
    given = answers(rules.sgd, RULE, rules.sgd)
    given.values[1].pop()
    assert "x after step 4\n    yours is missing\n    right " in str(judge(given, rules.sgd))
    del given.values[1:]
    given.again = given.values[0]
    assert "yours is missing" in str(judge(given, rules.sgd))


def test_schedules_and_loops_go_the_same_way():
    assert check(lambda lr, gamma: None, like=schedules.exponential).names == ()
    verdict = check(lambda lr, gamma: None, like=schedules.exponential)
    assert "yours returns None: is a `return` missing?" in str(verdict)
    verdict = check(lambda grad, x0, lr, steps: None, like=task_descents.gradient_descent)
    assert "yours returns None: is a `return` missing?" in str(verdict)


def test_errors_are_compared_by_kind():
    like = normalisers.layer_norm
    question, mistakes = REFERENCES[like]
    [lost] = [m for m in mistakes if m.name == "axis lost"]
    given = answers(lost.function, question, like)
    assert given.error.startswith("raises ValueError: ")
    for error, names in (("ValueError", ("axis lost",)), ("TypeError", ()), ("Whatever", ())):
        given.error = f"raises {error}: in other words"
        assert judge(given, like).names == names
    given.error = ""
    assert judge(given, like).names == ()


def test_more_answers_than_a_mistake_gives_are_not_that_mistake():
    given = answers(lambda x, g, *, lr: x + lr * g, RULE, rules.sgd)
    assert judge(given, rules.sgd).names == ("update's sign",)
    for more in (given.values[1], given.values):
        kept = [*more]
        more.append(more[-1])
        assert judge(given, rules.sgd).names == ()
        more[:] = kept


def test_state_shows_after_a_single_answer():
    asked = []

    def second_time(x, g, *, lr):
        asked.append(g)
        if len(asked) == 2:
            raise RuntimeError("later")
        return x - lr * g * len(asked)

    verdict = check(second_time, like=rules.sgd)
    assert verdict.names == ("state shared between calls",)


def test_questions_are_those_of_seed_0_unless_told():
    def wrong_in_matrices(x, g, *, lr):
        return x - lr * g * x.ndim

    said = [str(check(wrong_in_matrices, rules.sgd, *seed)) for seed in ((), (0,), (1,))]
    assert said[0] == said[1] != said[2]
    given = answers(wrong_in_matrices, RULE, rules.sgd, 0)
    assert str(judge(given, rules.sgd, name="wrong_in_matrices")) == said[0]


def test_what_never_ends_is_stopped(monkeypatch):
    def waits(x, g, *, lr):
        while len(x) == 1:
            pass
        return x - lr * g

    monkeypatch.setattr(question, "SECONDS", 0.2)
    verdict = check(waits, like=rules.sgd)
    assert verdict.names == ("endless",)
    assert "    yours does not come to an end within 0.2 s\n    right [0]\n  It happens in line " in str(verdict)
    assert ": while len(x) == 1:\nHint: What ends" in str(verdict)


def test_changed_arguments_are_told_beside_a_mistake_without_a_name():
    def odd(H):
        H *= 3
        return 1 / H[0, 0]

    verdict = check(odd, like=task_descents.best_lr)
    assert verdict.names == ("input modified in place",)
    assert re.search(r"    right 0.4\n  It changes H.\nHint: Whoever .*\nHint: Go", str(verdict))
    assert "changes" not in str(check(lambda H: 1 / H[0, 0] / 3, like=task_descents.best_lr))
    assert "changes" not in str(check(climbs, like=rules.sgd))  # which has a name


def test_ipython_shows_the_message_alone():
    verdict = check(gives(None), like=rules.sgd)
    with pytest.raises(AssertionError) as caught:
        verdict.raise_if_wrong()
    assert caught.value._render_traceback_() == [str(verdict)]


def test_a_scalar_is_told_from_too_many_brackets():
    assert check(lambda x, g, *, lr: (x - lr * g).mean(), like=rules.sgd).names == ("a scalar where a vector belongs",)
    assert check(lambda x, g, *, lr: [[x - lr * g]], like=rules.sgd).names == ()
    assert check(lambda x, g, *, lr: ((x - lr * g)[:1],), like=rules.sgd).names == ("a scalar where a vector belongs",)


def test_a_verdict_stays_as_it_is():
    verdict = check(rules.sgd, like=rules.sgd)
    with pytest.raises(FrozenInstanceError):
        verdict.right = False


BAD_INPUT = [
    *((check, {"student": wrong, "like": rules.sgd}, "student") for wrong in (None, 3.0, "sgd")),
    *((check, {"student": rules.sgd, "like": wrong}, "like") for wrong in (None, "sgd", len, [])),
    *((check, {"student": rules.sgd, "like": rules.sgd, "seed": wrong}, "seed") for wrong in (-1, 0.5, "one", None)),
    *((judge, {"given": Answers([], "", [], []), "like": wrong}, "like") for wrong in (None, len)),
]


@pytest.mark.parametrize("value", [1, 3, np.int64(3), np.uint8(3)])
def test_whole_numbers_of_any_kind(value):
    assert whole_number(value, "steps") == value
    assert type(whole_number(value, "steps")) is int


@pytest.mark.parametrize("value", [0, -2, 3.0, np.float64(3), "3", None, True, [3], np.array([3]), np.nan])
def test_what_is_no_whole_number_is_told(value):
    with pytest.raises(AssertionError, match=r"^steps must be a whole number above 0, such as 12, yours is ") as found:
        whole_number(value, "steps")
    assert found.value.names == ("not written yet" if value is None else "not a whole number above 0",)
