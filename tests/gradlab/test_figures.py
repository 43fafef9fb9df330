"""The shared drawings, checked by the artists that they leave on the axes."""

import matplotlib
import numpy as np
import pytest
from matplotlib.collections import LineCollection
from matplotlib.contour import ContourSet
from matplotlib.figure import Figure

from gradlab import figures
from gradlab.surfaces import himmelblau, quadratic, rosenbrock


@pytest.fixture
def ax():
    return Figure().add_subplot()


def test_the_style_uses_the_palette():
    with figures.styled("salt"):
        cycle = matplotlib.rcParams["axes.prop_cycle"].by_key()["color"]
        assert matplotlib.rcParams["svg.hashsalt"] == "salt"
    assert set(cycle) <= set(figures.COLOURS.values())
    assert len(set(figures.COLOURS.values())) == len(figures.COLOURS), "each colour is a theme variable of its own"


@pytest.mark.parametrize("surface", [himmelblau(), rosenbrock(), quadratic(1, 10), quadratic(1, -1)])
def test_contours_fill_the_frame_of_the_surface(ax, surface):
    figures.contours(ax, surface, levels=9)
    (lines,) = [child for child in ax.get_children() if isinstance(child, (ContourSet, LineCollection))]
    assert len(lines.levels) == 9
    assert (np.diff(lines.levels) > 0).all()
    assert (ax.get_xlim(), ax.get_ylim()) == surface.frame
    assert not ax.get_autoscalex_on()
    assert not ax.get_autoscaley_on()


def test_contours_of_a_bowl_are_evenly_spaced(ax):
    figures.contours(ax, quadratic(1, 1), levels=5)
    (lines,) = [child for child in ax.get_children() if isinstance(child, ContourSet)]
    radii = (2 * lines.levels) ** 0.5
    np.testing.assert_allclose(np.diff(radii), radii[0])
    drawn = [np.linalg.norm(path.vertices, axis=1) for path in lines.get_paths()]
    for radius, distances in zip(radii, drawn, strict=True):
        np.testing.assert_allclose(distances, radius, rtol=0.01)


def test_a_path_is_a_line_with_a_ring_at_its_start_and_a_disc_at_its_end(ax):
    points = np.array([[1.0, 2.0], [0.5, 1.0], [0.2, 0.1]])
    figures.path(ax, points, colour="green", linewidth=3)
    line, ring, disc = ax.lines
    assert np.array_equal(line.get_xydata(), points)
    assert {part.get_color() for part in ax.lines} == {figures.COLOURS["green"]}
    assert line.get_linewidth() == 3
    assert ring.get_xydata().tolist() == [[1, 2]]
    assert ring.get_markerfacecolor() == "none"
    assert disc.get_xydata().tolist() == [[0.2, 0.1]]
    assert disc.get_markerfacecolor() == figures.COLOURS["green"]


def test_a_path_is_drawn_as_far_as_it_is_finite(ax):
    figures.path(ax, [[1.0, 2.0], [3.0, 4.0], [np.inf, 0.0], [1.0, 1.0]])
    assert ax.lines[0].get_xydata().tolist() == [[1, 2], [3, 4]]


@pytest.mark.parametrize(
    ("points", "left"),
    [
        ([[1.0, 2.0], [3.0, 4.0]], 2),
        ([[1.0, 2.0], [3.0, np.nan], [1.0, 2.0]], 1),
        ([[1.0, 2.0], [-np.inf, 0.0]], 1),
        ([[1.0, 2.0], [0.0, -1e7]], 1),
        ([[np.nan, 2.0], [0.0, 1.0]], 1),  # never empty: there is always a start
        ([1.0, 2.0, np.nan], 2),
    ],
)
def test_finite_part(points, left):
    np.testing.assert_array_equal(figures.finite_part(points), points[:left])


def test_minima_are_stars(ax):
    surface = himmelblau()
    figures.minima(ax, surface.minima)
    assert np.array_equal(ax.lines[0].get_xydata(), surface.minima)
    assert ax.lines[0].get_marker() == "*"
    assert ax.lines[0].get_linestyle() == "None"
