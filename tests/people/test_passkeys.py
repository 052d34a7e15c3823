"""Passkeys: made by whoever is signed in or invited, good for one site, each signature once and for minutes."""

from __future__ import annotations

import json
import uuid
from datetime import timedelta

import pytest
from sqlalchemy import insert, select, update

from webapp import clock as clocks
from webapp.db import reading, writing
from webapp.people import invitations
from webapp.people.key_models import Passkey, Pin
from webapp.people.models import Account, SignIn

from ..phones import post_json, sign_in
from .authenticator import Authenticator


def told(answer) -> tuple[int, str]:
    return answer.status_code, answer.get_json()["code"]


def options(client, path="/auth/passkey/ask", **body):
    answer = post_json(client, path, body)
    assert answer.status_code == 200, answer.text
    return answer.get_json()


def made(app, member, **how) -> Authenticator:
    """A passkey of somebody who is signed in."""
    phone, key = sign_in(app, member), Authenticator(**how)
    given = key.create(options(phone.client, "/auth/passkey/offer"))
    answer = post_json(phone.client, "/auth/passkey/keep", {"credential": given}, device=phone.device)
    assert answer.status_code == 204, answer.text
    return key


def enter(app, credential, device=None, client=None):
    body = {"credential": credential}
    return post_json(client or app.test_client(), "/auth/passkey", body, device=device or str(uuid.uuid4()))


def test_it_signs_in_and_takes_the_second_step(app, cast, clock):
    key, client = made(app, cast["grid1"]), app.test_client()
    answer = enter(app, key.get(options(client)), client=client)
    assert answer.status_code == 200 and answer.get_json()["account"]["id"] == cast["grid1"].id
    with app.app_context(), reading() as connection:
        assert len(connection.execute(select(SignIn.id).where(SignIn.verified_at.is_not(None))).all()) == 1


def test_the_options_name_nobody_and_the_user_handle_is_no_login(app, cast, clock):
    asked = options(app.test_client())
    assert not asked.get("allowCredentials") and asked["rpId"] == "localhost"
    offered = options(sign_in(app, cast["grid1"]).client, "/auth/passkey/offer")
    assert offered["authenticatorSelection"]["residentKey"] == "required"
    assert cast["grid1"].login not in json.dumps(offered["user"]["id"])


def test_a_signature_is_good_once(app, cast, clock):
    key = made(app, cast["grid1"])
    given = key.get(options(app.test_client()))
    assert enter(app, given).status_code == 200
    assert told(enter(app, given)) == (410, "passkey_late")


def test_and_for_minutes(app, cast, clock):
    key = made(app, cast["grid1"])
    given = key.get(options(app.test_client()))
    clock.shift(timedelta(minutes=5))
    assert told(enter(app, given)) == (410, "passkey_late")


def test_a_challenge_of_our_own_making_only(app, cast, clock):
    key = made(app, cast["grid1"])
    asked = options(app.test_client()) | {"challenge": "AAAA"}
    assert told(enter(app, key.get(asked))) == (410, "passkey_late")


def test_another_sites_page_gets_nothing_by_it(app, cast, clock):
    key = made(app, cast["grid1"])
    key.origin = "https://elsewhere.example"
    assert told(enter(app, key.get(options(app.test_client())))) == (403, "origin")
    key.origin = "http://localhost"
    asked = options(app.test_client()) | {"rpId": "elsewhere.example"}
    assert told(enter(app, key.get(asked))) == (401, "passkey_wrong")


def test_a_copy_that_counts_behind_is_noticed(app, cast, clock):
    key = made(app, cast["grid1"])
    assert enter(app, key.get(options(app.test_client()))).status_code == 200
    key.count = 0
    assert told(enter(app, key.get(options(app.test_client())))) == (401, "passkey_wrong")


def test_another_key_under_a_known_id(app, cast, clock):
    key = made(app, cast["grid1"])
    thief = Authenticator(id=key.id, count=5)
    assert told(enter(app, thief.get(options(app.test_client())))) == (401, "passkey_wrong")
    assert told(enter(app, Authenticator().get(options(app.test_client())))) == (401, "passkey_unknown")


def test_staff_confirm_with_finger_face_or_code_and_volunteers_need_not(app, cast, clock):
    key = made(app, cast["patrol1"], verifies=False)
    assert enter(app, key.get(options(app.test_client()))).status_code == 200
    staff = made(app, cast["grid1"])
    staff.verifies = False
    assert told(enter(app, staff.get(options(app.test_client())))) == (403, "passkey_unverified")
    phone = sign_in(app, cast["grid1"])
    given = Authenticator(verifies=False).create(options(phone.client, "/auth/passkey/offer"))
    answer = post_json(phone.client, "/auth/passkey/keep", {"credential": given}, device=phone.device)
    assert told(answer) == (401, "passkey_wrong")


def test_one_that_was_offered_to_somebody_else_is_not_kept(app, cast, clock):
    first, second = sign_in(app, cast["grid1"]), sign_in(app, cast["grid2"])
    given = Authenticator().create(options(first.client, "/auth/passkey/offer"))
    answer = post_json(second.client, "/auth/passkey/keep", {"credential": given}, device=second.device)
    assert told(answer) == (410, "passkey_late")


