"""Pictures of slider figures as PNGs: what is painted, and where."""

import base64
from io import BytesIO

import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.image import imsave

from gradlab.explore import Explorer
from gradlab_course.book import pictures

RED, GREEN, WHITE = (255, 0, 0), (0, 128, 0), (255, 255, 255)


def painted(inside, size=(100, 50), place=(0, 0, 200, 100)):
    """The pixels of a picture on a white figure of 200 × 100: rows from above, columns, colours."""
    figure = Figure(figsize=(2, 1), dpi=pictures.DPI, facecolor="white")
    canvas = FigureCanvasAgg(figure)
    svg = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size[0]} {size[1]}">{inside}</svg>'
    pictures.paint(figure, svg, place)
    canvas.draw()
    return np.asarray(canvas.buffer_rgba())[..., :3]


def at(pixels, x, y):
    """The colour at a place of a picture of 100 × 50."""
    return tuple(pixels[round(2 * y), round(2 * x)].tolist())


SQUARE = '<path d="M 10 10 L 30 10 L 30 30 L 10 30 z" style="fill: var(--gl-blue, #ff0000)"/>'


def test_a_square_is_painted_in_its_place_and_in_the_colour_of_the_light_theme():
    pixels = painted(SQUARE)
    assert at(pixels, 20, 20) == RED
    assert [at(pixels, *place) for place in ((5, 20), (35, 20), (20, 5), (20, 35))] == [WHITE] * 4


def test_a_picture_stands_at_the_left_in_the_middle_of_its_place():
    pixels = painted(SQUARE, size=(100, 100), place=(100, 0, 100, 100))
    assert tuple(pixels[20, 120].tolist()) == RED
    assert (pixels[:, :100] == 255).all()


@pytest.mark.parametrize(
    ("transform", "place"),
    [
        ("translate(40)", (60, 20)),
        ("translate(40 10)", (60, 30)),
        ("rotate(90 30 20)", (30, 10)),
        ("translate(40 0) scale(0.5 0.5)", (50, 10)),
        ("matrix(1 0 0 1 50 5)", (70, 25)),
    ],
)
def test_groups_are_moved_and_turned(transform, place):
    pixels = painted(f'<g transform="{transform}">{SQUARE}</g>')
    assert at(pixels, *place) == RED
    rows, columns = np.nonzero((pixels != 255).any(-1))
    centre = (columns.mean() / 2, rows.mean() / 2)
    assert centre == pytest.approx(place, abs=0.6)


def test_what_lies_beyond_a_clip_path_is_not_seen():
    clip = '<defs><clipPath id="c"><rect x="10" y="10" width="10" height="20"/></clipPath></defs>'
    pixels = painted(f'{clip}<g clip-path="url(#c)">{SQUARE}</g>')
    assert at(pixels, 15, 20) == RED
    assert at(pixels, 25, 20) == WHITE


def test_a_marker_takes_its_colours_from_where_it_is_used():
    marker = '<defs><path id="m" d="M -3 -3 L 3 -3 L 3 3 L -3 3 z" style="stroke: none"/></defs>'
    pixels = painted(f'{marker}<use href="#m" x="50" y="25" style="fill: #008000; stroke: #ff0000"/>')
    assert at(pixels, 50, 25) == GREEN
    assert not (pixels == RED).all(-1).any()


def test_lines_are_as_wide_as_they_say_and_may_be_broken():
    line = '<path d="M 0 25 L 100 25" style="fill: none; stroke: #ff0000; stroke-width: 4{}"/>'
    whole, broken = (painted(line.format(more)) for more in ("", "; stroke-dasharray: 10,10"))
    assert (whole[:, 100] == RED).all(-1).sum() == 8
    assert [at(broken, x, 25) for x in (5, 15, 25, 35)] == [RED, WHITE, RED, WHITE]


@pytest.mark.parametrize(("anchor", "side"), [("start", 1), ("end", -1)])
def test_words_begin_or_end_at_their_place(anchor, side):
    style = f"font-size: 11px; text-anchor: {anchor}; fill: #ff0000"
    pixels = painted(f'<text x="50" y="30" style="{style}">$2 x_1$</text>')
    columns = np.nonzero((pixels != 255).any((0, 2)))[0]
    assert columns.size > 20
    assert (side * (columns - 100) >= -2).all()


def test_an_image_is_not_upside_down():
    """Its first row is red, its second green; matplotlib writes such maps turned over, and turns them back."""
    file = BytesIO()
    imsave(file, np.array([[RED], [GREEN]], dtype=np.uint8), format="png")
    content = base64.b64encode(file.getvalue()).decode()
    image = f'<image href="data:image/png;base64,{content}" width="20" height="20"/>'
    upright = painted(image)
    assert (at(upright, 10, 5), at(upright, 10, 15)) == (RED, GREEN)
    turned = painted(f'<g transform="scale(1 -1) translate(0 -20)">{image}</g>')
    assert (at(turned, 10, 5), at(turned, 10, 15)) == (GREEN, RED)


@pytest.mark.parametrize(
    ("inside", "complaint"),
    [
        ('<circle r="3"/>', "<circle>"),
        ('<g transform="skewX(3)"/>', "transform skewX"),
        ('<path d="M 0 0 A 1 1"/>', "path with A"),
        ('<path d="M 0 0 C 1 1 2 2"/>', "half a C"),
    ],
)
def test_what_cannot_be_painted_is_named(inside, complaint):
    with pytest.raises(ValueError, match=complaint):
        painted(inside)


def test_a_figure_as_explore_writes_it_can_be_painted():
    def map_and_line(plane, losses, lr=0.1):
        """A map, and a line on logarithmic axes."""
        plane.imshow(np.eye(4), extent=(0, 1, 0, 1))
        plane.set(xlim=(0, 1), ylim=(0, 1), xlabel="x₁")
        losses.plot([1, 10], [lr, 1], "o--", color="#d55e00", label="a line")
        losses.set(xscale="log", yscale="log", xlim=(1, 10), ylim=(0.1, 1))
        losses.legend()

    explorer = Explorer(map_and_line, None, "A map.", {"lr": [0.1, 0.5]})
    explorer.compute()
    svg = explorer.html().partition("<svg")[2].partition("</svg>")[0].partition(">")[2]
    assert "<image" in svg and "<tspan" in svg
    pixels = painted(svg, size=(620, 165))
    assert (np.ptp(pixels.reshape(-1, 3), axis=0) > 100).all()
