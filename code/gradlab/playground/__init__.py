"""Playgrounds: figures in which the reader drags the start, chooses rules and turns what they have, with no server.

    playground("rosenbrock", rules=[("sgd", {"lr": 0.001}), ("adam", {"lr": 0.1})], caption="**Drag the ring.**")

In a page of the book each number is computed in the reader's browser, from the rule itself: `programs` calls the rules,
schedules and surfaces of this library on numbers that record what is done to them (see `trace`), and `engine.js`
repeats just that. So the page has no second implementation of anything, and its paths are those of `descend`.

In a live kernel the same call shows a smaller figure with sliders, made by `explore`.
"""

import copy
import json
import os
import re
from collections.abc import Mapping
from functools import cache
from html import escape

import numpy as np

from gradlab import rules, schedules
from gradlab.descend import descend
from gradlab.explore import captions
from gradlab.playground import picture
from gradlab.playground.contours import contours
from gradlab.playground.noise import noisy

MOST_STEPS, MOST_RULES = 500, 3
#: what readers call a rule whose docstring begins otherwise
TITLES = {"sgd": "SGD", "ewma_momentum": "Momentum as a mean", "heavy_ball": "Heavy ball", "nesterov": "Nesterov"}
LEGEND = (
    "Ring: the start. Disc: the step that is shown. Star: a minimum, where there is one. Upper graph: the loss at each "
    "step. Lower graph: how far a coordinate moves for a unit of its gradient; for SGD that is the rate."
)
NO_SCRIPT = "To drag and to turn needs JavaScript; the picture shows where the playground begins."
NAME = re.compile(r"[a-z][a-z0-9-]*")


def playground(surface="rosenbrock", rules=("sgd",), *, start=None, steps=200, step=None, noise=0.0, seed=0,
               caption=None, alt=None, name="playground", small=False, update=False):  # fmt: skip
    """Show a figure in which the reader drags the start of a descent, chooses rules and turns what they have.

    surface   the name of a surface that `programs` offers, such as "rosenbrock"
    rules     one to three: each the name of a rule, or a pair of its name and its hyperparameters, a dict. Its
              "schedule" is the name of one, or a pair of its name and its arguments
    start     where the descent begins; without it, where the surface says
    steps     how many, at most 500
    step      the one that is shown first; without it, the last
    noise     the standard deviation of the noise that is added to each coordinate of the gradient
    seed      of the noise
    caption   one or two sentences, in which `**…**` is bold
    alt       a description of the picture for people who do not see it; without it, one is made
    name      of the figure, in its address
    small     True for a figure with the rate of each rule alone, as it stands in a chapter; or the names of the
              hyperparameters that can be turned, such as ["lr", "beta"]
    update    True if the update at a step is to be seen in pieces from the beginning

    Raises ValueError for a surface, a rule or a hyperparameter that the page does not have, a value out of range, and
    a point that is not in the picture.
    """
    return Playground(surface, rules, start, steps, step, noise, seed, caption, alt, name, small, update)


@cache
def data():
    """What the page needs to know: programs of all rules, schedules and surfaces, contour lines, names for readers."""
    from gradlab.explore.controls import LETTERS
    from gradlab.playground import programs

    found = copy.deepcopy(programs.data())
    del found["schedules"]["constant"]  # which is to have none
    for name, title in TITLES.items():
        found["rules"][name]["title"] = title
    for name, entry in found["surfaces"].items():
        surface = made(name)
        low = min((float(surface.f(minimum)) for minimum in surface.minima), default=None)
        entry["lowest"] = None if low is None else float(f"{low:.15g}")
        entry["start"] = np.ravel(entry["start"]).tolist()
        entry["minima"] = [np.ravel(minimum).tolist() for minimum in entry["minima"]]
        if entry["d"] == 2:
            entry["contours"] = contours(surface)
            entry["span"] = picture.span(surface)
        else:
            entry["frame"] = [window for window in entry["frame"] for _ in range(2)]
    return found | {"letters": LETTERS}


def made(name):
    """The surface of this name."""
    from gradlab.playground import programs

    return programs.SURFACES[name][1]()


