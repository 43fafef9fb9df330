"""The browser's paths are Python's; programs that are not whole are refused."""

import json

import numpy as np
import pytest
from playground_situations import python_path, python_steps, situations

from gradlab import rules, surfaces
from gradlab.descend import descend
from gradlab.playground import noise, programs, trace

# Arrays travel as bytes in hexadecimal: JSON has no inf and nan.
RUN = """(situations) => situations.map((situation) => {
  const { path, gradients, states, losses, diverged } = gradlabPlayground.run(data, situation);
  const hex = (list) => Array.from(new Uint8Array(list.buffer), (b) => b.toString(16).padStart(2, "0")).join("");
  return { path: hex(path), gradients: hex(gradients), states: hex(states), losses: hex(losses), diverged };
})"""
DATA = programs.data()
SITUATIONS = list(situations(DATA, np.random.default_rng(16)))


def floats(text, rows):
    return np.frombuffer(bytes.fromhex(text)).reshape(rows, -1)


@pytest.fixture(scope="module")
def results(engine):
    return engine.evaluate(RUN, SITUATIONS)


def sizes(situation):
    entry = DATA["rules"][situation["rule"]]
    return (entry["matrix"] if DATA["surfaces"][situation["surface"]]["d"] == 4 else entry)["sizes"]


@pytest.mark.parametrize("rule", DATA["rules"])
def test_each_step_is_that_of_python(results, rule):
    """From the same state, to 1e-12 of the larger of the point and the step; every surface, schedules, noise."""
    for situation, result in zip(SITUATIONS, results, strict=True):
        if situation["rule"] != rule:
            continue
        steps = situation["steps"]
        path = floats(result["path"], steps + 1)
        gradients = floats(result["gradients"], steps)
        states = floats(result["states"], steps) if result["states"] else [()] * steps
        points, seen = python_steps(situation, path, gradients, states, sizes(situation))
        assert_close(gradients, seen, situation)
        assert_close(path[1:], points, situation, np.abs(path[:-1]))


def assert_close(found, wanted, situation, beside=0.0):
    # What is about to overflow does so in one sum and not in another.
    with np.errstate(all="ignore"):
        usable = np.isfinite(wanted) & (np.abs(wanted) < 1e300) & np.isfinite(found)
        scale = np.maximum(np.abs(wanted), beside).max(-1, keepdims=True)
        error = np.where(usable, np.abs(found - wanted), 0) / np.where(scale > 0, scale, 1)
    assert (np.isnan(found) == np.isnan(wanted)).all() or not np.isfinite(wanted).all()
    t = int(np.argmax(error.max(-1)))
    assert error.max() <= 1e-12, (situation, t, found[t], wanted[t])


def test_most_paths_are_those_of_python_bit_for_bit(results):
    same = [
        np.array_equal(floats(result["path"], situation["steps"] + 1), python_path(situation), equal_nan=True)
        for situation, result in zip(SITUATIONS, results, strict=True)
    ]
    assert np.mean(same) > 0.85  # 0.95 with Chromium and glibc; what is left: powers, cosines, Muon's products


#: The rules and surfaces that need no power but squares and roots, no exp, no cos and no product of matrices.
EXACT = "sgd", "momentum", "ewma_momentum", "heavy_ball", "nesterov", "adagrad", "rmsprop", "lion"
EXACTLY = "quadratic", "saddle", "rosenbrock", "beale", "himmelblau", "correlated_inputs"


def test_without_powers_paths_are_the_same_bit_for_bit(results):
    count = 0
    for situation, result in zip(SITUATIONS, results, strict=True):
        chosen = situation["hyper"]["schedule"]
        plain = chosen is None or chosen["name"] in ("constant", "inverse_time", "triangular", "warm_up_stable_decay")
        if situation["rule"] in EXACT and situation["surface"] in EXACTLY and plain:
            path = floats(result["path"], situation["steps"] + 1)
            assert np.array_equal(path, python_path(situation), equal_nan=True), situation
            count += 1
    assert count > 50


def test_losses_are_those_of_the_surface(results):
    for situation, result in zip(SITUATIONS, results, strict=True):
        surface = programs.SURFACES[situation["surface"]][1]()
        path = floats(result["path"], situation["steps"] + 1)
        with np.errstate(all="ignore"):
            wanted = surface.f(path.reshape(-1, *surface.start.shape))
        found = floats(result["losses"], situation["steps"] + 1)[:, 0]
        usable = np.isfinite(wanted) & (np.abs(wanted) < 1e290)
        scale = np.abs(wanted[usable]) + 1e3
        assert (np.abs(found[usable] - wanted[usable]) <= 1e-12 * scale).all(), situation
        bad = ~(np.isfinite(found) & np.isfinite(path).all(-1))
        assert result["diverged"] == (int(np.argmax(bad)) if bad.any() else -1)


