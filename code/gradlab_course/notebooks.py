"""Canonical notebooks, so that a diff shows what an author changed and nothing else.

`python -m gradlab_course.notebooks [--check | --run] PATHS`. Canonical means: nbformat 4.4 without cell ids, of a
cell's metadata only its tags (and what nbgrader needs), outputs only on the cells whose outputs nbval compares, and
those as text. Of the notebook's own metadata only `gradlab` is the author's.
"""

import argparse
import json
import os
import sys
import tempfile
from pathlib import Path

CHECKED = "nbval-check-output"
CELL_METADATA = ("deletable", "editable", "nbgrader", "tags")
KERNEL = {"display_name": "Python 3", "language": "python", "name": "python3"}


def is_checked(cell):
    """Tell whether nbval compares the outputs of this cell."""
    return CHECKED in cell["metadata"].get("tags", [])


def text(value):
    """Return a multi-line string of a notebook, which may be stored as a list of lines, as one string."""
    return value if isinstance(value, str) else "".join(value)


def canonical_outputs(outputs):
    """Return the text of `outputs`: streams, consecutive ones joined, and the text form of results."""
    kept = []
    for output in outputs:
        kind = output["output_type"]
        if kind == "stream":
            if kept and kept[-1].get("name") == output["name"]:
                kept[-1]["text"] += text(output["text"])
            else:
                kept.append({"name": output["name"], "output_type": kind, "text": text(output["text"])})
        elif "text/plain" in output.get("data", {}):
            data = {"text/plain": text(output["data"]["text/plain"])}
            count = {"execution_count": 1} if kind == "execute_result" else {}
            kept.append({"data": data, **count, "metadata": {}, "output_type": kind})
    for output in kept:  # as Jupyter writes it, one line of text a line of the file
        where, key = (output, "text") if "text" in output else (output["data"], "text/plain")
        where[key] = where[key].splitlines(keepends=True)
    return kept


def canonical_cell(cell):
    """Return the canonical form of one cell."""
    metadata = {key: cell["metadata"][key] for key in CELL_METADATA if cell["metadata"].get(key) not in (None, [])}
    plain = {"cell_type": cell["cell_type"], "metadata": metadata}
    if cell["cell_type"] == "code":
        checked = is_checked(cell)
        plain["execution_count"] = 1 if checked else None  # nbval runs a cell with null, but does not compare it
        plain["outputs"] = canonical_outputs(cell["outputs"]) if checked else []
    elif cell.get("attachments"):
        plain["attachments"] = cell["attachments"]
    plain["source"] = text(cell["source"]).splitlines(keepends=True)
    return plain


def canonical(nb):
    """Return the canonical form of the notebook `nb` (nbformat 4, as read from JSON or by nbformat)."""
    if not isinstance(nb, dict) or nb.get("nbformat") != 4 or not isinstance(nb.get("cells"), list):
        raise ValueError("nb is not a notebook of nbformat 4")
    try:
        cells = [canonical_cell(cell) for cell in nb["cells"]]
    except (AttributeError, KeyError, TypeError) as problem:
        raise ValueError(f"nb has a malformed cell ({type(problem).__name__}: {problem})") from problem
    metadata = {"kernelspec": dict(KERNEL), "language_info": {"name": "python"}}
    if ours := nb.get("metadata", {}).get("gradlab"):  # of a source notebook: what the marker withholds
        metadata["gradlab"] = ours
    return {"cells": cells, "metadata": metadata, "nbformat": 4, "nbformat_minor": 4}


def to_text(nb):
    """Return the file that holds the canonical form of `nb`."""
    return json.dumps(canonical(nb), indent=1, ensure_ascii=False, sort_keys=True) + "\n"


def read(path):
    """Return the text of the file at `path` and the notebook in it; a ValueError tells what is wrong with it."""
    try:
        content = Path(path).read_text(encoding="utf-8")
        nb = json.loads(content)
        canonical(nb)
    except OSError as problem:
        raise ValueError(f"{path}: {problem.strerror}") from problem
    except json.JSONDecodeError as problem:
        raise ValueError(f"{path}: not JSON ({problem})") from problem
    except ValueError as problem:  # of canonical, or not UTF-8
        raise ValueError(f"{path}: {problem}") from problem
    return content, nb


def write(path, content):
    """Write the file at `path` in one step: at no moment is half a notebook there."""
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


def run(path, nb, timeout=300):
    """Return `nb` with the outputs that its cells have when executed as a reader does it; ValueError if one raises."""
    import nbclient  # only this needs a kernel
    import nbformat

    node = nbformat.reads(json.dumps(canonical(nb)), as_version=4)
    try:
        quiet = ["--log-level=ERROR"]  # as in book.py
        nbclient.execute(node, cwd=str(Path(path).parent), timeout=timeout, extra_arguments=quiet)
    except Exception as problem:
        raise ValueError(f"{path}: {problem}") from problem
    return node


def main(argv=None):
    """Make notebooks canonical, or with --check only tell which are not; return the exit status."""
    parser = argparse.ArgumentParser(
        prog="python -m gradlab_course.notebooks", description=main.__doc__.split(";")[0] + "."
    )
    parser.add_argument("paths", nargs="*", metavar="PATH", help="a notebook")
    mode = parser.add_mutually_exclusive_group()
    mode.add_argument("--check", action="store_true", help="change nothing; exit status 1 if one is not canonical")
    mode.add_argument("--run", action="store_true", help="execute them and store the outputs of the checked cells")
    options = parser.parse_args(argv)
    os.environ.pop("GRADLAB_BOOK", None)  # the kept outputs are those a reader sees, not the book's
    status = 0
    for path in options.paths:
        try:
            content, nb = read(path)
            if options.run:
                print(f"executing {path} ...", flush=True)
                nb = run(path, nb)
        except ValueError as problem:
            print(problem, file=sys.stderr)
            status = 2
            continue
        wanted = to_text(nb)
        if wanted == content:
            continue
        if options.check:
            print(f"{path}: not canonical; `make canon` makes it so")
            status = max(status, 1)
        else:
            write(path, wanted)
            print(f"{path}: rewritten")
    return status


if __name__ == "__main__":
    sys.exit(main())
