"""Runs a student's cell, and makes its outputs safe to show in a browser, and short enough to read."""

import ast
import contextlib
import json
import re

import nbformat
from nbformat.v4 import new_output

from gradlab_course.marking.proxies import MAX_TEXT
from gradlab_course.marking.sanitise import BASE64

# Lines that start a program. They are left out before a cell is run, since an exercise itself may propose to install
# something: the report should not accuse students who do that of trying to start a program.
SHELL = re.compile(r"^([ \t]*)(?:!|%(?:pip|conda|mamba|sx|system)\b).*$", re.M)
SCRIPT = re.compile(r"\s*%%(?:bash|sh|script|system)\b")
#: IPython's names for the files that cells are to it, which say nothing to a student -> what is said in their place
FILES = {
    re.compile(r"\((?:\d+\.py|<tokenize>), line (?=\d+\))"): "(in this cell, line ",  # a syntax error
    re.compile(r"\bipykernel_\d+/\d+\.py:(?=\d+: )"): "in a cell, line ",  # a warning, maybe from an earlier cell
}
#: media types that are kept of an output -> the form that their content must have; a browser executes none of them
KEPT_TYPES = {"text/plain": re.compile(r".{,20000}", re.S), "image/png": BASE64, "image/jpeg": BASE64}
MAX_SHOWN = 100_000  # characters that a cell may show; each output counts as a thousand characters more
#: errors that get a remark: nothing of the cell could run, it met the limit of memory, or it tried to end Python
REMARKABLE = ("SyntaxError", "IndentationError", "TabError", "MemoryError", "SystemExit")


def run_cell(code, kernel, seconds):
    """Execute a student's cell in the student's kernel.

    code      its source
    kernel    a `Kernel`
    seconds   how long it may take

    Returns its outputs, and words for a remark on how it ended, "" for none.
    """
    outputs, trouble = kernel.run(without_shell(code), seconds)
    text, kept = json.dumps(outputs, ensure_ascii=False), []
    for folder in kernel.folders:  # in tracebacks; where the marker works is of no interest to a student
        text = text.replace(f"{folder}/", "")
    for name, words in FILES.items():
        text = name.sub(words, text)
    for output in nbformat.from_dict(json.loads(text)):
        with contextlib.suppress(Exception):  # a malformed output is left out
            kept.append(safe(output))
    kept = shortened(kept)
    if trouble:
        return [*kept, failed("Stopped", trouble)], trouble
    errors = [f"{o.ename}: {o.evalue}"[:200] for o in kept if o.output_type == "error" and o.ename in REMARKABLE]
    return kept, errors[0] if errors else ""


def shortened(outputs):
    """The first of many outputs, and all errors; a page of feedback with all of them could be too large to be made."""
    kept, budget = [], MAX_SHOWN
    for output in outputs:
        budget -= 1000 + len(output.get("text", "") or output.get("data", {}).get("text/plain", ""))
        if budget > 0 or output.output_type == "error":
            kept.append(output)
    return [*kept, *([new_output("stream", text="… and more, which is left out here.\n")] if budget <= 0 else [])]


def without_shell(code):
    """The source of a cell, with a print in the place of each line that IPython would hand to a shell."""
    note = 'print("not run while marking: a line for the shell")'
    if SCRIPT.match(code):
        return note
    try:
        ast.parse(code)
    except (SyntaxError, ValueError, RecursionError, MemoryError):  # lines for a shell are not Python
        return SHELL.sub(rf"\1{note}", code)
    return code


def safe(output):
    """An output of the student's kernel, changed in place: nothing that a browser could execute, and not too long."""
    if "data" in output:
        data = {kind: cut(text, len(text)) for kind, text in output.data.items() if kind in KEPT_TYPES}
        output.data = {kind: text for kind, text in data.items() if KEPT_TYPES[kind].fullmatch(text)}
        output.metadata = {}
        output.pop("execution_count", None)
        output.output_type = "display_data"
    elif output.output_type == "error":
        output.update(ename=cut(output.ename, 200), evalue=cut(output.evalue))
        output.traceback = [cut(line) for line in output.traceback][:100]
    else:
        output.text = cut(output.text)
        output.name = "stderr" if output.name == "stderr" else "stdout"
    return output


def cut(text, most=MAX_TEXT):
    """The first characters of a text. Halves of surrogate pairs are replaced: a file in UTF-8 cannot hold them."""
    return str(text)[:most].encode(errors="replace").decode()


def failed(kind, message):
    """An output that is an error. Among the outputs of a test it means no points."""
    return new_output("error", ename=kind, evalue=message, traceback=[f"{kind}: {message}" if message else kind])
