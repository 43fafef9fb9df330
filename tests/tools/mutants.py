"""Mutation testing: change the library in one place at a time, and see whether its tests notice.

    python tests/tools/mutants.py [--jobs N] [MODULE ...]        or: make mutants MODULES="rules checks.question"

A mutant that no test notices "survives": a test is missing, or the change makes no difference. The second kind is
explained in `survivors.toml`. Exits 1 if a survivor is not explained or an explanation is out of date.

The mutants are made by Cosmic Ray. Its own runner starts a new Python for each, which with torch takes seconds; here
each runs in a fork of a process that has imported everything but the library. All runs in copies made at the start,
so the work tree may be edited meanwhile.
"""

import argparse
import ast
import gc
import importlib
import importlib.util
import json
import os
import shutil
import signal
import sys
import tempfile
import time
import tomllib
import traceback
from collections import Counter, defaultdict
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from cosmic_ray.ast import ast_nodes, get_ast
from cosmic_ray.mutating import mutate_code
from cosmic_ray.plugins import get_operator
from tqdm import tqdm

from gradlab_course import ROOT

MEMORY = 2**33  # bytes that one run may ask for

#: Modules whose tests guard a module besides its own; those of `checks.mistakes` guard each module of mistakes.
ALSO = {
    "_arguments": [
        "rules",
        "descend",
        "normalisers",
        "initialisers",
        "scalers",
        "gains",
        "oracles",
        "schedules",
        "mlp",
    ],
    "_conditions": ["_arguments", "initialisers", "scalers", "descend"],
    "_arrays": ["rules", "descend", "oracles", "surfaces"],
    "_runs": ["plateau", "train"],
    "rules": ["_arguments", "conversions"],
    "checks": ["checks.first_questions"],
    "checks.compare": ["checks"],
    "checks.messages": ["checks"],
    "checks.question": ["checks"],
    "checks.questions.rules": ["checks.first_questions", "checks.answers", "checks.question", "checks"],
    "checks.questions.descents": ["checks.first_questions", "checks.answers", "checks.tasks.descents"],
    "checks.questions.forecasts": ["checks.first_questions", "checks.answers", "checks.tasks.forecasts"],
    "checks.questions.networks": ["checks.first_questions", "checks.answers", "checks.tasks.networks"],
    "checks.questions.batches": ["checks.first_questions", "checks.answers", "checks.tasks.batches"],
    "checks.questions.normalisers": ["checks.first_questions", "checks.answers", "checks.tasks.scalers"],
    **{
        f"checks.questions.{name}": ["checks.first_questions", "checks.answers", f"checks.tasks.{name}"]
        for name in (
            *(
                "averages",
                "checkpoints",
                "comparisons",
                "curvatures",
                "diagnoses",
                "directions",
                "fleets",
                "leaks",
                "running",
            ),
            *("saddles", "searches", "starts", "swings", "valleys", "velocities", "warmups"),
        )
    },
}

# Two mutants of a comparison are enough: whoever kills these kills the other three, which therefore tell nothing new
# (Kaminski, Ammann & Offutt 2013). Of == and != also the opposite, for what has no order.
BINARY = {
    "Add": ["Sub", "Mul", "Div", "Pow"],
    "Sub": ["Add", "Mul", "Div", "Pow"],
    "Mul": ["Add", "Sub", "Div", "Pow"],
    "Div": ["Add", "Sub", "Mul", "Pow"],
    "Pow": ["Add", "Sub", "Mul", "Div"],
    "FloorDiv": ["Mul", "Div"],
    "Mod": ["Mul", "FloorDiv"],
    "BitAnd": ["BitOr"],
    "BitOr": ["BitAnd"],
}
COMPARISON = {
    "Lt": ["LtE", "NotEq"],
    "LtE": ["Lt", "Eq"],
    "Gt": ["GtE", "NotEq"],
    "GtE": ["Gt", "Eq"],
    "Eq": ["NotEq", "LtE", "GtE"],
    "NotEq": ["Eq", "Lt", "Gt"],
    "Is": ["IsNot"],
    "IsNot": ["Is"],
}
OPERATORS = [
    *(f"ReplaceBinaryOperator_{a}_{b}" for a, others in BINARY.items() for b in others),
    *(f"ReplaceComparisonOperator_{a}_{b}" for a, others in COMPARISON.items() for b in others),
    *(f"ReplaceUnaryOperator_Delete_{a}" for a in ("USub", "Invert", "Not")),
    *("NumberReplacer", "ReplaceTrueWithFalse", "ReplaceFalseWithTrue", "ReplaceAndWithOr", "ReplaceOrWithAnd"),
    *("AddNot", "RemoveDecorator", "ZeroIterationForLoop", "ReplaceBreakWithContinue", "ReplaceContinueWithBreak"),
    "ExceptionReplacer",
]

