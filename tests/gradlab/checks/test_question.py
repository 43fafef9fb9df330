"""Questions: the cases that are asked, and the answers."""

import json
from runpy import run_path

import numpy as np
import pytest
import torch

from gradlab import rules
from gradlab._arguments import hyperparameters
from gradlab.checks.question import (
    Case,
    Question,
    Unreadable,
    address,
    answers,
    call,
    formatted,
    numbers,
    returned,
    settings,
)
from gradlab.checks.questions.rules import DISTINCT_SETTINGS, RULE
from gradlab.checks.tasks.rules import momentum_l2

# In the public tree the last has nothing but a head.
ALL_RULES = [f for f in (*vars(rules).values(), momentum_l2) if hasattr(f, "unchecked")]


def cases(rule, seed=0):
    return list(RULE.cases(rule, np.random.default_rng(seed)))


def plain(values):
    return [[x.tolist() for x in case] for case in values]


# --- cases ------------------------------------------------------------------------------------------------------------


def test_the_same_seed_asks_the_same_and_another_something_else():
    one, same, other = (plain(answers(rules.sgd, RULE, rules.sgd, seed).values) for seed in (0, 0, 1))
    assert one == same
    assert one[:4] == other[:4]  # the easy ones do not change
    assert one[4:] != other[4:]


@pytest.mark.parametrize("rule", ALL_RULES, ids=lambda rule: rule.__name__)
def test_easy_questions_come_first_and_all_can_be_answered(rule):
    asked = cases(rule)
    sizes = [len(case.arguments[1]) * case.arguments[0].size for case in asked]
    assert sizes[0] == min(sizes) and max(sizes[:-2]) < min(sizes[-2:])
    assert {x.shape for (x, _, _), _ in asked} >= {(3, 2), (2, 3)}  # tall and wide
    names = set(hyperparameters(rule)) - {"lr"}
    assert all(set(case.hyper) == names for case in asked)
    assert all(case.hyper == {name: DISTINCT_SETTINGS[name] for name in names} for case in asked[:-1])
    assert all(0.2 <= value <= 0.9 for value in asked[-1].hyper.values())
    for (x, gradients, rates), _ in asked:
        assert len(gradients) == len(rates) and all(g.shape == x.shape and g.dtype == float for g in gradients)
        assert all(0.1 <= rate <= 0.5 for rate in rates)
    given = answers(rule, RULE, rule)
    assert (given.error, given.modified) == ("", [])
    assert [len(path) for path in given.values] == [len(case.arguments[1]) for case in asked]
    json.dumps([plain(given.values), plain([given.again])])


def test_rates_change_on_the_way():
    assert any(len(set(case.arguments[2])) > 1 for case in cases(rules.sgd) if case.arguments[0].size == 1)


def test_no_two_betas_are_equal():
    assert DISTINCT_SETTINGS["beta1"] != DISTINCT_SETTINGS["beta2"]
    assert len({*cases(rules.adam)[-1].hyper.values()}) == 3


def test_the_reference_is_not_called():
    def sgd(x, g, *, lr):
        raise AssertionError("called")

    assert len(answers(rules.sgd, RULE, sgd).values) == len(answers(rules.sgd, RULE, rules.sgd).values)


# --- answers ----------------------------------------------------------------------------------------------------------


def test_answers_by_hand():
    given = answers(rules.sgd, RULE, rules.sgd)
    assert [case[0].tolist() for case in given.values[:3]] == [[0], [0], [0]]  # 1 − 0.5 · 2
    assert [x.item() for x in given.values[2]] == [0, 0.75, 0.625, -0.125]
    assert [x.tolist() for x in given.values[3]] == [[0, -1.25], [0.75, -2.75]]
    assert (given.error, given.modified) == ("", [])
    assert plain([given.again]) == plain(given.values[-1:])


def test_an_error_ends_the_questions_and_what_was_answered_before_it_is_kept():
    def grumpy(x, g, *, lr):
        if x.ndim > 1 and g[0, 0] == asked[4].arguments[1][2][0, 0]:
            raise KeyError("no such gradient")
        return x - lr * g

    asked, right = cases(rules.sgd), answers(rules.sgd, RULE, rules.sgd)
    given = answers(grumpy, RULE, rules.sgd)
    assert given.error == "raises KeyError: 'no such gradient'"
    assert plain(given.values) == plain([*right.values[:4], right.values[4][:2]])
    assert plain([given.again]) == plain(right.values[3:4])  # the last that was finished


def test_an_error_at_the_first_step():
    given = answers(lambda x, g, *, lr: 1 / 0, RULE, rules.sgd)
    assert (given.values, given.error, given.again) == ([[]], "raises ZeroDivisionError: division by zero", [])


