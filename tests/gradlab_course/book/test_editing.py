"""The editor of a playground in a page from a file system: it runs what is typed, says what is wrong, and checks."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest

from gradlab import playground as package
from gradlab import rules, show
from gradlab._arrays import norm, sign
from gradlab.checks import REFERENCES, check
from gradlab.checks.mistakes import adam as adams
from gradlab.checks.mistakes import rules as table
from gradlab.descend import descend
from gradlab.playground import playground
from gradlab.surfaces import rosenbrock
from gradlab_course.book import editing

SCRIPTS = "engine.js", "situation.js", "drawing.js", "playground.js"
FOLDER = Path(package.__file__).parent
SITUATION = {"surface": "rosenbrock", "rules": [("sgd", {"lr": 1e-3})], "steps": 60, "start": (-1.0, 1.0)}


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    """Write a page with a playground and what its editor asks for, without the book around it; give its address."""
    folder = tmp_path_factory.mktemp("page")
    editing.put(folder / "playground")
    for name in (*SCRIPTS, "playground.css"):
        (folder / name).write_text((FOLDER / name).read_text(encoding="utf-8"), encoding="utf-8")
    data = package.block().replace("<script", '<script data-editor="playground/editor.js?v=1"', 1)
    scripts = "".join(f'<script defer src="{name}"></script>' for name in SCRIPTS)
    figure = playground(SITUATION["surface"], SITUATION["rules"], start=SITUATION["start"], steps=SITUATION["steps"])
    head = '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>A page</title>'
    css = '<link rel="stylesheet" href="playground.css">'
    html = f"{head}{css}{scripts}</head><body><main>{figure.html()}</main>{data}</body></html>"
    (folder / "page.html").write_text(html, encoding="utf-8")
    return (folder / "page.html").as_uri()


@pytest.fixture(scope="module")
def shared(chromium, address):
    """A page with its editor open, for many texts."""
    page = chromium.new_page()
    page.goto(address)
    opened(page)
    yield page
    page.close()


@pytest.fixture
def fresh(chromium, address):
    """Give a page for one test, with the addresses that it asks for and its faults."""
    page = chromium.new_page()
    page.asked, page.faults = [], []
    page.on("request", lambda request: page.asked.append(request.url))
    page.on("pageerror", lambda error: page.faults.append(str(error)))
    page.on("dialog", lambda dialog: (page.faults.append(dialog.message), dialog.dismiss()))
    page.goto(address)
    yield page
    page.close()


def opened(page):
    page.get_by_role("button", name="Edit the rule").click()
    page.locator(".editor textarea").wait_for()


def typed(page, text):
    """Put a text into the editor, and run it; give what the page says."""
    page.locator(".editor textarea").fill(text)
    page.get_by_role("button", name="Run", exact=True).click()
    return page.locator(".editor .heard").inner_text()


def checked(page, text, name):
    page.locator(".editor textarea").fill(text)
    page.locator(".editor select").select_option(name)
    page.get_by_role("button", name="Check my rule").click()
    page.wait_for_function("document.querySelector('.editor .verdict').textContent")
    return page.locator(".editor .verdict").inner_text()


def path(page, slot):
    return page.evaluate("(slot) => Array.from(document.querySelector('figure').playground.runs[slot].path)", slot)


def python(rule, steps=SITUATION["steps"], **hyper):
    return descend(rosenbrock(), SITUATION["start"], rule, steps=steps, **hyper).ravel().tolist()


# --- what is typed runs beside the original -----------------------------------------------------------------------


def test_nothing_is_loaded_before_the_button_is_pressed(fresh):
    before = list(fresh.asked)
    assert len(before) == 2 + len(SCRIPTS) and not re.search("brython|tracer|editor|answers", " ".join(before))
    opened(fresh)
    new = [Path(url.split("?")[0]).name for url in fresh.asked[len(before) :]]
    assert sorted(new) == ["brython.js", "editor.js", "tracer.js"]
    assert all(url.startswith("file:") for url in fresh.asked)
    assert fresh.faults == []


def test_the_editor_opens_with_the_tested_rule_which_runs_beside_itself(fresh):
    opened(fresh)
    assert fresh.locator(".editor textarea").input_value() == show.body(rules.sgd) + "\n"
    assert "It runs: Your sgd is beside the others" in fresh.locator(".editor .heard").inner_text()
    assert path(fresh, 0) == path(fresh, 1) == python(rules.sgd, lr=1e-3)


def test_what_is_typed_runs_at_once(fresh):
    opened(fresh)
    area = fresh.locator(".editor textarea")
    area.fill(area.input_value().replace("lr * g", "lr * g / (1 + abs(g))"))
    fresh.wait_for_function("document.querySelector('figure').playground.runs[1].path[2] < -0.998")

    def mine(x, g, *, lr):
        return (x - lr * g / (1 + abs(g)),)

    assert path(fresh, 1) == python(mine, lr=1e-3)
    assert path(fresh, 0) == python(rules.sgd, lr=1e-3)


def test_what_was_turned_stays_when_an_error_is_mended(fresh):
    opened(fresh)
    slider = fresh.locator("#figure-playground-2-lr")
    slider.evaluate("(it) => { it.value = 200; it.dispatchEvent(new Event('input', { bubbles: true })); }")
    fresh.locator("#figure-playground-surface").select_option("himmelblau")
    state = "() => JSON.stringify(document.querySelector('figure').playground.situation)"
    turned, was = fresh.evaluate(state), path(fresh, 1)
    said = typed(fresh, "def sgd(x, g, *, lr=1e-3):\n    return (x - lr * grad,)\n")
    assert said.startswith("Line 2: grad is not known here") and said.endswith("the last version that worked.")
    assert path(fresh, 1) == was
    assert "runs" in typed(fresh, show.body(rules.sgd))
    assert fresh.evaluate(state) == turned and path(fresh, 1) == was


def heard(page):
    return page.locator(".editor .heard").inner_text()


def test_a_default_that_is_changed_in_the_text_is_what_runs(fresh):
    opened(fresh)
    assert "with lr = 0.001. Its loss is" in heard(fresh)
    text = "def sgd(x, g, *, lr={}):\n    return (x - lr * g,)\n"
    assert "with lr = 0.0005." in typed(fresh, text.format(5e-4))
    assert path(fresh, 1) == python(rules.sgd, lr=5e-4)
    slider = fresh.locator("#figure-playground-2-lr")
    turned = slider.input_value()
    slider.evaluate("(it) => { it.value = 700; it.dispatchEvent(new Event('input', { bubbles: true })); }")
    assert "(the slider; in the text 0.0005)" in heard(fresh)  # it follows the slider
    was = path(fresh, 1)
    typed(fresh, text.format(5e-4).replace("lr * g", "g * lr"))
    assert path(fresh, 1) == was  # an edit elsewhere leaves it
    assert "with lr = 0.002." in typed(fresh, text.format(2e-3))
    assert path(fresh, 1) == python(rules.sgd, lr=2e-3) and slider.input_value() != turned


def test_the_sentence_of_the_editor_follows_the_picture(fresh):
    opened(fresh)
    fresh.evaluate("""() => {
      const api = document.querySelector("figure").playground, it = api.situation;
      api.set({ ...it, rules: it.rules.filter(({ rule }) => rule !== "yours") });
    }""")
    assert heard(fresh) == "Your sgd is not in the picture now. Run puts it there."
    fresh.get_by_role("button", name="Run", exact=True).click()
    assert heard(fresh).startswith("It runs") and path(fresh, 1) == path(fresh, 0)


def test_the_rule_whose_place_is_taken_is_named_and_comes_back(fresh):
    fresh.evaluate("""() => {
      const api = document.querySelector("figure").playground, it = api.situation, { situations } = gradlabPlayground;
      it.rules = [["sgd", 0.001], ["momentum", 0.0001], ["adam", 0.05]].map(([rule, lr]) => {
        const one = situations.withDefaults(api.data, rule);
        one.hyper.lr = lr;
        return one;
      });
      api.set(it);
    }""")
    adam = path(fresh, 2)
    opened(fresh)
    typed(fresh, "def mine(x, g, *, lr=0.0002):\n    return x - lr * g,")
    assert "in the place of Adam, which comes back" in heard(fresh)
    fresh.get_by_role("button", name="Close the editor").click()
    assert path(fresh, 2) == adam
    opened(fresh)
    assert "def mine" in fresh.locator(".editor textarea").input_value()  # and what was typed is not lost
    assert fresh.faults == []


def test_every_rule_of_the_library_opens_and_gives_its_own_path(shared):
    data = package.data()
    for name, entry in data["rules"].items():
        if entry["first"] is None:
            continue
        rule, hyper = getattr(rules, name), {one["name"]: one["default"] for one in entry["hyper"]}
        assert "It runs" in typed(shared, entry["source"]), name
        found = shared.evaluate(
            """(name) => {
              const { run } = gradlabPlayground, { data } = document.querySelector("figure").playground;
              const one = { surface: "rosenbrock", start: [-1, 1], steps: 60, hyper: {} };
              const yours = run(data, { ...one, rule: "yours" }), theirs = run(data, { ...one, rule: name });
              return [Array.from(yours.path), Array.from(theirs.path)];
            }""",
            name,
        )
        assert found[0] == found[1], name
        np.testing.assert_allclose(found[0], python(rule, **hyper), rtol=1e-9)


def test_a_rule_for_matrices_says_where_it_runs(fresh):
    opened(fresh)
    source = package.data()["rules"]["muon"]["source"]
    assert "Choose Correlated inputs" in typed(fresh, source)
    fresh.locator("#figure-playground-surface").select_option("correlated_inputs")
    assert "It runs: Your muon" in typed(fresh, source)


def test_an_empty_rule_stands_still(fresh):
    opened(fresh)
    fresh.get_by_role("button", name="Start from an empty rule").click()
    assert path(fresh, 1) == [-1.0, 1.0] * (SITUATION["steps"] + 1)
    assert fresh.evaluate("document.activeElement.tagName") == "TEXTAREA"
    fresh.get_by_role("button", name="Back to the tested").click()
    assert path(fresh, 1) == path(fresh, 0)
    fresh.keyboard.press("Control+Z")  # what was there can be had back
    assert "def rule" in fresh.locator(".editor textarea").input_value()
    fresh.locator(".editor select").select_option("")
    fresh.get_by_role("button", name="Check my rule").click()
    assert "Choose the rule" in fresh.locator(".editor .verdict").inner_text()


def test_closing_takes_the_rule_away(fresh):
    opened(fresh)
    fresh.get_by_role("button", name="Close the editor").click()
    assert fresh.locator(".editor").count() == 0
    assert fresh.evaluate("document.querySelector('figure').playground.runs.length") == 1
    assert fresh.evaluate("'yours' in document.querySelector('figure').playground.data.rules") is False
    opened(fresh)
    assert fresh.locator(".editor").count() == 1 and fresh.faults == []


# --- the keyboard -------------------------------------------------------------------------------------------------


def test_the_keyboard_alone_does_it_all(fresh):
    button = fresh.get_by_role("button", name="Edit the rule")
    button.focus()
    fresh.keyboard.press("Enter")
    area = fresh.locator(".editor textarea")
    area.wait_for()
    assert fresh.evaluate("document.activeElement.tagName") == "TEXTAREA"
    fresh.keyboard.press("Control+A")
    fresh.keyboard.type("def rule(x, g, *, lr=0.1):\n")
    fresh.keyboard.type("return x - lr * g,")  # Enter has made the indentation
    assert area.input_value() == "def rule(x, g, *, lr=0.1):\n    return x - lr * g,"
    fresh.keyboard.press("Tab")
    assert fresh.evaluate("document.activeElement.textContent") in ("Run", "Go to line 1")
    assert "\t" not in area.input_value()
    fresh.keyboard.press("Shift+Tab")
    assert fresh.evaluate("document.activeElement.tagName") == "TEXTAREA"
    fresh.keyboard.press("Control+Z")
    assert area.input_value() != "def rule(x, g, *, lr=0.1):\n    return x - lr * g,"


def test_a_button_goes_to_the_wrong_line(shared):
    typed(shared, "def rule(x, g, *, lr=0.1):\n    y = 3\n    return x - lr * foo,\n")
    shared.get_by_role("button", name="Go to line 3").click()
    area = "document.querySelector('.editor textarea')"
    selected = f"{area}.value.slice({area}.selectionStart, {area}.selectionEnd)"
    assert shared.evaluate(selected) == "    return x - lr * foo,"
    assert shared.locator(".editor .lines .wrong").inner_text() == "3"


def test_the_editor_has_no_faults_of_access(fresh):
    from axe_playwright_python.sync_playwright import Axe

    opened(fresh)
    typed(fresh, "def rule(x, g):\n    return x - lr,")
    checked(fresh, "def rule(x, g, *, lr=1):\n    return x - 2 * lr * g,", "sgd")
    found = Axe().run(fresh, context=".editor").response["violations"]
    assert [(one["id"], one["nodes"][0]["html"]) for one in found] == []


# --- check --------------------------------------------------------------------------------------------------------


def variants(rule, rows):
    """Texts with a mistake each: its name, and the rule's source with the edits of a row."""
    head, body = show.parts(rule)
    for name, *edits in rows:
        if all(isinstance(edit, tuple) for edit in edits) and ".sum" not in str(edits) and ".mean" not in str(edits):
            text = body
            for old, new in edits:
                text = text.replace(old, new)
            if not re.search(r"\bnp\.|roots?\(", text):
                yield name, head + text


