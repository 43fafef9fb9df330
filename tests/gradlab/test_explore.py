"""Slider figures: what the page gets, what a kernel shows, and what an author may do wrong."""

import base64
import json
import re
import warnings
import zlib
from html.parser import HTMLParser
from itertools import product

import ipywidgets
import numpy as np
import pytest

import gradlab.explore as module
from gradlab.explore import Explorer, Page, explore
from gradlab.figures import styled

TEXT = {"alt": 'a "line" & its <slope>', "caption": "One <line>, n < 4."}
SHAPES = {"dots": "o", "squares & <more>": "s"}
CONTROLS = {"n": [1, 2, 3], "shape": SHAPES, "as_log": True}


def a_line(ax, n=2, shape="o", as_log=False):
    ax.set_xlim(0, 4)
    ax.set_ylim(0, 16)
    ax.plot([0, n, 4], [0, n**2, 4], shape)
    if as_log:
        ax.text(1, 1, f"log of {n}")
    return f"n = {n} & <{shape}>, {as_log}"


@pytest.fixture
def book(monkeypatch):
    """A build of the book, at the beginning of a page."""
    monkeypatch.setenv("GRADLAB_BOOK", "1")
    monkeypatch.setattr(module, "page", Page())
    return module


@pytest.fixture
def kernel(monkeypatch):
    """A live kernel."""
    monkeypatch.delenv("GRADLAB_BOOK", raising=False)


class Parsed(HTMLParser):
    """The elements of a text as (tag, attributes), with all tags closed in order."""

    VOID = ("input", "br")

    def __init__(self, text):
        super().__init__()
        self.elements, self.texts, self._open = [], {}, []
        self.feed(text)
        assert self._open == []

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))
        if tag not in self.VOID:
            self._open.append((tag, len(self.elements) - 1))

    def handle_startendtag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        assert self._open.pop()[0] == tag

    def handle_data(self, data):
        if self._open:
            self.texts[self._open[-1][1]] = self.texts.get(self._open[-1][1], "") + data

    def all(self, tag, **wanted):
        """The attributes of each such element, its text added as `text`."""
        return [
            attrs | {"text": self.texts.get(i, "")}
            for i, (name, attrs) in enumerate(self.elements)
            if name == tag and wanted.items() <= attrs.items()
        ]

    def one(self, tag, **wanted):
        (found,) = self.all(tag, **wanted)
        return found


def html(draw=a_line, **controls):
    return explore(draw, **TEXT, **controls or CONTROLS)._repr_mimebundle_()["text/html"]


def unpacked(page):
    """The states of the figure in this HTML, as the script in the page reads them."""
    packed = page.one("script", type="application/x-deflate")["text"]
    return json.loads(zlib.decompress(base64.b64decode(packed)))


def test_the_figure_in_the_page_keeps_its_contract(book):
    page = Parsed(html())
    assert page.elements[0] == ("figure", {"class": "explore", "id": "figure-a-line"})
    svg = page.one("svg")
    assert svg["role"] == "img"
    assert svg["aria-label"] == TEXT["alt"]
    slider, box = page.one("input", type="range"), page.one("input", type="checkbox")
    select = page.one("select")
    for control, title, shown in ((slider, "n", "2"), (select, "shape", "dots"), (box, "as log", "off")):
        assert page.one("label", **{"for": control["id"]})["text"] == title
        assert page.one("output", **{"for": control["id"]})["text"] == shown
    assert (slider["min"], slider["max"], slider["step"], slider["value"]) == ("0", "2", "1", "1")
    assert slider["aria-valuetext"] == "2"
    assert [option["text"] for option in page.all("option")] == list(SHAPES)
    assert "selected" in page.all("option")[0]
    assert "checked" not in box
    assert [json.loads(c["data-labels"]) for c in (slider, select, box)] == [
        ["1", "2", "3"],
        list(SHAPES),
        ["off", "on"],
    ]
    assert [c["data-default"] for c in (slider, select, box)] == ["1", "0", "0"]
    assert page.one("figcaption")["text"] == f" {TEXT['caption']}"
    assert page.one("a") == {"class": "number", "href": "#figure-a-line", "text": "Figure"}
    assert page.one("p", role="status")["text"] == "n = 2 & <o>, False"
    assert "disabled" in page.one("fieldset")  # until the script has come
    assert [(b["type"], b["class"], b["text"]) for b in page.all("button")] == [
        ("button", "reset", "Reset"),
        ("button", "link", "Copy link"),
    ]
    assert "hidden" in page.one("div", **{"class": "buttons"})
    assert page.all("noscript")


