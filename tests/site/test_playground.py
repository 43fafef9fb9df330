"""The playground in the built pages, as a reader drags, turns, copies and links; and what a hostile address can do."""

from __future__ import annotations

import gzip
import json
import math
import re
from urllib.parse import quote

import numpy as np
import pytest
from pages import THREE_RULES, faults

from gradlab.playground import data, picture

PAGE = "chapters/playground.html"
LANDING = "chapters/index.html"
MAIN = "#figure-playground"
ALIVE = "document.querySelectorAll('figure.playground.alive').length"
SITUATION = "(figure) => figure.playground.situation"
PATHS = """(figure) => figure.playground.runs.map(({ path, losses }) => [[...path], [...losses]])"""
PLACE = """([figure, x, y]) => {  // where a point of the plane is on the screen
  const svg = figure.querySelector("svg.plane"), { drawing } = window.gradlabPlayground;
  const { across, down } = drawing.scales(figure.playground.data.surfaces[figure.playground.situation.surface]);
  const at = new DOMPoint(across(x), down(y)).matrixTransform(svg.getScreenCTM());
  return [at.x, at.y];
}"""


def opened(visit, name=PAGE, figure=MAIN, **how):
    """A page whose playgrounds are alive, and one of them."""
    page = visit(name, **how)
    page.wait_for_function(ALIVE)
    return page, page.locator(figure)


def situation(figure):
    return figure.evaluate(SITUATION)


def place(page, figure, x, y):
    return page.evaluate(PLACE, [figure.element_handle(), x, y])


def go(page, fragment):
    """Go to an address of the page."""
    page.evaluate("(hash) => { location.hash = hash; }", fragment)
    page.wait_for_timeout(50)


# --- the start is dragged -----------------------------------------------------------------------------------------


def test_a_mouse_drags_the_start(visit):
    page, figure = opened(visit)
    before = situation(figure)["start"]
    page.mouse.move(*place(page, figure, *before))
    page.mouse.down()
    page.mouse.move(*place(page, figure, 0.0, 0.5), steps=5)
    page.mouse.move(*place(page, figure, 0.5, 0.5), steps=5)
    page.mouse.up()
    np.testing.assert_allclose(situation(figure)["start"], [0.5, 0.5], atol=0.03)
    page.mouse.move(*place(page, figure, -1.0, 2.0))  # it was let go
    np.testing.assert_allclose(situation(figure)["start"], [0.5, 0.5], atol=0.03)
    page.mouse.click(*place(page, figure, -1.0, 2.0))
    np.testing.assert_allclose(situation(figure)["start"], [-1.0, 2.0], atol=0.03)
    assert page.locator(f"{MAIN} .handle").get_attribute("aria-label").startswith("Start: x −")
    page.mouse.move(*place(page, figure, -1.0, 2.0))
    page.mouse.down()
    page.mouse.move(2, 2, steps=3)  # far outside: it stays in the picture
    page.mouse.up()
    (x0, _), (_, y1) = data()["surfaces"]["rosenbrock"]["frame"]
    assert situation(figure)["start"] == [x0, y1]
    assert page.wrong == []


def test_a_finger_drags_the_start_and_scrolls_elsewhere(chromium, addresses):
    context = chromium.new_context(viewport={"width": 390, "height": 800}, has_touch=True, is_mobile=True)
    page = context.new_page()
    page.goto(f"{addresses['http']}/{PAGE}")
    page.wait_for_function(ALIVE)
    figure = page.locator(MAIN)
    figure.scroll_into_view_if_needed()
    x, y = place(page, figure, *situation(figure)["start"])
    touch = context.new_cdp_session(page)

    def finger(kind, *at):
        points = [{"x": at[0], "y": at[1]}] if at else []
        touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    was, scrolled = situation(figure)["start"], page.evaluate("scrollY")
    finger("touchStart", x, y)
    for k in range(1, 9):
        finger("touchMove", x + 10 * k, y + 8 * k)
    finger("touchEnd")
    now = situation(figure)["start"]
    assert now[0] > was[0] + 0.5 and now[1] < was[1] - 0.3
    assert page.evaluate("scrollY") == scrolled
    x, y = place(page, figure, 1.0, 2.0)
    page.touchscreen.tap(x, y)
    page.wait_for_function("(it) => it.playground.situation.start[0] > 0.9", arg=figure.element_handle())
    np.testing.assert_allclose(situation(figure)["start"], [1.0, 2.0], atol=0.05)
    finger("touchStart", *place(page, figure, -1.0, 0.5))  # in the picture, but not on the ring
    x, y = place(page, figure, -1.0, 0.5)
    for k in range(1, 9):
        finger("touchMove", x, y - 20 * k)
    finger("touchEnd")
    np.testing.assert_allclose(situation(figure)["start"], [1.0, 2.0], atol=0.05)
    context.close()


