"""An artist that a drawing function changes after making it is drawn as it is in the end; other changes are errors."""

import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Circle, Rectangle
from matplotlib.ticker import MultipleLocator

from gradlab.explore import explore
from gradlab.explore.panels import Panel
from gradlab.figures import BLUE, GREEN, VERMILLION, styled

x = np.linspace(0, 10, 20)
COLOURS = [BLUE, GREEN, VERMILLION]
SHAPES = {}  # panel -> a patch for all its states


def line(ax):
    return ax.plot([0, 10], [0, 10], color=BLUE, label="line")


def arrow(ax):
    return ax.annotate("here", (1, 1), (5, 5), color=BLUE, arrowprops={"arrowstyle": "->"})


def shape(ax):
    return SHAPES.setdefault(ax, Rectangle((1, 1), 2, 2, color=BLUE))


# Each draws the same in every state, and then changes it.
CHANGES = {
    "line.set_ydata": lambda ax, n: line(ax)[0].set_ydata([n, n]),
    "line.set_color": lambda ax, n: line(ax)[0].set_color(COLOURS[n]),
    "line.set(marker)": lambda ax, n: line(ax)[0].set(marker="os^"[n], markersize=9),
    "line.set_zorder": lambda ax, n: (line(ax)[0].set_zorder(n), [ax.text(5, k, "a", zorder=k) for k in (0.5, 1.5)]),
    "line.remove": lambda ax, n: line(ax)[0].remove() if n else line(ax),
    "lines, unpacked": lambda ax, n: [one.set_linewidth(n + k) for k, one in enumerate(line(ax) + line(ax))],
    "plt.setp": lambda ax, n: plt.setp(line(ax), linewidth=n + 1),
    "only in one state": lambda ax, n: (lambda lines: n == 2 and lines[0].set_color(GREEN))(line(ax)),
    "text.set_text": lambda ax, n: ax.text(5, 5, "a text").set_text(f"n = {n}"),
    "text.set_fontsize": lambda ax, n: ax.text(5, 5, "a text").set_fontsize(8 + n),
    "text.set_bbox": lambda ax, n: ax.text(5, 5, "a text").set_bbox({"facecolor": COLOURS[n]}),
    "bar[0].set_height": lambda ax, n: ax.bar([1, 2], [3, 4], color=BLUE)[0].set_height(n),
    "bar in a loop": lambda ax, n: [one.set_x(n) for one in ax.bar([1, 2], [3, 4], color=BLUE)],
    "scatter.set_offsets": lambda ax, n: ax.scatter([1, 2], [3, 4], color=BLUE).set_offsets([[n, n]]),
    "scatter.set_array": lambda ax, n: ax.scatter([1, 2], [3, 4], c=[1, 2]).set_array([n, 3]),
    "circle": lambda ax, n: ax.add_patch(Circle((5, 5), 1, color=BLUE)).set_radius(n + 1),
    "a patch of all states": lambda ax, n: (ax.add_patch(shape(ax)), shape(ax).set_height(n)),
    "changed before it is added": lambda ax, n: (shape(ax).set_width(n + 1), ax.add_patch(shape(ax))),
    "add_line": lambda ax, n: ax.add_line(Line2D([0, 1], [0, 1])).set_ydata([n, n]),
    "band.get_paths, in place": lambda ax, n: np.multiply(
        (path := ax.fill_between(x, 1, 2, color=BLUE).get_paths()[0].vertices), n + 1, out=path
    ),
    "image.set_data": lambda ax, n: ax.imshow(np.eye(2), aspect="auto", vmax=3, extent=(0, 9, 0, 9)).set_data([[n]]),
    "contour.set_linewidth": lambda ax, n: ax.contour(np.add.outer(x, x), colors=BLUE).set_linewidth(n + 1),
    "clabel": lambda ax, n: ax.clabel(ax.contour(x, x, np.add.outer(x, x), [5, 9], colors=BLUE), [[5], [9], [5, 9]][n]),
    "bar_label": lambda ax, n: ax.bar_label(ax.bar([1, 2], [3, 4], color=BLUE), [f"{n}", "b"]),
    "annotation.xy": lambda ax, n: setattr(arrow(ax), "xy", (n, 1)),
    "annotation.arrow_patch": lambda ax, n: arrow(ax).arrow_patch.set_color(COLOURS[n]),
    "errorbar": lambda ax, n: ax.errorbar([4], [4], yerr=1, color=BLUE)[2][0].set_linewidth(n + 1),
    "boxplot": lambda ax, n: ax.boxplot([1, 2, 5], manage_ticks=False)["medians"][0].set_color(COLOURS[n]),
    "legend.set_title": lambda ax, n: (line(ax), ax.legend(loc="center").set_title(f"n = {n}")),
    "legend.get_texts": lambda ax, n: (line(ax), ax.legend(loc="center").get_texts()[0].set_color(COLOURS[n])),
    "legend of a changed line": lambda ax, n: (line(ax)[0].set_color(COLOURS[n]), ax.legend(loc="center")),
    "two legends": lambda ax, n: (ax.add_artist(ax.legend(line(ax), "a", loc=n + 1)), ax.legend(line(ax), "b", loc=5)),
    "title.set_color": lambda ax, n: ax.set_title("a title").set_color(COLOURS[n]),
    "label.set_text": lambda ax, n: ax.set_xlabel("a label").set_text(f"x {n}"),
    "titles, from set": lambda ax, n: ax.set(title="a title", ylabel="y")[0].set_text(f"n = {n}"),
    "title, set twice": lambda ax, n: (ax.set_title("first", color=COLOURS[n]), ax.set_title("second")),
    "title, set twice and changed": lambda ax, n: (t := ax.set(title="a")[0], ax.set_title(f"{n}"), t.set_color(GREEN)),
}  # fmt: skip


