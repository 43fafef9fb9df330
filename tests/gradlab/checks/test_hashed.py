"""Numbers that are confirmed by salted hashes: what is right, what is not, and what a record tells."""

import re
from base64 import b64decode
from time import process_time

import numpy as np
import pytest
import torch
from bad_input import test_bad_input_is_named  # noqa: F401

from gradlab.checks import confirm, hashed
from gradlab.checks.hashed import read, record

STABLE = "that is the largest stable rate, not the best one"
WORK = hashed.WORK
LESS = 2**6  # the tests would take a minute otherwise
with pytest.MonkeyPatch.context() as patched:
    patched.setattr(hashed, "WORK", LESS)
    PAIR = record([2 / 7, 1 / 3], digits=3, wrong=[("in the other order", [1 / 3, 2 / 7])])
    STEPS = record(92, wrong=[("the start is no step", 93)])
    RATE = record(0.2, digits=3, wrong=[(STABLE, 0.25)])


@pytest.fixture(autouse=True)
def less_work(monkeypatch):
    monkeypatch.setattr(hashed, "WORK", LESS)


def is_right(answer, text):
    return confirm(answer, text).right


# --- verdicts ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("answer", "text", "said"),
    [
        (0.2, RATE, "✓ Right, to 3 significant digits."),
        (0.25, RATE, f"✗ Not yet: {STABLE}."),
        (0.3, RATE, "✗ Not yet.\n  What counts: 3 significant digits."),
        (92, STEPS, "✓ Right."),
        (93, STEPS, "✗ Not yet: the start is no step."),
        (91, STEPS, "✗ Not yet."),
        (92.5, STEPS, "✗ Not yet: whole numbers are asked for."),
        ([2 / 7, 1 / 3], PAIR, "✓ Right, to 3 significant digits."),
        ([1 / 3, 2 / 7], PAIR, "✗ Not yet: in the other order."),
        ([2 / 7, 1], PAIR, "✗ Not yet: the number at [1] is not right.\n  What counts: 3 significant digits."),
        ([1, 2], PAIR, "✗ Not yet: the numbers at [0], [1] are not right.\n  What counts: 3 significant digits."),
        (
            None,
            RATE,
            "✗ Not yet: not written yet.\nHint: Put your lines in the place of `raise NotImplementedError()`.",
        ),
        (np.nan, RATE, "✗ Not yet: not finite.\nHint: The result is inf or nan. What is divided by 0, or grows withou"),
        (
            np.inf,
            STEPS,
            "✗ Not yet: not finite.\nHint: The result is inf or nan. What is divided by 0, or grows withou",
        ),
        ([1, 2, 3], PAIR, "✗ Not yet: a list of 2 numbers is asked for.\nHint: Print the shapes of your arrays, lin"),
        ([0.2], RATE, "✗ Not yet: one number is asked for.\nHint: Print the shapes of your arrays, lin"),
    ],
    ids=range(16),  # not by the records, whose salt is drawn
)
def test_what_is_said(answer, text, said):
    verdict = confirm(answer, text)
    assert str(verdict)[: len(said)] == said
    assert verdict.right == said.startswith("✓")
    assert len(str(verdict)) == len(said) or "Hint" in said


def test_the_name_of_a_mistake_is_the_verdict_s():
    assert confirm(0.25, RATE).names == (STABLE,)
    assert confirm(0.3, RATE).names == ()
    with pytest.raises(AssertionError, match=STABLE):
        confirm(0.25, RATE).raise_if_wrong()


def test_a_name_may_end_as_a_question():
    text = record(0.2, digits=3, wrong=[("how large is it?", 0.3), ("Too large.", 0.4)])
    assert str(confirm(0.3, text)) == "✗ Not yet: how large is it?"
    assert str(confirm(0.4, text)) == "✗ Not yet: Too large."


def test_a_list_with_a_gap_is_not_written_yet():
    assert confirm([0.2, None], PAIR).names == confirm((None, None), PAIR).names == ("not written yet",)


@pytest.mark.parametrize("answer", [0.2, np.float64(0.2), np.float32(0.2), np.array(0.2), torch.tensor(0.2)])
def test_numbers_of_any_kind(answer):
    assert is_right(answer, RATE)


@pytest.mark.parametrize("answer", [[2 / 7, 1 / 3], (2 / 7, 1 / 3), np.array([2 / 7, 1 / 3])])
def test_lists_of_any_kind(answer):
    assert is_right(answer, PAIR)


def test_the_order_of_a_list_counts():
    assert not is_right([2, 1], record([1, 2]))


def test_several_answers_may_be_right():
    text = record(-2, 2, wrong=[("zero", 0)])
    assert [is_right(x, text) for x in (-2, 2, 0, 1)] == [True, True, False, False]
    assert confirm(0, text).names == ("zero",)
    near = record([1, 2], [3, 4])
    assert "at [1] is" in str(confirm([3, 5], near)) and "at [0] is" in str(confirm([7, 2], near))


def test_one_number_of_a_list_that_is_none_of_its_kind_is_told():
    assert confirm([np.nan, 1 / 3], PAIR).names == ("not finite",)
    assert "whole numbers are asked for" in str(confirm([1, 2.5], record([1, 2])))