def test_the_keyboard_alone_is_enough(visit):
    page, figure = opened(visit)
    handle = figure.locator(".handle")
    handle.focus()
    page.keyboard.press("ArrowRight")
    assert situation(figure)["start"] == pytest.approx([-1.46, 2.0])
    page.keyboard.press("Shift+ArrowDown")
    assert situation(figure)["start"] == pytest.approx([-1.46, 1.6])
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "play"
    reached = set()
    for _ in range(40):
        page.keyboard.press("Tab")
        at = page.evaluate("document.activeElement.closest('figure.playground')?.id + ' ' + document.activeElement.id")
        if not at.startswith("figure-playground "):
            break
        reached.add(at.split()[-1])
    wanted = figure.locator("input, select").evaluate_all("(all) => all.map((it) => it.id)")
    assert {*wanted} <= reached | {""}
    assert page.wrong == []


# --- what is turned -----------------------------------------------------------------------------------------------

DRAWN = "(figure) => [...figure.querySelectorAll('.views svg')].map((it) => it.innerHTML).join('')"
LABELS = """(figure) => [...figure.querySelectorAll("input, select")].map((it) =>
  [it.id, it.labels.length === 1 && it.labels[0].textContent.trim(),
   figure.querySelector(`output[for="${it.id}"]`)?.textContent])"""


def test_every_control_is_labelled_and_its_first_move_changes_the_picture(visit):
    page, figure = opened(visit)
    go(page, "figure-playground?noise=1&rule=adam:lr=0.1,schedule=cosine&rule=momentum:lr=0.0005&steps=150")
    for name, label, output in figure.evaluate(LABELS):
        assert label and output, name
    for name in figure.locator("input[type=range]").evaluate_all("(all) => all.map((it) => it.id)"):
        control = page.locator(f"#{name}")
        before, output = figure.evaluate(DRAWN), page.locator(f"output[for='{name}']").inner_text()
        control.focus()
        page.keyboard.press("ArrowLeft" if control.evaluate("(it) => it.value === it.max") else "ArrowRight")
        if not name.endswith(("-eps", "-schedule-lr_min")):  # an eps of 1e-8 changes nothing that can be seen
            assert figure.evaluate(DRAWN) != before, name
        assert page.locator(f"output[for='{name}']").inner_text() != output, name
    assert page.wrong == []


def test_rules_come_and_go_and_surfaces_change(visit):
    page, figure = opened(visit)
    count = figure.locator("fieldset.rule").count
    assert count() == 3
    assert figure.get_by_role("button", name="Add a rule").is_disabled()
    figure.get_by_role("button", name=re.compile("Remove rule 2")).click()
    assert count() == 2
    figure.get_by_role("button", name="Add a rule").click()
    assert count() == 3
    assert page.evaluate("document.activeElement.id") == "figure-playground-3-rule"
    page.locator("#figure-playground-3-rule").select_option("lion")
    assert [one["rule"] for one in situation(figure)["rules"]] == ["sgd", "adam", "lion"]
    figure.get_by_label("surface").select_option("himmelblau")
    assert situation(figure)["start"] == data()["surfaces"]["himmelblau"]["start"]
    assert page.locator("#figure-playground-1-rule").locator("option[value=muon]").is_disabled()
    figure.get_by_label("surface").select_option("correlated_inputs")
    assert figure.locator(".handle").count() == 2
    page.locator("#figure-playground-1-rule").select_option("muon")
    figure.get_by_label("surface").select_option("rosenbrock")
    assert "muon" not in [one["rule"] for one in situation(figure)["rules"]]
    figure.get_by_role("button", name="Reset").click()
    assert situation(figure)["rules"][0]["hyper"] == {"lr": 0.0019}
    assert page.wrong == []


