"""The shared drawings, checked by the artists that they leave on the axes."""

import matplotlib
import numpy as np
import pytest
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


def lines_and_shades(ax):
    """The contour lines, and what is filled between some of them, or None."""
    sets = {child.filled: child for child in ax.get_children() if isinstance(child, ContourSet)}
    return sets[False], sets.get(True)


@pytest.mark.parametrize("surface", [himmelblau(), rosenbrock(), quadratic(1, 10), quadratic(1, -1)])
def test_contours_fill_the_frame_of_the_surface(ax, surface):
    figures.contours(ax, surface, levels=9)
    lines, shades = lines_and_shades(ax)
    assert len(lines.levels) == 9
    assert (np.diff(lines.levels) > 0).all()
    assert set(shades.levels[:-1]) <= set(lines.levels)
    assert (np.diff([shade[3] for shade in shades.get_facecolor()]) > 0).all()  # the higher, the darker
    assert (ax.get_xlim(), ax.get_ylim()) == surface.frame
    assert not ax.get_autoscalex_on()
    assert not ax.get_autoscaley_on()


def test_contours_of_a_bowl_are_evenly_spaced(ax):
    figures.contours(ax, quadratic(1, 1), levels=5)
    lines, _ = lines_and_shades(ax)
    radii = (2 * lines.levels) ** 0.5
    np.testing.assert_allclose(np.diff(radii), radii[0])
    drawn = [np.linalg.norm(path.vertices, axis=1) for path in lines.get_paths()]
    for radius, distances in zip(radii, drawn, strict=True):
        np.testing.assert_allclose(distances, radius, rtol=0.01)


def test_a_path_is_a_line_with_a_ring_at_its_start_and_a_disc_at_its_end(ax):
    points = np.array([[1.0, 2.0], [0.5, 1.0], [0.2, 0.1]])
    figures.path(ax, points, colour=figures.GREEN, linewidth=3)
    line, ring, disc = ax.lines
    assert np.array_equal(line.get_xydata(), points)
    assert {part.get_color() for part in ax.lines} == {figures.GREEN}
    assert line.get_linewidth() == 3
    assert ring.get_xydata().tolist() == [[1, 2]]
    assert ring.get_markerfacecolor() == "none"
    assert disc.get_xydata().tolist() == [[0.2, 0.1]]
    assert disc.get_markerfacecolor() == figures.GREEN


def test_a_path_is_drawn_as_far_as_it_is_finite(ax):
    figures.path(ax, [[1.0, 2.0], [3.0, 4.0], [np.inf, 0.0], [1.0, 1.0]])
    assert ax.lines[0].get_xydata().tolist() == [[1, 2], [3, 4]]


def test_a_path_on_a_graph_has_the_look_that_it_is_given(ax):
    x = np.array([3.0, 2.0, 1.0])
    figures.path(ax, np.column_stack([x, x**2]), ends=(8, 7), markersize=6)
    line, ring, disc = ax.lines
    assert line.get_xydata().tolist() == [[3, 9], [2, 4], [1, 1]]
    assert [part.get_markersize() for part in (line, ring, disc)] == [6, 8, 7]
    assert {part.get_color() for part in ax.lines} == {figures.BLUE}


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


def test_a_descent_is_contours_minima_and_a_path(ax):
    surface, points = himmelblau(), [[1.0, 2.0], [3.0, 2.0]]
    figures.descent(ax, surface, points, figures.INK, levels=7)
    lines, shades = lines_and_shades(ax)
    assert len(lines.levels) == 7
    assert shades
    line, ring, disc, stars = ax.lines
    assert stars.get_zorder() > disc.get_zorder()
    assert np.array_equal(stars.get_xydata(), surface.minima)
    assert line.get_xydata().tolist() == points
    assert {part.get_color() for part in (line, ring, disc)} == {figures.INK}


def test_a_map_in_colours_is_not_shaded(ax):
    figures.descent(ax, himmelblau(), [[1.0, 2.0], [3.0, 2.0]], fill=False)
    assert lines_and_shades(ax)[1] is None


def test_an_arrow_goes_from_its_tail_along_its_vector(ax):
    figures.arrow(ax, [1, 2], [3.0, -1.0], figures.GREEN)
    [arrow] = ax.texts
    assert np.array_equal(arrow.xy, [4, 1])
    assert np.array_equal(arrow.xyann, [1, 2])
    assert matplotlib.colors.to_hex(arrow.arrow_patch.get_edgecolor()) == figures.GREEN


def test_oblique_turns_the_plane_and_lifts_by_the_height():
    corners = np.array([[[1, 1], [3, 1]], [[1, 5], [3, 5]]])  # a square of half-side 2 would fit
    across, up = figures.oblique(corners, [[0, 10], [20, 30]], centre=(1, 1), reach=2)
    np.testing.assert_allclose(across, [[0, 1], [2, 3]])
    np.testing.assert_allclose(up, [[0, 10 - 0.6], [20 + 1.2, 30 + 0.6]])
    assert figures.oblique([1, 1], 4, centre=(1, 1), reach=2).tolist() == [0, 4]


def test_a_wire_surface_is_eleven_wires_each_way_above_a_flat_grid(ax):
    bowl = quadratic(1, 1)
    figures.wire(ax, bowl.f, centre=(1, 0), reach=2)
    surface, floor = ax.lines
    assert (surface.get_color(), floor.get_color()) == (figures.CONTOUR, figures.GRID)
    for line in (surface, floor):
        gaps = np.isnan(line.get_xdata())
        assert np.array_equal(gaps, np.isnan(line.get_ydata()))
        assert np.flatnonzero(gaps).tolist() == list(range(41, 22 * 42, 42)), "41 points to a wire"
    # From where a point of the grid is on the page to where it is in the plane, and so to the height above it.
    (across, up), (over, top) = floor.get_xydata().T, surface.get_xydata().T
    np.testing.assert_array_equal(across, over)
    a, b = (across - up / 0.6) / 2, (across + up / 0.6) / 2
    assert (np.nanmin(a), np.nanmax(a), np.nanmin(b), np.nanmax(b)) == pytest.approx((-1, 1, -1, 1))
    np.testing.assert_allclose(top - up, bowl.f(np.stack([1 + 2 * a, 2 * b], -1)), atol=1e-12)
