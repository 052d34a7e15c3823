"""PROTOCOL, POST /sync/urgent: help does not wait behind a queue."""

from __future__ import annotations

import json
from typing import Any

import pytest

from .client import Phone, uuid4, uuid7
from .payloads import case, finding, nameless, opinion, patrol, place, subscribe, visit
from .serving import ELSEWHERE, GRID1, GRID2, HOUSE, Server
from .web import Answer


def copy(phone: Phone, command: dict[str, Any], **more: Any) -> Answer:
    """The copy that goes ahead, in the exchange's envelope."""
    return phone.post(phone.envelope([command], **more), "/sync/urgent")


def alerts(phone: Phone, tag: str) -> list[dict[str, Any]]:
    return [one for one in phone.holds("alerts").values() if one["tag"] == tag]


@pytest.fixture
def full(server: Server) -> Phone:
    """A phone with a queue."""
    phone = server.phone("patrol1")
    for _ in range(3):
        phone.record("patrol.start", patrol())
    return phone


def test_a_copy_is_heard_ahead_of_its_queue(full, at, server: Server):
    payload = opinion(urgent=True, category="fire")
    command = full.record("opinion.record", payload)
    answer = copy(full, command)
    assert (answer.status, answer.json) == (202, {})
    (alert,) = alerts(at("grid1"), f"opinion-{payload['opinion_id']}")
    assert alert["kind"] == "urgent"
    assert not server.rows("opinion", id=payload["opinion_id"])  # the copy itself records nothing
    assert not server.rows("sync_command", id=command["id"])
    assert full.exchange().json["last_seq"] == 0


def test_the_alert_is_raised_once(full, at, server: Server):
    payload = opinion(urgent=True)
    command = full.record("opinion.record", payload)
    for _ in range(3):
        assert copy(full, command).status == 202
    assert [one["status"] for one in full.send()] == ["applied"] * 4
    assert copy(full, command).status == 202
    assert len(alerts(at("grid1"), f"opinion-{payload['opinion_id']}")) == 1
    assert len(server.rows("alert", tag=f"opinion-{payload['opinion_id']}", account_id=at("grid1").account)) == 1


def test_an_urgent_finding_tells_those_of_its_place(full, at, server: Server):
    payload = finding(urgent=True)
    command = full.record("patrol.finding", payload)
    assert copy(full, command).status == 202
    told = {row["account_id"] for row in server.rows("alert", title="急：3号楼通道占用")}
    assert told >= {at("grid1").account, at("secretary").account}
    assert not server.rows("finding", id=payload["finding_id"])
    assert not server.rows("case", from_id=payload["finding_id"])
    full.send()
    (row,) = server.rows("case", from_id=payload["finding_id"])
    assert len(alerts(at("grid1"), f"case-{row['id']}")) == 1


def test_what_it_refers_to_may_be_behind_it(full, at, server: Server):
    """The round itself still waits in the queue: help is told all the same."""
    round_ = full.journal[0].command["payload"]["patrol_id"]
    payload = finding(urgent=True, patrol_id=round_)
    before = len(server.rows("alert", account_id=at("secretary").account))
    assert copy(full, full.record("patrol.finding", payload)).status == 202
    assert len(server.rows("alert", account_id=at("secretary").account)) == before + 1


def test_a_subscribed_browser_is_pushed_to(server: Server, full):
    login = server.hire("grid_worker", cells=(GRID1,))
    worker = server.phone(login)
    worker.say("alert.subscribe", subscribe())
    payload = opinion(urgent=True)
    copy(full, full.record("opinion.record", payload))
    (alert,) = server.rows("alert", tag=f"opinion-{payload['opinion_id']}", account_id=worker.account)
    assert len(server.rows("delivery", alert_id=alert["id"])) == 1
    full.send()
    assert len(server.rows("delivery", alert_id=alert["id"])) == 1


class TestInvalid:
    @pytest.mark.parametrize(
        ("type", "payload", "code"),
        [
            ("opinion.record", opinion(urgent=True, text=""), "invalid"),
            ("opinion.record", opinion(urgent=True, category="weather"), "invalid"),
            ("opinion.record", opinion(urgent=True, text="\x00"), "invalid"),
            ("opinion.record", opinion(urgent=True, place=place(ELSEWHERE)), "forbidden"),
            ("opinion.record", nameless(urgent=True, reporter={"name": "x"}), "invalid"),
            ("patrol.finding", finding(urgent=True, note=1), "invalid"),
        ],
    )
    def test_422_with_the_outcome(self, type, payload, code, full, server: Server):
        command = full.record(type, payload)
        answer = copy(full, command)
        assert answer.status == 422
        outcome = answer.json
        assert (outcome["id"], outcome["seq"], outcome["status"]) == (command["id"], command["seq"], "rejected")
        assert outcome["code"] == code
        assert outcome["message"]
        assert not server.rows("sync_urgent", command=command["id"])

    def test_who_may_not_is_not_heard(self, server: Server):
        """A finding of somebody who walks no rounds, or of somebody who is suspended, raises nothing."""
        resident = server.phone("resident1")
        assert copy(resident, resident.record("patrol.finding", finding(urgent=True))).json["code"] == "forbidden"
        login = server.hire("patrol_volunteer")
        phone, payload = server.phone(login), opinion(urgent=True)
        server.suspend(login)
        assert copy(phone, phone.record("opinion.record", payload)).status == 202
        assert not server.rows("alert", tag=f"opinion-{payload['opinion_id']}")