def drawn(panel, change, n):
    """The fragments of one state."""
    panel.begin()
    panel.set(xlim=(0, 10), ylim=(0, 10), xticks=[0, 10])
    change(panel, n)
    return panel.end()


def states(change, *ns):
    """The fragments of some states, drawn on one panel after an empty one."""
    with styled("test"):
        panel = Panel(300, 200)
        drawn(panel, lambda ax, n: None, 0)
        return [drawn(panel, change, n) for n in ns]


@pytest.mark.parametrize("name", CHANGES)
def test_a_changed_artist_is_drawn_as_it_is_in_the_end(name):
    change = CHANGES[name]
    alone = [states(change, n)[0] for n in (0, 1, 2)]
    assert len({str(fragments) for fragments in alone}) > 1, "the change can be seen"
    assert states(change, 0, 1, 2, 2, 1, 0) == alone + alone[::-1]


def test_in_a_figure_each_state_is_drawn_with_its_changes():
    def figure(ax, c=1):
        ax.set(xlim=(0, 1), ylim=(0, 1))
        [level] = ax.plot([0, 1], [0, 1])
        level.set_ydata([c / 4, c / 4])
        return f"c is {c}"

    one = explore(figure, alt="a line", caption="A line.", c=[1, 2, 3])
    with styled(one.name):
        drawn_states = [one.state((i,)) for i in range(3)]
    assert len({str(fragments) for fragments, _ in drawn_states}) == 3


def test_what_nothing_got_hold_of_is_drawn_once():
    count = []

    class Counted(Panel):
        def end(self):
            fragments = super().end()
            count.append(self._calls[-1].result)
            return fragments

    with styled("test"):
        panel = Counted(300, 200)
        for change in (lambda ax, n: line(ax), lambda ax, n: line(ax), CHANGES["line.set_color"]):
            drawn(panel, change, 1)
    assert count[0] is count[1]
    assert count[1] is not count[2]


