"""Functions as students write them: `check` tells right from wrong, and gives a mistake its name.

Each module of the folders `answers` holds such functions and a table ANSWERS. A row of it is a reference, a function
that is meant to do the same, and the name of its mistake: "" where it is right, None where no name is known.
"""

from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

import pytest
from checking import SEEDS, TWINS

from gradlab.checks import check


def answers():
    """All rows; those to the tasks are not in the public tree."""
    here = Path(__file__).parent
    for path in sorted([*here.glob("answers/*.py"), *here.glob("tasks/answers/*.py")]):
        spec = spec_from_file_location(f"answers_{path.stem}", path)
        module = module_from_spec(spec)
        spec.loader.exec_module(module)
        for reference, function, name in module.ANSWERS:
            yield pytest.param(reference, function, name, id=f"{reference.__name__}-{function.__name__}-{name}")


@pytest.mark.parametrize(("reference", "function", "name"), [*answers()])
def test_an_answer_is_right_or_its_mistake_has_a_name(reference, function, name):
    names = {name} if name else set()
    twins = TWINS.get(reference, ())
    for seed in SEEDS:
        verdict = check(function, like=reference, seed=seed)
        assert verdict.right == (name == ""), verdict.message
        assert set(verdict.names) == (twins if name in twins else names), verdict.message
