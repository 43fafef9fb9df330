"""A small exercise, and submissions of it: good, untouched, careless and hostile ones."""

import json
from copy import deepcopy

from gradlab_course.exercises import student_edition

SECRET = "planted-in-the-hidden-tests"


def cell(kind, source, **nbgrader):
    """One cell, with nbgrader's metadata if there are any."""
    known = {"grade": False, "locked": False, "solution": False, "task": False, "schema_version": 3, **nbgrader}
    metadata = {"nbgrader": known} if nbgrader else {}
    code = {"outputs": [], "execution_count": None} if kind == "code" else {}
    return {"cell_type": kind, "metadata": metadata, "source": source.splitlines(keepends=True), **code}


def notebook(*cells):
    """A notebook of these cells."""
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    metadata = {"kernelspec": kernel, "gradlab": {"withheld": ["rules.momentum"]}}
    return {"cells": list(cells), "metadata": metadata, "nbformat": 4, "nbformat_minor": 4}


RIGHT = "    v = beta * v + g\n    return x - lr * v, v\n"

SOURCE = notebook(
    cell("markdown", "# A small exercise"),
    cell("code", "import numpy as np\nfrom gradlab import rules\nfrom gradlab.checks import check"),
    cell("markdown", "## Task 1: momentum\n\n*assignment · easy · 10 minutes · 3 points*"),
    cell(
        "code",
        f"def my_momentum(x, g, v=0, *, lr, beta):\n    ### BEGIN SOLUTION\n{RIGHT}    ### END SOLUTION\n",
        grade_id="momentum",
        solution=True,
    ),
    cell(
        "code",
        "check(my_momentum, like=rules.momentum).raise_if_wrong()\n### BEGIN HIDDEN TESTS\n"
        f"check(my_momentum, like=rules.momentum, seed=5).raise_if_wrong()  # {SECRET}\n### END HIDDEN TESTS\n",
        grade_id="momentum-test",
        grade=True,
        locked=True,
        points=3,
    ),
    cell("markdown", "## Task 2: a prediction\n\n*assignment · easy · 5 minutes · 2 points*"),
    cell(
        "code",
        "prediction = None\n### BEGIN SOLUTION\nprediction = 10\n### END SOLUTION\n",
        grade_id="prediction",
        solution=True,
    ),
    cell(
        "code",
        'assert isinstance(prediction, int), "prediction must be a whole number."\n### BEGIN HIDDEN TESTS\n'
        f'assert prediction == 10, "With beta = 0.9 the velocity is ten gradients long."  # {SECRET}\n'
        "### END HIDDEN TESTS\n",
        grade_id="prediction-test",
        grade=True,
        locked=True,
        points=2,
    ),
    cell("markdown", "## Task 3: in words\n\n*assignment · easy · 5 minutes · 4 points, marked by hand*"),
    cell(
        "markdown",
        "YOUR ANSWER HERE\n\n=== BEGIN MARK SCHEME ===\n4: everything\n=== END MARK SCHEME ===\n",
        grade_id="words",
        grade=True,
        solution=True,
        points=4,
    ),
)
RELEASED = student_edition(SOURCE)


def handed_in(momentum=None, prediction=None, words=None, before=(), after=()):
    """A submission: the exercise with other sources of its cells.

    momentum, prediction, words   the new sources of the cells of these names; None for no change
    before, after                 sources of the student's own code cells, at the beginning and at the end
    """
    nb = deepcopy(RELEASED)
    new = {"momentum": momentum, "prediction": prediction, "words": words}
    for known in nb["cells"]:
        source = new.get(known["metadata"].get("nbgrader", {}).get("grade_id"))
        if source is not None:
            known["source"] = source.splitlines(keepends=True)
    nb["cells"][2:2] = [cell("code", source) for source in before]
    nb["cells"] += [cell("code", source) for source in after]
    return nb


