"""A newer Silian for phones that have this one: built from a changed copy of the sources, put on by the proxy."""

from __future__ import annotations

import json
import mimetypes
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

from .proxy import Answer, Fault, Pass, Proxy, Request
from .served import ROOT

VERSION = "1.1.0"
SOURCES = ("build.mjs", "package.json", "tsconfig.json", "static", "templates/shell")
# What would make an answer another one than that to a first request.
CONDITIONS = {"accept-encoding", "if-none-match", "if-modified-since"}
FOR_AS_LONG_AS_THE_TEST = 1_000_000


def build(folder: Path, changes: Mapping[str, tuple[str, str]] | None = None) -> Path:
    """`changes` are replacements by file, beside that of the version; answers where the built files are."""
    for name in SOURCES:
        source, target = ROOT / name, folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        if source.is_dir():
            shutil.copytree(source, target, ignore=shutil.ignore_patterns("dist"))
        else:
            shutil.copyfile(source, target)
    (folder / "node_modules").symlink_to(ROOT / "node_modules")
    version = json.loads((ROOT / "package.json").read_text(encoding="utf-8"))["version"]
    everything = {"package.json": (f'"version": "{version}"', f'"version": "{VERSION}"'), **(changes or {})}
    for name, (old, new) in everything.items():
        text = (folder / name).read_text(encoding="utf-8")
        assert text.count(old) == 1, f"{name}: {old}"
        (folder / name).write_text(text.replace(old, new), encoding="utf-8")
    subprocess.run([ROOT / ".venv/bin/node", "build.mjs"], cwd=folder, check=True, capture_output=True)
    return folder / "static/dist"


def put_on(proxy: Proxy, dist: Path) -> None:
    """From now on the server has this build."""
    proxy.misbehave("/", answers_of(dist), times=FOR_AS_LONG_AS_THE_TEST)


def answers_of(dist: Path) -> Fault:
    """What the server would answer with this build; everything else it answers itself."""
    present, newer = (json.loads((folder / "manifest.json").read_text()) for folder in (ROOT / "static/dist", dist))
    names = [(present[key], newer[key]) for key in present if key in newer]

    def answer(request: Request, to_server: Pass) -> Answer | None:
        path = request.path.partition("?")[0]
        if path == "/":
            request.headers = [(name, value) for name, value in request.headers if name.lower() not in CONDITIONS]
            page = to_server(request)
            for old, new in names:
                page.body = page.body.replace(old.encode(), new.encode())
            page.headers = [(name, value) for name, value in page.headers if name.lower() != "etag"]
            return page
        file = dist / (path.removeprefix("/static/") if path.startswith("/static/") else path.removeprefix("/"))
        if (path == "/sw.js" or path.startswith("/static/")) and file.is_file():
            kind = mimetypes.guess_type(file.name)[0] or "application/octet-stream"
            return Answer(200, [("Content-Type", kind), ("Cache-Control", "no-cache")], file.read_bytes())
        return to_server(request)

    return answer
