// A page is laid out section by section, so that it answers in between. At first nothing is laid out of a section that is far
// from the window (see book.css); then this lays out one after another, and says at the end, by the event `laidout`, that all
// is in its place. If the reader asks for a place in the page before, all is laid out at once: where it is depends on what is
// above it.
(() => {
  "use strict";
  const root = document.documentElement;
  const sections = [...document.querySelectorAll(".starting .bd-article > section > section")], waiting = [...sections];

  function go() {
    const section = waiting.shift();
    if (!section) return finish();
    section.style.contentVisibility = "visible";
    section.getBoundingClientRect(); // now, and not with the painting: two short tasks are better than a long one
    setTimeout(go); // what the reader did meanwhile comes first
  }

  function finish() {
    if (!root.matches(".starting")) return;
    root.classList.remove("starting");
    for (const section of sections) section.style.removeProperty("content-visibility");
    waiting.length = 0;
    dispatchEvent(new Event("laidout"));
  }

  addEventListener("click", ({ target }) => target.closest("a[href]")?.hash && finish());
  document.fonts.ready.then(() => (root.matches(".starting") ? go() : dispatchEvent(new Event("laidout"))));
})();