def test_an_error_of_a_question_that_does_not_raise_stopped():
    def run(function, case):
        return [numbers(function(*case.arguments))], []

    question = Question(lambda reference, rng: iter([Case((1.0,), {}), Case((0.0,), {})]), run, str)
    given = answers(lambda x: 1 / x, question, None)
    assert (plain(given.values), given.error) == ([[1.0], []], "raises ZeroDivisionError: float division by zero")
    assert plain([given.again]) == [[1.0]]


def test_a_function_that_fails_when_asked_again_leaves_again_empty():
    asked = []

    def tired(x, g, *, lr):
        asked.append(g)
        if len(asked) > sum(len(case.arguments[1]) for case in cases(rules.sgd)):
            raise RuntimeError("tired")
        return x - lr * g

    given = answers(tired, RULE, rules.sgd)
    assert (given.error, given.again, len(given.values)) == ("", [], 6)


def test_long_errors_are_cut():
    def wordy(x, g, *, lr):
        raise ValueError("a line\n" * 1000)

    error = answers(wordy, RULE, rules.sgd).error
    assert error.startswith("raises ValueError: a line a line") and len(error) <= 300


@pytest.mark.parametrize(("characters", "kept"), [(300, True), (301, False)])
def test_errors_of_300_characters_are_whole(characters, kept):
    said = f"raises ValueError: {'!' * (characters - 19)}"

    def loud(x, g, *, lr):
        raise ValueError(said[19:])

    assert len(said) == characters
    assert (answers(loud, RULE, rules.sgd).error == said) == kept


@pytest.mark.parametrize(("characters", "kept"), [(120, True), (121, False)])
def test_lines_of_120_characters_are_whole(tmp_path, characters, kept):
    line = f"line 2: 1 / {'0' * (characters - 12)}"
    (tmp_path / "theirs.py").write_text(f"def rule(x, g, *, lr):\n    {line[8:]}\n")
    rule = run_path(tmp_path / "theirs.py")["rule"]
    assert len(line) == characters
    assert (answers(rule, RULE, rules.sgd).place == line) == kept


def test_the_line_of_an_error_is_the_innermost_of_the_file():
    def divided(x):
        return x // 0

    def calls(x, g, *, lr):
        return divided(lr)

    assert answers(calls, RULE, rules.sgd).place == f"line {divided.__code__.co_firstlineno + 1}: return x // 0"


def test_numpy_does_not_warn():
    assert np.isnan(answers(lambda x, g, *, lr: np.log(-(x**2) - 1), RULE, rules.sgd).values[0][0]).all()


@pytest.mark.parametrize("wrong", [np.ones(7), np.array(1.0)])
def test_a_wrong_shape_ends_the_path(wrong):
    given = answers(lambda x, g, *, lr: wrong, RULE, rules.sgd)
    assert [[x.shape for x in case] for case in given.values] == [[wrong.shape]] * 6


@pytest.mark.parametrize("error", [TypeError, ValueError])
def test_a_function_without_a_signature_may_take_any_arguments(error):
    class Silent:
        @property
        def __signature__(self):
            raise error("no signature")

        def __call__(self, x, g, *state, lr):
            return x - lr * g, *state, "more"

    given = answers(Silent(), RULE, rules.sgd)
    assert (given.error, plain(given.values)) == ("", plain(answers(rules.sgd, RULE, rules.sgd).values))


def test_an_argument_changed_in_place_is_named_once_and_the_cases_stay_as_they_are():
    def rude(x, g, *, lr):
        x -= lr * g
        g *= 0
        return x

    given = answers(rude, RULE, rules.sgd)
    assert given.modified == ["x", "g"]
    assert [x.item() for x in given.values[2]] == [0, 0.75, 0.625, -0.125]


def test_an_argument_changed_at_a_later_step_is_named_too():
    def hoarder(x, g, sum_of_g=None, *, lr):
        if sum_of_g is None:
            sum_of_g = g
        else:
            sum_of_g += g  # the first gradient, still in the caller's hands
        return x - lr * g, sum_of_g

    assert answers(hoarder, RULE, rules.sgd).modified == ["g", "argument 3"]


def test_a_state_changed_in_place_is_named_by_its_place():
    def thrifty(x, g, v=None, *, lr, beta):
        v = np.zeros_like(x) if v is None else v
        v *= beta
        v += g
        return x - lr * v, v

    given, right = (answers(rule, RULE, rules.momentum) for rule in (thrifty, rules.momentum))
    assert plain(given.values) == plain(right.values) and given.modified == ["argument 3"]


@pytest.mark.parametrize("wrap", [lambda x: x, lambda x: (x,), lambda x: [x], lambda x: (x, "some", {"state": 1})])
def test_x_may_come_alone_in_a_tuple_or_in_a_list(wrap):
    given = answers(lambda x, g, *state, lr: wrap(x - lr * g), RULE, rules.sgd)
    assert plain(given.values) == plain(answers(rules.sgd, RULE, rules.sgd).values)


