/* The editor of a playground: the tested Python of a rule, which the reader may change. What is typed is traced in the
   page, by the tracer that traced the library (Brython runs it), and its path is shown beside the others.

   engine.js loads this file when the button is pressed; it loads Brython and the tracer, and, when a rule is to be checked,
   the answers on record. Nothing of the text is kept; it goes into an address only where the reader copies a link. A text
   that comes with a link is put into the box, and not run before the reader presses a button. */
"use strict";
(() => {
  const { situations, compile, el } = window.gradlabPlayground;
  const ME = new URL(document.currentScript.src);
  const WAIT = 500; // ms without a key, after which the text is run
  const ALL_AT_ONCE = "Hint: The questions have points of several shapes. Write it for all coordinates at once, as x - lr * g, without x[0] and x[1].";
  const EMPTY = "def rule(x, g, *, lr=0.1):\n    return x,\n";
  const STYLE = `
figure.playground .editor { margin-top: 0.8rem; padding: 0.5rem 0.7rem 0.7rem; border: 1px solid var(--gl-grid); border-radius: 0.3rem; }
figure.playground .editor label { display: block; }
figure.playground .editor .text { display: flex; font: 0.85rem/1.45 var(--pst-font-family-monospace, monospace); border: 1px solid var(--gl-axis); }
figure.playground .editor .lines { margin: 0; padding: 0.4rem 0.5rem; border: 0; text-align: right; font: inherit; color: inherit; background: none; opacity: 0.7; overflow: hidden; user-select: none; }
figure.playground .editor .lines .wrong { font-weight: bold; background: var(--gl-orange); color: #000; }
figure.playground .editor textarea { flex: 1; min-width: 0; padding: 0.4rem; font: inherit; color: inherit; background: none; border: 0; white-space: pre; overflow: auto; resize: vertical; tab-size: 4; }
figure.playground .editor textarea:focus-visible { outline: 2px solid var(--gl-blue); }
figure.playground .editor .heard { margin: 0.5rem 0 0; padding: 0.3rem 0.7rem; border-left: 3px solid var(--gl-green, currentcolor); overflow-wrap: anywhere; }
figure.playground .editor .heard.wrong { border-color: var(--gl-orange); }
figure.playground .editor .verdict { margin: 0.5rem 0 0; padding: 0.5rem 0.7rem; white-space: pre-wrap; color: inherit; background: none; border: 1px solid var(--gl-grid); font-size: 0.85rem; }
figure.playground .editor .verdict:empty { display: none; }
figure.playground .editor .buttons select { flex: 0 1 auto; width: 13rem; }
figure.playground .editor .compared { margin: 0.5rem 0 0; font-size: 0.85rem; }
figure.playground .editor .compared:empty { display: none; }
@media (min-width: 1100px) {
  figure.playground .desk { display: grid; grid-template-columns: minmax(0, 0.8fr) minmax(0, 1fr); gap: 0 1rem; align-items: start; }
  figure.playground .desk > .views { position: sticky; top: 4rem; grid-template-columns: minmax(0, 1fr); }
  figure.playground .desk .stage-plane { grid-row: auto; }
  figure.playground .desk svg.effective { display: none; }
  figure.playground .desk > .editor { margin-top: 0; }
}
@media (max-width: 600px) {
  figure.playground .desk { order: 1; display: flex; flex-direction: column; }
  figure.playground .desk .stage-plane { position: sticky; top: 3.2rem; z-index: 5; width: min(58vw, 34vh); align-self: center; background: var(--pst-color-background, #fff); }
  figure.playground .desk .editor { order: 1; }
  figure.playground .editor :is(label, textarea) { scroll-margin-top: calc(34vh + 4rem); }
}
figure.playground .editor .help { margin: 0.3rem 0; font-size: 0.85em; }
@media print { figure.playground .editor { display: none; } }`;

  // A script beside this one; asked for once.
  const asked = new Map();
  function script(name) {
    if (!asked.has(name)) {
      asked.set(name, new Promise((resolve, reject) => {
        const src = new URL(name, ME);
        src.search = ME.search;
        const failed = () => { asked.delete(name); reject(new Error(`${name} did not come`)); };
        document.head.append(el("script", { src: src.href, load: resolve, error: failed }));
      }));
    }
    return asked.get(name);
  }

  async function tracer() {
    await Promise.all([script("brython.js"), script("tracer.js")]);
    if (window.gradlabAsk) return;
    window.__BRYTHON__.runPythonSource(window.gradlabPlayground.tracer, { name: "gradlab_tracer" });
    bounded(window.__BRYTHON__);
  }

  // Whole numbers have no largest in Python, and a list or a text may be multiplied: what would hold up the page is an
  // OverflowError instead, and so is a text that computes for too long.
  const MOST_BITS = 1024, MOST_PARTS = 1e5, MOST_TIME = 4000; // ms for one text
  let until = Infinity;
  function bounded($B) {
    const { int, OverflowError } = $B.builtins, [operate, power] = [$B.rich_op1, int.nb_power];
    const whole = (it) => (typeof it === "number" ? it : typeof it === "bigint" ? Number(it) : typeof it?.value === "bigint" ? Number(it.value) : null);
    const bits = (it) => Math.log2(Math.max(1, Math.abs(it)));
    const refuse = (words) => $B.RAISE(OverflowError, words);
    const raised = (x, y) => x !== null && y !== null && y * bits(x) > MOST_BITS && refuse("a whole number gets huge; write a float, such as 9.0");
    $B.rich_op1 = (op, x, y) => {
      if (performance.now() > until) {
        until += 1000; // to say so
        refuse("the text computes for too long");
      }
      const [a, b] = [whole(x), whole(y)];
      if (op === "__pow__") raised(a, b);
      if (op === "__mul__") {
        if (a !== null && b !== null && bits(a) + bits(b) > MOST_BITS) refuse("a whole number gets huge; write a float, such as 9.0");
        const list = a === null ? x : b === null ? y : null, times = a ?? b;
        if ((Array.isArray(list) || typeof list === "string") && list.length * times > MOST_PARTS) refuse("a list gets too long");
      }
      if (op === "__lshift__" && a !== null && b > MOST_BITS) refuse("a whole number gets huge; write a float, such as 9.0");
      return operate(op, x, y);
    };
    int.nb_power = (x, y, ...rest) => {
      if (!rest.length || rest[0] === undefined || rest[0] === $B.builtins.None) raised(whole(x), whole(y));
      return power(x, y, ...rest);
    };
  }

  // The programs of a text for points of some shapes, or { error, line }.
  function ask(text, shapes) {
    until = performance.now() + MOST_TIME;
    try {
      return JSON.parse(window.gradlabAsk(text, shapes));
    } catch (error) {
      return { error: `Python itself stopped here (${String(error.message ?? error).split("\n")[0].slice(0, 200)})`, line: null };
    } finally {
      until = Infinity;
    }
  }

  // --- a rule as the page has it ------------------------------------------------------------------------------------

  // The control of a hyperparameter: that of the library's rules, if one has it, or else a range around the default.
  function control(data, name, value) {
    const known = Object.values(data.rules).filter((rule) => rule !== data.rules.yours)
      .flatMap(({ hyper }) => hyper).find((one) => one.name === name);
    const range = known ? { min: known.min, max: known.max, scale: known.scale }
      : value > 0 ? { min: value / 100, max: value * 100, scale: "log" } : { min: Math.min(0, 2 * value), max: 1, scale: "linear" };
    if (range.scale === "decay" && !(value >= 0 && value < 1)) Object.assign(range, { min: Math.min(0, value), max: 1, scale: "linear" });
    if (range.scale === "log" && value <= 0) Object.assign(range, { min: Math.min(0, 2 * value), scale: "linear" });
    return { name, default: value, ...range, min: Math.min(range.min, value), max: Math.max(range.max, value) };
  }

  // The entry of the reader's rule, or { error, line }. A rule that only takes points of the other kind is one, too.
  function entry(data, text) {
    const plane = ask(text, [[2]]), matrix = ask(text, [[2, 2]]);
    if (plane.error && matrix.error) return plane;
    const [one] = plane.error ? matrix : plane, { name, state, hyper } = one;
    const programs = (found) => (found.error ? { first: null, later: null, sizes: null } : { first: found[0].first, later: found[0].later, sizes: found[0].sizes });
    const controls = Object.entries(hyper).map(([key, value]) => control(data, key, value));
    return { ...programs(plane), matrix: matrix.error ? null : programs(matrix), state, hyper: controls, title: `Your ${name}`,
      sentence: "The rule that you typed.", equations: [], source: text, called: name, remarks: remarks(one, text), plane: plane.error ? plane : null };
  }

  // What is to be said of a rule that runs.
  function remarks(found, text) {
    return [...unused(found, text), ...(found.prints ? ["What print would show is not shown: the text is read once, before there are numbers. In numbers, under the update, has those of each step."] : [])];
  }

  // What a typed rule may use by its bare name, in NumPy's words.
  const FROM_NUMPY = ["maximum", "minimum", "where", "sign", "sqrt", "exp", "log", "sin", "cos", "tanh", "floor", "clip", "array", "pi"];

  // The lines of a typed rule for Python itself. It stands before all else, and is called `yours`: it may have a name of the library's.
  function typed({ source, called }) {
    const text = source.trimEnd().split("\n").filter((line) => !/^(import|from|@checked)\b/.test(line)).join("\n")
      .replace(/^( +)(import|from) .*$/gm, "$1pass").replace(/\b(math|numpy)\.(?=\w)/g, "np.").replace(/\bnp\.(norm\(|pow\(|fabs\()/g, (_, name) => ({ "norm(": "np.linalg.norm(", "pow(": "np.power(", "fabs(": "np.abs(" })[name]);
    const uses = (name) => new RegExp(`(?<![\\w.])${name}\\b`).test(text);
    const known = FROM_NUMPY.filter(uses), norm = uses("norm");
    return [...(norm || /\bnp\b/.test(text) ? ["import numpy as np"] : []), ...(known.length ? [`from numpy import ${known.join(", ")}`] : []),
      ...(norm ? ["", "", "def norm(x, axis=-1):", "    return np.linalg.norm(x, axis=axis, keepdims=True)"] : []),
      ...(norm || known.length || /\bnp\b/.test(text) ? ["", ""] : []), ...text.split("\n"), "", "", `yours = ${called}  # the rule that was typed`, ""];
  }

  // --- check --------------------------------------------------------------------------------------------------------

  // The points after each step of a case, each flat; as `checks.questions.rules` asks.
  function followed({ first, later, sizes, hyper }, asks) {
    const [begin, go] = [compile(first), compile(later)], d = asks.x.length;
    const out = new Float64Array(d + sizes.reduce((sum, size) => sum + size, 0)), path = [];
    let x = asks.x;
    asks.g.forEach((g, t) => {
      const settings = Object.keys(hyper).map((name) => (name === "lr" ? asks.lr[t] : asks.hyper[name] ?? hyper[name]));
      (t ? go : begin)([...x, ...g, ...(t ? out.subarray(d) : []), ...settings], out);
      x = Array.from(out.subarray(0, d));
      path.push(x);
    });
    return path;
  }

  const ROUNDING = 1e-9;

  // Where two lists of numbers differ, as `checks.compare` sees it: the place of the largest difference, or −1.
  function difference(a, b, tolerance) {
    const scale = b.reduce((most, it) => (Number.isFinite(it) ? Math.max(most, Math.abs(it)) : most), ROUNDING / tolerance);
    return b.findIndex((it, i) => !(a[i] === it || (Number.isNaN(a[i]) && Number.isNaN(it)) || Math.abs(a[i] - it) <= tolerance * scale));
  }

  function firstDifference(given, right, tolerance) {
    for (let k = 0; k < right.length; k++) {
      for (let i = 0; i < right[k].length; i++) {
        const at = difference(given[k][i], right[k][i], tolerance);
        if (at >= 0) return [k, i, at];
      }
    }
    return null;
  }

  // A number with six digits, as Python writes it.
  function written(value) {
    if (!Number.isFinite(value)) return String(value).replace("Infinity", "inf").replace("NaN", "nan");
    const size = Math.abs(value);
    if (value && (size < 1e-4 || size >= 999999.5)) {
      return value.toExponential(5).replace(/\.?0*e/, "e").replace(/e([+-])(\d)$/, "e$10$2");
    }
    return String(Number(value.toPrecision(6)));
  }

  function place(at, shape) {
    const indices = [];
    for (const size of [...shape].reverse()) {
      indices.unshift(at % size);
      at = Math.floor(at / size);
    }
    return `[${indices.join(", ")}]`;
  }

  // The steps of two rules along one path, that of the tested one: at each point both get the same gradient, each goes on
  // with its own state. A third, the tested one with gradients that differ in the 13th digit, tells what rounding can do.
  const LONG = 300, NUDGE = 1e-13;
  function stepsDiffer(yours, right, surface, { start, rate, scale, falls }) {
    const d = surface.d, grad = compile(surface.grad), g = new Float64Array(d);
    const walkers = [right, yours, right].map(({ first, later, sizes, hyper }) => ({ begin: first, go: later, hyper,
      out: new Float64Array(d + sizes.reduce((sum, size) => sum + size, 0)) }));
    let x = Float64Array.from(start);
    for (let t = 0; t < LONG; t++) {
      grad(x, g);
      for (let i = 0; i < d; i++) g[i] *= scale;
      const lr = falls ? rate / (1 + t / 50) : rate;
      walkers.forEach(({ begin, go, hyper, out }, k) => {
        const near = k === 2 ? g.map((it, i) => it * (1 + (i % 2 ? NUDGE : -NUDGE))) : g;
        (t ? go : begin)([...x, ...near, ...(t ? out.subarray(d) : []), ...hyper.map(([name, value]) => (name === "lr" ? lr : value))], out);
      });
      const [theirs, mine, nudged] = walkers.map(({ out }) => out.slice(0, d));
      if (!theirs.every((it) => Number.isFinite(it) && Math.abs(it) < 1e100)) return { steps: t };
      const most = (of) => theirs.reduce((sum, _, i) => Math.max(sum, Math.abs(of(i))), 0);
      const free = 1e-7 * most((i) => theirs[i] - x[i]) + 1e-13 * most((i) => x[i]) + 100 * most((i) => theirs[i] - nudged[i]);
      for (let i = 0; i < d; i++) {
        if (!(Math.abs(mine[i] - theirs[i]) <= free)) return { steps: t + 1, at: i, yours: mine[i] - x[i], right: theirs[i] - x[i], lr };
      }
      x = theirs;
    }
    return { steps: LONG };
  }

  // The runs along which a rule is compared: all surfaces that it takes, several starts, rates and sizes of the gradient.
  function* runs(data, rule) {
    const rate = rule.hyper.find(({ name }) => name === "lr")?.default ?? 1;
    for (const surface of Object.values(data.surfaces)) {
      if (!(surface.d === 4 ? rule.matrix : rule.first)) continue;
      const at = (part) => surface.frame.map(([low, high], i) => low + (high - low) * part[i % 2]);
      for (const start of [surface.start.flat(), at([0.15, 0.8]), at([0.7, 0.3])]) {
        for (const factor of [0.1, 1, 10]) {
          for (const scale of [1e-6, 1, 1e6]) yield [surface, { start, rate: rate * factor, scale, falls: factor === 1 }];
        }
      }
    }
  }

  // What a text is for points in the plane, and for matrices: how many numbers a point has -> its programs.
  function traced(text) {
    const own = new Map();
    for (const shape of [[2], [2, 2]]) {
      const found = ask(text, [shape]);
      if (!found.error) own.set(shape.length * 2, found[0]);
    }
    return own;
  }

  // Whether a text, traced, takes the steps of a tested rule along all runs, with some hyperparameters held:
  // { name, runs, steps, differs: null or { step, lines } }.
  function compared(own, record, data, held = {}) {
    const tested = data.rules[record.title];
    const whole = ({ first, later, sizes }, hyper) => ({ first: compile(first), later: compile(later), sizes, hyper });
    const given = { ...Object.fromEntries(tested.hyper.map(({ name, default: value }) => [name, value])), ...held };
    const [mine, theirs] = [new Map(), new Map()];
    for (const [d, one] of own) {
      const right = d === 4 ? tested.matrix : tested;
      if (!right?.first) continue;
      mine.set(d, whole(one, Object.entries(one.hyper).map(([name, value]) => [name, given[name] ?? value])));
      theirs.set(d, whole(right, Object.entries(given)));
    }
    const { name } = [...own.values()][0];
    let count = 0, steps = 0;
    for (const [surface, how] of runs(data, tested)) {
      if (!mine.has(surface.d)) continue;
      const found = stepsDiffer(mine.get(surface.d), theirs.get(surface.d), surface, how);
      count += 1;
      steps += found.steps;
      if (found.at === undefined) continue;
      const times = how.scale === 1 ? "" : `, its gradient times ${written(how.scale)}`;
      return { name, differs: { step: found.steps, lines: [
        `  ${surface.title} from (${how.start.map(written).join(", ")})${times}, lr = ${written(found.lr)}${how.falls ? ", falling" : ""}: the first difference is at step ${found.steps}.`,
        `    at [${found.at}] the step is:`, `    yours ${written(found.yours)}`, `    right ${written(found.right)}`] } };
    }
    return { name, runs: count, steps, differs: null };
  }

  // The verdict on a rule that has answered all the questions: what was compared, and no more.
  function along(text, record, data) {
    const { name, runs: count, steps, differs } = compared(traced(text), record, data), questions = `${record.cases.length} questions`;
    if (differs) return [`✗ ${name} gives the same answers as ${record.title} to ${questions}, but not the same steps along a longer run.`, ...differs.lines].join("\n");
    const { hyper } = traced(text).values().next().value;
    const other = data.rules[record.title].hyper.filter(({ name: one, default: value }) => one !== "lr" && one in hyper && hyper[one] !== value);
    const defaults = other.map(({ name: one, default: value }) => `\nYour default of ${one} is ${hyper[one]}, that of ${record.title} is ${value}: both were asked with the same numbers.`);
    return `✓ ${name} gives the same answers as ${record.title} to ${questions}, and the same steps along ${count} runs of up to ${LONG} steps (${steps} in all) at the defaults of ${record.title}, with other rates. More was not compared.${defaults.join("")}`;
  }

  const ended = (text) => (/[.?!:]$/.test(text) ? text : `${text}.`);

  // What others call the hyperparameters.
  const OTHER_NAMES = { lr: ["eta", "alpha", "learning_rate", "rate", "step", "step_size", "gamma", "a"], beta: ["mu", "momentum", "gamma", "b", "rho", "alpha", "m"],
    beta1: ["b1", "beta_1", "mu"], beta2: ["b2", "beta_2", "rho"], rho: ["beta", "beta2", "alpha", "decay", "gamma", "decay_rate"],
    eps: ["epsilon", "e", "delta", "ε"], weight_decay: ["wd", "lam", "lambda_", "lmbda", "decay", "l2"] };

  // A line for each hyperparameter that changes nothing, while its default is written out as a number in the body.
  function unused(found, text) {
    const body = text.slice(text.indexOf("):") + 2).replace(/#.*/g, "");
    return idle(found).map((one) => {
      const number = (body.match(/(?<![\w.])(\d+\.?\d*|\.\d+)(e[+-]?\d+)?/gi) ?? []).find((it) => Number(it) === found.hyper[one]);
      return number ? `Your rule does not use ${one}: write ${one} where ${number} stands.` : `Your rule takes ${one}, but never uses it.`;
    });
  }

  // The hyperparameters on which no result of a rule depends.
  function idle({ first, later, hyper }) {
    const used = new Set();
    for (const { inputs, constants, ops, outputs } of [first, later]) {
      const before = inputs.length + constants.length, needed = new Set(outputs);
      for (let k = ops.length - 1; k >= 0; k--) if (needed.has(before + k)) ops[k].slice(1).forEach((part) => needed.add(part));
      inputs.forEach((name, k) => needed.has(k) && used.add(name));
    }
    return Object.keys(hyper).filter((name) => !used.has(name));
  }

  // Whether a rule without some hyperparameters is the tested one with these held: at a number of the text, at the default,
  // or at 0, where it does nothing. The questions cannot be asked of it; the runs can be made.
  const MOST_TRIED = 64;
  function lacking(text, record, data, { name, hyper }, lacks) {
    const all = record.hyper.join(", "), spare = Object.keys(hyper).filter((one) => !record.hyper.includes(one));
    const renamed = lacks.map((one) => [spare.find((other) => OTHER_NAMES[one]?.includes(other.toLowerCase())), one]).filter(([other]) => other);
    const how = renamed.length === lacks.length ? `Rename ${renamed.map(([other, one]) => `${other} to ${one}`).join(", ")}.`
      : `${renamed.length ? `Rename ${renamed.map(([other, one]) => `${other} to ${one}`).join(", ")}; write the others` : "Write them"} after the *, with these names.`;
    const cannot = `✗ ${name} cannot be asked: ${record.title} has the hyperparameters ${all}, and yours lacks ${lacks.join(", ")}. ${how}`;
    if (renamed.length) return cannot;
    const body = text.slice(text.indexOf("):") + 2).replace(/#.*/g, "");
    const literals = (body.match(/(?<![\w.])(\d+\.?\d*|\.\d+)(e[+-]?\d+)?/gi) ?? []).map(Number).flatMap((it) => (it < 1 ? [it, Number((1 - it).toPrecision(12))] : [it]));
    const { hyper: controls } = data.rules[record.title];
    let tried = [{}];
    for (const one of lacks) {
      const control = controls.find((it) => it.name === one);
      const values = [...new Set([control.default, 0, ...literals])].filter((it) => it === 0 || (it >= control.min && it <= control.max));
      tried = tried.flatMap((held) => values.map((value) => ({ ...held, [one]: value }))).slice(0, MOST_TRIED);
    }
    const words = (held) => Object.entries(held).map(([one, value]) => `${one} = ${value}`).join(", ");
    const own = traced(text), found = tried.map((held) => [held, compared(own, record, data, held)]);
    const same = found.filter(([, { differs }]) => !differs);
    if (same.length) {
      const [held, { runs: count, steps }] = same[0], any = lacks.filter((one) => same.filter(([other]) => lacks.every((it) => it === one || other[it] === held[it])).length > 1 && one !== "lr");
      return `✓ ${name} takes the same steps as ${record.title} with ${words(held)} along ${count} runs of up to ${LONG} steps (${steps} in all), with other rates. `
        + `It has no ${lacks.join(", ")} of its own, and so it was not asked the questions, which give other values: for that write them after the *, with these names.${any.length ? ` (The runs do not tell what ${any.join(", ")} is.)` : ""}`;
    }
    const [held, { differs }] = found.reduce((best, one) => (one[1].differs.step > best[1].differs.step ? one : best));
    return [cannot, `  Nor does it take the steps of ${record.title} with ${words(held)}${tried.length > 1 ? `, the nearest of ${tried.length} tries` : ""}.`, ...differs.lines].join("\n");
  }

  // The verdict on a text, in the words of `gradlab.checks.check`.
  function judged(text, record, data) {
    const shapes = [...new Map(record.cases.map(({ shape }) => [String(shape), shape])).values()];
    const programs = new Map();
    const refused = (found, words, ...hints) => {
      const forgotten = /but returns \d+ after x/.test(found.error) && !/is no state/.test(found.error);
      return [`✗ Your rule ${words}: ${forgotten ? "state forgotten between steps; " : ""}${found.line ? `line ${found.line}: ` : ""}${ended(found.error)}`,
        ...(forgotten ? [`Hint: ${record.forgotten}`] : hints)].join("\n");
    };
    const plain = ask(text, [[2]]);
    if (plain.error) return refused(plain, "does not run yet");
    for (const shape of shapes) {
      const found = ask(text, [shape]);
      if (found.error) return refused(found, `cannot be asked for a point of shape (${shape.join(", ")}${shape.length > 1 ? "" : ","})`, ALL_AT_ONCE);
      programs.set(String(shape), found[0]);
    }
    const [{ name, hyper }] = programs.values();
    const lacks = record.hyper.filter((one) => !(one in hyper));
    if (lacks.length) return lacking(text, record, data, programs.values().next().value, lacks);
    const given = record.cases.map((one) => followed(programs.get(String(one.shape)), one));
    const found = firstDifference(given, record.right, record.tolerance);
    if (!found) return along(text, record, data);
    const same = record.mistakes.filter(({ values }) => !firstDifference(given, values, record.tolerance));
    const [k, i, at] = found, { shape, tell } = record.cases[k];
    const yours = given[k][i][at], right = record.right[k][i][at];
    const general = record.right[k][i].every(Number.isFinite) && !given[k][i].every(Number.isFinite) ? record.general.infinite : record.general.nameless;
    const alike = same.length ? same : [general];
    const names = [...new Set(alike.map((it) => it.name).filter(Boolean))];
    const published = same.find((it) => it.published);
    const first = published ? `≠ ${name} is a known published form: ${published.name} (${published.published}). It is not ${record.title} as this course has it, and takes other steps.`
      : `✗ ${name} is not right${names.length ? `: ${names.join(", or ")}` : ", in a way that has no name here"}.`;
    const hints = published ? [`To come to the tested form: ${published.hint}`] : alike.map(({ hint }) => `Hint: ${hint}`);
    return [first, `  ${tell[i]}`,
      ...(given[k][i].length > 1 ? [`    at ${place(at, shape)}:`] : []), `    yours ${written(yours)}`, `    ${published ? "tested" : "right"} ${written(right)}`,
      ...new Set(hints), ...unused(programs.values().next().value, text)].join("\n");
  }

  // --- the editor ---------------------------------------------------------------------------------------------------

  const kept = new WeakMap();

  function opened(api, given) {
    const { figure, data } = api, id = (name) => `${figure.id}-editor-${name}`, before = given ? undefined : kept.get(figure);
    const original = before?.original ?? api.situation.rules.find(({ rule }) => rule !== "yours")?.rule ?? "sgd";
    let timer = 0, fault = null, replaced = null, checked = original in window.gradlabPlayground.answered ? original : "";
    const views = figure.querySelector(".views"), desk = el("div", { class: "desk" });
    let waiting = given ?? null; // a text of a link that has not been run

    const lines = el("pre", { class: "lines", "aria-hidden": "true" });
    const area = el("textarea", { id: id("text"), rows: 12, spellcheck: "false", autocapitalize: "off", autocomplete: "off", autocorrect: "off",
      "aria-describedby": `${id("help")} ${id("heard")}`,
      input: () => { number(); verdict.textContent = compared.textContent = ""; clearTimeout(timer); if (!waiting) timer = setTimeout(show, WAIT); },
      scroll: () => { lines.scrollTop = area.scrollTop; }, keydown: key });
    const heard = el("p", { class: "heard", id: id("heard"), role: "status" });
    const verdict = el("pre", { class: "verdict", role: "status", tabindex: 0, "aria-label": "Verdict" });
    const there = el("button", { type: "button", hidden: true, click: () => go(Number(there.dataset.line)) }, "Go to the line");

    // The numbers of the lines; one may be wrong.
    function number(wrong) {
      const count = area.value.split("\n").length;
      lines.replaceChildren(...Array.from({ length: count }, (_, i) => [el("span", i + 1 === wrong ? { class: "wrong" } : {}, String(i + 1)), "\n"]).flat());
      area.rows = Math.min(30, Math.max(8, count + 1));
    }

    function go(line) {
      const before = area.value.split("\n").slice(0, line - 1).join("\n").length + (line > 1 ? 1 : 0);
      const end = area.value.indexOf("\n", before);
      area.focus();
      area.setSelectionRange(before, end < 0 ? area.value.length : end);
    }

    // Enter keeps the indentation, and adds to it after a colon. Tab leaves the box, as everywhere on the page.
    function key(event) {
      if (event.key !== "Enter" || event.shiftKey || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
      const before = area.value.slice(0, area.selectionStart).split("\n").at(-1);
      const indent = before.match(/^ */)[0] + (/:\s*(#.*)?$/.test(before) ? "    " : "");
      event.preventDefault();
      // Not setRangeText: this one can be undone.
      if (!document.execCommand("insertText", false, `\n${indent}`)) area.setRangeText(`\n${indent}`, area.selectionStart, area.selectionEnd, "end");
    }

    function say(text, line) {
      heard.textContent = text;
      heard.classList.toggle("wrong", line !== undefined);
      there.hidden = !line;
      there.dataset.line = line ?? "";
      there.textContent = line ? `Go to line ${line}` : "";
      number(line);
    }

    // Trace the text and show its path. What is wrong is said, and the last path that there was stays.
    function show() {
      clearTimeout(timer);
      const text = area.value, found = entry(data, text);
      const wrong = (words, line) => { fault = { words, line }; follow(); };
      if (found.error) return wrong(`${found.line ? `Line ${found.line}: ` : ""}${ended(found.error)}`, found.line ?? null);
      const { situation } = api, d = data.surfaces[situation.surface].d;
      if (d === 2 && !found.first) return wrong(`On this surface: ${ended(found.plane.error)} Choose Correlated inputs, whose points are matrices.`, found.plane.line ?? null);
      if (d === 4 && !found.matrix) return wrong("This surface has matrices for points, and your rule does not take them.", null);
      const last = data.rules.yours;
      data.rules.yours = found;
      fault = null;
      place(situation, last);
      waiting = null;
      if (!chosen && found.called in window.gradlabPlayground.answered) choice.value = checked = found.called;
      api.rebuild();
    }

    // What is said of the rule follows the picture: its values in force, its loss, or that it is not there.
    function follow() {
      const { situation } = api, at = situation.rules.findIndex(({ rule }) => rule === "yours"), mine = data.rules.yours;
      if (waiting && !fault) return say("This text came with the link, and nothing of it has been run. Read it first; Run runs it.");
      if (fault) return say(`${fault.words}${at < 0 ? "" : " Shown is the last version that worked."}`, fault.line);
      if (!mine) return;
      if (at < 0) return say(`${mine.title} is not in the picture now. Run puts it there.`);
      const { hyper, schedule } = situation.rules[at], { losses } = api.runs[at];
      const force = mine.hyper.map(({ name, default: text }) => {
        const value = name === "lr" && schedule ? `${hyper.lr} at most, by the schedule` : hyper[name];
        return `${name} = ${value}${hyper[name] === text ? "" : ` (the slider; in the text ${text})`}`;
      });
      const loss = `${situations.shown(losses[situation.step], 2)} at step ${situation.step}`;
      const instead = replaced ? ` It stands in the place of ${data.rules[replaced.rule].title}, which comes back when the editor is closed.` : "";
      say(`It runs: ${mine.title} is beside the others${force.length ? `, with ${force.join(", ")}` : ""}. Its loss is ${loss}.${instead} ${[force.length ? "Its sliders are among the others." : "It has no hyperparameters.", ...mine.remarks].join(" ")}`);
    }

    // Put the rule among those that are shown. What was turned stays turned while its default in the text is what it was.
    function place(situation, last) {
      const fresh = situations.withDefaults(data, "yours"), { hyper } = data.rules.yours;
      let slot = situation.rules.findIndex(({ rule }) => rule === "yours");
      const like = slot < 0 ? situation.rules.find(({ rule }) => rule === original) : situation.rules[slot];
      const before = (slot < 0 ? data.rules[original] : last).hyper;
      for (const { name, min, max, default: text } of hyper) {
        const value = like?.hyper[name], same = before.find((one) => one.name === name)?.default === text;
        if (same && value !== undefined && value >= min && value <= max) fresh.hyper[name] = value;
      }
      for (const { name, min, max } of waiting ? hyper : []) {
        const value = waiting.hyper[name];
        if (value >= min && value <= max) fresh.hyper[name] = value;
      }
      fresh.schedule = waiting ? waiting.schedule : like && hyper.some(({ name }) => name === "lr") ? like.schedule : null;
      if (slot < 0) {
        slot = Math.min(situation.rules.length, situations.MOST_RULES - 1);
        replaced = situation.rules[slot] ?? null;
      }
      situation.rules[slot] = fresh;
      api.set(situation);
    }

    // Another text: what was there can be had back by undoing.
    function set(text) {
      area.focus();
      area.select();
      if (!document.execCommand("insertText", false, text)) area.value = text;
      verdict.textContent = compared.textContent = "";
      waiting = null;
      show();
      area.focus();
      area.setSelectionRange(0, 0);
    }

    async function check() {
      verdict.textContent = compared.textContent = "";
      if (!checked) {
        verdict.textContent = "Choose the rule that it is to be, beside “Compare it with”.";
        return void choice.focus();
      }
      try {
        await script(`answers/${checked}.js`);
        const how = chosen ? "which you chose" : checked === original ? "which the editor opened" : "whose name yours has";
        compared.textContent = `Compared with ${data.rules[checked].title} (${checked}), ${how}:`;
        verdict.textContent = judged(area.value, window.gradlabPlayground.answered[checked], data);
      } catch (error) {
        verdict.textContent = `The answers on record did not come: ${error.message}`;
      }
    }

    const compared = el("p", { class: "compared" });
    let chosen = false;
    const titles = Object.keys(window.gradlabPlayground.answered).map((name) => el("option", { value: name, selected: name === checked }, data.rules[name].title));
    const choice = el("select", { id: id("as"), change: () => { checked = choice.value; chosen = true; verdict.textContent = compared.textContent = ""; } }, el("option", { value: "" }, "choose a rule"), ...titles);
    const button = (words, click, more = {}) => el("button", { type: "button", click, ...more }, words);
    const box = el("section", { class: "editor", "aria-label": "Your rule in Python" },
      el("label", { for: id("text") }, "Your rule, in Python"),
      el("p", { class: "help", id: id("help") }, "A function of the point x and the gradient g. After them comes the state, with its starting values; after the * the hyperparameters. It returns the new point and the new state, as in “return x, v”; without state a comma is left at the end, “return x,”. Known are sqrt, exp, log, sin, cos, tanh, abs, floor, sign, maximum, minimum, where, norm and np. Tab leaves the box."),
      el("div", { class: "text" }, lines, area), heard,
      el("div", { class: "buttons" }, there, button("Run", show, { class: "run" }), button("Start from an empty rule", () => set(EMPTY), { class: "empty" }),
        button(`Back to the tested ${data.rules[original].title}`, () => set(data.rules[original].source), { class: "tested" }),
        button("Close the editor", close, { class: "close" })),
      el("div", { class: "buttons" }, el("label", { for: id("as") }, "Compare it with"), choice, button("Check my rule", check, { class: "check" })), compared, verdict);

    function close() {
      clearTimeout(timer);
      const { situation } = api;
      situation.rules = situation.rules.flatMap((one) => (one.rule !== "yours" ? [one] : replaced && situations.fits(data, replaced.rule, situation.surface) ? [replaced] : []));
      if (!situation.rules.length) situation.rules = [situations.withDefaults(data, original)];
      api.set(situation);
      delete figure.editor;
      delete data.rules.yours;
      api.rebuild();
      if (!waiting) kept.set(figure, { text: area.value, original }); // until the page is left
      desk.replaceWith(views);
      figure.querySelector("button.edit")?.focus();
    }

    figure.editor = { close, box, follow };
    views.before(desk); // the picture stands beside the editor, or stays in sight above it
    desk.append(views, box);
    if (given) {
      area.value = given.text;
      follow();
      number();
      area.focus({ preventScroll: true });
    } else set(before?.text ?? data.rules[original].source);
    figure.scrollIntoView({ block: "start" });
  }

  let styled = false;
  async function openEditor(api, given) {
    if (api.figure.editor && !given) return void api.figure.editor.box.querySelector("textarea").focus();
    await tracer();
    for (const other of document.querySelectorAll("figure.playground")) other.editor?.close(); // one at a time: the page has one rule of the reader's
    if (!styled) document.head.append(el("style", {}, STYLE));
    styled = true;
    opened(api, given);
  }

  Object.assign(window.gradlabPlayground, { openEditor, judged, ask, typed });
})();
