"""PROTOCOL, Commands – Void: the only rewriting of a saved command."""

from __future__ import annotations

import pytest

from .client import Phone, uuid7
from .payloads import nameless, patrol, visit
from .serving import Server


def void(command: dict, **more: object) -> dict:
    return {key: command[key] for key in ("id", "seq", "made_at")} | {"type": "void", "v": 1, "payload": {}, **more}


def test_a_record_withdrawn_before_it_was_sent(new, server: Server):
    phone = new("grid1")
    command = phone.record("visit.record", visit())
    assert phone.exchange([void(command)]).json["outcomes"] == [{"id": command["id"], "seq": 1, "status": "applied"}]
    assert not server.rows("visit", id=command["payload"]["visit_id"])
    (row,) = server.rows("sync_command", id=command["id"])
    assert row["body"] is None
    assert not server.rows("audit_line", subject_id=command["id"])


@pytest.mark.parametrize(
    ("payload", "status"), [(visit(), "applied"), (visit(outcome="?"), "rejected")], ids=["applied", "rejected"]
)
def test_for_a_stored_one_the_stored_outcome(payload, status, new):
    phone = new("grid1")
    command = phone.record("visit.record", payload | {"visit_id": uuid7()})
    first = phone.exchange([command]).json["outcomes"][0]
    assert first["status"] == status
    assert phone.exchange([void(command)]).json["outcomes"][0] == first


def test_for_a_parked_one_the_stored_outcome(new):
    phone = new("patrol1")
    command = phone.record("patrol.finish", {"patrol_id": uuid7(), "note": ""})
    first = phone.exchange([command]).json["outcomes"][0]
    assert phone.exchange([void(command)]).json["outcomes"][0] == first


def test_for_an_anonymous_one_the_stored_outcome(new, server: Server):
    phone = new("resident1")
    command = phone.record("opinion.record", nameless(), id=nameless()["opinion_id"])
    assert phone.exchange([command]).json["outcomes"][0]["status"] == "applied"
    assert phone.exchange([void(command)]).json["outcomes"][0]["status"] == "applied"
    assert len(server.rows("sync_command", id=command["id"])) == 1


def test_between_others_it_keeps_the_number(new):
    phone = new("grid1")
    one, two, three = (phone.record("visit.record", visit()) for _ in range(3))
    answer = phone.exchange([one, void(two), three]).json
    assert [outcome["status"] for outcome in answer["outcomes"]] == ["applied"] * 3
    assert answer["last_seq"] == 3


def test_a_void_cannot_be_turned_back(new, server: Server):
    phone = new("grid1")
    command = phone.record("visit.record", visit())
    phone.exchange([void(command)])
    outcome = phone.exchange([command]).json["outcomes"][0]
    assert (outcome["status"], outcome["code"]) == ("rejected", "id_reused")
    assert not server.rows("visit", id=command["payload"]["visit_id"])


@pytest.mark.parametrize("more", [{"payload": {"x": 1}}, {"v": 2}, {"payload": None}, {"payload": []}])
def test_a_void_that_says_something_is_none(more, new):
    phone = new("grid1")
    outcome = phone.exchange([void(phone.record("patrol.start", patrol()), **more)]).json["outcomes"][0]
    assert (outcome["status"], outcome["code"]) == ("rejected", "invalid")


def test_somebody_elses_id_cannot_be_voided(new, server: Server):
    mine, theirs = new("grid1"), new("grid2")
    command = mine.record("visit.record", visit())
    mine.exchange([command])
    outcome = theirs.exchange([void(command)]).json["outcomes"][0]
    assert (outcome["status"], outcome["code"]) == ("rejected", "id_reused")
    assert server.rows("visit", id=command["payload"]["visit_id"])


def test_on_a_new_device_too(new):
    """The new phone has the void alone: the record was anonymous, or erased."""
    old: Phone = new("grid1")
    command = old.record("visit.record", visit())
    old.exchange([command])
    assert new("grid1").exchange([void(command)]).json["outcomes"] == [
        {"id": command["id"], "seq": 1, "status": "applied"}
    ]
