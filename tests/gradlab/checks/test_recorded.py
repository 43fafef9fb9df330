"""Answers on record give the verdicts of the functions that gave them, and nothing else."""

import importlib.util
import inspect
import json
from importlib import import_module

import numpy as np
import pytest

from gradlab import differences
from gradlab.checks import REFERENCES, check, recorded
from gradlab.checks.question import answers
from gradlab.checks.recorded import Recorded
from gradlab_course import ROOT
from gradlab_course.editions import public
from gradlab_course.exercises import sources

TASKS = sorted(path.stem for path in (ROOT / "code" / "gradlab" / "checks" / "tasks").glob("[a-z]*.py"))


def modules():
    """Name the modules that can be recorded here: any that has references with a body."""
    yield "gradlab.differences"
    yield from (f"gradlab.checks.tasks.{name}" for name in TASKS if sources(ROOT))


@pytest.fixture
def heads(tmp_path, monkeypatch):
    """A function that gives a module as the public tree has it, its references known to `check`."""

    def made(module):
        path = tmp_path / "heads.py"
        path.write_text(public.heads(module), encoding="utf-8")
        path.with_suffix(".json").write_text(public.record(module), encoding="utf-8")
        spec = importlib.util.spec_from_file_location("heads", path)
        found = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(found)
        for reference, entry in recorded.mistakes(found).items():
            monkeypatch.setitem(REFERENCES, reference, entry)
        return found

    return made


@pytest.mark.parametrize("name", list(modules()))
def test_a_record_gives_the_verdicts_of_the_functions(heads, name):
    module = import_module(name)
    in_public_tree = heads(module)
    references = [f for f in REFERENCES if f.__module__ == name]
    assert references
    for f in references:
        on_record = getattr(in_public_tree, f.__name__)
        assert isinstance(on_record, Recorded)
        assert check(f, like=on_record)
        (question, known), (kept_question, kept) = REFERENCES[f], REFERENCES[on_record]
        assert kept_question is question
        assert [(m.name, m.hint) for m in kept] == [(m.name, m.hint) for m in known]
        for m in known:
            assert check(m.function, like=on_record) == check(m.function, like=f)
        assert check(lambda *arguments, **hyper: 7.0, like=on_record) == check(lambda *a, **h: 7.0, like=f)


def test_a_recorded_function_has_name_signature_and_docstring_and_cannot_be_called(heads):
    f = heads(differences).numerical_grad
    assert f.__name__ == "numerical_grad"
    assert inspect.signature(f).parameters.keys() == inspect.signature(differences.numerical_grad).parameters.keys()
    assert f.__doc__ == differences.numerical_grad.__doc__.splitlines()[0]
    with pytest.raises(NotImplementedError, match=r"^numerical_grad is what you are asked to write"):
        f(np.sin, 1.0)


def test_only_the_seed_on_record_can_be_asked(heads):
    f = heads(differences).numerical_grad
    with pytest.raises(ValueError, match=r"^check: seed must be 0, the only one .* got 1$"):
        check(differences.numerical_grad, like=f, seed=1)
    with pytest.raises(ValueError, match=r"got -1$"):
        f.answers(f, -1)


def test_a_record_restores_the_answers_exactly():
    given = answers(differences.numerical_grad, REFERENCES[differences.numerical_grad][0], differences.numerical_grad)
    given.values[0][0] = np.array([[np.nan, np.inf, -0.0]])
    on_record = Recorded(differences.numerical_grad, json.loads(json.dumps(recorded.to_record(given))))
    assert repr(on_record.answers(differences.numerical_grad, 0)) == repr(given)
