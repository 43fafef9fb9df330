"""A page of the instructor edition: the mistakes that `checks.check` knows, a table for each reference."""

from gradlab.checks import REFERENCES

INTRODUCTION = """\
# Mistakes that the checks name

`check` compares a student's function with {variants} wrong variants of {references} functions. Each variant is the
right function with one mistake that people make; together they have {names} names. The tests of this repository check
each variant, and each must get its own name. The names and hints below are those that students read.
"""


def page():
    """The page, in Markdown."""
    parts = []
    for reference, (_, mistakes) in REFERENCES.items():
        distinct = dict.fromkeys((m.name, m.hint) for m in mistakes)
        module = reference.__module__.split(".")[-1]
        rows = "\n".join("| {} | {} |".format(*(words.replace("|", r"\|") for words in row)) for row in distinct)
        parts.append(f"## {module}.{reference.__name__}\n\n| mistake | hint |\n|---|---|\n{rows}\n")
    every = [m for _, mistakes in REFERENCES.values() for m in mistakes]
    counts = {"variants": len(every), "references": len(REFERENCES), "names": len({m.name for m in every})}
    return "\n".join([INTRODUCTION.format(**counts), *parts])
