"""`make doctor` and `make setup`: an old Python, a broken .venv, a full disk, no browser get one sentence each."""

import ast
import os
import shutil
import subprocess
import sys
from types import SimpleNamespace

import pytest

from gradlab.doctor import PIP_CAN_MEND
from gradlab_course import ROOT, doctor, install
from gradlab_course.book import __main__ as book

pytestmark = pytest.mark.skipif(os.name == "nt", reason="the stand-ins are programs of the shell")


@pytest.fixture
def folder(monkeypatch, tmp_path):
    """A repository with no .venv yet."""
    venv = tmp_path / ".venv"
    for name in install.ASK:
        (tmp_path / name).touch()
    for module in (doctor, install):
        monkeypatch.setattr(module, "ROOT", tmp_path)
    monkeypatch.setattr(doctor, "VENV", venv)
    monkeypatch.setattr(doctor, "VENV_PYTHON", venv / "bin" / "python")
    monkeypatch.setattr(doctor, "BEGUN", venv / ".installing")
    monkeypatch.setattr(install, "STAMP", venv / ".installed")
    return tmp_path


def program(path, text):
    """Write a program of the shell."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)
    return str(path)


def full(_):
    return SimpleNamespace(free=2e8)


@pytest.mark.parametrize(
    "name",
    ["gradlab/__init__.py", "gradlab/doctor.py", "gradlab_course/__init__.py", "gradlab_course/doctor.py",
     "gradlab_course/install.py", "gradlab_course/serving.py", "gradlab_course/editions/__init__.py",
     "gradlab_course/editions/pdf.py"],
)  # fmt: skip
def test_an_old_python_understands_what_tells_it_so(name):
    ast.parse((ROOT / "code" / name).read_text(encoding="utf-8"), feature_version=(3, 7))


def test_what_tells_what_is_missing_needs_no_package():
    code = "import sys; import gradlab_course.install, gradlab_course.serving; "
    code += "print(sorted({name.split('.')[0] for name in sys.modules}))"
    command = [sys.executable, "-S", "-c", code]
    run = subprocess.run(command, capture_output=True, text=True, env={"PYTHONPATH": str(ROOT / "code")}, check=True)
    assert set(ast.literal_eval(run.stdout)) <= {*sys.stdlib_module_names, "__main__", "gradlab", "gradlab_course"}


def test_the_first_python_that_is_new_enough_is_taken(tmp_path):
    old = program(tmp_path / "python3.11", "echo 3 9 18")
    broken = program(tmp_path / "broken", "echo 3 12 1; exit 1")
    assert doctor.python([old, broken, sys.executable])[0] == sys.executable
    name, found = doctor.python([old, broken])
    assert name == ""
    assert found.needed
    assert f"none of these is: {old} (3.9.18), {broken} (not found)." in found.wrong


def test_each_thing_wrong_with_the_environment_is_told(folder):
    assert doctor.venv() == ("there is none yet", doctor.ANEW)
    doctor.VENV.mkdir()
    assert doctor.venv()[0].startswith("its Python has gone, or does not start (")
    answers = {
        "exit 0": ("", 0),
        f"echo torch is missing; exit {PIP_CAN_MEND}": ("torch is missing", PIP_CAN_MEND),
        "echo x 1 has lost files; exit 1": ("x 1 has lost files", doctor.ANEW),
        "echo: No module named gradlab >&2; exit 1": ("it does not find gradlab (was this folder moved?)", doctor.ANEW),
    }
    for answer, told in answers.items():
        program(doctor.VENV_PYTHON, f'[ "$1" = -c ] && exit 0\n{answer.replace("echo:", "echo")}')
        assert doctor.venv() == told
    doctor.BEGUN.touch()
    assert doctor.venv() == ("an installation was cut short", doctor.ANEW)


def test_a_whole_environment_is_left_alone(folder, monkeypatch):
    program(doctor.VENV_PYTHON, "exit 0")
    install.STAMP.touch()
    monkeypatch.setattr(install, "install", lambda *_: pytest.fail("nothing is to be installed"))
    assert install.main(["no-python"]) == 0


@pytest.mark.parametrize(
    ("fault", "status", "kept", "ran", "told"),
    [
        ("a is missing", PIP_CAN_MEND, True, "install\n", "a is missing.\n"),
        (
            "a is missing; b 1 has lost files; c 2 has lost files",
            PIP_CAN_MEND,
            True,
            "uninstall b c\ninstall\n",
            "c 2 has lost files. Put back: b, c.\n",
        ),
        ("pip 1 has lost files", 1, False, "install\n", "pip 1 has lost files. It is made anew.\n"),
    ],
    ids=["pip mends a package", "pip puts lost files back", "pip cannot: made anew"],
)
def test_what_is_not_whole_is_mended(folder, capsys, fault, status, kept, ran, told):
    log = folder / "log"
    pip = f'{{ [ $3 = install ] && echo install || {{ shift 6; echo "uninstall $*"; }}; }} >>{log}'
    program(
        doctor.VENV_PYTHON, f'[ "$1" = -c ] && exit 0; [ "$2" = pip ] && {pip} || {{ echo "{fault}"; exit {status}; }}'
    )
    (doctor.VENV / "kept").touch()
    maker = program(
        folder / "maker",
        f'[ "$1" = -c ] && echo 3 11 2 || {{ mkdir -p {doctor.VENV}/bin; ln -s {folder}/pip {doctor.VENV_PYTHON}; }}',
    )
    program(folder / "pip", pip)
    assert install.main([maker]) == 0
    assert log.read_text() == ran
    assert (doctor.VENV / "kept").exists() is kept
    assert install.is_current()
    assert not doctor.BEGUN.exists()
    assert f".venv is not whole: {fault}"[:30] in (said := capsys.readouterr().out)
    assert told in said


def test_an_installation_that_fails_is_tried_again_though_all_seems_whole(folder):
    """What was uninstalled may be what only other packages need, and nobody would miss it."""
    install.STAMP.parent.mkdir()
    install.STAMP.touch()
    program(
        doctor.VENV_PYTHON, f'[ "$2" = pip ] && exit 1; [ "$1" = -c ] || {{ echo a is missing; exit {PIP_CAN_MEND}; }}'
    )
    assert install.main(["no-python"]) == 1
    assert not doctor.BEGUN.exists()
    program(doctor.VENV_PYTHON, "exit 0")
    assert not install.is_current()
    assert install.main(["no-python"]) == 0
    assert install.is_current()


def test_an_installation_that_is_cut_short_is_remembered(folder, monkeypatch, capsys):
    def interrupted(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr(doctor, "python", lambda _: (sys.executable, None))
    monkeypatch.setattr(install.subprocess, "run", interrupted)
    assert install.main(["python"]) == 130
    assert doctor.BEGUN.exists()
    assert "The next `make setup` begins again." in capsys.readouterr().err


def test_a_full_disk_is_told_before_anything_is_written(folder, monkeypatch, capsys):
    monkeypatch.setattr(shutil, "disk_usage", full)
    monkeypatch.setattr(book, "BUILD", folder / "_build")
    assert book.main([]) == install.main([sys.executable]) == 1
    assert [line.partition(" GB are needed in ")[0] for line in capsys.readouterr().err.splitlines()] == ["0.5", "4"]
    assert not (folder / "_build").exists()
    assert not doctor.VENV.exists()


def test_the_browser_is_told(monkeypatch, tmp_path):
    monkeypatch.setattr(doctor, "find_browser", lambda: None)
    assert "install Chromium, or set CHROME_PATH" in doctor.browser().wrong
    assert not doctor.browser().needed
    works, fails = program(tmp_path / "works", "echo A Browser 1"), program(tmp_path / "fails", "exit 1")
    for path, wrong in ((works, ""), (fails, "It does not start: install Chromium, or set CHROME_PATH.")):
        monkeypatch.setenv("CHROME_PATH", path)
        monkeypatch.setattr(doctor, "find_browser", lambda path=path: path)
        assert doctor.browser().wrong == wrong
    monkeypatch.setattr(doctor, "find_browser", lambda: works)
    monkeypatch.setenv("CHROME_PATH", str(tmp_path / "nothing"))
    assert doctor.browser().wrong == f"CHROME_PATH names no program: {tmp_path}/nothing"


def test_the_whole_report_fails_only_for_what_is_needed(folder, monkeypatch, capfd):
    monkeypatch.setattr(doctor, "find_browser", lambda: None)
    assert doctor.main([sys.executable]) == 1
    shown = capfd.readouterr().out
    assert "note   .venv     none yet\n" in shown
    assert "Nothing is set up yet: `make setup` does it" in shown
    assert "WRONG" not in shown
    doctor.VENV.mkdir()
    assert doctor.main([sys.executable]) == 1
    assert "WRONG  .venv     not whole: its Python has gone" in capfd.readouterr().out
    program(doctor.VENV_PYTHON, "exit 0")
    assert doctor.main([sys.executable]) == 0
    program(doctor.VENV_PYTHON, f'[ "$1" = -c ] && exit 0; [ "$1" = -I ] && echo old && exit {PIP_CAN_MEND}; exit 1')
    assert doctor.main([sys.executable]) == 1
    monkeypatch.setattr(shutil, "disk_usage", full)
    program(doctor.VENV_PYTHON, "exit 0")
    assert doctor.main([sys.executable]) == 1