def test_the_docstring_is_the_text_alternative(book):
    def described(ax, n=2):
        """A line
        that rises,

        and falls.
        """
        return a_line(ax, n)

    for alt, wanted in (({}, "A line that rises, and falls."), ({"alt": "a line"}, "a line")):
        book.page.sizes.clear()
        page = Parsed(explore(described, caption="A line.", n=[1, 2], **alt)._repr_mimebundle_()["text/html"])
        assert page.one("svg")["aria-label"] == wanted


def test_the_controls_start_at_the_defaults_of_draw(book):
    def other(ax, n=3, shape="s", as_log=True):
        return a_line(ax, n, shape, as_log)

    page = Parsed(html(other))
    assert page.one("input", type="range")["value"] == "2"
    assert ["selected" in option for option in page.all("option")] == [False, True]
    assert "checked" in page.one("input", type="checkbox")
    assert page.one("p", role="status")["text"] == "n = 3 & <s>, True"
    data = unpacked(page)
    shown, says = data["states"][-1]
    assert data["says"][says] == "n = 3 & <s>, True"


def test_the_page_holds_every_state_in_the_order_of_the_controls(book):
    text = html()
    data = unpacked(Parsed(text))
    values = list(product([1, 2, 3], SHAPES.values(), [False, True]))
    assert len(data["states"]) == len(values)
    figure = Explorer(a_line, *TEXT.values(), CONTROLS)
    choices = product(range(3), range(2), range(2))
    with styled("a-line"):
        figure.state(figure.default)
        for (panels, says), (n, shape, as_log), choice in zip(data["states"], values, choices, strict=True):
            assert data["says"][says] == f"n = {n} & <{shape}>, {as_log}"
            fragments = [[data["fragments"][i] for i in panel] for panel in panels]
            assert fragments == figure.state(choice)[0]
    shown = [data["fragments"][i] for i in data["states"][4][0][0]]  # n = 2, dots, off
    layers = re.search(r'<g class="state">(.*)</g></g></svg>', text, re.DOTALL)[1]
    assert layers == "".join(f"<g>{fragment}</g>" for fragment in shown)


def test_what_the_states_refer_to_is_defined_in_the_picture(book):
    text = html()
    ids = Parsed(text).elements
    ids = {attrs["id"] for _, attrs in ids if "id" in attrs}
    fragments = "".join(unpacked(Parsed(text))["fragments"])
    references = set(re.findall(r'(?:url\(#|href="#)([^)"]*)', fragments))
    assert references
    assert references <= ids


def test_two_computations_give_the_same_page(book):
    first = html()
    book.page.sizes.clear()
    assert html() == first


def test_ids_on_a_page_are_all_different(book):
    def line(ax, n_x=1):
        return a_line(ax, n_x)

    def line_n(ax, x=1):
        return a_line(ax, x)

    def line_n_x(ax, n=1, x=2):
        return a_line(ax, n)

    text = html() + html(line, n_x=[1, 2]) + html(line_n, x=[1, 2]) + html(line_n_x, n=[1, 2], x=[1, 2])
    ids = re.findall(r'\bid="([^"]*)"', text)
    assert len(ids) == len(set(ids))


def walk(plane, lr=0.5, step=1):
    """A path."""
    plane.set_xlim(-1, 3)
    plane.set_ylim(0, 2)
    plane.plot([0, lr], [0, step], ".")


def test_a_slider_called_step_can_be_played_and_letters_stand_before_names(book):
    page = Parsed(html(walk, lr=[0.5, 1.0], step=[1, 2]))
    assert [label["text"] for label in page.all("label")] == ["α (lr)", "step"]
    assert [button["text"] for button in page.all("button", **{"class": "play"})] == ["Play"]
    assert page.all("button", **{"class": "play"}) and not Parsed(html()).all("button", **{"class": "play"})


def test_the_script_is_told_of_traces_and_pointers(book):
    figure = explore(walk, **TEXT, lr=[0.5, 1.0], step=[1, 2], trace=True, point=("lr", "step"))
    page = Parsed(figure.html())
    told = page.one("figure")
    assert told["data-trace"] == ""
    assert json.loads(told["data-point"]) == ["lr", "step"]
    assert [json.loads(slider["data-values"]) for slider in page.all("input")] == [[0.5, 1.0], [1, 2]]
    (x0, y0, left, low), (x1, y1, right, high) = json.loads(told["data-plane"])
    assert (x0, y0, x1, y1) == (-1, 0, 3, 2)
    assert 0 <= left < right <= 310
    assert 0 <= high < low <= 230
    # The frame's left edge is where the script takes it to be.
    starts = [[float(n) for n in pair] for pair in re.findall(r'd="M ([\d.]+) ([\d.]+)', figure.html())]
    assert any(start == pytest.approx([left, low], abs=0.06) for start in starts)