def test_a_change_of_a_rule_changes_the_page(engine):
    def sgd(x, g, *, lr=1e-3):
        """Gradient descent, but uphill."""
        return (x + lr * g,)

    situation = {"surface": "rosenbrock", "rule": "sgd", "hyper": {"lr": 1e-3}, "start": [-1, 1], "steps": 5}
    changed = json.loads(json.dumps(DATA)) | {"rules": {"sgd": programs.rule(sgd)}}
    ask = "([data, situation]) => Array.from(gradlabPlayground.run(data, situation).path)"
    down, up = (engine.evaluate(ask, [data, situation]) for data in (DATA, changed))
    rosenbrock = surfaces.rosenbrock()
    assert down == descend(rosenbrock, [-1.0, 1.0], rules.sgd, steps=5, lr=1e-3).ravel().tolist()
    assert up == descend(rosenbrock, [-1.0, 1.0], sgd, steps=5, lr=1e-3).ravel().tolist() != down


def test_the_arithmetic_of_a_step_ends_in_its_point(engine):
    found = engine.evaluate("""() => ["adam", "heavy_ball", "lion"].map((rule) => {
      const hyper = { lr: 0.01, schedule: { name: "cosine" } };
      const result = gradlabPlayground.run(data, { surface: "beale", rule, hyper, steps: 4, noise: 0.1, seed: 3 });
      return [0, 1, 3].map((t) => {
        const { values, outputs, inputs, ops, constants } = result.arithmetic(t);
        const whole = values.length === inputs.length + ops.length + constants.length;
        return [whole, values[inputs.indexOf("x0")] === result.path[2 * t], values[inputs.indexOf("lr")] > 0,
          values[outputs[0]] === result.path[2 * t + 2], values[outputs[1]] === result.path[2 * t + 3]];
      });
    })""")
    assert np.all(found)


def test_noise_is_the_same_in_both_and_nearly_normal(engine):
    ask = """(seeds) => seeds.map((seed) => {
      const call = [data.noise.begin, data.noise.draw2].map(gradlabPlayground.compile);
      const state = new Float64Array(3), all = [];
      call[0]([seed], state);
      for (let t = 0; t < 500; t++) { call[1](state, state); all.push(state[1], state[2]); }
      return all;
    })"""
    seeds = [0, 1, 2, 3, 16, 1000, 2**31 - 2]
    found = engine.evaluate(ask, seeds)
    for seed, numbers in zip(seeds, found, strict=True):
        state, wanted = noise.begin(float(seed)), []
        for _ in range(500):
            state, pair = noise.draw(state, 2)
            wanted += pair
        assert numbers == wanted
    correlations = np.corrcoef(found) - np.eye(len(seeds))
    assert np.abs(correlations).max() < 0.15  # of 1000 numbers: five standard deviations
    state, many = noise.draw(noise.begin(5.0), 40_000)
    assert abs(np.mean(many)) < 0.02 and abs(np.std(many) - 1) < 0.02
    assert abs(np.mean(np.power(many, 4)) - 2.9) < 0.15
    assert abs(np.corrcoef(many[::2], many[1::2])[0, 1]) < 0.03


