"""Measure the built site: Lighthouse's scores of its pages, their weight, the time of a slider's move and of a drag.

    make lighthouse [PAGES="chapters/04_momentum chapters/playground"]

Of all chapters, the landing page, the playground and the page for what is missing, unless PAGES names others. Needs
Chromium, and Node 18 or newer with npx, which fetches Lighthouse 12 the first time. No test: machines differ.
"""

from __future__ import annotations

import gzip
import json
import os
import subprocess
import sys
from statistics import median, quantiles
from urllib.parse import unquote, urlsplit

from browser import ARGUMENTS, SITE, find_browser, handler_times, serve
from pages import CHAPTERS, THREE_RULES
from playwright.sync_api import sync_playwright

PLAYGROUND = "chapters/playground.html"
PAGES = ["chapters/index.html", *CHAPTERS, PLAYGROUND, "404.html"]
METRICS = {
    "first-contentful-paint": "first paint",
    "largest-contentful-paint": "largest",
    "total-blocking-time": "blocked",
    "cumulative-layout-shift": "shift",
}

DRAGS = """async (figure) => {
  const { playground } = figure, { run } = gradlabPlayground, handle = figure.querySelector(".handle");
  const moves = [], computing = [];
  for (let k = 0; k < 150; k++) {
    const key = k % 60 < 30 ? "ArrowRight" : "ArrowLeft", start = performance.now();
    handle.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }));
    const end = performance.now(), now = playground.situation;
    for (const { rule, hyper } of now.rules) run(playground.data, { ...now, rule, hyper });
    moves.push(end - start);
    computing.push(performance.now() - end);
    await new Promise(requestAnimationFrame);
  }
  return [moves.slice(20), computing.slice(20)];
}"""


def told(name, times):
    """Print the median and the 95th percentile of some times in milliseconds."""
    late = quantiles(times, n=20)[-1]
    print(f"  {name}: {len(times)}, median {median(times):.1f} ms, 95th percentile {late:.1f} ms")


def scores(url, form, browser):
    """Run Lighthouse once, as a desktop computer or as a phone; print the four scores and what they rest on."""
    command = ["npx", "--yes", "lighthouse@12", url, "--quiet", "--output=json", "--output-path=stdout"]
    command.append(f"--chrome-flags=--headless {' '.join(ARGUMENTS)}")
    if form == "desktop":
        command.append("--preset=desktop")
    done = subprocess.run(command, capture_output=True, text=True, env={**os.environ, "CHROME_PATH": browser})
    if done.returncode:
        sys.exit(f"Lighthouse failed:\n{done.stderr}")
    report = json.loads(done.stdout)
    found = ", ".join(f"{it['title'].lower()} {round(100 * it['score'])}" for it in report["categories"].values())
    rest = ", ".join(f"{words} {report['audits'][name]['displayValue']}" for name, words in METRICS.items())
    speed = report["environment"]["benchmarkIndex"]  # Lighthouse warns below 1000: the scores are then too low
    print(f"  {form:7} {found} ({rest}; the machine's index {speed:.0f})")
    failed = [name for name, audit in report["audits"].items() if audit["score"] == 0 and name not in METRICS]
    if failed:
        print(f"          not passed: {', '.join(failed)}")


def in_browser(page, root, name):
    """Print what a page weighs, and how long its handlers take."""
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{root}/{name}", wait_until="networkidle")
    sliders = handler_times(page)
    files = {SITE / unquote(urlsplit(one).path)[1:] for one in asked if one.startswith(root)}
    weights = {path.name: len(gzip.compress(path.read_bytes())) / 1000 for path in files}
    heaviest = sorted(weights, key=weights.get, reverse=True)[:3]
    most = ", ".join(f"{name} {weights[name]:.0f}" for name in heaviest)
    print(f"  {sum(weights.values()):.0f} KB gzipped, with all that it loads ({most})")
    if sliders:
        told("moves of sliders", sliders)
    if name == PLAYGROUND:
        figure = page.locator("figure.playground").first
        figure.evaluate(THREE_RULES)
        moves, computing = figure.evaluate(DRAGS)
        told("drags of three rules and 500 steps", moves)
        told("of it, the paths alone", computing)


def main(names):
    """Measure the pages of these names, without their endings; all pages where none is named."""
    browser = find_browser()
    if browser is None:
        sys.exit("No Chromium on this machine: install one, or set CHROME_PATH.")
    with serve() as root, sync_playwright() as playwright:
        for name in [f"{name}.html" for name in names] or PAGES:
            print(name, flush=True)
            window = playwright.chromium.launch(executable_path=browser, args=ARGUMENTS)
            in_browser(window.new_page(), root, name)
            window.close()
            for form in ("desktop", "mobile"):
                scores(f"{root}/{name}", form, browser)


if __name__ == "__main__":
    main(sys.argv[1:])
