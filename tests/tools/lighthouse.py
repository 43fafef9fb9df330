"""Measure the built site: Lighthouse's scores of the chapter, its weight file by file, the time of a slider move.

    make lighthouse

Needs Chromium, and Node 18 or newer with npx, which fetches Lighthouse 12 the first time. No test: machines differ.
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
from playwright.sync_api import sync_playwright

PAGE = "chapters/01_gradient_descent.html"
METRICS = ("first-contentful-paint", "largest-contentful-paint", "total-blocking-time", "cumulative-layout-shift")


def scores(url, form, browser):
    """Run Lighthouse once, as a desktop computer or as a phone; print the four scores and what they rest on."""
    command = ["npx", "--yes", "lighthouse@12", url, "--quiet", "--output=json", "--output-path=stdout"]
    command += [
        f"--chrome-flags=--headless {' '.join(ARGUMENTS)}",
        *(["--preset=desktop"] if form == "desktop" else []),
    ]
    done = subprocess.run(command, capture_output=True, text=True, env={**os.environ, "CHROME_PATH": browser})
    if done.returncode:
        sys.exit(f"Lighthouse failed:\n{done.stderr}")
    report = json.loads(done.stdout)
    print(
        form,
        *(f"{one['title'].lower()} {round(100 * one['score'])}" for one in report["categories"].values()),
        sep="  ",
    )
    print("   ", *(f"{name} {report['audits'][name]['displayValue']}" for name in METRICS), sep="  ")
    findings = [name for name, audit in report["audits"].items() if audit["score"] == 0]
    print("      not passed:", ", ".join(findings) or "none")


def in_browser(url, browser):
    """Print what the page weighs, and how long its sliders' handlers take."""
    with sync_playwright() as playwright:
        page = playwright.chromium.launch(executable_path=browser, args=ARGUMENTS).new_page()
        asked = []
        page.on("request", lambda request: asked.append(request.url))
        page.goto(f"{url}/{PAGE}", wait_until="networkidle")
        times = handler_times(page)
    files = {SITE / unquote(urlsplit(one).path)[1:] for one in asked if one.startswith(url)}
    weights = {path.relative_to(SITE).as_posix(): len(gzip.compress(path.read_bytes())) for path in files}
    for name, weight in sorted(weights.items(), key=lambda item: -item[1]):
        print(f"{weight / 1000:8.1f} KB  {name}")
    print(f"{sum(weights.values()) / 1000:8.1f} KB  gzipped, in all")
    late = quantiles(times, n=20)[-1]
    print(f"slider moves: {len(times)}, median {median(times):.2f} ms, 95th percentile {late:.2f} ms")


if __name__ == "__main__":
    found = find_browser()
    if found is None:
        sys.exit("No Chromium on this machine: install one, or set CHROME_PATH.")
    with serve() as address:
        in_browser(address, found)
        for kind in ("desktop", "mobile"):
            scores(f"{address}/{PAGE}", kind, found)
