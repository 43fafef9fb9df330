"""Contour lines as short SVG paths: they lie where the surface has their height."""

import re

import numpy as np
import pytest

from gradlab import surfaces
from gradlab.figures import _heights
from gradlab.playground.contours import LEVELS, SIDE, _path, _thin, contours

NUMBER = re.compile(r"-?(?:\d+(?:\.\d+)?|\.\d+)")


def lines(path):
    """The points of each line of a path that goes on by relative steps."""
    for part in re.findall(r"M[^Mz]+", path):
        numbers = np.array([float(n) for n in NUMBER.findall(part)]).reshape(-1, 2)
        yield np.cumsum(numbers, axis=0)


@pytest.mark.parametrize("name", ["rosenbrock", "beale", "himmelblau", "six_hump_camel", "saddle"])
def test_lines_lie_at_their_heights(name):
    surface = getattr(surfaces, name)()
    *_, heights = _heights(surface, LEVELS)
    corner = np.array([surface.frame[0][0], surface.frame[1][1]])
    scale = np.array([surface.frame[0][1] - surface.frame[0][0], surface.frame[1][0] - surface.frame[1][1]]) / SIDE
    found = contours(surface)
    away = []
    for line in lines(found["lines"]):
        assert (line >= -0.6).all() and (line <= SIDE + 0.6).all()
        points = corner + np.concatenate([line, (line[1:] + line[:-1]) / 2]) * scale
        # How far a corner, and the middle of a piece, is from its height, in units of the picture.
        slope = np.linalg.norm(surface.grad(points) * scale, axis=-1)
        away.extend(np.abs(surface.f(points)[:, None] - heights).min(axis=1) / np.maximum(slope, 1e-9))
    assert np.quantile(away, 0.95) < 1
    assert len(found["shades"]) >= 3


def test_a_line_is_thinned_to_what_can_be_seen():
    t = np.linspace(0, np.pi, 500)
    arc = 100 * np.column_stack([np.cos(t), np.sin(t)])
    thin = _thin(arc)
    assert len(thin) < 40
    radii = np.linalg.norm((thin[1:] + thin[:-1]) / 2, axis=1)
    assert radii.min() > 100 - 0.7
    ring = np.vstack([arc, -arc])
    assert len(_thin(np.vstack([ring, ring[:1]]))) > 20, "a closed line is not thinned to a point"
    np.testing.assert_array_equal(_thin(np.array([[0.0, 0], [1, 0], [2, 0]])), [[0, 0], [2, 0]])


def test_paths_are_short():
    assert _path(np.array([[1.0, 2.04], [1.5, -0.0], [1.5, 0.0], [0.0, 3.25]])) == "M1 2l.5-2-1.5 3.2"
    assert _path(np.array([[1.0, 2.0], [1.0, 2.0]])) == ""
