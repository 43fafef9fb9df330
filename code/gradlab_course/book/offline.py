"""The book to take away: a zip of the site that opens without a server, and what the landing page offers to download.

The zip holds the pages that a reader reaches from the first one, and what they load or offer. So it lacks what only a
host has a use for: a page for wrong addresses, a site map, pictures for social networks, the sources of pages.
"""

from __future__ import annotations

import posixpath
import re
import zipfile
from pathlib import Path
from urllib.parse import unquote

from gradlab_course.archives import archive
from gradlab_course.book.downloads import ZIP as EXERCISES
from gradlab_course.fingerprints import fingerprint

ZIP = "gradlab-book.zip"
PDF = "gradlab-book.pdf"
START = "index.html"
LANDING = "chapters/index.html"
NAMED_ELSEWHERE = ("_static/playground/", "_static/OFL.txt")  # the editor asks for it once it is opened; a licence
ADDRESS = re.compile(r'="(?:0; url=)?([\w./%-]+)["?#]')  # whatever attribute it stands in
PLACE = re.compile(r'(<div data-downloads(?:="")?>).*?(</div>)', re.S)
# What there is to download, as a link, its size, and what to know before.
OFFERS = {
    ZIP: ("The whole book", "zip", "unpack it and open <code>index.html</code>; all of it works without a network"),
    PDF: ("The chapters on paper", "PDF", "with each figure as it is before a slider moves"),
    EXERCISES: ("All exercises", "zip", "the notebooks that a class works in"),
}


def read(site: Path) -> dict[str, bytes]:
    """name -> bytes, for all files of a site; its landing page offers nothing, and what it may offer is not there.

    Raises ValueError if these are not the files of a site.
    """
    paths = sorted((path.relative_to(site).as_posix(), path) for path in site.rglob("*") if path.is_file())
    there = {name: path.read_bytes() for name, path in paths if name not in (ZIP, PDF)}
    for page in (START, LANDING):
        if page not in there:
            raise ValueError(f"site must be a folder with a built book, and {str(site)!r} has no {page}")
    return there | {LANDING: offered(there[LANDING].decode(), {}).encode()}


def needed(there: dict[str, bytes]) -> list[str]:
    """The names of the files that a reader without a network needs.

    there   from `read`
    """
    wanted, unread = {START}, [START]
    while unread:
        page = unread.pop()
        named = set(ADDRESS.findall(there[page].decode()))
        found = {posixpath.normpath(posixpath.join(posixpath.dirname(page), unquote(name))) for name in named}
        new = found & there.keys() - wanted
        unread += (name for name in new if name.endswith(".html"))
        wanted |= new
    return sorted(wanted | {name for name in there if name.startswith(NAMED_ELSEWHERE)})


def offered(html: str, sizes: dict[str, int]) -> str:
    """A landing page with a line for each file that there is to download.

    html    the page
    sizes   name of a file of the site -> bytes
    """
    lines = [
        f'<li><a href="{posixpath.relpath(name, posixpath.dirname(LANDING))}" download>{what}</a> '
        f"({kind}, {sizes[name] / 1e6:.1f} MB): {note}.</li>"
        for name, (what, kind, note) in OFFERS.items()
        if name in sizes
    ]
    return PLACE.sub(lambda place: f"{place[1]}<ul>{''.join(lines)}</ul>{place[2]}", html)


def tell(site: Path) -> None:
    """Let the landing page of a site offer what there is to download."""
    sizes = {name: (site / name).stat().st_size for name in OFFERS if (site / name).is_file()}
    page = site / LANDING
    before = page.read_text(encoding="utf-8")
    after = offered(before, sizes)
    if after != before:
        page.write_text(after, encoding="utf-8")


def packed(there: dict[str, bytes]) -> bytes:
    """The bytes of the zip. Its landing page offers only what is in it; equal sites give equal bytes.

    there   from `read`
    """
    contents = {name: there[name] for name in needed(there)}
    sizes = {name: len(contents[name]) for name in OFFERS if name in contents}
    contents[LANDING] = offered(contents[LANDING].decode(), sizes).encode()
    return archive(ZIP.removesuffix(".zip"), contents, zipfile.ZIP_DEFLATED, comment=_state(there))


def _state(there):
    """Tells one state of the site from another."""
    return fingerprint(*(part for name in there for part in (name.encode(), there[name]))).encode()


def is_up_to_date(target: Path, there: dict[str, bytes]) -> bool:
    """Tell whether a file is the zip of this state of the site: a killed build may have left half a file."""
    try:
        with zipfile.ZipFile(target) as archived:
            return archived.comment == _state(there)
    except (OSError, zipfile.BadZipFile):
        return False


def write(site: Path) -> None:
    """Write the zip into a site, unless it is there. A PDF of another state of the book goes."""
    target, there = site / ZIP, read(site)
    if not is_up_to_date(target, there):
        target.write_bytes(packed(there))
        (site / PDF).unlink(missing_ok=True)
    tell(site)
