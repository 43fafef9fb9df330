"""The tracer records what Python does, and says in plain words what it cannot record."""

import numpy as np
import pytest
from bad_input import test_bad_input_is_named  # noqa: F401

from gradlab import rules, schedules
from gradlab.playground import noise, page, programs, trace
from gradlab.playground.tape import PLAIN, TraceError

BAD_INPUT = [
    (noise.noisy, {"grad": 3, "sd": 1.0}, "grad"),
    (noise.noisy, {"grad": abs, "sd": -1.0}, "sd"),
    (noise.noisy, {"grad": abs, "sd": 1.0, "seed": -1}, "seed"),
]


def ran(program, inputs):
    """What a program gives for some numbers, by Python."""
    values = [*map(float, inputs), *program["constants"]]
    for name, *parts in program["ops"]:
        values.append(PLAIN[name](*(values[i] for i in parts)))
    return [values[i] for i in program["outputs"]]


def test_a_program_is_the_record_in_order():
    program = trace.record(lambda x, g, lr: x - lr * g, x=(2,), g=(2,), lr=())
    assert program == {
        "inputs": ["x0", "x1", "g0", "g1", "lr"],
        "constants": [],
        "ops": [["*", 4, 2], ["*", 4, 3], ["-", 0, 5], ["-", 1, 6]],
        "outputs": [7, 8],
    }


def test_nothing_is_simplified():
    program = trace.record(lambda x: 0 * x + x * 1 + (x - x), x=())
    assert [op[0] for op in program["ops"]] == ["*", "*", "+", "-", "+"]


@pytest.mark.parametrize("rule", [rule for rule in programs.RULES if rule is not rules.muon], ids=lambda r: r.__name__)
def test_programs_of_rules_are_the_rules(rule):
    rng = np.random.default_rng(3)
    traced = trace.rule(programs.rebound(rule))
    x, g, h = rng.normal(size=(3, 2))
    hyper = traced["hyper"]
    found = ran(traced["first"], [*x, *g, *hyper.values()])
    wanted = rule(x, g, **hyper)
    assert found == pytest.approx(np.concatenate([np.ravel(part) for part in wanted]), rel=1e-14)
    found = ran(traced["later"], [*x, *h, *found[2:], *hyper.values()])
    wanted = rule(x, h, *wanted[1:], **hyper)
    assert found == pytest.approx(np.concatenate([np.ravel(part) for part in wanted]), rel=1e-14)


def test_all_rules_and_surfaces_are_there():
    public = {name for name in vars(rules) if getattr(getattr(rules, name), "conditions", None) and name[0] != "_"}
    assert set(programs.data()["rules"]) == public
    assert set(schedules.__dict__) >= {make.__name__ for make, *_ in programs.SCHEDULES.values()}


def test_controls_hold_their_defaults():
    data = programs.data()
    for entry in [*data["rules"].values(), *data["schedules"].values()]:
        for control in entry["hyper"]:
            assert control["min"] <= control["default"] <= control["max"]
            assert control["scale"] in ("log", "linear", "integer", "decay")
            assert control["scale"] != "log" or control["min"] > 0


def test_the_source_shown_is_the_source_traced():
    """What the editor opens, typed as it stands, gives the same programs."""
    for entry in programs.data()["rules"].values():
        shape, wanted = ((2, 2), entry["matrix"]) if entry["first"] is None else ((2,), entry)
        typed = trace.source(entry["source"], shape)
        assert (typed["first"], typed["later"]) == (wanted["first"], wanted["later"])


def test_state_none_is_the_first_step_only():
    traced = trace.source(
        "def f(x, g, old=None, *, lr=0.1):\n    old = x if old is None else old\n    return x - old, x"
    )
    assert "old0" not in traced["first"]["inputs"] and "old0" in traced["later"]["inputs"]


def test_numpy_and_math_may_be_imported():
    text = (
        "import numpy as np\nfrom math import sqrt\n\ndef f(x, g, *, lr=0.1):\n    return x - lr * np.sqrt(np.abs(g)),"
    )
    assert [op[0] for op in trace.source(text)["first"]["ops"]][:4] == ["abs", "abs", "sqrt", "sqrt"]


R = "def rule(x, g, *, lr=0.1):\n    "
M = "def rule(x, g, m=0, *, lr=0.1):\n    "