VARIANTS = [
    (rule, name, text)
    for rule, rows in ((rules.sgd, table.SGD), (rules.momentum, table.MOMENTUM), (rules.adam, adams.ADAM))
    for name, text in variants(rule, rows)
]


def run_by_python(text):
    space = {}
    exec(text, {"np": np, "norm": norm, "sign": sign}, space)  # these two stand in the library's own rules
    return list(space.values())[-1]


def test_the_page_names_mistakes_as_check_does(shared):
    assert len(VARIANTS) > 25
    for rule, name, text in VARIANTS:
        wanted = check(run_by_python(text), like=rule)
        found = checked(shared, text, rule.__name__)
        assert name in found.splitlines()[0], (text, found)
        # Python stops at a division by 0; a program goes on with inf, as NumPy does.
        found, idle = without_idle(found)
        assert idle == unused(text), text
        if name in editing.PUBLISHED.get(rule, {}):
            assert re.match(rf"≠ {rule.__name__} is a known published form: {name} \(", found), text
            wanted = as_published(str(wanted))
            found = found.split("\n", 1)[1]
        assert plain(found) == plain(str(wanted)) or "ZeroDivisionError" in str(wanted), text


IDLE = r"\nYour rule (?:takes|does not use) (\w+)(?:, but never uses it|: write \1 where .* stands)\."


