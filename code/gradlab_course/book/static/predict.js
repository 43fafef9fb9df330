// A place for each prediction that a chapter asks for. It is kept in this browser, and shown again beside the result,
// where the page has <div data-prediction="2"></div> for the second one.
(() => {
  "use strict";
  const key = (number) => `prediction ${location.pathname} ${number}`;

  function stored(number) {
    try { return localStorage.getItem(key(number)) ?? ""; } catch { return ""; } // storage is refused: for this visit only
  }

  function tell(number, text) {
    for (const place of document.querySelectorAll(`[data-prediction="${number}"]`)) {
      place.textContent = text.trim() ? `You predicted: ${text.trim()}` : "";
    }
  }

  function ask(after, number) {
    const box = document.createElement("textarea");
    Object.assign(box, { rows: 1, value: stored(number), placeholder: "Your prediction (kept in this browser)" });
    box.className = "prediction";
    box.setAttribute("aria-label", `Your prediction ${number}`);
    box.addEventListener("input", () => {
      try { localStorage.setItem(key(number), box.value); } catch { /* see above */ }
      tell(number, box.value);
    });
    after.append(box);
    tell(number, box.value);
  }

  if (!document.querySelector("[data-prediction]")) return; // in exercises, what is predicted goes into a cell
  const questions = [...document.querySelectorAll(".bd-article p")]
    .filter((it) => /^Predict( first)?\.$/.test(it.firstElementChild?.textContent ?? "") && it.firstChild === it.firstElementChild)
    .flatMap((it) => (it.nextElementSibling?.matches("ol") ? [...it.nextElementSibling.children] : [it]));
  questions.forEach((it, i) => {
    // A browser looks for fields once the page is read, and lays out what is around them: in sections they come later.
    if (it.closest(".starting section section")) addEventListener("laidout", () => ask(it, i + 1));
    else ask(it, i + 1);
  });
})();