def test_only_right_answers_say_which_numbers_are_not_right():
    assert "at [0], [1] are" in str(confirm([7, 9], record([1, 2], wrong=[("other", [7, 8])])))


# --- rounding ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("right", [0.4999, 0.5, 0.5001])
def test_both_sides_of_a_rounding_are_judged_alike(right):
    text = record(right, decimals=0)
    assert all(is_right(x, text) for x in (0.4999, 0.5, 0.5001))


@pytest.mark.parametrize(
    ("right", "how", "accepted", "refused"),
    [
        (1 / 3, {"digits": 3}, [0.333, 0.33333, 0.3339, 0.3321], [0.33, 0.334, 0.332, 0.34, -0.333, 3.33]),
        (0.123456789012, {"digits": 12}, [0.123456789012], [0.123456789011, 0.123456789013]),
        (2 / 3, {"digits": 2}, [0.67, 0.6667, 0.661], [0.66, 0.68, 0.7]),
        (0.09996, {"digits": 3}, [0.1, 0.09996, 0.09991, 0.1004], [0.0999, 0.101, 0.0998]),  # a power of ten
        (1.0004, {"digits": 3}, [1, 0.9996, 1.004], [0.999, 1.01]),
        (-1 / 3, {"digits": 2}, [-0.33, -0.3333], [0.33, -0.34, -0.32]),
        (1234567, {"digits": 2}, [1.2e6, 1_234_567, 1_190_001], [1.3e6, 1.1e6]),
        (3e-9, {"digits": 1}, [3e-9, 3.4e-9], [4e-9, 3e-8]),
        (0, {"decimals": 2}, [0, -0.0, 0.009, -0.009], [0.01, -0.01]),
        (-0.004, {"decimals": 2}, [0, -0.004], [-0.01, 0.01]),
        (0.3, {"decimals": 1}, [0.3, 0.1 + 0.2, 0.3 + 1e-15, 0.31], [0.4, 0.2, 0.4 - 1e-15, 0.2 + 1e-15]),
        (123.456, {"decimals": 1}, [123.5, 123.456], [123.4, 123.6]),
        (1e300, {"decimals": 2}, [1e300], [1.01e300]),
        (2**53, {}, [2**53, 2.0**53], [2**53 - 1]),
        (-7, {}, [-7, -7.0, np.int64(-7)], [7, -7.0001, -6]),
        (10, {}, [10], [1, 100]),
    ],
)
def test_how_exact_an_answer_must_be(right, how, accepted, refused):
    text = record(right, **how)
    assert [x for x in accepted if not is_right(x, text)] == []
    assert [x for x in refused if is_right(x, text)] == []


def test_a_known_wrong_answer_is_rounded_like_the_right_one():
    assert confirm(0.2504, RATE).names == (STABLE,)
    assert confirm(0.251, RATE).names == ()


def test_where_right_and_wrong_are_neighbours_the_right_one_wins():
    assert is_right(0.335, record(0.33, digits=2, wrong=[("one more", 0.34)]))


def test_each_number_of_a_list_is_rounded_by_itself():
    text = record([0.4999, 10.5, 0], decimals=0)
    assert is_right([0.5001, 10.49, -0.3], text) and is_right([0.4999, 10.51, 0.3], text)
    assert not is_right([0.5001, 10.49, 1], text)


# --- what a record tells ----------------------------------------------------------------------------------------------


def test_a_record_contains_no_answer_and_no_message_in_any_plain_form():
    text = record(0.1234567, 0.7654321, digits=6, wrong=[("the largest rate", 0.9876543)])
    bare = "".join(text.split())
    raw = [bytes.fromhex(part) for part in re.findall(r"[0-9a-f]{8,16}", bare)]
    raw += [b64decode(part) for part in re.findall(r":([\w+/=]+)", bare)]
    assert len(raw) == 6
    for plain in ("1234", "7654", "9876", "largest", "rate"):
        assert plain not in bare
        assert not any(plain.encode() in part for part in raw)


def test_a_record_does_not_tell_the_same_twice():
    """Equal answers have other hashes in other records, and at other places of a list."""
    one, other = record(5), record(5)
    assert one.split(";")[1:3] != other.split(";")[1:3]
    assert {tag for entry in read(one).entries for tag in entry.tags}.isdisjoint(read(other).entries[0].tags)
    tags = read(record([5, 5])).entries[0].tags
    assert tags[0] != tags[1]


def test_what_encrypts_a_message_is_not_on_record():
    text = record(1, wrong=[("abc" * 20, 2)])
    entry = read(text).entries[1]
    assert hashed._crypted(entry.message, [bytes.fromhex(entry.tags[0])]) != b"abc" * 20
    assert not read(text)._key(0, "2").hex().startswith(entry.tags[0])
    assert hashed._crypted(entry.message, [read(text)._key(0, "2")]) == b"abc" * 20
    assert hashed._crypted(entry.message, [read(text)._key(0, "3")]) != b"abc" * 20


