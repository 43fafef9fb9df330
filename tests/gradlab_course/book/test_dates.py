"""When a page was last changed, by a small repository."""

import os
import shutil
import subprocess
from datetime import date
from types import SimpleNamespace

import pytest

from gradlab_course.book import dates

pytestmark = pytest.mark.skipif(not shutil.which("git"), reason="this machine has no git")


def git(root, *arguments, day="2025-01-01"):
    when = f"{day}T12:00:00+0000"
    names = {f"GIT_{who}_{what}": "a" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
    there = {"GIT_AUTHOR_DATE": when, "GIT_COMMITTER_DATE": when, "GIT_CONFIG_GLOBAL": os.devnull}
    subprocess.run(["git", *arguments], cwd=root, env=os.environ | names | there, check=True, capture_output=True)


@pytest.fixture
def root(tmp_path):
    """A repository whose folder `book` has one page from January, one from March, and one that it does not know."""
    book = tmp_path / "book"
    book.mkdir()
    git(tmp_path, "init")
    for name in ("a.md", "b ü.md"):
        (book / name).write_text("first")
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "-m", "first")
    (book / "b ü.md").write_text("second")
    git(tmp_path, "commit", "-am", "second", day="2025-03-02")
    git(tmp_path, "commit", "--allow-empty", "-m", "nothing", day="2025-04-01")
    (book / "new.md").write_text("new")
    return book


def test_each_file_has_the_day_of_the_last_commit_that_changed_it(root):
    assert dates.commits(root) == {"a.md": date(2025, 1, 1), "b ü.md": date(2025, 3, 2)}


def test_a_file_that_was_changed_since_has_none(root):
    (root / "b ü.md").write_text("third")
    assert dates.commits(root) == {"a.md": date(2025, 1, 1)}


def test_a_clone_without_its_history_has_none(root):
    git(root.parent, "clone", "--depth", "1", root.parent.as_uri(), "shallow")
    assert dates.commits(root.parent / "shallow" / "book") == {}


def test_without_git_there_is_none(root, tmp_path_factory, monkeypatch):
    assert dates.commits(tmp_path_factory.mktemp("bare")) == {}
    monkeypatch.setenv("PATH", "")
    assert dates.commits(root) == {}


def test_a_page_is_as_new_as_the_newest_file_that_it_is_made_of(root):
    made_of = {"a": {"b ü.md"}, "b": set(), "new": {"a.md"}, "outside": {"../elsewhere.md", "a.md"}}
    files = {"a": "a.md", "b": "b ü.md", "new": "new.md", "outside": "a.md"}
    env = SimpleNamespace(dependencies=made_of, found_docs=set(files), doc2path=lambda page: str(root / files[page]))
    app = SimpleNamespace(srcdir=root)
    assert sorted(dates.find(app, env)) == ["a", "b", "outside"], "to be written anew"
    assert [dates.of(env, page) for page in files] == [date(2025, 3, 2), date(2025, 3, 2), None, date(2025, 1, 1)]
    assert dates.find(app, env) == []
    context = {}
    dates.show(SimpleNamespace(env=env), "a", "", context, None)
    assert context["last_updated"] == "2 March 2025"
    (root / "b ü.md").write_text("third")
    assert sorted(dates.find(app, env)) == ["a", "b"]
    dates.show(SimpleNamespace(env=env), "a", "", context, None)
    assert context["last_updated"] is None