def without_idle(verdict):
    """A verdict without its last lines on hyperparameters that change nothing, and the names of these."""
    return re.sub(IDLE, "", verdict), re.findall(IDLE, verdict)


def unused(text):
    """The hyperparameters that stand nowhere in the body of a rule."""
    head, body = text.split("):", 1)
    return [name for name in re.findall(r"(\w+)=", head.split("*,")[1]) if not re.search(rf"\b{name}\b", body)]


def as_published(verdict):
    """What `check` says of a mistake, but for its first line, in the words for a published form."""
    rest = verdict.split("\n", 1)[1]
    return rest.replace("    right ", "    tested ").replace("Hint: ", "To come to the tested form: ")


def rounded(word):
    return f"{float(word):.4g}" if word[-1].isdigit() else word


def plain(verdict):
    """A verdict with the numbers of its example rounded to four digits: powers are not rounded alike everywhere."""
    return re.sub(r"(?m)^    (yours|right|tested) .*$", lambda m: f"{m[1]} {rounded(m[0].split()[1])}", verdict)


def test_the_rules_themselves_are_right(shared):
    for rule in editing.RULES:
        assert checked(shared, package.data()["rules"][rule.__name__]["source"], rule.__name__).startswith("✓"), rule


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("sgd", "def f(x, g, *, lr=0.1):\n    return x - g * lr * 3 / 3,", "✓ f gives the same answers as sgd to"),
        ("sgd", "def f(x, g, *, lr=0.1):\n    return x - lr * g * g.sum() / g.sum(),", "yours nan"),  # where g is 0
        ("sgd", "def f(x, g, *, lr=0.1):\n    return x - 2 * lr * g,", "right, in a way that has no name"),
        ("sgd", "def f(x, g, *, rate=0.1):\n    return x - rate * g,", "and yours lacks lr. Rename rate to lr."),
        ("adam", "def f(x, g, *, lr=1, b1=1, b2=1, eps=1):\n    return x,", "Rename b1 to beta1, b2 to beta2."),
        ("adam", "def f(x, g, *, lr=1, b1=1, eps=1):\n    return x,", "Rename b1 to beta1; write the others after"),
        ("adam", show.body(rules.adam).replace("+ eps", "+ 1e-8"), "does not use eps: write eps where 1e-8 stands"),
        ("sgd", "def f(x, g, *, lr=0.1):\n    return array([x[0] - lr * g[0], x[1] - lr * g[1]]),", "(1,): line 2"),
        ("sgd", "def f(x, g, *, lr=0.1):\n    return array([x[0] - lr * g[0], x[1] - lr * g[1]]),", "all coordinates"),
        ("adam", show.body(rules.adam).replace("beta1=0.9", "beta1=0.8"), "Your default of beta1 is 0.8, that of adam"),
        ("momentum", "def f(x, g, v=0, *, lr=0.1, beta=0.9):\n    return x - lr * g,", "state forgotten between steps"),
        ("adam", "def f(x, g, *, lr=0.1):\n    return x - lr * g / 0,", "lacks beta1, beta2, eps"),
        ("heavy_ball", "def f(x, g, xp=0, *, lr=1, beta=1):\n    return x - lr * g + beta * (x - xp), x",
         "starts at the"),
        ("nesterov", "def f(x, g, y=0, *, lr=1, beta=1):\n    n = x - lr * g\n    return n + beta * (n - y), n",
         "starts at the"),
        ("momentum", "def f(x, g, v=0, *, lr=1):\n    v = 0.9 * v + g\n    return x - lr * v, v",
         "with beta = 0.9 along"),
        ("momentum", "def f(x, g, *, lr=1):\n    return x - 2 * lr * g,",
         "Nor does it take the steps of momentum with beta = "),
        ("adagrad", "def f(x, g, s=0, *, lr=1, eps=1):\n    s = s + g**2\n    return x / (s - s), s", "not finite"),
        ("sgd", "def f(x, g, *, lr=0.1)\n    return x,", "does not run yet: line 1: this is not Python"),
    ],
)  # fmt: skip
def test_verdicts_on_what_check_does_not_meet(shared, name, text, said):
    assert said in checked(shared, text, name)


