/* The pictures of a playground: paths on the contour plot, losses, effective steps, and one update as a cartoon.

   Each function gives the inside of an <svg>, as text made of numbers and of names that the page's data knows. The page
   comes with the same picture of its first situation, which Python has drawn: see picture.py, whose sizes these are. */
"use strict";
(() => {
  const PLANE = { left: 38, top: 6, side: 320, width: 364, height: 352 };
  const GRAPH = { left: 50, top: 22, wide: 298, high: 122, width: 364, height: 172 };
  const COLOURS = ["blue", "vermillion", "green"];
  const DASHES = ["", "7 3", "2 3"];
  const FLOOR = 1e-16; // what is lower is rounding
  const BEYOND = 4000; // units: a line that leaves the picture need not be longer

  const { shown } = window.gradlabPlayground.situations;
  const tenth = (x) => Math.round(x * 10) / 10;
  const text = (x, y, words, more = "") => `<text x="${tenth(x)}" y="${tenth(y)}" ${more}>${words}</text>`;
  const line = (x1, y1, x2, y2, kind) => `<path class="${kind}" d="M${tenth(x1)} ${tenth(y1)}L${tenth(x2)} ${tenth(y2)}"/>`;

  // Round places for ticks: some five of them between low and high.
  function ticks(low, high, about = 5) {
    const rough = (high - low) / about, unit = 10 ** Math.floor(Math.log10(rough));
    const step = [1, 2, 5, 10].find((it) => it * unit >= rough * 0.99) * unit, found = [];
    for (let k = Math.ceil(low / step - 1e-9); k * step <= high + 1e-9 * step; k++) found.push(Number((k * step).toPrecision(12)));
    return found;
  }

  // --- the plane ----------------------------------------------------------------------------------------------------

  // Which two coordinates of a point are drawn together: of a matrix each column, one point each.
  const points = (d) => (d === 2 ? [[0, 1]] : [[0, 2], [1, 3]]);

  // The window that the plane shows: of a matrix one for both columns.
  function frame({ d, frame }) {
    const of = (axis) => points(d).map((point) => frame[point[axis]]);
    return [0, 1].map((axis) => [Math.min(...of(axis).map(([low]) => low)), Math.max(...of(axis).map(([, high]) => high))]);
  }

  // Functions from coordinates to places in the plane, and back.
  function scales(surface) {
    const { left, top, side } = PLANE, [[x0, x1], [y0, y1]] = frame(surface);
    return {
      across: (x) => left + side * (x - x0) / (x1 - x0), down: (y) => top + side * (y1 - y) / (y1 - y0),
      x: (across) => x0 + (x1 - x0) * (across - left) / side, y: (down) => y1 - (y1 - y0) * (down - top) / side,
    };
  }

  // All that does not move: contour lines, minima, axes.
  function ground(surface) {
    const { left, top, side } = PLANE, { across, down } = scales(surface), [wide, high] = frame(surface);
    const shades = (surface.contours?.shades ?? []).map((d) => `<path class="shade" d="${d}"/>`).join("");
    const lines = surface.contours ? `<path class="contour" d="${surface.contours.lines}"/>` : "";
    const stars = surface.minima.flatMap((at) => points(surface.d).map(([i, j]) => star(across(at[i]), down(at[j])))).join("");
    const below = ticks(...wide).map((x) => text(across(x), top + side + 16, shown(x), 'text-anchor="middle"')).join("");
    const beside = ticks(...high).map((y) => text(left - 5, down(y) + 4, shown(y), 'text-anchor="end"')).join("");
    const origin = surface.d > 2 ? line(across(wide[0]), down(0), across(wide[1]), down(0), "grid") + line(across(0), down(high[0]), across(0), down(high[1]), "grid") : "";
    return `<g transform="translate(${left} ${top})">${shades}${lines}</g>${origin}${stars}` +
      `<rect class="frame" x="${left}" y="${top}" width="${side}" height="${side}"/>${below}${beside}`;
  }

  function star(x, y) {
    const corner = (k) => { const a = (k * Math.PI) / 5, r = k % 2 ? 2.6 : 6.5; return `${tenth(x + r * Math.sin(a))} ${tenth(y - r * Math.cos(a))}`; };
    return `<path class="star" d="M${Array.from({ length: 10 }, (_, k) => corner(k)).join("L")}z"/>`;
  }

  // Paths up to a step, what comes after it pale, and at the step an arrow down the gradient.
  function paths(surface, runs, step) {
    const { across, down } = scales(surface), { d } = surface;
    const place = (it) => (Math.abs(it) < BEYOND ? tenth(it) : Math.sign(it) * BEYOND);
    return runs.map((run, slot) => points(d).map(([i, j], column) => {
      const { path } = run, last = path.length / d - 1;
      const corners = (from, to) => {
        let found = "", dots = "", x, y;
        for (let t = from; t <= to; t++) {
          const nextX = place(across(path[t * d + i])), nextY = place(down(path[t * d + j]));
          if (nextX !== nextX || nextY !== nextY) break; // not a number
          if (nextX === x && nextY === y) continue;
          x = nextX; y = nextY;
          found += `${found ? "L" : "M"}${x} ${y}`;
          dots += `M${x} ${y}h0`;
        }
        return [found, dots, x, y];
      };
      const [gone, dots, x, y] = corners(0, step), [ahead] = corners(step, last);
      const pale = step < last ? `<path class="ahead" d="${ahead}"/>` : "";
      const disc = x === undefined ? "" : `<circle class="disc" cx="${x}" cy="${y}" r="${column ? 3.5 : 4.5}"/>`;
      const way = step > 0 && step < last ? downhill(run, step - 1, surface, across, down, i, j) : "";
      return `<g class="run" style="--c:var(--gl-${COLOURS[slot]})"><path class="path" stroke-dasharray="${DASHES[slot]}" d="${gone}"/>` +
        `<path class="dots" d="${dots}"/>${pale}${disc}${way}</g>`;
    }).join("")).join("");
  }

  // An arrow against the gradient that a step was made from.
  function downhill({ path, gradients }, t, { d }, across, down, i, j) {
    const x = across(path[t * d + i]), y = down(path[t * d + j]);
    const dx = across(-gradients[t * d + i]) - across(0), dy = down(-gradients[t * d + j]) - down(0), length = Math.hypot(dx, dy);
    return length > 0 && length < Infinity && Math.abs(x) < BEYOND && Math.abs(y) < BEYOND ? arrow(x, y, (34 * dx) / length, (34 * dy) / length, "downhill") : "";
  }

  function arrow(x, y, dx, dy, kind) {
    const length = Math.hypot(dx, dy), head = Math.min(6, length / 2), [ux, uy] = [dx / length, dy / length];
    const wing = (side) => `${tenth(x + dx - head * (ux + side * 0.5 * uy))} ${tenth(y + dy - head * (uy - side * 0.5 * ux))}`;
    return length > 0.5 ? `<path class="${kind}" d="M${tenth(x)} ${tenth(y)}l${tenth(dx)} ${tenth(dy)}M${wing(1)}L${tenth(x + dx)} ${tenth(y + dy)}L${wing(-1)}"/>` : "";
  }

  // --- graphs against step ----------------------------------------------------------------------------------------

  // A logarithmic axis around values: whole decades, an even number of them, so that it seldom changes.
  function decades(low, high) {
    let from = Math.floor(Math.log10(low) / 2) * 2, to = Math.ceil(Math.log10(high) / 2) * 2;
    if (to <= from) to = from + 2;
    return [from, to];
  }

  // The frame of a graph: a title, ticks, and the line at the present step. `y` gives the place of a value.
  function axes(title, marks, steps, step) {
    const { left, top, wide, high } = GRAPH, x = (t) => left + (wide * t) / steps;
    const rows = marks.map(([at, words]) => line(left, at, left + wide, at, "grid") + text(left - 5, at + 4, words, 'text-anchor="end"')).join("");
    const below = ticks(0, steps, 4).filter(Number.isInteger).map((t) => text(x(t), top + high + 16, shown(t), 'text-anchor="middle"')).join("");
    return `${text(left, 14, title)}${rows}${below}<rect class="frame" x="${left}" y="${top}" width="${wide}" height="${high}"/>` +
      line(x(step), top, x(step), top + high, "now");
  }

  function logarithmic([from, to]) {
    const { top, high } = GRAPH;
    const y = (value) => top + (high * (to - Math.log10(value))) / (to - from);
    const every = Math.max(1, Math.ceil((to - from) / 4)), marks = [];
    for (let k = from; k <= to; k += every) marks.push([y(10 ** k), k >= -3 && k <= 3 ? shown(10 ** k) : `10<tspan class="power" dy="-4">${shown(k)}</tspan>`]);
    return [y, marks];
  }

  // A stretch at one height has two corners, however many steps it takes.
  const curve = (values, count, stride, offset, x, y, style) => {
    let d = "", from, flat;
    for (let t = 0; t < count; t++) {
      const at = tenth(y(values[t * stride + offset]));
      if (at === from) { flat = t; continue; }
      if (flat) d += `H${tenth(x(flat))}`;
      flat = 0;
      if (Math.abs(at) < BEYOND) {
        d += `${from === undefined ? "M" : "L"}${tenth(x(t))} ${at}`;
        from = at;
      } else from = undefined;
    }
    return `<path class="curve" ${style} d="${flat ? `${d}H${tenth(x(flat))}` : d}"/>`;
  };

  // `clip` is the name of the frame that curves may not leave.
  const clipped = (clip, curves) => `<g clip-path="url(#${clip})">${curves.join("")}</g>`;

  function losses(surface, runs, steps, step, clip) {
    const { left, top, wide, high } = GRAPH, x = (t) => left + (wide * t) / steps;
    const low = surface.lowest;
    const given = (slot) => `style="--c:var(--gl-${COLOURS[slot]})" stroke-dasharray="${DASHES[slot]}"`;
    if (low === null || low === undefined) { // nothing is lowest: an ordinary axis over what the plane shows
      const [least, most] = surface.span, y = (v) => top + (high * (most - v)) / (most - least);
      const marks = ticks(least, most, 4).map((v) => [y(v), shown(v)]);
      return axes("loss", marks, steps, step) + clipped(clip, runs.map((run, slot) => curve(run.losses, steps + 1, 1, 0, x, y, given(slot))));
    }
    let least = Infinity, most = 0;
    for (const run of runs) {
      most = Math.max(most, run.losses[0] - low);
      for (const it of run.losses) if (it - low > FLOOR && it - low < least) least = it - low;
    }
    let top_ = most;
    for (const run of runs) for (const it of run.losses) if (it - low > top_ && it - low < 1e4 * most) top_ = it - low;
    const [y, marks] = logarithmic(decades(Math.min(least, top_), top_ || 1));
    const floored = (v) => y(Math.max(v - low, FLOOR));
    const title = low === 0 ? "loss, log scale" : `loss above the lowest, ${shown(low)}; log scale`;
    return axes(title, marks, steps, step) + clipped(clip, runs.map((run, slot) => curve(run.losses, steps + 1, 1, 0, x, floored, given(slot))));
  }

  // How far each coordinate goes for a unit of its gradient. Where it goes uphill, there is a gap.
  function effective({ d }, runs, steps, step, clip) {
    const { left, wide } = GRAPH, x = (t) => left + (wide * (t + 1)) / steps;
    let sum = 0, count = 0, least = Infinity, most = 0;
    for (const { effective } of runs) {
      for (const it of effective) if (it > 1e-30 && it < 1e30) { sum += Math.log10(it); count++; least = Math.min(least, it); most = Math.max(most, it); }
    }
    const middle = count ? 10 ** (sum / count) : 1;
    const [y, marks] = logarithmic(decades(Math.max(least, middle / 1e3), Math.min(Math.max(most, least), middle * 1e3) || 1));
    const high = (v) => (v > 0 ? y(v) : NaN);
    const lines = runs.map(({ effective }, slot) => Array.from({ length: d }, (_, k) =>
      curve(effective, steps, d, k, x, high, `style="--c:var(--gl-${COLOURS[slot]})" stroke-dasharray="${["", "5 3", "2 2", "8 2 2 2"][k]}"`)).join(""));
    const names = d === 2 ? "step ÷ gradient: x full, y dashed" : "step ÷ gradient, of each of the 4 numbers";
    return axes(names, marks, steps, step) + clipped(clip, lines);
  }

  // --- the cartoon of one update ------------------------------------------------------------------------------------

  const BOX = 76;

  // A small square for one quantity of an update: an arrow for what has a direction, otherwise bars from the middle.
  // Lengths are logarithmic, over four decades below `most`; a direction is true.
  function quantity(name, values, most, directed) {
    const half = BOX / 2, long = (size) => (size > 0 ? half * 0.9 * Math.max(0.08, 1 + Math.log10(size / most) / 4) : 0);
    let drawn = "";
    if (directed && values.length === 2) {
      const [x, y] = values, size = Math.hypot(x, y);
      if (size > 0 && size < Infinity) drawn = arrow(half, half, (long(size) * x) / size, (-long(size) * y) / size, "way");
    } else {
      const wide = (BOX - 12) / values.length;
      drawn = [...values].map((v, k) => {
        const size = Math.min(half, long(Math.abs(v))), at = 6 + k * wide;
        return Number.isFinite(v) ? `<rect class="bar" x="${tenth(at + 3)}" y="${tenth(v > 0 ? half - size : half)}" width="${tenth(wide - 6)}" height="${tenth(size)}"/>` : "";
      }).join("");
    }
    return `<rect class="frame" x="0.5" y="0.5" width="${BOX - 1}" height="${BOX - 1}"/>${line(0, half, BOX, half, "grid")}${line(half, 0, half, BOX, "grid")}${drawn}`;
  }

  Object.assign(window.gradlabPlayground, { drawing: { PLANE, GRAPH, COLOURS, DASHES, BOX, points, frame, scales, ground, paths, losses, effective, quantity } });
})();
