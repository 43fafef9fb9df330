"""The notebook's doctor: versions, the device, live figures; each thing that is wrong gets one sentence."""

import platform
import re
import sys
from importlib import metadata
from pathlib import Path

import pytest
import torch
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name

from gradlab import doctor
from gradlab.doctor import OLDEST, PIP_CAN_MEND, Finding, _amiss
from gradlab_course import ROOT


@pytest.fixture
def pretend(monkeypatch, tmp_path):
    """Put a package of one module on the path, with a version, before the one that is installed."""

    def put(name, version, *modules):
        info = tmp_path / f"{name}-{version}.dist-info"
        info.mkdir()
        (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n")
        listed = [*(modules or ["module.py"]), "../../../bin/tool", "__pycache__/module.pyc", f"{info.name}/RECORD"]
        (info / "RECORD").write_text("".join(f"{path},,\n" for path in listed))
        for path in ("module.py", "parts/module.py", "parts/inner/Module, old.py"):
            (tmp_path / path).parent.mkdir(exist_ok=True)
            (tmp_path / path).touch()

    monkeypatch.syspath_prepend(tmp_path)
    return put


def test_what_is_here_is_told(capsys, monkeypatch):
    monkeypatch.delenv("GRADLAB_BOOK", raising=False)
    doctor.doctor()
    shown = capsys.readouterr().out
    assert [line.split()[1] for line in shown.splitlines() if line[0] != " "] == [
        "Python",
        "packages",
        "device",
        "figures",
    ]
    assert platform.python_version() in shown
    for name in ("numpy", "torch", "ipywidgets"):
        assert f"{name} {metadata.version(name)}" in shown
    assert f"live, by ipywidgets {metadata.version('ipywidgets')}" in shown


def test_the_oldest_python_is_the_one_of_the_package():
    told = re.search('requires-python = ">=(.*)"', (ROOT / "pyproject.toml").read_text())[1]
    assert ".".join(map(str, OLDEST)) == told


@pytest.mark.parametrize("version", [(3, 10, 13), (3, 9, 18)])
def test_an_old_python_is_told(monkeypatch, version):
    monkeypatch.setattr(sys, "version_info", version)
    assert doctor._python().found.startswith(".".join(map(str, version)))
    assert doctor._python().wrong == "gradlab needs Python 3.11 or newer."


def test_old_missing_and_broken_packages_are_told(pretend):
    pretend("oldish", "2.1.0")
    pretend("halved", "3.0", "lost.py")
    pretend("built", "2.4.0a0+lab")
    assert _amiss(Requirement("oldish>=2.4,<3")) == "oldish is 2.1.0 and must be >=2.4,<3"
    assert _amiss(Requirement("oldish>=2")) == _amiss(Requirement("built>=2.3")) == ""
    assert _amiss(Requirement("halved")) == "halved 3.0 has lost files"
    pretend("deep", "1.0", "parts/module.py", '"parts/inner/Module, old.py"')
    assert _amiss(Requirement("deep")) == ""
    for at, path in enumerate(("parts/__init__.py", "parts/inner/__init__.py", "parts/gone/module.py")):
        pretend(f"deep{at}", "1.0", "parts/module.py", path)
        assert _amiss(Requirement(f"deep{at}")) == f"deep{at} 1.0 has lost files"
    assert _amiss(Requirement("never-heard-of>=1")) == "never-heard-of is missing"


def test_an_old_torch_gets_one_sentence_with_what_to_do(pretend, monkeypatch):
    monkeypatch.setattr(
        doctor, "_required", lambda: ["torch>=2.4,<3", "numpy>=2; extra == 'data'", "x; extra == 'course'"]
    )
    monkeypatch.setattr(doctor, "_in_checkout", lambda: False)
    assert doctor._packages().wrong == ""
    pretend("torch", "2.1.0")
    found = doctor._packages()
    assert found.found.startswith("1 of 2 as they should be (")
    assert found.wrong == (
        'torch is 2.1.0 and must be >=2.4,<3: run `%pip install "torch>=2.4,<3"` in a cell, then restart the kernel.'
    )
    monkeypatch.setattr(doctor, "_in_checkout", lambda: True)
    assert doctor._packages().wrong == "torch is 2.1.0 and must be >=2.4,<3: run `make setup`."


def test_lost_files_are_installed_by_force(pretend, monkeypatch):
    monkeypatch.setattr(doctor, "_required", lambda: ["halved"])
    monkeypatch.setattr(doctor, "_in_checkout", lambda: False)
    pretend("halved", "3.0", "lost.py")
    assert "run `%pip install --force-reinstall halved`" in doctor._packages().wrong


def test_a_package_that_reads_requirements_and_is_half_there_is_lost_too(pretend, monkeypatch):
    monkeypatch.setitem(sys.modules, "packaging.requirements", None)
    assert doctor.lost(doctor._packages().wrong.rpartition(": ")[0]) == ["packaging"]
    monkeypatch.setattr(doctor, "_installed", lambda name: None)
    assert doctor._packages().wrong.startswith("packaging is missing: ")


def test_what_is_lost_is_read_from_what_is_told():
    assert doctor.lost("a-b 1.0 has lost files; b is missing; c 2 has lost files") == ["a-b", "c"]
    assert doctor.lost("") == doctor.lost("torch is 2.1.0 and must be >=2.4,<3") == []


def test_a_checkout_asks_for_its_requirements(monkeypatch):
    monkeypatch.setattr(doctor, "_in_checkout", lambda: True)
    required = [Requirement(line) for line in doctor._required()]
    wanted = {one.name: one.specifier for one in required}
    names = [canonicalize_name(one.name) for one in required]
    assert len(set(names)) == len(names)
    assert {"parso", "kiwisolver"} < set(names)  # nobody imports them but what we require
    assert wanted["kiwisolver"] == SpecifierSet("")
    assert wanted["gradlab"] == SpecifierSet("")
    assert wanted["brython"] == SpecifierSet(">=3.14.3,<3.15")  # whose line has a comment
    assert {"pytest", "torch", "jupyterlab"} < set(wanted)


def test_a_gradlab_that_is_only_on_the_path_asks_for_no_versions(monkeypatch):
    def unknown(name):
        raise metadata.PackageNotFoundError(name)

    monkeypatch.setattr(metadata, "requires", unknown)
    monkeypatch.setattr(doctor, "_in_checkout", lambda: False)
    assert {str(Requirement(one).specifier) for one in doctor._required()} == {""}


@pytest.mark.parametrize(
    ("cuda", "mps", "found"),
    [
        (False, False, "cpu: torch finds no GPU here"),
        (True, False, "cuda: A Great GPU"),
        (False, True, f"mps: GPU of a {platform.machine()} Mac"),
    ],
)
def test_the_device_is_told_by_its_name(monkeypatch, cuda, mps, found):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: cuda)
    monkeypatch.setattr(torch.cuda, "get_device_name", lambda: "A Great GPU")
    monkeypatch.setattr(torch.backends.mps, "is_available", lambda: mps)
    assert doctor._device() == Finding("device", found)