def test_an_angle_is_seen_from_a_place(book):
    figure = explore(walk, **TEXT, lr=[0.5, 1.0], step=[1, 2], angle=("step", np.array([0.5, 1])))
    told = Parsed(figure.html()).one("figure")
    assert json.loads(told["data-angle"]) == ["step", [0.5, 1.0]]
    assert "data-point" not in told
    assert "data-trace" not in told


def test_a_kernel_shows_the_trace_and_plays(kernel):
    figure = explore(walk, **TEXT, lr=[0.5, 1.0], step=[1, 2], trace=True)
    picture, _, lr, (step, play), _ = (
        getattr(child, "children", child) if isinstance(child, ipywidgets.HBox) else child
        for child in figure.widget().children
    )
    assert (play.max, play.interval) == (1, 125)
    assert '<g class="trace"></g>' in picture.value
    shown = re.search(r'<g class="state">(.*)</g></g>', picture.value)[1]
    step.value = 1
    assert f'<g class="trace">{shown}</g>' in picture.value
    lr.value = 1
    assert shown not in picture.value


def test_panels_stand_side_by_side(book):
    def two(left, right, n=1):
        a_line(left, n)
        a_line(right, 1)

    text = html(two, n=[1, 2])
    panels = Parsed(text).all("g", **{"class": "panel"})
    assert [panel["transform"] for panel in panels] == ["translate(0 0)", "translate(310 0)"]
    data = unpacked(Parsed(text))
    (one, _), (other, _) = data["states"]
    assert one[0] != other[0]
    assert one[1] == other[1]
    assert Parsed(text).one("p", role="status")["text"] == ""  # draw said nothing


def test_without_controls_a_figure_is_a_still_picture(book):
    page = Parsed(explore(a_line, **TEXT)._repr_mimebundle_()["text/html"])
    assert page.one("figure")["class"] == "still"
    assert page.one("svg")["aria-label"] == TEXT["alt"]
    assert book.page.sizes == {"a-line": 0}
    for tag in ("script", "input", "fieldset"):
        assert page.all(tag) == []


def test_values_of_numpy_are_labelled_like_numbers(book):
    def curve(ax, lr=0.1, k=2):
        assert isinstance(lr, float)  # draw gets plain numbers
        assert isinstance(k, int)
        return a_line(ax, lr)

    page = Parsed(html(curve, lr=np.linspace(0, 0.3, 4), k=np.arange(1, 3)))
    labels = [json.loads(slider["data-labels"]) for slider in page.all("input")]
    assert labels == [["0", "0.1", "0.2", "0.3"], ["1", "2"]]
    assert page.all("input")[0]["value"] == "1"  # although linspace gives 0.1 as 0.09999999999999999


def test_the_page_keeps_its_account(book):
    figure = explore(a_line, **TEXT, **CONTROLS)
    assert book.page.states == 12
    assert book.page.seconds > 0
    packed = Parsed(figure.html()).one("script")["text"]
    assert book.page.sizes == {"a-line": pytest.approx(len(base64.b64decode(packed)), abs=2)}
    figure.html()
    assert book.page.states == 12  # computed once


def test_the_book_makes_no_widget(book, monkeypatch):
    """Any widget would make the page load scripts from another host."""
    monkeypatch.setattr(ipywidgets.Widget, "__init__", lambda *_, **__: pytest.fail("a widget was made"))
    bundle = explore(a_line, **TEXT, **CONTROLS)._repr_mimebundle_()
    assert bundle.keys() == {"text/html", "text/plain"}
    assert bundle["text/plain"] == "<figure a-line>"


# In a live kernel.


