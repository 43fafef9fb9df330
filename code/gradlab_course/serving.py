"""Serve the built site on this machine alone: `make serve`.

Any Python from 3.7 on can run this module, with nothing installed. It says where the site is once it is there.
"""

from __future__ import annotations

import errno
import os
import sys
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer

from gradlab_course import ROOT

SITE = ROOT / "_build" / "html"
HOST = "127.0.0.1"
LAST = 65535  # of the ports


class Handler(SimpleHTTPRequestHandler):
    """Answers with files, and tells of those that are not there."""

    def log_request(self, *_):
        """Say nothing of a request that went well."""


class Server(ThreadingHTTPServer):
    """Has its port for itself, and does not mind a reader who leaves a page before it is there."""

    allow_reuse_address = os.name != "nt"  # Windows would let two servers have one port

    def handle_error(self, *asked):
        """Print what went wrong, unless the browser has gone."""
        if not isinstance(sys.exc_info()[1], ConnectionError):
            super().handle_error(*asked)


def port_of(text: str) -> int:
    """The number of a port.

    Raises ValueError when the text is no such number.
    """
    if not (text.isascii() and text.isdigit() and 1 <= int(text) <= LAST):
        raise ValueError(f"PORT must be a whole number from 1 to {LAST}, got {text!r}.")
    return int(text)


def server(folder, port: int) -> Server:
    """A server of the files in a folder, which has its port already.

    Raises ValueError, with what to do, when it cannot have the port.
    """
    try:
        return Server((HOST, port), partial(Handler, directory=str(folder)))
    except OSError as error:
        taken = error.errno == errno.EADDRINUSE
        why = "is taken, perhaps by another `make serve`" if taken else f"cannot be had ({error.strerror})"
        other = port + 1 if 1024 <= port < LAST else 8001
        raise ValueError(f"Port {port} {why}. Take another one: make serve PORT={other}") from error


def main(arguments: list[str]) -> int:
    """Serve until Ctrl-C; return the exit status.

    arguments   the port
    """
    try:
        with server(SITE, port_of(" ".join(arguments))) as serving:
            print(f"Serving on http://localhost:{serving.server_port}/ (Ctrl-C stops it)", flush=True)
            serving.serve_forever()
    except ValueError as problem:
        print(problem, file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
