"""Panels: a state drawn by redrawing what changed is the state drawn from scratch."""

import ast
import re

import matplotlib
import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from matplotlib.figure import Figure
from strategies import each_run_the_same

from gradlab.explore.calls import frozen, same
from gradlab.explore.panels import Panel
from gradlab.figures import BLUE, CONTOUR, VERMILLION, styled
from gradlab_course import LIBRARY

x = np.linspace(0, 10, 30)

# Each draws something that depends on n; a state is some of them, in some order.
PIECES = {
    "line": lambda ax, n: ax.plot(x, n + 0.3 * x, label=f"n = {n}"),
    "two lines": lambda ax, n: ax.plot(x, np.stack([x, n + 0 * x], -1), label=["rising", "level"]),
    "red": lambda ax, n: ax.plot(x, 9 - 0.1 * n * x, color=VERMILLION),
    "dots": lambda ax, n: ax.plot([1, 2 + n], [3, 4], "o", label="dots"),
    "cloud": lambda ax, n: ax.scatter(x, 5 + np.sin(n * x), label="cloud"),
    "coloured cloud": lambda ax, n: ax.scatter(x, 5 + n + 0 * x, c=["red", "green", "blue"] * 10),
    "band": lambda ax, n: ax.fill_between(x, n, n + 1, alpha=0.25, label="band"),
    "hatched": lambda ax, n: ax.fill_between(x, 5, 5 + n, hatch="//"),
    "bars": lambda ax, n: ax.bar([1, 2, 3], [1, 1 + n, 3], width=0.5, label="bars"),
    "errors": lambda ax, n: ax.errorbar([4, 5], [2, 3 + n], yerr=0.5, label="errors"),
    "level": lambda ax, n: ax.axhline(n, zorder=5),
    "steps": lambda ax, n: ax.step(x, n + x / 5),
    "text": lambda ax, n: ax.text(5, 5, f"diverged at {n + 0.123456}"),
    "arrow": lambda ax, n: ax.annotate("here", (n, n), (5, 5), arrowprops={"arrowstyle": "->"}),
    "contours": lambda ax, n: ax.contour(x, x, np.add.outer(x, n * x), levels=[2, 4], colors=CONTOUR),
    "picture": lambda ax, n: ax.imshow(np.eye(3) * n, extent=(0, 3, 0, 3), aspect="auto", vmin=0, vmax=3),
    "title": lambda ax, n: ax.set_title(f"state {n}", **({"color": VERMILLION} if n == 1 else {})),
    "label": lambda ax, n: ax.set_ylabel(f"label {n}"),
    "legend": lambda ax, n: ax.legend(loc=["upper left", "best"][n % 2]),
    "names": lambda ax, n: ax.legend(ax.plot(x, x, label="hidden"), [f"shown {n}"], loc="right"),
}
PIECE = st.tuples(st.sampled_from(list(PIECES)), st.integers(0, 2))
STATE = st.lists(PIECE, max_size=6, unique_by=lambda piece: piece[0])


def base(ax):
    ax.set_xlim(0, 10)
    ax.set_ylim(0, 10)
    ax.set_xlabel("$x$")


def drawn(panel, pieces):
    """The fragments of one state."""
    panel.begin()
    base(panel)
    for name, n in pieces:
        PIECES[name](panel, n)
    return panel.end()


def fresh(*states):
    """A new panel, and the fragments of the last of these states on it, drawn after the first, default state."""
    with styled("test"):
        panel = Panel(300, 200)
        drawn(panel, [])
        for pieces in states:
            fragments = drawn(panel, pieces)
        return panel, fragments


@settings(each_run_the_same, max_examples=25)
@given(history=st.lists(STATE, min_size=1, max_size=3), state=STATE)
def test_a_state_is_the_same_whatever_was_shown_before(history, state):
    assert fresh(*history, state)[1] == fresh(state)[1]


@pytest.mark.parametrize("name", PIECES)
def test_each_piece_comes_changes_goes_and_returns(name):
    one, two = fresh([(name, 1)])[1], fresh([(name, 2)])[1]
    assert one != two or name == "legend"
    assert fresh([(name, 2)], [(name, 1)])[1] == one
    assert fresh([(name, 1)], [(name, 2)])[1] == two
    assert fresh([(name, 1)], [])[1] == fresh([])[1]
    assert fresh([(name, 1)], [], [(name, 1)])[1] == one


def test_a_line_keeps_its_colour_when_only_it_changes():
    before = ("line", 1), ("steps", 1)
    after = ("line", 1), ("steps", 2)
    assert fresh(before, after)[1] == fresh(after)[1]


