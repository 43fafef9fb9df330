"""What the page shows as source is the source that runs."""

import math

import pytest

from gradlab import rules
from gradlab.show import body, source


def test_the_source_has_neither_decorator_nor_docstring():
    assert body(rules.sgd) == "def sgd(x, g, *, lr=1e-3):\n    return (x - lr * g,)"


def test_what_is_shown_is_what_runs():
    scope = {}
    exec(body(rules.adam), scope)
    state = (0.5, 3.0, 2, 0.1, 0.2)
    assert scope["adam"](*state, lr=0.1) == rules.adam(*state, lr=0.1)


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
