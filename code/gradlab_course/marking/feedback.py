"""Improves the page of feedback that nbgrader makes, and packs the pages of a class for a learning-management system.

Tasks get their names, answers that nobody has read yet say so, formulas are typeset without a script from another host,
and phones get styles of their own.
"""

import ast
import re
import zipfile
from pathlib import Path

from nbgrader.preprocessors import NbGraderPreprocessor

from gradlab_course.book.formulas import mathml
from gradlab_course.exercises import nbgrader_of, tasks
from gradlab_course.marking.folders import CANVAS
from gradlab_course.notebooks import text

HEAD = """\
<meta name="viewport" content="width=device-width, initial-scale=1">
<style>
div.nbgrader_cell .panel-heading { height: auto; overflow: hidden; }
.rendered_html { overflow-wrap: anywhere; }
div.input_area, div.output_subarea, .rendered_html table, .rendered_html pre { max-width: 100%; overflow-x: auto; }
math[display="block"] { max-width: 100%; overflow-x: auto; margin: 1em 0; }
@media (max-width: 767px) {
  body { padding: 0; }
  .container, div#notebook, div#notebook-container, .panel-body { padding: 6px; }
  .panel-heading h4 { overflow-wrap: anywhere; }
  div.cell, div.input, div.output_area { display: block; }
  div.prompt { display: none; }
  .panel-heading .pull-right { float: none !important; display: block; }
  div.output_subarea pre { white-space: pre-wrap; }
  .rendered_html img { max-width: 100%; height: auto; }
}
</style>
</head>"""
SCORE = r"Score: [\d.]+ / ([\d.]+)"
MATHJAX = re.compile(r"<!-- Load mathjax -->.*?<!-- End of mathjax configuration -->", re.S)
#: code, in which a dollar is a dollar; a formula in a line of its own; a formula in a line of text
FORMULA = re.compile(
    r"(?P<code>```.*?```|`[^`\n]+`)|\$\$(?P<block>[^$`]+)\$\$|\$(?P<line>(?! )[^$`\n]+(?<! ))\$(?!\d)", re.S
)
TAG = re.compile(r"<[^<>]*gradlabformula[^<>]*>")
KEPT = re.compile(r"gradlabformula([bl])((?:[0-9a-f]{2})+)z")


class KeepFormulas(NbGraderPreprocessor):  # nbconvert's own Preprocessor would have to be enabled
    """Writes formulas as words that Markdown leaves alone: underscores in LaTeX would become emphasis.

    `finished` typesets them. A formula that cannot be typeset stays as the student wrote it.
    """

    def preprocess_cell(self, cell, resources, index):
        """The cell, if it is Markdown with other words for its formulas; and the comment on it, which is Markdown."""
        if cell.cell_type == "markdown":
            cell.source = FORMULA.sub(_kept, cell.source)
        if comment := nbgrader_of(cell).get("comment"):
            cell.metadata.nbgrader.comment = FORMULA.sub(_kept, comment)
        return cell, resources


def _kept(found):
    tex = found["block"] or found["line"]
    if not tex:
        return found[0]
    try:
        mathml(tex)
    except ValueError:
        return found[0]
    return f"gradlabformula{'b' if found['block'] else 'l'}{tex.encode().hex()}z"


def _typeset(found):
    try:
        return mathml(bytes.fromhex(found[2]).decode(), display=found[1] == "b")
    except ValueError:  # a student's own word that looks like ours
        return found[0]


def labels(nb):
    """grade_id -> what a page of feedback calls the cell, such as "Task 2, gradient_descent: the whole way down".

    nb   the source notebook

    Of a task with one graded cell, its cells have the name of the task alone.
    """
    found = {}
    for task in tasks(nb):
        named = [cell for cell in nb["cells"][task.cells] if "grade_id" in nbgrader_of(cell)]
        cells = {nbgrader_of(cell)["grade_id"]: cell for cell in named}
        bound = {name: _bound(cell) for name, cell in cells.items()}
        tested = {name: _tested(cell, [one for own in bound.values() for one in own]) for name, cell in cells.items()}
        is_split = sum(bool(nbgrader_of(cell).get("grade")) for cell in named) > 1
        for name, cell in cells.items():
            # Of an answer, only what a test uses: other names are the solution's own.
            asked = [one for one in bound[name] if any(one in names for names in tested.values())]
            part = ", ".join(tested[name].values() or asked) if cell["cell_type"] == "code" else "in words"
            found[name] = f"Task {task.label}{f', {part}' * bool(part and is_split)}: {task.title}"
    return found


