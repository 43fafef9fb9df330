"""Known mistakes in rules: a state can be forgotten in parts."""

from gradlab import rules
from gradlab.checks import REFERENCES


def test_each_part_of_a_state_can_be_forgotten_and_all_of_it():
    named = [m.function for m in REFERENCES[rules.adam][1] if m.name == "state forgotten between steps"]
    x, t, m, v = rules.adam(1.0, 2.0)
    assert [f(1.0, 2.0) for f in named] == [[x], [x, m, v], [x, t, v], [x, t, m]]
