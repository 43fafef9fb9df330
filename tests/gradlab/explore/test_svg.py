"""Artists as SVG: each definition has an id of its own."""

import re

from matplotlib.figure import Figure
from matplotlib.patches import Circle, Rectangle

from gradlab.explore.svg import Renderer
from gradlab.figures import BLUE, styled


def clipped(shape):
    """A line within a shape, rendered: the ids that it refers to, and the renderer."""
    ax = Figure(figsize=(4, 3)).add_subplot()
    [line] = ax.plot([0, 1], [0, 1], color=BLUE)
    line.set_clip_path(shape(transform=ax.transData))
    return line


def circle(radius):
    return lambda **place: Circle((0.5, 0.5), radius, **place)


def test_two_clip_paths_have_two_ids_and_one_has_one():
    with styled("test"):
        renderer = Renderer(288, 216)
        small, large, again = (renderer.render(clipped(circle(radius))) for radius in (0.2, 0.4, 0.2))
        definitions = renderer.definitions()
    used = [re.findall(r"url\(#(\w+)\)", fragment) for fragment in (small, large, again)]
    assert [len(ids) for ids in used] == [1, 1, 1]
    assert used[0] == used[2] != used[1]
    assert sorted(re.findall(r'<clipPath id="(\w+)"', definitions)) == sorted(used[0] + used[1])
    assert definitions.count("<path") == 2


def test_the_ids_of_two_figures_differ():
    ids = []
    for salt in ("one", "other"):
        with styled(salt):
            ids.append(re.findall(r"url\(#(\w+)\)", Renderer(288, 216).render(clipped(circle(0.2)))))
    assert ids[0] != ids[1]


def test_definitions_that_come_together_are_told_apart():
    """Two artists of one figure share a clip rectangle; each brings its own hatch."""
    with styled("test"):
        ax = Figure(figsize=(4, 3)).add_subplot()
        renderer = Renderer(288, 216)
        for hatch in ("//", "xx"):
            renderer.render(ax.add_patch(Rectangle((0, 0), 1, 1, hatch=hatch)))
        definitions = renderer.definitions()
    assert definitions.count("<clipPath") == definitions.count("</clipPath>") == 1
    assert definitions.count("<pattern") == definitions.count("</pattern>") == 2
    ids = re.findall(r'id="(\w+)"', definitions)
    assert len(ids) == len(set(ids)) == 3


def test_an_image_is_as_large_as_its_axes():
    """Its pixels are many: a size rounded to one digit would be out by several of them at the far end."""
    ax = Figure(figsize=(4, 3)).add_subplot()
    shown = ax.imshow([[0.0, 1.0] * 64] * 128, extent=(0, 1, 0, 1), aspect="auto", interpolation="none")
    with styled("test"):
        fragment = Renderer(288, 216).render(shown)
    across = float(re.search(r"matrix\(([\d.]+) ", fragment)[1])
    assert abs(128 * across - ax.get_window_extent().width) < 0.1