@pytest.mark.parametrize(
    ("program", "message"),
    [
        (None, "a program needs a list of inputs"),
        ([], "a program needs a list of inputs"),
        ({}, "a program needs a list of inputs"),
        ({"constants": "alert(1)"}, "a list of constants"),
        ({"constants": ["1;alert(1)"]}, "constants must be numbers"),
        ({"constants": [{"toString": "x"}]}, "constants must be numbers"),
        ({"constants": [None]}, "constants must be numbers"),
        ({"constants": ["__proto__"]}, "constants must be numbers"),
        ({"inputs": ["x0);alert(1"]}, "the names of inputs must be names"),
        ({"inputs": [7]}, "the names of inputs must be names"),
        ({"ops": [["alert(1)", 0, 0]]}, "op 0 is not known"),
        ({"ops": [["constructor", 0]]}, "op 0 is not known"),
        ({"ops": [["__proto__", 0]]}, "op 0 is not known"),
        ({"ops": [["toString", 0]]}, "op 0 is not known"),
        ({"ops": ["+"]}, "op 0 is not known"),
        ({"ops": [None]}, "op 0 is not known"),
        ({"ops": [["+", 0]]}, "op 0 takes 2 values"),
        ({"ops": [["+", 0, 0, 0]]}, "op 0 takes 2 values"),
        ({"ops": [["+", 0, 2]]}, "op 0 must take values that come before it"),
        ({"ops": [["+", 0, -1]]}, "op 0 must take values that come before it"),
        ({"ops": [["+", 0, 0.5]]}, "op 0 must take values that come before it"),
        ({"ops": [["+", 0, "0"]]}, "op 0 must take values that come before it"),
        ({"ops": [["+", 0, [0]]]}, "op 0 must take values that come before it"),
        ({"outputs": [9]}, "outputs must be values of the program"),
        ({"outputs": ["0;alert(1)"]}, "outputs must be values of the program"),
        ({"ops": [["+", 0, 0]] * 40_000}, "a program has at most"),
    ],
)
def test_programs_that_are_not_whole_are_refused(engine, program, message):
    if isinstance(program, dict) and program:
        program = {"inputs": ["x0"], "constants": [2], "ops": [["+", 0, 1]], "outputs": [2]} | program
    said = engine.evaluate(
        "(program) => { try { gradlabPlayground.compile(program); } catch (error) { return error.message; } }", program
    )
    assert said is not None and message in said


@pytest.mark.parametrize(
    "wrong",
    [
        {"surface": "__proto__"}, {"surface": "toString"}, {"rule": "constructor"}, {"rule": "nothing"}, {"rule": None},
        {"start": [1]}, {"start": ["1", "2"]}, {"steps": -1}, {"steps": 1.5}, {"steps": 1e9}, {"steps": "10"},
        {"seed": -1, "noise": 1}, {"seed": "alert(1)", "noise": 1}, {"noise": "1"}, {"hyper": {"lr": "alert(1)"}},
        {"hyper": {"schedule": {"name": "__proto__"}}}, {"rule": "muon"}, {"rule": {"first": {}, "later": {}}},
    ],
)  # fmt: skip
def test_situations_that_are_wrong_are_refused(engine, wrong):
    situation = {"surface": "quadratic", "rule": "sgd", "hyper": {"lr": 0.1}, "start": [1, 1], "steps": 3} | wrong
    assert engine.evaluate(
        "(one) => { try { gradlabPlayground.run(data, one); } catch (error) { return error.message; } }", situation
    )


def test_every_op_of_the_tracer_is_known_to_the_engine(engine):
    from gradlab.playground.tape import PLAIN

    program = {"inputs": ["x"], "constants": [], "outputs": []}
    for name in PLAIN:
        arity = 3 if name == "where" else 2 if name in BINARY else 1
        engine.evaluate("(p) => { gradlabPlayground.compile(p); }", program | {"ops": [[name] + [0] * arity]})


BINARY = {"+", "-", "*", "/", "//", "%", "**", "max", "min", "<", "<=", ">", ">=", "==", "!=", "&", "|"}


def test_ops_are_those_of_python(engine):
    rng = np.random.default_rng(1)
    x, y = (np.concatenate([rng.normal(size=50) * 5, [0.0, 1.0, -2.0, 3.0]]) for _ in range(2))
    python = {"+": np.add, "%": np.mod, "//": np.floor_divide, "max": np.maximum, "min": np.minimum, "<": np.less}
    python |= {"==": np.equal, ">=": np.greater_equal, "/": np.divide, "**": np.power}
    for name, function in python.items():
        program = trace.record(lambda a, b, name=name: apply(name, a, b), a=(), b=())
        ask = """([p, x, y]) => { const call = gradlabPlayground.compile(p), out = [0];
          return x.map((a, i) => { call([a, y[i]], out); return String(out[0]); }); }"""
        found = engine.evaluate(ask, [program, x.tolist(), y.tolist()])
        found = np.array([float(one.replace("Infinity", "inf")) for one in found])
        with np.errstate(all="ignore"):
            wanted = function(x, y).astype(float)
        usable = np.isfinite(wanted)
        np.testing.assert_allclose(found[usable], wanted[usable], rtol=1e-15)


def apply(name, a, b):
    from gradlab.playground import values

    return values.apply(name, a, b)
