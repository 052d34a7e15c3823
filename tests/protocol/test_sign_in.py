"""PROTOCOL, Signing in: one call after the other, and what a session is good for."""

from __future__ import annotations

from datetime import timedelta
from http.cookies import SimpleCookie

import pytest

from webapp.people import sign_in

from .client import uuid4
from .serving import GRID1, LOGINS, PASSWORD

NINETY_DAYS_SECONDS = 90 * 86400


def same_but_for_the_form_token(one: dict, other: dict) -> bool:
    return one.keys() == other.keys() and one | {"csrf": ""} == other | {"csrf": ""}


@pytest.mark.parametrize("login", LOGINS)
def test_every_login_of_the_demo_opens_the_door(login, server):
    phone = server.browser()
    answer = phone.sign_in(login, PASSWORD)
    assert answer.status == 200
    assert same_but_for_the_form_token(answer.json, phone.web.ask("GET", "/auth/me").json)


def test_me_tells_who_and_what_for(server):
    me = server.sign_in("grid1").me
    account = me["account"]
    assert account["id"] == server.account("grid1")
    assert account["name"]
    assert account["language"] == "zh"
    assert account["posts"] == [{"role": "grid_worker", "organisation": server.places["estate"], "cells": [GRID1]}]
    assert me["csrf"]
    assert len(me["push"]["public_key"]) > 80
    assert me["limits"]
    assert me["time_zone"] == "Asia/Shanghai"


def test_the_cookie_is_for_this_browser_alone(server):
    (morsel,) = SimpleCookie(server.sign_in("grid1").web.set_cookie("silian")).values()
    assert morsel["httponly"]
    assert morsel["samesite"] == "Lax"
    assert morsel["path"] == "/"
    assert int(morsel["max-age"]) == NINETY_DAYS_SECONDS
    assert not morsel["domain"]


@pytest.mark.parametrize(
    ("login", "password"), [("grid1", "wrong-wrong"), ("nobody-here", PASSWORD), ("grid1", ""), ("", PASSWORD)]
)
def test_a_wrong_name_and_a_wrong_password_are_one_answer(login, password, server):
    answer = server.browser().sign_in(login, password)
    assert (answer.status, answer.code) == (401, "credentials")


def test_too_many_wrong_tries_wait(server):
    tries = [server.browser().sign_in("nobody-at-all", "wrong-wrong") for _ in range(11)]
    assert [one.status for one in tries[:10]] == [401] * 10
    assert (tries[10].status, tries[10].code) == (429, "slow_down")
    assert int(tries[10].headers["retry-after"]) > 0


@pytest.mark.parametrize("header", ["", "not-a-uuid", "12345678-1234-1234-1234-12345678901"])
def test_signing_in_needs_a_device(header, server):
    body = {"login": "grid1", "password": PASSWORD}
    answer = server.browser().web.ask("POST", "/auth/sign-in", body, {"X-Silian-Device": header})
    assert (answer.status, answer.code) == (403, "device")


def test_a_device_belongs_to_one_account(server):
    """Two people on one phone are two devices."""
    phone = server.sign_in("grid1")
    answer = server.browser(phone.device).sign_in("grid2", PASSWORD)
    assert (answer.status, answer.code) == (403, "device")


def test_the_same_person_comes_back_on_the_same_device(server):
    phone = server.sign_in("grid1")
    phone.say("alert.unsubscribe", {"endpoint": "https://updates.push.services.mozilla.com/wpush/v2/none"})
    again = server.sign_in("grid1", device=phone.device)
    assert again.exchange(limit=0).json["last_seq"] == 1


def test_too_many_phones(server, monkeypatch):
    """More than two hundred are a sign of something gone wrong; those that are there still sign in."""
    monkeypatch.setattr(sign_in, "DEVICES_MOST", 2)
    login = server.hire("resident")
    first, _ = server.sign_in(login), server.sign_in(login)
    answer = server.browser().sign_in(login, PASSWORD)
    assert (answer.status, answer.code) == (403, "too_many_devices")
    assert server.browser(first.device).sign_in(login, PASSWORD).status == 200


