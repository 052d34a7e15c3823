"""Signing in with login and password, the session that comes of it, and signing out."""

from __future__ import annotations

import hashlib
import uuid
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select, update

from sync import device_table
from webapp.db import reading, writing
from webapp.people import passwords
from webapp.people.models import Account, SignIn
from webapp.people.sign_in import cookie_name

from .. import make
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


def test_who_signs_in_is_told_what_the_phone_needs(app, cast):
    answer = enter(app.test_client())
    assert answer.status_code == 200
    me = answer.get_json()
    assert me["account"]["id"] == cast["grid1"].id
    post = {"role": "grid_worker", "organisation": cast.estate, "cells": ["630102001001001"]}
    assert me["account"]["posts"] == [post]
    assert me["time_zone"] == "Asia/Shanghai"
    assert me["suspended"] is False
    assert me["csrf"] and "public_key" in me["push"] and me["limits"]["command_bytes"] == 131072


def test_me_says_the_same_and_401_without_a_session(app, cast):
    phone = sign_in(app, cast["grid1"])
    me = phone.client.get("/auth/me")
    assert me.get_json()["account"]["id"] == cast["grid1"].id
    assert me.headers["Cache-Control"] == "no-store"
    stranger = app.test_client().get("/auth/me")
    assert (stranger.status_code, stranger.get_json()["code"]) == (401, "sign_in")


def test_only_posts_of_today_are_told(app, cast, clock):
    with app.app_context(), writing() as connection:
        for role, start, end in (("unit_head", 10, 1), ("building_head", -1, None), ("secretary", 10, -10)):
            ends_at = None if end is None else NOW - timedelta(days=end)
            make.post(connection, account=cast["grid1"].id, role=role, at=cast.estate,
                      starts_at=NOW - timedelta(days=start), ends_at=ends_at)  # fmt: skip
    roles = [post["role"] for post in enter(app.test_client()).get_json()["account"]["posts"]]
    assert sorted(roles) == ["grid_worker", "secretary"]


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


def cookie_of(answer, beginning):
    return next(one for one in answer.headers.getlist("Set-Cookie") if one.startswith(beginning))


def test_the_table_holds_the_tokens_digest_alone(app, cast):
    token = cookie_of(enter(app.test_client()), "silian=").split(";")[0].removeprefix("silian=")
    assert len(token) >= 43
    assert [row["id"] for row in sessions(app)] == [hashlib.sha256(token.encode()).hexdigest()]


@pytest.mark.parametrize("login", ["Grid1", "  grid1 ", "GRID1"])
def test_a_login_is_found_however_a_keyboard_writes_it(app, cast, login):
    assert enter(app.test_client(), {**GOOD, "login": login}).status_code == 200


@pytest.mark.parametrize("body", [{"login": "grid1", "password": "wrong"}, {"login": "nobody", "password": PASSWORD}])
def test_a_wrong_password_and_an_unknown_login_are_answered_alike(app, cast, body):
    answer = enter(app.test_client(), body)
    assert (answer.status_code, answer.get_json()["code"]) == (401, "credentials")
    assert "Set-Cookie" not in answer.headers
    assert sessions(app) == []


def test_an_unknown_login_costs_the_same_work(app, cast, monkeypatch):
    compared = []
    usual = passwords.hasher

    class Counted:
        def verify(self, kept, password):
            compared.append(kept)
            return usual.verify(kept, password)

        def __getattr__(self, name):
            return getattr(usual, name)

    monkeypatch.setattr(passwords, "hasher", Counted())
    for login in ("grid1", "nobody"):
        compared.clear()
        enter(app.test_client(), {"login": login, "password": "wrong"})
        assert len(compared) == 1


def test_an_account_without_a_password_lets_nobody_in(app, cast):
    with app.app_context(), writing() as connection:
        make.person(connection, login="invited", role="resident", at=cast.estate, now=NOW)
    for password in ("", "None", PASSWORD):
        assert enter(app.test_client(), {"login": "invited", "password": password}).status_code == 401


@pytest.mark.parametrize(
    "body",
    [[], None, {}, {"login": "grid1"}, {"login": 1, "password": PASSWORD}, {"login": "grid1", "password": None},
     {"login": "x" * 61, "password": PASSWORD}, {"login": "grid1", "password": "x" * 257},
     {"login": "grid1\0", "password": PASSWORD}, {"login": "grid1", "password": "\ud800"}],
)  # fmt: skip
def test_a_body_of_another_shape_is_malformed(app, cast, body):
    answer = enter(app.test_client(), body)
    assert (answer.status_code, answer.get_json()["code"]) == (400, "malformed")


