"""Looking for what students must not see: every telling line of solutions, hidden tests and the tasks' references."""

import json
import re
import zipfile
from html import unescape

from gradlab_course.editions import recording
from gradlab_course.exercises import sources, student, tasks

CODE = "code"


def contents(folder):
    """The contents of all files of a folder, those in zip files too; of pages also the text."""
    for path in folder.rglob("*"):
        if path.suffix == ".zip":
            with zipfile.ZipFile(path) as archive:
                yield from map(archive.read, archive.namelist())
        elif path.is_file():
            yield path.read_bytes()
            if path.suffix == ".html":
                yield unescape(re.sub("<[^>]*>", "", path.read_text(encoding="utf-8"))).encode()


def lines_of(source):
    """The telling lines of a text."""
    return {line.strip() for line in source.splitlines() if len(line.strip()) >= 22}


def lines_of_cells(cells):
    """The telling lines of some cells."""
    return set().union(*(lines_of("".join(cell["source"])) for cell in cells))


def lines(root):
    """The lines that are withheld, and those of the student edition, which are shown.

    What the library or a chapter says as well is no secret, and neither are the first lines of docstrings and the heads
    of functions, which the public tree keeps.
    """
    modules = {path.relative_to(root).as_posix(): path for path in (root / CODE).rglob("*.py")}
    told = {name for name in modules if recording.gives_away(name)}
    known = "\n".join(path.read_text(encoding="utf-8") for name, path in modules.items() if name not in told)
    for path in (root / "chapters").glob("*.ipynb"):
        known += "\n".join(lines_of_cells(json.loads(path.read_text(encoding="utf-8"))["cells"]))
    known += "\n".join(recording.recordings(told).values())
    withheld, shown = set(), set()
    for name in told:
        withheld |= lines_of(modules[name].read_text(encoding="utf-8"))
    for path in sources(root):
        nb = json.loads(path.read_text(encoding="utf-8"))
        edition = lines_of_cells(student(nb)["cells"])
        of_assignments = [cell for task in tasks(nb) if task.kind == "assignment" for cell in nb["cells"][task.cells]]
        withheld |= lines_of_cells(of_assignments) - edition
        shown |= edition
    return {line for line in withheld if line not in known}, shown


def found(wanted, folder):
    """Those of some lines that are in a folder, as they are or as JSON has them."""
    everything = b"\n".join(contents(folder)).decode(errors="replace")
    escaped = {line: json.dumps(line, ensure_ascii=False)[1:-1] for line in wanted}
    return {line for line in wanted if line in everything or escaped[line] in everything}