@settings(each_run_the_same, max_examples=8)
@given(states=st.lists(STATE, min_size=1, max_size=3))
def test_all_that_is_referred_to_is_defined_once(states):
    panel, fragments = fresh(*states)
    with styled("test"):
        svg = panel.svg(fragments)
    ids = re.findall(r'\bid="([^"]*)"', svg)
    assert len(ids) == len(set(ids))
    assert set(re.findall(r'url\(#([^)]*)\)|href="#([^"]*)"', svg)) <= {(i, "") for i in ids} | {("", i) for i in ids}


def colours(ax):
    """The colours that lines and areas take from the cycle, with and without one of their own between them."""
    lines = ax.plot(x, x) + ax.plot(x, 2 * x, color="k") + ax.plot(x, np.stack([x, x + 1], -1))
    lines += ax.semilogy(x, x) + ax.step(x, x)
    areas = [ax.fill_between(x, 0, 1), ax.scatter(x, x), ax.fill_between(x, 1, 2)]
    return [line.get_color() for line in lines], [area.get_facecolor().tolist() for area in areas]


def test_colours_follow_the_cycle_as_on_matplotlibs_own_axes():
    with styled():
        panel = Panel(300, 200)
        panel.begin()
        assert colours(panel) == colours(Figure().add_subplot())


def test_a_legend_finds_its_best_place_in_each_state():
    def state(panel, corner):
        panel.begin()
        base(panel)
        panel.plot(x, 0 * x, label="flat")
        panel.scatter(np.full(50, corner), np.linspace(6, 10, 50))
        panel.legend(loc="best")
        return panel.end()

    with styled("test"):
        panel, anew = Panel(300, 200), Panel(300, 200)
        state(panel, 9)
        assert state(panel, 1) == state(anew, 1)


NAMED = [
    lambda ax: ax.plot(x, np.stack([x, x], -1), color="k"),
    lambda ax: ax.plot(x, x, c="k"),
    lambda ax: ax.step(x, x, "--", color="k"),
    lambda ax: ax.semilogy(x, x + 1, color="k"),
    lambda ax: ax.errorbar(x, x, yerr=1, color="k"),
    lambda ax: ax.scatter(x, x, c="k"),
    lambda ax: ax.scatter(x, x, color="k"),
    lambda ax: ax.bar(x, x, color="k"),
    lambda ax: ax.barh(x, x, color="k"),
    lambda ax: ax.hist(x, color="k"),
    lambda ax: ax.fill_between(x, x, color="k"),
    lambda ax: ax.fill([0, 1, 1], [0, 1, 0], color="k"),
    lambda ax: ax.stackplot(x, x, colors=["k"]),
    lambda ax: ax.hlines(x, 0, 1, colors="k"),
    lambda ax: ax.contour(np.add.outer(x, x), colors="k"),
    lambda ax: ax.eventplot(x, colors="k"),
]


@pytest.mark.parametrize("draw", NAMED)
def test_a_call_that_names_its_colour_takes_none_from_the_cycle(draw):
    """Otherwise the panel, which then does not repeat the call, would give the next one another colour."""
    with styled():
        plain, other = Figure().add_subplot(), Figure().add_subplot()
        draw(other)
        assert colours(plain) == colours(other)


def test_what_is_equal_is_not_drawn_again():
    with styled("test"):
        panel = Panel(300, 200)
        panel.begin()
        base(panel)
        first = panel.plot(x, x, color=BLUE)
        panel.end()
        panel.begin()
        base(panel)
        assert panel.plot(x.copy(), x, color=BLUE) is first
        assert panel.plot(x, x + 1, color=BLUE) is not first


def test_what_has_its_colour_from_the_cycle_is_drawn_again_and_looks_the_same():
    with styled("test"):
        panel = Panel(300, 200)
        results, states = [], []
        for _ in range(2):
            panel.begin()
            base(panel)
            results.append(panel.plot(x, x))
            states.append(panel.end())
    assert results[0] is not results[1]
    assert states[0] == states[1]


ARGUMENTS = {
    "array": (lambda: x.copy(), lambda: x + 1),
    "nan": (lambda: np.array([np.nan, 1.0]), lambda: np.array([0.0, 1.0])),
    "strings": (lambda: np.array(["a", "b"]), lambda: np.array(["a", "c"])),
    "masked": (lambda: np.ma.masked_less(x.copy(), 1), lambda: np.ma.masked_less(x, 2)),
    "list": (lambda: [1, (2, [x.copy()])], lambda: [1, (2, [x + 1])]),
    "dict": (lambda: {"a": x.copy()}, lambda: {"b": x.copy()}),
    "tensor": (lambda: torch.tensor([1.0, 2.0]), lambda: torch.tensor([1.0, 3.0])),
    "number": (lambda: 1, lambda: True),
    "list or array": (lambda: [1, 2], lambda: np.array([1, 2])),
    "array or list": (lambda: np.array([1, 2]), lambda: [1, 2]),
    "none": (lambda: None, lambda: 0),
}


