// Slider figures: swap in the precomputed fragments of the state that the controls ask for.
// The states were computed by gradlab.explore; see there for their form.
(() => {
  "use strict";
  const SVG = "http://www.w3.org/2000/svg";
  const PACE = 125; // milliseconds between the steps of a figure that plays
  const GESTURE = 1000; // milliseconds after which a move is a new one, and the trace is of where it began

  // --- states ---------------------------------------------------------------------------------------------------

  // In the book the states of a page are in a file of their own, which fills the empty scripts of its figures.
  const files = {};
  function fill(src) {
    return (files[src] ??= new Promise((filled, failed) => {
      const file = document.createElement("script"); // file:// allows no fetch
      Object.assign(file, { src, onload: filled, onerror: failed });
      document.head.append(file);
    }));
  }

  async function unpack(script) {
    if (script.dataset.src) await fill(script.dataset.src);
    const bytes = Uint8Array.from(atob(script.textContent), (c) => c.charCodeAt(0));
    const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"));
    return JSON.parse(await new Response(stream).text());
  }

  // Make the children of a layer those of `next`, touching only what differs.
  function repaint(layer, next, fragments) {
    const shown = layer.shown ?? [];
    while (layer.childElementCount > next.length) layer.lastElementChild.remove();
    next.forEach((fragment, i) => {
      let slot = layer.children[i];
      if (!slot) slot = layer.appendChild(document.createElementNS(SVG, "g"));
      else if (shown[i] === fragment) return;
      slot.innerHTML = fragments[fragment];
    });
    layer.shown = next;
  }

  // --- controls -------------------------------------------------------------------------------------------------

  const index = (control) => (control.type === "checkbox" ? Number(control.checked) : Number(control.value));

  function setIndex(control, i) {
    if (control.type === "checkbox") control.checked = Boolean(i);
    else control.value = i;
  }

  function alive(figure) {
    const controls = [...figure.querySelectorAll("input, select")];
    const labels = controls.map((control) => JSON.parse(control.dataset.labels));
    const outputs = controls.map((control) => figure.querySelector(`output[for="${control.id}"]`));
    const named = Object.fromEntries(controls.map((control) => [control.name, control]));
    const layers = [...figure.querySelectorAll("g.state")];
    const traces = [...figure.querySelectorAll("g.trace")];
    const says = figure.querySelector(".says");
    let data, loading, timer;
    let began = -Infinity, from = null; // when the reader last moved something, and from which state
    const load = () => (loading ??= unpack(figure.querySelector("script")).then((it) => (data = it)));
    const at = () => controls.reduce((i, control, k) => i * labels[k].length + index(control), 0);
    let now = at();

    function show() {
      controls.forEach((control, k) => {
        const label = labels[k][index(control)];
        outputs[k].textContent = label;
        if (control.type === "range") control.setAttribute("aria-valuetext", label);
      });
      if (!data) return void load().then(show); // not unpacked yet: the states follow at once
      now = at();
      const [panels, sentence] = data.states[now];
      panels.forEach((next, p) => repaint(layers[p], next, data.fragments));
      if (says.textContent !== data.says[sentence]) says.textContent = data.says[sentence];
      if (figure.dataset.trace === undefined) return;
      const [before] = data.states[from ?? now];
      panels.forEach((next, p) => repaint(traces[p], before[p].filter((part) => !next.includes(part)), data.fragments));
    }

    // The reader moves something: the trace is that of the state in which the move began.
    function move(change) {
      const time = performance.now();
      if (time - began > GESTURE) from = now;
      began = time;
      change();
      show();
    }

    const choose = (wanted) => Object.entries(wanted).forEach(([name, i]) => setIndex(named[name], i));
    const reset = () => controls.forEach((control) => setIndex(control, control.dataset.default));

    controls.forEach((control) => control.addEventListener("input", () => { stop(); move(() => {}); }));
    figure.querySelector("button.reset").addEventListener("click", () => { stop(); from = null; reset(); show(); });
    for (const button of figure.querySelectorAll("button.set")) {
      const wanted = JSON.parse(button.dataset.set);
      button.disabled = false;
      button.addEventListener("click", () => { stop(); began = -Infinity; move(() => choose(wanted)); });
    }

    // --- play ---

    const player = figure.querySelector("button.play");
    const still = matchMedia("(prefers-reduced-motion: reduce)");

    function stop() {
      if (!timer) return;
      clearInterval(timer);
      timer = undefined;
      player.textContent = "Play";
      says.setAttribute("aria-live", "polite");
    }

    function play() {
      const last = Number(named.step.max);
      if (index(named.step) === last) setIndex(named.step, 0);
      began = -Infinity;
      if (still.matches) return void move(() => setIndex(named.step, last));
      says.setAttribute("aria-live", "off"); // the last sentence is read out, not all on the way
      player.textContent = "Pause";
      const tick = () => {
        if (index(named.step) + 1 >= last) stop();
        move(() => setIndex(named.step, index(named.step) + 1));
      };
      timer = setInterval(tick, PACE);
      tick();
    }

    if (player) {
      player.addEventListener("click", () => (timer ? stop() : play()));
      named.step.addEventListener("keydown", (event) => {
        if (event.key !== " ") return;
        event.preventDefault();
        player.click();
      });
      figure.addEventListener("pointerdown", (event) => { if (event.target !== player) stop(); });
    }

    // --- a pointer on the picture ---

    if (figure.dataset.plane) pointed(figure, named, (wanted) => { stop(); move(() => choose(wanted)); });

    // --- the figure's address ---

    const link = figure.querySelector("button.link");
    link.addEventListener("click", async () => {
      const state = controls.map((control, k) => `${control.name}=${encodeURIComponent(labels[k][index(control)])}`);
      const url = new URL(location);
      url.hash = `${figure.id}?${state.join("&")}`;
      history.replaceState(null, "", url);
      let done = "Copied";
      try { await navigator.clipboard.writeText(url); } catch { done = "See the address bar"; }
      link.textContent = done;
      setTimeout(() => (link.textContent = "Copy link"), 2000);
    });

    // Go to the state that the page's address asks for, and to the figure.
    function visit() {
      const [id, state] = location.hash.slice(1).split("?");
      if (id !== figure.id || !state) return;
      for (const [name, label] of new URLSearchParams(state)) {
        const k = controls.indexOf(named[name]);
        const i = k < 0 ? -1 : labels[k].indexOf(label.replace(/^-/, "−"));
        if (i >= 0) setIndex(controls[k], i);
      }
      show();
      figure.scrollIntoView({ block: "center" });
    }

    figure.querySelector("fieldset").disabled = false;
    figure.querySelector(".buttons").hidden = false;

    // A browser may bring back the controls of a last visit.
    if (controls.some((control) => index(control) !== Number(control.dataset.default))) show();
    addEventListener("hashchange", visit);
    visit();

    // On paper it is as the reader has set it.
    addEventListener("beforeprint", stop);
    return load;
  }

  // --- a pointer on the picture -------------------------------------------------------------------------------------

  // Let a pointer on the first panel set two controls that are a point, or one that is an angle: those of the nearest
  // values. A mouse or a pen may draw; a finger taps, since it must be able to scroll the page.
  function pointed(figure, named, choose) {
    const { plane, point, angle } = Object.fromEntries(
      ["plane", "point", "angle"].map((name) => [name, JSON.parse(figure.dataset[name] ?? "null")]));
    const [[x0, y0, left, bottom], [x1, y1, right, top]] = plane;
    const panel = figure.querySelector("g.panel");
    const area = panel.appendChild(document.createElementNS(SVG, "rect"));
    const box = { class: "pointed", x: left, y: top, width: right - left, height: bottom - top };
    Object.entries(box).forEach(([name, value]) => area.setAttribute(name, value));

    const nearest = (name, distance) => {
      const away = JSON.parse(named[name].dataset.values).map(distance);
      return away.indexOf(Math.min(...away));
    };

    function set(event) {
      const place = new DOMPoint(event.clientX, event.clientY).matrixTransform(panel.getScreenCTM().inverse());
      const x = x0 + (x1 - x0) * (place.x - left) / (right - left);
      const y = y0 + (y1 - y0) * (place.y - bottom) / (top - bottom);
      if (point) {
        choose({ [point[0]]: nearest(point[0], (value) => Math.abs(value - x)),
                 [point[1]]: nearest(point[1], (value) => Math.abs(value - y)) });
      } else {
        const [name, [a, b]] = angle;
        const towards = Math.atan2(y - b, x - a) * 180 / Math.PI;
        choose({ [name]: nearest(name, (value) => Math.abs((((value - towards) % 360) + 540) % 360 - 180)) });
      }
    }

    area.addEventListener("click", set);
    area.addEventListener("pointerdown", (event) => {
      if (event.pointerType === "touch") return;
      area.setPointerCapture(event.pointerId);
      event.preventDefault(); // no text is marked
      set(event);
    });
    area.addEventListener("pointermove", (event) => { if (area.hasPointerCapture(event.pointerId)) set(event); });
  }

  // --- by keyboard from figure to figure, past the code between them -------------------------------------------------

  function skip(to, words) {
    const link = document.createElement("a");
    Object.assign(link, { href: `#${to.id}`, textContent: words, className: "skip" });
    link.addEventListener("click", (event) => {
      event.preventDefault();
      to.scrollIntoView({ block: "center" });
      to.querySelector("input, select").focus({ preventScroll: true });
    });
    return link;
  }

  function join(figures) {
    figures.forEach((it, i) => i && figures[i - 1].querySelector("fieldset").after(skip(it, "Skip to the next figure")));
    if (figures.length) document.getElementById("pst-skip-link")?.append(skip(figures[0], "Skip to the first figure"));
  }

  // Once the page is there and painted, fetch the states; unpack those of a figure when it comes near the window: then
  // its first move is as quick as the next, and a reader who goes offline has all of them.
  async function start() {
    const figures = new Map([...document.querySelectorAll("figure.explore")].map((figure) => [figure, alive(figure)]));
    join([...figures.keys()]);
    if (document.readyState !== "complete") await new Promise((loaded) => addEventListener("load", loaded));
    await new Promise((painted) => requestAnimationFrame(() => setTimeout(painted)));
    const near = new IntersectionObserver((entries) => {
      for (const { isIntersecting, target } of entries) {
        if (!isIntersecting) continue;
        near.unobserve(target);
        figures.get(target)();
      }
    }, { rootMargin: "100% 0px" });
    for (const figure of figures.keys()) {
      const { src } = figure.querySelector("script").dataset;
      if (src) await fill(src);
      near.observe(figure);
    }
  }

  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start);
  else start();
})();