def test_the_verdict_says_what_was_compared_by_default(fresh):
    opened(fresh)
    fresh.get_by_role("button", name="Check my rule").click()
    fresh.wait_for_function("document.querySelector('.editor .verdict').textContent")
    assert fresh.locator(".compared").inner_text() == "Compared with SGD (sgd), which the editor opened:"


def test_what_is_idle_or_printed_is_said_and_a_name_is_found_in_its_line(shared):
    said = typed(shared, "def f(x, g, *, lr=0.1, beta=0.9):\n    print(g)\n    b = beta * g\n    return x - lr * g,")
    assert "Your rule takes beta, but never uses it." in said and "What print would show is not shown" in said
    said = typed(
        shared,
        "def f(x, g, *, lr=0.1):\n    s = where(\n        g > 0,\n        lr * g,\n        lrr * g)\n    return x - s,",
    )
    assert said.startswith("Line 5: lrr is not known")


TYPED = (
    "def sgd(x, g, v=0, *, lr=0.001, beta=0.5):\n    v = beta * v + sqrt(abs(g)) * sign(g)\n    return x - lr * v, v\n"
)


def test_a_link_holds_a_short_rule_which_runs_only_by_a_button(fresh):
    opened(fresh)
    typed(fresh, TYPED)
    fresh.get_by_role("button", name="Copy link").click()
    assert "The link holds the text" in fresh.locator(".note").inner_text()
    address, was = fresh.url, path(fresh, 1)
    fresh.reload()
    assert "It has not been run." in fresh.locator(".note").inner_text()
    fresh.get_by_role("button", name="Read it in the editor").click()
    area = fresh.locator(".editor textarea")
    area.wait_for()
    assert area.input_value() == TYPED and "nothing of it has been run" in heard(fresh)
    area.press("End")
    fresh.wait_for_timeout(800)
    assert fresh.evaluate("document.querySelector('figure').playground.data.rules.yours === undefined")
    fresh.get_by_role("button", name="Run", exact=True).click()
    assert path(fresh, 1) == was and "text=" in address
    typed(fresh, TYPED + "#" * 1000)
    fresh.get_by_role("button", name="Copy link").click()
    assert "The link leaves your rule out" in fresh.locator(".note").inner_text() and "text=" not in fresh.url
    assert fresh.faults == []


