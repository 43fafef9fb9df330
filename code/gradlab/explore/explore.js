// Slider figures: swap in the precomputed fragments of the state that the controls ask for.
// The states were computed by gradlab.explore; see there for their form.
(() => {
  "use strict";

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

  // Make the children of a panel's <g class="state"> those of `next`, touching only what differs.
  function repaint(layer, next, fragments) {
    const shown = layer.shown ?? [];
    while (layer.childElementCount > next.length) layer.lastElementChild.remove();
    next.forEach((fragment, i) => {
      let slot = layer.children[i];
      if (!slot) slot = layer.appendChild(document.createElementNS("http://www.w3.org/2000/svg", "g"));
      else if (shown[i] === fragment) return;
      slot.innerHTML = fragments[fragment];
    });
    layer.shown = next;
  }

  const index = (control) => (control.type === "checkbox" ? Number(control.checked) : Number(control.value));

  function setIndex(control, i) {
    if (control.type === "checkbox") control.checked = Boolean(i);
    else control.value = i;
  }

  function alive(figure) {
    const controls = [...figure.querySelectorAll("input, select")];
    const labels = controls.map((control) => JSON.parse(control.dataset.labels));
    const outputs = controls.map((control) => figure.querySelector(`output[for="${control.id}"]`));
    const layers = [...figure.querySelectorAll("g.state")];
    const says = figure.querySelector(".says");
    let data, loading;
    const load = () => (loading ??= unpack(figure.querySelector("script")).then((it) => (data = it)));

    function show() {
      controls.forEach((control, k) => {
        const label = labels[k][index(control)];
        outputs[k].textContent = label;
        if (control.type === "range") control.setAttribute("aria-valuetext", label);
      });
      if (!data) return void load().then(show); // not unpacked yet: the states follow at once
      const at = controls.reduce((i, control, k) => i * labels[k].length + index(control), 0);
      const [panels, sentence] = data.states[at];
      panels.forEach((next, p) => repaint(layers[p], next, data.fragments));
      if (says.textContent !== data.says[sentence]) says.textContent = data.says[sentence];
    }

    function reset() {
      controls.forEach((control) => setIndex(control, control.dataset.default));
      show();
    }

    controls.forEach((control) => control.addEventListener("input", show));
    figure.querySelector("button").addEventListener("click", reset);
    figure.querySelector("fieldset").disabled = false;

    // A browser may bring back the controls of a last visit.
    if (controls.some((control) => index(control) !== Number(control.dataset.default))) show();

    // On paper every reader gets the same picture.
    let before;
    addEventListener("beforeprint", () => { before = controls.map(index); reset(); });
    addEventListener("afterprint", () => { controls.forEach((c, k) => setIndex(c, before[k])); show(); });
    return load;
  }

  // Once the page is there and painted, unpack all figures, one by one: then the first move is as quick as the next.
  async function start() {
    const figures = [...document.querySelectorAll("figure.explore")].map(alive);
    if (document.readyState !== "complete") await new Promise((loaded) => addEventListener("load", loaded));
    await new Promise((painted) => requestAnimationFrame(() => setTimeout(painted)));
    for (const load of figures) {
      await new Promise((rested) => setTimeout(rested, 50));
      await load();
    }
  }

  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start);
  else start();
})();
