"""The class at a glance: one page for all assignments, which names nobody and so may be projected.

    mean and spread of the points, how they are distributed, the points by task, the mistakes named most often

It is made from the results and the gradebook. Whoever wants names finds them in the report.
"""

from collections import Counter
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import jinja2
import numpy as np

from gradlab_course.exercises import graded_cells
from gradlab_course.notebooks import read, text

FEWEST = 5  # of fewer submissions nothing is said about points: in a small class everybody would know whose they are
BINS = 10  # of the distribution of points
MOST = 15  # mistakes that are listed
TEMPLATE = Path(__file__).with_name("class_page.html")


@dataclass(frozen=True)
class Bar:
    """A line of a chart: a label, how long its bar is from 0 to 1, and the words behind it."""

    label: str
    share: float
    said: str


@dataclass(frozen=True)
class Assignment:
    """What the page says of one assignment. Without enough submissions, summary is "" and all charts are empty.

    title      of the notebook
    counts     who handed in, a sentence for each group that is not empty
    summary    mean, spread and quartiles of the points, in words
    points     how many submissions have how many points
    tasks      the mean share of the points of each task
    mistakes   the mistakes named most often
    """

    title: str
    counts: list
    summary: str
    points: list
    tasks: list
    mistakes: list


def write(path, sources, results, scores, size):
    """Write the page.

    path      where to
    sources   the paths of the source notebooks
    results   from `course.mark`
    scores    assignment -> student -> scores, from `gradebook.scores`
    size      the number of students in the class, with those who have no folder
    """
    shown = []
    for source in sources:
        own = [result for result in results if result["assignment"] == source.stem]
        if any(result.get("answered") for result in own):
            shown.append(assignment(read(source)[1], own, scores[source.stem], size))
    environment = jinja2.Environment(autoescape=True, trim_blocks=True, lstrip_blocks=True)
    page = environment.from_string(TEMPLATE.read_text(encoding="utf-8")).render(assignments=shown, size=size)
    Path(path).write_text(page + "\n", encoding="utf-8")


def assignment(nb, results, scores, size):
    """What the page says of one assignment, an `Assignment`.

    nb        its source notebook
    results   of this assignment, from `course.mark`
    scores    student -> scores, from `gradebook.scores`
    size      the number of students in the class
    """
    title = text(nb["cells"][0]["source"]).splitlines()[0].lstrip("# ")
    answered = [result for result in results if result.get("answered")]
    odd = sum(bool(result["remarks"]) for result in answered)
    own = [scores.get(result["student"], {}) for result in answered]
    waiting = sum(is_unmarked for one in own for *_, is_unmarked in one.values())
    counts = [f"{len(answered)} of {size} students handed in answers."]
    counts += [f"Submissions with remarks: {odd}."] * bool(odd)
    counts += [f"Answers still to be marked by hand: {waiting}; they count 0 here."] * bool(waiting)
    if len(answered) < FEWEST:
        return Assignment(title, [*counts, f"More is said of {FEWEST} submissions or more."], "", [], [], [])
    tasks = graded_cells(nb)
    most = sum(score[1] for score in own[0].values())
    points = np.array([sum(score[0] for score in one.values()) for one in own])
    low, middle, high = np.percentile(points, (25, 50, 75))
    summary = (
        f"Mean {points.mean():.1f} ± {points.std(ddof=1):.1f} of {most:g} points (± is one standard deviation). Half "
        f"of the submissions have {middle:g} points or more; the middle half have {low:g} to {high:g}."
    )
    charts = _distribution(points, most), _by_task(tasks, own), _named(tasks, answered)
    return Assignment(title, counts, summary, *charts)


def _distribution(points, most):
    edges = np.linspace(0, most, BINS + 1)
    count, _ = np.histogram(points, edges)
    return [
        Bar(f"{low:g} to {high:g}", n / count.max(), _students(n))
        for (low, high), n in zip(pairwise(edges), count.tolist(), strict=True)
    ]


def _by_task(tasks, own):
    """The mean share of the points of each task, of those for whom not all of it waits to be marked by hand."""
    bars = []
    for title, cells in tasks.items():
        scores = [[one[cell] for cell in cells] for one in own]
        waiting = [[is_unmarked and not points for points, _, is_unmarked in one] for one in scores]
        got = np.array([sum(s[0] for s in one) for one, wait in zip(scores, waiting, strict=True) if not all(wait)])
        most = sum(own[0][cell][1] for cell in cells)
        left = f"; answers still to be marked by hand: {sum(map(sum, waiting))}" * any(map(any, waiting))
        if len(got) < FEWEST:
            bars.append(Bar(title, 0, f"{most:g} points{left}"))
            continue
        share = got.mean() / most
        full, none = (got >= most - 1e-9).mean(), (got <= 1e-9).mean()
        bars.append(Bar(title, share, f"{share:.0%} of {most:g} points; all of them {full:.0%}, none {none:.0%}{left}"))
    return bars


def _named(tasks, answered):
    """The mistakes named most often; of a task whose tests fail without a name, a line that says how often."""
    task_of = {cell: title for title, cells in tasks.items() for cell in cells}
    made = Counter()
    for result in answered:
        failed = {}  # task -> all names from its cells: a student who makes a mistake in two cells counts once
        for cell, names in result["mistakes"].items():
            if cell in task_of:
                failed.setdefault(task_of[cell], set()).update(names)
        made.update((task, name) for task, names in failed.items() for name in names or [""])
    first = made.most_common(MOST)
    return [
        Bar(f"{task.split(':')[0]}: {name or 'wrong, without a name'}", n / len(answered), _students(n))
        for (task, name), n in first
    ]


def _students(n):
    return f"{n} student{'s' * (n != 1)}"