def test_it_plays_pauses_and_steps(visit):
    page, figure = opened(visit)
    play = figure.locator("button.play")
    play.click()
    assert play.inner_text() == "Pause"
    page.wait_for_function("(it) => it.playground.situation.step > 3", arg=figure.element_handle())
    play.click()
    at = situation(figure)["step"]
    assert 3 < at < 200
    page.wait_for_timeout(200)
    assert situation(figure)["step"] == at
    figure.get_by_role("button", name="On one step").click()
    assert situation(figure)["step"] == at + 1
    figure.get_by_role("button", name="Back one step").click()
    assert situation(figure)["step"] == at
    assert figure.locator("path.downhill").count() == 3
    assert figure.locator("path.ahead").count() == 3
    assert page.wrong == []


def test_with_reduced_motion_playing_is_one_jump(visit):
    page, figure = opened(visit)
    page.emulate_media(reduced_motion="reduce")
    go(page, "figure-playground?step=5")
    figure.locator("button.play").click()
    assert situation(figure)["step"] == 200
    assert figure.locator("button.play").inner_text() == "Play"
    assert figure.locator(".ring").evaluate("(it) => getComputedStyle(it).transitionDuration") in ("0s", "0s, 0s")


def test_what_happened_is_said_calmly(visit):
    page, figure = opened(visit)
    go(page, "figure-playground?surface=rosenbrock&start=-1.5,2&steps=200&rule=sgd:lr=0.01&rule=adam:lr=0.3")
    assert re.match(
        r"After 200 steps: SGD diverges: it leaves the picture at step \d+, and at step \d+ it has no finite loss any "
        r"more; Adam is at loss [\d.]+\.",
        figure.locator(".says").inner_text(),
    )
    said = figure.locator(".said")
    figure.locator(".handle").focus()
    heard = []
    for _ in range(5):
        page.keyboard.press("ArrowDown")
        heard.append(said.inner_text())
    assert len({*heard}) == 1, "nothing is read out on the way"
    page.wait_for_function("(it) => it.querySelector('.said').textContent === it.querySelector('.says').textContent",
                           arg=figure.element_handle())  # fmt: skip
    assert said.get_attribute("role") == "status"


def test_an_update_is_shown_in_pieces_and_in_numbers(visit):
    page, figure = opened(visit)
    go(page, "figure-playground?surface=rosenbrock&start=-1,1.5&steps=20&step=3&rule=adam:lr=0.1")
    names = figure.locator(".quantity figcaption span").all_inner_texts()
    assert names == ["gradient", "t", "m", "v", "step"]
    assert figure.locator(".quantity svg").first.get_attribute("aria-label").startswith("gradient: ")
    figure.locator(".numbers summary").click()
    text = figure.locator(".arithmetic").inner_text()
    assert "m ← beta1 · m + (1 − beta1) · g" in text
    run = figure.evaluate("(it) => [...it.playground.runs[0].path.slice(6, 8)]")
    (first,) = re.findall(r"= ([^ ]+)   → the new x0", text)
    assert float(first.replace("−", "-")) == pytest.approx(run[0], rel=1e-3)
    assert page.wrong == []


# --- links and code -----------------------------------------------------------------------------------------------

ROUND_TRIPS = [
    "surface=quadratic&start=2,-1.5&steps=77&noise=0.5&seed=12&step=40&rule=sgd:lr=0.123&rule=adam:lr=0.05,beta1=0.5",
    "surface=correlated_inputs&start=-1,0.5,1.25,2&steps=30&rule=muon:lr=0.1,weight_decay=0&rule=lion:lr=0.01",
    "surface=himmelblau&rule=sgd:lr=0.01,schedule=one_cycle,schedule.rise=0.5,schedule.steps=100",
    "surface=saddle&start=1.5,0.001&noise=0.01&rule=nadam&rule=radam&rule=heavy_ball:beta=0.99",
]


