"""What the playground's editor asks for once a reader opens it: its script, Brython, the tracer, answers on record.

A page loads none of it before. Brython is by Pierre Quentel; its licence (BSD, three clauses) is in
static/brython-licence.txt, and goes into the site beside it.
"""

from __future__ import annotations

import hashlib
import json
from functools import cache
from importlib.resources import files
from pathlib import Path

import numpy as np

from gradlab import rules
from gradlab._arguments import hyperparameters
from gradlab.checks import REFERENCES, messages
from gradlab.checks.mistakes.rules import HINTS
from gradlab.checks.question import answers
from gradlab.checks.questions.rules import RULE
from gradlab.checks.recorded import SEED
from gradlab.playground import page
from gradlab_course import LIBRARY

LICENCE = Path(__file__).parent / "static" / "brython-licence.txt"
DIGITS = 10  # of the answers: they are compared to five

#: the rules that can be checked in the page: those of chapters 1, 4 and 5
RULES = (
    rules.sgd, rules.momentum, rules.ewma_momentum, rules.heavy_ball, rules.nesterov, rules.adagrad, rules.rmsprop,
    rules.adadelta, rules.adam, rules.adamw, rules.amsgrad, rules.adamax, rules.nadam, rules.radam, rules.lion,
)  # fmt: skip


_POLYAK = "Polyak (1964), as Sutskever et al. (2013) and Keras write it"
_AVERAGE = "a moving average of the gradients, here ewma_momentum"
_TORCH = "as torch has it, here momentum"
_KERAS = "as Keras has it"
_EPS_HAT = "Kingma & Ba (2015), before their section 2.1, who call it ε̂, and Keras"
_LINEAR = "Adam with an L2 penalty, as torch.optim.Adam(weight_decay=...) has it"
_REDDI = "Reddi, Kale & Kumar (2018), Algorithm 2"

#: rule -> name of a mistake -> whose form it is: a rule that others have published, and not this one
PUBLISHED = {
    rules.momentum: {
        "lr inside the velocity": _POLYAK,
        "EWMA for heavy ball": _AVERAGE,
        "look-ahead where none belongs": "Nesterov's, here nesterov",
    },
    rules.ewma_momentum: {"heavy ball for EWMA": _TORCH},
    rules.heavy_ball: {"lr outside the velocity": _TORCH},
    rules.nesterov: {"lr inside the velocity": f"Nesterov's {_KERAS}", "Nesterov without look-ahead": _TORCH},
    rules.adagrad: {"eps inside the root": _KERAS},
    rules.rmsprop: {"eps inside the root": _KERAS},
    rules.adam: {"eps beside the uncorrected root": _EPS_HAT},
    rules.adamw: {
        "L2 for decoupled decay": _LINEAR,
        "decay not scaled by lr": "Loshchilov & Hutter (2019), Algorithm 2",
        "eps beside the uncorrected root": _EPS_HAT,
    },
    rules.amsgrad: {"no bias correction": f"{_REDDI}, who have no eps"},
    rules.adamax: {"eps outside the maximum": _KERAS},
    rules.radam: {"the paper's threshold": "Liu et al. (2020), Algorithm 2"},
}


def put(folder: Path) -> str:
    """Write the files of the editor into a folder of the site, if they are not there; give their version."""
    texts, version = contents()
    for name, text in texts.items():
        target = folder / name
        if not target.exists() or target.read_text(encoding="utf-8") != text:
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(text, encoding="utf-8")
    return version


@cache
def contents() -> tuple[dict[str, str], str]:
    """The texts of the editor's files by their names, and a version for all of them."""
    texts = {
        "brython.js": files("brython").joinpath("data", "brython.js").read_text(encoding="utf-8"),
        "brython-licence.txt": LICENCE.read_text(encoding="utf-8"),
        "tracer.js": f"window.gradlabPlayground.tracer = {json.dumps(page.bundle(), ensure_ascii=False)};\n",
        "editor.js": _editor(),
    }
    for rule in RULES:
        text = json.dumps(record(rule), ensure_ascii=False, separators=(",", ":"))  # NaN and Infinity are JavaScript
        texts[f"answers/{rule.__name__}.js"] = f"gradlabPlayground.answered.{rule.__name__} = {text};\n"
    everything = "".join(texts.values()).encode()
    return texts, hashlib.sha256(everything).hexdigest()[:8]


def _editor():
    """The editor's script, before it the names of the rules that can be checked."""
    known = "".join(f"{rule.__name__}: null, " for rule in RULES)
    text = (LIBRARY / "playground" / "editor.js").read_text(encoding="utf-8")
    return f"window.gradlabPlayground.answered = {{ {known}}};\n{text}"


def record(rule) -> dict:
    """The questions to a rule, its answers, and those of its known-wrong variants: numbers and no lines.

    It is what the public tree has on record for the tasks, with the questions in words.
    """
    question, mistakes = REFERENCES[rule]
    if question is not RULE:
        raise ValueError(f"record: rule must be one that is asked for its steps, got {rule.__name__}")
    cases = list(question.cases(rule, np.random.default_rng(SEED)))
    right = answers(rule, question, rule, SEED)
    wrong = [(mistake, answers(mistake.function, question, rule, SEED)) for mistake in mistakes]
    return {
        "title": rule.__name__,
        "hyper": hyperparameters(rule),
        "tolerance": question.tolerance,
        "cases": [_case(question, case) for case in cases],
        "right": _numbers(right, cases),
        # Those that change the shape, or stop with an error, are refused before they are asked.
        "mistakes": [
            {"name": mistake.name, "hint": mistake.hint, "values": values, **_published(rule, mistake)}
            for mistake, given in wrong
            if (values := _numbers(given, cases))
        ],
        "forgotten": HINTS["state forgotten between steps"],
        "general": {
            "infinite": {"name": messages.NOT_FINITE.name, "hint": messages.NOT_FINITE.hint},
            "nameless": {"name": messages.NAMELESS.name, "hint": messages.NAMELESS.hint},
        },
    }


def _published(rule, mistake):
    """Whose form a variant is, if it is no mistake but what somebody else has published."""
    whose = PUBLISHED.get(rule, {}).get(mistake.name)
    return {"published": whose} if whose else {}


def _case(question, case):
    x, gradients, rates = case.arguments
    return {
        "shape": list(x.shape),
        "x": x.ravel().tolist(),
        "g": [g.ravel().tolist() for g in gradients],
        "lr": list(rates),
        "hyper": case.hyper,
        "tell": [question.tell(case, i) for i in range(len(rates))],
    }


def _numbers(given, cases):
    """The values of `Answers`, flat, for each case and step; [] where they are not of the shape of x, or too few."""
    whole = len(given.values) == len(cases) and not given.error
    for values, case in zip(given.values, cases, strict=False):
        x, gradients, _ = case.arguments
        whole = whole and len(values) == len(gradients) and all(value.shape == x.shape for value in values)
    if not whole:
        return []
    return [[[_short(number) for number in value.ravel()] for value in values] for values in given.values]


def _short(number):
    return float(f"{number:.{DIGITS}g}")
