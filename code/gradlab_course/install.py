"""Make `.venv` and install everything into it, if it is not whole: `make setup`, and what other commands begin with.

Any Python from 3.7 on can run this module. An installation that was cut short may leave half a package, which pip takes
for a whole one: the next one starts afresh.
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
import time

from gradlab.doctor import lost
from gradlab_course import ROOT, doctor

STAMP = doctor.VENV / ".installed"  # newer than these files after an installation of what they ask for
ASK = ("requirements.txt", "constraints.txt", "pyproject.toml")


def is_current() -> bool:
    """Is the last installation newer than what it should install?"""
    return STAMP.exists() and all((ROOT / name).stat().st_mtime <= STAMP.stat().st_mtime for name in ASK)


def install(python: str, requirements: str, anew: bool, damaged: list[str]) -> bool:
    """Install the requirements into `.venv`; tell whether that worked.

    python         the command of one that is new enough, to make it with
    requirements   a file, as pip reads it
    anew           whether what is there must go first
    damaged        packages that must go first, since pip takes them for whole
    """
    start = time.perf_counter()
    if anew:
        shutil.rmtree(doctor.VENV, ignore_errors=True)
    doctor.VENV.mkdir(exist_ok=True)
    doctor.BEGUN.touch()
    if STAMP.exists():
        STAMP.unlink()
    quiet = ["--quiet", "--disable-pip-version-check"]
    pip = [str(doctor.VENV_PYTHON), "-m", "pip"]
    steps = [[python, "-m", "venv", str(doctor.VENV)]] if anew else []
    steps += [[*pip, "uninstall", "--yes", *quiet, *damaged]] if damaged else []
    for step in [*steps, [*pip, "install", *quiet, "-r", requirements]]:
        status = subprocess.run(step, cwd=ROOT).returncode
        if status:
            if not anew and status > 0:  # pip gave up by itself, and fetches everything before it changes anything
                doctor.BEGUN.unlink()
            return False
    doctor.BEGUN.unlink()
    STAMP.touch()
    print(f"Installed in {time.perf_counter() - start:.0f} s.")
    return True


def main(argv=None) -> int:
    """Install what is missing; return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m gradlab_course.install", description=__doc__.splitlines()[0])
    parser.add_argument("python", nargs="+", help="the Pythons to try, in this order")
    parser.add_argument("--requirements", default="requirements.txt")
    options = parser.parse_args(argv)
    fault, way = doctor.venv()
    if not fault and is_current():
        return 0
    anew = bool(fault) and way == doctor.ANEW
    python, found = doctor.python(options.python) if anew else (str(doctor.VENV_PYTHON), None)
    for finding in (found, doctor.disk(doctor.INSTALL_SPACE if anew else doctor.BOOK_SPACE)):
        if finding and finding.wrong:
            print(finding.wrong, file=sys.stderr)
            return 1
    damaged = [] if anew else lost(fault)
    if fault and doctor.VENV.exists():
        way = " It is made anew." if anew else f" Put back: {', '.join(damaged)}." if damaged else ""
        print(f".venv is not whole: {fault}.{way}", flush=True)
    print(f"Installing into .venv with {python} (the first time: a few minutes) ...", flush=True)
    try:
        if install(python, options.requirements, anew, damaged):
            return 0
        print("The installation failed, for the reason above. `make setup` begins it again.", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nInterrupted. The next `make setup` begins again.", file=sys.stderr)
        return 130


if __name__ == "__main__":
    sys.exit(main())
