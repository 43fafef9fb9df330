"""The house around the book: layout, dependencies, Binder's recipe, the Makefile."""

import ast
import json
import re
import shutil
import subprocess
import sys
import sysconfig
import tomllib
from graphlib import CycleError, TopologicalSorter
from importlib import metadata
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name
from PIL import Image

from gradlab_course import ROOT

MODULES = sorted((ROOT / "code").rglob("*.py"))
# Written so that this line is not itself a match.
MACHINE_PATH = re.compile(r"(?<![\w.:/-])(?:/(?:home|root|work|Users|tmp|opt)/|[A-Z]:\\Users\\)\w")


def address(path):
    return ".".join(path.relative_to(ROOT / "code").with_suffix("").parts).removesuffix(".__init__")


# --- the package ------------------------------------------------------------------------------------------------


def test_standard_code_module_is_not_shadowed():
    assert not (ROOT / "code" / "__init__.py").exists()
    command = [sys.executable, "-c", "import code, pdb; print(code.__file__)"]
    shown = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout.strip()
    assert Path(shown).parent == Path(sysconfig.get_path("stdlib"))


@pytest.mark.parametrize("path", MODULES, ids=address)
def test_module_is_short(path):
    count = len(path.read_text(encoding="utf-8").splitlines())
    assert count <= 400, f"{address(path)} has {count} lines: split it by subject (see CONTRIBUTING.md)"