@pytest.mark.parametrize("answer", [5, [5], [5, 6], list(range(1, 5)), list(range(1, 17))], ids=str)
def test_the_work_is_shared_by_the_numbers_of_a_list(answer, monkeypatch):
    text, work = record(answer, digits=3), []
    monkeypatch.setattr(hashed, "WORK", WORK)
    monkeypatch.setattr(hashed, "scrypt", lambda *_, n, r, **__: work.append(n * r) or bytes(32))
    confirm(np.array(answer) + 1.0005, text)  # between two roundings
    assert sum(work) == 2 * WORK * hashed.BLOCK


def test_a_check_is_no_wait_and_a_thousand_are(monkeypatch):
    """With less work than this, all numbers of three digits are tried in less than a minute."""
    assert WORK * hashed.BLOCK >= 2**15 * 12
    monkeypatch.setattr(hashed, "WORK", WORK)
    began = process_time()
    confirm(0.12345, RATE)  # two hashes
    assert 0.02 < process_time() - began < 3, "some 0.2 s on a machine that does nothing else"


def test_a_record_has_lines_that_fit_a_cell():
    text = record(*range(1, 6), wrong=[("a long message " * 9, 7)])
    assert len(text.splitlines()) > 3 and max(map(len, text.splitlines())) <= 78
    assert is_right(3, "\n    ".join(["", *text.splitlines(), ""]))
    assert is_right(3, text.replace("\n", " "))


@pytest.mark.parametrize(
    ("answer", "how", "head"),
    [
        (5, {}, "whole;"),
        ([5], {}, "1 numbers, whole;"),
        ([5, 6], {"digits": 12}, "2 numbers, 12 digits;"),
        (5, {"decimals": 0}, "0 decimals;"),
        (list(range(1, 17)), {}, "16 numbers, whole;"),
    ],
)
def test_the_first_line_says_how_exactly_is_compared(answer, how, head):
    text = record(answer, **how)
    assert text.splitlines()[0] == head
    assert is_right(answer, text)


# --- bad input --------------------------------------------------------------------------------------------------------

HEAD, BODY = PAIR.split("\n", 1)
BAD_INPUT = [
    *(
        (confirm, {"answer": wrong, "record": RATE}, "answer")
        for wrong in ("0.2", True, np.True_, 1 + 2j, {}, {0.2}, [[1], [1, 2]], object(), len)
    ),
    *(
        (confirm, {"answer": 0.2, "record": wrong}, "record")
        for wrong in (
            None,
            3,
            "",
            "0.2",
            HEAD,
            PAIR[:-1],
            PAIR[1:],
            PAIR.replace(";", ",", 1),
            PAIR.replace("3 digits", "2 digits"),
            PAIR.replace("2 numbers, ", ""),
            BODY,
            f"{PAIR}\n{PAIR}",
            f"{HEAD} {'0' if BODY[0] != '0' else '1'}{BODY[1:]}",
        )
    ),
    (confirm, {"answer": None, "record": ""}, "record"),
    *(
        (record, {"answers": wrong}, "answers")
        for wrong in (
            (),
            (None,),
            ("5",),
            (True,),
            (0.5,),
            (np.nan,),
            (np.inf,),
            ([],),
            ([1] * 17,),
            ([[1]],),
            (1, [1]),
            ([1, 2], [1]),
        )
    ),
    (record, {"answers": (0,), "digits": 2}, "answers"),
    (record, {"answers": ([1, 0],), "digits": 2}, "answers"),
    (record, {"answers": (np.inf,), "digits": 2}, "answers"),
    *((record, {"answers": (1,), "digits": wrong}, "digits") for wrong in (0, -1, 13, 1.5, "two")),
    *((record, {"answers": (1,), "decimals": wrong}, "decimals") for wrong in (-1, 1.5, "two")),
    (record, {"answers": (1,), "digits": 2, "decimals": 2}, "decimals"),
    (record, {"answers": (1,), "digits": 2, "decimals": 0}, "decimals"),
    *(
        (record, {"answers": (1.0, 5.0), "digits": 2, "wrong": [wrong]}, "wrong")
        for wrong in (2, "two", ("two",), (2, "two"), (2, 2), ("", 2), ("two", 2, 3), ["two", 2], ("two", "2"),
                      ("one", 1.04), ("one", 0.991), ("five", 5), ("two", [2]), ("nan", np.nan))
    ),
    (record, {"answers": (1,), "wrong": [("half", 0.5)]}, "wrong"),
]  # fmt: skip


def test_a_wrong_answer_may_be_0():
    assert confirm(0, record(1, digits=2, wrong=[("zero", 0)])).names == ("zero",)


def test_answers_may_be_like_each_other():
    """Two right ones, two wrong ones, and a wrong list of which a number is right."""
    text = record(0.33, 0.335, digits=2, wrong=[("half", 0.5), ("more", 0.505), ("half again", 0.5)])
    assert [is_right(x, text) for x in (0.321, 0.335, 0.349)] == [True, True, True]
    assert confirm(0.5, text).names == ("half",)
    assert confirm([1, 3], record([1, 2], wrong=[("one is right", [1, 3])])).names == ("one is right",)
