"""The instructor edition: the book with a further part that shows solutions, hidden tests, rubrics and points.

It is built in a copy of the book of its own, so that nothing of it can get into the book that students read.
"""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import yaml

from gradlab_course.editions import mistakes_page
from gradlab_course.editions.pdf import print_pages
from gradlab_course.exercises import SOLUTION_EDGE, SOURCES, marks, sources, tasks
from gradlab_course.notebooks import canonical, read, text, to_text

COPY = Path("_build/.instructor")  # the book is built here, as ROOT/_build is for students
SITE = Path("_build/instructor")
SHADING = "gradlab_course.editions.shading"
MARK_SCHEME_EDGE = re.compile(r"^=== (BEGIN|END) MARK SCHEME ===$", re.M)


def instructor(nb):
    """The instructor edition of a source notebook: all that is in it, and the points beside each test and answer."""
    found = tasks(nb)
    rows = [
        f"| {t.number} | {t.title} | {t.kind} | {t.difficulty} | {t.minutes} | {t.points} | {t.by_hand} |"
        for t in found
    ]
    total = [sum(getattr(task, what) for task in found) for what in ("minutes", "points", "by_hand")]
    overview = [
        "*Instructor edition: with solutions, hidden tests and rubrics. Not for students.*\n",
        "| | task | kind | difficulty | minutes | points | by hand |",
        "|---|---|---|---|---|---|---|",
        *rows,
        "| | **all** | | | {} | {} | {} |".format(*total),
    ]
    cells = []
    for cell in nb["cells"]:
        if label := _label(cell):
            cells.append(_words(label))
        cells.append({**cell, "source": _readable(cell), "metadata": {}, "attachments": {}})
    cells.insert(1, _words("\n".join(overview)))  # below the title
    return canonical(nb | {"cells": cells, "metadata": {}})


def _words(source):
    return {"cell_type": "markdown", "metadata": {}, "source": source}


def _label(cell):
    """What a cell is to the marker."""
    known = marks(cell)
    if not known.get("grade"):
        return "**Solution**" if known.get("solution") else ""
    what = "Answer, marked by hand" if known["solution"] else "Test, marked automatically"
    points = f"{known['points']:g} point{'s' * (known['points'] != 1)}"
    return f"**{what}** · `{known['grade_id']}` · {points}"


def _readable(cell):
    """The source of a cell; in words, what delimits a solution would become a heading, and pasted pictures get lost."""
    source = text(cell["source"])
    if cell["cell_type"] == "code":
        return source
    for name, picture in cell.get("attachments", {}).items():
        [(kind, content)] = picture.items()
        source = source.replace(f"(attachment:{name})", f"(data:{kind};base64,{content})")
    return MARK_SCHEME_EDGE.sub("", SOLUTION_EDGE.sub("", source))


def copy_book(root):
    """Copy what a book is built from, and give it the further part; return where it is.

    What an earlier build left there stays: what did not change is not built again.
    """
    book = root / COPY
    ignore = shutil.ignore_patterns("__pycache__", ".ipynb_checkpoints", "*.egg-info", SOURCES.name)
    for folder in ("code", "chapters"):
        shutil.rmtree(book / folder, ignore_errors=True)
        shutil.copytree(root / folder, book / folder, ignore=ignore)
    shutil.copy2(root / "constraints.txt", book)
    executed = Path("_build/.jupyter_cache")  # of the book for students: the chapters are the same
    if (root / executed).is_dir() and not (book / executed).exists():
        shutil.copytree(root / executed, book / executed)
    pages = []
    for path in sources(root):
        page = SOURCES / path.stem / path.name  # as deep as the students' page: its links lead to the same places
        (book / page.parent).mkdir(parents=True)
        (book / page).write_text(to_text(instructor(read(path)[1])), encoding="utf-8")
        pages.append({"file": page.with_suffix("").as_posix()})
    (book / SOURCES / "mistakes.md").write_text(mistakes_page.page(), encoding="utf-8")
    pages.append({"file": (SOURCES / "mistakes").as_posix()})
    toc = yaml.safe_load((root / "_toc.yml").read_text(encoding="utf-8"))
    toc.setdefault("parts", []).append({"caption": "For instructors", "chapters": pages})
    settings = yaml.safe_load((root / "_config.yml").read_text(encoding="utf-8"))
    settings["title"] = f"{settings['title']}, instructors"
    settings["sphinx"]["local_extensions"][SHADING] = "code"
    settings["sphinx"]["config"]["extensions"].append(SHADING)
    for name, content in (("_toc.yml", toc), ("_config.yml", settings)):
        (book / name).write_text(yaml.safe_dump(content, allow_unicode=True, sort_keys=False), encoding="utf-8")
    return book


def build(root):
    """Build the site and the PDFs; return the exit status."""
    if not sources(root):
        print(f"There are no source notebooks in {SOURCES}.", file=sys.stderr)
        return 1
    book = copy_book(root)
    environment = os.environ | {"PYTHONPATH": str(book / "code")}
    command = [sys.executable, "-m", "gradlab_course.book", "--within"]
    if status := subprocess.run(command, cwd=book, env=environment).returncode:
        return status
    site = root / SITE
    shutil.rmtree(site, ignore_errors=True)
    shutil.copytree(book / "_build" / "html", site / "html")
    pages = {path.stem: site / "html" / SOURCES / path.stem / f"{path.stem}.html" for path in sources(root)}
    print("printing ...", flush=True)
    try:
        print_pages({page: site / f"{name}.pdf" for name, page in pages.items()})
    except ValueError as problem:
        print(f"No PDFs: {problem}.", file=sys.stderr)
        return 1
    print("Instructor edition:")
    for name, page in pages.items():
        print(f"  {page.as_uri()}\n  {site / name}.pdf")
    return 0
