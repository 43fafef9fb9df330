"""Slider figures on the pages of the book, as a reader moves them."""

from __future__ import annotations

import json
import re

import pytest
from pages import CHAPTER, CHAPTERS, PICTURES

CONTROLS = "input[type=range], input[type=checkbox], select"
PICTURE = "(figure) => figure.querySelector('svg').outerHTML"
CHANGED = "([figure, picture]) => figure.querySelector('svg').outerHTML !== picture"
RESTORED = CHANGED.replace("!==", "===")
STATES = "performance.getEntriesByType('resource').filter((it) => it.name.includes('/states/'))"


def press(control):
    """Move a control by the keyboard, and give the keys that bring it back."""
    kind = control.get_attribute("type") or "select"
    if kind == "checkbox":
        return " ", " "
    range_at, choice_at = "[Number(it.value), Number(it.max)]", "[it.selectedIndex, it.length - 1]"
    at, last = control.evaluate(f"(it) => it.type === 'range' ? {range_at} : {choice_at}")
    step = ("ArrowRight", "ArrowLeft") if kind == "range" else ("ArrowDown", "ArrowUp")
    return step if at < last else step[::-1]


def move_and_return(page, figure):
    """Move each control of a figure one step by the keyboard and back, and see what changes."""
    default = figure.evaluate(PICTURE)
    controls = figure.locator(CONTROLS).all()
    assert controls and len(controls) == figure.locator("output").count()
    for number, control in enumerate(controls):
        assert control.evaluate("(it) => it.labels.length && it.labels[0].textContent.trim()")
        output = figure.locator("output").nth(number)
        shown = output.inner_text()
        there, back = press(control)
        control.focus()
        page.keyboard.press(there)
        page.wait_for_function(CHANGED, arg=[figure.element_handle(), default])  # the first move unpacks the states
        assert output.inner_text() != shown
        page.keyboard.press(back)
        page.wait_for_function(RESTORED, arg=[figure.element_handle(), default])
        assert output.inner_text() == shown


def test_each_control_moves_its_picture(chapter):
    _, page = chapter
    figures = page.locator("figure.explore").all()
    assert len(figures) >= 4
    for figure in figures:
        move_and_return(page, figure)
    assert page.wrong == []


@pytest.mark.parametrize("name", CHAPTERS)
def test_states_are_found_in_the_file_system(visit, name):
    page = visit(name, "file")
    move_and_return(page, page.locator("figure.explore").first)
    assert page.wrong == []


def test_states_come_once_the_page_is_there(chapter):
    _, page = chapter
    page.wait_for_function(f"({STATES}).length")
    loaded = page.evaluate("performance.getEntriesByType('navigation')[0].loadEventEnd")
    assert all(asked >= loaded for asked in page.evaluate(f"{STATES}.map((it) => it.startTime)"))


# Go through all values of a slider, as a reader who drags it; give the labels that it should show and those it shows.
DRAGGED = """(slider) => {
  const output = document.querySelector(`output[for="${slider.id}"]`), before = slider.value, shown = [];
  const to = (value) => {
    slider.value = value;
    slider.dispatchEvent(new Event("input", { bubbles: true }));
    return Number(slider.value) === Number(value) && output.textContent;
  };
  const labels = JSON.parse(slider.dataset.labels);
  for (let value = Number(slider.min); value <= slider.max; value += Number(slider.step || 1)) shown.push(to(value));
  to(before);
  return [labels, shown];
}"""


def test_every_state_can_be_reached(chapter):
    _, page = chapter
    sliders = page.locator("figure.explore input[type=range]").all()
    for slider in sliders:
        labels, shown = slider.evaluate(DRAGGED)
        assert len(labels) > 1 and shown == labels
    keys, before = sliders[0], sliders[0].input_value()
    labels = json.loads(keys.get_attribute("data-labels"))
    keys.focus()
    page.keyboard.press("Home")
    shown = [keys.get_attribute("aria-valuetext")]
    for _ in labels[1:]:
        page.keyboard.press("ArrowRight")
        shown.append(keys.get_attribute("aria-valuetext"))
    assert shown == labels
    page.keyboard.press("Home")
    for _ in range(int(before)):
        page.keyboard.press("ArrowRight")
    assert page.wrong == []


def test_figures_have_a_text_alternative(chapter):
    _, page = chapter
    labels = page.locator("figure.explore > svg, figure.still > svg").evaluate_all(
        "(all) => all.map((it) => [it.getAttribute('role'), it.getAttribute('aria-label')])"
    )
    assert len(labels) >= 4
    for role, label in labels:
        assert role == "img"
        assert len(label) > 20


