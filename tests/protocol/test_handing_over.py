"""PROTOCOL, What the phone promises, the end: a suspended person's session is good for one thing, handing over."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from .client import Phone
from .payloads import visit
from .serving import GRID1, PASSWORD, Server


@pytest.fixture
def login(server: Server) -> str:
    return server.hire("grid_worker", cells=(GRID1,))


@pytest.fixture
def phone(server: Server, login) -> Phone:
    phone = server.phone(login)
    phone.pull()
    return phone


def suspend_account(server: Server, phone: Phone) -> None:
    server.change("account", {"id": phone.account}, suspended_at=datetime.now(UTC))


def suspend_device(server: Server, phone: Phone) -> None:
    server.change("sync_device", {"id": phone.device}, suspended_at=datetime.now(UTC))


def reinstate(server: Server, phone: Phone) -> None:
    server.change("account", {"id": phone.account}, suspended_at=None)
    server.change("sync_device", {"id": phone.device}, suspended_at=None)


@pytest.fixture(params=[suspend_account, suspend_device], ids=["account", "device"])
def suspended(request, server: Server, phone) -> Callable[[], None]:
    return lambda: request.param(server, phone)


def test_the_queue_is_parked_and_nothing_comes_back(phone, suspended, server: Server):
    payload = phone.record("visit.record", visit())["payload"]
    suspended()
    answer = phone.exchange(phone.queue(), limit=500).json
    assert [(one["status"], one["code"]) for one in answer["outcomes"]] == [("parked", "out_of_scope")]
    assert (answer["revoked"], answer["changes"], answer["more"]) == (True, [], False)
    assert server.rows("sync_command", account=phone.account)[0]["body"]  # kept whole, for a person
    assert not server.rows("visit", id=payload["visit_id"])


def test_nothing_is_read_with_any_cursor(phone, suspended):
    suspended()
    for cursor in (None, phone.cursor, "garbage"):
        answer = phone.exchange(cursor=cursor, waiting=1).json
        assert (answer["changes"], answer["revoked"]) == ([], True)


def test_then_403_revoked(phone, suspended):
    phone.record("visit.record", visit())
    phone.record("visit.record", visit())
    suspended()
    phone.exchange(phone.queue()[:1])
    assert phone.exchange(waiting=1).status == 200  # something still waits
    phone.exchange(phone.queue())
    last = phone.exchange(waiting=0)
    assert (last.status, last.json["revoked"]) == (200, True)
    for _ in range(2):
        answer = phone.exchange(waiting=0)
        assert (answer.status, answer.code) == (403, "revoked")
        assert answer.json["message"]


def test_what_was_recorded_during_the_last_answer_is_taken_too(phone, suspended):
    suspended()
    phone.exchange(waiting=0)
    assert phone.exchange(waiting=0).status == 403
    phone.record("visit.record", visit())
    answer = phone.exchange(phone.queue())
    assert (answer.status, answer.json["outcomes"][0]["code"], answer.json["revoked"]) == (200, "out_of_scope", True)
    assert phone.exchange(waiting=0).status == 403


def test_photos_come_after_the_queue(phone, suspended, picture):
    data = picture()
    phone.record("visit.record", visit(photos=[picture.digest(data)]))
    suspended()
    phone.send()
    phone.exchange(waiting=0)
    assert phone.put(data).status == 201
    assert phone.looks(picture.digest(data)).status == 404


def test_a_sign_in_is_good_for_the_same(phone, suspended, server: Server, login):
    """The session ended long ago; the queue is in the phone all the same."""
    phone.record("visit.record", visit())
    phone.web.ask("POST", "/auth/sign-out")
    suspended()
    assert phone.sign_in(login, PASSWORD).status == 200
    assert phone.me["suspended"] is True
    assert phone.web.ask("GET", "/auth/me").json["suspended"] is True
    assert phone.send()[0]["code"] == "out_of_scope"


def test_what_was_answered_is_answered_still(phone, suspended):
    phone.say("visit.record", visit())
    suspended()
    again = phone.exchange([phone.journal[0].command], waiting=0).json
    assert [one["status"] for one in again["outcomes"]] == ["applied"]


def test_a_person_comes_back(phone, suspended, server: Server):
    suspended()
    phone.exchange(waiting=0)
    assert phone.exchange(waiting=0).status == 403
    reinstate(server, phone)
    phone.cursor = None
    answer = phone.exchange().json
    assert (answer["revoked"], answer["reset"]) == (False, "sweep")
    assert answer["changes"]
    assert phone.say("visit.record", visit())["status"] == "applied"


def test_suspended_again_there_is_a_new_queue_to_hand_over(phone, suspended, server: Server):
    suspended()
    phone.exchange(waiting=0)
    reinstate(server, phone)
    phone.record("visit.record", visit())
    suspended()
    answer = phone.exchange(phone.queue())
    assert (answer.status, answer.json["outcomes"][0]["code"]) == (200, "out_of_scope")
    assert phone.exchange(waiting=0).status == 200
    assert phone.exchange(waiting=0).status == 403


def test_one_phone_is_stopped_and_the_other_goes_on(phone, server: Server, login):
    other = server.phone(login)
    suspend_device(server, phone)
    assert phone.exchange(waiting=1).json["revoked"] is True
    assert other.exchange().json["revoked"] is False
    assert other.say("visit.record", visit())["status"] == "applied"
