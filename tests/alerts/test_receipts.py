"""``POST /alerts/<id>/seen``: receipts of service workers."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest
from sqlalchemy import select

from webapp import clock as our_clock
from webapp.alerts import receipts
from webapp.alerts.telling import alert_table, token_of
from webapp.db import reading, writing

from ..phones import post_json, sign_in
from . import rows


@pytest.fixture
def alert_id(app, somebody, clock) -> str:
    with app.app_context(), writing() as connection:
        return rows.alert(connection, account=somebody)


@pytest.fixture
def seen(app, alert_id):
    """``seen("shown")`` posts a receipt; the answer."""

    def post(what="shown", id=alert_id, token=None, at="2026-11-24T10:00:00+08:00", **more):
        body = {"token": token_of(id, app.config["SECRET_KEY"].encode()) if token is None else token} | more
        return post_json(app.test_client(), f"/alerts/{id}/seen", body | {"what": what, "at": at})

    return post


def times(app, id):
    with app.app_context(), reading() as connection:
        row = connection.execute(select(alert_table).where(alert_table.c.id == id)).mappings().one()
        return row["shown_at"], row["opened_at"]


def test_shown_then_opened(app, alert_id, seen, clock):
    shown_at = our_clock.now()
    assert seen("shown").status_code == 204
    assert times(app, alert_id) == (shown_at, None)
    clock.shift(timedelta(minutes=5))
    assert seen("opened", at=our_clock.now().isoformat()).status_code == 204
    assert times(app, alert_id) == (shown_at, our_clock.now())


def test_repeated_receipts_change_nothing(app, alert_id, seen, clock):
    seen("opened")
    first = times(app, alert_id)
    clock.shift(timedelta(minutes=5))
    for what in ("shown", "opened", "opened"):
        assert seen(what, at=our_clock.now().isoformat()).status_code == 204
    assert times(app, alert_id) == first


def test_opened_means_shown(app, alert_id, seen):
    seen("opened")
    shown_at, opened_at = times(app, alert_id)
    assert shown_at == opened_at is not None


def test_an_opened_alert_is_opened_on_all_of_ones_phones(app, cast, clock, stub):
    phone, other = sign_in(app, cast["secretary"]), sign_in(app, cast["secretary"])
    phone.record("alert.test", {})
    ((id, before),) = other.holds("alerts").items()
    assert before["opened_at"] is None
    clock.shift(timedelta(minutes=1))
    body = {"token": token_of(id, app.config["SECRET_KEY"].encode()), "what": "opened", "at": "2026-11-24T02:00:30Z"}
    assert post_json(app.test_client(), f"/alerts/{id}/seen", body).status_code == 204
    assert other.holds("alerts")[id] == before | {"opened_at": "2026-11-24T02:00:30.000Z"}


@pytest.mark.parametrize("at", ["1999-01-01T00:00:00Z", "0001-01-01T00:00:00+23:59", "2050-01-01T00:00:00Z"])
def test_a_phones_clock_is_believed_between_the_alert_and_now(app, alert_id, seen, clock, at):
    told_at = our_clock.now()
    clock.shift(timedelta(minutes=5))
    assert seen("shown", at=at).status_code == 204
    assert times(app, alert_id)[0] == (told_at if at < "2026" else our_clock.now())


def test_unknown_and_wrong_are_told_apart_by_nobody(app, alert_id, seen, monkeypatch):
    """The same answer, and the same work: one token made and compared, one look into the database."""
    work = []
    monkeypatch.setattr(receipts, "token_of", lambda *a: work.append("token") or token_of(*a))
    monkeypatch.setattr(receipts.hmac, "compare_digest", lambda *a: work.append("compare") or a[0] == a[1])
    unknown = seen(id=str(uuid.uuid4()))
    did, work[:] = list(work), []
    wrong = seen(token="0" * 32)
    assert did == work == ["token", "compare"]
    assert (unknown.status_code, unknown.get_json()) == (wrong.status_code, wrong.get_json()) == (404, wrong.get_json())
    assert times(app, alert_id) == (None, None)


@pytest.mark.parametrize("id", ["x", "%00", "%F0%9F%98%80", "0" * 5000, "00000000-0000-0000-0000-000000000000"])
def test_ids_that_are_none(app, seen, id):
    assert seen(id=id, token="0" * 32).status_code == 404


@pytest.mark.parametrize("token", ["", "é", "\ud800", "\x00", "a" * 201])
def test_tokens_that_are_none(app, alert_id, seen, token):
    assert seen(token=token).status_code in (400, 404)
    assert times(app, alert_id) == (None, None)


def test_another_alerts_token(app, somebody, alert_id, seen):
    assert seen(token=token_of(str(uuid.uuid4()), app.config["SECRET_KEY"].encode())).status_code == 404


@pytest.mark.parametrize(
    "body", [b"", b"{", b"[]", b"null", b"NaN", b'{"token": "x"}', b"\xff\xfe", b"[" * 3000, b'"' + b"x" * 100 + b'"']
)
def test_bad_json(app, alert_id, body):
    answer = app.test_client().post(f"/alerts/{alert_id}/seen", data=body, content_type="application/json")
    assert (answer.status_code, answer.get_json()["code"]) == (400, "malformed")


@pytest.mark.parametrize("more", [{"what": "eaten"}, {"what": None}, {"at": "yesterday"}, {"at": "2026-11-24T10:00:00"},
                                  {"at": 5}, {"token": 5}])  # fmt: skip
def test_bad_values(seen, more):
    assert seen(**more).status_code == 400


def test_what_else_it_says_is_not_looked_at(seen):
    assert seen(battery=0.5).status_code == 204


def test_other_kinds_of_bodies_and_methods(app, alert_id):
    client, path = app.test_client(), f"/alerts/{alert_id}/seen"
    assert client.post(path, data="token=x", content_type="text/plain").status_code == 415
    assert client.post(path, data=b" " * 5000, content_type="application/json").status_code == 413
    assert client.get(path).status_code == 405
    assert post_json(client, path, {}, headers={"Origin": "https://evil.example"}).status_code == 403