GOOD = handed_in(
    f"def my_momentum(x, g, v=0, *, lr, beta):\n{RIGHT}",
    "prediction = 10",
    "Because $a<b$ and the sum is geometric. <script>run()</script> [a link](javascript:run())",
    before=["from IPython.display import HTML\nHTML('<script>run()</script>')"],
    after=["check(my_momentum, like=rules.momentum)"],
)
WRONG = "def my_momentum(x, g, v=0, *, lr, beta):\n    return x - lr * g, v\n"
LOOP = "while True:\n    pass\n"


def without(nb, *names):
    """The notebook without the cells of some names."""
    kept = [c for c in nb["cells"] if c["metadata"].get("nbgrader", {}).get("grade_id") not in names]
    return {**nb, "cells": kept}


def edited(nb, name, source):
    """The notebook with another source in the cell of a name."""
    nb = deepcopy(nb)
    for known in nb["cells"]:
        if known["metadata"].get("nbgrader", {}).get("grade_id") == name:
            known["source"] = source.splitlines(keepends=True)
    return nb


def faked():
    """A submission with two tests of the student's own: one with a new name, one with the name of a real test."""
    nb = handed_in(WRONG)
    nb["cells"].append(cell("code", "open('faked', 'w')", grade_id="mine", grade=True, locked=True, points=100))
    nb["cells"].append(cell("code", "pass", grade_id="momentum-test", grade=True, locked=True, points=100))
    return nb


#: cells that try something forbidden -> a part of the remark in the report
FORBIDDEN = {
    "open(SOURCES + '/small.ipynb').read()": "tried to open SOURCES/small.ipynb for reading",
    "import os\nos.listdir(SUBMISSIONS)": "tried to open SUBMISSIONS for reading",
    "open(SUBMISSIONS + '/good', 'a')": "tried to open SUBMISSIONS/good for writing",
    "import ctypes\nctypes.CDLL(None).abort()": "tried to call native code",
    "import os\nos.system('true')": "tried to start a program",
    "import os\nos.fork()": "tried to start another process",
    "import socket\nsocket.create_connection(('192.0.2.1', 80), 1)": "tried to use the network",
}

#: name -> (a notebook, or the text of the file; a part of the remark in the report, "" for no remark, or several parts)
HOSTILE = {
    "loop": (handed_in(f"{LOOP}"), "momentum: ran for"),
    "loop-in-function": (
        handed_in("def my_momentum(*a, **k):\n    while True:\n        pass\n"),
        "momentum-test: ran for",
    ),
    "deaf-loop": (
        handed_in("import signal\nsignal.signal(signal.SIGINT, signal.SIG_IGN)\n" + LOOP),
        "since it ignored the interrupt",
    ),
    "allocation": (handed_in("import numpy as np\nx = np.ones(10**11)"), "momentum: MemoryError"),
    "exit": (handed_in("exit()"), "momentum: called exit()"),
    "os-exit": (handed_in("import os\nos._exit(0)"), "momentum: ended its kernel"),
    "system-exit": (handed_in("raise SystemExit"), "momentum: SystemExit"),
    "deleted": (
        without(handed_in(WRONG), "momentum-test", "prediction", "words"),
        "momentum-test: the cell was deleted",
    ),
    "edited": (edited(handed_in(WRONG), "momentum-test", "pass"), "momentum-test: the tests were edited"),
    "syntax-error": (handed_in("def my_momentum(:\n    pass"), "momentum: SyntaxError"),
    "not-json": ("{ this is not JSON", "the file is not JSON"),
    "linked": ("LINK", "small.ipynb is a link to somewhere else"),
    "not-a-notebook": ('{"nbformat": 4, "cells": 1}', "the file is not a notebook"),
    "odd-cell": ('{"nbformat": 4, "cells": [1]}', "cell 1 cannot be read, and was left out"),
    "deep-json": ("[" * 100_000, "the file is not JSON"),
    "printing": (handed_in("while True:\n    print('x' * 1000)"), "momentum: showed more than"),
    "one-long-line": (handed_in("print('x' * 70_000_000)"), "momentum: showed more than can be read"),
    "imports-reference": (
        handed_in("from gradlab.rules import momentum as my_momentum"),
        "tried to call gradlab.rules.momentum",
    ),
    "replaces-reference": (
        handed_in("def my_momentum(x, g, v=0, *, lr, beta):\n    return x, v\nrules.momentum = my_momentum"),
        "momentum: replaces rules.momentum",
    ),
    "replaces-check": (
        handed_in(WRONG + "import gradlab.checks\ncheck = gradlab.checks.check = lambda *a, **k: True"),
        "momentum: replaces gradlab.checks.check",
    ),
    "patches-assertions": (
        handed_in(WRONG + "import builtins\nbuiltins.AssertionError = Warning"),
        "momentum: replaces builtins.AssertionError",
    ),
    "forbidden": (handed_in(before=FORBIDDEN), [*FORBIDDEN.values()]),
    "holds-up-others": (
        handed_in(
            "import fcntl, gradlab\nfcntl.fcntl(open(gradlab.__file__), 1024, 1)  # F_SETLEASE\nleased = 1",
            "prediction = 9 + leased",
        ),
        "",
    ),
    "memory-without-limit": (
        handed_in("import os\nfile = os.memfd_create('x')\nheld = 1", "prediction = 9 + held"),
        "",
    ),
    "threads": (
        handed_in(
            "import threading\nthreading.stack_size(32768)\nend = threading.Event()\n"
            "while True:\n    threading.Thread(target=end.wait, daemon=True).start()"
        ),
        "momentum: started more than 500 threads",
    ),
    "fake-tests": (faked(), "mine: two cells have this name, or it belongs to no task"),
    "fools-the-protocol": (
        handed_in(
            "import gradlab_course.kernel.protocol, json\n"
            "nothing = {'list': []}\n"
            "answer = json.dumps({'ok': {'list': [nothing, '', nothing, nothing]}})\n"
            "reply = lambda *a: gradlab_course.kernel.protocol.Reply(answer)\n"
            "gradlab_course.kernel.protocol.reply_to = reply\ngradlab.checks.question.answers = reply\n"
            "class my_momentum: pass\n"
        ),
        "momentum: replaces gradlab_course.kernel.protocol.reply_to",
    ),
    "empty-arrays": (handed_in(prediction="import numpy as np\nprediction = np.zeros(0, int)"), ""),
}


