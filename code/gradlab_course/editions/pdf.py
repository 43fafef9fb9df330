"""Prints pages of the built site as PDFs, with the Chromium or Chrome of this machine."""

from __future__ import annotations

import os
import re
import shutil

ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
             "--disable-component-update", "--disable-sync"]  # fmt: skip
FONTS = "document.fonts.ready.then(() => null)"
UNFOLD = "document.querySelectorAll('details').forEach((box) => (box.open = true))"
BROWSERS = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable",
            "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
            "C:/Program Files/Google/Chrome/Application/chrome.exe"]  # fmt: skip
NODE = re.compile(rb"^(\d+) 0 obj\n<</Type /Pages\n(.*?)^endobj", re.M | re.S)
KIDS = re.compile(rb"/Kids \[(.*?)\]", re.S)
DESTINATION = re.compile(rb"/([^\s/\[]+) \[(\d+) 0 R /XYZ ")


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
            page.pdf(path=pdf, prefer_css_page_size=True, print_background=True, outline=True, tagged=True)
        browser.close()


def page_numbers(content: bytes) -> tuple[int, dict[str, int]]:
    """How many pages a PDF of Chromium's has, and id -> number of its page, for each place that a link in it leads to.

    content   of the file, whose objects Chromium writes as plain text; only pictures, fonts and pages are compressed

    Raises ValueError when it is not such a file.
    """
    nodes = {int(number): body for number, body in NODE.findall(content)}
    children = {number: [int(kid) for kid in KIDS.search(body)[1].split()[::3]] for number, body in nodes.items()}
    roots = nodes.keys() - {kid for kids in children.values() for kid in kids}
    if len(roots) != 1:
        raise ValueError("content must be a PDF that Chromium has printed")

    def leaves(number):
        return [leaf for kid in children[number] for leaf in leaves(kid)] if number in children else [number]

    order = {page: i for i, page in enumerate(leaves(*roots), 1)}
    places = {
        re.sub(rb"#(..)", lambda code: bytes([int(code[1], 16)]), name): int(page)
        for name, page in DESTINATION.findall(content)
    }
    return len(order), {name.decode(): order[page] for name, page in places.items() if page in order}