@pytest.mark.parametrize("data", [b"", b"{", b"\xff\xfe", b"[" * 5000, b'{"login":"grid1","password":"\\ud800"}'])
def test_bytes_that_are_no_json_are_malformed(app, cast, data):
    headers = {"X-Silian-Device": DEVICE}
    answer = app.test_client().post("/auth/sign-in", data=data, content_type="application/json", headers=headers)
    assert (answer.status_code, answer.get_json()["code"]) == (400, "malformed")


def test_a_body_that_is_too_large_is_refused(app, cast):
    answer = enter(app.test_client(), {**GOOD, "more": "x" * 20_000})
    assert (answer.status_code, answer.get_json()["code"]) == (413, "too_big")


@pytest.mark.parametrize("device", [None, "", "phone", DEVICE[:-1], DEVICE.replace("-", ""), f"{{{DEVICE}}}"])
def test_without_a_device_there_is_no_sign_in(app, cast, device):
    answer = enter(app.test_client(), device=device)
    assert (answer.status_code, answer.get_json()["code"]) == (403, "device")
    assert sessions(app) == []


def test_a_device_of_somebody_else_is_refused(app, cast):
    enter(app.test_client())
    answer = enter(app.test_client(), {**GOOD, "login": "grid2"})
    assert (answer.status_code, answer.get_json()["code"]) == (403, "device")
    assert [row["account_id"] for row in sessions(app)] == [cast["grid1"].id]


def test_the_session_is_bound_to_its_device(app, cast):
    phone = sign_in(app, cast["grid1"])
    answer = post_json(phone.client, "/sync/exchange", {}, device=str(uuid.uuid4()))
    assert (answer.status_code, answer.get_json()["code"]) == (403, "device")


def test_more_devices_than_a_person_has_are_refused(app, cast, monkeypatch):
    monkeypatch.setattr("webapp.people.sign_in.DEVICES_MOST", 2)
    devices = [str(uuid.uuid4()) for _ in range(3)]
    assert [enter(app.test_client(), device=device).status_code for device in devices] == [200, 200, 403]
    assert enter(app.test_client(), device=devices[0]).status_code == 200


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


def test_errors_are_in_the_language_of_the_browser_then_of_the_person(app, cast):
    wrong = {"login": "grid1", "password": "wrong"}
    english = enter(app.test_client(), wrong, headers={"Accept-Language": "en-GB,en;q=0.9"}).get_json()["message"]
    chinese = enter(app.test_client(), wrong, headers={"Accept-Language": "fr"}).get_json()["message"]
    assert english == "The name or the password is not right. Please try again"
    assert chinese == "名字或密码不对，请再试一次"
    phone = sign_in(app, cast["grid1"])
    answer = post_json(phone.client, "/sync/exchange", {}, device=phone.device, headers={"Accept-Language": "en"})
    assert answer.get_json() == {"code": "malformed", "message": "这一包东西读不懂，手机会换个办法再送"}


def test_a_hash_of_older_settings_is_renewed(app, cast, monkeypatch):
    monkeypatch.setattr(passwords, "hasher", passwords.PasswordHasher(time_cost=2, memory_cost=16, parallelism=1))
    enter(app.test_client())
    with app.app_context(), reading() as connection:
        kept = connection.execute(select(Account.password_hash).where(Account.login == "grid1")).scalar_one()
    assert "m=16,t=2" in kept


def test_a_password_is_the_same_however_its_letters_are_composed(app, cast):
    with app.app_context(), writing() as connection:
        make.person(connection, login="zoe", role="resident", at=cast.estate, now=NOW, password="caf\u00e9 caf\u00e9")
    assert enter(app.test_client(), {"login": "zoe", "password": "cafe\u0301 cafe\u0301"}).status_code == 200


def test_one_query_tells_who_asks(app, cast, monkeypatch):
    phone = sign_in(app, cast["grid1"])
    looked = []
    usual = reading
    monkeypatch.setattr("webapp.people.sign_in.reading", lambda: looked.append(1) or usual())
    phone.exchange()
    assert len(looked) == 1
