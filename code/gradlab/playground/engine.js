// Runs the programs that trace.py wrote down. Sets window.gradlabPlayground = { compile, run, schedule, ... }.
(() => {
  "use strict";
  const MOST = 30000; // values of one program
  const UNARY = {
    neg: (x) => `-${x}`, abs: (x) => `Math.abs(${x})`, sqrt: (x) => `Math.sqrt(${x})`, exp: (x) => `Math.exp(${x})`,
    log: (x) => `Math.log(${x})`, sin: (x) => `Math.sin(${x})`, cos: (x) => `Math.cos(${x})`,
    tanh: (x) => `Math.tanh(${x})`, floor: (x) => `Math.floor(${x})`, sign: (x) => `Math.sign(${x})`,
    not: (x) => `+(${x}===0)`,
  };
  const BINARY = {
    "+": (x, y) => `${x}+${y}`, "-": (x, y) => `${x}-${y}`, "*": (x, y) => `${x}*${y}`, "/": (x, y) => `${x}/${y}`,
    "//": (x, y) => `quotient(${x},${y})`, "%": (x, y) => `remainder(${x},${y})`, "**": (x, y) => `power(${x},${y})`,
    max: (x, y) => `Math.max(${x},${y})`, min: (x, y) => `Math.min(${x},${y})`,
    "<": (x, y) => `+(${x}<${y})`, "<=": (x, y) => `+(${x}<=${y})`, ">": (x, y) => `+(${x}>${y})`,
    ">=": (x, y) => `+(${x}>=${y})`, "==": (x, y) => `+(${x}===${y})`, "!=": (x, y) => `+(${x}!==${y})`,
    "&": (x, y) => `+(${x}!==0&&${y}!==0)`, "|": (x, y) => `+(${x}!==0||${y}!==0)`,
  };
  const OPS = new Map([
    ...Object.entries(UNARY).map(([name, text]) => [name, [1, text]]),
    ...Object.entries(BINARY).map(([name, text]) => [name, [2, text]]),
    ["where", [3, (c, x, y) => `${c}!==0?${x}:${y}`]],
  ]);

  // Python's remainder has the sign of the divisor. Of whole numbers the product is exact, and a division is quicker.
  function remainder(x, y) {
    if (y > 0 && x >= 0 && x <= Number.MAX_SAFE_INTEGER && Number.isInteger(x) && Number.isInteger(y)) {
      const rest = x - Math.floor(x / y) * y;
      return rest < 0 ? rest + y : rest;
    }
    const rest = x % y;
    return rest !== 0 && rest < 0 !== y < 0 ? rest + y : rest;
  }

  function quotient(x, y) {
    return Math.round((x - remainder(x, y)) / y);
  }

  // The product of x and y, exactly, as a sum of two numbers. (Dekker 1971)
  const split = (x) => {
    const c = 134217729 * x;
    const high = c - (c - x);
    return [high, x - high];
  };

  function product(x, y) {
    const p = x * y;
    const [a, b] = split(x);
    const [c, d] = split(y);
    return [p, a * c - p + a * d + b * c + b * d];
  }

  // A power. Browsers round it differently, and so for whole exponents this computes it to twice the digits and rounds
  // once: that is what C, and with it Python, has in all but one case in thousands.
  function power(x, y) {
    if (y === 2) return x * x;
    if (y === 0.5) return x === -Infinity ? Infinity : Math.sqrt(x + 0);
    if (y === 1) return x;
    if (!Number.isInteger(y) || y < 3 || y > 1e6) return Math.pow(x, y);
    let high = 1, low = 0, base = x, rest = 0; // (high + low) · (base + rest)^n
    for (let n = y; ; ) {
      if (n % 2) {
        const [p, e] = product(high, base);
        const f = e + (high * rest + low * base);
        high = p + f;
        low = p - high + f;
      }
      n = Math.floor(n / 2);
      if (!n) break;
      const [p, e] = product(base, base);
      const f = e + 2 * base * rest;
      base = p + f;
      rest = p - base + f;
    }
    return Number.isFinite(high) && Math.abs(high) > 1e-280 ? high : Math.pow(x, y);
  }

  const refuse = (message) => {
    throw new Error(`playground: ${message}`);
  };
  const isCount = (value, most) => Number.isInteger(value) && value >= 0 && value <= most;
  const own = (table, name) =>
    typeof name === "string" && Object.prototype.hasOwnProperty.call(table, name) ? table[name] : undefined;
  const SPECIAL = new Map([["inf", Infinity], ["-inf", -Infinity], ["nan", NaN]]);

  // A program that is whole: of lists, of ops that are known, each of values that come before it.
  function checkedProgram(program) {
    const lists = ["inputs", "constants", "ops", "outputs"].map((name) => {
      const list = program && typeof program === "object" ? own(program, name) : undefined;
      if (!Array.isArray(list)) refuse(`a program needs a list of ${name}`);
      return list;
    });
    const [inputs, constants, ops, outputs] = lists;
    if (inputs.length + constants.length + ops.length > MOST || outputs.length > MOST) {
      refuse(`a program has at most ${MOST} values`);
    }
    for (let i = 0; i < inputs.length; i++) {
      if (typeof inputs[i] !== "string" || !/^\p{L}[\p{L}\p{N}_]{0,40}$|^_[\p{L}\p{N}_]{1,40}$/u.test(inputs[i])) {
        refuse("the names of inputs must be names");
      }
    }
    const numbers = Array.from(constants, (value) => {
      const number = typeof value === "string" && SPECIAL.has(value) ? SPECIAL.get(value) : value;
      if (typeof number !== "number") refuse("constants must be numbers");
      return number;
    });
    const first = inputs.length + numbers.length;
    const clean = [];
    for (let i = 0; i < ops.length; i++) {
      const op = ops[i];
      const known = Array.isArray(op) && typeof op[0] === "string" ? OPS.get(op[0]) : undefined;
      if (!known) refuse(`op ${i} is not known`);
      const parts = [];
      for (let k = 1; k < op.length; k++) parts.push(op[k]);
      if (parts.length !== known[0]) refuse(`op ${i} takes ${known[0]} values`);
      if (!parts.every((part) => isCount(part, first + i - 1))) refuse(`op ${i} must take values that come before it`);
      clean.push([op[0], ...parts]);
    }
    const results = Array.from(outputs);
    const last = first + clean.length - 1;
    if (!results.every((value) => isCount(value, last))) refuse("outputs must be values of the program");
    return { inputs: Array.from(inputs), constants: numbers, ops: clean, outputs: results };
  }

  const literal = (value) => (Object.is(value, -0) ? "-0" : String(value));

  // The body of a function. Nothing of the program gets into it but numbers; the names of ops choose from the lists above.
  function body(program, values) {
    const { inputs, constants, ops } = program;
    const lines = inputs.map((_, i) => `const v${i}=a[${i}];`);
    constants.forEach((value, i) => lines.push(`const v${inputs.length + i}=(${literal(value)});`));
    ops.forEach(([name, ...parts], i) => {
      const text = OPS.get(name)[1](...parts.map((part) => `(v${part})`));
      lines.push(`const v${inputs.length + constants.length + i}=${text};`);
    });
    values.forEach((value, i) => lines.push(`o[${i}]=v${value};`));
    return lines.join("");
  }

  function made(program, values) {
    const make = new Function("power", "remainder", "quotient", `"use strict";return function(a,o){${body(program, values)}}`);
    return make(power, remainder, quotient);
  }

  // A function of a list of numbers that writes the outputs into another; with `.all(inputs)`, which gives every value.
  function compile(program) {
    const clean = checkedProgram(program);
    const call = made(clean, clean.outputs);
    const count = clean.inputs.length + clean.constants.length + clean.ops.length;
    let whole;
    call.program = clean;
    call.all = (inputs) => {
      whole ??= made(clean, Array.from({ length: count }, (_, i) => i));
      const values = new Float64Array(count);
      whole(inputs, values);
      return values;
    };
    return call;
  }

  const known = new WeakMap();
  function compiled(program) {
    if (!program || typeof program !== "object") refuse("a program is missing");
    if (!known.has(program)) known.set(program, compile(program));
    return known.get(program);
  }

  const number = (value, what) => {
    if (typeof value !== "number" || Number.isNaN(value)) refuse(`${what} must be a number`);
    return value;
  };
  const entry = (table, name, what) =>
    own(table ?? {}, name) ?? refuse(`there is no ${what} ${JSON.stringify(String(name)).slice(0, 60)}`);

  // The values of a list of hyperparameters, the default where none is given.
  function settings(list, given, skip) {
    return list.map((hyper) => (hyper.name === skip ? 0 : number(own(given ?? {}, hyper.name) ?? hyper.default, hyper.name)));
  }

  // A function t -> rate, for {name, ...hyperparameters} and the highest rate.
  function schedule(data, chosen, lr) {
    const found = entry(data.schedules, chosen.name, "schedule");
    const call = compiled(found.program);
    const inputs = Float64Array.from([0, lr, ...settings(found.hyper, chosen)]);
    const value = new Float64Array(1);
    return (t) => {
      inputs[0] = t;
      call(inputs, value);
      return value[0];
    };
  }

  // The rule's programs: `matrix` has those for a 2 × 2 matrix; a rule without `first` is for matrices only.
  const programsOf = (rule, d) => {
    const programs = d === 4 ? rule.matrix : rule;
    return programs && programs.first ? programs : refuse("this rule is not for this surface");
  };

  // The noise of a seed, d numbers a step, kept: all rules of a figure get the same, drag after drag.
  let kept = { seed: -1 };
  function noiseOf(data, d, seed, steps) {
    const { begin, draw2, draw4 } = data.noise;
    if (kept.data !== data || kept.d !== d || kept.seed !== seed) {
      kept = { data, d, seed, steps: 0, values: new Float64Array(0), state: new Float64Array(d + 1) };
      compiled(begin)([seed], kept.state);
    }
    if (kept.steps < steps) {
      const draw = compiled(d === 4 ? draw4 : draw2);
      const values = new Float64Array(steps * d);
      values.set(kept.values);
      for (let t = kept.steps; t < steps; t++) {
        draw(kept.state, kept.state);
        values.set(kept.state.subarray(1), t * d);
      }
      kept.values = values;
      kept.steps = steps;
    }
    return kept.values;
  }

  const MOST_STEPS = 100000;

  // The whole path of a situation: see the contract in __init__.py.
  function run(data, situation) {
    const surface = entry(data.surfaces, situation.surface, "surface");
    const rule = typeof situation.rule === "object" && situation.rule ? situation.rule : entry(data.rules, situation.rule, "rule");
    const d = surface.d;
    const steps = situation.steps;
    if (!isCount(steps, MOST_STEPS)) refuse(`steps must be a whole number from 0 to ${MOST_STEPS}`);
    const start = Array.from(situation.start ?? surface.start.flat());
    if (start.length !== d) refuse(`start must have ${d} numbers`);
    start.forEach((value) => number(value, "start"));
    const programs = programsOf(rule, d);
    const first = compiled(programs.first);
    const later = compiled(programs.later);
    const f = compiled(surface.f);
    const grad = compiled(surface.grad);
    const sd = number(situation.noise ?? 0, "noise");
    const seed = situation.seed ?? 0;
    if (!isCount(seed, 2147483646)) refuse("seed must be a whole number");
    const k = programs.sizes.reduce((sum, size) => sum + size, 0);
    const hyper = settings(rule.hyper, situation.hyper);
    const chosen = situation.hyper?.schedule ?? null;
    const lrAt = rule.hyper.findIndex((one) => one.name === "lr");
    const rate = chosen && lrAt >= 0 ? schedule(data, chosen, hyper[lrAt]) : null;
    const noise = sd ? noiseOf(data, d, seed, steps) : null;

    const path = new Float64Array((steps + 1) * d);
    const losses = new Float64Array(steps + 1);
    const gradients = new Float64Array(steps * d);
    const effective = new Float64Array(steps * d);
    const states = new Float64Array(steps * k);
    const rates = new Float64Array(steps);
    const point = Float64Array.from(start);
    const loss = new Float64Array(1);
    const g = new Float64Array(d);
    const out = new Float64Array(d + k);
    const firstIn = new Float64Array(2 * d + hyper.length);
    const laterIn = new Float64Array(2 * d + k + hyper.length);
    firstIn.set(hyper, 2 * d);
    laterIn.set(hyper, 2 * d + k);
    let diverged = -1;
    const look = (t) => {
      f(point, loss);
      losses[t] = loss[0];
      path.set(point, t * d);
      if (diverged < 0 && !(Number.isFinite(loss[0]) && point.every(Number.isFinite))) diverged = t;
    };
    look(0);
    for (let t = 0; t < steps; t++) {
      grad(point, g);
      if (noise) for (let i = 0; i < d; i++) g[i] += sd * noise[t * d + i];
      gradients.set(g, t * d);
      const input = t ? laterIn : firstIn;
      input.set(point, 0);
      input.set(g, d);
      if (t) input.set(out.subarray(d), 2 * d);
      if (rate) input[(t ? 2 * d + k : 2 * d) + lrAt] = rate(t);
      if (lrAt >= 0) rates[t] = input[(t ? 2 * d + k : 2 * d) + lrAt];
      (t ? later : first)(input, out);
      for (let i = 0; i < d; i++) {
        effective[t * d + i] = (point[i] - out[i]) / g[i];
        point[i] = out[i];
      }
      states.set(out.subarray(d), t * k);
      look(t + 1);
    }

    // The inputs of step t, as the rule got them.
    const inputsOf = (t) => {
      const all = t ? Float64Array.from(laterIn) : Float64Array.from(firstIn);
      all.set(path.subarray(t * d, t * d + d), 0);
      all.set(gradients.subarray(t * d, t * d + d), d);
      if (t) all.set(states.subarray((t - 1) * k, t * k), 2 * d);
      if (lrAt >= 0) all[(t ? 2 * d + k : 2 * d) + lrAt] = rates[t];
      return all;
    };
    // The arithmetic of step t: each op with the values that it had, in order.
    function arithmetic(t) {
      if (!isCount(t, steps - 1)) refuse(`there is no step ${t}`);
      const call = t ? later : first;
      const { inputs, constants, ops, outputs } = call.program;
      const values = call.all(inputsOf(t));
      return { inputs, constants, ops, outputs, values, states: rule.state, sizes: programs.sizes };
    }
    return { path, losses, gradients, effective, states, rates, diverged, arithmetic };
  }

  window.gradlabPlayground = Object.assign(window.gradlabPlayground ?? {}, { compile, run, schedule });

  // The editor, where the page has one: it is loaded when it is asked for, and not before.
  const place = document.querySelector("script.playground-data")?.dataset.editor;
  if (place) {
    let loading;
    window.gradlabPlayground.edit = async (api, given) => {
      loading ??= new Promise((resolve, reject) => {
        const script = document.createElement("script");
        script.src = place;
        script.onload = resolve;
        script.onerror = () => { loading = undefined; reject(new Error("its file is not there")); };
        document.head.append(script);
      });
      await loading;
      await window.gradlabPlayground.openEditor(api, given);
    };
  }
})();