def test_a_session_is_bound_to_its_device(server):
    first, second = server.sign_in("grid1"), server.sign_in("grid1")
    answer = first.post(second.envelope([]), X_Silian_Device=second.device)
    assert (answer.status, answer.code) == (403, "device")


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b'"x"',
        b"{}",
        b'{"login": "grid1"}',
        b'{"login": 1, "password": 2}',
        b'{"login": null, "password": null}',
    ],
)
def test_a_body_that_is_no_sign_in(body, server):
    answer = server.browser().web.ask("POST", "/auth/sign-in", body, {"X-Silian-Device": uuid4()})
    assert (answer.status, answer.code) == (400, "malformed")


def test_signing_in_speaks_json_only(server):
    headers = {"X-Silian-Device": uuid4(), "Content-Type": "application/x-www-form-urlencoded"}
    answer = server.browser().web.ask("POST", "/auth/sign-in", b"login=grid1&password=demo-demo-demo", headers)
    assert (answer.status, answer.code) == (415, "media_type")


def test_no_session_is_told_so(server):
    web = server.browser().web
    answer = web.ask("GET", "/auth/me")
    assert (answer.status, answer.code) == (401, "sign_in")
    web.cookies["silian"] = "a-token-that-opens-nothing"
    assert web.ask("GET", "/auth/me").status == 401


def test_signing_out_ends_the_session_for_good(server):
    phone = server.sign_in("grid1")
    kept = dict(phone.web.cookies)
    answer = phone.web.ask("POST", "/auth/sign-out", headers={"X-Silian-Device": phone.device})
    assert (answer.status, answer.body) == (204, b"")
    assert not phone.web.cookies
    phone.web.cookies.update(kept)
    assert phone.web.ask("GET", "/auth/me").status == 401
    assert phone.web.ask("POST", "/auth/sign-out").status == 204  # harmless once more


def test_a_new_sign_in_is_a_new_session(server):
    """What an attacker planted before it, or somebody took down, opens nothing afterwards."""
    phone = server.sign_in("grid1")
    before = dict(phone.web.cookies)
    assert phone.sign_in("grid1", PASSWORD).status == 200
    assert phone.web.cookies != before
    phone.web.cookies.update(before)
    assert phone.web.ask("GET", "/auth/me").status == 401


def test_ninety_days_roll(server, clock):
    phone = server.sign_in("grid1")
    for _ in range(2):
        clock.shift(timedelta(days=80))
        assert phone.web.ask("GET", "/auth/me").status == 200
    assert f"Max-Age={NINETY_DAYS_SECONDS}" in phone.web.set_cookie("silian")
    clock.shift(timedelta(days=91))
    assert phone.web.ask("GET", "/auth/me").status == 401


def test_an_invitation_opens_once(server):
    login = server.hire("resident")
    code = server.invite(login)
    phone = server.browser()
    answer = phone.enter("/auth/activate", code=code, password="a new password")
    assert answer.status == 200
    assert same_but_for_the_form_token(answer.json, phone.web.ask("GET", "/auth/me").json)
    assert server.sign_in(login, "a new password").account == phone.account
    again = server.browser().enter("/auth/activate", code=code, password="another password")
    assert (again.status, again.code) == (410, "used")


def test_an_invitation_expires(server, clock):
    code = server.invite(server.hire("resident"))
    clock.shift(timedelta(hours=24, minutes=1))
    answer = server.browser().enter("/auth/activate", code=code, password="a new password")
    assert (answer.status, answer.code) == (410, "used")


def test_an_unknown_code_looks_like_a_used_one(server):
    answer = server.browser().enter("/auth/activate", code="no such code", password="a new password")
    assert (answer.status, answer.code) == (410, "used")


def test_a_weak_password_does_not_use_the_invitation_up(server):
    code = server.invite(server.hire("resident"))
    answer = server.browser().enter("/auth/activate", code=code, password="short")
    assert (answer.status, answer.code) == (422, "weak_password")
    assert server.browser().enter("/auth/activate", code=code, password="long enough").status == 200


def test_the_code_is_not_taken_from_the_query(server):
    """An address stands in logs and histories; a code belongs into the fragment and the body."""
    code = server.invite(server.hire("resident"))
    web, headers = server.browser().web, {"X-Silian-Device": uuid4()}
    assert web.ask("POST", f"/auth/activate?code={code}", {"password": "long enough"}, headers).status == 400
    assert web.ask("GET", f"/auth/activate?code={code}", headers=headers).status == 405
