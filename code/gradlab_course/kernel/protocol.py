"""The protocol between the marker and a student's process: requests and replies, as JSON.

    {"value": "x"}                                        → {"ok": {"list": [1, 2.5]}}
    {"call": "f", "arguments": …, "keywords": …}          → {"ok": {"array": ["f", [2], [0.5, 1.0]]}}
    {"answers": "f", "like": …, "seed": 0}                → {"ok": what `question.answers` gives}
    any of them, where the student's code raises          → {"raised": ["KeyError", "'x'"]}

`reply_to` runs in the student's process, where the student's code may have replaced anything, this module too. So the
marker takes a reply for nothing but text (`read`), and restores nothing but plain values from it (see `checks.plain`).
"""

import json
from importlib import import_module

from gradlab.checks.plain import plain, restored

MIME = "application/vnd.gradlab.reply+json"
LENGTH = 20_000_000  # characters of one reply


def read(text):
    """In the marker: the JSON of a reply. Raises ValueError when text is none, or longer than LENGTH."""
    if not isinstance(text, str) or len(text) > LENGTH:
        raise ValueError("more than can be read")
    try:
        return json.loads(text)
    except RecursionError:
        raise ValueError("lists in lists without end") from None


class Reply:
    """A JSON text that IPython hands on as it is, under a media type of its own."""

    def __init__(self, text):
        self.text = text

    def _repr_mimebundle_(self, **kwargs):
        return {MIME: self.text}


def reply_to(request, names):
    """In the student's process: the `Reply` to a request of the marker.

    request   one of those above, in JSON
    names     name -> value, of the student's notebook
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
        from gradlab.checks.question import answers

        question, reference = (getattr(import_module(module), attribute) for module, attribute in request["like"])
        return answers(names[name], question, reference, request["seed"]).parts()
    return names[name]