def test_the_form_is_that_of_the_answer_to_the_easiest_question():
    asked = [Case((value,), {}) for value in (1.0, 2.0, 3.0)]
    question = Question(
        lambda reference, rng: iter(asked), returned, str, form=lambda function, case: f"{case.arguments}"
    )
    assert answers(abs, question, None).form == "returns (1.0,)"


# --- numbers ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "value", [[1, 2], (1.0, 2), np.array([1, 2]), np.float32([1, 2]), torch.tensor([1, 2]), np.array([1, 2], np.uint8)]
)
def test_numbers_reads_any_real_numbers(value):
    array = numbers(value)
    assert array.dtype == float and array.tolist() == [1, 2]


def test_numbers_are_copied():
    x = np.ones(2)
    assert numbers(x) is not x and not np.shares_memory(numbers(x), x)
    assert numbers(True) == 1.0 and numbers(2).shape == ()


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (None, "None: is a `return` missing?"),
        ("1.0", "a str, where numbers were asked for"),
        (["1.0"], "a list, where numbers were asked for"),
        (1j, "complex numbers, where numbers were asked for"),
        (np.array([1j]), "complex numbers, where numbers were asked for"),
        ([[1.0], [1.0, 2.0]], "a list, where numbers were asked for"),
        ({"x": 1.0}, "a dict, where numbers were asked for"),
        ((x for x in [1.0]), "a generator, where numbers were asked for"),
        (len, "a builtin_function_or_method, where numbers were asked for"),
        (
            torch.ones(2, requires_grad=True),
            "a Tensor, whose numbers cannot be read: Can't call numpy() on Tensor that requires grad. "
            "Use tensor.detach().numpy() instead.",
        ),
        (torch.ones(2).bfloat16(), "a Tensor, whose numbers cannot be read: Got unsupported ScalarType BFloat16"),
        (np.array([None]), "an array, where numbers were asked for"),
    ],
)
def test_numbers_refuses_everything_else(value, said):
    with pytest.raises(Unreadable) as caught:
        numbers(value)
    assert str(caught.value) == said


# --- asking and telling -----------------------------------------------------------------------------------------------


def test_call_and_returned():
    def double(x, n, *, factor):
        x *= factor
        return [x, n]

    case = Case((np.ones(2), 3), {"factor": 2})
    (x, n), modified = call(double, case)
    assert (x.tolist(), n, modified) == ([2, 2], 3, ["argument 1"])
    assert case.arguments[0].tolist() == [1, 1]
    [value], modified = returned(lambda x, n, factor: x, case)
    assert (value.tolist(), modified) == ([1, 1], [])


def test_steps_in_words():
    one, four, slower, two, *_ = cases(rules.momentum)
    assert RULE.tell(one, 0) == "From x = [1], beta = 0.5, lr = 0.5, g = [2]: x after step 1"
    assert RULE.tell(four, 2) == "From x = [1], beta = 0.5, lr = 0.5, g = [2], then [-1.5], then [0.5]: x after step 3"
    assert RULE.tell(slower, 1) == "From x = [1], beta = 0.5, lr = 0.5, g = [2], then [-1.5]: x after step 2"
    assert ", lr = 0.5, then 0.5, then 0.25, g = [2], then [-1.5], then [0.5]: x after step 3" in RULE.tell(slower, 2)
    assert RULE.tell(two, 0) == "From x = [1, -1], beta = 0.5, lr = 0.5, g = [2, 0.5]: x after step 1"
    assert RULE.tell(cases(rules.sgd)[0], 0) == "From x = [1], lr = 0.5, g = [2]: x after step 1"


def test_numbers_in_words():
    assert formatted(np.array([1.0])) == "[1]"
    assert formatted(0.123456789) == "0.123457"
    assert formatted(np.array([1.0, 2.5])) == "[1, 2.5]"
    assert formatted(np.array([[1.0], [1 / 3]])) == "[[1], [0.333333]]"
    assert settings({"lr": 0.1, "fan": "fan_in", "anneal": True}) == "lr = 0.1, fan = fan_in, anneal = True"


def test_address_names_the_module_and_the_question():
    where = address(RULE)
    assert where == ("gradlab.checks.questions.rules", "RULE")
    with pytest.raises(ValueError, match=r"^address: question must have a name"):
        address(None)


def test_a_check_prints_no_warning_about_numbers(recwarn):
    """Known mistakes divide by 0 and look for the largest of nothing: a student would see warnings of other code."""

    def largest(*arguments, **hyper):
        return np.nanmax([np.nan]), 1 / np.zeros(1)

    answers(largest, RULE, rules.sgd)
    assert not recwarn.list