def test_hostile_text_of_a_link_is_only_shown(fresh, address):
    from urllib.parse import quote

    for text in HOSTILE[:-1]:
        fresh.goto("about:blank")
        fresh.goto(f"{address}#figure-playground?yours={quote('__proto__=1,lr=1e999')}&text={quote(text)}")
        if fresh.get_by_role("button", name="Read it in the editor").count():
            fresh.get_by_role("button", name="Read it in the editor").click()
            fresh.locator(".editor textarea").wait_for()
            assert fresh.locator("figure :is(img, script)").count() == 0
    assert fresh.faults == []


def test_copied_python_holds_the_typed_rule(fresh):
    opened(fresh)
    typed(fresh, TYPED)
    fresh.get_by_role("button", name="Copy as Python").click()
    space = {}
    exec(fresh.locator(".cell textarea").input_value().rpartition("\n")[0], space)
    ours = list(space["paths"].values())
    assert len(ours) == 2
    for slot in (0, 1):
        np.testing.assert_allclose(path(fresh, slot), ours[slot].ravel(), rtol=1e-9)


@pytest.mark.parametrize("width", [1280, 390])
def test_picture_and_editor_are_seen_together(fresh, width):
    fresh.set_viewport_size({"width": width, "height": 800})
    opened(fresh)
    boxes = [fresh.locator(it).bounding_box() for it in ("svg.plane", ".editor textarea")]
    for box in boxes:
        assert 0 <= box["y"] < 600
    if width == 1280:
        assert boxes[1]["x"] > boxes[0]["x"] + boxes[0]["width"]
    else:
        assert boxes[1]["y"] >= boxes[0]["y"] + boxes[0]["height"]


