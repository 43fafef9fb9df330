"""What is installed here, which device is used, whether figures are live, and what to do where something is missing.

In a cell of a notebook:

    from gradlab.doctor import doctor
    doctor()

`make doctor` says the same of the environment that `make setup` makes, and more. Nothing but the standard library is
imported before it is known to be there.
"""

from __future__ import annotations

import os
import re
import sys
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

OLDEST = (3, 11)  # Python; pyproject.toml says the same
CHECKOUT = Path(__file__).resolve().parents[2]  # if gradlab was not copied into site-packages
TOLD = ("gradlab", "numpy", "matplotlib", "torch", "scikit-learn", "ipywidgets", "jupyterlab")  # the others are counted
EXTRAS = ("", "torch", "data")  # of pyproject.toml, what notebooks need; requirements.txt has no extras
LAB_WIDGETS = Path("share", "jupyter", "labextensions", "@jupyter-widgets", "jupyterlab-manager", "package.json")
LOST = "has lost files"
AGAIN = " If it finds nothing to install, delete the folder .venv and run it again."
PIP_CAN_MEND = 3  # an exit status; Python itself ends with 1 and 2


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at.

    what     "device"
    found    what there is, in a few words
    wrong    empty, or a sentence that says what is wrong and what to do
    needed   whether things fail while it is so
    """

    what: str
    found: str
    wrong: str = ""
    needed: bool = True

    def __str__(self):
        verdict = "ok" if not self.wrong else "WRONG" if self.needed else "note"
        return f"{verdict:<6} {self.what:<9} {self.found}" + "".join(
            f"\n{'':17}{line}" for line in self.wrong.splitlines()
        )


def doctor() -> None:
    """Print what is installed at which version, which device is used, and whether figures will be live.

    Where something is missing, a sentence says what to do.
    """
    print(*examined(), sep="\n")


def examined() -> list[Finding]:
    """What `doctor` prints."""
    return [_python(), _packages(), _device(), _figures()]


def _python() -> Finding:
    """Is this Python new enough?"""
    version = ".".join(map(str, sys.version_info[:3]))
    wanted = ".".join(map(str, OLDEST))
    fits = sys.version_info >= OLDEST
    return Finding("Python", f"{version}, {sys.executable}", "" if fits else f"gradlab needs Python {wanted} or newer.")


def _packages() -> Finding:
    """Is each package here, whole, and in the range of versions that is allowed?"""
    try:
        from packaging.requirements import Requirement
    except ImportError:
        here = _installed("packaging")
        amiss = f"packaging {here.version} {LOST}" if here else "packaging is missing"
        return Finding("packages", "not known", f"{amiss}: {_remedy(['--force-reinstall', 'packaging'])}")
    wanted = [Requirement(line) for line in _required()]
    wanted = [one for one in wanted if not one.marker or any(one.marker.evaluate({"extra": e}) for e in EXTRAS)]
    told = {one.name: _amiss(one) for one in wanted}
    wrong = [one for one in wanted if told[one.name]]
    main_ones = ", ".join(f"{name} {_installed(name).version}" for name in TOLD if _installed(name))
    found = f"{len(wanted) - len(wrong)} of {len(wanted)} as they should be ({main_ones})"
    if not wrong:
        return Finding("packages", found)
    mended = [f"{one.name}{_range(one)}" for one in wrong]
    if any(LOST in told[one.name] for one in wrong):
        mended.insert(0, "--force-reinstall")  # pip takes a package for whole while its metadata are there
    return Finding("packages", found, f"{'; '.join(told[one.name] for one in wrong)}: {_remedy(mended)}")


def _installed(name: str):
    """The metadata of an installed package, or None."""
    from importlib import metadata

    try:
        return metadata.distribution(name)
    except metadata.PackageNotFoundError:
        return None


def _amiss(requirement) -> str:
    """What is wrong with a package that is required, or an empty string."""
    found = _installed(requirement.name)
    if found is None:
        return f"{requirement.name} is missing"
    if requirement.specifier and not requirement.specifier.contains(found.version, prereleases=True):
        return f"{requirement.name} is {found.version} and must be {_range(requirement)}"
    return "" if _whole(found) else f"{requirement.name} {found.version} {LOST}"


def _range(requirement):
    return ",".join(sorted(map(str, requirement.specifier), reverse=True))  # >= comes before <


def _required() -> list[str]:
    """The requirements of this environment, as pip reads them.

    Those of a checkout's own `.venv` are in requirements.txt; what these need in turn is in constraints.txt, at one
    version for all systems, of which some need less. Others have what gradlab's metadata ask for. If gradlab is not
    installed, but found on the path, nobody has said what must be there.
    """
    from importlib import metadata

    if _in_checkout():
        wanted, pinned = (_lines(name) for name in ("requirements.txt", "constraints.txt"))
        named = {_plain(re.split("[<>=!~; ]", line)[0]) for line in wanted}
        others = ["pip", *(line.partition("==")[0] for line in pinned)]
        return ["gradlab", *wanted, *(name for name in others if _plain(name) not in named and _installed(name))]
    try:
        return ["gradlab", *(metadata.requires("gradlab") or ())]
    except metadata.PackageNotFoundError:
        return [name for name in TOLD if name != "gradlab"]


def _lines(name: str) -> list[str]:
    """The packages in a file for pip, without comments and options."""
    lines = (CHECKOUT / name).read_text(encoding="utf-8").splitlines()
    return [line.split(" #")[0].strip() for line in lines if line.strip() and line[0] not in "#-"]


def _plain(name: str) -> str:
    """The name of a package as pip compares it."""
    return re.sub("[-_.]+", "-", name).lower()


def _in_checkout() -> bool:
    """Is this the Python of the `.venv` that `make setup` makes?"""
    return Path(sys.prefix).resolve() == CHECKOUT / ".venv"


def _remedy(options: list[str]) -> str:
    """How to get packages here, as the second half of a sentence.

    options   of `pip install`
    """
    if _in_checkout():
        return "run `make setup`."
    quoted = " ".join(f'"{one}"' if set(one) & set("<>!") else one for one in options)
    return f"run `%pip install {quoted}` in a cell, then restart the kernel."


def _whole(distribution) -> bool:
    """Are all files here that a package has installed beside itself? Its list of files tells which.

    Programs and data elsewhere, whose path begins with "..", do not count, nor does what Python compiles by itself.
    """
    place = str(distribution.locate_file(""))
    names: dict[str, set[str]] = {}
    for line in (distribution.read_text("RECORD") or "").splitlines():
        path = line.rsplit(",", 2)[0].strip('"')
        folder, _, name = path.rpartition("/")
        if path.startswith(("/", "..")) or path.endswith(".pyc"):
            continue
        if folder not in names:  # one list of a folder tells of all its files
            names[folder] = _names(os.path.join(place, folder))
        if name not in names[folder] and not os.path.exists(os.path.join(place, path)):  # in other capitals, perhaps
            return False
    return True


def _names(folder: str) -> set[str]:
    return set(os.listdir(folder)) if os.path.isdir(folder) else set()


def lost(told: str) -> list[str]:
    """The packages that have lost files.

    told   what is wrong with packages, as `--whole` prints it
    """
    return [one.split()[0] for one in told.split("; ") if one.endswith(LOST)]


def _device() -> Finding:
    """Which device do the sections *On a GPU* use?"""
    try:
        devices, nets = import_module("gradlab.devices"), import_module("gradlab.nets")
        chosen = nets.choose_device()
        name = "torch finds no GPU here" if chosen == "cpu" else devices.machine(chosen)
    except Exception as error:  # a package that is half there fails in many ways
        told = f"{type(error).__name__}: {error}".splitlines()[0]
        way = _remedy(["--force-reinstall", "torch"])
        return Finding("device", "not known", f"torch cannot be used ({told}): {way}" + AGAIN * _in_checkout())
    return Finding("device", f"{chosen}: {name}")


def _figures() -> Finding:
    """Will sliders be live in a notebook with this kernel?"""
    if os.environ.get("GRADLAB_BOOK"):
        return Finding("figures", "for a page", "GRADLAB_BOOK is set, as while the book is built: unset it.", False)
    widgets = _installed("ipywidgets")
    if not widgets:
        return Finding("figures", "cannot be shown", f"ipywidgets is missing: {_remedy(['ipywidgets>=8,<9'])}")
    if _installed("jupyterlab") and not Path(sys.prefix, LAB_WIDGETS).exists():
        wrong = f"JupyterLab lacks its widgets: {_remedy(['--force-reinstall', 'jupyterlab_widgets'])}"
        return Finding("figures", "not live in JupyterLab", wrong, False)
    return Finding("figures", f"live, by ipywidgets {widgets.version}")


def _main(arguments: list[str]) -> int:
    """Print what was found; return the exit status: 0 if nothing is wrong that is needed.

    arguments   ["--whole"] asks only whether a checkout's `.venv` is whole, prints what is wrong and nothing else, and
                returns PIP_CAN_MEND if an installation of what is required would put it right
    """
    if arguments == ["--whole"]:
        wrong = _packages().wrong
        if not _in_checkout() or _python().wrong:
            print(f"its gradlab is that of {CHECKOUT}" if not _in_checkout() else _python().wrong)
            return 1
        told = wrong.rpartition(": ")[0]
        print(told, end="\n" * bool(wrong))
        return (1 if "pip" in {one.split()[0] for one in told.split("; ")} else PIP_CAN_MEND) if wrong else 0
    findings = examined()
    print(*findings, sep="\n")
    return int(any(one.wrong and one.needed for one in findings))


if __name__ == "__main__":
    sys.exit(_main(sys.argv[1:]))