def test_results_read_as_matplotlibs_own():
    def read(ax):
        bars, text = ax.bar([1, 2], [3, 4]), ax.text(1, 1, "a")
        low, high = ax.set_xlim(0, 10)
        counts, edges, patches = ax.hist([1, 2, 2], bins=2)
        both, more = line(ax) + line(ax), [0]
        more = more + line(ax)
        more += line(ax)
        assert text in [text]
        assert bars[0] in bars
        return (len(bars), bool(text), text.get_text(), low, high, *counts, *edges, len(patches), len(both),
                len(more), ax.get_xlabel(), ax.get_xbound())  # fmt: skip

    with styled("test"):
        panel = Panel(300, 200)
        for _ in range(2):
            panel.begin()
            panel.set_ylim(0, 10)
            assert read(panel) == read(Figure().add_subplot())
            panel.end()


# Parts of the axes: drawn once, and so they must be the same in every state.

PARTS = {
    "spines": lambda ax, n: ax.spines["left"].set_color(COLOURS[n]),
    "spines.top": lambda ax, n: ax.spines.top.set(visible=True, linewidth=n + 1),
    "spines, several": lambda ax, n: ax.spines[["left", "bottom"]].set_position(("data", n)),
    "spines in a loop": lambda ax, n: [spine.set_linewidth(n) for spine in ax.spines.values()],
    "spines by name": lambda ax, n: [ax.spines[name].set_linewidth(n) for name in ax.spines],
    "frame": lambda ax, n: ax.patch.set_facecolor(COLOURS[n]),
    "figure": lambda ax, n: ax.figure.suptitle(f"n = {n}"),
    "get_figure": lambda ax, n: ax.get_figure().set_facecolor(COLOURS[n]),
    "tick labels": lambda ax, n: [label.set_rotation(10 * n) for label in ax.get_xticklabels()],
    "plt.setp": lambda ax, n: plt.setp(ax.get_xticklabels(), color=COLOURS[n]),
    "ticks": lambda ax, n: ax.set_xticks([0, 10])[0].label1.set_color(COLOURS[n]),
    "axis": lambda ax, n: ax.xaxis.set_tick_params(labelsize=5 + n),
    "locator": lambda ax, n: ax.xaxis.set_minor_locator(MultipleLocator(n + 1)),
    "formatter": lambda ax, n: ax.yaxis.get_major_formatter().set_scientific(n == 0),
    "attribute": lambda ax, n: setattr(ax.xaxis, "labelpad", 4 * n),
    "set": lambda ax, n: ax.set(title=f"n = {n}", facecolor=COLOURS[n]),
    "grid": lambda ax, n: ax.grid(axis=["both", "x", "y"][n]),
    "tick_params": lambda ax, n: ax.tick_params(colors=COLOURS[n]),
}


@pytest.mark.parametrize("name", PARTS)
def test_a_part_of_the_axes_is_drawn_when_it_is_the_same_in_every_state(name):
    with styled("test"):
        panel = Panel(300, 200)
        bases = set()
        for _ in range(3):
            drawn(panel, lambda ax, n: PARTS[name](ax, 2), 0)
            bases.add(panel.svg([]))
        drawn(plain := Panel(300, 200), lambda ax, n: None, 0)
    assert len(bases) == 1
    if name not in ("attribute", "formatter"):  # there is no label, and no large number
        assert bases != {plain.svg([])}


@pytest.mark.parametrize("name", [name for name in PARTS if name not in ("attribute", "formatter")])
def test_a_part_of_the_axes_cannot_change(name):
    with styled("test"):
        panel = Panel(300, 200)
        drawn(panel, PARTS[name], 1)
        drawn(panel, PARTS[name], 1)
        with pytest.raises(
            ValueError, match=r"\w\(\) changes the axes themselves, which are drawn once for all states$"
        ):
            drawn(panel, PARTS[name], 2)


@pytest.mark.parametrize("name", PARTS)
@pytest.mark.parametrize("first", [True, False])
def test_a_part_of_the_axes_cannot_change_in_some_states_only(name, first):
    with styled("test"):
        panel = Panel(300, 200)
        drawn(panel, PARTS[name] if first else lambda ax, n: ax.set_title("a"), 1)
        with pytest.raises(ValueError, match=r"changes the axes themselves, which are drawn once for all states"):
            drawn(panel, PARTS[name] if not first else lambda ax, n: ax.set_title("b"), 1)