@pytest.mark.parametrize("fragment", ROUND_TRIPS)
@pytest.mark.parametrize("scheme", ["http", "file"])
def test_a_situation_has_an_address(visit, fragment, scheme):
    page, figure = opened(visit, scheme=scheme)
    go(page, f"figure-playground?{fragment}")
    assert figure.locator(".note").inner_text() == ""
    state, paths = situation(figure), figure.evaluate(PATHS)
    figure.get_by_role("button", name="Copy link").click()
    page.wait_for_function("location.hash.includes('rule=')")
    address = page.url
    other = page.context.new_page()
    other.goto(address)
    other.wait_for_function(ALIVE)
    again = other.locator(MAIN)
    assert situation(again) == state
    assert again.evaluate(PATHS) == paths
    assert again.locator(".note").inner_text() == ""
    assert page.wrong == []


def test_what_is_turned_stands_in_the_address(visit):
    page, figure = opened(visit)
    figure.locator(".handle").focus()
    page.keyboard.press("ArrowRight")
    page.wait_for_function("location.hash.includes('start=-1.46')")
    assert "rule=sgd:lr=0.0019" in page.url


HOSTILE = [
    "surface=nowhere",
    "surface=__proto__",
    "surface=constructor",
    "surface=toString",
    "rule=__proto__:lr=1",
    "rule=hasOwnProperty",
    "rule=yours",
    "rule=muon",  # is for matrices
    "rule=sgd:lr=1e999",
    "rule=sgd:lr=-1",
    "rule=sgd:lr=NaN",
    "rule=sgd:lr=Infinity",
    "rule=sgd:lr=0x10",
    "rule=sgd:lr=1_000",
    "rule=sgd:lr=",
    "rule=sgd:lr=0.1.2",
    "rule=sgd:lr=alert(1)",
    "rule=sgd:__proto__=1",
    "rule=sgd:constructor=1",
    "rule=sgd:lr=0.1,schedule=__proto__",
    "rule=sgd:lr=0.1,schedule=none",
    "rule=sgd:schedule.steps=5",
    "rule=sgd:lr=0.1,schedule=cosine,schedule.steps=1e9",
    "rule=sgd:lr=0.1,schedule=cosine,schedule.lr_min=0.5",  # above lr
    "rule=sgd&rule=sgd&rule=sgd&rule=sgd",
    "steps=0",
    "steps=100000000",
    "steps=1.5",
    "steps=-1",
    "noise=1e30",
    "noise=-1",
    "seed=1e100",
    "seed=1.5",
    "step=9999",
    "start=1",
    "start=1,2,3",
    "start=1e400,0",
    "start=nan,0",
    "start=99,99",
    "start=,",
    "name=<img src=x onerror=alert(1)>",
    "surface=<script>alert(1)</script>",
    "rule=sgd:lr=<svg onload=alert(1)>",
    "rule=<b>:lr=1",
    "%00=%00",
    "surface=%F0%9F%92%A9&%=%&&&===",
    "rule=" + "a" * 10_000,
    "&".join(["rule=sgd:lr=0.1"] * 500),
    "javascript:alert(1)",
]


def test_a_hostile_address_changes_nothing_and_is_told(visit):
    page, figure = opened(visit)
    page.on("dialog", lambda dialog: pytest.fail("an address ran a script"))
    default = situation(figure)
    for fragment in HOSTILE:
        go(page, "none")
        go(page, f"figure-playground?{quote(fragment, safe='=&:,.%')}")
        state = situation(figure)
        note = figure.locator(".note").inner_text()
        assert note.startswith("The address asks for something that the playground does not have"), fragment[:80]
        assert not re.search("[<>]|alert|proto|aaaa|nowhere", note), fragment[:80]
        assert state["surface"] == default["surface"] and state["start"] == default["start"], fragment[:80]
        assert 1 <= len(state["rules"]) <= 3 and state["steps"] == 200 and state["noise"] == 0 and state["seed"] == 0
        for one in state["rules"]:
            assert one["rule"] in data()["rules"]
            assert all(isinstance(value, (int, float)) and math.isfinite(value) for value in one["hyper"].values())
    assert page.evaluate("Object.keys(Object.prototype).length") == 0
    assert page.locator("figure.playground :is(script, img, b)").count() == 0
    assert page.wrong == []