def test_a_kernel_shows_widgets_that_change_the_picture(kernel):
    figure = explore(a_line, **TEXT, **CONTROLS)
    box = figure.widget()
    picture, says, n, shape, as_log, caption = box.children
    assert [type(w) for w in (n, shape, as_log)] == [
        ipywidgets.SelectionSlider,
        ipywidgets.Dropdown,
        ipywidgets.Checkbox,
    ]
    assert [w.description for w in (n, shape, as_log)] == ["n", "shape", "as log"]
    assert (n.label, shape.label, as_log.value) == ("2", "dots", False)
    assert "n &lt; 4" in caption.value
    seen = [picture.value]
    for control, value in ((n, 2), (shape, 1), (as_log, True)):
        control.value = value
        seen.append(picture.value)
    assert len(set(seen)) == 4
    assert all("<svg" in value for value in seen)
    assert says.value == "n = 3 &amp; &lt;s&gt;, True"
    n.value, shape.value, as_log.value = 1, 0, False
    assert re.sub("<defs>.*</defs>", "", picture.value) == re.sub("<defs>.*</defs>", "", seen[0])


def test_controls_whose_kernel_has_gone_say_what_they_wait_for(kernel):
    """JupyterLab gives a widget a class when its kernel is restarted: the picture brings a style for it."""
    box = explore(a_line, **TEXT, **CONTROLS).widget()
    (line,) = re.findall(r"\.([\w-]+)\.jupyter-widgets-disconnected::after{content:'([^']+)'", box.children[0].value)
    assert line[0] in box._dom_classes
    assert "Run All Cells" in line[1]


def test_a_kernel_displays_the_widget_and_computes_no_state_ahead(kernel):
    figure = explore(a_line, **TEXT, n=[1, 2])
    assert "application/vnd.jupyter.widget-view+json" in figure._repr_mimebundle_()


def test_a_kernel_shows_the_state_that_failed_and_goes_on(kernel):
    def fails_at_2(ax, n=1):
        if n == 2:
            raise ArithmeticError("no <n> of two")
        return a_line(ax, n)

    picture, says, n, _ = explore(fails_at_2, **TEXT, n=[1, 2, 3]).widget().children
    n.value = 1
    assert "figure fails-at-2: ArithmeticError in the state n = 2: no &lt;n&gt; of two" in says.value
    n.value = 2
    assert says.value == "n = 3 &amp; &lt;o&gt;, False"


# What an author may do wrong. Each message names the figure, and the state where there is one.


def warns(ax, n=1):
    if n == 2:
        warnings.warn("a bad idea", stacklevel=1)
    a_line(ax, n)


def overflows(ax, n=1):
    a_line(ax, n)
    np.exp(np.array(1000.0 * (n - 1)))


def moves_the_axes(ax, n=1):
    a_line(ax, n)
    ax.set(xlim=(0, n), title=f"{n}")


def forgets_the_limits(ax, n=1):
    ax.plot([0, n])


def raises(ax, n=1):
    a_line(ax, n)
    return {1: "one"}[n]


def blank(ax, n=1):
    """ """


def logarithmic(ax, n=1, m=1):
    ax.set_xscale("log")
    ax.set_xlim(1, 4)
    ax.set_ylim(0, 1)


def no_panel(n=1):
    pass


def three_panels(a, b, c, n=1):
    pass


