"""Makes zip files: equal files give equal bytes, whenever they are packed. Also names the zip of the repository."""

import io
import re
import zipfile

RELEASE = re.compile(r"v\d[\w.]*")


def archive(folder, files, method=zipfile.ZIP_STORED, comment=b""):
    """The bytes of a zip file.

    folder    the one folder in it
    files     name in that folder -> bytes
    method    how to compress; versions of zlib do it differently, so that only what is stored is equal everywhere
    comment   of the whole archive
    """
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", method) as packed:
        packed.comment = comment
        for name, content in files.items():
            entry = zipfile.ZipInfo(f"{folder}/{name}", date_time=(1980, 1, 1, 0, 0, 0))
            entry.create_system, entry.external_attr = 3, 0o644 << 16  # Unix and `rw-r--r--`, on Windows too
            entry.compress_type = method
            packed.writestr(entry, content)
    return target.getvalue()


def source_zip(address: str, branch: str) -> str:
    """Where the repository is to be had as a zip, which pip installs.

    address   of the repository
    branch    of the repository, or the tag of a release, such as v1.2
    """
    kind = "tags" if RELEASE.fullmatch(branch) else "heads"
    return f"{address}/archive/refs/{kind}/{branch}.zip"
