"""A browser and a server for the tests of the built site."""

from __future__ import annotations

import gzip
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

from gradlab_course import ROOT
from gradlab_course.editions.pdf import ARGUMENTS, find_browser  # noqa: F401

SITE = ROOT / "_build" / "html"
TEXT = (".html", ".js", ".css", ".svg", ".json")


class Handler(SimpleHTTPRequestHandler):
    """Serve files compressed, as any host of a static site does, and without a line of log for each."""

    def log_message(self, *_):
        """Say nothing."""

    def do_GET(self):
        """Answer with the gzipped file where that pays."""
        path = Path(self.translate_path(self.path))
        if path.suffix not in TEXT or not path.is_file():
            return super().do_GET()
        body = gzip.compress(path.read_bytes())
        self.send_response(200)
        self.send_header("Content-Type", self.guess_type(str(path)))
        self.send_header("Content-Encoding", "gzip")
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Cache-Control", "max-age=31536000" if path.suffix != ".html" else "no-cache")
        self.end_headers()
        self.wfile.write(body)


@contextmanager
def serve(folder: Path = SITE):
    """Serve a folder on a free port of this machine; give its address."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Handler, directory=str(folder)))
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://localhost:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


def handler_times(page):
    """Move every slider of a page through all its values; give the milliseconds that each move took."""
    return page.evaluate("""async () => {
      const times = [];
      for (const figure of document.querySelectorAll("figure.explore")) {
        figure.scrollIntoView();
        for (const slider of figure.querySelectorAll("input[type=range]")) {
          const first = slider.value;
          slider.dispatchEvent(new Event("input", { bubbles: true }));
          await new Promise((resume) => setTimeout(resume, 300));  // the states are unpacked once
          for (let value = 0; value <= Number(slider.max); value++) {
            slider.value = value;
            const start = performance.now();
            slider.dispatchEvent(new Event("input", { bubbles: true }));
            times.push(performance.now() - start);
            await new Promise(requestAnimationFrame);
          }
          slider.value = first;
          slider.dispatchEvent(new Event("input", { bubbles: true }));
        }
      }
      return times;
    }""")