def test_a_torch_that_cannot_be_imported_gets_a_sentence(monkeypatch):
    monkeypatch.setitem(sys.modules, "torch", None)
    monkeypatch.setattr(doctor, "_in_checkout", lambda: False)
    found = doctor._device()
    assert found.wrong.startswith("torch cannot be used (ModuleNotFoundError: ")
    assert "\n" not in found.wrong
    assert "--force-reinstall torch" in found.wrong
    monkeypatch.setattr(doctor, "_in_checkout", lambda: True)
    assert doctor._device().wrong.endswith(f"run `make setup`.{doctor.AGAIN}")


def test_figures_are_live_where_their_widgets_are(monkeypatch, tmp_path):
    monkeypatch.delenv("GRADLAB_BOOK", raising=False)
    assert Path(sys.prefix, doctor.LAB_WIDGETS).exists()
    assert not doctor._figures().wrong
    monkeypatch.setattr(sys, "prefix", str(tmp_path))
    assert doctor._figures().wrong.startswith("JupyterLab lacks its widgets: run ")
    assert not doctor._figures().needed
    monkeypatch.setattr(doctor, "_installed", lambda name: None)
    assert doctor._figures().wrong.startswith("ipywidgets is missing: run ")
    monkeypatch.setenv("GRADLAB_BOOK", "1")
    assert "GRADLAB_BOOK is set" in doctor._figures().wrong


@pytest.mark.parametrize(
    ("wrong", "status", "printed"),
    [
        ("", 0, ""),
        ("torch is missing: run `make setup`.", PIP_CAN_MEND, "torch is missing\n"),
        ("torch 2.4 has lost files: run `make setup`.", PIP_CAN_MEND, "torch 2.4 has lost files\n"),
        ("a is missing; pip 1 has lost files: run `make setup`.", 1, "a is missing; pip 1 has lost files\n"),
    ],
)
def test_an_installation_is_asked_whether_it_is_whole(monkeypatch, capsys, wrong, status, printed):
    monkeypatch.setattr(doctor, "_in_checkout", lambda: True)
    monkeypatch.setattr(doctor, "_packages", lambda: Finding("packages", "", wrong))
    assert doctor._main(["--whole"]) == status
    assert capsys.readouterr().out == printed
    monkeypatch.setattr(doctor, "_in_checkout", lambda: False)
    assert doctor._main(["--whole"]) == 1
    assert capsys.readouterr().out == f"its gradlab is that of {doctor.CHECKOUT}\n"


def test_only_what_is_needed_makes_it_fail(monkeypatch, capsys):
    for finding, status in ((Finding("a", "b"), 0), (Finding("a", "b", "c", False), 0), (Finding("a", "b", "c"), 1)):
        monkeypatch.setattr(doctor, "examined", lambda finding=finding: [finding])
        assert doctor._main([]) == status
    assert capsys.readouterr().out == "\n".join(
        ["ok     a         b", "note   a         b", f"{'':17}c", "WRONG  a         b", f"{'':17}c", ""]
    )
