"""The library's rules, schedules, surfaces and noise as programs: what the playground's page holds.

All are traced from the functions that the tests test, when the page is built. None is written a second time. To trace a
function it is made anew with other meanings for the few names of `_arrays`, of NumPy and of the checks (see `rebound`).
"""

import inspect
import re
import types
from functools import cache

import numpy as np

import gradlab.playground.noise as noise
import gradlab.playground.trace as trace
import gradlab.playground.words as words
from gradlab import _arguments, _arrays, rules, schedules, show, surfaces
from gradlab._conditions import COUNT, DECAY

PLANE, MATRIX = (2,), (2, 2)

#: what stands for the names of other modules, by identity
MEANINGS = [
    (_arrays.maximum, words.maximum),
    (_arrays.where, words.where),
    (_arrays.sign, words.sign),
    (_arrays.norm, words.norm),
    (_arrays.stack, words.stack),
    (_arrays.like, words.like),
    (_arrays.namespace, lambda x: words.np),
    (_arguments.everywhere, lambda verdict: True),
    (_arguments.require_order, lambda lr_min, lr: None),
    (np, words.np),
    (np.cos, words.cos),
    (np.minimum, words.minimum),
    (np.maximum, words.maximum),
]
_MEANING = {id(one): other for one, other in MEANINGS}


def rebound(function, known=None):
    """The function without its checks, its names of arrays meaning those of `trace`; so is all of gradlab it calls.

    What is wrong with an argument is not told, then: the page has controls that give only right ones.
    """
    known = {} if known is None else known
    function = inspect.unwrap(getattr(function, "unchecked", function))
    if function in known:
        return known[function]
    space = dict.fromkeys(["__builtins__"], __builtins__)
    cells = tuple(types.CellType() for _ in function.__closure__ or ())
    new = types.FunctionType(function.__code__, space, function.__name__, function.__defaults__, cells)
    new.__kwdefaults__ = function.__kwdefaults__
    new.unchecked = known[function] = new
    for name in _names(function.__code__):
        if name in function.__globals__:
            space[name] = _meaning(function.__globals__[name], known)
    for cell, old in zip(cells, function.__closure__ or (), strict=True):
        cell.cell_contents = _meaning(old.cell_contents, known)
    return new


def _names(code):
    """The names that a function, and those inside of it, look up."""
    inner = [one for one in code.co_consts if isinstance(one, types.CodeType)]
    return {*code.co_names}.union(*map(_names, inner))


def _meaning(value, known):
    if id(value) in _MEANING:
        return _MEANING[id(value)]
    if isinstance(value, dict):
        return {key: _meaning(one, known) for key, one in value.items()}
    if isinstance(value, types.FunctionType) and value.__module__.startswith("gradlab"):
        return rebound(value, known)
    return value


# --- rules ----------------------------------------------------------------------------------------------------------

RULES = [
    rules.sgd, rules.momentum, rules.ewma_momentum, rules.heavy_ball, rules.nesterov, rules.adagrad, rules.rmsprop,
    rules.adadelta, rules.adam, rules.adamw, rules.amsgrad, rules.adamax, rules.nadam, rules.radam, rules.lion,
    rules.muon,
]  # fmt: skip

#: hyperparameter -> least, most and scale of its control. "decay" is logarithmic in its distance from 1.
RANGES = {
    "lr": (1e-5, 10.0, "log"),
    "eps": (1e-12, 1.0, "log"),
    "weight_decay": (0.0, 1.0, "linear"),
    "momentum_decay": (0.0, 0.1, "linear"),
    "gamma": (0.01, 1.0, "linear"),
    "decay": (1e-4, 10.0, "log"),
    "power": (0.1, 5.0, "log"),
    "rise": (0.1, 0.9, "linear"),
    "div_factor": (1.0, 1000.0, "log"),
    "final_div_factor": (1.0, 1e6, "log"),
    "lr_min": (0.0, 1.0, "linear"),
    "start": (0.0, 1.0, "linear"),
    "steps": (20, 1000, "integer"),
    "period": (2, 500, "integer"),
    "step_size": (1, 500, "integer"),
    "warm_up_steps": (1, 10, "integer"),
    "decay_steps": (1, 10, "integer"),
}
BY_CONDITION = {DECAY.words: (0.0, 0.9999, "decay"), COUNT.words: (1, 1000, "integer")}


def control(name, default, conditions=()):
    """The control of a hyperparameter: its name, default, range and scale."""
    condition = dict(conditions).get(name)
    least, most, scale = RANGES.get(name) or BY_CONDITION.get(condition and condition.words, (0.0, 1.0, "linear"))
    least, most = min(least, default), max(most, default)
    return {"name": name, "default": default, "min": least, "max": most, "scale": scale}


def rule(function, shapes=(PLANE, MATRIX)):
    """An update rule as the page has it."""
    bare = rebound(function)
    *_, hyper = trace.signature(bare)
    entry = {"first": None, "later": None, "sizes": None}
    for shape in shapes:
        try:
            traced = trace.rule(bare, shape)
        except _arguments.ArgumentError:  # Muon refuses what is no matrix
            continue
        entry["state"] = traced["state"]
        programs = {name: traced[name] for name in ("first", "later", "sizes")}
        entry |= programs if shape == PLANE else {"matrix": programs}
    title, sentence, equations = documented(function)
    return entry | {
        "hyper": [control(name, default, getattr(function, "conditions", {})) for name, default in hyper.items()],
        "title": title,
        "sentence": sentence,
        "equations": equations,
        "source": source(function),
    }


