"""Fingerprints: what is still as it was need not be marked again."""

import hashlib

from gradlab.marker.withheld import LIBRARY


def fingerprint(*contents):
    """A short name for some bytes, which changes when they do."""
    return hashlib.sha256(b"\0".join(hashlib.sha256(content).digest() for content in contents)).hexdigest()[:16]


def library_print():
    """The fingerprint of gradlab itself: what is marked with another version is marked anew."""
    return fingerprint(*(path.read_bytes() for path in sorted(LIBRARY.rglob("*.py"))))
