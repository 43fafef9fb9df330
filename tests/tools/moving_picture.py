"""Make the picture that moves at the top of the README: a hand drags the start of three descents over the built page.

    PYTHONPATH=tests .venv/bin/python tests/tools/moving_picture.py

Needs the built site and Chromium. What it films is the second figure of the page *The playground*: nothing in the
picture is drawn here but the hand.
"""

from __future__ import annotations

import sys
from io import BytesIO
from math import cos, pi, sin

from browser import ARGUMENTS, SITE, find_browser
from PIL import Image
from playwright.sync_api import sync_playwright

from gradlab_course import ROOT

PICTURE = ROOT / "playground.gif"
PAGE = SITE / "chapters" / "playground.html"
FIGURE = "#figure-three-minima"
FRAMES, MILLISECONDS, AT_REST = 44, 90, 1500
COLOURS = 64  # those of the paths, the shades, and their mixtures at edges
HAND = """<svg xmlns="http://www.w3.org/2000/svg" id="hand" width="22" height="26" viewBox="0 0 22 26"
  style="position: fixed; z-index: 9; pointer-events: none">
  <path d="M2 1v19l5-4 3.5 8 3.5-1.500-3.500-8h6.500z" fill="#fff" stroke="#222" stroke-width="1.600"/></svg>"""


def journey(x, y, side):
    """Where the hand is in each frame, in pixels: once round a loop, slowly where it begins and ends.

    x, y   where the ring is
    side   of the plane
    """
    for k in range(FRAMES):
        turn = 2 * pi * k / FRAMES
        turn -= 0.6 * sin(turn)
        yield x + 0.3 * side * sin(turn), y - 0.27 * side * (1 - cos(turn))


def film(page):
    """Drag the ring of the figure round the loop; give a picture of plane, losses and rules at each place."""
    page.goto(PAGE.as_uri(), wait_until="load")
    figure = page.locator(FIGURE)
    page.add_style_tag(content=f"{FIGURE} .says {{ min-height: 9em }}")  # for its longest form: nothing is to jump
    figure.scroll_into_view_if_needed()
    plane, ring = (figure.locator(part).bounding_box() for part in (".plane", ".handle"))
    last = figure.locator(".rule").last.bounding_box()  # the rules stand beside the plane, and end below it
    seen = {"x": plane["x"], "y": plane["y"] - 4, "width": last["x"] + last["width"] - plane["x"]}
    seen["height"] = last["y"] + last["height"] - seen["y"]
    page.evaluate("(hand) => document.body.insertAdjacentHTML('beforeend', hand)", HAND)
    x, y = ring["x"] + ring["width"] / 2, ring["y"] + ring["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    for across, down in journey(x, y, plane["height"]):
        page.mouse.move(across, down)
        page.evaluate("([x, y]) => Object.assign(hand.style, { left: `${x}px`, top: `${y}px` })", [across, down])
        page.evaluate("new Promise(requestAnimationFrame)")
        yield Image.open(BytesIO(page.screenshot(clip=seen))).convert("RGB")
    page.mouse.up()


def main():
    """Film, and write the picture."""
    path = find_browser()
    if path is None or not PAGE.exists():
        sys.exit("No Chromium on this machine." if path is None else "There is no book yet: run `make book` first.")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        frames = list(film(browser.new_page(viewport={"width": 1280, "height": 900}, color_scheme="light")))
        browser.close()
    palette = frames[0].quantize(COLOURS)
    first, *others = [frame.quantize(palette=palette, dither=Image.Dither.NONE) for frame in frames]
    times = [AT_REST] + [MILLISECONDS] * len(others)
    first.save(PICTURE, save_all=True, append_images=others, duration=times, loop=0, optimize=True)
    print(f"{PICTURE.relative_to(ROOT)}: {PICTURE.stat().st_size / 1000:.0f} KB")


if __name__ == "__main__":
    main()
