"""PINs: six digits that are good on the phone where they were set, and nowhere else."""

from __future__ import annotations

import threading
import uuid
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from sync import device_table
from webapp import clock as clocks
from webapp.db import reading, writing
from webapp.people import invitations, pins
from webapp.people.key_models import Pin
from webapp.people.models import AuditLine

from .. import make
from ..conftest import NOW
from ..phones import Phone, post_json

PIN = "314159"
SECRET = "the phone's own secret, as long as this"


@pytest.fixture
def newcomer(cast, clock) -> str:
    with cast.app.app_context(), writing() as connection:
        return make.person(connection, login="newcomer", role="patrol_volunteer", at=cast.estate, now=NOW)


def invite(app, account) -> str:
    with app.app_context(), writing() as connection:
        return invitations.invite(connection, account, 24, clocks.now())


def activate(app, code, pin=PIN, secret=SECRET, device=None, client=None):
    body = {"code": code, "pin": pin, "secret": secret}
    return post_json(client or app.test_client(), "/auth/activate", body, device=device or str(uuid.uuid4()))


@pytest.fixture
def phone(app, newcomer) -> Phone:
    """The phone on which the newcomer has set the PIN."""
    client, device = app.test_client(), str(uuid.uuid4())
    assert activate(app, invite(app, newcomer), device=device, client=client).status_code == 200
    return Phone(client, newcomer, device)


def enter(app, device, pin=PIN, secret=SECRET):
    return post_json(app.test_client(), "/auth/pin", {"pin": pin, "secret": secret}, device=device)


def told(answer) -> tuple[int, str]:
    return answer.status_code, answer.get_json()["code"]


def test_an_invitation_and_a_pin_open_a_session_and_the_pin_opens_the_next(app, phone):
    assert phone.client.get("/auth/me").get_json()["account"]["id"] == phone.account
    answer = enter(app, phone.device)
    assert answer.status_code == 200 and answer.get_json()["account"]["id"] == phone.account


@pytest.mark.parametrize("typed", ["３１４１５９", "314 159", " 314159\n"])
def test_what_a_keyboard_or_a_paste_makes_of_it_is_the_same_pin(app, phone, typed):
    assert enter(app, phone.device, pin=typed).status_code == 200


def test_elsewhere_it_opens_nothing_and_says_so(app, phone):
    answer = enter(app, str(uuid.uuid4()), secret="another phone's secret, just as long")
    assert told(answer) == (403, "pin_elsewhere")
    assert "邀请" in answer.get_json()["message"]
    assert told(enter(app, phone.device, secret="x" * 40)) == (403, "pin_elsewhere"), "the device's id is no secret"


@pytest.mark.parametrize(
    "pin", ["111111", "123456", "987654", "890123", "121212", "123123", "112233", "", "31415", "3141592", "31415a"]
)
def test_an_easy_pin_is_refused_and_does_not_use_the_invitation_up(app, newcomer, pin):
    code = invite(app, newcomer)
    assert told(activate(app, code, pin=pin)) == (422, "weak_pin")
    assert activate(app, code).status_code == 200


SHAPES = (
    {"pin": 314159, "secret": SECRET}, {"pin": PIN}, {"pin": PIN, "secret": None}, {"pin": PIN, "secret": "s" * 101},
    {"pin": "9" * 21, "secret": SECRET}, [],
)  # fmt: skip


@pytest.mark.parametrize("body", SHAPES)
def test_other_shapes_are_malformed(app, phone, body):
    for path, more in (("/auth/pin", {}), ("/auth/activate", {"code": "x"})):
        sent = body | more if isinstance(body, dict) else body
        answer = post_json(app.test_client(), path, sent, device=phone.device)
        assert told(answer) == (400, "malformed")


def test_a_short_secret_is_no_secret(app, newcomer):
    assert told(activate(app, invite(app, newcomer), secret="short")) == (400, "malformed")