@pytest.mark.parametrize("name", ARGUMENTS)
def test_arguments_are_compared_by_value(name):
    one, other = ARGUMENTS[name]
    kept = frozen(one())
    assert same(kept, one())
    assert not same(kept, other())


def test_a_kept_copy_of_a_tensor_does_not_change_with_it():
    tensor = torch.tensor([1.0, 2.0])
    kept = frozen([tensor])
    tensor += 1
    assert not same(kept, [tensor])


def test_what_is_invisible_stays_so():
    def hidden(panel, n):
        panel.begin()
        base(panel)
        panel.plot(x, x, color=BLUE, visible=False)
        panel.text(5, 5, f"{n}")
        return panel.end()

    with styled("test"):
        panel = Panel(300, 200)
        assert not any("<path" in fragment for fragment in hidden(panel, 0))
        assert not any("<path" in fragment for fragment in hidden(panel, 1))


def test_a_state_that_failed_leaves_nothing_behind():
    def state(panel, low):
        panel.begin()
        panel.set_xlim(low, 10)
        panel.set_ylim(0, 10)
        panel.set_title("a title", color=VERMILLION if low else BLUE)
        panel.plot(x, x)
        return panel.end()

    with styled("test"):
        panel, anew = Panel(300, 200), Panel(300, 200)
        first = state(panel, 0)
        with pytest.raises(ValueError, match=r"set_xlim\(\) changes the axes themselves"):
            state(panel, 1)
        assert state(panel, 0) == first == state(anew, 0)
        assert panel.svg(first) == anew.svg(first)


def test_arguments_that_the_author_changes_afterwards_are_no_trap():
    points = np.array([1.0, 2.0])
    with styled("test"):
        panel = Panel(300, 200)
        shown = []
        for _ in range(2):
            panel.begin()
            base(panel)
            panel.plot(points, points)
            shown.append(panel.end())
            points += 1
    assert shown[0] != shown[1]


def test_the_base_holds_the_axes_and_nothing_of_the_first_state():
    with styled("test"):
        panel = Panel(300, 200)
        panel.begin()
        base(panel)
        panel.set_title("first state")
        panel.text(5, 5, "seen at first")
        fragments = panel.end()
        picture, bare = panel.svg(fragments), panel.svg([])
    for text in ("first state", "seen at first"):
        assert picture.count(text) == 1
        assert text not in bare
    assert ">10<" in bare  # a tick


def test_the_layout_leaves_room_for_the_title_of_the_first_state():
    with styled("test"):
        panel = Panel(300, 200)
        panel.begin()
        base(panel)
        panel.set_title("high up")
        svg = panel.svg(panel.end())
    (y,) = re.findall(r'y="([^"]*)"[^>]*>high up<', svg)
    assert float(y) > 8  # the height of its letters


def test_later_artists_are_painted_over_earlier_ones_but_for_zorder():
    with styled("test"):
        panel = Panel(300, 200)
        panel.begin()
        base(panel)
        panel.text(1, 1, "top", zorder=9)
        panel.text(1, 1, "first", zorder=2)
        panel.text(1, 1, "second", zorder=2)
        texts = [re.findall(">(top|first|second)<", fragment) for fragment in panel.end()]
    assert [text for text in texts if text] == [["first"], ["second"], ["top"]]


@pytest.mark.parametrize(
    "text", ["3.14159265", "lr = 0.00012345 #0072b2", "'DejaVu Sans', 1e-05", "a  b <i>1.2345</i> & c"]
)
def test_a_text_is_left_as_the_author_wrote_it(text):
    with styled("test"):
        panel = Panel(300, 200)
        panel.begin()
        base(panel)
        panel.text(5, 5, text, color=BLUE)
        (fragment,) = [f for f in panel.end() if "var(--gl-blue, #0072b2)" in f]
    written = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    assert f">{written}<" in fragment


def test_what_is_drawn_is_short_and_in_the_colours_of_the_theme():
    with styled("test"):
        panel = Panel(300, 200)
        panel.begin()
        base(panel)
        panel.plot(x, np.sin(x) + 5)
        svg = panel.svg(panel.end())
    assert not re.search(r"\d\.\d\d", re.sub(r"0\.8[^;]*", "", svg)), "numbers have one decimal"
    assert "var(--gl-blue, #0072b2)" in svg
    assert not re.search(r"[^,] #[0-9a-f]{6}", svg.replace(", #", ",#")), "no bare colours"
    assert "DejaVu" not in svg