#: name -> a notebook with right answers, in a form that the instructions do not ask for
HONEST = {
    "one-cell-for-all": {
        **GOOD,
        "cells": [
            *RELEASED["cells"][:2],
            cell("code", f"def my_momentum(x, g, v=0, *, lr, beta):\n{RIGHT}\nprediction = 10"),
            *without(GOOD, "momentum", "prediction")["cells"][2:],
        ],
    },
    "pasted-pictures": handed_in(
        f"def my_momentum(x, g, v=0, *, lr, beta):\n{RIGHT}",
        "prediction = 10",
        "![a](data:image/png;base64,aGk=) ![b](attachment:lost.png)",
    ),
    "nameless": {**GOOD, "cells": [{**known, "metadata": {}} for known in GOOD["cells"]]},
    "answer-beside": {
        **GOOD,
        "cells": [*edited(GOOD, "words", "YOUR ANSWER HERE")["cells"], cell("markdown", "Because it is.")],
    },
    "shell-and-figures": handed_in(
        f"def my_momentum(x, g, v=0, *, lr, beta):\n{RIGHT}",
        "prediction = 10",
        "Because it is.",
        before=["%pip install nothing\n!ls", "for i in range(200_000): print(i)"],
    ),
}


def hand_in(folder, submissions, sources):
    """Write a folder of submissions.

    folder        where to
    submissions   name of a student -> notebook, or text of the file, or "LINK" for a link to another student's file, or
                  None for an empty folder
    sources       the folder of the source notebooks; it and `folder` replace the words SOURCES and SUBMISSIONS
    """
    for name, nb in submissions.items():
        path = folder / name / "small.ipynb"
        path.parent.mkdir(parents=True)
        if nb == "LINK":
            path.symlink_to(folder / "good" / "small.ipynb")
        elif nb is not None:
            content = nb if isinstance(nb, str) else json.dumps(nb)
            content = content.replace("SUBMISSIONS", f"'{folder}'").replace("SOURCES", f"'{sources}'")
            path.write_text(content, encoding="utf-8")
