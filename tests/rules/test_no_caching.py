"""What is somebody's own is kept by nobody on the way: no browser, no proxy, no service worker."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from .scene import ACTORS, Scene, build
from .test_routes import ROWS

ROOT = Path(__file__).parents[2]
# The same for everybody, whoever asks: these alone may be kept, and are asked for again each time.
FOR_EVERYBODY = {
    "shell.shell", "shell.worker", "shell.manifest", "shell.describe", "shell.authority", "static", "sync.schema",
}  # fmt: skip


@pytest.fixture
def scene(app, cast, clock) -> Scene:
    return build(app, cast)


@pytest.mark.parametrize("actor", ACTORS)
def test_personal_answers_are_not_stored(actor, scene):
    visitor, kept = scene.visitor(actor), {}
    for endpoint, method, path, body, _ in ROWS:
        answer = visitor.ask(method, path, body)
        control = answer.headers.get("Cache-Control", "")
        if endpoint not in FOR_EVERYBODY and ("no-store" not in control or "public" in control):
            kept[method, path] = control
    assert not kept


@pytest.mark.parametrize("endpoint", sorted(FOR_EVERYBODY))
def test_what_may_be_kept_is_the_same_for_everybody(endpoint, scene):
    """No name, no id, no token, no cookie is in it, whoever asks."""
    visitors = [scene.visitor(actor) for actor in ("anonymous", "grid1", "secretary")]
    for row, method, path, body, _ in ROWS:
        if row == endpoint:
            answers = [visitor.ask(method, path, body) for visitor in visitors]
            assert len({answer.get_data() for answer in answers}) == 1
            assert not [name for answer in answers for name, _ in answer.headers if name == "Set-Cookie"]


def test_the_service_worker_keeps_what_was_built_and_nothing_else():
    """What is in its cache comes from the list that the build has made: no answer is put there while it runs."""
    source = re.sub(r"//.*", "", (ROOT / "static" / "field" / "sw.ts").read_text(encoding="utf-8"))
    assert not re.findall(r"\bcaches?\.(?:open|put|add|addAll)\b|registerRoute|NetworkFirst|StaleWhile", source)
    for path in ("/sync", "/auth", "/blobs", "/alerts", "/desk"):
        assert path not in source


def test_the_build_lists_nothing_personal_for_it():
    listed = (ROOT / "build.mjs").read_text(encoding="utf-8")
    for path in ("/sync", "/auth/", "/blobs", "/alerts", "/desk/"):
        assert f'"{path}' not in listed
