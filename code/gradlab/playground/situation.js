/* What a playground shows: a situation. It is read from an address and written into one, said in words and written in
   Python. Nothing here touches the page, and nothing computes a path: engine.js does.

   A situation is {surface, start: [...], steps, noise, seed, step, rules: [{rule, hyper: {...}, schedule}, ...]}, where
   schedule is null or {name, ...}. What an address asks for is held against the data of the page: a name must be known,
   a number finite and within its range. Anything else is left out, and the names of what was left out are given back. */
"use strict";
(() => {
  const LIMITS = { steps: [1, 500], seed: [0, 9999], noise: [0, 100] };
  const MOST_RULES = 3;
  const LONGEST = 8000; // letters of an address that are read
  const LONGEST_TEXT = 1000; // letters of a typed rule that an address holds
  const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d{1,3})?$/i;

  const has = (object, name) => typeof name === "string" && Object.hasOwn(object, name);

  // Whether a rule can go on a surface: one that is made for matrices needs one.
  const fits = (data, rule, surface) => Boolean(data.surfaces[surface].d === 4 ? data.rules[rule].matrix : data.rules[rule].first);

  // --- numbers -----------------------------------------------------------------------------------------------------

  // The number that a text says, or null if it is none, or not within [low, high].
  function number(text, low, high, whole = false) {
    if (!NUMBER.test(text)) return null;
    const value = Number(text);
    return Number.isFinite(value) && value >= low && value <= high && (!whole || Number.isInteger(value)) ? value : null;
  }

  const tidy = (value, digits = 3) => Number(value.toPrecision(digits));

  // A number as readers see it.
  function shown(value, digits = 3) {
    if (Number.isNaN(value)) return "not a number";
    if (!Number.isFinite(value)) return value > 0 ? "∞" : "−∞";
    let text = String(tidy(value, digits));
    if (Math.abs(value) >= 1e5 || (value && Math.abs(value) < 1e-3)) text = value.toExponential(digits - 1).replace(/\.?0+e/, "e");
    return text.replace("e+", "e").replaceAll("-", "−");
  }

  // --- sliders: a place between 0 and 1 for each value, and back ----------------------------------------------------

  // Betas and the like, which are counted from 1: 0.9, 0.99 and 0.999 are equally far apart.
  const fromOne = ({ min, max, scale }) => scale === "decay" || (scale === "linear" && min === 0 && max < 1 && max >= 0.99);

  // A logarithmic scale that begins at 0 has it as its first place.
  const lowest = (scale) => (scale.min > 0 ? scale.min : scale.max / 1e6);

  function place(scale, value) {
    const { min, max } = scale;
    if (scale.scale === "log") {
      if (value <= 0) return 0;
      const low = lowest(scale);
      return Math.max(min > 0 ? 0 : 0.01, Math.log(value / low) / Math.log(max / low));
    }
    if (fromOne(scale)) return Math.log((1 - value) / (1 - min)) / Math.log((1 - max) / (1 - min));
    return (value - min) / (max - min);
  }

  function value(scale, place) {
    const { min, max } = scale;
    const within = (it) => Math.min(max, Math.max(min, it));
    if (scale.scale === "log") {
      if (min <= 0 && place < 0.005) return 0;
      const low = lowest(scale);
      return within(tidy(low * (max / low) ** place));
    }
    if (scale.scale === "integer") return within(Math.round(min + (max - min) * place));
    if (fromOne(scale)) return within(tidy(1 - tidy((1 - min) * ((1 - max) / (1 - min)) ** place, 2), 6));
    return within(tidy(min + (max - min) * place));
  }

  // --- a rule with its defaults --------------------------------------------------------------------------------------

  const defaults = (hyper) => Object.fromEntries(hyper.map(({ name, default: it }) => [name, it]));
  const withDefaults = (data, rule) => ({ rule, hyper: defaults(data.rules[rule].hyper), schedule: null });
  const scheduled = (data, name, steps) => {
    const given = defaults(data.schedules[name].hyper);
    if ("steps" in given) given.steps = within(data.schedules[name].hyper.find((it) => it.name === "steps"), steps);
    return { name, ...given };
  };
  const within = ({ min, max }, it) => Math.min(max, Math.max(min, it));

  // The lowest rate of a schedule is not above its highest: `schedules` refuses that.
  function ordered(rule) {
    if (rule.schedule && rule.schedule.lr_min > rule.hyper.lr) rule.schedule.lr_min = rule.hyper.lr;
    return rule;
  }

  // --- the address ------------------------------------------------------------------------------------------------

  // "adam:lr=0.1,beta1=0.8,schedule=cosine,schedule.steps=200" as a rule of a situation, or null.
  function ruleFrom(text, data, steps, leave) {
    const [name, settings = ""] = text.split(":", 2);
    if (!has(data.rules, name)) return leave("rule");
    const rule = withDefaults(data, name);
    const pairs = settings.split(",").filter(Boolean).map((part) => part.split("=", 2));
    const schedule = pairs.find(([key]) => key === "schedule")?.[1];
    if (schedule !== undefined) {
      if (has(data.schedules, schedule)) rule.schedule = scheduled(data, schedule, steps);
      else leave("schedule");
    }
    for (const [key, text = ""] of pairs) {
      if (key === "schedule") continue;
      const [where, hyper] = key.startsWith("schedule.") ? [rule.schedule, rule.schedule && data.schedules[schedule].hyper]
        : [rule.hyper, data.rules[name].hyper];
      const control = hyper?.find((it) => it.name === key.replace("schedule.", ""));
      if (!control) leave(where ? "" : "schedule");
      else {
        const value = number(text, control.min, control.max, control.scale === "integer");
        if (value === null) leave(control.name);
        else where[control.name] = value;
      }
    }
    if (rule.schedule?.lr_min > rule.hyper.lr) leave("lr_min");
    return ordered(rule);
  }

  // The typed rule of an address: its text, and what is set of it by name. Its text is not looked into, nor run.
  function typedFrom(text, settings, data, steps, leave) {
    if (!text || text.length > LONGEST_TEXT) return leave("text");
    const names = settings.split(",").map((part) => part.split("=", 1)[0]).filter((it) => /^\p{L}[\p{L}\p{N}_]{0,40}$/u.test(it) && it !== "schedule");
    const hyper = names.map((name) => ({ name, default: 0, min: -1e9, max: 1e9, scale: "linear" }));
    return { ...ruleFrom(`yours:${settings}`, { ...data, rules: { yours: { hyper } } }, steps, leave), text };
  }

  // The situation that an address asks for (what stands behind its "?"), where it says nothing that of `base`.
  // Gives [situation, names of what was left out; "" for a name that is not known; the typed rule that it holds, if it does].
  function read(text, data, base) {
    const left = [];
    const leave = (name) => { left.push(name); return null; };
    if (text.length > LONGEST) leave("");
    const asked = new Map(), rules = [];
    for (const [key, value] of new URLSearchParams(text.slice(0, LONGEST))) {
      if (key === "rule") rules.push(value);
      else if (["surface", "start", "steps", "noise", "seed", "step", "text", "yours"].includes(key) && !asked.has(key)) asked.set(key, value);
      else leave("");
    }
    const situation = structuredClone(base);
    if (asked.has("surface")) {
      if (has(data.surfaces, asked.get("surface"))) situation.surface = asked.get("surface");
      else leave("surface");
    }
    if (situation.surface !== base.surface) situation.start = [...data.surfaces[situation.surface].start];
    if (asked.has("start")) {
      const { frame } = data.surfaces[situation.surface];
      const parts = asked.get("start").split(",");
      const start = parts.map((part, i) => frame[i] && number(part, ...frame[i]));
      if (parts.length === frame.length && start.every((it) => it !== null)) situation.start = start;
      else leave("start");
    }
    for (const name of ["steps", "noise", "seed"]) {
      if (!asked.has(name)) continue;
      const value = number(asked.get(name), ...LIMITS[name], name !== "noise");
      if (value === null) leave(name);
      else situation[name] = value;
    }
    if (rules.length) {
      const known = rules.slice(0, MOST_RULES).map((it) => ruleFrom(it, data, situation.steps, leave)).filter(Boolean);
      if (rules.length > MOST_RULES) leave("rule");
      const fit = known.filter(({ rule }) => fits(data, rule, situation.surface) || leave("rule"));
      if (fit.length) situation.rules = fit;
    }
    const fit = situation.rules.filter(({ rule }) => fits(data, rule, situation.surface));
    situation.rules = fit.length ? fit : [withDefaults(data, Object.keys(data.rules).find((it) => fits(data, it, situation.surface)))];
    situation.step = situation.steps;
    if (asked.has("step")) {
      const step = number(asked.get("step"), 0, situation.steps, true);
      if (step === null) leave("step");
      else situation.step = step;
    }
    const typed = asked.has("text") ? typedFrom(asked.get("text"), asked.get("yours") ?? "", data, situation.steps, leave) : null;
    return [situation, left, typed];
  }

  // The situation as the part of an address behind its "?". Whole: it stays what it is if a default changes. A typed rule
  // goes in with its text only, if that is given.
  function write(it, text) {
    const pairs = (values, prefix = "") => Object.entries(values).map(([key, value]) => `${prefix}${key}=${value}`);
    const settings = ({ hyper, schedule }) => {
      const { name, ...more } = schedule ?? {};
      return [...pairs(hyper), ...(schedule ? [`schedule=${name}`, ...pairs(more, "schedule.")] : [])].join(",");
    };
    const rules = it.rules.filter(({ rule }) => rule !== "yours").map((one) => `rule=${one.rule}:${settings(one)}`);
    const mine = it.rules.find(({ rule }) => rule === "yours");
    if (mine && text) rules.push(`yours=${encodeURIComponent(settings(mine))}`, `text=${encodeURIComponent(text)}`);
    const step = it.step === it.steps ? [] : [`step=${it.step}`];
    return [`surface=${it.surface}`, `start=${it.start.join(",")}`, `steps=${it.steps}`, `noise=${it.noise}`,
            `seed=${it.seed}`, ...step, ...rules].join("&");
  }

  // What was left out, in a sentence; "" if nothing was. No word of the address itself is repeated, only known names.
  function complaint(left) {
    if (!left.length) return "";
    const names = [...new Set(left.filter(Boolean))];
    if (left.includes("")) names.push("a name that it does not know");
    const last = names.pop();
    const list = names.length ? `${names.join(", ")} and ${last}` : last;
    return `The address asks for something that the playground does not have; it has left out: ${list}.`;
  }

  // --- Python -----------------------------------------------------------------------------------------------------

  // The cell that computes the same paths with gradlab.
  function python(it, data) {
    const rules = it.rules.filter(({ rule }) => data.rules[rule].title);
    const names = [...new Set(rules.map(({ rule }) => rule))].filter((rule) => rule !== "yours").sort();
    const mine = rules.some(({ rule }) => rule === "yours");
    const surface = data.surfaces[it.surface];
    const given = (values) => Object.entries(values).map(([name, value]) => `${name}=${value}`).join(", ");
    const lines = [
      ...(mine ? window.gradlabPlayground.typed(data.rules.yours) : []), // by the editor
      `from gradlab import ${it.rules.some(({ schedule }) => schedule) ? "schedules, surfaces" : "surfaces"}`,
      "from gradlab.descend import descend",
      ...(it.noise ? ["from gradlab.playground.noise import noisy"] : []),
      ...(names.length ? [`from gradlab.rules import ${names.join(", ")}`] : []),
      "",
      `surface = ${surface.python}`,
      `start = ${point(it.start, surface)}`,
      "paths = {",
    ];
    rules.forEach(({ rule, hyper, schedule }, i) => {
      const { lr, ...more } = hyper, { name, ...settings } = schedule ?? {}, plan = schedule && data.schedules[name];
      const rate = schedule ? `${plan.python}(${[lr, given({ ...settings, ...plan.fixed })].filter((part) => part !== "").join(", ")})` : lr;
      const grad = it.noise ? `noisy(surface.grad, ${it.noise}, seed=${it.seed})` : "surface.grad";
      lines.push(`    ${JSON.stringify(labels(it, data)[i])}: descend(`, `        ${grad}, start, ${rule}, steps=${it.steps},`,
                 ...(lr === undefined ? [] : [`        lr=${rate},`]), ...(Object.keys(more).length ? [`        ${given(more)},`] : []), "    ),");
    });
    lines.push("}", "{name: float(surface.f(path[-1])) for name, path in paths.items()}");
    return lines.join("\n");
  }

  const point = (start, { d }) => (d === 4 ? `[[${start[0]}, ${start[1]}], [${start[2]}, ${start[3]}]]` : `[${start.join(", ")}]`);

  // What each rule is called: its title, and if another has the same title, all in which they differ.
  function labels(it, data) {
    const titles = it.rules.map(({ rule }) => data.rules[rule].title);
    return it.rules.map((one, i) => {
      const twins = it.rules.filter((_, k) => titles[k] === titles[i]);
      const differs = (of) => new Set(twins.map((twin) => JSON.stringify(of(twin)))).size > 1;
      const parts = Object.keys(one.hyper).filter((name) => differs(({ hyper }) => hyper[name])).map((name) => `${name} = ${one.hyper[name]}`);
      if (differs(({ schedule }) => schedule)) {
        const { name, ...settings } = one.schedule ?? {};
        const alike = twins.every(({ schedule }) => schedule?.name === name);
        if (!alike) parts.push(name ? data.schedules[name].title ?? name : "no schedule");
        else parts.push(...Object.keys(settings).filter((key) => differs(({ schedule }) => schedule[key])).map((key) => `${key} = ${settings[key]}`));
      }
      return [titles[i], ...parts].join(", ");
    }).map((label, i, all) => (all.indexOf(label) === i ? label : `${label} (${i + 1})`));
  }

  // --- words --------------------------------------------------------------------------------------------------------

  const FAR = 1e3; // times the first loss: what is there runs away

  const STAYED = 10; // steps, or a twentieth of all: after them a path is said to be at a minimum

  // Whether a point lies in the picture.
  function inside(path, t, { d, frame }) {
    for (let i = 0; i < d; i++) {
      const x = path[t * d + i];
      if (!(x >= frame[i][0] && x <= frame[i][1])) return false;
    }
    return true;
  }

  // The minimum at which a path is at step t, or undefined.
  function arrived(path, t, { d, frame, minima }) {
    return minima.find((minimum) => minimum.every((m, i) => {
      const reach = 0.01 * (frame[i][1] - frame[i][0]);
      return Math.abs(path[t * d + i] - m) < reach;
    }));
  }

  // What one rule did until step t, in a clause.
  function clause(label, run, t, surface) {
    const { path, losses, diverged } = run;
    let left = -1;
    for (let k = 0; k <= t && left < 0; k++) if (!inside(path, k, surface)) left = k;
    const gone = left < 0 ? "" : `leaves the picture at step ${left}`;
    if (diverged >= 0 && diverged <= t) {
      return `${label} diverges: it ${gone ? `${gone}, and at step ${diverged} it has` : `has at step ${diverged}`} no finite loss any more`;
    }
    const loss = `loss ${shown(losses[t], 2)}`;
    if (gone && Math.abs(losses[t]) > FAR * Math.max(1, Math.abs(losses[0]))) return `${label} runs away: it ${gone}, and is at ${loss}`;
    if (gone && !inside(path, t, surface)) return `${label} ${gone} and is at ${loss}`;
    const at = arrived(path, t, surface);
    if (at) {
      let first = t, last = t;
      while (first > 0 && arrived(path, first - 1, surface) === at) first--;
      while (last + 1 < losses.length && arrived(path, last + 1, surface) === at) last++;
      const which = surface.minima.length > 1 ? `a minimum, (${at.map((m) => shown(m, 2)).join(", ")}),` : "the minimum";
      const stays = last === losses.length - 1, long = last - first >= Math.max(STAYED, 0.05 * last);
      if (stays && long) return `${label} is at ${which} from step ${first} on (${loss})`;
      if (stays) return `${label} has come to ${which} only at step ${first} (${loss}): more steps tell whether it stays`;
      return `${label} passes ${which} between step ${first} and step ${last} (${loss})`;
    }
    const back = gone ? ", having left the picture on its way" : "";
    return losses[t] > losses[0] ? `${label} is higher than at the start: ${loss}${back}` : `${label} is at ${loss}${back}`;
  }

  // What happened until step t, in a sentence.
  function sentence(it, runs, data) {
    const surface = data.surfaces[it.surface], names = labels(it, data);
    if (it.step === 0) return `At the start the loss is ${shown(runs[0].losses[0], 2)}.`;
    const clauses = runs.map((run, i) => clause(names[i], run, it.step, surface));
    return `After ${it.step} ${it.step === 1 ? "step" : "steps"}: ${clauses.join("; ")}.`;
  }

  Object.assign((window.gradlabPlayground ??= {}), {
    situations: { LIMITS, LONGEST_TEXT, MOST_RULES, read, write, complaint, python, labels, sentence, clause, place, value, shown, tidy,
                  withDefaults, scheduled, ordered, fits },
  });
})();
