// Search, loaded when somebody is about to use it: suggestions while one types, the page of results, and the words
// that were found, marked where a result leads. search.py writes the index, `bookIndex`; MiniSearch finds and ranks.
(() => {
  "use strict";
  const root = document.documentElement.dataset.content_root;
  const dialog = document.getElementById("pst-search-dialog");
  const LISTED = { few: 6, many: 30 }; // places: in the dialog, on the page of results
  const EXCERPT = { few: 120, many: 190 }; // letters
  const MARKED = 8; // words that a result's address takes along

  // What explains comes before what lists or repeats: a chapter's sections first, last what few readers need.
  const WEIGHT = { section: 1.2, page: 1, member: 0.8, source: 0.4 };
  const FOR_FEW = /\/_|\/instructors/; // the reference's helpers
  const REPEATS = /^(Summary|Further reading|Common mistakes)/;
  function weight({ kind, page, title, number = "" }) {
    const depth = number.split(".").length; // 1.4.1 has three
    const place = number ? 1.3 - depth ** 2 / 40 : FOR_FEW.test(bookIndex.pages[page][1]) ? 0.4 : 1;
    const asks = bookIndex.pages[page][1].includes("/exercises/");
    return WEIGHT[kind] * place * (asks || REPEATS.test(title) ? 0.7 : 1);
  }

  // --- words ---------------------------------------------------------------------------------------------------

  const STOP = new Set(
    ("a an and are as at be by can do does for from get has have how i if in into is it its me my of on or s so than " +
      "that the then there this to was we what when where which why will with you your").split(" "),
  );

  // What endings and American spelling hide: "diverging" and "diverges" are one word, so are optimizer and optimiser.
  const stems = new Map();
  function stem(word) {
    if (!stems.has(word)) {
      let it = word.replace(/iz(?=(e|es|ed|er|ers|ing|ation|ations)$)/, "is");
      if (it.length > 3) it = it.replace(/ies$/, "y").replace(/([^siu])s$/, "$1");
      if (it.length > 5) it = it.replace(/(?<=..[^e])(ing|ed|ence)$/, "").replace(/([bdgmnprt])\1$/, "$1");
      stems.set(word, it.length > 3 ? it.replace(/e$/, "") : it);
    }
    return stems.get(word);
  }

  const plain = (word) => word.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
  const written = (text) => text.match(/[\p{L}\p{N}\p{M}_]+/gu) || [];
  const partsOf = (name) => name.match(/\p{Lu}?[^\p{Lu}_]+|\p{Lu}+/gu) || []; // of one_cycle, ReduceOnPlateau

  // The words of a text; after a name with several parts, these too.
  function wordsOf(text) {
    return written(text).flatMap((it) => (/_|\p{Ll}\p{Lu}/u.test(it) ? [it, ...partsOf(it)] : [it])).map(plain);
  }

  // Some words, one after the other: the stem of each, and `=3` for those that are in the third row of synonyms.
  function termsOf(words) {
    const all = words.map(stem), found = [];
    for (let from = 0; from < all.length; ) {
      const same = synonyms.get(all[from])?.find(({ phrase }) => phrase.every((it, i) => it === all[from + i]));
      const to = from + (same ? same.phrase.length : 1);
      found.push({ sign: same && `=${same.row}`, from, to, stems: all.slice(from, to) });
      from = to;
    }
    return found;
  }

  const keysOf = (terms) => terms.flatMap(({ sign, stems }) => sign || stems); // alike for those that mean the same

  // Whether one letter more, less or different, or two in the other order, make one word the other.
  function isNear(a, b) {
    if (a.length > b.length) return isNear(b, a);
    let i = 0;
    while (i < a.length && a[i] === b[i]) i++;
    if (a.length < b.length) return a.slice(i) === b.slice(i + 1);
    const isSwapped = a[i] === b[i + 1] && a[i + 1] === b[i] && a.slice(i + 2) === b.slice(i + 2);
    return isSwapped || a.slice(i + 1) === b.slice(i + 1);
  }

  // --- the index -----------------------------------------------------------------------------------------------

  let synonyms, index, vocabulary, loading;

  function load() {
    loading ||= (async () => {
      for (const name of ["engine", "index"]) {
        await new Promise((resolve, reject) => {
          const script = Object.assign(document.createElement("script"), { src: dialog.dataset[name] });
          script.onload = resolve;
          script.onerror = reject;
          document.head.append(script);
        });
      }
      build();
    })();
    return loading;
  }

  function build() {
    synonyms = new Map(); // by the first word; the longest first: "update rule" before "update"
    const rows = bookIndex.synonyms.flatMap((row, i) => row.map((it) => ({ row: i, phrase: wordsOf(it).map(stem) })));
    for (const row of rows.sort((a, b) => b.phrase.length - a.phrase.length)) {
      synonyms.set(row.phrase[0], [...(synonyms.get(row.phrase[0]) || []), row]);
    }
    vocabulary = new Set(bookIndex.synonyms.flat().flatMap(wordsOf));
    index = new MiniSearch({
      fields: ["title", "page", "terms", "text", "asked"],
      tokenize: (text) => {
        const words = wordsOf(text);
        words.forEach((word) => vocabulary.add(word));
        return termsOf(words).flatMap(({ sign, stems }) => (sign ? [sign, ...stems] : stems));
      },
      processTerm: (term) => (STOP.has(term) ? null : term),
      searchOptions: {
        boost: { title: 4, terms: 4, asked: 2, page: 1.5 },
        boostDocument: (id) => weight(bookIndex.places[id]),
        bm25: { k: 1.2, b: 0.4, d: 0.5 }, // that a section is long says little against it
        prefix: (term) => term[0] !== "=",
        weights: { prefix: 0.3, fuzzy: 0 }, // corrected() knows the edits
        tokenize: (term) => [term],
        processTerm: (term) => term,
      },
    });
    index.addAll(
      bookIndex.places.map(({ page, title, terms, text, asked, kind }, id) => {
        return { id, title, terms, text, asked, page: kind === "page" ? "" : bookIndex.pages[page][0] };
      }),
    );
  }

  // --- finding -------------------------------------------------------------------------------------------------

  // A word that the book does not have becomes the most frequent one from which one edit makes it.
  function corrected(word, known) {
    if (word.length < 4 || STOP.has(word)) return word;
    if (known.some((it) => it.startsWith(word) || stem(it) === stem(word))) return word;
    const often = (it) => index.search(stem(it), { prefix: false }).length;
    const near = known.filter((it) => it.length > 3 && isNear(word, it)).map((it) => [often(it), it]);
    return near.sort(([a], [b]) => b - a)[0]?.[1] || word;
  }

  // The places for some words: those that have all of them, or else some; first what is called so, then where a term
  // is explained. And which words were taken for others.
  function find(text) {
    const known = [...vocabulary];
    const words = written(text).flatMap((it) => (vocabulary.has(plain(it)) ? it : partsOf(it))).map(plain);
    const meant = words.map((word) => corrected(word, known));
    const terms = termsOf(meant);
    const telling = terms.filter(({ sign, stems }) => sign || !STOP.has(stems[0]));
    const queries = (telling.length ? telling : terms).map(({ sign, stems: [one, ...more] }) => {
      return sign ? { combineWith: "OR", queries: more.length ? [sign] : [sign, one] } : one;
    });
    const ask = (combineWith) => (queries.length ? index.search({ combineWith, queries }) : []);
    const withAll = ask("AND");
    const found = withAll.length ? withAll : ask("OR");
    const plainly = telling.filter(({ sign }) => !sign).flatMap(({ stems }) => stems); // of "adam optimizer" adam
    const names = [`${meant.map(stem)}`, `${plainly}`].filter(Boolean);
    const isNamed = ({ id }) => names.includes(`${wordsOf(bookIndex.places[id].title).map(stem)}`);
    const isExplained = ({ id }) => {
      const stressed = bookIndex.places[id].terms?.split("\n") || [];
      return stressed.some((it) => `${keysOf(termsOf(wordsOf(it)))}` === `${keysOf(telling)}`);
    };
    const rank = (it) => (isNamed(it) ? 0 : isExplained(it) ? 1 : 2);
    return {
      found: [...found].sort((a, b) => rank(a) - rank(b)),
      hasAll: withAll.length > 0,
      instead: words.map((word, i) => [word, meant[i]]).filter(([word, better]) => word !== better),
    };
  }

  // --- showing -------------------------------------------------------------------------------------------------

  // A text in pieces: [[words, whether they were looked for], …].
  function pieces(text, terms) {
    const spots = [...text.matchAll(/[\p{L}\p{N}\p{M}]+/gu)], cut = [];
    let at = 0;
    for (const { sign, from, to, stems } of termsOf(spots.map(([word]) => plain(word)))) {
      if (!terms.has(sign) && !stems.some((it) => terms.has(it) && !STOP.has(it))) continue;
      const start = spots[from].index, end = spots[to - 1].index + spots[to - 1][0].length;
      cut.push([text.slice(at, start), false], [text.slice(start, end), true]);
      at = end;
    }
    return [...cut, [text.slice(at), false]];
  }

  const foundIn = (text, terms) => [
    ...new Set(pieces(text, terms).flatMap(([words, isFound]) => (isFound ? [words.toLowerCase()] : []))),
  ];

  // The sentence that says most of what was looked for, and the next one if there is room.
  function excerpt(text, terms, room) {
    const sentences = text.split(/\n|(?<=\S\S[.!?:]\)?)\s+(?=[\p{Lu}(])/u);
    const says = sentences.map((it) => foundIn(it, terms).length);
    let best = says.indexOf(Math.max(...says)), shown = sentences[best];
    while (shown.length < room / 2 && ++best < sentences.length) {
      shown += `${/[\p{L}\p{N}]$/u.test(shown) ? "." : ""} ${sentences[best]}`;
    }
    if (shown.length <= room) return shown;
    const first = pieces(shown, terms)[0][0].length;
    const latest = Math.min(first - room / 3, shown.length - room); // no room is left over at the end
    const start = first < room / 2 || first === shown.length ? 0 : shown.indexOf(" ", latest) + 1;
    const rest = shown.slice(start);
    const kept = rest.length <= room ? rest : `${rest.slice(0, rest.lastIndexOf(" ", room))} …`;
    return (start ? "… " : "") + kept;
  }

  function element(name, properties = {}, ...inside) {
    const it = Object.assign(document.createElement(name), properties);
    it.append(...inside);
    return it;
  }

  function entry({ id, terms }, room) {
    const { page, anchor = "", title, number, kind, text = "", asked = "" } = bookIndex.places[id];
    const [name, address] = bookIndex.pages[page];
    const sought = new Set(terms);
    const words = foundIn(`${title}\n${text}`, sought).slice(0, MARKED).join(",");
    const href = root + address + (words && `?${new URLSearchParams({ highlight: words })}`) + (anchor && `#${anchor}`);
    const link = element("a", { href }, kind === "member" ? element("code", {}, title) : title);
    if (number) link.prepend(element("span", { className: "section-number" }, `${number} `));
    const item = element("li", {}, link);
    if (kind !== "page") item.append(" ", element("span", { className: "where" }, name));
    const said = pieces(excerpt(`${text}\n${asked}`.trim(), sought, room), sought);
    if (text) item.append(element("p", {}, ...said.map(([it, isFound]) => (isFound ? element("mark", {}, it) : it))));
    return item;
  }

  function show(text, box, size) {
    const status = box.firstChild;
    box.replaceChildren(status);
    const { found, hasAll, instead } = find(text);
    const listed = found.slice(0, LISTED[size]);
    if (!text.trim()) {
      status.textContent = "";
    } else if (!listed.length) {
      status.textContent = `Nothing found for “${text.trim()}”. These may help:`;
      const links = bookIndex.elsewhere.map(([words, where]) => element("a", { href: root + where }, words));
      box.append(element("ul", {}, ...links.map((it) => element("li", {}, it))));
    } else {
      const number = `${found.length} ${found.length === 1 ? "place" : "places"}`;
      const says = instead.map(([word, better]) => `Nothing found for “${word}”: shown is “${better}”.`);
      if (!hasAll) says.push("No place has all of these words.");
      says.push(listed.length < found.length ? `The best ${listed.length} of ${number}.` : `${number}.`);
      status.textContent = says.join(" ");
      box.append(element("ol", {}, ...listed.map((it) => entry(it, EXCERPT[size]))));
      if (size === "few" && listed.length < found.length) {
        const href = `${dialog.querySelector("form").action.split("#")[0]}?${new URLSearchParams({ q: text })}`;
        box.append(element("a", { href, className: "more" }, `All ${found.length} places`));
      }
    }
  }

  // Below each search field goes what is found; the arrow keys lead from the field to it and through it.
  function attach(form) {
    const input = form.querySelector("input"), size = dialog.contains(form) ? "few" : "many";
    const status = element("p");
    status.setAttribute("role", "status");
    const box = element("div", { className: "found" }, status);
    form.after(box);
    const update = () => load().then(() => show(input.value, box, size));
    input.addEventListener("focus", load);
    input.addEventListener("input", update);
    form.parentElement.addEventListener("keydown", (event) => {
      const stops = [input, ...box.querySelectorAll("a")];
      const next = stops[stops.indexOf(document.activeElement) + { ArrowDown: 1, ArrowUp: -1 }[event.key]];
      if (!next || event.altKey || event.ctrlKey || event.metaKey) return;
      event.preventDefault();
      next.focus();
    });
    if (size === "few") {
      box.addEventListener("click", (event) => event.target.closest("a") && dialog.close());
    } else {
      input.value = new URLSearchParams(location.search).get("q") || "";
      input.addEventListener("input", () => setParameter("q", input.value));
      form.addEventListener("submit", (event) => event.preventDefault()); // all is there already
      input.focus();
    }
    if (document.activeElement === input) update(); // somebody was quicker than this script
  }

  function setParameter(name, value) {
    const address = new URL(location);
    if (value) address.searchParams.set(name, value);
    else address.searchParams.delete(name);
    history.replaceState(null, "", address);
  }

  // --- marks ---------------------------------------------------------------------------------------------------

  // The places of some words below an element, but for code, formulas and figures.
  function* ranges(within, words) {
    const sought = words.map((it) => it.replace(/[^\p{L}\p{N}\p{M}]+/gu, "[^\\p{L}\\p{N}]+")).join("|");
    const pattern = new RegExp(`(?<![\\p{L}\\p{N}])(?:${sought})(?![\\p{L}\\p{N}])`, "giu");
    const texts = document.createTreeWalker(within, NodeFilter.SHOW_TEXT);
    while (texts.nextNode()) {
      const text = texts.currentNode;
      if (text.parentElement.closest("pre, svg, math, script, style, button, details, .headerlink")) continue;
      for (const { index: start, 0: { length } } of text.data.matchAll(pattern)) {
        const range = new Range();
        range.setStart(text, start);
        range.setEnd(text, start + length);
        yield range;
      }
    }
  }

  // Whoever comes from a result sees the words in the section to which it led, and a line that takes the marks away.
  function mark(words) {
    const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    const found = [...ranges(target?.closest("section, dl, .citation") || document.querySelector("article"), words)];
    if (!found.length || !window.Highlight) return;
    CSS.highlights.set("found", new Highlight(...found));
    const button = element("button", { type: "button" }, "Take the marks away");
    const line = element("p", { className: "marks" }, `Marked: ${words.join(", ")} `, button);
    const main = document.querySelector("main");
    main.append(line);
    main.classList.add("marked"); // only then does the browser ask each element for the look of its marks
    const forget = () => {
      CSS.highlights.delete("found");
      line.remove();
      setParameter("highlight", "");
    };
    button.addEventListener("click", forget);
    addEventListener("keydown", ({ key }) => key === "Escape" && line.isConnected && forget());
  }

  const words = (new URLSearchParams(location.search).get("highlight") || "").split(",");
  const sought = words.filter((it) => /[\p{L}\p{N}]/u.test(it));
  if (sought.length) mark(sought);
  document.querySelectorAll("form.bd-search").forEach(attach);
})();