def test_opacity_is_not_rounded_away():
    with styled("test"):
        panel = Panel(300, 200)
        panel.begin()
        base(panel)
        panel.plot(x, x, alpha=0.04)
        assert any("opacity: 0.04" in fragment for fragment in panel.end())


# What an author may do wrong.


@pytest.mark.parametrize("fixed", [(), ("set_xlim",), ("set_ylim",)])
def test_the_limits_must_be_fixed(fixed):
    with styled("test"):
        panel = Panel(300, 200)
        panel.begin()
        for name in fixed:
            getattr(panel, name)(0, 10)
        panel.plot(x, x)
        with pytest.raises(ValueError, match="the limits are not fixed: call set_xlim and set_ylim"):
            panel.end()


@pytest.mark.parametrize(
    ("name", "first", "then"),
    [("set_xlim", (0, 10), (0, 11)), ("set_yscale", ("linear",), ("log",)), ("set_xticks", ([1, 2],), ([1, 3],))],
)
def test_the_axes_themselves_cannot_change(name, first, then):
    with styled("test"):
        panel = Panel(300, 200)
        for arguments in (first, first):
            panel.begin()
            base(panel)
            getattr(panel, name)(*arguments)
            panel.end()
        panel.begin()
        with pytest.raises(ValueError, match=rf"{name}\(\) changes the axes themselves"):
            getattr(panel, name)(*then)


@pytest.mark.parametrize("change", [{"xlim": (0, 11)}, {"yscale": "symlog"}, {"xticks": [1, 3]}])
def test_limits_must_not_change_along_with_a_title(change):
    with styled("test"):
        panel = Panel(300, 200)
        for title in ("first", "second"):
            panel.begin()
            base(panel)
            panel.set(title=title, xticks=[1, 2])
            assert any(f">{title}<" in fragment for fragment in panel.end())
        panel.begin()
        base(panel)
        panel.set(title="third", **{"xticks": [1, 2]} | change)
        with pytest.raises(ValueError, match="the limits, scales or ticks differ from those of the first state"):
            panel.end()


def test_ticks_are_drawn_once_for_all_states():
    with styled("test"):
        panel = Panel(300, 200)
        panel.begin()
        base(panel)
        panel.set(xticks=[3, 7], xticklabels=["low", "high"])
        fragments = panel.end()
        assert not any(">low<" in fragment for fragment in fragments)
        assert panel.svg(fragments).count(">low<") == 1


@pytest.mark.parametrize("arguments", [{"args": [["a"]]}, {"labels": ["a"]}])
def test_a_legend_takes_its_labels_from_the_artists(arguments):
    panel = Panel(300, 200)
    with pytest.raises(ValueError, match=r"legend\(\) takes its labels from the artists"):
        panel.legend(*arguments.pop("args", []), **arguments)


@pytest.mark.parametrize("name", ["twinx", "twiny"])
def test_further_axes_are_refused(name):
    with styled("test"), pytest.raises(ValueError, match=rf"{name}\(\) makes further axes"):
        getattr(Panel(300, 200), name)()


def test_what_is_asked_of_the_axes_is_answered():
    with styled("test"):
        panel = Panel(300, 200)
        panel.begin()
        base(panel)
        assert panel.get_xlim() == (0, 10)
        assert panel.transAxes.is_affine


def test_matplotlibs_settings_are_left_alone():
    before = dict(matplotlib.rcParams)
    fresh([("line", 1)])
    assert dict(matplotlib.rcParams) == before


def private(tree):
    """The private names that some code uses of others: attributes and imports with a leading underscore."""
    own = {node.name for node in ast.walk(tree) if isinstance(node, (ast.FunctionDef, ast.ClassDef))}
    nodes = [node for node in ast.walk(tree) if isinstance(node, ast.Attribute)]
    own |= {node.attr for node in nodes if isinstance(node.ctx, ast.Store)}
    used = {node.attr for node in nodes}
    for node in ast.walk(tree):
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            used |= {part for alias in node.names for part in alias.name.split(".")}
            used |= set((getattr(node, "module", "") or "").split("."))
    return {name for name in used - own if re.match("_[a-z]", name)}


def test_nothing_private_of_matplotlib_is_used():
    paths = [*(LIBRARY / "explore").glob("*.py"), LIBRARY / "figures.py"]
    together = ast.parse("\n".join(path.read_text(encoding="utf-8") for path in paths))
    assert private(together) <= {"_call", "_part", "_path", "_panel"}, "slots of the handles"
    assert private(ast.parse("from matplotlib import _api\naxes._get_lines.x = axes.lines")) == {"_api", "_get_lines"}
