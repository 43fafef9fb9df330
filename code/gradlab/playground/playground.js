/* Playgrounds: figures in which the reader drags the start of a descent, chooses rules and turns what they have.

   The page comes with a picture of the first situation. The paths are computed by engine.js from what was traced from
   the library; situation.js holds, reads and writes what is set, drawing.js draws it. All are classic scripts, so that
   a page from a file system works too. */
"use strict";
(() => {
  const GESTURE = 700; // ms without a change, after which the sentence is read out and the address follows
  const RUN = 6000; // ms that playing takes, at most
  const PLACES = 400; // of a slider

  const { run, situations, drawing } = window.gradlabPlayground;
  const { LIMITS, MOST_RULES, shown } = situations;
  const still = matchMedia("(prefers-reduced-motion: reduce)");
  const SCALES = {
    steps: { name: "steps", min: LIMITS.steps[0], max: LIMITS.steps[1], scale: "integer" },
    noise: { name: "noise", min: 0, max: LIMITS.noise[1], scale: "log" },
    seed: { name: "seed", min: 0, max: 99, scale: "integer" },
  };

  // --- elements -----------------------------------------------------------------------------------------------------

  // An element with attributes (functions are listeners) and children. Text stays text.
  function el(tag, attributes = {}, ...children) {
    const it = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) {
      if (typeof value === "function") it.addEventListener(name, value);
      else if (value !== null && value !== false) it.setAttribute(name, value === true ? "" : value);
    }
    it.append(...children);
    return it;
  }
  window.gradlabPlayground.el = el; // the editor makes its elements with it, too

  // The data of the page, once for all its figures; a built page has it in a file of its own.
  let loading;
  function load() {
    return (loading ??= new Promise((resolve, reject) => {
      const script = document.querySelector("script.playground-data");
      const parsed = () => {
        try { resolve(JSON.parse(script.textContent)); } catch (error) { reject(error); }
      };
      if (!script?.dataset.src) return void (script ? parsed() : reject(new Error("the page has no data for its playgrounds")));
      document.head.append(el("script", { src: script.dataset.src, load: parsed, error: () => reject(new Error("the data did not come")) }));
    }));
  }

  // --- a figure -----------------------------------------------------------------------------------------------------

  function alive(figure, data) {
    const small = figure.classList.contains("small"), turned = JSON.parse(figure.dataset.turn ?? "null");
    const plane = figure.querySelector("svg.plane"), graphs = [...figure.querySelectorAll("svg.graph")];
    const [groundLayer, runLayer] = ["ground", "runs"].map((name) => plane.querySelector(`g.${name}`));
    const says = figure.querySelector(".says"), said = figure.querySelector(".said"), note = figure.querySelector(".note");
    const panel = figure.querySelector(".panel");
    const base = { noise: 0, seed: 0, schedule: null, ...JSON.parse(figure.dataset.situation) };
    let now, runs = [], known = [], timer = 0, settled = 0, moved = false, linked = false, cards = "", dragged = null;

    // --- what is shown ---

    const surface = () => data.surfaces[now.surface];

    // The path of each rule; one whose situation is that of the last time is kept.
    function compute() {
      known = now.rules.map(({ rule, hyper, schedule }, slot) => {
        const situation = { surface: now.surface, rule, hyper: { ...hyper, schedule }, start: now.start, steps: now.steps, noise: now.noise, seed: now.seed };
        const key = rule === "yours" ? {} : JSON.stringify(situation);
        return known[slot]?.key === key ? known[slot] : { key, run: run(data, situation) };
      });
      runs = known.map((it) => it.run);
    }

    let grounded;
    function draw() {
      const it = surface();
      if (grounded !== now.surface) {
        groundLayer.innerHTML = drawing.ground(it);
        grounded = now.surface;
      }
      runLayer.innerHTML = drawing.paths(it, runs, now.step);
      const pictures = [drawing.losses, drawing.effective];
      graphs.forEach((graph, k) => { graph.querySelector(":scope > g").innerHTML = pictures[k](it, runs, now.steps, now.step, graph.querySelector("clipPath").id); });
      handles.forEach((handle, k) => placeHandle(handle, k));
      says.textContent = situations.sentence(now, runs, data);
      for (const [control, show] of shows) if (control.isConnected) show();
      if (update?.open) drawUpdate();
      figure.editor?.follow();
    }

    // Something was changed by the reader: everything follows at once; what is read out, and the address, when it rests.
    function change(alter, keep) {
      if (!keep) stop();
      alter();
      now.rules.forEach(situations.ordered);
      now.step = Math.min(now.step, now.steps);
      compute();
      if (cards !== structure()) buildCards();
      draw();
      moved = true;
      linked = false;
      rest();
    }

    function rest() {
      clearTimeout(settled);
      settled = setTimeout(() => {
        plane.setAttribute("aria-label", `Contour lines of ${surface().title}, with the ${runs.length > 1 ? "paths" : "path"} of ${situations.labels(now, data).join(", ")}. ${says.textContent}`);
        if (!moved) return;
        said.textContent = says.textContent;
        if (!timer && !linked) history.replaceState(null, "", address());
      }, GESTURE);
    }

    const address = (text) => { const url = new URL(location); url.hash = `${figure.id}?${situations.write(now, text)}`; return url; };

    // --- controls: each is a label, an input and an output; `shows` brings them up to date ---

    let shows = [];

    const LETTERS = data.letters ?? {};
    const title = (name) => (LETTERS[name] ? `${LETTERS[name]} (${name.replaceAll("_", " ")})` : name.replaceAll("_", " "));

    function slider(scale, id, get, set, words = title(scale.name)) {
      const whole = scale.scale === "integer" && scale.max - scale.min <= 1000;
      const input = el("input", { type: "range", id, min: whole ? scale.min : 0, max: whole ? scale.max : PLACES, step: 1,
        input: () => change(() => set(whole ? Number(input.value) : situations.value(scale, input.value / PLACES))) });
      const output = el("output", { for: id });
      shows.push([input, () => {
        const value = get(), text = shown(value, 6);
        if (document.activeElement !== input || Math.abs(situations.value(scale, input.value / PLACES) - value) > 1e-9) {
          input.value = whole ? value : Math.round(PLACES * situations.place(scale, value));
        }
        output.textContent = text;
        input.setAttribute("aria-valuetext", text);
      }]);
      return el("div", { class: "control" }, el("label", { for: id }, words), input, output);
    }

    function select(id, words, options, get, set) {
      const input = el("select", { id, change: () => change(() => set(input.value)) },
        ...options.map(([value, text]) => el("option", { value }, text)));
      const output = el("output", { for: id });
      shows.push([input, () => {
        input.value = get();
        for (const option of input.options) option.disabled = options.find(([value]) => value === option.value)[2]?.() ?? false;
        output.textContent = input.selectedOptions[0]?.textContent ?? "";
      }]);
      return el("div", { class: "control" }, el("label", { for: id }, words), input, output);
    }

    const button = (words, click, more = {}) => el("button", { type: "button", click, ...more }, words);

    // --- the cards of the rules ---

    // What the cards depend on; they are built anew when it changes.
    const structure = () => JSON.stringify([now.surface, ...now.rules.map(({ rule, schedule }) => [rule, schedule?.name])]);

    const list = el("div", { class: "rules" });

    function card(slot) {
      const it = now.rules[slot], id = (name) => `${figure.id}-${slot + 1}-${name}`, { hyper, title: name } = data.rules[it.rule];
      const names = Object.entries(data.rules).map(([key, { title }]) => [key, title, () => !situations.fits(data, key, now.surface)]);
      const colour = `--c:var(--gl-${drawing.COLOURS[slot]})`;
      const swatch = el("span", { class: "swatch", style: colour });
      swatch.innerHTML = `<svg viewBox="0 0 34 10" aria-hidden="true"><path d="M1 5H33" stroke-dasharray="${drawing.DASHES[slot]}"/></svg>`;
      const offered = hyper.filter((one) => !turned || turned.includes(one.name));
      const sliders = offered.map((one) => slider(one, id(one.name), () => now.rules[slot].hyper[one.name], (value) => { now.rules[slot].hyper[one.name] = value; }));
      const first = offered.findIndex((one) => one.name === "lr");
      const [rate] = first < 0 ? [] : sliders.splice(first, 1);
      const planned = !small && Object.keys(data.schedules ?? {}).length > 0;
      const schedule = planned && select(id("schedule"), "schedule", [["", "none"], ...Object.entries(data.schedules).map(([key, { title }]) => [key, title ?? key.replaceAll("_", " ")])],
        () => now.rules[slot].schedule?.name ?? "",
        (value) => { now.rules[slot].schedule = value ? situations.scheduled(data, value, now.steps) : null; });
      const settings = it.schedule && planned ? data.schedules[it.schedule.name].hyper.map((one) =>
        slider(one, id(`schedule-${one.name}`), () => now.rules[slot].schedule[one.name], (value) => { now.rules[slot].schedule[one.name] = value; })) : [];
      const choice = small ? el("div", { class: "name" }, swatch, name) : el("div", { class: "name" }, swatch,
        select(id("rule"), `rule ${slot + 1}`, names, () => now.rules[slot].rule, (value) => choose(slot, value)));
      if (!small && now.rules.length > 1) {
        choice.append(button("×", () => { change(() => now.rules.splice(slot, 1)); list.querySelector("select")?.focus(); }, { class: "remove", "aria-label": `Remove rule ${slot + 1}, ${name}` }));
      }
      return el("fieldset", { class: "rule", style: colour }, el("legend", {}, `Rule ${slot + 1}: ${name}`), choice,
        ...(rate ? [rate] : []), ...sliders, ...(schedule ? [schedule] : []), ...settings);
    }

    // Another rule in a slot: its rate is that of the last one only if both are of one kind, and so its own default.
    function choose(slot, rule) {
      now.rules[slot] = situations.withDefaults(data, rule);
    }

    function buildCards() {
      const focused = document.activeElement?.closest?.("figure") === figure ? document.activeElement.id : "";
      list.replaceChildren(...now.rules.map((_, slot) => card(slot)));
      shows = shows.filter(([control]) => control.isConnected || !attached);
      cards = structure();
      add?.toggleAttribute("disabled", now.rules.length >= MOST_RULES);
      if (focused && document.activeElement?.id !== focused) document.getElementById(focused)?.focus();
    }

    // --- the start: a handle for each point, which is dragged or moved by the arrow keys ---

    let handles = [];

    function buildHandles() {
      const { d } = surface(), pairs = drawing.points(d);
      handles.forEach((it) => it.remove());
      handles = pairs.map((_, k) => {
        const handle = el("button", { type: "button", class: "handle", keydown: (event) => nudge(event, k),
          pointerdown: (event) => { event.preventDefault(); handle.focus({ preventScroll: true }); hold(event, handle, k); },
          pointermove: follow, lostpointercapture: () => (dragged = null) });
        handle.append(el("span", { class: "ring" }));
        plane.after(handle);
        return handle;
      });
    }

    function placeHandle(handle, k) {
      const [i, j] = drawing.points(surface().d)[k], { across, down } = drawing.scales(surface());
      const [x, y] = [now.start[i], now.start[j]], { width, height } = drawing.PLANE;
      handle.style.left = `${(100 * across(x)) / width}%`;
      handle.style.top = `${(100 * down(y)) / height}%`;
      const name = handles.length > 1 ? `Start of column ${k + 1}` : "Start";
      handle.setAttribute("aria-label", `${name}: x ${shown(x)}, y ${shown(y)}. Drag it, or use the arrow keys.`);
    }

    // Put a start where the screen has a point.
    function put(k, x, y) {
      const [i, j] = drawing.points(surface().d)[k], [wide, high] = drawing.frame(surface());
      const within = ([low, most], it) => situations.tidy(Math.min(most, Math.max(low, it)), 4);
      const clear = (it, [low, most]) => (Math.abs(it) < (most - low) / 1e4 ? 0 : it);
      change(() => { now.start[i] = clear(within(wide, x), wide); now.start[j] = clear(within(high, y), high); });
    }

    function placed(event) {
      const at = new DOMPoint(event.clientX, event.clientY).matrixTransform(plane.getScreenCTM().inverse());
      const scale = drawing.scales(surface());
      return [scale.x(at.x), scale.y(at.y)];
    }

    function hold(event, holder, k) {
      if (event.button > 0) return;
      holder.setPointerCapture(event.pointerId);
      const [x, y] = placed(event), [i, j] = drawing.points(surface().d)[k];
      // Where a handle was taken hold of it stays under the pointer.
      dragged = { k, id: event.pointerId, dx: holder === plane ? 0 : now.start[i] - x, dy: holder === plane ? 0 : now.start[j] - y };
    }

    function follow(event) {
      if (!dragged || event.pointerId !== dragged.id) return;
      const [x, y] = placed(event);
      put(dragged.k, x + dragged.dx, y + dragged.dy);
    }

    function nearest(x, y) {
      const pairs = drawing.points(surface().d), away = pairs.map(([i, j]) => Math.hypot(now.start[i] - x, now.start[j] - y));
      return away.indexOf(Math.min(...away));
    }

    // A mouse or a pen sets the start anywhere and draws it on; a finger taps, since it must be able to scroll the page.
    let tapped = null;
    plane.addEventListener("pointerdown", (event) => {
      if (event.button > 0) return;
      if (event.pointerType === "touch") return void (tapped = event);
      event.preventDefault();
      const [x, y] = placed(event), k = nearest(x, y);
      hold(event, plane, k);
      put(k, x, y);
    });
    plane.addEventListener("pointermove", follow);
    plane.addEventListener("lostpointercapture", () => (dragged = null));
    plane.addEventListener("pointerup", (event) => { // where a finger scrolls, there is none
      if (event.pointerType !== "touch" || Math.hypot(event.clientX - tapped?.clientX, event.clientY - tapped?.clientY) > 10) return;
      const [x, y] = placed(event);
      put(nearest(x, y), x, y);
    });

    const KEYS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };

    function nudge(event, k) {
      const way = KEYS[event.key];
      if (!way || event.ctrlKey || event.metaKey || event.altKey) return;
      event.preventDefault();
      const [i, j] = drawing.points(surface().d)[k], by = event.shiftKey ? 0.1 : 0.01;
      const [[x0, x1], [y0, y1]] = drawing.frame(surface());
      put(k, now.start[i] + way[0] * by * (x1 - x0), now.start[j] + way[1] * by * (y1 - y0));
    }

    // --- playing ---

    const player = button("Play", () => (timer ? stop() : play()), { class: "play" });

    function stop() {
      if (!timer) return;
      cancelAnimationFrame(timer);
      timer = 0;
      player.textContent = "Play";
      rest();
    }

    const toStep = (step, keep) => change(() => { now.step = Math.min(now.steps, Math.max(0, step)); }, keep);

    function play() {
      if (still.matches) return void toStep(now.steps);
      if (now.step >= now.steps) toStep(0);
      player.textContent = "Pause";
      const pace = Math.max(8, (1000 * now.steps) / RUN), from = now.step; // steps a second
      let began;
      const tick = (time) => {
        began ??= time;
        const step = Math.min(now.steps, from + Math.floor(((time - began) * pace) / 1000));
        timer = requestAnimationFrame(tick);
        if (step !== now.step) toStep(step, true);
        if (step >= now.steps) stop();
      };
      timer = requestAnimationFrame(tick);
    }

    // A pointer on a graph chooses the step.
    for (const graph of graphs) {
      const choose = (event) => {
        const { x } = new DOMPoint(event.clientX, event.clientY).matrixTransform(graph.getScreenCTM().inverse());
        toStep(Math.round((now.steps * (x - drawing.GRAPH.left)) / drawing.GRAPH.wide));
      };
      graph.addEventListener("click", choose);
      graph.addEventListener("pointerdown", (event) => {
        if (event.pointerType === "touch" || event.button > 0) return;
        event.preventDefault();
        graph.setPointerCapture(event.pointerId);
        choose(event);
      });
      graph.addEventListener("pointermove", (event) => { if (graph.hasPointerCapture(event.pointerId)) choose(event); });
    }

    // --- the update at a step, as a cartoon, and its arithmetic in numbers ---

    const stages = el("div", { class: "stages" });
    const numbers = el("details", { class: "numbers", toggle: () => drawUpdate() }, el("summary", {}, "In numbers"), el("div", { tabindex: 0, role: "region", "aria-label": "The arithmetic of this update" }));
    const heading = el("summary", {}, "One update, piece by piece");
    const update = small ? null : el("details", { class: "update", open: figure.dataset.update !== undefined, toggle: () => drawUpdate() }, heading, stages, numbers);

    let staged = "", boxes = [];

    function drawUpdate() {
      if (!update?.open) return;
      const { d } = surface(), t = Math.max(0, now.step - 1), names = situations.labels(now, data);
      const rows = runs.map((run, slot) => pieces(run, t, d, data.rules[now.rules[slot].rule]));
      heading.textContent = `The update from step ${t} to step ${t + 1}, piece by piece`;
      const kinds = JSON.stringify(rows.map((row, slot) => [names[slot], ...row.map(([name]) => name)]));
      if (kinds !== staged) buildStages(rows, names);
      staged = kinds;
      rows.flat().forEach(([name, values, most, directed], k) => {
        const written = Array.from(values, (it) => shown(it)).join(", "), { svg, caption } = boxes[k];
        svg.innerHTML = drawing.quantity(name, values, most, directed);
        svg.setAttribute("aria-label", `${name}: ${written}`);
        caption.lastChild.data = ` ${written}`;
      });
      if (numbers.open) numbers.lastChild.replaceChildren(...runs.map((run, slot) => arithmetic(run, t, data.rules[now.rules[slot].rule], names[slot])));
    }

    // The boxes of the quantities, in a row for each rule; they stay while their names do.
    function buildStages(rows, names) {
      boxes = [];
      stages.replaceChildren(...rows.map((row, slot) => {
        const stage = el("div", { class: "stage", style: `--c:var(--gl-${drawing.COLOURS[slot]})` }, el("strong", {}, names[slot]));
        row.forEach(([name], k) => {
          const caption = el("figcaption", {}, el("span", {}, name), " "), box = el("figure", { class: "quantity" });
          box.innerHTML = `<svg viewBox="0 0 ${drawing.BOX} ${drawing.BOX}" role="img"></svg>`;
          boxes.push({ svg: box.firstChild, caption });
          box.append(caption);
          stage.append(...(k ? [el("span", { class: "then", "aria-hidden": true }, "→")] : []), box);
        });
        return stage;
      }));
    }

    // --- buttons ---

    async function copy(it, text, words) {
      let done = "Copied";
      try { await navigator.clipboard.writeText(text); } catch { done = ""; }
      it.textContent = done || words;
      setTimeout(() => (it.textContent = words), 2000);
      return Boolean(done);
    }

    const written = el("textarea", { readonly: true, rows: 16, "aria-label": "The cell in Python", spellcheck: "false" });
    const cell = el("div", { class: "cell", hidden: true }, written);

    const link = button("Copy link", async () => {
      const mine = now.rules.some(({ rule }) => rule === "yours") ? data.rules.yours.source : "", fits = mine.length <= situations.LONGEST_TEXT;
      const url = address(fits ? mine : "");
      history.replaceState(null, "", url);
      linked = true; // it stays until something is changed
      note.textContent = !mine ? "" : fits ? "The link holds the text of your rule, too: whoever opens it may read it, and run it by a button."
        : `The link leaves your rule out: it has ${mine.length} letters, and a link holds ${situations.LONGEST_TEXT}. Copy as Python has it.`;
      if (!(await copy(link, String(url), "Copy link"))) {
        link.textContent = "See the address bar";
      }
    }, { class: "link" });
    const python = button("Copy as Python", () => {
      written.value = situations.python(now, data);
      cell.hidden = false;
      written.select();
      return copy(python, written.value, "Copy as Python");
    }, { class: "python" });
    const reset = button("Reset", () => change(() => start(base)), { class: "reset" });
    const add = small ? null : button("Add a rule", () => {
      change(() => {
        const used = new Set(now.rules.map(({ rule }) => rule));
        const next = Object.keys(data.rules).find((it) => it !== "yours" && !used.has(it) && situations.fits(data, it, now.surface)) ?? now.rules[0].rule;
        now.rules.push(situations.withDefaults(data, next));
      });
      document.getElementById(`${figure.id}-${now.rules.length}-rule`)?.focus();
    }, { class: "add" });
    const more = figure.querySelector("a.more");
    more?.addEventListener("focus", aim);
    more?.addEventListener("pointerdown", aim);
    more?.addEventListener("pointerenter", aim);
    function aim() { more.href = `${more.href.split("#")[0]}#figure-playground?${situations.write(now)}`; }

    // The editor is loaded when its button is pressed, and not before.
    const opens = async (given) => {
      edit.disabled = true;
      try {
        await window.gradlabPlayground.edit(api, given);
      } catch (error) {
        note.textContent = `The editor did not come: ${error.message}`;
      }
      edit.disabled = false;
    };
    const edit = small || !window.gradlabPlayground.edit ? null : button("Edit the rule", () => opens(), { class: "edit" });

    // --- putting it together ---

    let attached = false;
    const surfaces = Object.entries(data.surfaces).map(([key, { title }]) => [key, title]);
    const id = (name) => `${figure.id}-${name}`;

    function onSurface(name) {
      now.surface = name;
      now.start = [...data.surfaces[name].start];
      const fit = now.rules.filter(({ rule }) => situations.fits(data, rule, name));
      now.rules = fit.length ? fit : [situations.withDefaults(data, "sgd")];
      buildHandles();
    }

    function start(situation) {
      now = structuredClone(situation);
      if (handles.length !== drawing.points(surface().d).length) buildHandles();
    }

    const stepper = slider({ name: "step", scale: "step" }, id("step"), () => now.step, () => {});
    {
      const [input, output] = [stepper.querySelector("input"), stepper.querySelector("output")];
      const fresh = el("input", { type: "range", id: input.id, min: 0, max: 1, step: 1, input: () => toStep(Number(fresh.value)),
        keydown: (event) => { if (event.key === " ") { event.preventDefault(); player.click(); } } });
      input.replaceWith(fresh);
      shows.pop();
      shows.push([fresh, () => {
        fresh.max = now.steps;
        fresh.value = now.step;
        output.textContent = `${now.step} of ${now.steps}`;
        fresh.setAttribute("aria-valuetext", output.textContent);
      }]);
    }
    const transport = el("div", { class: "transport" }, player,
      ...(small ? [] : [button("Back", () => toStep(now.step - 1), { class: "back", "aria-label": "Back one step" }), button("Step", () => toStep(now.step + 1), { class: "on", "aria-label": "On one step" })]), stepper);
    // A small one has none but the noise, if it has noise.
    const problem = small && !base.noise ? null : el("fieldset", { class: "problem" }, el("legend", {}, "Problem"),
      ...(small ? [] : [select(id("surface"), "surface", surfaces, () => now.surface, (value) => onSurface(value))]),
      ...(small ? ["noise", "seed"] : ["steps", "noise", "seed"]).map((name) => slider(SCALES[name], id(name), () => now[name], (value) => {
        if (name === "steps" && now.step === now.steps) now.step = value;
        now[name] = value;
      }, { steps: "steps", noise: "noise in the gradient", seed: "seed of the noise" }[name])));

    const api = {
      figure, data,
      get situation() { return structuredClone(now); },
      get runs() { return runs; },
      set(situation) { change(() => start(situation)); },
      redraw() { known = []; change(() => {}); },
      rebuild() { cards = ""; known = []; change(() => {}); },
    };
    figure.playground = api;

    start(base);
    now.step ??= now.steps;
    base.step ??= base.steps;
    compute();
    panel.replaceChildren(transport, ...(problem ? [problem] : []), list, ...(add ? [add] : []), ...(update ? [update] : []),
      el("div", { class: "buttons" }, reset, " ", link, ...(small ? [] : [" ", python]), ...(edit ? [" ", edit] : [])), ...(small ? [] : [cell]));
    attached = true;
    buildCards();
    draw();
    rest();
    panel.hidden = false;
    figure.classList.add("alive");

    // Go to the situation that the page's address asks for, and to the figure.
    function visit() {
      const [name, ...asked] = location.hash.slice(1).split("?");
      if (name !== figure.id || !asked.length) return;
      const [situation, left, typed] = situations.read(asked.join("?"), data, base);
      figure.editor?.close();
      stop();
      start(situation);
      compute();
      buildCards();
      draw();
      note.textContent = situations.complaint(left);
      if (typed && edit) {
        note.append(note.textContent ? " " : "", "This link brings a rule that somebody typed. It has not been run. ",
          button("Read it in the editor", () => { note.textContent = ""; return opens(typed); }, { class: "brought" }));
      }
      rest();
      figure.scrollIntoView({ block: "start", behavior: "auto" });
    }
    addEventListener("hashchange", visit);
    addEventListener("beforeprint", stop);
    visit();
  }

  // The quantities of an update, in the order in which they follow from each other: [name, values, the most that the
  // run has of it, whether it is a direction in the plane].
  function pieces({ path, gradients, states }, t, d, rule) {
    const names = rule.state, { sizes } = d === 4 ? rule.matrix : rule, all = sizes.reduce((sum, size) => sum + size, 0);
    // The largest size in the whole run of the numbers that stand at from, from + 1, … of each row; and whether one is negative.
    const extremes = (values, row, from, size) => {
      let most = 0, negative = false;
      for (let at = from; at < values.length; at += row) {
        for (let k = at; k < at + size; k++) {
          const it = values[k];
          if (it < 0) negative = true;
          const long = Math.abs(it);
          if (long > most && long < Infinity) most = long;
        }
      }
      return [most || 1, negative];
    };
    const moved = new Float64Array(path.length - d);
    for (let k = 0; k < moved.length; k++) moved[k] = path[k + d] - path[k];
    const found = [["gradient", gradients.subarray(t * d, (t + 1) * d), extremes(gradients, d, 0, d)[0], d === 2]];
    let from = 0;
    names.forEach((name, s) => {
      const [most, negative] = extremes(states, all, from, sizes[s]), at = t * all + from;
      found.push([name, states.subarray(at, at + sizes[s]), most, d === 2 && sizes[s] === d && negative]);
      from += sizes[s];
    });
    return [...found, ["step", moved.subarray(t * d, (t + 1) * d), extremes(moved, d, 0, d)[0], d === 2]];
  }

  const SIGNS = { "*": "·", "/": "÷", "-": "−", "**": "^" };
  const MOST_LINES = 80;

  // The arithmetic of an update: its equations, and each operation with its numbers.
  function arithmetic(run, t, rule, name) {
    const { inputs, constants, ops, outputs, values, states, sizes } = run.arithmetic(t);
    const first = inputs.length + constants.length, d = outputs.length - sizes.reduce((sum, size) => sum + size, 0);
    const number = (k) => shown(values[k], 5);
    const named = (k) => (k < inputs.length ? inputs[k] : k < first ? number(k) : `a${k - first + 1}`);
    const written = (op, parts) => (parts.length === 2 && !/^[a-z]/.test(op) ? parts.join(` ${SIGNS[op] ?? op} `)
      : `${op}(${parts.join(", ")})`);
    const results = new Map();
    const into = [...Array.from({ length: d }, (_, k) => `x${k}`), ...states.flatMap((it, s) => Array.from({ length: sizes[s] }, (_, k) => (sizes[s] > 1 ? `${it}${k}` : it)))];
    outputs.forEach((k, i) => results.set(k, [...(results.get(k) ?? []), into[i]]));
    const lines = ops.slice(0, MOST_LINES).map(([op, ...parts], i) => {
      const k = first + i, result = results.has(k) ? `   → the new ${results.get(k).join(", ")}` : "";
      return `${named(k)} = ${written(op, parts.map(named))} = ${written(op, parts.map(number))} = ${number(k)}${result}`;
    });
    if (ops.length > MOST_LINES) lines.push(`… and ${ops.length - MOST_LINES} more`);
    return el("div", { class: "arithmetic" }, el("strong", {}, name), ...(rule.equations?.length ? [el("pre", {}, rule.equations.join("\n"))] : []),
      el("pre", {}, inputs.map((it, k) => `${it} = ${number(k)}`).join("   ")), el("pre", {}, lines.join("\n")));
  }

  async function begin() {
    const figures = [...document.querySelectorAll("figure.playground")];
    if (!figures.length) return;
    try {
      const data = await load();
      figures.forEach((figure) => alive(figure, data));
    } catch (error) {
      for (const figure of figures) figure.querySelector(".note").textContent = "The controls did not come; the picture shows where the playground begins.";
      console.error(error);
    }
  }

  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", begin);
  else begin();
})();