def block():
    """The data of a page, as the script of which playground.js asks it."""
    text = json.dumps(data(), ensure_ascii=False, separators=(",", ":")).replace("</", "<\\/")
    return f'<script type="application/json" class="playground-data">{text}</script>'


class Playground:
    """A playground. Displaying it shows widgets, or HTML while the book is built."""

    def __init__(self, surface, rules, start, steps, step, noise, seed, caption, alt, name, small, update):
        if not isinstance(name, str) or not NAME.fullmatch(name):
            raise ValueError(f"playground: name must be letters, digits and hyphens, got {name!r}")
        self.name, self.caption, self.small, self.update = name, caption, bool(small), update
        self._turned = ["lr"] if small is True else list(small or ())
        known = data()
        _one_of("surface", surface, known["surfaces"])
        about = known["surfaces"][surface]
        self.situation = {
            "surface": surface,
            "start": _start(about, start),
            "steps": _whole("steps", steps, 1, MOST_STEPS),
            "noise": _number("noise", noise, 0, 100),
            "seed": _whole("seed", seed, 0, 9999),
            "rules": [_rule(given, about, known) for given in _list_of_rules(rules)],
        }
        self.situation["step"] = _whole("step", steps if step is None else step, 0, steps)
        self._alt = alt

    @property
    def titles(self):
        """What each rule is called; those of one name are told apart by what differs between them."""
        rules = self.situation["rules"]
        titles = [data()["rules"][rule["rule"]]["title"] for rule in rules]
        found = []
        for title, rule in zip(titles, rules, strict=True):
            twins = [other for name, other in zip(titles, rules, strict=True) if name == title]
            differ = [name for name in rule["hyper"] if len({twin["hyper"][name] for twin in twins}) > 1]
            parts = [f"{name} = {rule['hyper'][name]:g}" for name in differ]
            if any(twin["schedule"] != rule["schedule"] for twin in twins):
                plan = rule["schedule"]
                parts.append(data()["schedules"][plan["name"]]["title"] if plan else "no schedule")
            found.append(", ".join([title, *parts]))
        return found

    def surface(self):
        """The surface itself."""
        return made(self.situation["surface"])

    def paths(self, situation=None):
        """The path of each rule, by `descend`, shape (steps + 1, d): of the figure's own situation, or of another."""
        s = self.situation if situation is None else situation
        surface, steps = made(s["surface"]), s["steps"]
        start = np.reshape(s["start"], np.shape(surface.start))
        found = []
        for one in s["rules"]:
            hyper, plan = dict(one["hyper"]), dict(one["schedule"] or {})
            if plan:
                about = data()["schedules"][plan.pop("name")]
                make = getattr(schedules, about["python"].removeprefix("schedules."))
                hyper["lr"] = make(hyper["lr"], **plan, **about["fixed"])
            grad = noisy(surface.grad, s["noise"], seed=s["seed"]) if s["noise"] else surface.grad
            path = descend(grad, start, getattr(rules, one["rule"]), steps=steps, **hyper)
            found.append(path.reshape(len(path), -1))
        return found

    def html(self):
        """The figure for the page, with the picture of its first situation. The page needs `block` besides."""
        s, about = self.situation, data()["surfaces"][self.situation["surface"]]
        surface, paths = self.surface(), self.paths()
        shape = (-1, *np.shape(surface.start))
        with np.errstate(all="ignore"):  # a path that diverges runs on to inf
            losses = [np.asarray(surface.f(path.reshape(shape))) for path in paths]
        says = picture.sentence(self.titles, losses, s["step"])
        alt = self._alt or f"Contour lines of {about['title']}, with the paths of {', '.join(self.titles)}. {says}"
        views = f'<div class="stage-plane">{picture.plane(about, paths, s["step"], alt, self.name)}</div>'
        views += picture.losses(about, losses, s, self.name)
        if not self.small:
            views += picture.empty("How long the step of each coordinate is, divided by its gradient.", self.name)
        address = f"figure-{self.name}"
        caption = (
            ""
            if self.caption is None
            else f"<figcaption>{self._number(address)}{captions.plain(self.caption)}</figcaption>"
        )
        more = (
            '<p class="more-line"><a class="more" href="playground.html">More to turn, in the playground</a></p>'
            if self.small
            else ""
        )
        kind = "playground small" if self.small else "playground"
        opened = " data-update" if self.update else ""
        if self.small:
            opened += f' data-turn="{escape(json.dumps(self._turned))}"'
        legend = "" if self.small else f'<p class="legend">{LEGEND}</p>'
        below = (
            f'{legend}<p class="says">{escape(says)}</p><p class="said" role="status"></p>'
            '<p class="note" role="status"></p>'
            '<div class="panel" hidden></div>'
            f"<noscript><p>{NO_SCRIPT}</p></noscript>"
        )
        inside, after = (f'<div class="beside">{below}</div>', "") if self.small else ("", below)
        return (
            f'<figure class="{kind}" id="{address}" data-situation="{escape(json.dumps(s))}"{opened}>'
            f'<div class="views">{views}{inside}</div>{after}{caption}{more}</figure>'
        )

    def _number(self, address):
        return f'<a class="number" href="#{address}">Figure</a> '

    def _repr_mimebundle_(self, include=None, exclude=None):
        if os.environ.get("GRADLAB_BOOK"):
            return {"text/html": self.html(), "text/plain": f"<playground {self.name}>"}
        from gradlab.playground.live import live

        return live(self)._repr_mimebundle_(include=include, exclude=exclude)


