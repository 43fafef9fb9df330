"""A page with the playground's engine and data in it."""

from pathlib import Path

import pytest

from gradlab import playground
from gradlab.playground import programs

FOLDER = Path(playground.__file__).parent


@pytest.fixture(scope="module")
def engine(chromium):
    """Give a page that has the engine as `gradlabPlayground` and the data block as `data`."""
    page = chromium.new_page()
    page.add_script_tag(path=FOLDER / "engine.js")
    page.evaluate("(data) => { window.data = data; }", programs.data())
    yield page
    page.close()