#: Where the grammar has a * or ** that multiplies nothing: `def f(x, *, lr)`, `{**a}`.
NOT_TERMS = {"parameters", "lambdef", "dictorsetmaker"}


# --- the mutants ------------------------------------------------------------------------------------------------


class Mutant(NamedTuple):
    """One change: `before` became `after` in the function `within` ("" outside of any)."""

    line: int
    within: str
    before: str
    after: str
    source: str  # of the whole module

    @property
    def key(self):
        """What names it in survivors.toml; lines may move."""
        return self.within, self.before, self.after


def mutants(source):
    """The mutants of a module, in the order of its lines; each differs from it and from all others in what it does."""
    seen, found = {meaning(source)}, []
    nodes = list(ast_nodes(get_ast(source)))
    for name in OPERATORS:
        operator = get_operator(f"core/{name}")()
        places = [node for node in nodes for _ in operator.mutation_positions(node)]
        for occurrence, node in enumerate(places):
            if node.type == "operator" and node.parent.type in NOT_TERMS:
                continue
            if name.endswith(("_Lt", "_LtE", "_Gt", "_GtE")) and any(part.type == "string" for part in node.children):
                continue  # names are equal or not
            text = mutate_code(source, operator, occurrence)
            try:
                meant = meaning(text)
            except SyntaxError:  # `if a := b`, made `if not a := b`
                continue
            if meant not in seen:
                seen.add(meant)
                line, before, after = change(source, text)
                found.append(Mutant(line, within(source, line), before, after, text))
    return sorted(found)


def meaning(source):
    """What a module does, as text: its syntax tree without type hints, `__all__`, and what zip's `strict` asserts."""
    tree = ast.parse(source)
    for node in ast.walk(tree):
        if hasattr(node, "annotation"):
            node.annotation = ast.Constant(None)
        if hasattr(node, "returns"):
            node.returns = None
        exported = isinstance(node, ast.Assign) and "__all__" in map(ast.unparse, node.targets)
        if exported or (isinstance(node, ast.keyword) and node.arg == "strict"):
            node.value = ast.Constant(None)
    return ast.dump(tree)


def change(old, new):
    """Where two texts differ: the first line's number, these lines of the one, and of the other."""
    old, new = old.splitlines(), new.splitlines()
    shorter = min(len(old), len(new))
    start = next((i for i in range(shorter) if old[i] != new[i]), shorter)
    same = next((i for i in range(shorter - start) if old[-1 - i] != new[-1 - i]), shorter - start)
    before, after = (" ".join(map(str.strip, lines[start : len(lines) - same])).strip() for lines in (old, new))
    return start + 1, before, after


def within(source, line):
    """The function or class around a line, such as "Classifiers.grad"."""
    names = []
    for node in ast.walk(ast.parse(source)):  # outer ones come first
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            first = min([node.lineno, *(d.lineno for d in node.decorator_list)])
            if first <= line <= node.end_lineno:
                names.append(node.name)
    return ".".join(names)


# --- running the tests ------------------------------------------------------------------------------------------


class Run(NamedTuple):
    """How the tests of one source went."""

    passed: bool
    timed_out: bool
    seconds: float  # of the processor
    output: str
    failed: str = ""  # the test that noticed, as pytest calls it
    imported: Sequence = ()  # names of all modules that are neither the library's nor its tests'


