"""Brings notebooks into a canonical form, so that a diff shows an author's changes and nothing else.

    python -m gradlab_course.notebooks [--check | --run] PATHS

The canonical form is nbformat 4.4:
- cells have no ids; of their metadata only the tags and the entries that nbgrader needs are kept. A cell whose tag
  folds its code in the book has besides what folds it in JupyterLab;
- only the cells whose outputs nbval compares have outputs, as plain text and, of tables, as HTML. A figure with
  sliders, which needs a kernel, has a line that says so;
- of the notebook's own metadata the entry `gradlab` is kept; the others are the same in all notebooks.
"""

import argparse
import copy
import json
import os
import re
import sys
import tempfile
from pathlib import Path

CHECKED = "nbval-check-output"
CELL_METADATA = ("deletable", "editable", "nbgrader", "tags")
FOLDED = {"hide-input", "hide-cell"}  # tags
FIGURE_CALL = re.compile(r"\b(?:explore|playground)\(\n")  # a call that shows a figure with sliders
WAITS = {
    "data": {"text/plain": ["A figure with sliders. It waits for Run All Cells."]},
    "metadata": {},
    "output_type": "display_data",
}
SHOWN = ("text/html", "text/plain")
KERNEL = {"display_name": "Python 3", "language": "python", "name": "python3"}


def is_checked(cell):
    """True if nbval compares the outputs of this cell."""
    return CHECKED in cell["metadata"].get("tags", [])


def text(value):
    """A text of a notebook as one string; the file may hold it as a list of lines."""
    return value if isinstance(value, str) else "".join(value)


def canonical_outputs(outputs):
    """Outputs in canonical form: streams, those that follow each other joined, and results as text and HTML."""
    kept = []
    for output in outputs:
        kind = output["output_type"]
        if kind == "stream":
            if kept and kept[-1].get("name") == output["name"]:
                kept[-1]["text"] += text(output["text"])
            else:
                kept.append({"name": output["name"], "output_type": kind, "text": text(output["text"])})
        elif "text/plain" in output.get("data", {}):
            data = {form: text(output["data"][form]) for form in SHOWN if form in output["data"]}
            count = {"execution_count": 1} if kind == "execute_result" else {}
            kept.append({"data": data, **count, "metadata": {}, "output_type": kind})
    for output in kept:  # like Jupyter, with a line of the file for each line of text
        holder, keys = (output, ["text"]) if "text" in output else (output["data"], output["data"])
        for key in keys:
            holder[key] = holder[key].splitlines(keepends=True)
    return kept


def canonical_cell(cell):
    """One cell in canonical form."""
    metadata = {key: cell["metadata"][key] for key in CELL_METADATA if cell["metadata"].get(key) not in (None, [])}
    plain = {"cell_type": cell["cell_type"], "metadata": metadata}
    if cell["cell_type"] == "code":
        if FOLDED.intersection(metadata.get("tags", [])):
            metadata["jupyter"] = {"source_hidden": True}
        checked = is_checked(cell)
        waits = [copy.deepcopy(WAITS)] if FIGURE_CALL.search(text(cell["source"])) else []
        plain["outputs"] = canonical_outputs(cell["outputs"]) if checked else waits
        # nbval executes a cell with null, but compares nothing; and it refuses one that has outputs.
        plain["execution_count"] = 1 if checked or waits else None
    elif cell.get("attachments"):
        plain["attachments"] = cell["attachments"]
    plain["source"] = text(cell["source"]).splitlines(keepends=True)
    return plain


def canonical(nb):
    """A notebook in canonical form.

    nb   a notebook of nbformat 4, as read from JSON or by nbformat

    Raises ValueError when nb is something else.
    """
    if not isinstance(nb, dict) or nb.get("nbformat") != 4 or not isinstance(nb.get("cells"), list):
        raise ValueError("nb is not a notebook of nbformat 4")
    try:
        cells = [canonical_cell(cell) for cell in nb["cells"]]
    except (AttributeError, KeyError, TypeError) as problem:
        raise ValueError(f"nb has a malformed cell ({type(problem).__name__}: {problem})") from problem
    metadata = {"kernelspec": dict(KERNEL), "language_info": {"name": "python"}}
    if own := nb.get("metadata", {}).get("gradlab"):  # in a source notebook: functions that the marker disables
        metadata["gradlab"] = own
    return {"cells": cells, "metadata": metadata, "nbformat": 4, "nbformat_minor": 4}


def to_text(nb):
    """The text of the file that holds a notebook in canonical form."""
    return json.dumps(canonical(nb), indent=1, ensure_ascii=False, sort_keys=True) + "\n"


def read(path):
    """The text of a file, and the notebook in it.

    Raises ValueError, naming the file, when it cannot be read or holds no notebook.
    """
    try:
        content = Path(path).read_text(encoding="utf-8")
        nb = json.loads(content)
        canonical(nb)
    except OSError as problem:
        raise ValueError(f"{path}: {problem.strerror}") from problem
    except json.JSONDecodeError as problem:
        raise ValueError(f"{path}: not JSON ({problem})") from problem
    except ValueError as problem:  # from `canonical`, or because the file is not UTF-8
        raise ValueError(f"{path}: {problem}") from problem
    return content, nb


def write(path, content):
    """Write a file in one step, so that the path never has half a notebook."""
    path = Path(path)
    handle, draft = tempfile.mkstemp(prefix=".", suffix=path.suffix, dir=path.parent)
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as file:
            file.write(content)
        os.chmod(draft, path.stat().st_mode if path.exists() else 0o644)
        os.replace(draft, path)
    except BaseException:
        os.unlink(draft)
        raise


def execute(path, nb, timeout=300):
    """The notebook with the outputs of its cells, executed as a reader executes them.

    path      its file; the cells run in the folder of this file
    nb        as read from JSON
    timeout   seconds for one cell

    Raises ValueError, naming the file, when a cell raises an error.
    """
    import nbclient
    import nbformat

    node = nbformat.reads(json.dumps(canonical(nb)), as_version=4)
    try:
        quiet = ["--log-level=ERROR"]  # as in `book`
        nbclient.execute(node, cwd=str(Path(path).parent), timeout=timeout, extra_arguments=quiet)
    except Exception as problem:
        raise ValueError(f"{path}: {problem}") from problem
    return node


def main(argv=None):
    """Make notebooks canonical, or with --check only list those that are not; return the exit status."""
    parser = argparse.ArgumentParser(
        prog="python -m gradlab_course.notebooks", description=main.__doc__.split(";")[0] + "."
    )
    parser.add_argument("paths", nargs="*", metavar="PATH", help="a notebook")
    mode = parser.add_mutually_exclusive_group()
    mode.add_argument("--check", action="store_true", help="change nothing; exit status 1 if one is not canonical")
    mode.add_argument("--run", action="store_true", help="execute them and store the outputs of the checked cells")
    options = parser.parse_args(argv)
    os.environ.pop("GRADLAB_BOOK", None)  # the outputs that are stored are a reader's, not the built book's
    status = 0
    for path in options.paths:
        try:
            content, nb = read(path)
            if options.run:
                print(f"executing {path} ...", flush=True)
                nb = execute(path, nb)
        except ValueError as problem:
            print(problem, file=sys.stderr)
            status = 2
            continue
        wanted = to_text(nb)
        if wanted == content:
            continue
        if options.check:
            print(f"{path}: not canonical; run `make canon`")
            status = max(status, 1)
        else:
            write(path, wanted)
            print(f"{path}: rewritten")
    return status


if __name__ == "__main__":
    sys.exit(main())
