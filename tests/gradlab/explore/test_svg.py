"""Artists as SVG: each definition has an id of its own."""

import re

import numpy as np
import pytest
from matplotlib.figure import Figure
from matplotlib.patches import Circle, Rectangle

from gradlab.explore import svg
from gradlab.explore.svg import Renderer, _thinned, _tidy_tag
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


def corners(piece):
    """The points of the lines in a piece of SVG, and which of these are closed."""
    lines = re.findall(r"M[^M]*", re.search(r' d="([^"]*)"', piece)[1])
    points = [np.array(re.findall(r"[-\d.]+", line), dtype=float).reshape(-1, 2) for line in lines]
    return points, ["z" in line for line in lines]


def away(points, line):
    """The greatest distance of points from a line, whose corners are given."""
    a, along = line[:-1], np.diff(line, axis=0)
    square = np.maximum((along**2).sum(axis=1), 1e-12)
    at = ((points[:, None] - a) * along).sum(axis=-1) / square
    nearest = a + np.clip(at, 0, 1)[..., None] * along
    return np.linalg.norm(points[:, None] - nearest, axis=-1).min(axis=1).max()


@pytest.mark.parametrize("shape", ["contours", "shades", "zigzag"])
def test_a_line_with_many_points_is_drawn_with_fewer_and_lies_where_it_lay(shape, monkeypatch):
    ax = Figure(figsize=(4, 3)).add_subplot()
    x = np.linspace(-2, 2, 121)
    z = x**2 + 4 * x[:, None] ** 2 + np.sin(3 * x)
    drawn = {
        "contours": lambda: ax.contour(x, x, z, levels=[0.5, 2.0], colors=BLUE),
        "shades": lambda: ax.contourf(x, x, z, levels=[0.5, 2.0], colors=[BLUE]),
        "zigzag": lambda: ax.plot(x, np.sign(np.sin(40 * x)), color=BLUE)[0],
    }[shape]()
    with styled("test"):
        thinned, closed = corners(Renderer(288, 216).render(drawn))
        monkeypatch.setattr(svg, "MANY", 10**6)
        _tidy_tag.cache_clear()
        whole, same = corners(Renderer(288, 216).render(drawn))
        _tidy_tag.cache_clear()
    assert closed == same
    assert sum(map(len, thinned)) < sum(map(len, whole)) * (0.6 if shape != "zigzag" else 1.01)
    for few, many in zip(thinned, whole, strict=True):
        assert (few[[0, -1]] == many[[0, -1]]).all()
        assert away(many, few) < svg.TOLERANCE + 0.15  # both are rounded to a tenth
    if shape == "zigzag":
        assert all(np.ptp(few[:, 1]) == np.ptp(many[:, 1]) for few, many in zip(thinned, whole, strict=True))


def test_a_line_of_few_points_keeps_all_of_them():
    few, more = (" L ".join(f"{x} 0" for x in range(n)) for n in (svg.MANY, svg.MANY + 1))
    assert _thinned(f"M {few} z") == f"M {few} z"
    assert _thinned(f"M {more} z") == f"M 0.000 0.000 L {svg.MANY}.000 0.000 z"
