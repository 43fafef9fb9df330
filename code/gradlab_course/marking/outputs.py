"""What a student's cell shows: executed, made harmless, and cut to what somebody can read."""

import ast
import contextlib
import json
import re

import nbformat
from nbformat.v4 import new_output

from gradlab_course.marking.proxies import LONGEST
from gradlab_course.marking.sanitise import BASE64

#: lines that start a program: no accusation comes of what the exercise itself proposes to install
SHELL = re.compile(r"^([ \t]*)(?:!|%(?:pip|conda|mamba|sx|system)\b).*$", re.M)
SCRIPT = re.compile(r"\s*%%(?:bash|sh|script|system)\b")
#: what is kept of what a student's cell shows: nothing that an instructor's browser would run
SHOWN = {"text/plain": re.compile(r".{,20000}", re.S), "image/png": BASE64, "image/jpeg": BASE64}
READABLE = 100_000  # characters of what one cell shows; each output counts as a thousand more
TOLD = ("SyntaxError", "IndentationError", "TabError", "MemoryError", "SystemExit")


def run_cell(code, kernel, seconds):
    """The outputs of a student's cell, and what is to be said of it.

    code      its source
    kernel    a `Kernel`
    seconds   that it may take
    """
    outputs, trouble = kernel.run(without_shell(code), seconds)
    text, shown = json.dumps(outputs, ensure_ascii=False), []
    for place in kernel.places:  # whoever reads a traceback need not know where the marker works
        text = text.replace(f"{place}/", "")
    for output in nbformat.from_dict(json.loads(text)):
        with contextlib.suppress(Exception):  # what is malformed is not shown
            shown.append(safe(output))
    shown = few(shown)
    if trouble:
        return [*shown, failed("Stopped", trouble)], trouble
    told = [f"{o.ename}: {o.evalue}"[:200] for o in shown if o.output_type == "error" and o.ename in TOLD]
    return shown, told[0] if told else ""


def few(outputs):
    """The first of many outputs, and all errors: a page of feedback must be one that can be read, and made."""
    kept, room = [], READABLE
    for output in outputs:
        room -= 1000 + len(output.get("text", "") or output.get("data", {}).get("text/plain", ""))
        if room > 0 or output.output_type == "error":
            kept.append(output)
    return [*kept, *([new_output("stream", text="… and more, which is left out here.\n")] if room <= 0 else [])]


def without_shell(code):
    """The source of a cell without the lines that IPython hands to a shell, which cannot run here."""
    note = 'print("not run while marking: a line for the shell")'
    if SCRIPT.match(code):
        return note
    try:
        ast.parse(code)
    except (SyntaxError, ValueError, RecursionError, MemoryError):  # only then it can hold such lines
        return SHELL.sub(rf"\1{note}", code)
    return code


def safe(output):
    """An output of the student's kernel without what could run in a browser, and not too long."""
    if "data" in output:
        data = {kind: cut(text, len(text)) for kind, text in output.data.items() if kind in SHOWN}
        output.data = {kind: text for kind, text in data.items() if SHOWN[kind].fullmatch(text)}
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


def cut(words, most=LONGEST):
    """The beginning of a text that may be a student's, without halves of surrogate pairs: no file could hold them."""
    return str(words)[:most].encode(errors="replace").decode()


def failed(kind, message):
    """An output that is an error; among those of a test it means no points."""
    return new_output("error", ename=kind, evalue=message, traceback=[f"{kind}: {message}" if message else kind])