#: what a reader types, the line that is named, and words of the error
WRONG = [
    (R + "if g > 0:\n        return x - lr,\n    return x + lr,", 2, "Write where(condition, a, b)"),
    (R + "return x - lr * (g if g[0] > 1 else 2 * g),", 2, "Write where(condition, a, b)"),
    (R + "return x - lr * g * (g[0] > 0 and g[1] > 0),", 2, "& for and"),
    (R + "return x - lr * sqr(g),", 2, "sqr is not known here, nor among the arguments; did you mean sqrt?"),
    (R + "return x - lr * gg,", 2, "gg is not known here, nor among the arguments; did you mean g?"),
    (R + "x -= lr * g\n    return x,", 2, "x -= … writes into the x that the rule was given"),
    (R + "v = g\n    v *= lr\n    return x - v,", 3, "writes into the g"),
    ("class SGD:\n    def __init__(self):\n        pass", 1, "a function, not a class"),
    ("x = [1, 2]\nfor i in range(9):\n    x = x - grad(x)", 1, "there is no function"),
    (R + "return x - beta * g,", 2, "beta is not known here, nor among the arguments; there are: "),
    (R + "return x - lr * np.sqroot(g),", 2, "np.sqroot is not known here; did you mean sqrt?"),
    (R + "return x - lr * max(g, 0),", 2, "write maximum(a, b)"),
    (R + "return x - lr * g", 2, "must end its return with a comma"),
    (R + "return x - lr * g if lr else x,", 2, "or has a slider"),
    ("v = 0\n" + R + "global v\n    v = 0.9 * v + g\n    return x - lr * v,", 4, "kept outside the function"),
    ("v = [0]\n" + R + "v[0] = 0.9 * v[0] + g\n    return x - lr * v[0],", 3, "kept outside the function"),
    (R + "x = x - lr * g", 1, "returns nothing"),
    (R + "return (x - lr * g).sum(),", 2, "does a sum make one number"),
    (R + "return x - lr * array([1, 2, 3]),", 2, "the shapes (2,) and (3,) do not go together"),
    (R + "return x - lr * g[2],", 2, "there is no [2]"),
    (R + "m = 0.9 * m + g\n    return x - lr * m,", 2, "m has no value yet"),
    (R + "x[0] = 1\n    return x,", 2, "parts of an array are not changed"),
    (R + "return x - lr * float(g[0]),", 2, "a number that is known now"),
    (R + "return x - lr * g ^ 2,", 2, "^ is no power"),
    (R + "return x - lr * sqrt,", 2, "sqrt is a function, not a number"),
    (R + "return x - lr * g.norm(),", 2, "a value here has no .norm"),
    (R + "return x − lr * g,", 2, "not Python"),
    (R + "y = 3\n      return x,", 3, "begins farther to the right"),
    (R + "return (x - lr * g,", 2, "never closed"),
    (R + "while True:\n        g = g * 2\n    return x,", 2, "no while here"),
    (R + "for i in range(10**6):\n        g = g * 2\n    return x,", 2, "range has 1000000 numbers"),
    (R + "for i in range(900):\n      for j in range(99):\n        g = g * 2\n    return x,", 4, "a loop never end"),
    (R + "return x - lr * (0 < g < 1),", 2, "two comparisons in a row"),
    (R + "return rule(x, g)", 2, "calls itself"),
    (R + "return x - lr * eval('g'),", 2, "eval is not for rules"),
    (R + "return x.__class__,", 2, "two underscores"),
    ("import torch\n" + R + "return x,", 1, "nothing is imported here but numpy and math"),
    ("def rule(x, g, lr=0.1):\n    return x - lr * g,", 2, "write a * before it: def rule(x, g, *, lr=0.1)"),
    ("def rule(x, g, m, *, lr=0.1):\n    return x, m", 1, "m needs a starting value"),
    ("def rule(x, g, *, lr):\n    return x,", 1, "lr needs a default"),
    ("def rule(x, *, lr=0.1):\n    return x,", 1, "a rule takes the point and the gradient first"),
    ("def rule(x, g, *, lr=0.1)\n    return x,", 1, "expected ':'"),
    ("lr = 0.1", 1, "there is no function"),
    (M + "m = 0.9 * m + g\n    return x - lr * m", 3, "with a comma between them: return x, m"),
    (M + "return x - lr * g, m, g", 2, "takes 1 part of state (m) after x and g, but returns 2"),
    (M + "m = x if m == 0 else m.sum()\n    return x - lr * m, m", 2, "Write where(condition, a, b)"),
    (M + "m = g if np.ndim(m) == 0 else m.sum()\n    return x, m", 3, "after the first step"),
    ("def rule(x, g, m=None, *, lr=0.1):\n    m = 0.9 * m + g\n    return x - lr * m, m", 2, ""),
]  # fmt: skip


@pytest.mark.parametrize(
    "words",
    [
        '"""Is 0 < beta < 1?\n\n    while x.__len__ > 0 < 1: class\n    """',
        "'<b> it is </b> <i>'  # 0 < beta < 1 and __name__",
        'note = "it\'s 0 < 1 < 2 \\" __x__"',
    ],
)
def test_what_stands_in_quotation_marks_and_comments_is_no_code(words):
    assert trace.source(R + words + "\n    return x - lr * g,")["name"] == "rule"


@pytest.mark.parametrize(("text", "line", "words"), WRONG)
def test_errors_name_the_line_and_the_cause(text, line, words):
    with pytest.raises(TraceError) as error:
        trace.source(text)
    assert error.value.line == line
    assert words in error.value.message
    assert "Traceback" not in str(error.value) and "\n" not in str(error.value)


def test_what_the_page_gets_is_json():
    import json

    text = R + 'return x - lr * g * float("inf"),'
    found = json.loads(page.asked(text, [(2,), [1]]))
    assert found == json.loads(json.dumps([trace.source(text), trace.source(text, (1,))]))
    assert json.loads(page.asked('"\\t\\', [[2]]))["line"] == 1
    assert json.loads(page.written('a"\\\n\t')) == 'a"\\\n\t'
