"""What is wrong with this machine or with `.venv`: `make doctor`.

Any Python from 3.7 on can run this module, and no package need be installed: it is for the case that something is
missing. What is in `.venv` is asked of `gradlab.doctor`, which the Python there runs. `install` and `book` ask the same
questions before they begin.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys

from gradlab.doctor import OLDEST, PIP_CAN_MEND, Finding
from gradlab_course import ROOT
from gradlab_course.editions.pdf import find_browser

VENV = ROOT / ".venv"
VENV_PYTHON = VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
BEGUN = VENV / ".installing"  # there from the beginning of an installation to its end
INSTALL_SPACE = 4.0  # GB: .venv takes 2.5 with a PyTorch without CUDA, and pip unpacks beside it
BOOK_SPACE = 0.5  # GB
ANEW = 1  # what `venv` returns; PIP_CAN_MEND is the other
SETUP = "Run `make setup`."
NOTHING_YET = "Nothing is set up yet: `make setup` does it (a few minutes), and so does `make book` before the book."


def python(names: list[str]) -> tuple[str, Finding]:
    """The first Python that is new enough, or an empty string; and what was found.

    names   commands, in the order in which they are tried
    """
    asked = {name: _answer([name, "-c", "import sys; print(*sys.version_info[:3])"]).split() for name in names}
    versions = {name: tuple(map(int, asked[name])) for name in names}
    dotted = {name: ".".join(asked[name]) for name in names}
    for name in names:
        if versions[name] >= OLDEST:
            return name, Finding("Python", f"{dotted[name]}, {shutil.which(name)}")
    told = ", ".join(f"{name} ({dotted[name] or 'not found'})" for name in names)
    wrong = f"gradlab needs Python {'.'.join(map(str, OLDEST))} or newer; none of these is: {told}.\n"
    wrong += "Install one, or name it: make setup PYTHON=/path/to/python3.12"
    return "", Finding("Python", "none that is new enough", wrong)


def venv() -> tuple[str, int]:
    """What is wrong with `.venv`, or an empty string; and whether it must be made ANEW, or PIP_CAN_MEND it."""
    if not VENV.exists():
        return "there is none yet", ANEW
    if BEGUN.exists():
        return "an installation was cut short", ANEW
    if _run([str(VENV_PYTHON), "-c", ""]).returncode:
        return f"its Python has gone, or does not start ({VENV_PYTHON.resolve()})", ANEW
    asked = _run([str(VENV_PYTHON), "-I", "-m", "gradlab.doctor", "--whole"])
    told = (asked.stdout.strip() or asked.stderr.strip() or "no answer").splitlines()[-1]
    if asked.returncode in (0, PIP_CAN_MEND):
        return (told if asked.returncode else ""), asked.returncode
    moved = "No module named" in told and "gradlab" in told
    return ("it does not find gradlab (was this folder moved?)" if moved else told), ANEW


def disk(needed: float) -> Finding:
    """Is there room?

    needed   GB
    """
    free = shutil.disk_usage(ROOT).free / 1e9
    wrong = f"{needed:g} GB are needed in {ROOT}: delete something, or move this folder to a larger disk."
    return Finding("disk", f"{free:.1f} GB free", wrong if free < needed else "")


def browser() -> Finding:
    """Which browser do the tests and the PDFs use?"""
    path = find_browser()
    if path is None:
        wrong = "The tests of the built site are skipped, and there are no PDFs: install Chromium, or set CHROME_PATH."
        return Finding("browser", "none", wrong, needed=False)
    version = _answer([path, "--version"])
    if not version and os.name != "nt":  # on Windows it opens a window instead
        return Finding("browser", path, "It does not start: install Chromium, or set CHROME_PATH.", needed=False)
    named = os.environ.get("CHROME_PATH", path)
    wrong = f"CHROME_PATH names no program: {named}" if named and not shutil.which(named) else ""
    return Finding("browser", f"{version}, {path}".lstrip(", "), wrong, needed=False)


def _run(command):
    """The result of a command; a failure if it cannot be run at all."""
    try:
        return subprocess.run(command, capture_output=True, text=True, timeout=60, cwd=ROOT)
    except (OSError, subprocess.SubprocessError) as error:
        return subprocess.CompletedProcess(command, 1, "", str(error))


def _answer(command):
    """What a command prints, in one line; an empty string if it fails."""
    done = _run(command)
    return "" if done.returncode else " ".join(done.stdout.split())


def main(names: list[str]) -> int:
    """Print what there is and what is wrong; return the exit status: 0 if all that is needed is there.

    names   the Pythons that `make` tries
    """
    fault, way = venv()
    anew = bool(fault) and way == ANEW
    if anew:
        fresh = Finding(".venv", "none yet", NOTHING_YET, needed=False)
        findings = [python(names)[1], Finding(".venv", f"not whole: {fault}", SETUP) if VENV.exists() else fresh]
    else:
        findings = [Finding(".venv", "there, and its Python runs")]  # which says itself what is wrong with its packages
    print(*findings, disk(INSTALL_SPACE if anew else BOOK_SPACE), browser(), sep="\n", flush=True)
    if anew or disk(BOOK_SPACE).wrong:
        return 1
    return subprocess.run([str(VENV_PYTHON), "-m", "gradlab.doctor"], cwd=ROOT).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
