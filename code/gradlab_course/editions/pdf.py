"""Prints pages of the built site as PDFs, with the Chromium or Chrome of this machine."""

from __future__ import annotations

import os
import shutil

ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
             "--disable-component-update", "--disable-sync"]  # fmt: skip
FONTS = "document.fonts.ready.then(() => null)"
UNFOLD = "document.querySelectorAll('details').forEach((box) => (box.open = true))"
BROWSERS = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable",
            "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
            "C:/Program Files/Google/Chrome/Application/chrome.exe"]  # fmt: skip
MARGIN = dict.fromkeys(("top", "right", "bottom", "left"), "16mm")


def find_browser() -> str | None:
    """The path of a Chromium or Chrome on this machine; CHROME_PATH, if set, is tried first."""
    names = [os.environ.get("CHROME_PATH", ""), *BROWSERS]
    return next((path for path in map(shutil.which, filter(None, names)) if path), None)


def print_pages(pages):
    """Print pages, with all folded parts open.

    pages   path of an HTML file -> path of its PDF

    Raises ValueError when this machine has no browser.
    """
    browser_path = find_browser()
    if browser_path is None:
        raise ValueError("no browser on this machine: install Chromium, or set CHROME_PATH")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=browser_path, args=ARGUMENTS)
        page = browser.new_page(color_scheme="light")
        for html, pdf in pages.items():
            page.goto(html.resolve().as_uri(), wait_until="load")
            page.evaluate(FONTS)  # wait until the font of the formulas is there
            page.evaluate(UNFOLD)
            page.pdf(path=pdf, format="A4", margin=MARGIN, print_background=True, outline=True, tagged=True)
        browser.close()