# --- what was given ---------------------------------------------------------------------------------------------------


def _list_of_rules(rules):
    if isinstance(rules, str):
        rules = [rules]
    if not isinstance(rules, (list, tuple)) or not 1 <= len(rules) <= MOST_RULES:
        raise ValueError(f"playground: rules must be a list of one to three, got {rules!r}")
    return rules


def _rule(given, surface, known):
    """A rule of a situation, with all its hyperparameters."""
    name, settings = given if isinstance(given, (list, tuple)) and len(given) == 2 else (given, {})
    _one_of("rule", name, known["rules"])
    about = known["rules"][name]
    if not about.get("matrix" if surface["d"] == 4 else "first"):
        raise ValueError(f"playground: {name} is not for the surface {surface['title']}")
    if not isinstance(settings, Mapping):
        raise ValueError(f"playground: the hyperparameters of {name} must be a dict, got {settings!r}")
    settings = dict(settings)
    schedule = settings.pop("schedule", None)
    rule = {"rule": name, "hyper": _hyper(name, about["hyper"], settings), "schedule": None}
    if schedule is not None:
        name, settings = (schedule, {}) if isinstance(schedule, str) else schedule
        _one_of("schedule", name, known["schedules"])
        rule["schedule"] = {"name": name} | _hyper(name, known["schedules"][name]["hyper"], settings)
    return rule


def _hyper(owner, controls, given):
    names = [control["name"] for control in controls]
    for name in given:
        if name not in names:
            raise ValueError(f"playground: {owner} has no {name!r}; it has: {', '.join(names)}")
    return {
        c["name"]: _number(f"{c['name']} of {owner}", given.get(c["name"], c["default"]), c["min"], c["max"])
        for c in controls
    }


def _start(surface, start):
    """A start as a list of numbers, which must lie in the picture."""
    given = surface["start"] if start is None else start
    try:
        point = np.asarray(given, float).ravel()
    except (TypeError, ValueError):
        raise ValueError(f"playground: start must be a point, got {start!r}") from None
    frame = surface["frame"]
    if len(point) != len(frame) or not all(low <= x <= high for x, (low, high) in zip(point, frame, strict=True)):
        raise ValueError(f"playground: start must lie within {frame}, got {start!r}")
    return point.tolist()


def _one_of(what, name, known):
    if not isinstance(name, str) or name not in known:
        raise ValueError(f"playground: {what} must be one of {', '.join(known)}, got {name!r}")


def _number(what, value, low, high):
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not low <= value <= high:
        raise ValueError(f"playground: {what} must be a number from {low:g} to {high:g}, got {value!r}")
    return value


def _whole(what, value, low, high):
    if not isinstance(value, int) or isinstance(value, bool) or not low <= value <= high:
        raise ValueError(f"playground: {what} must be a whole number from {low} to {high}, got {value!r}")
    return value
