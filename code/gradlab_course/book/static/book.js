(() => {
  "use strict";
  const pause = () => new Promise((resume) => setTimeout(resume));

  // Typeset the equations a few at a time, those in sight first: the whole chapter in one go would freeze a phone for a
  // second. MathJax measures the font once, not before each equation, and the room that each will take is already left
  // free (sphinx_ext.reserve), so the text stays where it is.
  async function typeset() {
    await window.MathJax?.startup?.promise;
    if (!window.MathJax?.tex2chtml) return;
    const metrics = MathJax.getMetricsFor(document.querySelector(".bd-article"), true);
    const all = [...document.querySelectorAll(".math")];
    const far = all.map((node) => node.getBoundingClientRect()).map((box) => box.bottom < 0 || box.top > innerHeight);
    const waiting = [...all.filter((_, i) => !far[i]), ...all.filter((_, i) => far[i])];
    const portion = (until) => {
      do {
        const text = [...waiting.shift().childNodes].find((node) => node.nodeType === Node.TEXT_NODE && node.data.trim());
        const tex = text?.data.match(/^\s*\\([([])([^]*)\\[)\]]\s*$/);
        if (tex) text.replaceWith(MathJax.tex2chtml(tex[2], { ...metrics, display: tex[1] === "[" }));
      } while (waiting.length && performance.now() < until);
      MathJax.startup.document.clear().updateDocument(); // its stylesheet holds the glyphs met so far
    };
    addEventListener("beforeprint", () => waiting.length && portion(Infinity));
    for (; waiting.length; await pause()) portion(performance.now() + 8);
  }

  // An equation wider than its box scrolls in it: let the keyboard reach those that do, and only those.
  function reach() {
    for (const box of document.querySelectorAll('div.math, mjx-container[display="true"]')) {
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

  addEventListener("hashchange", unfold);
  addEventListener("keydown", close);
  addEventListener("click", close);
  addEventListener("resize", reach);
  unfold();
  typeset().then(reach);
})();
