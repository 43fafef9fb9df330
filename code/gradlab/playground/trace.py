"""The tracer: call a rule on numbers that record what is done to them, and keep the record as a program.

    program = record(lambda x, g, lr: x - lr * g, x=(2,), g=(2,), lr=())

A program is what `engine.js` turns into a JavaScript function. It is a dict of four lists:

    inputs      names: x0, x1, g0, g1, lr
    constants   numbers
    ops         [name, value, ...], such as ["*", 4, 2]
    outputs     values

Values are numbered: first the inputs, then the constants, then what each op gives. The ops stand in the order in which
Python makes them, and nothing is simplified, so that the program rounds as Python does.

This file, and `tape`, `values` and `words` that it is made of, are plain Python without imports. In the page, Brython
runs these very files on the rule that a reader types.
"""

from gradlab.playground.tape import Tape, TraceError, is_plain, nearest, product
from gradlab.playground.values import Array, Number, read
from gradlab.playground.words import BUILTINS, PI, PRINTED, SPENT, WORDS, math, np

NO_FUNCTION = "there is no function: begin with def rule(x, g, *, lr=0.1):"
MOST_LINES = 200  # of a reader's text
FILE = "<string>"  # what Python calls the file of a text that is handed to exec


# --- programs -----------------------------------------------------------------------------------------------------


def inputs(tape, name, shape):
    """Inputs that are one number, or an array of the shape: x0, x1."""
    if not shape:
        return Number(tape, tape.input(name))
    return Array(
        [Number(tape, tape.input(f"{name}{i}")) for i in range(product(shape))],
        shape,
        name if name in ("x", "g") else "",
    )


def cells(value):
    """The numbers of a value, one after the other."""
    return value.cells if isinstance(value, Array) else [value]


def record(function, **shapes):
    """The program of a function of numbers and arrays: name -> shape, () for a number."""
    tape = Tape()
    value = function(*[inputs(tape, name, shape) for name, shape in shapes.items()])
    parts = value if isinstance(value, tuple) else (value,)
    return tape.program([cell for part in parts for cell in cells(read(part))])


def rule(function, shape=(2,)):
    """The programs of an update rule `rule(x, g, *state, **hyper) -> (x, *state)`, for x of this shape.

    function   plain Python; what it calls must be from here

    Returns a dict: "first", the program of the first step, which begins with the state's defaults, and "later", that
    of all others, which has the state among its inputs; "state" and "sizes", names and how many numbers each has;
    "hyper", name -> default.
    """
    names, states, hyper = signature(function)
    tape = Tape()
    x, g = inputs(tape, "x", shape), inputs(tape, "g", shape)
    given = {name: Number(tape, tape.input(name)) for name in hyper}
    after = _stepped(function, (x, g), given, names, states, shape)
    first = tape.program([cell for value in after for cell in cells(value)])
    found = [value.shape if isinstance(value, Array) else () for value in after[1:]]
    tape = Tape()
    x, g = inputs(tape, "x", shape), inputs(tape, "g", shape)
    state = [inputs(tape, name, kind) for name, kind in zip(states, found)]  # noqa: B905
    given = {name: Number(tape, tape.input(name)) for name in hyper}
    after = _stepped(function, (x, g, *state), given, names, states, shape)
    for name, kind, value in zip(states, found, after[1:]):  # noqa: B905
        now = value.shape if isinstance(value, Array) else ()
        if now != kind:
            raise TraceError(f"the state {name} has shape {kind} after the first step, and {now} after the second")
    later = tape.program([cell for value in after for cell in cells(value)])
    sizes = [product(kind) for kind in found]
    return {"first": first, "later": later, "state": states, "sizes": sizes, "hyper": hyper}


def signature(function):
    """The names of the arguments of a rule, of its state, and its hyperparameters with their defaults."""
    code = function.__code__
    names = list(code.co_varnames[: code.co_argcount])
    only = list(code.co_varnames[code.co_argcount : code.co_argcount + code.co_kwonlyargcount])
    defaults = list(function.__defaults__ or ())
    if len(names) < 2:
        raise TraceError(
            f"a rule takes the point and the gradient first: def {function.__name__}(x, g, *, lr=0.1), "
            f"and this takes ({', '.join(names)})"
        )
    if len(names) - len(defaults) > 2:
        missing = names[2 : len(names) - len(defaults)]
        raise TraceError(
            f"{missing[0]} needs a starting value: {missing[0]}=0 if it is a state, or, after a *, {missing[0]}=0.1 "
            "if it is a hyperparameter"
        )
    known = function.__kwdefaults__ or {}
    hyper = {}
    for name in only:
        if name not in known:
            raise TraceError(f"the hyperparameter {name} needs a default, such as {name}=0.1")
        if not is_plain(known[name]) or known[name] - known[name] != 0:
            raise TraceError(f"the default of {name} must be a finite number, such as {name}=0.1, got {known[name]!r}")
        hyper[name] = float(known[name])
    return names, names[2:], hyper


