// Search, loaded when somebody is about to use it: suggestions while one types, the page of results, marks of what was found.
// The index, `bookIndex`, is made by search.py; MiniSearch finds and ranks.
(() => {
  "use strict";
  const root = document.documentElement.dataset.content_root;
  const dialog = document.getElementById("pst-search-dialog");
  const FEW = 6, MANY = 30, EXCERPT = 190, MARKS = 8;
  const STOP = new Set(
    ("a an and are as at be by can do does for from get has have how i if in into is it its me my of on or s so than that the " +
      "then there this to was we what when where which why will with you your").split(" "),
  );

  // What explains comes before what lists or repeats: the chapters' sections first; then the reference, its helpers last.
  const WEIGHT = { section: 1.2, page: 1, member: 0.8, source: 0.4 };
  const REPEATS = /^(Summary|Further reading|Common mistakes)/;
  function weight({ kind, page, title, number = "" }) {
    const parts = number.split(".").length; // 1.4.1 has three
    return WEIGHT[kind] * (number ? 1.3 - 0.1 * parts ** 2 / 4 : 1) * (REPEATS.test(title) ? 0.7 : 1) * (bookIndex.pages[page][1].includes("/_") ? 0.4 : 1);
  }

  // --- words ---------------------------------------------------------------------------------------------------

  // What endings and American spelling hide: "diverging" and "diverges" are one word, "optimizer" and "optimiser" too.
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
  const partsOf = (name) => name.match(/\p{Lu}?[^\p{Lu}_]+|\p{Lu}+/gu) || []; // of one_cycle, ReduceOnPlateau

  // The words of a text; after a name with several parts, these too.
  function wordsOf(text) {
    const found = text.match(/[\p{L}\p{N}\p{M}_]+/gu) || [];
    return found.flatMap((it) => (/_|\p{Ll}\p{Lu}/u.test(it) ? [it, ...partsOf(it)] : [it])).map(plain);
  }

  // Some words, and a sign `=3` for each that the third row of synonyms has: [{ term, from, to }, …].
  function termsOf(words) {
    const all = words.map(stem), found = [];
    for (let from = 0; from < all.length; ) {
      const same = synonyms.get(all[from])?.find(({ phrase }) => phrase.every((it, i) => it === all[from + i]));
      const to = from + (same ? same.phrase.length : 1);
      found.push({ term: same && `=${same.row}`, from, to, stems: all.slice(from, to) });
      from = to;
    }
    return found;
  }

  // Whether one letter more, less or different, or two in the other order, make one word the other.
  function isNear(a, b) {
    if (a.length > b.length) return isNear(b, a);
    let i = 0;
    while (i < a.length && a[i] === b[i]) i++;
    if (a.length < b.length) return b.length === a.length + 1 && a.slice(i) === b.slice(i + 1);
    const swapped = a[i] === b[i + 1] && a[i + 1] === b[i] && a.slice(i + 2) === b.slice(i + 2);
    return swapped || a.slice(i + 1) === b.slice(i + 1);
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
    const rows = bookIndex.synonyms.flatMap((row, i) => row.map((words) => ({ row: i, phrase: wordsOf(words).map(stem) })));
    rows.sort((a, b) => b.phrase.length - a.phrase.length); // the longest first: "chain rule" before "chain"
    synonyms = new Map();
    for (const row of rows) synonyms.set(row.phrase[0], [...(synonyms.get(row.phrase[0]) || []), row]);
    vocabulary = new Set();
    index = new MiniSearch({
      fields: ["title", "page", "terms", "text"],
      tokenize: (text) => {
        const words = wordsOf(text);
        words.forEach((word) => vocabulary.add(word));
        return termsOf(words).flatMap(({ term, stems }) => (term ? [term, ...stems] : stems));
      },
      processTerm: (term) => (STOP.has(term) ? null : term),
      searchOptions: {
        boost: { title: 4, terms: 4, page: 1.5 },
        boostDocument: (id) => weight(bookIndex.places[id]),
        bm25: { k: 1.2, b: 0.4, d: 0.5 }, // that a section is long says little against it
        prefix: (term) => term.length > 1 && term[0] !== "=",
        weights: { prefix: 0.3 },
        tokenize: (term) => [term],
        combineWith: "AND",
      },
    });
    index.addAll(
      bookIndex.places.map(({ page, title, terms, text, kind }, id) => ({
        id, terms, text, title, page: kind === "page" ? "" : bookIndex.pages[page][0],
      })),
    );
  }

  // --- finding -------------------------------------------------------------------------------------------------

  // What to look for: of each word itself, what means the same, and if nobody has heard of it, what it is an edit from.
  function look(text) {
    const written = text.match(/[\p{L}\p{N}\p{M}_]+/gu) || [];
    const words = written.flatMap((it) => (vocabulary.has(plain(it)) ? it : partsOf(it))).map(plain);
    const instead = [];
    const known = [...vocabulary];
    const meant = words.map((word) => {
      if (word.length < 4 || STOP.has(word) || known.some((it) => it.startsWith(word) || stem(it) === stem(word))) return word;
      const near = known.filter((it) => it.length > 3 && isNear(word, it));
      const best = near.sort((a, b) => count(b) - count(a))[0];
      if (best) instead.push([word, best]);
      return best || word;
    });
    const wanted = termsOf(meant).filter(({ term, stems }) => term || !STOP.has(stems[0]));
    const queries = wanted.map(({ term, stems }) =>
      term ? { combineWith: "OR", queries: stems.length > 1 ? [term] : [term, ...stems] } : stems[0],
    );
    return { queries, instead, title: meant.map(stem).join(" ") };
  }

  const count = (word) => index.search(stem(word), { prefix: false }).length;

  function find(text) {
    const { queries, instead, title } = look(text);
    if (!queries.length) return { found: [], instead };
    let found = index.search({ combineWith: "AND", queries });
    const all = found.length > 0;
    if (!all) found = index.search({ combineWith: "OR", queries });
    const named = ({ id }) => wordsOf(bookIndex.places[id].title).map(stem).join(" ") === title;
    return { found: [...found.filter(named), ...found.filter((it) => !named(it))], instead, all };
  }

  // --- showing -------------------------------------------------------------------------------------------------

  // A text in pieces: [[words, whether they were found], …].
  function pieces(text, terms) {
    const spots = [...text.matchAll(/[\p{L}\p{N}\p{M}]+/gu)];
    const cut = [];
    let at = 0;
    for (const { term, from, to, stems } of termsOf(spots.map(([word]) => plain(word)))) {
      if (!terms.has(term) && !stems.some((it) => terms.has(it) && !STOP.has(it))) continue;
      const [start, end] = [spots[from].index, spots[to - 1].index + spots[to - 1][0].length];
      cut.push([text.slice(at, start), false], [text.slice(start, end), true]);
      at = end;
    }
    return [...cut, [text.slice(at), false]];
  }

  // The sentence that says most of what was looked for.
  function excerpt(text, terms) {
    const sentences = text.split(/\n|(?<=[.!?:]\)?)\s+(?=[\p{Lu}(])/u);
    const says = sentences.map((it) => new Set(pieces(it, terms).flatMap(([words, found]) => (found ? words.toLowerCase() : []))).size);
    const best = says.indexOf(Math.max(...says));
    let shown = sentences[best] || "";
    for (let next = best + 1; shown.length < EXCERPT / 2 && next < sentences.length; next++) shown += ` ${sentences[next]}`;
    if (shown.length <= EXCERPT) return shown;
    const first = pieces(shown, terms)[0][0].length;
    const start = first < EXCERPT / 2 ? 0 : shown.lastIndexOf(" ", first - EXCERPT / 3) + 1;
    const end = shown.lastIndexOf(" ", start + EXCERPT);
    return (start ? "… " : "") + shown.slice(start, end > start ? end : undefined) + (end > start && end < shown.length ? " …" : "");
  }

  function element(name, className, ...inside) {
    const it = Object.assign(document.createElement(name), className ? { className } : {});
    it.append(...inside);
    return it;
  }

  const withMarks = (text, terms) => pieces(text, terms).map(([words, found]) => (found ? element("mark", "", words) : words));

  function entry({ id, terms }) {
    const { page, anchor, title, number, kind, text = "" } = bookIndex.places[id];
    const [name, address] = bookIndex.pages[page];
    const wanted = new Set(terms);
    const words = pieces(`${title}\n${text}`, wanted).flatMap(([it, found]) => (found ? it.toLowerCase() : []));
    const marks = new URLSearchParams({ highlight: [...new Set(words)].slice(0, MARKS).join(",") });
    const link = element("a", "");
    link.href = `${root}${address}${words.length ? `?${marks}` : ""}${anchor ? `#${anchor}` : ""}`;
    if (number) link.append(element("span", "section-number", `${number} `));
    link.append(kind === "member" ? element("code", "", title) : title);
    const item = element("li", "", link);
    if (kind !== "page") item.append(" ", element("span", "where", name));
    if (text) item.append(element("p", "", ...withMarks(excerpt(text, wanted), wanted)));
    return item;
  }

  function links(list, address) {
    return element("ul", "elsewhere", ...list.map(([words, where]) => {
      const link = element("a", "", words);
      link.href = address(where);
      return element("li", "", link);
    }));
  }

  function show(text, box, few) {
    const { found, instead, all } = find(text);
    const shown = found.slice(0, few ? FEW : MANY);
    let says = `${found.length} ${found.length === 1 ? "place" : "places"}`;
    if (shown.length < found.length) says = `The best ${shown.length} of ${says}`;
    if (!all) says = `No place has all of these words. ${says} with some of them`;
    if (instead.length) says = `${instead.map(([word, better]) => `“${better}” instead of “${word}”`).join(", ")}: ${says}`;
    const status = box.querySelector("p");
    box.querySelectorAll(":scope > :not(p)").forEach((it) => it.remove());
    status.textContent = "";
    if (!text.trim()) return;
    if (!shown.length) {
      status.textContent = `Nothing found for “${text.trim()}”. These may help:`;
      box.append(links(bookIndex.elsewhere, (where) => root + where));
      return;
    }
    status.textContent = `${says}.`;
    box.append(element("ol", "", ...shown.map(entry)));
    if (few && shown.length < found.length) {
      const more = element("a", "more", `All ${found.length} places`);
      more.href = `${dialog.querySelector("form").action.split("#")[0]}?${new URLSearchParams({ q: text })}`;
      box.append(more);
    }
  }

  function attach(form) {
    const input = form.querySelector("input"), few = dialog.contains(form);
    const box = element("div", "found", Object.assign(element("p", ""), { role: "status" }));
    form.after(box);
    const update = async () => {
      await load();
      show(input.value, box, few);
    };
    input.addEventListener("input", () => {
      update();
      if (few) return;
      const address = new URL(location);
      address.searchParams.set("q", input.value);
      history.replaceState(null, "", address);
    });
    if (!few) {
      form.addEventListener("submit", (event) => event.preventDefault()); // all is there already
      input.value = new URLSearchParams(location.search).get("q") || "";
      input.focus();
    }
    form.parentElement.addEventListener("keydown", (event) => {
      const stops = [input, ...box.querySelectorAll("a")];
      const at = stops.indexOf(document.activeElement) + { ArrowDown: 1, ArrowUp: -1 }[event.key];
      if (!stops[at] || event.altKey || event.ctrlKey || event.metaKey) return;
      event.preventDefault();
      stops[at].focus();
    });
    box.addEventListener("click", (event) => few && event.target.closest("a") && dialog.close());
    if (input.value) update();
    else load();
  }

  // --- marks ---------------------------------------------------------------------------------------------------

  // Whoever comes from a result sees the words there, and a line that takes the marks away.
  function mark(words) {
    const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    const where = target?.closest("section, dl") || document.querySelector("article");
    const sought = words.map((it) => it.replace(/[^\p{L}\p{N}\p{M}]+/gu, "[^\\p{L}\\p{N}]+")).filter(Boolean);
    if (!sought.length || !where || !window.Highlight) return;
    const one = new RegExp(`(?<![\\p{L}\\p{N}])(?:${sought.join("|")})(?![\\p{L}\\p{N}])`, "giu");
    const ranges = [];
    const texts = document.createTreeWalker(where, NodeFilter.SHOW_TEXT);
    while (texts.nextNode()) {
      const text = texts.currentNode;
      if (text.parentElement.closest("pre, svg, math, script, style, button, details, .headerlink")) continue;
      for (const { index: start, 0: match } of text.data.matchAll(one)) {
        const range = new Range();
        range.setStart(text, start);
        range.setEnd(text, start + match.length);
        ranges.push(range);
      }
    }
    if (!ranges.length) return;
    CSS.highlights.set("found", new Highlight(...ranges));
    const button = Object.assign(element("button", "", "Take the marks away"), { type: "button" });
    const line = element("div", "marks", `Marked: ${words.join(", ")} `, button);
    const away = () => {
      CSS.highlights.delete("found");
      line.remove();
      const address = new URL(location);
      address.searchParams.delete("highlight");
      history.replaceState(null, "", address);
    };
    button.addEventListener("click", away);
    document.querySelector("main").append(line);
  }

  const marked = new URLSearchParams(location.search).get("highlight");
  if (marked) mark(marked.split(","));
  document.querySelectorAll("form.bd-search").forEach(attach);
})();