SGD, MOMENTUM, ADAM = (show.body(rule) for rule in (rules.sgd, rules.momentum, rules.adam))


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("sgd", "def f(x, g, t=0, *, lr=0.1):\n    t = t + 1\n    return x - where(t > 50, lr / 2, lr) * g, t"),
        ("sgd", "def f(x, g, t=0, *, lr=0.1):\n    t = t + 1\n    return where(t > 20, x, x - lr * g), t"),
        ("sgd", "def f(x, g, *, lr=0.1):\n    return x - lr * clip(g, -50, 50),"),
        ("sgd", "def f(x, g, *, lr=0.1):\n    return where(abs(x) > 100, x, x - lr * g),"),
        ("sgd", "def f(x, g, *, lr=0.1):\n    return x - lr * g - 1e-9 * x,"),
        ("momentum", MOMENTUM.replace("* v + g", "* v + clip(g, -5, 5)")),
        ("momentum", "def f(x, g, v=0, t=0, *, lr=0.01, beta=0.9):\n    t = t + 1\n"
         "    v = where(t % 20 == 0, 0, beta) * v + g\n    return x - lr * v, v, t"),
        ("adam", ADAM.replace("**t", "**minimum(t, 10)")),
    ],
)  # fmt: skip
def test_what_differs_only_later_is_not_taken_for_the_same(shared, name, text):
    found = checked(shared, text, name)
    assert found.startswith("✗") and "along a longer run" in found and re.search(r"difference is at step \d+", found), (
        found
    )