def imported(source):
    """Yield the dotted names that a module's source imports; `from a import b` gives a and a.b."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            module = ".".join(filter(None, ["gradlab" if node.level else "", node.module]))
            yield module
            yield from (f"{module}.{alias.name}" for alias in node.names)


def order(sources):
    """Return the modules of a package in an order in which they can be imported; CycleError if there is none."""
    graph = {module: {n for n in imported(source) if n in sources} - {module} for module, source in sources.items()}
    return list(TopologicalSorter(graph).static_order())


def package(module):
    """Which part of the code a module belongs to, of those that import each other in one direction only."""
    return next(p for p in ("gradlab.checks", "gradlab_course", "gradlab") if f"{module}.".startswith(f"{p}."))


def test_modules_import_each_other_in_one_direction():
    sources = {address(path): path.read_text(encoding="utf-8") for path in MODULES}
    assert len(sources) > 5
    assert set(order(sources)) == set(sources)


ALLOWED = {
    "gradlab": {"gradlab"},
    "gradlab.checks": {"gradlab.checks", "gradlab"},
    "gradlab_course": {"gradlab_course", "gradlab.checks", "gradlab"},
}


@pytest.mark.parametrize("path", MODULES, ids=address)
def test_the_course_imports_checks_and_checks_the_library(path):
    used = {package(n) for n in imported(path.read_text(encoding="utf-8")) if n.split(".")[0].startswith("gradlab")}
    assert used <= ALLOWED[package(address(path))]


def test_a_cycle_would_be_found():
    with pytest.raises(CycleError):
        order({"gradlab.a": "from gradlab import b", "gradlab.b": "def f():\n    from .a import g"})


# --- dependencies -----------------------------------------------------------------------------------------------


def lines(file):
    """Return the lines of a requirements file without comments."""
    stripped = (re.sub(r"(^|\s)#.*", "", line).strip() for line in (ROOT / file).read_text().splitlines())
    return [line for line in stripped if line]


def requirements():
    return [Requirement(line) for line in lines("requirements.txt") if not line.startswith("-")]


def pins():
    return dict(line.split("==") for line in lines("constraints.txt"))


def test_requirements_end_with_the_package_and_the_constraints():
    assert lines("requirements.txt")[-2:] == ["-e .", "-c constraints.txt"]
    assert [line for line in lines("requirements.txt") if line.startswith("-")] == ["-e .", "-c constraints.txt"]


def test_constraints_are_exact_and_hold_on_any_machine():
    for line in lines("constraints.txt"):
        assert re.fullmatch(r"[A-Za-z0-9_.-]+==[0-9][A-Za-z0-9.]*", line), f"{line}: no URL, no local version tag"


def test_every_requirement_has_a_range_that_holds_its_pin():
    pinned = {canonicalize_name(package): version for package, version in pins().items()}
    for requirement in requirements():
        assert requirement.specifier, f"{requirement} has no range"
        assert canonicalize_name(requirement.name) in pinned, f"{requirement} is not pinned"
        assert requirement.specifier.contains(pinned[canonicalize_name(requirement.name)]), requirement


def test_these_tests_run_with_the_pinned_versions():
    # The first on the path is the one that is imported; setuptools brings others of its own, behind it.
    found = reversed(list(metadata.distributions()))
    installed = {canonicalize_name(d.name): d.version.split("+")[0] for d in found}
    differ = {
        package: (version, installed[canonicalize_name(package)])
        for package, version in pins().items()
        if installed.get(canonicalize_name(package), version) != version  # some are for one system only
    }
    assert not differ, "run `make setup`"


def test_every_pin_can_be_had_for_the_oldest_python():
    """A patch release counts: Debian 12 comes with 3.11.2."""
    # `get`: another test may have loaded the backport of importlib.metadata, which takes over the standard one and
    # raises a KeyError where a package says nothing.
    wants = {d.metadata["Name"]: d.metadata.get("Requires-Python") for d in metadata.distributions()}
    assert len(wants) > 100
    assert not {name: wanted for name, wanted in wants.items() if "3.11.0" not in SpecifierSet(wanted or "")}


def test_everything_imported_is_required():
    sources = [
        path.read_text(encoding="utf-8") for folder in ("code", "tests") for path in (ROOT / folder).rglob("*.py")
    ]
    for path in (ROOT / "chapters").glob("*.ipynb"):
        cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
        code = ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]
        sources += ["\n".join(line for line in cell.splitlines() if not line.startswith(("%", "!"))) for cell in code]
    top = {imported_name.split(".")[0] for source in sources for imported_name in imported(source)}
    own = {"gradlab", "gradlab_course"} | {path.stem for path in (ROOT / "tests").rglob("*.py")}
    providers = metadata.packages_distributions()
    required = {canonicalize_name(requirement.name) for requirement in requirements()}
    foreign = top - own - set(sys.stdlib_module_names)
    assert {"numpy", "torch", "pytest"} <= foreign
    missing = {n for n in foreign if not required & {canonicalize_name(d) for d in providers.get(n, [])}}
    assert not missing, "add these to requirements.txt"


PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
EXTRAS = PROJECT["optional-dependencies"]


@pytest.mark.parametrize("package", ["gradlab", "gradlab_course"])
def test_what_a_package_imports_is_a_dependency_or_in_an_extra(package):
    allowed = [*PROJECT["dependencies"], *EXTRAS["torch"], *EXTRAS["data"]]
    allowed += EXTRAS["course"] if package == "gradlab_course" else []
    names = {canonicalize_name(Requirement(line).name) for line in allowed}
    sources = [path.read_text(encoding="utf-8") for path in (ROOT / "code" / package).rglob("*.py")]
    top = {imported_name.split(".")[0] for source in sources for imported_name in imported(source)}
    foreign = top - set(sys.stdlib_module_names) - {"gradlab", "gradlab_course"}
    providers = metadata.packages_distributions()
    assert {n for n in foreign if not names & {canonicalize_name(d) for d in providers.get(n, [])}} == set()


def test_the_extras_have_the_ranges_of_the_requirements():
    wanted = {canonicalize_name(requirement.name): requirement.specifier for requirement in requirements()}
    for line in [*PROJECT["dependencies"], *(line for extra in EXTRAS.values() for line in extra)]:
        requirement = Requirement(line)
        assert requirement.specifier == wanted[canonicalize_name(requirement.name)], line


def test_the_version_is_the_newest_of_the_changes():
    changes = re.findall(r"^## ([\d.]+)(?!.*unreleased)", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), re.M)
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    assert PROJECT["version"] == changes[0] == citation["version"]
    assert citation["cff-version"] == "1.2.0"  # of the file's format
    assert f"\n## {changes[0]}, {citation['date-released']}\n" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")


def test_the_repository_has_one_address():
    """Buttons and the zip's README take it from _config.yml; what readers copy from a page must be the same."""
    known = yaml.safe_load((ROOT / "_config.yml").read_text(encoding="utf-8"))["repository"]["url"]
    pages = [path for path in (ROOT / "chapters").rglob("*") if path.suffix in (".md", ".ipynb")]
    pages += [ROOT / name for name in ("_config.yml", "README.md", "CONTRIBUTING.md", "CITATION.cff", "pyproject.toml")]
    told = re.compile(r"github\.com(?:/|%2F)[\w.-]+?(?:/|%2F)[\w.-]+\w")
    found = {match for path in pages for match in told.findall(path.read_text(encoding="utf-8"))}
    assert {f"https://{match.replace('%2F', '/')}" for match in found} - {"https://github.com/YOU/COURSE"} == {known}


