"""Answers to chapter 3's checkpoint as students write them."""

import numpy as np

from gradlab.checks.tasks.checkpoints import go_on

WHAT = ("x", "v", "m", "left", "t", "rng")


def begun(saved):
    """The names of a run, with their first values where the checkpoint has none."""
    x = np.array(saved["x"], dtype=float)
    rng = np.random.default_rng(saved["seed"])
    run = {"x": x, "v": np.zeros_like(x), "m": np.zeros_like(x), "left": [], "t": 0, "rng": rng.bit_generator.state}
    return run | {name: saved[name] for name in run if name in saved}


def student(keeps=WHAT, before=None, after=None, seeds=None):
    """A `go_on` that keeps these names in its checkpoint; before, after and seeds change what it does."""

    def continued(saved, until, *, grad, n, b, lr, beta, decay):
        run = begun(saved)
        if before:
            before(run)
        x, v, m, left = np.array(run["x"]), np.array(run["v"]), np.array(run["m"]), [*run["left"]]
        rng = np.random.default_rng(seeds(saved, run) if seeds else None)
        if not seeds:
            rng.bit_generator.state = run["rng"]
        t = run["t"]
        while t < until:
            if len(left) < b:
                left = rng.permutation(n).tolist()
            rows = np.array([left.pop(0) for _ in range(b)])
            v = beta * v + grad(x, rows)
            x = x - v * lr(t)
            m = m + (1 - decay) * (x - m)
            t += 1
        now = {"x": x.tolist(), "v": [*v], "m": [*m], "left": left, "t": t, "rng": rng.bit_generator.state}
        if after:
            after(now)
        average = [entry / (1 - decay**until) for entry in m]
        return {name: now[name] for name in keeps} | {"average": average, "seed": saved["seed"]}

    return continued


def without(name):
    return student([one for one in WHAT if one != name])


def keeps_arrays(saved, until, **given):
    after = student()(saved, until, **given)
    return after | {"v": np.array(after["v"])}


def hands_over_a_tuple(saved, until, **given):
    return tuple(student()(saved, until, **given).values())


def keeps_no_average(saved, until, **given):
    after = student()(saved, until, **given)
    del after["average"]
    return after


def updates_what_it_got(saved, until, **given):
    saved.update(student()(saved, until, **given))
    return saved


def always_from_the_start(saved, until, **given):
    origin = saved.get("origin", saved["x"])
    after = student()({"x": origin, "seed": saved["seed"]}, until, **given)
    return {"x": after["x"], "average": after["average"], "origin": origin, "seed": saved["seed"]}


def decayed_velocity(run):
    run["v"] = [entry / 2 for entry in run["v"]]


def short(digits):
    def shortened(now):
        now.update({name: [float(f"{entry:.{digits}f}") for entry in now[name]] for name in ("x", "v", "m")})

    return shortened


ANSWERS = [
    (go_on, student(), ""),
    (go_on, always_from_the_start, ""),  # slow, and bit by bit the same
    (go_on, without("v"), "velocity forgotten"),
    (go_on, without("m"), "average forgotten"),
    (go_on, without("t"), "step forgotten"),
    (go_on, without("rng"), "generator begins anew"),
    (go_on, without("left"), "rest of the epoch forgotten"),
    (go_on, student(seeds=lambda saved, run: saved["seed"] + run["t"]), "generator seeded anew"),
    (go_on, student(after=short(8)), "digits lost"),
    (go_on, student(after=short(3)), "digits lost"),
    (go_on, updates_what_it_got, "the given checkpoint changed"),
    (go_on, student(after=lambda now: now.update(t=now["t"] - 1)), "a step done twice"),
    (go_on, student(after=lambda now: now.update(t=now["t"] + 1)), "a step left out"),
    (go_on, student(before=decayed_velocity), None),
    (go_on, keeps_arrays, None),
    (go_on, hands_over_a_tuple, None),
    (go_on, keeps_no_average, None),
]
