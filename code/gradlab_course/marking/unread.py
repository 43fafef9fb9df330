"""Says of a test that the cell of the answer has a syntax error, so that Python runs nothing of it.

    momentum-test: my_momentum is from another cell, since the cell momentum has a syntax error

If no other cell gives what the test asks for, the test fails and says why. If one does, that is what is tested, and
there is a remark: it can only be the student's own, such as an earlier version, since no cell that was handed out gives
what a test asks for. The teacher decides whether it counts.
"""

import ast

from nbformat.v4 import new_output

from gradlab_course.marking.proxies import Remote
from gradlab_course.marking.sandbox import Ended

UNREAD = ("SyntaxError", "IndentationError", "TabError")
SYNTAX = "a syntax error in the cell of the answer"  # the name, in counts, of a test that fails for this


def is_unread(outputs):
    """True if a cell has a syntax error, so that nothing of it was run.

    outputs   of the cell, from `outputs.run_cell`

    What a cell runs, by `exec` or an import, can have one as well: but then the message names no line of this cell.
    """
    return any(o.output_type == "error" and o.ename in UNREAD and "(in this cell, line" in o.evalue for o in outputs)


def defined(code):
    """The names that a cell gives a value, outside of functions: functions, classes and variables.

    code   its source, as it was handed out

    Returns none for code that cannot be parsed.
    """
    try:
        nodes = ast.parse(code).body
    except SyntaxError:
        return set()
    found = set()
    for node in nodes:
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            found.add(node.name)
        else:
            found |= {n.id for n in ast.walk(node) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)}
    return found


def read(code):
    """The names that a test cell has from other cells, or from Python; not those that it gives a value itself.

    code   its source
    """
    names = [node for node in ast.walk(ast.parse(code)) if isinstance(node, ast.Name)]
    own = {node.id for node in names if isinstance(node.ctx, ast.Store)}
    return list(dict.fromkeys(node.id for node in names if node.id not in own))


def told(code, unread, kernel, left):
    """What is to be said of a test after cells with a syntax error: outputs for the test cell, and remarks.

    code     the source of the test
    unread   name -> the cell that should have given it, and has a syntax error
    kernel   the student's `Kernel`
    left     () -> seconds that the next request to the kernel may take

    The outputs are there if a name that the test reads is missing, the remarks if another cell has given it.
    """
    missing, remarks = {}, []
    for name in filter(unread.get, read(code)):
        try:
            Remote(kernel, left).value(name)
        except NameError:
            missing[unread[name]] = f"The cell {unread[name]} has a syntax error, so nothing of it was run.\n"
            continue
        except Ended:
            break
        except Exception:  # it is there, but cannot be marked: the test says so
            pass
        remarks.append(f"{name} is from another cell, since the cell {unread[name]} has a syntax error")
    return [new_output("stream", text=words) for words in missing.values()], remarks