def test_only_binder_names_a_package_index():
    for file in ("requirements.txt", "constraints.txt", "pyproject.toml", "Makefile", ".ci/run"):
        assert not re.search(r"index-url|find-links|https?://(?!localhost)", (ROOT / file).read_text()), file
    index = "--extra-index-url https://download.pytorch.org/whl/cpu"
    assert lines(".binder/requirements.txt") == [index, "-r ../requirements.txt"]


@pytest.mark.skipif(sys.platform == "win32", reason="repo2docker does not run on Windows")
def test_binder_installs_the_requirements_beside_the_repository():
    command = [Path(sys.executable).with_name("repo2docker"), "--no-build", "--debug", "."]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    recipe = run.stdout + run.stderr
    assert run.returncode == 0, recipe
    assert "python=3.11" in recipe
    steps = [line.strip() for line in recipe.splitlines()]
    [install] = [i for i, step in enumerate(steps) if "pip install" in step and step.startswith("RUN")]
    assert steps[install].endswith('pip install --no-cache-dir -r ".binder/requirements.txt"')
    [copied] = [i for i, step in enumerate(steps) if re.fullmatch(r"COPY .*src/ \$\{REPO_DIR\}/", step)]
    assert copied < install, "`-e .` needs the whole repository"
    assert [step for step in steps[:install] if step.startswith("WORKDIR")][-1] == "WORKDIR ${REPO_DIR}"


# --- the tree ---------------------------------------------------------------------------------------------------


def test_machine_paths_are_recognised():
    assert MACHINE_PATH.search("see " + "/home" + "/me/x")
    assert MACHINE_PATH.search('"C:' + "\\Users" + '\\me"')
    assert not MACHINE_PATH.search("https://example.org/home" + "/me and _build/tmp" + "/x and #!/usr/bin/env")


@pytest.mark.parametrize("file", ["README.md", "CONTRIBUTING.md", "ARCHITECTURE.md"])
def test_links_to_files_of_the_repository_lead_somewhere(file):
    text = (ROOT / file).read_text(encoding="utf-8")
    links = [link for link in re.findall(r"\]\(([^)\s]+)\)", text) if link not in ("lr=0.2", "…")]  # of examples
    titles = re.findall("^## (.+)", text, re.M)
    headings = {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}
    files = [link for link in links if link[0] != "#"]
    assert [link for link in files if not (ROOT / link).is_file()] == []
    assert {link[1:] for link in links if link[0] == "#"} <= headings


def test_the_picture_of_the_readme_moves_and_is_light():
    [name] = re.findall(r"!\[[^\]]+\]\(([^)]+)\)", (ROOT / "README.md").read_text(encoding="utf-8"))
    assert (ROOT / name).stat().st_size < 500_000
    with Image.open(ROOT / name) as picture:
        assert picture.n_frames > 10


@pytest.mark.skipif(not (ROOT / ".git").exists(), reason="not a git checkout")
def test_committed_files_name_no_machine_path():
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    files = [ROOT / file for file in listed.split("\0") if file]
    assert ROOT / "Makefile" in files
    found = []
    for path in files:
        if path.exists():
            text = path.read_bytes().decode("utf-8", errors="replace")
            found += [f"{path.relative_to(ROOT)}: {m.group()}" for m in MACHINE_PATH.finditer(text)]
    assert not found


