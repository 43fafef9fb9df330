"""What the page shows as source is the source that runs; tables of what was measured."""

import inspect
import math

import numpy as np
import pytest
from bs4 import BeautifulSoup

from gradlab import backprop, initialisers, landscape, rules, schedules
from gradlab.show import body, source, table


def test_the_source_has_neither_decorator_nor_docstring():
    assert body(rules.sgd) == "def sgd(x, g, *, lr=1e-3):\n    return (x - lr * g,)"


def test_what_is_shown_is_what_runs():
    scope = {}
    exec(body(rules.adam), scope)
    state = (0.5, 3.0, 2, 0.1, 0.2)
    assert scope["adam"](*state, lr=0.1) == rules.adam(*state, lr=0.1)


def test_type_hints_are_left_to_the_reference():
    def half(x: int, *more: list[int], y: "dict[str, int]" = 1, z=2, **rest: int) -> tuple[int, int]:
        """Half."""
        return x / 2

    assert body(half) == "def half(x, *more, y=1, z=2, **rest):\n    return x / 2"
    for module in (landscape, schedules, backprop):
        for _, function in inspect.getmembers(module, inspect.isfunction):
            exec(body(function), {})  # no name of a hint is needed


def test_a_long_signature_has_its_arguments_on_a_line_of_their_own():
    head = body(initialisers.variance_scaling).split("\n")[:3]
    assert head == ["def variance_scaling(", '    shape, rng, *, gain=1.0, fan="fan_in", distribution="normal"', "):"]


def test_a_function_without_docstring_is_shown_whole():
    def half(x):
        # comments stay
        return x / 2

    assert body(half) == "def half(x):\n    # comments stay\n    return x / 2"


def test_source_is_shown_as_a_block_of_python():
    assert source(rules.sgd).data.startswith("```python\ndef sgd(")
    assert source(rules.sgd).data.endswith("\n```")


@pytest.mark.parametrize("nothing", [math.sqrt, 3, None])
def test_what_has_no_python_source_is_refused(nothing):
    with pytest.raises(ValueError, match="function"):
        source(nothing)


def test_a_table_is_text_in_columns():
    shown = table(["rule", "lr", "steps"], [("sgd", 0.5, 1200), ("Adam <3", np.float64(1 / 3), np.int64(7))])
    assert repr(shown).split("\n") == ["rule        lr  steps", "sgd        0.5   1200", "Adam <3  0.333      7"]


def test_a_table_is_html_with_heads_of_columns_and_rows():
    shown = BeautifulSoup(table(["rule", "lr"], [("sgd", "1 ± 2"), ("Adam <3", 2)])._repr_html_(), "html.parser")
    assert [th.text for th in shown.select("thead th[scope=col]")] == ["rule", "lr"]
    assert [[it.text for it in row.children] for row in shown.select("tbody tr")] == [
        ["sgd", "1 ± 2"],
        ["Adam <3", "2"],
    ]
    assert [th.text for th in shown.select("tbody th[scope=row]")] == ["sgd", "Adam <3"]


def test_a_table_without_rows_has_its_heads():
    assert repr(table(["a", "b"], [])) == "a  b"


@pytest.mark.parametrize("nothing", ["", "  "])
def test_a_column_without_a_name_is_refused(nothing):
    with pytest.raises(ValueError, match=r"table: columns\[1\] must be a name, got '"):
        table(["a", nothing], [])


def test_a_row_of_another_length_is_refused():
    with pytest.raises(ValueError, match=r"table: rows\[1\] must have 2 cells, one for each column, got 3"):
        table(["a", "b"], [(1, 2), (1, 2, 3)])


def test_other_things_in_a_table_are_written_out():
    assert table(["a", "b", "c"], [(True, None, 1 + 2j)]).rows == [["True", "None", "(1+2j)"]]
    assert table(["a"], [(math.inf,), (1e-9,)]).rows == [["inf"], ["1e-09"]]