def _stepped(function, arguments, hyper, names, states, shape):
    """What the rule returns, as a tuple that begins with a point and has as many states as the rule takes."""
    after = function(*arguments, **hyper)
    name = function.__name__
    if after is None:
        raise TraceError(f"{name} returns nothing: its last line must be `return x, ...`")
    if not isinstance(after, tuple):
        if states:
            raise TraceError(
                f"{name} must return the new point and its state, with a comma between them: "
                f"return x, {', '.join(states)}"
            )
        raise TraceError(f"{name} must end its return with a comma, since it has no state: return x - lr * g,")
    if len(after) != 1 + len(states):
        takes, gives, hint = len(states), len(after) - 1, ""
        defaults = dict(zip(states, function.__defaults__ or ()))  # noqa: B905
        extra = [one for one in states[gives:] if defaults[one] not in (0, None)]
        if extra:
            rest = ", ".join(one for one in (*names[: 2 + gives], "*", *(f"{one}={defaults[one]}" for one in extra)))
            hint = f". If {', '.join(extra)} is no state but a hyperparameter, write a * before it: def {name}({rest})"
        raise TraceError(
            f"{name} takes {takes} part{'s' * (takes != 1)} of state ({', '.join(states) or 'none'}) after x and g, "
            f"but returns {gives} after x: the same number must come back, in the same order{hint}"
        )
    after = tuple(read(value) for value in after)
    got = after[0].shape if isinstance(after[0], Array) else ()
    if got != shape:
        raise TraceError(
            f"{name} must return a new point of the shape of x, {shape}, and returns shape {got}"
            + ("" if got else ": does a sum make one number of all coordinates?")
        )
    return after


# --- the text that a reader types ---------------------------------------------------------------------------------


def source(text, shape=(2,), known=None):
    """The programs of the last function in a text of Python: what `rule` returns, "name", and "prints".

    known   name -> function, what the text may use besides

    "prints" is how often the text has called print, which shows nothing.

    Raises TraceError with the line of the text, for whatever is wrong with it.
    """
    space = WORDS | BUILTINS | {"np": np, "numpy": np, "math": math, "pi": PI, "checked": _checked} | dict(known or {})
    space["ArgumentError"] = ValueError
    SPENT[0] = PRINTED[0] = 0
    given = set(space)
    try:
        _refuse(text)
        exec(_without_imports(text), space)  # Brython has faults in what it compiles beforehand
        functions = [value for key, value in space.items() if hasattr(value, "__code__") and key not in given]
        functions += [value for key, value in space.items() if key in given and _is_of_text(value)]
        if not functions:
            raise TraceError(NO_FUNCTION, 1)
        last = max(functions, key=lambda f: f.__code__.co_firstlineno)
        try:
            signature(last)
        except TraceError as error:
            error.line = last.__code__.co_firstlineno
            raise
        try:
            called = [key for key, value in space.items() if value is last and key not in given] or [last.__name__]
            return {"name": called[0]} | rule(last, shape) | {"prints": PRINTED[0]}
        except TraceError as error:
            error.line = error.line or _line_of(error) or _line_with(text, last, "return")
            raise
    except Exception as error:
        raise TraceError(*explained(error, space, text)) from None


def _is_of_text(value):
    return hasattr(value, "__code__") and value.__code__.co_filename == FILE


def _line_with(text, function, word):
    """The last line of a function that begins with a word; if there is none, its first line."""
    first = found = function.__code__.co_firstlineno
    for i, line in enumerate(text.split("\n")[first:]):
        if line.strip().startswith(word):
            found = first + i + 1
    return found


def _refuse(text):
    """Refuse what Python or Brython would do, but what makes no rule: see the messages."""
    if text.count("\n") > MOST_LINES or len(text) > 100 * MOST_LINES:
        raise TraceError(f"a rule may have {MOST_LINES} lines here")
    if "def " not in text and "lambda" not in text:
        raise TraceError(NO_FUNCTION, 1)
    for i, code in enumerate(_code(text).split("\n")):
        if code.startswith("class "):
            raise TraceError("write a function, not a class: def rule(x, g, *, lr=0.1):", i + 1)
        if code.strip().startswith("while ") or code.strip().startswith("while("):
            raise TraceError("no while here: write for i in range(n), with a plain number n", i + 1)
        if "__" in code:
            raise TraceError("names with two underscores side by side are not used here", i + 1)
        if _has_chain(code):  # of a < b < c Python asks whether a < b, and Brython does not
            raise TraceError("two comparisons in a row: write (a < b) & (b < c)", i + 1)


def _code(text):
    """The text without its comments, and without what stands in quotation marks."""
    kept, open_by, i = [], "", 0
    while i < len(text):
        three = text[i : i + 3]
        mark = three if three in ('"""', "'''") else text[i] if text[i] in "\"'" else ""
        if open_by and text[i] == "\\":
            i += 2
            continue
        if mark and open_by in ("", mark):
            open_by = "" if open_by else mark
            kept.append(mark)
            i += len(mark)
            continue
        if text[i] == "\n":
            if len(open_by) == 1:
                open_by = ""  # it was never closed, as Python will say
            kept.append("\n")
        elif not open_by and text[i] == "#":
            while i + 1 < len(text) and text[i + 1] != "\n":
                i += 1
        elif not open_by:
            kept.append(text[i])
        i += 1
    return "".join(kept)


