"""Errors are answers: words for people, code and message for the phone, and nobody's own words in the log."""

from __future__ import annotations

import json
import sqlite3

import pytest
import structlog
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from ..cast import PASSWORD
from ..phones import post_json, sign_in

BODY = {"login": "grid1", "password": PASSWORD}
DEVICE = "0192e4a0-0000-7000-8000-000000000001"
LOCKED = OperationalError("SELECT 1", {}, sqlite3.OperationalError("database is locked"))


@pytest.mark.parametrize("error", [LOCKED, PoolTimeout("no connection left"), RuntimeError("grid1 said something")])
def test_what_goes_wrong_behind_the_interface_is_503_with_a_time_to_wait(app, cast, monkeypatch, error):
    def fail(*_args):
        raise error

    monkeypatch.setattr("webapp.people.entry.enter", fail)
    answer = post_json(app.test_client(), "/auth/sign-in", BODY, device=DEVICE)
    assert (answer.status_code, answer.get_json()["code"]) == (503, "away")
    assert int(answer.headers["Retry-After"]) > 0


def test_the_log_tells_where_and_not_what_was_written(app, cast, monkeypatch):
    def fail(*_args):
        raise RuntimeError("the words of grid1")

    monkeypatch.setattr("webapp.people.entry.enter", fail)
    with structlog.testing.capture_logs() as lines:
        post_json(app.test_client(), "/auth/sign-in", BODY, device=DEVICE)
    assert lines[0]["event"] == "request.failed"
    assert lines[0]["error"] == "RuntimeError" and lines[0]["route"] == "/auth/sign-in"
    written = json.dumps(lines)
    for secret in ("the words of grid1", PASSWORD, DEVICE):
        assert secret not in written


def test_database_errors_do_not_quote_values(app, cast):
    from webapp.db import db

    with app.app_context():
        assert db.engine.hide_parameters is True


def test_a_page_for_people_in_their_language(app):
    client = app.test_client()
    english = client.get("/nowhere", headers={"Accept-Language": "en"})
    assert english.status_code == 404 and 'lang="en"' in english.text and "This is gone" in english.text
    assert "这一条已经不在了" in client.get("/nowhere").text
    assert client.post("/manifest.webmanifest").status_code == 405


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [("GET", "/sync/nowhere", 404, "not_found"), ("GET", "/sync/exchange", 405, "method"),
     ("DELETE", "/auth/me", 405, "method"), ("GET", "/blobs/", 404, "not_found")],
)  # fmt: skip
def test_the_interface_answers_in_json(app, method, path, status, code):
    answer = app.test_client().open(path, method=method)
    assert answer.status_code == status
    assert answer.get_json()["code"] == code and answer.get_json()["message"]


def test_health_is_503_when_the_database_is_away(app, monkeypatch):
    def gone():
        raise LOCKED

    assert app.test_client().get("/healthz").status_code == 200
    monkeypatch.setattr("webapp.shell.views.reading", gone)
    answer = app.test_client().get("/healthz")
    assert answer.status_code == 503 and answer.headers["Retry-After"]


def test_a_session_does_not_turn_an_error_into_another(app, cast, monkeypatch):
    """The words are in the person's language, and finding that out does not ask a database that is away."""
    phone = sign_in(app, cast["grid1"])

    def gone():
        raise LOCKED

    monkeypatch.setattr("webapp.people.sign_in.reading", gone)
    answer = phone.exchange()
    assert (answer.status_code, answer.get_json()["code"]) == (503, "away")