def test_pictures_without_scripts_and_on_paper(chapter, visit):
    name, page = chapter
    plain = visit(name, scripts=False).locator("figure.explore > svg").evaluate_all(PICTURES)
    page.emulate_media(media="print")
    on_paper = page.locator("figure.explore > svg").evaluate_all(PICTURES)
    page.emulate_media(media="screen")
    for pictures in (plain, on_paper):
        assert len(pictures) >= 4
        for width, height, drawn in pictures:
            assert width > 200 and height > 100 and drawn > 5


# --- what a figure can do besides ---

PHONE = 560  # pixels from the top of a picture to the foot of its controls, so that both are on the screen together
BOX = """(figure) => {
  const top = figure.querySelector("svg").getBoundingClientRect().top;
  return figure.querySelector("fieldset").getBoundingClientRect().bottom - top;
}"""
SMALL = """() => [...document.querySelectorAll("figure.explore :is(button, select, input[type=range])")]
  .filter((it) => it.checkVisibility() && it.getBoundingClientRect().height < 44).map((it) => it.outerHTML)"""
WIDE = """() => [...document.querySelectorAll("figure.explore .control > *")]
  .map((it) => [it, it.closest("figure")].map((one) => one.getBoundingClientRect().right))
  .filter(([right, limit]) => right > limit)"""
LETTERS = """(all) => all.flatMap((figure) => [...figure.querySelectorAll("svg text")]
  .filter((it) => it.textContent.trim() && !it.querySelector("tspan"))
  .map((it) => [parseFloat(getComputedStyle(it).fontSize), it.getScreenCTM()])
  .map(([size, { a, b }]) => size * Math.hypot(a, b)))"""


@pytest.mark.parametrize("name", CHAPTERS)
def test_on_a_phone_picture_and_controls_are_seen_together(visit, name):
    page = visit(name, width=390)
    page.set_viewport_size({"width": 390, "height": 600})
    for figure in page.locator("figure.explore").all():
        assert figure.evaluate(BOX) < PHONE, figure.get_attribute("id")
    assert page.evaluate(SMALL) == []
    page.set_viewport_size({"width": 320, "height": 600})
    assert page.evaluate(WIDE) == []


@pytest.mark.parametrize("width", [390, 1280])
def test_letters_of_all_figures_have_about_one_size(visit, width):
    sizes = visit(CHAPTER, width=width).locator("figure.explore").evaluate_all(LETTERS)
    assert len(sizes) > 20
    assert min(sizes) >= 12
    assert max(sizes) < 15


def test_figures_of_a_chapter_are_numbered_through_all_its_pages(site):
    numbers = {}
    for name in CHAPTERS:
        found = re.findall(
            r'class="number" href="#figure-[^"]+">Figure (\d+)\.(\d+)</a>', (site / name).read_text("utf-8")
        )
        chapter = int(re.match(r"chapters/(\d\d)_", name)[1])
        assert len(found) >= 2
        assert {int(first) for first, _ in found} == {chapter}
        numbers.setdefault(chapter, []).extend(int(second) for _, second in found)
    for counted in numbers.values():
        assert counted == list(range(1, len(counted) + 1))


STATE = """(figure) => [...figure.querySelectorAll("output")].map((it) => it.textContent)"""


def test_a_value_in_a_caption_sets_its_control_and_leaves_a_trace(visit):
    page = visit(CHAPTER)
    figure = page.locator("#figure-how-long-a-step")
    was = figure.evaluate("(it) => [...it.querySelectorAll('g.state')].map((layer) => layer.innerHTML)")
    assert figure.evaluate(STATE) == ["0.3"]
    figure.get_by_role("button", name="1.9", exact=True).click()
    page.wait_for_function(CHANGED, arg=[figure.element_handle(), ""])
    page.wait_for_function("(it) => it.querySelector('g.trace').childElementCount", arg=figure.element_handle())
    assert figure.evaluate(STATE) == ["1.9"]
    traces = figure.evaluate("(it) => [...it.querySelectorAll('g.trace > g')].map((part) => part.innerHTML)")
    assert traces
    assert all(any(part in layer for layer in was) for part in traces)
    figure.get_by_role("button", name="Reset").click()
    assert figure.evaluate(STATE) == ["0.3"]
    assert figure.locator("g.trace > g").count() == 0
    assert page.wrong == []


