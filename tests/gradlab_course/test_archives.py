"""Zips that are the same each time."""

import io
import zipfile

import pytest

from gradlab_course.archives import archive, source_zip

FILES = {"a.txt": b"a" * 1000, "b/c.txt": b"c"}


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_a_zip_holds_the_files_in_one_folder_and_is_the_same_each_time(method):
    made = archive("all", FILES, method, comment=b"state")
    assert made == archive("all", FILES, method, comment=b"state")
    with zipfile.ZipFile(io.BytesIO(made)) as opened:
        assert {name: opened.read(name) for name in opened.namelist()} == {
            "all/a.txt": FILES["a.txt"],
            "all/b/c.txt": FILES["b/c.txt"],
        }
        assert opened.comment == b"state"
        assert {entry.compress_type for entry in opened.infolist()} == {method}


def test_what_is_compressed_is_smaller():
    assert len(archive("all", FILES, zipfile.ZIP_DEFLATED)) < 1000 < len(archive("all", FILES))


def test_the_zip_of_the_repository_is_that_of_its_branch_or_release():
    assert source_zip("https://host/me/book", "main") == "https://host/me/book/archive/refs/heads/main.zip"
    assert source_zip("https://host/me/book", "v0.10.0") == "https://host/me/book/archive/refs/tags/v0.10.0.zip"
