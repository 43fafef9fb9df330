"""The instructor edition: the book with one more part, which shows solutions, hidden tests, rubrics and points.

It is built in a separate copy of the book, so that nothing of it can get into the book that students read.
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
from gradlab_course.exercises import SOLUTION_EDGE, SOURCES, nbgrader_of, sources, tasks
from gradlab_course.notebooks import canonical, read, text, to_text

COPY = Path("_build/.instructor")  # the separate copy
SITE = Path("_build/instructor")
SHADING = "gradlab_course.editions.shading"
MARK_SCHEME_EDGE = re.compile(r"^=== (BEGIN|END) MARK SCHEME ===$", re.M)


def instructor_edition(nb):
    """The instructor edition of a source notebook: all its cells, and a line with points above each test and answer.

    nb   as read from JSON
    """
    found = tasks(nb)
    rows = [
        f"| {t.label} | {t.title} | {t.kind} | {t.difficulty} | {t.minutes} | {t.points} | {t.by_hand} |" for t in found
    ]
    total = [sum(getattr(task, column) for task in found) for column in ("minutes", "points", "by_hand")]
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
            cells.append(_markdown(label))
        cells.append({**cell, "source": _readable(cell), "metadata": {}, "attachments": {}})
    cells.insert(1, _markdown("\n".join(overview)))  # below the title
    return canonical(nb | {"cells": cells, "metadata": {}})


def _markdown(source):
    return {"cell_type": "markdown", "metadata": {}, "source": source}


def _label(cell):
    """The line above a cell that says whether it is a solution, an answer or a test; "" for other cells."""
    known = nbgrader_of(cell)
    if not known.get("grade"):
        return "**Solution**" if known.get("solution") else ""
    kind = "Answer, marked by hand" if known["solution"] else "Test, marked automatically"
    points = f"{known['points']:g} point{'s' * (known['points'] != 1)}"
    return f"**{kind}** · `{known['grade_id']}` · {points}"


def _readable(cell):
    """The source of a cell, as a page can show it.

    In Markdown, the lines that delimit a solution would become headings, so they are removed. Attached pictures are
    written into the source, since Jupyter Book loses attachments.
    """
    source = text(cell["source"])
    if cell["cell_type"] == "code":
        return source
    for name, picture in cell.get("attachments", {}).items():
        [(kind, content)] = picture.items()
        source = source.replace(f"(attachment:{name})", f"(data:{kind};base64,{content})")
    return MARK_SCHEME_EDGE.sub("", SOLUTION_EDGE.sub("", source))


def copy_book(root):
    """Copy the files that the book is built from, and add the part for instructors; return the folder.

    The results of an earlier build stay there, so that only changed pages are built again.
    """
    book = root / COPY
    ignore = shutil.ignore_patterns("__pycache__", ".ipynb_checkpoints", "*.egg-info", SOURCES.name)
    for folder in ("code", "chapters"):
        shutil.rmtree(book / folder, ignore_errors=True)
        shutil.copytree(root / folder, book / folder, ignore=ignore)
    for file in ("constraints.txt", "CITATION.cff"):
        shutil.copy2(root / file, book)
    executed = Path("_build/.jupyter_cache")  # the chapters are those of the students' book: no need to run them again
    if (root / executed).is_dir() and not (book / executed).exists():
        shutil.copytree(root / executed, book / executed)
    pages = []
    for path in sources(root):
        page = SOURCES / path.stem / path.name  # as deep as the students' page, so that relative links work
        (book / page.parent).mkdir(parents=True)
        (book / page).write_text(to_text(instructor_edition(read(path)[1])), encoding="utf-8")
        pages.append({"file": page.with_suffix("").as_posix()})
    (book / SOURCES / "mistakes.md").write_text(mistakes_page.page(), encoding="utf-8")
    pages.append({"file": (SOURCES / "mistakes").as_posix()})
    toc = yaml.safe_load((root / "_toc.yml").read_text(encoding="utf-8"))
    toc.setdefault("parts", []).append({"caption": "For instructors", "chapters": pages})
    settings = yaml.safe_load((root / "_config.yml").read_text(encoding="utf-8"))
    settings["title"] = f"{settings['title']}, instructors"
    settings.get("html", {}).pop("baseurl", None)  # the address is that of the students' site
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
