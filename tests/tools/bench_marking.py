"""Time marking 50 submissions: `make grade` against nbgrader called plainly on the same submissions, in one run.

    .venv/bin/python tests/tools/bench_marking.py [COUNT]

Plain nbgrader marks one after the other, in kernels that hold the reference, the tests and the rest of the disk.
"""

import json
import os
import sys
import tempfile
import time
import warnings
from pathlib import Path

import submitted

from gradlab_course.marking import gradebook
from gradlab_course.marking.__main__ import main as mark

COUNT = int(sys.argv[1]) if len(sys.argv) > 1 else 50


def timed(function, *arguments):
    """Seconds that a call takes."""
    start = time.perf_counter()
    function(*arguments)
    return time.perf_counter() - start


def plain(folder, released):
    """What an instructor would do without us: nbgrader's own steps, with its defaults."""
    warnings.simplefilter("ignore")
    source = folder / "source" / "small" / "small.ipynb"
    source.parent.mkdir(parents=True)
    source.write_text(json.dumps(submitted.SOURCE))
    job = {"folder": str(folder), "db": gradebook.database(folder), "assignment": "small"}
    gradebook.convert("GenerateAssignment", job, ClearMarkScheme={"enforce_metadata": False})
    for name, nb in released.items():
        place = folder / "submitted" / name / "small" / "small.ipynb"
        place.parent.mkdir(parents=True)
        place.write_text(json.dumps(nb))
    return timed(lambda: [gradebook.convert(step, job) for step in ("Autograde", "GenerateFeedback")])


def main():
    """Print one line for each way."""
    os.environ["PATH"] = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    kinds = (submitted.GOOD, submitted.RELEASED, submitted.handed_in(submitted.WRONG, "prediction = 10"))
    handed_in = {f"student{i:03}": kinds[i % len(kinds)] for i in range(COUNT)}
    with tempfile.TemporaryDirectory() as folder:
        folder = Path(folder)
        (folder / "sources").mkdir()
        (folder / "sources" / "small.ipynb").write_text(json.dumps(submitted.SOURCE))
        submitted.hand_in(folder / "class", handed_in, folder / "sources")
        command = [str(folder / "class"), "--sources", str(folder / "sources")]
        rows = [("nbgrader, plainly", plain(folder / "plain", handed_in))]
        for jobs in (1, 2):
            seconds = timed(mark, [*command, "--jobs", str(jobs), "--to", str(folder / f"marks{jobs}")])
            rows.append((f"make grade, {jobs} at once", seconds))
    print(f"{COUNT} submissions on {os.cpu_count()} cores, autograding and feedback")
    for name, seconds in rows:
        print(f"  {name:22} {seconds:6.1f} s  {seconds / COUNT:5.2f} s a notebook")


if __name__ == "__main__":
    main()
