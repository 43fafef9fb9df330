"""A small source notebook with a planted word (a canary) in each part that students must see, or must not see."""

from gradlab_course.notebooks import CHECKED, canonical

# Words in the parts that students must not see; each occurs nowhere else.
SECRETS = {
    "solution": "zqsolutionqz",
    "hidden test": "zqhiddenqz",
    "model answer": "zqanswerqz",
    "rubric": "zqrubricqz",
    "mark scheme": "zqschemeqz",
    "output": "zqoutputqz",
    "picture": "zqpictureqz",
    "metadata": "zqwithheldqz",
}
# Words in the parts that students must see.
SHOWN = {"task": "zqtaskqz", "hint": "zqhintqz", "test": "zqtestqz", "self-study": "zqselfqz"}

DOT = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="

STEP = f"""\
def my_sgd(x, g, *, lr):
    '''One step.'''
    ### BEGIN SOLUTION
    return (x - lr * g,)  # {SHOWN["self-study"]}
    ### END SOLUTION"""

TEN = f"""\
x = None
### BEGIN SOLUTION
x = 1.0
for {SECRETS["solution"]} in range(10):
    (x,) = my_sgd(x, x, lr=0.5)
### END SOLUTION
x"""

TEN_TEST = f"""\
assert isinstance(x, float), "x must be a number."
### BEGIN HIDDEN TESTS
assert x == 0.5**10, "{SECRETS["hidden test"]}"
### END HIDDEN TESTS"""

WHY = f"""\
Because of ![it](attachment:{SECRETS["picture"]}.png) and {SECRETS["model answer"]}.

Rubric: {SECRETS["rubric"]}"""

MORE = f"""\
### BEGIN SOLUTION
None.
### END SOLUTION

=== BEGIN MARK SCHEME ===
1 for {SECRETS["mark scheme"]}
=== END MARK SCHEME ==="""

TASK_1 = f"""\
## Task 1: one step
*self-study · easy · 5 minutes*

The {SHOWN["task"]}.

<details><summary>Hint 1</summary>

The {SHOWN["hint"]}.
</details>"""


def markdown(source, **more):
    """Make a Markdown cell."""
    return {"cell_type": "markdown", "metadata": {}, "source": source} | more


def code(source, outputs=(), tags=()):
    """Make a code cell."""
    metadata = {"tags": list(tags)}
    return {"cell_type": "code", "execution_count": None, "metadata": metadata, "outputs": outputs, "source": source}


def marked(cell, name, solution=False, points=None):
    """Give a cell nbgrader's metadata: of a solution, of a test, or of an answer in words, which is both."""
    known = {"grade": points is not None, "grade_id": name, "locked": not solution, "schema_version": 3}
    known |= {"solution": solution, "task": False} | ({} if points is None else {"points": points})
    return cell | {"metadata": cell["metadata"] | {"nbgrader": known}}


def source_notebook():
    """Make a source notebook of three tasks that holds all SECRETS and SHOWN."""
    output = {"output_type": "stream", "name": "stdout", "text": SECRETS["output"]}
    pictures = {f"{SECRETS['picture']}.png": {"image/png": DOT}}
    cells = [
        markdown("# Exercises: a small one\n\nTo [chapter a](../../a.md)."),
        code("from gradlab import rules\nfrom gradlab.checks import check"),
        markdown(TASK_1),
        marked(code(STEP), "step", solution=True),
        marked(code(f"check(my_sgd, like=rules.sgd).raise_if_wrong()  # {SHOWN['test']}"), "step-test"),
        markdown("## Task 2: ten steps\n\n*assignment · hard · 45 minutes · 3 points*\n\nGo on."),
        marked(code(TEN, [output], [CHECKED, "wide"]), "ten", solution=True),
        marked(code(TEN_TEST), "ten-test", points=3),
        markdown(
            "## Task 3, a project: why\n*assignment · medium · 15 minutes · 5 points, marked by hand*\n\nSay why."
        ),
        marked(markdown(WHY, attachments=pictures), "why", solution=True, points=4),
        marked(markdown(MORE), "more", solution=True, points=1),
    ]
    return canonical(
        {
            "cells": cells,
            "metadata": {"gradlab": {"withheld": [SECRETS["metadata"]]}},
            "nbformat": 4,
            "nbformat_minor": 4,
        }
    )


def found(texts):
    """The names of the SECRETS that occur in some contents of files."""
    return sorted(name for name, word in SECRETS.items() if any(word.encode() in text for text in texts))


def all_shown(texts):
    """True if all words of SHOWN occur in some contents of files, which shows that `found` searches the right ones."""
    return all(any(word.encode() in text for text in texts) for word in SHOWN.values())
