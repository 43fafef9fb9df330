"""Random situations of the playground, and Python's own path in each."""

import math

import numpy as np

from gradlab import rules
from gradlab.descend import descend
from gradlab.playground import noise, programs

SURFACES = {name: make() for name, (_, make) in programs.SURFACES.items()}


def value(control, rng):
    """A random value of a control, uniform on its scale."""
    low, high = control["min"], control["max"]
    if control["scale"] == "log":
        return math.exp(rng.uniform(math.log(low), math.log(high)))
    if control["scale"] == "decay":
        return 1 - 10 ** -rng.uniform(0, 4)
    if control["scale"] == "integer":
        return int(rng.integers(low, high + 1))
    return rng.uniform(low, high)


def situations(data, rng, each=3, steps=60):
    """For every rule and surface, and so often: random start, hyperparameters, schedule and noise."""
    for rule, entry in data["rules"].items():
        for name, surface in data["surfaces"].items():
            if surface["d"] == 2 and entry["first"] is None:
                continue
            for i in range(each):
                hyper = {control["name"]: value(control, rng) for control in entry["hyper"]}
                chosen = None
                if i % 3:
                    schedule = str(rng.choice(list(data["schedules"])))
                    controls = data["schedules"][schedule]["hyper"]
                    chosen = {control["name"]: value(control, rng) for control in controls} | {"name": schedule}
                    if "lr_min" in chosen:
                        chosen["lr_min"] *= hyper["lr"] / 10
                frame = surface["frame"] * (surface["d"] // len(surface["frame"]))
                yield {
                    "surface": name,
                    "rule": rule,
                    "hyper": hyper | {"schedule": chosen},
                    "start": [rng.uniform(*window) for window in frame],
                    "steps": steps,
                    "noise": [0, 0.5][i % 2],
                    "seed": int(rng.integers(0, 10**6)),
                }


def made(situation):
    """The rule, its hyperparameters with the schedule, and the gradient of a situation, as Python has them."""
    hyper = dict(situation["hyper"])
    chosen = hyper.pop("schedule")
    if chosen:
        make, _, fixed = programs.SCHEDULES[chosen["name"]]
        hyper["lr"] = make(hyper["lr"], **{k: v for k, v in chosen.items() if k != "name"}, **fixed)
    grad = SURFACES[situation["surface"]].grad
    if situation["noise"]:
        grad = noise.noisy(grad, situation["noise"], situation["seed"])
    return getattr(rules, situation["rule"]), hyper, grad


def python_path(situation):
    """What `descend` gives: an array of shape (steps + 1, d)."""
    rule, hyper, grad = made(situation)
    start = np.reshape(situation["start"], SURFACES[situation["surface"]].start.shape)
    return descend(grad, start, rule, steps=situation["steps"], **hyper).reshape(situation["steps"] + 1, -1)


def python_steps(situation, path, gradients, states, sizes):
    """Each step by Python, from where the browser was: (the points after each, and the gradients at each).

    The state is that of the browser, so that a difference cannot grow from step to step.
    """
    rule, hyper, grad = made(situation)
    shape = SURFACES[situation["surface"]].start.shape
    points, seen = [], []
    with np.errstate(all="ignore"):
        for t in range(situation["steps"]):
            x, g = path[t].reshape(shape), gradients[t].reshape(shape)
            seen.append(np.ravel(grad(x.copy())))
            state, at = [], 0
            for size in sizes if t else ():
                part = states[t - 1][at : at + size]
                state.append(part.reshape(shape) if size > 1 else part[0].item())
                at += size
            now = {name: one(t) if callable(one) else one for name, one in hyper.items()}
            points.append(np.ravel(rule.unchecked(x, g, *state, **now)[0]))
    return np.array(points), np.array(seen)