# --- the commands -----------------------------------------------------------------------------------------------


def targets():
    return set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))


@pytest.mark.parametrize(
    "file", ["README.md", "CONTRIBUTING.md", "ARCHITECTURE.md", "CHANGELOG.md", "chapters/index.md"]
)
def test_the_commands_we_name_exist(file):
    named = set(re.findall(r"`make ([a-z]+)", (ROOT / file).read_text(encoding="utf-8")))
    named |= set(re.findall(r"^make ([a-z]+)", (ROOT / file).read_text(encoding="utf-8"), re.MULTILINE))
    assert named <= targets()


@pytest.fixture
def copy(tmp_path):
    """Copy what `make` needs into a folder in which nothing is installed yet."""
    for file in ("Makefile", "requirements.txt", "constraints.txt", "pyproject.toml"):
        shutil.copy(ROOT / file, tmp_path)
    shutil.copytree(ROOT / "code", tmp_path / "code", ignore=shutil.ignore_patterns("__pycache__"))
    return tmp_path


def program(path, text):
    """Write a program of the shell."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)


@pytest.fixture
def installed(copy):
    """A copy with a .venv that says of itself that it is whole, and otherwise is the Python of the tests."""
    python = f'PYTHONPATH="{copy}/code" exec "{sys.executable}" "$@"'
    program(copy / ".venv" / "bin" / "python", f'[ "$4" = --whole ] && exit 0\n{python}')
    (copy / ".venv" / ".installed").touch()
    return copy


def make(folder, *arguments):
    """Run `make`."""
    command = ["make", f"PYTHON={sys.executable}", *arguments]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=60)


with_make = pytest.mark.skipif(
    not shutil.which("make") or sys.platform == "win32", reason="no make here, or no programs of the shell"
)


@with_make
def test_a_setup_with_nothing_to_do_says_so(installed):
    run = make(installed, "setup")
    assert (run.returncode, run.stdout, run.stderr) == (0, "Everything is installed in .venv.\n", "")


@with_make
def test_without_a_book_nothing_is_installed_to_serve_it(copy):
    run = make(copy, "serve")
    assert run.returncode != 0
    assert run.stdout == ""
    assert run.stderr.startswith("There is no book yet: run 'make book' first.\n")
    assert not (copy / ".venv").exists()


@with_make
@pytest.mark.parametrize("port", ["80000", "abc", "8 1", ""])
def test_a_port_that_is_none_is_refused(copy, port):
    (copy / "_build" / "html").mkdir(parents=True)
    (copy / "_build" / "html" / "index.html").touch()
    run = make(copy, "serve", f"PORT={port}")
    assert run.returncode != 0
    assert run.stdout == ""
    assert run.stderr.startswith(f"PORT must be a whole number from 1 to 65535, got {port!r}.\n")


@pytest.mark.skipif(not shutil.which("make"), reason="no make on this machine")
@pytest.mark.parametrize("version", ["2.7.18", "3.9.18"])
@pytest.mark.parametrize("target", ["book", "doctor"])
def test_an_old_python_is_refused(copy, version, target):
    old, too_old = copy / "python3.11", version < "3.7"
    # A stand-in: asked for its version, as install and doctor do, it tells an old one; what it runs itself is not old.
    told = version.replace(".", " ")
    program(
        old,
        f"""case "$2" in
*exit*) exit {int(too_old)};;
*print*) echo {told};;
*) exec "{sys.executable}" "$@";;
esac""",
    )
    command = ["make", target, f"PYTHON={old}"]
    run = subprocess.run(command, cwd=copy, capture_output=True, text=True)
    assert run.returncode != 0
    assert "needs Python 3.11 or newer" in run.stdout + run.stderr
    assert str(old) in run.stdout + run.stderr
    assert "Traceback" not in run.stdout + run.stderr
    assert not (copy / ".venv").exists()