EXECUTED = [
    "",
    "surface=himmelblau&start=0,-3&steps=150&rule=sgd:lr=0.01&rule=sgd:lr=0.02&rule=adam:lr=0.5",
    "surface=quadratic&start=2,-1.5&steps=60&noise=0.5&seed=12&rule=rmsprop:lr=0.05&rule=momentum:lr=0.02,beta=0.8",
    "surface=beale&steps=100&rule=sgd:lr=0.01,schedule=cosine,schedule.steps=100&rule=nadam:lr=0.05",
    "surface=correlated_inputs&steps=30&noise=0.1&seed=3&rule=muon:lr=0.1,weight_decay=0,schedule=polynomial",
    "surface=wells&steps=80&rule=lion:lr=0.01,schedule=cosine_restarts_doubled&rule=adadelta",
]


@pytest.mark.parametrize("fragment", EXECUTED)
def test_copied_python_computes_the_same_path(visit, fragment):
    page, figure = opened(visit)
    go(page, f"figure-playground?{fragment}")
    figure.get_by_role("button", name="Copy as Python").click()
    cell = figure.locator("textarea").input_value()
    assert max(map(len, cell.splitlines())) < 100
    space = {}
    exec(compile(cell.rpartition("\n")[0], "cell", "exec"), space)
    found = figure.evaluate(PATHS)
    assert len(found) == len(space["paths"])
    for (path, losses), (name, ours) in zip(found, space["paths"].items(), strict=True):
        np.testing.assert_allclose(path, ours.ravel(), rtol=1e-9, atol=1e-12, err_msg=name)
        shape = space["surface"].start.shape
        np.testing.assert_allclose(losses, space["surface"].f(ours.reshape(-1, *shape)), rtol=1e-8, atol=1e-12)
    assert json.dumps(eval(cell.rpartition("\n")[2], space))


def test_each_link_of_the_page_is_a_situation(visit):
    page, figure = opened(visit)
    links = page.locator("a[href^='#figure-playground?']").all()
    assert len(links) >= 8
    for link in links:
        link.click()
        page.wait_for_timeout(80)
        assert figure.locator(".note").inner_text() == "", link.get_attribute("href")
        words = figure.locator(".says").inner_text()
        assert words.startswith(("After", "At the start")) and "NaN" not in words
        assert figure.evaluate("(it) => it.getBoundingClientRect().top >= -5 && it.getBoundingClientRect().top < 300")
    assert page.wrong == []


# --- without scripts, on paper, for everyone ------------------------------------------------------------------------


@pytest.mark.parametrize("name", [PAGE, LANDING])
def test_without_scripts_there_is_a_picture_and_a_sentence(visit, name):
    page = visit(name, scripts=False)
    figure = page.locator("figure.playground").first
    assert figure.locator("svg.plane path.path").count() == 3
    assert figure.locator("svg.plane path.contour").evaluate("(it) => it.getAttribute('d').length") > 1000
    assert figure.locator(".says").inner_text().startswith("After ")
    assert figure.locator("button:visible, input:visible, select:visible").count() == 0


def test_the_picture_of_python_is_that_of_the_script(visit):
    still = visit(PAGE, scripts=False)
    page, figure = opened(visit)
    for of, precision in (("path.contour", None), ("path.path", 0.11), ("path.curve", 0.11)):
        numbers = [where.locator(f"{MAIN} {of}").first.get_attribute("d") for where in (still, page)]
        if precision is None:
            assert numbers[0] == numbers[1]
            continue
        # The script leaves out points that fall on the one before, and has one corner for the end of a level stretch.
        numbers = [re.sub(r"(-?[\d.]+)H(-?[\d.]+)", r"\1L\2 \1", text) for text in numbers]
        ours, theirs = ([float(n) for n in re.findall(r"-?\d+\.?\d*", text)] for text in numbers)
        np.testing.assert_allclose(ours[:8], theirs[:8], atol=precision)
        np.testing.assert_allclose(ours[-2:], theirs[-2:], atol=precision)


def test_on_paper_there_are_no_controls(visit):
    page, figure = opened(visit)
    page.emulate_media(media="print")
    assert figure.locator("svg.plane").is_visible()
    assert figure.locator(".says").is_visible()
    assert figure.locator("button:visible, input:visible, select:visible").count() == 0
    assert figure.locator("output:visible").count() >= 3  # but what they are set to