class Workshop:
    """Copies of the library and its tests, one for each job, in which sources are tried out."""

    def __init__(self, root, folder, jobs):
        self.tree = folder / "tree"  # as it was at the start
        for name in ("code", "tests"):
            shutil.copytree(root / name, self.tree / name, ignore=shutil.ignore_patterns("__pycache__", ".*"))
        self.free = [shutil.copytree(self.tree, folder / str(job)) for job in range(jobs)]
        self.running = {}  # process -> (its copy, when to stop it, module, what to call its run)

    def source(self, module):
        """The text of a module."""
        return path_of(module, self.tree).read_text(encoding="utf-8")

    def start(self, module, source, order, limit=600, label=None):
        """Run tests in a process of their own, with this text in place of the module's."""
        copy = self.free.pop()
        put(source, path_of(module, copy))
        (copy / "notes").write_text("")
        process = os.fork()
        if process == 0:
            code = 1
            try:
                code = attempt(copy, order, limit)
            except BaseException:
                traceback.print_exc()
            finally:  # whatever happens, the child must not go on as its parent would
                os._exit(code)
        with suppress(OSError):  # it may have ended already
            os.setpgid(process, process)  # a group of its own, with all that it starts
        # The limit counts time of the processor, which others may be using; this one is for what only waits.
        self.running[process] = copy, time.monotonic() + 20 * limit, module, label

    def wait(self):
        """Wait until one of the processes has ended; return what its run was called, and the Run."""
        while True:
            for process, (copy, deadline, module, label) in list(self.running.items()):
                if late := time.monotonic() > deadline:
                    kill(process)
                ended, status, used = os.wait4(process, 0 if late else os.WNOHANG)
                if ended:
                    del self.running[process]
                    put(self.source(module), path_of(module, copy))
                    self.free.append(copy)
                    output = (copy / "output").read_text(encoding="utf-8", errors="replace")
                    notes = (copy / "notes").read_text(encoding="utf-8") if os.WIFEXITED(status) else ""
                    timed_out = late or status in (signal.SIGXCPU, signal.SIGKILL)
                    seconds = used.ru_utime + used.ru_stime
                    return label, Run(status == 0, timed_out, seconds, output, **json.loads(notes or "{}"))
            time.sleep(0.005)

    def runs(self, module, mutants, tests, limit):
        """Yield each mutant with the Run of the tests on it, as they end."""
        rest, killers = list(reversed(mutants)), defaultdict(list)
        while rest or self.running:
            while rest and self.free:
                mutant = rest.pop()
                # What noticed one change of a function is likely to notice the next.
                self.start(module, mutant.source, Order(tests, killers[mutant.within]), limit, mutant)
            mutant, run = self.wait()
            if run.failed not in killers[mutant.within]:
                killers[mutant.within].append(run.failed)
            yield mutant, run

    def unchanged(self, module, tests):
        """The Run of the tests on the module as it is, when all that they import from elsewhere is here already."""
        self.start(module, self.source(module), Order(tests))
        _, run = self.wait()
        if run.passed:
            for name in run.imported:
                with suppress(Exception):  # some exist only once their package has made them
                    importlib.import_module(name)
            gc.freeze()  # nothing for a child's garbage collector to look through
            self.start(module, self.source(module), Order(tests, backwards=True))
            _, run = self.wait()
        return run

    def stop(self):
        """Stop all processes."""
        for process in self.running:
            kill(process)
            os.waitpid(process, 0)
        self.running.clear()


def modules(tree):
    """Where each module of the library stands: {its name within gradlab: its path}."""
    package = tree / "code" / "gradlab"
    names = {path: path.relative_to(package).with_suffix("").parts for path in sorted(package.rglob("*.py"))}
    names = {path: ".".join(parts).removesuffix(".__init__") for path, parts in names.items()}
    return {name: path for path, name in names.items() if name != "__init__"}


def is_library(name):
    """True for a module whose mutants tell something about the library's tests: one that does not draw."""
    return name.split(".")[0] not in ("explore", "figures", "show")


def path_of(module, tree):
    """Where a module of the package stands."""
    return modules(tree)[module]