def test_a_part_of_the_axes_may_be_set_to_the_same_in_other_words():
    with styled("test"):
        panel = Panel(300, 200)
        drawn(panel, lambda ax, n: ax.spines["left"].set_color("red"), 0)
        drawn(panel, lambda ax, n: ax.spines["left"].set_color("#ff0000"), 0)


def test_a_figure_names_the_part_that_changes():
    def figure(ax, c=1):
        ax.set(xlim=(0, 1), ylim=(0, 1))
        ax.spines["left"].set_color(COLOURS[c])

    one = explore(figure, alt="A frame.", caption="A frame.", c=[1, 2])
    with styled(one.name):
        one.state((0,))
        with pytest.raises(
            ValueError, match=r"figure figure: .* c = 2: spines\['left'\]\.set_color\(\) changes the axes"
        ):
            one.state((1,))


# Ways around the panel.


@pytest.mark.parametrize(
    ("path", "find"),
    [
        (r"lines\[0\]", lambda ax: ax.lines),
        (r"texts\[0\]", lambda ax: ax.texts),
        (r"get_lines\(\)\[0\]", lambda ax: ax.get_lines()),
        (r"get_children\(\)\[0\]", lambda ax: ax.get_children()),
        (r"get_legend\(\)", lambda ax: ax.get_legend()),
        ("legend_", lambda ax: ax.legend_),
        (r"get_legend_handles_labels\(\)\[0\]\[0\]", lambda ax: ax.get_legend_handles_labels()),
        ("title", lambda ax: ax.title),
        (r"xaxis\.label", lambda ax: ax.xaxis.label),
        (r"yaxis\.get_label\(\)", lambda ax: ax.yaxis.get_label()),
    ],
)
def test_artists_are_not_to_be_found_on_the_axes(path, find):
    """They may be those of another state."""
    with styled("test"):
        panel = Panel(300, 200)
        panel.begin()
        line(panel)
        panel.text(1, 1, "a")
        panel.legend(loc="center")
        with pytest.raises(
            ValueError, match=rf"^{path} may be of another state: keep the result of the call that drew it"
        ):
            find(panel)


def test_an_artist_drawn_past_the_panel_is_refused():
    with styled("test"), pytest.raises(ValueError, match="a Text was not drawn by a call on the axes"):
        drawn(Panel(300, 200), lambda ax, n: line(ax)[0].axes.text(1, 1, "a"), 0)


@pytest.mark.parametrize("take", [lambda lines: lines, lambda lines: lines[0]])
def test_an_artist_of_another_state_cannot_be_changed(take):
    kept = []

    def animation(ax, n):
        if not kept:
            kept.append(take(line(ax)))
        plt.setp(kept[0], linewidth=n + 1)

    with styled("test"):
        panel = Panel(300, 200)
        drawn(panel, animation, 0)
        with pytest.raises(ValueError, match=r"another state.*: draw must draw each (state|one) in full"):
            drawn(panel, animation, 1)


@pytest.mark.parametrize("name", ["cla", "clear", "findobj", "set_prop_cycle"])
def test_what_slider_figures_cannot_do_is_refused(name):
    with styled("test"), pytest.raises(ValueError, match=rf"{name}\(\) is not for slider figures: "):
        getattr(Panel(300, 200), name)()


def test_attributes_of_the_axes_cannot_be_set():
    with styled("test"), pytest.raises(AttributeError, match="titel"):
        Panel(300, 200).titel = "a title"


def test_further_axes_are_refused_through_the_figure_too():
    with styled("test"), pytest.raises(ValueError, match=r"figure\.add_axes\(\) makes further axes"):
        drawn(Panel(300, 200), lambda ax, n: ax.figure.add_axes((0, 0, 1, 1)), 0)


def test_nothing_private_of_the_axes_can_be_asked_for():
    with styled("test"), pytest.raises(AttributeError, match="_get_lines"):
        Panel(300, 200)._get_lines  # noqa: B018
