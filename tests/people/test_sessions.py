"""The session that comes of a sign-in: its cookie, its device, its days, and its end."""

from __future__ import annotations

import hashlib
import uuid
from datetime import timedelta

from flask import Flask
from sqlalchemy import select, update

from sync import device_table
from webapp.db import reading, writing
from webapp.people.models import Account, SignIn
from webapp.people.sign_in import cookie_name

from ..cast import PASSWORD
from ..conftest import NOW
from ..phones import post_json, sign_in

DEVICE = "0192e4a0-0000-7000-8000-000000000001"
GOOD = {"login": "grid1", "password": PASSWORD}


def enter(client, body=GOOD, device=DEVICE, **options):
    return post_json(client, "/auth/sign-in", body, device=device, **options)


def sessions(app: Flask) -> list[SignIn]:
    with app.app_context(), reading() as connection:
        return list(connection.execute(select(SignIn.__table__).order_by(SignIn.created_at)).mappings())


def cookie_of(answer, beginning):
    return next(one for one in answer.headers.getlist("Set-Cookie") if one.startswith(beginning))


def test_the_cookie_over_plain_http_on_localhost(app, cast):
    cookie = cookie_of(enter(app.test_client()), "silian=")
    assert "HttpOnly" in cookie and "SameSite=Lax" in cookie and "Path=/" in cookie and "Max-Age=7776000" in cookie
    assert "Secure" not in cookie and "Domain" not in cookie


def test_the_cookie_over_https(app, cast):
    answer = enter(app.test_client(), base_url="https://silian.example")
    for name in ("__Host-silian=", "__Host-silian-form="):
        cookie = cookie_of(answer, name)
        assert "Secure" in cookie and "HttpOnly" in cookie and "SameSite=Lax" in cookie and "Path=/" in cookie
        assert "Domain" not in cookie


def test_the_table_holds_the_tokens_digest_alone(app, cast):
    token = cookie_of(enter(app.test_client()), "silian=").split(";")[0].removeprefix("silian=")
    assert len(token) >= 43
    assert [row["id"] for row in sessions(app)] == [hashlib.sha256(token.encode()).hexdigest()]


def test_the_session_is_bound_to_its_device(app, cast):
    phone = sign_in(app, cast["grid1"])
    answer = post_json(phone.client, "/sync/exchange", {}, device=str(uuid.uuid4()))
    assert (answer.status_code, answer.get_json()["code"]) == (403, "device")


def test_each_sign_in_opens_a_new_session_and_ends_the_one_before(app, cast):
    """Session fixation: neither a token planted in the browser nor the earlier one opens what comes after."""
    client = app.test_client()
    client.set_cookie("silian", "planted")
    first = enter(client)
    earlier = client.get_cookie("silian").value
    second = enter(client)
    later = client.get_cookie("silian").value
    assert first.status_code == second.status_code == 200
    assert len({"planted", earlier, later}) == 3
    for token, status in (("planted", 401), (earlier, 401), (later, 200)):
        visitor = app.test_client()
        visitor.set_cookie("silian", token)
        assert visitor.get("/auth/me").status_code == status


def test_a_form_token_from_before_the_sign_in_is_good_no_more(app, cast):
    client = app.test_client()
    enter(client)
    before = client.get_cookie("silian-form").value
    enter(client)
    assert client.get_cookie("silian-form").value != before


def test_ninety_days_from_the_last_use_and_written_once_an_hour(app, cast, clock):
    phone = sign_in(app, cast["grid1"])
    clock.shift(timedelta(minutes=59))
    assert "Set-Cookie" not in phone.client.get("/sync/schema").headers
    phone.client.get("/auth/me")
    assert sessions(app)[0]["used_at"] == NOW
    clock.shift(timedelta(minutes=2))
    assert cookie_of(phone.client.get("/auth/me"), "silian=")
    assert sessions(app)[0]["used_at"] == NOW + timedelta(minutes=61)
    clock.shift(timedelta(days=89))
    assert phone.client.get("/auth/me").status_code == 200
    clock.shift(timedelta(days=91))
    phone.client.set_cookie("silian", "x")  # the browser has dropped its own by now
    assert phone.client.get("/auth/me").status_code == 401


def test_a_session_past_its_days_is_refused_by_the_server_too(app, cast, clock):
    token = cookie_of(enter(app.test_client()), "silian=").split(";")[0].removeprefix("silian=")
    clock.shift(timedelta(days=90, seconds=1))
    late = app.test_client()
    late.set_cookie("silian", token)
    assert late.get("/auth/me").status_code == 401


def test_signing_out_ends_the_session_and_is_harmless_twice(app, cast):
    phone = sign_in(app, cast["grid1"])
    token = phone.client.get_cookie("silian").value
    assert phone.client.post("/auth/sign-out").status_code == 204
    assert phone.client.get_cookie("silian") is None
    thief = app.test_client()
    thief.set_cookie("silian", token)
    assert thief.get("/auth/me").status_code == 401
    assert phone.client.post("/auth/sign-out").status_code == 204


def test_a_suspended_person_signs_in_to_hand_over(app, cast):
    with app.app_context(), writing() as connection:
        connection.execute(update(Account).where(Account.login == "grid1").values(suspended_at=NOW))
    answer = enter(app.test_client())
    assert (answer.status_code, answer.get_json()["suspended"]) == (200, True)


def test_a_suspended_device_is_good_for_handing_over_alone(app, cast):
    phone = sign_in(app, cast["grid1"])
    with app.app_context(), writing() as connection:
        mine = update(device_table).where(device_table.c.id == phone.device)
        connection.execute(mine.values(suspended_at=NOW))
    assert phone.client.get("/auth/me").get_json()["suspended"] is True


def test_the_desk_has_a_session_of_its_own(app, cast):
    """In one browser: the phone app's session and the desk's do not end each other, and photos know who asks."""
    for base, prefix in (("http://localhost", ""), ("https://silian.example", "__Host-")):
        for path, referrer, name in (("/auth/me", None, "silian"), ("/desk/matters", None, "silian-office"),
                                     ("/blobs/x", f"{base}/desk/matters", "silian-office"),
                                     ("/blobs/x", f"{base}/", "silian"), ("/blobs/x", None, "silian"),
                                     ("/sync/exchange", f"{base}/desk/", "silian")):  # fmt: skip
            headers = {"Referer": referrer} if referrer else {}
            with app.test_request_context(path, base_url=base, headers=headers):
                assert cookie_name() == prefix + name


def test_one_query_tells_who_asks(app, cast, monkeypatch):
    phone = sign_in(app, cast["grid1"])
    looked = []
    usual = reading
    monkeypatch.setattr("webapp.people.sign_in.reading", lambda: looked.append(1) or usual())
    phone.exchange()
    assert len(looked) == 1