@pytest.mark.parametrize("colours", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize("name", [PAGE, LANDING])
def test_axe_finds_nothing(visit, name, width, colours):
    page = visit(name, colours=colours, width=width)
    page.wait_for_function(ALIVE)
    if name == PAGE:
        go(page, "figure-playground?step=7&rule=adam:lr=0.1,schedule=cosine&foo=1")
        page.locator(".numbers summary").click()
    assert faults(page, width) == []


SMALL = """() => [...document.querySelectorAll("figure.playground :is(button, select, input, summary)")]
  .filter((it) => it.checkVisibility() && it.getBoundingClientRect().height < 44).map((it) => it.outerHTML)"""
REACH = """(figure) => {
  const top = figure.querySelector("svg.plane").getBoundingClientRect().top;
  return [".says", ".play", "input[id$=lr]"].map((it) => figure.querySelector(it).getBoundingClientRect().bottom - top);
}"""


@pytest.mark.parametrize("name", [PAGE, LANDING])
def test_on_a_phone_the_plane_the_sentence_and_a_rate_are_seen_together(visit, name):
    page = visit(name, width=360)
    page.set_viewport_size({"width": 360, "height": 640})
    page.wait_for_function(ALIVE)
    figure = page.locator("figure.playground").first
    assert max(figure.evaluate(REACH)) < 640
    assert page.evaluate(SMALL) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 360


# --- weight and speed ---------------------------------------------------------------------------------------------


def test_it_is_light(visit, site):
    page, _ = opened(visit)
    own = [url for url in page.asked if re.search(r"/(engine|situation|drawing|playground|data)\.js", url)]
    assert len(own) == 5
    files = [site / url.split("?")[0].split("/", 3)[3] for url in own]
    style = gzip.compress(
        "".join(
            re.findall(r"figure\.playground[^{}]*{[^{}]*}", (site / "_static/site.css").read_text("utf-8"))
        ).encode()
    )
    assert sum(len(gzip.compress(file.read_bytes())) for file in files) + len(style) <= 60_000


def test_pages_without_a_playground_load_nothing_of_it(visit):
    page = visit("chapters/notation.html")
    assert not [url for url in page.asked if re.search(r"/(engine|situation|drawing|playground|data)\.js", url)]


ANEW = """([figure, selector, event]) => {  // which of the paths a move computes
  const before = [...figure.playground.runs], input = figure.querySelector(selector);
  if (event === "input") input.value = Number(input.value) + 5;
  input.dispatchEvent(event === "input" ? new Event("input", { bubbles: true })
    : new KeyboardEvent("keydown", { key: event, bubbles: true, cancelable: true }));
  return figure.playground.runs.map((run, k) => run !== before[k]);
}"""


def test_a_move_computes_and_draws_only_what_it_has_to(visit):
    """`make lighthouse` measures how long it takes; this is what the time depends on."""
    page, figure = opened(visit)
    figure.evaluate(THREE_RULES)
    handle = figure.element_handle()
    assert page.evaluate(ANEW, [handle, ".handle", "ArrowRight"]) == [True] * 3
    assert page.evaluate(ANEW, [handle, ".rule:nth-of-type(2) input[type=range]", "input"]) == [False, True, False]
    lines = figure.locator(".curve").evaluate_all("(all) => all.map((it) => it.getAttribute('d').length)")
    losses, constant = lines[:3], lines[3:5]
    assert max(losses) > 1000 and max(constant) < 40, "a step that is the same 500 times has two corners"


def test_sizes_of_python_and_script_agree(visit):
    page, _ = opened(visit)
    plane, graph, colours, dashes = page.evaluate(
        "(({ PLANE, GRAPH, COLOURS, DASHES }) => [PLANE, GRAPH, COLOURS, DASHES])(gradlabPlayground.drawing)"
    )
    assert plane == {
        "left": picture.LEFT,
        "top": picture.TOP,
        "side": picture.SIDE,
        "width": picture.WIDTH,
        "height": picture.HEIGHT,
    }
    assert graph == picture.GRAPH
    assert (tuple(colours), tuple(dashes)) == (picture.COLOURS, picture.DASHES)