def put(source, path):
    """Write a module, and delete its bytecode: of two mutants made within a second both may look up to date."""
    path.write_text(source, encoding="utf-8")
    Path(importlib.util.cache_from_source(path)).unlink(missing_ok=True)


def kill(process):
    """Kill a process and all that it has started."""
    with suppress(ProcessLookupError):
        os.killpg(process, signal.SIGKILL)


class Order:
    """A plugin of pytest: some tests come first. Their order must not matter, so we also try them backwards."""

    def __init__(self, files, first=(), backwards=False):
        self.files, self.first, self.backwards, self.failed = files, frozenset(first), backwards, ""

    def pytest_collection_modifyitems(self, items):
        """Sort the tests."""
        items.sort(key=lambda item: item.nodeid not in self.first)
        if self.backwards:
            items.reverse()

    def pytest_runtest_logreport(self, report):
        """Note the test that fails; there is but one, for we stop there."""
        if report.failed:
            self.failed = report.nodeid


def attempt(copy, order, limit):
    """In the child: run the tests of the copy in this order; return pytest's verdict, 0 if all pass."""
    import resource  # Windows has none, nor fork

    resource.setrlimit(resource.RLIMIT_CPU, (limit, limit + 1))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    with suppress(ValueError, OSError):  # not on macOS
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    with open(copy / "output", "wb") as output:
        os.dup2(output.fileno(), 1)
        os.dup2(output.fileno(), 2)
    os.chdir(copy)
    sys.dont_write_bytecode = False  # here the next run finds that of all other modules
    sys.path[0] = os.environ["PYTHONPATH"] = str(copy / "code")  # the first was the folder of this script

    import pytest
    from hypothesis import Phase, settings

    # Any failing example will do, it need not be small. The tests' own profile takes over what it does not set.
    quick = {"phases": [Phase.explicit, Phase.generate], "report_multiple_bugs": False}
    settings.register_profile("mutants", database=None, deadline=None, derandomize=True, **quick)
    settings.load_profile("mutants")
    options = ["-x", "-q", "--assert=plain", "--tb=native", "-p", "no:cacheprovider", f"--rootdir={copy}"]
    options += ["--import-mode=importlib", "-o", f"pythonpath={copy / 'tests'}"]
    verdict = pytest.main([*options, *order.files], plugins=[order])
    files = {name: getattr(module, "__file__", None) or "" for name, module in sys.modules.items()}
    # Never the library, wherever a test took it from: the next child would have it already, and no mutant of it.
    imported = [n for n, file in files.items() if not file.startswith(str(copy)) and n.split(".")[0] != "gradlab"]
    (copy / "notes").write_text(json.dumps({"failed": order.failed, "imported": imported}), encoding="utf-8")
    sys.stdout.flush()
    return int(verdict)


# --- the survivors ----------------------------------------------------------------------------------------------


def explanations(root):
    """The explained survivors of each module: {module: {key of the mutant: why it survives}}."""
    file = root / "tests" / "tools" / "survivors.toml"
    tables = tomllib.loads(file.read_text(encoding="utf-8")) if file.exists() else {}
    for entry in (entry for entries in tables.values() for entry in entries):
        if entry.keys() != {"in", "line", "mutant", "why"} or not entry["why"]:
            sys.exit(f"{file}: an entry says `in`, `line`, `mutant` and `why`; this one does not: {entry}")
    return {
        module: {(entry["in"], entry["line"], entry["mutant"]): entry["why"] for entry in entries}
        for module, entries in tables.items()
    }


class Score(NamedTuple):
    """What became of a module's mutants."""

    module: str
    mutants: int
    killed: int
    timed_out: int  # of the killed
    explained: int
    unexplained: int
    stale: int  # explanations of what does not survive
    seconds: float


