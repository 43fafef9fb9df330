"""A page of the instructor edition: the mistakes that `checks.check` knows, by the function that was asked for."""

from gradlab.checks import REFERENCES

INTRODUCTION = """\
# Mistakes that the checks name

`check` compares a student's function with {variants} wrong variants of {references} functions, which have {names} names
between them. Each variant is the function itself with the line that people get wrong written wrong. A test has each of
them marked: each gets its own name. What is here is also what students read.
"""


def page():
    """The page, in Markdown: a table for each reference of `checks.REFERENCES`."""
    parts = []
    for reference, (_, mistakes) in REFERENCES.items():
        told = dict.fromkeys((m.name, m.hint) for m in mistakes)
        where = reference.__module__.split(".")[-1]
        rows = "\n".join("| {} | {} |".format(*(words.replace("|", r"\|") for words in row)) for row in told)
        parts.append(f"## {where}.{reference.__name__}\n\n| mistake | hint |\n|---|---|\n{rows}\n")
    every = [m for _, mistakes in REFERENCES.values() for m in mistakes]
    counts = {"variants": len(every), "references": len(REFERENCES), "names": len({m.name for m in every})}
    return "\n".join([INTRODUCTION.format(**counts), *parts])
