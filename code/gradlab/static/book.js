(() => {
  "use strict";

  // An equation wider than its box scrolls in it: let the keyboard reach those that do, and only those.
  const reach = () => {
    for (const box of document.querySelectorAll('div.math, mjx-container[display="true"]')) {
      if (box.scrollWidth > box.clientWidth) box.tabIndex = 0;
      else box.removeAttribute("tabindex");
    }
  };
  addEventListener("load", async () => {
    await window.MathJax?.startup?.promise;
    reach();
    addEventListener("resize", reach);
  });

  // A menu closes at Escape, and when the reader goes on elsewhere.
  const close = (event) => {
    for (const menu of document.querySelectorAll("details.menu[open]")) {
      if (event.key === "Escape") menu.querySelector("summary").focus();
      else if (event.type === "keydown" || menu.contains(event.target)) continue;
      menu.open = false;
    }
  };
  addEventListener("keydown", close);
  addEventListener("click", close);
})();