def _has_chain(code):
    """True for a line of code with a < b < c: brackets are looked into one after the other, the innermost first."""
    while True:
        end = min([at for at in (code.find(")"), code.find("]")) if at >= 0] or [-1])
        begin = max(code[:end].rfind("("), code[:end].rfind("[")) if end >= 0 else -1
        inner = code[begin + 1 : end] if begin >= 0 else code
        for mark in (" and ", " or ", " if ", " else ", ",", ":", "&", "|", "'", '"', ";", "->", "<<", ">>"):
            inner = inner.replace(mark, "\n")
        if any(part.count("<") + part.count(">") > 1 for part in inner.split("\n")):
            return True
        if begin < 0:
            return False
        code = code[:begin] + " " + code[end + 1 :]


def _checked(function):
    """Stands for `checked`: the arguments are not checked here."""
    function.unchecked = function
    return function


def _without_imports(text):
    """The text without the imports of what is known here anyhow; TraceError for any other import."""
    lines = text.split("\n")
    for i, line in enumerate(lines):
        words = line.strip().replace(",", " ").split()
        if not words or words[0] not in ("import", "from") or (words[0] == "from" and "import" not in words):
            continue
        plain = words[0] == "import" and all(word in ("numpy", "math", "np", "as") for word in words[1:])
        if plain or (words[1] in ("math", "numpy") and all(word in WORDS or word == "pi" for word in words[3:])):
            lines[i] = line[: len(line) - len(line.lstrip())] + "pass"
        else:
            raise TraceError(
                "nothing is imported here but numpy and math, and of them: " + ", ".join(sorted(WORDS)), i + 1
            )
    return "\n".join(lines)


def explained(error, space, text):
    """An error in plain words, and its line in the reader's text."""
    line = getattr(error, "line", None) or _line_of(error)
    if isinstance(error, TraceError):
        word = error.message.split(" has no ")[1].split(";")[0] if "a value here has no ." in error.message else ""
        return error.message, _line_within(text, line, word)
    said = str(error.args[0]) if error.args else ""
    if isinstance(error, SyntaxError):
        return _of_syntax(error, text)
    if isinstance(error, UnboundLocalError) or "before assignment" in said or "not associated" in said:
        name = said.split("'")[1] if "'" in said else "this name"
        return f"{name} has no value yet: is it used before it is set, or missing among the arguments?", line
    if isinstance(error, NameError):
        name = said.split("'")[1] if "'" in said else said
        texts = [one for key, one in space.items() if _is_of_text(one)]
        arguments = [one for function in texts for one in function.__code__.co_varnames]
        words = [one for one in space if one in WORDS or one in ("np", "math", "pi")]
        where = _line_within(text, line, name)
        return f"{name[:60]} is not known here, nor among the arguments" + nearest(name, arguments + words), where
    if isinstance(error, OverflowError):
        return f"this cannot be computed here: {said[:100]}", line
    if isinstance(error, RecursionError):
        return "the function calls itself without end", line
    if isinstance(error, ZeroDivisionError):
        return "a division by 0", line
    if type(error).__name__ == "JavascriptError":
        return f"the browser's Python cannot read this ({said[:100]})", line
    return f"{type(error).__name__}: {said[:300]}", line


def _of_syntax(error, text):
    message, line = error.msg, error.lineno
    if "unexpected indent" in message:  # Brython names the line after
        last, lines = "", text.split("\n")
        for i, one in enumerate(lines):
            deeper = len(one) - len(one.lstrip()) > len(last) - len(last.lstrip())
            if one.strip() and last.strip() and deeper and last.strip()[-1] not in ":([{,\\":
                line = i + 1
                break
            last = one if one.strip() else last
        message = "this line begins farther to the right than the one before"
    elif "unindent" in message:
        message = "this line begins at another place than those above"
    elif "invalid character" in message or "non-printable" in message:
        message += "; of signs, write - * / ** and plain quotes"
    return f"this is not Python: {message}", line


def _line_of(error):
    """The last line of the reader's text that was at work."""
    trace, line = error.__traceback__, None
    while trace is not None:
        if trace.tb_frame.f_code.co_filename == FILE:
            line = trace.tb_lineno
        trace = trace.tb_next
    return line


def _line_within(text, line, word):
    """The line of a word in the statement that begins at a line and may go on over several: Python names its first."""
    if not line or not word:
        return line
    depth = 0
    for i, one in enumerate(text.split("\n")[line - 1 :]):
        code = one.split("#")[0]
        spaced = "".join([letter if letter.isalpha() or letter.isdigit() or letter in "_." else " " for letter in code])
        names = spaced.split()
        if word in names or (word[0] == "." and any(word in name for name in names)):
            return line + i
        depth += sum([code.count(mark) for mark in "([{"]) - sum([code.count(mark) for mark in ")]}"])
        if depth <= 0 and not code.rstrip().endswith("\\"):
            break
    return line
