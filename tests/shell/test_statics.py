"""Built files: packed for whoever takes them, hashed ones for ever, nothing that was not built."""

from __future__ import annotations

import gzip
import json
import os
import re

import pytest

from webapp.shell.statics import Assets


@pytest.fixture
def built(app, tmp_path, monkeypatch):
    """A build of a few files, in the place of the real one."""
    files = {"field-ABCD2345.js": b"let a = 1;" * 50, "sw.js": b"self;", "plain.css": b"a{}"}
    files["icons/icon.png"] = b"\x89PNG"
    (tmp_path / "icons").mkdir()
    for name, data in files.items():
        (tmp_path / name).write_bytes(data)
    for name in ("field-ABCD2345.js", "sw.js"):
        (tmp_path / f"{name}.gz").write_bytes(gzip.compress(files[name]))
        (tmp_path / f"{name}.br").write_bytes(b"brotli of " + name.encode())
    (tmp_path / "manifest.json").write_text(json.dumps({"field.js": "field-ABCD2345.js", "field.css": "plain.css"}))
    (tmp_path.parent / "secret.txt").write_text("secret")
    monkeypatch.setattr(app, "static_folder", str(tmp_path))
    monkeypatch.setitem(app.extensions, "assets", Assets(tmp_path))
    return tmp_path


def get(app, path, accepts=""):
    return app.test_client().get(path, headers={"Accept-Encoding": accepts})


@pytest.mark.parametrize(("accepts", "encoding"), [("br, gzip", "br"), ("gzip", "gzip"), ("", None), ("br;q=0", None)])
def test_packed_siblings(app, built, accepts, encoding):
    for path in ("/static/field-ABCD2345.js", "/sw.js"):
        answer = get(app, path, accepts)
        assert answer.status_code == 200
        assert answer.headers.get("Content-Encoding") == encoding
        assert "Accept-Encoding" in answer.headers["Vary"]
        assert answer.mimetype == "text/javascript"


def test_hashed_names_are_kept_for_ever_and_others_asked_again(app, built):
    assert get(app, "/static/field-ABCD2345.js").headers["Cache-Control"] == "public, max-age=31536000, immutable"
    for path in ("/static/icons/icon.png", "/static/plain.css", "/sw.js", "/", "/manifest.webmanifest"):
        assert get(app, path).headers["Cache-Control"] == "no-cache", path


@pytest.mark.parametrize(
    "path", ["/static/sw.js", "/static/manifest.json", "/static/field-ABCD2345.js.br", "/static/../secret.txt",
             "/static/%2e%2e/secret.txt", "/static/nothing.js", "/static/icons", "/static/"]
)  # fmt: skip
def test_nothing_else_is_served(app, built, path):
    assert get(app, path).status_code == 404


def test_the_shell_names_the_built_files_and_nobody(app, built, cast):
    page = get(app, "/")
    assert page.status_code == 200
    assert "/static/field-ABCD2345.js" in page.text and "/static/plain.css" in page.text
    assert "Set-Cookie" not in page.headers and "csrf" not in page.text
    again = app.test_client().get("/", headers={"If-None-Match": page.headers["ETag"]})
    assert again.status_code == 304


def test_without_a_build_the_shell_says_to_come_again(app, tmp_path, monkeypatch):
    monkeypatch.setitem(app.extensions, "assets", Assets(tmp_path / "none"))
    assert get(app, "/").status_code == 503


def test_a_new_build_is_seen(built):
    assets = Assets(built)
    assert assets.url("field.js") == "/static/field-ABCD2345.js"
    (built / "manifest.json").write_text(json.dumps({"field.js": "field-NEWNEW22.js"}))
    os.utime(built / "manifest.json", (1, 1))
    assert assets.url("field.js") == "/static/field-NEWNEW22.js"
    assert assets.url("desk.js") is None


def test_the_manifest_lets_a_phone_install_the_app(app):
    answer = get(app, "/manifest.webmanifest")
    manifest = answer.get_json(force=True)
    assert answer.mimetype == "application/manifest+json"
    assert manifest["scope"] == "/" and manifest["display"] == "standalone" and manifest["icons"]


def test_the_shell_asks_at_once_for_the_words_of_the_browser_s_language(app):
    def fetched(language):
        page = app.test_client().get("/", headers={"Accept-Language": language})
        assert "Accept-Language" in page.headers["Vary"]
        return re.findall(r'modulepreload" href="/static/(zh|en)-', page.text)

    assert (fetched("zh-CN,zh;q=0.9,en;q=0.8"), fetched("en-GB,en;q=0.9"), fetched("fr")) == (["zh"], ["en"], ["zh"])
