"""Searches built files for text that students must not see: lines of solutions, hidden tests and references of tasks.

Only lines of at least 22 characters count: shorter ones, such as `return x`, may occur anywhere by chance.
"""

import json
import re
import zipfile
from html import unescape

from gradlab import checks
from gradlab_course.editions import public
from gradlab_course.exercises import sources, student_edition, tasks

CODE = "code"
WORD = re.compile(r"\w+|[^\w\s]")


def contents(folder):
    """The contents of all files in a folder, those in zip files included; of HTML pages also the plain text."""
    for path in folder.rglob("*"):
        if path.suffix == ".zip":
            with zipfile.ZipFile(path) as archive:
                yield from map(archive.read, archive.namelist())
        elif path.is_file():
            yield path.read_bytes()
            if path.suffix == ".html":
                yield unescape(re.sub("<[^>]*>", "", path.read_text(encoding="utf-8"))).encode()


def lines_of(source):
    """The lines of a text that are long enough to be searched for."""
    return {line.strip() for line in source.splitlines() if len(line.strip()) >= 22}


def lines_of_cells(cells):
    """The lines of some cells that are long enough to be searched for."""
    return set().union(*(lines_of("".join(cell["source"])) for cell in cells))


def names_and_hints(module):
    """What can be read in the record of a module: the names of mistakes and their hints."""
    known = [m for f in public.references(module) for m in checks.REFERENCES[f][1]]
    return json.dumps([[m.name, m.hint] for m in known], ensure_ascii=False)


def lines(root):
    """The secret lines, which must be nowhere, and the lines of the student edition, which must be found.

    A line is no secret if the library or a chapter has it too, or the public tree, or the student edition: that keeps
    the heads of functions and the first lines of their docstrings.
    """
    modules = {path.relative_to(root).as_posix(): path for path in (root / CODE).rglob("*.py")}
    hidden = {name for name in modules if public.gives_away(name)}
    known = "\n".join(path.read_text(encoding="utf-8") for name, path in modules.items() if name not in hidden)
    for path in (root / "chapters").glob("*.ipynb"):
        known += "\n".join(lines_of_cells(json.loads(path.read_text(encoding="utf-8"))["cells"]))
    known += "\n".join(public.replacements(hidden, record=names_and_hints).values())
    secret, shown = set(), set()
    for name in hidden:
        secret |= lines_of(modules[name].read_text(encoding="utf-8"))
    for path in sources(root):
        nb = json.loads(path.read_text(encoding="utf-8"))
        edition = lines_of_cells(student_edition(nb)["cells"])
        of_assignments = [cell for task in tasks(nb) if task.kind == "assignment" for cell in nb["cells"][task.cells]]
        secret |= lines_of_cells(of_assignments) - edition
        shown |= edition
    known += "\n".join(shown)  # a line of a solution may stand in the edition, with a comment behind it or in a text
    return {line for line in secret if line not in known}, shown


def found(wanted, folder):
    """Those of some lines that occur in a folder, as they are or as JSON writes them.

    A line is looked for only where three neighbouring words of it stand: each one everywhere would take minutes.
    """
    sought = {}
    for line in wanted:
        for form in {line, json.dumps(line, ensure_ascii=False)[1:-1]}:
            words = WORD.findall(form)[1:-1]  # the first and the last may be parts of longer ones
            threes = zip(words, words[1:], words[2:], strict=False)
            rarest = max(threes, key=lambda three: len("".join(three)), default=None)
            sought.setdefault(rarest, []).append((form, line))
    hits = set()
    for text in {text for content in contents(folder) for text in content.decode(errors="replace").splitlines()}:
        words = WORD.findall(text)
        for three in {None, *zip(words, words[1:], words[2:], strict=False)} & sought.keys():
            hits |= {line for form, line in sought[three] if line not in hits and form in text}
    return hits