@pytest.mark.parametrize(
    ("draw", "arguments", "message"),
    [
        (a_line, {"rate": [1, 2]}, "figure a-line: draw takes no control 'rate'; it takes: n, shape, as_log"),
        (a_line, {"ax": [1, 2]}, "figure a-line: draw takes no control 'ax'"),
        (a_line, {"n": [1, 3]}, "figure a-line: the default n = 2 is not among the values of its control"),
        (a_line, {"shape": {"squares": "s", "stars": "*"}}, "figure a-line: the default shape = 'o' is not among"),
        (a_line, {"n": [2]}, r"figure a-line: control n needs at least two values, got \[2\]"),
        (a_line, {"n": 2}, "figure a-line: control n must be a sequence, a dict or a bool, got 2"),
        (a_line, {"shape": "os"}, "figure a-line: control shape must be a sequence, a dict or a bool, got 'os'"),
        (a_line, {"n": range(6000)}, "figure a-line: more than 5000 states"),
        (a_line, {"n": range(90), "as_log": True, "shape": dict.fromkeys(map(str, range(40)), "o")}, "more than 5000"),
        (a_line, {"alt": ""}, "figure a-line: alt must be a text that is not empty, got ''"),
        (a_line, {"alt": "  "}, "figure a-line: alt must be a text that is not empty"),
        (a_line, {"alt": None}, "figure a-line: draw has no docstring: say in it what the picture shows"),
        (blank, {"alt": None}, "figure blank: draw has no docstring"),
        (a_line, {"caption": None}, "figure a-line: caption must be a text that is not empty, got None"),
        (no_panel, {"n": [1, 2]}, "figure no-panel: draw must have one or two parameters without a default, got 0"),
        (three_panels, {"n": [1, 2]}, "figure three-panels: draw must have one or two .* got 3"),
        (
            a_line,
            {"caption": "[4](n=4)", "n": [1, 2]},
            "figure a-line: n = 4 is not among the values of its control: 1, 2",
        ),
        (a_line, {"point": ("n", "m"), "n": [1, 2]}, r"a pointer can only set sliders of numbers \(n\), got 'm'"),
        (a_line, {"point": ("n", "shape"), "n": [1, 2], "shape": SHAPES}, "only set sliders of numbers .* got 'shape'"),
        (a_line, {"point": ("n",), "n": [1, 2]}, "figure a-line: point must be two names, and not with an angle"),
        (a_line, {"point": ("n", "n"), "angle": ("n", (0, 0)), "n": [1, 2]}, "point must be two names, and not with"),
        (a_line, {"angle": "n", "n": [1, 2]}, "angle must be a name and a place"),
        (a_line, {"angle": ("n", 1), "n": [1, 2]}, "angle must be a name and a place"),
        (logarithmic, {"point": ("n", "m"), "n": [1, 2], "m": [1, 2]}, "a pointer needs linear axes"),
        (warns, {"n": [1, 2]}, "figure warns: UserWarning in the state n = 2: a bad idea"),
        (overflows, {"n": [1, 2]}, "figure overflows: RuntimeWarning in the state n = 2: overflow"),
        (raises, {"n": [1, 2]}, "figure raises: KeyError in the state n = 2: 2"),
        (moves_the_axes, {"n": [1, 2]}, "figure moves-the-axes: ValueError in the state n = 2: the limits"),
        (
            forgets_the_limits,
            {"n": [1, 2]},
            "figure forgets-the-limits: .* in the state n = 1: the limits are not fixed",
        ),
        (forgets_the_limits, {}, "figure forgets-the-limits: .* in the state its only state: the limits are not fixed"),
        (lambda ax, n=1: a_line(ax, n), {"n": [1, 2]}, "explore: draw must be a function with a name"),
        (None, {}, "explore: draw must be a function with a name, got None"),
    ],
)
def test_an_authors_mistakes_stop_the_build(book, draw, arguments, message):
    with pytest.raises(ValueError, match=message):
        explore(draw, **TEXT | arguments).html()


def test_the_state_that_fails_is_named_in_full(book):
    def picky(ax, n=1, shape="o"):
        if (n, shape) == (2, "s"):
            raise RuntimeError("not this one")
        a_line(ax, n, shape)

    with pytest.raises(ValueError, match="figure picky: RuntimeError in the state n = 2, shape = 's': not this one"):
        explore(picky, **TEXT, n=[1, 2], shape=SHAPES)


def test_the_states_of_a_page_have_one_budget(book, monkeypatch):
    def another(ax, n=1):
        return a_line(ax, n)

    explore(a_line, **TEXT, **CONTROLS)
    size = book.page.sizes["a-line"]
    monkeypatch.setattr(book, "PAGE_BUDGET", size)
    with pytest.raises(ValueError, match=rf"figure another: the page's states exceed {size:,} bytes \(a-line {size:,}"):
        explore(another, **TEXT, n=[1, 2])


def test_two_figures_of_a_page_cannot_have_one_name(book):
    explore(a_line, **TEXT, n=[1, 2])
    with pytest.raises(ValueError, match="figure a-line: the page has a figure of this name already"):
        explore(a_line, **TEXT, n=[2, 3])


def test_negative_numbers_have_a_minus_sign_in_labels_and_sentences(book):
    def shift(ax, by=-1.5):
        ax.plot([0, by], [0, 1])
        ax.set(xlim=(-2, 2), ylim=(0, 1))
        return f"from {by} to 3-fold, 1e-07"

    page = Parsed(explore(shift, **TEXT, by=[-1.5, 2]).html())
    assert page.one("output")["text"] == "−1.5"
    assert page.one("p", role="status")["text"] == "from −1.5 to 3-fold, 1e-07"


def test_a_title_stays_above_its_axes(book):
    def titled(ax, n=1):
        ax.plot([0, 1], [0, n])
        ax.set(xlim=(0, 1), ylim=(0, 2), xlabel="x", title=f"n = {n}")

    figure = explore(titled, **TEXT, n=[1, 2])
    texts = re.findall(r'<text[^>]* y="([^"]*)"[^>]*>([^<]*)</text>', figure.html())
    (height,) = [float(y) for y, text in texts if text == "n = 1"]
    assert 0 < height < 20  # points from the top of the picture