@pytest.mark.parametrize("scheme", ["http", "file"])
def test_a_state_has_an_address(visit, scheme):
    page = visit(CHAPTER, scheme)
    figure = page.locator("#figure-fitting-a-line")
    figure.get_by_role("button", name="0.67").click()
    state = figure.evaluate(STATE)
    assert state == ["0.67", "50"]
    figure.get_by_role("button", name="Copy link").click()
    page.wait_for_function("location.hash")
    address = page.url
    assert address.endswith("#figure-fitting-a-line?lr=0.67&step=50")
    other = page.context.new_page()
    other.goto(address)
    figure = other.locator("#figure-fitting-a-line")
    other.wait_for_function("(it) => it.querySelector('output').textContent === '0.67'", arg=figure.element_handle())
    assert figure.evaluate(STATE) == state
    assert figure.evaluate("(it) => it.getBoundingClientRect().top < innerHeight")
    other.goto(address.replace("lr=0.67", "lr=7&none=1").replace("step=50", "step=4"))  # what is no value is left out
    other.reload()
    figure = other.locator("#figure-fitting-a-line")
    other.wait_for_function("(it) => it.querySelectorAll('output')[1].textContent === '4'", arg=figure.element_handle())
    assert figure.evaluate(STATE) == ["0.2", "4"]
    assert page.wrong == []


def test_a_figure_plays_and_any_touch_stops_it(visit):
    page = visit(CHAPTER)
    figure = page.locator("#figure-nothing-moves-in-z")
    step, player = figure.locator("input[name=step]"), figure.locator("button.play")
    last = int(step.get_attribute("max"))
    step.focus()
    page.keyboard.press("End")
    page.keyboard.press("Space")  # from the end it begins anew
    assert player.inner_text() == "Pause"
    page.wait_for_function(f"(it) => it.value > 1 && it.value < {last}", arg=step.element_handle())
    figure.locator("svg").dispatch_event("pointerdown")
    assert player.inner_text() == "Play"
    at = step.input_value()
    page.wait_for_timeout(400)
    assert step.input_value() == at
    player.click()
    page.wait_for_function(f"(it) => it.value == {last}", arg=step.element_handle())
    assert player.inner_text() == "Play"
    page.keyboard.press("Home")
    page.emulate_media(reduced_motion="reduce")
    step.focus()
    page.keyboard.press("Home")
    player.click()
    assert int(step.input_value()) == last  # in one jump
    assert page.wrong == []


POINT = """([figure, x, y]) => {  // the place of a point of the plane on the screen
  const [[x0, y0, left, low], [x1, y1, right, high]] = JSON.parse(figure.dataset.plane);
  const across = left + (right - left) * (x - x0) / (x1 - x0), down = low + (high - low) * (y - y0) / (y1 - y0);
  const { x: sx, y: sy } = new DOMPoint(across, down).matrixTransform(figure.querySelector("g.panel").getScreenCTM());
  return [sx, sy];
}"""


@pytest.mark.parametrize("width", [390, 1280])
def test_a_pointer_sets_a_point_and_an_angle(visit, width):
    page = visit(CHAPTER, width=width)

    def go(name, x, y):
        figure = page.locator(name)
        figure.scroll_into_view_if_needed()
        return page.evaluate(POINT, [figure.element_handle(), x, y]), lambda: figure.evaluate(STATE)

    place, state = go("#figure-where-you-start", 2.4, -3.3)
    page.mouse.click(*place)
    assert state() == ["2.5", "−3.5"]
    place, state = go("#figure-which-way-is-down", 1.0, 3.9)  # straight above the tail at (1, 1)
    page.mouse.move(*place)
    page.mouse.down()
    assert state() == ["90"]
    (place, _) = go("#figure-which-way-is-down", 3.0, -1.0)
    page.mouse.move(*place)
    page.mouse.up()
    assert state() in (["−40"], ["−50"])
    assert page.wrong == []


AT = "document.activeElement.closest('figure.explore')?.id"


def tabs(page, words):
    """Press Tab until something with these words has the focus; give how often."""
    for pressed in range(1, 30):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.textContent").strip() == words:
            return pressed
    raise AssertionError(f"no {words}")


@pytest.mark.parametrize("name", CHAPTERS)
def test_the_keyboard_goes_from_figure_to_figure(visit, name):
    page = visit(name)
    figures = [it.get_attribute("id") for it in page.locator("figure.explore").all()]
    assert tabs(page, "Skip to the first figure") == 2
    for i, figure in enumerate(figures):
        page.keyboard.press("Enter")
        assert page.evaluate(AT) == figure
        control = page.locator(f"#{figure} :is(input, select)").first
        assert control.evaluate("(it) => it === document.activeElement")
        assert page.locator(f"#{figure} > svg").evaluate("(it) => it.getBoundingClientRect().bottom > 100")
        if i + 1 < len(figures):
            controls = page.locator(f"#{figure} :is(input, select, button.play)").count()
            assert tabs(page, "Skip to the next figure") == controls
    assert page.locator(f"#{figures[-1]} a.skip").count() == 0
    assert page.wrong == []
