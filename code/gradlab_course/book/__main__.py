"""Build the book: `python -m gradlab_course.book`, which `make book` runs once everything is installed.

Jupyter Book on its own executes notebooks one after another, and after an interrupted or failed build it may show
old pages without a warning. Here the notebooks that changed are executed in parallel into the cache in which the build
then finds them, and pages are kept only from a build that ended well.
"""

import argparse
import contextlib
import io
import os
import re
import shutil
import signal
import sys
import time
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import PurePosixPath

import nbformat
import yaml
from filelock import FileLock, Timeout
from jupyter_book.cli.main import main as jupyter_book
from jupyter_cache import get_cache
from jupyter_cache.base import CacheBundleIn
from jupyter_cache.executors.utils import single_nb_execution
from sphinx_external_toc.parsing import parse_toc_yaml

from gradlab_course import ROOT, doctor
from gradlab_course.book import offline
from gradlab_course.book.sphinx_ext import cache_path, sources
from gradlab_course.fingerprints import of_files

BUILD = ROOT / "_build"
BUILT = BUILD / ".built"  # there only after a build that ended well; tells what its pages were made with
KEPT = "Interrupted. The notebooks executed so far are kept: the same command goes on from there."


def notebooks():
    """Return the notebooks of the table of contents that the build executes, and the time limit of a cell."""
    settings = yaml.safe_load((ROOT / "_config.yml").read_text(encoding="utf-8")).get("execute", {})
    paths = [ROOT / f"{name.removesuffix('.ipynb')}.ipynb" for name in parse_toc_yaml(ROOT / "_toc.yml")]
    skipped = settings.get("exclude_patterns", [])
    wanted = [p for p in paths if p.exists() and not any(PurePosixPath(p.as_posix()).match(s) for s in skipped)]
    return wanted, settings.get("timeout", 30)


def open_cache(path):
    """Open the cache of executed notebooks at `path`; drop those of another state of the code, and a broken one."""
    for other in path.parent.glob("*"):
        if other != path:
            shutil.rmtree(other) if other.is_dir() else other.unlink()
    try:
        get_cache(path).list_cache_records()
    except Exception:  # sqlite's complaints come in several classes; a build killed early leaves a file without tables
        print("the cache of executed notebooks is broken: starting a new one")
        shutil.rmtree(path)
    return get_cache(path)


def is_cached(cache, notebook):
    """Tell whether the build will find the outputs of `notebook`: a killed build may leave a record without them."""
    try:
        cache.merge_match_into_notebook(notebook)
    except Exception:  # no record, no file, or half a file
        return False
    return True


def execute(path, notebook, timeout):
    """Execute one notebook, in place; return what went wrong, or None, and the seconds it took."""
    start = time.perf_counter()
    try:
        quiet = ["--log-level=ERROR"]  # otherwise each kernel warns that its loopback connection is not encrypted
        options = {"timeout": timeout, "allow_errors": False, "extra_arguments": quiet}
        error = single_nb_execution(notebook, cwd=str(path.parent), **options).err
    except Exception as problem:  # a kernel that died or could not be started
        error = problem
    if error is not None:
        outputs = [[out.output_type for out in cell.get("outputs", [])] for cell in notebook.cells]
        where = next((f", cell {i}" for i, kinds in enumerate(outputs, 1) if "error" in kinds), "")
        error = f"{path.relative_to(ROOT)}{where}: {type(error).__name__}\n{error}"
        error = error if sys.stderr.isatty() else re.sub(r"\x1b\[[0-9;]*m", "", error)
    return error, time.perf_counter() - start


