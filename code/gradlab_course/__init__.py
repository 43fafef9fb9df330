"""What teachers and the build of the book run, on top of the library `gradlab`.

notebooks, exercises   notebooks in canonical form; the source notebooks of the exercises, and the student edition
book                   builds the site: `make book`
editions               makes the editions of the exercises: `make exercises`, `make instructor`, `make public`
marking                marks what students hand in: `make grade`
kernel                 the process that a student's notebook runs in meanwhile

These packages import `gradlab`. Nothing in `gradlab` imports them.
"""

from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LIBRARY = Path(__file__).resolve().parents[1] / "gradlab"
