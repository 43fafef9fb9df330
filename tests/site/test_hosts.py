"""The files of the built site, read without a browser: none of them loads anything from another host."""

import re
from html.parser import HTMLParser

import pytest

LOADS = {"src", "srcset", "poster", "background", "action", "formaction"}  # attributes that load, whatever the tag
LOADING_LINKS = {"stylesheet", "icon", "preload", "prefetch", "modulepreload", "manifest", "preconnect", "dns-prefetch"}
LOADING_TAGS = {"object": "data", "image": "href", "use": "href", "feimage": "href"}
OTHER = re.compile(r"\s*(?:[a-z+.-]+:)?//", re.I)
IN_STYLE = re.compile(r"(?:url\(|@import)\s*[\"']?\s*(?:[a-z]+:)?//[^)\"';]*", re.I)
IN_SCRIPT = re.compile(
    r"(?:fetch|import|importScripts|open|Worker|sendBeacon|EventSource|WebSocket)\(\s*(?:[\"']GET[\"'],\s*)?[\"'`](?:[a-z]+:)?//[^\"'`]*"
    r"|\.src\s*=\s*[\"'`](?:[a-z]+:)?//[^\"'`]*",
    re.I,
)


class Loads(HTMLParser):
    """Collect what a page loads from other hosts."""

    def __init__(self):
        super().__init__()
        self.found, self.inside = [], None

    def handle_starttag(self, tag, attributes):
        self.inside = tag
        given = {name: value or "" for name, value in attributes}
        loads = {name: value for name, value in given.items() if name in LOADS}
        if tag == "link" and LOADING_LINKS & set(given.get("rel", "").lower().split()):
            loads["href"] = given.get("href", "")
        if tag in LOADING_TAGS:
            loads |= {n: v for n, v in given.items() if n.removeprefix("xlink:") == LOADING_TAGS[tag]}
        parts = [part for name, value in loads.items() for part in (value.split(",") if name == "srcset" else [value])]
        self.found += [part.strip() for part in parts if OTHER.match(part)]
        self.found += IN_STYLE.findall(given.get("style", ""))

    def handle_endtag(self, tag):
        self.inside = None

    def handle_data(self, data):
        pattern = {"style": IN_STYLE, "script": IN_SCRIPT}.get(self.inside)
        self.found += pattern.findall(data) if pattern else []


def loaded_from_elsewhere(path):
    """List what a page, a style sheet or a script loads from other hosts."""
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".html":
        page = Loads()
        page.feed(text)
        return page.found
    return (IN_STYLE if path.suffix == ".css" else IN_SCRIPT).findall(text)


def test_no_file_loads_anything_from_another_host(site):
    files = [path for path in site.rglob("*") if path.suffix in (".html", ".css", ".js", ".svg")]
    assert {".html", ".css", ".js"} <= {path.suffix for path in files}
    found = {path.relative_to(site).as_posix(): loaded_from_elsewhere(path) for path in files}
    assert {name: addresses for name, addresses in found.items() if addresses} == {}


@pytest.mark.parametrize(
    ("suffix", "text"),
    [
        (".html", '<script src="https://a.example/x.js"></script>'),
        (".html", '<img srcset="a.png 1x, //a.example/b.png 2x">'),
        (".html", "<link rel='preconnect' href='https://a.example'>"),
        (".html", "<style>@import 'https://a.example/x.css';</style>"),
        (".html", '<p style="background: url(//a.example/x.png)">'),
        (".html", '<svg><image xlink:href="https://a.example/x.png"/></svg>'),
        (".html", '<script>fetch("https://a.example/")</script>'),
        (".css", '@font-face { src: url("https://a.example/x.woff2"); }'),
        (".js", 'it.src = "https://a.example/x.js";'),
        (".js", 'request.open("GET", "https://a.example/x");'),
    ],
)
def test_what_is_loaded_from_another_host_would_be_found(tmp_path, suffix, text):
    path = tmp_path / f"page{suffix}"
    path.write_text(text)
    assert len(loaded_from_elsewhere(path)) == 1


def test_a_link_loads_nothing(tmp_path):
    path = tmp_path / "page.html"
    path.write_text(
        '<link rel="canonical" href="https://a.example/"><a href="https://b.example">b</a><pre>fetch(</pre>'
    )
    assert loaded_from_elsewhere(path) == []
