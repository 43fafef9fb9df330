(() => {
  "use strict";
  // An equation wider than its box scrolls in it: let the keyboard reach those that do, and only those.
  function reach() {
    for (const box of document.querySelectorAll("div.formula, dl.formulas dd")) {
      if (box.scrollWidth > box.clientWidth) box.tabIndex = 0;
      else box.removeAttribute("tabindex");
    }
  }

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

  addEventListener("hashchange", unfold);
  addEventListener("keydown", close);
  addEventListener("click", close);
  addEventListener("resize", reach);
  unfold();
  document.fonts.ready.then(reach);
})();
