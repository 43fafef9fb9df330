"""What pytest does for all tests."""

import os
import signal

# Several processes run tests, and what they start runs others: more threads would only wait for one another. NumPy and
# torch read this when they are first imported.
os.environ |= dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")

import pytest
from bad_input import name_of, test_bad_input_is_named
from browser import ARGUMENTS, find_browser

# What was started in the background ignores Ctrl-C, and so does all that it starts. Tests send it, and wait for an end.
signal.signal(signal.SIGINT, signal.default_int_handler)

# Run by `make test`, a make that a test starts would take itself for a part of that one, and say so.
for name in ("MAKELEVEL", "MAKEFLAGS", "MFLAGS", "MAKEOVERRIDES"):
    os.environ.pop(name, None)

#: What makes a test slow, for it waits for this, and why it is worth waiting for.
SLOW_FIXTURES = {
    "marked": "a class of forty submissions, most of them hostile, marked by the command that a teacher runs",
    "site": "the site as readers get it, in a real browser",
    "planted": "a book of its own, whose exercise holds a marked word in everything that it withholds",
}


def pytest_collection_modifyitems(items):
    """Mark what waits for a slow fixture, and the cells of notebooks: a chapter is executed to compare its numbers."""
    for item in items:
        if item.path.suffix == ".ipynb" or SLOW_FIXTURES.keys() & set(getattr(item, "fixturenames", ())):
            item.add_marker(pytest.mark.slow)


def pytest_generate_tests(metafunc):
    """Run the test of bad input on each row of the table of the file that imports it."""
    if metafunc.function is test_bad_input_is_named:
        rows = metafunc.module.BAD_INPUT
        metafunc.parametrize(("function", "arguments", "wrong"), rows, ids=[f"{name_of(f)}-{w}" for f, _, w in rows])


@pytest.fixture(scope="session")
def chromium():
    """Start the browser that this machine has: once, since a process can have only one."""
    path = find_browser()
    if path is None:
        message = "NO BROWSER ON THIS MACHINE: what it would show is not tested. Install Chromium, or set CHROME_PATH."
        (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)(message)
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield browser
        browser.close()