def examine(module, tests, workshop, explained):
    """Try all mutants of a module and return its Score; print survivors without explanation, and vice versa."""
    start = time.monotonic()
    before = workshop.unchanged(module, tests)
    if not before.passed:
        tqdm.write(f"{module}: its tests fail without any mutation:\n{before.output}")
        return None
    found = mutants(workshop.source(module))
    limit = 1 + int(4 * before.seconds)
    count, survivors = Counter(), set()
    with tqdm(workshop.runs(module, found, tests, limit), module, len(found), disable=None, leave=False) as bar:
        for mutant, run in bar:
            if not run.passed:
                count["killed"] += 1
                count["timed out"] += run.timed_out
            elif mutant.key in explained:
                count["explained"] += 1
            else:
                count["unexplained"] += 1
                where = f"{path_of(module, workshop.tree).relative_to(workshop.tree).as_posix()}:{mutant.line}"
                tqdm.write(f"{where}  in {mutant.within!r}\n  - {mutant.before}\n  + {mutant.after}")
            if run.passed:
                survivors.add(mutant.key)
            bar.set_postfix(count, refresh=False)
    stale = explained.keys() - survivors
    known = {mutant.key for mutant in found}
    for key in sorted(stale):
        state = "is killed" if key in known else "does not exist"
        tqdm.write("survivors.toml explains what {}: [[{}]] in {!r}\n  - {}\n  + {}".format(state, module, *key))
    counts = (count[name] for name in ("killed", "timed out", "explained", "unexplained"))
    return Score(module, len(found), *counts, len(stale), time.monotonic() - start)


def guarded(root):
    """All modules that have tests, each with the files of tests that guard it."""
    names = {m: (m, *ALSO.get(m, _also(m))) for m in modules(root)}
    tests = {m: [test_of(name) for name in several] for m, several in names.items()}
    tests = {m: [file for file in files if (root / file).exists()] for m, files in tests.items()}
    return {m: files for m, files in tests.items() if files}


def _also(module):
    if ".mistakes." in module:
        return ["checks.mistakes", "checks.answers"]
    return ["checks.first_questions", "checks.answers"] if ".questions." in module else []


def test_of(name):
    """The file of tests of a module: `tests/gradlab` has the folders of `gradlab`."""
    *folders, module = name.split(".")
    return "/".join(["tests/gradlab", *folders, f"test_{module.removeprefix('_')}.py"])


def main(arguments=None):
    """Run the command line; return the exit status."""
    parser = argparse.ArgumentParser(description="Mutation testing of the library.")
    parser.add_argument("modules", nargs="*", metavar="MODULE", help="default: the library")
    parser.add_argument("--jobs", type=int, default=os.cpu_count(), help="mutants at a time (%(default)s)")
    parser.add_argument("--root", type=Path, default=ROOT, help="the work tree (this one)")
    chosen = parser.parse_args(arguments)
    if not hasattr(os, "fork"):
        parser.error("this system cannot fork")
    tests, explained = guarded(chosen.root), explanations(chosen.root)
    if unknown := [name for name in (*chosen.modules, *explained) if name not in tests]:
        parser.error(f"no such module with tests: {', '.join(unknown)}; there are: {', '.join(tests)}")

    # No thread beside ours: what is forked while one works would wait for it forever.
    tqdm.monitor_interval = 0
    os.environ |= dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
    os.environ |= {"CUDA_VISIBLE_DEVICES": "", "JAX_PLATFORMS": "cpu", "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    scores, interrupted = [], False
    with tempfile.TemporaryDirectory() as folder:
        workshop = Workshop(chosen.root, Path(folder).resolve(), chosen.jobs)
        try:
            for module in chosen.modules or [name for name in tests if is_library(name)]:
                scores.append(examine(module, tests[module], workshop, explained.get(module, {})))
        except KeyboardInterrupt:
            interrupted = True
        finally:
            workshop.stop()
    print(f"{'module':28}{'mutants':>8}{'killed':>8}{'timed out':>11}{'explained':>11}{'unexplained':>13}{'score':>9}")
    for s in filter(None, scores):
        score = s.killed / max(s.mutants - s.explained, 1)
        numbers = f"{s.mutants:8}{s.killed:8}{s.timed_out:11}{s.explained:11}{s.unexplained:13}{score:9.1%}"
        print(f"{s.module:28}{numbers}  {s.seconds:.0f} s")
    if interrupted:
        print("Interrupted: the other modules were not tried to the end.")
        return 130
    return int(any(s is None or s.unexplained or s.stale for s in scores))


if __name__ == "__main__":
    sys.exit(main())
