"""Signing in with login and password: who gets in, and what everybody else is told."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from webapp.db import reading, writing
from webapp.people import passwords
from webapp.people.models import Account, SignIn

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


def test_more_devices_than_a_person_has_are_refused(app, cast, monkeypatch):
    monkeypatch.setattr("webapp.people.sign_in.DEVICES_MOST", 2)
    devices = [str(uuid.uuid4()) for _ in range(3)]
    assert [enter(app.test_client(), device=device).status_code for device in devices] == [200, 200, 403]
    assert enter(app.test_client(), device=devices[0]).status_code == 200


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
