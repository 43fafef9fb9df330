"""The sentence under the picture of a playground, of paths that are made up."""

from __future__ import annotations

from pathlib import Path

import pytest

from gradlab import playground as package

SITUATION = Path(package.__file__).parent / "situation.js"


@pytest.fixture(scope="module")
def page(chromium):
    page = chromium.new_page()
    page.add_script_tag(content=SITUATION.read_text(encoding="utf-8"))
    yield page
    page.close()


@pytest.mark.parametrize(
    ("far", "step", "said"),
    [
        ([3] * 40 + [0] * 61, 100, "R is at the minimum from step 40 on (loss 1)"),
        ([3] * 98 + [0] * 3, 100, "R has come to the minimum only at step 98 (loss 1): more"),
        ([3] * 40 + [0] * 30 + [3] * 31, 50, "R passes the minimum between step 40 and step 69 (loss 1)"),
        ([3] * 40 + [0] * 30 + [3] * 31, 100, "R is at loss 1"),
        ([3] * 40 + [0] * 61, 41, "R is at the minimum from step 40 on (loss 1)"),
    ],
)
def test_at_the_minimum_is_who_stays_there(page, far, step, said):
    found = page.evaluate(
        """([far, step]) => {
          const surface = { d: 1, frame: [[-5, 5]], minima: [[0]] };
          const run = { path: far, losses: far.map(() => 1), diverged: -1 };
          return gradlabPlayground.situations.clause("R", run, step, surface);
        }""",
        [far, step],
    )
    assert found.startswith(said) and (found == said or "only" in said)