def test_a_passkey_stays_whose_it_is(app, cast, clock):
    key, phone = made(app, cast["grid1"]), sign_in(app, cast["grid2"])
    again = Authenticator(id=key.id).create(options(phone.client, "/auth/passkey/offer"))
    answer = post_json(phone.client, "/auth/passkey/keep", {"credential": again}, device=phone.device)
    assert told(answer) == (401, "passkey_wrong")
    with app.app_context(), reading() as connection:
        assert connection.execute(select(Passkey.account_id)).scalars().all() == [cast["grid1"].id]


def test_an_invitation_and_a_passkey(app, cast, clock):
    with app.app_context(), writing() as connection:
        code = invitations.invite(connection, cast["patrol1"].id, 24, clocks.now())
    client, key = app.test_client(), Authenticator()
    given = key.create(options(client, "/auth/passkey/offer", code=code))
    body = {"code": code, "credential": given}
    device = str(uuid.uuid4())
    assert post_json(client, "/auth/activate", body, device=device).status_code == 200
    assert told(post_json(app.test_client(), "/auth/activate", body, device=device)) == (410, "used")
    assert told(post_json(client, "/auth/passkey/offer", {"code": code})) == (410, "used")
    assert enter(app, key.get(options(app.test_client())), device).status_code == 200


NAMELESS = '{"response": {"clientDataJSON": "e30"}}'
ODD = ("", "{}", "[]", "null", "7", '{"response": 7}', NAMELESS, "x" * 12_000, '{"id": 7}')


@pytest.mark.parametrize("credential", ODD)
def test_odd_ones_are_wrong_and_never_our_failure(app, cast, clock, credential):
    phone = sign_in(app, cast["grid1"])
    for path in ("/auth/passkey", "/auth/passkey/keep"):
        answer = post_json(phone.client, path, {"credential": credential}, device=phone.device)
        assert told(answer) == (401, "passkey_wrong")


@pytest.mark.parametrize("name", ["clientDataJSON", "authenticatorData", "signature"])
@pytest.mark.parametrize("cut", [0, 1, 7, 40])
def test_cut_ones_too(app, cast, clock, name, cut):
    key = made(app, cast["grid1"])
    given = json.loads(key.get(options(app.test_client())))
    given["response"][name] = given["response"][name][:cut]
    assert told(enter(app, json.dumps(given)))[0] == 401


def test_asking_is_counted_for_each_address(app, clock):
    client = app.test_client()
    found = [post_json(client, "/auth/passkey/ask", {}).status_code for _ in range(201)]
    assert found == [200] * 200 + [429]


def keys_of(phone) -> list[dict]:
    return phone.client.get("/auth/devices").get_json()["keys"]


def remove(phone, key: str):
    return post_json(phone.client, "/auth/passkey/remove", {"key": key}, device=phone.device)


def test_its_owner_takes_it_away(app, cast, clock):
    first, _second, phone = made(app, cast["grid1"]), made(app, cast["grid1"]), sign_in(app, cast["grid1"])
    assert enter(app, first.get(options(app.test_client()))).status_code == 200
    used = [one for one in keys_of(phone) if one["used_at"]]
    assert len(keys_of(phone)) == 2 and len(used) == 1 and used[0]["created_at"]
    assert remove(phone, used[0]["id"]).status_code == 204
    assert told(enter(app, first.get(options(app.test_client())))) == (401, "passkey_unknown")
    assert [one["used_at"] for one in keys_of(phone)] == [None]
    assert told(remove(phone, used[0]["id"])) == (404, "not_found"), "twice"


def test_nobody_elses(app, cast, clock):
    made(app, cast["grid1"])
    (key,) = keys_of(sign_in(app, cast["grid1"]))
    assert told(remove(sign_in(app, cast["grid2"]), key["id"])) == (404, "not_found")
    assert len(keys_of(sign_in(app, cast["grid1"]))) == 1


@pytest.mark.parametrize("way", ["password", "pin", None])
def test_the_last_way_in_stays(app, cast, clock, way):
    """With a password, or a PIN on some phone, it may go."""
    made(app, cast["grid1"])
    phone = sign_in(app, cast["grid1"])
    (key,) = keys_of(phone)
    with app.app_context(), writing() as connection:
        if way != "password":
            connection.execute(update(Account).where(Account.id == cast["grid1"].id).values(password_hash=None))
        if way == "pin":
            row = {"id": "p" * 64, "account_id": cast["grid1"].id, "device_id": phone.device, "pin_hash": "x"}
            connection.execute(insert(Pin).values(**row, failures=0, set_at=clocks.now()))
    answer = remove(phone, key["id"])
    assert answer.status_code == 204 if way else told(answer) == (409, "last_way_in")
    assert len(keys_of(phone)) == (0 if way else 1)


@pytest.mark.parametrize("body", [{}, {"key": 7}, {"key": "x" * 17}, {"key": None}])
def test_odd_handles(app, cast, clock, body):
    phone = sign_in(app, cast["grid1"])
    assert told(post_json(phone.client, "/auth/passkey/remove", body, device=phone.device)) == (400, "malformed")