def test_another_spelling_is_the_same_along_the_runs(shared):
    text = (
        "def f(x, g, v=0, m=0, t=0, *, lr=1, beta1=0.5, beta2=0.5, eps=1):\n    t = 1 + t\n"
        "    m = m + (1 - beta1) * (g - m)\n    v = v + (1 - beta2) * (g**2 - v)\n"
        "    return x - m / (1 - beta1**t) * lr / (eps + (v / (1 - beta2**t))**0.5), v, m, t"
    )
    found = checked(shared, text, "adam")
    assert re.match(r"✓ f gives the same answers as adam to \d+ questions, and the same steps along \d+ runs", found), (
        found
    )
    assert " right" not in found


def test_records_hold_numbers_and_no_lines():
    texts, _ = editing.contents()
    for rule in editing.RULES:
        text = texts[f"answers/{rule.__name__}.js"]
        _, body = show.parts(rule)
        for line in body.splitlines():
            assert len(line.strip()) < 12 or line.strip() not in text
        kept = editing.record(rule)["mistakes"]
        assert len(kept) >= len(REFERENCES[rule][1]) * 0.6, rule
    assert "Redistribution" in texts["brython-licence.txt"]


# --- what is hostile ----------------------------------------------------------------------------------------------

HOSTILE = [
    "import os\ndef f(x, g): return x,",
    "from browser import window\nwindow.alert(1)\ndef f(x, g): return x,",
    "def f(x, g):\n    __import__('browser').window.alert(1)\n    return x,",
    "def f(x, g):\n    eval('1')\n    return x,",
    "exec('print(1)')\ndef f(x, g): return x,",
    "def f(x, g):\n    return ().__class__.__bases__,",
    "def f(x, g):\n    while True: pass\n    return x,",
    "def f(x, g):\n    for i in range(10**9): pass\n    return x,",
    "def f(x, g):\n    return f(x, g)",
    "open('/etc/passwd')",
    "</script><script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "def f(x, g, *, alert=1):\n    return x * alert, # </script><script>alert(1)</script>",
    "def constructor(x, g, *, lr=1):\n    return x - lr * g,",
    "def f(x, g, toString=0, *, hasOwnProperty=1):\n    return x - hasOwnProperty * g, toString",
    "def ａlert(x, g, *, lr=1):\n    return x - lr * g,",
    "\x00",
    "é" * 5000,
    "(" * 500,
    "def f(x, g):\n" + "    g = g + g\n" * 250 + "    return g,",
    "def f(x, g):\n    return [1, 'a', None],",
    "def f(x, g, *, lr=float('nan')):\n    return x - lr * g,",
]


