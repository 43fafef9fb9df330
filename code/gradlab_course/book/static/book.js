(() => {
  "use strict";
  // What is wider than its box scrolls in it: let the keyboard reach these boxes, and only these. Of code that is far from
  // the window nothing is laid out; it is measured when it comes near.
  const CODE = "pre, .cell_output > .output, .pst-scrollable-table-container", FORMULAS = "div.formula, dl.formulas dd";
  function reach(boxes) {
    const scrolls = (it) => it.scrollWidth > it.clientWidth || (it.scrollHeight > it.clientHeight && it.matches(CODE));
    const wide = new Set(boxes.filter(scrolls)); // all are measured before one is changed: the page is laid out once
    for (const box of boxes) {
      if (wide.has(box)) box.tabIndex = 0;
      else box.removeAttribute("tabindex");
    }
  }
  const reachAll = () => reach([...document.querySelectorAll(`${CODE}, ${FORMULAS}`)]);

  // A menu closes at Escape, and when the reader goes on elsewhere.
  function close(event) {
    for (const menu of document.querySelectorAll("details.menu[open]")) {
      if (event.key === "Escape") menu.querySelector("summary").focus();
      else if (event.type === "keydown" || menu.contains(event.target)) continue;
      menu.open = false;
    }
  }

  // A link into a folded box opens it: a browser may leave that to us.
  function unfold() {
    document.getElementById(location.hash.slice(1))?.closest("details")?.setAttribute("open", "");
  }

  // Where the reader is: the section's name and a line in the bar of a narrow window, the entry of the contents in view.
  function follow() {
    const sections = [...document.querySelectorAll(".bd-article section > h2")].map((it) => it.parentElement);
    const bar = document.querySelector(".bd-header-article .header-article-items__start");
    if (!bar || sections.length < 3) return;
    const name = bar.appendChild(document.createElement("span"));
    const line = document.querySelector(".bd-header-article").appendChild(document.createElement("div"));
    name.className = "here";
    line.className = "read";
    let shown, asked;

    function look() {
      asked = undefined;
      line.style.width = `${100 * Math.min(1, scrollY / (document.documentElement.scrollHeight - innerHeight))}%`;
      const here = sections.findLast((it) => it.getBoundingClientRect().top < innerHeight / 3);
      if (here === shown) return;
      shown = here;
      const entry = here && document.querySelector(`.page-toc a[href="#${CSS.escape(here.id)}"]`);
      name.textContent = here ? here.querySelector("h2").innerText.replace(/#$/, "").trim() : "";
      document.querySelectorAll(".page-toc [aria-current]").forEach((it) => it.removeAttribute("aria-current"));
      if (!entry) return;
      entry.setAttribute("aria-current", "location");
      const box = entry.closest(".bd-sidebar-secondary") ?? entry.closest(".sidebar-secondary-items");
      if (box) box.scrollTop += entry.getBoundingClientRect().top - box.getBoundingClientRect().top - box.clientHeight / 2;
    }

    const soon = () => (asked ??= requestAnimationFrame(look)); // when the page is laid out anyway
    addEventListener("scroll", soon, { passive: true });
    soon();
  }

  // Search is loaded when somebody goes to a field of it, or comes from a result: its address has words to mark.
  let script;
  function search() {
    if (script) return;
    const { script: src } = document.getElementById("pst-search-dialog").dataset;
    script = Object.assign(document.createElement("script"), { src });
    document.head.append(script);
  }
  addEventListener("focusin", (event) => event.target.closest("form.bd-search") && search());
  if (document.querySelector("main form.bd-search") || new URLSearchParams(location.search).has("highlight")) search();

  // On paper: the book, where it is, and when it was printed. Only scripts know the latter two.
  const foot = document.head.appendChild(document.createElement("style"));
  addEventListener("beforeprint", () => {
    const address = location.protocol === "file:" ? "" : location.origin + location.pathname;
    const date = new Date().toLocaleDateString("en-GB", { day: "numeric", month: "long", year: "numeric" });
    const words = [document.title, address, date].filter(Boolean).join(" · ");
    foot.textContent = `@page { @bottom-left { content: ${JSON.stringify(words)}; font: 8pt sans-serif; color: #555; } }`;
  });

  addEventListener("hashchange", unfold);
  addEventListener("keydown", close);
  addEventListener("click", close);
  addEventListener("laidout", reachAll);
  addEventListener("resize", reachAll);
  addEventListener("toggle", reachAll, true); // what was folded up can be measured now
  addEventListener("contentvisibilityautostatechange", ({ target, skipped }) => {
    if (!skipped && target.matches(CODE)) reach([target]);
  }, true);
  unfold();
  follow();
})();
