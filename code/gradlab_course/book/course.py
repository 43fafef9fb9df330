"""What an instructor asks first: what the course holds, and how to cite it. Computed, so that it is true of each build.

course-contents   a directive: a table of the chapters, from their notebooks and those of their exercises
how-to-cite       a directive: version, licences and citation, from CITATION.cff, and where to ask
"""

from __future__ import annotations

import re
from pathlib import Path

import yaml
from sphinx.util.docutils import SphinxDirective

from gradlab_course.book.chapters import PAGE, minutes
from gradlab_course.book.downloads import repository
from gradlab_course.exercises import EXERCISES, tasks, totals
from gradlab_course.notebooks import read, text

CITATION = "CITATION.cff"
OUTCOMES = re.compile(r"^\*\*What you will be able to do\*\*\n\n((?:- .*\n(?:  .*\n)*)+)", re.M)
NEEDS = re.compile(r"^You need ((?:.|\n(?!\n))*?)\.(?=\s)", re.M)
LICENCES = {
    "MIT": "the code under the [MIT licence](https://opensource.org/license/mit)",
    "CC-BY-4.0": "text and figures under [CC BY 4.0](https://creativecommons.org/licenses/by/4.0/)",
}

ASK = """\
**Whom to ask**: [the issues of the repository]({issues}), where you also report a mistake. They are public: ask about a
solution without quoting it."""


def first_pages(site_map) -> dict[str, list[str]]:
    """The chapters in the order of _toc.yml: the first page of each, and its further pages."""
    nested = {page: [one for tree in document.subtrees for one in tree.items] for page, document in site_map.items()}
    further = {one for page in nested if PAGE.match(page) for one in nested[page]}
    return {page: nested[page] for page in site_map if PAGE.match(page) and page not in further}


def promises(cells) -> tuple[str, str]:
    """What a chapter says that its reader will be able to do, as a list in Markdown, and what it needs.

    cells   of its first page

    Raises ValueError if it does not say so.
    """
    opening = "\n\n".join(text(cell["source"]) for cell in cells[:1]) + "\n"
    outcomes, needs = OUTCOMES.search(opening), NEEDS.search(opening)
    if not outcomes or not needs:
        raise ValueError("the first cell must hold **What you will be able to do**, a list, and 'You need …'")
    return outcomes[1], " ".join(needs[1].split())


def counted(number: float, what: str) -> str:
    """A number with its noun."""
    return f"{number:.0f} {what}{'s' * (round(number) != 1)}"


class CourseContents(SphinxDirective):
    """`course-contents`: a row for each chapter."""

    def run(self):
        """Read the notebooks."""
        self.read, self.given = 0.0, []
        chapters = first_pages(self.config.external_site_map)
        head = ["Chapter", "After it, students can", "Tasks", "It needs"]
        rows = [self.row(head)] + [self.row(self.chapter(page, further)) for page, further in chapters.items()]
        points = sum(task.points for task in self.given)
        total = (
            f"Together: {counted(self.read, 'minute')} of reading, and {counted(len(self.given), 'task')} of "
            f"{counted(sum(task.minutes for task in self.given), 'minute')} for {counted(points, 'point')}."
        )
        table = ":::{list-table}\n:header-rows: 1\n:class: course\n\n" + "\n".join(rows) + "\n:::\n"
        return self.parse_text_to_nodes(f"{table}\n{total}\n")

    @staticmethod
    def row(cells):
        """A row of a list-table."""
        return "* - " + "\n  - ".join(cell.strip().replace("\n", "\n    ") for cell in cells)

    def cells(self, page):
        """The cells of a notebook, on which this page depends from now on."""
        path = Path(self.env.srcdir) / f"{page}.ipynb"
        self.env.note_dependency(str(path))
        return read(path)[1]["cells"]

    def chapter(self, page, further):
        """The cells of the row of a chapter: its pages, what it promises, its tasks, and what it needs."""
        first, *others = [self.page(one) for one in (page, *further)]
        pages = f"**{int(PAGE.match(page)[1])}** {first}" + "".join(f"\n\nthen {one}" for one in others)
        outcomes, needs = promises(self.cells(page))
        return [pages, outcomes, self.tasks(Path(page).name), needs[0].upper() + needs[1:]]

    def page(self, page):
        """A link to a page, with the minutes that it takes."""
        cells = self.cells(page)
        spent = sum(minutes(cells).values())
        self.read += spent
        title = re.search("^# (.*)", text(cells[0]["source"]), re.M)[1]
        return f"[{title}](/{page}.ipynb), {counted(spent, 'minute')}"

    def tasks(self, name):
        """How many tasks a chapter has, with their minutes and points."""
        page = (EXERCISES / name / name).as_posix()
        if not (Path(self.env.srcdir) / f"{page}.ipynb").exists():
            return "none yet"
        every = tasks({"cells": self.cells(page)})
        found, (_, (twins, more)) = [task for task in every if not task.twin], totals(every)
        self.given += found
        spent, points, by_hand = (sum(getattr(task, of) for task in found) for of in ("minutes", "points", "by_hand"))
        told = [f"[{counted(len(found), 'task')}](/{page}.ipynb)", counted(spent, "minute"), counted(points, "point")]
        told += [f"{by_hand:.0f} of them marked by hand"] * (by_hand > 0)
        return ", ".join(told + [f"and {twins} more for self-study, {counted(more, 'minute')}"] * (twins > 0))


class HowToCite(SphinxDirective):
    """`how-to-cite`: from CITATION.cff, and the address of the repository."""

    def run(self):
        """Read the file."""
        path = Path(self.env.srcdir) / CITATION
        self.env.note_dependency(str(path))
        told = yaml.safe_load(path.read_text(encoding="utf-8"))
        authors = " and ".join(one["name"] for one in told["authors"])
        date, (address, branch) = told["date-released"], repository(self.config)
        changes, where, url, ask = "CHANGELOG.md", "", "", ""
        if address:
            changes, where = f"[CHANGELOG.md]({address}/blob/{branch}/CHANGELOG.md)", f" {address}"
            url = f",\n  url     = {{{address}}}"
            ask = ASK.format(issues=f"{address}/issues")
        licences = "; ".join(LICENCES[name] for name in told["license"])
        return self.parse_text_to_nodes(f"""\
**Version** {told["version"]}, of {date:%d %B %Y}. What has changed since the last one stands in
{changes}.

**Licence**: {licences}. You may change both, and sell what you make of them; say where they come from.

**Citation**: {authors} ({date.year}). *{told["title"]}*. Version {told["version"]}.{where}

```bibtex
@software{{gradlab,
  author  = {{{{{authors}}}}},
  title   = {{{told["title"]}}},
  version = {{{told["version"]}}},
  year    = {{{date.year}}}{url}
}}
```

{ask}
""")


def setup(app):
    """Register with Sphinx; `sphinx_ext` calls this."""
    app.add_directive("course-contents", CourseContents)
    app.add_directive("how-to-cite", HowToCite)
