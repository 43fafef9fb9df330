"""When a page was last changed: the day of the last commit that touched its source, or what its source is made of.

A page has no date when git cannot tell: outside a git checkout, in one without its history (a shallow clone), and as
long as one of these files has changes that are not committed.
"""

from __future__ import annotations

import re
import subprocess
from datetime import date
from pathlib import Path

MARK = "\x01"  # before the day of a commit, which stands before the names of its files


def _git(root, *arguments):
    """What git says; None where it is missing or refuses."""
    try:
        done = subprocess.run(["git", *arguments], cwd=root, capture_output=True, text=True, encoding="utf-8")
    except OSError:
        return None
    return None if done.returncode else done.stdout


def commits(root: Path) -> dict[str, date]:
    """For each file below a folder that git tracks and that is as it was committed: the day of its last commit.

    Returns {path: day}, with paths as git writes them; an empty one where git does not know the history.
    """
    if (_git(root, "rev-parse", "--is-shallow-repository") or "").strip() != "false":
        return {}
    log = _git(root, "log", "--no-renames", "--relative", "--name-only", "-z", "--format=%x01%cs")
    changed = _git(root, "diff", "--name-only", "--relative", "-z", "HEAD")
    if log is None or changed is None:
        return {}
    found: dict[str, date] = {}
    for word in filter(None, re.split(r"[\0\n]+", log)):  # the newest commit first
        if word.startswith(MARK):
            day = date.fromisoformat(word[1:])
        else:
            found.setdefault(word, day)
    return {name: day for name, day in found.items() if name not in changed.split("\0")}


def of(env, page: str) -> date | None:
    """The day on which a page was last changed; None if that is not known."""
    return env.gradlab_days.get(page)


def _made_of(env, page, root):
    """The files that a page is made of, as git writes them."""
    paths = (Path(root, path).resolve() for path in (env.doc2path(page), *env.dependencies.get(page, ())))
    return {path.relative_to(root).as_posix() for path in paths if root in path.parents}


def find(app, env):
    """Find the days of all pages; name those to be written anew, since theirs is another than at the last build."""
    root, before = Path(app.srcdir).resolve(), getattr(env, "gradlab_days", {})
    known, env.gradlab_days = commits(root), {}
    for page in env.found_docs:
        days = [known.get(name) for name in _made_of(env, page, root)]
        if days and None not in days:
            env.gradlab_days[page] = max(days)
    return [page for page in env.found_docs if env.gradlab_days.get(page) != before.get(page)]


def show(app, pagename, templatename, context, doctree):
    """Let the foot of a page say when it was last changed."""
    day = of(app.env, pagename)
    context["last_updated"] = f"{day.day} {day:%B %Y}" if day else None


def setup(app):
    """Register with Sphinx; `sphinx_ext` calls this."""
    app.connect("env-updated", find)
    app.connect("html-page-context", show)