def _bound(cell):
    """The names that an answer in code gives values to, in order."""
    if cell["cell_type"] != "code" or not nbgrader_of(cell).get("solution"):
        return []
    body = ast.parse(text(cell["source"])).body
    targets = [target for node in body if isinstance(node, ast.Assign) for target in node.targets]
    stored = [node.id for target in targets for node in ast.walk(target) if _is_stored(node)]
    defined = [node.name for node in body if isinstance(node, ast.FunctionDef | ast.ClassDef)]
    return list(dict.fromkeys([*defined, *stored]))


def _is_stored(node):
    return isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)


def _tested(cell, asked):
    """Of the names asked for, those that a test uses: name -> the name, with its key if only one is looked at."""
    if cell["cell_type"] != "code" or nbgrader_of(cell).get("solution"):
        return {}
    nodes = list(ast.walk(ast.parse(text(cell["source"]))))
    used = {node.id for node in nodes if isinstance(node, ast.Name)}
    keys = {}
    for node in nodes:
        if (
            isinstance(node, ast.Subscript)
            and isinstance(node.value, ast.Name)
            and isinstance(node.slice, ast.Constant)
        ):
            keys.setdefault(node.value.id, set()).add(ast.unparse(node))
    return {name: "".join(keys[name]) if len(keys.get(name, ())) == 1 else name for name in asked if name in used}


def finished(page, scores, names=()):
    """A page of feedback as students get it.

    page     HTML that nbgrader's template made, of a notebook that `KeepFormulas` has prepared
    scores   scores of the student, from `gradebook.score`
    names    grade_id -> the name of its task, from `labels`
    """
    page = MATHJAX.sub("", page.replace("</head>", HEAD, 1), count=1)
    # Only the template can make the links and headings that are replaced here: a student's HTML is shown as text.
    for cell, name in dict(names).items():
        key, words = re.escape(cell), name.replace("\\", r"\\")
        page = re.sub(rf'(<a href="#{key}">)[^<]*(</a>)', rf"\1{words}\2", page, count=1)
        page = re.sub(rf'(<a href="#comment-{key}">)[^<]*(</a>)', rf"\1A comment on {words}\2", page, count=1)
        page = re.sub(rf"Grade cell: <code>{key}</code>", f"Test of {words}", page, count=1)
    unmarked = {name: most for name, (points, most, is_unmarked) in scores.items() if is_unmarked and not points}
    for name in unmarked:
        # The score stands in the table of contents, and above the answer.
        in_contents, above = (
            rf'<a href="#{re.escape(name)}">[^<]*</a> \(',
            rf'<a name="{re.escape(name)}"></a>.{{0,300}}?',
        )
        for before in (in_contents, above):
            page = re.sub(f"({before}){SCORE}", r"\1Not marked yet, up to \2", page, count=1, flags=re.S)
    if unmarked:
        words = rf"\g<0>, {sum(unmarked.values()):g} of them not marked yet"
        page = re.sub(SCORE, words, page, count=1)  # the first score is the sum, in the title
    page = TAG.sub(lambda tag: KEPT.sub("", tag[0]), page)  # a heading's formula is in the heading's address, too
    return KEPT.sub(_typeset, page)


def zipped(path, folder, assignment, handed_in):
    """Write a zip of the pages of an assignment, which learning-management systems give back to the students.

    path        where to
    folder      the folder of all feedback
    assignment  the name of the assignment
    handed_in   student -> the path of the notebook that was handed in

    Moodle knows whose a file is by the name of the folder that its own download has, Canvas by the numbers in the name
    of the file; both names are kept.
    """
    draft = Path(path).with_suffix(".part")
    with zipfile.ZipFile(draft, "w", zipfile.ZIP_DEFLATED) as archive:
        for student, notebook in sorted(handed_in.items()):
            page, name = Path(folder) / student / assignment / f"{assignment}.html", Path(notebook).name
            if page.exists():
                is_loose = CANVAS.fullmatch(name) and Path(notebook).parent.name != student
                entry = f"{Path(name).stem}.html" if is_loose else f"{student}/{assignment}.html"
                archive.write(page, entry)
    draft.replace(path)
