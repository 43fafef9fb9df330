/* The editor of a playground: the tested Python of a rule, which the reader may change. What is typed is traced in the
   page, by the tracer that traced the library (Brython runs it), and its path is shown beside the others.

   engine.js loads this file when the button is pressed; it loads Brython and the tracer, and, when a rule is to be checked,
   the answers on record. Nothing of the text is kept or goes into the address. */
"use strict";
(() => {
  const { situations, compile } = window.gradlabPlayground;
  const ME = new URL(document.currentScript.src);
  const WAIT = 500; // ms without a key, after which the text is run
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
figure.playground .editor .help { margin: 0.3rem 0; font-size: 0.85em; }
@media print { figure.playground .editor { display: none; } }`;

  function el(tag, attributes = {}, ...children) {
    const it = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) {
      if (typeof value === "function") it.addEventListener(name, value);
      else if (value !== null && value !== false) it.setAttribute(name, value === true ? "" : value);
    }
    it.append(...children);
    return it;
  }

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
      sentence: "The rule that you typed.", equations: [], source: text, plane: plane.error ? plane : null };
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

  const ended = (text) => (/[.?!:]$/.test(text) ? text : `${text}.`);

  // The verdict on a text, in the words of `gradlab.checks.check`.
  function judged(text, record) {
    const shapes = [...new Map(record.cases.map(({ shape }) => [String(shape), shape])).values()];
    const programs = new Map();
    const refused = (found, words) => {
      const forgotten = /but returns \d+ after x/.test(found.error) && !/is no state/.test(found.error);
      return [`✗ Your rule ${words}: ${forgotten ? "state forgotten between steps; " : ""}${found.line ? `line ${found.line}: ` : ""}${ended(found.error)}`,
        ...(forgotten ? [`Hint: ${record.forgotten}`] : [])].join("\n");
    };
    const plain = ask(text, [[2]]);
    if (plain.error) return refused(plain, "does not run yet");
    for (const shape of shapes) {
      const found = ask(text, [shape]);
      if (found.error) return refused(found, `cannot be asked for a point of shape (${shape.join(", ")}${shape.length > 1 ? "" : ","})`);
      programs.set(String(shape), found[0]);
    }
    const [{ name, hyper }] = programs.values();
    const lacks = record.hyper.filter((one) => !(one in hyper));
    if (lacks.length) {
      const all = record.hyper.join(", ");
      return `✗ ${name} cannot be asked: ${record.title} has the hyperparameters ${all}, and yours lacks ${lacks.join(", ")}. Write them after the *, with these names.`;
    }
    const given = record.cases.map((one) => followed(programs.get(String(one.shape)), one));
    const found = firstDifference(given, record.right, record.tolerance);
    if (!found) return `✓ ${name} is right.`;
    const same = record.mistakes.filter(({ values }) => !firstDifference(given, values, record.tolerance));
    const [k, i, at] = found, { shape, tell } = record.cases[k];
    const yours = given[k][i][at], right = record.right[k][i][at];
    const general = record.right[k][i].every(Number.isFinite) && !given[k][i].every(Number.isFinite) ? record.general.infinite : record.general.nameless;
    const alike = same.length ? same : [general];
    const names = [...new Set(alike.map((it) => it.name).filter(Boolean))];
    return [`✗ ${name} is not right${names.length ? `: ${names.join(", or ")}` : ", in a way that has no name here"}.`, `  ${tell[i]}`,
      ...(given[k][i].length > 1 ? [`    at ${place(at, shape)}:`] : []), `    yours ${written(yours)}`, `    right ${written(right)}`,
      ...new Set(alike.map(({ hint }) => `Hint: ${hint}`))].join("\n");
  }

  // --- the editor ---------------------------------------------------------------------------------------------------

  function opened(api) {
    const { figure, data } = api, id = (name) => `${figure.id}-editor-${name}`;
    const original = api.situation.rules.find(({ rule }) => rule !== "yours")?.rule ?? "sgd";
    let timer = 0, checked = original in window.gradlabPlayground.answered ? original : "";

    const lines = el("pre", { class: "lines", "aria-hidden": "true" });
    const area = el("textarea", { id: id("text"), rows: 12, spellcheck: "false", autocapitalize: "off", autocomplete: "off", autocorrect: "off",
      "aria-describedby": `${id("help")} ${id("heard")}`,
      input: () => { number(); verdict.textContent = ""; clearTimeout(timer); timer = setTimeout(show, WAIT); },
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
      const text = area.value, found = entry(data, text), last = data.rules.yours;
      const stays = last ? " Shown is the last version that worked." : "";
      if (found.error) return void say(`${found.line ? `Line ${found.line}: ` : ""}${ended(found.error)}${stays}`, found.line ?? null);
      const { situation } = api, d = data.surfaces[situation.surface].d;
      if (d === 2 && !found.first) return void say(`On this surface: ${ended(found.plane.error)} Choose Correlated inputs, whose points are matrices.${stays}`, found.plane.line ?? null);
      if (d === 4 && !found.matrix) return void say(`This surface has matrices for points, and your rule does not take them.${stays}`, null);
      data.rules.yours = found;
      place(situation);
      api.rebuild();
      say(`It runs: ${found.title} is beside the others. ${found.hyper.length ? `Turn ${found.hyper.map(({ name }) => name).join(", ")} above.` : "It has no hyperparameters."}`);
    }

    // Put the rule among those that are shown: what was turned stays turned.
    function place(situation) {
      const fresh = situations.withDefaults(data, "yours"), { hyper } = data.rules.yours;
      let slot = situation.rules.findIndex(({ rule }) => rule === "yours");
      const like = slot < 0 ? situation.rules.find(({ rule }) => rule === original) : situation.rules[slot];
      for (const { name, min, max } of hyper) {
        const value = like?.hyper[name];
        if (value !== undefined && value >= min && value <= max) fresh.hyper[name] = value;
      }
      fresh.schedule = like && hyper.some(({ name }) => name === "lr") ? like.schedule : null;
      if (slot < 0) slot = Math.min(situation.rules.length, situations.MOST_RULES - 1);
      situation.rules[slot] = fresh;
      api.set(situation);
    }

    // Another text: what was there can be had back by undoing.
    function set(text) {
      area.focus();
      area.select();
      if (!document.execCommand("insertText", false, text)) area.value = text;
      verdict.textContent = "";
      show();
      area.focus();
      area.setSelectionRange(0, 0);
    }

    async function check() {
      verdict.textContent = "";
      if (!checked) {
        verdict.textContent = "Choose the rule that it is to be, beside “Compare it with”.";
        return void choice.focus();
      }
      try {
        await script(`answers/${checked}.js`);
        verdict.textContent = judged(area.value, window.gradlabPlayground.answered[checked]);
      } catch (error) {
        verdict.textContent = `The answers on record did not come: ${error.message}`;
      }
    }

    const titles = Object.keys(window.gradlabPlayground.answered).map((name) => el("option", { value: name, selected: name === checked }, data.rules[name].title));
    const choice = el("select", { id: id("as"), change: () => { checked = choice.value; verdict.textContent = ""; } }, el("option", { value: "" }, "choose a rule"), ...titles);
    const button = (words, click, more = {}) => el("button", { type: "button", click, ...more }, words);
    const box = el("section", { class: "editor", "aria-label": "Your rule in Python" },
      el("label", { for: id("text") }, "Your rule, in Python"),
      el("p", { class: "help", id: id("help") }, "A function of the point x and the gradient g. After them comes the state, with its starting values; after the * the hyperparameters. It returns the new point and the new state. Known are sqrt, exp, log, sin, cos, tanh, abs, floor, sign, maximum, minimum, where, norm and np. Tab leaves the box."),
      el("div", { class: "text" }, lines, area), heard,
      el("div", { class: "buttons" }, there, button("Run", show, { class: "run" }), button("Start from an empty rule", () => set(EMPTY), { class: "empty" }),
        button(`Back to the tested ${data.rules[original].title}`, () => set(data.rules[original].source), { class: "tested" }),
        button("Close the editor", close, { class: "close" })),
      el("div", { class: "buttons" }, el("label", { for: id("as") }, "Compare it with"), choice, button("Check my rule", check, { class: "check" })), verdict);

    function close() {
      clearTimeout(timer);
      const { situation } = api;
      situation.rules = situation.rules.filter(({ rule }) => rule !== "yours");
      if (!situation.rules.length) situation.rules = [situations.withDefaults(data, original)];
      api.set(situation);
      delete data.rules.yours;
      api.rebuild();
      box.remove();
      delete figure.editor;
      figure.querySelector("button.edit")?.focus();
    }

    figure.editor = { close, box };
    api.fold(box);
    set(data.rules[original].source);
    box.scrollIntoView({ block: "nearest" });
  }

  let styled = false;
  async function openEditor(api) {
    if (api.figure.editor) return void api.figure.editor.box.querySelector("textarea").focus();
    await tracer();
    for (const other of document.querySelectorAll("figure.playground")) other.editor?.close(); // one at a time: the page has one rule of the reader's
    if (!styled) document.head.append(el("style", {}, STYLE));
    styled = true;
    opened(api);
  }

  Object.assign(window.gradlabPlayground, { openEditor, judged, ask });
})();
