"""Makes text of students safe to read in a browser: no HTML, no links that execute code, no pictures from elsewhere."""

import re
from urllib.parse import quote

# Markdown of these forms would become HTML in the reader's browser, or a link that executes code, or a picture from
# another host, which would learn who reads the page and when.
ACTIVE = re.compile(
    r"<(?=[A-Za-z/!?])|\](?=:|\((?!https?://|attachment:))"
    r"|!(?=\[)(?!\[[^\[\]]*\]\(attachment:)"
)
DELIMITERS = re.compile(r"(BEGIN|END) (HIDDEN TESTS|MARK SCHEME)")  # nbgrader would take a student's for its own
PICTURES = ("image/png", "image/jpeg", "image/gif", "image/webp")
BASE64 = re.compile(r"[A-Za-z0-9+/=\s]*")
INLINE = re.compile(rf"data:({'|'.join(PICTURES)});base64,([A-Za-z0-9+/=]+)")


def one_line(text):
    """A text as one short line, without links, pictures or HTML."""
    line = re.sub(r"[^ -~\u00a0-\ud7ff\ue000-\U0010ffff]+", " ", str(text))[:300]
    return ACTIVE.sub(r"\g<0> ", line).replace("](", "] (")


def sanitised(source, kind):
    """The source of a student's cell, safe to read in a browser. Of code, only nbgrader's delimiters are changed.

    source   text
    kind     type of the cell: "code", "markdown" or "raw"
    """
    source = DELIMITERS.sub(r"\1_\2", source)
    return source if kind == "code" else ACTIVE.sub(r"\g<0> ", source)


def with_pictures(source, attachments, prefix):
    """The source of a cell in words, and its pictures, all of them as attachments of the notebook.

    source        text; a picture that is written into it as data, as some programs do, becomes an attachment
    attachments   those of the cell in the file; may be anything that JSON can hold
    prefix        for the new names of the pictures, different in each cell

    Attachments that are not pictures are left out. A link to a missing attachment is replaced by words, because
    nbconvert could not make the page.
    """
    kept = {}

    def keep(kind, content):
        name = f"{prefix}-{len(kept) + 1}.{kind.split('/')[1]}"
        kept[name] = {kind: content}
        return f"attachment:{name}"

    source = INLINE.sub(lambda found: keep(*found.groups()), source)
    attachments = attachments if isinstance(attachments, dict) else {}
    for name in sorted(attachments, key=len, reverse=True):  # longer names first: one may begin with another
        data = attachments[name] if isinstance(attachments[name], dict) else {}
        for kind, content in data.items():
            if kind in PICTURES and isinstance(content, str) and BASE64.fullmatch(content):
                new = keep(kind, content)
                for written in {name, quote(name, safe=""), quote(name, safe="()!*'~")}:
                    source = source.replace(f"attachment:{written}", new)
                break

    def link(found):
        return found[0] if found[1] in kept else "](picture missing"

    return re.sub(r"\]\(attachment:([^)]*)", link, source), kept
