"""What a student sees after marking, for the page *For instructors*: `python -m gradlab_course.marking.example`.

A notebook with a wrong answer is marked as any other is. Of its page of feedback, the part on this answer goes into
chapters/feedback.html. A test marks the notebook again, and compares.
"""

import json
import sys
import tempfile
from html import escape
from pathlib import Path

from bs4 import BeautifulSoup

from gradlab_course import ROOT
from gradlab_course.exercises import EXERCISES, nbgrader_of, sources
from gradlab_course.marking.__main__ import main as mark
from gradlab_course.notebooks import read

NAME = "01_gradient_descent"
EXCERPT = ROOT / "chapters" / "feedback.html"

# The second coordinate is computed from a point whose first one has moved already: a mistake that many make.
ANSWER = '''\
def gradient_descent(grad, x0, *, lr, steps):
    """The path from x0, shape (steps + 1, d)."""
    x = np.array(x0, dtype=float)
    rows = [x.copy()]
    for step in range(steps):
        for j in range(len(x)):
            x[j] = x[j] - lr * grad(x)[j]
        rows.append(x.copy())
    return np.stack(rows)
'''
CELLS = ("way-down", "way-down-test")  # the answer and its test, which are shown: no other answer is given


def feedback(folder):
    """Mark the notebook in a folder that is empty; return the page of feedback.

    Raises RuntimeError when it could not be marked.
    """
    _, notebook = read(ROOT / EXERCISES / NAME / f"{NAME}.ipynb")
    for cell in notebook["cells"]:
        if nbgrader_of(cell).get("grade_id") == CELLS[0]:
            cell["source"] = ANSWER
    handed_in, marks = folder / "class" / "ada" / f"{NAME}.ipynb", folder / "marks"
    handed_in.parent.mkdir(parents=True)
    handed_in.write_text(json.dumps(notebook), encoding="utf-8")
    if mark([str(folder / "class"), "--to", str(marks), "--jobs", "1"]):
        raise RuntimeError("the example was not marked")
    return (marks / "feedback" / "ada" / NAME / f"{NAME}.html").read_text(encoding="utf-8")


def excerpt(page):
    """The cells of one task in a page of feedback, as plain HTML that takes its looks from the page it stands in."""
    soup = BeautifulSoup(page, "html.parser")
    parts = [f"<p><b>{escape(_line(soup.find('h4')))}</b></p>"]
    for name in CELLS:
        anchor = soup.find("a", attrs={"name": [name, f"comment-{name}"]})
        cell = anchor.find_parent(class_="code_cell")
        label, score = cell.find(class_="nbgrader-label"), cell.find(class_="pull-right")
        told = _line(score).removesuffix("(Top)").strip()
        parts.append(f"<p>{escape(_line(label))}{f' <b>{escape(told)}</b>' if told else ''}</p>")
        parts.append(f"<pre>{escape(cell.find(class_='input_area').get_text().strip())}</pre>")
        errors = (one.get_text().strip() for one in cell.find_all(class_="output_error"))
        parts += [f'<pre class="error">{escape(error)}</pre>' for error in errors]
    return '<div class="feedback">\n' + "\n".join(parts) + "\n</div>\n"


def _line(tag):
    return " ".join(tag.get_text().split())


def main():
    """Write the excerpt; return the exit status."""
    if not sources(ROOT):
        print("There are no source notebooks here: this is the public tree.", file=sys.stderr)
        return 1
    with tempfile.TemporaryDirectory() as folder:
        EXCERPT.write_text(excerpt(feedback(Path(folder))), encoding="utf-8")
    print(f"{EXCERPT.relative_to(ROOT)}: written")
    return 0


if __name__ == "__main__":
    sys.exit(main())
