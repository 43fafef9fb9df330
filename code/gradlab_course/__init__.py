"""The tools of teachers, and those that build the book, on top of the library `gradlab`.

install        makes .venv if it is not whole: `make setup`
doctor         says what is missing on this machine: `make doctor`
serving        serves the built site: `make serve`
notebooks      brings notebooks into a canonical form: `make canon`
exercises      reads the source notebooks of the exercises, and makes the student edition
fingerprints   short hashes, by which the tools know what has changed
archives       zip files that are the same whenever they are made
book           builds the site: `make book`
editions       makes the editions of the exercises: `make exercises`, `make instructor`, `make public`
marking        marks submissions: `make grade`
kernel         the process in which a student's notebook runs while it is marked

These modules import `gradlab`. Nothing in `gradlab` imports them.

Outside `kernel`, imports stand inside a function for two reasons only: the package takes long to import and many of its
module's users do not need it (nbgrader, nbclient, playwright, matplotlib), or Windows does not have it (resource).
"""

from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LIBRARY = Path(__file__).resolve().parents[1] / "gradlab"
