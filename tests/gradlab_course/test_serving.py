"""`make serve`: it says where the site is once it is there, and in a sentence why it cannot be."""

import errno
import os
import signal
import subprocess
import sys
import threading
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest

from gradlab_course import ROOT, serving


@pytest.fixture
def site(tmp_path, monkeypatch):
    """A site of one page."""
    (tmp_path / "index.html").write_text("A page")
    monkeypatch.setattr(serving, "SITE", tmp_path)
    return tmp_path


def test_files_are_served_and_only_what_is_missing_is_told(site, capsys):
    with serving.server(site, 0) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        address = f"http://localhost:{server.server_port}"
        assert urlopen(f"{address}/").read() == b"A page"
        assert capsys.readouterr().err == ""
        with pytest.raises(HTTPError):
            urlopen(f"{address}/nowhere")
        assert "404" in capsys.readouterr().err
        server.shutdown()


def test_a_browser_that_has_gone_is_no_error(site, capsys):
    with serving.server(site, 0) as server:
        for error, told in ((ConnectionResetError(), False), (KeyError("a fault"), True)):
            try:
                raise error
            except Exception:
                server.handle_error(None, None)
            assert ("a fault" in capsys.readouterr().err) is told


@pytest.mark.parametrize("text", ["80000", "0", "65536", "abc", "", "-1", "8_000", "٨٠٠٠", "8000 8001"])
def test_a_port_that_is_none_is_refused(capsys, text):
    assert serving.main(text.split()) == 2
    shown = capsys.readouterr()
    assert shown.err == f"PORT must be a whole number from 1 to 65535, got {text!r}.\n"
    assert shown.out == ""


def test_a_port_that_is_taken_is_told_with_another(site, capsys):
    with serving.server(site, 0) as first:
        port = first.server_port
        assert serving.main([str(port)]) == 2
    shown = capsys.readouterr()
    other = port + 1 if port < serving.LAST else 8001
    told = f"Port {port} is taken, perhaps by another `make serve`. Take another one: make serve PORT={other}\n"
    assert (shown.out, shown.err) == ("", told)


def test_a_port_that_is_forbidden_is_told(monkeypatch, capsys):
    def forbidden(*_):
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr(serving, "Server", forbidden)
    assert serving.main(["80"]) == 2
    assert capsys.readouterr().err == (
        "Port 80 cannot be had (Permission denied). Take another one: make serve PORT=8001\n"
    )


@pytest.mark.skipif(os.name == "nt", reason="no Ctrl-C can be sent to one process")
def test_it_ends_quietly_when_it_is_interrupted(site):
    with serving.server(site, 0) as free:
        port = free.server_port
    command = [sys.executable, "-m", "gradlab_course.serving", str(port)]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    environment = os.environ | {"PYTHONPATH": str(ROOT / "code")}
    with subprocess.Popen(command, env=environment, **pipes) as process:
        assert process.stdout.readline() == f"Serving on http://localhost:{port}/ (Ctrl-C stops it)\n"
        process.send_signal(signal.SIGINT)
        rest, errors = process.communicate(timeout=30)
    assert (process.returncode, rest.strip(), errors) == (0, "", "")
