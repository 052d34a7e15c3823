"""The built files of static/dist: hashed names for ever, packed siblings for whoever takes them."""

from __future__ import annotations

import json
import mimetypes
import re
from pathlib import Path

from flask import Flask, Response, request, send_from_directory
from werkzeug.exceptions import NotFound

HASHED = re.compile(r"-[0-9A-Z]{8}\.[a-z0-9]+(\.map)?$")
FOR_EVER = "public, max-age=31536000, immutable"
ASK_AGAIN = "no-cache"
PACKED = ((".br", "br"), (".gz", "gzip"))
INNER = {"manifest.json", "sw.js"}  # the server's own list, and what has an address of its own


def send(folder: Path, name: str) -> Response:
    """A built file, packed where there is a packed sibling that the browser takes."""
    if name in INNER or name.endswith(tuple(ending for ending, _ in PACKED)):
        raise NotFound
    response = send_packed(folder, name)
    response.headers["Cache-Control"] = FOR_EVER if HASHED.search(name) else ASK_AGAIN
    return response


def send_packed(folder: Path, name: str) -> Response:
    """The file or its sibling. ``Vary`` either way, lest a cache gives a packed one to whoever cannot read it."""
    kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
    chosen, encoding = name, None
    for ending, coding in PACKED:
        if request.accept_encodings[coding] > 0 and (folder / (name + ending)).is_file():
            chosen, encoding = name + ending, coding
            break
    response = send_from_directory(folder, chosen, mimetype=kind, max_age=0)
    if encoding:
        response.headers["Content-Encoding"] = encoding
    response.vary.add("Accept-Encoding")
    return response


class Assets:
    """The names of built files by those of their sources, read again when a build has made new ones."""

    def __init__(self, folder: Path) -> None:
        self._list = folder / "manifest.json"
        self._read_at = 0
        self._names: dict[str, str] = {}

    def names(self) -> dict[str, str]:
        """All of them; none before the first build."""
        written_at = self._list.stat().st_mtime_ns if self._list.exists() else 0
        if written_at != self._read_at:
            self._names = json.loads(self._list.read_text(encoding="utf-8")) if written_at else {}
            self._read_at = written_at
        return self._names

    def url(self, name: str) -> str | None:
        """``asset("field.js")`` in a template; None before the first build."""
        built = self.names().get(name)
        return f"/static/{built}" if built else None


def init_app(app: Flask) -> None:
    assets = Assets(Path(app.static_folder or ""))
    app.extensions["assets"] = assets
    app.add_template_global(assets.url, "asset")
