"""Invitations: once, for a day, by a code that only the link's fragment holds."""

from __future__ import annotations

import threading
import uuid
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from webapp.clock import now as clock_now
from webapp.db import reading, writing
from webapp.people import invitations
from webapp.people.models import Account, Invitation, SignIn

from .. import make
from ..cast import Cast
from ..conftest import NOW
from ..phones import post_json, sign_in

PASSWORD = "eight or more"


@pytest.fixture
def newcomer(cast: Cast) -> str:
    """An account that nobody has used yet."""
    with cast.app.app_context(), writing() as connection:
        return make.person(connection, login="newcomer", role="resident", at=cast.estate, now=NOW)


def invite(app: Flask, account: str, now=NOW) -> str:
    with app.app_context(), writing() as connection:
        return invitations.invite(connection, account, 24, now)


def activate(app: Flask, code: object, password: object = PASSWORD, device: str | None = None, client=None):
    body = {"code": code, "password": password}
    return post_json(client or app.test_client(), "/auth/activate", body, device=device or str(uuid.uuid4()))


def status(answer) -> tuple[int, str]:
    return answer.status_code, answer.get_json()["code"]


def test_an_invitation_opens_a_session_and_sets_the_password(app, newcomer, clock):
    client = app.test_client()
    answer = activate(app, invite(app, newcomer), client=client)
    assert answer.status_code == 200
    assert answer.get_json()["account"] | {"posts": []} == {
        "id": newcomer, "login": "newcomer", "name": "name of newcomer", "language": "zh", "posts": []
    }  # fmt: skip
    assert client.get("/auth/me").status_code == 200
    body = {"login": "newcomer", "password": PASSWORD}
    assert post_json(app.test_client(), "/auth/sign-in", body, device=str(uuid.uuid4())).status_code == 200


def test_it_is_good_once(app, newcomer, clock):
    code = invite(app, newcomer)
    assert activate(app, code).status_code == 200
    assert status(activate(app, code, "another password")) == (410, "used")


def test_it_is_good_for_a_day(app, newcomer, clock):
    code = invite(app, newcomer)
    clock.shift(timedelta(hours=24))
    assert status(activate(app, code)) == (410, "used")
    code = invite(app, newcomer, NOW + timedelta(hours=24))
    clock.shift(timedelta(hours=23, minutes=59))
    assert activate(app, code).status_code == 200


def test_an_unknown_code_is_answered_like_a_used_one(app, newcomer, clock):
    assert status(activate(app, "A" * 32)) == (410, "used")


def test_a_later_invitation_ends_the_earlier(app, newcomer, clock):
    earlier, later = invite(app, newcomer), invite(app, newcomer)
    assert status(activate(app, earlier)) == (410, "used")
    assert activate(app, later).status_code == 200


def test_of_two_phones_at_once_one_is_let_in(app, newcomer):
    code = invite(app, newcomer, clock_now())
    gate = threading.Barrier(4)
    found: list[int] = []

    def phone() -> None:
        gate.wait()
        found.append(activate(app, code).status_code)

    threads = [threading.Thread(target=phone) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(found) == [200, 410, 410, 410]
    with app.app_context(), reading() as connection:
        assert len(connection.execute(select(SignIn.id)).all()) == 1


@pytest.mark.parametrize("password", ["", "seven77", "1234567"])
def test_a_short_password_does_not_use_it_up(app, newcomer, clock, password):
    code = invite(app, newcomer)
    assert status(activate(app, code, password)) == (422, "weak_password")
    assert activate(app, code).status_code == 200


def test_somebody_elses_device_does_not_use_it_up(app, cast, newcomer, clock):
    phone = sign_in(app, cast["grid1"])
    code = invite(app, newcomer)
    assert status(activate(app, code, device=phone.device)) == (403, "device")
    with app.app_context(), reading() as connection:
        assert connection.execute(select(Account.password_hash).where(Account.id == newcomer)).scalar_one() is None
    assert activate(app, code).status_code == 200


def test_a_new_password_ends_the_sessions_of_the_old_one(app, cast, clock):
    phone = sign_in(app, cast["grid1"])
    assert activate(app, invite(app, cast["grid1"].id), client=app.test_client()).status_code == 200
    assert phone.client.get("/auth/me").status_code == 401


def test_the_code_is_in_the_fragment_and_the_database_has_its_digest_alone(app, newcomer, clock):
    code = invite(app, newcomer)
    link = invitations.link("https://silian.example/", code)
    assert link == f"https://silian.example/#/activate/{code}"
    with app.app_context(), reading() as connection:
        assert code not in str(connection.execute(select(Invitation.__table__)).one())


def test_a_code_in_the_address_does_nothing(app, newcomer, clock):
    code = invite(app, newcomer)
    address = f"/auth/activate?code={code}"
    answer = post_json(app.test_client(), address, {"password": PASSWORD}, device=str(uuid.uuid4()))
    assert status(answer) == (400, "malformed")
    assert app.test_client().get(address).status_code == 405


@pytest.mark.parametrize("code", [None, 7, "", "x" * 101, ["a"]])
def test_a_code_of_another_shape(app, newcomer, clock, code):
    assert activate(app, code).status_code in (400, 410)
