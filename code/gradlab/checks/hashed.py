"""Records of numbers that `checks.confirm` compares: a record has salted hashes of them, and not the numbers.

    print(record(0.0952, digits=3, wrong=[("the largest rate, not the best one", 0.1)]))

An author makes a record with one call and pastes it into a test. A number is rounded, and the hash is that of the
rounded number: `scrypt` with a salt, so slow on purpose that to try all numbers of three digits takes a minute or two.
The message for a known wrong answer is encrypted, and that answer is the key: who reads the record learns neither the
answers nor the mistakes that others make.
"""

import re
from base64 import b64decode, b64encode
from collections.abc import Iterable
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_EVEN, Context, Decimal
from hashlib import scrypt, sha256, shake_256
from os import urandom
from typing import NamedTuple

import numpy as np

from gradlab._arguments import ArgumentError, checked
from gradlab._conditions import COUNT_FROM_0, Condition, is_count
from gradlab.checks.question import Unreadable, numbers

WORK, BLOCK = 2**15, 12  # of scrypt: 0.1 s and 48 MiB for one number
MOST = 16  # numbers of an answer; they share the work, so that no check takes longer
TAG = 8  # hexadecimal digits that are kept of a hash: a wrong number has one chance in 10⁹ to pass
WIDTH = 76
MOST_DIGITS = 12
DIGITS = Condition(f"be an integer from 1 to {MOST_DIGITS}", lambda v: is_count(v, 1) and v <= MOST_DIGITS)
EXACT = Context(prec=700)  # enough for any float, to any number of decimals that makes sense
FORM = re.compile(r"(?:(\d+)numbers,)?(?:(\d+)(digits|decimals)|whole);([0-9a-f]{16});(.+);([0-9a-f]{8})")
ENTRY = re.compile(rf"((?:[0-9a-f]{{{TAG}}})+)(?::([\w+/]+=*))?")


class Entry(NamedTuple):
    """An answer that is known.

    tags      of each of its numbers the beginning of a hash
    message   the message for it, encrypted; empty for a right answer
    """

    tags: list
    message: bytes


class Record(NamedTuple):
    """The parts of a record that was read.

    size       how many numbers an answer has; None for a number that is not in a list
    kind       "digits" (significant ones), "decimals" or "whole"
    places     how many digits or decimals are compared; 0 for whole numbers
    salt       random bytes
    entries    the known answers, the right ones first
    """

    size: int | None
    kind: str
    places: int
    salt: bytes
    entries: list

    @property
    def compared(self):
        """How exactly numbers are compared, in words; "" for whole numbers."""
        kind = {"digits": "significant digit", "decimals": "decimal", "whole": ""}[self.kind]
        return f"{self.places} {kind}{'s' * (self.places != 1)}" if kind else ""

    def _key(self, i, rounded):
        """The whole hash of the i-th number of an answer."""
        work = WORK >> ((self.size or 1) - 1).bit_length()
        # OpenSSL asks for somewhat more memory than the formula of scrypt says.
        return scrypt(f"{i}: {rounded}".encode(), salt=self.salt, n=work, r=BLOCK, p=1, maxmem=2**27, dklen=32)


def _tag(key):
    """What a record keeps of a hash: it does not tell the rest, with which messages are encrypted."""
    return sha256(b"tag" + key).hexdigest()[:TAG]


def _crypted(message, keys):
    """A message encrypted, or back again. Each record has its own salt, so no key is used twice."""
    stream = shake_256(b"message" + b"".join(keys)).digest(len(message))
    return bytes(a ^ b for a, b in zip(message, stream, strict=True))


def _roundings(x, kind, places):
    """The two nearest roundings of a number as texts, the nearest first; one, if the number is rounded already.

    x        a number
    kind     "digits", "decimals" or "whole"
    places   how many

    The number is taken to twelve digits, so that 0.1 + 0.2 is 0.3.
    """
    if kind == "whole":
        return [str(int(x))]
    exact = Decimal(f"{x:.{MOST_DIGITS}g}")
    last = -places if kind == "decimals" else exact.adjusted() - places + 1
    unit, texts = Decimal(1).scaleb(last), []
    for way in (ROUND_HALF_EVEN, ROUND_FLOOR, ROUND_CEILING):
        rounded = exact.quantize(unit, rounding=way, context=EXACT).normalize(EXACT)
        texts.append(str(EXACT.add(rounded, 0)))  # −0 becomes 0
    return list(dict.fromkeys(texts))


