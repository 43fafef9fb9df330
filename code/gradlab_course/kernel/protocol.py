"""The protocol between the marker and a student's process: requests and replies, as JSON.

    {"value": "x"}                                        → {"ok": {"list": [1, 2.5]}}
    {"call": "f", "arguments": …, "keywords": …}          → {"ok": {"array": ["f", [2], [0.5, 1.0]]}}
    {"answers": "f", "like": …, "seed": 0}                → {"ok": the parts of the `Answers` of f}
    any request, if the student's code raises an error    → {"raised": ["KeyError", "'x'"]}

`reply_to` runs in the student's process, where the student's code may have replaced anything, this module too. So the
marker expects nothing but text as a reply (`read`), and restores only plain values from it (see `checks.plain`).
"""

import json
from importlib import import_module

from gradlab.checks.plain import plain, restored
from gradlab.checks.question import answers

MIME = "application/vnd.gradlab.reply+json"
MAX_LENGTH = 20_000_000  # characters of one reply


def read(text):
    """In the marker: the JSON of a reply. Raises ValueError when text is not JSON, too long, or too deeply nested."""
    if not isinstance(text, str) or len(text) > MAX_LENGTH:
        raise ValueError("a reply that is too long to be read")
    try:
        return json.loads(text)
    except RecursionError:
        raise ValueError("a reply with too many lists in lists") from None


class Reply:
    """A JSON text. IPython sends it unchanged, under a media type of its own."""

    def __init__(self, text):
        self.text = text

    def _repr_mimebundle_(self, **kwargs):
        return {MIME: self.text}


def reply_to(request, names):
    """In the student's process: the `Reply` to a request of the marker.

    request   one of those above, in JSON
    names     name -> value, in the student's notebook
    """
    try:
        reply = {"ok": plain(_value(json.loads(request), names))}
        return Reply(json.dumps(reply))
    except BaseException as error:  # SystemExit too: a student's exit() must not look like an answer
        return Reply(json.dumps({"raised": [type(error).__name__, str(error)[:2000]]}))


def _value(request, names):
    (name,) = (request[key] for key in ("value", "call", "answers") if key in request)
    if name not in names:
        raise NameError(f"name {name!r} is not defined")
    if "call" in request:
        return names[name](*restored(request["arguments"]), **restored(request["keywords"]))
    if "answers" in request:
        question, reference = (getattr(import_module(module), attribute) for module, attribute in request["like"])
        return answers(names[name], question, reference, request["seed"]).parts()
    return names[name]
