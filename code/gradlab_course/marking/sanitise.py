"""What students write, made harmless for whoever reads it: no HTML, nothing that runs, no pictures from elsewhere."""

import re
from urllib.parse import quote

#: what Markdown would make HTML, or a link to something that runs, in the browser of whoever reads it
LIVELY = re.compile(
    r"<(?=[A-Za-z/!?])|\](?=:|\((?!https?://|attachment:))"
    r"|!(?=\[)(?!\[[^\[\]]*\]\(attachment:)"  # a picture from elsewhere would tell who looks at it, and when
)
DELIMITERS = re.compile(r"(BEGIN|END) (HIDDEN TESTS|MARK SCHEME)")  # nbgrader's, and of no use to students
PICTURES = ("image/png", "image/jpeg", "image/gif", "image/webp")
BASE64 = re.compile(r"[A-Za-z0-9+/=\s]*")
INLINE = re.compile(rf"data:({'|'.join(PICTURES)});base64,([A-Za-z0-9+/=]+)")


def remark(words):
    """Words that may hold a student's own, as one short line without links, pictures or HTML."""
    line = re.sub(r"[^ -~\u00a0-\ud7ff\ue000-\U0010ffff]+", " ", str(words))[:300]
    return LIVELY.sub(r"\g<0> ", line).replace("](", "] (")


def harmless(source, kind):
    """The source of a cell of a student's.

    source   text
    kind     of the cell: code, markdown or raw
    """
    source = DELIMITERS.sub(r"\1_\2", source)
    return source if kind == "code" else LIVELY.sub(r"\g<0> ", source)


def with_pictures(source, attachments, prefix):
    """Words whose pictures are attached to them, and those pictures, as a notebook holds them.

    source        text; a picture written into it, as some programs do, is attached as well
    attachments   as in the file: whatever JSON holds
    prefix        of the names that the pictures get, another one for each cell

    Whatever is no picture goes. Where a picture is missing, words say so: nbconvert would not show the page.
    """
    kept = {}

    def keep(kind, content):
        name = f"{prefix}-{len(kept) + 1}.{kind.split('/')[1]}"
        kept[name] = {kind: content}
        return f"attachment:{name}"

    source = INLINE.sub(lambda found: keep(*found.groups()), source)
    attachments = attachments if isinstance(attachments, dict) else {}
    for name in sorted(attachments, key=len, reverse=True):  # the longer first: one may begin like another
        data = attachments[name] if isinstance(attachments[name], dict) else {}
        for kind, content in data.items():
            if kind in PICTURES and isinstance(content, str) and BASE64.fullmatch(content):
                new = keep(kind, content)
                for written in {name, quote(name, safe=""), quote(name, safe="()!*'~")}:
                    source = source.replace(f"attachment:{written}", new)
                break

    def there(found):
        return found[0] if found[1] in kept else "](picture missing"

    return re.sub(r"\]\(attachment:([^)]*)", there, source), kept