@checked(digits=DIGITS, decimals=COUNT_FROM_0)
def record(*answers: object, digits: int | None = None, decimals: int | None = None, wrong: Iterable = ()) -> str:
    """The record of an answer: a text of some lines, to be pasted between triple quotes.

    answers    the right answer, or several that are accepted; each is a number or a list of up to 16 numbers
    digits     how many significant digits are compared, up to 12
    decimals   how many decimals are compared instead; without either, numbers are whole and compared exactly
    wrong      pairs of a message and the wrong answer that gets it

    The same call gives another record each time, for the salt is drawn at random. Raises ValueError when the answers
    are no such numbers, or not all of one length; when 0 is to have significant digits; when both digits and decimals
    are given; and when a wrong answer is accepted as right.
    """
    if digits is not None and decimals is not None:
        raise ArgumentError(f"decimals must not be given beside digits, got {decimals} and {digits}")
    if not answers:
        raise ArgumentError("answers must hold at least one answer, got none")
    kind, places = ("digits", digits) if digits else ("whole", 0) if decimals is None else ("decimals", decimals)
    rows = [("", answer) for answer in answers]
    for row in wrong:
        if not (isinstance(row, tuple) and len(row) == 2 and isinstance(row[0], str) and row[0]):
            raise ArgumentError(f"wrong must hold pairs of a message and an answer, got {row!r}")
        rows.append(row)
    shape, texts = None, list[list[str]]()  # of each answer, its rounded numbers
    for message, answer in rows:
        name = "wrong" if message else "answers"
        values = values_of(answer, name)
        shape = values.shape if shape is None else shape
        got = f"got {values.tolist()}"
        if values.shape != shape or values.ndim > 1 or not 0 < values.size <= MOST:
            raise ArgumentError(f"{name} must be numbers, or lists of one length of 1 to {MOST}, {got}")
        if not np.isfinite(values).all() or (kind == "whole" and (values != np.round(values)).any()):
            raise ArgumentError(f"{name} must be {'whole' if kind == 'whole' else 'finite'}, {got}")
        if kind == "digits" and not message and not values.all():
            raise ArgumentError(f"answers must not be 0 where digits are given (take decimals), {got}")
        near = [_roundings(x, kind, places) for x in values.ravel()]
        if message and any(all(map(list.__contains__, near, right)) for right in texts[: len(answers)]):
            raise ArgumentError(f"wrong must not be accepted as right, {got}")
        texts.append([first for first, *_ in near])
    made = Record(len(texts[0]) if shape else None, kind, places, urandom(8), [])
    parts = [made.salt.hex()]
    for (message, _), text in zip(rows, texts, strict=True):
        keys = [made._key(i, rounded) for i, rounded in enumerate(text)]
        told = b64encode(_crypted(message.encode(), keys)).decode()
        parts.append("".join(map(_tag, keys)) + f":{told}" * bool(message))
    head = f"{made.size} numbers, " * bool(shape) + (f"{places} {kind}" if places or kind == "decimals" else kind) + ";"
    body = ";".join(parts)
    body += f";{_checksum(head, body)}"
    return "\n".join([head, *(body[i : i + WIDTH] for i in range(0, len(body), WIDTH))])


def _checksum(*texts):
    """The checksum of a record's text without its spaces: it shows when a part of a record is missing."""
    return sha256("".join("".join(texts).split()).encode()).hexdigest()[:8]


def read(text):
    """The `Record` in a text of `record`.

    text   the text; spaces and the ends of lines do not count

    Raises ArgumentError when it is no such text, or not a whole one.
    """
    bare = "".join(text.split()) if isinstance(text, str) else ""
    form = FORM.fullmatch(bare)
    if form and _checksum(bare[: -len(form[6]) - 1]) == form[6]:
        size = int(form[1]) if form[1] else None
        entries = [ENTRY.fullmatch(entry) for entry in form[5].split(";")]
        known = [Entry(re.findall(f".{{{TAG}}}", entry[1]), b64decode(entry[2] or "")) for entry in entries]
        return Record(size, form[3] or "whole", int(form[2] or 0), bytes.fromhex(form[4]), known)
    raise ArgumentError(f"record must be a whole text of gradlab.checks.hashed.record, got {text!r:.80}")


def values_of(answer, name):
    """The numbers of an answer, as an array. Raises ArgumentError for what is no number and no list of numbers.

    answer   the answer
    name     of the argument that it is
    """
    try:
        if isinstance(answer, (bool, np.bool_)):
            raise Unreadable
        return numbers(answer)
    except Unreadable:
        raise ArgumentError(f"{name} must be a number or a list of numbers, got {answer!r}") from None


def look_up(values, known):
    """What a record says of an answer: its message, "" if it is right, or None; and where it is not right.

    values   finite numbers, as many as the record has
    known    a `Record`

    Where there is no message, the places are those where the answer differs from the right one that is most like it.
    """
    keys = []
    for i, x in enumerate(values.ravel()):
        found = [known._key(i, rounded) for rounded in _roundings(x, known.kind, known.places)]
        keys.append({_tag(key): key for key in found})
    off = {}
    for e, entry in enumerate(known.entries):
        off[e] = [i for i, of_this in enumerate(entry.tags) if of_this not in keys[i]]
        if not off[e]:
            own = [keys[i][of_this] for i, of_this in enumerate(entry.tags)]
            return _crypted(entry.message, own).decode(), []
    return None, min((off[e] for e, entry in enumerate(known.entries) if not entry.message), key=len)