def documented(function):
    """Title, first sentence and equation of a function, by its docstring."""
    text = inspect.getdoc(function) or function.__name__
    sentence = text.split("\n\n")[0].replace("\n", " ")
    equations = re.search(r"\n\n((?:    .*\n)+)", text + "\n")
    lines = [line.strip() for line in equations[1].splitlines()] if equations else []
    return re.split(r"[:;,.]", sentence)[0], sentence, lines


def source(function):
    """The text of a function and of what it calls of its own module, as an editor shows it: without checks."""
    function = inspect.unwrap(function)
    calls = [function.__globals__.get(name) for name in function.__code__.co_names]
    own = [one for one in calls if inspect.isfunction(one) and one.__module__ == function.__module__]
    texts = [show.body(one) for one in [*own, function]]
    return "\n\n\n".join(texts).replace(".unchecked(", "(") + "\n"


# --- schedules ------------------------------------------------------------------------------------------------------

#: name -> how it is made of lr and the hyperparameters that are turned, and their first values. Restarts come in two
#: kinds, since mult decides what Python does; multi_step wants a list, and is not offered.
SCHEDULES = {
    "constant": (schedules.constant, {}, {}),
    "step": (schedules.step, {"step_size": 50, "gamma": 0.5}, {}),
    "exponential": (schedules.exponential, {"gamma": 0.98}, {}),
    "inverse_time": (schedules.inverse_time, {"decay": 0.05}, {}),
    "polynomial": (schedules.polynomial, {"steps": 200, "power": 1.0}, {}),
    "cosine": (schedules.cosine, {"steps": 200, "lr_min": 0.0}, {}),
    "cosine_restarts": (schedules.cosine_restarts, {"period": 50, "lr_min": 0.0}, {"mult": 1}),
    "cosine_restarts_doubled": (schedules.cosine_restarts, {"period": 25, "lr_min": 0.0}, {"mult": 2}),
    "triangular": (schedules.triangular, {"period": 50, "lr_min": 0.0}, {}),
    "triangular2": (schedules.triangular2, {"period": 50, "lr_min": 0.0}, {}),
    "one_cycle": (schedules.one_cycle, {"steps": 200, "rise": 0.3, "div_factor": 25.0, "final_div_factor": 1e4}, {}),
    "warm_up_stable_decay": (
        schedules.warm_up_stable_decay, {"steps": 200, "warm_up_steps": 10, "decay_steps": 10}, {},
    ),
}  # fmt: skip


def schedule(name, make, hyper, fixed):
    """A schedule as the page has it: a program of t, lr and its hyperparameters."""
    tape = trace.Tape()
    t, lr = trace.inputs(tape, "t", ()), trace.inputs(tape, "lr", ())
    settings = {name: trace.inputs(tape, name, ()) for name in hyper}
    tape.valid = True  # what the maker asks of its arguments
    made = rebound(make)(lr, **settings, **fixed)
    tape.valid = False
    _, sentence, equations = documented(make)
    return {
        "program": tape.program(trace.cells(made(t))),
        "hyper": [control(name, default, make.conditions) for name, default in hyper.items()],
        "title": name[0].upper() + name[1:].replace("_", " "),
        "sentence": sentence,
        "equations": equations,
        "python": f"schedules.{make.__name__}",
        "fixed": fixed,
    }


# --- surfaces -------------------------------------------------------------------------------------------------------

WELLS = [[-1.0, -1.0], [1.2, 0.8]], [1.0, 0.8], [0.5, 0.25]

#: name -> the Python that makes it, and the surface
SURFACES = {
    "quadratic": ("surfaces.quadratic(1, 10)", lambda: surfaces.quadratic(1, 10)),
    "saddle": ("surfaces.saddle()", surfaces.saddle),
    "rosenbrock": ("surfaces.rosenbrock()", surfaces.rosenbrock),
    "beale": ("surfaces.beale()", surfaces.beale),
    "himmelblau": ("surfaces.himmelblau()", surfaces.himmelblau),
    "six_hump_camel": ("surfaces.six_hump_camel()", surfaces.six_hump_camel),
    "wells": ("surfaces.wells({}, {}, {})".format(*WELLS), lambda: surfaces.wells(*WELLS)),
    "correlated_inputs": ("surfaces.correlated_inputs()", surfaces.correlated_inputs),
}


def surface(name):
    """A surface as the page has it."""
    python, make = SURFACES[name]
    made = make()
    shape = made.start.shape
    title, sentence, equations = documented(getattr(surfaces, name))
    return {
        "f": trace.record(rebound(made.f), x=shape),
        "grad": trace.record(rebound(made.grad), x=shape),
        "frame": [list(map(float, window)) for window in made.frame],
        "start": made.start.tolist(),
        "minima": made.minima.tolist(),
        "title": made.name[0].upper() + made.name[1:],
        "sentence": sentence,
        "equations": equations,
        "d": made.start.size,
        "shape": list(shape),
        "python": python,
    }


# --- all ------------------------------------------------------------------------------------------------------------


def noise_programs():
    """The generator: from a seed to its first state, and from a state to the next and 2 or 4 numbers."""
    begin, draw = rebound(noise.begin), rebound(noise.draw)

    def numbers(count):
        def drawn(s):
            s, some = draw(s, count)
            return (s, *some)

        return trace.record(drawn, s=())

    return {"begin": trace.record(begin, seed=()), "draw2": numbers(2), "draw4": numbers(4)}


@cache
def data():
    """What a page holds, once for all its figures: rules, schedules, surfaces and noise, each as programs."""
    return {
        "rules": {function.__name__: rule(function) for function in RULES},
        "schedules": {name: schedule(name, *how) for name, how in SCHEDULES.items()},
        "surfaces": {name: surface(name) for name in SURFACES},
        "noise": noise_programs(),
    }
