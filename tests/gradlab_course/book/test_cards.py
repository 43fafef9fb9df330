"""The pictures with which pages are shared."""

from io import BytesIO
from types import SimpleNamespace

import numpy as np
import pytest
from docutils import nodes
from matplotlib.image import imread

from gradlab_course.book import cards

PICTURE = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 620 165" aria-label="A &lt;red&gt; field.">'
    '<path d="M 0 0 L 620 0 L 620 165 L 0 165 z" style="fill: #ff0000"/></svg>'
)


def pixels(picture):
    image = imread(BytesIO(picture), format="png")
    assert image.shape[1::-1] == cards.SIZE == (1200, 630)
    return np.rint(255 * image[..., :3])


@pytest.mark.parametrize("title", ["Momentum", "A title so long that three lines would not hold it " * 3])
def test_a_card_has_the_title_and_below_it_the_figure(title):
    seen = pixels(cards.draw(title, "gradlab", "An executable course.", PICTURE))
    red = (seen == (255, 0, 0)).all(-1)
    rows, columns = np.nonzero(red)
    assert red.sum() > 200_000, "the figure is as large as there is room"
    assert (columns.min(), columns.max()) == pytest.approx((cards.MARGIN, 1200 - cards.MARGIN), abs=2)
    ink = np.nonzero((seen.max(-1) < 60).any(1))[0]
    assert 60 < ink.min() < ink.max() < rows.min(), "the title is above it"
    margin = seen[:, 1200 - cards.MARGIN + 2 :]
    assert (margin == 255).all(), "and no wider"


def test_the_address_of_a_picture_changes_with_it(tmp_path):
    first, second = (cards.put(tmp_path, "a", picture) for picture in (b"one", b"two"))
    assert first != second
    assert (tmp_path / second.partition("?")[0]).read_bytes() == b"two"


@pytest.fixture
def app(tmp_path):
    """A book of a first page, a chapter with a figure and one without."""
    figure = nodes.raw("", f'<figure class="explore">{PICTURE}</figure>', format="html")
    trees = {"chapters/02_two": nodes.section("", figure), "chapters/01_one": nodes.section()}
    titles = {page: nodes.title("", name) for page, name in (("index", "All"), *((it, it[-3:]) for it in trees))}
    env = SimpleNamespace(
        get_doctree=trees.get, titles=titles, found_docs={*trees, "index", "notes"}, toctree_includes={}
    )
    return SimpleNamespace(env=env, outdir=tmp_path, config=SimpleNamespace(root_doc="index", html_title="gradlab"))


def test_a_chapter_has_its_own_card_and_other_pages_share_one(app):
    own, others = cards.of(app, "chapters/02_two"), cards.of(app, "notes")
    assert own.address.startswith("_static/cards/02_two.png?v=")
    assert others == cards.of(app, "index")
    assert others.address.startswith("_static/cards/index.png?v=")
    assert own.alt == others.alt == "A <red> field."


def test_a_chapter_without_a_figure_has_no_card(app):
    assert cards.of(app, "chapters/01_one") is None
    assert not (app.outdir / "_static").exists()