def execute_changed():
    """Execute, in parallel, the notebooks that are not in the cache; return the messages of those that failed."""
    paths, timeout = notebooks()
    cache = open_cache(cache_path())
    changed = {path: nbformat.read(path, as_version=4) for path in paths}
    changed = {path: notebook for path, notebook in changed.items() if not is_cached(cache, notebook)}
    if not changed:
        print(f"no notebook changed ({len(paths)} in the cache)")
        return []
    cpus = os.cpu_count() or 1
    workers = min(cpus, len(changed))
    os.environ["GRADLAB_BOOK"] = "1"  # kernels inherit it: slider figures are precomputed, no widget is made
    os.environ.setdefault("OMP_NUM_THREADS", str(cpus // workers))  # otherwise each kernel takes every core
    print(f"executing {len(changed)} of {len(paths)} notebooks, {workers} at a time ...", flush=True)
    failures = []
    with ThreadPoolExecutor(workers) as pool:  # threads suffice: the work is done in the kernels' processes
        jobs = {pool.submit(execute, path, notebook, timeout): path for path, notebook in changed.items()}
        for done, job in enumerate(as_completed(jobs), 1):
            (error, seconds), path = job.result(), jobs[job]
            told = f"{path.relative_to(ROOT)}  {seconds:.1f} s{'  FAILED' if error else ''}"
            print(f"  {done:>{len(str(len(jobs)))}} of {len(jobs)}  {told}", flush=True)
            if error:
                failures.append(error)
            else:
                store(cache, path, changed[path], seconds)
    return failures


def store(cache, path, notebook, seconds):
    """Put an executed notebook into the cache."""
    _, key = cache.create_hashed_notebook(notebook)
    shutil.rmtree(cache.path / "executed" / key, ignore_errors=True)  # jupyter-cache trips over half an entry
    bundle = CacheBundleIn(notebook, str(path), data={"execution_seconds": seconds})
    cache.cache_notebook_bundle(bundle, check_validity=False, overwrite=True)


def made_of():
    """The fingerprint of what every page depends on: code, templates, styles, settings, table of contents."""
    outputs, shape = sources()
    return of_files([*outputs, *shape, *(ROOT / name for name in ("_config.yml", "_toc.yml", "constraints.txt"))], ROOT)


def build_pages():
    """Let Jupyter Book build the pages, warnings being errors; tell whether it could."""
    print("building the pages ...", flush=True)
    try:
        with contextlib.redirect_stdout(io.StringIO()):  # its banners; warnings and errors go to stderr
            jupyter_book(["build", str(ROOT), "-W", "-n", "--keep-going", "-q"], standalone_mode=False)
    except (RuntimeError, SystemExit):  # how it tells of an exception, and of warnings; the cause was printed before
        return False
    return True


def build():
    """Execute what changed and build the site; tell whether it could."""
    start = time.perf_counter()
    made_with = made_of()
    if not BUILT.exists() or BUILT.read_text() != made_with:
        for leftover in ("html", ".doctrees", "jupyter_execute"):
            shutil.rmtree(BUILD / leftover, ignore_errors=True)
    BUILT.unlink(missing_ok=True)
    failures = execute_changed()
    if failures:
        print("", *failures, sep="\n", file=sys.stderr)
        return False
    executed = time.perf_counter()
    if not build_pages():
        print("The book was not built: see the messages above. Warnings count as errors.", file=sys.stderr)
        return False
    BUILT.write_text(made_with)
    end = time.perf_counter()
    print(f"done in {end - start:.1f} s (notebooks {executed - start:.1f}, pages {end - executed:.1f})")
    return True


def interrupted(*_):
    """End at once, at Ctrl-C: not when the other notebooks are executed, nor by an error that Sphinx explains.

    A kernel ends by itself when its parent has gone, and pages are kept only from a build that ended well.
    """
    os.write(2, f"\n{KEPT}\n".encode())  # `print` may be what was interrupted
    os._exit(130)


def main(argv=None):
    """Build the book, one build at a time; return the exit status."""
    about = __doc__.splitlines()[0]
    parser = argparse.ArgumentParser(prog="python -m gradlab_course.book", description=about)
    parser.add_argument(
        "--within", action="store_true", help="for another command: no zip, and no word of where the site is"
    )
    options = parser.parse_args(argv)
    room = doctor.disk(doctor.BOOK_SPACE)
    if room.wrong:
        print(room.wrong, file=sys.stderr)
        return 1
    BUILD.mkdir(exist_ok=True)
    lock = FileLock(BUILD / ".lock")  # the system's lock: it goes with its process, however that ends
    try:
        lock.acquire(timeout=0)
    except Timeout:
        print("another build is under way: waiting for it to end ...", flush=True)
        lock.acquire()
    with lock:
        if not build():
            return 1
        if options.within:
            offline.tell(BUILD / "html")
        else:
            offline.write(BUILD / "html")
    if not options.within:
        print(f"Open {(BUILD / 'html' / 'index.html').as_uri()}\nor run: make serve")
    return 0


if __name__ == "__main__":
    signal.signal(signal.SIGINT, interrupted)
    sys.exit(main())
