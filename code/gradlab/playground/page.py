"""What the page asks of Python: to trace a reader's text. Brython runs it, after the files of the tracer.

Plain Python, as they are; `bundle` puts all of them into one text.
"""

from pathlib import Path

from gradlab.playground.tape import TraceError
from gradlab.playground.trace import source


def asked(text, shapes):
    """The programs of a text for some shapes of x, as JSON, or what is wrong with it: {"error", "line"}."""
    try:
        return written([source(text, tuple(shape)) for shape in shapes])
    except TraceError as error:
        return written({"error": error.message, "line": error.line})


def written(value):
    """A value of lists, dicts, texts and numbers as JSON. (Brython's module json is in another file.)"""
    if value is None:
        return "null"
    if isinstance(value, str):
        for mark, other in (("\\", "\\\\"), ('"', '\\"'), ("\n", "\\n"), ("\t", "\\t"), ("\r", "\\r")):
            value = value.replace(mark, other)
        return '"' + "".join([one if one >= " " else " " for one in value]) + '"'
    if isinstance(value, dict):
        return "{" + ",".join([f"{written(key)}:{written(one)}" for key, one in value.items()]) + "}"
    if isinstance(value, (list, tuple)):
        return "[" + ",".join([written(one) for one in value]) + "]"
    return repr(value)


# --- for the build, not for the page ------------------------------------------------------------------------------


def bundle() -> str:
    """The tracer and this file as one text for Brython, which sets `gradlabAsk(text, shapes)` in the page."""
    here, lines = Path(__file__).parent, []
    for name in ("tape", "values", "words", "trace", "page"):
        text = (here / f"{name}.py").read_text(encoding="utf-8").split("# --- for the build")[0]
        lines += [line for line in text.splitlines() if not line.startswith(("from ", "import "))]
    return "\n".join([*lines, "from browser import window", "window.gradlabAsk = asked", ""])