def test_wrong_ones_wait_longer_and_longer_and_then_the_pin_is_good_no_more(app, phone, clock):
    for _ in range(4):
        assert told(enter(app, phone.device, pin="000001")) == (401, "wrong_pin")
    for minutes in (1, 2, 4, 8, 16, 32, 60, 60):
        assert told(enter(app, phone.device, pin="000001")) == (401, "wrong_pin")
        waits = enter(app, phone.device)
        assert told(waits) == (429, "slow_down")
        assert waits.headers["Retry-After"] == str(minutes * 60)
        clock.shift(timedelta(minutes=minutes))
    for _ in range(7):
        assert told(enter(app, phone.device, pin="000001")) == (401, "wrong_pin")
        clock.shift(timedelta(hours=1))
    assert told(enter(app, phone.device, pin="000001")) == (403, "pin_spent")
    assert told(enter(app, phone.device)) == (403, "pin_elsewhere")


def test_the_right_one_begins_the_count_anew(app, phone):
    for _ in range(3):
        for _ in range(4):
            enter(app, phone.device, pin="000001")
        assert enter(app, phone.device).status_code == 200


def test_many_at_once_gain_nothing(app, phone):
    gate = threading.Barrier(12)
    found: list[int] = []

    def guess() -> None:
        gate.wait()
        found.append(enter(app, phone.device, pin="000001").status_code)

    threads = [threading.Thread(target=guess) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(found) == [401] * 5 + [429] * 7


def test_guesses_without_the_phones_secret_keep_nobody_out(app, phone):
    for nth in range(30):
        enter(app, phone.device, pin="000001", secret=f"a guess of what the phone keeps, number {nth}")
    assert enter(app, phone.device).status_code == 200


def test_two_people_on_one_phone_have_a_pin_each(app, cast, phone):
    with app.app_context(), writing() as connection:
        second = make.person(connection, login="second", role="patrol_volunteer", at=cast.estate, now=NOW)
    device, other = str(uuid.uuid4()), "the same phone's secret for its second person"
    assert activate(app, invite(app, second), pin="271828", secret=other, device=device).status_code == 200
    assert enter(app, phone.device).get_json()["account"]["id"] == phone.account
    assert enter(app, device, pin="271828", secret=other).get_json()["account"]["id"] == second
    assert told(enter(app, device, pin="271828")) == (401, "wrong_pin"), "the first one's secret"
    assert told(enter(app, phone.device, pin="271828", secret=other)) == (403, "device"), "the first one's device"


def test_a_new_invitation_on_another_phone_leaves_the_first_phone_its_pin(app, phone):
    other = "another phone's secret, as long as that"
    assert activate(app, invite(app, phone.account), pin="271828", secret=other).status_code == 200
    assert enter(app, phone.device).status_code == 200


def test_a_device_that_was_replaced_keeps_its_pin(app, phone):
    anew = str(uuid.uuid4())
    assert enter(app, anew).status_code == 200
    assert enter(app, anew).get_json()["device"] == anew


def test_a_suspended_phone_hands_over_and_does_not_come_back_under_a_new_number(app, phone):
    with app.app_context(), writing() as connection:
        mine = update(device_table).where(device_table.c.id == phone.device)
        connection.execute(mine.values(suspended_at=clocks.now()))
    assert enter(app, phone.device).get_json()["suspended"] is True
    assert told(enter(app, str(uuid.uuid4()))) == (403, "revoked")


def test_the_database_holds_neither_pin_nor_secret(app, phone):
    with app.app_context(), reading() as connection:
        row = str(connection.execute(select(Pin.__table__)).one())
    assert PIN not in row and SECRET not in row


def test_coming_and_going_is_on_record(app, phone, clock):
    enter(app, phone.device)
    me = phone.client.get("/auth/me").get_json()
    post_json(phone.client, "/auth/sign-out", {}, device=phone.device, headers={"X-CSRFToken": me["csrf"]})
    with app.app_context(), reading() as connection:
        lines = connection.execute(select(AuditLine.account_id, AuditLine.action, AuditLine.detail)).all()
    assert lines == [
        (phone.account, "sign_in", "phone invitation"),
        (phone.account, "sign_in", "phone pin"),
        (phone.account, "sign_out", None),
    ]  # fmt: skip


def test_what_is_easy(app):
    easy = [f"{number:06}" for number in range(1_000_000) if pins.weak(f"{number:06}")]
    assert 1000 < len(easy) < 2500, "few enough to leave a choice"