class TestAnyOther:
    @pytest.mark.parametrize(
        ("type", "payload"),
        [
            ("opinion.record", opinion()),
            ("patrol.finding", finding()),
            ("visit.record", visit()),
            ("case.raise", case(urgent=True)),
            ("patrol.start", patrol()),
            ("no.such", {"urgent": True}),
            ("void", {}),
        ],
        ids=lambda value: value if isinstance(value, str) else "",
    )
    def test_400(self, type, payload, full, server: Server):
        answer = copy(full, full.record(type, payload))
        assert (answer.status, answer.code) == (400, "not_urgent")
        assert answer.json["message"]

    def test_400_several_or_none(self, full):
        two = [full.record("opinion.record", opinion(urgent=True)) for _ in range(2)]
        assert full.post(full.envelope(two), "/sync/urgent").status == 400
        assert full.post(full.envelope([]), "/sync/urgent").status == 400

    def test_urgent_is_true_and_nothing_like_it(self, full):
        for urgent in ("true", 1, [True]):
            assert copy(full, full.record("opinion.record", opinion(urgent=urgent))).status in (400, 422)


class TestSameChecks:
    @pytest.fixture
    def command(self, full: Phone) -> dict[str, Any]:
        return full.record("opinion.record", opinion(urgent=True))

    def test_session_device_account_origin(self, full, command, at):
        envelope = full.envelope([command])
        assert full.post(envelope, "/sync/urgent", X_Silian_Device="").code == "device"
        assert full.post(envelope | {"device": uuid4()}, "/sync/urgent").code == "device"
        assert full.post(envelope | {"account": at("grid2").account}, "/sync/urgent").code == "account"
        assert full.post(envelope, "/sync/urgent", Origin="https://evil.example").code == "origin"
        full.web.cookies.clear()
        assert full.post(envelope, "/sync/urgent").code == "sign_in"

    def test_body(self, full, command):
        assert full.post(b"{", "/sync/urgent").code == "malformed"
        assert (
            full.post(json.dumps(full.envelope([command])).encode(), "/sync/urgent", Content_Type="text/plain").code
            == "media_type"
        )
        assert full.post(full.envelope([command], later="x" * 1024 * 1024), "/sync/urgent").code == "too_big"
        assert copy(full, command, limit=-1).code == "malformed"


def test_only_those_near_are_told(server: Server, at):
    """The grid worker of the place, else the micro-complex; never another grid, never another estate."""
    phone = server.phone("resident1")
    near, nowhere = opinion(urgent=True, place=place(HOUSE)), opinion(urgent=True, place=None)
    far = opinion(urgent=True, place=place(f"{GRID2}-07"))
    for payload in (near, far, nowhere):
        phone.record("opinion.record", payload)
    phone.send()
    told = {
        id: {row["account_id"] for row in server.rows("alert", tag=f"opinion-{id}")}
        for id in (near["opinion_id"], far["opinion_id"], nowhere["opinion_id"])
    }
    assert at("grid1").account in told[near["opinion_id"]]
    assert at("grid2").account not in told[near["opinion_id"]]
    assert at("grid2").account in told[far["opinion_id"]]
    assert at("secretary").account in told[nowhere["opinion_id"]]
    assert at("other").account not in set().union(*told.values())
    assert phone.account not in told[near["opinion_id"]]


def test_an_id_that_was_heard_does_not_silence_another(full, server: Server, at):
    """The alert is once per command id: a stranger who knows an id cannot keep it from being told."""
    payload = opinion(urgent=True)
    command = full.record("opinion.record", payload)
    stranger = server.phone("other")
    forged = command | {"seq": 1, "payload": opinion(urgent=True, opinion_id=uuid7(), place=None)}
    stranger.post(stranger.envelope([forged]), "/sync/urgent")
    full.send()
    assert len(alerts(at("grid1"), f"opinion-{payload['opinion_id']}")) == 1
