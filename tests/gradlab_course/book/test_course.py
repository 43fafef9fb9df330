"""What the page for instructors says of the course: from the notebooks, so that it is true of every chapter."""

import re
from types import SimpleNamespace

import pytest
import yaml
from sphinx_external_toc.parsing import parse_toc_yaml

from gradlab_course import ROOT
from gradlab_course.book.course import CITATION, LICENCES, counted, first_pages, promises
from gradlab_course.notebooks import read

CHAPTERS = first_pages(parse_toc_yaml(ROOT / "_toc.yml"))
OPENING = """# A chapter

**What you will be able to do**

- do one thing;
- do another
  on two lines.

You need [chapter 1](01_a.ipynb), and 1.5 hours
of time. The rest follows.

**Predict first.** What?"""


def cell(source):
    return {"cell_type": "markdown", "source": source}


def test_what_a_chapter_promises_and_needs():
    outcomes, needs = promises([cell(OPENING), cell("You need nothing. ")])
    assert outcomes == "- do one thing;\n- do another\n  on two lines.\n"
    assert needs == "[chapter 1](01_a.ipynb), and 1.5 hours of time"


@pytest.mark.parametrize("part", ["What you will", "You need"])
def test_a_chapter_that_does_not_say_so_is_refused(part):
    with pytest.raises(ValueError, match="first cell must hold"):
        promises([cell(OPENING.replace(part, "Something"))])


@pytest.mark.parametrize("page", CHAPTERS)
def test_each_chapter_says_what_it_promises_and_needs(page):
    outcomes, needs = promises(read(ROOT / f"{page}.ipynb")[1]["cells"])
    assert outcomes.count("\n- ") >= 2 and len(needs) > 10


def test_chapters_are_told_from_their_further_pages():
    trees = [SimpleNamespace(items=["chapters/01_b"])]
    site_map = {"chapters/index": [], "chapters/01_a": trees, "chapters/01_b": [], "chapters/02_c": []}
    site_map = {page: SimpleNamespace(subtrees=subtrees) for page, subtrees in site_map.items()}
    assert first_pages(site_map) == {"chapters/01_a": ["chapters/01_b"], "chapters/02_c": []}
    numbers = [re.match(r"chapters/(\d\d)_", page)[1] for page in CHAPTERS]
    assert numbers == sorted(set(numbers))


@pytest.mark.parametrize(("number", "words"), [(0, "0 tasks"), (1, "1 task"), (1.2, "1 task"), (1.6, "2 tasks")])
def test_numbers_have_their_nouns(number, words):
    assert counted(number, "task") == words


def test_what_is_cited_is_there():
    told = yaml.safe_load((ROOT / CITATION).read_text(encoding="utf-8"))
    assert set(told["license"]) == set(LICENCES)
    assert told["authors"] and told["date-released"].year