def test_hostile_text_harms_nobody(fresh):
    opened(fresh)
    before = fresh.url
    for text in HOSTILE:
        said = typed(fresh, text)
        assert said, text
        assert fresh.locator(".editor").count() == 1 and fresh.locator("img").count() == 0
    fresh.wait_for_timeout(1000)
    assert fresh.faults == []  # no dialog, no error
    assert {Path(url.split("?")[0]).name for url in fresh.asked} <= {
        "page.html", "playground.css", *SCRIPTS, "brython.js", "tracer.js", "editor.js", "favicon.ico",
    }  # fmt: skip
    assert "It runs" in typed(fresh, show.body(rules.sgd))
    assert fresh.url.split("#")[0] == before


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("a = 9**9**8", "Line 2: this cannot be computed here: a whole number gets huge"),
        ("a = 9**9**9", "huge"),
        ("a = pow(9, 9**9)", "huge"),
        ("a = 9\n    a **= 9**9", "huge"),
        ("a = 9\n    for i in range(900): a = a * a", "huge"),
        ("a = 1 << 10**9", "huge"),
        ("a = [0] * 10**9", "too long"),
        ("a = 10**9 * 'a'", "too long"),
        ("for i in range(999):\n        for j in range(999):\n            for k in range(999): pass", "rounds"),
        ("def h(n): return h(n - 1) + h(n - 1) if n else 1\n    a = h(40)", "too long"),
        ("a = 2**10 + 2.0**-3 + 3 * 10**15 + 0.5**80\n    g = g * (a / a)", "It runs"),
    ],
)
def test_what_would_hold_up_the_page_is_refused(shared, line, said):
    assert said in typed(shared, f"def f(x, g, *, lr=0.1):\n    {line}\n    return x - lr * g,\n")


def test_nothing_of_the_text_goes_into_the_address(fresh):
    opened(fresh)
    typed(fresh, "def secret(x, g, *, lr=0.1, hidden=3):\n    return x - lr * hidden * g,")
    slider = fresh.locator("#figure-playground-2-hidden")
    slider.evaluate("(it) => { it.value = 300; it.dispatchEvent(new Event('input', { bubbles: true })); }")
    fresh.wait_for_timeout(1000)
    address = fresh.url
    assert "#" in address and not re.search("secret|hidden|yours|return", address)


def test_an_address_cannot_open_the_editor(chromium, address):
    for fragment in ("rules=yours", "rules=yours,lr=1", "edit=1&rules=sgd", "rules=constructor"):
        page = chromium.new_page()
        asked = []
        page.on("request", lambda request, asked=asked: asked.append(request.url))
        page.goto(f"{address}#figure-playground?{fragment}")
        page.wait_for_timeout(300)
        assert page.locator(".editor").count() == 0 and not re.search("brython|editor", " ".join(asked))
        page.close()


# --- in the built page --------------------------------------------------------------------------------------------


def test_a_built_page_finds_the_editor_and_nothing_of_it_is_swept_away(tmp_path):
    from types import SimpleNamespace

    from gradlab_course.book import sphinx_ext

    app = SimpleNamespace(outdir=str(tmp_path))
    body = sphinx_ext.with_playground_data(app, '<figure class="playground">', lambda name, _: f"../{name}")
    address, version = re.search(r'data-editor="\.\./([^"?]+)\?v=(\w+)"', body).groups()
    assert (tmp_path / address).exists() and version == editing.contents()[1]
    assert {path.name for path in (tmp_path / address).parent.iterdir()} >= {"brython.js", "tracer.js", "answers"}
    assert sphinx_ext.with_playground_data(app, "<p>none</p>", None) == "<p>none</p>"
